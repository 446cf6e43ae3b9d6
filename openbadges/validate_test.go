package openbadges_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/fixture"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/openbadges"
)

func tree(t testing.TB, text string) *jsontree.Value {
	t.Helper()
	v, err := jsontree.Parse([]byte(text), jsontree.Limits{})
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return &v
}

// badge is a credential without any problem; the tests below spoil it.
const badge = `{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
"id":"urn:uuid:1","type":["VerifiableCredential","OpenBadgeCredential"],"name":"Kayak",
"issuer":{"id":"https://river.example/issuer","type":["Profile"],"name":"River School"},"validFrom":"2025-01-15T09:00:00Z",
"credentialSubject":{"id":"did:example:1","type":["AchievementSubject"],"achievement":{"id":"https://river.example/roll",
"type":["Achievement"],"name":"Roll","description":"Can roll.","criteria":{"narrative":"Rolls."}}}}`

func spoil(t testing.TB, doc, old, new string) *jsontree.Value {
	t.Helper()
	if strings.Count(doc, old) != 1 {
		t.Fatalf("%q is %d times in the document", old, strings.Count(doc, old))
	}
	return tree(t, strings.Replace(doc, old, new, 1))
}

// told are the problems as "code pointer", errors with a "!" in front.
func told(problems []openbadges.Problem) []string {
	out := []string{}
	for _, p := range problems {
		s := p.Code + " " + p.Pointer
		if p.Severity == openbadges.Error {
			s = "!" + s
		}
		out = append(out, s)
	}
	return out
}

func expect(t *testing.T, name string, problems []openbadges.Problem, want string) {
	t.Helper()
	wanted := []string{}
	if want != "" {
		wanted = strings.Split(want, "; ")
	}
	if got := told(problems); !slices.Equal(got, wanted) {
		t.Errorf("%s:\n got %q\nwant %q", name, got, wanted)
	}
}

