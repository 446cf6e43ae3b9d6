package site_test

import (
	"html/template"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/site"
)

func newSite(t testing.TB) *site.Site {
	t.Helper()
	catalog, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	says := map[string]site.Say{}
	for _, language := range []string{"fr", "en"} {
		p := catalog.For(language)
		says[language] = func(key string, facts map[string]any) string {
			text := p.T(key, facts)
			if text == key {
				t.Errorf("no sentence for %s in %s", key, p.Lang)
			}
			return text
		}
	}
	s, err := site.New(says)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sample() (site.View, site.Badge, site.Award) {
	m := site.NewMarkdown()
	v := site.View{
		Issuer: site.Issuer{
			Name: "CCCA-BTP, réseau des bâtisseurs", Description: m.HTML("Organisme de formation, Paris."),
			Site: "https://www.genies-construction.example/", Email: "badges@genies-construction.example",
			ID: "did:web:badges.genies-construction.example", URL: "https://badges.genies-construction.example/",
		},
		Home: "fr", Homes: []string{"fr", "en"},
	}
	b := site.Badge{
		Language: "fr", Name: "Lauréat, Les Génies de la Construction",
		Description: m.HTML("Avec son équipe, la personne a conçu et présenté une maquette. Un jury de professionnels l’a choisie parmi 24 projets."),
		Summary:     "Avec son équipe, la personne a conçu et présenté une maquette.",
		Criteria:    m.HTML("- participer au concours du début à la fin, en équipe de 4 à 9 personnes ;\n- construire une maquette qui tient debout et respecte le plan ;\n- obtenir au moins **14 sur 20** à la grille du jury."),
		Kind:        "achievement", Levels: 3, Assessment: "jury", Assessor: "un jury de 5 personnes",
		EvidenceRequired: "Une maquette et un oral de 10 minutes",
		Skills: []site.Skill{
			{Name: "Travailler en équipe", URL: "https://example.org/rome/6D113", Framework: "ROME 4.0", Code: "6D113", Description: "Savoir-être professionnel"},
			{Name: "Lire un plan de construction", URL: "https://example.org/rome/1", Framework: "ROME 4.0"},
		},
		Tags: []string{"construction", "concours"}, Licence: "https://creativecommons.org/licenses/by/4.0/", Version: 1,
		Folder: "achievements/laureat-1", Image: "image.svg", Preview: "image.png",
		Alt: "Badge : Lauréat, Les Génies de la Construction", Languages: []string{"fr", "en"},
	}
	a := site.Award{
		ID: "019a0f3c-7a1b-7c3d-9e5f-0123456789ab", Shard: "ab", Name: "Amina Benali",
		Text:   m.HTML("Amina a tenu le rôle de cheffe de chantier."),
		Links:  []site.Link{{URL: "https://example.org/maquette.jpg?a=1&b=2", Label: site.LinkLabel("https://example.org/maquette.jpg?a=1&b=2")}},
		Issued: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), State: site.StateActive, PNG: true, SVG: true,
	}
	return v, b, a
}

// TestWrite leaves the pages where ECUSSON_PAGES says, to be looked at.
func TestWrite(t *testing.T) {
	dir, picture := os.Getenv("ECUSSON_PAGES"), os.Getenv("ECUSSON_PICTURE")
	if dir == "" {
		t.Skip("ECUSSON_PAGES names no folder for the pages")
	}
	s := newSite(t)
	v, b, a := sample()
	write := func(name string, data []byte, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	files, err := site.Files()
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		write(name, data, nil)
	}
	if picture != "" {
		data, err := os.ReadFile(picture)
		write("achievements/laureat-1/image.svg", data, err)
	}
	page, err := s.Award(v, b, a)
	write("b/ab/"+a.ID+".html", page, err)
	for _, state := range []string{site.StateRevoked, site.StateSuspended, site.StateExpired} {
		x := a
		x.State, x.Since, x.Reason, x.Until = state, time.Date(2026, 10, 3, 0, 0, 0, 0, time.UTC), "délivré par erreur", time.Date(2029, 6, 12, 0, 0, 0, 0, time.UTC)
		page, err := s.Award(v, b, x)
		write("b/ab/"+state+".html", page, err)
	}
	en := b
	en.Language, en.Name = "en", "Laureate, Les Génies de la Construction"
	en.Level, en.Kind = 2, "competency"
	page, err = s.Award(v, en, a)
	write("b/ab/"+a.ID+".en.html", page, err)
	page, err = s.Achievement(v, b)
	write("achievements/laureat-1/index.html", page, err)
	second := b
	second.Name, second.Kind, second.Assessment, second.Assessor, second.Level = "Communiquer", "milestone", "participation", "", 3
	page, err = s.Index(v, "fr", []site.Badge{b, second})
	write("index.html", page, err)
}

