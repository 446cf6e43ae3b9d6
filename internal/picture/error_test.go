package picture

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/hostile"
	"github.com/ecusson/ecusson/internal/message"
)

// codes reads all constants of the type code from error.go.
func codes(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "error.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if typ, ok := spec.Type.(*ast.Ident); ok && typ.Name == "code" {
			for _, v := range spec.Values {
				text, err := strconv.Unquote(v.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, "picture."+text)
			}
		}
		return true
	})
	return all
}

func TestEveryCodeHasItsSentence(t *testing.T) {
	t.Parallel()
	all := codes(t)
	if len(all) < 30 {
		t.Fatalf("only %d codes are found in error.go", len(all))
	}
	catalog, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"fr", "en"} {
		for _, key := range all {
			if !catalog.For(lang).Has(key) {
				t.Errorf("%s has no sentence in %s", key, lang)
			}
		}
		data, err := os.ReadFile("../message/locales/picture." + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var sentences map[string]string
		if err := json.Unmarshal(data, &sentences); err != nil {
			t.Fatal(err)
		}
		for key := range sentences {
			if !slices.Contains(all, key) {
				t.Errorf("%s in %s is the sentence of no code", key, lang)
			}
		}
	}
}

// TestSentencesHaveTheirFacts says real errors and looks for what is missing.
func TestSentencesHaveTheirFacts(t *testing.T) {
	t.Parallel()
	catalog, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	errs := []error{
		Badge{}.Check(), Badge{Kind: 99}.Check(), Badge{Kind: Skill}.Check(), Badge{Kind: Skill, Hue: 99}.Check(), Badge{Kind: Skill, Level: 9}.Check(),
		Badge{Kind: Skill, Name: "x", Icon: "y"}.Check(), Badge{Kind: Skill, Name: "x", Piping: "y"}.Check(), Badge{Kind: Skill, Name: "技"}.Check(),
		Badge{Kind: Skill, Name: "Diplôme"}.Check(), Badge{Kind: Skill, Name: strings.Repeat("m", 99)}.Check(), Badge{Kind: Skill, Name: "x", Alt: "\x01"}.Check(),
		Badge{Kind: Milestone, Name: "x", Progress: Progress{9, 9}}.Check(), checkSize(1), ErrNeedsPNG,
	}
	for _, c := range hostile.SVGs() {
		_, err := CleanSVG(c.Data)
		errs = append(errs, err)
	}
	for _, data := range [][]byte{nil, bomb(), []byte("\xff\xd8\xff"), make([]byte, MaxRasterBytes+1)} {
		_, err := CheckRaster(data)
		errs = append(errs, err)
	}
	for _, err := range errs {
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%v is no *Error", err)
			continue
		}
		for _, lang := range []string{"fr", "en"} {
			if said := catalog.For(lang).T(e.Key, e.Facts); strings.Contains(said, "<no value>") || said == e.Key {
				t.Errorf("%s: %q", e.Key, said)
			}
		}
	}
}