func TestValidateBadge(t *testing.T) {
	t.Parallel()
	const achievement = "/credentialSubject/achievement"
	tests := []struct{ old, new, want string }{
		{`"Kayak"`, `"Kayak"`, ""},
		// The data model.
		{`"id":"urn:uuid:1",`, ``, "!missing /id"},
		{`"urn:uuid:1"`, `"badge 42"`, "!not-url /id"},
		{`"urn:uuid:1"`, `null`, "!wrong-kind /id; null /id; !missing /id"},
		{`"urn:uuid:1"`, `["urn:uuid:1","urn:uuid:2"]`, "!too-many /id"},
		{`"type":["VerifiableCredential","OpenBadgeCredential"],`, ``, "!missing /type"},
		{`["VerifiableCredential","OpenBadgeCredential"]`, `["OpenBadgeCredential"]`, "!wrong-class /type"},
		{`["VerifiableCredential","OpenBadgeCredential"]`, `["VerifiableCredential","OpenBadgeCredential",5]`, "!wrong-kind /type/2"},
		{`"https://www.w3.org/ns/credentials/v2",`, ``, "!context-first /@context; !context-place /@context"},
		{`context-3.0.3.json"]`, `context-3.0.3.json","https ://x"]`, "!context-item /@context/2"},
		{`context-3.0.3.json"]`, `context-3.0.3.json",5]`, "!context-item /@context/2"},
		{`context-3.0.3.json"]`, `context-3.0.3.json",{"a":"https://a.example/"}]`, ""},
		{`context-3.0.3.json"`, `context-3.0.2.json"`, "context-outdated /@context"},
		{`context-3.0.3.json"`, `context.json"`, "context-outdated /@context"},
		{`"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"`, `{}`, "!context-place /@context"},
		{`"issuer":{"id":"https://river.example/issuer","type":["Profile"],"name":"River School"},`, ``, "!missing /issuer"},
		{`{"id":"https://river.example/issuer","type":["Profile"],"name":"River School"}`, `"https://river.example/issuer"`, "reference /issuer"},
		{`{"id":"https://river.example/issuer","type":["Profile"],"name":"River School"}`, `"river"`, "!not-url /issuer; reference /issuer"},
		{`"id":"https://river.example/issuer",`, ``, "!missing /issuer/id"},
		{`"https://river.example/issuer"`, `"river"`, "!not-url /issuer/id"},
		{`"type":["Profile"],`, ``, "!missing /issuer/type"},
		{`["Profile"]`, `"Profile"`, ""},
		{`["Profile"]`, `["Person"]`, "!wrong-class /issuer/type"},
		{`"2025-01-15T09:00:00Z"`, `"2025-01-15T09:00:00.447Z"`, ""},
		{`"2025-01-15T09:00:00Z"`, `"2025-01-15T09:00:00-06:00"`, ""},
		{`"2025-01-15T09:00:00Z"`, `"2025-01-15T24:00:00Z"`, ""},
		{`"2025-01-15T09:00:00Z"`, `"2025-01-15T09:00:00"`, "!not-date /validFrom"},
		{`"2025-01-15T09:00:00Z"`, `"2025-01-15T09:00:00,4Z"`, "!not-date /validFrom"},
		{`"2025-01-15T09:00:00Z"`, `"2025-01-15T09:00Z"`, "!not-date /validFrom"},
		{`"2025-01-15T09:00:00Z"`, `"2025-02-30T09:00:00Z"`, "!not-date /validFrom"},
		{`"2025-01-15T09:00:00Z"`, `"2025-01-15T09:00:00+14:01"`, "!not-date /validFrom"},
		{`"2025-01-15T09:00:00Z"`, `"2025-01-15t09:00:00z"`, "!not-date /validFrom"},
		{`"2025-01-15T09:00:00Z"`, `1736931600`, "!not-date /validFrom"},
		{`"2025-01-15T09:00:00Z"`, `"2025-01-15T09:00:00Z","validUntil":"2025-01-15T08:59:59.999Z"`, "!period-reversed /validUntil"},
		{`"2025-01-15T09:00:00Z"`, `"2025-01-15T09:00:00Z","validUntil":"2025-01-15T09:30:00+01:00"`, "!period-reversed /validUntil"},
		{`"2025-01-15T09:00:00Z"`, `"2025-01-15T09:00:00Z","validUntil":"2025-01-15T09:00:00Z"`, ""},
		{`"validFrom":"2025-01-15T09:00:00Z",`, ``, "!missing /validFrom"},
		{`"name":"Kayak"`, `"name":{"@value":"Kayak","@language":"en"}`, "not-plain-text /name"},
		{`"name":"Kayak"`, `"name":[{"@value":"Kayak","@language":"en"},{"@value":"Kajak","@language":"de"}]`, "not-plain-text /name"},
		{`"name":"Kayak"`, `"name":{"@value":"Kayak","@language":"en","url":"x:y"}`, "!not-language /name; not-plain-text /name"},
		{`"name":"Kayak"`, `"name":{"en":"Kayak"}`, "!not-language /name; not-plain-text /name"},
		{`"name":"Kayak"`, `"name":5`, "!not-language /name; not-plain-text /name"},
		{`"name":"Kayak",`, ``, "no-name /name"},
		{`"name":"Kayak"`, `"name":null`, "null /name; no-name /name"},
		{`"credentialSubject":{`, `"subject":{`, "!missing /credentialSubject"},
		{`"name":"Kayak"`, `"name":"Kayak","credentialStatus":{}`, "!missing /credentialStatus/type"},
		{`"name":"Kayak"`, `"name":"Kayak","credentialStatus":{"id":["a:b","c:d"],"type":"T"}`, "!too-many /credentialStatus/id"},
		{`"name":"Kayak"`, `"name":"Kayak","credentialStatus":[{"id":"a:b","type":2}]`, "!wrong-kind /credentialStatus/0/type"},
		{`"name":"Kayak"`, `"name":"Kayak","credentialSchema":{"type":"JsonSchema"}`, "!missing /credentialSchema/id"},
		{`"name":"Kayak"`, `"name":"Kayak","credentialSchema":{"id":"https://a.example/s","type":"1EdTechJsonSchemaValidator2019"}`, "context-extension /credentialSchema/type"},
		{`"name":"Kayak"`, `"name":"Kayak","termsOfUse":[{"id":"a:b"}]`, "!missing /termsOfUse/0/type"},
		{`"name":"Kayak"`, `"name":"Kayak","refreshService":"a:b"`, "!wrong-kind /refreshService"},
		{`"name":"Kayak"`, `"name":"Kayak","evidence":[{"type":"Evidence","narrative":"x"}]`, ""},
		{`"name":"Kayak"`, `"name":"Kayak","evidence":[{"narrative":"x"}]`, "!missing /evidence/0/type"},
		{`"name":"Kayak"`, `"name":"Kayak","relatedResource":[{"id":"a:b","digestSRI":"sha256-x"},{"id":"a:b"},"x",{"id":"c:d","digestMultibase":1}]`,
			"!repeated /relatedResource/1/id; !no-digest /relatedResource/1; !wrong-kind /relatedResource/2; !wrong-kind /relatedResource/3/digestMultibase"},
		{`"name":"Kayak"`, `"name":"Kayak","evidence":[],"endorsement":null`, "empty-array /evidence; null /endorsement"},
		{`"name":"Kayak"`, `"name":"Kayak","awardedDate":"2025-01-01"`, "not-date /awardedDate"},
		// Open Badges.
		{`"id":"did:example:1",`, ``, "no-recipient /credentialSubject"},
		{`"did:example:1"`, `5`, "!wrong-kind /credentialSubject/id"},
		{`["AchievementSubject"]`, `["Person"]`, "!wrong-class /credentialSubject/type"},
		{`"achievement":{`, `"achieved":{`, "!missing /credentialSubject/achievement"},
		{`"name":"Roll",`, ``, "!missing " + achievement + "/name"},
		{`"name":"Roll"`, `"name":""`, "empty " + achievement + "/name"},
		{`"name":"Roll"`, `"name":{"@value":"Roll","@language":"en"}`, "not-plain-text " + achievement + "/name"},
		{`"name":"Roll"`, `"name":{"en":"Roll"}`, "!not-language " + achievement + "/name"},
		{`,"criteria":{"narrative":"Rolls."}`, ``, "!missing " + achievement + "/criteria"},
		{`{"narrative":"Rolls."}`, `{}`, "!no-criteria " + achievement + "/criteria"},
		{`{"narrative":"Rolls."}`, `{"type":"Criteria"}`, "!no-criteria " + achievement + "/criteria"},
		{`{"narrative":"Rolls."}`, `"https://river.example/how"`, "reference " + achievement + "/criteria"},
		{`{"narrative":"Rolls."}`, `[{"narrative":"a"},{"narrative":"b"}]`, "!too-many " + achievement + "/criteria"},
		{`"name":"Roll"`, `"name":"Roll","achievementType":"Program"`, "unknown-term " + achievement + "/achievementType"},
		{`"name":"Roll"`, `"name":"Roll","achievementType":"ext:Program"`, ""},
		{`"name":"Roll"`, `"name":"Roll","image":"https://river.example/i.png"`, "reference " + achievement + "/image"},
		{`"name":"Roll"`, `"name":"Roll","image":{"id":"https://river.example/i.png","type":"Picture"}`, "!wrong-class " + achievement + "/image/type"},
		{`"name":"Roll"`, `"name":"Roll","creditsAvailable":"3"`, "!wrong-kind " + achievement + "/creditsAvailable"},
		{`"name":"Roll"`, `"name":"Roll","inLanguage":"Français"`, "not-language " + achievement + "/inLanguage"},
		{`"name":"Roll"`, `"name":"Roll","tag":["a",5]`, "!wrong-kind " + achievement + "/tag/1"},
		{`"name":"Roll"`, `"name":"Roll","alignment":[{"type":["Alignment"],"targetName":"x"}]`, "!missing " + achievement + "/alignment/0/targetUrl"},
		{`"name":"Roll"`, `"name":"Roll","alignment":[{"type":["Alignment"],"targetName":"x","targetUrl":"www"}]`, "not-url " + achievement + "/alignment/0/targetUrl"},
		{`"id":"did:example:1"`, `"identifier":[{"type":"IdentityObject","hashed":true,"identityHash":"md5$00","identityType":"emailAddress"}]`, ""},
		{`"id":"did:example:1"`, `"identifier":[{"type":"Identity","hashed":"true","identityHash":"x","identityType":"shoeSize"}]`,
			"!wrong-class /credentialSubject/identifier/0/type; !wrong-kind /credentialSubject/identifier/0/hashed; unknown-term /credentialSubject/identifier/0/identityType"},
		{`"id":"did:example:1"`, `"id":"did:example:1","result":[{"type":["Result"],"status":"ext:Great","resultDescription":"urn:x:1"}]`,
			"unknown-term /credentialSubject/result/0/status; dangling /credentialSubject/result/0/resultDescription"},
		{`"name":"River School"`, `"parentOrg":{"id":"https://a.example","type":["Org"]}`, "!wrong-class /issuer/parentOrg/type"},
		{`"name":"River School"`, `"image":"https://a.example/i.png"`, "reference /issuer/image"},
		// An endorsement is a credential of its own: told, and no error.
		{`"name":"Kayak"`, `"name":"Kayak","endorsement":[{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
			"id":"urn:uuid:2","type":["VerifiableCredential","EndorsementCredential"],"name":"x","issuer":"did:example:2","validFrom":"2025-01-15T09:00:00Z","credentialSubject":{"type":["EndorsementSubject"]}}]`,
			"reference /endorsement/0/issuer; missing /endorsement/0/credentialSubject/id"},
		{`"name":"Kayak"`, `"name":"Kayak","endorsement":["x"],"endorsementJwt":["a.b"]`, "!wrong-kind /endorsement/0; not-jwt /endorsementJwt/0"},
		{`context-3.0.3.json"]`, `context-3.0.3.json","https://w3id.org/openbadges/v2"]`, "!predates-3 /@context"},
	}
	for _, tt := range tests {
		got := openbadges.Validate(spoil(t, badge, tt.old, tt.new), openbadges.ValidateOptions{})
		wanted := strings.Split(tt.want, "; ")
		if tt.want == "" {
			wanted = []string{}
		}
		have := told(got)
		slices.Sort(have)
		slices.Sort(wanted)
		if !slices.Equal(have, wanted) {
			t.Errorf("%s for %s:\n got %q\nwant %q", tt.new, tt.old, told(got), tt.want)
		}
		for _, p := range got {
			if !strings.HasPrefix(p.Code, "missing") && !strings.HasPrefix(p.Code, "no-") &&
				spoil(t, badge, tt.old, tt.new).Find(p.Pointer) == nil {
				t.Errorf("%s for %s: nothing at %s", tt.new, tt.old, p.Pointer)
			}
		}
	}
}

