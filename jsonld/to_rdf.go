package jsonld

import (
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/rdf"
)

// generalToRDF expands the document and turns the expanded form into quads. The
// node map of JSON-LD 1.1 API §7.2 is not built: quads of the same node come
// together in the dataset by themselves.
func (r *run) generalToRDF(doc *jsontree.Value) ([]rdf.Quad, error) {
	expanded, err := r.expandDocument(doc)
	if err != nil {
		return nil, err
	}
	e := emitter{r: r, set: newQuadSet(doc, r.room, r.limits.Quads), labels: labels{places: r.o.Places}}
	for i := range expanded.Members {
		if err := e.object(&expanded.Members[i].Value, place{}); err != nil {
			return nil, err
		}
	}
	return e.set.quads, nil
}

// emitter makes quads of an expanded document.
type emitter struct {
	r      *run
	set    quadSet
	labels labels
	// said counts the quads that were added, also those that were there before.
	said int
	// indexes are the @index of each named node: two of them conflict.
	indexes map[string]string
}

// place is the graph that quads go to; lost quads go nowhere, because the
// graph's name is no IRI.
type place struct {
	graph rdf.Term
	lost  bool
}

// add adds a quad unless a part of it is missing.
func (e *emitter) add(in place, s rdf.Term, predicate string, o rdf.Term) error {
	if in.lost || s.Kind == 0 || o.Kind == 0 {
		return nil
	}
	p := rdf.Term{Kind: rdf.IRI, Value: predicate}
	if isBlank(predicate) {
		if !e.r.o.ProduceGeneralizedRDF {
			return e.loss(LossBlankPredicate, predicate)
		}
		p = e.labels.of(predicate)
	} else if !isWellFormed(predicate) {
		return e.loss(LossMalformedIRI, predicate)
	}
	e.said++
	if !e.set.add(rdf.Quad{Subject: s, Predicate: p, Object: o, Graph: in.graph}) {
		return &Error{Code: CodeLimit, Detail: "more quads than the limit"}
	}
	return nil
}

// loss is for what expansion should have refused in safe mode: the judge of
// last resort, without a place.
func (e *emitter) loss(code, what string) error {
	if !e.r.o.Safe {
		return nil
	}
	return &Error{Code: code, Detail: clip(what)}
}

// resource returns the term of an identifier; none if it is no IRI.
func (e *emitter) resource(id string) (rdf.Term, error) {
	if isBlank(id) {
		return e.labels.of(id), nil
	}
	if !isWellFormed(id) {
		return rdf.Term{}, e.loss(LossMalformedIRI, id)
	}
	return rdf.Term{Kind: rdf.IRI, Value: id}, nil
}

// object makes the quads of a node that is no object of a quad. A value, and an
// identifier of which nothing is said, are lost here.
func (e *emitter) object(v *jsontree.Value, in place) error {
	before := e.said
	if _, err := e.term(v, in); err != nil {
		return err
	}
	if hasMember(v, "@value") || e.said == before && hasMember(v, "@id") {
		return e.loss(LossFreeFloating, v.Get("@id").Str())
	}
	return nil
}

// term makes the quads of a node or list and returns what to refer to it by.
func (e *emitter) term(v *jsontree.Value, in place) (rdf.Term, error) {
	if v.Kind != jsontree.Object {
		return rdf.Term{}, nil
	}
	if value := v.Get("@value"); value != nil {
		return e.literal(v, value, in)
	}
	if list := v.Get("@list"); list != nil {
		return e.list(list, v.Get(placeMember), in)
	}
	return e.node(v, in)
}

func (e *emitter) node(v *jsontree.Value, in place) (rdf.Term, error) {
	var self rdf.Term
	if id := v.Get("@id"); id == nil {
		self = e.labels.at("at", v.Get(placeMember))
	} else {
		var err error
		if self, err = e.resource(id.Text); err != nil {
			return self, err
		}
		if err := e.checkIndex(id.Text, v.Get("@index")); err != nil {
			return self, err
		}
	}
	for i := range v.Members {
		m := &v.Members[i]
		if err := e.member(m, self, in); err != nil {
			return self, err
		}
	}
	return self, nil
}

