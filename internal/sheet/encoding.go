package sheet

import (
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
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

// encoding finds out how a text file is written, from all of its bytes: the only
// accent may stand in the last row. bom is the length of the mark in front.
func findEncoding(data io.ReaderAt, size int64) (name string, bom int64, err error) {
	var (
		high    [256]int // bytes from 0x80 on, by value
		pairs   int      // valid UTF-8 sequences of more than a byte
		invalid int
		buf     = make([]byte, 64<<10)
		keep    int // bytes of a cut sequence, at the start of buf
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
				i++
				continue
			}
			if !end && !utf8.FullRune(b[i:]) {
				keep = copy(buf, b[i:])
				break
			}
			high[c]++
			if r, w := utf8.DecodeRune(b[i:]); r == utf8.RuneError && w == 1 {
				invalid++
				i++
			} else {
				pairs++
				for _, t := range b[i+1 : i+w] {
					high[t]++
				}
				i += w
			}
		}
		if end {
			break
		}
	}
	// A few broken bytes among many whole sequences are a damaged UTF-8 file, not
	// another encoding: text in one byte a letter hardly ever forms a sequence.
	if bom > 0 || invalid <= pairs/4 {
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
func frenchness(m *charmap.Charmap, high *[256]int) int {
	score := 0
	for b := 0x80; b < 0x100; b++ {
		if high[b] == 0 {
			continue
		}
		r := m.DecodeByte(byte(b))
		w := -1
		switch {
		case r == utf8.RuneError || r >= 0x80 && r < 0xa0:
			w = -4
		case runeIn(r, "éèêàçîôùûïëâœ"):
			w = 2
		case runeIn(r, "ÉÈÊÀÇÎÔŒ’«»°\u00a0–—€“”…üöäñáíóúæÿ·"):
			w = 1
		case r >= 0xc0 && r < 0x180:
			w = 0
		}
		score += w * high[b]
	}
	return score
}

func runeIn(r rune, s string) bool {
	for _, x := range s {
		if x == r {
			return true
		}
	}
	return false
}

// decode gives the file as UTF-8, without its mark. Bytes that mean nothing come
// as U+FFFD or as C1 controls.
func decode(data io.ReaderAt, size int64, name string, bom int64) io.Reader {
	src := io.NewSectionReader(data, bom, size-bom)
	switch name {
	case utf16leTag:
		return transform.NewReader(src, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder())
	case utf16beTag:
		return transform.NewReader(src, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder())
	case windows:
		return transform.NewReader(src, charmap.Windows1252.NewDecoder())
	case macintosh:
		return transform.NewReader(src, charmap.Macintosh.NewDecoder())
	case ibm850:
		return transform.NewReader(src, charmap.CodePage850.NewDecoder())
	}
	return src
}
