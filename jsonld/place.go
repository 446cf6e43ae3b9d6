package jsonld

import (
	"strconv"

	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/rdf"
)

// placeMember is, with [Options.Places], the member of an expanded object or
// list that holds the pointer to where it stood. No document can make one: it
// is neither a keyword nor an IRI.
const placeMember = "@place"

// here is the pointer to the value being processed, where it is needed.
func (r *run) here() string {
	if !r.o.Places {
		return ""
	}
	return pointer(r.path)
}

// placed returns the object {name: v} that stands at a place.
func (r *run) placed(name string, v jsontree.Value, at string) jsontree.Value {
	if !r.o.Places || !r.rdf {
		return r.single(name, v)
	}
	return jsontree.OfObject(jsontree.Member{Name: name, Value: v}, jsontree.Member{Name: placeMember, Value: jsontree.Of(at)})
}

// graphOf returns the graph that a container makes of an item. It has no object
// of its own in the document: its place is told by that of the item.
func (r *run) graphOf(item jsontree.Value) jsontree.Value {
	return r.placed("@graph", r.listOf(item), "graph"+item.Get(placeMember).Str())
}

// at returns the blank node of a kind that stands at a place, a new one where
// places are not asked for.
func (l *labels) at(kind string, place *jsontree.Value) rdf.Term {
	if place == nil {
		return l.fresh()
	}
	return rdf.Term{Kind: rdf.Blank, Value: kind + place.Text}
}

// cell returns the blank node that holds an item of the list at a place.
func (l *labels) cell(n int, place *jsontree.Value) rdf.Term {
	if place == nil {
		return l.fresh()
	}
	return l.at("item"+strconv.Itoa(n)+"of", place)
}
