package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
)

// achievementNew is the data of the page "achievement-new".
type achievementNew struct {
	Action    string
	Errors    look.Errors
	Name      look.Field
	Kind      look.Field
	Copy      *look.Field // nil where there is nothing to copy
	Templates []achievementTemplate
}

// achievementTemplate is a badge to begin from.
type achievementTemplate struct {
	Code, Name, Text, Picture string
	Marks                     look.Marks
}

// mostToCopy is how many badges the form offers to copy.
const mostToCopy = 200

func (a *achievementPages) newForm(w http.ResponseWriter, r *Request) error {
	p, err := a.newPage(r, r.URL.Query().Get("from"), "", "", nil)
	if err != nil {
		return err
	}
	return r.Show(w, "achievement-new", p)
}

func (a *achievementPages) newPage(r *Request, from, name, kind string, wrong map[string]fault.Field) (look.Page, error) {
	d := achievementNew{Action: spaceBadges(r.Org) + "/new"}
	wrongName := wrongText(r, wrong, "name-"+r.Org.Lang)
	d.Name = look.Field{Name: "name", Label: "achievement.field-name", Help: "achievement.new-name-help", Value: name, Limit: achievement.MaxName, Required: true, Error: wrongName, Spellcheck: true}
	d.Kind = look.Field{Name: "kind", Type: "radio", Label: "achievement.kind", Help: "achievement.kind-help", Options: kindChoice(r, kind), Error: wrongText(r, wrong, "kind")}
	d.Errors = look.Faults(d.Name, d.Kind)
	have, _, err := a.Badges.List(r.Context(), r.Org.Number, achievement.Filter{}, achievement.Place{}, mostToCopy)
	if err != nil {
		return look.Page{}, err
	}
	var options []look.Option
	for _, b := range have {
		value := strconv.Itoa(int(b.Number))
		options = append(options, look.Option{Value: value, Label: nameOf(r, b), Selected: value == from})
	}
	if len(options) > 0 {
		d.Copy = &look.Field{Name: "copy", Type: "select", Label: "achievement.copy-which", Options: options}
	}
	for _, t := range a.Templates {
		words := t.Content.In(r.Lang())
		d.Templates = append(d.Templates, achievementTemplate{
			Code: t.Code, Name: words.Name, Text: words.Description, Picture: samplePath(r, "kind", t.Content.Kind, "icon", t.Content.Picture.Icon),
			Marks: look.Marks{Kind: t.Content.Kind, Level: t.Content.Level, Levels: t.Content.Levels, Assessment: t.Content.Assessment},
		})
	}
	p := r.Page(r.Say.T("achievement.new"))
	p.Section, p.Data = "badges", d
	p.Trail = []look.Crumb{{Text: "achievement.title", Path: spaceBadges(r.Org)}, {Text: "achievement.new"}}
	return p, nil
}

// create begins a draft: from nothing, from one of ours, or from a template.
func (a *achievementPages) create(w http.ResponseWriter, r *Request) error {
	c, err := a.beginning(r)
	if err == nil {
		var b achievement.Achievement
		if b, err = a.Badges.Create(r.Context(), r.Actor, c); err == nil {
			return r.Go(w, badgePath(r.Org, b.Number)+"/edit", "badge-created")
		}
	}
	wrong, err := Wrong(err)
	if err != nil {
		return err
	}
	p, err := a.newPage(r, "", r.Text("name"), r.Text("kind"), wrong)
	if err != nil {
		return err
	}
	return r.ShowAgain(w, "achievement-new", p)
}

// beginning is the content that a new draft begins with.
func (a *achievementPages) beginning(r *Request) (achievement.Content, error) {
	switch {
	case r.Text("template") != "":
		i := slices.IndexFunc(a.Templates, func(t achievement.Template) bool { return t.Code == r.Text("template") })
		if i < 0 {
			return achievement.Content{}, fault.ErrNotFound
		}
		c := a.Templates[i].Content.Clone()
		c.Lang, c.Picture.Piping = r.Org.Lang, r.Org.Colour
		return c, nil
	case r.Text("copy") != "":
		return a.copied(r)
	}
	c := achievement.Content{Lang: r.Org.Lang, Kind: r.Text("kind"), Texts: map[string]achievement.Texts{}}
	c.Texts[c.Lang] = achievement.Texts{Name: r.Text("name")}
	c.Picture.Piping = r.Org.Colour
	if r.Text("name") == "" {
		var f fault.Form
		f.Wrong("name-"+c.Lang, "achievement.name-missing")
		return c, f.Err()
	}
	return c, nil
}

// copied is what another badge of the organisation says, under a name that tells
// them apart.
func (a *achievementPages) copied(r *Request) (achievement.Content, error) {
	n, err := strconv.ParseInt(r.Text("copy"), 10, 32)
	if err != nil || n <= 0 {
		return achievement.Content{}, fault.ErrNotFound
	}
	b, err := a.Badges.Find(r.Context(), r.Org.Number, id.Number(n))
	if err != nil {
		return achievement.Content{}, err
	}
	c := b.Content()
	if b.Draft == nil && b.Newest != nil {
		c = b.Newest.Content.Editable()
	}
	for _, lang := range achievement.Languages {
		t, there := c.Texts[lang]
		if !there || t.Name == "" {
			continue
		}
		named := c.Clone()
		t.Name = r.Core.Catalog.For(lang).T("achievement.copy-of", message.Facts{"Name": t.Name})
		named.Texts[lang] = t
		if named.Check(false, r.Core.Now()) == nil { // a long name stays as it is
			c = named
		}
	}
	return c, nil
}
