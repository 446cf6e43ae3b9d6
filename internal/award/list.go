package award

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/sheet"
)

// BatchState is where a list stands.
type BatchState string

// The states of a list. Every one but Waiting and Running can be started (again):
// who has been given a badge is not given it twice.
const (
	BatchDraft    BatchState = "draft" // columns, corrections: nothing was given
	BatchWaiting  BatchState = "waiting"
	BatchRunning  BatchState = "running"
	BatchStopping BatchState = "stopping" // somebody asked it to stop
	BatchStopped  BatchState = "stopped"
	BatchDone     BatchState = "done"
	BatchFailed   BatchState = "failed"
)

// Batch is a list of people, as a spreadsheet, and what became of it.
type Batch struct {
	Org    id.Number
	Number id.Number
	Name   string
	State  BatchState
	File   string // name of the stored file
	Plan   Plan
	Rows   int // with somebody in them, by the last look
	Line   int // of the list, up to which all is done
	// What the run did: given, had it already or were left out, and could not be given.
	Awarded, Skipped, Refused int
	Fault                     *fault.Error // why it failed
	Person                    id.ID
	Created, Started          time.Time
	Finished                  time.Time
}

// Key names the batch in addresses.
func (b *Batch) Key() string { return id.Key(b.Org, b.Number) }

// Busy tells whether the list is being given or about to be.
func (b *Batch) Busy() bool {
	return b.State == BatchWaiting || b.State == BatchRunning || b.State == BatchStopping
}

// Looked is how many rows the run has dealt with.
func (b *Batch) Looked() int { return b.Awarded - b.Plan.Before + b.Skipped + b.Refused }

// Plan is how a list is to be read and given.
type Plan struct {
	Sheet   string            `json:"sheet,omitempty"`
	Columns map[string]string `json:"columns,omitempty"` // a field of package sheet to the heading
	// Achievement is the badge of rows that name none.
	Achievement id.Number `json:"achievement,omitempty"`
	// Badges are what the texts of the badge column mean, in small letters.
	Badges map[string]id.Number `json:"badges,omitempty"`
	Lang   string               `json:"lang"`
	Silent bool                 `json:"silent,omitempty"` // no mails
	Quiet  bool                 `json:"quiet,omitempty"`  // no reminders
	// Again gives the badge to people who have it, too.
	Again bool `json:"again,omitempty"`
	// History takes the list for what was given elsewhere before: kept, shown to
	// the issuer, neither signed nor mailed.
	History     bool                      `json:"history,omitempty"`
	Corrections map[int]map[string]string `json:"corrections,omitempty"` // line, field, text
	Leave       map[int]bool              `json:"leave,omitempty"`       // lines to be left out
	// Versions are the versions that the run gives, as they were when it began.
	Versions map[id.Number]int `json:"versions,omitempty"`
	// Before is how many had been given when the run began.
	Before int `json:"before,omitempty"`
}

// MaxCorrections bounds the lines that one plan corrects or leaves out.
const MaxCorrections = 5000

// listTx is what lists ask of a transaction.
type listTx interface {
	PutFile(ctx context.Context, f achievement.File) error
	File(ctx context.Context, name string) (achievement.File, error)
	AddBatch(ctx context.Context, b Batch) error
	Batch(ctx context.Context, org, number id.Number) (Batch, error)
	// LockBatch is Batch for who will change it.
	LockBatch(ctx context.Context, org, number id.Number) (Batch, error)
	SetBatch(ctx context.Context, b Batch) error
	DeleteBatch(ctx context.Context, org, number id.Number) error
	// Batches are an organisation's lists, the newest first, made before a time.
	Batches(ctx context.Context, org id.Number, before time.Time, n int) ([]Batch, error)
	// LockOrganization lets one at a time through.
	LockOrganization(ctx context.Context, org id.Number) (organization.Organization, error)
	// RunningBatch tells whether another list of the organisation is running.
	RunningBatch(ctx context.Context, org, but id.Number) (bool, error)
}

