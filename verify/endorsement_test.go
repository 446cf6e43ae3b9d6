package verify_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
	"github.com/ecusson/ecusson/verify"
)

// Each endorsement is told beside the badge, which does not depend on it.
func TestEndorsements(t *testing.T) {
	t.Parallel()
	s, peer, other := newSigner(t, "issuer"), newSigner(t, "peer"), newSigner(t, "somebody else")
	good := peer.mustSign(t, endorsing(t, peer.did, badgeID))
	const unknownIssuer = "https://peer.example/1"
	for _, c := range []struct {
		name    string
		e       jsontree.Value
		jwt     bool
		verdict verify.Verdict
		about   bool
		warning string
	}{
		{"of the badge", good, false, verify.Valid, true, ""},
		{"of the achievement", peer.mustSign(t, endorsing(t, peer.did, achievementID)), false, verify.Valid, true, ""},
		{"of the issuer", peer.mustSign(t, endorsing(t, peer.did, s.did)), false, verify.Valid, true, ""},
		{"of the recipient", peer.mustSign(t, endorsing(t, peer.did, "did:example:learner")), false, verify.Valid, true, ""},
		{"as a token", jsontree.Of(peer.token(t, endorsing(t, peer.did, badgeID), proof.JWTOptions{})), true, verify.Valid, true, ""},
		{"of something else", peer.mustSign(t, endorsing(t, peer.did, "urn:uuid:0192f3c4-7a1b-7c3d-9e5f-ffffffffffff")), false, verify.Valid, false, "endorsement-of-other"},
		{"changed", good.With("name", jsontree.Of("changed")), false, verify.Invalid, true, "endorsement-invalid"},
		{"unsigned", good.Without("proof"), false, verify.Invalid, true, "endorsement-invalid"},
		{"in another's name", other.mustSign(t, endorsing(t, peer.did, badgeID)), false, verify.Invalid, true, "endorsement-invalid"},
		{"expired", peer.mustSign(t, ptr(endorsing(t, peer.did, badgeID)).With("validUntil", jsontree.Of("2026-02-01T00:00:00Z"))), false, verify.Invalid, true, "endorsement-invalid"},
		{"by nobody knows whom", peer.mustSign(t, endorsing(t, unknownIssuer, badgeID)), false, verify.Undetermined, true, "endorsement-unknown"},
		{"a token that is none", jsontree.Of("eyJhbGciOiJFZERTQSJ9.e30.AAAA"), true, verify.Invalid, false, "endorsement-invalid"},
	} {
		doc := badge(t, s.did)
		member := "endorsement"
		if c.jwt {
			member = "endorsementJwt"
		}
		doc = doc.With(member, jsontree.OfArray(c.e))
		signed := sealed(t, s, doc)
		report := check(signed, nil)
		expect(t, c.name, report, "valid")
		if len(report.Endorsements) != 1 {
			t.Errorf("%s: %d endorsements", c.name, len(report.Endorsements))
			continue
		}
		e := report.Endorsements[0]
		if e.Report.Verdict != c.verdict || e.About != c.about || e.Pointer != "/"+member+"/0" {
			t.Errorf("%s: %s at %s, about this: %v: %+v", c.name, e.Report.Verdict, e.Pointer, e.About, e.Report.Reason())
		}
		warnings := report.Check("endorsements").Warnings
		if c.warning == "" && len(warnings) > 0 || c.warning != "" && (len(warnings) != 1 || warnings[0].Code != c.warning) {
			t.Errorf("%s: %+v, want %s", c.name, warnings, c.warning)
		}
	}
}

// Whose the badge is is asked of the badge, not of those who endorse it.
func TestEndorsementsAreNotAskedForTheRecipient(t *testing.T) {
	t.Parallel()
	s, peer := newSigner(t, "issuer"), newSigner(t, "peer")
	e := peer.mustSign(t, endorsing(t, peer.did, badgeID))
	signed := s.mustSign(t, ptr(badge(t, s.did)).With("endorsement", jsontree.OfArray(e)))
	report := verify.New(contexts).Verify(t.Context(), signed.AppendJSON(nil), verify.Options{At: now, Recipient: "did:example:learner"})
	expect(t, "the badge", report, "valid")
	expect(t, "the endorsement", &report.Endorsements[0].Report, "valid")
	if c := report.Endorsements[0].Report.Check(verify.CheckRecipient); c.Outcome != verify.Skipped {
		t.Errorf("%+v", c)
	}
}