func (e *emitter) member(m *jsontree.Member, self rdf.Term, in place) error {
	switch m.Name {
	case "@id", "@index":
	case "@type":
		for i := range m.Value.Members {
			t, err := e.resource(m.Value.Members[i].Value.Text)
			if err != nil {
				return err
			}
			if err := e.add(in, self, rdf.RDFType, t); err != nil {
				return err
			}
		}
	case "@graph":
		inner := place{graph: self, lost: self.Kind == 0}
		for i := range m.Value.Members {
			if err := e.object(&m.Value.Members[i].Value, inner); err != nil {
				return err
			}
		}
	case "@included":
		for i := range m.Value.Members {
			if err := e.object(&m.Value.Members[i].Value, in); err != nil {
				return err
			}
		}
	case "@reverse":
		for i := range m.Value.Members {
			property := &m.Value.Members[i]
			for j := range property.Value.Members {
				other, err := e.term(&property.Value.Members[j].Value, in)
				if err != nil {
					return err
				}
				if err := e.add(in, other, property.Name, self); err != nil {
					return err
				}
			}
		}
	default:
		if isKeyword(m.Name) {
			return nil
		}
		for i := range m.Value.Members {
			o, err := e.term(&m.Value.Members[i].Value, in)
			if err != nil {
				return err
			}
			if err := e.add(in, self, m.Name, o); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkIndex refuses two different indexes of one node (§7.2 step 6.8).
func (e *emitter) checkIndex(id string, index *jsontree.Value) error {
	if index == nil {
		return nil
	}
	if known, ok := e.indexes[id]; ok && known != index.Text {
		return &Error{Code: "conflicting indexes", Detail: clip(id)}
	}
	if e.indexes == nil {
		e.indexes = map[string]string{}
	}
	e.indexes[id] = index.Text
	return nil
}

// list makes the quads of a list (§8.5) and returns its head.
func (e *emitter) list(list, at *jsontree.Value, in place) (rdf.Term, error) {
	end := rdf.Term{Kind: rdf.IRI, Value: rdf.RDFNil}
	if len(list.Members) == 0 {
		return end, nil
	}
	head := e.labels.cell(0, at)
	cell := head
	for i := range list.Members {
		o, err := e.term(&list.Members[i].Value, in)
		if err != nil {
			return head, err
		}
		if err := e.add(in, cell, rdf.RDFFirst, o); err != nil {
			return head, err
		}
		next := end
		if i+1 < len(list.Members) {
			next = e.labels.cell(i+1, at)
		}
		if err := e.add(in, cell, rdf.RDFRest, next); err != nil {
			return head, err
		}
		cell = next
	}
	return head, nil
}

// literal is the Object to RDF Conversion of a value object (§8.6).
func (e *emitter) literal(v, value *jsontree.Value, in place) (rdf.Term, error) {
	none := rdf.Term{}
	datatype := v.Get("@type").Str()
	if datatype == "@json" {
		text, err := value.AppendCanonical(nil)
		if err != nil {
			return none, &Error{Code: "invalid JSON literal", Detail: err.Error()}
		}
		return rdf.Term{Kind: rdf.Literal, Value: string(text), Datatype: rdf.RDFJSON}, nil
	}
	if datatype != "" && !isWellFormed(datatype) {
		return none, e.loss(LossMalformedIRI, datatype)
	}
	language, direction := v.Get("@language").Str(), v.Get("@direction").Str()
	if language != "" && !isLanguageTag(language) {
		return none, e.loss(LossLanguageTag, language)
	}
	if direction != "" {
		switch e.r.o.RDFDirection {
		case I18NDatatype:
			datatype, language = i18n+language+"_"+direction, ""
		case CompoundLiteral:
			return e.compoundLiteral(value, language, direction, in)
		}
	}
	if language != "" {
		return rdf.Term{Kind: rdf.Literal, Value: value.Text, Datatype: rdf.RDFLangString, Language: language}, nil
	}
	t, ok := scalarLiteral(value, datatype)
	if !ok {
		return none, &Error{Code: LossNumber, Detail: clip(value.Text)}
	}
	return t, nil
}

func (e *emitter) compoundLiteral(value *jsontree.Value, language, direction string, in place) (rdf.Term, error) {
	self := e.labels.fresh()
	t, ok := scalarLiteral(value, "")
	if !ok {
		return self, &Error{Code: LossNumber, Detail: clip(value.Text)}
	}
	if err := e.add(in, self, rdfValue, t); err != nil {
		return self, err
	}
	text := func(s string) rdf.Term { return rdf.Term{Kind: rdf.Literal, Value: s, Datatype: rdf.XSDString} }
	if language != "" {
		if err := e.add(in, self, rdfLanguage, text(language)); err != nil {
			return self, err
		}
	}
	return self, e.add(in, self, rdfDirection, text(direction))
}
