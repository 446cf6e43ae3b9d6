package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
)

func kinds(yield func(Kind) bool) {
	for k := Participation; k <= OpenRecognition; k++ {
		if !yield(k) {
			return
		}
	}
}

func wellFormed(t *testing.T, data []byte) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestEveryBadge(t *testing.T) {
	t.Parallel()
	for k := range kinds {
		for a := Assessment(0); a <= Registered; a++ {
			b := Badge{Name: "Écouter & agir", Second: "Ville d’Œuf", Kind: k, Assessment: a, Piping: "#E2A33A"}
			for b.Level = range 4 {
				if err := b.Check(); err != nil {
					t.Fatalf("%s, %s, level %d: %v", k.Label("en"), a.Label("en"), b.Level, err)
				}
			}
			if a != Assessment(k)%(Registered+1) && a != Registered {
				continue // two seams of each kind are read again
			}
			b.Level = int(k) % 4
			svg, err := b.SVG()
			if err != nil {
				t.Fatalf("%s, %s: %v", k.Label("en"), a.Label("en"), err)
			}
			wellFormed(t, svg)
			clean, err := CleanSVG(svg)
			if err != nil {
				t.Fatalf("%s, %s: %v", k.Label("en"), a.Label("en"), err)
			}
			if !bytes.Equal(clean, svg) {
				t.Errorf("%s, %s: CleanSVG changes our own picture", k.Label("en"), a.Label("en"))
			}
			for _, want := range []string{`role="img"`, "<title", "Écouter &amp; agir", `viewBox="0 0 600 600"`} {
				if !bytes.Contains(svg, []byte(want)) {
					t.Errorf("%s: no %s", k.Label("en"), want)
				}
			}
			if len(svg) > 64<<10 {
				t.Errorf("%s, %s: %d bytes of SVG", k.Label("en"), a.Label("en"), len(svg))
			}
		}
	}
}

func TestEverySeamDiffers(t *testing.T) {
	t.Parallel()
	for _, k := range []Kind{Skill, SoftSkill, OpenRecognition} {
		seen := map[string]string{}
		for a := Intended; a <= Registered; a++ {
			b := Badge{Name: "Pareil", Alt: "Pareil", Kind: k, Assessment: a}
			data, err := b.PNG(128)
			if err != nil {
				t.Fatal(err)
			}
			if other := seen[string(data)]; other != "" {
				t.Errorf("%s: %s looks like %s", k.Label("en"), a.Label("en"), other)
			}
			seen[string(data)] = a.Label("en")
		}
	}
}

func decoded(t *testing.T, b Badge, size int) image.Image {
	t.Helper()
	data, err := b.PNG(size)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds() != image.Rect(0, 0, size, size) {
		t.Fatalf("%v, want %d pixels a side", img.Bounds(), size)
	}
	return img
}

func near(t *testing.T, what string, got color.Color, want colour) {
	t.Helper()
	c := color.NRGBAModel.Convert(got).(color.NRGBA)
	for _, d := range []int{int(c.R) - int(want.r), int(c.G) - int(want.g), int(c.B) - int(want.b), int(c.A) - 255} {
		if d < -6 || d > 6 {
			t.Errorf("%s is %v, want %v", what, c, want)
			return
		}
	}
}

func TestPixels(t *testing.T) {
	t.Parallel()
	b := Badge{Name: "Présent", Kind: Participation, Assessment: ByJury, Division: Plain, Icon: "heart", Level: 2, Piping: "#E2A33A"}
	c := b.palette()
	for _, size := range []int{300, 600} {
		img := decoded(t, b, size)
		at := func(x, y float64) color.Color {
			return img.At(int(x*float64(size)/side), int(y*float64(size)/side))
		}
		for _, corner := range []point{{1, 1}, {598, 1}, {1, 598}, {598, 598}} {
			if _, _, _, a := at(corner.x, corner.y).RGBA(); a != 0 {
				t.Errorf("the corner %v is not transparent", corner)
			}
		}
		near(t, "the icon", at(300, 300), c.thread)
		near(t, "the piping", at(300+268-13, 300), hex(0xE2A33A))
		near(t, "the seam", at(300+268-33, 300), c.thread)
		near(t, "the tab", at(262, 515), cream())
		near(t, "a knot done", at(251, 537), c.field)
		near(t, "a knot not done", at(349, 537), cream())
	}
	small := decoded(t, b, 64)
	near(t, "the small icon", small.At(32, 28), c.thread)
}

