// Package server puts the platform together: store, domain, work and pages, from
// a configuration to a handler and its background work. Commands and tests are
// its users. Begin with New.
package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/job"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/mail"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/passport"
	"github.com/ecusson/ecusson/internal/post"
	"github.com/ecusson/ecusson/internal/seal"
	"github.com/ecusson/ecusson/internal/store"
	"github.com/ecusson/ecusson/internal/web"
	"github.com/ecusson/ecusson/verify"
)

// Options are what a site is made from. All but Trusted and Former must be given.
type Options struct {
	Store   *store.Store
	Keeper  *seal.Keeper
	Base    *url.URL   // public address, without a path
	Former  []*url.URL // addresses that the site had before
	Trusted []netip.Prefix
	Name    string // of the site
	Lang    string // of who says none
	Log     *slog.Logger
	// Now is the clock, Random a cryptographic source.
	Now    func() time.Time
	Random io.Reader
	// Owner names this server among those on one database.
	Owner string
	// Policy says who may make an organisation, where the operator has not said so
	// on the pages; approval where empty.
	Policy organization.Policy
	// Contact is the operator's address where they have not given one on the pages.
	Contact string
	// Resolver and Fetcher reach the network: the system's and the guarded one
	// where nil.
	Resolver organization.Resolver
	Fetcher  verify.Fetcher
	// Mail hands mails over. Outbox, where it is not nil, takes them instead, and
	// its pages show them to whoever reaches the site.
	Mail   mail.Sender
	Outbox *mail.Outbox
	// BounceSecret lets a mail provider tell of mail that came back; empty where
	// none does.
	BounceSecret string
	// Mailbox is where undelivered mail comes back to, nil for none.
	Mailbox *mail.Mailbox
	// From is whom mails are from.
	From mail.Address
	// Words are the sentences of pages and mails; those that the program carries
	// where nil.
	Words *message.Catalog
	// Look renders pages in them; made anew where nil, which takes a moment.
	Look *look.Look
	// UploadLimit is the most bytes of an uploaded list, RowLimit the most rows that
	// it may have; 0 is 64 MiB and a million.
	UploadLimit int64
	RowLimit    int
	// Takeover is how long a server is silent before others do what it had begun; 0
	// is 30 s.
	Takeover time.Duration
	// Workers is how many jobs are done at once; 0 is 4.
	Workers int
}

// Site is a platform that is ready to answer.
type Site struct {
	Handler http.Handler
	Worker  *job.Worker
	Postman *post.Sender // nil without Options.Mail
	// People are the accounts: who starts the site asks them for its first operator.
	People *account.Service
	Awards *award.Service
	Orgs   *organization.Service
	Badges *achievement.Service
	Keep   *passport.Service

	// Routes are all pages and forms, with who may call them.
	Routes []web.Route

	options Options
	catalog *message.Catalog
	core    *web.Core
}

// New puts a site together. It starts nothing; see Site.Handler and Site.Work.
func New(ctx context.Context, o Options) (*Site, error) {
	if o.Store == nil || o.Keeper == nil || o.Base == nil || o.Now == nil || o.Random == nil || o.Log == nil {
		return nil, errors.New("server: an option is missing")
	}
	if o.Resolver == nil {
		o.Resolver = net.DefaultResolver
	}
	if o.Fetcher == nil {
		o.Fetcher = verify.Guarded()
	}
	catalog := o.Words
	if catalog == nil {
		var err error
		if catalog, err = message.Load(); err != nil {
			return nil, fmt.Errorf("server: %w", err)
		}
	}
	if o.Look == nil {
		var err error
		if o.Look, err = look.New(catalog, web.Pages()); err != nil {
			return nil, fmt.Errorf("server: %w", err)
		}
	}
	if o.UploadLimit == 0 {
		o.UploadLimit = 64 << 20
	}
	s := &Site{options: o, catalog: catalog}
	s.Worker = &job.Worker{Store: o.Store.Jobs(), Owner: o.Owner, Now: o.Now, Log: o.Log, Parallel: o.Workers, Lease: o.Takeover}
	s.core = &web.Core{
		Base: o.Base, Former: o.Former, Name: o.Name, Lang: o.Lang, Look: o.Look, Catalog: catalog, Log: o.Log, Now: o.Now, Trusted: o.Trusted,
	}
	rooms, err := s.rooms(ctx)
	if err != nil {
		return nil, err
	}
	for _, room := range rooms {
		s.Routes = append(s.Routes, room.Routes()...)
	}
	s.Handler, err = web.New(s.core, rooms...)
	return s, err
}

// Work does what is to be done in the background, until ctx ends.
func (s *Site) Work(ctx context.Context) {
	var wait sync.WaitGroup
	defer wait.Wait()
	if s.Postman != nil {
		wait.Go(func() { s.Postman.Run(ctx) })
	}
	s.Worker.Run(ctx)
}
