package interop

import (
	"errors"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/jsonld"
)

// TestKnownDifferences pins where the two implementations are known to differ,
// so that the generator may leave these cases out: each must still differ as
// stated. When one no longer does, its row goes, and the generator gets it back.
func TestKnownDifferences(t *testing.T) {
	t.Parallel()
	const refused = "(refused)"
	n := startNode(t)
	p := jsonld.New(nil)
	for name, c := range map[string]struct {
		document     string
		ours, theirs string // a line of the canonical form, or refused
		why          string
	}{
		"order of values": {
			`{"@context":{"t":"urn:x:t"},"@id":"urn:x:s","t":["\ufffd","\ud83c\udfc5"]}`,
			"<urn:x:s> <urn:x:t> \"\ufffd\" .\n<urn:x:s> <urn:x:t> \"\U0001F3C5\" .\n",
			"<urn:x:s> <urn:x:t> \"\U0001F3C5\" .\n<urn:x:s> <urn:x:t> \"\ufffd\" .\n",
			"RDFC-1.0 sorts by code point, they by UTF-16 unit",
		},
		"direction alone": {
			`{"@context":{"t":"urn:x:t"},"@id":"urn:x:s","t":["a",{"@value":"a","@direction":"rtl"}]}`,
			"<urn:x:s> <urn:x:t> \"a\"^^<https://www.w3.org/ns/i18n#_rtl> .\n", "<urn:x:s> <urn:x:t> \"a\" .\n",
			"they take two values that differ in direction for one",
		},
		"direction of a number": {
			`{"@context":{"t":"urn:x:t"},"@id":"urn:x:s","t":{"@value":1,"@direction":"rtl"}}`,
			`"1"^^<https://www.w3.org/ns/i18n#_rtl> .`, `"1"^^<http://www.w3.org/2001/XMLSchema#integer> .`,
			"JSON-LD 1.1 API §8.2.2 steps 12 and 13 come after the number's conversion",
		},
		"default direction": {
			`{"@context":[{"@direction":"rtl"},{"t":"urn:x:t"}],"@id":"urn:x:s","t":"a"}`,
			`"a"^^<https://www.w3.org/ns/i18n#_rtl> .`, `<urn:x:s> <urn:x:t> "a" .`,
			"they lose the default direction where another context follows",
		},
		"small numbers": {
			`{"@context":{"t":"urn:x:t"},"@id":"urn:x:s","t":1e-7}`,
			`"1.0E-7"^^<http://www.w3.org/2001/XMLSchema#double>`, `"0"^^<http://www.w3.org/2001/XMLSchema#integer>`,
			"they take a number for an integer when JavaScript writes it without a point",
		},
		"text as double": {
			`{"@context":{"t":{"@id":"urn:x:t","@type":"http://www.w3.org/2001/XMLSchema#double"}},"@id":"urn:x:s","t":"2.5"}`,
			`"2.5"^^<http://www.w3.org/2001/XMLSchema#double>`, `"2.5E0"^^<http://www.w3.org/2001/XMLSchema#double>`,
			"JSON-LD 1.1 API §8.2.2 converts numbers, not texts of type double",
		},
		"large integers": {
			`{"@context":{"t":"urn:x:t"},"@id":"urn:x:s","t":9007199254740993}`,
			refused, `"9007199254740992"^^<http://www.w3.org/2001/XMLSchema#integer>`,
			"they sign another number than the one written",
		},
		"an index": {
			`{"@context":{"t":{"@id":"urn:x:t","@container":"@index"}},"@id":"urn:x:s","t":{"2026":"a"}}`,
			refused, `<urn:x:s> <urn:x:t> "a" .`,
			"the index is not in the dataset, so that a signature does not cover it",
		},
		"arrays in @list": {
			`{"@context":{"t":"urn:x:t"},"@id":"urn:x:s","t":{"@list":[["a"]]}}`,
			`<http://www.w3.org/1999/02/22-rdf-syntax-ns#first> "a" .`, `<http://www.w3.org/1999/02/22-rdf-syntax-ns#first> _:c14n`,
			"JSON-LD 1.1 API §5.1.2 step 5.2.2 makes lists of inner arrays only for terms that are lists",
		},
		"an empty list twice": {
			`{"@context":{"t":{"@id":"urn:x:t","@container":"@list"},"u":"urn:x:u"},"@id":"urn:x:s","t":[],"u":{"@id":"urn:x:s","t":[]}}`,
			"\n<urn:x:s> <urn:x:u> <urn:x:s> .\n", "#nil> .\n<urn:x:s> <urn:x:t> <http://www.w3.org/1999/02/22-rdf-syntax-ns#nil> .\n",
			"they write the same quad twice, which a dataset cannot hold",
		},
		"a JSON literal twice": {
			`{"@context":{"t":{"@id":"urn:x:t","@type":"@json"},"u":"urn:x:u"},"@id":"urn:x:s","t":{"a":1},"u":{"@id":"urn:x:s","t":{"a":1}}}`,
			"<urn:x:s> <urn:x:t> \"{\\\"a\\\":1}\"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON> .\n<urn:x:s> <urn:x:u>",
			"#JSON> .\n<urn:x:s> <urn:x:t> \"{\\\"a\\\":1}\"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON> .\n",
			"they write the same quad twice, which a dataset cannot hold",
		},
		"an empty id": {
			`{"@context":{"t":{"@id":"urn:x:t","@type":"@id"},"u":"urn:x:u"},"@id":"urn:x:s","t":"","u":"a"}`,
			refused, `<urn:x:s> <urn:x:u> "a" .`, "they drop it",
		},
		"a node that is a list": {
			`{"@context":{"t":"urn:x:t"},"@id":"urn:x:s","t":{"@type":"urn:x:T","@list":["a"]}}`,
			refused, `#first> "a" .`, "they drop its type",
		},
		"an IRI in brackets": {
			`{"@context":{"t":"urn:x:t"},"@id":"urn:x:s","t":{"@id":"urn:x:<a>"}}`,
			refused, `<urn:x:\u003Ca\u003E> .`, "an IRI cannot hold these, escaped or not",
		},
		"a graph that says nothing": {
			`{"@context":{"t":{"@id":"urn:x:t","@container":"@graph"}},"@id":"urn:x:s","t":[{}]}`,
			`<urn:x:s> <urn:x:t> _:c14n0 .`, refused, "nothing is lost where nothing is said",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			theirs, no := n.canonize(t, []byte(c.document))
			if (no != nil) != (c.theirs == refused) || no == nil && !strings.Contains(theirs, c.theirs) {
				t.Errorf("they say %+v\n%s, want %s (%s)", no, theirs, c.theirs, c.why)
			}
			ours, err := canonize(p, []byte(c.document))
			if (err != nil) != (c.ours == refused) || err == nil && !strings.Contains(ours, c.ours) {
				t.Errorf("we say %v\n%s, want %s (%s)", err, ours, c.ours, c.why)
			}
			if ours == theirs && (err != nil) == (no != nil) {
				t.Errorf("they no longer differ: %s", ours)
			}
		})
	}
}

