package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/organization"
	ob "github.com/ecusson/ecusson/openbadges"
)

// awardPages are what an organisation has given: all of it, one of it, and giving
// to one person.
type awardPages struct {
	core   *Core
	awards *award.Service
	badges *achievement.Service
}

// NewAward returns the pages of awards.
func NewAward(c *Core, awards *award.Service, badges *achievement.Service) Room {
	return &awardPages{c, awards, badges}
}

// Routes are those of awards in a space.
func (a *awardPages) Routes() []Route {
	const at = " /s/{org}/awards"
	return []Route{
		{Pattern: "GET" + at, Who: OrgReader, Do: a.all},
		{Pattern: "GET" + at + ".csv", Who: OrgReader, Limit: Costly, Do: a.download},
		{Pattern: "GET" + at + "/new", Who: OrgIssuer, Do: a.form},
		{Pattern: "POST" + at + "/new", Who: OrgIssuer, Limit: Costly, Do: a.give},
		{Pattern: "GET" + at + "/{award}", Who: OrgReader, Do: a.show},
		{Pattern: "GET" + at + "/{award}/{act}", Who: OrgIssuer, Do: a.ask},
		{Pattern: "POST" + at + "/{award}/{act}", Who: OrgIssuer, Limit: Costly, Do: a.act},
	}
}

func awardsOf(org organization.Organization) string { return "/s/" + org.Slug + "/awards" }

// awardFilter is what the page of all awards was asked to show.
type awardFilter struct {
	award.Filter
	query url.Values
}

var awardStates = map[string]award.State{"active": award.Active, "suspended": award.Suspended, "revoked": award.Revoked}
var awardMails = map[string]award.Mail{
	"queued": award.Queued, "handed-over": award.HandedOver, "refused": award.Refused, "bounced": award.Bounced, "perhaps": award.Perhaps,
}
var awardAnswers = map[string]award.Answer{"none": award.NoAnswer, "accepted": award.Accepted, "declined": award.Declined}

func readFilter(r *Request) awardFilter {
	in := r.URL.Query()
	f := awardFilter{query: url.Values{}}
	keep := func(name string) string {
		value := in.Get(name)
		if value != "" {
			f.query.Set(name, value)
		}
		return value
	}
	f.Search = keep("q")
	if len(f.Search) > 200 {
		f.Search = ""
	}
	if org, number, err := id.ParseKey(keep("badge")); err == nil && org == r.Org.Number {
		f.Achievement = number
	}
	if org, number, err := id.ParseKey(keep("list")); err == nil && org == r.Org.Number {
		f.Batch = number
	}
	if s, ok := awardStates[keep("state")]; ok {
		f.State = &s
	}
	if m, ok := awardMails[keep("mail")]; ok {
		f.Mail = &m
	}
	if s, ok := awardAnswers[keep("answer")]; ok {
		f.Answer = &s
	}
	return f
}

func (f awardFilter) path(org organization.Organization, extra ...string) string {
	q := url.Values{}
	for k, v := range f.query {
		q[k] = v
	}
	for i := 0; i+1 < len(extra); i += 2 {
		q.Set(extra[i], extra[i+1])
	}
	if len(q) == 0 {
		return awardsOf(org)
	}
	return awardsOf(org) + "?" + q.Encode()
}

// awardsData is the page of all awards.
type awardsData struct {
	May      bool
	At       string
	Search   look.Search
	Filters  []look.Field
	Table    *look.Table
	Empty    look.Empty
	Pager    look.Pager
	Download string
}

