// Package demo fills an empty site with a territory that does not exist: a
// contest, a university, an association, an employer, their badges and the people
// who got them, so that there is something to click through. All goes through the
// services that people use. Begin with Fill.
package demo

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/framework"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/passport"
)

// Site is what Fill fills.
type Site struct {
	People *account.Service
	Orgs   *organization.Service
	Badges *achievement.Service
	Awards *award.Service
	Keep   *passport.Service
	// Drain does the jobs that are queued.
	Drain func(ctx context.Context) error
}

// The people whom the demonstration names to who looks at it.
const (
	Operator = "site@demo.example"
	Contest  = "helene@demo.example" // administrator of the contest
	Holder   = "amina@demo.example"  // has badges of all of them
)

// Fill fills a site, and does nothing where it was filled before.
func Fill(ctx context.Context, s Site) error {
	if _, err := s.Orgs.BySlug(ctx, territory()[0].slug); err == nil {
		return nil
	}
	operator, err := s.People.MakeOperator(ctx, Operator)
	if err != nil {
		return err
	}
	skills, err := framework.Load()
	if err != nil {
		return err
	}
	// The contest is Hélène's own. That she runs the site is over at once.
	helene, err := s.People.MakeOperator(ctx, Contest)
	if err != nil {
		return err
	}
	for i, p := range territory() {
		who := operator
		if i == 0 {
			who = helene
		}
		if err := s.place(ctx, who, p, i, skills); err != nil {
			return fmt.Errorf("demo: %s: %w", p.name, err)
		}
	}
	if err := s.People.EndOperator(ctx, Contest); err != nil {
		return err
	}
	return s.passport(ctx)
}

func (s Site) place(ctx context.Context, who account.Person, p place, nth int, skills *framework.Catalog) error {
	org, err := s.Orgs.Create(ctx, who, organization.New{Name: p.name, Kind: p.kind, Slug: p.slug, Lang: "fr", Place: organization.Place{Locality: p.town, Region: "Normandie", Country: "FR"}})
	if err != nil {
		return err
	}
	_, actor, err := s.Orgs.Enter(ctx, org.Slug, who.ID)
	if err != nil {
		return err
	}
	profile := organization.ProfileOf(org)
	profile.Description, profile.Colour = p.description, p.colour
	if err := s.Orgs.SetProfile(ctx, actor, profile); err != nil {
		return err
	}
	if org, err = s.Orgs.Get(ctx, org.Number); err != nil {
		return err
	}
	var versions []*achievement.Version
	for i, b := range p.badges {
		v, err := s.publish(ctx, actor, org, b.content, skills)
		if err != nil {
			return err
		}
		versions = append(versions, v)
		if err := s.give(ctx, actor, v, nth*7+i*3, b.given); err != nil {
			return err
		}
	}
	if nth == 0 {
		return s.contest(ctx, actor, versions)
	}
	return nil
}

func (s Site) publish(ctx context.Context, actor organization.Actor, org organization.Organization, c achievement.Content, skills *framework.Catalog) (*achievement.Version, error) {
	c.Picture.Piping = org.Colour
	for _, address := range []string{team, creative} {
		if skill, ok := skills.Find(address); ok && (c.Kind == "achievement" || c.Kind == "soft-skill" && address == team) {
			c.Skills = append(c.Skills, achievement.SkillOf(skill))
		}
	}
	a, err := s.Badges.Create(ctx, actor, c)
	if err != nil {
		return nil, err
	}
	return s.Badges.Publish(ctx, actor, org, a.Number, a.Changed)
}

// somebody is the n-th of the territory's people; the first is Amina.
func somebody(n int) (name, address string) {
	given, family := givenNames[n%len(givenNames)], familyNames[(n/len(givenNames)*5+n)%len(familyNames)]
	if n == 0 {
		return "Amina Benali", Holder
	}
	return given + " " + family, plain(given) + "." + plain(family) + fmt.Sprint(n) + "@demo.example"
}

// plain is a name as an address has it.
func plain(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(norm.NFD.String(s)) {
		if r >= 'a' && r <= 'z' {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// give gives a badge to some of the territory's people, of whom most accept.
func (s Site) give(ctx context.Context, actor organization.Actor, v *achievement.Version, from, n int) error {
	if n == 0 {
		return nil
	}
	var requests []award.Request
	for i := range n {
		who := 0
		if i > 0 {
			who = from + i*2
		}
		name, address := somebody(who)
		requests = append(requests, award.Request{
			Achievement: v.Achievement, Version: v.Version, Lang: "fr", Address: address, Name: name,
			Links: []string{"https://preuve.example/" + plain(name)}, Silent: i > 3,
		})
	}
	given, err := s.Awards.Give(ctx, actor, requests)
	if err != nil {
		return err
	}
	for i := range given {
		if err := s.answer(ctx, &given[i], i); err != nil {
			return err
		}
	}
	if n > 8 {
		if _, err := s.Awards.Revoke(ctx, actor, given[7].ID, "délivré par erreur à une autre personne"); err != nil {
			return err
		}
	}
	return nil
}

func (s Site) answer(ctx context.Context, a *award.Award, i int) error {
	answer := award.Accepted
	switch {
	case i%7 == 6:
		answer = award.Declined
	case i%5 == 0:
		return nil // still waits
	}
	_, err := s.Awards.Answer(ctx, award.Recipient{Token: s.Awards.ReceiveToken(a.Org, a.ID)}, a.Org, a.ID, answer)
	return err
}

// contest gives the contest's badges to a list, and leaves another one that has
// rows to correct.
func (s Site) contest(ctx context.Context, actor organization.Actor, versions []*achievement.Version) error {
	good, err := s.Awards.AddList(ctx, actor, "concours-2026.csv", "fr", list(146, false))
	if err != nil {
		return err
	}
	if _, err := s.Awards.SetPlan(ctx, actor, good.Number, func(b *award.Batch) error { b.Rows = 146; return nil }); err != nil {
		return err
	}
	if _, err := s.Awards.Start(ctx, actor, good.Number); err != nil {
		return err
	}
	if err := s.Drain(ctx); err != nil {
		return err
	}
	_, err = s.Awards.AddList(ctx, actor, "equipes-d-avril.csv", "fr", list(40, true))
	return err
}

// list is a list of the contest, with faults where they are asked for.
func list(n int, faults bool) []byte {
	var b strings.Builder
	b.WriteString("Prénom et nom;Courriel;Résultat;Mot du jury;Photo\n")
	for i := range n {
		who := i * 3
		if faults {
			who += 700
		}
		name, address := somebody(who)
		result, word, photo := "Participant", "", ""
		if i%6 == 0 {
			result, word, photo = "Lauréat", "Maquette solide et bien expliquée.", fmt.Sprintf("https://photo.example/%03d", i)
		}
		switch {
		case faults && i == 4:
			address = strings.TrimSuffix(address, ".example")
		case faults && i == 11:
			address = ""
		case faults && i == 17:
			result = "Finaliste"
		case faults && i == 25:
			photo = "photo.example/25"
		}
		fmt.Fprintf(&b, "%s;%s;%s;%s;%s\n", name, address, result, word, photo)
	}
	return []byte(b.String())
}
