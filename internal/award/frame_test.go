package award

import (
	"bytes"
	"testing"
)

func TestPlaces(t *testing.T) {
	t.Parallel()
	one, err := newOrder(bytes.Repeat([]byte{3}, seedSize))
	if err != nil {
		t.Fatal(err)
	}
	other, err := newOrder(bytes.Repeat([]byte{4}, seedSize))
	if err != nil {
		t.Fatal(err)
	}
	seen := make([]bool, listSize)
	ordered := 0
	last := -1
	for n := range listSize {
		p := one.place(n)
		if seen[p] {
			t.Fatalf("place %d is given out twice", p)
		}
		seen[p] = true
		if p > last {
			ordered++
		}
		last = p
	}
	if share := float64(ordered) / listSize; share < 0.48 || share > 0.52 {
		t.Errorf("%.3f of the places are larger than the one before", share)
	}
	if other.place(1) == one.place(1) && other.place(2) == one.place(2) {
		t.Error("another seed gives the same order")
	}
}
