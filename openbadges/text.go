package openbadges

import (
	"strings"

	"github.com/ecusson/ecusson/jsontree"
)

// Text is a name or a description in one or more languages.
//
// In JSON it is a string; or, where a language is given, a language value
// object; or an array of these (VC Data Model 2.0 §11.1). All three mean the
// same to a signature in the contexts of VC 2.0 and Open Badges, and pass
// JSON-LD's safe mode: no context gives name or description a type.
//
// Who may read what: a VC 2.0 reader takes all forms for the name and
// description of a credential and of its issuer. Open Badges 3.0 has plain
// strings everywhere, and its JSON Schema refuses the others. So the safe way
// to award in several languages is: write plain strings, name the language in
// Achievement.InLanguage, keep one Achievement a language, and point from each
// to the others by Achievement.Related with their id and InLanguage.
// [Validate] warns of an Open Badges text that is not a plain string, and
// takes it all the same.
type Text []Localized

// Localized is a text in one language.
type Localized struct {
	Value string
	// Language is a BCP 47 tag, "" where none is given.
	Language string
	// Direction is "ltr", "rtl" or "".
	Direction string
}

// Plain returns a text without a language; none at all for "".
func Plain(s string) Text {
	if s == "" {
		return nil
	}
	return Text{{Value: s}}
}

// String is the first text.
func (t Text) String() string { return t.In() }

// In returns the text in the first of the languages that there is, most wanted
// first: "fr" finds "fr-CA", and "fr-CA" finds "fr". Without a match it is the
// one without a language, else the first.
func (t Text) In(languages ...string) string {
	for _, want := range languages {
		for _, exact := range []bool{true, false} {
			for _, l := range t {
				if l.Language != "" && (strings.EqualFold(l.Language, want) ||
					!exact && strings.EqualFold(primary(l.Language), primary(want))) {
					return l.Value
				}
			}
		}
	}
	for _, l := range t {
		if l.Language == "" {
			return l.Value
		}
	}
	if len(t) > 0 {
		return t[0].Value
	}
	return ""
}

func primary(tag string) string {
	tag, _, _ = strings.Cut(tag, "-")
	return tag
}

// readText tells whether v is a text in one of the three forms, none empty.
func readText(v *jsontree.Value) (Text, bool) {
	items := v.Items()
	t := make(Text, 0, len(items))
	for i := range items {
		item := &items[i].Value
		switch {
		case item.Is(jsontree.String) && item.Text != "":
			t = append(t, Localized{Value: item.Text})
		case languageProblem(item) == "" && item.Get("@value").Str() != "":
			t = append(t, Localized{item.Get("@value").Str(), item.Get("@language").Str(), item.Get("@direction").Str()})
		default:
			return nil, false
		}
	}
	return t, len(t) > 0
}

func (t Text) tree() jsontree.Value {
	items := make([]jsontree.Value, len(t))
	for i, l := range t {
		if items[i] = jsontree.Of(l.Value); l.Language == "" && l.Direction == "" {
			continue
		}
		members := []jsontree.Member{{Name: "@value", Value: items[i]}}
		if l.Language != "" {
			members = append(members, jsontree.Member{Name: "@language", Value: jsontree.Of(l.Language)})
		}
		if l.Direction != "" {
			members = append(members, jsontree.Member{Name: "@direction", Value: jsontree.Of(l.Direction)})
		}
		items[i] = jsontree.OfObject(members...)
	}
	if len(items) == 1 {
		return items[0]
	}
	return jsontree.OfArray(items...)
}

// languageProblem says why v is no language value object, "" if it is one.
func languageProblem(v *jsontree.Value) string {
	if !v.Is(jsontree.Object) {
		return "neither a string nor a language value object"
	}
	if !v.Get("@value").Is(jsontree.String) {
		return "an object without a string @value"
	}
	for i := range v.Members {
		m := &v.Members[i]
		switch m.Name {
		case "@value":
		case "@language":
			if m.Value.Kind != jsontree.Null && !isLanguageTag(m.Value.Str()) {
				return "a language value whose @language is no language tag"
			}
		case "@direction":
			if d := m.Value.Str(); m.Value.Kind != jsontree.Null && d != "ltr" && d != "rtl" {
				return "a language value whose @direction is neither ltr nor rtl"
			}
		default:
			return "a language value with the member " + clip(m.Name)
		}
	}
	return ""
}

// isLanguageTag tells whether s has the form of a tag of BCP 47: subtags of 1 to
// 8 letters and digits, the first of letters.
func isLanguageTag(s string) bool {
	for i, sub := range strings.Split(s, "-") {
		if len(sub) < 1 || len(sub) > 8 || len(s) > 64 {
			return false
		}
		for _, c := range []byte(sub) {
			letter := 'a' <= c|0x20 && c|0x20 <= 'z'
			if !letter && (i == 0 || c < '0' || c > '9') {
				return false
			}
		}
	}
	return true
}
