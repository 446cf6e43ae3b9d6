package look_test

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/picture"
)

var (
	kinds       = []string{"participation", "commitment", "intention", "interest", "knowledge", "know-how", "soft-skill", "competency", "achievement", "role", "membership", "project", "milestone", "open-recognition"}
	assessments = []string{"intention", "participation", "self-declared", "peers", "organisation", "employer", "jury", "certification"}
	verdicts    = []string{"valid", "invalid", "unknown", "revoked", "suspended", "expired"}
	states      = []string{"active", "accepted", "published", "verified", "done", "public", "members", "private", "running", "review", "pending", "incomplete", "suspended", "paused", "draft", "archived", "expired", "refused", "failed", "revoked"}
	day         = time.Date(2026, 6, 12, 8, 0, 0, 0, time.UTC)
)

// gallery is every part in every state.
type gallery struct {
	Buttons  []look.Button
	Menu     look.Menu
	Errors   look.Errors
	Fields   []look.Field
	Drop     look.Field
	Kinds    look.Field
	Rubric   look.Field
	Search   look.Search
	Marks    []look.Marks
	Facts    []look.Marks
	Numbers  []look.Number
	Verdicts []look.Verdict
	Checks   []look.Check
	Steps    []look.Step
	Progress []look.Progress
	Tabs     look.Tabs
	Pager    look.Pager
	Empty    look.Empty
	Notes    []look.Note
	Chips    []look.Chip
	Cards    []look.Card
	Table    look.Table
	Bars     look.Bars
	Terms    []look.Term
	Pieces   []look.Piece
	Skills   []look.Skill
	Copy     look.Copy
	Confirm  look.Confirm

	Assessments look.Field
}

