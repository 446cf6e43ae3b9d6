package web

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/sheet"
)

// listPages are the lists of people to whom badges are given.
type listPages struct {
	core   *Core
	awards *award.Service
	badges *achievement.Service
	// figures are those of a list, and where there are more.
	figures func(r *Request, achievement, batch id.Number) ([]look.Number, string, error)
	most    int64 // bytes of an uploaded list
}

// NewList returns the pages of lists, of which each has at most so many bytes.
func NewList(c *Core, awards *award.Service, badges *achievement.Service, figures *FigureRoom, most int64) Room {
	return &listPages{c, awards, badges, figures.Strip, most}
}

// Routes are a list's way from a file to its report.
func (l *listPages) Routes() []Route {
	const at = " /s/{org}/lists"
	return []Route{
		{Pattern: "GET" + at, Who: OrgReader, Do: l.all},
		{Pattern: "GET" + at + "/new", Who: OrgIssuer, Do: l.fresh},
		{Pattern: "POST" + at, Who: OrgIssuer, Limit: Costly, Body: l.most + 64<<10, Do: l.bring},
		{Pattern: "GET" + at + "/{list}", Who: OrgReader, Limit: Costly, Do: l.show},
		{Pattern: "GET" + at + "/{list}/progress", Who: OrgReader, Do: l.progress},
		{Pattern: "GET" + at + "/{list}/report.csv", Who: OrgReader, Limit: Costly, Do: l.report},
		{Pattern: "GET" + at + "/{list}/rows.csv", Who: OrgReader, Limit: Costly, Do: l.faulty},
		{Pattern: "POST" + at + "/{list}/plan", Who: OrgIssuer, Limit: Costly, Do: l.plan},
		{Pattern: "POST" + at + "/{list}/correct", Who: OrgIssuer, Limit: Costly, Body: 8 << 20, Do: l.correct},
		{Pattern: "POST" + at + "/{list}/start", Who: OrgIssuer, Limit: Costly, Do: l.start},
		{Pattern: "POST" + at + "/{list}/stop", Who: OrgIssuer, Do: l.stop},
		{Pattern: "POST" + at + "/{list}/forget", Who: OrgIssuer, Do: l.forget},
	}
}

// batch is the list of the address, which must be the space's own.
func (l *listPages) batch(r *Request) (award.Batch, string, error) {
	org, number, err := id.ParseKey(r.PathValue("list"))
	if err != nil || org != r.Org.Number {
		return award.Batch{}, "", fault.ErrNotFound
	}
	b, err := l.awards.Batch(r.Context(), org, number)
	return b, "/s/" + r.Org.Slug + "/lists/" + b.Key(), err
}

func (l *listPages) page(r *Request, title string) look.Page {
	p := r.Page(title)
	p.Section = "awards"
	return p
}

// allData is the page of all lists.
type allData struct {
	May   bool
	Path  string
	Table *look.Table
	Empty look.Empty
	Pager look.Pager
}

func (l *listPages) all(w http.ResponseWriter, r *Request) error {
	var before time.Time
	if us, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64); err == nil {
		before = time.UnixMicro(us)
	}
	const n = 50
	list, err := l.awards.Batches(r.Context(), r.Org.Number, before, n+1)
	if err != nil {
		return err
	}
	at := "/s/" + r.Org.Slug + "/lists"
	d := allData{May: r.Actor.Role >= OrgIssuer.role(), Path: at}
	if len(list) > n {
		list = list[:n]
		d.Pager.Next = at + "?before=" + strconv.FormatInt(list[n-1].Created.UnixMicro(), 10)
	}
	d.Pager.Label = "list.title"
	if len(list) == 0 {
		d.Empty = look.Empty{Icon: "table", Title: "list.empty", Text: "list.empty-text"}
		if d.May {
			d.Empty.Action = &look.Button{Kind: "full", Text: "list.new", Path: at + "/new"}
		}
	} else {
		d.Table = &look.Table{Caption: "list.title", Columns: []look.Column{{Label: "list.name"}, {Label: "list.brought"}, {Label: "list.state"}, {Label: "list.given", Number: true}}}
		for _, b := range list {
			chip := l.chip(&b)
			d.Table.Rows = append(d.Table.Rows, look.Row{Cells: []look.Cell{
				{Text: b.Name, Path: at + "/" + b.Key()}, {At: b.Created}, {Chip: &chip}, look.Whole(b.Awarded),
			}})
		}
	}
	p := l.page(r, r.Say.T("list.title"))
	p.Data = d
	return r.Show(w, "list-all", p)
}

