package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/organization"
)

// TestText opens what the site says of itself, in both languages, with the words
// of its operator where there are some.
func TestText(t *testing.T) {
	t.Parallel()
	onOne(t, func(t *testing.T, s *site) {
		b := s.browser()
		for path, words := range map[string][2]string{
			"/help": {"Pas besoin de compte", "no account is needed"}, "/about-badges": {"capture d’écran", "screenshot"},
			"/accessibility": {"audit par un tiers", "No third party has audited"}, "/legal": {"logiciel libre", "free software"},
			"/privacy": {"pixel espion", "tracking pixel"},
		} {
			fr := b.get(path).want(t, http.StatusOK)
			if !strings.Contains(strings.ToLower(fr.text), strings.ToLower(words[0])) {
				t.Errorf("%s in French lacks %q", path, words[0])
			}
			b.get(path+"?lang=en").want(t, http.StatusOK, words[1]).lacks(t, "{{", "{#", "<no value>")
			fr.lacks(t, "{{", "{#", "<no value>")
		}
		b.get("/help").want(t, http.StatusOK, `id="revoke"`, `href="#revoke"`)
		b.get("/legal").want(t, http.StatusOK, "pas complètes")

		operator, err := s.People.MakeOperator(t.Context(), "site@site.example")
		if err != nil {
			t.Fatal(err)
		}
		settings := organization.Settings{
			Operator: "Association <Bocage>", Address: "1 rue de l’Église", Director: "Claire Petit", Contact: "contact@site.example", Host: "Hébergeur, Caen", Officer: "dpo@site.example",
		}
		if err := s.Orgs.SetSettings(t.Context(), operator, settings); err != nil {
			t.Fatal(err)
		}
		b.get("/legal").want(t, http.StatusOK, "Association &lt;Bocage&gt;", "Hébergeur, Caen").lacks(t, "pas complètes", "<Bocage>")
		b.get("/privacy").want(t, http.StatusOK, "dpo@site.example").lacks(t, "<Bocage>")
		if err := s.Orgs.SetText(t.Context(), operator, "privacy", "fr", "# Chez nous\n\nRien n’est *gardé*.<script>alert(1)</script>"); err != nil {
			t.Fatal(err)
		}
		b.get("/privacy").want(t, http.StatusOK, "<em>gardé</em>").lacks(t, "pixel espion", "<script>alert")
		b.get("/privacy?lang=en").want(t, http.StatusOK, "tracking pixel")
	})
}

// TestReport tells the operator of a problem.
func TestReport(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		if _, err := s.People.MakeOperator(t.Context(), "site@site.example"); err != nil {
			t.Fatal(err)
		}
		b := s.browser()
		b.get("/report?page=%2Fo%2Fgenies").want(t, http.StatusOK, `value="/o/genies"`)
		b.post("/report", "text", " ", "email", "nobody").want(t, http.StatusUnprocessableEntity, "Écrivez ce que vous avez vu", `id="email-error"`)
		b.post("/report", "text", "Ce badge se moque de moi.", "page", "/b/1", "email", "zoe@mail.example").want(t, http.StatusOK, "Merci, c’est bien arrivé")
		if link := s.mailed("report-new", "site@site.example")["link"].(string); !strings.Contains(link, "/operator/reports/") {
			t.Errorf("the operator's mail leads to %s", link)
		}
		for range 100 {
			if b.post("/report", "text", "Encore.").StatusCode == http.StatusTooManyRequests {
				return
			}
		}
		t.Error("a hundred reports in a moment are all taken")
	})
}
