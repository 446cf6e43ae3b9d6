package award

import (
	"context"
	"slices"
	"strings"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
	"github.com/ecusson/ecusson/internal/organization"
)

// Recipient is somebody who may answer for an award: who has the link of its mail,
// or has proven its address.
type Recipient struct {
	Person    id.ID    // zero without an account
	Addresses []string // proven ones
	Token     string   // of the link
}

// owns tells whether the recipient is the award's.
func (s *Service) owns(r Recipient, a *Award) bool {
	if a.State == Erased || a.Address == "" {
		return false
	}
	return s.Received(a.Org, a.ID, r.Token) ||
		slices.ContainsFunc(r.Addresses, func(address string) bool { return strings.EqualFold(address, a.Address) })
}

// Owns tells whether somebody is who the award was given to.
func (s *Service) Owns(r Recipient, a *Award) bool { return s.owns(r, a) }

// Answer is what the holder says to an award: accept or decline, and the other
// way round as often as they like.
func (s *Service) Answer(ctx context.Context, r Recipient, org id.Number, i id.ID, answer Answer) (Award, error) {
	if answer != Accepted && answer != Declined {
		return Award{}, fault.New(fault.Invalid, "award.answer")
	}
	var a Award
	err := s.Store.Update(ctx, func(tx Tx) error {
		var err error
		if a, err = tx.LockAward(ctx, org, i); err != nil {
			return err
		}
		if !s.owns(r, &a) {
			return fault.New(fault.Forbidden, "award.not-yours")
		}
		if a.Answer == answer {
			return nil
		}
		before := a.Answer
		a.Answer = answer
		if err := tx.SetAwardAnswer(ctx, org, i, answer); err != nil {
			return err
		}
		e := Event{Org: org, Award: i, Kind: EventAccepted, Person: r.Person}
		if answer == Declined {
			e.Kind = EventDeclined
		}
		if e.ID, err = id.New(s.Now(), s.Random); err != nil {
			return err
		}
		if err := tx.AddEvent(ctx, e); err != nil {
			return err
		}
		counts := CountsOf(&a, s.Now(), whatOf(answer), 1)
		if before != NoAnswer {
			counts = append(counts, CountsOf(&a, s.Now(), whatOf(before), -1)...)
		}
		return tx.Tally(ctx, counts)
	})
	return a, err
}

func whatOf(a Answer) What {
	if a == Declined {
		return DeclinedCount
	}
	return AcceptedCount
}

// Show changes who may see the page of an award.
func (s *Service) Show(ctx context.Context, r Recipient, org id.Number, i id.ID, v Visible) error {
	return s.Store.Update(ctx, func(tx Tx) error {
		a, err := tx.LockAward(ctx, org, i)
		if err != nil {
			return err
		}
		if !s.owns(r, &a) {
			return fault.New(fault.Forbidden, "award.not-yours")
		}
		return tx.SetAwardVisible(ctx, org, i, v)
	})
}

// mostTo is how many awards of somebody are read at once.
const mostTo = 5000

// To are the awards that were given to some addresses, the newest first. Of
// somebody's addresses there are few, and of their badges not so many that pages
// would be needed: at most 5,000.
func (s *Service) To(ctx context.Context, addresses []string) ([]Award, error) {
	mailboxes := s.mailboxes(addresses)
	var found []Award
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		found, err = tx.AwardsTo(ctx, mailboxes, mostTo)
		return err
	})
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(a Award) bool {
		return a.State == Erased || !slices.ContainsFunc(addresses, func(address string) bool { return strings.EqualFold(address, a.Address) })
	})
	slices.SortFunc(found, func(a, b Award) int { return strings.Compare(string(b.ID[:]), string(a.ID[:])) })
	return found, nil
}

// Erase takes out of the awards to some addresses everything that says whose they
// were, at the wish of who has proven the addresses. What is left is counted, and
// cannot be shown. It goes into the transaction that erases the account.
func (s *Service) Erase(ctx context.Context, tx Tx, addresses []string) error {
	mailboxes := s.mailboxes(addresses)
	for {
		found, err := tx.AwardsTo(ctx, mailboxes, mostTo)
		if err != nil {
			return err
		}
		erased := 0
		for i := range found {
			a := &found[i]
			if !slices.ContainsFunc(addresses, func(address string) bool { return strings.EqualFold(address, a.Address) }) {
				continue
			}
			if err := tx.EraseAward(ctx, a.Org, a.ID); err != nil {
				return err
			}
			erased++
		}
		if erased == 0 || len(found) < mostTo {
			return nil
		}
	}
}

