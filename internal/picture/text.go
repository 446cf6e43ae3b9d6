package picture

import (
	"embed"
	"math"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// Bricolage Grotesque, weight 700; licence: font/LICENSE.
//
//go:embed font/*.ttf
var fontFiles embed.FS

// typeface is one font in two files: Latin, and the rest of the Latin letters.
type typeface [2]*sfnt.Font

var loadTypeface = sync.OnceValues(func() (typeface, error) {
	var t typeface
	for i, name := range [...]string{"latin", "latin-ext"} {
		data, err := fontFiles.ReadFile("font/bricolage-grotesque-" + name + "-700.ttf")
		if err != nil {
			return t, err
		}
		if t[i], err = sfnt.Parse(data); err != nil {
			return t, err
		}
	}
	return t, nil
})

// glyph is one character set in a line of size 1.
type glyph struct {
	outline path    // from its own origin on the base line
	x       float64 // where the origin stands
	advance float64
}

// line is a text set in size 1.
type line struct {
	glyphs []glyph
	width  float64
}

// setter sets texts; it is for one goroutine.
type setter struct {
	face   typeface
	buffer sfnt.Buffer
}

// index finds the font that has r; a space or a hyphen of another width is set
// as the plain one.
func (s *setter) index(r rune) (*sfnt.Font, sfnt.GlyphIndex) {
	switch r {
	case '\u00A0', '\u202F', '\u2009':
		r = ' '
	case '\u2010', '\u2011':
		r = '-'
	}
	for _, f := range s.face {
		if i, err := f.GlyphIndex(&s.buffer, r); err == nil && i != 0 {
			return f, i
		}
	}
	return nil, 0
}

// missing is the first character of text that can't be set, or -1.
func (s *setter) missing(text string) rune {
	for _, r := range text {
		if f, _ := s.index(r); f == nil {
			return r
		}
	}
	return -1
}

// set sets a text in size 1 with so much room between letters, in parts of the
// size. Its characters must be of the font; see missing.
func (s *setter) set(text string, tracking float64) (line, error) {
	var out line
	var before *sfnt.Font
	var last sfnt.GlyphIndex
	for _, r := range norm.NFC.String(text) {
		f, i := s.index(r)
		if f == nil {
			continue
		}
		em := fixed.I(int(f.UnitsPerEm()))
		if before == f {
			if k, err := f.Kern(&s.buffer, last, i, em, font.HintingNone); err == nil {
				out.width += float64(k) / float64(em)
			}
		}
		g, err := s.glyph(f, i, em)
		if err != nil {
			return line{}, err
		}
		g.x = out.width
		out.glyphs = append(out.glyphs, g)
		out.width += g.advance + tracking
		before, last = f, i
	}
	out.width -= tracking
	return out, nil
}

func (s *setter) glyph(f *sfnt.Font, i sfnt.GlyphIndex, em fixed.Int26_6) (glyph, error) {
	unit := func(v fixed.Int26_6) float64 { return float64(v) / float64(em) }
	advance, err := f.GlyphAdvance(&s.buffer, i, em, font.HintingNone)
	if err != nil {
		return glyph{}, err
	}
	segments, err := f.LoadGlyph(&s.buffer, i, em, nil)
	if err != nil {
		return glyph{}, err
	}
	g := glyph{advance: unit(advance)}
	for n, seg := range segments {
		at := func(k int) point { return point{unit(seg.Args[k].X), unit(seg.Args[k].Y)} }
		if seg.Op == sfnt.SegmentOpMoveTo && n > 0 {
			g.outline.close()
		}
		switch seg.Op {
		case sfnt.SegmentOpMoveTo:
			g.outline.move(at(0))
		case sfnt.SegmentOpLineTo:
			g.outline.line(at(0))
		case sfnt.SegmentOpQuadTo:
			g.outline = append(g.outline, segment{'Q', [3]point{at(0), at(1)}})
		case sfnt.SegmentOpCubeTo:
			g.outline.curve(at(0), at(1), at(2))
		}
	}
	if len(segments) > 0 {
		g.outline.close()
	}
	return g, nil
}

// straight puts the line at a size with its middle at x on the base line y.
func (l line) straight(size, x, y float64) path {
	var out path
	left := x - l.width*size/2
	for _, g := range l.glyphs {
		out = append(out, g.outline.each(func(p point) point {
			return point{left + (g.x+p.x)*size, y + p.y*size}
		})...)
	}
	return out
}

// arc puts the line on a circle round mid: over the top, or under the bottom
// with the heads of the letters inwards.
func (l line) arc(size, r float64, mid point, top bool) path {
	var out path
	for _, g := range l.glyphs {
		t := (g.x + g.advance/2 - l.width/2) * size / r // clockwise from the top
		if !top {
			t = -t // from the bottom, and read the other way round
		}
		sin, cos := math.Sin(t), math.Cos(t)
		out = append(out, g.outline.each(func(p point) point {
			x, y := (p.x-g.advance/2)*size, p.y*size
			if top {
				y -= r
			} else {
				y += r
			}
			return point{mid.x + x*cos - y*sin, mid.y + x*sin + y*cos}
		})...)
	}
	return out
}
