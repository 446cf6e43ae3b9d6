package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
)

// operatedList is the data of the page "operator-organizations".
type operatedList struct {
	Tabs   look.Tabs
	Filter look.Tabs
	Search look.Search
	Rows   []operatedRow
	Empty  *look.Empty
	Pager  look.Pager
}

// operatedRow is an organisation in the operator's list.
type operatedRow struct {
	Name, Path, Kind, Place string
	Status                  look.Chip
	Alike                   bool
	Created                 time.Time
}

var operatedFilters = []string{"all", "pending", "active", "paused", "alike"}

func (o *operatorPages) organizations(w http.ResponseWriter, r *Request) error {
	q := r.URL.Query()
	code := q.Get("state")
	if !slices.Contains(operatedFilters, code) {
		code = "all"
	}
	f := organization.Filter{Search: strings.TrimSpace(q.Get("q")), Alike: code == "alike"}
	if code != "all" && code != "alike" {
		f.Status = organization.Status(code)
	}
	f.Created, f.Number = readOperated(q.Get("after"))
	found, more, err := o.Orgs.All(r.Context(), f)
	if err != nil {
		return err
	}
	at := func(code, after string) string {
		v := url.Values{}
		if code != "all" {
			v.Set("state", code)
		}
		if f.Search != "" {
			v.Set("q", f.Search)
		}
		if after != "" {
			v.Set("after", after)
		}
		if len(v) == 0 {
			return "/operator/organizations"
		}
		return "/operator/organizations?" + v.Encode()
	}
	d := operatedList{Tabs: operatorTabs("organizations"), Filter: look.Tabs{Label: "operator.filter"},
		Search: look.Search{Action: "/operator/organizations", Value: f.Search, Label: "operator.search"}}
	if code != "all" {
		d.Search.Hidden = []look.Hidden{{Name: "state", Value: code}}
	}
	for _, c := range operatedFilters {
		d.Filter.Tabs = append(d.Filter.Tabs, look.Tab{Text: "operator.filter-" + c, Path: at(c, ""), Current: c == code})
	}
	for _, org := range found {
		d.Rows = append(d.Rows, operatedRow{
			Name: org.Name, Path: "/operator/organizations/" + org.Slug, Kind: "organization.kind." + org.Kind, Place: placeText(r.Lang(), org.Place),
			Status: statusChip(org.Status), Alike: len(org.Likeness) > 0, Created: org.Created,
		})
	}
	if more {
		last := found[len(found)-1]
		d.Pager.Next = at(code, strconv.FormatInt(last.Created.UnixMicro(), 36)+"-"+strconv.Itoa(int(last.Number)))
	}
	if f.Number != 0 {
		d.Pager.Previous = at(code, "")
	}
	if len(found) == 0 {
		d.Empty = &look.Empty{Icon: "buildings", Title: "operator.none", Text: "operator.none-text"}
	}
	return r.Show(w, "operator-organizations", o.page(r, "organizations", d))
}

// readOperated reads the place of an address; the beginning for any other text.
func readOperated(text string) (time.Time, id.Number) {
	place := readPlace(text)
	return place.Changed, place.Number
}

// operatedPage is the data of the page "operator-organization".
type operatedPage struct {
	Name, Slug  string
	Status      look.Chip
	Reason      string
	Terms       []look.Term
	Description string
	Alike       []string
	Admins      []organization.Recipient
	Lines       []journalLine
	Pending     bool
	Active      bool
	Paused      bool
	Field       look.Field
	Errors      look.Errors
}

func (o *operatorPages) organization(w http.ResponseWriter, r *Request) error {
	return o.showOrganization(w, r, nil)
}

