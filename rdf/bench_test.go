package rdf_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ecusson/ecusson/rdf"
)

// badge returns the quads of an open badge: 61 of them, 10 blank nodes, all
// with a first-degree hash of their own.
func badge(t testing.TB) []rdf.Quad {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "badge.nq"))
	if err != nil {
		t.Fatal(err)
	}
	quads, err := rdf.ParseNQuads(data)
	if err != nil {
		t.Fatal(err)
	}
	return quads
}

func BenchmarkCanonicalize(b *testing.B) {
	quads := badge(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := rdf.Canonicalize(quads, rdf.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendCanonical(b *testing.B) {
	quads := badge(b)
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if buf, err = rdf.AppendCanonical(buf[:0], quads, rdf.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseNQuads(b *testing.B) {
	data := rdf.AppendNQuads(nil, badge(b))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := rdf.ParseNQuads(data); err != nil {
			b.Fatal(err)
		}
	}
}
