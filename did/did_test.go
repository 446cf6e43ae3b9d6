package did_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/internal/fixture"
	"github.com/ecusson/ecusson/jsontree"
)

func edKey(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(slices.Repeat([]byte{seed}, ed25519.SeedSize))
}

func ecKey(t testing.TB, curve elliptic.Curve, seed byte) *ecdsa.PrivateKey {
	t.Helper()
	size := (curve.Params().BitSize + 7) / 8
	key, err := ecdsa.ParseRawPrivateKey(curve, slices.Repeat([]byte{seed}, size))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// The seeds count from zero; the texts were computed by another implementation.
func TestMultikeyVectors(t *testing.T) {
	t.Parallel()
	seed := make([]byte, 32)
	for i := range seed {
		seed[i] = byte(i)
	}
	key := ed25519.NewKeyFromSeed(seed)
	public, err := did.Multikey(key.Public())
	if err != nil || public != "z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd" {
		t.Errorf("Multikey = %q, %v", public, err)
	}
	secret, err := did.SecretMultikey(key)
	if err != nil || secret != "z3u2RDpgFe6Voz19gxWsBkueKj6XiuC9w1bSBT4FTowsWk6A" {
		t.Errorf("SecretMultikey = %q, %v", secret, err)
	}
}

func TestMultikeyRoundTrip(t *testing.T) {
	t.Parallel()
	for _, key := range []did.PublicKey{edKey(1).Public(), ecKey(t, elliptic.P256(), 2).Public(), ecKey(t, elliptic.P256(), 3).Public(), ecKey(t, elliptic.P384(), 4).Public(), ecKey(t, elliptic.P384(), 5).Public()} {
		text, err := did.Multikey(key)
		if err != nil {
			t.Fatal(err)
		}
		back, err := did.ParseMultikey(text)
		if err != nil {
			t.Fatal(err)
		}
		if !back.(interface{ Equal(did.PublicKey) bool }).Equal(key) {
			t.Errorf("%s was read as another key", text)
		}
		for _, changed := range []string{text + "1", text[:len(text)-1], text[1:], "u" + text[1:], "m" + text[1:], text + " ", ""} {
			if _, err := did.ParseMultikey(changed); err == nil {
				t.Errorf("ParseMultikey(%q) found a key", changed)
			}
		}
	}
}

func TestSecretMultikeyRoundTrip(t *testing.T) {
	t.Parallel()
	ed, p256, p384 := edKey(1), ecKey(t, elliptic.P256(), 2), ecKey(t, elliptic.P384(), 3)
	if text, err := did.SecretMultikey(ed); err != nil {
		t.Error(err)
	} else if back, err := did.ParseSecretMultikey(text); err != nil || !ed.Equal(back) {
		t.Errorf("Ed25519: %v", err)
	}
	for _, key := range []*ecdsa.PrivateKey{p256, p384} {
		text, err := did.SecretMultikey(key)
		if err != nil {
			t.Fatal(err)
		}
		back, err := did.ParseSecretMultikey(text)
		if err != nil || !key.Equal(back) {
			t.Errorf("%s: %v", key.Params().Name, err)
		}
		if _, err := did.ParseMultikey(text); err == nil || strings.Contains(err.Error(), text) {
			t.Errorf("a secret key as a public one: %v", err)
		}
	}
}

func TestMultikeyRefusesBadPoints(t *testing.T) {
	t.Parallel()
	encode := func(codec string, raw []byte) string {
		prefix, _ := hex.DecodeString(codec)
		return string(did.AppendBase58([]byte{'z'}, append(prefix, raw...)))
	}
	hexed := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, c := range []struct{ codec, raw, problem string }{
		{"ed01", strings.Repeat("00", 32), "small order"},
		{"ed01", "01" + strings.Repeat("00", 31), "small order"},
		{"ed01", "01" + strings.Repeat("00", 30) + "80", "small order"},
		{"ed01", "ec" + strings.Repeat("ff", 30) + "7f", "small order"},
		{"ed01", "ed" + strings.Repeat("ff", 30) + "7f", "canonically"},
		{"ed01", "ee" + strings.Repeat("ff", 30) + "7f", "canonically"},
		{"ed01", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "small order"},
		{"ed01", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", "small order"},
		{"ed01", "02" + strings.Repeat("00", 31), "not a point"},
		{"ed01", strings.Repeat("11", 31), "31 bytes"},
		{"8024", "02" + strings.Repeat("ff", 32), "not a compressed point of P-256"},
		{"8024", "04" + strings.Repeat("11", 32), "not a compressed point"},
		{"8024", "00", "not a compressed point"},
		{"8124", "02" + strings.Repeat("11", 32), "not a compressed point of P-384"},
		{"ec01", strings.Repeat("11", 32), "multicodec 0xec01"},
		{"ed", "", "no multicodec"},
	} {
		_, err := did.ParseMultikey(encode(c.codec, hexed(c.raw)))
		if err == nil || !strings.Contains(err.Error(), c.problem) {
			t.Errorf("%s %s: %v, want %q", c.codec, c.raw, err, c.problem)
		}
	}
}

// The check of points must say yes exactly where the standard library finds a
// point: it says nothing else about a key than whether a signature can fit.
func TestEd25519PointCheckAgreesWithTheCurve(t *testing.T) {
	t.Parallel()
	p := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	d := new(big.Int).Mul(big.NewInt(-121665), new(big.Int).ModInverse(big.NewInt(121666), p))
	d.Mod(d, p)
	random := rand.New(rand.NewPCG(1, 2))
	points := 0
	for range 200 {
		raw := make([]byte, 32)
		for i := range raw {
			raw[i] = byte(random.Uint32())
		}
		y := slices.Clone(raw)
		y[31] &= 0x7f
		slices.Reverse(y)
		yy := new(big.Int).SetBytes(y)
		if yy.Cmp(p) >= 0 {
			continue
		}
		yy.Mul(yy, yy).Mod(yy, p)
		v := new(big.Int).Mul(d, yy)
		v.Add(v, big.NewInt(1)).Mod(v, p)
		xx := new(big.Int).Sub(yy, big.NewInt(1))
		xx.Mul(xx, v.ModInverse(v, p)).Mod(xx, p)
		want := xx.ModSqrt(xx, p) != nil
		_, err := did.ParseMultikey(string(did.AppendBase58([]byte{'z'}, append([]byte{0xed, 1}, raw...))))
		if (err == nil) != want {
			t.Fatalf("%x: %v, want a point: %v", raw, err, want)
		}
		if want {
			points++
		}
	}
	if points < 50 {
		t.Errorf("only %d points among the samples", points)
	}
}

func TestBase58(t *testing.T) {
	t.Parallel()
	for text, data := range map[string]string{
		"":                  "",
		"1":                 "00",
		"2":                 "01",
		"z":                 "39",
		"21":                "3a",
		"5Q":                "ff",
		"111233QC4":         "000000287fb4cd",
		"2NEpo7TZRRrLZSi2U": "48656c6c6f20576f726c6421",
		"11":                "0000",
		"1thX6LZfHDZZKUs92febYZhYRcXddmzfzF2NvTkPNE": "",
	} {
		want, _ := hex.DecodeString(data)
		got, err := did.DecodeBase58(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if data != "" && !slices.Equal(got, want) {
			t.Errorf("DecodeBase58(%s) = %x, want %s", text, got, data)
		}
		if back := string(did.AppendBase58(nil, got)); back != text {
			t.Errorf("%s came back as %s", text, back)
		}
	}
	for _, bad := range []string{"0", "O", "I", "l", "a b", "é", "+", strings.Repeat("z", 1025)} {
		if _, err := did.DecodeBase58(bad); err == nil {
			t.Errorf("DecodeBase58(%.20q) found no fault", bad)
		}
	}
}

// bigBase58 is base58 by the schoolbook.
func bigBase58(data []byte) string {
	const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	n, zero, digit := new(big.Int).SetBytes(data), new(big.Int), new(big.Int)
	var out []byte
	for n.Cmp(zero) > 0 {
		n.DivMod(n, big.NewInt(58), digit)
		out = append(out, alphabet[digit.Int64()])
	}
	for _, b := range data {
		if b != 0 {
			break
		}
		out = append(out, '1')
	}
	slices.Reverse(out)
	return string(out)
}

func TestBase58AgreesWithTheSchoolbook(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		data := make([]byte, random.IntN(120))
		for i := range data {
			if data[i] = byte(random.Uint32()); random.IntN(3) == 0 {
				data[i] = 0
			}
		}
		text := string(did.AppendBase58(nil, data))
		if want := bigBase58(data); text != want {
			t.Fatalf("%x: %s, want %s", data, text, want)
		}
		if back, err := did.DecodeBase58(text); err != nil || !slices.Equal(back, data) {
			t.Fatalf("%s: %x, %v, want %x", text, back, err, data)
		}
	}
}

func TestDecodeBase64URL(t *testing.T) {
	t.Parallel()
	if got, err := did.DecodeBase64URL("_-8"); err != nil || hex.EncodeToString(got) != "ffef" {
		t.Errorf("got %x, %v", got, err)
	}
	for _, bad := range []string{"_-8=", "_-9", "_+8", "/w", "_-\n8", "_\r-8", "_", "_-8 "} {
		if got, err := did.DecodeBase64URL(bad); err == nil {
			t.Errorf("%q was read as %x", bad, got)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	got, err := did.Parse("did:web:example.org%3A8443:a:b")
	if want := (did.DID{Method: "web", ID: "example.org%3A8443:a:b"}); err != nil || got != want {
		t.Errorf("got %v, %v", got, err)
	}
	for _, bad := range []string{"", "did", "did:", "did:web", "did:web:", "did::x", "did:Web:x", "did:web:x#y", "did:web:x/y", "did:web:x?y",
		"did:web:x%3", "did:web:x%zz", "did:web:u@x", "did:web:x:", "did:web:é", "DID:web:x", "did:key:" + strings.Repeat("z", 5000)} {
		if _, err := did.Parse(bad); err == nil {
			t.Errorf("Parse(%.40q) found no fault", bad)
		}
	}
}

func TestWebURL(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"did:web:example.org":                              "https://example.org/.well-known/did.json",
		"did:web:Example.ORG":                              "https://example.org/.well-known/did.json",
		"did:web:example.org%3A8443":                       "https://example.org:8443/.well-known/did.json",
		"did:web:localhost%3a8080:a":                       "https://localhost:8080/a/did.json",
		"did:web:digitalcredentials.github.io:dcc-did-web": "https://digitalcredentials.github.io/dcc-did-web/did.json",
		"did:web:example.org:a:b.c":                        "https://example.org/a/b.c/did.json",
		"did:web:127.0.0.1":                                "https://127.0.0.1/.well-known/did.json",
		"did:web:example.org:caf%C3%A9":                    "https://example.org/caf%C3%A9/did.json",
	} {
		if got, err := did.WebURL(in); err != nil || got != want {
			t.Errorf("WebURL(%s) = %s, %v, want %s", in, got, err, want)
		}
	}
	for _, bad := range []string{"did:key:z6Mk", "did:web:example.org:..", "did:web:example.org:a:.:b", "did:web:example.org::a", "did:web:example.org:a%2Fb",
		"did:web:example.org:a%2fb", "did:web:user%40example.org", "did:web:example.org%3A", "did:web:example.org%3A0", "did:web:example.org%3A99999",
		"did:web:example.org%3A80%3A90", "did:web:example.org%3A+80", "did:web:example.org%2Fx", "did:web:%3A80", "did:web:..", "did:web:example.org:%2e%2e",
		"did:web:example.org%3A080", "did:web:.example.org", "did:web:example.org:a%3Fb", "did:web:example.org:a%25b"} {
		if got, err := did.WebURL(bad); err == nil {
			t.Errorf("WebURL(%s) = %s", bad, got)
		}
	}
}

func TestFromWebURL(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://example.org":              "did:web:example.org",
		"https://example.org/":             "did:web:example.org",
		"https://Example.org:8443/school/": "did:web:example.org%3A8443:school",
		"https://example.org/a/b":          "did:web:example.org:a:b",
	} {
		if got, err := did.FromWebURL(in); err != nil || got != want {
			t.Errorf("FromWebURL(%s) = %s, %v, want %s", in, got, err, want)
		}
	}
	for _, bad := range []string{"http://example.org", "https://", "https://example.org/a//b", "https://example.org/../a", "https://u@example.org", "https://example.org/?a", "https://example.org/a%2Fb", "https://example.org/a:b"} {
		if got, err := did.FromWebURL(bad); err == nil {
			t.Errorf("FromWebURL(%s) = %s", bad, got)
		}
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	for _, key := range []did.PublicKey{edKey(1).Public(), ecKey(t, elliptic.P256(), 2).Public(), ecKey(t, elliptic.P384(), 3).Public()} {
		name, err := did.FromKey(key)
		if err != nil {
			t.Fatal(err)
		}
		jwk, err := did.FromJWK(key)
		if err != nil {
			t.Fatal(err)
		}
		for id, fragment := range map[string]string{name: "#" + strings.TrimPrefix(name, "did:key:"), jwk: "#0"} {
			doc, err := did.Resolve(id)
			if err != nil {
				t.Fatalf("Resolve(%s): %v", id, err)
			}
			for _, method := range []string{id + fragment, id, fragment} {
				got, err := doc.Find(method, did.AssertionMethod)
				if err != nil {
					t.Errorf("Find(%s): %v", method, err)
					continue
				}
				if want := (did.Key{ID: id + fragment, Controller: id, Public: key}); !cmp.Equal(got, want) {
					t.Errorf("Find(%s) = %v, want %v", method, got, want)
				}
			}
			if _, err := doc.Find(id+"#other", did.AssertionMethod); !errors.Is(err, did.ErrNotListed) {
				t.Errorf("another fragment: %v", err)
			}
		}
	}
	for _, bad := range []string{"did:web:example.org", "did:example:x"} {
		if _, err := did.Resolve(bad); !errors.Is(err, did.ErrMethod) {
			t.Errorf("Resolve(%s): %v", bad, err)
		}
	}
	for _, bad := range []string{"did:key:z6Mk", "did:key:x", "did:jwk:e30", "did:jwk:%7B", "did:jwk:eyJrdHkiOiJSU0EifQ", "key"} {
		if _, err := did.Resolve(bad); err == nil || errors.Is(err, did.ErrMethod) {
			t.Errorf("Resolve(%s): %v", bad, err)
		}
	}
}

// RFC 7638 §3.1 and RFC 8037 A.3.
func TestThumbprint(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}`: "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
		`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
	} {
		tree := parse(t, text)
		key, err := did.ParseJWK(&tree)
		if err != nil {
			t.Error(err)
			continue
		}
		if got, err := did.Thumbprint(key); err != nil || got != want {
			t.Errorf("Thumbprint = %s, %v, want %s", got, err, want)
		}
	}
}

func parse(t testing.TB, text string) jsontree.Value {
	t.Helper()
	v, err := jsontree.Parse([]byte(text), jsontree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestParseJWKRefuses(t *testing.T) {
	t.Parallel()
	p256, _ := did.JWK(ecKey(t, elliptic.P256(), 2).Public())
	x, y := p256.Get("x").Str(), p256.Get("y").Str()
	for text, problem := range map[string]string{
		`[]`:                                  "not an object",
		`{}`:                                  "no kty",
		`{"kty":"oct","k":"AA"}`:              `private member "k"`,
		`{"kty":"oct"}`:                       "is not OKP, EC or RSA",
		`{"kty":"OKP","crv":"X25519","x":""}`: "is not Ed25519",
		`{"kty":"OKP","crv":"Ed25519"}`:       `member "x" is not a text`,
		`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUQ"}`:               "31 bytes",
		`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo="}`:             "illegal base64url",
		`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp"}`:              "illegal base64url",
		`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"AA"}`:     `private member "d"`,
		`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","use":"enc"}`:  "use is not sig",
		`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","key_ops":[]}`: "key_ops",
		`{"kty":"EC","crv":"P-521","x":"AA","y":"AA"}`:                                                 "P-521 is not supported",
		`{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}`:                                             "is not P-256 or P-384",
		`{"kty":"EC","crv":"P-256","x":"` + x + `","y":"` + x + `"}`:                                   "not a point of P-256",
		`{"kty":"EC","crv":"P-384","x":"` + x + `","y":"` + y + `"}`:                                   "32 bytes, not 48",
		`{"kty":"RSA","n":"` + strings.Repeat("____", 64) + `","e":"AQAB"}`:                            "1536 bits",
		`{"kty":"RSA","n":"` + strings.Repeat("____", 400) + `","e":"AQAB"}`:                           "more than 8192",
		`{"kty":"RSA","n":"` + strings.Repeat("____", 90) + `","e":"AQ"}`:                              "exponent",
		`{"kty":"RSA","n":"` + strings.Repeat("____", 90) + `","e":"AQAAAAE"}`:                         "exponent",
		`{"kty":"RSA","n":"` + strings.Repeat("____", 90) + `","e":"Ag"}`:                              "exponent",
		`{"kty":"RSA","n":"` + strings.Repeat("____", 89) + `___-","e":"AQAB"}`:                        "even",
	} {
		tree := parse(t, text)
		if _, err := did.ParseJWK(&tree); err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("%.90s: %v, want %q", text, err, problem)
		}
	}
}

func TestJWKRoundTrip(t *testing.T) {
	t.Parallel()
	rsaText := `{"e":"AQAB","kty":"RSA","n":"` + strings.Repeat("____", 90) + `"}`
	tree := parse(t, rsaText)
	rsaKey, err := did.ParseJWK(&tree)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := rsaKey.(*rsa.PublicKey); !ok {
		t.Fatalf("an RSA key is a %T", rsaKey)
	}
	for _, key := range []did.PublicKey{edKey(9).Public(), ecKey(t, elliptic.P256(), 2).Public(), ecKey(t, elliptic.P384(), 3).Public(), rsaKey} {
		jwk, err := did.JWK(key)
		if err != nil {
			t.Fatal(err)
		}
		back, err := did.ParseJWK(&jwk)
		if err != nil || !back.(interface{ Equal(did.PublicKey) bool }).Equal(key) {
			t.Errorf("%T: %v", key, err)
		}
	}
}

func TestSharedKeyPairs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, public, secret string }{
		{"eddsa-vectors/keyPair.json", "/publicKeyMultibase", "/privateKeyMultibase"},
		{"eddsa-vectors/proof-set-chain/multiKeyPairs.json", "/keyPair3/publicKeyMultibase", "/keyPair3/privateKeyMultibase"},
		{"ecdsa-vectors/p256KeyPair.json", "/publicKeyMultibase", "/secretKeyMultibase"},
		{"ecdsa-vectors/p384KeyPair.json", "/publicKeyMultibase", "/secretKeyMultibase"},
	} {
		tree := parse(t, string(fixture.Read(t, "fixtures", c.path)))
		key, err := did.ParseSecretMultikey(tree.Find(c.secret).Str())
		if err != nil {
			t.Errorf("%s: %v", c.path, err)
			continue
		}
		if got, err := did.Multikey(key.Public()); err != nil || got != tree.Find(c.public).Str() {
			t.Errorf("%s: %s, %v", c.path, got, err)
		}
		if got, err := did.SecretMultikey(key); err != nil || got != tree.Find(c.secret).Str() {
			t.Errorf("%s: the secret key does not come back: %v", c.path, err)
		}
	}
}

