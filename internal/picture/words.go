package picture

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// refusedWords are words that would make a badge look like a diploma or an act
// of the state, folded; a star stands for any ending.
var refusedWords = []string{
	"republique*", "diplom*", "certif*", "titre", "titres", "rncp",
}

// checkWords refuses a text that is too long to look at, that can't be set, or
// that holds a word only an alignment can prove.
func (b Badge) checkWords(text string, long, character, word code) error {
	if n := utf8.RuneCountInString(text); n > MaxText {
		return fault(long, map[string]any{"Length": n, "Fits": MaxText})
	}
	if r := unsettable(text); r >= 0 {
		return fault(character, map[string]any{"Character": show(r), "Text": clip(text)})
	}
	words := foldedWords(text)
	for i, w := range words {
		if refused(w) && !(strings.TrimSpace(b.AllowRegistered) != "" && linked(words[:i])) {
			return fault(word, map[string]any{"Word": wordsOf(text)[i], "Text": clip(text)})
		}
	}
	return nil
}

func refused(word string) bool {
	return slices.ContainsFunc(refusedWords, func(w string) bool {
		stem, open := strings.CutSuffix(w, "*")
		return word == w || open && strings.HasPrefix(word, stem)
	})
}

// linked tells whether the words before say that something is linked to what
// follows: "lié à", "liée au", "liés aux", "linked to".
func linked(before []string) bool {
	for i := range max(0, len(before)-1) {
		switch before[i] {
		case "lie", "liee", "lies", "liees":
			if next := before[i+1]; next == "a" || next == "au" || next == "aux" {
				return true
			}
		case "linked":
			if before[i+1] == "to" {
				return true
			}
		}
	}
	return false
}

// wordsOf splits at everything that is neither letter, digit nor mark.
func wordsOf(text string) []string {
	return strings.FieldsFunc(norm.NFC.String(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
}

func foldedWords(text string) []string {
	words := wordsOf(text)
	for i, w := range words {
		words[i] = fold(w)
	}
	return words
}

// unsettable is the first character that the font lacks or that is not text,
// or -1.
func unsettable(text string) rune {
	if !utf8.ValidString(text) {
		return utf8.RuneError
	}
	face, err := loadTypeface()
	if err != nil {
		return -1 // said when the text is set
	}
	text = tidy(text)
	if i := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) }); i >= 0 {
		r, _ := utf8.DecodeRuneInString(text[i:])
		return r
	}
	return (&setter{face: face}).missing(text)
}

// tidy composes the letters and makes every run of white space one space; a
// no-break space stays one.
func tidy(text string) string {
	var out strings.Builder
	var gap rune
	for _, r := range norm.NFC.String(text) {
		if unicode.IsSpace(r) || r == '\u202F' {
			if gap == 0 || gap == ' ' {
				gap = ' '
				if r == '\u00A0' || r == '\u202F' {
					gap = r
				}
			}
			continue
		}
		if gap != 0 && out.Len() > 0 {
			out.WriteRune(gap)
		}
		gap = 0
		out.WriteRune(r)
	}
	return out.String()
}

// show writes a character for a message: itself where it can be seen, and its
// number.
func show(r rune) string {
	number := "U+" + strings.ToUpper(hexDigits(r))
	if unicode.IsGraphic(r) && !unicode.IsSpace(r) && r != utf8.RuneError {
		return string(r) + " (" + number + ")"
	}
	return number
}

func hexDigits(r rune) string {
	const digits = "0123456789abcdef"
	var out []byte
	for ; r > 0 || len(out) < 4; r >>= 4 {
		out = append(out, digits[r&15])
	}
	slices.Reverse(out)
	return string(out)
}
