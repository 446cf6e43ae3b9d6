// Package jsontree reads JSON documents as they were written: members in
// order, number tokens kept as text, duplicate names refused, depth bounded,
// and every error with its place. It is what the other packages of the
// library see of a document whose bytes were or will be signed.
//
// It is not a replacement for encoding/json where a Go struct is wanted; it is
// the view that keeps what a struct would lose. Begin with [Parse].
package jsontree

import (
	"strconv"
	"strings"
)

// Kind is the JSON type of a Value.
type Kind uint8

// The kinds of a Value. The zero Value is JSON null.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// String names the kind as JSON does.
func (k Kind) String() string {
	switch k {
	case Null:
		return "null"
	case Bool:
		return "boolean"
	case Number:
		return "number"
	case String:
		return "string"
	case Array:
		return "array"
	default:
		return "object"
	}
}

// Value is one JSON value. Values made by [Parse] share memory with each other
// and are to be read, not written; use [Value.With] and its kin to make others.
type Value struct {
	// Kind tells which of the fields below matters.
	Kind Kind
	// Text is the unescaped string, the number token as written, or "true" or "false".
	Text string
	// Members are an object's members, in the order written; an array's items
	// have an empty Name.
	Members []Member
}

// Member is a named value of an object, or an item of an array.
type Member struct {
	Name  string
	Value Value
}

// Of returns the string value s.
func Of(s string) Value { return Value{Kind: String, Text: s} }

// OfBool returns the boolean value b.
func OfBool(b bool) Value { return Value{Kind: Bool, Text: strconv.FormatBool(b)} }

// OfInt returns the number value n.
func OfInt(n int) Value { return Value{Kind: Number, Text: strconv.Itoa(n)} }

// OfArray returns an array of the items.
func OfArray(items ...Value) Value {
	v := Value{Kind: Array, Members: make([]Member, len(items))}
	for i := range items {
		v.Members[i].Value = items[i]
	}
	return v
}

// OfObject returns an object of the members, in that order.
func OfObject(members ...Member) Value { return Value{Kind: Object, Members: members} }

// Get returns the member of an object, or nil where v is nil, is no object, or
// has no such member.
func (v *Value) Get(name string) *Value {
	if v == nil || v.Kind != Object {
		return nil
	}
	for i := range v.Members {
		if v.Members[i].Name == name {
			return &v.Members[i].Value
		}
	}
	return nil
}

// At returns the value at a path of member names and array positions (in
// decimal), or nil.
func (v *Value) At(path ...string) *Value {
	for _, step := range path {
		if v == nil {
			return nil
		}
		if v.Kind == Array {
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(v.Members) {
				return nil
			}
			v = &v.Members[i].Value
			continue
		}
		v = v.Get(step)
	}
	return v
}

// Str returns the text of a string value, "" for anything else and for nil.
func (v *Value) Str() string {
	if v == nil || v.Kind != String {
		return ""
	}
	return v.Text
}

// Is tells whether v is there and of kind k; a nil v is of no kind.
func (v *Value) Is(k Kind) bool { return v != nil && v.Kind == k }

// True tells whether v is the boolean true.
func (v *Value) True() bool { return v != nil && v.Kind == Bool && v.Text == "true" }

// Items returns v's items if it is an array, v itself as the only item if it is
// anything else but null, and none for nil and null. It is how JSON-LD reads a
// property that may have one or more values.
func (v *Value) Items() []Member {
	switch {
	case v == nil || v.Kind == Null:
		return nil
	case v.Kind == Array:
		return v.Members
	default:
		return []Member{{Value: *v}}
	}
}

// HasString tells whether v is the string s or an array that contains it.
func (v *Value) HasString(s string) bool {
	if v == nil {
		return false
	}
	if v.Kind == String {
		return v.Text == s
	}
	if v.Kind == Array {
		for i := range v.Members {
			if m := &v.Members[i].Value; m.Kind == String && m.Text == s {
				return true
			}
		}
	}
	return false
}

// With returns a copy of the object v with the member set to value, in its
// place if it was there and last if not. v is left as it was.
func (v *Value) With(name string, value Value) Value {
	out := Value{Kind: Object, Members: make([]Member, 0, len(v.Members)+1)}
	found := false
	for _, m := range v.Members {
		if m.Name == name {
			m.Value, found = value, true
		}
		out.Members = append(out.Members, m)
	}
	if !found {
		out.Members = append(out.Members, Member{Name: name, Value: value})
	}
	return out
}

// Without returns a copy of the object v that lacks the named member.
func (v *Value) Without(name string) Value {
	out := Value{Kind: Object, Members: make([]Member, 0, len(v.Members))}
	for _, m := range v.Members {
		if m.Name != name {
			out.Members = append(out.Members, m)
		}
	}
	return out
}

// Pointer appends a step to a JSON pointer (RFC 6901), escaped.
func Pointer(base, step string) string {
	if strings.ContainsAny(step, "~/") {
		step = strings.NewReplacer("~", "~0", "/", "~1").Replace(step)
	}
	return base + "/" + step
}

// Find returns the value at a JSON pointer (RFC 6901), or nil.
func (v *Value) Find(pointer string) *Value {
	if pointer == "" {
		return v
	}
	if pointer[0] != '/' {
		return nil
	}
	for step := range strings.SplitSeq(pointer[1:], "/") {
		if strings.Contains(step, "~") {
			step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		}
		if v.Is(Array) && (len(step) > 1 && step[0] == '0' || strings.HasPrefix(step, "+") || strings.HasPrefix(step, "-")) {
			return nil
		}
		if v = v.At(step); v == nil {
			return nil
		}
	}
	return v
}
