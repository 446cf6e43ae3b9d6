package operate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Check is one thing that the server needs for its work.
type Check struct {
	Name string // a word: database, migrations, mail, disk
	Func func(ctx context.Context) error
}

// Result is what a check found.
type Result struct {
	Name string
	Err  error // nil: all is well
	Took time.Duration
}

// HealthOptions is what Health looks at. Log and Now are needed.
type HealthOptions struct {
	Checks []Check
	// Deadline of all checks together, which run side by side; 2 s when 0.
	Deadline time.Duration
	// Keep is how long results are shown again before the checks run anew, since
	// anybody may ask; 1 s when 0.
	Keep time.Duration
	Log  *slog.Logger
	Now  func() time.Time
}

// Health answers "does it live" and "is it ready".
type Health struct {
	options  HealthOptions
	stopping atomic.Bool

	mu      sync.Mutex // held while the checks run, so that they run once
	results []Result
	at      time.Time
}

// NewHealth returns a Health that runs its checks when it is asked.
func NewHealth(o HealthOptions) *Health {
	if o.Deadline <= 0 {
		o.Deadline = 2 * time.Second
	}
	if o.Keep <= 0 {
		o.Keep = time.Second
	}
	return &Health{options: o}
}

// Stop says that the server is about to stop: from now on it is not ready, so
// that whoever distributes requests sends it no more.
func (h *Health) Stop() {
	if h != nil {
		h.stopping.Store(true)
	}
}

// Live answers 200 as long as the process answers at all (/healthz).
func (h *Health) Live() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answerHealth(w, http.StatusOK, map[string]any{"status": "alive"})
	})
}

// Ready answers 200 if every check passed, 503 otherwise (/readyz). It names
// the checks; what went wrong is in the log alone, since it may name servers.
func (h *Health) Ready() http.Handler {
	type check struct {
		Name string  `json:"name"`
		OK   bool    `json:"ok"`
		MS   float64 `json:"ms"`
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h.stopping.Load() {
			answerHealth(w, http.StatusServiceUnavailable, map[string]any{"status": "stopping"})
			return
		}
		status, word := http.StatusOK, "ready"
		results := h.Look(r.Context())
		checks := make([]check, len(results))
		for i, result := range results {
			checks[i] = check{Name: result.Name, OK: result.Err == nil, MS: float64(result.Took.Microseconds()) / 1000}
			if result.Err != nil {
				status, word = http.StatusServiceUnavailable, "not ready"
			}
		}
		answerHealth(w, status, map[string]any{"status": word, "checks": checks})
	})
}

func answerHealth(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// Look runs the checks, or returns what they found a moment ago.
func (h *Health) Look(ctx context.Context) []Result {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.options.Now()
	if h.results != nil && now.Sub(h.at) < h.options.Keep {
		return h.results
	}
	// Whoever asked may hang up; the others that wait want the results.
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), h.options.Deadline)
	defer stop()
	h.results, h.at = h.run(ctx), now
	for _, r := range h.results {
		if r.Err != nil {
			h.options.Log.WarnContext(ctx, "not ready", "check", r.Name, "err", r.Err)
		}
	}
	return h.results
}

// errNoAnswer is of a check that goes on after the deadline.
var errNoAnswer = errors.New("operate: no answer in time")

func (h *Health) run(ctx context.Context) []Result {
	results := make([]Result, len(h.options.Checks))
	done := make([]chan Result, len(h.options.Checks))
	for i, c := range h.options.Checks {
		done[i] = make(chan Result, 1)
		go func() {
			start := h.options.Now()
			err := safely(ctx, c.Func)
			done[i] <- Result{Name: c.Name, Err: err, Took: h.options.Now().Sub(start)}
		}()
	}
	for i, c := range h.options.Checks {
		select {
		case results[i] = <-done[i]:
		case <-ctx.Done():
			select {
			case results[i] = <-done[i]:
			default:
				results[i] = Result{Name: c.Name, Err: errNoAnswer, Took: h.options.Deadline}
			}
		}
	}
	return results
}

// safely turns a panic of a check into its error.
func safely(ctx context.Context, check func(context.Context) error) (err error) {
	defer func() {
		if fell := recover(); fell != nil {
			err = fmt.Errorf("operate: the check panicked: %v", fell)
		}
	}()
	return check(ctx)
}

// DiskSpace checks that so many bytes are free for us where a folder is.
func DiskSpace(folder string, least uint64) Check {
	return Check{Name: "disk", Func: func(context.Context) error {
		free, err := freeBytes(folder)
		if err != nil {
			return fmt.Errorf("operate: ask how much room is left: %w", err)
		}
		if free < least {
			return fmt.Errorf("operate: %d MiB are free, fewer than %d", free>>20, least>>20)
		}
		return nil
	}}
}
