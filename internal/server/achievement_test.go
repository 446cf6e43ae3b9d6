package server_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/store"
)

// member gives somebody a role in an organisation.
func (s *site) member(t *testing.T, org organization.Organization, email string, role organization.Role) *browser {
	t.Helper()
	b := s.signIn(email)
	person := s.person(t, email)
	if err := store.For[organization.Tx](s.store).Update(t.Context(), func(tx organization.Tx) error {
		return tx.SetMember(t.Context(), organization.Member{Org: org.Number, Person: person.ID, Role: role, Created: s.clock.now()})
	}); err != nil {
		t.Fatal(err)
	}
	return b
}

// workshop is an organisation with a creator and nobody's badge.
type workshop struct {
	org     organization.Organization
	creator *browser
}

func (s *site) workshop(t *testing.T) *workshop {
	t.Helper()
	w := &workshop{creator: s.signIn("claire@atelier.example")}
	var err error
	if w.org, err = s.Orgs.Create(t.Context(), s.person(t, "claire@atelier.example"), organization.New{Name: "L’Atelier", Kind: "association", Slug: "atelier", Lang: "fr"}); err != nil {
		t.Fatal(err)
	}
	return w
}

// hidden reads a hidden value of a page.
func (a answer) hidden(t *testing.T, name string) string {
	t.Helper()
	m := regexp.MustCompile(`<input type="hidden" name="` + name + `" value="([^"]*)">`).FindStringSubmatch(a.text)
	if m == nil {
		t.Fatalf("%s has no hidden %s:\n%s", a.Request.URL, name, a.text)
	}
	return strings.NewReplacer("&#34;", `"`, "&amp;", "&", "&#39;", "'", "&#43;", "+").Replace(m[1])
}

// lacks holds an answer to words that it must not say.
func (a answer) lacks(t *testing.T, words ...string) answer {
	t.Helper()
	for _, w := range words {
		if strings.Contains(a.text, w) {
			t.Fatalf("%s %s says %q:\n%s", a.Request.Method, a.Request.URL, w, a.text)
		}
	}
	return a
}

// filled is the form of a good badge, with changes as pairs of name and value.
func filled(seen string, changes ...string) []string {
	form := []string{
		"seen", seen, "own", "fr", "kind", "know-how", "level", "2", "assessment", "jury", "name-fr", "Coffrage", "description-fr", "Sait coffrer un mur.",
		"criteria-fr", "- lire le plan\n- **monter** le coffrage", "evidence-fr", "Une photo", "assessor-fr", "un jury de trois maçons",
		"name-en", "Formwork", "description-en", "Can build the formwork of a wall.", "criteria-en", "- read the plan\n- build", "evidence-en", "A picture",
		"evidence-needed", "yes", "validity", "span", "years", "3", "picture-from", "drawn", "second", "2026", "icon", "hammer", "division", "rays", "shade", "15",
		"piping", "own", "colour", "#e2a33a", "tags", "maçonnerie, chantier", "licence", "https://creativecommons.org/licenses/by/4.0/",
		"skill", `{"name":{"fr":"Coffrer","en":"Build formwork"},"url":"https://example.org/skills/1"}`, "do", "save",
	}
	for i := 0; i+1 < len(changes); i += 2 {
		at := -1
		for k := 0; k < len(form); k += 2 {
			if form[k] == changes[i] {
				at = k
			}
		}
		if at < 0 {
			form = append(form, changes[i], changes[i+1])
		} else {
			form[at+1] = changes[i+1]
		}
	}
	return form
}

var inAddress = regexp.MustCompile(`/badges/(\d+)/edit`)

// begin makes a draft through the pages and opens its form.
func (w *workshop) begin(t *testing.T, name string) (at string, form answer) {
	t.Helper()
	form = w.creator.post("/s/atelier/badges/new", "name", name, "kind", "know-how").want(t, http.StatusOK, "Le brouillon est là", name)
	m := inAddress.FindStringSubmatch(form.Request.URL.Path)
	if m == nil {
		t.Fatalf("led to %s", form.Request.URL)
	}
	return "/s/atelier/badges/" + m[1], form
}

