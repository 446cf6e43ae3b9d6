// Package jsonld reads JSON-LD 1.1 documents: it expands them and turns them
// into RDF datasets (JSON-LD 1.1 Processing Algorithms and API). It is what
// stands between a credential's JSON and the quads that its signature covers.
//
// Two things set it apart from a general processor. A context decides what a
// signature covers, so the contexts of the open badge world are embedded, with
// their SHA-256 known, and nothing is ever fetched: other contexts come from a
// [Loader] that the caller gives. And in safe mode ([Options].Safe) everything
// that expansion would drop in silence is an error that names the place, so
// that nothing in a signed document stays outside the signature.
//
// It is not for compacting, framing, flattening, HTML, or for processing mode
// json-ld-1.0 beyond what tests of 1.1 processors ask. Begin with [New] and
// [Processor.ToRDF].
package jsonld

import (
	"errors"
	"fmt"
	"sync"

	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/rdf"
)

// Loader gives the documents of contexts that are not embedded. It is called
// from the goroutine that called Expand or ToRDF, at most once for an IRI in one
// call. The returned value is read, never written, and not kept beyond the call.
type Loader interface {
	Load(iri string) (*jsontree.Value, error)
}

// The processing modes of JSON-LD 1.1 API §9.3.
const (
	Mode11 = "json-ld-1.1"
	Mode10 = "json-ld-1.0"
)

// The values of Options.RDFDirection.
const (
	I18NDatatype    = "i18n-datatype"
	CompoundLiteral = "compound-literal"
)

// Options of one call. The zero value is JSON-LD 1.1 without a base IRI and
// without safe mode.
type Options struct {
	// Base is the IRI that relative IRIs are resolved against; empty is none.
	Base string
	// Safe makes every loss of data an error, with one of the Loss codes.
	Safe bool
	// ExpandContext is a context applied before the document's own; a document
	// with a member @context will do.
	ExpandContext *jsontree.Value
	// ProcessingMode is Mode11, also when empty, or Mode10.
	ProcessingMode string
	// RDFDirection is how a base direction is written in RDF: I18NDatatype,
	// CompoundLiteral, or empty for not at all.
	RDFDirection string
	// ProduceGeneralizedRDF keeps quads whose predicate is a blank node.
	ProduceGeneralizedRDF bool
	// Ordered processes members in the order of their names, where it makes a
	// difference to the order of the output alone.
	Ordered bool
	// Places labels each blank node by the place where it stands in the
	// document instead of by a number, so that the nodes of a document and those
	// of a part of it can be told to be the same, as selective disclosure needs
	// it. Null items of arrays keep the places of those behind them. Only ToRDF
	// looks at it, in safe mode; the labels are not those of N-Quads.
	Places bool
	// Limits bound the work; zero fields have safe defaults.
	Limits Limits
}

// check refuses what a caller may have misspelt.
func (o *Options) check() error {
	switch o.ProcessingMode {
	case "", Mode11, Mode10:
	default:
		return fmt.Errorf("jsonld: unknown processing mode %q", o.ProcessingMode)
	}
	switch o.RDFDirection {
	case "", I18NDatatype, CompoundLiteral:
	default:
		return fmt.Errorf("jsonld: unknown rdfDirection %q", o.RDFDirection)
	}
	if o.Places && (!o.Safe || o.RDFDirection == CompoundLiteral) {
		return errors.New("jsonld: places need safe mode, and compound literals have none")
	}
	if o.Base != "" && !isIRI(o.Base) {
		return fmt.Errorf("jsonld: base %q is no absolute IRI", o.Base)
	}
	return nil
}

// Limits bound what one document may cost. A zero field is its default.
type Limits struct {
	// Depth of nested objects and arrays; default 256.
	Depth int
	// Values is how many nodes, values and lists expansion may make; default 1,000,000.
	Values int
	// Quads is how many quads ToRDF may make; default 500,000.
	Quads int
	// Contexts is how many context documents may be used that are not compiled
	// yet; default 100.
	Contexts int
	// ContextDepth is how many contexts may refer to each other in a chain;
	// default 10.
	ContextDepth int
	// Terms is how many term definitions may be made or copied while contexts
	// are processed; default 1,000,000.
	Terms int
}

func (l Limits) withDefaults() Limits {
	for _, f := range []struct {
		limit *int
		value int
	}{
		{&l.Depth, 256}, {&l.Values, 1_000_000}, {&l.Quads, 500_000},
		{&l.Contexts, 100}, {&l.ContextDepth, 10}, {&l.Terms, 1_000_000},
	} {
		if *f.limit == 0 {
			*f.limit = f.value
		}
	}
	return l
}

