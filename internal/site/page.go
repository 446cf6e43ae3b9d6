package site

import (
	"html/template"
	"path"
	"strings"
	"time"
)

// The states of an award, as a page shows them.
const (
	StateActive    = "active"
	StateRevoked   = "revoked"
	StateSuspended = "suspended"
	StateExpired   = "expired"
)

// Issuer is who gives the badges.
type Issuer struct {
	Name        string
	Description template.HTML // from Markdown
	Site        string        // own website, or ""
	Email       string
	ID          string // the DID
	URL         string // where the site stands, with a slash at its end
}

// Badge is a version of a badge, in the words of one language.
type Badge struct {
	Language         string // of the words
	Name             string
	Description      template.HTML // from Markdown
	Summary          string        // the description without markup, for previews
	Criteria         template.HTML // from Markdown
	CriteriaURL      string
	Kind             string // codes of package folder
	Level, Levels    int
	Assessment       string
	Assessor         string
	EvidenceRequired string
	Skills           []Skill
	Tags             []string
	Licence          string
	Version          int

	Folder    string   // achievements/laureat-1
	Image     string   // its picture's file there: image.svg or image.png
	Preview   string   // its picture for link previews: image.png
	Alt       string   // what the picture shows, in words
	Languages []string // all languages of the badge, its own first
}

// Skill is a competency of a framework that the badge shows.
type Skill struct {
	Name, URL, Code, Framework, Description string
}

// Link is a piece of evidence.
type Link struct {
	URL, Label string
}

// Award is one person's badge.
type Award struct {
	ID     string // of the file names
	Shard  string // of the folder b/
	Name   string // the holder's, "" where the badge does not say it
	Text   template.HTML
	Links  []Link
	Issued time.Time
	Until  time.Time // the last day on which it holds; zero for ever
	State  string    // StateActive…
	Since  time.Time // of the state
	Reason string    // of the state
	PNG    bool      // there is an ID.png with the badge inside
	SVG    bool
}

// Tongue is the page itself or its like in another language.
type Tongue struct {
	Language string
	Label    string // the language's own name
	URL      string
	File     string // the link from this page
	Current  bool
}

// frame is what every page has.
type frame struct {
	Title, Summary, Picture, URL string
	Root, Home                   string
	Hidden                       bool
	Issuer                       Issuer
	Tongues                      []Tongue
	CredentialURL                string
	PictureAlt                   string
	Who                          string // the key of the question who gives this
	Words                        string // the language of the badge's words, "" where it is the page's
	Own                          string // the same of what has no translation: texts of awards, skills, tags
}

// HomePage is the file of the issuer's page in a language; the issuer's own is
// the index.
func HomePage(language, own string) string { return pageFile("index", language, own) }

// AwardPage is the file of an award's page in a language.
func AwardPage(id, language, own string) string { return pageFile(id, language, own) }

func pageFile(name, language, own string) string { return inLanguage(name, language, own) + ".html" }

func inLanguage(name, language, own string) string {
	if language == own {
		return name
	}
	return name + "." + language
}

// page is the file of the badge's page for a reader of the language.
func (b Badge) page(language string) string {
	for i, l := range b.Languages {
		if l == language && i > 0 {
			return pageFile("index", l, "")
		}
	}
	return "index.html"
}

// View says in which languages pages exist and which of them is meant.
type View struct {
	Issuer Issuer
	Home   string   // the language of the issuer's index.html and description
	Homes  []string // all languages of the issuer's page
}

func (s *Site) frame(v View, language string) (frame, *tongue) {
	t := s.tongues[s.Language(language)]
	home := v.Home
	for _, l := range v.Homes {
		if l == t.name {
			home = l
		}
	}
	return frame{Issuer: v.Issuer, Home: HomePage(home, v.Home)}, t
}

// tongues lists a page's languages, none if there is but one.
func (s *Site) alternates(languages []string, current, folderURL string, file func(language string) string) []Tongue {
	if len(languages) < 2 {
		return nil
	}
	var out []Tongue
	for _, l := range languages {
		label := l
		if t := s.tongues[l]; t != nil {
			label = t.say("site.language."+l, nil)
		}
		out = append(out, Tongue{Language: l, Label: label, URL: folderURL + file(l), File: file(l), Current: l == current})
	}
	return out
}

type indexPage struct {
	frame
	Badges []Badge
}

// Index makes the issuer's page in a language: what it is and its badges, in
// the words of that language; never a list of people.
func (s *Site) Index(v View, language string, badges []Badge) ([]byte, error) {
	f, t := s.frame(v, language)
	f.Home = HomePage(language, v.Home)
	f.URL = v.Issuer.URL
	f.Title = t.say("site.title-index", map[string]any{"Issuer": v.Issuer.Name})
	f.Who, f.Own = "site.who-index", t.foreign(v.Home)
	f.Tongues = s.alternates(v.Homes, language, v.Issuer.URL, func(l string) string { return HomePage(l, v.Home) })
	if f.Own == "" {
		f.Summary = plainText(v.Issuer.Description)
	}
	if len(badges) > 0 {
		f.PictureAlt = t.alt(badges[0])
		f.Picture = v.Issuer.URL + path.Join(badges[0].Folder, badges[0].Preview)
	}
	return t.render("index", indexPage{frame: f, Badges: badges})
}

