package hostile

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"strings"

	"github.com/ecusson/ecusson/bake"
)

// PNG is a picture that claims a size and has the chunks given.
func PNG(width, height uint32, chunks ...[]byte) []byte {
	header := binary.BigEndian.AppendUint32(nil, width)
	header = binary.BigEndian.AppendUint32(header, height)
	header = append(header, 8, 0, 0, 0, 0)
	pixel := deflate([]byte{0, 0})
	out := append([]byte("\x89PNG\r\n\x1a\n"), Chunk("IHDR", header)...)
	for _, c := range chunks {
		out = append(out, c...)
	}
	return append(append(out, Chunk("IDAT", pixel)...), Chunk("IEND", nil)...)
}

// Chunk is a part of a PNG, rightly written.
func Chunk(kind string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	body := append([]byte(kind), data...)
	return binary.BigEndian.AppendUint32(append(out, body...), crc32.ChecksumIEEE(body))
}

func deflate(data []byte) []byte {
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, zlib.BestSpeed)
	if err != nil {
		panic(err) // there is such a level
	}
	_, _ = w.Write(data) // into memory, as is its end
	_ = w.Close()
	return b.Bytes()
}

// Text is a chunk with a credential, packed or not.
func Text(keyword string, packed bool, data []byte) []byte {
	flag := byte(0)
	if packed {
		flag, data = 1, deflate(data)
	}
	return Chunk("iTXt", append([]byte(keyword+"\x00"+string(flag)+"\x00\x00\x00"), data...))
}

// Badges are files that claim to carry a badge and carry none that can be read.
func Badges() []File {
	return []File{
		{"objects 100,000 deep", []byte(strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000)), "invalid: container malformed-json"},
		{"lists 100,000 deep", []byte(`{"a":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}"), "invalid: container malformed-json"},
		{"endorsements 1,000 deep", []byte(strings.Repeat(`{"endorsement":[`, 1000) + "{}" + strings.Repeat("]}", 1000)), "invalid: container malformed-json"},
		{"50 MB of text", append(append([]byte(`{"a":"`), bytes.Repeat([]byte("a"), 50_000_000)...), `"}`...), "unknown: container too-large"},
		{"one byte too many", append([]byte("{"), bytes.Repeat([]byte("a"), 8<<20)...), "unknown: container too-large"},
		{"a token of 9 MB", []byte("ey" + strings.Repeat("A", 9<<20) + ".e30.AAAA"), "unknown: container too-large"},
		{"a million commas", []byte("[" + strings.Repeat(",", 1<<20) + "]"), "invalid: container malformed-json"},
		{"invalid UTF-8", []byte("{\"name\":\"\xff\xfe\"}"), "invalid: container malformed-json"},
		{"UTF-16", []byte("\xff\xfe{\x00}\x00"), "invalid: container no-credential"},
		{"a lone surrogate", []byte(`{"name":"\ud800"}`), "invalid: container malformed-json"},
		{"NUL", []byte{0}, "invalid: container no-credential"},
		{"zeros", make([]byte, 1<<20), "invalid: container no-credential"},
		{"a BOM alone", []byte("\xef\xbb\xbf"), "invalid: container no-credential"},
		{"HTML", []byte("<!DOCTYPE html><html><body>404</body></html>"), "invalid: container no-credential"},
		{"a packed bomb in a PNG", PNG(1, 1, Text("openbadgecredential", true, bytes.Repeat([]byte(" "), bake.MaxInflated+1))), "unknown: container too-large"},
		{"a packed bomb of Open Badges 2", PNG(1, 1, Text("openbadges", true, bytes.Repeat([]byte(" "), bake.MaxInflated+1))), "unknown: container too-large"},
		{"a picture of 4 billion by 4 billion", PNG(1<<31-1, 1<<31-1), "invalid: container no-credential"},
		{"a chunk longer than the file", append([]byte("\x89PNG\r\n\x1a\n\xff\xff\xff\xffiTXt"), "openbadgecredential"...), "invalid: container image-malformed"},
		{"65 badges in a PNG", PNG(1, 1, bytes.Repeat(Text("openbadgecredential", false, []byte("{}")), bake.MaxFound+1)), "unknown: container too-large"},
		{"entities in SVG", []byte(`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"><openbadges:credential>&c;</openbadges:credential></svg>`), "invalid: container image-malformed"},
		{"a remote entity in SVG", []byte(`<!DOCTYPE svg [<!ENTITY a SYSTEM "https://evil.example/a">]><svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"><openbadges:credential>&a;</openbadges:credential></svg>`), "invalid: container image-malformed"},
		{"SVG 100,000 deep", []byte(`<svg xmlns="http://www.w3.org/2000/svg">` + strings.Repeat("<g>", 100_000) + strings.Repeat("</g>", 100_000) + `</svg>`), "unknown: container too-large"},
	}
}