func (a *awardPages) all(w http.ResponseWriter, r *Request) error {
	f := readFilter(r)
	var before id.ID
	if text := r.URL.Query().Get("before"); text != "" {
		var err error
		if before, err = id.Parse(text); err != nil {
			return fault.ErrNotFound
		}
	}
	const n = 50
	found, err := a.awards.List(r.Context(), r.Actor, f.Filter, before, n+1)
	if err != nil {
		return err
	}
	badges, err := a.published(r)
	if err != nil {
		return err
	}
	d := awardsData{May: r.Actor.May(organization.Issuer), At: awardsOf(r.Org), Filters: a.filters(f, badges), Pager: look.Pager{Label: "awards.title"}}
	d.Search = look.Search{Action: awardsOf(r.Org), Value: f.Search, Label: "awards.search"}
	for name, values := range f.query {
		if name != "q" {
			d.Search.Hidden = append(d.Search.Hidden, look.Hidden{Name: name, Value: values[0]})
		}
	}
	slices.SortFunc(d.Search.Hidden, func(x, y look.Hidden) int { return strings.Compare(x.Name, y.Name) })
	if len(found) > n {
		found = found[:n]
		d.Pager.Next = f.path(r.Org, "before", found[n-1].ID.String())
	}
	if !before.IsZero() {
		d.Pager.Previous = f.path(r.Org)
	}
	switch {
	case len(found) > 0:
		d.Table = a.table(r, found, badges)
		d.Download = strings.Replace(f.path(r.Org), "/awards", "/awards.csv", 1)
	case len(f.query) > 0:
		d.Empty = look.Empty{Icon: "magnifying-glass", Title: "awards.none", Text: "awards.none-text", Action: &look.Button{Text: "awards.all", Path: awardsOf(r.Org)}}
	default:
		d.Empty = look.Empty{Icon: "paper-plane-tilt", Title: "awards.empty", Text: "awards.empty-text"}
		if d.May {
			d.Empty.Action = &look.Button{Kind: "full", Text: "list.new", Path: "/s/" + r.Org.Slug + "/lists/new"}
		}
	}
	p := r.Page(r.Say.T("awards.title"))
	p.Section, p.Data = "awards", d
	return r.Show(w, "award-all", p)
}

// published are the badges that have been published, archived ones too, by number.
func (a *awardPages) published(r *Request) (map[id.Number]achievement.Achievement, error) {
	out := map[id.Number]achievement.Achievement{}
	var after achievement.Place
	for {
		some, more, err := a.badges.List(r.Context(), r.Org.Number, achievement.Filter{}, after, 100)
		if err != nil {
			return nil, err
		}
		for _, b := range some {
			out[b.Number] = b
			after = b.Place()
		}
		if !more {
			return out, nil
		}
	}
}

func (a *awardPages) table(r *Request, found []award.Award, badges map[id.Number]achievement.Achievement) *look.Table {
	t := &look.Table{Caption: "awards.title", Columns: []look.Column{{Label: "awards.person"}, {Label: "awards.badge"}, {Label: "awards.date"}, {Label: "awards.state"}, {Label: "awards.mail"}, {Label: "awards.answer"}}}
	for _, x := range found {
		b := badges[x.Achievement]
		chip := a.chip(r, &x)
		name := x.Name
		if name == "" {
			name = x.Address
		}
		if name == "" {
			name = r.Say.T("awards.erased")
		}
		t.Rows = append(t.Rows, look.Row{Cells: []look.Cell{
			{Text: name, Path: awardsOf(r.Org) + "/" + x.Public(), Help: x.Address}, {Text: nameOf(r, b)}, {At: x.Issued}, {Chip: &chip}, {Text: mailKey(x.Mail)}, {Text: answerKey(x.Answer)},
		}})
	}
	return t
}

func (a *awardPages) chip(r *Request, x *award.Award) look.Chip {
	switch {
	case x.State == award.Revoked:
		return look.Chip{Kind: "revoked", Text: "badge.word-revoked"}
	case x.State == award.Suspended:
		return look.Chip{Kind: "doubt", Text: "badge.word-suspended"}
	case x.State == award.Erased:
		return look.Chip{Text: "awards.erased"}
	case x.Expired(a.core.Now()):
		return look.Chip{Kind: "expired", Text: "badge.word-expired"}
	case x.Frame == 0:
		return look.Chip{Text: "awards.history"}
	}
	return look.Chip{Kind: "valid", Text: "awards.valid"}
}

