package picture

import "math"

// depth is how far the seam reaches into the field from the line that it runs
// along, in the large form.
func (a Assessment) depth() float64 {
	switch a {
	case ByPeers:
		return 39
	case ByEmployer:
		return 50
	case ByJury:
		return 52
	case Registered:
		return 61
	}
	return 36
}

// seam draws who examined it: the tighter, the more it weighs. Widths and
// lengths of the stitches are grown by so much.
func (p *painter) seam(f form, grown float64) {
	first := 33.0
	if grown > 1 {
		first = 34
	}
	run := func(at, width, on, off float64, round bool) {
		line := p.seams.inset(at).simplify(0.05)
		if on > 0 {
			// Fitted, so that the seam closes on a whole stitch.
			n := max(6, math.Round(line.length()/(on+off)))
			k := line.length() / n / (on + off)
			on, off = on*k, off*k
		}
		p.sewn(f, line.path(), width*grown, [2]float64{on, off}, round)
	}
	g := grown
	switch p.badge.Assessment {
	case Attended:
		run(first, 5, 15*g, 17*g, true)
	case SelfDeclared:
		run(first, 7, 0.1, 18*g, true)
	case ByPeers:
		p.sewn(f, crosses(p.seams.inset(first), 27*g, 6.5*g), 4.2*g, [2]float64{}, true)
	case ByOrganisation:
		run(first, 5.5, 30, 6*math.Sqrt(g), false)
	case ByEmployer:
		run(first, 5.5, 30, 6*math.Sqrt(g), false)
		run(first+15*g, 4, 11*g, 12*g, true)
	case ByJury:
		run(first, 5.5, 0, 0, true)
		run(first+15*g, 7.5, 0.1, 19*g, true)
	case Registered:
		run(first, 5, 0, 0, true)
		run(first+13*g, 8, 13*g, 6*g, false)
		run(first+26*g, 3.4, 0, 0, true)
	default:
		run(first, 4.5, 26, 34, true)
	}
}

// sewn draws stitches, in the large form with the shadow that lifts them off
// the cloth.
func (p *painter) sewn(f form, line path, width float64, dash [2]float64, round bool) {
	put := func(c colour, opacity, down float64) {
		m := p.stroke(f, line, c, opacity, width)
		m.dash, m.round, m.y = dash, round, down
	}
	if f == large && !p.colours.light {
		put(p.colours.edge, 0.5, 2)
	}
	put(p.colours.thread, 1, 0)
}

// crosses is small crosses along a line, about so far apart.
func crosses(line polygon, apart, r float64) path {
	n := int(math.Round(line.length() / apart))
	line = line.resample(n)
	var out path
	for i, at := range line {
		a, b := line.at(i-1), line.at(i+1)
		along := math.Atan2(b.y-a.y, b.x-a.x)
		for _, turn := range [...]float64{math.Pi / 4, -math.Pi / 4} {
			x, y := math.Cos(along+turn)*r, math.Sin(along+turn)*r
			out.lines(point{at.x - x, at.y - y}, point{at.x + x, at.y + y})
		}
	}
	return out
}
