package jsonld

import (
	"slices"
	"strings"

	"github.com/ecusson/ecusson/jsontree"
)

// dict is an object under construction.
type dict struct {
	members []jsontree.Member
	// index is the position of each name, once there are many of them.
	index map[string]int
}

const manyMembers = 24

func (d *dict) get(name string) *jsontree.Value {
	if d.index != nil {
		if i, ok := d.index[name]; ok {
			return &d.members[i].Value
		}
		return nil
	}
	for i := range d.members {
		if d.members[i].Name == name {
			return &d.members[i].Value
		}
	}
	return nil
}

// set sets a member.
func (d *dict) set(name string, v jsontree.Value) {
	if old := d.get(name); old != nil {
		*old = v
		return
	}
	d.members = append(d.members, jsontree.Member{Name: name, Value: v})
	switch {
	case d.index != nil:
		d.index[name] = len(d.members) - 1
	case len(d.members) > manyMembers:
		d.index = make(map[string]int, 2*manyMembers)
		for i := range d.members {
			d.index[d.members[i].Name] = i
		}
	}
}

// add appends v, or each item of it if it is an array, to the array called name.
func (d *dict) add(name string, v jsontree.Value) {
	old := d.get(name)
	if old == nil {
		if v.Kind != jsontree.Array {
			v = jsontree.Value{Kind: jsontree.Array, Members: []jsontree.Member{{Value: v}}}
		}
		d.set(name, v)
		return
	}
	if v.Kind == jsontree.Array {
		old.Members = append(old.Members, v.Members...)
		return
	}
	old.Members = append(old.Members, jsontree.Member{Value: v})
}

func (d *dict) value() jsontree.Value {
	return jsontree.Value{Kind: jsontree.Object, Members: d.members}
}

// alloc returns room for n members.
func (r *run) alloc(n int) []jsontree.Member {
	if n > len(r.spare) {
		if n > 32 {
			return make([]jsontree.Member, 0, n)
		}
		r.spare = make([]jsontree.Member, 64)
	}
	out := r.spare[:0:n]
	r.spare = r.spare[n:]
	return out
}

// single returns the object {name: v}.
func (r *run) single(name string, v jsontree.Value) jsontree.Value {
	return jsontree.Value{Kind: jsontree.Object, Members: append(r.alloc(1), jsontree.Member{Name: name, Value: v})}
}

// listOf returns v as an array.
func (r *run) listOf(v jsontree.Value) jsontree.Value {
	if v.Kind == jsontree.Array {
		return v
	}
	return jsontree.Value{Kind: jsontree.Array, Members: append(r.alloc(1), jsontree.Member{Value: v})}
}

func hasMember(v *jsontree.Value, name string) bool {
	return v.Kind == jsontree.Object && v.Get(name) != nil
}

func isScalar(v *jsontree.Value) bool {
	return v.Kind == jsontree.String || v.Kind == jsontree.Number || v.Kind == jsontree.Bool
}

// expand is the Expansion algorithm (JSON-LD 1.1 API §5.1.2). A null result
// means that there is nothing. An empty property is null.
func (r *run) expand(active *activeContext, property string, el *jsontree.Value, fromMap bool) (jsontree.Value, error) {
	if el.Kind == jsontree.Null {
		return jsontree.Value{}, nil
	}
	if r.values++; r.values > r.limits.Values {
		return jsontree.Value{}, r.fail(CodeLimit, "more than %d values", r.limits.Values)
	}
	var def *term
	if property != "" {
		def = active.terms[property]
	}
	switch el.Kind {
	case jsontree.Array:
		return r.expandArray(active, property, def, el, fromMap)
	case jsontree.Object:
		if r.depth++; r.depth > r.limits.Depth {
			return jsontree.Value{}, r.fail(CodeLimit, "nested deeper than %d", r.limits.Depth)
		}
		v, err := r.expandObject(active, property, def, el, fromMap)
		r.depth--
		return v, err
	}
	if property == "" || property == "@graph" {
		return jsontree.Value{}, r.lossFreeFloating("a value stands where no property holds it")
	}
	active, err := r.propertyContext(active, def)
	if err != nil {
		return jsontree.Value{}, err
	}
	if r.rdf && def != nil && def.container.has(inGraph) {
		if err := r.lossFreeFloating("a value stands where a graph should be"); err != nil {
			return jsontree.Value{}, err
		}
	}
	return r.expandValue(active, active.terms[property], el)
}

func (r *run) expandArray(active *activeContext, property string, def *term, el *jsontree.Value, fromMap bool) (jsontree.Value, error) {
	if r.depth++; r.depth > r.limits.Depth {
		return jsontree.Value{}, r.fail(CodeLimit, "nested deeper than %d", r.limits.Depth)
	}
	inListContainer := def != nil && def.container.has(inList)
	out := jsontree.Value{Kind: jsontree.Array, Members: r.alloc(len(el.Members))}
	for i := range el.Members {
		r.item(i)
		v, err := r.expand(active, property, &el.Members[i].Value, fromMap)
		if err != nil {
			return jsontree.Value{}, err
		}
		if inListContainer && v.Kind == jsontree.Array {
			v = r.placed("@list", v, r.here())
		}
		r.out()
		switch v.Kind {
		case jsontree.Null:
		case jsontree.Array:
			out.Members = append(out.Members, v.Members...)
		default:
			out.Members = append(out.Members, jsontree.Member{Value: v})
		}
	}
	r.depth--
	return out, nil
}

