package verify_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"time"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
	"github.com/ecusson/ecusson/verify"
)

func ExampleVerifier_Verify() {
	// Whoever verifies has a file; here it is signed first, with a key made of a
	// fixed seed.
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	issuer, err := did.FromKey(key.Public())
	if err != nil {
		fmt.Println(err)
		return
	}
	doc, err := jsontree.Parse([]byte(`{
		"@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
		"id": "urn:uuid:0192f3c4-7a1b-7c3d-9e5f-0123456789ab",
		"type": ["VerifiableCredential", "OpenBadgeCredential"],
		"name": "Kayak Roll",
		"issuer": {"id": "`+issuer+`", "type": ["Profile"], "name": "River School"},
		"validFrom": "2026-01-01T09:00:00Z",
		"validUntil": "2027-01-01T09:00:00Z",
		"credentialSubject": {"id": "did:example:ada", "type": ["AchievementSubject"], "achievement": {
			"id": "https://river.example/roll", "type": ["Achievement"], "name": "Kayak Roll",
			"description": "Can roll a kayak.", "criteria": {"narrative": "Three rolls."}}}
	}`), jsontree.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	ld := jsonld.New(nil)
	signer := &proof.Signer{Key: key, VerificationMethod: issuer}
	signed, err := signer.Sign(ld, &doc, proof.SignOptions{Created: time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)})
	if err != nil {
		fmt.Println(err)
		return
	}
	file := signed.AppendJSON(nil)

	v := verify.New(ld) // one for the whole program
	options := verify.Options{
		At:        time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
		Recipient: "did:example:ada",
		Fetcher:   verify.Offline{}, // or verify.Guarded() for the open network
	}
	report := v.Verify(context.Background(), file, options)
	fmt.Println(report.Verdict, report.Badge.Name)

	options.At = options.At.AddDate(1, 0, 0)
	report = v.Verify(context.Background(), file, options)
	fmt.Println(report.Verdict, report.Reason().ID, report.Reason().Code)
	// Output:
	// valid Kayak Roll
	// invalid validity expired
}

func ExampleDocuments() {
	// A map stands for the network where there is none.
	documents := &verify.Documents{Map: map[string]verify.Document{
		"https://river.example/status/1": {File: "status/1.json"},
		"https://river.example/gone":     {Status: 410},
	}}
	response, err := documents.Fetch(context.Background(), "https://river.example/gone", "application/json")
	fmt.Println(response.Status, err)
	_, err = documents.Fetch(context.Background(), "https://elsewhere.example/", "application/json")
	fmt.Println(err)
	// Output:
	// 410 <nil>
	// verify: fetch https://elsewhere.example/: offline
}