func TestValidateIssuing(t *testing.T) {
	t.Parallel()
	o := openbadges.ValidateOptions{Issuing: true}
	expect(t, "good", openbadges.Validate(tree(t, badge), o), "")
	for _, tt := range []struct{ old, new, want string }{
		{`"name":"Kayak",`, ``, "!no-name /name"},
		{`"name":"Kayak"`, `"name":"Kayak","evidence":[]`, "!empty-array /evidence"},
		{`"id":"did:example:1",`, ``, "!no-recipient /credentialSubject"},
		{`"name":"Roll"`, `"name":"Roll","image":"https://river.example/i.png"`, "!reference /credentialSubject/achievement/image"},
		{`"name":"Roll"`, `"name":"Roll","achievementType":"Program"`, "unknown-term /credentialSubject/achievement/achievementType"},
		{`"name":"Kayak"`, `"name":"Kayak","credentialStatus":{"id":"https://a.example/s","type":"1EdTechRevocationList"}`, "!context-extension /credentialStatus/type"},
	} {
		expect(t, tt.new, openbadges.Validate(spoil(t, badge, tt.old, tt.new), o), tt.want)
	}
}

const plain = `{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"issuer":"did:example:1","credentialSubject":{"id":"did:example:2"}}`

func TestValidateDataModel(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ old, new, want string }{
		{`"did:example:1"`, `"did:example:1"`, ""},
		{`{"id":"did:example:2"}`, `{}`, "!empty /credentialSubject"},
		{`{"id":"did:example:2"}`, `[{"id":"did:example:2"},{}]`, "!empty /credentialSubject/1"},
		{`{"id":"did:example:2"}`, `[]`, "empty-array /credentialSubject; !missing /credentialSubject"},
		{`{"id":"did:example:2"}`, `"did:example:2"`, "!wrong-kind /credentialSubject"},
		{`"did:example:2"`, `["did:a:1","did:a:2"]`, "!too-many /credentialSubject/id"},
		{`"did:example:1"`, `{}`, "!missing /issuer/id"},
		{`"did:example:1"`, `{"id":null}`, "null /issuer/id; !wrong-kind /issuer/id"},
		{`"did:example:1"`, `{"id":"did:example:1","name":{"@value":"x","@language":"en","url":"y"}}`, "!not-language /issuer/name"},
		{`"did:example:1"`, `{"id":"did:example:1","name":{"@value":"x","@language":"en","@direction":"ltr"}}`, ""},
		{`"did:example:1"`, `{"id":"did:example:1","name":{"@value":"x","@language":"e n"}}`, "!not-language /issuer/name"},
		{`"did:example:1"`, `{"id":"did:example:1","name":{"@value":"x","@direction":"up"}}`, "!not-language /issuer/name"},
		{`["https://www.w3.org/ns/credentials/v2"]`, `"https://www.w3.org/ns/credentials/v2"`, ""},
		{`["https://www.w3.org/ns/credentials/v2"]`, `{}`, "!context-first /@context"},
		{`["https://www.w3.org/ns/credentials/v2"]`, `["https://www.w3.org/2018/credentials/v1"]`, "model-outdated /@context; !missing /issuanceDate"},
		{`["VerifiableCredential"]`, `[]`, "empty-array /type; !missing /type"},
		{`"https://www.w3.org/ns/credentials/v2"`, `"https://www.w3.org/ns/credentials/v2","https://w3id.org/openbadges/v2"`, "!predates-3 /@context"},
	} {
		expect(t, tt.new, openbadges.Validate(spoil(t, plain, tt.old, tt.new), openbadges.ValidateOptions{}), tt.want)
	}
	for _, s := range []string{`null`, `[]`, `"x"`, `5`} {
		expect(t, s, openbadges.Validate(tree(t, s), openbadges.ValidateOptions{}), "!wrong-kind ")
		expect(t, s, openbadges.ValidatePresentation(tree(t, s), openbadges.ValidateOptions{}), "!wrong-kind ")
	}
	// Without the rules of Open Badges its members are anybody's.
	bare := spoil(t, badge, `"name":"Roll"`, `"name":5`)
	expect(t, "data model only", openbadges.Validate(bare, openbadges.ValidateOptions{DataModelOnly: true}), "")
}

