package jsonld

import "strings"

// isKeyword tells whether s is a keyword of JSON-LD 1.1 §9.16. The framing
// keywords are not among them.
func isKeyword(s string) bool {
	if len(s) < 3 || s[0] != '@' {
		return false
	}
	switch s {
	case "@base", "@container", "@context", "@direction", "@graph", "@id", "@import", "@included", "@index",
		"@json", "@language", "@list", "@nest", "@none", "@prefix", "@propagate", "@protected", "@reverse",
		"@set", "@type", "@value", "@version", "@vocab":
		return true
	}
	return false
}

// isKeywordLike tells whether s is "@" and one or more letters: such terms are
// kept for later versions of JSON-LD and ignored.
func isKeywordLike(s string) bool {
	if len(s) < 2 || s[0] != '@' {
		return false
	}
	for i := 1; i < len(s); i++ {
		if !isAlpha(s[i]) {
			return false
		}
	}
	return true
}

func isAlpha(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isBlank(s string) bool { return len(s) >= 2 && s[0] == '_' && s[1] == ':' }

// schemeEnd returns the position of the colon behind a scheme (RFC 3986 §3.1),
// or -1.
func schemeEnd(s string) int {
	for i := range len(s) {
		c := s[i]
		switch {
		case isAlpha(c):
		case i > 0 && (isDigit(c) || c == '+' || c == '-' || c == '.'):
		case i > 0 && c == ':':
			return i
		default:
			return -1
		}
	}
	return -1
}

// isIRI tells whether s has the form of an absolute IRI: a scheme and no white
// space.
func isIRI(s string) bool {
	if schemeEnd(s) < 0 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c <= ' ' {
			return false
		}
	}
	return true
}

// isWellFormed tells whether s is an absolute IRI, as far as JSON-LD processors
// look: what N-Quads can hold (IRIREF), with one fragment.
func isWellFormed(s string) bool {
	i := schemeEnd(s)
	if i < 0 {
		return false
	}
	fragment := false
	for ; i < len(s); i++ {
		c := s[i]
		if notInIRI[c] || c == '#' && fragment {
			return false
		}
		fragment = fragment || c == '#'
	}
	return true
}

// notInIRI marks the bytes that IRIREF excludes.
var notInIRI = func() (t [256]bool) {
	for c := range 0x21 {
		t[c] = true
	}
	t[0x7f] = true
	for _, c := range []byte("<>\"{}|^`\\") {
		t[c] = true
	}
	return t
}()

// isLanguageTag tells whether s is well-formed in the way JSON-LD processors
// agree on: subtags of one to eight letters and digits, the first of letters.
func isLanguageTag(s string) bool {
	n := 0
	first := true
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '-' && n > 0:
			n, first = 0, false
			continue
		case isAlpha(c), !first && isDigit(c):
			n++
		default:
			return false
		}
		if n > 8 {
			return false
		}
	}
	return n > 0
}

// resolve resolves an IRI reference against a base (RFC 3986 §5.2). With no
// base, or a base that is not absolute, the reference stays as it is.
func resolve(base, ref string) string {
	if base == "" || schemeEnd(base) < 0 {
		return ref
	}
	r := splitIRI(ref)
	b := splitIRI(base)
	if r.hasScheme {
		r.path = removeDots(r.path)
		return r.join()
	}
	t := iriParts{scheme: b.scheme, hasScheme: true, fragment: r.fragment, hasFragment: r.hasFragment}
	if r.hasAuthority {
		t.authority, t.hasAuthority = r.authority, true
		t.path, t.query, t.hasQuery = removeDots(r.path), r.query, r.hasQuery
		return t.join()
	}
	t.authority, t.hasAuthority = b.authority, b.hasAuthority
	if r.path == "" {
		t.path, t.query, t.hasQuery = b.path, b.query, b.hasQuery
		if r.hasQuery {
			t.query, t.hasQuery = r.query, true
		}
		return t.join()
	}
	t.query, t.hasQuery = r.query, r.hasQuery
	switch {
	case r.path[0] == '/':
		t.path = removeDots(r.path)
	case b.hasAuthority && b.path == "":
		t.path = removeDots("/" + r.path)
	default:
		t.path = removeDots(b.path[:strings.LastIndexByte(b.path, '/')+1] + r.path)
	}
	return t.join()
}

