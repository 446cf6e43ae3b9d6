package organization

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
)

// Invitation is a link by which somebody becomes a member. The link itself is in
// the mail alone.
type Invitation struct {
	Org     id.Number
	Email   string // as account.Normalize writes it
	Role    Role
	Hash    []byte // of the link's token
	Person  id.ID  // who invites
	Created time.Time
	Expires time.Time
	Name    string // of who invites, where invitations are read
}

const (
	inviteFor = 14 * 24 * time.Hour
	// maxInvitations is how many may be open at once, so that nobody makes a mail
	// cannon of it.
	maxInvitations = 100
	// invitedBy is how many one person may send in invitedIn, invitedTo how many
	// may go to one address.
	invitedBy  = 200
	invitedTo  = 5
	invitedIn  = 24 * time.Hour
	memberPage = 50
)

var errInvitation = fault.New(fault.NotFound, "organization.invitation-gone")

// Roles are the roles that may be given, the one that may least first.
func Roles() []Role { return []Role{Reader, Issuer, Creator, Admin} }

// Members is a page of an organisation's members: those who may most first, then
// by when they came. after is the last of the page before, the zero Member for
// the first page.
func (s *Service) Members(ctx context.Context, a Actor, after Member) (list []Member, more bool, err error) {
	if err := demand(a, Admin); err != nil {
		return nil, false, err
	}
	err = s.Store.View(ctx, func(tx Tx) error {
		list, err = tx.Members(ctx, a.Org, after, memberPage+1)
		return err
	})
	if more = len(list) > memberPage; more {
		list = list[:memberPage]
	}
	return list, more, err
}

// Invitations are the open ones, the newest first.
func (s *Service) Invitations(ctx context.Context, a Actor) (list []Invitation, err error) {
	if err := demand(a, Admin); err != nil {
		return nil, err
	}
	err = s.Store.View(ctx, func(tx Tx) error {
		list, err = tx.Invitations(ctx, a.Org)
		return err
	})
	now := s.Now()
	return slices.DeleteFunc(list, func(i Invitation) bool { return !now.Before(i.Expires) }), err
}

// Invite sends somebody a link by which they become a member. Who was invited
// before gets a new link, and the old one ends.
func (s *Service) Invite(ctx context.Context, a Actor, by account.Person, email string, role Role, lang string) error {
	if err := demand(a, Admin); err != nil {
		return err
	}
	var form fault.Form
	email = checkEmail(&form, "email", email)
	if email == "" {
		form.Wrong("email", "account.email-empty")
	}
	if !slices.Contains(Roles(), role) {
		form.Wrong("role", "organization.role-missing")
	}
	if err := form.Err(); err != nil {
		return err
	}
	token, err := id.NewToken(s.Random)
	if err != nil {
		return err
	}
	now := s.Now()
	invitation := Invitation{Org: a.Org, Email: email, Role: role, Hash: token.Hash(), Person: a.Person, Created: now, Expires: now.Add(inviteFor)}
	return s.Store.Update(ctx, func(tx Tx) error {
		o, err := tx.LockOrganization(ctx, a.Org)
		if err != nil {
			return err
		}
		if err := s.checkInvitation(ctx, tx, o, email); err != nil {
			return err
		}
		if err := s.countInvitation(ctx, tx, a.Person, email); err != nil {
			return err
		}
		if err := tx.SetInvitation(ctx, invitation); err != nil {
			return err
		}
		facts := Facts{Organization: o.Name, Slug: o.Slug, Role: role.String(), By: by.Name, Link: s.at("/invitation/" + string(token)), Until: &invitation.Expires}
		if err := s.post(ctx, tx, MailInvite, o.Number, facts, Recipient{Email: email, Lang: lang}); err != nil {
			return err
		}
		return s.note(ctx, tx, o.Number, a.Person, "invited", email, role.String())
	})
}

func (s *Service) checkInvitation(ctx context.Context, tx Tx, o Organization, email string) error {
	var form fault.Form
	switch isMember, err := tx.IsMember(ctx, o.Number, email); {
	case err != nil:
		return err
	case isMember:
		form.Wrong("email", "organization.is-member")
		return form.Err()
	}
	open, err := tx.Invitations(ctx, o.Number)
	if err != nil {
		return err
	}
	if len(open) >= maxInvitations {
		form.Wrong("email", "organization.too-many-invitations", "Count", len(open))
	}
	return form.Err()
}

// countInvitation counts the mails of a day: withdrawn and sent anew, or sent for
// many organisations, they are mails all the same.
func (s *Service) countInvitation(ctx context.Context, tx Tx, by id.ID, email string) error {
	for _, c := range []struct {
		who  string
		most int
	}{{"by " + by.String(), invitedBy}, {"to " + email, invitedTo}} {
		sum := s.Keeper.MAC("invitation count").Sum([]byte(c.who)) // addresses of people are not ours to collect
		n, since, err := tx.Count(ctx, hex.EncodeToString(sum[:16]), s.Now(), invitedIn)
		if err != nil {
			return err
		}
		if n > c.most {
			return &fault.Error{Kind: fault.TooMany, Key: "organization.too-often-invited", After: invitedIn - s.Now().Sub(since)}
		}
	}
	return nil
}

