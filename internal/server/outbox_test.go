package server_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestOutbox reads a mail where a site shows those that it does not send, and
// follows its link.
func TestOutbox(t *testing.T) {
	t.Parallel()
	onOne(t, func(t *testing.T, s *site) {
		b := s.browser()
		b.get("/dev/mail").want(t, http.StatusOK, "Pas encore de mail")
		b.get("/dev/mail.json").want(t, http.StatusOK, "[]")
		b.post("/login", "email", "amina@mail.example", "next", "/me").want(t, http.StatusOK)
		s.Postman.Drain(t.Context())

		var mails []struct {
			ID, To, Subject, HTML string
			Links                 []string
		}
		list := b.get("/dev/mail.json")
		if err := json.Unmarshal([]byte(list.text), &mails); err != nil || len(mails) != 1 || mails[0].To != "amina@mail.example" {
			t.Fatalf("%v: %s", err, list.text)
		}
		m := mails[0]
		at := "/dev/mail/" + url.PathEscape(m.ID)
		b.get("/dev/mail").want(t, http.StatusOK, at, "amina@mail.example")
		b.get("/dev/mail?q=AMINA").want(t, http.StatusOK, at)
		if none := b.get("/dev/mail?q=nobody").want(t, http.StatusOK, "Aucun mail ne correspond"); strings.Contains(none.text, at) {
			t.Error("a mail that does not match is shown")
		}
		shown := b.get(at).want(t, http.StatusOK, m.Subject, at+"/html", m.Links[0])
		if policy := shown.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-src 'self'") {
			t.Errorf("the page may not frame the mail: %s", policy)
		}
		framed := b.get(at+"/html").want(t, http.StatusOK, m.Links[0])
		if policy := framed.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "sandbox") || strings.Contains(policy, "allow-scripts") {
			t.Errorf("the mail is not locked in: %s", policy)
		}
		b.get("/dev/mail/none@localhost").want(t, http.StatusNotFound)

		b.get(m.Links[0]).want(t, http.StatusOK)
	})
}
