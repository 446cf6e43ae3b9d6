package paper

import (
	"embed"
	"fmt"
	"strings"
	"sync"
	"unicode"

	"github.com/carlos7ags/folio/font"
	"golang.org/x/text/unicode/norm"
)

// The fonts of the look; where they come from stands in font/ORIGIN.md.
//
//go:embed font/*.ttf
var fontFiles embed.FS

// style is which font a text is set in.
type style int

const (
	styleText style = iota
	styleBold
	styleTitle
	// styleRest is for characters that the three others lack: Greek, Cyrillic,
	// Hebrew, Arabic, arrows, some emoji.
	styleRest
	styles
)

func (s style) file() string {
	return "font/" + [styles]string{"text", "bold", "title", "rest"}[s] + ".ttf"
}

// faces parses the fonts once; a face is safe for concurrent use.
var faces = sync.OnceValues(func() ([styles]font.Face, error) {
	var out [styles]font.Face
	for s := range styles {
		data, err := fontFiles.ReadFile(s.file())
		if err != nil {
			return out, err
		}
		if out[s], err = font.ParseTTF(data); err != nil {
			return out, fmt.Errorf("paper: %s: %w", s.file(), err)
		}
	}
	return out, nil
})

// unshown stands for a character that no font has.
const unshown = '\u25a1'

// piece is a part of a text that one font sets.
type piece struct {
	style style
	text  string
}

// pieces parts a text by the fonts that have its characters: the wanted one, else
// the rest. A letter that changes form with its neighbours stays with them; a
// character that no font has becomes a square, an invisible one nothing.
func pieces(text string, want style, has func(style, rune) bool) []piece {
	var out []piece
	put := func(s style, r rune) {
		if n := len(out); n > 0 && out[n-1].style == s {
			out[n-1].text += string(r)
		} else {
			out = append(out, piece{s, string(r)})
		}
	}
	for _, r := range norm.NFC.String(text) {
		if !shown(r) {
			continue // an entity of Markdown may have brought it
		}
		r = plainer(r, func(r rune) bool { return has(want, r) })
		switch {
		case r == ' ' && len(out) > 0:
			put(out[len(out)-1].style, r) // a space does not part an Arabic text
		case has(want, r):
			put(want, r)
		case has(styleRest, r):
			put(styleRest, r)
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
			// A mark that no font has is no box of its own.
		default:
			put(styleRest, unshown)
		}
	}
	return out
}

// plainer gives for a space or a hyphen that the font lacks the like that it has.
func plainer(r rune, has func(rune) bool) rune {
	if has(r) {
		return r
	}
	switch r {
	case '\u202f', '\u2007':
		return '\u00a0'
	case '\u2000', '\u2001', '\u2002', '\u2003', '\u2004', '\u2005', '\u2006', '\u2008', '\u2009', '\u200a', '\u205f', '\u3000':
		return ' '
	case '\u2010', '\u2011', '\u2212':
		return '-'
	}
	return r
}

// fitted shortens a text, at a word where there is one near, until fits says
// yes, and ends it with an ellipsis.
func fitted(text string, fits func(string) bool) string {
	if fits(text) {
		return text
	}
	runes := []rune(text)
	low, high := 0, len(runes)
	for low < high {
		mid := (low + high + 1) / 2
		if fits(string(runes[:mid]) + "…") {
			low = mid
		} else {
			high = mid - 1
		}
	}
	cut := strings.TrimRightFunc(string(runes[:low]), unicode.IsSpace)
	if space := strings.LastIndexByte(cut, ' '); space > len(cut)*2/3 {
		cut = strings.TrimRightFunc(cut[:space], func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) })
	}
	return cut + "…"
}
