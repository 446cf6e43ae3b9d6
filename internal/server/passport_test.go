package server_test

import (
	"archive/zip"
	"bytes"
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/store"
)

// part returns what a pattern's group finds on a page.
func (a answer) part(t *testing.T, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(a.text)
	if m == nil {
		t.Fatalf("%s has nothing like %s:\n%s", a.Request.URL, pattern, a.text)
	}
	return m[1]
}

// TestPassport walks through a passport: answer, look for, note, order, show.
func TestPassport(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		amina := s.signIn("amina@mail.example")
		amina.get("/passport").want(t, http.StatusOK, "Vos badges seront ici", "amina@mail.example")

		first := s.give(t, c, c.part, "Amina@mail.example", "Amina Benali")
		second := s.give(t, c, c.first, "amina@mail.example", "Amina Benali")
		other := s.give(t, c, c.part, "basile@mail.example", "Basile Roux")
		list := amina.get("/passport").want(t, http.StatusOK, "2 badges vous attendent", first.Public(), second.Public())
		list.lacks(t, other.Public())
		amina.get("/badges").want(t, http.StatusOK, `<span class="count">2</span>`)
		amina.post("/passport/answer", "badge", first.Public(), "answer", "accept").want(t, http.StatusOK, "Vous avez accepté ce badge", "Un badge vous attend")
		amina.post("/passport/answer", "badge", second.Public(), "answer", "decline").want(t, http.StatusOK, "1 badge refusé")
		amina.post("/passport/answer", "badge", other.Public(), "answer", "accept").want(t, http.StatusForbidden)
		amina.post("/passport/answer", "badge", second.Public(), "answer", "accept").want(t, http.StatusOK)

		amina.get("/passport?q=laureat").want(t, http.StatusOK, "Lauréat").lacks(t, "/passport/badge/"+first.Public())
		amina.get("/passport?q=genies+2026").want(t, http.StatusOK, "Lauréat", "Participant")
		amina.get("/passport?q=introuvable").want(t, http.StatusOK, "Aucun de vos badges")

		at := "/passport/badge/" + first.Public()
		amina.get(at).want(t, http.StatusOK, "Le garder à votre façon")
		amina.get("/passport/badge/"+other.Public()).want(t, http.StatusNotFound)
		amina.post(at, "visible", "everybody").want(t, http.StatusUnprocessableEntity)
		amina.post(at, "visible", "public", "note", strings.Repeat("a", 2001)).want(t, http.StatusUnprocessableEntity, `id="note-error"`)
		amina.post(at, "visible", "public", "note", "Pour ma <candidature>").want(t, http.StatusOK, "Pour ma &lt;candidature&gt;")

		// The newest comes first until another is moved before it.
		order := func(before, after award.Award) {
			t.Helper()
			page := amina.get("/passport").want(t, http.StatusOK).text
			if strings.Index(page, "/passport/badge/"+before.Public()) > strings.Index(page, "/passport/badge/"+after.Public()) {
				t.Errorf("%s is not before %s", before.Public(), after.Public())
			}
		}
		amina.post(at+"/move", "to", "first").want(t, http.StatusOK)
		order(first, second)
		amina.post(at+"/move", "to", "down").want(t, http.StatusOK)
		order(second, first)
		amina.post(at+"/move", "to", "sideways").want(t, http.StatusUnprocessableEntity)
		amina.get(at).want(t, http.StatusOK, "Pour ma &lt;candidature&gt;") // the note stays

		// The page: closed, then open, with what is public alone.
		stranger := s.browser()
		stranger.get("/p/amina-benali").want(t, http.StatusNotFound)
		amina.get("/passport/page").want(t, http.StatusOK)
		amina.post("/passport/page", "slug", "A!", "name", "", "link", "javascript:alert(1)").want(t, http.StatusUnprocessableEntity, "Écrivez un nom", "traits d’union", "https://")
		amina.post("/passport/page", "slug", "amina-benali", "name", "Amina", "about", "Charpente.").want(t, http.StatusOK, "Vous seul·e la voyez")
		stranger.get("/p/amina-benali").want(t, http.StatusNotFound)
		amina.post("/passport/page", "slug", "amina-benali", "name", "Amina", "about", "Charpente <b>bois</b>.", "open", "on").want(t, http.StatusOK, "Votre page est ouverte")
		page := stranger.get("/p/Amina-Benali").want(t, http.StatusOK, "Charpente", "/b/"+first.Public(), `content="noindex"`, `<meta property="og:image" content="`+s.server.URL+"/file/")
		page.lacks(t, second.Public(), "<b>bois</b>", "candidature")
		stranger.get("/p/amina-benali/qr.svg").want(t, http.StatusOK, "<svg")
		stranger.get("/p/amina-benali/qr.gif").want(t, http.StatusNotFound)
		basile := s.signIn("basile@mail.example")
		basile.post("/passport/page", "slug", "amina-benali", "name", "Basile").want(t, http.StatusUnprocessableEntity, "déjà prise")
		basile.get(at).want(t, http.StatusNotFound)
		basile.post(at, "visible", "private").want(t, http.StatusNotFound)

		cv := amina.get("/passport/cv").want(t, http.StatusOK, "/b/"+first.Public(), "/b/"+second.Public())
		cv.lacks(t, other.Public())
		amina.post("/passport/badge/"+second.Public(), "visible", "private").want(t, http.StatusOK)
		amina.get("/passport/cv").want(t, http.StatusOK, "Un badge privé, ou que rien ne prouve vôtre, n’y figure pas").lacks(t, "/b/"+second.Public())

		if _, err := s.Awards.Revoke(t.Context(), c.actor, first.ID, "erreur"); err != nil {
			t.Fatal(err)
		}
		stranger.get("/p/amina-benali").want(t, http.StatusOK, "Révoqué")
	})
}

