package jsonld

import (
	"maps"
	"sync/atomic"

	"github.com/ecusson/ecusson/jsontree"
)

// activeContext is an active context (JSON-LD 1.1 API §4.1). It is not written
// any more once processContext has returned it; what is derived from it through
// embedded contexts alone hangs on it, compiled, for the next document.
type activeContext struct {
	terms map[string]*term
	// base is the base IRI, originalBase the one it began with.
	base, originalBase string
	vocab              string
	hasVocab           bool
	language           string
	direction          string
	previous           *activeContext
	// The aliases of the keywords that are looked for in every object.
	idNames, typeNames, valueNames []string

	// pinned tells that nothing in it comes from a Loader or points into a
	// document, so that the Processor may keep it.
	pinned  bool
	derived atomic.Pointer[map[derivedKey]*activeContext]
}

// derivedKey says how a context was derived from another: by an embedded
// context's IRI, by a written context's text, or by a term's scoped context.
type derivedKey struct {
	how  derivation
	iri  string
	term *term
}

type derivation uint8

const (
	byIRI derivation = iota
	byContent
	byType
	byProperty
)

func newContext(base string) *activeContext {
	return &activeContext{terms: map[string]*term{}, base: base, originalBase: base, pinned: true}
}

// copied returns a context that may be written, but for its terms.
func (c *activeContext) copied() *activeContext {
	return &activeContext{
		terms: c.terms, base: c.base, originalBase: c.originalBase, vocab: c.vocab, hasVocab: c.hasVocab,
		language: c.language, direction: c.direction, previous: c.previous, pinned: c.pinned,
		idNames: c.idNames, typeNames: c.typeNames, valueNames: c.valueNames,
	}
}

func (c *activeContext) hasProtected() bool {
	for _, def := range c.terms {
		if def.protected {
			return true
		}
	}
	return false
}

// contextCall are the parameters of the Context Processing algorithm besides
// the two contexts.
type contextCall struct {
	base      string
	remote    []string
	override  bool
	propagate bool
	validate  bool
	// pinned tells that the local context outlives the call.
	pinned bool
}

// processContext is the Context Processing algorithm (JSON-LD 1.1 API §4.1.2).
func (r *run) processContext(active *activeContext, local *jsontree.Value, call contextCall) (*activeContext, error) {
	if local.Kind == jsontree.Object {
		if p := local.Get("@propagate"); p != nil && p.Kind == jsontree.Bool {
			call.propagate = p.True()
		}
	}
	result := active
	if !call.propagate && result.previous == nil {
		result = result.copied()
		result.previous = active
	}
	if local.Kind != jsontree.Array {
		return r.processOneContext(result, local, call)
	}
	for i := range local.Members {
		r.item(i)
		var err error
		if result, err = r.processOneContext(result, &local.Members[i].Value, call); err != nil {
			return nil, err
		}
		r.out()
	}
	return result, nil
}

func (r *run) processOneContext(result *activeContext, local *jsontree.Value, call contextCall) (*activeContext, error) {
	switch local.Kind {
	case jsontree.Null:
		if err := r.spendTerms(len(result.terms)); err != nil {
			return nil, err
		}
		if !call.override && result.hasProtected() {
			return nil, r.fail("invalid context nullification", "the active context has protected terms")
		}
		empty := newContext(result.originalBase)
		if !call.propagate {
			empty.previous = result.previous
		}
		// Not the root itself, so only the run may keep what is derived from it.
		empty.pinned = false
		return empty, nil
	case jsontree.String:
		return r.remoteContext(result, local.Text, call)
	case jsontree.Object:
		if result.pinned && !call.pinned && !call.override && call.propagate && call.validate && len(call.remote) == 0 {
			return r.writtenContext(result, local, call)
		}
		return r.contextDefinition(result, local, call)
	default:
		return nil, r.fail("invalid local context", "a context is an IRI, an object or null, not a %s", local.Kind)
	}
}

