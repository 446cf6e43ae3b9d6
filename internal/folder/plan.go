package folder

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ecusson/ecusson/internal/sheet"
)

// The states of a row of the list, as a Row and report.csv name them.
const (
	RowReady     = "ready"     // can be awarded, and was not, since this was a dry run or a refused one
	RowAwarded   = "awarded"   // was awarded now or before
	RowBad       = "bad"       // is to be corrected; Problems say what
	RowDuplicate = "duplicate" // says the same as an earlier row of the list
	RowChanged   = "changed"   // was awarded before and says something else now; its badge stays as it was
	RowRevoked   = "revoked"   // was awarded, and revoked since
	RowSuspended = "suspended" // was awarded, and is suspended
)

// Problem is one thing wrong with a row. Key is the key of its sentence:
// "sheet." or "folder." and a code.
type Problem struct {
	Line   int
	Column string // the heading, or "" where the row is meant
	Key    string
	Value  string
	Args   map[string]string
}

// Values are what the problem's sentence may speak of.
func (p Problem) Values() map[string]string {
	m := map[string]string{"Column": p.Column, "Value": p.Value, "Line": ""}
	if p.Line > 0 {
		m["Line"] = strconv.Itoa(p.Line)
	}
	maps.Copy(m, p.Args)
	return m
}

// The keys of the problems that are found here, not by package sheet.
const (
	ProblemBadgeMissing = "folder.row-badge-missing" // Args: Badges
	ProblemBadgeUnknown = "folder.row-badge-unknown" // Args: Badges
	ProblemTwice        = "folder.row-twice"         // another row has the same id, or address and badge. Args: Other, Columns
	ProblemTextLong     = "folder.row-text-long"     // Args: Limit
	ProblemOver         = "folder.row-over"          // it would be over already. Args: Until
	ProblemChanged      = "folder.row-changed"       // awarded before, and differs. Args: Columns
)

// Row is what became of a row of the list.
type Row struct {
	Line     int
	ID       string // the row's own
	Name     string
	Address  string
	Badge    string
	State    string
	Award    string // the award's id
	URL      string // of its page, or of its JSON where there are no pages
	Problems []Problem
}

// planner makes awards of rows.
type planner struct {
	book    *book
	file    io.ReaderAt // of the journal
	badges  []Badge
	names   map[string]int // what a badge column may say → badge, -1 for several
	columns sheet.Columns
	at      time.Time
	files   int
	listed  map[rowKey]listed // rows of this list, on the first reading
}

type listed struct {
	line   int32
	digest uint64
}

func newPlanner(b *book, file io.ReaderAt, badges []Badge, columns sheet.Columns, at time.Time) (*planner, error) {
	p := &planner{book: b, file: file, badges: badges, names: map[string]int{}, columns: columns, at: at, listed: map[rowKey]listed{}}
	if len(badges) == 0 {
		return nil, fail(ErrorNoBadge, nil)
	}
	for i, badge := range badges {
		words := []string{badge.ID, badge.Name}
		for _, t := range badge.Translations {
			words = append(words, t.Name)
		}
		for _, w := range words {
			w = fold(w)
			if other, there := p.names[w]; there && other != i {
				return nil, fail(ErrorBadgeTwice, map[string]any{"Badge": badge.ID, "Other": badges[other].ID})
			}
			p.names[w] = i
		}
	}
	return p, nil
}

