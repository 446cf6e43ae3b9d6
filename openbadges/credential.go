package openbadges

import (
	"strings"

	"github.com/ecusson/ecusson/jsontree"
)

// The rules of the W3C's data model, 2.0 (https://www.w3.org/TR/vc-data-model-2.0/)
// and 1.1; section numbers are those of 2.0.

// credential holds a credential to the data model and then to its class.
func (v *validator) credential(doc *jsontree.Value, kind Kind) {
	defer func(outer int) { v.base = outer }(v.base)
	v.base = len(v.path)
	model := v.contexts(doc)
	v.credentialTypes(doc, kind)
	v.url(doc, "id", false)
	v.issuer(doc)
	for _, name := range [...]string{"name", "description"} {
		if value := doc.Get(name); value != nil && value.Kind != jsontree.Null {
			v.text(name, value)
		}
	}
	v.period(doc, model, kind)
	v.subjects(doc)
	// §4.10, §4.11, §5.4 to §5.6: each value says what it is.
	for _, name := range [...]string{"credentialStatus", "credentialSchema", "refreshService", "termsOfUse", "evidence"} {
		v.typed(doc, name, name == "credentialSchema")
	}
	v.relatedResources(doc)
	if v.o.DataModelOnly {
		return
	}
	if doc.Get("@context").HasString(contextOpenBadges2) {
		v.fail(CodePredates3, "@context", "an Open Badge 2.0 inside a verifiable credential, which was never a standard: it predates Open Badges 3.0")
	}
	switch kind {
	case KindAchievementCredential, KindEndorsementCredential, KindClrCredential:
		v.openBadges(doc, kind)
	}
}

// contexts holds @context to §4.3 and returns the version of the data model,
// "" where it is of neither.
func (v *validator) contexts(doc *jsontree.Value) string {
	context := doc.Get("@context")
	if absent(context) {
		v.fail(CodeMissing, "@context", "@context must begin with %s", ContextCredentials2)
		return ""
	}
	items := context.Items()
	model := ""
	switch items[0].Value.Str() {
	case ContextCredentials2:
		model = "2.0"
	case ContextCredentials1:
		model = "1.1"
		if v.o.Issuing && !v.o.DataModelOnly {
			v.fail(CodeModelOutdated, "@context", "credentials are issued by data model 2.0")
		} else {
			v.warn(CodeModelOutdated, "@context", "data model 1.1 is outdated")
		}
	default:
		v.fail(CodeContextFirst, "@context", "the first context must be %s", ContextCredentials2)
	}
	if context.Kind == jsontree.Object {
		return model // already told: it is the first, and no URL
	}
	v.each("@context", context, func(item *jsontree.Value) {
		switch {
		case item.Kind == jsontree.String && !isURL(item.Text):
			v.fail(CodeContextItem, "", "%q is not an absolute URL", clip(item.Text))
		case item.Kind != jsontree.String && item.Kind != jsontree.Object:
			v.fail(CodeContextItem, "", "a context is neither a URL nor an object but %s", item.Kind)
		}
	})
	return model
}

// credentialTypes holds type to §4.5.
func (v *validator) credentialTypes(doc *jsontree.Value, kind Kind) {
	types := doc.Get("type")
	v.types(doc, "VerifiableCredential")
	if kind == KindEndorsementCredential && types.HasString("VerifiableCredential") && !types.HasString("EndorsementCredential") {
		v.fail(CodeWrongClass, "type", "type must have EndorsementCredential")
	}
}

// url holds a member that is one URL (§4.4).
func (v *validator) url(o *jsontree.Value, name string, required bool) {
	value := o.Get(name)
	switch {
	case value == nil:
		if required {
			v.fail(CodeMissing, name, "%s must be there", name)
		}
	case value.Kind == jsontree.Array && len(value.Members) > 1:
		v.fail(CodeTooMany, name, "%s may be one URL", name)
	case value.Kind != jsontree.String:
		v.fail(CodeWrongKind, name, "%s is not a string but %s", name, value.Kind)
	case !isURL(value.Text):
		v.fail(CodeNotURL, name, "%q is not an absolute URL", clip(value.Text))
	}
}

