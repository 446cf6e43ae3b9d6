package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// csvFile is a CSV whose habits are known.
type csvFile struct {
	data      io.ReaderAt
	size      int64
	encoding  string
	bom       int64
	delimiter byte
	sepLine   bool // the first line is sep=…, which a spreadsheet eats
	limits    Limits
}

func openCSV(data io.ReaderAt, size int64, o Options, l Limits) (*Sheet, error) {
	name, bom, err := findEncoding(data, size)
	if err != nil {
		return nil, err
	}
	f := &csvFile{data: data, size: size, encoding: name, bom: bom, limits: l}
	start, err := io.ReadAll(io.LimitReader(decode(data, size, name, bom), 64<<10))
	if err != nil {
		return nil, &Error{Problem: Problem{Code: CodeFileUnreadable}, Err: err}
	}
	if bytes.IndexByte(start, 0) >= 0 {
		return nil, fail(CodeFileNUL)
	}
	if binary(start) {
		return nil, fail(CodeFileNotList)
	}
	if strings.TrimSpace(clean(string(start))) == "" && size <= 64<<10 {
		return nil, fail(CodeFileEmpty)
	}
	f.delimiter, f.sepLine = delimiterLine(start)
	if f.delimiter == 0 {
		f.delimiter = f.sniff()
	}
	s := &Sheet{Format: "csv", Encoding: name, Delimiter: string(rune(f.delimiter)), src: f, limits: l}
	if err := s.find(o); err != nil {
		return nil, err
	}
	if len(s.Headings) == 1 {
		s.Delimiter = ""
	}
	return s, nil
}

// binary tells that a start of text is none: a tenth of it is control characters.
func binary(b []byte) bool {
	n := 0
	for _, c := range b {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' {
			n++
		}
	}
	return n*10 > len(b)
}

// delimiterLine reads the first line sep=; that tells Excel how to read the rest.
func delimiterLine(b []byte) (byte, bool) {
	first := string(b[:min(len(b), 16)])
	if i := strings.IndexAny(first, "\r\n"); i >= 0 {
		first = first[:i]
	}
	first = strings.Trim(first, "\"")
	// The tab of "sep=\t" must survive: no trimming.
	if len(first) == 5 && strings.EqualFold(first[:4], "sep=") {
		return first[4], true
	}
	return 0, false
}

// sniff chooses the delimiter that gives the most headings we know, else the one
// that cuts the first rows most evenly, else ";".
func (f *csvFile) sniff() byte {
	best, score := byte(';'), -1
	for _, d := range []byte{';', ',', '\t', '|'} {
		g := *f
		g.delimiter = d
		cur, err := g.rows()
		if err != nil {
			continue
		}
		counts := map[int]int{}
		heads, rows := 0, 0
		var row grid
		for rows < 30 && cur.next(&row) == nil {
			if row.empty() {
				continue
			}
			if rows < headingDepth {
				n, _ := known(&row)
				heads = max(heads, n)
			}
			counts[len(row.cells)]++
			rows++
		}
		cur.close()
		width, times := 0, 0
		for w, n := range counts {
			if n > times || n == times && w > width {
				width, times = w, n
			}
		}
		// A first row that cannot be read scores 0, so that a fault is told of ";".
		s := heads * 1000
		if width > 1 {
			s += 500*times/rows + min(width, 100)
		}
		if s > score {
			best, score = d, s
		}
	}
	return best
}

func (f *csvFile) rows() (cursor, error) {
	c := &csvCursor{f: f, r: bufio.NewReaderSize(decode(f.data, f.size, f.encoding, f.bom), 64<<10)}
	if f.sepLine {
		for {
			b, err := c.r.ReadByte()
			if err != nil {
				return nil, &Error{Problem: Problem{Code: CodeFileUnreadable}, Err: err}
			}
			if b == '\n' || b == '\r' {
				c.lineBreak(b)
				break
			}
		}
	}
	return c, nil
}

