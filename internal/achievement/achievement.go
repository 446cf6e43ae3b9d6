// Package achievement is what can be recognised: a badge's description in its
// languages, as a draft that changes and as published versions that never do.
// Begin with Service.
package achievement

import (
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/id"
)

// State is where an achievement stands.
type State string

// The states.
const (
	Draft     State = "draft"     // never published
	Published State = "published" // can be awarded
	Archived  State = "archived"  // is awarded no more; what was given stands
)

// Achievement is something that an organisation recognises. Its words are in
// Content: the published ones in its versions, the next ones in its draft.
type Achievement struct {
	Org     id.Number
	Number  id.Number // names it in keys, random
	State   State
	Version int // the newest published version; 0 for none
	// Draft is what the next version would say; nil where nothing was changed
	// since the newest version.
	Draft *Content
	// Newest is the newest published version; nil for none.
	Newest  *Version
	Name    string // of the newest content, for lists
	Kind    string
	Awarded int // how many were given, revoked ones too
	Created time.Time
	Changed time.Time
}

// Key names the achievement in addresses.
func (a Achievement) Key() string { return id.Key(a.Org, a.Number) }

// Content is what the achievement says at present: the draft where there is one,
// else the newest version. It is the caller's own.
func (a Achievement) Content() Content {
	switch {
	case a.Draft != nil:
		return a.Draft.Clone()
	case a.Newest != nil:
		return a.Newest.Content.Clone()
	}
	return Content{}
}

// Slug is a name of the achievement for lists that people write: "Lauréat 2026"
// gives laureat-2026. Several may have the same.
func (a Achievement) Slug() string { return Slug(a.Name) }

// Slug is a text in small letters, digits and single hyphens.
func Slug(text string) string { return strings.Join(fold(text), "-") }

// Version is a published state of an achievement. It never changes.
type Version struct {
	Org         id.Number
	Achievement id.Number
	Version     int
	Content     Content
	PNG, SVG    string // names of the stored pictures; SVG is "" for an uploaded PNG
	Alt         string // what the picture shows, in the content's language
	Published   time.Time
	By          id.ID
}

// Content is what a badge says. The codes of kind and assessment are those of
// package credential.
type Content struct {
	Lang  string           `json:"lang"`  // of Texts that lack another language: "fr" or "en"
	Texts map[string]Texts `json:"texts"` // by language; that of Lang is complete

	Kind       string `json:"kind"`
	Level      int    `json:"level,omitempty"`  // 0 for none, else 1 to 3, or of a milestone up to Levels
	Levels     int    `json:"levels,omitempty"` // of a milestone: how many steps there are
	Assessment string `json:"assessment,omitempty"`

	CriteriaURL string   `json:"criteriaUrl,omitempty"`
	Skills      []Skill  `json:"skills,omitempty"`
	Tags        []string `json:"tags,omitempty"`
	Licence     string   `json:"licence,omitempty"` // URL

	EvidenceNeeded bool     `json:"evidenceNeeded,omitempty"` // an award without evidence is refused
	Validity       Validity `json:"validity,omitzero"`

	Picture Picture `json:"picture"`
}

// Texts are a badge's words in one language.
type Texts struct {
	Name        string `json:"name"`
	Second      string `json:"second,omitempty"` // the second text on the picture, such as a year
	Description string `json:"description"`
	Criteria    string `json:"criteria,omitempty"` // Markdown
	Evidence    string `json:"evidence,omitempty"` // which evidence is asked for, in words
	Assessor    string `json:"assessor,omitempty"` // who assesses, in words
	// Alt says what the picture shows: of an uploaded one, and of a generated one
	// where somebody wrote it. Publishing fills it in.
	Alt string `json:"alt,omitempty"`
}

