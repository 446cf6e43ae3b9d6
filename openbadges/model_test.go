package openbadges_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecusson/ecusson/internal/fixture"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/openbadges"
)

// normal brings a value to one form of those that JSON-LD compaction has for
// it: members in order, an array of one as its only value, a language value
// without a language as a string.
func normal(v *jsontree.Value) any {
	switch v.Kind {
	case jsontree.Array:
		if len(v.Members) == 1 {
			return normal(&v.Members[0].Value)
		}
		out := make([]any, len(v.Members))
		for i := range v.Members {
			out[i] = normal(&v.Members[i].Value)
		}
		return out
	case jsontree.Object:
		if value := v.Get("@value"); value.Is(jsontree.String) && v.Get("@language").Str() == "" && v.Get("@direction").Str() == "" {
			return value.Text
		}
		out := make(map[string]any, len(v.Members))
		for _, m := range v.Members {
			if (m.Name == "@language" || m.Name == "@direction") && m.Value.Str() == "" {
				continue
			}
			out[m.Name] = normal(&m.Value)
		}
		return out
	case jsontree.String:
		return v.Text
	default:
		return v.Kind.String() + v.Text
	}
}

func roundTrip(t testing.TB, name string, v *jsontree.Value) {
	t.Helper()
	c, err := openbadges.FromTree(v)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	back := c.Tree()
	if d := cmp.Diff(normal(v), normal(&back)); d != "" {
		t.Fatalf("%s: %s", name, d)
	}
	again, err := openbadges.Parse(back.AppendJSON(nil))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if string(again.AppendJSON(nil)) != string(back.AppendJSON(nil)) {
		t.Fatalf("%s: written twice, it differs", name)
	}
}

