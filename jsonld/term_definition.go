package jsonld

import (
	"errors"
	"strings"

	"github.com/ecusson/ecusson/jsontree"
)

// term is a term definition (JSON-LD 1.1 API §4.2). It is not written once made.
type term struct {
	// iri is the IRI mapping; empty is null, and the term is dropped.
	iri string
	// keyword tells that iri is a keyword: the term is an alias.
	keyword   bool
	prefix    bool
	protected bool
	reverse   bool

	container containers
	// coercion says what typ means, datatype and the rest.
	coercion coercion
	typ      string

	hasLanguage, hasDirection bool // set, maybe to null, which is ""
	language, direction       string

	index string
	nest  string

	// context is the scoped context, nil if there is none; baseURL, source and
	// pinned say where it comes from.
	context *jsontree.Value
	baseURL string
	source  string
	pinned  bool

	// plain tells that a walk from the document to quads may take the term as a
	// property: see walk.go.
	plain bool
	// resource tells that iri is well-formed.
	resource bool
}

// coercion is the kind of a type mapping.
type coercion uint8

const (
	untyped coercion = iota
	toID
	toVocab
	toNone
	toJSON
	toDatatype
)

// containers is a set of container keywords.
type containers uint8

const (
	inGraph containers = 1 << iota
	inID
	inIndex
	inLanguage
	inList
	inSet
	inType
)

func (c containers) has(x containers) bool { return c&x != 0 }

var containerNames = map[string]containers{
	"@graph": inGraph, "@id": inID, "@index": inIndex, "@language": inLanguage,
	"@list": inList, "@set": inSet, "@type": inType,
}

// same compares definitions but for their protection and where they come from
// (step 27).
func (t *term) same(o *term) bool {
	if t.iri != o.iri || t.keyword != o.keyword || t.prefix != o.prefix || t.reverse != o.reverse ||
		t.container != o.container || t.coercion != o.coercion || t.typ != o.typ ||
		t.hasLanguage != o.hasLanguage || t.hasDirection != o.hasDirection ||
		t.language != o.language || t.direction != o.direction || t.index != o.index || t.nest != o.nest {
		return false
	}
	if t.context == o.context {
		return true
	}
	return t.context != nil && o.context != nil && sameJSON(t.context, o.context)
}

// sameJSON compares values; the order of an object's members does not matter.
func sameJSON(a, b *jsontree.Value) bool {
	if a.Kind != b.Kind || a.Text != b.Text || len(a.Members) != len(b.Members) {
		return false
	}
	var byName map[string]*jsontree.Value
	for i := range a.Members {
		x, y := &a.Members[i], &b.Members[i]
		if x.Name != y.Name {
			if byName == nil {
				byName = make(map[string]*jsontree.Value, len(b.Members))
				for j := range b.Members {
					byName[b.Members[j].Name] = &b.Members[j].Value
				}
			}
			if other := byName[x.Name]; other == nil || !sameJSON(&x.Value, other) {
				return false
			}
			continue
		}
		if !sameJSON(&x.Value, &y.Value) {
			return false
		}
	}
	return true
}

// definer makes the term definitions of one context definition; each may need
// others of it first.
type definer struct {
	r         *run
	context   *activeContext
	local     *jsontree.Value
	call      contextCall
	protected bool
	pinned    bool
	names     map[string]int // the position of each term in local
	state     []definition
	depth     int
}

type definition uint8

const (
	notDefined definition = iota
	beingDefined
	isDefined
)

// need defines the named term if local has it and it is not defined yet.
func (b *definer) need(name string) error {
	i, ok := b.names[name]
	if !ok || b.state[i] == isDefined {
		return nil
	}
	return b.define(i)
}

// expandIRI is the IRI Expansion algorithm for names in the local context:
// vocab is true, document relative false.
func (b *definer) expandIRI(value string) (string, bool, error) {
	if !isKeyword(value) && !isKeywordLike(value) {
		if err := b.need(value); err != nil {
			return "", false, err
		}
		if def, ok := b.context.terms[value]; !ok || def == nil {
			if i := strings.IndexByte(value, ':'); i > 0 {
				if prefix := value[:i]; prefix != "_" && !strings.HasPrefix(value[i+1:], "//") {
					if err := b.need(prefix); err != nil {
						return "", false, err
					}
				}
			}
		}
	}
	iri, ok := b.context.expandIRI(value, false, true)
	return iri, ok, nil
}

// keywordLike says that a term is left undefined because it looks like a keyword.
func (b *definer) keywordLike(value string) error {
	if b.r.o.Safe {
		return b.r.fail(LossKeywordLike, "%q", clip(value))
	}
	return nil
}