// Standing is what a row of a list is.
type Standing string

// The standings of rows.
const (
	RowReady Standing = "ready" // will be given
	RowBad   Standing = "bad"   // cannot be given as it is
	RowTwice Standing = "twice" // the same person and badge as an earlier row
	RowHas   Standing = "has"   // has the badge already
	RowLeft  Standing = "left"  // somebody said to leave it out
)

// Row is a row of a list with what it means to us.
type Row struct {
	sheet.Row
	Standing    Standing
	Achievement id.Number
	Version     int
	Award       id.ID // of who has it already
	Wrong       []Wrong
}

// Wrong is one thing wrong with a row: the key of its sentence with its facts,
// and the field of package sheet in which it can be corrected, "" for none.
type Wrong struct {
	Field string
	Key   string
	Facts map[string]any
}

// errors of rows that are found here, beside those of package sheet.
const (
	wrongBadgeMissing = "award.row-badge-missing"
	wrongBadgeUnknown = "award.row-badge-unknown"
	wrongTwice        = "award.row-twice"
	wrongHas          = "award.row-has"
	wrongOver         = "award.row-over"
	wrongEvidence     = "award.row-evidence-missing"
	wrongText         = "award.row-text-long"
	wrongNotYet       = "award.row-history-date"
	maxRowText        = 10_000
	lookTogether      = 500  // rows whose holders are looked up at once
	runTogether       = 1000 // rows that are given in one transaction
)

// Trial is what a look at a list found: nothing was given.
type Trial struct {
	Sheet  *sheet.Sheet
	Rows   int
	Counts map[Standing]int
	// Badges counts the ready rows of each achievement.
	Badges map[id.Number]int
	// Bad, Twice and Has are the first rows of each kind, at most MaxShown.
	Bad, Twice, Has []Row
	First           []Row // the first ready rows
	Unknown         []string
}

// MaxShown is how many rows of each kind a trial returns.
const MaxShown = 200

// AddList stores a list and makes a draft of a batch of it.
func (s *Service) AddList(ctx context.Context, actor organization.Actor, name, lang string, data []byte) (Batch, error) {
	if err := may(actor, organization.Issuer); err != nil {
		return Batch{}, err
	}
	opened, err := s.openList(data, Plan{})
	if err != nil {
		return Batch{}, err
	}
	mediaType := "text/csv"
	if opened.Format == "xlsx" {
		mediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	now := s.Now()
	file, err := achievement.NewFile(mediaType, data, now)
	if err != nil {
		return Batch{}, err
	}
	if name = fileName(name); name == "" {
		name = s.Say(lang, "list.unnamed", nil)
	}
	b := Batch{Org: actor.Org, Name: name, State: BatchDraft, File: file.Name, Plan: Plan{Lang: lang, Sheet: opened.Name}, Person: actor.Person, Created: now}
	if b.Number, err = id.NewNumber(s.Random); err != nil {
		return Batch{}, err
	}
	return b, s.Store.Update(ctx, func(tx Tx) error {
		if err := tx.PutFile(ctx, file); err != nil {
			return err
		}
		return tx.AddBatch(ctx, b)
	})
}

// fileName is what can be shown of the name of somebody's file.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, name)
	if r := []rune(name); len(r) > 120 {
		name = string(r[:120])
	}
	return strings.TrimSpace(name)
}

// openList opens a list by a plan. A list that cannot be read is an Invalid fault
// whose sentence is that of package sheet.
func (s *Service) openList(data []byte, p Plan) (*sheet.Sheet, error) {
	opened, err := sheet.Open(bytes.NewReader(data), int64(len(data)), sheet.Options{
		Sheet: p.Sheet, Columns: p.Columns, Corrections: p.Corrections, Limits: sheet.Limits{Bytes: s.ListBytes, Rows: s.ListRows},
	})
	return opened, listFault(err)
}

