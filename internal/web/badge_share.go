package web

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/look"
)

// shareData is the page on which a badge is shown around.
type shareData struct {
	Public, Name, Picture, Alt string
	Link, Embed, Signature     look.Copy
	LinkedIn                   string
	Back                       string
	Kept                       bool
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
	if f.award.State == award.Erased || f.award.Visible == award.Private && !b.Awards.Owns(who, &f.award) {
		return errKept()
	}
	words := f.version.Content.In(r.Lang())
	public := f.award.Public()
	link := b.core.URL("/b/" + public)
	d := shareData{
		Public: public, Name: words.Name, Picture: "/file/" + f.version.PNG, Alt: words.Name, Back: "/b/" + public,
		Kept: f.award.Visible == award.Private,
		Link: look.Copy{ID: "link", Label: r.Say.T("badge.link"), Value: link},
		Embed: look.Copy{ID: "embed", Label: r.Say.T("badge.embed"), Help: r.Say.T("badge.embed-help"),
			Value: `<a href="` + link + `"><img src="` + link + `.png" alt="` + attribute(words.Name) + `" width="200" height="200"></a>`},
		Signature: look.Copy{ID: "signature", Label: r.Say.T("badge.signature"), Help: r.Say.T("badge.signature-help"),
			Value: `<a href="` + link + `"><img src="` + b.core.URL("/file/"+f.version.PNG) + `" alt="` + attribute(words.Name) + `" width="64" height="64"></a>`},
	}
	q := url.Values{
		"startTask": {"CERTIFICATION_NAME"}, "name": {words.Name}, "organizationName": {f.org.Name}, "certUrl": {link}, "certId": {public},
		"issueYear": {strconv.Itoa(f.award.Issued.Year())}, "issueMonth": {strconv.Itoa(int(f.award.Issued.Month()))},
	}
	if !f.award.Until.IsZero() {
		q.Set("expirationYear", strconv.Itoa(f.award.Until.Year()))
		q.Set("expirationMonth", strconv.Itoa(int(f.award.Until.Month())))
	}
	d.LinkedIn = "https://www.linkedin.com/profile/add?" + q.Encode()
	p := r.Page(r.Say.T("badge.share-title", map[string]any{"Badge": words.Name}))
	p.Hidden, p.Kind, p.Data = true, f.version.Content.Kind, d
	p.Trail = []look.Crumb{{Text: words.Name, Path: d.Back}, {Text: r.Say.T("badge.share")}}
	return r.Show(w, "badge-share", p)
}

// attribute escapes a text for an attribute of HTML that people copy.
func attribute(s string) string { return templateEscaper.Replace(s) }

// extra are the pictures about a badge: its preview and its QR code.
func (b *badgePages) extra(w http.ResponseWriter, r *Request) error {
	f, err := b.find(r.Context(), r.PathValue("badge"))
	if err != nil {
		return err
	}
	if f.award.State == award.Erased || f.award.Visible == award.Private {
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
