package sheet

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// workbook is an XLSX (ECMA-376 part 1 §18) as far as a list needs it.
type workbook struct {
	c        *container
	date1904 bool
	sheets   []sheetEntry
	styles   []style
	strings  sharedStrings
}

type sheetEntry struct {
	name, part string
	hidden     bool
}

// style is what a cell format says of a number.
type style struct {
	date bool
	pad  int // "00000" shows 42 as 00042
}

// sharedStrings are kept in one string: a slice header for each of a million
// would weigh more than the words.
type sharedStrings struct {
	text string
	ends []uint32
}

func (s *sharedStrings) at(i int) (string, bool) {
	if i < 0 || i >= len(s.ends) {
		return "", false
	}
	from := uint32(0)
	if i > 0 {
		from = s.ends[i-1]
	}
	return s.text[from:s.ends[i]], true
}

func openWorkbook(data io.ReaderAt, size int64, o Options, l Limits) (*Sheet, error) {
	c, err := openContainer(data, size, l)
	if err != nil {
		return nil, err
	}
	main := "xl/workbook.xml"
	rels, err := c.relations("")
	if err != nil {
		return nil, err
	}
	for _, r := range rels {
		if r.kind == "officeDocument" && c.has(r.target) {
			main = r.target
		}
	}
	if strings.HasSuffix(main, ".bin") || c.has("xl/workbook.bin") {
		return nil, fail(CodeFileBinaryExcel)
	}
	if c.has("mimetype") && c.has("content.xml") {
		return nil, fail(CodeFileOpenDocument)
	}
	if !c.has(main) {
		return nil, fail(CodeFileNotList)
	}
	w := &workbook{c: c}
	if err := w.readWorkbook(main); err != nil {
		return nil, err
	}
	return w.choose(o)
}

