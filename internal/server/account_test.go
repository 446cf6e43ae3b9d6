package server_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // looks into the database of a test

	"github.com/ecusson/ecusson/internal/job"
)

// database opens the site's database to read, behind the back of the program.
func (s *site) database() *sql.DB {
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
	return db
}

// rows asks that database.
func (s *site) rows(query string, args ...any) *sql.Rows {
	s.t.Helper()
	rows, err := s.database().QueryContext(s.t.Context(), query, args...)
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
	b.s.clock.move(time.Millisecond) // the queue is in the order of time
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

// link asks for a link by mail and returns its address.
func (b *browser) link(email string, pairs ...string) string {
	b.s.t.Helper()
	b.s.clock.move(time.Millisecond)
	b.post("/login", append([]string{"email", email}, pairs...)...).want(b.s.t, http.StatusOK)
	return b.s.mailed("sign-in", strings.ToLower(email))["link"].(string)
}

// still stops following redirects.
func (b *browser) still() *browser {
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return b
}

// session is the value of the browser's cookie, "" for none.
func (b *browser) session() string {
	at, err := url.Parse(b.s.server.URL)
	if err != nil {
		b.s.t.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(at) {
		if c.Name == "session" {
			return c.Value
		}
	}
	return ""
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser()
		b.get("/me").want(t, http.StatusOK, "Recevoir un lien") // led there
		link := b.link("Amina@Example.org", "next", "/me")
		b.get(link).want(t, http.StatusOK, "amina@example.org")
		if b.session() != "" {
			t.Fatal("looking at the link signs in")
		}
		// Looking changes nothing, however often: the button still works.
		s.browser().get(link).want(t, http.StatusOK)
		b.post(link).want(t, http.StatusOK, "Mon compte", "amina@example.org", "La connexion est faite.")
		s.browser().post(link).want(t, http.StatusNotFound, "Ce lien ne fonctionne plus")
		s.browser().get(link).want(t, http.StatusNotFound, "Ce lien ne fonctionne plus")
		token := b.session()
		b.post("/logout")
		b.get("/me").want(t, http.StatusOK, "Recevoir un lien")
		s.holding(token).get("/me").want(t, http.StatusOK, "Recevoir un lien") // a copy of the cookie is worth nothing
	})
}

// holding is a browser with a session's cookie.
func (s *site) holding(token string) *browser {
	s.t.Helper()
	b := s.browser()
	at, err := url.Parse(s.server.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	b.client.Jar.SetCookies(at, []*http.Cookie{{Name: "session", Value: token, Path: "/"}})
	return b
}

// TestNoEnumeration holds that nobody learns whether somebody has an account:
// the answers are the same but for what the asker brought and a fresh token.
func TestNoEnumeration(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		s.signIn("known@example.org")
		answer := func(email string) string {
			a := s.browser().still().post("/login", "email", email)
			location := a.Header.Get("Location")
			page := s.browser().get(location).want(t, http.StatusOK)
			_, ask, _ := strings.Cut(location, "ask=")
			text := strings.NewReplacer(ask, "ASK", email, "EMAIL").Replace(page.text)
			headers := page.Header.Clone()
			headers.Del("Date")
			headers.Del("Content-Length")
			return fmt.Sprint(a.StatusCode, strings.ReplaceAll(location, ask, "ASK"), headers, text)
		}
		if known, other := answer("known@example.org"), answer("other@example.org"); known != other {
			t.Errorf("with an account:\n%s\nwithout:\n%s", known, other)
		}
		// And so for an address that one says is one's own.
		b := s.signIn("asker@example.org")
		sent := func(email string) string {
			a := b.post("/me/addresses/new", "email", email).want(t, http.StatusOK)
			_, ask, _ := strings.Cut(a.Request.URL.RawQuery, "ask=")
			return strings.NewReplacer(ask, "ASK", email, "EMAIL").Replace(a.text)
		}
		if known, other := sent("known@example.org"), sent("other@example.org"); known != other {
			t.Errorf("with an account:\n%s\nwithout:\n%s", known, other)
		}
	})
}

