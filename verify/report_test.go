package verify_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/verify"
)

// The JSON of a report is what other programs read: its names and codes do not
// change without a decision.
func TestReportJSON(t *testing.T) {
	t.Parallel()
	issuer, peer := newSigner(t, "issuer"), newSigner(t, "peer")
	doc := badge(t, issuer.did)
	doc = doc.With("validUntil", jsontree.Of("2026-05-01T00:00:00+02:00"))
	doc = member(doc, jsontree.Of("chef"), "credentialSubject", "role")
	endorsement := peer.mustSign(t, endorsing(t, peer.did, badgeID))
	doc = doc.With("endorsement", jsontree.OfArray(endorsement.With("name", jsontree.Of("changed"))))
	signed := issuer.mustSign(t, doc)
	report := check(signed.AppendJSON(nil), nil)
	got, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/report.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(append(got, '\n'), want) {
		t.Errorf("the report is\n%s", got)
	}
}

// Whatever the outcome: each check once and in order, an outcome of the four, a
// code, warnings that are a list, and a time in RFC 3339.
func TestReportForm(t *testing.T) {
	t.Parallel()
	issuer := newSigner(t, "issuer")
	signed := issuer.mustSign(t, badge(t, issuer.did))
	for _, data := range []string{"", "{}", "[]", "eyJ.e.", "\x89PNG\r\n\x1a\n", "<svg/>", "nonsense", string(signed.AppendJSON(nil)), issuer.token(t, badge(t, issuer.did), jwtOptions)} {
		raw, err := json.Marshal(check([]byte(data), nil))
		if err != nil {
			t.Fatal(err)
		}
		var report struct {
			Verdict string
			At      string
			Checks  []struct {
				ID, Outcome, Code string
				Warnings          []struct{ Code, Detail string }
				Detail            *string
			}
		}
		if err := json.Unmarshal(raw, &report); err != nil {
			t.Fatalf("%v: %s", err, raw)
		}
		if bytes.Contains(raw, []byte("null")) {
			t.Errorf("a null in %s", raw)
		}
		if at, err := time.Parse(time.RFC3339, report.At); err != nil || !at.Equal(now) {
			t.Errorf("at is %s", report.At)
		}
		var ids []string
		for _, c := range report.Checks {
			ids = append(ids, c.ID)
			if c.Warnings == nil || c.Code == "" || c.Detail == nil {
				t.Errorf("%q: %+v", data, c)
			}
			switch verify.Outcome(c.Outcome) {
			case verify.Passed, verify.Failed, verify.Unknown, verify.Skipped:
			default:
				t.Errorf("%q: outcome %q", data, c.Outcome)
			}
		}
		want := []string{"container", "context", "json-ld", "data-model", "schema", "proof", "issuer", "refresh", "status", "validity", "recipient", "contents", "endorsements"}
		if len(ids) != len(want) {
			t.Errorf("checks are %v", ids)
			continue
		}
		for i := range want {
			if ids[i] != want[i] {
				t.Errorf("checks are %v", ids)
			}
		}
	}
}

func TestNoTime(t *testing.T) {
	t.Parallel()
	issuer := newSigner(t, "issuer")
	signed := issuer.mustSign(t, badge(t, issuer.did))
	report := verify.New(contexts).Verify(t.Context(), signed.AppendJSON(nil), verify.Options{})
	expect(t, "no time", report, "unknown: container no-time")
}