// define is the Create Term Definition algorithm (JSON-LD 1.1 API §4.2.2).
func (b *definer) define(i int) error {
	r, name, value := b.r, b.local.Members[i].Name, &b.local.Members[i].Value
	r.into(name)
	switch b.state[i] {
	case isDefined:
		r.out()
		return nil
	case beingDefined:
		return r.fail("cyclic IRI mapping", "")
	}
	if b.depth++; b.depth > r.limits.Depth {
		return r.fail(CodeLimit, "terms that need each other are nested deeper than %d", r.limits.Depth)
	}
	b.state[i] = beingDefined
	if name == "" {
		return r.fail("invalid term definition", "a term is not empty")
	}
	if name == "@type" {
		if r.mode10 || !isTypeRedefinition(value) {
			return r.fail("keyword redefinition", "")
		}
	} else if isKeyword(name) {
		return r.fail("keyword redefinition", "")
	} else if isKeywordLike(name) {
		if err := b.keywordLike(name); err != nil {
			return err
		}
		b.state[i] = isDefined
		b.depth--
		r.out()
		return nil
	}
	before := b.context.terms[name]
	delete(b.context.terms, name)

	def := &term{protected: b.protected, pinned: b.pinned}
	ignored := false
	var err error
	switch value.Kind {
	case jsontree.Null:
	case jsontree.String:
		ignored, err = b.mapIRI(def, name, value, true)
	case jsontree.Object:
		ignored, err = b.expanded(def, name, value)
	default:
		err = r.fail("invalid term definition", "a definition is an IRI, an object or null, not a %s", value.Kind)
	}
	if err != nil {
		return err
	}
	if ignored {
		b.state[i] = isDefined
		b.depth--
		r.out()
		return nil
	}
	def.finish()
	if before != nil && before.protected && !b.call.override {
		if !def.same(before) {
			return r.fail("protected term redefinition", "")
		}
		def = before
	}
	b.context.terms[name] = def
	b.state[i] = isDefined
	b.depth--
	r.out()
	return nil
}

// isTypeRedefinition: @type may be given @container @set and @protected alone
// (step 4).
func isTypeRedefinition(v *jsontree.Value) bool {
	if v.Kind != jsontree.Object || len(v.Members) == 0 {
		return false
	}
	for i := range v.Members {
		m := &v.Members[i]
		switch {
		case m.Name == "@container" && m.Value.Str() == "@set", m.Name == "@protected":
		default:
			return false
		}
	}
	return true
}

// expanded reads an expanded term definition (steps 11 to 26). The first result
// tells that the term is to be ignored.
func (b *definer) expanded(def *term, name string, value *jsontree.Value) (bool, error) {
	r := b.r
	if v := value.Get("@protected"); v != nil {
		if r.mode10 {
			return false, r.fail("invalid term definition", "@protected needs json-ld-1.1")
		}
		if v.Kind != jsontree.Bool {
			return false, r.failAt("@protected", "invalid @protected value", "@protected is true or false")
		}
		def.protected = v.True()
	}
	if v := value.Get("@type"); v != nil {
		if err := b.typeMapping(def, v); err != nil {
			return false, err
		}
	}
	if v := value.Get("@reverse"); v != nil {
		ignored, err := b.reverse(def, value, v)
		if ignored || err != nil {
			return ignored, err
		}
	} else {
		ignored, err := b.mapIRI(def, name, value.Get("@id"), false)
		if ignored || err != nil {
			return ignored, err
		}
	}
	if v := value.Get("@container"); v != nil {
		if err := b.container(def, v); err != nil {
			return false, err
		}
	}
	return false, b.rest(def, name, value)
}

func (b *definer) typeMapping(def *term, v *jsontree.Value) error {
	r := b.r
	if v.Kind != jsontree.String {
		return r.failAt("@type", "invalid type mapping", "@type is a string")
	}
	iri, ok, err := b.expandIRI(v.Text)
	if err != nil {
		return err
	}
	switch {
	case !ok:
		return r.failAt("@type", "invalid type mapping", "%q", clip(v.Text))
	case iri == "@id":
		def.coercion = toID
	case iri == "@vocab":
		def.coercion = toVocab
	case iri == "@none" && !r.mode10:
		def.coercion = toNone
	case iri == "@json" && !r.mode10:
		def.coercion = toJSON
	case isIRI(iri):
		def.coercion = toDatatype
	default:
		return r.failAt("@type", "invalid type mapping", "%q", clip(v.Text))
	}
	def.typ = iri
	return nil
}

