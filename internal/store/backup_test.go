package store_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/job"
	"github.com/ecusson/ecusson/internal/pgtest"
	"github.com/ecusson/ecusson/internal/store"
)

// TestBackup saves on each engine and brings back on both: what is saved of the
// copy is what was saved of the original.
func TestBackup(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		person := account.Person{ID: newID(t), Name: "Zoé « \\ \" \x01 😀", Lang: "fr", Operator: true, Created: start}
		err := store.For[account.Tx](s).Update(ctx, func(tx account.Tx) error {
			if err := tx.AddPerson(ctx, person); err != nil {
				return err
			}
			return tx.Enqueue(ctx, job.Job{ID: newID(t), Kind: "k", Payload: []byte{0, 1, 2, 0xff}, At: start})
		})
		if err != nil {
			t.Fatal(err)
		}
		var saved bytes.Buffer
		n, err := s.Backup(ctx, &saved, "2026-06-12")
		if err != nil || n < 2 {
			t.Fatal(n, err)
		}
		for name, o := range map[string]store.Options{
			"sqlite": {File: filepath.Join(t.TempDir(), "copy.db")}, "postgres": {URL: pgtest.DSN(t)},
		} {
			other, err := store.Open(ctx, o)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = other.Close() })
			if m, err := other.Restore(ctx, bytes.NewReader(saved.Bytes())); err != nil || m != n {
				t.Fatalf("%s: %d, %v", name, m, err)
			}
			var again bytes.Buffer
			if _, err := other.Backup(ctx, &again, "2026-06-12"); err != nil || !bytes.Equal(again.Bytes(), saved.Bytes()) {
				t.Errorf("%s: the copy is another: %v", name, err)
			}
			if _, err := other.Restore(ctx, bytes.NewReader(saved.Bytes())); !fault.Is(err, fault.Conflict) {
				t.Errorf("%s: restored over what is there: %v", name, err)
			}
		}
	})
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	s := onSQLite(t)
	var saved bytes.Buffer
	if _, err := s.Backup(t.Context(), &saved, ""); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"nothing": {}, "no gzip": []byte("hello"), "cut off": saved.Bytes()[:saved.Len()-20],
	} {
		other, err := store.Open(t.Context(), store.Options{File: filepath.Join(t.TempDir(), "x.db")})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = other.Close() })
		if _, err := other.Restore(t.Context(), bytes.NewReader(data)); !errors.Is(err, store.ErrBackup) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