// object is the state of one object's expansion.
type object struct {
	active, typeScoped *activeContext
	property           string
	result             dict
	// inGraph tells that the object stands in a graph which property holds.
	inGraph bool
	// reverse becomes the member @reverse of the result.
	reverse    dict
	hasReverse bool
	// lastType is the last of the first @type, nil if there is none.
	lastType *jsontree.Value
}

// expandObject is steps 6 to 20.
func (r *run) expandObject(active *activeContext, property string, def *term, el *jsontree.Value, fromMap bool) (jsontree.Value, error) {
	none := jsontree.Value{}
	if active.previous != nil && !fromMap {
		revert := true
		for i := range el.Members {
			switch name := el.Members[i].Name; {
			case active.isAlias(active.valueNames, "@value", name):
				revert = false
			case len(el.Members) == 1 && active.isAlias(active.idNames, "@id", name):
				revert = false
			}
		}
		if revert {
			active = active.previous
		}
	}
	active, err := r.propertyContext(active, def)
	if err != nil {
		return none, err
	}
	if c := el.Get("@context"); c != nil {
		r.into("@context")
		if active, err = r.processContext(active, c, contextCall{base: r.o.Base, propagate: true, validate: true}); err != nil {
			return none, err
		}
		r.out()
	}
	o := object{active: active, typeScoped: active, property: property}
	o.result.members = r.alloc(len(el.Members))
	if o.active, o.lastType, err = r.typeScopedContexts(active, el); err != nil {
		return none, err
	}
	if err := r.expandMembers(&o, el); err != nil {
		return none, err
	}
	o.inGraph = def != nil && def.container.has(inGraph)
	return r.finishObject(&o)
}

// typeScopedContexts is steps 11 and 12.
func (r *run) typeScopedContexts(active *activeContext, el *jsontree.Value) (*activeContext, *jsontree.Value, error) {
	scope := active
	var entries []*jsontree.Member
	var room [4]*jsontree.Member
	entries = room[:0]
	for i := range el.Members {
		if scope.isAlias(scope.typeNames, "@type", el.Members[i].Name) {
			entries = append(entries, &el.Members[i])
		}
	}
	if len(entries) == 0 {
		return active, nil, nil
	}
	if len(entries) > 1 {
		slices.SortFunc(entries, func(a, b *jsontree.Member) int { return strings.Compare(a.Name, b.Name) })
	}
	for _, m := range entries {
		var sorted []string
		var room [8]string
		sorted = room[:0]
		for _, item := range m.Value.Items() {
			if item.Value.Kind == jsontree.String {
				sorted = append(sorted, item.Value.Text)
			}
		}
		slices.Sort(sorted)
		for _, name := range sorted {
			var err error
			r.into(m.Name)
			if active, err = r.typeContext(active, scope.terms[name]); err != nil {
				return nil, nil, err
			}
			r.out()
		}
	}
	if items := entries[0].Value.Items(); len(items) > 0 {
		return active, &items[len(items)-1].Value, nil
	}
	return active, nil, nil
}

// isJSON tells whether the input type of the object is @json (step 12).
func (o *object) isJSON() bool {
	if !o.lastType.Is(jsontree.String) {
		return false
	}
	iri, ok := o.active.expandIRI(o.lastType.Text, true, true)
	return ok && iri == "@json"
}

// inOrder returns the members, sorted by name where the caller asked for it.
func (r *run) inOrder(members []jsontree.Member) []jsontree.Member {
	if !r.o.Ordered {
		return members
	}
	members = slices.Clone(members)
	slices.SortStableFunc(members, func(a, b jsontree.Member) int { return strings.Compare(a.Name, b.Name) })
	return members
}

