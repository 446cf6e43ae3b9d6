package bench

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/seal"
	"github.com/ecusson/ecusson/internal/server"
	"github.com/ecusson/ecusson/internal/store"
)

// PlatformOptions of a run over the platform.
type PlatformOptions struct {
	Rows     int    // of the list; 0 is 100,000
	Postgres string // an empty database of PostgreSQL; "" leaves it out
	Folder   string // for the SQLite database; empty is the system's one for temporary files
	// Progress is told how many awards are given of how many; nil is silence.
	Progress func(engine string, done, total int)
	// Program makes a command of the program itself, to be a server that is measured
	// over HTTP; nil leaves that out.
	Program func(args ...string) *exec.Cmd
	// Rounds is how often site and floor take turns over HTTP, Round how long each
	// asks; 0 is 5 rounds of 500 ms.
	Rounds int
	Round  time.Duration
	// Stage is told what is measured over HTTP; nil is silence.
	Stage func(name string)
}

func (o PlatformOptions) withDefaults() PlatformOptions {
	if o.Rows == 0 {
		o.Rows = 100_000
	}
	if o.Rounds == 0 {
		o.Rounds = 5
	}
	if o.Round == 0 {
		o.Round = 500 * time.Millisecond
	}
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	if o.Stage == nil {
		o.Stage = func(string) {}
	}
	return o
}

// Platform gives a list as the platform does: read, judged, signed, placed in
// status lists, stored with its mails, on each database. Beside it the bare
// storing of the same rows. Then it weighs what an award takes on the disk, and
// asks a server for the badges over HTTP.
func Platform(ctx context.Context, o PlatformOptions) ([]Figure, error) {
	o = o.withDefaults()
	folder, err := os.MkdirTemp(o.Folder, "ecusson-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	engines := []engine{{name: "sqlite"}}
	if o.Postgres != "" {
		engines = append(engines, engine{name: "postgres", url: o.Postgres})
	}
	var out []Figure
	for _, e := range engines {
		e.data = filepath.Join(folder, e.name)
		if err := os.Mkdir(e.data, 0o700); err != nil {
			return nil, err
		}
		figures, err := measurePlatform(ctx, e, o)
		if err != nil {
			return nil, fmt.Errorf("bench: %s: %w", e.name, err)
		}
		out = append(out, figures...)
	}
	return out, nil
}

// engine is a database and the folder of the site on it.
type engine struct{ name, url, data string }

func (e engine) options() store.Options {
	if e.url != "" {
		return store.Options{URL: e.url}
	}
	return store.Options{File: filepath.Join(e.data, "ecusson.db")}
}

// measurePlatform measures one after the other, since a site that is measured
// over HTTP is alone on its database.
func measurePlatform(ctx context.Context, e engine, o PlatformOptions) ([]Figure, error) {
	w := &web{program: o.Program, data: e.data, database: e.url, engine: e.name, rounds: o.Rounds, round: o.Round, stage: o.Stage}
	var figures []Figure
	if o.Program != nil {
		var err error
		if figures, err = w.empty(ctx); err != nil {
			return nil, err
		}
	}
	given, awards, err := measureList(ctx, e, o)
	if err != nil || o.Program == nil {
		return given, err
	}
	asked, err := w.measure(ctx, awards)
	return slices.Concat(given, figures, asked), err
}

// measureList gives the list, and returns some of its awards.
func measureList(ctx context.Context, e engine, o PlatformOptions) ([]Figure, []award.Award, error) {
	p, err := newPlatform(ctx, e)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = p.db.Close() }()
	took, err := p.list(ctx, o.Rows, func(done int) { o.Progress(e.name, done, o.Rows) })
	if err != nil {
		return nil, nil, err
	}
	most := memory()
	weight, err := p.db.AwardBytes(ctx)
	if err != nil {
		return nil, nil, err
	}
	awards, err := p.awards(ctx)
	if err != nil {
		return nil, nil, err
	}
	bare, err := p.bare(ctx, o.Rows)
	if err != nil {
		return nil, nil, err
	}
	n := float64(o.Rows)
	figures := []Figure{
		{Name: "award-list/" + e.name, Unit: "awards/s", Value: n / took.Seconds(), Floor: n / bare.Seconds(), FloorName: "bare-rows", Rounds: 1},
		{Name: "award-bytes/" + e.name, Unit: "bytes", Value: float64(weight) / n, Floor: 450, FloorName: "bar", Rounds: 1},
	}
	if most > 0 {
		figures = append(figures, Figure{Name: "award-memory/" + e.name, Unit: "MB", Value: most / (1 << 20), Floor: 256, FloorName: "bar", Rounds: 1})
	}
	return figures, awards, nil
}

