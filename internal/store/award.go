package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/id"
)

var awardColumns = []string{
	"org", "id", "achievement", "frame", "batch", "list", "place", "state", "mail", "answer", "visible", "issued", "until", "mailbox", "address", "name", "document",
}

var awardList = strings.Join(awardColumns, ", ")

func scanAward(s scanner) (award.Award, error) {
	var a award.Award
	var issued, until int64
	err := s.Scan(&a.Org, &a.ID, &a.Achievement, &a.Frame, &a.Batch, &a.List, &a.Place, &a.State, &a.Mail, &a.Answer, &a.Visible,
		&issued, &until, &a.Mailbox, &a.Address, &a.Name, &a.Document)
	a.Issued, a.Until = instant(issued), instant(until)
	return a, err
}

// AddAwards stores awards.
func (t *Tx) AddAwards(ctx context.Context, awards []award.Award) error {
	return t.c.insert(ctx, "award", awardColumns, len(awards), func(i int, dst []any) []any {
		a := &awards[i]
		return append(dst, int32(a.Org), a.ID[:], int32(a.Achievement), int32(a.Frame), int32(a.Batch), int32(a.List), int32(a.Place),
			int16(a.State), int16(a.Mail), int16(a.Answer), int16(a.Visible), micros(a.Issued), micros(a.Until), a.Mailbox, a.Address, a.Name, bytesOf(a.Document))
	})
}

// bytesOf is never nil, which would be NULL.
func bytesOf(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// Award is an award by its owner and ID.
func (t *Tx) Award(ctx context.Context, org id.Number, i id.ID) (award.Award, error) {
	return one(ctx, t, scanAward, "SELECT "+awardList+" FROM award WHERE org = $1 AND id = $2", org, i)
}

// LockAward is Award for who will change it.
func (t *Tx) LockAward(ctx context.Context, org id.Number, i id.ID) (award.Award, error) {
	return one(ctx, t, scanAward, "SELECT "+awardList+" FROM award WHERE org = $1 AND id = $2"+t.c.lock(), org, i)
}

// SetAwardState changes the state of an award.
func (t *Tx) SetAwardState(ctx context.Context, org id.Number, i id.ID, s award.State) error {
	return t.change(ctx, "UPDATE award SET state = $3 WHERE org = $1 AND id = $2", org, i, int16(s))
}

// SetAwardAnswer changes what the holder said.
func (t *Tx) SetAwardAnswer(ctx context.Context, org id.Number, i id.ID, a award.Answer) error {
	return t.change(ctx, "UPDATE award SET answer = $3 WHERE org = $1 AND id = $2", org, i, int16(a))
}

// SetAwardVisible changes who may see the page of an award.
func (t *Tx) SetAwardVisible(ctx context.Context, org id.Number, i id.ID, v award.Visible) error {
	return t.change(ctx, "UPDATE award SET visible = $3 WHERE org = $1 AND id = $2", org, i, int16(v))
}

// SetAwardMail changes what became of the mail of an award.
func (t *Tx) SetAwardMail(ctx context.Context, org id.Number, i id.ID, m award.Mail) error {
	return t.change(ctx, "UPDATE award SET mail = $3 WHERE org = $1 AND id = $2", org, i, int16(m))
}

// EraseAward takes everything out of an award that says whose it was.
func (t *Tx) EraseAward(ctx context.Context, org id.Number, i id.ID) error {
	if _, err := t.exec(ctx, "UPDATE award_event SET reason = '' WHERE org = $1 AND award = $2", org, i); err != nil {
		return err
	}
	return t.change(ctx, "UPDATE award SET state = $3, mailbox = 0, address = '', name = '', document = $4 WHERE org = $1 AND id = $2",
		org, i, int16(award.Erased), []byte{})
}

// where gathers the conditions of a query and their arguments.
type where struct {
	text strings.Builder
	args []any
}

// and adds a condition; each ? stands for the next argument.
func (w *where) and(condition string, args ...any) {
	for _, a := range args {
		w.args = append(w.args, a)
		condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", len(w.args)), 1)
	}
	if w.text.Len() > 0 {
		w.text.WriteString(" AND ")
	}
	w.text.WriteString(condition)
}

// like is a pattern that finds a text anywhere, by lower().
func like(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(text)) + "%"
}

