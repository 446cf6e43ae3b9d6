package server_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/store"
)

// out holds a browser to be signed out.
func (b *browser) out(t *testing.T, why string) {
	t.Helper()
	if page := b.get("/me"); !strings.Contains(page.text, "Recevoir un lien") {
		t.Errorf("still signed in: %s", why)
	}
}

// in holds a browser to be signed in.
func (b *browser) in(t *testing.T, why string) {
	t.Helper()
	if page := b.get("/me"); !strings.Contains(page.text, "Mon compte") {
		t.Errorf("not signed in: %s", why)
	}
}

// TestCookieOverHTTPS holds the cookie of a site behind TLS to be out of reach of
// plain connections, of neighbouring sites and of scripts.
func TestCookieOverHTTPS(t *testing.T) {
	t.Parallel()
	s := secureSite(t)
	b := s.browser().still()
	b.post("/login", "email", "amina@mail.example").want(t, http.StatusSeeOther)
	link, err := url.Parse(s.mailed("sign-in", "amina@mail.example")["link"].(string))
	if err != nil || link.Scheme != "https" {
		t.Fatalf("the link: %s, %v", link, err)
	}
	var cookie *http.Cookie
	for _, c := range b.post(link.Path).want(t, http.StatusSeeOther).Cookies() {
		cookie = c
	}
	if cookie == nil || cookie.Name != "__Host-session" || !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" {
		t.Fatalf("the cookie: %v", cookie)
	}
	ask := func(name string) int {
		t.Helper()
		r, err := http.NewRequest(http.MethodGet, s.server.URL+"/me", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.AddCookie(&http.Cookie{Name: name, Value: cookie.Value})
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		return (&browser{s: s, client: &http.Client{Jar: jar}, lang: "fr"}).still().do(r).StatusCode
	}
	if got := ask("__Host-session"); got != http.StatusOK {
		t.Errorf("with the cookie: %d", got)
	}
	// Browsers let neighbours and plain connections set a cookie without the prefix.
	if got := ask("session"); got != http.StatusSeeOther {
		t.Errorf("with a cookie that others can set: %d", got)
	}
}

// TestStolenCookie holds that a cookie alone, half an hour after its person proved
// who they are, changes nothing that cannot be undone.
func TestStolenCookie(t *testing.T) {
	t.Parallel()
	onOne(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		if _, err := s.People.MakeOperator(t.Context(), "helene@contest.example"); err != nil {
			t.Fatal(err)
		}
		b := c.admin.still()
		s.clock.move(31 * time.Minute)
		b.get("/me").want(t, http.StatusOK)
		wrote := s.writes()
		for _, path := range []string{
			"/me/data/export", "/me/erase", "/me/codes", "/me/addresses/new", "/me/addresses/remove?email=helene@contest.example", "/me/passkeys/new",
			"/me/passkeys/none", "/me/address/none",
		} {
			if got := b.get(path); got.StatusCode != http.StatusSeeOther || !strings.HasPrefix(got.Header.Get("Location"), "/login?next=") || !strings.HasSuffix(got.Header.Get("Location"), "&again=1") {
				t.Errorf("%s: %d to %s", path, got.StatusCode, got.Header.Get("Location"))
			}
		}
		for _, form := range [][]string{
			{"/me/erase", "word", "effacer"}, {"/me/codes"}, {"/me/addresses/new", "email", "evil@evil.example"},
			{"/me/addresses/remove", "email", "helene@contest.example"}, {"/me/address/none"}, {"/me/passkeys/options"}, {"/me/passkeys/new", "name", "x"},
			{"/me/passkeys/none/remove"}, {"/operator/people", "email", "evil@evil.example"}, {"/operator/organizations/genies", "do", "pause", "reason", "x"},
			{"/s/genies/settings/keys/1/compromised"},
		} {
			if got := b.post(form[0], form[1:]...); got.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s: %d", form[0], got.StatusCode)
			}
		}
		if wrote() {
			t.Error("something changed")
		}
		b.client.CheckRedirect = nil
		b.signIn("helene@contest.example")
		b.get("/me/erase").want(t, http.StatusOK)
	})
}

