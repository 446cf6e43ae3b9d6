package web

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
)

// achievementOpen is the data of the page "achievement-open": what a badge
// recognises, as anybody sees it.
type achievementOpen struct {
	Name, Words  string // Words: the language of the words, where it is not the page's
	Description  template.HTML
	Picture, Alt string
	Issuer       string
	IssuerPath   string
	IssuerHelp   string
	Marks        look.Marks
	Criteria     template.HTML
	CriteriaURL  string
	Evidence     string
	Needed       bool
	Skills       []look.Skill
	Tags         []string
	Validity     string
	Licence      string
	LicenceName  string
	Notes        []look.Note
	Version      string
	Versions     []look.Term
	Languages    []look.Piece
	Document     string // path of the JSON
	Report       string // where to tell the operator of it
	Back         *look.Button
	Publish      *look.Button
}

// opened is a version that the address names.
type opened struct {
	version *achievement.Version
	badge   achievement.Achievement
	org     organization.Organization
	lang    string // that the address asks for, "" for none
}

// modelForms are how a badge's description can be had; the first is for people.
var modelForms = []string{"text/html", "application/ld+json", "application/json"}

// open answers with the page of what a badge recognises, or with its document.
func (a *achievementPages) open(w http.ResponseWriter, r *Request) error {
	o, err := a.opened(r)
	if err != nil {
		return err
	}
	w.Header().Add("Vary", "Accept")
	form := choose(r.Header.Get("Accept"), modelForms)
	if form != "text/html" || r.URL.Query().Get("as") == "json" {
		return a.sendDocument(w, r, o, form)
	}
	lang := o.lang
	if lang == "" {
		lang = r.Lang()
	}
	d := a.openData(r, &o.version.Content, o.org, lang)
	d.Picture, d.Alt = pictureOfVersion(o.version), o.version.Content.Texts[lang].Alt
	if d.Alt == "" {
		d.Alt = o.version.Alt
	}
	if err := a.putVersions(r, d, o, lang); err != nil {
		return err
	}
	p := r.Page(r.Say.T("site.title-achievement", message.Facts{"Badge": d.Name, "Issuer": d.Issuer}))
	p.Kind, p.Data, p.Summary = d.Marks.Kind, d, a.Reading.Text(o.version.Content.In(lang).Description)
	p.Hidden = o.org.Status != organization.Active || o.badge.State == achievement.Archived
	p.URL = a.core.URL(o.version.Path(lang))
	r.putCard(&p, cardPath("/a/"+o.version.Key(), lang, "version", strconv.Itoa(o.version.Version)), d.Alt)
	p.Alternate = []look.Alternate{{Type: "application/ld+json", URL: a.core.URL(o.version.Path(lang))}}
	return r.Show(w, "achievement-open", p)
}

// opened finds what the address names: the newest version, or one, in one of its
// languages.
func (a *achievementPages) opened(r *Request) (*opened, error) {
	org, number, err := id.ParseKey(r.PathValue("key"))
	if err != nil {
		return nil, fault.ErrNotFound
	}
	o := &opened{lang: r.PathValue("lang")}
	if o.badge, err = a.Badges.Find(r.Context(), org, number); err != nil {
		return nil, err
	}
	version := o.badge.Version
	if text := r.PathValue("version"); text != "" {
		if version, err = strconv.Atoi(text); err != nil || strconv.Itoa(version) != text {
			return nil, fault.ErrNotFound
		}
	}
	if version <= 0 {
		return nil, fault.ErrNotFound
	}
	if o.version, err = a.Badges.Version(r.Context(), org, number, version); err != nil {
		return nil, err
	}
	// A version has one address in each language.
	if o.lang != "" && (o.lang == o.version.Content.Lang || !slices.Contains(o.version.Content.Languages(), o.lang)) {
		return nil, fault.ErrNotFound
	}
	o.org, err = a.Orgs.Get(r.Context(), org)
	return o, err
}

// sendDocument sends the achievement as it stands in credentials.
func (a *achievementPages) sendDocument(w http.ResponseWriter, r *Request, o *opened, form string) error {
	lang := o.lang
	if lang == "" {
		lang = o.version.Content.Lang
	}
	if form == "text/html" {
		form = "application/ld+json"
	}
	path := o.version.Path(lang)
	key := path + " " + form
	out := a.public.get(key)
	if out == nil {
		b := a.Badges.Badge(o.version, o.org, a.core.Base.String(), lang)
		document, _ := b.Achievement(func(lang, key string, facts map[string]any) string { return a.core.Catalog.For(lang).T(key, facts) })
		tree := document.Tree()
		out = a.public.put(key, &answer{kind: form, body: tree.AppendJSON(nil), control: "public, max-age=300", open: true, lang: lang})
	}
	w.Header().Set("Content-Location", a.core.URL(path))
	w.Header().Set("Vary", "Accept, Accept-Encoding")
	out.send(w, r.Request)
	return nil
}

