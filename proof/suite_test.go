package proof_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/elliptic"
	"testing"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
)

// What each suite makes of one document with one key, frozen; the shared vectors
// of the specifications prove that the making is right.
func TestSuitesAreStable(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	doc := parse(t, []byte(richCredential))
	for _, c := range []struct {
		suite, value string
		key          crypto.Signer
	}{
		{proof.EdDSARDFC2022, "z5QswWAhKdp239fmWtvrSqSgfKJznk9TRZn1XMfnCQ32uPWM3WG3Q3kqV7tzexvuXK9TiYnaSG5pW3StHmPp1jz3a", benchSigner(t).Key},
		{proof.EdDSAJCS2022, "zp5AQdmNZHrKJCBXAF9MzBp81hxeqfKgmLSDshcbqYskq53SuY9DwAGwcsdFLkQ8qNLWBBPruQhf2f2QBL5NBtHV", benchSigner(t).Key},
		{proof.ECDSARDFC2019, "z5cy8SKPqazkGDocDWzzbpBUPKwB6Cz9CWrwVjzTy3uhr98Zzki3ynKJdSEX3EQhG339PSTyBKbaYaBVVGFtCkH8x", ecKey(t, elliptic.P256())},
		{proof.ECDSAJCS2019, "z4nubZSJDWrNdbqSvFwar3LwrDbAPiu9bBkVs9J264RXRhyfXCy4meLENcHQrigqNtAPBBG2QQjHan9vF8gw8qj6h", ecKey(t, elliptic.P256())},
		{proof.ECDSARDFC2019, "zM6dLmH42gTnKXGryBUbgpiaqWzx59WANWD6QEzi6ha85UfCQBkRnfwPxtEGGHXouR5LKvTbEGzVdTyfgrdRayuBRrRfSqYkjsAFQrW7txJQG46CjVmy9rN4zDypKPEAEbBJ", ecKey(t, elliptic.P384())},
		{proof.ECDSAJCS2019, "z2TrKEy4jEtg2dWMVWKbJHGJDjKPusVQEyL2KL7H27pUBT94cD7YWxUWpCNrXFd1HbH4dcCNfoFwYsBB9paus7hmWwaMWnopbm5yphtogjCnSadxXzwfjJdd3EwiVrokkVAdw", ecKey(t, elliptic.P384())},
	} {
		signer := &proof.Signer{Key: c.key, VerificationMethod: "did:web:example.org#key-1", Suite: c.suite}
		signed, err := signer.Sign(ld, doc, proof.SignOptions{Created: at(t, "2025-11-24T09:00:00Z")})
		if err != nil {
			t.Errorf("%s: %v", c.suite, err)
			continue
		}
		if got := signed.At("proof", "proofValue").Str(); got != c.value {
			t.Errorf("%s: proofValue\n %s, want\n %s", c.suite, got, c.value)
		}
		if err := verifyWith(ld, &signed, c.key.Public()); err != nil {
			t.Errorf("%s: %v", c.suite, err)
		}
		for name, change := range map[string]func(jsontree.Value) jsontree.Value{
			"name": func(v jsontree.Value) jsontree.Value { return v.With("name", jsontree.Of("x")) },
			"created": func(v jsontree.Value) jsontree.Value {
				return v.With("proof", v.Get("proof").With("created", jsontree.Of("2025-11-24T09:00:01Z")))
			},
			"context": func(v jsontree.Value) jsontree.Value {
				return v.With("@context", jsontree.OfArray(jsontree.Of("https://www.w3.org/ns/credentials/v2")))
			},
		} {
			changed := change(signed)
			if err := verifyWith(ld, &changed, c.key.Public()); err == nil {
				t.Errorf("%s: a change of %s was not noticed", c.suite, name)
			}
		}
	}
}

