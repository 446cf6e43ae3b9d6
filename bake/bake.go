// Package bake puts a credential into a picture and takes it out again: PNG
// and SVG, by the rules of Open Badges 3.0, and on reading by those of Open
// Badges 2 and its ancestors and of CLR 2.0 as well. Bytes come in and bytes go
// out; nothing else of the picture is touched.
//
// It does not decode pixels, run scripts, resolve entities or load anything,
// and it does not look into the credential: whether that is any good is the
// business of package verify.
//
// Begin with [PNG], [SVG] and [Extract]; with [Prepare] where one picture gets
// many credentials.
package bake

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"
)

// Bounds of this package. What goes beyond is [ErrTooLarge].
const (
	// MaxImage is the greatest size of a picture, with what is baked into it.
	MaxImage = 64 << 20
	// MaxInflated is how much all compressed credentials of a picture may come to.
	MaxInflated = 4 << 20
	// MaxFound is how many credentials a picture may carry.
	MaxFound = 64
)

// The errors of this package, for errors.Is.
var (
	// ErrNotImage: the bytes are neither PNG nor SVG. JPEG, GIF and WebP cannot
	// carry a credential.
	ErrNotImage = errors.New("bake: neither PNG nor SVG")
	// ErrNoCredential: a good picture, and no credential in it.
	ErrNoCredential = errors.New("bake: no credential in the picture")
	// ErrMalformed: a picture that breaks its format; see [FormatError].
	ErrMalformed = errors.New("bake: malformed picture")
	// ErrTooLarge: a bound was met.
	ErrTooLarge = errors.New("bake: too large")
	// ErrNotCredential: what was to be baked is neither a JSON object nor a
	// compact JWS.
	ErrNotCredential = errors.New("bake: neither a JSON object nor a compact JWS")
)

// FormatError tells where a picture breaks its format. It is [ErrMalformed].
type FormatError struct {
	Format Format
	Offset int // in bytes from the start of the picture
	Reason string
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("bake: malformed %v at byte %d: %s", e.Format, e.Offset, e.Reason)
}

// Is reports whether target is [ErrMalformed].
func (e *FormatError) Is(target error) bool { return target == ErrMalformed }

// Format is a picture format that can carry credentials.
type Format uint8

// The formats. The zero Format is none of them.
const (
	FormatPNG Format = iota + 1
	FormatSVG
)

// String returns "PNG", "SVG" or "unknown".
func (f Format) String() string {
	switch f {
	case FormatPNG:
		return "PNG"
	case FormatSVG:
		return "SVG"
	default:
		return "unknown"
	}
}

// Sniff tells the format from the first bytes. For SVG these say no more than
// that the file looks like XML.
func Sniff(image []byte) Format {
	if bytes.HasPrefix(image, pngSignature) {
		return FormatPNG
	}
	if b := bytes.TrimLeft(bytes.TrimPrefix(image, utf8BOM), " \t\r\n"); len(b) > 0 && b[0] == '<' {
		return FormatSVG
	}
	return 0
}

var utf8BOM = []byte("\xEF\xBB\xBF")

// notImage names what the bytes seem to be, since "not an image" is an odd
// answer to a photograph.
func notImage(image []byte) error {
	for _, f := range []struct{ magic, name string }{
		{"\xFF\xD8\xFF", "JPEG, which cannot carry a credential"},
		{"GIF8", "GIF, which cannot carry a credential"},
		{"RIFF", "RIFF (WebP?), which cannot carry a credential"},
		{"\x1F\x8B", "gzip (SVGZ?): unpack it first"},
		{"\xFE\xFF", "UTF-16: only UTF-8 is read"},
		{"\xFF\xFE", "UTF-16: only UTF-8 is read"},
		{"%PDF", "PDF"},
	} {
		if bytes.HasPrefix(image, []byte(f.magic)) {
			return fmt.Errorf("%w: looks like %s", ErrNotImage, f.name)
		}
	}
	return ErrNotImage
}

// Standard is the specification by whose rules a credential was baked. It says
// nothing about what the credential is.
type Standard uint8

// The standards, the preferred one first.
const (
	OpenBadges3 Standard = iota + 1
	CLR2
	// OpenBadges2 stands for all versions from 0.5 to 2.1.
	OpenBadges2
)

// String names the standard.
func (s Standard) String() string {
	switch s {
	case OpenBadges3:
		return "Open Badges 3.0"
	case CLR2:
		return "CLR 2.0"
	case OpenBadges2:
		return "Open Badges 2"
	default:
		return "unknown"
	}
}

