package did_test

import (
	"crypto/elliptic"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/internal/fixture"
)

const (
	webID    = "did:web:example.org"
	edText   = "z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd"
	p256Text = "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP"
)

func TestFindReadsEveryForm(t *testing.T) {
	t.Parallel()
	want, err := did.ParseMultikey(edText)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"listed":         `"verificationMethod":[{"id":"did:web:example.org#k","type":"Multikey","controller":"did:web:example.org","publicKeyMultibase":"` + edText + `"}],"assertionMethod":["did:web:example.org#k"]`,
		"embedded":       `"assertionMethod":[{"id":"did:web:example.org#k","type":"Ed25519VerificationKey2020","controller":"did:web:example.org","publicKeyMultibase":"` + edText + `"}]`,
		"both":           `"verificationMethod":[{"id":"#k","type":"Multikey","publicKeyMultibase":"` + edText + `"}],"assertionMethod":[{"publicKeyMultibase":"` + edText + `","id":"#k","type":"Multikey"}]`,
		"relative":       `"verificationMethod":[{"id":"#k","type":"Multikey","controller":"did:web:example.org","publicKeyMultibase":"` + edText + `"}],"assertionMethod":["#k"]`,
		"half relative":  `"verificationMethod":[{"id":"did:web:example.org#k","type":"Multikey","controller":"did:web:example.org","publicKeyMultibase":"` + edText + `"}],"assertionMethod":["#k"]`,
		"not lists":      `"verificationMethod":{"id":"#k","type":["Multikey"],"controller":"did:web:example.org","publicKeyMultibase":"` + edText + `"},"assertionMethod":"#k"`,
		"jwk":            `"verificationMethod":[{"id":"#k","type":"JsonWebKey2020","controller":"did:web:example.org","publicKeyJwk":{"kty":"OKP","crv":"Ed25519","x":"A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg"}}],"assertionMethod":["#k"]`,
		"base58 of 2018": `"verificationMethod":[{"id":"#k","type":"Ed25519VerificationKey2018","controller":"did:web:example.org","publicKeyBase58":"` + base58Of(t, edText) + `"}],"assertionMethod":["#k"]`,
	} {
		doc, err := did.ParseDocument([]byte(`{"id":"did:web:example.org",`+text+`}`), webID)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, method := range []string{"did:web:example.org#k", "#k"} {
			key, err := doc.Find(method, did.AssertionMethod)
			if err != nil || !cmp.Equal(key, did.Key{ID: "did:web:example.org#k", Controller: webID, Public: want}) {
				t.Errorf("%s: Find(%s) = %v, %v", name, method, key, err)
			}
		}
		if keys := doc.Keys(did.AssertionMethod); len(keys) != 1 {
			t.Errorf("%s: %d keys", name, len(keys))
		}
	}
}

func base58Of(t *testing.T, multikey string) string {
	t.Helper()
	data, err := did.DecodeMultibase(multikey)
	if err != nil {
		t.Fatal(err)
	}
	return string(did.AppendBase58(nil, data[2:]))
}

