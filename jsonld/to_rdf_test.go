package jsonld_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/rdf"
)

const ex = "https://example.org/"

// TestToRDF: one small document for each feature, with its canonical dataset.
// "ex:" stands for https://example.org/ in what is expected, "xsd:" for XML
// Schema's datatypes and "rdf:" for the RDF vocabulary.
func TestToRDF(t *testing.T) {
	t.Parallel()
	loader := contexts{
		ex + "import": parse(t, `{"@context":{"name":"https://example.org/name","kept":"https://example.org/kept"}}`),
		ex + "chain":  parse(t, `{"@context":["import",{"more":"https://example.org/more"}]}`),
	}
	for _, c := range []struct {
		name, doc string
		o         jsonld.Options
		want      []string
	}{
		{"terms, compact IRIs and types",
			`{"@context":{"ex":"https://example.org/","T":"ex:T","p":"ex:p"},"@id":"ex:s","@type":["T","ex:U"],"p":"v","ex:q":{"@id":"ex:o"}}`,
			jsonld.Options{}, []string{
				`<ex:s> <ex:p> "v" .`, `<ex:s> <ex:q> <ex:o> .`, `<ex:s> <rdf:type> <ex:T> .`, `<ex:s> <rdf:type> <ex:U> .`,
			}},
		{"numbers and booleans",
			`{"@context":{"@vocab":"https://example.org/","d":{"@type":"http://www.w3.org/2001/XMLSchema#double"},"m":{"@type":"https://example.org/money"}},` +
				`"@id":"https://example.org/s","n":[1,-0,1.0,5.5,1e21,-1.25e-7,true],"d":[3,2.50],"m":[7,0.1,false]}`,
			jsonld.Options{}, []string{
				`<ex:s> <ex:d> "2.5E0"^^<xsd:double> .`, `<ex:s> <ex:d> "3.0E0"^^<xsd:double> .`,
				`<ex:s> <ex:m> "1.0E-1"^^<ex:money> .`, `<ex:s> <ex:m> "7"^^<ex:money> .`, `<ex:s> <ex:m> "false"^^<ex:money> .`,
				`<ex:s> <ex:n> "-1.25E-7"^^<xsd:double> .`, `<ex:s> <ex:n> "0"^^<xsd:integer> .`, `<ex:s> <ex:n> "1"^^<xsd:integer> .`,
				`<ex:s> <ex:n> "1.0E21"^^<xsd:double> .`, `<ex:s> <ex:n> "5.5E0"^^<xsd:double> .`, `<ex:s> <ex:n> "true"^^<xsd:boolean> .`,
			}},
		{"languages",
			`{"@context":{"@vocab":"https://example.org/","@language":"FR","map":{"@container":"@language"},"plain":{"@language":null}},` +
				`"@id":"https://example.org/s","a":"un","plain":"one","map":{"en":["one","two"],"@none":"x","de":null},"b":{"@value":"eins","@language":"de-CH"}}`,
			jsonld.Options{}, []string{
				`<ex:s> <ex:a> "un"@fr .`, `<ex:s> <ex:b> "eins"@de-ch .`, `<ex:s> <ex:map> "one"@en .`, `<ex:s> <ex:map> "two"@en .`,
				`<ex:s> <ex:map> "x" .`, `<ex:s> <ex:plain> "one" .`,
			}},
		{"lists of lists",
			`{"@context":{"@vocab":"https://example.org/","l":{"@container":"@list"}},"@id":"https://example.org/s","l":["a",["b"],[]]}`,
			jsonld.Options{}, []string{
				`<ex:s> <ex:l> _:c14n1 .`, `_:c14n0 <rdf:first> <rdf:nil> .`, `_:c14n0 <rdf:rest> <rdf:nil> .`,
				`_:c14n1 <rdf:first> "a" .`, `_:c14n1 <rdf:rest> _:c14n2 .`, `_:c14n2 <rdf:first> _:c14n3 .`, `_:c14n2 <rdf:rest> _:c14n0 .`,
				`_:c14n3 <rdf:first> "b" .`, `_:c14n3 <rdf:rest> <rdf:nil> .`,
			}},
		{"graphs",
			`{"@context":{"@vocab":"https://example.org/","g":{"@container":"@graph"},"by":{"@container":["@graph","@id"]}},"@id":"https://example.org/s",` +
				`"g":{"@id":"https://example.org/t","p":"v"},"by":{"https://example.org/g1":{"@id":"https://example.org/u","p":"w"}},` +
				`"@graph":[{"@id":"https://example.org/x","p":"y"}]}`,
			jsonld.Options{}, []string{
				`<ex:s> <ex:by> <ex:g1> .`, `<ex:s> <ex:g> _:c14n0 .`, `<ex:t> <ex:p> "v" _:c14n0 .`, `<ex:u> <ex:p> "w" <ex:g1> .`,
				`<ex:x> <ex:p> "y" <ex:s> .`,
			}},
		{"maps by index, identifier and type",
			`{"@context":{"@vocab":"https://example.org/","i":{"@container":"@index"},"pi":{"@container":"@index","@index":"key"},` +
				`"id":{"@container":"@id"},"ty":{"@container":"@type"}},"@id":"https://example.org/s",` +
				`"i":{"a":{"@id":"https://example.org/1"}},"pi":{"b":{"@id":"https://example.org/2"}},` +
				`"id":{"https://example.org/3":{"p":"v"}},"ty":{"T":{"@id":"https://example.org/4"}}}`,
			jsonld.Options{}, []string{
				`<ex:2> <ex:key> "b" .`, `<ex:3> <ex:p> "v" .`, `<ex:4> <rdf:type> <ex:T> .`, `<ex:s> <ex:i> <ex:1> .`,
				`<ex:s> <ex:id> <ex:3> .`, `<ex:s> <ex:pi> <ex:2> .`, `<ex:s> <ex:ty> <ex:4> .`,
			}},
		{"nested, included and reversed",
			`{"@context":{"@vocab":"https://example.org/","labels":"@nest","back":{"@reverse":"fwd"}},"@id":"https://example.org/s",` +
				`"labels":{"a":"b"},"@included":[{"@id":"https://example.org/i","p":"v"}],"back":{"@id":"https://example.org/t"},` +
				`"@reverse":{"q":{"@id":"https://example.org/u"}}}`,
			jsonld.Options{}, []string{
				`<ex:i> <ex:p> "v" .`, `<ex:s> <ex:a> "b" .`, `<ex:t> <ex:fwd> <ex:s> .`, `<ex:u> <ex:q> <ex:s> .`,
			}},
		{"JSON literals",
			`{"@context":{"@vocab":"https://example.org/","j":{"@type":"@json"}},"@id":"https://example.org/s","j":{"b":[1.0,null],"a":"é\u000a"},"k":{"@value":[{}],"@type":"@json"}}`,
			jsonld.Options{}, []string{
				`<ex:s> <ex:j> "{\"a\":\"é\\n\",\"b\":[1,null]}"^^<rdf:JSON> .`, `<ex:s> <ex:k> "[{}]"^^<rdf:JSON> .`,
			}},
		{"directions as datatypes",
			`{"@id":"https://example.org/s","https://example.org/p":[{"@value":"a","@language":"ar-EG","@direction":"rtl"},{"@value":"b","@direction":"ltr"}]}`,
			jsonld.Options{RDFDirection: jsonld.I18NDatatype}, []string{
				`<ex:s> <ex:p> "a"^^<https://www.w3.org/ns/i18n#ar-eg_rtl> .`, `<ex:s> <ex:p> "b"^^<https://www.w3.org/ns/i18n#_ltr> .`,
			}},
		{"directions as compound literals",
			`{"@id":"https://example.org/s","https://example.org/p":{"@value":"a","@language":"ar","@direction":"rtl"}}`,
			jsonld.Options{RDFDirection: jsonld.CompoundLiteral}, []string{
				`<ex:s> <ex:p> _:c14n0 .`, `_:c14n0 <rdf:direction> "rtl" .`, `_:c14n0 <rdf:language> "ar" .`, `_:c14n0 <rdf:value> "a" .`,
			}},
		{"contexts scoped to types do not propagate",
			`{"@context":{"@vocab":"https://example.org/","T":{"@context":{"p":"typed"}},"in":{"@context":{"p":"inner"}}},` +
				`"@id":"https://example.org/s","@type":"T","p":"1","q":{"@id":"https://example.org/t","p":"2"},"in":{"@id":"https://example.org/u","p":"3","r":{"@id":"https://example.org/v","p":"4"}}}`,
			jsonld.Options{}, []string{
				`<ex:s> <ex:in> <ex:u> .`, `<ex:s> <ex:q> <ex:t> .`, `<ex:s> <ex:typed> "1" .`, `<ex:s> <rdf:type> <ex:T> .`,
				`<ex:t> <ex:p> "2" .`, `<ex:u> <ex:inner> "3" .`, `<ex:u> <ex:r> <ex:v> .`, `<ex:v> <ex:inner> "4" .`,
			}},
		{"imported contexts and chains",
			`{"@context":[{"@import":"https://example.org/import","name":"https://example.org/other"},"https://example.org/chain"],"@id":"https://example.org/s","name":"n","kept":"k","more":"m"}`,
			jsonld.Options{}, []string{`<ex:s> <ex:kept> "k" .`, `<ex:s> <ex:more> "m" .`, `<ex:s> <ex:name> "n" .`}},
		{"base IRIs",
			`{"@context":{"@base":"c/d","link":{"@id":"https://example.org/link","@type":"@id"}},"@id":"","link":["../e","?q","#f","//example.net/g"]}`,
			jsonld.Options{Base: ex + "a/b"}, []string{
				`<ex:a/c/d> <ex:link> <ex:a/c/d#f> .`, `<ex:a/c/d> <ex:link> <ex:a/c/d?q> .`, `<ex:a/c/d> <ex:link> <ex:a/e> .`,
				`<ex:a/c/d> <ex:link> <https://example.net/g> .`,
			}},
		{"what is dropped without safe mode",
			`{"@id":"https://example.org/s","undefined":1,"https://example.org/p":["v",{"@id":"relative","https://example.org/p":{"@id":"https://example.org/t","https://example.org/q":"kept"}}],"_:b":2}`,
			jsonld.Options{}, []string{`<ex:s> <ex:p> "v" .`, `<ex:t> <ex:q> "kept" .`}},
		{"the same quad twice",
			`[{"@id":"https://example.org/s","https://example.org/p":["v","v"]},{"@id":"https://example.org/s","https://example.org/p":"v"}]`,
			jsonld.Options{}, []string{`<ex:s> <ex:p> "v" .`}},
		{"a context besides the document",
			`{"name":"n"}`,
			jsonld.Options{ExpandContext: parse(t, `{"@context":{"name":"https://example.org/name"}}`)}, []string{`_:c14n0 <ex:name> "n" .`}},
	} {
		quads, err := jsonld.New(loader).ToRDF(parse(t, c.doc), c.o)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		nquads, err := canonical(quads)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got := strings.Split(strings.TrimSuffix(strings.NewReplacer("<"+ex, "<ex:", "http://www.w3.org/2001/XMLSchema#", "xsd:",
			"http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf:").Replace(nquads), "\n"), "\n")
		slices.Sort(got)
		slices.Sort(c.want)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if len(quads) != len(got) {
			t.Errorf("%s: %d quads for %d lines", c.name, len(quads), len(got))
		}
	}
}