func newGallery() gallery {
	g := gallery{
		Buttons: []look.Button{
			{Kind: "full", Text: "Délivrer", Icon: "paper-plane-tilt"}, {Text: "Enregistrer", Name: "do", Value: "keep", Form: "f", Action: "/keep", NoCheck: true},
			{Kind: "quiet", Text: "look.cancel", Path: "/x"}, {Kind: "danger", Text: "Révoquer ce badge", Icon: "prohibit", Wide: true},
			{Text: "Indisponible", Disabled: true}, {Kind: "full", Busy: true}, {Text: "Petit", Small: true, Icon: "plus"},
			{Kind: "full", Text: "Accepter ce badge", Icon: "check", Big: true}, {Text: "Télécharger", Path: "/f.png", Download: true, Icon: "download-simple"},
		},
		Menu: look.Menu{Label: "Plus", Items: []look.Item{{Text: "Modifier", Icon: "pencil-simple", Path: "/edit"}, {Text: "Archiver", Icon: "archive", Action: "/archive", Hidden: []look.Hidden{{Name: "id", Value: "1"}}}, {Text: "Supprimer", Icon: "trash", Action: "/delete", Danger: true}}},
		Drop: look.Field{Name: "file", Type: "file", Label: "Déposez le fichier du badge ici", Help: "Image PNG ou SVG, PDF ou fichier texte, 10 Mo au plus", Accept: ".png,.svg,.pdf,.json", Required: true},
		Rubric: look.Field{Name: "listen", Type: "radio", Label: "Écouter", Help: "Il laisse finir les phrases et reformule.", Required: true,
			Options: look.Choose([]look.Option{{Value: "0", Label: "Pas encore"}, {Value: "1", Label: "En chemin"}, {Value: "2", Label: "Acquis"}, {Value: "3", Label: "Remarquable", Help: "à montrer"}}, "2")},
		Search:  look.Search{Action: "/catalogue", Label: "Chercher un badge, une compétence, un lieu", Value: "travailler en équipe", Full: true, Hidden: []look.Hidden{{Name: "sort", Value: "name"}}},
		Numbers: []look.Number{{Label: "Badges signés", Value: 5874}, {Label: "Mails partis", Value: 91}, {Label: "Déjà acceptés", Text: "12 %"}, {Label: "À revoir", Value: 2, Path: "#review"}},
		Checks: []look.Check{
			{Outcome: "passed", Title: "verify.check.proof", Text: "Signé par Région Normandie, le 18 mars 2026.", Codes: []string{"eddsa-rdfc-2022"}},
			{Outcome: "failed", Title: "verify.check.issuer", Text: "verify.reason.issuer-key-mismatch"},
			{Outcome: "unknown", Title: "verify.check.status", Text: "verify.reason.status-unreachable"},
			{Outcome: "skipped", Title: "verify.check.recipient"},
		},
		Steps: look.Steps(3, "Fichier", "Colonnes", "Essai", "Envoi"),
		Progress: []look.Progress{
			{Title: "98 badges délivrés sur 146", Text: "Encore 10 secondes environ.", Value: 98, Max: 146, URL: "/x.json", Self: "/x", State: &look.Chip{Kind: "info", Text: "look.state.running", Icon: "arrow-clockwise"}},
			{ID: "second", Title: "146 badges délivrés", Text: "Tout est parti.", Value: 146, Max: 146, Done: true, Heading: 2},
			{ID: "third", Title: "Lecture du fichier", Self: "/y"},
		},
		Tabs:  look.Tabs{Label: "Mon passeport", Tabs: []look.Tab{{Text: "Badges", Path: "/me/badges", Icon: "medal", Count: 12, Current: true}, {Text: "Collections", Path: "/me/collections", Icon: "folder"}, {Text: "Compétences", Path: "/me/skills"}, {Text: "Pages", Path: "/me/pages"}}},
		Pager: look.Pager{Previous: "/p?before=a", Next: "/p?after=b", Text: "14 sur 60"},
		Empty: look.Empty{Picture: "/pictures/intention.svg", Title: "Pas encore de badge", Text: "Les badges que l’on vous envoie arrivent ici. Vous en avez un en fichier ?", Action: &look.Button{Text: "Ajouter un fichier", Path: "/me/import", Icon: "upload-simple"}},
		Notes: []look.Note{
			{Text: "Une information utile."}, {Kind: "valid", Text: "C’est fait."}, {Kind: "invalid", Text: "Le fichier dépasse 10 Mo. Choisissez-en un plus léger."},
			{Kind: "doubt", Title: "141 lignes sont prêtes, 5 sont à corriger", Text: "C’est un essai : rien n’a été envoyé.", Action: &look.Button{Text: "Corriger", Path: "#review", Small: true}},
		},
		Table: look.Table{Caption: "Lignes à revoir", Seen: true, Columns: []look.Column{{Label: "Personne"}, {Label: "Badge"}, {Label: "Délivrés", Number: true}, {Label: "Date"}, {Label: "État"}, {Label: "Que faire", Hidden: true}},
			Rows: []look.Row{
				{Cells: []look.Cell{{Text: "Inès Morel", Help: "ines.morel@mail.example"}, {Text: "Participante", Picture: "/pictures/participation.svg"}, look.Whole(1860), {At: day}, {Chip: &look.Chip{Kind: "invalid", Text: "Adresse refusée", Icon: "x-circle-fill"}}, {Text: "Donner une autre adresse", Path: "/fix"}}},
				{Faulty: true, Cells: []look.Cell{{Text: "Noah Petit", Path: "/noah"}, {Text: "Lauréat"}, look.Whole(0), {At: day}, {Chip: &look.Chip{Kind: "doubt", Text: "Boîte pleine", Icon: "warning-fill"}}, {Button: &look.Button{Text: "Réessayer", Small: true}}}},
			}},
		Bars:   look.Bars{Caption: "Compétences les plus reconnues", Label: "Compétence", Fact: "Badges", Bars: []look.Bar{{Label: "Travailler en équipe", Value: 1860, Path: "/s/1"}, {Label: "S’adapter", Value: 977}, {Label: "Communiquer", Value: 914}, {Label: "Prendre des initiatives", Value: 0}, {Label: "Confidentiel", Text: "moins de 5"}}},
		Terms:  []look.Term{{Label: "site.issued-on", At: day}, {Label: "site.validity", Text: "site.no-end"}, {Label: "site.identity", Text: "did:web:genies-construction.example", Code: true}, {Label: "site.model", Text: "site.model-page", Path: "/a/1"}},
		Pieces: []look.Piece{{Text: "La maquette de la passerelle", Help: "Photo, 1,2 Mo", Path: "https://photo.example/1", Icon: "image", Foreign: true}, {Text: "L’avis du jury", Help: "PDF, 2 pages, 180 Ko", Path: "/f.pdf", Icon: "file-pdf", Download: true}, {Text: "Page", Path: "/p"}},
		Skills: []look.Skill{{Name: "Travailler en équipe", Help: "Savoir-être professionnel, France Travail", Path: "/s/1"}, {Name: "Lire un plan de construction", Help: "Compétence, ROME 4.0"}},
		Copy:   look.Copy{Label: "Lien du badge", Value: "https://ecusson.example/b/7Kq2fM", Help: "Qui a ce lien voit le badge."},
		Confirm: look.Confirm{Title: "Révoquer le badge d’Amina Benali ?", Text: "Elle recevra un mail avec votre raison. Son lien dira que le badge n’est plus valable.", Action: "/revoke", Hidden: []look.Hidden{{Name: "id", Value: "1"}},
			Fields: []look.Field{{Name: "reason", Type: "textarea", Label: "Votre raison", Help: "Elle sera lue par Amina et par qui vérifie le badge.", Limit: 200, Required: true}}, Button: "Révoquer le badge", Danger: true, Back: "/a/1", Heading: 2},
	}
	g.Fields = fields()
	g.Errors = look.Faults(g.Fields...)
	g.Kinds = look.Field{Name: "kind", Type: "radio", Label: "Genre de badge", Help: "Le genre donne la forme et la couleur : on les reconnaît d’un coup d’œil."}
	for i, kind := range kinds {
		marks := look.Marks{Kind: kind, Level: i % 4, Assessment: assessments[i%8]}
		g.Marks = append(g.Marks, marks)
		g.Kinds.Options = append(g.Kinds.Options, look.Option{Value: kind, Label: "site.kind." + kind, Picture: "/pictures/" + kind + ".svg", Selected: i == 6})
		card := look.Card{Name: "Badge " + kind, Path: "/a/" + kind, Picture: "/pictures/" + kind + ".svg", Issuer: "Région Normandie", Marks: marks, Line: "1 860 titulaires"}
		if i%3 == 0 {
			chip := look.StateChip(states[len(states)-1-i])
			card.State, card.Line = &chip, ""
		}
		card.Faded = kind == "milestone"
		g.Cards = append(g.Cards, card)
	}
	for _, assessment := range assessments {
		g.Assessments.Options = append(g.Assessments.Options, look.Option{Value: assessment, Label: "site.assessment." + assessment, Assessment: assessment, Selected: assessment == "jury"})
	}
	g.Assessments.Name, g.Assessments.Label, g.Assessments.Type, g.Assessments.Error = "assessment", "Comment est-il évalué ?", "radio", "Choisissez une façon d’évaluer."
	g.Marks = append(g.Marks, look.Marks{Kind: "milestone", Level: 3, Levels: 4, Assessment: "organisation", Evidence: "3 badges sur 4"}, look.Marks{Kind: "competency", NoLevel: true})
	g.Facts = []look.Marks{
		{Kind: "achievement", Assessment: "jury", Assessor: "un jury de 5 personnes", Evidence: "Une maquette et un oral de 10 minutes"},
		{Kind: "milestone", Level: 3, Levels: 4}, {Kind: "know-how", Level: 2, Assessment: "certification"},
	}
	for i, state := range verdicts {
		g.Verdicts = append(g.Verdicts, look.Verdict{State: state, Title: "Ce badge : " + state, Text: "Il n’a pas été modifié et n’a pas été révoqué.", Heading: 3},
			look.Verdict{State: state, Title: "Badge " + state + ".", Text: "Délivré le 12 juin 2026, sans date de fin.", Slim: true, Focus: i == 0})
	}
	for _, state := range append(states, "Autre") {
		g.Chips = append(g.Chips, look.StateChip(state))
	}
	return g
}

