package award

import (
	"context"
	"crypto/subtle"
	"slices"
	"strings"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/organization"
)

// MailName is what stands before the @ of the Message-ID of a mail about an award:
// by it a mail that comes back leads to its award. It is sealed, so that nobody
// makes one up who has the award's public link alone.
func (s *Service) MailName(mail id.ID, org id.Number, award id.ID) string {
	public := id.Public(org, award)
	return mail.String() + "." + public + "." + s.mailSeal(mail.String()+"."+public)
}

func (s *Service) mailSeal(text string) string {
	s.init()
	sum := s.bounce.Sum([]byte(text))
	return id.Text(sum[:10])
}

// OfMessageID is the award of a Message-ID, whose first part MailName made. What
// stands behind the @ does not matter: a site may have moved.
func (s *Service) OfMessageID(text string) (id.Number, id.ID, bool) {
	name, _, _ := strings.Cut(strings.ToLower(text), "@")
	parts := strings.Split(name, ".")
	if len(parts) != 3 || subtle.ConstantTimeCompare([]byte(s.mailSeal(parts[0]+"."+parts[1])), []byte(parts[2])) != 1 {
		return 0, id.ID{}, false
	}
	org, award, err := id.ParsePublic(parts[1])
	return org, award, err == nil
}

// Returned is a mail that came back, by the words of a mail server.
type Returned struct {
	MessageID string // of the mail
	Address   string // that it did not reach
	Words     string
	Hard      bool // it will never arrive
}

// Return notes that a mail came back, and tells whether it was one of ours. The
// address must be the award's. What may still arrive is noted once.
func (s *Service) Return(ctx context.Context, r Returned) (bool, error) {
	org, i, ok := s.OfMessageID(r.MessageID)
	if !ok {
		return false, nil
	}
	address, err := account.Normalize(r.Address)
	if err != nil {
		return false, nil
	}
	err = s.Store.Update(ctx, func(tx Tx) error {
		ok = false
		a, err := tx.LockAward(ctx, org, i)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil || !strings.EqualFold(a.Address, address) {
			return err
		}
		ok = true
		e := Event{Org: org, Award: i, Kind: EventDelayed, Reason: r.Words}
		if r.Hard {
			e.Kind = EventBounced
		}
		events, err := tx.Events(ctx, org, i)
		if err != nil || a.Mail == Bounced || !r.Hard && slices.ContainsFunc(events, func(x Event) bool { return x.Kind == EventDelayed }) {
			return err
		}
		if e.ID, err = id.New(s.Now(), s.Random); err != nil {
			return err
		}
		if err := tx.AddEvent(ctx, e); err != nil {
			return err
		}
		// One that is on its way anew is not given up for the one before.
		if !r.Hard || a.Mail != HandedOver && a.Mail != Perhaps {
			return nil
		}
		if err := tx.SetAwardMail(ctx, org, i, Bounced); err != nil {
			return err
		}
		return tx.Tally(ctx, CountsOf(&a, s.Now(), BouncedCount, 1))
	})
	return ok, err
}

// Words are what mail servers said of awards' mails that did not arrive, by award.
func (s *Service) Words(ctx context.Context, actor organization.Actor, awards []id.ID) (map[id.ID]string, error) {
	if err := may(actor, organization.Reader); err != nil {
		return nil, err
	}
	out := map[id.ID]string{}
	err := s.Store.View(ctx, func(tx Tx) error {
		for some := range slices.Chunk(awards, 500) {
			events, err := tx.EventsOf(ctx, actor.Org, some, []string{EventRefused, EventBounced})
			if err != nil {
				return err
			}
			for _, e := range events {
				out[e.Award] = e.Reason // the last one stays
			}
		}
		return nil
	})
	return out, err
}
