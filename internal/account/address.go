package account

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/ecusson/ecusson/internal/fault"
)

// The bounds of an address, in bytes (RFC 5321 §4.5.3.1).
const (
	maxEmail = 254
	maxLocal = 64
)

// Normalize writes an e-mail address the way in which it is stored and compared:
// without spaces around it, in small letters, its domain in ASCII (UTS 46).
//
// The part before the @ is written small too. RFC 5321 §2.4 would let a server
// tell "Amina" from "amina", but none that people use does, while phones write
// the first letter large at random: kept apart, one mailbox would be two people,
// and badges would be lost between them.
//
// The error is an Invalid fault whose sentence says what is missing.
func Normalize(email string) (string, error) {
	email = strings.TrimSpace(email)
	at := strings.LastIndexByte(email, '@')
	switch {
	case email == "":
		return "", fault.New(fault.Invalid, "account.email-empty")
	case len(email) > 4*maxEmail:
		return "", fault.New(fault.Invalid, "account.email-long")
	case strings.ContainsAny(email, " \t\r\n\u00a0\u202f"):
		return "", fault.New(fault.Invalid, "account.email-space")
	case at <= 0 || at == len(email)-1:
		return "", fault.New(fault.Invalid, "account.email-at")
	}
	local := strings.ToLower(email[:at])
	if !goodLocal(local) {
		return "", fault.New(fault.Invalid, "account.email-local")
	}
	domain, err := ascii(email[at+1:])
	if err != nil {
		return "", fault.New(fault.Invalid, "account.email-domain")
	}
	if !hasEnd(domain) {
		return "", fault.New(fault.Invalid, "account.email-end")
	}
	if len(local)+1+len(domain) > maxEmail {
		return "", fault.New(fault.Invalid, "account.email-long")
	}
	return local + "@" + domain, nil
}

// ascii writes a domain in ASCII, and only one that stays what it is when it is
// read again: a domain has one form.
func ascii(domain string) (string, error) {
	if !utf8.ValidString(domain) {
		return "", errors.New("account: not UTF-8")
	}
	once, err := idna.Lookup.ToASCII(domain)
	if err != nil {
		return "", err
	}
	twice, err := idna.Lookup.ToASCII(once)
	if err != nil || twice != once {
		return "", fmt.Errorf("account: %q does not stay what it is", once)
	}
	return once, nil
}

// goodLocal takes what mail servers give out: letters, digits and the signs of
// RFC 5322 atoms, with points between them. Quoted forms are nobody's address,
// and a way to write one address in many texts.
func goodLocal(local string) bool {
	if local == "" || len(local) > maxLocal {
		return false
	}
	for _, atom := range strings.Split(local, ".") {
		if atom == "" {
			return false
		}
		for _, c := range []byte(atom) {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", rune(c)) {
				return false
			}
		}
	}
	return true
}

// hasEnd tells whether a domain has an end such as .fr: a host name alone, or
// the address of a machine, is not where people have mail.
func hasEnd(domain string) bool {
	dot := strings.LastIndexByte(domain, '.')
	if dot <= 0 || dot == len(domain)-1 || len(domain) > 253 || strings.Contains(domain, "..") || domain[0] == '.' {
		return false
	}
	end := domain[dot+1:]
	return len(end) >= 2 && strings.Trim(end, "0123456789") != ""
}