func Example() {
	doc, err := did.Resolve("did:key:z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd")
	if err != nil {
		fmt.Println(err)
		return
	}
	key, err := doc.Find("#z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd", did.AssertionMethod)
	fmt.Printf("%x %v\n", key.Public, err)

	_, err = doc.Find("#key-1", did.AssertionMethod)
	fmt.Println(errors.Is(err, did.ErrNotListed))
	// Output:
	// 03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8 <nil>
	// true
}

func FuzzParseMultikey(f *testing.F) {
	for _, seed := range []string{"z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd", "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP",
		"z82LkuBieyGShVBhvtE2zoiD6Kma4tJGFtkAhxR5pfkp5QPw4LutoYWhvQCnGjdVn14kujQ", "u7QE", "z1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		key, err := did.ParseMultikey(text)
		if err != nil {
			return
		}
		back, err := did.Multikey(key)
		if err != nil {
			t.Fatalf("%q was read and cannot be written: %v", text, err)
		}
		if text[0] == 'z' && back != text {
			t.Fatalf("%q came back as %q", text, back)
		}
	})
}

func BenchmarkBase58(b *testing.B) {
	signature := make([]byte, 64)
	for i := range signature {
		signature[i] = byte(i*37 + 200)
	}
	text := string(did.AppendBase58(nil, signature))
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		buf := make([]byte, 0, 100)
		for b.Loop() {
			did.AppendBase58(buf, signature)
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := did.DecodeBase58(text); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkParseMultikey(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := did.ParseMultikey("z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd"); err != nil {
			b.Fatal(err)
		}
	}
}
