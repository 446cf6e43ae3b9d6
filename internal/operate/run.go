package operate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"time"
)

// Part is a piece of the running program: a worker, a server.
type Part struct {
	Name string
	// Run works until its context ends. To end earlier, with an error or
	// without, stops the program.
	Run func(ctx context.Context) error
	// Stop asks for an orderly end and waits for it, until its context ends; then
	// the context of Run ends too. Nil: that alone is the end.
	Stop func(ctx context.Context) error
}

// Serve is the part of an HTTP server on a listener, with TLS if the server has
// a TLSConfig. It stops by taking no new request and finishing those it has.
func Serve(name string, l net.Listener, s *http.Server) Part {
	return Part{
		Name: name,
		Run: func(ctx context.Context) error {
			stop := context.AfterFunc(ctx, func() { _ = s.Close() })
			defer stop()
			var err error
			if s.TLSConfig != nil {
				err = s.ServeTLS(l, "", "")
			} else {
				err = s.Serve(l)
			}
			if !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			<-ctx.Done() // Shutdown is still finishing what it has
			return nil
		},
		Stop: s.Shutdown,
	}
}

// Work is the part of a worker that ends when its context does.
func Work(name string, run func(ctx context.Context)) Part {
	return Part{Name: name, Run: func(ctx context.Context) error { run(ctx); return nil }}
}

// RunOptions is how Run runs. Log is needed.
type RunOptions struct {
	// Grace is how long the parts have, all together, to stop; 30 s when 0.
	Grace  time.Duration
	Log    *slog.Logger
	Health *Health   // told that the server stops; may be nil
	Notify *Notifier // systemd; may be nil
	// Alive is asked before systemd's watchdog is told that all is well; nil says
	// nothing but that the program still turns.
	Alive func(ctx context.Context) error
}

// errEnded is of a part that ended though nobody had asked it to.
var errEnded = errors.New("it ended by itself")

// Run starts the parts in their order, and stops them in the opposite order
// when its context ends (by SIGTERM or SIGINT: see signal.NotifyContext) or when
// one of them ends. So that nothing comes in for which the workers are gone,
// servers come after workers. It returns nil after a stop that was asked for and
// went well.
func Run(ctx context.Context, o RunOptions, parts ...Part) error {
	if o.Grace <= 0 {
		o.Grace = 30 * time.Second
	}
	ended := make(chan *running, len(parts))
	all := make([]*running, len(parts))
	for i, p := range parts {
		all[i] = start(ctx, p, ended)
	}
	o.Notify.Ready()
	watched, stopWatch := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWatch()
	go o.Notify.watch(watched, o.Alive)

	var faults []error
	select {
	case <-ctx.Done():
		o.Log.Info("stopping", "grace", o.Grace.String())
	case r := <-ended:
		err := r.err
		if err == nil {
			err = errEnded
		}
		faults = append(faults, fmt.Errorf("operate: %s: %w", r.part.Name, err))
		o.Log.Error("a part failed; stopping", "part", r.part.Name, "err", err)
	}
	o.Health.Stop()
	o.Notify.Stopping()
	grace, done := context.WithTimeout(context.WithoutCancel(ctx), o.Grace)
	defer done()
	for _, r := range slices.Backward(all) {
		if err := r.stop(grace); err != nil {
			faults = append(faults, fmt.Errorf("operate: stop %s: %w", r.part.Name, err))
			o.Log.Error("a part did not stop well", "part", r.part.Name, "err", err)
		}
	}
	if len(faults) == 0 {
		o.Log.Info("stopped")
	}
	return errors.Join(faults...)
}

// running is a part that was started.
type running struct {
	part   Part
	cancel context.CancelFunc
	done   chan struct{} // closed when Run has returned
	err    error         // what it returned; to be read after done
}

// start runs a part with a context that the program's end does not end: the
// parts are stopped one after the other.
func start(ctx context.Context, p Part, ended chan<- *running) *running {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r := &running{part: p, cancel: cancel, done: make(chan struct{})}
	go func() {
		r.err = p.Run(own)
		close(r.done)
		ended <- r
	}()
	return r
}

// stop stops a part within the context's time.
func (r *running) stop(ctx context.Context) error {
	defer r.cancel()
	select {
	case <-r.done: // it had ended; what it said was told
		return nil
	default:
	}
	var err error
	if r.part.Stop != nil {
		err = r.part.Stop(ctx)
	}
	r.cancel()
	select {
	case <-r.done:
		return errors.Join(err, r.err)
	default:
	}
	select {
	case <-r.done:
		return errors.Join(err, r.err)
	case <-ctx.Done():
		return errors.Join(err, ctx.Err())
	}
}
