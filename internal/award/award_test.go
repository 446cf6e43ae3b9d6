package award_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/pgtest"
	"github.com/ecusson/ecusson/internal/seal"
	"github.com/ecusson/ecusson/internal/store"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/verify"
)

// place is an organisation with two badges, on a real database.
type place struct {
	*award.Service
	t      *testing.T
	db     *store.Store
	orgs   *organization.Service
	badges *achievement.Service
	base   *url.URL
	actor  organization.Actor
	org    organization.Organization
	part   *achievement.Version // for ever
	winner *achievement.Version // for a year, with evidence
	mu     sync.Mutex
	at     time.Time
}

func (p *place) now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at = p.at.Add(time.Microsecond)
	return p.at
}

func (p *place) move(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at = p.at.Add(d)
}

func onBoth(t *testing.T, f func(*testing.T, *place)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, newPlace(t, store.Options{File: filepath.Join(t.TempDir(), "ecusson.db")}))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		f(t, newPlace(t, store.Options{URL: pgtest.DSN(t)}))
	})
}

func newPlace(t *testing.T, o store.Options) *place {
	t.Helper()
	ctx := t.Context()
	db, err := store.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	p := &place{t: t, db: db, at: time.Date(2026, 6, 12, 8, 0, 0, 0, time.UTC)}
	p.base = &url.URL{Scheme: "https", Host: "badges.example"}
	keeper, err := seal.New(bytes.Repeat([]byte{5}, seal.Size))
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	p.orgs = &organization.Service{Store: store.For[organization.Tx](db), Keeper: keeper, Now: p.now, Random: rand.Reader, Base: p.base, Policy: organization.Open}
	p.badges = &achievement.Service{Store: store.For[achievement.Tx](db), Now: p.now, Random: rand.Reader}
	p.Service = &award.Service{
		Store: store.For[award.Tx](db), Issuers: p.orgs, Badges: p.badges, LD: jsonld.New(nil), Base: p.base, Keeper: keeper, Zone: zone, Now: p.now, Random: rand.Reader,
		Say: func(lang, key string, facts map[string]any) string { return catalog.For(lang).T(key, facts) },
	}
	person := account.Person{ID: p.newID(), Name: "Hélène", Lang: "fr", Created: p.now()}
	people := store.For[account.Tx](db)
	if err := people.Update(ctx, func(tx account.Tx) error { return tx.AddPerson(ctx, person) }); err != nil {
		t.Fatal(err)
	}
	p.org, err = p.orgs.Create(ctx, person, organization.New{Name: "Bâtisseurs de l’Orne", Kind: "training", Slug: "batisseurs", Lang: "fr"})
	if err != nil {
		t.Fatal(err)
	}
	if _, p.actor, err = p.orgs.Enter(ctx, p.org.Slug, person.ID); err != nil {
		t.Fatal(err)
	}
	p.part = p.publish(achievement.Content{
		Lang: "fr", Kind: "participation", Assessment: "participation",
		Texts: map[string]achievement.Texts{
			"fr": {Name: "Participant", Description: "A pris part au concours.", Criteria: "- venir\n- construire"},
			"en": {Name: "Participant (en)", Description: "Took part in the contest.", Criteria: "- come\n- build"},
		},
	})
	p.winner = p.publish(achievement.Content{
		Lang: "fr", Kind: "achievement", Assessment: "jury", EvidenceNeeded: true, Validity: achievement.Validity{Years: 1},
		Texts: map[string]achievement.Texts{"fr": {Name: "Lauréat", Description: "A gagné le concours.", Criteria: "Gagner.", Evidence: "une maquette"}},
	})
	return p
}

func (p *place) newID() id.ID {
	i, err := id.New(p.now(), rand.Reader)
	if err != nil {
		p.t.Fatal(err)
	}
	return i
}

func (p *place) publish(c achievement.Content) *achievement.Version {
	p.t.Helper()
	a, err := p.badges.Create(p.t.Context(), p.actor, c)
	if err != nil {
		p.t.Fatal(err)
	}
	v, err := p.badges.Publish(p.t.Context(), p.actor, p.org, a.Number, time.Time{})
	if err != nil {
		p.t.Fatal(err)
	}
	return v
}

