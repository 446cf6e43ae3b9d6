// Package site makes the pages of an award folder: the page of each award, of
// each badge, and of the issuer, in French or English, with the style sheet,
// fonts and icons that they need. What it makes is bytes; it writes no file and
// knows neither lists, nor keys, nor journals.
//
// A page needs no script, calls no other site, and says no more of a person
// than the badge does. Begin with [New]; for one page call [Site.Award],
// [Site.Achievement] or [Site.Index], for a hundred thousand of one kind call
// [Site.Compile] once and [Template.Append] for each.
package site

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:generate ./extract.sh

//go:embed asset page
var files embed.FS

// Say says the sentence of a key in one language, with facts by name.
type Say func(key string, facts map[string]any) string

// Site makes pages. It is safe for concurrent use.
type Site struct {
	tongues map[string]*tongue
}

// tongue is everything in one language.
type tongue struct {
	name  string
	say   Say
	pages *template.Template
	days  sync.Map // of dates in words, by year, month, day: a list has few days
}

// New reads the templates once for each language, by its tag: "fr", "en".
func New(languages map[string]Say) (*Site, error) {
	s := &Site{tongues: map[string]*tongue{}}
	icons, err := readIcons()
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(languages)) {
		t := &tongue{name: name, say: languages[name]}
		t.pages, err = template.New("").Funcs(t.functions(icons)).ParseFS(files, "page/*.html")
		if err != nil {
			return nil, fmt.Errorf("site: %w", err)
		}
		s.tongues[name] = t
	}
	if len(s.tongues) == 0 {
		return nil, errors.New("site: no language")
	}
	return s, nil
}

// Language is the language of the pages of a badge in that language: the same
// where the site speaks it, else English, else any.
func (s *Site) Language(badge string) string {
	base, _, _ := strings.Cut(badge, "-")
	for _, name := range []string{base, "en"} {
		if s.tongues[name] != nil {
			return name
		}
	}
	return slices.Sorted(maps.Keys(s.tongues))[0]
}

// Files returns what the pages need, by path in the site: style sheet, fonts
// and the licences of both.
func Files() (map[string][]byte, error) {
	out := map[string][]byte{}
	err := fs.WalkDir(files, "asset", func(p string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := files.ReadFile(p)
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(p, "asset/")
		switch {
		case name == "icon/LICENSE":
			// The icons stand in the pages themselves.
			out["font/phosphor-icons.LICENSE.txt"] = data
		case path.Dir(name) != "icon":
			out[name] = data
		}
		return nil
	})
	return out, err
}

func readIcons() (map[string]template.HTML, error) {
	entries, err := fs.Glob(files, "asset/icon/*.svg")
	if err != nil {
		return nil, err
	}
	icons := map[string]template.HTML{}
	for _, p := range entries {
		data, err := files.ReadFile(p)
		if err != nil {
			return nil, err
		}
		svg := strings.Replace(string(data), `<svg xmlns="http://www.w3.org/2000/svg"`, `<svg class="i" aria-hidden="true" focusable="false"`, 1)
		icons[strings.TrimSuffix(path.Base(p), ".svg")] = template.HTML(svg)
	}
	return icons, nil
}

func (t *tongue) functions(icons map[string]template.HTML) template.FuncMap {
	return template.FuncMap{
		"t":          func(key string) string { return t.say(key, nil) },
		"lang":       func() string { return t.name },
		"icon":       func(name string) template.HTML { return icons[name] },
		"kind":       func(code string) string { return t.say("site.kind."+code, nil) },
		"level":      t.level,
		"levelHelp":  t.levelHelp,
		"assessment": t.assessment,
		"seam":       seam,
		"knots":      knots,
		"host":       host,
		"alt":        t.alt,
		"assessedBy": t.assessedBy,
		"breaks":     breaks,
		"foreign":    func(b Badge) string { return t.foreign(b.Language) },
		"page":       func(b Badge) string { return b.page(t.name) },
		"version":    func(n int) string { return t.say("site.version", map[string]any{"Version": strconv.Itoa(n)}) },
		"stateIcon": func(state string) template.HTML {
			switch state {
			case StateRevoked:
				return icons["x-circle"]
			case StateSuspended:
				return icons["pause-circle"]
			case StateExpired:
				return icons["clock"]
			}
			return icons["check-circle"]
		},
	}
}

func (t *tongue) level(b Badge) string {
	switch {
	case b.Kind == "milestone" && b.Level > 0:
		return t.say("site.level-milestone", map[string]any{"Level": b.Level, "Levels": b.Levels})
	case b.Level < 1 || b.Level > 3:
		return t.say("site.level-none", nil)
	}
	return t.say("site.level-"+strconv.Itoa(b.Level), nil)
}

