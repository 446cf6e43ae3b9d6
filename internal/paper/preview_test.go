package paper_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/paper"
	"github.com/ecusson/ecusson/internal/picture"
)

// previewed draws a preview and reads it back. With ECUSSON_SHOTS the picture is kept
// there, to be looked at.
func previewed(t *testing.T, name string, p paper.Preview) image.Image {
	t.Helper()
	data, err := p.PNG()
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.PNG()
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("the same preview gives other bytes, %v", err)
	}
	if folder := os.Getenv("ECUSSON_SHOTS"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, "preview-"+name+".png"), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if len(data) > 300<<10 {
		t.Errorf("%d bytes: messengers show no picture beyond 300 KB", len(data))
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if b := img.Bounds(); b.Dx() != 1200 || b.Dy() != 630 {
		t.Errorf("%v", b)
	}
	return img
}

// inked counts the pixels of a part that are as dark as text.
func inked(img image.Image, part image.Rectangle) int {
	n := 0
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			if c := color.GrayModel.Convert(img.At(x, y)).(color.Gray); c.Y < 110 {
				n++
			}
		}
	}
	return n
}

func TestPreview(t *testing.T) {
	t.Parallel()
	badge, err := picture.Badge{Name: "Participant", Kind: picture.Participation}.PNG(600)
	if err != nil {
		t.Fatal(err)
	}
	full := paper.Preview{Lead: "Badge délivré à Amina Benali", Name: "Bâtir à plusieurs", Issuer: "Les Génies de la Construction", Line: "Délivré le 12 juin 2026", Site: "Écusson", Picture: badge, Tint: picture.Participation.Colour()}
	tests := map[string]func(*paper.Preview){
		"full": func(*paper.Preview) {},
		"generic": func(p *paper.Preview) {
			*p = paper.Preview{Name: "Un badge gardé privé", Line: "Son titulaire ne le montre pas.", Site: "Écusson"}
		},
		"long": func(p *paper.Preview) {
			p.Name = strings.Repeat("Communiquer avec les partenaires institutionnels et associatifs du territoire ", 4)
			p.Issuer = strings.Repeat("Université de Caen Normandie ", 9)
		},
		"word":   func(p *paper.Preview) { p.Name = strings.Repeat("Anticonstitutionnellement", 12) },
		"arabic": func(p *paper.Preview) { p.Name, p.Lead = "شهادة مشاركة 2026", "שלום עולם" },
		"mixed": func(p *paper.Preview) {
			p.Name = "🏅🏅 Champion 🎉 des œuvres ‮evil‬ Ωμέγα Жук 中文"
		},
		"emoji": func(p *paper.Preview) { p.Name = "🏅🎉" },
		"hostile": func(p *paper.Preview) {
			p.Name, p.Lead = strings.Repeat("\u0301\u200d", 5000), "\xff\xfe\x00<script>"
		},
	}
	words := image.Rect(480, 0, 1200, 610)
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := full
			change(&p)
			img := previewed(t, name, p)
			if n := inked(img, words); n < 2000 {
				t.Errorf("%d dark pixels where the words are", n)
			}
			for _, edge := range []image.Rectangle{image.Rect(1160, 0, 1200, 610), image.Rect(480, 0, 1200, 16), image.Rect(471, 0, 510, 610)} {
				if n := inked(img, edge); n > 0 {
					t.Errorf("words run over the edge %v", edge)
				}
			}
			if n := inked(img, image.Rect(40, 100, 430, 500)); n < 2000 {
				t.Errorf("%d dark pixels where the picture is", n)
			}
		})
	}
	broken := full
	broken.Picture = []byte("no picture")
	if _, err := broken.PNG(); err == nil {
		t.Error("drawn without a picture that can be read")
	}
}
