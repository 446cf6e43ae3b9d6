package job_test

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
	"github.com/ecusson/ecusson/internal/pgtest"
	"github.com/ecusson/ecusson/internal/store"
)

// shop is a queue of jobs on a real database, with a clock that tests move.
type shop struct {
	t  *testing.T
	db *store.Store
	at atomic.Int64
}

func onBoth(t *testing.T, f func(t *testing.T, s *shop)) {
	t.Helper()
	open := func(t *testing.T, o store.Options) *shop {
		db, err := store.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		if _, err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		s := &shop{t: t, db: db}
		s.at.Store(time.Date(2026, 6, 12, 8, 0, 0, 0, time.UTC).UnixMicro())
		return s
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, open(t, store.Options{File: filepath.Join(t.TempDir(), "ecusson.db")}))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		f(t, open(t, store.Options{URL: pgtest.DSN(t)}))
	})
}

func (s *shop) now() time.Time       { return time.UnixMicro(s.at.Load()).UTC() }
func (s *shop) move(d time.Duration) { s.at.Add(d.Microseconds()) }

func (s *shop) worker(owner string) *job.Worker {
	return &job.Worker{Store: s.db.Jobs(), Owner: owner, Now: s.now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Every: 5 * time.Millisecond}
}

func (s *shop) queue(n int) {
	s.t.Helper()
	err := store.For[job.Queue](s.db).Update(s.t.Context(), func(q job.Queue) error {
		for range n {
			i, err := id.New(s.now(), rand.Reader)
			if err != nil {
				return err
			}
			if err := q.Enqueue(s.t.Context(), job.Job{ID: i, Kind: "work", At: s.now()}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) waiting() int {
	s.t.Helper()
	counts, err := s.db.Jobs().Waiting(context.WithoutCancel(s.t.Context()))
	if err != nil {
		s.t.Fatal(err)
	}
	return counts["work"].Waiting
}

// TestOnce does every job once, however many workers there are.
func TestOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *shop) {
		s.queue(80)
		var mu sync.Mutex
		done := map[id.ID]int{}
		all := make(chan struct{})
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var wait sync.WaitGroup
		for _, owner := range []string{"one", "two"} {
			w := s.worker(owner)
			w.Handle("work", func(_ context.Context, j job.Job) error {
				mu.Lock()
				defer mu.Unlock()
				if done[j.ID]++; len(done) == 80 {
					select {
					case <-all:
					default:
						close(all)
					}
				}
				return nil
			})
			wait.Go(func() { w.Run(ctx) })
		}
		<-all
		stop()
		wait.Wait()
		for i, n := range done {
			if n != 1 {
				t.Errorf("job %s was done %d times", i, n)
			}
		}
		if n := s.waiting(); n != 0 {
			t.Errorf("%d wait", n)
		}
	})
}

// TestBackOff tries a job that fails again after a while that grows, also where it
// panics.
func TestBackOff(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *shop) {
		s.queue(1)
		w := s.worker("one")
		tried := 0
		w.Handle("work", func(context.Context, job.Job) error {
			if tried++; tried == 1 {
				panic("a fault")
			}
			if tried < 4 {
				return errors.New("not yet")
			}
			return nil
		})
		for i, wait := range []time.Duration{0, 2 * time.Second, 4 * time.Second, 8 * time.Second} {
			if i > 0 {
				s.move(wait - time.Millisecond)
				if err := w.Drain(t.Context()); err != nil || tried != i {
					t.Fatalf("before the time: %d attempts, %v", tried, err)
				}
				s.move(time.Millisecond)
			}
			if err := w.Drain(t.Context()); err != nil || tried != i+1 {
				t.Fatalf("%d attempts after %v, %v", tried, wait, err)
			}
		}
		if n := s.waiting(); n != 0 {
			t.Errorf("%d wait", n)
		}
	})
}

// TestLost tells a job to stop whose lease another server took, and lets the other
// one end it.
func TestLost(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *shop) {
		s.queue(1)
		slow := s.worker("slow")
		slow.Lease = 30 * time.Millisecond
		begun := make(chan struct{})
		slow.Handle("work", func(ctx context.Context, _ job.Job) error {
			close(begun)
			<-ctx.Done()
			return ctx.Err()
		})
		var wait sync.WaitGroup
		wait.Go(func() { _ = slow.Drain(t.Context()) })
		<-begun
		// The other's clock is past the lease, as after a pause of the machine.
		other := s.worker("other")
		other.Now = func() time.Time { return s.now().Add(time.Hour) }
		took := false
		other.Handle("work", func(context.Context, job.Job) error {
			wait.Wait() // the first one was told
			took = true
			return nil
		})
		if err := other.Drain(t.Context()); err != nil || !took {
			t.Fatalf("taken: %v, %v", took, err)
		}
		if n := s.waiting(); n != 0 {
			t.Errorf("%d wait", n)
		}
	})
}

// TestStopped gives back what a stopped server had begun, due at once.
func TestStopped(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *shop) {
		s.queue(1)
		w := s.worker("one")
		begun := make(chan struct{})
		w.Handle("work", func(ctx context.Context, _ job.Job) error {
			close(begun)
			<-ctx.Done()
			return ctx.Err()
		})
		ctx, stop := context.WithCancel(t.Context())
		var wait sync.WaitGroup
		wait.Go(func() { w.Run(ctx) })
		<-begun
		stop()
		wait.Wait()
		next, did := s.worker("two"), false
		next.Handle("work", func(context.Context, job.Job) error { did = true; return nil })
		if err := next.Drain(t.Context()); err != nil || !did || s.waiting() != 0 {
			t.Errorf("done %v, %d wait, %v", did, s.waiting(), err)
		}
	})
}
