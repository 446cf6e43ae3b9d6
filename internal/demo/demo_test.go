package demo

import (
	"testing"
)

// TestPeople holds that the territory's people are many, and each has an address
// of their own.
func TestPeople(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for n := range 2000 {
		name, address := somebody(n)
		if other, twice := seen[address]; twice {
			t.Fatalf("%s and %s have one address", name, other)
		}
		seen[address] = name
	}
}
