package bench

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/store"
)

// web measures a site over HTTP: the program serves as a process of its own, this
// one asks, and a third is the floor, which answers the same bytes from memory.
type web struct {
	program  func(args ...string) *exec.Cmd
	data     string // folder of the site
	database string // of PostgreSQL; "" is SQLite in data
	engine   string
	rounds   int
	round    time.Duration
	stage    func(name string)
}

// The headers of who asks: a program for a badge, and a browser for its page.
var (
	asProgram = []string{"Accept: application/vc"}
	asBrowser = []string{
		"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Accept-Language: fr,fr-FR;q=0.8,en-US;q=0.5,en;q=0.3",
		"Sec-Fetch-Dest: document", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Site: none",
	}
)

// asked is what is asked for.
type asked struct {
	name   string
	asking *asking
	floor  *asking
}

// subjects are the addresses of a site with some awards. Behind "any" all awards
// are asked for in turn, so that nothing is ready; the others ask for one.
func (w *web) subjects(awards []award.Award) []asked {
	paths := make([]string, len(awards))
	for i := range awards {
		paths[i] = "/b/" + awards[i].Public()
	}
	list := "/status/" + id.Key(awards[0].Org, id.Number(awards[0].List)) + "/" + award.Revocation.String()
	one := func(name, path string, headers []string) asked {
		return asked{name: name, asking: &asking{requests: [][]byte{request(path, headers...)}}}
	}
	any := func(s asked, headers []string) asked {
		s.name += "-any"
		s.asking = &asking{}
		for _, path := range paths {
			s.asking.requests = append(s.asking.requests, request(path, headers...))
		}
		return s
	}
	document, page := one("http-document", paths[0], asProgram), one("http-page", paths[0], asBrowser)
	return []asked{document, any(document, asProgram), one("http-status", list, asProgram), page, any(page, asBrowser)}
}