func TestValidateBounds(t *testing.T) {
	t.Parallel()
	doc := spoil(t, badge, `"name":"Roll"`, `"name":"Roll","tag":[`+strings.Repeat(`5,`, 5000)+`5]`)
	got := openbadges.Validate(doc, openbadges.ValidateOptions{Max: 10})
	if len(got) != 11 || got[10].Code != openbadges.CodeTooManyProblems || got[10].Severity != openbadges.Error {
		t.Errorf("%d problems", len(got))
	}
	// However many warnings, they make no error and hide none.
	doc = spoil(t, badge, `"name":"Roll"`, `"name":"Roll","own":[`+strings.Repeat(`null,`, 5000)+`null]`)
	got = openbadges.Validate(doc, openbadges.ValidateOptions{Max: 10})
	if len(got) != 11 || openbadges.HasErrors(got) {
		t.Errorf("%d problems, errors %t", len(got), openbadges.HasErrors(got))
	}
	doc = spoil(t, badge, `"name":"Roll"`, `"own":[`+strings.Repeat(`null,`, 5000)+`null]`)
	if got = openbadges.Validate(doc, openbadges.ValidateOptions{}); !openbadges.HasErrors(got) {
		t.Error("the error is hidden behind warnings")
	}
}

const envelope = `{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,a.b.c"}`

