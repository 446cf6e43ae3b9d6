package organization

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/verify"
)

// Resolver asks the domain name system; *net.Resolver is one.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

const (
	maxDomains = 10
	// TXTName is the label before a domain at which its proof stands, FilePath the
	// path on it.
	TXTName  = "_ecusson"
	FilePath = "/.well-known/ecusson.txt"
	// maxProof is how many bytes of the file are read.
	maxProof = 16 << 10
	// tokenMark stands before a domain's token, so that who finds it knows what it
	// is for.
	tokenMark = "ecusson-domain="
)

// Finding is what a look for the proof of a domain found: where it is, or a code
// a place that says why not ("organization.finding.CODE").
type Finding struct {
	Method    string // "dns" or "file" where it was found
	DNS, File string // none, other, unreachable; of the file also status, moved
}

// Proven tells whether the proof was found.
func (f Finding) Proven() bool { return f.Method != "" }

// Domains are those that an organisation says are its own, by name.
func (s *Service) Domains(ctx context.Context, org id.Number) (list []Domain, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		list, err = tx.DomainsOf(ctx, org)
		return err
	})
	return list, err
}

// AddDomain notes a domain, with the token that its proof must show.
func (s *Service) AddDomain(ctx context.Context, a Actor, name string) (Domain, error) {
	d := Domain{Org: a.Org}
	if err := demand(a, Admin); err != nil {
		return d, err
	}
	var form fault.Form
	if d.Name = checkDomain(&form, name); form.Err() != nil {
		return d, form.Err()
	}
	token, err := id.NewToken(s.Random)
	if err != nil {
		return d, err
	}
	d.Token = tokenMark + string(token)
	return d, s.Store.Update(ctx, func(tx Tx) error {
		if _, err := tx.LockOrganization(ctx, a.Org); err != nil {
			return err
		}
		list, err := tx.DomainsOf(ctx, a.Org)
		if err != nil {
			return err
		}
		switch {
		case slices.ContainsFunc(list, func(o Domain) bool { return o.Name == d.Name }):
			form.Wrong("domain", "organization.domain-there")
		case len(list) >= maxDomains:
			form.Wrong("domain", "organization.too-many-domains", "Count", len(list))
		}
		if err := form.Err(); err != nil {
			return err
		}
		if err := tx.AddDomain(ctx, d); err != nil {
			return err
		}
		return s.note(ctx, tx, a.Org, a.Person, "domain-added", d.Name, "")
	})
}

// checkDomain reads a host name as people write it, with a scheme or a path around
// it perhaps, into small ASCII letters.
func checkDomain(form *fault.Form, name string) string {
	name = strings.ToLower(clean(name))
	if u, err := url.Parse(name); err == nil && u.Host != "" {
		name = u.Hostname()
	}
	name, _, _ = strings.Cut(name, "/")
	name = strings.TrimSuffix(strings.TrimPrefix(name, "www."), ".")
	if name == "" {
		form.Wrong("domain", "organization.domain-missing")
		return ""
	}
	ascii, err := idna.Registration.ToASCII(name)
	_, ip := netip.ParseAddr(name)
	if err != nil || ip == nil || len(ascii) > 200 || !strings.Contains(ascii, ".") || strings.ContainsAny(ascii, ":@_ ") {
		form.Wrong("domain", "organization.domain-form")
		return name
	}
	if suffix, known := publicsuffix.PublicSuffix(ascii); suffix == ascii && (known || strings.Contains(suffix, ".")) {
		form.Wrong("domain", "organization.domain-public", "Domain", ascii)
	}
	return ascii
}

// DropDomain forgets a domain.
func (s *Service) DropDomain(ctx context.Context, a Actor, name string) error {
	if err := demand(a, Admin); err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		if err := tx.DropDomain(ctx, a.Org, name); err != nil {
			return err
		}
		return s.note(ctx, tx, a.Org, a.Person, "domain-dropped", name, "")
	})
}

// CheckDomain looks for the proof of a domain now, and notes what it found. One
// check alone takes no proof away: a name server may be down for an hour.
func (s *Service) CheckDomain(ctx context.Context, a Actor, name string) (Finding, error) {
	if err := demand(a, Admin); err != nil {
		return Finding{}, err
	}
	var d Domain
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		d, err = tx.Domain(ctx, a.Org, name)
		return err
	})
	if err != nil {
		return Finding{}, err
	}
	found := s.find(ctx, d)
	return found, s.Store.Update(ctx, func(tx Tx) error {
		// What the daily check did meanwhile is not to be lost.
		d, err := tx.Domain(ctx, a.Org, name)
		if err != nil {
			return err
		}
		was := d.Holds()
		d.Checked = s.Now()
		if found.Proven() {
			d.Proven, d.Method, d.Missed, d.Failed = d.Checked, found.Method, 0, time.Time{}
		}
		if err := tx.ChangeDomain(ctx, d); err != nil {
			return err
		}
		if was || !d.Holds() {
			return nil
		}
		return s.note(ctx, tx, a.Org, a.Person, "domain-proven", d.Name, d.Method)
	})
}

// find looks for the proof in both places; the domain name system is asked first.
func (s *Service) find(ctx context.Context, d Domain) Finding {
	var f Finding
	if f.DNS = s.findDNS(ctx, d); f.DNS == "" {
		f.Method = "dns"
		return f
	}
	if f.File = s.findFile(ctx, d); f.File == "" {
		f.Method = "file"
	}
	return f
}

// findDNS is "" where a TXT record has the token, else why not.
func (s *Service) findDNS(ctx context.Context, d Domain) string {
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	texts, err := s.Resolver.LookupTXT(ctx, TXTName+"."+d.Name+".")
	var missing *net.DNSError
	switch {
	case errors.As(err, &missing) && missing.IsNotFound:
		return "none"
	case err != nil:
		return "unreachable"
	case slices.ContainsFunc(texts, func(t string) bool { return strings.TrimSpace(t) == d.Token }):
		return ""
	case len(texts) == 0:
		return "none"
	}
	return "other"
}

// findFile is "" where the domain's file has the token on a line, else why not.
// A file to which another host redirects proves nothing of this one.
func (s *Service) findFile(ctx context.Context, d Domain) string {
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	answer, err := s.Fetcher.Fetch(ctx, "https://"+d.Name+FilePath, "text/plain")
	var f *verify.FetchError
	switch {
	case errors.As(err, &f) && f.Code == verify.FetchTooLarge:
		return "other"
	case err != nil:
		return "unreachable"
	case answer.Status == 404 || answer.Status == 410:
		return "none"
	case answer.Status != 200:
		return "status"
	}
	if u, err := url.Parse(answer.URL); answer.URL != "" && (err != nil || u.Hostname() != d.Name && u.Hostname() != "www."+d.Name) {
		return "moved"
	}
	body := answer.Body[:min(len(answer.Body), maxProof)]
	for line := range strings.Lines(string(body)) {
		if strings.TrimSpace(line) == d.Token {
			return ""
		}
	}
	return "other"
}
