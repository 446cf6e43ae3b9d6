package jsonld_test

import (
	"bufio"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/fixture"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
)

// verdicts returns the table of fixtures and what their source says of them.
func verdicts(t testing.TB) map[string]string {
	t.Helper()
	out := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(fixture.Read(t, "fixtures", "verdicts.tsv")))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if f := strings.SplitN(lines.Text(), "\t", 3); len(f) >= 2 {
			out[f[0]] = f[1]
		}
	}
	return out
}

// documents calls do with each JSON document below a folder of the fixtures.
func documents(t testing.TB, folder string, do func(name string, doc *jsontree.Value)) {
	t.Helper()
	root := fixture.Dir(t, "fixtures")
	err := filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		doc, err := jsontree.Parse(data, jsontree.Limits{})
		if err != nil || doc.Kind != jsontree.Object {
			return nil //nolint:nilerr // no document for this package
		}
		do(filepath.ToSlash(name), &doc)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// refused are fixtures that are called valid and yet refused, with the reason.
var refused = map[string]string{
	"ob30/official/simple-multiple-proofs.json":                                           "its first proof has a type that no context defines; without its proofs it has a dataset",
	"ob30/plugfest/plugfest-1-plugfest-1-ex-1.json":                                       "names a context that was withdrawn, and no package carries as it was",
	"vc20/suite/names-and-descriptions__issuer-description-language-direction-en-ok.json": "a base direction, which RDF does not hold unless RDFDirection says how",
	"vc20/suite/names-and-descriptions__issuer-name-language-direction-en-ok.json":        "a base direction, which RDF does not hold unless RDFDirection says how",
}

func TestValidFixturesHaveADataset(t *testing.T) {
	t.Parallel()
	p := jsonld.New(nil)
	verdict := verdicts(t)
	for _, folder := range []string{"ob30", "clr20", "vc20"} {
		passed := 0
		documents(t, folder, func(name string, doc *jsontree.Value) {
			if verdict[name] != "valid" {
				return
			}
			unsigned := doc.Without("proof")
			if _, err := p.ToRDF(&unsigned, jsonld.Options{Safe: true}); err != nil && refused[name] == "" {
				t.Errorf("%s without its proofs: %v", name, err)
			}
			quads, err := p.ToRDF(doc, jsonld.Options{Safe: true})
			switch why := refused[name]; {
			case err != nil && why == "":
				t.Errorf("%s: %v", name, err)
			case err == nil && why != "":
				t.Errorf("%s has a dataset, but is listed: %s", name, why)
			case err == nil:
				if _, err := canonical(quads); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				passed++
			}
		})
		t.Logf("%s: %d valid documents", folder, passed)
	}
}
