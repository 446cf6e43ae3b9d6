package passport

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/verify"
)

// Store runs transactions.
type Store interface {
	Update(ctx context.Context, f func(Tx) error) error
	View(ctx context.Context, f func(Tx) error) error
}

// Tx is what a transaction can do. Whatever is named by a person is theirs alone.
type Tx interface {
	PassportNotes(ctx context.Context, person id.ID) ([]Note, error)
	SetPassportNote(ctx context.Context, person id.ID, n Note) error
	// SetPassportNotes puts notes in the place of all that a person has.
	SetPassportNotes(ctx context.Context, person id.ID, notes []Note) error

	// PassportImports are without their data and checks.
	PassportImports(ctx context.Context, person id.ID, n int) ([]Import, error)
	// PassportWeight is how many bytes a person brought.
	PassportWeight(ctx context.Context, person id.ID) (int64, error)
	// PassportImport is one, of whomever, with its data.
	PassportImport(ctx context.Context, i id.ID) (Import, error)
	AddPassportImport(ctx context.Context, i Import) error
	// ChangePassportImport stores what was found, and who may see it.
	ChangePassportImport(ctx context.Context, i Import) error
	DropPassportImport(ctx context.Context, person, i id.ID) error

	PassportPage(ctx context.Context, person id.ID) (Page, error)
	PassportPageBySlug(ctx context.Context, slug string) (Page, error)
	// SetPassportPage is ErrExists where another person has the slug.
	SetPassportPage(ctx context.Context, p Page) error

	// Collections are those of a person with their badges, the one that changed
	// last first.
	Collections(ctx context.Context, person id.ID) ([]Collection, error)
	CollectionByToken(ctx context.Context, token string) (Collection, error)
	AddCollection(ctx context.Context, c Collection) error
	ChangeCollection(ctx context.Context, c Collection) error
	DropCollection(ctx context.Context, person id.ID, number id.Number) error
	SetCollected(ctx context.Context, person id.ID, number id.Number, badges []Ref) error

	// MovePassport gives all of one person's to another, and ErasePassport
	// erases it.
	MovePassport(ctx context.Context, from, to id.ID) error
	ErasePassport(ctx context.Context, person id.ID) error
}

// Note is what a person noted of a badge.
type Note struct {
	Badge Ref
	Text  string
	Place int64
}

// Awards knows what was given; award.Service is one.
type Awards interface {
	To(ctx context.Context, addresses []string) ([]award.Award, error)
	Document(ctx context.Context, org id.Number, i id.ID) (award.Award, []byte, error)
	Owns(r award.Recipient, a *award.Award) bool
	Show(ctx context.Context, r award.Recipient, org id.Number, i id.ID, v award.Visible) error
}

// Service is the rules of passports.
type Service struct {
	Store    Store
	Awards   Awards
	Verifier *verify.Verifier
	Fetcher  verify.Fetcher
	// Keep stores a picture, as PNG, and returns its name.
	Keep   func(ctx context.Context, png []byte) (string, error)
	Now    func() time.Time
	Random io.Reader
}

// Holder is whose passport it is.
type Holder struct {
	Person    id.ID
	Addresses []string // proven ones
}

func (h Holder) recipient() award.Recipient {
	return award.Recipient{Person: h.Person, Addresses: h.Addresses}
}

// Bounds of a passport.
const (
	maxImports     = 1000
	maxWeight      = 256 << 20 // bytes of all that was brought
	maxCollections = 100
	maxCollected   = 500
	maxName        = 100
	maxText        = 2000
)

