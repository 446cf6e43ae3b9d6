package browser_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// newSite serves testdata/site at localhost, under a strict policy and in the
// language that is asked for.
func newSite(t *testing.T) (base string) {
	t.Helper()
	// Another origin, which no page may ask for anything.
	other := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(other.Close)
	pages := http.NewServeMux()
	var mails atomic.Int32
	mails.Store(2)
	pages.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		name := r.URL.Path
		if filepath.Ext(name) == "" {
			name += ".html"
		}
		text, err := os.ReadFile(filepath.Join("testdata", "site", filepath.FromSlash(name)))
		if err != nil {
			answer(w, r, http.StatusNotFound, "There is nothing here.")
			return
		}
		if filepath.Ext(name) == ".html" {
			text = []byte(strings.NewReplacer("LANG", language(r), "OTHER", other.URL).Replace(string(text)))
		}
		http.ServeContent(w, r, name, time.Time{}, strings.NewReader(string(text)))
	})
	pages.HandleFunc("POST /upload", func(w http.ResponseWriter, r *http.Request) {
		file, header, err := r.FormFile("file")
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		defer file.Close()
		text, err := io.ReadAll(file)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answer(w, r, http.StatusOK, fmt.Sprintf("%s %s %s", header.Filename, header.Header.Get("Content-Type"), text))
	})
	pages.HandleFunc("POST /mail", func(http.ResponseWriter, *http.Request) { mails.Add(1) })

	site := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src * data:; form-action 'self'")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if t := map[string]string{".css": "text/css", ".js": "text/javascript", ".txt": "text/plain"}[filepath.Ext(r.URL.Path)]; t != "" {
			w.Header().Set("Content-Type", t)
		}
		pages.ServeHTTP(w, r)
	}))
	site.Start()
	t.Cleanup(site.Close)
	base = strings.Replace(site.URL, "127.0.0.1", "localhost", 1)
	pages.HandleFunc("GET /dev/mail.json", func(w http.ResponseWriter, _ *http.Request) {
		all := []map[string]any{
			{"id": "1", "to": "other@example.org", "subject": "A mail", "text": "Bonjour", "links": []string{base + "/wide"}},
			{"id": "2", "to": []string{"zoe@example.org"}, "subject": "A mail", "text": "Bonjour", "links": []string{base + "/pale", base + "/good"}},
		}
		for n := range mails.Load() - 2 {
			all = append(all, map[string]any{"id": fmt.Sprint(3 + n), "to": "zoe@example.org", "subject": "The second mail", "text": "Encore", "links": []string{}})
		}
		// The newest comes first.
		slices.Reverse(all)
		if err := json.NewEncoder(w).Encode(all); err != nil {
			t.Error(err)
		}
	})
	return base
}

func language(r *http.Request) string {
	if strings.HasPrefix(r.Header.Get("Accept-Language"), "fr") {
		return "fr"
	}
	return "en"
}

func answer(w http.ResponseWriter, r *http.Request, status int, text string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `<!doctype html><html lang=%q><title>An answer</title><main><h1>An answer</h1><p>%s</p></main>`, language(r), text)
}

// outcomes plays a scenario of testdata; they are the faults by view and name.
func outcomes(t *testing.T, p play) (map[string][]string, error) {
	t.Helper()
	if p.Shots == "" {
		p.Shots = t.TempDir()
	}
	found := map[string][]string{}
	err := p.perform(t, func(r result) { found[r.View+"/"+r.Name] = r.Faults })
	return found, err
}

