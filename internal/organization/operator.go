package organization

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
)

// Filter chooses organisations for the operator's list.
type Filter struct {
	Status Status // "" for all
	Search string // a part of the name or the slug
	Alike  bool   // only those whose likeness to others nobody has looked at
	// Created and Number are those of the last one of the page before; zero for
	// the first page.
	Created time.Time
	Number  id.Number
}

const (
	operatorPage = 50
	maxReason    = 1000
	maxSearch    = 80
)

// All is a page of all organisations, the newest first.
func (s *Service) All(ctx context.Context, f Filter) (list []Organization, more bool, err error) {
	if f.Search = Fold(f.Search); len(f.Search) > maxSearch {
		f.Search = f.Search[:maxSearch]
	}
	err = s.Store.View(ctx, func(tx Tx) error {
		list, err = tx.OrganizationsIn(ctx, f, operatorPage+1)
		return err
	})
	if more = len(list) > operatorPage; more {
		list = list[:operatorPage]
	}
	return list, more, err
}

// Approve lets an organisation that waits give badges.
func (s *Service) Approve(ctx context.Context, operator account.Person, slug string) error {
	return s.setStatus(ctx, operator, slug, []Status{Pending}, Active, "", "approved", MailApproved)
}

// Pause keeps an organisation from giving badges, with a reason that its page
// and a mail to its administrators say. What it gave stays.
func (s *Service) Pause(ctx context.Context, operator account.Person, slug, reason string) error {
	var form fault.Form
	if reason = checkText(&form, "reason", reason, maxReason); reason == "" {
		form.Wrong("reason", "organization.reason-missing")
	}
	if err := form.Err(); err != nil {
		return err
	}
	return s.setStatus(ctx, operator, slug, []Status{Pending, Active}, Paused, reason, "paused", MailPaused)
}

// Resume ends a pause.
func (s *Service) Resume(ctx context.Context, operator account.Person, slug string) error {
	return s.setStatus(ctx, operator, slug, []Status{Paused}, Active, "", "resumed", MailResumed)
}

func (s *Service) setStatus(ctx context.Context, operator account.Person, slug string, from []Status, to Status, reason, action, mail string) error {
	return s.operate(ctx, operator, slug, func(tx Tx, o Organization) error {
		if !slices.Contains(from, o.Status) {
			return fault.New(fault.Conflict, "organization.status-changed")
		}
		o.Status, o.Reason, o.Changed = to, reason, s.Now()
		if to == Active {
			o.Likeness = nil // whoever lets it give badges has looked
		}
		if err := tx.ChangeOrganization(ctx, o); err != nil {
			return err
		}
		if err := s.note(ctx, tx, o.Number, operator.ID, action, o.Name, reason); err != nil {
			return err
		}
		return s.tellAdmins(ctx, tx, mail, o.Number, Facts{Organization: o.Name, Slug: o.Slug, Reason: reason, Link: s.at("/s/" + o.Slug)})
	})
}

// Seen notes that the operator has looked at what an organisation's name is like.
func (s *Service) Seen(ctx context.Context, operator account.Person, slug string) error {
	return s.operate(ctx, operator, slug, func(tx Tx, o Organization) error {
		if len(o.Likeness) == 0 {
			return nil
		}
		o.Likeness, o.Changed = nil, s.Now()
		if err := tx.ChangeOrganization(ctx, o); err != nil {
			return err
		}
		return s.note(ctx, tx, o.Number, operator.ID, "likeness-seen", o.Name, "")
	})
}

func (s *Service) operate(ctx context.Context, operator account.Person, slug string, do func(Tx, Organization) error) error {
	if !operator.Operator {
		return fault.ErrNotFound
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		found, err := tx.OrganizationBySlug(ctx, slug)
		if err != nil {
			return err
		}
		o, err := tx.LockOrganization(ctx, found.Number)
		if err != nil {
			return err
		}
		return do(tx, o)
	})
}

// Admins are the addresses of an organisation's administrators, for the operator.
func (s *Service) Admins(ctx context.Context, org id.Number) (list []Recipient, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		list, err = tx.AdminAddresses(ctx, org)
		return err
	})
	return list, err
}

// Journal is a page of who did what in an organisation (0: on the site), the
// newest first; before is the last entry of the page before.
func (s *Service) Journal(ctx context.Context, org id.Number, before id.ID) (list []Entry, more bool, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		list, err = tx.Entries(ctx, org, before, operatorPage+1)
		return err
	})
	if more = len(list) > operatorPage; more {
		list = list[:operatorPage]
	}
	return list, more, err
}

func ignoreNotFound(err error) error {
	if errors.Is(err, fault.ErrNotFound) {
		return nil
	}
	return err
}

// Escaped is a search for LIKE, whose signs mean themselves: escaped by "\".
func (f Filter) Escaped() string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(f.Search)
}