func TestFindTellsWhyNot(t *testing.T) {
	t.Parallel()
	good := `{"id":"#k","type":"Multikey","controller":"did:web:example.org","publicKeyMultibase":"` + edText + `"}`
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"no methods":          {`"name":"x"`, did.ErrNotListed},
		"null":                {`"verificationMethod":null,"assertionMethod":null`, did.ErrNotListed},
		"dangling":            {`"assertionMethod":["#k"]`, did.ErrNotListed},
		"only listed":         {`"verificationMethod":[` + good + `]`, did.ErrRelationship},
		"only authentication": {`"verificationMethod":[` + good + `],"authentication":["#k"]`, did.ErrRelationship},
		"embedded elsewhere":  {`"authentication":[` + good + `]`, did.ErrRelationship},
		"foreign controller":  {`"assertionMethod":[` + strings.Replace(good, `"did:web:example.org"`, `"did:web:example.com"`, 1) + `]`, did.ErrController},
		"controller no text":  {`"assertionMethod":[` + strings.Replace(good, `"did:web:example.org"`, `[]`, 1) + `]`, did.ErrKey},
		"no key":              {`"assertionMethod":[{"id":"#k","type":"Multikey"}]`, did.ErrKey},
		"two keys":            {`"assertionMethod":[{"id":"#k","publicKeyMultibase":"` + edText + `","publicKeyJwk":{}}]`, did.ErrKey},
		"two methods":         {`"assertionMethod":[` + good + `,{"id":"#k","publicKeyMultibase":"` + p256Text + `"}]`, did.ErrKey},
		"garbled":             {`"assertionMethod":[{"id":"#k","publicKeyMultibase":"z6Mk"}]`, did.ErrKey},
		"key no text":         {`"assertionMethod":[{"id":"#k","publicKeyMultibase":7}]`, did.ErrKey},
		"wrong type":          {`"assertionMethod":[{"id":"#k","type":"Ed25519VerificationKey2020","publicKeyMultibase":"` + p256Text + `"}]`, did.ErrKey},
		"base58 of any type":  {`"assertionMethod":[{"id":"#k","type":"Multikey","publicKeyBase58":"11"}]`, did.ErrKey},
		"private key":         {`"assertionMethod":[{"id":"#k","publicKeyJwk":{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"x"}}]`, did.ErrKey},
		"bad revoked":         {`"assertionMethod":[{"id":"#k","revoked":"yesterday","publicKeyMultibase":"` + edText + `"}]`, did.ErrKey},
	} {
		doc, err := did.ParseDocument([]byte(`{"id":"did:web:example.org",`+c.text+`}`), webID)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		key, err := doc.Find("did:web:example.org#k", did.AssertionMethod)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if (key.Public != nil) != errors.Is(err, did.ErrController) {
			t.Errorf("%s: key %v", name, key)
		}
	}
}

func TestParseDocumentRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{``, `[]`, `"x"`, `{}`, `{"id":"did:web:example.com"}`, `{"id":["did:web:example.org"]}`, `{"id":"did:web:example.org","id":"did:web:example.org"}`, `<html>`,
		`{"id":"did:web:example.org","verificationMethod":[` + strings.Repeat(`{"id":"#k"},`, 1001) + `{}]}`} {
		if _, err := did.ParseDocument([]byte(text), webID); !errors.Is(err, did.ErrDocument) {
			t.Errorf("%.60s: %v", text, err)
		}
	}
	if _, err := did.ParseDocument([]byte(`{}`), ""); !errors.Is(err, did.ErrDocument) {
		t.Errorf("no id on either side: %v", err)
	}
}

func TestKeyDates(t *testing.T) {
	t.Parallel()
	doc, err := did.ParseDocument([]byte(`{"id":"did:web:example.org","assertionMethod":[{"id":"#k","publicKeyMultibase":"`+edText+`","revoked":"2025-01-02T03:04:05Z","expires":"2026-01-02T03:04:05+01:00"}]}`), webID)
	if err != nil {
		t.Fatal(err)
	}
	key, err := doc.Find("#k", did.AssertionMethod)
	if err != nil || key.Revoked.Unix() != 1735787045 || key.Expires.Unix() != 1767319445 {
		t.Errorf("%v, %v", key, err)
	}
}

