package did

import (
	"crypto/ed25519"
	"encoding/binary"
	"sync"
	"testing"
)

// The memory of points is bounded, is for points alone, and gives each caller a
// key of its own.
func TestPointsAreRememberedWithinBounds(t *testing.T) {
	t.Parallel()
	var wait sync.WaitGroup
	for worker := range 2 {
		wait.Go(func() {
			for i := range maxPoints {
				var seed [ed25519.SeedSize]byte
				binary.BigEndian.PutUint64(seed[:], uint64(worker*maxPoints+i))
				public, _ := ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)
				for range 2 {
					if _, err := ed25519Key(public); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	wait.Wait()
	if n := len(points.seen); n == 0 || n > maxPoints {
		t.Errorf("%d points are remembered", n)
	}
	none := make([]byte, ed25519.PublicKeySize)
	none[0] = 2
	for range 2 {
		if key, err := ed25519Key(none); err == nil {
			t.Errorf("%x is a key", key)
		}
	}
	const text = "z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd"
	first, err := ParseMultikey(text)
	if err != nil {
		t.Fatal(err)
	}
	first.(ed25519.PublicKey)[0] ^= 1
	again, err := ParseMultikey(text)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := Multikey(again); err != nil || back != text {
		t.Errorf("%s, %v", back, err)
	}
}