// mark is how a standard marks its credentials.
type mark struct {
	standard  Standard
	keyword   string // of a PNG chunk
	namespace string // of an SVG element
	element   string
}

var marks = [...]mark{
	{OpenBadges3, "openbadgecredential", "https://purl.imsglobal.org/ob/v3p0", "credential"},
	{CLR2, "clrcredential", "https://purl.imsglobal.org/clr/v2p0", "credential"},
	{OpenBadges2, "openbadges", "http://openbadges.org", "assertion"},
}

// Found is one credential found in a picture.
type Found struct {
	Format   Format
	Standard Standard
	// Keyword is the keyword of the PNG chunk or the namespace of the SVG element.
	Keyword string
	// Place is the type of the PNG chunk ("iTXt", "tEXt", "zTXt") or, in SVG,
	// where Data stood: "verify" (the attribute) or "body".
	Place string
	// Offset is where the chunk or element begins, in bytes.
	Offset int
	// Data is the credential: a JSON document, a compact JWS, or, from the days
	// of Open Badges 1 and 2, the URL of an assertion. White space around it is
	// taken off in SVG.
	Data []byte
	// Verify is the attribute verify of an SVG element that has a body, too.
	Verify string
	// Compressed tells that the chunk was compressed, which Open Badges 3.0
	// forbids. Data is unpacked.
	Compressed bool
	// BadCRC tells that the checksum of the chunk is wrong: bytes were altered
	// after baking, maybe those of Data.
	BadCRC bool
	// Err says why Data could not be read. Data is nil then.
	Err error
}

// Extract returns every credential in the picture, in the order of the file.
// The format is told from the bytes.
//
// Without a credential the error is [ErrNoCredential]. Otherwise it is
// [ErrNotImage], [ErrTooLarge] or a [*FormatError], and what was found before
// the break is returned with it.
//
// By Open Badges 3.0 a picture carries at most one credential and a reader
// takes the first; [Prefer] chooses.
func Extract(image []byte) ([]Found, error) {
	if len(image) > MaxImage {
		return nil, fmt.Errorf("%w: picture of %d bytes, at most %d are read", ErrTooLarge, len(image), MaxImage)
	}
	var found []Found
	var err error
	switch Sniff(image) {
	case FormatPNG:
		found, err = extractPNG(image)
	case FormatSVG:
		found, err = extractSVG(image)
	default:
		return nil, notImage(image)
	}
	if err == nil && len(found) == 0 {
		err = ErrNoCredential
	}
	return found, err
}

// Prefer returns the credential to take from a picture with several: of the
// newest standard, in the chunk that the standard names rather than in another,
// readable rather than not, and of those the first. It returns nil for none.
func Prefer(found []Found) *Found {
	worth := func(f *Found) int {
		n := int(f.Standard) * 4
		if f.Err != nil {
			n += 2
		}
		if f.Place == "tEXt" || f.Place == "zTXt" {
			n++
		}
		return n
	}
	var best *Found
	for i := range found {
		if best == nil || worth(&found[i]) < worth(best) {
			best = &found[i]
		}
	}
	return best
}

// PNG returns the picture with the credential, a JSON object or a compact JWS,
// in an uncompressed iTXt chunk "openbadgecredential" before the pixels. One
// that was there is replaced. All else stays as it is, but for bytes after the
// end of the PNG, which are left out.
//
// Errors are [ErrNotImage], [ErrTooLarge], [ErrNotCredential] or a
// [*FormatError]: the order of chunks and all checksums are looked at.
func PNG(image, credential []byte) ([]byte, error) {
	if Sniff(image) != FormatPNG {
		return nil, notImage(image)
	}
	return bake(image, credential)
}

// SVG returns the picture with the credential as first child of its root: a
// JSON object as text of the element credential, a compact JWS in its
// attribute verify. One that was there is replaced; all else stays as it is.
//
// Errors are [ErrNotImage], [ErrTooLarge], [ErrNotCredential] or a
// [*FormatError]. Documents with a DTD of their own are refused.
func SVG(image, credential []byte) ([]byte, error) {
	if Sniff(image) != FormatSVG {
		return nil, notImage(image)
	}
	return bake(image, credential)
}

func bake(image, credential []byte) ([]byte, error) {
	t, err := Prepare(image)
	if err != nil {
		return nil, err
	}
	return t.Append(nil, credential)
}

// Template is a picture ready to take a credential. It may be used by several
// goroutines at once.
type Template struct {
	format     Format
	head, tail []byte
	prefix     string // of the SVG element
}

