package organization

import (
	"context"
	"time"

	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
)

// JobDaily is the kind of the job that looks again, each day, whether the proofs
// of domains stand, and forgets what is no longer needed. See Service.Daily.
const JobDaily = "organization-daily"

const (
	lookFor     = 15 * time.Second // for one look at one place
	recheck     = 24 * time.Hour
	pauseDaily  = time.Hour
	atOnce      = 20
	missedMost  = 3
	forgetAfter = 365 * 24 * time.Hour // the address of who reported something
)

// Start queues what is done daily. It may be called by every server at each start.
func (s *Service) Start(ctx context.Context) error {
	i, err := id.New(s.Now(), s.Random)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		return tx.Enqueue(ctx, job.Job{ID: i, Kind: JobDaily, Key: "daily", At: s.Now()})
	})
}

// Daily does JobDaily: it asks to be called again within the hour.
func (s *Service) Daily(ctx context.Context, _ job.Job) error {
	if err := s.forget(ctx); err != nil {
		return err
	}
	for {
		var due []Domain
		err := s.Store.View(ctx, func(tx Tx) error {
			var err error
			due, err = tx.DomainsToCheck(ctx, s.Now().Add(-recheck), atOnce)
			return err
		})
		if err != nil {
			return err
		}
		for _, d := range due {
			if err := s.recheck(ctx, d); err != nil {
				return err
			}
		}
		if len(due) < atOnce {
			return &job.Later{After: pauseDaily}
		}
	}
}

// forget drops what is no longer needed: invitations that expired, and who
// reported something that was answered long ago.
func (s *Service) forget(ctx context.Context) error {
	return s.Store.Update(ctx, func(tx Tx) error {
		if err := tx.DropExpiredInvitations(ctx, s.Now()); err != nil {
			return err
		}
		if err := tx.DropMailFaults(ctx, s.Now().Add(-faultsFor)); err != nil {
			return err
		}
		return tx.ForgetReporters(ctx, s.Now().Add(-forgetAfter))
	})
}

// recheck looks for a proof that was there before. The third day in a row
// without takes it away, and the administrators are told; it comes back by
// itself.
func (s *Service) recheck(ctx context.Context, d Domain) error {
	found := s.find(ctx, d)
	if err := ctx.Err(); err != nil {
		return err // what was not looked for is not missing
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		now, err := tx.Domain(ctx, d.Org, d.Name)
		if err != nil || !now.Checked.Equal(d.Checked) {
			return ignoreNotFound(err) // dropped or checked meanwhile
		}
		was := now.Holds()
		now.Checked = s.Now()
		action := ""
		switch {
		case found.Proven():
			now.Proven, now.Method, now.Missed, now.Failed = now.Checked, found.Method, 0, time.Time{}
			if !was {
				action = "domain-proven"
			}
		case was:
			if now.Missed++; now.Missed >= missedMost {
				now.Failed = now.Checked
				action = "domain-lost"
			}
		}
		if err := tx.ChangeDomain(ctx, now); err != nil || action == "" {
			return err
		}
		if err := s.note(ctx, tx, d.Org, id.ID{}, action, d.Name, now.Method); err != nil || action == "domain-proven" {
			return err
		}
		o, err := tx.Organization(ctx, d.Org)
		if err != nil {
			return err
		}
		return s.tellAdmins(ctx, tx, MailDomain, d.Org, Facts{Organization: o.Name, Slug: o.Slug, Domain: d.Name, Link: s.at("/s/" + o.Slug + "/settings/domains")})
	})
}
