package server_test

import (
	"html"
	"image/png"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/store"
)

// erase has all badges of an address erased, as who leaves the site does.
func (s *site) erase(t *testing.T, address string) {
	t.Helper()
	err := store.For[award.Tx](s.store).Update(t.Context(), func(tx award.Tx) error { return s.Awards.Erase(t.Context(), tx, []string{address}) })
	if err != nil {
		t.Fatal(err)
	}
}

// meta are the facts about a page for who shows links to it.
func (a answer) meta() map[string]string {
	out := map[string]string{}
	for _, m := range regexp.MustCompile(`<meta (?:property|name)="([^"]+)" content="([^"]*)">`).FindAllStringSubmatch(a.text, -1) {
		out[m[1]] = html.UnescapeString(m[2])
	}
	return out
}

// TestCards draws the picture of every kind of page that is shared.
func TestCards(t *testing.T) {
	t.Parallel()
	onOne(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		a := s.give(t, c, c.part, "amina@mail.example", "Amina Benali")
		path := "/b/" + a.Public()
		b := s.browser()
		seen := map[string]string{}
		for _, page := range []string{path, path + "?lang=en", "/a/" + c.part.Key(), "/o/genies", "/verify", "/", "/badges"} {
			m := b.get(page).want(t, http.StatusOK).meta()
			if m["twitter:card"] != "summary_large_image" || m["og:image:width"] != "1200" || m["og:image:height"] != "630" || m["og:image:alt"] == "" || m["og:title"] == "" || m["og:url"] == "" {
				t.Errorf("%s: %v", page, m)
			}
			card := b.fetch(m["og:image"], "image/*").want(t, http.StatusOK)
			img, err := png.Decode(strings.NewReader(card.text))
			if err != nil || img.Bounds().Dx() != 1200 || img.Bounds().Dy() != 630 {
				t.Errorf("%s: the card: %v", page, err)
			}
			if card.Header.Get("Etag") == "" || card.Header.Get("Content-Type") != "image/png" || len(card.Cookies()) > 0 {
				t.Errorf("%s: %v", page, card.Header)
			}
			seen[page] = card.text
		}
		if seen[path] == seen[path+"?lang=en"] || seen["/verify"] != seen["/"] || seen["/"] == seen["/o/genies"] {
			t.Error("cards that differ are the same, or the other way round")
		}
		r, err := http.NewRequest(http.MethodGet, b.address(path+"/card.png?lang=fr"), nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("If-None-Match", b.get(path+"/card.png?lang=fr").Header.Get("Etag"))
		b.do(r).want(t, http.StatusNotModified)

		valid := b.get(path).meta()["og:image"]
		if _, err := s.Awards.Revoke(t.Context(), c.actor, a.ID, "erreur"); err != nil {
			t.Fatal(err)
		}
		s.clock.move(3 * time.Second)
		m := b.get(path).meta()
		if m["og:image"] == valid || !strings.Contains(m["og:description"], "n’est plus valable") || b.get(path+"/card.png?lang=fr").text == seen[path] {
			t.Errorf("a revoked badge is shown as before: %v", m)
		}

		kept := s.give(t, c, c.first, "zoe@mail.example", "Zoé")
		open := b.get("/b/"+kept.Public()+"/card.png").want(t, http.StatusOK).text
		s.hide(t, kept)
		hidden := b.get("/b/"+kept.Public()+"/card.png").want(t, http.StatusOK).text
		if hidden == open {
			t.Error("the card of a private badge tells of it")
		}
		s.erase(t, "zoe@mail.example")
		b.get("/b/"+kept.Public()+"/card.png").want(t, http.StatusGone)
		b.get("/a/"+c.part.Key()+"/card.png?version=9").want(t, http.StatusNotFound)
		b.get("/o/nobody/card.png").want(t, http.StatusNotFound)
		b.get("/b/x/card.png").want(t, http.StatusNotFound)
	})
}

// hide has the holder keep a badge private.
func (s *site) hide(t *testing.T, a award.Award) {
	t.Helper()
	if err := s.Awards.Show(t.Context(), award.Recipient{Token: s.Awards.ReceiveToken(a.Org, a.ID)}, a.Org, a.ID, award.Private); err != nil {
		t.Fatal(err)
	}
	s.clock.move(3 * time.Second)
}

