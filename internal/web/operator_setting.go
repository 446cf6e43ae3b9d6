package web

import (
	"html/template"
	"maps"
	"net/http"
	"slices"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/site"
)

// sortedKeys are the keys of a map in their order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// settingPage is the data of the page "operator-settings".
type settingPage struct {
	Tabs   look.Tabs
	Fields []look.Field
	Policy look.Field
	Errors look.Errors
	Texts  []look.Piece
}

func (o *operatorPages) settings(w http.ResponseWriter, r *Request) error {
	now, err := o.Orgs.Settings(r.Context())
	if err != nil {
		return err
	}
	return o.showSettings(w, r, now, nil)
}

func (o *operatorPages) showSettings(w http.ResponseWriter, r *Request, s organization.Settings, wrong map[string]fault.Field) error {
	d := settingPage{Tabs: operatorTabs("settings")}
	for _, f := range []look.Field{
		{Name: "operator", Value: s.Operator, Autocomplete: "organization"}, {Name: "form", Value: s.Form, Optional: true}, {Name: "address", Value: s.Address, Type: "textarea", Rows: 2, Autocomplete: "street-address"},
		{Name: "director", Value: s.Director, Autocomplete: "name"}, {Name: "contact", Value: s.Contact, Type: "email", Autocomplete: "email"},
		{Name: "officer", Value: s.Officer, Optional: true}, {Name: "host", Value: s.Host, Type: "textarea", Rows: 2},
	} {
		f.Label, f.Error, f.Limit = "operator.set-"+f.Name, wrongText(r, wrong, f.Name), 500
		if key := "operator.set-" + f.Name + "-help"; r.Say.Has(key) {
			f.Help = key
		}
		d.Fields = append(d.Fields, f)
	}
	d.Policy = look.Field{Name: "policy", Type: "radio", Label: "operator.set-policy", Error: wrongText(r, wrong, "policy"),
		Options: []look.Option{{Value: "", Label: "operator.policy-config", Selected: s.Policy == ""}}}
	for _, p := range organization.Policies() {
		d.Policy.Options = append(d.Policy.Options, look.Option{Value: string(p), Label: "operator.policy-" + string(p), Selected: s.Policy == p})
	}
	d.Errors = look.Faults(append(slices.Clone(d.Fields), d.Policy)...)
	for _, name := range organization.Texts() {
		for _, lang := range []string{"fr", "en"} {
			d.Texts = append(d.Texts, look.Piece{Text: r.Say.T("look."+name) + " (" + r.Say.T("look.language."+lang) + ")", Path: "/operator/texts/" + name + "/" + lang, Icon: "file-text"})
		}
	}
	p := o.page(r, "settings", d)
	if wrong != nil {
		return r.ShowAgain(w, "operator-settings", p)
	}
	return r.Show(w, "operator-settings", p)
}

func (o *operatorPages) setSettings(w http.ResponseWriter, r *Request) error {
	s := organization.Settings{
		Operator: r.Text("operator"), Form: r.Text("form"), Address: r.Text("address"), Director: r.Text("director"), Contact: r.Text("contact"),
		Officer: r.Text("officer"), Host: r.Text("host"), Policy: organization.Policy(r.Text("policy")),
	}
	if err := o.Orgs.SetSettings(r.Context(), r.Person, s); err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return o.showSettings(w, r, s, wrong)
	}
	return r.Go(w, "/operator/settings", "saved")
}

// ownTextPage is the data of the page "operator-text".
type ownTextPage struct {
	Name, Action string
	Field        look.Field
	Errors       look.Errors
	Shown        template.HTML // as it will read
}

func (o *operatorPages) text(w http.ResponseWriter, r *Request) error {
	text, err := o.Orgs.Text(r.Context(), r.PathValue("name"), r.PathValue("lang"))
	if err != nil {
		return err
	}
	return o.showText(w, r, text, nil)
}

var reading = site.NewMarkdown()

func (o *operatorPages) showText(w http.ResponseWriter, r *Request, text string, wrong map[string]fault.Field) error {
	name, lang := r.PathValue("name"), r.PathValue("lang")
	d := ownTextPage{
		Name: r.Say.T("look." + name), Action: "/operator/texts/" + name + "/" + lang, Shown: reading.HTML(text),
		Field: look.Field{Name: "text", Type: "textarea", Rows: 16, Label: "operator.own-text", Help: "operator.own-text-help", Value: text, Optional: true, Lang: lang, Error: wrongText(r, wrong, "text"), Spellcheck: true},
	}
	d.Errors = look.Faults(d.Field)
	p := o.page(r, "settings", d)
	p.Title = d.Name
	p.Trail = []look.Crumb{{Text: "operator.tab-settings", Path: "/operator/settings"}, {Text: d.Name + " (" + r.Say.T("look.language."+lang) + ")"}}
	if wrong != nil {
		return r.ShowAgain(w, "operator-text", p)
	}
	return r.Show(w, "operator-text", p)
}

// setText keeps the operator's own words, or shows how they will read.
func (o *operatorPages) setText(w http.ResponseWriter, r *Request) error {
	name, lang, text := r.PathValue("name"), r.PathValue("lang"), r.Text("text")
	if r.Text("do") == "look" {
		if _, err := o.Orgs.Text(r.Context(), name, lang); err != nil {
			return err
		}
		return o.showText(w, r, text, nil)
	}
	if err := o.Orgs.SetText(r.Context(), r.Person, name, lang, text); err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return o.showText(w, r, text, wrong)
	}
	return r.Go(w, "/operator/texts/"+name+"/"+lang, "saved")
}
