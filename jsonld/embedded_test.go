package jsonld

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/fixture"
	"github.com/ecusson/ecusson/jsontree"
)

func TestEmbeddedContextsAreWhatTheTableSays(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("contexts/README.md")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]bool{}
	for _, c := range EmbeddedContexts() {
		data, ok := Embedded(c.IRI)
		if !ok {
			t.Errorf("%s: no document", c.IRI)
			continue
		}
		files[c.file] = true
		sum := sha256.Sum256(data)
		if got := hex.EncodeToString(sum[:]); got != c.SHA256 {
			t.Errorf("%s: SHA-256 is %s, the table says %s", c.IRI, got, c.SHA256)
		}
		if !strings.Contains(string(readme), "| "+c.IRI+" | "+c.file+" |") {
			t.Errorf("%s is not in contexts/README.md", c.IRI)
		}
		if _, err := New(nil).compile(c.IRI); err != nil {
			t.Errorf("%s: %v", c.IRI, err)
		}
	}
	// Each package that the table names has its licence beside the contexts.
	for line := range strings.Lines(string(readme)) {
		cells := strings.Split(line, " | ")
		if len(cells) < 5 || cells[2] == "package" || cells[2] == "none" {
			continue
		}
		name := strings.NewReplacer("@", "", "/", "-").Replace(cells[2])
		if text, err := os.ReadFile("contexts/licenses/" + name + ".txt"); err != nil || len(text) < 1000 || cells[3] == "" {
			t.Errorf("%s %s: no licence text or no version: %v", cells[2], cells[3], err)
		}
	}
	entries, err := os.ReadDir("contexts")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".json") && !files[e.Name()] {
			t.Errorf("contexts/%s is not in the table", e.Name())
		}
	}
	if !slices.IsSortedFunc(embeddedContexts, func(a, b EmbeddedContext) int { return strings.Compare(a.IRI, b.IRI) }) {
		t.Error("the table is not sorted, and is searched as if it were")
	}
	if _, ok := Embedded("https://example.org/"); ok {
		t.Error("an IRI of nobody has a document")
	}
}

// compile returns a context by itself, in safe mode.
func (p *Processor) compile(iri string) (*activeContext, error) {
	r := p.newRun(Options{Safe: true}, true)
	doc := jsontree.Of(iri)
	return r.processContext(r.root, &doc, contextCall{propagate: true, validate: true})
}

type mapLoader map[string]*jsontree.Value

func (l mapLoader) Load(iri string) (*jsontree.Value, error) { return l[iri], nil }

// differences are where an embedded context and a publication may differ.
var differences = map[string]string{
	"ob-v3p0-context-3.0.3.json endorsementJwt": "added to the publication in June 2026; this copy is older",
	"ob-v3p0-context-3.0.3.json jti":            "added with endorsementJwt",
}