// platform is a site with an organisation and a badge.
type platform struct {
	db    *store.Store
	site  *server.Site
	actor organization.Actor
	badge *achievement.Version
}

func newPlatform(ctx context.Context, e engine) (*platform, error) {
	db, err := store.Open(ctx, e.options())
	if err != nil {
		return nil, err
	}
	p := &platform{db: db}
	if err := p.fill(ctx, e.data); err != nil {
		_ = db.Close()
		return nil, err
	}
	return p, nil
}

func (p *platform) fill(ctx context.Context, data string) error {
	if _, err := p.db.Migrate(ctx); err != nil {
		return err
	}
	keeper, _, err := seal.ReadOrMake(filepath.Join(data, "master.key"), rand.Reader)
	if err != nil {
		return err
	}
	p.site, err = server.New(ctx, server.Options{
		Store: p.db, Keeper: keeper, Base: &url.URL{Scheme: "https", Host: "badges.example.org"}, Name: "Écusson", Lang: "fr",
		Log: slog.New(slog.DiscardHandler), Now: time.Now, Random: rand.Reader, Owner: "bench", Policy: organization.Open,
	})
	if err != nil {
		return err
	}
	person, err := p.site.People.MakeOperator(ctx, "bench@example.org")
	if err != nil {
		return err
	}
	org, err := p.site.Orgs.Create(ctx, person, organization.New{Name: "Banc d’essai", Kind: "other", Slug: "banc", Lang: "fr"})
	if err != nil {
		return err
	}
	if _, p.actor, err = p.site.Orgs.Enter(ctx, org.Slug, person.ID); err != nil {
		return err
	}
	a, err := p.site.Badges.Create(ctx, p.actor, achievement.Content{
		Lang: "fr", Kind: "participation", Assessment: "participation",
		Texts: map[string]achievement.Texts{"fr": {Name: "Participant", Description: "A pris part au concours.", Criteria: "- venir\n- construire\n- présenter"}},
	})
	if err != nil {
		return err
	}
	p.badge, err = p.site.Badges.Publish(ctx, p.actor, org, a.Number, a.Changed)
	return err
}

// list gives the badge to n people and tells how long that took.
func (p *platform) list(ctx context.Context, n int, progress func(done int)) (time.Duration, error) {
	var list strings.Builder
	list.WriteString("Nom;Courriel;Badge\n")
	for i := range n {
		fmt.Fprintf(&list, "Prénom Nom %d;prenom.nom.%d@mail.example;Participant\n", i, i)
	}
	b, err := p.site.Awards.AddList(ctx, p.actor, "liste.csv", "fr", []byte(list.String()))
	if err != nil {
		return 0, err
	}
	start := time.Now()
	if _, err := p.site.Awards.Start(ctx, p.actor, b.Number); err != nil {
		return 0, err
	}
	looking, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-looking.Done():
				return
			case <-tick.C:
				if now, err := p.site.Awards.Batch(looking, b.Org, b.Number); err == nil {
					progress(now.Awarded)
				}
			}
		}
	}()
	if err := p.site.Worker.Drain(ctx); err != nil {
		return 0, err
	}
	took := time.Since(start)
	if b, err = p.site.Awards.Batch(ctx, b.Org, b.Number); err != nil {
		return 0, err
	}
	if b.State != award.BatchDone || b.Awarded != n {
		return 0, fmt.Errorf("the list is %s with %d of %d", b.State, b.Awarded, n)
	}
	progress(n)
	return took, nil
}

// bare stores as many rows of the same size once more, without all the rest, a
// thousand at a time.
func (p *platform) bare(ctx context.Context, n int) (time.Duration, error) {
	document := make([]byte, 140)
	if _, err := io.ReadFull(rand.Reader, document); err != nil {
		return 0, err
	}
	start := time.Now()
	for done := 0; done < n; done += 1000 {
		awards := make([]award.Award, min(1000, n-done))
		for i := range awards {
			a := award.Award{Org: p.actor.Org, Achievement: p.badge.Achievement, Frame: 1, Address: "prenom.nom.123456@mail.example", Name: "Prénom Nom 123456", Document: document}
			var err error
			if a.ID, err = newAwardID(); err != nil {
				return 0, err
			}
			a.Mailbox = int64(a.ID[15])<<48 | int64(a.ID[14])<<40 | int64(i)
			awards[i] = a
		}
		if err := store.For[award.Tx](p.db).Update(ctx, func(tx award.Tx) error { return tx.AddAwards(ctx, awards) }); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

func newAwardID() (id.ID, error) { return id.New(time.Now(), rand.Reader) }
