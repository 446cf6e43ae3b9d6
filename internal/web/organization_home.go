package web

import (
	"net/http"
	"slices"
	"strconv"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
)

// homePage is the data of the page "organization-home".
type homePage struct {
	Hello, Name string
	Action      *look.Button
	Note        *look.Note
	Tasks       []OrganizationTask
	Badges      []look.Card
	NoBadges    look.Empty
	Numbers     []look.Number
	Months      *look.Bars
	Figures     string // path of all of them
	Domains     []string
	Public      string
	MayLeave    string
}

func (o *organizationPages) home(w http.ResponseWriter, r *Request) error {
	data := homePage{Name: r.Org.Name, Public: "/o/" + r.Org.Slug, MayLeave: "/s/" + r.Org.Slug + "/leave"}
	if r.Person.Name != "" {
		data.Hello = r.Say.T("organization.hello", message.Facts{"Name": r.Person.Name})
	}
	domains, err := o.orgs.Domains(r.Context(), r.Org.Number)
	if err != nil {
		return err
	}
	for _, d := range domains {
		if d.Holds() {
			data.Domains = append(data.Domains, d.Name)
		}
	}
	if o.parts.SpaceBadges != nil {
		if data.Badges, err = o.parts.SpaceBadges(r.Context(), r.Org, r.Lang()); err != nil {
			return err
		}
	}
	if err := o.figures(r, &data); err != nil {
		return err
	}
	data.Note = statusNote(r)
	data.Tasks = append(data.Tasks, o.ownTasks(r, domains, len(data.Badges))...)
	data.Action = homeAction(r, len(data.Badges))
	data.NoBadges = look.Empty{Icon: "medal", Title: "organization.no-badges", Text: "organization.no-badges-reader"}
	if r.Actor.May(organization.Creator) {
		data.NoBadges.Text = "organization.no-badges-text"
	}
	p := r.Page(r.Org.Name)
	p.Section, p.Data = "home", data
	return r.Show(w, "organization-home", p)
}

// figures puts in what the room of awards counts.
func (o *organizationPages) figures(r *Request, data *homePage) error {
	if o.parts.Figures == nil {
		return nil
	}
	f, err := o.parts.Figures.Figures(r)
	if err != nil {
		return err
	}
	data.Tasks = f.Tasks
	if f.Awarded == 0 {
		return nil
	}
	accepted := r.Say.T("look.percent", message.Facts{"N": (f.Accepted*100 + f.Awarded/2) / f.Awarded})
	data.Numbers = []look.Number{
		{Label: "organization.this-month", Value: f.Month}, {Label: "organization.awarded", Value: f.Awarded},
		{Label: "organization.accepted", Text: accepted}, {Label: "organization.waiting", Value: f.Waiting},
	}
	data.Figures = f.Path
	months := look.Bars{Caption: "organization.by-month", Label: "organization.month", Fact: "organization.awarded"}
	for _, m := range f.Months {
		months.Bars = append(months.Bars, look.Bar{Label: r.Say.T("site.month."+strconv.Itoa(int(m.Month.Month()))) + " " + strconv.Itoa(m.Month.Year()), Value: m.Count})
	}
	if len(months.Bars) > 0 {
		data.Months = &months
	}
	return nil
}

// statusNote says why the organisation gives no badges, nil where it may.
func statusNote(r *Request) *look.Note {
	switch r.Org.Status {
	case organization.Pending:
		return &look.Note{Kind: "info", Heading: 2, Title: "organization.is-pending", Text: "organization.is-pending-do"}
	case organization.Paused:
		return &look.Note{Kind: "doubt", Heading: 2, Title: r.Say.T("organization.is-paused", message.Facts{"Reason": r.Org.Reason}),
			Text: r.Say.T("organization.is-paused-do"), Action: &look.Button{Text: "look.report", Path: "/report?page=/o/" + r.Org.Slug}}
	}
	return nil
}

