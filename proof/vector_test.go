package proof_test

import (
	"crypto"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/internal/fixture"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
)

func parse(t testing.TB, data []byte) *jsontree.Value {
	t.Helper()
	v, err := jsontree.Parse(data, jsontree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return &v
}

func testdata(t testing.TB, name string) *jsontree.Value {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, data)
}

// benchSigner is the signer of the key in testdata, whose seed counts from zero.
func benchSigner(t testing.TB) *proof.Signer {
	t.Helper()
	pair := testdata(t, "key.json")
	key, err := did.ParseSecretMultikey(pair.Get("secretKeyMultibase").Str())
	if err != nil {
		t.Fatal(err)
	}
	return &proof.Signer{Key: key, VerificationMethod: pair.Get("vm").Str()}
}

func at(t testing.TB, stamp string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// keyOf finds the key of a did:key or of a method with a Multikey fragment.
func keyOf(t testing.TB, method string) crypto.PublicKey {
	t.Helper()
	id, fragment, _ := strings.Cut(method, "#")
	if doc, err := did.Resolve(id); err == nil {
		key, err := doc.Find(method, did.AssertionMethod)
		if err != nil {
			t.Fatal(err)
		}
		return key.Public
	}
	key, err := did.ParseMultikey(fragment)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func verifyAll(t testing.TB, ld *jsonld.Processor, doc *jsontree.Value) error {
	t.Helper()
	proofs, err := proof.Proofs(doc)
	if err != nil {
		return err
	}
	for i := range proofs {
		if err := proofs[i].Verify(ld, doc, keyOf(t, proofs[i].VerificationMethod), proof.VerifyOptions{}); err != nil {
			return err
		}
	}
	return nil
}

func TestSignatureOfAnotherImplementationIsReproduced(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("testdata/signed-digitalbazaar.json")
	if err != nil {
		t.Fatal(err)
	}
	ld := jsonld.New(nil)
	signed, err := benchSigner(t).Sign(ld, testdata(t, "credential.json"), proof.SignOptions{Created: at(t, "2025-11-24T10:00:00.9+01:00")})
	if err != nil {
		t.Fatal(err)
	}
	if got := signed.AppendJSON(nil); string(got) != string(want) {
		t.Errorf("signed:\n%s\nwant:\n%s", got, want)
	}
	if err := verifyAll(t, ld, &signed); err != nil {
		t.Error(err)
	}
}

func text(t testing.TB, path ...string) string {
	t.Helper()
	return strings.TrimSpace(string(fixture.Read(t, append([]string{"fixtures"}, path...)...)))
}

// The vectors of the specifications: the hashes, and for Ed25519 the signatures
// byte for byte.
func TestVectors(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	for _, c := range []struct{ folder, name, pair, secret string }{
		{"eddsa-vectors/eddsa-rdfc-2022", "DataInt", "eddsa-vectors/keyPair.json", "privateKeyMultibase"},
		{"eddsa-vectors/eddsa-jcs-2022", "JCS", "eddsa-vectors/keyPair.json", "privateKeyMultibase"},
		{"eddsa-vectors/Ed25519Signature2020", "EdSig", "", ""},
		{"ecdsa-vectors/ecdsa-rdfc-2019-p256", "ECDSAP256", "ecdsa-vectors/p256KeyPair.json", "secretKeyMultibase"},
		{"ecdsa-vectors/ecdsa-jcs-2019-p256", "JCSECDSAP256", "ecdsa-vectors/p256KeyPair.json", "secretKeyMultibase"},
	} {
		t.Run(filepath.Base(c.folder), func(t *testing.T) {
			t.Parallel()
			signed := parse(t, fixture.Read(t, "fixtures", c.folder, "signed"+c.name+".json"))
			proofs, err := proof.Proofs(signed)
			if err != nil || len(proofs) != 1 {
				t.Fatalf("%d proofs, %v", len(proofs), err)
			}
			p := &proofs[0]
			key := keyOf(t, p.VerificationMethod)
			if err := p.Verify(ld, signed, key, proof.VerifyOptions{}); err != nil {
				t.Error(err)
			}
			data, err := p.HashData(ld, signed, key)
			if got, want := hex.EncodeToString(data), text(t, c.folder, "combinedHash"+c.name+".txt"); err != nil || got != want {
				t.Errorf("hash data %s, %v, want %s", got, err, want)
			}
			if c.pair == "" {
				return
			}
			pair := parse(t, fixture.Read(t, "fixtures", c.pair))
			secret, err := did.ParseSecretMultikey(pair.Get(c.secret).Str())
			if err != nil {
				t.Fatal(err)
			}
			signer := &proof.Signer{Key: secret, VerificationMethod: p.VerificationMethod, Suite: p.Cryptosuite}
			bare := signed.Without("proof")
			again, err := signer.Sign(ld, &bare, proof.SignOptions{Created: at(t, p.Created)})
			if err != nil {
				t.Fatal(err)
			}
			if got := again.At("proof", "proofValue").Str(); strings.HasPrefix(p.Cryptosuite, "eddsa") && got != p.ProofValue {
				t.Errorf("proofValue %s, want %s", got, p.ProofValue)
			}
			if err := verifyAll(t, ld, &again); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestProofSetAndChainVectors(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	const folder = "eddsa-vectors/proof-set-chain"
	pairs := parse(t, fixture.Read(t, "fixtures", folder, "multiKeyPairs.json"))
	signerOf := func(pair string, config *jsontree.Value) *proof.Signer {
		secret, err := did.ParseSecretMultikey(pairs.At(pair, "privateKeyMultibase").Str())
		if err != nil {
			t.Fatal(err)
		}
		return &proof.Signer{Key: secret, VerificationMethod: config.Get("verificationMethod").Str()}
	}
	doc := *parse(t, fixture.Read(t, "fixtures", folder, "unsigned.json"))
	// Two proofs side by side, then one on both of them, then one on that one.
	for _, step := range []struct{ config, pair, signed string }{
		{"proofSetConfig1.json", "keyPair1", "proofSetConfigSigned1.json"},
		{"proofSetConfig2.json", "keyPair2", "proofSetConfigSigned2.json"},
		{"proofChainConfig1.json", "keyPair3", "proofChainConfigSigned1.json"},
		{"proofChainConfig2.json", "keyPair4", "proofChainConfigSigned2.json"},
	} {
		config := parse(t, fixture.Read(t, "fixtures", folder, step.config))
		var previous []string
		for _, item := range config.Get("previousProof").Items() {
			previous = append(previous, item.Value.Str())
		}
		signed, err := signerOf(step.pair, config).Sign(ld, &doc, proof.SignOptions{
			Created: at(t, config.Get("created").Str()), ID: config.Get("id").Str(), PreviousProof: previous,
		})
		if err != nil {
			t.Fatal(err)
		}
		items := signed.Get("proof").Items()
		got := items[len(items)-1].Value
		want := parse(t, fixture.Read(t, "fixtures", folder, step.signed))
		if canonical(t, &got) != canonical(t, want) {
			t.Errorf("%s:\n got %s\nwant %s", step.config, got.AppendJSON(nil), want.AppendJSON(nil))
		}
		doc = signed
	}
	if err := verifyAll(t, ld, &doc); err != nil {
		t.Error(err)
	}
	published := parse(t, fixture.Read(t, "fixtures", folder, "signedProofChain1.json"))
	if err := verifyAll(t, ld, published); err != nil {
		t.Error(err)
	}
	// A change of the first proof breaks those built on it.
	changed := parse(t, []byte(strings.Replace(string(published.AppendJSON(nil)), `"created":"2023-02-24T23:36:38Z"`, `"created":"2023-02-24T23:36:39Z"`, 1)))
	proofs, err := proof.Proofs(changed)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []proof.Code{proof.SignatureInvalid, "", proof.SignatureInvalid} {
		err := proofs[i].Verify(ld, changed, keyOf(t, proofs[i].VerificationMethod), proof.VerifyOptions{})
		if proof.CodeOf(err) != want || want == "" && err != nil {
			t.Errorf("proof %d: %v, want %q", i, err, want)
		}
	}
}

func canonical(t testing.TB, v *jsontree.Value) string {
	t.Helper()
	out, err := v.AppendCanonical(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// Every document of the shared fixtures whose proofs are by a key in their own
// name is verified; the table says which must.
func TestSharedCredentials(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	verdicts := map[string]string{}
	for line := range strings.Lines(text(t, "verdicts.tsv")) {
		if f := strings.SplitN(line, "\t", 3); len(f) == 3 {
			verdicts[f[0]] = f[1]
		}
	}
	root := fixture.Dir(t, "fixtures")
	verified := 0
	for _, folder := range []string{"ob30", "vc20", "clr20"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, d os.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".json" {
				return err
			}
			name, _ := filepath.Rel(root, path)
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			// The CLR was signed over a credential that had been changed before.
			tampered := strings.Contains(name, "tampered") && !strings.Contains(name, "inner")
			if verdicts[name] != "valid" && !tampered || !json.Valid(data) {
				return nil
			}
			doc, err := jsontree.Parse(data, jsontree.Limits{})
			if err != nil || doc.Get("proof") == nil {
				return nil //nolint:nilerr // nothing to verify
			}
			proofs, err := proof.Proofs(&doc)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				return nil
			}
			any, seen := false, 0
			for i := range proofs {
				method := proofs[i].VerificationMethod
				_, fragment, _ := strings.Cut(method, "#")
				_, plain := did.ParseMultikey(fragment)
				if !proofs[i].Supported() || plain != nil && !strings.HasPrefix(method, "did:key:") {
					continue
				}
				seen++
				err := proofs[i].Verify(ld, &doc, keyOf(t, method), proof.VerifyOptions{})
				any = any || err == nil
			}
			if tampered && any {
				t.Errorf("%s: verifies", name)
			}
			if seen > 0 && !any && !tampered {
				t.Errorf("%s: none of %d proofs verifies", name, seen)
			}
			if any {
				verified++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if verified < 50 {
		t.Errorf("only %d documents were verified", verified)
	}
	t.Logf("%d documents verified", verified)
}
