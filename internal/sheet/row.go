package sheet

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// mostLinks bounds the links of one person.
const mostLinks = 20

// reader turns cells into rows about persons.
type reader struct {
	s     *Sheet
	words []bool // evidence columns whose heading allows words instead of a link
}

func newReader(s *Sheet) *reader {
	r := &reader{s: s}
	for _, c := range s.Columns.Evidence {
		k := strings.TrimRight(headingKey(c.Heading), "0123456789 ")
		r.words = append(r.words, k == "preuve" || k == "evidence" || k == "proof")
	}
	return r
}

// row reads one row. It never fails: what is wrong is in Problems.
func (r *reader) row(g *grid) Row {
	c := &r.s.Columns
	out := Row{Line: g.line}
	v := view{r.s, g, &out}
	out.ID = line(v.text(c.ID))
	out.GivenName = line(v.text(c.GivenName))
	out.FamilyName = line(v.text(c.FamilyName))
	out.Name = line(v.text(c.Name))
	if out.Name == "" {
		out.Name = strings.TrimSpace(out.GivenName + " " + out.FamilyName)
	}
	out.Badge = line(v.text(c.Badge))
	out.Text = clean(v.text(c.Text))
	out.EvidenceText = clean(v.text(c.EvidenceText))
	if r.blank(g, &out) {
		return Row{Line: g.line, ID: out.ID, Blank: true}
	}
	if g.hidden {
		v.problem(Column{}, CodeRowHidden, "")
	}
	v.shape()
	v.email(c.Email)
	if out.Name == "" && (c.Name.Found() || c.GivenName.Found() || c.FamilyName.Found()) {
		at := c.Name
		if !at.Found() {
			at = c.FamilyName
		}
		if !at.Found() {
			at = c.GivenName
		}
		if !slices.ContainsFunc(out.Problems, func(p Problem) bool {
			return p.Code == CodeRowShort || p.Column == c.Name.Heading || p.Column == c.GivenName.Heading || p.Column == c.FamilyName.Heading
		}) {
			v.problem(at, CodeNameMissing, "")
		}
	}
	for i, e := range c.Evidence {
		v.evidence(e, r.words[i])
	}
	if len(out.Evidence) > mostLinks {
		v.problem(c.Evidence[0], CodeLinksTooMany, "", "Limit", itoa(mostLinks))
		out.Evidence = out.Evidence[:mostLinks]
	}
	out.Awarded = v.date(c.Awarded)
	out.Expires = v.date(c.Expires)
	if !out.Awarded.IsZero() && !out.Expires.IsZero() && out.Expires.Before(out.Awarded) {
		v.problem(c.Expires, CodeDateOrder, out.Expires.String(), "Awarded", out.Awarded.String())
		out.Expires = Date{}
	}
	return out
}

// blank tells whether nothing but a number stands in the columns in use. Dates
// and badges are often filled down below the last person and do not count.
func (r *reader) blank(g *grid, out *Row) bool {
	if out.Name != "" || out.Text != "" || out.EvidenceText != "" || len(out.Problems) > 0 {
		return false
	}
	v := view{r.s, g, out}
	for _, c := range append([]Column{r.s.Columns.Email}, r.s.Columns.Evidence...) {
		if cl := v.cell(c); cl != nil && !cl.empty() {
			return false
		}
	}
	return true
}

// view reads the cells of one row and notes what is wrong with them.
type view struct {
	s   *Sheet
	g   *grid
	out *Row
}

func (v view) cell(c Column) *cell {
	if !c.Found() || c.Number > len(v.g.cells) {
		return nil
	}
	return &v.g.cells[c.Number-1]
}

func (v view) problem(c Column, code, value string, args ...string) {
	p := Problem{Line: v.g.line, Code: code, Value: clip(value)}
	if c.Found() {
		p.Column = headingOr(v.s.Headings, c.Number-1)
	}
	for i := 0; i+1 < len(args); i += 2 {
		if p.Args == nil {
			p.Args = map[string]string{}
		}
		p.Args[args[i]] = args[i+1]
	}
	v.out.Problems = append(v.out.Problems, p)
}

// text returns what a cell displays, or "" and a problem.
func (v view) text(c Column) string {
	cl := v.cell(c)
	if cl == nil {
		return ""
	}
	switch {
	case cl.kind == kindNotComputed:
		v.problem(c, CodeCellNotComputed, "")
		return ""
	case cl.kind == kindError || cl.text != "" && cl.text[0] == '#' && errorWord(cl.text):
		v.problem(c, CodeCellError, cl.text)
		return ""
	case lost(cl.text) || strings.ContainsFunc(cl.text, func(r rune) bool { return r >= 0x80 && r < 0xa0 }):
		v.problem(c, CodeCharactersUnreadable, cl.text)
		return ""
	}
	return cl.text
}

// errorWord knows the error values that a spreadsheet in French or English
// writes into a CSV.
func errorWord(s string) bool {
	switch strings.ToUpper(strings.TrimSpace(s)) {
	case "#N/A", "#N/D", "#REF!", "#VALUE!", "#VALEUR!", "#NAME?", "#NOM?", "#DIV/0!", "#NUM!", "#NOMBRE!", "#NULL!", "#NUL!", "#SPILL!", "#CALC!", "#GETTING_DATA":
		return true
	}
	return false
}

