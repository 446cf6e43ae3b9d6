package award

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
)

// errStop: somebody asked the list to stop. errTaken: another run has gone on with
// it, since this one gave no sign of life for too long.
var (
	errStop  = errors.New("award: the list was stopped")
	errTaken = errors.New("award: another run has taken the list over")
)

// RunJob gives the list of a job: rows are read and judged, a thousand at a time
// signed on all processors, and stored in one transaction with the line up to
// which all is done. Killed at any moment, the next run begins behind that line.
func (s *Service) RunJob(ctx context.Context, j job.Job) error {
	var p batchJob
	if err := json.Unmarshal(j.Payload, &p); err != nil {
		return fmt.Errorf("award: job: %w", err)
	}
	b, err := s.begin(ctx, p.Org, p.Number)
	if err != nil || b == nil {
		return err
	}
	err = s.run(ctx, b)
	switch {
	case errors.Is(err, errStop):
		return s.finish(ctx, b, BatchStopped, nil)
	case err == nil:
		return s.finish(ctx, b, BatchDone, nil)
	case ctx.Err() != nil:
		return err // the server stops; the next one goes on
	}
	var f *fault.Error
	if errors.As(err, &f) && (f.Kind == fault.Invalid || f.Kind == fault.Forbidden || f.Kind == fault.NotFound) {
		return s.finish(ctx, b, BatchFailed, f) // trying again would not help
	}
	return err
}

// begin marks a list as running; nil where there is nothing to do. Of one
// organisation one list runs at a time, so that no two give the same thing.
func (s *Service) begin(ctx context.Context, org, number id.Number) (*Batch, error) {
	var b Batch
	err := s.Store.Update(ctx, func(tx Tx) error {
		if _, err := tx.LockOrganization(ctx, org); err != nil {
			return err
		}
		var err error
		if b, err = tx.LockBatch(ctx, org, number); err != nil {
			return err
		}
		if b.State == BatchStopping {
			b.State = BatchStopped
			return tx.SetBatch(ctx, b)
		}
		if b.State != BatchWaiting && b.State != BatchRunning {
			return nil
		}
		other, err := tx.RunningBatch(ctx, org, number)
		if err != nil {
			return err
		}
		if other {
			return &job.Later{After: time.Second}
		}
		b.State = BatchRunning
		return tx.SetBatch(ctx, b)
	})
	if fault.Is(err, fault.NotFound) {
		return nil, nil // deleted in the meantime
	}
	if err != nil || b.State != BatchRunning {
		return nil, err
	}
	return &b, nil
}

// finish ends a list, unless another run has gone on with it.
func (s *Service) finish(ctx context.Context, b *Batch, state BatchState, f *fault.Error) error {
	return s.Store.Update(ctx, func(tx Tx) error {
		stored, err := tx.LockBatch(ctx, b.Org, b.Number)
		if err != nil {
			return err
		}
		if stored.State != BatchStopping && (stored.State != BatchRunning || stored.Line != b.Line) {
			return errTaken
		}
		stored.State, stored.Fault, stored.Finished = state, f, s.Now()
		return tx.SetBatch(ctx, stored)
	})
}

// portion is some rows of a list on their way.
type portion struct {
	requests         []Request
	history          []Award
	skipped, refused int
	rows             int
	line             int // the last one
	prepared         *prepared
	err              error
}

// run reads, signs and stores, each in a goroutine of its own, so that the
// database writes while the processors sign.
func (s *Service) run(ctx context.Context, b *Batch) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	_, reader, err := s.open(ctx, b)
	if err != nil {
		return err
	}
	reader.after = b.Line
	read, signed := make(chan *portion, 1), make(chan *portion, 1)
	go func() {
		defer close(read)
		s.read(ctx, reader, read)
	}()
	go func() {
		defer close(signed)
		for p := range read {
			if p.err == nil && len(p.requests) > 0 {
				p.prepared, p.err = s.prepare(ctx, b.Org, b.Number, p.requests, 2)
			}
			select {
			case signed <- p:
			case <-ctx.Done():
				return
			}
		}
	}()
	for p := range signed {
		if p.err != nil {
			return p.err
		}
		if err := s.keep(ctx, b, p); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// read cuts the list into portions.
func (s *Service) read(ctx context.Context, reader *listReader, out chan<- *portion) {
	p := &portion{line: reader.after}
	send := func() bool {
		select {
		case out <- p:
			p = &portion{line: p.line}
			return true
		case <-ctx.Done():
			return false
		}
	}
	for row, err := range reader.rows(ctx) {
		if err != nil {
			p.err = err
			send()
			return
		}
		p.rows++
		p.line = row.Line
		switch row.Standing {
		case RowReady:
			if reader.b.Plan.History {
				p.err = s.addHistory(p, reader, &row)
			} else {
				p.requests = append(p.requests, reader.request(&row))
			}
		case RowBad:
			p.refused++
		default:
			p.skipped++
		}
		if p.err != nil || p.rows == runTogether {
			if !send() || p.err != nil {
				return
			}
		}
	}
	send()
}

// request is what a row asks for.
func (r *listReader) request(row *Row) Request {
	out := Request{
		Achievement: row.Achievement, Version: row.Version, Lang: r.b.Plan.Lang, Address: row.Email, Name: row.Name, Text: row.Text,
		Links: row.Evidence, Note: row.EvidenceText, Silent: r.b.Plan.Silent,
	}
	if !row.Awarded.IsZero() {
		out.Awarded = row.Awarded.Time(r.s.Zone)
	}
	if !row.Expires.IsZero() {
		out.Until = row.Expires.Time(r.s.Zone).AddDate(0, 0, 1)
	}
	return out
}

// History is what is kept of an award that was given elsewhere before.
type History struct {
	Text  string   `json:"text,omitempty"`
	Links []string `json:"links,omitempty"`
	Note  string   `json:"note,omitempty"`
}

func (s *Service) addHistory(p *portion, reader *listReader, row *Row) error {
	document, err := json.Marshal(History{Text: row.Text, Links: row.Evidence, Note: row.EvidenceText})
	if err != nil {
		return err
	}
	awarded, until := reader.dates(row, reader.versions[row.Achievement])
	a := Award{
		Org: reader.b.Org, Achievement: row.Achievement, Batch: reader.b.Number, Issued: awarded, Until: until, Visible: Private,
		Mailbox: s.Mailbox(row.Email), Address: row.Email, Name: row.Name, Document: document,
	}
	if a.ID, err = id.New(s.Now(), s.Random); err != nil {
		return err
	}
	p.history = append(p.history, a)
	return nil
}

// keep stores a portion, unless the list was stopped or is another's by now.
func (s *Service) keep(ctx context.Context, b *Batch, p *portion) error {
	err := s.Store.Update(ctx, func(tx Tx) error {
		stored, err := tx.LockBatch(ctx, b.Org, b.Number)
		if err != nil {
			return err
		}
		switch {
		case stored.State == BatchStopping:
			return errStop
		case stored.Line != b.Line || stored.State != BatchRunning:
			return errTaken
		}
		given := len(p.history)
		if p.prepared != nil {
			given += len(p.prepared.awards)
			if err := p.prepared.store(ctx, tx); err != nil {
				return err
			}
		}
		if len(p.history) > 0 {
			if err := tx.AddAwards(ctx, p.history); err != nil {
				return err
			}
		}
		stored.Line = p.line
		stored.Awarded += given
		stored.Skipped += p.skipped
		stored.Refused += p.refused
		return tx.SetBatch(ctx, stored)
	})
	if err != nil {
		return err
	}
	b.Line = p.line
	return nil
}
