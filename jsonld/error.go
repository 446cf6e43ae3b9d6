package jsonld

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ecusson/ecusson/jsontree"
)

// Error says what is wrong with a document, and where.
type Error struct {
	// Code is an error code of JSON-LD 1.1 API §9.6, word for word, or one of
	// the Loss codes of safe mode, or CodeLimit.
	Code string
	// Pointer is the JSON pointer (RFC 6901) to the place in the document.
	Pointer string
	// Detail says more in a few words.
	Detail string
}

func (e *Error) Error() string {
	at := e.Pointer
	if at == "" {
		at = "the document"
	}
	if e.Detail == "" {
		return fmt.Sprintf("jsonld: %s: %s", at, e.Code)
	}
	return fmt.Sprintf("jsonld: %s: %s: %s", at, e.Code, e.Detail)
}

// CodeLimit is the code of errors that come from Options.Limits alone.
const CodeLimit = "limit exceeded"

// The codes of safe mode: each is something that JSON-LD or RDF drops in
// silence, and that a signature would not cover.
const (
	// LossUndefinedTerm: a member's name is no defined term and no IRI.
	LossUndefinedTerm = "undefined term"
	// LossRelativeIRI: an identifier, type, datatype, graph name or property is
	// no absolute IRI.
	LossRelativeIRI = "relative IRI"
	// LossMalformedIRI: an IRI has a character that N-Quads cannot hold.
	LossMalformedIRI = "malformed IRI"
	// LossKeywordLike: a term or IRI looks like a keyword ("@" and letters).
	LossKeywordLike = "keyword-like value"
	// LossFreeFloating: a value or an empty node stands where no property holds it.
	LossFreeFloating = "free-floating value"
	// LossNullValue: a value object has the value null, or a language alone.
	LossNullValue = "value object without value"
	// LossLanguageTag: a language tag is not well-formed.
	LossLanguageTag = "invalid language tag"
	// LossDirection: a base direction with no RDFDirection set.
	LossDirection = "base direction without rdfDirection"
	// LossIndex: an @index has no place in RDF.
	LossIndex = "index without property"
	// LossMapKey: the name of an item in a map is neither its identifier nor its type.
	LossMapKey = "map key without node"
	// LossBlankPredicate: a property is a blank node identifier.
	LossBlankPredicate = "blank node predicate"
	// LossNumber: a number is beyond what a double holds exactly.
	LossNumber = "number out of range"
)

// step is a part of the path to the value being processed: a member's name, or
// a position where index is not negative.
type step struct {
	name  string
	index int
}

func (r *run) into(name string) { r.path = append(r.path, step{name, -1}) }
func (r *run) item(index int)   { r.path = append(r.path, step{"", index}) }
func (r *run) out()             { r.path = r.path[:len(r.path)-1] }

func pointer(path []step) string {
	p := ""
	for _, s := range path {
		if s.index >= 0 {
			p += "/" + strconv.Itoa(s.index)
		} else {
			p = jsontree.Pointer(p, s.name)
		}
	}
	return p
}

func (r *run) fail(code, format string, args ...any) error {
	detail := fmt.Sprintf(format, args...)
	if r.remote == "" {
		return &Error{Code: code, Pointer: pointer(r.path), Detail: detail}
	}
	detail = strings.TrimSuffix(fmt.Sprintf("context %s, %s: %s", clip(r.remote), pointer(r.path[r.used:]), detail), ": ")
	return &Error{Code: code, Pointer: pointer(r.path[:r.used]), Detail: detail}
}

// failAt is fail for the member of the present place.
func (r *run) failAt(name, code, format string, args ...any) error {
	r.into(name)
	defer r.out()
	return r.fail(code, format, args...)
}

func clip(s string) string {
	if len(s) > 120 {
		return s[:120] + "…"
	}
	return s
}
