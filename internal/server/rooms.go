package server

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/framework"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
	"github.com/ecusson/ecusson/internal/mail"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/passport"
	"github.com/ecusson/ecusson/internal/post"
	"github.com/ecusson/ecusson/internal/site"
	"github.com/ecusson/ecusson/internal/store"
	"github.com/ecusson/ecusson/internal/web"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/verify"
)

// rooms makes the services of the domain, tells the worker their jobs, and
// returns the pages.
func (s *Site) rooms(ctx context.Context) ([]web.Room, error) {
	o := s.options
	var rooms []web.Room

	people := &account.Service{Store: store.For[account.Tx](o.Store), Now: o.Now, Random: o.Random, Keeper: o.Keeper, Base: o.Base, Site: o.Name, Languages: s.catalog.Languages()}
	s.People, s.core.Who, s.core.Limits = people, people, outsiders{web.NewRates(o.Now)}
	s.Worker.Handle(account.SweepJob, people.Sweep)
	if err := people.Begin(ctx); err != nil {
		return nil, err
	}
	rooms = append(rooms, web.NewAccount(s.core, people))

	orgs := &organization.Service{
		Store: store.For[organization.Tx](o.Store), Keeper: o.Keeper, Now: o.Now, Random: o.Random, Base: o.Base, Former: o.Former,
		Policy: o.Policy, Contact: o.Contact, Resolver: o.Resolver, Fetcher: o.Fetcher,
	}
	s.core.Enter = orgs

	badges := &achievement.Service{Store: store.For[achievement.Tx](o.Store), Now: o.Now, Random: o.Random}
	files := &achievement.Files{Store: store.For[achievement.Tx](o.Store), Now: o.Now}

	reading := site.NewMarkdown()
	skills, err := framework.Load()
	if err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	templates, err := achievement.Templates(skills)
	if err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}

	ld := jsonld.New(nil)
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	awards := &award.Service{
		Store: store.For[award.Tx](o.Store), Issuers: orgs, Badges: badges, LD: ld, Base: o.Base, Keeper: o.Keeper, Zone: zone, Now: o.Now, Random: o.Random,
		ListBytes: o.UploadLimit, ListRows: o.RowLimit,
		Say: func(lang, key string, facts map[string]any) string { return s.catalog.For(lang).T(key, facts) },
	}
	s.Orgs, s.Badges, s.Awards = orgs, badges, awards
	s.Worker.Handle(award.JobBatch, awards.RunJob)
	s.Worker.Handle(award.JobRenew, func(ctx context.Context, _ job.Job) error {
		more, err := awards.Renew(ctx)
		if err == nil {
			err = &job.Later{After: time.Hour}
			if more {
				err = &job.Later{}
			}
		}
		return err
	})
	s.Worker.Handle(award.JobRemind, awards.Remind)
	for _, kind := range []string{award.JobRenew, award.JobRemind} {
		if err := s.standing(ctx, kind); err != nil {
			return nil, err
		}
	}
	s.core.Wake = s.Worker.Wake
	figures := web.NewFigures(s.core, awards, badges)
	rooms = append(rooms, web.NewFile(s.core, files), web.NewAchievement(s.core, web.Achievements{
		Badges: badges, Files: files, Orgs: orgs, Skills: skills, Templates: templates, Reading: reading, Figures: figures.Strip,
	}))
	rooms = append(rooms, figures, web.NewList(s.core, awards, badges, figures, o.UploadLimit), web.NewAward(s.core, awards, badges))
	rooms = append(rooms, web.NewBadge(s.core, web.Badge{
		Awards: awards, Badges: badges, Files: files, Orgs: orgs, LD: ld, Reading: reading, Addresses: addressesOf(people), Domains: provenBy(orgs),
	}))

	self := &selfFetcher{handler: func() http.Handler { return s.Handler }, bases: append([]*url.URL{o.Base}, o.Former...), next: o.Fetcher}
	rooms = append(rooms, web.NewVerify(s.core, web.Verify{Verifier: verify.New(ld), Fetcher: self, Reading: reading}))

	rooms = append(rooms, web.NewOperator(s.core, web.Operators{
		Orgs: orgs, People: people, Wake: s.Worker.Wake,
		Mails: func(ctx context.Context, n int) (list []job.Mail, err error) {
			err = store.For[interface {
				MailsWaiting(ctx context.Context, n int) ([]job.Mail, error)
			}](o.Store).View(ctx, func(tx interface {
				MailsWaiting(ctx context.Context, n int) ([]job.Mail, error)
			}) error {
				list, err = tx.MailsWaiting(ctx, n)
				return err
			})
			return list, err
		},
	}))
	text, err := web.NewText(s.core, orgs, reading)
	if err != nil {
		return nil, err
	}
	rooms = append(rooms, web.NewHome(s.core, badges), text)
	keep := &passport.Service{
		Store: store.For[passport.Tx](o.Store), Awards: awards, Verifier: verify.New(ld), Fetcher: self, Now: o.Now, Random: o.Random,
		Keep: func(ctx context.Context, png []byte) (string, error) { return files.Put(ctx, "image/png", png) },
	}
	rooms = append(rooms, web.NewPassport(s.core, web.Passport{
		Keep: keep, Awards: awards, Badges: badges, Orgs: orgs, Reading: reading, Addresses: addressesOf(people),
	}))
	s.Keep = keep
	s.bind(people, awards, keep)
	if o.Outbox != nil {
		s.core.Mails = web.OutboxPath
		rooms = append(rooms, web.NewOutbox(s.core, o.Outbox))
	}
	if o.BounceSecret != "" {
		rooms = append(rooms, web.NewBounce(awards, o.BounceSecret))
	}
	if o.Mailbox != nil {
		s.Worker.Handle(post.JobMailbox, func(ctx context.Context, _ job.Job) error { return post.ReadMailbox(ctx, o.Mailbox, awards, o.Log) })
		if err := s.standing(ctx, post.JobMailbox); err != nil {
			return nil, err
		}
	}
	if o.Mail != nil {
		if err := s.hire(files); err != nil {
			return nil, err
		}
	}

	s.Worker.Handle(organization.JobDaily, orgs.Daily)
	if err := orgs.Start(ctx); err != nil {
		return nil, err
	}
	rooms = append(rooms, web.NewOrganization(s.core, orgs, web.OrganizationParts{
		Files: files, Badges: web.PublicCards(badges), SpaceBadges: web.SpaceCards(badges, s.catalog), Figures: figures,
	}))

	return rooms, nil
}

