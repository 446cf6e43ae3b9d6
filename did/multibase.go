package did

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"strings"
)

// maxBase58 bounds what is written in base58, since reading it costs the square
// of its length. The longest that occurs is an RSA key of some 550 bytes.
const maxBase58 = 1024

const base58Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// A number is worked on in limbs of five base58 digits, which fit 30 bits, so
// that a limb, 32 bits further and a carry fit 64.
const (
	limbDigits = 5
	limbValue  = 58 * 58 * 58 * 58 * 58
)

// base58Digit returns the value of a character, 255 for one that is none.
func base58Digit(c byte) byte {
	switch {
	case '1' <= c && c <= '9':
		return c - '1'
	case 'A' <= c && c <= 'H':
		return c - 'A' + 9
	case 'J' <= c && c <= 'N':
		return c - 'J' + 17
	case 'P' <= c && c <= 'Z':
		return c - 'P' + 22
	case 'a' <= c && c <= 'k':
		return c - 'a' + 33
	case 'm' <= c && c <= 'z':
		return c - 'm' + 44
	default:
		return 255
	}
}

// AppendBase58 appends data in base58 with Bitcoin's alphabet, a 1 for each
// leading zero byte. Its cost grows with the square of the length.
func AppendBase58(dst, data []byte) []byte {
	zeros := 0
	for zeros < len(data) && data[zeros] == 0 {
		zeros++
	}
	for range zeros {
		dst = append(dst, '1')
	}
	data = data[zeros:]
	if len(data) == 0 {
		return dst
	}
	// log 256 / log 58 < 1.366
	var room [24]uint32
	limbs := room[:0]
	if need := len(data)*1366/1000/limbDigits + 2; need > len(room) {
		limbs = make([]uint32, 0, need)
	}
	for len(data) > 0 {
		// The first word takes the odd bytes.
		n := (len(data)-1)%4 + 1
		var word uint64
		for _, b := range data[:n] {
			word = word<<8 | uint64(b)
		}
		data = data[n:]
		shift := 8 * uint(n)
		for i, limb := range limbs {
			word += uint64(limb) << shift
			limbs[i] = uint32(word % limbValue)
			word /= limbValue
		}
		for word > 0 {
			limbs = append(limbs, uint32(word%limbValue))
			word /= limbValue
		}
	}
	for i := len(limbs) - 1; i >= 0; i-- {
		var digits [limbDigits]byte
		limb := limbs[i]
		for j := limbDigits - 1; j >= 0; j-- {
			digits[j] = base58Alphabet[limb%58]
			limb /= 58
		}
		text := digits[:]
		if i == len(limbs)-1 {
			for text[0] == '1' {
				text = text[1:]
			}
		}
		dst = append(dst, text...)
	}
	return dst
}

// DecodeBase58 reads base58 with Bitcoin's alphabet. Each text has one meaning
// and each meaning one text: what it reads, [AppendBase58] writes the same.
func DecodeBase58(s string) ([]byte, error) {
	if len(s) > maxBase58 {
		return nil, fmt.Errorf("base58 text is longer than %d characters", maxBase58)
	}
	zeros := 0
	for zeros < len(s) && s[zeros] == '1' {
		zeros++
	}
	// log 58 / log 256 < 0.733
	var room [20]uint32
	words := room[:0]
	if need := len(s)*733/1000/4 + 2; need > len(room) {
		words = make([]uint32, 0, need)
	}
	for at := zeros; at < len(s); {
		n := (len(s)-at-1)%limbDigits + 1
		var limb, scale uint64 = 0, 1
		for ; n > 0; n-- {
			digit := base58Digit(s[at])
			if digit == 255 {
				return nil, fmt.Errorf("illegal base58 character %q at %d", s[at], at)
			}
			limb, scale = limb*58+uint64(digit), scale*58
			at++
		}
		for i, word := range words {
			limb += uint64(word) * scale
			words[i] = uint32(limb)
			limb >>= 32
		}
		if limb > 0 {
			words = append(words, uint32(limb))
		}
	}
	size := 0
	if len(words) > 0 {
		size = 4*len(words) - bits.LeadingZeros32(words[len(words)-1])/8
	}
	out := make([]byte, zeros+size)
	at := len(out)
	for _, word := range words {
		if at-4 >= zeros {
			at -= 4
			binary.BigEndian.PutUint32(out[at:], word)
			continue
		}
		for ; at > zeros; word >>= 8 {
			at--
			out[at] = byte(word)
		}
	}
	return out, nil
}

// DecodeBase64URL reads base64url without padding (RFC 4648 §5) and nothing
// else: no line breaks, no padding, no bits left over.
func DecodeBase64URL(s string) ([]byte, error) {
	// The standard library skips these two.
	if at := strings.IndexAny(s, "\r\n"); at >= 0 {
		return nil, fmt.Errorf("illegal base64url character %q at %d", s[at], at)
	}
	out, err := base64.RawURLEncoding.Strict().DecodeString(s)
	var corrupt base64.CorruptInputError
	if errors.As(err, &corrupt) {
		return nil, fmt.Errorf("illegal base64url character at %d", int64(corrupt))
	}
	return out, err
}

// DecodeMultibase reads a text in multibase z (base58btc) or u (base64url
// without padding), the two of Controlled Identifiers 1.0 §2.4.
func DecodeMultibase(s string) ([]byte, error) {
	if s == "" {
		return nil, errors.New("empty multibase text")
	}
	switch s[0] {
	case 'z':
		return DecodeBase58(s[1:])
	case 'u':
		return DecodeBase64URL(s[1:])
	default:
		return nil, fmt.Errorf("multibase prefix %q is neither z nor u", s[0])
	}
}
