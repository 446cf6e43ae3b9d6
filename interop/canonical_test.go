package interop

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/rdf"
)

// ourContexts are the Open Badges contexts that the library carries.
func ourContexts(t testing.TB) map[string]json.RawMessage {
	t.Helper()
	contexts := map[string]json.RawMessage{}
	for _, c := range jsonld.EmbeddedContexts() {
		if strings.HasPrefix(c.IRI, openBadges) {
			contexts[c.IRI] = embedded(t, c.IRI)
		}
	}
	if len(contexts) < 5 {
		t.Fatalf("the library carries %d Open Badges contexts", len(contexts))
	}
	return contexts
}

func embedded(t testing.TB, iri string) []byte {
	t.Helper()
	data, ok := jsonld.Embedded(iri)
	if !ok {
		t.Fatalf("context %s is not embedded", iri)
	}
	return data
}

// seeds returns how many generated documents to try, and the first seed.
func seeds(t testing.TB, short, long int) (count int, first uint64) {
	t.Helper()
	count, first = short, 1
	if os.Getenv("ECUSSON_LONG") == "1" {
		count = long
	}
	if s := os.Getenv("ECUSSON_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatalf("ECUSSON_SEED: %v", err)
		}
		first = n
	}
	return count, first
}

// canonize is the canonical form of a document as a signature covers it.
func canonize(p *jsonld.Processor, document []byte) (string, error) {
	tree, err := jsontree.Parse(document, jsontree.Limits{})
	if err != nil {
		return "", err
	}
	quads, err := p.ToRDF(&tree, jsonld.Options{Safe: true, RDFDirection: jsonld.I18NDatatype})
	if err != nil {
		return "", err
	}
	form, err := rdf.AppendCanonical(nil, quads, rdf.Options{})
	return string(form), err
}

func (n *node) canonize(t testing.TB, document []byte) (string, *refusal) {
	t.Helper()
	var answer struct {
		NQuads string `json:"nquads"`
	}
	refused := n.ask(t, request{"op": "canonize", "document": json.RawMessage(document)}, &answer)
	return answer.NQuads, refused
}