// issuer holds issuer to §4.7.
func (v *validator) issuer(doc *jsontree.Value) {
	issuer := doc.Get("issuer")
	if !issuer.Is(jsontree.Object) {
		v.url(doc, "issuer", true)
		return
	}
	v.push("issuer")
	defer v.pop()
	v.url(issuer, "id", true)
	for _, name := range [...]string{"name", "description"} {
		if value := issuer.Get(name); value != nil && value.Kind != jsontree.Null {
			v.text(name, value)
		}
	}
}

// text holds a text to §11.1: a string, a language value object, or an array.
func (v *validator) text(name string, value *jsontree.Value) bool {
	good := true
	v.each(name, value, func(item *jsontree.Value) {
		if item.Kind == jsontree.String {
			return
		}
		if problem := languageProblem(item); problem != "" {
			good = false
			v.fail(CodeNotLanguage, "", "%s is %s", name, problem)
		}
	})
	return good
}

// period holds the dates to §4.9; in 1.1 they have other names, and the first
// must be there. Open Badges wants the first in 2.0 too.
func (v *validator) period(doc *jsontree.Value, model string, kind Kind) {
	from, until := "validFrom", "validUntil"
	required := !v.o.DataModelOnly && (kind == KindAchievementCredential || kind == KindEndorsementCredential || kind == KindClrCredential)
	if model == "1.1" {
		from, until, required = "issuanceDate", "expirationDate", true
	}
	read := func(name string, required bool) (t int64, nano int, ok bool) {
		value := doc.Get(name)
		if value == nil {
			if required {
				v.fail(CodeMissing, name, "%s must be there", name)
			}
			return 0, 0, false
		}
		moment, ok := parseDateTime(value.Str(), true)
		if !ok {
			v.fail(CodeNotDate, name, "%q is not a date and time with a zone", clip(value.Str()))
		}
		return moment.Unix(), moment.Nanosecond(), ok
	}
	start, startNano, ok1 := read(from, required)
	end, endNano, ok2 := read(until, false)
	if ok1 && ok2 && (end < start || end == start && endNano < startNano) {
		v.fail(CodePeriodReversed, until, "%s is before %s", until, from)
	}
}

// subjects holds credentialSubject to §4.8: one or more objects that say
// something.
func (v *validator) subjects(doc *jsontree.Value) {
	subject := doc.Get("credentialSubject")
	if absent(subject) {
		v.fail(CodeMissing, "credentialSubject", "credentialSubject must be there")
		return
	}
	v.each("credentialSubject", subject, func(item *jsontree.Value) {
		switch {
		case item.Kind != jsontree.Object:
			v.fail(CodeWrongKind, "", "the subject is not an object but %s", item.Kind)
		case len(item.Members) == 0:
			v.fail(CodeEmpty, "", "the subject is empty: nothing is said of it")
		default:
			v.url(item, "id", false)
		}
	})
}

// typed holds a member to one or more objects that have a type and at most one
// id.
func (v *validator) typed(doc *jsontree.Value, name string, needsID bool) {
	value := doc.Get(name)
	if absent(value) {
		return
	}
	v.each(name, value, func(item *jsontree.Value) {
		if item.Kind != jsontree.Object {
			v.fail(CodeWrongKind, "", "%s is not an object but %s", name, item.Kind)
			return
		}
		if types := item.Get("type"); types == nil {
			v.fail(CodeMissing, "type", "%s must have a type", name)
		} else {
			v.typeStrings(types)
		}
		v.url(item, "id", needsID)
	})
}

// relatedResources holds relatedResource to §5.3. Whether a digest is that of
// the resource is not asked.
func (v *validator) relatedResources(doc *jsontree.Value) {
	value := doc.Get("relatedResource")
	if absent(value) {
		return
	}
	seen := make(map[string]bool)
	v.each("relatedResource", value, func(item *jsontree.Value) {
		if item.Kind != jsontree.Object {
			v.fail(CodeWrongKind, "", "a related resource is not an object but %s", item.Kind)
			return
		}
		v.url(item, "id", true)
		id := item.Get("id").Str()
		if id != "" && seen[id] {
			v.fail(CodeRepeated, "id", "%q is there twice", clip(id))
		}
		seen[id] = true
		digests := 0
		for _, name := range [...]string{"digestSRI", "digestMultibase"} {
			digest := item.Get(name)
			switch {
			case digest == nil:
				continue
			case digest.Kind != jsontree.String || digest.Text == "":
				v.fail(CodeWrongKind, name, "%s is not a string", name)
			}
			digests++
		}
		if digests == 0 {
			v.fail(CodeNoDigest, "", "a related resource must have digestSRI or digestMultibase")
		}
	})
}

