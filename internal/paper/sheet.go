package paper

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/carlos7ags/folio/document"
	"github.com/carlos7ags/folio/font"
	pdfimage "github.com/carlos7ags/folio/image"
	"github.com/carlos7ags/folio/layout"
)

// Lengths of the sheet, in points of 1/72 inch.
const (
	millimetre = 72 / 25.4
	side       = 18 * millimetre // margin
	pictureMM  = 90 * millimetre
	codeMM     = 35 * millimetre
	gutter     = 8 * millimetre
	content    = 210*millimetre - 2*side
)

// The colours of the look, on paper.
var (
	ink    = layout.Hex("#241C38")
	second = layout.Hex("#5A5069")
	line   = layout.Hex("#DDD1BE")
	thread = layout.Hex("#E9A820")
	link   = layout.Hex("#27468F")
	stop   = layout.Hex("#7A2450")
)

// sheet is the document while it is set.
type sheet struct {
	c    Certificate
	doc  *document.Document
	face [styles]font.Face
	font [styles]*font.EmbeddedFont
}

// sheet sets the pages in the order in which they are read.
func (c Certificate) sheet() (*sheet, error) {
	img, err := decodePicture(c.Picture)
	if err != nil {
		return nil, err
	}
	s := &sheet{c: c, doc: document.NewDocument(document.PageSizeA4)}
	if s.face, err = faces(); err != nil {
		return nil, err
	}
	for i, face := range s.face {
		s.font[i] = font.NewEmbeddedFont(face)
	}
	s.describe()
	s.head(pdfPicture(img))
	s.facts()
	if err := s.verify(); err != nil {
		return nil, err
	}
	s.prose("paper.recognises", c.Description, "")
	s.prose("paper.criteria", c.Criteria, c.CriteriaURL)
	s.skills()
	s.evidence()
	return s, nil
}

// describe sets what concerns the file as a whole.
func (s *sheet) describe() {
	c, doc := s.c, s.doc
	made := c.Made.UTC().Truncate(time.Second)
	doc.Info = document.Info{
		Title: tidy(c.Name, maxName), Author: tidy(c.Issuer.Name, maxName), Creator: "Écusson", Producer: "Écusson",
		Subject:      tidy(c.Holder, maxName),
		CreationDate: made, ModDate: made, Language: tidy(c.Lang, 35),
	}
	doc.SetTagged(true)
	doc.SetPdfA(document.PdfAConfig{Level: document.PdfA3A})
	doc.SetViewerPreferences(document.ViewerPreferences{DisplayDocTitle: true})
	doc.SetMargins(layout.Margins{Top: 16 * millimetre, Right: side, Bottom: 20 * millimetre, Left: side})
	grey := [3]float64{second.R, second.G, second.B}
	box := func(text string) layout.MarginBox {
		return layout.MarginBox{Content: text, FontSize: 9, Color: grey, HasColor: true, Embedded: s.font[styleText]}
	}
	page := c.Say("paper.page", map[string]any{"Page": layout.CounterPagePlaceholder, "Pages": layout.CounterPagesPlaceholder})
	doc.SetMarginBoxes(map[string]layout.MarginBox{"bottom-left": box(s.known(host(c.PageURL))), "bottom-right": box(s.known(page))})
	c.attach(doc)
}

