package server_test

import (
	"net/http"
	"testing"

	"github.com/ecusson/ecusson/internal/demo"
)

// TestDemo fills a site with the territory, twice, and looks around in it.
func TestDemo(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		for range 2 {
			if err := demo.Fill(t.Context(), demo.Site{People: s.People, Orgs: s.Orgs, Badges: s.Badges, Awards: s.Awards, Keep: s.Keep, Drain: s.Worker.Drain}); err != nil {
				t.Fatal(err)
			}
		}
		b := s.browser()
		b.get("/").want(t, http.StatusOK, "Maître d’apprentissage", "Université du Bocage")
		b.get("/p/amina-benali").want(t, http.StatusOK, "Candidature chez un charpentier", "/b/")
		amina := s.signIn(demo.Holder)
		amina.get("/passport").want(t, http.StatusOK, "2 badges vous attendent", "Public")
		amina.get("/operator").want(t, http.StatusNotFound)
		helene := s.signIn(demo.Contest)
		helene.get("/spaces").want(t, http.StatusOK, "Bâtir ensemble")
		helene.get("/operator").want(t, http.StatusNotFound)
		helene.get("/s/batir-ensemble/awards").want(t, http.StatusOK, "Lauréat")
		s.signIn(demo.Operator).get("/operator/organizations").want(t, http.StatusOK, "Charpentes Lemarchand")
	})
}
