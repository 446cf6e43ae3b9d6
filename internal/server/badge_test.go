package server_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/bake"
	"github.com/ecusson/ecusson/internal/award"
)

func TestBadgePage(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		a := s.give(t, c, c.part, "amina@mail.example", "Amina Benali")
		path := "/b/" + a.Public()
		s.browser().get(path).want(t, http.StatusOK, "Amina Benali", "Participant", "Badge valable.", "12 juin 2026", "<em>belle</em>", "photo.example", "noindex", "Qui l’a délivré")
		english := s.browser()
		english.lang = "en"
		english.get(path).want(t, http.StatusOK, "Participant in the contest", "Valid badge.", "12 June 2026")
		english.get(path+"?lang=fr").want(t, http.StatusOK, "Badge valable.", "lang=fr")

		s.browser().get(path+"/share").want(t, http.StatusOK, "linkedin.com/profile/add?", "CERTIFICATION_NAME")
		s.browser().fetch(path+"/qr.svg", "*/*").want(t, http.StatusOK, "<svg")
		for _, gone := range []string{"/b/x", "/b/" + strings.Repeat("0", 32), path + ".exe", path + "/nothing"} {
			s.browser().get(gone).want(t, http.StatusNotFound)
		}

		if _, err := s.Awards.Revoke(t.Context(), c.actor, a.ID, "délivré par <b>erreur</b>"); err != nil {
			t.Fatal(err)
		}
		s.clock.move(3 * time.Second)
		s.browser().get(path).want(t, http.StatusOK, "n’est plus valable", "délivré par &lt;b&gt;erreur")
	})
}

func TestBadgeForms(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		a := s.give(t, c, c.part, "amina@mail.example", "Amina Benali")
		path := "/b/" + a.Public()
		_, signed, err := s.Awards.Document(t.Context(), a.Org, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		b := s.browser()
		for accept, want := range map[string]string{
			"application/vc": "application/vc", "application/ld+json": "application/ld+json", "application/json": "application/json",
			"*/*": "application/vc", "image/png": "image/png", "image/svg+xml": "image/svg+xml", "image/*": "image/png",
			"text/html,application/xhtml+xml,*/*;q=0.8": "text/html; charset=utf-8", "application/json;q=0.5, text/html;q=0.4": "application/json",
		} {
			got := b.fetch(path, accept).want(t, http.StatusOK)
			if kind := got.Header.Get("Content-Type"); kind != want {
				t.Errorf("%s: %s, want %s", accept, kind, want)
			}
			switch {
			case strings.HasPrefix(want, "application/"):
				if got.text != string(signed) || got.Header.Get("Access-Control-Allow-Origin") != "*" {
					t.Errorf("%s: not what was signed", accept)
				}
			case strings.HasPrefix(want, "image/"):
				found, err := bake.Extract([]byte(got.text))
				if err != nil || !bytes.Equal(found[0].Data, signed) {
					t.Errorf("%s: %v", accept, err)
				}
			}
		}
		tag := b.fetch(path+".json", "*/*").want(t, http.StatusOK).Header.Get("Etag")
		r, err := http.NewRequest(http.MethodGet, b.address(path+".json"), nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("If-None-Match", tag)
		b.do(r).want(t, http.StatusNotModified)
		if token := b.fetch(path+".jwt", "*/*").want(t, http.StatusOK).text; strings.Count(token, ".") != 2 {
			t.Errorf("no token: %s", token)
		}
		if pdf := b.fetch(path+".pdf", "*/*").want(t, http.StatusOK).text; !strings.HasPrefix(pdf, "%PDF-") {
			t.Error("no PDF")
		}
	})
}

// TestAnswer walks the way of somebody without an account: the mail's link, to
// accept, to decline, to keep private.
func TestAnswer(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		a := s.give(t, c, c.part, "amina@mail.example", "Amina Benali")
		path := "/b/" + a.Public()
		b := s.browser()
		k := s.Awards.ReceiveToken(a.Org, a.ID)
		if strings.Contains(b.get(path).text, "Accepter le badge") {
			t.Error("who has the public link is asked for an answer")
		}
		b.post(path+"/answer", "answer", "accept").want(t, http.StatusForbidden)
		b.post(path+"/answer", "answer", "accept", "k", s.Awards.ReceiveToken(a.Org+1, a.ID)).want(t, http.StatusForbidden)
		b.get(path+"?k="+k).want(t, http.StatusOK, "Accepter le badge")
		b.post(path+"/answer", "answer", "accept", "k", k).want(t, http.StatusOK, "Vous avez accepté ce badge")
		b.post(path+"/visible", "visible", "private", "k", k).want(t, http.StatusOK, "Ce badge est maintenant privé.")
		s.browser().get(path).want(t, http.StatusForbidden, "gardé privé")
		s.browser().fetch(path+".json", "*/*").want(t, http.StatusForbidden)
		s.browser().get(path+"/share").want(t, http.StatusForbidden)
		b.get(path+"?k="+k).want(t, http.StatusOK, "Amina Benali")
		c.admin.get(path).want(t, http.StatusOK, "Amina Benali")

		// Signed in with the address, the badge is theirs without the link.
		amina := s.signIn("amina@mail.example")
		amina.post(path+"/visible", "visible", "public").want(t, http.StatusOK, "Tout le monde peut voir ce badge.")
		s.browser().get(path).want(t, http.StatusOK, "Amina Benali")
		amina.post(path+"/answer", "answer", "decline").want(t, http.StatusOK, "Vous avez refusé ce badge")
		yanis := s.signIn("yanis@mail.example")
		yanis.post(path+"/answer", "answer", "accept").want(t, http.StatusForbidden)
		got, _, err := s.Awards.Find(t.Context(), c.actor, a.ID)
		if err != nil || got.Answer != award.Declined {
			t.Errorf("answer: %v, %v", got.Answer, err)
		}
	})
}
