package picture

import "math"

// The drawing is a square of 600 units.
const (
	side   = 600.0
	centre = side / 2
)

type point struct{ x, y float64 }

func (p point) to(q point, t float64) point { return point{p.x + (q.x-p.x)*t, p.y + (q.y-p.y)*t} }
func (p point) distance(q point) float64    { return math.Hypot(p.x-q.x, p.y-q.y) }

// polygon is a closed line: its last point is joined to its first.
type polygon []point

func (p polygon) at(i int) point { return p[(i+len(p))%len(p)] }

func (p polygon) length() float64 {
	var sum float64
	for i := range p {
		sum += p[i].distance(p.at(i + 1))
	}
	return sum
}

// area is positive where the points go clockwise on the screen.
func (p polygon) area() float64 {
	var sum float64
	for i, a := range p {
		b := p.at(i + 1)
		sum += a.x*b.y - b.x*a.y
	}
	return sum / 2
}

// resample sets n points at equal distances.
func (p polygon) resample(n int) polygon {
	step := p.length() / float64(n)
	out := make(polygon, 0, n)
	var walked float64
	for i := 0; i < len(p) && len(out) < n; i++ {
		a, b := p[i], p.at(i+1)
		d := a.distance(b)
		for len(out) < n && walked+d >= step*float64(len(out)) && d > 0 {
			out = append(out, a.to(b, (step*float64(len(out))-walked)/d))
		}
		walked += d
	}
	return out
}

// inset is the line inside p at a distance of d everywhere; p has its points at
// equal distances.
func (p polygon) inset(d float64) polygon {
	turn := 1.0
	if p.area() < 0 {
		turn = -1
	}
	out := make(polygon, 0, len(p))
	for i, at := range p {
		a, b := p.at(i-2), p.at(i+2)
		l := a.distance(b)
		if l == 0 {
			continue
		}
		q := point{at.x - turn*(b.y-a.y)/l*d, at.y + turn*(b.x-a.x)/l*d}
		// Beyond an inner corner the moved points fold back: they come nearer
		// to the outline than d and are left out.
		if p.clear(q, d-0.6) {
			out = append(out, q)
		}
	}
	return out
}

// clear tells whether every second point of p is at least d away, which is
// near enough to all of the line.
func (p polygon) clear(q point, d float64) bool {
	for i := 0; i < len(p); i += 2 {
		at := p[i]
		dx, dy := at.x-q.x, at.y-q.y
		if dx*dx+dy*dy < d*d {
			return false
		}
	}
	return true
}

// smooth is n times the mean over a window of 2k+1 points.
func (p polygon) smooth(k, n int) polygon {
	for range n {
		q := make(polygon, len(p))
		for i := range p {
			var s point
			for j := -k; j <= k; j++ {
				at := p.at(i + j)
				s.x, s.y = s.x+at.x, s.y+at.y
			}
			w := float64(2*k + 1)
			q[i] = point{s.x / w, s.y / w}
		}
		p = q
	}
	return p
}

// simplify leaves out what lies within e of the line through its neighbours
// (Ramer, Douglas and Peucker).
func (p polygon) simplify(e float64) polygon {
	if len(p) < 4 {
		return p
	}
	keep := make([]bool, len(p)+1)
	line := append(append(polygon{}, p...), p[0])
	half := len(p) / 2
	keep[0], keep[half], keep[len(p)] = true, true, true
	type span struct{ from, to int }
	for todo := []span{{0, half}, {half, len(p)}}; len(todo) > 0; {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		far, at := e, -1
		a, b := line[s.from], line[s.to]
		l := max(a.distance(b), 1e-9)
		for i := s.from + 1; i < s.to; i++ {
			q := line[i]
			if d := math.Abs((b.x-a.x)*(q.y-a.y)-(b.y-a.y)*(q.x-a.x)) / l; d > far {
				far, at = d, i
			}
		}
		if at >= 0 {
			keep[at] = true
			todo = append(todo, span{s.from, at}, span{at, s.to})
		}
	}
	var out polygon
	for i := range p {
		if keep[i] {
			out = append(out, p[i])
		}
	}
	return out
}

// polar is the line at radius r(t) round the middle, t from 0 (up) to 2π,
// clockwise.
func polar(mid point, r func(t float64) float64) polygon {
	const n = 720
	p := make(polygon, n)
	for i := range p {
		t := float64(i) / n * 2 * math.Pi
		p[i] = point{mid.x + r(t)*math.Sin(t), mid.y - r(t)*math.Cos(t)}
	}
	return p
}

// ngon is a regular polygon with rounded corners; its first corner stands at
// turn degrees, clockwise from the top.
func ngon(n int, r, turn, round float64) polygon {
	corners := make(polygon, n)
	rounds := make([]float64, n)
	for i := range corners {
		t := (turn + float64(i)*360/float64(n)) * math.Pi / 180
		corners[i] = point{centre + r*math.Sin(t), centre - r*math.Cos(t)}
		rounds[i] = round
	}
	return rounded(corners, rounds)
}

// rounded rounds each corner, beginning at so many units before it.
func rounded(corners polygon, rounds []float64) polygon {
	var p polygon
	for i, b := range corners {
		a, c := corners.at(i-1), corners.at(i+1)
		k := min(rounds[i], a.distance(b)/2, b.distance(c)/2)
		from, to := b.to(a, k/b.distance(a)), b.to(c, k/b.distance(c))
		const n = 24
		for j := range n + 1 {
			t := float64(j) / n
			p = append(p, from.to(b, t).to(b.to(to, t), t))
		}
	}
	return p
}

// outlined walks a closed line of steps: two numbers are a straight line to a
// point, six a cubic Bézier curve.
func outlined(from point, steps ...[]float64) polygon {
	var p polygon
	at := from
	for _, s := range steps {
		end := point{s[len(s)-2], s[len(s)-1]}
		const n = 48
		for j := 1; j <= n; j++ {
			t := float64(j) / n
			if len(s) == 2 {
				p = append(p, at.to(end, t))
			} else {
				p = append(p, cubic(at, point{s[0], s[1]}, point{s[2], s[3]}, end, t))
			}
		}
		at = end
	}
	return p
}

func cubic(a, b, c, d point, t float64) point {
	u := 1 - t
	w0, w1, w2, w3 := u*u*u, 3*u*u*t, 3*u*t*t, t*t*t
	return point{w0*a.x + w1*b.x + w2*c.x + w3*d.x, w0*a.y + w1*b.y + w2*c.y + w3*d.y}
}
