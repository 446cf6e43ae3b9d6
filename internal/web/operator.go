package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/job"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
)

// Operators is what the pages of who runs the site need.
type Operators struct {
	Orgs   *organization.Service
	People *account.Service
	// Jobs are those that wait, by kind.
	Jobs func(ctx context.Context) (map[string]job.Count, error)
	// Mails are the next of those that wait.
	Mails func(ctx context.Context, n int) ([]job.Mail, error)
}

// operatorPages are the pages of who runs the site.
type operatorPages struct {
	Operators
	core *Core
}

// NewOperator returns the pages of who runs the site.
func NewOperator(c *Core, o Operators) Room { return &operatorPages{Operators: o, core: c} }

func (o *operatorPages) Routes() []Route {
	return []Route{
		{Pattern: "GET " + organization.PingPath, Who: Anyone, Do: o.ping},
		{Pattern: "GET /operator", Who: Operator, Do: o.start},
		{Pattern: "POST /operator/start/reach", Who: Operator, Limit: Costly, Body: smallForm, Do: o.reach},
		{Pattern: "POST /operator/start/mail", Who: Operator, Limit: Costly, Body: smallForm, Do: o.testMail},
		{Pattern: "POST /operator/start/key", Who: Operator, Body: smallForm, Do: o.keyKept},
		{Pattern: "GET /operator/start/mail/{token}", Who: Operator, Do: o.mailCame},
		{Pattern: "POST /operator/start/mail/{token}", Who: Operator, Body: smallForm, Do: o.mailArrived},
		{Pattern: "GET /operator/organizations", Who: Operator, Do: o.organizations},
		{Pattern: "GET /operator/organizations/{slug}", Who: Operator, Do: o.organization},
		{Pattern: "POST /operator/organizations/{slug}", Who: Operator, Body: smallForm, Do: o.decide},
		{Pattern: "GET /operator/reports", Who: Operator, Do: o.reports},
		{Pattern: "GET /operator/reports/{report}", Who: Operator, Do: o.report},
		{Pattern: "POST /operator/reports/{report}", Who: Operator, Body: smallForm, Do: o.closeReport},
		{Pattern: "GET /operator/settings", Who: Operator, Do: o.settings},
		{Pattern: "POST /operator/settings", Who: Operator, Body: smallForm, Do: o.setSettings},
		{Pattern: "GET /operator/texts/{name}/{lang}", Who: Operator, Do: o.text},
		{Pattern: "POST /operator/texts/{name}/{lang}", Who: Operator, Body: 1 << 18, Do: o.setText},
		{Pattern: "GET /operator/people", Who: Operator, Do: o.people},
		{Pattern: "POST /operator/people", Who: Operator, Body: smallForm, Do: o.setPeople},
		{Pattern: "GET /operator/work", Who: Operator, Do: o.work},
		{Pattern: "GET /operator/journal", Who: Operator, Do: o.journal},
	}
}

// ping says who the site is, to itself.
func (o *operatorPages) ping(w http.ResponseWriter, _ *Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(o.Orgs.Ping())) // who is gone needs no answer
	return nil
}

var operatorTabList = []struct{ code, path string }{
	{"start", "/operator"}, {"organizations", "/operator/organizations"}, {"reports", "/operator/reports"}, {"settings", "/operator/settings"},
	{"people", "/operator/people"}, {"work", "/operator/work"}, {"journal", "/operator/journal"},
}

// page begins a page of the operator's, under a tab.
func (o *operatorPages) page(r *Request, tab string, data any) look.Page {
	p := r.Page(r.Say.T("operator.tab-" + tab))
	p.Section, p.Hidden, p.Data = "operator", true, data
	return p
}

func operatorTabs(current string) look.Tabs {
	t := look.Tabs{Label: "operator.title"}
	for _, tab := range operatorTabList {
		t.Tabs = append(t.Tabs, look.Tab{Text: "operator.tab-" + tab.code, Path: tab.path, Current: tab.code == current})
	}
	return t
}

// startStep is a step from nothing to a working site.
type startStep struct {
	Done           bool
	Title, Text    string
	Action, Button string // of the form that tries it; Button alone with Path
	Path           string
}

// beginPage is the data of the page "operator-start".
type beginPage struct {
	Tabs  look.Tabs
	Steps []startStep
	Left  int
}

