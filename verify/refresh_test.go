package verify_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/statuslist"
	"github.com/ecusson/ecusson/verify"
)

const refreshURL = "https://river.example/refresh/1"

func refreshable(doc jsontree.Value, url string) jsontree.Value {
	return doc.With("refreshService", jsontree.OfObject(
		jsontree.Member{Name: "id", Value: jsontree.Of(url)},
		jsontree.Member{Name: "type", Value: jsontree.Of("1EdTechCredentialRefresh")},
	))
}

// The badge's current form takes its place where it is the same badge and its
// issuer's; else the original is gone on with, and it is said.
func TestRefresh(t *testing.T) {
	t.Parallel()
	s, other := newSigner(t, "issuer"), newSigner(t, "somebody else")
	base := refreshable(badge(t, s.did), refreshURL)
	original := s.mustSign(t, base.With("validUntil", jsontree.Of("2026-02-01T00:00:00Z")))
	newer := base.With("validUntil", jsontree.Of("2027-02-01T00:00:00Z"))
	revoked := newer.With("credentialStatus", parse(t, entry("revocation", `"5"`, "")))
	noName := member(newer, jsontree.OfObject(), "credentialSubject", "achievement", "criteria")
	for _, c := range []struct{ name, served, want, code string }{
		{"good", text(s.mustSign(t, newer)), "valid", "refreshed"},
		{"good, as a token", s.token(t, newer, jwtOptions), "valid", "refreshed"},
		{"the identifier written otherwise", text(s.mustSign(t, newer.With("id", jsontree.Of(strings.Replace(badgeID, "urn:uuid:0", "urn:uuid:%30", 1))))), "valid", "refreshed"},
		{"expired too", text(s.mustSign(t, newer.With("validUntil", jsontree.Of("2026-03-01T00:00:00Z")))), "invalid: validity expired", "refreshed"},
		{"revoked meanwhile", text(s.mustSign(t, revoked)), "invalid: status revoked", "refreshed"},
		{"nothing", "", "invalid: validity expired", "refresh-unreachable"},
		{"a page", "<html>", "invalid: validity expired", "refresh-malformed"},
		{"a list", "[]", "invalid: validity expired", "refresh-malformed"},
		{"with another id", text(s.mustSign(t, newer.With("id", jsontree.Of("urn:uuid:0192f3c4-7a1b-7c3d-9e5f-ffffffffffff")))), "invalid: validity expired", "refresh-other"},
		{"of another issuer", text(other.mustSign(t, refreshable(badge(t, other.did), refreshURL))), "invalid: validity expired", "refresh-other"},
		{"by another in the issuer's name", text(other.mustSign(t, newer)), "invalid: validity expired", "refresh-unverified"},
		{"changed", text(ptr(s.mustSign(t, newer)).With("name", jsontree.Of("x"))), "invalid: validity expired", "refresh-unverified"},
		{"unsigned", text(newer), "invalid: validity expired", "refresh-unverified"},
		{"signed and not as it must be", text(s.mustSign(t, noName)), "invalid: validity expired", "refresh-unverified"},
	} {
		net := network(listURL, text(list(t, s, statuslist.Publication{}, 5)))
		if c.served != "" {
			net.texts[refreshURL] = c.served
		}
		report := check(original.AppendJSON(nil), net)
		expect(t, c.name, report, c.want)
		switch got := report.Check("refresh"); {
		case got.Code != c.code:
			t.Errorf("%s: %+v, want %s", c.name, got, c.code)
		case c.code == "refreshed" && got.Outcome != verify.Passed:
			t.Errorf("%s: %+v", c.name, got)
		case c.code != "refreshed" && (got.Outcome != verify.Skipped || !warned(got, c.code)):
			t.Errorf("%s: %+v", c.name, got)
		}
		if n := count(net.asked, refreshURL); n != 1 {
			t.Errorf("%s: the service was asked %d times", c.name, n)
		}
	}
}

