package mail_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/mail"
	"github.com/ecusson/ecusson/internal/mail/smtptest"
)

func letterTo(email string) *mail.Message {
	return &mail.Message{
		ID: "0192test" + "@site.example", From: mail.Address{Name: "Écusson", Email: "badges@site.example"}, To: mail.Address{Email: email},
		Date: time.Date(2026, 6, 12, 8, 0, 0, 0, time.UTC), Subject: "Un badge", Text: "Bonjour,\n.\nVoilà.", Lang: "fr",
	}
}

func sender(t *testing.T, s *smtptest.Server, change func(*mail.Config)) *mail.SMTP {
	t.Helper()
	c := mail.Config{Host: s.Host, Port: s.Port, TLS: mail.NoTLS, Roots: s.Roots, From: mail.Address{Email: "badges@site.example"}, Timeout: 10 * time.Second}
	if change != nil {
		change(&c)
	}
	out, err := mail.NewSMTP(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = out.Close() })
	return out
}

// TestPrivate signs in by every way that servers offer, and never without TLS
// where it was asked for.
func TestPrivate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		server smtptest.Options
		mode   mail.TLSMode
		want   mail.Outcome
		stage  string
	}{
		{"starttls, plain", smtptest.Options{StartTLS: true, User: "me", Password: "secret", Auth: []string{"PLAIN"}}, mail.StartTLS, mail.HandedOver, "data"},
		{"starttls, login", smtptest.Options{StartTLS: true, User: "me", Password: "secret", Auth: []string{"LOGIN"}}, mail.StartTLS, mail.HandedOver, "data"},
		{"implicit", smtptest.Options{ImplicitTLS: true, User: "me", Password: "secret"}, mail.ImplicitTLS, mail.HandedOver, "data"},
		{"no tls offered", smtptest.Options{User: "me", Password: "secret"}, mail.StartTLS, mail.Later, "tls"},
		{"wrong password", smtptest.Options{StartTLS: true, User: "me", Password: "other"}, mail.StartTLS, mail.Later, "auth"},
		{"unknown way", smtptest.Options{StartTLS: true, User: "me", Password: "secret", Auth: []string{"XOAUTH2"}}, mail.StartTLS, mail.Later, "auth"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := smtptest.Start(t, c.server)
			out := sender(t, s, func(o *mail.Config) { o.TLS, o.User, o.Password = c.mode, "me", "secret" })
			r := out.Send(t.Context(), letterTo("amina@mail.example"))
			if r.Outcome != c.want || r.Stage != c.stage || r.Perhaps {
				t.Errorf("%+v", r)
			}
			if got := s.Mails(); c.want == mail.HandedOver && (len(got) != 1 || !got[0].TLS) || c.want != mail.HandedOver && len(got) != 0 {
				t.Errorf("%d mails", len(got))
			}
		})
	}
}

// TestCertificate refuses a server that nobody vouches for.
func TestCertificate(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{StartTLS: true})
	out := sender(t, s, func(o *mail.Config) { o.TLS, o.Roots = mail.StartTLS, smtptest.Start(t, smtptest.Options{}).Roots })
	if r := out.Send(t.Context(), letterTo("amina@mail.example")); r.Outcome != mail.Later || r.Stage != "tls" || len(s.Mails()) != 0 {
		t.Errorf("%+v", r)
	}
}

