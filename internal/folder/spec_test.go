package folder

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/bake"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/picture"
)

func TestBadgeFaults(t *testing.T) {
	t.Parallel()
	const good = "name: A\nkind: compétence\ndescription: B\ncriteria: C\n"
	for text, want := range map[string]string{
		good: "",
		good + "skills:\n  - name: x\n    url: https://example.org/x\n": "",
		"":                     "1: missing",
		"kind: compétence\n":   "1 name missing, 1 description missing, 1 criteria missing",
		good + "colour: red\n": "5 colour unknown-key",
		good + "name: B\n":     "5 syntax",
		good + "id: Été\n":     "5 id not-slug",
		strings.Replace(good, "compétence", "diplôme d'État", 1):         "2 kind not-one-of",
		good + "assessment: magie\n":                                     "5 assessment not-one-of",
		good + "level: 4\n":                                              "5 level not-one-of",
		good + "validity: toujours\n":                                    "5 validity not-time",
		good + "validity: 0 ans\n":                                       "5 validity not-time",
		good + "criteria_url: javascript:alert(1)\n":                     "5 criteria_url not-url",
		good + "language: french\n":                                      "5 language not-language",
		good + "tags: {a: b}\n":                                          "5 tags not-list",
		good + "skills: x\n":                                             "5 skills not-list",
		good + "skills:\n  - name: x\n":                                  "6 skills[1].url missing",
		good + "skills:\n  - name: x\n    url: x\n":                      "7 skills[1].url not-url",
		good + "picture: x\n":                                            "5 picture not-map",
		good + "picture:\n  shade: 90\n":                                 "6 picture.shade not-one-of",
		good + "image: a.png\npicture:\n  shade: 9\n":                    "7 picture both",
		good + "translations:\n  fr:\n    name: A\n    description: B\n": "translations.fr not-language",
		good + "translations:\n  en:\n    name: A\n":                     "7 translations.en.description missing",
		"name: &a A\nkind: *a\n":                                         "1 name alias, 2 kind alias",
		"name: !!binary aGk=\n":                                          "1 name alias",
		"name: [\n":                                                      "syntax",
		"- a\n":                                                          "1 not-map",
		"name: A\n---\nname: B\n":                                        "syntax",
		"name: \"a\\u0000b\"\n":                                          "1 name not-text",
		"name: " + strings.Repeat("a", 400):                              "1 name too-long",
		strings.Repeat("[", 60000):                                       "nested too deep",
		strings.Repeat("a", 100000):                                      "too-long",
		"- " + strings.Repeat("- ", 30000):                               "nested too deep",
		"a: " + strings.Repeat("{a: ", 15000):                            "nested too deep",
	} {
		_, err := parseBadge("b.yaml", []byte(text))
		if got := faultsOf(err); want == "" && err != nil || !holds(got, want) {
			t.Errorf("%.60q: %q, want %q", text, got, want)
		}
	}
}

// holds tells whether the faults begin with those wanted, or contain them.
func holds(got, want string) bool {
	for _, part := range strings.Split(want, ", ") {
		if !strings.Contains(got, part) {
			return false
		}
	}
	return true
}

func faultsOf(err error) string {
	var spec *SpecError
	if !errors.As(err, &spec) {
		return fmt.Sprint(err)
	}
	var out []string
	for _, f := range spec.Faults {
		key := f.Key
		if key != "" {
			key = " " + key
		} else if f.Code == FaultMissing {
			key = ":"
		}
		out = append(out, strconv.Itoa(f.Line)+key+" "+f.Code+" "+f.Value)
	}
	return strings.Join(out, ", ")
}

