package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/passport"
)

// PassportNotes are what a person noted of their badges.
func (t *Tx) PassportNotes(ctx context.Context, person id.ID) ([]passport.Note, error) {
	return all(ctx, t, func(s scanner) (passport.Note, error) {
		var n passport.Note
		return n, s.Scan(&n.Badge, &n.Text, &n.Place)
	}, "SELECT badge, note, place FROM passport_note WHERE person = $1", person)
}

// SetPassportNote stores what a person noted of a badge; nothing is no row.
func (t *Tx) SetPassportNote(ctx context.Context, person id.ID, n passport.Note) error {
	if n.Text == "" && n.Place == 0 {
		_, err := t.exec(ctx, "DELETE FROM passport_note WHERE person = $1 AND badge = $2", person, string(n.Badge))
		return err
	}
	_, err := t.exec(ctx, `INSERT INTO passport_note (person, badge, note, place) VALUES ($1, $2, $3, $4)
		ON CONFLICT (person, badge) DO UPDATE SET note = excluded.note, place = excluded.place`, person, string(n.Badge), n.Text, n.Place)
	return err
}

// SetPassportNotes puts notes in the place of all that a person has.
func (t *Tx) SetPassportNotes(ctx context.Context, person id.ID, notes []passport.Note) error {
	if _, err := t.exec(ctx, "DELETE FROM passport_note WHERE person = $1", person); err != nil {
		return err
	}
	return t.c.insert(ctx, "passport_note", []string{"person", "badge", "note", "place"}, len(notes), func(i int, dst []any) []any {
		return append(dst, person[:], string(notes[i].Badge), notes[i].Text, notes[i].Place)
	})
}

const importColumns = "person, id, digest, format, source, name, about, issuer, image, address, named, verdict, reason, checked, issued, until, visible"

// scanImport reads a badge that was brought; more are further columns.
func scanImport(s scanner, more ...any) (passport.Import, error) {
	var i passport.Import
	var checked, issued, until int64
	err := s.Scan(append([]any{&i.Person, &i.ID, &i.Digest, &i.Format, &i.Source, &i.Name, &i.About, &i.Issuer, &i.Image, &i.Address, &i.Names, &i.Verdict, &i.Reason,
		&checked, &issued, &until, &i.Visible}, more...)...)
	i.Checked, i.Issued, i.Until = instant(checked), instant(issued), instant(until)
	return i, err
}

// PassportImports are what a person brought, without the data, the newest first.
func (t *Tx) PassportImports(ctx context.Context, person id.ID, n int) ([]passport.Import, error) {
	return all(ctx, t, func(s scanner) (passport.Import, error) { return scanImport(s) },
		"SELECT "+importColumns+" FROM passport_import WHERE person = $1 ORDER BY id DESC LIMIT "+fmt.Sprint(n), person)
}

// PassportWeight is how many bytes a person brought.
func (t *Tx) PassportWeight(ctx context.Context, person id.ID) (int64, error) {
	return one(ctx, t, scan1[int64], "SELECT CAST(COALESCE(SUM(LENGTH(data)), 0) AS BIGINT) FROM passport_import WHERE person = $1", person)
}

// PassportImport is a badge that somebody brought, with its data.
func (t *Tx) PassportImport(ctx context.Context, i id.ID) (passport.Import, error) {
	return one(ctx, t, func(s scanner) (passport.Import, error) {
		var data []byte
		var checks string
		found, err := scanImport(s, &data, &checks)
		if err != nil {
			return found, err
		}
		found.Data = data
		return found, json.Unmarshal([]byte(checks), &found.Checks)
	}, "SELECT "+importColumns+", data, checks FROM passport_import WHERE id = $1", i)
}

// AddPassportImport stores a badge that was brought.
func (t *Tx) AddPassportImport(ctx context.Context, i passport.Import) error {
	checks, err := json.Marshal(i.Checks)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, "INSERT INTO passport_import ("+importColumns+", data, checks) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
		i.Person, i.ID, i.Digest, i.Format, i.Source, i.Name, i.About, i.Issuer, i.Image, i.Address, i.Names, string(i.Verdict), i.Reason,
		micros(i.Checked), micros(i.Issued), micros(i.Until), int16(i.Visible), i.Data, string(checks))
	return err
}