func TestHarnessOnGoodPages(t *testing.T) {
	t.Parallel()
	shots := t.TempDir()
	play{
		Base: newSite(t), Scenario: "testdata/good.mjs", Shots: shots,
		Views: []view{{"fr", 360, "dark", true}, {"en", 1280, "light", false}},
		Data:  map[string]string{"to": "zoe@example.org"},
	}.run(t)
	if t.Failed() {
		return
	}
	pictures, err := filepath.Glob(filepath.Join(shots, "*"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, picture := range pictures {
		names = append(names, filepath.Base(picture))
	}
	var want []string
	for _, name := range []string{"good", "nothing", "other", "uploaded"} {
		want = append(want, name+"-en-1280-nojs.png", name+"-fr-360-dark.png")
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("pictures (-want +got):\n%s", diff)
	}
}

func TestHarnessOnBadPages(t *testing.T) {
	t.Parallel()
	// What the only fault must say, with scripts and without.
	faults := map[string]string{
		"picture": "axe image-alt",
		"pale":    "axe color-contrast",
		"wide":    "scrolls sideways: 1616 px in a window of 360 px: p.wide",
		"console": "console: I complain",
		"throw":   "script: Error: I fail",
		"inline":  "console: ", // of the policy
		"missing": "/missing.css: status 404",
		"foreign": "request to somebody else: http://127.0.0.1",
	}
	of := map[bool]string{true: "en-360/", false: "en-360-nojs/"}
	var views []view
	for script := range of {
		views = append(views, view{"en", 360, "light", script})
	}
	got, err := outcomes(t, play{
		Base: newSite(t), Scenario: "testdata/bad.mjs", Views: views,
		Data: map[string]any{"pages": []string{"picture", "pale", "wide", "console", "throw", "inline", "missing", "foreign"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	faults["status"] = "came with status 200, and 404 is expected"
	faults["language"] = `"it" is expected`
	faults["expected"] = "expected and not there"
	faults["forgiven"] = ""
	faults["to the end"] = "I complain late"
	for script, prefix := range of {
		for name, want := range faults {
			if !script && slices.Contains([]string{"console", "throw", "to the end"}, name) {
				want = "" // without scripts nothing goes wrong
			}
			if !script && name == "forgiven" {
				want = "expected and not there"
			}
			found, told := got[prefix+name]
			switch {
			case !told:
				t.Errorf("%s%s: not told", prefix, name)
			case want == "" && len(found) > 0:
				t.Errorf("%s%s: %q", prefix, name, found)
			case want != "" && !strings.Contains(strings.Join(found, "\n"), want):
				t.Errorf("%s%s: %q, want %q", prefix, name, found, want)
			case want != "" && len(found) != 1 && name != "foreign":
				t.Errorf("%s%s: more than one fault: %q", prefix, name, found)
			}
		}
	}
}

func TestHarnessOnBadScenarios(t *testing.T) {
	t.Parallel()
	views := []view{{"fr", 360, "light", true}}
	base := newSite(t)
	for scenario, want := range map[string]string{"broken": "Not there", "idle": "checked nothing"} {
		got, err := outcomes(t, play{Base: base, Scenario: "testdata/" + scenario + ".mjs", Views: views})
		if err != nil {
			t.Errorf("%s: %v", scenario, err)
		}
		if faults := strings.Join(got["fr-360/to the end"], "\n"); !strings.Contains(faults, want) {
			t.Errorf("%s: %q, want %q", scenario, faults, want)
		}
	}
	for scenario, want := range map[string]string{"dead": "ended too soon", "missing": "ended too soon"} {
		if _, err := outcomes(t, play{Base: base, Scenario: "testdata/" + scenario + ".mjs", Views: views}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", scenario, err, want)
		}
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	for lines, ok := range map[string]bool{
		`{"view":"fr-360","name":"a"}` + "\n" + `{"done":1}` + "\n": true,
		`{"view":"fr-360","name":"a"}` + "\n":                       false,
		`{"view":"fr-360","name":"a"}` + "\n" + `{"done":2}` + "\n": false,
		`{"done":0}` + "\n": false,
		"Hello\n":           false,
		"":                  false,
	} {
		if err := read(strings.NewReader(lines), func(result) {}); (err == nil) != ok {
			t.Errorf("%q: %v", lines, err)
		}
	}
}
