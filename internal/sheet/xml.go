package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// xmlScanner reads the XML of a workbook token by token: elements, attributes,
// text, references to characters. It knows no DTD and refuses one, expands no
// entity of a file's own, resolves no namespace (local names are enough here),
// and holds one token at a time. encoding/xml needs four to five times as long for
// a sheet and cannot be told how long a token may be; this is bounded in depth,
// tag and text.
type xmlScanner struct {
	r     *bufio.Reader
	limit int // bytes of one tag or one text
	most  int // depth

	name  []byte // local name of the element
	raw   []byte // inside of the tag, behind the name
	text  []byte // of a text token, references resolved
	stack []byte // open names, each ended with 0
	depth int
	shut  bool // the element just delivered was <empty/>: its end is due
	buf   []byte
}

type token uint8

const (
	tokenStart token = iota + 1
	tokenEnd
	tokenText
)

var (
	errXMLDoctype = errors.New("a DOCTYPE, which workbooks do not have")
	errXMLDepth   = errors.New("nested too deeply")
	errXMLToken   = errors.New("a tag or text is too long")
	errXMLSyntax  = errors.New("not well-formed XML")
)

func newXMLScanner(r io.Reader, limit, depth int) *xmlScanner {
	b := bufio.NewReaderSize(r, 64<<10)
	return &xmlScanner{r: b, limit: limit, most: depth}
}

// next returns the next token; io.EOF ends a document whose elements are closed.
func (x *xmlScanner) next() (token, error) {
	if x.shut {
		x.shut = false
		return tokenEnd, x.pop(x.name)
	}
	for {
		b, err := x.r.ReadByte()
		if err != nil {
			if errors.Is(err, io.EOF) && x.depth > 0 {
				return 0, io.ErrUnexpectedEOF
			}
			return 0, err
		}
		if b != '<' {
			if err := x.r.UnreadByte(); err != nil {
				return 0, err
			}
			if err := x.readText(); err != nil {
				return 0, err
			}
			return tokenText, nil
		}
		p, err := x.r.Peek(1)
		if err != nil {
			return 0, noEOF(err)
		}
		switch p[0] {
		case '?':
			if err := x.skip("?>"); err != nil {
				return 0, err
			}
		case '!':
			if p, _ := x.r.Peek(3); string(p) == "!--" {
				if _, err := x.r.Discard(3); err != nil {
					return 0, err
				}
				if err := x.skip("-->"); err != nil {
					return 0, err
				}
				continue
			}
			if p, _ := x.r.Peek(8); string(p) == "![CDATA[" {
				if _, err := x.r.Discard(8); err != nil {
					return 0, err
				}
				x.text = x.text[:0]
				err := x.until("]]>", &x.text)
				return tokenText, err
			}
			return 0, errXMLDoctype
		default:
			return x.readTag()
		}
	}
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// readTag reads a tag whose < is read.
func (x *xmlScanner) readTag() (token, error) {
	x.buf = x.buf[:0]
	quote := byte(0)
	for {
		// A slice up to > is one copy; a > inside quotes only makes it go on.
		part, err := x.r.ReadSlice('>')
		if len(x.buf)+len(part) > x.limit {
			return 0, errXMLToken
		}
		x.buf = append(x.buf, part...)
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return 0, noEOF(err)
		}
		for _, b := range part {
			switch {
			case quote == 0 && (b == '"' || b == '\''):
				quote = b
			case b == quote:
				quote = 0
			}
		}
		if err == nil && quote == 0 {
			break
		}
	}
	tag := x.buf[:len(x.buf)-1]
	end := len(tag) > 0 && tag[0] == '/'
	if end {
		tag = tag[1:]
	}
	empty := !end && len(tag) > 0 && tag[len(tag)-1] == '/'
	if empty {
		tag = tag[:len(tag)-1]
	}
	n := 0
	for n < len(tag) && !space(tag[n]) {
		n++
	}
	name := tag[:n]
	x.raw = tag[n:]
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	if len(name) == 0 || len(name) > 256 || bytes.IndexByte(name, 0) >= 0 || bytes.IndexByte(name, '<') >= 0 {
		return 0, errXMLSyntax
	}
	x.name = append(x.name[:0], name...)
	if end {
		return tokenEnd, x.pop(x.name)
	}
	if x.depth++; x.depth > x.most {
		return 0, errXMLDepth
	}
	x.stack = append(append(x.stack, name...), 0)
	x.shut = empty
	return tokenStart, nil
}

func (x *xmlScanner) pop(name []byte) error {
	if x.depth == 0 {
		return errXMLSyntax
	}
	open := x.stack[:len(x.stack)-1]
	open = open[bytes.LastIndexByte(open, 0)+1:]
	if !bytes.Equal(open, name) {
		return errXMLSyntax
	}
	x.stack = x.stack[:len(x.stack)-1-len(open)]
	x.depth--
	return nil
}

