package web

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rates are the limits of one server: who asks too quickly waits. They keep the
// server up; what could be guessed is counted in the database too, for all
// servers. The zero Rates lacks its clock; make it with NewRates.
type Rates struct {
	now func() time.Time

	mu sync.Mutex
	// Two generations of buckets: when the young one is full, the old one is
	// forgotten, so that nobody fills the memory by having many addresses.
	young, old map[bucket]*rate.Limiter
	most       int
}

type bucket struct {
	limit Limit
	who   netip.Prefix
}

// pace is how often and how many at once. A school stands behind one address.
type pace struct {
	each  time.Duration
	burst int
}

var paces = map[Limit]pace{
	General: {time.Second / 50, 1500},
	Costly:  {time.Second, 60},
	Guess:   {2 * time.Second, 120},
	Telling: {time.Minute, 20},
}

// NewRates returns the limits by a clock.
func NewRates(now func() time.Time) *Rates {
	return &Rates{now: now, young: map[bucket]*rate.Limiter{}, most: 20_000}
}

// Allow tells whether a network address may do something once more, and else how
// long to wait.
func (r *Rates) Allow(limit Limit, who string) (time.Duration, bool) {
	pace, known := paces[limit]
	if !known {
		pace = paces[Guess]
	}
	now := r.now()
	reservation := r.limiter(bucket{limit, network(who)}, pace).ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait > 0 {
		reservation.CancelAt(now)
		return wait, false
	}
	return 0, true
}

func (r *Rates) limiter(b bucket, p pace) *rate.Limiter {
	r.mu.Lock()
	defer r.mu.Unlock()
	if l := r.young[b]; l != nil {
		return l
	}
	l := r.old[b]
	if l == nil {
		l = rate.NewLimiter(rate.Every(p.each), p.burst)
	}
	if len(r.young) >= r.most {
		r.old, r.young = r.young, map[bucket]*rate.Limiter{}
	}
	r.young[b] = l
	return l
}

// network is whom an address stands for: itself, and of IPv6 the 64 bits that
// one household has. What is no address is counted together.
func network(client string) netip.Prefix {
	addr, err := netip.ParseAddr(client)
	if err != nil {
		return netip.Prefix{}
	}
	addr = addr.Unmap()
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	prefix, err := addr.WithZone("").Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return prefix
}