func (a *awardPages) filters(f awardFilter, badges map[id.Number]achievement.Achievement) []look.Field {
	choice := func(name, label string, values []string, prefix string) look.Field {
		field := look.Field{Name: name, Type: "select", Label: label, Options: []look.Option{{Value: "", Label: "awards.any"}}}
		for _, v := range values {
			field.Options = append(field.Options, look.Option{Value: v, Label: prefix + v, Selected: f.query.Get(name) == v})
		}
		return field
	}
	badge := look.Field{Name: "badge", Type: "select", Label: "awards.badge", Options: []look.Option{{Value: "", Label: "awards.any"}}}
	for _, b := range badges {
		badge.Options = append(badge.Options, look.Option{Value: b.Key(), Label: b.Name, Selected: b.Number == f.Achievement})
	}
	slices.SortFunc(badge.Options[1:], func(x, y look.Option) int { return strings.Compare(x.Label, y.Label) })
	return []look.Field{
		badge, choice("state", "awards.state", []string{"active", "suspended", "revoked"}, "awards.state-"),
		choice("mail", "awards.mail", []string{"queued", "handed-over", "refused", "bounced", "perhaps"}, "award.mail-"),
		choice("answer", "awards.answer", []string{"none", "accepted", "declined"}, "award.answer-"),
	}
}

// download is what the filter shows, as a file.
func (a *awardPages) download(w http.ResponseWriter, r *Request) error {
	f := readFilter(r)
	badges, err := a.published(r)
	if err != nil {
		return err
	}
	var before id.ID
	out := startCSV(w, "badges-"+r.Org.Slug)
	head := []string{"awards.person", "list.report-address", "awards.badge", "awards.date", "awards.state", "awards.mail", "awards.answer", "list.report-link"}
	for i, key := range head {
		head[i] = r.Say.T(key)
	}
	_ = out.Write(head)
	for {
		some, err := a.awards.List(r.Context(), r.Actor, f.Filter, before, 1000)
		if err != nil {
			return err
		}
		for _, x := range some {
			_ = out.Write(safeCells([]string{
				x.Name, x.Address, badges[x.Achievement].Name, x.Issued.In(a.awards.Zone).Format(time.DateOnly), r.Say.T(a.chip(r, &x).Text),
				r.Say.T(mailKey(x.Mail)), r.Say.T(answerKey(x.Answer)), a.core.URL("/b/" + x.Public()),
			}))
		}
		if len(some) < 1000 {
			break
		}
		before = some[len(some)-1].ID
	}
	out.Flush()
	return nil
}

// awardForm is the form of one award.
type awardForm struct {
	Action, Back, Title, Text, Button string
	Fields                            []look.Field
	Faults                            []string
	NoBadges                          string // path of making one
	Again                             bool   // the person has it: asked once more
}

// filled is what was written into the form.
type filled struct {
	badge, address, name, text, links, note, date, lang string
	silent, again                                       bool
}

func readFilled(r *Request) filled {
	return filled{
		badge: r.FormValue("badge"), address: r.Text("address"), name: r.Text("name"), text: r.Text("text"), links: r.Text("links"), note: r.Text("note"),
		date: r.Text("date"), lang: r.FormValue("lang"), silent: r.Ticked("silent"), again: r.Ticked("again"),
	}
}

func (a *awardPages) form(w http.ResponseWriter, r *Request) error {
	return a.showForm(w, r, filled{badge: r.URL.Query().Get("badge"), lang: r.Org.Lang}, nil, false)
}

