package web

import (
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/site"
	ob "github.com/ecusson/ecusson/openbadges"
)

// badgeData is the page of a badge.
type badgeData struct {
	Public, Holder, Issuer, IssuerPath, IssuerHelp string
	Domains                                        []string
	Name                                           string
	Description, Criteria, Text, Note              template.HTML
	CriteriaURL                                    string
	Picture, Alt                                   string
	Marks                                          look.Marks
	State                                          look.Verdict
	Evidence                                       []look.Piece
	Skills                                         []look.Skill
	Tags                                           []string
	Terms                                          []look.Term
	Model                                          string // path of what it recognises
	Licence                                        string
	Words                                          string // language of the words, where not the page's
	History                                        bool
	SVG, PDF                                       bool
	Link                                           look.Copy
	Replaced                                       string // path of the badge that took its place
	Renewed                                        string // path of the one that was given after it ended
	Yours                                          *yoursData
	Issued                                         bool // the viewer is of the issuer, and may see its awards
	Manage                                         string
}

// yoursData is what the holder alone sees.
type yoursData struct {
	Token    string // of the mail's link; "" for who is signed in
	Answer   string // "", "accepted" or "declined"
	Visible  string // "by-link", "private" or "public"
	Passport bool   // is signed in
	Login    string
}

// plainPage answers the page to who brings neither a session nor a link.
func (b *badgePages) plainPage(w http.ResponseWriter, r *http.Request, badge string) bool {
	q := r.URL.Query()
	lang := q.Get("lang")
	if len(q) > 1 || len(q) == 1 && lang == "" || b.core.token(r) != "" {
		return false
	}
	tongue, carry := b.core.language(r, account.Person{})
	key := badge + " html " + tongue + strconv.FormatBool(carry)
	a := b.ready.get(key)
	if a == nil {
		request := &Request{Request: r, Core: b.core, Say: b.core.Catalog.For(tongue), carry: carry}
		f, err := b.find(r.Context(), badge)
		if err != nil || f.award.Visible == award.Private || f.award.State == award.Erased {
			return false
		}
		p, err := b.page(request, &f)
		if err != nil {
			return false
		}
		body, err := b.core.Look.Render("badge", p)
		if err != nil {
			b.core.Log.Error("the page of a badge cannot be shown", "error", err)
			return false
		}
		a = b.ready.put(key, &answer{
			kind: "text/html; charset=utf-8", body: body, lang: tongue, vary: "Accept, Accept-Language, Cookie", control: "private, no-cache",
			links: "<" + b.core.URL("/b/"+badge+".json") + `>; rel="alternate"; type="application/vc"`,
		})
	}
	a.send(w, r)
	return true
}

// recipient is what the request shows of being the holder.
func (b *badgePages) recipient(r *Request) (award.Recipient, error) {
	out := award.Recipient{Person: r.Person.ID, Token: r.FormValue("k")}
	if r.In() && b.Addresses != nil {
		var err error
		if out.Addresses, err = b.Addresses(r.Context(), r.Person.ID); err != nil {
			return out, err
		}
	}
	return out, nil
}

// show answers what plain did not: the page for who may see more, the files of
// who is the holder, and errors.
func (b *badgePages) show(w http.ResponseWriter, r *Request) error {
	badge, form := formOf(r.Request)
	if form == "" {
		return fault.ErrNotFound
	}
	_, extension := name(r.PathValue("badge"))
	if extension == "" {
		w.Header().Set("Vary", "Accept")
	}
	f, err := b.find(r.Context(), badge)
	if err != nil {
		return err
	}
	who, err := b.recipient(r)
	if err != nil {
		return err
	}
	mine := b.Awards.Owns(who, &f.award)
	member := b.member(r, f.org.Slug)
	switch {
	case f.award.State == award.Erased:
		return gone(&f)
	case f.award.Visible == award.Private && !mine && !member:
		return errKept()
	case form == "application/pdf":
		return b.pdf(w, r, &f)
	case f.doc == nil && extension == "" && likes(r.Header.Get("Accept"), "text/html") > 0:
		// Not signed: it has a page and no document, and whoever takes anything
		// gets that.
	case form != "text/html":
		if f.doc == nil {
			return fault.New(fault.NotFound, "badge.history")
		}
		a, err := b.render(r.Context(), &f.award, f.doc, form)
		if err != nil {
			return err
		}
		a.control = "private, no-store"
		if extension != "" {
			w.Header().Set("Content-Disposition", `attachment; filename="badge`+extension+`"`)
		}
		a.send(w, r.Request)
		return nil
	}
	p, err := b.page(r, &f)
	if err != nil {
		return err
	}
	data := p.Data.(*badgeData)
	if mine {
		data.Yours = yours(&f.award, who.Token, r.In())
		data.Yours.Login = "/login?" + url.Values{"next": {"/passport"}, "email": {f.award.Address}}.Encode()
	}
	if member {
		data.Manage = "/s/" + f.org.Slug + "/awards/" + badge
	}
	return r.Show(w, "badge", p)
}

