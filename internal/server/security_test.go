package server_test

import (
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/server"
	"github.com/ecusson/ecusson/internal/store"
)

// everyRow is a site on which everybody may try every route of the table of who
// may what, from as many network addresses as it takes.
func everyRow(t *testing.T, change ...func(*server.Options)) (*site, map[string]*actor, []accessRow) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ecusson.db")
	if err := os.WriteFile(file, migrated(t), 0o600); err != nil {
		t.Fatal(err)
	}
	return everyRowOn(t, store.Options{File: file}, change...)
}

// everyRowOn is everyRow on a database.
func everyRowOn(t *testing.T, at store.Options, change ...func(*server.Options)) (*site, map[string]*actor, []accessRow) {
	t.Helper()
	s := newSite(t, at, append(change, func(o *server.Options) {
		o.Trusted = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	})...)
	actors, names := s.everybody(t)
	byName := map[string]*actor{}
	for _, a := range actors {
		byName[a.name] = a
	}
	return s, byName, readAccessTable(t, names)
}

// TestHeaders holds every answer of every route to the headers that keep browsers
// and caches from doing harm with it.
func TestHeaders(t *testing.T) {
	t.Parallel()
	s, actors, rows := everyRow(t)
	for _, name := range []string{"admin", "amina"} { // another language than the browser's
		actors[name].browser.post("/me", "name", "", "lang", "en").want(t, http.StatusSeeOther)
	}
	n := 0
	for i := range rows {
		row := &rows[i]
		public := map[string]answer{}
		for _, name := range []string{"stranger", "admin", "amina", "operator"} {
			n++
			a := actors[name]
			got := a.browser.do(row.request(t, a.browser.address(row.path), n))
			checkHeaders(t, row.pattern+" as "+name, row.pattern, got)
			if control := got.Header.Get("Cache-Control"); strings.Contains(control, "public") {
				public[name] = got
			}
		}
		sameForAll(t, row.pattern, public)
	}
	b := s.browser().still()
	style := b.get("/").part(t, `href="(/static/[^"]+\.css)"`)
	for _, path := range []string{style, "/nothing", "/file/nothing", "/b/nothing", "/s/nothing", "/static/nothing.css", "/login?next=//evil.example"} {
		checkHeaders(t, path, path, b.get(path))
	}
}

// heuristic are the statuses that caches may keep where nothing is said (RFC 9110
// §15.1).
var heuristic = []int{200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501}

// checkHeaders holds an answer to what is to be said with it.
func checkHeaders(t *testing.T, what, pattern string, a answer) {
	t.Helper()
	h := a.Header
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
		"Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()", "Server": "", "X-Powered-By": "", "Via": "",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %s: %q, want %q", what, name, got, want)
		}
	}
	checkPolicy(t, what, pattern, h)
	control := h.Get("Cache-Control")
	switch shared := strings.Contains(control, "public"); {
	case control == "" && slices.Contains(heuristic, a.StatusCode):
		t.Errorf("%s: %d: nothing says who may keep it", what, a.StatusCode)
	case control != "" && !shared && !strings.Contains(control, "private") && !strings.Contains(control, "no-store"):
		t.Errorf("%s: others may keep it: %s", what, control)
	case shared && (a.StatusCode != http.StatusOK || h.Get("Set-Cookie") != ""):
		t.Errorf("%s: %d, %q may be kept by others", what, a.StatusCode, h.Get("Set-Cookie"))
	}
	if page := strings.HasPrefix(h.Get("Content-Type"), "text/html"); page && strings.Contains(a.text, "go1.") {
		t.Errorf("%s tells what it was built with", what)
	}
}

// checkPolicy reads a Content-Security-Policy as a browser does: nothing runs but
// our own scripts, and nobody frames us but where that is what it is for.
func checkPolicy(t *testing.T, what, pattern string, h http.Header) {
	t.Helper()
	policy := map[string]string{}
	for part := range strings.SplitSeq(h.Get("Content-Security-Policy"), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), " ")
		policy[name] = value
	}
	_, locked := policy["sandbox"]
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	page := kind == "text/html"
	framers := "'none'"
	switch {
	case pattern == "GET /b/{badge}/embed" && page && policy["form-action"] == "'none'" && policy["script-src"] == "":
		framers = "*" // nothing to click by mistake, nothing that runs
	case strings.HasPrefix(pattern, "GET /dev/mail/") && locked:
		framers = "'self'"
	}
	switch {
	case policy["default-src"] != "'none'":
		t.Errorf("%s: default-src %q", what, policy["default-src"])
	case policy["script-src"] != "" && policy["script-src"] != "'self'", locked && strings.Contains(policy["sandbox"], "allow-scripts"):
		t.Errorf("%s: scripts of %q run", what, policy["script-src"])
	case strings.Contains(policy["style-src"], "unsafe") && !locked:
		t.Errorf("%s: style-src %q", what, policy["style-src"])
	case kind == "image/svg+xml" && !locked, !page && strings.Contains(kind, "html"):
		t.Errorf("%s: a %s that may do as it likes", what, kind)
	case page && policy["frame-ancestors"] != framers:
		t.Errorf("%s: framed by %q, want %q", what, policy["frame-ancestors"], framers)
	case page && (policy["base-uri"] != "'none'" || policy["form-action"] != "'self'" && policy["form-action"] != "'none'"):
		t.Errorf("%s: base-uri %q, form-action %q", what, policy["base-uri"], policy["form-action"])
	}
}

// sameForAll holds what caches may hand to others to be the same for everybody,
// or to say on what it depends.
func sameForAll(t *testing.T, what string, public map[string]answer) {
	t.Helper()
	names := slices.Sorted(maps.Keys(public))
	for _, name := range names {
		a, b := public[names[0]], public[name]
		if a.text != b.text && !strings.Contains(a.Header.Get("Vary"), "Cookie") {
			t.Errorf("%s: a cache would hand what %s sees to %s", what, names[0], name)
		}
		for _, person := range []string{"helene@contest.example", "operator@site.example"} {
			if strings.Contains(b.text, person) {
				t.Errorf("%s: a cache would hand %s to others", what, person)
			}
		}
	}
}

// TestHeadersOverHTTPS holds a site behind TLS to what it must say more.
func TestHeadersOverHTTPS(t *testing.T) {
	t.Parallel()
	s := secureSite(t)
	b := s.browser().still()
	for _, path := range []string{"/", "/login", "/nothing", "/static/nothing.css", "/file/nothing"} {
		if got := b.get(path).Header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
			t.Errorf("%s: Strict-Transport-Security: %q", path, got)
		}
	}
}

// secureSite is a site whose public address is https.
func secureSite(t *testing.T) *site {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ecusson.db")
	if err := os.WriteFile(file, migrated(t), 0o600); err != nil {
		t.Fatal(err)
	}
	return newSite(t, store.Options{File: file}, func(o *server.Options) {
		o.Base = &url.URL{Scheme: "https", Host: o.Base.Host}
	})
}