func (a *awardPages) showForm(w http.ResponseWriter, r *Request, in filled, wrong map[string]fault.Field, has bool) error {
	published, err := a.badges.Published(r.Context(), r.Org.Number)
	if err != nil {
		return err
	}
	d := awardForm{Action: awardsOf(r.Org) + "/new", Back: awardsOf(r.Org), Title: "awards.new", Text: "awards.new-text", Button: "awards.give", Again: has}
	if len(published) == 0 {
		d.NoBadges = "/s/" + r.Org.Slug + "/badges/new"
	}
	d.Fields = a.fields(r, in, badgeOptions(r, published, 0), wrong)
	p := r.Page(r.Say.T("awards.new"))
	p.Section, p.Data = "awards", d
	p.Trail = []look.Crumb{{Text: "awards.title", Path: awardsOf(r.Org)}, {Text: "awards.new"}}
	if wrong != nil || has {
		return r.ShowAgain(w, "award-new", p)
	}
	return r.Show(w, "award-new", p)
}

func (a *awardPages) fields(r *Request, in filled, badges []look.Option, wrong map[string]fault.Field) []look.Field {
	say := func(name string) string {
		if f, ok := wrong[name]; ok {
			return r.Say.T(f.Key, f.Facts)
		}
		return ""
	}
	for i := range badges {
		_, number, _ := id.ParseKey(badges[i].Value)
		badges[i].Selected = badges[i].Value == in.badge || in.badge == strconv.Itoa(int(number))
	}
	return []look.Field{
		{Name: "badge", Type: "select", Label: "awards.badge", Options: badges, Required: true, Error: say("badge")},
		{Name: "address", Type: "email", Label: "list.field-email", Value: in.address, Required: true, Error: say("address"), Autocomplete: "off"},
		{Name: "name", Label: "list.field-name", Value: in.name, Optional: true, Limit: 120, Error: say("name"), Autocomplete: "off"},
		{Name: "text", Type: "textarea", Label: "awards.text", Help: "awards.text-help", Value: in.text, Optional: true, Limit: 5000, Error: say("text"), Spellcheck: true},
		{Name: "links", Type: "textarea", Rows: 2, Label: "awards.links", Help: "awards.links-help", Value: in.links, Optional: true, Error: say("links")},
		{Name: "note", Type: "textarea", Rows: 2, Label: "list.field-evidence-text", Value: in.note, Optional: true, Limit: 5000, Error: say("note"), Spellcheck: true},
		{Name: "date", Type: "date", Label: "list.field-awarded", Help: "awards.date-help", Value: in.date, Optional: true, Error: say("date")},
		{Name: "lang", Type: "select", Label: "list.lang", Options: languageOptions(r, in.lang)},
		{Name: "silent", Type: "checkbox", Label: "list.silent", Checked: in.silent},
	}
}

// request makes an award of what was written, or says what is wrong beside each field.
func (a *awardPages) request(r *Request, in filled) (award.Request, error) {
	var form fault.Form
	out := award.Request{Lang: in.lang, Name: in.name, Text: in.text, Note: in.note, Silent: in.silent}
	if !slices.Contains(r.Core.Catalog.Languages(), out.Lang) {
		out.Lang = r.Org.Lang
	}
	published, err := a.badges.Published(r.Context(), r.Org.Number)
	if err != nil {
		return out, err
	}
	i := slices.IndexFunc(published, func(b achievement.Achievement) bool { return b.Key() == in.badge })
	if i < 0 {
		form.Wrong("badge", "awards.badge-missing")
	} else {
		out.Achievement, out.Version = published[i].Number, published[i].Version
	}
	if out.Address, err = account.Normalize(in.address); err != nil {
		f := faultOf(err)
		if f == nil {
			return out, err
		}
		form.Wrong("address", f.Key)
	}
	for _, m := range []struct {
		name, value string
		most        int
	}{{"name", in.name, 120}, {"text", in.text, 5000}, {"note", in.note, 5000}} {
		if len([]rune(m.value)) > m.most {
			form.Wrong(m.name, "awards.long", "Limit", m.most)
		}
	}
	for link := range strings.FieldsSeq(in.links) {
		u, err := url.Parse(link)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || len(link) > 2048 || len(out.Links) == 20 {
			form.Wrong("links", "awards.link-wrong", "Link", link)
			break
		}
		out.Links = append(out.Links, u.String())
	}
	if in.date != "" {
		day, err := time.ParseInLocation(time.DateOnly, in.date, a.awards.Zone)
		if err != nil || day.Year() < 1900 || day.Year() > 2199 {
			form.Wrong("date", "awards.date-wrong")
		}
		out.Awarded = day
	}
	if err := form.Err(); err != nil {
		return out, err
	}
	v, err := a.badges.Version(r.Context(), r.Org.Number, out.Achievement, out.Version)
	if err != nil {
		return out, err
	}
	if v.Content.EvidenceNeeded && len(out.Links) == 0 && out.Note == "" {
		form.Wrong("links", "award.row-evidence-missing")
	}
	return out, form.Err()
}

