package picture

import (
	"hash/fnv"
	"math"
)

// division is the chosen pattern, or the one that the name gives.
func (b Badge) division() Division {
	if b.Kind == OpenRecognition && b.Division == 0 {
		return Plain
	}
	if b.Division != 0 {
		return b.Division
	}
	h := fnv.New32a()
	h.Write([]byte(fold(b.Name)))
	return Division(h.Sum32()%uint32(Diagonal)) + 1
}

// path is the part of the field that is lightened.
func (d Division) path() path {
	var out path
	switch d {
	case Rays:
		// Out to the corners, so that no ray ends on the field.
		const far = 430
		for i := range 16 {
			a, b := float64(i)*math.Pi/8, (float64(i)+0.5)*math.Pi/8
			out.lines(point{centre, centre}, point{centre + far*math.Cos(a), centre + far*math.Sin(a)}, point{centre + far*math.Cos(b), centre + far*math.Sin(b)})
			out.close()
		}
	case Waves:
		waves(&out)
	case Chevrons:
		for y := -136.0; y < side; y += 96 {
			out.lines(point{0, y + 150}, point{centre, y}, point{side, y + 150}, point{side, y + 198}, point{centre, y + 48}, point{0, y + 198})
			out.close()
		}
	case Bars:
		for x := -side; x < side; x += 100 {
			out.lines(point{x, side}, point{x + side, 0}, point{x + side + 50, 0}, point{x + 50, side})
			out.close()
		}
	case Dots:
		for row := range 10 {
			for x := 30 * float64(1+row%2); x < side; x += 60 {
				out.circle(point{x, 30 + 60*float64(row)}, 9)
			}
		}
	case Lozenges:
		for row := range 5 {
			for column := range 7 {
				x, y := 100*float64(column), 150*float64(row)
				out.lines(point{x, y - 75}, point{x + 50, y}, point{x, y + 75}, point{x - 50, y})
				out.close()
			}
		}
	case Rings:
		for _, r := range [...]float64{270, 190, 110} {
			out.circle(point{centre, centre}, r)
			var inner path
			inner.circle(point{}, r-40)
			// Mirrored, so that it turns the other way and leaves a hole.
			out = append(out, inner.each(func(p point) point { return point{centre - p.x, centre + p.y} })...)
		}
	case Halves:
		out.lines(point{centre, 0}, point{side, 0}, point{side, side}, point{centre, side})
		out.close()
	case Diagonal:
		out.lines(point{0, side}, point{side, 0}, point{side, side})
		out.close()
	}
	return out
}

// waves is bands whose upper and lower lines swing alike.
func waves(out *path) {
	const length, swing, thick = 100.0, 11.5, 42.0
	for y := -22.0; y < side+22; y += 84 {
		out.move(point{0, y})
		for i := range 6 {
			x, s := length*float64(i), swing*3*(1-2*float64(i%2))
			out.curve(point{x + 36, y - s*0.5}, point{x + length - 36, y - s*0.5}, point{x + length, y})
		}
		out.line(point{side, y + thick})
		for i := 5; i >= 0; i-- {
			x, s := length*float64(i), swing*3*(1-2*float64(i%2))
			out.curve(point{x + length - 36, y + thick - s*0.5}, point{x + 36, y + thick - s*0.5}, point{x, y + thick})
		}
		out.close()
	}
}
