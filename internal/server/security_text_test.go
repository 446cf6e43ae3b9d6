package server_test

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/mail"
	"github.com/ecusson/ecusson/internal/pgtest"
	"github.com/ecusson/ecusson/internal/store"
)

// hostileWords are what strangers write into fields to do harm to who reads them,
// and into which fields, where not into all.
var hostileWords = []struct {
	name, text string
	only       func(tell) bool
}{
	{"markup", `X"'><script>evil(1)</script><img src=x onerror=evil(2)><svg/onload=evil(3)>` + "`{{7}}${7}", nil},
	{"Markdown", "[a](javascript:evil(1)) [b](<data:text/html,<script>evil(2)</script>>) ![c](https://evil.example/t.png) <b onclick=evil(3)>d</b> <javascript:evil(4)> [e][e] [f](//evil.example) [g](/logout) ![h](javascript:evil(5)) &lt;script&gt;\n\n<script>evil(6)</script>\n\n[e]: JaVaScRiPt:evil(7)\n", text},
	{"an address that runs", "javascript:evil(1)//https://x.example/", address},
	{"an address that breaks out", `https://evil.example/"onmouseover="evil(1)"><script>evil(2)</script>`, address},
	{"signs that nobody sees", unseen, nil},
	{"too much", strings.Repeat("é", 3_000), line},
}

// unseen are signs that no text has: some databases refuse them, and some pages
// come apart by them.
const unseen = "a\x00b\xff\xfe\r\nX-Evil: 1\r\n\r\n<script>evil(1)</script>\u202e\u2028\u0085\x1b[31m"

func line(f tell) bool { return f.kind == aLine }
func text(f tell) bool { return f.kind == aText }

// address tells whether a field may be taken for an address by some page.
func address(f tell) bool {
	for _, word := range []string{"link", "url", "site", "page", "next", "text", "criteria", "about", "host", "licence", "file", "picture"} {
		if strings.Contains(f.field, word) {
			return true
		}
	}
	return false
}

// tell is one field of one form, and by whom it is sent.
type tell struct {
	page, form, field string
	kind              fieldKind
	who               *actor
}

// fieldKind is what somebody does in a field: write a line or a text, or choose.
type fieldKind int

const (
	aLine fieldKind = iota
	aText
	aChoice
)

// good is what makes a form right whose fields are empty.
var good = map[string]string{
	"email": "new@mail.example", "name": "Nom", "name-fr": "Nom", "slug": "nom", "kind": "know-how", "text": "Un texte.",
	"description-fr": "Une phrase.", "criteria-fr": "Faire.", "reason": "x", "domain": "new.example",
}

// visit asks for a path as somebody, from the next network address.
func (s *site) visit(t *testing.T, who *actor, n *int, method, path string, form url.Values) answer {
	t.Helper()
	*n++
	address := who.browser.address(path)
	if strings.HasPrefix(path, "?") {
		t.Fatalf("a form without a path: %s", path)
	}
	r, err := http.NewRequest(method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("X-Forwarded-For", netip.AddrFrom4([4]byte{10, byte(*n >> 16), byte(*n >> 8), byte(*n)}).String())
	return who.browser.do(r)
}

// fields are all fields of all forms of the site, each once.
func (s *site) fields(t *testing.T, actors map[string]*actor, rows []accessRow, n *int) []tell {
	t.Helper()
	var out []tell
	known := map[string]bool{}
	for at := range rows {
		if !strings.HasPrefix(rows[at].pattern, "GET ") || strings.HasPrefix(rows[at].path, "/dev/") {
			continue
		}
		for _, name := range rows[at].callers() {
			page := s.visit(t, actors[name], n, http.MethodGet, rows[at].path, nil)
			if page.StatusCode != http.StatusOK || !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") {
				continue
			}
			for _, form := range formsOf(t, page) {
				for kind, names := range [][]string{aLine: form.lines, aText: form.texts, aChoice: form.chosen} {
					for _, field := range names {
						if key := form.method + form.action + " " + field; !known[key] {
							known[key] = true
							out = append(out, tell{rows[at].path, form.action, field, fieldKind(kind), actors[name]})
						}
					}
				}
			}
		}
	}
	// What ends something comes last.
	slices.SortStableFunc(out, func(a, b tell) int { return ends(a.form) - ends(b.form) })
	return out
}

