package picture

import "math"

// stroker turns lines into the outlines of their strokes. All outlines turn the
// same way, so that where they lie over each other they add up.
type stroker struct {
	half  float64 // half the width
	round bool
	emit  func(outline []point)
	left  []point
	right []point
}

// stroke gives the stroke of a line, closed or open.
func (s *stroker) stroke(line []point, closed bool) {
	line = distinct(line, closed)
	switch {
	case len(line) == 0:
		return
	case len(line) == 1:
		if s.round {
			s.emit(s.turn(nil, line[0], point{1, 0}, 2*math.Pi))
		}
		return
	case len(line) == 2:
		closed = false
	}
	s.left, s.right = s.left[:0], s.right[:0]
	n := len(line)
	for i := range line {
		before, after := normal(line[(i+n-1)%n], line[i]), normal(line[i], line[(i+1)%n])
		if !closed && i == 0 {
			before = after
		}
		if !closed && i == n-1 {
			after = before
		}
		s.join(line[i], before, after)
	}
	reverse := make([]point, n, n+32)
	if closed {
		reverse = reverse[:0]
		for i := len(s.right) - 1; i >= 0; i-- {
			reverse = append(reverse, s.right[i])
		}
		s.emit(s.left)
		s.emit(reverse)
		return
	}
	out := s.left
	if s.round {
		out = s.turn(out, line[n-1], normal(line[n-2], line[n-1]), math.Pi)
	}
	for i := len(s.right) - 1; i >= 0; i-- {
		out = append(out, s.right[i])
	}
	if s.round {
		first := normal(line[0], line[1])
		out = s.turn(out, line[0], point{-first.x, -first.y}, math.Pi)
	}
	s.emit(out)
	s.left = out
}

// join adds the points beside one point of the line to both sides.
func (s *stroker) join(at, before, after point) {
	add := func(side *[]point, n point, k float64) {
		*side = append(*side, point{at.x + n.x*k*s.half, at.y + n.y*k*s.half})
	}
	cross := before.x*after.y - before.y*after.x
	dot := before.x*after.x + before.y*after.y
	if dot > 0.8 {
		// A slight bend: both sides meet in one point.
		mid := point{before.x + after.x, before.y + after.y}
		k := 1 / (1 + dot)
		add(&s.left, mid, k)
		add(&s.right, mid, -k)
		return
	}
	angle := math.Atan2(cross, dot)
	inner, outer, sign := &s.right, &s.left, 1.0 // a turn to the right
	if angle < 0 {
		inner, outer, sign = &s.left, &s.right, -1
	}
	add(inner, before, -sign)
	*inner = append(*inner, at)
	add(inner, after, -sign)
	*outer = s.turn(*outer, at, point{before.x * sign, before.y * sign}, angle)
}

// turn adds an arc round at that begins at from, a direction, and goes by angle.
func (s *stroker) turn(out []point, at, from point, angle float64) []point {
	steps := max(2, int(math.Ceil(math.Abs(angle)*math.Sqrt(s.half)*2)))
	for i := range steps + 1 {
		sin, cos := math.Sincos(angle * float64(i) / float64(steps))
		out = append(out, point{at.x + (from.x*cos-from.y*sin)*s.half, at.y + (from.x*sin+from.y*cos)*s.half})
	}
	return out
}

// normal is the direction to the left-hand side of the way from a to b, where y
// grows downwards.
func normal(a, b point) point {
	l := a.distance(b)
	return point{(b.y - a.y) / l, (a.x - b.x) / l}
}

func distinct(line []point, closed bool) []point {
	const least = 1e-6
	var out []point
	for _, p := range line {
		if len(out) == 0 || out[len(out)-1].distance(p) > least {
			out = append(out, p)
		}
	}
	if closed && len(out) > 1 && out[0].distance(out[len(out)-1]) <= least {
		out = out[:len(out)-1]
	}
	return out
}

// dashes cuts a line into pieces of length on, off apart.
func dashes(line []point, closed bool, on, off float64) [][]point {
	if closed {
		line = append(append([]point{}, line...), line[0])
	}
	var out [][]point
	piece := []point{line[0]}
	left, drawn := on, true
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		d := a.distance(b)
		for walked := 0.0; d > 0; {
			if d-walked < left {
				left -= d - walked
				break
			}
			walked += left
			at := a.to(b, walked/d)
			if drawn {
				out = append(out, append(piece, at))
				left = off
			} else {
				piece = []point{at}
				left = on
			}
			drawn = !drawn
		}
		if drawn {
			piece = append(piece, b)
		}
	}
	if drawn && len(piece) > 1 && on-left > 0.01*on {
		out = append(out, piece)
	}
	return out
}
