package jsonld_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/rdf"
)

// traceContext has a term for each thing that a term can say of its values.
const traceContext = `{"@version":1.1,"ex":"urn:ex:",
"plain":"ex:plain","other":"ex:other","name":{"@id":"ex:name","@language":"fr"},
"link":{"@id":"ex:link","@type":"@id"},"vocab":{"@id":"ex:vocab","@type":"@vocab"},
"typed":{"@id":"ex:typed","@type":"ex:T"},"json":{"@id":"ex:json","@type":"@json"},"none":{"@id":"ex:none","@type":"@none"},
"list":{"@id":"ex:list","@container":"@list"},"links":{"@id":"ex:links","@type":"@id","@container":"@list"},
"set":{"@id":"ex:set","@container":"@set"},"lang":{"@id":"ex:lang","@container":"@language"},
"rtl":{"@id":"ex:rtl","@direction":"rtl"},"langs":{"@id":"ex:langs","@container":["@language","@set"],"@direction":"rtl"},
"index":{"@id":"ex:index","@container":"@index"},"keyed":{"@id":"ex:keyed","@container":"@index","@index":"ex:key"},
"keyedByLink":{"@id":"ex:keyedByLink","@container":["@index","@set"],"@index":"link"},
"ids":{"@id":"ex:ids","@container":"@id"},"types":{"@id":"ex:types","@container":"@type"},
"typesVocab":{"@id":"ex:typesVocab","@type":"@vocab","@container":["@type","@set"]},
"graph":{"@id":"ex:graph","@container":"@graph"},"graphLinks":{"@id":"ex:graphLinks","@type":"@id","@container":["@graph","@set"]},
"graphs":{"@id":"ex:graphs","@container":["@graph","@id"]},"graphIndex":{"@id":"ex:graphIndex","@container":["@graph","@index"]},
"graphKeyed":{"@id":"ex:graphKeyed","@container":["@graph","@index"],"@index":"ex:key"},
"back":{"@reverse":"ex:back"},"backLinks":{"@reverse":"ex:backLinks","@type":"@id","@container":"@set"},
"nest":"@nest","nested":{"@id":"ex:nested","@nest":"nest"},"id":"@id","type":"@type","value":"@value",
"Scoped":{"@id":"ex:Scoped","@context":{"plain":{"@id":"ex:scopedPlain","@container":"@id"},"other":null}},
"scoped":{"@id":"ex:scoped","@context":{"plain":{"@id":"ex:inner","@container":"@graph"}}}}`

var traceProperties = []string{
	"plain", "other", "name", "link", "vocab", "typed", "json", "none", "list", "links", "set", "lang", "rtl", "langs",
	"index", "keyed", "keyedByLink", "ids", "types", "typesVocab", "graph", "graphLinks", "graphs", "graphIndex",
	"graphKeyed", "back", "backLinks", "nested", "scoped", "plain", "other", "urn:ex:absolute",
}

// tracer makes documents in which no two texts, numbers or names of maps are
// the same, so that each can be looked for in the dataset.
type tracer struct {
	*rand.Rand
	marks []string
	count int
}

func (g *tracer) mark() string {
	g.count++
	m := fmt.Sprintf("k%dx", g.count)
	g.marks = append(g.marks, m)
	return m
}

func (g *tracer) iri() string { return "urn:" + g.mark() }

func (g *tracer) scalar() string {
	switch g.IntN(6) {
	case 0:
		g.count++
		n := fmt.Sprint(100000 + g.count)
		g.marks = append(g.marks, n)
		return n
	case 1, 2:
		return `"` + g.mark() + `"`
	default:
		return `"` + g.iri() + `"`
	}
}

func (g *tracer) value(depth int) string {
	switch n := g.IntN(12); {
	case n < 4 || depth <= 0:
		return g.scalar()
	case n == 4:
		return g.array(depth)
	case n == 5:
		return g.valueObject()
	case n == 6:
		return `{"` + []string{"@list", "@set"}[g.IntN(2)] + `":` + g.array(depth) + `}`
	case n == 7:
		return `{"@id":"` + g.iri() + `"}`
	case n == 8:
		return g.mapOf(depth)
	default:
		return g.node(depth)
	}
}

func (g *tracer) array(depth int) string {
	var items []string
	for range g.IntN(3) {
		items = append(items, g.value(depth-1))
	}
	return "[" + strings.Join(items, ",") + "]"
}

func (g *tracer) valueObject() string {
	out := `{"@value":` + g.scalar()
	switch g.IntN(5) {
	case 0:
		out += `,"@type":"` + g.iri() + `"`
	case 1:
		out += `,"@language":"en-` + g.mark() + `"`
	case 2:
		out += `,"@direction":"ltr"`
	case 3:
		out += `,"@index":"` + g.mark() + `"`
	}
	return out + "}"
}