// bind lets accounts take along what the other rooms keep of a person.
func (s *Site) bind(people *account.Service, awards *award.Service, keep *passport.Service) {
	people.Moved = append(people.Moved, func(ctx context.Context, tx account.Tx, from, to id.ID) error {
		return keep.Merge(ctx, tx.(passport.Tx), from, to)
	})
	people.Erasers = append(people.Erasers, func(ctx context.Context, tx account.Tx, l account.Leaving) error {
		if !l.KeepBadges {
			addresses, err := tx.Addresses(ctx, l.Person)
			if err != nil {
				return err
			}
			emails := make([]string, len(addresses))
			for i, a := range addresses {
				emails[i] = a.Email
			}
			if err := awards.Erase(ctx, tx.(award.Tx), emails); err != nil {
				return err
			}
		}
		return keep.Erase(ctx, tx.(passport.Tx), l.Person)
	})
	people.Journal = func(ctx context.Context, tx account.Tx, by id.ID, action, target string) error {
		return s.Orgs.Note(ctx, tx.(organization.Tx), by, action, target)
	}
	s.core.Waiting = func(ctx context.Context, person id.ID) (int, error) {
		emails, err := addressesOf(people)(ctx, person)
		if err != nil {
			return 0, err
		}
		return awards.Waiting(ctx, emails)
	}
	holder := func(ctx context.Context, person id.ID) (passport.Holder, error) {
		emails, err := addressesOf(people)(ctx, person)
		return passport.Holder{Person: person, Addresses: emails}, err
	}
	people.Exporters = append(people.Exporters, func(ctx context.Context, person id.ID) (string, func(io.Writer) error) {
		return "passport.json", func(w io.Writer) error {
			h, err := holder(ctx, person)
			if err != nil {
				return err
			}
			return keep.Export(ctx, h, w)
		}
	})
}

// hire makes the postman.
func (s *Site) hire(files *achievement.Files) error {
	o := s.options
	writer, err := mail.NewWriter(s.catalog, mail.Site{Name: o.Name, URL: o.Base.String(), From: o.From, Contact: o.Contact, Host: o.Base.Hostname()})
	if err != nil {
		return fmt.Errorf("server: %w", err)
	}
	s.Postman = &post.Sender{
		Store: store.For[post.Tx](o.Store), Server: o.Mail, Owner: o.Owner, Now: o.Now, Log: o.Log, Lease: 8 * o.Takeover,
		NewID:    func() (id.ID, error) { return id.New(o.Now(), o.Random) },
		Composer: &post.Letters{Writer: writer, Catalog: s.catalog, Awards: s.Awards, Badges: s.Badges, Files: files, Orgs: s.Orgs, Base: o.Base, Now: o.Now},
	}
	return nil
}

// standing queues a job that is always there: it never ends, but waits for its
// next time.
func (s *Site) standing(ctx context.Context, kind string) error {
	i, err := id.New(s.options.Now(), s.options.Random)
	if err != nil {
		return err
	}
	return store.For[job.Queue](s.options.Store).Update(ctx, func(q job.Queue) error {
		return q.Enqueue(ctx, job.Job{ID: i, Kind: kind, Key: "standing", At: s.options.Now()})
	})
}

// provenBy are the domains that an organisation has proven to be its own.
func provenBy(orgs *organization.Service) func(context.Context, id.Number) ([]string, error) {
	return func(ctx context.Context, org id.Number) ([]string, error) {
		list, err := orgs.Domains(ctx, org)
		var names []string
		for _, d := range list {
			if d.Holds() {
				names = append(names, d.Name)
			}
		}
		return names, err
	}
}

// addressesOf are the proven addresses of a person.
func addressesOf(people *account.Service) func(context.Context, id.ID) ([]string, error) {
	return func(ctx context.Context, person id.ID) ([]string, error) {
		list, err := people.Addresses(ctx, person)
		emails := make([]string, len(list))
		for i, a := range list {
			emails[i] = a.Email
		}
		return emails, err
	}
}