func (p *place) request(v *achievement.Version, address, name string) award.Request {
	return award.Request{Achievement: v.Achievement, Version: v.Version, Lang: "fr", Address: address, Name: name}
}

func (p *place) give(requests ...award.Request) []award.Award {
	p.t.Helper()
	given, err := p.Give(p.t.Context(), p.actor, requests)
	if err != nil {
		p.t.Fatal(err)
	}
	return given
}

// Fetch answers what the site would: documents of identifiers and status lists.
func (p *place) Fetch(ctx context.Context, address, _ string) (*verify.Response, error) {
	path, ours := strings.CutPrefix(address, p.base.String())
	if !ours {
		return nil, &verify.FetchError{URL: address, Code: verify.FetchRefused}
	}
	answer := &verify.Response{Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, URL: address}
	switch {
	case path == "/o/batisseurs/did.json":
		doc, err := p.orgs.Document(ctx, "batisseurs", p.base)
		answer.Body = doc
		return answer, err
	case strings.HasPrefix(path, "/status/"):
		parts := strings.Split(path, "/")
		org, list, err := id.ParseKey(parts[2])
		if err != nil {
			return nil, err
		}
		purpose := award.Revocation
		if parts[3] == award.Suspension.String() {
			purpose = award.Suspension
		}
		d, err := p.StatusDocument(ctx, org, int(list), purpose)
		answer.Body = d.Document
		return answer, err
	}
	answer.Status = http.StatusNotFound
	return answer, nil
}

func (p *place) verify(a *award.Award, recipient string) *verify.Report {
	p.t.Helper()
	_, doc, err := p.Document(p.t.Context(), a.Org, a.ID)
	if err != nil {
		p.t.Fatal(err)
	}
	return verify.New(nil).Verify(p.t.Context(), doc, verify.Options{At: p.now(), Fetcher: p, Recipient: recipient})
}

func (p *place) wantVerdict(a *award.Award, want verify.Verdict, check, code string) {
	p.t.Helper()
	r := p.verify(a, "")
	if r.Verdict != want || check != "" && r.Check(check).Code != code {
		p.t.Errorf("%s: verdict %s, want %s; %+v", a.Name, r.Verdict, want, r.Reason())
	}
}

func TestGive(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, p *place) {
		amina := p.request(p.winner, "Amina@Mail.example", "Amina Benali")
		amina.Text, amina.Note, amina.Links = "Une *belle* maquette.", "Vue par le jury.", []string{"https://photo.example/1?q=a b"}
		given := p.give(amina, p.request(p.part, "yanis@mail.example", "Yanis « le grand » \\ 😀"))
		if len(given) != 2 || given[0].Until.IsZero() || !given[1].Until.IsZero() || given[0].Mail != award.Queued {
			t.Fatalf("given: %+v", given)
		}
		for i := range given {
			p.wantVerdict(&given[i], verify.Valid, "", "")
		}
		if r := p.verify(&given[0], "amina@mail.example"); r.Verdict != verify.Valid {
			t.Errorf("as Amina's: %+v", r.Reason())
		}
		if r := p.verify(&given[0], "yanis@mail.example"); r.Verdict != verify.Invalid {
			t.Error("Amina's badge passes as another's")
		}
		// The packed form is small, and is what was signed.
		if n := len(given[1].Document); n > 150 {
			t.Errorf("a badge without texts takes %d bytes", n)
		}
		events, err := p.Figures(t.Context(), p.org.Number, 0, 0, 0, 1<<30)
		if err != nil || len(events) != 1 || events[0].N != 2 || events[0].What != award.Given {
			t.Errorf("figures: %+v, %v", events, err)
		}
	})
}

