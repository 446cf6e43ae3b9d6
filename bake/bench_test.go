package bake_test

import (
	"strings"
	"testing"

	"github.com/ecusson/ecusson/bake"
)

func BenchmarkExtractPNG(b *testing.B) {
	baked, err := bake.PNG(beforeEnd(picture(b), chunk("tEXt", "x\x00"+strings.Repeat("y", 50000))), []byte(`{"n":"`+strings.Repeat("x", 3000)+`"}`))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := bake.Extract(baked); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkExtractSVG(b *testing.B) {
	baked, err := bake.SVG(svg("", strings.Repeat(`<path class="a" d="M0 0L1 1"/>`, 300)), []byte(`{"n":"`+strings.Repeat("x", 3000)+`"}`))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(baked)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := bake.Extract(baked); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTemplate bakes 3 KB into a PNG of 50 KB.
func BenchmarkTemplate(b *testing.B) {
	credential := []byte(`{"n":"` + strings.Repeat("x", 3000) + `"}`)
	for name, image := range map[string][]byte{
		"PNG": beforeEnd(picture(b), chunk("tEXt", "x\x00"+strings.Repeat("y", 50000))),
		"SVG": svg("", strings.Repeat(`<path class="a" d="M0 0L1 1"/>`, 300)),
	} {
		tmpl, err := bake.Prepare(image)
		if err != nil {
			b.Fatal(err)
		}
		var dst []byte
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if dst, err = tmpl.Append(dst[:0], credential); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/middle", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if dst, err = tmpl.AppendMiddle(dst[:0], credential); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