// remoteContext is step 5.2: a context named by its IRI.
func (r *run) remoteContext(result *activeContext, ref string, call contextCall) (*activeContext, error) {
	if len(call.remote) == 0 && call.validate {
		if known := result.known(derivedKey{how: byIRI, iri: ref}); known != nil {
			return known, nil
		}
	}
	iri := resolve(call.base, ref)
	if !isIRI(iri) {
		return nil, r.fail("loading document failed", "context %q is no absolute IRI and has no base", clip(ref))
	}
	if !call.validate {
		for _, seen := range call.remote {
			if seen == iri {
				return result, nil
			}
		}
	}
	if len(call.remote) >= r.limits.ContextDepth {
		return nil, r.fail("context overflow", "more than %d contexts refer to each other", r.limits.ContextDepth)
	}
	compile := func() (*activeContext, error) {
		doc, pinned, err := r.load(iri)
		if err != nil {
			return nil, err
		}
		inner := doc.Get("@context")
		if inner == nil {
			return nil, r.fail("invalid remote context", "%s has no @context", clip(iri))
		}
		defer r.enterRemote(iri)()
		remote := append(call.remote[:len(call.remote):len(call.remote)], iri)
		// Not override: step 5.2.6 does not pass it on.
		return r.processContext(result, inner, contextCall{
			base: iri, remote: remote, propagate: true, validate: call.validate, pinned: pinned,
		})
	}
	if len(call.remote) > 0 || !call.validate {
		return compile()
	}
	_, embedded := embeddedFile(iri)
	return r.derive(result, derivedKey{how: byIRI, iri: iri}, embedded, compile)
}

// maxWritten is the longest context written in a document, in bytes, that is
// kept compiled. Issuers write the same few lines into each credential.
const maxWritten = 4096

// writtenContext is a context that stands in the document itself.
func (r *run) writtenContext(result *activeContext, local *jsontree.Value, call contextCall) (*activeContext, error) {
	text := local.AppendJSON(nil)
	if len(text) > maxWritten {
		return r.contextDefinition(result, local, call)
	}
	key := derivedKey{how: byContent, iri: string(text)}
	return r.derive(result, key, true, func() (*activeContext, error) {
		// A copy, so that what is kept does not hold on to the document.
		own, err := jsontree.Parse(text, jsontree.Limits{Depth: r.limits.Depth})
		if err != nil {
			return r.contextDefinition(result, local, call)
		}
		call.pinned = true
		return r.contextDefinition(result, &own, call)
	})
}

// enterRemote makes errors name the place in the document that uses the context
// and, in words, the place in the context.
func (r *run) enterRemote(source string) (leave func()) {
	remote, used, path := r.remote, r.used, r.path
	r.remote, r.used = source, len(r.path)
	if remote != "" {
		r.used = used
	}
	if source == "" {
		r.remote = "scoped to a term"
	}
	return func() { r.remote, r.used, r.path = remote, used, path }
}

// derive returns what compile makes of a context, once: it is kept with the
// Processor if nothing in it may change, and with the run if it may.
func (r *run) derive(from *activeContext, key derivedKey, pinned bool, compile func() (*activeContext, error)) (*activeContext, error) {
	if known := from.known(key); known != nil {
		return known, nil
	}
	if c, ok := r.derived[runKey{from, key}]; ok {
		return c, nil
	}
	c, err := compile()
	if err != nil {
		return nil, err
	}
	if pinned && from.pinned && c.pinned {
		return r.p.keep(from, key, c), nil
	}
	if r.derived == nil {
		r.derived = map[runKey]*activeContext{}
	}
	r.derived[runKey{from, key}] = c
	return c, nil
}

// known returns the compiled context, or nil.
func (c *activeContext) known(key derivedKey) *activeContext {
	if m := c.derived.Load(); m != nil {
		return (*m)[key]
	}
	return nil
}

// keep hangs a compiled context on the one it comes from. Readers take no lock:
// the map they see is never written, but replaced.
func (p *Processor) keep(from *activeContext, key derivedKey, c *activeContext) *activeContext {
	p.mu.Lock()
	defer p.mu.Unlock()
	if known := from.known(key); known != nil {
		return known
	}
	if p.compiled++; p.compiled > maxCompiled {
		clear(p.roots)
		p.compiled = 0
	}
	next := map[derivedKey]*activeContext{key: c}
	if m := from.derived.Load(); m != nil {
		maps.Copy(next, *m)
	}
	from.derived.Store(&next)
	return c
}

