package organization

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Bounds of what an organisation says of itself, in characters.
const (
	MinSlug        = 3
	MaxSlug        = 40
	MaxName        = 120
	MaxDescription = 5000
	MaxPlace       = 80
	MaxAddress     = 300
)

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// reserved are slugs that would look like the site's own voice, or like an
// address of it.
var reserved = strings.Fields(`a about about-badges accessibility admin administrator administrateur aide api assets b badge badges
	contact dev ecusson file help invitation legal login logout me mentions-legales moderation moderator new nouveau o official officiel
	operator operateur passport passeport privacy report root s security securite site spaces static status support system test verify
	well-known www`)

// Reserved tells whether a slug is none to be had.
func Reserved(slug string) bool { return slices.Contains(reserved, slug) }

// Slug proposes a slug for a name: its letters without accents, hyphens between
// the words, at most MaxSlug, "" where nothing remains.
func Slug(name string) string {
	words := strings.FieldsFunc(plain(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	slug := ""
	for _, w := range words {
		next := strings.TrimPrefix(slug+"-"+w, "-")
		if len(next) > MaxSlug {
			break
		}
		slug = next
	}
	if slug == "" && len(words) > 0 {
		slug = words[0][:MaxSlug]
	}
	return slug
}

// Numbered is a slug with a number behind it, for a name that is taken.
func numbered(slug, n string) string {
	return strings.TrimRight(slug[:min(len(slug), MaxSlug-len(n)-1)], "-") + "-" + n
}

// plain writes a text in small letters without accents; what is no Latin letter
// stays as it is.
func plain(text string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(text)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'œ':
			b.WriteString("oe")
		case r == 'æ':
			b.WriteString("ae")
		case r == 'ß':
			b.WriteString("ss")
		case r == 'ø':
			b.WriteByte('o')
		case r == 'ł':
			b.WriteByte('l')
		case r == 'đ':
			b.WriteByte('d')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Fold is a name as it is searched and compared: plain, letters that look like
// Latin ones as those, words parted by one space, nothing else.
func Fold(name string) string {
	var b strings.Builder
	space := false
	for _, r := range plain(name) {
		if twin, ok := twins[r]; ok {
			r = twin
		}
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(r)
		case invisible(r): // a zero-width space parts no words
		default:
			space = true
		}
	}
	return b.String()
}

func invisible(r rune) bool { return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) }

// twins are letters of other alphabets that are read as Latin ones, after the
// confusables of Unicode UTS 39, in small letters.
var twins = map[rune]rune{
	// Cyrillic
	'а': 'a', 'в': 'b', 'с': 'c', 'ԁ': 'd', 'е': 'e', 'ё': 'e', 'һ': 'h', 'н': 'h', 'і': 'i', 'ї': 'i', 'ј': 'j', 'к': 'k', 'ӏ': 'l', 'м': 'm',
	'о': 'o', 'р': 'p', 'ԛ': 'q', 'г': 'r', 'ѕ': 's', 'т': 't', 'ц': 'u', 'ѵ': 'v', 'ԝ': 'w', 'х': 'x', 'у': 'y', 'ү': 'y', 'п': 'n', 'з': '3',
	// Greek
	'α': 'a', 'β': 'b', 'ε': 'e', 'η': 'n', 'ι': 'i', 'κ': 'k', 'ν': 'v', 'ο': 'o', 'ρ': 'p', 'σ': 'o', 'τ': 't', 'υ': 'u', 'χ': 'x', 'ω': 'w', 'μ': 'u',
	'ϲ': 'c', 'ϳ': 'j',
	// Armenian, and Latin letters that are others' twins
	'ո': 'n', 'ս': 'u', 'օ': 'o', 'հ': 'h', 'ց': 'g', 'ı': 'i', 'ɑ': 'a', 'ɡ': 'g', 'ʟ': 'l', 'ǀ': 'l', '|': 'l', 'ƒ': 'f', 'ꞵ': 'b',
}

// skeleton is a folded name with what looks alike made one: no spaces, and one
// letter for those that many hands and types draw the same.
func skeleton(name string) string {
	s := strings.ReplaceAll(Fold(name), " ", "")
	return strings.NewReplacer("0", "o", "1", "l", "i", "l", "5", "s", "3", "e", "4", "a", "8", "b", "rn", "m", "vv", "w").Replace(s)
}
