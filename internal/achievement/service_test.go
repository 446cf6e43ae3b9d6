package achievement_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/credential"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/pgtest"
	"github.com/ecusson/ecusson/internal/store"
	ob "github.com/ecusson/ecusson/openbadges"
)

// world is a service on a database with two organisations.
type world struct {
	*achievement.Service
	files         *achievement.Files
	store         *store.Store
	ours, theirs  organization.Organization
	creator       organization.Actor
	issuer, other organization.Actor
}

// onBoth runs a test with SQLite and with PostgreSQL.
func onBoth(t *testing.T, f func(*testing.T, *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, newWorld(t, store.Options{File: filepath.Join(t.TempDir(), "ecusson.db")}))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		f(t, newWorld(t, store.Options{URL: pgtest.DSN(t)}))
	})
}

func newWorld(t *testing.T, o store.Options) *world {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	w := &world{store: s}
	var mu sync.Mutex
	at := today
	now := func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		at = at.Add(1500 * time.Nanosecond) // finer than what is stored
		return at
	}
	w.Service = &achievement.Service{Store: store.For[achievement.Tx](s), Now: now, Random: rand.Reader}
	w.files = &achievement.Files{Store: w.Store, Now: now}
	w.ours = organization.Organization{Number: 7, Slug: "ours", Name: "Nous", Lang: "fr", Colour: "#E2A33A", Status: organization.Active, Created: today, Changed: today}
	w.theirs = w.ours
	w.theirs.Number, w.theirs.Slug = 8, "theirs"
	if err := store.For[organization.Tx](s).Update(ctx, func(tx organization.Tx) error {
		return errors.Join(tx.AddOrganization(ctx, w.ours), tx.AddOrganization(ctx, w.theirs))
	}); err != nil {
		t.Fatal(err)
	}
	person := func() id.ID {
		i, err := id.New(today, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	w.creator = organization.Actor{Person: person(), Org: 7, Role: organization.Creator}
	w.issuer = organization.Actor{Person: person(), Org: 7, Role: organization.Issuer}
	w.other = organization.Actor{Person: person(), Org: 8, Role: organization.Admin}
	return w
}

// published creates and publishes a content.
func (w *world) published(t *testing.T, c achievement.Content) (achievement.Achievement, *achievement.Version) {
	t.Helper()
	a, err := w.Create(t.Context(), w.creator, c)
	if err != nil {
		t.Fatal(err)
	}
	v, err := w.Publish(t.Context(), w.creator, w.ours, a.Number, a.Changed)
	if err != nil {
		t.Fatal(err)
	}
	if a, err = w.Find(t.Context(), 7, a.Number); err != nil {
		t.Fatal(err)
	}
	return a, v
}

func TestLife(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		a, err := w.Create(ctx, w.creator, achievement.Content{Lang: "fr"})
		if err != nil {
			t.Fatalf("an empty draft: %v", err)
		}
		if a.State != achievement.Draft || a.Version != 0 || a.Number <= 0 {
			t.Errorf("new: %+v", a)
		}
		_, err = w.Publish(ctx, w.creator, w.ours, a.Number, time.Time{})
		for _, field := range []string{"kind", "name-fr", "description-fr", "criteria-fr"} {
			if wrongs(t, err)[field] == "" {
				t.Errorf("an empty draft is published: %s: %v", field, err)
			}
		}
		seen := a.Changed
		if a, err = w.Save(ctx, w.creator, a.Number, seen, good()); err != nil {
			t.Fatal(err)
		}
		if a.Name != "Équipier" || a.Kind != "soft-skill" {
			t.Errorf("saved: %+v", a)
		}
		if _, err := w.Save(ctx, w.creator, a.Number, seen, good()); !fault.Is(err, fault.Conflict) {
			t.Errorf("what somebody else saved was written over: %v", err)
		}
		if _, err := w.Publish(ctx, w.creator, w.ours, a.Number, seen); !fault.Is(err, fault.Conflict) {
			t.Errorf("what nobody looked at was published: %v", err)
		}
		if _, err := w.Discard(ctx, w.creator, a.Number); !fault.Is(err, fault.Conflict) {
			t.Errorf("a draft that was never published is discarded: %v", err)
		}
		v, err := w.Publish(ctx, w.creator, w.ours, a.Number, a.Changed)
		if err != nil {
			t.Fatal(err)
		}
		if v.Version != 1 || v.By != w.creator.Person || v.Alt == "" || v.Content.Texts["en"].Alt == "" {
			t.Errorf("published: %+v", v)
		}
		for _, name := range []string{v.PNG, v.SVG} {
			if f, err := w.files.Get(ctx, name); err != nil || !f.Picture() {
				t.Errorf("the picture %s: %v", name, err)
			}
		}
		if _, err := w.Publish(ctx, w.creator, w.ours, a.Number, time.Time{}); !fault.Is(err, fault.Conflict) {
			t.Errorf("published twice without a change: %v", err)
		}

		// To save what was published is no change; the alternative texts that
		// publishing made are not taken along.
		a, err = w.Find(ctx, 7, a.Number)
		if err != nil {
			t.Fatal(err)
		}
		next := a.Newest.Content.Editable()
		if next.Own().Alt != "" {
			t.Errorf("the old picture's words are kept: %q", next.Own().Alt)
		}
		if a, err = w.Save(ctx, w.creator, a.Number, a.Changed, next); err != nil || a.Draft != nil {
			t.Errorf("saving what was published: %+v, %v", a.Draft, err)
		}
		words := next.Texts["fr"]
		words.Name = "Équipière"
		next.Texts["fr"] = words
		if a, err = w.Save(ctx, w.creator, a.Number, a.Changed, next); err != nil || a.Draft == nil || a.Version != 1 || a.State != achievement.Published || a.Name != "Équipière" {
			t.Errorf("changed: %+v, %v", a, err)
		}
		changed, _, err := w.List(ctx, 7, achievement.Filter{Changed: true}, achievement.Place{}, 10)
		if err != nil || len(changed) != 1 {
			t.Errorf("changed since published: %v, %v", changed, err)
		}
		given, err := w.Published(ctx, 7)
		if err != nil || len(given) != 1 || given[0].Name != "Équipier" || given[0].Slug() != "equipier" || given[0].Draft != nil {
			t.Errorf("what is awarded is what was published: %+v, %v", given, err)
		}
		if a, err = w.Discard(ctx, w.creator, a.Number); err != nil || a.Draft != nil || a.Name != "Équipier" {
			t.Errorf("discarded: %+v, %v", a, err)
		}

		if err := w.Delete(ctx, w.creator, a.Number); !fault.Is(err, fault.Conflict) {
			t.Errorf("a published badge is deleted: %v", err)
		}
		if a, err = w.Archive(ctx, w.creator, a.Number); err != nil || a.State != achievement.Archived {
			t.Fatal(err)
		}
		if _, err := w.Archive(ctx, w.creator, a.Number); !fault.Is(err, fault.Conflict) {
			t.Errorf("archived twice: %v", err)
		}
		if given, err := w.Published(ctx, 7); err != nil || len(given) != 0 {
			t.Errorf("an archived badge can be awarded: %v, %v", given, err)
		}
		if a, err = w.Save(ctx, w.creator, a.Number, a.Changed, next); err != nil || a.State != achievement.Archived {
			t.Errorf("changed in the archive: %v", err)
		}
		if _, err := w.Publish(ctx, w.creator, w.ours, a.Number, time.Time{}); !fault.Is(err, fault.Conflict) {
			t.Errorf("published in the archive: %v", err)
		}
		if a, err = w.Restore(ctx, w.creator, a.Number); err != nil || a.State != achievement.Published {
			t.Errorf("restored: %+v, %v", a, err)
		}
		if v, err = w.Publish(ctx, w.creator, w.ours, a.Number, a.Changed); err != nil || v.Version != 2 {
			t.Fatalf("the second version: %+v, %v", v, err)
		}
		versions, err := w.Versions(ctx, 7, a.Number, 0, 10)
		if err != nil || len(versions) != 2 || versions[0].Version != 2 || versions[0].PNG == versions[1].PNG {
			t.Errorf("versions: %+v, %v", versions, err)
		}

		b, err := w.Create(ctx, w.creator, good())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Delete(ctx, w.creator, b.Number); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Find(ctx, 7, b.Number); !fault.Is(err, fault.NotFound) {
			t.Errorf("deleted, and there: %v", err)
		}
	})
}