// ChangePassportImport stores what was found, and who may see it.
func (t *Tx) ChangePassportImport(ctx context.Context, i passport.Import) error {
	checks, err := json.Marshal(i.Checks)
	if err != nil {
		return err
	}
	return t.change(ctx, `UPDATE passport_import SET name = $3, about = $4, issuer = $5, image = $6, address = $7, verdict = $8, reason = $9, checked = $10,
		issued = $11, until = $12, visible = $13, source = $14, checks = $15, named = $16 WHERE person = $1 AND id = $2`,
		i.Person, i.ID, i.Name, i.About, i.Issuer, i.Image, i.Address, string(i.Verdict), i.Reason, micros(i.Checked), micros(i.Issued), micros(i.Until), int16(i.Visible),
		i.Source, string(checks), i.Names)
}

// DropPassportImport deletes a badge that was brought, with what was noted of it.
func (t *Tx) DropPassportImport(ctx context.Context, person, i id.ID) error {
	dropped := passport.Import{ID: i}
	if err := t.SetPassportNote(ctx, person, passport.Note{Badge: dropped.Ref()}); err != nil {
		return err
	}
	return t.change(ctx, "DELETE FROM passport_import WHERE person = $1 AND id = $2", person, i)
}

const pageColumns = "person, slug, name, about, link, open, found, created, changed"

func scanPage(s scanner) (passport.Page, error) {
	var p passport.Page
	var created, changed int64
	err := s.Scan(&p.Person, &p.Slug, &p.Name, &p.About, &p.Link, &p.Open, &p.Found, &created, &changed)
	p.Created, p.Changed = instant(created), instant(changed)
	return p, err
}

// PassportPage is the page of a person.
func (t *Tx) PassportPage(ctx context.Context, person id.ID) (passport.Page, error) {
	return one(ctx, t, scanPage, "SELECT "+pageColumns+" FROM passport WHERE person = $1", person)
}

// PassportPageBySlug is the page of an address.
func (t *Tx) PassportPageBySlug(ctx context.Context, slug string) (passport.Page, error) {
	return one(ctx, t, scanPage, "SELECT "+pageColumns+" FROM passport WHERE slug = $1", slug)
}

