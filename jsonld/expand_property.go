package jsonld

import (
	"github.com/ecusson/ecusson/jsontree"
)

// expandProperty is steps 13.5 to 13.14 of expansion: a member whose name is a
// property.
func (r *run) expandProperty(o *object, name, iri string, def *term, v *jsontree.Value) error {
	var container containers
	if def != nil {
		container = def.container
	}
	var out jsontree.Value
	var err error
	switch {
	case def != nil && def.coercion == toJSON:
		if r.values++; r.values > r.limits.Values {
			return r.fail(CodeLimit, "more than %d values", r.limits.Values)
		}
		out = jsontree.Value{Kind: jsontree.Object, Members: append(r.alloc(2),
			jsontree.Member{Name: "@value", Value: *v}, jsontree.Member{Name: "@type", Value: jsontree.Of("@json")})}
	case container.has(inLanguage) && v.Kind == jsontree.Object:
		out, err = r.expandLanguageMap(o, def, v)
	case container.has(inIndex|inType|inID) && v.Kind == jsontree.Object:
		out, err = r.expandMap(o, name, def, v)
	default:
		out, err = r.expand(o.active, name, v, false)
	}
	if err != nil {
		return err
	}
	if out.Kind == jsontree.Null {
		return nil
	}
	if container.has(inList) && !hasMember(&out, "@list") {
		out = r.placed("@list", r.listOf(out), r.here())
	}
	if container.has(inGraph) && !container.has(inID|inIndex) {
		out = r.listOf(out)
		graphs := jsontree.Value{Kind: jsontree.Array, Members: r.alloc(len(out.Members))}
		for i := range out.Members {
			graphs.Members = append(graphs.Members, jsontree.Member{Value: r.graphOf(out.Members[i].Value)})
		}
		out = graphs
	}
	if def != nil && def.reverse {
		return r.addReverse(o, iri, out)
	}
	o.result.add(iri, r.listOf(out))
	return nil
}

// expandLanguageMap is step 13.7.
func (r *run) expandLanguageMap(o *object, def *term, v *jsontree.Value) (jsontree.Value, error) {
	direction := o.active.direction
	if def.hasDirection {
		direction = def.direction
	}
	out := jsontree.Value{Kind: jsontree.Array}
	members := r.inOrder(v.Members)
	for i := range members {
		m := &members[i]
		r.into(m.Name)
		expanded, _ := o.active.expandIRI(m.Name, false, true)
		if expanded != "@none" && r.o.Safe && !isLanguageTag(m.Name) {
			return out, r.fail(LossLanguageTag, "%q", clip(m.Name))
		}
		for _, item := range m.Value.Items() {
			if item.Value.Kind == jsontree.Null {
				continue
			}
			if item.Value.Kind != jsontree.String {
				return out, r.fail("invalid language map value", "a language map holds strings, not a %s", item.Value.Kind)
			}
			if r.values++; r.values > r.limits.Values {
				return out, r.fail(CodeLimit, "more than %d values", r.limits.Values)
			}
			value := jsontree.Value{Kind: jsontree.Object, Members: append(r.alloc(3), jsontree.Member{Name: "@value", Value: item.Value})}
			if expanded != "@none" {
				value.Members = append(value.Members, jsontree.Member{Name: "@language", Value: jsontree.Of(lower(m.Name))})
			}
			if direction != "" {
				if err := r.lossDirection(); err != nil {
					return out, err
				}
				value.Members = append(value.Members, jsontree.Member{Name: "@direction", Value: jsontree.Of(direction)})
			}
			out.Members = append(out.Members, jsontree.Member{Value: value})
		}
		r.out()
	}
	return out, nil
}