// Waiting is how many awards to some addresses wait for an answer, a hundred at
// most.
func (s *Service) Waiting(ctx context.Context, addresses []string) (n int, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		n, err = tx.AwardsWaiting(ctx, s.mailboxes(addresses), 100)
		return err
	})
	return n, err
}

func (s *Service) mailboxes(addresses []string) []int64 {
	out := make([]int64, len(addresses))
	for i, address := range addresses {
		out[i] = s.Mailbox(address)
	}
	return out
}

// List are the awards of an organisation, for its members, the newest first,
// before an ID.
func (s *Service) List(ctx context.Context, actor organization.Actor, f Filter, before id.ID, n int) ([]Award, error) {
	if err := may(actor, organization.Reader); err != nil {
		return nil, err
	}
	var out []Award
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		out, err = tx.Awards(ctx, actor.Org, f, before, n)
		return err
	})
	return out, err
}

// Find is an award of the actor's organisation, with what happened to it.
func (s *Service) Find(ctx context.Context, actor organization.Actor, i id.ID) (Award, []Event, error) {
	if err := may(actor, organization.Reader); err != nil {
		return Award{}, nil, err
	}
	var a Award
	var events []Event
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		if a, err = tx.Award(ctx, actor.Org, i); err != nil {
			return err
		}
		events, err = tx.Events(ctx, actor.Org, i)
		return err
	})
	return a, events, err
}

// Last is the newest event of one of some kinds, false where there is none: why
// an award was revoked, and what took its place.
func (s *Service) Last(ctx context.Context, a *Award, kinds ...string) (Event, bool, error) {
	var events []Event
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		events, err = tx.Events(ctx, a.Org, a.ID)
		return err
	})
	for _, e := range slices.Backward(events) {
		if slices.Contains(kinds, e.Kind) {
			return e, true, err
		}
	}
	return Event{}, false, err
}

// Resend sends the mail of an award once more.
func (s *Service) Resend(ctx context.Context, actor organization.Actor, i id.ID, lang string) error {
	if err := may(actor, organization.Issuer); err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		a, err := tx.LockAward(ctx, actor.Org, i)
		if err != nil {
			return err
		}
		if a.Address == "" || a.Frame == 0 || a.State != Active {
			return fault.New(fault.Conflict, "award.cannot-resend")
		}
		now := s.Now()
		m := job.Mail{Kind: MailBadge, Org: a.Org, Award: a.ID, Address: a.Address, Lang: lang, At: now}
		if m.ID, err = id.New(now, s.Random); err != nil {
			return err
		}
		e := Event{Org: a.Org, Award: a.ID, Kind: EventResent, Person: actor.Person}
		if e.ID, err = id.New(now, s.Random); err != nil {
			return err
		}
		if err := tx.AddEvent(ctx, e); err != nil {
			return err
		}
		if err := tx.SetAwardMail(ctx, a.Org, a.ID, Queued); err != nil {
			return err
		}
		return tx.Post(ctx, m)
	})
}

// MailCorrected is the kind of the mail about an award that takes another's place.
const MailCorrected = "corrected"

// Correct gives an award anew with what was wrong put right, and revokes the old
// one, whose link then leads to the new one. Both or neither.
func (s *Service) Correct(ctx context.Context, actor organization.Actor, i id.ID, r Request, reason string) (Award, error) {
	if err := may(actor, organization.Issuer); err != nil {
		return Award{}, err
	}
	p, err := s.prepare(ctx, actor.Org, 0, []Request{r}, 1)
	if err != nil {
		return Award{}, err
	}
	by, err := s.signing(ctx, actor.Org)
	if err != nil {
		return Award{}, err
	}
	fresh := &p.awards[0]
	for k := range p.mails {
		p.mails[k].Kind = MailCorrected
	}
	err = s.Store.Update(ctx, func(tx Tx) error {
		old, err := tx.LockAward(ctx, actor.Org, i)
		if err != nil {
			return err
		}
		if err := allowed(old.State, Revoked); err != nil {
			return err
		}
		fresh.Batch = old.Batch
		if err := p.store(ctx, tx); err != nil {
			return err
		}
		e := Event{Org: fresh.Org, Award: fresh.ID, Kind: EventReplaces, Person: actor.Person, Reason: reason, Other: old.ID}
		if e.ID, err = id.New(s.Now(), s.Random); err != nil {
			return err
		}
		if err := tx.AddEvent(ctx, e); err != nil {
			return err
		}
		return s.setState(ctx, tx, by, &old, Revoked, Event{Person: actor.Person, Reason: reason, Other: fresh.ID})
	})
	return *fresh, err
}
