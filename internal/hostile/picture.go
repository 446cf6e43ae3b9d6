package hostile

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image/color"
	"strings"
)

// SVGHead begins the drawings.
const SVGHead = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">`

// SVGs are drawings that must be refused.
func SVGs() []File {
	return []File{
		{"element 1", []byte(SVGHead + `<script>alert(1)</script></svg>`), "picture.svg-element"},
		{"element 2", []byte(SVGHead + `<g><s:script xmlns:s="http://www.w3.org/2000/svg" href="data:text/javascript,1"/></g></svg>`), "picture.svg-element"},
		{"element 3", []byte(SVGHead + `<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script></svg>`), "picture.svg-element"},
		{"element 4", []byte(SVGHead + `<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject></svg>`), "picture.svg-element"},
		{"element 5", []byte(SVGHead + `<iframe xmlns="http://www.w3.org/1999/xhtml" src="http://x"/></svg>`), "picture.svg-element"},
		{"element 6", []byte(SVGHead + `<g xmlns=""/></svg>`), "picture.svg-element"},
		{"element 7", []byte(SVGHead + `<SCRIPT/></svg>`), "picture.svg-element"},
		{"element 8", []byte(SVGHead + `<a href="javascript:alert(1)"><path d="M0 0"/></a></svg>`), "picture.svg-element"},
		{"element 9", []byte(SVGHead + `<animate attributeName="href" to="javascript:1"/></svg>`), "picture.svg-element"},
		{"element 10", []byte(SVGHead + `<set attributeName="onload" to="1"/></svg>`), "picture.svg-element"},
		{"element 11", []byte(SVGHead + `<feImage href="http://x"/></svg>`), "picture.svg-element"},
		{"element 12", []byte(SVGHead + `<handler type="text/ecmascript"/></svg>`), "picture.svg-element"},
		{"event 1", []byte(strings.Replace(SVGHead, "viewBox", "onload=\"x()\" viewBox", 1) + `</svg>`), "picture.svg-event"},
		{"event 2", []byte(SVGHead + `<path onClick="x()"/></svg>`), "picture.svg-event"},
		{"event 3", []byte(SVGHead + `<path ONMOUSEOVER='x()'/></svg>`), "picture.svg-event"},
		{"reference 1", []byte(SVGHead + `<image xlink:href="http://x/y.png"/></svg>`), "picture.svg-reference"},
		{"reference 2", []byte(SVGHead + `<image href="file:///etc/passwd"/></svg>`), "picture.svg-reference"},
		{"reference 3", []byte(SVGHead + `<image href="data:image/svg+xml;base64,PHN2Zy8+"/></svg>`), "picture.svg-reference"},
		{"reference 4", []byte(SVGHead + `<image href="data:image/png;base64,PHN2Zy8+"/></svg>`), "picture.svg-reference"},
		{"reference 5", []byte(SVGHead + `<image href="data:image/png;base64,` + base64.StdEncoding.EncodeToString(PNGHead(60_000, 60_000)) + `"/></svg>`), "picture.svg-reference"},
		{"reference 6", []byte(SVGHead + `<use xlink:href="other.svg#a"/></svg>`), "picture.svg-reference"},
		{"reference 7", []byte(SVGHead + `<use href="#"/></svg>`), "picture.svg-reference"},
		{"reference 8", []byte(SVGHead + `<use href="//x/#a"/></svg>`), "picture.svg-reference"},
		{"reference 9", []byte(SVGHead + `<path fill="url(http://x#a)"/></svg>`), "picture.svg-reference"},
		{"reference 10", []byte(SVGHead + `<path fill="URL( 'http://x#a' )"/></svg>`), "picture.svg-reference"},
		{"reference 11", []byte(SVGHead + `<path fill="url (http://x)"/></svg>`), "picture.svg-reference"},
		{"reference 12", []byte(SVGHead + `<path fill="&#117;rl(http://x)"/></svg>`), "picture.svg-reference"},
		{"reference 13", []byte(SVGHead + `<path filter="u\72l(http://x)"/></svg>`), "picture.svg-reference"},
		{"reference 14", []byte(SVGHead + "<path fill=\"İİİurl(http://x)\"/></svg>"), "picture.svg-reference"},
		{"style 1", []byte(SVGHead + `<path style="fill:url(http://x)"/></svg>`), "picture.svg-style"},
		{"style 2", []byte(SVGHead + `<path style="background:image-set('http://x' 1x)"/></svg>`), "picture.svg-style"},
		{"style 3", []byte(SVGHead + `<style>@import "http://x";</style></svg>`), "picture.svg-style"},
		{"style 4", []byte(SVGHead + `<style>@IMPORT url(x)</style></svg>`), "picture.svg-style"},
		{"style 5", []byte(SVGHead + `<style>@font-face{src:local(x)}</style></svg>`), "picture.svg-style"},
		{"style 6", []byte(SVGHead + `<style>p{fill:url(</style></svg>`), "picture.svg-style"},
		{"style 7", []byte(SVGHead + `<style>p{fill:u<!-- -->rl(http://x)}</style></svg>`), "picture.svg-style"},
		{"style 8", []byte(SVGHead + `<style><![CDATA[p{fill:url(http://x)}]]></style></svg>`), "picture.svg-style"},
		{"style 9", []byte(SVGHead + `<style>&lt;/style>&lt;script></style></svg>`), "picture.svg-style"},
		{"doctype 1", []byte(`<!DOCTYPE svg>` + SVGHead + `</svg>`), "picture.svg-doctype"},
		{"doctype 2", []byte(`<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>` + SVGHead + `<text>&b;</text></svg>`), "picture.svg-doctype"},
		{"doctype 3", []byte(`<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + SVGHead + `<text>&x;</text></svg>`), "picture.svg-doctype"},
		{"syntax 1", []byte(SVGHead + `<text>&b;</text></svg>`), "picture.svg-syntax"},
		{"syntax 2", []byte(SVGHead + `<g></svg>`), "picture.svg-syntax"},
		{"syntax 3", []byte(SVGHead + `<g`), "picture.svg-syntax"},
		{"syntax 4", []byte(SVGHead + "<text>\x00</text></svg>"), "picture.svg-syntax"},
		{"syntax 5", []byte(SVGHead + "<text>\xff</text></svg>"), "picture.svg-syntax"},
		{"syntax 6", []byte(`<?xml version="1.0" encoding="UTF-7"?>` + SVGHead + `</svg>`), "picture.svg-syntax"},
		{"instruction 1", []byte(`<?xml-stylesheet href="http://x"?>` + SVGHead + `</svg>`), "picture.svg-instruction"},
		{"root 1", []byte(``), "picture.svg-root"},
		{"root 2", []byte(`not a picture`), "picture.svg-root"},
		{"root 3", []byte(`<html xmlns="http://www.w3.org/1999/xhtml"/>`), "picture.svg-root"},
		{"root 4", []byte(`<svg/>`), "picture.svg-root"},
		{"root 5", []byte(SVGHead + `</svg>` + SVGHead + `</svg>`), "picture.svg-root"},
		{"attribute 1", []byte(SVGHead + `<path d="M0 0" d="M1 1"/></svg>`), "picture.svg-attribute"},
		{"depth 1", []byte(SVGHead + strings.Repeat("<g>", 100_000)), "picture.svg-depth"},
		{"depth 2", []byte(SVGHead + strings.Repeat("<g>", 70) + strings.Repeat("</g>", 70) + `</svg>`), "picture.svg-depth"},
		{"elements 1", []byte(SVGHead + strings.Repeat("<g/>", 30_000) + `</svg>`), "picture.svg-elements"},
		{"bytes 1", []byte(SVGHead + strings.Repeat(" ", 2<<20) + `</svg>`), "picture.svg-bytes"},
		{"repeats 1", []byte(SVGHead + `<g id="a"><use href="#a"/></g></svg>`), "picture.svg-repeats"},
		{"repeats 2", []byte(SVGHead + `<g id="a"><use href="#b"/></g><g id="b"><use xlink:href="#a"/></g></svg>`), "picture.svg-repeats"},
		{"repeats 3", []byte(laughs()), "picture.svg-repeats"},
		{"repeats 4", []byte(SVGHead + `<pattern id="p"><path fill="url(#p)"/></pattern></svg>`), "picture.svg-repeats"},
	}
}

// laughs repeats itself 10^9 times.
func laughs() string {
	var s strings.Builder
	s.WriteString(SVGHead + `<path id="l0" d="M0 0"/>`)
	for i := range 9 {
		fmt.Fprintf(&s, `<g id="l%d">%s</g>`, i+1, strings.Repeat(fmt.Sprintf(`<use href="#l%d"/>`, i), 10))
	}
	s.WriteString(`</svg>`)
	return s.String()
}

// Rasters are pictures of pixels that must be refused.
func Rasters() []File {
	return []File{
		{"too wide", PNGHead(4097, 1), "picture.raster-size"},
		{"too high", PNGHead(1, 4097), "picture.raster-size"},
		{"bomb", PNGHead(60_000, 60_000), "picture.raster-size"},
		{"webp bomb", WebP(16384, 16384, color.RGBA{1, 2, 3, 255}), "picture.raster-size"},
		{"overflow", PNGHead(0x7FFFFFFF, 0x7FFFFFFF), "picture.raster-broken"},
		{"no pixels", PNGHead(0, 0), "picture.raster-broken"},
		{"heavy", append(PNGHead(1, 1), make([]byte, 5<<20)...), "picture.raster-bytes"},
		{"endless scans", append([]byte("\xff\xd8"), bytes.Repeat([]byte("\xff\xda\x00\x08"), 101)...), "picture.raster-broken"},
		{"gif", []byte("GIF89a\x01\x00\x01\x00"), "picture.raster-format"},
		{"cut png", PNGHead(30, 20)[:20], "picture.raster-broken"},
		{"cut webp", WebP(30, 20, color.RGBA{1, 2, 3, 255})[:16], "picture.raster-broken"},
	}
}

// PNGHead is the head of a PNG of a size, rightly written, with no pixels behind it.
func PNGHead(w, h uint32) []byte {
	chunk := []byte("IHDR")
	chunk = binary.BigEndian.AppendUint32(chunk, w)
	chunk = binary.BigEndian.AppendUint32(chunk, h)
	chunk = append(chunk, 8, 6, 0, 0, 0)
	out := binary.BigEndian.AppendUint32([]byte("\x89PNG\r\n\x1a\n"), 13)
	out = append(out, chunk...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(chunk))
}

// WebP is a lossless WebP file of one colour (VP8L §3 to §6): five codes of
// one symbol each, so that no pixel takes a bit.
func WebP(w, h int, c color.RGBA) []byte {
	var bits []byte
	n := 0
	put := func(v, width int) {
		for i := range width {
			if n%8 == 0 {
				bits = append(bits, 0)
			}
			bits[n/8] |= byte(v>>i&1) << (n % 8)
			n++
		}
	}
	put(0x2F, 8)
	put(w-1, 14)
	put(h-1, 14)
	put(1, 1) // alpha is used
	put(0, 3) // version
	put(0, 3) // no transform, no colour cache, one group of codes
	for _, v := range []uint8{c.G, c.R, c.B, c.A} {
		put(0b101, 3) // simple, one symbol, of eight bits
		put(int(v), 8)
	}
	put(0b001, 3) // distances: simple, one symbol, of one bit
	put(0, 1)
	if len(bits)%2 == 1 {
		bits = append(bits, 0)
	}
	out := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(12+len(bits)))
	out = append(out, "WEBPVP8L"...)
	return append(binary.LittleEndian.AppendUint32(out, uint32(len(bits))), bits...)
}