// fields are a field of each type, without and with an error.
func fields() []look.Field {
	options := []look.Option{{Value: "", Label: "Ne pas utiliser"}, {Value: "first", Label: "Prénom", Group: "Personne"}, {Value: "last", Label: "Nom", Group: "Personne", Selected: true}, {Value: "badge", Label: "Badge à délivrer", Group: "Badge"}}
	ticks := []look.Option{{Value: "a", Label: "Par un jury", Help: "Plusieurs personnes", Selected: true, Count: 16}, {Value: "b", Label: "Par des pairs", Icon: "users"}}
	var out []look.Field
	for _, f := range []look.Field{
		{Type: "email", Label: "Adresse mail", Help: "Celle que vous lisez souvent.", Autocomplete: "email", Required: true},
		{Label: "Code de retrait", Value: "GENIE-4", Pattern: "[A-Z0-9-]*", InputMode: "text", Autocomplete: "one-time-code"},
		{Type: "url", Label: "Lien de preuve", Optional: true, Value: "https://"},
		{Type: "tel", Label: "Téléphone"}, {Type: "date", Label: "Valable jusqu’au", Min: "2026-01-01", Max: "2030-01-01"},
		{Type: "datetime-local", Label: "Ouvert dès"}, {Type: "number", Label: "Combien en faut-il", Min: "1", Max: "9", Step: "1", Value: "3"},
		{Type: "search", Label: "Mot"}, {Type: "color", Label: "Couleur du liseré", Value: "#E2A33A"},
		{Type: "textarea", Label: "Un mot pour Lucas", Limit: 500, Value: "Vos directs sont vivants.", Lang: "fr"}, {Type: "textarea", Label: "Critères", Rows: 8},
		{Type: "select", Label: "Colonne NOM", Options: options}, {Type: "file", Label: "Image", Accept: "image/png", Multiple: true},
		{Type: "checkbox", Label: "Montrer ce badge à tous", Checked: true}, {Type: "checkbox", Label: "J’ai lu", Value: "read", Required: true},
		{Type: "checks", Label: "Évaluation", Options: ticks, Required: true}, {Type: "radio", Label: "Visibilité", Options: ticks, Required: true, Disabled: true},
		{Label: "Compétence", Search: "/skills.json", Chosen: "6D101", Value: "Travailler en équipe"}, {Type: "hidden", Label: "", Value: "x"},
		{Label: "Lien", ReadOnly: true, Value: "https://ecusson.example"}, {Label: "Nom caché", Unseen: true},
	} {
		f.Name = fmt.Sprintf("%s%d", f.Kind(), len(out))
		out = append(out, f)
		if f.Type != "hidden" && f.Type != "color" {
			f.Name = fmt.Sprintf("%s%d", f.Kind(), len(out))
			f.Error = "Il manque la fin de l’adresse, par exemple .fr."
			out = append(out, f)
		}
	}
	return out
}

