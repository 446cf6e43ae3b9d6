package jsonld

import (
	"slices"

	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/rdf"
)

// walk goes from a document to its quads in one pass, for documents that use
// plain features alone: identifiers, types, literals, nested objects, lists, and
// graphs as containers, whatever their contexts. It is false for
// anything else and for anything that is wrong: then [run.generalToRDF] is the
// judge, and starts from nothing. Where it is true the dataset is the same.
func (r *run) walk(doc *jsontree.Value) ([]rdf.Quad, bool) {
	if r.mode10 || r.o.Places || r.o.ExpandContext != nil || doc.Kind != jsontree.Object {
		return nil, false
	}
	w := walker{r: r, set: newQuadSet(doc, r.room, r.limits.Quads)}
	// An object that has nothing to say is dropped where no property holds it.
	if _, ok := w.node(r.root, nil, doc, rdf.Term{}); ok && len(w.set.quads) > 0 {
		return w.set.quads, true
	}
	r.path, r.remote, r.used, r.depth = r.path[:0], "", 0, 0
	r.values, r.terms, r.contexts = 0, 0, 0
	return nil, false
}

// walker is the state of a walk. Its methods are false to give up.
type walker struct {
	r      *run
	set    quadSet
	labels labels
	depth  int
	values int
}

// enter counts a value as expansion does.
func (w *walker) enter() bool {
	w.values++
	return w.values <= w.r.limits.Values && w.depth < w.r.limits.Depth
}

func (w *walker) add(s rdf.Term, predicate string, o, graph rdf.Term) bool {
	return w.set.add(rdf.Quad{Subject: s, Predicate: rdf.Term{Kind: rdf.IRI, Value: predicate}, Object: o, Graph: graph})
}

// node adds the quads of an object and returns its term. def is the property
// that holds it, nil at the top.
func (w *walker) node(active *activeContext, def *term, el *jsontree.Value, graph rdf.Term) (self rdf.Term, ok bool) {
	if !w.enter() {
		return self, false
	}
	w.depth++
	if active.previous != nil {
		for i := range el.Members {
			if active.isAlias(active.valueNames, "@value", el.Members[i].Name) {
				return self, false
			}
		}
		if !(len(el.Members) == 1 && active.isAlias(active.idNames, "@id", el.Members[0].Name)) {
			active = active.previous
		}
	}
	var err error
	if def != nil && def.context != nil {
		if active, err = w.r.propertyContext(active, def); err != nil {
			return self, false
		}
	}
	if c := el.Get("@context"); c != nil {
		if active, ok = w.context(active, c); !ok {
			return self, false
		}
	}
	scope := active
	var types *jsontree.Value
	for i := range el.Members {
		if m := &el.Members[i]; scope.isAlias(scope.typeNames, "@type", m.Name) {
			if types != nil {
				return self, false
			}
			types = &m.Value
		}
	}
	if types != nil {
		if active, ok = w.typeContexts(scope, types); !ok {
			return self, false
		}
	}
	if self, ok = w.identifier(active, el); !ok {
		return self, false
	}
	if types != nil && !w.types(scope, self, types, graph) {
		return self, false
	}
	for i := range el.Members {
		m := &el.Members[i]
		d := active.terms[m.Name]
		keyword := ""
		if d == nil {
			keyword = m.Name
		} else if d.keyword {
			keyword = d.iri
		}
		// A context scoped to a type may say that the type's member is none.
		if (&m.Value == types) != (keyword == "@type") {
			return self, false
		}
		switch {
		case keyword == "@id", keyword == "@type", m.Name == "@context":
		case d == nil:
			iri, ok := active.expandIRI(m.Name, false, true)
			if !ok || !isWellFormed(iri) || !w.property(active, &term{iri: iri, plain: true}, m.Name, self, &m.Value, graph) {
				return self, false
			}
		case !d.plain, !w.property(active, d, m.Name, self, &m.Value, graph):
			return self, false
		}
	}
	w.depth--
	return self, true
}