// load returns a context document, and whether it is an embedded one.
func (r *run) load(iri string) (*jsontree.Value, bool, error) {
	if r.contexts++; r.contexts > r.limits.Contexts {
		return nil, false, r.fail(CodeLimit, "more than %d contexts", r.limits.Contexts)
	}
	if doc, err := r.p.embedded(iri); doc != nil || err != nil {
		return doc, true, err
	}
	if doc := r.loaded[iri]; doc != nil {
		return doc, false, nil
	}
	if r.p.loader == nil {
		return nil, false, r.fail("loading remote context failed", "%s is not among the embedded contexts", clip(iri))
	}
	doc, err := r.p.loader.Load(iri)
	if err != nil {
		return nil, false, r.fail("loading remote context failed", "%s: %v", clip(iri), err)
	}
	if doc == nil || doc.Kind != jsontree.Object {
		return nil, false, r.fail("invalid remote context", "%s is no JSON object", clip(iri))
	}
	if r.loaded == nil {
		r.loaded = map[string]*jsontree.Value{}
	}
	r.loaded[iri] = doc
	return doc, false, nil
}

// contextDefinition is steps 5.5 to 5.13: a context written out.
func (r *run) contextDefinition(from *activeContext, local *jsontree.Value, call contextCall) (*activeContext, error) {
	if v := local.Get("@version"); v != nil {
		if !v.Is(jsontree.Number) || !isOnePointOne(v.Text) {
			return nil, r.failAt("@version", "invalid @version value", "@version is 1.1 or absent")
		}
		if r.mode10 {
			return nil, r.failAt("@version", "processing mode conflict", "")
		}
	}
	if r.mode10 {
		for _, name := range []string{"@import", "@direction", "@propagate", "@protected"} {
			if local.Get(name) != nil {
				return nil, r.failAt(name, "invalid context entry", "%s needs json-ld-1.1", name)
			}
		}
	}
	pinned := call.pinned
	if v := local.Get("@import"); v != nil {
		merged, importPinned, err := r.importContext(v, local, call)
		if err != nil {
			return nil, err
		}
		local, pinned = merged, pinned && importPinned
	}
	if err := r.spendTerms(len(from.terms) + len(local.Members)); err != nil {
		return nil, err
	}
	result := from.copied()
	result.terms = make(map[string]*term, len(from.terms)+len(local.Members))
	maps.Copy(result.terms, from.terms)
	result.pinned = from.pinned && pinned
	if err := r.contextEntries(result, local, call); err != nil {
		return nil, err
	}
	b := definer{r: r, context: result, local: local, call: call, pinned: pinned, names: make(map[string]int, len(local.Members))}
	b.state = make([]definition, len(local.Members))
	for i := range local.Members {
		m := &local.Members[i]
		switch m.Name {
		case "@protected":
			if !m.Value.Is(jsontree.Bool) {
				return nil, r.failAt(m.Name, "invalid @protected value", "@protected is true or false")
			}
			b.protected = m.Value.True()
			continue
		case "@base", "@direction", "@import", "@language", "@propagate", "@version", "@vocab":
			continue
		}
		b.names[m.Name] = i
	}
	for i := range local.Members {
		if j, ok := b.names[local.Members[i].Name]; ok && j == i {
			if err := b.define(i); err != nil {
				return nil, err
			}
		}
	}
	result.nameAliases()
	return result, nil
}

func (c *activeContext) nameAliases() {
	c.idNames, c.typeNames, c.valueNames = nil, nil, nil
	for name, def := range c.terms {
		if def.keyword && name[0] != '@' {
			switch def.iri {
			case "@id":
				c.idNames = append(c.idNames, name)
			case "@type":
				c.typeNames = append(c.typeNames, name)
			case "@value":
				c.valueNames = append(c.valueNames, name)
			}
		}
	}
}

// isAlias tells whether name is the keyword or one of its aliases.
func (c *activeContext) isAlias(aliases []string, keyword, name string) bool {
	for _, alias := range aliases {
		if alias == name {
			return true
		}
	}
	return name == keyword
}

func isOnePointOne(number string) bool {
	return number == "1.1" || number == "1.10" || number == "11e-1" || number == "1.1e0"
}

func (r *run) spendTerms(n int) error {
	if r.terms += n; r.terms > r.limits.Terms {
		return r.fail(CodeLimit, "contexts cost more than %d term definitions", r.limits.Terms)
	}
	return nil
}

