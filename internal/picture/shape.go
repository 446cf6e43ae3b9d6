package picture

import "math"

// shape is the outline of a kind and where things go in it.
type shape uint8

const (
	escutcheon shape = iota
	disc
	pennant
	leaf
	drop
	octagon
	hexagon
	petals
	star
	arch
	cushion
	trefoil
	lozenge
	bubble
)

// samples is the number of points of an outline: three to four units apart.
const samples = 480

// outline is the edge of the shape, its points at equal distances.
func (s shape) outline() polygon { return s.corners().resample(samples) }

func (s shape) corners() polygon {
	mid := point{centre, centre}
	switch s {
	case disc:
		return polar(mid, func(float64) float64 { return 268 })
	case pennant:
		return rounded(polygon{{74, 46}, {526, 46}, {526, 400}, {300, 566}, {74, 400}}, []float64{70, 70, 110, 90, 110})
	case leaf:
		return outlined(point{76, 60}, []float64{300, 44}, []float64{450, 44, 556, 150, 556, 300}, []float64{540, 524},
			[]float64{539, 536, 536, 539, 524, 540}, []float64{300, 556}, []float64{150, 556, 44, 450, 44, 300}, []float64{60, 76},
			[]float64{61, 64, 64, 61, 76, 60})
	case drop:
		return outlined(point{310, 40}, []float64{372, 116, 530, 190, 530, 340}, []float64{530, 470, 430, 562, 300, 562},
			[]float64{170, 562, 70, 470, 70, 340}, []float64{70, 190, 228, 116, 290, 40}, []float64{296, 33, 304, 33, 310, 40})
	case octagon:
		return ngon(8, 284, 22.5, 64)
	case hexagon:
		return ngon(6, 286, 0, 80)
	case petals:
		return polar(mid, func(t float64) float64 { return 238 + 34*math.Pow(math.Abs(math.Cos(3*t)), 0.75) }).smooth(3, 2)
	case star:
		corners, rounds := make(polygon, 14), make([]float64, 14)
		for i := range corners {
			r, round := 298.0, 62.0
			if i%2 == 1 {
				r, round = 238, 30
			}
			t := float64(i) / 14 * 2 * math.Pi
			corners[i], rounds[i] = point{centre + r*math.Sin(t), centre + 6 - r*math.Cos(t)}, round
		}
		return rounded(corners, rounds)
	case arch:
		return outlined(point{58, 300}, []float64{58, 166, 166, 46, 300, 46}, []float64{434, 46, 542, 166, 542, 300}, []float64{542, 500},
			[]float64{542, 530, 524, 548, 494, 548}, []float64{106, 548}, []float64{76, 548, 58, 530, 58, 500}, []float64{58, 300})
	case cushion:
		return polar(mid, func(t float64) float64 {
			return 248 / math.Pow(math.Pow(math.Abs(math.Cos(t)), 5)+math.Pow(math.Abs(math.Sin(t)), 5), 0.2)
		})
	case trefoil:
		return trefoilCorners()
	case lozenge:
		return ngon(4, 318, 0, 120)
	case bubble:
		return outlined(point{300, 48}, []float64{460, 48, 556, 136, 556, 276}, []float64{556, 416, 460, 500, 300, 500}, []float64{272, 500, 246, 498, 222, 492},
			[]float64{190, 520, 158, 548, 118, 558}, []float64{110, 560, 105, 555, 109, 547}, []float64{120, 522, 124, 490, 122, 458}, []float64{72, 416, 44, 356, 44, 276}, []float64{44, 136, 140, 48, 300, 48})
	default:
		return outlined(point{300, 44}, []float64{512, 44}, []float64{536, 44, 542, 58, 542, 84}, []float64{542, 120}, []float64{542, 346, 474, 484, 316, 554},
			[]float64{306, 558, 294, 558, 284, 554}, []float64{126, 484, 58, 346, 58, 120}, []float64{58, 84}, []float64{58, 58, 64, 44, 88, 44}, []float64{300, 44})
	}
}

// trefoilCorners is the outer line of three discs, their notches softened.
func trefoilCorners() polygon {
	mid := point{centre, 320}
	return polar(mid, func(t float64) float64 {
		const r = 146
		ux, uy := math.Sin(t), -math.Cos(t)
		var far float64
		for _, c := range [...]point{{centre, 192}, {centre - 112, 386}, {centre + 112, 386}} {
			dx, dy := c.x-mid.x, c.y-mid.y
			b := dx*ux + dy*uy
			if in := b*b - (dx*dx + dy*dy - r*r); in >= 0 {
				far = max(far, b+math.Sqrt(in))
			}
		}
		return far
	}).smooth(4, 6)
}

// round tells whether the text goes on an arc.
func (s shape) round() bool { return s == disc || s == petals || s == star || s == octagon }

// seamLine is what the seam runs parallel to: the outline, or a circle where the
// outline is too lively for it.
func (s shape) seamLine(outline polygon) polygon {
	switch s {
	case petals:
		return polar(point{centre, centre}, func(float64) float64 { return 250 })
	case star:
		return polar(point{centre, centre + 4}, func(float64) float64 { return 243 })
	case bubble: // without its tail
		return outlined(point{300, 48}, []float64{460, 48, 556, 136, 556, 276}, []float64{556, 416, 460, 500, 300, 500},
			[]float64{140, 500, 44, 416, 44, 276}, []float64{44, 136, 140, 48, 300, 48})
	}
	return outline
}

// place says where things go in a shape, in units of the drawing.
type place struct {
	labelTop   float64
	labelWidth float64
	iconMost   float64 // its largest size
	iconTop    float64 // where an icon above a label may begin
	tab        float64 // top of the level tab
	small      float64 // middle of the icon in the small form, without and
	smallLevel float64 // with a level tab
	smallIcon  float64 // its size
}

func (s shape) place() place {
	p := place{iconMost: 222, tab: 506, small: 300, smallLevel: 278, smallIcon: 310}
	switch s {
	case pennant:
		p.labelTop, p.labelWidth, p.iconTop = 318, 496, 70
		p.tab, p.small, p.smallLevel, p.smallIcon = 500, 270, 250, 290
	case leaf:
		p.labelTop, p.labelWidth, p.iconTop = 344, 500, 74
		p.smallLevel, p.smallIcon = 284, 290
	case drop:
		p.labelTop, p.labelWidth, p.iconTop = 366, 470, 150
		p.small, p.smallLevel, p.smallIcon = 330, 300, 270
	case hexagon:
		p.labelTop, p.labelWidth, p.iconTop = 344, 500, 80
	case arch:
		p.labelTop, p.labelWidth, p.iconTop = 352, 520, 92
		p.small, p.smallLevel = 306, 280
	case cushion:
		p.labelTop, p.labelWidth, p.iconTop = 346, 520, 74
	case trefoil:
		p.labelTop, p.labelWidth, p.iconTop = 346, 520, 76
		p.small, p.smallLevel, p.smallIcon = 312, 292, 270
	case lozenge:
		p.labelTop, p.labelWidth, p.iconTop = 326, 500, 96
		p.tab, p.smallIcon = 500, 270
	case bubble:
		p.labelTop, p.labelWidth, p.iconTop = 306, 464, 72
		p.tab = 474
		p.small, p.smallLevel, p.smallIcon = 274, 254, 290
	case escutcheon:
		p.labelTop, p.labelWidth, p.iconTop = 318, 476, 66
		p.tab, p.small, p.smallLevel, p.smallIcon = 496, 272, 255, 290
	}
	return p
}
