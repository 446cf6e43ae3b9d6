package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
)

var mailColumns = []string{"id", "kind", "org", "award", "address", "lang", "facts", "due", "owner", "attempts", "doubt"}

// Post puts mails into the queue.
func (t *Tx) Post(ctx context.Context, mails ...job.Mail) error {
	return t.c.insert(ctx, "mail", mailColumns, len(mails), func(i int, dst []any) []any {
		m := &mails[i]
		var award any
		if !m.Award.IsZero() {
			award = m.Award[:]
		}
		return append(dst, m.ID[:], m.Kind, int32(m.Org), award, m.Address, m.Lang, string(m.Facts), micros(m.At), "", int16(0), int16(0))
	})
}

func scanMail(s scanner) (job.Mail, error) {
	var m job.Mail
	var due int64
	var doubt int16
	var facts, owner string
	err := s.Scan(&m.ID, &m.Kind, &m.Org, &m.Award, &m.Address, &m.Lang, &facts, &due, &owner, &m.Attempts, &doubt)
	m.Facts, m.At, m.Doubtful = []byte(facts), instant(due), doubt != 0
	return m, err
}

var mailList = strings.Join(mailColumns, ", ")

// LeaseMails takes up to n mails that are due, for a time. One that was on its way
// to a mail server already when its lease ran out is Doubtful from then on.
func (t *Tx) LeaseMails(ctx context.Context, owner string, now time.Time, lease time.Duration, n int) ([]job.Mail, error) {
	mails, err := all(ctx, t, scanMail, "SELECT "+mailList+" FROM mail WHERE due <= $1 ORDER BY due LIMIT "+fmt.Sprint(n)+t.c.skip(), micros(now))
	if err != nil || len(mails) == 0 {
		return nil, err
	}
	ids := make([]id.ID, len(mails))
	for i := range mails {
		ids[i] = mails[i].ID
		mails[i].Attempts++
	}
	list, args := marks(ids, 3)
	_, err = t.exec(ctx, "UPDATE mail SET due = $1, owner = $2, attempts = attempts + 1, doubt = CASE WHEN doubt = 0 THEN 0 ELSE 2 END WHERE id IN ("+list+")", append([]any{micros(now.Add(lease)), owner}, args...)...)
	return mails, err
}

// MailsDue tells whether any mail is due: a look that costs no place in the queue
// of writers.
func (t *Tx) MailsDue(ctx context.Context, now time.Time) (bool, error) {
	found, err := all(ctx, t, scan1[int], "SELECT 1 FROM mail WHERE due <= $1 LIMIT 1", micros(now))
	return len(found) > 0, err
}

// TakeMail says that a leased mail goes to a mail server now, until a moment; false
// where the lease was lost. A lease is told from the next one by its attempt.
func (t *Tx) TakeMail(ctx context.Context, m *job.Mail, owner string, until time.Time) (bool, error) {
	n, err := t.exec(ctx, "UPDATE mail SET due = $1, doubt = CASE WHEN doubt = 0 THEN 1 ELSE doubt END WHERE id = $2 AND owner = $3 AND attempts = $4",
		micros(until), m.ID, owner, m.Attempts)
	return n > 0, err
}

// DropMail takes a mail out of the queue; false where it was not in hand any more.
func (t *Tx) DropMail(ctx context.Context, m *job.Mail, owner string) (bool, error) {
	n, err := t.exec(ctx, "DELETE FROM mail WHERE id = $1 AND owner = $2 AND attempts = $3", m.ID, owner, m.Attempts)
	return n > 0, err
}

// PutMailBack says when to try a mail again, and whether it may have gone out.
func (t *Tx) PutMailBack(ctx context.Context, m *job.Mail, owner string, at time.Time, doubtful bool) error {
	doubt := int16(0)
	if doubtful {
		doubt = 2
	}
	_, err := t.exec(ctx, "UPDATE mail SET due = $1, owner = '', doubt = $2 WHERE id = $3 AND owner = $4 AND attempts = $5", micros(at), doubt, m.ID, owner, m.Attempts)
	return err
}

// MailsWaiting are the mails of the queue, the next first.
func (t *Tx) MailsWaiting(ctx context.Context, n int) ([]job.Mail, error) {
	return all(ctx, t, scanMail, "SELECT "+mailList+" FROM mail ORDER BY due LIMIT "+fmt.Sprint(n))
}
