package verify_test

import (
	"testing"
	"time"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
)

const (
	web        = "did:web:river.example"
	webURL     = "https://river.example/.well-known/did.json"
	profile    = "https://river.example/issuers/1"
	jwksURL    = "https://river.example/.well-known/jwks.json"
	keyURL     = "https://river.example/keys/1"
	otherOwner = "https://river.example/issuers/2"
)

func jwk(t testing.TB, s *signer, extra ...jsontree.Member) jsontree.Value {
	t.Helper()
	key, err := did.JWK(s.key.Public())
	if err != nil {
		t.Fatal(err)
	}
	key.Members = append(key.Members, extra...)
	return key
}

func text(v jsontree.Value) string { return string(v.AppendJSON(nil)) }

func keySet(keys ...jsontree.Value) string {
	return text(jsontree.OfObject(jsontree.Member{Name: "keys", Value: jsontree.OfArray(keys...)}))
}

// controlled is the document of an identifier that lists keys for assertion;
// extra members go into each method.
func controlled(id string, extra string, keys ...*signer) string {
	methods := ""
	for i, k := range keys {
		if i > 0 {
			methods += ","
		}
		methods += `{"id":"` + id + `#` + k.multikey + `","type":"Multikey","controller":"` + id + `","publicKeyMultibase":"` + k.multikey + `"` + extra + `}`
	}
	return `{"id":"` + id + `","assertionMethod":[` + methods + `]}`
}

func kid(id string) jsontree.Member { return jsontree.Member{Name: "kid", Value: jsontree.Of(id)} }
func iss(id string) jsontree.Member { return jsontree.Member{Name: "iss", Value: jsontree.Of(id)} }

