package sheet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/ecusson/ecusson/internal/fixture"
	"github.com/ecusson/ecusson/internal/hostile"
)

// workbookOf builds a workbook with the library that others build theirs with.
func workbookOf(t testing.TB, build func(*excelize.File) error) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	if err := build(f); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// setAll sets cells of Sheet1 by reference.
func setAll(f *excelize.File, cells map[string]any) error {
	for at, v := range cells {
		if err := f.SetCellValue("Sheet1", at, v); err != nil {
			return err
		}
	}
	return nil
}

func TestXLSXDates(t *testing.T) {
	t.Parallel()
	for _, is1904 := range []bool{false, true} {
		t.Run(fmt.Sprint("1904 ", is1904), func(t *testing.T) {
			t.Parallel()
			serial := 46185.0
			if is1904 {
				serial -= 1462
			}
			data := workbookOf(t, func(f *excelize.File) error {
				if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &is1904}); err != nil {
					return err
				}
				if err := setAll(f, map[string]any{"A1": "Courriel", "B1": "Délivré le"}); err != nil {
					return err
				}
				french, plain := "[$-40C]d mmmm yyyy;@", "General"
				for i, v := range []struct {
					value any
					style excelize.Style
				}{
					{serial, excelize.Style{NumFmt: 14}},
					{serial + 0.6, excelize.Style{NumFmt: 22}},
					{serial, excelize.Style{CustomNumFmt: &french}},
					{serial, excelize.Style{CustomNumFmt: &plain}}, // lost its format
					{"12/06/2026", excelize.Style{}},
					{"12 juin 2026", excelize.Style{}},
					{"2026-06-12", excelize.Style{}},
				} {
					style, err := f.NewStyle(&v.style)
					if err != nil {
						return err
					}
					at := fmt.Sprintf("B%d", i+2)
					if err := errors.Join(f.SetCellValue("Sheet1", fmt.Sprintf("A%d", i+2), "a@example.org"), f.SetCellValue("Sheet1", at, v.value), f.SetCellStyle("Sheet1", at, at, style)); err != nil {
						return err
					}
				}
				return nil
			})
			rows := all(t, open(t, data, Options{}))
			if len(rows) != 7 {
				t.Fatal(len(rows))
			}
			for _, r := range rows {
				if r.Awarded != (Date{2026, 6, 12}) || len(r.Problems) > 0 {
					t.Errorf("row %d: %v %v", r.Line, r.Awarded, r.Problems)
				}
			}
		})
	}
}