// TestCollections puts badges together and shows them, without showing what is
// private.
func TestCollections(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		amina, basile, stranger := s.signIn("amina@mail.example"), s.signIn("basile@mail.example"), s.browser()
		first := s.give(t, c, c.part, "amina@mail.example", "Amina")
		second := s.give(t, c, c.first, "amina@mail.example", "Amina")
		theirs := s.give(t, c, c.first, "basile@mail.example", "Basile")
		for _, a := range []award.Award{first, second} {
			amina.post("/passport/answer", "badge", a.Public(), "answer", "accept").want(t, http.StatusOK)
		}
		amina.get("/passport/collections").want(t, http.StatusOK, "Pas encore de collection")
		amina.post("/passport/collections/new", "name", " ", "visible", "private").want(t, http.StatusUnprocessableEntity, "Écrivez un nom")
		made := amina.post("/passport/collections/new", "name", "Stage d’été", "visible", "private", "badge", first.Public()).want(t, http.StatusOK, "La collection est là", first.Public())
		at := made.Request.URL.Path
		amina.get(at+"/add").want(t, http.StatusOK, second.Public()).lacks(t, `value="`+first.Public())
		amina.post(at+"/add", "badge", second.Public(), "badge", theirs.Public(), "badge", "i-nothing", "badge", second.Public()).want(t, http.StatusOK, second.Public()).lacks(t, theirs.Public())
		moved := amina.post(at+"/move", "badge", second.Public(), "to", "up").want(t, http.StatusOK)
		if strings.Index(moved.text, "/passport/badge/"+second.Public()) > strings.Index(moved.text, "/passport/badge/"+first.Public()) {
			t.Error("the badge was not moved")
		}
		amina.get("/passport/badge/"+first.Public()).want(t, http.StatusOK, "Stage d’été")

		// Nobody sees it, then who has the link does.
		basile.get(at).want(t, http.StatusNotFound)
		basile.post(at, "name", "Mine", "visible", "public").want(t, http.StatusNotFound)
		basile.post(at+"/add", "badge", theirs.Public()).want(t, http.StatusNotFound)
		basile.post(at+"/delete").want(t, http.StatusNotFound)
		amina.post(at, "name", "Stage d’été", "about", "Sur le **chantier**", "visible", "by-link").want(t, http.StatusOK)
		link := amina.get(at).want(t, http.StatusOK).part(t, `href="(/c/[a-z0-9]+)"`)
		shown := stranger.get(link).want(t, http.StatusOK, "/b/"+first.Public(), "<strong>chantier</strong>", `content="noindex"`)
		shown.lacks(t, "Modifier")
		amina.post("/passport/badge/"+first.Public(), "visible", "private", "into", at[strings.LastIndexByte(at, '/')+1:]).want(t, http.StatusOK)
		amina.get(at).want(t, http.StatusOK, "Un badge de cette collection est caché")
		stranger.get(link).want(t, http.StatusOK, "/b/"+second.Public()).lacks(t, first.Public())
		stranger.get(link+"/qr.png").want(t, http.StatusOK)
		amina.post(at+"/move", "badge", first.Public(), "to", "show").want(t, http.StatusOK).lacks(t, "est caché")
		stranger.get(link).want(t, http.StatusOK, first.Public())
		amina.post(at, "name", "Stage d’été", "visible", "private").want(t, http.StatusOK)
		stranger.get(link).want(t, http.StatusNotFound)
		stranger.get(link+"/qr.svg").want(t, http.StatusNotFound)

		// Out of all collections, by the badge's own page.
		amina.post("/passport/badge/"+first.Public(), "visible", "private").want(t, http.StatusOK)
		amina.get(at).want(t, http.StatusOK).lacks(t, first.Public())
		amina.get(at+"/delete").want(t, http.StatusOK, "Supprimer la collection")
		amina.post(at+"/delete").want(t, http.StatusOK, "La collection est supprimée", "Pas encore de collection")
		amina.get(at).want(t, http.StatusNotFound)
		amina.get("/passport").want(t, http.StatusOK, second.Public())
	})
}