// member tells whether the viewer may see the issuer's awards.
func (b *badgePages) member(r *Request, slug string) bool {
	if !r.In() {
		return false
	}
	_, actor, err := b.core.Enter.Enter(r.Context(), slug, r.Person.ID)
	return err == nil && actor.Role > 0
}

func yours(a *award.Award, token string, in bool) *yoursData {
	return &yoursData{
		Token: token, Passport: in,
		Answer:  map[award.Answer]string{award.Accepted: "accepted", award.Declined: "declined"}[a.Answer],
		Visible: visibleCodes[a.Visible],
	}
}

var visibleCodes = map[award.Visible]string{award.ByLink: "by-link", award.Private: "private", award.Public: "public"}

// page makes the page of a badge, as anybody sees it.
func (b *badgePages) page(r *Request, f *found) (look.Page, error) {
	public := f.award.Public()
	content := &f.version.Content
	words := content.In(r.Lang())
	d := &badgeData{
		Public: public, Issuer: f.org.Name, IssuerPath: "/o/" + f.org.Slug, Name: words.Name,
		Description: b.Reading.HTML(words.Description), Criteria: b.Reading.HTML(words.Criteria), CriteriaURL: content.CriteriaURL,
		Alt: words.Alt, Tags: content.Tags, Licence: content.Licence, Model: f.version.Path(r.Lang()), History: f.doc == nil,
		SVG: f.version.SVG != "" && f.doc != nil, PDF: f.doc != nil,
		Marks: look.Marks{
			Kind: content.Kind, Level: content.Level, Levels: content.Levels, Assessment: content.Assessment, Assessor: words.Assessor, Evidence: words.Evidence,
		},
		Link: look.Copy{Label: r.Say.T("badge.link"), Value: b.core.URL("/b/" + public), ID: "link"},
	}
	if f.org.Kind != "" {
		d.IssuerHelp = strings.Trim(r.Say.T("organization.kind."+f.org.Kind)+", "+f.org.Place.Locality, ", ")
	}
	if d.Alt == "" {
		d.Alt = r.Say.T("site.alt", map[string]any{"Badge": words.Name, "Kind": r.Say.T("site.kind." + content.Kind)})
	}
	if t, known := content.Texts[r.Lang()]; !known || t.Name == "" {
		d.Words = content.Lang
	}
	d.Picture = "/file/" + f.version.PNG
	if f.version.SVG != "" {
		d.Picture = "/file/" + f.version.SVG
	}
	if !f.org.HideNames {
		d.Holder = f.award.Name
	}
	for _, s := range content.Skills {
		help := s.FrameworkIn(r.Lang())
		d.Skills = append(d.Skills, look.Skill{Name: s.In(r.Lang()), Help: help, Path: s.URL})
	}
	if err := b.say(d, f); err != nil {
		return look.Page{}, err
	}
	if b.Domains != nil {
		var err error
		if d.Domains, err = b.Domains(r.Context(), f.org.Number); err != nil {
			return look.Page{}, err
		}
	}
	if err := b.state(r, d, f); err != nil {
		return look.Page{}, err
	}
	p := r.Page(r.Say.T("site.title-award", map[string]any{"Badge": words.Name, "Issuer": f.org.Name}))
	p.Kind, p.Data, p.Hidden = content.Kind, d, f.award.Visible != award.Public
	p.Summary = b.Reading.Text(words.Description)
	if d.State.State != "valid" {
		p.Summary = d.State.Title + " " + d.State.Text // a preview must not praise what no longer holds
	}
	p.URL = b.core.URL("/b/" + public)
	card := cardPath("/b/"+public, r.Lang())
	if d.State.State != "valid" { // another address: the old picture is kept elsewhere
		card = cardPath("/b/"+public, r.Lang(), "state", d.State.State)
	}
	r.putCard(&p, card, d.Alt)
	p.Alternate = []look.Alternate{{Type: "application/vc", URL: b.core.URL("/b/" + public + ".json")}}
	return p, nil
}

