package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
)

// FigureRoom counts what an organisation gave: a page of its own, a file, and a
// few numbers for other pages.
type FigureRoom struct {
	core   *Core
	awards *award.Service
	badges *achievement.Service
}

// NewFigures returns the room of figures.
func NewFigures(c *Core, awards *award.Service, badges *achievement.Service) *FigureRoom {
	return &FigureRoom{c, awards, badges}
}

// Routes are the page of figures and its files.
func (f *FigureRoom) Routes() []Route {
	const at = " /s/{org}/figures"
	return []Route{
		{Pattern: "GET" + at, Who: OrgReader, Do: f.show},
		{Pattern: "GET" + at + ".csv", Who: OrgReader, Limit: Costly, Do: f.csv},
		{Pattern: "GET" + at + ".xlsx", Who: OrgReader, Limit: Costly, Do: f.xlsx},
	}
}

func figuresOf(org organization.Organization) string { return "/s/" + org.Slug + "/figures" }

// measures are what is counted, in the order in which it is told.
var measures = []struct {
	code string
	what award.What
}{
	{"given", award.Given}, {"accepted", award.AcceptedCount}, {"declined", award.DeclinedCount}, {"revoked", award.RevokedCount},
	{"handed-over", award.HandedOverCount}, {"refused", award.RefusedCount}, {"bounced", award.BouncedCount},
}

// figureData is the page of figures.
type figureData struct {
	Periods       look.Tabs
	At            string
	Hidden        []look.Hidden
	Of            look.Field
	From, To      look.Field
	Own           bool
	Errors        look.Errors
	When          string // the span in words
	Numbers       []look.Number
	Plots         []look.Plot
	Badges, Lists *look.Table
	Empty         *look.Empty
	CSV, XLSX     string
}

// lot is one badge or one list that can be chosen.
type lot struct {
	number    id.Number
	key, name string
	picture   string // address
	totals    award.Counts
}

// subject is all that the figures were asked of, and what there is to ask.
type subject struct {
	figureSpan
	badges, lists      []lot
	achievement, batch id.Number
	of                 string // what the address says of it
}

// listsInFigures is how many lists are told, the newest first.
const listsInFigures = 100

// subject reads the address.
func (f *FigureRoom) subject(r *Request) (*subject, error) {
	s := &subject{figureSpan: readSpan(r, f.core.Now())}
	published, err := allBadges(r, f.badges)
	if err != nil {
		return nil, err
	}
	of := r.URL.Query().Get("of")
	for _, b := range published {
		l := lot{number: b.Number, key: "badge-" + b.Key(), name: nameOf(r, b), picture: pictureOf(r.Org, b)}
		if l.key == of {
			s.achievement, s.of = b.Number, of
		}
		if b.Version > 0 {
			s.badges = append(s.badges, l)
		}
	}
	sortLots(r.Lang(), s.badges)
	batches, err := f.awards.Batches(r.Context(), r.Org.Number, time.Time{}, listsInFigures)
	if err != nil {
		return nil, err
	}
	for _, b := range batches {
		if b.State == award.BatchDraft {
			continue
		}
		l := lot{number: b.Number, key: "list-" + b.Key(), name: b.Name}
		if l.key == of {
			s.batch, s.of = b.Number, of
		}
		s.lists = append(s.lists, l)
	}
	return s, nil
}

// allBadges are all achievements of an organisation, archived ones too.
func allBadges(r *Request, badges *achievement.Service) ([]achievement.Achievement, error) {
	var out []achievement.Achievement
	var after achievement.Place
	for {
		some, more, err := badges.List(r.Context(), r.Org.Number, achievement.Filter{}, after, 100)
		out = append(out, some...)
		if err != nil || !more || len(some) == 0 {
			return out, err
		}
		after = some[len(some)-1].Place()
	}
}