func TestGiveRefuses(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, p *place) {
		for role, want := range map[organization.Role]bool{organization.NoRole: false, organization.Reader: false, organization.Issuer: true, organization.Creator: true, organization.Admin: true} {
			actor := p.actor
			actor.Role = role
			_, err := p.Give(t.Context(), actor, []award.Request{p.request(p.part, role.String()+"@mail.example", "")})
			if (err == nil) != want || err != nil && !fault.Is(err, fault.Forbidden) {
				t.Errorf("as %v: %v", role, err)
			}
		}
		over := p.request(p.winner, "a@mail.example", "A")
		over.Awarded = p.at.AddDate(-2, 0, 0)
		if _, err := p.Give(t.Context(), p.actor, []award.Request{over}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a badge that is over already: %v", err)
		}
		none := p.request(p.part, "a@mail.example", "A")
		none.Achievement++
		if _, err := p.Give(t.Context(), p.actor, []award.Request{none}); !fault.Is(err, fault.NotFound) {
			t.Errorf("a badge that is not there: %v", err)
		}
	})
}

func TestStates(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, p *place) {
		ctx := t.Context()
		given := p.give(p.request(p.part, "amina@mail.example", "Amina"), p.request(p.part, "yanis@mail.example", "Yanis"))
		a, b := &given[0], &given[1]
		if _, err := p.Suspend(ctx, p.actor, a.ID, "on regarde"); err != nil {
			t.Fatal(err)
		}
		p.wantVerdict(a, verify.Invalid, verify.CheckStatus, verify.CodeSuspended)
		p.wantVerdict(b, verify.Valid, "", "")
		if _, err := p.Lift(ctx, p.actor, a.ID, ""); err != nil {
			t.Fatal(err)
		}
		p.wantVerdict(a, verify.Valid, "", "")
		if _, err := p.Revoke(ctx, p.actor, a.ID, " "); !fault.Is(err, fault.Invalid) {
			t.Errorf("without a reason: %v", err)
		}
		if _, err := p.Revoke(ctx, p.actor, a.ID, "délivré par erreur"); err != nil {
			t.Fatal(err)
		}
		p.wantVerdict(a, verify.Invalid, verify.CheckStatus, verify.CodeRevoked)
		if _, err := p.Lift(ctx, p.actor, a.ID, ""); !fault.Is(err, fault.Conflict) {
			t.Errorf("a revoked badge is given back: %v", err)
		}
		stranger := p.actor
		stranger.Org++
		if _, err := p.Revoke(ctx, stranger, b.ID, "x"); !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Forbidden) {
			t.Errorf("another organisation revokes: %v", err)
		}
		e, ok, err := p.Last(ctx, a, award.EventRevoked)
		if err != nil || !ok || e.Reason != "délivré par erreur" {
			t.Errorf("event: %+v, %v, %v", e, ok, err)
		}
		// The lists are signed anew before they end.
		p.move(8 * 24 * time.Hour)
		if more, err := p.Renew(ctx); more || err != nil {
			t.Fatal(more, err)
		}
		p.move(8 * 24 * time.Hour)
		p.wantVerdict(b, verify.Valid, "", "")
		p.wantVerdict(a, verify.Invalid, verify.CheckStatus, verify.CodeRevoked)
	})
}

