package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/credential"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/passport"
)

// passportList is the data of the page "passport-list".
type passportList struct {
	Waiting  []waitingBadge
	More     int // further ones that wait
	Tabs     look.Tabs
	Sift     sift
	Badges   []look.Card
	Declined []waitingBadge
	Refused  int // all that were declined
	Empty    *look.Empty
	Pager    look.Pager
	Count    int
}

// waitingBadge is a badge that the person has not answered yet, or has declined.
type waitingBadge struct {
	Ref, Name, Issuer, Picture, Date, Path string
	State                                  *look.Chip
	Over                                   bool // revoked: there is nothing left to accept
}

// sift is what somebody looks for among their badges.
type sift struct {
	Query              string
	Kind, Issuer, Year string
	Fields             []look.Field // to choose from; none where there is little to choose
	words              []string
}

// Any tells whether only some badges are wanted.
func (f sift) Any() bool { return f.Query != "" || f.Chosen() }

// Chosen tells whether one of the fields is.
func (f sift) Chosen() bool { return f.Kind != "" || f.Issuer != "" || f.Year != "" }

func readSift(r *Request) sift {
	q := r.URL.Query()
	f := sift{Query: strings.TrimSpace(q.Get("q")), Kind: q.Get("kind"), Issuer: q.Get("issuer"), Year: q.Get("year")}
	f.words = achievement.Words(f.Query)
	return f
}

// keeps tells whether a badge is wanted.
func (f *sift) keeps(b *shelved) bool {
	return (f.Kind == "" || b.Card.Marks.Kind == f.Kind) && (f.Issuer == "" || b.Issuer == f.Issuer) && (f.Year == "" || b.Year == f.Year) && b.matches(f.words)
}

// path is that of a page of what is wanted.
func (f *sift) path(n int) string {
	v := url.Values{}
	for name, value := range map[string]string{"q": f.Query, "kind": f.Kind, "issuer": f.Issuer, "year": f.Year} {
		if value != "" {
			v.Set(name, value)
		}
	}
	v.Set("page", strconv.Itoa(n))
	return "/passport?" + v.Encode()
}

// fewBadges are seen at a glance, and need no choice.
const fewBadges = 12

// offer makes the fields from what there is.
func (f *sift) offer(r *Request, badges []shelved) {
	if len(badges) <= fewBadges && !f.Chosen() {
		return
	}
	var kinds, issuers, years []look.Option
	add := func(list *[]look.Option, value, label, chosen string) {
		if value != "" && !slices.ContainsFunc(*list, func(o look.Option) bool { return o.Value == value }) {
			*list = append(*list, look.Option{Value: value, Label: label, Selected: value == chosen})
		}
	}
	for _, k := range credential.Kinds() {
		if slices.ContainsFunc(badges, func(b shelved) bool { return b.Card.Marks.Kind == k.Code }) {
			add(&kinds, k.Code, r.Say.T("site.kind."+k.Code), f.Kind)
		}
	}
	seen := map[string]bool{}
	for i := range badges {
		b := &badges[i]
		if !seen[b.Issuer] {
			seen[b.Issuer] = true
			add(&issuers, b.Issuer, b.Issuer, f.Issuer)
		}
		add(&years, b.Year, b.Year, f.Year)
	}
	slices.SortFunc(issuers, func(a, b look.Option) int { return cmp.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)) })
	slices.SortFunc(years, func(a, b look.Option) int { return cmp.Compare(b.Value, a.Value) })
	for _, c := range []struct {
		name, all string
		options   []look.Option
	}{{"kind", "passport.every-kind", kinds}, {"issuer", "passport.every-issuer", issuers}, {"year", "passport.every-year", years}} {
		if len(c.options) > 1 {
			options := append([]look.Option{{Value: "", Label: c.all}}, c.options...)
			f.Fields = append(f.Fields, look.Field{Name: c.name, Type: "select", Label: "passport.sift-" + c.name, Options: options})
		}
	}
}

// Bounds of the page of a passport.
const (
	passportPage = 60
	waitingShown = 20
)

func (p *passportPages) list(w http.ResponseWriter, r *Request) error {
	h, err := p.holder(r)
	if err != nil {
		return err
	}
	badges, err := p.Keep.Badges(r.Context(), h)
	if err != nil {
		return err
	}
	d := passportList{Tabs: passportTabs("badges"), Sift: readSift(r)}
	all, err := p.share(r, &d, badges)
	if err != nil {
		return err
	}
	d.Sift.offer(r, all)
	kept := slices.DeleteFunc(all, func(b shelved) bool { return !d.Sift.keeps(&b) })
	d.Count = len(kept)
	d.Pager.Previous, d.Pager.Next, kept = paged(r, kept, d.Sift.path)
	for i := range kept {
		d.Badges = append(d.Badges, p.ownCard(&kept[i]))
	}
	switch {
	case len(kept) > 0:
	case d.Sift.Any():
		d.Empty = &look.Empty{Icon: "magnifying-glass", Title: "passport.none-found", Text: "passport.none-found-text", Action: &look.Button{Text: "passport.all", Path: "/passport"}}
	case len(d.Waiting) > 0:
		d.Empty = &look.Empty{Icon: "backpack", Title: "passport.none-accepted", Text: "passport.none-accepted-text"}
	default:
		d.Empty = &look.Empty{Icon: "backpack", Title: "passport.empty", Text: r.Say.T("passport.empty-text", message.Facts{"Addresses": strings.Join(h.Addresses, ", ")}),
			Action: &look.Button{Text: "passport.add", Icon: "plus", Path: "/passport/add"}}
	}
	page := r.Page(r.Say.T("passport.title"))
	page.Section, page.Data, page.Hidden = "passport", d, true
	return r.Show(w, "passport-list", page)
}

// share puts the badges that wait and those that were declined on the page, and
// returns the accepted ones.
func (p *passportPages) share(r *Request, d *passportList, badges []passport.Badge) ([]shelved, error) {
	s := p.shelf(r)
	var accepted []shelved
	for _, b := range badges {
		waits := b.Waiting()
		switch {
		case waits && len(d.Waiting) >= waitingShown:
			d.More++
			continue
		case !waits && !b.Accepted():
			if d.Refused++; d.Refused > passportPage {
				continue
			}
		}
		one, err := s.put(b)
		if err != nil {
			return nil, err
		}
		switch {
		case waits:
			d.Waiting = append(d.Waiting, p.unanswered(&one))
		case !b.Accepted():
			d.Declined = append(d.Declined, p.unanswered(&one))
		default:
			accepted = append(accepted, one)
		}
	}
	return accepted, nil
}

func (p *passportPages) unanswered(b *shelved) waitingBadge {
	w := waitingBadge{
		Ref: string(b.Ref()), Name: b.Card.Name, Issuer: b.Issuer, Picture: b.Card.Picture, Date: b.Card.Line, Path: "/b/" + string(b.Ref()), State: p.stateOf(&b.Badge),
	}
	w.Over = w.State != nil && w.State.Kind == "revoked"
	return w
}

// paged is the page of a list that the address asks for, and the paths of the
// pages before and behind it.
func paged[T any](r *Request, list []T, path func(n int) string) (previous, next string, page []T) {
	n, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || n < 1 || n > len(list) || (n-1)*passportPage >= len(list) {
		n = 1
	}
	if n > 1 {
		previous = path(n - 1)
	}
	if n*passportPage < len(list) {
		next = path(n + 1)
	}
	return previous, next, list[(n-1)*passportPage : min(n*passportPage, len(list))]
}
