package verify_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
	"github.com/ecusson/ecusson/verify"
)

// presented returns a presentation by a holder of documents, unsigned.
func presented(t *testing.T, holder string, inside ...string) jsontree.Value {
	t.Helper()
	return parse(t, `{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiablePresentation"],"holder":"`+holder+`","verifiableCredential":[`+strings.Join(inside, ",")+`]}`)
}

func shown(t *testing.T, doc jsontree.Value, by *signer, o proof.SignOptions) string {
	t.Helper()
	o.Created = now
	if o.Purpose == "" {
		o.Purpose = did.Authentication
	}
	p := &proof.Signer{Key: by.key, VerificationMethod: by.method}
	signed, err := p.Sign(contexts, &doc, o)
	if err != nil {
		t.Fatal(err)
	}
	return string(signed.AppendJSON(nil))
}

func TestPresentation(t *testing.T) {
	t.Parallel()
	issuer, holder, stranger := newSigner(t, "presented issuer"), newSigner(t, "presented holder"), newSigner(t, "presented stranger")
	signed := issuer.mustSign(t, badge(t, issuer.did))
	good := string(signed.AppendJSON(nil))
	changed := strings.Replace(good, "Kayak Roll", "Kayak Rolls", 1)
	token := issuer.token(t, badge(t, issuer.did), jwtOptions)
	envelope := func(url string) string {
		return `{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential","id":"` + url + `"}`
	}
	asked := proof.SignOptions{Challenge: "c-1", Domain: "verifier.example"}
	o := verify.Options{At: now, Challenge: "c-1", Domain: "verifier.example"}
	plain := verify.Options{At: now}
	unsigned := func(inside ...string) string {
		doc := presented(t, holder.did, inside...)
		return string(doc.AppendJSON(nil))
	}
	for _, c := range []struct {
		what, data string
		o          verify.Options
		want       string
	}{
		{"shown by its holder", shown(t, presented(t, holder.did, good), holder, asked), o, "valid"},
		{"two of them", shown(t, presented(t, holder.did, good, envelope("data:application/vc+jwt,"+token)), holder, asked), o, "valid"},
		{"not asked for by a challenge", shown(t, presented(t, holder.did, good), holder, asked), plain, "valid"},
		{"another challenge", shown(t, presented(t, holder.did, good), holder, proof.SignOptions{Challenge: "c-2", Domain: "verifier.example"}), o, "invalid: proof challenge-mismatch"},
		{"another domain", shown(t, presented(t, holder.did, good), holder, proof.SignOptions{Challenge: "c-1", Domain: "evil.example"}), o, "invalid: proof challenge-mismatch"},
		{"a challenge, and no signature", unsigned(good), o, "invalid: proof challenge-mismatch"},
		{"nobody signed it", unsigned(good), plain, "valid"},
		{"shown by a stranger", shown(t, presented(t, holder.did, good), stranger, asked), o, "invalid: issuer issuer-key-mismatch"},
		{"signed as if it were a credential", shown(t, presented(t, holder.did, good), holder, proof.SignOptions{Purpose: did.AssertionMethod, Challenge: "c-1", Domain: "verifier.example"}), o, "invalid: proof proof-purpose-mismatch"},
		{"changed after it was signed", strings.Replace(shown(t, presented(t, holder.did, good), holder, asked), "Kayak Roll", "Kayak Rolls", 1), o, "invalid: proof signature-invalid"},
		{"a changed badge", shown(t, presented(t, holder.did, changed), holder, asked), o, "invalid: contents inner-proof"},
		{"a changed badge that nobody shows", unsigned(good, changed), plain, "invalid: contents inner-proof"},
		{"an enveloped badge", unsigned(envelope("data:application/vc+jwt," + token)), plain, "valid"},
		{"an enveloped badge in base64", unsigned(envelope("data:application/vc+jwt;base64," + base64.StdEncoding.EncodeToString([]byte(token)))), plain, "valid"},
		{"an enveloped token that was changed", unsigned(envelope("data:application/vc+jwt," + token[:len(token)-6] + "AAAAAA")), plain, "invalid: contents inner-proof"},
		{"an envelope of something else", unsigned(envelope("data:text/html,b")), plain, "unknown: contents inner-unknown"},
		{"an envelope that is elsewhere", unsigned(envelope("https://river.example/a")), plain, "invalid: data-model not-envelope"},
		{"an envelope alone", envelope("data:application/vc+jwt," + token), plain, "valid"},
	} {
		expect(t, c.what, verify.New(contexts).Verify(context.Background(), []byte(c.data), c.o), c.want)
	}
	if report := check([]byte(unsigned()), nil); report.Verdict == verify.Valid {
		t.Error("a presentation of nothing is valid")
	}
	// As many as are looked at, and no more.
	many := make([]string, 120)
	for i := range many {
		many[i] = envelope("data:application/vc+jwt," + token)
	}
	report := check([]byte(unsigned(many...)), nil)
	if report.Verdict == verify.Valid || len(report.Contains) > 100 {
		t.Errorf("%s with %d looked at", report.Verdict, len(report.Contains))
	}
	// One within another, as deep as somebody likes.
	nested := good
	for range 40 {
		nested = unsigned(nested)
	}
	if report := check([]byte(nested), nil); report.Verdict == verify.Valid {
		t.Error("forty presentations within each other are valid")
	}
}
