package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/organization"
)

// operator signs in as who runs the site.
func (s *site) operator(t *testing.T) *browser {
	t.Helper()
	if _, err := s.People.MakeOperator(t.Context(), "site@site.example"); err != nil {
		t.Fatal(err)
	}
	return s.signIn("site@site.example")
}

// TestOperatorStart goes from nothing to a working site.
func TestOperatorStart(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		operator := s.operator(t)
		s.browser().get("/operator").want(t, http.StatusOK, "Se connecter")
		s.signIn("amina@mail.example").get("/operator").want(t, http.StatusNotFound)
		operator.get("/operator").want(t, http.StatusOK, "Il reste 6 étapes")
		s.browser().get("/ping").want(t, http.StatusOK)

		operator.post("/operator/start/reach").want(t, http.StatusOK, "une adresse de cette machine")
		operator.post("/operator/start/mail").want(t, http.StatusOK, "Le mail part vers vous")
		link := s.mailed("mail-test", "site@site.example")["link"].(string)
		operator.get(link).want(t, http.StatusOK, "Le mail d’essai est arrivé")
		operator.post(link+"x").want(t, http.StatusNotFound)
		operator.post(link).want(t, http.StatusOK, "Le courrier fonctionne")
		operator.post("/operator/start/key").want(t, http.StatusOK, "elle est gardée")
		operator.post("/operator/settings", "operator", "Bocage", "contact", "nobody").want(t, http.StatusUnprocessableEntity, `id="contact-error"`, `value="Bocage"`)
		operator.post("/operator/settings", "operator", "Association du Bocage", "address", "Caen", "director", "Claire Petit", "contact", "contact@site.example", "host", "Caen", "policy", "approval").want(t, http.StatusOK, "Association du Bocage")
		// The demonstration's outbox is no mail server, and nothing here has a passkey.
		operator.get("/operator").want(t, http.StatusOK, "Il reste 3 étapes", "un exploitant approuve")
		operator.get("/operator/journal").want(t, http.StatusOK, "la clé maîtresse est gardée ailleurs")
		operator.get("/operator/work").want(t, http.StatusOK, "Tâches")

		operator.post("/operator/texts/legal/fr", "text", "# Nous\n\n**Gras**", "do", "look").want(t, http.StatusOK, "<strong>Gras</strong>")
		s.browser().get("/legal").want(t, http.StatusOK, "logiciel libre")
		operator.post("/operator/texts/legal/fr", "text", "Nos *mots*", "do", "save").want(t, http.StatusOK)
		s.browser().get("/legal").want(t, http.StatusOK, "<em>mots</em>").lacks(t, "logiciel libre")
		operator.get("/operator/texts/help/fr").want(t, http.StatusNotFound)
	})
}

// TestOperatorOrganizations approves, pauses and looks at likenesses.
func TestOperatorOrganizations(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		operator := s.operator(t)
		if err := s.Orgs.SetSettings(t.Context(), s.person(t, "site@site.example"), organization.Settings{Policy: organization.Approval}); err != nil {
			t.Fatal(err)
		}
		claire := s.signIn("claire@atelier.example")
		person := s.person(t, "claire@atelier.example")
		if _, err := s.Orgs.Create(t.Context(), person, organization.New{Name: "Univérsité de Caen", Kind: "university", Slug: "caen", Lang: "fr"}); err != nil {
			t.Fatal(err)
		}
		operator.get("/operator/organizations?state=pending&q=universite").want(t, http.StatusOK, "Univérsité de Caen", "Ressemblance")
		operator.get("/operator/organizations?state=active").want(t, http.StatusOK, "Aucun organisme ici")
		operator.get("/operator/organizations?state=alike&after=zz").want(t, http.StatusOK, "Univérsité de Caen")
		at := "/operator/organizations/caen"
		claire.get(at).want(t, http.StatusNotFound)
		claire.post(at, "do", "approve").want(t, http.StatusNotFound)
		operator.get(at).want(t, http.StatusOK, "Il dit «\u00a0Université\u00a0»", "claire@atelier.example", "Approuver")
		operator.post(at, "do", "everything").want(t, http.StatusUnprocessableEntity)
		operator.post(at, "do", "approve").want(t, http.StatusOK, "peut délivrer des badges").lacks(t, "Il dit «")
		operator.post(at, "do", "pause", "reason", " ").want(t, http.StatusUnprocessableEntity, `id="reason-error"`)
		operator.post(at, "do", "pause", "reason", "Ce nom trompe.").want(t, http.StatusOK, "est en pause")
		s.browser().get("/o/caen").want(t, http.StatusOK, "Ce nom trompe.")
		operator.post(at, "do", "resume").want(t, http.StatusOK, "La pause est finie")
		operator.get("/operator/organizations/nobody").want(t, http.StatusNotFound)
	})
}

// TestOperatorReports answers a report, and lets another run the site.
func TestOperatorReports(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		operator := s.operator(t)
		operator.get("/operator/reports").want(t, http.StatusOK, "Rien ici")
		s.browser().post("/report", "text", "Ceci <b>trompe</b>.", "page", s.server.URL+"/o/caen", "email", "zoe@mail.example").want(t, http.StatusOK)
		s.clock.move(time.Second) // the newest comes first
		s.browser().post("/report", "text", "Ailleurs.", "page", "https://evil.example/").want(t, http.StatusOK)
		list := operator.get("/operator/reports").want(t, http.StatusOK, "Ceci &lt;b&gt;trompe", "Ailleurs.")
		paths := []string{}
		for _, part := range strings.Split(list.text, `href="/operator/reports/`)[1:] {
			paths = append(paths, "/operator/reports/"+part[:strings.IndexByte(part, '"')])
		}
		if len(paths) != 2 {
			t.Fatalf("reports: %v", paths)
		}
		operator.get(paths[0]).want(t, http.StatusOK, "https://evil.example/").lacks(t, `href="https://evil.example/`)
		operator.get(paths[1]).want(t, http.StatusOK, `href="/o/caen"`, "zoe@mail.example")
		operator.post(paths[1], "do", "close", "answer", "C’est corrigé.").want(t, http.StatusOK, "Le signalement est clos", "C’est corrigé.")
		if text := s.mailed("report-answer", "zoe@mail.example"); !strings.Contains(text["answer"].(string), "corrigé") {
			t.Errorf("the answer: %v", text)
		}
		operator.post(paths[1], "do", "close").want(t, http.StatusConflict)
		operator.get("/operator/reports?state=closed").want(t, http.StatusOK, "Ceci &lt;b&gt;trompe")
		operator.post(paths[1], "do", "reopen").want(t, http.StatusOK, "rouvert")

		operator.get("/operator/people").want(t, http.StatusOK, "site@site.example")
		operator.post("/operator/people", "do", "make", "email", "nobody").want(t, http.StatusUnprocessableEntity)
		operator.post("/operator/people", "do", "make", "email", "zoe@mail.example").want(t, http.StatusOK, "zoe@mail.example")
		operator.post("/operator/people", "do", "end", "email", "Site@site.example").want(t, http.StatusConflict)
		zoe := s.signIn("zoe@mail.example")
		zoe.get("/operator").want(t, http.StatusOK)
		operator.post("/operator/people", "do", "end", "email", "zoe@mail.example").want(t, http.StatusOK).lacks(t, ">zoe@mail.example<")
		zoe.get("/operator").want(t, http.StatusNotFound)
		operator.get("/operator/journal").want(t, http.StatusOK, "A nommé exploitant zoe@mail.example")
	})
}
