package picture

import (
	"hash/fnv"
	"math"
)

// form is where a mark is seen: a picture has two, one to look at and one for
// the size of a thumbnail, without text and with fewer and stronger lines.
type form uint8

const (
	both form = iota
	large
	small
)

// mark is one thing drawn: a path filled, or stroked where it has a width.
type mark struct {
	form    form
	clipped bool // to the outline
	shape   path
	x, y    float64 // moved by
	scale   float64 // then grown by; 1 for a stroke
	colour  colour
	opacity float64
	width   float64
	dash    [2]float64 // lengths on and off; none: {0, 0}
	round   bool       // ends of the stroke
}

// drawing is a picture before it is written: its marks from back to front.
type drawing struct {
	title   string
	lang    string
	id      string // a prefix that keeps two pictures in one page apart
	outline path
	marks   []mark
}

func (d *drawing) fill(f form, p path, c colour, opacity float64) *mark {
	d.marks = append(d.marks, mark{form: f, shape: p, scale: 1, colour: c, opacity: opacity})
	return &d.marks[len(d.marks)-1]
}

func (d *drawing) stroke(f form, p path, c colour, opacity, width float64) *mark {
	m := d.fill(f, p, c, opacity)
	m.width = width
	return m
}

// draw makes the drawing of a badge, or says why there can be none.
func (b Badge) draw() (*drawing, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	face, err := loadTypeface()
	if err != nil {
		return nil, err
	}
	p := b.painter(face)
	p.ground()
	p.edge()
	p.seam(large, 1)
	if err := p.words(); err != nil {
		return nil, err
	}
	p.tab(large, p.place.tab, 1)
	p.seam(small, 1.9)
	p.smallIcon()
	p.tab(small, min(p.place.tab-36, 462), 1.9)
	return &p.drawing, nil
}

// painter holds what the parts of one drawing share.
type painter struct {
	drawing
	badge   Badge
	colours palette
	shape   shape
	place   place
	line    polygon // the outline, its points at equal distances
	seams   polygon // what the seam runs along
	setter  setter
	icon    path
}

func (b Badge) painter(face typeface) *painter {
	look := b.Kind.look()
	name := b.Icon
	if name == "" {
		name = look.icon
	}
	data, _ := iconOutline(name) // known: check has looked
	icon, err := parsePath(data)
	if err != nil {
		panic("picture: icon " + name + ": " + err.Error()) // our own table; a test parses all of it
	}
	line := look.shape.outline()
	p := &painter{
		badge: b, colours: b.palette(), shape: look.shape, place: look.shape.place(),
		line: line, seams: look.shape.seamLine(line).resample(samples), setter: setter{face: face}, icon: icon,
	}
	p.title, p.lang, p.id = b.Alternative(), "fr", "e"+hexDigits(rune(b.hash()>>8))
	if isEnglish(b.Lang) {
		p.lang = "en"
	}
	p.outline = line.simplify(0.05).path()
	return p
}

// hash is a number that the same texts, kind and colours always give.
func (b Badge) hash() uint32 {
	h := fnv.New32a()
	h.Write([]byte(b.Name + "\x00" + b.Second + "\x00" + b.Piping + "\x00" + b.Icon))
	h.Write([]byte{byte(b.Kind), byte(b.Level), byte(b.Assessment), byte(b.Hue), byte(b.Division), byte(b.Progress.Done), byte(b.Progress.Of)})
	return h.Sum32()
}

// ground is the field, its division and the weave of the cloth.
func (p *painter) ground() {
	c := p.colours
	from := len(p.marks)
	p.fill(both, p.outline, c.field, 1)
	if shape := p.badge.division().path(); len(shape) > 0 {
		p.fill(both, shape, c.division, 1)
	}
	thread, opacity := white(), 0.075
	if c.light {
		thread, opacity = hex(0xB97A3A), 0.09
	}
	p.stroke(large, weave(), thread, opacity, 2.6)
	for i := range p.marks[from:] {
		p.marks[from+i].clipped = true
	}
}

