package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
)

const batchColumns = "org, number, name, state, file, plan, rows, line, awarded, skipped, refused, fault, person, created, started, finished"

// storedFault is why a list failed, as it is kept.
type storedFault struct {
	Kind  fault.Kind  `json:"kind"`
	Key   string      `json:"key"`
	Facts fault.Facts `json:"facts,omitempty"`
}

func scanBatch(s scanner) (award.Batch, error) {
	var b award.Batch
	var plan, why string
	var created, started, finished int64
	err := s.Scan(&b.Org, &b.Number, &b.Name, &b.State, &b.File, &plan, &b.Rows, &b.Line, &b.Awarded, &b.Skipped, &b.Refused, &why,
		&b.Person, &created, &started, &finished)
	if err != nil {
		return b, err
	}
	b.Created, b.Started, b.Finished = instant(created), instant(started), instant(finished)
	if why != "" {
		var f storedFault
		err = json.Unmarshal([]byte(why), &f)
		b.Fault = &fault.Error{Kind: f.Kind, Key: f.Key, Facts: f.Facts}
	}
	return b, errors.Join(err, json.Unmarshal([]byte(plan), &b.Plan))
}

func batchTexts(b *award.Batch) (plan, why string, err error) {
	p, err := json.Marshal(b.Plan)
	if err != nil {
		return "", "", fmt.Errorf("store: the plan of a list: %w", err)
	}
	if b.Fault == nil {
		return string(p), "", nil
	}
	w, err := json.Marshal(storedFault{b.Fault.Kind, b.Fault.Key, b.Fault.Facts})
	if err != nil {
		return "", "", fmt.Errorf("store: the fault of a list: %w", err)
	}
	return string(p), string(w), nil
}

// AddBatch stores a new list.
func (t *Tx) AddBatch(ctx context.Context, b award.Batch) error {
	plan, why, err := batchTexts(&b)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, "INSERT INTO batch ("+batchColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
		b.Org, b.Number, b.Name, string(b.State), b.File, plan, b.Rows, b.Line, b.Awarded, b.Skipped, b.Refused, why, b.Person,
		micros(b.Created), micros(b.Started), micros(b.Finished))
	return err
}

// SetBatch stores what changed of a list.
func (t *Tx) SetBatch(ctx context.Context, b award.Batch) error {
	plan, why, err := batchTexts(&b)
	if err != nil {
		return err
	}
	return t.change(ctx, `UPDATE batch SET name = $3, state = $4, plan = $5, rows = $6, line = $7, awarded = $8, skipped = $9, refused = $10,
		fault = $11, started = $12, finished = $13 WHERE org = $1 AND number = $2`,
		b.Org, b.Number, b.Name, string(b.State), plan, b.Rows, b.Line, b.Awarded, b.Skipped, b.Refused, why, micros(b.Started), micros(b.Finished))
}

// DeleteBatch forgets a list.
func (t *Tx) DeleteBatch(ctx context.Context, org, number id.Number) error {
	return t.change(ctx, "DELETE FROM batch WHERE org = $1 AND number = $2", org, number)
}

// Batch is a list of an organisation.
func (t *Tx) Batch(ctx context.Context, org, number id.Number) (award.Batch, error) {
	return one(ctx, t, scanBatch, "SELECT "+batchColumns+" FROM batch WHERE org = $1 AND number = $2", org, number)
}

// LockBatch is Batch for who will change it.
func (t *Tx) LockBatch(ctx context.Context, org, number id.Number) (award.Batch, error) {
	return one(ctx, t, scanBatch, "SELECT "+batchColumns+" FROM batch WHERE org = $1 AND number = $2"+t.c.lock(), org, number)
}

// Batches are an organisation's lists, the newest first, made before a time.
func (t *Tx) Batches(ctx context.Context, org id.Number, before time.Time, n int) ([]award.Batch, error) {
	var w where
	w.and("org = ?", org)
	if !before.IsZero() {
		w.and("created < ?", micros(before))
	}
	return all(ctx, t, scanBatch, "SELECT "+batchColumns+" FROM batch WHERE "+w.text.String()+" ORDER BY created DESC LIMIT "+fmt.Sprint(n), w.args...)
}

// RunningBatch tells whether another list of the organisation is running.
func (t *Tx) RunningBatch(ctx context.Context, org, but id.Number) (bool, error) {
	found, err := all(ctx, t, scan1[int], "SELECT 1 FROM batch WHERE org = $1 AND number <> $2 AND state IN ('running', 'stopping') LIMIT 1", org, but)
	return len(found) > 0, err
}
