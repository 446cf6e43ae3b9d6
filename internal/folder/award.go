package folder

import (
	"context"
	"errors"

	"github.com/ecusson/ecusson/internal/sheet"
)

// batchRows is how many awards are written between two syncs of the journal: so
// many pictures may have to be made again after a crash.
const batchRows = 1000

// The pictures that are baked for each award.
const (
	ImagesAll  = "all"  // PNG, and SVG where the badge has one
	ImagesPNG  = "png"  // PNG alone
	ImagesNone = "none" // none: the badge's own picture on its page is all
)

// AwardOptions are the choices of [Award].
type AwardOptions struct {
	Options
	Issuer Issuer
	Badges []Badge
	// DryRun looks at the list and writes nothing. It needs no key.
	DryRun bool
	// NewKey lets a key in that the folder has never seen. Without it another key
	// is taken for a mistake.
	NewKey bool
	// SkipBad awards the good rows of a list that has bad ones.
	SkipBad bool
	// Images is one of the Images constants; empty is ImagesAll.
	Images string
	// NoPages leaves out the page of each award.
	NoPages bool
	// Row is told each row of the list with what it is, in its order, before
	// anything is awarded; may be nil.
	Row func(Row)
	// Progress is told how many awards are finished of how many; may be nil.
	Progress func(done, total int)
}

// Result counts what became of a list.
type Result struct {
	Rows      int // of the list, blank ones aside
	Awarded   int // now; in a dry run, or where rows are bad, those that could be
	Before    int // awarded by an earlier run already
	Finished  int // begun by an earlier run, and finished now
	Bad       int
	Duplicate int // the same as an earlier row
	Changed   int // awarded before, and differs now; the badge stays as it was
	Total     int // awards in the folder
	Sample    string
}

// Award gives a badge to everybody on the list who has not got it yet, into the
// folder root. A run that was stopped is finished by the next one. With bad rows
// nothing is awarded, unless SkipBad says otherwise, and the error is an *Error
// with the code ErrorBadRows.
func Award(ctx context.Context, root string, list *sheet.Sheet, o AwardOptions) (Result, error) {
	var result Result
	if o.Now == nil {
		return result, errNoClock
	}
	at := o.Now().UTC()
	book, err := readBook(root)
	if err != nil {
		return result, err
	}
	first, err := newPlanner(book, nil, o.Badges, list.Columns, at)
	if err != nil {
		return result, err
	}
	if err := first.readFirst(ctx, root, list, &result, o.Row); err != nil {
		return result, err
	}
	result.Total = len(book.awards)
	if result.Rows == 0 {
		return result, fail(ErrorEmptyList, nil)
	}
	if result.Bad > 0 && !o.SkipBad && !o.DryRun {
		return result, fail(ErrorBadRows, map[string]any{"Count": result.Bad})
	}
	if o.DryRun {
		return result, nil
	}
	err = awardList(ctx, root, list, o, &result)
	return result, err
}

// readFirst reads the whole list, counts, and tells each row.
func (p *planner) readFirst(ctx context.Context, root string, list *sheet.Sheet, result *Result, tell func(Row)) error {
	file, err := p.openJournal(root)
	if err != nil {
		return err
	}
	if file != nil {
		defer file.Close()
	}
	return p.read(ctx, list, true, func(row *sheet.Row, x *outcome) error {
		result.count(x.state)
		if tell == nil {
			return nil
		}
		told, err := p.row(row, x)
		if err != nil {
			return err
		}
		tell(told)
		return nil
	})
}

func (r *Result) count(state string) {
	r.Rows++
	switch state {
	case RowReady:
		r.Awarded++
	case RowBad:
		r.Bad++
	case RowDuplicate:
		r.Duplicate++
	case RowChanged:
		r.Changed++
	default:
		r.Before++
	}
}

// awardList is the second reading, in which what is ready is awarded.
func awardList(ctx context.Context, root string, list *sheet.Sheet, o AwardOptions, result *Result) error {
	r, err := newRun(o.Options)
	if err != nil {
		return err
	}
	r.newKey = o.NewKey
	if err := r.open(root, true); err != nil {
		return err
	}
	defer r.close()
	if o.Progress != nil {
		r.progress = o.Progress
	}
	result.Finished = len(r.book.pending)
	r.total = result.Finished + result.Awarded
	if err := r.settle(ctx); err != nil {
		return err
	}
	issuer, versions, err := r.prepare(o)
	if err != nil {
		return err
	}
	before := len(r.book.awards)
	if err := r.awardRows(ctx, list, o, issuer, versions); err != nil {
		return err
	}
	result.Awarded = len(r.book.awards) - before
	result.Total = len(r.book.awards)
	if err := r.publishAll(); err != nil {
		return err
	}
	result.Sample, err = r.sample(before)
	return err
}

