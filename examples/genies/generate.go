//go:build ignore

// Generate writes the lists of this folder anew, the same bytes each time:
//
//	go run generate.go
//
// All persons are invented, and all addresses end in domains kept for examples.
package main

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"strings"
	"unicode"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

var given = []string{"Amina", "Baptiste", "Chloé", "Djibril", "Élise", "Fatou", "Gaël", "Héloïse", "Ibrahim", "Jeanne", "Kévin", "Léa",
	"Mehdi", "Noémie", "Oumar", "Pauline", "Quentin", "Raphaël", "Salomé", "Thi Mai", "Ugo", "Violette", "William", "Xavier", "Yasmine", "Zoé",
	"Anaïs", "Bilal", "Camille", "Diane", "Enzo", "Françoise", "Gabriel", "Hugo", "Inès", "Jean-Baptiste", "Karima", "Loïc", "Maëlys", "Nathan", "Ophélie"}

var family = []string{"Benali", "Lefèvre", "Nguyen", "Traoré", "Le Gall", "Diallo", "Martin", "Özdemir", "Da Silva", "Moreau", "N'Diaye", "Girard",
	"Kowalski", "Haddad", "Lemaître", "Rakotomalala", "García", "Petit", "Cohen", "Bouchard", "Sissoko", "Renault-Dubois", "Müller", "Chevalier",
	"Tahiri", "Cœurdevey", "Fontaine", "Camara", "Delaunay", "El Amrani", "Guérin", "Hoarau", "Ivanov", "Joly", "Kaya", "Lacroix", "Marchand"}

var teams = []string{"Les Arches", "Béton vert", "Passerelles", "Sous le toit", "Paille et terre", "Les Charpentières", "Haute voltige", "Pierre qui roule",
	"Lycée Dumont", "CFA de l'Orne", "Les Étancheurs", "Plan B"}

var domains = []string{"example.org", "example.com", "example.net"}

// The laureates by row: one team of four, two of three and two persons alone.
type project struct {
	text  string
	links []string
}

var won = map[int]project{}

func init() {
	const base = "https://genies.example.org/projets/"
	for _, p := range []struct {
		rows  []int
		text  string
		links []string
	}{
		{[]int{8, 20, 32, 44}, "A conçu avec son équipe une passerelle en bois local de 12 mètres, montée sans engin de levage.", []string{base + "passerelle-en-bois-local"}},
		{[]int{17, 53, 89}, "A mis au point avec son équipe un enduit de terre et de paille, essayé sur trois murs.", []string{base + "enduit-terre-paille"}},
		{[]int{60, 72, 84}, "A dessiné avec son équipe un abri de chantier démontable, chauffé par le soleil.", []string{base + "abri-de-chantier"}},
		{[]int{101}, "A inventé un gabarit qui aide à poser les tuiles droites.", []string{base + "gabarit-de-pose"}},
		{[]int{138}, "A mesuré le bruit d'un chantier pendant un mois et proposé des horaires plus calmes.",
			[]string{base + "chantier-silencieux", base + "chantier-silencieux/mesures"}},
	} {
		for _, r := range p.rows {
			won[r] = project{p.text, p.links}
		}
	}
}

const persons = 146

var headings = []string{"N°", "Nom", "Prénom", "Courriel", "Badge", "Équipe", "Récit", "Lien"}

func person(i int) []string {
	// 41 and 37 have no common factor: no name comes twice in 1,517 persons.
	g, f := given[i%len(given)], family[i%len(family)]
	row := []string{fmt.Sprint(i), f, g, address(g, f, domains[i%len(domains)]), "Participant", teams[i%len(teams)], "", ""}
	if p, ok := won[i]; ok {
		row[4], row[6], row[7] = "Lauréat", p.text, strings.Join(p.links, "\n")
	}
	return row
}

func address(given, family, domain string) string {
	word := func(s string) string {
		s = strings.NewReplacer("œ", "oe", "ø", "o").Replace(strings.ToLower(s))
		return strings.Map(func(r rune) rune {
			switch {
			case r >= 'a' && r <= 'z', r == '-':
				return r
			case unicode.Is(unicode.Mn, r), r == '\'', r == ' ':
				return -1
			}
			log.Fatalf("no letter for %q", r)
			return -1
		}, norm.NFD.String(s))
	}
	return word(given) + "." + word(family) + "@" + domain
}

func main() {
	log.SetFlags(0)
	rows := [][]string{headings}
	for i := 1; i <= persons; i++ {
		rows = append(rows, person(i))
	}
	write("participants.csv", excelCSV(rows))
	write("participants.xlsx", workbook(rows))
	write("liste-avec-fautes.csv", excelCSV(faults()))
}

// faults is a short list in which five rows are to be corrected and one person
// stands twice.
func faults() [][]string {
	rows := [][]string{append(headings[:len(headings):len(headings)], "Date")}
	for i := 1; i <= 14; i++ {
		rows = append(rows, append(person(i), "12/06/2026"))
	}
	local, _, _ := strings.Cut(rows[3][3], "@")
	rows[3][3] = local + "@"                          // an address without its domain
	rows[5][8] = "mi-juin"                            // a date that is none
	rows[6][4] = "Finaliste"                          // a badge that the folder does not have
	rows[8][7] = "Z:\\projets\\passerelle.pdf"        // a file of one's own disk
	rows[11][3] = ""                                  // no address
	rows[13] = append([]string{"13"}, rows[2][1:]...) // the second person again
	return rows
}

// excelCSV writes as Excel in France saves "CSV (séparateur : point-virgule)".
func excelCSV(rows [][]string) []byte {
	var b bytes.Buffer
	for _, row := range rows {
		for i, c := range row {
			if i > 0 {
				b.WriteByte(';')
			}
			if strings.ContainsAny(c, ";\"\n") {
				c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
			b.WriteString(c)
		}
		b.WriteString("\r\n")
	}
	out, err := charmap.Windows1252.NewEncoder().Bytes(b.Bytes())
	if err != nil {
		log.Fatal(err)
	}
	return out
}

func workbook(rows [][]string) []byte {
	f := excelize.NewFile()
	defer f.Close()
	const sheet = "Participants"
	check(f.SetSheetName("Sheet1", sheet))
	for i, row := range rows {
		cells := make([]any, len(row))
		for j, c := range row {
			if c != "" {
				cells[j] = c
			}
		}
		if i > 0 {
			cells[0] = i
		}
		check(f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &cells))
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	check(err)
	check(f.SetRowStyle(sheet, 1, 1, bold))
	for col, width := range map[string]float64{"A": 6, "B": 20, "C": 16, "D": 38, "E": 13, "F": 20, "G": 60, "H": 56} {
		check(f.SetColWidth(sheet, col, col, width))
	}
	check(f.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	check(f.SetDocProps(&excelize.DocProperties{Creator: "Les Génies de la Construction", Title: "Participants 2026", Created: "2026-06-12T08:00:00Z", Modified: "2026-06-12T08:00:00Z"}))
	var b bytes.Buffer
	check(f.Write(&b))
	return b.Bytes()
}

func write(name string, data []byte) { check(os.WriteFile(name, data, 0o644)) }

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
