package server_test

import (
	"bytes"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/server"
	"github.com/ecusson/ecusson/internal/store"
)

// TestAwardPages gives to one person, finds them again, and takes the badge back.
func TestAwardPages(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		b := c.admin
		b.get("/s/genies/awards").want(t, http.StatusOK, "Aucun badge délivré")
		b.get("/s/genies/awards/new?badge="+fmt.Sprint(c.part.Achievement)).want(t, http.StatusOK, "Délivrer à une personne")
		b.post("/s/genies/awards/new", "badge", c.part.Key(), "address", "amina@mail", "links", "photo.example").want(t, http.StatusUnprocessableEntity, "photo.example", "aria-invalid")
		form := []string{"badge", c.part.Key(), "address", "Amina@mail.example", "name", "Amina Benali", "text", "Bravo", "links", "https://photo.example/1", "date", "2026-06-01", "lang", "fr"}
		b.post("/s/genies/awards/new", form...).want(t, http.StatusOK, "Le badge est délivré.", "Amina Benali")
		b.post("/s/genies/awards/new", form...).want(t, http.StatusUnprocessableEntity, "a déjà ce badge")
		b.post("/s/genies/awards/new", append(form, "again", "yes")...).want(t, http.StatusOK, "Le badge est délivré.")

		b.get("/s/genies/awards?q=amina&state=active").want(t, http.StatusOK, "Amina Benali")
		b.get("/s/genies/awards?q=zoé").want(t, http.StatusOK, "Personne ne correspond")
		b.get("/s/genies/awards.csv").want(t, http.StatusOK, "Amina Benali;amina@mail.example;Participant;2026-06-01")

		mine, err := s.Awards.To(t.Context(), []string{"amina@mail.example"})
		if err != nil || len(mine) != 2 {
			t.Fatalf("%d badges, %v", len(mine), err)
		}
		at := "/s/genies/awards/" + mine[0].Public()
		b.get(at).want(t, http.StatusOK, "Amina Benali", "Révoquer", "Corriger")
		b.get(at+"/revoke").want(t, http.StatusOK, "Révoquer le badge de Amina Benali")
		b.post(at+"/revoke", "reason", "").want(t, http.StatusUnprocessableEntity, "Dites pourquoi")
		b.post(at+"/suspend", "reason", "on regarde").want(t, http.StatusOK, "Le badge est suspendu.", "on regarde")
		b.post(at+"/lift").want(t, http.StatusOK, "De nouveau valable")
		b.get(at+"/correct").want(t, http.StatusOK, "Bravo", "https://photo.example/1", "2026-06-01")
		b.post(at+"/correct", append(form, "reason", "faute")...).want(t, http.StatusOK, "Un nouveau badge remplace")
		b.get(at).want(t, http.StatusOK, "Remplacé par un autre badge", "faute")
		s.clock.move(3 * time.Second)
		s.browser().get("/b/"+mine[0].Public()).want(t, http.StatusOK, "Voir le badge qui le remplace")
		b.post(at+"/revoke", "reason", "x").want(t, http.StatusConflict)

		stranger := s.signIn("stranger@mail.example")
		for _, path := range []string{"/s/genies/awards", at, "/s/genies/awards.csv", "/s/genies/lists"} {
			stranger.get(path).want(t, http.StatusNotFound)
		}
		english := s.signIn("helene@contest.example")
		english.get("/s/genies/awards?lang=en").want(t, http.StatusOK, "Badges given")
	})
}

// contestList is a list of n people with five faults.
func contestList(n int) []byte {
	var b strings.Builder
	b.WriteString("Nom;Courriel;Résultat;Preuve\n")
	for i := range n {
		address, result, proof := fmt.Sprintf("personne%d@mail.example", i), "Participant", ""
		switch i {
		case 15:
			address = "enzo.lefevre@mail"
		case 36:
			address = ""
		case 62:
			address = "personne10@mail.example"
		case 88:
			result = "Lauréate"
		case 129:
			proof = "photo.example/131"
		}
		fmt.Fprintf(&b, "Personne %d;%s;%s;%s\n", i, address, result, proof)
	}
	return []byte(b.String())
}

// TestListPages walks a list from its file over the trial and corrections to its
// report.
func TestListPages(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		ctx := t.Context()
		c := s.contest(t)
		b := c.admin
		b.get("/s/genies/lists").want(t, http.StatusOK, "Pas encore de liste")
		b.get("/s/genies/lists/new").want(t, http.StatusOK, "Déposez votre tableur")
		b.upload("/s/genies/lists", "file", "liste.pdf", []byte("%PDF-1.7 …")).want(t, http.StatusUnprocessableEntity, "aria-invalid")
		shown := b.upload("/s/genies/lists", "file", "concours.csv", contestList(146)).want(t, http.StatusOK, "141 lignes sont prêtes", "4 lignes sont à corriger", "enzo.lefevre@mail", "Lauréate", "Une ligne en double")
		at := regexp.MustCompile(`/s/genies/lists/[0-9a-z]{13}`).FindString(shown.text)
		b.post(at+"/correct", "fix-17-email", "enzo.lefevre@mail.example", "fix-90-badge", "Lauréat", "leave-38", "yes").want(t, http.StatusOK, "143 lignes sont prêtes", "Une ligne est à corriger")
		b.post(at+"/start").want(t, http.StatusOK, "0 badges délivrés sur 146")
		b.post(at+"/start").want(t, http.StatusConflict)
		b.get(at+"/progress").want(t, http.StatusOK, `"done":false`, `"max":146`)
		if err := s.Worker.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		b.get(at+"/progress").want(t, http.StatusOK, `"done":true`, `"value":146`)
		b.get(at).want(t, http.StatusOK, "143")
		b.get(at+"/report.csv").want(t, http.StatusOK, "enzo.lefevre@mail.example;Participant;Délivré", "64;Personne 62;personne10@mail.example;Participant;En double dans la liste", "Laissée de côté")
		b.get(at+"/rows.csv").want(t, http.StatusOK, "photo.example")
		b.get("/s/genies/awards?q=personne12@").want(t, http.StatusOK, "Personne 12")
		found, err := s.Awards.List(ctx, c.actor, award.Filter{Search: "personne"}, award.Award{}.ID, 500)
		if err != nil || len(found) != 143 {
			t.Errorf("%d awards, %v", len(found), err)
		}
	})
}

// TestListLimits holds lists to the bounds of the site.
func TestListLimits(t *testing.T) {
	t.Parallel()
	s := newSite(t, store.Options{File: filepath.Join(t.TempDir(), "ecusson.db")}, func(o *server.Options) { o.UploadLimit, o.RowLimit = 20_000, 50 })
	c := s.contest(t)
	c.admin.upload("/s/genies/lists", "file", "court.csv", contestList(50)).want(t, http.StatusOK, "lignes sont prêtes")
	c.admin.upload("/s/genies/lists", "file", "long.csv", contestList(51)).want(t, http.StatusOK, "La liste dépasse 50 lignes").lacks(t, "lignes sont prêtes")
	c.admin.upload("/s/genies/lists", "file", "gros.csv", append(contestList(10), bytes.Repeat([]byte("\n"), 30_000)...)).want(t, http.StatusUnprocessableEntity)
	c.admin.upload("/s/genies/lists", "file", "enorme.csv", bytes.Repeat([]byte("a"), 200_000)).want(t, http.StatusUnprocessableEntity)
}