// TestImport brings badges from elsewhere into a passport.
func TestImport(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		a := s.give(t, c, c.part, "amina@elsewhere.example", "Amina")
		png := []byte(s.browser().get("/b/"+a.Public()+".png").want(t, http.StatusOK).text)
		amina, stranger := s.signIn("amina@mail.example"), s.browser()

		amina.upload("/passport/add", "file", "nothing.png", nil).want(t, http.StatusUnprocessableEntity, "Choisissez un fichier")
		amina.upload("/passport/add", "file", "text.json", []byte(`{"a":1}`)).want(t, http.StatusUnprocessableEntity, "Nous n’y lisons aucun badge")
		added := amina.upload("/passport/add", "file", "badge.png", png).want(t, http.StatusOK, "Le badge est dans votre passeport", "Ce badge ne vous nomme pas", "Participant", "Les Génies de la Construction")
		at := added.Request.URL.Path
		again := amina.upload("/passport/add", "file", "badge.png", png).want(t, http.StatusOK)
		if again.Request.URL.Path != at {
			t.Errorf("the same badge twice: %s and %s", at, again.Request.URL.Path)
		}
		if got := amina.get(at+"/file").want(t, http.StatusOK); got.text != string(png) || !strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Error("the original is not what was brought, or may do things")
		}
		public := "/i/" + strings.TrimPrefix(at, "/passport/badge/i-")
		stranger.get(public).want(t, http.StatusNotFound)
		stranger.get(public+"/file").want(t, http.StatusNotFound)
		amina.post(at, "visible", "by-link").want(t, http.StatusOK)
		stranger.get(public).want(t, http.StatusOK, "Participant", "Nous ne pouvons pas dire s’il appartient")
		stranger.get("/verify?url="+s.server.URL+public+"/file").want(t, http.StatusOK, "Ce badge est valide")

		// With the address, it is theirs, as long as they have it.
		collection := amina.post("/passport/collections/new", "name", "Tout", "visible", "by-link", "badge", strings.TrimPrefix(at, "/passport/badge/")).want(t, http.StatusOK, "Caché")
		shared := collection.part(t, `href="(/c/[a-z0-9]+)"`)
		stranger.get(shared).want(t, http.StatusOK).lacks(t, "Participant")
		amina.post(at, "visible", "public").want(t, http.StatusUnprocessableEntity, "Rien ne prouve que ce badge est à vous")
		people := store.For[account.Tx](s.store)
		person := s.person(t, "amina@mail.example")
		if err := people.Update(t.Context(), func(tx account.Tx) error {
			return tx.AddAddress(t.Context(), account.Address{Email: "amina@elsewhere.example", Person: person.ID, Proven: s.clock.now()})
		}); err != nil {
			t.Fatal(err)
		}
		// Now that it is theirs, they have it twice: as it was sent, and as a file.
		amina.post(at+"/check").want(t, http.StatusOK, "Tout ce qui a été vérifié").lacks(t, "Ce badge ne vous nomme pas")
		amina.post(at, "visible", "public").want(t, http.StatusOK)
		amina.post(collection.Request.URL.Path+"/add", "badge", strings.TrimPrefix(at, "/passport/badge/")).want(t, http.StatusOK)
		stranger.get(public).want(t, http.StatusOK, "Il nomme une adresse")
		stranger.get(shared).want(t, http.StatusOK, "Participant")
		there := amina.upload("/passport/add", "file", "same.json", []byte(s.browser().get("/b/"+a.Public()+".json").want(t, http.StatusOK).text))
		there.want(t, http.StatusOK, "déjà dans votre passeport")
		if !strings.HasSuffix(there.Request.URL.Path, "/"+a.Public()) {
			t.Errorf("a copy of an award is %s", there.Request.URL.Path)
		}
		if err := people.Update(t.Context(), func(tx account.Tx) error {
			return tx.DropAddress(t.Context(), person.ID, "amina@elsewhere.example")
		}); err != nil {
			t.Fatal(err)
		}
		amina.get(at).want(t, http.StatusOK, "Ce badge ne vous nomme pas", "amina@elsewhere.example")
		stranger.get(shared).want(t, http.StatusOK).lacks(t, "Participant")

		// A forged one is kept, and shown to nobody.
		forged := []byte(strings.Replace(s.browser().get("/b/"+a.Public()+".json").want(t, http.StatusOK).text, "Participant", "Lauréat", 1))
		bad := amina.upload("/passport/add", "file", "forged.json", forged).want(t, http.StatusOK, "Non valide")
		amina.post(bad.Request.URL.Path, "visible", "by-link").want(t, http.StatusUnprocessableEntity, "vous seul·e pouvez le voir")
		amina.post(bad.Request.URL.Path, "visible", "private", "note", "À vérifier").want(t, http.StatusOK)
		stranger.get("/i/"+strings.TrimPrefix(bad.Request.URL.Path, "/passport/badge/i-")).want(t, http.StatusNotFound)

		// Revoked since: another look says so.
		if _, err := s.Awards.Revoke(t.Context(), c.actor, a.ID, "erreur"); err != nil {
			t.Fatal(err)
		}
		amina.post(at+"/check").want(t, http.StatusOK, "révoqué")
		stranger.post(at+"/check").want(t, http.StatusUnauthorized)
		s.signIn("basile@mail.example").get(at).want(t, http.StatusNotFound)

		amina.post(at+"/delete").want(t, http.StatusOK, "enlevé de votre passeport")
		amina.get(at).want(t, http.StatusNotFound)
		stranger.get(public).want(t, http.StatusNotFound)
	})
}