// Awards are those of an organisation by a filter, the newest first.
func (t *Tx) Awards(ctx context.Context, org id.Number, f award.Filter, before id.ID, n int) ([]award.Award, error) {
	var w where
	w.and("org = ?", org)
	if f.Achievement != 0 {
		w.and("achievement = ?", f.Achievement)
	}
	if f.Batch != 0 {
		w.and("batch = ?", f.Batch)
	}
	if f.State != nil {
		w.and("state = ?", int16(*f.State))
	}
	if f.Mail != nil {
		w.and("mail = ?", int16(*f.Mail))
	}
	if f.Answer != nil {
		w.and("answer = ?", int16(*f.Answer))
	}
	if f.Search != "" {
		w.and(`(lower(name) LIKE ? ESCAPE '\' OR lower(address) LIKE ? ESCAPE '\')`, like(f.Search), like(f.Search))
	}
	if !before.IsZero() {
		w.and("id < ?", before)
	}
	return all(ctx, t, scanAward, "SELECT "+awardList+" FROM award WHERE "+w.text.String()+" ORDER BY id DESC LIMIT "+fmt.Sprint(n), w.args...)
}

// AwardsTo are those of mailboxes.
func (t *Tx) AwardsTo(ctx context.Context, mailboxes []int64, n int) ([]award.Award, error) {
	if len(mailboxes) == 0 {
		return nil, nil
	}
	list, args := marks(mailboxes, 1)
	return all(ctx, t, scanAward, "SELECT "+awardList+" FROM award WHERE mailbox IN ("+list+") LIMIT "+fmt.Sprint(n), args...)
}

// AwardsWaiting counts those of mailboxes that wait for an answer, up to n.
func (t *Tx) AwardsWaiting(ctx context.Context, mailboxes []int64, n int) (int, error) {
	if len(mailboxes) == 0 {
		return 0, nil
	}
	list, args := marks(mailboxes, 3)
	args = append([]any{int16(award.NoAnswer), int16(award.Revoked)}, args...)
	return one(ctx, t, scan1[int], "SELECT count(*) FROM (SELECT id FROM award WHERE answer = $1 AND state < $2 AND mailbox IN ("+list+") LIMIT "+fmt.Sprint(n)+") AS waiting", args...)
}

// Holders are who of some mailboxes has what, as far as it stands. The plus keeps
// SQLite from reading all of an organisation by its key instead of the mailboxes.
func (t *Tx) Holders(ctx context.Context, org id.Number, mailboxes []int64) ([]award.Holder, error) {
	if len(mailboxes) == 0 {
		return nil, nil
	}
	list, args := marks(mailboxes, 2)
	return all(ctx, t, func(s scanner) (award.Holder, error) {
		var h award.Holder
		return h, s.Scan(&h.Mailbox, &h.Address, &h.Achievement, &h.ID)
	}, "SELECT mailbox, address, achievement, id FROM award WHERE mailbox IN ("+list+") AND +org = $1 AND state < 2", append([]any{org}, args...)...)
}

// CountAwarded adds to the number of awards of an achievement.
func (t *Tx) CountAwarded(ctx context.Context, org, achievement id.Number, n int) error {
	return t.change(ctx, "UPDATE achievement SET awarded = awarded + $3 WHERE org = $1 AND number = $2", org, achievement, n)
}

const eventColumns = "org, award, id, kind, person, reason, other"

func scanEvent(s scanner) (award.Event, error) {
	var e award.Event
	return e, s.Scan(&e.Org, &e.Award, &e.ID, &e.Kind, &e.Person, &e.Reason, &e.Other)
}

// AddEvent notes what happened to an award.
func (t *Tx) AddEvent(ctx context.Context, e award.Event) error {
	_, err := t.exec(ctx, "INSERT INTO award_event ("+eventColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7)", e.Org, e.Award, e.ID, e.Kind, e.Person, e.Reason, e.Other)
	return err
}

// Events are what happened to an award, the oldest first.
func (t *Tx) Events(ctx context.Context, org id.Number, i id.ID) ([]award.Event, error) {
	return all(ctx, t, scanEvent, "SELECT "+eventColumns+" FROM award_event WHERE org = $1 AND award = $2 ORDER BY id LIMIT 1000", org, i)
}

