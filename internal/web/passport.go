package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/passport"
	"github.com/ecusson/ecusson/internal/site"
	"github.com/ecusson/ecusson/verify"
)

// Passport is what the pages of a passport need.
type Passport struct {
	Keep    *passport.Service
	Awards  *award.Service
	Badges  *achievement.Service
	Orgs    *organization.Service
	Reading *site.Markdown
	// Addresses are the proven addresses of a person.
	Addresses func(ctx context.Context, person id.ID) ([]string, error)
}

// passportPages are a person's badges as they keep and show them.
type passportPages struct {
	Passport
	core  *Core
	turns chan struct{} // of those that verify
}

// NewPassport returns the room of passports.
func NewPassport(c *Core, p Passport) Room {
	return &passportPages{Passport: p, core: c, turns: make(chan struct{}, verifiedOnce)}
}

// passportForm is the most that a form of these pages may bring.
const passportForm = 64 << 10

func (p *passportPages) Routes() []Route {
	return []Route{
		{Pattern: "GET /passport", Who: SignedIn, Do: p.list},
		{Pattern: "POST /passport/answer", Who: SignedIn, Body: passportForm, Do: p.answer},
		{Pattern: "GET /passport/add", Who: SignedIn, Do: p.add},
		{Pattern: "POST /passport/add", Who: SignedIn, Limit: Costly, Body: passport.MaxImport + passportForm, Do: p.bring},
		{Pattern: "GET /passport/badge/{ref}", Who: SignedIn, Do: p.badge},
		{Pattern: "POST /passport/badge/{ref}", Who: SignedIn, Body: passportForm, Do: p.describe},
		{Pattern: "POST /passport/badge/{ref}/move", Who: SignedIn, Body: passportForm, Do: p.move},
		{Pattern: "POST /passport/badge/{ref}/check", Who: SignedIn, Limit: Costly, Body: passportForm, Do: p.check},
		{Pattern: "GET /passport/badge/{ref}/file", Who: SignedIn, Do: p.file},
		{Pattern: "GET /passport/badge/{ref}/delete", Who: SignedIn, Do: p.confirmRemove},
		{Pattern: "POST /passport/badge/{ref}/delete", Who: SignedIn, Body: passportForm, Do: p.remove},
		{Pattern: "GET /passport/collections", Who: SignedIn, Do: p.collections},
		{Pattern: "GET /passport/collections/new", Who: SignedIn, Do: p.newCollection},
		{Pattern: "POST /passport/collections/new", Who: SignedIn, Body: passportForm, Do: p.collect},
		{Pattern: "GET /passport/collections/{n}", Who: SignedIn, Do: p.collection},
		{Pattern: "POST /passport/collections/{n}", Who: SignedIn, Body: passportForm, Do: p.rename},
		{Pattern: "GET /passport/collections/{n}/add", Who: SignedIn, Do: p.choose},
		{Pattern: "POST /passport/collections/{n}/add", Who: SignedIn, Body: passportForm, Do: p.put},
		{Pattern: "POST /passport/collections/{n}/move", Who: SignedIn, Body: passportForm, Do: p.moveIn},
		{Pattern: "GET /passport/collections/{n}/delete", Who: SignedIn, Do: p.confirmDrop},
		{Pattern: "POST /passport/collections/{n}/delete", Who: SignedIn, Body: passportForm, Do: p.drop},
		{Pattern: "GET /passport/page", Who: SignedIn, Do: p.page},
		{Pattern: "POST /passport/page", Who: SignedIn, Body: passportForm, Do: p.setPage},
		{Pattern: "GET /passport/cv", Who: SignedIn, Do: p.cv},
		{Pattern: "GET /p/{slug}", Who: Anyone, Do: p.openPage},
		{Pattern: "GET /p/{slug}/{file}", Who: Anyone, Limit: Costly, Do: p.pageCode},
		{Pattern: "GET /c/{token}", Who: Anyone, Do: p.openCollection},
		{Pattern: "GET /c/{token}/{file}", Who: Anyone, Limit: Costly, Do: p.collectionCode},
		{Pattern: "GET /i/{badge}", Who: Anyone, Do: p.openImport},
		{Pattern: "GET /i/{badge}/file", Who: Anyone, Do: p.openFile},
	}
}

// holder is whose passport the request is about.
func (p *passportPages) holder(r *Request) (passport.Holder, error) {
	return p.holderOf(r.Context(), r.Person.ID)
}

func (p *passportPages) holderOf(ctx context.Context, person id.ID) (passport.Holder, error) {
	addresses, err := p.Addresses(ctx, person)
	return passport.Holder{Person: person, Addresses: addresses}, err
}

// shelved is a badge of a passport with what its card says.
type shelved struct {
	passport.Badge
	Card   look.Card
	Issuer string
	Year   string // of the award, "" for none
	PNG    string // its picture, for programs that show links and read no SVG
	About  string // what it recognises, in plain words
	words  []string
}

