package paper_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/ecusson/ecusson/internal/paper"
)

var texts = []string{
	"https://badges.example/b/7Kq2fM",
	"https://badges.example/b/7Kq2fM?langue=fr&vue=complète",
	"X",
	"https://badges.example/retrait/" + strings.Repeat("k", paper.MaxQR-31),
}

// read reads a code back with a reader that is not ours.
func read(t testing.TB, img image.Image) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{
		gozxing.DecodeHintType_CHARACTER_SET: "UTF-8",
	})
	if err != nil {
		t.Fatal(err)
	}
	return result.GetText()
}

func TestQRPNG(t *testing.T) {
	t.Parallel()
	for _, text := range texts {
		data, err := paper.QRPNG(text, paper.QROptions{Module: 4})
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, img); got != text {
			t.Errorf("read back %q, want %q", got, text)
		}
		// The quiet zone: four modules of four pixels on each side.
		box := img.Bounds()
		for i := range 16 {
			for j := range box.Dx() {
				for _, p := range []image.Point{{j, i}, {i, j}, {j, box.Max.Y - 1 - i}, {box.Max.X - 1 - i, j}} {
					if r, _, _, _ := img.At(p.X, p.Y).RGBA(); r != 0xffff {
						t.Fatalf("%q: the pixel at %v in the quiet zone is dark", text, p)
					}
				}
			}
		}
	}
}

var (
	box = regexp.MustCompile(`viewBox="0 0 (\d+) (\d+)"`)
	run = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`)
)

// drawn paints the SVG's runs, which is all that such a file draws with.
func drawn(t *testing.T, svg []byte) image.Image {
	t.Helper()
	number := func(s []byte) int {
		n, err := strconv.Atoi(string(s))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	const module = 4
	side := number(box.FindSubmatch(svg)[1])
	img := image.NewGray(image.Rect(0, 0, side*module, side*module))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for _, m := range run.FindAllSubmatch(svg, -1) {
		x, y, w := number(m[1]), number(m[2]), number(m[3])
		for py := y * module; py < (y+1)*module; py++ {
			for px := x * module; px < (x+w)*module; px++ {
				img.SetGray(px, py, color.Gray{})
			}
		}
	}
	return img
}

func TestQR(t *testing.T) {
	t.Parallel()
	for _, text := range texts {
		svg, err := paper.QR(text, paper.QROptions{Title: "Lien du badge <\"Équipe\"> \x00\u202e", Lang: "fr"})
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, drawn(t, svg)); got != text {
			t.Errorf("read back %q, want %q", got, text)
		}
		if !wellFormed(svg) {
			t.Errorf("not well-formed: %.200s", svg)
		}
		for _, want := range []string{`<title>Lien du badge &lt;&#34;Équipe&#34;&gt;</title>`, `role="img"`, `lang="fr"`, `fill="#FFFFFF"`} {
			if !bytes.Contains(svg, []byte(want)) {
				t.Errorf("%s is missing in %.300s", want, svg)
			}
		}
		if bytes.Contains(svg, []byte("style")) {
			t.Error("a style, which the pages' policy forbids")
		}
	}
	svg, err := paper.QR("x", paper.QROptions{})
	if err != nil || !bytes.Contains(svg, []byte(`aria-hidden="true"`)) || bytes.Contains(svg, []byte("<title>")) {
		t.Errorf("without a title: %.200s, %v", svg, err)
	}
}

func wellFormed(data []byte) bool {
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return true
		} else if err != nil {
			return false
		}
	}
}

func TestQRRefusals(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", strings.Repeat("x", paper.MaxQR+1), "\xff"} {
		if _, err := paper.QR(text, paper.QROptions{}); !errors.Is(err, paper.ErrQR) {
			t.Errorf("QR(%.20q) gives the error %v", text, err)
		}
		if _, err := paper.QRPNG(text, paper.QROptions{}); !errors.Is(err, paper.ErrQR) {
			t.Errorf("QRPNG(%.20q) gives the error %v", text, err)
		}
	}
	for _, module := range []int{-1, 33} {
		if _, err := paper.QRPNG("x", paper.QROptions{Module: module}); err == nil {
			t.Errorf("a module of %d pixels is taken", module)
		}
	}
}