// TestEmbed frames a badge in every state, and says of each what is the case: what
// cannot be seen has not expired.
func TestEmbed(t *testing.T) {
	t.Parallel()
	onOne(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		a := s.give(t, c, c.first, "amina@mail.example", "Amina Benali")
		path := "/b/" + a.Public()
		b := s.browser()
		page := b.get(path+"/embed?lang=en").want(t, http.StatusOK, `lang="en"`, "Lauréat", "Les Génies de la Construction", "See and verify on", `target="_blank"`)
		if p := page.Header.Get("Content-Security-Policy"); !strings.Contains(p, "frame-ancestors *") || strings.Contains(p, "script-src") || page.Header.Get("X-Frame-Options") != "" {
			t.Error(p)
		}
		if len(page.Cookies()) > 0 || strings.Contains(page.text, "<script") || strings.Contains(page.text, "style=") || strings.Contains(page.text, "<form") {
			t.Error("a frame with a cookie, a script, a style of its own or a form")
		}
		if p := b.get(path).Header.Get("Content-Security-Policy"); !strings.Contains(p, "frame-ancestors 'none'") {
			t.Errorf("the page itself may be framed: %s", p)
		}
		revoked := s.give(t, c, c.part, "yanis@mail.example", "Yanis")
		if _, err := s.Awards.Revoke(t.Context(), c.actor, revoked.ID, "erreur"); err != nil {
			t.Fatal(err)
		}
		b.get("/b/"+revoked.Public()+"/embed").want(t, http.StatusOK, "Révoqué")

		kept, erased := s.give(t, c, c.part, "zoe@mail.example", "Zoé"), s.give(t, c, c.part, "leo@mail.example", "Léo")
		s.hide(t, kept)
		s.erase(t, "leo@mail.example")
		for _, x := range []struct {
			key, words string
			status     int
		}{
			{kept.Public(), "gardé privé", http.StatusForbidden}, {erased.Public(), "a été effacé", http.StatusGone},
			{strings.Repeat("0", 32), "Il n’y a pas de badge à cette adresse", http.StatusNotFound}, {"x", "Il n’y a pas de badge à cette adresse", http.StatusNotFound},
		} {
			for _, way := range []string{"", "/embed", "/share"} {
				got := b.get("/b/"+x.key+way).want(t, x.status, x.words)
				if strings.Contains(got.text, "Badge expiré") || strings.Contains(got.text, ">Expiré<") {
					t.Errorf("/b/%s%s: a badge that cannot be seen is said to have expired", x.key, way)
				}
			}
			for _, accept := range []string{"application/json", "image/png", "*/*"} {
				b.fetch("/b/"+x.key, accept).want(t, x.status)
			}
		}
		s.clock.move(366 * 24 * time.Hour)
		b.get(path+"/embed").want(t, http.StatusOK, "Expiré")
	})
}

// TestShare reads what is offered for showing a badge around.
func TestShare(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		odd := s.publish(t, c, achievement.Content{
			Lang: "fr", Kind: "achievement", Assessment: "jury", Validity: achievement.Validity{Years: 1},
			Texts:   map[string]achievement.Texts{"fr": {Name: `Prix "A&B" <b>[x](y)`, Description: "A gagné.", Criteria: "Gagner.", Alt: "un prix"}},
			Picture: achievement.Picture{PNG: c.part.PNG},
		})
		// In Paris it is the first of July already.
		s.clock.move(time.Date(2026, 6, 30, 22, 30, 0, 0, time.UTC).Sub(s.clock.now()))
		a := s.give(t, c, odd, "amina@mail.example", "Amina Benali")
		page := s.browser().get("/b/"+a.Public()+"/share").want(t, http.StatusOK)
		link := regexp.MustCompile(`href="(https://www.linkedin.com/profile/add\?[^"]*)"`).FindStringSubmatch(page.text)
		if link == nil {
			t.Fatal("no link to LinkedIn")
		}
		u, err := url.Parse(html.UnescapeString(link[1]))
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{
			"startTask": "CERTIFICATION_NAME", "name": `Prix "A&B" <b>[x](y)`, "organizationName": "Les Génies de la Construction", "issueYear": "2026", "issueMonth": "7",
			"expirationYear": "2027", "expirationMonth": "7", "certUrl": s.server.URL + "/b/" + a.Public(), "certId": a.Public(),
		} {
			if got := u.Query().Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		s.browser().get("/b/"+a.Public()).want(t, http.StatusOK, "1er juillet 2026", "1er juillet 2027")
		values := map[string]string{}
		for _, m := range regexp.MustCompile(`<input id="([a-z]+)" readonly value="([^"]*)"`).FindAllStringSubmatch(page.text, -1) {
			values[m[1]] = html.UnescapeString(m[2])
		}
		for id, want := range map[string]string{
			"link":      s.server.URL + "/b/" + a.Public(),
			"embed":     `<iframe src="` + s.server.URL + "/b/" + a.Public() + `/embed?lang=fr" title="Prix &quot;A&amp;B&quot; &lt;b&gt;[x](y)`,
			"image":     ".png",
			"markdown":  `[![Prix "A&B" \<b>\[x\](y)`,
			"signature": `<b>Prix &quot;A&amp;B&quot; &lt;b&gt;[x](y)</b>`,
		} {
			if !strings.Contains(values[id], want) {
				t.Errorf("%s is %q, which lacks %q", id, values[id], want)
			}
		}
		// What is copied works: each address in it answers.
		for _, code := range values {
			for _, m := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(code, -1) {
				s.browser().get(html.UnescapeString(m[1])).want(t, http.StatusOK)
			}
		}
	})
}