func TestXLSXHabits(t *testing.T) {
	t.Parallel()
	data := workbookOf(t, func(f *excelize.File) error {
		err := errors.Join(
			setAll(f, map[string]any{
				"B2": "Concours 2026", "C4": "Nom", "D4": "E-mail", "E4": "Preuve", "F4": "Badge", "G4": "N°",
				"C5": "Amina", "D5": "a@example.org", "E5": "Voir le projet", "F5": "Lauréat", "G5": 42,
				"C6": "Bob", "D6": "écrire à Bob", "E6": "https://x.example/1",
				"C8": "Cy", "D8": "C@Example.ORG", "G8": 20260012345678.0,
				"C9": "Dee", "D9": "d@example.org", "F9": "x",
				"C10": "Eli", "D10": "e@example.org", "E10": "#", "F10": "y",
				"C11": "Fay",
				"C12": "Gus", "D12": "g@example.org", "G12": true,
			}),
			f.SetCellHyperLink("Sheet1", "E5", "https://genies.example.org/p?a=1&b=2", "External"),
			f.SetCellHyperLink("Sheet1", "D6", "mailto:bob@example.org?subject=x", "External"),
			f.SetCellHyperLink("Sheet1", "D8", "mailto:old@example.org", "External"),
			f.SetCellFormula("Sheet1", "E10", `HYPERLINK("https://x.example/f","ici")`),
			f.SetCellFormula("Sheet1", "D11", `A1&"@example.org"`),
			f.SetCellFormula("Sheet1", "E12", `HYPERLINK("https://x.example/"&A1,"ici")`),
			f.MergeCell("Sheet1", "F5", "F8"),
			f.MergeCell("Sheet1", "B2", "G2"),
			f.SetRowVisible("Sheet1", 9, false),
			f.SetColVisible("Sheet1", "H", false),
			f.SetRowHeight("Sheet1", 500, 20),
		)
		pad := "00000"
		style, e := f.NewStyle(&excelize.Style{CustomNumFmt: &pad})
		return errors.Join(err, e, f.SetCellStyle("Sheet1", "G5", "G5", style), f.SetCellStyle("Sheet1", "XFD6", "XFD6", style))
	})
	s := open(t, data, Options{})
	if s.Format != "xlsx" || s.HeadingLine != 4 || s.Name != "Sheet1" || s.Columns.Email.Letter() != "D" {
		t.Errorf("%+v", s)
	}
	want := []string{
		"5 00042 Amina a@example.org Lauréat [https://genies.example.org/p?a=1&b=2] Voir le projet []",
		"6  Bob bob@example.org Lauréat [https://x.example/1]  []",
		"8 20260012345678 Cy C@example.org Lauréat []  []",
		"9  Dee d@example.org x []  [line 9: row-hidden]",
		"10  Eli e@example.org y [https://x.example/f]  []",
		"11  Fay   []  [line 11: cell-not-computed in column \"E-mail\"]",
		"12 TRUE Gus g@example.org  []  [line 12: cell-not-computed in column \"Preuve\"]",
	}
	for range 2 {
		var got []string
		for _, r := range all(t, s) {
			got = append(got, fmt.Sprint(r.Line, " ", r.ID, " ", r.Name, " ", r.Email, " ", r.Badge, " ", r.Evidence, " ", r.EvidenceText, " ", r.Problems))
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	}
}

func TestXLSXSheets(t *testing.T) {
	t.Parallel()
	data := workbookOf(t, func(f *excelize.File) error {
		for _, n := range []string{"Lisez-moi", "Ancienne", "Liste"} {
			if _, err := f.NewSheet(n); err != nil {
				return err
			}
		}
		return errors.Join(
			f.SetCellValue("Lisez-moi", "A1", "Remplissez la feuille Liste"),
			f.SetSheetRow("Ancienne", "A1", &[]string{"Nom", "Mel"}), f.SetSheetRow("Ancienne", "A2", &[]string{"Vieux", "v@example.org"}),
			f.SetSheetVisible("Ancienne", false),
			f.SetSheetRow("Liste", "A1", &[]string{"Nom", "Mel"}), f.SetSheetRow("Liste", "A2", &[]string{"Neuf", "n@example.org"}),
		)
	})
	if s := open(t, data, Options{}); s.Name != "Liste" || all(t, s)[0].Name != "Neuf" {
		t.Error(s.Name)
	}
	if s := open(t, data, Options{Sheet: "ancienne "}); all(t, s)[0].Name != "Vieux" {
		t.Error(s.Name)
	}
	_, err := Open(bytes.NewReader(data), int64(len(data)), Options{Sheet: "Sheet9"})
	var e *Error
	if !errors.As(err, &e) || e.Code != CodeSheetMissing || e.Args["Sheets"] != "Sheet1, Lisez-moi, Liste" {
		t.Error(err)
	}
	_, err = Open(bytes.NewReader(data), int64(len(data)), Options{Sheet: "Lisez-moi"})
	if codeOf(t, err) != CodeAddressNoColumn {
		t.Error(err)
	}
	empty := workbookOf(t, func(*excelize.File) error { return nil })
	_, err = Open(bytes.NewReader(empty), int64(len(empty)), Options{})
	if codeOf(t, err) != CodeSheetEmpty {
		t.Error(err)
	}
}

// What other programs write: no references, prefixes, comments, CDATA, strings
// in runs with phonetic hints, escapes, UTF-16.
func TestXLSXOfOthers(t *testing.T) {
	t.Parallel()
	sheet := `<?xml version="1.0"?><!-- <sheetData> --><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:cols><x:col/></x:cols><x:sheetData>` +
		`<x:row><x:c t="s"><x:v>0</x:v></x:c><x:c t="s"><x:v> 1 </x:v></x:c></x:row><x:row/>` +
		`<x:row r="5" spans='1:2'><x:c r="A5" t="str"><x:f>1&lt;2</x:f><x:v>L&#233;a &amp; <![CDATA[<Co>]]></x:v></x:c><x:c r='B5' t="inlineStr"><x:is><x:r><x:t>a@</x:t></x:r><x:rPh><x:t>hint</x:t></x:rPh><x:r><x:t>example.org</x:t></x:r></x:is></x:c></x:row>` +
		`<x:row><x:c t="e"><x:v>#N/A</x:v></x:c><x:c t="s"><x:v>2</x:v></x:c></x:row>` +
		`</x:sheetData><x:hyperlinks/></x:worksheet>`
	shared := `<sst><si><r><t xml:space="preserve">N</t></r><r><t>om_x000D_</t></r><rPh sb="0"><t>hint</t></rPh></si><si><t>Mel</t></si><si><t>b@example.org</t></si></sst>`
	want := []string{"5 Léa & <Co> <a@example.org>", "6  <b@example.org> !cell-error"}
	for name, text := range map[string]string{
		"utf-8": sheet, "mark": "\ufeff" + sheet,
	} {
		if d := cmp.Diff(want, briefs(t, open(t, hostile.Workbook(text, "xl/sharedStrings.xml", shared), Options{}))); d != "" {
			t.Error(name, d)
		}
	}
	wide := make([]byte, 0, 2*len(sheet))
	for _, r := range "\ufeff" + sheet {
		wide = append(wide, byte(r), byte(r>>8))
	}
	if d := cmp.Diff(want, briefs(t, open(t, hostile.Workbook(string(wide), "xl/sharedStrings.xml", shared), Options{}))); d != "" {
		t.Error("utf-16", d)
	}
}

func TestXLSXRefused(t *testing.T) {
	t.Parallel()
	sheet := func(rows string) string {
		return `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`
	}
	good := sheet(hostile.Row("Nom", "Mel") + hostile.Row("A", "a@example.org"))
	for name, c := range map[string]struct {
		data []byte
		o    Options
		code string
	}{
		"a long cell":    {hostile.Workbook(sheet(hostile.Row("Nom", "Mel") + hostile.Row(strings.Repeat("x", 1000)+"<!-- -->"+strings.Repeat("x", 1000), "a@example.org"))), Options{Limits: Limits{CellBytes: 1500}}, CodeCellTooLong},
		"shared text":    {hostile.Workbook(good, "xl/sharedStrings.xml", "<sst>"+strings.Repeat("<si><t>"+strings.Repeat("x", 1000)+"</t></si>", 100)+"</sst>"), Options{Limits: Limits{SharedBytes: 50_000}}, CodeFileHostile},
		"shared strings": {hostile.Workbook(good, "xl/sharedStrings.xml", "<sst>"+strings.Repeat("<si/>", 100)+"</sst>"), Options{Limits: Limits{SharedStrings: 50}}, CodeFileHostile},
		"merged":         {hostile.Workbook(`<worksheet><sheetData/>` + strings.Repeat(`<mergeCell ref="A1:A2"/>`, 100)), Options{Limits: Limits{Links: 50}}, CodeFileHostile},
		"inflated":       {hostile.Workbook(sheet(hostile.Row("Nom", "Mel") + strings.Repeat("<row/>", 10_000))), Options{Limits: Limits{InflatedBytes: 20_000}}, CodeFileHostile},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := Open(bytes.NewReader(c.data), int64(len(c.data)), c.o)
			if err == nil {
				for _, e := range s.Rows(context.Background()) {
					err = e
				}
			}
			if code := codeOf(t, err); code != c.code {
				t.Errorf("%v, want %s", err, c.code)
			}
		})
	}
	if s := open(t, hostile.Workbook(good), Options{}); s.Name != "Liste" {
		t.Error("the good one is refused too")
	}
}

