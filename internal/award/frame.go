package award

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/jsontree"
	ob "github.com/ecusson/ecusson/openbadges"
)

// A signed badge is a text of three kilobytes of which all but some hundred
// bytes are those of every other badge of its list. They are kept once, as the
// parts of a frame; a badge is kept as what stands between the parts, each value
// in the least room that its form allows. What is put together again is
// compared, byte for byte, with what was signed before it is stored: a value
// whose form surprises is kept as text, and a document that does not fit its
// frame as a whole.

// errDamaged: packed bytes that are none.
var errDamaged = errors.New("award: a stored badge is damaged")

// frame is a compiled Frame.
type frame struct {
	number id.Number
	parts  [][]byte
	codecs []codec
}

// codec says in which form the value of a slot is kept.
type codec struct {
	Form   string `json:"form"`
	Prefix string `json:"prefix,omitempty"`
	Slot   int    `json:"slot"`           // which value
	Same   int    `json:"same,omitempty"` // of formSame: the value that it repeats
}

// The forms of values behind their prefix.
const (
	formText   = "text"
	formHex    = "hex"    // in small letters
	formBase58 = "base58" // of 64 bytes
	formSalt   = "salt"   // base64url
	formTime   = "time"   // kept as seconds from the award's own moment
	formNumber = "number" // decimal
	formSame   = "same"   // the value of another slot
	formPublic = "public" // the award's own name, which is not kept at all
	formName   = "name"   // the holder's, which stands in the award's row
)

// frameBody is how a frame is stored.
type frameBody struct {
	Parts  []string `json:"parts"`
	Codecs []codec  `json:"codecs"`
}

// mark stands for a value while a frame is cut. It is in no badge.
func mark(i int) string { return "\ue000" + strconv.Itoa(i) + "\ue001" }

// cut makes the frame of a signed document: the pointers of its slots, in the
// order of their values, and the form of each.
func cut(signed []byte, slots []string, codecs []codec) (*frame, []byte, error) {
	doc, err := jsontree.Parse(signed, jsontree.Limits{})
	if err != nil {
		return nil, nil, fmt.Errorf("award: frame: %w", err)
	}
	if bytes.Contains(signed, []byte("\ue000")) {
		return nil, nil, errors.New("award: frame: the document holds a private character")
	}
	for i, pointer := range slots {
		v := doc.Find(pointer)
		if v == nil || v.Kind != jsontree.String {
			return nil, nil, fmt.Errorf("award: frame: no text at %s", pointer)
		}
		v.Text = mark(i) // the tree is ours alone
	}
	body := frameBody{}
	rest := string(doc.AppendJSON(nil))
	for range slots {
		before, behind, found := strings.Cut(rest, "\"\ue000")
		which, after, closed := strings.Cut(behind, "\ue001\"")
		slot, err := strconv.Atoi(which)
		if !found || !closed || err != nil || slot >= len(codecs) {
			return nil, nil, errors.New("award: frame: a slot is lost")
		}
		c := codecs[slot]
		c.Slot = slot
		body.Parts, body.Codecs, rest = append(body.Parts, before), append(body.Codecs, c), after
	}
	body.Parts = append(body.Parts, rest)
	text, err := json.Marshal(body)
	if err != nil {
		return nil, nil, fmt.Errorf("award: frame: %w", err)
	}
	f, err := readFrame(0, text)
	return f, text, err
}

func readFrame(number id.Number, text []byte) (*frame, error) {
	var body frameBody
	if err := json.Unmarshal(text, &body); err != nil {
		return nil, fmt.Errorf("award: frame %d: %w", number, err)
	}
	if len(body.Parts) != len(body.Codecs)+1 || len(body.Codecs) > mostSlots {
		return nil, fmt.Errorf("award: frame %d: %w", number, errDamaged)
	}
	f := &frame{number: number, codecs: body.Codecs}
	for _, c := range body.Codecs {
		if c.Slot < 0 || c.Slot >= len(body.Codecs) || c.Same < 0 || c.Same >= len(body.Codecs) {
			return nil, fmt.Errorf("award: frame %d: %w", number, errDamaged)
		}
	}
	for _, p := range body.Parts {
		f.parts = append(f.parts, []byte(p))
	}
	return f, nil
}

// mostSlots is how many values a frame may have: one bit of a mask each.
const mostSlots = 64

// self is what a badge's own row says of it, and need not be kept twice.
type self struct {
	org  id.Number
	id   id.ID
	name string
}

// The first byte of a packed document.
const (
	inForm = 0 // every value is in its form
	mixed  = 1 // a mask follows: the values whose bit is set are kept as text
	entire = 2 // the document itself follows
)