func TestKeyTypesOfSuites(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	keys := map[string]crypto.Signer{"Ed25519": benchSigner(t).Key, "P-256": ecKey(t, elliptic.P256()), "P-384": ecKey(t, elliptic.P384())}
	takes := map[string][]string{
		proof.EdDSARDFC2022: {"Ed25519"}, proof.EdDSAJCS2022: {"Ed25519"},
		proof.ECDSARDFC2019: {"P-256", "P-384"}, proof.ECDSAJCS2019: {"P-256", "P-384"},
	}
	for suite, names := range takes {
		signer := &proof.Signer{Key: keys[names[0]], VerificationMethod: "https://example.org/key", Suite: suite}
		signed, err := signer.Sign(ld, testdata(t, "credential.json"), proof.SignOptions{Created: at(t, "2025-11-24T09:00:00Z")})
		if err != nil {
			t.Fatal(err)
		}
		for name, key := range keys {
			err := verifyWith(ld, &signed, key.Public())
			want := proof.KeyMismatch
			for i, taken := range names {
				if name != taken {
					continue
				}
				if want = ""; i > 0 {
					// Another curve has another length of signature.
					want = proof.Malformed
				}
			}
			if proof.CodeOf(err) != want {
				t.Errorf("%s with %s: %v, want %q", suite, name, err, want)
			}
		}
	}
}

// Proofs of old kinds are read: made here by hand, since they are not written.
func TestOldProofsAreRead(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	private := benchSigner(t).Key.(ed25519.PrivateKey)
	for _, text := range []string{
		`{"@context":["https://www.w3.org/2018/credentials/v1","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json","https://w3id.org/security/suites/ed25519-2020/v1"],"id":"urn:uuid:1","type":["VerifiableCredential","OpenBadgeCredential"],"issuer":"https://example.org/","issuanceDate":"2022-01-01T00:00:00Z","credentialSubject":{"id":"did:example:x","type":["AchievementSubject"]},
"proof":{"type":"Ed25519Signature2020","created":"2022-01-01T00:00:00Z","verificationMethod":"https://example.org/#key","proofPurpose":"assertionMethod"}}`,
		`{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"urn:uuid:1","type":["VerifiableCredential"],"issuer":"https://example.org/","credentialSubject":{"id":"did:example:x"},
"proof":[{"type":"DataIntegrityProof","cryptosuite":"eddsa-2022","created":"2023-01-01T00:00:00Z","verificationMethod":"https://example.org/#key","proofPurpose":"assertionMethod"}]}`,
	} {
		doc := parse(t, []byte(text))
		proofs, err := proof.Proofs(doc)
		if err != nil {
			t.Fatal(err)
		}
		data, err := proofs[0].HashData(ld, doc, private.Public())
		if err != nil {
			t.Fatal(err)
		}
		value := jsontree.Of(string(did.AppendBase58([]byte{'z'}, ed25519.Sign(private, data))))
		signed := doc.With("proof", proofs[0].Tree.With("proofValue", value))
		if err := verifyWith(ld, &signed, private.Public()); err != nil {
			t.Errorf("%s: %v", proofs[0].Suite(), err)
		}
		changed := signed.With("issuer", jsontree.Of("https://example.com/"))
		if err := verifyWith(ld, &changed, private.Public()); proof.CodeOf(err) != proof.SignatureInvalid {
			t.Errorf("%s: %v", proofs[0].Suite(), err)
		}
		wrong := ecKey(t, elliptic.P256()).Public()
		if err := verifyWith(ld, &signed, wrong); proof.CodeOf(err) != proof.KeyMismatch {
			t.Errorf("%s: %v", proofs[0].Suite(), err)
		}
	}
}

func TestECDSAOfAnotherImplementationVerifies(t *testing.T) {
	t.Parallel()
	if err := verifyAll(t, jsonld.New(nil), testdata(t, "ecdsa-rdfc-2019-p256-valid.json")); err != nil {
		t.Error(err)
	}
}