func TestCorrect(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, p *place) {
		old := p.give(p.request(p.part, "amina@mial.example", "Amina"))[0]
		fresh, err := p.Correct(t.Context(), p.actor, old.ID, p.request(p.part, "amina@mail.example", "Amina"), "faute dans l’adresse")
		if err != nil {
			t.Fatal(err)
		}
		p.wantVerdict(&old, verify.Invalid, verify.CheckStatus, verify.CodeRevoked)
		p.wantVerdict(&fresh, verify.Valid, "", "")
		e, ok, err := p.Last(t.Context(), &old, award.EventReplaced)
		if err != nil || !ok || e.Other != fresh.ID {
			t.Errorf("event: %+v, %v, %v", e, ok, err)
		}
		if _, err := p.Correct(t.Context(), p.actor, old.ID, p.request(p.part, "b@mail.example", "B"), "x"); !fault.Is(err, fault.Conflict) {
			t.Errorf("corrected twice: %v", err)
		}
	})
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, p *place) {
		ctx := t.Context()
		given := p.give(p.request(p.part, "amina@mail.example", "Amina"), p.request(p.part, "yanis@mail.example", "Yanis"))
		a := &given[0]
		link := award.Recipient{Token: p.ReceiveToken(a.Org, a.ID)}
		for name, r := range map[string]award.Recipient{
			"nobody": {}, "another's link": {Token: p.ReceiveToken(a.Org, given[1].ID)}, "another address": {Addresses: []string{"yanis@mail.example"}},
		} {
			if _, err := p.Answer(ctx, r, a.Org, a.ID, award.Accepted); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got, err := p.Answer(ctx, link, a.Org, a.ID, award.Declined); err != nil || got.Answer != award.Declined {
			t.Errorf("declined: %+v, %v", got, err)
		}
		if got, err := p.Answer(ctx, award.Recipient{Addresses: []string{"AMINA@mail.example"}}, a.Org, a.ID, award.Accepted); err != nil || got.Answer != award.Accepted {
			t.Errorf("accepted: %+v, %v", got, err)
		}
		counts, err := p.Figures(ctx, p.org.Number, p.part.Achievement, 0, 0, 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		sums := map[award.What]int{}
		for _, c := range counts {
			sums[c.What] += c.N
		}
		if sums[award.AcceptedCount] != 1 || sums[award.DeclinedCount] != 0 || sums[award.Given] != 2 {
			t.Errorf("figures: %v", sums)
		}
		mine, err := p.To(ctx, []string{"amina@mail.example", "nobody@mail.example"})
		if err != nil || len(mine) != 1 || mine[0].ID != a.ID {
			t.Errorf("Amina's badges: %+v, %v", mine, err)
		}
	})
}

// list is a list of n people, of whom every hundredth is a bad row, and which
// says one of them twice.
func list(n int) []byte {
	var b strings.Builder
	b.WriteString("Nom;Courriel;Badge;Mot;Preuve\n")
	for i := range n {
		switch {
		case i%100 == 7:
			fmt.Fprintf(&b, "Personne %d;personne%d;Participant;;\n", i, i)
		case i%10 == 3:
			fmt.Fprintf(&b, "Personne %d;personne%d@mail.example;lauréat;Mot %d;https://photo.example/%d\n", i, i, i, i)
		default:
			fmt.Fprintf(&b, "Personne %d;personne%d@mail.example;PARTICIPANT;;\n", i, i)
		}
	}
	b.WriteString("Personne 0;PERSONNE0@mail.example;Participant;;\n")
	return []byte(b.String())
}

func (p *place) worker() *job.Worker {
	w := &job.Worker{Store: p.db.Jobs(), Owner: "test", Now: p.now, Log: discard()}
	w.Handle(award.JobBatch, p.RunJob)
	return w
}

func TestList(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, p *place) {
		ctx := t.Context()
		const n = 2500
		b, err := p.AddList(ctx, p.actor, "concours.csv", "fr", list(n))
		if err != nil {
			t.Fatal(err)
		}
		trial, err := p.Try(ctx, &b)
		if err != nil {
			t.Fatal(err)
		}
		bad := n / 100
		if trial.Rows != n+1 || trial.Counts[award.RowBad] != bad || trial.Counts[award.RowTwice] != 1 || trial.Counts[award.RowReady] != n-bad {
			t.Fatalf("trial: %d rows, %v", trial.Rows, trial.Counts)
		}
		if len(trial.Bad) != bad || trial.Bad[0].Wrong[0].Field != "email" {
			t.Errorf("bad rows: %+v", trial.Bad[0])
		}
		if b, err = p.Start(ctx, p.actor, b.Number); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Start(ctx, p.actor, b.Number); !fault.Is(err, fault.Conflict) {
			t.Errorf("started twice: %v", err)
		}
		if err := p.worker().Drain(ctx); err != nil {
			t.Fatal(err)
		}
		b, err = p.Batch(ctx, b.Org, b.Number)
		if err != nil || b.State != award.BatchDone || b.Awarded != n-bad || b.Refused != bad || b.Skipped != 1 || b.Looked() != n+1 {
			t.Fatalf("after the run: %+v, %v", b, err)
		}
		// A bad row is corrected, and the list is given once more: only that one is new.
		b, err = p.SetPlan(ctx, p.actor, b.Number, func(b *award.Batch) error {
			b.Plan.Corrections = map[int]map[string]string{9: {"email": "personne7@mail.example"}}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Start(ctx, p.actor, b.Number); err != nil {
			t.Fatal(err)
		}
		if err := p.worker().Drain(ctx); err != nil {
			t.Fatal(err)
		}
		b, err = p.Batch(ctx, b.Org, b.Number)
		if err != nil || b.State != award.BatchDone || b.Awarded != n-bad+1 {
			t.Fatalf("after the correction: %+v, %v", b, err)
		}
		found, err := p.List(ctx, p.actor, award.Filter{Batch: b.Number, Search: "personne7@"}, id.ID{}, 10)
		if err != nil || len(found) != 1 {
			t.Fatalf("found: %+v, %v", found, err)
		}
		p.wantVerdict(&found[0], verify.Valid, "", "")
	})
}