// counted are the stretches of the subject with their counts, and their sum. Of all
// days, the first stretch is that of the first thing that happened.
func (f *FigureRoom) counted(r *Request, s *subject) ([]stretch, award.Counts, error) {
	counts, err := f.awards.Figures(r.Context(), r.Org.Number, s.achievement, s.batch, s.from, s.to)
	if err != nil {
		return nil, nil, err
	}
	if len(counts) > 0 && s.period == "all" {
		s.from = counts[0].Day
	}
	stretches, sum := s.stretches(r), award.Counts{}
	i := 0
	for _, c := range counts {
		for c.Day > stretches[i].to {
			i++
		}
		stretches[i].counts[c.What] += c.N
		sum[c.What] += c.N
	}
	return stretches, sum, nil
}

// putTotals fills in what happened to each badge and each list.
func (f *FigureRoom) putTotals(r *Request, s *subject) error {
	byBadge, err := f.awards.ByAchievement(r.Context(), r.Org.Number, s.from, s.to)
	if err != nil {
		return err
	}
	byList, err := f.awards.ByBatch(r.Context(), r.Org.Number, s.from, s.to)
	if err != nil {
		return err
	}
	s.badges = happened(s.badges, byBadge)
	s.lists = happened(s.lists, byList)
	slices.SortStableFunc(s.badges, func(a, b lot) int { return cmp.Compare(b.totals[award.Given], a.totals[award.Given]) })
	return nil
}

// happened are the lots to which something happened.
func happened(lots []lot, totals map[id.Number]award.Counts) []lot {
	var out []lot
	for _, l := range lots {
		if l.totals = totals[l.number]; l.totals != nil {
			out = append(out, l)
		}
	}
	return out
}

func (f *FigureRoom) show(w http.ResponseWriter, r *Request) error {
	s, err := f.subject(r)
	if err != nil {
		return err
	}
	d := figureData{At: figuresOf(r.Org)}
	f.chooser(r, &d, s)
	stretches, sum, err := f.counted(r, s)
	if err != nil {
		return err
	}
	d.When = s.inWords(r)
	if len(sum) == 0 {
		if d.Empty, err = f.empty(r, s); err != nil {
			return err
		}
	} else {
		d.Numbers, d.Plots = numbersOf(r, sum), plotsOf(r, stretches, s.grain)
		d.CSV, d.XLSX = s.path(r.Org, ".csv", s.of), s.path(r.Org, ".xlsx", s.of)
		if s.of == "" {
			if err := f.putTotals(r, s); err != nil {
				return err
			}
			d.Badges, d.Lists = s.table(r, "figures.by-badge", "figures.badge", s.badges), s.table(r, "figures.by-list", "figures.list", s.lists)
		}
	}
	p := r.Page(r.Say.T("figures.title"))
	p.Section, p.Data = "figures", d
	if len(d.Errors.Items) > 0 {
		return r.ShowAgain(w, "figures", p)
	}
	return r.Show(w, "figures", p)
}

// chooser are the period and what is counted.
func (f *FigureRoom) chooser(r *Request, d *figureData, s *subject) {
	d.Periods = look.Tabs{Label: "figures.period"}
	for _, period := range periods {
		q := url.Values{"period": {period}}
		if s.of != "" {
			q.Set("of", s.of)
		}
		d.Periods.Tabs = append(d.Periods.Tabs, look.Tab{Text: "figures.period-" + period, Path: figuresOf(r.Org) + "?" + q.Encode(), Current: s.period == period})
	}
	d.Own = s.period == "own"
	d.Hidden = []look.Hidden{{Name: "period", Value: s.period}}
	d.Of = look.Field{Name: "of", Type: "select", Label: "figures.of", Options: []look.Option{{Value: "", Label: "figures.of-all"}}}
	for _, l := range s.badges {
		d.Of.Options = append(d.Of.Options, look.Option{Value: l.key, Label: l.name, Group: "figures.badges", Selected: l.key == s.of})
	}
	for _, l := range s.lists {
		d.Of.Options = append(d.Of.Options, look.Option{Value: l.key, Label: l.name, Group: "figures.lists", Selected: l.key == s.of})
	}
	from, to := s.dates()
	d.From = look.Field{Name: "from", Type: "date", Label: "figures.from", Value: from, Error: s.wrongFrom}
	d.To = look.Field{Name: "to", Type: "date", Label: "figures.to", Value: to, Error: s.wrongTo}
	if d.Own {
		d.Errors = look.Faults(d.From, d.To)
	}
}

