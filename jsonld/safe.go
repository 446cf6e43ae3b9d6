package jsonld

import (
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

func (r *run) lossKeyword(keyword string) error {
	if !r.o.Safe {
		return nil
	}
	return r.fail(LossUndefinedTerm, "%s means something in contexts alone", keyword)
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
	_, err := strconv.ParseFloat(token, 64)
	return err == nil
}
