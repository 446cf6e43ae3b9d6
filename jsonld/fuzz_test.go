package jsonld

import (
	"errors"
	"testing"

	"github.com/ecusson/ecusson/jsontree"
)

// FuzzToRDF gives arbitrary documents, with arbitrary contexts in them, to both
// ways: nothing panics or runs away, every error has a code, and the ways agree.
func FuzzToRDF(f *testing.F) {
	for _, doc := range seeds(f) {
		f.Add(doc.AppendJSON(nil), true)
	}
	for _, text := range []string{
		`{"@context":{"@vocab":"x:","p":{"@container":["@graph","@index"],"@index":"q"}},"p":{"a":{"b":1}}}`,
		`{"@context":{"t":{"@reverse":"x:y","@container":"@set"},"n":"@nest","@version":1.1},"t":{"n":{"x:z":[[],[1]]}}}`,
		`{"@context":[{"@base":"http://a/b","@propagate":false},null],"@id":"../c","x:y":{"@value":1e5,"@type":"@json"}}`,
		`{"@context":{"T":{"@id":"x:T","@context":{"@import":"https://www.w3.org/ns/credentials/v2"}}},"@type":["T","_:t"],"@included":{}}`,
		`{"@context":{"@direction":"rtl","l":{"@id":"x:l","@container":"@language"}},"l":{"en":["a"]},"x:y":"z"}`,
	} {
		f.Add([]byte(text), false)
	}
	p := New(nil)
	limits := Limits{Values: 20_000, Quads: 10_000, Terms: 50_000, Depth: 100}
	f.Fuzz(func(t *testing.T, data []byte, safe bool) {
		doc, err := jsontree.Parse(data, jsontree.Limits{})
		if err != nil {
			return
		}
		o := Options{Safe: safe, Limits: limits}
		compareWalk(t, p, "fuzz", &doc, o)
		for _, o := range []Options{o, {Base: "http://a/b/c", RDFDirection: CompoundLiteral, ProduceGeneralizedRDF: true, Ordered: true, Limits: limits}} {
			_, err = p.ToRDF(&doc, o)
			check(t, err)
			_, err = p.Expand(&doc, o)
			check(t, err)
		}
	})
}

func check(t *testing.T, err error) {
	t.Helper()
	var e *Error
	if err != nil && (!errors.As(err, &e) || e.Code == "") {
		t.Fatalf("%v is no *Error with a code", err)
	}
}

func FuzzResolve(f *testing.F) {
	f.Add("http://a/b/c/d;p?q", "../g?y#s")
	f.Add("urn:a:b", "//c/./d/..")
	f.Fuzz(func(t *testing.T, base, ref string) {
		resolved := resolve(base, ref)
		if isIRI(base) && schemeEnd(resolved) < 0 {
			t.Fatalf("resolve(%q, %q) = %q has no scheme", base, ref, resolved)
		}
	})
}
