package sheet

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Date is a day without a clock or a zone, as a spreadsheet means it. The zero
// Date is no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// IsZero tells whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// String writes the date as 2026-06-12, and no date as "".
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// Time returns the first instant of the day in a zone.
func (d Date) Time(loc *time.Location) time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc)
}

// Before tells whether d comes before e. Both must be dates.
func (d Date) Before(e Date) bool {
	if d.Year != e.Year {
		return d.Year < e.Year
	}
	if d.Month != e.Month {
		return d.Month < e.Month
	}
	return d.Day < e.Day
}

func newDate(y, m, d int) (Date, string) {
	if m < 1 || m > 12 || d < 1 || d > time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day() {
		return Date{}, CodeDateImpossible
	}
	if y < 1900 || y > 2199 {
		return Date{}, CodeDateYear
	}
	return Date{y, time.Month(m), d}, ""
}

// serialDate turns days since 1899-12-30 into a date. That epoch makes Excel's
// 1900 system right from 1 March 1900 on; before it, Excel counts a 29 February
// that never was.
func serialDate(n float64) (Date, string) {
	if math.IsNaN(n) || n < 1 || n >= 2958466 {
		return Date{}, CodeDateYear
	}
	days := int(math.Floor(n))
	if days < 61 {
		days++
	}
	t := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days)
	return newDate(t.Year(), int(t.Month()), t.Day())
}

// slashed tells a date of three numbers with / . - or spaces between them whose
// year stands last, the only ones whose day and month may be taken for each other.
func slashed(s string) (a, b, y int, ok bool) {
	s = strings.TrimSpace(withoutClock(s))
	f := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("/.- ", r) })
	if len(f) != 3 || !digit(s[0]) || len(f[0]) > 2 || len(f[1]) > 2 || len(f[2]) != 2 && len(f[2]) != 4 {
		return 0, 0, 0, false
	}
	var n [3]int
	for i := range f {
		v, err := strconv.ParseUint(f[i], 10, 16)
		if err != nil {
			return 0, 0, 0, false
		}
		n[i] = int(v)
	}
	if len(f[2]) == 2 {
		n[2] = century(n[2])
	}
	return n[0], n[1], n[2], true
}

// century reads a year of two figures as spreadsheets do when they are French:
// up to 49 in this century, and a badge is never older than 1950.
func century(y int) int {
	if y < 50 {
		return 2000 + y
	}
	return 1900 + y
}

// monthFirst tells that only month/day/year makes sense of s.
func monthFirst(s string) bool {
	a, b, y, ok := slashed(s)
	if !ok || b <= 12 {
		return false
	}
	_, code := newDate(y, a, b)
	return code == ""
}

// eitherOrder tells that s is one day when read day first, and another when read
// month first.
func eitherOrder(s string) bool {
	a, b, _, ok := slashed(s)
	return ok && a <= 12 && b <= 12 && a != b && a > 0 && b > 0
}

// parseDate reads a date as people write it: 2026-06-12, 12/06/2026, 12.6.26,
// 12 juin 2026, vendredi 12 juin 2026, 12 June 2026, June 12, 2026, 20260612,
// and a spreadsheet's bare serial number. Three numbers are day, month, year. A
// clock behind the date is left out. The code says what is wrong.
func parseDate(s string) (Date, string) {
	s = strings.TrimSpace(s)
	if len(s) > 60 {
		return Date{}, CodeDateUnreadable
	}
	if n, err := strconv.ParseUint(s, 10, 64); err == nil {
		switch len(s) {
		case 5:
			// Nothing else in a column of dates has five figures.
			return serialDate(float64(n))
		case 8:
			return newDate(int(n/10000), int(n/100%100), int(n%100))
		}
		return Date{}, CodeDateUnreadable
	}
	if d, code, ok := isoDate(s); ok {
		return d, code
	}
	if a, b, y, ok := slashed(s); ok {
		if monthFirst(s) {
			return Date{}, CodeDateMonthFirst
		}
		return newDate(y, b, a)
	}
	return wordDate(s)
}

