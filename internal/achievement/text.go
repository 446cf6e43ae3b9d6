package achievement

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold parts a text into its words, in small letters without accents, of letters
// and digits alone: what is looked for is folded alike.
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

// Bounds of what is looked for.
const (
	maxQuery = 200 // bytes
	maxWords = 8
)

// Words are the words of a query, folded, at most eight.
func Words(query string) []string {
	if len(query) > maxQuery {
		query = strings.ToValidUTF8(query[:maxQuery], "")
	}
	words := fold(query)
	return words[:min(len(words), maxWords)]
}

// Found is what a content is found by: each word after a space, folded.
func (c *Content) Found() string {
	var texts []string
	for _, lang := range Languages {
		texts = append(texts, c.Texts[lang].Name, c.Texts[lang].Second)
	}
	for _, s := range c.Skills {
		texts = append(texts, s.In("fr"), s.In("en"), s.Code)
	}
	texts = append(texts, c.Tags...)
	var b strings.Builder
	seen := map[string]bool{}
	for _, text := range texts {
		for _, word := range fold(text) {
			if !seen[word] && b.Len() < 4000 {
				seen[word] = true
				b.WriteString(" " + word)
			}
		}
	}
	return b.String()
}
