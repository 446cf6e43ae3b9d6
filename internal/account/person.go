package account

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
)

// maxName is the most characters of a person's name, as in badges.
const maxName = 120

// languages are those that a person can choose; the first one is for who chose none.
func (s *Service) languages() []string {
	if len(s.Languages) == 0 {
		return []string{"fr", "en"}
	}
	return s.Languages
}

// Rename changes a person's name and language. The name may be empty.
func (s *Service) Rename(ctx context.Context, person id.ID, name, lang string) error {
	name = strings.Join(strings.Fields(name), " ")
	var form fault.Form
	if utf8.RuneCountInString(name) > maxName {
		form.Wrong("name", "account.name-long", "Limit", maxName)
	} else if name != clip(name, len(name)) {
		form.Wrong("name", "account.name-signs")
	}
	if !slices.Contains(s.languages(), lang) {
		form.Wrong("lang", "account.lang-unknown")
	}
	if err := form.Err(); err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		p, err := tx.Person(ctx, person)
		if err != nil {
			return err
		}
		p.Name, p.Lang = name, lang
		return tx.ChangePerson(ctx, p)
	})
}

// Overview is all that a person sees of their account.
type Overview struct {
	Person    Person
	Addresses []Address // the main one first
	Passkeys  []Passkey // the oldest first
	Sessions  []Session // those that hold, the one seen last first
	Codes     int       // recovery codes that are left
}

// Overview gathers it.
func (s *Service) Overview(ctx context.Context, person id.ID) (Overview, error) {
	var o Overview
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		o, err = s.overview(ctx, tx, person)
		return err
	})
	return o, err
}

func (s *Service) overview(ctx context.Context, tx Tx, person id.ID) (o Overview, err error) {
	if o.Person, err = tx.Person(ctx, person); err != nil {
		return o, err
	}
	if o.Addresses, err = tx.Addresses(ctx, person); err != nil {
		return o, err
	}
	if o.Passkeys, err = tx.Passkeys(ctx, person); err != nil {
		return o, err
	}
	all, err := tx.Sessions(ctx, person)
	if err != nil {
		return o, err
	}
	for _, session := range all {
		if session.holds(s.Now()) {
			o.Sessions = append(o.Sessions, session)
		}
	}
	o.Codes, err = tx.CountRecoveryCodes(ctx, person)
	return o, err
}

// Addresses lists a person's addresses, the main one first.
func (s *Service) Addresses(ctx context.Context, person id.ID) ([]Address, error) {
	var out []Address
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		out, err = tx.Addresses(ctx, person)
		return err
	})
	return out, err
}

// Key names a session among those of its person, for forms. It tells nothing of
// its token.
func (s Session) Key() string { return hex.EncodeToString(s.Hash[:8]) }

// EndSession signs a person out on one device; NotFound for a key that none of
// their sessions has.
func (s *Service) EndSession(ctx context.Context, person id.ID, key string) error {
	return s.Store.Update(ctx, func(tx Tx) error {
		all, err := tx.Sessions(ctx, person)
		if err != nil {
			return err
		}
		for _, session := range all {
			if session.Key() == key {
				return tx.DropSession(ctx, session.Hash)
			}
		}
		return fault.ErrNotFound
	})
}

// EndSessions signs a person out everywhere.
func (s *Service) EndSessions(ctx context.Context, person id.ID) error {
	return s.Store.Update(ctx, func(tx Tx) error { return tx.DropSessions(ctx, person, nil) })
}

// EndOtherSessions signs a person out everywhere but on one device.
func (s *Service) EndOtherSessions(ctx context.Context, session Session) error {
	return s.Store.Update(ctx, func(tx Tx) error { return tx.DropSessions(ctx, session.Person, session.Hash) })
}
