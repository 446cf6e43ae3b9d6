package award

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
	"github.com/ecusson/ecusson/internal/organization"
)

// JobRemind is the kind of the job that reminds of badges without an answer, and
// of those that end soon.
const JobRemind = "award-remind"

// The kinds of mails that nobody asked for.
const (
	MailReminder = "reminder" // of a badge without an answer
	MailEnding   = "ending"   // of a badge that ends soon
)

// The kinds of event that belong to them.
const (
	EventReminded = "reminded"
	EventEnding   = "ending"
	EventQuiet    = "quiet"   // no more reminders, please
	EventRenewed  = "renewed" // Other was given anew
	EventRenews   = "renews"  // it is Other, given anew
)

// reminders are how long after the award somebody is reminded.
var reminders = []time.Duration{7 * 24 * time.Hour, 21 * 24 * time.Hour}

const (
	// window is how late a reminder may be: after a longer rest of the site, none
	// is sent for what is long past.
	window = 3 * 24 * time.Hour
	// endsWithin is how long before its end a holder is told.
	endsWithin = 60 * 24 * time.Hour
	// remindEvery is how often the job looks.
	remindEvery = 3 * time.Hour
	// remindTogether is how many awards one transaction deals with.
	remindTogether = 200
)

// remindTx is what reminders ask of a transaction.
type remindTx interface {
	// OrganizationsAfter are numbers of organisations that may give badges, above
	// one, in their order.
	OrganizationsAfter(ctx context.Context, after id.Number, n int) ([]id.Number, error)
	// Unanswered are awards of an organisation whose mail was handed over and that
	// nobody answered, with an ID above after and below before, in their order;
	// without those whose holder or list wants none.
	Unanswered(ctx context.Context, org id.Number, after, before id.ID, n int) ([]Award, error)
	// Ending are awards that end in a span and stand, with an address, the first to
	// end first; after is the last one of those before.
	Ending(ctx context.Context, from, to time.Time, after Award, n int) ([]Award, error)
	// AddEventOnce is AddEvent; false where an event of that ID is there.
	AddEventOnce(ctx context.Context, e Event) (bool, error)
}

// once is an ID that is the same whenever it is made for the same purpose, so that
// what it names happens once, on however many servers.
func once(a *Award, kind string, n int, at time.Time) id.ID {
	i := id.At(at)
	sum := sha256.Sum256(append(append([]byte(kind), byte(n)), a.ID[:]...))
	copy(i[6:], sum[:])
	i[6] = i[6]&0x0f | 0x70
	i[8] = i[8]&0x3f | 0x80
	return i
}

// Remind is the job JobRemind: it queues the reminders that are due. It may be
// broken off and begun anew at any place.
func (s *Service) Remind(ctx context.Context, _ job.Job) error {
	for after := id.Number(0); ; {
		var orgs []id.Number
		err := s.Store.View(ctx, func(tx Tx) error {
			var err error
			orgs, err = tx.OrganizationsAfter(ctx, after, 500)
			return err
		})
		if err != nil {
			return err
		}
		if len(orgs) == 0 {
			break
		}
		after = orgs[len(orgs)-1]
		for _, org := range orgs {
			for n, since := range reminders {
				if err := s.remindOrganization(ctx, org, n, since); err != nil {
					return err
				}
			}
		}
	}
	if err := s.remindOfEnds(ctx); err != nil {
		return err
	}
	return &job.Later{After: remindEvery}
}

