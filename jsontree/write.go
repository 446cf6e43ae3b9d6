package jsontree

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// AppendString appends s as a JSON string, escaping what RFC 8259 demands and
// nothing else; it is the form of RFC 8785 too.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\b':
			dst = append(dst, '\\', 'b')
		case '\f':
			dst = append(dst, '\\', 'f')
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(append(dst, s[start:]...), '"')
}

// AppendJSON appends the value without white space, members in their order and
// numbers as they were written.
func (v *Value) AppendJSON(dst []byte) []byte {
	switch v.Kind {
	case Bool, Number:
		return append(dst, v.Text...)
	case String:
		return AppendString(dst, v.Text)
	case Array:
		dst = append(dst, '[')
		for i := range v.Members {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = v.Members[i].Value.AppendJSON(dst)
		}
		return append(dst, ']')
	case Object:
		dst = append(dst, '{')
		for i := range v.Members {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = AppendString(dst, v.Members[i].Name)
			dst = append(dst, ':')
			dst = v.Members[i].Value.AppendJSON(dst)
		}
		return append(dst, '}')
	default:
		return append(dst, "null"...)
	}
}

// MarshalJSON writes the value as AppendJSON does, so that a Value may stand in
// a struct that encoding/json writes.
func (v Value) MarshalJSON() ([]byte, error) { return v.AppendJSON(nil), nil }

// UnmarshalJSON reads the value with [Parse] and its default limits.
func (v *Value) UnmarshalJSON(data []byte) error {
	parsed, err := Parse(data, Limits{})
	*v = parsed
	return err
}

// From returns what encoding/json writes of a Go value as a Value.
func From(x any) (Value, error) {
	data, err := json.Marshal(x)
	if err != nil {
		return Value{}, err
	}
	return Parse(data, Limits{})
}

// AppendCanonical appends the value by the JSON Canonicalization Scheme (RFC
// 8785). A number that a float64 does not hold exactly as written (an integer
// beyond 2^53, an overflow) is an error: rounding it in silence would let two
// documents have one signature.
func (v *Value) AppendCanonical(dst []byte) ([]byte, error) {
	var err error
	switch v.Kind {
	case Number:
		return appendNumber(dst, v.Text)
	case Array:
		dst = append(dst, '[')
		for i := range v.Members {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = v.Members[i].Value.AppendCanonical(dst); err != nil {
				return nil, err
			}
		}
		return append(dst, ']'), nil
	case Object:
		order := make([]*Member, len(v.Members))
		for i := range v.Members {
			order[i] = &v.Members[i]
		}
		slices.SortFunc(order, func(a, b *Member) int { return compareUTF16(a.Name, b.Name) })
		dst = append(dst, '{')
		for i, m := range order {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(AppendString(dst, m.Name), ':')
			if dst, err = m.Value.AppendCanonical(dst); err != nil {
				return nil, err
			}
		}
		return append(dst, '}'), nil
	default:
		return v.AppendJSON(dst), nil
	}
}

// compareUTF16 orders strings by their UTF-16 code units (RFC 8785 §3.2.3).
func compareUTF16(a, b string) int {
	for a != "" && b != "" {
		ra, na := utf8.DecodeRuneInString(a)
		rb, nb := utf8.DecodeRuneInString(b)
		if ra != rb {
			return int(firstUnit(ra, rb)) - int(firstUnit(rb, ra))
		}
		a, b = a[na:], b[nb:]
	}
	return len(a) - len(b)
}

// firstUnit is the first UTF-16 unit of r that tells it from other.
func firstUnit(r, other rune) rune {
	if r < 0x10000 {
		return r
	}
	high, low := utf16.EncodeRune(r)
	if other >= 0x10000 {
		if otherHigh, _ := utf16.EncodeRune(other); otherHigh == high {
			return low
		}
	}
	return high
}

const maxSafeInteger = 1 << 53

func appendNumber(dst []byte, token string) ([]byte, error) {
	f, err := strconv.ParseFloat(token, 64)
	if err != nil || math.IsInf(f, 0) {
		return nil, fmt.Errorf("json: number %s is out of range", clip(token))
	}
	if !strings.ContainsAny(token, ".eE") {
		if n, err := strconv.ParseInt(token, 10, 64); err != nil || n > maxSafeInteger || n < -maxSafeInteger {
			return nil, fmt.Errorf("json: integer %s is beyond 2^53", clip(token))
		}
	}
	return AppendFloat(dst, f), nil
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// AppendFloat appends a number as ECMAScript's Number::toString does (RFC 8785
// §3.2.2.3). It does not take infinities and NaN.
func AppendFloat(dst []byte, f float64) []byte {
	if f == 0 {
		return append(dst, '0')
	}
	if abs := math.Abs(f); abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	// Go writes e-07 where ECMAScript writes e-7.
	if n := len(dst); n >= 4 && dst[n-2] == '0' && (dst[n-3] == '-' || dst[n-3] == '+') {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}
