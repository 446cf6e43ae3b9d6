package openbadges

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ecusson/ecusson/jsontree"
)

// Severity tells what a problem means.
type Severity int

// The severities.
const (
	// Warning: worth telling, and no reason to refuse the document.
	Warning Severity = iota
	// Error: the document breaks the data model.
	Error
)

// String names the severity.
func (s Severity) String() string {
	if s == Error {
		return "error"
	}
	return "warning"
}

// The codes of problems. They do not change; the details are for people.
const (
	CodeMissing          = "missing"           // a member that must be there
	CodeWrongKind        = "wrong-kind"        // another JSON type than it must be
	CodeWrongClass       = "wrong-class"       // a type that lacks the name it must have
	CodeTooMany          = "too-many"          // several values where one may be
	CodeEmpty            = "empty"             // an empty object, array or string that must say something
	CodeNotURL           = "not-url"           // no absolute URL
	CodeNotDate          = "not-date"          // no date, or no date and time with a zone
	CodeNotLanguage      = "not-language"      // no language tag, or no language value object
	CodeNotJWT           = "not-jwt"           // no compact JWS
	CodePeriodReversed   = "period-reversed"   // valid until before valid from
	CodeNoCriteria       = "no-criteria"       // criteria with neither id nor narrative
	CodeContextFirst     = "context-first"     // the first context is not that of the data model
	CodeContextItem      = "context-item"      // a context that is neither a URL nor an object
	CodeContextPlace     = "context-place"     // the Open Badges or CLR context is missing or in another place
	CodeContextOutdated  = "context-outdated"  // an older version of a context
	CodeContextExtension = "context-extension" // a 1EdTech type without the context that defines it
	CodeModelOutdated    = "model-outdated"    // VC Data Model 1.1
	CodePredates3        = "predates-3"        // Open Badges 2 inside a verifiable credential
	CodeNull             = "null"              // a null, which must be left out
	CodeEmptyArray       = "empty-array"       // an empty array, which must be left out
	CodeUnknownTerm      = "unknown-term"      // a term that its vocabulary lacks, without "ext:"
	CodeReference        = "reference"         // an id where the object must be
	CodeNotPlainText     = "not-plain-text"    // a text with languages where Open Badges has a string
	CodeNoRecipient      = "no-recipient"      // a subject with neither id nor identifier
	CodeNoName           = "no-name"           // a credential without a name
	CodeDangling         = "dangling"          // a result that points to no description
	CodeRepeated         = "repeated"          // an id twice where it may be once
	CodeNoDigest         = "no-digest"         // a related resource without a digest
	CodeHolderMismatch   = "holder-mismatch"   // an unsecured credential whose issuer is not the holder
	CodeNotEnvelope      = "not-envelope"      // an enveloped document whose id has no data URL
	CodeTooManyProblems  = "too-many-problems" // more of that severity are not told
)

// Problem is one thing that is not as it must or should be.
type Problem struct {
	Code string
	// Pointer is the place, a JSON pointer (RFC 6901); for a missing member where
	// it would be.
	Pointer  string
	Severity Severity
	// Detail says the problem in English.
	Detail string
}

// String is the problem in one line.
func (p Problem) String() string {
	return fmt.Sprintf("%s %s at %q: %s", p.Severity, p.Code, p.Pointer, p.Detail)
}

// ValidateOptions chooses the rules. The zero value is for documents of others.
type ValidateOptions struct {
	// Issuing holds the document to what must be written, not only to what is
	// taken: what is tolerated in the documents of others is an error.
	Issuing bool
	// DataModelOnly leaves out the rules of Open Badges and CLR.
	DataModelOnly bool
	// Max bounds the number of errors, and that of warnings, told; 0 is 100.
	Max int
}

// Validate holds a credential to the W3C's data model, 1.1 or 2.0 by its first
// context, and by its type to that of Open Badges 3.0 or CLR 2.0. A
// presentation is held to [ValidatePresentation]. It looks at the document
// alone: neither at the clock, nor at proofs, nor at what JSON-LD makes of the
// names.
//
// Endorsements inside are looked at too, but what is wrong with them is a
// warning: they are credentials of their own, and the badge stands without
// them. The credentials inside a CLR are left to be validated by themselves.
func Validate(doc *jsontree.Value, o ValidateOptions) []Problem {
	v := newValidator(o)
	if doc.Is(jsontree.Object) {
		v.nulls(doc)
	}
	v.document(doc)
	return v.problems
}

// HasErrors tells whether one of the problems is an error.
func HasErrors(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Severity == Error })
}

type validator struct {
	o        ValidateOptions
	problems []Problem
	path     []string
	// base is how long the path to the credential under the rules is.
	base int
	// inside is more than 0 within what the document stands without, where an
	// error is but a warning.
	inside int
	// count is how many problems there are of each severity.
	count [2]int
}

