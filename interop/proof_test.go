package interop

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
)

var (
	created = time.Date(2026, 11, 1, 9, 30, 0, 0, time.UTC)
	now     = created.Add(24 * time.Hour)
)

// issuer is a key of both sides.
type issuer struct {
	key         crypto.Signer
	did, method string
	// theirs is the key pair as the other implementation reads it, and
	// documents what it must find at the did and at the method.
	theirs    map[string]string
	documents map[string]any
}

func newIssuer(t testing.TB, seed byte) *issuer {
	t.Helper()
	return newIssuerWith(t, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize)))
}

func newIssuerWith(t testing.TB, key crypto.Signer) *issuer {
	t.Helper()
	name, err := did.FromKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	public, err := did.Multikey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	secret, err := did.SecretMultikey(key)
	if err != nil {
		t.Fatal(err)
	}
	method := name + "#" + public
	described := map[string]string{
		"@context": "https://w3id.org/security/multikey/v1",
		"id":       method, "type": "Multikey", "controller": name, "publicKeyMultibase": public,
	}
	return &issuer{
		key: key, did: name, method: method,
		theirs: map[string]string{
			"@context": "https://w3id.org/security/multikey/v1",
			"id":       method, "type": "Multikey", "controller": name, "publicKeyMultibase": public, "secretKeyMultibase": secret,
		},
		documents: map[string]any{
			method: described,
			name: map[string]any{
				"@context":        []string{"https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"},
				"id":              name,
				"assertionMethod": []any{described},
			},
		},
	}
}

// credential makes a generated credential into one that the issuer could have
// given: it is the issuer's, valid now, and what the other implementation wants
// to be a URL is no blank node.
func (i *issuer) credential(g *generator) value {
	for {
		c := g.credential()
		// A version 1 credential has no context for a proof of this kind unless
		// it brings one.
		if c.Get("credentialSubject") == nil || c.Get("@context").At("0").Str() != credentialsV2 {
			continue
		}
		// Directions have a test of their own: TestDirection.
		if bytes.Contains(c.AppendJSON(nil), []byte(`"@direction"`)) {
			continue
		}
		c = c.Without("validUntil")
		c = c.With("validFrom", of("2026-10-01T00:00:00Z"))
		c = c.With("issuer", c.Get("issuer").With("id", of(i.did)))
		c = c.With("id", of("urn:uuid:0192f3c4-7a1b-7c3d-9e5f-0123456789ab"))
		for _, name := range []string{"credentialSubject", "evidence", "credentialStatus", "credentialSchema", "refreshService", "relatedResource"} {
			if v := c.Get(name); v != nil {
				items := v.Items()
				named := make([]value, len(items))
				for n, item := range items {
					named[n] = item.Value.With("id", of(fmt.Sprintf("urn:x:%s:%d", name, n)))
				}
				c = c.With(name, jsontree.OfArray(named...))
			}
		}
		return c
	}
}

func (i *issuer) sign(t testing.TB, ld *jsonld.Processor, credential value) value {
	t.Helper()
	signer := proof.Signer{Key: i.key, VerificationMethod: i.method}
	signed, err := signer.Sign(ld, &credential, proof.SignOptions{Created: created})
	if err != nil {
		t.Fatalf("sign: %v\n%s", err, credential.AppendJSON(nil))
	}
	return signed
}

// verify is our verdict on the proofs of a document: the first error, if one is
// to be had.
func (i *issuer) verify(ld *jsonld.Processor, document []byte) error {
	tree, err := jsontree.Parse(document, jsontree.Limits{})
	if err != nil {
		return err
	}
	proofs, err := proof.Proofs(&tree)
	if err != nil {
		return err
	}
	for _, p := range proofs {
		if err := p.Verify(ld, &tree, i.key.Public(), proof.VerifyOptions{Now: now}); err != nil {
			return err
		}
	}
	return nil
}

// verifyThere is the other implementation's verdict, with its reasons.
func (i *issuer) verifyThere(t testing.TB, n *node, document []byte) (bool, []string) {
	t.Helper()
	var verdict struct {
		Verified bool     `json:"verified"`
		Reasons  []string `json:"reasons"`
	}
	n.must(t, request{
		"op": "verify", "credential": json.RawMessage(document), "documents": i.documents, "now": now.Format(time.RFC3339),
	}, &verdict)
	return verdict.Verified, verdict.Reasons
}

