package store

import (
	"context"

	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/organization"
)

const (
	memberColumns = "m.org, m.person, m.role, m.created, p.name, COALESCE(a.email, '')"
	memberTables  = " FROM member m JOIN person p ON p.id = m.person LEFT JOIN address a ON a.person = m.person AND a.main "
)

func scanMember(s scanner) (organization.Member, error) {
	var m organization.Member
	var created int64
	err := s.Scan(&m.Org, &m.Person, &m.Role, &created, &m.Name, &m.Email)
	m.Created = instant(created)
	return m, err
}

// Member is one member with name and main address.
func (t *Tx) Member(ctx context.Context, org id.Number, person id.ID) (organization.Member, error) {
	return one(ctx, t, scanMember, "SELECT "+memberColumns+memberTables+"WHERE m.org = $1 AND m.person = $2", org, person)
}

// Members are the n that follow one, by role downwards and then by person.
func (t *Tx) Members(ctx context.Context, org id.Number, after organization.Member, n int) ([]organization.Member, error) {
	role := after.Role
	if after.Person.IsZero() {
		role = organization.Admin + 1
	}
	return all(ctx, t, scanMember, "SELECT "+memberColumns+memberTables+`WHERE m.org = $1 AND (m.role < $2 OR m.role = $2 AND m.person > $3)
		ORDER BY m.role DESC, m.person LIMIT $4`, org, role, after.Person[:], n)
}

// SetMember gives somebody a role, or another one.
func (t *Tx) SetMember(ctx context.Context, m organization.Member) error {
	_, err := t.exec(ctx, `INSERT INTO member (org, person, role, created) VALUES ($1, $2, $3, $4)
		ON CONFLICT (org, person) DO UPDATE SET role = excluded.role`, m.Org, m.Person, m.Role, micros(m.Created))
	return err
}

// DropMember ends a membership.
func (t *Tx) DropMember(ctx context.Context, org id.Number, person id.ID) error {
	return t.change(ctx, "DELETE FROM member WHERE org = $1 AND person = $2", org, person)
}

// CountAdmins counts an organisation's administrators.
func (t *Tx) CountAdmins(ctx context.Context, org id.Number) (int, error) {
	return one(ctx, t, scan1[int], "SELECT count(*) FROM member WHERE org = $1 AND role = $2", org, organization.Admin)
}

// IsMember tells whether who has an address is a member.
func (t *Tx) IsMember(ctx context.Context, org id.Number, email string) (bool, error) {
	found, err := all(ctx, t, scan1[int], "SELECT 1 FROM address a JOIN member m ON m.person = a.person WHERE a.email = $1 AND m.org = $2", email, org)
	return len(found) > 0, err
}

// HasAddress tells whether an address is proven to be a person's.
func (t *Tx) HasAddress(ctx context.Context, person id.ID, email string) (bool, error) {
	found, err := all(ctx, t, scan1[int], "SELECT 1 FROM address WHERE email = $1 AND person = $2", email, person)
	return len(found) > 0, err
}

const (
	invitationColumns = "i.org, i.email, i.role, i.hash, i.person, i.created, i.expires, COALESCE(p.name, '')"
	invitationTables  = " FROM invitation i LEFT JOIN person p ON p.id = i.person "
)

func scanInvitation(s scanner) (organization.Invitation, error) {
	var i organization.Invitation
	var created, expires int64
	err := s.Scan(&i.Org, &i.Email, &i.Role, &i.Hash, &i.Person, &created, &expires, &i.Name)
	i.Created, i.Expires = instant(created), instant(expires)
	return i, err
}

// SetInvitation keeps an invitation in place of an older one to that address.
func (t *Tx) SetInvitation(ctx context.Context, i organization.Invitation) error {
	_, err := t.exec(ctx, `INSERT INTO invitation (org, email, role, hash, person, created, expires) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (org, email) DO UPDATE SET role = excluded.role, hash = excluded.hash, person = excluded.person,
		created = excluded.created, expires = excluded.expires`, i.Org, i.Email, i.Role, i.Hash, i.Person, micros(i.Created), micros(i.Expires))
	return err
}

// Invitation finds an invitation by the hash of its link.
func (t *Tx) Invitation(ctx context.Context, hash []byte) (organization.Invitation, error) {
	return one(ctx, t, scanInvitation, "SELECT "+invitationColumns+invitationTables+"WHERE i.hash = $1", hash)
}

// Invitations are those of an organisation, the newest first.
func (t *Tx) Invitations(ctx context.Context, org id.Number) ([]organization.Invitation, error) {
	return all(ctx, t, scanInvitation, "SELECT "+invitationColumns+invitationTables+"WHERE i.org = $1 ORDER BY i.created DESC, i.email", org)
}

// DropInvitation ends an invitation.
func (t *Tx) DropInvitation(ctx context.Context, org id.Number, email string) error {
	return t.change(ctx, "DELETE FROM invitation WHERE org = $1 AND email = $2", org, email)
}
