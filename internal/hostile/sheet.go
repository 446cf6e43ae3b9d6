package hostile

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"strings"
)

// ZIP packs parts, in their order.
func ZIP(parts ...string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i+1 < len(parts); i += 2 {
		p, err := w.Create(parts[i])
		if err != nil {
			panic(err) // into memory
		}
		_, _ = io.WriteString(p, parts[i+1])
	}
	if err := w.Close(); err != nil {
		panic(err) // into memory
	}
	return b.Bytes()
}

const (
	rootRels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	bookRels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`
	book     = `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Liste" sheetId="1" r:id="rId1"/></sheets></workbook>`
)

// Workbook is a workbook around the XML of one sheet, with more parts.
func Workbook(sheet string, more ...string) []byte {
	return ZIP(append([]string{"_rels/.rels", rootRels, "xl/workbook.xml", book, "xl/_rels/workbook.xml.rels", bookRels, "xl/worksheets/sheet1.xml", sheet}, more...)...)
}

// Row is the XML of a row.
func Row(cells ...string) string {
	var b strings.Builder
	b.WriteString("<row>")
	for _, c := range cells {
		b.WriteString(`<c t="inlineStr"><is><t>` + c + `</t></is></c>`)
	}
	return b.String() + "</row>"
}

func worksheet(rows string) string {
	return `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`
}

// Workbooks are files of spreadsheets that must be refused.
func Workbooks() []File {
	good := worksheet(Row("Nom", "Mel") + Row("A", "a@example.org"))
	return []File{
		{"not a workbook", ZIP("word/document.xml", "<a/>"), "sheet.file-not-list"},
		{"a workbook of ODF", ZIP("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", "<a/>"), "sheet.file-opendocument"},
		{"a binary workbook", ZIP("xl/workbook.bin", "x"), "sheet.file-binary-excel"},
		{"a torn ZIP", Workbook(good)[:200], "sheet.file-damaged"},
		{"entries", Entries(5000), "sheet.file-hostile"},
		{"deep", Workbook(strings.Repeat("<a>", 100_000)), "sheet.file-hostile"},
		{"deep in a cell", Workbook(worksheet(`<row><c>` + strings.Repeat("<a>", 100_000))), "sheet.file-hostile"},
		{"a doctype", Workbook(`<!DOCTYPE a [<!ENTITY b "&c;&c;">]>` + worksheet(Row("&b;"))), "sheet.file-hostile"},
		{"an unknown entity", Workbook(worksheet(Row("&b;"))), "sheet.file-damaged"},
		{"a doctype in strings", Workbook(good, "xl/sharedStrings.xml", `<!DOCTYPE a><sst/>`), "sheet.file-hostile"},
		{"a huge cell", Workbook(worksheet(Row("Nom", "Mel") + Row(strings.Repeat("x", 1<<20), "a@example.org"))), "sheet.file-hostile"},
		{"a huge tag", Workbook(worksheet(`<row a="` + strings.Repeat("x", 1<<20) + `"/>`)), "sheet.file-hostile"},
		{"a huge comment", Workbook(worksheet(`<!--` + strings.Repeat("x", 1<<20) + `-->`)), "sheet.file-hostile"},
		{"a bomb", bomb(68 << 20), "sheet.file-hostile"},
		{"a bomb that lies", lyingBomb(), "sheet.file-damaged"},
		{"unclosed", Workbook(`<worksheet><sheetData>` + Row("Nom", "Mel")), "sheet.file-damaged"},
		{"wrong end", Workbook(worksheet("<row><c></row></c>")), "sheet.file-damaged"},
		{"rows backwards", Workbook(worksheet(`<row r="5"/><row r="2"/>`)), "sheet.file-damaged"},
		{"cells backwards", Workbook(worksheet(`<row><c r="B1"/><c r="A1"/></row>`)), "sheet.file-damaged"},
		{"a string too far", Workbook(worksheet(`<row><c t="s"><v>7</v></c></row>`)), "sheet.file-damaged"},
		{"a negative string", Workbook(worksheet(`<row><c t="s"><v>-1</v></c></row>`)), "sheet.file-damaged"},
		{"a column too far", Workbook(worksheet(`<row><c r="XFD1"><v>1</v></c></row>`)), "sheet.columns-too-many"},
		{"no such column", Workbook(worksheet(`<row><c r="XFE1"><v>1</v></c></row>`)), "sheet.file-damaged"},
	}
}