// TestWhoMay: creators of the organisation and nobody else.
func TestWhoMay(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		a, _ := w.published(t, good())
		for _, test := range []struct {
			name  string
			actor organization.Actor
			want  fault.Kind
		}{
			{"an issuer", w.issuer, fault.Forbidden}, {"nobody", organization.Actor{}, fault.Forbidden}, {"another organisation", w.other, fault.NotFound},
		} {
			for name, do := range map[string]func() error{
				"save":    func() error { _, err := w.Save(ctx, test.actor, a.Number, time.Time{}, good()); return err },
				"publish": func() error { _, err := w.Publish(ctx, test.actor, w.ours, a.Number, time.Time{}); return err },
				"discard": func() error { _, err := w.Discard(ctx, test.actor, a.Number); return err },
				"archive": func() error { _, err := w.Archive(ctx, test.actor, a.Number); return err },
				"restore": func() error { _, err := w.Restore(ctx, test.actor, a.Number); return err },
				"delete":  func() error { return w.Delete(ctx, test.actor, a.Number) },
			} {
				if err := do(); !fault.Is(err, test.want) {
					t.Errorf("%s: %s: %v", test.name, name, err)
				}
			}
		}
		if _, err := w.Create(ctx, w.issuer, good()); !fault.Is(err, fault.Forbidden) {
			t.Errorf("an issuer creates: %v", err)
		}
		if _, err := w.Find(ctx, 8, a.Number); !fault.Is(err, fault.NotFound) {
			t.Errorf("another organisation finds it: %v", err)
		}
		if _, err := w.Version(ctx, 8, a.Number, 1); !fault.Is(err, fault.NotFound) {
			t.Errorf("another organisation reads a version: %v", err)
		}
		if list, _, err := w.List(ctx, 8, achievement.Filter{}, achievement.Place{}, 10); err != nil || len(list) != 0 {
			t.Errorf("another organisation lists it: %v, %v", list, err)
		}
		for _, status := range []organization.Status{organization.Pending, organization.Paused} {
			waiting := w.ours
			waiting.Status = status
			if _, err := w.Publish(ctx, w.creator, waiting, a.Number, time.Time{}); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s publishes: %v", status, err)
			}
		}
	})
}