// TestBadgeNegotiation asks for a badge as browsers, programs and pages do.
func TestBadgeNegotiation(t *testing.T) {
	t.Parallel()
	onOne(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		a := s.give(t, c, c.part, "amina@mail.example", "Amina Benali")
		b := s.browser()
		const page = "text/html; charset=utf-8"
		accepts := []struct{ accept, want string }{
			{"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7", page},
			{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", page},
			{"image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", "image/svg+xml"},
			{"image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", "image/png"},
			{"image/webp,image/*;q=0.9", "image/png"},
			{"*/*", "application/vc"}, {"application/*", "application/vc"}, {"text/*", page}, {"TEXT/HTML", page},
			{"application/vc", "application/vc"}, {"application/vc+jwt", "application/vc+jwt"}, {"application/ld+json", "application/ld+json"},
			{`application/ld+json; profile="x"`, "application/ld+json"}, {"application/json; charset=utf-8", "application/json"},
			{"application/json;q=0.1, image/png;q=0.2", "image/png"}, {"text/html;q=0, */*", "application/vc"}, {"application/vc;q=0, */*;q=0.1", "application/ld+json"},
			{"text/html; q = 0.3, application/json;q=0.9", "application/json"},
			// What nobody can have, and nonsense, get what takes anything gets.
			{"text/plain", "application/vc"}, {"video/*;q=1", "application/vc"}, {";;;,,q=9", "application/vc"}, {"*/*;q=abc", "application/vc"},
		}
		for _, x := range accepts {
			got := b.fetch("/b/"+a.Public(), x.accept).want(t, http.StatusOK)
			if kind := got.Header.Get("Content-Type"); kind != x.want {
				t.Errorf("Accept: %s gives %s, want %s", x.accept, kind, x.want)
			}
			if !strings.Contains(strings.Join(got.Header.Values("Vary"), ","), "Accept") {
				t.Errorf("Accept: %s: Vary is %q", x.accept, got.Header.Values("Vary"))
			}
		}
		// A picture that was brought has no SVG: who names that first gets PNG.
		bare := s.publish(t, c, achievement.Content{
			Lang: "fr", Kind: "participation", Assessment: "participation", Picture: achievement.Picture{PNG: c.part.PNG},
			Texts: map[string]achievement.Texts{"fr": {Name: "Image", Description: "A une image.", Criteria: "Venir.", Alt: "une image"}},
		})
		given := s.give(t, c, bare, "amina@mail.example", "Amina Benali")
		path := "/b/" + given.Public()
		for range 2 {
			if kind := b.fetch(path, "image/svg+xml,image/*").want(t, http.StatusOK).Header.Get("Content-Type"); kind != "image/png" {
				t.Error(kind)
			}
			b.fetch(path+".svg", "*/*").want(t, http.StatusNotFound)
		}
		// Signed in, the holder gets the page with the same header.
		if vary := s.signIn("amina@mail.example").get("/b/"+a.Public()).want(t, http.StatusOK).Header.Values("Vary"); !strings.Contains(strings.Join(vary, ","), "Accept,") {
			t.Errorf("Vary: %q", vary)
		}
	})
}
