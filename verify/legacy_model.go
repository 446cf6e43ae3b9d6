package verify

import (
	"fmt"
	"net/mail"
	"strconv"
	"strings"
	"time"

	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/openbadges"
)

// model checks the members that the specification of a badge's version asks for.
type model struct {
	*older
	faults int
}

// checkModel answers the check of the data model.
func (o *older) checkModel() {
	m := &model{older: o}
	o.report.set(CheckDataModel, Passed, CodeOK, "all that must be there is there")
	switch o.class {
	case classAssertion:
		m.assertion()
	case classBadge:
		m.badgeClass(o.doc, "")
	case classProfile:
		m.profile(o.doc, "")
	default:
		m.types(o.doc.Get("type"))
	}
	m.extensions(o.doc, "")
	if m.faults == 0 && o.report.Check(CheckProof).Outcome == Passed {
		for _, l := range []linked{o.badge, o.issuer} {
			if l.missing != "" {
				o.report.set(CheckDataModel, Unknown, CodeLinkUnreached, l.missing)
				return
			}
		}
	}
}

func (m *model) fault(pointer, code, format string, args ...any) {
	detail := orRoot(pointer) + ": " + fmt.Sprintf(format, args...)
	if m.faults++; m.faults > 1 {
		c := m.report.Check(CheckDataModel)
		c.Detail = shorten(c.Detail + "; " + detail)
		return
	}
	m.report.set(CheckDataModel, Failed, code, detail)
}

// form tells what is wrong with a value, with a code; "" is nothing.
type form func(v *jsontree.Value) (code, detail string)

// member checks one member of an object.
func (m *model) member(of *jsontree.Value, pointer, name string, must bool, is form) {
	v, at := of.Get(name), pointer+"/"+name
	if v == nil || v.Is(jsontree.Null) {
		if must {
			m.fault(at, openbadges.CodeMissing, "must be there")
		}
		return
	}
	if code, detail := is(v); code != "" {
		m.fault(at, code, "%s", detail)
	}
}

func ok() (string, string) { return "", "" }

func isText(v *jsontree.Value) (string, string) {
	switch {
	case v.Is(jsontree.String) && strings.TrimSpace(v.Text) == "":
		return openbadges.CodeEmpty, "an empty text"
	case v.Is(jsontree.String), v.Is(jsontree.Object) && v.Get("@value").Is(jsontree.String):
		return ok()
	case v.Is(jsontree.Array) && len(v.Items()) > 0: // a text in several languages
		for _, item := range v.Items() {
			if code, detail := isText(&item.Value); code != "" {
				return code, detail
			}
		}
		return ok()
	}
	return openbadges.CodeWrongKind, "not a text"
}

func isBool(v *jsontree.Value) (string, string) {
	if v.Is(jsontree.Bool) {
		return ok()
	}
	return openbadges.CodeWrongKind, "neither true nor false"
}

// isWeb is an address of http or https.
func isWeb(v *jsontree.Value) (string, string) {
	if v.Is(jsontree.String) && webAddress(v.Text) != nil {
		return ok()
	}
	return openbadges.CodeNotURL, "no address of http or https"
}

// isIRI is any absolute identifier; the blank nodes of JSON-LD are some, too.
func isIRI(v *jsontree.Value) (string, string) {
	scheme, rest, colon := strings.Cut(v.Str(), ":")
	if colon && scheme != "" && rest != "" && !strings.ContainsAny(v.Text, " \t\n<>\"{}|\\^`") {
		return ok()
	}
	return openbadges.CodeNotURL, "no absolute identifier"
}

// isPath is an address, or a path on the issuer's site as version 0.5 has it.
func isPath(v *jsontree.Value) (string, string) {
	if v.Is(jsontree.String) && strings.HasPrefix(v.Text, "/") && !strings.HasPrefix(v.Text, "//") {
		return ok()
	}
	return isWeb(v)
}

func isEmail(v *jsontree.Value) (string, string) {
	if a, err := mail.ParseAddress(v.Str()); err == nil && a.Address == v.Text {
		return ok()
	}
	return CodeNotEmail, "no e-mail address"
}

// isPicture is an address, a data URL of a picture, or an object with one.
func isPicture(v *jsontree.Value) (string, string) {
	if v.Is(jsontree.Object) {
		if v.Get("id") == nil {
			return openbadges.CodeMissing, "a picture without an id"
		}
		return isPicture(v.Get("id"))
	}
	if strings.HasPrefix(v.Str(), "data:image/") {
		return ok()
	}
	return isPath(v)
}

func (m *model) isTime(v *jsontree.Value) (string, string) {
	if _, is := olderTime(v, m.version); is {
		return ok()
	}
	return openbadges.CodeNotDate, "no date and time as version " + m.version + " has them"
}

// each checks one value, or all of several.
func each(is form) form {
	return func(v *jsontree.Value) (string, string) {
		for _, item := range v.Items() {
			if code, detail := is(&item.Value); code != "" {
				return code, detail
			}
		}
		return ok()
	}
}