// EventsOf are events of some kinds of many awards, the oldest first.
func (t *Tx) EventsOf(ctx context.Context, org id.Number, awards []id.ID, kinds []string) ([]award.Event, error) {
	if len(awards) == 0 || len(kinds) == 0 {
		return nil, nil
	}
	list, args := marks(awards, 2)
	of, more := marks(kinds, 2+len(awards))
	args = append(append([]any{org}, args...), more...)
	return all(ctx, t, scanEvent, "SELECT "+eventColumns+" FROM award_event WHERE org = $1 AND award IN ("+list+") AND kind IN ("+of+") ORDER BY id", args...)
}

const frameColumns = "org, number, achievement, version, lang, hash, body"

func scanFrame(s scanner) (award.Frame, error) {
	var f award.Frame
	return f, s.Scan(&f.Org, &f.Number, &f.Achievement, &f.Version, &f.Lang, &f.Hash, &f.Body)
}

// FrameByHash is the frame with a body of that hash.
func (t *Tx) FrameByHash(ctx context.Context, org id.Number, hash []byte) (award.Frame, error) {
	return one(ctx, t, scanFrame, "SELECT "+frameColumns+" FROM frame WHERE org = $1 AND hash = $2", org, hash)
}

// AddFrame stores a frame.
func (t *Tx) AddFrame(ctx context.Context, f award.Frame) error {
	_, err := t.exec(ctx, "INSERT INTO frame ("+frameColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7)", f.Org, f.Number, f.Achievement, f.Version, f.Lang, f.Hash, f.Body)
	return err
}

// Frame is a frame by its number.
func (t *Tx) Frame(ctx context.Context, org, number id.Number) (award.Frame, error) {
	return one(ctx, t, scanFrame, "SELECT "+frameColumns+" FROM frame WHERE org = $1 AND number = $2", org, number)
}

const statusListColumns = "org, list, base, taken, seed"

func scanStatusList(s scanner) (award.StatusList, error) {
	var l award.StatusList
	return l, s.Scan(&l.Org, &l.List, &l.Base, &l.Taken, &l.Seed)
}

// NewestStatusList is the list that places are taken of, locked.
func (t *Tx) NewestStatusList(ctx context.Context, org id.Number) (award.StatusList, error) {
	return one(ctx, t, scanStatusList, "SELECT "+statusListColumns+" FROM status_list WHERE org = $1 ORDER BY list DESC LIMIT 1"+t.c.lock(), org)
}

// LockStatusList is a list for who changes it.
func (t *Tx) LockStatusList(ctx context.Context, org id.Number, list int) (award.StatusList, error) {
	return one(ctx, t, scanStatusList, "SELECT "+statusListColumns+" FROM status_list WHERE org = $1 AND list = $2"+t.c.lock(), org, list)
}

// AddStatusList begins a list. Two servers that begin the same one meet here: the
// second begins its transaction anew, and finds it.
func (t *Tx) AddStatusList(ctx context.Context, l award.StatusList) error {
	n, err := t.exec(ctx, "INSERT INTO status_list ("+statusListColumns+") VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING", l.Org, l.List, l.Base, l.Taken, l.Seed)
	if err == nil && n == 0 {
		return errAgain
	}
	return err
}

// TakePlaces says how many places of a list were given out.
func (t *Tx) TakePlaces(ctx context.Context, org id.Number, list, taken int) error {
	return t.change(ctx, "UPDATE status_list SET taken = $3 WHERE org = $1 AND list = $2", org, list, taken)
}

// SetBit sets or clears a place of a list.
func (t *Tx) SetBit(ctx context.Context, org id.Number, list int, p award.Purpose, place int, on bool) error {
	query := "DELETE FROM status_bit WHERE org = $1 AND list = $2 AND purpose = $3 AND place = $4"
	if on {
		query = "INSERT INTO status_bit (org, list, purpose, place) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
	}
	_, err := t.exec(ctx, query, org, list, int16(p), place)
	return err
}

// Bits are the places of a list that are set.
func (t *Tx) Bits(ctx context.Context, org id.Number, list int, p award.Purpose) ([]int, error) {
	return all(ctx, t, scan1[int], "SELECT place FROM status_bit WHERE org = $1 AND list = $2 AND purpose = $3", org, list, int16(p))
}

const statusDocumentColumns = "org, list, purpose, document, signed, until"

