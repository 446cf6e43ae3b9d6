package demo

import (
	"context"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/passport"
)

// waiting is how many of Amina's badges she has not answered yet.
const waiting = 2

// passport is what Amina made of her badges: most are accepted, some anybody may
// see, on her page and in a collection.
func (s Site) passport(ctx context.Context) error {
	person, err := s.People.MakeOperator(ctx, Holder)
	if err != nil {
		return err
	}
	if err := s.People.EndOperator(ctx, Holder); err != nil { // who made her account by that way
		return err
	}
	if err := s.People.Rename(ctx, person.ID, "Amina Benali", "fr"); err != nil {
		return err
	}
	h := passport.Holder{Person: person.ID, Addresses: []string{Holder}}
	badges, err := s.Keep.Badges(ctx, h)
	if err != nil {
		return err
	}
	var shown []passport.Ref
	for i, b := range badges {
		if i < waiting || b.Award == nil {
			continue
		}
		r := award.Recipient{Person: person.ID, Addresses: h.Addresses}
		if _, err := s.Awards.Answer(ctx, r, b.Award.Org, b.Award.ID, award.Accepted); err != nil {
			return err
		}
		if i%2 == 0 {
			shown = append(shown, b.Ref())
			if err := s.Keep.Describe(ctx, h, b.Ref(), "", award.Public); err != nil {
				return err
			}
		}
	}
	if _, err := s.Keep.Collect(ctx, h, passport.Collection{
		Name: "Candidature chez un charpentier", About: "Ce que j’ai appris **sur les chantiers** et à l’université.", Visible: award.Public, Badges: shown,
	}); err != nil {
		return err
	}
	return s.Keep.SetPage(ctx, passport.Page{
		Person: person.ID, Slug: "amina-benali", Name: "Amina Benali", About: "Étudiante à Vire. Je cherche un apprentissage en charpente.", Open: true,
	})
}
