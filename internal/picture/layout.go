package picture

import (
	"math"
	"strings"
	"unicode/utf8"
)

// Sizes of the texts, in units of the drawing.
const (
	arcSize, arcTwo      = 44.0, 38.0 // the name on an arc, on one and on two
	labelSize, labelTwo  = 50.0, 46.0 // the name on a label, on one line and on two
	arcSecond            = 27.0
	labelSecond          = 25.0
	smallest             = 22.0 // below this a name is refused
	smallestSecond       = 18.0
	hopeless             = smallest / 2.4 // on one line: then two don't help
	tracking             = 0.032          // of the size, on an arc
	trackingStraight     = 0.007
	topAngle, topTight   = 226 * math.Pi / 180, 206 * math.Pi / 180 // alone, and above a second text
	bottomAngle          = 118 * math.Pi / 180
	ascent, capital      = 0.93, 0.70 // height of É and of E, of the size
	descent, lineSpacing = 0.22, 1.0
)

// words sets icon and texts in the large form.
func (p *painter) words() error {
	if p.shape.round() {
		return p.onArc()
	}
	return p.onLabel()
}

// tooLong refuses a text and says about how many characters fit.
func tooLong(c code, text string, size, least float64) *Error {
	n := utf8.RuneCountInString(text)
	return fault(c, map[string]any{"Length": n, "Fits": max(1, min(n-1, int(float64(n)*size/least)))})
}

// height is how far the letters of a line rise above the base line, in parts of
// the size: more where a capital has an accent.
func (l line) height() float64 {
	top := capital
	for _, g := range l.glyphs {
		if low, _ := g.outline.bounds(); -low.y > top {
			top = -low.y
		}
	}
	return top
}

// breaks is all ways to set a text on two lines, after a space or a hyphen.
func breaks(text string) [][2]string {
	var out [][2]string
	for i, r := range text {
		switch {
		case r == ' ':
			out = append(out, [2]string{text[:i], text[i+1:]})
		case r == '-' && i > 0 && i+1 < len(text) && text[i+1] != ' ':
			out = append(out, [2]string{text[:i+1], text[i+1:]})
		}
	}
	return out
}

// setBoth sets the two lines of each break.
func (s *setter) setBoth(text string, tracking float64) ([][2]line, error) {
	var out [][2]line
	for _, parts := range breaks(text) {
		if strings.TrimSpace(parts[0]) == "" || strings.TrimSpace(parts[1]) == "" {
			continue
		}
		a, err := s.set(parts[0], tracking)
		if err != nil {
			return nil, err
		}
		b, err := s.set(parts[1], tracking)
		if err != nil {
			return nil, err
		}
		out = append(out, [2]line{a, b})
	}
	return out, nil
}

// ring is where texts may stand in a round shape: within the seam.
type ring struct {
	mid   point
	inner float64 // radius that letters keep within
}

func (p *painter) ring() ring {
	r := ring{mid: point{centre, centre}}
	switch p.shape {
	case disc:
		r.inner = 268
	case octagon:
		r.inner = 284 * math.Cos(math.Pi/8)
	case petals:
		r.inner = 250
	case star:
		r.inner, r.mid.y = 243, centre+4
	}
	r.inner -= p.badge.Assessment.depth() + 7
	return r
}

// base is the radius of a line's base under the ring's rim.
func (r ring) base(l line, size float64) float64 { return r.inner - l.height()*size }

// arcFit is the largest size up to most at which the line keeps within angle.
func (r ring) arcFit(l line, angle, most float64) float64 {
	return min(most, angle*r.inner/(l.width+angle*l.height()))
}

// onArc sets the name over the icon on an arc, or on two where that is larger,
// and the second text under it.
func (p *painter) onArc() error {
	name, second := tidy(p.badge.Name), tidy(p.badge.Second)
	r, angle := p.ring(), topAngle
	if second != "" && !p.hasTab() {
		angle = topTight
	}
	whole, err := p.setter.set(name, tracking)
	if err != nil {
		return err
	}
	size := r.arcFit(whole, angle, arcSize)
	base := r.base(whole, size)
	texts := whole.arc(size, base, r.mid, true)
	within := base - 0.1*size // what is left for the icon
	if size < 32 && size > hopeless {
		pairs, err := p.setter.setBoth(name, tracking)
		if err != nil {
			return err
		}
		for _, pair := range pairs {
			outer := r.arcFit(pair[0], angle, arcTwo)
			below := ring{r.mid, r.base(pair[0], outer) - 0.3*outer}
			both := min(outer, below.arcFit(pair[1], angle*0.94, arcTwo))
			if both <= size*1.12 {
				continue
			}
			size = both
			first := r.base(pair[0], size)
			below.inner = first - 0.3*size
			base = below.base(pair[1], size)
			texts = append(pair[0].arc(size, first, r.mid, true), pair[1].arc(size, base, r.mid, true)...)
			within = base - 0.1*size
		}
	}
	if size < smallest {
		return tooLong(nameLong, name, size, smallest)
	}
	icon := within * 1.22
	y := r.mid.y + 4
	if p.hasTab() {
		y = r.mid.y
	}
	if second != "" {
		under, at, err := p.underArc(second, r)
		if err != nil {
			return err
		}
		texts = append(texts, under...)
		if p.hasTab() {
			// Between the name and the second text.
			top, bottom := r.mid.y-within*0.9, at-27
			icon = min(icon, bottom-top)
			y = min(y, bottom-icon/2+0.06*icon)
		}
	}
	p.iconAt(large, centre, y, icon, p.shadow())
	p.fill(large, texts, p.colours.thread, 1)
	return nil
}

