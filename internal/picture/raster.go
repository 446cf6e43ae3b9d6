package picture

import (
	"bytes"
	"errors"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// Bounds of a picture that somebody brings.
const (
	MaxRasterBytes  = 5 << 20
	MaxRasterSide   = 4096
	MaxRasterPixels = 16 << 20
	// maxScans bounds the scans of a JPEG: each goes over all of the picture,
	// and some bytes are enough for one. Ten are usual.
	maxScans = 100
)

// Raster is what the head of a picture's file says.
type Raster struct {
	Format        string // "png", "jpeg" or "webp"
	Width, Height int    // in pixels
}

// codec is how a format is known and read.
type codec struct {
	name   string
	known  func(data []byte) bool
	config func(*bytes.Reader) (image.Config, error)
	decode func(*bytes.Reader) (image.Image, error)
}

func codecOf(data []byte) (codec, bool) {
	for _, c := range [...]codec{
		{"png",
			func(b []byte) bool { return bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")) },
			func(r *bytes.Reader) (image.Config, error) { return png.DecodeConfig(r) },
			func(r *bytes.Reader) (image.Image, error) { return png.Decode(r) }},
		{"jpeg",
			func(b []byte) bool { return bytes.HasPrefix(b, []byte("\xff\xd8\xff")) },
			func(r *bytes.Reader) (image.Config, error) { return jpeg.DecodeConfig(r) },
			func(r *bytes.Reader) (image.Image, error) { return jpeg.Decode(r) }},
		{"webp",
			func(b []byte) bool { return len(b) > 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP" },
			func(r *bytes.Reader) (image.Config, error) { return webp.DecodeConfig(r) },
			func(r *bytes.Reader) (image.Image, error) { return webp.Decode(r) }},
	} {
		if c.known(data) {
			return c, true
		}
	}
	return codec{}, false
}

// CheckRaster reads the head of a PNG, JPEG or WebP file and refuses one that is
// none of these, or larger than 5 MB, 4096 pixels a side or 16 megapixels. No
// pixel is decoded: a small file can hold a picture that fills the memory.
func CheckRaster(data []byte) (Raster, error) {
	if len(data) > MaxRasterBytes {
		return Raster{}, fault(rasterBytes, map[string]any{"Bytes": len(data), "Megabytes": MaxRasterBytes >> 20})
	}
	c, ok := codecOf(data)
	if !ok {
		return Raster{}, fault(rasterFormat, nil)
	}
	if c.name == "jpeg" && bytes.Count(data, []byte("\xff\xda")) > maxScans {
		return Raster{}, broken(c.name, errors.New("more than 100 scans"))
	}
	config, err := c.config(bytes.NewReader(data))
	if err != nil {
		return Raster{}, broken(c.name, err)
	}
	r := Raster{c.name, config.Width, config.Height}
	if r.Width < 1 || r.Height < 1 || r.Width > MaxRasterSide || r.Height > MaxRasterSide || r.Width*r.Height > MaxRasterPixels {
		return Raster{}, fault(rasterSize, map[string]any{"Width": r.Width, "Height": r.Height, "Max": MaxRasterSide})
	}
	return r, nil
}

func broken(format string, err error) *Error {
	e := fault(rasterBroken, map[string]any{"Format": format})
	e.Err = err
	return e
}

// Fit makes a square PNG of size by size pixels, 64 to 2048, of a PNG, JPEG or
// WebP file that CheckRaster takes. The whole picture is kept, in the middle,
// between transparent margins; nothing else of the file is.
func Fit(data []byte, size int) ([]byte, error) {
	if err := checkSize(size); err != nil {
		return nil, err
	}
	head, err := CheckRaster(data)
	if err != nil {
		return nil, err
	}
	c, _ := codecOf(data) // known: CheckRaster has read its head
	img, err := c.decode(bytes.NewReader(data))
	if err != nil {
		return nil, broken(head.Format, err)
	}
	out := image.NewRGBA(image.Rect(0, 0, size, size))
	from := img.Bounds()
	if from.Dx() != head.Width || from.Dy() != head.Height {
		return nil, broken(head.Format, nil)
	}
	longer := max(from.Dx(), from.Dy())
	w, h := max(1, from.Dx()*size/longer), max(1, from.Dy()*size/longer)
	to := image.Rect(0, 0, w, h).Add(image.Pt((size-w)/2, (size-h)/2))
	if w == from.Dx() && h == from.Dy() {
		draw.Draw(out, to, img, from.Min, draw.Src)
	} else {
		xdraw.CatmullRom.Scale(out, to, img, from, draw.Src, nil)
	}
	return encodeBrought(out)
}

// encodeBrought keeps every colour of a photograph, and a palette where the
// picture needs no more than one.
func encodeBrought(img *image.RGBA) ([]byte, error) {
	var out bytes.Buffer
	var whole image.Image = img
	if tints, _ := count(img); len(tints) <= 256 {
		whole = reduce(img)
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, whole); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
