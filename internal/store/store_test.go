package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
	"github.com/ecusson/ecusson/internal/pgtest"
	"github.com/ecusson/ecusson/internal/store"
)

// TestMigrate brings an empty database to the newest schema, and a second time
// finds nothing to do.
func TestMigrate(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		if n, err := s.Pending(t.Context()); n != 0 || err != nil {
			t.Errorf("pending: %d, %v", n, err)
		}
		if n, err := s.Migrate(t.Context()); n != 0 || err != nil {
			t.Errorf("migrated again: %d, %v", n, err)
		}
	})
}

// TestRollback holds that nothing of a transaction that failed stays.
func TestRollback(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		sorry := errors.New("sorry")
		queue := store.For[job.Queue](s)
		err := queue.Update(t.Context(), func(q job.Queue) error {
			if err := q.Enqueue(t.Context(), job.Job{ID: newID(t), Kind: "k", At: start}); err != nil {
				return err
			}
			return sorry
		})
		if !errors.Is(err, sorry) {
			t.Fatal(err)
		}
		if waiting, err := s.Jobs().Waiting(t.Context()); err != nil || len(waiting) != 0 {
			t.Errorf("waiting: %v, %v", waiting, err)
		}
	})
}

func TestJobs(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		put := func(kind, key string) {
			t.Helper()
			if err := store.For[job.Queue](s).Update(ctx, func(q job.Queue) error {
				return q.Enqueue(ctx, job.Job{ID: newID(t), Kind: kind, Key: key, At: start})
			}); err != nil {
				t.Fatal(err)
			}
		}
		put("a", "")
		put("a", "")
		put("b", "one")
		put("b", "one") // waits already
		q := s.Jobs()
		lease := func(now time.Time, owner string, n int, kinds ...string) []job.Job {
			t.Helper()
			jobs, err := q.Lease(ctx, kinds, owner, now, time.Minute, n)
			if err != nil {
				t.Fatal(err)
			}
			return jobs
		}
		if got := lease(start.Add(-time.Second), "x", 9, "a", "b"); len(got) != 0 {
			t.Errorf("leased before it is due: %v", got)
		}
		first := lease(start, "x", 1, "a")
		if len(first) != 1 || first[0].Attempts != 1 || string(first[0].Payload) != "{}" {
			t.Fatalf("first: %+v", first)
		}
		rest := lease(start, "y", 9, "a", "b")
		if len(rest) != 2 {
			t.Fatalf("rest: %+v", rest)
		}
		if got := lease(start, "z", 9, "a", "b"); len(got) != 0 {
			t.Errorf("leased twice: %v", got)
		}
		// The lease of x runs out, and z takes the job over.
		taken := func(now time.Time, attempts int) job.Job {
			t.Helper()
			for _, j := range lease(now, "z", 9, "a") {
				if j.ID == first[0].ID && j.Attempts == attempts {
					return j
				}
			}
			t.Fatalf("z does not take the job over as attempt %d", attempts)
			return job.Job{}
		}
		over := taken(start.Add(time.Minute), 2)
		if ours, err := q.Extend(ctx, first[0], "x", start.Add(time.Hour)); ours || err != nil {
			t.Errorf("x extends what it lost: %v, %v", ours, err)
		}
		if err := q.Done(ctx, first[0], "x"); err != nil { // no effect: it is z's
			t.Fatal(err)
		}
		// z loses it too, and takes it once more: what it did before is over.
		last := taken(start.Add(2*time.Minute), 3)
		if ours, err := q.Extend(ctx, over, "z", start.Add(time.Hour)); ours || err != nil {
			t.Errorf("z extends what it lost: %v, %v", ours, err)
		}
		if err := q.Again(ctx, over, "z", start, "late"); err != nil { // no effect
			t.Fatal(err)
		}
		if err := q.Again(ctx, last, "z", start.Add(2*time.Hour), "sorry"); err != nil {
			t.Fatal(err)
		}
		again := lease(start.Add(2*time.Hour), "x", 9, "a")
		if len(again) == 0 {
			t.Fatal("the job is lost")
		}
		for _, j := range again {
			if j.ID == first[0].ID && j.Fault != "sorry" {
				t.Errorf("fault: %q", j.Fault)
			}
			if err := q.Done(ctx, j, "x"); err != nil {
				t.Fatal(err)
			}
		}
		waiting, err := q.Waiting(ctx)
		if err != nil || len(waiting) != 1 || waiting["b"].Waiting != 1 {
			t.Errorf("waiting: %v, %v", waiting, err)
		}
	})
}

func TestNotFound(t *testing.T) {
	t.Parallel()
	s := onSQLite(t)
	err := store.For[job.Queue](s).Update(t.Context(), func(job.Queue) error { return fault.ErrNotFound })
	if !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
}

var start = time.Date(2026, 6, 12, 8, 0, 0, 0, time.UTC)

func onSQLite(t *testing.T) *store.Store {
	t.Helper()
	return migrated(t, store.Options{File: filepath.Join(t.TempDir(), "ecusson.db")})
}

func migrated(t *testing.T, o store.Options) *store.Store {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	return s
}

// onBoth runs a test on a new SQLite database and on a new PostgreSQL one.
func onBoth(t *testing.T, f func(*testing.T, *store.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, onSQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		f(t, migrated(t, store.Options{URL: pgtest.DSN(t)}))
	})
}

func newID(t *testing.T) id.ID {
	t.Helper()
	i, err := id.New(start, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return i
}
