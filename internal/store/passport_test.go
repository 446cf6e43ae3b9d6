package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/passport"
	"github.com/ecusson/ecusson/internal/store"
	"github.com/ecusson/ecusson/verify"
)

// keep runs a transaction of passports that must succeed.
func keep(t *testing.T, s *store.Store, f func(passport.Tx) error) {
	t.Helper()
	if err := store.For[passport.Tx](s).Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func newImport(t *testing.T, person id.ID, digest string) passport.Import {
	return passport.Import{
		Person: person, ID: newID(t), Digest: []byte(digest), Format: "json", Data: []byte(`{"id":"` + digest + `"}`), Source: "https://a.example/b", Name: "Badge", About: "What",
		Issuer: "Who", Image: "x.png", Address: "a@example.org", Names: "a@example.org", Verdict: verify.Valid, Reason: "", Checked: start, Issued: start, Visible: award.Private,
		Checks: []verify.Check{{ID: verify.CheckProof, Outcome: verify.Passed, Code: verify.CodeOK, Warnings: []verify.Warning{}}},
	}
}

func TestPassportImports(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		a, b := newPerson(t, s, "a@example.org"), newPerson(t, s, "b@example.org")
		i := newImport(t, a.ID, "one")
		keep(t, s, func(tx passport.Tx) error { return tx.AddPassportImport(ctx, i) })
		keep(t, s, func(tx passport.Tx) error {
			got, err := tx.PassportImport(ctx, i.ID)
			if d := cmp.Diff(i, got); d != "" || err != nil {
				t.Errorf("%v %s", err, d)
			}
			list, err := tx.PassportImports(ctx, a.ID, 10)
			if err != nil || len(list) != 1 || list[0].Data != nil || list[0].Checks != nil || list[0].Name != i.Name {
				t.Errorf("the list is %+v, %v", list, err)
			}
			for person, want := range map[id.ID]int64{a.ID: int64(len(i.Data)), b.ID: 0} {
				if weight, err := tx.PassportWeight(ctx, person); weight != want || err != nil {
					t.Errorf("%d bytes, %v; want %d", weight, err, want)
				}
			}
			if list, err := tx.PassportImports(ctx, b.ID, 10); len(list) != 0 || err != nil {
				t.Errorf("another person has %+v, %v", list, err)
			}
			return nil
		})
		again := newImport(t, a.ID, "one")
		if err := store.For[passport.Tx](s).Update(ctx, func(tx passport.Tx) error { return tx.AddPassportImport(ctx, again) }); !errors.Is(err, fault.ErrExists) {
			t.Errorf("the same bytes twice: %v", err)
		}
		i.Name, i.Address, i.Verdict, i.Reason, i.Visible, i.Until = "New", "", verify.Invalid, verify.CodeRevoked, award.Public, start
		i.Checks = nil
		keep(t, s, func(tx passport.Tx) error {
			if err := tx.ChangePassportImport(ctx, i); err != nil {
				return err
			}
			got, err := tx.PassportImport(ctx, i.ID)
			if d := cmp.Diff(i, got); d != "" || err != nil {
				t.Errorf("%v %s", err, d)
			}
			stolen := i
			stolen.Person = b.ID
			if err := tx.ChangePassportImport(ctx, stolen); !errors.Is(err, fault.ErrNotFound) {
				t.Errorf("a stranger changed it: %v", err)
			}
			if err := tx.DropPassportImport(ctx, b.ID, i.ID); !errors.Is(err, fault.ErrNotFound) {
				t.Errorf("a stranger deleted it: %v", err)
			}
			return tx.DropPassportImport(ctx, a.ID, i.ID)
		})
	})
}

func TestPassportNotes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		a, b := newPerson(t, s, "a@example.org"), newPerson(t, s, "b@example.org")
		var many []passport.Note
		for n := range 3000 {
			many = append(many, passport.Note{Badge: passport.Ref(fmt.Sprintf("%05d", n)), Place: int64(n + 1)})
		}
		keep(t, s, func(tx passport.Tx) error {
			if err := tx.SetPassportNote(ctx, b.ID, passport.Note{Badge: "x", Text: "theirs"}); err != nil {
				return err
			}
			if err := tx.SetPassportNote(ctx, a.ID, passport.Note{Badge: "gone", Text: "old"}); err != nil {
				return err
			}
			return tx.SetPassportNotes(ctx, a.ID, many)
		})
		keep(t, s, func(tx passport.Tx) error {
			got, err := tx.PassportNotes(ctx, a.ID)
			if err != nil || len(got) != len(many) {
				t.Fatalf("%d notes, %v", len(got), err)
			}
			if err := tx.SetPassportNote(ctx, a.ID, passport.Note{Badge: many[0].Badge}); err != nil { // nothing to say
				return err
			}
			if got, err = tx.PassportNotes(ctx, a.ID); err != nil || len(got) != len(many)-1 {
				t.Errorf("%d notes, %v", len(got), err)
			}
			got, err = tx.PassportNotes(ctx, b.ID)
			if want := []passport.Note{{Badge: "x", Text: "theirs"}}; !reflect.DeepEqual(got, want) || err != nil {
				t.Errorf("another person's: %+v, %v", got, err)
			}
			return nil
		})
	})
}