// iriParts are the components of RFC 3986 §3; the flags tell an empty one from
// an absent one.
type iriParts struct {
	scheme, authority, path, query, fragment       string
	hasScheme, hasAuthority, hasQuery, hasFragment bool
}

func splitIRI(s string) (p iriParts) {
	if i := schemeEnd(s); i >= 0 {
		p.scheme, p.hasScheme, s = s[:i], true, s[i+1:]
	}
	s, p.fragment, p.hasFragment = strings.Cut(s, "#")
	s, p.query, p.hasQuery = strings.Cut(s, "?")
	if strings.HasPrefix(s, "//") {
		p.hasAuthority = true
		s = s[2:]
		if i := strings.IndexByte(s, '/'); i >= 0 {
			p.authority, s = s[:i], s[i:]
		} else {
			p.authority, s = s, ""
		}
	}
	p.path = s
	return p
}

func (p iriParts) join() string {
	var b strings.Builder
	if p.hasScheme {
		b.WriteString(p.scheme)
		b.WriteByte(':')
	}
	if p.hasAuthority {
		b.WriteString("//")
		b.WriteString(p.authority)
	}
	b.WriteString(p.path)
	if p.hasQuery {
		b.WriteByte('?')
		b.WriteString(p.query)
	}
	if p.hasFragment {
		b.WriteByte('#')
		b.WriteString(p.fragment)
	}
	return b.String()
}

// removeDots removes the segments "." and ".." of a path (RFC 3986 §5.2.4).
func removeDots(path string) string {
	if !strings.Contains(path, ".") {
		return path
	}
	absolute := strings.HasPrefix(path, "/")
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	out := segments[:0]
	for i, s := range segments {
		last := i == len(segments)-1
		switch s {
		case ".", "..":
			if s == ".." && len(out) > 0 {
				out = out[:len(out)-1]
			}
			if last {
				out = append(out, "")
			}
		default:
			out = append(out, s)
		}
	}
	joined := strings.Join(out, "/")
	if absolute {
		return "/" + joined
	}
	return joined
}

// expandIRI is the IRI Expansion algorithm (JSON-LD 1.1 API §5.2) without the
// parts for a context under construction. The second result is false for null.
func (c *activeContext) expandIRI(value string, documentRelative, vocab bool) (string, bool) {
	if isKeyword(value) {
		return value, true
	}
	if isKeywordLike(value) {
		return "", false
	}
	colon := strings.IndexByte(value, ':')
	if !vocab && colon > 0 && strings.HasPrefix(value[colon+1:], "//") {
		return value, true // a term of this form is no alias of a keyword
	}
	if def, ok := c.terms[value]; ok {
		if def != nil && def.keyword {
			return def.iri, true
		}
		if vocab {
			if def == nil || def.iri == "" {
				return "", false
			}
			return def.iri, true
		}
	}
	if colon > 0 {
		prefix, suffix := value[:colon], value[colon+1:]
		if prefix == "_" || strings.HasPrefix(suffix, "//") {
			return value, true
		}
		if def := c.terms[prefix]; def != nil && def.iri != "" && def.prefix {
			return def.iri + suffix, true
		}
		if isIRI(value) {
			return value, true
		}
	}
	if vocab && c.hasVocab {
		return c.vocab + value, true
	}
	if documentRelative {
		return resolve(c.base, value), true
	}
	return value, true
}

// keywordOf returns the keyword that a member's name is or stands for, or "".
func (c *activeContext) keywordOf(name string) string {
	if def := c.terms[name]; def != nil {
		if def.keyword {
			return def.iri
		}
		return ""
	}
	if isKeyword(name) {
		return name
	}
	return ""
}
