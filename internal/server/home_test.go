package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/achievement"
)

// TestCatalogue finds what organisations give, by words and kind, and nothing that
// was not published or whose organisation may give no more.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser()
		if a := b.get("/"); a.StatusCode != http.StatusOK || !strings.Contains(a.text, "Pas encore de badge") {
			t.Errorf("an empty site: %d\n%s", a.StatusCode, a.text)
		}
		c := s.contest(t)
		for _, path := range []string{"/", "/badges"} {
			a := b.get(path)
			for _, want := range []string{"/a/" + c.part.Key(), "/a/" + c.first.Key(), c.org.Name} {
				if !strings.Contains(a.text, want) {
					t.Errorf("%s has no %s:\n%s", path, want, a.text)
				}
			}
		}
		only := func(path string, want, not achievement.Version) {
			t.Helper()
			a := b.get(path)
			if !strings.Contains(a.text, "/a/"+want.Key()) || strings.Contains(a.text, "/a/"+not.Key()) {
				t.Errorf("%s:\n%s", path, a.text)
			}
		}
		only("/badges?q=laureat", *c.first, *c.part)
		only("/badges?kind="+c.part.Content.Kind+"&q=participant", *c.part, *c.first)
		if a := b.get("/badges?q=%00%ff&kind=nothing&after=zz-"); a.StatusCode != http.StatusOK {
			t.Errorf("nonsense: %d", a.StatusCode)
		}
		if a := b.get("/badges?q=introuvable"); !strings.Contains(a.text, "Aucun badge ne porte ces mots") {
			t.Errorf("nothing found:\n%s", a.text)
		}

		// A word of a draft finds nothing.
		content := c.first.Content.Clone()
		words := content.Texts["fr"]
		words.Name = "Secret"
		content.Texts["fr"] = words
		if _, err := s.Badges.Save(t.Context(), c.actor, c.first.Achievement, c.first.Published.AddDate(1, 0, 0), content); err == nil {
			t.Error("a draft was saved over another")
		}
		found, err := s.Badges.Find(t.Context(), c.org.Number, c.first.Achievement)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Badges.Save(t.Context(), c.actor, c.first.Achievement, found.Changed, content); err != nil {
			t.Fatal(err)
		}
		if a := b.get("/badges?q=secret"); strings.Contains(a.text, "/a/"+c.first.Key()) || strings.Contains(a.text, "Secret</a>") {
			t.Errorf("a draft is in the catalogue:\n%s", a.text)
		}

		var operator account.Person
		if operator, err = s.People.MakeOperator(t.Context(), "site@site.example"); err != nil {
			t.Fatal(err)
		}
		if err := s.Orgs.Pause(t.Context(), operator, c.org.Slug, "abus"); err != nil {
			t.Fatal(err)
		}
		if a := b.get("/badges"); strings.Contains(a.text, "/a/") {
			t.Errorf("a paused organisation is in the catalogue:\n%s", a.text)
		}
	})
}

// TestCataloguePages walks all pages of a long catalogue.
func TestCataloguePages(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		for range 6 {
			s.publish(t, c, c.part.Content)
		}
		seen := map[string]int{}
		var after achievement.OpenPlace
		for range 10 {
			found, next, err := s.Badges.Catalogue(t.Context(), achievement.OpenFilter{}, after, 3)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range found {
				seen[f.Key()]++
			}
			if after = next; next.Changed.IsZero() {
				break
			}
		}
		if len(seen) != 8 {
			t.Errorf("%d badges", len(seen))
		}
		for key, n := range seen {
			if n != 1 {
				t.Errorf("%s: %d times", key, n)
			}
		}
	})
}
