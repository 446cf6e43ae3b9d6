package picture

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
)

// names are texts that people give badges, short, long and awkward.
var names = []string{
	"Écoute", "L", "Œuvre", "S’adapter", "Coopérer", "Ça va, Noël ?", "« À l’écoute »", "É È Ê Ŵ Ž",
	"anticonstitutionnellement", "Maître d’apprentissage", "La Normandie badge les compétences",
	"Communiquer à l’oral et à l’écrit", "Savoir-être, savoir-faire, faire-savoir",
	"Accompagner les personnes âgées au quotidien", "Prévention et secours civiques de niveau 1 (PSC1)",
	"WWWWWWWWWW WWWWWWWWWW", "iiiiiiiiiiiiiiiiiiiiiiiiiiiii", "Jjjjj ggggg ÅÅÅÅÅ",
}

// TestWordsKeepWithin measures every letter: on the label or within the seam,
// off the icon and off the level tab.
func TestWordsKeepWithin(t *testing.T) {
	t.Parallel()
	face, err := loadTypeface()
	if err != nil {
		t.Fatal(err)
	}
	// Half of them is enough for the sake of time; ECUSSON_LONG draws all.
	everyText := os.Getenv("ECUSSON_LONG") != ""
	drawn, all := 0, 0
	for k := range kinds {
		for i, name := range names {
			for level := 0; level < 4; level += 3 {
				for j, second := range []string{"", "Åssociation Ÿg", "Fédération des œuvres laïques"} {
					if (i+j+level+int(k))%2 != 0 && !everyText {
						continue
					}
					all++
					b := Badge{Name: name, Second: second, Kind: k, Level: level, Assessment: Assessment(i) % (Registered + 1)}
					p := b.painter(face)
					if err := p.words(); err != nil {
						var e *Error
						if !errors.As(err, &e) || !strings.HasSuffix(e.Key, "-long") {
							t.Fatalf("%s: %v", name, err)
						}
						continue
					}
					drawn++
					if fault := overflow(p); fault != "" {
						t.Errorf("%s, %s, %q, %q, level %d: %s", k.Label("en"), b.Assessment.Label("en"), name, second, level, fault)
					}
				}
			}
		}
	}
	if drawn < all*8/10 {
		t.Errorf("only %d of %d are drawn at all", drawn, all)
	}
}

// overflow tells what a letter runs over, if any does.
func overflow(p *painter) string {
	var texts, icons []mark
	var label mark
	for _, m := range p.marks {
		switch {
		case m.width > 0:
		case m.scale != 1:
			icons = append(icons, m)
		case m.colour == cream():
			label = m
		case m.opacity == 1:
			texts = append(texts, m)
		}
	}
	if len(texts) == 0 || len(icons) == 0 {
		return "nothing is drawn"
	}
	ring := p.ring()
	labelLow, labelHigh := label.shape.bounds()
	icon := icons[0]
	iconLow, iconHigh := icon.shape.bounds()
	for _, text := range texts {
		lines, _ := text.shape.flatten(1)
		for _, line := range lines {
			for _, a := range line {
				if p.shape.round() && a.distance(ring.mid) > ring.inner+0.5 {
					return fmt.Sprintf("a letter at %v is %.1f past the seam", a, a.distance(ring.mid)-ring.inner)
				}
				if !p.shape.round() && (a.x < labelLow.x+16 || a.x > labelHigh.x-16 || a.y < labelLow.y+11 || a.y > labelHigh.y-11) {
					return fmt.Sprintf("a letter at %v is past the stitches of the label, %v to %v", a, labelLow, labelHigh)
				}
				if p.hasTab() && a.y > p.place.tab-4 && math.Abs(a.x-centre) < 90 {
					return fmt.Sprintf("a letter at %v is under the level tab", a)
				}
				if x, y := (a.x-icon.x)/icon.scale, (a.y-icon.y)/icon.scale; x > iconLow.x && x < iconHigh.x && y > iconLow.y && y < iconHigh.y {
					return fmt.Sprintf("a letter at %v is on the icon", a)
				}
			}
		}
	}
	return ""
}

func TestTextsMeetNowhere(t *testing.T) {
	t.Parallel()
	// The widest arcs that are allowed leave a gap between them.
	if gap := 2*math.Pi - topTight - bottomAngle; gap < 0.3 {
		t.Errorf("a gap of %.2f between the texts", gap)
	}
}

