package proof_test

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"testing"

	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
)

// A derived proof beside its floor: as many signatures of P-256 as it has.
func BenchmarkSelectiveDisclosure(b *testing.B) {
	ld := jsonld.New(nil)
	signer := sdSigner(b)
	key := signer.Key.Public()
	doc := parse(b, []byte(richCredential))
	options := proof.SignOptions{Created: at(b, "2026-01-01T00:00:00Z"), Mandatory: []string{"/issuer", "/validFrom"}}
	signed, err := signer.Sign(ld, doc, options)
	if err != nil {
		b.Fatal(err)
	}
	base, err := proof.Only(&signed)
	if err != nil {
		b.Fatal(err)
	}
	selective := []string{"/credentialSubject/achievement"}
	shown, err := base.Derive(ld, &signed, selective)
	if err != nil {
		b.Fatal(err)
	}
	derived, err := proof.Only(&shown)
	if err != nil {
		b.Fatal(err)
	}
	statements := func(v *jsontree.Value) int {
		bare := v.Without("proof")
		quads, err := ld.ToRDF(&bare, jsonld.Options{Safe: true})
		if err != nil {
			b.Fatal(err)
		}
		return len(quads)
	}
	mandatory, err := base.Derive(ld, &signed, nil)
	if err != nil {
		b.Fatal(err)
	}
	signatures := 1 + statements(&shown) - statements(&mandatory)
	digest := sha256.Sum256([]byte("a statement"))
	der, err := ecdsa.SignASN1(nil, signer.Key.(*ecdsa.PrivateKey), digest[:])
	if err != nil {
		b.Fatal(err)
	}
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			if err := derived.Verify(ld, &shown, key, proof.VerifyOptions{}); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(signatures), "signatures")
	})
	b.Run("floor", func(b *testing.B) {
		for b.Loop() {
			for range signatures {
				if !ecdsa.VerifyASN1(key.(*ecdsa.PublicKey), digest[:], der) {
					b.Fatal("does not verify")
				}
			}
		}
	})
	b.Run("sign", func(b *testing.B) {
		for b.Loop() {
			if _, err := signer.Sign(ld, doc, options); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("derive", func(b *testing.B) {
		for b.Loop() {
			if _, err := base.Derive(ld, &signed, selective); err != nil {
				b.Fatal(err)
			}
		}
	})
}
