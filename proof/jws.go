package proof

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsontree"
)

const (
	maxJWSHeader    = 64 << 10
	maxJWSPayload   = 24 << 20
	maxJWSSignature = 2048
	minRSABits      = 2048
	maxRSABits      = 8192
)

// jws is a JSON Web Signature in compact form, taken apart (RFC 7515 §7.1).
type jws struct {
	header    jsontree.Value
	payload   []byte
	signature []byte
	// input is what is signed: header and payload as they came.
	input string
	alg   string
}

// parseJWS takes a compact JWS apart and refuses what has ever been used to
// make a verifier say yes: an algorithm without a key or with a shared one,
// critical extensions, unencoded payloads, base64 with two readings.
func parseJWS(compact string) (*jws, error) {
	fail := func(format string, args ...any) (*jws, error) {
		return nil, &Error{Code: JWTMalformed, Err: fmt.Errorf("read JWS: "+format, args...)}
	}
	parts := strings.SplitN(compact, ".", 4)
	if len(parts) != 3 {
		return fail("not three parts between full stops")
	}
	for i, limit := range []int{maxJWSHeader, maxJWSPayload, maxJWSSignature} {
		if len(parts[i]) > limit {
			return fail("part %d is longer than %d characters", i+1, limit)
		}
	}
	head, err := did.DecodeBase64URL(parts[0])
	if err != nil {
		return fail("header: %w", err)
	}
	t := &jws{input: compact[:len(parts[0])+1+len(parts[1])]}
	if t.header, err = jsontree.Parse(head, jsontree.Limits{Depth: 16, Bytes: maxJWSHeader}); err != nil {
		return fail("header: %w", err)
	}
	if t.header.Kind != jsontree.Object {
		return fail("the header is a JSON %s, not an object", t.header.Kind)
	}
	for _, name := range []string{"crit", "b64", "zip", "enc"} {
		if t.header.Get(name) != nil {
			return fail("the header has the member %q, which is not supported", name)
		}
	}
	for _, name := range []string{"alg", "kid", "typ"} {
		if m := t.header.Get(name); m != nil && (m.Kind != jsontree.String || m.Text == "") {
			return fail("the header's %s is not a text", name)
		}
	}
	switch t.alg = t.header.Get("alg").Str(); t.alg {
	case "EdDSA", "Ed25519", "ES256", "ES384", "RS256":
	case "":
		return fail("the header has no alg")
	default:
		return nil, &Error{Code: AlgorithmRefused, Err: fmt.Errorf("the algorithm %s is not accepted", quote(t.alg))}
	}
	if t.payload, err = did.DecodeBase64URL(parts[1]); err != nil {
		return fail("payload: %w", err)
	}
	if t.signature, err = did.DecodeBase64URL(parts[2]); err != nil {
		return fail("signature: %w", err)
	}
	return t, nil
}

// JWS is a signed text of any content: an assertion of Open Badges 1 or 2, whose
// token has no claims of its own.
type JWS struct{ jws *jws }

// ParseJWS takes a compact JWS apart. It refuses what [ParseJWT] refuses of the
// signature's form, and looks at nothing of the payload.
func ParseJWS(compact string) (*JWS, error) {
	t, err := parseJWS(compact)
	if err != nil {
		return nil, err
	}
	return &JWS{t}, nil
}

// Payload is what was signed.
func (t *JWS) Payload() []byte { return t.jws.payload }

// Verify tells whether the key signed the text.
func (t *JWS) Verify(key crypto.PublicKey) error { return t.jws.verify(key) }

// verify tells whether the key signed the token. The algorithm is the header's,
// and counts for nothing with a key of another kind (RFC 8725 §3.1).
func (t *jws) verify(key crypto.PublicKey) error {
	alg, _, err := algorithmOf(key)
	if err != nil {
		return &Error{Code: KeyMismatch, Err: err}
	}
	if want := t.alg; alg != want && !(want == "Ed25519" && alg == "EdDSA") {
		return &Error{Code: KeyMismatch, Err: fmt.Errorf("a key for %s does not fit the algorithm %s", alg, want)}
	}
	intact := false
	switch k := key.(type) {
	case ed25519.PublicKey:
		intact = len(t.signature) == ed25519.SignatureSize && ed25519.Verify(k, []byte(t.input), t.signature)
	case *ecdsa.PublicKey:
		intact = len(t.signature) == 2*((k.Params().BitSize+7)/8) && verifyECDSA(k, []byte(t.input), t.signature)
	case *rsa.PublicKey:
		intact = rsa.VerifyPKCS1v15(k, crypto.SHA256, sum(crypto.SHA256, []byte(t.input)), t.signature) == nil
	}
	if !intact {
		return &Error{Code: SignatureInvalid, Err: errors.New("the signature does not fit the token and the key")}
	}
	return nil
}

// algorithmOf returns the JWS algorithm of a public key and its hash, which is 0
// where the message is signed as it is.
func algorithmOf(key crypto.PublicKey) (alg string, hash crypto.Hash, err error) {
	switch k := key.(type) {
	case ed25519.PublicKey:
		if len(k) == ed25519.PublicKeySize {
			return "EdDSA", 0, nil
		}
	case *ecdsa.PublicKey:
		switch {
		case k == nil:
		case k.Curve == elliptic.P256():
			return "ES256", crypto.SHA256, nil
		case k.Curve == elliptic.P384():
			return "ES384", crypto.SHA384, nil
		}
	case *rsa.PublicKey:
		if k != nil && k.N != nil && k.N.BitLen() >= minRSABits && k.N.BitLen() <= maxRSABits {
			return "RS256", crypto.SHA256, nil
		}
		return "", 0, fmt.Errorf("an RSA key of less than %d or more than %d bits", minRSABits, maxRSABits)
	}
	return "", 0, fmt.Errorf("no algorithm for a key of type %T", key)
}

// signJWS writes a compact JWS; alg is set in front of the header's members.
func signJWS(key crypto.Signer, random io.Reader, header []jsontree.Member, payload []byte) (string, error) {
	alg, hash, err := algorithmOf(key.Public())
	if err != nil {
		return "", &Error{Code: KeyMismatch, Err: err}
	}
	members := append([]jsontree.Member{{Name: "alg", Value: jsontree.Of(alg)}}, header...)
	tree := jsontree.OfObject(members...)
	out := base64.RawURLEncoding.AppendEncode(nil, tree.AppendJSON(nil))
	out = append(out, '.')
	out = base64.RawURLEncoding.AppendEncode(out, payload)
	var signature []byte
	switch key.Public().(type) {
	case ed25519.PublicKey:
		signature, err = key.Sign(random, out, crypto.Hash(0))
	case *ecdsa.PublicKey:
		signature, err = signECDSA(key, random, out)
	default:
		signature, err = key.Sign(random, sum(hash, out), hash)
	}
	if err != nil {
		return "", fmt.Errorf("proof: sign JWT: %w", err)
	}
	out = append(out, '.')
	return string(base64.RawURLEncoding.AppendEncode(out, signature)), nil
}