func TestBadgeFromNothingToPublic(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		w := s.workshop(t)
		b := w.creator
		b.get("/s/atelier/badges").want(t, http.StatusOK, "Votre premier badge", "/s/atelier/badges/new").lacks(t, `role="search"`)
		b.get("/s/atelier/badges/new").want(t, http.StatusOK, "À partir d’un exemple", "Esprit d’équipe", "À partir de rien").lacks(t, "À partir d’un de vos badges")
		b.post("/s/atelier/badges/new", "name", " ").want(t, http.StatusUnprocessableEntity, "Donnez un nom au badge.")
		at, form := w.begin(t, "Coffrage")
		form.want(t, http.StatusOK, `data-preview="`+at+`/picture.svg"`, `value="Coffrage"`)

		// What is missing is said where one publishes.
		b.get(at+"/publish").want(t, http.StatusOK, "avant de publier", "Dites en une ou deux phrases", at+"/edit?check=1").lacks(t, `action="`+at+`/publish"`)
		b.get(at+"/edit?check=1").want(t, http.StatusOK, "Dites en une ou deux phrases", `href="#description-fr"`)
		s.browser().get("/a/"+keyOf(t, b, at)).want(t, http.StatusNotFound)

		saved := b.post(at+"/edit", filled(form.hidden(t, "seen"))...).want(t, http.StatusOK, "Le badge est enregistré.", "Build formwork")
		saved.want(t, http.StatusOK, `value="#E2A33A"`, "maçonnerie, chantier")
		b.get(at+"/preview").want(t, http.StatusOK, "<strong>monter</strong>", "Savoir-faire", "Je pratique", "un jury de trois maçons", "3 ans", "CC BY 4.0", "maçonnerie", "Cette page n’est pas publique")
		b.get(at+"/preview?in=en").want(t, http.StatusOK, "Formwork", "read the plan", `lang="en"`)
		confirm := b.get(at+"/publish").want(t, http.StatusOK, "cette version ne change plus jamais", "Publier le badge Coffrage")
		b.post(at+"/publish", "seen", "1").want(t, http.StatusConflict, "Quelqu’un d’autre a modifié ce badge")
		page := b.post(at+"/publish", "seen", confirm.hidden(t, "seen")).want(t, http.StatusOK, "Le badge est publié.", "Publié", "/awards/new?badge=", "Version 1")
		link := regexp.MustCompile(`value="(http[^"]+/a/[0-9a-z]{13})"`).FindStringSubmatch(page.text)
		if link == nil {
			t.Fatalf("no public link:\n%s", page.text)
		}
		public := strings.TrimPrefix(link[1], s.server.URL)

		// For people, in both languages, by anybody.
		anybody := s.browser()
		open := anybody.get(public).want(t, http.StatusOK, "Coffrage", "<strong>monter</strong>", "Coffrer", "L’Atelier", `href="/o/atelier"`, "Version 1 du modèle", "Sans preuve, ce badge n’est pas délivré")
		picture := regexp.MustCompile(`/file/[0-9a-f]{64}\.svg`).FindString(open.text)
		if picture == "" {
			t.Fatalf("no picture:\n%s", open.text)
		}
		english := s.browser()
		english.lang = "en"
		english.get(public).want(t, http.StatusOK, "Formwork", "Build formwork", "Know-how", "3 years")
		anybody.get(public+"/1/en").want(t, http.StatusOK, "Formwork", `lang="en"`)
		for _, wrong := range []string{public + "/2", public + "/0", public + "/01", public + "/1/fr", public + "/1/de", public + "x", "/a/0000000000000", "/a/x"} {
			anybody.get(wrong).want(t, http.StatusNotFound)
		}

		// For programs.
		for path, lang := range map[string]string{public: "fr", public + "/1": "fr", public + "/1/en": "en"} {
			got := anybody.fetch(path, "application/ld+json").want(t, http.StatusOK)
			if got.Header.Get("Content-Type") != "application/ld+json" || got.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(got.Header.Get("Vary"), "Accept") {
				t.Errorf("%s: headers %v", path, got.Header)
			}
			var document struct {
				ID         string `json:"id"`
				Name       string `json:"name"`
				InLanguage string `json:"inLanguage"`
				Version    string `json:"version"`
				Image      struct{ ID, Caption string }
				Criteria   struct{ Narrative string }
				Alignment  []struct{ TargetName, TargetURL string }
				Related    []struct{ ID, InLanguage string }
			}
			if err := json.Unmarshal([]byte(got.text), &document); err != nil {
				t.Fatal(err)
			}
			want := s.server.URL + public + "/1"
			name, skill, criteria := "Coffrage", "Coffrer", "Par un jury de trois maçons"
			if lang == "en" {
				want, name, skill, criteria = want+"/en", "Formwork", "Build formwork", "A picture"
			}
			if document.ID != want || document.Name != name || document.InLanguage != lang || document.Version != "1" || len(document.Related) != 1 ||
				document.Alignment[0].TargetName != skill || !strings.Contains(document.Criteria.Narrative, criteria) ||
				!strings.HasSuffix(document.Image.ID, ".png") || document.Image.Caption == "" {
				t.Errorf("%s: %s", path, got.text)
			}
			anybody.get(document.Image.ID).want(t, http.StatusOK)
		}
		anybody.fetch(public, "application/json").want(t, http.StatusOK, `"id":"`+s.server.URL+public+`/1"`)
		anybody.fetch(public, "application/vc").want(t, http.StatusOK, "<!doctype html>") // a description is no credential

		// The next version, and the one before as it was.
		before := anybody.fetch(public+"/1", "application/json").text
		form = b.get(at+"/edit").want(t, http.StatusOK, "Ce que vous changez fera une nouvelle version")
		b.post(at+"/edit", filled(form.hidden(t, "seen"), "name-fr", "Coffrage soigné", "icon", "wall")...).want(t, http.StatusOK, "ne sont pas encore publiées")
		b.get("/s/atelier/badges?state=changed").want(t, http.StatusOK, "Coffrage soigné", "Modifications à publier")
		anybody.get(public).want(t, http.StatusOK, "Coffrage").lacks(t, "Coffrage soigné")
		confirm = b.get(at + "/publish")
		b.post(at+"/publish", "seen", confirm.hidden(t, "seen")).want(t, http.StatusOK, "Version 2")
		anybody.get(public).want(t, http.StatusOK, "Coffrage soigné", "Version 1")
		anybody.get(public+"/1").want(t, http.StatusOK, "Il y en a une plus récente", picture).lacks(t, "Coffrage soigné")
		if after := anybody.fetch(public+"/1", "application/json").text; after != before {
			t.Errorf("version 1 has changed:\n%s\n%s", before, after)
		}
		b.get(at+"/versions").want(t, http.StatusOK, public+"/1", public+"/2", "Coffrage soigné")
	})
}

