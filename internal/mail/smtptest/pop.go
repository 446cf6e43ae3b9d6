package smtptest

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Pop is a mailbox of POP3 over TLS on this machine.
type Pop struct {
	Host  string
	Port  int
	Roots *x509.CertPool

	mu       sync.Mutex
	messages []string
	wait     sync.WaitGroup
}

// StartPop starts a mailbox of user "me" with the password "secret".
func StartPop(t testing.TB, messages ...string) *Pop {
	t.Helper()
	var s Server
	certificate := s.certificate(t)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{certificate}})
	if err != nil {
		t.Fatal(err)
	}
	p := &Pop{Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, Roots: s.Roots, messages: messages}
	p.wait.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			p.wait.Go(func() { p.serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		p.wait.Wait()
	})
	return p
}

// Add puts a message into the mailbox.
func (p *Pop) Add(message string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.messages = append(p.messages, message)
}

// Left is how many messages are in the mailbox.
func (p *Pop) Left() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.messages)
}

func (p *Pop) serve(conn net.Conn) {
	defer conn.Close()
	say := func(format string, args ...any) { fmt.Fprintf(conn, format+"\r\n", args...) }
	say("+OK ready")
	p.mu.Lock()
	defer p.mu.Unlock()
	kept := slices.Clone(p.messages)
	deleted := map[int]bool{}
	lines := bufio.NewScanner(conn)
	user, in := "", false
	for lines.Scan() {
		order, rest, _ := strings.Cut(lines.Text(), " ")
		n, _ := strconv.Atoi(rest)
		switch {
		case order == "USER":
			user = rest
			say("+OK")
		case order == "PASS" && user == "me" && rest == "secret":
			in = true
			say("+OK")
		case !in:
			say("-ERR [AUTH] no")
			return
		case order == "STAT":
			say("+OK %d 1", len(kept))
		case order == "RETR" && n >= 1 && n <= len(kept):
			say("+OK")
			for l := range strings.SplitSeq(strings.ReplaceAll(kept[n-1], "\r\n", "\n"), "\n") {
				if strings.HasPrefix(l, ".") {
					l = "." + l
				}
				say("%s", l)
			}
			say(".")
		case order == "DELE":
			deleted[n] = true
			say("+OK")
		case order == "QUIT":
			p.messages = nil
			for i, m := range kept {
				if !deleted[i+1] {
					p.messages = append(p.messages, m)
				}
			}
			say("+OK")
			return
		default:
			say("-ERR")
		}
	}
}
