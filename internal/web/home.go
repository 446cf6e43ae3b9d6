package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/credential"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/look"
)

// frontPages are where people arrive, and the catalogue of what is given here.
type frontPages struct {
	core   *Core
	badges *achievement.Service
}

// NewHome returns the pages where people arrive.
func NewHome(c *Core, badges *achievement.Service) Room { return &frontPages{core: c, badges: badges} }

func (h *frontPages) Routes() []Route {
	return []Route{
		{Pattern: "GET /{$}", Who: Anyone, Do: h.home},
		{Pattern: "GET /card.png", Who: Anyone, Limit: Costly, Do: h.siteCard},
		{Pattern: "GET /badges", Who: Anyone, Do: h.catalogue},
	}
}

// frontPage is the data of the page "home".
type frontPage struct {
	Patches []string // pictures of badges
	Ways    []look.Piece
	Badges  []look.Card
	Empty   look.Empty
}

// newest is how many badges the first page shows.
const newest = 8

func (h *frontPages) home(w http.ResponseWriter, r *Request) error {
	found, _, err := h.badges.Catalogue(r.Context(), achievement.OpenFilter{}, achievement.OpenPlace{}, newest)
	if err != nil {
		return err
	}
	d := frontPage{
		Ways: []look.Piece{
			{Text: "home.received", Help: "home.received-help", Path: "/passport", Icon: "backpack"},
			{Text: "home.give", Help: "home.give-help", Path: "/spaces", Icon: "medal"},
			{Text: "home.shown", Help: "home.shown-help", Path: "/verify", Icon: "shield-check"},
		},
		Badges: openCards(r, found),
		Empty:  look.Empty{Icon: "medal", Title: "home.none", Text: "home.none-text", Action: &look.Button{Text: "home.give", Path: "/spaces"}},
	}
	if len(d.Badges) >= 3 {
		for _, i := range []int{len(d.Badges) - 1, 0, len(d.Badges) / 2} {
			d.Patches = append(d.Patches, d.Badges[i].Picture)
		}
	}
	p := r.Page(r.Say.T("home.title"))
	p.Data, p.URL, p.Summary = d, r.Core.URL("/"), r.Say.T("home.lead")
	r.putSiteCard(&p)
	return r.Show(w, "home", p)
}

func openCards(r *Request, found []achievement.Open) []look.Card {
	var out []look.Card
	for _, o := range found {
		c := &o.Newest.Content
		marks := marksIn(c, r.Lang())
		marks.Evidence = ""
		out = append(out, look.Card{
			Name: c.In(r.Lang()).Name, Path: "/a/" + o.Key(), Picture: pictureOfVersion(o.Newest), Issuer: o.Issuer, Marks: marks, Lang: ownLang(c, r.Lang()),
		})
	}
	return out
}

// cataloguePage is the data of the page "catalogue".
type cataloguePage struct {
	Action, Query string
	Kind          string
	Kinds         []string
	Cards         []look.Card
	Filtered      bool
	Empty         *look.Empty
	Pager         look.Pager
}

func (h *frontPages) catalogue(w http.ResponseWriter, r *Request) error {
	q := r.URL.Query()
	d := cataloguePage{Action: "/badges", Query: strings.TrimSpace(q.Get("q"))}
	if len(d.Query) > 100 {
		d.Query = strings.ToValidUTF8(d.Query[:100], "")
	}
	for _, kind := range credential.Kinds() {
		d.Kinds = append(d.Kinds, kind.Code)
		if kind.Code == q.Get("kind") {
			d.Kind = kind.Code
		}
	}
	after := readOpenPlace(q.Get("after"))
	found, next, err := h.badges.Catalogue(r.Context(), achievement.OpenFilter{Words: achievement.Words(d.Query), Kind: d.Kind}, after, badgesPerPage)
	if err != nil {
		return err
	}
	d.Cards, d.Filtered = openCards(r, found), d.Query != "" || d.Kind != ""
	if !next.Changed.IsZero() {
		d.Pager.Next = d.path(next)
	}
	if !after.Changed.IsZero() {
		d.Pager.Previous = d.path(achievement.OpenPlace{})
	}
	switch {
	case len(found) > 0 || d.Pager.Next != "":
	case d.Filtered:
		d.Empty = &look.Empty{Icon: "magnifying-glass", Title: "home.none-found", Text: "home.none-found-text", Action: &look.Button{Text: "home.all", Path: "/badges"}}
	default:
		d.Empty = &look.Empty{Icon: "medal", Title: "home.none", Text: "home.none-text", Action: &look.Button{Text: "home.give", Path: "/spaces"}}
	}
	p := r.Page(r.Say.T("home.catalogue"))
	p.Section, p.Data, p.URL, p.Hidden = "catalogue", d, r.Core.URL("/badges"), d.Filtered || !after.Changed.IsZero()
	r.putSiteCard(&p)
	return r.Show(w, "catalogue", p)
}

// path is that of the catalogue with its filter, from a place on.
func (d *cataloguePage) path(after achievement.OpenPlace) string {
	v := url.Values{}
	if d.Query != "" {
		v.Set("q", d.Query)
	}
	if d.Kind != "" {
		v.Set("kind", d.Kind)
	}
	if !after.Changed.IsZero() {
		v.Set("after", strconv.FormatInt(after.Changed.UnixMicro(), 36)+"-"+id.Key(after.Org, after.Number))
	}
	if len(v) == 0 {
		return d.Action
	}
	return d.Action + "?" + v.Encode()
}

// readOpenPlace reads the place of an address; the beginning for any other text.
func readOpenPlace(text string) achievement.OpenPlace {
	at, key, ok := strings.Cut(text, "-")
	us, err := strconv.ParseInt(at, 36, 64)
	org, number, keyErr := id.ParseKey(key)
	if !ok || err != nil || keyErr != nil || us <= 0 {
		return achievement.OpenPlace{}
	}
	return achievement.OpenPlace{Changed: time.UnixMicro(us).UTC(), Org: org, Number: number}
}
