package proof

import (
	"crypto"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
)

// The contexts that tell the versions of the credentials' data model apart.
const (
	contextV1 = "https://www.w3.org/2018/credentials/v1"
	contextV2 = "https://www.w3.org/ns/credentials/v2"
)

// JWT is a credential in a signed token, whose signature has not been judged.
type JWT struct {
	// Header and Payload are the token's parts, parsed.
	Header, Payload jsontree.Value
	// Credential is the credential in the payload: the claim vc (VCDM 1.1), or
	// the payload without the claims of the token (VCDM 2.0). What a vc left to
	// the claims has been put back, as VCDM 1.1 §6.3.1 says.
	Credential jsontree.Value
	// InVC tells that the credential was the claim vc.
	InVC bool
	// Alg, Kid and Typ are the header's; Kid and Typ may be empty.
	Alg, Kid, Typ string
	// JWK is the header's key, nil where it has none. It proves nothing by
	// itself: whoever forges a token brings a key along.
	JWK crypto.PublicKey

	jws *jws
}

// tokenClaims are the claims of the token that are no members of the credential.
var tokenClaims = [...]string{"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf"}

// ParseJWT reads a credential from a token in compact form (Open Badges 3.0
// §8.2.4, VC JOSE COSE 1.0 §3.1, VCDM 1.1 §6.3.1). The errors are *Error with
// [JWTMalformed] or [AlgorithmRefused]. Accepted are EdDSA (also by its name
// Ed25519), ES256, ES384 and RS256; a header must bring kid or jwk.
func ParseJWT(compact string) (*JWT, error) {
	fail := func(format string, args ...any) (*JWT, error) {
		return nil, &Error{Code: JWTMalformed, Err: fmt.Errorf("read JWT: "+format, args...)}
	}
	signed, err := parseJWS(compact)
	if err != nil {
		return nil, err
	}
	t := &JWT{Header: signed.header, Alg: signed.alg, Kid: signed.header.Get("kid").Str(), Typ: signed.header.Get("typ").Str(), jws: signed}
	switch typ := strings.ToLower(t.Typ); strings.TrimPrefix(typ, "application/") {
	case "", "jwt", "vc+jwt", "vc+ld+jwt", "vc+ld+json+jwt":
	default:
		return fail("a token of type %s is not a credential", quote(t.Typ))
	}
	if jwk := t.Header.Get("jwk"); jwk != nil {
		if t.JWK, err = did.ParseJWK(jwk); err != nil {
			return fail("the header's jwk: %w", err)
		}
	}
	if t.Kid == "" && t.JWK == nil {
		return fail("the header has neither kid nor jwk")
	}
	if t.Payload, err = jsontree.Parse(signed.payload, jsontree.Limits{}); err != nil {
		return fail("payload: %w", err)
	}
	if t.Payload.Kind != jsontree.Object {
		return fail("the payload is a JSON %s, not an object", t.Payload.Kind)
	}
	switch vc := t.Payload.Get("vc"); {
	case vc.Is(jsontree.Object):
		t.InVC = true
		t.Credential = t.completed(vc)
	case vc != nil:
		return fail("the claim vc is a JSON %s, not an object", vc.Kind)
	case t.Payload.Get("@context") == nil:
		return fail("there is no credential in the payload")
	default:
		t.Credential = t.Payload
		for _, claim := range tokenClaims {
			if t.Credential.Get(claim) != nil {
				t.Credential = t.Credential.Without(claim)
			}
		}
	}
	return t, nil
}

// completed puts back what a VCDM 1.1 credential left to the claims.
func (t *JWT) completed(vc *jsontree.Value) jsontree.Value {
	out := *vc
	put := func(name string, value *jsontree.Value) {
		if value != nil && out.Get(name) == nil {
			out = out.With(name, *value)
		}
	}
	put("id", t.Payload.Get("jti"))
	put("issuer", t.Payload.Get("iss"))
	for _, c := range [...]struct{ claim, name string }{{"nbf", "issuanceDate"}, {"exp", "expirationDate"}} {
		if at, ok := numericDate(t.Payload.Get(c.claim)); ok {
			value := jsontree.Of(stamp(at))
			put(c.name, &value)
		}
	}
	if subject := out.Get("credentialSubject"); subject.Is(jsontree.Object) && subject.Get("id") == nil {
		if sub := t.Payload.Get("sub"); sub != nil {
			out = out.With("credentialSubject", subject.With("id", *sub))
		}
	}
	return out
}

// Verify tells whether the key signed the token: nil, or an *Error with
// [SignatureInvalid] or [KeyMismatch]. Whether the claims agree with the
// credential is told by [JWT.ClaimProblems].
func (t *JWT) Verify(key crypto.PublicKey) error { return t.jws.verify(key) }

