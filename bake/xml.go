package bake

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// xmlReader cuts a document of XML 1.0 into tags and text, knowing where each
// stands. It resolves the five entities that XML brings along and character
// references, and refuses all others and DTDs that declare something.
type xmlReader struct {
	s          []byte
	pos        int
	attributes []attribute // of the last tag
}

type kind uint8

const (
	kindEnd   kind = iota + 1 // of the document
	kindOpen                  // start tag
	kindClose                 // end tag
	kindText
	kindCDATA
)

// tag is a tag or a piece of text.
type tag struct {
	kind       kind
	start, end int
	name       []byte // with its prefix
	empty      bool   // <name/>
	text       []byte // references as written
}

type attribute struct {
	name  []byte
	value []byte // references as written
	start int
}

func svgError(offset int, format string, args ...any) error {
	return &FormatError{FormatSVG, offset, fmt.Sprintf(format, args...)}
}

func newXML(image []byte) (*xmlReader, error) {
	if !utf8.Valid(image) {
		return nil, svgError(invalidUTF8(image), "invalid UTF-8")
	}
	x := &xmlReader{s: image}
	if bytes.HasPrefix(image, utf8BOM) {
		x.pos = len(utf8BOM)
	}
	return x, nil
}

func (x *xmlReader) has(prefix string) bool {
	return len(x.s)-x.pos >= len(prefix) && string(x.s[x.pos:x.pos+len(prefix)]) == prefix
}

// until returns what stands before the delimiter and steps over both.
func (x *xmlReader) until(delimiter, what string) ([]byte, error) {
	i := bytes.Index(x.s[x.pos:], []byte(delimiter))
	if i < 0 {
		return nil, svgError(x.pos, "%s without end", what)
	}
	b := x.s[x.pos : x.pos+i]
	x.pos += i + len(delimiter)
	return b, nil
}

func (x *xmlReader) next() (tag, error) {
	for {
		t := tag{start: x.pos}
		if x.pos == len(x.s) {
			t.kind = kindEnd
			return t, nil
		}
		var err error
		switch {
		case x.s[x.pos] != '<':
			t.kind = kindText
			n := bytes.IndexByte(x.s[x.pos:], '<')
			if n < 0 {
				n = len(x.s) - x.pos
			}
			t.text = x.s[x.pos : x.pos+n]
			x.pos += n
			err = checkReferences(t.text, t.start)
		case x.has("<!--"):
			x.pos += 4
			if _, err = x.until("-->", "comment"); err == nil {
				continue
			}
		case x.has("<![CDATA["):
			x.pos += 9
			t.kind = kindCDATA
			t.text, err = x.until("]]>", "CDATA section")
		case x.has("<?"):
			if err = x.instruction(); err == nil {
				continue
			}
		case x.has("<!"):
			if err = x.doctype(); err == nil {
				continue
			}
		case x.has("</"):
			x.pos += 2
			t.kind = kindClose
			if t.name, err = x.name(); err == nil {
				x.space()
				if !x.has(">") {
					err = svgError(x.pos, "end tag without '>'")
				}
				x.pos++
			}
		default:
			x.pos++
			t.kind = kindOpen
			err = x.startTag(&t)
		}
		t.end = x.pos
		return t, err
	}
}

// instruction steps over a processing instruction. The one that names the
// encoding must name ours.
func (x *xmlReader) instruction() error {
	start := x.pos
	x.pos += 2
	b, err := x.until("?>", "processing instruction")
	if err != nil {
		return err
	}
	target, rest, _ := strings.Cut(strings.Map(spaces, string(b)), " ")
	if target != "xml" {
		return nil
	}
	_, encoding, ok := strings.Cut(rest, "encoding")
	if !ok {
		return nil
	}
	encoding = strings.Trim(strings.TrimLeft(encoding, " ="), " ")
	if encoding == "" || encoding[0] != '"' && encoding[0] != '\'' {
		return svgError(start, "ill-formed XML declaration")
	}
	encoding, _, _ = strings.Cut(encoding[1:], encoding[:1])
	if !strings.EqualFold(encoding, "utf-8") && !strings.EqualFold(encoding, "utf8") && !strings.EqualFold(encoding, "us-ascii") {
		return svgError(start, "encoding %.20q: only UTF-8 is read", encoding)
	}
	return nil
}

func spaces(r rune) rune {
	if r == '\t' || r == '\r' || r == '\n' {
		return ' '
	}
	return r
}

// doctype steps over <!DOCTYPE … >. What it names is never loaded.
func (x *xmlReader) doctype() error {
	start := x.pos
	if !x.has("<!DOCTYPE") {
		return svgError(start, "markup declaration")
	}
	for i := x.pos; i < len(x.s); i++ {
		switch c := x.s[i]; c {
		case '"', '\'':
			n := bytes.IndexByte(x.s[i+1:], c)
			if n < 0 {
				return svgError(i, "literal without end in the DOCTYPE")
			}
			i += n + 1
		case '[', '<':
			if i > start {
				return svgError(i, "DTD inside the document: it may declare entities and is refused")
			}
		case '>':
			x.pos = i + 1
			return nil
		}
	}
	return svgError(start, "DOCTYPE without end")
}