func (t *tongue) levelHelp(b Badge) string {
	switch {
	case b.Kind == "milestone" && b.Level > 0:
		return t.say("site.level-milestone-help", nil)
	case b.Level < 1 || b.Level > 3:
		return t.say("site.level-none-help", nil)
	}
	return t.say("site.level-help", map[string]any{"Level": b.Level, "Levels": b.Levels})
}

func (t *tongue) assessment(b Badge) string {
	if b.Assessor != "" {
		return t.say("site.assessor", map[string]any{"Who": b.Assessor})
	}
	return t.assessedBy(b)
}

// assessedBy is the way of assessing in a few words.
func (t *tongue) assessedBy(b Badge) string {
	if b.Assessment == "" {
		return t.say("site.assessment.none", nil)
	}
	return t.say("site.assessment."+b.Assessment, nil)
}

// Date writes a day out in words.
func (s *Site) Date(language string, day time.Time) string {
	return s.tongues[s.Language(language)].date(day)
}

func (t *tongue) date(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	y, m, d := day.Date()
	key := (y*100+int(m))*100 + d
	if text, ok := t.days.Load(key); ok {
		return text.(string)
	}
	number := strconv.Itoa(d)
	if d == 1 {
		number = t.say("site.day-first", nil)
	}
	text := t.say("site.date", map[string]any{
		"Day": number, "Month": t.say("site.month."+strconv.Itoa(int(m)), nil), "Year": strconv.Itoa(y),
	})
	t.days.Store(key, text)
	return text
}

// seam draws the stitches that stand for a way of assessing, tighter as it
// weighs more.
func seam(assessment string) template.HTML {
	const begin = `<svg class="seam" viewBox="0 0 120 14" preserveAspectRatio="xMinYMid slice" aria-hidden="true" focusable="false" fill="none" stroke="currentColor" stroke-linecap="round">`
	var inner string
	switch assessment {
	case "intention":
		inner = `<path d="M2 7h116" stroke-width="3" stroke-dasharray="14 12"/>`
	case "participation":
		inner = `<path d="M2 7h116" stroke-width="3" stroke-dasharray="8 7"/>`
	case "self-declared":
		inner = `<path d="M3 7h116" stroke-width="4" stroke-dasharray=".1 9"/>`
	case "peers":
		var b strings.Builder
		for x := 3; x < 116; x += 12 {
			fmt.Fprintf(&b, "M%d 3l8 8M%d 3l-8 8", x, x+8)
		}
		inner = `<path d="` + b.String() + `" stroke-width="2.5"/>`
	case "organisation":
		inner = `<path d="M2 7h116" stroke-width="4" stroke-dasharray="7 4.500"/>`
	case "employer":
		inner = `<path d="M2 4h116" stroke-width="3.500" stroke-dasharray="7 4.500"/><path d="M2 11h116" stroke-width="2.500" stroke-dasharray="5 7"/>`
	case "jury":
		inner = `<path d="M1 4h118" stroke-width="3"/><path d="M3 11h116" stroke-width="4" stroke-dasharray=".1 8.800"/>`
	case "certification":
		var b strings.Builder
		for x := 4; x < 118; x += 8 {
			fmt.Fprintf(&b, "M%d 5v4", x)
		}
		inner = `<path d="M1 2h118M1 12h118" stroke-width="2.500"/><path d="` + b.String() + `" stroke-width="2.500"/>`
	default:
		return ""
	}
	return template.HTML(begin + inner + `</svg>`)
}

func knots(level, levels int) template.HTML {
	if level < 1 || levels < 1 || levels > 9 {
		return ""
	}
	var b strings.Builder
	b.WriteString(`<span class="knots" aria-hidden="true">`)
	for i := range levels {
		if i < level {
			b.WriteString(`<i class="on"></i>`)
		} else {
			b.WriteString(`<i></i>`)
		}
	}
	b.WriteString("</span>")
	return template.HTML(b.String())
}

// host is how a link is shown: without scheme, and short.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return strings.TrimPrefix(u.Host, "www.")
}

// LinkLabel is how a link to evidence is shown: without scheme and query, and
// cut where it is long.
func LinkLabel(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	label := strings.TrimPrefix(u.Host, "www.") + strings.TrimSuffix(u.Path, "/")
	if runes := []rune(label); len(runes) > 80 {
		return string(runes[:40]) + "…" + string(runes[len(runes)-39:])
	}
	return label
}

// breaks lets a long link break after its slashes rather than within a word.
func breaks(label string) template.HTML {
	return template.HTML(appendBreaks(nil, label))
}

func appendBreaks(dst []byte, label string) []byte {
	for {
		part, rest, found := strings.Cut(label, "/")
		dst = appendEscaped(dst, part)
		if !found {
			return dst
		}
		dst = append(dst, "/<wbr>"...)
		label = rest
	}
}

func (t *tongue) render(name string, data any) ([]byte, error) {
	var out bytes.Buffer
	if err := t.pages.ExecuteTemplate(&out, name, data); err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	return out.Bytes(), nil
}
