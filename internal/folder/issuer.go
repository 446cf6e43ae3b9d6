package folder

import (
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/ecusson/ecusson/did"
)

// Issuer is what issuer.yaml says: who gives the badges, and where the folder's
// public part will stand.
type Issuer struct {
	Name        string
	URL         string // https, with a slash at its end: public/ will stand here
	ID          string // a DID; that of URL where the file says nothing
	Email       string
	Description string
	Image       string   // a picture beside issuer.yaml, as a path that can be opened; or ""
	Languages   []string // of the pages, "fr" or "en" or both; the first is the issuer's own
	ShowNames   bool     // whether a badge says its holder's name

	// Site is the issuer's own website, if it has another one than URL.
	Site string
}

// LoadIssuer reads issuer.yaml strictly: a key that it does not know is an error.
// Everything wrong comes at once, in a *SpecError.
func LoadIssuer(path string) (Issuer, error) {
	data, err := readSpec(path)
	if err != nil {
		return Issuer{}, err
	}
	return parseIssuer(path, data)
}

func readSpec(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxSpecBytes {
		return nil, &SpecError{Faults: []Fault{{File: path, Code: FaultTooLong, Value: "64 KiB"}}}
	}
	return os.ReadFile(path)
}

func parseIssuer(path string, data []byte) (Issuer, error) {
	s := &spec{file: path}
	c := s.root(data)
	if c == nil {
		return Issuer{}, s.err()
	}
	i := Issuer{
		Name:        c.need("name", maxLine),
		URL:         c.need("url", 2000),
		ID:          c.line("id"),
		Email:       c.line("email"),
		Description: c.text("description"),
		Image:       c.line("image"),
		Languages:   c.lines("languages"),
		ShowNames:   c.yes("show_names"),
		Site:        c.line("site"),
	}
	if i.URL != "" {
		u, ok := baseURL(i.URL)
		if !ok {
			c.fault("url", FaultNotURL, "")
		}
		i.URL = u
	}
	if i.Site != "" && !isWebURL(i.Site) {
		c.fault("site", FaultNotURL, "")
	}
	if i.Email != "" && !isEmail(i.Email) {
		c.fault("email", FaultNotEmail, "")
	}
	if i.Image != "" && !filepath.IsAbs(i.Image) {
		i.Image = filepath.Join(filepath.Dir(path), filepath.FromSlash(i.Image))
	}
	for _, l := range i.Languages {
		if l != "fr" && l != "en" {
			c.fault("languages", FaultNotOneOf, "fr, en")
			break
		}
	}
	if len(i.Languages) == 0 {
		i.Languages = []string{"fr"}
	}
	switch {
	case i.ID == "" && i.URL != "":
		id, err := did.FromWebURL(strings.TrimSuffix(i.URL, "/"))
		if err != nil {
			c.fault("url", FaultNotURL, "")
		}
		i.ID = id
	case i.ID != "":
		d, err := did.Parse(i.ID)
		if err == nil && d.Method == "web" {
			_, err = did.WebURL(i.ID)
		} else if err == nil {
			_, err = did.Resolve(i.ID)
		}
		if err != nil {
			c.fault("id", FaultNotID, "")
		}
	}
	c.done()
	return i, s.err()
}

// baseURL returns an https address in the form in which paths are added to it.
func baseURL(s string) (string, bool) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.Hostname() == "" || u.User != nil ||
		u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(u.Path, "//") {
		return s, false
	}
	for _, step := range strings.Split(u.Path, "/") {
		if step == "." || step == ".." {
			return s, false
		}
	}
	u.Host = strings.ToLower(u.Host)
	text := strings.TrimSuffix(u.String(), "#")
	if !strings.HasSuffix(text, "/") {
		text += "/"
	}
	return text, true
}

func isWebURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil && !strings.ContainsAny(s, " \t\n<>\"`{}|\\^")
}

func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && strings.Contains(s[strings.LastIndexByte(s, '@')+1:], ".")
}