// Processor expands documents. It keeps the embedded contexts compiled between
// calls, so make one and share it; it is safe for concurrent use.
type Processor struct {
	loader Loader
	mu     sync.Mutex
	// documents are the embedded contexts parsed so far.
	documents map[string]*jsontree.Value
	// roots are the initial contexts that compiled contexts hang on.
	roots map[rootKey]*activeContext
	// compiled counts the contexts that hang on the roots.
	compiled int
}

type rootKey struct {
	base, mode string
	// safe is here because safe mode refuses contexts that are fine without it.
	safe bool
}

const (
	// maxCompiled is how many compiled contexts a Processor keeps. Ordinary
	// credentials need some dozens; a hostile document can make many by naming
	// contexts in ever new orders, and then the store begins anew.
	maxCompiled = 1024
	maxRoots    = 16
)

// New returns a Processor. The loader is asked for contexts that are not
// embedded; nil means that there are no others. Embedded contexts win.
func New(loader Loader) *Processor {
	return &Processor{
		loader:    loader,
		documents: map[string]*jsontree.Value{},
		roots:     map[rootKey]*activeContext{},
	}
}

// Expand returns the document in expanded form (JSON-LD 1.1 API §5.1). Errors of
// the document are *Error.
func (p *Processor) Expand(doc *jsontree.Value, o Options) (jsontree.Value, error) {
	if err := o.check(); err != nil {
		return jsontree.Value{}, err
	}
	return p.newRun(o, false).expandDocument(doc)
}

// ToRDF returns the document's dataset (JSON-LD 1.1 API §8), each quad once, in
// no particular order. Blank nodes are labelled b0, b1 and so on. Errors of the
// document are *Error.
func (p *Processor) ToRDF(doc *jsontree.Value, o Options) ([]rdf.Quad, error) {
	return p.AppendRDF(nil, doc, o)
}

// AppendRDF is ToRDF for those who bring their own memory: the quads are
// appended to dst. On error it returns dst as it was.
func (p *Processor) AppendRDF(dst []rdf.Quad, doc *jsontree.Value, o Options) ([]rdf.Quad, error) {
	if err := o.check(); err != nil {
		return dst, err
	}
	r := p.newRun(o, true)
	r.room = dst[len(dst):]
	quads, ok := r.walk(doc)
	if !ok {
		var err error
		if quads, err = r.generalToRDF(doc); err != nil {
			return dst, err
		}
	}
	if len(dst) == 0 {
		return quads, nil
	}
	return append(dst, quads...), nil
}

// run is the state of one call.
type run struct {
	p      *Processor
	o      Options
	limits Limits
	mode10 bool
	// rdf tells that the expanded form is to become RDF, where more is lost.
	rdf  bool
	root *activeContext
	// room is memory for the quads, perhaps none.
	room []rdf.Quad

	path  []step
	depth int
	// remote names the context being processed if it does not stand at the
	// place where it is used, which is path[:used].
	remote string
	used   int

	values, terms, contexts int

	loaded  map[string]*jsontree.Value
	derived map[runKey]*activeContext
	spare   []jsontree.Member
}

type runKey struct {
	from *activeContext
	key  derivedKey
}

func (p *Processor) newRun(o Options, toRDF bool) *run {
	if o.ProcessingMode == "" {
		o.ProcessingMode = Mode11
	}
	return &run{
		p: p, o: o, limits: o.Limits.withDefaults(), mode10: o.ProcessingMode == Mode10, rdf: toRDF,
		root: p.rootContext(rootKey{o.Base, o.ProcessingMode, o.Safe}),
	}
}

func (p *Processor) rootContext(key rootKey) *activeContext {
	p.mu.Lock()
	defer p.mu.Unlock()
	if root := p.roots[key]; root != nil {
		return root
	}
	if len(p.roots) >= maxRoots {
		clear(p.roots)
		p.compiled = 0
	}
	root := newContext(key.base)
	p.roots[key] = root
	return root
}

func (r *run) expandDocument(doc *jsontree.Value) (jsontree.Value, error) {
	active := r.root
	if c := r.o.ExpandContext; c != nil {
		if inner := c.Get("@context"); inner != nil {
			c = inner
		}
		var err error
		if active, err = r.processContext(active, c, contextCall{base: r.o.Base, propagate: true, validate: true}); err != nil {
			return jsontree.Value{}, err
		}
	}
	out, err := r.expand(active, "", doc, false)
	if err != nil {
		return jsontree.Value{}, err
	}
	if out.Kind == jsontree.Object && len(out.Members) == 1 && out.Members[0].Name == "@graph" {
		out = out.Members[0].Value
	}
	switch out.Kind {
	case jsontree.Array:
		return out, nil
	case jsontree.Null:
		return jsontree.Value{Kind: jsontree.Array}, nil
	default:
		return jsontree.OfArray(out), nil
	}
}