func TestLinkExpires(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser()
		link := b.link("amina@example.org")
		s.clock.move(31 * time.Minute)
		b.get(link).want(t, http.StatusNotFound, "Ce lien ne fonctionne plus")
		b.post(link).want(t, http.StatusNotFound, "Ce lien ne fonctionne plus")
		b.get("/login/"+strings.Repeat("0", 32)).want(t, http.StatusNotFound)
		b.get("/login/short").want(t, http.StatusNotFound)
	})
}

func TestLoginFaults(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser()
		b.post("/login", "email", "amina@example").want(t, http.StatusUnprocessableEntity, "Il manque la fin de l’adresse", `value="amina@example"`, `aria-invalid="true"`)
		b.lang = "en"
		b.post("/login", "email", "").want(t, http.StatusUnprocessableEntity, "Write your e-mail address.")
		if mails := s.mails(); len(mails) != 0 {
			t.Errorf("mails went out: %v", mails)
		}
	})
}

// TestCode signs in with the digits of the mail, in the browser that asked.
func TestCode(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser()
		sent := b.post("/login", "email", "amina@example.org", "next", "/me").want(t, http.StatusOK)
		ask := sent.Request.URL.Query().Get("ask")
		facts := s.mailed("sign-in", "amina@example.org")
		code := facts["code"].(string)
		link := facts["link"].(string)
		wrong := strings.Map(func(r rune) rune { // every digit is another one
			if r == ' ' {
				return r
			}
			return '0' + (r-'0'+1)%10
		}, code)
		b.post("/login/code", "ask", ask, "code", wrong).want(t, http.StatusUnprocessableEntity, "Ce n’est pas le code")
		// The code is of this request: of another one it is worth nothing.
		other := s.browser().post("/login", "email", "amina@example.org").Request.URL.Query().Get("ask")
		s.browser().post("/login/code", "ask", other, "code", code).want(t, http.StatusUnprocessableEntity)
		b.post("/login/code", "ask", ask, "code", " "+strings.ReplaceAll(code, " ", "-")).want(t, http.StatusOK, "Mon compte")
		// Code and link are one: both are used up.
		s.browser().post("/login/code", "ask", ask, "code", code).want(t, http.StatusNotFound)
		s.browser().post(link).want(t, http.StatusNotFound)
	})
}

// TestGuessing holds that a code cannot be guessed: after a few tries even the
// right one is refused, and the link of the mail still works.
func TestGuessing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser()
		ask := b.post("/login", "email", "amina@example.org").Request.URL.Query().Get("ask")
		facts := s.mailed("sign-in", "amina@example.org")
		for range 5 {
			b.post("/login/code", "ask", ask, "code", "nonsense").want(t, http.StatusUnprocessableEntity, "Ce n’est pas le code")
		}
		b.post("/login/code", "ask", ask, "code", facts["code"].(string)).want(t, http.StatusUnprocessableEntity, "Ce code a été essayé trop souvent")
		if b.session() != "" {
			t.Fatal("signed in")
		}
		// With new requests a stranger gets on for a while, then not at all that day.
		tries := 6
		for ; tries < 100; tries++ {
			if tries%5 == 0 {
				s.clock.move(16 * time.Minute)
				ask = b.post("/login", "email", "amina@example.org").Request.URL.Query().Get("ask")
			}
			if b.post("/login/code", "ask", ask, "code", "nonsense").StatusCode == http.StatusTooManyRequests {
				break
			}
		}
		if tries != 20 {
			t.Errorf("%d tries a day", tries)
		}
		right := s.mailed("sign-in", "amina@example.org")
		b.post("/login/code", "ask", ask, "code", right["code"].(string)).want(t, http.StatusTooManyRequests)
		b.post(right["link"].(string))
		if b.session() == "" {
			t.Error("the link does not work any more")
		}
	})
}

// TestThrottle holds that nobody is flooded with our mail.
func TestThrottle(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser()
		for range 5 {
			b.post("/login", "email", "amina@example.org").want(t, http.StatusOK)
		}
		a := b.post("/login", "email", "AMINA@example.org").want(t, http.StatusTooManyRequests, "C’était trop souvent")
		if a.Header.Get("Retry-After") == "" {
			t.Error("nothing says how long to wait")
		}
		b.post("/login", "email", "other@example.org").want(t, http.StatusOK)
		if n := len(s.mails()); n != 6 {
			t.Errorf("%d mails", n)
		}
		s.clock.move(15 * time.Minute)
		b.post("/login", "email", "amina@example.org").want(t, http.StatusOK)
	})
}

