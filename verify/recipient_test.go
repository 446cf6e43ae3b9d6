package verify_test

import (
	"os"
	"testing"
	"time"

	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/openbadges"
	"github.com/ecusson/ecusson/verify"
)

func identity(kind, value string, hashed bool, salt string) jsontree.Value {
	o := openbadges.IdentityObject{Type: "IdentityObject", Hashed: hashed, IdentityHash: value, IdentityType: kind, Salt: salt}
	if hashed {
		o.IdentityHash = openbadges.HashIdentity(value, salt)
	}
	return openbadges.Tree(&o)
}

func TestRecipient(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	const mail, learner = "a@example.com", "did:example:learner"
	const other, open = "invalid: recipient recipient-mismatch", "unknown: recipient recipient-unknown"
	for _, c := range []struct {
		name       string
		id         string
		identities []jsontree.Value
		asked      string
		want       string
	}{
		{"nobody asked", "", []jsontree.Value{identity("emailAddress", mail, true, "Kosher")}, "", "valid"},
		{"salted", "", []jsontree.Value{identity("emailAddress", mail, true, "Kosher")}, mail, "valid"},
		{"salted, in capitals", "", []jsontree.Value{identity("emailAddress", mail, true, "Kosher")}, "A@Example.com", "valid"},
		{"salted, another", "", []jsontree.Value{identity("emailAddress", mail, true, "Kosher")}, "b@example.com", other},
		{"hashed without salt", "", []jsontree.Value{identity("emailAddress", mail, true, "")}, mail, "valid"},
		{"in the clear", "", []jsontree.Value{identity("emailAddress", mail, false, "")}, mail, "valid"},
		{"in the clear, another", "", []jsontree.Value{identity("emailAddress", mail, false, "")}, "b@example.com", other},
		{"the second of two", "", []jsontree.Value{identity("emailAddress", "b@example.com", true, "x"), identity("emailAddress", mail, true, "y")}, mail, "valid"},
		{"by DID", learner, nil, learner, "valid"},
		{"by another DID", learner, nil, "did:example:somebody", other},
		{"an address where there is a DID", learner, nil, mail, open},
		{"a name alone", "", []jsontree.Value{identity("name", "Ada", false, "")}, mail, open},
	} {
		doc := badge(t, s.did)
		subject := doc.Get("credentialSubject").Without("id")
		if c.id != "" {
			subject = subject.With("id", jsontree.Of(c.id))
		}
		if c.identities != nil {
			subject = subject.With("identifier", jsontree.OfArray(c.identities...))
		}
		signed := s.mustSign(t, doc.With("credentialSubject", subject))
		report := verify.New(contexts).Verify(t.Context(), signed.AppendJSON(nil), verify.Options{At: now, Recipient: c.asked})
		expect(t, c.name, report, c.want)
	}
	// Without an identifier it is said, and nobody can claim the badge.
	doc := badge(t, s.did)
	signed := s.mustSign(t, doc.With("credentialSubject", doc.Get("credentialSubject").Without("id")))
	report := check(signed.AppendJSON(nil), nil)
	expect(t, "names nobody", report, "valid")
	if !warned(report.Check("data-model"), openbadges.CodeNoRecipient) {
		t.Errorf("%+v", report.Check("data-model"))
	}
	report = verify.New(contexts).Verify(t.Context(), signed.AppendJSON(nil), verify.Options{At: now, Recipient: mail})
	expect(t, "names nobody, asked", report, open)
}

// The same of a badge that another program signed.
func TestRecipientOfAFixture(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/made/ob30/id-sha256-salt.json")
	if err != nil {
		t.Fatal(err)
	}
	for recipient, want := range map[string]string{
		"a@example.com":         "valid",
		"b@example.com":         "invalid: recipient recipient-mismatch",
		"a@example.com ":        "invalid: recipient recipient-mismatch",
		"a@example.comKosher":   "invalid: recipient recipient-mismatch",
		"did:example:somebody1": "unknown: recipient recipient-unknown",
	} {
		report := verify.New(contexts).Verify(t.Context(), data, verify.Options{At: now, Recipient: recipient})
		expect(t, recipient, report, want)
	}
}

func TestValidity(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	const expired, early = "invalid: validity expired", "invalid: validity not-yet-valid"
	for _, c := range []struct{ name, from, until, at, want string }{
		{"between", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "2026-06-01T00:00:00Z", "valid"},
		{"at the start", "2026-01-01T00:00:00Z", "", "2026-01-01T00:00:00Z", "valid"},
		{"just before the start", "2026-01-01T00:00:00Z", "", "2025-12-31T23:59:59.999999999Z", early},
		{"just before the end", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "2026-12-31T23:59:59.999999999Z", "valid"},
		{"at the end", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z", expired},
		{"long after", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "2099-01-01T00:00:00Z", expired},
		{"without end", "2026-01-01T00:00:00Z", "", "2099-01-01T00:00:00Z", "valid"},
		{"another zone", "2026-01-01T00:00:00+02:00", "", "2025-12-31T22:00:00Z", "valid"},
		{"another zone, before", "2026-01-01T00:00:00+02:00", "", "2025-12-31T21:59:59Z", early},
		{"a fraction", "2026-01-01T00:00:00.5Z", "", "2026-01-01T00:00:00.4Z", early},
		{"the end of a day", "2026-01-01T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T23:59:59Z", "valid"},
		{"the end of a day, after", "2026-01-01T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-02T00:00:00Z", expired},
		{"a start without zone", "2026-01-01T00:00:00", "", "2026-06-01T00:00:00Z", "invalid: data-model not-date"},
		{"an end without zone", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00", "2026-06-01T00:00:00Z", "invalid: data-model not-date"},
		{"an end that is a word", "2026-01-01T00:00:00Z", "never", "2026-06-01T00:00:00Z", "invalid: data-model not-date"},
		{"an end before the start", "2026-01-01T00:00:00Z", "2025-01-01T00:00:00Z", "2026-06-01T00:00:00Z", "invalid: data-model period-reversed"},
	} {
		doc := badge(t, s.did)
		doc = doc.With("validFrom", jsontree.Of(c.from))
		if c.until != "" {
			doc = doc.With("validUntil", jsontree.Of(c.until))
		}
		at, err := time.Parse(time.RFC3339Nano, c.at)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, c.name, checkAt(ptr(s.mustSign(t, doc)).AppendJSON(nil), nil, at), c.want)
	}
}