// csvCursor reads records. It is more patient than encoding/csv, with which it
// shares no rule on faults: a lone CR ends a line, spaces may stand around
// quotes, a stray quote is itself, and a quote that is never closed ends in an
// error at the line where it opens instead of swallowing the file.
type csvCursor struct {
	f    *csvFile
	r    *bufio.Reader
	line int
	buf  []byte // text of the record's cells, end to end
	ends []int
}

func (c *csvCursor) close() {}

// lineBreak takes the LF of a CR LF.
func (c *csvCursor) lineBreak(b byte) {
	if b == '\r' {
		if p, err := c.r.Peek(1); err == nil && p[0] == '\n' {
			_, _ = c.r.Discard(1)
		}
	}
}

func (c *csvCursor) next(g *grid) error {
	if _, err := c.r.Peek(1); err != nil {
		return c.fault(err)
	}
	c.line++
	c.buf, c.ends = c.buf[:0], c.ends[:0]
	for more := true; more; {
		var err error
		if more, err = c.field(); err != nil {
			return err
		}
		if c.ends = append(c.ends, len(c.buf)); len(c.ends) > c.f.limits.Columns {
			return c.fail(CodeColumnsTooMany, "Limit", itoa(c.f.limits.Columns))
		}
	}
	text := string(c.buf)
	g.line, g.hidden, g.short = c.line, false, true
	g.cells = g.cells[:0]
	at := 0
	for _, end := range c.ends {
		g.cells = append(g.cells, cell{text: text[at:end]})
		at = end
	}
	return nil
}

// field appends one cell to buf and tells whether another follows on the line.
func (c *csvCursor) field() (more bool, err error) {
	start, limit, d := len(c.buf), c.f.limits.CellBytes, c.f.delimiter
	quoted, seen := false, false // inside quotes; a quoted part has been
	blank := true                // nothing but spaces so far
	for {
		b, err := c.r.ReadByte()
		if err != nil {
			if quoted && errors.Is(err, io.EOF) {
				return false, c.fail(CodeQuoteOpen)
			}
			if errors.Is(err, io.EOF) {
				return false, nil
			}
			return false, c.fault(err)
		}
		switch {
		case b == 0:
			return false, c.fail(CodeFileNUL)
		case quoted && b == '"':
			if p, _ := c.r.Peek(1); len(p) == 1 && p[0] == '"' {
				_, _ = c.r.Discard(1)
				c.buf = append(c.buf, '"')
			} else if c.endsHere() {
				quoted = false
			} else {
				c.buf = append(c.buf, '"')
			}
		case quoted:
			if b == '\r' {
				c.lineBreak(b)
				b = '\n'
			}
			c.buf = append(c.buf, b)
		case b == d:
			return true, nil
		case b == '\n' || b == '\r':
			c.lineBreak(b)
			return false, nil
		case b == '"' && !seen && blank:
			quoted, seen = true, true
			c.buf = c.buf[:start]
		default:
			blank = blank && b == ' '
			c.buf = append(c.buf, b)
		}
		if len(c.buf)-start > limit {
			if quoted {
				return false, c.fail(CodeQuoteOpen)
			}
			return false, c.fail(CodeCellTooLong, "Limit", itoa(limit))
		}
	}
}

// endsHere tells whether a quote closes its cell: behind it, and behind spaces,
// stand a delimiter, the end of the line or of the file.
func (c *csvCursor) endsHere() bool {
	for n := 1; n <= 16; n++ {
		p, _ := c.r.Peek(n)
		if len(p) < n {
			return true
		}
		switch b := p[n-1]; {
		case b == c.f.delimiter || b == '\n' || b == '\r':
			return true
		case b != ' ':
			return false
		}
	}
	return false
}

func (c *csvCursor) fault(err error) error {
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	return &Error{Problem: Problem{Code: CodeFileUnreadable, Line: c.line}, Err: err}
}

func (c *csvCursor) fail(code string, args ...string) error {
	e := fail(code, args...)
	e.Line = c.line
	return e
}
