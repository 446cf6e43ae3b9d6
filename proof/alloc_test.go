//go:build !race

package proof_test

import (
	"testing"

	"github.com/ecusson/ecusson/jsonld"
)

// The race detector makes pools forget on purpose.
func TestIssueAllocatesLittle(t *testing.T) {
	template := compile(t, jsonld.New(nil), testdata(t, "credential.json"), benchSlots...)
	created := at(t, "2025-01-01T00:00:00Z")
	values := benchValues(1)
	buf := make([]byte, 0, 8192)
	if n := testing.AllocsPerRun(200, func() {
		if _, err := template.Issue(buf, values, created); err != nil {
			t.Fatal(err)
		}
	}); n > 3 {
		t.Errorf("%v allocations an issue", n)
	}
}