// The policy on the key and the issuer: see docs/decisions/0006-issuer-key.md.
func TestIssuerBinding(t *testing.T) {
	t.Parallel()
	ours, theirs := newSigner(t, "issuer"), newSigner(t, "somebody else")
	jwkID, err := did.FromJWK(ours.key.Public())
	if err != nil {
		t.Fatal(err)
	}
	webMethod := web + "#" + ours.multikey
	fragment := profile + "#" + ours.multikey
	const valid = "valid"
	const mismatch, unproven = "invalid: issuer issuer-key-mismatch", "unknown: issuer issuer-key-unproven"
	for _, c := range []struct {
		name, issuer, method string
		net                  *documents
		want, warning        string
	}{
		{"did:key of the signer", ours.did, ours.method, nil, valid, ""},
		{"did:key without fragment", ours.did, ours.did, nil, valid, ""},
		{"did:jwk of the signer", jwkID, jwkID + "#0", nil, valid, ""},
		{"did:jwk of the same key", jwkID, ours.method, nil, valid, ""},
		{"did:key of another", theirs.did, ours.method, nil, mismatch, ""},
		{"did:key, key in a fragment", theirs.did, fragment, nil, mismatch, ""},

		{"did:web lists", web, webMethod, network(webURL, controlled(web, "", theirs, ours)), valid, ""},
		{"did:web lists by another name", web, ours.method, network(webURL, controlled(web, "", ours)), valid, ""},
		{"did:web does not list", web, ours.method, network(webURL, controlled(web, "", theirs)), mismatch, ""},
		{"did:web lists nothing", web, ours.method, network(webURL, `{"id":"`+web+`"}`), mismatch, ""},
		{"did:web names a method that it does not have", web, webMethod, network(webURL, controlled(web, "", theirs)), "invalid: proof key-not-listed", ""},
		{"did:web lists for another use", web, webMethod, network(webURL, `{"id":"`+web+`","authentication":[{"id":"`+webMethod+`","type":"Multikey","controller":"`+web+`","publicKeyMultibase":"`+ours.multikey+`"}]}`), "invalid: proof key-not-for-assertion", ""},
		{"did:web with another controller", web, webMethod, network(webURL, `{"id":"`+web+`","assertionMethod":[{"id":"`+webMethod+`","type":"Multikey","controller":"did:web:evil.example","publicKeyMultibase":"`+ours.multikey+`"}]}`), mismatch, ""},
		{"did:web without its document", web, webMethod, network(), "unknown: proof key-unresolved", ""},
		{"did:web without its document, another method", web, ours.method, network(), unproven, ""},
		{"did:web with the document of another", web, webMethod, network(webURL, controlled("did:web:evil.example", "", ours)), "unknown: proof key-unresolved", ""},
		{"did:web with a page instead", web, webMethod, network(webURL, "<html>"), "unknown: proof key-unresolved", ""},
		{"did:web whose key is garbage", web, webMethod, network(webURL, `{"id":"`+web+`","assertionMethod":[{"id":"`+webMethod+`","type":"Multikey","publicKeyMultibase":"z6Mkgarbage"}]}`), "invalid: proof key-malformed", ""},
		{"did:web whose key was withdrawn", web, webMethod, network(webURL, controlled(web, `,"revoked":"2026-05-01T00:00:00Z"`, ours)), "invalid: issuer issuer-key-revoked", ""},
		{"did:web whose key will be withdrawn", web, webMethod, network(webURL, controlled(web, `,"revoked":"2026-07-01T00:00:00Z"`, ours)), valid, ""},
		{"did:web whose key has ended", web, webMethod, network(webURL, controlled(web, `,"expires":"2026-06-01T12:00:00Z"`, ours)), "invalid: issuer issuer-key-expired", ""},
		{"did:web whose key was withdrawn, by another name", web, ours.method, network(webURL, controlled(web, `,"revoked":"2026-05-01T00:00:00Z"`, ours)), "invalid: issuer issuer-key-revoked", ""},
		{"a DID method of others", "did:example:abc", "did:example:abc#1", network(), "unknown: proof did-method-unsupported", ""},
		{"an issuer by a DID method of others", "did:example:abc", ours.method, network(), unproven, ""},
		{"a urn", "urn:uuid:0192f3c4-7a1b-7c3d-9e5f-000000000001", ours.method, network(), unproven, ""},
		{"http", "http://river.example/issuers/1", ours.method, network(), unproven, ""},

		{"https, key in the fragment, nothing to be had", profile, fragment, network(), valid, "issuer-key-unproven"},
		{"https, key in the fragment, profile lists", profile, fragment, network(profile, controlled(profile, "", ours)), valid, ""},
		{"https, key in the fragment, profile lists others", profile, fragment, network(profile, controlled(profile, "", theirs)), mismatch, ""},
		{"https, key in the fragment, profile without keys", profile, fragment, network(profile, `{"id":"`+profile+`","type":["Profile"]}`), valid, "issuer-key-unproven"},
		{"https, key in the fragment, profile withdrew", profile, fragment, network(profile, controlled(profile, `,"revoked":"2026-01-01T00:00:00Z"`, ours)), "invalid: issuer issuer-key-revoked", ""},
		{"https, key set lists", profile, fragment, network(jwksURL, keySet(jwk(t, theirs), jwk(t, ours))), valid, ""},
		{"https, key set lists others", profile, fragment, network(jwksURL, keySet(jwk(t, theirs))), mismatch, ""},
		{"https, key set lists for this issuer", profile, fragment, network(jwksURL, keySet(jwk(t, ours, iss(profile)))), valid, ""},
		{"https, key set lists for another tenant", profile, fragment, network(jwksURL, keySet(jwk(t, ours, iss(otherOwner)))), mismatch, ""},
		{"https, empty key set", profile, fragment, network(jwksURL, `{"keys":[]}`), valid, "issuer-key-unproven"},
		{"https, key set is a page", profile, fragment, network(jwksURL, `<html>`), valid, "issuer-key-unproven"},
		{"https, key set lists others, profile lists", profile, fragment, network(jwksURL, keySet(jwk(t, theirs)), profile, controlled(profile, "", ours)), valid, ""},
		{"https, key set lists others, profile withdrew", profile, fragment, network(jwksURL, keySet(jwk(t, theirs)), profile, controlled(profile, `,"revoked":"2026-01-01T00:00:00Z"`, ours)), "invalid: issuer issuer-key-revoked", ""},
		{"https, fragment of another page", profile, otherOwner + "#" + ours.multikey, network(), mismatch, ""},
		{"https, fragment of another host", profile, "https://evil.example/i#" + ours.multikey, network(), mismatch, ""},
		{"https, did:key of anybody", profile, ours.method, network(), unproven, ""},
		{"https, did:key in the key set", profile, ours.method, network(jwksURL, keySet(jwk(t, ours))), valid, ""},
		{"https, did:key not in the key set", profile, ours.method, network(jwksURL, keySet(jwk(t, theirs))), mismatch, ""},
		{"https, garbage in the fragment", profile, profile + "#" + ours.multikey[:47] + "x" + ours.multikey[48:] + "zz", network(), "invalid: proof key-malformed", ""},

		{"https, JWK on the host", profile, keyURL, network(keyURL, text(jwk(t, ours))), valid, "issuer-key-same-host"},
		{"https, JWK on the host for this issuer", profile, keyURL, network(keyURL, text(jwk(t, ours, iss(profile)))), valid, "issuer-key-same-host"},
		{"https, JWK on the host for another", profile, keyURL, network(keyURL, text(jwk(t, ours, iss(otherOwner)))), mismatch, ""},
		{"https, JWK on the host, not in the key set", profile, keyURL, network(keyURL, text(jwk(t, ours)), jwksURL, keySet(jwk(t, theirs))), mismatch, ""},
		{"https, JWK on another host", profile, "https://evil.example/keys/1", network("https://evil.example/keys/1", text(jwk(t, ours))), unproven, ""},
		{"https, JWK on another port", profile, "https://river.example:8443/keys/1", network("https://river.example:8443/keys/1", text(jwk(t, ours))), unproven, ""},
		{"https, set on the host", profile, keyURL + "#a", network(keyURL, keySet(jwk(t, theirs, kid(keyURL+"#b")), jwk(t, ours, kid(keyURL+"#a")))), valid, "issuer-key-same-host"},
		{"https, set on the host with short names", profile, keyURL + "#a", network(keyURL, keySet(jwk(t, theirs, kid("b")), jwk(t, ours, kid("a")))), valid, "issuer-key-same-host"},
		{"https, set on the host without names", profile, keyURL, network(keyURL, keySet(jwk(t, ours))), "invalid: proof key-not-listed", ""},
		{"https, set on the host with garbage", profile, keyURL + "#a", network(keyURL, `{"keys":[{"kid":"a","kty":"OKP"}]}`), "invalid: proof key-malformed", ""},
		{"https, method that is garbage", profile, keyURL, network(keyURL, `{"id":"`+keyURL+`","type":"Multikey","publicKeyMultibase":"z6Mk"}`), "invalid: proof key-malformed", ""},
		{"https, document of another", profile, keyURL, network(keyURL, `{"id":"`+otherOwner+`","assertionMethod":[]}`), "unknown: proof key-unresolved", ""},
		{"https, the profile lists by name", profile, profile + "#key-1", network(profile, `{"id":"`+profile+`","assertionMethod":[{"id":"`+profile+`#key-1","type":"Multikey","controller":"`+profile+`","publicKeyMultibase":"`+ours.multikey+`"}]}`), valid, ""},
		{"https, a document of the host lists, the profile is not to be had", profile, otherOwner + "#key-1", network(otherOwner, `{"id":"`+otherOwner+`","assertionMethod":[{"id":"`+otherOwner+`#key-1","type":"Multikey","controller":"`+otherOwner+`","publicKeyMultibase":"`+ours.multikey+`"}]}`), mismatch, ""},
		{"https, set on the host without it", profile, keyURL + "#c", network(keyURL, keySet(jwk(t, ours, kid(keyURL+"#a")))), "invalid: proof key-not-listed", ""},
		{"https, method on the host", profile, keyURL, network(keyURL, `{"id":"`+keyURL+`","type":"Multikey","controller":"`+profile+`","publicKeyMultibase":"`+ours.multikey+`"}`), valid, "issuer-key-same-host"},
		{"https, method on the host of another", profile, keyURL, network(keyURL, `{"id":"`+keyURL+`","type":"Multikey","controller":"`+otherOwner+`","publicKeyMultibase":"`+ours.multikey+`"}`), mismatch, ""},
		{"https, key not to be had", profile, keyURL, network(), "unknown: proof key-unresolved", ""},
		{"https, key is a page", profile, keyURL, network(keyURL, "<html>"), "unknown: proof key-unresolved", ""},
		{"https, key is another's", profile, keyURL, network(keyURL, text(jwk(t, theirs))), "invalid: proof signature-invalid", ""},
		{"https, key is private", profile, keyURL, network(keyURL, text(jwk(t, ours, jsontree.Member{Name: "d", Value: jsontree.Of("AA")}))), "invalid: proof key-malformed", ""},
	} {
		doc := badge(t, c.issuer)
		signed, err := ours.as(c.method).sign(doc)
		if err != nil {
			// The signer refuses to name a key that is not its own: an attacker does not.
			signed = forge(t, ours, doc, c.method)
		}
		var net *documents
		if net = c.net; net == nil {
			net = network()
		}
		report := check(signed.AppendJSON(nil), net)
		expect(t, c.name, report, c.want)
		if c.warning != "" && !warned(report.Check("issuer"), c.warning) {
			t.Errorf("%s: no warning %s: %+v", c.name, c.warning, report.Check("issuer"))
		}
		if c.warning == "" && c.want == valid && len(report.Check("issuer").Warnings) > 0 {
			t.Errorf("%s: %+v", c.name, report.Check("issuer").Warnings)
		}
	}
}

