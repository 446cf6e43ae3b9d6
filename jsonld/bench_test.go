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

// BenchmarkProof is the other half of what a verifier turns into RDF.
func BenchmarkProof(b *testing.B) {
	p, o := New(nil), Options{Safe: true}
	proof := jsontree.OfObject(
		jsontree.Member{Name: "@context", Value: *benchDocument(b).Get("@context")},
		jsontree.Member{Name: "type", Value: jsontree.Of("DataIntegrityProof")},
		jsontree.Member{Name: "cryptosuite", Value: jsontree.Of("eddsa-rdfc-2022")},
		jsontree.Member{Name: "created", Value: jsontree.Of("2025-11-24T09:00:00Z")},
		jsontree.Member{Name: "verificationMethod", Value: jsontree.Of("did:key:z6Mk#z6Mk")},
		jsontree.Member{Name: "proofPurpose", Value: jsontree.Of("assertionMethod")},
	)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.ToRDF(&proof, o); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOwnContext has a context written in the document.
func BenchmarkOwnContext(b *testing.B) {
	p, o, doc := New(nil), Options{Safe: true}, *benchDocument(b)
	contexts := *doc.Get("@context")
	own := jsontree.OfObject(jsontree.Member{Name: "room", Value: jsontree.Of("https://example.org/room")})
	contexts.Members = append(contexts.Members[:len(contexts.Members):len(contexts.Members)], jsontree.Member{Value: own})
	doc = doc.With("@context", contexts)
	doc = doc.With("room", jsontree.Of("3.14"))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.ToRDF(&doc, o); err != nil {
			b.Fatal(err)
		}
	}
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
