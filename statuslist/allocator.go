package statuslist

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
)

// Allocator gives out the indexes of one list in a random order, each once: an
// index tells nothing about when its credential was issued or beside whom
// (Bitstring Status List 1.0, privacy considerations).
//
// It keeps one bit an index and the number of free ones. To choose it draws a
// number k below the number of free indexes and finds the k-th free index by
// counting the bits of 64 indexes at a time. The choice is uniform and costs
// the same (about a microsecond for 131,072) for an empty list and for one
// whose last index is asked for; nothing is ever tried in vain.
type Allocator struct {
	used []uint64
	size int
	free int
}

// NewAllocator returns an allocator for the indexes 0 to entries-1, all free.
func NewAllocator(entries int) *Allocator {
	entries = max(entries, 0)
	a := &Allocator{used: make([]uint64, (entries+63)/64), size: entries, free: entries}
	if rest := entries % 64; rest != 0 {
		a.used[len(a.used)-1] = ^uint64(0) << rest
	}
	return a
}

// Free is the number of indexes that are free.
func (a *Allocator) Free() int { return a.free }

// Take marks an index as used, and tells whether it was free until now. It is
// how an allocator learns what was given out before. An index out of range is
// an error of the kind ErrRange.
func (a *Allocator) Take(index int) (bool, error) {
	if index < 0 || index >= a.size {
		return false, fmt.Errorf("statuslist: index %d of %d entries: %w", index, a.size, ErrRange)
	}
	mask := uint64(1) << (index % 64)
	if a.used[index/64]&mask != 0 {
		return false, nil
	}
	a.used[index/64] |= mask
	a.free--
	return true, nil
}

// Next takes a free index at random; random is a cryptographic source such as
// crypto/rand.Reader. An error of the kind ErrFull says that none is free.
func (a *Allocator) Next(random io.Reader) (int, error) {
	if a.free == 0 {
		return 0, fmt.Errorf("statuslist: %w", ErrFull)
	}
	k, err := below(random, a.free)
	if err != nil {
		return 0, fmt.Errorf("statuslist: choose an index: %w", err)
	}
	for w, word := range a.used {
		n := bits.OnesCount64(^word)
		if k >= n {
			k -= n
			continue
		}
		// Drop the k lowest free ones of this word; the lowest left is it.
		free := ^word
		for ; k > 0; k-- {
			free &= free - 1
		}
		bit := bits.TrailingZeros64(free)
		a.used[w] |= 1 << bit
		a.free--
		return 64*w + bit, nil
	}
	panic("statuslist: free indexes miscounted")
}

// draws is after how many draws a source of randomness is called broken: each
// of a sound one succeeds at least every second time.
const draws = 128

// below returns a uniform number of 0 to n-1.
func below(random io.Reader, n int) (int, error) {
	if n == 1 {
		return 0, nil
	}
	mask := uint64(1)<<bits.Len64(uint64(n-1)) - 1
	var buf [8]byte
	for range draws {
		if _, err := io.ReadFull(random, buf[:]); err != nil {
			return 0, err
		}
		if v := binary.BigEndian.Uint64(buf[:]) & mask; v < uint64(n) {
			return int(v), nil
		}
	}
	return 0, fmt.Errorf("the source of randomness repeats itself")
}