// forge signs with a verification method that the signer would refuse, by
// signing the hash of the proof it wants.
func forge(t testing.TB, s *signer, doc jsontree.Value, method string) jsontree.Value {
	t.Helper()
	options := jsontree.OfObject(
		jsontree.Member{Name: "type", Value: jsontree.Of("DataIntegrityProof")},
		jsontree.Member{Name: "cryptosuite", Value: jsontree.Of(proof.EdDSARDFC2022)},
		jsontree.Member{Name: "created", Value: jsontree.Of("2026-01-02T09:00:00Z")},
		jsontree.Member{Name: "verificationMethod", Value: jsontree.Of(method)},
		jsontree.Member{Name: "proofPurpose", Value: jsontree.Of("assertionMethod")},
	)
	return forgeOptions(t, s, doc, options)
}

func forgeOptions(t testing.TB, s *signer, doc, options jsontree.Value) jsontree.Value {
	t.Helper()
	unsigned := doc.With("proof", options)
	proofs, err := proof.Proofs(&unsigned)
	if err != nil {
		t.Fatal(err)
	}
	hash, err := proofs[0].HashData(contexts, &unsigned, s.key.Public())
	if err != nil {
		t.Fatal(err)
	}
	signature, err := s.key.Sign(nil, hash, cryptoNone)
	if err != nil {
		t.Fatal(err)
	}
	return doc.With("proof", options.With("proofValue", jsontree.Of("z"+string(did.AppendBase58(nil, signature)))))
}

