package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/organization"
)

// OrganizationsIn are the n that follow a place in the list, the newest first.
func (t *Tx) OrganizationsIn(ctx context.Context, f organization.Filter, n int) ([]organization.Organization, error) {
	where := []string{"1 = 1"}
	var args []any
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	if f.Status != "" {
		where = append(where, "o.status = "+arg(string(f.Status)))
	}
	if f.Alike {
		where = append(where, "o.likeness <> ''")
	}
	if f.Search != "" {
		part := arg("%" + f.Escaped() + "%")
		where = append(where, "(o.folded LIKE "+part+` ESCAPE '\' OR o.slug LIKE `+part+` ESCAPE '\')`)
	}
	if f.Number != 0 {
		at, number := arg(micros(f.Created)), arg(f.Number)
		where = append(where, "(o.created < "+at+" OR o.created = "+at+" AND o.number < "+number+")")
	}
	return all(ctx, t, scanOrganization, "SELECT "+organizationColumns+" FROM organization o WHERE "+strings.Join(where, " AND ")+
		" ORDER BY o.created DESC, o.number DESC LIMIT "+arg(n), args...)
}

// Entries are the n of the journal that precede one, the newest first.
func (t *Tx) Entries(ctx context.Context, org id.Number, before id.ID, n int) ([]organization.Entry, error) {
	if before.IsZero() {
		before = id.ID{0: 0xff}
	}
	return all(ctx, t, func(s scanner) (e organization.Entry, err error) {
		err = s.Scan(&e.Org, &e.ID, &e.Person, &e.Action, &e.Target, &e.Detail, &e.Name)
		return e, err
	}, `SELECT e.org, e.id, e.person, e.action, e.target, e.detail, COALESCE(NULLIF(p.name, ''), a.email, '') FROM audit e
		LEFT JOIN person p ON p.id = e.person LEFT JOIN address a ON a.person = e.person AND a.main
		WHERE e.org = $1 AND e.id < $2 ORDER BY e.id DESC LIMIT $3`, org, before, n)
}

const reportColumns = "id, state, text, page, email, lang, answer, person, changed"

func scanReport(s scanner) (organization.Report, error) {
	var r organization.Report
	var changed int64
	err := s.Scan(&r.ID, &r.State, &r.Text, &r.Page, &r.Email, &r.Lang, &r.Answer, &r.Person, &changed)
	r.Changed = instant(changed)
	return r, err
}

// AddReport keeps what somebody told the operator.
func (t *Tx) AddReport(ctx context.Context, r organization.Report) error {
	_, err := t.exec(ctx, "INSERT INTO report ("+reportColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		r.ID, string(r.State), r.Text, r.Page, r.Email, r.Lang, r.Answer, r.Person, micros(r.Changed))
	return err
}

// ChangeReport writes what became of a report.
func (t *Tx) ChangeReport(ctx context.Context, r organization.Report) error {
	return t.change(ctx, "UPDATE report SET state = $1, answer = $2, person = $3, changed = $4 WHERE id = $5",
		string(r.State), r.Answer, r.Person, micros(r.Changed), r.ID)
}

// Report finds a report.
func (t *Tx) Report(ctx context.Context, report id.ID) (organization.Report, error) {
	return one(ctx, t, scanReport, "SELECT "+reportColumns+" FROM report WHERE id = $1", report)
}

// LockReport is Report, and makes other writers of it wait.
func (t *Tx) LockReport(ctx context.Context, report id.ID) (organization.Report, error) {
	return one(ctx, t, scanReport, "SELECT "+reportColumns+" FROM report WHERE id = $1"+t.c.lock(), report)
}

// Reports are the n in a state that precede one, the newest first.
func (t *Tx) Reports(ctx context.Context, state organization.ReportState, before id.ID, n int) ([]organization.Report, error) {
	if before.IsZero() {
		before = id.ID{0: 0xff}
	}
	return all(ctx, t, scanReport, "SELECT "+reportColumns+" FROM report WHERE state = $1 AND id < $2 ORDER BY id DESC LIMIT $3", string(state), before, n)
}

// ForgetReporters drops the addresses of reports closed before a moment.
func (t *Tx) ForgetReporters(ctx context.Context, before time.Time) error {
	_, err := t.exec(ctx, "UPDATE report SET email = '' WHERE state = $1 AND changed < $2 AND email <> ''", string(organization.ReportClosed), micros(before))
	return err
}

// DropExpiredInvitations drops those whose time is over.
func (t *Tx) DropExpiredInvitations(ctx context.Context, now time.Time) error {
	_, err := t.exec(ctx, "DELETE FROM invitation WHERE expires <= $1", micros(now))
	return err
}

// SetSetting keeps a value; "" drops it.
func (t *Tx) SetSetting(ctx context.Context, key, value string, at time.Time) error {
	if value == "" {
		_, err := t.exec(ctx, "DELETE FROM setting WHERE key = $1", key)
		return err
	}
	_, err := t.exec(ctx, `INSERT INTO setting (key, value, changed) VALUES ($1, $2, $3)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value, changed = excluded.changed`, key, value, micros(at))
	return err
}

// MainAddress is the address that mail of the site goes to.
func (t *Tx) MainAddress(ctx context.Context, person id.ID) (string, error) {
	return one(ctx, t, scan1[string], "SELECT email FROM address WHERE person = $1 AND main", person)
}