type achievementPage struct {
	frame
	Badge Badge
	File  string // the badge for programs
}

// Achievement makes the page of a badge.
func (s *Site) Achievement(v View, b Badge) ([]byte, error) {
	f, t := s.frame(v, b.Language)
	f.Root = strings.Repeat("../", strings.Count(b.Folder, "/")+1)
	folderURL := v.Issuer.URL + b.Folder + "/"
	own := b.Languages[0]
	file := func(l string) string { return pageFile("index", l, own) }
	f.URL = folderURL + file(b.Language)
	f.Title = t.say("site.title-achievement", map[string]any{"Badge": b.Name, "Issuer": v.Issuer.Name})
	f.Who = "site.who-model"
	f.Summary, f.Picture, f.PictureAlt = b.Summary, folderURL+b.Preview, t.alt(b)
	f.Words, f.Own = t.foreign(b.Language), t.foreign(own)
	f.Tongues = s.alternates(b.Languages, b.Language, folderURL, file)
	return t.render("achievement", achievementPage{frame: f, Badge: b, File: inLanguage("achievement", b.Language, own) + ".json"})
}

// foreign is the language where it is not the page's, for the attribute that
// tells a screen reader to change its voice.
func (t *tongue) foreign(language string) string {
	if language != t.name {
		return language
	}
	return ""
}

// alt is what the picture of a badge shows. The badge says it in its own
// language only; for readers of another one it is said anew, and shorter.
func (t *tongue) alt(b Badge) string {
	if b.Alt != "" && b.Languages[0] == t.name {
		return b.Alt
	}
	return t.say("site.alt", map[string]any{"Badge": b.Name, "Kind": t.say("site.kind."+b.Kind, nil)})
}

type awardPage struct {
	frame
	Badge     Badge
	Award     shownAward
	StateLead string // what follows from the state, "" for an active award
	StateText string
	PNG, SVG  bool
	ModelFile string
}

// shownAward is an award in the words of a page.
type shownAward struct {
	ID, Name                      string
	Text                          template.HTML
	Evidence                      []Link
	Issued, Until, Since          string // in words
	IssuedISO, UntilISO, SinceISO string
	State                         string
	shard, cause                  string
}

// Award makes the page of an award in the badge's language.
func (s *Site) Award(v View, b Badge, a Award) ([]byte, error) {
	t := s.tongues[s.Language(b.Language)]
	return s.award(v, b, t.show(a), a.PNG, a.SVG)
}

func (t *tongue) show(a Award) shownAward {
	shown := shownAward{
		ID: a.ID, Name: a.Name, Text: a.Text, Evidence: a.Links, State: a.State,
		Issued: t.date(a.Issued), IssuedISO: a.Issued.Format(time.DateOnly),
		Since: t.date(a.Since), SinceISO: a.Since.Format(time.DateOnly), shard: a.Shard, cause: a.Reason,
	}
	if !a.Until.IsZero() {
		shown.Until, shown.UntilISO = t.date(a.Until), a.Until.Format(time.DateOnly)
	}
	return shown
}

func (s *Site) award(v View, b Badge, a shownAward, png, svg bool) ([]byte, error) {
	f, t := s.frame(v, b.Language)
	f.Root, f.Hidden = "../../", true
	folderURL := v.Issuer.URL + "b/" + a.shard + "/"
	own := b.Languages[0]
	file := func(l string) string { return AwardPage(a.ID, l, own) }
	f.URL = folderURL + file(b.Language)
	f.CredentialURL = folderURL + a.ID + ".json"
	f.Title = t.say("site.title-award", map[string]any{"Badge": b.Name, "Issuer": v.Issuer.Name})
	f.Who = "site.who"
	f.Summary, f.Picture, f.PictureAlt = b.Summary, v.Issuer.URL+b.Folder+"/"+b.Preview, t.alt(b)
	f.Words, f.Own = t.foreign(b.Language), t.foreign(own)
	f.Tongues = s.alternates(b.Languages, b.Language, folderURL, file)
	facts := map[string]any{"Issuer": v.Issuer.Name, "Issued": a.Issued, "Until": a.Until, "On": a.Since, "Reason": a.cause}
	key := "site.state-" + a.State
	if a.State == StateActive && a.Until != "" {
		key = "site.state-until"
	}
	text, lead := t.say(key, facts), ""
	if a.State != StateActive {
		// A preview of the link must not praise a badge that no longer holds.
		lead = t.say("site.lead-"+a.State, nil)
		f.Summary = lead + " " + text
	}
	return t.render("award", awardPage{
		frame: f, Badge: b, Award: a, StateLead: lead, StateText: text,
		PNG: png, SVG: svg, ModelFile: pageFile("index", b.Language, own),
	})
}
