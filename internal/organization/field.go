package organization

import (
	"errors"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/fault"
)

// clean is a line that somebody wrote, without spaces around and control signs in
// it.
func clean(line string) string {
	line = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || r == utf8.RuneError:
			return -1
		case r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069':
			return -1 // they turn the direction of what follows on other people's pages
		}
		return r
	}, line)
	return strings.Join(strings.Fields(line), " ")
}

// checkSite reads an https address, "" for none. "example.org" is one without its
// beginning.
func checkSite(form *fault.Form, field, site string) string {
	site = clean(site)
	if site == "" {
		return ""
	}
	if !strings.Contains(site, "://") {
		site = "https://" + site
	}
	u, err := url.Parse(site)
	switch {
	case len(site) > MaxAddress:
		form.Wrong(field, "organization.too-long", "Max", MaxAddress)
	case err != nil || u.Host == "" || u.User != nil || u.Opaque != "" || !strings.Contains(u.Hostname(), "."):
		form.Wrong(field, "organization.site-form")
	case u.Scheme == "http":
		form.Wrong(field, "organization.site-https")
	case u.Scheme != "https":
		form.Wrong(field, "organization.site-form")
	default:
		return u.String()
	}
	return site
}

// checkEmail reads an address for the public, "" for none.
func checkEmail(form *fault.Form, field, email string) string {
	if strings.TrimSpace(email) == "" {
		return ""
	}
	normal, err := account.Normalize(email)
	var f *fault.Error
	if errors.As(err, &f) {
		form.Wrong(field, f.Key)
		return clean(email)
	}
	return normal
}

var country = regexp.MustCompile(`^[A-Z]{2}$`)

func checkPlace(form *fault.Form, p Place) Place {
	p.Locality, p.Region, p.Country = clean(p.Locality), clean(p.Region), strings.ToUpper(clean(p.Country))
	for _, part := range []struct{ field, text string }{{"locality", p.Locality}, {"region", p.Region}} {
		if utf8.RuneCountInString(part.text) > MaxPlace {
			form.Wrong(part.field, "organization.too-long", "Max", MaxPlace)
		}
	}
	if p.Country != "" && !country.MatchString(p.Country) {
		form.Wrong("country", "organization.country-form")
	}
	if p.Latitude < -90 || p.Latitude > 90 || p.Longitude < -180 || p.Longitude > 180 {
		p.Latitude, p.Longitude = 0, 0
	}
	return p
}

var colour = regexp.MustCompile(`^#[0-9A-F]{6}$`)

// checkText reads a text of several lines.
func checkText(form *fault.Form, field, text string, most int) string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	switch {
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		form.Wrong(field, "organization.unreadable")
	case utf8.RuneCountInString(text) > most:
		form.Wrong(field, "organization.too-long", "Max", most)
	}
	return text
}

func itoa(n int) string { return strconv.Itoa(n) }