func TestTemplateIsThePage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v, b, a := sample()
	nasty := a
	nasty.Name = `<script>alert("1")</script> O'Neill & Søn Ünal`
	nasty.Links = []site.Link{{URL: `https://example.org/a"onmouseover=alert(1)?x=<y>`, Label: `"><img src=x>`}, {URL: "javascript:alert(1)", Label: "x"}}
	nasty.Until = time.Date(2029, 6, 11, 0, 0, 0, 0, time.UTC)
	bare := a
	bare.Name, bare.Text, bare.Links, bare.PNG, bare.SVG = "", "", nil, false, false
	for name, award := range map[string]site.Award{"full": a, "nasty": nasty, "bare": bare} {
		compiled, err := s.Compile(v, b, site.ShapeOf(award))
		if err != nil {
			t.Fatal(err)
		}
		got, err := compiled.Append(nil, award)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"<script", `"onmouseover`, "javascript:", "<img src=x"} {
			if strings.Contains(string(got), bad) {
				t.Errorf("%s: the page has %s", name, bad)
			}
		}
		want, err := s.Award(v, b, award)
		if err != nil {
			t.Fatal(err)
		}
		if name != "nasty" && !site.Same(got, want) {
			t.Errorf("%s: compiled and rendered pages differ\n%s\n%s", name, got, want)
		}
	}
}

func TestTemplateRefusesAnotherShape(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v, b, a := sample()
	compiled, err := s.Compile(v, b, site.ShapeOf(a))
	if err != nil {
		t.Fatal(err)
	}
	a.Name = ""
	if _, err := compiled.Append(nil, a); err == nil {
		t.Error("an award without a name passed for one with it")
	}
}

func TestPagesStandAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v, b, a := sample()
	award, err := s.Award(v, b, a)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<html lang="fr">`, `content="noindex"`, "1er juin 2026", "sans date de fin", `hreflang="en"`, "Amina Benali",
		`og:image" content="https://badges.genies-construction.example/achievements/laureat-1/image.png"`, "default-src &#39;none&#39;"} {
		if !strings.Contains(string(award), want) && !strings.Contains(string(award), strings.ReplaceAll(want, "&#39;", "'")) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, never := range []string{"<script", "style=", "assertion"} {
		if strings.Contains(strings.ToLower(string(award)), never) {
			t.Errorf("the page has %s", never)
		}
	}
	a.State, a.Since, a.Reason = site.StateRevoked, time.Date(2026, 10, 3, 0, 0, 0, 0, time.UTC), `délivré par <erreur>`
	award, err = s.Award(v, b, a)
	if err != nil {
		t.Fatal(err)
	}
	if want := "<b>Ce badge n’est plus valable.</b> Il a été révoqué le 3 octobre 2026 par CCCA-BTP, réseau des bâtisseurs\u00a0: «\u00a0délivré par &lt;erreur&gt;\u00a0»"; !strings.Contains(string(award), want) {
		t.Errorf("the page lacks %q", want)
	}
}

func TestEveryKindHasWordsAndColour(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v, b, _ := sample()
	files, err := site.Files()
	if err != nil {
		t.Fatal(err)
	}
	css := string(files["site.css"])
	for _, kind := range []string{"participation", "commitment", "intention", "interest", "knowledge", "know-how", "soft-skill", "competency", "achievement", "role", "membership", "project", "milestone", "open-recognition"} {
		for _, language := range []string{"fr", "en"} {
			b.Kind, b.Language, b.Assessor = kind, language, ""
			for level := range 4 {
				b.Level = level
				if _, err := s.Achievement(v, b); err != nil {
					t.Error(err)
				}
			}
		}
		if !strings.Contains(css, ".k-"+kind+" {") {
			t.Errorf("no colour for %s", kind)
		}
	}
	for _, assessment := range []string{"", "intention", "participation", "self-declared", "peers", "organisation", "employer", "jury", "certification"} {
		b.Assessment = assessment
		if _, err := s.Achievement(v, b); err != nil {
			t.Error(err)
		}
	}
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	m := site.NewMarkdown()
	for text, want := range map[string]template.HTML{
		"":                                    "",
		"Elle a tenu bon : jusqu’au bout !":   "<p>Elle a tenu bon : jusqu’au bout !</p>",
		"1. un\n2. deux":                      "<ol>\n<li>un</li>\n<li>deux</li>\n</ol>\n",
		"# Titre\n\ntexte **fort**":           "<h3>Titre</h3>\n<p>texte <strong>fort</strong></p>\n",
		"![x](https://example.org/pixel.png)": "<p></p>\n",
		"<script>alert(1)</script>":           "\n",
		"[a](javascript:alert(1))":            "<p>a</p>\n",
		"[a](https://example.org/)":           `<p><a href="https://example.org/" rel="nofollow">a</a></p>` + "\n",
		"<b onclick=x>gras</b>":               "<p>gras</p>\n",
	} {
		if got := m.HTML(text); got != want {
			t.Errorf("HTML(%q) = %q, want %q", text, got, want)
		}
	}
	if got := m.Text("# Un\n\n- *deux* & trois"); got != "Un deux & trois" {
		t.Errorf("Text = %q", got)
	}
}