func (l *listPages) chip(b *award.Batch) look.Chip {
	kind := map[award.BatchState]string{
		award.BatchDone: "valid", award.BatchFailed: "invalid", award.BatchStopped: "doubt", award.BatchDraft: "",
	}
	k, ok := kind[b.State]
	if !ok {
		k = "info"
	}
	return look.Chip{Kind: k, Text: "list.state-" + string(b.State)}
}

// freshData is the page on which a list is brought.
type freshData struct {
	Action      string
	File, Error look.Field
	Badges      bool
	NewBadge    string
}

func (l *listPages) fresh(w http.ResponseWriter, r *Request) error { return l.bringPage(w, r, "") }

func (l *listPages) bringPage(w http.ResponseWriter, r *Request, wrong string) error {
	published, err := l.badges.Published(r.Context(), r.Org.Number)
	if err != nil {
		return err
	}
	p := l.page(r, r.Say.T("list.new"))
	p.Trail = l.trail(r, look.Crumb{Text: "list.new"})
	p.Data = freshData{
		Action: "/s/" + r.Org.Slug + "/lists", Badges: len(published) > 0, NewBadge: "/s/" + r.Org.Slug + "/badges/new",
		File: look.Field{Name: "file", Type: "file", Label: "list.file", Help: "list.file-help", Accept: ".xlsx,.csv,text/csv", Required: true, Error: wrong},
	}
	if wrong != "" {
		return r.ShowAgain(w, "list-new", p)
	}
	return r.Show(w, "list-new", p)
}

func (l *listPages) trail(r *Request, more ...look.Crumb) []look.Crumb {
	return append([]look.Crumb{{Text: "web.space-awards", Path: "/s/" + r.Org.Slug + "/awards"}, {Text: "list.title", Path: "/s/" + r.Org.Slug + "/lists"}}, more...)
}

