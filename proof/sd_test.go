package proof_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
)

func TestDerivedProofs(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	for name, want := range map[string]proof.Code{
		"ecdsa-sd-2023-derived.json":          "",
		"ecdsa-sd-2023-derived-tampered.json": proof.SignatureInvalid,
		"ecdsa-sd-2023-base.json":             proof.NotDerived,
	} {
		doc := testdata(t, name)
		if err := verifyAll(t, ld, doc); proof.CodeOf(err) != want || want == "" && err != nil {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}

// Every byte of a derived proof value changed, cut or added must be noticed, and
// so must every change of the document that its statements show.
func TestEveryChangeOfADerivedProofIsNoticed(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	doc := testdata(t, "ecdsa-sd-2023-derived.json")
	tree := doc.Get("proof").Items()[0].Value
	key := keyOf(t, tree.Get("verificationMethod").Str())
	value := tree.Get("proofValue").Str()
	raw, err := did.DecodeMultibase(value)
	if err != nil {
		t.Fatal(err)
	}
	check := func(what string, changed string) {
		v := doc.With("proof", tree.With("proofValue", jsontree.Of(changed)))
		if err := verifyWith(ld, &v, key); proof.CodeOf(err) != proof.Malformed && proof.CodeOf(err) != proof.SignatureInvalid && proof.CodeOf(err) != proof.NotDerived {
			t.Errorf("%s: %v", what, err)
		}
	}
	encode := func(raw []byte) string { return "u" + base64.RawURLEncoding.EncodeToString(raw) }
	for i := range raw {
		for _, flip := range []byte{1, 0x20, 0x80} {
			changed := append([]byte(nil), raw...)
			changed[i] ^= flip
			check("a byte changed", encode(changed))
		}
	}
	for n := 0; n < len(raw); n += 7 {
		check("cut", encode(raw[:n]))
	}
	check("longer", encode(append(append([]byte(nil), raw...), 0)))
	check("padded", value+"=")
	check("another base", "z"+string(did.AppendBase58(nil, raw[:100])))

	harmless := 0
	original, ok := meaningOf(ld, doc)
	if !ok {
		t.Fatal("no meaning")
	}
	bare := doc.Without("proof")
	mutations(&bare, func(what string, changed jsontree.Value) {
		if changed.Kind != jsontree.Object {
			return
		}
		changed = changed.With("proof", *doc.Get("proof"))
		after, ok := meaningOf(ld, &changed)
		err := verifyWith(ld, &changed, key)
		switch same := ok && after == original; {
		case err == nil && !same:
			t.Errorf("%s: not noticed", what)
		case err != nil && same:
			t.Errorf("%s: leaves the dataset alone and fails: %v", what, err)
		case same:
			harmless++
		}
	})
	if harmless < 10 {
		t.Errorf("%d harmless changes", harmless)
	}
}

func meaningOf(ld *jsonld.Processor, doc *jsontree.Value) (string, bool) {
	v := doc.With("proof", doc.Get("proof").Items()[0].Value)
	return meaning(ld, &v)
}

func FuzzDerivedProof(f *testing.F) {
	ld := jsonld.New(nil)
	doc := testdata(f, "ecdsa-sd-2023-derived.json")
	tree := doc.Get("proof").Items()[0].Value
	key := keyOf(f, tree.Get("verificationMethod").Str())
	value := tree.Get("proofValue").Str()
	raw, err := did.DecodeMultibase(value)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte{0xd9, 0x5d, 0x01, 0x85, 0x58, 0x40})
	f.Add([]byte{0xd9, 0x5d, 0x01, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		text := "u" + base64.RawURLEncoding.EncodeToString(data)
		v := doc.With("proof", tree.With("proofValue", jsontree.Of(text)))
		err := verifyWith(ld, &v, key)
		if err == nil && text != value {
			t.Fatalf("verified another value: %s", text)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "proof: ") {
			t.Fatal(err)
		}
	})
}