func galleryPages(t testing.TB) map[string]string {
	t.Helper()
	pages := map[string]string{}
	for _, name := range []string{"gallery", "badge", "task"} {
		text, err := os.ReadFile("testdata/" + name + ".html")
		if err != nil {
			t.Fatal(err)
		}
		pages[name+".html"] = string(text)
	}
	return pages
}

func galleryPage(lang, name string) look.Page {
	g := newGallery()
	p := look.Page{
		Lang: lang, Path: "/gallery", Title: "Composants", SiteName: "Écusson", Section: "catalogue",
		Nav:   []look.Link{{Key: "Catalogue", Path: "/catalogue", Section: "catalogue"}, {Key: "Carte", Path: "/map"}, {Key: "Vérifier un badge", Path: "/verify"}, {Key: "Mon passeport", Path: "/me/badges", Count: 2}},
		Trail: []look.Crumb{{Text: "Tableau de bord", Path: "/"}, {Text: "Composants"}},
	}
	switch name {
	case "badge":
		p.Trail, p.Kind, p.Title = nil, "achievement", "Lauréate"
		p.URL, p.Picture, p.PictureAlt, p.Summary = "https://ecusson.example/b/1", "https://ecusson.example/b/1.png", "Badge", "Avec son équipe."
		p.Alternate = []look.Alternate{{Type: "application/json", URL: "https://ecusson.example/b/1.json"}}
		p.Data = map[string]any{
			"Picture": "/pictures/achievement.svg", "Alt": "Badge en étoile", "Marks": g.Facts[0], "Pieces": g.Pieces, "Skills": g.Skills, "Copy": g.Copy, "Terms": g.Terms,
			"Chip":    look.Chip{Kind: "valid", Text: "Domaine vérifié : genies-construction.example", Icon: "seal-check-fill"},
			"Verdict": look.Verdict{State: "valid", Title: "Badge valide.", Text: "Délivré le 12 juin 2026, sans date de fin.", Slim: true},
			"Buttons": []look.Button{{Kind: "full", Text: "Vérifier ce badge", Icon: "shield-check", Path: "/verify"}, {Text: "Partager", Icon: "share-network", Path: "#share"}, {Kind: "quiet", Text: "Télécharger", Icon: "download-simple", Path: "#files"}},
		}
	case "task":
		p.Person, p.Section, p.Title = "Nadège Lecoq", "issue", "Délivrance"
		p.Space = &look.Space{Name: "Les Génies de la Construction", Slug: "genies", Nav: []look.Link{{Key: "Badges", Path: "/o/genies/badges", Section: "badges"}, {Key: "Délivrer", Path: "/o/genies/issue", Section: "issue"}, {Key: "Demandes", Path: "/o/genies/requests", Count: 3}, {Key: "Membres", Path: "/o/genies/members"}, {Key: "Réglages", Path: "/o/genies/settings", Icon: "gear"}}}
		p.Notice = &look.Notice{Text: "Badge rendu public.", Undo: &look.Undo{Action: "/undo", Hidden: []look.Hidden{{Name: "id", Value: "1"}}}}
		p.Data = map[string]any{"Steps": look.Steps(4, "Fichier", "Colonnes", "Essai", "Envoi"), "Progress": g.Progress[0], "Numbers": g.Numbers, "Table": g.Table,
			"Buttons": []look.Button{{Text: "Mettre en pause", Icon: "pause"}, {Kind: "quiet", Text: "Rapport à ce stade", Icon: "download-simple", Path: "/r"}}}
	case "error":
		p.Trail, p.Notice = nil, &look.Notice{Kind: "doubt", Text: "look.copied"}
		p.Data = look.Failure{Title: "Cette page n’existe pas", Text: "L’adresse a changé, ou il y manque une lettre.", Do: "Cherchez le badge par son nom.", Actions: []look.Button{{Kind: "full", Text: "look.search", Path: "/catalogue"}}, Code: "7Kq2fM"}
	default:
		p.Data = g
	}
	return p
}