// isoDate reads 2026-06-12 and 2026/6/12, with or without a clock behind.
func isoDate(s string) (d Date, code string, ok bool) {
	day, _, _ := strings.Cut(s, "T")
	f := strings.FieldsFunc(withoutClock(day), func(r rune) bool { return strings.ContainsRune("-/.", r) })
	if len(f) != 3 || len(f[0]) != 4 || len(f[1]) > 2 || len(f[2]) > 2 {
		return Date{}, "", false
	}
	var n [3]int
	for i := range f {
		v, err := strconv.ParseUint(f[i], 10, 16)
		if err != nil {
			return Date{}, "", false
		}
		n[i] = int(v)
	}
	d, code = newDate(n[0], n[1], n[2])
	return d, code, true
}

// withoutClock cuts "12/06/2026 à 14:30" and "12/06/2026 14h30" behind the day.
func withoutClock(s string) string {
	i := strings.IndexAny(s, ":hH")
	if i < 0 || i+1 < len(s) && s[i] != ':' && !digit(s[i+1]) || i == 0 || !digit(s[i-1]) {
		return s
	}
	if i = strings.LastIndexByte(s[:i], ' '); i < 0 {
		return s
	}
	s = strings.TrimRight(s[:i], " ,")
	return strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(s, " à"), " at"), " ,")
}

func digit(b byte) bool { return b >= '0' && b <= '9' }

// wordDate reads a date whose month is a word.
func wordDate(s string) (Date, string) {
	f := strings.FieldsFunc(strings.ToLower(withoutClock(s)), func(r rune) bool { return strings.ContainsRune(" ,-/.", r) })
	if len(f) > 0 && weekday(f[0]) {
		f = f[1:]
	}
	if len(f) > 0 && (f[0] == "le" || f[0] == "the") {
		f = f[1:]
	}
	if len(f) == 4 && f[1] == "of" { // 12 of June 2026
		f = []string{f[0], f[2], f[3]}
	}
	if len(f) != 3 {
		return Date{}, CodeDateUnreadable
	}
	dayWord, monthWord := f[0], f[1]
	m := monthNumber(monthWord)
	if m == 0 {
		dayWord, monthWord = f[1], f[0]
		m = monthNumber(monthWord)
	}
	for _, end := range []string{"er", "st", "nd", "rd", "th"} {
		dayWord = strings.TrimSuffix(dayWord, end)
	}
	d, err := strconv.ParseUint(dayWord, 10, 8)
	y, err2 := strconv.ParseUint(f[2], 10, 16)
	if m == 0 || err != nil || err2 != nil || len(f[2]) != 4 && len(f[2]) != 2 {
		return Date{}, CodeDateUnreadable
	}
	if len(f[2]) == 2 {
		y = uint64(century(int(y)))
	}
	return newDate(int(y), m, int(d))
}

// monthNumber knows months in French and English, whole or cut to no less than
// three letters; "jui" is none, it may be two.
func monthNumber(w string) int {
	w = fold(w)
	if len(w) < 3 || w == "jui" {
		return 0
	}
	for i, names := range [12][2]string{
		{"janvier", "january"}, {"fevrier", "february"}, {"mars", "march"}, {"avril", "april"},
		{"mai", "may"}, {"juin", "june"}, {"juillet", "july"}, {"aout", "august"},
		{"septembre", "september"}, {"octobre", "october"}, {"novembre", "november"}, {"decembre", "december"},
	} {
		if strings.HasPrefix(names[0], w) || strings.HasPrefix(names[1], w) || w == "sept" && i == 8 {
			return i + 1
		}
	}
	return 0
}

func weekday(w string) bool {
	w = fold(w)
	if len(w) < 3 {
		return false
	}
	for _, n := range []string{"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
		"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"} {
		if strings.HasPrefix(n, w) && (len(w) == 3 || len(w) == len(n)) && monthNumber(w) == 0 {
			return true
		}
	}
	return false
}
