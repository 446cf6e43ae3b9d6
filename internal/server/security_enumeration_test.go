package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/passport"
)

// told is all that somebody learns from an answer but for the names that they
// brought along, and what changes from one answer to the next.
func (a answer) told(names ...string) string {
	var pairs []string
	for _, name := range names {
		if name != "" {
			pairs = append(pairs, name, "NAME")
		}
	}
	brought := strings.NewReplacer(pairs...)
	h := a.Header.Clone()
	for _, name := range []string{"Date", "Content-Length", "Etag"} {
		h.Del(name)
	}
	return brought.Replace(fmt.Sprint(a.StatusCode, h, "\n", a.text))
}

// alike holds two answers to tell the same.
func alike(t *testing.T, what, there, missing string) {
	t.Helper()
	if there == missing {
		return
	}
	a, b := strings.Split(there, "\n"), strings.Split(missing, "\n")
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			other := ""
			if i < len(b) {
				other = b[i]
			}
			t.Errorf("%s: what is there:\n%.400s\nwhat is not:\n%.400s", what, a[i], other)
			return
		}
	}
	t.Errorf("%s: the answers differ in their ends", what)
}

// secrets are things of the contest that a stranger may not know of, beside names
// of the same form that nothing has.
type secret struct {
	who            *browser
	what           string
	there, missing string // paths, or for a form the value of a field
	form           []string
}

