package server_test

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/mail"
)

// TestFigures counts what was given, accepted, revoked and not delivered, over
// time, by badge and by list, on pages and in files.
func TestFigures(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		ctx := t.Context()
		c := s.contest(t)
		s.Postman.Drain(ctx)
		b := c.admin
		b.get("/s/genies/figures").want(t, http.StatusOK, "Rien à compter pour l’instant", "/s/genies/awards/new")
		home := b.get("/s/genies").want(t, http.StatusOK)
		if strings.Contains(home.text, "Délivrés ce mois-ci") {
			t.Error("figures of nothing")
		}

		// In June two; in July one more, which a mail server refuses, and a badge
		// whose name a spreadsheet could take for a formula.
		first := s.give(t, c, c.part, "amina@mail.example", "Amina Benali")
		second := s.give(t, c, c.part, "yanis@mail.example", "Yanis")
		s.Postman.Drain(ctx)
		if _, err := s.Awards.Answer(ctx, award.Recipient{Token: s.Awards.ReceiveToken(first.Org, first.ID)}, first.Org, first.ID, award.Accepted); err != nil {
			t.Fatal(err)
		}
		s.clock.move(35 * 24 * time.Hour)
		b = s.signIn("helene@contest.example")
		s.Postman.Drain(ctx)
		odd := s.publish(t, c, achievement.Content{
			Lang: "fr", Kind: "participation", Assessment: "participation",
			Texts: map[string]achievement.Texts{"fr": {Name: `=HYPERLINK("x")`, Description: "A pris part.", Criteria: "- venir"}},
		})
		s.post(t, &slot{answer: mail.Result{Outcome: mail.Refused, Code: 550, Text: "no such user"}})
		s.give(t, c, odd, "zoe@mail.example", "Zoé")
		s.Postman.Drain(ctx)
		if _, err := s.Awards.Revoke(ctx, c.actor, second.ID, "erreur"); err != nil {
			t.Fatal(err)
		}

		page := b.get("/s/genies/figures").want(t, http.StatusOK, "Du 18 juin 2026 au 17 juillet 2026", "Mails refusés", "Les mêmes en chiffres")
		if strings.Contains(page.text, "style=") {
			t.Error("the page has a style of its own")
		}
		if n := strings.Count(page.text, `<rect class="bar"`); n != 30*3 {
			t.Errorf("%d columns, want 30 for each of three plots", n)
		}
		page = b.get("/s/genies/figures?period=months").want(t, http.StatusOK, "Du 1er août 2025 au 17 juillet 2026", "3 en tout", "2 en un mois, en juin 2026", "33\u00a0%", "Participant")
		row := regexp.MustCompile(`juin 2026</th><td role="cell" class="numeral">2</td>`)
		if !row.MatchString(page.text) {
			t.Error("the table lacks June")
		}
		b.get("/s/genies/figures?period=all&of=badge-"+odd.Key()).want(t, http.StatusOK, "1 en tout", `selected`)
		b.get("/s/genies/figures?period=own&from=2026-06-12&to=2026-06-12").want(t, http.StatusOK, "Du 12 juin 2026 au 12 juin 2026", "2 en tout")
		b.get("/s/genies/figures?period=own&from=2026-06-12&to=2026-06-01").want(t, http.StatusUnprocessableEntity, "La fin est avant le début", `value="2026-06-01"`)
		b.get("/s/genies/figures?period=own&from=1799-01-01&to=x").want(t, http.StatusUnprocessableEntity, "Indiquez un jour depuis 2000")
		b.get("/s/genies/figures?period=own&from=2001-01-01&to=2001-02-01").want(t, http.StatusOK, "Il ne s’est rien passé")
		b.get("/s/genies/figures?period=own&from=2000-01-01&to=9999-12-31").want(t, http.StatusOK, "3 en tout", "3 en un an, en 2026")
		b.get("/s/genies/figures?period=all&lang=en").want(t, http.StatusOK, "Acceptance rate", "33%")

		csv := b.get("/s/genies/figures.csv?period=months").want(t, http.StatusOK, "\ufeffDu;Au;Badges délivrés", "2026-06-01;2026-06-30;2;1;0;0;2;0;0\r\n", "2026-07-01;2026-07-17;1;0;0;1;0;1;0\r\n")
		if n := strings.Count(csv.text, "\r\n"); n != 13 {
			t.Errorf("%d lines, want 13", n)
		}
		book := b.get("/s/genies/figures.xlsx?period=all").want(t, http.StatusOK)
		f, err := excelize.OpenReader(bytes.NewReader([]byte(book.text)))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if got := fmt.Sprint(f.GetSheetList()); got != "[Au fil du temps Par badge Par liste]" {
			t.Errorf("sheets %s", got)
		}
		rows, err := f.GetRows("Par badge")
		if err != nil || len(rows) != 3 || rows[1][0] != "Participant" || rows[1][1] != "2" || rows[2][0] != `=HYPERLINK("x")` {
			t.Errorf("rows %q, %v", rows, err)
		}
		if formula, err := f.GetCellFormula("Par badge", "A3"); formula != "" || err != nil {
			t.Errorf("the name of a badge became the formula %q, %v", formula, err)
		}

		b.get("/s/genies").want(t, http.StatusOK, "Délivrés ce mois-ci", "1 mail a été refusé", "/s/genies/awards?mail=refused", "juin 2026", "/s/genies/figures")
		b.get("/s/genies/badges/"+fmt.Sprint(c.part.Achievement)).want(t, http.StatusOK, "Tous les chiffres de ce badge", "50\u00a0%")
		for _, path := range []string{"/s/genies/figures", "/s/genies/figures.csv", "/s/genies/figures.xlsx"} {
			s.signIn("stranger@mail.example").get(path).want(t, http.StatusNotFound)
		}
	})
}
