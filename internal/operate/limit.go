package operate

import (
	"container/list"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// LimitOptions is how much a Limiter lets through.
type LimitOptions struct {
	// Every and Burst: Burst at once, and then one in Every.
	Every time.Duration
	Burst int
	// Keys is how many are remembered, at some 200 bytes each; 10,000 when 0.
	Keys int
}

// overflow is how many times what one key may do all keys together may that
// found no place.
const overflow = 100

// Limiter lets each key do so much and no more, within one process. Its memory
// is bounded: a key that has all of its allowance back is forgotten, and while
// more keys than Keys are at work, those that find no place share one allowance
// of their own, so that making up keys resets nobody's. It is safe for
// concurrent use.
type Limiter struct {
	options LimitOptions
	mu      sync.Mutex
	keys    map[string]*list.Element
	order   list.List // of *bucket, the last used in front
	rest    *rate.Limiter
}

type bucket struct {
	key   string
	limit *rate.Limiter
}

// NewLimiter returns a Limiter.
func NewLimiter(o LimitOptions) *Limiter {
	if o.Keys <= 0 {
		o.Keys = 10_000
	}
	o.Burst = max(o.Burst, 1)
	o.Every = max(o.Every, time.Nanosecond)
	return &Limiter{
		options: o,
		keys:    map[string]*list.Element{},
		rest:    rate.NewLimiter(overflow*rate.Every(o.Every), overflow*o.Burst),
	}
}

// Allow tells whether a key may do one more at a time, and if not, after how
// long it may.
func (l *Limiter) Allow(key string, now time.Time) (ok bool, wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	limit := l.of(key, now)
	if limit.AllowN(now, 1) {
		return true, 0
	}
	missing := 1 - limit.TokensAt(now)
	return false, time.Duration(missing / float64(limit.Limit()) * float64(time.Second))
}

// of finds a key's allowance, or makes it.
func (l *Limiter) of(key string, now time.Time) *rate.Limiter {
	if e, known := l.keys[key]; known {
		l.order.MoveToFront(e)
		return e.Value.(*bucket).limit
	}
	l.forget(now)
	if len(l.keys) >= l.options.Keys {
		return l.rest
	}
	b := &bucket{key: key, limit: rate.NewLimiter(rate.Every(l.options.Every), l.options.Burst)}
	l.keys[key] = l.order.PushFront(b)
	return b.limit
}

// forget drops the keys longest unused that have all of their allowance back: a
// few at a time, so that no call takes long.
func (l *Limiter) forget(now time.Time) {
	for range 4 {
		e := l.order.Back()
		if e == nil {
			return
		}
		b := e.Value.(*bucket)
		if b.limit.TokensAt(now) < float64(l.options.Burst) {
			return
		}
		l.order.Remove(e)
		delete(l.keys, b.key)
	}
}

// Keys is how many keys are remembered.
func (l *Limiter) Keys() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.keys)
}
