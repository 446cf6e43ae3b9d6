package server_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// htmlForm is a form of a page as a browser would send it.
type htmlForm struct {
	action, method string
	values         url.Values
	// Fields in which somebody writes a line, or a text, and others.
	lines, texts, chosen []string
}

// typed are the inputs in which somebody writes.
var typed = []string{"", "text", "email", "url", "search", "date", "tel", "number", "color"}

// formsOf reads the forms of a page.
func formsOf(t *testing.T, page answer) []*htmlForm {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page.text))
	if err != nil {
		t.Fatal(err)
	}
	var forms []*htmlForm
	byID := map[string]*htmlForm{}
	var walk func(n *html.Node, in *htmlForm)
	walk = func(n *html.Node, in *htmlForm) {
		if n.Type == html.ElementNode {
			if n.Data == "form" {
				in = &htmlForm{action: attr(n, "action"), method: strings.ToLower(attr(n, "method")), values: url.Values{}}
				forms = append(forms, in)
				byID[attr(n, "id")] = in
			}
			to := in
			if other := byID[attr(n, "form")]; other != nil && attr(n, "form") != "" {
				to = other
			}
			if to != nil {
				to.add(n)
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, in)
		}
	}
	walk(root, nil)
	return forms
}

// add takes in what an element says of a form.
func (f *htmlForm) add(n *html.Node) {
	name, kind := attr(n, "name"), attr(n, "type")
	if name == "" {
		return
	}
	switch n.Data {
	case "input":
		switch {
		case kind == "radio" && (has(n, "checked") || !f.values.Has(name)):
			f.values.Set(name, attr(n, "value"))
		case kind == "checkbox" && has(n, "checked"):
			f.values.Add(name, attr(n, "value"))
		case slices.Contains(typed, kind):
			f.values.Add(name, attr(n, "value"))
			f.lines = append(f.lines, name)
		case kind == "hidden":
			f.values.Add(name, attr(n, "value"))
			f.chosen = append(f.chosen, name)
		}
	case "textarea":
		f.values.Add(name, inside(n))
		f.texts = append(f.texts, name)
	case "select":
		first, chosen := "", ""
		for option := range n.Descendants() {
			if option.Type != html.ElementNode || option.Data != "option" {
				continue
			}
			if first == "" {
				first = attr(option, "value")
			}
			if has(option, "selected") {
				chosen = attr(option, "value")
			}
		}
		if chosen == "" {
			chosen = first
		}
		f.values.Set(name, chosen)
		f.chosen = append(f.chosen, name)
	case "button":
		if !f.values.Has(name) || attr(n, "value") == "save" {
			f.values.Set(name, attr(n, "value"))
		}
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// inside is the text of an element.
func inside(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// leads are the attributes that take somebody somewhere, or fetch something.
var leads = []string{"href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcset", "background", "ping"}

// elements are those that our pages are made of, beside which nothing may stand.
var elements = strings.Fields(`html head meta title link script body a abbr address article aside b blockquote br button caption circle code datalist dd defs del details div dl dt em
	fieldset figcaption figure footer form g h1 h2 h3 h4 h5 h6 header hgroup hr i iframe img input ins kbd label legend li line main mark nav noscript ol optgroup option output p path picture polygon polyline pre
	progress rect s samp search section select small source span strong sub summary sup svg symbol table tbody td template text textarea tfoot th thead time tr u ul use var wbr clippath lineargradient stop tspan desc meter`)

// checkPage holds a page, as a browser reads it, to what cannot run anything or
// lead anywhere by surprise.
func checkPage(t *testing.T, what string, page answer) {
	t.Helper()
	if !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") {
		return
	}
	root, err := html.Parse(strings.NewReader(page.text))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch {
		case !slices.Contains(elements, strings.ToLower(n.Data)):
			t.Errorf("%s: an element <%s>", what, n.Data)
		case n.Data == "script" && (!strings.HasPrefix(attr(n, "src"), "/static/") || inside(n) != ""):
			t.Errorf("%s: a script of %q: %.80s", what, attr(n, "src"), inside(n))
		case n.Data == "meta" && has(n, "http-equiv"):
			t.Errorf("%s: <meta http-equiv=%q>", what, attr(n, "http-equiv"))
		}
		for _, a := range n.Attr {
			name := a.Key
			if a.Namespace != "" {
				name = a.Namespace + ":" + name
			}
			switch {
			case strings.HasPrefix(strings.ToLower(name), "on"), name == "style", name == "srcdoc":
				t.Errorf("%s: <%s %s=%q>", what, n.Data, name, a.Val)
			case slices.Contains(leads, name) && !leadsWell(n.Data, name, a.Val):
				t.Errorf("%s: <%s %s=%.80q>", what, n.Data, name, a.Val)
			case n.Data == "a" && a.Key == "target" && !strings.Contains(attr(n, "rel"), "noopener"):
				t.Errorf("%s: a link to another window without noopener", what)
			}
		}
	}
}

// leadsWell tells whether an address may stand in an attribute: pictures and forms
// are ours, links lead to pages of the web or to a mail.
func leadsWell(element, name, to string) bool {
	u, err := url.Parse(to)
	if err != nil {
		return false
	}
	ours := u.Scheme == "" && u.Host == "" && (strings.HasPrefix(to, "/") || strings.HasPrefix(to, "#") || strings.HasPrefix(to, "?")) && !strings.HasPrefix(to, "//") && !strings.HasPrefix(to, `/\`)
	switch {
	case ours:
		return true
	case element == "img" && name == "src":
		return strings.HasPrefix(to, "data:image/png;base64,")
	case (element == "a" || element == "link") && name == "href":
		return u.Scheme == "https" || u.Scheme == "http" || u.Scheme == "mailto"
	}
	return false
}
