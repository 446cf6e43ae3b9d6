package web

import (
	"context"
	"net/http"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/site"
)

// OrganizationParts are what the rooms of badges and awards put on the pages of
// an organisation. All but Files may be nil.
type OrganizationParts struct {
	// Badges are the published ones, for the public page; SpaceBadges those of the
	// space, with the paths that they have there.
	Badges, SpaceBadges func(ctx context.Context, org organization.Organization, lang string) ([]look.Card, error)
	Figures             Figures
	// Files keeps logos, returns their names, and gives them back.
	Files interface {
		Get(ctx context.Context, name string) (achievement.File, error)
		Put(ctx context.Context, mediaType string, data []byte) (string, error)
	}
}

// Figures counts what an organisation gave, and says what waits for somebody.
type Figures interface {
	Figures(r *Request) (OrganizationFigures, error)
}

// OrganizationFigures are the figures of a dashboard.
type OrganizationFigures struct {
	Month                               int                 // given in this month
	Awarded, Accepted, Waiting, Revoked int                 // ever
	Path                                string              // of all figures
	Months                              []OrganizationMonth // the oldest first
	Tasks                               []OrganizationTask  // the most pressing first
}

// OrganizationMonth is how many badges were given in a month.
type OrganizationMonth struct {
	Month time.Time
	Count int
}

// OrganizationTask is something that waits for who opens the dashboard. Its
// words are said already, or keys.
type OrganizationTask struct {
	Title, Text, Path, Button string
	Picture, Icon             string // an address, or the name of an icon
}

// organizationPages are organisations: who makes one, its space, its public page.
type organizationPages struct {
	core     *Core
	orgs     *organization.Service
	parts    OrganizationParts
	markdown *site.Markdown
}

// NewOrganization returns the room of organisations.
func NewOrganization(c *Core, s *organization.Service, parts OrganizationParts) Room {
	return &organizationPages{c, s, parts, site.NewMarkdown()}
}

