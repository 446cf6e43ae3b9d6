package sheet

import (
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
)

func (s *worksheet) rows() (cursor, error) {
	p, err := s.w.c.open(s.entry.part)
	if err != nil {
		return nil, err
	}
	return &xlsxCursor{s: s, p: p, x: p.scanner(s.w.c.limits), held: map[int]hold{}}, nil
}

// hold is a merged block below its first row: its value is that of every row.
type hold struct {
	until int
	cell  cell
}

// xlsxCursor reads the rows of a sheet as they are unpacked. §18.3.1.73.
type xlsxCursor struct {
	s     *worksheet
	p     *part
	x     *xmlScanner
	line  int
	in    bool // inside sheetData
	merge int  // first of s.merged that is not begun
	held  map[int]hold
	f, v  []byte
}

func (c *xlsxCursor) close() { c.p.close() }

func (c *xlsxCursor) next(g *grid) error {
	for {
		t, err := c.x.next()
		if errors.Is(err, io.EOF) {
			return io.EOF
		}
		if err != nil {
			return c.fault(err)
		}
		switch name := string(c.x.name); {
		case t == tokenStart && name == "sheetData":
			c.in = true
		case t == tokenEnd && name == "sheetData":
			return io.EOF
		case t == tokenStart && name == "row" && c.in:
			if err := c.row(g); err != nil {
				return c.fault(err)
			}
			return nil
		}
	}
}

func (c *xlsxCursor) fault(err error) error {
	err = c.p.damaged(err)
	if e := (*Error)(nil); errors.As(err, &e) && e.Line == 0 {
		e.Line = c.line
	}
	return err
}

func (c *xlsxCursor) row(g *grid) error {
	line := c.line + 1
	if v, ok := c.x.attr("r"); ok {
		n, err := strconv.Atoi(string(v))
		if err != nil || n < line || n > 1<<20 {
			return errXMLSyntax
		}
		line = n
	}
	c.line = line
	g.line, g.hidden, g.short = line, c.x.attrTrue("hidden"), false
	g.cells = g.cells[:0]
	column := 0
	for depth := c.x.depth; ; {
		t, err := c.x.next()
		if err != nil {
			return noEOF(err)
		}
		if t == tokenEnd && c.x.depth < depth {
			break
		}
		if t != tokenStart || string(c.x.name) != "c" {
			continue
		}
		column++
		if v, ok := c.x.attr("r"); ok {
			p, ok := parsePosition(v)
			if !ok || p.column < column {
				return errXMLSyntax
			}
			column = p.column
		}
		cl, err := c.cell()
		if err != nil {
			return err
		}
		if len(c.s.links) > 0 {
			cl.link = orLink(cl.link, c.s.links[position{line, column}])
		}
		if cl == (cell{}) {
			continue
		}
		if column > c.s.w.c.limits.Columns {
			return fail(CodeColumnsTooMany, "Limit", itoa(c.s.w.c.limits.Columns))
		}
		for len(g.cells) < column {
			g.cells = append(g.cells, cell{})
		}
		g.cells[column-1] = cl
	}
	c.fill(g)
	return nil
}

func orLink(own, other string) string {
	if own != "" {
		return own
	}
	return other
}

// fill gives the rows of a block merged downwards the value of its first cell.
func (c *xlsxCursor) fill(g *grid) {
	for c.merge < len(c.s.merged) && c.s.merged[c.merge].top <= g.line {
		a := c.s.merged[c.merge]
		c.merge++
		if a.top == g.line && a.left <= len(g.cells) && a.left <= c.s.w.c.limits.Columns {
			c.held[a.left] = hold{a.bottom, g.cells[a.left-1]}
		}
	}
	for column, h := range c.held {
		if h.until < g.line {
			delete(c.held, column)
			continue
		}
		// A title over the whole list is merged too; only rows with cells of
		// their own are filled, so that no person is made out of a block.
		if len(g.cells) == 0 || g.empty() {
			continue
		}
		for len(g.cells) < column {
			g.cells = append(g.cells, cell{})
		}
		if g.cells[column-1].empty() {
			g.cells[column-1] = h.cell
		}
	}
}