func (x *xmlScanner) readText() error {
	x.text = x.text[:0]
	amp := false
	for {
		part, err := x.r.ReadSlice('<')
		full := errors.Is(err, bufio.ErrBufferFull)
		if err == nil {
			part = part[:len(part)-1]
		}
		if len(x.text)+len(part) > x.limit {
			return errXMLToken
		}
		amp = amp || bytes.IndexByte(part, '&') >= 0
		x.text = append(x.text, part...)
		if full {
			continue
		}
		if err == nil {
			err = x.r.UnreadByte()
		} else if errors.Is(err, io.EOF) {
			err = nil
		}
		if err != nil {
			return err
		}
		break
	}
	if !amp {
		return nil
	}
	var err error
	x.text, err = unescape(x.text[:0], x.text)
	return err
}

// unescape resolves the five references of XML and those by number. dst may be
// the start of src: what a reference stands for is never longer than itself.
func unescape(dst, src []byte) ([]byte, error) {
	for len(src) > 0 {
		i := bytes.IndexByte(src, '&')
		if i < 0 {
			return append(dst, src...), nil
		}
		dst = append(dst, src[:i]...)
		src = src[i+1:]
		n := bytes.IndexByte(src[:min(len(src), 12)], ';')
		if n < 1 {
			return dst, errXMLSyntax
		}
		ref := src[:n]
		src = src[n+1:]
		switch string(ref) {
		case "amp":
			dst = append(dst, '&')
		case "lt":
			dst = append(dst, '<')
		case "gt":
			dst = append(dst, '>')
		case "quot":
			dst = append(dst, '"')
		case "apos":
			dst = append(dst, '\'')
		default:
			if ref[0] != '#' || len(ref) < 2 {
				return dst, fmt.Errorf("the entity &%s; is not one of XML's own", clip(string(ref)))
			}
			base, digits := 10, ref[1:]
			if digits[0] == 'x' {
				base, digits = 16, digits[1:]
			}
			v, err := strconv.ParseUint(string(digits), base, 32)
			if err != nil || v > utf8.MaxRune || v == 0 {
				return dst, errXMLSyntax
			}
			// &#1; and the like are three bytes as U+FFFD from a surrogate at
			// most, and the reference has at least four.
			dst = utf8.AppendRune(dst, rune(v))
		}
	}
	return dst, nil
}

// until copies to *to what stands before a mark, and drops it when to is nil.
func (x *xmlScanner) until(mark string, to *[]byte) error {
	last := mark[len(mark)-1]
	tail := make([]byte, 0, 8)
	for n := 0; ; n++ {
		b, err := x.r.ReadByte()
		if err != nil {
			return noEOF(err)
		}
		if n > x.limit {
			return errXMLToken
		}
		if to != nil {
			*to = append(*to, b)
		}
		if len(tail) == len(mark) {
			copy(tail, tail[1:])
			tail = tail[:len(tail)-1]
		}
		tail = append(tail, b)
		if b == last && string(tail) == mark {
			if to != nil {
				*to = (*to)[:len(*to)-len(mark)]
			}
			return nil
		}
	}
}

func (x *xmlScanner) skip(mark string) error { return x.until(mark, nil) }

func space(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

func trimLeft(s []byte) []byte {
	for len(s) > 0 && space(s[0]) {
		s = s[1:]
	}
	return s
}

// attr returns the value of an attribute by local name, references resolved. The
// bytes are good until the next token.
func (x *xmlScanner) attr(name string) ([]byte, bool) {
	s := x.raw
	for {
		s = trimLeft(s)
		eq := bytes.IndexByte(s, '=')
		if eq < 0 {
			return nil, false
		}
		key := s[:eq]
		for len(key) > 0 && space(key[len(key)-1]) {
			key = key[:len(key)-1]
		}
		s = trimLeft(s[eq+1:])
		if len(s) < 2 || s[0] != '"' && s[0] != '\'' {
			return nil, false
		}
		end := bytes.IndexByte(s[1:], s[0])
		if end < 0 {
			return nil, false
		}
		value := s[1 : 1+end]
		s = s[2+end:]
		if i := bytes.IndexByte(key, ':'); i >= 0 {
			// r:id is an id of another kind than id: only a name asked for with
			// its colon matches behind a prefix.
			if name[0] != ':' || string(key[i:]) != name {
				continue
			}
		} else if string(key) != name {
			continue
		}
		if bytes.IndexByte(value, '&') < 0 {
			return value, true
		}
		out, err := unescape(nil, value)
		return out, err == nil
	}
}

func (x *xmlScanner) attrString(name string) string {
	v, _ := x.attr(name)
	return string(v)
}

// attrTrue reads a boolean of XML Schema.
func (x *xmlScanner) attrTrue(name string) bool {
	v, _ := x.attr(name)
	return string(v) == "1" || string(v) == "true" || string(v) == "on"
}
