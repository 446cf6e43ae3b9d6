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

// rules are the packages of the domain, which know no database and no page.
var rules = []string{"internal/account", "internal/organization", "internal/achievement", "internal/award", "internal/passport"}

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
	"internal/folder":    append([]string{"internal/credential", "internal/sheet", "internal/picture", "internal/site"}, library...),
	"internal/bench":     append([]string{"internal/id", "internal/seal", "internal/achievement", "internal/award", "internal/organization", "internal/server", "internal/store", "internal/folder", "internal/message", "internal/sheet", "internal/picture", "internal/site"}, library...),
	"internal/config":    {},
	"internal/operate":   {},

	// What every room of the platform stands on.
	"internal/id":         {},
	"internal/fault":      {},
	"internal/seal":       {},
	"internal/job":        {"internal/id"},
	"internal/credential": library,

	// The domain, downwards.
	"internal/account":      domain(),
	"internal/organization": domain("account", "../credential", "../picture"),
	"internal/achievement":  domain("account", "organization", "../framework", "../picture", "../credential"),
	"internal/award":        domain("account", "organization", "achievement", "../credential", "../sheet", "../picture"),
	"internal/passport":     domain("account", "organization", "achievement", "award", "../picture"),

	// The edges.
	"internal/store":  {"internal/id", "internal/fault", "internal/job", "internal/account", "internal/organization", "internal/achievement", "internal/award", "internal/passport"},
	"internal/web":    append(domain("account", "organization", "achievement", "award", "passport", "../credential", "../framework", "../look", "../mail", "../message", "../paper", "../picture", "../sheet", "../site"), library...),
	"internal/mail":   {"internal/message", "internal/site"},
	"internal/post":   {"internal/id", "internal/fault", "internal/job", "internal/mail", "internal/award", "internal/organization", "internal/achievement", "internal/message"},
	"internal/demo":   domain("account", "organization", "achievement", "award", "passport", "../framework"),
	"internal/server": nil, // puts all together; see TestImports

	"cmd/ecusson": append([]string{"internal/demo", "internal/fault", "internal/config", "internal/operate", "internal/server", "internal/store", "internal/seal", "internal/mail", "internal/organization", "internal/id", "internal/keyfile", "internal/message", "internal/sheet", "internal/picture", "internal/site", "internal/folder", "internal/bench"}, library...),

	// For tests and for the makers of the project only.
	"":                       {},
	"browser":                {},
	"interop":                {},
	"internal/fixture":       {},
	"internal/hostile":       {"bake"},
	"internal/pgtest":        {},
	"internal/mail/smtptest": {},
	"internal/testsummary":   {},
}

// domain is what a package of the domain may import: the library, what every
// room stands on, and the packages named, "../x" being internal/x and others
// those of the domain below it.
func domain(below ...string) []string {
	out := append([]string{"internal/id", "internal/fault", "internal/seal", "internal/job"}, library...)
	for _, b := range below {
		out = append(out, "internal/"+strings.TrimPrefix(b, "../"))
	}
	return out
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
			case isOurs && name != "internal/server" && !slices.Contains(may, ours):
				t.Errorf("%s imports %s, which the table does not allow", name, ours)
			case slices.Contains(library, name) && forbidden(name, imported):
				t.Errorf("%s is part of the library and imports %s", name, imported)
			case slices.Contains(rules, name) && (imported == "database/sql" || imported == "net/http" || imported == "html/template"):
				t.Errorf("%s is of the domain and imports %s", name, imported)
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