// empty says what to do where nothing is counted.
func (f *FigureRoom) empty(r *Request, s *subject) (*look.Empty, error) {
	ever, err := f.awards.Totals(r.Context(), r.Org.Number, 0, 0, award.FirstDay, award.LastDay)
	if err != nil {
		return nil, err
	}
	if len(ever) > 0 {
		return &look.Empty{Icon: "calendar-blank", Title: "figures.none-then", Text: "figures.none-then-text",
			Action: &look.Button{Text: "figures.show-all", Path: figuresOf(r.Org) + "?period=all"}}, nil
	}
	e := &look.Empty{Icon: "chart-bar", Title: "figures.none", Text: "figures.none-text"}
	if r.Actor.May(organization.Issuer) && r.Org.MayIssue() == nil {
		e.Action = &look.Button{Kind: "full", Text: "organization.give", Icon: "paper-plane-tilt", Path: awardsOf(r.Org) + "/new"}
	}
	return e, nil
}

// numbersOf are the sums in large type.
func numbersOf(r *Request, sum award.Counts) []look.Number {
	return []look.Number{
		{Label: "figures.given", Value: sum[award.Given]}, {Label: "figures.accepted", Value: sum[award.AcceptedCount]},
		{Label: "figures.rate", Text: rateIn(r, sum)}, {Label: "figures.declined", Value: sum[award.DeclinedCount]},
		{Label: "figures.handed-over", Value: sum[award.HandedOverCount]}, {Label: "figures.refused", Value: sum[award.RefusedCount]},
		{Label: "figures.bounced", Value: sum[award.BouncedCount]}, {Label: "figures.revoked", Value: sum[award.RevokedCount]},
	}
}

// rateIn is how many of a hundred were accepted, in words.
func rateIn(r *Request, c award.Counts) string {
	rate, ok := c.Rate()
	if !ok {
		return "–"
	}
	return r.Say.T("look.percent", message.Facts{"N": rate})
}

// plotsOf are the plots: giving and accepting always, the rest where it happened.
func plotsOf(r *Request, stretches []stretch, grain string) []look.Plot {
	var out []look.Plot
	for i, m := range measures {
		p := look.Plot{Title: "figures." + m.code, Label: "figures.grain-" + grain, Fact: "figures." + m.code}
		sum, best := 0, 0
		for j, b := range stretches {
			n := b.counts[m.what]
			p.Bars = append(p.Bars, look.Bar{Label: b.label, Value: n})
			sum += n
			if n > p.Bars[best].Value {
				best = j
			}
		}
		switch {
		case p.Most() > 0:
			p.Text = r.Say.T("figures.most-"+grain, message.Facts{"Count": p.Bars[best].Value, "When": p.Bars[best].Label, "Sum": r.Say.Int(sum)})
		case i < 2:
			p.Text = "figures.nothing"
		default:
			continue
		}
		out = append(out, p)
	}
	return out
}

// table is what happened to each badge or list; nil where nothing did.
func (s *subject) table(r *Request, caption, first string, lots []lot) *look.Table {
	if len(lots) == 0 {
		return nil
	}
	t := &look.Table{Caption: caption, Columns: []look.Column{
		{Label: first}, {Label: "figures.given", Number: true}, {Label: "figures.accepted", Number: true}, {Label: "figures.rate", Number: true},
		{Label: "figures.revoked", Number: true}, {Label: "figures.lost", Number: true},
	}}
	for _, l := range lots {
		t.Rows = append(t.Rows, look.Row{Cells: []look.Cell{
			{Text: l.name, Path: s.path(r.Org, "", l.key), Picture: l.picture}, look.Whole(l.totals[award.Given]), look.Whole(l.totals[award.AcceptedCount]),
			{Text: rateIn(r, l.totals)}, look.Whole(l.totals[award.RevokedCount]), look.Whole(l.totals.Lost()),
		}})
	}
	return t
}

