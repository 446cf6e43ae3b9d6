package organization

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/jpeg"
	"image/png"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/picture"
)

// logoSize is the side of a stored logo in pixels.
const logoSize = 512

// MaxLogo is the most bytes that a logo's file may have.
const MaxLogo = picture.MaxRasterBytes

// CleanLogo makes of a file that somebody brought what is stored: an SVG written
// anew from what is allowed, or a square PNG. The error is a fault of the form's
// field "logo".
func CleanLogo(data []byte) (mediaType string, out []byte, err error) {
	if isSVG(data) {
		out, err = picture.CleanSVG(data)
		return "image/svg+xml", out, logoFault(err)
	}
	raster, err := picture.CheckRaster(data)
	if err != nil {
		return "", nil, logoFault(err)
	}
	if raster.Format == "jpeg" {
		if data, err = upright(data); err != nil {
			return "", nil, logoFault(err)
		}
	}
	out, err = picture.Fit(data, logoSize)
	return "image/png", out, logoFault(err)
}

func isSVG(data []byte) bool {
	data = bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n")
	return bytes.HasPrefix(data, []byte("<"))
}

func logoFault(err error) error {
	if err == nil {
		return nil
	}
	var form fault.Form
	var p *picture.Error
	if !errors.As(err, &p) {
		form.Wrong("logo", "organization.logo-unreadable")
		return form.Err()
	}
	facts := make([]any, 0, 2*len(p.Facts))
	for name, value := range p.Facts {
		facts = append(facts, name, value)
	}
	form.Wrong("logo", p.Key, facts...)
	return form.Err()
}

// upright turns a photo the way in which its camera was held. What is upright
// comes back as it is. The size was checked before: the pixels are decoded here.
func upright(data []byte) ([]byte, error) {
	turn := orientation(data)
	if turn < 2 || turn > 8 {
		return data, nil
	}
	from, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = png.Encode(&b, turned(from, turn))
	return b.Bytes(), err
}

// turned is a picture by its orientation, 2 to 8 (Exif 2.32 §4.6.4, tag 0x0112):
// which side of what is stored is the top and which the left.
func turned(from image.Image, turn int) image.Image {
	r := from.Bounds()
	w, h := r.Dx(), r.Dy()
	if turn >= 5 {
		w, h = h, w
	}
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			sx, sy := x, y
			if turn >= 5 {
				sx, sy = y, x
			}
			switch turn {
			case 2, 8:
				sx = r.Dx() - 1 - sx
			case 4, 6:
				sy = r.Dy() - 1 - sy
			case 3, 7:
				sx, sy = r.Dx()-1-sx, r.Dy()-1-sy
			}
			to.Set(x, y, from.At(r.Min.X+sx, r.Min.Y+sy))
		}
	}
	return to
}

// orientation reads how a JPEG file's camera was held, 0 where it does not say.
func orientation(data []byte) int {
	for i := 2; i+4 <= len(data) && data[i] == 0xff; {
		size := int(binary.BigEndian.Uint16(data[i+2:]))
		if data[i+1] == 0xda || size < 2 || i+2+size > len(data) {
			return 0
		}
		if segment := data[i+4 : i+2+size]; data[i+1] == 0xe1 && bytes.HasPrefix(segment, []byte("Exif\x00\x00")) {
			return tiffOrientation(segment[6:])
		}
		i += 2 + size
	}
	return 0
}

// tiffOrientation reads the tag in the first directory of TIFF 6.0 data.
func tiffOrientation(data []byte) int {
	if len(data) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.LittleEndian
	if data[0] == 'M' {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(data[4:]))
	if at+2 > int64(len(data)) {
		return 0
	}
	for n := int64(order.Uint16(data[at:])); n > 0; n-- {
		entry := at + 2 + (n-1)*12
		if entry+12 <= int64(len(data)) && order.Uint16(data[entry:]) == 0x0112 {
			return int(order.Uint16(data[entry+8:]))
		}
	}
	return 0
}
