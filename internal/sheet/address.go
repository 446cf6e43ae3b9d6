package sheet

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// parseAddress takes an e-mail address out of a cell as people fill it:
// "Amina Benali <amina@example.fr>;" is amina@example.fr. The domain comes back
// in lower case, in the letters it was written with; the local part is kept. The
// code says what is wrong; detail is the character at fault, where it is one.
//
// The rule is a practical one, local@domain.tld in characters that mail servers
// take, and not RFC 5322: a quoted local part in a list is a slip.
func parseAddress(s string) (address, code, detail string) {
	// Compatibility forms: a full-width ＠ or letter is the plain one.
	s = norm.NFKC.String(s)
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if invisible(r) || r == '\u200c' || r == '\u200d' {
			return -1
		}
		if unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, s))
	if a, b := strings.LastIndexByte(s, '<'), strings.LastIndexByte(s, '>'); a >= 0 && a < b {
		if strings.Count(s, "<") > 1 {
			return "", CodeAddressSeveral, ""
		}
		s = s[a+1 : b]
	}
	s = strings.Trim(s, " <>;,\"'’“”«»()[]")
	if len(s) >= 7 && strings.EqualFold(s[:7], "mailto:") {
		s, _, _ = strings.Cut(s[7:], "?")
	}
	s = strings.TrimRight(s, " .;,")
	s = strings.TrimLeft(s, " ")
	switch {
	case s == "":
		return "", CodeAddressMissing, ""
	case strings.Count(s, "@") == 0:
		return "", CodeAddressMissingAt, ""
	case strings.Count(s, "@") > 1:
		for _, part := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ;,/|", r) }) {
			if n := strings.Count(part, "@"); n == 1 && part[0] != '@' && part[len(part)-1] != '@' && len(part) < len(s) {
				return "", CodeAddressSeveral, ""
			}
		}
		return "", CodeAddressTwoAts, ""
	}
	local, domain, _ := strings.Cut(s, "@")
	domain = strings.ToLower(domain)
	switch {
	case local == "":
		return "", CodeAddressMissingLocal, ""
	case domain == "":
		return "", CodeAddressMissingDomain, ""
	case strings.ContainsRune(s, ' '):
		return "", CodeAddressSpace, ""
	case len(local) > 64 || len(s) > 254:
		return "", CodeAddressTooLong, ""
	case strings.Contains(s, "..") || local[0] == '.' || local[len(local)-1] == '.' || domain[0] == '.':
		return "", CodeAddressDots, ""
	}
	for _, r := range local {
		if r >= utf8.RuneSelf || !atext(byte(r)) && r != '.' {
			return "", CodeAddressCharacter, string(r)
		}
	}
	for _, r := range domain {
		if r < utf8.RuneSelf && !digit(byte(r)) && !(r >= 'a' && r <= 'z') && r != '-' && r != '.' {
			return "", CodeAddressCharacter, string(r)
		}
	}
	if !strings.Contains(domain, ".") {
		return "", CodeAddressMissingEnd, ""
	}
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || len(ascii) > 253 {
		return "", CodeAddressDomain, ""
	}
	labels := strings.Split(ascii, ".")
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return "", CodeAddressDomain, ""
		}
	}
	// A last label of one letter or of figures alone is in no zone.
	if tld := labels[len(labels)-1]; len(tld) < 2 || digit(tld[0]) {
		return "", CodeAddressDomain, ""
	}
	return local + "@" + domain, "", ""
}

// atext is RFC 5322 §3.2.3.
func atext(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || digit(b) || strings.IndexByte("!#$%&'*+-/=?^_`{|}~", b) >= 0
}
