package sheet

import (
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	utf16 "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Encodings of a CSV.
const (
	utf8Name   = "utf-8"
	utf16leTag = "utf-16le"
	utf16beTag = "utf-16be"
	windows    = "windows-1252"
	macintosh  = "macintosh"
	ibm850     = "ibm850"
)

// places are where a byte above ASCII stands, for they tell what it can be.
const (
	afterLower = iota // behind a small letter: Lef·vre
	afterUpper        // behind a capital: LEF·VRE
	atStart           // in front of a letter: ·lise
	alone
	places
)

// histogram counts the bytes above ASCII of a text by place.
type histogram [places][256]int

func placeOf(before, after byte) int {
	switch {
	case before >= 'a' && before <= 'z':
		return afterLower
	case before >= 'A' && before <= 'Z':
		return afterUpper
	case after >= 'a' && after <= 'z' || after >= 'A' && after <= 'Z':
		return atStart
	}
	return alone
}

// findEncoding finds out how a text file is written, from all of its bytes: the
// only accent may stand in the last row. bom is the length of the mark in front.
func findEncoding(data io.ReaderAt, size int64) (name string, bom int64, err error) {
	var (
		high    histogram
		pairs   int // valid UTF-8 sequences of more than a byte
		invalid int
		buf     = make([]byte, 64<<10)
		keep    int  // bytes of a cut sequence, at the start of buf
		before  byte // the byte in front of it
	)
	src := io.NewSectionReader(data, 0, size)
	for first := true; ; first = false {
		n, err := io.ReadFull(src, buf[keep:])
		end := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !end {
			return "", 0, &Error{Problem: Problem{Code: CodeFileUnreadable}, Err: err}
		}
		b := buf[:keep+n]
		keep = 0
		if first {
			switch {
			case hasPrefix(b, "\xff\xfe"):
				return utf16leTag, 2, nil
			case hasPrefix(b, "\xfe\xff"):
				return utf16beTag, 2, nil
			case hasPrefix(b, "\xef\xbb\xbf"):
				bom = 3
				b = b[3:]
			}
		}
		for i := 0; i < len(b); {
			c := b[i]
			if c == 0 {
				return "", 0, fail(CodeFileNUL)
			}
			if c < utf8.RuneSelf {
				before = c
				i++
				continue
			}
			if !end && !utf8.FullRune(b[i:]) {
				keep = copy(buf, b[i:])
				break
			}
			_, w := utf8.DecodeRune(b[i:])
			if w == 1 {
				invalid++
			} else {
				pairs++
			}
			for range w {
				after := byte(0)
				if i+1 < len(b) {
					after = b[i+1]
				}
				high[placeOf(before, after)][b[i]]++
				before = b[i]
				i++
			}
		}
		if end {
			break
		}
	}
	// A few broken bytes among whole sequences are a damaged UTF-8 file, not
	// another encoding: text in one byte a letter hardly ever forms a sequence.
	if bom > 0 || invalid <= pairs {
		return utf8Name, bom, nil
	}
	name, best := windows, frenchness(charmap.Windows1252, &high)
	for _, c := range []struct {
		name string
		m    *charmap.Charmap
	}{{macintosh, charmap.Macintosh}, {ibm850, charmap.CodePage850}} {
		// Excel for Windows writes Windows-1252 unless asked: the others must be
		// plainly better.
		if s := frenchness(c.m, &high); s > best+1 {
			name, best = c.name, s
		}
	}
	return name, 0, nil
}

// frenchness weighs how well the bytes read as French in an encoding.
func frenchness(m *charmap.Charmap, high *histogram) int {
	const lower, upper = "éèêëàâîïôùûüçœ", "ÉÈÊËÀÂÎÏÔÙÛÜÇŒ"
	score := 0
	for place := range places {
		for b := 0x80; b < 0x100; b++ {
			n := high[place][b]
			if n == 0 {
				continue
			}
			r, w := m.DecodeByte(byte(b)), 0
			small, capital := strings.ContainsRune(lower, r), strings.ContainsRune(upper, r)
			switch {
			case r == utf8.RuneError || r >= 0x80 && r < 0xa0:
				w = -3
			case place == afterLower && small, place == afterUpper && capital, place == atStart && capital:
				w = 2
			case place == atStart && small, place == alone && (small || capital):
				w = 1
			case place == afterLower && unicode.IsUpper(r), place == afterUpper && small:
				w = -1
			case unicode.IsLetter(r):
				// Of another language, perhaps.
			case place == afterLower || place == afterUpper:
				w = -2
				if strings.ContainsRune("’°»…", r) {
					w = 1
				}
			case place == atStart:
				w = -1
				if strings.ContainsRune("«“‘", r) {
					w = 1
				}
			case strings.ContainsRune("«»“”‘’–—…€°·\u00a0", r):
				w = 1
			default:
				w = -1
			}
			score += w * n
		}
	}
	return score
}

// decode gives the file as UTF-8, without its mark. Bytes that mean nothing come
// as U+FFFD or as C1 controls.
func decode(data io.ReaderAt, size int64, name string, bom int64) io.Reader {
	src := io.NewSectionReader(data, bom, size-bom)
	switch name {
	case utf16leTag:
		return transform.NewReader(src, utf16.UTF16(utf16.LittleEndian, utf16.IgnoreBOM).NewDecoder())
	case utf16beTag:
		return transform.NewReader(src, utf16.UTF16(utf16.BigEndian, utf16.IgnoreBOM).NewDecoder())
	case windows:
		return transform.NewReader(src, charmap.Windows1252.NewDecoder())
	case macintosh:
		return transform.NewReader(src, charmap.Macintosh.NewDecoder())
	case ibm850:
		return transform.NewReader(src, charmap.CodePage850.NewDecoder())
	}
	return src
}
