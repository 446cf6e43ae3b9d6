package bake

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"unicode/utf8"
)

var pngSignature = []byte("\x89PNG\r\n\x1A\n")

// chunk is a chunk of a PNG: length, type, data, CRC (PNG §5.3).
type chunk struct {
	start int // of its length
	kind  string
	data  []byte
	crc   uint32 // as written
}

func (c *chunk) end() int { return c.start + 12 + len(c.data) }

// goodCRC says whether the checksum, over type and data, is right.
func (c *chunk) goodCRC() bool {
	return crc32.Update(crc32.ChecksumIEEE([]byte(c.kind)), crc32.IEEETable, c.data) == c.crc
}

func pngError(offset int, format string, args ...any) error {
	return &FormatError{FormatPNG, offset, fmt.Sprintf(format, args...)}
}

// readChunk reads the chunk that starts at offset.
func readChunk(image []byte, offset int) (chunk, error) {
	rest := image[offset:]
	if len(rest) < 12 {
		return chunk{}, pngError(offset, "ends before its IEND chunk")
	}
	n := binary.BigEndian.Uint32(rest)
	if n > 1<<31-1 || int(n) > len(rest)-12 {
		return chunk{}, pngError(offset, "chunk of %d bytes where %d are left", n, len(rest)-12)
	}
	for _, c := range rest[4:8] {
		if (c|0x20) < 'a' || (c|0x20) > 'z' {
			return chunk{}, pngError(offset, "chunk type %q", rest[4:8])
		}
	}
	return chunk{
		start: offset,
		kind:  string(rest[4:8]),
		data:  rest[8 : 8+n],
		crc:   binary.BigEndian.Uint32(rest[8+n:]),
	}, nil
}

// readHeader reads the IHDR chunk (PNG §11.2.2).
func readHeader(image []byte) (c chunk, width, height int, err error) {
	if !bytes.HasPrefix(image, pngSignature) {
		return c, 0, 0, notImage(image)
	}
	if c, err = readChunk(image, len(pngSignature)); err != nil {
		return c, 0, 0, err
	}
	if c.kind != "IHDR" || len(c.data) != 13 {
		return c, 0, 0, pngError(c.start, "begins with %q of %d bytes, want IHDR of 13", c.kind, len(c.data))
	}
	if !c.goodCRC() {
		return c, 0, 0, pngError(c.start, "wrong checksum of the IHDR chunk")
	}
	w, h := binary.BigEndian.Uint32(c.data), binary.BigEndian.Uint32(c.data[4:])
	if w == 0 || h == 0 || w > 1<<31-1 || h > 1<<31-1 {
		return c, 0, 0, pngError(c.start, "size of %d × %d pixels", w, h)
	}
	return c, int(w), int(h), nil
}

// PNGSize returns the width and height in pixels that a PNG claims. It reads
// nothing but the header: ask it before pixels are decoded.
//
// Errors are [ErrNotImage] or a [*FormatError].
func PNGSize(image []byte) (width, height int, err error) {
	_, width, height, err = readHeader(image)
	return width, height, err
}

func extractPNG(image []byte) ([]Found, error) {
	c, _, _, err := readHeader(image)
	if err != nil {
		return nil, err
	}
	var found []Found
	budget := MaxInflated
	for c.kind != "IEND" {
		if c, err = readChunk(image, c.end()); err != nil {
			return found, err
		}
		m, keyword, rest := textMark(&c)
		if m == nil {
			continue
		}
		if len(found) == MaxFound {
			return found, fmt.Errorf("%w: more than %d credentials", ErrTooLarge, MaxFound)
		}
		f := Found{
			Format: FormatPNG, Standard: m.standard, Keyword: keyword,
			Place: c.kind, Offset: c.start, BadCRC: !c.goodCRC(),
		}
		if f.Data, f.Compressed, f.Err = text(&c, rest, &budget); f.Err != nil {
			f.Data = nil
		}
		found = append(found, f)
	}
	return found, nil
}

// textMark returns whose credential a chunk holds, nil if it holds none, and
// what comes after the keyword and its NUL.
func textMark(c *chunk) (m *mark, keyword string, rest []byte) {
	if c.kind != "iTXt" && c.kind != "tEXt" && c.kind != "zTXt" {
		return nil, "", nil
	}
	key, rest, ok := bytes.Cut(c.data, []byte{0})
	if !ok {
		return nil, "", nil
	}
	for i := range marks {
		if string(key) == marks[i].keyword {
			return &marks[i], marks[i].keyword, rest
		}
	}
	return nil, "", nil
}