func newValidator(o ValidateOptions) *validator {
	if o.Max <= 0 {
		o.Max = 100
	}
	return &validator{o: o}
}

func (v *validator) report(s Severity, code, member, format string, args ...any) {
	if v.inside > 0 && !v.o.Issuing {
		s = Warning
	}
	// Each severity has its own bound: many warnings must not hide an error, nor
	// make one.
	if v.count[s] > v.o.Max {
		return
	}
	pointer := ""
	for _, step := range v.path {
		pointer = jsontree.Pointer(pointer, step)
	}
	if member != "" {
		pointer = jsontree.Pointer(pointer, member)
	}
	for i := range v.problems {
		if p := &v.problems[i]; p.Code == code && p.Pointer == pointer {
			return // told by a rule of the data model before
		}
	}
	if v.count[s]++; v.count[s] > v.o.Max {
		v.problems = append(v.problems, Problem{CodeTooManyProblems, pointer, s, fmt.Sprintf("there are more than %d: the rest is not told", v.o.Max)})
		return
	}
	v.problems = append(v.problems, Problem{code, pointer, s, fmt.Sprintf(format, args...)})
}

func (v *validator) fail(code, member, format string, args ...any) {
	v.report(Error, code, member, format, args...)
}

func (v *validator) warn(code, member, format string, args ...any) {
	v.report(Warning, code, member, format, args...)
}

// tolerate is for what is taken from others and never written.
func (v *validator) tolerate(code, member, format string, args ...any) {
	s := Warning
	if v.o.Issuing {
		s = Error
	}
	v.report(s, code, member, format, args...)
}

func (v *validator) push(step string) { v.path = append(v.path, step) }
func (v *validator) pop()             { v.path = v.path[:len(v.path)-1] }

// each calls f for every value of a member that has one or more, with the
// member (and its place in an array) on the path.
func (v *validator) each(name string, value *jsontree.Value, f func(item *jsontree.Value)) {
	v.push(name)
	defer v.pop()
	if !value.Is(jsontree.Array) {
		f(value)
		return
	}
	for i := range value.Members {
		v.push(strconv.Itoa(i))
		f(&value.Members[i].Value)
		v.pop()
	}
}

// nulls tells of null members and empty arrays; both must be left out.
func (v *validator) nulls(value *jsontree.Value) {
	for i := range value.Members {
		m := &value.Members[i]
		name := m.Name
		if value.Kind == jsontree.Array {
			name = strconv.Itoa(i)
		} else if name == "@context" {
			continue
		}
		switch {
		case m.Value.Kind == jsontree.Null && name != "@language" && name != "@direction":
			v.tolerate(CodeNull, name, "null must be left out")
		case m.Value.Kind == jsontree.Array && len(m.Value.Members) == 0:
			v.tolerate(CodeEmptyArray, name, "an empty array must be left out")
		case len(m.Value.Members) > 0:
			v.push(name)
			v.nulls(&m.Value)
			v.pop()
		}
	}
}

func (v *validator) document(doc *jsontree.Value) {
	if !doc.Is(jsontree.Object) {
		v.fail(CodeWrongKind, "", "the document is not an object")
		return
	}
	contexts := stringsOf(doc.Get("@context"))
	switch kind := kindOf(doc, contexts); kind {
	case KindPresentation, KindEnvelopedPresentation:
		v.presentation(doc, kind)
	case KindEnvelopedCredential:
		v.envelope(doc, "EnvelopedVerifiableCredential")
	default:
		v.credential(doc, kind)
	}
}

// openBadges holds a credential to the class that its kind has in Open Badges.
func (v *validator) openBadges(doc *jsontree.Value, kind Kind) {
	v.obContexts(doc, kind)
	if items := doc.Get("@context").Items(); len(items) > 1 && items[1].Value.Str() == contextJFFPlugfest1 {
		// The rules were not yet written.
		v.inside++
		defer func() { v.inside-- }()
	}
	class := string(kind)
	v.members(doc, class)
	if name := doc.Get("name"); absent(name) {
		v.tolerate(CodeNoName, "name", "%s should have a name", class)
	}
	switch issuer := doc.Get("issuer"); {
	case issuer.Is(jsontree.String):
		v.tolerate(CodeReference, "issuer", "the issuer is an id, and should be an object of type Profile")
	case issuer.Is(jsontree.Object):
		v.push("issuer")
		v.object(issuer, "Profile")
		v.pop()
	}
}

