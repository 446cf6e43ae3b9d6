package verify_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/fixture"
)

// sources parses the files of a package of this module that are no tests.
func sources(t *testing.T, folder string) []*ast.File {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(fixture.Root(t), folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	var out []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, file)
	}
	return out
}

// constants returns the text constants of a package whose names take one of the
// forms, by name. Those that are no codes are none of a check or warning.
func constants(t *testing.T, folder string, wanted func(name, typ string) bool) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, file := range sources(t, folder) {
		for _, d := range file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, s := range g.Specs {
				spec := s.(*ast.ValueSpec)
				typ := ""
				if id, ok := spec.Type.(*ast.Ident); ok {
					typ = id.Name
				}
				for i, name := range spec.Names {
					if i >= len(spec.Values) || !wanted(name.Name, typ) {
						continue
					}
					if lit, ok := spec.Values[i].(*ast.BasicLit); ok && lit.Kind == token.STRING {
						out[name.Name], _ = strconv.Unquote(lit.Value)
						if folder == "verify" && spec.Comment == nil && spec.Doc == nil {
							t.Errorf("%s: %s does not say what it means", folder, name.Name)
						}
					}
				}
			}
		}
	}
	if len(out) == 0 {
		t.Fatalf("no codes in %s", folder)
	}
	return out
}

func ownCodes(t *testing.T) map[string]string {
	return constants(t, "verify", func(name, _ string) bool {
		return strings.HasPrefix(name, "Code") || strings.HasPrefix(name, "Warn")
	})
}

// codeArgument is where, in the calls that answer a check, its code stands.
var codeArgument = map[string]int{"set": 2, "warn": 1, "noKey": 1, "refuse": 1, "failed": 0}

// Every code that is given is one of the table or comes from the package that
// was asked; every code of the table is given somewhere.
func TestCodesAreOfTheTable(t *testing.T) {
	t.Parallel()
	own := ownCodes(t)
	values := map[string]string{}
	for name, value := range own {
		if other, ok := values[value]; ok {
			t.Errorf("%s and %s are both %q", name, other, value)
		}
		values[value] = name
	}
	used := map[string]int{}
	noText := func(e ast.Expr, where string) {
		if lit, ok := e.(*ast.BasicLit); ok {
			t.Errorf("the code %s in %s is not of the table", lit.Value, where)
		}
	}
	for _, file := range sources(t, "verify") {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				used[n.Name]++
			case *ast.CallExpr:
				name := ""
				switch f := n.Fun.(type) {
				case *ast.Ident:
					name = f.Name
				case *ast.SelectorExpr:
					name = f.Sel.Name
				}
				if at, ok := codeArgument[name]; ok && at < len(n.Args) {
					noText(n.Args[at], name)
				}
			case *ast.CompositeLit:
				id, ok := n.Type.(*ast.Ident)
				if !ok || id.Name != "answer" && id.Name != "Warning" && id.Name != "Check" {
					return true
				}
				for i, element := range n.Elts {
					if kv, ok := element.(*ast.KeyValueExpr); ok {
						if key, ok := kv.Key.(*ast.Ident); ok && strings.EqualFold(key.Name, "code") {
							noText(kv.Value, id.Name)
						}
					} else if i == 1 {
						noText(element, id.Name)
					}
				}
			}
			return true
		})
	}
	for name := range own {
		if used[name] < 2 { // the declaration is one
			t.Errorf("%s is of the table, and nobody gives it", name)
		}
	}
}

// sentences returns those of this package in a language.
func sentences(t *testing.T, lang string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(fixture.Root(t), "internal", "message", "locales", "verify."+lang+".json"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// notTold are codes of checks that passed or were not made; nobody is told of
// them by a sentence.
var notTold = []string{"ok", "not-asked", "no-schema", "no-status", "no-refresh", "refreshed", "no-endorsement", "issuer-key-claimed", "schema-not-checked", "presentation-unsigned"}

// alsoWarnings are codes that decide, and are warnings where another signature
// on the badge holds, or where the data model tolerates what it finds.
var alsoWarnings = []string{
	"issuer-key-unproven", "issuer-key-mismatch", "issuer-key-revoked", "issuer-key-expired", "suite-unsupported", "key-unresolved",
	"did-method-unsupported", "document-untransformable", "schema-not-checked", "jwt-claim-absent", "jwt-claim-differs", "jwt-claim-unmatched",
	"inner-invalid", "inner-unknown", "inner-many", "missing", "wrong-class", "empty", "not-url", "not-date", "not-language", "not-jwt", "context-place", "model-outdated", "too-many-problems",
}

// onlyWarnings are codes of the packages asked that never decide.
var onlyWarnings = []string{
	"context-outdated", "context-extension", "null", "empty-array", "unknown-term", "reference", "not-plain-text", "no-recipient", "no-name",
	"dangling", "jwt-claim-absent", "jwt-claim-unmatched",
}

// Every code that a person can come to see has a sentence in both languages, or
// falls to the one of its check.
func TestEveryCodeHasASentence(t *testing.T) {
	t.Parallel()
	var reasons, warnings []string
	for name, code := range ownCodes(t) {
		switch {
		case strings.HasPrefix(name, "Warn"):
			warnings = append(warnings, code)
		case !slices.Contains(notTold, code):
			reasons = append(reasons, code)
		}
	}
	foreign := constants(t, "proof", func(_, typ string) bool { return typ == "Code" || typ == "ClaimCode" })
	for name, code := range constants(t, "openbadges", func(name, _ string) bool { return strings.HasPrefix(name, "Code") }) {
		foreign["openbadges."+name] = code
	}
	for _, code := range foreign {
		if !slices.Contains(onlyWarnings, code) {
			reasons = append(reasons, code)
		}
	}
	warnings = slices.Concat(warnings, alsoWarnings, onlyWarnings)
	known := map[string]bool{"verify.reason.failed": true, "verify.reason.unknown": true}
	// The losses of safe mode that a person is likely to meet; the other errors of
	// JSON-LD fall to the sentence of the check.
	reasons = append(reasons, "undefined-term", "relative-iri", "loading-remote-context-failed", "limit-exceeded")
	for _, lang := range []string{"fr", "en"} {
		said := sentences(t, lang)
		for kind, codes := range map[string][]string{"verify.reason.": reasons, "verify.warning.": warnings} {
			for _, code := range codes {
				known[kind+code] = true
				if said[kind+code] == "" {
					t.Errorf("%s: no sentence %s%s", lang, kind, code)
				}
			}
		}
		for key := range said {
			if (strings.HasPrefix(key, "verify.reason.") || strings.HasPrefix(key, "verify.warning.")) && !known[key] {
				t.Errorf("%s: %s is of no code", lang, key)
			}
		}
	}
}

// The page of the documentation has every code of this package, and every check.
func TestEveryCodeIsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/verify.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, code := range ownCodes(t) {
		if !strings.Contains(string(page), "| `"+code+"` |") {
			t.Errorf("docs/verify.md lacks %s, %s", name, code)
		}
	}
	for _, c := range check([]byte("{}"), nil).Checks {
		if !strings.Contains(string(page), "| `"+c.ID+"` |") {
			t.Errorf("docs/verify.md lacks the check %s", c.ID)
		}
	}
}