func TestNewDocumentIsReadAgain(t *testing.T) {
	t.Parallel()
	first, second := edKey(1).Public(), ecKey(t, elliptic.P256(), 2).Public()
	rsaTree := parse(t, `{"e":"AQAB","kty":"RSA","n":"`+strings.Repeat("____", 90)+`"}`)
	third, err := did.ParseJWK(&rsaTree)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := did.NewDocument(webID, []did.Method{
		{Key: second}, {Key: first, ID: webID + "#old"}, {Key: third, ID: webID + "#rsa"}, {Key: edKey(9).Public(), ID: webID + "#stolen", Withdrawn: true},
	}, []string{"https://example.org/issuer"})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := did.ParseDocument(tree.AppendJSON(nil), webID)
	if err != nil {
		t.Fatal(err)
	}
	if !cmp.Equal(doc.AlsoKnownAs, []string{"https://example.org/issuer"}) {
		t.Errorf("alsoKnownAs %v", doc.AlsoKnownAs)
	}
	keys := doc.Keys(did.AssertionMethod)
	if len(keys) != 3 || !cmp.Equal(keys[0].Public, second) || keys[1].ID != webID+"#old" || !cmp.Equal(keys[2].Public, third) {
		t.Errorf("keys %v", keys)
	}
	if _, err := doc.Find("#stolen", did.AssertionMethod); !errors.Is(err, did.ErrRelationship) {
		t.Errorf("a withdrawn key: %v", err)
	}
	for _, item := range tree.Get("assertionMethod").Members {
		if !strings.HasPrefix(item.Value.Str(), webID+"#") {
			t.Errorf("assertionMethod has %v", item.Value)
		}
	}
	for name, methods := range map[string][]did.Method{
		"twice":        {{Key: first}, {Key: first}},
		"foreign name": {{Key: first, ID: "did:web:example.com#k"}},
		"empty name":   {{Key: first, ID: webID + "#"}},
		"RSA, no name": {{Key: third}},
		"no key":       {{}},
	} {
		if _, err := did.NewDocument(webID, methods, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestSharedDocuments(t *testing.T) {
	t.Parallel()
	for file, c := range map[string]struct{ id, method string }{
		"did/dcc-did-web.json":                 {"did:web:digitalcredentials.github.io:dcc-did-web", "#z6MknNQD1WHLGGraFi6zcbGevuAgkVfdyCdtZnQTGWVVvR5Q"},
		"did/dcc-did-web-multikey.json":        {"did:web:digitalcredentials.github.io:dcc-did-web:multikey", "#z6MknNQD1WHLGGraFi6zcbGevuAgkVfdyCdtZnQTGWVVvR5Q"},
		"did/vc-test-fixtures-legacy.json":     {"did:web:digitalcredentials.github.io:vc-test-fixtures:dids:legacy", "#z6MkjXe1vZvPRqFuc9nRBtZ3e1Y9XKDFSbjFAfzLfW2bD6cZ"},
		"did/vc-test-fixtures-oidf.json":       {"did:web:digitalcredentials.github.io:vc-test-fixtures:dids:oidf", "#z6MkjXe1vZvPRqFuc9nRBtZ3e1Y9XKDFSbjFAfzLfW2bD6cZ"},
		"ob30/made/jwt-support-did-river.json": {"did:web:river.example", "#key-1"},
	} {
		doc, err := did.ParseDocument(fixture.Read(t, "fixtures", file), c.id)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if _, err := doc.Find(c.id+c.method, did.AssertionMethod); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	river, err := did.ParseDocument(fixture.Read(t, "fixtures/ob30/made/jwt-support-did-river.json"), "did:web:river.example")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := river.Find("did:web:river.example#key-auth-only", did.AssertionMethod); !errors.Is(err, did.ErrRelationship) {
		t.Errorf("a key for authentication alone: %v", err)
	}
}

func FuzzParseDocument(f *testing.F) {
	f.Add([]byte(`{"id":"did:web:example.org","verificationMethod":[{"id":"#k","type":"Multikey","publicKeyMultibase":"` + edText + `"}],"assertionMethod":["#k"]}`))
	f.Add([]byte(`{"id":"did:web:example.org","assertionMethod":[{"id":"#k","publicKeyJwk":{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}},"x",[]]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := did.ParseDocument(data, webID)
		if err != nil {
			return
		}
		for _, key := range doc.Keys(did.AssertionMethod) {
			if key.Public == nil || key.Controller != webID {
				t.Fatalf("found %v", key)
			}
		}
	})
}
