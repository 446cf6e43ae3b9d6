package award

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"fmt"

	"github.com/ecusson/ecusson/statuslist"
)

// listSize is the number of places of a status list: 2¹⁷, the least that the
// standard allows (Bitstring Status List 1.0 §2.2).
const listSize = statuslist.MinEntries

// seedSize is the length of a list's seed in bytes.
const seedSize = 32

// order is the order in which a list gives its places out. It looks random, so
// that a place tells nothing of when and beside whom an award was given (Bitstring
// Status List 1.0, privacy considerations), and no two numbers have one place, so
// that giving places out takes no more than a counter: a Feistel network over the
// 17 bits of a place, whose rounds are keyed by the list's secret seed. Its
// halves are of 9 bits, and what falls outside of 17 is sent through again until
// it falls inside.
type order struct{ block cipher.Block }

func newOrder(seed []byte) (order, error) {
	if len(seed) != seedSize {
		return order{}, fmt.Errorf("award: a seed of %d bytes", len(seed))
	}
	block, err := aes.NewCipher(seed)
	if err != nil {
		return order{}, fmt.Errorf("award: %w", err)
	}
	return order{block}, nil
}

// place is the n-th place, n from 0.
func (o order) place(n int) int {
	x := uint32(n)
	for {
		x = o.feistel(x)
		if x < listSize {
			return int(x)
		}
	}
}

func (o order) feistel(x uint32) uint32 {
	const half, mask = 9, 1<<9 - 1
	left, right := x>>half&mask, x&mask
	var b [aes.BlockSize]byte
	for round := range byte(8) {
		clear(b[:])
		b[0], b[1], b[2] = round, byte(right), byte(right>>8)
		o.block.Encrypt(b[:], b[:])
		left, right = right, left^binary.LittleEndian.Uint32(b[:])&mask
	}
	return left<<half | right
}
