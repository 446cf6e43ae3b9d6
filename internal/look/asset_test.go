package look_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
)

func TestAssets(t *testing.T) {
	t.Parallel()
	l := newLook(t, map[string]string{"static/own.js": "export {};", "p.html": `{{define "main"}}{{end}}`})
	ask := func(method, path string, headers ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, nil)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		l.Assets().ServeHTTP(w, r)
		return w
	}
	for name, kind := range map[string]string{
		"site.css": "text/css; charset=utf-8", "site.js": "text/javascript; charset=utf-8", "icons.svg": "image/svg+xml", "icon.svg": "image/svg+xml", "own.js": "text/javascript; charset=utf-8",
		"font/bricolage-grotesque.woff2": "font/woff2", "font/atkinson-hyperlegible-next.woff2": "font/woff2",
		"font/bricolage-grotesque.LICENSE.txt": "text/plain; charset=utf-8", "icons.LICENSE.txt": "text/plain; charset=utf-8",
	} {
		address := l.Asset(name)
		if !regexp.MustCompile(`^/static/.+\.[0-9a-f]{12}\.[a-z0-9]+$`).MatchString(address) {
			t.Errorf("%s is at %s, without a hash", name, address)
		}
		w := ask("GET", address)
		if w.Code != 200 || w.Header().Get("Content-Type") != kind || w.Body.Len() == 0 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", address, w.Code, w.Header())
		}
		if w := ask("GET", address, "If-None-Match", w.Header().Get("ETag")); w.Code != 304 || w.Body.Len() != 0 {
			t.Errorf("%s asked again: %d, %d bytes", address, w.Code, w.Body.Len())
		}
	}
	css := l.Asset("site.css")
	plain, zipped := ask("GET", css), ask("GET", css, "Accept-Encoding", "br, gzip;q=0.8")
	if zipped.Header().Get("Content-Encoding") != "gzip" || zipped.Header().Get("ETag") == plain.Header().Get("ETag") || zipped.Header().Get("Vary") != "Accept-Encoding" {
		t.Errorf("with gzip: %v", zipped.Header())
	}
	if size := zipped.Body.Len(); size > 12<<10 {
		t.Errorf("the style sheet has %d bytes compressed, 12 KB at most", size)
	}
	reader, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(reader); err != nil || !bytes.Equal(text, plain.Body.Bytes()) {
		t.Errorf("gzip and plain differ, %v", err)
	}
	for _, m := range regexp.MustCompile(`url\(([^)]+)\)`).FindAllStringSubmatch(plain.Body.String(), -1) {
		if w := ask("GET", "/static/"+m[1]); w.Code != 200 {
			t.Errorf("the style sheet names %s, which answers %d", m[1], w.Code)
		}
	}
	for header, want := range map[string]string{"": "", "gzip;q=0": "", "gzip; q=0.0": "", "identity": "", "GZIP": "gzip", "deflate, gzip;q=0.01": "gzip"} {
		if got := ask("GET", css, "Accept-Encoding", header).Header().Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q: %q, want %q", header, got, want)
		}
	}
	for path, want := range map[string]int{"/static/site.css": 404, "/static/": 404, "/static/../look.go": 404} {
		if w := ask("GET", path); w.Code != want {
			t.Errorf("%s answers %d", path, w.Code)
		}
	}
	if w := ask("POST", css); w.Code != 405 {
		t.Errorf("POST answers %d", w.Code)
	}
	if w := ask("HEAD", css); w.Code != 200 || w.Body.Len() != 0 {
		t.Errorf("HEAD answers %d with %d bytes", w.Code, w.Body.Len())
	}
}

func TestAssetsRefused(t *testing.T) {
	t.Parallel()
	catalog, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"static/page.exe", "static/site.css"} {
		if _, err := look.New(catalog, pagesOf(map[string]string{name: "x"})); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// TestIcons holds the names of icons in templates and code to the sprite.
func TestIcons(t *testing.T) {
	t.Parallel()
	sprite, err := os.ReadFile("static/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	l := newLook(t, galleryPages(t))
	uses := 0
	for _, name := range []string{"gallery", "badge", "task", "error"} {
		page, err := l.Render(name, galleryPage("fr", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`icons\.[0-9a-f]+\.svg#([a-z-]+)"`).FindAllSubmatch(page, -1) {
			uses++
			if !bytes.Contains(sprite, []byte(`id="`+string(m[1])+`"`)) {
				t.Errorf("%s: no icon %s in the sprite", name, m[1])
			}
		}
	}
	if uses < 50 {
		t.Errorf("only %d icons found: the pattern is wrong", uses)
	}
}
