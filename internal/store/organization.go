package store

import (
	"context"
	"encoding/json"

	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/organization"
)

var _ organization.Tx = (*Tx)(nil)

const organizationColumns = "o.number, o.slug, o.name, o.kind, o.description, o.site, o.email, o.locality, o.region, o.country, o.latitude, o.longitude, " +
	"o.logo, o.lang, o.colour, o.hide_names, o.status, o.reason, o.likeness, o.created, o.changed"

func scanOrganization(s scanner) (organization.Organization, error) { return scanOrganizationAnd(s) }

// scanOrganizationAnd reads the columns of an organisation, and what stands
// behind them.
func scanOrganizationAnd(s scanner, more ...any) (organization.Organization, error) {
	var o organization.Organization
	var likeness string
	var created, changed int64
	err := s.Scan(append([]any{&o.Number, &o.Slug, &o.Name, &o.Kind, &o.Description, &o.Site, &o.Email,
		&o.Place.Locality, &o.Place.Region, &o.Place.Country, &o.Place.Latitude, &o.Place.Longitude,
		&o.Logo, &o.Lang, &o.Colour, &o.HideNames, &o.Status, &o.Reason, &likeness, &created, &changed}, more...)...)
	if err == nil && likeness != "" {
		err = json.Unmarshal([]byte(likeness), &o.Likeness)
	}
	o.Created, o.Changed = instant(created), instant(changed)
	return o, err
}

func likenessText(list []organization.Likeness) (string, error) {
	if len(list) == 0 {
		return "", nil
	}
	text, err := json.Marshal(list)
	return string(text), err
}

// AddOrganization keeps a new organisation; ErrExists for a slug that is taken.
func (t *Tx) AddOrganization(ctx context.Context, o organization.Organization) error {
	likeness, err := likenessText(o.Likeness)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO organization (number, slug, name, kind, description, site, email, locality, region, country, latitude, longitude,
		logo, lang, colour, hide_names, status, reason, likeness, folded, created, changed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
		o.Number, o.Slug, o.Name, o.Kind, o.Description, o.Site, o.Email, o.Place.Locality, o.Place.Region, o.Place.Country, o.Place.Latitude, o.Place.Longitude,
		o.Logo, o.Lang, o.Colour, o.HideNames, string(o.Status), o.Reason, likeness, organization.Fold(o.Name), micros(o.Created), micros(o.Changed))
	return err
}

// ChangeOrganization writes all but number, slug and creation.
func (t *Tx) ChangeOrganization(ctx context.Context, o organization.Organization) error {
	likeness, err := likenessText(o.Likeness)
	if err != nil {
		return err
	}
	return t.change(ctx, `UPDATE organization SET name = $1, kind = $2, description = $3, site = $4, email = $5, locality = $6, region = $7, country = $8,
		latitude = $9, longitude = $10, logo = $11, lang = $12, colour = $13, hide_names = $14, status = $15, reason = $16, likeness = $17, folded = $18,
		changed = $19 WHERE number = $20`,
		o.Name, o.Kind, o.Description, o.Site, o.Email, o.Place.Locality, o.Place.Region, o.Place.Country, o.Place.Latitude, o.Place.Longitude,
		o.Logo, o.Lang, o.Colour, o.HideNames, string(o.Status), o.Reason, likeness, organization.Fold(o.Name), micros(o.Changed), o.Number)
}

// Organization finds an organisation by its number.
func (t *Tx) Organization(ctx context.Context, number id.Number) (organization.Organization, error) {
	return one(ctx, t, scanOrganization, "SELECT "+organizationColumns+" FROM organization o WHERE o.number = $1", number)
}

// LockOrganization is Organization, and makes other writers of it wait.
func (t *Tx) LockOrganization(ctx context.Context, number id.Number) (organization.Organization, error) {
	return one(ctx, t, scanOrganization, "SELECT "+organizationColumns+" FROM organization o WHERE o.number = $1"+t.c.lock(), number)
}

// OrganizationBySlug finds an organisation by the name in its addresses.
func (t *Tx) OrganizationBySlug(ctx context.Context, slug string) (organization.Organization, error) {
	return one(ctx, t, scanOrganization, "SELECT "+organizationColumns+" FROM organization o WHERE o.slug = $1", slug)
}

// OrganizationFor also tells the role of a person in it.
func (t *Tx) OrganizationFor(ctx context.Context, slug string, person id.ID) (organization.Organization, organization.Role, error) {
	m, err := one(ctx, t, scanMembership, "SELECT "+organizationColumns+`, COALESCE(m.role, 0) FROM organization o
		LEFT JOIN member m ON m.org = o.number AND m.person = $1 WHERE o.slug = $2`, person[:], slug)
	return m.Organization, m.Role, err
}