func TestIssuerFaults(t *testing.T) {
	t.Parallel()
	const good = "name: A\nurl: https://a.example/b\n"
	for text, want := range map[string]string{
		good: "",
		good + "id: did:web:a.example:b\nshow_names: oui\nlanguages: [en]\nemail: a@b.example\n": "",
		"name: A\n":                              "1 url missing",
		"name: A\nurl: http://a.example/\n":      "2 url not-url",
		"name: A\nurl: https://a.example/?x\n":   "2 url not-url",
		"name: A\nurl: https://a.example/../b\n": "2 url not-url",
		"name: A\nurl: https://u:p@a.example/\n": "2 url not-url",
		good + "id: did:example:1\n":             "3 id not-id",
		good + "id: mailto:a@b.c\n":              "3 id not-id",
		good + "email: a b\n":                    "3 email not-email",
		good + "languages: [de]\n":               "3 languages not-one-of",
		good + "show_names: perhaps\n":           "3 show_names not-yes-no",
		good + "site: nowhere\n":                 "3 site not-url",
		good + "key: secret\n":                   "3 key unknown-key",
	} {
		i, err := parseIssuer("i.yaml", []byte(text))
		if got := faultsOf(err); want == "" && err != nil || !holds(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if want == "" && i.ID != "did:web:a.example:b" {
			t.Errorf("%q: %s", text, i.ID)
		}
	}
}

// TestEveryBadgeIsDrawn holds the words of badge.yaml against those of the
// pictures: each kind and assessment has one there, and not another's.
func TestEveryBadgeIsDrawn(t *testing.T) {
	t.Parallel()
	shapes, seams := map[picture.Kind]string{}, map[picture.Assessment]string{}
	for _, kind := range Kinds() {
		d, err := drawingOf(&Badge{Name: "A", Kind: kind, Levels: 3})
		if err != nil {
			t.Errorf("%s: %v", kind, err)
		} else if other, taken := shapes[d.Kind]; taken {
			t.Errorf("%s is drawn as %s", kind, other)
		}
		shapes[d.Kind] = kind
	}
	for _, assessment := range Assessments() {
		d, err := drawingOf(&Badge{Name: "A", Kind: "competency", Assessment: assessment, Levels: 3})
		if err != nil {
			t.Errorf("%s: %v", assessment, err)
		} else if other, taken := seams[d.Assessment]; taken {
			t.Errorf("%s is drawn as %s", assessment, other)
		}
		seams[d.Assessment] = assessment
	}
}

func TestKindsAreUnderstood(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		codes   []string
		inFiles map[string][]string
	}{{Kinds(), kindsInFiles}, {Assessments(), assessmentsInFiles}} {
		for _, code := range c.codes {
			for _, w := range append([]string{code}, c.inFiles[code]...) {
				if got, ok := findCode(c.codes, c.inFiles, strings.ToUpper(w)); !ok || got != code {
					t.Errorf("%s is read as %q", w, got)
				}
			}
		}
		for code := range c.inFiles {
			if !slices.Contains(c.codes, code) {
				t.Errorf("there are words for %s, which is no code", code)
			}
		}
	}
	for name, want := range map[string]string{"Lauréat 2026 !": "laureat-2026", "Œuvre d'art": "oeuvre-d-art", strings.Repeat("a", 90): strings.Repeat("a", 60)} {
		if got := slug(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// TestEveryCodeHasASentence reads the codes from the source, so that none is
// forgotten.
func TestEveryCodeHasASentence(t *testing.T) {
	t.Parallel()
	catalog, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	count := 0
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range sources {
		source, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(source, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			literal, ok := spec.Values[0].(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			value, _ := strconv.Unquote(literal.Value)
			var key string
			switch name := spec.Names[0].Name; {
			case strings.HasPrefix(name, "Error"):
				key = "folder." + value
			case strings.HasPrefix(name, "Fault"):
				key = "folder.fault-" + value
			case strings.HasPrefix(name, "Problem"):
				key = value
			default:
				return true
			}
			count++
			for _, lang := range []string{"fr", "en"} {
				if !catalog.For(lang).Has(key) {
					t.Errorf("%s has no sentence in %s", key, lang)
				}
			}
			return true
		})
	}
	if count < 40 {
		t.Errorf("%d codes found", count)
	}
	for _, k := range append(Kinds(), Assessments()...) {
		if !catalog.For("fr").Has("site.kind."+k) && !catalog.For("fr").Has("site.assessment."+k) {
			t.Errorf("%s has no word", k)
		}
	}
}

func TestBroughtPictures(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b, err := LoadBadge(d.file("b.yaml", "name: A\nkind: compétence\ndescription: B\ncriteria: C\nimage: absent.png\n"))
	if err != nil {
		t.Fatal(err)
	}
	d.badges = []Badge{b}
	if _, err := d.award("E-mail\nalice@example.org\n"); !isError(err, ErrorNoPicture) {
		t.Errorf("absent: %v", err)
	}
	if err := os.WriteFile(b.Picture.Path, make([]byte, maxPicture+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.award("E-mail\nalice@example.org\n"); !isError(err, ErrorLargePicture) {
		t.Errorf("large: %v", err)
	}
	if err := os.WriteFile(b.Picture.Path, []byte("<svg/>"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.award("E-mail\nalice@example.org\n"); !isError(err, ErrorBadPicture) {
		t.Errorf("not a picture: %v", err)
	}
	if n := len(d.awards()); n != 0 {
		t.Errorf("%d awards", n)
	}

	// A picture of one's own becomes square; an SVG needs a PNG beside it, and is
	// refused with anything in it that acts.
	if err := os.WriteFile(b.Picture.Path, plainPNG(t, 300, 200), 0o600); err != nil {
		t.Fatal(err)
	}
	d.mustAward("E-mail\nalice@example.org\n", Result{Rows: 1, Awarded: 1, Total: 1})
	square, err := os.ReadFile(filepath.Join(d.root, "public", "achievements", "a-1", "image.png"))
	if err != nil {
		t.Fatal(err)
	}
	if w, h, err := bake.PNGSize(square); err != nil || w != d.size || h != d.size {
		t.Errorf("%d×%d, %v", w, h, err)
	}
	d.badges[0].Picture.Path = d.file("drawn.svg", `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><script>alert(1)</script></svg>`)
	if _, err := d.award("E-mail\nbilal@example.org\n"); !isError(err, ErrorBadPicture) {
		t.Errorf("an SVG alone: %v", err)
	}
	d.file("drawn.png", string(plainPNG(t, 10, 10)))
	if _, err := d.award("E-mail\nbilal@example.org\n"); !isError(err, ErrorBadPicture) {
		t.Errorf("an SVG with a script: %v", err)
	}
	d.file("drawn.svg", `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h10v10z"/></svg>`)
	d.mustAward("E-mail\nbilal@example.org\n", Result{Rows: 1, Awarded: 1, Total: 2})
	d.check(nil)
}

func plainPNG(t *testing.T, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func FuzzBadge(f *testing.F) {
	f.Add([]byte(helperYAML))
	f.Add([]byte(cookYAML))
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("? [a]\n: {b: c}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := parseBadge("b.yaml", data)
		if err != nil {
			if faultsOf(err) == "" {
				t.Fatal("an error that says nothing")
			}
			return
		}
		if b.Name == "" || !slugPattern.MatchString(b.ID) || !slices.Contains(Kinds(), b.Kind) {
			t.Fatalf("%+v", b)
		}
	})
}

func FuzzIssuer(f *testing.F) {
	f.Add([]byte(issuerYAML))
	f.Add([]byte("name: A\nurl: https://a.example:8443/b/%20/\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		i, err := parseIssuer("i.yaml", data)
		if err == nil && (!strings.HasPrefix(i.URL, "https://") || !strings.HasSuffix(i.URL, "/") || !strings.HasPrefix(i.ID, "did:")) {
			t.Fatalf("%+v", i)
		}
	})
}
