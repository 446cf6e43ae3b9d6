package picture

import (
	"fmt"
	"math"
	"strconv"
)

// colour is an sRGB colour, each channel 0 to 255.
type colour struct{ r, g, b uint8 }

func hex(rgb uint32) colour { return colour{uint8(rgb >> 16), uint8(rgb >> 8), uint8(rgb)} }

// The colours that do not depend on the badge.
func white() colour { return hex(0xFFFFFF) }
func night() colour { return hex(0x120C1E) } // what fields are darkened with
func cream() colour { return hex(0xFFF8EA) } // labels and tabs
func ink() colour   { return hex(0x261E3A) } // text on a label

func (c colour) String() string { return fmt.Sprintf("#%02X%02X%02X", c.r, c.g, c.b) }

// parseColour reads #RRGGBB.
func parseColour(s string) (colour, error) {
	if len(s) == 7 && s[0] == '#' {
		if v, err := strconv.ParseUint(s[1:], 16, 24); err == nil {
			return hex(uint32(v)), nil
		}
	}
	return colour{}, fault(pipingColour, map[string]any{"Value": clip(s)})
}

// mix goes from c to d by t, 0 to 1.
func (c colour) mix(d colour, t float64) colour {
	f := func(a, b uint8) uint8 { return channel(float64(a) + (float64(b)-float64(a))*t) }
	return colour{f(c.r, d.r), f(c.g, d.g), f(c.b, d.b)}
}

func channel(v float64) uint8 { return uint8(math.Round(max(0, min(255, v)))) }

// luminance is the relative luminance of WCAG 2.2.
func (c colour) luminance() float64 {
	f := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*f(c.r) + 0.7152*f(c.g) + 0.0722*f(c.b)
}

// contrast is the contrast ratio of WCAG 2.2, 1 to 21.
func contrast(c, d colour) float64 {
	a, b := c.luminance(), d.luminance()
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}

// turn turns the hue by so many degrees and keeps saturation and lightness.
func (c colour) turn(degrees float64) colour {
	r, g, b := float64(c.r)/255, float64(c.g)/255, float64(c.b)/255
	hi, lo := max(r, g, b), min(r, g, b)
	d := hi - lo
	if d == 0 {
		return c
	}
	var h float64
	switch hi {
	case r:
		h = (g - b) / d
	case g:
		h = (b-r)/d + 2
	default:
		h = (r-g)/d + 4
	}
	h = math.Mod(h+degrees/60+12, 6)
	f := func(at float64) uint8 {
		x := math.Abs(math.Mod(h-at+9, 6) - 3) // distance from the channel's own hue
		return channel(255 * (lo + d*max(0, min(1, 2-x))))
	}
	return colour{f(0), f(2), f(4)}
}

func (c colour) grey(t float64) colour {
	m := channel((float64(c.r) + float64(c.g) + float64(c.b)) / 3)
	return c.mix(colour{m, m, m}, t)
}

// palette is every colour of one picture.
type palette struct {
	field, division, edge, stitch, thread, text2 colour
	light                                        bool // light field, coloured thread
}

// The contrasts that a thread keeps, on a plain field and over a division, and
// that white keeps on a turned field.
const (
	contrastPlain = 4.5
	contrastOver  = 4.0
	contrastWhite = 5.6
)

func (b Badge) palette() palette {
	l := b.Kind.look()
	p := palette{field: l.field, thread: l.thread}
	if b.Kind == OpenRecognition {
		// Whatever is chosen: nobody takes it for an organisation's badge.
		p.light = true
		p.edge, p.stitch, p.division = l.thread, white(), hex(0xFCE7C8)
		p.text2 = p.thread.mix(ink(), 0.35)
		return p
	}
	if b.Hue != 0 {
		turned := l.field.turn(float64(b.Hue))
		for dark := 0.0; ; dark += 0.04 {
			p.field = turned.mix(night(), dark).grey(0.14)
			if contrast(p.field, white()) >= contrastWhite &&
				contrast(p.field, p.thread) >= contrastPlain &&
				contrast(p.lighter(), p.thread) >= contrastOver {
				break
			}
		}
	}
	p.division = p.lighter()
	p.edge = p.field.mix(night(), 0.42)
	p.stitch = p.edge.mix(white(), 0.5)
	p.text2 = p.field.mix(ink(), 0.35)
	return p
}

func (p palette) lighter() colour { return p.field.mix(white(), 0.08) }