func sortLots(lang string, lots []lot) {
	order := collator(lang)
	slices.SortStableFunc(lots, func(a, b lot) int { return order(a.name, b.name) })
}

// path is that of the figures of a lot, for the same period.
func (s *subject) path(org organization.Organization, extension, of string) string {
	q := url.Values{"period": {s.period}}
	if s.period == "own" {
		q.Set("from", dayText(s.from))
		q.Set("to", dayText(s.to))
	}
	if of != "" {
		q.Set("of", of)
	}
	return figuresOf(org) + extension + "?" + q.Encode()
}

// Strip are the figures of a badge or a list for its own page, and where there
// are more; none where nothing happened.
func (f *FigureRoom) Strip(r *Request, achievement, batch id.Number) ([]look.Number, string, error) {
	sum, err := f.awards.Totals(r.Context(), r.Org.Number, achievement, batch, award.FirstDay, award.LastDay)
	if err != nil || sum[award.Given] == 0 {
		return nil, "", err
	}
	of := "badge-" + id.Key(r.Org.Number, achievement)
	if batch != 0 {
		of = "list-" + id.Key(r.Org.Number, batch)
	}
	return []look.Number{
		{Label: "figures.given", Value: sum[award.Given]}, {Label: "figures.rate", Text: rateIn(r, sum)},
		{Label: "figures.waiting", Value: sum.Waiting()}, {Label: "figures.lost", Value: sum.Lost()},
	}, figuresOf(r.Org) + "?period=all&of=" + of, nil
}

// Figures are those of the dashboard.
func (f *FigureRoom) Figures(r *Request) (OrganizationFigures, error) {
	now := f.core.Now().UTC()
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	var out OrganizationFigures
	ever, err := f.awards.Totals(r.Context(), r.Org.Number, 0, 0, award.FirstDay, award.LastDay)
	if err != nil || len(ever) == 0 {
		return out, err
	}
	out.Awarded, out.Accepted, out.Waiting, out.Revoked = ever[award.Given], max(ever[award.AcceptedCount], 0), ever.Waiting(), ever[award.RevokedCount]
	first := month.AddDate(0, -5, 0)
	counts, err := f.awards.Figures(r.Context(), r.Org.Number, 0, 0, award.Day(first), award.Day(now))
	if err != nil {
		return out, err
	}
	for m := first; !m.After(month); m = m.AddDate(0, 1, 0) {
		out.Months = append(out.Months, OrganizationMonth{Month: m})
	}
	lately, lost := award.Day(now)-30, award.Counts{}
	for _, c := range counts {
		if c.What == award.Given {
			day := time.Unix(int64(c.Day)*86400, 0).UTC()
			i := (day.Year()-first.Year())*12 + int(day.Month()-first.Month())
			out.Months[i].Count += c.N
		}
		if c.Day >= lately {
			lost[c.What] += c.N
		}
	}
	out.Month = out.Months[len(out.Months)-1].Count
	out.Path = figuresOf(r.Org)
	for _, t := range []struct {
		code string
		n    int
	}{{"refused", lost[award.RefusedCount]}, {"bounced", lost[award.BouncedCount]}} {
		if t.n > 0 && r.Actor.May(organization.Issuer) {
			out.Tasks = append(out.Tasks, OrganizationTask{
				Title: r.Say.T("figures.task-"+t.code, message.Facts{"Count": t.n}), Text: "figures.task-text", Button: "figures.task-do",
				Path: awardsOf(r.Org) + "?mail=" + t.code, Icon: "envelope-simple",
			})
		}
	}
	return out, nil
}

func dayText(day int) string { return time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly) }

func monthIn(r *Request, t time.Time) string {
	return r.Say.T("site.month."+strconv.Itoa(int(t.Month()))) + " " + strconv.Itoa(t.Year())
}