// TestNext holds that a sign-in leads to a page of ours and nowhere else.
func TestNext(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		for i, next := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "/\tevil", "javascript:alert(1)", "evil", "http:/me"} {
			b := s.browser().still()
			email := fmt.Sprintf("a%d@example.org", i)
			b.post("/login", "email", email, "next", next).want(t, http.StatusSeeOther)
			link := s.mailed("sign-in", email)["link"].(string)
			if to := b.post(link).want(t, http.StatusSeeOther).Header.Get("Location"); to != "/passport?done=signed-in" {
				t.Errorf("next=%q leads to %q", next, to)
			}
			if to := b.get("/login?next="+url.QueryEscape(next)).want(t, http.StatusSeeOther).Header.Get("Location"); to != "/passport" {
				t.Errorf("signed in, next=%q leads to %q", next, to)
			}
		}
		b := s.browser().still()
		b.post("/login", "email", "b@example.org", "next", "/me/data?x=1").want(t, http.StatusSeeOther)
		if to := b.post(s.mailed("sign-in", "b@example.org")["link"].(string)).Header.Get("Location"); to != "/me/data?x=1&done=signed-in" {
			t.Errorf("a page of ours: %q", to)
		}
	})
}

// TestRotation holds that a sign-in makes a new session and ends the one that
// the browser had, so that nobody can be handed a session.
func TestRotation(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.signIn("amina@example.org")
		before := b.session()
		b.signIn("amina@example.org")
		if after := b.session(); after == before || after == "" {
			t.Errorf("the session is the same: %q", after)
		}
		s.holding(before).get("/me").want(t, http.StatusOK, "Recevoir un lien")
		// A cookie that somebody set is not taken over.
		victim := s.holding(strings.Repeat("x", 32))
		victim.signIn("amina@example.org")
		if victim.session() == strings.Repeat("x", 32) {
			t.Error("the session is the one that was set")
		}
		// The cookie is out of reach of scripts and of other sites.
		fresh := s.browser()
		link := fresh.link("amina@example.org")
		set := fresh.still().post(link).want(t, http.StatusSeeOther).Header.Get("Set-Cookie")
		for _, part := range []string{"HttpOnly", "SameSite=Lax", "Path=/"} {
			if !strings.Contains(set, part) {
				t.Errorf("the cookie lacks %s: %s", part, set)
			}
		}
		// What is stored does not open a session.
		rows := s.rows("SELECT hash FROM session")
		defer rows.Close()
		for rows.Next() {
			var hash []byte
			if err := rows.Scan(&hash); err != nil {
				t.Fatal(err)
			}
			s.holding(string(hash)).get("/me").want(t, http.StatusOK, "Recevoir un lien")
			s.holding(fmt.Sprintf("%x", hash)).get("/me").want(t, http.StatusOK, "Recevoir un lien")
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestSessionExpires(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.signIn("amina@example.org")
		for range 6 { // in use, it lives 180 days
			s.clock.move(29 * 24 * time.Hour)
			b.get("/me").want(t, http.StatusOK, "Mon compte")
		}
		s.clock.move(7 * 24 * time.Hour)
		b.get("/me").want(t, http.StatusOK, "Recevoir un lien")

		b = s.signIn("amina@example.org")
		s.clock.move(31 * 24 * time.Hour) // unused, 30
		b.get("/me").want(t, http.StatusOK, "Recevoir un lien")
	})
}

// TestForeignForm holds that no other site can sign somebody in or out.
func TestForeignForm(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.signIn("amina@example.org")
		for _, path := range []string{"/logout", "/me", "/me/erase", "/me/devices/end-all", "/login"} {
			r, err := http.NewRequest(http.MethodPost, s.server.URL+path, strings.NewReader("word=effacer"))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Origin", "https://evil.example")
			response, err := b.client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
			if response.StatusCode != http.StatusForbidden {
				t.Errorf("%s from another site: %d", path, response.StatusCode)
			}
			b.get(path) // a link from anywhere changes nothing
		}
		b.get("/me").want(t, http.StatusOK, "Mon compte")
	})
}

