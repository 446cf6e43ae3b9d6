package mail

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"
)

// Mailbox is where undelivered mail comes back to: an account of POP3 over TLS
// (RFC 1939). What was taken is deleted there.
type Mailbox struct {
	Host           string
	Port           int // 995 when 0
	User, Password string
	// Timeout bounds one visit; a minute when 0.
	Timeout time.Duration
	// Roots are the authorities that the server's certificate is checked with; the
	// system's when nil.
	Roots *x509.CertPool
	// Dial opens the connection; that of a net.Dialer when nil.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// visit is how many messages are read in one visit.
const visit = 100

// Read hands each message to take, which gets at most 1 MiB of it, and deletes
// those that take returned nil for. It tells how many it deleted: a server deletes
// them when the visit ends in peace, so that a message may come twice.
func (m Mailbox) Read(ctx context.Context, take func(r io.Reader) error) (int, error) {
	if m.Timeout <= 0 {
		m.Timeout = time.Minute
	}
	if m.Port == 0 {
		m.Port = 995
	}
	if m.Dial == nil {
		m.Dial = (&net.Dialer{}).DialContext
	}
	if strings.ContainsAny(m.User+m.Password, "\r\n") {
		return 0, errors.New("mail: the mailbox's user or password has a line break")
	}
	ctx, cancel := context.WithTimeout(ctx, m.Timeout)
	defer cancel()
	raw, err := m.Dial(ctx, "tcp", net.JoinHostPort(m.Host, strconv.Itoa(m.Port)))
	if err != nil {
		return 0, fmt.Errorf("mail: mailbox: %w", err)
	}
	defer raw.Close()
	stop := context.AfterFunc(ctx, func() { _ = raw.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	conn := tls.Client(raw, &tls.Config{ServerName: m.Host, RootCAs: m.Roots, MinVersion: tls.VersionTLS12})
	if err := conn.HandshakeContext(ctx); err != nil {
		return 0, fmt.Errorf("mail: mailbox: %w", err)
	}
	p := &pop{text: textproto.NewConn(limitedConn{conn, &io.LimitedReader{R: conn, N: (visit + 1) * (maxBounce + 1<<16)}})}
	return p.read(m, take)
}

// limitedConn reads a bounded number of bytes, whatever the server says.
type limitedConn struct {
	net.Conn
	reader io.Reader
}

func (l limitedConn) Read(p []byte) (int, error) { return l.reader.Read(p) }

// pop is a session of POP3.
type pop struct{ text *textproto.Conn }

func (p *pop) read(m Mailbox, take func(r io.Reader) error) (int, error) {
	if _, err := p.answer("its greeting"); err != nil {
		return 0, err
	}
	if _, err := p.say("USER %s", m.User); err != nil {
		return 0, err
	}
	if _, err := p.say("PASS %s", m.Password); err != nil {
		return 0, err
	}
	status, err := p.say("STAT")
	if err != nil {
		return 0, err
	}
	count, _, _ := strings.Cut(status, " ")
	n, err := strconv.Atoi(count)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("mail: mailbox: %q is no number of messages", line(status, 80))
	}
	deleted := 0
	// The newest first: what nobody takes stays, and must not hide what comes.
	for i := n; i > max(0, n-visit); i-- {
		if _, err := p.say("RETR %d", i); err != nil {
			return 0, err
		}
		body := p.text.DotReader()
		taken := take(bufio.NewReader(io.LimitReader(body, maxBounce)))
		if _, err := io.Copy(io.Discard, body); err != nil {
			return 0, fmt.Errorf("mail: mailbox: %w", err)
		}
		if taken != nil {
			continue
		}
		if _, err := p.say("DELE %d", i); err != nil {
			return 0, err
		}
		deleted++
	}
	_, err = p.say("QUIT")
	if err != nil {
		deleted = 0
	}
	return deleted, err
}

// say gives an order and returns the server's words. The error never quotes the
// order, which may be a password.
func (p *pop) say(format string, args ...any) (string, error) {
	if err := p.text.PrintfLine(format, args...); err != nil {
		return "", fmt.Errorf("mail: mailbox: %w", err)
	}
	order, _, _ := strings.Cut(format, " ")
	return p.answer(order)
}

func (p *pop) answer(to string) (string, error) {
	said, err := p.text.ReadLine()
	if err != nil {
		return "", fmt.Errorf("mail: mailbox: %s: %w", to, err)
	}
	if words, ok := strings.CutPrefix(said, "+OK"); ok {
		return strings.TrimSpace(words), nil
	}
	return "", fmt.Errorf("mail: mailbox: the server answers %s with %q", to, line(said, 200))
}
