package jsonld_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/fixture"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
)

// TestSignatureOfAnotherImplementation: a credential that another
// implementation signed, with its own JSON-LD processor, has our dataset. The
// key is the well-known test key of bytes 0 to 31.
func TestSignatureOfAnotherImplementation(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/signed.json")
	if err != nil {
		t.Fatal(err)
	}
	doc := parse(t, string(data))
	proof := doc.Get("proof")
	value := base58(proof.Get("proofValue").Str()[1:])
	config := proof.Without("proofValue")
	config = config.With("@context", *doc.Get("@context"))
	unsigned := doc.Without("proof")
	p := jsonld.New(nil)
	var signed []byte
	for _, part := range []*jsontree.Value{&config, &unsigned} {
		quads, err := p.ToRDF(part, jsonld.Options{Safe: true})
		if err != nil {
			t.Fatal(err)
		}
		text, err := canonical(quads)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256([]byte(text))
		signed = append(signed, sum[:]...)
	}
	seed := make([]byte, ed25519.SeedSize)
	for i := range seed {
		seed[i] = byte(i)
	}
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	if !ed25519.Verify(public, signed, value) {
		t.Error("the signature does not verify")
	}
	signed[0] ^= 1
	if ed25519.Verify(public, signed, value) {
		t.Error("the signature verifies whatever is signed")
	}
}

// base58 decodes a Bitcoin base58 text without leading zeros.
func base58(s string) []byte {
	const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	n := new(big.Int)
	for _, c := range s {
		n.Mul(n, big.NewInt(58))
		n.Add(n, big.NewInt(int64(strings.IndexRune(alphabet, c))))
	}
	return n.Bytes()
}

// TestPublishedVectors compares with the intermediate values of the W3C's
// cryptosuites.
func TestPublishedVectors(t *testing.T) {
	t.Parallel()
	p := jsonld.New(nil)
	for _, c := range [][2]string{
		{"eddsa-vectors/unsigned.json", "eddsa-vectors/eddsa-rdfc-2022/canonDocDataInt.txt"},
		{"eddsa-vectors/eddsa-rdfc-2022/proofConfigDataInt.json", "eddsa-vectors/eddsa-rdfc-2022/proofCanonDataInt.txt"},
		{"eddsa-vectors/Ed25519Signature2020/proofConfigEdSig.json", "eddsa-vectors/Ed25519Signature2020/proofCanonEdSig.txt"},
		{"eddsa-vectors/Ed25519Signature2020/signedEdSig.json", "eddsa-vectors/Ed25519Signature2020/canonDocEdSig.txt"},
		{"ecdsa-vectors/unsigned.json", "ecdsa-vectors/ecdsa-rdfc-2019-p256/canonDocECDSAP256.txt"},
		{"ecdsa-vectors/ecdsa-rdfc-2019-p256/proofConfigECDSAP256.json", "ecdsa-vectors/ecdsa-rdfc-2019-p256/proofCanonECDSAP256.txt"},
	} {
		doc := parse(t, string(fixture.Read(t, "fixtures", c[0])))
		unsigned := doc.Without("proof")
		want := string(fixture.Read(t, "fixtures", c[1]))
		quads, err := p.ToRDF(&unsigned, jsonld.Options{Safe: true})
		if err != nil {
			t.Errorf("%s: %v", c[0], err)
			continue
		}
		if got, err := canonical(quads); err != nil || strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("%s: %v, got\n%s\nwant %s", c[0], err, got, want)
		}
	}
}
