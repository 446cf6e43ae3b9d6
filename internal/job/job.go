// Package job is work that is done later, after the transaction that asked for
// it, at least once: what is to be done, and who does it. A job is a row that is
// leased, so that a server that dies leaves it to the next. Whoever does a job
// must bear to do it twice. Begin with Job and Worker.
package job

import (
	"context"
	"time"

	"github.com/ecusson/ecusson/internal/id"
)

// Job is something to be done.
type Job struct {
	ID   id.ID
	Kind string
	// Key, when not empty, is the job's own among those of its kind: a second one
	// with the same key is not queued while the first waits.
	Key     string
	Payload []byte // JSON, of the kind's own making
	At      time.Time

	// What the queue knows: how often it was begun, and the last fault.
	Attempts int
	Fault    string
}

// Queue is what domain packages put jobs into, inside their transactions.
type Queue interface {
	Enqueue(ctx context.Context, j Job) error
}

// Store keeps the jobs.
type Store interface {
	// Lease takes up to n jobs that are due, of the kinds named, for a time, and
	// counts the attempt. A job whose lease ran out is due again.
	Lease(ctx context.Context, kinds []string, owner string, now time.Time, lease time.Duration, n int) ([]Job, error)
	// Extend makes a lease longer; false where it was lost. A lease that was lost
	// also ends nothing: Done and Again do nothing for it.
	Extend(ctx context.Context, j Job, owner string, until time.Time) (bool, error)
	// Done forgets a job.
	Done(ctx context.Context, j Job, owner string) error
	// Again gives a job back, due at a time, with the fault that it met.
	Again(ctx context.Context, j Job, owner string, at time.Time, fault string) error
	// Waiting counts the jobs of each kind and tells the oldest due moment.
	Waiting(ctx context.Context) (map[string]Count, error)
}

// Count is how many jobs of a kind wait, and since when the oldest is due.
type Count struct {
	Waiting int
	Oldest  time.Time
}
