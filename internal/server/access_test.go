package server_test

import (
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/passport"
	"github.com/ecusson/ecusson/internal/server"
	"github.com/ecusson/ecusson/internal/store"
)

// accessTable says who may call each route of the site: "anyone"; "signed", who is
// signed in; "operator"; of a space "reader", "issuer", "creator" or "admin" at
// least; "amina" alone, to whom the thing belongs and for others is not there; and
// "holder", Amina again, where others are refused. Then comes an address that the
// route answers, with names of things in braces, and the fields of a form. A
// route without a line fails the test; "gone" says that who may call it finds
// nothing there, since the thing is a secret that nobody has.
const accessTable = `
GET /{$}                            | anyone   | /
GET /badges                         | anyone   | /badges
GET /help                           | anyone   | /help
GET /about-badges                   | anyone   | /about-badges
GET /accessibility                  | anyone   | /accessibility
GET /legal                          | anyone   | /legal
GET /privacy                        | anyone   | /privacy
GET /report                         | anyone   | /report
POST /report                        | anyone   | /report
GET /ping                           | anyone   | /ping
GET /login                          | anyone   | /login
POST /login                         | anyone   | /login
GET /login/sent                     | anyone   | /login/sent?ask={secret} | gone
POST /login/code                    | anyone   | /login/code?ask={secret} | gone
GET /login/help                     | anyone   | /login/help
GET /login/recovery                 | anyone   | /login/recovery
POST /login/recovery                | anyone   | /login/recovery
POST /login/passkey/options         | anyone   | /login/passkey/options
POST /login/passkey                 | anyone   | /login/passkey
GET /login/{token}                  | anyone   | /login/{secret} | gone
POST /login/{token}                 | anyone   | /login/{secret} | gone
GET /start/{token}                  | anyone   | /start/{secret} | gone
POST /start/{token}                 | anyone   | /start/{secret} | gone
GET /file/{name}                    | anyone   | /file/{file}
GET /a/{key}                        | anyone   | /a/{key}
GET /a/{key}/{version}              | anyone   | /a/{key}/1
GET /a/{key}/{version}/{lang}       | anyone   | /a/{key}/1/en
GET /card.png                       | anyone   | /card.png
GET /a/{key}/card.png               | anyone   | /a/{key}/card.png
GET /o/{slug}/card.png              | anyone   | /o/genies/card.png
GET /b/{badge}/card.png             | anyone   | /b/{award}/card.png
GET /b/{badge}/embed                | anyone   | /b/{award}/embed
GET /o/{slug}                       | anyone   | /o/genies
GET /o/{slug}/did.json              | anyone   | /o/genies/did.json
GET /b/{badge}                      | anyone   | /b/{award}
GET /b/{badge}/share                | anyone   | /b/{award}/share
GET /b/{badge}/{file}               | anyone   | /b/{award}/qr.svg
POST /b/{badge}/answer              | holder   | /b/{award}/answer | answer=accept
GET /b/{badge}/quiet                | holder   | /b/{award}/quiet
POST /b/{badge}/quiet               | holder   | /b/{award}/quiet
POST /b/{badge}/visible             | holder   | /b/{award}/visible | visible=by-link
GET /status/{list}/{purpose}        | anyone   | /status/{status}/revocation
GET /verify                         | anyone   | /verify
POST /verify                        | anyone   | /verify | text=nothing
GET /p/{slug}                       | anyone   | /p/amina
GET /p/{slug}/{file}                | anyone   | /p/amina/qr.svg
GET /c/{token}                      | anyone   | /c/{collection-token}
GET /c/{token}/{file}               | anyone   | /c/{collection-token}/qr.svg
GET /i/{badge}                      | anyone   | /i/{import}
GET /i/{badge}/file                 | anyone   | /i/{import}/file
GET /dev/mail                       | anyone   | /dev/mail
GET /dev/mail.json                  | anyone   | /dev/mail.json
GET /dev/mail/{id}                  | anyone   | /dev/mail/{secret} | gone
GET /dev/mail/{id}/html             | anyone   | /dev/mail/{secret}/html | gone

GET /skills                         | signed   | /skills?q=eq
GET /me                             | signed   | /me
POST /me                            | signed   | /me | lang=fr
POST /me/devices/end                | signed   | /me/devices/end | gone
POST /me/devices/end-others         | signed   | /me/devices/end-others
GET /me/addresses/new               | signed   | /me/addresses/new
POST /me/addresses/new              | signed   | /me/addresses/new
GET /me/addresses/sent              | signed   | /me/addresses/sent?ask={secret} | gone
POST /me/addresses/code             | signed   | /me/addresses/code?ask={secret} | gone
POST /me/addresses/main             | signed   | /me/addresses/main | email=nobody@mail.example gone
GET /me/addresses/remove            | signed   | /me/addresses/remove?email=nobody@mail.example | gone
POST /me/addresses/remove           | signed   | /me/addresses/remove | email=nobody@mail.example gone
GET /me/address/{token}             | signed   | /me/address/{secret} | gone
POST /me/address/{token}            | signed   | /me/address/{secret} | gone
GET /me/passkeys/new                | signed   | /me/passkeys/new
POST /me/passkeys/options           | signed   | /me/passkeys/options
POST /me/passkeys/new               | signed   | /me/passkeys/new
GET /me/passkeys/{key}              | signed   | /me/passkeys/{secret} | gone
POST /me/passkeys/{key}             | signed   | /me/passkeys/{secret} | gone
POST /me/passkeys/{key}/remove      | signed   | /me/passkeys/{secret}/remove | gone
GET /me/codes                       | signed   | /me/codes
POST /me/codes                      | signed   | /me/codes
GET /me/data                        | signed   | /me/data
GET /me/data/export                 | signed   | /me/data/export
GET /me/erase                       | signed   | /me/erase
POST /me/erase                      | signed   | /me/erase | word=no
GET /spaces                         | signed   | /spaces
GET /spaces/new                     | signed   | /spaces/new
POST /spaces/new                    | signed   | /spaces/new
GET /invitation/{token}             | signed   | /invitation/{secret} | gone
POST /invitation/{token}            | signed   | /invitation/{secret} | gone

GET /passport                       | signed   | /passport
GET /passport/add                   | signed   | /passport/add
POST /passport/add                  | signed   | /passport/add
GET /passport/collections           | signed   | /passport/collections
GET /passport/collections/new       | signed   | /passport/collections/new
POST /passport/collections/new      | signed   | /passport/collections/new | visible=private
GET /passport/page                  | signed   | /passport/page
POST /passport/page                 | signed   | /passport/page
GET /passport/cv                    | signed   | /passport/cv
POST /passport/answer               | holder   | /passport/answer | badge={award} answer=accept
GET /passport/badge/{ref}           | amina    | /passport/badge/{award}
POST /passport/badge/{ref}          | amina    | /passport/badge/{award} | visible=by-link
POST /passport/badge/{ref}/move     | amina    | /passport/badge/{award}/move | to=first
POST /passport/badge/{ref}/check    | amina    | /passport/badge/i-{import}/check
GET /passport/badge/{ref}/file      | amina    | /passport/badge/i-{import}/file
GET /passport/badge/{ref}/delete    | amina    | /passport/badge/i-{import}/delete
GET /passport/collections/{n}       | amina    | /passport/collections/{collection}
POST /passport/collections/{n}      | amina    | /passport/collections/{collection} | name=Tout visible=by-link
GET /passport/collections/{n}/add   | amina    | /passport/collections/{collection}/add
POST /passport/collections/{n}/add  | amina    | /passport/collections/{collection}/add | badge={award}
POST /passport/collections/{n}/move | amina    | /passport/collections/{collection}/move | badge={award} to=up
GET /passport/collections/{n}/delete | amina   | /passport/collections/{collection}/delete

GET /s/{org}                        | reader   | /s/genies
GET /s/{org}/badges                 | reader   | /s/genies/badges
GET /s/{org}/badges/sample.svg      | reader   | /s/genies/badges/sample.svg
GET /s/{org}/badges/{n}             | reader   | /s/genies/badges/{draft}
GET /s/{org}/badges/{n}/picture.svg | reader   | /s/genies/badges/{draft}/picture.svg
GET /s/{org}/badges/{n}/preview     | reader   | /s/genies/badges/{draft}/preview
GET /s/{org}/badges/{n}/versions    | reader   | /s/genies/badges/{badge}/versions
GET /s/{org}/badges/new             | creator  | /s/genies/badges/new
POST /s/{org}/badges/new            | creator  | /s/genies/badges/new
GET /s/{org}/badges/{n}/edit        | creator  | /s/genies/badges/{draft}/edit
POST /s/{org}/badges/{n}/edit       | creator  | /s/genies/badges/{draft}/edit | seen=1
GET /s/{org}/badges/{n}/publish     | creator  | /s/genies/badges/{draft}/publish
POST /s/{org}/badges/{n}/publish    | creator  | /s/genies/badges/{draft}/publish | seen=1
GET /s/{org}/badges/{n}/discard     | creator  | /s/genies/badges/{draft}/discard
POST /s/{org}/badges/{n}/discard    | creator  | /s/genies/badges/{badge}/discard
GET /s/{org}/badges/{n}/archive     | creator  | /s/genies/badges/{badge}/archive
POST /s/{org}/badges/{n}/archive    | creator  | /s/genies/badges/{badge}/archive
POST /s/{org}/badges/{n}/restore    | creator  | /s/genies/badges/{badge}/restore
GET /s/{org}/badges/{n}/delete      | creator  | /s/genies/badges/{draft}/delete
POST /s/{org}/badges/{n}/delete     | creator  | /s/genies/badges/{badge}/delete

GET /s/{org}/figures                | reader   | /s/genies/figures
GET /s/{org}/figures.csv            | reader   | /s/genies/figures.csv
GET /s/{org}/figures.xlsx           | reader   | /s/genies/figures.xlsx
GET /s/{org}/lists                  | reader   | /s/genies/lists
GET /s/{org}/lists/{list}           | reader   | /s/genies/lists/{list}
GET /s/{org}/lists/{list}/progress  | reader   | /s/genies/lists/{list}/progress
GET /s/{org}/lists/{list}/report.csv | reader  | /s/genies/lists/{list}/report.csv
GET /s/{org}/lists/{list}/rows.csv  | reader   | /s/genies/lists/{list}/rows.csv
GET /s/{org}/lists/new              | issuer   | /s/genies/lists/new
POST /s/{org}/lists                 | issuer   | /s/genies/lists
POST /s/{org}/lists/{list}/plan     | issuer   | /s/genies/lists/{list}/plan
POST /s/{org}/lists/{list}/correct  | issuer   | /s/genies/lists/{list}/correct
POST /s/{org}/lists/{list}/stop     | issuer   | /s/genies/lists/{list}/stop
POST /s/{org}/lists/{list}/start    | issuer   | /s/genies/lists/{list}/start
POST /s/{org}/lists/{list}/forget   | issuer   | /s/genies/lists/{list}/forget
GET /s/{org}/awards                 | reader   | /s/genies/awards
GET /s/{org}/awards.csv             | reader   | /s/genies/awards.csv
GET /s/{org}/awards/{award}         | reader   | /s/genies/awards/{award}
GET /s/{org}/awards/new             | issuer   | /s/genies/awards/new
POST /s/{org}/awards/new            | issuer   | /s/genies/awards/new
GET /s/{org}/awards/{award}/{act}   | issuer   | /s/genies/awards/{award}/revoke
POST /s/{org}/awards/{award}/{act}  | issuer   | /s/genies/awards/{award}/revoke

GET /s/{org}/settings               | admin    | /s/genies/settings
POST /s/{org}/settings              | admin    | /s/genies/settings
POST /s/{org}/settings/logo         | admin    | /s/genies/settings/logo
POST /s/{org}/settings/logo/remove  | admin    | /s/genies/settings/logo/remove
GET /s/{org}/settings/keys          | admin    | /s/genies/settings/keys
GET /s/{org}/settings/keys/new      | admin    | /s/genies/settings/keys/new
POST /s/{org}/settings/keys/new     | admin    | /s/genies/settings/keys/new
GET /s/{org}/settings/keys/{key}/compromised  | admin | /s/genies/settings/keys/{signing}/compromised
POST /s/{org}/settings/keys/{key}/compromised | admin | /s/genies/settings/keys/{signing}/compromised
GET /s/{org}/settings/domains       | admin    | /s/genies/settings/domains
POST /s/{org}/settings/domains      | admin    | /s/genies/settings/domains | domain=genies.example
GET /s/{org}/settings/domains/{domain}         | admin | /s/genies/settings/domains/genies.example
POST /s/{org}/settings/domains/{domain}/check  | admin | /s/genies/settings/domains/genies.example/check
GET /s/{org}/settings/domains/{domain}/remove  | admin | /s/genies/settings/domains/genies.example/remove
POST /s/{org}/settings/domains/{domain}/remove | admin | /s/genies/settings/domains/genies.example/remove
GET /s/{org}/members                | admin    | /s/genies/members
POST /s/{org}/members               | admin    | /s/genies/members
POST /s/{org}/members/withdraw      | admin    | /s/genies/members/withdraw | email=nobody@mail.example gone
GET /s/{org}/members/{person}       | admin    | /s/genies/members/{member}
POST /s/{org}/members/{person}      | admin    | /s/genies/members/{member}
GET /s/{org}/members/{person}/remove | admin   | /s/genies/members/{member}/remove
POST /s/{org}/members/{person}/remove | admin  | /s/genies/members/{member}/remove
GET /s/{org}/journal                | admin    | /s/genies/journal
GET /s/{org}/leave                  | reader   | /s/genies/leave

GET /operator                       | operator | /operator
POST /operator/start/reach          | operator | /operator/start/reach
POST /operator/start/mail           | operator | /operator/start/mail
POST /operator/start/key            | operator | /operator/start/key
GET /operator/start/mail/{token}    | operator | /operator/start/mail/{secret}
POST /operator/start/mail/{token}   | operator | /operator/start/mail/{secret} | gone
GET /operator/organizations         | operator | /operator/organizations
GET /operator/organizations/{slug}  | operator | /operator/organizations/genies
POST /operator/organizations/{slug} | operator | /operator/organizations/genies | do=seen
GET /operator/reports               | operator | /operator/reports
GET /operator/reports/{report}      | operator | /operator/reports/{report}
POST /operator/reports/{report}     | operator | /operator/reports/{report} | do=close
GET /operator/settings              | operator | /operator/settings
POST /operator/settings             | operator | /operator/settings
GET /operator/texts/{name}/{lang}   | operator | /operator/texts/legal/fr
POST /operator/texts/{name}/{lang}  | operator | /operator/texts/legal/fr
GET /operator/people                | operator | /operator/people
POST /operator/people               | operator | /operator/people
GET /operator/work                  | operator | /operator/work
POST /operator/work/jobs/{job}       | operator | /operator/work/jobs/{report} | gone
POST /operator/work/mails/{mail}     | operator | /operator/work/mails/{report} | gone
GET /operator/journal               | operator | /operator/journal

POST /passport/collections/{n}/delete | amina  | /passport/collections/{collection}/delete
POST /passport/badge/{ref}/delete   | amina    | /passport/badge/i-{import}/delete
POST /s/{org}/leave                 | reader   | /s/genies/leave
POST /me/devices/end-all            | signed   | /me/devices/end-all
POST /logout                        | anyone   | /logout
`

