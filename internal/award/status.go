package award

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/proof"
	"github.com/ecusson/ecusson/statuslist"
)

// Purpose is what a set bit of a status list means. The numbers are stored.
type Purpose int16

// The purposes.
const (
	Revocation Purpose = 1
	Suspension Purpose = 2
)

// String is the purpose's name in the standard, and in addresses.
func (p Purpose) String() string {
	if p == Suspension {
		return statuslist.PurposeSuspension
	}
	return statuslist.PurposeRevocation
}

// StatusList is a list in which awards have places. Its Base is part of every
// badge that names it, and never changes.
type StatusList struct {
	Org   id.Number
	List  int // 1, 2, …
	Base  string
	Taken int
	Seed  []byte
}

// StatusDocument is a status list as it is served: signed, and good for a time.
type StatusDocument struct {
	Org      id.Number
	List     int
	Purpose  Purpose
	Document []byte
	Signed   time.Time
	Until    time.Time
}

// A list is signed anew at each change, and before it ends.
const (
	listLasts  = 14 * 24 * time.Hour
	listRenews = 7 * 24 * time.Hour
	listTTL    = 5 * time.Minute
)

// JobRenew is the kind of the job that signs lists anew before they end.
const JobRenew = "status-renew"

func (s *Service) listURL(base string, org id.Number, list int, p Purpose) string {
	return base + "/status/" + id.Key(org, id.Number(list)) + "/" + p.String()
}

// signList signs a list as its bits are, in the transaction that changed them.
// The list's row must be locked, or two that change it would not see each other.
func (s *Service) signList(ctx context.Context, tx Tx, by signing, l StatusList, p Purpose) error {
	bits, err := tx.Bits(ctx, l.Org, l.List, p)
	if err != nil {
		return err
	}
	list := statuslist.New(listSize)
	for _, place := range bits {
		if err := list.Set(place, true); err != nil {
			return err
		}
	}
	now := s.Now()
	// The issuer is that of the badges, which may have been signed before the site
	// moved.
	base, err := url.Parse(l.Base)
	if err != nil {
		return fmt.Errorf("award: the address of a status list: %w", err)
	}
	issuer := s.Issuers.IssuerID(base, by.org.Slug)
	doc, err := statuslist.Credential(statuslist.Publication{
		URL: s.listURL(l.Base, l.Org, l.List, p), Issuer: issuer, Purpose: p.String(), ValidFrom: now, ValidUntil: now.Add(listLasts), TTL: listTTL,
	}, list)
	if err != nil {
		return err
	}
	signer := proof.Signer{Key: by.signer, VerificationMethod: s.Issuers.KeyID(base, by.org.Slug, by.key)}
	signed, err := signer.Sign(s.LD, &doc, proof.SignOptions{Created: now})
	if err != nil {
		return err
	}
	return tx.SetStatusDocument(ctx, StatusDocument{
		Org: l.Org, List: l.List, Purpose: p, Document: signed.AppendJSON(nil), Signed: now, Until: now.Add(listLasts),
	})
}

// Renew signs lists anew that end soon, and tells whether there are more.
func (s *Service) Renew(ctx context.Context) (more bool, err error) {
	const together = 50
	var due []StatusDocument
	err = s.Store.View(ctx, func(tx Tx) error {
		due, err = tx.StatusDocumentsUntil(ctx, s.Now().Add(listLasts-listRenews), together)
		return err
	})
	if err != nil {
		return false, err
	}
	for _, d := range due {
		by, err := s.signing(ctx, d.Org)
		if err != nil {
			return false, err
		}
		err = s.Store.Update(ctx, func(tx Tx) error {
			l, err := tx.LockStatusList(ctx, d.Org, d.List)
			if err != nil {
				return err
			}
			return s.signList(ctx, tx, by, l, d.Purpose)
		})
		if err != nil {
			return false, err
		}
	}
	return len(due) == together, nil
}

// StatusDocument is a list as it is served.
func (s *Service) StatusDocument(ctx context.Context, org id.Number, list int, p Purpose) (StatusDocument, error) {
	var d StatusDocument
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		d, err = tx.StatusDocument(ctx, org, list, p)
		return err
	})
	return d, err
}

// The kinds of mail about a change of state.
const (
	MailRevoked   = "revoked"
	MailSuspended = "suspended"
	MailRestored  = "restored"
)

// Revoke takes an award back for ever. The reason is shown to who has the link,
// and mailed to the holder. The status list says so when Revoke returns.
func (s *Service) Revoke(ctx context.Context, actor organization.Actor, i id.ID, reason string) (Award, error) {
	return s.change(ctx, actor, i, reason, Revoked)
}