// callers are who sees most of a page.
func (row *accessRow) callers() []string {
	switch row.who {
	case "anyone":
		return []string{"stranger", "admin"}
	case "operator":
		return []string{"operator"}
	case "amina", "holder":
		return []string{"amina"}
	}
	if strings.HasPrefix(row.path, "/passport") {
		return []string{"amina"}
	}
	return []string{"admin"}
}

func ends(action string) int {
	for _, end := range []string{"/revoke", "/compromised", "/operator/", "/erase", "/leave", "/remove", "/delete"} {
		if strings.Contains(action, end) {
			return 1
		}
	}
	return 0
}

// say writes words into one field of a form that is right otherwise, and sends it.
func (s *site) say(t *testing.T, f tell, words string, n *int) answer {
	t.Helper()
	page := s.visit(t, f.who, n, http.MethodGet, f.page, nil)
	for _, form := range formsOf(t, page) {
		if form.action != f.form || !form.values.Has(f.field) {
			continue
		}
		for name, value := range good {
			if form.values.Has(name) && form.values.Get(name) == "" {
				form.values.Set(name, value)
			}
		}
		if form.values.Has("address") && strings.HasSuffix(form.action, "/awards/new") {
			form.values.Set("address", fmt.Sprintf("given%d@mail.example", *n)) // who has it already is not given it again
		}
		form.values.Set(f.field, words)
		if form.method == "post" {
			return s.visit(t, f.who, n, http.MethodPost, form.action, form.values)
		}
		path, _, _ := strings.Cut(form.action, "?")
		return s.visit(t, f.who, n, http.MethodGet, path+"?"+form.values.Encode(), nil)
	}
	return page // the form went away with what was said before
}