// expandMap is step 13.8: a map whose names are indexes, identifiers or types.
func (r *run) expandMap(o *object, name string, def *term, v *jsontree.Value) (jsontree.Value, error) {
	out := jsontree.Value{Kind: jsontree.Array}
	indexKey := def.index
	if indexKey == "" {
		indexKey = "@index"
	}
	byType := def.container.has(inType)
	asGraph := def.container.has(inGraph)
	members := r.inOrder(v.Members)
	for i := range members {
		m := &members[i]
		r.into(m.Name)
		mapContext := o.active
		if byType {
			if mapContext.previous != nil {
				mapContext = mapContext.previous
			}
			var err error
			if mapContext, err = r.typeContext(mapContext, mapContext.terms[m.Name]); err != nil {
				return out, err
			}
		}
		expandedIndex, ok := o.active.expandIRI(m.Name, false, true)
		values, err := r.expand(mapContext, name, &m.Value, true)
		if err != nil {
			return out, err
		}
		values = r.collected(values)
		if len(values.Members) == 0 && expandedIndex != "@none" {
			if err := r.lossEmpty(m.Name); err != nil {
				return out, err
			}
		}
		for j := range values.Members {
			item := values.Members[j].Value
			if asGraph && !hasMember(&item, "@graph") {
				item = r.graphOf(item)
			}
			d := dict{members: item.Members}
			none := !ok || expandedIndex == "@none"
			if !none && (indexKey != "@index" || def.container.has(inID|inType)) {
				if err := r.lossKey(&d, m.Name); err != nil {
					return out, err
				}
			}
			switch {
			case none:
				if !ok {
					if err := r.lossKeywordLike(m.Name); err != nil {
						return out, err
					}
				}
			case def.container.has(inIndex) && indexKey != "@index":
				if err := r.indexProperty(o, &d, indexKey, m.Name); err != nil {
					return out, err
				}
			case def.container.has(inIndex):
				if err := r.lossIndex(); err != nil {
					return out, err
				}
				if own := d.get("@index"); own == nil {
					d.set("@index", jsontree.Of(m.Name))
				} else if err := r.lossOther(own, m.Name, "index"); err != nil {
					return out, err
				}
			case def.container.has(inID):
				id, ok := o.active.expandIRI(m.Name, true, false)
				if err := r.lossIRI(m.Name, id, ok); err != nil {
					return out, err
				}
				if own := d.get("@id"); own == nil {
					d.set("@id", jsontree.Of(id))
				} else if err := r.lossOther(own, id, "identifier"); err != nil {
					return out, err
				}
			case byType:
				iri, ok := o.active.expandIRI(m.Name, true, true)
				if err := r.lossIRI(m.Name, iri, ok); err != nil {
					return out, err
				}
				types := jsontree.OfArray(jsontree.Of(iri))
				if old := d.get("@type"); old != nil {
					types.Members = append(types.Members, r.listOf(*old).Members...)
				}
				d.set("@type", types)
			}
			out.Members = append(out.Members, jsontree.Member{Value: d.value()})
		}
		r.out()
	}
	return out, nil
}

// indexProperty is step 13.8.3.7.2: the name in the map becomes a value of a
// property of the item.
func (r *run) indexProperty(o *object, d *dict, indexKey, index string) error {
	text := jsontree.Of(index)
	value, err := r.expandValue(o.active, o.active.terms[indexKey], &text)
	if err != nil {
		return err
	}
	if d.get("@value") != nil {
		return r.fail("invalid value object", "an item of a map with an index property is a value")
	}
	iri, ok := o.active.expandIRI(indexKey, false, true)
	if err := r.lossIRI(indexKey, iri, ok); err != nil {
		return err
	}
	values := jsontree.OfArray(value)
	if old := d.get(iri); old != nil {
		values.Members = append(values.Members, old.Members...)
	}
	d.set(iri, values)
	return nil
}

// expandValue is the Value Expansion algorithm (JSON-LD 1.1 API §5.3.2).
func (r *run) expandValue(active *activeContext, def *term, v *jsontree.Value) (jsontree.Value, error) {
	if def == nil {
		def = &undefined
	}
	if v.Kind == jsontree.String && (def.coercion == toID || def.coercion == toVocab) {
		id, ok := active.expandIRI(v.Text, true, def.coercion == toVocab)
		if err := r.lossIRI(v.Text, id, ok); err != nil {
			return jsontree.Value{}, err
		}
		if !ok {
			return r.single("@id", jsontree.Value{}), nil
		}
		return r.single("@id", jsontree.Of(id)), nil
	}
	if err := r.lossNumber(v); err != nil {
		return jsontree.Value{}, err
	}
	members := append(r.alloc(3), jsontree.Member{Name: "@value", Value: *v})
	switch {
	case def.coercion == toDatatype:
		members = append(members, jsontree.Member{Name: "@type", Value: jsontree.Of(def.typ)})
		if err := r.lossDatatype(def.typ); err != nil {
			return jsontree.Value{}, err
		}
	case v.Kind == jsontree.String:
		language, direction := active.language, active.direction
		if def.hasLanguage {
			language = def.language
		}
		if def.hasDirection {
			direction = def.direction
		}
		if language != "" {
			members = append(members, jsontree.Member{Name: "@language", Value: jsontree.Of(language)})
		}
		if direction != "" {
			if err := r.lossDirection(); err != nil {
				return jsontree.Value{}, err
			}
			members = append(members, jsontree.Member{Name: "@direction", Value: jsontree.Of(direction)})
		}
	}
	return jsontree.Value{Kind: jsontree.Object, Members: members}, nil
}

// undefined stands in for the definition that a property without one has.
var undefined term
