package post_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
	"github.com/ecusson/ecusson/internal/mail"
	"github.com/ecusson/ecusson/internal/mail/smtptest"
	"github.com/ecusson/ecusson/internal/pgtest"
	"github.com/ecusson/ecusson/internal/post"
	"github.com/ecusson/ecusson/internal/store"
)

// plain makes the shortest mails.
type plain struct{ now func() time.Time }

func (p plain) Compose(_ context.Context, m *job.Mail) (*mail.Message, error) {
	return &mail.Message{
		ID: m.ID.String() + "@site.example", From: mail.Address{Email: "badges@site.example"}, To: mail.Address{Email: m.Address},
		Date: p.now(), Subject: "Un badge", Text: "Bonjour", Lang: "fr",
	}, nil
}

type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time       { return time.UnixMicro(c.at.Load()).UTC() }
func (c *clock) move(d time.Duration) { c.at.Add(d.Microseconds()) }

// office is a queue of mails about awards, on a real database.
type office struct {
	t     testing.TB
	db    *store.Store
	clock *clock
}

const org = 7

func newOffice(t testing.TB, o store.Options) *office {
	t.Helper()
	db, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := &clock{}
	c.at.Store(time.Date(2026, 6, 12, 8, 0, 0, 0, time.UTC).UnixMicro())
	return &office{t, db, c}
}

func onBoth(t *testing.T, f func(t *testing.T, o *office)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, newOffice(t, store.Options{File: filepath.Join(t.TempDir(), "ecusson.db")}))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		f(t, newOffice(t, store.Options{URL: pgtest.DSN(t)}))
	})
}

func (o *office) newID() (id.ID, error) { return id.New(o.clock.now(), rand.Reader) }

