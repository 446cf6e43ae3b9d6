package picture

import (
	"cmp"
	"image"
	"image/color"
	"slices"
)

// tint is a premultiplied colour of a picture and how many pixels have it.
type tint struct {
	c     [4]uint8 // red, green, blue, alpha
	count int
}

// reduce gives the picture with a palette of at most 256 colours, which makes
// the file a third as large. The commonest colours stay exactly as they are;
// those at the edges of things are brought together where they are near.
func reduce(img *image.RGBA) *image.Paletted {
	tints, which := count(img)
	palette := choose(tints)
	index := make([]uint8, len(tints))
	for i, t := range tints {
		index[i] = nearest(palette, t.c)
	}
	out := image.NewPaletted(img.Rect, make(color.Palette, len(palette)))
	for i, c := range palette {
		out.Palette[i] = color.NRGBAModel.Convert(color.RGBA{c[0], c[1], c[2], c[3]})
	}
	for i, t := range which {
		out.Pix[i] = index[t]
	}
	return out
}

// count gives the colours of a picture in the order in which they come, and
// which of them each pixel has.
func count(img *image.RGBA) ([]tint, []int32) {
	var tints []tint
	known := map[[4]uint8]int32{}
	which := make([]int32, img.Rect.Dx()*img.Rect.Dy())
	var last [4]uint8
	at := int32(-1)
	for i := range which {
		c := [4]uint8(img.Pix[4*i : 4*i+4])
		if at < 0 || c != last {
			var ok bool
			if at, ok = known[c]; !ok {
				at = int32(len(tints))
				known[c] = at
				tints = append(tints, tint{c: c})
			}
			last = c
		}
		tints[at].count++
		which[i] = at
	}
	return tints, which
}

// choose takes the commonest colours as they are and divides the others into
// boxes of near colours, one mean each (Heckbert's median cut).
func choose(tints []tint) [][4]uint8 {
	const most, exact = 256, 48
	sorted := slices.Clone(tints)
	slices.SortFunc(sorted, func(a, b tint) int {
		return cmp.Or(cmp.Compare(b.count, a.count), slices.Compare(a.c[:], b.c[:]))
	})
	kept := len(sorted)
	if kept > most {
		kept = exact
	}
	var palette [][4]uint8
	for _, t := range sorted[:kept] {
		palette = append(palette, t.c)
	}
	if kept == len(sorted) {
		return palette
	}
	boxes := []box{newBox(sorted[kept:])}
	for len(palette)+len(boxes) < most {
		worst := 0
		for i, b := range boxes {
			if b.badness > boxes[worst].badness {
				worst = i
			}
		}
		if boxes[worst].badness == 0 {
			break
		}
		a, b := boxes[worst].cut()
		boxes[worst] = newBox(a)
		boxes = append(boxes, newBox(b))
	}
	for _, b := range boxes {
		palette = append(palette, b.mean())
	}
	return palette
}

// box is colours that are near each other.
type box struct {
	tints   []tint
	weight  int // pixels
	channel int // in which they differ most
	badness int // weight by difference; 0 where there is but one colour
}

func newBox(tints []tint) box {
	b := box{tints: tints}
	width := 0
	for c := range 4 {
		low, high := tints[0].c[c], tints[0].c[c]
		for _, t := range tints {
			low, high = min(low, t.c[c]), max(high, t.c[c])
		}
		if w := int(high) - int(low); w > width {
			b.channel, width = c, w
		}
	}
	for _, t := range tints {
		b.weight += t.count
	}
	b.badness = b.weight * width
	return b
}

// cut divides the colours, at least two, into halves of about equal weight.
func (b box) cut() (low, high []tint) {
	slices.SortFunc(b.tints, func(s, t tint) int {
		return cmp.Or(cmp.Compare(s.c[b.channel], t.c[b.channel]), slices.Compare(s.c[:], t.c[:]))
	})
	sum := 0
	last := len(b.tints) - 1
	for i, t := range b.tints[:last] {
		if sum += t.count; 2*sum >= b.weight {
			return b.tints[:i+1], b.tints[i+1:]
		}
	}
	return b.tints[:last], b.tints[last:]
}

func (b box) mean() [4]uint8 {
	var sum [4]int
	for _, t := range b.tints {
		for c := range sum {
			sum[c] += int(t.c[c]) * t.count
		}
	}
	var out [4]uint8
	for c := range out {
		out[c] = uint8((sum[c] + b.weight/2) / b.weight)
	}
	return out
}

func nearest(palette [][4]uint8, c [4]uint8) uint8 {
	best, at := 1<<30, 0
	for i, p := range palette {
		var d int
		for k := range c {
			e := int(c[k]) - int(p[k])
			d += e * e
		}
		if d < best {
			best, at = d, i
			if d == 0 {
				break
			}
		}
	}
	return uint8(at)
}
