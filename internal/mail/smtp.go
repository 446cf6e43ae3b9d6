package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// TLSMode tells how the connection to a mail server is kept private.
type TLSMode string

const (
	// StartTLS begins in the clear and refuses to go on without TLS (port 587).
	StartTLS TLSMode = "starttls"
	// ImplicitTLS is TLS from the first byte (port 465).
	ImplicitTLS TLSMode = "implicit"
	// NoTLS is for a server on this machine alone.
	NoTLS TLSMode = "none"
)

// Config is where and how mails are handed over.
type Config struct {
	Host string
	// Port is 587, 465 or 25 by the TLS mode when 0.
	Port int
	// TLS is StartTLS when empty.
	TLS            TLSMode
	User, Password string
	// From is the address that Check asks the server about.
	From Address
	// Hello is the name that we give ourselves; From's domain when empty.
	Hello string
	// Timeout bounds one hand-over, connecting included; 30 s when 0.
	Timeout time.Duration
	// Answer is how long the server may think about a mail that it has in full; 2
	// minutes when 0. Whoever hangs up early sends twice (RFC 5321 §4.5.3.2.6).
	Answer time.Duration
	// Connections is how many may be open at once; 2 when 0.
	Connections int
	// Idle is after how long an unused connection is closed; 20 s when 0.
	Idle time.Duration
	// Roots are the authorities that the server's certificate is checked with;
	// the system's when nil.
	Roots *x509.CertPool
	// Dial opens the connection; that of a net.Dialer when nil.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// SMTP is a [Sender] that hands mails over to a server. It keeps connections
// open from one mail to the next, and connects anew when the server has hung up.
type SMTP struct {
	config Config
	places chan struct{} // one for each connection that may be open

	mu     sync.Mutex
	idle   []*session
	closed bool
}

// NewSMTP checks the settings and connects to nothing.
func NewSMTP(c Config) (*SMTP, error) {
	var faults []error
	if c.TLS == "" {
		c.TLS = StartTLS
	}
	switch c.TLS {
	case StartTLS, ImplicitTLS:
	case NoTLS:
		if !loopback(c.Host) {
			faults = append(faults, fmt.Errorf("mail: TLS mode %q is for a server on this machine; %q is not one: use %q or %q", NoTLS, c.Host, StartTLS, ImplicitTLS))
		}
	default:
		faults = append(faults, fmt.Errorf("mail: unknown TLS mode %q: use %q, %q or %q", c.TLS, StartTLS, ImplicitTLS, NoTLS))
	}
	if c.Host == "" || strings.ContainsAny(c.Host, " \t\r\n/@") {
		faults = append(faults, fmt.Errorf("mail: %q is not the name of a server", c.Host))
	}
	if c.Port == 0 {
		c.Port = map[TLSMode]int{StartTLS: 587, ImplicitTLS: 465, NoTLS: 25}[c.TLS]
	}
	if c.Port < 0 || c.Port > 65535 {
		faults = append(faults, fmt.Errorf("mail: %d is not a port", c.Port))
	}
	if (c.User == "") != (c.Password == "") {
		faults = append(faults, errors.New("mail: give a user and a password, or neither"))
	}
	if err := c.From.Check(); err != nil {
		faults = append(faults, fmt.Errorf("mail: sender: %w", err))
	}
	if c.Hello == "" {
		_, c.Hello, _ = cutDomain(c.From.wire())
	}
	if c.Timeout <= 0 {
		c.Timeout = 30 * time.Second
	}
	if c.Answer <= 0 {
		c.Answer = 2 * time.Minute
	}
	if c.Idle <= 0 {
		c.Idle = 20 * time.Second
	}
	if c.Connections <= 0 {
		c.Connections = 2
	}
	if c.Dial == nil {
		c.Dial = (&net.Dialer{}).DialContext
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return &SMTP{config: c, places: make(chan struct{}, c.Connections)}, nil
}

func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// Send hands one mail over. It waits for a free connection, at most until ctx
// ends or the timeout passes.
func (s *SMTP) Send(ctx context.Context, m *Message) Result {
	data, err := m.Bytes()
	if err != nil {
		return Result{Outcome: Refused, Stage: "compose", Text: err.Error()}
	}
	stop := ctx
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	select {
	case s.places <- struct{}{}:
		defer func() { <-s.places }()
	case <-ctx.Done():
		return Result{Outcome: Later, Stage: "connect", Text: "mail: every connection is busy: " + ctx.Err().Error()}
	}
	if s.isClosed() {
		return Result{Outcome: Later, Stage: "connect", Text: "mail: the sender is closed"}
	}
	for {
		session, used, err := s.session(ctx)
		if err != nil {
			return failed(err)
		}
		err = session.deliver(ctx, m, data, answer{stop, s.config.Answer})
		if err == nil {
			s.keep(session)
			return Result{Outcome: HandedOver, Code: session.code, Enhanced: enhanced(session.reply), Text: session.reply, Stage: "data"}
		}
		if usable(err) {
			s.keep(session)
			return failed(err)
		}
		session.drop()
		// A server may hang up between two mails; that is no answer to this one.
		if used && !stageOf(err).final && ctx.Err() == nil {
			continue
		}
		return failed(err)
	}
}

// Close hangs up all connections that are not in use, and ends further sending.
func (s *SMTP) Close() error {
	s.mu.Lock()
	idle := s.idle
	s.idle, s.closed = nil, true
	s.mu.Unlock()
	for _, session := range idle {
		session.quit()
	}
	return nil
}

func (s *SMTP) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// session takes a connection that is open and still answers, or a new one.
func (s *SMTP) session(ctx context.Context) (_ *session, used bool, _ error) {
	for {
		kept := s.take()
		if kept == nil {
			fresh, err := connect(ctx, s.config)
			return fresh, false, err
		}
		if err := kept.reset(ctx); err == nil {
			return kept, true, nil
		}
		kept.drop()
	}
}

func (s *SMTP) take() *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.idle)
	if n == 0 {
		return nil
	}
	kept := s.idle[n-1]
	s.idle = s.idle[:n-1]
	kept.timer.Stop()
	return kept
}

