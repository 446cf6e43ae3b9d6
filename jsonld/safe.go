package jsonld

import (
	"math"
	"strconv"
	"strings"

	"github.com/ecusson/ecusson/jsontree"
)

// The functions of this file are called where JSON-LD or RDF drops something.
// They return an error in safe mode, and nil otherwise.

func lower(s string) string { return strings.ToLower(s) }

func (r *run) lossUndefined(name, iri string) error {
	switch {
	case !r.o.Safe:
		return nil
	case isKeywordLike(name):
		return r.fail(LossKeywordLike, "%q", clip(name))
	case iri != "" && iri != name:
		return r.fail(LossRelativeIRI, "the property means %q", clip(iri))
	default:
		return r.fail(LossUndefinedTerm, "%q is not defined by the contexts", clip(name))
	}
}

func (r *run) lossPredicate(iri string) error {
	switch {
	case !r.o.Safe:
		return nil
	case isBlank(iri):
		if r.o.ProduceGeneralizedRDF {
			return nil
		}
		return r.fail(LossBlankPredicate, "%q", clip(iri))
	default:
		return r.lossIRI(iri, iri, true)
	}
}

// lossIRI checks an identifier that was written and what it expanded to.
func (r *run) lossIRI(written, iri string, ok bool) error {
	switch {
	case !r.o.Safe:
		return nil
	case !ok:
		return r.fail(LossKeywordLike, "%q", clip(written))
	case isBlank(iri):
		if len(iri) == 2 {
			return r.fail(LossMalformedIRI, "%q", clip(written))
		}
		return nil
	case schemeEnd(iri) < 0:
		return r.fail(LossRelativeIRI, "%q", clip(written))
	case !isWellFormed(iri):
		return r.fail(LossMalformedIRI, "%q", clip(written))
	}
	return nil
}

func (r *run) lossDatatype(iri string) error {
	if !r.o.Safe || isWellFormed(iri) {
		return nil
	}
	return r.lossIRI(iri, iri, true)
}

func (r *run) lossKeyword(keyword, why string) error {
	if !r.o.Safe {
		return nil
	}
	return r.fail(LossUndefinedTerm, "%s %s", keyword, why)
}

func (r *run) lossKeywordLike(name string) error {
	if !r.o.Safe {
		return nil
	}
	return r.fail(LossKeywordLike, "%q", clip(name))
}

func (r *run) lossFreeFloating(what string) error {
	if !r.o.Safe {
		return nil
	}
	return r.fail(LossFreeFloating, "%s", what)
}

func (r *run) lossDirection() error {
	if !r.o.Safe || !r.rdf || r.o.RDFDirection != "" {
		return nil
	}
	return r.fail(LossDirection, "")
}

// lossKey is for the name that an item has in a map by identifier, type or
// index: a value and a list can have no such thing in RDF.
func (r *run) lossKey(item *dict, name string) error {
	if !r.o.Safe || !r.rdf || item.get("@value") == nil && item.get("@list") == nil {
		return nil
	}
	return r.fail(LossMapKey, "%q stands for a value or a list, which can have no name", clip(name))
}

// lossEmpty is for a name in a map for which nothing stands.
func (r *run) lossEmpty(name string) error {
	if !r.o.Safe {
		return nil
	}
	return r.fail(LossMapKey, "%q stands for nothing", clip(name))
}

// lossOther is for a name in a map whose item has one of its own.
func (r *run) lossOther(own *jsontree.Value, name, what string) error {
	if !r.o.Safe || own.Str() == name {
		return nil
	}
	return r.fail(LossMapKey, "%q, but the item has the %s %q", clip(name), what, clip(own.Text))
}

// lossStray is for a member that only a value object can have.
func (r *run) lossStray(result *dict) error {
	if !r.o.Safe || !r.rdf {
		return nil
	}
	for _, name := range []string{"@language", "@direction"} {
		if result.get(name) != nil {
			return r.fail(LossNullValue, "%s stands in an object without @value", name)
		}
	}
	return nil
}

// lossUnheld is for an object that no property holds, or none but by its graph.
func (r *run) lossUnheld(result *dict) error {
	switch {
	case !r.o.Safe || !r.rdf:
		return nil
	case result.get("@value") != nil, result.get("@list") != nil:
		return r.fail(LossFreeFloating, "a value or list stands where a node should be")
	case result.get("@id") != nil && !says(result):
		return r.fail(LossFreeFloating, "an object has an identifier and says nothing of it")
	}
	return nil
}

// says tells whether a node's identifier stands in a statement: one about it, or
// one in the graph that it names.
func says(node *dict) bool {
	for i := range node.members {
		m := &node.members[i]
		if m.Name == "@graph" {
			for j := range m.Value.Members {
				if speaks(&m.Value.Members[j].Value) {
					return true
				}
			}
			continue
		}
		if states(m) {
			return true
		}
	}
	return false
}

// speaks tells whether a node makes a statement in the graph where it stands;
// what is in a graph of its own is not.
func speaks(node *jsontree.Value) bool {
	for i := range node.Members {
		m := &node.Members[i]
		if states(m) {
			return true
		}
		if m.Name != "@included" {
			continue
		}
		for j := range m.Value.Members {
			if speaks(&m.Value.Members[j].Value) {
				return true
			}
		}
	}
	return false
}

// states tells whether a member of a node is a statement about it.
func states(m *jsontree.Member) bool {
	switch m.Name {
	case "@id", "@index", "@graph", "@included":
		return false
	case "@reverse":
		for i := range m.Value.Members {
			if len(m.Value.Members[i].Value.Members) > 0 {
				return true
			}
		}
		return false
	default:
		return len(m.Value.Members) > 0
	}
}

func (r *run) lossIndex() error {
	if !r.o.Safe || !r.rdf {
		return nil
	}
	return r.fail(LossIndex, "")
}

func (r *run) lossNumber(v *jsontree.Value) error {
	if !r.o.Safe || v.Kind != jsontree.Number || isExactNumber(v.Text) {
		return nil
	}
	return r.fail(LossNumber, "%s", clip(v.Text))
}

// isExactNumber tells whether a number token is an integer that a double holds
// exactly, or a fraction within its range.
func isExactNumber(token string) bool {
	if !strings.ContainsAny(token, ".eE") {
		n, err := strconv.ParseInt(token, 10, 64)
		return err == nil && n <= 1<<53 && n >= -1<<53
	}
	f, err := strconv.ParseFloat(token, 64)
	if err != nil {
		return false
	}
	digits := significant(token)
	if f == 0 {
		return digits == 0
	}
	// A double holds any fifteen digits, but not the last of a longer integer.
	return math.Abs(f) < 1<<53 || digits <= 15
}

// significant counts the digits of a number token from the first to the last
// that is not zero.
func significant(token string) int {
	first, last, n := 0, 0, 0
	for i := 0; i < len(token) && token[i]|0x20 != 'e'; i++ {
		if !isDigit(token[i]) {
			continue
		}
		if n++; token[i] != '0' {
			last = n
			if first == 0 {
				first = n
			}
		}
	}
	if first == 0 {
		return 0
	}
	return last - first + 1
}