// FuzzMarkdown holds the quick way for plain texts against the sanitiser: what
// it says is plain, Markdown leaves alone.
func FuzzMarkdown(f *testing.F) {
	for _, seed := range []string{"Bien.", "a (b) c", "12 % d’effort", "a - b", "x.y 3.5", "- a", "a!", "(c)", "![a](b)", "a\\b"} {
		f.Add(seed)
	}
	m := site.NewMarkdown()
	f.Fuzz(func(t *testing.T, text string) {
		got := string(m.HTML(text))
		low := strings.ToLower(got)
		for _, bad := range []string{"<script", "<img", "<iframe", "<svg", "<style", "href=\"javascript"} {
			if strings.Contains(low, bad) {
				t.Errorf("HTML(%q) = %q", text, got)
			}
		}
		if body, found := strings.CutPrefix(got, "<p>"); found && strings.HasSuffix(body, "</p>") {
			// The quick way: the slow way must say the same.
			if slow := m.Text(text); slow != strings.Join(strings.Fields(text), " ") {
				t.Errorf("%q is not plain: %q", text, slow)
			}
		}
	})
}

func BenchmarkTemplate(b *testing.B) {
	s := newSite(b)
	v, badge, a := sample()
	compiled, err := s.Compile(v, badge, site.ShapeOf(a))
	if err != nil {
		b.Fatal(err)
	}
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		if buf, err = compiled.Append(buf[:0], a); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(len(buf)))
}

// TestWordsOfAnotherLanguage holds that what a page says in another language
// than its own is marked, for screen readers, and that the rest is translated.
func TestWordsOfAnotherLanguage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v, b, a := sample()
	b.Language, b.Name = "en", "Laureate"
	award, err := s.Award(v, b, a)
	if err != nil {
		t.Fatal(err)
	}
	model, err := s.Achievement(v, b)
	if err != nil {
		t.Fatal(err)
	}
	index, err := s.Index(v, "en", []site.Badge{b})
	if err != nil {
		t.Fatal(err)
	}
	for page, wants := range map[string][]string{
		string(award): {`<html lang="en">`, `<div lang="fr"><p>Amina a tenu`, `<ul class="skills" lang="fr">`, `alt="Picture of the badge “Laureate”. Kind: Achievement."`},
		string(model): {`<ul class="marks" lang="fr">`, `href="achievement.en.json"`, "Who awards it?"},
		string(index): {`<div lang="fr"><p>Organisme de formation`, "<title>Badges awarded by CCCA-BTP", `href="achievements/laureat-1/index.en.html"`},
	} {
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("the page lacks %s\n%s", want, page)
			}
		}
	}
	// A language that the site does not speak: the page's words are English.
	b.Language, b.Languages = "de", []string{"de"}
	if award, err = s.Award(v, b, a); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<html lang="en">`, `<div lang="de"><h1>Laureate</h1>`, `<dd lang="de">Une maquette`} {
		if !strings.Contains(string(award), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	b.Language, b.Languages = "fr", []string{"fr"}
	if award, err = s.Award(v, b, a); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(award), " lang="); n != 1 {
		t.Errorf("a page in one language says %d times which", n)
	}
}

// TestPreviewOfWhatNoLongerHolds holds that a shared link to a revoked badge
// does not look like one to a badge that holds.
func TestPreviewOfWhatNoLongerHolds(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v, b, a := sample()
	a.Until = time.Date(2029, 6, 12, 0, 0, 0, 0, time.UTC)
	a.Since, a.Reason = time.Date(2026, 10, 3, 0, 0, 0, 0, time.UTC), "délivré par erreur"
	for state, wants := range map[string][]string{
		site.StateRevoked:   {`og:description" content="Ce badge n’est plus valable. Il a été révoqué`, `<dt>Révoqué le</dt><dd><time datetime="2026-10-03">3 octobre 2026`},
		site.StateSuspended: {`og:description" content="Ce badge n’est pas valable pour le moment.`, `<dt>Suspendu le</dt>`, `<dt>Valable jusqu’au</dt>`},
		site.StateExpired:   {`og:description" content="Badge expiré.`, `<dt>Valable jusqu’au</dt>`},
	} {
		a.State = state
		page, err := s.Award(v, b, a)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(string(page), want) {
				t.Errorf("%s: the page lacks %s", state, want)
			}
		}
		if state == site.StateRevoked && strings.Contains(string(page), "Valable jusqu’au") {
			t.Error("the page says until when a revoked badge holds")
		}
	}
}
