package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/framework"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/site"
)

// Achievements is what the pages of badges to give need.
type Achievements struct {
	Badges *achievement.Service
	Files  *achievement.Files
	// Orgs finds an organisation by its number, for public pages.
	Orgs interface {
		Get(ctx context.Context, number id.Number) (organization.Organization, error)
	}
	Skills    *framework.Catalog
	Templates []achievement.Template
	Reading   *site.Markdown
	// Figures are those of a badge, for its page in the space, and where there are
	// more.
	Figures func(r *Request, achievement, batch id.Number) ([]look.Number, string, error)
}

// achievementPages are the badges that an organisation gives: describing them in
// its space, and their public pages.
type achievementPages struct {
	Achievements
	core   *Core
	public *prepared
	zone   *time.Location // of dates
}

// NewAchievement returns the room of badges to give.
func NewAchievement(c *Core, a Achievements) Room {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err) // the zones are in the program: see package look
	}
	return &achievementPages{Achievements: a, core: c, public: newPrepared(c.Now, 10*time.Second, 16<<20), zone: zone}
}

// maxForm is the most that the form of a badge may bring: two pictures and words.
const maxForm = 8 << 20

func (a *achievementPages) Routes() []Route {
	at := "/s/{org}/badges"
	one := at + "/{n}"
	return []Route{
		{Pattern: "GET " + at, Who: OrgReader, Do: a.list},
		{Pattern: "GET " + at + "/new", Who: OrgCreator, Do: a.newForm},
		{Pattern: "POST " + at + "/new", Who: OrgCreator, Body: 64 << 10, Do: a.create},
		{Pattern: "GET " + at + "/sample.svg", Who: OrgReader, Do: a.sample},
		{Pattern: "GET " + one, Who: OrgReader, Do: a.show},
		{Pattern: "GET " + one + "/edit", Who: OrgCreator, Do: a.edit},
		{Pattern: "POST " + one + "/edit", Who: OrgCreator, Limit: Costly, Body: maxForm, Do: a.save},
		{Pattern: "GET " + one + "/picture.svg", Who: OrgReader, Do: a.preview},
		{Pattern: "GET " + one + "/preview", Who: OrgReader, Do: a.look},
		{Pattern: "GET " + one + "/versions", Who: OrgReader, Do: a.versions},
		{Pattern: "GET " + one + "/publish", Who: OrgCreator, Do: a.publishForm},
		{Pattern: "POST " + one + "/publish", Who: OrgCreator, Limit: Costly, Body: 16 << 10, Do: a.publish},
		{Pattern: "GET " + one + "/discard", Who: OrgCreator, Do: a.discardForm},
		{Pattern: "POST " + one + "/discard", Who: OrgCreator, Body: 16 << 10, Do: a.discard},
		{Pattern: "GET " + one + "/archive", Who: OrgCreator, Do: a.archiveForm},
		{Pattern: "POST " + one + "/archive", Who: OrgCreator, Body: 16 << 10, Do: a.archive},
		{Pattern: "POST " + one + "/restore", Who: OrgCreator, Body: 16 << 10, Do: a.restore},
		{Pattern: "GET " + one + "/delete", Who: OrgCreator, Do: a.deleteForm},
		{Pattern: "POST " + one + "/delete", Who: OrgCreator, Body: 16 << 10, Do: a.delete},

		{Pattern: "GET /skills", Who: SignedIn, Do: a.skills},

		{Pattern: "GET /a/{key}", Who: Anyone, Do: a.open},
		{Pattern: "GET /a/{key}/card.png", Who: Anyone, Limit: Costly, Do: a.card},
		{Pattern: "GET /a/{key}/{version}", Who: Anyone, Do: a.open},
		{Pattern: "GET /a/{key}/{version}/{lang}", Who: Anyone, Do: a.open},
	}
}

// spaceBadges is where the badges of an organisation are described.
func spaceBadges(org organization.Organization) string { return "/s/" + org.Slug + "/badges" }

// badgePath is where a badge is described.
func badgePath(org organization.Organization, n id.Number) string {
	return spaceBadges(org) + "/" + strconv.Itoa(int(n))
}

// found is the achievement of the address, and where it is described.
func (a *achievementPages) found(r *Request) (achievement.Achievement, string, error) {
	n, err := strconv.ParseInt(r.PathValue("n"), 10, 32)
	if err != nil || n <= 0 {
		return achievement.Achievement{}, "", fault.ErrNotFound
	}
	b, err := a.Badges.Find(r.Context(), r.Org.Number, id.Number(n))
	return b, badgePath(r.Org, b.Number), err
}