// say reads what was said of this person from the signed document, which is the
// truth of it, or from what was kept of history.
func (b *badgePages) say(d *badgeData, f *found) error {
	if f.doc == nil {
		var h award.History
		if len(f.award.Document) > 0 {
			if err := json.Unmarshal(f.award.Document, &h); err != nil {
				return fmt.Errorf("web: history: %w", err)
			}
		}
		d.Text, d.Note = b.Reading.HTML(h.Text), b.Reading.HTML(h.Note)
		d.addLinks(h.Links)
		return nil
	}
	c, err := ob.Parse(f.doc)
	if err != nil {
		return fmt.Errorf("web: a stored badge: %w", err)
	}
	d.Text = b.Reading.HTML(c.CredentialSubject.Narrative)
	for _, e := range c.Evidence {
		if e.Narrative != "" {
			d.Note += b.Reading.HTML(e.Narrative)
		}
		if e.ID != "" {
			d.addLinks([]string{e.ID})
		}
	}
	return nil
}

func (d *badgeData) addLinks(links []string) {
	for _, link := range links {
		d.Evidence = append(d.Evidence, look.Piece{Text: site.LinkLabel(link), Path: link, Foreign: true})
	}
}

// state says in words whether the badge holds.
func (b *badgePages) state(r *Request, d *badgeData, f *found) error {
	a := &f.award
	zone := b.Awards.Zone
	day := func(t time.Time) string { return dateIn(r, t.In(zone)) }
	facts := map[string]any{"Issuer": f.org.Name, "Issued": day(a.Issued)}
	state, key := "valid", "site.state-active"
	d.Terms = append(d.Terms, look.Term{Label: "site.issued-on", At: a.Issued})
	last := a.Until.In(zone).AddDate(0, 0, -1)
	if !a.Until.IsZero() {
		key, facts["Until"] = "site.state-until", day(last)
		d.Terms = append(d.Terms, look.Term{Label: "site.valid-until", At: last})
	} else {
		d.Terms = append(d.Terms, look.Term{Label: "site.validity", Text: "site.no-end"})
	}
	switch {
	case a.State == award.Revoked, a.State == award.Suspended:
		state = map[award.State]string{award.Revoked: "revoked", award.Suspended: "suspended"}[a.State]
		key = "site.state-" + state
		kinds := []string{award.EventSuspended}
		if a.State == award.Revoked {
			kinds = []string{award.EventRevoked, award.EventReplaced}
		}
		e, ok, err := b.Awards.Last(r.Context(), a, kinds...)
		if err != nil {
			return err
		}
		if ok {
			facts["On"], facts["Reason"] = day(e.ID.Time()), e.Reason
			d.Terms = append(d.Terms, look.Term{Label: "site." + state + "-on", At: e.ID.Time()})
			if !e.Other.IsZero() {
				other := award.Award{Org: a.Org, ID: e.Other}
				d.Replaced = "/b/" + other.Public()
			}
		}
	case a.Expired(b.core.Now()):
		state, key = "expired", "site.state-expired"
		if err := b.renewed(r, d, a); err != nil {
			return err
		}
	case d.History:
		state, key = "unknown", "badge.state-history"
	}
	d.State = look.Verdict{State: state, Text: r.Say.T(key, facts), Slim: true}
	switch state {
	case "valid":
		d.State.Title = r.Say.T("badge.state-valid")
	case "unknown":
		d.State.Title = r.Say.T("badge.state-history-title")
	default:
		d.State.Title = r.Say.T("site.lead-" + state)
	}
	return nil
}

