package passport

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
)

var slugPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Page is the page of a person; NotFound where they made none.
func (s *Service) Page(ctx context.Context, person id.ID) (p Page, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		p, err = tx.PassportPage(ctx, person)
		return err
	})
	return p, err
}

// Open is the page at an address that anybody may see, NotFound for another.
func (s *Service) Open(ctx context.Context, slug string) (p Page, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		p, err = tx.PassportPageBySlug(ctx, slug)
		return err
	})
	if err == nil && !p.Open {
		return Page{}, fault.ErrNotFound
	}
	return p, err
}

// SetPage keeps what a person wants their page to be.
func (s *Service) SetPage(ctx context.Context, p Page) error {
	p.Slug, p.Name, p.About, p.Link = strings.ToLower(strings.TrimSpace(p.Slug)), strings.TrimSpace(p.Name), strings.TrimSpace(p.About), strings.TrimSpace(p.Link)
	var form fault.Form
	checkName(&form, "name", p.Name)
	checkText(&form, "about", p.About)
	if len(p.Slug) < 3 || len(p.Slug) > 60 || !slugPattern.MatchString(p.Slug) {
		form.Wrong("slug", "passport.slug-form")
	}
	if p.Link != "" && !webAddress(p.Link) {
		form.Wrong("link", "passport.link-form")
	}
	if err := form.Err(); err != nil {
		return err
	}
	now := s.Now().UTC()
	p.Created, p.Changed = now, now
	err := s.Store.Update(ctx, func(tx Tx) error {
		old, err := tx.PassportPage(ctx, p.Person)
		switch {
		case err == nil:
			p.Created = old.Created
		case !errors.Is(err, fault.ErrNotFound):
			return err
		}
		return tx.SetPassportPage(ctx, p)
	})
	if errors.Is(err, fault.ErrExists) {
		form.Wrong("slug", "passport.slug-taken")
		return form.Err()
	}
	return err
}

// webAddress tells whether a text is the address of a site.
func webAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && len(text) <= 500 && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

// Collections are those of a person, the one that changed last first.
func (s *Service) Collections(ctx context.Context, person id.ID) (out []Collection, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		out, err = tx.Collections(ctx, person)
		return err
	})
	return out, err
}

// Collection is one of a person's.
func (s *Service) Collection(ctx context.Context, person id.ID, number id.Number) (Collection, error) {
	all, err := s.Collections(ctx, person)
	for _, c := range all {
		if c.Number == number {
			return c, err
		}
	}
	if err == nil {
		err = fault.ErrNotFound
	}
	return Collection{}, err
}

// Shared is the collection of an address that whoever has it may see, NotFound
// for another.
func (s *Service) Shared(ctx context.Context, token string) (c Collection, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		c, err = tx.CollectionByToken(ctx, strings.ToLower(token))
		return err
	})
	if err == nil && c.Visible == award.Private {
		return Collection{}, fault.ErrNotFound
	}
	return c, err
}

// Collect makes a collection of a name, with badges that may be none.
func (s *Service) Collect(ctx context.Context, h Holder, c Collection) (Collection, error) {
	if err := c.check(); err != nil {
		return Collection{}, err
	}
	token, err := id.NewToken(s.Random)
	if err != nil {
		return Collection{}, err
	}
	if c.Number, err = id.NewNumber(s.Random); err != nil {
		return Collection{}, err
	}
	c.Person, c.Token, c.Changed = h.Person, string(token), s.Now().UTC()
	badges, err := s.theirRefs(ctx, h, c.Badges)
	if err != nil {
		return Collection{}, err
	}
	c.Badges = badges
	err = s.Store.Update(ctx, func(tx Tx) error {
		all, err := tx.Collections(ctx, h.Person)
		if err != nil {
			return err
		}
		if len(all) >= maxCollections {
			return fault.New(fault.Conflict, "passport.too-many-collections", "Limit", maxCollections)
		}
		if err := tx.AddCollection(ctx, c); err != nil {
			return err
		}
		return tx.SetCollected(ctx, h.Person, c.Number, c.Badges)
	})
	return c, err
}

func (c *Collection) check() error {
	c.Name, c.About = strings.TrimSpace(c.Name), strings.TrimSpace(c.About)
	var form fault.Form
	checkName(&form, "name", c.Name)
	checkText(&form, "about", c.About)
	return form.Err()
}