// ownTasks are what is left to do for the organisation itself: by who may.
func (o *organizationPages) ownTasks(r *Request, domains []organization.Domain, badges int) []OrganizationTask {
	at := "/s/" + r.Org.Slug
	var tasks []OrganizationTask
	add := func(key, path, icon string) {
		tasks = append(tasks, OrganizationTask{Title: "organization.task-" + key, Text: "organization.task-" + key + "-text", Button: "organization.task-" + key + "-do", Path: at + path, Icon: icon})
	}
	if r.Actor.May(organization.Creator) && badges == 0 && o.parts.SpaceBadges != nil {
		add("badge", "/badges/new", "medal")
	}
	if !r.Actor.May(organization.Admin) {
		return tasks
	}
	if r.Org.Description == "" {
		add("profile", "/settings", "pencil-simple")
	}
	holds := slices.ContainsFunc(domains, organization.Domain.Holds)
	switch lost := slices.ContainsFunc(domains, func(d organization.Domain) bool { return !d.Failed.IsZero() }); {
	case lost:
		add("domain-lost", "/settings/domains", "warning")
	case !holds:
		add("domain", "/settings/domains", "seal-check")
	}
	return tasks
}

// homeAction is the one filled button of a dashboard.
func homeAction(r *Request, badges int) *look.Button {
	at := "/s/" + r.Org.Slug
	switch {
	case badges > 0 && r.Actor.May(organization.Issuer) && r.Org.MayIssue() == nil:
		return &look.Button{Kind: "full", Text: "organization.give", Icon: "paper-plane-tilt", Path: at + "/awards/new"}
	case badges == 0 && r.Actor.May(organization.Creator):
		return &look.Button{Kind: "full", Text: "organization.describe-badge", Icon: "plus", Path: at + "/badges/new"}
	}
	return nil
}

// confirmPage is the data of the page "organization-confirm", a question before
// what cannot be undone.
type confirmPage struct {
	Errors  look.Errors
	Confirm look.Confirm
}

func (o *organizationPages) confirm(r *Request, section string, data confirmPage, trail ...look.Crumb) look.Page {
	p := r.Page(data.Confirm.Title)
	p.Section, p.Data, p.Trail = section, data, trail
	data.Errors = look.Faults(data.Confirm.Fields...)
	p.Data = data
	return p
}

func (o *organizationPages) leaveForm(w http.ResponseWriter, r *Request) error {
	at := "/s/" + r.Org.Slug
	return r.Show(w, "organization-confirm", o.confirm(r, "home", confirmPage{Confirm: look.Confirm{
		Title: r.Say.T("organization.leave-title", message.Facts{"Name": r.Org.Name}), Text: r.Say.T("organization.leave-text"),
		Action: at + "/leave", Button: "organization.leave", Danger: true, Back: at,
	}}))
}

func (o *organizationPages) leave(w http.ResponseWriter, r *Request) error {
	if err := o.orgs.Remove(r.Context(), r.Actor, r.Person.ID); err != nil {
		return err
	}
	return r.Go(w, "/spaces", "organization-left")
}

// sortByName sorts options as a dictionary of the language does.
func sortByName(lang string, options []look.Option) {
	c := collate.New(language.Make(lang))
	slices.SortStableFunc(options, func(a, b look.Option) int { return c.CompareString(a.Label, b.Label) })
}

// settingsTabs are the pages of an organisation's settings.
func settingsTabs(r *Request, current string) look.Tabs {
	at := "/s/" + r.Org.Slug
	tabs := look.Tabs{Label: "organization.settings"}
	for _, t := range []struct{ code, path, icon string }{
		{"profile", "/settings", "identification-card"}, {"domains", "/settings/domains", "globe"}, {"keys", "/settings/keys", "key"}, {"journal", "/journal", "list"},
	} {
		tabs.Tabs = append(tabs.Tabs, look.Tab{Text: "organization.tab-" + t.code, Path: at + t.path, Icon: t.icon, Current: t.code == current})
	}
	return tabs
}
