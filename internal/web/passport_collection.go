package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/passport"
)

// collectionRow is a collection in the list.
type collectionRow struct {
	Name, Path string
	Pictures   []string
	Count      int
	Visible    look.Chip
}

// collectionList is the data of the page "passport-collections".
type collectionList struct {
	Tabs  look.Tabs
	Rows  []collectionRow
	Empty *look.Empty
}

// picturesShown is how many badges the list shows of each collection.
const picturesShown = 4

func (p *passportPages) collections(w http.ResponseWriter, r *Request) error {
	h, err := p.holder(r)
	if err != nil {
		return err
	}
	all, err := p.Keep.Collections(r.Context(), h.Person)
	if err != nil {
		return err
	}
	badges, err := p.byRef(r, h, all...)
	if err != nil {
		return err
	}
	d := collectionList{Tabs: passportTabs("collections")}
	for _, c := range all {
		row := collectionRow{Name: c.Name, Path: collectionPath(c.Number), Visible: visibleChips[c.Visible]}
		for _, ref := range c.Badges {
			b, has := badges[ref]
			if !has {
				continue
			}
			row.Count++
			if len(row.Pictures) < picturesShown && b.Card.Picture != "" {
				row.Pictures = append(row.Pictures, b.Card.Picture)
			}
		}
		d.Rows = append(d.Rows, row)
	}
	if len(all) == 0 {
		d.Empty = &look.Empty{Icon: "folder", Title: "passport.no-collection", Text: "passport.no-collection-text",
			Action: &look.Button{Kind: "full", Text: "passport.collection-new", Icon: "plus", Path: "/passport/collections/new"}}
	}
	page := r.Page(r.Say.T("passport.tab-collections"))
	page.Section, page.Data, page.Hidden = "passport", d, true
	return r.Show(w, "passport-collections", page)
}

