package paper

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
	"sync"

	"github.com/carlos7ags/folio/layout"
	scale "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/bidi"
)

// The size of a preview, which messengers and networks agree on.
const (
	PreviewWidth  = 1200
	PreviewHeight = 630
)

// Preview is the picture that a messenger shows beside a link. All texts are
// ready for the reader; only Name is needed.
type Preview struct {
	Lead   string // over the name, as in "Badge délivré à Amina Benali"
	Name   string // large
	Issuer string // beneath
	Line   string // a date, or that the badge holds no more
	Site   string // at the foot
	// Picture is the badge's, in PNG, JPEG or WebP; without it the site's patch
	// stands there.
	Picture []byte
	Tint    color.RGBA // of the ground under the picture; zero for that of the site
}

// The colours of the look, on screens.
var (
	previewCanvas = color.RGBA{0xFA, 0xF5, 0xEB, 0xFF}
	previewInk    = color.RGBA{0x24, 0x1C, 0x38, 0xFF}
	previewSecond = color.RGBA{0x5A, 0x50, 0x69, 0xFF}
	previewThread = color.RGBA{0xE9, 0xA8, 0x20, 0xFF}
	previewField  = color.RGBA{0x27, 0x46, 0x8F, 0xFF}
	previewEdge   = color.RGBA{0x16, 0x28, 0x4F, 0xFF}
)

// Where things stand, in pixels.
const (
	previewGround = 470 // width of the ground under the picture
	previewLeft   = previewGround + 56
	previewRight  = PreviewWidth - 56
	previewBadge  = 370 // side of the picture
	previewFoot   = PreviewHeight - 58
)

// PNG draws the picture, 1200 by 630 pixels.
func (p Preview) PNG() ([]byte, error) {
	img := image.NewRGBA(image.Rect(0, 0, PreviewWidth, PreviewHeight))
	draw.Draw(img, img.Rect, image.NewUniform(previewCanvas), image.Point{}, draw.Src)
	tint := p.Tint
	if tint.A == 0 {
		tint = previewField
	}
	draw.Draw(img, image.Rect(0, 0, previewGround, PreviewHeight), image.NewUniform(mixed(tint, previewCanvas, 14)), image.Point{}, draw.Src)
	for x := 10; x < PreviewWidth; x += 34 { // the seam that all pages have
		draw.Draw(img, image.Rect(x, PreviewHeight-16, x+20, PreviewHeight-11), image.NewUniform(previewThread), image.Point{}, draw.Src)
	}
	if len(p.Picture) > 0 {
		badge, err := decodePicture(p.Picture)
		if err != nil {
			return nil, err
		}
		at := image.Rect(0, 0, previewBadge, previewBadge).Add(image.Pt((previewGround-previewBadge)/2, (PreviewHeight-previewBadge)/2-8))
		scale.CatmullRom.Scale(img, at, badge, badge.Rect, draw.Over, nil)
	} else {
		patch(img, image.Rect(0, 0, 300, 300).Add(image.Pt((previewGround-300)/2, (PreviewHeight-300)/2-8)))
	}
	if err := p.words(img); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return nil, fmt.Errorf("paper: %w", err)
	}
	return out.Bytes(), nil
}

// mixed is a colour with percent of a and the rest of b.
func mixed(a, b color.RGBA, percent int) color.RGBA {
	mix := func(x, y uint8) uint8 { return uint8((int(x)*percent + int(y)*(100-percent)) / 100) }
	return color.RGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 0xFF}
}

// words sets the texts: the foot from below, the rest around the middle.
func (p Preview) words(img draw.Image) error {
	s, err := newSetter(img)
	if err != nil {
		return err
	}
	if site := s.only(tidy(p.Site, maxLine)); site != "" {
		patch(img, image.Rect(previewLeft, previewFoot-30, previewLeft+38, previewFoot+8))
		s.line(s.fit(site, styleBold, 30, previewRight-previewLeft-54), styleBold, 30, previewLeft+54, previewFoot, previewInk)
	}
	width := previewRight - previewLeft
	type row struct {
		text   string
		style  style
		size   float64
		colour color.RGBA
	}
	var rows []row
	add := func(text string, st style, size float64, most int, colour color.RGBA) {
		for _, l := range s.wrap(s.only(tidy(text, maxLine)), st, size, width, most) {
			rows = append(rows, row{l, st, size, colour})
		}
	}
	add(p.Lead, styleText, 32, 2, previewSecond)
	name, size := s.only(tidy(p.Name, maxName)), 84.0
	for size > 46 && !s.fits(name, styleTitle, size, width, 3) {
		size -= 6
	}
	add(name, styleTitle, size, 3, previewInk)
	add(p.Issuer, styleBold, 36, 2, previewInk)
	add(p.Line, styleText, 30, 2, previewSecond)
	height := func(i int) int { // of a row, with what parts it from the one above
		h := rows[i].size * 1.16
		if i > 0 && rows[i-1].size != rows[i].size {
			h += 14
		}
		return int(h)
	}
	total := 0
	for i := range rows {
		total += height(i)
	}
	y := max((previewFoot-50-total)/2, 30)
	for i, r := range rows {
		y += height(i)
		s.line(r.text, r.style, r.size, previewLeft, y-int(r.size*0.22), r.colour)
	}
	return nil
}

