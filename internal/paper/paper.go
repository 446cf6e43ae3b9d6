// Package paper makes what of a badge goes on paper and into other sites'
// previews: QR codes, the sheet that a person prints, and the picture that a
// messenger shows beside a link.
//
// It knows no store and no request: bytes and words come in, bytes go out, the
// same every time. Everything that comes in may be a stranger's: lengths are
// bounded, and characters that steer rather than show are left out.
//
// Begin with [QR].
package paper

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:generate ./extract.sh

// tidy leaves out of a text what can't be shown or steers the showing: broken
// UTF-8, controls, marks of direction, private and unassigned characters. Line
// breaks become a space. At most limit characters are kept; where it is longer,
// an ellipsis ends it.
func tidy(text string, limit int) string {
	return strings.Join(strings.Fields(keep(text, limit)), " ")
}

// keep is tidy without joining the lines, which stay as \n.
func keep(text string, limit int) string {
	var b strings.Builder
	n := 0
	for _, r := range strings.ReplaceAll(text, "\r\n", "\n") {
		switch {
		case r == '\t' || r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			r = ' '
		case r == '\n':
		case r == utf8.RuneError || !shown(r):
			continue
		}
		if n++; n > limit {
			b.WriteRune('…')
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}

// shown tells whether a character has a look of its own. A joiner counts, since
// letters of some scripts depend on it; marks of direction don't.
func shown(r rune) bool {
	if r == '\u200c' || r == '\u200d' {
		return true
	}
	return unicode.IsGraphic(r)
}
