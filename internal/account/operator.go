package account

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
)

// firstFor is how long the link of a site's first start holds.
const firstFor = 24 * time.Hour

// FirstOperator makes a link for the terminal on which a site is started, by
// which its reader becomes who runs the site: "/start/" and the token. It works
// once, for a day. "" where somebody runs the site already.
func (s *Service) FirstOperator(ctx context.Context) (id.Token, error) {
	token, err := id.NewToken(s.Random)
	if err != nil {
		return "", err
	}
	ask, err := id.NewToken(s.Random) // that nobody has
	if err != nil {
		return "", err
	}
	now := s.Now()
	there := false
	err = s.Store.Update(ctx, func(tx Tx) error {
		if there, err = tx.HasOperator(ctx); err != nil || there {
			return err
		}
		return tx.AddLink(ctx, Link{
			Hash: token.Hash(), Purpose: First, Ask: ask.Hash(), Code: []byte{}, Tries: codeTries, Next: "/operator", Lang: "fr",
			Created: now, Expires: now.Add(firstFor),
		})
	})
	if there || err != nil {
		return "", err
	}
	return token, nil
}

// Start uses the link of FirstOperator up: who has an address, or will have,
// runs the site from now on, and is signed in. Who reads the terminal of a
// server can do anything with it, so the address needs no proof, and works
// before mail does.
func (s *Service) Start(ctx context.Context, token, email string, d Device) (Entry, error) {
	hash, ok := hashOf(token)
	if !ok {
		return Entry{}, errLink
	}
	address, err := Normalize(email)
	if err != nil {
		return Entry{}, fieldError("email", err)
	}
	var e Entry
	err = s.Store.Update(ctx, func(tx Tx) error {
		l, err := tx.Link(ctx, hash, true)
		if s.gone(l, err) != nil {
			return s.gone(l, err)
		}
		there, err := tx.HasOperator(ctx)
		if err != nil {
			return err
		}
		if l.Purpose != First || there {
			return errLink
		}
		if err := tx.DropLink(ctx, hash); err != nil {
			return err
		}
		if e.Person, err = s.makeOperator(ctx, tx, address, d.Lang); err != nil {
			return err
		}
		e.Token, err = s.begin(ctx, tx, e.Person.ID, d)
		e.Next = l.Next
		return err
	})
	return e, err
}

// MakeOperator lets the person with an address run the site; one is made where
// nobody has it. It is for who may do anything on the server already.
func (s *Service) MakeOperator(ctx context.Context, email string) (Person, error) {
	address, err := Normalize(email)
	if err != nil {
		return Person{}, err
	}
	var p Person
	err = s.Store.Update(ctx, func(tx Tx) error {
		p, err = s.makeOperator(ctx, tx, address, "")
		return err
	})
	return p, err
}

func (s *Service) makeOperator(ctx context.Context, tx Tx, email, lang string) (Person, error) {
	p, _, err := s.personOf(ctx, tx, email, lang)
	if err != nil {
		return p, err
	}
	p.Operator = true
	return p, tx.ChangePerson(ctx, p)
}

// Runner is somebody who runs the site, with their main address.
type Runner struct {
	Person Person
	Email  string
}

// Operators are those who run the site.
func (s *Service) Operators(ctx context.Context) (list []Runner, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		list, err = tx.Operators(ctx)
		return err
	})
	return list, err
}

// EndOperator takes the running of the site from the person with an address.
func (s *Service) EndOperator(ctx context.Context, email string) error {
	address, err := Normalize(email)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		p, err := tx.PersonOf(ctx, address)
		if err != nil {
			return fmt.Errorf("account: nobody has the address %s: %w", address, err)
		}
		if !p.Operator {
			return fault.ErrNotFound
		}
		p.Operator = false
		return tx.ChangePerson(ctx, p)
	})
}

// Appoint lets the person with an address run the site too, and journals it; one
// is made where nobody has it.
func (s *Service) Appoint(ctx context.Context, by Person, email string) error {
	if !by.Operator {
		return fault.ErrNotFound
	}
	address, err := Normalize(email)
	if err != nil {
		return fieldError("email", err)
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		if _, err := s.makeOperator(ctx, tx, address, ""); err != nil {
			return err
		}
		return s.journal(ctx, tx, by.ID, "operator-made", address)
	})
}

// Dismiss takes the running of the site from the person with an address, and
// journals it. Nobody dismisses themselves, so somebody always runs the site:
// of two who dismiss each other at once, the second is none any more.
func (s *Service) Dismiss(ctx context.Context, by Person, email string) error {
	address, err := Normalize(email)
	if err != nil {
		return fieldError("email", err)
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		operators, err := tx.HoldOperators(ctx)
		if err != nil {
			return err
		}
		p, err := tx.PersonOf(ctx, address)
		switch {
		case err != nil:
			return err
		case !slices.Contains(operators, by.ID) || !slices.Contains(operators, p.ID):
			return fault.ErrNotFound
		case p.ID == by.ID:
			return fault.New(fault.Conflict, "operator.not-yourself")
		}
		p.Operator = false
		if err := tx.ChangePerson(ctx, p); err != nil {
			return err
		}
		return s.journal(ctx, tx, by.ID, "operator-ended", address)
	})
}

func (s *Service) journal(ctx context.Context, tx Tx, by id.ID, action, target string) error {
	if s.Journal == nil {
		return nil
	}
	return s.Journal(ctx, tx, by, action, target)
}