// reverse is step 13.
func (b *definer) reverse(def *term, value, v *jsontree.Value) (bool, error) {
	r := b.r
	if value.Get("@id") != nil || value.Get("@nest") != nil {
		return false, r.fail("invalid reverse property", "@reverse stands with @id or @nest")
	}
	if v.Kind != jsontree.String {
		return false, r.failAt("@reverse", "invalid IRI mapping", "@reverse is a string")
	}
	if isKeywordLike(v.Text) && !isKeyword(v.Text) {
		return true, b.keywordLike(v.Text)
	}
	iri, ok, err := b.expandIRI(v.Text)
	if err != nil {
		return false, err
	}
	if !ok || !isIRI(iri) && !isBlank(iri) {
		return false, r.failAt("@reverse", "invalid IRI mapping", "%q is no IRI", clip(v.Text))
	}
	if c := value.Get("@container"); c != nil && c.Kind != jsontree.Null {
		if s := c.Str(); s != "@set" && s != "@index" {
			return false, r.failAt("@container", "invalid reverse property", "the container of a reverse property is @set or @index")
		}
	}
	def.iri, def.reverse = iri, true
	return false, nil
}

// mapIRI is steps 14 to 18: id is the value of @id, the definition itself if it
// is a string, or nil.
func (b *definer) mapIRI(def *term, name string, id *jsontree.Value, simple bool) (ignored bool, err error) {
	r := b.r
	if id != nil && (id.Kind != jsontree.String || id.Text != name) {
		if id.Kind == jsontree.Null {
			return false, nil
		}
		if id.Kind != jsontree.String {
			return false, r.fail("invalid IRI mapping", "@id is a string or null")
		}
		if isKeywordLike(id.Text) && !isKeyword(id.Text) {
			return true, b.keywordLike(id.Text)
		}
		iri, ok, err := b.expandIRI(id.Text)
		if err != nil {
			return false, err
		}
		if iri == "@context" {
			return false, r.fail("invalid keyword alias", "@context has no alias")
		}
		if !ok || !isKeyword(iri) && !isIRI(iri) && !isBlank(iri) {
			return false, r.fail("invalid IRI mapping", "%q is no IRI", clip(id.Text))
		}
		def.iri = iri
		if j := strings.IndexByte(name[1:], ':'); (j >= 0 && j+2 < len(name)) || strings.Contains(name, "/") {
			i := b.names[name]
			b.state[i] = isDefined
			expanded, _, err := b.expandIRI(name)
			if err != nil {
				return false, err
			}
			b.state[i] = beingDefined
			if expanded != iri {
				return false, r.fail("invalid IRI mapping", "the term means %q by itself", clip(expanded))
			}
		} else if simple && !strings.ContainsAny(name, ":/") && endsAsPrefix(iri) {
			def.prefix = true
		}
		return false, nil
	}
	if i := strings.IndexByte(name, ':'); i > 0 {
		prefix, suffix := name[:i], name[i+1:]
		if prefix != "_" && !strings.HasPrefix(suffix, "//") {
			if err := b.need(prefix); err != nil {
				return false, err
			}
			if p := b.context.terms[prefix]; p != nil && p.iri != "" {
				def.iri = p.iri + suffix
				return false, nil
			}
		}
		def.iri = name
		return false, nil
	}
	if strings.Contains(name, "/") {
		iri, ok := b.context.expandIRI(name, false, true)
		if !ok || !isIRI(iri) {
			return false, r.fail("invalid IRI mapping", "%q is no IRI", clip(name))
		}
		def.iri = iri
		return false, nil
	}
	switch {
	case name == "@type":
		def.iri = "@type"
	case b.context.hasVocab:
		def.iri = b.context.vocab + name
	default:
		return false, r.fail("invalid IRI mapping", "the term has no @id and the context no @vocab")
	}
	return false, nil
}

// endsAsPrefix: a simple term is a prefix if its IRI ends in a gen-delim or is a
// blank node identifier.
func endsAsPrefix(iri string) bool {
	return isBlank(iri) || iri != "" && strings.IndexByte(":/?#[]@", iri[len(iri)-1]) >= 0
}

// container is step 19.
func (b *definer) container(def *term, v *jsontree.Value) error {
	r := b.r
	if v.Kind == jsontree.Null && def.reverse {
		return nil
	}
	bad := func() error {
		return r.failAt("@container", "invalid container mapping", "%s", clip(string(v.AppendJSON(nil))))
	}
	if r.mode10 && v.Kind != jsontree.String || v.Kind != jsontree.String && v.Kind != jsontree.Array {
		return bad()
	}
	var set containers
	n := 0
	for _, m := range v.Items() {
		c, ok := containerNames[m.Value.Str()]
		if !ok || set.has(c) || r.mode10 && c.has(inGraph|inID|inType) {
			return bad()
		}
		set |= c
		n++
	}
	switch {
	case n == 1:
	case set.has(inGraph) && set.has(inID|inIndex):
		if set.has(inID) && set.has(inIndex) || set&^(inGraph|inID|inIndex|inSet) != 0 {
			return bad()
		}
	case set.has(inSet) && n == 2 && !set.has(inList):
	default:
		return bad()
	}
	def.container = set
	if set.has(inType) {
		switch def.coercion {
		case untyped:
			def.coercion, def.typ = toID, "@id"
		case toID, toVocab:
		default:
			return r.failAt("@type", "invalid type mapping", "a @type container needs @id or @vocab")
		}
	}
	return nil
}