// TestForeignNames asks for things of others, and for things that do not exist:
// nobody can tell one from the other.
func TestForeignNames(t *testing.T) {
	t.Parallel()
	s, actors, _ := everyRow(t)
	ctx := t.Context()
	org, actor, err := s.Orgs.Enter(ctx, "genies", s.person(t, "helene@contest.example").ID)
	if err != nil {
		t.Fatal(err)
	}
	given, err := s.Awards.List(ctx, actor, award.Filter{}, id.ID{}, 10)
	if err != nil {
		t.Fatal(err)
	}
	// Of two that were given in one moment either may be first.
	given = slices.DeleteFunc(given, func(a award.Award) bool { return a.Name != "Amina Benali" })
	if len(given) != 1 {
		t.Fatalf("%d awards to Amina", len(given))
	}
	lists := s.text("SELECT name FROM file WHERE type NOT LIKE 'image/%'")
	if len(lists) == 0 {
		t.Log("no list is a file: nothing to look for there")
	}
	drafts, err := s.Badges.Create(ctx, actor, achievement.Content{Lang: "fr", Kind: "knowledge", Texts: map[string]achievement.Texts{"fr": {Name: "Secret"}}})
	if err != nil {
		t.Fatal(err)
	}
	batch, err := s.Awards.AddList(ctx, actor, "secret.csv", "fr", contestList(3))
	if err != nil {
		t.Fatal(err)
	}
	amina := passport.Holder{Person: s.person(t, "amina@mail.example").ID, Addresses: []string{"amina@mail.example"}}
	kept, err := s.Keep.Collect(ctx, amina, passport.Collection{Name: "Secret", Visible: award.Private})
	if err != nil {
		t.Fatal(err)
	}
	theirs := s.text("SELECT id FROM passport_import")
	if len(theirs) != 1 {
		t.Fatalf("%d imports", len(theirs))
	}
	imported := id.ID([]byte(theirs[0])).String()
	actors["amina"].browser.post("/passport/badge/i-"+imported, "visible", "private").want(t, http.StatusSeeOther)
	actors["amina"].browser.post("/passport/page", "slug", "amina", "name", "Amina").want(t, http.StatusSeeOther)

	none, err := id.New(s.clock.now(), strings.NewReader(strings.Repeat("r", 64)))
	if err != nil {
		t.Fatal(err)
	}
	number := func(n id.Number) (there, missing string) {
		return strconv.Itoa(int(n)), strconv.Itoa(int(n ^ 1))
	}
	other, basile, stranger := actors["other"].browser, actors["basile"].browser, actors["stranger"].browser
	var all []secret
	add := func(who *browser, what, pattern, there, missing string, form ...string) {
		all = append(all, secret{who, what, strings.ReplaceAll(pattern, "*", there), strings.ReplaceAll(pattern, "*", missing), form})
	}
	for _, rest := range []string{"", "/badges", "/awards", "/awards.csv", "/lists/new", "/figures.csv", "/settings", "/members", "/journal", "/leave", "/nothing", "/awards/" + given[0].Public()} {
		for _, who := range []*browser{other, stranger, basile} {
			add(who, "a space", "/s/*"+rest, "genies", "nowher")
		}
	}
	add(other, "a space", "/s/*/leave", "genies", "nowher", "sure", "yes")
	add(other, "a space", "/s/*/members", "genies", "nowher", "email", "a@b.example", "role", "admin")
	draft, noDraft := number(drafts.Number)
	for _, rest := range []string{"", "/edit", "/preview", "/picture.svg", "/versions", "/publish", "/discard", "/delete"} {
		add(other, "a draft", "/s/atelier/badges/*"+rest, draft, noDraft)
	}
	add(other, "a draft", "/s/atelier/badges/*/delete", draft, noDraft, "sure", "yes")
	add(other, "a draft", "/s/atelier/badges/*/edit", draft, noDraft, "seen", "1", "do", "save")
	add(other, "a draft to copy", "/s/atelier/badges/new#*", draft, noDraft, "copy", "*")
	add(stranger, "a draft", "/a/*", id.Key(org.Number, drafts.Number), id.Key(org.Number, drafts.Number^1))
	add(other, "a badge to give", "/s/atelier/awards/new#*", id.Key(org.Number, given[0].Achievement), id.Key(org.Number, given[0].Achievement^1), "badge", "*", "address", "a@b.example")
	public, noPublic := given[0].Public(), id.Public(org.Number, none)
	for _, rest := range []string{"", "/revoke", "/correct", "/resend", "/suspend"} {
		add(other, "an award", "/s/atelier/awards/*"+rest, public, noPublic)
		add(other, "an award", "/s/atelier/awards/*"+rest, public, noPublic, "reason", "x")
	}
	for _, rest := range []string{"", "/progress", "/report.csv", "/rows.csv"} {
		add(other, "a list", "/s/atelier/lists/*"+rest, batch.Key(), id.Key(org.Number, batch.Number^1))
	}
	add(other, "a list", "/s/atelier/lists/*/start", batch.Key(), id.Key(org.Number, batch.Number^1), "sure", "yes")
	add(other, "a member", "/s/atelier/members/*", s.person(t, "leaver@genies.example").ID.String(), none.String())
	add(other, "a member", "/s/atelier/members/*/remove", s.person(t, "leaver@genies.example").ID.String(), none.String(), "sure", "yes")
	keys, err := s.Orgs.Keys(ctx, org.Number)
	if err != nil {
		t.Fatal(err)
	}
	key, noKey := number(keys[0].Number)
	add(other, "a key", "/s/atelier/settings/keys/*/compromised", key, noKey)
	for _, who := range []*browser{stranger, basile} {
		add(who, "an import", "/i/*", imported, none.String())
		add(who, "an import", "/i/*/file", imported, none.String())
		add(who, "a collection", "/c/*", kept.Token, strings.Repeat("0", len(kept.Token)))
		add(who, "a collection", "/c/*/qr.svg", kept.Token, strings.Repeat("0", len(kept.Token)))
		add(who, "a page of a passport", "/p/*", "amina", "nobod")
		add(who, "a page of a passport", "/p/*/qr.svg", "amina", "nobod")
		for _, name := range lists {
			add(who, "a list as a file", "/file/*", name, strings.Repeat("0", 64)+name[64:])
		}
	}
	for _, rest := range []string{"", "/file", "/delete"} {
		add(basile, "an import", "/passport/badge/*"+rest, "i-"+imported, "i-"+none.String())
		add(basile, "an award in a passport", "/passport/badge/*"+rest, public, noPublic)
	}
	for _, rest := range []string{"", "/move", "/check", "/delete"} {
		add(basile, "an import", "/passport/badge/*"+rest, "i-"+imported, "i-"+none.String(), "visible", "public", "to", "first")
		add(basile, "an award in a passport", "/passport/badge/*"+rest, public, noPublic, "visible", "public", "to", "first")
	}
	collection, noCollection := number(kept.Number)
	for _, rest := range []string{"", "/add", "/delete"} {
		add(basile, "a collection", "/passport/collections/*"+rest, collection, noCollection)
		add(basile, "a collection", "/passport/collections/*"+rest, collection, noCollection, "name", "x", "visible", "public", "badge", public)
	}
	session := "SELECT hash FROM session WHERE person = (SELECT person FROM address WHERE email = 'helene@contest.example')"
	add(basile, "a device", "/me/devices/end#*", fmt.Sprintf("%x", s.text(session)[0][:8]), strings.Repeat("0", 16), "key", "*")
	add(basile, "an address", "/me/addresses/remove?email=*", "helene@contest.example", "nobody@contest.example")
	add(basile, "an address", "/me/addresses/main#*", "helene@contest.example", "nobody@contest.example", "email", "*")
	add(basile, "the operator", "/*", "operator", "operato")
	add(basile, "a report", "/operator/*", "reports", "nowhere")

	seen := map[int]int{}
	for _, one := range all {
		name, noName := different(one.there, one.missing)
		ask := func(path, value string) answer {
			path, _, _ = strings.Cut(path, "#")
			if one.form == nil {
				return one.who.get(path)
			}
			form := make([]string, len(one.form))
			for i, field := range one.form {
				form[i] = strings.ReplaceAll(field, "*", value)
			}
			return one.who.post(path, form...)
		}
		there, missing := ask(one.there, name), ask(one.missing, noName)
		seen[there.StatusCode]++
		alike(t, one.what+" "+one.there, there.told(name), missing.told(noName))
	}
	if seen[http.StatusNotFound] < 50 || seen[http.StatusSeeOther] < 10 {
		t.Errorf("the answers were %v: the test asks for the wrong things", seen)
	}
}

