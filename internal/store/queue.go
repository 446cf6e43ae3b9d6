package store

import (
	"context"
	"fmt"
	"time"

	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
)

// maxCounted is how far the queue of mails is counted.
const maxCounted = 10_000

const faultColumns = "id, kind, org, award, address, lang, facts, at, text, over"

func scanFault(s scanner) (job.MailFault, error) {
	var f job.MailFault
	var at int64
	var facts string
	err := s.Scan(&f.ID, &f.Kind, &f.Org, &f.Award, &f.Address, &f.Lang, &facts, &at, &f.Text, &f.Over)
	f.Facts, f.At = []byte(facts), instant(at)
	return f, err
}

// NoteMailFault keeps why a mail is not out, in place of what was kept before.
func (t *Tx) NoteMailFault(ctx context.Context, f job.MailFault) error {
	var award any
	if !f.Award.IsZero() {
		award = f.Award
	}
	_, err := t.exec(ctx, "INSERT INTO mail_fault ("+faultColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET at = excluded.at, text = excluded.text, over = excluded.over`,
		f.ID, f.Kind, f.Org, award, f.Address, f.Lang, string(f.Facts), micros(f.At), f.Text, f.Over)
	return err
}

// DropMailFault forgets it; nothing where there is none.
func (t *Tx) DropMailFault(ctx context.Context, mail id.ID) error {
	_, err := t.exec(ctx, "DELETE FROM mail_fault WHERE id = $1", mail)
	return err
}

// DropMailFaults forgets those from before a moment.
func (t *Tx) DropMailFaults(ctx context.Context, before time.Time) error {
	_, err := t.exec(ctx, "DELETE FROM mail_fault WHERE at < $1", micros(before))
	return err
}

// MailFault finds one.
func (t *Tx) MailFault(ctx context.Context, mail id.ID) (job.MailFault, error) {
	return one(ctx, t, scanFault, "SELECT "+faultColumns+" FROM mail_fault WHERE id = $1", mail)
}

// LockMailFault is MailFault, and makes other writers of it wait.
func (t *Tx) LockMailFault(ctx context.Context, mail id.ID) (job.MailFault, error) {
	return one(ctx, t, scanFault, "SELECT "+faultColumns+" FROM mail_fault WHERE id = $1"+t.c.lock(), mail)
}

// MailFaults are the n newest.
func (t *Tx) MailFaults(ctx context.Context, n int) ([]job.MailFault, error) {
	return all(ctx, t, scanFault, "SELECT "+faultColumns+" FROM mail_fault ORDER BY at DESC LIMIT $1", n)
}

// MailQueue is how many mails wait, counted up to ten thousand, and since when
// the oldest does.
func (t *Tx) MailQueue(ctx context.Context) (job.Count, error) {
	n, err := one(ctx, t, scan1[int], fmt.Sprintf("SELECT count(*) FROM (SELECT 1 FROM mail LIMIT %d) q", maxCounted))
	if err != nil || n == 0 {
		return job.Count{}, err
	}
	oldest, err := all(ctx, t, scan1[id.ID], "SELECT id FROM mail ORDER BY id LIMIT 1")
	c := job.Count{Waiting: n}
	if len(oldest) > 0 {
		c.Oldest = oldest[0].Time()
	}
	return c, err
}

// MailWaits tells whether a mail is still in the queue.
func (t *Tx) MailWaits(ctx context.Context, mail id.ID) (bool, error) {
	found, err := all(ctx, t, scan1[int], "SELECT 1 FROM mail WHERE id = $1", mail)
	return len(found) > 0, err
}

// HastenMail makes a mail that nobody has in hand due; false where there is none.
func (t *Tx) HastenMail(ctx context.Context, mail id.ID, at time.Time) (bool, error) {
	n, err := t.exec(ctx, "UPDATE mail SET due = $1 WHERE id = $2 AND owner = ''", micros(at), mail)
	return n > 0, err
}

// FailedJobs are up to n jobs that met a fault, the next first.
func (t *Tx) FailedJobs(ctx context.Context, n int) ([]job.Job, error) {
	return all(ctx, t, scanJob, "SELECT "+jobColumns+" FROM job WHERE fault <> '' AND fault <> 'stopped' ORDER BY due LIMIT $1", n)
}

// HastenJob makes a job that nobody has in hand due; false where there is none.
func (t *Tx) HastenJob(ctx context.Context, j id.ID, at time.Time) (bool, error) {
	n, err := t.exec(ctx, "UPDATE job SET due = $1 WHERE id = $2 AND owner = ''", micros(at), j)
	return n > 0, err
}

// JobQueue counts the jobs of each kind and tells the oldest due moment.
func (t *Tx) JobQueue(ctx context.Context) (map[string]job.Count, error) {
	out := map[string]job.Count{}
	rows, err := t.c.query(ctx, "SELECT kind, count(*), min(due) FROM job GROUP BY kind")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var kind string
		var n, oldest int64
		if err := rows.Scan(&kind, &n, &oldest); err != nil {
			return nil, err
		}
		out[kind] = job.Count{Waiting: int(n), Oldest: instant(oldest)}
	}
	return out, rows.Err()
}

// HoldOperators are who runs the site, and makes other writers of them wait.
func (t *Tx) HoldOperators(ctx context.Context) ([]id.ID, error) {
	return all(ctx, t, scan1[id.ID], "SELECT id FROM person WHERE operator ORDER BY id"+t.c.lock())
}
