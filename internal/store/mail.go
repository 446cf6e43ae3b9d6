package store

import (
	"context"

	"github.com/ecusson/ecusson/internal/job"
)

var mailColumns = []string{"id", "kind", "org", "award", "address", "lang", "facts", "due", "owner", "attempts"}

// Post puts mails into the queue.
func (t *Tx) Post(ctx context.Context, mails ...job.Mail) error {
	return t.c.insert(ctx, "mail", mailColumns, len(mails), func(i int, dst []any) []any {
		m := &mails[i]
		var award any
		if !m.Award.IsZero() {
			award = m.Award[:]
		}
		return append(dst, m.ID[:], m.Kind, int32(m.Org), award, m.Address, m.Lang, string(m.Facts), micros(m.At), "", int16(0))
	})
}
