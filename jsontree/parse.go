package jsontree

import (
	"fmt"
	"strconv"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// Limits bounds what Parse reads. The zero value is the default of each.
type Limits struct {
	// Depth is how many arrays and objects may stand in each other; 0 is 256.
	Depth int
	// Bytes is the longest document read; 0 is 16 MiB.
	Bytes int
	// Values is how many values the document may have; 0 is 1,000,000. A value
	// takes 64 bytes of memory, and two of text.
	Values int
}

const (
	defaultDepth  = 256
	defaultBytes  = 16 << 20
	defaultValues = 1_000_000
)

// SyntaxError says what is wrong with a document and where.
type SyntaxError struct {
	// Offset counts bytes from the document's start.
	Offset int
	// Line and Column count from 1, the column in bytes.
	Line, Column int
	// Problem is what is wrong, in small letters.
	Problem string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("json: line %d, column %d: %s", e.Line, e.Column, e.Problem)
}

// Parse reads one JSON document (RFC 8259) as UTF-8. Besides what RFC 8259
// refuses it refuses names that occur twice in an object (two readers would see
// two documents), invalid UTF-8, unpaired surrogates, a byte order mark, and
// documents over the limits. Its errors are *SyntaxError. The Value does not
// share memory with data.
func Parse(data []byte, limits Limits) (Value, error) {
	if limits.Depth == 0 {
		limits.Depth = defaultDepth
	}
	if limits.Bytes == 0 {
		limits.Bytes = defaultBytes
	}
	if len(data) > limits.Bytes {
		p := parser{src: string(data), pos: limits.Bytes}
		return Value{}, p.fail("document is longer than %d bytes", limits.Bytes)
	}
	if limits.Values == 0 {
		limits.Values = defaultValues
	}
	p := parser{src: string(data), depth: limits.Depth, values: limits.Values}
	stack := stacks.Get().(*[]Member)
	p.stack = *stack
	defer func() {
		// After a failure members are left on it; a long one is not worth keeping.
		clear(p.stack)
		if cap(p.stack) <= maxKeptStack {
			*stack = p.stack[:0]
			stacks.Put(stack)
		}
	}()
	p.stack = append(p.stack, Member{})
	p.space()
	if err := p.value(0); err != nil {
		return Value{}, err
	}
	p.space()
	if p.pos != len(p.src) {
		return Value{}, p.fail("%s after the end of the document", p.seen())
	}
	return p.stack[0].Value, nil
}

// stacks are those of earlier documents, empty.
var stacks = sync.Pool{New: func() any {
	stack := make([]Member, 0, 128)
	return &stack
}}

const maxKeptStack = 1024

type parser struct {
	src   string
	pos   int
	depth int
	// values is how many more there may be.
	values int
	// stack holds the document and the members of the open arrays and objects; a
	// closed one's are copied out, so that each has a slice of the right length.
	// Values are told by their place on it, which needs no memory of its own.
	stack []Member
	// chunk is where closed ones' members are copied to.
	chunk []Member
}

func (p *parser) fail(format string, args ...any) error {
	e := &SyntaxError{Offset: p.pos, Line: 1, Column: 1, Problem: fmt.Sprintf(format, args...)}
	for i := 0; i < p.pos && i < len(p.src); i++ {
		e.Column++
		if p.src[i] == '\n' {
			e.Line, e.Column = e.Line+1, 1
		}
	}
	return e
}

func (p *parser) seen() string {
	if p.pos >= len(p.src) {
		return "end of document"
	}
	r, _ := utf8.DecodeRuneInString(p.src[p.pos:])
	return strconv.QuoteRune(r)
}

func (p *parser) space() {
	for p.pos < len(p.src) {
		switch p.src[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}

// value reads a value into a place of the stack.
func (p *parser) value(at int) error {
	if p.values--; p.values < 0 {
		return p.fail("too many values")
	}
	if p.pos >= len(p.src) {
		return p.fail("document ends where a value should be")
	}
	switch c := p.src[p.pos]; c {
	case '{':
		return p.object(at)
	case '[':
		return p.array(at)
	case '"':
		text, err := p.text()
		p.set(at, String, text)
		return err
	case 't':
		return p.word(at, "true", Bool)
	case 'f':
		return p.word(at, "false", Bool)
	case 'n':
		return p.word(at, "null", Null)
	default:
		if c == '-' || '0' <= c && c <= '9' {
			return p.number(at)
		}
		return p.fail("%s where a value should be", p.seen())
	}
}

func (p *parser) set(at int, kind Kind, text string) {
	v := &p.stack[at].Value
	v.Kind, v.Text = kind, text
}

func (p *parser) word(at int, word string, kind Kind) error {
	if len(p.src)-p.pos < len(word) || p.src[p.pos:p.pos+len(word)] != word {
		return p.fail("%s where a value should be", p.seen())
	}
	p.pos += len(word)
	if kind == Null {
		word = ""
	}
	p.set(at, kind, word)
	return nil
}

func (p *parser) number(at int) error {
	start := p.pos
	if p.src[p.pos] == '-' {
		p.pos++
	}
	switch {
	case p.peek() == '0':
		p.pos++
	case !p.digits():
		return p.fail("%s where a digit should be", p.seen())
	}
	if p.peek() == '.' {
		p.pos++
		if !p.digits() {
			return p.fail("%s where a digit should be", p.seen())
		}
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		p.pos++
		if c := p.peek(); c == '+' || c == '-' {
			p.pos++
		}
		if !p.digits() {
			return p.fail("%s where a digit should be", p.seen())
		}
	}
	p.set(at, Number, p.src[start:p.pos])
	return nil
}

func (p *parser) peek() byte {
	if p.pos < len(p.src) {
		return p.src[p.pos]
	}
	return 0
}

func (p *parser) digits() bool {
	start := p.pos
	for c := p.peek(); '0' <= c && c <= '9'; c = p.peek() {
		p.pos++
	}
	return p.pos > start
}

// text reads a string; most have no escape and are a part of the source.
func (p *parser) text() (string, error) {
	p.pos++
	start := p.pos
	ascii := true
	for p.pos < len(p.src) {
		c := p.src[p.pos]
		switch {
		case c == '"':
			s := p.src[start:p.pos]
			if !ascii && !utf8.ValidString(s) {
				p.pos = start
				return "", p.fail("string is not valid UTF-8")
			}
			p.pos++
			return s, nil
		case c == '\\':
			return p.escaped(start)
		case c < 0x20:
			return "", p.fail("control character %#02x in a string", c)
		case c >= 0x80:
			ascii = false
		}
		p.pos++
	}
	return "", p.fail("document ends inside a string")
}

func (p *parser) escaped(start int) (string, error) {
	buf := append(make([]byte, 0, p.pos-start+64), p.src[start:p.pos]...)
	for p.pos < len(p.src) {
		c := p.src[p.pos]
		switch {
		case c == '"':
			if !utf8.Valid(buf) {
				p.pos = start
				return "", p.fail("string is not valid UTF-8")
			}
			p.pos++
			// buf is not written again.
			return unsafe.String(unsafe.SliceData(buf), len(buf)), nil
		case c < 0x20:
			return "", p.fail("control character %#02x in a string", c)
		case c != '\\':
			buf = append(buf, c)
			p.pos++
			continue
		}
		p.pos++
		switch e := p.peek(); e {
		case '"', '\\', '/':
			buf = append(buf, e)
		case 'b':
			buf = append(buf, '\b')
		case 'f':
			buf = append(buf, '\f')
		case 'n':
			buf = append(buf, '\n')
		case 'r':
			buf = append(buf, '\r')
		case 't':
			buf = append(buf, '\t')
		case 'u':
			r, ok := p.hex4()
			if !ok {
				return "", p.fail("\\u without four hexadecimal digits")
			}
			if utf16.IsSurrogate(r) {
				at := p.pos
				if p.peekAt(1) != '\\' || p.peekAt(2) != 'u' {
					return "", p.fail("unpaired surrogate")
				}
				p.pos += 2
				low, ok := p.hex4()
				if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
					p.pos = at
					return "", p.fail("unpaired surrogate")
				}
			}
			buf = utf8.AppendRune(buf, r)
		default:
			return "", p.fail("unknown escape %s", p.seen())
		}
		p.pos++
	}
	return "", p.fail("document ends inside a string")
}

func (p *parser) peekAt(n int) byte {
	if p.pos+n < len(p.src) {
		return p.src[p.pos+n]
	}
	return 0
}

// hex4 reads the four digits behind the u at p.pos and leaves p.pos on the last.
func (p *parser) hex4() (rune, bool) {
	var r rune
	for range 4 {
		p.pos++
		c := p.peek()
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

func (p *parser) enter() error {
	if p.depth--; p.depth < 0 {
		return p.fail("nested too deeply")
	}
	p.pos++
	p.space()
	return nil
}

// leave moves the members read since base from the stack to their own slice.
func (p *parser) leave(at int, kind Kind, base int) {
	p.pos++
	p.depth++
	v := &p.stack[at].Value
	v.Kind = kind
	n := len(p.stack) - base
	if n == 0 {
		return
	}
	if cap(p.chunk)-len(p.chunk) < n {
		p.chunk = make([]Member, 0, max(n, 32))
	}
	from := len(p.chunk)
	p.chunk = append(p.chunk, p.stack[base:]...)
	v.Members = p.chunk[from:len(p.chunk):len(p.chunk)]
	clear(p.stack[base:])
	p.stack = p.stack[:base]
}

func (p *parser) array(at int) error {
	if err := p.enter(); err != nil {
		return err
	}
	base := len(p.stack)
	if p.peek() == ']' {
		p.leave(at, Array, base)
		return nil
	}
	for {
		p.stack = append(p.stack, Member{})
		if err := p.value(len(p.stack) - 1); err != nil {
			return err
		}
		p.space()
		switch p.peek() {
		case ',':
			p.pos++
			p.space()
		case ']':
			p.leave(at, Array, base)
			return nil
		default:
			return p.fail("%s where a comma or ] should be", p.seen())
		}
	}
}

func (p *parser) object(at int) error {
	if err := p.enter(); err != nil {
		return err
	}
	base := len(p.stack)
	if p.peek() == '}' {
		p.leave(at, Object, base)
		return nil
	}
	var names nameSet
	for {
		if p.peek() != '"' {
			return p.fail("%s where a member's name should be", p.seen())
		}
		start := p.pos
		name, err := p.text()
		if err != nil {
			return err
		}
		if names.twice(name, p.stack[base:]) {
			p.pos = start
			return p.fail("member %q occurs twice", name)
		}
		p.space()
		if p.peek() != ':' {
			return p.fail("%s where a colon should be", p.seen())
		}
		p.pos++
		p.space()
		p.stack = append(p.stack, Member{Name: name})
		if err := p.value(len(p.stack) - 1); err != nil {
			return err
		}
		p.space()
		switch p.peek() {
		case ',':
			p.pos++
			p.space()
		case '}':
			p.leave(at, Object, base)
			return nil
		default:
			return p.fail("%s where a comma or } should be", p.seen())
		}
	}
}

// manyNames is from how many members on an object's names are kept in a set, so
// that a hostile object of a million names costs a million steps, not a million
// times a million.
const manyNames = 32

// nameSet tells whether an object has had a name before.
type nameSet map[string]struct{}

func (s *nameSet) twice(name string, open []Member) bool {
	if len(open) < manyNames {
		for i := range open {
			if open[i].Name == name {
				return true
			}
		}
		return false
	}
	if *s == nil {
		*s = make(nameSet, 2*manyNames)
		for i := range open {
			(*s)[open[i].Name] = struct{}{}
		}
	}
	if _, ok := (*s)[name]; ok {
		return true
	}
	(*s)[name] = struct{}{}
	return false
}
