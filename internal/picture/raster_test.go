package picture

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/ecusson/ecusson/internal/hostile"
)

func pngOf(t testing.TB, w, h int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, filled(w, h)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func jpegOf(t testing.TB, w, h int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, filled(w, h), nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var ochre = color.RGBA{0xE9, 0xA8, 0x20, 0xFF}

func filled(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := 0; i < len(img.Pix); i += 4 {
		copy(img.Pix[i:], []uint8{ochre.R, ochre.G, ochre.B, ochre.A})
	}
	return img
}

// bomb is the head of a PNG of 60,000 by 60,000 pixels, rightly written.
func bomb() []byte { return hostile.PNGHead(60_000, 60_000) }

func TestCheckRaster(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		data []byte
		want Raster
		code code
	}{
		{"png", pngOf(t, 30, 20), Raster{"png", 30, 20}, ""},
		{"jpeg", jpegOf(t, 30, 20), Raster{"jpeg", 30, 20}, ""},
		{"webp", hostile.WebP(30, 20, ochre), Raster{"webp", 30, 20}, ""},
		{"largest", hostile.PNGHead(4096, 4096), Raster{"png", 4096, 4096}, ""},
		{"heavy", append(pngOf(t, 1, 1), make([]byte, MaxRasterBytes)...), Raster{}, rasterBytes},
		{"endless scans", append(jpegOf(t, 30, 20), bytes.Repeat([]byte("\xff\xda\x00\x08"), 101)...), Raster{}, rasterBroken},
		{"empty", nil, Raster{}, rasterFormat},
		{"svg", []byte("<svg/>"), Raster{}, rasterFormat},
		{"cut png", pngOf(t, 30, 20)[:20], Raster{}, rasterBroken},
		{"cut jpeg", jpegOf(t, 30, 20)[:20], Raster{}, rasterBroken},
	} {
		got, err := CheckRaster(c.data)
		var e *Error
		switch {
		case c.code == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.code != "" && (!errors.As(err, &e) || e.Key != "picture."+string(c.code)):
			t.Errorf("%s: %v, want %s", c.name, err, c.code)
		case got != c.want:
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestCheckRasterRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range hostile.Rasters() {
		_, err := CheckRaster(c.Data)
		var e *Error
		if !errors.As(err, &e) || e.Key != c.Code {
			t.Errorf("%s: %v, want %s", c.Name, err, c.Code)
		}
	}
}

func TestFit(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{
		"wide png": pngOf(t, 300, 100), "high jpeg": jpegOf(t, 100, 300), "square webp": hostile.WebP(80, 80, ochre), "exact": pngOf(t, 120, 40), "a line": pngOf(t, 4000, 1),
	} {
		out, err := Fit(data, 120)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		img, err := png.Decode(bytes.NewReader(out))
		if err != nil || img.Bounds() != image.Rect(0, 0, 120, 120) {
			t.Fatalf("%s: %v, %v", name, img.Bounds(), err)
		}
		head, _ := CheckRaster(data)
		near(t, name, img.At(60, 59), colour{ochre.R, ochre.G, ochre.B})
		for side, want := range map[image.Point]bool{{60, 10}: head.Width > head.Height, {60, 109}: head.Width > head.Height, {10, 59}: head.Width < head.Height, {109, 59}: head.Width < head.Height} {
			if _, _, _, a := img.At(side.X, side.Y).RGBA(); (a == 0) != want {
				t.Errorf("%s: the margin at %v has an opacity of %d", name, side, a)
			}
		}
		again, err := Fit(data, 120)
		if err != nil || !bytes.Equal(again, out) {
			t.Errorf("%s: the same picture gave other bytes", name)
		}
	}
	whole := pngOf(t, 30, 20)
	for name, c := range map[string]struct {
		data []byte
		size int
		code code
	}{
		"bomb": {bomb(), 100, rasterSize}, "no pixels behind the head": {hostile.PNGHead(100, 100), 100, rasterBroken},
		"cut": {whole[:len(whole)-20], 100, rasterBroken}, "small": {whole, 63, sizeOutside}, "large": {whole, 2049, sizeOutside}, "text": {[]byte("x"), 100, rasterFormat},
	} {
		_, err := Fit(c.data, c.size)
		var e *Error
		if !errors.As(err, &e) || e.Key != "picture."+string(c.code) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

func TestFitKeepsPhotographs(t *testing.T) {
	t.Parallel()
	photo := image.NewRGBA(image.Rect(0, 0, 100, 100))
	for i := range 100 * 100 {
		copy(photo.Pix[4*i:], []uint8{uint8(i % 100 * 2), uint8(i / 100 * 2), uint8(i % 7 * 30), 255})
	}
	var data bytes.Buffer
	if err := png.Encode(&data, photo); err != nil {
		t.Fatal(err)
	}
	out, err := Fit(data.Bytes(), 100)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100 * 100 {
		if got := color.RGBAModel.Convert(img.At(i%100, i/100)); got != photo.At(i%100, i/100) {
			t.Fatalf("pixel %d is %v, want %v", i, got, photo.At(i%100, i/100))
		}
	}
}

func FuzzCheckRaster(f *testing.F) {
	for _, data := range [][]byte{pngOf(f, 3, 2), jpegOf(f, 3, 2), hostile.WebP(3, 2, ochre), bomb(), []byte("RIFF\x00\x00\x00\x00WEBPVP8 "), []byte("\xff\xd8\xff\xc0")} {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := CheckRaster(data)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("%v is no *Error", err)
			}
			return
		}
		if r.Width < 1 || r.Height < 1 || r.Width > MaxRasterSide || r.Height > MaxRasterSide || r.Width*r.Height > MaxRasterPixels {
			t.Fatalf("%v is let through", r)
		}
		if r.Width*r.Height > 1<<16 {
			return // decoding is bounded, but not quick
		}
		if out, err := Fit(data, MinSize); err == nil {
			if head, err := CheckRaster(out); err != nil || head != (Raster{"png", MinSize, MinSize}) {
				t.Fatalf("Fit gave %v, %v", head, err)
			}
		}
	})
}
