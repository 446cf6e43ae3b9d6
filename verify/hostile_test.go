package verify_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/hostile"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/statuslist"
	"github.com/ecusson/ecusson/verify"
)

// jws joins a token's parts as they are.
func jws(header, payload, signature string) string {
	e := base64.RawURLEncoding
	return e.EncodeToString([]byte(header)) + "." + e.EncodeToString([]byte(payload)) + "." + signature
}

// clique is a document in which each of n nameless nodes points to each: what
// canonicalisation has to tell apart grows with the factorial of n.
func clique(t *testing.T, s *signer, n int) jsontree.Value {
	t.Helper()
	var nodes []jsontree.Value
	for i := range n {
		var to []jsontree.Value
		for j := range n {
			if i != j {
				to = append(to, jsontree.Of(fmt.Sprintf("_:b%d", j)))
			}
		}
		nodes = append(nodes, jsontree.OfObject(
			jsontree.Member{Name: "id", Value: jsontree.Of(fmt.Sprintf("_:b%d", i))},
			jsontree.Member{Name: "knows", Value: jsontree.OfArray(to...)},
		))
	}
	doc := member(badge(t, s.did), jsontree.OfArray(nodes...), "credentialSubject", "knows")
	return doc.With("@context", jsontree.OfArray(append(items(doc.Get("@context")), parse(t, `{"knows":{"@id":"https://river.example/knows","@type":"@id"}}`))...))
}

