package web

import (
	"bytes"
	"errors"
	"net/http"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/picture"
)

// picturePolicy is the Content-Security-Policy of SVG: its own style and nothing else.
const picturePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

// preview draws the picture of what a form says, or of the badge at present where
// the address says nothing. It is drawn for one person, and never stored.
func (a *achievementPages) preview(w http.ResponseWriter, r *Request) error {
	b, _, err := a.found(r)
	if err != nil {
		return err
	}
	c := b.Content()
	if r.URL.Query().Has("own") {
		if err := parse(r); err != nil {
			return err
		}
		c = readForm(r).Content
	}
	if c.Picture.Uploaded() && achievement.IsFileName(c.Picture.PNG) {
		http.Redirect(w, r.Request, "/file/"+c.Picture.PNG, http.StatusFound)
		return nil
	}
	return sendSVG(w, r, sketch(&c), "private, no-cache", false)
}

// sketch is what can be drawn of a content that is still being written: the
// refusals stand beside the fields.
func sketch(c *achievement.Content) picture.Badge {
	b, _ := c.Sketch()
	return b
}

// sample draws a small picture that shows a kind, an icon, a pattern or a shade.
func (a *achievementPages) sample(w http.ResponseWriter, r *Request) error {
	q := r.URL.Query()
	c := achievement.Content{Lang: r.Lang(), Kind: q.Get("kind"), Texts: map[string]achievement.Texts{}}
	c.Picture.Icon, c.Picture.Division = q.Get("icon"), q.Get("division")
	c.Picture.Shade = number(r, "shade")
	if q.Get("darker") != "" {
		c.Picture.Shade = -number(r, "darker")
	}
	return sendSVG(w, r, sketch(&c), "private, max-age=86400", c.Picture.Division != "")
}

// sendSVG sends a drawing; whole keeps its patterns, which are left out where a
// picture is shown small.
func sendSVG(w http.ResponseWriter, r *Request, b picture.Badge, control string, whole bool) error {
	svg, err := b.SVG()
	if whole {
		svg = bytes.Replace(svg, []byte("@media (max-width:130px)"), []byte("@media (max-width:1px)"), 1)
	}
	if err != nil {
		var refused *picture.Error
		if errors.As(err, &refused) {
			return fault.New(fault.Invalid, refused.Key)
		}
		return err
	}
	out := &answer{kind: "image/svg+xml", body: svg, control: control, policy: picturePolicy, vary: "Cookie"}
	out.send(w, r.Request)
	return nil
}