// TestCredentialGoes takes an address, then a passkey, from a person: whoever came
// in by it elsewhere is out, and links that were on their way are dead.
func TestCredentialGoes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		here := s.signIn("amina@mail.example")
		person := s.person(t, "amina@mail.example")
		stranger := s.signIn("other@mail.example")
		people := store.For[account.Tx](s.store)
		if err := people.Update(t.Context(), func(tx account.Tx) error {
			if err := tx.AddAddress(t.Context(), account.Address{Email: "amina@old.example", Person: person.ID, Proven: s.clock.now()}); err != nil {
				return err
			}
			return tx.AddPasskey(t.Context(), account.Passkey{ID: []byte("key"), Person: person.ID, Handle: person.ID[:], Name: "Téléphone", Record: []byte("{}"), Created: s.clock.now()})
		}); err != nil {
			t.Fatal(err)
		}
		elsewhere := s.signIn("amina@old.example")
		elsewhere.get("/me").want(t, http.StatusOK, "amina@mail.example")
		pending := s.browser().link("amina@old.example")
		here.post("/me/addresses/remove", "email", "amina@old.example").want(t, http.StatusOK, "retirée")
		elsewhere.out(t, "the address by which they came in is gone")
		s.browser().post(pending).want(t, http.StatusNotFound, "Ce lien ne fonctionne plus")

		elsewhere.signIn("amina@mail.example")
		here.post("/me/passkeys/"+account.Passkey{ID: []byte("key")}.Key()+"/remove").want(t, http.StatusOK, "retirée")
		elsewhere.out(t, "a passkey is gone")
		here.in(t, "who removed them")
		stranger.in(t, "somebody else")
	})
}

// TestErasedEverywhere erases an account: its other devices and links are dead.
func TestErasedEverywhere(t *testing.T) {
	t.Parallel()
	onOne(t, func(t *testing.T, s *site) {
		here, elsewhere := s.signIn("amina@mail.example"), s.signIn("amina@mail.example")
		pending := s.browser().link("amina@mail.example")
		token := here.session()
		here.post("/me/erase", "word", "effacer").want(t, http.StatusOK)
		elsewhere.out(t, "another device")
		s.holding(token).out(t, "a copy of the cookie")
		s.browser().post(pending).want(t, http.StatusNotFound)
	})
}

// TestRoleEndsAtOnce takes a role from somebody who is signed in.
func TestRoleEndsAtOnce(t *testing.T) {
	t.Parallel()
	onOne(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		member := s.member(t, c.org, "issuer@genies.example", organization.Issuer)
		at := "/s/genies/members/" + s.person(t, "issuer@genies.example").ID.String()
		member.get("/s/genies/awards/new").want(t, http.StatusOK)
		c.admin.post(at, "role", "reader").want(t, http.StatusOK)
		member.get("/s/genies/awards/new").want(t, http.StatusForbidden)
		c.admin.post(at+"/remove").want(t, http.StatusOK)
		member.get("/s/genies/awards").want(t, http.StatusNotFound)
		if err := s.People.EndOperator(t.Context(), "issuer@genies.example"); err == nil {
			t.Error("ended what never was")
		}
	})
}

var codeOnPage = regexp.MustCompile(`<code>([0-9a-z-]{19})</code>`)

