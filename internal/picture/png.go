package picture

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
	"math"

	"golang.org/x/image/vector"
)

// Sizes of the pictures that are made, in pixels.
const (
	MinSize = 64
	MaxSize = 2048
	// smallForm is the largest size at which the small form is drawn.
	smallForm = 128
)

// PNG draws the picture on a transparent square of size by size pixels, 64 to
// 2048, up to 128 in its small form. The same badge gives the same bytes.
func (b Badge) PNG(size int) ([]byte, error) {
	if err := checkSize(size); err != nil {
		return nil, err
	}
	d, err := b.draw()
	if err != nil {
		return nil, err
	}
	return encodePNG(d.raster(size))
}

func checkSize(size int) error {
	if size < MinSize || size > MaxSize {
		return fault(sizeOutside, map[string]any{"Size": size, "Min": MinSize, "Max": MaxSize})
	}
	return nil
}

func encodePNG(img *image.RGBA) ([]byte, error) {
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.DefaultCompression}
	if err := encoder.Encode(&out, reduce(img)); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// canvas is what a drawing is painted on.
type canvas struct {
	img   *image.RGBA
	z     vector.Rasterizer
	scale float64      // pixels a unit
	cover image.Alpha  // how far a mark covers each pixel of its box
	clip  *image.Alpha // the same of the outline, for the whole picture
}

func (d *drawing) raster(size int) *image.RGBA {
	c := &canvas{img: image.NewRGBA(image.Rect(0, 0, size, size)), scale: float64(size) / side}
	outline := mark{shape: d.outline, scale: 1}
	c.measure(outline, c.img.Rect)
	c.clip = &image.Alpha{Pix: c.cover.Pix, Stride: c.cover.Stride, Rect: c.cover.Rect}
	c.cover = image.Alpha{}
	seen := large
	if size <= smallForm {
		seen = small
	}
	for _, m := range d.marks {
		if m.form == both || m.form == seen {
			c.paint(m)
		}
	}
	return c.img
}

// measure finds out how far a mark covers each pixel of a box.
func (c *canvas) measure(m mark, box image.Rectangle) {
	w, h := box.Dx(), box.Dy()
	c.z.Reset(w, h)
	c.z.DrawOp = draw.Src
	if m.width == 0 {
		c.add(m.shape, m, box.Min)
	} else {
		c.addStroke(m, box.Min)
	}
	if cap(c.cover.Pix) < w*h {
		c.cover.Pix = make([]uint8, w*h)
	}
	c.cover = image.Alpha{Pix: c.cover.Pix[:w*h], Stride: w, Rect: image.Rect(0, 0, w, h)}
	c.z.Draw(&c.cover, c.cover.Rect, image.Opaque, image.Point{})
}

// paint lays one mark over what is there.
func (c *canvas) paint(m mark) {
	box := c.box(m)
	if box.Empty() {
		return
	}
	c.measure(m, box)
	opacity := uint32(math.Round(m.opacity * 255))
	colour := [4]uint32{uint32(m.colour.r), uint32(m.colour.g), uint32(m.colour.b), 255}
	for y := range box.Dy() {
		cover := c.cover.Pix[y*c.cover.Stride:][:box.Dx()]
		row := c.img.Pix[c.img.PixOffset(box.Min.X, box.Min.Y+y):]
		var clip []uint8
		if m.clipped {
			clip = c.clip.Pix[c.clip.PixOffset(box.Min.X, box.Min.Y+y):]
		}
		for x, v := range cover {
			if v == 0 {
				continue
			}
			a := uint32(v) * opacity
			if clip != nil {
				a = a * uint32(clip[x]) / 255
			}
			lay(row[4*x:4*x+4:4*x+4], colour, a)
		}
	}
}

// lay mixes a colour into a premultiplied pixel; a goes to 255×255.
func lay(pixel []uint8, colour [4]uint32, a uint32) {
	const whole = 255 * 255
	for k, v := range colour {
		pixel[k] = uint8((uint32(pixel[k])*(whole-a) + v*a + whole/2) / whole)
	}
}

// at is where a point of a mark lies, in pixels from the corner of its box.
func (c *canvas) at(p point, m mark, corner image.Point) (x, y float64) {
	return (p.x*m.scale+m.x)*c.scale - float64(corner.X), (p.y*m.scale+m.y)*c.scale - float64(corner.Y)
}

func (c *canvas) box(m mark) image.Rectangle {
	low, high := m.shape.bounds()
	x0, y0 := c.at(low, m, image.Point{})
	x1, y1 := c.at(high, m, image.Point{})
	more := m.width/2*c.scale + 1
	return image.Rect(int(math.Floor(x0-more)), int(math.Floor(y0-more)), int(math.Ceil(x1+more)), int(math.Ceil(y1+more))).Intersect(c.img.Rect)
}

func (c *canvas) add(p path, m mark, corner image.Point) {
	at := func(p point) (float32, float32) {
		x, y := c.at(p, m, corner)
		return float32(x), float32(y)
	}
	for _, s := range p {
		ax, ay := at(s.p[0])
		bx, by := at(s.p[1])
		switch s.op {
		case 'M':
			c.z.ClosePath()
			c.z.MoveTo(ax, ay)
		case 'L':
			c.z.LineTo(ax, ay)
		case 'Q':
			c.z.QuadTo(ax, ay, bx, by)
		case 'C':
			ex, ey := at(s.p[2])
			c.z.CubeTo(ax, ay, bx, by, ex, ey)
		case 'Z':
			c.z.ClosePath()
		}
	}
	c.z.ClosePath()
}

func (c *canvas) addStroke(m mark, corner image.Point) {
	s := stroker{half: m.width / 2 * c.scale, round: m.round, emit: func(outline []point) {
		for i, p := range outline {
			if i == 0 {
				c.z.MoveTo(float32(p.x), float32(p.y))
			} else {
				c.z.LineTo(float32(p.x), float32(p.y))
			}
		}
		c.z.ClosePath()
	}}
	lines, closed := m.shape.flatten(c.scale)
	for i, line := range lines {
		for j, p := range line {
			x, y := c.at(p, m, corner)
			line[j] = point{x, y}
		}
		if m.dash[1] == 0 {
			s.stroke(line, closed[i])
			continue
		}
		for _, piece := range dashes(line, closed[i], m.dash[0]*c.scale, m.dash[1]*c.scale) {
			s.stroke(piece, false)
		}
	}
}
