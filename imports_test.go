// Package ecusson_test holds what concerns the repository as a whole.
package ecusson_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/ecusson/ecusson"

var library = []string{"jsontree", "rdf", "jsonld", "openbadges", "did", "proof", "statuslist", "bake", "verify"}

// allowed is the table of docs/architecture.md: what a package may import of
// ours, tests aside.
var allowed = map[string][]string{
	"jsontree":   {},
	"rdf":        {},
	"jsonld":     {"jsontree", "rdf"},
	"openbadges": {"jsontree"},
	"did":        {"jsontree"},
	"proof":      {"jsontree", "jsonld", "rdf", "did"},
	"statuslist": {"jsontree"},
	"bake":       {},
	"verify":     {"jsontree", "rdf", "jsonld", "openbadges", "did", "proof", "statuslist", "bake"},

	"internal/keyfile":   {},
	"internal/message":   {},
	"internal/look":      {"internal/message"},
	"internal/sheet":     {},
	"internal/picture":   {},
	"internal/framework": {},
	"internal/paper":     {"internal/picture"},
	"internal/site":      library,
	"internal/folder":    append([]string{"internal/sheet", "internal/picture", "internal/site"}, library...),
	"internal/bench":     append([]string{"internal/folder", "internal/message", "internal/sheet", "internal/picture", "internal/site"}, library...),
	"cmd/ecusson":        append([]string{"internal/keyfile", "internal/message", "internal/sheet", "internal/picture", "internal/site", "internal/folder", "internal/bench"}, library...),

	// For tests and for the makers of the project only.
	"":                     {},
	"interop":              {},
	"internal/fixture":     {},
	"internal/testsummary": {},
}

func TestImports(t *testing.T) {
	t.Parallel()
	list, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(list)))
	for {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		may, known := allowed[name]
		if !known {
			t.Errorf("package %s is not in the table: give it a row here and in docs/architecture.md", name)
		}
		for _, imported := range p.Imports {
			ours, isOurs := strings.CutPrefix(imported, module+"/")
			switch {
			case isOurs && !slices.Contains(may, ours):
				t.Errorf("%s imports %s, which the table does not allow", name, ours)
			case slices.Contains(library, name) && forbidden(name, imported):
				t.Errorf("%s is part of the library and imports %s", name, imported)
			}
		}
	}
}

// forbidden tells what the library does without: it knows no SQL, no template,
// and no HTTP but for the one guarded fetcher.
func forbidden(name, imported string) bool {
	return imported == "database/sql" || imported == "html/template" || imported == "net/http" && name != "verify"
}

// TestTable holds the table itself to the rule that the library stands alone.
func TestTable(t *testing.T) {
	t.Parallel()
	for _, name := range library {
		for _, imported := range allowed[name] {
			if !slices.Contains(library, imported) {
				t.Errorf("the table lets %s, of the library, import %s", name, imported)
			}
		}
	}
}
