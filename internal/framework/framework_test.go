package framework_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/ecusson/ecusson/internal/framework"
)

func load(t testing.TB) *framework.Catalog {
	t.Helper()
	c, err := framework.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFacts(t *testing.T) {
	t.Parallel()
	c := load(t)
	if n := len(c.All(framework.ROME)); n != 16 {
		t.Errorf("%d skills of ROME, want 16", n)
	}
	if n := len(c.All(framework.ESCO)); n != 104 {
		t.Errorf("%d skills of ESCO, want 104", n)
	}
	if n := len(c.All("")); n != 120 {
		t.Errorf("%d skills in all, want 120", n)
	}
	for i, s := range c.All(framework.ROME) {
		if want := fmt.Sprintf("6D1%02d", i+1); s.Code != want || s.Kind != framework.KindSoftSkill {
			t.Errorf("skill %d has code %s and kind %s, want %s and a soft skill", i, s.Code, s.Kind, want)
		}
		if s.Description.FR == "" || s.Description.EN == "" || len(s.OGR) != 6 {
			t.Errorf("%s lacks a definition or its number: %+v", s.Code, s)
		}
	}
	straight := regexp.MustCompile(`['"\t]|^\s|\s$|  `)
	for _, s := range c.All("") {
		if s.Name.FR == "" || s.Name.EN == "" || s.Code == "" || framework.Name(s.Framework).FR == "" {
			t.Errorf("%+v is not whole", s)
		}
		for _, text := range []string{s.Name.FR, s.Name.EN, s.Description.FR, s.Description.EN} {
			if straight.MatchString(text) {
				t.Errorf("%s: %q has a straight quote or a stray space", s.Code, text)
			}
		}
		if s.Kind != framework.KindSoftSkill && s.Kind != framework.KindSkill && s.Kind != framework.KindKnowledge {
			t.Errorf("%s is of the kind %q", s.Code, s.Kind)
		}
		u, err := url.Parse(s.URL)
		if err != nil || u.Host == "" || !strings.HasSuffix(s.URL, s.Code) {
			t.Errorf("%s has the address %q", s.Code, s.URL)
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	c := load(t)
	for _, s := range c.All("") {
		for _, address := range []string{s.URL, strings.Replace(s.URL, "http://", "https://", 1)} {
			if got, ok := c.Find(address); !ok || got.Code != s.Code {
				t.Errorf("Find(%q) = %v, %t", address, got.Code, ok)
			}
		}
	}
	for _, address := range []string{"", "http://data.europa.eu/esco/skill/", "ftp://x", "::", "\x00"} {
		if got, ok := c.Find(address); ok {
			t.Errorf("Find(%q) = %v", address, got)
		}
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	c := load(t)
	for _, test := range []struct{ query, lang, first string }{
		{"equipe", "fr", "Avoir l’esprit d’équipe"},
		{"ÉQUIPE", "fr", "Avoir l’esprit d’équipe"},
		{"esprit d'equipe", "fr", "Avoir l’esprit d’équipe"},
		{"l’esprit d’équipe", "fr", "Avoir l’esprit d’équipe"},
		{"e\u0301quipe", "fr", "Avoir l’esprit d’équipe"},
		{"travailler en éq", "fr", "travailler en équipe"},
		{"team player", "fr", "Avoir l’esprit d’équipe"},
		{"team", "en", "Be a team player"},
		{"work in t", "en", "work in teams"},
		{"équipe", "en", "Be a team player"},
		{"6D108", "fr", "Faire preuve d’autonomie"},
		{"6d108", "en", "Work autonomously"},
		{"300489", "fr", "Faire preuve de leadership"},
		{"sens service", "fr", "Avoir le sens du service"},
		{"proactif", "fr", "Être force de proposition"},
		{"être ouvert", "fr", "Être ouvert aux changements"},
		{"tableur", "fr", "utiliser un tableur"},
		{"tableur", "en", "use spreadsheets software"},
		{"04fe962b-4017-4eb7-9139-7d69b6922bc9", "fr", "utiliser une interface spécifique à une application"},
		{"autonomie", "FR-fr", "Faire preuve d’autonomie"},
	} {
		got := c.Search(test.query, test.lang, 5)
		if len(got) == 0 {
			t.Errorf("%q in %s finds nothing", test.query, test.lang)
		} else if name := got[0].Name.In(test.lang); name != test.first {
			t.Errorf("%q in %s finds %q first, want %q", test.query, test.lang, name, test.first)
		}
	}
	for _, query := range []string{"xyzzy", "équipe xyzzy", "quipe", "6D199", "\xff\xfe", strings.Repeat("a", 1<<20)} {
		if got := c.Search(query, "fr", 5); len(got) != 0 && utf8.ValidString(query) {
			t.Errorf("%.40q finds %q", query, got[0].Name.FR)
		}
	}
}

// TestSearchOrder holds the order to what Search promises.
func TestSearchOrder(t *testing.T) {
	t.Parallel()
	c := load(t)
	var got []string
	for _, s := range c.Search("créa", "fr", 10) {
		got = append(got, s.Name.FR)
	}
	want := []string{
		"Faire preuve de créativité, d’inventivité",
		"avoir un esprit créatif",
		"utiliser des technologies numériques de façon créative",
	}
	if diff := cmp.Diff(want, got[:min(3, len(got))]); diff != "" {
		t.Error(diff)
	}
	if got := c.Search(strings.Repeat("a ", 1000), "fr", 1); len(got) != 1 {
		t.Errorf("many words that all begin a word find %v", got)
	}
	if got := c.Search("", "fr", 3); len(got) != 3 || got[0].Code != "6D101" || got[2].Code != "6D103" {
		t.Errorf("an empty query lists %v", got)
	}
	if got := c.Search("être", "fr", 0); got != nil {
		t.Errorf("a limit of 0 gives %v", got)
	}
	if got := c.Search("", "en", 1000); len(got) != 120 {
		t.Errorf("an empty query lists %d skills, want all", len(got))
	}
}

func TestAlignment(t *testing.T) {
	t.Parallel()
	c := load(t)
	got := c.Search("6D109", "fr", 1)[0].Alignment("fr")
	want := framework.Alignment{
		TargetName:        "Faire preuve de persévérance",
		TargetURL:         "https://www.data.gouv.fr/fr/datasets/repertoire-operationnel-des-metiers-et-des-emplois-rome/#6D109",
		TargetDescription: "Capacité à maintenir son effort jusqu’à l’achèvement complet d’une tâche quels que soient les imprévus, les obstacles de réalisation rencontrés.",
		TargetCode:        "6D109",
		TargetFramework:   "ROME 4.0 – savoir-être professionnels",
		TargetType:        "ceasn:Competency",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, name := range framework.Frameworks() {
		if framework.Name(name).EN == "" || framework.Notice(name).FR == "" || framework.Notice(name).EN == "" {
			t.Errorf("%s has no name or no notice", name)
		}
	}
	if framework.Name("other") != (framework.Text{}) || framework.Notice("other") != (framework.Text{}) {
		t.Error("an unknown framework has a name")
	}
}

// TestSearchAllocations holds a search, which runs at each key typed, to a few
// allocations, however many skills there are.
func TestSearchAllocations(t *testing.T) {
	c := load(t)
	if n := testing.AllocsPerRun(20, func() { c.Search("esprit d'équipe", "fr", 10) }); n > 24 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkSearch(b *testing.B) {
	c := load(b)
	for b.Loop() {
		c.Search("esprit d'équipe", "fr", 10)
	}
}

func ExampleCatalog_Search() {
	c, err := framework.Load()
	if err != nil {
		panic(err)
	}
	for _, s := range c.Search("autonom", "fr", 2) {
		fmt.Println(s.Name.In("fr"), s.Framework)
	}
	// Output:
	// Faire preuve d’autonomie rome
	// travailler de manière autonome esco
}
