// Package look holds how every page of the platform looks: the frame around a
// page, the parts it is made of, the style sheet, fonts, icons and small
// scripts. It knows no request, no store and no rule of badges: a room hands
// over a [Page] with its own typed data, and gets bytes.
//
// Begin with [New], then [Look.Render]; mount [Look.Assets] at /static/. The
// parts are in part.go, each with an example; the functions of the templates
// are in function.go. Every page works without script.
package look

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"text/template/parse"

	"github.com/ecusson/ecusson/internal/message"
)

//go:generate ./extract.sh

//go:embed page static
var files embed.FS

// Look renders pages. It is safe for concurrent use.
type Look struct {
	languages []string
	tongues   map[string]*tongue
	assets    *assets
	pages     map[string]page // by name
	sets      sync.Map        // of *template.Template, by setKey
}

// page is a page's text, and which of the optional templates it defines.
type page struct {
	text        string
	aside, hero bool
}

// tongue is what one language needs.
type tongue struct {
	say *message.Printer
	// frames are the frame and the parts, for links that carry no language and
	// for links that do.
	frames map[bool]*template.Template
}

type setKey struct {
	name, lang string
	carry      bool
}

// New reads the frame, the parts and the pages, for every language of the catalog.
// A page is a
// file NAME.html at the top of pages; it defines the template "main", and may
// define "hero" (full width, above the page's margins), "aside" (beside the
// main column) and "head" (at the end of <head>). What lies under static/ in
// pages is served as the look's own static files are. An error names the file.
func New(c *message.Catalog, pages fs.FS) (*Look, error) {
	l := &Look{languages: c.Languages(), tongues: map[string]*tongue{}, pages: map[string]page{}}
	var err error
	if l.assets, err = readAssets(files, pages); err != nil {
		return nil, err
	}
	for _, lang := range l.languages {
		t := &tongue{say: c.For(lang), frames: map[bool]*template.Template{}}
		for _, carry := range []bool{false, true} {
			frame := template.New("").Option("missingkey=error").Funcs(l.functions(t.say, carry))
			if t.frames[carry], err = frame.ParseFS(files, "page/*.html"); err != nil {
				return nil, fmt.Errorf("look: %w", err)
			}
		}
		l.tongues[lang] = t
	}
	names, err := fs.Glob(pages, "*.html")
	if err != nil {
		return nil, fmt.Errorf("look: %w", err)
	}
	for _, file := range names {
		text, err := fs.ReadFile(pages, file)
		if err != nil {
			return nil, fmt.Errorf("look: %w", err)
		}
		if err := l.read(strings.TrimSuffix(path.Base(file), ".html"), string(text)); err != nil {
			return nil, err
		}
	}
	if !l.Has("error") {
		if err := l.read("error", `{{define "main"}}{{template "error" .Data}}{{end}}`); err != nil {
			return nil, err
		}
	}
	for name := range l.pages {
		// One language tells whether the page is well-formed; the others are
		// parsed when first asked for.
		if _, err := l.set(setKey{name: name, lang: l.languages[0]}); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// read takes a page's text and looks which templates it defines.
func (l *Look) read(name, text string) error {
	tree := parse.New(name)
	tree.Mode = parse.SkipFuncCheck
	defined := map[string]*parse.Tree{}
	if _, err := tree.Parse(text, "", "", defined); err != nil {
		return fmt.Errorf("look: page %s.html: %w", name, err)
	}
	if defined["main"] == nil {
		return fmt.Errorf(`look: page %s.html does not define the template "main"`, name)
	}
	l.pages[name] = page{text: text, aside: defined["aside"] != nil, hero: defined["hero"] != nil}
	return nil
}

// set returns the templates of a page.
func (l *Look) set(key setKey) (*template.Template, error) {
	if found, ok := l.sets.Load(key); ok {
		return found.(*template.Template), nil
	}
	parsed, err := l.tongues[key.lang].frames[key.carry].Clone()
	if err == nil {
		parsed, err = parsed.New(key.name + ".html").Parse(l.pages[key.name].text)
	}
	if err != nil {
		return nil, fmt.Errorf("look: page %s.html: %w", key.name, err)
	}
	kept, _ := l.sets.LoadOrStore(key, parsed)
	return kept.(*template.Template), nil
}

// Render makes the whole page with that name, the page file's name without
// .html. It returns either all of the page or an error: half a page is never
// sent. The data of the page is .Data in its templates.
func (l *Look) Render(name string, p Page) ([]byte, error) {
	if !slices.Contains(l.languages, p.Lang) {
		return nil, fmt.Errorf("look: page %s in %q, which is not one of %s", name, p.Lang, strings.Join(l.languages, ", "))
	}
	known, ok := l.pages[name]
	if !ok {
		return nil, fmt.Errorf("look: no page %s.html", name)
	}
	set, err := l.set(setKey{name: name, lang: p.Lang, carry: p.Carry})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := set.ExecuteTemplate(&out, "frame", frame{Page: p, Aside: known.aside, Hero: known.hero}); err != nil {
		return nil, fmt.Errorf("look: page %s.html: %w", name, err)
	}
	return out.Bytes(), nil
}

// Has tells whether there is a page with that name.
func (l *Look) Has(name string) bool { _, ok := l.pages[name]; return ok }

var errOddFacts = errors.New("look: facts are pairs of a name and a value")