// prepare writes down the issuer and the badges before the first award of them.
func (r *run) prepare(o AwardOptions) (*issuerVersion, []*badgeVersion, error) {
	r.f.journal.begin()
	if !r.book.begun {
		if err := r.f.journal.put(line{T: lineFolder, N: journalVersion, At: r.at.Unix()}); err != nil {
			return nil, nil, err
		}
	}
	issuer, err := r.issuer(o.Issuer)
	if err != nil {
		return nil, nil, err
	}
	numbers := make([]int, len(o.Badges))
	for i := range o.Badges {
		if numbers[i], err = r.badge(&o.Badges[i], issuer); err != nil {
			return nil, nil, err
		}
	}
	// The badges' files are on the disk before the journal speaks of them.
	if err := r.disk.sync(r.f.public()); err != nil {
		return nil, nil, err
	}
	if err := r.f.journal.commit(); err != nil {
		return nil, nil, err
	}
	r.book.begun = true
	versions := make([]*badgeVersion, len(numbers))
	for i, n := range numbers {
		versions[i] = &r.book.badges[n-1]
	}
	return issuer, versions, nil
}

// awardRows reads the list again and awards what is ready, batch by batch.
func (r *run) awardRows(ctx context.Context, list *sheet.Sheet, o AwardOptions, issuer *issuerVersion, versions []*badgeVersion) error {
	p, err := newPlanner(r.book, nil, o.Badges, list.Columns, r.at)
	if err != nil {
		return err
	}
	p.files = filesOf(o)
	batch := make([]award, 0, batchRows)
	finished := 0 // files are on the disk; said with the next batch
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		if err := r.f.journal.commit(); err != nil {
			return err
		}
		if err := r.makeAll(batch); err != nil {
			return err
		}
		finished = batch[len(batch)-1].N
		batch = batch[:0]
		return nil
	}
	err = p.read(ctx, list, false, func(_ *sheet.Row, x *outcome) error {
		if x.state != RowReady {
			return nil
		}
		if len(batch) == 0 {
			if err := r.beginBatch(finished); err != nil {
				return err
			}
		}
		a, err := r.plan(x, issuer, versions[x.badge])
		if err != nil {
			return err
		}
		if batch = append(batch, a); len(batch) < batchRows {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	// Also of a run that was stopped: what is finished need not be made again.
	if finished > r.book.done && (err == nil || ctx.Err() != nil) {
		err = errors.Join(err, r.commitDone(finished))
	}
	return err
}

// beginBatch begins a batch of awards, and says in it that those before are
// finished.
func (r *run) beginBatch(finished int) error {
	r.f.journal.begin()
	if finished <= r.book.done {
		return nil
	}
	if err := r.f.journal.put(line{T: lineDone, N: finished}); err != nil {
		return err
	}
	r.book.finish(finished)
	return nil
}

func filesOf(o AwardOptions) int {
	files := hasPNG | hasSVG | hasPage
	switch o.Images {
	case ImagesPNG:
		files &^= hasSVG
	case ImagesNone:
		files &^= hasSVG | hasPNG
	}
	if o.NoPages {
		files &^= hasPage
	}
	return files
}

// plan puts an award into the batch and into the book. From here on it is
// awarded if the batch reaches the disk.
func (r *run) plan(x *outcome, issuer *issuerVersion, badge *badgeVersion) (award, error) {
	a := x.award
	var err error
	if a.List, err = r.list(); err != nil {
		return a, err
	}
	if a.Index, err = r.book.lists[a.List-1].Next(r.Random); err != nil {
		return a, err
	}
	if a.ID, err = newID(r.at, r.Random); err != nil {
		return a, err
	}
	if a.Salt, err = newSalt(r.Random); err != nil {
		return a, err
	}
	a.N, a.At, a.Issuer, a.Badge = len(r.book.awards)+1, r.at.Unix(), issuer.N, badge.N
	if !badge.SVG {
		a.Files &^= hasSVG
	}
	// What cannot be made is found out before the journal says that it is awarded.
	if _, err := r.maker(&a); err != nil {
		return a, err
	}
	offset := r.f.journal.offset()
	if err := r.f.journal.putText(a.appendLine(nil)); err != nil {
		return a, err
	}
	r.book.add(&a, offset)
	return a, nil
}