// queue stores awards with their mails, to p0@…, p1@… and so on.
func (o *office) queue(n int) []award.Award {
	o.t.Helper()
	awards, mails := make([]award.Award, n), make([]job.Mail, n)
	for i := range n {
		a, err := o.newID()
		if err != nil {
			o.t.Fatal(err)
		}
		m, err := o.newID()
		if err != nil {
			o.t.Fatal(err)
		}
		address := fmt.Sprintf("p%d@mail.example", i)
		awards[i] = award.Award{Org: org, ID: a, Achievement: 3, Frame: 1, Mail: award.Queued, Issued: o.clock.now(), Address: address}
		mails[i] = job.Mail{ID: m, Kind: award.MailBadge, Org: org, Award: a, Address: address, Lang: "fr", At: o.clock.now()}
	}
	err := store.For[award.Tx](o.db).Update(o.t.Context(), func(tx award.Tx) error {
		if err := tx.AddAwards(o.t.Context(), awards); err != nil {
			return err
		}
		return tx.Post(o.t.Context(), mails...)
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return awards
}

func (o *office) sender(server mail.Sender, owner string) *post.Sender {
	return &post.Sender{
		Store: store.For[post.Tx](o.db), Composer: plain{o.clock.now}, Server: server, Owner: owner, Now: o.clock.now, NewID: o.newID,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Every: 5 * time.Millisecond,
	}
}

func (o *office) smtp(s *smtptest.Server, change func(*mail.Config)) *mail.SMTP {
	o.t.Helper()
	c := mail.Config{Host: s.Host, Port: s.Port, TLS: mail.NoTLS, From: mail.Address{Email: "badges@site.example"}, Connections: 8}
	if change != nil {
		change(&c)
	}
	out, err := mail.NewSMTP(c)
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { _ = out.Close() })
	return out
}

// states counts what became of the mails of all awards, and what waits.
func (o *office) states() map[award.Mail]int {
	o.t.Helper()
	out := map[award.Mail]int{}
	err := store.For[award.Tx](o.db).View(o.t.Context(), func(tx award.Tx) error {
		found, err := tx.Awards(o.t.Context(), org, award.Filter{}, id.ID{}, 100_000)
		for _, a := range found {
			out[a.Mail]++
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

func (o *office) counted(what award.What) int {
	o.t.Helper()
	n := 0
	err := store.For[award.Tx](o.db).View(o.t.Context(), func(tx award.Tx) error {
		counts, err := tx.Tallies(o.t.Context(), org, 0, 0, 0, 1<<30)
		for _, c := range counts {
			if c.What == what {
				n += c.N
			}
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return n
}

func (o *office) want(want map[award.Mail]int) {
	o.t.Helper()
	if got := o.states(); fmt.Sprint(got) != fmt.Sprint(want) {
		o.t.Errorf("states %v, want %v", got, want)
	}
}

// TestDies holds that only the mails on their way when a server dies are in doubt:
// the others of its hands go out once, by another server.
func TestDies(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		o.queue(100)
		release := make(chan struct{})
		defer close(release)
		var taken atomic.Int64
		stuck := make(chan struct{}, 8)
		bad := smtptest.Start(t, smtptest.Options{Data: func(*smtptest.Mail) error {
			if taken.Add(1) > 10 {
				stuck <- struct{}{}
				<-release
			}
			return nil
		}})
		dying := o.sender(o.smtp(bad, nil), "dying")
		dying.Parallel = 3
		ctx, kill := context.WithCancel(t.Context())
		defer kill()
		// What is killed writes no more: from then on, its store answers nothing.
		dead := &mortal{Store: dying.Store}
		dying.Store = dead
		var wait sync.WaitGroup
		wait.Go(func() { dying.Run(ctx) })
		for range 3 {
			<-stuck
		}
		dead.killed.Store(true)

		good := smtptest.Start(t, smtptest.Options{})
		next := o.sender(o.smtp(good, nil), "next")
		next.Drain(t.Context())
		before := len(good.Mails())
		o.clock.move(5 * time.Minute) // its leases have ended
		next.Drain(t.Context())
		o.want(map[award.Mail]int{award.HandedOver: 97, award.Perhaps: 3})
		if n := len(good.Mails()); n != 90 || before != 52 {
			t.Errorf("the next server sent %d mails at first, %d in all", before, n)
		}
		if n := o.counted(award.HandedOverCount); n != 100 {
			t.Errorf("%d counted", n)
		}
		kill()
		for range 3 {
			release <- struct{}{}
		}
		wait.Wait()
		o.want(map[award.Mail]int{award.HandedOver: 97, award.Perhaps: 3})
	})
}

// mortal is a store that its server can no longer reach once it is killed.
type mortal struct {
	post.Store
	killed atomic.Bool
}

func (m *mortal) Update(ctx context.Context, f func(post.Tx) error) error {
	if m.killed.Load() {
		return fmt.Errorf("killed")
	}
	return m.Store.Update(ctx, f)
}

// TestStops finishes the mails in hand when it is told to stop, and puts the
// others back at once, without doubt.
func TestStops(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		o.queue(100)
		release, begun := make(chan struct{}), make(chan struct{}, 100)
		first := smtptest.Start(t, smtptest.Options{Data: func(*smtptest.Mail) error {
			begun <- struct{}{}
			<-release
			return nil
		}})
		stopping := o.sender(o.smtp(first, nil), "stopping")
		stopping.Parallel = 2
		ctx, stop := context.WithCancel(t.Context())
		var wait sync.WaitGroup
		wait.Go(func() { stopping.Run(ctx) })
		<-begun
		<-begun
		stop()
		close(release)
		wait.Wait()
		if n := len(first.Mails()); n != 2 {
			t.Fatalf("%d mails after the stop", n)
		}
		second := smtptest.Start(t, smtptest.Options{})
		o.sender(o.smtp(second, nil), "next").Drain(t.Context())
		o.want(map[award.Mail]int{award.HandedOver: 100})
		if n := len(second.Mails()); n != 98 {
			t.Errorf("%d mails by the next", n)
		}
	})
}

// TestTwoSenders sends every mail once, however many send.
func TestTwoSenders(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		o.queue(300)
		s := smtptest.Start(t, smtptest.Options{})
		var wait sync.WaitGroup
		for _, owner := range []string{"one", "two"} {
			sender := o.sender(o.smtp(s, nil), owner)
			wait.Go(func() { sender.Drain(t.Context()) })
		}
		wait.Wait()
		o.want(map[award.Mail]int{award.HandedOver: 300})
		seen := map[string]int{}
		for _, m := range s.Mails() {
			seen[m.To]++
		}
		if len(seen) != 300 || len(s.Mails()) != 300 {
			t.Errorf("%d mails to %d people", len(s.Mails()), len(seen))
		}
	})
}

// TestAway tries again later and later while the mail server is away, and gives up
// after days, with the words of the fault.
func TestAway(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		a := o.queue(1)[0]
		s := smtptest.Start(t, smtptest.Options{})
		s.Close()
		var tried atomic.Int64
		sender := o.sender(o.smtp(s, nil), "test")
		sender.Seen = func(mail.Outcome) { tried.Add(1) }
		begin := o.clock.now()
		for o.states()[award.Queued] == 1 {
			if o.clock.now().Sub(begin) > 10*24*time.Hour {
				t.Fatal("it is never given up")
			}
			sender.Drain(t.Context())
			o.clock.move(10 * time.Minute)
		}
		o.want(map[award.Mail]int{award.Refused: 1})
		if d := o.clock.now().Sub(begin); d < 4*24*time.Hour || d > 5*24*time.Hour || tried.Load() < 15 || tried.Load() > 40 {
			t.Errorf("given up after %v and %d attempts", d, tried.Load())
		}
		events := o.events(a)
		if len(events) != 1 || events[0].Kind != award.EventRefused || events[0].Reason == "" {
			t.Errorf("events %+v", events)
		}
	})
}