func listFault(err error) error {
	var e *sheet.Error
	if !errors.As(err, &e) {
		return err
	}
	facts := fault.Facts{}
	for k, v := range e.Values() {
		facts[k] = v
	}
	return &fault.Error{Kind: fault.Invalid, Key: e.Key(), Facts: facts, Err: err}
}

// Batch is a list of an organisation.
func (s *Service) Batch(ctx context.Context, org, number id.Number) (Batch, error) {
	var b Batch
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		b, err = tx.Batch(ctx, org, number)
		return err
	})
	return b, err
}

// Batches are the lists of an organisation, the newest first.
func (s *Service) Batches(ctx context.Context, org id.Number, before time.Time, n int) ([]Batch, error) {
	var out []Batch
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		out, err = tx.Batches(ctx, org, before, n)
		return err
	})
	return out, err
}

// SetPlan changes how a list is read and given, and what it is called.
func (s *Service) SetPlan(ctx context.Context, actor organization.Actor, number id.Number, change func(b *Batch) error) (Batch, error) {
	if err := may(actor, organization.Issuer); err != nil {
		return Batch{}, err
	}
	var b Batch
	err := s.Store.Update(ctx, func(tx Tx) error {
		var err error
		if b, err = tx.LockBatch(ctx, actor.Org, number); err != nil {
			return err
		}
		if b.Busy() {
			return fault.New(fault.Conflict, "award.list-busy")
		}
		if err := change(&b); err != nil {
			return err
		}
		if len(b.Plan.Corrections) > MaxCorrections || len(b.Plan.Leave) > MaxCorrections {
			return fault.New(fault.Invalid, "award.list-corrections", "Limit", MaxCorrections)
		}
		return tx.SetBatch(ctx, b)
	})
	return b, err
}

// Forget deletes a list of which nothing was given.
func (s *Service) Forget(ctx context.Context, actor organization.Actor, number id.Number) error {
	if err := may(actor, organization.Issuer); err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		b, err := tx.LockBatch(ctx, actor.Org, number)
		if err != nil {
			return err
		}
		if b.Busy() || b.Awarded > 0 {
			return fault.New(fault.Conflict, "award.list-given")
		}
		return tx.DeleteBatch(ctx, actor.Org, number)
	})
}

// Try looks at a list as its plan says, and gives nothing.
func (s *Service) Try(ctx context.Context, b *Batch) (*Trial, error) {
	opened, reader, err := s.open(ctx, b)
	if err != nil {
		return nil, err
	}
	t := &Trial{Sheet: opened, Counts: map[Standing]int{}, Badges: map[id.Number]int{}}
	unknown := map[string]bool{}
	for row, err := range reader.rows(ctx) {
		if err != nil {
			return nil, err
		}
		t.Rows++
		t.Counts[row.Standing]++
		keep := func(list *[]Row, most int) {
			if len(*list) < most {
				*list = append(*list, row)
			}
		}
		switch row.Standing {
		case RowReady:
			t.Badges[row.Achievement]++
			keep(&t.First, 5)
		case RowBad:
			keep(&t.Bad, MaxShown)
			if len(unknown) < 50 && slices.ContainsFunc(row.Wrong, func(w Wrong) bool { return w.Key == wrongBadgeUnknown }) {
				unknown[row.Badge] = true
			}
		case RowTwice:
			keep(&t.Twice, MaxShown)
		case RowHas:
			keep(&t.Has, MaxShown)
		}
	}
	t.Unknown = slices.Sorted(maps.Keys(unknown))
	return t, nil
}

// Rows reads a whole list with what each row means; for reports.
func (s *Service) Rows(ctx context.Context, b *Batch) (iter.Seq2[Row, error], error) {
	_, reader, err := s.open(ctx, b)
	if err != nil {
		return nil, err
	}
	return reader.rows(ctx), nil
}