func (o *operatorPages) start(w http.ResponseWriter, r *Request) error {
	checks, err := o.Orgs.Checks(r.Context())
	if err != nil {
		return err
	}
	settings, err := o.Orgs.Settings(r.Context())
	if err != nil {
		return err
	}
	me, err := o.People.Overview(r.Context(), r.Person.ID)
	if err != nil {
		return err
	}
	d := beginPage{Tabs: operatorTabs("start"), Steps: []startStep{
		o.adminStep(me), o.reachStep(r, checks), o.mailStep(r, checks), legalStep(settings), policyStep(settings), keyStep(r, checks),
	}}
	for _, s := range d.Steps {
		if !s.Done {
			d.Left++
		}
	}
	return r.Show(w, "operator-start", o.page(r, "start", d))
}

func (o *operatorPages) adminStep(me account.Overview) startStep {
	s := startStep{Title: "operator.step-admin", Text: "operator.step-admin-todo", Path: "/me", Button: "operator.step-admin-do", Done: len(me.Passkeys) > 0 || me.Codes > 0}
	if s.Done {
		s.Text = "operator.step-admin-done"
	}
	return s
}

func (o *operatorPages) reachStep(r *Request, c organization.Checks) startStep {
	s := startStep{Title: "operator.step-reach", Action: "/operator/start/reach", Button: "operator.step-reach-do", Done: !c.Reached.IsZero()}
	facts := message.Facts{"URL": r.Core.Base.String()}
	switch {
	case s.Done:
		facts["Date"] = dateIn(r, c.Reached)
		s.Text = r.Say.T("operator.step-reach-done", facts)
	case c.ReachFault != "":
		s.Text = r.Say.T("operator.step-reach-"+c.ReachFault, facts)
	default:
		s.Text = r.Say.T("operator.step-reach-todo", facts)
	}
	return s
}

func (o *operatorPages) mailStep(r *Request, c organization.Checks) startStep {
	s := startStep{Title: "operator.step-mail", Action: "/operator/start/mail", Button: "operator.step-mail-do", Done: !c.MailReceived.IsZero()}
	switch {
	case r.Core.Mails != "":
		s.Text, s.Path, s.Action, s.Button, s.Done = "operator.step-mail-here", r.Core.Mails, "", "outbox.title", false
	case s.Done:
		s.Text = r.Say.T("operator.step-mail-done", message.Facts{"Date": dateIn(r, c.MailReceived)})
	case !c.MailSent.IsZero():
		s.Text = "operator.step-mail-sent"
	default:
		s.Text = "operator.step-mail-todo"
	}
	return s
}

func legalStep(settings organization.Settings) startStep {
	s := startStep{Title: "operator.step-legal", Text: "operator.step-legal-todo", Path: "/operator/settings", Button: "operator.step-legal-do", Done: settings.Complete()}
	if s.Done {
		s.Text = "operator.step-legal-done"
	}
	return s
}

func policyStep(settings organization.Settings) startStep {
	s := startStep{Title: "operator.step-policy", Text: "operator.step-policy-todo", Path: "/operator/settings#policy", Button: "operator.step-policy-do", Done: settings.Policy != ""}
	if s.Done {
		s.Text = "operator.policy-" + string(settings.Policy)
	}
	return s
}

func keyStep(r *Request, c organization.Checks) startStep {
	s := startStep{Title: "operator.step-key", Text: "operator.step-key-todo", Action: "/operator/start/key", Button: "operator.step-key-do", Done: !c.KeyKept.IsZero()}
	if s.Done {
		s.Text = r.Say.T("operator.step-key-done", message.Facts{"Date": dateIn(r, c.KeyKept)})
	}
	return s
}

func (o *operatorPages) reach(w http.ResponseWriter, r *Request) error {
	if err := o.Orgs.Reach(r.Context()); err != nil {
		return err
	}
	return r.Go(w, "/operator", "operator-tried")
}

func (o *operatorPages) testMail(w http.ResponseWriter, r *Request) error {
	if err := o.Orgs.TestMail(r.Context(), r.Person); err != nil {
		return err
	}
	return r.Go(w, "/operator", "operator-mail-sent")
}

func (o *operatorPages) keyKept(w http.ResponseWriter, r *Request) error {
	if err := o.Orgs.KeyKept(r.Context(), r.Person); err != nil {
		return err
	}
	return r.Go(w, "/operator", "saved")
}

// mailCame is where the link of the test mail leads.
func (o *operatorPages) mailCame(w http.ResponseWriter, r *Request) error {
	p := o.page(r, "start", look.Confirm{
		Title: "operator.mail-came", Text: "operator.mail-came-text", Action: "/operator/start/mail/" + r.PathValue("token"), Button: "operator.mail-came-do", Back: "/operator",
	})
	return r.Show(w, "operator-confirm", p)
}

func (o *operatorPages) mailArrived(w http.ResponseWriter, r *Request) error {
	if err := o.Orgs.MailArrived(r.Context(), r.PathValue("token")); err != nil {
		return err
	}
	return r.Go(w, "/operator", "operator-mail-arrived")
}