// object holds an object to the facts of its class, its type first.
func (v *validator) object(o *jsontree.Value, class string) {
	if types := classes[class].types; len(types) > 0 {
		v.types(o, types...)
	}
	v.members(o, class)
	switch class {
	case "Criteria":
		if absent(o.Get("id")) && absent(o.Get("narrative")) {
			v.fail(CodeNoCriteria, "", "criteria must have an id or a narrative")
		}
	case "AchievementSubject", "ClrSubject":
		if absent(o.Get("id")) && absent(o.Get("identifier")) {
			v.tolerate(CodeNoRecipient, "", "the subject has neither id nor identifier: nobody is named")
		}
		v.results(o)
	}
}

// types tells where the member "type" is not one or more strings with one of
// the wanted in it.
func (v *validator) types(o *jsontree.Value, wanted ...string) {
	types := o.Get("type")
	if absent(types) {
		v.fail(CodeMissing, "type", "type must have %s", strings.Join(wanted, " or "))
		return
	}
	if !v.typeStrings(types) {
		return
	}
	if !slices.ContainsFunc(wanted, types.HasString) {
		v.fail(CodeWrongClass, "type", "type must have %s", strings.Join(wanted, " or "))
	}
}

// typeStrings tells whether a type is one or more strings, and of what is none.
func (v *validator) typeStrings(types *jsontree.Value) bool {
	if types.Kind == jsontree.Array && len(types.Members) == 0 {
		v.fail(CodeEmpty, "type", "type is empty")
		return false
	}
	good := true
	v.each("type", types, func(item *jsontree.Value) {
		if item.Kind != jsontree.String || item.Text == "" {
			v.fail(CodeWrongKind, "", "a type is not a string")
			good = false
		}
	})
	return good
}

// absent is also what a null and an empty array are: nothing is said.
func absent(value *jsontree.Value) bool {
	return value == nil || value.Kind == jsontree.Null || value.Kind == jsontree.Array && len(value.Members) == 0
}

func (v *validator) members(o *jsontree.Value, class string) {
	facts := classes[class].members
	for i := range facts {
		f := &facts[i]
		value := o.Get(f.name)
		switch {
		case absent(value):
			if f.required {
				v.fail(CodeMissing, f.name, "%s must have %s", class, f.name)
			}
		case value.Kind == jsontree.Array && !f.many && len(value.Members) > 1 && f.kind != kText:
			v.fail(CodeTooMany, f.name, "%s may have one %s", class, f.name)
		case f.kind == kText:
			v.obText(f, value)
		default:
			v.each(f.name, value, func(item *jsontree.Value) { v.value(f, item) })
		}
	}
}

// obText holds a text to the rules of the data model, and warns where Open
// Badges has but a string.
func (v *validator) obText(f *fact, value *jsontree.Value) {
	if value.Kind == jsontree.String {
		if value.Text == "" && f.required {
			v.tolerate(CodeEmpty, f.name, "%s is empty", f.name)
		}
		return
	}
	// Those of the credential and its issuer were looked at with the data model.
	own := len(v.path) == v.base || len(v.path) == v.base+1 && v.path[v.base] == "issuer"
	if !own && !v.text(f.name, value) {
		return
	}
	v.tolerate(CodeNotPlainText, f.name, "Open Badges has a plain string here, not a text with languages")
}

func (v *validator) value(f *fact, item *jsontree.Value) {
	want := func(k jsontree.Kind) bool {
		if item.Kind != k {
			v.fail(CodeWrongKind, "", "%s is not of JSON type %s but %s", f.name, k, item.Kind)
		}
		return item.Kind == k
	}
	switch f.kind {
	case kString:
		if !want(jsontree.String) {
			return
		}
		if item.Text == "" && f.required {
			v.tolerate(CodeEmpty, "", "%s is empty", f.name)
			return
		}
		v.term(f, item.Text)
	case kURL:
		if want(jsontree.String) && !isURL(item.Text) {
			v.fail(CodeNotURL, "", "%q is not an absolute URL", clip(item.Text))
		}
	case kURLText:
		if want(jsontree.String) && !isURL(item.Text) {
			v.tolerate(CodeNotURL, "", "%q is not an absolute URL", clip(item.Text))
		}
	case kMoment:
		if !want(jsontree.String) {
			return
		}
		if _, ok := parseDateTime(item.Text, true); !ok {
			v.tolerate(CodeNotDate, "", "%q is not a date and time with a zone", clip(item.Text))
		}
	case kDay:
		if !want(jsontree.String) {
			return
		}
		if !isDay(item.Text) {
			v.tolerate(CodeNotDate, "", "%q is not a date", clip(item.Text))
		}
	case kNumber:
		want(jsontree.Number)
	case kBool:
		want(jsontree.Bool)
	case kLanguage:
		if want(jsontree.String) && !isLanguageTag(item.Text) {
			v.tolerate(CodeNotLanguage, "", "%q is not a language tag", clip(item.Text))
		}
	case kJWT:
		if want(jsontree.String) && strings.Count(item.Text, ".") != 2 {
			v.tolerate(CodeNotJWT, "", "it is not a compact JWS")
		}
	case kReference:
		if item.Kind == jsontree.String {
			if !isURL(item.Text) {
				v.fail(CodeNotURL, "", "%q is not an absolute URL", clip(item.Text))
				return
			}
			v.tolerate(CodeReference, "", "it is an id, and should be an object with that id")
			return
		}
		fallthrough
	case kObject:
		if want(jsontree.Object) {
			v.object(item, f.class)
		}
	case kAside:
		if want(jsontree.Object) {
			v.inside++
			v.object(item, f.class)
			v.inside--
		}
	case kEndorsement:
		if !want(jsontree.Object) {
			return
		}
		v.inside++
		v.credential(item, KindEndorsementCredential)
		v.inside--
	case kCredential:
		if item.Kind != jsontree.String {
			want(jsontree.Object)
		}
	}
}

