package web

import (
	"slices"
	"strconv"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/message"
)

// periods are the spans of time that can be chosen.
var periods = []string{"days", "months", "all", "own"}

// figureSpan is a span of days, both counted, since 1970 in UTC.
type figureSpan struct {
	period             string
	from, to           int
	grain              string // what a stretch is: day, month or year
	wrongFrom, wrongTo string // what is wrong with one's own dates
	typed              [2]string
}

// stretch is a part of a span with what happened in it.
type stretch struct {
	from, to int
	label    string
	counts   award.Counts
}

// earliest is the first day that can be asked for: no badge is older.
var earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// readSpan reads the period of the address: the last 30 days, where it says none.
func readSpan(r *Request, now time.Time) figureSpan {
	today := award.Day(now)
	s := figureSpan{period: "days", from: today - 29, to: today}
	q := r.URL.Query()
	if p := q.Get("period"); slices.Contains(periods, p) {
		s.period = p
	}
	switch s.period {
	case "months":
		now = now.UTC()
		s.from = award.Day(time.Date(now.Year(), now.Month()-11, 1, 0, 0, 0, 0, time.UTC))
	case "all":
		s.from = award.FirstDay
	case "own":
		s.readOwn(r, q.Get("from"), q.Get("to"), today)
	}
	return s
}

// readOwn reads one's own dates. Faulty ones are told, and the last 30 days shown.
func (s *figureSpan) readOwn(r *Request, from, to string, today int) {
	if from == "" && to == "" {
		return
	}
	s.typed = [2]string{from, to}
	first, ok := readDay(from, today)
	if !ok {
		s.wrongFrom = r.Say.T("figures.wrong-day")
	}
	last, ok := readDay(to, today)
	if !ok {
		s.wrongTo = r.Say.T("figures.wrong-day")
	}
	switch {
	case s.wrongFrom != "" || s.wrongTo != "":
	case last < first:
		s.wrongTo = r.Say.T("figures.wrong-order")
	default:
		s.from, s.to = first, last
	}
}

// dates are one's own dates as the form shows them: what was typed, where it was
// wrong.
func (s *figureSpan) dates() (from, to string) {
	if s.wrongFrom != "" || s.wrongTo != "" {
		return s.typed[0], s.typed[1]
	}
	return dayText(s.from), dayText(s.to)
}

// readDay reads a day from 2000 to today; a later one is today.
func readDay(text string, today int) (int, bool) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Before(earliest) || t.Year() > 9999 {
		return 0, false
	}
	return min(award.Day(t), today), true
}

// stretches parts the span into days, months or years, whichever can be looked over.
func (s *figureSpan) stretches(r *Request) []stretch {
	start, end := time.Unix(int64(s.from)*86400, 0).UTC(), time.Unix(int64(s.to)*86400, 0).UTC()
	var next func(time.Time) time.Time
	label := func(t time.Time) string { return dateIn(r, t) }
	switch days := s.to - s.from + 1; {
	case days <= 62 && s.period != "months":
		s.grain, next = "day", func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }
	case days <= 3*366:
		s.grain, next = "month", func(t time.Time) time.Time { return time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC) }
		label = func(t time.Time) string { return monthIn(r, t) }
	default:
		s.grain, next = "year", func(t time.Time) time.Time { return time.Date(t.Year()+1, 1, 1, 0, 0, 0, 0, time.UTC) }
		label = func(t time.Time) string { return strconv.Itoa(t.Year()) }
	}
	var out []stretch
	for t := start; !t.After(end); t = next(t) {
		out = append(out, stretch{from: award.Day(t), to: min(award.Day(next(t))-1, s.to), label: label(t), counts: award.Counts{}})
	}
	return out
}

// inWords is the span as people say it.
func (s *figureSpan) inWords(r *Request) string {
	day := func(n int) string { return dateIn(r, time.Unix(int64(n)*86400, 0).UTC()) }
	if s.from == award.FirstDay {
		return r.Say.T("figures.span-until", message.Facts{"To": day(s.to)})
	}
	return r.Say.T("figures.span", message.Facts{"From": day(s.from), "To": day(s.to)})
}

// collator compares names as a dictionary of the language does.
func collator(lang string) func(a, b string) int {
	return collate.New(language.Make(lang)).CompareString
}
