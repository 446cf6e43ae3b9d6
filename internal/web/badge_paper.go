package web

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/paper"
)

var templateEscaper = strings.NewReplacer(`&`, "&amp;", `"`, "&quot;", `<`, "&lt;", `>`, "&gt;", `'`, "&#39;")

// qr is the link of a badge as a code to be scanned.
func (b *badgePages) qr(r *Request, f *found, kind string) (*answer, error) {
	link := b.core.URL("/b/" + f.award.Public())
	o := paper.QROptions{Title: r.Say.T("badge.qr-title", map[string]any{"Badge": f.version.Content.In(r.Lang()).Name})}
	draw := paper.QR
	if kind == "image/png" {
		draw = paper.QRPNG
	}
	data, err := draw(link, o)
	if err != nil {
		return nil, err
	}
	return &answer{kind: kind, body: data, control: "public, max-age=86400", policy: svgPolicy, vary: "Accept-Language, Cookie"}, nil
}

// pdf is the badge on a sheet of paper, with the signed badge inside of the file.
func (b *badgePages) pdf(w http.ResponseWriter, r *Request, f *found) error {
	if f.doc == nil {
		return fault.New(fault.NotFound, "badge.history")
	}
	p, err := b.page(r, f)
	if err != nil {
		return err
	}
	d := p.Data.(*badgeData)
	picture, err := b.Files.Get(r.Context(), f.version.PNG)
	if err != nil {
		return err
	}
	content := &f.version.Content
	words := content.In(r.Lang())
	link := b.core.URL("/b/" + d.Public)
	zone := b.Awards.Zone
	c := paper.Certificate{
		Lang: r.Lang(), Say: func(key string, facts map[string]any) string { return r.Say.T(key, facts) }, Made: f.award.ID.Time(),
		Name: words.Name, Description: words.Description, Picture: picture.Data, PictureAlt: d.Alt, Holder: d.Holder,
		Issuer: paper.Issuer{Name: f.org.Name, URL: b.core.URL("/o/" + f.org.Slug)},
		Issued: dateIn(r, f.award.Issued.In(zone)), Kind: r.Say.T("site.kind." + content.Kind), EvidenceRequired: words.Evidence,
		Criteria: words.Criteria, CriteriaURL: content.CriteriaURL, PageURL: link, VerifyURL: b.core.URL("/verify"),
		Credential: paper.Attachment{Name: "badge.json", MediaType: "application/json", Data: f.doc},
	}
	if len(d.Domains) > 0 {
		c.Issuer.Domain = d.Domains[0]
	}
	if !f.award.Until.IsZero() {
		c.Until = dateIn(r, f.award.Until.In(zone).AddDate(0, 0, -1))
	}
	if d.State.State != "valid" {
		c.State = paper.State{Word: r.Say.T("badge.word-" + d.State.State), Sentence: d.State.Text}
	}
	c.Level, c.Assessment = levelIn(r, d.Marks), assessmentIn(r, d.Marks)
	for _, s := range d.Skills {
		c.Skills = append(c.Skills, paper.Skill{Name: s.Name, Framework: s.Help})
	}
	for _, e := range d.Evidence {
		c.Evidence = append(c.Evidence, paper.Link{Label: e.Text, URL: e.Path})
	}
	var out bytes.Buffer
	if err := c.WritePDF(&out); err != nil {
		return err
	}
	a := &answer{kind: "application/pdf", body: out.Bytes(), control: "private, no-cache"}
	w.Header().Set("Content-Disposition", `attachment; filename="badge.pdf"`)
	a.send(w, r.Request)
	return nil
}

// levelIn and assessmentIn say the marks of a badge in words.
func levelIn(r *Request, m look.Marks) string {
	switch {
	case m.Level == 0:
		return r.Say.T("site.level-none")
	case m.Kind == "milestone":
		return r.Say.T("site.level-milestone", map[string]any{"Level": m.Level, "Levels": m.Levels})
	}
	return r.Say.T("site.level-" + string(rune('0'+m.Level)))
}

func assessmentIn(r *Request, m look.Marks) string {
	switch {
	case m.Assessor != "":
		return r.Say.T("site.assessor", map[string]any{"Who": m.Assessor})
	case m.Assessment == "":
		return r.Say.T("site.assessment.none")
	}
	return r.Say.T("site.assessment." + m.Assessment)
}