func TestGeneralizedRDF(t *testing.T) {
	t.Parallel()
	doc := parse(t, `{"@context":{"@vocab":"_:b"},"@id":"_:bp","p":"v"}`)
	quads, err := jsonld.New(nil).ToRDF(doc, jsonld.Options{ProduceGeneralizedRDF: true, Safe: true})
	want := []rdf.Quad{{Subject: rdf.NewBlank("b0"), Predicate: rdf.NewBlank("b0"), Object: rdf.NewString("v")}}
	if diff := cmp.Diff(want, quads); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if quads, err = jsonld.New(nil).ToRDF(doc, jsonld.Options{}); err != nil || len(quads) != 0 {
		t.Errorf("without it: %v, %v", quads, err)
	}
}

func TestExpand(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]string{
		`{"@context":{"p":"https://example.org/p","i":{"@id":"https://example.org/i","@container":"@index"}},"p":[1,[null,"x"]],"i":{"a":"v"}}`: `[{"https://example.org/p":[{"@value":1},{"@value":"x"}],"https://example.org/i":[{"@value":"v","@index":"a"}]}]`,
		`{"@graph":[{"@id":"a:b","c:d":{"@list":[]}}]}`:                    `[{"@id":"a:b","c:d":[{"@list":[]}]}]`,
		`{"@context":{"id":"@id","type":"@type"},"id":"a:b","type":"c:d"}`: `[{"@id":"a:b","@type":["c:d"]}]`,
		`{"a:b":{"@value":{"x":[1.50]},"@type":"@json"}}`:                  `[{"a:b":[{"@value":{"x":[1.50]},"@type":"@json"}]}]`,
		`{"dropped":{"a:b":"c"}}`:                                          `[]`,
		`null`:                                                             `[]`,
	} {
		got, err := jsonld.New(nil).Expand(parse(t, doc), jsonld.Options{})
		if err != nil || string(got.AppendJSON(nil)) != want {
			t.Errorf("%s:\n got %s, %v\nwant %s", doc, got.AppendJSON(nil), err, want)
		}
	}
}