// ValidatePresentation holds a presentation to the data model (§4.13 of VC Data
// Model 2.0), and each credential in it to [Validate]. A credential in it that
// is neither signed nor enveloped is the holder's own word: its issuer must be
// the holder. An enveloped presentation is held to the form of its
// envelope.
func ValidatePresentation(doc *jsontree.Value, o ValidateOptions) []Problem {
	v := newValidator(o)
	if !doc.Is(jsontree.Object) {
		v.fail(CodeWrongKind, "", "the document is not an object")
		return v.problems
	}
	v.nulls(doc)
	kind := KindPresentation
	if doc.Get("type").HasString("EnvelopedVerifiablePresentation") {
		kind = KindEnvelopedPresentation
	}
	v.presentation(doc, kind)
	return v.problems
}

func (v *validator) presentation(doc *jsontree.Value, kind Kind) {
	if kind == KindEnvelopedPresentation {
		v.envelope(doc, "EnvelopedVerifiablePresentation")
		return
	}
	model := v.contexts(doc)
	v.types(doc, "VerifiablePresentation")
	v.url(doc, "id", false)
	holder := ""
	switch value := doc.Get("holder"); {
	case value.Is(jsontree.Object):
		v.push("holder")
		v.url(value, "id", true)
		v.pop()
		holder = value.Get("id").Str()
	default:
		v.url(doc, "holder", false)
		holder = value.Str()
	}
	v.typed(doc, "termsOfUse", false)
	credentials := doc.Get("verifiableCredential")
	if absent(credentials) {
		return
	}
	v.each("verifiableCredential", credentials, func(item *jsontree.Value) {
		switch {
		case item.Kind == jsontree.String && model == "1.1":
			// A JWT; 2.0 has envelopes for that.
			if strings.Count(item.Text, ".") != 2 {
				v.fail(CodeNotJWT, "", "the credential is a string that is no compact JWS")
			}
		case item.Kind != jsontree.Object:
			v.fail(CodeWrongKind, "", "the credential is not an object but %s", item.Kind)
		case item.Get("type").HasString("EnvelopedVerifiableCredential"),
			strings.HasPrefix(item.Get("id").Str(), "data:") && !item.Get("type").HasString("VerifiableCredential"):
			v.envelope(item, "EnvelopedVerifiableCredential")
		default:
			v.credential(item, kindOf(item, stringsOf(item.Get("@context"))))
			v.selfAsserted(item, holder)
		}
	})
}

// selfAsserted holds a credential without a proof of its own to its presenter.
func (v *validator) selfAsserted(credential *jsontree.Value, holder string) {
	for _, p := range credential.Get("proof").Items() {
		if p.Value.Kind == jsontree.Object {
			return
		}
	}
	issuer := credential.Get("issuer").Str()
	if issuer == "" {
		issuer = credential.Get("issuer").Get("id").Str()
	}
	switch {
	case holder == "":
		v.fail(CodeHolderMismatch, "issuer", "the credential has no proof, and the presentation no holder whose word it could be")
	case issuer != holder:
		v.fail(CodeHolderMismatch, "issuer", "the credential has no proof, and its issuer is not the holder")
	}
}

// envelope holds an enveloped document to the data model: the context, the
// type and no other, and a data URL with something in it for id. The envelope
// itself is opened elsewhere.
func (v *validator) envelope(doc *jsontree.Value, want string) {
	if context := doc.Get("@context"); !context.HasString(ContextCredentials2) {
		v.fail(CodeContextFirst, "@context", "@context must have %s", ContextCredentials2)
	}
	v.types(doc, want)
	if types := doc.Get("type"); types.HasString(want) && len(types.Items()) != 1 {
		v.fail(CodeTooMany, "type", "the only type of an envelope is %s", want)
	}
	id := doc.Get("id").Str()
	head, body, ok := strings.Cut(id, ",")
	if !ok || body == "" || len(head) <= len("data:") || !strings.EqualFold(head[:5], "data:") {
		v.fail(CodeNotEnvelope, "id", "id is not a data URL with a media type and something in it")
	}
}