// TestVersionsNeverChange tries every way to change what was published.
func TestVersionsNeverChange(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c := good()
		a, v := w.published(t, c)
		picture, err := w.files.Get(ctx, v.PNG)
		if err != nil {
			t.Fatal(err)
		}
		catalog, err := message.Load()
		if err != nil {
			t.Fatal(err)
		}
		state := func() string {
			t.Helper()
			// A service without a memory reads what is stored.
			fresh := &achievement.Service{Store: w.Store, Now: w.Now, Random: w.Random}
			stored, err := fresh.Version(ctx, 7, a.Number, 1)
			if err != nil {
				t.Fatal(err)
			}
			remembered, err := w.Version(ctx, 7, a.Number, 1)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(stored, remembered); d != "" {
				t.Error(d)
			}
			text, err := json.Marshal(stored)
			if err != nil {
				t.Fatal(err)
			}
			out := string(text)
			for _, lang := range achievement.Languages {
				one, _ := w.Badge(stored, w.ours, "https://example.org", lang).Achievement(func(lang, key string, facts map[string]any) string {
					return catalog.For(lang).T(key, facts)
				})
				tree := one.Tree()
				out += "\n" + string(tree.AppendJSON(nil))
			}
			return out
		}
		before := state()

		// What was handed over and what was handed out.
		c.Tags[0], c.Skills[0].Name["fr"] = "x", "x"
		text("fr", func(x *achievement.Texts) { x.Name = "x" })(&c)
		v.Content.Tags[0], v.Content.Skills[0].Name["fr"], v.PNG = "x", "x", "x"
		text("fr", func(x *achievement.Texts) { x.Name = "x" })(&v.Content)
		mine, err := w.Version(ctx, 7, a.Number, 1)
		if err != nil {
			t.Fatal(err)
		}
		mine.Content.Skills[0].Name["fr"], mine.Content.Lang = "x", "en"
		found, err := w.Find(ctx, 7, a.Number)
		if err != nil {
			t.Fatal(err)
		}
		found.Newest.Content.Tags[0] = "x"
		again := found.Content()
		again.Tags[0] = "y"

		// What people do afterwards.
		next := good()
		text("fr", func(x *achievement.Texts) { x.Name = "Autre" })(&next)
		next.Picture.Icon = "ear"
		w.ours.Colour, w.ours.Name = "#000000", "Eux"
		steps := []func() error{
			func() error { _, err := w.Save(ctx, w.creator, a.Number, time.Time{}, next); return err },
			func() error { _, err := w.Discard(ctx, w.creator, a.Number); return err },
			func() error { _, err := w.Save(ctx, w.creator, a.Number, time.Time{}, next); return err },
			func() error { _, err := w.Publish(ctx, w.creator, w.ours, a.Number, time.Time{}); return err },
			func() error { _, err := w.Archive(ctx, w.creator, a.Number); return err },
			func() error { _, err := w.Restore(ctx, w.creator, a.Number); return err },
		}
		for i, step := range steps {
			if err := step(); err != nil {
				t.Fatalf("step %d: %v", i, err)
			}
			if after := state(); after != before {
				t.Fatalf("after step %d:\n%s\n%s", i, before, after)
			}
		}
		// What the database is asked.
		if err := w.Delete(ctx, w.creator, a.Number); err == nil {
			t.Error("deleted")
		}
		forged := *mine
		if err := w.Store.Update(ctx, func(tx achievement.Tx) error { return tx.AddAchievementVersion(ctx, forged) }); !errors.Is(err, fault.ErrExists) {
			t.Errorf("written over: %v", err)
		}
		other := picture
		other.Data = []byte("another")
		if err := w.Store.Update(ctx, func(tx achievement.Tx) error { return tx.PutFile(ctx, other) }); err != nil {
			t.Fatal(err)
		}
		if after := state(); after != before {
			t.Errorf("after all:\n%s\n%s", before, after)
		}
		if now, err := w.files.Get(ctx, picture.Name); err != nil || !cmp.Equal(now.Data, picture.Data) {
			t.Errorf("the picture has changed: %v", err)
		}
	})
}

