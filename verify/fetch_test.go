package verify_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/verify"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "lists", "1.json"), `{"list":1}`)
	write(t, filepath.Join(dir, "map.json"), `{
		"https://example.org/1": "lists/1.json",
		"https://example.org/2": {"file": "./lists/../lists/1.json", "status": 410, "headers": {"content-type": "text/plain", "X-Note": "n"}},
		"https://example.org/3": {"status": 404},
		"https://example.org/4": "absent.json",
		"https://example.org/5": "lists",
		"https://example.org/6": `+quoted(filepath.Join(dir, "lists", "1.json"))+`
	}`)
	m, err := verify.ReadDocuments(filepath.Join(dir, "map.json"))
	if err != nil {
		t.Fatal(err)
	}
	d := &verify.Documents{Map: m, Next: network("https://example.org/next", "next")}
	for _, want := range []struct {
		url    string
		status int
		body   string
		code   string
	}{
		{"https://example.org/1", 200, `{"list":1}`, ""},
		{"https://example.org/2", 410, `{"list":1}`, ""},
		{"https://example.org/3", 404, ``, ""},
		{"https://example.org/4", 0, "", verify.FetchUnreachable},
		{"https://example.org/5", 0, "", verify.FetchUnreachable},
		{"https://example.org/6", 200, `{"list":1}`, ""},
		{"https://example.org/next", 200, `next`, ""},
		{"https://example.org/1#part", 0, "", verify.FetchOffline},
		{"https://elsewhere.example/", 0, "", verify.FetchOffline},
	} {
		r, err := d.Fetch(context.Background(), want.url, "*/*")
		if want.code != "" {
			var e *verify.FetchError
			if !errors.As(err, &e) || e.Code != want.code || !strings.Contains(err.Error(), want.url) {
				t.Errorf("%s: %v, want %s", want.url, err, want.code)
			}
			continue
		}
		if err != nil || r.Status != want.status || string(r.Body) != want.body || r.URL != want.url {
			t.Errorf("%s: %+v, %v", want.url, r, err)
		}
	}
	if r, _ := d.Fetch(context.Background(), "https://example.org/2", ""); r.Header.Get("Content-Type") != "text/plain" || r.Header.Get("x-note") != "n" {
		t.Errorf("headers are %v", r.Header)
	}
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `\`, `\\`) + `"` }

// A file that grew beyond what is fetched of anything is not read.
func TestDocumentsBoundsFiles(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "large")
	write(t, path, "")
	if err := os.Truncate(path, 8<<20+1); err != nil {
		t.Fatal(err)
	}
	d := &verify.Documents{Map: map[string]verify.Document{"https://example.org/": {File: path}}}
	_, err := d.Fetch(context.Background(), "https://example.org/", "")
	var e *verify.FetchError
	if !errors.As(err, &e) || e.Code != verify.FetchTooLarge {
		t.Errorf("%v", err)
	}
}

// Each error names the file and, where there is one, the URL of the entry.
func TestReadDocumentsHostile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, c := range []struct{ name, text, want string }{
		{"empty", ``, "line 1"},
		{"not JSON", "{\n  oops", "line 2"},
		{"a list", `[]`, "not a JSON object"},
		{"null", `null`, "not a JSON object"},
		{"deep", strings.Repeat("[", 100_000), "line 1"},
		{"twice", `{"https://a.example/":"x","https://a.example/":"y"}`, "line 1"},
		{"a number", `{"https://a.example/":5}`, "https://a.example/"},
		{"a list of files", `{"https://a.example/":["x"]}`, "https://a.example/"},
		{"null entry", `{"https://a.example/":null}`, "https://a.example/"},
		{"unknown member", `{"https://a.example/":{"file":"x","body":"y"}}`, "body"},
		{"status of text", `{"https://a.example/":{"file":"x","status":"200"}}`, "https://a.example/"},
		{"status too small", `{"https://a.example/":{"file":"x","status":7}}`, "status 7"},
		{"status too great", `{"https://a.example/":{"file":"x","status":1000}}`, "status 1000"},
		{"header of list", `{"https://a.example/":{"file":"x","headers":{"A":["b"]}}}`, "https://a.example/"},
		{"two faults", `{"https://a.example/":5,"https://b.example/":"ok","https://c.example/":{"x":1}}`, "https://c.example/"},
		{"empty URL", `{"":"x"}`, "not an absolute URL"},
		{"no URL", `{"readme.json":"x"}`, "not an absolute URL"},
		{"neither file nor status", `{"https://a.example/":{}}`, "neither file nor status"},
		{"empty path", `{"https://a.example/":""}`, "neither file nor status"},
	} {
		path := filepath.Join(dir, strings.ReplaceAll(c.name, " ", "-")+".json")
		write(t, path, c.text)
		if _, err := verify.ReadDocuments(path); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := verify.ReadDocuments(filepath.Join(dir, "none.json")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("absent: %v", err)
	}
}