// harmless holds an answer to a hostile word to be a page like any other.
func (s *site) harmless(t *testing.T, what string, got answer) {
	t.Helper()
	if got.StatusCode >= 500 {
		t.Errorf("%s: %d", what, got.StatusCode)
	}
	if got.Header.Get("X-Evil") != "" {
		t.Errorf("%s: a header of theirs", what)
	}
	if to := got.Header.Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`)) {
		t.Errorf("%s: leads to %s", what, to)
	}
	if d := got.Header.Get("Content-Disposition"); d != "" {
		if _, _, err := mime.ParseMediaType(d); err != nil {
			t.Errorf("%s: Content-Disposition: %s: %v", what, d, err)
		}
	}
	checkPage(t, what, got)
}

// TestHostileWords writes hostile words into every field of every form of the
// site, one field at a time, then opens every page as everybody, and every mail:
// nothing of it runs, leads away or breaks a page.
func TestHostileWords(t *testing.T) {
	t.Parallel()
	s, actors, rows := everyRow(t)
	box := &slot{answer: mail.Result{Outcome: mail.HandedOver}}
	s.post(t, box)
	n, stored := 0, 0
	fields := s.fields(t, actors, rows, &n)
	if len(fields) < 100 {
		t.Fatalf("%d fields: forms are not found", len(fields))
	}
	for nth, w := range hostileWords {
		for _, f := range fields {
			if w.only != nil && !w.only(f) {
				continue
			}
			got := s.say(t, f, w.text, &n)
			s.harmless(t, fmt.Sprintf("%s of %s as %s: %s", f.field, f.form, f.who.name, w.name), got)
			if got.StatusCode == http.StatusSeeOther {
				stored++
			}
		}
		if w.name == "too much" || w.name == "an address that runs" {
			continue // looked at with the next, or nothing but long
		}
		for i := range rows {
			// All pages after the first of the words, a quarter of them after each other.
			if !strings.HasPrefix(rows[i].pattern, "GET ") || !thorough() && nth != 0 && (i+nth)%4 != 0 {
				continue
			}
			for _, name := range rows[i].callers() {
				got := s.visit(t, actors[name], &n, http.MethodGet, rows[i].path, nil)
				s.harmless(t, fmt.Sprintf("%s as %s after %s", rows[i].path, name, w.name), got)
			}
		}
	}
	if stored < 150 {
		t.Errorf("only %d of the words were taken: the forms are not right otherwise", stored)
	}
	s.Postman.Drain(t.Context())
	checkMails(t, box.got)
}

// TestUnseenSigns writes signs that no text has into every field, and asks for
// them in every address, on PostgreSQL, which takes no zero byte and no bytes that
// are no letters: nothing of ours breaks.
func TestUnseenSigns(t *testing.T) {
	t.Parallel()
	s, actors, rows := everyRowOn(t, store.Options{URL: pgtest.Copy(t, "migrated", func(ctx context.Context, dsn string) error {
		return migrate(ctx, store.Options{URL: dsn})
	})})
	n := 0
	for _, f := range s.fields(t, actors, rows, &n) {
		s.harmless(t, fmt.Sprintf("%s of %s as %s", f.field, f.form, f.who.name), s.say(t, f, unseen, &n))
	}
	asked := url.Values{}
	for _, name := range []string{
		"q", "page", "lang", "done", "next", "email", "ask", "after", "before", "role", "badge", "kind", "state", "answer", "mail", "list", "of", "period", "from", "to", "collection",
		"k", "url", "recipient", "version", "own", "name-fr", "icon", "second", "skill", "again", "issuer", "open", "sent", "step", "report", "status", "sort", "format",
	} {
		asked.Set(name, unseen)
	}
	for i := range rows {
		callers := rows[i].callers()
		if !thorough() {
			callers = callers[len(callers)-1:]
		}
		for _, name := range callers {
			method, _, _ := strings.Cut(rows[i].pattern, " ")
			path, _, _ := strings.Cut(rows[i].path, "?")
			what := rows[i].pattern + " as " + name
			if method == http.MethodGet {
				s.harmless(t, what+", asked for signs", s.visit(t, actors[name], &n, method, path+"?"+asked.Encode(), nil))
			}
			// In the path itself, at each place that is named.
			for _, sign := range []string{"%00", "%ff", "a%0d%0aX-Evil:1"} {
				parts := strings.Split(path, "/")
				for at, name := range strings.Split(strings.TrimPrefix(rows[i].pattern, method+" "), "/") {
					if strings.Contains(name, "{") && at < len(parts) && name != "{$}" {
						parts[at] = sign
					}
				}
				if changed := strings.Join(parts, "/"); changed != path {
					s.harmless(t, what+" at "+changed, s.visit(t, actors[name], &n, method, changed, nil))
				}
			}
		}
	}
}

// thorough tells whether every case of a long table is tried, and not a part that
// leaves none of its rows and columns out.
func thorough() bool { return os.Getenv("ECUSSON_LONG") == "1" }

// checkMails holds mails to the headers that we write.
func checkMails(t *testing.T, mails []*mail.Message) {
	t.Helper()
	evil := 0
	for _, m := range mails {
		data, err := m.Bytes()
		if err != nil {
			t.Errorf("a mail cannot be written: %v", err)
			continue
		}
		if strings.Contains(string(data), "evil") {
			evil++
		}
		head, _, _ := strings.Cut(string(data), "\r\n\r\n")
		for line := range strings.SplitSeq(head, "\r\n") {
			name, _, _ := strings.Cut(line, ":")
			if strings.HasPrefix(strings.ToLower(name), "x-evil") || strings.ContainsAny(line, "\r\n\x00") {
				t.Errorf("a mail has a header of theirs: %q", line)
			}
		}
		if strings.Contains(m.HTML, "<script") || strings.Contains(m.HTML, "<img src=x") || strings.Contains(m.HTML, `href="javascript`) {
			t.Errorf("a mail has markup of theirs: %s", m.HTML)
		}
	}
	if evil == 0 {
		t.Errorf("none of %d mails has hostile words in it: nothing was tried", len(mails))
	}
}