// cell reads one cell whose start is read. §18.3.1.4, §18.18.11.
func (c *xlsxCursor) cell() (cell, error) {
	x := c.x
	kindName := x.attrString("t")
	var st style
	if v, ok := x.attr("s"); ok {
		if n, err := strconv.Atoi(string(v)); err == nil && n >= 0 && n < len(c.s.w.styles) {
			st = c.s.w.styles[n]
		}
	}
	c.f, c.v = c.f[:0], c.v[:0]
	var formula, value bool
	var to *[]byte
	hint := 0
	for depth := x.depth; ; {
		t, err := x.next()
		if err != nil {
			return cell{}, noEOF(err)
		}
		switch t {
		case tokenStart:
			switch string(x.name) {
			case "f":
				formula, to = true, &c.f
			case "v":
				value, to = true, &c.v
			case "t":
				if hint == 0 {
					value, to = true, &c.v
				}
			case "rPh":
				hint++
			}
		case tokenText:
			if to != nil {
				if *to = append(*to, x.text...); len(*to) > c.s.w.c.limits.CellBytes {
					return cell{}, fail(CodeCellTooLong, "Limit", itoa(c.s.w.c.limits.CellBytes))
				}
			}
		case tokenEnd:
			if x.depth < depth {
				return c.value(kindName, st, formula, value)
			}
			if string(x.name) == "rPh" {
				hint--
			}
			to = nil
		}
	}
}

func (c *xlsxCursor) value(kindName string, st style, formula, value bool) (cell, error) {
	var out cell
	if formula {
		out.link = formulaLink(string(c.f))
	}
	if !value {
		// A formula without a stored result comes from a program that computes none.
		if formula && out.link == "" {
			out.kind = kindNotComputed
		}
		return out, nil
	}
	switch kindName {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(string(c.v)))
		text, ok := c.s.w.strings.at(n)
		if err != nil || !ok {
			return out, errXMLSyntax
		}
		out.text = text
	case "str", "inlineStr", "d":
		out.text = string(unescapeExcel(c.v))
	case "e":
		out.kind, out.text = kindError, string(c.v)
	case "b":
		out.text = "FALSE"
		if string(c.v) == "1" {
			out.text = "TRUE"
		}
	default:
		text := strings.TrimSpace(string(c.v))
		if text == "" {
			return out, nil
		}
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
			// Other programs write words without saying so.
			out.text = text
			return out, nil //nolint:nilerr // a word is no fault
		}
		out.kind, out.num = kindNumber, n
		if c.s.w.date1904 {
			// §18.17.4.1: day 0 is 1904-01-01.
			out.num += 1462
		}
		if st.date {
			out.kind = kindDate
			if d, code := serialDate(out.num); code == "" {
				out.text = d.String()
				return out, nil
			}
		}
		out.text = numberText(n, text, st.pad)
	}
	return out, nil
}

// numberText writes a number as a cell of the general format shows it: 15
// figures at most, no exponent.
func numberText(n float64, raw string, pad int) string {
	whole := len(raw) <= 15
	for i := 0; whole && i < len(raw); i++ {
		whole = digit(raw[i])
	}
	text := raw
	if !whole {
		r, err := strconv.ParseFloat(strconv.FormatFloat(n, 'g', 15, 64), 64)
		if err != nil {
			r = n
		}
		format := byte('f')
		if math.Abs(r) >= 1e21 {
			format = 'g'
		}
		text = strconv.FormatFloat(r, format, -1, 64)
	}
	if len(text) < pad {
		text = strings.Repeat("0", pad-len(text)) + text
	}
	return text
}

// formulaLink returns the address of =HYPERLINK("address","caption") when it is
// written out.
func formulaLink(f string) string {
	f = strings.TrimSpace(strings.TrimPrefix(f, "="))
	const word = "HYPERLINK("
	if len(f) < len(word) || !strings.EqualFold(f[:len(word)], word) {
		return ""
	}
	f = strings.TrimSpace(f[len(word):])
	if f == "" || f[0] != '"' {
		return ""
	}
	end := strings.IndexByte(f[1:], '"')
	if end < 0 {
		return ""
	}
	// HYPERLINK("a"&B2) is put together: what is written out is not the address.
	if rest := strings.TrimSpace(f[end+2:]); rest == "" || rest[0] != ',' && rest[0] != ';' && rest[0] != ')' {
		return ""
	}
	return f[1 : 1+end]
}