func (a *awardPages) give(w http.ResponseWriter, r *Request) error {
	in := readFilled(r)
	request, err := a.request(r, in)
	if err == nil && !in.again {
		mine, err := a.awards.To(r.Context(), []string{request.Address})
		if err != nil {
			return err
		}
		if slices.ContainsFunc(mine, func(x award.Award) bool {
			return x.Org == r.Org.Number && x.Achievement == request.Achievement && x.State != award.Revoked
		}) {
			return a.showForm(w, r, in, nil, true)
		}
	}
	if err == nil {
		_, err = a.awards.Give(r.Context(), r.Actor, []award.Request{request})
	}
	if err != nil {
		if f := faultOf(err); f != nil && f.Kind == fault.Invalid && f.Key == "award.over" {
			err = &fault.Error{Kind: fault.Invalid, Key: "fault.form", Fields: []fault.Field{{Name: "date", Key: f.Key, Facts: f.Facts}}}
		}
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return a.showForm(w, r, in, wrong, false)
	}
	return r.Go(w, awardsOf(r.Org), "award-given")
}

// awardShow is the page of one award.
type awardShow struct {
	Name, Address, Badge, Picture string
	State                         look.Chip
	Terms                         []look.Term
	Link                          look.Copy
	Page                          string
	Events                        []look.Term
	Actions                       []look.Button
}

// one is the award of the address, which must be the space's own.
func (a *awardPages) one(r *Request) (award.Award, []award.Event, error) {
	org, i, err := id.ParsePublic(r.PathValue("award"))
	if err != nil || org != r.Org.Number {
		return award.Award{}, nil, fault.ErrNotFound
	}
	return a.awards.Find(r.Context(), r.Actor, i)
}

func (a *awardPages) show(w http.ResponseWriter, r *Request) error {
	x, events, err := a.one(r)
	if err != nil {
		return err
	}
	b, err := a.badges.Find(r.Context(), x.Org, x.Achievement)
	if err != nil {
		return err
	}
	at := awardsOf(r.Org) + "/" + x.Public()
	d := awardShow{
		Name: x.Name, Address: x.Address, Badge: nameOf(r, b), Picture: pictureOf(r.Org, b), State: a.chip(r, &x), Page: "/b/" + x.Public(),
		Link: look.Copy{Label: "badge.link", Value: a.core.URL("/b/" + x.Public())},
	}
	d.Terms = []look.Term{{Label: "awards.badge", Text: d.Badge, Path: "/s/" + r.Org.Slug + "/badges/" + strconv.Itoa(int(b.Number))}, {Label: "site.issued-on", At: x.Issued}}
	if !x.Until.IsZero() {
		d.Terms = append(d.Terms, look.Term{Label: "site.valid-until", At: x.Until.In(a.awards.Zone).AddDate(0, 0, -1)})
	}
	d.Terms = append(d.Terms, look.Term{Label: "awards.mail", Text: mailKey(x.Mail)}, look.Term{Label: "awards.answer", Text: answerKey(x.Answer)})
	for _, e := range events {
		text := r.Say.T("awards.event-" + e.Kind)
		if e.Reason != "" {
			text += " " + r.Say.T("awards.because", map[string]any{"Reason": e.Reason})
		}
		term := look.Term{Label: dateIn(r, e.ID.Time().In(a.awards.Zone)), Text: text}
		if !e.Other.IsZero() {
			term.Path = awardsOf(r.Org) + "/" + id.Public(x.Org, e.Other)
		}
		d.Events = append(d.Events, term)
	}
	if r.Actor.May(organization.Issuer) {
		for _, act := range a.acts(&x) {
			button := look.Button{Text: "awards.do-" + act, Path: at + "/" + act}
			if act == "revoke" {
				button.Kind = "danger"
			}
			d.Actions = append(d.Actions, button)
		}
	}
	title := x.Name
	if title == "" {
		title = d.Badge
	}
	p := r.Page(title)
	p.Section, p.Data, p.Kind = "awards", d, b.Kind
	p.Trail = []look.Crumb{{Text: "awards.title", Path: awardsOf(r.Org)}, {Text: title}}
	return r.Show(w, "award-show", p)
}

