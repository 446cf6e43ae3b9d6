package proof_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
)

func Example() {
	doc, err := jsontree.Parse([]byte(`{
		"@context": ["https://www.w3.org/ns/credentials/v2"],
		"id": "urn:uuid:0192f3c4-7a1b-7c3d-9e5f-0123456789ab",
		"type": ["VerifiableCredential"],
		"issuer": "did:web:example.org",
		"validFrom": "2025-11-24T09:00:00Z",
		"credentialSubject": {"id": "did:example:ada", "name": "Ada"}
	}`), jsontree.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	// A key made of a fixed seed, for the example's sake.
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	ld := jsonld.New(nil)
	signer := &proof.Signer{Key: key, VerificationMethod: "did:web:example.org#key-1"}
	signed, err := signer.Sign(ld, &doc, proof.SignOptions{Created: time.Date(2025, 11, 24, 9, 0, 0, 0, time.UTC)})
	if err != nil {
		fmt.Println(err)
		return
	}

	// Whoever reads it asks the issuer's document for the key, see package did.
	public := key.Public()
	proofs, err := proof.Proofs(&signed)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(proofs[0].Suite(), proofs[0].Verify(ld, &signed, public, proof.VerifyOptions{}))

	changed := signed.With("validFrom", jsontree.Of("2020-01-01T00:00:00Z"))
	err = proofs[0].Verify(ld, &changed, public, proof.VerifyOptions{})
	fmt.Println(proof.CodeOf(err))
	// Output:
	// eddsa-rdfc-2022 <nil>
	// signature-invalid
}

func ExampleCompile() {
	sample, err := jsontree.Parse([]byte(`{
		"@context": ["https://www.w3.org/ns/credentials/v2"],
		"id": "urn:uuid:0192f3c4-7a1b-7c3d-9e5f-0123456789ab",
		"type": ["VerifiableCredential"],
		"issuer": "did:web:example.org",
		"validFrom": "2025-11-24T09:00:00Z",
		"credentialSubject": {"id": "did:example:ada"}
	}`), jsontree.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	signer := &proof.Signer{Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), VerificationMethod: "did:web:example.org#key-1"}
	template, err := proof.Compile(jsonld.New(nil), signer, &sample, []string{"/id", "/credentialSubject/id"}, proof.CompileOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	created := time.Date(2025, 11, 24, 9, 0, 0, 0, time.UTC)
	for _, values := range [][]string{{"urn:uuid:1", "did:example:ada"}, {"urn:uuid:2", "did:example:bob"}} {
		badge, err := template.Issue(nil, values, created)
		fmt.Println(len(badge), err, template.Check(values, created))
	}
	_, err = template.Issue(nil, []string{"urn:uuid:3", "not an identifier"}, created)
	fmt.Println(err)
	// Output:
	// 504 <nil> <nil>
	// 504 <nil> <nil>
	// proof: issue: slot "/credentialSubject/id": "not an identifier" is not an absolute IRI
}

func ExampleProof_Derive() {
	doc, err := jsontree.Parse([]byte(`{
		"@context": ["https://www.w3.org/ns/credentials/v2"],
		"type": ["VerifiableCredential"],
		"issuer": "did:web:example.org",
		"validFrom": "2025-11-24T09:00:00Z",
		"credentialSubject": {"name": "Ada", "description": "born in 1815"}
	}`), jsontree.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		fmt.Println(err)
		return
	}
	ld := jsonld.New(nil)
	signer := &proof.Signer{Key: key, VerificationMethod: "did:web:example.org#key-1", Suite: proof.ECDSASD2023}
	signed, err := signer.Sign(ld, &doc, proof.SignOptions{
		Created:   time.Date(2025, 11, 24, 9, 0, 0, 0, time.UTC),
		Mandatory: []string{"/issuer", "/validFrom"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	// The holder looks at what she was given, and shows her name alone.
	base, err := proof.Only(&signed)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(base.VerifyBase(ld, &signed, key.Public(), proof.VerifyOptions{}))
	shown, err := base.Derive(ld, &signed, []string{"/credentialSubject/name"})
	if err != nil {
		fmt.Println(err)
		return
	}
	subject := shown.Get("credentialSubject")
	fmt.Printf("%s\n", subject.AppendJSON(nil))

	derived, err := proof.Only(&shown)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(derived.Verify(ld, &shown, key.Public(), proof.VerifyOptions{}))
	// Output:
	// <nil>
	// {"name":"Ada"}
	// <nil>
}
