// Package post sends the mails of the queue: it makes each mail's words when it
// goes out, hands it to a mail server, and notes what became of it. A mail is
// sent once; only what a server had in hand when it died may go out twice, and
// is marked so. Begin with Sender.
package post

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
	"github.com/ecusson/ecusson/internal/mail"
)

// Store keeps the queue.
type Store interface {
	Update(ctx context.Context, f func(Tx) error) error
	View(ctx context.Context, f func(Tx) error) error
}

// Tx is what this package asks of a transaction.
type Tx interface {
	MailsDue(ctx context.Context, now time.Time) (bool, error)
	LeaseMails(ctx context.Context, owner string, now time.Time, lease time.Duration, n int) ([]job.Mail, error)
	DropMail(ctx context.Context, m id.ID, owner string) (bool, error)
	PutMailBack(ctx context.Context, m id.ID, owner string, at time.Time) error
	LockAward(ctx context.Context, org id.Number, i id.ID) (award.Award, error)
	SetAwardMail(ctx context.Context, org id.Number, i id.ID, m award.Mail) error
	AddEvent(ctx context.Context, e award.Event) error
	Tally(ctx context.Context, counts []award.Count) error
}

// Composer makes the words of a mail; nil where there is nothing to send any
// more, such as for an award that was revoked before its mail went out.
type Composer interface {
	Compose(ctx context.Context, m *job.Mail) (*mail.Message, error)
}

// Sender is the postman of one server. Fill its fields, then Run.
type Sender struct {
	Store    Store
	Composer Composer
	Server   mail.Sender
	Owner    string // names this server among those on one database
	Now      func() time.Time
	NewID    func() (id.ID, error)
	Log      *slog.Logger
	// Parallel is how many mails are in hand at once; 0 is 4.
	Parallel int
	// Every is how often the queue is looked at; 0 is 500 ms.
	Every time.Duration
	// Seen is told what became of each mail; may be nil.
	Seen func(outcome mail.Outcome)
}

const (
	lease    = 2 * time.Minute // longer than a mail server may take
	together = 16              // mails that one hand takes at a time
	attempts = 12              // over about two days
)

// Run sends mails until ctx ends, and finishes those in hand.
func (s *Sender) Run(ctx context.Context) {
	every := s.Every
	if every == 0 {
		every = 500 * time.Millisecond
	}
	parallel := s.Parallel
	if parallel == 0 {
		parallel = 4
	}
	var wait sync.WaitGroup
	for range parallel {
		wait.Go(func() {
			tick := time.NewTicker(every)
			defer tick.Stop()
			for {
				for ctx.Err() == nil && s.round(ctx) {
				}
				select {
				case <-ctx.Done():
					return
				case <-tick.C:
				}
			}
		})
	}
	wait.Wait()
}

// Drain sends all that is due, for commands and tests.
func (s *Sender) Drain(ctx context.Context) {
	for ctx.Err() == nil && s.round(ctx) {
	}
}

// round sends a few mails, and tells whether there were any.
func (s *Sender) round(ctx context.Context) bool {
	due := false
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		due, err = tx.MailsDue(ctx, s.Now())
		return err
	})
	if err != nil || !due {
		s.complain(ctx, "the queue of mails cannot be read", err)
		return false
	}
	var mails []job.Mail
	err = s.Store.Update(ctx, func(tx Tx) error {
		var err error
		mails, err = tx.LeaseMails(ctx, s.Owner, s.Now(), lease, together)
		return err
	})
	if err != nil {
		s.complain(ctx, "mails cannot be taken from the queue", err)
		return false
	}
	results := make([]result, 0, len(mails))
	for i := range mails {
		r := result{mail: &mails[i], Result: mail.Result{Outcome: mail.Later, Text: "stopped"}, stopped: true}
		if ctx.Err() == nil {
			r = s.send(ctx, &mails[i])
		}
		results = append(results, r)
	}
	// What happened is noted even when we are told to stop: the mails are gone.
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	err = s.Store.Update(end, func(tx Tx) error {
		for i := range results {
			if err := s.note(end, tx, &results[i]); err != nil {
				return err
			}
		}
		return nil
	})
	s.complain(end, "what became of mails cannot be stored", err)
	return len(mails) > 0 && err == nil
}

func (s *Sender) complain(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		s.Log.Error(what, "error", err)
	}
}

// result is what became of a mail.
type result struct {
	mail *job.Mail
	mail.Result
	dropped bool // there was nothing to send
	stopped bool // it was not tried
}

func (s *Sender) send(ctx context.Context, m *job.Mail) result {
	message, err := s.Composer.Compose(ctx, m)
	switch {
	case err != nil:
		s.Log.Error("a mail cannot be written", "kind", m.Kind, "mail", m.ID.String(), "error", err)
		return result{mail: m, Result: mail.Result{Outcome: mail.Later, Text: err.Error()}}
	case message == nil:
		return result{mail: m, dropped: true}
	}
	r := s.Server.Send(ctx, message)
	if s.Seen != nil {
		s.Seen(r.Outcome)
	}
	return result{mail: m, Result: r}
}

// note stores what became of a mail.
func (s *Sender) note(ctx context.Context, tx Tx, r *result) error {
	m := r.mail
	if r.stopped {
		return tx.PutMailBack(ctx, m.ID, s.Owner, s.Now())
	}
	if !r.dropped && r.Outcome == mail.Later && m.Attempts < attempts {
		return tx.PutMailBack(ctx, m.ID, s.Owner, s.Now().Add(pause(m.Attempts)))
	}
	ours, err := tx.DropMail(ctx, m.ID, s.Owner)
	if err != nil || !ours || r.dropped || m.Award.IsZero() {
		return err
	}
	a, err := tx.LockAward(ctx, m.Org, m.Award)
	if err != nil {
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		return err
	}
	to, what := award.HandedOver, award.HandedOverCount
	switch {
	case r.Outcome != mail.HandedOver:
		to, what = award.Refused, award.RefusedCount
		if err := s.event(ctx, tx, m, r.Text); err != nil {
			return err
		}
	case m.Doubtful || a.Mail == award.Perhaps:
		to = award.Perhaps
	}
	if m.Kind != award.MailBadge {
		return nil
	}
	if err := tx.SetAwardMail(ctx, a.Org, a.ID, to); err != nil {
		return err
	}
	return tx.Tally(ctx, award.CountsOf(&a, s.Now(), what, 1))
}

func (s *Sender) event(ctx context.Context, tx Tx, m *job.Mail, text string) error {
	e := award.Event{Org: m.Org, Award: m.Award, Kind: award.EventRefused, Reason: text}
	var err error
	if e.ID, err = s.NewID(); err != nil {
		return err
	}
	return tx.AddEvent(ctx, e)
}

// pause grows from a minute to six hours.
func pause(attempts int) time.Duration {
	return min(6*time.Hour, time.Minute<<min(max(attempts-1, 0), 9))
}