// keyOf is the key of a draft in public addresses.
func keyOf(t *testing.T, b *browser, at string) string {
	t.Helper()
	number, err := strconv.Atoi(at[strings.LastIndexByte(at, '/')+1:])
	if err != nil {
		t.Fatal(err)
	}
	row := b.s.rows("SELECT org FROM achievement WHERE number = $1", number)
	defer row.Close()
	var org int
	if !row.Next() {
		t.Fatal("no such achievement", row.Err())
	}
	if err := row.Scan(&org); err != nil {
		t.Fatal(err)
	}
	return keyText(org, number)
}

func TestBadgeForm(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		w := s.workshop(t)
		b := w.creator
		at, form := w.begin(t, "Coffrage")
		seen := form.hidden(t, "seen")

		// Each refusal stands beside its field, says what fits, and nothing typed is lost.
		again := b.post(at+"/edit", filled(seen, "name-fr", "Diplôme de coffreur", "second", strings.Repeat("Campus ", 8), "criteria-url", "là-bas", "level", "9",
			"description-fr", strings.Repeat("é", 1001), "shade", "x")...)
		again.want(t, http.StatusUnprocessableEntity, "Diplôme de coffreur", `id="name-fr-error"`, "Il ferait croire à un diplôme", `id="criteria-url-error"`, "Écrivez une adresse complète",
			`href="#name-fr"`, `id="description-fr-error"`, "Gardez-en 1\u00a0000 au plus", "Choisissez un niveau de 1 à 3", "**monter** le coffrage", "maçonnerie")
		b.post(at+"/edit", filled(seen, "second", strings.Repeat("Campus ", 8))...).want(t, http.StatusUnprocessableEntity, `id="second-error"`, "y tiennent")
		b.post(at+"/edit", filled(seen, "kind", "milestone", "steps", "3", "levels", "9")...).want(t, http.StatusUnprocessableEntity, `id="levels-error"`, "de 2 à 6")
		b.post(at+"/edit", filled(seen, "kind", "milestone", "steps", "5", "levels", "4")...).want(t, http.StatusUnprocessableEntity, `id="steps-error"`)
		b.post(at+"/edit", filled(seen, "kind", "participation")...).want(t, http.StatusUnprocessableEntity, "Un badge de ce genre ne dit pas de niveau")
		b.post(at+"/edit", filled(seen, "licence", "other", "licence-url", "CC")...).want(t, http.StatusUnprocessableEntity, `id="licence-url-error"`)
		b.post(at+"/edit", filled(seen, "colour", "red")...).want(t, http.StatusUnprocessableEntity, `id="colour-error"`, "RED")
		b.post(at+"/edit?lang=en", filled(seen, "name-fr", "Diplôme")...).want(t, http.StatusUnprocessableEntity, "It would look like a diploma")

		// Skills without a script: search, tick, add, remove.
		found := b.post(at+"/edit", filled(seen, "do", "skills", "skill-q", "équipe")...).want(t, http.StatusOK, "Avoir l’esprit d’équipe", `name="skill-pick"`, "Coffrer", "Sait coffrer un mur.")
		address := regexp.MustCompile(`name="skill-pick" value="([^"]+6D102)"`).FindStringSubmatch(found.text)
		if address == nil {
			t.Fatalf("no such skill:\n%s", found.text)
		}
		added := b.post(at+"/edit", filled(seen, "do", "skills", "skill-pick", address[1])...).want(t, http.StatusOK, `value="drop-1"`, "ROME 4.0")
		added.lacks(t, `name="skill-pick"`)
		b.post(at+"/edit", filled(seen, "do", "drop-0")...).want(t, http.StatusOK).lacks(t, `value="drop-0"`)
		b.post(at+"/edit", filled(seen, "do", "skills", "skill-q", "zzzz")...).want(t, http.StatusOK, "Aucune compétence ne porte ce mot")
		b.post(at+"/edit", filled(seen, "do", "", "skill-q", "équipe")...).want(t, http.StatusOK, `name="skill-pick"`) // Enter
		b.post(at+"/edit", filled(seen, "do", "skills", "skill-name-fr", "RNCP 1")...).want(t, http.StatusUnprocessableEntity, `id="skill-url-error"`, "RNCP 1")
		b.post(at+"/edit", filled(seen, "do", "skills", "skill-name-fr", "Maçon", "skill-url", "https://www.francecompetences.fr/recherche/rncp/37442/", "skill-framework", "RNCP", "skill-code", "37442",
			"skill-type", "ceterms:Credential", "assessment", "certification")...).want(t, http.StatusOK, "RNCP, 37442")
		b.post(at+"/edit", filled(seen, "skill", "{")...).want(t, http.StatusOK) // what cannot be read is left out

		// Icons and the criteria as they will read.
		form = b.get(at + "/edit")
		seen = form.hidden(t, "seen")
		b.post(at+"/edit", filled(seen, "do", "icons", "icon-q", "parler")...).want(t, http.StatusOK, "Porte-voix", `value="hammer" checked`)
		b.post(at+"/edit", filled(seen, "do", "icons", "icon-q", "zzzz", "icon", "")...).want(t, http.StatusOK, "Aucune icône ne porte ce mot")
		b.post(at+"/edit", filled(seen, "do", "read")...).want(t, http.StatusOK, "<strong>monter</strong>")

		// Saving goes where the button leads.
		b.post(at+"/edit", filled(seen, "do", "look")...).want(t, http.StatusOK, "Cette page n’est pas publique")
		// Somebody else was quicker.
		conflict := b.post(at+"/edit", filled(seen, "description-fr", "Autrement.")...).want(t, http.StatusUnprocessableEntity, "Quelqu’un d’autre a modifié", "Autrement.")
		b.post(at+"/edit", filled(conflict.hidden(t, "seen"), "description-fr", "Autrement.", "do", "publish")...).want(t, http.StatusOK, "Publier le badge")
		b.get(at+"/preview").want(t, http.StatusOK, "Autrement.")
	})
}

