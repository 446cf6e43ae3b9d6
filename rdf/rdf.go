// Package rdf holds RDF datasets as plain values and turns them into the bytes
// that are hashed and signed: N-Quads in and out, and the canonical form of
// RDF Dataset Canonicalization (RDFC-1.0) with SHA-256 or SHA-384.
//
// It is not a store, has no query language and knows no vocabulary; what a
// JSON document says in RDF is the business of package jsonld. Every function
// bounds its work: [Canonicalize] counts steps and gives up on datasets that
// were built to be hard.
//
// Begin with [ParseNQuads] and [Canonicalize].
package rdf

// IRIs of the datatypes that every RDF processor must know, and of the
// vocabulary of lists.
const (
	XSDString     = "http://www.w3.org/2001/XMLSchema#string"
	XSDBoolean    = "http://www.w3.org/2001/XMLSchema#boolean"
	XSDInteger    = "http://www.w3.org/2001/XMLSchema#integer"
	XSDDouble     = "http://www.w3.org/2001/XMLSchema#double"
	XSDDateTime   = "http://www.w3.org/2001/XMLSchema#dateTime"
	RDFLangString = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
	RDFJSON       = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON"
	RDFType       = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
	RDFFirst      = "http://www.w3.org/1999/02/22-rdf-syntax-ns#first"
	RDFRest       = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest"
	RDFNil        = "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil"
)

// Kind tells the three kinds of RDF terms apart. The zero Kind is the absent
// term, which only the graph of a [Quad] may be: it means the default graph.
type Kind uint8

// The kinds of a Term.
const (
	IRI Kind = iota + 1
	Blank
	Literal
)

// String names the kind.
func (k Kind) String() string {
	switch k {
	case IRI:
		return "IRI"
	case Blank:
		return "blank node"
	case Literal:
		return "literal"
	default:
		return "absent term"
	}
}

// Term is an RDF term. Terms are comparable: two are the same term exactly
// when they are equal with ==, blank nodes within one dataset.
type Term struct {
	Kind Kind
	// Value is the IRI, the label of the blank node without "_:", or the
	// lexical form of the literal, unescaped.
	Value string
	// Datatype is the IRI of a literal's datatype, always set: [XSDString] for a
	// plain literal, [RDFLangString] for one with a language.
	Datatype string
	// Language is the language tag of a literal of RDFLangString.
	Language string
}

// Quad is a statement of a dataset. Subject is an IRI or a blank node,
// Predicate an IRI, Object any term, Graph an IRI, a blank node or, for the
// default graph, the zero Term.
type Quad struct {
	Subject, Predicate, Object, Graph Term
}

// NewIRI returns the term of an IRI.
func NewIRI(iri string) Term { return Term{Kind: IRI, Value: iri} }

// NewBlank returns the blank node with the label, which comes without "_:".
func NewBlank(label string) Term { return Term{Kind: Blank, Value: label} }

// NewString returns a literal of xsd:string.
func NewString(value string) Term {
	return Term{Kind: Literal, Value: value, Datatype: XSDString}
}

// NewTyped returns a literal of the datatype.
func NewTyped(value, datatype string) Term {
	return Term{Kind: Literal, Value: value, Datatype: datatype}
}

// NewLangString returns a literal in the language.
func NewLangString(value, language string) Term {
	return Term{Kind: Literal, Value: value, Datatype: RDFLangString, Language: language}
}
