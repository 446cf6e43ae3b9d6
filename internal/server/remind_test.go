package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/job"
	"github.com/ecusson/ecusson/internal/mail"
)

// reminders runs the job of reminders, sends what it queued, and returns what came.
func (s *site) reminders(t *testing.T, box *slot) []string {
	t.Helper()
	for range 2 { // a second run adds nothing
		if err := s.Awards.Remind(t.Context(), job.Job{}); err == nil || !strings.Contains(err.Error(), "again after") {
			t.Fatalf("the job of reminders says %v", err)
		}
	}
	box.got = nil
	s.Postman.Drain(t.Context())
	var came []string
	for _, m := range box.got {
		came = append(came, m.To.Email+": "+m.Subject)
	}
	return came
}

// TestReminders reminds those who did not answer after a week and after three, and
// nobody who answered, wants none, or whose badge was taken back.
func TestReminders(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		ctx := t.Context()
		c := s.contest(t)
		box := &slot{answer: mail.Result{Outcome: mail.HandedOver}}
		s.post(t, box)
		waits := s.give(t, c, c.part, "amina@mail.example", "Amina")
		answered, quiet, revoked := s.give(t, c, c.part, "basile@mail.example", "Basile"), s.give(t, c, c.part, "chloe@mail.example", "Chloé"), s.give(t, c, c.part, "denis@mail.example", "Denis")
		s.Postman.Drain(ctx)
		if _, err := s.Awards.Answer(ctx, award.Recipient{Addresses: []string{"basile@mail.example"}}, answered.Org, answered.ID, award.Accepted); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Awards.Revoke(ctx, c.actor, revoked.ID, "erreur"); err != nil {
			t.Fatal(err)
		}
		s.Postman.Drain(ctx)
		if came := s.reminders(t, box); len(came) != 0 {
			t.Errorf("on the first day: %q", came)
		}

		s.clock.move(7*24*time.Hour + time.Minute)
		came := s.reminders(t, box)
		if len(came) != 2 || !strings.Contains(strings.Join(came, "\n"), "amina@mail.example: Votre badge Participant de Les Génies de la Construction vous attend") {
			t.Fatalf("after a week: %q", came)
		}
		var reminder *mail.Message
		for _, m := range box.got {
			if m.To.Email == "chloe@mail.example" {
				reminder = m
			}
		}
		link := ""
		for _, h := range reminder.Headers {
			if h[0] == "List-Unsubscribe" {
				link = strings.Trim(h[1], "<>")
			}
		}
		// A mail program ends them in one click, from no page of ours.
		b := s.browser()
		b.get(link).want(t, http.StatusOK, "Plus de mails à propos de ce badge")
		b.get(strings.Split(link, "?")[0]+"?k=wrong").want(t, http.StatusForbidden)
		r, err := http.NewRequest(http.MethodPost, link, strings.NewReader("List-Unsubscribe=One-Click"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Errorf("one click: %s", answer.Status)
		}

		s.clock.move(14 * 24 * time.Hour)
		if came := s.reminders(t, box); len(came) != 1 || !strings.HasPrefix(came[0], "amina@mail.example") {
			t.Errorf("after three weeks: %q", came)
		}
		s.clock.move(30 * 24 * time.Hour)
		if came := s.reminders(t, box); len(came) != 0 {
			t.Errorf("later: %q", came)
		}
		admin := s.signIn("helene@contest.example")
		admin.get("/s/genies/awards/"+waits.Public()).want(t, http.StatusOK, "Un rappel a été envoyé")
		admin.get("/s/genies/awards/"+quiet.Public()).want(t, http.StatusOK, "ne veut pas de rappel")
	})
}

// TestEnding tells a holder before a badge ends, gives it again, and leads from the
// ended one to the new one.
func TestEnding(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		ctx := t.Context()
		c := s.contest(t)
		box := &slot{answer: mail.Result{Outcome: mail.HandedOver}}
		s.post(t, box)
		a := s.give(t, c, c.first, "amina@mail.example", "Amina") // holds a year
		short := s.publish(t, c, achievement.Content{
			Lang: "fr", Kind: "role", Validity: achievement.Validity{Months: 1},
			Texts: map[string]achievement.Texts{"fr": {Name: "Juré", Description: "Juge.", Criteria: "Juger."}},
		})
		s.give(t, c, short, "basile@mail.example", "Basile")
		for _, address := range []string{"amina@mail.example", "basile@mail.example"} {
			mine, err := s.Awards.To(ctx, []string{address})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Awards.Answer(ctx, award.Recipient{Addresses: []string{address}}, mine[0].Org, mine[0].ID, award.Accepted); err != nil {
				t.Fatal(err)
			}
		}
		s.Postman.Drain(ctx)
		if came := s.reminders(t, box); len(came) != 0 {
			t.Errorf("on the first day: %q", came)
		}
		s.clock.move(306 * 24 * time.Hour)
		if came := s.reminders(t, box); len(came) != 1 || !strings.HasPrefix(came[0], "amina@mail.example: Votre badge Lauréat prend fin le ") {
			t.Fatalf("sixty days before: %q", came)
		}

		at := "/s/genies/awards/" + a.Public()
		admin := s.signIn("helene@contest.example")
		admin.get(at).want(t, http.StatusOK, "prévenue de la fin prochaine", "Redonner")
		form := []string{"badge", c.first.Key(), "address", "amina@mail.example", "name", "Amina", "links", "https://photo.example/1", "lang", "fr"}
		admin.get(at+"/renew").want(t, http.StatusOK, "une nouvelle date", "amina@mail.example").lacks(t, `name="reason"`)
		again := admin.post(at+"/renew", form...).want(t, http.StatusOK, "Le badge est redonné", "Donné après un précédent")
		fresh := strings.TrimPrefix(again.Request.URL.Path, "/s/genies/awards/")
		s.browser().get("/b/"+a.Public()).want(t, http.StatusOK, "Badge valable").lacks(t, fresh)
		s.clock.move(61 * 24 * time.Hour)
		s.browser().get("/b/"+a.Public()).want(t, http.StatusOK, "donné après celui-ci", "/b/"+fresh)
		s.browser().get("/b/"+fresh).want(t, http.StatusOK, "Badge valable")
	})
}