func TestBadgePicture(t *testing.T) {
	t.Parallel()
	onOne(t, func(t *testing.T, s *site) {
		w := s.workshop(t)
		b := w.creator
		at, form := w.begin(t, "Coffrage")
		draw := func(changes ...string) answer {
			t.Helper()
			form := filled("", changes...)
			v := url.Values{}
			for i := 0; i < len(form); i += 2 {
				v.Add(form[i], form[i+1])
			}
			got := b.get(at+"/picture.svg?"+v.Encode()).want(t, http.StatusOK, "<svg ")
			h := got.Header
			if h.Get("Content-Type") != "image/svg+xml" || !strings.HasPrefix(h.Get("Cache-Control"), "private") || h.Get("X-Content-Type-Options") != "nosniff" ||
				!strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
				t.Fatalf("headers: %v", h)
			}
			return got
		}
		plain := draw()
		plain.want(t, http.StatusOK, "Coffrage", "niveau 2 sur 3")
		if draw("icon", "ear").text == plain.text {
			t.Error("the icon makes no difference")
		}
		// What would be refused is drawn as far as can be.
		draw("name-fr", "Diplôme", "second", strings.Repeat("x", 300), "icon", "crown", "division", "x", "shade", "99", "colour", "red", "level", "77", "kind", "x", "assessment", "x").
			lacks(t, "Diplôme")
		draw("name-fr", strings.Repeat("Un très long nom ", 20)).want(t, http.StatusOK, "…")
		draw("kind", "milestone", "steps", "9", "levels", "4")
		draw("name-fr", `<script>alert(1)</script>&"`).lacks(t, "<script>")
		b.get(at+"/picture.svg").want(t, http.StatusOK, "Coffrage")
		for _, q := range []string{"kind=know-how", "kind=x", "kind=soft-skill&icon=ear", "kind=role&division=waves", "kind=role&darker=30", "kind=role&shade=-3", ""} {
			b.get("/s/atelier/badges/sample.svg?"+q).want(t, http.StatusOK, "<svg ")
		}
		s.browser().get(at+"/picture.svg").want(t, http.StatusOK, "Se connecter")

		// A picture of one's own.
		seen := form.hidden(t, "seen")
		refused := b.upload(at+"/edit", "picture", "a.png", []byte("no picture"), filled(seen)...)
		refused.want(t, http.StatusUnprocessableEntity, `id="picture-error"`, "est pas une image PNG, JPEG ou WebP")
		b.upload(at+"/edit", "picture", "a.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), filled(seen)...).want(t, http.StatusUnprocessableEntity, "image en PNG à côté du fichier SVG")
		b.upload(at+"/edit", "svg", "a.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), filled(seen)...).want(t, http.StatusUnprocessableEntity, `id="svg-error"`, "script")
		b.upload(at+"/edit", "picture", "big.png", make([]byte, 9<<20), filled(seen)...).want(t, http.StatusUnprocessableEntity, "Cela dépasse 8")
		kept := b.upload(at+"/edit", "picture", "a.png", squarePNG(t), filled(seen)...).want(t, http.StatusOK, "Le badge est enregistré.")
		name := kept.hidden(t, "picture-png")
		if !strings.HasSuffix(name, ".png") {
			t.Fatalf("the picture is called %q", name)
		}
		got := s.browser().get("/file/"+name).want(t, http.StatusOK)
		if size, err := png.DecodeConfig(strings.NewReader(got.text)); err != nil || size.Width != 600 || size.Height != 600 {
			t.Errorf("stored as %v, %v", size, err)
		}
		// The preview leads to it, and it needs words.
		b.get(at+"/picture.svg").want(t, http.StatusOK, "PNG")
		b.get(at+"/publish").want(t, http.StatusOK, "Dites ce que montre l’image")
		svg := b.upload(at+"/edit", "svg", "a.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><!-- x --><rect width="9" height="9"/></svg>`),
			filled(kept.hidden(t, "seen"), "picture-png", name, "picture-from", "brought", "alt-fr", "Un carré", "alt-en", "A square")...).want(t, http.StatusOK, "Le badge est enregistré.")
		vector := svg.hidden(t, "picture-svg")
		s.browser().get("/file/"+vector).want(t, http.StatusOK, "<rect").lacks(t, "<!--")
		confirm := b.get(at+"/publish").want(t, http.StatusOK, "ne change plus jamais")
		b.post(at+"/publish", "seen", confirm.hidden(t, "seen")).want(t, http.StatusOK, "Le badge est publié.", "/file/"+vector, "Un carré")
		// Back to the drawn one.
		form = b.get(at + "/edit")
		b.post(at+"/edit", filled(form.hidden(t, "seen"), "do", "unpicture", "picture-png", name, "picture-svg", vector, "picture-from", "brought")...).want(t, http.StatusOK, `name="picture-png" value=""`)
	})
}

func squarePNG(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 90, 40))
	for i := range 90 {
		img.Set(i, 20, color.RGBA{200, 30, 30, 255})
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestFile(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		b := s.browser()
		for name, kind := range map[string]string{c.first.PNG: "image/png", c.first.SVG: "image/svg+xml"} {
			for range 2 { // from the database, then from memory
				got := b.get("/file/"+name).want(t, http.StatusOK)
				h := got.Header
				if h.Get("Content-Type") != kind || h.Get("Cache-Control") != "public, max-age=31536000, immutable" || h.Get("X-Content-Type-Options") != "nosniff" ||
					h.Get("Content-Security-Policy") != "default-src 'none'; style-src 'unsafe-inline'; sandbox" || h.Get("ETag") == "" {
					t.Errorf("%s: headers %v", name, h)
				}
				r, err := http.NewRequest(http.MethodGet, b.address("/file/"+name), nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("If-None-Match", h.Get("ETag"))
				if again := b.do(r); again.StatusCode != http.StatusNotModified || again.text != "" {
					t.Errorf("%s: again: %d", name, again.StatusCode)
				}
			}
		}
		// Lists of people are nobody's to see.
		files := &achievement.Files{Store: store.For[achievement.Tx](s.store), Now: s.clock.now}
		list, err := files.Put(t.Context(), "text/csv", []byte("mail\na@b.example\n"))
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range []string{list, c.first.PNG[:63] + "g.png", c.first.PNG[:64] + ".svg", c.first.PNG[:64], "x"} {
			b.get("/file/"+wrong).want(t, http.StatusNotFound).lacks(t, "a@b.example")
		}
	})
}