// acts are what can be done with an award as it is.
func (a *awardPages) acts(x *award.Award) []string {
	switch {
	case x.State == award.Active && x.Frame != 0:
		return []string{"resend", "renew", "correct", "suspend", "revoke"}
	case x.State == award.Active:
		return []string{"revoke"}
	case x.State == award.Suspended:
		return []string{"lift", "revoke"}
	}
	return nil
}

// awardAsk is the page that asks before something is done.
type awardAsk struct{ Confirm look.Confirm }

func (a *awardPages) ask(w http.ResponseWriter, r *Request) error {
	x, _, err := a.one(r)
	if err != nil {
		return err
	}
	act := r.PathValue("act")
	if !slices.Contains(a.acts(&x), act) {
		return fault.ErrNotFound
	}
	if act == "correct" || act == "renew" {
		in, err := a.asSigned(r, &x)
		if err != nil {
			return err
		}
		if act == "renew" {
			in.date = ""
		}
		return a.showCorrect(w, r, &x, act, in, nil)
	}
	return a.showAsk(w, r, &x, act, "")
}

func (a *awardPages) showAsk(w http.ResponseWriter, r *Request, x *award.Award, act, wrong string) error {
	at := awardsOf(r.Org) + "/" + x.Public()
	name := x.Name
	if name == "" {
		name = x.Address
	}
	c := look.Confirm{
		Title: r.Say.T("awards.ask-"+act, map[string]any{"Name": name}), Text: "awards.ask-" + act + "-text", Action: at + "/" + act, Button: "awards.do-" + act, Danger: act == "revoke", Back: at,
	}
	if act != "resend" {
		c.Fields = []look.Field{{Name: "reason", Type: "textarea", Label: "awards.reason", Help: "awards.reason-help", Limit: 1000, Required: act != "lift", Error: wrong, Value: r.Text("reason"), Spellcheck: true}}
	}
	p := r.Page(c.Title)
	p.Section, p.Data = "awards", awardAsk{c}
	if wrong != "" {
		return r.ShowAgain(w, "award-ask", p)
	}
	return r.Show(w, "award-ask", p)
}

func (a *awardPages) act(w http.ResponseWriter, r *Request) error {
	x, _, err := a.one(r)
	if err != nil {
		return err
	}
	act := r.PathValue("act")
	if !slices.Contains(a.acts(&x), act) {
		return fault.New(fault.Conflict, "awards.not-now")
	}
	reason := r.Text("reason")
	switch act {
	case "revoke":
		_, err = a.awards.Revoke(r.Context(), r.Actor, x.ID, reason)
	case "suspend":
		_, err = a.awards.Suspend(r.Context(), r.Actor, x.ID, reason)
	case "lift":
		_, err = a.awards.Lift(r.Context(), r.Actor, x.ID, reason)
	case "resend":
		err = a.awards.Resend(r.Context(), r.Actor, x.ID, r.Org.Lang)
	case "correct", "renew":
		return a.correct(w, r, &x, act)
	}
	if err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return a.showAsk(w, r, &x, act, r.Say.T(wrong["reason"].Key, wrong["reason"].Facts))
	}
	return r.Go(w, awardsOf(r.Org)+"/"+x.Public(), "award-"+act)
}

