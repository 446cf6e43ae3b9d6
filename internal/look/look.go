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
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	texttemplate "text/template"
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
	parts     map[string]*parse.Tree // the frame and the parts, by name
	pages     map[string]page        // by name
	sets      sync.Map               // of *template.Template, by setKey
}

// page is what a page's file defines, by name, and which of the optional templates
// are among it.
type page struct {
	defined     map[string]*parse.Tree
	aside, hero bool
}

// tongue is what one language needs.
type tongue struct {
	say *message.Printer
	// functions are those of the templates, for links that carry no language and for
	// links that do.
	functions map[bool]template.FuncMap
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
	l := &Look{languages: c.Languages(), tongues: map[string]*tongue{}, parts: map[string]*parse.Tree{}, pages: map[string]page{}}
	var err error
	if l.assets, err = readAssets(files, pages); err != nil {
		return nil, err
	}
	for _, lang := range l.languages {
		t := &tongue{say: c.For(lang), functions: map[bool]template.FuncMap{}}
		for _, carry := range []bool{false, true} {
			t.functions[carry] = l.functions(t.say, carry)
		}
		l.tongues[lang] = t
	}
	frames, err := fs.Glob(files, "page/*.html")
	if err != nil {
		return nil, fmt.Errorf("look: %w", err)
	}
	for _, file := range frames {
		text, err := fs.ReadFile(files, file)
		if err != nil {
			return nil, fmt.Errorf("look: %w", err)
		}
		defined, err := l.parse(file, string(text))
		if err != nil {
			return nil, fmt.Errorf("look: %w", err)
		}
		maps.Copy(l.parts, defined)
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
	return l, nil
}

// parse reads what a file defines. The functions of one language tell which there
// are.
func (l *Look) parse(file, text string) (map[string]*parse.Tree, error) {
	t, err := texttemplate.New(file).Funcs(l.tongues[l.languages[0]].functions[false]).Parse(text)
	if err != nil {
		return nil, err
	}
	defined := map[string]*parse.Tree{}
	for _, d := range t.Templates() {
		defined[d.Name()] = d.Tree
	}
	return defined, nil
}

// read takes a page's text and looks which templates it defines.
func (l *Look) read(name, text string) error {
	defined, err := l.parse(name+".html", text)
	if err != nil {
		return fmt.Errorf("look: page %s.html: %w", name, err)
	}
	if defined["main"] == nil {
		return fmt.Errorf(`look: page %s.html does not define the template "main"`, name)
	}
	if _, err := l.reached(defined); err != nil {
		return fmt.Errorf("look: page %s.html: %w", name, err)
	}
	l.pages[name] = page{defined: defined, aside: defined["aside"] != nil, hero: defined["hero"] != nil}
	return nil
}

// set returns the templates of a page, made when it is first asked for. They are
// the page's own, since html/template writes into them what each place needs; so
// only those are taken that the page comes to.
func (l *Look) set(key setKey) (*template.Template, error) {
	if found, ok := l.sets.Load(key); ok {
		return found.(*template.Template), nil
	}
	trees, err := l.reached(l.pages[key.name].defined)
	if err != nil {
		return nil, fmt.Errorf("look: page %s.html: %w", key.name, err)
	}
	set := template.New(key.name + ".html").Option("missingkey=error").Funcs(l.tongues[key.lang].functions[key.carry])
	for name, tree := range trees {
		if _, err := set.AddParseTree(name, tree.Copy()); err != nil {
			return nil, fmt.Errorf("look: page %s.html: %w", key.name, err)
		}
	}
	kept, _ := l.sets.LoadOrStore(key, set)
	return kept.(*template.Template), nil
}

// reached are the templates that a page comes to from the frame: its own, and else
// the parts of that name.
func (l *Look) reached(own map[string]*parse.Tree) (map[string]*parse.Tree, error) {
	taken := map[string]*parse.Tree{}
	for next := []string{"frame"}; len(next) > 0; {
		name := next[len(next)-1]
		next = next[:len(next)-1]
		if taken[name] != nil {
			continue
		}
		tree := own[name]
		if tree == nil {
			tree = l.parts[name]
		}
		if tree == nil {
			return nil, fmt.Errorf("there is no template %q", name)
		}
		taken[name] = tree
		next = called(next, tree.Root)
	}
	return taken, nil
}

// called adds the names of the templates that a template calls.
func called(names []string, n parse.Node) []string {
	branch := func(b *parse.BranchNode) []string { return called(called(names, b.List), b.ElseList) }
	switch n := n.(type) {
	case *parse.TemplateNode:
		return append(names, n.Name)
	case *parse.IfNode:
		return branch(&n.BranchNode)
	case *parse.RangeNode:
		return branch(&n.BranchNode)
	case *parse.WithNode:
		return branch(&n.BranchNode)
	case *parse.ListNode:
		if n == nil {
			return names
		}
		for _, child := range n.Nodes {
			names = called(names, child)
		}
	}
	return names
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