func TestValidatePresentation(t *testing.T) {
	t.Parallel()
	const holder = `"did:key:z6Mk"`
	signed := strings.Replace(plain, `"type":`, `"proof":{"type":"DataIntegrityProof"},"type":`, 1)
	own := strings.Replace(plain, `"did:example:1"`, holder, 1)
	start := `{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiablePresentation"]`
	for _, tt := range []struct{ doc, want string }{
		{start + `}`, ""},
		{start + `,"id":"urn:uuid:1","holder":` + holder + `,"verifiableCredential":[` + signed + `,` + envelope + `,` + own + `]}`, ""},
		{start + `,"holder":{"id":` + holder + `},"verifiableCredential":` + own + `}`, ""},
		{start + `,"holder":"z6Mk"}`, "!not-url /holder"},
		{start + `,"holder":{"id":"z6Mk"}}`, "!not-url /holder/id"},
		{start + `,"holder":{}}`, "!missing /holder/id"},
		{start + `,"holder":null}`, "null /holder; !wrong-kind /holder"},
		{start + `,"id":["a:b","c:d"]}`, "!too-many /id"},
		{start + `,"verifiableCredential":"a.b.c"}`, "!wrong-kind /verifiableCredential"},
		{start + `,"verifiableCredential":[5]}`, "!wrong-kind /verifiableCredential/0"},
		{start + `,"holder":` + holder + `,"verifiableCredential":[` + plain + `]}`, "!holder-mismatch /verifiableCredential/0/issuer"},
		{start + `,"verifiableCredential":[` + own + `]}`, "!holder-mismatch /verifiableCredential/0/issuer"},
		{start + `,"verifiableCredential":[` + strings.Replace(signed, `["VerifiableCredential"]`, `[]`, 1) + `]}`,
			"empty-array /verifiableCredential/0/type; !missing /verifiableCredential/0/type"},
		{start + `,"verifiableCredential":[` + strings.Replace(envelope, `"type":"EnvelopedVerifiableCredential",`, ``, 1) + `]}`, "!missing /verifiableCredential/0/type"},
		{start + `,"verifiableCredential":[` + strings.Replace(envelope, `"data:application/vc+jwt,a.b.c"`, `"a.b.c"`, 1) + `]}`, "!not-envelope /verifiableCredential/0/id"},
		{start + `,"verifiableCredential":[` + strings.Replace(envelope, `"https://www.w3.org/ns/credentials/v2"`, `[]`, 1) + `]}`,
			"empty-array /verifiableCredential/0/@context; !context-first /verifiableCredential/0/@context"},
		{`{"@context":["https://www.w3.org/ns/credentials/v2"],"type":"VerifiablePresentations"}`, "!wrong-class /type"},
		{`{"@context":["https://www.w3.org/ns/credentials/v2"]}`, "!missing /type"},
		{`{"@context":["https://www.w3.org/ns/credentials/examples/v2","https://www.w3.org/ns/credentials/v2"],"type":"VerifiablePresentation"}`, "!context-first /@context"},
		{`{"@context":{},"type":"VerifiablePresentation"}`, "!context-first /@context"},
		{`{"type":"VerifiablePresentation"}`, "!missing /@context"},
		{`{"@context":["https://www.w3.org/2018/credentials/v1"],"type":"VerifiablePresentation","verifiableCredential":["a.b.c","x"]}`,
			"model-outdated /@context; !not-jwt /verifiableCredential/1"},
		{`{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiablePresentation","id":"data:application/vp+jwt,a.b.c"}`, ""},
		{`{"@context":"https://www.w3.org/ns/credentials/v2","type":["EnvelopedVerifiablePresentation","VerifiablePresentation"],"id":"data:,"}`, "!too-many /type; !not-envelope /id"},
	} {
		got := openbadges.ValidatePresentation(tree(t, tt.doc), openbadges.ValidateOptions{})
		// An empty @context of an envelope is not worth a warning of its own.
		got = slices.DeleteFunc(got, func(p openbadges.Problem) bool {
			return p.Code == openbadges.CodeEmptyArray && strings.HasSuffix(p.Pointer, "@context")
		})
		want := strings.Join(slices.DeleteFunc(strings.Split(tt.want, "; "), func(s string) bool {
			return strings.HasPrefix(s, "empty-array") && strings.HasSuffix(s, "@context")
		}), "; ")
		expect(t, tt.doc, got, want)
	}
}