// nameOf is the badge's name in a language; a draft may have none yet.
func nameOf(r *Request, b achievement.Achievement) string {
	c := b.Content()
	if name := c.In(r.Lang()).Name; name != "" {
		return name
	}
	return r.Say.T("achievement.unnamed")
}

// pictureOf is the address of the picture of what the badge says at present.
func pictureOf(org organization.Organization, b achievement.Achievement) string {
	switch {
	case b.Draft != nil && b.Draft.Picture.Uploaded():
		return "/file/" + b.Draft.Picture.PNG
	case b.Draft == nil && b.Newest != nil:
		return pictureOfVersion(b.Newest)
	}
	return badgePath(org, b.Number) + "/picture.svg?at=" + strconv.FormatInt(b.Changed.UnixMicro(), 36)
}

// pictureOfVersion is the address of a version's picture; SVG is smaller.
func pictureOfVersion(v *achievement.Version) string {
	if v.SVG != "" {
		return "/file/" + v.SVG
	}
	return "/file/" + v.PNG
}

func marksIn(c *achievement.Content, lang string) look.Marks {
	t := c.In(lang)
	return look.Marks{Kind: c.Kind, Level: c.Level, Levels: c.Levels, Assessment: c.Assessment, Assessor: t.Assessor, Evidence: t.Evidence}
}

// badgeCard shows a badge in the lists of its organisation.
func badgeCard(org organization.Organization, b achievement.Achievement, say *message.Printer) look.Card {
	c := b.Content()
	marks := marksIn(&c, say.Lang)
	marks.Evidence = ""
	out := look.Card{
		Name: c.In(say.Lang).Name, Path: badgePath(org, b.Number), Picture: pictureOf(org, b), Marks: marks, Heading: 2, Lang: ownLang(&c, say.Lang),
	}
	if out.Name == "" {
		out.Name = say.T("achievement.unnamed")
	}
	chip := badgeState(b)
	out.State = &chip
	if b.Awarded > 0 {
		out.Line = say.T("achievement.given", message.Facts{"Count": b.Awarded})
	}
	return out
}

// langOf is the language of a content's words where it is not the reader's.
func ownLang(c *achievement.Content, lang string) string {
	if t, ok := c.Texts[lang]; ok && t.Name != "" {
		return ""
	}
	return c.Lang
}

// badgeState is where a badge stands, in a word.
func badgeState(b achievement.Achievement) look.Chip {
	if b.State == achievement.Published && b.Draft != nil {
		return look.Chip{Kind: "doubt", Text: "achievement.to-publish", Icon: "pencil-simple"}
	}
	return look.StateChip(string(b.State))
}

// badgesPerPage is how many badges a page of the list shows.
const badgesPerPage = 24

// achievementList is the data of the page "achievement-list".
type achievementList struct {
	New     *look.Button
	Search  look.Search
	Tabs    look.Tabs
	Cards   []look.Card
	Empty   *look.Empty
	Pager   look.Pager
	Pending bool // the organisation may not publish yet
}

// badgeFilters are the ways to filter the list, by code, in their order.
var badgeFilters = []string{"all", "published", "draft", "changed", "archived"}

func badgeFilter(code string) (f achievement.Filter, known string) {
	switch code {
	case "published":
		f.State = achievement.Published
	case "draft":
		f.State = achievement.Draft
	case "archived":
		f.State = achievement.Archived
	case "changed":
		f.Changed = true
	default:
		code = "all"
	}
	return f, code
}