// underArc sets the second text: on an arc along the bottom, or where the level
// tab lies there, straight above the tab. It says where its base line stands.
func (p *painter) underArc(text string, r ring) (path, float64, error) {
	l, err := p.setter.set(text, tracking)
	if err != nil {
		return nil, 0, err
	}
	if !p.hasTab() {
		base := r.inner - 0.28*arcSecond
		size := min(arcSecond, bottomAngle*base/l.width)
		if size < smallestSecond {
			return nil, 0, tooLong(secondLong, text, size, smallestSecond)
		}
		return l.arc(size, base, r.mid, false), r.mid.y + base, nil
	}
	// As low as it fits, and not higher than the icon can bear.
	y, size := p.place.tab-34, 0.0
	for ; y >= r.mid.y+96; y -= 4 {
		low := y - r.mid.y + descent*arcSecond
		chord := 2*math.Sqrt(max(0, r.inner*r.inner-low*low)) - 20
		if size = min(arcSecond-2, chord/l.width); size >= arcSecond-5 {
			break
		}
	}
	if size < smallestSecond {
		return nil, 0, tooLong(secondLong, text, size, smallestSecond)
	}
	return l.straight(size, centre, y), y, nil
}

func (p *painter) shadow() float64 {
	if p.colours.light {
		return 0
	}
	return 6
}

// onLabel sets the texts on a sewn label, and the icon above it.
func (p *painter) onLabel() error {
	name, second := tidy(p.badge.Name), tidy(p.badge.Second)
	room := p.place.labelWidth - 60
	lines, size, err := p.labelName(name, room)
	if err != nil {
		return err
	}
	height, up := 84.0, 0.0
	if len(lines) > 1 {
		height = 126
	}
	var under line
	if second != "" {
		if under, err = p.setter.set(second, 0.016); err != nil {
			return err
		}
		height += 28
		if len(lines) > 1 {
			height, up = height+2, 20
		}
	}
	underSize := labelSecond
	if second != "" {
		underSize = min(labelSecond, (room-8)/under.width)
		if underSize < smallestSecond {
			return tooLong(secondLong, second, underSize, smallestSecond)
		}
	}
	top := p.place.labelTop - up
	p.labelIcon(top)
	p.label(top, height)
	var texts path
	base, step := top+41+size*0.34, 0.0
	if len(lines) > 1 {
		step = size * 1.04
		base = top + 63 + size*0.34 - step/2
	}
	if second != "" {
		base -= 4
	}
	// Accents push the line down, off the stitches.
	base = max(base, top+12+lines[0].height()*size)
	for _, l := range lines {
		texts = append(texts, l.straight(size, centre, base)...)
		base += step
	}
	p.fill(large, texts, ink(), 1)
	if second != "" {
		p.fill(large, under.straight(underSize, centre, top+height-21), p.colours.text2, 1)
	}
	return nil
}

// labelName sets the name on one line, or on two where that is clearly larger.
func (p *painter) labelName(name string, room float64) ([]line, float64, error) {
	whole, err := p.setter.set(name, trackingStraight)
	if err != nil {
		return nil, 0, err
	}
	lines, size := []line{whole}, min(labelSize, room/whole.width)
	if size < 42 && size > hopeless {
		pairs, err := p.setter.setBoth(name, trackingStraight)
		if err != nil {
			return nil, 0, err
		}
		widest := math.Inf(1)
		for _, pair := range pairs {
			w := max(pair[0].width, pair[1].width)
			two := min(labelTwo, room/w)
			// Of the breaks that give the same size, the most even one.
			if two > size*1.08 || len(lines) == 2 && two >= size && w < widest {
				lines, size, widest = pair[:], two, w
			}
		}
	}
	if size < smallest {
		return nil, 0, tooLong(nameLong, name, size, smallest)
	}
	return lines, size, nil
}

func (p *painter) labelIcon(labelTop float64) {
	top := p.place.iconTop + max(0, p.badge.Assessment.depth()-42)
	size := min(p.place.iconMost, (labelTop-top)*0.9)
	if p.shape == trefoil {
		size = min(size, 2.05*(146-p.badge.Assessment.depth())) // within the upper lobe
	}
	gap := 8.0
	if p.shape == lozenge {
		gap = 0
	}
	p.iconAt(large, centre, (labelTop-gap+top)/2+9, size, p.shadow())
}

// label is the sewn label: its shadow, the cloth and the stitches round it.
func (p *painter) label(top, height float64) {
	c, width := p.colours, p.place.labelWidth
	left := centre - width/2
	rect := func(inset, down, round float64) path {
		var out path
		out.roundedRect(left+inset, top+inset+down, width-2*inset, height-2*inset, round)
		return out
	}
	p.fill(large, rect(0, 5, 12), c.edge, 0.5)
	p.fill(large, rect(0, 0, 12), cream(), 1)
	thread := c.field
	if c.light {
		thread = c.thread
	}
	m := p.stroke(large, rect(9, 0, 6), thread, 0.75, 3)
	m.dash, m.round = [2]float64{9, 8}, true
}