// Badges are all badges of a person: first those that they moved forward, then
// the newest.
func (s *Service) Badges(ctx context.Context, h Holder) ([]Badge, error) {
	awards, err := s.Awards.To(ctx, h.Addresses)
	if err != nil {
		return nil, err
	}
	var imports []Import
	var notes []Note
	err = s.Store.View(ctx, func(tx Tx) error {
		if imports, err = tx.PassportImports(ctx, h.Person, maxImports); err != nil {
			return err
		}
		notes, err = tx.PassportNotes(ctx, h.Person)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range imports {
		imports[i].claim(h.Addresses)
	}
	return gather(awards, imports, notes), nil
}

func gather(awards []award.Award, imports []Import, notes []Note) []Badge {
	badges := make([]Badge, 0, len(awards)+len(imports))
	for i := range awards {
		badges = append(badges, Badge{Award: &awards[i]})
	}
	for i := range imports {
		badges = append(badges, Badge{Import: &imports[i]})
	}
	noted := make(map[Ref]Note, len(notes))
	for _, n := range notes {
		noted[n.Badge] = n
	}
	for i := range badges {
		n := noted[badges[i].Ref()]
		badges[i].Note, badges[i].Place = n.Text, n.Place
	}
	slices.SortStableFunc(badges, func(a, b Badge) int {
		if a.Place != b.Place {
			if a.Place > b.Place {
				return -1
			}
			return 1
		}
		if c := b.Issued().Compare(a.Issued()); c != 0 {
			return c
		}
		return strings.Compare(string(a.Ref()), string(b.Ref()))
	})
	return badges
}

// Badge is one of a person's badges; NotFound where it is not theirs. What was
// brought comes with its data.
func (s *Service) Badge(ctx context.Context, h Holder, ref Ref) (Badge, error) {
	var b Badge
	if org, i, ok := ref.Award(); ok {
		a, _, err := s.Awards.Document(ctx, org, i)
		if err != nil {
			return Badge{}, err
		}
		if !s.Awards.Owns(h.recipient(), &a) {
			return Badge{}, fault.ErrNotFound
		}
		b.Award = &a
	}
	err := s.Store.View(ctx, func(tx Tx) error {
		if b.Award == nil {
			found, err := s.theirs(ctx, tx, h, ref)
			if err != nil {
				return err
			}
			b.Import = &found
		}
		notes, err := tx.PassportNotes(ctx, h.Person)
		for _, n := range notes {
			if n.Badge == ref {
				b.Note, b.Place = n.Text, n.Place
			}
		}
		return err
	})
	return b, err
}

// theirs is a badge that the person brought.
func (s *Service) theirs(ctx context.Context, tx Tx, h Holder, ref Ref) (Import, error) {
	i, ok := ref.Import()
	if !ok {
		return Import{}, fault.ErrNotFound
	}
	found, err := tx.PassportImport(ctx, i)
	if err == nil && found.Person != h.Person {
		err = fault.ErrNotFound
	}
	found.claim(h.Addresses)
	return found, err
}

// Describe keeps what a person says of a badge of theirs: a note that nobody else
// sees, and who may see the badge.
func (s *Service) Describe(ctx context.Context, h Holder, ref Ref, note string, visible award.Visible) error {
	b, err := s.Badge(ctx, h, ref)
	if err != nil {
		return err
	}
	note = strings.TrimSpace(note)
	var form fault.Form
	checkText(&form, "note", note)
	if b.Import != nil && narrower(visible, b.Import.Widest()) != visible {
		form.Wrong("visible", map[award.Visible]string{award.Private: "passport.not-shown", award.ByLink: "passport.not-public"}[b.Import.Widest()])
	}
	if err := form.Err(); err != nil {
		return err
	}
	if b.Award != nil && b.Award.Visible != visible {
		if err := s.Awards.Show(ctx, h.recipient(), b.Award.Org, b.Award.ID, visible); err != nil {
			return err
		}
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		if b.Import != nil {
			b.Import.Visible = visible
			if err := tx.ChangePassportImport(ctx, *b.Import); err != nil {
				return err
			}
		}
		return tx.SetPassportNote(ctx, h.Person, Note{Badge: ref, Text: note, Place: b.Place})
	})
}

// Step is where a badge or a member of a collection is moved to.
type Step string

// The steps.
const (
	First Step = "first"
	Up    Step = "up"
	Down  Step = "down"
)

// Move moves a badge among those that are accepted.
func (s *Service) Move(ctx context.Context, h Holder, ref Ref, to Step) error {
	badges, err := s.Badges(ctx, h)
	if err != nil {
		return err
	}
	badges = slices.DeleteFunc(badges, func(b Badge) bool { return !b.Accepted() })
	at := slices.IndexFunc(badges, func(b Badge) bool { return b.Ref() == ref })
	if at < 0 {
		return fault.ErrNotFound
	}
	if to == First {
		top := badges[0].Place + 1
		return s.Store.Update(ctx, func(tx Tx) error {
			return tx.SetPassportNote(ctx, h.Person, Note{Badge: ref, Text: badges[at].Note, Place: top})
		})
	}
	moved := moveTo(badges, at, to)
	// Those up to the one that was moved get places of their own; the others stay
	// where their dates put them.
	last := slices.IndexFunc(moved, func(b Badge) bool { return b.Ref() == ref })
	for i := range moved {
		if moved[i].Place != 0 {
			last = max(last, i)
		}
	}
	places := make(map[Ref]int64, last+1)
	for i := range last + 1 {
		places[moved[i].Ref()] = int64(last + 1 - i)
	}
	return s.place(ctx, h.Person, places)
}

// place gives badges their places, and leaves what is noted of them.
func (s *Service) place(ctx context.Context, person id.ID, places map[Ref]int64) error {
	return s.Store.Update(ctx, func(tx Tx) error {
		notes, err := tx.PassportNotes(ctx, person)
		if err != nil {
			return err
		}
		for i := range notes {
			if place, has := places[notes[i].Badge]; has {
				notes[i].Place = place
				delete(places, notes[i].Badge)
			}
		}
		for ref, place := range places {
			notes = append(notes, Note{Badge: ref, Place: place})
		}
		return tx.SetPassportNotes(ctx, person, notes)
	})
}

// moveTo is a list with one of its members moved.
func moveTo[T any](list []T, at int, to Step) []T {
	one := list[at]
	rest := slices.Delete(slices.Clone(list), at, at+1)
	switch to {
	case First:
		at = 0
	case Up:
		at = max(at-1, 0)
	case Down:
		at = min(at+1, len(rest))
	}
	return slices.Insert(rest, at, one)
}

// checkText refuses a text that is too long.
func checkText(form *fault.Form, name, text string) {
	if len(text) > maxText*4 || len([]rune(text)) > maxText {
		form.Wrong(name, "passport.text-long", "Limit", maxText)
	}
}

// checkName refuses a name that is missing or too long.
func checkName(form *fault.Form, name, text string) {
	switch {
	case text == "":
		form.Wrong(name, "passport.name-missing")
	case len([]rune(text)) > maxName:
		form.Wrong(name, "passport.name-long", "Limit", maxName)
	}
}

// Merge gives one person's passport to another, when two accounts become one.
func (s *Service) Merge(ctx context.Context, tx Tx, from, to id.ID) error {
	return tx.MovePassport(ctx, from, to)
}

// Erase erases a person's passport.
func (s *Service) Erase(ctx context.Context, tx Tx, person id.ID) error {
	return tx.ErasePassport(ctx, person)
}