// JWTOptions are the choices of [SignJWT].
type JWTOptions struct {
	// EmbedJWK puts the public key into the header, for those who compare it
	// with the issuer's list instead of following kid.
	EmbedJWK bool
	// Typ is the header's type; empty is JWT, as Open Badges 3.0 has it.
	Typ string
	// Rand is given to the key, which need not have it: see [Signer].
	Rand io.Reader
}

// SignJWT wraps a credential in a signed token: under VCDM 2.0 with the
// credential's members at the root of the payload, under VCDM 1.1 in the claim
// vc, and in both with the claims iss, sub, jti, nbf and exp that follow from it.
// kid is where others find the public key. Like [Signer.Sign] it signs nothing
// that is not understood: the document is read in safe mode.
func SignJWT(ld *jsonld.Processor, doc *jsontree.Value, key crypto.Signer, kid string, o JWTOptions) (string, error) {
	fail := func(format string, args ...any) (string, error) {
		return "", fmt.Errorf("proof: sign JWT: "+format, args...)
	}
	if key == nil {
		return fail("no key")
	}
	if kid == "" && !o.EmbedJWK {
		return fail("neither kid nor jwk")
	}
	if kid != "" {
		if err := checkMethod(kid, key.Public()); err != nil {
			return fail("%w", err)
		}
	}
	version := contextVersion(doc)
	if version == 0 {
		return fail("the document's first context is not of a known version of the credentials' data model")
	}
	bare := doc.Without("proof")
	if _, err := dataset(ld, &bare); err != nil {
		return "", &Error{Code: Untransformable, Err: err}
	}
	claims, err := claimsOf(doc, version)
	if err != nil {
		return fail("%w", err)
	}
	payload := jsontree.OfObject(jsontree.Member{Name: "vc", Value: *doc})
	if version == 2 {
		for _, claim := range tokenClaims {
			if doc.Get(claim) != nil {
				return fail("the document has a member %s, which is a claim of the token", claim)
			}
		}
		if doc.Get("vc") != nil {
			return fail("the document has a member vc")
		}
		payload = jsontree.OfObject(append([]jsontree.Member(nil), doc.Members...)...)
	}
	payload.Members = append(payload.Members, claims...)
	if o.Typ == "" {
		o.Typ = "JWT"
	}
	header := []jsontree.Member{{Name: "typ", Value: jsontree.Of(o.Typ)}}
	if kid != "" {
		header = append(header, jsontree.Member{Name: "kid", Value: jsontree.Of(kid)})
	}
	if o.EmbedJWK {
		jwk, err := did.JWK(key.Public())
		if err != nil {
			return fail("%w", err)
		}
		header = append(header, jsontree.Member{Name: "jwk", Value: jwk})
	}
	return signJWS(key, o.Rand, header, payload.AppendJSON(nil))
}

// contextVersion returns 1 or 2 by a document's first context, else 0.
func contextVersion(doc *jsontree.Value) int {
	items := doc.Get("@context").Items()
	if len(items) == 0 {
		return 0
	}
	switch items[0].Value.Str() {
	case contextV1:
		return 1
	case contextV2:
		return 2
	default:
		return 0
	}
}

// claimsOf returns the claims that follow from a credential.
func claimsOf(doc *jsontree.Value, version int) ([]jsontree.Member, error) {
	var claims []jsontree.Member
	add := func(name string, value jsontree.Value) {
		claims = append(claims, jsontree.Member{Name: name, Value: value})
	}
	issuer := issuerID(doc)
	if issuer == "" {
		return nil, errors.New("the issuer has no id")
	}
	add("iss", jsontree.Of(issuer))
	if subject := subjectID(doc); subject != "" {
		add("sub", jsontree.Of(subject))
	}
	id := doc.Get("id").Str()
	if id == "" {
		return nil, errors.New("the credential has no id")
	}
	add("jti", jsontree.Of(id))
	from, until := periodNames(version)
	start := doc.Get(from)
	if start == nil {
		return nil, fmt.Errorf("the credential has no %s", from)
	}
	for _, c := range []struct {
		claim, name string
		at          *jsontree.Value
	}{{"nbf", from, start}, {"exp", until, doc.Get(until)}} {
		if c.at == nil {
			continue
		}
		at, err := parseStamp(c.at.Str())
		if err != nil {
			return nil, fmt.Errorf("%s is not a date and time with zone", c.name)
		}
		add(c.claim, jsontree.OfInt(int(at.Unix())))
	}
	return claims, nil
}

func periodNames(version int) (from, until string) {
	if version == 1 {
		return "issuanceDate", "expirationDate"
	}
	return "validFrom", "validUntil"
}

func issuerID(doc *jsontree.Value) string {
	issuer := doc.Get("issuer")
	if issuer.Is(jsontree.Object) {
		return issuer.Get("id").Str()
	}
	return issuer.Str()
}

// subjectID returns the id of the one subject, "" where there are more or none.
func subjectID(doc *jsontree.Value) string {
	items := doc.Get("credentialSubject").Items()
	if len(items) != 1 {
		return ""
	}
	return items[0].Value.Get("id").Str()
}
