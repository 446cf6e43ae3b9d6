package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/mail"
	"github.com/ecusson/ecusson/internal/server"
)

// foreignBadge is a badge of somebody else, every text of which is hostile, and
// every address an address that runs.
func foreignBadge(text, address string) string {
	return fmt.Sprintf(`{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
"id":%[2]s,"type":["VerifiableCredential","OpenBadgeCredential"],"name":%[1]s,"description":%[1]s,"validFrom":"2026-01-01T00:00:00Z",
"issuer":{"id":%[2]s,"type":["Profile"],"name":%[1]s,"url":%[2]s,"email":%[1]s,"description":%[1]s,"image":{"id":%[2]s,"type":"Image"}},
"evidence":[{"id":%[2]s,"type":["Evidence"],"name":%[1]s,"narrative":%[1]s,"description":%[1]s}],
"credentialStatus":{"id":%[2]s,"type":%[1]s},"credentialSchema":[{"id":%[2]s,"type":"1EdTechJsonSchemaValidator2019"}],
"credentialSubject":{"type":["AchievementSubject"],"narrative":%[1]s,"identifier":[{"type":"IdentityObject","identityHash":%[1]s,"identityType":"emailAddress","hashed":false}],
"achievement":{"id":%[2]s,"type":["Achievement"],"name":%[1]s,"description":%[1]s,"criteria":{"id":%[2]s,"narrative":%[1]s},"image":{"id":%[2]s,"type":"Image","caption":%[1]s},
"tag":[%[1]s],"humanCode":%[1]s,"fieldOfStudy":%[1]s,"achievementType":%[1]s,"alignment":[{"type":["Alignment"],"targetName":%[1]s,"targetUrl":%[2]s,"targetFramework":%[1]s,"targetDescription":%[1]s}]}},
"proof":{"type":"DataIntegrityProof","cryptosuite":%[1]s,"verificationMethod":%[2]s,"proofPurpose":"assertionMethod","proofValue":"zAAAA","created":%[1]s}}`, text, address)
}

// TestHostileDocuments verifies and keeps badges of others that are full of what
// runs, leads away or cannot be stored.
func TestHostileDocuments(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		amina, stranger := s.signIn("amina@mail.example"), s.browser()
		n := 0
		for _, text := range []string{
			`"X\"'><script>evil(1)</script><img src=x onerror=evil(2)>"`, `"[a](javascript:evil(1)) ![b](https://evil.example/t.png) <b onclick=evil(2)>"`,
			`"a\u0000b\u202e\u001b[31m\ufffe\u2028"`,
		} {
			for _, address := range []string{`"javascript:evil(1)"`, `"data:text/html,<script>evil(1)</script>"`, `"https://evil.example/\"onmouseover=\"evil(1)\"><script>"`, `"urn:\u0000"`, `"//evil.example"`} {
				document := []byte(foreignBadge(text, address))
				what := text[:12] + " with " + address
				s.harmless(t, what+" verified", stranger.upload("/verify", "file", "a.json", document, "recipient", "a@b.example"))
				kept := amina.upload("/passport/add", "file", "a.json", document)
				s.harmless(t, what+" kept", kept)
				ref := strings.TrimPrefix(kept.Request.URL.Path, "/passport/badge/i-")
				if ref == kept.Request.URL.Path {
					continue // it was refused
				}
				n++
				amina.post("/passport/badge/i-"+ref, "visible", "by-link").want(t, http.StatusUnprocessableEntity) // what is not valid is shown to nobody
				for _, path := range []string{"/passport", "/passport/badge/i-" + ref, "/passport/badge/i-" + ref + "/delete", "/passport/cv", "/passport/collections/new"} {
					s.harmless(t, what+" at "+path, amina.get(path))
				}
				s.harmless(t, what+" shown", stranger.get("/i/"+ref))
				s.harmless(t, what+" checked again", amina.post("/passport/badge/i-"+ref+"/check"))
			}
		}
		if n < 5 {
			t.Errorf("only %d of them were kept: nothing was tried", n)
		}
		for _, link := range []string{"javascript:evil(1)", "file:///etc/passwd", "http://127.0.0.1:1/", "https://localhost/", "http://[::1]/", "https://169.254.169.254/latest", "gopher://evil.example/"} {
			got := stranger.post("/verify", "text", link)
			s.harmless(t, link, got)
			if strings.Contains(got.text, `class="verdict valid`) {
				t.Errorf("%s is valid", link)
			}
		}
	})
}

// TestHostileServers has a mail server refuse with words, and a provider report
// with words, that are none.
func TestHostileServers(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, other *site) {
		s := newSite(t, other.at, func(o *server.Options) { o.BounceSecret = "a-secret-of-the-provider" })
		c := s.contest(t)
		box := &slot{answer: mail.Result{Outcome: mail.Refused, Code: 550, Text: "no such user <script>evil(1)</script> X-Evil: 1"}}
		s.post(t, box)
		a := s.give(t, c, c.part, "nobody@mail.example", "Personne")
		s.Postman.Drain(t.Context())
		shown := c.admin.get("/s/genies/awards/"+a.Public()).want(t, http.StatusOK, "Le serveur a refusé le mail.", "no", "such", "&lt;script&gt;")
		s.harmless(t, "what a mail server said", shown)

		box.answer = mail.Result{Outcome: mail.HandedOver}
		b := s.give(t, c, c.part, "back@mail.example", "Personne")
		s.Postman.Drain(t.Context())
		id := box.got[len(box.got)-1].ID
		s.browser().report("a-secret-of-the-provider", "application/json",
			`{"recipient":"back@mail.example","message_id":"<`+id+`>","status":"5.1.1","diagnostic":"a\u0000b\ufffe\u202e<script>evil(1)</script>"}`).want(t, http.StatusNoContent)
		shown = c.admin.get("/s/genies/awards/"+b.Public()).want(t, http.StatusOK, "Le mail est revenu.", "&lt;script&gt;")
		s.harmless(t, "what a provider said", shown)
		if log := s.log.String(); strings.Contains(log, "level=ERROR") {
			t.Errorf("the log: %s", log)
		}
	})
}