// TestContexts compares the contexts themselves: what both sides carry must
// say the same, but for the one that changed in place.
func TestContexts(t *testing.T) {
	t.Parallel()
	n := startNode(t)
	var theirs struct {
		Contexts map[string]any `json:"contexts"`
	}
	n.must(t, request{"op": "contexts"}, &theirs)
	compared := 0
	for _, c := range jsonld.EmbeddedContexts() {
		want, ok := theirs.Contexts[c.IRI]
		if !ok {
			continue
		}
		compared++
		var got any
		if err := json.Unmarshal(embedded(t, c.IRI), &got); err != nil {
			t.Fatal(err)
		}
		if c.IRI == openBadges303 {
			terms := got.(map[string]any)["@context"].(map[string]any)
			delete(terms, "endorsementJwt")
			delete(terms, "jti")
			for _, term := range terms {
				if inner, ok := term.(map[string]any); ok {
					if scoped, ok := inner["@context"].(map[string]any); ok {
						delete(scoped, "endorsementJwt")
					}
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("context %s (-theirs +ours):\n%s", c.IRI, diff)
		}
	}
	if compared < 12 {
		t.Errorf("only %d contexts are carried by both sides", compared)
	}
}

// stricter lists our reasons to refuse what the other implementation lets
// pass in its safe mode, where something that was written is lost without a
// word. An empty detail stands for any.
var stricter = []struct{ code, detail, why string }{
	{jsonld.LossIndex, "", "an @index has no place in RDF"},
	{jsonld.LossNumber, "", "a number that JSON readers round differently would be signed as another number"},
	{jsonld.LossMalformedIRI, "", "an IRI that N-Quads cannot hold is written all the same"},
	{jsonld.LossRelativeIRI, `""`, "an empty id is dropped"},
	{jsonld.LossRelativeIRI, `"@`, "a keyword that stands as a key where ids do is dropped"},
	{jsonld.LossRelativeIRI, `"x"`, "a relative id under @set is dropped"},
	{jsonld.LossLanguageTag, "", "what is no language tag is written as one, or dropped"},
	{jsonld.LossUndefinedTerm, "@none means", "a key @none where no map is, is dropped with its value"},
	{jsonld.LossNullValue, "without @value", "a language or direction in a node is dropped"},
	{jsonld.LossMapKey, "", "the key that a value, a list or nothing has in a map is dropped"},
	{jsonld.LossFreeFloating, "says nothing", "a node's identifier in a graph without statements about it is dropped"},
	{jsonld.LossFreeFloating, "where a", "a value where a node or graph should be is dropped"},
	{"invalid set or list object", "", "of a node that is a list as well, one of the two is dropped"},
	{"invalid value object value", "", "a value that is an empty array is dropped"},
	{"invalid value object", "stands beside", "a type or a property without values, beside @value, is dropped"},
	{"invalid typed value", "", "a type without types, beside @value, is dropped"},
}

// laxer lists what the other implementation refuses and we do not, by its code.
var laxer = []struct{ code, why string }{
	{"empty object", "a node that says nothing, where nothing refers to it, adds nothing to the dataset and loses nothing"},
}

// TestCanonicalForms compares the canonical forms of generated credentials,
// byte for byte, and of as many with something wrong in them, whether both
// sides refuse them.
func TestCanonicalForms(t *testing.T) {
	t.Parallel()
	count, first := seeds(t, 3000, 50_000)
	p := jsonld.New(nil)
	const workers = 2
	tallies := make([]map[string]int, workers)
	t.Run("of generated credentials", func(t *testing.T) {
		for w := range workers {
			tallies[w] = map[string]int{}
			t.Run(strconv.Itoa(w), func(t *testing.T) {
				t.Parallel()
				n := startNode(t)
				for i := w; i < count && !t.Failed(); i += workers {
					seed := first + uint64(i)
					g := newGenerator(seed)
					credential := g.credential()
					compareForms(t, n, p, seed, "as generated", credential, tallies[w])
					broken, how := g.broken(credential)
					compareForms(t, n, p, seed, how, broken, tallies[w])
				}
			})
		}
	})
	total := map[string]int{}
	for _, tally := range tallies {
		for k, v := range tally {
			total[k] += v
		}
	}
	for _, k := range slices.Sorted(maps.Keys(total)) {
		t.Logf("%6d %s", total[k], k)
	}
	if !t.Failed() && (total["equal"] < count*9/10 || total["both refuse"] < count/3) {
		t.Errorf("the generator's credentials are too seldom accepted, or too seldom refused, to show anything")
	}
}

// comparison is what both sides say of one document.
type comparison struct {
	ours, theirs string
	err          error
	refused      *refusal
}

func compare(t *testing.T, n *node, p *jsonld.Processor, document value) comparison {
	t.Helper()
	text := document.AppendJSON(nil)
	var c comparison
	c.theirs, c.refused = n.canonize(t, text)
	c.ours, c.err = canonize(p, text)
	return c
}

// known tells by which row of stricter or laxer one side alone refuses.
func (c comparison) known() string {
	var fault *jsonld.Error
	switch {
	case c.err != nil && c.refused == nil && errors.As(c.err, &fault):
		for _, row := range stricter {
			if fault.Code == row.code && strings.Contains(fault.Detail, row.detail) {
				return "we alone refuse: " + row.why
			}
		}
	case c.err == nil && c.refused != nil:
		for _, row := range laxer {
			if c.refused.Code == row.code {
				return "they alone refuse: " + row.why
			}
		}
	}
	return ""
}

// differs says in a few words how the two sides differ; "" if they do not, or
// in a way that is known.
func (c comparison) differs() string {
	switch {
	case c.err != nil && c.refused != nil, c.known() != "":
		return ""
	case c.err != nil:
		return "we refuse what they accept: " + c.err.Error()
	case c.refused != nil:
		return "we accept what they refuse: " + c.refused.Code + ": " + c.refused.Error
	case c.ours != c.theirs:
		return "canonical forms differ (-theirs +ours):\n" + cmp.Diff(strings.Split(c.theirs, "\n"), strings.Split(c.ours, "\n"))
	}
	return ""
}

func compareForms(t *testing.T, n *node, p *jsonld.Processor, seed uint64, how string, document value, tally map[string]int) {
	t.Helper()
	c := compare(t, n, p, document)
	switch {
	case c.differs() != "":
		kind, _, _ := strings.Cut(c.differs(), ":")
		small := shrunk(document, func(v value) bool {
			d := compare(t, n, p, v).differs()
			return strings.HasPrefix(d, kind)
		})
		t.Errorf("seed %d, %s, made smaller: %s\n%s", seed, how, compare(t, n, p, small).differs(), small.AppendJSON(nil))
	case c.err != nil && c.refused != nil:
		tally["both refuse"]++
		tally["both refuse: "+c.refused.Code]++
	case c.err != nil || c.refused != nil:
		tally[c.known()]++
	default:
		tally["equal"]++
		if c.ours == "" {
			tally["equal, and empty"]++
		}
	}
}

// shrunk takes away from a document whatever it can while it stays
// interesting, so that a difference shows its cause.
func shrunk(v value, interesting func(value) bool) value {
	for again := true; again; {
		again = false
		for _, at := range places(v, jsontree.Object, jsontree.Array) {
			in := v.Find(at)
			if in == nil {
				continue
			}
			for i := len(in.Members) - 1; i >= 0; i-- {
				less := value{Kind: in.Kind, Members: slices.Delete(slices.Clone(in.Members), i, i+1)}
				if smaller := replaced(v, at, less); interesting(smaller) {
					v, again = smaller, true
					in = v.Find(at)
				}
			}
		}
	}
	return v
}

// places lists the pointers to the values of some kinds, outermost first.
func places(v value, kinds ...jsontree.Kind) []string {
	var found []string
	var walk func(v *value, at string)
	walk = func(v *value, at string) {
		if slices.Contains(kinds, v.Kind) {
			found = append(found, at)
		}
		for i, m := range v.Members {
			step := m.Name
			if v.Is(jsontree.Array) {
				step = strconv.Itoa(i)
			}
			walk(&m.Value, jsontree.Pointer(at, step))
		}
	}
	walk(&v, "")
	return found
}

// broken returns the credential with one thing changed, in a place and a way
// that chance decides, and says how. Most changes are faults; some are not, and
// then the canonical forms are compared again.
func (g *generator) broken(credential value) (value, string) {
	nodes := slices.DeleteFunc(places(credential, jsontree.Object), func(at string) bool {
		// What is no node in a map or a graph is a question of its own; see
		// TestKnownDifferences.
		return strings.HasPrefix(at, "/@context") || strings.HasPrefix(at, "/exBy") || strings.HasPrefix(at, "/exGraph")
	})
	change := pick(g, changes...)
	if change.inside {
		nodes = nodes[1:]
	}
	place := pick(g, nodes...)
	in := credential.Find(place)
	return replaced(credential, place, change.make(g, *in)), fmt.Sprintf("%s at %q", change.name, place)
}

// replaced returns v with the value at the pointer replaced.
func replaced(v value, pointer string, by value) value {
	if pointer == "" {
		return by
	}
	step, rest := pointer[1:], ""
	if i := strings.IndexByte(step, '/'); i >= 0 {
		step, rest = step[:i], step[i:]
	}
	step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
	out := value{Kind: v.Kind, Members: slices.Clone(v.Members)}
	for i := range out.Members {
		if v.Is(jsontree.Array) && strconv.Itoa(i) == step || v.Is(jsontree.Object) && out.Members[i].Name == step {
			out.Members[i].Value = replaced(out.Members[i].Value, rest, by)
		}
	}
	return out
}

type change struct {
	name string
	// inside keeps it away from the document itself: the other implementation
	// writes the JSON literal of a node that is said twice twice.
	inside bool
	make   func(g *generator, in value) value
}

// set makes a change that sets a member to one of several JSON texts.
func set(name string, member string, texts ...string) change {
	return change{name, false, func(g *generator, in value) value {
		v, err := jsontree.Parse([]byte(pick(g, texts...)), jsontree.Limits{})
		if err != nil {
			panic(err)
		}
		return in.With(member, v)
	}}
}

var changes = []change{
	set("an undefined term", "policyId", `"x"`, `{"a":1}`, `null`, `[]`),
	set("an empty name", "", `"x"`, `null`),
	set("a name like a keyword", "@shape", `"x"`, `null`, `{}`),
	set("a keyword out of place", "@list", `["x"]`),
	set("a set", "@set", `["x"]`),
	set("a value in a node", "@value", `"x"`, `null`),
	set("a language in a node", "@language", `"fr"`, `1`),
	set("an index", "@index", `"i"`, `1`),
	set("a graph", "@graph", `[]`, `[{"id":"urn:x:a","name":"x"}]`, `"x"`),
	set("included nodes", "@included", `[]`, `[{"id":"urn:x:a","name":"x"}]`, `"x"`),
	set("a reverse property", "@reverse", `{"name":{"id":"urn:x:a"}}`, `{"name":"x"}`, `[]`),
	set("nested members", "@nest", `{"name":"x"}`, `[{"description":"y"}]`, `"x"`),
	set("another id", "id", `"relative"`, `""`, `null`, `1`, `["urn:x:a"]`, `"urn:x:a b"`, `"urn:x:<a>"`, `"_:"`, `"#f"`, `"@bad"`, `"@type"`, `"_:c14n0"`, `"name"`, `"xsd:x"`),
	set("another type", "type", `"Undefined"`, `null`, `1`, `["Profile",null]`, `[]`, `""`, `"urn:x:T"`, `"_:t"`, `"@x"`, `"@id"`, `["Profile","Profile"]`),
	set("a name of another kind", "name", `null`, `[]`, `[[]]`, `[null]`, `{}`, `{"@list":["x"]}`, `{"@list":["x",{"@list":["y"]}]}`, `{"@set":["x"]}`,
		`{"@value":null}`, `{"@value":[]}`, `{"@value":"x","@language":"fr","@type":"xsd:string"}`, `{"@value":"x","@language":""}`, `{"@value":"x","@language":"no_tag"}`,
		`{"@value":"x","@direction":"up"}`, `{"@value":1,"@language":"fr"}`, `{"@value":"x","@type":"relative"}`, `{"@value":"x","@type":"urn:x:D"}`, `{"@value":"x","@type":"_:d"}`,
		`{"@value":{"b":1,"a":[1.0]},"@type":"@json"}`, `{"@language":"fr"}`, `{"@value":"x","id":"urn:x:a"}`, `{"@value":"x","@index":"i"}`, `true`, `"\ud83c\udfc5"`, `{"id":"urn:x:a"}`, `{"id":"relative"}`),
	set("an id under another name", "@id", `"urn:x:a"`, `null`),
	set("a context inside", "@context", `null`, `{}`, `[]`, `{"added":"urn:x:added"}`, `{"name":"urn:x:name"}`, `{"id":null}`, `{"@vocab":"urn:v:"}`, `{"@base":"https://b.example/"}`,
		`{"@version":1.0}`, `{"@version":1.1}`, `{"@language":"fr"}`, `{"@language":1}`, `{"@propagate":true}`, `{"@protected":true,"added":"urn:x:added"}`, `"https://nowhere.example/context"`, `"relative"`,
		`{"added":{"@id":"urn:x:a","@container":"@nothing"}}`, `{"added":{"@id":"urn:x:a","@type":"@none"}}`, `{"added":{"@reverse":"urn:x:a","@container":"@list"}}`, `{"added":"more","more":"added"}`, `{"@import":"https://w3id.org/security/multikey/v1"}`, `1`,
		`"https://w3id.org/security/multikey/v1"`, `"https://www.w3.org/ns/credentials/v2"`, `{"xsd":"urn:x:other"}`),
	set("a proof", "proof", `{"type":"DataIntegrityProof","cryptosuite":"x","proofPurpose":"assertionMethod","proofValue":"z1"}`, `[]`, `{}`, `[{},{}]`),
	{"a member less", false, func(g *generator, in value) value {
		if len(in.Members) == 0 {
			return in
		}
		name := pick(g, in.Members...).Name
		if name == "@direction" {
			// They take what differs in direction alone for one.
			return in
		}
		return in.Without(name)
	}},
	{"an empty node", false, func(*generator, value) value { return jsontree.OfObject() }},
	{"a null", false, func(*generator, value) value { return value{} }},
	{"a text", false, func(g *generator, _ value) value { return of(pick(g, "x", "urn:x:a", "", "_:b", "@type")) }},
	{"a number", false, func(g *generator, _ value) value { return g.number() }},
	{"a list", true, func(g *generator, in value) value { return jsontree.OfArray(in, jsontree.OfArray(in, value{})) }},
	{"the node twice", true, func(_ *generator, in value) value { return jsontree.OfArray(in, in) }},
}
