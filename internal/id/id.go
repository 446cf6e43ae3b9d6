// Package id makes the names of things: identifiers that sort by the time of
// their making, short numbers within an owner, secret tokens, and the texts by
// which addresses show them. Clock and chance are given. Begin with New.
package id

import (
	"crypto/sha256"
	"database/sql/driver"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// ErrMalformed: a text that is no name of ours.
var ErrMalformed = errors.New("id: malformed")

// alphabet is Crockford's base 32 in small letters: no i, l, o, u.
var alphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// ID is a UUID of version 7 (RFC 9562 §5.7): milliseconds, then 74 random bits.
type ID [16]byte

// New makes an ID of a moment; random is a cryptographic source.
func New(now time.Time, random io.Reader) (ID, error) {
	var i ID
	if _, err := io.ReadFull(random, i[6:]); err != nil {
		return ID{}, fmt.Errorf("id: %w", err)
	}
	ms := uint64(now.UnixMilli())
	i[0], i[1], i[2], i[3], i[4], i[5] = byte(ms>>40), byte(ms>>32), byte(ms>>24), byte(ms>>16), byte(ms>>8), byte(ms)
	i[6] = i[6]&0x0f | 0x70
	i[8] = i[8]&0x3f | 0x80
	return i, nil
}

// At is the least ID of a moment, for ranges.
func At(t time.Time) ID {
	var i ID
	ms := uint64(t.UnixMilli())
	i[0], i[1], i[2], i[3], i[4], i[5] = byte(ms>>40), byte(ms>>32), byte(ms>>24), byte(ms>>16), byte(ms>>8), byte(ms)
	return i
}

// Time is the moment of the making, to the millisecond.
func (i ID) Time() time.Time {
	ms := uint64(i[0])<<40 | uint64(i[1])<<32 | uint64(i[2])<<24 | uint64(i[3])<<16 | uint64(i[4])<<8 | uint64(i[5])
	return time.UnixMilli(int64(ms)).UTC()
}

// IsZero tells whether it names nothing.
func (i ID) IsZero() bool { return i == ID{} }

// String writes the ID in 26 small letters and digits.
func (i ID) String() string { return alphabet.EncodeToString(i[:]) }

// Parse reads what String wrote, in letters of either size.
func Parse(s string) (ID, error) {
	var i ID
	b, err := decode(s, len(i))
	if err != nil {
		return ID{}, err
	}
	copy(i[:], b)
	return i, nil
}

// Value stores the ID as its bytes, and the zero ID as NULL.
func (i ID) Value() (driver.Value, error) {
	if i.IsZero() {
		return nil, nil
	}
	return i[:], nil
}

// Scan reads what Value stored.
func (i *ID) Scan(src any) error {
	switch b := src.(type) {
	case nil:
		*i = ID{}
		return nil
	case []byte:
		if len(b) == len(i) {
			copy(i[:], b)
			return nil
		}
	}
	return fmt.Errorf("%w: %T in the database", ErrMalformed, src)
}

// Number is a short name within an owner, or of an owner: 1 to 2³¹-1, drawn at
// random. Large tables have it in their keys, where every byte counts. Whoever
// draws one looks whether it is free.
type Number int32

// NewNumber draws a number.
func NewNumber(random io.Reader) (Number, error) {
	var b [4]byte
	for {
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return 0, fmt.Errorf("id: %w", err)
		}
		if n := Number(binary.BigEndian.Uint32(b[:]) >> 1); n != 0 {
			return n, nil
		}
	}
}

// Key is the name of something of an owner, as addresses show it: 13 letters.
func Key(owner, n Number) string {
	var b [8]byte
	binary.BigEndian.PutUint32(b[:4], uint32(owner))
	binary.BigEndian.PutUint32(b[4:], uint32(n))
	return alphabet.EncodeToString(b[:])
}

// ParseKey reads what Key wrote.
func ParseKey(s string) (owner, n Number, err error) {
	b, err := decode(s, 8)
	if err != nil {
		return 0, 0, err
	}
	owner, n = Number(binary.BigEndian.Uint32(b[:4])), Number(binary.BigEndian.Uint32(b[4:]))
	if owner <= 0 || n <= 0 {
		return 0, 0, ErrMalformed
	}
	return owner, n, nil
}

// Public is the name of an award to the world: its owner's number, and its ID
// with its 74 random bits, in 32 letters. Who has not been told it cannot guess
// it, and it leads to its row without a look-up.
func Public(owner Number, i ID) string { return string(AppendPublic(nil, owner, i)) }

// AppendPublic appends what Public returns.
func AppendPublic(dst []byte, owner Number, i ID) []byte {
	var b [20]byte
	binary.BigEndian.PutUint32(b[:4], uint32(owner))
	copy(b[4:], i[:])
	return alphabet.AppendEncode(dst, b[:])
}

// ParsePublic reads what Public wrote.
func ParsePublic(s string) (Number, ID, error) {
	b, err := decode(s, 20)
	if err != nil {
		return 0, ID{}, err
	}
	owner := Number(binary.BigEndian.Uint32(b[:4]))
	if owner <= 0 {
		return 0, ID{}, ErrMalformed
	}
	return owner, ID(b[4:]), nil
}

// Token is a secret that a link or a cookie carries: 160 random bits. What is
// stored is its hash alone.
type Token string

// NewToken draws a token.
func NewToken(random io.Reader) (Token, error) {
	var b [20]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("id: %w", err)
	}
	return Token(alphabet.EncodeToString(b[:])), nil
}

// Hash is what is stored of a token.
func (t Token) Hash() []byte {
	sum := sha256.Sum256([]byte(strings.ToLower(string(t))))
	return sum[:]
}

func decode(s string, n int) ([]byte, error) {
	if len(s) != alphabet.EncodedLen(n) {
		return nil, ErrMalformed
	}
	b, err := alphabet.DecodeString(strings.ToLower(s))
	if err != nil || alphabet.EncodeToString(b) != strings.ToLower(s) {
		return nil, ErrMalformed // the second: bits left over must be zero, so that each thing has one name
	}
	return b, nil
}

// Text writes bytes in the letters of names, for secrets that are derived and
// not drawn.
func Text(b []byte) string { return alphabet.EncodeToString(b) }
