package store

import (
	"context"
	"fmt"
	"time"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/id"
)

// OrganizationsAfter are those that may give badges, above a number.
func (t *Tx) OrganizationsAfter(ctx context.Context, after id.Number, n int) ([]id.Number, error) {
	return all(ctx, t, scan1[id.Number], "SELECT number FROM organization WHERE number > $1 AND status = 'active' ORDER BY number LIMIT "+fmt.Sprint(n), after)
}

// Unanswered are awards that were mailed between two moments and that nobody
// answered.
func (t *Tx) Unanswered(ctx context.Context, org id.Number, after, before id.ID, n int) ([]award.Award, error) {
	return all(ctx, t, scanAward, "SELECT "+awardList+` FROM award WHERE org = $1 AND id > $2 AND id < $3 AND state = 0 AND answer = 0 AND mail IN (2, 5) AND frame <> 0
		AND NOT EXISTS (SELECT 1 FROM award_event e WHERE e.org = award.org AND e.award = award.id AND e.kind = 'quiet')
		AND NOT EXISTS (SELECT 1 FROM batch b WHERE b.org = award.org AND b.number = award.batch AND b.plan LIKE '%"quiet":true%')
		ORDER BY id LIMIT `+fmt.Sprint(n), org, after, before)
}

// Ending are awards that end in a span, the first to end first.
func (t *Tx) Ending(ctx context.Context, from, to time.Time, after award.Award, n int) ([]award.Award, error) {
	if after.Until.Before(from) {
		after.Until = from
	}
	return all(ctx, t, scanAward, "SELECT "+awardList+` FROM award WHERE until > 0 AND until >= $1 AND until < $2 AND (until > $1 OR org > $3 OR org = $3 AND id > $4)
		AND state = 0 AND answer <> 2 AND address <> '' AND frame <> 0 ORDER BY until, org, id LIMIT `+fmt.Sprint(n), micros(after.Until), micros(to), after.Org, after.ID[:])
}

// AddEventOnce notes what happened to an award, unless it is noted already.
func (t *Tx) AddEventOnce(ctx context.Context, e award.Event) (bool, error) {
	n, err := t.exec(ctx, "INSERT INTO award_event ("+eventColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING", e.Org, e.Award, e.ID, e.Kind, e.Person, e.Reason, e.Other)
	return n > 0, err
}
