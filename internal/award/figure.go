package award

import (
	"context"
	"time"

	"github.com/ecusson/ecusson/internal/id"
)

// What is counted. The numbers are stored.
type What int16

// What is counted of awards, by the day on which it happened.
const (
	Given           What = 1
	AcceptedCount   What = 2
	DeclinedCount   What = 3
	RevokedCount    What = 4
	SuspendedCount  What = 5
	LiftedCount     What = 6
	HandedOverCount What = 7
	RefusedCount    What = 8
	BouncedCount    What = 9
)

// Count is how often something happened on a day, to all of an organisation's
// awards (Achievement and Batch 0), or to those of one achievement or one batch.
type Count struct {
	Org, Achievement, Batch id.Number
	Day                     int // since 1970, in UTC
	What                    What
	N                       int
}

// Day is the day of a moment, since 1970, in UTC.
func Day(t time.Time) int { return int(t.Unix() / 86400) }

// countsOf are the counts that one happening belongs to.
func countsOf(org, achievement, batch id.Number, at time.Time, what What, n int) []Count {
	day := Day(at)
	counts := []Count{{org, 0, 0, day, what, n}, {org, achievement, 0, day, what, n}}
	if batch != 0 {
		counts = append(counts, Count{org, 0, batch, day, what, n})
	}
	return counts
}

// CountsOf are the counts that a happening to an award belongs to.
func CountsOf(a *Award, at time.Time, what What, n int) []Count {
	return countsOf(a.Org, a.Achievement, a.Batch, at, what, n)
}

// Figures are the counts of days from..to of an organisation, an achievement or a
// batch.
func (s *Service) Figures(ctx context.Context, org, achievement, batch id.Number, from, to int) ([]Count, error) {
	var out []Count
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		out, err = tx.Tallies(ctx, org, achievement, batch, from, to)
		return err
	})
	return out, err
}
