package server_test

import (
	"database/sql"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // looks into the database of a test

	"github.com/ecusson/ecusson/internal/job"
)

// rows asks the site's database by itself, behind the back of the program.
func (s *site) rows(query string, args ...any) *sql.Rows {
	s.t.Helper()
	driver, name := "pgx", s.at.URL
	if name == "" {
		driver, name = "sqlite", "file:"+(&url.URL{Path: s.at.File}).EscapedPath()+"?mode=ro"
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = db.Close() })
	rows, err := db.QueryContext(s.t.Context(), query, args...)
	if err != nil {
		s.t.Fatal(err)
	}
	return rows
}

// mails are the mails that wait to be sent, oldest first.
func (s *site) mails() []job.Mail {
	s.t.Helper()
	rows := s.rows("SELECT kind, address, lang, facts FROM mail ORDER BY id")
	defer rows.Close()
	var out []job.Mail
	for rows.Next() {
		var m job.Mail
		if err := rows.Scan(&m.Kind, &m.Address, &m.Lang, &m.Facts); err != nil {
			s.t.Fatal(err)
		}
		out = append(out, m)
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	return out
}

// mailed are the facts of the last mail to an address.
func (s *site) mailed(kind, address string) map[string]any {
	s.t.Helper()
	all := s.mails()
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Kind != kind || all[i].Address != address {
			continue
		}
		var facts map[string]any
		if err := json.Unmarshal(all[i].Facts, &facts); err != nil {
			s.t.Fatal(err)
		}
		return facts
	}
	s.t.Fatalf("no mail %s to %s among %d", kind, address, len(all))
	return nil
}

// signIn is the browser of somebody who has signed in by a link, through the
// pages. It makes the person where nobody has the address.
func (s *site) signIn(email string) *browser {
	s.t.Helper()
	b := s.browser()
	b.signIn(email)
	return b
}

// signIn signs a browser in; its last page is where that led to.
func (b *browser) signIn(email string) answer {
	b.s.t.Helper()
	asked := b.post("/login", "email", email)
	if asked.StatusCode == http.StatusTooManyRequests { // for one address
		b.s.clock.move(16 * time.Minute)
		asked = b.post("/login", "email", email)
	}
	asked.want(b.s.t, http.StatusOK)
	link := b.s.mailed("sign-in", strings.ToLower(email))["link"].(string)
	b.get(link).want(b.s.t, http.StatusOK)
	return b.post(link)
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser()
		b.get("/me").want(t, http.StatusOK, "Se connecter") // led there
		b.post("/login", "email", "Amina@Example.org", "next", "/me").want(t, http.StatusOK, "amina@example.org")
		facts := s.mailed("sign-in", "amina@example.org")
		link := facts["link"].(string)
		b.get(link).want(t, http.StatusOK, "amina@example.org")
		b.post(link).want(t, http.StatusOK, "Mon compte", "amina@example.org", "La connexion est faite.")
		s.browser().post(link).want(t, http.StatusNotFound, "Ce lien ne fonctionne plus")
		b.post("/logout")
		b.get("/me").want(t, http.StatusOK, "Se connecter")
	})
}
