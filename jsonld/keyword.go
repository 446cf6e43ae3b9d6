package jsonld

import (
	"github.com/ecusson/ecusson/jsontree"
)

// expandKeyword is step 13.4 of expansion: a member whose name is a keyword.
func (r *run) expandKeyword(o *object, keyword string, v *jsontree.Value) error {
	if o.property == "@reverse" {
		return r.fail("invalid reverse property map", "a keyword in a reverse map")
	}
	existing := o.result.get(keyword)
	if keyword == "@reverse" {
		// Reverse properties make the same member, and do not collide with it:
		// the order of members shall not matter.
		if o.hasReverse {
			return r.fail("colliding keywords", "%s occurs twice", keyword)
		}
		o.hasReverse = true
	}
	if existing != nil && (r.mode10 || keyword != "@included" && keyword != "@type") {
		return r.fail("colliding keywords", "%s occurs twice", keyword)
	}
	switch keyword {
	case "@id":
		return r.expandID(o, v)
	case "@type":
		return r.expandType(o, v)
	case "@graph":
		out, err := r.expand(o.active, "@graph", v, false)
		if err != nil {
			return err
		}
		o.result.set(keyword, r.collected(out))
	case "@included":
		if r.mode10 {
			return r.lossKeyword(keyword, "needs json-ld-1.1")
		}
		return r.expandIncluded(o, v)
	case "@value":
		if o.isJSON() {
			if r.mode10 {
				return r.fail("invalid value object value", "@json needs json-ld-1.1")
			}
		} else if v.Kind != jsontree.Null && !isScalar(v) {
			return r.fail("invalid value object value", "@value is a scalar or null, not a %s", v.Kind)
		}
		o.result.set(keyword, *v)
	case "@language":
		if v.Kind != jsontree.String {
			return r.fail("invalid language-tagged string", "@language is a string")
		}
		if r.o.Safe && !isLanguageTag(v.Text) {
			return r.fail(LossLanguageTag, "%q", clip(v.Text))
		}
		o.result.set(keyword, jsontree.Of(lower(v.Text)))
	case "@direction":
		if r.mode10 {
			return r.lossKeyword(keyword, "needs json-ld-1.1")
		}
		if !isDirection(v) {
			return r.fail("invalid base direction", "a direction is ltr or rtl")
		}
		if err := r.lossDirection(); err != nil {
			return err
		}
		o.result.set(keyword, *v)
	case "@index":
		if v.Kind != jsontree.String {
			return r.fail("invalid @index value", "@index is a string")
		}
		if err := r.lossIndex(); err != nil {
			return err
		}
		o.result.set(keyword, *v)
	case "@list":
		if o.property == "" || o.property == "@graph" {
			return r.lossFreeFloating("a list stands where no property holds it")
		}
		out, err := r.expand(o.active, o.property, v, false)
		if err != nil {
			return err
		}
		o.result.set(keyword, r.collected(out))
	case "@set":
		out, err := r.expand(o.active, o.property, v, false)
		if err != nil {
			return err
		}
		o.result.set(keyword, out)
	case "@reverse":
		return r.expandReverse(o, v)
	default:
		// The other keywords mean something in contexts alone.
		return r.lossKeyword(keyword, "means something in contexts alone")
	}
	return nil
}

// collected returns v as an array, empty for null.
func (r *run) collected(v jsontree.Value) jsontree.Value {
	if v.Kind == jsontree.Null {
		return jsontree.Value{Kind: jsontree.Array}
	}
	return r.listOf(v)
}

func (r *run) expandID(o *object, v *jsontree.Value) error {
	if v.Kind != jsontree.String {
		return r.fail("invalid @id value", "@id is a string, not a %s", v.Kind)
	}
	id, ok := o.active.expandIRI(v.Text, true, false)
	if err := r.lossIRI(v.Text, id, ok); err != nil {
		return err
	}
	if !ok {
		o.result.set("@id", jsontree.Value{})
		return nil
	}
	o.result.set("@id", jsontree.Of(id))
	return nil
}

