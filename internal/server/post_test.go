package server_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/mail"
	"github.com/ecusson/ecusson/internal/post"
	"github.com/ecusson/ecusson/internal/store"
)

// slot is a mail server whose answer can be set.
type slot struct {
	mu     sync.Mutex
	answer mail.Result
	got    []*mail.Message
}

func (s *slot) Send(_ context.Context, m *mail.Message) mail.Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, m)
	return s.answer
}

// post gives the site's postman another mail server.
func (s *site) post(t *testing.T, server mail.Sender) {
	t.Helper()
	s.Postman.Server = server
}

// TestPost walks a mail through the queue: handed over, refused, later, and in
// hand when its server died.
func TestPost(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		ctx := t.Context()
		c := s.contest(t)
		box := &slot{answer: mail.Result{Outcome: mail.HandedOver}}
		s.post(t, box)
		s.Postman.Drain(ctx) // the mails of signing in and of the new organisation
		box.got = nil

		a := s.give(t, c, c.part, "amina@mail.example", "Amina Benali")
		s.Postman.Drain(ctx)
		if len(box.got) != 1 {
			t.Fatalf("%d mails", len(box.got))
		}
		m := box.got[0]
		link := s.server.URL + "/b/" + a.Public() + "?k=" + s.Awards.ReceiveToken(a.Org, a.ID)
		if m.To.Email != "amina@mail.example" || m.Subject != "Les Génies de la Construction vous remet le badge Participant" ||
			!strings.Contains(m.Text, link) || !strings.Contains(m.HTML, "cid:badge") || len(m.Parts) != 1 || !strings.Contains(m.Text, "Bonjour Amina Benali,") {
			t.Errorf("mail: %s\n%s", m.Subject, m.Text)
		}
		s.wantMail(t, c, a, award.HandedOver)

		box.answer = mail.Result{Outcome: mail.Refused, Code: 550, Text: "no such user"}
		b := s.give(t, c, c.part, "nobody@mail.example", "Personne")
		s.Postman.Drain(ctx)
		s.wantMail(t, c, b, award.Refused)
		c.admin.get("/s/genies/awards/"+b.Public()).want(t, http.StatusOK, "Le serveur a refusé le mail.", "550 no such user")
		e, ok, err := s.Awards.Last(ctx, &b, award.EventRefused)
		if err != nil || !ok || e.Reason != "550 no such user" {
			t.Errorf("event: %+v, %v, %v", e, ok, err)
		}

		box.answer = mail.Result{Outcome: mail.Later, Code: 451}
		d := s.give(t, c, c.part, "later@mail.example", "Plus tard")
		s.Postman.Drain(ctx)
		s.wantMail(t, c, d, award.Queued)
		box.answer = mail.Result{Outcome: mail.HandedOver}
		s.clock.move(2 * time.Minute)
		s.Postman.Drain(ctx)
		s.wantMail(t, c, d, award.HandedOver)

		// What is revoked before its mail goes out is not praised any more.
		box.got = nil
		f := s.give(t, c, c.part, "gone@mail.example", "Partie")
		if _, err := s.Awards.Revoke(ctx, c.actor, f.ID, "erreur"); err != nil {
			t.Fatal(err)
		}
		s.Postman.Drain(ctx)
		if len(box.got) != 1 || !strings.Contains(box.got[0].Subject, "révoqué") || !strings.Contains(box.got[0].Text, "> erreur") {
			t.Errorf("mails about a revoked badge: %d", len(box.got))
		}
	})
}

// TestPostPerhaps holds that a mail that was in hand when its server died is sent
// again, and says that it may be the second.
func TestPostPerhaps(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		ctx := t.Context()
		c := s.contest(t)
		box := &slot{answer: mail.Result{Outcome: mail.HandedOver}}
		s.post(t, box)
		s.Postman.Drain(ctx)
		a := s.give(t, c, c.part, "amina@mail.example", "Amina Benali")
		err := store.For[post.Tx](s.store).Update(ctx, func(tx post.Tx) error {
			mails, err := tx.LeaseMails(ctx, "a server that dies", s.clock.now(), 2*time.Minute, 10)
			for i := range mails {
				if ours, err := tx.TakeMail(ctx, &mails[i], "a server that dies", s.clock.now().Add(2*time.Minute)); err != nil || !ours {
					t.Errorf("a mail of ours: %v, %v", ours, err)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		s.Postman.Drain(ctx) // it is in the other's hand
		s.wantMail(t, c, a, award.Queued)
		s.clock.move(3 * time.Minute)
		s.Postman.Drain(ctx)
		s.wantMail(t, c, a, award.Perhaps)
	})
}

func (s *site) wantMail(t *testing.T, c *contest, a award.Award, want award.Mail) {
	t.Helper()
	got, _, err := s.Awards.Find(t.Context(), c.actor, a.ID)
	if err != nil || got.Mail != want {
		t.Errorf("mail of %s: %d, want %d (%v)", a.Name, got.Mail, want, err)
	}
}