// openData is what a content says, for its page.
func (a *achievementPages) openData(r *Request, c *achievement.Content, org organization.Organization, lang string) *achievementOpen {
	t := c.In(lang)
	d := &achievementOpen{
		Name: t.Name, Description: a.Reading.HTML(t.Description), Issuer: org.Name, IssuerPath: "/o/" + org.Slug, Marks: marksIn(c, lang),
		Criteria: a.Reading.HTML(t.Criteria), CriteriaURL: c.CriteriaURL, Evidence: t.Evidence, Needed: c.EvidenceNeeded, Tags: c.Tags,
		Validity: validityIn(r, c.Validity), Licence: c.Licence, Report: "/report?page=" + url.QueryEscape(r.URL.Path),
	}
	if d.Name == "" {
		d.Name = r.Say.T("achievement.unnamed")
	}
	if own := c.Texts[lang]; own.Name == "" {
		lang = c.Lang
	}
	if lang != r.Lang() {
		d.Words = lang
	}
	d.IssuerHelp = strings.Trim(r.Say.T("organization.kind."+org.Kind)+", "+org.Place.Locality, ", ")
	for _, s := range c.Skills {
		help := s.FrameworkIn(r.Lang())
		if text := s.Described(r.Lang()); text != "" {
			help = strings.Trim(help+". "+text, ". ") + "."
		}
		d.Skills = append(d.Skills, look.Skill{Name: s.In(r.Lang()), Help: help, Path: s.URL})
	}
	if i := slices.Index(licences, c.Licence); i >= 0 {
		d.LicenceName = r.Say.T("achievement.licence-" + strconv.Itoa(i))
	} else if u, err := url.Parse(c.Licence); err == nil {
		d.LicenceName = u.Hostname()
	}
	return d
}

func (a *achievementPages) putVersions(r *Request, d *achievementOpen, o *opened, lang string) error {
	v := o.version
	d.Version = r.Say.T("site.version", message.Facts{"Version": strconv.Itoa(v.Version)})
	d.Document = v.Path(lang) + "?as=json"
	if o.badge.State == achievement.Archived {
		d.Notes = append(d.Notes, look.Note{Text: "achievement.open-archived"})
	}
	if v.Version < o.badge.Version {
		d.Notes = append(d.Notes, look.Note{Kind: "doubt", Text: r.Say.T("achievement.open-older", message.Facts{"Version": v.Version}),
			Action: &look.Button{Text: "achievement.open-newest", Path: "/a/" + v.Key(), Small: true}})
	}
	for _, other := range v.Content.Languages() {
		if len(v.Content.Languages()) > 1 {
			d.Languages = append(d.Languages, look.Piece{Text: "look.language." + other, Path: v.Path(other)})
		}
	}
	versions, err := a.Badges.Versions(r.Context(), v.Org, v.Achievement, 0, 10)
	if err != nil {
		return err
	}
	if len(versions) > 1 {
		for i := range versions {
			d.Versions = append(d.Versions, a.versionTerm(r, &versions[i]))
		}
	}
	return nil
}

// validityIn says how long a badge holds.
func validityIn(r *Request, v achievement.Validity) string {
	if v.Until != "" {
		var year, month, day int
		if _, err := fmt.Sscanf(v.Until, "%d-%d-%d", &year, &month, &day); err != nil || month < 1 || month > 12 {
			return v.Until
		}
		first := strconv.Itoa(day)
		if day == 1 {
			first = r.Say.T("site.day-first")
		}
		return r.Say.T("achievement.holds-until", message.Facts{"Date": r.Say.T("site.date", message.Facts{
			"Day": first, "Month": r.Say.T("site.month." + strconv.Itoa(month)), "Year": strconv.Itoa(year),
		})})
	}
	var parts []string
	for _, p := range []struct {
		key string
		n   int
	}{{"achievement.span-years", v.Years}, {"achievement.span-months", v.Months}, {"achievement.span-days", v.Days}} {
		if p.n > 0 {
			parts = append(parts, r.Say.T(p.key, message.Facts{"Count": p.n}))
		}
	}
	if len(parts) == 0 {
		return r.Say.T("site.no-end")
	}
	return r.Say.T("achievement.holds-span", message.Facts{"Span": strings.Join(parts, ", ")})
}

// look shows a draft as people will see it once it is published.
func (a *achievementPages) look(w http.ResponseWriter, r *Request) error {
	b, at, err := a.found(r)
	if err != nil {
		return err
	}
	c := b.Content()
	lang := r.Lang()
	if in := r.URL.Query().Get("in"); slices.Contains(c.Languages(), in) {
		lang = in
	}
	d := a.openData(r, &c, r.Org, lang)
	d.Picture, d.Alt = pictureOf(r.Org, b), c.Alternative(lang)
	d.Back = &look.Button{Text: "achievement.back-edit", Icon: "pencil-simple", Path: at + "/edit"}
	if !r.Actor.May(organization.Creator) {
		d.Back = &look.Button{Text: "achievement.back", Path: at}
	} else if b.Draft != nil && b.State != achievement.Archived {
		d.Publish = &look.Button{Kind: "full", Text: "achievement.publish", Icon: "check", Path: at + "/publish"}
	}
	d.Notes = []look.Note{{Text: "achievement.look-note"}}
	for _, other := range c.Languages() {
		if len(c.Languages()) > 1 {
			d.Languages = append(d.Languages, look.Piece{Text: "look.language." + other, Path: at + "/preview?in=" + other})
		}
	}
	p := r.Page(d.Name)
	p.Section, p.Data, p.Kind = "badges", d, c.Kind
	p.Trail = []look.Crumb{{Text: "achievement.title", Path: spaceBadges(r.Org)}, {Text: nameOf(r, b), Path: at}, {Text: "achievement.look"}}
	return r.Show(w, "achievement-open", p)
}
