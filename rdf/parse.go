package rdf

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds of [ParseNQuads].
const (
	// MaxBytes is the greatest size of a document.
	MaxBytes = 64 << 20
	// MaxQuads is the greatest number of statements in a document.
	MaxQuads = 1 << 20
)

// ErrTooLarge is the error of [ParseNQuads] for a document above [MaxBytes] or
// [MaxQuads].
var ErrTooLarge = errors.New("rdf: document too large")

// SyntaxError tells where a document is not N-Quads. Line and Column begin at
// 1; Column counts bytes.
type SyntaxError struct {
	Line, Column int
	Reason       string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("rdf: line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// ParseNQuads reads a document of N-Quads 1.1: the whole grammar and nothing
// beyond it. Statements come in the order written, duplicates included. Labels
// of blank nodes are kept. Whether an IRI is absolute, or well-formed in other
// ways than the grammar's, is not asked: see RFC 3987. A literal of
// rdf:langString without a language and an empty datatype are refused.
//
// Errors are a [*SyntaxError] or [ErrTooLarge].
func ParseNQuads(data []byte) ([]Quad, error) {
	if len(data) > MaxBytes {
		return nil, ErrTooLarge
	}
	p := parser{s: string(data)}
	if !utf8.ValidString(p.s) {
		p.pos = firstInvalid(p.s)
		return nil, p.syntaxError("invalid UTF-8")
	}
	var quads []Quad
	for {
		p.space()
		if p.pos == len(p.s) {
			return quads, nil
		}
		switch p.s[p.pos] {
		case '\n', '\r':
			p.pos++
			continue
		case '#':
			p.comment()
			continue
		}
		if len(quads) == MaxQuads {
			return nil, ErrTooLarge
		}
		var q Quad
		if err := p.statement(&q); err != nil {
			return nil, err
		}
		quads = append(quads, q)
		p.space()
		if p.pos < len(p.s) && p.s[p.pos] == '#' {
			p.comment()
		}
		if p.pos < len(p.s) && p.s[p.pos] != '\n' && p.s[p.pos] != '\r' {
			return nil, p.syntaxError("want the end of the line after '.'")
		}
	}
}

type parser struct {
	s   string
	pos int
}

func (p *parser) syntaxError(reason string) error { return p.errorAt(p.pos, reason) }

func (p *parser) errorAt(pos int, reason string) error {
	before := p.s[:pos]
	// A line ends at LF, CR or CR LF.
	line := 1 + strings.Count(before, "\n") + strings.Count(before, "\r") - strings.Count(before, "\r\n")
	return &SyntaxError{Line: line, Column: pos - strings.LastIndexAny(before, "\r\n"), Reason: reason}
}

func firstInvalid(s string) int {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return i
			}
		}
	}
	return len(s)
}

func (p *parser) space() {
	for p.pos < len(p.s) && (p.s[p.pos] == ' ' || p.s[p.pos] == '\t') {
		p.pos++
	}
}

func (p *parser) comment() {
	if n := strings.IndexAny(p.s[p.pos:], "\r\n"); n >= 0 {
		p.pos += n
	} else {
		p.pos = len(p.s)
	}
}

func (p *parser) statement(q *Quad) error {
	var err error
	switch p.peek() {
	case '<':
		q.Subject, err = p.iriTerm()
	case '_':
		q.Subject, err = p.blank()
	default:
		return p.syntaxError("want an IRI or a blank node as subject")
	}
	if err != nil {
		return err
	}
	p.space()
	if p.peek() != '<' {
		return p.syntaxError("want an IRI as predicate")
	}
	if q.Predicate, err = p.iriTerm(); err != nil {
		return err
	}
	p.space()
	switch p.peek() {
	case '<':
		q.Object, err = p.iriTerm()
	case '_':
		q.Object, err = p.blank()
	case '"':
		q.Object, err = p.literal()
	default:
		return p.syntaxError("want an IRI, a blank node or a literal as object")
	}
	if err != nil {
		return err
	}
	p.space()
	switch p.peek() {
	case '<':
		q.Graph, err = p.iriTerm()
	case '_':
		q.Graph, err = p.blank()
	}
	if err != nil {
		return err
	}
	p.space()
	if p.peek() != '.' {
		return p.syntaxError("want '.' at the end of the statement")
	}
	p.pos++
	return nil
}

// peek returns the byte at hand, 0 at the end: no term begins with NUL.
func (p *parser) peek() byte {
	if p.pos < len(p.s) {
		return p.s[p.pos]
	}
	return 0
}

func (p *parser) iriTerm() (Term, error) {
	iri, err := p.iri()
	return Term{Kind: IRI, Value: iri}, err
}

// iri reads an IRIREF; the parser stands at '<'.
func (p *parser) iri() (string, error) {
	p.pos++
	start := p.pos
	end := plainIRI(p.s, start)
	if end < len(p.s) && p.s[end] == '>' {
		p.pos = end + 1
		return p.s[start:end], nil
	}
	var b strings.Builder
	for {
		b.WriteString(p.s[p.pos:end])
		p.pos = end
		switch {
		case end == len(p.s):
			return "", p.syntaxError("IRI without end")
		case p.s[end] == '>':
			p.pos++
			return b.String(), nil
		case p.s[end] != '\\':
			return "", p.syntaxError("character not allowed in an IRI")
		}
		r, err := p.uchar()
		if err != nil {
			return "", err
		}
		b.WriteRune(r)
		end = plainIRI(p.s, p.pos)
	}
}