// shelf makes the cards of badges. Versions and organisations are read once each.
type shelf struct {
	p        *passportPages
	r        *Request
	orgs     map[id.Number]organization.Organization
	versions map[shelfKey]shelved
}

// shelfKey names a version of a badge.
type shelfKey struct {
	org, achievement id.Number
	version          int
}

func (p *passportPages) shelf(r *Request) *shelf {
	return &shelf{p: p, r: r, orgs: map[id.Number]organization.Organization{}, versions: map[shelfKey]shelved{}}
}

func (s *shelf) org(n id.Number) (organization.Organization, error) {
	if o, known := s.orgs[n]; known {
		return o, nil
	}
	o, err := s.p.Orgs.Get(s.r.Context(), n)
	if err == nil {
		s.orgs[n] = o
	}
	return o, err
}

// put makes the card of a badge.
func (s *shelf) put(b passport.Badge) (shelved, error) {
	if b.Import != nil {
		return s.putImport(b), nil
	}
	a := b.Award
	version, err := s.p.Awards.VersionOf(s.r.Context(), a)
	if err != nil {
		return shelved{}, err
	}
	out, err := s.version(shelfKey{a.Org, a.Achievement, version})
	if err != nil {
		return shelved{}, err
	}
	out.Badge, out.words = b, slices.Clip(out.words)
	s.date(&out)
	return out, nil
}

// version is what the cards of all badges of a version have in common.
func (s *shelf) version(k shelfKey) (shelved, error) {
	if out, known := s.versions[k]; known {
		return out, nil
	}
	org, err := s.org(k.org)
	if err != nil {
		return shelved{}, err
	}
	v, err := s.p.Badges.Version(s.r.Context(), k.org, k.achievement, k.version)
	if err != nil {
		return shelved{}, err
	}
	c := &v.Content
	marks := marksIn(c, s.r.Lang())
	marks.Evidence = ""
	out := shelved{Issuer: org.Name, About: s.p.Reading.Text(c.In(s.r.Lang()).Description)}
	out.Card = look.Card{Name: c.In(s.r.Lang()).Name, Picture: pictureOfVersion(v), Issuer: org.Name, Marks: marks, Lang: ownLang(c, s.r.Lang())}
	if v.PNG != "" {
		out.PNG = "/file/" + v.PNG
	}
	out.words = achievement.Words(out.Card.Name + " " + org.Name)
	out.words = append(out.words, achievement.Words(s.r.Say.T("site.kind."+c.Kind))...)
	s.versions[k] = out
	return out, nil
}

func (s *shelf) putImport(b passport.Badge) shelved {
	i := b.Import
	out := shelved{Badge: b, Issuer: i.Issuer, About: i.About, Card: look.Card{Name: i.Name, Issuer: i.Issuer}}
	if i.Image != "" {
		out.Card.Picture = "/file/" + i.Image
		out.PNG = out.Card.Picture
	}
	if out.Card.Name == "" {
		out.Card.Name = s.r.Say.T("passport.unnamed")
	}
	out.words = achievement.Words(out.Card.Name + " " + i.Issuer)
	s.date(&out)
	return out
}

func (s *shelf) date(b *shelved) {
	if at := b.Issued(); !at.IsZero() {
		b.Card.Line = dateIn(s.r, at.In(s.p.Awards.Zone))
		b.Year = strconv.Itoa(at.In(s.p.Awards.Zone).Year())
		b.words = append(b.words, b.Year)
	}
}

// matches tells whether each word begins a word of the badge.
func (b *shelved) matches(query []string) bool {
	for _, q := range query {
		if !slices.ContainsFunc(b.words, func(w string) bool { return strings.HasPrefix(w, q) }) {
			return false
		}
	}
	return true
}

var visibleChips = map[award.Visible]look.Chip{
	award.Private: {Kind: "plain", Text: "passport.chip-private", Icon: "lock"},
	award.ByLink:  {Kind: "plain", Text: "passport.chip-by-link", Icon: "link"},
	award.Public:  {Kind: "info", Text: "passport.chip-public", Icon: "globe"},
}

// stateOf is what is wrong with a badge, nil where nothing is.
func (p *passportPages) stateOf(b *passport.Badge) *look.Chip {
	now := p.core.Now()
	if a := b.Award; a != nil {
		switch {
		case a.State == award.Revoked:
			return &look.Chip{Kind: "revoked", Text: "badge.word-revoked", Icon: "prohibit-fill"}
		case a.State == award.Suspended:
			return &look.Chip{Kind: "doubt", Text: "badge.word-suspended", Icon: "pause-circle-fill"}
		case a.Expired(now):
			return &look.Chip{Kind: "expired", Text: "badge.word-expired", Icon: "clock-fill"}
		}
		return nil
	}
	i := b.Import
	switch {
	case i.Reason == verify.CodeRevoked:
		return &look.Chip{Kind: "revoked", Text: "badge.word-revoked", Icon: "prohibit-fill"}
	case i.Expired(now):
		return &look.Chip{Kind: "expired", Text: "badge.word-expired", Icon: "clock-fill"}
	case i.Verdict == verify.Invalid:
		return &look.Chip{Kind: "invalid", Text: "passport.chip-invalid", Icon: "x-circle-fill"}
	case i.Verdict != verify.Valid:
		return &look.Chip{Kind: "doubt", Text: "passport.chip-unknown", Icon: "question-fill"}
	case !i.Own:
		return &look.Chip{Kind: "doubt", Text: "passport.chip-not-own", Icon: "question-fill"}
	}
	return nil
}