func TestTooLong(t *testing.T) {
	t.Parallel()
	long := strings.TrimSpace(strings.Repeat("Accueillir et orienter ", 9))
	for k := range kinds {
		for _, b := range []Badge{{Name: long, Kind: k}, {Name: "x", Second: long, Kind: k}, {Name: "x", Second: long, Kind: k, Level: 1}} {
			err := b.Check()
			var e *Error
			if !errors.As(err, &e) || !strings.HasSuffix(e.Key, "-long") {
				t.Fatalf("%s: %v", k.Label("en"), err)
			}
			fits, length := e.Facts["Fits"].(int), e.Facts["Length"].(int)
			if length != len([]rune(long)) || fits < 12 || fits >= length {
				t.Fatalf("%s: %v", k.Label("en"), e)
			}
			// "About" so many fit: nine tenths of them do.
			short := strings.TrimSpace(long[:fits*9/10])
			if b.Second == "" {
				b.Name = short
			} else {
				b.Second = short
			}
			if err := b.Check(); err != nil {
				t.Errorf("%s: told that %d fit, but %q does not: %v", k.Label("en"), fits, short, err)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	ok := Badge{Name: "Coopérer", Kind: Skill}
	for _, c := range []struct {
		code   code
		change func(*Badge)
	}{
		{kindMissing, func(b *Badge) { b.Kind = 0 }},
		{kindUnknown, func(b *Badge) { b.Kind = 200 }},
		{assessmentUnknown, func(b *Badge) { b.Assessment = 9 }},
		{divisionUnknown, func(b *Badge) { b.Division = 11 }},
		{levelOutside, func(b *Badge) { b.Level = 4 }},
		{levelOutside, func(b *Badge) { b.Level = -1 }},
		{hueOutside, func(b *Badge) { b.Hue = 46 }},
		{progressKind, func(b *Badge) { b.Progress = Progress{1, 3} }},
		{progressAndLevel, func(b *Badge) { b.Kind, b.Level, b.Progress = Milestone, 1, Progress{1, 3} }},
		{progressOutside, func(b *Badge) { b.Kind, b.Progress = Milestone, Progress{4, 3} }},
		{progressOutside, func(b *Badge) { b.Kind, b.Progress = Milestone, Progress{1, 7} }},
		{pipingColour, func(b *Badge) { b.Piping = "url(http://x)" }},
		{pipingColour, func(b *Badge) { b.Piping = "#12345G" }},
		{iconUnknown, func(b *Badge) { b.Icon = "crown" }},
		{nameMissing, func(b *Badge) { b.Name = " \u00a0\n" }},
		{nameCharacter, func(b *Badge) { b.Name = "Bravo 🎉" }},
		{nameCharacter, func(b *Badge) { b.Name = "\x00" }},
		{nameCharacter, func(b *Badge) { b.Name = "a\xff" }},
		{nameCharacter, func(b *Badge) { b.Name = "技能" }},
		{nameLong, func(b *Badge) { b.Name = strings.Repeat("x", 1<<20) }},
		{nameWord, func(b *Badge) { b.Name = "Développeur CERTIFIÉ" }},
		{nameWord, func(b *Badge) { b.Name = "Diplôme d’équipe" }},
		{nameWord, func(b *Badge) { b.Name = "Bloc 3 du titre professionnel" }},
		{secondWord, func(b *Badge) { b.Second = "République française" }},
		{secondWord, func(b *Badge) { b.Second = "lié au RNCP" }}, // no proof
		{nameWord, func(b *Badge) { b.Name, b.AllowRegistered = "Certifié, lié au RNCP", "RNCP12345" }},
		{secondCharacter, func(b *Badge) { b.Second = "→" }},
		{secondLong, func(b *Badge) { b.Second = strings.Repeat("m", 60) }},
		{altLong, func(b *Badge) { b.Alt = strings.Repeat("é", 2001) }},
		{altCharacter, func(b *Badge) { b.Alt = "\x01" }},
		{altCharacter, func(b *Badge) { b.Alt = "\xc3" }},
	} {
		b := ok
		c.change(&b)
		_, errSVG := b.SVG()
		_, errPNG := b.PNG(64)
		for _, err := range []error{errSVG, errPNG, b.Check()} {
			var e *Error
			if !errors.As(err, &e) || e.Key != "picture."+string(c.code) {
				t.Errorf("%s: %v", c.code, err)
			}
			if err != nil && len(err.Error()) > 2000 {
				t.Errorf("%s: a message of %d bytes", c.code, len(err.Error()))
			}
		}
	}
	for _, size := range []int{-1, 0, 63, 2049} {
		var e *Error
		if _, err := ok.PNG(size); !errors.As(err, &e) || e.Key != "picture.size-outside" {
			t.Errorf("size %d: %v", size, err)
		}
	}
	for _, b := range []Badge{
		{Name: "Coffrage", Second: "lié au titre RNCP 1234", AllowRegistered: "https://example.org/rncp/1234", Kind: Skill},
		{Name: "Linked to a certification", AllowRegistered: "x", Kind: Skill},
		{Name: "Titrer un article", Kind: Skill},
		{Name: "e\u0301couter", Kind: Skill}, // composed before it is set
		{Name: "Ça\u202f!  Oui\t", Kind: Skill},
	} {
		if err := b.Check(); err != nil {
			t.Errorf("%q: %v", b.Name, err)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]Kind{"Savoir-être": SoftSkill, "soft skill": SoftSkill, "COMPETENCE": Skill, "badge-clé": Milestone, "Fonction ou rôle": Role} {
		if got, err := ParseKind(word); err != nil || got != want {
			t.Errorf("ParseKind(%q) = %v, %v", word, got, err)
		}
	}
	for k := range kinds {
		for _, lang := range []string{"fr", "en"} {
			if got, err := ParseKind(k.Label(lang)); err != nil || got != k {
				t.Errorf("ParseKind(%q) = %v, %v", k.Label(lang), got, err)
			}
		}
	}
	for a := Intended; a <= Registered; a++ {
		if got, err := ParseAssessment(a.Label("en")); err != nil || got != a {
			t.Errorf("ParseAssessment(%q) = %v, %v", a.Label("en"), got, err)
		}
	}
	for d := Plain; d <= Diagonal; d++ {
		if got, err := ParseDivision(d.Label("fr")); err != nil || got != d {
			t.Errorf("ParseDivision(%q) = %v, %v", d.Label("fr"), got, err)
		}
	}
	var e *Error
	if _, err := ParseKind("laurier"); !errors.As(err, &e) || e.Key != "picture.kind-unknown" || !strings.Contains(e.Error(), "Savoir-être / Soft skill") {
		t.Errorf("an unknown kind: %v", err)
	}
}
