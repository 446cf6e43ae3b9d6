package framework

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds of a query; what is beyond them is not read.
const (
	maxQuery = 200 // bytes
	maxWords = 12
)

// words is what a skill is found by, folded.
type words struct {
	code, ogr   string
	name        [2][]string // by language
	phrase      [2]string   // the names' words with one space between
	description [2][]string
}

// The languages of words.
const (
	french  = 0
	english = 1
)

func wordsOf(s Skill) words {
	w := words{code: strings.ToLower(s.Code), ogr: s.OGR}
	for i, text := range [...]string{french: s.Name.FR, english: s.Name.EN} {
		w.name[i] = fold(text)
		w.phrase[i] = strings.Join(w.name[i], " ")
	}
	w.description = [2][]string{french: fold(s.Description.FR), english: fold(s.Description.EN)}
	return w
}

// How well a skill fits a query, best first.
const (
	fitCode        = iota // the code, or its beginning
	fitBegins             // the name in the reader's language begins so
	fitWords              // words of that name begin so
	fitBeginsOther        // the same of the name in the other language
	fitWordsOther
	fitDescription // the rest of the words stand in a description
	noFit
)

// Search finds the skills of which every word of the query begins a word: of the
// name, in either language, or of the description; or whose code begins so. Case,
// accents, apostrophes and hyphens don't count. The best come first: code, name
// that begins with the query, words of the name, words of the description; the
// reader's language before the other, ROME before ESCO, and short names before
// long ones. A query without a word lists all. At most limit skills are given, none below 1.
func (c *Catalog) Search(query, lang string, limit int) []Skill {
	if limit < 1 {
		return nil
	}
	first := english
	if isFrench(lang) {
		first = french
	}
	asked := fold(cut(query, maxQuery))
	asked = asked[:min(len(asked), maxWords)]
	phrase := strings.Join(asked, " ")
	type hit struct{ fit, skill int }
	hits := make([]hit, 0, len(c.skills))
	for i := range c.words {
		if f := c.words[i].fit(asked, phrase, first); f != noFit {
			hits = append(hits, hit{f, i})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(
			cmp.Compare(a.fit, b.fit),
			cmp.Compare(c.skills[b.skill].Framework, c.skills[a.skill].Framework), // rome, esco
			cmp.Compare(c.words[a.skill].length(asked, first), c.words[b.skill].length(asked, first)))
	})
	out := make([]Skill, min(limit, len(hits)))
	for i := range out {
		out[i] = c.skills[hits[i].skill]
	}
	return out
}

// length orders what fits alike: by the number of words of the name; not at all
// where nothing was asked.
func (w *words) length(asked []string, lang int) int {
	if len(asked) == 0 {
		return 0
	}
	return len(w.name[lang])
}

func (w *words) fit(asked []string, phrase string, first int) int {
	if len(asked) == 1 && (strings.HasPrefix(w.code, phrase) || w.ogr == phrase) {
		return fitCode
	}
	// The code of ESCO has hyphens, which part it into words.
	if len(asked) == 5 && w.code == strings.Join(asked, "-") {
		return fitCode
	}
	other := 1 - first
	switch {
	case strings.HasPrefix(w.phrase[first], phrase):
		return fitBegins
	case all(asked, w.name[first]):
		return fitWords
	case strings.HasPrefix(w.phrase[other], phrase):
		return fitBeginsOther
	case all(asked, w.name[other]):
		return fitWordsOther
	case all(asked, w.name[first], w.description[first]), all(asked, w.name[other], w.description[other]):
		return fitDescription
	}
	return noFit
}

// all tells whether each word asked begins a word of one of the texts.
func all(asked []string, texts ...[]string) bool {
	for _, a := range asked {
		if !slices.ContainsFunc(texts, func(text []string) bool {
			return slices.ContainsFunc(text, func(word string) bool { return strings.HasPrefix(word, a) })
		}) {
			return false
		}
	}
	return true
}

// fold parts a text into its words, in small letters without accents.
func fold(text string) []string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'œ' || r == 'Œ':
			b.WriteString("oe")
		case r == 'æ' || r == 'Æ':
			b.WriteString("ae")
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Fields(b.String())
}

// cut keeps at most n bytes of a text, in whole characters.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