func (o *organizationPages) Routes() []Route {
	return []Route{
		{Pattern: "GET /spaces", Who: SignedIn, Do: o.spaces},
		{Pattern: "GET /spaces/new", Who: SignedIn, Do: o.newForm},
		{Pattern: "POST /spaces/new", Who: SignedIn, Limit: Costly, Body: 64 << 10, Do: o.create},
		{Pattern: "GET /invitation/{token}", Who: SignedIn, Limit: Guess, Do: o.invitation},
		{Pattern: "POST /invitation/{token}", Who: SignedIn, Limit: Guess, Body: 16 << 10, Do: o.accept},

		{Pattern: "GET /s/{org}", Who: OrgReader, Do: o.home},
		{Pattern: "GET /s/{org}/leave", Who: OrgReader, Do: o.leaveForm},
		{Pattern: "POST /s/{org}/leave", Who: OrgReader, Body: 16 << 10, Do: o.leave},
		{Pattern: "GET /s/{org}/settings", Who: OrgAdmin, Do: o.profile},
		{Pattern: "POST /s/{org}/settings", Who: OrgAdmin, Body: 128 << 10, Do: o.setProfile},
		{Pattern: "POST /s/{org}/settings/logo", Who: OrgAdmin, Limit: Costly, Body: organization.MaxLogo + 64<<10, Do: o.setLogo},
		{Pattern: "POST /s/{org}/settings/logo/remove", Who: OrgAdmin, Body: 16 << 10, Do: o.dropLogo},
		{Pattern: "GET /s/{org}/settings/keys", Who: OrgAdmin, Do: o.keys},
		{Pattern: "GET /s/{org}/settings/keys/new", Who: OrgAdmin, Do: o.rotateForm},
		{Pattern: "POST /s/{org}/settings/keys/new", Who: OrgAdmin, Body: 16 << 10, Do: o.rotate},
		{Pattern: "GET /s/{org}/settings/keys/{key}/compromised", Who: OrgAdmin, Do: o.compromiseForm},
		{Pattern: "POST /s/{org}/settings/keys/{key}/compromised", Who: OrgAdmin, Body: 16 << 10, Do: o.compromise},
		{Pattern: "GET /s/{org}/settings/domains", Who: OrgAdmin, Do: o.domains},
		{Pattern: "POST /s/{org}/settings/domains", Who: OrgAdmin, Body: 16 << 10, Do: o.addDomain},
		{Pattern: "GET /s/{org}/settings/domains/{domain}", Who: OrgAdmin, Do: o.domain},
		{Pattern: "POST /s/{org}/settings/domains/{domain}/check", Who: OrgAdmin, Limit: Costly, Body: 16 << 10, Do: o.checkDomain},
		{Pattern: "GET /s/{org}/settings/domains/{domain}/remove", Who: OrgAdmin, Do: o.dropDomainForm},
		{Pattern: "POST /s/{org}/settings/domains/{domain}/remove", Who: OrgAdmin, Body: 16 << 10, Do: o.dropDomain},
		{Pattern: "GET /s/{org}/members", Who: OrgAdmin, Do: o.members},
		{Pattern: "POST /s/{org}/members", Who: OrgAdmin, Limit: Costly, Body: 16 << 10, Do: o.invite},
		{Pattern: "POST /s/{org}/members/withdraw", Who: OrgAdmin, Body: 16 << 10, Do: o.withdraw},
		{Pattern: "GET /s/{org}/members/{person}", Who: OrgAdmin, Do: o.member},
		{Pattern: "POST /s/{org}/members/{person}", Who: OrgAdmin, Body: 16 << 10, Do: o.setRole},
		{Pattern: "GET /s/{org}/members/{person}/remove", Who: OrgAdmin, Do: o.removeForm},
		{Pattern: "POST /s/{org}/members/{person}/remove", Who: OrgAdmin, Body: 16 << 10, Do: o.remove},
		{Pattern: "GET /s/{org}/journal", Who: OrgAdmin, Do: o.journal},

		{Pattern: "GET /o/{slug}", Who: Anyone, Do: o.public},
		{Pattern: "GET /o/{slug}/card.png", Who: Anyone, Limit: Costly, Do: o.card},
		{Pattern: "GET /o/{slug}/did.json", Who: Anyone, Do: o.didDocument},
	}
}

// spacesPage is the data of the page "organization-spaces".
type spacesPage struct {
	Spaces []spaceLine
	May    bool // make an organisation
	None   look.Empty
}

// spaceLine is an organisation in a list of one's own.
type spaceLine struct {
	Name, Path, Logo, Role, RoleHelp string
	State                            *look.Chip
}

func (o *organizationPages) spaces(w http.ResponseWriter, r *Request) error {
	list, err := o.orgs.Of(r.Context(), r.Person.ID)
	if err != nil {
		return err
	}
	may, _, err := o.orgs.MayCreate(r.Context(), r.Person)
	if err != nil {
		return err
	}
	data := spacesPage{May: may, None: look.Empty{Icon: "buildings", Title: "organization.none", Text: "organization.none-closed"}}
	if may {
		data.None.Text = "organization.none-text"
		data.None.Action = &look.Button{Kind: "full", Text: "organization.create", Path: "/spaces/new", Icon: "plus"}
	}
	for _, m := range list {
		line := spaceLine{Name: m.Name, Path: "/s/" + m.Slug, Logo: logoPath(m.Organization), Role: "organization.role." + m.Role.String(), RoleHelp: "organization.role-help." + m.Role.String()}
		if m.Status != organization.Active {
			chip := statusChip(m.Status)
			line.State = &chip
		}
		data.Spaces = append(data.Spaces, line)
	}
	p := r.Page(r.Say.T("organization.spaces"))
	p.Section, p.Hidden, p.Data = "spaces", true, data
	return r.Show(w, "organization-spaces", p)
}

// newPage is the data of the page "organization-new".
type newPage struct {
	Errors                                look.Errors
	Name, Kind, Locality, Region, Country look.Field
	Site, Lang, Slug                      look.Field
	Waits                                 bool // for the operator
	Host                                  string
}