func TestDevices(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		first, second := s.signIn("amina@example.org"), s.signIn("amina@example.org")
		stranger := s.signIn("other@example.org")
		keys := regexp.MustCompile(`name="key" value="([0-9a-f]+)"`)
		page := first.get("/me").want(t, http.StatusOK, "Celui-ci", "Appareil inconnu")
		found := keys.FindAllStringSubmatch(page.text, -1)
		if len(found) != 2 {
			t.Fatalf("devices: %v", found)
		}
		own := keys.FindStringSubmatch(stranger.get("/me").text)[1]
		first.post("/me/devices/end", "key", own).want(t, http.StatusNotFound) // another one's
		stranger.get("/me").want(t, http.StatusOK, "Mon compte")
		here := keys.FindStringSubmatch(page.text[strings.Index(page.text, "Celui-ci"):])[1]
		for _, f := range found {
			if f[1] != here {
				first.post("/me/devices/end", "key", f[1]).want(t, http.StatusOK, "L’appareil est déconnecté.")
			}
		}
		second.get("/me").want(t, http.StatusOK, "Recevoir un lien")
		second.signIn("amina@example.org")
		first.post("/me/devices/end-others").want(t, http.StatusOK, "Tous les autres appareils")
		second.get("/me").want(t, http.StatusOK, "Recevoir un lien")
		second.signIn("amina@example.org")
		first.post("/me/devices/end-all")
		for _, b := range []*browser{first, second} {
			b.get("/me").want(t, http.StatusOK, "Recevoir un lien")
		}
	})
}

func TestRename(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.signIn("amina@example.org")
		b.post("/me", "name", "  Amina   Benali ", "lang", "en").want(t, http.StatusOK, "Saved.", `value="Amina Benali"`, "My account")
		b.post("/me", "name", strings.Repeat("é", 121), "lang", "fr").want(t, http.StatusUnprocessableEntity, "120 characters at most.")
		b.post("/me", "name", "A", "lang", "de").want(t, http.StatusUnprocessableEntity, "Choose French or English.")
		b.get("/me").want(t, http.StatusOK, `value="Amina Benali"`)
	})
}

// TestFirstOperator lets the reader of the terminal in, once and only as long as
// nobody runs the site.
func TestFirstOperator(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		ctx := t.Context()
		token, err := s.People.FirstOperator(ctx)
		if err != nil || token == "" {
			t.Fatalf("token: %q, %v", token, err)
		}
		second, err := s.People.FirstOperator(ctx) // another server starts
		if err != nil || second == token {
			t.Fatalf("second: %q, %v", second, err)
		}
		b := s.browser()
		b.get("/login/"+string(token)).want(t, http.StatusNotFound) // is no sign-in
		b.post("/login/"+string(token)).want(t, http.StatusNotFound)
		b.get("/start/"+string(token)).want(t, http.StatusOK, "Exploiter ce site")
		b.post("/start/"+string(token), "email", "nobody").want(t, http.StatusUnprocessableEntity, "Il manque une partie")
		b.post("/start/"+string(token), "email", "root@example.org")
		b.get("/me").want(t, http.StatusOK, "root@example.org", `href="/operator"`)
		other := s.browser()
		other.post("/start/"+string(token), "email", "evil@example.org").want(t, http.StatusNotFound)
		other.post("/start/"+string(second), "email", "evil@example.org").want(t, http.StatusNotFound)
		if other.session() != "" {
			t.Error("signed in")
		}
		if again, err := s.People.FirstOperator(ctx); again != "" || err != nil {
			t.Errorf("again: %q, %v", again, err)
		}
		if _, err := s.People.MakeOperator(ctx, "Second@example.org"); err != nil {
			t.Fatal(err)
		}
		b2 := s.signIn("second@example.org")
		b2.get("/me").want(t, http.StatusOK, `href="/operator"`)
		if err := s.People.EndOperator(ctx, "second@example.org"); err != nil {
			t.Fatal(err)
		}
		if page := b2.get("/me").want(t, http.StatusOK); strings.Contains(page.text, `href="/operator"`) {
			t.Error("still runs the site")
		}
	})
}