// Suspend takes an award back until Lift.
func (s *Service) Suspend(ctx context.Context, actor organization.Actor, i id.ID, reason string) (Award, error) {
	return s.change(ctx, actor, i, reason, Suspended)
}

// Lift gives a suspended award back.
func (s *Service) Lift(ctx context.Context, actor organization.Actor, i id.ID, reason string) (Award, error) {
	return s.change(ctx, actor, i, reason, Active)
}

// MaxReason is the longest reason, in bytes.
const MaxReason = 2000

func (s *Service) change(ctx context.Context, actor organization.Actor, i id.ID, reason string, to State) (Award, error) {
	if err := may(actor, organization.Issuer); err != nil {
		return Award{}, err
	}
	if to != Active && strings.TrimSpace(reason) == "" {
		var form fault.Form
		form.Wrong("reason", "award.reason-missing")
		return Award{}, form.Err()
	}
	if len(reason) > MaxReason {
		var form fault.Form
		form.Wrong("reason", "award.reason-long")
		return Award{}, form.Err()
	}
	by, err := s.signing(ctx, actor.Org)
	if err != nil {
		return Award{}, err
	}
	var a Award
	err = s.Store.Update(ctx, func(tx Tx) error {
		a, err = tx.LockAward(ctx, actor.Org, i)
		if err != nil {
			return err
		}
		if err := allowed(a.State, to); err != nil {
			return err
		}
		return s.setState(ctx, tx, by, &a, to, Event{Person: actor.Person, Reason: reason})
	})
	return a, err
}

// allowed says which changes of state there are.
func allowed(from, to State) error {
	switch {
	case from == Active && (to == Revoked || to == Suspended), from == Suspended && (to == Active || to == Revoked):
		return nil
	case from == Revoked:
		return fault.New(fault.Conflict, "award.revoked-already")
	case from == Erased:
		return fault.New(fault.Conflict, "award.erased")
	}
	return fault.New(fault.Conflict, "award.state-already")
}

// setState changes an award's state with all that follows from it: bits, lists,
// event, figures and a mail, in one transaction.
func (s *Service) setState(ctx context.Context, tx Tx, by signing, a *Award, to State, e Event) error {
	now := s.Now()
	from := a.State
	if err := tx.SetAwardState(ctx, a.Org, a.ID, to); err != nil {
		return err
	}
	a.State = to
	if a.Frame != 0 {
		if err := s.setBits(ctx, tx, by, a, from, to); err != nil {
			return err
		}
	}
	var kind string
	var what What
	switch to {
	case Revoked:
		kind, what = MailRevoked, RevokedCount
		e.Kind = EventRevoked
		if e.Other != (id.ID{}) {
			kind, e.Kind = "", EventReplaced // the mail of the new one says it
		}
	case Suspended:
		kind, what, e.Kind = MailSuspended, SuspendedCount, EventSuspended
	default:
		kind, what, e.Kind = MailRestored, LiftedCount, EventLifted
	}
	var err error
	e.Org, e.Award = a.Org, a.ID
	if e.ID, err = id.New(now, s.Random); err != nil {
		return err
	}
	if err := tx.AddEvent(ctx, e); err != nil {
		return err
	}
	if err := tx.Tally(ctx, countsOf(a.Org, a.Achievement, a.Batch, now, what, 1)); err != nil {
		return err
	}
	if kind == "" || a.Address == "" || a.Mail == NoMail {
		return nil // who was never written to is not written to now
	}
	m, err := id.New(now, s.Random)
	if err != nil {
		return err
	}
	return tx.Post(ctx, job.Mail{ID: m, Kind: kind, Org: a.Org, Award: a.ID, Address: a.Address, At: now})
}

func (s *Service) setBits(ctx context.Context, tx Tx, by signing, a *Award, from, to State) error {
	l, err := tx.LockStatusList(ctx, a.Org, a.List)
	if err != nil {
		return err
	}
	for _, c := range []struct {
		purpose Purpose
		state   State
	}{{Revocation, Revoked}, {Suspension, Suspended}} {
		if (from == c.state) == (to == c.state) {
			continue
		}
		if err := tx.SetBit(ctx, a.Org, a.List, c.purpose, a.Place, to == c.state); err != nil {
			return err
		}
		if err := s.signList(ctx, tx, by, l, c.purpose); err != nil {
			return err
		}
	}
	return nil
}
