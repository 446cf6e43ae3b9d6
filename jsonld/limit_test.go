package jsonld_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
)

// TestHostileDocuments: small documents that ask for much work are refused, or
// cost little. The limits are steps, so the test needs no clock; without them
// some of these would not end.
func TestHostileDocuments(t *testing.T) {
	t.Parallel()
	self := contexts{
		ex + "self":  parse(t, `{"@context":"https://example.org/self"}`),
		ex + "a":     parse(t, `{"@context":["b","b","b","b"]}`),
		ex + "b":     parse(t, `{"@context":["a","a","a","a"]}`),
		ex + "scope": parse(t, `{"@context":{"@vocab":"https://example.org/","p":{"@context":"https://example.org/scope"},"T":{"@context":["https://example.org/scope","https://example.org/scope"]}}}`),
	}
	// Each inline context defines many terms, and each of many nodes applies one.
	var many strings.Builder
	many.WriteString(`{"@context":{"@vocab":"https://example.org/"`)
	for i := range 2000 {
		fmt.Fprintf(&many, `,"t%d":"x:y"`, i)
	}
	many.WriteString(`,"s":{"@context":{"z":"x:z"}}},"p":[`)
	for i := range 2000 {
		fmt.Fprintf(&many, `{"@context":{"u%d":"x:y"},"s":{"z":1}},`, i)
	}
	many.WriteString(`0]}`)
	nested := strings.Repeat(`{"@context":{"@vocab":"https://example.org/","p":{"@context":`, 100) + `{}` + strings.Repeat(`}}}`, 100)
	chain := `{"@context":{"t0":"https://example.org/"`
	for i := 1; i < 3000; i++ {
		chain += fmt.Sprintf(`,"t%d":"t%d:x"`, 3000-i, 2999-i)
	}
	for name, c := range map[string]struct {
		doc  *jsontree.Value
		o    jsonld.Options
		code string // "" may be either
	}{
		"context that names itself":      {parse(t, `{"@context":"https://example.org/self","a:b":1}`), jsonld.Options{}, "context overflow"},
		"contexts that name each other":  {parse(t, `{"@context":"https://example.org/a","a:b":1}`), jsonld.Options{}, "context overflow"},
		"scoped context that is its own": {parse(t, `{"@context":"https://example.org/scope","p":{"p":{"p":{"@type":"T","p":1}}}}`), jsonld.Options{}, ""},
		"terms for many nodes":           {parse(t, many.String()), jsonld.Options{}, jsonld.CodeLimit},
		"nested scoped contexts":         {parse(t, nested), jsonld.Options{}, ""},
		"chain of terms":                 {parse(t, chain+"}}"), jsonld.Options{}, jsonld.CodeLimit},
		"depth":                          {parse(t, strings.Repeat(`{"a:b":`, 300)+"1"+strings.Repeat("}", 300)), jsonld.Options{}, jsonld.CodeLimit},
		"depth of arrays":                {parse(t, `{"a:b":`+strings.Repeat(`[`, 300)+"1"+strings.Repeat("]", 300)+"}"), jsonld.Options{}, jsonld.CodeLimit},
		"depth of nests":                 {parse(t, strings.Repeat(`{"@nest":`, 300)+"{}"+strings.Repeat("}", 300)), jsonld.Options{}, jsonld.CodeLimit},
		"values":                         {parse(t, `{"a:b":[1,2,3,4,5]}`), jsonld.Options{Limits: jsonld.Limits{Values: 5}}, jsonld.CodeLimit},
		"quads":                          {parse(t, `{"a:b":[1,2,3,4,5]}`), jsonld.Options{Limits: jsonld.Limits{Quads: 4}}, jsonld.CodeLimit},
		"contexts": {parse(t, `{"@context":["https://example.org/scope","https://example.org/scope"],"p":1}`),
			jsonld.Options{Limits: jsonld.Limits{Contexts: 1}}, jsonld.CodeLimit},
	} {
		_, err := jsonld.New(self).ToRDF(c.doc, c.o)
		var e *jsonld.Error
		if err != nil && !errors.As(err, &e) {
			t.Errorf("%s: %v is no *Error", name, err)
		} else if c.code != "" && (e == nil || e.Code != c.code) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

// TestManyMembers: objects of many members cost no more than their length asks.
func TestManyMembers(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(`{"@id":"x:s","@reverse":{"x:r":[]`)
	for i := range 30_000 {
		fmt.Fprintf(&b, `,"x:r%d":{"@id":"x:o"}`, i)
	}
	b.WriteString(`}`)
	for i := range 30_000 {
		fmt.Fprintf(&b, `,"x:p%d":1`, i)
	}
	b.WriteString(`}`)
	quads, err := jsonld.New(nil).ToRDF(parse(t, b.String()), jsonld.Options{Safe: true})
	if err != nil || len(quads) != 60_000 {
		t.Errorf("%d quads, %v", len(quads), err)
	}
}

// TestManyContexts: the store of compiled contexts begins anew when it is full,
// and what it gives stays right.
func TestManyContexts(t *testing.T) {
	t.Parallel()
	p := jsonld.New(nil)
	for i := range 3000 {
		doc := parse(t, fmt.Sprintf(`{"@context":["https://www.w3.org/ns/credentials/v2",{"t%d":"https://example.org/%d"}],"t%d":"v"}`, i, i, i))
		quads, err := p.ToRDF(doc, jsonld.Options{Safe: true})
		if err != nil || len(quads) != 1 || quads[0].Predicate.Value != fmt.Sprint(ex, i) {
			t.Fatalf("%d: %v, %v", i, quads, err)
		}
	}
}
