package verify

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// What one host is asked for at most, so that nobody uses a verifier to flood
// another's server: as many requests at once, then as many a second.
const (
	hostBurst  = 30
	hostRate   = 10
	hostsKnown = 4096      // hosts that are remembered
	longRest   = time.Hour // the longest rest that a host may ask for
)

// errHostBusy says that a host was asked often enough, or asked for a rest.
var errHostBusy = errors.New("this host is asked too often; try again later")

// polite hands requests on no faster than a host may be asked, and not at all
// while a host wants a rest (Retry-After, RFC 9110 §10.2.3).
type polite struct {
	next  http.RoundTripper
	now   func() time.Time
	mu    sync.Mutex
	hosts map[string]*host
}

type host struct {
	limit *rate.Limiter
	rests time.Time // until then it is left alone
}

func newPolite(next http.RoundTripper, now func() time.Time) *polite {
	return &polite{next: next, now: now, hosts: map[string]*host{}}
}

func (p *polite) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := p.turn(r.Context(), r.URL.Host); err != nil {
		return nil, err
	}
	response, err := p.next.RoundTrip(r)
	if err == nil && (response.StatusCode == http.StatusTooManyRequests || response.StatusCode == http.StatusServiceUnavailable) {
		p.rest(r.URL.Host, response.Header.Get("Retry-After"))
	}
	return response, err
}

// turn waits until the host may be asked; not longer than the request lasts.
func (p *polite) turn(ctx context.Context, name string) error {
	now := p.now()
	p.mu.Lock()
	h := p.known(name, now)
	if now.Before(h.rests) {
		p.mu.Unlock()
		return errHostBusy
	}
	turn := h.limit.ReserveN(now, 1)
	delay := turn.DelayFrom(now)
	if end, ok := ctx.Deadline(); ok && delay > 0 && time.Until(end) < delay {
		turn.CancelAt(now)
		p.mu.Unlock()
		return errHostBusy
	}
	p.mu.Unlock()
	if delay == 0 {
		return nil
	}
	wait := time.NewTimer(delay)
	defer wait.Stop()
	select {
	case <-wait.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// known returns what is remembered of a host. Where too many are, those go first
// that nothing is held against.
func (p *polite) known(name string, now time.Time) *host {
	if h := p.hosts[name]; h != nil {
		return h
	}
	if len(p.hosts) >= hostsKnown {
		for other, h := range p.hosts {
			if now.After(h.rests) && h.limit.TokensAt(now) >= hostBurst {
				delete(p.hosts, other)
			}
		}
		for other := range p.hosts {
			if len(p.hosts) < hostsKnown/2 { // many at once, so that this is seldom
				break
			}
			delete(p.hosts, other)
		}
	}
	h := &host{limit: rate.NewLimiter(hostRate, hostBurst)}
	p.hosts[name] = h
	return h
}

// rest leaves a host alone for as long as it asks: seconds, or a date.
func (p *polite) rest(name, asks string) {
	now := p.now()
	until := now
	if seconds, err := strconv.Atoi(asks); err == nil && seconds > 0 {
		until = now.Add(min(time.Duration(seconds), longRest/time.Second) * time.Second)
	} else if date, err := http.ParseTime(asks); err == nil {
		until = date
	}
	if latest := now.Add(longRest); until.After(latest) {
		until = latest
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known(name, now).rests = until
}
