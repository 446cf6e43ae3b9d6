package achievement

import (
	"context"
	"encoding/json"
	"time"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/organization"
)

// Publish makes a version of the draft, with its picture. The version never
// changes. seen is as in Save: what is published is what the person looked at.
func (s *Service) Publish(ctx context.Context, actor organization.Actor, org organization.Organization, number id.Number, seen time.Time) (*Version, error) {
	if err := may(actor, organization.Creator); err != nil {
		return nil, err
	}
	if org.Number != actor.Org {
		return nil, fault.ErrNotFound
	}
	if org.Status == organization.Pending || org.Status == organization.Paused {
		return nil, fault.New(fault.Forbidden, "achievement.organization-"+string(org.Status))
	}
	a, err := s.Find(ctx, actor.Org, number)
	if err != nil {
		return nil, err
	}
	if !seen.IsZero() && !seen.Equal(a.Changed) {
		return nil, fault.New(fault.Conflict, "achievement.changed-meanwhile")
	}
	v, files, err := s.version(actor, a)
	if err != nil {
		return nil, err
	}
	// The picture was drawn outside of the transaction, which is short then.
	_, err = s.change(ctx, actor, number, a.Changed, func(tx Tx, now *Achievement) error {
		for _, f := range files {
			if err := tx.PutFile(ctx, f); err != nil {
				return err
			}
		}
		if err := held(ctx, tx, v.PNG, v.SVG); err != nil {
			return err
		}
		if err := tx.AddAchievementVersion(ctx, *v); err != nil {
			return err
		}
		now.State, now.Version, now.Draft, now.Newest = Published, v.Version, nil, v
		return s.note(ctx, tx, actor, "badge-published", now)
	})
	if err != nil {
		return nil, err
	}
	return v.Clone(), nil
}

// version makes the next version of an achievement and the files of its picture.
func (s *Service) version(actor organization.Actor, a Achievement) (*Version, []File, error) {
	if a.State == Archived {
		return nil, nil, fault.New(fault.Conflict, "achievement.archived-already")
	}
	if a.Draft == nil {
		return nil, nil, fault.New(fault.Conflict, "achievement.nothing-new")
	}
	c := a.Draft.Clone()
	now := s.moment()
	c.Tidy()
	if err := c.Check(true, now); err != nil {
		return nil, nil, err
	}
	v := &Version{
		Org: a.Org, Achievement: a.Number, Version: a.Version + 1, PNG: c.Picture.PNG, SVG: c.Picture.SVG, Published: now, By: actor.Person,
	}
	var files []File
	if !c.Picture.Uploaded() {
		var err error
		if files, err = draw(&c, now); err != nil {
			return nil, nil, err
		}
		v.PNG, v.SVG = files[0].Name, files[1].Name
	}
	for _, lang := range c.Languages() {
		t := c.Texts[lang]
		t.Alt = c.Alternative(lang)
		c.Texts[lang] = t
	}
	v.Alt, v.Content = c.Own().Alt, c
	return v, files, nil
}

// draw makes the PNG and the SVG of a generated picture.
func draw(c *Content, now time.Time) ([]File, error) {
	b := c.Drawing()
	if b.Alt == "" {
		b.Alt = c.Alternative(c.Lang)
	}
	png, err := b.PNG(PictureSize)
	if err != nil {
		return nil, err
	}
	svg, err := b.SVG()
	if err != nil {
		return nil, err
	}
	p, err := NewFile("image/png", png, now)
	if err != nil {
		return nil, err
	}
	v, err := NewFile("image/svg+xml", svg, now)
	return []File{p, v}, err
}

// held tells whether the pictures of a version are stored.
func held(ctx context.Context, tx Tx, names ...string) error {
	for _, name := range names {
		if name == "" {
			continue
		}
		if _, err := tx.File(ctx, name); fault.Is(err, fault.NotFound) {
			var f fault.Form
			f.Wrong("picture", "achievement.picture-unknown")
			return f.Err()
		} else if err != nil {
			return err
		}
	}
	return nil
}

// same tells whether a content says what a published one says: but for the
// alternative texts that publishing has filled in.
func same(draft, published *Content) bool {
	a, b := draft.Clone(), published.Editable()
	a.Tidy()
	x, err := json.Marshal(a)
	if err != nil {
		return false
	}
	y, err := json.Marshal(b)
	return err == nil && string(x) == string(y)
}

// Editable is a published content to go on from: without the alternative texts
// that publishing made, which would tell of the old picture.
func (c *Content) Editable() Content {
	out := c.Clone()
	for lang, t := range out.Texts {
		written := t.Alt
		t.Alt = ""
		bare := out.Clone()
		bare.Texts[lang] = t
		if out.Picture.Uploaded() || bare.Alternative(lang) != written {
			continue
		}
		out.Texts[lang] = t
	}
	out.Tidy()
	return out
}