func (o *organizationPages) newForm(w http.ResponseWriter, r *Request) error {
	may, waits, err := o.orgs.MayCreate(r.Context(), r.Person)
	if err != nil {
		return err
	}
	if !may {
		return fault.New(fault.Forbidden, "organization.closed")
	}
	n := organization.New{Lang: r.Lang(), Place: organization.Place{Country: "FR"}}
	return r.Show(w, "organization-new", o.newPage(r, n, waits, nil))
}

func (o *organizationPages) newPage(r *Request, n organization.New, waits bool, wrong map[string]fault.Field) look.Page {
	data := newPage{
		Name:     look.Field{Name: "name", Label: "organization.name", Help: "organization.name-help", Value: n.Name, Required: true, Limit: organization.MaxName, Autocomplete: "organization"},
		Kind:     look.Field{Name: "kind", Type: "select", Label: "organization.kind", Options: kindOptions(n.Kind), Required: true},
		Locality: look.Field{Name: "locality", Label: "organization.locality", Value: n.Place.Locality, Optional: true, Limit: organization.MaxPlace, Autocomplete: "address-level2"},
		Region:   look.Field{Name: "region", Label: "organization.region", Value: n.Place.Region, Optional: true, Limit: organization.MaxPlace, Autocomplete: "address-level1"},
		Country:  look.Field{Name: "country", Type: "select", Label: "organization.country", Options: countryOptions(r.Lang(), n.Place.Country), Autocomplete: "country"},
		Site:     look.Field{Name: "site", Type: "url", Label: "organization.site", Help: "organization.site-help", Value: n.Site, Optional: true, Limit: organization.MaxAddress, Autocomplete: "url"},
		Lang:     look.Field{Name: "lang", Type: "radio", Label: "organization.lang", Options: textLanguages(n.Lang), Required: true},
		Slug:     look.Field{Name: "slug", Label: "organization.slug", Help: r.Say.T("organization.slug-help", message.Facts{"Host": r.Core.Base.Host}), Value: n.Slug, Optional: true, Limit: organization.MaxSlug},
		Waits:    waits,
	}
	for _, f := range []*look.Field{&data.Name, &data.Kind, &data.Locality, &data.Region, &data.Country, &data.Site, &data.Lang, &data.Slug} {
		f.Error = wrongText(r, wrong, f.Name)
	}
	data.Errors = look.Faults(data.Name, data.Kind, data.Locality, data.Region, data.Country, data.Site, data.Lang, data.Slug)
	p := r.Page(r.Say.T("organization.create"))
	p.Section, p.Hidden, p.Data = "spaces", true, data
	p.Trail = []look.Crumb{{Text: "organization.spaces", Path: "/spaces"}, {Text: "organization.create"}}
	return p
}

func (o *organizationPages) create(w http.ResponseWriter, r *Request) error {
	n := organization.New{
		Name: r.Text("name"), Kind: r.Text("kind"), Slug: r.Text("slug"), Site: r.Text("site"), Lang: r.Text("lang"),
		Place: organization.Place{Locality: r.Text("locality"), Region: r.Text("region"), Country: r.Text("country")},
	}
	made, err := o.orgs.Create(r.Context(), r.Person, n)
	if err == nil {
		done := "organization-made"
		if made.Status == organization.Pending {
			done = "organization-waits"
		}
		return r.Go(w, "/s/"+made.Slug, done)
	}
	wrong, err := Wrong(err)
	if err != nil {
		return err
	}
	_, waits, err := o.orgs.MayCreate(r.Context(), r.Person)
	if err != nil {
		return err
	}
	return r.ShowAgain(w, "organization-new", o.newPage(r, n, waits, wrong))
}

// kindOptions are the kinds of organisation for a select.
func kindOptions(chosen string) []look.Option {
	options := []look.Option{{Value: "", Label: "organization.choose"}}
	for _, k := range organization.Kinds() {
		options = append(options, look.Option{Value: k, Label: "organization.kind." + k})
	}
	return look.Choose(options, chosen)
}