func (r *run) expandType(o *object, v *jsontree.Value) error {
	expandOne := func(t *jsontree.Value) (jsontree.Value, bool, error) {
		if t.Kind != jsontree.String {
			return jsontree.Value{}, false, r.fail("invalid type value", "@type is a string or an array of strings")
		}
		iri, ok := o.typeScoped.expandIRI(t.Text, true, true)
		if !isTypeKeyword(iri) || !ok {
			if err := r.lossIRI(t.Text, iri, ok); err != nil {
				return jsontree.Value{}, false, err
			}
		}
		return jsontree.Of(iri), ok, nil
	}
	var out jsontree.Value
	if v.Kind != jsontree.Array {
		one, ok, err := expandOne(v)
		if err != nil {
			return err
		}
		if !ok {
			one = jsontree.Value{Kind: jsontree.Array}
		}
		out = one
	} else {
		out = jsontree.Value{Kind: jsontree.Array, Members: r.alloc(len(v.Members))}
		for i := range v.Members {
			r.item(i)
			one, ok, err := expandOne(&v.Members[i].Value)
			if err != nil {
				return err
			}
			r.out()
			if ok {
				out.Members = append(out.Members, jsontree.Member{Value: one})
			}
		}
	}
	if existing := o.result.get("@type"); existing != nil {
		*existing = r.listOf(*existing)
		o.result.add("@type", out)
		return nil
	}
	o.result.set("@type", out)
	return nil
}

// isTypeKeyword: @json and @none are types that are no IRIs.
func isTypeKeyword(s string) bool { return s == "@json" || s == "@none" }

func (r *run) expandIncluded(o *object, v *jsontree.Value) error {
	refuse := func() error { return r.fail("invalid @included value", "@included holds nodes") }
	out := jsontree.Value{Kind: jsontree.Array}
	for i, item := range v.Items() {
		if v.Kind == jsontree.Array {
			r.item(i)
		}
		one, err := r.expand(o.active, o.property, &item.Value, false)
		if err != nil {
			return err
		}
		if one.Kind == jsontree.Null {
			// Where no property holds it, a value is dropped before it is seen here.
			for j := range item.Value.Members {
				if k := o.active.keywordOf(item.Value.Members[j].Name); k == "@value" || k == "@list" {
					return refuse()
				}
			}
			if isScalar(&item.Value) {
				return refuse()
			}
		}
		collected := r.collected(one)
		for j := range collected.Members {
			if node := &collected.Members[j].Value; node.Kind != jsontree.Object || hasMember(node, "@value") || hasMember(node, "@list") {
				return refuse()
			}
			if err := r.lossUnheld(&dict{members: collected.Members[j].Value.Members}); err != nil {
				return err
			}
		}
		out.Members = append(out.Members, collected.Members...)
		if v.Kind == jsontree.Array {
			r.out()
		}
	}
	if v.Kind == jsontree.Null {
		return refuse()
	}
	o.result.add("@included", out)
	return nil
}

// expandReverse is step 13.4.13.
func (r *run) expandReverse(o *object, v *jsontree.Value) error {
	if v.Kind != jsontree.Object {
		return r.fail("invalid @reverse value", "@reverse is an object")
	}
	out, err := r.expand(o.active, "@reverse", v, false)
	if err != nil {
		return err
	}
	for i := range out.Members {
		m := &out.Members[i]
		if m.Name == "@reverse" {
			// Reversed twice.
			for j := range m.Value.Members {
				o.result.add(m.Value.Members[j].Name, m.Value.Members[j].Value)
			}
			continue
		}
		if err := r.addReverse(o, m.Name, m.Value); err != nil {
			return err
		}
	}
	return nil
}

// addReverse adds nodes to the reverse map of the object.
func (r *run) addReverse(o *object, iri string, values jsontree.Value) error {
	values = r.listOf(values)
	for i := range values.Members {
		if item := &values.Members[i].Value; hasMember(item, "@value") || hasMember(item, "@list") {
			return r.fail("invalid reverse property value", "a reverse property holds nodes")
		}
	}
	o.reverse.add(iri, values)
	return nil
}
