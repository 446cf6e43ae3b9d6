package verify

import (
	"testing"
	"time"
)

// Nothing passes by default: a report is valid only where signature and key were
// looked at and held, and no check failed or is open.
func TestConclude(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		set  map[string]Outcome
		want Verdict
	}{
		{"nothing asked", nil, Undetermined},
		{"all but the signature", map[string]Outcome{CheckContainer: Passed, CheckContext: Passed, CheckJSONLD: Passed, CheckDataModel: Passed, CheckIssuer: Passed}, Undetermined},
		{"signature without key", map[string]Outcome{CheckProof: Passed}, Undetermined},
		{"signature and key", map[string]Outcome{CheckProof: Passed, CheckIssuer: Passed}, Valid},
		{"unknown issuer", map[string]Outcome{CheckProof: Passed, CheckIssuer: Unknown}, Undetermined},
		{"unknown status", map[string]Outcome{CheckProof: Passed, CheckIssuer: Passed, CheckStatus: Unknown}, Undetermined},
		{"failed beats unknown", map[string]Outcome{CheckProof: Unknown, CheckIssuer: Passed, CheckValidity: Failed}, Invalid},
		{"endorsements decide nothing", map[string]Outcome{CheckProof: Passed, CheckIssuer: Passed, CheckEndorsement: Failed}, Valid},
	} {
		r := newReport(time.Unix(0, 0))
		for id, outcome := range c.set {
			r.set(id, outcome, "x", "")
		}
		if r.conclude(); r.Verdict != c.want {
			t.Errorf("%s: %s, want %s", c.name, r.Verdict, c.want)
		}
	}
	for _, id := range checkOrder {
		if id == CheckEndorsement {
			continue
		}
		for outcome, want := range map[Outcome]Verdict{Failed: Invalid, Unknown: Undetermined} {
			r := newReport(time.Unix(0, 0))
			r.set(CheckProof, Passed, CodeOK, "")
			r.set(CheckIssuer, Passed, CodeOK, "")
			r.set(id, outcome, "x", "")
			if r.conclude(); r.Verdict != want || r.Reason().ID != id {
				t.Errorf("%s %s: %s", id, outcome, r.Verdict)
			}
		}
	}
}