func (v *validator) term(f *fact, text string) {
	terms := vocabularies[f.terms]
	if terms == nil || slices.Contains(terms, text) {
		return
	}
	if open := f.terms != resultStatuses && f.terms != associationTypes; open && strings.HasPrefix(text, "ext:") {
		return
	}
	v.warn(CodeUnknownTerm, "", "%q is not a known %s", clip(text), f.name)
}

// isDay tells a date, or a date and time, with or without a zone.
func isDay(s string) bool {
	if len(s) >= 10 && len(s) <= 16 {
		if _, ok := parseDateTime(s[:10]+"T00:00:00"+s[10:], false); ok {
			return true
		}
	}
	_, ok := parseDateTime(s, false)
	return ok
}

// results tells of results that point to no description of the achievement.
func (v *validator) results(subject *jsontree.Value) {
	ids := make(map[string]bool)
	for _, d := range subject.At("achievement", "resultDescription").Items() {
		ids[d.Value.Get("id").Str()] = true
		for _, l := range d.Value.Get("rubricCriterionLevel").Items() {
			ids[l.Value.Get("id").Str()] = true
		}
	}
	v.each("result", subject.Get("result"), func(item *jsontree.Value) {
		for _, name := range [...]string{"resultDescription", "achievedLevel"} {
			if id := item.Get(name).Str(); id != "" && !ids[id] {
				v.warn(CodeDangling, name, "the achievement has no %q", clip(id))
			}
		}
	})
}

func isContext(url, prefix string) bool {
	_, ok := contextVersion(url, prefix)
	return ok
}

// obContexts holds the contexts behind the first to their places.
func (v *validator) obContexts(doc *jsontree.Value, kind Kind) {
	items := doc.Get("@context").Items()
	if len(items) == 0 {
		return // told before
	}
	at := func(i int) string {
		if i < len(items) {
			return items[i].Value.Str()
		}
		return ""
	}
	find := func(prefix string) (string, bool) {
		for i := range items {
			if version, ok := contextVersion(at(i), prefix); ok {
				return version, true
			}
		}
		return "", false
	}
	place := 1
	if kind == KindClrCredential {
		switch version, ok := find(prefixContextClr); {
		case !ok:
			v.fail(CodeContextPlace, "@context", "the context of CLR 2.0 is missing")
		case !isContext(at(1), prefixContextClr):
			v.tolerate(CodeContextPlace, "@context", "the second context is not that of CLR 2.0")
		case version != "2.0.1":
			v.warn(CodeContextOutdated, "@context", "the context of CLR is %s, not 2.0.1", version)
		}
		place = 2
	}
	switch version, ok := find(prefixContextOB3); {
	case at(1) == contextJFFPlugfest1:
		v.warn(CodeContextOutdated, "@context", "the context is that of a trial before Open Badges 3.0")
	case !ok || place == 1 && !isContext(at(1), prefixContextOB3):
		v.fail(CodeContextPlace, "@context", "the second context is not that of Open Badges 3.0")
	case !isContext(at(place), prefixContextOB3):
		v.tolerate(CodeContextPlace, "@context", "the third context is not that of Open Badges 3.0")
	case version != "3.0.3":
		v.warn(CodeContextOutdated, "@context", "the context of Open Badges is %s, not 3.0.3", version)
	}
	if doc.Get("@context").HasString(ContextExtensions) {
		return
	}
	for _, name := range [...]string{"credentialStatus", "refreshService", "credentialSchema"} {
		v.each(name, doc.Get(name), func(item *jsontree.Value) {
			for _, t := range stringsOf(item.Get("type")) {
				if strings.HasPrefix(t, "1EdTech") {
					v.tolerate(CodeContextExtension, "type", "%s is defined by the context %s, which is missing", clip(t), ContextExtensions)
				}
			}
		})
	}
}