// A token says whose it is by its kid or by a key that it brings along.
func TestIssuerBindingOfTokens(t *testing.T) {
	t.Parallel()
	ours, theirs := newSigner(t, "issuer"), newSigner(t, "somebody else")
	embed := proof.JWTOptions{EmbedJWK: true}
	webMethod := web + "#" + ours.multikey
	for _, c := range []struct {
		name, issuer, method string
		o                    proof.JWTOptions
		net                  *documents
		want, warning        string
	}{
		{"did:key", ours.did, ours.method, proof.JWTOptions{}, network(), "valid", ""},
		{"did:key of another", theirs.did, ours.method, proof.JWTOptions{}, network(), "invalid: issuer issuer-key-mismatch", ""},
		{"did:web lists", web, webMethod, proof.JWTOptions{}, network(webURL, controlled(web, "", ours)), "valid", ""},
		{"did:web does not list", web, ours.method, proof.JWTOptions{}, network(webURL, controlled(web, "", theirs)), "invalid: issuer issuer-key-mismatch", ""},
		{"jwk, did:web does not list", web, ours.method, embed, network(webURL, controlled(web, "", theirs)), "invalid: issuer issuer-key-mismatch", ""},
		{"https kid", profile, keyURL, proof.JWTOptions{}, network(keyURL, text(jwk(t, ours))), "valid", "issuer-key-same-host"},
		{"jwk and nothing else to be had", profile, keyURL, embed, network(), "valid", "issuer-key-unproven"},
		{"jwk and kid of the host", profile, keyURL, embed, network(keyURL, text(jwk(t, ours))), "valid", "issuer-key-same-host"},
		{"jwk and kid of another key", profile, keyURL, embed, network(keyURL, text(jwk(t, theirs))), "invalid: proof key-not-listed", ""},
		{"jwk and kid that the document does not have", profile, web + "#other", embed, network(webURL, controlled(web, "", theirs)), "invalid: proof key-not-listed", ""},
		{"jwk in the key set", profile, keyURL, embed, network(jwksURL, keySet(jwk(t, ours))), "valid", ""},
		{"jwk not in the key set", profile, keyURL, embed, network(jwksURL, keySet(jwk(t, theirs))), "invalid: issuer issuer-key-mismatch", ""},
		{"jwk of an issuer by did:key", theirs.did, keyURL, embed, network(), "invalid: issuer issuer-key-mismatch", ""},
	} {
		token, err := signToken(ours.as(c.method), badge(t, c.issuer), c.o)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		report := check([]byte(token), c.net)
		expect(t, c.name, report, c.want)
		if c.warning != "" && !warned(report.Check("issuer"), c.warning) {
			t.Errorf("%s: no warning %s: %+v", c.name, c.warning, report.Check("issuer"))
		}
	}
}