// context applies the contexts of an object.
func (w *walker) context(active *activeContext, c *jsontree.Value) (*activeContext, bool) {
	call := contextCall{base: w.r.o.Base, propagate: true, validate: true}
	if c.Kind == jsontree.Object {
		// It may say that it does not propagate.
		active, err := w.r.processContext(active, c, call)
		return active, err == nil
	}
	for _, item := range c.Items() {
		var err error
		if active, err = w.r.processOneContext(active, &item.Value, call); err != nil {
			return nil, false
		}
	}
	return active, c.Kind != jsontree.Null
}

// typeContexts applies the contexts scoped to types, in the order of their names.
func (w *walker) typeContexts(scope *activeContext, types *jsontree.Value) (*activeContext, bool) {
	if types.Kind == jsontree.String {
		active, err := w.r.typeContext(scope, scope.terms[types.Text])
		return active, err == nil
	}
	var room [8]string
	names := room[:0]
	for i := range types.Members {
		if types.Members[i].Value.Kind != jsontree.String {
			return nil, false
		}
		names = append(names, types.Members[i].Value.Text)
	}
	slices.Sort(names)
	active := scope
	for _, name := range names {
		var err error
		if active, err = w.r.typeContext(active, scope.terms[name]); err != nil {
			return nil, false
		}
	}
	return active, true
}

// identifier returns the term of an object: its @id or a fresh blank node.
func (w *walker) identifier(active *activeContext, el *jsontree.Value) (rdf.Term, bool) {
	var id *jsontree.Value
	for i := range el.Members {
		if m := &el.Members[i]; active.isAlias(active.idNames, "@id", m.Name) {
			if id != nil || m.Value.Kind != jsontree.String {
				return rdf.Term{}, false
			}
			id = &m.Value
		}
	}
	if id == nil {
		return w.labels.fresh(), true
	}
	iri, ok := active.expandIRI(id.Text, true, false)
	if !ok {
		return rdf.Term{}, false
	}
	return w.resource(iri)
}

func (w *walker) resource(iri string) (rdf.Term, bool) {
	if isBlank(iri) {
		return w.labels.of(iri), len(iri) > 2
	}
	return rdf.Term{Kind: rdf.IRI, Value: iri}, isWellFormed(iri)
}

func (w *walker) types(scope *activeContext, self rdf.Term, types *jsontree.Value, graph rdf.Term) bool {
	one := func(v *jsontree.Value) bool {
		if v.Kind != jsontree.String {
			return false
		}
		if def := scope.terms[v.Text]; def != nil && def.resource {
			return w.add(self, rdf.RDFType, rdf.Term{Kind: rdf.IRI, Value: def.iri}, graph)
		}
		iri, ok := scope.expandIRI(v.Text, true, true)
		if !ok {
			return false
		}
		t, ok := w.resource(iri)
		return ok && w.add(self, rdf.RDFType, t, graph)
	}
	if types.Kind != jsontree.Array {
		return one(types)
	}
	for i := range types.Members {
		if !one(&types.Members[i].Value) {
			return false
		}
	}
	return true
}

// property adds the quads of one member.
func (w *walker) property(active *activeContext, d *term, name string, self rdf.Term, v *jsontree.Value, graph rdf.Term) bool {
	if d.container.has(inList) {
		return w.list(active, d, name, self, v, graph)
	}
	if v.Kind != jsontree.Array {
		return w.value(active, d, name, self, v, graph)
	}
	if !w.enter() {
		return false
	}
	w.depth++
	for i := range v.Members {
		if !w.value(active, d, name, self, &v.Members[i].Value, graph) {
			return false
		}
	}
	w.depth--
	return true
}