// listReader reads a list by its plan.
type listReader struct {
	s        *Service
	b        *Batch
	sheet    *sheet.Sheet
	badges   map[string]*achievement.Achievement
	byNumber map[id.Number]*achievement.Achievement
	versions map[id.Number]*achievement.Version
	now      time.Time
	seen     map[seenKey]int // person and badge, to the line
	// after is the line after which rows are delivered; those before are only remembered.
	after int
}

type seenKey struct {
	mailbox     int64
	achievement id.Number
}

// open opens a stored list and learns what its rows may mean.
func (s *Service) open(ctx context.Context, b *Batch) (*sheet.Sheet, *listReader, error) {
	var file achievement.File
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		file, err = tx.File(ctx, b.File)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("award: the file of a list: %w", err)
	}
	opened, err := s.openList(file.Data, b.Plan)
	if err != nil {
		return nil, nil, err
	}
	published, err := s.Badges.Published(ctx, b.Org)
	if err != nil {
		return nil, nil, err
	}
	r := &listReader{
		s: s, b: b, sheet: opened, now: s.Now(), seen: map[seenKey]int{}, badges: map[string]*achievement.Achievement{},
		byNumber: map[id.Number]*achievement.Achievement{}, versions: map[id.Number]*achievement.Version{},
	}
	for i := range published {
		a := &published[i]
		version := a.Version
		if pinned, ok := b.Plan.Versions[a.Number]; ok {
			version = pinned
		}
		v, err := s.Badges.Version(ctx, b.Org, a.Number, version)
		if err != nil {
			return nil, nil, err
		}
		r.byNumber[a.Number], r.versions[a.Number] = a, v
		for _, lang := range v.Content.Languages() {
			name := Fold(v.Content.In(lang).Name)
			if other := r.badges[name]; other != nil && other.Number != a.Number {
				r.badges[name] = nil // two of one name: the list cannot mean one of them
				continue
			}
			r.badges[name] = a
		}
	}
	return opened, r, nil
}

// Fold makes texts equal that people take for one: case, accents, spaces.
func Fold(s string) string {
	var b strings.Builder
	space := false
	for _, c := range strings.ToLower(norm.NFKD.String(s)) {
		switch {
		case c >= 0x300 && c < 0x370:
		case c == ' ' || c == '-' || c == '_' || c == '\'' || c == '’' || c == '\u00a0':
			space = b.Len() > 0
		default:
			if space {
				b.WriteByte(' ')
				space = false
			}
			b.WriteRune(c)
		}
	}
	return b.String()
}

// rows reads the list in its order. Who has a badge already is looked up for many
// rows at once.
func (r *listReader) rows(ctx context.Context) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		var waiting []Row
		flush := func() bool {
			if err := r.findHolders(ctx, waiting); err != nil {
				yield(Row{}, err)
				return false
			}
			for _, row := range waiting {
				if !yield(row, nil) {
					return false
				}
			}
			waiting = waiting[:0]
			return true
		}
		for row, err := range r.sheet.Rows(ctx) {
			if err != nil {
				yield(Row{}, listFault(err))
				return
			}
			if row.Blank {
				continue
			}
			judged := r.judge(row)
			if row.Line <= r.after {
				continue
			}
			if waiting = append(waiting, judged); len(waiting) == lookTogether && !flush() {
				return
			}
		}
		flush()
	}
}

