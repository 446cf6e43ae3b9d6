package verify_test

import (
	"strings"
	"testing"

	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
	"github.com/ecusson/ecusson/verify"
)

// A signature over RDF survives when a member is spelled in another way. What
// decides must not be hidden so: each of these documents has the very dataset
// that was signed, and none is valid.
func TestRespelling(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	doc := ptr(badge(t, s.did)).With("validUntil", jsontree.Of("2027-01-01T00:00:00Z"))
	both := jsontree.OfArray(parse(t, entry("revocation", `"1"`, `,"id":"`+listURL+`#1"`)), parse(t, entry("suspension", `"2"`, `,"id":"`+listURL+`#2"`)))
	doc = doc.With("credentialStatus", both)
	doc = doc.With("@context", jsontree.OfArray(append(itemsOf(doc.Get("@context")), jsontree.OfObject(
		jsontree.Member{Name: "cred", Value: jsontree.Of("https://www.w3.org/2018/credentials#")},
		jsontree.Member{Name: "ending", Value: parse(t, `{"@id":"https://www.w3.org/2018/credentials#validUntil","@type":"http://www.w3.org/2001/XMLSchema#dateTime"}`)},
		jsontree.Member{Name: "wrap", Value: jsontree.Of("@nest")},
	))...))
	signed := s.mustSign(t, doc)
	key := s.key.Public()
	move := func(from, to string) jsontree.Value {
		return ptr(signed.Without(from)).With(to, *signed.Get(from))
	}
	dateTime := func(v *jsontree.Value) jsontree.Value {
		return jsontree.OfObject(
			jsontree.Member{Name: "@value", Value: *v},
			jsontree.Member{Name: "@type", Value: jsontree.Of("http://www.w3.org/2001/XMLSchema#dateTime")})
	}
	inside := func(name, member string) jsontree.Value {
		object := jsontree.OfObject(jsontree.Member{Name: member, Value: *signed.Get(member)})
		if name == "@included" {
			object = ptr(object).With("id", *signed.Get("id"))
			object = ptr(object).With("type", *signed.Get("type"))
		}
		return ptr(signed.Without(member)).With(name, object)
	}
	revocation, suspension := signed.Get("credentialStatus").Items()[0].Value, signed.Get("credentialStatus").Items()[1].Value
	const credentials = "https://www.w3.org/2018/credentials#"
	for name, changed := range map[string]jsontree.Value{
		"the status by its IRI":        move("credentialStatus", credentials+"credentialStatus"),
		"the status by a compact IRI":  move("credentialStatus", "cred:credentialStatus"),
		"the end by an alias":          move("validUntil", "ending"),
		"the end by its IRI":           ptr(signed.Without("validUntil")).With(credentials+"validUntil", dateTime(signed.Get("validUntil"))),
		"the end in a nest":            inside("wrap", "validUntil"),
		"the status in @nest":          inside("@nest", "credentialStatus"),
		"the status in @included":      inside("@included", "credentialStatus"),
		"one of two entries elsewhere": ptr(signed.With("credentialStatus", suspension)).With(credentials+"credentialStatus", revocation),
		"one entry elsewhere, the other twice": ptr(signed.With("credentialStatus", jsontree.OfArray(suspension, suspension))).
			With(credentials+"credentialStatus", revocation),
	} {
		proofs, err := proof.Proofs(&changed)
		if err != nil {
			t.Fatal(err)
		}
		if err := proofs[0].Verify(contexts, &changed, key, proof.VerifyOptions{}); err != nil {
			t.Errorf("%s: the case is idle, since the signature does not hold: %v", name, err)
		}
		report := check(changed.AppendJSON(nil), nil)
		if report.Verdict != verify.Invalid || report.Check(verify.CheckJSONLD).Code != verify.CodeRespelled {
			t.Errorf("%s: %s, %+v", name, report.Verdict, report.Reason())
		}
	}
}

// The same holds for a proof's own end.
func TestRespelledProof(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	signer := proof.Signer{Key: s.key, VerificationMethod: s.method}
	doc := badge(t, s.did)
	signed, err := signer.Sign(contexts, &doc, proof.SignOptions{Created: now.AddDate(0, -2, 0), Expires: now.AddDate(0, -1, 0)})
	if err != nil {
		t.Fatal(err)
	}
	if report := check(signed.AppendJSON(nil), nil); report.Verdict != verify.Invalid {
		t.Fatalf("a proof that is over: %s", report.Verdict)
	}
	text := strings.Replace(string(signed.AppendJSON(nil)), `"expires":`, `"https://w3id.org/security#expiration":`, 1)
	if report := check([]byte(text), nil); report.Verdict != verify.Invalid {
		t.Errorf("its end hidden: %s", report.Verdict)
	}
}

func itemsOf(v *jsontree.Value) []jsontree.Value {
	var out []jsontree.Value
	for _, m := range v.Items() {
		out = append(out, m.Value)
	}
	return out
}
