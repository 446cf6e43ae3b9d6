package achievement

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/organization"
)

// Store runs transactions.
type Store interface {
	Update(ctx context.Context, f func(Tx) error) error
	View(ctx context.Context, f func(Tx) error) error
}

// Tx is what a transaction can do.
type Tx interface {
	// Achievement is one of an organisation, with its newest version.
	Achievement(ctx context.Context, org, number id.Number) (Achievement, error)
	// LockAchievement is Achievement, and makes other writers of it wait.
	LockAchievement(ctx context.Context, org, number id.Number) (Achievement, error)
	AddAchievement(ctx context.Context, a Achievement, found string) error
	// ChangeAchievement stores everything but Awarded and Created.
	ChangeAchievement(ctx context.Context, a Achievement, found string) error
	DeleteAchievement(ctx context.Context, org, number id.Number) error
	// Achievements are those of an organisation that pass a filter, the one that
	// changed last first, after a place; at most n.
	Achievements(ctx context.Context, org id.Number, f Filter, after Place, n int) ([]Achievement, error)

	// OpenAchievements are the published ones of active organisations, the one that
	// changed last first, after a place; at most n.
	OpenAchievements(ctx context.Context, f OpenFilter, after OpenPlace, n int) ([]Open, error)

	AddAchievementVersion(ctx context.Context, v Version) error
	AchievementVersion(ctx context.Context, org, number id.Number, version int) (Version, error)
	// AchievementVersions are those of an achievement below a number, the newest
	// first; at most n.
	AchievementVersions(ctx context.Context, org, number id.Number, below, n int) ([]Version, error)

	// PutFile keeps a file; one that is there already stays as it is.
	PutFile(ctx context.Context, f File) error
	File(ctx context.Context, name string) (File, error)

	Audit(ctx context.Context, e organization.Entry) error
}

// Service is the rules of achievements.
type Service struct {
	Store  Store
	Now    func() time.Time
	Random io.Reader

	cache versionCache
}

// Filter chooses achievements. The zero Filter lets all pass.
type Filter struct {
	Words []string // folded; each must begin a word of a name, a tag or a skill
	State State
	// Changed: published, and with a draft that says something else.
	Changed bool
}

// Place is a place in a list: that of the achievement that was seen last. The
// zero Place is the beginning.
type Place struct {
	Changed time.Time
	Number  id.Number
}

// Place is where the achievement stands in lists.
func (a Achievement) Place() Place { return Place{a.Changed, a.Number} }

// may asks for a role in the actor's organisation.
func may(a organization.Actor, r organization.Role) error {
	if !a.May(r) {
		return fault.New(fault.Forbidden, "achievement.role")
	}
	return nil
}

// moment is now, as it is stored.
func (s *Service) moment() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }

// Find returns an achievement of an organisation; NotFound where it has none of
// that number.
func (s *Service) Find(ctx context.Context, org, number id.Number) (a Achievement, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		a, err = tx.Achievement(ctx, org, number)
		return err
	})
	return a, err
}

// Version returns a published version. It is the caller's own.
func (s *Service) Version(ctx context.Context, org, number id.Number, version int) (*Version, error) {
	if v, ok := s.cache.get(versionKey{org, number, version}); ok {
		return v, nil
	}
	var v Version
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		v, err = tx.AchievementVersion(ctx, org, number, version)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.cache.put(&v)
	return &v, nil
}

// Versions are the published versions below a number (0 for all), the newest
// first; at most n.
func (s *Service) Versions(ctx context.Context, org, number id.Number, below, n int) (out []Version, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		out, err = tx.AchievementVersions(ctx, org, number, below, n)
		return err
	})
	return out, err
}

// List returns achievements of an organisation, the one that changed last first,
// at most n, and whether there are more.
func (s *Service) List(ctx context.Context, org id.Number, f Filter, after Place, n int) (out []Achievement, more bool, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		out, err = tx.Achievements(ctx, org, f, after, n+1)
		return err
	})
	if len(out) > n {
		out, more = out[:n], true
	}
	return out, more, err
}

// MaxPublished is how many achievements Published returns at most.
const MaxPublished = 2000

// Published are the achievements that an organisation can award, by name.
func (s *Service) Published(ctx context.Context, org id.Number) (out []Achievement, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		out, err = tx.Achievements(ctx, org, Filter{State: Published}, Place{}, MaxPublished)
		return err
	})
	for i := range out {
		out[i].Draft = nil // what is awarded is what was published
		own := out[i].Newest.Content.Own()
		out[i].Name, out[i].Kind = own.Name, out[i].Newest.Content.Kind
	}
	slices.SortStableFunc(out, func(a, b Achievement) int { return strings.Compare(a.Slug(), b.Slug()) })
	return out, err
}