// judge says what a row is, but for who has the badge already.
func (r *listReader) judge(row sheet.Row) Row {
	out := Row{Row: row, Standing: RowReady}
	if r.b.Plan.Leave[row.Line] {
		out.Standing = RowLeft
		return out
	}
	for _, p := range row.Problems {
		facts := map[string]any{}
		for k, v := range p.Values() {
			facts[k] = v
		}
		out.Wrong = append(out.Wrong, Wrong{Field: r.fieldOf(p), Key: p.Key(), Facts: facts})
	}
	a, wrong := r.badgeOf(row.Badge)
	if wrong != nil {
		out.Wrong = append(out.Wrong, *wrong)
	} else {
		out.Achievement, out.Version = a.Number, r.versions[a.Number].Version
		r.judgeFor(&out, r.versions[a.Number])
	}
	if len(out.Wrong) > 0 {
		out.Standing = RowBad
		return out
	}
	key := seenKey{r.s.Mailbox(row.Email), out.Achievement}
	if first, twice := r.seen[key]; twice {
		out.Standing = RowTwice
		out.Wrong = []Wrong{{Key: wrongTwice, Facts: map[string]any{"Other": first}}}
		return out
	}
	r.seen[key] = row.Line
	return out
}

// judgeFor holds a row against what its badge asks for.
func (r *listReader) judgeFor(out *Row, v *achievement.Version) {
	if v.Content.EvidenceNeeded && len(out.Evidence) == 0 && out.EvidenceText == "" {
		out.Wrong = append(out.Wrong, Wrong{Field: sheet.FieldEvidence, Key: wrongEvidence})
	}
	if len(out.Text) > maxRowText || len(out.EvidenceText) > maxRowText {
		out.Wrong = append(out.Wrong, Wrong{Field: sheet.FieldText, Key: wrongText, Facts: map[string]any{"Limit": maxRowText}})
	}
	awarded, until := r.dates(out, v)
	if !until.IsZero() && !until.After(r.now) && !r.b.Plan.History {
		out.Wrong = append(out.Wrong, Wrong{Field: sheet.FieldExpires, Key: wrongOver, Facts: map[string]any{"Until": until.In(r.s.Zone).AddDate(0, 0, -1).Format(time.DateOnly)}})
	}
	if r.b.Plan.History && awarded.After(r.now) {
		out.Wrong = append(out.Wrong, Wrong{Field: sheet.FieldAwarded, Key: wrongNotYet})
	}
}

// dates are when the award is dated and when it ends; zero for now and for ever.
func (r *listReader) dates(row *Row, v *achievement.Version) (awarded, until time.Time) {
	awarded = r.now
	if !row.Awarded.IsZero() {
		awarded = row.Awarded.Time(r.s.Zone)
	}
	until = v.Content.Validity.End(awarded, r.s.Zone)
	if !row.Expires.IsZero() {
		until = row.Expires.Time(r.s.Zone).AddDate(0, 0, 1)
	}
	return awarded, until
}

// badgeOf finds the badge that a row means.
func (r *listReader) badgeOf(text string) (*achievement.Achievement, *Wrong) {
	if text == "" {
		if a := r.byNumber[r.b.Plan.Achievement]; a != nil {
			return a, nil
		}
		return nil, &Wrong{Field: sheet.FieldBadge, Key: wrongBadgeMissing}
	}
	folded := Fold(text)
	if number, said := r.b.Plan.Badges[folded]; said {
		if a := r.byNumber[number]; a != nil {
			return a, nil
		}
	}
	if a := r.badges[folded]; a != nil {
		return a, nil
	}
	return nil, &Wrong{Field: sheet.FieldBadge, Key: wrongBadgeUnknown, Facts: map[string]any{"Badge": text}}
}

// fieldOf is the field whose column a problem is in.
func (r *listReader) fieldOf(p sheet.Problem) string {
	c := &r.sheet.Columns
	for _, m := range []struct {
		field  string
		column sheet.Column
	}{
		{sheet.FieldEmail, c.Email}, {sheet.FieldName, c.Name}, {sheet.FieldGivenName, c.GivenName}, {sheet.FieldFamilyName, c.FamilyName},
		{sheet.FieldBadge, c.Badge}, {sheet.FieldText, c.Text}, {sheet.FieldEvidenceText, c.EvidenceText}, {sheet.FieldAwarded, c.Awarded}, {sheet.FieldExpires, c.Expires},
	} {
		if m.column.Found() && m.column.Heading == p.Column {
			return m.field
		}
	}
	for _, e := range c.Evidence {
		if e.Heading == p.Column {
			return sheet.FieldEvidence
		}
	}
	return ""
}

