package picture

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

//go:generate go run gen/extract.go

// IconNames is the names of all icons, in order.
func IconNames() []string {
	names := make([]string, len(iconTable))
	for i, icon := range iconTable {
		names[i] = icon.name
	}
	return names
}

// iconOutline is the path data of an icon, on a square of 256.
func iconOutline(name string) (string, bool) {
	i, ok := slices.BinarySearchFunc(iconTable[:], name, func(icon struct{ name, outline string }, name string) int {
		return strings.Compare(icon.name, name)
	})
	if !ok {
		return "", false
	}
	return iconTable[i].outline, true
}

// parsePath reads SVG path data (SVG 2 §9.3), of which it knows every command.
func parsePath(data string) (path, error) {
	r := pathReader{data: data}
	for {
		r.separators()
		if r.pos == len(r.data) {
			return r.out, nil
		}
		if c := r.data[r.pos]; c >= 'A' {
			r.command = c
			r.pos++
		} else if r.command == 'M' || r.command == 'm' {
			r.command -= 'M' - 'L' // more points after a move are lines
		}
		if err := r.step(); err != nil {
			return nil, fmt.Errorf("at %d: %w", r.pos, err)
		}
	}
}

// pathReader goes through path data.
type pathReader struct {
	data      string
	pos       int
	command   byte
	at, start point
	handle    point // the last handle of the curve before, for S and T
	curved    byte  // 'C' or 'Q' if the step before was such a curve
	out       path
}

func (r *pathReader) separators() {
	for r.pos < len(r.data) && strings.IndexByte(" ,\t\r\n", r.data[r.pos]) >= 0 {
		r.pos++
	}
}

func (r *pathReader) number() (float64, error) {
	r.separators()
	from, dot, exponent := r.pos, false, false
scan:
	for ; r.pos < len(r.data); r.pos++ {
		switch c := r.data[r.pos]; {
		case c >= '0' && c <= '9':
		case (c == '-' || c == '+') && (r.pos == from || r.data[r.pos-1]|0x20 == 'e'):
		case c == '.' && !dot && !exponent:
			dot = true
		case c|0x20 == 'e' && !exponent && r.pos > from:
			exponent = true
		default:
			break scan
		}
	}
	return strconv.ParseFloat(r.data[from:r.pos], 64)
}

// flag reads a flag of an arc, which needs no separator after it.
func (r *pathReader) flag() (bool, error) {
	r.separators()
	if r.pos < len(r.data) && (r.data[r.pos] == '0' || r.data[r.pos] == '1') {
		r.pos++
		return r.data[r.pos-1] == '1', nil
	}
	return false, fmt.Errorf("want a flag, 0 or 1")
}

func (r *pathReader) point() (point, error) {
	x, err := r.number()
	if err != nil {
		return point{}, err
	}
	y, err := r.number()
	if r.command >= 'a' {
		x, y = x+r.at.x, y+r.at.y
	}
	return point{x, y}, err
}

func (r *pathReader) points(n int) (p [3]point, err error) {
	for i := 0; i < n && err == nil; i++ {
		p[i], err = r.point()
	}
	return p, err
}

// mirrored is the handle that a smooth curve begins with.
func (r *pathReader) mirrored(kind byte) point {
	if r.curved != kind {
		return r.at
	}
	return point{2*r.at.x - r.handle.x, 2*r.at.y - r.handle.y}
}

func (r *pathReader) step() error {
	upper := r.command &^ 0x20
	if len(r.out) == 0 && upper != 'M' {
		return fmt.Errorf("a path begins with M")
	}
	var curved byte
	switch upper {
	case 'M', 'L':
		p, err := r.points(1)
		if err != nil {
			return err
		}
		r.out = append(r.out, segment{upper, p})
		r.at = p[0]
		if upper == 'M' {
			r.start = p[0]
		}
	case 'H', 'V':
		if err := r.straight(upper); err != nil {
			return err
		}
	case 'C', 'S', 'Q', 'T':
		s, err := r.curve(upper)
		if err != nil {
			return err
		}
		points := s.points()
		r.out = append(r.out, s)
		r.handle, r.at, curved = points[len(points)-2], points[len(points)-1], s.op
	case 'A':
		return r.arc()
	case 'Z':
		r.out.close()
		r.at = r.start
	default:
		return fmt.Errorf("%q is no command", r.command)
	}
	r.curved = curved
	return nil
}

