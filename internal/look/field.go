package look

import (
	"fmt"
	"strings"
)

// Field is part "field": a control with its label, help and error.
//
// Type is one of "text" (the default), "email", "url", "tel", "date",
// "datetime-local", "number", "search", "color", "textarea", "select",
// "checkbox" (one), "checks" (several of Options), "radio" (one of Options),
// "file" and "hidden". Part "drop" shows a file field as a place to drop files,
// part "choice" a radio or checks field by picture, part "rubric" a radio field
// as a row of words.
//
//	look.Field{Name: "email", Type: "email", Label: "account.email", Value: form.Email, Error: form.Errors["email"], Required: true, Autocomplete: "email"}
//	{{template "field" (input "title" "page.title" "value" .Data.Title "limit" 80)}}
type Field struct {
	Name string
	ID   string // Name where empty; needed where a name comes twice on a page
	Type string

	Label, Help, Error string
	Unseen             bool // the label is for screen readers alone

	Value   string
	Checked bool // of a checkbox
	Options []Option

	Required bool
	Optional bool // says so beside the label
	Disabled bool
	ReadOnly bool
	Multiple bool // files
	Focus    bool // has the focus when the page opens

	Autocomplete, InputMode, Pattern string
	Accept                           string // of files
	Min, Max, Step                   string // of numbers and dates
	Limit                            int    // characters at most; a textarea counts them
	Rows                             int
	Lang                             string // of what is written in it
	Spellcheck                       bool   // keep the browser's; off for addresses and codes by type

	// Search makes it a field with suggestions: with script, what is typed is
	// sent as q to this address, which answers [{"id":…,"label":…,"detail":…}];
	// the chosen id goes into the hidden field NAME-id.
	Search string
	Chosen string // the id chosen before
}

// Option is one of a select, of radios or of checks.
type Option struct {
	Value, Label, Help string
	Selected           bool
	Group              string // heading within a select; options of a group stand together
	Picture            string // address, for part "choice"
	Icon               string
	Assessment         string // shows its seam, for part "choice"
	Count              int    // how many there are, for filters
}

// Identity is the id of the control.
func (f Field) Identity() string {
	if f.ID != "" {
		return f.ID
	}
	return strings.NewReplacer("[", "-", "]", "", " ", "-").Replace(f.Name)
}

// Kind is the type, with its default.
func (f Field) Kind() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

// Described is the value of aria-describedby.
func (f Field) Described() string {
	var ids []string
	if f.Help != "" {
		ids = append(ids, f.Identity()+"-help")
	}
	if f.Error != "" {
		ids = append(ids, f.Identity()+"-error")
	}
	if f.Limit > 0 && f.Type == "textarea" {
		ids = append(ids, f.Identity()+"-limit")
	}
	return strings.Join(ids, " ")
}

// Plain tells that what is written is no prose: no spelling, no capitals.
func (f Field) Plain() bool {
	switch f.Type {
	case "email", "url", "tel", "search":
		return !f.Spellcheck
	}
	return false
}

// Groups are the options of a select by group, in order.
func (f Field) Groups() []Group {
	var groups []Group
	for _, o := range f.Options {
		if n := len(groups); n == 0 || groups[n-1].Name != o.Group {
			groups = append(groups, Group{Name: o.Group})
		}
		last := &groups[len(groups)-1]
		last.Options = append(last.Options, o)
	}
	return groups
}

// Group is options under one heading.
type Group struct {
	Name    string
	Options []Option
}

// Choose returns the options with those values selected.
func Choose(options []Option, values ...string) []Option {
	out := make([]Option, len(options))
	for i, o := range options {
		for _, v := range values {
			o.Selected = o.Selected || o.Value == v
		}
		out[i] = o
	}
	return out
}

// Input makes a field in a template: name, label, then pairs of an option's
// name (type, value, help, error, id, required, optional, checked, options,
// autocomplete, inputmode, accept, min, max, step, pattern, limit, rows, lang,
// search, chosen, unseen, disabled, readonly, multiple, focus) and its
// value. An option that it does not know is an error.
func Input(name, label string, options ...any) (Field, error) {
	f := Field{Name: name, Label: label}
	pairs, err := dict(options...)
	if err != nil {
		return f, err
	}
	texts := map[string]*string{
		"type": &f.Type, "value": &f.Value, "help": &f.Help, "error": &f.Error, "id": &f.ID,
		"autocomplete": &f.Autocomplete, "inputmode": &f.InputMode, "pattern": &f.Pattern, "accept": &f.Accept,
		"min": &f.Min, "max": &f.Max, "step": &f.Step, "lang": &f.Lang, "search": &f.Search, "chosen": &f.Chosen,
	}
	truths := map[string]*bool{
		"required": &f.Required, "optional": &f.Optional, "checked": &f.Checked, "unseen": &f.Unseen,
		"disabled": &f.Disabled, "readonly": &f.ReadOnly, "multiple": &f.Multiple, "focus": &f.Focus,
	}
	for option, value := range pairs {
		known := true
		switch {
		case texts[option] != nil:
			*texts[option] = fmt.Sprint(value)
		case truths[option] != nil:
			*truths[option], known = value.(bool)
		case option == "limit":
			f.Limit, known = value.(int)
		case option == "rows":
			f.Rows, known = value.(int)
		case option == "options":
			f.Options, known = value.([]Option)
		default:
			known = false
		}
		if !known {
			return f, fmt.Errorf("look: field %s: option %s does not take %T", name, option, value)
		}
	}
	return f, nil
}

// Errors is part "errors", the summary on top after a failed post: it links to
// each field and has the focus. It shows nothing where there is none.
//
//	{{template "errors" .Data.Errors}}
type Errors struct {
	Title string // a default sentence where empty
	Items []Fault
}

// Fault is one error; ID is the field's, "" where it is of none.
type Fault struct {
	ID, Text string
}

// Faults gathers the errors of fields, in their order.
func Faults(fields ...Field) Errors {
	var e Errors
	for _, f := range fields {
		if f.Error != "" {
			e.Items = append(e.Items, Fault{f.Target(), f.Error})
		}
	}
	return e
}

// Target is the id that a link to the field leads to: of radios and checks the
// first one's.
func (f Field) Target() string {
	if f.Type == "radio" || f.Type == "checks" {
		return f.Identity() + "-0"
	}
	return f.Identity()
}