// isLink is an address or an object.
func isLink(v *jsontree.Value) (string, string) {
	if v.Is(jsontree.Object) {
		return ok()
	}
	return isIRI(v)
}

func (m *model) assertion() {
	d := m.doc
	m.types(d.Get("type"))
	switch m.version {
	case "0.5":
		m.member(d, "", "evidence", false, isPath)
		m.member(d, "", "issued_on", false, m.isTime)
	case "1.0":
		m.member(d, "", "uid", true, isText)
		m.member(d, "", "verify", true, isVerification)
		m.member(d, "", "evidence", false, isWeb)
		m.member(d, "", "issuedOn", true, m.isTime)
	default:
		m.member(d, "", "id", true, isIRI)
		m.member(d, "", "evidence", false, each(isLink))
		m.member(d, "", "issuedOn", true, m.isTime)
		m.member(d, "", "narrative", false, isText)
		if v := m.verification(); len(v.Members) == 0 {
			m.fault("/verification", openbadges.CodeMissing, "must be there")
		} else if code, detail := isVerification(v); code != "" {
			m.fault("/verification", code, "%s", detail)
		}
	}
	m.member(d, "", "expires", false, m.isTime)
	m.member(d, "", "image", false, isPicture)
	m.member(d, "", "revoked", false, isBool)
	m.member(d, "", "badge", true, isLink)
	m.identity()
	m.badgeClass(m.badge.doc, "/badge")
	m.profile(m.issuer.doc, "/badge/issuer")
	issued, a := m.time("issuedOn", "issued_on")
	until, b := m.time("expires")
	if a && b && until.Before(issued) {
		m.fault("/expires", openbadges.CodePeriodReversed, "before it was issued")
	}
}

func isVerification(v *jsontree.Value) (string, string) {
	kinds := v.Get("type")
	for _, kind := range []string{"hosted", "signed", "HostedBadge", "SignedBadge"} {
		if kinds.HasString(kind) {
			return ok()
		}
	}
	return openbadges.CodeWrongClass, "neither hosted nor signed"
}

// types checks that each type is one of the vocabulary or an absolute identifier.
func (m *model) types(v *jsontree.Value) {
	if v == nil {
		return
	}
	items := v.Items()
	if len(items) == 0 {
		m.fault("/type", openbadges.CodeEmpty, "no type")
	}
	for _, item := range items {
		name := item.Value.Str()
		if _, known := vocabulary[name]; known || strings.HasPrefix(name, "obi:") || strings.HasPrefix(name, "extensions:") {
			continue
		}
		if code, _ := isIRI(&item.Value); code != "" {
			m.fault("/type", openbadges.CodeWrongClass, "%q is no class of Open Badges 2.0", clip(name))
		}
	}
}

// vocabulary are the classes of Open Badges 2.0.
var vocabulary = map[string]bool{
	"Assertion": true, "BadgeClass": true, "Issuer": true, "IssuerOrg": true, "Profile": true, "Endorsement": true, "RevocationList": true,
	"CryptographicKey": true, "Extension": true, "Criteria": true, "Evidence": true, "Image": true, "AlignmentObject": true,
	"IdentityObject": true, "VerificationObject": true, "HostedBadge": true, "SignedBadge": true, "hosted": true, "signed": true,
	"TypeValidation": true, "FrameValidation": true,
}

// identity checks whom the badge names.
func (m *model) identity() {
	v := m.doc.Get("recipient")
	switch {
	case v == nil:
		m.fault("/recipient", openbadges.CodeMissing, "must be there")
		return
	case m.version == "0.5" && v.Is(jsontree.String):
		if code, _ := isEmail(v); code != "" && !isHash(v.Text) {
			m.fault("/recipient", CodeNotIdentity, "neither an e-mail address nor a hash")
		}
		return
	case !v.Is(jsontree.Object):
		m.fault("/recipient", openbadges.CodeWrongKind, "not an object")
		return
	}
	m.member(v, "/recipient", "type", true, each(isText))
	m.member(v, "/recipient", "identity", true, isText)
	m.member(v, "/recipient", "hashed", m.version == "2.0", isBool)
	m.member(v, "/recipient", "salt", false, func(v *jsontree.Value) (string, string) {
		if v.Is(jsontree.String) {
			return ok()
		}
		return openbadges.CodeWrongKind, "not a text"
	})
	identity := v.Get("identity").Str()
	switch hashed := v.Get("hashed").True(); {
	case hashed && !isHash(identity):
		m.fault("/recipient/identity", CodeNotIdentity, "hashed, and neither sha256$ nor md5$ with as many digits")
	case !hashed && isHash(identity):
		m.fault("/recipient/hashed", CodeNotIdentity, "not hashed, and a hash")
	}
}

// isHash tells whether a text is an IdentityHash (Open Badges 2.0).
func isHash(text string) bool {
	kind, digits, ok := strings.Cut(text, "$")
	length := map[string]int{"sha256": 64, "md5": 32}[strings.ToLower(kind)]
	return ok && length > 0 && len(digits) == length && strings.Trim(digits, "0123456789abcdefABCDEF") == ""
}

