package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
)

// workPage is the data of the page "operator-work".
type workPage struct {
	Tabs   look.Tabs
	Faults []brokenMail
	Failed []brokenJob
	Jobs   look.Table
	Mails  []waitingMail
	Queue  string // how many mails wait, and since when
	Many   bool   // more mails than are shown
}

type waitingMail struct {
	Kind, To string
	At       time.Time
	Attempts int
}

// brokenMail is a mail that a server did not take.
type brokenMail struct {
	Path, Kind, To, Text string
	At                   time.Time
	Over                 bool // it is not tried any more
}

// brokenJob is a job that met a fault.
type brokenJob struct {
	Path, Kind, Text string
	At               time.Time // of the next attempt
	Attempts         int
}

// mailsShown is how many waiting mails the page shows; maxDetail is how much of
// what a server or a program said, in characters.
const (
	mailsShown = 50
	maxDetail  = 400
)

func (o *operatorPages) work(w http.ResponseWriter, r *Request) error {
	q, err := o.Orgs.Queues(r.Context())
	if err != nil {
		return err
	}
	mails, err := o.Mails(r.Context(), mailsShown+1)
	if err != nil {
		return err
	}
	d := workPage{Tabs: operatorTabs("work"), Jobs: look.Table{Caption: "operator.jobs", Columns: []look.Column{{Label: "operator.job-kind"}, {Label: "operator.job-count", Number: true}, {Label: "operator.job-oldest"}}}}
	for _, f := range q.Faults {
		d.Faults = append(d.Faults, brokenMail{Path: "/operator/work/mails/" + f.ID.String(), Kind: named(r, "operator.mail.", f.Kind), To: f.Address, Text: clipped(f.Text, maxDetail), At: f.At, Over: f.Over})
	}
	for _, j := range q.Failed {
		d.Failed = append(d.Failed, brokenJob{Path: "/operator/work/jobs/" + j.ID.String(), Kind: named(r, "operator.job.", j.Kind), Text: clipped(j.Fault, maxDetail), At: j.At, Attempts: j.Attempts})
	}
	for _, kind := range sortedKeys(q.Jobs) {
		c := q.Jobs[kind]
		d.Jobs.Rows = append(d.Jobs.Rows, look.Row{Cells: []look.Cell{{Text: named(r, "operator.job.", kind)}, look.Whole(c.Waiting), {At: c.Oldest}}})
	}
	if q.Mails.Waiting > 0 {
		d.Queue = r.Say.T("operator.mails-waiting", message.Facts{"Count": q.Mails.Waiting, "Date": dateIn(r, q.Mails.Oldest)})
	}
	if d.Many = len(mails) > mailsShown; d.Many {
		mails = mails[:mailsShown]
	}
	for _, m := range mails {
		d.Mails = append(d.Mails, waitingMail{Kind: named(r, "operator.mail.", m.Kind), To: m.Address, At: m.At, Attempts: m.Attempts})
	}
	return r.Show(w, "operator-work", o.page(r, "work", d))
}

// named is the name of a kind of job or mail, or its code where it has none.
func named(r *Request, room, kind string) string {
	if key := room + strings.ReplaceAll(kind, ".", "-"); r.Say.Has(key) {
		return r.Say.T(key)
	}
	return kind
}

func (o *operatorPages) retryJob(w http.ResponseWriter, r *Request) error {
	j, err := id.Parse(r.PathValue("job"))
	if err != nil {
		return fault.ErrNotFound
	}
	if err := o.Orgs.RetryJob(r.Context(), r.Person, j); err != nil {
		return err
	}
	if o.Wake != nil {
		o.Wake()
	}
	return r.Go(w, "/operator/work", "operator-retried")
}

// retryMail tries a mail again, or takes one that was given up from the list.
func (o *operatorPages) retryMail(w http.ResponseWriter, r *Request) error {
	mail, err := id.Parse(r.PathValue("mail"))
	if err != nil {
		return fault.ErrNotFound
	}
	do, done := o.Orgs.RetryMail, "operator-retried"
	if r.Text("do") == "forget" {
		do, done = o.Orgs.ForgetMail, "operator-forgotten"
	}
	if err := do(r.Context(), r.Person, mail); err != nil {
		return err
	}
	return r.Go(w, "/operator/work", done)
}