// shared is what the data model alone says of each shared fixture that it finds
// fault with: the first error. All others must have none.
var shared = map[string]string{
	"ob30/made/fields-empty-criteria.json":      "!no-criteria /credentialSubject/achievement/criteria",
	"ob30/made/fields-id-not-uri.json":          "!not-url /id",
	"ob30/made/fields-no-achievement-name.json": "!missing /credentialSubject/achievement/name",
	"ob30/made/fields-no-achievement.json":      "!missing /credentialSubject/achievement",
	"ob30/made/fields-no-id.json":               "!missing /id",
	"ob30/made/fields-no-issuer.json":           "!missing /issuer",
	"ob30/made/fields-no-subject.json":          "!missing /credentialSubject",
	"ob30/made/fields-no-validFrom.json":        "!missing /validFrom",
	"ob30/made/di-context-order-swapped.json":   "!context-first /@context",
	"ob30/dcc/v2NoContext.json":                 "!missing /@context",
	"ob30/dcc/v2NonURIId.json":                  "!not-url /id",
	"ob30/official/simple-err-credential-subject-achievement-result-description-type.json": "!wrong-class /credentialSubject/achievement/resultDescription/2/type",
	"ob30/official/simple-err-credential-subject-identifier-type.json":                     "!wrong-class /credentialSubject/identifier/0/type",
	"ob30/official/simple-err-credential-subject-result-type.json":                         "!wrong-class /credentialSubject/result/1/type",
	"ob30/official/simple-err-credential-subject-type.json":                                "!wrong-class /credentialSubject/type",
	"ob30/official/simple-err-issuer-parentorg-type.json":                                  "!wrong-class /issuer/parentOrg/type",
	"ob30/official/simple-err-issuer-type.json":                                            "!wrong-class /issuer/type",
	"ob30/official/simple-err-issued.json":                                                 "!missing /credentialSubject/achievement", // and not yet valid
	"ob30/official/simple-noproof.json":                                                    "!missing /credentialSubject/achievement", // and no proof
	"ob30/dcc-fixtures/v2-di-didkey-twoOIDF-revoked-notExpired-badSchema.json":             "!missing /validFrom",                     // and revoked
	"ob30/unsigned/lc-minimal-badge.json":                                                  "!missing /issuer/type",
	"clr20/official/simple-noproof.json":                                                   "!context-place /@context",
	"clr20/official/simple_old_safesigned.json":                                            "!context-place /@context",
	"vc20/learncard/invalid-empty-type.json":                                               "!missing /type",
	"vc20/learncard/invalid-missing-issuer.json":                                           "!missing /issuer",
	"other/vc-ed-models-openBadgeAsVc.json":                                                "!predates-3 /@context",
	"other/vc-ed-models-openBadgeAsVc2.json":                                               "!missing /issuer",
	"vc20/suite/credential-context-combo3-fail.json":                                       "!context-item /@context/1",
	"vc20/suite/credential-context-combo4-fail.json":                                       "!context-item /@context/1",
	"vc20/suite/credential-id-multi-fail.json":                                             "!too-many /id",
	"vc20/suite/credential-id-nonidentifier-fail.json":                                     "!wrong-kind /id",
	"vc20/suite/credential-id-subject-multi-fail.json":                                     "!too-many /credentialSubject/id",
	"vc20/suite/credential-issuer-no-url-fail.json":                                        "!not-url /issuer",
	"vc20/suite/credential-issuer-object-id-no-url-fail.json":                              "!not-url /issuer/id",
	"vc20/suite/credential-issuer-object-id-null-fail.json":                                "!wrong-kind /issuer/id",
	"vc20/suite/credential-missing-required-type-fail.json":                                "!wrong-class /type",
	"vc20/suite/credential-no-context-fail-or-inject.json":                                 "!missing /@context",
	"vc20/suite/credential-no-subject-fail.json":                                           "!missing /credentialSubject",
	"vc20/suite/credential-no-type-fail.json":                                              "!missing /type",
	"vc20/suite/credential-schema-no-id-fail.json":                                         "!missing /credentialSchema/id",
	"vc20/suite/credential-schema-no-type-fail.json":                                       "!missing /credentialSchema/type",
	"vc20/suite/credential-status-missing-type-fail.json":                                  "!missing /credentialStatus/type",
	"vc20/suite/credential-status-multiple-id-fail.json":                                   "!too-many /credentialStatus/id",
	"vc20/suite/credential-status-type-nonurl-fail.json":                                   "!wrong-kind /credentialStatus/type",
	"vc20/suite/credential-subject-multiple-empty-fail.json":                               "!empty /credentialSubject/1",
	"vc20/suite/credential-termsofuse-missing-type-fail.json":                              "!missing /termsOfUse/type",
	"vc20/suite/credential-termsofuse-no-type-fail.json":                                   "!missing /termsOfUse/type",
	"vc20/suite/credential-validUntil-validFrom-fail.json":                                 "!period-reversed /validUntil",
	"vc20/suite/credential-validuntil-invalid-fail.json":                                   "!not-date /validUntil",
	"vc20/suite/names-and-descriptions__credential-description-extra-prop-en-fail.json":    "!not-language /description",
	"vc20/suite/names-and-descriptions__issuer-description-extra-prop-en-fail.json":        "!not-language /issuer/description",
	"vc20/suite/names-and-descriptions__issuer-name-extra-prop-en-fail.json":               "!not-language /issuer/name",
	"vc20/suite/presentation-enveloped-vc-missing-type-fail.json":                          "!missing /verifiableCredential/0/type",
	"vc20/suite/presentation-holder-fail.json":                                             "!not-url /holder",
	"vc20/suite/presentation-holder-object-fail.json":                                      "!not-url /holder/id",
	"vc20/suite/presentation-missing-base-context-fail.json":                               "!context-first /@context",
	"vc20/suite/presentation-no-context-fail-or-inject.json":                               "!missing /@context",
	"vc20/suite/presentation-no-type-fail.json":                                            "!missing /type",
	"vc20/suite/presentation-self-asserted-vc-issuer-mismatch.json":                        "!holder-mismatch /verifiableCredential/0/issuer",
	"vc20/suite/presentation-self-asserted-vc-no-holder.json":                              "!holder-mismatch /verifiableCredential/0/issuer",
	"vc20/suite/presentation-vc-missing-required-type-fail.json":                           "!missing /verifiableCredential/0/type",
}

