package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/job"
)

const jobColumns = "id, kind, COALESCE(key, ''), payload, due, attempts, fault"

func scanJob(s scanner) (job.Job, error) {
	var j job.Job
	var due int64
	err := s.Scan(&j.ID, &j.Kind, &j.Key, &j.Payload, &due, &j.Attempts, &j.Fault)
	j.At = instant(due)
	return j, err
}

// Enqueue puts a job into the queue; one whose key waits already is left out.
func (t *Tx) Enqueue(ctx context.Context, j job.Job) error {
	var key any
	if j.Key != "" {
		key = j.Key
	}
	if j.Payload == nil {
		j.Payload = []byte("{}")
	}
	_, err := t.exec(ctx, `INSERT INTO job (id, kind, key, payload, due, owner, attempts, fault) VALUES ($1, $2, $3, $4, $5, '', 0, '')
		ON CONFLICT DO NOTHING`, j.ID, j.Kind, key, j.Payload, micros(j.At))
	return err
}

// jobStore keeps the jobs for their worker.
type jobStore struct{ s *Store }

// Jobs is the store of the worker.
func (s *Store) Jobs() job.Store { return jobStore{s} }

func (q jobStore) Lease(ctx context.Context, kinds []string, owner string, now time.Time, lease time.Duration, n int) ([]job.Job, error) {
	if len(kinds) == 0 || n <= 0 {
		return nil, nil
	}
	// Most looks find nothing, and cost no place in the queue of writers.
	due := false
	marks, args := marks(kinds, 2)
	err := q.s.view(ctx, func(t *Tx) error {
		found, err := all(ctx, t, scan1[int], "SELECT 1 FROM job WHERE due <= $1 AND kind IN ("+marks+") LIMIT 1", append([]any{micros(now)}, args...)...)
		due = len(found) > 0
		return err
	})
	if err != nil || !due {
		return nil, err
	}
	var out []job.Job
	err = q.s.update(ctx, func(t *Tx) error {
		var err error
		out, err = all(ctx, t, scanJob, "SELECT "+jobColumns+" FROM job WHERE due <= $1 AND kind IN ("+marks+") ORDER BY due LIMIT "+fmt.Sprint(n)+t.c.skip(),
			append([]any{micros(now)}, args...)...)
		if err != nil {
			return err
		}
		for i := range out {
			out[i].Attempts++
			if err := t.change(ctx, "UPDATE job SET due = $1, owner = $2, attempts = $3 WHERE id = $4", micros(now.Add(lease)), owner, out[i].Attempts, out[i].ID); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// A lease is told from the next one by its attempt, also where one server has had
// both.

func (q jobStore) Extend(ctx context.Context, j job.Job, owner string, until time.Time) (bool, error) {
	ours := false
	err := q.s.update(ctx, func(t *Tx) error {
		n, err := t.exec(ctx, "UPDATE job SET due = $1 WHERE id = $2 AND owner = $3 AND attempts = $4", micros(until), j.ID, owner, j.Attempts)
		ours = n > 0
		return err
	})
	return ours, err
}

func (q jobStore) Done(ctx context.Context, j job.Job, owner string) error {
	return q.s.update(ctx, func(t *Tx) error {
		_, err := t.exec(ctx, "DELETE FROM job WHERE id = $1 AND owner = $2 AND attempts = $3", j.ID, owner, j.Attempts)
		return err
	})
}

func (q jobStore) Again(ctx context.Context, j job.Job, owner string, at time.Time, fault string) error {
	return q.s.update(ctx, func(t *Tx) error {
		_, err := t.exec(ctx, "UPDATE job SET due = $1, owner = '', fault = $2 WHERE id = $3 AND owner = $4 AND attempts = $5", micros(at), fault, j.ID, owner, j.Attempts)
		return err
	})
}

func (q jobStore) Waiting(ctx context.Context) (out map[string]job.Count, err error) {
	err = q.s.view(ctx, func(t *Tx) error {
		out, err = t.JobQueue(ctx)
		return err
	})
	return out, err
}

// marks writes "$from, $from+1, …" for the members of a list, and the list as
// arguments.
func marks[T any](list []T, from int) (string, []any) {
	var b strings.Builder
	args := make([]any, len(list))
	for i, v := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", from+i)
		args[i] = v
	}
	return b.String(), args
}