// TestProcessorIsShared: many goroutines compile and use the same contexts.
func TestProcessorIsShared(t *testing.T) {
	t.Parallel()
	p := jsonld.New(nil)
	docs := []*jsontree.Value{
		parse(t, `{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],"type":["VerifiableCredential","OpenBadgeCredential"],"credentialSubject":{"type":"AchievementSubject","achievement":{"type":"Achievement","name":"A"}}}`),
		parse(t, `{"@context":["https://www.w3.org/ns/credentials/v2",{"@vocab":"https://example.org/"}],"type":"VerifiableCredential","odd":{"issuer":"did:example:1"}}`),
		parse(t, `{"@context":"https://www.w3.org/2018/credentials/v1","type":"VerifiableCredential","issuer":"did:example:1"}`),
	}
	var wants []string
	for _, doc := range docs {
		quads, err := jsonld.New(nil).ToRDF(doc, jsonld.Options{Safe: true})
		if err != nil {
			t.Fatal(err)
		}
		want, _ := canonical(quads)
		wants = append(wants, want)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				for i, doc := range docs {
					quads, err := p.ToRDF(doc, jsonld.Options{Safe: true})
					if err != nil {
						t.Error(err)
						return
					}
					if got, _ := canonical(quads); got != wants[i] {
						t.Errorf("got %s\nwant %s", got, wants[i])
						return
					}
				}
			}
		})
	}
	all.Wait()
}