func TestSameBytes(t *testing.T) {
	t.Parallel()
	b := Badge{Name: "Coopérer", Second: "Région", Kind: Skill, Assessment: ByOrganisation, Level: 3}
	wantSVG, err := b.SVG()
	if err != nil {
		t.Fatal(err)
	}
	wantPNG, err := b.PNG(300)
	if err != nil {
		t.Fatal(err)
	}
	if len(wantPNG) > 60<<10 {
		t.Errorf("%d bytes of PNG", len(wantPNG))
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			svg, _ := b.SVG()
			data, _ := b.PNG(300)
			if !bytes.Equal(svg, wantSVG) || !bytes.Equal(data, wantPNG) {
				t.Error("the same badge gave other bytes")
			}
		})
	}
	all.Wait()
}

func TestFileSize(t *testing.T) {
	t.Parallel()
	// The busiest picture: the tightest seam, rays, two texts.
	b := Badge{Name: "Génies de la Construction", Second: "Lauréat 2026", Kind: SoftSkill, Assessment: Registered, Division: Rays, Piping: "#E8C15A"}
	data, err := b.PNG(600)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > 120<<10 {
		t.Errorf("%d bytes, want at most 120 KB", len(data))
	}
}

func TestContrast(t *testing.T) {
	t.Parallel()
	atLeast := func(b Badge, what string, x, y colour, want float64) {
		if got := contrast(x, y); got < want {
			t.Errorf("%s, hue %d: %s %.2f, want %.1f", b.Kind.Label("en"), b.Hue, what, got, want)
		}
	}
	for k := range kinds {
		for hue := -45; hue <= 45; hue++ {
			b := Badge{Name: "x", Kind: k, Hue: hue}
			p := b.palette()
			atLeast(b, "thread on field", p.thread, p.field, contrastPlain)
			atLeast(b, "thread on division", p.thread, p.division, contrastOver)
			atLeast(b, "second text on label", p.text2, cream(), 4.5)
			if !p.light {
				atLeast(b, "white on field", white(), p.field, 5.49)
			}
		}
	}
	atLeast(Badge{}, "text on label", ink(), cream(), 7)
}

func TestColourTurns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from    uint32
		degrees float64
		want    uint32
	}{{0xFF0000, 120, 0x00FF00}, {0xFF0000, -120, 0x0000FF}, {0x804020, 180, 0x206080}, {0x777777, 40, 0x777777}} {
		if got := hex(c.from).turn(c.degrees); got != hex(c.want) {
			t.Errorf("%06X turned by %v is %v, want %06X", c.from, c.degrees, got, c.want)
		}
	}
	if got := contrast(white(), hex(0)); math.Abs(got-21) > 1e-9 {
		t.Errorf("white on black is %v", got)
	}
}

func TestIcons(t *testing.T) {
	t.Parallel()
	for k := range kinds {
		if _, ok := iconOutline(k.look().icon); !ok {
			t.Errorf("%s has no icon", k.Label("en"))
		}
	}
	for _, name := range IconNames() {
		data, ok := iconOutline(name)
		if !ok {
			t.Errorf("%s is not found: the table is not in order", name)
		}
		p, err := parsePath(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		lines, _ := p.flatten(1)
		for _, a := range slices.Concat(lines...) {
			if a.x < -0.5 || a.y < -0.5 || a.x > 256.5 || a.y > 256.5 {
				t.Errorf("%s reaches %v", name, a)
				break
			}
		}
	}
}

func TestParsePath(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		"M1,2 3 4h5v-6H0V0z":          "M1 2l2 2l5 0l0-6l-8 0l0 2z",
		"m1 1 2 2Z":                   "M1 1l2 2z",
		"M0 0c0 1 1 1 1 0s1-1 1 0":    "M0 0c0 1 1 1 1 0c0-1 1-1 1 0",
		"M0 0q1 1 2 0t2 0":            "M0 0q1 1 2 0q1-1 2 0",
		"M0 0a5 5 0 0110 0":           "M0 0c0-2.8 2.2-5 5-5c2.8 0 5 2.2 5 5",
		"M.5.5-1e1-2":                 "M0.5 0.5l-10.5-2.5",
		"M0 0A0 5 0 0 0 3 3":          "M0 0l3 3",
		"M0 0A1 1 0 0 1 10 0A5 5 0 1": "",
		"L1 1":                        "",
		"M1":                          "",
		"M1 1X":                       "",
		"M1 1h":                       "",
	} {
		p, err := parsePath(data)
		switch {
		case want == "" && err == nil:
			t.Errorf("%q is read", data)
		case want != "" && err != nil:
			t.Errorf("%q: %v", data, err)
		case want != "" && p.data() != want:
			t.Errorf("%q is written %q, want %q", data, p.data(), want)
		}
	}
}

func TestDashes(t *testing.T) {
	t.Parallel()
	square := []point{{0, 0}, {10, 0}, {10, 10}, {0, 10}}
	pieces := dashes(square, true, 3, 2)
	if len(pieces) != 8 {
		t.Fatalf("%d pieces, want 8", len(pieces))
	}
	for _, piece := range pieces {
		var length float64
		for i := 1; i < len(piece); i++ {
			length += piece[i-1].distance(piece[i])
		}
		if math.Abs(length-3) > 1e-9 {
			t.Errorf("a piece of %v, want 3: %v", length, piece)
		}
	}
}