// What is sent to do harm gets a clear verdict, which is never "valid", costs no
// more documents than the row says, and does not flood the report.
func TestHostile(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	signed := s.mustSign(t, badge(t, s.did))
	good := signed.AppendJSON(nil)
	p := *signed.Get("proof")
	repeated := func(n int, make func(i int) jsontree.Value) jsontree.Value {
		var all []jsontree.Value
		for i := range n {
			all = append(all, make(i))
		}
		return jsontree.OfArray(all...)
	}
	long := strings.Repeat("a", 1<<20)
	payload := text(badge(t, s.did))
	header := func(members string) string { return `{"kid":"` + s.method + `"` + members + `}` }
	key := text(jwk(t, s))
	rsa := `{"kty":"RSA","n":"` + strings.Repeat("_", 341) + `w","e":"AQAB"}`
	proofOf := func(changed jsontree.Value) []byte { return ptr(signed.With("proof", changed)).AppendJSON(nil) }
	const (
		malformed, none     = "invalid: container malformed-json", "invalid: container no-credential"
		tooLarge, picture   = "unknown: container too-large", "invalid: container image-malformed"
		badToken, badProof  = "invalid: proof jwt-malformed", "invalid: proof proof-malformed"
		unlisted, noContext = "invalid: json-ld undefined-term", "unknown: json-ld loading-remote-context-failed"
	)
	type file struct {
		name    string
		data    []byte
		want    string
		fetches int
	}
	files := []file{
		{"a name twice", bytes.Replace(good, []byte(`"name":"Kayak Roll"`), []byte(`"name":"Kayak Roll","name":"Diploma"`), 1), malformed, 0},
		{"a name twice, once escaped", bytes.Replace(good, []byte(`"name":"Kayak Roll"`), []byte(`"name":"Kayak Roll","n\u0061me":"Diploma"`), 1), malformed, 0},
		{"more behind", append(bytes.Clone(good), "{}"...), malformed, 0},
		{"JSON text", []byte(`"` + string(good[:9]) + `"`), none, 0},

		{"a packed badge", hostile.PNG(1, 1, hostile.Text("openbadgecredential", true, good)), "invalid: container image-compressed", 0},
		{"a PNG that ends early", hostile.PNG(1, 1, hostile.Text("openbadgecredential", false, good))[:200], picture, 0},
		{"a badge behind the end of a PNG", append(hostile.PNG(1, 1), hostile.Text("openbadgecredential", false, good)...), none, 0},
		{"script and remote parts in SVG", []byte(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><script xlink:href="https://evil.example/s.js">alert(1)</script><image xlink:href="https://evil.example/i.png"/><use href="file:///etc/passwd"/></svg>`), none, 0},

		{"10,000 proofs", proofOf(repeated(10_000, func(i int) jsontree.Value { return p.With("id", jsontree.Of(fmt.Sprintf("urn:p:%d", i))) })), badProof, 0},
		{"nine proofs", proofOf(repeated(9, func(i int) jsontree.Value { return p.With("id", jsontree.Of(fmt.Sprintf("urn:p:%d", i))) })), "unknown: proof proof-too-many", 0},
		{"10,000 numbers for proofs", proofOf(repeated(10_000, func(i int) jsontree.Value { return jsontree.OfInt(i) })), badProof, 0},
		{"2,000 status entries", sealed(t, s, ptr(badge(t, s.did)).With("credentialStatus", repeated(2_000, func(i int) jsontree.Value {
			return parse(t, strings.ReplaceAll(entry("revocation", `"1"`, ""), listURL, fmt.Sprintf("%s/%d", listURL, i)))
		}))), "unknown: status status-too-many", 0},
		{"1,000 contexts", ptr(signed.With("@context", repeated(1000, func(i int) jsontree.Value { return jsontree.Of(fmt.Sprintf("https://evil.example/%d", i)) }))).AppendJSON(nil), "invalid: context context-first", 0},
		{"a context of our host", ptr(signed.With("@context", jsontree.OfArray(append(items(signed.Get("@context")), jsontree.Of("https://127.0.0.1/context"))...))).AppendJSON(nil), noContext, 0},
		{"10,000 members", ptr(signed.With("extra", repeated(10_000, func(i int) jsontree.Value { return jsontree.OfInt(i) }))).AppendJSON(nil), unlisted, 0},
		{"forty nodes that know each other", forgeUnhashed(t, s, clique(t, s, 40)), "unknown: proof document-untransformable", 0},
		{"a context that takes the type for something else", ptr(signed.With("@context", jsontree.OfArray(append(items(signed.Get("@context")), parse(t, `{"VerifiableCredential":"https://evil.example/vc"}`))...))).AppendJSON(nil), "invalid: json-ld protected-term-redefinition", 0},
		{"a base", ptr(ptr(signed.With("@context", jsontree.OfArray(append(items(signed.Get("@context")), parse(t, `{"@base":"https://evil.example/"}`))...))).With("id", jsontree.Of("1"))).AppendJSON(nil), "invalid: data-model not-url", 0},

		{"a name of 1 MB", ptr(signed.With("name", jsontree.Of(long))).AppendJSON(nil), "invalid: proof signature-invalid", 0},
		{"an id of 1 MB", ptr(signed.With("id", jsontree.Of("urn:"+long))).AppendJSON(nil), "invalid: proof signature-invalid", 0},
		{"an unknown member of 1 MB", ptr(signed.With(long, jsontree.Of("x"))).AppendJSON(nil), unlisted, 0},
		{"a verification method of 1 MB", proofOf(p.With("verificationMethod", jsontree.Of("did:key:z"+long))), "invalid: proof verification-method-malformed", 0},
		{"a DID of 1 MB", proofOf(p.With("verificationMethod", jsontree.Of("did:web:"+long+"#k"))), "invalid: proof verification-method-malformed", 0},
		{"a key URL of 1 MB", proofOf(p.With("verificationMethod", jsontree.Of("https://evil.example/"+long))), "unknown: proof key-unresolved", 1},
		{"a key in a fragment of 1 MB", proofOf(p.With("verificationMethod", jsontree.Of("https://evil.example/#z"+long))), "invalid: proof key-malformed", 0},
		{"a suite of 1 MB", proofOf(p.With("cryptosuite", jsontree.Of(long))), "unknown: proof suite-unsupported", 0},
		{"a purpose of 1 MB", proofOf(p.With("proofPurpose", jsontree.Of(long))), "invalid: proof proof-purpose-mismatch", 0},
		{"a signature of 1 MB", proofOf(p.With("proofValue", jsontree.Of("z"+long))), badProof, 0},
		{"an issuer of 1 MB", ptr(signed.With("issuer", jsontree.Of("https://evil.example/"+long))).AppendJSON(nil), "invalid: proof signature-invalid", 0},
		{"types of 1 MB", ptr(signed.With("type", jsontree.Of(long))).AppendJSON(nil), "invalid: context wrong-class", 0},

		{"alg none", []byte(jws(header(`,"alg":"none"`), payload, "")), "invalid: proof jwt-algorithm-refused", 0},
		{"alg None", []byte(jws(header(`,"alg":"None"`), payload, "")), "invalid: proof jwt-algorithm-refused", 0},
		{"alg HS256", []byte(jws(header(`,"alg":"HS256"`), payload, "AAAA")), "invalid: proof jwt-algorithm-refused", 0},
		{"no alg", []byte(jws(`{"kid":"`+s.method+`"}`, payload, "AAAA")), badToken, 0},
		{"crit", []byte(jws(header(`,"alg":"EdDSA","crit":["exp"]`), payload, "AAAA")), badToken, 0},
		{"b64 false", []byte(jws(header(`,"alg":"EdDSA","b64":false`), payload, "AAAA")), badToken, 0},
		{"zip", []byte(jws(header(`,"alg":"EdDSA","zip":"DEF"`), payload, "AAAA")), badToken, 0},
		{"an empty signature", []byte(jws(header(`,"alg":"EdDSA"`), payload, "")), "invalid: proof signature-invalid", 0},
		{"jwk of another algorithm", []byte(jws(`{"alg":"ES256","jwk":`+key+`}`, payload, strings.Repeat("A", 86))), "invalid: proof key-type-mismatch", 0},
		{"jwk of RSA for EdDSA", []byte(jws(`{"alg":"EdDSA","jwk":`+rsa+`}`, payload, strings.Repeat("A", 86))), "invalid: proof key-type-mismatch", 0},
		{"jwk with its private half", []byte(jws(`{"alg":"EdDSA","jwk":`+text(jwk(t, s, jsontree.Member{Name: "d", Value: jsontree.Of("AAAA")}))+`}`, payload, strings.Repeat("A", 86))), badToken, 0},
		{"a secret for a jwk", []byte(jws(`{"alg":"EdDSA","jwk":{"kty":"oct","k":"AAAA"}}`, payload, strings.Repeat("A", 86))), badToken, 0},
		{"kid that is no URL", []byte(jws(`{"alg":"EdDSA","kid":"1"}`, payload, strings.Repeat("A", 86))), "invalid: proof verification-method-malformed", 0},
		{"kid to a file", []byte(jws(`{"alg":"EdDSA","kid":"file:///etc/passwd"}`, payload, strings.Repeat("A", 86))), "invalid: proof verification-method-malformed", 0},
		{"jku and x5u", []byte(jws(`{"alg":"EdDSA","kid":"`+s.method+`","jku":"https://evil.example/jwks","x5u":"https://evil.example/x5u"}`, payload, strings.Repeat("A", 86))), "invalid: proof signature-invalid", 0},
		{"two heads", []byte(jws(`{"alg":"EdDSA","alg":"none","kid":"`+s.method+`"}`, payload, "")), badToken, 0},
		{"a payload of 100,000 lists", []byte(jws(header(`,"alg":"EdDSA"`), strings.Repeat("[", 100_000), "AAAA")), badToken, 0},
		{"four parts", []byte(jws(header(`,"alg":"EdDSA"`), payload, "AAAA") + ".AAAA"), none, 0},
		{"selective disclosure", []byte(jws(header(`,"alg":"EdDSA"`), payload, "AAAA") + "~WyJhIiwiYiIsImMiXQ~"), "unknown: container unsupported-credential", 0},
	}
	for _, f := range hostile.Badges() {
		files = append(files, file{f.Name, f.Data, f.Code, 0})
	}
	for _, c := range files {
		net := network()
		report := check(c.data, net)
		expect(t, c.name, report, c.want)
		if report.Verdict == verify.Valid {
			t.Errorf("%s is valid", c.name)
		}
		if len(net.asked) > c.fetches {
			t.Errorf("%s: %d documents were asked for", c.name, len(net.asked))
		}
		for _, check := range report.Checks {
			if n := len(check.Detail); n > 2000 {
				t.Errorf("%s: a detail of %d bytes in %s", c.name, n, check.ID)
			}
			if n := len(check.Warnings); n > 250 {
				t.Errorf("%s: %d warnings in %s", c.name, n, check.ID)
			}
			for _, w := range check.Warnings {
				if n := len(w.Detail); n > 2000 {
					t.Errorf("%s: a warning of %d bytes in %s", c.name, n, check.ID)
				}
			}
		}
		if _, err := json.Marshal(report); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// forgeUnhashed gives a document a proof with a signature of nothing: for
// documents that nobody can sign.
func forgeUnhashed(t testing.TB, s *signer, doc jsontree.Value) []byte {
	t.Helper()
	p := s.mustSign(t, badge(t, s.did))
	return ptr(doc.With("proof", *p.Get("proof"))).AppendJSON(nil)
}

// A list that unpacks to more than 4 MiB is not unpacked, and leaves the status
// open.
func TestStatusListBomb(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	large := statuslist.New(8*(4<<20) + 8)
	net := network(listURL, text(listOf(t, s, statuslist.Publication{}, large)))
	signed := s.mustSign(t, ptr(badge(t, s.did)).With("credentialStatus", parse(t, entry("revocation", `"1"`, ""))))
	report := check(signed.AppendJSON(nil), net)
	expect(t, "one byte too many", report, "unknown: status status-list-malformed")
	net = network(listURL, text(listOf(t, s, statuslist.Publication{}, statuslist.New(8*(4<<20)))))
	expect(t, "the greatest list", check(signed.AppendJSON(nil), net), "valid")
}
