package organization

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
)

// New is the form of an organisation to be made. Slug may be empty: then it is
// made of the name.
type New struct {
	Name, Kind, Slug, Site, Lang string
	Place                        Place
}

// maxPending is how many organisations of one person may wait for the operator.
const maxPending = 5

// Create makes an organisation with its first key, and the person its
// administrator. Whether it may give badges at once is the policy's to say.
func (s *Service) Create(ctx context.Context, who account.Person, n New) (Organization, error) {
	var o Organization
	var err error
	// The slug or the number may be taken between the look and the insertion; the
	// second look then says so.
	for range 3 {
		err = s.Store.Update(ctx, func(tx Tx) error {
			var err error
			o, err = s.create(ctx, tx, who, n)
			return err
		})
		if !errors.Is(err, fault.ErrExists) {
			break
		}
	}
	return o, err
}

func (s *Service) create(ctx context.Context, tx Tx, who account.Person, n New) (Organization, error) {
	policy, err := s.policy(ctx, tx)
	if err != nil {
		return Organization{}, err
	}
	if policy == Closed && !who.Operator {
		return Organization{}, fault.New(fault.Forbidden, "organization.closed")
	}
	o := Organization{Name: clean(n.Name), Kind: n.Kind, Slug: strings.ToLower(strings.TrimSpace(n.Slug)), Site: n.Site, Lang: n.Lang, Place: n.Place}
	var form fault.Form
	checkName(&form, o.Name)
	checkKind(&form, o.Kind)
	checkLang(&form, o.Lang)
	o.Site = checkSite(&form, "site", o.Site)
	o.Place = checkPlace(&form, o.Place)
	if o.Slug, err = s.slug(ctx, tx, &form, o); err != nil {
		return o, err
	}
	if err := form.Err(); err != nil {
		return o, err
	}
	o.Status = Active
	if policy != Open && !who.Operator {
		o.Status = Pending
		if err := s.checkPending(ctx, tx, who.ID); err != nil {
			return o, err
		}
	}
	return s.found(ctx, tx, who, o)
}

// found writes the rows of a new organisation.
func (s *Service) found(ctx context.Context, tx Tx, who account.Person, o Organization) (Organization, error) {
	var err error
	if o.Number, err = id.NewNumber(s.Random); err != nil {
		return o, err
	}
	o.Created = s.Now()
	o.Changed = o.Created
	if o.Likeness, err = s.likeness(ctx, tx, o); err != nil {
		return o, err
	}
	if err := tx.AddOrganization(ctx, o); err != nil {
		return o, err
	}
	if err := tx.SetMember(ctx, Member{Org: o.Number, Person: who.ID, Role: Admin, Created: o.Created}); err != nil {
		return o, err
	}
	key, err := s.newKey(o.Number)
	if err != nil {
		return o, err
	}
	if err := tx.AddKey(ctx, key); err != nil {
		return o, err
	}
	if err := s.note(ctx, tx, o.Number, who.ID, "created", o.Name, ""); err != nil {
		return o, err
	}
	if o.Status == Pending || len(o.Likeness) > 0 && !who.Operator {
		return o, s.tellOperators(ctx, tx, MailWaiting, Facts{Organization: o.Name, Slug: o.Slug, Link: s.at("/operator/organizations/" + o.Slug), Waiting: o.Status == Pending})
	}
	return o, nil
}

// slug is the one that was asked for, checked; or one made of the name, with a
// number where that is taken.
func (s *Service) slug(ctx context.Context, tx Tx, form *fault.Form, o Organization) (string, error) {
	given, slug := o.Slug != "", o.Slug
	if !given {
		slug = Slug(o.Name)
		if len(slug) < MinSlug && o.Name != "" {
			form.Wrong("slug", "organization.slug-needed")
			return "", nil
		}
	}
	if o.Name == "" && !given {
		return "", nil // what is wrong is the name
	}
	switch {
	case len(slug) < MinSlug || len(slug) > MaxSlug:
		form.Wrong("slug", "organization.slug-length", "Min", MinSlug, "Max", MaxSlug)
		return slug, nil
	case !slugForm.MatchString(slug):
		form.Wrong("slug", "organization.slug-form")
		return slug, nil
	case Reserved(slug) && given:
		form.Wrong("slug", "organization.slug-reserved")
		return slug, nil
	}
	taken, err := tx.SlugsLike(ctx, slug)
	if err != nil {
		return slug, err
	}
	if !slices.Contains(taken, slug) && !Reserved(slug) {
		return slug, nil
	}
	free := ""
	for i := 2; free == ""; i++ {
		if next := numbered(slug, itoa(i)); !slices.Contains(taken, next) {
			free = next
		}
	}
	if given {
		form.Wrong("slug", "organization.slug-taken", "Free", free)
		return slug, nil
	}
	return free, nil
}

// checkPending keeps one person from filling the operator's list.
func (s *Service) checkPending(ctx context.Context, tx Tx, person id.ID) error {
	list, err := tx.OrganizationsOf(ctx, person)
	if err != nil {
		return err
	}
	waiting := 0
	for _, m := range list {
		if m.Status == Pending && m.Role == Admin {
			waiting++
		}
	}
	if waiting >= maxPending {
		return fault.New(fault.TooMany, "organization.too-many-pending", "Count", waiting)
	}
	return nil
}

func checkName(form *fault.Form, name string) {
	switch n := utf8.RuneCountInString(name); {
	case n < 2:
		form.Wrong("name", "organization.name-missing")
	case n > MaxName:
		form.Wrong("name", "organization.too-long", "Max", MaxName)
	case !utf8.ValidString(name):
		form.Wrong("name", "organization.unreadable")
	}
}

func checkKind(form *fault.Form, kind string) {
	if !slices.Contains(Kinds(), kind) {
		form.Wrong("kind", "organization.kind-missing")
	}
}

func checkLang(form *fault.Form, lang string) {
	if lang != "fr" && lang != "en" {
		form.Wrong("lang", "organization.lang-missing")
	}
}