func TestBadgeLife(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		w := s.workshop(t)
		b := w.creator
		at, _ := w.begin(t, "Éphémère")
		b.get(at).want(t, http.StatusOK, "Ce badge est un brouillon", at+"/delete").lacks(t, at+"/archive")
		b.get(at+"/delete").want(t, http.StatusOK, "Supprimer le brouillon Éphémère")
		b.post(at+"/delete").want(t, http.StatusOK, "Le brouillon est supprimé.")
		b.get(at).want(t, http.StatusNotFound)

		// From an example, in two languages, ready to publish.
		form := b.post("/s/atelier/badges/new", "template", "teamwork").want(t, http.StatusOK, "Esprit d’équipe", "Team spirit", "Avoir l’esprit d’équipe")
		at = strings.TrimSuffix(form.Request.URL.Path, "/edit")
		confirm := b.get(at+"/publish").want(t, http.StatusOK, "ne change plus jamais")
		b.post(at+"/publish", "seen", confirm.hidden(t, "seen")).want(t, http.StatusOK, "Le badge est publié.")
		b.post("/s/atelier/badges/new", "template", "x").want(t, http.StatusNotFound)

		// A copy bears another name.
		number := at[strings.LastIndexByte(at, '/')+1:]
		b.get("/s/atelier/badges/new?from="+number).want(t, http.StatusOK, "À partir d’un de vos badges", `value="`+number+`" selected`)
		b.post("/s/atelier/badges/new", "copy", number).want(t, http.StatusOK, "Esprit d’équipe (copie)", "Team spirit (copy)")
		b.post("/s/atelier/badges/new", "copy", "1").want(t, http.StatusNotFound)

		// Changes are given up after a question.
		form = b.get(at + "/edit")
		b.post(at+"/edit", filled(form.hidden(t, "seen"), "name-fr", "Autre nom")...).want(t, http.StatusOK)
		b.get(at).want(t, http.StatusOK, "Autre nom", "Des modifications ne sont pas publiées")
		b.get(at+"/discard").want(t, http.StatusOK, "Revenir à la version 1")
		b.post(at+"/discard").want(t, http.StatusOK, "Les modifications sont abandonnées", "Esprit d’équipe").lacks(t, "Autre nom")

		b.get(at+"/archive").want(t, http.StatusOK, "Les badges déjà délivrés restent valables")
		b.post(at+"/archive").want(t, http.StatusOK, "Le badge est archivé.", "Sortir des archives").lacks(t, "/awards/new")
		public := "/a/" + keyOf(t, b, at)
		s.browser().get(public).want(t, http.StatusOK, "Ce badge n’est plus délivré", "noindex")
		b.get("/s/atelier/badges?state=archived").want(t, http.StatusOK, "Esprit d’équipe", "Archivé")
		b.post(at+"/restore").want(t, http.StatusOK, "Le badge est sorti des archives.", "Publié")
		b.post(at+"/delete").want(t, http.StatusConflict, "Un badge publié reste")
		b.get("/o/atelier").want(t, http.StatusOK, public)
		b.get("/s/atelier").want(t, http.StatusOK, at)
	})
}