// Skill is something that the badge shows, aligned with a framework. Names by
// language; at least one.
type Skill struct {
	Name        map[string]string `json:"name"`
	Description map[string]string `json:"description,omitempty"`
	URL         string            `json:"url,omitempty"`
	Code        string            `json:"code,omitempty"`
	Framework   string            `json:"framework,omitempty"`
	// Frameworks are the framework's names by language, where it has several.
	Frameworks map[string]string `json:"frameworks,omitempty"`
	Type       string            `json:"type,omitempty"` // of Open Badges
}

// In is the skill's name in a language, or in any.
func (s Skill) In(lang string) string { return pick(s.Name, lang) }

// Described is the skill's description in a language, or in any; may be empty.
func (s Skill) Described(lang string) string { return pick(s.Description, lang) }

// FrameworkIn is the framework's name in a language, or its only one.
func (s Skill) FrameworkIn(lang string) string {
	if name := s.Frameworks[lang]; name != "" {
		return name
	}
	return s.Framework
}

func pick(m map[string]string, lang string) string {
	if v := m[lang]; v != "" {
		return v
	}
	for _, l := range []string{"fr", "en"} {
		if v := m[l]; v != "" {
			return v
		}
	}
	for _, v := range m {
		return v
	}
	return ""
}

// Validity is how long an award holds; the zero Validity is for ever.
type Validity struct {
	Years  int    `json:"years,omitempty"`
	Months int    `json:"months,omitempty"`
	Days   int    `json:"days,omitempty"`
	Until  string `json:"until,omitempty"` // the last day, as in 2026-12-31, for all awards
}

// Picture says what the badge looks like: a stored one, or wishes for the
// generated one.
type Picture struct {
	PNG      string `json:"png,omitempty"` // name of an uploaded picture, stored
	SVG      string `json:"svg,omitempty"` // the same, where an SVG was uploaded beside it
	Icon     string `json:"icon,omitempty"`
	Division string `json:"division,omitempty"`
	Shade    int    `json:"shade,omitempty"` // degrees, -45 to 45
	Piping   string `json:"piping,omitempty"`
}

// Uploaded tells whether the picture was brought and not generated.
func (p Picture) Uploaded() bool { return p.PNG != "" }

// In is the content's words in a language: what that language lacks is taken
// from the content's own.
func (c *Content) In(lang string) Texts {
	own := c.Texts[c.Lang]
	t, ok := c.Texts[lang]
	if !ok {
		return own
	}
	for _, m := range []struct{ to, from *string }{
		{&t.Name, &own.Name}, {&t.Second, &own.Second}, {&t.Description, &own.Description}, {&t.Criteria, &own.Criteria},
		{&t.Evidence, &own.Evidence}, {&t.Assessor, &own.Assessor}, {&t.Alt, &own.Alt},
	} {
		if strings.TrimSpace(*m.to) == "" {
			*m.to = *m.from
		}
	}
	return t
}

// Languages are the languages of the content, its own first.
func (c *Content) Languages() []string {
	out := []string{c.Lang}
	for _, l := range []string{"fr", "en"} {
		if t, ok := c.Texts[l]; ok && l != c.Lang && t.Name != "" {
			out = append(out, l)
		}
	}
	return out
}

// End is the instant from which an award of that moment holds no more, at the
// end of a day in Paris; zero for never. A span ends on the day of the same
// number, or on the month's last.
func (v Validity) End(from time.Time, zone *time.Location) time.Time {
	if v.Until != "" {
		day, err := time.ParseInLocation(time.DateOnly, v.Until, zone)
		if err != nil {
			return time.Time{}
		}
		return day.AddDate(0, 0, 1)
	}
	if v == (Validity{}) {
		return time.Time{}
	}
	from = from.In(zone)
	year, month, day := from.Year()+v.Years, int(from.Month())+v.Months, from.Day()
	last := time.Date(year, time.Month(month+1), 0, 0, 0, 0, 0, zone).Day()
	return time.Date(year, time.Month(month), min(day, last)+v.Days+1, 0, 0, 0, 0, zone)
}
