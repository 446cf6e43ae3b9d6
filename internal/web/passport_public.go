package web

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/paper"
	"github.com/ecusson/ecusson/internal/passport"
)

// pageForm is the data of the page "passport-page".
type pageForm struct {
	Tabs                           look.Tabs
	Slug, Name, About, Link, Found look.Field
	Open                           look.Field
	Errors                         look.Errors
	Copy                           *look.Copy
	Path                           string // of the page, "" where nobody may see it
	Badges, Collections            int    // that it shows
}

func (p *passportPages) page(w http.ResponseWriter, r *Request) error {
	page, err := p.Keep.Page(r.Context(), r.Person.ID)
	if errors.Is(err, fault.ErrNotFound) {
		page, err = passport.Page{Name: r.Person.Name}, nil
	}
	if err != nil {
		return err
	}
	return p.showForm(w, r, page, page, nil)
}

// showForm shows the form of a page, as it was filled in, and the page that there is.
func (p *passportPages) showForm(w http.ResponseWriter, r *Request, now, filled passport.Page, wrong map[string]fault.Field) error {
	h, err := p.holder(r)
	if err != nil {
		return err
	}
	d := pageForm{
		Tabs:  passportTabs("page"),
		Slug:  look.Field{Name: "slug", Label: "passport.slug", Help: r.Say.T("passport.slug-help", message.Facts{"Base": r.Core.URL("/p/")}), Value: filled.Slug, Required: true, Limit: 60, Error: wrongText(r, wrong, "slug"), Autocomplete: "off"},
		Name:  look.Field{Name: "name", Label: "passport.page-name", Value: filled.Name, Required: true, Limit: 100, Error: wrongText(r, wrong, "name"), Autocomplete: "name"},
		About: look.Field{Name: "about", Type: "textarea", Rows: 4, Label: "passport.page-about", Help: "passport.markdown", Value: filled.About, Optional: true, Limit: 2000, Error: wrongText(r, wrong, "about"), Spellcheck: true},
		Link:  look.Field{Name: "link", Type: "url", Label: "passport.page-link", Value: filled.Link, Optional: true, Limit: 500, Error: wrongText(r, wrong, "link"), Autocomplete: "url"},
		Open:  look.Field{Name: "open", Type: "checkbox", Label: "passport.page-open", Help: "passport.page-open-help", Checked: filled.Open},
		Found: look.Field{Name: "found", Type: "checkbox", Label: "passport.page-found", Checked: filled.Found},
	}
	d.Errors = look.Faults(d.Name, d.Slug, d.About, d.Link)
	if now.Open {
		d.Path = "/p/" + now.Slug
		d.Copy = &look.Copy{ID: "address", Label: r.Say.T("passport.page-address"), Value: r.Core.URL(d.Path)}
	}
	badges, err := p.Keep.Badges(r.Context(), h)
	if err != nil {
		return err
	}
	for _, b := range badges {
		if b.Listed(true) {
			d.Badges++
		}
	}
	collections, err := p.Keep.Collections(r.Context(), h.Person)
	if err != nil {
		return err
	}
	for _, c := range collections {
		if c.Visible == award.Public {
			d.Collections++
		}
	}
	page := r.Page(r.Say.T("passport.tab-page"))
	page.Section, page.Data, page.Hidden = "passport", d, true
	if wrong != nil {
		return r.ShowAgain(w, "passport-page", page)
	}
	return r.Show(w, "passport-page", page)
}

func (p *passportPages) setPage(w http.ResponseWriter, r *Request) error {
	filled := passport.Page{
		Person: r.Person.ID, Slug: r.Text("slug"), Name: r.Text("name"), About: r.Text("about"), Link: r.Text("link"), Open: r.Ticked("open"), Found: r.Ticked("found"),
	}
	if err := p.Keep.SetPage(r.Context(), filled); err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		now, err := p.Keep.Page(r.Context(), r.Person.ID)
		if err != nil && !errors.Is(err, fault.ErrNotFound) {
			return err
		}
		return p.showForm(w, r, now, filled, wrong)
	}
	done := "passport-page-closed"
	if filled.Open {
		done = "passport-page-open"
	}
	return r.Go(w, "/passport/page", done)
}

// passportOpen is the data of the pages "passport-open" and
// "passport-collection-open": badges as anybody sees them.
type passportOpen struct {
	Name, By        string
	About           template.HTML
	Link, LinkLabel string
	Badges          []look.Card
	Collections     []look.Piece
	Empty           look.Empty
	Pager           look.Pager
	Report          string
	Mine            string // path of the form, for the person themselves

	picture, alt string // of a link to the page: those of the first badge
}

// put shows a badge.
func (d *passportOpen) put(p *passportPages, r *Request, b *shelved) {
	if d.picture == "" && b.PNG != "" {
		d.picture, d.alt = r.Core.URL(b.PNG), b.Card.Name
	}
	d.Badges = append(d.Badges, p.openCard(b))
}

