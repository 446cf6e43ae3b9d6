package web

import (
	"net/http"
	"strconv"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/sheet"
)

// timeTable is what happened over time, as a table of a file.
func timeTable(r *Request, stretches []stretch) sheet.Table {
	t := sheet.Table{Name: r.Say.T("figures.sheet-time"), Head: measureHead(r, "figures.from", "figures.to")}
	for _, b := range stretches {
		t.Rows = append(t.Rows, append([]any{dayText(b.from), dayText(b.to)}, measured(b.counts)...))
	}
	return t
}

// lotTable is what happened to each badge or list.
func lotTable(r *Request, name, first string, lots []lot) sheet.Table {
	t := sheet.Table{Name: r.Say.T(name), Head: measureHead(r, first)}
	for _, l := range lots {
		t.Rows = append(t.Rows, append([]any{l.name}, measured(l.totals)...))
	}
	return t
}

func measureHead(r *Request, first ...string) []string {
	var out []string
	for _, key := range first {
		out = append(out, r.Say.T(key))
	}
	for _, m := range measures {
		out = append(out, r.Say.T("figures."+m.code))
	}
	return out
}

func measured(c award.Counts) []any {
	var out []any
	for _, m := range measures {
		out = append(out, c[m.what])
	}
	return out
}

// csv is what happened over time, as a file for spreadsheets.
func (f *FigureRoom) csv(w http.ResponseWriter, r *Request) error {
	s, err := f.subject(r)
	if err != nil {
		return err
	}
	stretches, _, err := f.counted(r, s)
	if err != nil {
		return err
	}
	t := timeTable(r, stretches)
	out := startCSV(w, r.Say.T("figures.file")+"-"+r.Org.Slug)
	_ = out.Write(safeCells(t.Head))
	for _, row := range t.Rows {
		record := make([]string, len(row))
		for i, cell := range row {
			switch cell := cell.(type) {
			case int:
				record[i] = strconv.Itoa(cell)
			case string:
				record[i] = safeCells([]string{cell})[0]
			}
		}
		_ = out.Write(record)
	}
	out.Flush()
	return nil
}

// xlsx is the same as a workbook, with a sheet each for badges and lists where all
// is counted.
func (f *FigureRoom) xlsx(w http.ResponseWriter, r *Request) error {
	s, err := f.subject(r)
	if err != nil {
		return err
	}
	stretches, _, err := f.counted(r, s)
	if err != nil {
		return err
	}
	tables := []sheet.Table{timeTable(r, stretches)}
	if s.of == "" {
		if err := f.putTotals(r, s); err != nil {
			return err
		}
		tables = append(tables, lotTable(r, "figures.by-badge", "figures.badge", s.badges), lotTable(r, "figures.by-list", "figures.list", s.lists))
	}
	data, err := sheet.Write(tables...)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	h.Set("Content-Disposition", `attachment; filename="`+r.Say.T("figures.file")+"-"+r.Org.Slug+`.xlsx"`)
	h.Set("Cache-Control", "private, no-store")
	_, _ = w.Write(data) // who is gone needs no answer
	return nil
}