// weave is the threads of the cloth: lines at a slant, seven units apart.
func weave() path {
	const step, rise = 7 / 0.788, 0.7813 // 7/cos 38°, tan 38°
	var out path
	for y := -rise * side; y < side; y += step {
		from, to := point{0, y}, point{side, y + rise*side}
		if from.y < 0 {
			from = point{-from.y / rise, 0}
		}
		if to.y > side {
			to = point{side - (to.y-side)/rise, side}
		}
		out.lines(from, to)
	}
	return out
}

// edge is the piping and the sewn border.
func (p *painter) edge() {
	c := p.colours
	if p.badge.Piping != "" {
		piping, _ := parseColour(p.badge.Piping) // known: check has read it
		p.stroke(both, p.line.inset(13).simplify(0.05).path(), piping, 1, 9)
	}
	width := 20.0
	if c.light {
		width = 12
	}
	p.stroke(both, p.outline, c.edge, 1, width)
	// A lighter band makes the border round, like a cord.
	p.stroke(large, p.outline, white(), 0.09, width*0.55)
	p.stroke(large, p.overcast(width), c.stitch, 0.34, 1.7)
}

// overcast is the threads round the border, at a slant.
func (p *painter) overcast(width float64) path {
	n := int(p.line.length() / 6.4)
	line := p.line.resample(n)
	turn := 1.0
	if line.area() < 0 {
		turn = -1
	}
	var out path
	half := width/2 - 1
	for i, at := range line {
		a, b := line.at(i-1), line.at(i+1)
		l := max(a.distance(b), 1e-9)
		tx, ty := (b.x-a.x)/l, (b.y-a.y)/l
		nx, ny := -ty*turn*half, tx*turn*half
		out.lines(point{at.x - nx - tx*2.4, at.y - ny - ty*2.4}, point{at.x + nx + tx*2.4, at.y + ny + ty*2.4})
	}
	return out
}

// iconAt draws the icon in the middle of a square of so many units.
func (p *painter) iconAt(f form, x, y, size, shadow float64) {
	put := func(c colour, opacity, down float64) {
		m := p.fill(f, p.icon, c, opacity)
		m.scale = size / 256
		m.x, m.y = x-size/2, y-size/2+down
	}
	if shadow > 0 {
		put(p.colours.edge, 0.55, shadow)
	}
	put(p.colours.thread, 1, 0)
}

func (p *painter) smallIcon() {
	y := p.place.small
	if p.hasTab() {
		y = p.place.smallLevel
	}
	p.iconAt(small, centre, y, p.place.smallIcon, 0)
}

func (p *painter) hasTab() bool { return p.badge.Level > 0 || p.badge.Progress.Of > 0 }

// tab is the level as knots: of three, or the steps of a milestone badge.
func (p *painter) tab(f form, y, grown float64) {
	if !p.hasTab() {
		return
	}
	done, of := p.badge.Level, 3
	if n := p.badge.Progress; n.Of > 0 {
		done, of = n.Done, n.Of
	}
	c := p.colours
	knot := c.field
	if c.light {
		knot = c.thread
	}
	r, height := 15*grown, 62*grown
	step := 49 * grown
	if of > 3 {
		step = 40 * grown
	}
	if widest := 430.0; float64(of-1)*step+height+8 > widest {
		step = (widest - height - 8) / float64(of-1)
		r = min(r, step*0.42)
	}
	width := float64(of-1)*step + height + 8*grown
	var plate path
	plate.roundedRect(centre-width/2, y, width, height, height/2)
	p.fill(f, plate, cream(), 1)
	p.stroke(f, plate, c.edge, 1, 8)
	var full, empty path
	ring := 2.2 * math.Sqrt(grown)
	for i := range of {
		mid := point{centre + (float64(i)-float64(of-1)/2)*step, y + height/2}
		if i < done {
			full.circle(mid, r)
		} else {
			empty.circle(mid, r-ring)
		}
	}
	if len(full) > 0 {
		p.fill(f, full, knot, 1)
	}
	if len(empty) > 0 {
		p.stroke(f, empty, knot, 0.7, 2*ring)
	}
}
