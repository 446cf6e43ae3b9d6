package jsonld

import (
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/rdf"
)

func (r *run) walk(doc *jsontree.Value) ([]rdf.Quad, bool) { return nil, false }