// full has a value for every member of every class, and some of no class.
const full = `{"@context":["https://www.w3.org/ns/credentials/v2",{"a":"b:c"}],"id":"urn:1","type":["VerifiableCredential","OpenBadgeCredential"],
"name":[{"@value":"Kayak","@language":"en"},{"@value":"Kajak","@language":"de","@direction":"ltr"}],"description":{"@value":"D","@language":"fr"},
"image":{"id":"https://a/i","type":"Image","caption":"c","own":[1,2]},"awardedDate":"2025-01-01T00:00:00Z",
"credentialSubject":{"id":"did:a:1","type":["AchievementSubject"],"activityEndDate":"2025-01-02","activityStartDate":"2025-01-01","creditsEarned":3.50,
"achievement":{"id":"https://a/1","type":["Achievement","Own"],"alignment":[{"type":["Alignment"],"targetCode":"c","targetDescription":"d","targetName":"n","targetFramework":"f","targetType":"CFItem","targetUrl":"https://t"}],
"achievementType":"Badge","creator":{"id":"https://c","type":["Profile"]},"creditsAvailable":4,"criteria":{"id":"https://cr","narrative":"n"},"description":"d",
"endorsementJwt":["a.b.c"],"fieldOfStudy":"f","humanCode":"h","image":"https://a/j","inLanguage":"en","name":"n","otherIdentifier":[{"type":"IdentifierEntry","identifier":"i","identifierType":"name"}],
"related":[{"id":"https://r","type":["Related"],"inLanguage":"fr","version":"2"}],
"resultDescription":[{"id":"urn:r","type":["ResultDescription"],"alignment":[{"type":["Alignment"],"targetName":"n","targetUrl":"https://t"}],"allowedValue":["D","C"],"name":"n","requiredLevel":"urn:l","requiredValue":"C","resultType":"LetterGrade",
"rubricCriterionLevel":[{"id":"urn:l","type":["RubricCriterionLevel"],"alignment":[{"targetName":"n"}],"description":"d","level":"1","name":"n","points":"2"}],"valueMax":"9","valueMin":"0"}],
"specialization":"s","tag":["a","b"],"version":"1"},
"identifier":[{"type":"IdentityObject","hashed":true,"identityHash":"x","identityType":"name","salt":"s"},{"type":"IdentityObject","hashed":false,"identityHash":"x","identityType":"name"}],
"image":{"id":"https://b","type":"Image"},"licenseNumber":"l","narrative":"n","result":[{"type":["Result"],"achievedLevel":"urn:l","alignment":[{"targetName":"n"}],"resultDescription":"urn:r","status":"Completed","value":"A"}],
"role":"r","source":{"id":"https://s","type":["Profile"]},"term":"t"},
"endorsement":[{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"urn:e","type":["VerifiableCredential","EndorsementCredential"],"name":"e","description":"d","credentialSubject":{"id":"urn:1","type":["EndorsementSubject"],"endorsementComment":"good"},
"awardedDate":"2025-01-01T00:00:00Z","issuer":"did:e:1","validFrom":"2025-01-01T00:00:00Z","validUntil":"2026-01-01T00:00:00Z","proof":[{"type":"DataIntegrityProof"}]}],
"endorsementJwt":["a.b.c","d.e.f"],"evidence":[{"id":"https://e","type":["Evidence"],"narrative":"n","name":"n","description":"d","genre":"g","audience":"a"},"https://e2"],
"issuer":{"id":"https://i","type":["Profile"],"name":"n","url":"https://u","phone":"p","description":"d","image":{"id":"https://im","type":"Image"},"email":"e@x","address":{"type":["Address"],"addressCountry":"France","addressCountryCode":"FR",
"addressRegion":"r","addressLocality":"l","streetAddress":"s","postOfficeBoxNumber":"p","postalCode":"75","geo":{"type":"GeoCoordinates","latitude":48.85,"longitude":2.35}},"otherIdentifier":[{"type":"IdentifierEntry","identifier":"i","identifierType":"name"}],
"official":"o","parentOrg":{"id":"https://p","type":["Profile"]},"familyName":"f","givenName":"g","additionalName":"a","patronymicName":"p","honorificPrefix":"h","honorificSuffix":"h","familyNamePrefix":"v","dateOfBirth":"2000-01-01"},
"validFrom":"2025-01-01T00:00:00Z","validUntil":"2026-01-01T00:00:00Z","issuanceDate":"2025-01-01T00:00:00Z","expirationDate":"2026-01-01T00:00:00Z","proof":[{"type":"DataIntegrityProof"},{"type":"Other"}],
"credentialSchema":[{"id":"https://s","type":"S"}],"credentialStatus":{"id":"https://s#1","type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"1","statusListCredential":"https://s"},
"refreshService":{"id":"https://r","type":"R"},"termsOfUse":[{"id":"https://t","type":"T","x":{"y":null}}],
"own":{"deep":[null,true,1e3,"\u00e9"]},"relatedResource":[]}`

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	roundTrip(t, "full", tree(t, full))
	// What does not fit a field is kept as it is.
	for old, new := range map[string]string{
		`"achievementType":"Badge"`:        `"achievementType":["Badge","Award"]`,
		`"role":"r"`:                       `"role":null`,
		`"term":"t"`:                       `"term":""`,
		`"creditsEarned":3.50`:             `"creditsEarned":"3.5"`,
		`"tag":["a","b"]`:                  `"tag":["a",5]`,
		`"version":"1"`:                    `"version":1`,
		`"criteria":{`:                     `"criteria":[{},{}],"crit":{`,
		`"humanCode":"h"`:                  `"humanCode":{}`,
		`"specialization":"s"`:             `"specialization":[]`,
		`"proof":[{"type":"DataIntegrity`:  `"proof":[null,{"type":"DataIntegrity`,
		`"hashed":true`:                    `"hashed":"true"`,
		`"description":{"@value":"D",`:     `"description":{"@value":"D","x":1,`,
		`"statusListIndex":"1"`:            `"statusListIndex":1`,
		`"evidence":[`:                     `"evidence":[5,`,
		`"geo":{"type":"GeoCoordinates",`:  `"geo":{"type":["GeoCoordinates","X"],`,
		`"honorificPrefix":"h"`:            `"Extra":"e","Reference":true,"":"x","honorificPrefix":"h"`,
		`"refreshService":{"id":"https://`: `"refreshService":{"@context":[],"id":"https://`,
	} {
		if !strings.Contains(full, old) {
			t.Fatalf("%s is not in the document", old)
		}
		roundTrip(t, new, tree(t, strings.Replace(full, old, new, 1)))
	}
}