// TestPassportGoes erases an account with its passport and what names the person
// in the badges that they got, and first takes everything along.
func TestPassportGoes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		a := s.give(t, c, c.part, "amina@mail.example", "Amina Benali")
		kept := s.give(t, c, c.part, "basile@mail.example", "Basile Roux")
		amina := s.signIn("amina@mail.example")
		amina.post("/passport/answer", "badge", a.Public(), "answer", "accept").want(t, http.StatusOK)
		amina.post("/passport/collections/new", "name", "Tout", "visible", "public", "badge", a.Public()).want(t, http.StatusOK)
		amina.post("/passport/page", "slug", "amina", "name", "Amina", "open", "on").want(t, http.StatusOK)

		archive := []byte(amina.get("/me/data/export").want(t, http.StatusOK).text)
		z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
		if err != nil {
			t.Fatal(err)
		}
		file, err := z.Open("passport.json")
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(file)
		if err != nil || !strings.Contains(string(text), a.Public()) || !strings.Contains(string(text), `"proofValue"`) || !strings.Contains(string(text), "Tout") {
			t.Errorf("%v: %s", err, text)
		}

		amina.post("/me/erase", "word", "effacer").want(t, http.StatusOK)
		stranger := s.browser()
		stranger.get("/p/amina").want(t, http.StatusNotFound)
		stranger.get("/b/"+a.Public()).want(t, http.StatusGone, "effacé à la demande")
		c.admin.get("/s/genies/awards").want(t, http.StatusOK, "Basile Roux").lacks(t, "Amina", "amina@mail.example")
		stranger.get("/b/"+kept.Public()).want(t, http.StatusOK)
		again := s.signIn("amina@mail.example")
		again.get("/passport").want(t, http.StatusOK, "Vos badges seront ici")

		// Who lets their badges stand finds them again.
		basile := s.signIn("basile@mail.example")
		basile.post("/me/erase", "word", "effacer", "keep", "on").want(t, http.StatusOK)
		stranger.get("/b/"+kept.Public()).want(t, http.StatusOK, "Basile Roux")
		s.signIn("basile@mail.example").get("/passport").want(t, http.StatusOK, kept.Public())
	})
}

