package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
)

// shareData is the page on which a badge is shown around.
type shareData struct {
	Public, Name, Issuer, Picture, Alt string
	Link                               look.Copy
	Page                               []look.Copy // codes for pages
	Embed                              string      // path of what a frame shows
	Signature                          look.Copy
	LinkedIn                           string
	Back                               string
	Kept                               bool
}

func (b *badgePages) share(w http.ResponseWriter, r *Request) error {
	f, err := b.find(r.Context(), r.PathValue("badge"))
	if err != nil {
		return err
	}
	who, err := b.recipient(r)
	if err != nil {
		return err
	}
	if err := gone(&f); err != nil {
		return err
	}
	if f.award.Visible == award.Private && !b.Awards.Owns(who, &f.award) {
		return errKept()
	}
	words := f.version.Content.In(r.Lang())
	public := f.award.Public()
	d := shareData{
		Public: public, Name: words.Name, Issuer: f.org.Name, Picture: "/file/" + f.version.PNG, Alt: words.Name, Back: "/b/" + public,
		Kept: f.award.Visible == award.Private, LinkedIn: b.linkedIn(&f, words.Name), Embed: "/b/" + public + "/embed?lang=" + r.Lang(),
		Link: look.Copy{ID: "link", Label: "badge.link", Value: b.core.URL("/b/" + public)},
	}
	s := snippet{name: words.Name, issuer: f.org.Name, link: d.Link.Value, picture: b.core.URL(d.Picture), title: r.Say.T("site.title-award", message.Facts{"Badge": words.Name, "Issuer": f.org.Name})}
	d.Page = []look.Copy{
		{ID: "embed", Label: "badge.embed", Help: "badge.embed-help", Value: s.frame(b.core.URL(d.Embed))},
		{ID: "image", Label: "badge.image", Help: "badge.image-help", Value: s.image(f.doc != nil)},
		{ID: "markdown", Label: "badge.markdown", Help: "badge.markdown-help", Value: s.markdown()},
	}
	d.Signature = look.Copy{ID: "signature", Label: "badge.signature", Help: "badge.signature-help", Value: s.signature()}
	p := r.Page(r.Say.T("badge.share-title", map[string]any{"Badge": words.Name}))
	p.Hidden, p.Kind, p.Data = true, f.version.Content.Kind, d
	p.Trail = []look.Crumb{{Text: words.Name, Path: d.Back}, {Text: r.Say.T("badge.share")}}
	return r.Show(w, "badge-share", p)
}

// linkedIn is the form of LinkedIn in which a badge is added to a profile, filled
// in. Months are those of the dates that the badge's page says.
func (b *badgePages) linkedIn(f *found, name string) string {
	issued := f.award.Issued.In(b.Awards.Zone)
	q := url.Values{
		"startTask": {"CERTIFICATION_NAME"}, "name": {name}, "organizationName": {f.org.Name}, "certId": {f.award.Public()},
		"certUrl": {b.core.URL("/b/" + f.award.Public())}, "issueYear": {strconv.Itoa(issued.Year())}, "issueMonth": {strconv.Itoa(int(issued.Month()))},
	}
	if !f.award.Until.IsZero() {
		last := f.award.Until.In(b.Awards.Zone).AddDate(0, 0, -1)
		q.Set("expirationYear", strconv.Itoa(last.Year()))
		q.Set("expirationMonth", strconv.Itoa(int(last.Month())))
	}
	return "https://www.linkedin.com/profile/add?" + q.Encode()
}

// snippet is a badge in the codes that people copy.
type snippet struct{ name, issuer, link, picture, title string }

// frame is the badge as a page within a page.
func (s snippet) frame(address string) string {
	return fmt.Sprintf(`<iframe src="%s" title="%s" width="380" height="190" loading="lazy" style="border:0;max-width:100%%"></iframe>`, attribute(address), attribute(s.title))
}

// image is the badge's picture: the one with the signed badge inside, where it is
// signed.
func (s snippet) image(signed bool) string {
	picture := s.picture
	if signed {
		picture = s.link + ".png"
	}
	return fmt.Sprintf(`<a href="%s"><img src="%s" alt="%s" width="200" height="200"></a>`, attribute(s.link), attribute(picture), attribute(s.title))
}

func (s snippet) markdown() string {
	return fmt.Sprintf("[![%s](%s)](%s)", markdownEscaper.Replace(s.title), s.picture, s.link)
}

// signature is for programs of mail, which know tables and styles of an element.
func (s snippet) signature() string {
	return fmt.Sprintf(`<table role="presentation" cellpadding="0" cellspacing="0" style="border-collapse:collapse"><tr>`+
		`<td style="padding:0 12px 0 0"><a href="%[1]s"><img src="%[2]s" alt="%[3]s" width="64" height="64" style="border:0;display:block"></a></td>`+
		`<td style="font:14px/1.4 sans-serif"><a href="%[1]s"><b>%[4]s</b></a><br>%[5]s</td></tr></table>`,
		attribute(s.link), attribute(s.picture), attribute(s.title), attribute(s.name), attribute(s.issuer))
}

// attribute escapes a text for HTML that people copy.
func attribute(s string) string { return templateEscaper.Replace(s) }

var markdownEscaper = strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`, `*`, `\*`, `_`, `\_`, "`", "\\`", `<`, `\<`, `!`, `\!`, "\n", " ")

// extra are the pictures about a badge: its QR code.
func (b *badgePages) extra(w http.ResponseWriter, r *Request) error {
	f, err := b.find(r.Context(), r.PathValue("badge"))
	if err != nil {
		return err
	}
	if err := gone(&f); err != nil {
		return err
	}
	if f.award.Visible == award.Private {
		return errKept()
	}
	var a *answer
	switch r.PathValue("file") {
	case "qr.svg":
		a, err = b.qr(r, &f, "image/svg+xml")
	case "qr.png":
		a, err = b.qr(r, &f, "image/png")
	default:
		return fault.ErrNotFound
	}
	if err != nil {
		return err
	}
	a.send(w, r.Request)
	return nil
}
