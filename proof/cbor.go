package proof

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// cborReader reads the few forms of CBOR (RFC 8949) that proof values use, in
// their deterministic encoding: lengths definite, numbers in their shortest
// form. What it reads has one encoding, so nobody can write it twice.
type cborReader struct{ rest []byte }

// The major types (RFC 8949 §3.1).
const (
	cborUint  = 0
	cborBytes = 2
	cborArray = 4
	cborMap   = 5
)

// head reads a head of the major type and returns its argument.
func (r *cborReader) head(major byte) (uint64, error) {
	if len(r.rest) == 0 {
		return 0, errors.New("CBOR ends early")
	}
	first := r.rest[0]
	if first>>5 != major {
		return 0, fmt.Errorf("CBOR major type %d where %d should be", first>>5, major)
	}
	r.rest = r.rest[1:]
	info := first & 0x1f
	if info < 24 {
		return uint64(info), nil
	}
	if info > 27 {
		return 0, errors.New("CBOR of indefinite length")
	}
	size := 1 << (info - 24)
	if len(r.rest) < size {
		return 0, errors.New("CBOR ends early")
	}
	var word [8]byte
	copy(word[8-size:], r.rest)
	r.rest = r.rest[size:]
	n := binary.BigEndian.Uint64(word[:])
	if size == 1 && n < 24 || size > 1 && n < 1<<(4*size) {
		return 0, errors.New("CBOR number not in its shortest form")
	}
	return n, nil
}

// count reads the head of an array or map of at most as many items as there are
// bytes, so that a promise of many costs nothing.
func (r *cborReader) count(major byte) (int, error) {
	n, err := r.head(major)
	if err != nil {
		return 0, err
	}
	if n > uint64(len(r.rest)) {
		return 0, errors.New("CBOR ends early")
	}
	return int(n), nil
}

// bytes reads a byte string of the given size.
func (r *cborReader) bytes(size int) ([]byte, error) {
	n, err := r.head(cborBytes)
	if err != nil {
		return nil, err
	}
	if n != uint64(size) {
		return nil, fmt.Errorf("%d bytes where %d should be", n, size)
	}
	if len(r.rest) < size {
		return nil, errors.New("CBOR ends early")
	}
	out := r.rest[:size:size]
	r.rest = r.rest[size:]
	return out, nil
}
