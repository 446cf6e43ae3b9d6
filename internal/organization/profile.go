package organization

import (
	"context"
	"strings"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/fault"
)

// Profile is the form of what an organisation says of itself.
type Profile struct {
	Name, Kind, Description, Site, Email, Lang, Colour string
	Place                                              Place
	HideNames                                          bool
}

// ProfileOf is the form as it stands.
func ProfileOf(o Organization) Profile {
	return Profile{
		Name: o.Name, Kind: o.Kind, Description: o.Description, Site: o.Site, Email: o.Email, Lang: o.Lang, Colour: o.Colour,
		Place: o.Place, HideNames: o.HideNames,
	}
}

// SetProfile writes what an organisation says of itself. Badges that were given
// keep what they say. A new name is compared with others anew.
func (s *Service) SetProfile(ctx context.Context, a Actor, p Profile) error {
	if err := demand(a, Admin); err != nil {
		return err
	}
	var form fault.Form
	p.Name = clean(p.Name)
	checkName(&form, p.Name)
	checkKind(&form, p.Kind)
	checkLang(&form, p.Lang)
	p.Description = checkText(&form, "description", p.Description, MaxDescription)
	p.Site = checkSite(&form, "site", p.Site)
	p.Email = checkEmail(&form, "email", p.Email)
	p.Place = checkPlace(&form, p.Place)
	if p.Colour = strings.ToUpper(clean(p.Colour)); p.Colour != "" && !colour.MatchString(p.Colour) {
		form.Wrong("colour", "organization.colour-form")
	}
	if err := form.Err(); err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		o, err := tx.LockOrganization(ctx, a.Org)
		if err != nil {
			return err
		}
		before := o
		o.Name, o.Kind, o.Description, o.Site, o.Email, o.Lang, o.Colour = p.Name, p.Kind, p.Description, p.Site, p.Email, p.Lang, p.Colour
		o.Place, o.HideNames, o.Changed = p.Place, p.HideNames, s.Now()
		if o.Name != before.Name {
			if err := s.rename(ctx, tx, a, &o, before.Name); err != nil {
				return err
			}
		}
		if err := tx.ChangeOrganization(ctx, o); err != nil {
			return err
		}
		return s.note(ctx, tx, o.Number, a.Person, "profile", o.Name, "")
	})
}

// rename compares a new name with others, and tells the operators what it finds.
func (s *Service) rename(ctx context.Context, tx Tx, a Actor, o *Organization, before string) error {
	var err error
	if o.Likeness, err = s.likeness(ctx, tx, *o); err != nil {
		return err
	}
	if err := s.note(ctx, tx, o.Number, a.Person, "renamed", o.Name, before); err != nil {
		return err
	}
	if len(o.Likeness) == 0 {
		return nil
	}
	return s.tellOperators(ctx, tx, MailWaiting, Facts{Organization: o.Name, Slug: o.Slug, Link: s.at("/operator/organizations/" + o.Slug)})
}

// SetLogo changes the organisation's picture to a stored file, "" for none.
func (s *Service) SetLogo(ctx context.Context, a Actor, file string) error {
	if err := demand(a, Admin); err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		o, err := tx.LockOrganization(ctx, a.Org)
		if err != nil {
			return err
		}
		o.Logo, o.Changed = file, s.Now()
		if err := tx.ChangeOrganization(ctx, o); err != nil {
			return err
		}
		return s.note(ctx, tx, o.Number, a.Person, "logo", "", "")
	})
}

// MayCreate tells whether somebody may make an organisation, and whether it would
// wait for the operator.
func (s *Service) MayCreate(ctx context.Context, who account.Person) (may, waits bool, err error) {
	var policy Policy
	err = s.Store.View(ctx, func(tx Tx) error {
		policy, err = s.policy(ctx, tx)
		return err
	})
	return who.Operator || policy != Closed, !who.Operator && policy == Approval, err
}
