package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/store"
)

// people runs a transaction that must succeed.
func people(t *testing.T, s *store.Store, f func(account.Tx) error) {
	t.Helper()
	if err := store.For[account.Tx](s).Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// newPerson adds a person with addresses, the first one the main one.
func newPerson(t *testing.T, s *store.Store, emails ...string) account.Person {
	t.Helper()
	p := account.Person{ID: newID(t), Name: "Amina", Lang: "fr", Created: start}
	people(t, s, func(tx account.Tx) error {
		if err := tx.AddPerson(t.Context(), p); err != nil {
			return err
		}
		for i, e := range emails {
			if err := tx.AddAddress(t.Context(), account.Address{Email: e, Person: p.ID, Main: i == 0, Proven: start}); err != nil {
				return err
			}
		}
		return nil
	})
	return p
}

func newSession(person id.ID, hash string, seen time.Time) account.Session {
	return account.Session{Hash: []byte(hash), Person: person, Created: start, Seen: seen, Expires: start.Add(time.Hour), Fresh: start, Agent: "Browser"}
}

func TestPeople(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		p := newPerson(t, s, "a@example.org", "b@example.org")
		q := newPerson(t, s, "c@example.org")
		people(t, s, func(tx account.Tx) error {
			got, err := tx.PersonOf(ctx, "b@example.org")
			if err != nil || got != p {
				t.Errorf("PersonOf: %+v, %v; want %+v", got, err, p)
			}
			if _, err := tx.PersonOf(ctx, "nobody@example.org"); !errors.Is(err, fault.ErrNotFound) {
				t.Errorf("PersonOf nobody: %v", err)
			}
			if there, err := tx.HasOperator(ctx); there || err != nil {
				t.Errorf("HasOperator: %v, %v", there, err)
			}
			got.Name, got.Lang, got.Operator = "Amina Benali", "en", true
			if err := tx.ChangePerson(ctx, got); err != nil {
				return err
			}
			if again, err := tx.Person(ctx, p.ID); again != got || err != nil {
				t.Errorf("changed: %+v, %v", again, err)
			}
			if there, err := tx.HasOperator(ctx); !there || err != nil {
				t.Errorf("HasOperator: %v, %v", there, err)
			}
			if err := tx.SetMain(ctx, p.ID, "b@example.org"); err != nil {
				return err
			}
			own, err := tx.Addresses(ctx, p.ID)
			if err != nil || len(own) != 2 || own[0].Email != "b@example.org" || !own[0].Main || own[1].Main || !own[0].Proven.Equal(start) {
				t.Errorf("addresses: %+v, %v", own, err)
			}
			// Another one's address cannot be dropped in one's name.
			if err := tx.DropAddress(ctx, p.ID, "c@example.org"); !errors.Is(err, fault.ErrNotFound) {
				t.Errorf("drop another's: %v", err)
			}
			return tx.DropAddress(ctx, p.ID, "a@example.org")
		})
		// An address has one person.
		err := store.For[account.Tx](s).Update(ctx, func(tx account.Tx) error {
			return tx.AddAddress(ctx, account.Address{Email: "b@example.org", Person: q.ID, Proven: start})
		})
		if !errors.Is(err, fault.ErrExists) {
			t.Errorf("one address, two people: %v", err)
		}
	})
}

func TestSessions(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		p, q := newPerson(t, s, "a@example.org"), newPerson(t, s, "b@example.org")
		people(t, s, func(tx account.Tx) error {
			for _, session := range []account.Session{newSession(p.ID, "one", start), newSession(p.ID, "two", start.Add(time.Minute)), newSession(q.ID, "three", start)} {
				if err := tx.AddSession(ctx, session); err != nil {
					return err
				}
			}
			person, session, err := tx.Session(ctx, []byte("one"))
			if err != nil || person != p || session.Agent != "Browser" || !session.Fresh.Equal(start) || session.Person != p.ID {
				t.Errorf("session: %+v, %+v, %v", person, session, err)
			}
			if err := tx.SeeSession(ctx, []byte("one"), start.Add(time.Hour)); err != nil {
				return err
			}
			all, err := tx.Sessions(ctx, p.ID)
			if err != nil || len(all) != 2 || string(all[0].Hash) != "one" {
				t.Errorf("sessions: %+v, %v", all, err)
			}
			if err := tx.DropSessions(ctx, p.ID, []byte("two")); err != nil {
				return err
			}
			if all, err = tx.Sessions(ctx, p.ID); err != nil || len(all) != 1 || string(all[0].Hash) != "two" {
				t.Errorf("all but two: %+v, %v", all, err)
			}
			if err := tx.DropSessions(ctx, p.ID, nil); err != nil {
				return err
			}
			if _, _, err := tx.Session(ctx, []byte("two")); !errors.Is(err, fault.ErrNotFound) {
				t.Errorf("ended: %v", err)
			}
			if _, _, err := tx.Session(ctx, []byte("three")); err != nil {
				t.Errorf("another's: %v", err)
			}
			return nil
		})
	})
}

