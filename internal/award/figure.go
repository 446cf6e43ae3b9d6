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

// Counts are how often each thing happened.
type Counts map[What]int

// Rate is how many of a hundred that were given were accepted, rounded; ok is
// false where none was given.
func (c Counts) Rate() (percent int, ok bool) {
	if c[Given] <= 0 {
		return 0, false
	}
	return (max(c[AcceptedCount], 0)*100 + c[Given]/2) / c[Given], true
}

// Waiting is how many were neither accepted nor declined.
func (c Counts) Waiting() int { return max(c[Given]-c[AcceptedCount]-c[DeclinedCount], 0) }

// Lost is how many mails did not arrive.
func (c Counts) Lost() int { return c[RefusedCount] + c[BouncedCount] }

// FirstDay and LastDay are as far as days go, to count all of them.
const (
	FirstDay = 0
	LastDay  = 1<<31 - 1
)

// Totals are the sums of days from..to of an organisation, an achievement or a
// batch.
func (s *Service) Totals(ctx context.Context, org, achievement, batch id.Number, from, to int) (Counts, error) {
	out := Counts{}
	err := s.Store.View(ctx, func(tx Tx) error {
		sums, err := tx.TallySums(ctx, org, achievement, batch, from, to)
		for _, c := range sums {
			out[c.What] = c.N
		}
		return err
	})
	return out, err
}

// ByAchievement are the sums of days from..to of each achievement that something
// happened to.
func (s *Service) ByAchievement(ctx context.Context, org id.Number, from, to int) (map[id.Number]Counts, error) {
	out := map[id.Number]Counts{}
	err := s.Store.View(ctx, func(tx Tx) error {
		sums, err := tx.TallySumsByAchievement(ctx, org, from, to)
		for _, c := range sums {
			put(out, c.Achievement, c)
		}
		return err
	})
	return out, err
}

// ByBatch is ByAchievement for batches.
func (s *Service) ByBatch(ctx context.Context, org id.Number, from, to int) (map[id.Number]Counts, error) {
	out := map[id.Number]Counts{}
	err := s.Store.View(ctx, func(tx Tx) error {
		sums, err := tx.TallySumsByBatch(ctx, org, from, to)
		for _, c := range sums {
			put(out, c.Batch, c)
		}
		return err
	})
	return out, err
}

func put(sums map[id.Number]Counts, n id.Number, c Count) {
	if sums[n] == nil {
		sums[n] = Counts{}
	}
	sums[n][c.What] = c.N
}
