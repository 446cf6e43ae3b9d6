package server_test

import (
	"net/http"
	"strings"
	"testing"
)

// writes returns what tells whether anything was written into the site's database
// since it was asked last: SQLite counts what others write.
func (s *site) writes() func() bool {
	s.t.Helper()
	db := s.database()
	db.SetMaxOpenConns(1) // the count is a connection's own
	version := func() (n int) {
		if err := db.QueryRowContext(s.t.Context(), "PRAGMA data_version").Scan(&n); err != nil {
			s.t.Fatal(err)
		}
		return n
	}
	last := version()
	return func() bool {
		before := last
		last = version()
		return last != before
	}
}

// foreign are the headers that browsers send with a form of another site: modern
// ones, of a neighbouring site too, then those that know Origin alone.
var foreign = []map[string]string{
	{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
	{"Sec-Fetch-Site": "cross-site"},
	{"Sec-Fetch-Site": "same-site", "Origin": "https://evil.localhost"},
	{"Origin": "https://evil.example"},
	{"Origin": "null"},
	{"Origin": "https://localhost.evil.example"},
}

// TestForeignForms sends every form of the site from a page of another one, as
// each of those who might send it: it is refused, and nothing changes.
func TestForeignForms(t *testing.T) {
	t.Parallel()
	s, actors, rows := everyRow(t)
	wrote := s.writes()
	n := 0
	send := func(row *accessRow, name string, headers map[string]string) {
		t.Helper()
		n++
		b := actors[name].browser
		r := row.request(t, b.address(row.path), n)
		for header, value := range headers {
			r.Header.Set(header, value)
		}
		response, err := b.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusForbidden || response.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s as %s, sent with %v: %d %q", row.pattern, name, headers, response.StatusCode, response.Header.Get("Set-Cookie"))
		}
	}
	for i := range rows {
		if !strings.HasPrefix(rows[i].pattern, "POST ") {
			continue
		}
		for _, name := range []string{"stranger", "amina", "operator"} {
			send(&rows[i], name, foreign[0])
		}
		for _, headers := range foreign {
			send(&rows[i], "admin", headers)
		}
		if wrote() {
			t.Errorf("%s from another site changes something", rows[i].pattern)
		}
	}
	// The same browser is let in from a page of ours.
	actors["admin"].browser.post("/me", "name", "Hélène", "lang", "fr").want(t, http.StatusSeeOther)
	if !wrote() {
		t.Error("a form of ours changes nothing")
	}
}

// TestReading opens every page of the site as everybody: a link, a picture or a
// frame on another site can do no more than that, so that nothing may change.
func TestReading(t *testing.T) {
	t.Parallel()
	s, actors, rows := everyRow(t)
	wrote := s.writes()
	n := 0
	for i := range rows {
		row := &rows[i]
		if !strings.HasPrefix(row.pattern, "GET ") {
			continue
		}
		for _, name := range []string{"stranger", "admin", "amina", "operator"} {
			n++
			b := actors[name].browser
			b.do(row.request(t, b.address(row.path), n))
		}
		if wrote() {
			t.Errorf("%s changes something", row.pattern)
		}
	}
}
