package sheet

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// clean makes the text of a cell what its reader sees: NFC, line breaks as \n,
// every odd space a plain one, invisible characters gone, ends trimmed.
func clean(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] >= 0x7f {
			plain = false
			break
		}
	}
	if plain {
		return strings.Trim(s, " ")
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' || r == '\v':
			return '\n'
		case r == utf8.RuneError || r >= 0x80 && r < 0xa0:
			// C1 controls are the undefined bytes of Windows-1252: lost letters.
			return utf8.RuneError
		case invisible(r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s)
	return strings.TrimSpace(norm.NFC.String(s))
}

// invisible characters carry nothing in a cell. The joiners U+200C and U+200D
// do, in Persian names and in emoji, and stay.
func invisible(r rune) bool {
	switch {
	case r == '\t' || r == '\n' || r == '\r' || r == '\v' || r == '\f':
		return false
	case r < ' ' || r == 0x7f:
		return true
	case r == 0xad || r == 0x200b || r == 0x200e || r == 0x200f || r == 0x2060 || r == 0xfeff:
		return true
	case r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069:
		return true
	}
	return false
}

// line is clean text on one line, spaces not repeated.
func line(s string) string {
	s = clean(s)
	if strings.Contains(s, "  ") || strings.Contains(s, "\n") {
		return strings.Join(strings.Fields(s), " ")
	}
	return s
}

func lost(s string) bool { return strings.ContainsRune(s, utf8.RuneError) }

// clip shortens a value for a message.
func clip(s string) string {
	const most = 80
	s = line(s)
	if len(s) <= most {
		return s
	}
	n := 0
	for i := range s {
		if n == most-1 {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

// fold makes words comparable: lower case, no accent, no punctuation, no
// bracketed remark, one space between words.
func fold(s string) string {
	if len(s) > 400 {
		return ""
	}
	var b strings.Builder
	depth, gap := 0, false
	for _, r := range norm.NFKD.String(s) {
		switch {
		case r == '(' || r == '[':
			depth++
			gap = true
		case (r == ')' || r == ']') && depth > 0:
			depth--
		case depth > 0 || unicode.Is(unicode.Mn, r) || invisible(r) || r == '\u200c' || r == '\u200d':
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			switch r {
			case 'œ', 'Œ':
				b.WriteString("oe")
			case 'æ', 'Æ':
				b.WriteString("ae")
			default:
				b.WriteRune(unicode.ToLower(r))
			}
		default:
			gap = true
		}
	}
	return b.String()
}
