package rdf_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecusson/ecusson/rdf"
)

// suiteDir returns the folder of URDNA2015 cases that the module of json-gold
// carries: the ancestors of the W3C's cases for RDFC-1.0, under their numbers.
func suiteDir(t testing.TB) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/piprate/json-gold").Output()
	dir := filepath.Join(strings.TrimSpace(string(out)), "ld", "testdata", "normalization")
	if err != nil || len(out) < 2 {
		t.Skipf("module json-gold not found (%v): its canonicalization cases are not run", err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("json-gold carries no canonicalization cases: %v", err)
	}
	return dir
}

func TestSuite(t *testing.T) {
	t.Parallel()
	inputs, err := filepath.Glob(filepath.Join(suiteDir(t), "test*-in.nq"))
	if err != nil {
		t.Fatal(err)
	}
	run := 0
	for _, in := range inputs {
		want, err := os.ReadFile(strings.TrimSuffix(in, "-in.nq") + "-urdna2015.nq")
		if err != nil {
			continue
		}
		run++
		t.Run(strings.TrimSuffix(filepath.Base(in), "-in.nq"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(in)
			if err != nil {
				t.Fatal(err)
			}
			quads, err := rdf.ParseNQuads(data)
			if err != nil {
				t.Fatal(err)
			}
			c, err := rdf.Canonicalize(quads, rdf.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if base := filepath.Base(in); base == "test060-in.nq" {
				// URDNA2015 wrote these three as they are, RDFC-1.0 escapes them.
				want = []byte(strings.NewReplacer("\t", `\t`, "\b", `\b`, "\f", `\f`).Replace(string(want)))
			}
			if d := cmp.Diff(string(want), string(c.NQuads)); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			// The map of issued labels turns the one dataset into the other.
			for i := range quads {
				for _, term := range []*rdf.Term{&quads[i].Subject, &quads[i].Object, &quads[i].Graph} {
					if term.Kind == rdf.Blank {
						term.Value = c.Issued[term.Value]
					}
				}
			}
			lines := strings.SplitAfter(string(rdf.AppendNQuads(nil, quads)), "\n")
			slices.Sort(lines)
			if d := cmp.Diff(string(want), strings.Join(slices.Compact(lines), "")); d != "" {
				t.Errorf("with the labels issued (-want +got)\n%s", d)
			}
		})
	}
	t.Logf("%d cases of the suite in json-gold, each for its canonical form and its map of labels", run)
	if run < 60 {
		t.Errorf("only %d cases found", run)
	}
}
