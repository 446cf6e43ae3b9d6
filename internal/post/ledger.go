package post

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/job"
)

// ledger writes what hands do, before they go on. Each mail is noted as on its
// way just before it goes, and what became of it with the next: one transaction a
// mail, which those who come while another is being written share.
type ledger struct {
	s *Sender

	mu      sync.Mutex
	waiting []*entry
	pen     sync.Mutex // who writes
}

// entry is what one hand wants written: what became of the mail that it had, and
// the one that it takes. Either may be nil.
type entry struct {
	done *result
	next *job.Mail

	// Under the pen: whether it was written, whether next is still ours to send,
	// and the fault.
	written, ours bool
	err           error
}

// write returns when the entry is in the database, or cannot be written.
func (l *ledger) write(ctx context.Context, e *entry) error {
	l.mu.Lock()
	l.waiting = append(l.waiting, e)
	l.mu.Unlock()
	l.pen.Lock()
	defer l.pen.Unlock()
	if e.written {
		return e.err // another hand wrote it with its own
	}
	l.mu.Lock()
	entries := l.waiting
	l.waiting = nil
	l.mu.Unlock()
	// Mails that went out are noted even when we are told to stop.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	err := l.commit(ctx, entries)
	if err != nil && len(entries) > 1 {
		for _, one := range entries { // one bad one does not hold up the others
			one.err = l.commit(ctx, []*entry{one})
			one.written = true
		}
		return e.err
	}
	for _, one := range entries {
		one.written, one.err = true, err
	}
	return err
}

// commit writes entries in one transaction, in an order that all servers keep.
func (l *ledger) commit(ctx context.Context, entries []*entry) error {
	slices.SortFunc(entries, func(a, b *entry) int { return cmp.Compare(a.key(), b.key()) })
	return l.s.Store.Update(ctx, func(tx Tx) error {
		sums := map[award.Count]int{}
		for _, e := range entries {
			if e.done != nil {
				counts, err := l.s.note(ctx, tx, e.done)
				if err != nil {
					return err
				}
				for _, c := range counts {
					n := c.N
					c.N = 0
					sums[c] += n
				}
			}
		}
		for _, e := range entries {
			if e.next == nil {
				continue
			}
			var err error
			if e.ours, err = tx.TakeMail(ctx, e.next, l.s.Owner, l.s.Now().Add(l.s.lease())); err != nil {
				return err
			}
		}
		return tx.Tally(ctx, inOrder(sums))
	})
}

func (e *entry) key() string {
	if e.done == nil {
		return ""
	}
	return string(e.done.mail.Award[:]) + string(e.done.mail.ID[:])
}

// inOrder are counts in an order that all servers keep, so that none waits for
// another that waits for it.
func inOrder(sums map[award.Count]int) []award.Count {
	counts := make([]award.Count, 0, len(sums))
	for c, n := range sums {
		c.N = n
		counts = append(counts, c)
	}
	slices.SortFunc(counts, func(a, b award.Count) int {
		return cmp.Or(cmp.Compare(a.Org, b.Org), cmp.Compare(a.Achievement, b.Achievement), cmp.Compare(a.Batch, b.Batch), cmp.Compare(a.Day, b.Day), cmp.Compare(a.What, b.What))
	})
	return counts
}