// byRef are a person's accepted badges that are in collections, with their cards.
func (p *passportPages) byRef(r *Request, h passport.Holder, collections ...passport.Collection) (map[passport.Ref]shelved, error) {
	badges, err := p.Keep.Badges(r.Context(), h)
	if err != nil {
		return nil, err
	}
	wanted := map[passport.Ref]bool{}
	for _, c := range collections {
		for _, ref := range c.Badges {
			wanted[ref] = true
		}
	}
	s := p.shelf(r)
	out := map[passport.Ref]shelved{}
	for _, b := range badges {
		if !b.Accepted() || !wanted[b.Ref()] {
			continue
		}
		if out[b.Ref()], err = s.put(b); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func collectionPath(n id.Number) string { return "/passport/collections/" + strconv.Itoa(int(n)) }

// collectionForm is the data of the page "passport-collection-new".
type collectionForm struct {
	Name, About, Visible look.Field
	Errors               look.Errors
	Badge                string // that goes into it
}

func collectionFields(r *Request, c passport.Collection, wrong map[string]fault.Field) collectionForm {
	f := collectionForm{
		Name:    look.Field{Name: "name", Label: "passport.collection-name", Value: c.Name, Required: true, Limit: 100, Error: wrongText(r, wrong, "name"), Spellcheck: true},
		About:   look.Field{Name: "about", Type: "textarea", Rows: 3, Label: "passport.collection-about", Help: "passport.markdown", Value: c.About, Optional: true, Limit: 2000, Error: wrongText(r, wrong, "about"), Spellcheck: true},
		Visible: visibleField(visibleCodes[c.Visible]),
	}
	f.Visible.Label = "passport.collection-visible"
	f.Visible.Options[0].Help, f.Visible.Options[2].Help = "", "passport.collection-public-help"
	f.Errors = look.Faults(f.Name, f.About)
	return f
}

func readCollection(r *Request) (passport.Collection, error) {
	visible, err := readVisible(r)
	return passport.Collection{Name: r.Text("name"), About: r.Text("about"), Visible: visible}, err
}

func (p *passportPages) newCollection(w http.ResponseWriter, r *Request) error {
	return p.showNew(w, r, passport.Collection{Visible: award.Private}, nil)
}

func (p *passportPages) showNew(w http.ResponseWriter, r *Request, c passport.Collection, wrong map[string]fault.Field) error {
	d := collectionFields(r, c, wrong)
	d.Badge = r.FormValue("badge")
	page := r.Page(r.Say.T("passport.collection-new"))
	page.Section, page.Data, page.Hidden = "passport", d, true
	page.Trail = []look.Crumb{{Text: "passport.title", Path: "/passport"}, {Text: "passport.tab-collections", Path: "/passport/collections"}, {Text: "passport.collection-new"}}
	if wrong != nil {
		return r.ShowAgain(w, "passport-collection-new", page)
	}
	return r.Show(w, "passport-collection-new", page)
}

func (p *passportPages) collect(w http.ResponseWriter, r *Request) error {
	h, err := p.holder(r)
	if err != nil {
		return err
	}
	c, err := readCollection(r)
	if err != nil {
		return err
	}
	if badge := r.Text("badge"); badge != "" {
		c.Badges = []passport.Ref{passport.Ref(badge)}
	}
	made, err := p.Keep.Collect(r.Context(), h, c)
	if err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return p.showNew(w, r, c, wrong)
	}
	return r.Go(w, collectionPath(made.Number), "collection-made")
}

// collectionMember is a badge in its collection.
type collectionMember struct {
	Ref, Name, Issuer, Picture, Path string
	State                            *look.Chip
	Hidden                           bool // the collection is shown, the badge is not
	Offer                            bool // it may be shown
	First, Last                      bool
}

// passportCollection is the data of the page "passport-collection".
type passportCollection struct {
	collectionForm
	Title, Action string
	Members       []collectionMember
	HiddenCount   int
	Empty         *look.Empty
	Link          *look.Copy
	Open          string // path of its page, "" where nobody may see it
}

// named is the collection of the address.
func (p *passportPages) named(r *Request) (passport.Collection, error) {
	n, err := strconv.ParseInt(r.PathValue("n"), 10, 32)
	if err != nil || n <= 0 {
		return passport.Collection{}, fault.ErrNotFound
	}
	return p.Keep.Collection(r.Context(), r.Person.ID, id.Number(n))
}

func (p *passportPages) collection(w http.ResponseWriter, r *Request) error {
	c, err := p.named(r)
	if err != nil {
		return err
	}
	return p.showCollection(w, r, c, c, nil)
}

// showCollection shows a collection, with the form as it was filled in.
func (p *passportPages) showCollection(w http.ResponseWriter, r *Request, c, filled passport.Collection, wrong map[string]fault.Field) error {
	h, err := p.holder(r)
	if err != nil {
		return err
	}
	badges, err := p.byRef(r, h, c)
	if err != nil {
		return err
	}
	d := passportCollection{collectionForm: collectionFields(r, filled, wrong), Title: c.Name, Action: collectionPath(c.Number)}
	for _, ref := range c.Badges {
		b, has := badges[ref]
		if !has {
			continue // declined since, or gone with its address
		}
		m := collectionMember{
			Ref: string(ref), Name: b.Card.Name, Issuer: b.Issuer, Picture: b.Card.Picture, Path: "/passport/badge/" + string(ref), State: p.stateOf(&b.Badge),
			Hidden: c.Visible != award.Private && !b.Listed(false), Offer: b.Import == nil || b.Import.Own && b.Import.Widest() != award.Private,
		}
		if m.Hidden {
			d.HiddenCount++
		}
		d.Members = append(d.Members, m)
	}
	if n := len(d.Members); n > 0 {
		d.Members[0].First, d.Members[n-1].Last = true, true
	} else {
		d.Empty = &look.Empty{Icon: "medal", Title: "passport.collection-empty", Text: "passport.collection-empty-text"}
	}
	if c.Visible != award.Private {
		d.Open = "/c/" + c.Token
		d.Link = &look.Copy{ID: "link", Label: r.Say.T("passport.collection-link"), Value: r.Core.URL(d.Open)}
	}
	page := r.Page(c.Name)
	page.Section, page.Data, page.Hidden = "passport", d, true
	page.Trail = []look.Crumb{{Text: "passport.title", Path: "/passport"}, {Text: "passport.tab-collections", Path: "/passport/collections"}, {Text: c.Name}}
	if wrong != nil {
		return r.ShowAgain(w, "passport-collection", page)
	}
	return r.Show(w, "passport-collection", page)
}

func (p *passportPages) rename(w http.ResponseWriter, r *Request) error {
	c, err := p.named(r)
	if err != nil {
		return err
	}
	filled, err := readCollection(r)
	if err != nil {
		return err
	}
	if err := p.Keep.Rename(r.Context(), r.Person.ID, c.Number, filled.Name, filled.About, filled.Visible); err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return p.showCollection(w, r, c, filled, wrong)
	}
	return r.Go(w, collectionPath(c.Number), "collection-saved")
}

// passportChoose is the data of the page "passport-choose".
type passportChoose struct {
	Title, Action, Back string
	Search              look.Search
	Badges              []collectionMember
	More                bool
	Empty               *look.Empty
}