// TestGallery renders every part in every state and both languages, and holds
// the pages to what any page must keep. With LOOK_GALLERY it also writes them,
// with their static files, to that folder, to be looked at.
func TestGallery(t *testing.T) {
	t.Parallel()
	l := newLook(t, galleryPages(t))
	folder := os.Getenv("LOOK_GALLERY")
	for _, name := range []string{"gallery", "badge", "task", "error"} {
		for _, lang := range []string{"fr", "en"} {
			page, err := l.Render(name, galleryPage(lang, name))
			if err != nil {
				t.Fatal(err)
			}
			checkPage(t, lang+"/"+name, string(page))
			for _, address := range regexp.MustCompile(`"(/static/[^"#]+)`).FindAllStringSubmatch(string(page), -1) {
				answer := httptest.NewRecorder()
				l.Assets().ServeHTTP(answer, httptest.NewRequest("GET", address[1], nil))
				if answer.Code != 200 {
					t.Errorf("%s/%s: %s answers %d", lang, name, address[1], answer.Code)
				}
				if folder != "" {
					write(t, filepath.Join(folder, address[1]), answer.Body.Bytes())
				}
			}
			if folder != "" {
				write(t, filepath.Join(folder, name+"."+lang+".html"), page)
			}
		}
	}
	if folder == "" {
		return
	}
	for _, name := range []string{"font/bricolage-grotesque.woff2"} {
		answer := httptest.NewRecorder()
		l.Assets().ServeHTTP(answer, httptest.NewRequest("GET", l.Asset(name), nil))
		write(t, filepath.Join(folder, l.Asset(name)), answer.Body.Bytes())
	}
	for i, code := range kinds {
		words := picture.Badge{Name: []string{"Coopérer", "Lauréat 2026", "Communiquer"}[i%3], Second: "Région Normandie", Kind: picture.Kind(i + 1), Level: i % 4}
		svg, err := words.SVG()
		if err != nil {
			t.Fatal(code, err)
		}
		write(t, filepath.Join(folder, "pictures", code+".svg"), svg)
	}
}

