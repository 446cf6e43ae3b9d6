package verify_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/ecusson/ecusson/internal/hostile"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
	"github.com/ecusson/ecusson/verify"
)

// FuzzVerify looks for bytes that make the verifier panic, contradict itself or
// call valid what no seed's key has signed. Seeds are our own fixtures.
func FuzzVerify(f *testing.F) {
	s := newSigner(f, "fuzz")
	signed := s.mustSign(f, badge(f, s.did))
	f.Add(signed.AppendJSON(nil))
	f.Add([]byte(s.token(f, badge(f, s.did), proof.JWTOptions{})))
	f.Add(hostile.PNG(1, 1, hostile.Text("openbadgecredential", false, signed.AppendJSON(nil))))
	seeds, err := filepath.Glob("testdata/made/*/*")
	if err != nil || len(seeds) < 90 {
		f.Fatalf("%d seeds: %v", len(seeds), err)
	}
	for _, path := range seeds {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		if len(data) < 16<<10 {
			f.Add(data)
		}
	}
	v := verify.New(contexts)
	f.Fuzz(func(t *testing.T, data []byte) {
		report := v.Verify(context.Background(), data, verify.Options{At: now, Recipient: "a@example.com"})
		coherent(t, report)
		if _, err := json.Marshal(report); err != nil {
			t.Fatal(err)
		}
		again := v.Verify(context.Background(), data, verify.Options{At: now, Recipient: "a@example.com"})
		if again.Verdict != report.Verdict {
			t.Fatalf("%s, then %s", report.Verdict, again.Verdict)
		}
	})
}

// coherent holds a report to what every report promises.
func coherent(t *testing.T, r *verify.Report) {
	t.Helper()
	failed, unknown := false, false
	for _, c := range r.Checks {
		if c.Code == "" || c.Outcome == "" || c.Warnings == nil {
			t.Fatalf("%+v", c)
		}
		if c.ID == verify.CheckEndorsement {
			continue
		}
		failed = failed || c.Outcome == verify.Failed
		unknown = unknown || c.Outcome == verify.Unknown
	}
	if (r.Verdict == verify.Invalid) != failed || r.Verdict == verify.Valid && unknown {
		t.Fatalf("%s with %+v", r.Verdict, r.Checks)
	}
	if r.Verdict != verify.Valid && r.Reason() == nil {
		t.Fatalf("%s without a reason", r.Verdict)
	}
	for i := range r.Contains {
		coherent(t, &r.Contains[i].Report)
	}
	if r.Check(verify.CheckProof).Code == verify.CodeUnsignedShown && r.Verdict == verify.Valid {
		// Only what it shows makes a presentation valid that nobody signed.
		for i := range r.Contains {
			if r.Contains[i].Report.Verdict != verify.Valid {
				t.Fatalf("a valid presentation of %+v", r.Contains[i].Report.Checks)
			}
		}
		if len(r.Contains) == 0 {
			t.Fatal("a valid presentation of nothing")
		}
		return
	}
	if r.Verdict == verify.Valid {
		if r.Check(verify.CheckProof).Outcome != verify.Passed || r.Check(verify.CheckIssuer).Outcome != verify.Passed || r.Credential == nil || len(r.Raw) == 0 {
			t.Fatalf("valid with %+v", r.Checks)
		}
		if !r.Credential.Is(jsontree.Object) {
			t.Fatal("a valid credential that is no object")
		}
	}
	for i := range r.Endorsements {
		coherent(t, &r.Endorsements[i].Report)
	}
}