// TestAnswers tells what is final from what may be tried again, and goes on over
// the same connection.
func TestAnswers(t *testing.T) {
	t.Parallel()
	refuse := func(code int, text string) func(string) error {
		return func(string) error { return smtptest.Refusal(code, [3]int{code / 100, 1, 1}, text) }
	}
	data := func(code int) func(*smtptest.Mail) error {
		return func(*smtptest.Mail) error { return smtptest.Refusal(code, [3]int{code / 100, 7, 1}, "spam") }
	}
	for _, c := range []struct {
		name   string
		server smtptest.Options
		want   mail.Result
	}{
		{"nobody there", smtptest.Options{Rcpt: refuse(550, "no such user")}, mail.Result{Outcome: mail.Refused, Code: 550, Enhanced: "5.1.1", Text: "5.1.1 no such user", Stage: "to"}},
		{"full", smtptest.Options{Rcpt: refuse(452, "mailbox full")}, mail.Result{Outcome: mail.Later, Code: 452, Enhanced: "4.1.1", Text: "4.1.1 mailbox full", Stage: "to"}},
		{"spam", smtptest.Options{Data: data(554)}, mail.Result{Outcome: mail.Refused, Code: 554, Enhanced: "5.7.1", Text: "5.7.1 spam", Stage: "data"}},
		{"slow down", smtptest.Options{Data: data(451)}, mail.Result{Outcome: mail.Later, Code: 451, Enhanced: "4.7.1", Text: "4.7.1 spam", Stage: "data"}},
		{"not this sender", smtptest.Options{From: refuse(550, "who are you")}, mail.Result{Outcome: mail.Later, Code: 550, Enhanced: "5.1.1", Text: "5.1.1 who are you", Stage: "from"}},
		{"too large", smtptest.Options{From: refuse(552, "too large")}, mail.Result{Outcome: mail.Refused, Code: 552, Enhanced: "5.1.1", Text: "5.1.1 too large", Stage: "from"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := smtptest.Start(t, c.server)
			out := sender(t, s, nil)
			for range 2 {
				if r := out.Send(t.Context(), letterTo("amina@mail.example")); r != c.want {
					t.Errorf("%+v, want %+v", r, c.want)
				}
			}
			if s.Sessions() != 1 {
				t.Errorf("%d connections", s.Sessions())
			}
		})
	}
}

// TestForeignLetters writes to addresses outside ASCII only where the server takes
// them, and to their domains everywhere.
func TestForeignLetters(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{UTF8: true})
	plain := smtptest.Start(t, smtptest.Options{})
	if r := sender(t, s, nil).Send(t.Context(), letterTo("zoé@école.example")); r.Outcome != mail.HandedOver {
		t.Errorf("%+v", r)
	}
	if m := s.Mails()[0]; m.To != "zoé@xn--cole-9oa.example" || !m.UTF8 {
		t.Errorf("to %s, SMTPUTF8 %v", m.To, m.UTF8)
	}
	if r := sender(t, plain, nil).Send(t.Context(), letterTo("zoé@école.example")); r.Outcome != mail.Refused {
		t.Errorf("%+v", r)
	}
	if r := sender(t, plain, nil).Send(t.Context(), letterTo("zoe@école.example")); r.Outcome != mail.HandedOver {
		t.Errorf("%+v", r)
	}
	if m := plain.Mails()[0]; m.To != "zoe@xn--cole-9oa.example" || m.UTF8 {
		t.Errorf("to %s, SMTPUTF8 %v", m.To, m.UTF8)
	}
	if m := plain.Mails()[0]; !strings.Contains(m.Body, "\r\n.\r\n") {
		t.Errorf("a line with a dot alone is lost:\n%s", m.Body)
	}
}

// TestLostAnswer says which mail may have arrived: the one whose answer was lost,
// and not the one that never went whole.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{Data: func(m *smtptest.Mail) error { m.Drop(); return nil }})
	if r := sender(t, s, nil).Send(t.Context(), letterTo("amina@mail.example")); r.Outcome != mail.Later || !r.Perhaps {
		t.Errorf("dropped after the mail: %+v", r)
	}
	if n := len(s.Mails()); n != 1 {
		t.Errorf("sent %d times at once", n)
	}

	release := make(chan struct{})
	defer close(release)
	slow := smtptest.Start(t, smtptest.Options{Data: func(*smtptest.Mail) error { <-release; return nil }})
	out := sender(t, slow, func(c *mail.Config) { c.Answer = 50 * time.Millisecond })
	if r := out.Send(t.Context(), letterTo("amina@mail.example")); r.Outcome != mail.Later || !r.Perhaps {
		t.Errorf("no answer in time: %+v", r)
	}

	silent := smtptest.Start(t, smtptest.Options{Rcpt: func(string) error { <-release; return nil }})
	out = sender(t, silent, func(c *mail.Config) { c.Timeout = 50 * time.Millisecond })
	if r := out.Send(t.Context(), letterTo("amina@mail.example")); r.Outcome != mail.Later || r.Perhaps || r.Stage != "to" {
		t.Errorf("no answer about the address: %+v", r)
	}

	gone := smtptest.Start(t, smtptest.Options{})
	gone.Close()
	if r := sender(t, gone, nil).Send(t.Context(), letterTo("amina@mail.example")); r.Outcome != mail.Later || r.Stage != "connect" || r.Perhaps {
		t.Errorf("nobody there: %+v", r)
	}
}

// TestPatience waits for a slow server longer than a hand-over may take otherwise:
// it has the mail already.
func TestPatience(t *testing.T) {
	t.Parallel()
	begun, release := make(chan struct{}), make(chan struct{})
	s := smtptest.Start(t, smtptest.Options{Data: func(*smtptest.Mail) error { close(begun); <-release; return nil }})
	out := sender(t, s, func(c *mail.Config) { c.Timeout = 200 * time.Millisecond })
	result := make(chan mail.Result, 1)
	go func() { result <- out.Send(context.Background(), letterTo("amina@mail.example")) }()
	<-begun
	timer := time.NewTimer(300 * time.Millisecond) // past the time of the hand-over
	defer timer.Stop()
	select {
	case r := <-result:
		t.Errorf("given up: %+v", r)
	case <-timer.C:
	}
	close(release)
	if r := <-result; r.Outcome != mail.HandedOver {
		t.Errorf("%+v", r)
	}
}

// TestHungUp connects anew where a server hung up between two mails.
func TestHungUp(t *testing.T) {
	t.Parallel()
	var first atomic.Bool
	var drop func()
	s := smtptest.Start(t, smtptest.Options{Data: func(m *smtptest.Mail) error {
		if first.CompareAndSwap(false, true) {
			drop = m.Drop
		}
		return nil
	}})
	out := sender(t, s, nil)
	if r := out.Send(t.Context(), letterTo("amina@mail.example")); r.Outcome != mail.HandedOver {
		t.Fatalf("%+v", r)
	}
	drop()
	if r := out.Send(t.Context(), letterTo("amina@mail.example")); r.Outcome != mail.HandedOver || s.Sessions() != 2 {
		t.Errorf("%+v over %d connections", r, s.Sessions())
	}
}

// TestConnections opens no more connections than it may.
func TestConnections(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{})
	out := sender(t, s, func(c *mail.Config) { c.Connections = 3 })
	var wait sync.WaitGroup
	for i := range 60 {
		wait.Go(func() {
			if r := out.Send(t.Context(), letterTo(fmt.Sprintf("p%d@mail.example", i))); r.Outcome != mail.HandedOver {
				t.Errorf("%+v", r)
			}
		})
	}
	wait.Wait()
	if len(s.Mails()) != 60 || s.Sessions() > 3 {
		t.Errorf("%d mails over %d connections", len(s.Mails()), s.Sessions())
	}
}

// TestSettings refuses what would send passwords or mails in the clear.
func TestSettings(t *testing.T) {
	t.Parallel()
	good := mail.Config{Host: "mail.example", From: mail.Address{Email: "a@b.example"}}
	if _, err := mail.NewSMTP(good); err != nil {
		t.Errorf("refused: %v", err)
	}
	for name, change := range map[string]func(*mail.Config){
		"in the clear":    func(c *mail.Config) { c.TLS = mail.NoTLS },
		"unknown mode":    func(c *mail.Config) { c.TLS = "maybe" },
		"no host":         func(c *mail.Config) { c.Host = "" },
		"no password":     func(c *mail.Config) { c.User = "me" },
		"no sender":       func(c *mail.Config) { c.From = mail.Address{} },
		"a host of words": func(c *mail.Config) { c.Host = "mail.example\r\nQUIT" },
	} {
		c := good
		change(&c)
		if _, err := mail.NewSMTP(c); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
