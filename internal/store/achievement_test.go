package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/store"
)

// newOrganization stores an organisation for what belongs to one.
func newOrganization(t *testing.T, s *store.Store, number id.Number, slug string) organization.Organization {
	t.Helper()
	o := organization.Organization{
		Number: number, Slug: slug, Name: slug, Kind: "association", Lang: "fr", Status: organization.Active, Created: start, Changed: start,
	}
	if err := store.For[interface {
		AddOrganization(context.Context, organization.Organization) error
	}](s).Update(t.Context(), func(tx interface {
		AddOrganization(context.Context, organization.Organization) error
	}) error {
		return tx.AddOrganization(t.Context(), o)
	}); err != nil {
		t.Fatal(err)
	}
	return o
}

func contentOf(name string) *achievement.Content {
	return &achievement.Content{
		Lang: "fr", Kind: "soft-skill", Texts: map[string]achievement.Texts{"fr": {Name: name, Description: "Pour l’équipe"}},
		Tags: []string{"Été"}, Validity: achievement.Validity{Years: 2},
	}
}

func TestAchievement(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		newOrganization(t, s, 7, "ours")
		newOrganization(t, s, 8, "theirs")
		db := store.For[achievement.Tx](s)
		update := func(f func(achievement.Tx) error) {
			t.Helper()
			if err := db.Update(ctx, f); err != nil {
				t.Fatal(err)
			}
		}
		draft := contentOf("Équipière")
		a := achievement.Achievement{Org: 7, Number: 1, State: achievement.Draft, Draft: draft, Name: "Équipière", Kind: "soft-skill", Created: start, Changed: start}
		update(func(tx achievement.Tx) error { return tx.AddAchievement(ctx, a, draft.Found()) })
		if err := db.Update(ctx, func(tx achievement.Tx) error { return tx.AddAchievement(ctx, a, "") }); !errors.Is(err, fault.ErrExists) {
			t.Errorf("added twice: %v", err)
		}
		read := func(org, number id.Number) (got achievement.Achievement, err error) {
			err = db.View(ctx, func(tx achievement.Tx) error {
				got, err = tx.Achievement(ctx, org, number)
				return err
			})
			return got, err
		}
		got, err := read(7, 1)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(a, got); d != "" {
			t.Error(d)
		}
		if _, err := read(8, 1); !errors.Is(err, fault.ErrNotFound) {
			t.Errorf("another organisation reads it: %v", err)
		}

		v := achievement.Version{Org: 7, Achievement: 1, Version: 1, Content: *draft, PNG: "p", SVG: "s", Alt: "alt", Published: start.Add(time.Hour), By: newID(t)}
		a.State, a.Version, a.Draft, a.Newest, a.Changed = achievement.Published, 1, nil, &v, start.Add(time.Hour)
		update(func(tx achievement.Tx) error {
			if _, err := tx.LockAchievement(ctx, 7, 1); err != nil {
				return err
			}
			if err := tx.AddAchievementVersion(ctx, v); err != nil {
				return err
			}
			return tx.ChangeAchievement(ctx, a, draft.Found())
		})
		if got, err = read(7, 1); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(a, got); d != "" {
			t.Error(d)
		}
		other := v
		other.Alt = "changed"
		if err := db.Update(ctx, func(tx achievement.Tx) error { return tx.AddAchievementVersion(ctx, other) }); !errors.Is(err, fault.ErrExists) {
			t.Errorf("a version was written over: %v", err)
		}
		if err := db.Update(ctx, func(tx achievement.Tx) error { return tx.DeleteAchievement(ctx, 7, 1) }); !errors.Is(err, fault.ErrNotFound) {
			t.Errorf("a published achievement was deleted: %v", err)
		}
		if err := db.Update(ctx, func(tx achievement.Tx) error { _, err := tx.LockAchievement(ctx, 8, 1); return err }); !errors.Is(err, fault.ErrNotFound) {
			t.Errorf("another organisation locks it: %v", err)
		}
		if err := db.View(ctx, func(tx achievement.Tx) error {
			_, err := tx.AchievementVersion(ctx, 8, 1, 1)
			return err
		}); !errors.Is(err, fault.ErrNotFound) {
			t.Errorf("another organisation reads a version: %v", err)
		}
		if err := db.View(ctx, func(tx achievement.Tx) error {
			one, err := tx.AchievementVersion(ctx, 7, 1, 1)
			if err != nil {
				return err
			}
			if d := cmp.Diff(v, one); d != "" {
				t.Error(d)
			}
			list, err := tx.AchievementVersions(ctx, 7, 1, 0, 10)
			if err != nil {
				return err
			}
			if d := cmp.Diff([]achievement.Version{v}, list); d != "" {
				t.Error(d)
			}
			list, err = tx.AchievementVersions(ctx, 7, 1, 1, 10)
			if len(list) != 0 {
				t.Errorf("below 1: %v", list)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAchievements(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		newOrganization(t, s, 7, "ours")
		newOrganization(t, s, 8, "theirs")
		db := store.For[achievement.Tx](s)
		if err := db.Update(ctx, func(tx achievement.Tx) error {
			for i := range 7 {
				c := contentOf(fmt.Sprintf("Équipe n° %d", i))
				a := achievement.Achievement{Org: 7, Number: id.Number(100 - i), State: achievement.Draft, Draft: c, Name: c.Own().Name, Created: start, Changed: start.Add(time.Duration(i/2) * time.Second)}
				if i == 3 {
					a.State = achievement.Archived
				}
				if err := tx.AddAchievement(ctx, a, c.Found()); err != nil {
					return err
				}
			}
			c := contentOf("Équipe d’ailleurs")
			return tx.AddAchievement(ctx, achievement.Achievement{Org: 8, Number: 1, State: achievement.Draft, Draft: c, Created: start, Changed: start}, c.Found())
		}); err != nil {
			t.Fatal(err)
		}
		list := func(f achievement.Filter, after achievement.Place, n int) (numbers []id.Number, last achievement.Place) {
			t.Helper()
			if err := db.View(ctx, func(tx achievement.Tx) error {
				found, err := tx.Achievements(ctx, 7, f, after, n)
				for _, a := range found {
					numbers, last = append(numbers, a.Number), a.Place()
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return numbers, last
		}
		// Page by page, nothing twice and nothing left out.
		var pages []id.Number
		var after achievement.Place
		for {
			numbers, last := list(achievement.Filter{}, after, 3)
			if len(numbers) == 0 {
				break
			}
			pages, after = append(pages, numbers...), last
		}
		if d := cmp.Diff([]id.Number{94, 95, 96, 97, 98, 99, 100}, pages); d != "" {
			t.Error(d)
		}
		for _, test := range []struct {
			query string
			state achievement.State
			want  int
		}{
			{"EQUIPE", "", 7}, {"equ ete", "", 7}, {"quipe", "", 0}, {"ailleurs", "", 0}, {"n 5", "", 1}, {"", achievement.Archived, 1},
			{"équipe", achievement.Draft, 6}, {"%", "", 7}, {"équipe_n", "", 7},
		} {
			if got, _ := list(achievement.Filter{Words: achievement.Words(test.query), State: test.state}, achievement.Place{}, 50); len(got) != test.want {
				t.Errorf("%q in state %q finds %v, want %d", test.query, test.state, got, test.want)
			}
		}
		if got, _ := list(achievement.Filter{Changed: true}, achievement.Place{}, 50); len(got) != 0 {
			t.Errorf("changed since published: %v", got)
		}
	})
}

func TestFile(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		files := &achievement.Files{Store: store.For[achievement.Tx](s), Now: func() time.Time { return start }}
		data := make([]byte, 100_000)
		if _, err := rand.Read(data); err != nil {
			t.Fatal(err)
		}
		name, err := files.Put(ctx, "image/png", data)
		if err != nil {
			t.Fatal(err)
		}
		again, err := files.Put(ctx, "image/png", bytes.Clone(data))
		if err != nil || again != name {
			t.Errorf("the same bytes are called %s and %s: %v", name, again, err)
		}
		got, err := files.Get(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(achievement.File{Name: name, Type: "image/png", Data: data, Created: start}, got); d != "" {
			t.Error(d)
		}
		for _, wrong := range []string{"", "x", name[:64], "../" + name, name[:63] + "0.png", name[:64] + ".html"} {
			if _, err := files.Get(ctx, wrong); !errors.Is(err, fault.ErrNotFound) && name != wrong {
				t.Errorf("%q: %v", wrong, err)
			}
		}
		if _, err := files.Put(ctx, "text/html", []byte("<p>")); err == nil {
			t.Error("HTML is kept")
		}
	})
}