// known writes a line for a foot, which one font sets: what that lacks is left
// out, and nothing in it is taken for a placeholder but ours.
func (s *sheet) known(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r = plainer(r, s.has(styleText)); s.has(styleText)(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func (s *sheet) has(want style) func(rune) bool {
	return func(r rune) bool { return s.face[want].GlyphIndex(r) != 0 }
}

// runs sets a text in a font, with the rest font where that lacks a character.
func (s *sheet) runs(text string, want style, size float64, colour layout.Color) []layout.TextRun {
	var out []layout.TextRun
	for _, p := range pieces(text, want, func(f style, r rune) bool { return s.face[f].GlyphIndex(r) != 0 }) {
		out = append(out, layout.NewRunEmbedded(p.text, s.font[p.style], size).WithColor(colour))
	}
	return out
}

// paragraph is a text of one look.
func (s *sheet) paragraph(text string, want style, size float64, colour layout.Color) *layout.Paragraph {
	return s.block(s.runs(text, want, size, colour))
}

func (s *sheet) block(runs []layout.TextRun) *layout.Paragraph {
	if len(runs) == 0 {
		runs = []layout.TextRun{layout.NewRunEmbedded(" ", s.font[styleText], 11)}
	}
	return layout.NewStyledParagraph(runs...).SetLeading(1.35).SetOrphans(2).SetWidows(2)
}

// heading is a title of level 1 to 3.
func (s *sheet) heading(text string, level layout.HeadingLevel, size float64) *layout.Heading {
	return layout.NewHeadingEmbedded(text, level, s.font[styleTitle]).SetRuns(s.runs(text, styleTitle, size, ink)).SetBookmarkLabel(text)
}

// address is a link written out: paper has no other.
func (s *sheet) address(address string, size float64) []layout.TextRun {
	runs := s.runs(readable(address), styleText, size, link)
	for i := range runs {
		runs[i] = runs[i].WithLinkURI(address)
	}
	return runs
}

// readable is an address as a person types it.
func readable(address string) string {
	return strings.TrimSuffix(strings.TrimPrefix(address, "https://"), "/")
}

// head is the picture, large, and beside it who, what and from whom.
func (s *sheet) head(img *pdfimage.Image) {
	c := s.c
	alt := tidy(c.PictureAlt, maxLine)
	if alt == "" {
		alt = tidy(c.Name, maxName)
	}
	words := layout.NewDiv()
	who := tidy(c.Holder, maxName)
	if who != "" {
		words.Add(s.paragraph(c.Say("paper.given-to", nil), styleText, 11, second))
		words.Add(s.paragraph(who, styleBold, 15, ink).SetSpaceAfter(10))
	}
	name := tidy(c.Name, maxName)
	words.Add(s.heading(name, layout.H1, titleSize(name)))
	words.Add(s.paragraph(c.Say("paper.by", nil), styleText, 11, second).SetSpaceBefore(8))
	words.Add(s.paragraph(tidy(c.Issuer.Name, maxName), styleBold, 12, ink))
	if domain := tidy(c.Issuer.Domain, maxLine); domain != "" {
		words.Add(s.paragraph(c.Say("paper.domain", map[string]any{"Domain": domain}), styleText, 10, second))
	} else {
		words.Add(s.paragraph(c.Say("paper.domain-none", nil), styleText, 10, second))
	}
	s.dates(words)
	row := layout.NewFlex().SetAlignItems(layout.CrossAlignCenter).SetColumnGap(gutter)
	row.AddItem(layout.NewFlexItem(layout.NewImageElement(img).SetSize(pictureMM, pictureMM).SetAltText(alt)).SetBasis(pictureMM).SetShrink(0))
	row.AddItem(layout.NewFlexItem(words).SetBasis(content - pictureMM - gutter).SetShrink(0))
	s.doc.Add(row)
}

// titleSize lets a long name keep to its place.
func titleSize(name string) float64 {
	switch n := len([]rune(name)); {
	case n <= 40:
		return 24
	case n <= 90:
		return 19
	}
	return 14
}

func (s *sheet) dates(words *layout.Div) {
	c := s.c
	text := func(key, date string) string { return c.Say(key, map[string]any{"Date": tidy(date, maxLine)}) }
	switch issued, until := c.Issued != "", c.Until != ""; {
	case issued && until:
		words.Add(s.paragraph(text("paper.issued", c.Issued), styleText, 11, ink).SetSpaceBefore(8))
		words.Add(s.paragraph(text("paper.until", c.Until), styleText, 11, ink))
	case issued:
		words.Add(s.paragraph(text("paper.issued-forever", c.Issued), styleText, 11, ink).SetSpaceBefore(8))
	case until:
		words.Add(s.paragraph(text("paper.until", c.Until), styleText, 11, ink).SetSpaceBefore(8))
	}
	word, sentence := tidy(c.State.Word, maxLine), tidy(c.State.Sentence, maxLine)
	if word == "" && sentence == "" {
		return
	}
	box := layout.NewDiv().SetBorder(layout.DoubleBorder(0.8, stop)).SetPadding(6).SetSpaceBefore(10)
	if word != "" {
		box.Add(s.paragraph(word, styleBold, 12, stop))
	}
	if sentence != "" {
		box.Add(s.paragraph(sentence, styleText, 10, ink))
	}
	words.Add(box)
}

// seam is the thread that parts the sheet: the look's own line.
func (s *sheet) seam() {
	s.doc.Add(layout.NewLineSeparator().SetStyle(layout.BorderDashed).SetWidth(1.6).SetColor(thread).SetSpaceBefore(8).SetSpaceAfter(8))
}

// facts is kind, level, assessment and evidence, always in this order.
func (s *sheet) facts() {
	c := s.c
	s.seam()
	row := layout.NewFlex().SetColumnGap(gutter / 2)
	n := 0
	for _, f := range [][2]string{{"paper.kind", c.Kind}, {"paper.level", c.Level}, {"paper.assessment", c.Assessment}, {"paper.evidence-required", c.EvidenceRequired}} {
		value := tidy(f[1], maxLine)
		if value == "" {
			continue
		}
		cell := layout.NewDiv()
		cell.Add(s.paragraph(c.Say(f[0], nil), styleText, 9.5, second))
		cell.Add(s.paragraph(value, styleBold, 11, ink))
		row.AddItem(layout.NewFlexItem(cell).SetBasis((content - 1.5*gutter) / 4).SetShrink(0))
		n++
	}
	if n > 0 {
		s.doc.Add(row)
		s.seam()
	}
}

// verify is how a reader of the paper finds out whether it is true.
func (s *sheet) verify() error {
	c := s.c
	address := webAddress(c.PageURL)
	data, err := QRPNG(address, QROptions{Module: 10})
	if err != nil {
		return err
	}
	img, err := pdfimage.NewPNG(data)
	if err != nil {
		return fmt.Errorf("paper: %w", err)
	}
	words := layout.NewDiv()
	words.Add(s.heading(c.Say("paper.verify", nil), layout.H2, 14))
	words.Add(s.paragraph(c.Say("paper.verify-page", nil), styleText, 11, ink))
	words.Add(s.block(s.address(address, 11)))
	if site := webAddress(c.VerifyURL); site != "" && len(c.Credential.Data) > 0 {
		words.Add(s.paragraph(c.Say("paper.verify-file", map[string]any{"File": fileName(c.Credential.Name)}), styleText, 11, ink).SetSpaceBefore(4))
		words.Add(s.block(s.address(site, 11)))
	}
	words.Add(s.paragraph(c.Say("paper.no-proof", nil), styleText, 10, second).SetSpaceBefore(4))
	row := layout.NewFlex().SetAlignItems(layout.CrossAlignCenter).SetColumnGap(gutter)
	alt := c.Say("paper.code", map[string]any{"URL": address})
	row.AddItem(layout.NewFlexItem(layout.NewImageElement(img).SetSize(codeMM, codeMM).SetAltText(alt)).SetBasis(codeMM).SetShrink(0))
	row.AddItem(layout.NewFlexItem(words).SetBasis(content - codeMM - gutter).SetShrink(0))
	s.doc.Add(row)
	s.seam()
	return nil
}

// skills names each competency and where it comes from.
func (s *sheet) skills() {
	list := s.list()
	n := 0
	for _, skill := range s.c.Skills {
		name := tidy(skill.Name, maxLine)
		if name == "" {
			continue
		}
		if n++; n > maxList {
			break
		}
		runs := s.runs(name, styleBold, 11, ink)
		if from := strings.TrimSpace(tidy(skill.Framework, maxLine) + " " + shortCode(skill.Code)); from != "" {
			runs = append(runs, s.runs(" – "+from, styleText, 10, second)...)
		}
		if address := webAddress(skill.URL); address != "" {
			for i := range runs {
				runs[i] = runs[i].WithLinkURI(address)
			}
		}
		list.AddItemRuns(runs)
	}
	s.section("paper.skills", list, n)
}

// shortCode shows a short code of a framework; a long one, as ESCO's, says nothing
// to a reader.
func shortCode(code string) string {
	if code = tidy(code, maxLine); len(code) > 12 {
		return ""
	}
	return code
}

// evidence writes each link out.
func (s *sheet) evidence() {
	list := s.list()
	n := 0
	for _, e := range s.c.Evidence {
		address := webAddress(e.URL)
		label := tidy(e.Label, maxLine)
		if address == "" && label == "" {
			continue
		}
		if n++; n > maxList {
			break
		}
		var runs []layout.TextRun
		if label != "" {
			runs = s.runs(label, styleText, 11, ink)
		}
		if address != "" {
			if label != "" {
				runs = append(runs, s.runs(" – ", styleText, 11, ink)...)
			}
			runs = append(runs, s.address(address, 10)...)
		}
		list.AddItemRuns(runs)
	}
	s.section("paper.evidence", list, n)
}

func (s *sheet) list() *layout.List {
	return layout.NewListEmbedded(s.font[styleText], 11).SetLeading(1.35).SetIndent(14).SetMarkerColor(second)
}

func (s *sheet) section(key string, list *layout.List, n int) {
	if n == 0 {
		return
	}
	s.doc.Add(s.heading(s.c.Say(key, nil), layout.H2, 14))
	s.doc.Add(list)
	if n > maxList {
		s.doc.Add(s.paragraph(s.c.Say("paper.cut", nil), styleText, 10, second))
	}
}

// write makes the bytes, the same for the same certificate.
func (s *sheet) write() ([]byte, error) {
	var out bytes.Buffer
	if _, err := s.doc.WriteToWithOptions(&out, document.WriteOptions{Deterministic: true, UseXRefStream: true, UseObjectStreams: true}); err != nil {
		return nil, fmt.Errorf("paper: %w", err)
	}
	return out.Bytes(), nil
}