// TestStroke compares the area of strokes, as drawn, with what geometry says.
func TestStroke(t *testing.T) {
	t.Parallel()
	var square, bar, dot, zigzag path
	square.lines(point{100, 100}, point{500, 100}, point{500, 500}, point{100, 500})
	square.close()
	bar.lines(point{100, 300}, point{500, 300})
	dot.lines(point{300, 300})
	zigzag.lines(point{100, 100}, point{500, 100}, point{500, 500})
	for _, c := range []struct {
		name  string
		shape path
		width float64
		round bool
		want  float64
	}{
		{"square", square, 20, false, 4*400*20 - 4*100 + math.Pi*100}, // outer corners are round
		{"bar", bar, 20, false, 400 * 20},
		{"round bar", bar, 20, true, 400*20 + math.Pi*100},
		{"dot", dot, 20, true, math.Pi * 100},
		{"zigzag", zigzag, 20, false, 2*400*20 - 100 + math.Pi*25},
	} {
		for _, mirrored := range []bool{false, true} {
			shape := c.shape
			if mirrored {
				shape = shape.each(func(p point) point { return point{side - p.x, p.y} })
			}
			canvas := canvas{img: image.NewRGBA(image.Rect(0, 0, 600, 600)), scale: 1}
			m := mark{shape: shape, scale: 1, colour: white(), opacity: 1, width: c.width, round: c.round}
			canvas.paint(m)
			var sum float64
			for i := 3; i < len(canvas.img.Pix); i += 4 {
				sum += float64(canvas.img.Pix[i]) / 255
			}
			if math.Abs(sum-c.want) > 0.004*c.want+2 {
				t.Errorf("%s, mirrored %v: %.1f pixels, want %.1f", c.name, mirrored, sum, c.want)
			}
		}
	}
}

func TestReduce(t *testing.T) {
	t.Parallel()
	img := image.NewRGBA(image.Rect(0, 0, 64, 64))
	for i := range 64 * 64 {
		a := uint8(i / 16)
		copy(img.Pix[4*i:], []uint8{a / 2, a / 3, 0, a})
	}
	few := image.NewRGBA(img.Rect)
	copy(few.Pix, img.Pix)
	for i := 0; i < len(few.Pix); i++ {
		few.Pix[i] &= 0xE0
	}
	for name, img := range map[string]*image.RGBA{"few": few, "many": img} {
		out := reduce(img)
		if len(out.Palette) > 256 {
			t.Fatalf("%s: %d colours", name, len(out.Palette))
		}
		worst := 0.0
		for y := range 64 {
			for x := range 64 {
				a, b := img.RGBAAt(x, y), color.RGBAModel.Convert(out.At(x, y)).(color.RGBA)
				worst = max(worst, math.Abs(float64(a.R)-float64(b.R)), math.Abs(float64(a.G)-float64(b.G)), math.Abs(float64(a.A)-float64(b.A)))
			}
		}
		if worst > 3 {
			t.Errorf("%s: a channel is %v off", name, worst)
		}
	}
}

func TestAlternative(t *testing.T) {
	t.Parallel()
	b := Badge{Name: "Coopérer", Second: "Région", Kind: Skill, Assessment: ByJury, Level: 2}
	if got, want := b.Alternative(), "Badge «\u00a0Coopérer\u00a0», Région. Compétence, évalué par un jury, niveau 2 sur 3."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	b.Lang = "en-GB"
	if got, want := b.Alternative(), "Badge “Coopérer”, Région. Skill, assessed by a jury, level 2 of 3."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	b = Badge{Name: "Clé", Kind: Milestone, Progress: Progress{1, 4}}
	if got := b.Alternative(); !strings.HasSuffix(got, ", 1 étape sur 4.") {
		t.Errorf("%q does not say the steps", got)
	}
	b.Alt = "  <b>\n&  "
	svg, err := b.SVG()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(svg, []byte(">&lt;b&gt; &amp;</title>")) {
		t.Error("the text alternative is not written as text")
	}
}

func BenchmarkPNG600(b *testing.B) {
	badge := Badge{Name: "Coopérer", Kind: Skill, Assessment: ByOrganisation, Level: 2, Piping: "#E2A33A", Division: Chevrons}
	for b.Loop() {
		if _, err := badge.PNG(600); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSVG(b *testing.B) {
	badge := Badge{Name: "Coopérer", Kind: Skill, Assessment: ByOrganisation, Level: 2, Piping: "#E2A33A", Division: Chevrons}
	for b.Loop() {
		if _, err := badge.SVG(); err != nil {
			b.Fatal(err)
		}
	}
}
