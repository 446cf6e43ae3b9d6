package rdf_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/rdf"
)

// Datasets made to be hard end at the bound, whatever their shape.
func TestPoison(t *testing.T) {
	t.Parallel()
	complete := func(n int) string { // K(n,n)
		var b strings.Builder
		for i := range n {
			for j := range n {
				fmt.Fprintf(&b, "%d-%d ", i, n+j)
			}
		}
		return both(b.String())
	}
	many := func(n int, each string) []rdf.Quad {
		var quads []rdf.Quad
		for i := range n {
			quads = append(quads, edges(fmt.Sprintf("c%d.", i), each)...)
		}
		return quads
	}
	for name, quads := range map[string][]rdf.Quad{
		"clique of 10":         edges("b", clique(10)), // the W3C's case 074
		"clique of 8":          edges("b", clique(8)),
		"clique of 60":         edges("b", clique(60)),
		"K(6,6)":               edges("b", complete(6)),
		"K(30,30)":             edges("b", complete(30)),
		"three cliques of 7":   many(3, clique(7)),
		"200 cliques of 5":     many(200, clique(5)),
		"cycle of 5000":        edges("b", cycle(5000)),
		"ring of 2000":         edges("b", both(ring(2000))),
		"predicate of 100 KiB": long(edges("b", clique(7)), 100<<10),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, o := range []rdf.Options{{}, {Hash: rdf.SHA384}, {MaxSteps: 500}} {
				_, err := rdf.Canonicalize(quads, o)
				var limit *rdf.LimitError
				if !errors.As(err, &limit) || !errors.Is(err, rdf.ErrTooComplex) {
					t.Fatalf("error = %v, want a LimitError", err)
				}
				want := o.MaxSteps
				if want == 0 {
					want = rdf.DefaultMaxSteps + rdf.StepsPerQuad*len(quads)
				}
				if limit.Depth == 0 && limit.Steps != want {
					t.Errorf("ended after %d steps, want %d", limit.Steps, want)
				}
			}
		})
	}
}

func ring(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d-%d ", i, (i+1)%n)
	}
	return b.String()
}

func long(quads []rdf.Quad, n int) []rdf.Quad {
	for i := range quads {
		quads[i].Predicate.Value += strings.Repeat("x", n)
	}
	return quads
}

// What people do write stays far from the default bound.
func TestHonest(t *testing.T) {
	t.Parallel()
	alike := func(n int) []rdf.Quad {
		var quads []rdf.Quad
		for i := range n {
			b := rdf.NewBlank(fmt.Sprintf("r%d", i))
			quads = append(quads,
				rdf.Quad{Subject: rdf.NewIRI("urn:achievement"), Predicate: rdf.NewIRI("urn:alignment"), Object: b},
				rdf.Quad{Subject: b, Predicate: rdf.NewIRI(rdf.RDFType), Object: rdf.NewIRI("urn:Alignment")})
		}
		return quads
	}
	list := func(n int) []rdf.Quad {
		quads := []rdf.Quad{{Subject: rdf.NewIRI("urn:a"), Predicate: rdf.NewIRI("urn:list"), Object: rdf.NewBlank("l0")}}
		for i := range n {
			b, next := rdf.NewBlank(fmt.Sprintf("l%d", i)), rdf.NewBlank(fmt.Sprintf("l%d", i+1))
			if i == n-1 {
				next = rdf.NewIRI(rdf.RDFNil)
			}
			quads = append(quads,
				rdf.Quad{Subject: b, Predicate: rdf.NewIRI(rdf.RDFFirst), Object: rdf.NewString("same")},
				rdf.Quad{Subject: b, Predicate: rdf.NewIRI(rdf.RDFRest), Object: next})
		}
		return quads
	}
	for name, quads := range map[string][]rdf.Quad{
		"badge":                   badge(t),
		"10,000 alignments alike": alike(10000),
		"list of 75 equal items":  list(75),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			steps := (rdf.DefaultMaxSteps + rdf.StepsPerQuad*len(quads)) / 4
			if name == "badge" {
				steps = 1
			}
			if _, err := rdf.Canonicalize(quads, rdf.Options{MaxSteps: steps}); err != nil {
				t.Errorf("with %d steps: %v", steps, err)
			}
		})
	}
}