func TestBadgeList(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		w := s.workshop(t)
		b := w.creator
		for i := range 26 {
			b.post("/s/atelier/badges/new", "name", "Badge n° "+strconv.Itoa(i), "kind", "project").want(t, http.StatusOK)
		}
		first := b.get("/s/atelier/badges").want(t, http.StatusOK, "Badge n° 25", "Badge n° 2<", "picture.svg").lacks(t, "Badge n° 1<")
		next := regexp.MustCompile(`href="(/s/atelier/badges\?after=[^"]+)" rel="next"`).FindStringSubmatch(first.text)
		if next == nil {
			t.Fatalf("no next page:\n%s", first.text)
		}
		b.get(strings.ReplaceAll(next[1], "&amp;", "&")).want(t, http.StatusOK, "Badge n° 0", "Badge n° 1<").lacks(t, "Badge n° 25", `rel="next"`)
		b.get("/s/atelier/badges?q=n+17").want(t, http.StatusOK, "Badge n° 17").lacks(t, "Badge n° 18")
		b.get("/s/atelier/badges?q=zzz").want(t, http.StatusOK, "Aucun badge ne porte ce mot", `value="zzz"`)
		b.get("/s/atelier/badges?state=published").want(t, http.StatusOK, "Aucun badge n’est encore publié")
		b.get("/s/atelier/badges?state=x&after=x&q=%25").want(t, http.StatusOK, "Badge n° 25")
		b.get("/s/atelier/badges?q=zzz&lang=en").want(t, http.StatusOK, "No badge bears this word")
	})
}

