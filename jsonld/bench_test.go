package jsonld

import (
	"os"
	"testing"

	"github.com/ecusson/ecusson/jsontree"
)

func benchDocument(b *testing.B) *jsontree.Value {
	b.Helper()
	data, err := os.ReadFile("testdata/credential.json")
	if err != nil {
		b.Fatal(err)
	}
	doc, err := jsontree.Parse(data, jsontree.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	return &doc
}

func BenchmarkToRDF(b *testing.B) {
	p, doc, o := New(nil), benchDocument(b), Options{Safe: true}
	b.Run("walk", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, ok := p.newRun(o, true).walk(doc); !ok {
				b.Fatal("not walked")
			}
		}
	})
	b.Run("general", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := p.newRun(o, true).generalToRDF(doc); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkExpand(b *testing.B) {
	p, doc, o := New(nil), benchDocument(b), Options{Safe: true}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Expand(doc, o); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCompile is what the contexts cost a Processor once.
func BenchmarkCompile(b *testing.B) {
	doc := benchDocument(b)
	for b.Loop() {
		if _, err := New(nil).newRun(Options{Safe: true}, true).generalToRDF(doc); err != nil {
			b.Fatal(err)
		}
	}
}
