package mail

import (
	"fmt"
	"net/mail"
	"net/netip"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// Address is a person's or a program's mail address. Name may be empty and may
// hold any letters; Email is local@domain.
type Address struct{ Name, Email string }

// ParseAddress reads an address as a person types it, alone and without a name,
// and gives it back with the domain in small letters. Its errors say what is
// missing, in English; forms have words of their own.
func ParseAddress(text string) (Address, error) {
	a := Address{Email: strings.TrimSpace(text)}
	if local, domain, ok := cutDomain(a.Email); ok {
		a.Email = local + "@" + strings.ToLower(domain)
	}
	return a, a.Check()
}

// Check refuses what is no deliverable address: no domain or an unknown shape of
// one, a quoted or oversized local part, spaces and control characters anywhere.
func (a Address) Check() error {
	local, domain, ok := cutDomain(a.Email)
	switch {
	case !ok || local == "" || domain == "":
		return fmt.Errorf("the address %q lacks a part before or after @", clip(a.Email, 80))
	case len(local) > 64 || len(a.Email) > 254:
		return fmt.Errorf("the address %q… is too long", clip(a.Email, 40))
	case broken(a.Name) || len(a.Name) > 1000:
		return fmt.Errorf("the name of %q is too long or has a line break", a.Email)
	}
	for _, r := range a.Email {
		if unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`"(),:;<>[\]`, r) || r == unicode.ReplacementChar {
			return fmt.Errorf("the address %q holds the character %q", clip(a.Email, 80), r)
		}
	}
	if parsed, err := mail.ParseAddress("<" + a.Email + ">"); err != nil || parsed.Address != a.Email {
		return fmt.Errorf("the address %q is not well formed", a.Email)
	}
	return checkDomain(domain)
}

func checkDomain(domain string) error {
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil {
		return fmt.Errorf("the domain %q is not well formed", domain)
	}
	if _, err := netip.ParseAddr(ascii); err == nil {
		return fmt.Errorf("the domain %q is a number", domain)
	}
	if !strings.Contains(ascii, ".") && ascii != "localhost" || strings.HasSuffix(ascii, ".") {
		return fmt.Errorf("the domain %q lacks its end, such as .fr", domain)
	}
	return nil
}

func cutDomain(email string) (local, domain string, ok bool) {
	at := strings.LastIndexByte(email, '@')
	if at < 0 {
		return "", "", false
	}
	return email[:at], email[at+1:], true
}

// wire is the address as SMTP wants it, the domain in ASCII.
func (a Address) wire() string {
	local, domain, _ := cutDomain(a.Email)
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil {
		return a.Email // Check has refused it before
	}
	return local + "@" + ascii
}

// header is the address as a header field wants it.
func (a Address) header() string {
	email := a.wire()
	switch {
	case a.Name == "":
		return "<" + email + ">"
	case strings.Contains(a.Name, "=?"):
		return encodeWords(a.Name) + " <" + email + ">"
	}
	return (&mail.Address{Name: a.Name, Address: email}).String()
}

// line makes one line of a foreign text: control characters and line breaks
// become spaces, marks that turn the direction of the text go, and what is
// longer than limit characters is clipped with an ellipsis.
func line(text string, limit int) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\u2028', r == '\u2029', unicode.IsControl(r):
			return ' '
		case r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069', r == '\u200E', r == '\u200F', r == '\uFEFF', r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, text)
	text = strings.Trim(text, " ")
	for strings.Contains(text, "  ") {
		text = strings.ReplaceAll(text, "  ", " ")
	}
	return clip(text, limit)
}

// clip shortens a text to limit characters, the last one then being "…".
func clip(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	cut := runes[:limit-1]
	// A letter and its accents stay together.
	for len(cut) > 0 && unicode.Is(unicode.M, runes[len(cut)]) {
		cut = cut[:len(cut)-1]
	}
	return strings.TrimRight(string(cut), " ") + "…"
}