func (o *operatorPages) showOrganization(w http.ResponseWriter, r *Request, wrong map[string]fault.Field) error {
	org, err := o.Orgs.BySlug(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	d := operatedPage{
		Name: org.Name, Slug: org.Slug, Status: statusChip(org.Status), Reason: org.Reason, Description: org.Description,
		Pending: org.Status == organization.Pending, Active: org.Status == organization.Active, Paused: org.Status == organization.Paused,
		Field: look.Field{Name: "reason", Type: "textarea", Rows: 3, Label: "operator.pause-reason", Help: "operator.pause-help", Value: r.FormValue("reason"), Error: wrongText(r, wrong, "reason"), Limit: 1000, Spellcheck: true},
	}
	d.Errors = look.Faults(d.Field)
	for _, t := range []look.Term{
		{Label: "organization.kind", Text: "organization.kind." + org.Kind}, {Label: "operator.place", Text: placeText(r.Lang(), org.Place)},
		{Label: "operator.site", Text: org.Site}, {Label: "operator.email", Text: org.Email},
	} {
		if t.Text != "" {
			d.Terms = append(d.Terms, t)
		}
	}
	d.Terms = append(d.Terms, look.Term{Label: "operator.created", At: org.Created})
	domains, err := o.Orgs.Domains(r.Context(), org.Number)
	if err != nil {
		return err
	}
	for _, domain := range domains {
		if domain.Holds() {
			d.Terms = append(d.Terms, look.Term{Label: "operator.domain", Text: domain.Name})
		}
	}
	for _, l := range org.Likeness {
		d.Alike = append(d.Alike, r.Say.T("operator.alike-"+l.Kind, message.Facts{"Name": l.Name}))
	}
	if d.Admins, err = o.Orgs.Admins(r.Context(), org.Number); err != nil {
		return err
	}
	entries, _, err := o.Orgs.Journal(r.Context(), org.Number, id.ID{})
	if err != nil {
		return err
	}
	d.Lines = journalLines(r, entries[:min(len(entries), 20)])
	p := o.page(r, "organizations", d)
	p.Title = org.Name
	p.Trail = []look.Crumb{{Text: "operator.tab-organizations", Path: "/operator/organizations"}, {Text: org.Name}}
	if wrong != nil {
		return r.ShowAgain(w, "operator-organization", p)
	}
	return r.Show(w, "operator-organization", p)
}

// decide is what the operator decides of an organisation.
func (o *operatorPages) decide(w http.ResponseWriter, r *Request) error {
	slug := r.PathValue("slug")
	var err error
	done := r.Text("do")
	if done == "pause" {
		if err := r.Fresh(); err != nil {
			return err
		}
	}
	switch done {
	case "approve":
		err = o.Orgs.Approve(r.Context(), r.Person, slug)
	case "pause":
		err = o.Orgs.Pause(r.Context(), r.Person, slug, r.Text("reason"))
	case "resume":
		err = o.Orgs.Resume(r.Context(), r.Person, slug)
	case "seen":
		err = o.Orgs.Seen(r.Context(), r.Person, slug)
	default:
		err = fault.New(fault.Invalid, "web.form-unreadable")
	}
	if err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return o.showOrganization(w, r, wrong)
	}
	return r.Go(w, "/operator/organizations/"+slug, "operator-"+done)
}

// reportList is the data of the page "operator-reports".
type reportList struct {
	Tabs   look.Tabs
	Filter look.Tabs
	Rows   []reportRow
	Empty  *look.Empty
	Pager  look.Pager
}

type reportRow struct {
	Path, Text, Page string
	At               time.Time
}

func (o *operatorPages) reports(w http.ResponseWriter, r *Request) error {
	state := organization.ReportOpen
	if r.URL.Query().Get("state") == string(organization.ReportClosed) {
		state = organization.ReportClosed
	}
	before, _ := id.Parse(r.URL.Query().Get("before")) // what is none is the first page
	found, more, err := o.Orgs.Reports(r.Context(), state, before)
	if err != nil {
		return err
	}
	d := reportList{Tabs: operatorTabs("reports"), Filter: look.Tabs{Label: "operator.filter", Tabs: []look.Tab{
		{Text: "operator.reports-open", Path: "/operator/reports", Current: state == organization.ReportOpen},
		{Text: "operator.reports-closed", Path: "/operator/reports?state=closed", Current: state == organization.ReportClosed},
	}}}
	for _, f := range found {
		d.Rows = append(d.Rows, reportRow{Path: "/operator/reports/" + f.ID.String(), Text: clipped(f.Text, 120), Page: f.Page, At: f.ID.Time()})
	}
	if more {
		d.Pager.Next = "/operator/reports?state=" + string(state) + "&before=" + found[len(found)-1].ID.String()
	}
	if !before.IsZero() {
		d.Pager.Previous = "/operator/reports?state=" + string(state)
	}
	if len(found) == 0 {
		d.Empty = &look.Empty{Icon: "flag", Title: "operator.no-report", Text: "operator.no-report-text"}
	}
	return r.Show(w, "operator-reports", o.page(r, "reports", d))
}

