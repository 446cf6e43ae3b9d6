package proof_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
)

// benchSlots are what varies from award to award of one achievement.
var benchSlots = []string{
	"/id", "/validFrom", "/validUntil",
	"/credentialSubject/identifier/0/identityHash", "/credentialSubject/identifier/0/salt",
	"/credentialStatus/id", "/credentialStatus/statusListIndex",
}

func benchValues(n int) []string {
	return []string{
		fmt.Sprintf("https://badges.example.org/credentials/0192f3c4-7a1b-7c3d-9e5f-%012x", n),
		"2025-11-24T09:00:00Z", "2031-11-24T09:00:00Z",
		fmt.Sprintf("sha256$%064x", n*7919+1), fmt.Sprintf("deadsea%05x", n),
		fmt.Sprintf("https://badges.example.org/status/3#%d", n), fmt.Sprint(n),
	}
}

func compile(t testing.TB, ld *jsonld.Processor, doc *jsontree.Value, slots ...string) *proof.Template {
	t.Helper()
	template, err := proof.Compile(ld, benchSigner(t), doc, slots, proof.CompileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := template.General(); err != nil {
		t.Fatalf("the template takes the general path: %v", err)
	}
	return template
}

// set returns the document with texts at pointers.
func set(t testing.TB, doc *jsontree.Value, slots, values []string) *jsontree.Value {
	t.Helper()
	out := parse(t, doc.AppendJSON(nil))
	for i, slot := range slots {
		v := out.Find(slot)
		if v == nil {
			t.Fatalf("no %s", slot)
		}
		*v = jsontree.Of(values[i])
	}
	return out
}

func TestTemplateReproducesTheSample(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	doc := testdata(t, "credential.json")
	template := compile(t, ld, doc, benchSlots...)
	values := make([]string, len(benchSlots))
	for i, slot := range benchSlots {
		values[i] = doc.Find(slot).Str()
	}
	got, err := template.Issue([]byte("before "), values, at(t, "2025-11-24T09:00:00Z"))
	if err != nil {
		t.Fatal(err)
	}
	want := "before " + string(testdata(t, "signed-digitalbazaar.json").AppendJSON(nil))
	if string(got) != want {
		t.Errorf("issued\n%s\nwant\n%s", got, want)
	}
}

// randomText makes texts of everything that has to be escaped somewhere.
func randomText(r *rand.Rand) string {
	pieces := []string{"a", "é", "\n", "\r\n", "\t", `"`, `\`, "\\n", "\x00", "\x07", "\x1f", "\x7f", "\u0080", "\u2028", "\ufffd", "\ufffe", "\uffff", "😀", "漢", "<b>", "&", "'", "_:c14n0", " .\n", "^^", "@fr", "{", "https://example.org/", "urn:ecusson:slot", "%"}
	var b strings.Builder
	for range r.IntN(12) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

func randomIRI(r *rand.Rand) string {
	starts := []string{"https://example.org/", "http://example.org/a?b=", "urn:uuid:", "did:example:", "did:web:example.org#", "mailto:a@", "data:,", "tel:+", "x-other:", "https:", "schema:", "ext:ESCO:", "xsd:", "_x:"}
	pieces := []string{"a", "é", "😀", "%20", "~", "?", "=", "c14n", "'", "(", ",", ":", "//", "."}
	var b strings.Builder
	b.WriteString(starts[r.IntN(len(starts))])
	for range r.IntN(8) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

// Whatever the values, what the template writes is what Sign writes, and it
// verifies by the general path.
func TestTemplateIsTheGeneralPath(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	sample := parse(t, []byte(`{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json","https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"],
"id":"urn:uuid:1","type":["VerifiableCredential","OpenBadgeCredential"],"name":"n",
"issuer":{"id":"https://example.org/issuer","type":["Profile"],"name":"x","url":"https://example.org/"},
"validFrom":"2025-01-01T00:00:00Z",
"credentialSubject":{"id":"did:example:learner","type":["AchievementSubject"],"identifier":[{"type":"IdentityObject","hashed":true,"identityHash":"h","identityType":"emailAddress","salt":"s"},{"type":"IdentityObject","hashed":false,"identityHash":"Ada","identityType":"name"}],
"achievement":{"id":"urn:uuid:2","type":["Achievement"],"name":"a","description":"d","criteria":{"narrative":"c"},"tag":["one","two"],"alignment":[{"type":["Alignment"],"targetName":"p","targetUrl":"https://example.org/p"},{"type":["Alignment"],"targetName":"q","targetUrl":"https://example.org/q"}]},
"result":[{"type":["Result"],"value":"1"},{"type":["Result"],"value":"2"}]},
"evidence":[{"id":"https://example.org/e","type":["Evidence"],"narrative":"e"},{"type":["Evidence"],"narrative":"f"}],
"credentialStatus":{"id":"https://example.org/s#1","type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"1","statusListCredential":"https://example.org/s"}}`))
	slots := []string{
		"/id", "/name", "/issuer/name", "/validFrom", "/credentialSubject/id", "/credentialSubject/identifier/0/identityHash", "/credentialSubject/identifier/0/salt",
		"/credentialSubject/identifier/1/identityHash", "/credentialSubject/achievement/tag/0", "/credentialSubject/achievement/tag/1",
		"/credentialSubject/achievement/alignment/0/targetName", "/credentialSubject/achievement/alignment/0/targetUrl", "/credentialSubject/result/0/value", "/credentialSubject/result/1/value",
		"/evidence/0/id", "/evidence/0/narrative", "/evidence/1/narrative", "/credentialStatus/id", "/credentialStatus/statusListIndex", "/credentialStatus/statusListCredential",
	}
	iri := map[string]bool{"/id": true, "/credentialSubject/id": true, "/credentialSubject/achievement/alignment/0/targetUrl": true, "/evidence/0/id": true, "/credentialStatus/id": true, "/credentialStatus/statusListCredential": true}
	template := compile(t, ld, sample, slots...)
	signer := benchSigner(t)
	key := signer.Key.Public()
	rounds := 3000
	if testing.Short() {
		rounds = 300
	}
	random := rand.New(rand.NewPCG(5, 6))
	created := at(t, "2025-01-01T00:00:00Z")
	issued := 0
	for round := range rounds {
		values := make([]string, len(slots))
		for i, slot := range slots {
			switch {
			case iri[slot]:
				values[i] = randomIRI(random)
			default:
				values[i] = randomText(random)
			}
			// Values that occur twice join nodes and quads.
			if i > 0 && random.IntN(12) == 0 && iri[slot] == iri[slots[i-1]] {
				values[i] = values[i-1]
			}
		}
		created = created.Add(time.Duration(random.Int64N(1e15)))
		if created.Year() > 2200 {
			created = at(t, "2025-01-01T00:00:00Z")
		}
		got, err := template.Issue(nil, values, created)
		want, errWant := signer.Sign(ld, set(t, sample, slots, values), proof.SignOptions{Created: created})
		if err != nil || errWant != nil {
			// The template may be the stricter one; it is never laxer.
			if err == nil {
				t.Fatalf("round %d: issued what Sign refuses: %v\n%q", round, errWant, values)
			}
			continue
		}
		issued++
		if string(got) != string(want.AppendJSON(nil)) {
			t.Fatalf("round %d: values %q\n got %s\nwant %s", round, values, got, want.AppendJSON(nil))
		}
		if round%10 == 0 {
			doc := parse(t, got)
			proofs, err := proof.Proofs(doc)
			if err != nil {
				t.Fatal(err)
			}
			if err := proofs[0].Verify(ld, doc, key, proof.VerifyOptions{}); err != nil {
				t.Fatalf("round %d: %v", round, err)
			}
			if err := template.Check(values, created); err != nil {
				t.Fatalf("round %d: %v", round, err)
			}
		}
	}
	if issued < rounds/2 {
		t.Errorf("only %d of %d rounds issued", issued, rounds)
	}
}

func TestTemplateWithOtherKeys(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	doc := testdata(t, "credential.json")
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384()} {
		key, err := ecdsa.ParseRawPrivateKey(curve, slices.Repeat([]byte{7}, (curve.Params().BitSize+7)/8))
		if err != nil {
			t.Fatal(err)
		}
		name, err := did.FromKey(key.Public())
		if err != nil {
			t.Fatal(err)
		}
		signer := &proof.Signer{Key: key, VerificationMethod: name + "#" + strings.TrimPrefix(name, "did:key:")}
		template, err := proof.Compile(ld, signer, doc, benchSlots, proof.CompileOptions{Array: true})
		if err != nil {
			t.Fatal(err)
		}
		values := benchValues(3)
		if err := template.Check(values, at(t, "2025-01-01T00:00:00Z")); err != nil {
			t.Error(err)
		}
		got, err := template.Issue(nil, values, at(t, "2025-01-01T00:00:00Z"))
		if err != nil {
			t.Fatal(err)
		}
		// RFC 6979: the same signature each time.
		want, err := signer.Sign(ld, set(t, doc, benchSlots, values), proof.SignOptions{Created: at(t, "2025-01-01T00:00:00Z"), Array: true})
		if err != nil || string(got) != string(want.AppendJSON(nil)) {
			t.Errorf("%s: %v\n got %s\nwant %s", curve.Params().Name, err, got, want.AppendJSON(nil))
		}
	}
}

func TestCompileRefuses(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	doc := testdata(t, "credential.json")
	with := func(name, text string) *jsontree.Value {
		v := doc.With(name, *parse(t, []byte(text)))
		return &v
	}
	for name, c := range map[string]struct {
		doc     *jsontree.Value
		slot    string
		problem string
	}{
		"not there":        {doc, "/nothing", "is not a text"},
		"whole document":   {doc, "", "is not a text"},
		"an object":        {doc, "/issuer", "is not a text"},
		"a boolean":        {doc, "/credentialSubject/identifier/0/hashed", "is not a text"},
		"a context":        {doc, "/@context/1", "decides how the document is read"},
		"a type":           {doc, "/type/1", "names a property or a type"},
		"another type":     {doc, "/credentialSubject/identifier/0/type", "takes no value of its own"},
		"language":         {with("name", `{"@value":"x","@language":"fr"}`), "/name/@language", "takes no value of its own"},
		"datatype":         {with("name", `{"@value":"x","@type":"http://www.w3.org/2001/XMLSchema#date"}`), "/name/@type", "decides how"},
		"signed already":   {testdata(t, "signed-digitalbazaar.json"), "/name", "without a proof"},
		"reserved text":    {with("name", `"urn:ecusson:slot:7"`), "/id", "reserved"},
		"undefined term":   {with("undefinedTerm", `"x"`), "/id", "undefined term"},
		"an undefined one": {with("undefinedTerm", `"x"`), "/undefinedTerm", "undefined term"},
	} {
		_, err := proof.Compile(ld, benchSigner(t), c.doc, []string{c.slot}, proof.CompileOptions{})
		if err == nil || !strings.Contains(err.Error(), c.problem) {
			t.Errorf("%s: %v, want %q", name, err, c.problem)
		}
	}
	if _, err := proof.Compile(ld, benchSigner(t), doc, []string{"/id", "/id"}, proof.CompileOptions{}); err == nil {
		t.Error("a slot given twice was not refused")
	}
	jcs := benchSigner(t)
	jcs.Suite = proof.EdDSAJCS2022
	if _, err := proof.Compile(ld, jcs, doc, nil, proof.CompileOptions{}); err == nil {
		t.Error("a suite that signs no dataset was not refused")
	}
}

func TestIssueRefuses(t *testing.T) {
	t.Parallel()
	template := compile(t, jsonld.New(nil), testdata(t, "credential.json"), benchSlots...)
	created := at(t, "2025-01-01T00:00:00Z")
	for _, bad := range []string{"", "x", "a b:c", "https://example.org/ ", "https://example.org/<", "_:b", "1:x", "https://example.org/#a#b", "https://example.org/\\", "https://example.org/\n", "https://example.org/\xff", "@type", "#x"} {
		values := benchValues(1)
		values[0] = bad
		if _, err := template.Issue(nil, values, created); err == nil || !strings.Contains(err.Error(), `"/id"`) {
			t.Errorf("%q as an id: %v", bad, err)
		}
	}
	values := benchValues(1)
	values[4] = "\xff"
	if _, err := template.Issue(nil, values, created); err == nil || !strings.Contains(err.Error(), "salt") {
		t.Errorf("invalid UTF-8: %v", err)
	}
	if _, err := template.Issue(nil, values[:3], created); err == nil {
		t.Error("too few values")
	}
	if _, err := template.Issue(nil, benchValues(1), time.Time{}); err == nil {
		t.Error("no time")
	}
}

// A context of the document's own, and blank nodes that look alike, are signed
// by the general path.
func TestTemplateTakesTheGeneralPath(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	doc := testdata(t, "credential.json")
	own := doc.With("@context", *parse(t, []byte(`["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json","https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",{"school":"https://example.org/terms#","house":"https://example.org/terms#house"}]`)))
	own = own.With("house", jsontree.Of("blue"))
	template, err := proof.Compile(ld, benchSigner(t), &own, append([]string{"/house"}, benchSlots...), proof.CompileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if template.General() == nil {
		t.Error("a context of the document's own is no reason")
	}
	values := append([]string{"red"}, benchValues(1)...)
	values[1] = "school:1"
	if err := template.Check(values, at(t, "2025-01-01T00:00:00Z")); err != nil {
		t.Error(err)
	}

	twins := parse(t, []byte(strings.Replace(string(doc.AppendJSON(nil)), `"alignment":[`, `"alignment":[{"type":["Alignment"],"targetName":"manage musical staff","targetUrl":"https://example.org/x"},{"type":["Alignment"],"targetName":"y","targetUrl":"https://example.org/x"},`, 1)))
	slots := append([]string{"/credentialSubject/achievement/alignment/1/targetName"}, benchSlots...)
	same := compile(t, ld, twins, slots...)
	for _, name := range []string{"manage musical staff", "another"} {
		if err := same.Check(append([]string{name}, benchValues(2)...), at(t, "2025-01-01T00:00:00Z")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTemplateIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	template := compile(t, jsonld.New(nil), testdata(t, "credential.json"), benchSlots...)
	created := at(t, "2025-01-01T00:00:00Z")
	var want [4]string
	for n := range want {
		out, err := template.Issue(nil, benchValues(n), created)
		if err != nil {
			t.Fatal(err)
		}
		want[n] = string(out)
	}
	var wait sync.WaitGroup
	for n := range want {
		wait.Go(func() {
			var buf []byte
			for range 200 {
				out, err := template.Issue(buf[:0], benchValues(n), created)
				if err != nil || string(out) != want[n] {
					t.Errorf("%d: %v", n, err)
					return
				}
				buf = out
			}
		})
	}
	wait.Wait()
}

func BenchmarkProof(b *testing.B) {
	ld := jsonld.New(nil)
	signer := benchSigner(b)
	doc := testdata(b, "credential.json")
	created := at(b, "2025-11-24T09:00:00Z")
	text := doc.AppendJSON(nil)
	signed := testdata(b, "signed-digitalbazaar.json").AppendJSON(nil)
	private := signer.Key.(ed25519.PrivateKey)
	public := private.Public().(ed25519.PublicKey)
	message := make([]byte, 64)
	signature := ed25519.Sign(private, message)
	b.Run("bare-sign", func(b *testing.B) {
		for b.Loop() {
			ed25519.Sign(private, message)
		}
	})
	b.Run("issue-template", func(b *testing.B) {
		template := compile(b, ld, doc, benchSlots...)
		values := benchValues(5)
		buf := make([]byte, 0, 8192)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := template.Issue(buf, values, created); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("issue-general", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			v, err := jsontree.Parse(text, jsontree.Limits{})
			if err != nil {
				b.Fatal(err)
			}
			out, err := signer.Sign(ld, &v, proof.SignOptions{Created: created})
			if err != nil {
				b.Fatal(err)
			}
			out.AppendJSON(nil)
		}
	})
	b.Run("bare-verify", func(b *testing.B) {
		for b.Loop() {
			ed25519.Verify(public, message, signature)
		}
	})
	b.Run("verify", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			v, err := jsontree.Parse(signed, jsontree.Limits{})
			if err != nil {
				b.Fatal(err)
			}
			proofs, err := proof.Proofs(&v)
			if err != nil {
				b.Fatal(err)
			}
			if err := proofs[0].Verify(ld, &v, public, proof.VerifyOptions{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