// ownCard is a badge's card in its owner's passport.
func (p *passportPages) ownCard(b *shelved) look.Card {
	c := b.Card
	c.Heading, c.Path = 2, "/passport/badge/"+string(b.Ref())
	if c.State = p.stateOf(&b.Badge); c.State == nil {
		chip := visibleChips[b.Visible()]
		c.State = &chip
	}
	return c
}

// passportTabs are the ways through the passport.
func passportTabs(current string) look.Tabs {
	t := look.Tabs{Label: "passport.title"}
	for _, tab := range []struct{ code, path string }{
		{"badges", "/passport"}, {"collections", "/passport/collections"}, {"page", "/passport/page"}, {"cv", "/passport/cv"},
	} {
		t.Tabs = append(t.Tabs, look.Tab{Text: "passport.tab-" + tab.code, Path: tab.path, Current: tab.code == current})
	}
	return t
}

// answer accepts or declines a badge from the list.
func (p *passportPages) answer(w http.ResponseWriter, r *Request) error {
	h, err := p.holder(r)
	if err != nil {
		return err
	}
	org, i, ok := passport.Ref(r.Text("badge")).Award()
	if !ok {
		return fault.ErrNotFound
	}
	answer, done := award.Accepted, "badge-accepted"
	if r.Text("answer") == "decline" {
		answer, done = award.Declined, "badge-declined"
	}
	if _, err := p.Awards.Answer(r.Context(), award.Recipient{Person: h.Person, Addresses: h.Addresses}, org, i, answer); err != nil {
		return err
	}
	return r.Go(w, "/passport", done)
}

// addPage is the data of the page "passport-add".
type addPage struct {
	File, Text look.Field
	Errors     look.Errors
	Addresses  []string
}

func (p *passportPages) add(w http.ResponseWriter, r *Request) error {
	return p.showAdd(w, r, nil)
}

func (p *passportPages) showAdd(w http.ResponseWriter, r *Request, wrong map[string]fault.Field) error {
	h, err := p.holder(r)
	if err != nil {
		return err
	}
	d := addPage{
		File: look.Field{Name: "file", Type: "file", Label: "passport.file", Help: "passport.file-help", Error: wrongText(r, wrong, "file"),
			Accept: ".png,.svg,.json,.jsonld,.jwt,.txt,.pdf,image/png,image/svg+xml,application/json,application/pdf"},
		Text:      look.Field{Name: "text", Type: "textarea", Rows: 3, Label: "passport.text", Help: "passport.text-help", Value: r.FormValue("text"), Error: wrongText(r, wrong, "text"), Optional: true},
		Addresses: h.Addresses,
	}
	d.Errors = look.Faults(d.File, d.Text)
	page := r.Page(r.Say.T("passport.add"))
	page.Section, page.Data = "passport", d
	page.Trail = []look.Crumb{{Text: "passport.title", Path: "/passport"}, {Text: "passport.add"}}
	if wrong != nil {
		return r.ShowAgain(w, "passport-add", page)
	}
	return r.Show(w, "passport-add", page)
}

// turn waits for a turn to verify; done ends it.
func (p *passportPages) turn(ctx context.Context) (done func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, verifyTime)
	defer cancel()
	select {
	case p.turns <- struct{}{}:
		return func() { <-p.turns }, nil
	case <-ctx.Done():
		return nil, fault.New(fault.Unavailable, "verifypage.busy")
	}
}

// bring takes a badge from elsewhere.
func (p *passportPages) bring(w http.ResponseWriter, r *Request) error {
	h, err := p.holder(r)
	if err != nil {
		return err
	}
	ref, err := p.read(r, h)
	if err == nil {
		done := "passport-added"
		if _, _, ours := ref.Award(); ours {
			done = "passport-there"
		}
		return r.Go(w, "/passport/badge/"+string(ref), done)
	}
	if tooLarge(err) {
		err = wrongField("file", "passport.too-large")
	}
	wrong, err := Wrong(err)
	if err != nil {
		return err
	}
	return p.showAdd(w, r, wrong)
}

// read verifies and keeps the badge of the form.
func (p *passportPages) read(r *Request, h passport.Holder) (passport.Ref, error) {
	ask, err := readQuestion(r)
	if err != nil {
		return "", err
	}
	done, err := p.turn(r.Context())
	if err != nil {
		return "", err
	}
	defer done()
	return p.Keep.Bring(r.Context(), h, attached(ask.data), ask.link)
}
