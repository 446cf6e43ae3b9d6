package proof_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/internal/fixture"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
)

func token(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(data))
}

var goodTokens = []string{"jwt-eddsa-valid.jwt", "jwt-es256-valid.jwt", "jwt-jwk-valid.jwt", "jwt-vc-claim-v11.jwt"}

func TestTokensVerify(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	for _, name := range goodTokens {
		jwt, err := proof.ParseJWT(token(t, name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := jwt.Verify(jwt.JWK); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if problems := jwt.ClaimProblems(); len(problems) > 0 {
			t.Errorf("%s: %v", name, problems)
		}
		if _, err := ld.ToRDF(&jwt.Credential, jsonld.Options{Safe: true}); err != nil {
			t.Errorf("%s: the credential without its claims: %v", name, err)
		}
		if id := jwt.Credential.Get("id").Str(); id != "urn:uuid:0f8c5a0e-7b7a-4c46-9f55-1c7a0c2f0001" {
			t.Errorf("%s: the credential's id is %q", name, id)
		}
		if jwt.InVC != (name == "jwt-vc-claim-v11.jwt") {
			t.Errorf("%s: in vc: %v", name, jwt.InVC)
		}
	}
}

// Every character of every part, changed, dropped or doubled, must be noticed.
func TestEveryChangeOfATokenIsNoticed(t *testing.T) {
	t.Parallel()
	for _, name := range goodTokens {
		text := token(t, name)
		original, err := proof.ParseJWT(text)
		if err != nil {
			t.Fatal(err)
		}
		key := original.JWK
		check := func(what string, at int, changed string) {
			jwt, err := proof.ParseJWT(changed)
			if err == nil {
				err = jwt.Verify(key)
			}
			if proof.CodeOf(err) == "" {
				t.Errorf("%s: character %d %s: %v", name, at, what, err)
			}
		}
		for i := range text {
			for _, c := range []byte("AQgw_-.=+ \n") {
				if c != text[i] {
					check("changed to "+string(c), i, text[:i]+string(c)+text[i+1:])
				}
			}
			// The neighbour in the alphabet changes the last bits alone.
			check("flipped", i, text[:i]+string(text[i]^1)+text[i+1:])
			check("dropped", i, text[:i]+text[i+1:])
			check("doubled", i, text[:i]+text[i:i+1]+text[i:])
		}
		for _, tail := range []string{".", "=", "A", "\n", " ", ".x", "=="} {
			check("followed by "+tail, len(text), text+tail)
			check("behind "+tail, 0, tail+text)
		}
		if err := original.Verify(key); err != nil {
			t.Errorf("%s itself: %v", name, err)
		}
	}
}

func encoded(header, payload string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".AAAA"
}

func TestParseJWTRefuses(t *testing.T) {
	t.Parallel()
	const payload = `{"@context":["https://www.w3.org/ns/credentials/v2"]}`
	p256, _ := did.JWK(ecKey(t, elliptic.P256()).Public())
	jwk := string(p256.AppendJSON(nil))
	for name, c := range map[string]struct {
		token string
		code  proof.Code
	}{
		"none":                {encoded(`{"alg":"none","kid":"k"}`, payload), proof.AlgorithmRefused},
		"None":                {encoded(`{"alg":"None","kid":"k"}`, payload), proof.AlgorithmRefused},
		"HS256":               {encoded(`{"alg":"HS256","kid":"k"}`, payload), proof.AlgorithmRefused},
		"PS256":               {encoded(`{"alg":"PS256","kid":"k"}`, payload), proof.AlgorithmRefused},
		"ES512":               {encoded(`{"alg":"ES512","kid":"k"}`, payload), proof.AlgorithmRefused},
		"ES256K":              {encoded(`{"alg":"ES256K","kid":"k"}`, payload), proof.AlgorithmRefused},
		"es256":               {encoded(`{"alg":"es256","kid":"k"}`, payload), proof.AlgorithmRefused},
		"no alg":              {encoded(`{"kid":"k"}`, payload), proof.JWTMalformed},
		"alg no text":         {encoded(`{"alg":["ES256"],"kid":"k"}`, payload), proof.JWTMalformed},
		"no key":              {encoded(`{"alg":"ES256"}`, payload), proof.JWTMalformed},
		"kid no text":         {encoded(`{"alg":"ES256","kid":7}`, payload), proof.JWTMalformed},
		"kid empty":           {encoded(`{"alg":"ES256","kid":""}`, payload), proof.JWTMalformed},
		"crit":                {encoded(`{"alg":"ES256","kid":"k","crit":["exp"]}`, payload), proof.JWTMalformed},
		"b64 false":           {encoded(`{"alg":"ES256","kid":"k","b64":false}`, payload), proof.JWTMalformed},
		"zip":                 {encoded(`{"alg":"ES256","kid":"k","zip":"DEF"}`, payload), proof.JWTMalformed},
		"alg twice":           {encoded(`{"alg":"none","alg":"ES256","kid":"k"}`, payload), proof.JWTMalformed},
		"jwk private":         {encoded(`{"alg":"ES256","jwk":`+jwk[:len(jwk)-1]+`,"d":"AA"}}`, payload), proof.JWTMalformed},
		"jwk no object":       {encoded(`{"alg":"ES256","jwk":"k"}`, payload), proof.JWTMalformed},
		"jwk symmetric":       {encoded(`{"alg":"ES256","jwk":{"kty":"oct","k":"AA"}}`, payload), proof.JWTMalformed},
		"header no object":    {encoded(`"x"`, payload), proof.JWTMalformed},
		"header no JSON":      {encoded(`x`, payload), proof.JWTMalformed},
		"typ of another kind": {encoded(`{"alg":"ES256","kid":"k","typ":"dc+sd-jwt"}`, payload), proof.JWTMalformed},
		"payload no object":   {encoded(`{"alg":"ES256","kid":"k"}`, `[]`), proof.JWTMalformed},
		"payload no JSON":     {encoded(`{"alg":"ES256","kid":"k"}`, ``), proof.JWTMalformed},
		"payload twice":       {encoded(`{"alg":"ES256","kid":"k"}`, `{"@context":[],"iss":"a","iss":"b"}`), proof.JWTMalformed},
		"no credential":       {encoded(`{"alg":"ES256","kid":"k"}`, `{"iss":"x"}`), proof.JWTMalformed},
		"vc no object":        {encoded(`{"alg":"ES256","kid":"k"}`, `{"vc":"x","@context":[]}`), proof.JWTMalformed},
		"header too long":     {encoded(`{"alg":"ES256","kid":"`+strings.Repeat("k", 64<<10)+`"}`, payload), proof.JWTMalformed},
		"signature too long":  {encoded(`{"alg":"ES256","kid":"k"}`, payload) + strings.Repeat("A", 4096), proof.JWTMalformed},
		"two parts":           {"e30.e30", proof.JWTMalformed},
		"four parts":          {"e30.e30.e30.e30", proof.JWTMalformed},
		"nothing":             {"", proof.JWTMalformed},
		"dots":                {"..", proof.JWTMalformed},
		"padding":             {encoded(`{"alg":"ES256","kid":"k"}`, payload) + "=", proof.JWTMalformed},
	} {
		if _, err := proof.ParseJWT(c.token); proof.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	for _, good := range []string{`{"alg":"ES256","kid":"k"}`, `{"alg":"Ed25519","kid":"k","typ":"vc+jwt"}`, `{"alg":"ES384","jwk":` + jwk + `,"typ":"jwt"}`, `{"alg":"RS256","kid":"k","typ":"application/vc+jwt","x5c":[]}`} {
		if _, err := proof.ParseJWT(encoded(good, payload)); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
}

func ecKey(t testing.TB, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.ParseRawPrivateKey(curve, slices.Repeat([]byte{9}, (curve.Params().BitSize+7)/8))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestKeyMustFitTheAlgorithm(t *testing.T) {
	t.Parallel()
	ed, es, rs := token(t, "jwt-eddsa-valid.jwt"), token(t, "jwt-es256-valid.jwt"), token(t, "jwt-jwk-valid.jwt")
	keys := map[string]crypto.PublicKey{"none": nil, "text": "secret", "P-384": ecKey(t, elliptic.P384()).Public(), "P-521": ecKey521(t)}
	for _, text := range []string{ed, es, rs} {
		jwt, err := proof.ParseJWT(text)
		if err != nil {
			t.Fatal(err)
		}
		keys[jwt.Alg] = jwt.JWK
	}
	// A modulus of 1024 bits.
	keys["weak"] = &rsa.PublicKey{N: new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), 1023), big.NewInt(1)), E: 65537}
	for _, text := range []string{ed, es, rs} {
		jwt, err := proof.ParseJWT(text)
		if err != nil {
			t.Fatal(err)
		}
		for name, key := range keys {
			err := jwt.Verify(key)
			if want := proof.KeyMismatch; name != jwt.Alg && proof.CodeOf(err) != want || name == jwt.Alg && err != nil {
				t.Errorf("%s with a key for %s: %v", jwt.Alg, name, err)
			}
		}
	}
	jwt, err := proof.ParseJWT(es)
	if err != nil {
		t.Fatal(err)
	}
	if err := jwt.Verify(ecKey(t, elliptic.P256()).Public()); proof.CodeOf(err) != proof.SignatureInvalid {
		t.Errorf("another key of the kind: %v", err)
	}
}

func ecKey521(t testing.TB) crypto.PublicKey {
	t.Helper()
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P521(), append(make([]byte, 65), 9))
	if err != nil {
		t.Fatal(err)
	}
	return key.Public()
}

func TestSignJWT(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	doc := parse(t, []byte(richCredential))
	v1 := parse(t, []byte(`{"@context":["https://www.w3.org/2018/credentials/v1","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],"id":"urn:uuid:1","type":["VerifiableCredential","OpenBadgeCredential"],"issuer":"https://example.org/issuer","issuanceDate":"2025-01-01T00:00:00Z","expirationDate":"2035-01-01T00:00:00Z","credentialSubject":{"id":"did:example:x","type":["AchievementSubject"]}}`))
	for name, key := range map[string]crypto.Signer{"EdDSA": benchSigner(t).Key, "ES256": ecKey(t, elliptic.P256()), "ES384": ecKey(t, elliptic.P384())} {
		for _, doc := range []*jsontree.Value{doc, v1} {
			text, err := proof.SignJWT(ld, doc, key, "https://example.org/keys/1", proof.JWTOptions{EmbedJWK: true})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			jwt, err := proof.ParseJWT(text)
			if err != nil {
				t.Fatal(err)
			}
			if jwt.Alg != name || jwt.Kid != "https://example.org/keys/1" || jwt.Typ != "JWT" || !cmp.Equal(jwt.JWK, key.Public()) {
				t.Errorf("%s: header %s", name, jwt.Header.AppendJSON(nil))
			}
			if err := jwt.Verify(key.Public()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if problems := jwt.ClaimProblems(); len(problems) > 0 {
				t.Errorf("%s: %v", name, problems)
			}
			if canonical(t, &jwt.Credential) != canonical(t, doc) {
				t.Errorf("%s: the credential came back as %s", name, jwt.Credential.AppendJSON(nil))
			}
			until, has, err := jwt.ValidUntil()
			if err != nil || has != (doc == v1) || has && !until.Equal(at(t, "2035-01-01T00:00:00Z")) {
				t.Errorf("%s: valid until %v %v %v", name, until, has, err)
			}
		}
	}
	// A credential with a proof inside is wrapped with it.
	inner, err := benchSigner(t).Sign(ld, doc, proof.SignOptions{Created: at(t, "2025-11-24T09:00:00Z")})
	if err != nil {
		t.Fatal(err)
	}
	text, err := proof.SignJWT(ld, &inner, ecKey(t, elliptic.P256()), "https://example.org/keys/1", proof.JWTOptions{})
	if err != nil {
		t.Fatal(err)
	}
	jwt, err := proof.ParseJWT(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := verifyWith(ld, &jwt.Credential, benchSigner(t).Key.Public()); err != nil {
		t.Errorf("the proof inside: %v", err)
	}
}

func TestSignJWTRefuses(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	key := ecKey(t, elliptic.P256())
	doc := parse(t, []byte(richCredential))
	change := func(name, text string) *jsontree.Value {
		v := doc.With(name, *parse(t, []byte(text)))
		return &v
	}
	without := func(name string) *jsontree.Value { v := doc.Without(name); return &v }
	for name, c := range map[string]struct {
		doc *jsontree.Value
		key crypto.Signer
		kid string
	}{
		"undefined term":  {change("undefinedTerm", `"x"`), key, "https://example.org/k"},
		"no key":          {doc, nil, "https://example.org/k"},
		"no kid, no jwk":  {doc, key, ""},
		"kid of another":  {doc, key, benchSigner(t).VerificationMethod},
		"kid no URL":      {doc, key, "k"},
		"no issuer":       {without("issuer"), key, "https://example.org/k"},
		"no id":           {without("id"), key, "https://example.org/k"},
		"no validFrom":    {without("validFrom"), key, "https://example.org/k"},
		"no zone":         {change("validFrom", `"2025-01-01T00:00:00"`), key, "https://example.org/k"},
		"unknown version": {change("@context", `["https://www.w3.org/ns/did/v1"]`), key, "https://example.org/k"},
		"claim inside":    {change("jti", `"x"`), key, "https://example.org/k"},
		"no object":       {parse(t, []byte(`[]`)), key, "https://example.org/k"},
	} {
		if text, err := proof.SignJWT(ld, c.doc, c.key, c.kid, proof.JWTOptions{}); err == nil {
			t.Errorf("%s: signed %s", name, text)
		}
	}
}

func TestClaimProblems(t *testing.T) {
	t.Parallel()
	const v2 = `"@context":["https://www.w3.org/ns/credentials/v2"],"id":"urn:1","issuer":{"id":"urn:i"},"validFrom":"2025-01-15T10:00:00.7+01:00","validUntil":"2030-01-01T00:00:00Z","credentialSubject":{"id":"urn:s"}`
	const v1 = `{"@context":"https://www.w3.org/2018/credentials/v1","id":"urn:1","issuer":"urn:i","issuanceDate":"2025-01-15T09:00:00Z","credentialSubject":{"id":"urn:s"}}`
	for name, c := range map[string]struct {
		payload string
		want    []string
	}{
		"agree":            {`{` + v2 + `,"iss":"urn:i","sub":"urn:s","jti":"urn:1","nbf":1736931600,"exp":1893456000}`, nil},
		"fractions":        {`{` + v2 + `,"iss":"urn:i","sub":"urn:s","jti":"urn:1","nbf":1736931600.25,"exp":1.893456e9}`, nil},
		"absent":           {`{` + v2 + `}`, []string{"iss absent w", "sub absent w", "jti absent w", "nbf absent w", "exp absent w"}},
		"differ":           {`{` + v2 + `,"iss":"urn:x","sub":"urn:x","jti":"urn:x","nbf":1736931601,"exp":1893456001}`, []string{"iss differs", "sub differs", "jti differs", "nbf differs", "exp differs w"}},
		"malformed":        {`{` + v2 + `,"iss":["urn:i"],"sub":7,"jti":null,"nbf":"1736931600","exp":1e300}`, []string{"iss malformed", "sub malformed", "jti malformed", "nbf malformed", "exp malformed"}},
		"nothing to match": {`{"@context":["https://www.w3.org/ns/credentials/v2"],"iss":"urn:i","sub":"urn:s","jti":"urn:1","nbf":1,"exp":2}`, []string{"iss unmatched w", "sub unmatched w", "jti unmatched w", "nbf unmatched w"}},
		"vc":               {`{"vc":` + v1 + `,"iss":"urn:i","sub":"urn:s","jti":"urn:1","nbf":1736931600}`, nil},
		"vc of 2.0":        {`{"vc":{` + v2 + `},"iss":"urn:i","sub":"urn:s","jti":"urn:1","nbf":1736931600,"exp":1893456000}`, []string{"vc misplaced"}},
		"root of 1.1":      {v1[:len(v1)-1] + `,"iss":"urn:i","sub":"urn:s","jti":"urn:1","nbf":1736931600}`, []string{"vc misplaced"}},
		"no version":       {`{"@context":[]}`, []string{"vc misplaced w"}},
		"date unreadable":  {`{"@context":["https://www.w3.org/ns/credentials/v2"],"validFrom":"soon","nbf":1}`, []string{"nbf differs"}},
	} {
		jwt, err := proof.ParseJWT(encoded(`{"alg":"ES256","kid":"k"}`, c.payload))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, p := range jwt.ClaimProblems() {
			kind := string(p.Code[strings.LastIndexByte(string(p.Code), '-')+1:])
			if p.Warning {
				kind += " w"
			}
			got = append(got, p.Claim+" "+kind)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestWhatAVCLeavesToTheClaimsIsPutBack(t *testing.T) {
	t.Parallel()
	jwt, err := proof.ParseJWT(encoded(`{"alg":"ES256","kid":"k"}`, `{"vc":{"@context":"https://www.w3.org/2018/credentials/v1","credentialSubject":{"name":"x"}},"iss":"urn:i","sub":"urn:s","jti":"urn:1","nbf":1736931600,"exp":1893456000}`))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"@context":"https://www.w3.org/2018/credentials/v1","credentialSubject":{"id":"urn:s","name":"x"},"expirationDate":"2030-01-01T00:00:00Z","id":"urn:1","issuanceDate":"2025-01-15T09:00:00Z","issuer":"urn:i"}`
	if got := canonical(t, &jwt.Credential); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// The shared tokens: what of their fault lies in the token itself.
func TestSharedTokens(t *testing.T) {
	t.Parallel()
	const folder = "fixtures/ob30/made"
	served := parse(t, fixture.Read(t, folder, "jwt-support-key-1.json"))
	serverKey, err := did.ParseJWK(served)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		code  proof.Code
		claim string // of the first problem that is no warning
	}{
		"jwt-alg-hs256-public-key":        {code: proof.AlgorithmRefused},
		"jwt-alg-none":                    {code: proof.AlgorithmRefused},
		"jwt-eddsa-valid":                 {},
		"jwt-es256-valid":                 {},
		"jwt-exp-and-validuntil-differ":   {},
		"jwt-exp-past":                    {},
		"jwt-jti-mismatch":                {claim: "jti"},
		"jwt-jwk-attacker":                {},
		"jwt-jwk-valid":                   {},
		"jwt-kid-didjwk-valid":            {},
		"jwt-kid-url-valid":               {},
		"jwt-kid-wrong-key":               {code: proof.SignatureInvalid},
		"jwt-nbf-mismatch":                {claim: "nbf"},
		"jwt-no-iss":                      {},
		"jwt-no-key":                      {code: proof.JWTMalformed},
		"jwt-no-nbf":                      {},
		"jwt-rs256-es256-header-mismatch": {code: proof.KeyMismatch},
		"jwt-sub-mismatch":                {claim: "sub"},
		"jwt-tampered-payload":            {code: proof.SignatureInvalid},
		"jwt-typ-vc-jwt":                  {},
		"jwt-vc-claim-but-v2-context":     {claim: "vc"},
		"jwt-vc-claim-v11":                {},
		"jwt-with-embedded-proof":         {},
	} {
		jwt, err := proof.ParseJWT(strings.TrimSpace(string(fixture.Read(t, folder, name+".jwt"))))
		if err == nil {
			key := jwt.JWK
			if doc, errDoc := did.Resolve(jwt.Kid); errDoc == nil {
				found, err := doc.Find(jwt.Kid, did.AssertionMethod)
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
				key = found.Public
			} else if key == nil {
				key = serverKey
			}
			err = jwt.Verify(key)
		}
		if proof.CodeOf(err) != c.code || c.code == "" && err != nil {
			t.Errorf("%s: %v, want %q", name, err, c.code)
		}
		if err != nil {
			continue
		}
		claim := ""
		for _, p := range jwt.ClaimProblems() {
			if !p.Warning && claim == "" {
				claim = p.Claim
			}
		}
		if claim != c.claim {
			t.Errorf("%s: %v, want %q", name, jwt.ClaimProblems(), c.claim)
		}
	}
	early, err := proof.ParseJWT(strings.TrimSpace(string(fixture.Read(t, folder, "jwt-exp-and-validuntil-differ.jwt"))))
	if err != nil {
		t.Fatal(err)
	}
	if until, has, err := early.ValidUntil(); err != nil || !has || until.Unix() != 1738368000 {
		t.Errorf("exp does not override: %v %v %v", until, has, err)
	}
}

func FuzzParseJWT(f *testing.F) {
	for _, name := range goodTokens {
		f.Add(token(f, name))
	}
	f.Add("e30.e30.e30")
	f.Add(encoded(`{"alg":"EdDSA","jwk":{"kty":"OKP","crv":"Ed25519","x":"gVJoeV2mxbl9ZMPf6bmGB7AijmHjFNOCxFX3w4y1rqU"}}`, `{"vc":{}}`))
	stranger := benchSigner(f).Key.Public()
	f.Fuzz(func(t *testing.T, text string) {
		jwt, err := proof.ParseJWT(text)
		if err != nil {
			if proof.CodeOf(err) == "" {
				t.Fatalf("an error without a code: %v", err)
			}
			return
		}
		jwt.ClaimProblems()
		_, _, _ = jwt.ValidUntil()
		if jwt.Verify(jwt.JWK) != nil && jwt.JWK == nil && jwt.Kid == "" {
			t.Fatal("a token without a key")
		}
		if jwt.Verify(stranger) == nil {
			t.Fatal("verified with a stranger's key")
		}
	})
}