// textLanguages are the languages that an organisation can write in.
func textLanguages(chosen string) []look.Option {
	var options []look.Option
	for _, l := range achievement.Languages {
		options = append(options, look.Option{Value: l, Label: "look.language." + l})
	}
	return look.Choose(options, chosen)
}

// languageOptions are the languages of the pages, by their own names.
func languageOptions(r *Request, chosen string) []look.Option {
	var options []look.Option
	for _, l := range r.Core.Catalog.Languages() {
		options = append(options, look.Option{Value: l, Label: r.Core.Catalog.For(l).T("look.language." + l)})
	}
	return look.Choose(options, chosen)
}

// countries are those of the select, after France; another one that is set is
// added.
var countries = []string{
	"AD", "AE", "AT", "AU", "BE", "BF", "BG", "BI", "BJ", "BR", "CA", "CD", "CF", "CG", "CH", "CI", "CM", "CY", "CZ", "DE", "DJ", "DK", "DZ", "EE", "ES",
	"FI", "GA", "GB", "GN", "GQ", "GR", "HR", "HT", "HU", "IE", "IN", "IS", "IT", "JP", "KM", "LB", "LI", "LT", "LU", "LV", "MA", "MC", "MG", "ML", "MR",
	"MT", "MU", "MX", "NE", "NL", "NO", "NZ", "PL", "PT", "RO", "RW", "SC", "SE", "SI", "SK", "SN", "TD", "TG", "TN", "TR", "UA", "US", "VN", "VU",
}

func countryOptions(lang, chosen string) []look.Option {
	options := []look.Option{{Value: "", Label: "organization.choose"}, {Value: "FR", Label: countryName(lang, "FR")}}
	known := chosen == "" || chosen == "FR"
	var rest []look.Option
	for _, c := range countries {
		known = known || c == chosen
		rest = append(rest, look.Option{Value: c, Label: countryName(lang, c)})
	}
	if !known {
		rest = append(rest, look.Option{Value: chosen, Label: countryName(lang, chosen)})
	}
	sortByName(lang, rest)
	return look.Choose(append(options, rest...), chosen)
}

// countryName is a country by its code in a language; the code where it is none.
func countryName(lang, code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	names := display.English.Regions()
	if lang == "fr" {
		names = display.French.Regions()
	}
	return names.Name(region)
}

func logoPath(o organization.Organization) string {
	if o.Logo == "" {
		return ""
	}
	return "/file/" + o.Logo
}

// statusChip says whether an organisation may give badges.
func statusChip(s organization.Status) look.Chip {
	chip := look.StateChip(string(s))
	chip.Text = "organization.status." + string(s)
	return chip
}

// invitationPage is the data of the page "organization-invitation".
type invitationPage struct {
	Organization, Email, By, Role, RoleHelp string
	Until                                   time.Time
	Theirs                                  bool // the address is proven to be the reader's
	Token                                   string
	Reader                                  string // name of who is signed in
}

func (o *organizationPages) invitation(w http.ResponseWriter, r *Request) error {
	token := r.PathValue("token")
	i, org, err := o.orgs.ReadInvitation(r.Context(), token)
	if err != nil {
		return err
	}
	theirs, err := o.orgs.Theirs(r.Context(), r.Person.ID, i)
	if err != nil {
		return err
	}
	p := r.Page(r.Say.T("organization.invitation", message.Facts{"Name": org.Name}))
	p.Hidden = true
	p.Data = invitationPage{
		Organization: org.Name, Email: i.Email, By: i.Name, Role: "organization.role." + i.Role.String(), RoleHelp: "organization.role-help." + i.Role.String(),
		Until: i.Expires, Theirs: theirs, Token: token, Reader: personLabel(r.Person),
	}
	return r.Show(w, "organization-invitation", p)
}

func (o *organizationPages) accept(w http.ResponseWriter, r *Request) error {
	org, err := o.orgs.Accept(r.Context(), r.Person.ID, r.PathValue("token"))
	if err != nil {
		return err
	}
	return r.Go(w, "/s/"+org.Slug, "organization-joined")
}

func personLabel(p account.Person) string { return p.Name }