// TestProofs signs generated credentials on both sides: each verifies what the
// other signed, and, as Ed25519 leaves nothing to chance, the signatures are the
// same. Then one text is changed, and neither verifies.
//
// The other implementation gives up early, and by default, on blank nodes that
// look alike, as the items of a list with the same text three times over; such
// credentials are counted, and must be few.
func TestProofs(t *testing.T) {
	t.Parallel()
	count, first := seeds(t, 200, 5000)
	n := startNode(t)
	ld := jsonld.New(nil)
	issuer := newIssuer(t, 7)
	const gaveUp = "Maximum deep iterations exceeded"
	tooAlike := 0
	for k := range count {
		seed := first + uint64(k)
		credential := issuer.credential(newGenerator(seed))
		ours := issuer.sign(t, ld, credential)
		document := ours.AppendJSON(nil)
		ok, reasons := issuer.verifyThere(t, n, document)
		if strings.Contains(strings.Join(reasons, " "), gaveUp) {
			tooAlike++
			continue
		}
		if !ok {
			t.Fatalf("seed %d: what we signed does not verify there: %q\n%s", seed, reasons, document)
		}

		var signed struct {
			Credential json.RawMessage `json:"credential"`
		}
		n.must(t, request{
			"op": "sign", "credential": json.RawMessage(credential.AppendJSON(nil)), "key": issuer.theirs,
			"created": created.Format(time.RFC3339), "documents": issuer.documents,
		}, &signed)
		if err := issuer.verify(ld, signed.Credential); err != nil {
			t.Fatalf("seed %d: what they signed does not verify here: %v\n%s", seed, err, signed.Credential)
		}
		theirs, err := jsontree.Parse(signed.Credential, jsontree.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if a, b := ours.At("proof", "proofValue").Str(), theirs.At("proof", "proofValue").Str(); a != b || a == "" {
			t.Fatalf("seed %d: signatures differ: %s here, %s there\n%s", seed, a, b, document)
		}

		changed := ours.With("validFrom", of("2026-10-01T00:00:01Z"))
		document = changed.AppendJSON(nil)
		if err := issuer.verify(ld, document); proof.CodeOf(err) != proof.SignatureInvalid {
			t.Fatalf("seed %d: changed, it ends here with %v", seed, err)
		}
		if ok, _ := issuer.verifyThere(t, n, document); ok {
			t.Fatalf("seed %d: changed, it verifies there", seed)
		}
	}
	t.Logf("%d credentials signed and verified both ways; on %d more they gave up", count-tooAlike, tooAlike)
	if tooAlike > count/10 {
		t.Errorf("they gave up on %d of %d: too many to show anything", tooAlike, count)
	}
}

// TestTemplate verifies there what a compiled template issues here, which is how
// a list of awards is signed.
func TestTemplate(t *testing.T) {
	t.Parallel()
	n := startNode(t)
	ld := jsonld.New(nil)
	issuer := newIssuer(t, 5)
	sample, err := jsontree.Parse([]byte(strings.ReplaceAll(mutable, "%ISSUER%", issuer.did)), jsontree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	// A context of its own would send every document down the general path.
	sample = sample.Without("exNote")
	sample = sample.With("@context", jsontree.OfArray(of(credentialsV2), of(openBadges303)))
	signer := proof.Signer{Key: issuer.key, VerificationMethod: issuer.method}
	slots := []string{"/id", "/validFrom", "/credentialSubject/identifier/0/identityHash", "/credentialSubject/identifier/0/salt", "/evidence/0/name"}
	template, err := proof.Compile(ld, &signer, &sample, slots, proof.CompileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := template.General(); err != nil {
		t.Fatalf("the template takes the general path: %v", err)
	}
	count, first := seeds(t, 50, 1000)
	for k := range count {
		g := newGenerator(first + uint64(k))
		document, err := template.Issue(nil, []string{
			"urn:uuid:0192f3c4-7a1b-7c3d-9e5f-" + fmt.Sprintf("%012x", k), "2026-10-01T00:00:00Z",
			"sha256$" + g.word(), g.text().Text, g.text().Text,
		}, created)
		if err != nil {
			t.Fatal(err)
		}
		if ok, reasons := issuer.verifyThere(t, n, document); !ok {
			t.Fatalf("does not verify there: %q\n%s", reasons, document)
		}
	}
}

// TestDirection signs a text with a base direction. The other implementation
// writes it with the i18n datatype (JSON-LD 1.1 §10.2), and so must we, or we
// could neither sign nor verify a badge with a name in Arabic as it should be.
func TestDirection(t *testing.T) {
	t.Parallel()
	n := startNode(t)
	ld := jsonld.New(nil)
	issuer := newIssuer(t, 9)
	name := jsontree.OfObject(
		member{Name: "@value", Value: of("شارة")}, member{Name: "@language", Value: of("ar")}, member{Name: "@direction", Value: of("rtl")})
	credential := issuer.credential(newGenerator(1))
	credential = credential.With("name", name)
	var signed struct {
		Credential json.RawMessage `json:"credential"`
	}
	n.must(t, request{
		"op": "sign", "credential": json.RawMessage(credential.AppendJSON(nil)), "key": issuer.theirs,
		"created": created.Format(time.RFC3339), "documents": issuer.documents,
	}, &signed)
	err := issuer.verify(ld, signed.Credential)
	if err != nil {
		t.Fatalf("what they signed does not verify here: %v", err)
	}
	ours := issuer.sign(t, ld, credential)
	if ok, reasons := issuer.verifyThere(t, n, ours.AppendJSON(nil)); !ok {
		t.Fatalf("what we signed does not verify there: %q", reasons)
	}
}

// TestJWT wraps generated credentials into tokens on both sides, with each
// algorithm.
func TestJWT(t *testing.T) {
	t.Parallel()
	n := startNode(t)
	ld := jsonld.New(nil)
	issuer := newIssuer(t, 8)
	// The keys are new in each run: nothing that is compared hangs on them.
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsa2048, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	count, first := seeds(t, 40, 1000)
	for alg, key := range map[string]crypto.Signer{"EdDSA": issuer.key, "ES256": p256, "RS256": rsa2048} {
		t.Run(alg, func(t *testing.T) {
			t.Parallel()
			public, private := jwks(t, key)
			kid := "https://badges.example/keys#" + alg
			for k := range count {
				seed := first + uint64(k)
				credential := issuer.credential(newGenerator(seed))
				ours, err := proof.SignJWT(ld, &credential, key, kid, proof.JWTOptions{})
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				var read struct {
					Header  map[string]string `json:"header"`
					Payload string            `json:"payload"`
				}
				n.must(t, request{"op": "jwtVerify", "jwt": ours, "jwk": public, "algorithms": []string{alg}}, &read)
				if want := map[string]string{"alg": alg, "kid": kid, "typ": "JWT"}; !cmp.Equal(read.Header, want) {
					t.Fatalf("seed %d: header: %s", seed, cmp.Diff(want, read.Header))
				}

				// The same payload, signed there, is read here.
				var signed struct {
					JWT string `json:"jwt"`
				}
				n.must(t, request{"op": "jwtSign", "header": read.Header, "payload": read.Payload, "jwk": private}, &signed)
				token, err := proof.ParseJWT(signed.JWT)
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				if err := token.Verify(key.Public()); err != nil {
					t.Fatalf("seed %d: what they signed: %v", seed, err)
				}
				for _, problem := range token.ClaimProblems() {
					if !problem.Warning {
						t.Fatalf("seed %d: claims: %v", seed, problem)
					}
				}
				if got, want := token.Credential.AppendJSON(nil), credential.AppendJSON(nil); !bytes.Equal(got, want) {
					t.Fatalf("seed %d: the credential in the token is another (-signed +read):\n%s", seed, cmp.Diff(string(want), string(got)))
				}

				// One byte of the signature changed: refused on both sides.
				forged := []byte(signed.JWT)
				at := len(forged) - 10
				forged[at] = map[bool]byte{true: 'B', false: 'A'}[forged[at] == 'A']
				if refused := n.ask(t, request{"op": "jwtVerify", "jwt": string(forged), "jwk": public, "algorithms": []string{alg}}, nil); refused == nil {
					t.Fatalf("seed %d: a forged token verifies there", seed)
				}
				if token, err = proof.ParseJWT(string(forged)); err == nil {
					err = token.Verify(key.Public())
				}
				if err == nil {
					t.Fatalf("seed %d: a forged token verifies here", seed)
				}
			}
		})
	}
}

// jwks writes a key pair as JSON Web Keys.
func jwks(t testing.TB, key crypto.Signer) (public, private map[string]string) {
	t.Helper()
	tree, err := did.JWK(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	public, private = map[string]string{}, map[string]string{}
	for _, m := range tree.Members {
		public[m.Name], private[m.Name] = m.Value.Str(), m.Value.Str()
	}
	text := base64.RawURLEncoding.EncodeToString
	switch key := key.(type) {
	case ed25519.PrivateKey:
		private["d"] = text(key.Seed())
	case *ecdsa.PrivateKey:
		d, err := key.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		private["d"] = text(d)
	case *rsa.PrivateKey:
		key.Precompute()
		private["d"], private["p"], private["q"] = text(key.D.Bytes()), text(key.Primes[0].Bytes()), text(key.Primes[1].Bytes())
		private["dp"], private["dq"], private["qi"] = text(key.Precomputed.Dp.Bytes()), text(key.Precomputed.Dq.Bytes()), text(key.Precomputed.Qinv.Bytes())
	}
	return public, private
}