func (x *xmlReader) space() bool {
	start := x.pos
	for x.pos < len(x.s) && isSpace(x.s[x.pos]) {
		x.pos++
	}
	return x.pos > start
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func (x *xmlReader) name() ([]byte, error) {
	start := x.pos
	for x.pos < len(x.s) {
		c := x.s[x.pos]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' || c == ':' || c >= 0x80
		if !letter && (x.pos == start || !('0' <= c && c <= '9' || c == '-' || c == '.')) {
			break
		}
		x.pos++
	}
	if x.pos == start {
		return nil, svgError(start, "want a name")
	}
	return x.s[start:x.pos], nil
}

func (x *xmlReader) startTag(t *tag) error {
	x.attributes = x.attributes[:0]
	var err error
	if t.name, err = x.name(); err != nil {
		return err
	}
	for {
		spaced := x.space()
		switch {
		case x.has(">"):
			x.pos++
			return nil
		case x.has("/>"):
			x.pos += 2
			t.empty = true
			return nil
		case x.pos == len(x.s):
			return svgError(t.start, "start tag without end")
		case !spaced:
			return svgError(x.pos, "want white space before an attribute")
		}
		a := attribute{start: x.pos}
		if a.name, err = x.name(); err != nil {
			return err
		}
		x.space()
		if !x.has("=") {
			return svgError(x.pos, "attribute without a value")
		}
		x.pos++
		x.space()
		if !x.has(`"`) && !x.has("'") {
			return svgError(x.pos, "attribute value without quotation marks")
		}
		quote := string(x.s[x.pos])
		x.pos++
		start := x.pos
		if a.value, err = x.until(quote, "attribute value"); err != nil {
			return err
		}
		if i := bytes.IndexByte(a.value, '<'); i >= 0 {
			return svgError(start+i, "'<' in an attribute value")
		}
		if err := checkReferences(a.value, start); err != nil {
			return err
		}
		x.attributes = append(x.attributes, a)
	}
}

// declare adds the namespaces that the last start tag declares to the scope.
func (x *xmlReader) declare(scope []binding) ([]binding, error) {
	outside := len(scope)
	for _, a := range x.attributes {
		if !bytes.HasPrefix(a.name, []byte("xmlns")) {
			continue
		}
		prefix := ""
		if string(a.name) != "xmlns" {
			if a.name[5] != ':' {
				continue
			}
			prefix = string(a.name[6:])
		}
		for _, b := range scope[outside:] {
			if b.prefix == prefix {
				return scope, svgError(a.start, "attribute %q twice", clip(a.name))
			}
		}
		if len(scope) == maxBindings {
			return scope, fmt.Errorf("%w: more than %d namespaces in scope", ErrTooLarge, maxBindings)
		}
		value, err := unescape(nil, a.value)
		if err != nil {
			return scope, svgError(a.start, "%v", err)
		}
		scope = append(scope, binding{prefix, string(value)})
	}
	return scope, nil
}

func splitName(name []byte) (prefix, local []byte) {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[:i], name[i+1:]
	}
	return nil, name
}

var errReference = errors.New("reference to an entity that XML does not know, or an ill-formed one")

// checkReferences refuses a text with references that unescape would refuse.
func checkReferences(text []byte, offset int) error {
	for i := 0; ; {
		n := bytes.IndexByte(text[i:], '&')
		if n < 0 {
			return nil
		}
		i += n
		_, length := reference(text[i:])
		if length == 0 {
			return svgError(offset+i, "%v", errReference)
		}
		i += length
	}
}

// reference returns the character that the reference at the start of s stands
// for, and the length of the reference, 0 for one that is not known.
func reference(s []byte) (rune, int) {
	// The longest is &#x10FFFF;, leading zeros aside.
	end := bytes.IndexByte(s[:min(len(s), 16)], ';')
	if end < 2 {
		return 0, 0
	}
	name := string(s[1:end])
	switch name {
	case "lt":
		return '<', end + 1
	case "gt":
		return '>', end + 1
	case "amp":
		return '&', end + 1
	case "quot":
		return '"', end + 1
	case "apos":
		return '\'', end + 1
	}
	if name[0] != '#' {
		return 0, 0
	}
	base, digits := 10, name[1:]
	if strings.HasPrefix(digits, "x") {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune {
		return 0, 0
	}
	r := rune(n)
	// Char of XML 1.0 §2.2.
	if !utf8.ValidRune(r) || r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
		return 0, 0
	}
	return r, end + 1
}

// unescape appends the text with its references resolved.
func unescape(dst, text []byte) ([]byte, error) {
	for {
		i := bytes.IndexByte(text, '&')
		if i < 0 {
			return append(dst, text...), nil
		}
		dst = append(dst, text[:i]...)
		r, n := reference(text[i:])
		if n == 0 {
			return dst, errReference
		}
		dst = utf8.AppendRune(dst, r)
		text = text[i+n:]
	}
}