// openCard is a badge's card for anybody.
func (p *passportPages) openCard(b *shelved) look.Card {
	c := b.Card
	c.Heading, c.State = 2, p.stateOf(&b.Badge)
	if b.Award != nil {
		c.Path = "/b/" + string(b.Ref())
	} else {
		c.Path = "/i/" + b.Import.ID.String()
	}
	return c
}

// pageCode is the QR code of a page that is open.
func (p *passportPages) pageCode(w http.ResponseWriter, r *Request) error {
	page, err := p.Keep.Open(r.Context(), strings.ToLower(r.PathValue("slug")))
	if err != nil {
		return err
	}
	return p.code(w, r, "/p/"+page.Slug, r.Say.T("passport.open-title", message.Facts{"Name": page.Name}))
}

// collectionCode is the QR code of a collection that others may see.
func (p *passportPages) collectionCode(w http.ResponseWriter, r *Request) error {
	c, err := p.Keep.Shared(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	return p.code(w, r, "/c/"+c.Token, c.Name)
}

// code sends the QR code of an address of this site.
func (p *passportPages) code(w http.ResponseWriter, r *Request, path, title string) error {
	kind, draw := "image/svg+xml", paper.QR
	switch r.PathValue("file") {
	case "qr.svg":
	case "qr.png":
		kind, draw = "image/png", paper.QRPNG
	default:
		return fault.ErrNotFound
	}
	data, err := draw(p.core.URL(path), paper.QROptions{Title: title})
	if err != nil {
		return err
	}
	code := &answer{kind: kind, body: data, control: "private, max-age=3600", policy: svgPolicy}
	code.send(w, r.Request)
	return nil
}

func (p *passportPages) openPage(w http.ResponseWriter, r *Request) error {
	page, err := p.Keep.Open(r.Context(), strings.ToLower(r.PathValue("slug")))
	if err != nil {
		return err
	}
	h, err := p.holderOf(r.Context(), page.Person)
	if err != nil {
		return err
	}
	badges, err := p.Keep.Badges(r.Context(), h)
	if err != nil {
		return err
	}
	d := passportOpen{
		Name: page.Name, About: p.Reading.HTML(page.About), Link: page.Link, LinkLabel: bareSite(page.Link),
		Empty:  look.Empty{Icon: "backpack", Title: "passport.open-none", Text: "passport.open-none-text"},
		Report: "/report?page=" + url.QueryEscape("/p/"+page.Slug),
	}
	if r.Person.ID == page.Person {
		d.Mine = "/passport/page"
	}
	open := slices.DeleteFunc(badges, func(b passport.Badge) bool { return !b.Listed(true) })
	d.Pager.Previous, d.Pager.Next, open = paged(r, open, func(n int) string { return "/p/" + page.Slug + "?page=" + strconv.Itoa(n) })
	s := p.shelf(r)
	for _, b := range open {
		one, err := s.put(b)
		if err != nil {
			return err
		}
		d.put(p, r, &one)
	}
	collections, err := p.Keep.Collections(r.Context(), page.Person)
	if err != nil {
		return err
	}
	for _, c := range collections {
		if c.Visible == award.Public {
			d.Collections = append(d.Collections, look.Piece{Text: c.Name, Help: clipped(p.Reading.Text(c.About), 120), Path: "/c/" + c.Token, Icon: "folder"})
		}
	}
	out := r.Page(r.Say.T("passport.open-title", message.Facts{"Name": page.Name}))
	out.Data, out.Hidden, out.URL = d, !page.Found, r.Core.URL("/p/"+page.Slug)
	out.Summary = clipped(p.Reading.Text(page.About), 200)
	out.Picture, out.PictureAlt = d.picture, d.alt
	return r.Show(w, "passport-open", out)
}

func (p *passportPages) openCollection(w http.ResponseWriter, r *Request) error {
	c, err := p.Keep.Shared(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	h, err := p.holderOf(r.Context(), c.Person)
	if err != nil {
		return err
	}
	badges, err := p.byRef(r, h, c)
	if err != nil {
		return err
	}
	d := passportOpen{
		Name: c.Name, About: p.Reading.HTML(c.About), Empty: look.Empty{Icon: "folder", Title: "passport.open-none", Text: "passport.open-none-text"},
		Report: "/report?page=" + url.QueryEscape("/c/"+c.Token),
	}
	for _, ref := range c.Badges {
		if b, has := badges[ref]; has && b.Listed(false) {
			d.put(p, r, &b)
		}
	}
	if page, err := p.Keep.Page(r.Context(), c.Person); err == nil && page.Open {
		d.By, d.Link, d.LinkLabel = page.Name, "/p/"+page.Slug, page.Name
	}
	if r.Person.ID == c.Person {
		d.Mine = collectionPath(c.Number)
	}
	out := r.Page(c.Name)
	out.Data, out.Hidden, out.URL, out.Summary = d, c.Visible != award.Public, r.Core.URL("/c/"+c.Token), clipped(p.Reading.Text(c.About), 200)
	out.Picture, out.PictureAlt = d.picture, d.alt
	return r.Show(w, "passport-collection-open", out)
}

// shown is a badge from elsewhere that whoever has its link may see.
func (p *passportPages) shown(r *Request) (passport.Import, error) {
	i, err := id.Parse(r.PathValue("badge"))
	if err != nil {
		return passport.Import{}, fault.ErrNotFound
	}
	return p.Keep.Shown(r.Context(), i, p.Addresses)
}

// importOpen is the data of the page "passport-import-open".
type importOpen struct {
	Name, About, Picture string
	Verdict              look.Verdict
	Checks               []look.Check
	Checked              string
	Terms                []look.Term
	Verify, File, Report string
	Own                  bool
}

func (p *passportPages) openImport(w http.ResponseWriter, r *Request) error {
	i, err := p.shown(r)
	if err != nil {
		return err
	}
	at := "/i/" + i.ID.String()
	d := importOpen{
		Name: i.Name, About: i.About, Verdict: importVerdict(r, &i), Checks: shownChecks(r, i.Checks), Own: i.Own,
		Checked: r.Say.T("passport.checked", message.Facts{"Date": dateIn(r, i.Checked.In(p.Awards.Zone))}),
		Verify:  "/verify?url=" + url.QueryEscape(r.Core.URL(at+"/file")), File: at + "/file", Report: "/report?page=" + url.QueryEscape(at),
		Terms: []look.Term{{Label: "verify.issuer", Text: i.Issuer}},
	}
	if d.Name == "" {
		d.Name = r.Say.T("passport.unnamed")
	}
	d.Verdict.Slim = true
	if i.Image != "" {
		d.Picture = "/file/" + i.Image
	}
	if !i.Issued.IsZero() {
		d.Terms = append(d.Terms, look.Term{Label: "verify.awarded", At: i.Issued})
	}
	if !i.Until.IsZero() {
		d.Terms = append(d.Terms, look.Term{Label: "verify.expires", At: i.Until})
	}
	b := passport.Badge{Import: &i}
	out := r.Page(d.Name)
	out.Data, out.Hidden, out.URL, out.Summary = d, !b.Listed(true), r.Core.URL(at), clipped(i.About, 200)
	if d.Verdict.State != "valid" {
		out.Summary = r.Say.T(d.Verdict.Title) + " " + d.Verdict.Text // a preview must not praise what does not hold
	}
	if i.Image != "" {
		out.Picture, out.PictureAlt = r.Core.URL(d.Picture), d.Name
	}
	return r.Show(w, "passport-import-open", out)
}

func (p *passportPages) openFile(w http.ResponseWriter, r *Request) error {
	i, err := p.shown(r)
	if err != nil {
		return err
	}
	sendOriginal(w, &i)
	return nil
}

// passportCV is the data of the page "passport-cv".
type passportCV struct {
	Tabs       look.Tabs
	Name       string
	Collection look.Field
	Rows       []cvRow
	Empty      *look.Empty
	Hidden     int // private ones, which are left out
}

// cvRow is a badge in a CV.
type cvRow struct {
	Name, Issuer, Date, About, Picture, Link, Kind string
	State                                          *look.Chip
}

// cv is a sheet to print, or to copy into a CV: all badges that others may see, or
// those of a collection.
func (p *passportPages) cv(w http.ResponseWriter, r *Request) error {
	h, err := p.holder(r)
	if err != nil {
		return err
	}
	badges, err := p.Keep.Badges(r.Context(), h)
	if err != nil {
		return err
	}
	collections, err := p.Keep.Collections(r.Context(), h.Person)
	if err != nil {
		return err
	}
	d := passportCV{Tabs: passportTabs("cv"), Name: r.Person.Name}
	d.Collection = look.Field{Name: "collection", Type: "select", Label: "passport.cv-which", Options: []look.Option{{Value: "", Label: "passport.cv-all"}}}
	wanted := map[passport.Ref]bool{}
	chosen := ""
	for _, c := range collections {
		value := c.Token
		d.Collection.Options = append(d.Collection.Options, look.Option{Value: value, Label: c.Name, Selected: value == r.Text("collection")})
		if value == r.Text("collection") {
			chosen = value
			for _, ref := range c.Badges {
				wanted[ref] = true
			}
		}
	}
	s := p.shelf(r)
	for _, b := range badges {
		if !b.Accepted() || chosen != "" && !wanted[b.Ref()] {
			continue
		}
		if !b.Listed(false) {
			d.Hidden++
			continue
		}
		one, err := s.put(b)
		if err != nil {
			return err
		}
		card := p.openCard(&one)
		d.Rows = append(d.Rows, cvRow{
			Name: card.Name, Issuer: one.Issuer, Date: one.Card.Line, About: clipped(one.About, 300), Picture: card.Picture, Link: r.Core.URL(card.Path),
			Kind: card.Marks.Kind, State: card.State,
		})
	}
	if len(d.Rows) == 0 {
		d.Empty = &look.Empty{Icon: "printer", Title: "passport.cv-none", Text: "passport.cv-none-text", Action: &look.Button{Text: "passport.tab-badges", Path: "/passport"}}
	}
	page := r.Page(r.Say.T("passport.tab-cv"))
	page.Section, page.Data, page.Hidden = "passport", d, true
	return r.Show(w, "passport-cv", page)
}