// TestPassportMoves gives one person's passport to another who has some of the
// same, then erases it.
func TestPassportMoves(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		a, b := newPerson(t, s, "a@example.org"), newPerson(t, s, "b@example.org")
		same, own := newImport(t, a.ID, "same"), newImport(t, a.ID, "own")
		theirs := newImport(t, b.ID, "same")
		c := passport.Collection{Person: a.ID, Number: 7, Token: "t", Name: "Mine", Visible: award.ByLink, Changed: start, Badges: []passport.Ref{own.Ref(), "x", same.Ref()}}
		keep(t, s, func(tx passport.Tx) error {
			for _, i := range []passport.Import{same, own, theirs} {
				if err := tx.AddPassportImport(ctx, i); err != nil {
					return err
				}
			}
			if err := tx.AddCollection(ctx, c); err != nil {
				return err
			}
			if err := tx.SetCollected(ctx, a.ID, 7, c.Badges); err != nil {
				return err
			}
			for _, n := range []struct {
				person id.ID
				text   string
			}{{a.ID, "from"}, {b.ID, "to"}} {
				if err := tx.SetPassportNote(ctx, n.person, passport.Note{Badge: "x", Text: n.text}); err != nil {
					return err
				}
				if err := tx.SetPassportPage(ctx, passport.Page{Person: n.person, Slug: n.text, Name: n.text, Created: start, Changed: start}); err != nil {
					return err
				}
			}
			return tx.MovePassport(ctx, a.ID, b.ID)
		})
		keep(t, s, func(tx passport.Tx) error {
			imports, err := tx.PassportImports(ctx, b.ID, 10)
			if err != nil || len(imports) != 2 {
				t.Errorf("%d badges, %v", len(imports), err)
			}
			collections, err := tx.Collections(ctx, b.ID)
			want := c
			want.Person, want.Badges = b.ID, []passport.Ref{own.Ref(), "x", theirs.Ref()}
			if d := cmp.Diff([]passport.Collection{want}, collections); d != "" || err != nil {
				t.Errorf("%v %s", err, d)
			}
			notes, err := tx.PassportNotes(ctx, b.ID)
			if err != nil || len(notes) != 1 || notes[0].Text != "to" {
				t.Errorf("notes %+v, %v", notes, err)
			}
			if _, err := tx.PassportPageBySlug(ctx, "from"); !errors.Is(err, fault.ErrNotFound) {
				t.Errorf("two pages: %v", err)
			}
			return tx.ErasePassport(ctx, b.ID)
		})
		keep(t, s, func(tx passport.Tx) error {
			imports, err1 := tx.PassportImports(ctx, b.ID, 10)
			collections, err2 := tx.Collections(ctx, b.ID)
			notes, err3 := tx.PassportNotes(ctx, b.ID)
			_, err4 := tx.CollectionByToken(ctx, "t")
			_, err5 := tx.PassportPage(ctx, b.ID)
			if len(imports)+len(collections)+len(notes) > 0 || err1 != nil || err2 != nil || err3 != nil || !errors.Is(err4, fault.ErrNotFound) || !errors.Is(err5, fault.ErrNotFound) {
				t.Errorf("left: %v %v %v %v %v", imports, collections, notes, err4, err5)
			}
			return nil
		})
		// A slug is one person's.
		keep(t, s, func(tx passport.Tx) error {
			return tx.SetPassportPage(ctx, passport.Page{Person: a.ID, Slug: "amina", Name: "A", Created: start, Changed: start})
		})
		if err := store.For[passport.Tx](s).Update(ctx, func(tx passport.Tx) error {
			return tx.SetPassportPage(ctx, passport.Page{Person: b.ID, Slug: "amina", Name: "B", Created: start, Changed: start})
		}); !errors.Is(err, fault.ErrExists) {
			t.Errorf("the same address twice: %v", err)
		}
	})
}