func write(t *testing.T, file string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

var (
	idPattern  = regexp.MustCompile(`\sid="([^"]*)"`)
	refPattern = regexp.MustCompile(`\s(?:for|aria-labelledby|aria-describedby|data-copies|data-limit|href="#)="?([^"#]+)"`)
	rawKey     = regexp.MustCompile(`>\s*(?:look|site|verify)\.[a-z.-]+\s*<`)
)

// checkPage holds a page to the rules of every page: nothing inline, ids once,
// references that lead somewhere, no key in place of words.
func checkPage(t *testing.T, name, page string) {
	t.Helper()
	for _, no := range []string{" style=", "<style", "javascript:", " onclick=", " onsubmit=", "ZgotmplZ", "<no value>", "%!"} {
		if strings.Contains(page, no) {
			t.Errorf("%s contains %s", name, no)
		}
	}
	if regexp.MustCompile(`<script(?:>|[^>]*[^>]*>[^<])`).MatchString(page) {
		t.Errorf("%s has an inline script", name)
	}
	ids := map[string]bool{}
	for _, found := range idPattern.FindAllStringSubmatch(page, -1) {
		if ids[found[1]] {
			t.Errorf("%s: id %q twice", name, found[1])
		}
		ids[found[1]] = true
	}
	for _, found := range refPattern.FindAllStringSubmatch(page, -1) {
		for id := range strings.FieldsSeq(found[1]) {
			if !ids[id] {
				t.Errorf("%s: nothing has the id %q", name, id)
			}
		}
	}
	if found := rawKey.FindString(page); found != "" {
		t.Errorf("%s shows a key: %s", name, found)
	}
	if strings.Count(page, "<h1") != 1 {
		t.Errorf("%s has %d titles <h1>", name, strings.Count(page, "<h1"))
	}
	if !strings.Contains(page, "<!doctype html>") || !strings.HasSuffix(strings.TrimSpace(page), "</html>") {
		t.Errorf("%s is not whole", name)
	}
}

func TestKeysExist(t *testing.T) {
	t.Parallel()
	catalog, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("page/*.html")
	if err != nil || len(files) == 0 {
		t.Fatal("no templates", err)
	}
	used := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`\{\{-?\s*t "([^"]+)"|\(t "([^"]+)"|t \(print "([^"]+)"`).FindAllStringSubmatch(string(text), -1) {
			used[found[1]+found[2]+found[3]] = file
		}
		if regexp.MustCompile(`\sstyle=|<script[^>]*>[^<]`).Match(text) {
			t.Errorf("%s has something inline", file)
		}
	}
	if len(used) < 30 {
		t.Errorf("only %d keys found: the pattern is wrong", len(used))
	}
	for key, file := range used {
		if strings.HasSuffix(key, ".") {
			for _, rest := range map[string][]string{"look.language.": {"fr", "en"}, "look.outcome.": {"passed", "failed", "unknown", "skipped"}}[key] {
				used[key+rest] = file
			}
			delete(used, key)
		}
	}
	for _, state := range states {
		used["look.state."+state] = "part.go"
	}
	for key, file := range used {
		for _, lang := range []string{"fr", "en"} {
			if !catalog.For(lang).Has(key) {
				t.Errorf("%s: no sentence %s in %s", file, key, lang)
			}
		}
	}
}