// importContext is step 5.6: the imported context with the entries of the
// importing one in place of its own.
func (r *run) importContext(v, local *jsontree.Value, call contextCall) (*jsontree.Value, bool, error) {
	if v.Kind != jsontree.String {
		return nil, false, r.failAt("@import", "invalid @import value", "@import is an IRI")
	}
	r.into("@import")
	defer r.out()
	iri := resolve(call.base, v.Text)
	if !isIRI(iri) {
		return nil, false, r.fail("loading remote context failed", "%q is no absolute IRI and has no base", clip(v.Text))
	}
	doc, pinned, err := r.load(iri)
	if err != nil {
		return nil, false, err
	}
	imported := doc.Get("@context")
	if !imported.Is(jsontree.Object) {
		return nil, false, r.fail("invalid remote context", "the @context of %s is no object", clip(iri))
	}
	if imported.Get("@import") != nil {
		return nil, false, r.fail("invalid context entry", "%s has an @import of its own", clip(iri))
	}
	own := make(map[string]bool, len(local.Members))
	for i := range local.Members {
		own[local.Members[i].Name] = true
	}
	merged := jsontree.Value{Kind: jsontree.Object, Members: make([]jsontree.Member, 0, len(imported.Members)+len(local.Members))}
	for _, m := range imported.Members {
		if !own[m.Name] {
			merged.Members = append(merged.Members, m)
		}
	}
	for _, m := range local.Members {
		if m.Name != "@import" {
			merged.Members = append(merged.Members, m)
		}
	}
	return &merged, pinned, nil
}

// contextEntries is steps 5.7 to 5.11, the entries that are no terms.
func (r *run) contextEntries(result *activeContext, local *jsontree.Value, call contextCall) error {
	if v := local.Get("@base"); v != nil && len(call.remote) == 0 {
		switch {
		case v.Kind == jsontree.Null:
			result.base = ""
		case v.Kind == jsontree.String && isIRI(v.Text):
			result.base = v.Text
		case v.Kind == jsontree.String && result.base != "":
			result.base = resolve(result.base, v.Text)
		default:
			return r.failAt("@base", "invalid base IRI", "")
		}
	}
	if v := local.Get("@vocab"); v != nil {
		switch {
		case v.Kind == jsontree.Null:
			result.vocab, result.hasVocab = "", false
		case v.Kind == jsontree.String && (isIRI(v.Text) || isBlank(v.Text) || !r.mode10):
			vocab, ok := result.expandIRI(v.Text, true, true)
			if !ok {
				return r.failAt("@vocab", "invalid vocab mapping", "%q is like a keyword", clip(v.Text))
			}
			if r.o.Safe && !isBlank(vocab) && schemeEnd(vocab) < 0 {
				return r.failAt("@vocab", LossRelativeIRI, "%q", clip(v.Text))
			}
			result.vocab, result.hasVocab = vocab, true
		default:
			return r.failAt("@vocab", "invalid vocab mapping", "")
		}
	}
	if v := local.Get("@language"); v != nil {
		switch v.Kind {
		case jsontree.Null:
			result.language = ""
		case jsontree.String:
			if r.o.Safe && !isLanguageTag(v.Text) {
				return r.failAt("@language", LossLanguageTag, "%q", clip(v.Text))
			}
			result.language = lower(v.Text)
		default:
			return r.failAt("@language", "invalid default language", "")
		}
	}
	if v := local.Get("@direction"); v != nil {
		switch {
		case v.Kind == jsontree.Null:
			result.direction = ""
		case isDirection(v):
			result.direction = v.Text
		default:
			return r.failAt("@direction", "invalid base direction", "a direction is ltr, rtl or null")
		}
	}
	if v := local.Get("@propagate"); v != nil && v.Kind != jsontree.Bool {
		return r.failAt("@propagate", "invalid @propagate value", "@propagate is true or false")
	}
	return nil
}

func isDirection(v *jsontree.Value) bool {
	return v.Kind == jsontree.String && (v.Text == "ltr" || v.Text == "rtl")
}

// propertyContext applies the context scoped to a property, if it has one.
func (r *run) propertyContext(active *activeContext, def *term) (*activeContext, error) {
	if def == nil || def.context == nil {
		return active, nil
	}
	return r.derive(active, derivedKey{how: byProperty, term: def}, def.pinned, func() (*activeContext, error) {
		defer r.enterRemote(def.source)()
		return r.processContext(active, def.context, contextCall{
			base: def.baseURL, override: true, propagate: true, validate: true, pinned: def.pinned,
		})
	})
}

// typeContext applies the context scoped to a type, if it has one.
func (r *run) typeContext(active *activeContext, def *term) (*activeContext, error) {
	if def == nil || def.context == nil {
		return active, nil
	}
	return r.derive(active, derivedKey{how: byType, term: def}, def.pinned, func() (*activeContext, error) {
		defer r.enterRemote(def.source)()
		return r.processContext(active, def.context, contextCall{
			base: def.baseURL, propagate: false, validate: true, pinned: def.pinned,
		})
	})
}