func (a *achievementPages) list(w http.ResponseWriter, r *Request) error {
	q := r.URL.Query()
	at := spaceBadges(r.Org)
	filter, state := badgeFilter(q.Get("state"))
	query := strings.TrimSpace(q.Get("q"))
	if len(query) > 100 {
		query = strings.ToValidUTF8(query[:100], "")
	}
	filter.Words = achievement.Words(query)
	found, more, err := a.Badges.List(r.Context(), r.Org.Number, filter, readPlace(q.Get("after")), badgesPerPage)
	if err != nil {
		return err
	}
	data := achievementList{
		Search: look.Search{Action: at, Value: query, Label: "achievement.search"}, Tabs: look.Tabs{Label: "achievement.filter"},
		Pending: r.Org.Status == organization.Pending,
	}
	if state != "all" {
		data.Search.Hidden = []look.Hidden{{Name: "state", Value: state}}
	}
	for _, code := range badgeFilters {
		data.Tabs.Tabs = append(data.Tabs.Tabs, look.Tab{
			Text: "achievement.filter-" + code, Path: badgesPath(at, code, query, achievement.Place{}), Current: code == state,
		})
	}
	creator := r.Actor.May(organization.Creator)
	if creator {
		data.New = &look.Button{Kind: "full", Text: "achievement.new", Icon: "plus", Path: at + "/new"}
	}
	for _, b := range found {
		data.Cards = append(data.Cards, badgeCard(r.Org, b, r.Say))
	}
	if more {
		data.Pager.Next = badgesPath(at, state, query, found[len(found)-1].Place())
	}
	if q.Get("after") != "" {
		data.Pager.Previous = badgesPath(at, state, query, achievement.Place{})
	}
	if len(found) == 0 {
		data.Empty = noBadges(at, state, query, data.New)
		if state == "all" && query == "" {
			data.New = nil // stands in the empty state
		}
	}
	p := r.Page(r.Say.T("achievement.title"))
	p.Section, p.Data = "badges", data
	return r.Show(w, "achievement-list", p)
}

func noBadges(at, state, query string, create *look.Button) *look.Empty {
	switch {
	case query != "":
		return &look.Empty{Icon: "magnifying-glass", Title: "achievement.none-found", Text: "achievement.none-found-text",
			Action: &look.Button{Text: "achievement.filter-all", Path: at}}
	case state != "all":
		return &look.Empty{Icon: "medal", Title: "achievement.none-" + state, Text: "achievement.none-state-text",
			Action: &look.Button{Text: "achievement.filter-all", Path: at}}
	}
	e := &look.Empty{Icon: "medal", Title: "achievement.none", Text: "achievement.none-text", Action: create}
	if create == nil {
		e.Text = "achievement.none-reader"
	}
	return e
}

func badgesPath(at, state, query string, after achievement.Place) string {
	v := url.Values{}
	if state != "all" {
		v.Set("state", state)
	}
	if query != "" {
		v.Set("q", query)
	}
	if !after.Changed.IsZero() {
		v.Set("after", strconv.FormatInt(after.Changed.UnixMicro(), 36)+"-"+strconv.Itoa(int(after.Number)))
	}
	if len(v) == 0 {
		return at
	}
	return at + "?" + v.Encode()
}

// readPlace reads the place of an address; the beginning for any other text.
func readPlace(text string) achievement.Place {
	at, number, ok := strings.Cut(text, "-")
	us, err := strconv.ParseInt(at, 36, 64)
	n, err2 := strconv.ParseInt(number, 10, 32)
	if !ok || err != nil || err2 != nil || us <= 0 {
		return achievement.Place{}
	}
	return achievement.Place{Changed: time.UnixMicro(us).UTC(), Number: id.Number(n)}
}

// SpaceCards are the badges of an organisation for its dashboard, the one that
// changed last first.
func SpaceCards(s *achievement.Service, catalog *message.Catalog) func(context.Context, organization.Organization, string) ([]look.Card, error) {
	return func(ctx context.Context, org organization.Organization, lang string) ([]look.Card, error) {
		found, _, err := s.List(ctx, org.Number, achievement.Filter{}, achievement.Place{}, 8)
		var out []look.Card
		for _, b := range found {
			if b.State != achievement.Archived {
				out = append(out, badgeCard(org, b, catalog.For(lang)))
			}
		}
		return out, err
	}
}

// PublicCards are the badges that an organisation gives, for its public page.
func PublicCards(s *achievement.Service) func(context.Context, organization.Organization, string) ([]look.Card, error) {
	return func(ctx context.Context, org organization.Organization, lang string) ([]look.Card, error) {
		found, err := s.Published(ctx, org.Number)
		var out []look.Card
		for _, b := range found {
			c := &b.Newest.Content
			marks := marksIn(c, lang)
			marks.Evidence = ""
			out = append(out, look.Card{
				Name: c.In(lang).Name, Path: "/a/" + b.Key(), Picture: pictureOfVersion(b.Newest), Marks: marks, Lang: ownLang(c, lang),
			})
		}
		return out, err
	}
}