func TestEscaping(t *testing.T) {
	t.Parallel()
	l := newLook(t, galleryPages(t))
	const evil = `<script>alert(1)</script>" onx="1' ` + "`"
	p := galleryPage("fr", "task")
	p.Title, p.Summary, p.Person, p.SiteName, p.Kind, p.Theme = evil, evil, evil, evil, evil, evil
	p.Path, p.URL, p.Picture, p.PictureAlt = "/"+evil, evil, evil, evil
	p.Alternate = []look.Alternate{{Type: evil, URL: evil}}
	p.Trail, p.Space.Name = []look.Crumb{{Text: evil, Path: "javascript:alert(1)"}, {Text: evil}}, evil
	p.Nav = []look.Link{{Key: evil, Path: "javascript:alert(1)", Icon: evil}}
	p.Notice = &look.Notice{Text: evil, Kind: evil, Undo: &look.Undo{Action: "javascript:alert(1)", Hidden: []look.Hidden{{Name: evil, Value: evil}}}}
	task, err := l.Render("task", p)
	if err != nil {
		t.Fatal(err)
	}
	g := newGallery()
	for i := range g.Fields {
		f := &g.Fields[i]
		f.Value, f.Label, f.Help, f.Error, f.Lang, f.Search, f.Chosen = evil, evil, evil, evil, evil, "javascript:alert(1)", evil
		for j := range f.Options {
			f.Options[j] = look.Option{Value: evil, Label: evil, Help: evil, Group: evil, Picture: evil, Icon: evil, Assessment: evil}
		}
	}
	g.Cards[0] = look.Card{Name: evil, Path: "javascript:alert(1)", Picture: evil, Issuer: evil, Line: evil, Lang: evil, Marks: look.Marks{Kind: evil, Assessment: evil, Evidence: evil, Level: 1}, State: &look.Chip{Kind: evil, Text: evil, Icon: evil}}
	g.Table.Columns[1].Label, g.Table.Rows[0].Cells[1] = evil, look.Cell{Text: evil, Help: evil, Picture: evil, Path: "javascript:alert(1)"}
	g.Copy.Value, g.Copy.Label = evil, evil
	p = galleryPage("fr", "gallery")
	p.Data = g
	parts, err := l.Render("gallery", p)
	if err != nil {
		t.Fatal(err)
	}
	for name, page := range map[string]string{"task": string(task), "gallery": string(parts)} {
		for _, no := range []string{"<script>alert", `" onx=`, `href="javascript:`, `action="javascript:`, `' onx`} {
			if strings.Contains(page, no) {
				t.Errorf("%s contains %s", name, no)
			}
		}
		if !strings.Contains(page, "&lt;script&gt;alert(1)") {
			t.Errorf("%s does not show the text at all", name)
		}
	}
}