// choose offers the badges that are not in a collection yet.
func (p *passportPages) choose(w http.ResponseWriter, r *Request) error {
	c, err := p.named(r)
	if err != nil {
		return err
	}
	h, err := p.holder(r)
	if err != nil {
		return err
	}
	badges, err := p.Keep.Badges(r.Context(), h)
	if err != nil {
		return err
	}
	at := collectionPath(c.Number)
	d := passportChoose{Title: c.Name, Action: at + "/add", Back: at, Search: look.Search{Action: at + "/add", Value: r.Text("q"), Label: "passport.search"}}
	words := achievement.Words(d.Search.Value)
	s := p.shelf(r)
	for _, b := range badges {
		if !b.Accepted() || slices.Contains(c.Badges, b.Ref()) {
			continue
		}
		if len(d.Badges) == passportPage {
			d.More = true
			break
		}
		one, err := s.put(b)
		if err != nil {
			return err
		}
		if one.matches(words) {
			d.Badges = append(d.Badges, collectionMember{Ref: string(b.Ref()), Name: one.Card.Name, Issuer: one.Issuer, Picture: one.Card.Picture, State: p.stateOf(&b)})
		}
	}
	if len(d.Badges) == 0 {
		d.Empty = &look.Empty{Icon: "medal", Title: "passport.none-to-add", Text: "passport.none-to-add-text", Action: &look.Button{Text: "passport.back", Path: at}}
	}
	page := r.Page(r.Say.T("passport.choose"))
	page.Section, page.Data, page.Hidden = "passport", d, true
	page.Trail = []look.Crumb{{Text: "passport.title", Path: "/passport"}, {Text: "passport.tab-collections", Path: "/passport/collections"}, {Text: c.Name, Path: at}, {Text: "passport.choose"}}
	return r.Show(w, "passport-choose", page)
}

func (p *passportPages) put(w http.ResponseWriter, r *Request) error {
	c, err := p.named(r)
	if err != nil {
		return err
	}
	h, err := p.holder(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "web.form-unreadable")
	}
	var refs []passport.Ref
	for _, text := range r.Form["badge"] {
		refs = append(refs, passport.Ref(text))
	}
	if err := p.Keep.Put(r.Context(), h, c.Number, refs); err != nil {
		return err
	}
	return r.Go(w, collectionPath(c.Number), "collection-saved")
}

// moveIn moves a badge within a collection, or takes it out.
func (p *passportPages) moveIn(w http.ResponseWriter, r *Request) error {
	c, err := p.named(r)
	if err != nil {
		return err
	}
	ref := passport.Ref(r.Text("badge"))
	switch to := passport.Step(r.Text("to")); to {
	case passport.First, passport.Up, passport.Down:
		err = p.Keep.MoveIn(r.Context(), r.Person.ID, c.Number, ref, to)
	case "show":
		err = p.reveal(r, ref)
	case "out":
		err = p.Keep.TakeOut(r.Context(), r.Person.ID, c.Number, ref)
	default:
		err = fault.New(fault.Invalid, "web.form-unreadable")
	}
	if err != nil {
		return err
	}
	return r.Go(w, collectionPath(c.Number), "collection-saved")
}

// reveal lets whoever has a collection's link see a badge of it.
func (p *passportPages) reveal(r *Request, ref passport.Ref) error {
	h, err := p.holder(r)
	if err != nil {
		return err
	}
	b, err := p.Keep.Badge(r.Context(), h, ref)
	if err != nil {
		return err
	}
	return p.Keep.Describe(r.Context(), h, ref, b.Note, award.ByLink)
}

func (p *passportPages) confirmDrop(w http.ResponseWriter, r *Request) error {
	c, err := p.named(r)
	if err != nil {
		return err
	}
	at := collectionPath(c.Number)
	page := r.Page(r.Say.T("passport.drop"))
	page.Section, page.Hidden = "passport", true
	page.Data = look.Confirm{
		Title: r.Say.T("passport.drop-title", message.Facts{"Name": c.Name}), Text: "passport.drop-text", Action: at + "/delete", Button: "passport.drop", Danger: true, Back: at,
	}
	return r.Show(w, "passport-confirm", page)
}

func (p *passportPages) drop(w http.ResponseWriter, r *Request) error {
	c, err := p.named(r)
	if err != nil {
		return err
	}
	if err := p.Keep.Drop(r.Context(), r.Person.ID, c.Number); err != nil {
		return err
	}
	return r.Go(w, "/passport/collections", "collection-dropped")
}