// pack keeps a signed document; values are those of its slots. unpack of the
// result is signed.
func (f *frame) pack(dst []byte, me self, values []string, signed []byte) []byte {
	start := len(dst)
	dst = append(dst, inForm)
	var odd uint64
	for i, c := range f.codecs {
		var fits bool
		if dst, fits = c.append(dst, me, values); !fits {
			odd |= 1 << i
		}
	}
	if odd != 0 {
		dst = binary.AppendUvarint(append(dst[:start], mixed), odd)
		for i, c := range f.codecs {
			if odd&(1<<i) != 0 {
				dst = appendText(dst, values[c.Slot])
				continue
			}
			dst, _ = c.append(dst, me, values)
		}
	}
	if again, err := f.unpack(nil, me, dst[start:]); err == nil && bytes.Equal(again, signed) {
		return dst
	}
	return append(append(dst[:start], entire), signed...)
}

func appendText(dst []byte, text string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}

// append keeps one value in its form; where it does not fit, dst is as it was.
func (c codec) append(dst []byte, me self, values []string) (kept []byte, fits bool) {
	rest, ok := strings.CutPrefix(values[c.Slot], c.Prefix)
	if !ok {
		return dst, false
	}
	switch c.Form {
	case formText:
		return appendText(dst, rest), true
	case formHex:
		if b, err := hex.DecodeString(rest); err == nil {
			return appendText(dst, string(b)), true
		}
	case formSalt:
		if b, err := base64.RawURLEncoding.DecodeString(rest); err == nil {
			return appendText(dst, string(b)), true
		}
	case formBase58:
		if b, err := did.DecodeBase58(rest); err == nil && len(b) == ed25519.SignatureSize {
			return append(dst, b...), true
		}
	case formTime:
		if at, err := time.Parse(time.RFC3339, rest); err == nil {
			return binary.AppendVarint(dst, at.Unix()-me.id.Time().Unix()), true
		}
	case formNumber:
		if n, err := strconv.ParseUint(rest, 10, 32); err == nil {
			return binary.AppendUvarint(dst, n), true
		}
	case formSame:
		return dst, rest == values[c.Same]
	case formPublic:
		return dst, rest == id.Public(me.org, me.id)
	case formName:
		return dst, rest == me.name
	}
	return dst, false
}

// unpack appends a signed document, put together again.
func (f *frame) unpack(dst []byte, me self, packed []byte) ([]byte, error) {
	if len(packed) == 0 {
		return dst, errDamaged
	}
	kind := packed[0]
	packed = packed[1:]
	var odd uint64
	switch kind {
	case entire:
		return append(dst, packed...), nil
	case mixed:
		n, size := binary.Uvarint(packed)
		if size <= 0 {
			return dst, errDamaged
		}
		odd, packed = n, packed[size:]
	case inForm:
	default:
		return dst, errDamaged
	}
	values := make([]string, len(f.codecs))
	for i, c := range f.codecs {
		var err error
		if odd&(1<<i) != 0 {
			values[c.Slot], packed, err = cutText(packed)
		} else {
			values[c.Slot], packed, err = c.read(packed, me)
		}
		if err != nil {
			return dst, err
		}
	}
	if len(packed) != 0 {
		return dst, errDamaged
	}
	for i, c := range f.codecs {
		if c.Form == formSame && odd&(1<<i) == 0 {
			values[c.Slot] = c.Prefix + values[c.Same]
		}
		dst = append(dst, f.parts[i]...)
		value := jsontree.Of(values[c.Slot])
		dst = value.AppendJSON(dst)
	}
	return append(dst, f.parts[len(f.codecs)]...), nil
}

func cutText(packed []byte) (text string, rest []byte, err error) {
	n, size := binary.Uvarint(packed)
	if size <= 0 || n > uint64(len(packed)-size) {
		return "", nil, errDamaged
	}
	return string(packed[size : size+int(n)]), packed[size+int(n):], nil
}

// read is the value in its form, and what follows it; of formSame it is empty.
func (c codec) read(packed []byte, me self) (value string, rest []byte, err error) {
	switch c.Form {
	case formText:
		value, rest, err = cutText(packed)
	case formHex:
		value, rest, err = cutText(packed)
		value = hex.EncodeToString([]byte(value))
	case formSalt:
		value, rest, err = cutText(packed)
		value = base64.RawURLEncoding.EncodeToString([]byte(value))
	case formBase58:
		if len(packed) < ed25519.SignatureSize {
			return "", nil, errDamaged
		}
		value, rest = string(did.AppendBase58(nil, packed[:ed25519.SignatureSize])), packed[ed25519.SignatureSize:]
	case formTime:
		n, size := binary.Varint(packed)
		if size <= 0 {
			return "", nil, errDamaged
		}
		value, rest = string(ob.DateTimeOf(time.Unix(me.id.Time().Unix()+n, 0))), packed[size:]
	case formNumber:
		n, size := binary.Uvarint(packed)
		if size <= 0 {
			return "", nil, errDamaged
		}
		value, rest = strconv.FormatUint(n, 10), packed[size:]
	case formSame:
		return "", packed, nil
	case formPublic:
		value, rest = id.Public(me.org, me.id), packed
	case formName:
		value, rest = me.name, packed
	default:
		return "", nil, errDamaged
	}
	return c.Prefix + value, rest, err
}