// remindOrganization reminds those who got badges of an organisation so long ago.
func (s *Service) remindOrganization(ctx context.Context, org id.Number, n int, since time.Duration) error {
	now := s.Now()
	after, before := id.At(now.Add(-since-window)), id.At(now.Add(-since))
	for {
		var found []Award
		err := s.Store.Update(ctx, func(tx Tx) error {
			var err error
			if found, err = tx.Unanswered(ctx, org, after, before, remindTogether); err != nil {
				return err
			}
			for i := range found {
				if err := s.remind(ctx, tx, &found[i], MailReminder, EventReminded, n, found[i].ID.Time().Add(since)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(found) < remindTogether {
			return err
		}
		after = found[len(found)-1].ID
	}
}

// remind notes a reminder and queues its mail, once.
func (s *Service) remind(ctx context.Context, tx Tx, a *Award, mail, event string, n int, at time.Time) error {
	i := once(a, event, n, at)
	added, err := tx.AddEventOnce(ctx, Event{Org: a.Org, Award: a.ID, ID: i, Kind: event})
	if err != nil || !added {
		return err
	}
	lang, err := s.langOf(ctx, tx, a)
	if err != nil {
		return err
	}
	return tx.Post(ctx, job.Mail{ID: i, Kind: mail, Org: a.Org, Award: a.ID, Address: a.Address, Lang: lang, At: s.Now()})
}

// langOf is the language in which an award was given.
func (s *Service) langOf(ctx context.Context, tx Tx, a *Award) (string, error) {
	f, err := tx.Frame(ctx, a.Org, a.Frame)
	if errors.Is(err, fault.ErrNotFound) {
		return "", nil
	}
	return f.Lang, err
}

// remindOfEnds tells holders of badges that end soon.
func (s *Service) remindOfEnds(ctx context.Context) error {
	now := s.Now()
	to := now.Add(endsWithin)
	var last Award
	for {
		var found []Award
		err := s.Store.Update(ctx, func(tx Tx) error {
			var err error
			if found, err = tx.Ending(ctx, to.Add(-window), to, last, remindTogether); err != nil {
				return err
			}
			for i := range found {
				if found[i].ID.Time().After(now.Add(-endsWithin)) {
					continue // who got it a moment ago knows
				}
				if err := s.remind(ctx, tx, &found[i], MailEnding, EventEnding, 0, found[i].Until.Add(-endsWithin)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(found) < remindTogether {
			return err
		}
		last = found[len(found)-1]
	}
}

// Quiet ends the reminders of an award, at the wish of who got it.
func (s *Service) Quiet(ctx context.Context, r Recipient, org id.Number, i id.ID) error {
	return s.Store.Update(ctx, func(tx Tx) error {
		a, err := tx.Award(ctx, org, i)
		if err != nil {
			return err
		}
		if !s.owns(r, &a) {
			return fault.New(fault.Forbidden, "award.not-yours")
		}
		_, err = tx.AddEventOnce(ctx, Event{Org: org, Award: i, ID: once(&a, EventQuiet, 0, a.ID.Time()), Kind: EventQuiet, Person: r.Person})
		return err
	})
}

// GiveAgain gives an award anew, with dates of its own: the old one stays as it
// is, and each names the other.
func (s *Service) GiveAgain(ctx context.Context, actor organization.Actor, i id.ID, r Request) (Award, error) {
	if err := may(actor, organization.Issuer); err != nil {
		return Award{}, err
	}
	p, err := s.prepare(ctx, actor.Org, 0, []Request{r}, 1)
	if err != nil {
		return Award{}, err
	}
	fresh := &p.awards[0]
	return *fresh, s.Store.Update(ctx, func(tx Tx) error {
		old, err := tx.LockAward(ctx, actor.Org, i)
		if err != nil {
			return err
		}
		if old.State != Active {
			return fault.New(fault.Conflict, "award.cannot-renew")
		}
		if err := p.store(ctx, tx); err != nil {
			return err
		}
		for _, e := range []Event{
			{Org: old.Org, Award: old.ID, Kind: EventRenewed, Person: actor.Person, Other: fresh.ID},
			{Org: fresh.Org, Award: fresh.ID, Kind: EventRenews, Person: actor.Person, Other: old.ID},
		} {
			if e.ID, err = id.New(s.Now(), s.Random); err != nil {
				return err
			}
			if err := tx.AddEvent(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
}