// TestEmbeddedContextsMeanWhatIsPublished compares compiled term tables, so that
// white space and order do not matter, nor how an IRI is written.
func TestEmbeddedContextsMeanWhatIsPublished(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for file, iri := range map[string]string{
		"clr-v2p0-2.0.1.json":                    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
		"clr-v2p0.json":                          "https://purl.imsglobal.org/spec/clr/v2p0/context.json",
		"credentials-examples-v2.json":           "https://www.w3.org/ns/credentials/examples/v2",
		"credentials-status-v1.json":             "https://www.w3.org/ns/credentials/status/v1",
		"credentials-undefined-terms-v2.json":    "https://www.w3.org/ns/credentials/undefined-terms/v2",
		"credentials-v1.json":                    "https://www.w3.org/2018/credentials/v1",
		"credentials-v2.json":                    "https://www.w3.org/ns/credentials/v2",
		"data-integrity-v1.json":                 "https://w3id.org/security/data-integrity/v1",
		"data-integrity-v2.json":                 "https://w3id.org/security/data-integrity/v2",
		"did-v1.jsonld":                          "https://www.w3.org/ns/did/v1",
		"multikey-v1.json":                       "https://w3id.org/security/multikey/v1",
		"ob-v3p0-context.json":                   "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
		"ob-v3p0-context-3.0.1.json":             "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
		"ob-v3p0-context-3.0.2.json":             "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
		"ob-v3p0-context-3.0.3.json":             "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
		"validator-ob-v3p0-3.0.3.json":           "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
		"ob-v3p0-extensions.json":                "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
		"security-suites-ed25519-2020-v1.jsonld": "https://w3id.org/security/suites/ed25519-2020/v1",
		"security-v1.jsonld":                     "https://w3id.org/security/v1",
		"security-v2.jsonld":                     "https://w3id.org/security/v2",
		"status-list-2021-v1.json":               "https://w3id.org/vc/status-list/2021/v1",
	} {
		published, err := jsontree.Parse(fixture.Read(t, "fixtures", "contexts", file), jsontree.Limits{})
		if err != nil {
			t.Fatal(file, err)
		}
		const as = "https://published.example/"
		p := New(mapLoader{as: &published})
		want, err := p.compile(as)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		got, err := p.compile(iri)
		if err != nil {
			t.Errorf("%s: %v", iri, err)
			continue
		}
		c := comparison{p: p, t: t, file: file, seen: seen}
		c.tables(got, want, "", 0)
		t.Logf("%s: %d terms, with scoped contexts %d", file, len(want.terms), c.terms)
	}
	for d := range differences {
		if !seen[d] {
			t.Errorf("%s is listed as a difference and is none", d)
		}
	}
}

type comparison struct {
	p     *Processor
	t     *testing.T
	file  string
	terms int
	seen  map[string]bool
}

func (c *comparison) differ(path, format string, args ...any) {
	key := c.file + " " + strings.TrimSpace(path)
	if _, ok := differences[key]; ok {
		c.seen[key] = true
		return
	}
	c.t.Errorf("%s: "+format, append([]any{key}, args...)...)
}

func (c *comparison) tables(got, want *activeContext, path string, depth int) {
	if got.vocab != want.vocab || got.hasVocab != want.hasVocab || got.language != want.language || got.base != want.base {
		c.differ(path, "vocabulary, language or base differ")
	}
	for name, w := range want.terms {
		c.terms++
		at := path + " " + name
		g := got.terms[name]
		if g == nil {
			c.differ(at, "missing")
			continue
		}
		a, b := *g, *w
		a.context, b.context = nil, nil
		if !a.same(&b) || a.protected != b.protected {
			c.differ(at, "is %+v, want %+v", a, b)
		}
		if (g.context == nil) != (w.context == nil) {
			c.differ(at, "a scoped context on one side")
			continue
		}
		if g.context == nil || depth > 3 {
			continue
		}
		for _, apply := range []func(*run, *activeContext, *term) (*activeContext, error){(*run).propertyContext, (*run).typeContext} {
			innerGot, err1 := apply(c.p.newRun(Options{}, true), got, g)
			innerWant, err2 := apply(c.p.newRun(Options{}, true), want, w)
			if err1 != nil || err2 != nil {
				if (err1 == nil) != (err2 == nil) {
					c.differ(at, "%v, want %v", err1, err2)
				}
				continue
			}
			c.scoped(got, innerGot, want, innerWant, at, depth+1)
		}
	}
	for name := range got.terms {
		if want.terms[name] == nil {
			c.differ(path+" "+name, "not published")
		}
	}
}

// scoped compares what scoped contexts add to the tables around them.
func (c *comparison) scoped(got, innerGot, want, innerWant *activeContext, path string, depth int) {
	added := func(outer, inner *activeContext) *activeContext {
		out := inner.copied()
		out.terms = map[string]*term{}
		for name, def := range inner.terms {
			if outer.terms[name] != def {
				out.terms[name] = def
			}
		}
		return out
	}
	c.tables(added(got, innerGot), added(want, innerWant), path, depth)
}