// TestBadgeAccess: creators write, members read, others find nothing there.
func TestBadgeAccess(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		w := s.workshop(t)
		at, form := w.begin(t, "Coffrage")
		seen := form.hidden(t, "seen")
		reader, issuer := s.member(t, w.org, "reader@atelier.example", organization.Reader), s.member(t, w.org, "issuer@atelier.example", organization.Issuer)
		other := s.contest(t).admin
		gets := []string{at, at + "/preview", at + "/versions", at + "/picture.svg", "/s/atelier/badges", "/s/atelier/badges/sample.svg"}
		creators := []string{at + "/edit", at + "/publish", at + "/discard", at + "/archive", at + "/delete", "/s/atelier/badges/new"}
		posts := append([]string{at + "/restore"}, creators...)
		for _, path := range gets {
			reader.get(path).want(t, http.StatusOK)
			other.get(path).want(t, http.StatusNotFound)
			s.browser().get(path).want(t, http.StatusOK, "Se connecter")
		}
		reader.get(at).lacks(t, at+"/edit", at+"/delete")
		reader.get("/s/atelier/badges").lacks(t, "/badges/new")
		for _, path := range creators {
			issuer.get(path).want(t, http.StatusForbidden, "créateur")
			other.get(path).want(t, http.StatusNotFound)
		}
		for _, path := range posts {
			issuer.post(path, filled(seen)...).want(t, http.StatusForbidden)
			other.post(path, filled(seen)...).want(t, http.StatusNotFound)
			s.browser().post(path, filled(seen)...).want(t, http.StatusUnauthorized)
		}
		// Through the space of another organisation neither.
		strange := strings.Replace(at, "/atelier/", "/genies/", 1)
		for _, path := range []string{strange, strange + "/edit", strange + "/preview", strange + "/picture.svg"} {
			other.get(path).want(t, http.StatusNotFound)
		}
		other.post(strange+"/edit", filled(seen)...).want(t, http.StatusNotFound)
		other.post("/s/genies/badges/new", "copy", at[strings.LastIndexByte(at, '/')+1:]).want(t, http.StatusNotFound)
		for _, n := range []string{"0", "-1", "x", "99999999999"} {
			w.creator.get("/s/atelier/badges/"+n).want(t, http.StatusNotFound)
		}
	})
}

func TestSkills(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.signIn("claire@atelier.example")
		got := b.get("/skills?q=%C3%A9quipe").want(t, http.StatusOK)
		var found []struct{ ID, Label, Detail string }
		if err := json.Unmarshal([]byte(got.text), &found); err != nil || len(found) == 0 || found[0].Label != "Avoir l’esprit d’équipe" || found[0].Detail == "" || !strings.Contains(found[0].ID, "6D102") {
			t.Errorf("%s: %v", got.text, err)
		}
		b.get("/skills?q=team&lang=en").want(t, http.StatusOK, "Be a team player")
		if got := b.get("/skills?q="); got.text != "[]" || got.Header.Get("Content-Type") != "application/json" {
			t.Errorf("nothing asked: %s", got.text)
		}
		b.get("/skills?q="+strings.Repeat("a", 5000)).want(t, http.StatusOK, "[]")
		s.browser().get("/skills?q=team").want(t, http.StatusOK, "Se connecter")
	})
}

func keyText(org, number int) string { return id.Key(id.Number(org), id.Number(number)) }