func signToken(s *signer, doc jsontree.Value, o proof.JWTOptions) (string, error) {
	return proof.SignJWT(contexts, &doc, s.key, s.method, o)
}

// One signature of the issuer is enough, and the others are told of; one that
// does not hold is a forgery or a change, whatever the others are.
func TestSeveralProofs(t *testing.T) {
	t.Parallel()
	ours, theirs := newSigner(t, "issuer"), newSigner(t, "somebody else")
	doc := badge(t, ours.did)
	one := *ptr(ours.mustSign(t, doc)).Get("proof")
	two := *ptr(theirs.mustSign(t, doc)).Get("proof")
	broken := one.With("proofValue", *two.Get("proofValue"))
	unknown := parse(t, `{"type":"DataIntegrityProof","cryptosuite":"bbs-2023","verificationMethod":"did:example:a#b","proofPurpose":"assertionMethod","proofValue":"u2V0ChVhB"}`)
	for _, c := range []struct {
		name    string
		proofs  []jsontree.Value
		want    string
		warning string
	}{
		{"the issuer's and another's", []jsontree.Value{two, one}, "valid", "issuer issuer-key-mismatch"},
		{"another's alone", []jsontree.Value{two}, "invalid: issuer issuer-key-mismatch", ""},
		{"the issuer's and one of an unknown kind", []jsontree.Value{unknown, one}, "valid", "proof suite-unsupported"},
		{"one of an unknown kind alone", []jsontree.Value{unknown}, "unknown: proof suite-unsupported", ""},
		{"the issuer's and a broken one", []jsontree.Value{one, broken}, "invalid: proof signature-invalid", ""},
		{"the issuer's twice", []jsontree.Value{one, one}, "invalid: proof proof-malformed", ""},
	} {
		report := check(ptr(doc.With("proof", jsontree.OfArray(c.proofs...))).AppendJSON(nil), nil)
		expect(t, c.name, report, c.want)
		if c.warning != "" {
			id, code, _ := cut(c.warning)
			if !warned(report.Check(id), code) {
				t.Errorf("%s: no warning %s: %+v", c.name, c.warning, report.Check(id))
			}
		}
	}
}

// A key from a sample, which anybody can sign with, is told of.
func TestPublishedKey(t *testing.T) {
	t.Parallel()
	seed := make([]byte, 32)
	for i := range seed {
		seed[i] = byte(i)
	}
	s := signerOf(t, seed)
	report := check(ptr(s.mustSign(t, badge(t, s.did))).AppendJSON(nil), nil)
	expect(t, "the key of examples", report, "valid")
	if !warned(report.Check("issuer"), "key-published") {
		t.Errorf("%+v", report.Check("issuer"))
	}
}

// The key's end counts at the time asked for, not today.
func TestKeyEndCountsAtTheTimeAsked(t *testing.T) {
	t.Parallel()
	ours := newSigner(t, "issuer")
	signed := ours.as(web+"#"+ours.multikey).mustSign(t, badge(t, web))
	net := network(webURL, controlled(web, `,"revoked":"2026-05-01T00:00:00Z"`, ours))
	for at, want := range map[string]string{
		"2026-04-30T23:59:59Z": "valid",
		"2026-05-01T00:00:00Z": "invalid: issuer issuer-key-revoked",
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, at, checkAt(signed.AppendJSON(nil), net, when), want)
	}
}