// mapOf is an object whose names are data: identifiers, languages, or words.
func (g *tracer) mapOf(depth int) string {
	var items []string
	for i := range 1 + g.IntN(2) {
		before := g.count
		value := g.value(depth - 1)
		name := "@none"
		switch n := g.IntN(4); {
		case g.count == before && i > 0:
			continue // a name under which nothing is said, which is no loss as a property
		case g.count == before:
		case n > 1 || i > 0:
			name = g.iri()
		case n == 1:
			name = "en-" + g.mark()
		}
		items = append(items, `"`+name+`":`+value)
	}
	return "{" + strings.Join(items, ",") + "}"
}

func (g *tracer) node(depth int) string {
	seen := map[string]bool{}
	var members []string
	add := func(name, value string) {
		if !seen[name] {
			members = append(members, `"`+name+`":`+value)
		}
		seen[name] = true
	}
	if g.IntN(2) == 0 {
		add([]string{"@id", "id"}[g.IntN(2)], `"`+g.iri()+`"`)
	}
	switch g.IntN(6) {
	case 0:
		add("type", `"`+g.iri()+`"`)
	case 1:
		add("@type", `["Scoped","`+g.iri()+`"]`)
	}
	for range g.IntN(4) {
		name := traceProperties[g.IntN(len(traceProperties))]
		if seen[name] {
			continue
		}
		value := ""
		switch {
		case strings.Contains("index keyed keyedByLink ids types typesVocab lang langs graphs graphIndex graphKeyed", name) && g.IntN(4) > 0:
			value = g.mapOf(depth - 1)
		case strings.HasPrefix(name, "back"):
			value = g.node(depth - 1)
		default:
			value = g.value(depth - 1)
		}
		add(name, value)
	}
	if g.IntN(8) == 0 && depth > 0 {
		switch name := []string{"@graph", "@included", "@reverse", "nest", "@language", "@direction", "@index", "undefined"}[g.IntN(8)]; name {
		case "@graph", "@included":
			add(name, "["+g.node(depth-1)+"]")
		case "@reverse":
			add(name, `{"plain":`+g.node(depth-1)+`}`)
		case "nest":
			add(name, `{"nested":`+g.value(depth-1)+`}`)
		case "@direction":
			add(name, `"rtl"`)
		default:
			add(name, `"`+g.mark()+`"`)
		}
	}
	return "{" + strings.Join(members, ",") + "}"
}

// TestSafeModeLeavesNothingOut: in safe mode every text, number and name of a
// map leaves a trace in the dataset, or the document is refused, with the place.
func TestSafeModeLeavesNothingOut(t *testing.T) {
	t.Parallel()
	p := jsonld.New(nil)
	rounds := 10_000
	if os.Getenv("ECUSSON_LONG") == "1" {
		rounds = 500_000
	}
	accepted, marks := 0, 0
	for seed := range rounds {
		g := &tracer{Rand: rand.New(rand.NewPCG(uint64(seed), 24))}
		node := g.node(1 + g.IntN(3))
		text := `{"@context":` + traceContext + "," + strings.TrimPrefix(node, "{")
		text = strings.Replace(text, ",}", "}", 1)
		doc, err := jsontree.Parse([]byte(text), jsontree.Limits{})
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, node)
		}
		quads, err := p.ToRDF(&doc, jsonld.Options{Safe: true, RDFDirection: jsonld.I18NDatatype})
		if err != nil {
			var e *jsonld.Error
			if !errors.As(err, &e) || e.Code == "" || doc.Find(e.Pointer) == nil {
				t.Fatalf("seed %d: %v is no error with a place\n%s", seed, err, node)
			}
			continue
		}
		accepted++
		var dataset []byte
		for i := range quads {
			dataset = rdf.AppendNQuad(dataset, &quads[i])
		}
		for _, mark := range g.marks {
			marks++
			if !strings.Contains(string(dataset), mark) {
				t.Fatalf("seed %d: %s is not in the dataset\n%s\n%s", seed, mark, node, dataset)
			}
		}
		// A direction is in a datatype, or in the text of a JSON literal.
		found := strings.Count(string(dataset), "https://www.w3.org/ns/i18n#") + strings.Count(string(dataset), "@direction")
		if found < strings.Count(node, `"@direction"`) {
			t.Fatalf("seed %d: a direction is not in the dataset\n%s\n%s", seed, node, dataset)
		}
	}
	t.Logf("%d of %d documents accepted, with %d marks", accepted, rounds, marks)
	if accepted < rounds/5 || marks < accepted {
		t.Errorf("%d of %d documents accepted, with %d marks: too few to show anything", accepted, rounds, marks)
	}
}
