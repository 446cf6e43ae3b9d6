package openbadges

import (
	"reflect"
	"strings"
	"sync"

	"github.com/ecusson/ecusson/jsontree"
)

// class is a struct of the model as the codec sees it.
type class struct {
	fields    []classField
	extra     int // the field that takes what no other does
	reference int // the field that says "the id alone, as a string", or -1
	id        int
}

type classField struct {
	name    string
	index   int
	always  bool // written though false
	compact bool // a list of one is written as its only value
}

// layouts has the classes of the model, read from the tags of the structs once.
var layouts = sync.OnceValue(func() map[reflect.Type]*class {
	all := make(map[reflect.Type]*class)
	collect(reflect.TypeFor[AchievementCredential](), all)
	return all
})

func collect(t reflect.Type, all map[reflect.Type]*class) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == valueType || t == localizedType || t == memberType || all[t] != nil {
		return
	}
	c := &class{extra: -1, reference: -1, id: -1}
	all[t] = c
	for i := range t.NumField() {
		f := t.Field(i)
		name, flag, _ := strings.Cut(f.Tag.Get("ob"), ",")
		switch {
		case f.Name == "Extra":
			c.extra = i
		case flag == "reference":
			c.reference = i
		default:
			if name == "id" {
				c.id = i
			}
			c.fields = append(c.fields, classField{name, i, flag == "always", flag == "compact"})
			collect(f.Type, all)
		}
	}
}

var (
	valueType     = reflect.TypeFor[jsontree.Value]()
	memberType    = reflect.TypeFor[jsontree.Member]()
	localizedType = reflect.TypeFor[Localized]()
	textType      = reflect.TypeFor[Text]()
	numberType    = reflect.TypeFor[Number]()
)

func readObject(x any, v *jsontree.Value) {
	dst := reflect.ValueOf(x).Elem()
	read(dst, v)
}

// read sets dst to what v says and tells whether it could without loss.
func read(dst reflect.Value, v *jsontree.Value) bool {
	t := dst.Type()
	switch {
	case t == valueType:
		dst.Set(reflect.ValueOf(*v))
		return v.Kind != jsontree.Null
	case t == textType:
		text, ok := readText(v)
		if ok {
			dst.Set(reflect.ValueOf(text))
		}
		return ok
	case t.Kind() == reflect.Slice:
		items := v.Items()
		list := reflect.MakeSlice(t, len(items), len(items))
		for i := range items {
			if !read(list.Index(i), &items[i].Value) {
				return false
			}
		}
		dst.Set(list)
		return len(items) > 0
	}
	if v.Kind == jsontree.Array && len(v.Members) == 1 {
		v = &v.Members[0].Value
	}
	switch {
	case t == numberType:
		dst.SetString(v.Text)
		return v.Kind == jsontree.Number || clearOf(dst)
	case t.Kind() == reflect.String:
		dst.SetString(v.Text)
		return v.Kind == jsontree.String && v.Text != "" || clearOf(dst)
	case t.Kind() == reflect.Bool:
		dst.SetBool(v.True())
		return v.Kind == jsontree.Bool
	case t.Kind() == reflect.Pointer:
		to := reflect.New(t.Elem())
		if !read(to.Elem(), v) {
			return false
		}
		dst.Set(to)
		return true
	}
	c := layouts()[t]
	if v.Kind == jsontree.String && v.Text != "" && c.reference >= 0 {
		dst.Field(c.reference).SetBool(true)
		dst.Field(c.id).SetString(v.Text)
		return true
	}
	if v.Kind != jsontree.Object {
		return false
	}
	var extra []jsontree.Member
members:
	for i := range v.Members {
		m := &v.Members[i]
		for j := range c.fields {
			if f := &c.fields[j]; f.name == m.Name {
				if read(dst.Field(f.index), &m.Value) {
					continue members
				}
				break
			}
		}
		extra = append(extra, *m)
	}
	if extra != nil {
		dst.Field(c.extra).Set(reflect.ValueOf(extra))
	}
	return true
}

func clearOf(dst reflect.Value) bool {
	dst.SetZero()
	return false
}

func writeObject(x any) jsontree.Value {
	v, _ := write(reflect.ValueOf(x).Elem())
	return v
}

// write returns what src says, and whether it says anything.
func write(src reflect.Value) (jsontree.Value, bool) {
	t := src.Type()
	switch t {
	case valueType:
		return src.Interface().(jsontree.Value), true
	case textType:
		text := src.Interface().(Text)
		return text.tree(), len(text) > 0
	case numberType:
		return jsontree.Value{Kind: jsontree.Number, Text: src.String()}, src.Len() > 0
	}
	switch t.Kind() {
	case reflect.String:
		return jsontree.Of(src.String()), src.Len() > 0
	case reflect.Bool:
		return jsontree.OfBool(src.Bool()), src.Bool()
	case reflect.Pointer:
		if src.IsNil() {
			return jsontree.Value{}, false
		}
		return write(src.Elem())
	case reflect.Slice:
		items := make([]jsontree.Value, src.Len())
		for i := range items {
			items[i], _ = write(src.Index(i))
		}
		return jsontree.OfArray(items...), len(items) > 0
	}
	c := layouts()[t]
	extra := src.Field(c.extra).Interface().([]jsontree.Member)
	members := make([]jsontree.Member, 0, 8+len(extra))
	for i := range c.fields {
		f := &c.fields[i]
		v, some := write(src.Field(f.index))
		if !some && (!f.always || has(extra, f.name)) {
			continue
		}
		if f.compact && len(v.Members) == 1 {
			v = v.Members[0].Value
		}
		members = append(members, jsontree.Member{Name: f.name, Value: v})
	}
	if c.reference >= 0 && src.Field(c.reference).Bool() && len(members) == 1 && members[0].Name == "id" && len(extra) == 0 {
		return members[0].Value, true
	}
	own := len(members)
	for _, m := range extra {
		if !has(members[:own], m.Name) {
			members = append(members, m)
		}
	}
	return jsontree.OfObject(members...), true
}

func has(members []jsontree.Member, name string) bool {
	for i := range members {
		if members[i].Name == name {
			return true
		}
	}
	return false
}
