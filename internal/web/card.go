package web

import (
	"net/http"
	"net/url"
	"time"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/paper"
	"github.com/ecusson/ecusson/internal/picture"
)

// cardPath is a path of a card with its language, so that a messenger that keeps
// the picture keeps that of the page.
func cardPath(path, lang string, more ...string) string {
	q := url.Values{"lang": {lang}}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return path + "/card.png?" + q.Encode()
}

// putCard puts a card on a page.
func (r *Request) putCard(p *look.Page, path, alt string) {
	p.Picture, p.PictureAlt = r.Core.URL(path), alt
	p.PictureWidth, p.PictureHeight = paper.PreviewWidth, paper.PreviewHeight
}

// putSiteCard puts the site's own card on a page.
func (r *Request) putSiteCard(p *look.Page) {
	r.putCard(p, cardPath("", r.Lang()), r.Say.T("home.card-alt", message.Facts{"Site": r.Core.Name}))
}

// sendCard sends a card. Key names all that it shows, so that it is drawn once.
func (r *Request) sendCard(w http.ResponseWriter, key string, make func() (paper.Preview, error)) error {
	a := r.Core.cards.get(key)
	if a == nil {
		p, err := make()
		if err != nil {
			return err
		}
		if p.Name != r.Core.Name {
			p.Site = r.Core.Name
		}
		data, err := p.PNG()
		if err != nil {
			return err
		}
		a = r.Core.cards.put(key, &answer{kind: "image/png", body: data, control: "public, max-age=300", policy: picturePolicy, open: true, lang: r.Lang(), vary: "Accept-Language, Cookie"})
	}
	a.send(w, r.Request)
	return nil
}

// cardsKept is how long a card is kept once it was drawn.
const cardsKept = time.Hour

// tintOf is the ground of a card of a kind of badge.
func tintOf(p *paper.Preview, kind string) {
	if k, err := picture.ParseKind(kind); err == nil {
		p.Tint = k.Colour()
	}
}

// siteCard is the card of pages that have none of their own.
func (h *frontPages) siteCard(w http.ResponseWriter, r *Request) error {
	return r.sendCard(w, "site "+r.Lang(), func() (paper.Preview, error) {
		return paper.Preview{Name: r.Core.Name, Line: r.Say.T("home.card-line")}, nil
	})
}

// card is the card of a badge of one person. Of a badge that is kept private it
// says nothing, and of none whose it is: networks keep pictures for ever.
func (b *badgePages) card(w http.ResponseWriter, r *Request) error {
	f, err := b.find(r.Context(), r.PathValue("badge"))
	if err != nil {
		return err
	}
	if err := gone(&f); err != nil {
		return err
	}
	if f.award.Visible == award.Private {
		return r.sendCard(w, "private "+r.Lang(), func() (paper.Preview, error) {
			return paper.Preview{Name: r.Say.T("badge.card-private"), Line: r.Say.T("badge.card-private-line")}, nil
		})
	}
	p, err := b.page(r, &f)
	if err != nil {
		return err
	}
	d := p.Data.(*badgeData)
	line := d.State.Title
	if d.State.State == "valid" {
		line = r.Say.T("paper.issued", message.Facts{"Date": dateIn(r, f.award.Issued.In(b.Awards.Zone))})
	}
	key := "badge " + d.Public + " " + f.version.PNG + " " + r.Lang() + " " + d.State.State + " " + d.Issuer
	return r.sendCard(w, key, func() (paper.Preview, error) {
		return b.previewOf(r, d, f.version.PNG, line)
	})
}

func (b *badgePages) previewOf(r *Request, d *badgeData, png, line string) (paper.Preview, error) {
	file, err := b.Files.Get(r.Context(), png)
	if err != nil {
		return paper.Preview{}, err
	}
	out := paper.Preview{Lead: r.Say.T("site.kind." + d.Marks.Kind), Name: d.Name, Issuer: d.Issuer, Line: line, Picture: file.Data}
	tintOf(&out, d.Marks.Kind)
	return out, nil
}

// card is the card of what a badge recognises.
func (a *achievementPages) card(w http.ResponseWriter, r *Request) error {
	r.SetPathValue("version", r.URL.Query().Get("version"))
	o, err := a.opened(r)
	if err != nil {
		return err
	}
	c := &o.version.Content
	key := "achievement " + o.version.Key() + " " + o.version.PNG + " " + r.Lang() + " " + o.org.Name + " " + c.In(r.Lang()).Name
	return r.sendCard(w, key, func() (paper.Preview, error) {
		file, err := a.Files.Get(r.Context(), o.version.PNG)
		out := paper.Preview{
			Lead: r.Say.T("site.kind." + c.Kind), Name: c.In(r.Lang()).Name, Issuer: o.org.Name, Line: r.Say.T("achievement.card-line"), Picture: file.Data,
		}
		tintOf(&out, c.Kind)
		return out, err
	})
}

// card is the card of an organisation: its logo, where programs can draw it.
func (o *organizationPages) card(w http.ResponseWriter, r *Request) error {
	org, err := o.orgs.BySlug(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	where := placeText(r.Lang(), org.Place)
	return r.sendCard(w, "organisation "+org.Slug+" "+org.Logo+" "+r.Lang()+" "+org.Name+" "+where+" "+org.Kind, func() (paper.Preview, error) {
		out := paper.Preview{Lead: r.Say.T("organization.kind." + org.Kind), Name: org.Name, Issuer: where, Line: r.Say.T("organization.card-line")}
		out.Picture, err = o.logoData(r, org)
		return out, err
	})
}

// logoData is a logo that is a picture of pixels, nil for any other.
func (o *organizationPages) logoData(r *Request, org organization.Organization) ([]byte, error) {
	if org.Logo == "" {
		return nil, nil
	}
	file, err := o.parts.Files.Get(r.Context(), org.Logo)
	if err != nil || !raster(file) {
		return nil, err
	}
	return file.Data, nil
}

func raster(f achievement.File) bool {
	return f.Type == "image/png" || f.Type == "image/jpeg" || f.Type == "image/webp"
}
