// Package smtptest is a real mail server on this machine for tests, whose habits,
// good and bad, can be chosen. Begin with Start.
package smtptest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Options are the server's habits. The zero value takes everything in the clear.
type Options struct {
	StartTLS, ImplicitTLS bool
	// User and Password must be given by who has them; Auth are the sign-ins that
	// are offered, PLAIN and LOGIN where it is empty.
	User, Password string
	Auth           []string
	// UTF8 takes addresses with letters outside ASCII.
	UTF8 bool
	// From, Rcpt and Data are asked what to answer; nil is 250. Data may Drop.
	From, Rcpt func(address string) error
	Data       func(m *Mail) error
}

// Mail is a mail that the server was given.
type Mail struct {
	From, To string
	Body     string
	UTF8     bool // asked for with SMTPUTF8
	EightBit bool // asked for with BODY=8BITMIME
	TLS      bool
	// Drop hangs up, so that no answer arrives.
	Drop func()
}

// Server is a mail server.
type Server struct {
	Host  string
	Port  int
	Roots *x509.CertPool

	options  Options
	smtp     *smtp.Server
	listener net.Listener

	mu       sync.Mutex
	mails    []*Mail
	sessions int
}

// Refusal is an answer of the server: 550, "5.1.1", words.
func Refusal(code int, enhanced [3]int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode(enhanced), Message: text}
}

// Start starts a server that ends with the test.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	s := &Server{Host: "127.0.0.1", options: o}
	s.smtp = smtp.NewServer(smtp.BackendFunc(s.session))
	s.smtp.Domain, s.smtp.AllowInsecureAuth, s.smtp.EnableSMTPUTF8 = "mail.example", true, o.UTF8
	s.smtp.ErrorLog = log.New(io.Discard, "", 0)
	certificate := s.certificate(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Port = listener.Addr().(*net.TCPAddr).Port
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	if o.ImplicitTLS {
		listener = tls.NewListener(listener, config)
	}
	if o.StartTLS {
		s.smtp.TLSConfig = config
	}
	s.listener = listener
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.smtp.Serve(listener)
	}()
	t.Cleanup(func() {
		s.Close()
		<-done
	})
	return s
}

// Mails are those that the server took, in their order.
func (s *Server) Mails() []*Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Mail(nil), s.mails...)
}

// Sessions is how many connections there were.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions
}

// Close ends the server, as a machine that is switched off.
func (s *Server) Close() {
	_ = s.smtp.Close()
	_ = s.listener.Close() // which the server may not know yet
}

func (s *Server) session(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions++
	return &session{server: s, conn: c}, nil
}

func (s *Server) certificate(t testing.TB) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	shape := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.example"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, shape, shape, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s.Roots = x509.NewCertPool()
	s.Roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// session is one connection's.
type session struct {
	server *Server
	conn   *smtp.Conn
	in     bool
	mail   Mail
}

// AuthMechanisms are the sign-ins that are offered.
func (s *session) AuthMechanisms() []string {
	o := s.server.options
	if o.User == "" {
		return nil
	}
	if len(o.Auth) > 0 {
		return o.Auth
	}
	return []string{"PLAIN", "LOGIN"}
}

// Auth signs in.
func (s *session) Auth(mechanism string) (sasl.Server, error) {
	enter := func(user, password string) error {
		if user != s.server.options.User || password != s.server.options.Password {
			return smtp.ErrAuthFailed
		}
		s.in = true
		return nil
	}
	if mechanism == "LOGIN" {
		return &login{enter: enter}, nil
	}
	return sasl.NewPlainServer(func(_, user, password string) error { return enter(user, password) }), nil
}

// login is the server's side of AUTH LOGIN.
type login struct {
	enter func(user, password string) error
	step  int
	user  string
}

// Next answers the client's next word.
func (l *login) Next(response []byte) ([]byte, bool, error) {
	l.step++
	switch {
	case l.step == 1 && response == nil:
		return []byte("Username:"), false, nil
	case l.step <= 2 && l.user == "":
		l.user = string(response)
		return []byte("Password:"), false, nil
	}
	return nil, true, l.enter(l.user, string(response))
}

// Reset forgets the mail that was begun.
func (s *session) Reset() { s.mail = Mail{} }

// Logout ends the session.
func (s *session) Logout() error { return nil }

// Mail begins a mail.
func (s *session) Mail(from string, o *smtp.MailOptions) error {
	if s.server.options.User != "" && !s.in {
		return smtp.ErrAuthRequired
	}
	_, private := s.conn.TLSConnectionState()
	s.mail = Mail{From: from, UTF8: o.UTF8, EightBit: strings.EqualFold(string(o.Body), "8BITMIME"), TLS: private, Drop: func() { _ = s.conn.Conn().Close() }}
	if f := s.server.options.From; f != nil {
		return f(from)
	}
	return nil
}

// Rcpt names the recipient.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.To = to
	if f := s.server.options.Rcpt; f != nil {
		return f(to)
	}
	return nil
}

// Data takes the mail, unless Options.Data says otherwise.
func (s *session) Data(r io.Reader) error {
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m := s.mail
	m.Body = string(body)
	if f := s.server.options.Data; f != nil {
		if err := f(&m); err != nil {
			return err
		}
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.mails = append(s.server.mails, &m)
	return nil
}