// Create begins an achievement as a draft.
func (s *Service) Create(ctx context.Context, actor organization.Actor, c Content) (Achievement, error) {
	if err := may(actor, organization.Creator); err != nil {
		return Achievement{}, err
	}
	c = c.Clone()
	c.Tidy()
	now := s.moment()
	if err := c.Check(false, now); err != nil {
		return Achievement{}, err
	}
	a := Achievement{Org: actor.Org, State: Draft, Draft: &c, Created: now, Changed: now}
	a.entitle()
	for range 5 {
		number, err := id.NewNumber(s.Random)
		if err != nil {
			return Achievement{}, err
		}
		a.Number = number
		err = s.Store.Update(ctx, func(tx Tx) error { return tx.AddAchievement(ctx, a, c.Found()) })
		if !errors.Is(err, fault.ErrExists) {
			return a, err
		}
	}
	return Achievement{}, errors.New("achievement: no free number was drawn in five")
}

// note writes a line into the organisation's journal, with what was done.
func (s *Service) note(ctx context.Context, tx Tx, actor organization.Actor, action string, a *Achievement) error {
	e, err := organization.NewEntry(s.Now(), s.Random, actor.Org, actor.Person, action, a.Name, a.Key())
	if err != nil {
		return err
	}
	return tx.Audit(ctx, e)
}

// entitle copies what lists show from the newest content.
func (a *Achievement) entitle() {
	c := a.Content()
	a.Name, a.Kind = c.Own().Name, c.Kind
}

// change runs f over an achievement that nobody else changes meanwhile, and
// stores it. seen is what its Changed was when the person looked, zero for
// whatever it is now.
func (s *Service) change(ctx context.Context, actor organization.Actor, number id.Number, seen time.Time, f func(tx Tx, a *Achievement) error) (Achievement, error) {
	if err := may(actor, organization.Creator); err != nil {
		return Achievement{}, err
	}
	var a Achievement
	err := s.Store.Update(ctx, func(tx Tx) error {
		var err error
		if a, err = tx.LockAchievement(ctx, actor.Org, number); err != nil {
			return err
		}
		if !seen.IsZero() && !seen.Equal(a.Changed) {
			return fault.New(fault.Conflict, "achievement.changed-meanwhile")
		}
		if err := f(tx, &a); err != nil {
			return err
		}
		a.Changed = s.moment()
		a.entitle()
		c := a.Content()
		return tx.ChangeAchievement(ctx, a, c.Found())
	})
	return a, err
}

// Save keeps what a draft says. seen is the achievement's Changed as the person
// had it before them: Conflict where somebody else changed it since; the zero
// time writes over whatever is there.
func (s *Service) Save(ctx context.Context, actor organization.Actor, number id.Number, seen time.Time, c Content) (Achievement, error) {
	c = c.Clone()
	c.Tidy()
	if err := c.Check(false, s.moment()); err != nil {
		return Achievement{}, err
	}
	return s.change(ctx, actor, number, seen, func(_ Tx, a *Achievement) error {
		a.Draft = &c
		if a.Newest != nil && same(&c, &a.Newest.Content) {
			a.Draft = nil // nothing to publish
		}
		return nil
	})
}

// Discard gives up what was changed since the newest version.
func (s *Service) Discard(ctx context.Context, actor organization.Actor, number id.Number) (Achievement, error) {
	return s.change(ctx, actor, number, time.Time{}, func(_ Tx, a *Achievement) error {
		if a.Version == 0 {
			return fault.New(fault.Conflict, "achievement.never-published")
		}
		a.Draft = nil
		return nil
	})
}

// Archive takes an achievement out of what can be awarded. What was given stands.
func (s *Service) Archive(ctx context.Context, actor organization.Actor, number id.Number) (Achievement, error) {
	return s.change(ctx, actor, number, time.Time{}, func(tx Tx, a *Achievement) error {
		if a.State == Archived {
			return fault.New(fault.Conflict, "achievement.archived-already")
		}
		a.State = Archived
		return s.note(ctx, tx, actor, "badge-archived", a)
	})
}

// Restore takes an achievement out of the archive.
func (s *Service) Restore(ctx context.Context, actor organization.Actor, number id.Number) (Achievement, error) {
	return s.change(ctx, actor, number, time.Time{}, func(tx Tx, a *Achievement) error {
		if a.State != Archived {
			return fault.New(fault.Conflict, "achievement.not-archived")
		}
		a.State = Draft
		if a.Version > 0 {
			a.State = Published
		}
		return s.note(ctx, tx, actor, "badge-restored", a)
	})
}

// Delete removes a draft that was never published. What was published stays for
// ever: badges point to it.
func (s *Service) Delete(ctx context.Context, actor organization.Actor, number id.Number) error {
	if err := may(actor, organization.Creator); err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		a, err := tx.LockAchievement(ctx, actor.Org, number)
		if err != nil {
			return err
		}
		if a.Version > 0 {
			return fault.New(fault.Conflict, "achievement.published-stays")
		}
		if err := s.note(ctx, tx, actor, "badge-deleted", &a); err != nil {
			return err
		}
		return tx.DeleteAchievement(ctx, actor.Org, number)
	})
}