func count(all []string, one string) int {
	n := 0
	for _, s := range all {
		if s == one {
			n++
		}
	}
	return n
}

// Whoever forges a badge can write any address into it, of a service that has a
// good one: it must never be asked.
func TestRefreshIsNotAskedForWhatIsNotProven(t *testing.T) {
	t.Parallel()
	s, other := newSigner(t, "issuer"), newSigner(t, "somebody else")
	good := refreshable(badge(t, s.did), refreshURL)
	signed := s.mustSign(t, good)
	ofProfile := refreshable(badge(t, profile), refreshURL)
	for _, c := range []struct {
		name string
		doc  jsontree.Value
		want string
	}{
		{"changed", signed.With("name", jsontree.Of("Changed")), "invalid: proof signature-invalid"},
		{"the service added", refreshable(s.mustSign(t, badge(t, s.did)), refreshURL), "invalid: proof signature-invalid"},
		{"unsigned", good, "invalid: proof no-proof"},
		{"signed by another", other.mustSign(t, good), "invalid: issuer issuer-key-mismatch"},
		{"by nobody knows whom", s.mustSign(t, ofProfile), "unknown: issuer issuer-key-unproven"},
		{"with a key that is not to be had", forge(t, s, ofProfile, keyURL), "unknown: proof key-unresolved"},
		{"with a word that nobody signed", signed.With("extra", jsontree.Of("x")), "invalid: json-ld undefined-term"},
		{"not as it must be", s.mustSign(t, good.Without("validFrom")), "invalid: data-model missing"},
	} {
		net := network(refreshURL, text(signed))
		expect(t, c.name, check(c.doc.AppendJSON(nil), net), c.want)
		if slices.Contains(net.asked, refreshURL) {
			t.Errorf("%s: the service was asked", c.name)
		}
	}
}

// A refreshed badge points to a service as well, as may its endorsements: one
// step is made.
func TestRefreshIsOneStep(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	second := "https://river.example/refresh/2"
	original := s.mustSign(t, refreshable(badge(t, s.did), refreshURL))
	endorsement := s.mustSign(t, refreshable(extended(t, endorsing(t, s.did, badgeID)), "https://river.example/refresh/3"))
	newer := s.mustSign(t, ptr(refreshable(badge(t, s.did), second)).With("endorsement", jsontree.OfArray(endorsement)))
	net := network(refreshURL, text(newer), second, text(original))
	report := check(original.AppendJSON(nil), net)
	expect(t, "two steps", report, "valid")
	if !slices.Equal(net.asked, []string{refreshURL}) {
		t.Errorf("asked %v", net.asked)
	}
	// Itself, for ever.
	net = network(refreshURL, text(original))
	expect(t, "itself", check(original.AppendJSON(nil), net), "valid")
	if len(net.asked) != 1 {
		t.Errorf("asked %v", net.asked)
	}
}

// A service of another type is not one that answers with badges.
func TestRefreshOfAnotherType(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	doc := ptr(badge(t, s.did)).With("refreshService", parse(t, `{"id":"`+refreshURL+`","type":"VerifiableCredentialRefreshService2021"}`))
	doc = doc.With("@context", jsontree.OfArray(append(items(doc.Get("@context")), parse(t, `{"@vocab":"https://river.example/terms#"}`))...))
	net := network(refreshURL, text(s.mustSign(t, badge(t, s.did))))
	report := check(ptr(s.mustSign(t, doc)).AppendJSON(nil), net)
	expect(t, "another type", report, "valid")
	if len(net.asked) != 0 || report.Check("refresh").Code != "no-refresh" {
		t.Errorf("asked %v: %+v", net.asked, report.Check("refresh"))
	}
}

// extended adds the context that 1EdTech's own types need.
func extended(t testing.TB, doc jsontree.Value) jsontree.Value {
	t.Helper()
	return doc.With("@context", jsontree.OfArray(append(items(doc.Get("@context")), jsontree.Of("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"))...))
}