// asSigned is what an award says, as the form has it.
func (a *awardPages) asSigned(r *Request, x *award.Award) (filled, error) {
	_, doc, err := a.awards.Document(r.Context(), x.Org, x.ID)
	if err != nil {
		return filled{}, err
	}
	c, err := ob.Parse(doc)
	if err != nil {
		return filled{}, err
	}
	in := filled{
		badge: id.Key(x.Org, x.Achievement), address: x.Address, name: x.Name, text: c.CredentialSubject.Narrative, lang: c.CredentialSubject.Achievement.InLanguage,
		date: x.Issued.In(a.awards.Zone).Format(time.DateOnly),
	}
	for _, e := range c.Evidence {
		if e.ID != "" {
			in.links += e.ID + "\n"
		}
		if e.Narrative != "" {
			in.note = e.Narrative
		}
	}
	return in, nil
}

// showCorrect shows the form by which an award is corrected, or given anew.
func (a *awardPages) showCorrect(w http.ResponseWriter, r *Request, x *award.Award, act string, in filled, wrong map[string]fault.Field) error {
	published, err := a.badges.Published(r.Context(), r.Org.Number)
	if err != nil {
		return err
	}
	at := awardsOf(r.Org) + "/" + x.Public()
	d := awardForm{Action: at + "/" + act, Back: at, Title: "awards.do-" + act, Text: "awards.ask-" + act + "-text", Button: "awards.do-" + act}
	d.Fields = a.fields(r, in, badgeOptions(r, published, 0), wrong)
	if act == "correct" {
		d.Fields = append(d.Fields, correctReason(r, wrong))
	}
	p := r.Page(r.Say.T("awards.do-" + act))
	p.Section, p.Data = "awards", d
	p.Trail = []look.Crumb{{Text: "awards.title", Path: awardsOf(r.Org)}, {Text: "awards.one", Path: at}, {Text: "awards.do-" + act}}
	if wrong != nil {
		return r.ShowAgain(w, "award-new", p)
	}
	return r.Show(w, "award-new", p)
}

// correctReason asks why an award is corrected.
func correctReason(r *Request, wrong map[string]fault.Field) look.Field {
	reason := look.Field{Name: "reason", Type: "textarea", Rows: 2, Label: "awards.reason", Help: "awards.reason-help", Limit: 1000, Required: true, Value: r.Text("reason"), Spellcheck: true}
	if f, ok := wrong["reason"]; ok {
		reason.Error = r.Say.T(f.Key, f.Facts)
	}
	return reason
}

// correct gives an award anew: in the place of the old one, or after it.
func (a *awardPages) correct(w http.ResponseWriter, r *Request, x *award.Award, act string) error {
	in := readFilled(r)
	request, err := a.request(r, in)
	reason := r.Text("reason")
	if err == nil && reason == "" && act == "correct" {
		var form fault.Form
		form.Wrong("reason", "award.reason-missing")
		err = form.Err()
	}
	if err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return a.showCorrect(w, r, x, act, in, wrong)
	}
	var fresh award.Award
	if act == "renew" {
		fresh, err = a.awards.GiveAgain(r.Context(), r.Actor, x.ID, request)
	} else {
		fresh, err = a.awards.Correct(r.Context(), r.Actor, x.ID, request, reason)
	}
	if err != nil {
		return err
	}
	return r.Go(w, awardsOf(r.Org)+"/"+fresh.Public(), "award-"+act)
}