// shape notes a row of a CSV that has lost or gained cells: what stands in it
// may stand in the wrong column.
func (v view) shape() {
	if !v.g.short {
		return
	}
	n, want := len(v.g.cells), len(v.s.Headings)
	if n > want && slices.ContainsFunc(v.g.cells[want:], func(c cell) bool { return !c.empty() }) {
		v.problem(Column{}, CodeRowLong, "", "Cells", itoa(n), "Expected", itoa(want))
	}
	if c := v.s.Columns.Email.Number; n < c {
		v.problem(Column{}, CodeRowShort, "", "Cells", itoa(n), "Expected", itoa(want))
	}
}

func (v view) email(c Column) {
	before := len(v.out.Problems)
	text := v.text(c)
	if len(v.out.Problems) > before {
		return
	}
	cl := v.cell(c)
	if cl == nil {
		if !v.g.short {
			v.problem(c, CodeAddressMissing, "")
		}
		return
	}
	address, code, detail := parseAddress(text)
	// Excel makes a link of every address typed and keeps it when the cell is
	// changed: what is seen wins, the link only helps a cell that shows no address.
	if (code == CodeAddressMissing || code == CodeAddressMissingAt) && len(cl.link) > 7 && strings.EqualFold(cl.link[:7], "mailto:") {
		if target, err := url.PathUnescape(cl.link); err == nil {
			address, code, detail = parseAddress(target)
			text = target
		}
	}
	if code != "" {
		var args []string
		if detail != "" {
			args = []string{"Character", detail}
		}
		v.problem(c, code, text, args...)
		return
	}
	v.out.Email = address
}

// evidence reads the links of one cell, several by spaces, line breaks, commas
// or semicolons. In a column that may hold words, a cell without anything like a
// link is the text of the evidence.
func (v view) evidence(c Column, words bool) {
	text := clean(v.text(c))
	cl := v.cell(c)
	if cl == nil {
		return
	}
	if cl.link != "" && !strings.Contains(text, "://") {
		if l, code := parseLink(cl.link); code == "" {
			v.addLink(l)
			// "cliquez ici" is nothing to show; a real caption is.
			if v.out.EvidenceText == "" && text != "" && strings.ContainsRune(text, ' ') && words {
				v.out.EvidenceText = text
			}
			return
		}
	}
	if text == "" {
		return
	}
	if words && strings.ContainsRune(text, ' ') && !strings.Contains(text, "://") && !strings.Contains(text, "www.") && !strings.Contains(text, ":\\") {
		if v.out.EvidenceText == "" {
			v.out.EvidenceText = text
		} else {
			v.out.EvidenceText += "\n" + text
		}
		return
	}
	for _, one := range splitLinks(text) {
		l, code := parseLink(one)
		if code != "" {
			v.problem(c, code, one)
			continue
		}
		v.addLink(l)
	}
}

func (v view) addLink(l string) {
	if !slices.Contains(v.out.Evidence, l) {
		v.out.Evidence = append(v.out.Evidence, l)
	}
}

// splitLinks cuts at white space, and at , and ; only in front of another link:
// both may stand inside one. A cell of words is one piece.
func splitLinks(s string) []string {
	if !strings.Contains(s, "://") {
		return []string{s}
	}
	var out []string
	for _, f := range strings.FieldsFunc(s, unicode.IsSpace) {
		for {
			cut := -1
			for i := 1; i+1 < len(f); i++ {
				if (f[i] == ',' || f[i] == ';' || f[i] == '|') && hasPrefix([]byte(f[i+1:]), "http") {
					cut = i
					break
				}
			}
			if cut < 0 {
				break
			}
			out, f = append(out, f[:cut]), f[cut+1:]
		}
		if f = strings.TrimRight(f, ",;"); f != "" && f != "-" && f != "et" && f != "and" && f != "&" {
			out = append(out, f)
		}
	}
	return out
}

// parseLink takes an absolute http or https address with a host.
func parseLink(s string) (link, code string) {
	s = strings.Trim(s, " <>\"'«»“”")
	if len(s) > 2048 {
		return "", CodeLinkUnreadable
	}
	lower := strings.ToLower(s)
	if !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://") {
		return "", CodeLinkNotHTTP
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return "", CodeLinkUnreadable
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil || strings.ContainsAny(u.Hostname(), "<>\"{}|\\^`") {
		return "", CodeLinkUnreadable
	}
	u.Host = strings.ToLower(u.Host)
	return u.String(), ""
}

func (v view) date(c Column) Date {
	cl := v.cell(c)
	if cl == nil {
		return Date{}
	}
	text := v.text(c)
	// A number of five figures in a column of dates is a day whose cell has lost
	// its format.
	if cl.kind == kindDate || cl.kind == kindNumber && cl.num >= 10000 && cl.num < 100000 {
		d, code := serialDate(cl.num)
		if code != "" {
			v.problem(c, code, text)
		}
		return d
	}
	if text = line(text); text == "" || text == "-" {
		return Date{}
	}
	d, code := parseDate(text)
	if proof, ok := v.s.doubt[c.Number-1]; ok && cl.kind == kindText && code == "" && eitherOrder(text) {
		v.problem(c, CodeDateAmbiguous, text, "ProofLine", itoa(proof))
		return Date{}
	}
	if code != "" {
		v.problem(c, code, text)
		return Date{}
	}
	return d
}