// uchar reads \uXXXX or \UXXXXXXXX; the parser stands at the backslash.
func (p *parser) uchar() (rune, error) {
	start, digits := p.pos, 0
	switch {
	case strings.HasPrefix(p.s[p.pos:], `\u`):
		digits = 4
	case strings.HasPrefix(p.s[p.pos:], `\U`):
		digits = 8
	default:
		return 0, p.syntaxError("unknown escape")
	}
	p.pos += 2
	var r uint32
	for range digits {
		var d byte
		switch c := p.peek(); {
		case '0' <= c && c <= '9':
			d = c - '0'
		case 'a' <= c && c <= 'f':
			d = c - 'a' + 10
		case 'A' <= c && c <= 'F':
			d = c - 'A' + 10
		default:
			return 0, p.syntaxError(fmt.Sprintf("want %d hexadecimal digits in the escape", digits))
		}
		r = r<<4 | uint32(d)
		p.pos++
	}
	if r > utf8.MaxRune || !utf8.ValidRune(rune(r)) {
		return 0, p.errorAt(start, "escape of what is no Unicode character")
	}
	return rune(r), nil
}

// blank reads a BLANK_NODE_LABEL; the parser stands at '_'.
func (p *parser) blank() (Term, error) {
	if !strings.HasPrefix(p.s[p.pos:], "_:") {
		return Term{}, p.syntaxError("want ':' after '_'")
	}
	p.pos += 2
	start, end := p.pos, p.pos
	for i, r := range p.s[start:] {
		if i == 0 && !(isNameStart(r) || '0' <= r && r <= '9') || i > 0 && r != '.' && !isNameChar(r) {
			break
		}
		// A dot belongs to the label only when more of the label comes after it.
		if r != '.' {
			end = start + i + utf8.RuneLen(r)
		}
	}
	if end == start {
		return Term{}, p.syntaxError("blank node without a label")
	}
	p.pos = end
	return Term{Kind: Blank, Value: p.s[start:end]}, nil
}

// isNameStart is PN_CHARS_U of N-Quads 1.1, which holds the colon.
func isNameStart(r rune) bool {
	if r < 0x80 {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '_' || r == ':'
	}
	return 0xC0 <= r && r <= 0x2FF && r != 0xD7 && r != 0xF7 ||
		0x370 <= r && r <= 0x1FFF && r != 0x37E ||
		0x200C <= r && r <= 0x200D || 0x2070 <= r && r <= 0x218F || 0x2C00 <= r && r <= 0x2FEF ||
		0x3001 <= r && r <= 0xD7FF || 0xF900 <= r && r <= 0xFDCF || 0xFDF0 <= r && r <= 0xFFFD ||
		0x10000 <= r && r <= 0xEFFFF
}

// isNameChar is PN_CHARS.
func isNameChar(r rune) bool {
	return isNameStart(r) || r == '-' || '0' <= r && r <= '9' || r == 0xB7 ||
		0x300 <= r && r <= 0x36F || 0x203F <= r && r <= 0x2040
}

// literal reads a literal; the parser stands at the quotation mark.
func (p *parser) literal() (Term, error) {
	start := p.pos
	p.pos++
	text, err := p.text(start)
	if err != nil {
		return Term{}, err
	}
	t := Term{Kind: Literal, Value: text, Datatype: XSDString}
	switch p.peek() {
	case '@':
		at := p.pos
		p.pos++
		n := languageLen(p.s[p.pos:])
		if n == 0 {
			return Term{}, p.errorAt(at, "ill-formed language tag")
		}
		t.Language, t.Datatype = p.s[p.pos:p.pos+n], RDFLangString
		p.pos += n
	case '^':
		if !strings.HasPrefix(p.s[p.pos:], "^^<") {
			return Term{}, p.syntaxError("want '^^' and an IRI as datatype")
		}
		p.pos += 2
		at := p.pos
		if t.Datatype, err = p.iri(); err != nil {
			return Term{}, err
		}
		switch t.Datatype {
		case RDFLangString:
			return Term{}, p.errorAt(at, "literal of rdf:langString without a language")
		case "":
			return Term{}, p.errorAt(at, "empty IRI as datatype")
		}
	}
	return t, nil
}

// text reads up to the closing quotation mark and unescapes.
func (p *parser) text(open int) (string, error) {
	start := p.pos
	var b strings.Builder
	for {
		n := strings.IndexAny(p.s[p.pos:], "\"\\\n\r")
		if n < 0 {
			return "", p.errorAt(open, "literal without end")
		}
		p.pos += n
		switch p.s[p.pos] {
		case '"':
			end := p.pos
			p.pos++
			if b.Len() == 0 {
				return p.s[start:end], nil
			}
			b.WriteString(p.s[start:end])
			return b.String(), nil
		case '\\':
			b.WriteString(p.s[start:p.pos])
			r, err := p.echar()
			if err != nil {
				return "", err
			}
			b.WriteRune(r)
			start = p.pos
		default:
			return "", p.syntaxError("line end in a literal")
		}
	}
}

func (p *parser) echar() (rune, error) {
	if p.pos+1 < len(p.s) {
		if i := strings.IndexByte(`tbnrf"'\`, p.s[p.pos+1]); i >= 0 {
			p.pos += 2
			return rune("\t\b\n\r\f\"'\\"[i]), nil
		}
	}
	return p.uchar()
}

// languageLen returns the length of the LANGTAG, without its '@', that s
// begins with, or 0.
func languageLen(s string) int {
	end := 0
	for first := true; ; first = false {
		i := end
		if !first {
			if i == len(s) || s[i] != '-' {
				return end
			}
			i++
		}
		n := i
		for n < len(s) && ('a' <= s[n]|0x20 && s[n]|0x20 <= 'z' || !first && '0' <= s[n] && s[n] <= '9') {
			n++
		}
		if n == i {
			return end
		}
		end = n
	}
}
