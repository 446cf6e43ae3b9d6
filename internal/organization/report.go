package organization

import (
	"context"
	"time"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
)

// ReportState is what became of a report.
type ReportState string

// The states of a report.
const (
	ReportOpen   ReportState = "open"
	ReportClosed ReportState = "closed"
)

// Report is what somebody told the operator of the site.
type Report struct {
	ID      id.ID // with its moment
	State   ReportState
	Text    string
	Page    string // a path or address that it is about, or ""
	Email   string // for an answer, or ""
	Lang    string
	Answer  string
	Person  id.ID // who answered
	Changed time.Time
}

const (
	maxReport  = 4000
	reportPage = 30
)

// Tell keeps a report, and tells the operators.
func (s *Service) Tell(ctx context.Context, r Report) error {
	var form fault.Form
	if r.Text = checkText(&form, "text", r.Text, maxReport); r.Text == "" {
		form.Wrong("text", "organization.report-missing")
	}
	if r.Page = clean(r.Page); len(r.Page) > MaxAddress {
		form.Wrong("page", "organization.too-long", "Max", MaxAddress)
	}
	r.Email = checkEmail(&form, "email", r.Email)
	if err := form.Err(); err != nil {
		return err
	}
	var err error
	if r.ID, err = id.New(s.Now(), s.Random); err != nil {
		return err
	}
	r.State, r.Changed, r.Answer = ReportOpen, s.Now(), ""
	return s.Store.Update(ctx, func(tx Tx) error {
		if err := tx.AddReport(ctx, r); err != nil {
			return err
		}
		return s.tellOperators(ctx, tx, MailReport, Facts{Text: r.Text, Link: s.at("/operator/reports/" + r.ID.String())})
	})
}

// Reports is a page of reports, the newest first.
func (s *Service) Reports(ctx context.Context, state ReportState, before id.ID) (list []Report, more bool, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		list, err = tx.Reports(ctx, state, before, reportPage+1)
		return err
	})
	if more = len(list) > reportPage; more {
		list = list[:reportPage]
	}
	return list, more, err
}

// Report finds a report.
func (s *Service) Report(ctx context.Context, report id.ID) (r Report, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		r, err = tx.Report(ctx, report)
		return err
	})
	return r, err
}

// Close ends a report, with an answer to who gave an address; "" sends none.
func (s *Service) Close(ctx context.Context, operator account.Person, report id.ID, answer string) error {
	if !operator.Operator {
		return fault.ErrNotFound
	}
	var form fault.Form
	answer = checkText(&form, "answer", answer, maxReport)
	if err := form.Err(); err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		r, err := tx.LockReport(ctx, report)
		if err != nil {
			return err
		}
		if r.State != ReportOpen {
			return fault.New(fault.Conflict, "organization.report-closed")
		}
		r.State, r.Answer, r.Person, r.Changed = ReportClosed, answer, operator.ID, s.Now()
		if err := tx.ChangeReport(ctx, r); err != nil {
			return err
		}
		if answer != "" && r.Email != "" {
			facts := Facts{Text: r.Text, Answer: answer}
			if err := s.post(ctx, tx, MailAnswer, 0, facts, Recipient{Email: r.Email, Lang: r.Lang}); err != nil {
				return err
			}
		}
		return s.note(ctx, tx, 0, operator.ID, "report-closed", r.ID.String(), "")
	})
}

// Reopen takes the end of a report back.
func (s *Service) Reopen(ctx context.Context, operator account.Person, report id.ID) error {
	if !operator.Operator {
		return fault.ErrNotFound
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		r, err := tx.LockReport(ctx, report)
		if err != nil || r.State == ReportOpen {
			return err
		}
		r.State, r.Changed = ReportOpen, s.Now()
		if err := tx.ChangeReport(ctx, r); err != nil {
			return err
		}
		return s.note(ctx, tx, 0, operator.ID, "report-opened", r.ID.String(), "")
	})
}
