package message_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/message"
)

// files returns the sentences of every file, by its name without the language.
func files(t *testing.T, lang string) map[string]map[string]any {
	t.Helper()
	paths, err := filepath.Glob("locales/*." + lang + ".json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files for %s: %v", lang, err)
	}
	all := map[string]map[string]any{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var sentences map[string]any
		if err := json.Unmarshal(data, &sentences); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		room, _, _ := strings.Cut(filepath.Base(path), ".")
		all[room] = sentences
	}
	return all
}

func TestLanguagesSayTheSame(t *testing.T) {
	t.Parallel()
	fr, en := files(t, "fr"), files(t, "en")
	for room := range fr {
		for key, french := range fr[room] {
			english, ok := en[room][key]
			if !ok {
				t.Errorf("%s: %s is in French alone", room, key)
				continue
			}
			if a, b := facts(t, french), facts(t, english); !slices.Equal(a, b) {
				t.Errorf("%s: %s speaks of %v in French and of %v in English", room, key, a, b)
			}
		}
	}
	for room := range en {
		for key := range en[room] {
			if _, ok := fr[room][key]; !ok {
				t.Errorf("%s: %s is in English alone", room, key)
			}
		}
	}
}

// facts returns the names that a sentence's forms use, sorted.
func facts(t *testing.T, sentence any) []string {
	t.Helper()
	var texts []string
	switch s := sentence.(type) {
	case string:
		texts = []string{s}
	case map[string]any:
		for _, form := range s {
			texts = append(texts, form.(string))
		}
	default:
		t.Fatalf("a sentence is a %T", sentence)
	}
	names := []string{}
	for _, text := range texts {
		for rest := text; ; {
			_, after, ok := strings.Cut(rest, "{{.")
			if !ok {
				break
			}
			name, tail, _ := strings.Cut(after, "}}")
			names, rest = append(names, name), tail
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestFrenchSpaces(t *testing.T) {
	t.Parallel()
	for room, sentences := range files(t, "fr") {
		for key, sentence := range sentences {
			text, _ := json.Marshal(sentence)
			for _, wrong := range []string{" ;", " !", " ?", " :", " »", "« ", " %"} {
				if strings.Contains(string(text), wrong) {
					t.Errorf("%s: %s has a plain space in %q: %s", room, key, wrong, text)
				}
			}
		}
	}
}

func TestPrinter(t *testing.T) {
	t.Parallel()
	catalog, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	for locale, want := range map[string]string{"fr_FR.UTF-8": "fr", "fr": "fr", "FR-ca": "fr", "C": "en", "": "en", "frisian": "en", "de_DE": "en"} {
		if got := catalog.For(locale).Lang; got != want {
			t.Errorf("For(%q) = %s, want %s", locale, got, want)
		}
	}
	if got := catalog.For("fr").T("verify.verdict.valid"); got == "verify.verdict.valid" {
		t.Error("the French sentence of a valid badge is missing")
	}
	if got := catalog.For("fr").Int(12345); got != "12\u00a0345" && got != "12\u202f345" {
		t.Errorf("Int = %q", got)
	}
	for n, want := range map[int]string{0: "Aucune ligne n’est prête", 1: "Une ligne est prête", 2: "2 lignes sont prêtes"} {
		if got := catalog.For("fr").T("list.ready", message.Facts{"Count": n}); got != want {
			t.Errorf("%d rows: %q", n, got)
		}
	}
	if got := catalog.For("en").T("no.such.key"); got != "no.such.key" {
		t.Errorf("missing key says %q", got)
	}
}