// measure asks a site that has awards.
func (w *web) measure(ctx context.Context, awards []award.Award) ([]Figure, error) {
	subjects := w.subjects(awards)
	first := subjects[0].asking.requests[0]
	var bare, site *process
	defer func() { _, _ = bare.stop(), site.stop() }()
	// Starts, in turns; the last of each stays.
	var starts, bareStarts, rests, bareRests []float64
	for range w.rounds {
		w.stage("start-full/" + w.engine)
		if err := bare.stop(); err != nil {
			return nil, err
		}
		if err := site.stop(); err != nil {
			return nil, err
		}
		var err error
		if site, err = startSite(ctx, w.program, w.data, w.database, first); err != nil {
			return nil, err
		}
		stills, err := w.stills(ctx, site, subjects)
		if err != nil {
			return nil, err
		}
		if bare, err = startBare(ctx, w.program, stills, request("/0")); err != nil {
			return nil, err
		}
		starts, bareStarts = append(starts, millis(site.started)), append(bareStarts, millis(bare.started))
		rests, bareRests = append(rests, site.memory()/(1<<20)), append(bareRests, bare.memory()/(1<<20))
	}
	figures := []Figure{{Name: "start-full/" + w.engine, Unit: "ms", Value: median(starts), Floor: median(bareStarts), FloorName: "bare-start", Rounds: w.rounds}}
	if rests[0] > 0 {
		figures = append(figures, Figure{Name: "memory-rest/" + w.engine, Unit: "MB", Value: median(rests), Floor: median(bareRests), FloorName: "bare-server", Rounds: w.rounds})
	}
	for _, s := range subjects {
		w.stage(s.name + "/" + w.engine)
		these, err := w.compare(ctx, site, bare, s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		figures = append(figures, these...)
	}
	if m := site.memory(); m > 0 {
		figures = append(figures, Figure{Name: "memory-load/" + w.engine, Unit: "MB", Value: m / (1 << 20), Floor: bare.memory() / (1 << 20), FloorName: "bare-server", Rounds: 1})
	}
	return figures, nil
}

// stills fetches what the floor is to answer: of each subject the first, under its
// number.
func (w *web) stills(ctx context.Context, site *process, subjects []asked) (map[string]still, error) {
	c, err := dial(ctx, site.address)
	if err != nil {
		return nil, err
	}
	defer c.conn.Close()
	out := map[string]still{}
	for i := range subjects {
		s := &subjects[i]
		answer, err := c.ask(s.asking.requests[0], true)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		path := fmt.Sprintf("/%d", i)
		out[path] = answer
		s.floor = &asking{requests: [][]byte{request(path)}}
	}
	return out, nil
}

// compare lets site and floor answer in turns.
func (w *web) compare(ctx context.Context, site, bare *process, s asked) ([]Figure, error) {
	type sums struct {
		rates, p99s []float64
		requests    int
		cpu         time.Duration
	}
	both := map[*process]*sums{site: {}, bare: {}}
	for round := -1; round < w.rounds; round++ { // the first warms up
		for _, p := range []*process{bare, site} {
			a := s.asking
			if p == bare {
				a = s.floor
			}
			before := p.cpu()
			t, err := load(ctx, p.address, a, w.round)
			if err != nil {
				return nil, err
			}
			if round < 0 {
				continue
			}
			sum := both[p]
			sum.rates, sum.p99s = append(sum.rates, t.rate()), append(sum.p99s, millis(t.p99))
			sum.requests += t.requests
			sum.cpu += p.cpu() - before
		}
	}
	ours, floor := both[site], both[bare]
	figure := func(name, unit string, value, least float64) Figure {
		return Figure{Name: s.name + name + "/" + w.engine, Unit: unit, Value: value, Floor: least, FloorName: "net/http", Rounds: w.rounds}
	}
	out := []Figure{figure("", "requests/s", median(ours.rates), median(floor.rates))}
	if ours.cpu > 0 && floor.cpu > 0 {
		out = append(out, figure("-cpu", "µs", micros(ours.cpu)/float64(ours.requests), micros(floor.cpu)/float64(floor.requests)))
	}
	return append(out, figure("-p99", "ms", median(ours.p99s), median(floor.p99s))), nil
}

func millis(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }
func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }

// empty starts a site that there was not before, and then the same again, empty.
func (w *web) empty(ctx context.Context) ([]Figure, error) {
	w.stage("start-new/" + w.engine)
	bare, err := startBare(ctx, w.program, map[string]still{"/0": {Kind: "text/plain", Body: []byte("here")}}, request("/0"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = bare.stop() }()
	figure := func(name string, starts ...float64) Figure {
		return Figure{Name: name + "/" + w.engine, Unit: "ms", Value: median(starts), Floor: millis(bare.started), FloorName: "bare-start", Rounds: len(starts)}
	}
	var starts []float64
	for range w.rounds + 1 {
		site, err := startSite(ctx, w.program, w.data, w.database, request("/", asBrowser...))
		if err != nil {
			return nil, err
		}
		starts = append(starts, millis(site.started))
		if err := site.stop(); err != nil {
			return nil, err
		}
	}
	return []Figure{figure("start-new", starts[0]), figure("start-empty", starts[1:]...)}, nil
}

// mostAsked is how many awards are asked for in turn: more than are asked for
// while an answer is kept ready.
const mostAsked = 100_000

// awards are those of the site, up to mostAsked.
func (p *platform) awards(ctx context.Context) ([]award.Award, error) {
	var out []award.Award
	var before id.ID
	for len(out) < mostAsked {
		var page []award.Award
		err := store.For[award.Tx](p.db).View(ctx, func(tx award.Tx) error {
			var err error
			page, err = tx.Awards(ctx, p.actor.Org, award.Filter{}, before, 1000)
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			break
		}
		out = append(out, page...)
		before = page[len(page)-1].ID
	}
	if len(out) == 0 {
		return nil, errors.New("there are no awards")
	}
	return out, nil
}