func TestLinks(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		p := newPerson(t, s, "a@example.org")
		link := account.Link{
			Hash: []byte("hash"), Email: "b@example.org", Purpose: account.AddAddress, Person: p.ID, Ask: []byte("ask"), Code: []byte("code"),
			Next: "/me", Lang: "fr", Created: start, Expires: start.Add(time.Hour),
		}
		people(t, s, func(tx account.Tx) error { return tx.AddLink(ctx, link) })
		people(t, s, func(tx account.Tx) error {
			if err := tx.CountTry(ctx, link.Hash); err != nil {
				return err
			}
			for _, hold := range []bool{true, false} {
				l, err := tx.Link(ctx, []byte("hash"), hold)
				if err != nil || l.Email != link.Email || l.Person != p.ID || l.Tries != 1 || l.Purpose != account.AddAddress || !l.Expires.Equal(link.Expires) {
					t.Errorf("link: %+v, %v", l, err)
				}
				if l, err = tx.LinkOf(ctx, []byte("ask"), hold); err != nil || string(l.Hash) != "hash" {
					t.Errorf("link of ask: %+v, %v", l, err)
				}
			}
			if err := tx.DropLink(ctx, link.Hash); err != nil {
				return err
			}
			if err := tx.DropLink(ctx, link.Hash); !errors.Is(err, fault.ErrNotFound) {
				t.Errorf("used twice: %v", err)
			}
			return nil
		})
		// A look at a link holds nothing, and may be done where nothing is written.
		if err := store.For[account.Tx](s).View(ctx, func(tx account.Tx) error {
			_, err := tx.LinkOf(ctx, []byte("ask"), false)
			return err
		}); !errors.Is(err, fault.ErrNotFound) {
			t.Error(err)
		}
	})
}

func TestCount(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		count := func(key string, at time.Time) (n int, since time.Time) {
			t.Helper()
			people(t, s, func(tx account.Tx) (err error) {
				n, since, err = tx.Count(t.Context(), key, at, time.Minute)
				return err
			})
			return n, since
		}
		for i := range 3 {
			if n, since := count("a", start.Add(time.Duration(i)*time.Second)); n != i+1 || !since.Equal(start) {
				t.Errorf("%d times since %v, want %d", n, since, i+1)
			}
		}
		if n, _ := count("b", start); n != 1 {
			t.Errorf("another key: %d", n)
		}
		if n, since := count("a", start.Add(time.Minute)); n != 1 || !since.Equal(start.Add(time.Minute)) {
			t.Errorf("the next window: %d since %v", n, since)
		}
	})
}

func TestKeysAndCodes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		p, q := newPerson(t, s, "a@example.org"), newPerson(t, s, "b@example.org")
		key := account.Passkey{ID: []byte{1, 2, 3}, Person: p.ID, Handle: p.ID[:], Name: "phone", Record: []byte(`{"id":"x"}`), Created: start}
		people(t, s, func(tx account.Tx) error {
			if err := tx.AddPasskey(ctx, key); err != nil {
				return err
			}
			key.Name, key.Used, key.Record = "my phone", start.Add(time.Minute), []byte(`{"id":"y"}`)
			if err := tx.ChangePasskey(ctx, key); err != nil {
				return err
			}
			got, err := tx.Passkey(ctx, key.ID)
			if err != nil || got.Name != "my phone" || string(got.Record) != `{"id":"y"}` || !got.Used.Equal(key.Used) || got.Person != p.ID {
				t.Errorf("passkey: %+v, %v", got, err)
			}
			if err := tx.DropPasskey(ctx, q.ID, key.ID); !errors.Is(err, fault.ErrNotFound) {
				t.Errorf("another one drops it: %v", err)
			}
			if err := tx.DropPasskey(ctx, p.ID, key.ID); err != nil {
				return err
			}
			if err := tx.PutRecoveryCodes(ctx, p.ID, [][]byte{[]byte("old")}); err != nil {
				return err
			}
			if err := tx.PutRecoveryCodes(ctx, p.ID, [][]byte{[]byte("one"), []byte("two")}); err != nil {
				return err
			}
			if _, err := tx.UseRecoveryCode(ctx, []byte("old")); !errors.Is(err, fault.ErrNotFound) {
				t.Errorf("an old code: %v", err)
			}
			if person, err := tx.UseRecoveryCode(ctx, []byte("one")); err != nil || person != p.ID {
				t.Errorf("a code: %v, %v", person, err)
			}
			if _, err := tx.UseRecoveryCode(ctx, []byte("one")); !errors.Is(err, fault.ErrNotFound) {
				t.Errorf("a code twice: %v", err)
			}
			if n, err := tx.CountRecoveryCodes(ctx, p.ID); n != 1 || err != nil {
				t.Errorf("codes left: %d, %v", n, err)
			}
			return tx.Spend(ctx, []byte("challenge"), start.Add(time.Minute))
		})
		err := store.For[account.Tx](s).Update(ctx, func(tx account.Tx) error { return tx.Spend(ctx, []byte("challenge"), start) })
		if !errors.Is(err, fault.ErrExists) {
			t.Errorf("spent twice: %v", err)
		}
	})
}