func TestBadge(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		c := good()
		c.Skills[0].Framework, c.Skills[0].Frameworks = "Cadre", map[string]string{"en": "Framework"}
		_, v := w.published(t, c)
		fr, en := w.Badge(v, w.ours, "https://example.org", "fr"), w.Badge(v, w.ours, "https://example.org", "en")
		at := "https://example.org/a/" + v.Key() + "/1"
		if fr.ID != at || en.ID != at+"/en" || !slices.Equal(fr.Others, []credential.Other{{Lang: "en", ID: en.ID}}) || !slices.Equal(en.Others, []credential.Other{{Lang: "fr", ID: fr.ID}}) {
			t.Errorf("addresses: %s %v, %s %v", fr.ID, fr.Others, en.ID, en.Others)
		}
		if de := w.Badge(v, w.ours, "https://example.org", "de"); de.ID != at || de.Lang != "fr" {
			t.Errorf("a language that it lacks: %s in %s", de.ID, de.Lang)
		}
		if fr.Name != "Équipier" || en.Name != "Team player" || en.Criteria != "- listen\n- help" || fr.Image != "https://example.org/file/"+v.PNG || fr.Version != "1" {
			t.Errorf("words: %+v, %+v", fr, en)
		}
		if !strings.Contains(fr.Alt, "niveau 2 sur 3") || !strings.Contains(en.Alt, "level 2 of 3") || !strings.Contains(en.Alt, "Équipier") {
			t.Errorf("alternatives: %q, %q", fr.Alt, en.Alt)
		}
		want := ob.Alignment{Type: []string{"Alignment"}, TargetName: "Team", TargetURL: "https://example.org/team", TargetFramework: "Framework", TargetType: "ceasn:Competency"}
		if d := cmp.Diff([]ob.Alignment{want}, en.Skills); d != "" {
			t.Error(d)
		}
		if fr.Skills[0].TargetFramework != "Cadre" {
			t.Errorf("framework: %q", fr.Skills[0].TargetFramework)
		}
	})
}

// TestUploaded: a picture that was brought is the version's, and must be there.
func TestUploaded(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c := good()
		c.Picture.PNG = strings.Repeat("0", 64) + ".png"
		for _, lang := range achievement.Languages {
			text(lang, func(x *achievement.Texts) { x.Alt = "Un rond, " + lang })(&c)
		}
		a, err := w.Create(ctx, w.creator, c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Publish(ctx, w.creator, w.ours, a.Number, a.Changed); wrongs(t, err)["picture"] == "" {
			t.Errorf("a picture that is not there: %v", err)
		}
		name, err := w.files.Put(ctx, "image/png", []byte("a picture"))
		if err != nil {
			t.Fatal(err)
		}
		c.Picture.PNG = name
		if a, err = w.Save(ctx, w.creator, a.Number, a.Changed, c); err != nil {
			t.Fatal(err)
		}
		v, err := w.Publish(ctx, w.creator, w.ours, a.Number, a.Changed)
		if err != nil {
			t.Fatal(err)
		}
		if v.PNG != name || v.SVG != "" || v.Alt != "Un rond, fr" || w.Badge(v, w.ours, "", "en").Alt != "Un rond, en" {
			t.Errorf("published: %+v", v)
		}
		// The words of a picture that was brought are people's, and stay.
		if again := v.Content.Editable(); again.Own().Alt != "Un rond, fr" {
			t.Errorf("to go on from: %q", again.Own().Alt)
		}
	})
}

// TestPublishAtOnce: of many who publish at once, one does.
func TestPublishAtOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		a, err := w.Create(t.Context(), w.creator, good())
		if err != nil {
			t.Fatal(err)
		}
		results := make(chan error, 4)
		for range cap(results) {
			go func() {
				_, err := w.Publish(t.Context(), w.creator, w.ours, a.Number, a.Changed)
				results <- err
			}()
		}
		done := 0
		for range cap(results) {
			switch err := <-results; {
			case err == nil:
				done++
			case !fault.Is(err, fault.Conflict):
				t.Error(err)
			}
		}
		if done != 1 {
			t.Errorf("%d published", done)
		}
	})
}