// Long directories are given up before they are all in memory.
func TestDirectoryBudget(t *testing.T) {
	t.Parallel()
	data := hostile.Entries(100_000)
	_, err := Open(bytes.NewReader(data), int64(len(data)), Options{})
	if codeOf(t, err) != CodeFileHostile {
		t.Error(err)
	}
}

func TestFormatStyle(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]style{
		"dd/mm/yyyy": {date: true}, "[$-40C]d mmmm yyyy;@": {date: true}, "yyyy\\-mm\\-dd": {date: true}, "mmm-yy": {date: true}, "D.M.YY": {date: true},
		"General": {}, "Standard": {}, "0.00": {}, "h:mm": {}, "[h]:mm:ss": {}, "#,##0 \"days\"": {}, "[Red]0": {}, "0\\d": {}, "_d0": {}, "\"unclosed d": {}, "[d": {},
		"00000": {pad: 5}, "0": {},
	} {
		if got := formatStyle(code); got != want {
			t.Errorf("%q: %+v", code, got)
		}
	}
}

// The cells are those that excelize reads, on a workbook of its own making.
func TestXLSXAsExcelize(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join(fixture.Root(t), "examples", "genies", "participants.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want, err := f.GetRows("Participants")
	if err != nil {
		t.Fatal(err)
	}
	cur, err := open(t, data, Options{}).src.rows()
	if err != nil {
		t.Fatal(err)
	}
	defer cur.close()
	var g grid
	for i := range want {
		if err := cur.next(&g); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range g.cells {
			got = append(got, c.text)
		}
		if d := cmp.Diff(want[i], got); d != "" {
			t.Error(d)
		}
	}
	if err := cur.next(&g); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

func TestExampleLists(t *testing.T) {
	t.Parallel()
	read := func(name string) *Sheet {
		data, err := os.ReadFile(filepath.Join(fixture.Root(t), "examples", "genies", name))
		if err != nil {
			t.Fatal(err)
		}
		return open(t, data, Options{})
	}
	a, b := read("participants.xlsx"), read("participants.csv")
	if b.Encoding != "windows-1252" || b.Delimiter != ";" {
		t.Error(b.Encoding, b.Delimiter)
	}
	if d := cmp.Diff(a.Columns, b.Columns); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"Équipe"}, a.Columns.Unused); d != "" {
		t.Error(d)
	}
	rows := all(t, a)
	if d := cmp.Diff(rows, all(t, b)); d != "" {
		t.Error(d)
	}
	badges, links, seen := map[string]int{}, 0, map[string]bool{}
	for _, r := range rows {
		badges[r.Badge]++
		links += len(r.Evidence)
		if len(r.Problems) > 0 || seen[r.Email] || seen[r.Name] {
			t.Error(r)
		}
		seen[r.Email], seen[r.Name] = true, true
		if (r.Badge == "Lauréat") != (len(r.Evidence) > 0 && r.Text != "") {
			t.Error(r)
		}
	}
	if len(rows) != 146 || badges["Lauréat"] != 12 || badges["Participant"] != 134 || links != 13 {
		t.Error(len(rows), badges, links)
	}
	var got []string
	for _, r := range all(t, read("liste-avec-fautes.csv")) {
		for _, p := range r.Problems {
			got = append(got, p.String())
		}
	}
	// The unknown badge and the person who stands twice are not faults of a row.
	want := []string{
		`line 4: address-missing-domain in column "Courriel": "djibril.traore@"`,
		`line 6: date-unreadable in column "Date": "mi-juin"`,
		`line 9: link-not-http in column "Lien": "Z:\\projets\\passerelle.pdf"`,
		`line 12: address-missing in column "Courriel"`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func FuzzXLSX(f *testing.F) {
	f.Add(hostile.Workbook(`<worksheet><sheetData>` + hostile.Row("Nom", "Mel") + hostile.Row("A", "a@example.org") + `</sheetData></worksheet>`))
	f.Add(workbookOf(f, func(x *excelize.File) error {
		return errors.Join(x.SetSheetRow("Sheet1", "A1", &[]any{"Nom", "Mel", "Date"}),
			x.SetSheetRow("Sheet1", "A2", &[]any{"A", "a@example.org", time.Date(2026, 6, 12, 0, 0, 0, 0, time.UTC)}),
			x.SetCellHyperLink("Sheet1", "B2", "mailto:a@example.org", "External"), x.MergeCell("Sheet1", "A2", "A3"))
	}))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Open(bytes.NewReader(data), int64(len(data)), Options{Limits: Limits{InflatedBytes: 1 << 20}})
		if err != nil {
			return
		}
		check(t, s)
	})
}

// FuzzWorksheet reaches the XML that FuzzXLSX hides behind a checksum.
func FuzzWorksheet(f *testing.F) {
	f.Add(`<worksheet><sheetData>`+hostile.Row("Nom", "Mel")+`<row r="5"><c r="B5" s="1"><f>HYPERLINK("x")</f><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B9"/></mergeCells></worksheet>`, `<sst><si><t>x</t></si></sst>`)
	f.Add(`<!--x--><a:b c='>'/><![CDATA[x]]>&#xd800;`, `<?x?><sst/>`)
	f.Add(`<worksheet><sheetData/><hyperlink ref="A1"/></worksheet>`, ``)
	f.Fuzz(func(t *testing.T, sheet, shared string) {
		data := hostile.Workbook(sheet, "xl/sharedStrings.xml", shared, "xl/styles.xml", `<styleSheet><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>`)
		s, err := Open(bytes.NewReader(data), int64(len(data)), Options{})
		if err != nil {
			codeOf(t, err)
			return
		}
		check(t, s)
	})
}