// TestFixation hands browsers a session before each way of signing in: none of
// them is taken over.
func TestFixation(t *testing.T) {
	t.Parallel()
	onOne(t, func(t *testing.T, s *site) {
		owner := s.signIn("amina@mail.example")
		codes := codeOnPage.FindAllStringSubmatch(owner.post("/me/codes").want(t, http.StatusOK).text, -1)
		if len(codes) != 10 {
			t.Fatalf("%d codes", len(codes))
		}
		evil := s.signIn("evil@evil.example").session()
		for way, enter := range map[string]func(*browser){
			"a link": func(b *browser) { b.signIn("amina@mail.example") },
			"a code": func(b *browser) {
				ask := b.post("/login", "email", "amina@mail.example").want(t, http.StatusOK).Request.URL.Query().Get("ask")
				b.post("/login/code", "ask", ask, "code", s.mailed("sign-in", "amina@mail.example")["code"].(string))
			},
			"a recovery code": func(b *browser) { b.post("/login/recovery", "code", codes[0][1]) },
		} {
			for _, handed := range []string{evil, strings.Repeat("x", 32)} {
				b := s.holding(handed)
				if way == "a recovery code" {
					codes = codes[1:]
				}
				enter(b)
				if token := b.session(); token == handed || token == "" {
					t.Errorf("by %s: the session is %q", way, token)
				}
				b.get("/me").want(t, http.StatusOK, "amina@mail.example")
				s.holding(handed).out(t, "what was handed to a browser, by "+way)
				evil = s.signIn("evil@evil.example").session()
			}
		}
	})
}

// TestTokensOfMails holds each link of a mail to work once, for whom it was meant,
// and as long as it says.
func TestTokensOfMails(t *testing.T) {
	t.Parallel()
	onOne(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		amina, other := s.signIn("amina@mail.example"), s.signIn("other@mail.example")

		proof := func() string {
			t.Helper()
			s.clock.move(time.Millisecond)
			amina.post("/me/addresses/new", "email", "amina@new.example").want(t, http.StatusOK)
			return s.mailed("add-address", "amina@new.example")["link"].(string)
		}
		link := proof()
		other.get(link).want(t, http.StatusNotFound, "demandé depuis un autre compte")
		other.post(link).want(t, http.StatusNotFound)
		s.browser().get(link).want(t, http.StatusOK, "Recevoir un lien")
		s.browser().get(strings.Replace(link, "/me/address/", "/login/", 1)).want(t, http.StatusNotFound)
		s.browser().post(strings.Replace(link, "/me/address/", "/login/", 1)).want(t, http.StatusNotFound)
		late := proof()
		s.clock.move(31 * time.Minute)
		amina.signIn("amina@mail.example")
		amina.post(late).want(t, http.StatusNotFound, "Ce lien ne fonctionne plus")
		amina.post(link).want(t, http.StatusNotFound)
		link = proof()
		amina.post(link).want(t, http.StatusOK, "amina@new.example")
		amina.post(link).want(t, http.StatusNotFound, "Ce lien ne fonctionne plus")

		c.admin.post("/s/genies/members", "email", "amina@mail.example", "role", "reader").want(t, http.StatusOK)
		link = s.mailed("member-invite", "amina@mail.example")["link"].(string)
		other.signIn("other@mail.example")
		other.get(link).want(t, http.StatusOK).lacks(t, `action="`+link)
		if got := other.post(link).StatusCode; got != http.StatusForbidden {
			t.Errorf("an invitation of somebody else: %d", got)
		}
		other.get("/s/genies").want(t, http.StatusNotFound)
		amina.post(link).want(t, http.StatusOK)
		amina.get("/s/genies").want(t, http.StatusOK)
		c.admin.post("/s/genies/members/"+s.person(t, "amina@mail.example").ID.String()+"/remove").want(t, http.StatusOK)
		amina.post(link).want(t, http.StatusNotFound)
		amina.get("/s/genies").want(t, http.StatusNotFound)

		c.admin.post("/s/genies/members", "email", "amina@mail.example", "role", "reader").want(t, http.StatusOK)
		link = s.mailed("member-invite", "amina@mail.example")["link"].(string)
		c.admin.post("/s/genies/members/withdraw", "email", "amina@mail.example").want(t, http.StatusOK)
		amina.post(link).want(t, http.StatusNotFound)
	})
}