// bring takes an uploaded list in.
func (l *listPages) bring(w http.ResponseWriter, r *Request) error {
	file, header, err := r.FormFile("file")
	if err != nil {
		if tooLarge(err) {
			return err
		}
		return l.bringPage(w, r, r.Say.T("list.file-missing"))
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	b, err := l.awards.AddList(r.Context(), r.Actor, header.Filename, r.Org.Lang, data)
	if err != nil {
		if f := faultOf(err); f != nil && f.Kind == fault.Invalid {
			return l.bringPage(w, r, r.Say.T(f.Key, f.Facts))
		}
		return err
	}
	return r.Go(w, "/s/"+r.Org.Slug+"/lists/"+b.Key(), "")
}

// listData is the page of one list.
type listData struct {
	Key, Name, At string
	May           bool
	State         look.Chip
	Steps         []look.Step
	Summary       look.Note
	Fault         string // of the file as a whole
	Table         []rowData
	Badges        []badgeRow // what will go out
	Unknown       []unknownData
	Columns       []columnData
	Options       []look.Field
	Twice, Has    []rowData
	Hidden        int // bad rows that are not shown
	Ready         int
	Progress      *look.Progress
	Numbers       []look.Number
	Given         []look.Number // what became of them
	Figures       string        // path of more of that
	Again         bool          // was given before
}

type rowData struct {
	Line          int
	Name, Address string
	Wrong         []string
	Fields        []look.Field
	Leave         string // name of the box that leaves the row out
	Award         string // of who has it already
}

type badgeRow struct {
	Name, Picture string
	Count         int
}

type unknownData struct {
	Text  string
	Field look.Field
}

type columnData struct {
	Heading, Example string
	Field            look.Field
}

// fields are what a column may be taken for, in the order of a menu.
var fields = []string{
	sheet.FieldEmail, sheet.FieldName, sheet.FieldGivenName, sheet.FieldFamilyName, sheet.FieldBadge, sheet.FieldText, sheet.FieldEvidence,
	sheet.FieldEvidenceText, sheet.FieldAwarded, sheet.FieldExpires, sheet.FieldID,
}

func (l *listPages) show(w http.ResponseWriter, r *Request) error {
	b, at, err := l.batch(r)
	if err != nil {
		return err
	}
	d := listData{Key: b.Key(), Name: b.Name, At: at, May: r.Actor.Role >= OrgIssuer.role(), State: l.chip(&b), Again: b.Awarded > 0}
	p := l.page(r, b.Name)
	p.Trail = l.trail(r, look.Crumb{Text: b.Name})
	if b.Busy() {
		d.Steps = look.Steps(4, "list.step-file", "list.step-columns", "list.step-try", "list.step-give")
		d.Progress = l.progressOf(r, &b, at)
		p.Data = d
		return r.Show(w, "list-run", p)
	}
	if b.State != award.BatchDraft {
		l.result(r, &d, &b, at)
		if d.Given, d.Figures, err = l.figures(r, 0, b.Number); err != nil {
			return err
		}
	}
	if err := l.look(r, &d, &b); err != nil {
		return err
	}
	p.Data = d
	return r.Show(w, "list-show", p)
}

// result tells what a run has done.
func (l *listPages) result(r *Request, d *listData, b *award.Batch, at string) {
	d.Numbers = []look.Number{
		{Label: "list.given", Value: b.Awarded, Path: "/s/" + r.Org.Slug + "/awards?list=" + b.Key()}, {Label: "list.skipped", Value: b.Skipped}, {Label: "list.refused", Value: b.Refused},
	}
	if b.Fault != nil {
		d.Fault = r.Say.T(b.Fault.Key, b.Fault.Facts)
	}
}

// look tries the list and fills the page with what that found.
func (l *listPages) look(r *Request, d *listData, b *award.Batch) error {
	published, err := l.badges.Published(r.Context(), r.Org.Number)
	if err != nil {
		return err
	}
	trial, err := l.awards.Try(r.Context(), b)
	if err != nil {
		f := faultOf(err)
		if f == nil || f.Kind != fault.Invalid {
			return err
		}
		d.Fault = r.Say.T(f.Key, f.Facts)
		d.Steps = look.Steps(2, "list.step-file", "list.step-columns", "list.step-try", "list.step-give")
		return nil
	}
	d.Steps = look.Steps(3, "list.step-file", "list.step-columns", "list.step-try", "list.step-give")
	d.Ready = trial.Counts[award.RowReady]
	bad := trial.Counts[award.RowBad]
	facts := map[string]any{"Count": d.Ready, "Bad": bad, "Twice": trial.Counts[award.RowTwice], "Has": trial.Counts[award.RowHas]}
	d.Summary = look.Note{Kind: "valid", Title: r.Say.T("list.ready", facts), Text: r.Say.T("list.nothing-sent"), Heading: 2}
	if bad > 0 {
		d.Summary.Kind, d.Summary.Text = "doubt", r.Say.T("list.to-correct", map[string]any{"Count": bad})+" "+r.Say.T("list.nothing-sent")
	}
	if d.Ready == 0 {
		d.Summary.Kind = "info"
	}
	options := badgeOptions(r, published, 0)
	for _, row := range trial.Bad {
		d.Table = append(d.Table, l.row(r, row, options))
	}
	d.Hidden = bad - len(trial.Bad)
	for _, row := range trial.Twice {
		d.Twice = append(d.Twice, l.row(r, row, nil))
	}
	for _, row := range trial.Has {
		d.Has = append(d.Has, l.row(r, row, nil))
	}
	for i, text := range trial.Unknown {
		d.Unknown = append(d.Unknown, unknownData{Text: text, Field: look.Field{
			Name: "badge-" + strconv.Itoa(i), Type: "select", Label: r.Say.T("list.means", map[string]any{"Text": text}),
			Options: append([]look.Option{{Value: "", Label: "list.no-badge"}}, options...),
		}})
	}
	for _, a := range published {
		if n := trial.Badges[a.Number]; n > 0 {
			d.Badges = append(d.Badges, badgeRow{Name: a.Name, Picture: pictureOf(r.Org, a), Count: n})
		}
	}
	d.Columns = l.columns(r, trial, b)
	d.Options = planFields(r, b, badgeOptions(r, published, b.Plan.Achievement))
	return nil
}

func badgeOptions(r *Request, published []achievement.Achievement, chosen id.Number) []look.Option {
	var out []look.Option
	for _, a := range published {
		out = append(out, look.Option{Value: a.Key(), Label: nameOf(r, a), Selected: a.Number == chosen})
	}
	return out
}

// planFields are the choices for a whole list.
func planFields(r *Request, b *award.Batch, badges []look.Option) []look.Field {
	p := &b.Plan
	return []look.Field{
		{Name: "badge", Type: "select", Label: "list.badge", Help: "list.badge-help", Options: append([]look.Option{{Value: "", Label: "list.badge-column"}}, badges...)},
		{Name: "lang", Type: "select", Label: "list.lang", Options: languageOptions(r, p.Lang)},
		{Name: "silent", Type: "checkbox", Label: "list.silent", Help: "list.silent-help", Checked: p.Silent},
		{Name: "quiet", Type: "checkbox", Label: "list.quiet", Help: "list.quiet-help", Checked: p.Quiet},
		{Name: "again", Type: "checkbox", Label: "list.again", Help: "list.again-help", Checked: p.Again},
		{Name: "history", Type: "checkbox", Label: "list.history", Help: "list.history-help", Checked: p.History},
	}
}

// row is a row with what is wrong, and a field for each thing that can be put right.
func (l *listPages) row(r *Request, row award.Row, badges []look.Option) rowData {
	out := rowData{Line: row.Line, Name: row.Name, Address: row.Email, Leave: "leave-" + strconv.Itoa(row.Line)}
	if !row.Award.IsZero() {
		out.Award = "/s/" + r.Org.Slug + "/awards/" + id.Public(r.Org.Number, row.Award)
	}
	for _, wrong := range row.Wrong {
		out.Wrong = append(out.Wrong, r.Say.T(wrong.Key, wrong.Facts))
		if wrong.Field == "" || slices.ContainsFunc(out.Fields, func(f look.Field) bool { return strings.HasSuffix(f.Name, "-"+wrong.Field) }) {
			continue
		}
		field := look.Field{Name: "fix-" + strconv.Itoa(row.Line) + "-" + wrong.Field, Label: r.Say.T("list.fix", map[string]any{"Field": r.Say.T("list.field-" + wrong.Field), "Line": row.Line}), Unseen: true}
		if value, ok := wrong.Facts["Value"].(string); ok {
			field.Value = value
		}
		if wrong.Field == sheet.FieldBadge && len(badges) > 0 {
			field.Type, field.Value = "select", ""
			field.Options = append([]look.Option{{Value: "", Label: "list.choose-badge"}}, namesAsValues(badges)...)
		}
		if wrong.Field == sheet.FieldEmail && out.Address == "" {
			out.Address = field.Value
		}
		out.Fields = append(out.Fields, field)
	}
	return out
}

// namesAsValues: a correction stands in place of a cell, which says a name.
func namesAsValues(badges []look.Option) []look.Option {
	out := slices.Clone(badges)
	for i := range out {
		out[i].Value = out[i].Label
	}
	return out
}

func (l *listPages) columns(r *Request, trial *award.Trial, b *award.Batch) []columnData {
	taken := map[int]string{}
	c := &trial.Sheet.Columns
	for field, column := range map[string]sheet.Column{
		sheet.FieldEmail: c.Email, sheet.FieldName: c.Name, sheet.FieldGivenName: c.GivenName, sheet.FieldFamilyName: c.FamilyName, sheet.FieldBadge: c.Badge,
		sheet.FieldText: c.Text, sheet.FieldEvidenceText: c.EvidenceText, sheet.FieldAwarded: c.Awarded, sheet.FieldExpires: c.Expires, sheet.FieldID: c.ID,
	} {
		taken[column.Number] = field
	}
	for _, e := range c.Evidence {
		taken[e.Number] = sheet.FieldEvidence
	}
	var out []columnData
	for i, heading := range trial.Sheet.Headings {
		if heading == "" {
			continue
		}
		field := look.Field{Name: "column-" + strconv.Itoa(i), Type: "select", Label: r.Say.T("list.column-is", map[string]any{"Heading": heading}), Unseen: true,
			Options: []look.Option{{Value: "", Label: "list.column-unused"}}}
		for _, f := range fields {
			field.Options = append(field.Options, look.Option{Value: f, Label: "list.field-" + f, Selected: taken[i+1] == f})
		}
		out = append(out, columnData{Heading: heading, Field: field})
	}
	return out
}

// plan saves how the list is read and given.
func (l *listPages) plan(w http.ResponseWriter, r *Request) error {
	b, at, err := l.batch(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "web.form-unreadable")
	}
	trial, err := l.awards.Try(r.Context(), &b)
	if err != nil {
		return err
	}
	columns := map[string]string{}
	for i, heading := range trial.Sheet.Headings {
		field := r.FormValue("column-" + strconv.Itoa(i))
		if heading == "" || field == "" || !slices.Contains(fields, field) {
			continue
		}
		if before := columns[field]; before != "" {
			if field != sheet.FieldEvidence {
				return fault.New(fault.Invalid, "list.column-twice", "Field", r.Say.T("list.field-"+field), "One", before, "Other", heading)
			}
			heading = before + "|" + heading
		}
		columns[field] = heading
	}
	_, err = l.awards.SetPlan(r.Context(), r.Actor, b.Number, func(b *award.Batch) error {
		if len(columns) > 0 {
			b.Plan.Columns = columns
		}
		b.Plan.Silent, b.Plan.Quiet, b.Plan.Again, b.Plan.History = r.Ticked("silent"), r.Ticked("quiet"), r.Ticked("again"), r.Ticked("history")
		if lang := r.FormValue("lang"); slices.Contains(r.Core.Catalog.Languages(), lang) {
			b.Plan.Lang = lang
		}
		b.Plan.Achievement = 0
		if org, number, err := id.ParseKey(r.FormValue("badge")); err == nil && org == r.Org.Number {
			b.Plan.Achievement = number
		}
		for i, text := range trial.Unknown {
			if org, number, err := id.ParseKey(r.FormValue("badge-" + strconv.Itoa(i))); err == nil && org == r.Org.Number {
				if b.Plan.Badges == nil {
					b.Plan.Badges = map[string]id.Number{}
				}
				b.Plan.Badges[award.Fold(text)] = number
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.Go(w, at, "list-saved")
}

// correct saves what was written in place of faulty cells, and which rows are
// left out.
func (l *listPages) correct(w http.ResponseWriter, r *Request) error {
	b, at, err := l.batch(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "web.form-unreadable")
	}
	_, err = l.awards.SetPlan(r.Context(), r.Actor, b.Number, func(b *award.Batch) error {
		for name, values := range r.PostForm {
			what, rest, _ := strings.Cut(name, "-")
			digits, field, _ := strings.Cut(rest, "-")
			line, err := strconv.Atoi(digits)
			if err != nil || line <= 0 || len(values) == 0 {
				continue
			}
			switch {
			case what == "leave":
				if b.Plan.Leave == nil {
					b.Plan.Leave = map[int]bool{}
				}
				b.Plan.Leave[line] = true
			case what == "fix" && slices.Contains(fields, field) && len(values[0]) <= 4000 && strings.TrimSpace(values[0]) != "":
				if b.Plan.Corrections == nil {
					b.Plan.Corrections = map[int]map[string]string{}
				}
				if b.Plan.Corrections[line] == nil {
					b.Plan.Corrections[line] = map[string]string{}
				}
				b.Plan.Corrections[line][field] = values[0]
			}
		}
		if r.Ticked("take-back") {
			b.Plan.Leave = nil
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.Go(w, at, "list-tried")
}

func (l *listPages) start(w http.ResponseWriter, r *Request) error {
	b, at, err := l.batch(r)
	if err != nil {
		return err
	}
	trial, err := l.awards.Try(r.Context(), &b)
	if err != nil {
		return err
	}
	if trial.Counts[award.RowReady] == 0 {
		return fault.New(fault.Conflict, "list.nothing-ready")
	}
	if _, err := l.awards.SetPlan(r.Context(), r.Actor, b.Number, func(b *award.Batch) error { b.Rows = trial.Rows; return nil }); err != nil {
		return err
	}
	if _, err := l.awards.Start(r.Context(), r.Actor, b.Number); err != nil {
		return err
	}
	if l.core.Wake != nil {
		l.core.Wake()
	}
	return r.Go(w, at, "")
}

func (l *listPages) stop(w http.ResponseWriter, r *Request) error {
	b, at, err := l.batch(r)
	if err != nil {
		return err
	}
	if err := l.awards.Stop(r.Context(), r.Actor, b.Number); err != nil {
		return err
	}
	return r.Go(w, at, "list-stopping")
}

func (l *listPages) forget(w http.ResponseWriter, r *Request) error {
	b, _, err := l.batch(r)
	if err != nil {
		return err
	}
	if err := l.awards.Forget(r.Context(), r.Actor, b.Number); err != nil {
		return err
	}
	return r.Go(w, "/s/"+r.Org.Slug+"/lists", "list-forgotten")
}

func (l *listPages) progressOf(r *Request, b *award.Batch, at string) *look.Progress {
	out := &look.Progress{Value: b.Looked(), Max: b.Rows, URL: at + "/progress", Self: at, Done: !b.Busy()}
	out.Title = r.Say.T("list.progress", map[string]any{"Count": b.Awarded - b.Plan.Before, "Rows": r.Say.Int(b.Rows)})
	out.Text = r.Say.T("list.progress-close")
	if took := r.Core.Now().Sub(b.Started); out.Value > 0 && took > 2*time.Second && b.Rows > out.Value {
		left := time.Duration(float64(took) / float64(out.Value) * float64(b.Rows-out.Value))
		out.Text = r.Say.T("list.progress-left", map[string]any{"Count": int(left.Seconds()) + 1}) + " " + out.Text
	}
	return out
}

// progress is what the page of a running list asks for.
func (l *listPages) progress(w http.ResponseWriter, r *Request) error {
	b, at, err := l.batch(r)
	if err != nil {
		return err
	}
	p := l.progressOf(r, &b, at)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(map[string]any{"value": p.Value, "max": p.Max, "title": p.Title, "text": p.Text, "done": p.Done})
}

// report is every row of the list with what became of it, as spreadsheets here
// open it.
func (l *listPages) report(w http.ResponseWriter, r *Request) error {
	b, _, err := l.batch(r)
	if err != nil {
		return err
	}
	given := map[string]award.Award{}
	var lost []id.ID // whose mail did not arrive
	for before := (id.ID{}); ; {
		some, err := l.awards.List(r.Context(), r.Actor, award.Filter{Batch: b.Number}, before, 1000)
		if err != nil {
			return err
		}
		for _, a := range some {
			given[strings.ToLower(a.Address)+" "+strconv.Itoa(int(a.Achievement))] = a
			if a.Mail == award.Refused || a.Mail == award.Bounced {
				lost = append(lost, a.ID)
			}
		}
		if len(some) < 1000 {
			break
		}
		before = some[len(some)-1].ID
	}
	words, err := l.awards.Words(r.Context(), r.Actor, lost)
	if err != nil {
		return err
	}
	rows, err := l.awards.Rows(r.Context(), &b)
	if err != nil {
		return err
	}
	out := startCSV(w, "liste-"+b.Key())
	head := []string{"line", "name", "address", "badge", "result", "why", "link", "mail", "answer"}
	for i, h := range head {
		head[i] = r.Say.T("list.report-" + h)
	}
	_ = out.Write(head)
	for row, err := range rows {
		if err != nil {
			return err
		}
		a, has := given[strings.ToLower(row.Email)+" "+strconv.Itoa(int(row.Achievement))]
		var why []string
		for _, wrong := range row.Wrong {
			why = append(why, r.Say.T(wrong.Key, wrong.Facts))
		}
		record := []string{strconv.Itoa(row.Line), row.Name, row.Email, row.Badge, r.Say.T("list.row-" + string(row.Standing)), strings.Join(why, " "), "", "", ""}
		if has && row.Standing != award.RowTwice {
			record[4], record[5] = r.Say.T("list.row-given"), words[a.ID]
			record[6] = l.core.URL("/b/" + a.Public())
			record[7], record[8] = r.Say.T(mailKey(a.Mail)), r.Say.T(answerKey(a.Answer))
		}
		_ = out.Write(safeCells(record))
	}
	out.Flush()
	return nil
}

// faulty are the rows that could not be given, to be put right in a spreadsheet.
func (l *listPages) faulty(w http.ResponseWriter, r *Request) error {
	b, _, err := l.batch(r)
	if err != nil {
		return err
	}
	rows, err := l.awards.Rows(r.Context(), &b)
	if err != nil {
		return err
	}
	out := startCSV(w, "a-corriger-"+b.Key())
	_ = out.Write([]string{r.Say.T("list.report-line"), r.Say.T("list.report-name"), r.Say.T("list.report-address"), r.Say.T("list.report-badge"), r.Say.T("list.report-why")})
	for row, err := range rows {
		if err != nil {
			return err
		}
		if row.Standing != award.RowBad {
			continue
		}
		var why []string
		for _, wrong := range row.Wrong {
			why = append(why, r.Say.T(wrong.Key, wrong.Facts))
		}
		_ = out.Write(safeCells([]string{strconv.Itoa(row.Line), row.Name, row.Email, row.Badge, strings.Join(why, " ")}))
	}
	out.Flush()
	return nil
}

// startCSV begins a download that French spreadsheets open as it is.
func startCSV(w http.ResponseWriter, name string) *csv.Writer {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name+".csv"))
	w.Header().Set("Cache-Control", "private, no-store")
	_, _ = io.WriteString(w, "\ufeff")
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	return out
}

// safeCells keeps a spreadsheet from taking people's words for formulas; those set
// up for East Asia take the wide signs for the narrow ones.
func safeCells(cells []string) []string {
	for i, c := range cells {
		if first, _ := utf8.DecodeRuneInString(c); c != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", first) {
			cells[i] = "'" + c
		}
	}
	return cells
}

func mailKey(m award.Mail) string {
	return "award.mail-" + map[award.Mail]string{
		award.NoMail: "none", award.Queued: "queued", award.HandedOver: "handed-over", award.Refused: "refused", award.Bounced: "bounced", award.Perhaps: "perhaps",
	}[m]
}

func answerKey(a award.Answer) string {
	return "award.answer-" + map[award.Answer]string{award.NoAnswer: "none", award.Accepted: "accepted", award.Declined: "declined"}[a]
}