func TestFullFitsItsFields(t *testing.T) {
	t.Parallel()
	c, err := openbadges.Parse([]byte(full))
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, 0, 2)
	for _, m := range c.Extra {
		names = append(names, m.Name)
	}
	if !slices.Equal(names, []string{"own", "relatedResource"}) || len(c.CredentialSubject.Extra)+len(c.Issuer.Extra)+
		len(c.CredentialSubject.Achievement.Extra)+len(c.Endorsement[0].Extra) > 0 {
		t.Errorf("no field took %q", names)
	}
	if c.Name.In("de") != "Kajak" || c.Name.String() != "Kayak" || c.Description.In("de", "fr-CA") != "D" ||
		c.CredentialSubject.CreditsEarned != "3.50" || !c.CredentialSubject.Achievement.Image.Reference ||
		c.Evidence[1].ID != "https://e2" || !c.Endorsement[0].Issuer.Reference || c.Awarded() != "2025-01-01T00:00:00Z" ||
		c.CredentialStatus[0].StatusListIndex != "1" || c.Issuer.Address.Geo.Latitude != "48.85" || c.Image.Extra[0].Name != "own" {
		t.Errorf("%+v", c)
	}
}

func TestRoundTripShared(t *testing.T) {
	t.Parallel()
	root := fixture.Dir(t, "fixtures")
	n := 0
	for _, folder := range []string{"ob30", "clr20", "vc20", "statuslist"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".json" {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			v, err := jsontree.Parse(data, jsontree.Limits{})
			if err == nil && v.Kind == jsontree.Object {
				roundTrip(t, path, &v)
				n++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n < 200 {
		t.Errorf("%d documents", n)
	}
}

func TestBuild(t *testing.T) {
	t.Parallel()
	c := openbadges.NewCredential()
	c.ID = "urn:uuid:1"
	c.Name = openbadges.Plain("Kayak")
	c.ValidFrom = openbadges.DateTimeOf(time.Date(2025, 1, 15, 10, 0, 0, 999, time.FixedZone("", 3600)))
	c.Issuer.ID, c.Issuer.Name = "https://river.example/issuer", openbadges.Plain("River School")
	s := c.CredentialSubject
	s.Identifier = []openbadges.IdentityObject{{Type: "IdentityObject", IdentityHash: "Ann", IdentityType: "name"}}
	s.CreditsEarned = openbadges.NumberOf(2.5)
	s.Achievement.ID, s.Achievement.Name, s.Achievement.Description = "https://river.example/roll", openbadges.Plain("Roll"), openbadges.Plain("Can roll.")
	s.Achievement.Criteria = &openbadges.Criteria{Narrative: "Rolls."}
	c.CredentialStatus = []openbadges.CredentialStatus{{ID: "https://river.example/s#1", Type: "BitstringStatusListEntry"}}
	c.Extra = []jsontree.Member{{Name: "id", Value: jsontree.Of("ignored: the field has it")}, {Name: "own", Value: jsontree.OfBool(true)}}
	const want = `{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],` +
		`"id":"urn:uuid:1","type":["VerifiableCredential","OpenBadgeCredential"],"name":"Kayak","credentialSubject":{"type":["AchievementSubject"],` +
		`"creditsEarned":2.5,"achievement":{"id":"https://river.example/roll","type":["Achievement"],"criteria":{"narrative":"Rolls."},"description":"Can roll.","name":"Roll"},` +
		`"identifier":[{"type":"IdentityObject","hashed":false,"identityHash":"Ann","identityType":"name"}]},` +
		`"issuer":{"id":"https://river.example/issuer","type":["Profile"],"name":"River School"},"validFrom":"2025-01-15T09:00:00Z",` +
		`"credentialStatus":{"id":"https://river.example/s#1","type":"BitstringStatusListEntry"},"own":true}`
	got, err := json.Marshal(c)
	if err != nil || string(got) != want {
		t.Errorf("%v\n got %s\nwant %s", err, got, want)
	}
	doc := c.Tree()
	if p := openbadges.Validate(&doc, openbadges.ValidateOptions{Issuing: true}); len(p) > 0 {
		t.Error(p)
	}
	var back openbadges.AchievementCredential
	if err := json.Unmarshal(got, &back); err != nil || back.CredentialSubject.Achievement.Name.String() != "Roll" {
		t.Errorf("%v, %+v", err, back)
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	p, err := openbadges.Read[openbadges.Profile](tree(t, `{"id":"https://a","type":"Profile","name":"A","x":1}`))
	if err != nil || p.ID != "https://a" || !slices.Equal(p.Type, []string{"Profile"}) || len(p.Extra) != 1 {
		t.Errorf("%+v, %v", p, err)
	}
	if v := p.Tree(); string(v.AppendJSON(nil)) != `{"id":"https://a","type":["Profile"],"name":"A","x":1}` {
		t.Errorf("%s", v.AppendJSON(nil))
	}
	g := &openbadges.GeoCoordinates{Type: "GeoCoordinates", Latitude: "1", Longitude: "2"}
	if v := openbadges.Tree(g); string(v.AppendJSON(nil)) != `{"type":"GeoCoordinates","latitude":1,"longitude":2}` {
		t.Errorf("%s", v.AppendJSON(nil))
	}
	for _, s := range []string{`null`, `[]`, `"x"`, `{"a":1,"a":2}`, ``} {
		if _, err := openbadges.Parse([]byte(s)); err == nil {
			t.Errorf("%s was parsed", s)
		}
	}
	if _, err := openbadges.FromTree(nil); err == nil {
		t.Error("nothing was read")
	}
}

func TestTextIn(t *testing.T) {
	t.Parallel()
	text := openbadges.Text{{Value: "en", Language: "en-GB"}, {Value: "fr", Language: "fr"}, {Value: "none"}}
	for want, languages := range map[string][]string{
		"en": {"en"}, "fr": {"de", "fr-CA"}, "none": {"de"},
	} {
		if got := text.In(languages...); got != want {
			t.Errorf("%q: %s, want %s", languages, got, want)
		}
	}
	if text[:2].String() != "en" || openbadges.Text(nil).In("en") != "" || openbadges.Plain("") != nil {
		t.Error("texts without a plain one, or none")
	}
	// The exact language goes before a kin of it that stands earlier.
	kin := openbadges.Text{{Value: "br", Language: "pt-BR"}, {Value: "pt", Language: "pt-PT"}}
	if kin.In("pt-pt") != "pt" || kin.In("pt") != "br" {
		t.Error("exact language")
	}
}

func TestDateTime(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"2025-01-15T09:00:00Z":                 "2025-01-15T09:00:00Z",
		"2025-01-15T09:00:00.123456789123456Z": "2025-01-15T09:00:00.123456789Z",
		"2025-01-15T09:00:00+14:00":            "2025-01-14T19:00:00Z",
		"2025-12-31T24:00:00Z":                 "2026-01-01T00:00:00Z",
		"2025-12-31T24:00:00.000-05:00":        "2026-01-01T05:00:00Z",
	} {
		if got, err := openbadges.DateTime(s).Time(); err != nil || got.UTC().Format(time.RFC3339Nano) != want {
			t.Errorf("%s: %s, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "2025-01-15", "2025-01-15T09:00:00", "2025-01-15 09:00:00Z", "2025-01-15T24:00:01Z", "2025-01-15T24:00:00.1Z", "2025-01-15T09:00:60Z", "25-01-15T09:00:00Z"} {
		if _, err := openbadges.DateTime(s).Time(); err == nil {
			t.Errorf("%q was read", s)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte(badge))
	f.Add([]byte(`{"name":{"@value":"x","@language":null},"issuer":"x","credentialSubject":[{"identifier":{"hashed":5}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := jsontree.Parse(data, jsontree.Limits{Depth: 64})
		if err != nil || v.Kind != jsontree.Object {
			if _, err := openbadges.Parse(data); err == nil && v.Kind != jsontree.Object {
				t.Fatal("parsed what is no object")
			}
			return
		}
		roundTrip(t, "fuzz", &v)
	})
}

func BenchmarkParse(b *testing.B) {
	data := []byte(full)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := openbadges.Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	c, err := openbadges.Parse([]byte(full))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	var dst []byte
	for b.Loop() {
		dst = c.AppendJSON(dst[:0])
	}
}

func Example() {
	c, err := openbadges.Parse([]byte(`{
		"@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
		"id": "urn:uuid:0f8c5a0e-7b7a-4c46-9f55-1c7a0c2f0001",
		"type": ["VerifiableCredential", "OpenBadgeCredential"],
		"issuer": {"id": "did:web:river.example", "type": ["Profile"], "name": "River School"},
		"validFrom": "2026-09-01T00:00:00Z",
		"credentialSubject": {
			"type": ["AchievementSubject"],
			"identifier": [{"type": "IdentityObject", "hashed": true, "identityType": "emailAddress", "salt": "Kosher",
				"identityHash": "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"}],
			"achievement": {"id": "https://river.example/roll", "type": ["Achievement"], "name": "Kayak roll",
				"description": "Rolls a kayak.", "criteria": {"narrative": "Rolls three times on each side."}}
		}
	}`))
	if err != nil {
		panic(err)
	}
	fmt.Println(c.CredentialSubject.Achievement.Name, "from", c.Issuer.Name)
	fmt.Println(c.CredentialSubject.MatchRecipient("a@example.com", ""))
	// Output:
	// Kayak roll from River School
	// matched
}
