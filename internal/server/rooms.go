package server

import (
	"context"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/store"
	"github.com/ecusson/ecusson/internal/web"
)

// rooms makes the services of the domain, tells the worker their jobs, and
// returns the pages.
func (s *Site) rooms(ctx context.Context) ([]web.Room, error) {
	o := s.options
	var rooms []web.Room

	people := &account.Service{Store: store.For[account.Tx](o.Store), Now: o.Now, Random: o.Random, Keeper: o.Keeper, Base: o.Base, Site: o.Name}
	s.People, s.core.Who, s.core.Limits = people, people, web.NewRates(o.Now)
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

	return rooms, nil
}