// text reads the text of a chunk (PNG §11.3.3) from what comes after its
// keyword. Budget is what may still be inflated.
func text(c *chunk, rest []byte, budget *int) (data []byte, compressed bool, err error) {
	switch c.kind {
	case "tEXt":
		return latin1(rest), false, nil
	case "zTXt":
		if len(rest) == 0 || rest[0] != 0 {
			return nil, true, pngError(c.start, "zTXt chunk of an unknown compression method")
		}
		data, err = inflate(c, rest[1:], budget)
		return latin1(data), true, err
	}
	if len(rest) < 2 || rest[0] > 1 || rest[0] == 1 && rest[1] != 0 {
		return nil, false, pngError(c.start, "iTXt chunk of an unknown compression method")
	}
	compressed = rest[0] == 1
	_, rest, ok := bytes.Cut(rest[2:], []byte{0}) // language
	if ok {
		_, rest, ok = bytes.Cut(rest, []byte{0}) // translated keyword
	}
	if !ok {
		return nil, compressed, pngError(c.start, "iTXt chunk without a text")
	}
	if compressed {
		data, err = inflate(c, rest, budget)
		return data, true, err
	}
	return bytes.Clone(rest), false, nil
}

func inflate(c *chunk, b []byte, budget *int) ([]byte, error) {
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, pngError(c.start, "compressed text: %v", err)
	}
	data, err := io.ReadAll(io.LimitReader(z, int64(*budget)+1))
	if len(data) > *budget {
		*budget = 0
		return nil, fmt.Errorf("%w: compressed text in the chunk at byte %d comes to more than %d bytes", ErrTooLarge, c.start, MaxInflated)
	}
	*budget -= len(data)
	if err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, pngError(c.start, "compressed text ends too soon")
		}
		return nil, pngError(c.start, "compressed text: %v", err)
	}
	return data, nil
}

// latin1 returns UTF-8 of a text that should be Latin-1. Bakers of old wrote
// UTF-8 there all the same, so what is UTF-8 stays.
func latin1(b []byte) []byte {
	if utf8.Valid(b) {
		return bytes.Clone(b)
	}
	out := make([]byte, 0, len(b)+len(b)/4)
	for _, c := range b {
		out = utf8.AppendRune(out, rune(c))
	}
	return out
}

func preparePNG(image []byte) (*Template, error) {
	c, _, _, err := readHeader(image)
	if err != nil {
		return nil, err
	}
	// The parts of the picture that stay; those before the first IDAT chunk go
	// into the head.
	t := &Template{format: FormatPNG}
	head := join{image: image, end: c.end()}
	var tail join
	part := &head
	for c.kind != "IEND" {
		if c, err = readChunk(image, c.end()); err != nil {
			return nil, err
		}
		if !c.goodCRC() {
			return nil, pngError(c.start, "wrong checksum of the %s chunk", c.kind)
		}
		switch c.kind {
		case "IHDR":
			return nil, pngError(c.start, "second IHDR chunk")
		case "IEND":
			if part == &head {
				return nil, pngError(c.start, "no IDAT chunk")
			}
			if len(c.data) > 0 {
				return nil, pngError(c.start, "IEND chunk of %d bytes", len(c.data))
			}
		case "IDAT":
			if part == &head {
				tail = join{image: image, start: c.start, end: c.start}
				part = &tail
			}
		}
		if m, _, _ := textMark(&c); m != nil && m.standard == OpenBadges3 {
			continue
		}
		part.add(c.start, c.end())
	}
	t.head, t.tail = head.bytes(), tail.bytes()
	return t, nil
}

// join puts pieces of an image together, without copying as long as they are
// neighbours.
type join struct {
	image      []byte
	done       []byte
	start, end int
}

func (j *join) add(start, end int) {
	if start != j.end {
		j.done = append(j.done, j.image[j.start:j.end]...)
		j.start = start
	}
	j.end = end
}

func (j *join) bytes() []byte {
	if j.done == nil {
		return j.image[j.start:j.end:j.end]
	}
	return append(j.done, j.image[j.start:j.end]...)
}

// itxt is the type and the data of our chunk up to the text: the keyword and
// its NUL, not compressed, method 0, no language, no translated keyword.
const itxt = "iTXtopenbadgecredential\x00\x00\x00\x00\x00"

func appendChunk(dst, credential []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(itxt)-4+len(credential)))
	start := len(dst)
	dst = append(append(dst, itxt...), credential...)
	return binary.BigEndian.AppendUint32(dst, crc32.ChecksumIEEE(dst[start:]))
}