// Withdraw ends an invitation.
func (s *Service) Withdraw(ctx context.Context, a Actor, email string) error {
	if err := demand(a, Admin); err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		if err := tx.DropInvitation(ctx, a.Org, email); err != nil {
			return err
		}
		return s.note(ctx, tx, a.Org, a.Person, "withdrew", email, "")
	})
}

// ReadInvitation finds the invitation of a link, and its organisation.
func (s *Service) ReadInvitation(ctx context.Context, token string) (i Invitation, o Organization, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		i, o, err = s.readInvitation(ctx, tx, token)
		return err
	})
	return i, o, err
}

func (s *Service) readInvitation(ctx context.Context, tx Tx, token string) (Invitation, Organization, error) {
	i, err := tx.Invitation(ctx, id.Token(token).Hash())
	if errors.Is(err, fault.ErrNotFound) || err == nil && !s.Now().Before(i.Expires) {
		return i, Organization{}, errInvitation
	}
	if err != nil {
		return i, Organization{}, err
	}
	o, err := tx.Organization(ctx, i.Org)
	return i, o, err
}

// Accept makes the person a member whose address an invitation went to. The
// address must be proven to be theirs: a link may have been passed on. Who is a
// member already keeps the role that may more.
func (s *Service) Accept(ctx context.Context, person id.ID, token string) (Organization, error) {
	var o Organization
	err := s.Store.Update(ctx, func(tx Tx) error {
		i, _, err := s.readInvitation(ctx, tx, token)
		if err != nil {
			return err
		}
		if o, err = tx.LockOrganization(ctx, i.Org); err != nil {
			return err
		}
		theirs, err := tx.HasAddress(ctx, person, i.Email)
		if err != nil {
			return err
		}
		if !theirs {
			return fault.New(fault.Forbidden, "organization.invitation-other", "Email", i.Email)
		}
		m, err := tx.Member(ctx, o.Number, person)
		if err != nil && !errors.Is(err, fault.ErrNotFound) {
			return err
		}
		if err := tx.SetMember(ctx, Member{Org: o.Number, Person: person, Role: max(i.Role, m.Role), Created: s.Now()}); err != nil {
			return err
		}
		if err := tx.DropInvitation(ctx, o.Number, i.Email); err != nil {
			return err
		}
		return s.note(ctx, tx, o.Number, person, "joined", i.Email, i.Role.String())
	})
	return o, err
}

// Member is one member with their name.
func (s *Service) Member(ctx context.Context, a Actor, person id.ID) (m Member, err error) {
	if err := demand(a, Admin); err != nil {
		return m, err
	}
	err = s.Store.View(ctx, func(tx Tx) error {
		m, err = tx.Member(ctx, a.Org, person)
		return err
	})
	return m, err
}

// SetRole gives a member another role. An organisation keeps an administrator.
func (s *Service) SetRole(ctx context.Context, a Actor, person id.ID, role Role) error {
	if !slices.Contains(Roles(), role) {
		var form fault.Form
		form.Wrong("role", "organization.role-missing")
		return form.Err()
	}
	return s.changeMember(ctx, a, person, role, "role")
}

// Remove ends a membership; everybody may end their own. An organisation keeps an
// administrator.
func (s *Service) Remove(ctx context.Context, a Actor, person id.ID) error {
	if person == a.Person {
		return s.changeMember(ctx, Actor{Person: a.Person, Org: a.Org, Role: Admin}, person, NoRole, "left")
	}
	return s.changeMember(ctx, a, person, NoRole, "removed")
}

func (s *Service) changeMember(ctx context.Context, a Actor, person id.ID, role Role, action string) error {
	if err := demand(a, Admin); err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		// Two administrators who remove each other at once wait for one another here.
		if _, err := tx.LockOrganization(ctx, a.Org); err != nil {
			return err
		}
		m, err := tx.Member(ctx, a.Org, person)
		if err != nil {
			return err
		}
		if m.Role == Admin && role != Admin {
			n, err := tx.CountAdmins(ctx, a.Org)
			if err != nil {
				return err
			}
			if n < 2 {
				return fault.New(fault.Conflict, "organization.last-admin")
			}
		}
		before := m.Role
		if m.Role = role; role == NoRole {
			err = tx.DropMember(ctx, a.Org, person)
		} else {
			err = tx.SetMember(ctx, m)
		}
		if err != nil {
			return err
		}
		detail := before.String()
		if role != NoRole {
			detail = role.String()
		}
		return s.note(ctx, tx, a.Org, a.Person, action, m.label(), detail)
	})
}

// label names a member to people.
func (m Member) label() string {
	if m.Name != "" {
		return m.Name
	}
	return m.Email
}

// Theirs tells whether the address of an invitation is proven to be a person's.
func (s *Service) Theirs(ctx context.Context, person id.ID, i Invitation) (theirs bool, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		theirs, err = tx.HasAddress(ctx, person, i.Email)
		return err
	})
	return theirs, err
}
