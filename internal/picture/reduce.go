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
	boxes := [][]tint{sorted[kept:]}
	for len(palette)+len(boxes) < most {
		worst, channel, badness := -1, 0, 0
		for i, box := range boxes {
			if c, width := widest(box); width*weight(box) > badness && len(box) > 1 {
				worst, channel, badness = i, c, width*weight(box)
			}
		}
		if worst < 0 {
			break
		}
		a, b := cut(boxes[worst], channel)
		boxes[worst] = a
		boxes = append(boxes, b)
	}
	for _, box := range boxes {
		palette = append(palette, mean(box))
	}
	return palette
}

func weight(box []tint) int {
	var n int
	for _, t := range box {
		n += t.count
	}
	return n
}

// widest is the channel in which the colours of a box differ most, and by how
// much.
func widest(box []tint) (channel, width int) {
	for c := range 4 {
		low, high := box[0].c[c], box[0].c[c]
		for _, t := range box {
			low, high = min(low, t.c[c]), max(high, t.c[c])
		}
		if w := int(high) - int(low); w > width {
			channel, width = c, w
		}
	}
	return channel, width
}

func cut(box []tint, channel int) (a, b []tint) {
	slices.SortFunc(box, func(a, b tint) int {
		return cmp.Or(cmp.Compare(a.c[channel], b.c[channel]), slices.Compare(a.c[:], b.c[:]))
	})
	half, sum := weight(box)/2, 0
	for i, t := range box[:len(box)-1] {
		if sum += t.count; sum >= half {
			return box[:i+1], box[i+1:]
		}
	}
	return box[:len(box)-1], box[len(box)-1:]
}

func mean(box []tint) [4]uint8 {
	var sum [4]int
	n := weight(box)
	for _, t := range box {
		for c := range sum {
			sum[c] += int(t.c[c]) * t.count
		}
	}
	var out [4]uint8
	for c := range out {
		out[c] = uint8((sum[c] + n/2) / n)
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