func (w *walker) value(active *activeContext, d *term, name string, self rdf.Term, v *jsontree.Value, graph rdf.Term) bool {
	if v.Kind == jsontree.Null {
		return true
	}
	if d.container.has(inGraph) {
		if v.Kind != jsontree.Object {
			return false
		}
		inner := w.labels.fresh()
		if !w.add(self, d.iri, inner, graph) {
			return false
		}
		before := len(w.set.quads)
		_, ok := w.node(active, d, v, inner)
		// A graph in which nothing is said loses the name of its node.
		return ok && (len(w.set.quads) > before || !w.r.o.Safe)
	}
	o, ok := w.object(active, d, name, v, graph)
	return ok && w.add(self, d.iri, o, graph)
}

// object returns the term of a value that is not null.
func (w *walker) object(active *activeContext, d *term, name string, v *jsontree.Value, graph rdf.Term) (rdf.Term, bool) {
	switch v.Kind {
	case jsontree.Object:
		return w.node(active, d, v, graph)
	case jsontree.String, jsontree.Number, jsontree.Bool:
		return w.scalar(active, d, name, v)
	default:
		return rdf.Term{}, false
	}
}

// scalar is Value Expansion and Object to RDF Conversion in one.
func (w *walker) scalar(active *activeContext, d *term, name string, v *jsontree.Value) (rdf.Term, bool) {
	if !w.enter() {
		return rdf.Term{}, false
	}
	if d.context != nil {
		var err error
		if active, err = w.r.propertyContext(active, d); err != nil {
			return rdf.Term{}, false
		}
		if d = active.terms[name]; d == nil || !d.plain {
			return rdf.Term{}, false
		}
	}
	if v.Kind != jsontree.String {
		if v.Kind == jsontree.Number && w.r.o.Safe && !isExactNumber(v.Text) {
			return rdf.Term{}, false
		}
		datatype := ""
		if d.coercion == toDatatype {
			datatype = d.typ
		}
		return scalarLiteral(v, datatype)
	}
	switch d.coercion {
	case toDatatype:
		return rdf.Term{Kind: rdf.Literal, Value: v.Text, Datatype: d.typ}, true
	case toID, toVocab:
		iri, ok := active.expandIRI(v.Text, true, d.coercion == toVocab)
		if !ok {
			return rdf.Term{}, false
		}
		return w.resource(iri)
	}
	language := active.language
	if d.hasLanguage {
		language = d.language
	}
	if active.direction != "" && !d.hasDirection {
		return rdf.Term{}, false
	}
	if language != "" {
		return rdf.Term{Kind: rdf.Literal, Value: v.Text, Datatype: rdf.RDFLangString, Language: language}, isLanguageTag(language)
	}
	return rdf.Term{Kind: rdf.Literal, Value: v.Text, Datatype: rdf.XSDString}, true
}

// list adds the quads of a list container.
func (w *walker) list(active *activeContext, d *term, name string, self rdf.Term, v *jsontree.Value, graph rdf.Term) bool {
	if v.Kind == jsontree.Null {
		return true
	}
	items := v.Items()
	if v.Kind == jsontree.Array {
		if !w.enter() {
			return false
		}
		w.depth++
		defer func() { w.depth-- }()
	}
	end := rdf.Term{Kind: rdf.IRI, Value: rdf.RDFNil}
	var cell rdf.Term // the last one, which lacks its rest
	for i := range items {
		if items[i].Value.Kind == jsontree.Null {
			continue
		}
		o, ok := w.object(active, d, name, &items[i].Value, graph)
		if !ok {
			return false
		}
		next := w.labels.fresh()
		if cell.Kind == 0 {
			ok = w.add(self, d.iri, next, graph)
		} else {
			ok = w.add(cell, rdf.RDFRest, next, graph)
		}
		if cell = next; !ok || !w.add(cell, rdf.RDFFirst, o, graph) {
			return false
		}
	}
	if cell.Kind == 0 {
		return w.add(self, d.iri, end, graph)
	}
	return w.add(cell, rdf.RDFRest, end, graph)
}
