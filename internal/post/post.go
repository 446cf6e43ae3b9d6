// Package post sends the mails of the queue: it makes each mail's words when it
// goes out, hands it to a mail server, and notes what became of it. A mail is
// sent once; only what was on its way to a mail server when its sender died may
// go out twice, and is marked so. Begin with Sender.
package post

import (
	"context"
	"fmt"
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
	// TakeMail says that a leased mail is about to go to a mail server, until a
	// moment; false where the lease was lost.
	TakeMail(ctx context.Context, m *job.Mail, owner string, until time.Time) (bool, error)
	DropMail(ctx context.Context, m *job.Mail, owner string) (bool, error)
	PutMailBack(ctx context.Context, m *job.Mail, owner string, at time.Time, doubtful bool) error
	// NoteMailFault keeps why a mail is not out, and DropMailFault forgets it.
	NoteMailFault(ctx context.Context, f job.MailFault) error
	DropMailFault(ctx context.Context, mail id.ID) error
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
	// Lease is how long a mail is ours without a sign of life, longer than a mail
	// server may take; 0 is four minutes.
	Lease time.Duration
	// Seen is told what became of each mail; may be nil.
	Seen func(outcome mail.Outcome)

	once   sync.Once
	ledger ledger
}

const (
	together = 16                 // mails that one hand takes at a time
	patience = 4 * 24 * time.Hour // after which a mail is given up
	doubts   = 3                  // attempts at a mail that may have gone out
	grace    = 20 * time.Second   // for a mail in hand once we are told to stop
)

func (s *Sender) lease() time.Duration {
	if s.Lease == 0 {
		return 4 * time.Minute
	}
	return s.Lease
}

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
		mails, err = tx.LeaseMails(ctx, s.Owner, s.Now(), s.lease(), together)
		return err
	})
	if err != nil {
		s.complain(ctx, "mails cannot be taken from the queue", err)
		return false
	}
	return s.handle(ctx, mails) && len(mails) > 0
}

// handle sends leased mails one after the other, and tells whether all could be
// written down.
func (s *Sender) handle(ctx context.Context, mails []job.Mail) bool {
	s.once.Do(func() { s.ledger.s = s })
	var done *result
	for i := range mails {
		m := &mails[i]
		r := &result{mail: m, stopped: true}
		var message *mail.Message
		if ctx.Err() == nil {
			message, r = s.compose(ctx, m)
		}
		e := &entry{done: done}
		if r == nil {
			e.next = m
		}
		if err := s.ledger.write(ctx, e); err != nil {
			s.complain(ctx, "what became of mails cannot be stored", err)
			return false // the leases run out
		}
		done = r
		if e.ours {
			done = s.send(ctx, m, message)
		}
	}
	if done == nil {
		return true
	}
	err := s.ledger.write(ctx, &entry{done: done})
	s.complain(ctx, "what became of mails cannot be stored", err)
	return err == nil
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

// compose makes a mail's words, or says what becomes of it without any.
func (s *Sender) compose(ctx context.Context, m *job.Mail) (*mail.Message, *result) {
	message, err := s.Composer.Compose(ctx, m)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, &result{mail: m, stopped: true}
	case err != nil:
		s.Log.Error("a mail cannot be written", "kind", m.Kind, "mail", m.ID.String(), "error", err)
		return nil, &result{mail: m, Result: mail.Result{Outcome: mail.Later, Text: err.Error()}}
	case message == nil:
		return nil, &result{mail: m, dropped: true}
	}
	return message, nil
}

// send hands a mail over. Told to stop, it waits a little for the answer.
func (s *Sender) send(ctx context.Context, m *job.Mail, message *mail.Message) *result {
	slow, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() {
		late := time.AfterFunc(grace, cancel)
		context.AfterFunc(slow, func() { late.Stop() })
	})
	defer stop()
	r := s.Server.Send(slow, message)
	if s.Seen != nil {
		s.Seen(r.Outcome)
	}
	return &result{mail: m, Result: r}
}

// note stores what became of a mail, and returns what is to be counted.
func (s *Sender) note(ctx context.Context, tx Tx, r *result) ([]award.Count, error) {
	m, now := r.mail, s.Now()
	doubtful := m.Doubtful || r.Perhaps
	if r.stopped {
		return nil, tx.PutMailBack(ctx, m, s.Owner, now, m.Doubtful)
	}
	if !r.dropped && r.Outcome == mail.Later && now.Sub(m.ID.Time()) < patience && !(doubtful && m.Attempts >= doubts) {
		if err := tx.NoteMailFault(ctx, job.MailFault{Mail: r.at(now), Text: r.words()}); err != nil {
			return nil, err
		}
		return nil, tx.PutMailBack(ctx, m, s.Owner, now.Add(pause(m.Attempts)), doubtful)
	}
	ours, err := tx.DropMail(ctx, m, s.Owner)
	if err != nil || !ours {
		return nil, err
	}
	if err := s.noteEnd(ctx, tx, r, now); err != nil || r.dropped || m.Award.IsZero() {
		return nil, err
	}
	a, err := tx.LockAward(ctx, m.Org, m.Award)
	if err != nil {
		if fault.Is(err, fault.NotFound) {
			err = nil
		}
		return nil, err
	}
	to, what := award.HandedOver, award.HandedOverCount
	switch {
	case r.Outcome == mail.Refused || r.Outcome == mail.Later && !doubtful:
		to, what = award.Refused, award.RefusedCount
		if err := s.event(ctx, tx, m, award.EventRefused, r.words()); err != nil {
			return nil, err
		}
	case doubtful:
		to = award.Perhaps
		if err := s.event(ctx, tx, m, award.EventPerhaps, ""); err != nil {
			return nil, err
		}
	}
	if m.Kind != award.MailBadge && m.Kind != award.MailCorrected {
		return nil, nil
	}
	if err := tx.SetAwardMail(ctx, a.Org, a.ID, to); err != nil {
		return nil, err
	}
	return award.CountsOf(&a, now, what, 1), nil
}

// noteEnd keeps for the operator why a mail never went out, and forgets the
// faults of one that did. Most mails never met one, and cost no look.
func (s *Sender) noteEnd(ctx context.Context, tx Tx, r *result, now time.Time) error {
	switch {
	case !r.dropped && r.Outcome != mail.HandedOver:
		return tx.NoteMailFault(ctx, job.MailFault{Mail: r.at(now), Text: r.words(), Over: true})
	case r.mail.Attempts > 1:
		return tx.DropMailFault(ctx, r.mail.ID)
	}
	return nil
}

// at is the mail with the moment of what became of it.
func (r *result) at(now time.Time) job.Mail {
	m := *r.mail
	m.At = now
	return m
}

// words are a server's, with its code.
func (r *result) words() string {
	if r.Code == 0 {
		return r.Text
	}
	return fmt.Sprintf("%d %s", r.Code, r.Text)
}

func (s *Sender) event(ctx context.Context, tx Tx, m *job.Mail, kind, text string) error {
	e := award.Event{Org: m.Org, Award: m.Award, Kind: kind, Reason: text}
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
