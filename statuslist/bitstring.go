// Package statuslist builds and reads status lists as the W3C's Bitstring
// Status List 1.0 defines them: a string of bits in which each credential has a
// place, and the entry by which a credential names its place.
//
// It does no more than that: it fetches nothing, checks no proof and no date,
// and gives no verdict. A list says something only once its proof holds; that
// is package verify's.
//
// To issue: [New], [NewAllocator], [Entry.Tree] for each credential, and
// [Credential] for the list. To read: [ParseEntry], [Read], then [List.Value].
package statuslist

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
)

// MinEntries is the least number of entries of a list, so that a reader of the
// list does not learn much from which one is fetched (Bitstring Status List 1.0,
// §2.2: 16 KiB uncompressed).
const MinEntries = 131072

// maxSize is the widest status read, in bits.
const maxSize = 8

// defaultMaxBytes is room for 33,554,432 statuses of one bit.
const defaultMaxBytes = 4 << 20

// The kinds of error of this package; those returned wrap one of them.
var (
	// ErrEncoding: an encodedList that is not multibase base64url of gzip.
	ErrEncoding = errors.New("list is not decodable")
	// ErrTooLarge: a list that is larger than the bound when decompressed.
	ErrTooLarge = errors.New("list is too large")
	// ErrLength: a list of fewer than MinEntries entries. It can be read all the
	// same; a strict reader calls it STATUS_LIST_LENGTH_ERROR.
	ErrLength = errors.New("list is too short")
	// ErrRange: an index beyond the end of the list (RANGE_ERROR).
	ErrRange = errors.New("index is out of range")
	// ErrMalformed: a status entry or a list credential that is not as it must be.
	ErrMalformed = errors.New("malformed")
	// ErrUnknownType: a status entry or list of a type this package does not read.
	ErrUnknownType = errors.New("unknown type")
	// ErrFull: no index of the list is free.
	ErrFull = errors.New("list is full")
)

// List is a string of bits. The bit with index 0 is the most significant bit of
// the first byte (§3.3). Make one with [New] or [Decode].
type List struct {
	bits []byte
}

// New returns a list of zeros with room for the number of entries of one bit,
// and never fewer than MinEntries; the number is rounded up to a whole byte.
func New(entries int) *List {
	return &List{bits: make([]byte, (max(entries, MinEntries)+7)/8)}
}

// Len is the number of bits.
func (l *List) Len() int { return 8 * len(l.bits) }

// Get returns the bit of an entry of one bit.
func (l *List) Get(index int) (bool, error) {
	v, err := l.Value(index, 1)
	return v == 1, err
}

// Value returns the status of an entry that is size bits wide, 1 to 8: the bits
// from index times size on, the first the most significant (§3.2). An
// index beyond the end is ErrRange.
func (l *List) Value(index, size int) (int, error) {
	if size < 1 || size > maxSize {
		return 0, fmt.Errorf("statuslist: status size %d: %w: 1 to %d bits are read", size, ErrMalformed, maxSize)
	}
	if index < 0 || index >= l.Len()/size {
		return 0, fmt.Errorf("statuslist: index %d of %d entries: %w", index, l.Len()/size, ErrRange)
	}
	value := 0
	for i := index * size; i < (index+1)*size; i++ {
		value = value<<1 | int(l.bits[i/8]>>(7-i%8)&1)
	}
	return value, nil
}

// Set sets or clears the bit of an entry of one bit.
func (l *List) Set(index int, on bool) error {
	if index < 0 || index >= l.Len() {
		return fmt.Errorf("statuslist: index %d of %d entries: %w", index, l.Len(), ErrRange)
	}
	if mask := byte(0x80) >> (index % 8); on {
		l.bits[index/8] |= mask
	} else {
		l.bits[index/8] &^= mask
	}
	return nil
}

// CheckLength returns an error of the kind ErrLength where the list has fewer
// than MinEntries entries of size bits (§3.2). Published lists of
// 100,000 entries exist: it is for the caller to warn or to refuse.
func (l *List) CheckLength(size int) error {
	if n := l.Len() / max(size, 1); n < MinEntries {
		return fmt.Errorf("statuslist: %d entries, fewer than %d: %w", n, MinEntries, ErrLength)
	}
	return nil
}

// Encode returns the list as the value of encodedList: "u", then base64url
// without padding of the gzip of the bits (§3.3). The gzip has no time and no
// name in it: the same bits give the same text from the same build.
func (l *List) Encode() (string, error) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(l.bits); err != nil {
		return "", fmt.Errorf("statuslist: encode: %w", err)
	}
	if err := z.Close(); err != nil {
		return "", fmt.Errorf("statuslist: encode: %w", err)
	}
	text := make([]byte, 1+base64.RawURLEncoding.EncodedLen(packed.Len()))
	text[0] = 'u'
	base64.RawURLEncoding.Encode(text[1:], packed.Bytes())
	return string(text), nil
}

// DecodeOptions says what Decode takes. The zero value is strict.
type DecodeOptions struct {
	// MaxBytes bounds the decompressed list; 0 is 4 MiB, 33,554,432 bits.
	MaxBytes int
	// Legacy takes what StatusList2021 lists are in the wild: without the "u",
	// and with padding.
	Legacy bool
}

// Decode reads the value of encodedList (§3.4). It never holds much more than
// twice MaxBytes, whatever the text decompresses to. Its errors are of the
// kinds ErrEncoding and ErrTooLarge; a short list is no error here, see
// [List.CheckLength].
func Decode(encoded string, o DecodeOptions) (*List, error) {
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultMaxBytes
	}
	text, ok := strings.CutPrefix(encoded, "u")
	if !ok && !o.Legacy {
		return nil, fmt.Errorf("statuslist: decode: %w: it does not begin with the multibase letter u", ErrEncoding)
	}
	if o.Legacy {
		text = strings.TrimRight(text, "=")
	}
	// The decoder passes over line breaks, which are no part of the alphabet.
	if i := strings.IndexAny(text, "\r\n"); i >= 0 {
		return nil, fmt.Errorf("statuslist: decode: %w: line break in the base64url text", ErrEncoding)
	}
	packed, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("statuslist: decode: %w: %w", ErrEncoding, err)
	}
	source := bytes.NewReader(packed)
	z, err := gzip.NewReader(source)
	if err != nil {
		return nil, fmt.Errorf("statuslist: decode: %w: %w", ErrEncoding, err)
	}
	z.Multistream(false)
	var bits bytes.Buffer
	bits.Grow(min(MinEntries/8, o.MaxBytes) + bytes.MinRead)
	n, err := io.Copy(&bits, io.LimitReader(z, int64(o.MaxBytes)+1))
	switch {
	case n > int64(o.MaxBytes):
		return nil, fmt.Errorf("statuslist: decode: %w: more than %d bytes", ErrTooLarge, o.MaxBytes)
	case err != nil:
		return nil, fmt.Errorf("statuslist: decode: %w: %w", ErrEncoding, err)
	case source.Len() > 0:
		return nil, fmt.Errorf("statuslist: decode: %w: %d bytes after the end of the list", ErrEncoding, source.Len())
	}
	return &List{bits: bits.Bytes()}, nil
}
