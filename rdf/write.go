package rdf

const upperHex = "0123456789ABCDEF"

// AppendNQuad appends the quad in canonical N-Quads with its line end (RDFC-1.0
// appendix A): one space between terms, xsd:string left out, in literals only
// the escapes that are demanded, everything else in UTF-8 as it stands.
// Characters that an IRI cannot hold are written as \uXXXX, so that no term
// can end its line or add a term. Labels of blank nodes are written as given.
func AppendNQuad(dst []byte, q *Quad) []byte {
	dst = AppendTerm(dst, &q.Subject)
	dst = append(dst, ' ')
	dst = AppendTerm(dst, &q.Predicate)
	dst = append(dst, ' ')
	dst = AppendTerm(dst, &q.Object)
	if q.Graph.Kind != 0 {
		dst = append(dst, ' ')
		dst = AppendTerm(dst, &q.Graph)
	}
	return append(dst, " .\n"...)
}

// AppendNQuads appends the quads in their order, each as [AppendNQuad] does.
// For the sorted canonical form of a dataset, see [Canonicalize].
func AppendNQuads(dst []byte, quads []Quad) []byte {
	for i := range quads {
		dst = AppendNQuad(dst, &quads[i])
	}
	return dst
}

// AppendTerm appends one term in canonical N-Quads; nothing for the absent term.
func AppendTerm(dst []byte, t *Term) []byte {
	switch t.Kind {
	case IRI:
		return appendIRI(dst, t.Value)
	case Blank:
		return append(append(dst, "_:"...), t.Value...)
	case Literal:
		return appendLiteral(dst, t)
	default:
		return dst
	}
}

func appendLiteral(dst []byte, t *Term) []byte {
	dst = append(dst, '"')
	dst = appendEscaped(dst, t.Value)
	dst = append(dst, '"')
	switch {
	case t.Language != "":
		return append(append(dst, '@'), t.Language...)
	case t.Datatype == "" || t.Datatype == XSDString:
		return dst
	default:
		return appendIRI(append(dst, "^^"...), t.Datatype)
	}
}

func appendIRI(dst []byte, iri string) []byte {
	dst = append(dst, '<')
	i := plainIRI(iri, 0)
	if i == len(iri) {
		dst = append(dst, iri...)
		return append(dst, '>')
	}
	start := 0
	for i < len(iri) {
		dst = append(dst, iri[start:i]...)
		dst = appendUCHAR(dst, uint32(iri[i]))
		start = i + 1
		i = plainIRI(iri, start)
	}
	dst = append(dst, iri[start:]...)
	return append(dst, '>')
}

func appendEscaped(dst []byte, s string) []byte {
	i := plainText(s, 0)
	if i == len(s) {
		return append(dst, s...)
	}
	start := 0
	for i < len(s) {
		dst = append(dst, s[start:i]...)
		start = i + 1
		switch c := s[i]; c {
		case '\b':
			dst = append(dst, `\b`...)
		case '\t':
			dst = append(dst, `\t`...)
		case '\n':
			dst = append(dst, `\n`...)
		case '\f':
			dst = append(dst, `\f`...)
		case '\r':
			dst = append(dst, `\r`...)
		case '"', '\\':
			dst = append(dst, '\\', c)
		case 0xEF:
			// U+FFFE and U+FFFF are no characters of XML 1.1, and so are escaped.
			if len(s)-i >= 3 && s[i+1] == 0xBF && s[i+2] >= 0xBE {
				dst = appendUCHAR(dst, 0xFFC0|uint32(s[i+2]&0x3F))
				start = i + 3
			} else {
				dst = append(dst, c)
			}
		default:
			dst = appendUCHAR(dst, uint32(c))
		}
		i = plainText(s, start)
	}
	return append(dst, s[start:]...)
}

func appendUCHAR(dst []byte, c uint32) []byte {
	return append(dst, '\\', 'u',
		upperHex[c>>12&15], upperHex[c>>8&15], upperHex[c>>4&15], upperHex[c&15])
}

// Eight bytes are looked at in one word below. A false alarm (hasLess and its
// kin may mark a byte above the one that matched) costs only a look at each of
// the eight; a byte that matters is never passed over.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

func hasZero(x uint64) uint64             { return (x - ones) &^ x & highs }
func hasByte(x uint64, b byte) uint64     { return hasZero(x ^ ones*uint64(b)) }
func hasLess(x uint64, limit byte) uint64 { return (x - ones*uint64(limit)) &^ x & highs }

func word(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// plainIRI returns the index, from i on, of the first byte that an IRIREF may
// not hold unescaped, or len(s).
func plainIRI(s string, i int) int {
	for ; i+8 <= len(s); i += 8 {
		x := word(s, i)
		// '<' and '>' differ in one bit, and so do '\' and '^'. '!', '~' and UTF-8
		// fall under suspicion with their neighbours and are let off below.
		m := hasLess(x, '"'+1) | hasByte(x|ones*2, '>') | hasByte(x|ones*2, '^') |
			hasByte(x, '`') | ((x&^uint64(highs)+ones*(0x80-'{'))|x)&highs
		if m != 0 {
			for j := i; j < i+8; j++ {
				if byteClass[s[j]]&notInIRI != 0 {
					return j
				}
			}
		}
	}
	for ; i < len(s); i++ {
		if byteClass[s[i]]&notInIRI != 0 {
			return i
		}
	}
	return i
}

// plainText returns the index, from i on, of the first byte of a literal that
// needs a look, or len(s).
func plainText(s string, i int) int {
	for ; i+8 <= len(s); i += 8 {
		x := word(s, i)
		if hasLess(x, 0x20)|hasByte(x, '"')|hasByte(x, '\\')|hasByte(x, 0x7F)|hasByte(x, 0xEF) != 0 {
			for j := i; j < i+8; j++ {
				if byteClass[s[j]]&notInText != 0 {
					return j
				}
			}
		}
	}
	for ; i < len(s); i++ {
		if byteClass[s[i]]&notInText != 0 {
			return i
		}
	}
	return i
}

const (
	notInIRI  = 1 << iota // needs \u in an IRIREF
	notInText             // needs an escape, or a look, in a literal
)

var byteClass = func() (t [256]uint8) {
	for c := range 0x21 {
		t[c] |= notInIRI
	}
	for _, c := range []byte("<>\"{}|^`\\") {
		t[c] |= notInIRI
	}
	for c := range 0x20 {
		t[c] |= notInText
	}
	for _, c := range []byte{'"', '\\', 0x7F, 0xEF} {
		t[c] |= notInText
	}
	return t
}()
