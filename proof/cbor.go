package proof

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"unicode/utf8"
)

// cborReader reads the few forms of CBOR (RFC 8949) that proof values use, in
// their deterministic encoding: lengths definite, numbers in their shortest
// form. What it reads has one encoding, so nobody can write it twice.
type cborReader struct{ rest []byte }

// The major types (RFC 8949 §3.1).
const (
	cborUint  = 0
	cborBytes = 2
	cborText  = 3
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

// text reads a text.
func (r *cborReader) text() (string, error) {
	n, err := r.count(cborText)
	if err != nil {
		return "", err
	}
	text := string(r.rest[:n])
	if !utf8.ValidString(text) {
		return "", errors.New("CBOR text that is not UTF-8")
	}
	r.rest = r.rest[n:]
	return text, nil
}

// signatures reads a list of P-256 signatures.
func (r *cborReader) signatures() ([][]byte, error) {
	n, err := r.count(cborArray)
	if err != nil {
		return nil, fmt.Errorf("signatures: %w", err)
	}
	if n > maxStatements {
		return nil, fmt.Errorf("more than %d signatures", maxStatements)
	}
	out := make([][]byte, n)
	for i := range out {
		if out[i], err = r.bytes(sdSignature); err != nil {
			return nil, fmt.Errorf("signature %d: %w", i, err)
		}
	}
	return out, nil
}

// appendCBOR appends a head in its shortest form.
func appendCBOR(dst []byte, major byte, n int) []byte {
	if n < 24 {
		return append(dst, major<<5|byte(n))
	}
	// 24 to 27 are followed by 1, 2, 4 or 8 bytes.
	size := bits.Len(uint(bits.Len(uint(n))-1) / 8)
	dst = append(dst, major<<5|byte(24+size))
	var word [8]byte
	binary.BigEndian.PutUint64(word[:], uint64(n))
	return append(dst, word[8-1<<size:]...)
}

func appendCBORBytes(dst, data []byte) []byte {
	return append(appendCBOR(dst, cborBytes, len(data)), data...)
}
