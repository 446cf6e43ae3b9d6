package web

import (
	"net/http"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/look"
)

// embedPolicy lets any site frame the page, which has nothing to click but a link
// that opens elsewhere: no form, no script, no cookie.
const embedPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"

// embedData is a badge on somebody else's page.
type embedData struct {
	Name, Issuer, Picture, Alt string
	Link                       string // absolute: it leaves the frame
	State                      look.Chip
	Text                       string // in place of all that: why there is no badge to show
}

// embed is the badge as other sites frame it. Whoever looks at it is a stranger:
// a frame brings no cookie of ours.
func (b *badgePages) embed(w http.ResponseWriter, r *Request) error {
	badge := r.PathValue("badge")
	key := badge + " embed " + r.Lang()
	a := b.ready.get(key)
	if a == nil {
		d, kind, status, err := b.embedded(r, badge)
		if err != nil {
			return err
		}
		body, err := b.core.Look.Render("badge-embed", look.Page{Lang: r.Lang(), Title: d.Name, Hidden: true, Kind: kind, SiteName: b.core.Name, Data: d})
		if err != nil {
			return err
		}
		a = &answer{kind: "text/html; charset=utf-8", body: body, lang: r.Lang(), vary: "Accept-Language, Cookie", control: shortly, policy: embedPolicy, open: true}
		if status != http.StatusOK {
			a.control = "no-store"
			a.finish()
			w.Header().Set("Content-Security-Policy", embedPolicy)
			w.Header().Set("Content-Type", a.kind)
			w.Header().Set("Cache-Control", a.control)
			w.WriteHeader(status)
			_, _ = w.Write(body) // who is gone needs no answer
			return nil
		}
		b.ready.put(key, a)
	}
	a.send(w, r.Request)
	return nil
}

// embedded is what the frame shows: the badge, or in plain words why not, with
// the status of that.
func (b *badgePages) embedded(r *Request, badge string) (d embedData, kind string, status int, err error) {
	d.Link = b.core.URL("/b/" + badge)
	f, err := b.find(r.Context(), badge)
	switch {
	case fault.Is(err, fault.NotFound):
		d.Text, d.Link = "badge.unknown", b.core.URL("/")
		return d, "", http.StatusNotFound, nil
	case err != nil:
		return d, "", 0, err
	case f.award.State == award.Erased:
		d.Text = "badge.erased"
		return d, "", http.StatusGone, nil
	case f.award.Visible == award.Private:
		d.Text = "badge.kept"
		return d, "", http.StatusForbidden, nil
	}
	p, err := b.page(r, &f)
	if err != nil {
		return d, "", 0, err
	}
	page := p.Data.(*badgeData)
	d.Name, d.Issuer, d.Picture, d.Alt = page.Name, page.Issuer, page.Picture, page.Alt
	d.State = stateWord(page.State.State)
	return d, page.Marks.Kind, http.StatusOK, nil
}

// stateWord is the state of a badge in a word.
func stateWord(state string) look.Chip {
	switch state {
	case "valid":
		return look.Chip{Kind: "valid", Text: "awards.valid", Icon: "check-circle-fill"}
	case "revoked":
		return look.Chip{Kind: "revoked", Text: "badge.word-revoked", Icon: "prohibit-fill"}
	case "suspended":
		return look.Chip{Kind: "doubt", Text: "badge.word-suspended", Icon: "pause-circle-fill"}
	case "expired":
		return look.Chip{Kind: "expired", Text: "badge.word-expired", Icon: "clock-fill"}
	}
	return look.Chip{Kind: "plain", Text: "badge.word-unknown", Icon: "question-fill"}
}
