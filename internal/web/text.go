package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"strings"
	texttemplate "text/template"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/parser"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/site"
)

//go:embed text/*.md
var texts embed.FS

// textNames are the pages of text by path; a page's words stand in
// text/NAME.LANGUAGE.md, and its title is "look.NAME".
var textNames = []string{"help", "about-badges", "accessibility", "legal", "privacy"}

// textPages are what the site says of itself, and where problems are told.
type textPages struct {
	core    *Core
	orgs    *organization.Service
	reading *site.Markdown
	words   map[string]*texttemplate.Template // by NAME.LANGUAGE
	prose   goldmark.Markdown
}

// NewText returns the pages of text. An error names the file that cannot be read.
func NewText(c *Core, orgs *organization.Service, reading *site.Markdown) (Room, error) {
	t := &textPages{
		core: c, orgs: orgs, reading: reading, words: map[string]*texttemplate.Template{},
		prose: goldmark.New(goldmark.WithParserOptions(parser.WithHeadingAttribute())),
	}
	for _, name := range textNames {
		for _, lang := range c.Catalog.Languages() {
			file := "text/" + name + "." + lang + ".md"
			data, err := texts.ReadFile(file)
			if err != nil && lang != "fr" && lang != "en" {
				continue // a further language reads the English ones
			}
			if err != nil {
				return nil, fmt.Errorf("web: %w", err)
			}
			if t.words[name+"."+lang], err = texttemplate.New(file).Option("missingkey=error").Parse(string(data)); err != nil {
				return nil, fmt.Errorf("web: %w", err)
			}
		}
	}
	return t, nil
}

func (t *textPages) Routes() []Route {
	routes := []Route{
		{Pattern: "GET /report", Who: Anyone, Do: t.report},
		{Pattern: "POST /report", Who: Anyone, Limit: Telling, Body: smallForm, Do: t.tell},
	}
	for _, name := range textNames {
		routes = append(routes, Route{Pattern: "GET /" + name, Who: Anyone, Do: func(w http.ResponseWriter, r *Request) error { return t.show(w, r, name) }})
	}
	return routes
}

// textPage is the data of the page "text".
type textPage struct {
	Title    string
	Contents []look.Piece // headings with their anchors
	Terms    []look.Term
	Missing  *look.Note // for the operator: what the notice lacks
	Text     template.HTML
	Lang     string // of the text, where it is not the page's
}

func (t *textPages) show(w http.ResponseWriter, r *Request, name string) error {
	settings, err := t.orgs.Settings(r.Context())
	if err != nil {
		return err
	}
	d := textPage{Title: "look." + name}
	if name == "legal" {
		d.Terms, d.Missing = legalTerms(settings), missingLegal(r, settings)
	}
	if err := t.write(r, &d, name, settings); err != nil {
		return err
	}
	p := r.Page(r.Say.T(d.Title))
	p.Data, p.URL = d, r.Core.URL("/"+name)
	r.putSiteCard(&p)
	return r.Show(w, "text", p)
}

var headingLine = regexp.MustCompile(`<h2 id="([a-z-]+)">(.*?)</h2>`)

// write puts the operator's own words on a page, or else ours.
func (t *textPages) write(r *Request, d *textPage, name string, settings organization.Settings) error {
	lang := r.Lang()
	words, known := t.words[name+"."+lang]
	if !known {
		lang = "en"
		words, d.Lang = t.words[name+".en"], lang
	}
	for _, own := range organization.Texts() {
		if own != name {
			continue
		}
		text, err := t.orgs.Text(r.Context(), name, lang)
		if err != nil {
			return err
		}
		if text != "" {
			d.Text = t.reading.HTML(text)
			return nil
		}
	}
	var markdown, out bytes.Buffer
	for _, s := range []*string{&settings.Operator, &settings.Form, &settings.Address, &settings.Director, &settings.Contact, &settings.Officer, &settings.Host} {
		*s = literal(*s)
	}
	if err := words.Execute(&markdown, settings); err != nil {
		return fmt.Errorf("web: %w", err)
	}
	if err := t.prose.Convert(markdown.Bytes(), &out); err != nil {
		return fmt.Errorf("web: %w", err)
	}
	for _, m := range headingLine.FindAllStringSubmatch(out.String(), -1) {
		d.Contents = append(d.Contents, look.Piece{Path: "#" + m[1], Text: m[2]})
	}
	d.Text = template.HTML(out.String()) // our own words, in which what the operator set is text alone
	return nil
}

// literal writes a text so that Markdown reads it as it is (CommonMark §2.4).
func literal(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			r = ' '
		case r < 0x80 && unicode.In(r, unicode.Punct, unicode.Symbol):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// legalTerms are what a legal notice must say (French law no. 2004-575, article 1-1).
func legalTerms(s organization.Settings) []look.Term {
	var terms []look.Term
	for _, t := range []look.Term{
		{Label: "text.operator", Text: s.Operator}, {Label: "text.form", Text: s.Form}, {Label: "text.address", Text: s.Address},
		{Label: "text.director", Text: s.Director}, {Label: "text.contact", Text: s.Contact}, {Label: "text.host", Text: s.Host},
	} {
		if t.Text != "" {
			terms = append(terms, t)
		}
	}
	return terms
}

// missingLegal tells the operator what the notice lacks, and anybody that it does.
func missingLegal(r *Request, s organization.Settings) *look.Note {
	if s.Complete() {
		return nil
	}
	if r.Person.Operator {
		return &look.Note{Kind: "doubt", Heading: 2, Title: "text.incomplete", Text: "text.incomplete-operator", Action: &look.Button{Text: "text.complete", Path: "/operator/settings", Small: true}}
	}
	return &look.Note{Kind: "doubt", Heading: 2, Title: "text.incomplete", Text: "text.incomplete-reader"}
}

// reportForm is the data of the page "report".
type reportForm struct {
	Text, Page, Email look.Field
	Errors            look.Errors
	Sent              bool
}

func (t *textPages) report(w http.ResponseWriter, r *Request) error {
	return t.showReport(w, r, nil)
}

func (t *textPages) showReport(w http.ResponseWriter, r *Request, wrong map[string]fault.Field) error {
	say := func(name string) string { return wrongText(r, wrong, name) }
	d := reportForm{
		Sent:  r.URL.Query().Has("sent"),
		Text:  look.Field{Name: "text", Type: "textarea", Label: "report.text", Help: "report.text-help", Value: r.FormValue("text"), Required: true, Limit: 4000, Error: say("text"), Spellcheck: true},
		Page:  look.Field{Name: "page", Label: "report.page", Help: "report.page-help", Value: r.FormValue("page"), Optional: true, Limit: 500, Error: say("page"), Autocomplete: "off"},
		Email: look.Field{Name: "email", Type: "email", Label: "report.email", Help: "report.email-help", Value: r.FormValue("email"), Optional: true, Error: say("email"), Autocomplete: "email"},
	}
	d.Errors = look.Faults(d.Text, d.Page, d.Email)
	p := r.Page(r.Say.T("look.report"))
	p.Hidden, p.Data = true, d
	if wrong != nil {
		return r.ShowAgain(w, "report", p)
	}
	return r.Show(w, "report", p)
}

// tell keeps what somebody reports.
func (t *textPages) tell(w http.ResponseWriter, r *Request) error {
	err := t.orgs.Tell(r.Context(), organization.Report{Text: r.Text("text"), Page: r.Text("page"), Email: r.Text("email"), Lang: r.Lang()})
	if err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return t.showReport(w, r, wrong)
	}
	return r.Go(w, "/report?sent=1", "")
}
