package jsonld

import (
	"embed"
	"slices"
	"sort"

	"github.com/ecusson/ecusson/jsontree"
)

//go:generate node contexts/generate.mjs

//go:embed contexts/*.json
var contextFiles embed.FS

// EmbeddedContext is a context document that is a part of the program.
type EmbeddedContext struct {
	// IRI is what documents call it; several may name the same content.
	IRI string
	// SHA256 is the hash of the document in lower case hexadecimal.
	SHA256 string
	file   string
}

// EmbeddedContexts lists the embedded contexts, sorted by IRI.
func EmbeddedContexts() []EmbeddedContext { return slices.Clone(embeddedContexts) }

// Embedded returns the document of an embedded context.
func Embedded(iri string) ([]byte, bool) {
	file, ok := embeddedFile(iri)
	if !ok {
		return nil, false
	}
	data, err := contextFiles.ReadFile("contexts/" + file)
	return data, err == nil
}

func embeddedFile(iri string) (string, bool) {
	i := sort.Search(len(embeddedContexts), func(i int) bool { return embeddedContexts[i].IRI >= iri })
	if i == len(embeddedContexts) || embeddedContexts[i].IRI != iri {
		return "", false
	}
	return embeddedContexts[i].file, true
}

// embedded returns an embedded context parsed, nil if iri is none.
func (p *Processor) embedded(iri string) (*jsontree.Value, error) {
	file, ok := embeddedFile(iri)
	if !ok {
		return nil, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if doc := p.documents[file]; doc != nil {
		return doc, nil
	}
	data, _ := Embedded(iri)
	doc, err := jsontree.Parse(data, jsontree.Limits{})
	if err != nil {
		return nil, err
	}
	p.documents[file] = &doc
	return &doc, nil
}