// outlines parses the fonts for pictures once.
var outlines = sync.OnceValues(func() ([styles]*opentype.Font, error) {
	var out [styles]*opentype.Font
	for s := range styles {
		data, err := fontFiles.ReadFile(s.file())
		if err != nil {
			return out, err
		}
		if out[s], err = opentype.Parse(data); err != nil {
			return out, fmt.Errorf("paper: %s: %w", s.file(), err)
		}
	}
	return out, nil
})

// setter sets texts on one picture. It is not for several goroutines.
type setter struct {
	img   draw.Image
	fonts [styles]*opentype.Font
	faces map[faceKey]font.Face
}

type faceKey struct {
	style style
	size  float64
}

func newSetter(img draw.Image) (*setter, error) {
	fonts, err := outlines()
	return &setter{img, fonts, map[faceKey]font.Face{}}, err
}

func (s *setter) has(st style, r rune) bool {
	i, err := s.fonts[st].GlyphIndex(nil, r)
	return err == nil && i != 0
}

// only leaves out of a text what no font has: colourful signs, most often. What
// has nothing else stays, and shows as squares.
func (s *setter) only(text string) string {
	kept := strings.Map(func(r rune) rune {
		if r == ' ' || s.has(styleText, r) || s.has(styleRest, plainer(r, func(r rune) bool { return s.has(styleRest, r) })) {
			return r
		}
		return -1
	}, text)
	if kept = strings.Join(strings.Fields(kept), " "); kept == "" {
		return text
	}
	return kept
}

func (s *setter) face(st style, size float64) font.Face {
	key := faceKey{st, size}
	if f := s.faces[key]; f != nil {
		return f
	}
	f, err := opentype.NewFace(s.fonts[st], &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		panic(err) // it refuses nothing
	}
	s.faces[key] = f
	return f
}

// walk sets a text, or only measures it, and returns where it ends.
func (s *setter) walk(text string, st style, size float64, at fixed.Point26_6, colour image.Image) fixed.Int26_6 {
	for _, p := range pieces(visual(text), st, s.has) {
		d := font.Drawer{Dst: s.img, Src: colour, Face: s.face(p.style, size), Dot: at}
		if colour == nil {
			at.X += d.MeasureString(p.text)
			continue
		}
		d.DrawString(p.text)
		at.X = d.Dot.X
	}
	return at.X
}

func (s *setter) line(text string, st style, size float64, x, y int, colour color.RGBA) {
	s.walk(text, st, size, fixed.P(x, y), image.NewUniform(colour))
}

func (s *setter) width(text string, st style, size float64) int {
	return s.walk(text, st, size, fixed.Point26_6{}, nil).Ceil()
}

// fit is a text shortened to a width.
func (s *setter) fit(text string, st style, size float64, width int) string {
	return fitted(text, func(t string) bool { return s.width(t, st, size) <= width })
}

// wrap parts a text into at most some lines of a width; the last one is shortened.
func (s *setter) wrap(text string, st style, size float64, width, most int) []string {
	var out []string
	rest := text
	for rest != "" {
		if len(out) == most-1 {
			return append(out, s.fit(rest, st, size, width))
		}
		var l string
		l, rest = s.first(rest, st, size, width)
		out = append(out, l)
	}
	return out
}

// first is as much of a text as a line takes, parted between words where one
// fits.
func (s *setter) first(text string, st style, size float64, width int) (line, rest string) {
	end := 0
	for i := 0; i <= len(text); i++ {
		if i < len(text) && text[i] != ' ' {
			continue
		}
		if s.width(text[:i], st, size) > width {
			break
		}
		end = i
	}
	if end > 0 {
		return text[:end], strings.TrimLeft(text[end:], " ")
	}
	word, _, _ := strings.Cut(text, " ")
	end = 0
	for i := range word { // a word longer than the line is broken
		if i > 0 && s.width(word[:i], st, size) > width {
			break
		}
		end = i
	}
	if end == 0 {
		end = len(word)
	}
	return text[:end], strings.TrimLeft(text[end:], " ")
}

// fits tells whether a text takes no more than some lines, with no word broken.
func (s *setter) fits(text string, st style, size float64, width, most int) bool {
	for word := range strings.FieldsSeq(text) {
		if s.width(word, st, size) > width {
			return false
		}
	}
	lines := 0
	for rest := text; rest != ""; lines++ {
		_, rest = s.first(rest, st, size, width)
	}
	return lines <= most
}

// visual is a line in the order in which it is seen from left to right, with
// Arabic letters in the forms that join.
func visual(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool {
		p, _ := bidi.LookupRune(r)
		return p.Class() == bidi.R || p.Class() == bidi.AL
	}) {
		return text
	}
	var p bidi.Paragraph
	if _, err := p.SetString(layout.ShapeArabic(text)); err != nil {
		return text
	}
	order, err := p.Order()
	if err != nil {
		return text
	}
	var parts []string
	for i := range order.NumRuns() {
		run := order.Run(i)
		part := run.String()
		if run.Direction() == bidi.RightToLeft {
			part = bidi.ReverseString(part)
		}
		parts = append(parts, part)
	}
	if !p.IsLeftToRight() {
		for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
			parts[i], parts[j] = parts[j], parts[i]
		}
	}
	return strings.Join(parts, "")
}