// A JCS proof that knows fewer contexts than the document has now still stands;
// one that knows others does not.
func TestContextsOfJCSProofs(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	signer := benchSigner(t)
	signer.Suite = proof.EdDSAJCS2022
	signed, err := signer.Sign(ld, parse(t, []byte(`{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"urn:1","type":["VerifiableCredential"],"issuer":"urn:i","credentialSubject":{"id":"urn:s"}}`)), proof.SignOptions{Created: at(t, "2025-11-24T09:00:00Z")})
	if err != nil {
		t.Fatal(err)
	}
	for context, want := range map[string]proof.Code{
		`["https://www.w3.org/ns/credentials/v2"]`:                                         "",
		`"https://www.w3.org/ns/credentials/v2"`:                                           "",
		`["https://www.w3.org/ns/credentials/v2","https://w3id.org/security/multikey/v1"]`: "",
		`["https://w3id.org/security/multikey/v1","https://www.w3.org/ns/credentials/v2"]`: proof.Malformed,
		`[]`: proof.Malformed,
	} {
		v := signed.With("@context", *parse(t, []byte(context)))
		if err := verifyWith(ld, &v, signer.Key.Public()); proof.CodeOf(err) != want || want == "" && err != nil {
			t.Errorf("%s: %v, want %q", context, err, want)
		}
	}
}

// A second proof beside the first, and a third on both.
func TestSetsAndChains(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	created := at(t, "2025-11-24T09:00:00Z")
	first, second := benchSigner(t), &proof.Signer{Key: ecKey(t, elliptic.P256()), VerificationMethod: "did:web:example.org#two"}
	keys := map[string]crypto.PublicKey{first.VerificationMethod: first.Key.Public(), second.VerificationMethod: second.Key.Public()}
	doc := *testdata(t, "credential.json")
	for _, step := range []struct {
		signer *proof.Signer
		o      proof.SignOptions
	}{
		{first, proof.SignOptions{ID: "urn:uuid:1"}},
		{second, proof.SignOptions{ID: "urn:uuid:2"}},
		{first, proof.SignOptions{ID: "urn:uuid:3", PreviousProof: []string{"urn:uuid:1", "urn:uuid:2"}}},
	} {
		step.o.Created = created
		var err error
		if doc, err = step.signer.Sign(ld, &doc, step.o); err != nil {
			t.Fatal(err)
		}
	}
	judge := func(doc *jsontree.Value) (codes []proof.Code) {
		proofs, err := proof.Proofs(doc)
		if err != nil {
			t.Fatal(err)
		}
		for i := range proofs {
			codes = append(codes, proof.CodeOf(proofs[i].Verify(ld, doc, keys[proofs[i].VerificationMethod], proof.VerifyOptions{})))
		}
		return codes
	}
	same := func(what string, doc jsontree.Value, want ...proof.Code) {
		t.Helper()
		got := judge(&doc)
		for i := range want {
			if len(got) != len(want) || got[i] != want[i] {
				t.Errorf("%s: %q, want %q", what, got, want)
				return
			}
		}
	}
	proofs := doc.Get("proof").Members
	with := func(chosen ...int) jsontree.Value {
		list := jsontree.Value{Kind: jsontree.Array}
		for _, i := range chosen {
			list.Members = append(list.Members, proofs[i])
		}
		return doc.With("proof", list)
	}
	same("all three", doc, "", "", "")
	same("another order", with(2, 1, 0), "", "", "")
	same("without the first", with(1, 2), "", proof.PreviousMissing)
	same("the first twice", with(0, 0, 1, 2), "", "", "", proof.Malformed)
	same("the set alone", with(0, 1), "", "")
	other := proofs[0].Value.With("created", jsontree.Of("2025-11-24T09:00:01Z"))
	list := jsontree.OfArray(other, proofs[1].Value, proofs[2].Value)
	same("the first changed", doc.With("proof", list), proof.SignatureInvalid, "", proof.SignatureInvalid)
	loop := proofs[2].Value.With("previousProof", jsontree.Of("urn:uuid:3"))
	same("built on itself", doc.With("proof", loop), proof.SignatureInvalid)
}

func TestOnly(t *testing.T) {
	t.Parallel()
	signed := testdata(t, "signed-digitalbazaar.json")
	p, err := proof.Only(signed)
	if err != nil || p.Cryptosuite != proof.EdDSARDFC2022 {
		t.Errorf("%+v, %v", p, err)
	}
	one := *signed.Get("proof")
	twice := signed.With("proof", jsontree.OfArray(one, one))
	bare := signed.Without("proof")
	for name, doc := range map[string]*jsontree.Value{"two": &twice, "none": &bare} {
		if _, err := proof.Only(doc); err == nil {
			t.Errorf("%s proofs are taken for one", name)
		}
	}
}
