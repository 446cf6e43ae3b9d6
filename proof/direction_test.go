package proof_test

import (
	"testing"

	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
)

// signed-direction.json is a badge with names in Arabic and Hebrew, their base
// directions written out, as the reference implementation signs it with the key
// in testdata: what we make of it must be the same to the last byte.
func TestBaseDirectionIsSigned(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	theirs := testdata(t, "signed-direction.json")
	if err := verifyAll(t, ld, theirs); err != nil {
		t.Fatal(err)
	}
	bare := theirs.Without("proof")
	options := proof.SignOptions{Created: at(t, "2026-11-01T09:30:00Z")}
	ours, err := benchSigner(t).Sign(ld, &bare, options)
	if err != nil {
		t.Fatal(err)
	}
	value := theirs.At("proof", "proofValue").Str()
	if got := ours.At("proof", "proofValue").Str(); got != value {
		t.Errorf("proofValue %s, want %s", got, value)
	}
	template, err := proof.Compile(ld, benchSigner(t), &bare, []string{"/id"}, proof.CompileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	issued, err := template.Issue(nil, []string{bare.Get("id").Str()}, options.Created)
	if err != nil {
		t.Fatal(err)
	}
	if got := parse(t, issued).At("proof", "proofValue").Str(); got != value {
		t.Errorf("by the template: proofValue %s, want %s", got, value)
	}
	for what, name := range map[string]jsontree.Value{
		"the other direction": theirs.Get("name").With("@direction", jsontree.Of("ltr")),
		"no direction":        theirs.Get("name").Without("@direction"),
	} {
		changed := theirs.With("name", name)
		if err := verifyAll(t, ld, &changed); proof.CodeOf(err) != proof.SignatureInvalid {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// The other ways to sign read the document as the signature of a dataset does.
func TestBaseDirectionInEverySuite(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	bare := testdata(t, "signed-direction.json").Without("proof")
	signer := benchSigner(t)
	signer.Suite = proof.EdDSAJCS2022
	signed, err := signer.Sign(ld, &bare, proof.SignOptions{Created: at(t, "2026-11-01T09:30:00Z")})
	if err != nil {
		t.Fatal(err)
	}
	if err := verifyAll(t, ld, &signed); err != nil {
		t.Error(err)
	}
	if _, err := proof.SignJWT(ld, &bare, signer.Key, signer.VerificationMethod, proof.JWTOptions{}); err != nil {
		t.Error(err)
	}
}

// A derived proof is of the document as it stands: with a direction more, its
// statements are others, and it is still read.
func TestBaseDirectionInADerivedProof(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	doc := testdata(t, "ecdsa-sd-2023-derived.json")
	key := keyOf(t, doc.Get("proof").Items()[0].Value.Get("verificationMethod").Str())
	name := jsontree.OfObject(
		jsontree.Member{Name: "@value", Value: jsontree.Of("x")}, jsontree.Member{Name: "@direction", Value: jsontree.Of("rtl")})
	changed := doc.With("name", name)
	if err := verifyWith(ld, &changed, key); proof.CodeOf(err) != proof.SignatureInvalid {
		t.Errorf("%v, want %s", err, proof.SignatureInvalid)
	}
}