func (o *office) events(a award.Award) []award.Event {
	o.t.Helper()
	var events []award.Event
	err := store.For[award.Tx](o.db).View(o.t.Context(), func(tx award.Tx) error {
		var err error
		events, err = tx.Events(o.t.Context(), a.Org, a.ID)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return events
}

// TestRefusedAndLater keeps a server's words where it refuses, and comes back where
// it says later.
func TestRefusedAndLater(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		awards := o.queue(3)
		var full atomic.Bool
		full.Store(true)
		s := smtptest.Start(t, smtptest.Options{Rcpt: func(to string) error {
			switch {
			case to == "p0@mail.example":
				return smtptest.Refusal(550, [3]int{5, 1, 1}, "no such user")
			case to == "p1@mail.example" && full.Load():
				return smtptest.Refusal(452, [3]int{4, 2, 2}, "full")
			}
			return nil
		}})
		sender := o.sender(o.smtp(s, nil), "test")
		sender.Drain(t.Context())
		o.want(map[award.Mail]int{award.Refused: 1, award.Queued: 1, award.HandedOver: 1})
		if e := o.events(awards[0]); len(e) != 1 || e[0].Reason != "550 5.1.1 no such user" {
			t.Errorf("events %+v", e)
		}
		full.Store(false)
		sender.Drain(t.Context())
		o.want(map[award.Mail]int{award.Refused: 1, award.Queued: 1, award.HandedOver: 1})
		o.clock.move(2 * time.Minute)
		sender.Drain(t.Context())
		o.want(map[award.Mail]int{award.Refused: 1, award.HandedOver: 2})
		if r, h := o.counted(award.RefusedCount), o.counted(award.HandedOverCount); r != 1 || h != 2 {
			t.Errorf("%d refused, %d handed over", r, h)
		}
	})
}

// TestNoAnswer sends what may have arrived a few times only, and says so.
func TestNoAnswer(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		a := o.queue(1)[0]
		var got atomic.Int64
		s := smtptest.Start(t, smtptest.Options{Data: func(m *smtptest.Mail) error {
			got.Add(1)
			m.Drop()
			return nil
		}})
		sender := o.sender(o.smtp(s, nil), "test")
		for range 20 {
			sender.Drain(t.Context())
			o.clock.move(time.Hour)
		}
		o.want(map[award.Mail]int{award.Perhaps: 1})
		if got.Load() != 3 {
			t.Errorf("sent %d times", got.Load())
		}
		if e := o.events(a); len(e) != 1 || e[0].Kind != award.EventPerhaps {
			t.Errorf("events %+v", e)
		}
	})
}

// BenchmarkSend sends mails over several connections to a server on this machine.
func BenchmarkSend(b *testing.B) {
	for _, parallel := range []int{1, 4, 8, 16} {
		b.Run(fmt.Sprint(parallel), func(b *testing.B) {
			o := newOffice(b, store.Options{File: filepath.Join(b.TempDir(), "ecusson.db")})
			o.queue(b.N)
			s := smtptest.Start(b, smtptest.Options{})
			sender := o.sender(o.smtp(s, func(c *mail.Config) { c.Connections = parallel }), "bench")
			b.ResetTimer()
			var wait sync.WaitGroup
			for range parallel {
				wait.Go(func() { sender.Drain(b.Context()) })
			}
			wait.Wait()
			b.StopTimer()
			if len(s.Mails()) != b.N {
				b.Errorf("%d of %d", len(s.Mails()), b.N)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
		})
	}
}