func (m *model) badgeClass(d *jsontree.Value, at string) {
	if m.badge.missing != "" && at != "" || len(d.Members) == 0 {
		return
	}
	m.member(d, at, "name", true, isText)
	m.member(d, at, "description", true, isText)
	m.member(d, at, "image", at != "", isPicture)
	if at == "" && d.Get("image") == nil {
		m.report.warn(CheckDataModel, openbadges.CodeMissing, "/image: should be there")
	}
	m.member(d, at, "issuer", true, isLink)
	m.member(d, at, "tags", false, each(isText))
	switch m.version {
	case "0.5":
		m.member(d, at, "criteria", true, isPath)
	case "1.0", "1.1":
		m.member(d, at, "criteria", true, isPath)
	default:
		m.member(d, at, "criteria", true, isCriteria)
	}
	for i, item := range d.Get("alignment").Items() {
		place, name, url := fmt.Sprintf("%s/alignment/%d", at, i), "targetName", "targetUrl"
		if item.Value.Get(name) == nil { // as version 1 has it
			name, url = "name", "url"
		}
		m.member(&item.Value, place, name, true, isText)
		m.member(&item.Value, place, url, true, isIRI)
	}
}

// isCriteria is an address, or an object with an id or a narrative.
func isCriteria(v *jsontree.Value) (string, string) {
	if !v.Is(jsontree.Object) {
		return isIRI(v)
	}
	if v.Get("id").Str() == "" && v.Get("narrative").Str() == "" {
		return openbadges.CodeNoCriteria, "criteria with neither id nor narrative"
	}
	return ok()
}

func (m *model) profile(d *jsontree.Value, at string) {
	if m.issuer.missing != "" && at != "" || len(d.Members) == 0 {
		return
	}
	m.member(d, at, "name", true, isText)
	if m.version == "0.5" {
		m.member(d, at, "origin", true, isWeb)
		m.member(d, at, "contact", false, isEmail)
		return
	}
	m.member(d, at, "url", true, isWeb)
	m.member(d, at, "email", m.version == "2.0", isEmail)
	m.member(d, at, "image", false, isPicture)
	for i, host := range scopeOf(d).hosts {
		if host == "" || strings.Contains(host, "/") || webAddress("https://"+host) == nil {
			m.fault(fmt.Sprintf("%s/verification/allowedOrigins/%d", at, i), CodeNotHost, "%q is not the name of a host", clip(host))
		}
	}
	for i, start := range scopeOf(d).begins {
		if webAddress(start) == nil {
			m.fault(fmt.Sprintf("%s/verification/startsWith/%d", at, i), openbadges.CodeNotURL, "no address of http or https")
		}
	}
}

// olderTime reads a time as a version writes it: version 2 as ISO 8601 with a
// zone; version 1 also without one, as a date alone, or as seconds since 1970.
func olderTime(v *jsontree.Value, version string) (time.Time, bool) {
	if version != "2.0" && v.Is(jsontree.Number) || version != "2.0" && v.Is(jsontree.String) && isDigits(v.Text) {
		seconds, err := strconv.ParseInt(v.Text, 10, 64)
		if err != nil || seconds < 0 || seconds > 253402300799 {
			return time.Time{}, false
		}
		return time.Unix(seconds, 0).UTC(), true
	}
	layouts := []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z0700"}
	if version != "2.0" {
		layouts = append(layouts, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", time.DateOnly)
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, v.Str()); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// extensions checks those whose schema is known here (Open Badges Extensions):
// what a schema that is not known would ask is not asked.
func (m *model) extensions(d *jsontree.Value, at string) {
	for i := range d.Members {
		e := &d.Members[i]
		if !e.Value.Get("type").HasString("Extension") {
			continue
		}
		for kind, members := range knownExtensions {
			if !hasType(e.Value.Get("type"), kind) {
				continue
			}
			for _, name := range members {
				v := e.Value.Get(name)
				for _, prefix := range []string{"http://schema.org/", "schema:", "obi:", "extensions:"} {
					if v == nil {
						v = e.Value.Get(prefix + name)
					}
				}
				if v != nil && !v.Is(jsontree.String) {
					m.fault(at+"/"+e.Name+"/"+name, openbadges.CodeWrongKind, "not a text, as the extension wants it")
				}
			}
		}
	}
}

// knownExtensions are the members that are texts, by the end of an extension's name.
var knownExtensions = map[string][]string{
	"ExampleExtension": {"text", "exampleProperty"}, "ApplyLink": {"applyLink", "url"}, "OriginalCreator": {"url"}, "AccessibilityExtension": {"accessibilityAPI"},
}

func hasType(types *jsontree.Value, end string) bool {
	for _, item := range types.Items() {
		if strings.HasSuffix(item.Value.Str(), end) {
			return true
		}
	}
	return false
}