// TestListTakenOver runs one list in three runs at once, as when servers lose their
// leases: each row is given once, and no run ends what another goes on with.
func TestListTakenOver(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, p *place) {
		ctx := t.Context()
		const n = 2200
		b, err := p.AddList(ctx, p.actor, "concours.csv", "fr", list(n))
		if err != nil {
			t.Fatal(err)
		}
		if _, err = p.SetPlan(ctx, p.actor, b.Number, func(b *award.Batch) error { b.Plan.Silent = true; return nil }); err != nil {
			t.Fatal(err)
		}
		if b, err = p.Start(ctx, p.actor, b.Number); err != nil {
			t.Fatal(err)
		}
		jobs, err := p.db.Jobs().Lease(ctx, []string{award.JobBatch}, "test", p.now(), time.Minute, 1)
		if err != nil || len(jobs) != 1 {
			t.Fatalf("%d jobs, %v", len(jobs), err)
		}
		var wait sync.WaitGroup
		for range 3 {
			wait.Go(func() {
				for p.RunJob(ctx, jobs[0]) != nil { // until it has nothing to do
					if ctx.Err() != nil {
						return
					}
				}
			})
		}
		wait.Wait()
		b, err = p.Batch(ctx, b.Org, b.Number)
		if given := n - n/100; err != nil || b.State != award.BatchDone || b.Awarded != given || b.Looked() != n+1 {
			t.Fatalf("after the runs: state %s, %d awarded, %d looked at (%v)", b.State, b.Awarded, b.Looked(), err)
		}
		stored, places := 0, map[int]bool{}
		for before := (id.ID{}); ; {
			some, err := p.List(ctx, p.actor, award.Filter{Batch: b.Number}, before, 1000)
			if err != nil {
				t.Fatal(err)
			}
			if len(some) == 0 {
				break
			}
			for _, a := range some {
				stored++
				places[a.List<<20|a.Place] = true
			}
			before = some[len(some)-1].ID
		}
		if stored != b.Awarded || len(places) != stored {
			t.Errorf("%d awards with %d places, and the list says %d", stored, len(places), b.Awarded)
		}
	})
}

// TestListHistory keeps what was given elsewhere, and signs and mails nothing.
func TestListHistory(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, p *place) {
		ctx := t.Context()
		b, err := p.AddList(ctx, p.actor, "avant.csv", "fr", []byte("Nom;Courriel;Badge;Date\nZoé;zoe@mail.example;Participant;12/06/2023\nIan;ian@mail.example;Participant;12/06/2027\n"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err = p.SetPlan(ctx, p.actor, b.Number, func(b *award.Batch) error { b.Plan.History = true; return nil }); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Start(ctx, p.actor, b.Number); err != nil {
			t.Fatal(err)
		}
		if err := p.worker().Drain(ctx); err != nil {
			t.Fatal(err)
		}
		found, err := p.List(ctx, p.actor, award.Filter{Batch: b.Number}, id.ID{}, 10)
		if err != nil || len(found) != 1 || found[0].Frame != 0 || found[0].Mail != award.NoMail || found[0].Issued.Year() != 2023 {
			t.Errorf("history: %+v, %v", found, err)
		}
	})
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }
