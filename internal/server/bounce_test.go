package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/mail"
	"github.com/ecusson/ecusson/internal/mail/smtptest"
	"github.com/ecusson/ecusson/internal/server"
)

// report calls the address of a mail provider.
func (b *browser) report(secret, kind, body string) answer {
	b.s.t.Helper()
	r, err := http.NewRequest(http.MethodPost, b.address("/mail/bounce/"+secret), strings.NewReader(body))
	if err != nil {
		b.s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	return b.do(r)
}

// returned is a report of RFC 3464 that a mail never arrived.
func returned(messageID, to string) string {
	return "Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\n" +
		"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; " + to + "\r\nAction: failed\r\nStatus: 5.1.1\r\n" +
		"Diagnostic-Code: smtp; 550 no such user\r\n\r\n--B\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <" + messageID + ">\r\n\r\n--B--\r\n"
}

// TestMailbox reads the mailbox of undelivered mail over and over, and leaves there
// what is for people.
func TestMailbox(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, other *site) {
		pop := smtptest.StartPop(t)
		s := newSite(t, other.at, func(o *server.Options) {
			o.Mailbox = &mail.Mailbox{Host: pop.Host, Port: pop.Port, User: "me", Password: "secret", Roots: pop.Roots}
		})
		c := s.contest(t)
		box := &slot{answer: mail.Result{Outcome: mail.HandedOver}}
		s.post(t, box)
		s.Postman.Drain(t.Context())
		box.got = nil
		a := s.give(t, c, c.part, "nobody@mail.example", "Personne")
		s.Postman.Drain(t.Context())
		if err := s.Worker.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		pop.Add(returned(box.got[0].ID, "nobody@mail.example"))
		pop.Add("Subject: a question\r\n\r\nHow do I…")
		pop.Add(returned("somebody-elses@site.example", "nobody@mail.example"))
		s.clock.move(6 * time.Minute)
		if err := s.Worker.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.wantMail(t, c, a, award.Bounced)
		if pop.Left() != 2 {
			t.Errorf("%d messages left\n%s", pop.Left(), s.log.String())
		}
	})
}

// TestBounce takes reports about mail that came back from whoever has the secret,
// and believes them only about the address that the mail went to.
func TestBounce(t *testing.T) {
	t.Parallel()
	const at = "a-secret-of-the-provider"
	onBoth(t, func(t *testing.T, other *site) {
		s := newSite(t, other.at, func(o *server.Options) { o.BounceSecret = at })
		c := s.contest(t)
		box := &slot{answer: mail.Result{Outcome: mail.HandedOver}}
		s.post(t, box)
		s.Postman.Drain(t.Context())
		box.got = nil
		a := s.give(t, c, c.part, "nobody@mail.example", "Personne")
		s.Postman.Drain(t.Context())
		id := box.got[0].ID
		provider := s.browser()
		report := func(id, to, status string) string {
			return `{"recipient":"` + to + `","message_id":"<` + id + `>","status":"` + status + `","diagnostic":"550 no such user"}`
		}

		provider.report("another", "application/json", report(id, "nobody@mail.example", "5.1.1")).want(t, http.StatusNotFound)
		provider.report(at, "application/json", "{}").want(t, http.StatusBadRequest, "message_id")
		provider.report(at, "application/json", report(id, "other@mail.example", "5.1.1")).want(t, http.StatusNoContent)
		name, host, _ := strings.Cut(id, "@")
		forged := name[:len(name)-1] + map[bool]string{true: "1", false: "0"}[strings.HasSuffix(name, "0")] + "@" + host
		provider.report(at, "application/json", report(forged, "nobody@mail.example", "5.1.1")).want(t, http.StatusNoContent)
		provider.report(at, "message/rfc822", "Subject: holiday\r\n\r\nI am away.").want(t, http.StatusNoContent)
		provider.report(at, "application/json", report(id, "nobody@mail.example", "4.2.2")).want(t, http.StatusNoContent)
		s.wantMail(t, c, a, award.HandedOver)

		dsn := returned(id, "Nobody@mail.example")
		for range 2 {
			provider.report(at, "message/rfc822", dsn).want(t, http.StatusNoContent)
		}
		s.wantMail(t, c, a, award.Bounced)
		shown := c.admin.get("/s/genies/awards/"+a.Public()).want(t, http.StatusOK, "Le mail est revenu.", "5.1.1 550 no such user", "Le mail n’est pas encore arrivé.")
		if n := strings.Count(shown.text, "Le mail est revenu."); n != 1 {
			t.Errorf("noted %d times", n)
		}
		c.admin.get("/s/genies/awards?mail=bounced").want(t, http.StatusOK, "Personne")
		counts, err := s.Awards.Figures(t.Context(), c.org.Number, 0, 0, 0, 1<<30)
		n := 0
		for _, x := range counts {
			if x.What == award.BouncedCount {
				n += x.N
			}
		}
		if err != nil || n != 1 {
			t.Errorf("%d counted, %v", n, err)
		}
	})
}
