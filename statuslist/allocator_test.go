package statuslist_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/ecusson/ecusson/statuslist"
)

func TestAllocatorGivesEachOnce(t *testing.T) {
	t.Parallel()
	for _, entries := range []int{0, 1, 63, 64, 65, 1000} {
		a := statuslist.NewAllocator(entries)
		random := rand.NewChaCha8([32]byte{1})
		seen := make(map[int]bool)
		for a.Free() > 0 {
			i, err := a.Next(random)
			if err != nil {
				t.Fatal(err)
			}
			if i < 0 || i >= entries || seen[i] {
				t.Fatalf("%d entries: index %d is out of range or was given before", entries, i)
			}
			seen[i] = true
		}
		if len(seen) != entries {
			t.Errorf("%d entries: %d given", entries, len(seen))
		}
		if _, err := a.Next(random); !errors.Is(err, statuslist.ErrFull) {
			t.Errorf("full list: %v", err)
		}
	}
}

func TestAllocatorTake(t *testing.T) {
	t.Parallel()
	a := statuslist.NewAllocator(131072)
	for i := range 131072 {
		if i == 94567 {
			continue
		}
		if fresh, err := a.Take(i); err != nil || !fresh {
			t.Fatalf("take %d: %t, %v", i, fresh, err)
		}
	}
	if fresh, err := a.Take(7); err != nil || fresh {
		t.Errorf("take 7 again: %t, %v", fresh, err)
	}
	for _, i := range []int{-1, 131072} {
		if _, err := a.Take(i); !errors.Is(err, statuslist.ErrRange) {
			t.Errorf("take %d: %v", i, err)
		}
	}
	if i, err := a.Next(rand.NewChaCha8([32]byte{})); err != nil || i != 94567 {
		t.Errorf("the last free index: %d, %v", i, err)
	}
}

// Each free index must be as likely as another, whatever is taken.
func TestAllocatorIsUniform(t *testing.T) {
	t.Parallel()
	random := rand.NewChaCha8([32]byte{2})
	const rounds = 30000
	var count [96]int
	for range rounds {
		a := statuslist.NewAllocator(96)
		for i := range 96 {
			if i%3 != 0 {
				_, _ = a.Take(i)
			}
		}
		i, err := a.Next(random)
		if err != nil {
			t.Fatal(err)
		}
		count[i]++
	}
	// 32 cells of about 937.5; six standard deviations are about 181.
	for i, n := range count {
		if i%3 == 0 && (n < 757 || n > 1118) || i%3 != 0 && n != 0 {
			t.Errorf("index %d was chosen %d times", i, n)
		}
	}
}

type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

func TestAllocatorBrokenRandomness(t *testing.T) {
	t.Parallel()
	a := statuslist.NewAllocator(131071)
	if _, err := a.Next(endless(0xff)); err == nil {
		t.Error("a source that always says the same was believed")
	}
	if _, err := a.Next(bytes.NewReader([]byte{1, 2, 3})); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a source that ends: %v", err)
	}
	if a.Free() != 131071 {
		t.Errorf("%d free after errors", a.Free())
	}
}

// The state that the question is about: 100,000 of 131,072 used, and more.
func BenchmarkAllocatorNext(b *testing.B) {
	random := rand.NewChaCha8([32]byte{})
	full := func() *statuslist.Allocator {
		a := statuslist.NewAllocator(131072)
		for i := range 100000 {
			_, _ = a.Take((i * 7919) % 131072)
		}
		return a
	}
	a := full()
	for b.Loop() {
		if a.Free() == 0 {
			b.StopTimer()
			a = full()
			b.StartTimer()
		}
		if _, err := a.Next(random); err != nil {
			b.Fatal(err)
		}
	}
}
