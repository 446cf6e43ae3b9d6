package achievement

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/ecusson/ecusson/internal/picture"
)

// Sketch is what can be drawn of a content that is still being written, and all
// that the generator refuses of it: what it refuses is left out of the drawing,
// or cut to what fits. The generator itself tells of one refusal at a time.
func (c *Content) Sketch() (picture.Badge, []*picture.Error) {
	b := c.Drawing()
	b.Alt = ""
	if b.Kind == 0 {
		b.Kind, b.Level, b.Progress = picture.Participation, 0, picture.Progress{}
	}
	if strings.TrimSpace(b.Name) == "" {
		b.Name = b.Kind.Label(b.Lang)
	}
	var all []*picture.Error
	for range 20 { // each is mended once; a text that is cut, a few times
		var refused *picture.Error
		if err := b.Check(); !errors.As(err, &refused) {
			return b, all
		}
		all = append(all, refused)
		mend(&b, refused)
	}
	return picture.Badge{Name: b.Kind.Label(b.Lang), Kind: b.Kind, Lang: b.Lang}, all
}

// mend takes out of a drawing what was refused.
func mend(b *picture.Badge, refused *picture.Error) {
	code, _, _ := strings.Cut(strings.TrimPrefix(refused.Key, "picture."), "-")
	switch code {
	case "name":
		if b.Name = shorter(b.Name, refused); b.Name == "" {
			b.Name = b.Kind.Label(b.Lang)
		}
	case "second":
		b.Second = shorter(b.Second, refused)
	case "level":
		b.Level = 0
	case "progress":
		b.Progress, b.Level = picture.Progress{}, 0
	case "hue":
		b.Hue = 0
	case "piping":
		b.Piping = ""
	case "icon":
		b.Icon = ""
	case "division":
		b.Division = 0
	case "assessment":
		b.Assessment = 0
	}
}

// shorter is a text cut to what fits, its last character an ellipsis; nothing
// where it is not its length that was refused.
func shorter(text string, refused *picture.Error) string {
	fits, ok := refused.Facts["Fits"].(int)
	n := utf8.RuneCountInString(text)
	if !ok || !strings.HasSuffix(refused.Key, "-long") || fits < 3 || n < 4 {
		return ""
	}
	kept := []rune(text)[:min(fits, n-1)-1]
	return strings.TrimSpace(string(kept)) + "…"
}
