package achievement

import (
	"strings"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/picture"
)

// PictureSize is the side of the stored PNG, in pixels.
const PictureSize = 600

// Drawing is what the generator is told of the content, its words in the
// content's own language. An unknown kind, assessment or division is left to the
// generator to refuse.
func (c *Content) Drawing() picture.Badge {
	own := c.Own()
	b := picture.Badge{
		Name: own.Name, Second: own.Second, Piping: c.Picture.Piping, Hue: c.Picture.Shade, Icon: c.Picture.Icon,
		Alt: own.Alt, Lang: c.Lang, AllowRegistered: c.Registered(),
	}
	b.Kind, _ = picture.ParseKind(c.Kind)
	b.Assessment, _ = picture.ParseAssessment(c.Assessment)
	b.Division, _ = picture.ParseDivision(c.Picture.Division)
	if c.Kind == milestone {
		if c.Levels > 0 {
			b.Progress = picture.Progress{Done: c.Level, Of: c.Levels}
		}
	} else {
		b.Level = c.Level
	}
	return b
}

// Alternative says in a language what the picture shows.
func (c *Content) Alternative(lang string) string {
	if alt := strings.TrimSpace(c.Texts[lang].Alt); alt != "" {
		return alt
	}
	if c.Picture.Uploaded() {
		return c.In(lang).Alt
	}
	b := c.Drawing()
	b.Alt, b.Lang = "", lang
	return b.Alternative()
}

// pictureField is the field of the form that a refusal of the generator is about,
// by the beginning of its code.
var pictureFields = []struct{ begins, field string }{
	{"kind-", "kind"}, {"assessment-", "assessment"}, {"division-", "division"}, {"level-", "level"}, {"progress-", "level"},
	{"hue-", "shade"}, {"piping-", "piping"}, {"icon-", "icon"}, {"alt-", "alt-"}, {"name-", "name-"}, {"second-", "second-"},
	{"svg-", "svg"}, {"raster-", "picture"},
}

// refusal is a refusal of the generator as what is wrong with a field.
func refusal(refused *picture.Error, lang string) fault.Field {
	f := fault.Field{Name: "picture", Key: refused.Key, Facts: refused.Facts}
	code := strings.TrimPrefix(refused.Key, "picture.")
	for _, p := range pictureFields {
		if strings.HasPrefix(code, p.begins) {
			f.Name = p.field
			if strings.HasSuffix(f.Name, "-") {
				f.Name += lang
			}
		}
	}
	return f
}

// pairs are facts as fault.Form takes them.
func pairs(facts map[string]any) []any {
	out := make([]any, 0, 2*len(facts))
	for name, value := range facts {
		out = append(out, name, value)
	}
	return out
}
