package picture

import (
	"bytes"
	"image"
	"image/color"
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
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, reduce(img)); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// canvas is what a drawing is painted on.
type canvas struct {
	img   *image.RGBA
	z     vector.Rasterizer
	scale float64 // pixels a unit
}

func (d *drawing) raster(size int) *image.RGBA {
	square := image.Rect(0, 0, size, size)
	scale := float64(size) / side
	out := &canvas{img: image.NewRGBA(square), scale: scale}
	ground := &canvas{img: image.NewRGBA(square), scale: scale}
	seen := large
	if size <= smallForm {
		seen = small
	}
	onGround := true
	for _, m := range d.marks {
		if m.form != both && m.form != seen {
			continue
		}
		if m.clipped {
			ground.paint(m)
			continue
		}
		if onGround {
			// What is clipped comes first: now it is whole, and is cut out.
			draw.DrawMask(out.img, square, ground.img, image.Point{}, d.mask(square, scale), image.Point{}, draw.Over)
			onGround = false
		}
		out.paint(m)
	}
	return out.img
}

func (d *drawing) mask(square image.Rectangle, scale float64) *image.Alpha {
	mask := image.NewAlpha(square)
	c := canvas{scale: scale}
	c.z.Reset(square.Dx(), square.Dy())
	c.add(d.outline, mark{scale: 1}, image.Point{})
	c.z.Draw(mask, square, image.Opaque, image.Point{})
	return mask
}

// paint lays one mark over what is there.
func (c *canvas) paint(m mark) {
	box := c.box(m)
	if box.Empty() {
		return
	}
	c.z.Reset(box.Dx(), box.Dy())
	if m.width == 0 {
		c.add(m.shape, m, box.Min)
	} else {
		c.addStroke(m, box.Min)
	}
	paint := image.NewUniform(color.NRGBA{m.colour.r, m.colour.g, m.colour.b, uint8(math.Round(m.opacity * 255))})
	c.z.Draw(c.img, box, paint, image.Point{})
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