// TestAppendRDFUsesTheRoomItIsGiven: quads before are kept, memory is used
// again, and what was there before says nothing.
func TestAppendRDFUsesTheRoomItIsGiven(t *testing.T) {
	t.Parallel()
	p, o := jsonld.New(nil), jsonld.Options{Safe: true}
	first := parse(t, `{"@id":"urn:a","urn:p":["v","w","v"]}`)
	want, err := p.ToRDF(first, o)
	if err != nil || len(want) != 2 {
		t.Fatalf("%v, %v", want, err)
	}
	room := make([]rdf.Quad, 0, 64)
	both, err := p.AppendRDF(room, first, o)
	if err != nil || !slices.Equal(both, want) || &both[0] != &room[:1][0] {
		t.Fatalf("%v, %v", both, err)
	}
	// The same again is the same quads once more: they are another document's.
	if both, err = p.AppendRDF(both, first, o); err != nil || !slices.Equal(both, append(slices.Clone(want), want...)) {
		t.Fatalf("%v, %v", both, err)
	}
	kept, err := p.AppendRDF(both, parse(t, `{"urn:p":"v","undefined":1}`), o)
	if err == nil || !slices.Equal(kept, both) {
		t.Fatalf("%v, %v", kept, err)
	}
	second := parse(t, `{"@id":"urn:b","urn:p":{"@list":["x"]}}`)
	want, err = p.ToRDF(second, o)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := p.AppendRDF(both[:0], second, o); err != nil || !slices.Equal(again, want) {
		t.Fatalf("%v, %v", again, err)
	}
}
