package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// Do does a job. It returns nil when the job is done; a *Later to be called
// again without that being a fault; any other error to be called again after a
// while that grows.
type Do func(ctx context.Context, j Job) error

// Later is the answer of a job that has more to do, or has to wait.
type Later struct{ After time.Duration }

func (l *Later) Error() string { return fmt.Sprintf("job: again after %v", l.After) }

// Worker does the jobs of one server. Make one, Handle each kind, then Run.
type Worker struct {
	Store Store
	Owner string // names this server among those on one database
	Now   func() time.Time
	Log   *slog.Logger
	// Parallel is how many jobs are done at once; 0 is 4.
	Parallel int
	// Lease is how long a job is ours without a sign of life; 0 is 30 s.
	Lease time.Duration
	// Every is how often the store is asked when nobody calls Wake; 0 is 1 s.
	Every time.Duration
	// Seen is told how each attempt ended; may be nil.
	Seen func(kind string, took time.Duration, err error)

	kinds map[string]Do
	wake  chan struct{}
	once  sync.Once
}

// Handle says who does the jobs of a kind. Call it before Run.
func (w *Worker) Handle(kind string, do Do) {
	w.init()
	w.kinds[kind] = do
}

func (w *Worker) init() {
	w.once.Do(func() {
		w.kinds, w.wake = map[string]Do{}, make(chan struct{}, 1)
	})
}

// Wake asks for a look at the store now.
func (w *Worker) Wake() {
	w.init()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run does jobs until ctx ends, and returns when those begun have stopped: they
// are told by their own context, and what they did not finish is leased out.
func (w *Worker) Run(ctx context.Context) {
	w.init()
	parallel := w.Parallel
	if parallel == 0 {
		parallel = 4
	}
	kinds := make([]string, 0, len(w.kinds))
	for k := range w.kinds {
		kinds = append(kinds, k)
	}
	slots := make(chan struct{}, parallel)
	var wait sync.WaitGroup
	defer wait.Wait()
	every := w.Every
	if every == 0 {
		every = time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		for ctx.Err() == nil {
			free := parallel - len(slots)
			if free == 0 {
				break
			}
			jobs, err := w.Store.Lease(ctx, kinds, w.Owner, w.Now(), w.lease(), free)
			if err != nil && ctx.Err() == nil {
				w.Log.Error("jobs cannot be read", "error", err)
			}
			for _, j := range jobs {
				slots <- struct{}{}
				wait.Go(func() {
					defer func() { <-slots; w.Wake() }()
					w.do(ctx, j)
				})
			}
			if len(jobs) < free {
				break
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-w.wake:
		}
	}
}

// Drain does all jobs that are due, one after the other, until none is left or
// ctx ends: for commands and tests, which want to know when it is over.
func (w *Worker) Drain(ctx context.Context) error {
	w.init()
	kinds := make([]string, 0, len(w.kinds))
	for k := range w.kinds {
		kinds = append(kinds, k)
	}
	for {
		jobs, err := w.Store.Lease(ctx, kinds, w.Owner, w.Now(), w.lease(), 1)
		if err != nil || len(jobs) == 0 {
			return err
		}
		w.do(ctx, jobs[0])
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

func (w *Worker) lease() time.Duration {
	if w.Lease == 0 {
		return 30 * time.Second
	}
	return w.Lease
}

func (w *Worker) do(ctx context.Context, j Job) {
	// The lease is kept alive as long as the job runs; lost, the job is told to stop.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	alive := make(chan struct{})
	go func() {
		defer close(alive)
		w.keep(ctx, cancel, j)
	}()
	begun := time.Now()
	err := w.call(ctx, j)
	stopped := ctx.Err() != nil
	cancel()
	<-alive
	if w.Seen != nil {
		w.Seen(j.Kind, time.Since(begun), err)
	}
	end, finish := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer finish()
	var later *Later
	switch {
	case err == nil:
		err = w.Store.Done(end, j, w.Owner)
	case errors.As(err, &later):
		err = w.Store.Again(end, j, w.Owner, w.Now().Add(later.After), "")
	case stopped:
		err = w.Store.Again(end, j, w.Owner, w.Now(), "stopped")
	default:
		w.Log.Error("a job failed and will be tried again", "kind", j.Kind, "job", j.ID.String(), "attempts", j.Attempts, "error", err)
		err = w.Store.Again(end, j, w.Owner, w.Now().Add(pause(j.Attempts)), err.Error())
	}
	if err != nil {
		w.Log.Error("the end of a job cannot be stored", "kind", j.Kind, "job", j.ID.String(), "error", err)
	}
}

func (w *Worker) call(ctx context.Context, j Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("job: panic: %v\n%s", p, debug.Stack())
		}
	}()
	return w.kinds[j.Kind](ctx, j)
}

func (w *Worker) keep(ctx context.Context, lost context.CancelFunc, j Job) {
	tick := time.NewTicker(w.lease() / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			ours, err := w.Store.Extend(ctx, j, w.Owner, w.Now().Add(w.lease()))
			if err == nil && !ours {
				lost()
				return
			}
		}
	}
}

// pause grows from two seconds to an hour.
func pause(attempts int) time.Duration {
	return min(time.Hour, time.Second<<min(max(attempts, 1), 12))
}
