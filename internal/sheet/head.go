package sheet

import (
	"errors"
	"io"
	"slices"
)

// find reads the first rows of the source and learns headings and columns from them.
func (s *Sheet) find(o Options) error {
	head, err := s.peek()
	if err != nil {
		return err
	}
	if len(head) == 0 {
		return fail(CodeSheetEmpty)
	}
	l, err := understand(head, o.Columns)
	if err != nil {
		return err
	}
	s.HeadingLine, s.Headings, s.Columns = l.line, l.headings, l.columns
	return s.doubtDates(head)
}

// peek returns the first rows that hold something.
func (s *Sheet) peek() ([]grid, error) {
	cur, err := s.src.rows()
	if err != nil {
		return nil, err
	}
	defer cur.close()
	var head []grid
	var g grid
	for len(head) < sampleRows {
		if err := cur.next(&g); err != nil {
			if errors.Is(err, io.EOF) {
				break
			}
			return nil, err
		}
		if !g.empty() {
			kept := g
			kept.cells = slices.Clone(g.cells)
			head = append(head, kept)
		}
	}
	return head, nil
}

// doubtDates looks for a date column with the month in front: 06/13/2026 proves
// it, and then 06/12/2026 in the same column is not the 6th of December. The
// whole list is read only when the first rows hold dates that could be either.
func (s *Sheet) doubtDates(head []grid) error {
	var columns []int
	for _, c := range []Column{s.Columns.Awarded, s.Columns.Expires} {
		if !c.Found() {
			continue
		}
		i := c.Number - 1
		if slices.ContainsFunc(head, func(g grid) bool {
			return g.line > s.HeadingLine && i < len(g.cells) && g.cells[i].kind == kindText &&
				(eitherOrder(line(g.cells[i].text)) || monthFirst(line(g.cells[i].text)))
		}) {
			columns = append(columns, i)
		}
	}
	if len(columns) == 0 {
		return nil
	}
	cur, err := s.src.rows()
	if err != nil {
		return err
	}
	defer cur.close()
	s.doubt = map[int]int{}
	var g grid
	for len(s.doubt) < len(columns) {
		if err := cur.next(&g); err != nil {
			// A fault further down is told by Rows, at its place.
			return nil
		}
		for _, i := range columns {
			if g.line > s.HeadingLine && i < len(g.cells) && g.cells[i].kind == kindText && s.doubt[i] == 0 && monthFirst(line(g.cells[i].text)) {
				s.doubt[i] = g.line
			}
		}
	}
	return nil
}