// byJSONLD are fixtures that are invalid by what JSON-LD makes of them, which
// package jsonld decides: a type that no context defines, a protected term that
// is defined again.
var byJSONLD = []string{
	"vc20/suite/credential-redef-type-fail.json",
	"vc20/suite/credential-redef-type2-fail.json",
	"vc20/suite/credential-type-unmapped-fail.json",
	"ob30/made/di-undefined-term-added.json",
}

// notCredentials are support files and fragments.
var notCredentials = []string{
	"ob30/made/jwt-support-did-river.json", "ob30/made/jwt-support-jwks.json", "ob30/made/jwt-support-key-1.json",
	"ob30/spec/openbadges-2-0-with-related-openbadges-3-0.json", "statuslist/made/1edtech-list.json", "statuslist/made/vectors.json",
	"statuslist/spec/associating-multiple-status-entries-in-a-single-status-list.json",
}

func TestSharedVerdicts(t *testing.T) {
	t.Parallel()
	rows := strings.Split(string(fixture.Read(t, "fixtures", "verdicts.tsv")), "\n")
	seen := 0
	for _, row := range rows[1:] {
		path, rest, _ := strings.Cut(row, "\t")
		verdict, _, _ := strings.Cut(rest, "\t")
		group, _, _ := strings.Cut(path, "/")
		if filepath.Ext(path) != ".json" || slices.Contains(notCredentials, path) || strings.HasPrefix(path, "vc20/jose-cose/") ||
			!slices.Contains([]string{"ob30", "statuslist", "clr20", "vc20", "other"}, group) {
			continue
		}
		doc := prepare(t, path)
		detected := openbadges.Detect(doc)
		if !detected.Kind.Supported() && group == "other" {
			continue // TestDetectShared
		}
		seen++
		o := openbadges.ValidateOptions{}
		validate := openbadges.Validate
		if strings.HasPrefix(path, "vc20/suite/presentation-") {
			validate = openbadges.ValidatePresentation
		}
		problems := validate(doc, o)
		first := ""
		for _, p := range told(problems) {
			if p[0] == '!' {
				first = p
				break
			}
		}
		if first != shared[path] {
			t.Errorf("%s: %q, want %q", path, problems, shared[path])
		}
		if verdict == "valid" && shared[path] != "" {
			t.Errorf("%s: the table expects an error in a valid credential", path)
		}
		if strings.Contains(path, "-fail") && verdict == "invalid" && first == "" && !slices.Contains(byJSONLD, path) {
			t.Errorf("%s: nobody refuses it", path)
		}
	}
	if seen < 200 {
		t.Errorf("%d fixtures were looked at", seen)
	}
	for path := range shared {
		if _, err := os.Stat(fixture.Dir(t, "fixtures", filepath.FromSlash(path))); err != nil {
			t.Errorf("the table names a fixture that is not there: %v", err)
		}
	}
	for _, want := range []struct{ path, code string }{
		{"ob30/made/fields-no-name.json", openbadges.CodeNoName},
		{"ob30/made/fields-null-value.json", openbadges.CodeNull},
		{"ob30/official/simple-context-version.json", openbadges.CodeContextOutdated},
		{"ob30/official/simple_v1.json", openbadges.CodeModelOutdated},
		{"ob30/dcc/v1SimpleIssuerId.json", openbadges.CodeReference},
		{"ob30/dcc-fixtures/v2-di-didkey-legacyRegistry-noStatus-noExpiry-credSubjName.json", openbadges.CodeNoRecipient},
	} {
		problems := openbadges.Validate(prepare(t, want.path), openbadges.ValidateOptions{})
		if !slices.ContainsFunc(problems, func(p openbadges.Problem) bool {
			return p.Code == want.code && p.Severity == openbadges.Warning
		}) {
			t.Errorf("%s: %q, want a warning %s", want.path, problems, want.code)
		}
	}
}