// readWorkbook reads the list of sheets, the formats and the shared strings.
func (w *workbook) readWorkbook(main string) error {
	rels, err := w.c.relations(main)
	if err != nil {
		return err
	}
	err = w.c.each(main, func(x *xmlScanner) error {
		switch string(x.name) {
		case "workbookPr":
			w.date1904 = x.attrTrue("date1904")
		case "sheet":
			// §18.2.19; r:id is in the relationships' namespace.
			r, ok := rels[x.attrString(":id")]
			if !ok || r.kind != "worksheet" || !w.c.has(r.target) {
				return nil
			}
			state := x.attrString("state")
			w.sheets = append(w.sheets, sheetEntry{clip(x.attrString("name")), r.target, state == "hidden" || state == "veryHidden"})
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, r := range rels {
		if !w.c.has(r.target) {
			continue
		}
		switch r.kind {
		case "styles":
			err = w.readStyles(r.target)
		case "sharedStrings":
			err = w.readStrings(r.target)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// choose opens the sheet asked for, or the first visible one that is a list.
func (w *workbook) choose(o Options) (*Sheet, error) {
	var names []string
	for _, e := range w.sheets {
		if !e.hidden {
			names = append(names, e.name)
		}
	}
	var first error
	for _, e := range w.sheets {
		if o.Sheet == "" && e.hidden || o.Sheet != "" && e.name != o.Sheet && !strings.EqualFold(strings.TrimSpace(e.name), strings.TrimSpace(o.Sheet)) {
			continue
		}
		s := &Sheet{Format: "xlsx", Name: e.name, limits: w.c.limits}
		src, err := w.open(e)
		if err != nil {
			return nil, err
		}
		s.src = src
		if err := s.find(o); err == nil {
			return s, nil
		} else if known := (*Error)(nil); first == nil || errors.As(first, &known) && known.Code == CodeSheetEmpty {
			first = err
		}
		if o.Sheet != "" {
			return nil, first
		}
	}
	if o.Sheet != "" {
		e := fail(CodeSheetMissing, "Sheets", strings.Join(names, ", "))
		e.Value = clip(o.Sheet)
		return nil, e
	}
	if first == nil {
		first = fail(CodeSheetEmpty)
	}
	return nil, first
}

// readStyles reads which cell formats show a number as a date. §18.8.
func (w *workbook) readStyles(name string) error {
	custom := map[string]style{}
	in := false
	return w.c.each(name, func(x *xmlScanner) error {
		switch string(x.name) {
		case "numFmt":
			if len(custom) < 10_000 {
				custom[x.attrString("numFmtId")] = formatStyle(x.attrString("formatCode"))
			}
		case "cellXfs":
			in = true
		case "cellStyleXfs", "cellStyles", "dxfs":
			in = false
		case "xf":
			// Excel has 65,490 formats at most.
			if !in || len(w.styles) >= 1<<16 {
				return nil
			}
			id := x.attrString("numFmtId")
			st, ok := custom[id]
			if !ok {
				n, _ := strconv.Atoi(id)
				st.date = builtinDate(n)
			}
			w.styles = append(w.styles, st)
		}
		return nil
	})
}

// builtinDate knows the numbered formats that are days, among them those of
// East Asian versions. §18.8.30.
func builtinDate(n int) bool {
	return n >= 14 && n <= 17 || n == 22 || n >= 27 && n <= 31 || n == 34 || n == 35 || n == 36 || n >= 50 && n <= 58
}

// formatStyle tells whether a format code shows a day: a d or a y outside of
// quotes, brackets and escapes.
func formatStyle(code string) style {
	code, _, _ = strings.Cut(code, ";")
	if strings.EqualFold(code, "general") || strings.EqualFold(code, "standard") {
		return style{}
	}
	if n := strings.Count(code, "0"); n > 1 && n == len(code) && n <= 30 {
		return style{pad: n}
	}
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"':
			n := strings.IndexByte(code[i+1:], '"')
			if n < 0 {
				return style{}
			}
			i += n + 1
		case '[':
			n := strings.IndexByte(code[i:], ']')
			if n < 0 {
				return style{}
			}
			i += n
		case '\\', '_', '*':
			i++
		case 'd', 'D', 'y', 'Y':
			return style{date: true}
		}
	}
	return style{}
}

// readStrings reads the shared strings: the text of each item, without the
// phonetic hints. §18.4.
func (w *workbook) readStrings(name string) error {
	p, err := w.c.open(name)
	if err != nil {
		return err
	}
	defer p.close()
	x := p.scanner(w.c.limits)
	var b strings.Builder
	from, inText, hint := 0, false, 0
	for {
		t, err := x.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return p.damaged(err)
		}
		switch t {
		case tokenStart:
			switch string(x.name) {
			case "si":
				from = b.Len()
			case "rPh":
				hint++
			case "t":
				inText = hint == 0
			}
		case tokenText:
			if inText {
				b.Write(unescapeExcel(x.text))
				if b.Len()-from > w.c.limits.CellBytes {
					return fail(CodeCellTooLong, "Limit", itoa(w.c.limits.CellBytes))
				}
				if b.Len() > w.c.limits.SharedBytes {
					return fail(CodeFileHostile, "Part", name, "What", "text", "Limit", mebibytes(int64(w.c.limits.SharedBytes))+" MiB")
				}
			}
		case tokenEnd:
			switch string(x.name) {
			case "si":
				if w.strings.ends = append(w.strings.ends, uint32(b.Len())); len(w.strings.ends) > w.c.limits.SharedStrings {
					return fail(CodeFileHostile, "Part", name, "What", "strings", "Limit", itoa(w.c.limits.SharedStrings))
				}
			case "rPh":
				hint--
			case "t":
				inText = false
			}
		}
	}
	w.strings.text = b.String()
	return nil
}

// unescapeExcel resolves _x000D_, the form in which a workbook holds a control
// character. §22.9.2.19.
func unescapeExcel(s []byte) []byte {
	if !bytes.Contains(s, []byte("_x")) {
		return s
	}
	var out []byte
	for {
		i := bytes.Index(s, []byte("_x"))
		if i < 0 || i+7 > len(s) {
			return append(out, s...)
		}
		v, err := strconv.ParseUint(string(s[i+2:i+6]), 16, 16)
		if err != nil || s[i+6] != '_' || v == 0 || v >= 0xd800 && v < 0xe000 {
			out = append(out, s[:i+2]...)
			s = s[i+2:]
			continue
		}
		out = append(out, s[:i]...)
		out = append(out, string(rune(v))...)
		s = s[i+7:]
	}
}

// area is a block of merged cells.
type area struct{ top, left, bottom, right int }

// position is a cell by row and column, both from 1.
type position struct{ row, column int }

// worksheet is one sheet of a workbook, with what stands behind its rows in the
// file but is needed while reading them.
type worksheet struct {
	w      *workbook
	entry  sheetEntry
	links  map[position]string
	merged []area // by top row
}

// open reads the tail of a sheet, behind its rows: links and merged cells. The
// rows themselves are unpacked but not looked at.
func (w *workbook) open(e sheetEntry) (*worksheet, error) {
	s := &worksheet{w: w, entry: e, links: map[position]string{}}
	rels, err := w.c.relations(e.part)
	if err != nil {
		return nil, err
	}
	p, err := w.c.open(e.part)
	if err != nil {
		return nil, err
	}
	defer p.close()
	tail := &tailReader{r: p}
	// The tail alone is no whole document: its outer elements end without a
	// start, and there the reading ends.
	x := newXMLScanner(tail, max(w.c.limits.CellBytes, 64<<10), w.c.limits.Depth)
	for n := 0; ; {
		t, err := x.next()
		if errors.Is(err, io.EOF) || errors.Is(err, errXMLSyntax) && x.depth == 0 {
			break
		}
		if err != nil {
			return nil, p.damaged(err)
		}
		if t != tokenStart {
			continue
		}
		switch string(x.name) {
		case "hyperlink":
			a, ok := parseArea(x.attrString("ref"))
			target := rels[x.attrString(":id")]
			if !ok || !target.external || target.kind != "hyperlink" {
				continue
			}
			if loc := x.attrString("location"); loc != "" {
				target.target += "#" + loc
			}
			// A link over a block is the link of its first cells.
			for r := a.top; r <= min(a.bottom, a.top+1000); r++ {
				s.links[position{r, a.left}] = target.target
				n++
			}
		case "mergeCell":
			n++
			if a, ok := parseArea(x.attrString("ref")); ok && a.bottom > a.top {
				s.merged = append(s.merged, a)
			}
		}
		if n > w.c.limits.Links {
			return nil, fail(CodeFileHostile, "Part", e.part, "What", "links", "Limit", itoa(w.c.limits.Links))
		}
	}
	slices.SortFunc(s.merged, func(a, b area) int { return a.top - b.top })
	return s, nil
}

// tailReader delivers what stands behind </sheetData> or <sheetData/>.
type tailReader struct {
	r     io.Reader
	found bool
	buf   []byte
	rest  []byte
}

func (t *tailReader) Read(b []byte) (int, error) {
	const mark = "sheetData"
	for !t.found {
		if t.buf == nil {
			t.buf = make([]byte, 0, 64<<10)
		}
		n, err := t.r.Read(t.buf[len(t.buf):cap(t.buf)])
		t.buf = t.buf[:len(t.buf)+n]
		from := 0
		for {
			i := bytes.Index(t.buf[from:], []byte(mark))
			if i < 0 {
				break
			}
			i += from
			end := i + len(mark)
			// A cell's text cannot hold a <, so that what looks like the tag is it.
			open := bytes.LastIndexByte(t.buf[:i], '<')
			if open >= 0 && i-open < 40 && end < len(t.buf) {
				close := bytes.HasPrefix(t.buf[open:], []byte("</")) && t.buf[end] == '>'
				empty := t.buf[open+1] != '/' && t.buf[end] == '/'
				if close || empty {
					t.found = true
					if empty {
						end++
					}
					t.rest = t.buf[min(end+1, len(t.buf)):]
					break
				}
			}
			if end >= len(t.buf) && err == nil {
				break
			}
			from = end
		}
		if t.found {
			break
		}
		if err != nil {
			return 0, err
		}
		if n == 0 && len(t.buf) == cap(t.buf) || len(t.buf) > 32<<10 {
			keep := copy(t.buf[:128], t.buf[len(t.buf)-128:])
			t.buf = t.buf[:keep]
		}
	}
	if len(t.rest) > 0 {
		n := copy(b, t.rest)
		t.rest = t.rest[n:]
		return n, nil
	}
	return t.r.Read(b)
}

// parseArea reads B2 or B2:D9.
func parseArea(s string) (area, bool) {
	a, b, two := strings.Cut(s, ":")
	p, ok := parsePosition([]byte(a))
	if !ok {
		return area{}, false
	}
	q := p
	if two {
		if q, ok = parsePosition([]byte(b)); !ok || q.row < p.row || q.column < p.column {
			return area{}, false
		}
	}
	return area{p.row, p.column, q.row, q.column}, true
}

// parsePosition reads B2, with or without dollars, within Excel's 1,048,576 rows
// and 16,384 columns.
func parsePosition(s []byte) (position, bool) {
	var p position
	i := 0
	for ; i < len(s); i++ {
		b := s[i]
		if b == '$' {
			continue
		}
		if b >= 'a' && b <= 'z' {
			b -= 'a' - 'A'
		}
		if b < 'A' || b > 'Z' {
			break
		}
		if p.column = p.column*26 + int(b-'A'+1); p.column > 16384 {
			return p, false
		}
	}
	for ; i < len(s); i++ {
		if !digit(s[i]) {
			return p, false
		}
		if p.row = p.row*10 + int(s[i]-'0'); p.row > 1<<20 {
			return p, false
		}
	}
	return p, p.row > 0 && p.column > 0
}