// keep leaves a connection open for the next mail, and hangs up when none comes.
func (s *SMTP) keep(kept *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		go kept.quit()
		return
	}
	kept.timer = time.AfterFunc(s.config.Idle, func() {
		if s.forget(kept) {
			kept.quit()
		}
	})
	s.idle = append(s.idle, kept)
}

// forget tells whether the connection was still unused.
func (s *SMTP) forget(kept *session) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, session := range s.idle {
		if session == kept {
			s.idle = append(s.idle[:i], s.idle[i+1:]...)
			return true
		}
	}
	return false
}

// stageError tells at which step of the hand-over something went wrong. It is
// final when the server may have the mail, so that it must not be sent again at
// once.
type stageError struct {
	stage string
	final bool
	err   error
}

func (e *stageError) Error() string { return "mail: " + e.stage + ": " + e.err.Error() }
func (e *stageError) Unwrap() error { return e.err }

func stageOf(err error) *stageError {
	var at *stageError
	if errors.As(err, &at) {
		return at
	}
	return &stageError{err: err}
}

// usable tells whether the connection goes on after this answer: the server
// spoke, about one mail, and did not say goodbye.
func usable(err error) bool {
	reply, ok := errors.AsType[*textproto.Error](err)
	if !ok || reply.Code == 421 {
		return false
	}
	stage := stageOf(err).stage
	return stage == "from" || stage == "to" || stage == "data"
}

// failed makes a result of an error. Final is only what the server says with a
// 5xx about this mail or this person (RFC 5321 §4.2.1): a password that is no
// longer right, or a sender that the server does not take, is our own trouble,
// and must not cost anybody their mail.
func failed(err error) Result {
	at := stageOf(err)
	r := Result{Outcome: Later, Stage: at.stage, Text: line(err.Error(), 500)}
	reply, ok := errors.AsType[*textproto.Error](err)
	if !ok {
		if errors.Is(err, errNeedsUTF8) {
			r.Outcome = Refused
		}
		r.Perhaps = at.final
		return r
	}
	r.Code, r.Enhanced, r.Text = reply.Code, enhanced(reply.Msg), line(reply.Msg, 500)
	switch {
	case reply.Code < 500 || reply.Code > 599:
	case reply.Code == 530 || reply.Code == 535 || reply.Code == 538: // RFC 4954 §6: about us
	case at.stage == "to" || at.stage == "data":
		r.Outcome = Refused
	case at.stage == "from" && reply.Code == 552: // RFC 1870 §6.1: too large
		r.Outcome = Refused
	}
	return r
}

var enhancedCode = regexp.MustCompile(`^([245]\.\d{1,3}\.\d{1,3})\b`)

// enhanced is the status that begins a reply (RFC 2034), or "".
func enhanced(reply string) string {
	if found := enhancedCode.FindStringSubmatch(strings.TrimSpace(reply)); found != nil {
		return found[1]
	}
	return ""
}

// address is where the server listens.
func (c Config) address() string { return net.JoinHostPort(c.Host, strconv.Itoa(c.Port)) }

func (c Config) tls() *tls.Config {
	return &tls.Config{ServerName: c.Host, RootCAs: c.Roots, MinVersion: tls.VersionTLS12}
}