// TestLossIsRefused lists what JSON-LD and RDF let be lost at rare places, which
// we refuse in safe mode, and whether the other implementation does.
func TestLossIsRefused(t *testing.T) {
	t.Parallel()
	n := startNode(t)
	for name, c := range map[string]struct {
		document string
		there    bool
	}{
		"the key of a text in a map by id":     {`{"@context":{"t":{"@id":"urn:x:t","@container":"@id"}},"@id":"urn:x:s","t":{"urn:x:key":"a"}}`, true},
		"the key of a number in a map by type": {`{"@context":{"t":{"@id":"urn:x:t","@container":"@type"},"T":"urn:x:T"},"@id":"urn:x:s","t":{"T":2.5}}`, false},
		"the key of a node with another id":    {`{"@context":{"t":{"@id":"urn:x:t","@container":"@id"},"u":"urn:x:u"},"@id":"urn:x:s","t":{"urn:x:key":{"@id":"urn:x:other","u":"a"}}}`, false},
		"the key of nothing":                   {`{"@context":{"t":{"@id":"urn:x:t","@container":"@id"},"u":"urn:x:u"},"@id":"urn:x:s","u":"a","t":{"urn:x:key":[]}}`, false},
		"a text where a graph should be":       {`{"@context":{"t":{"@id":"urn:x:t","@container":"@graph"}},"@id":"urn:x:s","t":"a"}`, true},
		"a node in a graph that says nothing":  {`{"@context":{"t":{"@id":"urn:x:t","@container":"@graph"}},"@id":"urn:x:s","t":{"@id":"urn:x:n"}}`, true},
		"a direction without a value":          {`{"@context":{"t":"urn:x:t"},"@id":"urn:x:s","t":{"t":"a","@direction":"rtl"}}`, false},
		"a language without a value":           {`{"@context":{"t":"urn:x:t"},"@id":"urn:x:s","t":{"t":"a","@language":"fr"}}`, false},
		"a node beside that says nothing":      {`{"@context":{"t":"urn:x:t"},"@id":"urn:x:s","t":{"t":"a","@included":[{"@id":"urn:x:n"}]}}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var e *jsonld.Error
			if form, err := canonize(jsonld.New(nil), []byte(c.document)); !errors.As(err, &e) || e.Pointer == "" {
				t.Errorf("%s gives %s and %v, want an error with its place", c.document, form, err)
			}
			if form, no := n.canonize(t, []byte(c.document)); (no != nil) != c.there {
				t.Errorf("refused there: %+v %s, want %t", no, form, c.there)
			}
		})
	}
}
