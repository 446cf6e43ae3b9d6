package web

import (
	"context"
	"net/http"
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
	// Wake asks for a look at the queue of jobs now.
	Wake func()
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
		{Pattern: "POST /operator/work/jobs/{job}", Who: Operator, Body: smallForm, Do: o.retryJob},
		{Pattern: "POST /operator/work/mails/{mail}", Who: Operator, Body: smallForm, Do: o.retryMail},
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
		o.adminStep(me), o.reachStep(r, checks), o.mailStep(r, checks), legalStep(settings), policyStep(settings), keyStep(r, checks), backupStep(r, checks),
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
	case c.MailFault != "":
		s.Text = r.Say.T("operator.step-mail-fault", message.Facts{"Detail": clipped(c.MailFault, 300)})
	case c.MailWaits:
		s.Text = "operator.step-mail-waits"
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

// backupOld is the age at which a backup is no comfort any more.
const backupOld = 8 * 24 * time.Hour

func backupStep(r *Request, c organization.Checks) startStep {
	s := startStep{Title: "operator.step-backup", Text: "operator.step-backup-todo", Path: "/operator", Button: "look.refresh"}
	if c.Backup.IsZero() {
		return s
	}
	s.Done = r.Core.Now().Sub(c.Backup) < backupOld
	s.Text = r.Say.T("operator.step-backup-old", message.Facts{"Date": dateIn(r, c.Backup)})
	if s.Done {
		s.Path, s.Text = "", r.Say.T("operator.step-backup-done", message.Facts{"Date": dateIn(r, c.Backup)})
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
	email, done := r.Text("email"), "operator-made"
	do := o.People.Appoint
	if r.Text("do") == "end" {
		do, done = o.People.Dismiss, "operator-ended"
	}
	if err := do(r.Context(), r.Person, email); err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return o.showPeople(w, r, wrong)
	}
	return r.Go(w, "/operator/people", done)
}
