package look_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
)

// pagesOf makes the file system of pages by name.
func pagesOf(pages map[string]string) fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range pages {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

func newLook(t testing.TB, pages map[string]string) *look.Look {
	t.Helper()
	catalog, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	l, err := look.New(catalog, pagesOf(pages))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// show renders the body of a page with that data.
func show(t testing.TB, lang, body string, data any) string {
	t.Helper()
	page, err := newLook(t, map[string]string{"p.html": `{{define "main"}}` + body + `<hr>{{end}}`}).Render("p", look.Page{Lang: lang, Data: data})
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), `tabindex="-1">`)
	_, rest, _ = strings.Cut(rest, `<div class="wide">`)
	got, _, _ := strings.Cut(rest, "<hr>")
	return strings.TrimSpace(got)
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 6, 12, 22, 5, 0, 0, time.UTC) // 13 June in Paris
	for _, c := range []struct{ body, fr, en string }{
		{`{{date .Data}}`, "13 juin 2026", "13 June 2026"},
		{`{{when .Data}}`, "13 juin 2026 à 0\u00a0h\u00a005", "13 June 2026 at 0:05"},
		{`{{iso .Data}}`, "2026-06-13", "2026-06-13"},
		{`{{int 12345}}`, "12\u00a0345", "12,345"},
		{`{{percent 0.674}}`, "67\u00a0%", "67%"},
		{`{{percent 5}}`, "5\u00a0%", "5%"},
		{`{{bytes 1234567}}`, "1,2\u00a0Mo", "1.2 MB"},
		{`{{bytes 999}}`, "999\u00a0octets", "999 bytes"},
		{`{{bytes 180000}}`, "180\u00a0Ko", "180 KB"},
		{`{{lang}}`, "fr", "en"},
		{`{{kind "know-how"}}, {{assessment "jury"}}, {{level 2 3}}, {{level 0 0}}`, "Savoir-faire, Par un jury, Je pratique, Sans niveau", "Know-how, By a jury, I practise, No level"},
		{`{{level 2 4 "milestone"}}`, "2 badges sur 4", "2 badges of 4"},
		{`{{say "look.next"}} {{say "Les Génies."}} {{say "look.no-such"}}`, "Suite Les Génies. look.no-such", "Next Les Génies. look.no-such"},
		{`{{t "look.errors" "Count" 1}}`, "Il y a une chose à corriger", "One thing is to be corrected"},
		{`{{t "look.errors" "Count" 3}}`, "Il y a 3 choses à corriger", "3 things are to be corrected"},
		{`{{if has "look.next"}}yes{{end}}{{if has "look.no-such"}}no{{end}}`, "yes", "yes"},
	} {
		for lang, want := range map[string]string{"fr": c.fr, "en": c.en} {
			if got := show(t, lang, c.body, at); got != want {
				t.Errorf("%s in %s = %q, want %q", c.body, lang, got, want)
			}
		}
	}
}

func TestCarry(t *testing.T) {
	t.Parallel()
	l := newLook(t, map[string]string{"p.html": `{{define "main"}}<a href="{{to "/b/1?x=1#end"}}">b</a>{{end}}`})
	for _, c := range []struct {
		carry      bool
		want, help string
	}{
		{false, `href="/b/1?x=1#end"`, `href="/help"`},
		{true, `href="/b/1?x=1&amp;lang=en#end"`, `href="/help?lang=en"`},
	} {
		page, err := l.Render("p", look.Page{Lang: "en", Carry: c.carry, Path: "/b?q=a%20b"})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{c.want, c.help, `href="/b?q=a%20b&amp;lang=fr" lang="fr" hreflang="fr"`} {
			if !bytes.Contains(page, []byte(want)) {
				t.Errorf("carry %v: no %s", c.carry, want)
			}
		}
	}
}

func TestBadPages(t *testing.T) {
	t.Parallel()
	catalog, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"unclosed": `{{define "main"}}{{if .Data}}{{end}}`, "nothing": `words`, "absent": `{{define "main"}}{{template "no-such-part"}}{{end}}`, "unknown": `{{define "main"}}{{noSuchFunction}}{{end}}`} {
		if _, err := look.New(catalog, pagesOf(map[string]string{name + ".html": text})); err == nil || !strings.Contains(err.Error(), name+".html") {
			t.Errorf("%s: %v", name, err)
		}
	}
	l := newLook(t, map[string]string{"p.html": `{{define "main"}}before {{.Data.Missing}}{{end}}`})
	for _, p := range []look.Page{{Lang: "fr", Data: struct{}{}}, {Lang: "de"}} {
		if page, err := l.Render("p", p); err == nil || page != nil {
			t.Errorf("%+v: %d bytes, %v", p, len(page), err)
		}
	}
	if _, err := l.Render("q", look.Page{Lang: "fr"}); err == nil {
		t.Error("a page that is not there renders")
	}
}
