package organization

import (
	"context"
	"slices"
	"time"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
)

// maxKeys is how many keys an organisation may have had: all stand in its
// document for ever.
const maxKeys = 50

// Rotate makes a new key, with which the organisation signs from now on. What
// the old ones signed stands.
func (s *Service) Rotate(ctx context.Context, a Actor) (Key, error) {
	var made Key
	err := s.changeKeys(ctx, a, func(tx Tx, keys []Key) error {
		if len(keys) >= maxKeys {
			return fault.New(fault.Conflict, "organization.too-many-keys", "Count", len(keys))
		}
		var err error
		made, err = s.rotate(ctx, tx, a, keys)
		return err
	})
	return made, err
}

func (s *Service) rotate(ctx context.Context, tx Tx, a Actor, keys []Key) (Key, error) {
	made, err := s.newKey(a.Org)
	if err != nil {
		return made, err
	}
	for _, k := range keys {
		if !k.Current() {
			continue
		}
		k.Retired = s.Now()
		if err := tx.ChangeKey(ctx, k); err != nil {
			return made, err
		}
	}
	if err := tx.AddKey(ctx, made); err != nil {
		return made, err
	}
	return made, s.note(ctx, tx, a.Org, a.Person, "key-made", made.Public, "")
}

// Compromise says that others have or may have had a key since a moment. It is
// taken from what the organisation signs with, and all that it ever signed no
// longer verifies: who has a key also writes the date. Where it was the one in
// use, a new one is made at once.
func (s *Service) Compromise(ctx context.Context, a Actor, number id.Number, since time.Time) error {
	now := s.Now()
	if since.IsZero() || since.After(now) {
		var form fault.Form
		form.Wrong("since", "organization.since-future")
		return form.Err()
	}
	return s.changeKeys(ctx, a, func(tx Tx, keys []Key) error {
		i := slices.IndexFunc(keys, func(k Key) bool { return k.Number == number })
		if i < 0 {
			return fault.ErrNotFound
		}
		k := keys[i]
		if !k.Compromised.IsZero() {
			return fault.New(fault.Conflict, "organization.key-compromised")
		}
		if since.Before(k.Created) {
			since = k.Created
		}
		current := k.Current()
		k.Compromised = since
		if k.Retired.IsZero() {
			k.Retired = now
		}
		if err := tx.ChangeKey(ctx, k); err != nil {
			return err
		}
		if err := s.note(ctx, tx, a.Org, a.Person, "key-compromised", k.Public, since.Format(time.DateOnly)); err != nil {
			return err
		}
		if !current {
			return nil
		}
		_, err := s.rotate(ctx, tx, a, slices.Delete(keys, i, i+1))
		return err
	})
}

// changeKeys runs a change of an organisation's keys, of which one signs at the
// end.
func (s *Service) changeKeys(ctx context.Context, a Actor, change func(Tx, []Key) error) error {
	if err := demand(a, Admin); err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		if _, err := tx.LockOrganization(ctx, a.Org); err != nil {
			return err
		}
		keys, err := tx.KeysOf(ctx, a.Org)
		if err != nil {
			return err
		}
		return change(tx, keys)
	})
}