// workPage is the data of the page "operator-work".
type workPage struct {
	Tabs  look.Tabs
	Jobs  look.Table
	Mails []waitingMail
	Many  bool // more mails than are shown
}

type waitingMail struct {
	Kind, To string
	At       time.Time
	Attempts int
}

// mailsShown is how many waiting mails the page shows.
const mailsShown = 50

func (o *operatorPages) work(w http.ResponseWriter, r *Request) error {
	jobs, err := o.Jobs(r.Context())
	if err != nil {
		return err
	}
	mails, err := o.Mails(r.Context(), mailsShown+1)
	if err != nil {
		return err
	}
	d := workPage{Tabs: operatorTabs("work"), Jobs: look.Table{Caption: "operator.jobs", Columns: []look.Column{{Label: "operator.job-kind"}, {Label: "operator.job-count", Number: true}, {Label: "operator.job-oldest"}}}}
	for _, kind := range sortedKeys(jobs) {
		c := jobs[kind]
		name := kind
		if key := "operator.job." + strings.ReplaceAll(kind, ".", "-"); r.Say.Has(key) {
			name = key
		}
		d.Jobs.Rows = append(d.Jobs.Rows, look.Row{Cells: []look.Cell{{Text: name}, look.Whole(c.Waiting), {At: c.Oldest}}})
	}
	if d.Many = len(mails) > mailsShown; d.Many {
		mails = mails[:mailsShown]
	}
	for _, m := range mails {
		d.Mails = append(d.Mails, waitingMail{Kind: m.Kind, To: m.Address, At: m.At, Attempts: m.Attempts})
	}
	return r.Show(w, "operator-work", o.page(r, "work", d))
}

func (o *operatorPages) journal(w http.ResponseWriter, r *Request) error {
	d, err := journalData(r, o.Orgs, 0, "/operator/journal")
	if err != nil {
		return err
	}
	d.Tabs = operatorTabs("journal")
	return r.Show(w, "operator-journal", o.page(r, "journal", d))
}

// peoplePage is the data of the page "operator-people".
type peoplePage struct {
	Tabs   look.Tabs
	People []account.Person
	Emails map[string]string // main address by the person's ID
	Me     string
	Email  look.Field
	Errors look.Errors
}

func (o *operatorPages) people(w http.ResponseWriter, r *Request) error {
	return o.showPeople(w, r, nil)
}

func (o *operatorPages) showPeople(w http.ResponseWriter, r *Request, wrong map[string]fault.Field) error {
	people, err := o.People.Operators(r.Context())
	if err != nil {
		return err
	}
	d := peoplePage{
		Tabs: operatorTabs("people"), Emails: map[string]string{}, Me: r.Person.ID.String(),
		Email: look.Field{Name: "email", Type: "email", Label: "operator.person-email", Help: "operator.person-help", Value: r.FormValue("email"), Required: true, Error: wrongText(r, wrong, "email"), Autocomplete: "off"},
	}
	d.Errors = look.Faults(d.Email)
	for _, p := range people {
		d.People = append(d.People, p.Person)
		d.Emails[p.Person.ID.String()] = p.Email
	}
	page := o.page(r, "people", d)
	if wrong != nil {
		return r.ShowAgain(w, "operator-people", page)
	}
	return r.Show(w, "operator-people", page)
}

// setPeople lets somebody run the site, or no more.
func (o *operatorPages) setPeople(w http.ResponseWriter, r *Request) error {
	if err := r.Fresh(); err != nil {
		return err
	}
	email := r.Text("email")
	var err error
	done := "operator-made"
	if r.Text("do") == "end" {
		done = "operator-ended"
		if mine, mineErr := o.isMine(r, email); mineErr != nil || mine {
			return orElse(mineErr, fault.New(fault.Conflict, "operator.not-yourself"))
		}
		err = o.People.EndOperator(r.Context(), email)
	} else {
		_, err = o.People.MakeOperator(r.Context(), email)
	}
	if err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return o.showPeople(w, r, wrong)
	}
	if err := o.Orgs.NoteOperator(r.Context(), r.Person, done, email); err != nil {
		return err
	}
	return r.Go(w, "/operator/people", done)
}

// isMine tells whether an address is the person's own: nobody locks themselves out.
func (o *operatorPages) isMine(r *Request, email string) (bool, error) {
	mine, err := o.People.Addresses(r.Context(), r.Person.ID)
	for _, a := range mine {
		if strings.EqualFold(a.Email, strings.TrimSpace(email)) {
			return true, err
		}
	}
	return false, err
}

// orElse is the first error that there is.
func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