// prepare reads a fixture. Those of the W3C's suite are templates: a client
// fills in issuer and dates, and signs the credentials of a presentation that
// are not there to be the holder's own.
func prepare(t *testing.T, path string) *jsontree.Value {
	t.Helper()
	text := string(fixture.Read(t, "fixtures", filepath.FromSlash(path)))
	text = strings.NewReplacer("FUTURE DATE", "2090-01-01T00:00:00Z", "PAST DATE", "2020-01-01T00:00:00Z").Replace(text)
	doc := tree(t, text)
	switch {
	case strings.HasPrefix(path, "vc20/suite/credential-"), strings.HasPrefix(path, "vc20/suite/names-"):
		issuer := doc.Get("issuer")
		if issuer == nil {
			with := doc.With("issuer", jsontree.Of("did:key:z6Mk"))
			return &with
		}
		if issuer.Is(jsontree.Object) && issuer.Get("id") == nil {
			with := doc.With("issuer", issuer.With("id", jsontree.Of("did:key:z6Mk")))
			return &with
		}
	case strings.HasPrefix(path, "vc20/suite/presentation-") && !strings.Contains(path, "self-asserted"):
		list := doc.Get("verifiableCredential")
		if list == nil {
			return doc
		}
		var signed []jsontree.Value
		for _, item := range list.Members {
			if !strings.HasPrefix(item.Value.Get("id").Str(), "data:") {
				item.Value = item.Value.With("proof", jsontree.OfObject(jsontree.Member{Name: "type", Value: jsontree.Of("DataIntegrityProof")}))
			}
			signed = append(signed, item.Value)
		}
		with := doc.With("verifiableCredential", jsontree.OfArray(signed...))
		return &with
	}
	return doc
}

func FuzzValidate(f *testing.F) {
	f.Add([]byte(badge), true, false)
	f.Add([]byte(plain), false, true)
	f.Add([]byte(`{"@context":["https://www.w3.org/ns/credentials/v2"],"type":"VerifiablePresentation","holder":"a:b","verifiableCredential":[`+plain+`,`+envelope+`]}`), false, false)
	f.Fuzz(func(t *testing.T, data []byte, issuing, modelOnly bool) {
		doc, err := jsontree.Parse(data, jsontree.Limits{Depth: 64})
		if err != nil {
			return
		}
		openbadges.Detect(&doc)
		o := openbadges.ValidateOptions{Issuing: issuing, DataModelOnly: modelOnly, Max: 20}
		for _, problems := range [][]openbadges.Problem{openbadges.Validate(&doc, o), openbadges.ValidatePresentation(&doc, o)} {
			if len(problems) > 42 {
				t.Fatalf("%d problems", len(problems))
			}
			for _, p := range problems {
				if p.Code == "" || p.Detail == "" || p.Pointer != "" && p.Pointer[0] != '/' {
					t.Fatalf("%+v", p)
				}
			}
		}
	})
}

func BenchmarkValidate(b *testing.B) {
	doc := tree(b, badge)
	b.ReportAllocs()
	for b.Loop() {
		if p := openbadges.Validate(doc, openbadges.ValidateOptions{}); len(p) > 0 {
			b.Fatal(p)
		}
	}
}

func ExampleValidate() {
	c := openbadges.NewCredential()
	c.ID = "urn:uuid:0f8c5a0e-7b7a-4c46-9f55-1c7a0c2f0001"
	c.Name = openbadges.Plain("Kayak roll")
	c.Issuer.ID, c.Issuer.Name = "did:web:river.example", openbadges.Plain("River School")
	c.CredentialSubject.Achievement.ID = "https://river.example/roll"
	c.CredentialSubject.Achievement.Name = openbadges.Plain("Kayak roll")

	doc := c.Tree()
	for _, p := range openbadges.Validate(&doc, openbadges.ValidateOptions{Issuing: true}) {
		fmt.Println(p.Code, p.Pointer)
	}
	// Output:
	// missing /validFrom
	// missing /credentialSubject/achievement/criteria
	// missing /credentialSubject/achievement/description
	// no-recipient /credentialSubject
}