// SetPassportPage stores the page of a person.
func (t *Tx) SetPassportPage(ctx context.Context, p passport.Page) error {
	_, err := t.exec(ctx, `INSERT INTO passport (`+pageColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (person) DO UPDATE SET slug = excluded.slug, name = excluded.name, about = excluded.about, link = excluded.link,
			open = excluded.open, found = excluded.found, changed = excluded.changed`,
		p.Person, p.Slug, p.Name, p.About, p.Link, p.Open, p.Found, micros(p.Created), micros(p.Changed))
	return err
}

const collectionColumns = "person, number, token, name, about, visible, changed"

func scanCollection(s scanner) (passport.Collection, error) {
	var c passport.Collection
	var changed int64
	err := s.Scan(&c.Person, &c.Number, &c.Token, &c.Name, &c.About, &c.Visible, &changed)
	c.Changed = instant(changed)
	return c, err
}

// collected is a member of a collection.
type collected struct {
	number id.Number
	badge  passport.Ref
}

// Collections are those of a person with their badges.
func (t *Tx) Collections(ctx context.Context, person id.ID) ([]passport.Collection, error) {
	list, err := all(ctx, t, scanCollection, "SELECT "+collectionColumns+" FROM collection WHERE person = $1 ORDER BY changed DESC, number", person)
	if err != nil {
		return nil, err
	}
	members, err := all(ctx, t, func(s scanner) (collected, error) {
		var c collected
		return c, s.Scan(&c.number, &c.badge)
	}, "SELECT collection, badge FROM collected WHERE person = $1 ORDER BY collection, place, badge", person)
	for i := range list {
		for _, m := range members {
			if m.number == list[i].Number {
				list[i].Badges = append(list[i].Badges, m.badge)
			}
		}
	}
	return list, err
}

// CollectionByToken is the collection of an address, with its badges.
func (t *Tx) CollectionByToken(ctx context.Context, token string) (passport.Collection, error) {
	c, err := one(ctx, t, scanCollection, "SELECT "+collectionColumns+" FROM collection WHERE token = $1", token)
	if err != nil {
		return c, err
	}
	c.Badges, err = all(ctx, t, scan1[passport.Ref], "SELECT badge FROM collected WHERE person = $1 AND collection = $2 ORDER BY place, badge", c.Person, c.Number)
	return c, err
}

// AddCollection stores a collection without its badges.
func (t *Tx) AddCollection(ctx context.Context, c passport.Collection) error {
	_, err := t.exec(ctx, "INSERT INTO collection ("+collectionColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7)",
		c.Person, c.Number, c.Token, c.Name, c.About, int16(c.Visible), micros(c.Changed))
	return err
}

// ChangeCollection stores a collection's words and who may see it.
func (t *Tx) ChangeCollection(ctx context.Context, c passport.Collection) error {
	return t.change(ctx, "UPDATE collection SET name = $3, about = $4, visible = $5, changed = $6 WHERE person = $1 AND number = $2",
		c.Person, c.Number, c.Name, c.About, int16(c.Visible), micros(c.Changed))
}

// DropCollection deletes a collection; its badges stay.
func (t *Tx) DropCollection(ctx context.Context, person id.ID, number id.Number) error {
	if err := t.SetCollected(ctx, person, number, nil); err != nil {
		return err
	}
	return t.change(ctx, "DELETE FROM collection WHERE person = $1 AND number = $2", person, number)
}

// SetCollected stores which badges a collection has, in their order.
func (t *Tx) SetCollected(ctx context.Context, person id.ID, number id.Number, badges []passport.Ref) error {
	if _, err := t.exec(ctx, "DELETE FROM collected WHERE person = $1 AND collection = $2", person, number); err != nil {
		return err
	}
	return t.c.insert(ctx, "collected", []string{"person", "collection", "badge", "place"}, len(badges), func(i int, dst []any) []any {
		return append(dst, person[:], int32(number), string(badges[i]), int32(i))
	})
}

// MovePassport gives all of one person's to another. Where both have the same,
// the other's stays.
func (t *Tx) MovePassport(ctx context.Context, from, to id.ID) error {
	collections, err := t.Collections(ctx, from)
	if err != nil {
		return err
	}
	renamed, err := t.sameImports(ctx, from, to)
	if err != nil {
		return err
	}
	for _, c := range collections { // at most a hundred
		badges := c.Badges
		for i, ref := range badges {
			if other, is := renamed[ref]; is {
				badges[i] = other
			}
		}
		if err := t.DropCollection(ctx, from, c.Number); err != nil {
			return err
		}
		c.Person = to
		if err := t.AddCollection(ctx, c); err != nil {
			return err
		}
		if err := t.SetCollected(ctx, to, c.Number, badges); err != nil {
			return err
		}
	}
	for _, query := range []string{
		"DELETE FROM passport_note WHERE person = $1 AND badge IN (SELECT badge FROM passport_note WHERE person = $2)",
		"UPDATE passport_note SET person = $2 WHERE person = $1",
		"DELETE FROM passport_import WHERE person = $1 AND digest IN (SELECT digest FROM passport_import WHERE person = $2)",
		"UPDATE passport_import SET person = $2 WHERE person = $1",
		"DELETE FROM passport WHERE person = $1 AND EXISTS (SELECT 1 FROM passport WHERE person = $2)",
		"UPDATE passport SET person = $2 WHERE person = $1",
	} {
		if _, err := t.exec(ctx, query, from, to); err != nil {
			return err
		}
	}
	return nil
}

// sameImports are the names of what one person brought, where another brought the
// same, and the names that it has there.
func (t *Tx) sameImports(ctx context.Context, from, to id.ID) (map[passport.Ref]passport.Ref, error) {
	pairs, err := all(ctx, t, func(s scanner) ([2]passport.Import, error) {
		var p [2]passport.Import
		return p, s.Scan(&p[0].ID, &p[1].ID)
	}, "SELECT a.id, b.id FROM passport_import a JOIN passport_import b ON b.digest = a.digest WHERE a.person = $1 AND b.person = $2", from, to)
	out := make(map[passport.Ref]passport.Ref, len(pairs))
	for i := range pairs {
		out[pairs[i][0].Ref()] = pairs[i][1].Ref()
	}
	return out, err
}

// ErasePassport deletes all of a person's.
func (t *Tx) ErasePassport(ctx context.Context, person id.ID) error {
	for _, table := range []string{"collected", "collection", "passport_import", "passport_note", "passport"} {
		if _, err := t.exec(ctx, "DELETE FROM "+table+" WHERE person = $1", person); err != nil {
			return err
		}
	}
	return nil
}
