package server_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/store"
)

// contest is an organisation with two badges, made by its services.
type contest struct {
	org         organization.Organization
	admin       *browser
	actor       organization.Actor
	part, first *achievement.Version
}

// contest makes an organisation that hélène@contest.example is the administrator of.
func (s *site) contest(t *testing.T) *contest {
	t.Helper()
	ctx := t.Context()
	c := &contest{admin: s.signIn("helene@contest.example")}
	person := s.person(t, "helene@contest.example")
	var err error
	if c.org, err = s.Orgs.Create(ctx, person, organization.New{Name: "Les Génies de la Construction", Kind: "training", Slug: "genies", Lang: "fr"}); err != nil {
		t.Fatal(err)
	}
	if _, c.actor, err = s.Orgs.Enter(ctx, c.org.Slug, person.ID); err != nil {
		t.Fatal(err)
	}
	c.part = s.publish(t, c, achievement.Content{
		Lang: "fr", Kind: "participation", Assessment: "participation",
		Texts: map[string]achievement.Texts{
			"fr": {Name: "Participant", Description: "A pris part au concours.", Criteria: "- venir\n- construire"},
			"en": {Name: "Participant in the contest", Description: "Took part in the contest.", Criteria: "- come\n- build"},
		},
	})
	c.first = s.publish(t, c, achievement.Content{
		Lang: "fr", Kind: "achievement", Assessment: "jury", Validity: achievement.Validity{Years: 1},
		Texts: map[string]achievement.Texts{"fr": {Name: "Lauréat", Description: "A gagné le concours.", Criteria: "Gagner.", Evidence: "une maquette"}},
	})
	return c
}

// person is who has an address.
func (s *site) person(t *testing.T, email string) account.Person {
	t.Helper()
	var p account.Person
	err := store.For[account.Tx](s.store).View(t.Context(), func(tx account.Tx) error {
		var err error
		p, err = tx.PersonOf(t.Context(), email)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (s *site) publish(t *testing.T, c *contest, content achievement.Content) *achievement.Version {
	t.Helper()
	a, err := s.Badges.Create(t.Context(), c.actor, content)
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.Badges.Publish(t.Context(), c.actor, c.org, a.Number, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// give gives a badge of the contest to somebody.
func (s *site) give(t *testing.T, c *contest, v *achievement.Version, address, name string) award.Award {
	t.Helper()
	given, err := s.Awards.Give(t.Context(), c.actor, []award.Request{{
		Achievement: v.Achievement, Version: v.Version, Lang: "fr", Address: address, Name: name, Text: "Une *belle* maquette.",
		Links: []string{"https://photo.example/1"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return given[0]
}

// fetch asks for a document as a program does.
func (b *browser) fetch(path, accept string) answer {
	b.s.t.Helper()
	r, err := http.NewRequest(http.MethodGet, b.address(path), nil)
	if err != nil {
		b.s.t.Fatal(err)
	}
	r.Header.Set("Accept", accept)
	return b.do(r)
}
