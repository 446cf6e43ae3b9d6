package jsonld

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/fixture"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/rdf"
)

// The general algorithm judges the walk: wherever the walk gives a dataset, the
// general algorithm must accept the document and give the same one.

// compareWalk returns whether the document was walked.
func compareWalk(t testing.TB, p *Processor, name string, doc *jsontree.Value, o Options) bool {
	t.Helper()
	walked, ok := p.newRun(o, true).walk(doc)
	if !ok {
		return false
	}
	general, err := p.newRun(o, true).generalToRDF(doc)
	if err != nil {
		t.Fatalf("%s: walked, but refused by the general algorithm: %v\n%s", name, err, doc.AppendJSON(nil))
	}
	if len(walked) != len(general) {
		t.Fatalf("%s: walked to %d quads, want %d\n%s", name, len(walked), len(general), doc.AppendJSON(nil))
	}
	limit := rdf.Options{}
	got, err1 := rdf.AppendCanonical(nil, walked, limit)
	want, err2 := rdf.AppendCanonical(nil, general, limit)
	if err1 != nil || err2 != nil {
		if (err1 == nil) != (err2 == nil) {
			t.Fatalf("%s: %v, want %v", name, err1, err2)
		}
		return true
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("%s: walked to\n%s\nwant\n%s\n%s", name, got, want, doc.AppendJSON(nil))
	}
	return true
}

// seeds are the package's own documents, each as a whole plain credential.
func seeds(t testing.TB) map[string]*jsontree.Value {
	t.Helper()
	out := map[string]*jsontree.Value{}
	names, err := filepath.Glob("testdata/*.json")
	if err != nil || len(names) == 0 {
		t.Fatal("no seeds", err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsontree.Parse(data, jsontree.Limits{})
		if err != nil {
			t.Fatal(name, err)
		}
		out[name] = &doc
	}
	return out
}

func TestWalkTakesPlainCredentials(t *testing.T) {
	t.Parallel()
	p := New(nil)
	for name, doc := range seeds(t) {
		plain := !strings.Contains(name, "general")
		for _, o := range []Options{{Safe: true}, {}, {Base: "https://example.org/base/"}} {
			if compareWalk(t, p, name, doc, o) != plain {
				t.Errorf("%s with %+v: walked is %v, want %v", name, o, !plain, plain)
			}
		}
	}
}

// TestWalkAgreesOnMutations changes the seeds at random, thousands of times,
// and compares on each; many are not walked, and many are refused.
func TestWalkAgreesOnMutations(t *testing.T) {
	t.Parallel()
	p := New(nil)
	random := rand.New(rand.NewPCG(1, 2))
	all := seeds(t)
	var names []string
	var donors []jsontree.Value
	for name, doc := range all {
		names = append(names, name)
		collect(doc, &donors)
	}
	slices.Sort(names)
	slices.SortFunc(donors, func(a, b jsontree.Value) int {
		return bytes.Compare(a.AppendJSON(nil), b.AppendJSON(nil))
	})
	walked, tried := 0, 0
	for range 500 {
		for _, name := range names {
			doc := copyOf(all[name])
			for range 1 + random.IntN(3) {
				mutate(random, &doc, donors)
			}
			tried++
			if compareWalk(t, p, name, &doc, Options{Safe: random.IntN(4) > 0}) {
				walked++
			}
		}
	}
	t.Logf("%d documents, %d of them walked", tried, walked)
	if walked*10 < tried {
		t.Errorf("too few documents were walked to say anything")
	}
}

func TestWalkAgreesOnFixtures(t *testing.T) {
	t.Parallel()
	root := fixture.Dir(t, "fixtures")
	p := New(nil)
	walked, tried := 0, 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		doc, err := jsontree.Parse(data, jsontree.Limits{})
		if err != nil {
			return nil //nolint:nilerr // no document for this package
		}
		for _, part := range []jsontree.Value{doc, doc.Without("proof")} {
			for _, o := range []Options{{Safe: true}, {}} {
				tried++
				if compareWalk(t, p, path, &part, o) {
					walked++
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d documents, %d of them walked", tried, walked)
}

func copyOf(v *jsontree.Value) jsontree.Value {
	out := *v
	out.Members = slices.Clone(v.Members)
	for i := range out.Members {
		out.Members[i].Value = copyOf(&v.Members[i].Value)
	}
	return out
}

func collect(v *jsontree.Value, into *[]jsontree.Value) {
	*into = append(*into, *v)
	for i := range v.Members {
		collect(&v.Members[i].Value, into)
	}
}

// words are names and values that mean something to JSON-LD or to credentials.
var words = []string{
	"@id", "@type", "@value", "@list", "@set", "@graph", "@included", "@reverse", "@language", "@index", "@none", "@json",
	"@direction", "@nest", "@context", "@vocab", "@unknown", "id", "type", "name", "description", "proof", "evidence",
	"credentialSubject", "issuer", "Profile", "Achievement", "VerifiableCredential", "image", "result", "value",
	"verifiableCredential", "https://example.org/x", "_:b0", "_:x", "relative", "urn:x:y", "did:example:1", "a b", "",
	"https://example.org/a b", "en", "2024-01-01T00:00:00Z", "xsd:date", "ext:foo", "endorsement", "holder", "Image",
	"https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
	"https://www.w3.org/ns/credentials/examples/v2", "https://w3id.org/security/data-integrity/v2", "allowedValue",
}

// mutate changes one place of the document.
func mutate(random *rand.Rand, doc *jsontree.Value, donors []jsontree.Value) {
	var places []*jsontree.Value
	var visit func(v *jsontree.Value)
	visit = func(v *jsontree.Value) {
		places = append(places, v)
		for i := range v.Members {
			visit(&v.Members[i].Value)
		}
	}
	visit(doc)
	v := places[random.IntN(len(places))]
	word := words[random.IntN(len(words))]
	donor := copyOf(&donors[random.IntN(len(donors))])
	n := len(v.Members)
	switch random.IntN(12) {
	case 0:
		*v = jsontree.Of(word)
	case 1:
		*v = donor
	case 2:
		*v = jsontree.OfArray(*v, donor)
	case 3:
		*v = jsontree.OfArray(*v)
	case 4:
		*v = [...]jsontree.Value{{}, jsontree.OfInt(7), jsontree.OfBool(true), {Kind: jsontree.Number, Text: "1.5e0"},
			{Kind: jsontree.Number, Text: "9007199254740993"}, {Kind: jsontree.Number, Text: "1e400"}, {Kind: jsontree.Object}}[random.IntN(7)]
	case 5, 6:
		if v.Kind == jsontree.Object {
			*v = v.With(word, donor)
		}
	case 7:
		if n > 0 {
			i := random.IntN(n)
			v.Members = slices.Delete(v.Members, i, i+1)
		}
	case 8:
		if v.Kind == jsontree.Object && n > 0 && v.Get(word) == nil {
			v.Members[random.IntN(n)].Name = word
		}
	case 9:
		if v.Kind == jsontree.Array && n > 0 {
			v.Members = append(v.Members, v.Members[random.IntN(n)])
		}
	case 10:
		if n > 1 {
			i, j := random.IntN(n), random.IntN(n)
			v.Members[i], v.Members[j] = v.Members[j], v.Members[i]
		}
	case 11:
		if v.Kind == jsontree.Object {
			*v = jsontree.OfObject(jsontree.Member{Name: "@graph", Value: jsontree.OfArray(*v)})
		}
	}
}
