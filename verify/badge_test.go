package verify_test

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
	"github.com/ecusson/ecusson/verify"
)

// now is the time at which the tests' own badges are verified.
var now = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// contexts are compiled once for all tests of this package.
var contexts = jsonld.New(nil)

// signer signs the tests' badges with a key made from a name.
type signer struct {
	key      ed25519.PrivateKey
	did      string // its did:key
	multikey string
	method   string // the verification method that proofs name
}

func newSigner(t testing.TB, name string) *signer {
	t.Helper()
	seed := sha256.Sum256([]byte("ecusson verify test: " + name))
	return signerOf(t, seed[:])
}

func signerOf(t testing.TB, seed []byte) *signer {
	t.Helper()
	key := ed25519.NewKeyFromSeed(seed)
	multikey, err := did.Multikey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	id := "did:key:" + multikey
	return &signer{key: key, did: id, multikey: multikey, method: id + "#" + multikey}
}

// as returns the signer under another verification method.
func (s *signer) as(method string) *signer {
	other := *s
	other.method = method
	return &other
}

func (s *signer) sign(doc jsontree.Value) (jsontree.Value, error) {
	p := &proof.Signer{Key: s.key, VerificationMethod: s.method}
	return p.Sign(contexts, &doc, proof.SignOptions{Created: time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC)})
}

func (s *signer) mustSign(t testing.TB, doc jsontree.Value) jsontree.Value {
	t.Helper()
	signed, err := s.sign(doc)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// token signs the document as a JWT.
func (s *signer) token(t testing.TB, doc jsontree.Value, o proof.JWTOptions) string {
	t.Helper()
	token, err := proof.SignJWT(contexts, &doc, s.key, s.method, o)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func parse(t testing.TB, text string) jsontree.Value {
	t.Helper()
	v, err := jsontree.Parse([]byte(text), jsontree.Limits{})
	if err != nil {
		t.Fatalf("%v: %.200s", err, text)
	}
	return v
}

const (
	badgeID       = "urn:uuid:0192f3c4-7a1b-7c3d-9e5f-0123456789ab"
	achievementID = "https://river.example/achievements/roll"
)

// badge returns an unsigned badge of the issuer.
func badge(t testing.TB, issuer string) jsontree.Value {
	t.Helper()
	return parse(t, `{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json","https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"],
"id":"`+badgeID+`","type":["VerifiableCredential","OpenBadgeCredential"],"name":"Kayak Roll",
"issuer":{"id":"`+issuer+`","type":["Profile"],"name":"River School"},
"validFrom":"2026-01-01T09:00:00Z",
"credentialSubject":{"id":"did:example:learner","type":["AchievementSubject"],
"achievement":{"id":"`+achievementID+`","type":["Achievement"],"name":"Kayak Roll","description":"Can roll a kayak on both sides.","criteria":{"narrative":"Rolls three times."},"tag":["water","sport"]}}}`)
}

// member sets a member at a path of objects.
func member(doc jsontree.Value, value jsontree.Value, path ...string) jsontree.Value {
	if len(path) == 1 {
		return doc.With(path[0], value)
	}
	return doc.With(path[0], member(*doc.Get(path[0]), value, path[1:]...))
}

// documents is a network of texts by URL, which remembers what it was asked.
type documents struct {
	texts map[string]string
	asked []string
}

func (d *documents) Fetch(ctx context.Context, url, accept string) (*verify.Response, error) {
	d.asked = append(d.asked, url)
	text, ok := d.texts[url]
	if !ok {
		return verify.Offline{}.Fetch(ctx, url, accept)
	}
	return &verify.Response{Status: 200, Body: []byte(text), URL: url}, nil
}

// network makes a network from pairs of URL and text.
func network(pairs ...string) *documents {
	d := &documents{texts: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		d.texts[pairs[i]] = pairs[i+1]
	}
	return d
}

// check verifies data and returns the report.
func check(data []byte, net verify.Fetcher) *verify.Report { return checkAt(data, net, now) }

func checkAt(data []byte, net verify.Fetcher, at time.Time) *verify.Report {
	return verify.New(contexts).Verify(context.Background(), data, verify.Options{At: at, Fetcher: net})
}

// cryptoNone says that what is signed is no hash to Ed25519.
const cryptoNone = crypto.Hash(0)

func ptr[T any](v T) *T { return &v }

// cut splits "check code".
func cut(s string) (check, code string, ok bool) { return strings.Cut(s, " ") }

// decided tells a report's verdict and what decided it: "invalid: status revoked".
func decided(r *verify.Report) string {
	reason := r.Reason()
	if reason == nil {
		return string(r.Verdict)
	}
	return string(r.Verdict) + ": " + reason.ID + " " + reason.Code
}

func expect(t *testing.T, what string, r *verify.Report, want string) {
	t.Helper()
	if got := decided(r); got != want {
		t.Errorf("%s: %s, want %s: %+v", what, got, want, r.Reason())
	}
}

var jwtOptions = proof.JWTOptions{}

// endorsing returns an unsigned endorsement by the issuer of what has that id.
func endorsing(t testing.TB, issuer, about string) jsontree.Value {
	t.Helper()
	return parse(t, `{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
"id":"urn:uuid:0192f3c4-7a1b-7c3d-9e5f-00000000000e","type":["VerifiableCredential","EndorsementCredential"],"name":"Endorsement",
"issuer":{"id":"`+issuer+`","type":["Profile"],"name":"A peer"},"validFrom":"2026-01-01T09:00:00Z",
"credentialSubject":{"id":"`+about+`","type":["EndorsementSubject"],"endorsementComment":"I saw it."}}`)
}
