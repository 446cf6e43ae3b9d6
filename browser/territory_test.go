package browser_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/demo"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/server"
)

// People of the territory besides the demonstration's own: one who may only look
// at the contest's space, and one who has nothing yet.
const (
	reader   = "lecture@demo.example"
	newcomer = "nouvelle@demo.example"
)

// serveTerritory starts a site that is full of the demonstration's territory.
func serveTerritory(t *testing.T) (site *server.Site, base string) {
	t.Helper()
	site, base = serve(t, inFile(t), func(s *server.Site) {
		ctx := t.Context()
		err := demo.Fill(ctx, demo.Site{People: s.People, Orgs: s.Orgs, Badges: s.Badges, Awards: s.Awards, Keep: s.Keep, Drain: s.Worker.Drain})
		if err != nil {
			t.Fatal(err)
		}
		helene, err := s.People.MakeOperator(ctx, demo.Contest)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.People.EndOperator(ctx, demo.Contest); err != nil {
			t.Fatal(err)
		}
		_, actor, err := s.Orgs.Enter(ctx, "batir-ensemble", helene.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Orgs.Invite(ctx, actor, helene, reader, organization.Reader, "fr"); err != nil {
			t.Fatal(err)
		}
	})
	v := visit(t, base, "fr", "198.51.0.1")
	invited := v.newLink(reader, "/invitation/", nil)
	v.signIn(reader)
	v.ask(invited, url.Values{})
	v = visit(t, base, "fr", "198.51.0.2")
	v.signIn(demo.Contest)
	v.ask("/s/batir-ensemble/badges/new", url.Values{"name": {"Coup de cœur du public"}, "kind": {"achievement"}}) // a draft
	return site, base
}

// visitor looks at a site without a browser.
type visitor struct {
	t      *testing.T
	base   *url.URL
	client *http.Client
	lang   string // that they prefer
	from   string // their address in the network, as a proxy says it
}

// visit brings a visitor to a site. No two come from one address of the network,
// so that none uses up the others' share of it.
func visit(t *testing.T, base, lang, from string) *visitor {
	t.Helper()
	at, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, base: at, client: &http.Client{Jar: jar}, lang: lang, from: from}
}

// do asks for a path and returns the answer and all of its body.
func (v *visitor) do(method, path string, form url.Values) (*http.Response, []byte) {
	v.t.Helper()
	at, err := v.base.Parse(path)
	if err != nil {
		v.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(v.t.Context(), method, at.String(), strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html,*/*;q=0.8")
	r.Header.Set("Accept-Language", v.lang)
	r.Header.Set("X-Forwarded-For", v.from)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer, body
}

// ask posts a form, which has to work.
func (v *visitor) ask(path string, form url.Values) {
	v.t.Helper()
	if answer, body := v.do(http.MethodPost, path, form); answer.StatusCode != http.StatusOK {
		v.t.Fatalf("POST %s: %s\n%s", path, answer.Status, bytes.TrimSpace(body))
	}
}

// signIn signs the visitor in by the link of a mail.
func (v *visitor) signIn(email string) {
	v.t.Helper()
	before := v.links(email, "/login/")
	v.ask("/login", url.Values{"email": {email}})
	v.ask(v.newLink(email, "/login/", before), url.Values{})
}

// newLink waits for a link in a mail to the address that was not there before.
func (v *visitor) newLink(email, part string, before []string) string {
	v.t.Helper()
	end := time.After(20 * time.Second)
	for {
		for _, link := range v.links(email, part) {
			if !slices.Contains(before, link) {
				return link
			}
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-end:
			v.t.Fatalf("no mail to %s with a link %s came in time", email, part)
		}
	}
}

// links are those of the mails to an address that have the part.
func (v *visitor) links(email, part string) []string {
	v.t.Helper()
	_, body := v.do(http.MethodGet, "/dev/mail.json", nil)
	var mails []struct {
		To    string
		Links []string
	}
	if err := json.Unmarshal(body, &mails); err != nil {
		v.t.Fatal(err)
	}
	var out []string
	for _, m := range mails {
		for _, link := range m.Links {
			if m.To == email && strings.Contains(link, part) {
				out = append(out, link)
			}
		}
	}
	return out
}

// cookie is a cookie as the scenarios give it to a browser.
type cookie struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	URL   string `json:"url"`
}

// cookies are the visitor's.
func (v *visitor) cookies() []cookie {
	list := []cookie{}
	for _, c := range v.client.Jar.Cookies(v.base) {
		list = append(list, cookie{c.Name, c.Value, v.base.String()})
	}
	return list
}

// roles are what visitors of the territory are, from nobody up, with the address
// by which they sign in.
var roles = []struct{ name, email string }{
	{"nobody", ""}, {"newcomer", newcomer}, {"reader", reader}, {"holder", demo.Holder}, {"contest", demo.Contest}, {"operator", demo.Operator},
}

// everybody are visitors of all roles, signed in. The last number of their address
// in the network begins with the one given.
func everybody(t *testing.T, base, lang string, from int) []*visitor {
	t.Helper()
	var out []*visitor
	for i, role := range roles {
		v := visit(t, base, lang, fmt.Sprintf("198.51.%d.%d", from, 1+i))
		if role.email != "" {
			v.signIn(role.email)
		}
		out = append(out, v)
	}
	return out
}