// sealed signs the document as a token, which takes what a proof inside would
// not: documents with parts that are not signed as they should be.
func sealed(t testing.TB, s *signer, doc jsontree.Value) []byte {
	t.Helper()
	return []byte(s.token(t, doc, proof.JWTOptions{}))
}

// Endorsements stand in the credential, the achievement and the issuer's
// profile; those inside an endorsement are its own.
func TestEndorsementsAreFoundWhereTheyStand(t *testing.T) {
	t.Parallel()
	s, peer := newSigner(t, "issuer"), newSigner(t, "peer")
	inner := peer.mustSign(t, ptr(endorsing(t, peer.did, peer.did)).With("id", jsontree.Of("urn:uuid:0197a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a2c")))
	ofPeer := ptr(endorsing(t, peer.did, badgeID))
	outer := peer.mustSign(t, member(*ofPeer, jsontree.OfArray(inner), "issuer", "endorsement"))
	e := peer.mustSign(t, endorsing(t, peer.did, badgeID))
	doc := ptr(badge(t, s.did)).With("endorsement", jsontree.OfArray(outer))
	doc = member(doc, e, "issuer", "endorsement") // alone, without a list
	doc = member(doc, jsontree.OfArray(jsontree.Of(peer.token(t, endorsing(t, peer.did, achievementID), proof.JWTOptions{}))), "credentialSubject", "achievement", "endorsementJwt")
	report := check(sealed(t, s, doc), nil)
	// Open Badges 3.0 wants a list of endorsements; one alone is read all the same.
	var at []string
	for _, e := range report.Endorsements {
		at = append(at, fmt.Sprintf("%s %s %d", e.Pointer, e.Report.Verdict, len(e.Report.Endorsements)))
	}
	got := strings.Join(at, ", ")
	want := "/issuer/endorsement valid 0, /credentialSubject/achievement/endorsementJwt/0 valid 0, /endorsement/0 valid 1"
	if got != want {
		t.Errorf("found %s, want %s: %+v", got, want, report.Reason())
	}
}

// However many there are and however deep they stand, what is looked at is
// bounded, and what is not looked at is said.
func TestEndorsementsAreBounded(t *testing.T) {
	t.Parallel()
	s, peer := newSigner(t, "issuer"), newSigner(t, "peer")
	e := peer.mustSign(t, endorsing(t, peer.did, badgeID))
	var many []jsontree.Value
	for range 1000 {
		many = append(many, e)
	}
	report := check(sealed(t, s, ptr(badge(t, s.did)).With("endorsement", jsontree.OfArray(many...))), nil)
	if len(report.Endorsements) != 20 || !warned(report.Check("endorsements"), "endorsements-many") {
		t.Errorf("%d of 1000 endorsements were verified: %+v", len(report.Endorsements), report.Check("endorsements"))
	}

	// Twenty endorsements, each with its own.
	nested := e
	for range 20 {
		doc := endorsing(t, peer.did, badgeID)
		nested = peer.mustSign(t, doc.With("endorsement", jsontree.OfArray(nested)))
	}
	report = check(sealed(t, s, ptr(badge(t, s.did)).With("endorsement", jsontree.OfArray(nested))), nil)
	depth := 0
	for r := report; len(r.Endorsements) > 0; r = &r.Endorsements[0].Report {
		depth++
	}
	if depth != 2 {
		t.Errorf("endorsements of endorsements were followed %d deep", depth)
	}
}

// An endorsement sends us to its own documents, and all together to no more than
// fifty.
func TestFetchesAreBounded(t *testing.T) {
	t.Parallel()
	s, peer := newSigner(t, "issuer"), newSigner(t, "peer")
	var many []jsontree.Value
	for i := range 20 {
		var status []string
		for j := range 16 {
			status = append(status, strings.ReplaceAll(entry("revocation", `"1"`, ""), listURL, fmt.Sprintf("%s/%d/%d", listURL, i, j)))
		}
		doc := endorsing(t, peer.did, badgeID)
		many = append(many, peer.mustSign(t, doc.With("credentialStatus", parse(t, "["+strings.Join(status, ",")+"]"))))
	}
	net := network()
	report := check(sealed(t, s, ptr(badge(t, s.did)).With("endorsement", jsontree.OfArray(many...))), net)
	if len(net.asked) != 50 {
		t.Errorf("%d documents were asked for", len(net.asked))
	}
	for _, e := range report.Endorsements {
		if e.Report.Verdict != verify.Undetermined {
			t.Errorf("%s: %s, though its lists are not to be had", e.Pointer, e.Report.Verdict)
		}
	}
}
