package paper

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// point is a point of the patch, in the units of its drawing: 34 a side.
type point struct{ x, y float32 }

// shape is the outline of a patch, from corner to corner: 4 points a curve.
func shape(left, top, side, middle, bottom float32) []point {
	right, centre := 34-left, float32(17)
	sideways := bottom - middle
	out := []point{{left, top}, {right, top}, {right, side}}
	curve := func(a, b, c, d point) {
		for i := 1; i <= 12; i++ {
			t := float32(i) / 12
			u := 1 - t
			out = append(out, point{
				u*u*u*a.x + 3*u*u*t*b.x + 3*u*t*t*c.x + t*t*t*d.x,
				u*u*u*a.y + 3*u*u*t*b.y + 3*u*t*t*c.y + t*t*t*d.y,
			})
		}
	}
	tip := point{centre, bottom}
	curve(point{right, side}, point{right, middle}, point{right - 6, bottom - sideways/2}, tip)
	curve(tip, point{left + 6, bottom - sideways/2}, point{left, middle}, point{left, side})
	return append(out, point{left, top})
}

// patch draws the site's mark: a patch with its seam.
func patch(img draw.Image, at image.Rectangle) {
	fill(img, at, previewEdge, shape(2.5, 2.5, 17, 25.6, 32.6))
	fill(img, at, previewField, shape(5.2, 5.2, 17, 23.4, 29.4))
	fill(img, at, previewThread, stitches(shape(8.5, 8.5, 17, 22, 26.5), 3, 2.4)...)
}

// fill fills outlines, scaled into a rectangle.
func fill(img draw.Image, at image.Rectangle, colour color.RGBA, outlines ...[]point) {
	r := vector.NewRasterizer(at.Dx(), at.Dy())
	k := float32(at.Dx()) / 34
	for _, outline := range outlines {
		for i, p := range outline {
			if i == 0 {
				r.MoveTo(p.x*k, p.y*k)
			} else {
				r.LineTo(p.x*k, p.y*k)
			}
		}
		r.ClosePath()
	}
	r.Draw(img, at, image.NewUniform(colour), image.Point{})
}

// stitches are dashes along a line, two units wide, as outlines.
func stitches(line []point, dash, gap float64) [][]point {
	const step = 0.25
	var out [][]point
	walked := 0.0
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		length := math.Hypot(float64(b.x-a.x), float64(b.y-a.y))
		on := func(d float64) point {
			t := float32(d / length)
			return point{a.x + (b.x-a.x)*t, a.y + (b.y-a.y)*t}
		}
		for d := 0.0; d < length; d += step {
			if math.Mod(walked+d, dash+gap) < dash {
				out = append(out, bar(on(d), on(min(d+step, length)), 1))
			}
		}
		walked += length
	}
	return out
}

// bar is a line of some thickness as an outline.
func bar(a, b point, half float32) []point {
	length := float32(math.Hypot(float64(b.x-a.x), float64(b.y-a.y)))
	if length == 0 {
		return []point{a}
	}
	x, y := (b.y-a.y)/length*half, (a.x-b.x)/length*half
	return []point{{a.x + x, a.y + y}, {b.x + x, b.y + y}, {b.x - x, b.y - y}, {a.x - x, a.y - y}}
}
