package mail_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/mail"
	"github.com/ecusson/ecusson/internal/mail/smtptest"
)

// TestMailbox reads what came back, deletes what was taken, and keeps the rest.
func TestMailbox(t *testing.T) {
	t.Parallel()
	p := smtptest.StartPop(t, "Subject: old\n", "Subject: keep\n\n.a dot\n", dsn)
	box := mail.Mailbox{Host: p.Host, Port: p.Port, User: "me", Password: "secret", Roots: p.Roots}
	var seen []string
	n, err := box.Read(t.Context(), func(r io.Reader) error {
		data, err := io.ReadAll(r)
		seen = append(seen, string(data))
		if strings.Contains(string(data), "keep") {
			return errors.New("not now")
		}
		return err
	})
	if err != nil || n != 2 || p.Left() != 1 || len(seen) != 3 || !strings.Contains(seen[1], "\n.a dot") {
		t.Fatalf("%d deleted, %d left, %v: %q", n, p.Left(), err, seen)
	}
	if bounces, err := mail.ReadBounce(strings.NewReader(seen[0])); err != nil || len(bounces) != 2 {
		t.Errorf("%+v, %v", bounces, err)
	}

	box.Password = "other"
	_, err = box.Read(t.Context(), func(io.Reader) error { return nil })
	if err == nil || strings.Contains(err.Error(), "other") || p.Left() != 1 {
		t.Errorf("a wrong password: %v", err)
	}
	box.Password = "secret\r\nDELE 1"
	if _, err := box.Read(t.Context(), func(io.Reader) error { return nil }); err == nil || p.Left() != 1 {
		t.Errorf("a password of two lines: %v", err)
	}
	box.Password, box.Roots = "secret", smtptest.StartPop(t).Roots
	if _, err := box.Read(t.Context(), func(io.Reader) error { return nil }); err == nil || p.Left() != 1 {
		t.Errorf("a server that nobody vouches for: %v", err)
	}
}
