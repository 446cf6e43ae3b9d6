package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/verify"
)

// fetcher is the network of one run: the documents of a map first, then the
// guarded network, or nothing if the run is offline.
func (a *app) fetcher(documents string, offline bool) (verify.Fetcher, error) {
	d := &verify.Documents{Next: verify.Guarded()}
	if offline {
		d.Next = verify.Offline{}
	}
	if documents == "" {
		return d, nil
	}
	var err error
	if d.Map, err = verify.ReadDocuments(documents); errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission) {
		return nil, unreadable(documents, err)
	} else if err != nil {
		return nil, misuse("documents-bad", message.Facts{"Detail": err.Error()})
	}
	return d, nil
}

// contexts gives a JSON-LD processor the contexts that are not embedded, from
// the documents of a run alone: what a badge means never depends on what a
// network says today.
type contexts struct {
	documents map[string]verify.Document
}

// Load reads a context from the map.
func (c contexts) Load(iri string) (*jsontree.Value, error) {
	d := verify.Documents{Map: c.documents}
	response, err := d.Fetch(context.Background(), iri, "application/ld+json, application/json")
	if err != nil {
		return nil, err
	}
	if response.Status != http.StatusOK {
		return nil, fmt.Errorf("%s: status %d", iri, response.Status)
	}
	tree, err := jsontree.Parse(response.Body, jsontree.Limits{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", iri, err)
	}
	return &tree, nil
}

// processor is a JSON-LD processor that knows the embedded contexts and those
// of a documents map.
func processor(f verify.Fetcher) *jsonld.Processor {
	if d, ok := f.(*verify.Documents); ok && d.Map != nil {
		return jsonld.New(contexts{d.Map})
	}
	return jsonld.New(nil)
}