// actor is somebody who tries all routes.
type actor struct {
	name    string
	role    organization.Role // in the space of the contest
	browser *browser
}

// accessRow is a line of the table.
type accessRow struct {
	pattern, who, path string
	form               url.Values
	gone               bool
}

func readAccessTable(t *testing.T, names *strings.Replacer) []accessRow {
	t.Helper()
	var rows []accessRow
	for line := range strings.Lines(accessTable) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		cells := strings.Split(line, "|")
		if len(cells) < 3 || len(cells) > 4 {
			t.Fatalf("a line of the table: %q", line)
		}
		row := accessRow{pattern: strings.TrimSpace(cells[0]), who: strings.TrimSpace(cells[1]), path: names.Replace(strings.TrimSpace(cells[2])), form: url.Values{}}
		if len(cells) == 4 {
			for _, field := range strings.Fields(cells[3]) {
				if name, value, ok := strings.Cut(field, "="); ok {
					row.form.Add(name, names.Replace(value))
				} else if row.gone = field == "gone"; !row.gone {
					t.Fatalf("a line of the table: %q", line)
				}
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// outcome is what somebody meets: "in", "sign in", "refused" or "nothing".
func outcome(status int, location string) string {
	switch {
	case status == http.StatusSeeOther && strings.HasPrefix(location, "/login?"), status == http.StatusUnauthorized:
		return "sign in"
	case status == http.StatusForbidden:
		return "refused"
	case status == http.StatusNotFound:
		return "nothing"
	case status == http.StatusTooManyRequests || status >= 500 || status == http.StatusMethodNotAllowed:
		return strconv.Itoa(status)
	}
	return "in"
}

// expected is what an actor is to meet on a route.
func (row *accessRow) expected(a *actor) string {
	in := "in"
	if row.gone {
		in = "in or nothing"
	}
	roles := map[string]organization.Role{"reader": organization.Reader, "issuer": organization.Issuer, "creator": organization.Creator, "admin": organization.Admin}
	signed := a.name != "stranger"
	switch {
	case row.who == "anyone", row.who == "signed" && signed, row.who == "operator" && a.name == "operator", (row.who == "amina" || row.who == "holder") && a.name == "amina":
		return in
	case row.who == "holder" && (signed || strings.HasPrefix(row.path, "/b/")):
		return "refused"
	case !signed:
		return "sign in"
	case roles[row.who] == organization.NoRole, a.role == organization.NoRole:
		return "nothing" // what is not one's own is not there
	case a.role >= roles[row.who]:
		return in
	}
	return "refused"
}

// try sends the request of a row, from a network address of its own.
func (a *actor) try(t *testing.T, row *accessRow, path string, n int) (met string, status int, page string) {
	t.Helper()
	answer := a.browser.do(row.request(t, a.browser.address(path), n))
	return outcome(answer.StatusCode, answer.Header.Get("Location")), answer.StatusCode, answer.text
}

// request is the request of a row, from the n-th network address.
func (row *accessRow) request(t *testing.T, address string, n int) *http.Request {
	t.Helper()
	method, _, _ := strings.Cut(row.pattern, " ")
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(row.form.Encode())
	}
	r, err := http.NewRequest(method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("X-Forwarded-For", netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}).String())
	return r
}

// TestAccess tries every route of the site as everybody: a stranger, members of
// the space in each role, the administrator of another, the holder of a badge,
// another holder, and who runs the site.
func TestAccess(t *testing.T) {
	t.Parallel()
	s := newSite(t, store.Options{File: filepath.Join(t.TempDir(), "ecusson.db")}, func(o *server.Options) {
		o.Trusted = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")} // limits are another test's
	})
	actors, names := s.everybody(t)
	rows := readAccessTable(t, names)
	s.everyRoute(t, rows)
	n := 0
	for i := range rows {
		row := &rows[i]
		// Those who may not come first: who may changes things.
		order := slices.Clone(actors)
		slices.SortStableFunc(order, func(a, b *actor) int {
			return strings.Compare(strings.TrimPrefix(row.expected(b), "in"), strings.TrimPrefix(row.expected(a), "in"))
		})
		for _, a := range order {
			n++
			want := row.expected(a)
			met, status, page := a.try(t, row, row.path, n)
			if met != want && (want != "in or nothing" || met != "in" && met != "nothing") {
				t.Errorf("%s as %s: %s (%d), want %s\n%.300s", row.pattern, a.name, met, status, want, title(page))
			}
		}
		s.foreign(t, row, actors, &n)
	}
}

// title is a page's.
func title(page string) string {
	_, after, _ := strings.Cut(page, "<title>")
	before, _, _ := strings.Cut(after, "</title>")
	return before
}

// everyRoute holds the table to the routes that there are.
func (s *site) everyRoute(t *testing.T, rows []accessRow) {
	t.Helper()
	inTable := map[string]bool{}
	for _, row := range rows {
		if inTable[row.pattern] {
			t.Errorf("%s is in the table twice", row.pattern)
		}
		inTable[row.pattern] = true
	}
	for _, route := range s.Routes {
		if !inTable[route.Pattern] {
			t.Errorf("%s has no line in the table of who may what", route.Pattern)
		}
		delete(inTable, route.Pattern)
	}
	for pattern := range inTable {
		t.Errorf("%s is in the table and nowhere else", pattern)
	}
}

// foreign asks for the same things under the name of the actor's own space: they
// are not there.
func (s *site) foreign(t *testing.T, row *accessRow, actors []*actor, n *int) {
	t.Helper()
	own, inSpace := strings.CutPrefix(row.path, "/s/genies/")
	parts := strings.Split(own, "/")
	named := strings.Count(row.pattern, "{") > 1 // besides the space itself
	if !inSpace || !named || len(parts) < 2 || strings.HasPrefix(own, "settings/domains/") {
		return
	}
	for _, a := range actors {
		if a.name != "other" {
			continue
		}
		*n++
		if met, status, page := a.try(t, row, "/s/atelier/"+own, *n); met != "nothing" {
			t.Errorf("%s of another's things in one's own space: %s (%d)\n%.300s", row.pattern, met, status, title(page))
		}
	}
}

// everybody makes who tries, and the things that the table names.
func (s *site) everybody(t *testing.T) ([]*actor, *strings.Replacer) {
	t.Helper()
	ctx := t.Context()
	c := s.contest(t)
	workshop := s.workshop(t)
	actors := []*actor{
		{"stranger", organization.NoRole, s.browser()},
		{"other", organization.NoRole, workshop.creator},
		{"reader", organization.Reader, s.member(t, c.org, "reader@genies.example", organization.Reader)},
		{"issuer", organization.Issuer, s.member(t, c.org, "issuer@genies.example", organization.Issuer)},
		{"creator", organization.Creator, s.member(t, c.org, "creator@genies.example", organization.Creator)},
		{"admin", organization.Admin, c.admin},
		{"amina", organization.NoRole, s.signIn("amina@mail.example")},
		{"basile", organization.NoRole, s.signIn("basile@mail.example")},
		{"operator", organization.NoRole, s.operator(t)},
	}
	for _, a := range actors {
		a.browser.still()
	}
	s.member(t, c.org, "leaver@genies.example", organization.Reader)

	given := s.give(t, c, c.part, "amina@mail.example", "Amina Benali")
	theirs := s.give(t, c, c.first, "basile@mail.example", "Basile Roux")
	amina := passport.Holder{Person: s.person(t, "amina@mail.example").ID, Addresses: []string{"amina@mail.example"}}
	if _, err := s.Awards.Answer(ctx, award.Recipient{Addresses: amina.Addresses}, given.Org, given.ID, award.Accepted); err != nil {
		t.Fatal(err)
	}
	_, document, err := s.Awards.Document(ctx, theirs.Org, theirs.ID)
	if err != nil {
		t.Fatal(err)
	}
	brought, err := s.Keep.Bring(ctx, amina, document, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Keep.Describe(ctx, amina, brought, "", award.ByLink); err != nil {
		t.Fatal(err)
	}
	imported, ok := brought.Import()
	if !ok {
		t.Fatalf("what was brought is named %s", brought)
	}
	collection, err := s.Keep.Collect(ctx, amina, passport.Collection{Name: "Tout", Visible: award.ByLink, Badges: []passport.Ref{passport.RefOf(&given)}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Keep.SetPage(ctx, passport.Page{Person: amina.Person, Slug: "amina", Name: "Amina", Open: true}); err != nil {
		t.Fatal(err)
	}
	draft, err := s.Badges.Create(ctx, c.actor, achievement.Content{
		Lang: "fr", Kind: "knowledge", Texts: map[string]achievement.Texts{"fr": {Name: "Brouillon", Description: "Pas encore.", Criteria: "Attendre."}},
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.Awards.AddList(ctx, c.actor, "liste.csv", "fr", contestList(20))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := s.Orgs.Keys(ctx, c.org.Number)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Orgs.Tell(ctx, organization.Report{Text: "Rien.", Lang: "fr"}); err != nil {
		t.Fatal(err)
	}
	reports, _, err := s.Orgs.Reports(ctx, organization.ReportOpen, id.ID{})
	if err != nil || len(reports) != 1 {
		t.Fatalf("%d reports, %v", len(reports), err)
	}
	return actors, strings.NewReplacer(
		"{secret}", "0123456789abcdefghjkmnpqrstvwxyz", "{file}", c.part.PNG, "{key}", c.part.Key(), "{award}", given.Public(),
		"{status}", id.Key(given.Org, id.Number(given.List)), "{collection-token}", collection.Token, "{collection}", strconv.Itoa(int(collection.Number)),
		"{import}", imported.String(), "{draft}", strconv.Itoa(int(draft.Number)), "{badge}", strconv.Itoa(int(c.first.Achievement)), "{list}", list.Key(),
		"{signing}", fmt.Sprint(keys[0].Number), "{member}", s.person(t, "leaver@genies.example").ID.String(), "{report}", reports[0].ID.String(),
	)
}