func scanStatusDocument(s scanner) (award.StatusDocument, error) {
	var d award.StatusDocument
	var signed, until int64
	err := s.Scan(&d.Org, &d.List, &d.Purpose, &d.Document, &signed, &until)
	d.Signed, d.Until = instant(signed), instant(until)
	return d, err
}

// SetStatusDocument stores a list as it is served.
func (t *Tx) SetStatusDocument(ctx context.Context, d award.StatusDocument) error {
	_, err := t.exec(ctx, `INSERT INTO status_document (`+statusDocumentColumns+`) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (org, list, purpose) DO UPDATE SET document = excluded.document, signed = excluded.signed, until = excluded.until`,
		d.Org, d.List, int16(d.Purpose), d.Document, micros(d.Signed), micros(d.Until))
	return err
}

// StatusDocument is a list as it is served.
func (t *Tx) StatusDocument(ctx context.Context, org id.Number, list int, p award.Purpose) (award.StatusDocument, error) {
	return one(ctx, t, scanStatusDocument, "SELECT "+statusDocumentColumns+" FROM status_document WHERE org = $1 AND list = $2 AND purpose = $3", org, list, int16(p))
}

// StatusDocumentsUntil are the lists that end before a time, the first first.
func (t *Tx) StatusDocumentsUntil(ctx context.Context, before time.Time, n int) ([]award.StatusDocument, error) {
	return all(ctx, t, scanStatusDocument, "SELECT "+statusDocumentColumns+" FROM status_document WHERE until < $1 ORDER BY until LIMIT "+fmt.Sprint(n), micros(before))
}

// Tally adds to counts.
func (t *Tx) Tally(ctx context.Context, counts []award.Count) error {
	for _, c := range counts {
		_, err := t.exec(ctx, `INSERT INTO tally (org, achievement, batch, day, what, count) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (org, achievement, batch, day, what) DO UPDATE SET count = tally.count + excluded.count`,
			c.Org, c.Achievement, c.Batch, c.Day, int16(c.What), c.N)
		if err != nil {
			return err
		}
	}
	return nil
}

// Tallies are the counts of days from..to.
func (t *Tx) Tallies(ctx context.Context, org, achievement, batch id.Number, from, to int) ([]award.Count, error) {
	return all(ctx, t, func(s scanner) (award.Count, error) {
		var c award.Count
		return c, s.Scan(&c.Org, &c.Achievement, &c.Batch, &c.Day, &c.What, &c.N)
	}, `SELECT org, achievement, batch, day, what, count FROM tally WHERE org = $1 AND achievement = $2 AND batch = $3 AND day BETWEEN $4 AND $5 ORDER BY day, what`,
		org, achievement, batch, from, to)
}

// sums reads counts without their days.
func (t *Tx) sums(ctx context.Context, query string, args ...any) ([]award.Count, error) {
	return all(ctx, t, func(s scanner) (award.Count, error) {
		var c award.Count
		return c, s.Scan(&c.Org, &c.Achievement, &c.Batch, &c.What, &c.N)
	}, query, args...)
}

const sumColumns = "org, achievement, batch, what, CAST(SUM(count) AS BIGINT)"
const sumGroup = " GROUP BY org, achievement, batch, what"

// TallySums are the sums of counts of days from..to.
func (t *Tx) TallySums(ctx context.Context, org, achievement, batch id.Number, from, to int) ([]award.Count, error) {
	return t.sums(ctx, "SELECT "+sumColumns+" FROM tally WHERE org = $1 AND achievement = $2 AND batch = $3 AND day BETWEEN $4 AND $5"+sumGroup,
		org, achievement, batch, from, to)
}

// TallySumsByAchievement are the sums of each achievement.
func (t *Tx) TallySumsByAchievement(ctx context.Context, org id.Number, from, to int) ([]award.Count, error) {
	return t.sums(ctx, "SELECT "+sumColumns+" FROM tally WHERE org = $1 AND achievement > 0 AND batch = 0 AND day BETWEEN $2 AND $3"+sumGroup, org, from, to)
}

// TallySumsByBatch are the sums of each batch.
func (t *Tx) TallySumsByBatch(ctx context.Context, org id.Number, from, to int) ([]award.Count, error) {
	return t.sums(ctx, "SELECT "+sumColumns+" FROM tally WHERE org = $1 AND achievement = 0 AND batch > 0 AND day BETWEEN $2 AND $3"+sumGroup, org, from, to)
}