// expandMembers is steps 13 and 14.
func (r *run) expandMembers(o *object, el *jsontree.Value) error {
	var nests []*jsontree.Member
	members := r.inOrder(el.Members)
	for i := range members {
		m := &members[i]
		if m.Name == "@context" {
			continue
		}
		r.into(m.Name)
		def := o.active.terms[m.Name]
		iri, ok := "", false
		if def != nil && !isKeywordLike(m.Name) {
			iri, ok = def.iri, def.iri != ""
		} else {
			iri, ok = o.active.expandIRI(m.Name, false, true)
		}
		keyword := isKeyword(iri)
		if !ok || !keyword && strings.IndexByte(iri, ':') < 0 {
			if err := r.lossUndefined(m.Name, iri); err != nil {
				return err
			}
			r.out()
			continue
		}
		var err error
		switch {
		case iri == "@nest":
			nests = append(nests, m)
			if o.property == "@reverse" {
				err = r.fail("invalid reverse property map", "a keyword in a reverse map")
			}
		case keyword:
			err = r.expandKeyword(o, iri, &m.Value)
		default:
			if err = r.lossPredicate(iri); err == nil {
				err = r.expandProperty(o, m.Name, iri, def, &m.Value)
			}
		}
		if err != nil {
			return err
		}
		r.out()
	}
	for _, m := range nests {
		r.into(m.Name)
		active := o.active
		var err error
		if o.active, err = r.propertyContext(active, active.terms[m.Name]); err != nil {
			return err
		}
		for i, item := range m.Value.Items() {
			if m.Value.Kind == jsontree.Array {
				r.item(i)
			}
			nested := &item.Value
			if nested.Kind != jsontree.Object || slices.ContainsFunc(nested.Members, func(n jsontree.Member) bool { return o.active.keywordOf(n.Name) == "@value" }) {
				return r.fail("invalid @nest value", "a nested value is an object without @value")
			}
			if r.depth++; r.depth > r.limits.Depth {
				return r.fail(CodeLimit, "nested deeper than %d", r.limits.Depth)
			}
			if err := r.expandMembers(o, nested); err != nil {
				return err
			}
			r.depth--
			if m.Value.Kind == jsontree.Array {
				r.out()
			}
		}
		if m.Value.Kind == jsontree.Null {
			return r.fail("invalid @nest value", "a nested value is an object")
		}
		o.active = active
		r.out()
	}
	return nil
}

// finishObject is steps 15 to 20.
func (r *run) finishObject(o *object) (jsontree.Value, error) {
	none := jsontree.Value{}
	result := &o.result
	if len(o.reverse.members) > 0 {
		result.set("@reverse", o.reverse.value())
	}
	top := o.property == "" || o.property == "@graph"
	if value := result.get("@value"); value != nil {
		keep, err := r.checkValueObject(result, value)
		if err != nil || !keep {
			return none, err
		}
	} else if t := result.get("@type"); t != nil && t.Kind != jsontree.Array {
		*t = r.listOf(*t)
	}
	list, set := result.get("@list"), result.get("@set")
	if list != nil || set != nil {
		others := len(result.members) - 1
		if result.get("@index") != nil {
			others--
		}
		if others > 0 {
			return none, r.fail("invalid set or list object", "@set and @list go with @index alone")
		}
		if set != nil {
			v := *set
			if v.Kind == jsontree.Null {
				return none, nil
			}
			if result.get("@index") != nil {
				if err := r.lossIndex(); err != nil {
					return none, err
				}
			}
			return v, nil
		}
	}
	if len(result.members) == 1 && result.get("@language") != nil {
		if r.o.Safe {
			return none, r.fail(LossNullValue, "an object has a language alone")
		}
		return none, nil
	}
	if value := result.get("@value"); value == nil {
		if err := r.lossStray(result); err != nil {
			return none, err
		}
	}
	// In a map by identifier or index the object may be the graph itself.
	if top || o.inGraph && result.get("@graph") == nil {
		if err := r.lossUnheld(result); err != nil {
			return none, err
		}
	}
	if top {
		switch {
		case len(result.members) == 0:
			return none, r.lossFreeFloating("an object has no member that means anything")
		case result.get("@value") != nil, list != nil:
			return none, r.lossFreeFloating("a value or list stands where no property holds it")
		case len(result.members) == 1 && result.get("@id") != nil:
			return none, r.lossFreeFloating("an object has an identifier and nothing else")
		}
	}
	if r.o.Places && r.rdf && result.get("@value") == nil && !isFrame(o) {
		result.set(placeMember, jsontree.Of(r.here()))
	}
	return result.value(), nil
}

// isFrame tells whether the object is no node: a map of reverse properties, or
// the frame around the nodes of a document.
func isFrame(o *object) bool {
	return o.property == "@reverse" || o.property == "" && len(o.result.members) == 1 && o.result.get("@graph") != nil
}

// checkValueObject is step 15; the first result is false for a value of null.
func (r *run) checkValueObject(result *dict, value *jsontree.Value) (bool, error) {
	var typ, language *jsontree.Value
	direction := false
	for i := range result.members {
		switch m := &result.members[i]; m.Name {
		case "@value", "@index":
		case "@type":
			typ = &m.Value
		case "@language":
			language = &m.Value
		case "@direction":
			direction = true
		default:
			return false, r.fail("invalid value object", "%s stands beside @value", clip(m.Name))
		}
	}
	if typ != nil && (language != nil || direction) {
		return false, r.fail("invalid value object", "@type stands beside @language or @direction")
	}
	if typ.Str() == "@json" {
		return true, nil
	}
	if err := r.lossNumber(value); err != nil {
		return false, err
	}
	if value.Kind == jsontree.Null || value.Kind == jsontree.Array && len(value.Members) == 0 {
		if r.o.Safe {
			return false, r.fail(LossNullValue, "@value is null")
		}
		return false, nil
	}
	if language != nil && value.Kind != jsontree.String {
		return false, r.fail("invalid language-tagged value", "a value with a language is a string")
	}
	if typ != nil && (typ.Kind != jsontree.String || !isIRI(typ.Text)) {
		return false, r.fail("invalid typed value", "the type of a value is an IRI")
	}
	return true, nil
}