// findHolders marks the rows of people who have the badge already.
func (r *listReader) findHolders(ctx context.Context, rows []Row) error {
	if r.b.Plan.Again || len(rows) == 0 {
		return nil
	}
	var mailboxes []int64
	for i := range rows {
		if rows[i].Standing == RowReady {
			mailboxes = append(mailboxes, r.s.Mailbox(rows[i].Email))
		}
	}
	var holders []Holder
	err := r.s.Store.View(ctx, func(tx Tx) error {
		var err error
		holders, err = tx.Holders(ctx, r.b.Org, mailboxes)
		return err
	})
	if err != nil {
		return err
	}
	if len(holders) == 0 {
		return nil
	}
	has := map[seenKey]Holder{}
	for _, h := range holders {
		has[seenKey{h.Mailbox, h.Achievement}] = h
	}
	for i := range rows {
		row := &rows[i]
		if row.Standing != RowReady {
			continue
		}
		if h, ok := has[seenKey{r.s.Mailbox(row.Email), row.Achievement}]; ok && strings.EqualFold(h.Address, row.Email) {
			row.Standing, row.Award = RowHas, h.ID
			row.Wrong = []Wrong{{Key: wrongHas}}
		}
	}
	return nil
}

// Start gives a list: what is ready, and nothing else. The work is a job, which
// goes on whatever happens to this server.
func (s *Service) Start(ctx context.Context, actor organization.Actor, number id.Number) (Batch, error) {
	if err := may(actor, organization.Issuer); err != nil {
		return Batch{}, err
	}
	published, err := s.Badges.Published(ctx, actor.Org)
	if err != nil {
		return Batch{}, err
	}
	now := s.Now()
	job, err := s.batchJob(actor.Org, number, now)
	if err != nil {
		return Batch{}, err
	}
	var b Batch
	err = s.Store.Update(ctx, func(tx Tx) error {
		if b, err = tx.LockBatch(ctx, actor.Org, number); err != nil {
			return err
		}
		if b.Busy() {
			return fault.New(fault.Conflict, "award.list-busy")
		}
		b.State, b.Line, b.Fault, b.Started, b.Finished = BatchWaiting, 0, nil, now, time.Time{}
		b.Skipped, b.Refused, b.Plan.Before = 0, 0, b.Awarded
		b.Plan.Versions = map[id.Number]int{}
		for _, a := range published {
			b.Plan.Versions[a.Number] = a.Version
		}
		if err := tx.SetBatch(ctx, b); err != nil {
			return err
		}
		return tx.Enqueue(ctx, job)
	})
	return b, err
}

// Stop asks a running list to stop. What was given stays given.
func (s *Service) Stop(ctx context.Context, actor organization.Actor, number id.Number) error {
	if err := may(actor, organization.Issuer); err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		b, err := tx.LockBatch(ctx, actor.Org, number)
		if err != nil || !b.Busy() {
			return err
		}
		b.State = BatchStopping
		return tx.SetBatch(ctx, b)
	})
}

// JobBatch is the kind of the job that gives a list.
const JobBatch = "award-list"

type batchJob struct {
	Org    id.Number `json:"org"`
	Number id.Number `json:"number"`
}

func (s *Service) batchJob(org, number id.Number, now time.Time) (job.Job, error) {
	payload, err := json.Marshal(batchJob{org, number})
	if err != nil {
		return job.Job{}, err
	}
	i, err := id.New(now, s.Random)
	return job.Job{ID: i, Kind: JobBatch, Key: id.Key(org, number), Payload: payload, At: now}, err
}