// member makes somebody a member of an organisation, which is made where it is
// not there.
func member(t *testing.T, s *store.Store, org id.Number, person id.ID, role organization.Role) {
	t.Helper()
	ctx := t.Context()
	orgs := store.For[organization.Tx](s)
	err := orgs.Update(ctx, func(tx organization.Tx) error {
		_, err := tx.Organization(ctx, org)
		if errors.Is(err, fault.ErrNotFound) {
			slug := id.Key(org, org)
			err = tx.AddOrganization(ctx, organization.Organization{Number: org, Slug: slug, Name: slug, Lang: "fr", Status: organization.Active, Created: start, Changed: start})
		}
		if err != nil {
			return err
		}
		return tx.SetMember(ctx, organization.Member{Org: org, Person: person, Role: role, Created: start})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestMovePerson makes two accounts one: nothing of the one is lost, and of two
// roles the higher one stays.
func TestMovePerson(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		from, to := newPerson(t, s, "b@example.org", "c@example.org"), newPerson(t, s, "a@example.org")
		member(t, s, 1, from.ID, organization.Admin)
		member(t, s, 1, to.ID, organization.Reader)
		member(t, s, 2, from.ID, organization.Reader)
		member(t, s, 2, to.ID, organization.Creator)
		member(t, s, 3, from.ID, organization.Issuer)
		people(t, s, func(tx account.Tx) error {
			return errors.Join(
				tx.AddSession(ctx, newSession(from.ID, "phone", start)),
				tx.AddPasskey(ctx, account.Passkey{ID: []byte{1}, Person: from.ID, Handle: from.ID[:], Record: []byte("{}"), Created: start}),
				tx.PutRecoveryCodes(ctx, from.ID, [][]byte{[]byte("code")}),
				tx.AddLink(ctx, account.Link{Hash: []byte("h"), Ask: []byte("a"), Code: []byte{}, Person: from.ID, Purpose: account.AddAddress}),
			)
		})
		people(t, s, func(tx account.Tx) error {
			if n, err := tx.CountSpaces(ctx, from.ID); n != 3 || err != nil {
				t.Errorf("spaces: %d, %v", n, err)
			}
			return tx.MovePerson(ctx, from.ID, to.ID)
		})
		people(t, s, func(tx account.Tx) error {
			own, err := tx.Addresses(ctx, to.ID)
			if err != nil || len(own) != 3 || own[0].Email != "a@example.org" || own[1].Main || own[2].Main {
				t.Errorf("addresses: %+v, %v", own, err)
			}
			person, session, err := tx.Session(ctx, []byte("phone"))
			if err != nil || person.ID != to.ID || !session.Fresh.IsZero() {
				t.Errorf("session: %+v, %+v, %v; it must prove nothing lately", person, session, err)
			}
			key, err := tx.Passkey(ctx, []byte{1})
			if err != nil || key.Person != to.ID || id.ID(key.Handle) != from.ID {
				t.Errorf("passkey: %+v, %v", key, err)
			}
			if _, err := tx.UseRecoveryCode(ctx, []byte("code")); !errors.Is(err, fault.ErrNotFound) {
				t.Errorf("recovery code of the other account: %v", err)
			}
			if _, err := tx.Person(ctx, from.ID); !errors.Is(err, fault.ErrNotFound) {
				t.Errorf("the other account: %v", err)
			}
			return nil
		})
		orgs := store.For[organization.Tx](s)
		if err := orgs.View(ctx, func(tx organization.Tx) error {
			for org, want := range map[id.Number]organization.Role{1: organization.Admin, 2: organization.Creator, 3: organization.Issuer} {
				m, err := tx.Member(ctx, org, to.ID)
				if err != nil || m.Role != want {
					t.Errorf("role in %d: %v, %v; want %v", org, m.Role, err, want)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestDropPerson(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		p, q := newPerson(t, s, "a@example.org"), newPerson(t, s, "b@example.org")
		member(t, s, 1, p.ID, organization.Admin)
		people(t, s, func(tx account.Tx) error {
			return errors.Join(
				tx.AddSession(ctx, newSession(p.ID, "phone", start)),
				tx.AddPasskey(ctx, account.Passkey{ID: []byte{1}, Person: p.ID, Handle: p.ID[:], Record: []byte("{}"), Created: start}),
				tx.PutRecoveryCodes(ctx, p.ID, [][]byte{[]byte("code")}),
				tx.AddLink(ctx, account.Link{Hash: []byte("h"), Ask: []byte("a"), Code: []byte{}, Email: "a@example.org", Purpose: account.SignIn}),
				tx.DropPerson(ctx, p.ID),
			)
		})
		people(t, s, func(tx account.Tx) error {
			for what, err := range map[string]error{
				"person":  second(tx.Person(ctx, p.ID)),
				"address": second(tx.PersonOf(ctx, "a@example.org")),
				"passkey": second(tx.Passkey(ctx, []byte{1})),
				"code":    second(tx.UseRecoveryCode(ctx, []byte("code"))),
				"link":    second(tx.Link(ctx, []byte("h"), false)),
			} {
				if !errors.Is(err, fault.ErrNotFound) {
					t.Errorf("%s is left: %v", what, err)
				}
			}
			_, err := tx.Person(ctx, q.ID)
			return err
		})
	})
}

func second[T any](_ T, err error) error { return err }

func TestDropExpired(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		p := newPerson(t, s, "a@example.org")
		late := start.Add(48 * time.Hour)
		holds := newSession(p.ID, "holds", late)
		holds.Expires = late.Add(time.Hour)
		idle := newSession(p.ID, "idle", start)
		idle.Expires = late.Add(time.Hour)
		people(t, s, func(tx account.Tx) error {
			_, _, err := tx.Count(ctx, "old", start, time.Hour)
			return errors.Join(err,
				tx.AddSession(ctx, holds), tx.AddSession(ctx, idle), tx.AddSession(ctx, newSession(p.ID, "over", late)),
				tx.AddLink(ctx, account.Link{Hash: []byte("h"), Ask: []byte("a"), Code: []byte{}, Expires: start}),
				tx.Spend(ctx, []byte("x"), start),
				tx.DropExpired(ctx, late, late.Add(-time.Hour), late.Add(-24*time.Hour)))
		})
		people(t, s, func(tx account.Tx) error {
			all, err := tx.Sessions(ctx, p.ID)
			if err != nil || len(all) != 1 || string(all[0].Hash) != "holds" {
				t.Errorf("sessions: %+v, %v", all, err)
			}
			if _, err := tx.Link(ctx, []byte("h"), false); !errors.Is(err, fault.ErrNotFound) {
				t.Errorf("link: %v", err)
			}
			if n, _, err := tx.Count(ctx, "old", start, time.Hour); n != 1 || err != nil {
				t.Errorf("count: %d, %v", n, err)
			}
			return tx.Spend(ctx, []byte("x"), start)
		})
	})
}

// TestOneAtATime holds that two removals at once leave one address.
func TestOneAtATime(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		p := newPerson(t, s, "a@example.org", "b@example.org")
		people := &account.Service{Store: store.For[account.Tx](s), Now: func() time.Time { return start }}
		ends := make(chan error, 2)
		for _, email := range []string{"a@example.org", "b@example.org"} {
			go func() {
				ends <- people.RemoveAddress(context.WithoutCancel(t.Context()), account.Session{Person: p.ID}, email)
			}()
		}
		first, second := <-ends, <-ends
		if first == nil && second == nil || !fault.Is(errors.Join(first, second), fault.Conflict) {
			t.Errorf("removed both: %v, %v", first, second)
		}
		own, err := people.Addresses(t.Context(), p.ID)
		if err != nil || len(own) != 1 || !own[0].Main {
			t.Errorf("left: %+v, %v", own, err)
		}
	})
}
