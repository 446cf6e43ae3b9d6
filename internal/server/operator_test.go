package server_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/mail"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/server"
	"github.com/ecusson/ecusson/internal/store"
	"github.com/ecusson/ecusson/verify"
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
		operator.get("/operator").want(t, http.StatusOK, "Il reste 7 étapes")
		s.browser().get("/ping").want(t, http.StatusOK)

		operator.post("/operator/start/reach").want(t, http.StatusOK, "une adresse de cette machine seule")
		operator.post("/operator/start/mail").want(t, http.StatusOK, "Le mail part vers vous")
		link := s.mailed("mail-test", "site@site.example")["link"].(string)
		operator.get(link).want(t, http.StatusOK, "Le mail d’essai est arrivé")
		operator.post(link+"x").want(t, http.StatusNotFound)
		operator.post(link).want(t, http.StatusOK, "Le courrier fonctionne")
		operator.post("/operator/start/key").want(t, http.StatusOK, "elle est gardée")
		operator.post("/operator/settings", "operator", "Bocage", "contact", "nobody").want(t, http.StatusUnprocessableEntity, `id="contact-error"`, `value="Bocage"`)
		operator.post("/operator/settings", "operator", "Association du Bocage", "address", "Caen", "director", "Claire Petit", "contact", "contact@site.example", "host", "Caen", "policy", "approval").want(t, http.StatusOK, "Association du Bocage")
		if err := organization.BackupMade(t.Context(), store.For[organization.Tx](s.store), s.clock.now()); err != nil {
			t.Fatal(err)
		}
		operator.get("/operator").want(t, http.StatusOK, "La dernière est du 12 juin 2026", "Il reste 3 étapes")
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
		s.clock.move(time.Hour) // the proof of who they are is old
		operator.post(at, "do", "pause", "reason", "Encore.").want(t, http.StatusUnauthorized)
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

// answering is a mail server that gives one answer to all.
type answering struct{ mail.Result }

func (a *answering) Send(context.Context, *mail.Message) mail.Result { return a.Result }

var retryForm = regexp.MustCompile(`action="(/operator/work/(?:mails|jobs)/[^"?]+)`)

// TestOperatorWork shows what a mail server said, and tries a mail again.
func TestOperatorWork(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		operator, stranger := s.operator(t), s.signIn("amina@mail.example")
		s.Postman.Drain(t.Context()) // the mails of the sign-ins
		operator.get("/operator/work").want(t, http.StatusOK, "Tous les mails sont partis", "Vérification quotidienne des domaines")
		postman := &answering{mail.Result{Outcome: mail.Later, Code: 451, Text: "greylisted <b>"}}
		s.Postman.Server = postman
		operator.post("/operator/start/mail")
		s.Postman.Drain(t.Context())
		page := operator.get("/operator/work").want(t, http.StatusOK, "Sera réessayé", "451 greylisted &lt;b&gt;", "site@site.example", "Essai")
		at := retryForm.FindStringSubmatch(page.text)[1]
		stranger.post(at, "do", "retry").want(t, http.StatusNotFound)
		operator.post(at, "do", "forget").want(t, http.StatusConflict) // it is still tried
		operator.post("/operator/work/mails/nothing", "do", "retry").want(t, http.StatusNotFound)

		postman.Result = mail.Result{Outcome: mail.Refused, Code: 550, Text: "no such user"}
		operator.post(at, "do", "retry").want(t, http.StatusOK, "C’est réessayé maintenant")
		s.Postman.Drain(t.Context())
		operator.get("/operator/work").want(t, http.StatusOK, "Abandonné", "550 no such user").lacks(t, "greylisted")

		postman.Result = mail.Result{Outcome: mail.HandedOver}
		operator.post(at, "do", "retry").want(t, http.StatusOK)
		operator.post(at, "do", "retry").want(t, http.StatusConflict) // once
		s.Postman.Drain(t.Context())
		operator.get("/operator/work").want(t, http.StatusOK, "Tous les mails sont partis").lacks(t, "550")
		operator.get("/operator/journal").want(t, http.StatusOK, "A relancé un mail à site@site.example")
	})
}

// TestOperatorReportsOrganization leads from what is reported to who can be paused.
func TestOperatorReportsOrganization(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		operator, c := s.operator(t), s.contest(t)
		given := s.give(t, c, c.part, "zoe@mail.example", "Zoé")
		model := regexp.MustCompile(`href="/report\?page=([^"&]+)`).FindStringSubmatch(s.browser().get(c.part.Path("fr")).want(t, http.StatusOK).text)
		if model == nil {
			t.Fatal("the page of a badge's description has no link to report it")
		}
		reported, err := url.QueryUnescape(model[1])
		if err != nil {
			t.Fatal(err)
		}
		for page, known := range map[string]bool{
			"/o/genies": true, "/b/" + given.Public(): true, "/b/" + given.Public() + ".png": true, reported: true,
			"/o/nobody": false, "/b/x": false, "/a/%zz": false, "/b": false, "/help": false, "//o/genies": false,
		} {
			s.clock.move(time.Minute)
			s.browser().post("/report", "text", "Voici.", "page", page).want(t, http.StatusOK)
			link := s.mailed("report-new", "site@site.example")["link"].(string)
			answer := operator.get(link).want(t, http.StatusOK)
			if got := strings.Contains(answer.text, `href="/operator/organizations/genies"`); got != known {
				t.Errorf("%s leads to the organisation: %v, want %v", page, got, known)
			}
		}
		operator.get("/operator/organizations/genies").want(t, http.StatusOK, "A publié le badge «\u00a0Lauréat\u00a0»")
	})
}

// TestOperatorReach says in words why the site is not reached.
func TestOperatorReach(t *testing.T) {
	t.Parallel()
	for words, test := range map[string]struct {
		base string
		err  error
	}{
		"introuvable (DNS)":         {"https://badges.site.example", &verify.FetchError{Code: verify.FetchUnreachable, Err: &net.DNSError{Name: "badges.site.example", IsNotFound: true}}},
		"Le certificat (TLS)":       {"https://badges.site.example", &verify.FetchError{Code: verify.FetchUnreachable, Err: &url.Error{Err: &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}}}},
		"d’un réseau privé":         {"https://badges.site.example", &verify.FetchError{Code: verify.FetchRefused}},
		"Rien ne répond":            {"https://badges.site.example", &verify.FetchError{Code: verify.FetchUnreachable, Err: errors.New("refused")}},
		"ne commence pas par https": {"http://badges.site.example", nil},
		"Un autre site répond":      {"https://badges.site.example", nil},
		"de cette machine seule":    {"http://localhost:1", nil},
	} {
		t.Run(words, func(t *testing.T) {
			t.Parallel()
			base, err := url.Parse(test.base)
			if err != nil {
				t.Fatal(err)
			}
			s := newSite(t, store.Options{File: filepath.Join(t.TempDir(), "ecusson.db")}, func(o *server.Options) {
				o.Fetcher = fetched{test.err}
			})
			b := s.operator(t)
			s.Orgs.Base = base
			if err := s.Orgs.Reach(t.Context()); err != nil {
				t.Fatal(err)
			}
			b.get("/operator").want(t, http.StatusOK, words)
		})
	}
}

// fetched is a network on which everything answers alike.
type fetched struct{ err error }

func (f fetched) Fetch(_ context.Context, address, _ string) (*verify.Response, error) {
	if f.err != nil {
		return nil, f.err
	}
	return &verify.Response{Status: http.StatusOK, Body: []byte("hello"), URL: address}, nil
}
