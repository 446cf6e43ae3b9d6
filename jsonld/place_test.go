package jsonld

import (
	"bytes"
	"testing"

	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/rdf"
)

func placesOf(t *testing.T, p *Processor, text string, places bool) []rdf.Quad {
	t.Helper()
	doc, err := jsontree.Parse([]byte(text), jsontree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	quads, err := p.ToRDF(&doc, Options{Safe: true, RDFDirection: I18NDatatype, Places: places})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return quads
}

// With places the labels are others and the dataset is the same, also where
// the walk would give it; and a part has the nodes of the whole.
func TestPlaces(t *testing.T) {
	t.Parallel()
	p := New(nil)
	const context = `"@context":{"@vocab":"https://example.org/","list":{"@container":"@list"},"graph":{"@container":"@graph"},` +
		`"graphs":{"@container":["@graph","@id"]},"indexed":{"@container":["@graph","@index"],"@index":"by"},"ids":{"@container":"@id"},"types":{"@container":"@type"},"nest":"@nest"},`
	for _, text := range []string{
		`"a":{"b":"c"}`,
		`"a":[{},{},{"a":{}}]`,
		`"list":["x",{"a":"b"},["y",["z"],[]]],"a":{"@list":[{"a":{}},{"@id":"_:l"}]}`,
		`"graph":[{"a":{}},{"@id":"_:g","a":"b"},{"@graph":[{"a":"b"}]}]`,
		`"graphs":{"https://example.org/1":[{"a":"b"}],"@none":{"a":{"a":"b"}}},"indexed":{"k":[{"a":"b"},{"a":"c"}]}`,
		`"ids":{"https://example.org/1":{"a":"b"},"_:g":{"a":{}}},"types":{"T":[{"a":"b"},{"a":"b"}]}`,
		`"a":{"@set":[{"a":"b"},{"a":"c"}]},"nest":[{"b":{"a":"b"}},{"c":{"a":"b"}}]`,
		`"a":"b","@reverse":{"r":[{"a":"b"},{"a":"c","@reverse":{"r":{"a":"d"}}}]},"@included":[{"a":"b"},{"a":"c"}]`,
		`"@graph":[{"a":"b"},{"a":{}}]`,
		`"@id":"_:at","@graph":[{"a":"b"},{"@graph":[{"a":{}}]}]`,
		`"a":[{"@id":"_:b0"},{},{"@id":"_:b0","a":{}}]`,
	} {
		whole := "{" + context + text + "}"
		want, err := rdf.AppendCanonical(nil, placesOf(t, p, whole, false), rdf.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := rdf.AppendCanonical(nil, placesOf(t, p, whole, true), rdf.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: with places\n%s\nwant\n%s", text, got, want)
		}
	}
	for name, doc := range seeds(t) {
		want, err := p.ToRDF(doc, Options{Safe: true})
		if err != nil {
			t.Fatal(name, err)
		}
		got, err := p.ToRDF(doc, Options{Safe: true, Places: true})
		if err != nil {
			t.Fatal(name, err)
		}
		a, err1 := rdf.AppendCanonical(nil, got, rdf.Options{})
		b, err2 := rdf.AppendCanonical(nil, want, rdf.Options{})
		if err1 != nil || err2 != nil || !bytes.Equal(a, b) {
			t.Errorf("%s: with places\n%s\nwant\n%s", name, a, b)
		}
	}

	known := map[rdf.Quad]bool{}
	for _, q := range placesOf(t, p, "{"+context+`"a":[{"b":"c","d":"e"},{"b":"c"},{"b":["f",{}]}],"list":["x",{"a":"b"}]}`, true) {
		known[q] = true
	}
	part := placesOf(t, p, "{"+context+`"a":[null,{"b":"c"},{"b":[null,{}]}],"list":["x",{"a":"b"}]}`, true)
	for _, q := range part {
		if !known[q] {
			t.Errorf("not of the whole: %s", rdf.AppendNQuad(nil, &q))
		}
	}
	if len(part) != 10 {
		t.Errorf("%d quads", len(part))
	}
	doc := jsontree.OfObject()
	if _, err := p.ToRDF(&doc, Options{Places: true}); err == nil {
		t.Error("places without safe mode")
	}
}