// Prepare looks at a picture once, so that [Template.Append] need not. The
// Template may share memory with image, which must not be changed after.
func Prepare(image []byte) (*Template, error) {
	if len(image) > MaxImage {
		return nil, fmt.Errorf("%w: picture of %d bytes, at most %d are baked", ErrTooLarge, len(image), MaxImage)
	}
	switch Sniff(image) {
	case FormatPNG:
		return preparePNG(image)
	case FormatSVG:
		return prepareSVG(image)
	default:
		return nil, notImage(image)
	}
}

// Format returns the format of the picture.
func (t *Template) Format() Format { return t.format }

// Append appends the picture with the credential baked in; see [PNG] and [SVG].
// On error it returns dst as it was.
func (t *Template) Append(dst, credential []byte) ([]byte, error) {
	if err := t.check(credential); err != nil {
		return dst, err
	}
	// One growth for all. Splits of "]]>" are rare enough to be left out.
	if need := len(t.head) + len(credential) + len(t.tail) + 128; cap(dst)-len(dst) < need {
		dst = append(make([]byte, 0, len(dst)+need), dst...)
	}
	dst = append(dst, t.head...)
	dst = t.appendMiddle(dst, credential)
	return append(dst, t.tail...), nil
}

// Head returns what comes before the credential in every picture of this
// Template, for those who write the parts one after the other: Head, what
// [Template.AppendMiddle] appends, [Template.Tail]. It must not be changed.
func (t *Template) Head() []byte { return t.head }

// Tail returns what comes after the credential. It must not be changed.
func (t *Template) Tail() []byte { return t.tail }

// AppendMiddle appends what stands between Head and Tail for the credential.
// On error it returns dst as it was.
func (t *Template) AppendMiddle(dst, credential []byte) ([]byte, error) {
	if err := t.check(credential); err != nil {
		return dst, err
	}
	return t.appendMiddle(dst, credential), nil
}

func (t *Template) appendMiddle(dst, credential []byte) []byte {
	if t.format == FormatPNG {
		return appendChunk(dst, credential)
	}
	return appendElement(dst, t.prefix, credential)
}

// check asks no more than that the credential can be told again by a reader
// and breaks neither format.
func (t *Template) check(credential []byte) error {
	if len(t.head)+len(credential)+len(t.tail) > MaxImage {
		return fmt.Errorf("%w: credential of %d bytes in a picture of %d, at most %d are baked",
			ErrTooLarge, len(credential), len(t.head)+len(t.tail), MaxImage)
	}
	if isCompactJWS(credential) {
		return nil
	}
	if b := bytes.TrimSpace(credential); len(b) < 2 || b[0] != '{' || b[len(b)-1] != '}' {
		return ErrNotCredential
	}
	if i := illegalText(credential, t.format == FormatSVG); i >= 0 {
		return fmt.Errorf("%w: byte %d is not of a text that %v can hold", ErrNotCredential, i, t.format)
	}
	return nil
}

// isCompactJWS tells three parts of base64url with dots between them.
func isCompactJWS(b []byte) bool {
	dots := 0
	for i, c := range b {
		switch {
		case c == '.':
			if i == 0 || b[i-1] == '.' {
				return false
			}
			dots++
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_':
		default:
			return false
		}
	}
	return dots == 2 && b[len(b)-1] != '.'
}

// illegalText returns where the text is not UTF-8 or holds a character that
// JSON (raw control characters) or, if asked, XML (U+FFFE, U+FFFF) cannot; -1
// if nowhere.
func illegalText(b []byte, xml bool) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	ascii := true
	for i := 0; i < len(b); {
		if i+8 <= len(b) {
			// Eight bytes at once: none below ' ', and perhaps some of UTF-8.
			w := binary.LittleEndian.Uint64(b[i:])
			ascii = ascii && w&highs == 0
			if (w-ones*' ')&^w&highs == 0 {
				i += 8
				continue
			}
		}
		for _, c := range b[i:min(i+8, len(b))] {
			if c < ' ' && c != '\n' && c != '\t' && c != '\r' {
				return i
			}
			ascii = ascii && c < utf8.RuneSelf
			i++
		}
	}
	if ascii {
		return -1
	}
	if !utf8.Valid(b) {
		return invalidUTF8(b)
	}
	if xml {
		return max(bytes.Index(b, []byte("\uFFFE")), bytes.Index(b, []byte("\uFFFF")))
	}
	return -1
}

// invalidUTF8 returns where b is not UTF-8, its length if nowhere.
func invalidUTF8(b []byte) int {
	i := 0
	for i < len(b) {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		i += n
	}
	return i
}
