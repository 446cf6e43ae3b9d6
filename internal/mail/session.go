package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// maxReplies bounds what a server may say during one mail, in bytes.
const maxReplies = 64 << 10

var (
	errTalks     = fmt.Errorf("the server says more than %d bytes", maxReplies)
	errNoTLS     = errors.New("the server does not offer STARTTLS")
	errNoAuth    = errors.New("the server does not offer a sign-in that we know (SCRAM-SHA-256, SCRAM-SHA-1, PLAIN, LOGIN)")
	errNeedsUTF8 = errors.New("the server does not take addresses with letters outside ASCII (SMTPUTF8)")
)

// session is one connection, signed in and ready for a mail. One goroutine uses
// it at a time.
type session struct {
	conn   *wire
	client *smtp.Client
	timer  *time.Timer // hangs up when the session stays unused

	// code and reply are the server's last word on a mail that it took.
	code  int
	reply string
}

// wire is a connection that reads a bounded number of bytes until it is renewed.
type wire struct {
	net.Conn
	left atomic.Int64
}

func (w *wire) Read(p []byte) (int, error) {
	left := w.left.Load()
	if left <= 0 {
		return 0, errTalks
	}
	n, err := w.Conn.Read(p[:min(int64(len(p)), left)])
	w.left.Add(-int64(n))
	return n, err
}

// within lets do speak until ctx ends; then its reading and writing fail.
func (w *wire) within(ctx context.Context, do func() error) error {
	w.left.Store(maxReplies)
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = time.Time{}
	}
	if err := w.SetDeadline(deadline); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = w.SetDeadline(time.Unix(1, 0)) })
	err := do()
	if !stop() && err != nil && ctx.Err() != nil {
		return fmt.Errorf("%w (%w)", ctx.Err(), err)
	}
	return err
}

// connect opens a connection, private and signed in as the settings ask.
func connect(ctx context.Context, c Config) (*session, error) {
	raw, err := c.Dial(ctx, "tcp", c.address())
	if err != nil {
		return nil, &stageError{stage: "connect", err: err}
	}
	s := &session{conn: &wire{Conn: raw}}
	err = s.conn.within(ctx, func() error { return s.begin(ctx, c) })
	if err != nil {
		_ = raw.Close()
		return nil, err
	}
	return s, nil
}

func (s *session) begin(ctx context.Context, c Config) error {
	var conn net.Conn = s.conn
	if c.TLS == ImplicitTLS {
		private := tls.Client(s.conn, c.tls())
		if err := private.HandshakeContext(ctx); err != nil {
			return &stageError{stage: "tls", err: err}
		}
		s.conn.left.Store(maxReplies)
		conn = private
	}
	client, err := smtp.NewClient(conn, c.Host)
	if err != nil {
		return &stageError{stage: "connect", err: err}
	}
	s.client = client
	if err := client.Hello(c.Hello); err != nil {
		return &stageError{stage: "connect", err: err}
	}
	if c.TLS == StartTLS {
		if offered, _ := client.Extension("STARTTLS"); !offered {
			return &stageError{stage: "tls", err: errNoTLS}
		}
		if err := client.StartTLS(c.tls()); err != nil {
			return &stageError{stage: "tls", err: err}
		}
		s.conn.left.Store(maxReplies)
	}
	if c.User == "" {
		return nil
	}
	auth, err := chooseAuth(client, c)
	if err == nil {
		err = client.Auth(auth)
	}
	if err != nil {
		return &stageError{stage: "auth", err: err}
	}
	return nil
}

// chooseAuth takes the best sign-in that the server offers: first those that do
// not show it the password.
func chooseAuth(client *smtp.Client, c Config) (smtp.Auth, error) {
	_, offered := client.Extension("AUTH")
	clear := c.TLS == NoTLS // this machine only, as NewSMTP sees to
	known := map[string]smtp.Auth{
		"SCRAM-SHA-256": smtp.ScramSHA256Auth(c.User, c.Password),
		"SCRAM-SHA-1":   smtp.ScramSHA1Auth(c.User, c.Password),
		"PLAIN":         smtp.PlainAuth("", c.User, c.Password, c.Host, clear),
		"LOGIN":         smtp.LoginAuth(c.User, c.Password, c.Host, clear),
	}
	names := strings.Fields(strings.ToUpper(offered))
	for _, name := range []string{"SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "LOGIN"} {
		for _, offer := range names {
			if offer == name {
				return known[name], nil
			}
		}
	}
	return nil, errNoAuth
}

// reset makes ready for the next mail, and fails when the server has gone.
func (s *session) reset(ctx context.Context) error {
	return s.conn.within(ctx, s.client.Reset)
}

// answer is how long the last answer is waited for, unless stop ends.
type answer struct {
	stop context.Context
	wait time.Duration
}

// deliver hands one mail over (RFC 5321 §3.3).
func (s *session) deliver(ctx context.Context, m *Message, data []byte, last answer) error {
	var writer io.WriteCloser
	err := s.conn.within(ctx, func() error {
		from := m.From
		if m.EnvelopeFrom != "" {
			from = Address{Email: m.EnvelopeFrom}
		}
		if err := s.envelope(from, &m.To); err != nil {
			return err
		}
		var err error
		if writer, err = s.client.Data(); err != nil {
			return &stageError{stage: "data", err: err}
		}
		if _, err := writer.Write(data); err != nil {
			return &stageError{stage: "data", err: err}
		}
		return nil
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(last.stop, last.wait)
	defer cancel()
	return s.conn.within(ctx, func() error {
		// From the last dot on, the server may have taken the mail even though
		// its answer is lost.
		if err := writer.Close(); err != nil {
			return &stageError{stage: "data", final: true, err: err}
		}
		if closer, ok := writer.(*smtp.DataCloser); ok {
			s.code, s.reply = 250, line(closer.ServerResponse(), 500)
		}
		return nil
	})
}

// envelope names the sender and, unless nil, the recipient.
func (s *session) envelope(from Address, to *Address) error {
	international := !ascii(from.wire()) || to != nil && !ascii(to.wire())
	if able, _ := s.client.Extension("SMTPUTF8"); international && !able {
		return &stageError{stage: "to", err: errNeedsUTF8}
	}
	s.client.SkipSMTPUTF8(!international)
	if err := s.client.Mail("<" + from.wire() + ">"); err != nil {
		return &stageError{stage: "from", err: err}
	}
	if to == nil {
		return nil
	}
	if err := s.client.Rcpt("<" + to.wire() + ">"); err != nil {
		return &stageError{stage: "to", err: err}
	}
	return nil
}

func ascii(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > 0x7E })
}

// quit says goodbye, without waiting long for an answer.
func (s *session) quit() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_ = s.conn.within(ctx, s.client.Quit)
	s.drop()
}

// drop hangs up without a word.
func (s *session) drop() { _ = s.conn.Close() }
