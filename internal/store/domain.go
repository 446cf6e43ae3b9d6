package store

import (
	"context"
	"time"

	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/organization"
)

const domainColumns = "org, name, token, method, proven, checked, missed, failed"

func scanDomain(s scanner) (organization.Domain, error) {
	var d organization.Domain
	var proven, checked, failed int64
	err := s.Scan(&d.Org, &d.Name, &d.Token, &d.Method, &proven, &checked, &d.Missed, &failed)
	d.Proven, d.Checked, d.Failed = instant(proven), instant(checked), instant(failed)
	return d, err
}

// AddDomain keeps a domain that an organisation says is its own.
func (t *Tx) AddDomain(ctx context.Context, d organization.Domain) error {
	_, err := t.exec(ctx, "INSERT INTO domain ("+domainColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		d.Org, d.Name, d.Token, d.Method, micros(d.Proven), micros(d.Checked), d.Missed, micros(d.Failed))
	return err
}

// ChangeDomain writes what a look for the proof found.
func (t *Tx) ChangeDomain(ctx context.Context, d organization.Domain) error {
	return t.change(ctx, "UPDATE domain SET method = $1, proven = $2, checked = $3, missed = $4, failed = $5 WHERE org = $6 AND name = $7",
		d.Method, micros(d.Proven), micros(d.Checked), d.Missed, micros(d.Failed), d.Org, d.Name)
}

// DropDomain forgets a domain.
func (t *Tx) DropDomain(ctx context.Context, org id.Number, name string) error {
	return t.change(ctx, "DELETE FROM domain WHERE org = $1 AND name = $2", org, name)
}

// Domain is one domain of an organisation.
func (t *Tx) Domain(ctx context.Context, org id.Number, name string) (organization.Domain, error) {
	return one(ctx, t, scanDomain, "SELECT "+domainColumns+" FROM domain WHERE org = $1 AND name = $2", org, name)
}

// DomainsOf are an organisation's, by name.
func (t *Tx) DomainsOf(ctx context.Context, org id.Number) ([]organization.Domain, error) {
	return all(ctx, t, scanDomain, "SELECT "+domainColumns+" FROM domain WHERE org = $1 ORDER BY name", org)
}

// DomainsToCheck are those once proven that were checked last before a moment.
func (t *Tx) DomainsToCheck(ctx context.Context, before time.Time, n int) ([]organization.Domain, error) {
	return all(ctx, t, scanDomain, "SELECT "+domainColumns+" FROM domain WHERE checked <= $1 AND proven > 0 ORDER BY checked LIMIT $2", micros(before), n)
}
