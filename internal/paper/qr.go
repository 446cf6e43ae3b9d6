package paper

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"unicode/utf8"

	"rsc.io/qr"
)

// Bounds of a QR code.
const (
	// MaxQR is the longest text of a code, in bytes. Longer ones exist, but old
	// phones can't read them from paper.
	MaxQR = 600
	// quiet is the light margin in modules that a reader needs (ISO/IEC 18004 §9.1).
	quiet = 4
)

// ErrQR is why a text can't become a QR code.
var ErrQR = errors.New("paper: a QR code holds 1 to 600 bytes of UTF-8")

// QROptions says how a code looks. The zero value is right for a page.
type QROptions struct {
	// Title is the name of the SVG for screen readers; without it the code is
	// decoration, and the page must say the link beside it.
	Title string
	// Lang is the language of the title.
	Lang string
	// Module is how many pixels of the PNG each module has, 1 to 32; 0 is 8.
	Module int
}

// code makes the modules, with error correction M: 15 % of the code may be
// creased or stained.
func code(text string) (*qr.Code, error) {
	if text == "" || len(text) > MaxQR || !utf8.ValidString(text) {
		return nil, ErrQR
	}
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, fmt.Errorf("paper: %w", err)
	}
	return c, nil
}

// QR draws a text, most often an address, as a QR code in SVG: dark on light
// whatever the page's colours, with its quiet zone.
func QR(text string, o QROptions) ([]byte, error) {
	c, err := code(text)
	if err != nil {
		return nil, err
	}
	side := c.Size + 2*quiet
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" shape-rendering="crispEdges"`, side, side, 8*side, 8*side)
	if title := tidy(o.Title, 300); title == "" {
		b.WriteString(` aria-hidden="true">`)
	} else {
		b.WriteString(` role="img"`)
		if lang := tidy(o.Lang, 35); lang != "" {
			b.WriteString(` lang="` + escape(lang) + `"`)
		}
		b.WriteString(` aria-label="` + escape(title) + `"><title>` + escape(title) + `</title>`)
	}
	fmt.Fprintf(&b, `<path fill="#FFFFFF" d="M0 0h%dv%dH0z"/><path fill="#000000" d="`, side, side)
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			from := x
			for x < c.Size && c.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	b.WriteString(`"/></svg>` + "\n")
	return b.Bytes(), nil
}

// QRPNG draws the same as PNG, black on white.
func QRPNG(text string, o QROptions) ([]byte, error) {
	if o.Module == 0 {
		o.Module = 8
	}
	if o.Module < 1 || o.Module > 32 {
		return nil, fmt.Errorf("paper: a module of %d pixels is not between 1 and 32", o.Module)
	}
	c, err := code(text)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&b, qrImage(c, o.Module)); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func qrImage(c *qr.Code, module int) *image.Paletted {
	side := (c.Size + 2*quiet) * module
	img := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range side {
		row := img.Pix[y*img.Stride:][:side]
		for x := range row {
			if c.Black(x/module-quiet, y/module-quiet) {
				row[x] = 1
			}
		}
	}
	return img
}

// escape writes a text for XML, in content and in attributes.
func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a builder takes all
	return b.String()
}
