package rdf_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/piprate/json-gold/ld"

	"github.com/ecusson/ecusson/rdf"
)

func parse(t testing.TB, nquads string) []rdf.Quad {
	t.Helper()
	quads, err := rdf.ParseNQuads([]byte(nquads))
	if err != nil {
		t.Fatalf("%v in\n%s", err, nquads)
	}
	return quads
}

func canonical(t testing.TB, quads []rdf.Quad, o rdf.Options) string {
	t.Helper()
	c, err := rdf.Canonicalize(quads, o)
	if err != nil {
		t.Fatalf("%v in\n%s", err, rdf.AppendNQuads(nil, quads))
	}
	return string(c.NQuads)
}

// edges reads graphs in short: "0>1 1>0" are two quads between blank nodes,
// all with the predicate urn:p. "0>1,q" has the predicate urn:q and "0>1,p,2"
// stands in the graph of blank node 2.
func edges(label, short string) []rdf.Quad {
	var quads []rdf.Quad
	for _, e := range strings.Fields(short) {
		parts := append(strings.Split(e, ","), "p")
		from, to, _ := strings.Cut(parts[0], ">")
		q := rdf.Quad{Subject: rdf.NewBlank(label + from), Predicate: rdf.NewIRI("urn:" + parts[1]), Object: rdf.NewBlank(label + to)}
		if len(parts) > 3 {
			q.Graph = rdf.NewBlank(label + parts[2])
		}
		quads = append(quads, q)
	}
	return quads
}

// both joins every pair in both directions.
func both(pairs string) string {
	var b strings.Builder
	for _, e := range strings.Fields(pairs) {
		from, to, _ := strings.Cut(e, "-")
		fmt.Fprintf(&b, "%s>%s %s>%s ", from, to, to, from)
	}
	return b.String()
}

func clique(n int) string {
	var b strings.Builder
	for i := range n {
		for j := range n {
			if i != j {
				fmt.Fprintf(&b, "%d>%d ", i, j)
			}
		}
	}
	return b.String()
}

