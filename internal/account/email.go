package account

import (
	"context"
	"net/netip"
	"slices"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
)

// maxAddresses is the most addresses of one person.
const maxAddresses = 20

// AskAddress sends a link to an address that a person says is theirs. Whether
// somebody else has it is told to nobody who does not read its mail.
func (s *Service) AskAddress(ctx context.Context, person id.ID, a Ask) (id.Token, error) {
	email, err := Normalize(a.Email)
	if err != nil {
		return "", fieldError("email", err)
	}
	own, err := s.Addresses(ctx, person)
	if err != nil {
		return "", err
	}
	var form fault.Form
	if slices.ContainsFunc(own, func(o Address) bool { return o.Email == email }) {
		form.Wrong("email", "account.email-yours")
	} else if len(own) >= maxAddresses {
		form.Wrong("email", "account.email-many", "Limit", maxAddresses)
	}
	if err := form.Err(); err != nil {
		return "", err
	}
	return s.send(ctx, a.Client, Link{Email: email, Purpose: AddAddress, Person: person, Lang: a.Lang}, "/me/address/")
}

// Proof is an address that a person is about to prove with a link.
type Proof struct {
	Email string
	// Merge is what would come over from the other account that has the address;
	// nil where nobody has it.
	Merge *Merge
}

// Merge is an account that would become part of another.
type Merge struct {
	From      Person
	Addresses []Address
	Passkeys  int
	Sessions  int
	Spaces    int // organisations that the person is a member of
}

// ReadProof tells what a link to a new address would do, and changes nothing.
// Only the person who asked for the link can use it: else a stranger's badges
// could be had by sending them a link and hoping for a click.
func (s *Service) ReadProof(ctx context.Context, person id.ID, token string) (Proof, error) {
	hash, ok := hashOf(token)
	if !ok {
		return Proof{}, errLink
	}
	var p Proof
	err := s.Store.View(ctx, func(tx Tx) error {
		l, err := s.proof(ctx, tx, person, hash, false)
		if err != nil {
			return err
		}
		p = Proof{Email: l.Email}
		other, err := tx.PersonOf(ctx, l.Email)
		if fault.Is(err, fault.NotFound) || err == nil && other.ID == person {
			return nil
		}
		if err != nil {
			return err
		}
		p.Merge, err = s.merge(ctx, tx, other)
		return err
	})
	return p, err
}

// proof finds the link of a person's new address.
func (s *Service) proof(ctx context.Context, tx Tx, person id.ID, hash []byte, hold bool) (Link, error) {
	l, err := tx.Link(ctx, hash, hold)
	switch {
	case s.gone(l, err) != nil:
		return l, s.gone(l, err)
	case l.Purpose != AddAddress:
		return l, errLink
	case l.Person != person:
		return l, fault.New(fault.NotFound, "account.link-other")
	}
	return l, nil
}

func (s *Service) merge(ctx context.Context, tx Tx, from Person) (*Merge, error) {
	o, err := s.overview(ctx, tx, from.ID)
	if err != nil {
		return nil, err
	}
	spaces, err := tx.CountSpaces(ctx, from.ID)
	return &Merge{From: from, Addresses: o.Addresses, Passkeys: len(o.Passkeys), Sessions: len(o.Sessions), Spaces: spaces}, err
}

// ProveByCode holds the code of a mail to a person's wish for a new address, and
// returns the token of a link that is as good as the one of the mail, which
// works no more.
func (s *Service) ProveByCode(ctx context.Context, person id.ID, ask, code string, client netip.Addr) (id.Token, error) {
	l, err := s.tryCode(ctx, ask, code, client)
	if err != nil {
		return "", err
	}
	token, err := id.NewToken(s.Random)
	if err != nil {
		return "", err
	}
	return token, s.Store.Update(ctx, func(tx Tx) error {
		l, err := s.proof(ctx, tx, person, l.Hash, true)
		if err != nil {
			return err
		}
		if err := tx.DropLink(ctx, l.Hash); err != nil {
			return err
		}
		l.Hash, l.Tries = token.Hash(), codeTries // the code was used
		return tx.AddLink(ctx, l)
	})
}

// Prove uses a link up: the address becomes the person's. Where another account
// has it, from must name that account, as the page showed it, and all that it
// has becomes the person's; a Conflict where something else is the case by now.
func (s *Service) Prove(ctx context.Context, person id.ID, token string, from id.ID) error {
	hash, ok := hashOf(token)
	if !ok {
		return errLink
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		l, err := s.proof(ctx, tx, person, hash, true)
		if err != nil {
			return err
		}
		if err := tx.DropLink(ctx, hash); err != nil {
			return err
		}
		other, err := tx.PersonOf(ctx, l.Email)
		switch {
		case fault.Is(err, fault.NotFound):
			return tx.AddAddress(ctx, Address{Email: l.Email, Person: person, Proven: s.Now()})
		case err != nil:
			return err
		case other.ID == person:
			return nil // another link was quicker
		case other.ID != from:
			return fault.New(fault.Conflict, "account.merge-changed")
		}
		return s.move(ctx, tx, other, person)
	})
}

// move makes one account of two: what one has becomes the other's, first what
// the other domains keep, then what is kept here. Both were just proven.
func (s *Service) move(ctx context.Context, tx Tx, from Person, to id.ID) error {
	for _, moved := range s.Moved {
		if err := moved(ctx, tx, from.ID, to); err != nil {
			return err
		}
	}
	p, err := tx.Person(ctx, to)
	if err != nil {
		return err
	}
	if p.Name == "" || from.Operator && !p.Operator {
		if p.Name == "" {
			p.Name = from.Name
		}
		p.Operator = p.Operator || from.Operator
		if err := tx.ChangePerson(ctx, p); err != nil {
			return err
		}
	}
	return tx.MovePerson(ctx, from.ID, to)
}

// MakeMain makes one of a person's addresses the one to which the site writes.
func (s *Service) MakeMain(ctx context.Context, person id.ID, email string) error {
	return s.Store.Update(ctx, func(tx Tx) error {
		if _, err := s.ownAddress(ctx, tx, person, email); err != nil {
			return err
		}
		return tx.SetMain(ctx, person, email)
	})
}

// ownAddress finds an address among a person's own.
func (s *Service) ownAddress(ctx context.Context, tx Tx, person id.ID, email string) ([]Address, error) {
	own, err := tx.Addresses(ctx, person)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(own, func(o Address) bool { return o.Email == email }) {
		return nil, fault.ErrNotFound
	}
	return own, nil
}

// RemoveAddress takes an address from the person of a session; never the last one.
// Links that were sent to it work no more, and whoever came in by it is out: all
// sessions but this one end.
func (s *Service) RemoveAddress(ctx context.Context, here Session, email string) error {
	person := here.Person
	return s.Store.Update(ctx, func(tx Tx) error {
		if err := tx.HoldPerson(ctx, person); err != nil { // two removals at once would leave none
			return err
		}
		own, err := s.ownAddress(ctx, tx, person, email)
		if err != nil {
			return err
		}
		if len(own) == 1 {
			return fault.New(fault.Conflict, "account.email-last")
		}
		if err := tx.DropAddress(ctx, person, email); err != nil {
			return err
		}
		if err := tx.DropSessions(ctx, person, here.Hash); err != nil {
			return err
		}
		if own[0].Email == email { // the main one
			return tx.SetMain(ctx, person, own[1].Email)
		}
		return nil
	})
}
