package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestVerifyPage verifies what this site gave, in every form, and sees it revoked.
func TestVerifyPage(t *testing.T) {
	t.Parallel()
	onOne(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		a := s.give(t, c, c.part, "amina@mail.example", "Amina Benali")
		path := "/b/" + a.Public()
		b := s.browser()
		b.get("/verify").want(t, http.StatusOK, "Vérifier un badge", "multipart/form-data")
		b.get("/verify?badge="+a.Public()).want(t, http.StatusOK, "Participant", "Les Génies de la Construction", `class="verdict valid`, "data:image/png;base64,")
		for _, extension := range []string{".json", ".jwt", ".png", ".svg", ".pdf"} {
			file := b.fetch(path+extension, "*/*").want(t, http.StatusOK).text
			b.upload("/verify", "file", "badge"+extension, []byte(file)).want(t, http.StatusOK, `class="verdict valid`)
			b.upload("/verify", "file", "badge"+extension, []byte(file), "recipient", "amina@mail.example").want(t, http.StatusOK, `class="verdict valid`)
			b.upload("/verify", "file", "badge"+extension, []byte(file), "recipient", "yanis@mail.example").want(t, http.StatusOK, `class="verdict invalid`)
		}
		signed := b.fetch(path+".json", "*/*").text
		changed := strings.Replace(signed, "Participant", "Président", 1)
		b.post("/verify", "text", changed).want(t, http.StatusOK, `class="verdict invalid`)
		b.post("/verify", "text", s.server.URL+path).want(t, http.StatusOK, `class="verdict valid`)
		b.post("/verify").want(t, http.StatusUnprocessableEntity, "Choisissez un fichier")
		if hostile := b.post("/verify", "text", "<script>alert(1)</script>").want(t, http.StatusOK, `class="verdict `); strings.Contains(hostile.text, "<script>alert") {
			t.Error("what was pasted is on the page as it came")
		}

		r, err := http.NewRequest(http.MethodPost, s.server.URL+"/verify", strings.NewReader(`{"credential":`+signed+`}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "application/json" {
			t.Errorf("as a program: %d %s", answer.StatusCode, answer.Header.Get("Content-Type"))
		}

		if _, err := s.Awards.Revoke(t.Context(), c.actor, a.ID, "erreur"); err != nil {
			t.Fatal(err)
		}
		s.clock.move(3 * time.Second)
		b.get("/verify?badge="+a.Public()).want(t, http.StatusOK, `class="verdict revoked`)
		b.post("/verify", "text", signed).want(t, http.StatusOK, `class="verdict revoked`)
		english := s.browser()
		english.lang = "en"
		english.post("/verify", "text", signed).want(t, http.StatusOK, "revoked")
	})
}