// OrganizationsOf are those in which a person has a role, by name.
func (t *Tx) OrganizationsOf(ctx context.Context, person id.ID) ([]organization.Membership, error) {
	return all(ctx, t, scanMembership, "SELECT "+organizationColumns+`, m.role FROM member m
		JOIN organization o ON o.number = m.org WHERE m.person = $1 ORDER BY o.folded, o.number`, person)
}

func scanMembership(s scanner) (m organization.Membership, err error) {
	m.Organization, err = scanOrganizationAnd(s, &m.Role)
	return m, err
}

// OrganizationNames are the names of all.
func (t *Tx) OrganizationNames(ctx context.Context) ([]organization.Name, error) {
	return all(ctx, t, func(s scanner) (n organization.Name, err error) {
		err = s.Scan(&n.Number, &n.Name, &n.Slug)
		return n, err
	}, "SELECT number, name, slug FROM organization ORDER BY number")
}

const keyColumns = "org, number, public, sealed, created, retired, compromised"

func scanKey(s scanner) (organization.Key, error) {
	var k organization.Key
	var created, retired, compromised int64
	err := s.Scan(&k.Org, &k.Number, &k.Public, &k.Sealed, &created, &retired, &compromised)
	k.Created, k.Retired, k.Compromised = instant(created), instant(retired), instant(compromised)
	return k, err
}

// AddKey keeps a new signing key.
func (t *Tx) AddKey(ctx context.Context, k organization.Key) error {
	_, err := t.exec(ctx, "INSERT INTO signing_key ("+keyColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7)",
		k.Org, k.Number, k.Public, k.Sealed, micros(k.Created), micros(k.Retired), micros(k.Compromised))
	return err
}

// ChangeKey writes what became of a key.
func (t *Tx) ChangeKey(ctx context.Context, k organization.Key) error {
	return t.change(ctx, "UPDATE signing_key SET retired = $1, compromised = $2 WHERE org = $3 AND number = $4",
		micros(k.Retired), micros(k.Compromised), k.Org, k.Number)
}

// KeysOf are all keys of an organisation, the newest first.
func (t *Tx) KeysOf(ctx context.Context, org id.Number) ([]organization.Key, error) {
	return all(ctx, t, scanKey, "SELECT "+keyColumns+" FROM signing_key WHERE org = $1 ORDER BY created DESC, number", org)
}

// Audit adds a line to the journal.
func (t *Tx) Audit(ctx context.Context, e organization.Entry) error {
	_, err := t.exec(ctx, "INSERT INTO audit (org, id, person, action, target, detail) VALUES ($1, $2, $3, $4, $5, $6)",
		e.Org, e.ID, e.Person, e.Action, e.Target, e.Detail)
	return err
}

// SlugsLike are the slugs that are taken and begin as this one does.
func (t *Tx) SlugsLike(ctx context.Context, slug string) ([]string, error) {
	from := slug[:min(len(slug), organization.MaxSlug-8)]
	return all(ctx, t, scan1[string], "SELECT slug FROM organization WHERE slug LIKE $1 ORDER BY slug", from+"%")
}

func scanRecipient(s scanner) (r organization.Recipient, err error) {
	err = s.Scan(&r.Email, &r.Lang)
	return r, err
}

// AdminAddresses are the main addresses of an organisation's administrators.
func (t *Tx) AdminAddresses(ctx context.Context, org id.Number) ([]organization.Recipient, error) {
	return all(ctx, t, scanRecipient, `SELECT a.email, p.lang FROM member m JOIN person p ON p.id = m.person JOIN address a ON a.person = p.id
		WHERE m.org = $1 AND m.role = $2 AND a.main ORDER BY a.email`, org, organization.Admin)
}

// OperatorAddresses are the main addresses of who runs the site.
func (t *Tx) OperatorAddresses(ctx context.Context) ([]organization.Recipient, error) {
	return all(ctx, t, scanRecipient, `SELECT a.email, p.lang FROM person p JOIN address a ON a.person = p.id WHERE p.operator AND a.main ORDER BY a.email`)
}

// Settings are the values of those keys that have one.
func (t *Tx) Settings(ctx context.Context, keys ...string) (map[string]string, error) {
	marks, args := marks(keys, 1)
	list, err := all(ctx, t, func(s scanner) (kv [2]string, err error) {
		err = s.Scan(&kv[0], &kv[1])
		return kv, err
	}, "SELECT key, value FROM setting WHERE key IN ("+marks+")", args...)
	out := map[string]string{}
	for _, kv := range list {
		out[kv[0]] = kv[1]
	}
	return out, err
}