// Tables are lists in text that must be refused.
func Tables() []File {
	return []File{
		{"nothing", []byte(""), "sheet.file-empty"},
		{"only spaces", []byte(" \r\n ;;\n"), "sheet.sheet-empty"},
		{"a zero byte", []byte("Nom;Courriel\nA\x00;a@example.org\n"), "sheet.file-nul"},
		{"utf-16, no mark", []byte("N\x00o\x00m\x00;\x00"), "sheet.file-nul"},
		{"zero in utf-16", []byte("\xff\xfeE\x00-\x00m\x00a\x00i\x00l\x00\n\x00\x00\x00"), "sheet.file-nul"},
		{"a pdf", []byte("%PDF-1.7\n"), "sheet.file-not-list"},
		{"an old workbook", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"), "sheet.file-old-excel"},
		{"control characters", []byte("\x01\x02\x03\x04\x05ab"), "sheet.file-not-list"},
		{"a quote that opens", []byte("Nom;Courriel\n\"A;a@example.org\nB;b@example.org\n"), "sheet.quote-open"},
		{"a cell too long", []byte("Nom;Courriel\n" + strings.Repeat("x", 200_000) + ";a@example.org\n"), "sheet.cell-too-long"},
		{"too many columns", []byte("Nom;Courriel" + strings.Repeat(";x", 2000) + "\n"), "sheet.columns-too-many"},
	}
}

// Entries is a ZIP of n files of nothing.
func Entries(n int) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := range n {
		if _, err := w.CreateHeader(&zip.FileHeader{Name: fmt.Sprint(i)}); err != nil {
			panic(err) // into memory
		}
	}
	if err := w.Close(); err != nil {
		panic(err) // into memory
	}
	return b.Bytes()
}

type zeros struct{ left int }

func (z *zeros) Read(p []byte) (int, error) {
	if z.left <= 0 {
		return 0, io.EOF
	}
	n := min(len(p), z.left)
	for i := range n {
		p[i] = ' '
	}
	z.left -= n
	return n, nil
}

// bomb is a workbook whose sheet is n spaces.
func bomb(n int) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, p := range [][2]string{{"_rels/.rels", rootRels}, {"xl/workbook.xml", book}, {"xl/_rels/workbook.xml.rels", bookRels}} {
		f, _ := w.Create(p[0])
		_, _ = io.WriteString(f, p[1])
	}
	f, _ := w.Create("xl/worksheets/sheet1.xml")
	if _, err := io.Copy(f, &zeros{n}); err != nil {
		panic(err) // into memory
	}
	if err := w.Close(); err != nil {
		panic(err) // into memory
	}
	return b.Bytes()
}

// lyingBomb says in its directory that its sheet is small.
func lyingBomb() []byte {
	var b, packed bytes.Buffer
	d, _ := flate.NewWriter(&packed, flate.BestSpeed)
	_, _ = io.Copy(d, &zeros{4 << 20})
	_ = d.Close()
	w := zip.NewWriter(&b)
	for _, p := range [][2]string{{"_rels/.rels", rootRels}, {"xl/workbook.xml", book}, {"xl/_rels/workbook.xml.rels", bookRels}} {
		f, _ := w.Create(p[0])
		_, _ = io.WriteString(f, p[1])
	}
	f, err := w.CreateRaw(&zip.FileHeader{Name: "xl/worksheets/sheet1.xml", Method: zip.Deflate, CompressedSize64: uint64(packed.Len()), UncompressedSize64: 100})
	if err != nil {
		panic(err) // into memory
	}
	_, _ = f.Write(packed.Bytes())
	if err := w.Close(); err != nil {
		panic(err) // into memory
	}
	return b.Bytes()
}