// renewed leads from a badge that has ended to the one that was given after it.
func (b *badgePages) renewed(r *Request, d *badgeData, a *award.Award) error {
	e, ok, err := b.Awards.Last(r.Context(), a, award.EventRenewed)
	if ok {
		other := award.Award{Org: a.Org, ID: e.Other}
		d.Renewed = "/b/" + other.Public()
	}
	return err
}

// dateIn writes a day as people do.
func dateIn(r *Request, t time.Time) string {
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = r.Say.T("site.day-first")
	}
	return r.Say.T("site.date", map[string]any{"Day": day, "Month": r.Say.T("site.month." + strconv.Itoa(int(t.Month()))), "Year": strconv.Itoa(t.Year())})
}

// answer is what the holder says to a badge.
func (b *badgePages) answer(w http.ResponseWriter, r *Request) error {
	f, who, err := b.holder(r)
	if err != nil {
		return err
	}
	answer, done := award.Accepted, "badge-accepted"
	if r.FormValue("answer") == "decline" {
		answer, done = award.Declined, "badge-declined"
	}
	if _, err := b.Awards.Answer(r.Context(), who, f.award.Org, f.award.ID, answer); err != nil {
		return err
	}
	return r.Go(w, b.back(r, f), done)
}

// visible is who the holder lets see the page.
func (b *badgePages) visible(w http.ResponseWriter, r *Request) error {
	f, who, err := b.holder(r)
	if err != nil {
		return err
	}
	for v, code := range visibleCodes {
		if code == r.FormValue("visible") {
			if err := b.Awards.Show(r.Context(), who, f.award.Org, f.award.ID, v); err != nil {
				return err
			}
			b.ready.forget(r.PathValue("badge"))
			return r.Go(w, b.back(r, f), "badge-visible-"+code)
		}
	}
	return fault.New(fault.Invalid, "badge.visible-unknown")
}

func (b *badgePages) holder(r *Request) (found, award.Recipient, error) {
	f, err := b.find(r.Context(), r.PathValue("badge"))
	if err != nil {
		return f, award.Recipient{}, err
	}
	who, err := b.recipient(r)
	return f, who, err
}

// back is the page that the form was on: with the link's secret, for who came by it.
func (b *badgePages) back(r *Request, f found) string {
	path := "/b/" + f.award.Public()
	if next := r.FormValue("next"); next != "" {
		return Inner(next)
	}
	if k := r.FormValue("k"); k != "" {
		return path + "?k=" + url.QueryEscape(k)
	}
	return path
}

// askQuiet asks whether no more mails about a badge are wanted.
func (b *badgePages) askQuiet(w http.ResponseWriter, r *Request) error {
	f, who, err := b.holder(r)
	if err != nil {
		return err
	}
	if !b.Awards.Owns(who, &f.award) {
		return fault.New(fault.Forbidden, "award.not-yours")
	}
	words := f.version.Content.In(r.Lang())
	p := r.Page(r.Say.T("badge.quiet"))
	p.Hidden = true
	p.Data = look.Confirm{
		Title: "badge.quiet", Text: r.Say.T("badge.quiet-text", map[string]any{"Badge": words.Name}), Action: "/b/" + f.award.Public() + "/quiet", Button: "badge.quiet-do",
		Hidden: []look.Hidden{{Name: "k", Value: r.FormValue("k")}}, Back: b.back(r, f),
	}
	return r.Show(w, "badge-confirm", p)
}

// quiet ends the mails about a badge that nobody asked for. Mail programs call it
// by themselves, from no page (RFC 8058).
func (b *badgePages) quiet(w http.ResponseWriter, r *Request) error {
	f, who, err := b.holder(r)
	if err != nil {
		return err
	}
	if err := b.Awards.Quiet(r.Context(), who, f.award.Org, f.award.ID); err != nil {
		return err
	}
	return r.Go(w, b.back(r, f), "badge-quiet")
}