// theirRefs are the badges of a list that are the person's, each once.
func (s *Service) theirRefs(ctx context.Context, h Holder, refs []Ref) ([]Ref, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	badges, err := s.Badges(ctx, h)
	if err != nil {
		return nil, err
	}
	theirs := make(map[Ref]bool, len(badges))
	for i := range badges {
		theirs[badges[i].Ref()] = true
	}
	var out []Ref
	for _, ref := range refs {
		if theirs[ref] {
			out = append(out, ref)
			delete(theirs, ref)
		}
	}
	if len(out) > maxCollected {
		return nil, fault.New(fault.Conflict, "passport.too-many-collected", "Limit", maxCollected)
	}
	return out, nil
}

// changeCollection runs f over a collection of a person's, and stores it.
func (s *Service) changeCollection(ctx context.Context, person id.ID, number id.Number, f func(*Collection) error) error {
	return s.Store.Update(ctx, func(tx Tx) error {
		all, err := tx.Collections(ctx, person)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(c Collection) bool { return c.Number == number })
		if at < 0 {
			return fault.ErrNotFound
		}
		c := all[at]
		if err := f(&c); err != nil {
			return err
		}
		c.Changed = s.Now().UTC()
		if err := tx.ChangeCollection(ctx, c); err != nil {
			return err
		}
		return tx.SetCollected(ctx, person, number, c.Badges)
	})
}

// Rename changes a collection's name, text and who may see it.
func (s *Service) Rename(ctx context.Context, person id.ID, number id.Number, name, about string, visible award.Visible) error {
	return s.changeCollection(ctx, person, number, func(c *Collection) error {
		c.Name, c.About, c.Visible = name, about, visible
		return c.check()
	})
}

// Put puts badges into a collection, behind those that are there.
func (s *Service) Put(ctx context.Context, h Holder, number id.Number, refs []Ref) error {
	refs, err := s.theirRefs(ctx, h, refs)
	if err != nil {
		return err
	}
	return s.changeCollection(ctx, h.Person, number, func(c *Collection) error {
		for _, ref := range refs {
			if !slices.Contains(c.Badges, ref) {
				c.Badges = append(c.Badges, ref)
			}
		}
		if len(c.Badges) > maxCollected {
			return fault.New(fault.Conflict, "passport.too-many-collected", "Limit", maxCollected)
		}
		return nil
	})
}

// TakeOut takes a badge out of a collection.
func (s *Service) TakeOut(ctx context.Context, person id.ID, number id.Number, ref Ref) error {
	return s.changeCollection(ctx, person, number, func(c *Collection) error {
		c.Badges = slices.DeleteFunc(c.Badges, func(r Ref) bool { return r == ref })
		return nil
	})
}

// MoveIn moves a badge within a collection.
func (s *Service) MoveIn(ctx context.Context, person id.ID, number id.Number, ref Ref, to Step) error {
	return s.changeCollection(ctx, person, number, func(c *Collection) error {
		at := slices.Index(c.Badges, ref)
		if at < 0 {
			return fault.ErrNotFound
		}
		c.Badges = moveTo(c.Badges, at, to)
		return nil
	})
}

// Sort says in which collections of a person a badge is, and in no others.
func (s *Service) Sort(ctx context.Context, h Holder, ref Ref, into []id.Number) error {
	if _, err := s.Badge(ctx, h, ref); err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		all, err := tx.Collections(ctx, h.Person)
		if err != nil {
			return err
		}
		for _, c := range all { // at most a hundred, and most stay
			at, wanted := slices.Index(c.Badges, ref), slices.Contains(into, c.Number)
			switch {
			case wanted == (at >= 0):
				continue
			case wanted && len(c.Badges) >= maxCollected:
				return fault.New(fault.Conflict, "passport.too-many-collected", "Limit", maxCollected)
			case wanted:
				c.Badges = append(c.Badges, ref)
			default:
				c.Badges = slices.Delete(c.Badges, at, at+1)
			}
			if err := tx.SetCollected(ctx, h.Person, c.Number, c.Badges); err != nil {
				return err
			}
		}
		return nil
	})
}

// Drop deletes a collection; its badges stay.
func (s *Service) Drop(ctx context.Context, person id.ID, number id.Number) error {
	return s.Store.Update(ctx, func(tx Tx) error { return tx.DropCollection(ctx, person, number) })
}