// reportPage is the data of the page "operator-report".
type reportPage struct {
	ID, Text, Page, Link, Email, Answer string
	Organization                        string // path of the one that it is about, "" where nobody can tell
	At                                  time.Time
	Open                                bool
	Field                               look.Field
	Errors                              look.Errors
}

func (o *operatorPages) report(w http.ResponseWriter, r *Request) error {
	return o.showReport(w, r, nil)
}

func (o *operatorPages) named(r *Request) (organization.Report, error) {
	i, err := id.Parse(r.PathValue("report"))
	if err != nil {
		return organization.Report{}, fault.ErrNotFound
	}
	return o.Orgs.Report(r.Context(), i)
}

func (o *operatorPages) showReport(w http.ResponseWriter, r *Request, wrong map[string]fault.Field) error {
	f, err := o.named(r)
	if err != nil {
		return err
	}
	d := reportPage{
		ID: f.ID.String(), Text: f.Text, Page: f.Page, Email: f.Email, Answer: f.Answer, At: f.ID.Time(), Open: f.State == organization.ReportOpen,
		Field: look.Field{Name: "answer", Type: "textarea", Label: "operator.answer", Help: "operator.answer-help", Value: r.FormValue("answer"), Optional: true, Limit: 4000, Error: wrongText(r, wrong, "answer"), Spellcheck: true},
	}
	if f.Email == "" {
		d.Field.Help = "operator.answer-nobody"
	}
	d.Errors = look.Faults(d.Field)
	if at, ok := strings.CutPrefix(f.Page, r.Core.Base.String()); ok && strings.HasPrefix(at, "/") || strings.HasPrefix(f.Page, "/") {
		if !ok {
			at = f.Page
		}
		if d.Link = Inner(at); d.Link != at {
			d.Link = "" // what leads elsewhere is shown, and is no link
		}
	}
	if d.Organization, err = o.about(r, d.Link); err != nil {
		return err
	}
	p := o.page(r, "reports", d)
	p.Title = r.Say.T("operator.report")
	p.Trail = []look.Crumb{{Text: "operator.tab-reports", Path: "/operator/reports"}, {Text: "operator.report"}}
	if wrong != nil {
		return r.ShowAgain(w, "operator-report", p)
	}
	return r.Show(w, "operator-report", p)
}

// about is the operator's page of the organisation that a page of the site is of:
// its own, that of a badge, or that of somebody's badge.
func (o *operatorPages) about(r *Request, path string) (string, error) {
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	if len(parts) < 3 {
		return "", nil
	}
	name, _, _ := strings.Cut(parts[2], ".")
	var org organization.Organization
	var number id.Number
	var err error
	switch parts[1] {
	case "o":
		org, err = o.Orgs.BySlug(r.Context(), parts[2])
	case "a":
		number, _, err = id.ParseKey(name)
	case "b":
		number, _, err = id.ParsePublic(name)
	default:
		return "", nil
	}
	if err == nil && number != 0 {
		org, err = o.Orgs.Get(r.Context(), number)
	}
	if err != nil && fault.KindOf(err) == fault.Internal && number == 0 && parts[1] != "o" {
		return "", nil // no name of ours
	}
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	if err != nil || org.Slug == "" {
		return "", err
	}
	return "/operator/organizations/" + org.Slug, nil
}

func (o *operatorPages) closeReport(w http.ResponseWriter, r *Request) error {
	f, err := o.named(r)
	if err != nil {
		return err
	}
	done := "operator-report-closed"
	if r.Text("do") == "reopen" {
		done, err = "operator-report-opened", o.Orgs.Reopen(r.Context(), r.Person, f.ID)
	} else {
		err = o.Orgs.Close(r.Context(), r.Person, f.ID, r.Text("answer"))
	}
	if err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return o.showReport(w, r, wrong)
	}
	return r.Go(w, "/operator/reports/"+f.ID.String(), done)
}