// rest is steps 20 to 26.
func (b *definer) rest(def *term, name string, value *jsontree.Value) error {
	r := b.r
	if v := value.Get("@index"); v != nil {
		if r.mode10 || !def.container.has(inIndex) || v.Kind != jsontree.String {
			return r.failAt("@index", "invalid term definition", "@index is a string, with @container @index")
		}
		iri, ok, err := b.expandIRI(v.Text)
		if err != nil {
			return err
		}
		if !ok || !isIRI(iri) {
			return r.failAt("@index", "invalid term definition", "%q is no IRI", clip(v.Text))
		}
		def.index = v.Text
	}
	if v := value.Get("@context"); v != nil {
		if err := b.scopedContext(def, v); err != nil {
			return err
		}
	}
	if v := value.Get("@language"); v != nil && def.coercion == untyped {
		if v.Kind != jsontree.Null && v.Kind != jsontree.String {
			return r.failAt("@language", "invalid language mapping", "@language is a string or null")
		}
		if r.o.Safe && v.Kind == jsontree.String && !isLanguageTag(v.Text) {
			return r.failAt("@language", LossLanguageTag, "%q", clip(v.Text))
		}
		def.hasLanguage, def.language = true, lower(v.Str())
	}
	if v := value.Get("@direction"); v != nil && def.coercion == untyped {
		if v.Kind != jsontree.Null && !isDirection(v) {
			return r.failAt("@direction", "invalid base direction", "a direction is ltr, rtl or null")
		}
		def.hasDirection, def.direction = true, v.Str()
	}
	if v := value.Get("@nest"); v != nil {
		if r.mode10 {
			return r.failAt("@nest", "invalid term definition", "@nest needs json-ld-1.1")
		}
		if v.Kind != jsontree.String || isKeyword(v.Text) && v.Text != "@nest" {
			return r.failAt("@nest", "invalid @nest value", "@nest is a term or @nest")
		}
		def.nest = v.Text
	}
	if v := value.Get("@prefix"); v != nil {
		if r.mode10 || strings.ContainsAny(name, ":/") {
			return r.failAt("@prefix", "invalid term definition", "a compact IRI is no prefix")
		}
		if v.Kind != jsontree.Bool {
			return r.failAt("@prefix", "invalid @prefix value", "@prefix is true or false")
		}
		if def.prefix = v.True(); def.prefix && isKeyword(def.iri) {
			return r.failAt("@prefix", "invalid term definition", "a keyword is no prefix")
		}
	}
	for i := range value.Members {
		switch key := value.Members[i].Name; key {
		case "@id", "@reverse", "@container", "@context", "@direction", "@index", "@language", "@nest", "@prefix",
			"@protected", "@type":
		default:
			return r.failAt(key, "invalid term definition", "no entry of a term definition")
		}
	}
	return nil
}

// scopedContext is step 21: the context is tried now, so that an error shows
// where it is, and applied where the term is used.
func (b *definer) scopedContext(def *term, v *jsontree.Value) error {
	r := b.r
	if r.mode10 {
		return r.failAt("@context", "invalid term definition", "scoped contexts need json-ld-1.1")
	}
	r.into("@context")
	defer r.out()
	if r.depth++; r.depth > r.limits.Depth {
		return r.fail(CodeLimit, "contexts are nested deeper than %d", r.limits.Depth)
	}
	place := r.path
	_, err := r.processContext(b.context, v, contextCall{
		base: b.call.base, remote: b.call.remote, override: true, propagate: true, pinned: b.pinned,
	})
	r.path = place
	r.depth--
	if e := (*Error)(nil); errors.As(err, &e) && e.Code != CodeLimit {
		return &Error{Code: "invalid scoped context", Pointer: e.Pointer, Detail: strings.TrimSuffix(e.Code+": "+e.Detail, ": ")}
	} else if err != nil {
		return err
	}
	def.context, def.baseURL, def.source = v, b.call.base, r.remote
	return nil
}

// finish computes what follows from the rest of the definition.
func (t *term) finish() {
	t.keyword = isKeyword(t.iri)
	t.resource = !t.keyword && isWellFormed(t.iri)
	t.plain = t.resource && !t.keyword && !t.reverse && t.nest == "" && t.index == "" &&
		t.container&^(inSet|inList|inGraph) == 0 && !(t.container.has(inList) && t.container.has(inGraph)) &&
		t.coercion != toJSON && t.direction == "" &&
		(t.coercion != toDatatype || isWellFormed(t.typ))
}
