package picture

import (
	"math"
	"strconv"
)

// segment is one step of a path in absolute coordinates: 'M' and 'L' have one
// point, 'Q' two, 'C' three, 'Z' none; the last point is the end.
type segment struct {
	op byte
	p  [3]point
}

func (s segment) points() []point {
	switch s.op {
	case 'M', 'L':
		return s.p[:1]
	case 'Q':
		return s.p[:2]
	case 'C':
		return s.p[:3]
	}
	return nil
}

type path []segment

func (p *path) move(a point)        { *p = append(*p, segment{'M', [3]point{a}}) }
func (p *path) line(a point)        { *p = append(*p, segment{'L', [3]point{a}}) }
func (p *path) curve(a, b, c point) { *p = append(*p, segment{'C', [3]point{a, b, c}}) }
func (p *path) close()              { *p = append(*p, segment{op: 'Z'}) }

// lines adds a line through the points.
func (p *path) lines(points ...point) {
	for i, a := range points {
		if i == 0 {
			p.move(a)
		} else {
			p.line(a)
		}
	}
}

func (p polygon) path() path {
	var out path
	out.lines(p...)
	out.close()
	return out
}

// circle adds a closed circle of four curves, clockwise.
func (p *path) circle(mid point, r float64) { p.roundedRect(mid.x-r, mid.y-r, 2*r, 2*r, r) }

// roundedRect adds a closed rectangle, clockwise, with round corners.
func (p *path) roundedRect(x, y, w, h, r float64) {
	k := r * (1 - 0.5522847498)
	p.move(point{x + r, y})
	p.line(point{x + w - r, y})
	p.curve(point{x + w - k, y}, point{x + w, y + k}, point{x + w, y + r})
	p.line(point{x + w, y + h - r})
	p.curve(point{x + w, y + h - k}, point{x + w - k, y + h}, point{x + w - r, y + h})
	p.line(point{x + r, y + h})
	p.curve(point{x + k, y + h}, point{x, y + h - k}, point{x, y + h - r})
	p.line(point{x, y + r})
	p.curve(point{x, y + k}, point{x + k, y}, point{x + r, y})
	p.close()
}

// each gives the path with every point moved by f.
func (p path) each(f func(point) point) path {
	out := make(path, len(p))
	for i, s := range p {
		for j := range s.points() {
			s.p[j] = f(s.p[j])
		}
		out[i] = s
	}
	return out
}

// bounds is the box of all points, those of the curves' handles included.
func (p path) bounds() (low, high point) {
	low, high = point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, s := range p {
		for _, a := range s.points() {
			low = point{min(low.x, a.x), min(low.y, a.y)}
			high = point{max(high.x, a.x), max(high.y, a.y)}
		}
	}
	return low, high
}

// flatten gives the path as lines, and which of them are closed. Curves keep
// within a fraction of a unit divided by scale.
func (p path) flatten(scale float64) (lines [][]point, closed []bool) {
	var at point
	for _, s := range p {
		if s.op == 'M' {
			lines, closed = append(lines, []point{s.p[0]}), append(closed, false)
			at = s.p[0]
			continue
		}
		i := len(lines) - 1
		switch s.op {
		case 'Z':
			closed[i] = true
			at = lines[i][0]
			continue
		case 'L':
			lines[i] = append(lines[i], s.p[0])
		case 'Q', 'C':
			b, c, d := s.p[0], s.p[1], s.p[2]
			if s.op == 'Q' {
				b, c, d = at.to(s.p[0], 2.0/3), s.p[1].to(s.p[0], 2.0/3), s.p[1]
			}
			n := int(min(64, 3+math.Sqrt(scale*(at.distance(b)+b.distance(c)+c.distance(d)))))
			for j := 1; j <= n; j++ {
				lines[i] = append(lines[i], cubic(at, b, c, d, float64(j)/float64(n)))
			}
		}
		points := s.points()
		at = points[len(points)-1]
	}
	return lines, closed
}

// data writes the path for SVG in relative steps of a tenth of a unit. Each step
// starts from where the rounded ones before it have led, so that nothing drifts.
func (p path) data() string {
	out := make([]byte, 0, 16*len(p))
	var x, y, startX, startY int // tenths
	tenth := func(v float64) int { return int(math.Round(v * 10)) }
	number := func(v int, first bool) {
		if v >= 0 && !first {
			out = append(out, ' ')
		}
		out = strconv.AppendFloat(out, float64(v)/10, 'f', -1, 64)
	}
	for _, s := range p {
		if s.op == 'Z' {
			out = append(out, 'z')
			x, y = startX, startY
			continue
		}
		points := s.points()
		if s.op == 'M' {
			out = append(out, 'M')
			x, y = 0, 0
		} else {
			out = append(out, s.op+'a'-'A')
		}
		for i, a := range points {
			number(tenth(a.x)-x, i == 0)
			number(tenth(a.y)-y, false)
		}
		end := points[len(points)-1]
		x, y = tenth(end.x), tenth(end.y)
		if s.op == 'M' {
			startX, startY = x, y
		}
	}
	return string(out)
}