// TestManyBadges turns the pages of a long passport, finds in it, and moves a
// badge far down.
func TestManyBadges(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		amina := s.signIn("amina@mail.example")
		given := []award.Award{s.give(t, c, c.first, "amina@mail.example", "Amina")}
		for range 129 {
			given = append(given, s.give(t, c, c.part, "amina@mail.example", "Amina"))
		}
		who := award.Recipient{Addresses: []string{"amina@mail.example"}}
		for i := range given {
			if _, err := s.Awards.Answer(t.Context(), who, given[i].Org, given[i].ID, award.Accepted); err != nil {
				t.Fatal(err)
			}
		}
		onPage := func(path string, want int) answer {
			t.Helper()
			page := amina.get(path).want(t, http.StatusOK, "130 badges")
			if got := strings.Count(page.text, `href="/passport/badge/`); got != want {
				t.Errorf("%s has %d badges, want %d", path, got, want)
			}
			return page
		}
		onPage("/passport", 60).want(t, http.StatusOK, "page=2", `name="kind"`).lacks(t, `name="issuer"`) // one issuer is no choice
		onPage("/passport?page=3", 10).want(t, http.StatusOK, "page=2").lacks(t, "page=4")
		onPage("/passport?page=99999999999999999", 60)
		onPage("/passport?page=-1", 60)
		found := amina.get("/passport?kind=achievement").want(t, http.StatusOK, "1 badge", given[0].Public())
		found.lacks(t, given[1].Public())
		amina.get("/passport?kind=achievement&q=participant").want(t, http.StatusOK, "Aucun de vos badges")

		last := given[0]
		amina.get("/passport?page=3").want(t, http.StatusOK, last.Public())
		amina.post("/passport/badge/"+last.Public()+"/move", "to", "up").want(t, http.StatusOK)
		amina.get("/passport?page=3").want(t, http.StatusOK, last.Public())
		amina.post("/passport/badge/"+last.Public()+"/move", "to", "first").want(t, http.StatusOK)
		amina.get("/passport").want(t, http.StatusOK, last.Public())
	})
}

// TestFromMailToPassport accepts a badge by the link of its mail, without an
// account, then keeps it in a passport.
func TestFromMailToPassport(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		a := s.give(t, c, c.part, "amina@mail.example", "Amina Benali")
		b := s.browser()
		accepted := b.post("/b/"+a.Public()+"/answer", "answer", "accept", "k", s.Awards.ReceiveToken(a.Org, a.ID)).want(t, http.StatusOK, "Le ranger dans un passeport")
		login := html.UnescapeString(accepted.part(t, `href="(/login\?[^"]+)"`))
		b.get(login).want(t, http.StatusOK, `value="amina@mail.example"`, `name="next" value="/passport"`)
		s.browser().get("/b/"+a.Public()).want(t, http.StatusOK).lacks(t, "amina@mail.example", "amina%40mail.example")
		b.signIn("amina@mail.example")
		b.get("/passport").want(t, http.StatusOK, "/passport/badge/"+a.Public(), "1 badge")
	})
}

// TestPassportsBecomeOne joins two accounts, each with badges, imports and
// collections.
func TestPassportsBecomeOne(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		a := s.give(t, c, c.part, "amina@school.example", "Amina")
		elsewhere := s.give(t, c, c.first, "amina@nowhere.example", "Amina")
		png := []byte(s.browser().get("/b/"+elsewhere.Public()+".png").want(t, http.StatusOK).text)

		school, home := s.signIn("amina@school.example"), s.signIn("amina@home.example")
		school.post("/passport/answer", "badge", a.Public(), "answer", "accept").want(t, http.StatusOK)
		mine := "/passport/badge/" + a.Public()
		old := school.upload("/passport/add", "file", "badge.png", png).want(t, http.StatusOK).Request.URL.Path
		school.post("/passport/collections/new", "name", "École", "visible", "private", "badge", strings.TrimPrefix(old, "/passport/badge/")).want(t, http.StatusOK)
		school.post(mine, "visible", "by-link", "note", "de l’école").want(t, http.StatusOK)
		same := home.upload("/passport/add", "file", "badge.png", png).want(t, http.StatusOK).Request.URL.Path
		home.get(mine).want(t, http.StatusNotFound)
		home.get(old).want(t, http.StatusNotFound)

		home.post("/me/addresses/new", "email", "amina@school.example").want(t, http.StatusOK)
		link := s.mailed("add-address", "amina@school.example")["link"].(string)
		from := home.get(link).want(t, http.StatusOK, "Réunir deux comptes").part(t, `name="from" value="([^"]+)"`)
		home.post(link, "from", from).want(t, http.StatusOK)

		home.get(mine).want(t, http.StatusOK, "de l’école")
		home.get(old).want(t, http.StatusNotFound)
		home.get(same).want(t, http.StatusOK)
		collection := home.get("/passport/collections").want(t, http.StatusOK, "École").part(t, `href="(/passport/collections/\d+)"`)
		home.get(collection).want(t, http.StatusOK, same)
	})
}