// straight reads a line along one axis.
func (r *pathReader) straight(upper byte) error {
	v, err := r.number()
	if err != nil {
		return err
	}
	along := &r.at.x
	if upper == 'V' {
		along = &r.at.y
	}
	if r.command >= 'a' {
		v += *along
	}
	*along = v
	r.out.line(r.at)
	return nil
}

func (r *pathReader) curve(upper byte) (segment, error) {
	switch upper {
	case 'C':
		p, err := r.points(3)
		return segment{'C', p}, err
	case 'Q':
		p, err := r.points(2)
		return segment{'Q', p}, err
	case 'S':
		p, err := r.points(2)
		return segment{'C', [3]point{r.mirrored('C'), p[0], p[1]}}, err
	default:
		p, err := r.points(1)
		return segment{'Q', [3]point{r.mirrored('Q'), p[0]}}, err
	}
}

func (r *pathReader) arc() error {
	var n [3]float64 // radii and turn in degrees
	for i := range n {
		v, err := r.number()
		if err != nil {
			return err
		}
		n[i] = v
	}
	large, err := r.flag()
	if err != nil {
		return err
	}
	sweep, err := r.flag()
	if err != nil {
		return err
	}
	end, err := r.point()
	if err != nil {
		return err
	}
	r.out.arcTo(r.at, end, math.Abs(n[0]), math.Abs(n[1]), n[2]*math.Pi/180, large, sweep)
	r.at, r.curved = end, 0
	return nil
}

// arcTo adds an arc of an ellipse as curves (SVG 2 §B.2.4).
func (p *path) arcTo(a, b point, rx, ry, turn float64, large, sweep bool) {
	if rx == 0 || ry == 0 || a == b {
		p.line(b)
		return
	}
	sin, cos := math.Sin(turn), math.Cos(turn)
	dx, dy := (a.x-b.x)/2, (a.y-b.y)/2
	x, y := cos*dx+sin*dy, -sin*dx+cos*dy
	if over := x*x/(rx*rx) + y*y/(ry*ry); over > 1 {
		rx, ry = rx*math.Sqrt(over), ry*math.Sqrt(over)
	}
	k := math.Sqrt(max(0, (rx*rx*ry*ry-rx*rx*y*y-ry*ry*x*x)/(rx*rx*y*y+ry*ry*x*x)))
	if large == sweep {
		k = -k
	}
	mx, my := k*rx*y/ry, -k*ry*x/rx
	mid := point{cos*mx - sin*my + (a.x+b.x)/2, sin*mx + cos*my + (a.y+b.y)/2}
	from := math.Atan2((y-my)/ry, (x-mx)/rx)
	angle := math.Atan2((-y-my)/ry, (-x-mx)/rx) - from
	switch {
	case sweep && angle < 0:
		angle += 2 * math.Pi
	case !sweep && angle > 0:
		angle -= 2 * math.Pi
	}
	n := int(math.Ceil(math.Abs(angle) / (math.Pi/2 + 1e-9)))
	step := angle / float64(n)
	h := 4.0 / 3 * math.Tan(step/4)
	on := func(x, y float64) point {
		return point{mid.x + cos*x*rx - sin*y*ry, mid.y + sin*x*rx + cos*y*ry}
	}
	for i := range n {
		t, u := from+float64(i)*step, from+float64(i+1)*step
		end := on(math.Cos(u), math.Sin(u))
		if i == n-1 {
			end = b
		}
		p.curve(on(math.Cos(t)-h*math.Sin(t), math.Sin(t)+h*math.Cos(t)), on(math.Cos(u)+h*math.Sin(u), math.Sin(u)-h*math.Cos(u)), end)
	}
}
