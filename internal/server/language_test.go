package server_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/server"
	"github.com/ecusson/ecusson/internal/store"
)

// third is a third language in one file: what English says, in capitals where it
// is plain words.
func third(t *testing.T, except string) fstest.MapFS {
	t.Helper()
	all := map[string]any{}
	paths, err := filepath.Glob("../message/locales/*.en.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("%v, %d files", err, len(paths))
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var room map[string]any
		if err := json.Unmarshal(data, &room); err != nil {
			t.Fatal(err)
		}
		for key, sentence := range room {
			if text, plain := sentence.(string); plain && !strings.Contains(text, "{{") {
				sentence = strings.ToUpper(text)
			}
			all[key] = sentence
		}
	}
	all["look.language.br"] = "Brezhoneg"
	delete(all, except)
	data, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{"br.json": {Data: data}}
}

// TestThirdLanguage adds a language by one file: pages offer it and are in it, the
// browser's wish is heard, a person can choose it, and mails are in it.
func TestThirdLanguage(t *testing.T) {
	t.Parallel()
	words, err := message.Read(third(t, "web.nav-passport"))
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, store.Options{File: filepath.Join(t.TempDir(), "ecusson.db")}, func(o *server.Options) { o.Words = words })
	b := s.browser()
	b.get("/").want(t, http.StatusOK, `lang="br" hreflang="br">Brezhoneg</a>`)
	b.get("/?lang=br").want(t, http.StatusOK, `<html lang="br">`, "WHAT YOU CAN DO DESERVES TO BE SEEN", `hreflang="fr">Français</a>`,
		"My passport") // what the file lacks is said in English
	b.lang = "br-FR,br;q=0.9,fr;q=0.5"
	b.get("/verify").want(t, http.StatusOK, `<html lang="br">`, "VERIFY A BADGE")
	b.get("/nothing").want(t, http.StatusNotFound, "THERE IS NOTHING HERE")

	b.post("/login", "email", "nolwenn@mail.example", "next", "/me").want(t, http.StatusOK)
	s.Postman.Drain(t.Context())
	b.get("/dev/mail.json").want(t, http.StatusOK, `"lang":"br"`)

	chosen := s.signIn("nolwenn@mail.example")
	chosen.lang = "fr"
	chosen.post("/me", "name", "Nolwenn", "lang", "br").want(t, http.StatusOK, `<html lang="br">`)
	chosen.post("/me", "name", "Nolwenn", "lang", "de").want(t, http.StatusUnprocessableEntity)
}