func TestCanonicalize(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"sorted and each once", `
			<urn:b> <urn:p> "2" .
			<urn:a> <urn:p> "1" .
			<urn:b>   <urn:p>	"2". # again
			`, `<urn:a> <urn:p> "1" .
<urn:b> <urn:p> "2" .
`},
		{"a repeated quad counts once in the hash", `
			_:x <urn:p> "v" .
			_:x <urn:p> "v" .
			_:y <urn:p> "w" .
			`, `_:c14n0 <urn:p> "v" .
_:c14n1 <urn:p> "w" .
`},
		{"xsd:string is left out", `
			<urn:a> <urn:p> "s"^^<http://www.w3.org/2001/XMLSchema#string> .
			<urn:a> <urn:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .
			`, `<urn:a> <urn:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .
<urn:a> <urn:p> "s" .
`},
		{"code point order, not UTF-16", `
			<urn:a> <urn:p> "\U00010000" .
			<urn:a> <urn:p> "\uE000" .
			`, "<urn:a> <urn:p> \"\uE000\" .\n<urn:a> <urn:p> \"\U00010000\" .\n"},
		{"languages stay apart and keep their case", `
			<urn:a> <urn:p> "chat"@fr .
			<urn:a> <urn:p> "chat"@en-GB .
			`, `<urn:a> <urn:p> "chat"@en-GB .
<urn:a> <urn:p> "chat"@fr .
`},
		// Of the two, the first-degree hash of the node with "v" is the lesser.
		{"labels that look canonical are not taken as given", `
			_:c14n1 <urn:p> "v" .
			_:c14n0 <urn:p> "w" .
			`, `_:c14n0 <urn:p> "v" .
_:c14n1 <urn:p> "w" .
`},
		// The shapes of the W3C's cases 070 to 073.
		{"one shape in the default and a named graph", `
			<urn:t> <urn:A> _:e0 .
			<urn:t> <urn:B> _:e0 .
			<urn:t> <urn:A> _:e1 <urn:g> .
			<urn:t> <urn:B> _:e1 <urn:g> .
			`, `<urn:t> <urn:A> _:c14n0 .
<urn:t> <urn:A> _:c14n1 <urn:g> .
<urn:t> <urn:B> _:c14n0 .
<urn:t> <urn:B> _:c14n1 <urn:g> .
`},
		{"one shape in the default and a blank graph", `
			<urn:t> <urn:A> _:e0 .
			<urn:t> <urn:B> _:e0 .
			<urn:t> <urn:A> _:e1 _:g .
			<urn:t> <urn:B> _:e1 _:g .
			`, `<urn:t> <urn:A> _:c14n0 .
<urn:t> <urn:A> _:c14n1 _:c14n2 .
<urn:t> <urn:B> _:c14n0 .
<urn:t> <urn:B> _:c14n1 _:c14n2 .
`},
		{"one node in two graphs", `
			<urn:t> <urn:A> _:e0 .
			<urn:t> <urn:A> _:e0 <urn:g> .
			`, `<urn:t> <urn:A> _:c14n0 .
<urn:t> <urn:A> _:c14n0 <urn:g> .
`},
		{"a graph that is spoken of", `
			<urn:t> <urn:graph> _:g .
			<urn:t> <urn:A> _:e0 .
			<urn:t> <urn:A> _:e0 _:g .
			`, `<urn:t> <urn:A> _:c14n1 .
<urn:t> <urn:A> _:c14n1 _:c14n0 .
<urn:t> <urn:graph> _:c14n0 .
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(c.want, canonical(t, parse(t, c.in), rdf.Options{})); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

// A triangular prism and K(3,3): every blank node has three neighbours, and
// all have one first-degree hash (the W3C's cases 044 to 046 and 075).
var evil = both("0-1 0-2 0-3 1-3 1-4 2-4 2-5 3-5 4-5 6-7 6-8 6-9 10-7 10-8 10-9 11-7 11-8 11-9")

func TestEvil(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		hash rdf.Hash
		want string
	}{
		// With SHA-256 the prism comes first, with SHA-384 K(3,3).
		{"SHA-256", rdf.SHA256, both("0-1 0-2 0-3 1-4 1-5 2-3 2-5 3-4 4-5") + both("6-7 6-8 6-9 10-7 10-8 10-9 11-7 11-8 11-9")},
		{"SHA-384", rdf.SHA384, both("0-1 0-2 0-3 4-1 4-2 4-3 5-1 5-2 5-3") + both("6-7 6-8 6-9 7-10 7-11 8-10 8-9 9-11 10-11")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := edges("e", evil)
			for i := range in {
				in[i].Predicate = rdf.NewIRI("http://example.org/vocab#p")
			}
			var want []string
			for _, q := range edges("c14n", c.want) {
				q.Predicate = in[0].Predicate
				want = append(want, string(rdf.AppendNQuad(nil, &q)))
			}
			slices.Sort(want)
			want = slices.Compact(want)
			if d := cmp.Diff(strings.Join(want, ""), canonical(t, in, rdf.Options{Hash: c.hash})); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestIssued(t *testing.T) {
	t.Parallel()
	c, err := rdf.Canonicalize(parse(t, `_:x <urn:p> "v" . `+"\n"+`_:y <urn:p> _:x _:g .`), rdf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Issued) != 3 {
		t.Errorf("Issued = %v, want labels of x, y and g", c.Issued)
	}
	for label, issued := range c.Issued {
		if !strings.Contains(string(c.NQuads), "_:"+issued+" ") {
			t.Errorf("%s was issued %s, which is not in\n%s", label, issued, c.NQuads)
		}
	}
	c, err = rdf.Canonicalize(parse(t, `_:x <urn:p> "v" .`), rdf.Options{OmitIssued: true})
	if err != nil || c.Issued != nil {
		t.Errorf("Issued = %v, %v, want none", c.Issued, err)
	}
}

// disguise renames the blank nodes, shuffles the quads and repeats some.
func disguise(rng *rand.Rand, quads []rdf.Quad) []rdf.Quad {
	names, numbers := map[string]string{}, rng.Perm(2000)
	rename := func(t *rdf.Term) {
		if t.Kind == rdf.Blank {
			if names[t.Value] == "" {
				names[t.Value] = fmt.Sprintf("n%d", numbers[len(names)])
			}
			t.Value = names[t.Value]
		}
	}
	out := slices.Clone(quads)
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	for i := range out {
		rename(&out[i].Subject)
		rename(&out[i].Object)
		rename(&out[i].Graph)
	}
	for range rng.IntN(3) {
		if len(out) > 0 {
			out = append(out, out[rng.IntN(len(out))])
		}
	}
	return out
}

// randomQuads makes a small dataset in which many blank nodes look alike.
func randomQuads(rng *rand.Rand, controls bool) []rdf.Quad {
	nodes, text := 1+rng.IntN(6), "a\"\\\n\r é"
	if controls {
		text += "\x00\x1F\x7F\t\b\f\uFFFE\uFFFF\U0001F303"
	}
	blank := func() rdf.Term { return rdf.NewBlank(fmt.Sprintf("b%d", rng.IntN(nodes))) }
	var quads []rdf.Quad
	for range rng.IntN(10) {
		q := rdf.Quad{Subject: blank(), Predicate: rdf.NewIRI([]string{"urn:p", "urn:q"}[rng.IntN(2)]), Object: blank()}
		if rng.IntN(5) == 0 {
			q.Subject = rdf.NewIRI("urn:s")
		}
		switch rng.IntN(8) {
		case 0:
			q.Object = rdf.NewString(text)
		case 1:
			q.Object = rdf.NewLangString(text, "de-CH")
		case 2:
			q.Object = rdf.NewTyped("1", rdf.XSDInteger)
		}
		switch rng.IntN(6) {
		case 0:
			q.Graph = blank()
		case 1:
			q.Graph = rdf.NewIRI("urn:g")
		}
		quads = append(quads, q)
	}
	return quads
}

// The canonical form does not see labels, order and repetition.
func TestInvariance(t *testing.T) {
	t.Parallel()
	symmetric := map[string]string{
		"pair":           "0>1 1>0",
		"double circle":  "0>1 0>2,q 1>2 1>0,q 2>0 2>1,q",
		"diamond":        "0>1 0>2 1>3 2>3",
		"two pairs":      both("0-1 2-3"),
		"five pairs":     both("0-1 2-3 4-5 6-7 8-9"),
		"cycle of 3":     "0>1 1>2 2>0",
		"cycle of 6":     "0>1 1>2 2>3 3>4 4>5 5>0",
		"cycle of 30":    cycle(30),
		"cycles of 3":    "0>1 1>2 2>0 3>4 4>5 5>3",
		"ring of 8":      both("0-1 1-2 2-3 3-4 4-5 5-6 6-7 7-0"),
		"clique of 3":    clique(3),
		"clique of 4":    clique(4),
		"clique of 5":    clique(5),
		"evil":           evil,
		"cube":           both("0-1 1-2 2-3 3-0 4-5 5-6 6-7 7-4 0-4 1-5 2-6 3-7"),
		"Petersen":       both("0-1 1-2 2-3 3-4 4-0 5-7 7-9 9-6 6-8 8-5 0-5 1-6 2-7 3-8 4-9"),
		"self":           "0>0 1>1 2>2",
		"star":           "0>1 0>2 0>3 0>4",
		"two stars":      "0>1 0>2 0>3 4>5 4>6 4>7",
		"graphs":         "0>1,p,2 1>0,p,3 2>3,p,0 3>2,p,1",
		"one node twice": "0>1,p,2 0>1,p,3 1>0,p,2 1>0,p,3",
		"grid":           both("0-1 1-2 3-4 4-5 6-7 7-8 0-3 3-6 1-4 4-7 2-5 5-8"),
	}
	for name, short := range symmetric {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(1, 2))
			quads := edges("b", short)
			for _, h := range []rdf.Hash{rdf.SHA256, rdf.SHA384} {
				want := canonical(t, quads, rdf.Options{Hash: h})
				for range 40 {
					if got := canonical(t, disguise(rng, quads), rdf.Options{Hash: h}); got != want {
						t.Fatalf("one graph, two forms:\n%s\n%s", want, got)
					}
				}
				if again := canonical(t, parse(t, want), rdf.Options{Hash: h}); again != want {
					t.Fatalf("the canonical form of the canonical form is another:\n%s\n%s", want, again)
				}
			}
		})
	}
	t.Run("random", func(t *testing.T) {
		t.Parallel()
		rng := rand.New(rand.NewPCG(3, 4))
		for range 4000 {
			quads := randomQuads(rng, true)
			want := canonical(t, quads, rdf.Options{})
			got := canonical(t, disguise(rng, quads), rdf.Options{})
			if got != want {
				t.Fatalf("one dataset, two forms:\n%s\n%s\nof\n%s", want, got, rdf.AppendNQuads(nil, quads))
			}
		}
	})
}

func cycle(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d>%d ", i, (i+1)%n)
	}
	return b.String()
}

// Datasets that are not isomorphic must not meet in one form.
func TestDistinct(t *testing.T) {
	t.Parallel()
	a := canonical(t, edges("b", cycle(6)), rdf.Options{})
	b := canonical(t, edges("b", "0>1 1>2 2>0 3>4 4>5 5>3"), rdf.Options{})
	if a == b {
		t.Error("a cycle of 6 and two cycles of 3 have one form")
	}
	sneaky := []rdf.Quad{{Subject: rdf.NewIRI("urn:a"), Predicate: rdf.NewIRI("urn:p> <urn:x> .\n<urn:y> <urn:q"), Object: rdf.NewString("\" .\n")}}
	if got, want := canonical(t, sneaky, rdf.Options{}), `<urn:a> <urn:p\u003E\u0020\u003Curn:x\u003E\u0020.\u000A\u003Curn:y\u003E\u0020\u003Curn:q> "\" .\n" .`+"\n"; got != want {
		t.Errorf("got %s want %s", got, want)
	}
}

// json-gold knows URDNA2015, which is RDFC-1.0 with other escapes.
func TestAgainstJSONGold(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 6))
	term := func(t rdf.Term) ld.Node {
		switch t.Kind {
		case rdf.IRI:
			return ld.NewIRI(t.Value)
		case rdf.Blank:
			return ld.NewBlankNode("_:" + t.Value)
		default:
			return ld.NewLiteral(t.Value, t.Datatype, t.Language)
		}
	}
next:
	for range 3000 {
		quads := randomQuads(rng, false)
		dataset := ld.NewRDFDataset()
		delete(dataset.Graphs, "@default")
		seen := map[rdf.Quad]bool{}
		for _, q := range quads {
			if seen[q] { // json-gold's datasets are lists, not sets
				continue
			}
			seen[q] = true
			if q.Subject == q.Object || q.Graph.Kind == rdf.Blank && (q.Graph == q.Subject || q.Graph == q.Object) {
				// json-gold hashes such a quad twice for its node.
				continue next
			}
			name := "@default"
			switch q.Graph.Kind {
			case rdf.IRI:
				name = q.Graph.Value
			case rdf.Blank:
				name = "_:" + q.Graph.Value
			}
			dataset.Graphs[name] = append(dataset.Graphs[name], ld.NewQuad(term(q.Subject), term(q.Predicate), term(q.Object), name))
		}
		o := ld.NewJsonLdOptions("")
		o.Algorithm, o.Format = ld.AlgorithmURDNA2015, "application/n-quads"
		want, err := ld.NewJsonLdApi().Normalize(dataset, o)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want.(string), canonical(t, quads, rdf.Options{})); d != "" {
			t.Fatalf("(-json-gold +ours)\n%s\nof\n%s", d, rdf.AppendNQuads(nil, quads))
		}
	}
}

func TestTermErrors(t *testing.T) {
	t.Parallel()
	iri, text, blank := rdf.NewIRI("urn:a"), rdf.NewString("x"), rdf.NewBlank("b")
	for _, c := range []struct {
		position string
		quad     rdf.Quad
	}{
		{"subject", rdf.Quad{Subject: text, Predicate: iri, Object: iri}},
		{"subject", rdf.Quad{Predicate: iri, Object: iri}},
		{"subject", rdf.Quad{Subject: rdf.NewBlank(""), Predicate: iri, Object: iri}},
		{"predicate", rdf.Quad{Subject: iri, Predicate: blank, Object: iri}},
		{"predicate", rdf.Quad{Subject: iri, Predicate: text, Object: iri}},
		{"object", rdf.Quad{Subject: iri, Predicate: iri}},
		{"object", rdf.Quad{Subject: iri, Predicate: iri, Object: rdf.NewBlank("")}},
		{"object", rdf.Quad{Subject: iri, Predicate: iri, Object: rdf.NewLangString("x", "en .\n<urn:x>")}},
		{"object", rdf.Quad{Subject: iri, Predicate: iri, Object: rdf.NewLangString("x", "en-")}},
		{"graph", rdf.Quad{Subject: iri, Predicate: iri, Object: iri, Graph: text}},
		{"graph", rdf.Quad{Subject: iri, Predicate: iri, Object: iri, Graph: rdf.NewBlank("")}},
	} {
		good := rdf.Quad{Subject: iri, Predicate: iri, Object: blank}
		_, err := rdf.Canonicalize([]rdf.Quad{good, c.quad}, rdf.Options{})
		var te *rdf.TermError
		if !errors.As(err, &te) || te.Quad != 1 || te.Position != c.position {
			t.Errorf("error = %v, want one of the %s of quad 1", err, c.position)
		}
	}
	if _, err := rdf.Canonicalize(nil, rdf.Options{Hash: 9}); err == nil {
		t.Error("an unknown hash function passed")
	}
}

// First-degree hashes that stand in their order give labels in their order.
func TestFirstDegreeHash(t *testing.T) {
	t.Parallel()
	quads := badge(t)
	for _, h := range []rdf.Hash{rdf.SHA256, rdf.SHA384} {
		c, err := rdf.Canonicalize(quads, rdf.Options{Hash: h})
		if err != nil {
			t.Fatal(err)
		}
		byHash := map[string]string{}
		var hashes []string
		for label, issued := range c.Issued {
			d := rdf.FirstDegreeHash(append(quads, quads[20], quads[0]), label, h)
			hashes, byHash[d] = append(hashes, d), issued
		}
		slices.Sort(hashes)
		for i, d := range hashes {
			if want := fmt.Sprintf("c14n%d", i); byHash[d] != want {
				t.Errorf("%s: got %s, want %s", d, byHash[d], want)
			}
		}
	}
	// RDFC-1.0 §4.6.2 shows the hash of a node with the quads
	// `:p :q _:e0` and `_:e0 :s :u`.
	const ns = "http://example.com/#"
	got := rdf.FirstDegreeHash([]rdf.Quad{
		{Subject: rdf.NewIRI(ns + "p"), Predicate: rdf.NewIRI(ns + "q"), Object: rdf.NewBlank("e0")},
		{Subject: rdf.NewIRI(ns + "p"), Predicate: rdf.NewIRI(ns + "r"), Object: rdf.NewBlank("e1")},
		{Subject: rdf.NewBlank("e0"), Predicate: rdf.NewIRI(ns + "s"), Object: rdf.NewIRI(ns + "u")},
		{Subject: rdf.NewBlank("e1"), Predicate: rdf.NewIRI(ns + "t"), Object: rdf.NewIRI(ns + "u")},
	}, "e0", rdf.SHA256)
	if want := "21d1dd5ba21f3dee9d76c0c00c260fa6f5d5d65315099e553026f4828d0dc77a"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAppendCanonical(t *testing.T) {
	t.Parallel()
	quads := badge(t)
	want := canonical(t, quads, rdf.Options{})
	got, err := rdf.AppendCanonical([]byte("before"), quads, rdf.Options{})
	if err != nil || string(got) != "before"+want {
		t.Errorf("%v: got %s", err, got)
	}
	got, err = rdf.AppendCanonical([]byte("before"), edges("b", clique(9)), rdf.Options{MaxSteps: 10})
	if err == nil || string(got) != "before" {
		t.Errorf("%v: got %s", err, got)
	}
}

// Buffers are reused between calls and goroutines: no call sees another.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	sets := [][]rdf.Quad{badge(t), edges("b", evil), edges("b", clique(9)), nil, edges("x", cycle(40))}
	var want []string
	for _, q := range sets {
		s, _ := rdf.AppendCanonical(nil, q, rdf.Options{})
		want = append(want, string(s))
	}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 60 {
				n := (g + i) % len(sets)
				if got, _ := rdf.AppendCanonical(nil, sets[n], rdf.Options{}); string(got) != want[n] {
					t.Errorf("set %d came out otherwise:\n%s", n, got)
					return
				}
			}
		})
	}
	wg.Wait()
}