// different are the parts in which two paths differ, whole between slashes and the
// like.
func different(a, b string) (string, string) {
	cut := func(r rune) bool { return strings.ContainsRune("/?#=.@", r) }
	one, two := strings.FieldsFunc(a, cut), strings.FieldsFunc(b, cut)
	for i := range one {
		if i < len(two) && one[i] != two[i] {
			return one[i], two[i]
		}
	}
	return "", ""
}

// text is one column of the site's database.
func (s *site) text(query string) []string {
	s.t.Helper()
	rows := s.rows(query)
	defer rows.Close()
	var out []string
	for rows.Next() {
		var one []byte
		if err := rows.Scan(&one); err != nil {
			s.t.Fatal(err)
		}
		out = append(out, string(one))
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	return out
}

// TestWhoIsKnown writes down addresses that somebody has an account with, and
// others, wherever an address can be written: the answers are the same.
func TestWhoIsKnown(t *testing.T) {
	t.Parallel()
	onOne(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		s.signIn("known@mail.example")
		if _, err := s.People.MakeOperator(t.Context(), "known@mail.example"); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			form []string
			then string // where to look afterwards
			by   *browser
		}{
			{[]string{"/s/genies/members", "role", "reader", "email"}, "/s/genies/members", c.admin},
			{[]string{"/s/genies/awards/new", "badge", c.part.Key(), "name", "X", "lang", "fr", "address"}, "/s/genies/awards?q=*", c.admin},
			{[]string{"/report", "text", "Rien.", "email"}, "/report", s.browser()},
			{[]string{"/verify", "text", "{}", "recipient"}, "/verify", s.browser()},
			{[]string{"/login", "email"}, "/login", s.browser()},
		} {
			ask := func(email string) string {
				posted := c.by.still().post(c.form[0], append(c.form[1:len(c.form):len(c.form)], email)...)
				page := c.by.get(strings.ReplaceAll(c.then, "*", url.QueryEscape(email)))
				c.by.post("/s/genies/members/withdraw", "email", email)
				return secretInPath.ReplaceAllString(posted.told(email)+page.told(email, url.QueryEscape(email)), "SECRET")
			}
			alike(t, c.form[0], ask("known@mail.example"), ask("other@mail.example"))
		}
	})
}

// secretInPath are the parts of addresses that are drawn at random.
var secretInPath = regexp.MustCompile(`\b[0-9a-z]{32}\b`)