// openJournal lets the planner say what a row's award was like.
func (p *planner) openJournal(root string) (*os.File, error) {
	file, err := os.Open(filepath.Join(root, "private", "journal"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil {
		p.file = file
	}
	return file, err
}

// row is what is told of a row of the list.
func (p *planner) row(row *sheet.Row, o *outcome) (Row, error) {
	out := Row{Line: row.Line, ID: row.ID, Name: row.Name, Address: row.Email, Badge: row.Badge, State: o.state, Problems: o.problems}
	if o.badge >= 0 {
		out.Badge = p.badges[o.badge].Name
	}
	if o.state != RowAwarded && o.state != RowChanged || p.file == nil {
		return out, nil
	}
	before, err := readAward(p.file, p.book.awards[o.before].offset)
	if err != nil {
		return out, err
	}
	out.Award, out.URL = before.ID, p.book.issuers[before.Issuer-1].Issuer.URL+before.pageFile()
	if s := p.book.state(before.N); o.state == RowAwarded && s.State != stateActive {
		out.State = map[string]string{stateRevoked: RowRevoked, stateSuspended: RowSuspended}[s.State]
	}
	return out, nil
}

func (p *planner) choices() string {
	var names []string
	for _, b := range p.badges {
		names = append(names, b.Name)
	}
	return strings.Join(names, ", ")
}

// outcome is what a row is.
type outcome struct {
	state    string // RowReady, RowBad, RowDuplicate, RowAwarded, RowChanged; "" for a blank one
	award    award
	badge    int // in badges
	before   int // the award that the row has already
	problems []Problem
}

// look tells what a row is. first is the first reading of the list, in which
// rows are compared with each other; in the second, earlier rows stand in the
// book already.
func (p *planner) look(row *sheet.Row, first bool) (outcome, error) {
	var o outcome
	if row.Blank {
		return o, nil
	}
	for _, x := range row.Problems {
		o.problems = append(o.problems, Problem{Line: x.Line, Column: x.Column, Key: x.Key(), Value: x.Value, Args: x.Args})
	}
	bad := func(column sheet.Column, key, value string, args map[string]string) {
		o.problems = append(o.problems, Problem{Line: row.Line, Column: column.Heading, Key: key, Value: value, Args: args})
	}
	o.badge = p.badgeOf(row.Badge)
	switch {
	case o.badge >= 0:
	case row.Badge == "":
		bad(p.columns.Badge, ProblemBadgeMissing, "", map[string]string{"Badges": p.choices()})
	default:
		bad(p.columns.Badge, ProblemBadgeUnknown, clip(row.Badge), map[string]string{"Badges": p.choices()})
	}
	if utf8.RuneCountInString(row.Text) > maxText {
		bad(p.columns.Text, ProblemTextLong, "", map[string]string{"Limit": strconv.Itoa(maxText)})
	}
	if utf8.RuneCountInString(row.EvidenceText) > maxText {
		bad(p.columns.EvidenceText, ProblemTextLong, "", map[string]string{"Limit": strconv.Itoa(maxText)})
	}
	o.award = award{
		Row: row.ID, Address: row.Email, Name: row.Name, Text: row.Text, Evidence: row.Evidence, Note: row.EvidenceText, At: p.at.Unix(), Files: p.files,
	}
	if !row.Awarded.IsZero() {
		o.award.Awarded = row.Awarded.String()
	}
	if !row.Expires.IsZero() {
		o.award.Expires = row.Expires.String()
	}
	if len(o.problems) > 0 {
		o.state = RowBad
		return o, nil
	}
	badge := p.badges[o.badge].ID
	digest := o.award.digest(badge)
	if n, found := p.book.find(&o.award, badge); found {
		o.before = n
		if o.state = RowAwarded; p.book.awards[n].digest != digest {
			o.state = RowChanged
			return o, p.changed(&o, row, badge)
		}
		return o, nil
	}
	if first {
		if other, twice := p.twice(&o.award, badge, row.Line, digest); twice {
			if other.digest == digest {
				o.state = RowDuplicate
				return o, nil
			}
			bad(sheet.Column{}, ProblemTwice, "", map[string]string{"Other": strconv.Itoa(int(other.line))})
			o.state = RowBad
			return o, nil
		}
	}
	// The end is looked at last: a row that was awarded is not bad for having
	// run out since.
	var end time.Time
	if !row.Expires.IsZero() {
		end = row.Expires.Time(time.UTC).AddDate(0, 0, 1)
	} else {
		end = p.badges[o.badge].Validity.End(o.award.issued())
	}
	if !end.IsZero() {
		last := end.Add(-time.Second)
		o.award.Until = last.Unix()
		if last.Before(p.at) {
			bad(p.columns.Expires, ProblemOver, "", map[string]string{"Until": last.Format(time.DateOnly)})
			o.state = RowBad
			return o, nil
		}
	}
	o.state = RowReady
	return o, nil
}

// changed says in what the row differs from its award.
func (p *planner) changed(o *outcome, row *sheet.Row, badge string) error {
	columns := ""
	if offset := p.book.awards[o.before].offset; p.file != nil && offset >= 0 {
		before, err := readAward(p.file, offset)
		if err != nil {
			return err
		}
		columns = strings.Join(o.award.differences(before, badge, p.book.badges[before.Badge-1].Badge.ID), ", ")
	}
	o.problems = append(o.problems, Problem{Line: row.Line, Key: ProblemChanged, Args: map[string]string{"Columns": columns}})
	return nil
}

// twice remembers the row, or returns the earlier one of the list that is the
// same row.
func (p *planner) twice(a *award, badge string, line int, digest uint64) (listed, bool) {
	byID, byPerson := a.keys(badge)
	key := byPerson
	if a.Row != "" {
		key = byID
	}
	if other, there := p.listed[key]; there {
		return other, true
	}
	p.listed[key] = listed{int32(line), digest}
	return listed{}, false
}

func (p *planner) badgeOf(text string) int {
	if text == "" && len(p.badges) == 1 {
		return 0
	}
	if i, ok := p.names[fold(text)]; ok {
		return i
	}
	return -1
}

// read goes through the list.
func (p *planner) read(ctx context.Context, list *sheet.Sheet, first bool, visit func(*sheet.Row, *outcome) error) error {
	for row, err := range list.Rows(ctx) {
		if err != nil {
			return err
		}
		o, err := p.look(&row, first)
		if err != nil {
			return err
		}
		if o.state == "" {
			continue
		}
		if err := visit(&row, &o); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// newID makes a UUIDv7 (RFC 9562 §5.7) of a time and 74 random bits.
func newID(at time.Time, random io.Reader) (string, error) {
	var u [16]byte
	if _, err := io.ReadFull(random, u[6:]); err != nil {
		return "", err
	}
	ms := uint64(at.UnixMilli())
	for i := range 6 {
		u[i] = byte(ms >> (40 - 8*i))
	}
	u[6] = u[6]&0x0f | 0x70
	u[8] = u[8]&0x3f | 0x80
	var text [36]byte
	for i, part := range [...][2]int{{0, 4}, {4, 6}, {6, 8}, {8, 10}, {10, 16}} {
		hex.Encode(text[2*part[0]+i:], u[part[0]:part[1]])
		if i < 4 {
			text[2*part[1]+i] = '-'
		}
	}
	return string(text[:]), nil
}

func newSalt(random io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", err
	}
	return hex.EncodeToString(b[:]), nil
}

func clip(s string) string {
	if utf8.RuneCountInString(s) <= 80 {
		return s
	}
	return string([]rune(s)[:79]) + "…"
}

// sortedKeys are the keys of a map of files, so that they are written in one order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
