package pgtest

import (
	"bufio"
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// role owns the databases of a private server.
const role = "ecusson"

// patience is how long one statement of ours may take: making a database on a
// machine that does much else.
const patience = 2 * time.Minute

// Server is a PostgreSQL server.
type Server struct {
	admin   func(database string) string // where databases are made
	user    func(database string) string
	tcp     func(database string) string
	durable bool
	guard   *guard // nil: the server is not ours

	mu     sync.Mutex
	copies map[string]func() (string, error)
}

// Options of a server. The zero value is the one for most tests.
type Options struct {
	// Durable has it write through to the disk, so that what was committed
	// survives Stop.
	Durable bool
}

// Start starts a server for t alone, to be stopped and started again; it ends
// with t. Where PostgreSQL is absent the test is skipped or, where it is
// required, fails.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := start(o)
	if err != nil {
		refuse(t, err)
	}
	t.Cleanup(func() {
		if err := s.guard.end(); err != nil {
			t.Errorf("pgtest: end the server: %v", err)
		}
	})
	return s
}

// Stop stops the server as a crash would: at once, its connections cut, with
// nothing tidied up. Start makes it recover.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	if err := s.guard.tell("stop"); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
}

// Start starts the server again after Stop, at the same addresses.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	if err := s.guard.tell("start " + s.guard.port); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
}

// DSN is the function DSN on this server.
func (s *Server) DSN(t testing.TB) string {
	t.Helper()
	return s.user(s.create(t, "template0"))
}

// TCP is the function TCP on this server.
func (s *Server) TCP(t testing.TB) string {
	t.Helper()
	return s.tcp(s.create(t, "template0"))
}

// Copy is the function Copy on this server.
func (s *Server) Copy(t testing.TB, name string, fill func(ctx context.Context, dsn string) error) string {
	t.Helper()
	if s.guard == nil {
		// Nobody would clear a template away from a server that stays.
		dsn := s.DSN(t)
		if err := fill(t.Context(), dsn); err != nil {
			t.Fatalf("pgtest: fill %s: %v", name, err)
		}
		return dsn
	}
	s.mu.Lock()
	once := s.copies[name]
	if once == nil {
		once = sync.OnceValues(func() (string, error) {
			template, err := s.make("template0")
			if err != nil {
				return "", err
			}
			// Not the test's context: the template outlives the test.
			return template, fill(context.Background(), s.user(template))
		})
		s.copies[name] = once
	}
	s.mu.Unlock()
	template, err := once()
	if err != nil {
		t.Fatalf("pgtest: fill %s: %v", name, err)
	}
	return s.user(s.create(t, template))
}

// create makes a database that is dropped when t ends, and returns its name.
func (s *Server) create(t testing.TB, template string) string {
	t.Helper()
	name, err := s.make(template)
	if err != nil {
		t.Fatalf("pgtest: make a database: %v", err)
	}
	t.Cleanup(func() {
		// A test may have stopped its server for good, with all that it holds.
		if s.guard != nil && s.guard.stopped {
			return
		}
		// Some connection of the test may still be closing.
		if err := s.exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("pgtest: drop a database: %v", err)
		}
	})
	return name
}

func (s *Server) make(template string) (string, error) {
	name := "test_" + strings.ToLower(rand.Text())
	statement := "CREATE DATABASE " + name + " TEMPLATE " + template
	if s.guard != nil {
		statement += " OWNER " + role
	}
	return name, s.exec(statement)
}

// exec runs a statement of ours where databases are made.
func (s *Server) exec(statement string) error {
	return s.ask(func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, statement)
		return err
	})
}

func (s *Server) ask(question func(context.Context, *pgx.Conn) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := pgx.Connect(ctx, s.admin("postgres"))
	if err != nil {
		return err
	}
	return errors.Join(question(ctx, c), c.Close(ctx))
}

// given is a server of somebody else's, at the address of a database on it.
func given(dsn string) (*Server, error) {
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return nil, errors.New("ECUSSON_TEST_POSTGRES must be a DSN that begins with postgres://")
	}
	at := func(database string) string {
		elsewhere := *u
		elsewhere.Path = "/" + database
		return elsewhere.String()
	}
	s := &Server{user: at, tcp: at, admin: func(string) string { return dsn }}
	err = s.ask(func(ctx context.Context, c *pgx.Conn) error {
		var fsync string
		err := c.QueryRow(ctx, "SHOW fsync").Scan(&fsync)
		s.durable = fsync == "on"
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("the server of ECUSSON_TEST_POSTGRES: %w", err)
	}
	return s, nil
}

// settings of a private server. A test's database is small and gone in a
// second; connections are many, since each test has a pool of its own.
const settings = `
listen_addresses = '127.0.0.1'
max_connections = 300
shared_buffers = 64MB
timezone = 'Europe/Paris'
log_min_messages = warning
`

// fleetingSettings trade what a crash would leave for speed.
const fleetingSettings = `
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
`

func start(o Options) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	text := settings
	if !o.Durable {
		text += fleetingSettings
	}
	g, err := startGuard(bin, text)
	if err != nil {
		return nil, err
	}
	password := rand.Text()
	local := func(user string) func(string) string {
		return func(database string) string {
			return fmt.Sprintf("postgres:///%s?host=%s&port=%s&user=%s&sslmode=disable",
				database, url.QueryEscape(g.dir), g.port, user)
		}
	}
	s := &Server{
		admin: local("postgres"),
		user:  local(role),
		tcp: func(database string) string {
			return fmt.Sprintf("postgres://%s:%s@127.0.0.1:%s/%s?sslmode=disable", role, password, g.port, database)
		},
		durable: o.Durable,
		guard:   g,
		copies:  map[string]func() (string, error){},
	}
	if err := s.exec("CREATE ROLE " + role + " LOGIN PASSWORD '" + password + "'"); err != nil {
		return nil, errors.Join(err, g.end())
	}
	return s, nil
}

//go:embed guard.sh
var guardScript string

// guard is the process that keeps a private server; see guard.sh.
type guard struct {
	dir, port string
	command   *exec.Cmd
	in        io.WriteCloser
	out       *bufio.Reader
	stopped   bool
}

// startGuard makes a server with these settings and starts it.
func startGuard(bin, settings string) (*guard, error) {
	who, err := owner()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(who.temp, "ecusson-pg-")
	if err != nil {
		return nil, err
	}
	settings += "unix_socket_directories = '" + dir + "'\n"
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "settings"), []byte(settings), 0o644), who.give(dir)); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	g := &guard{dir: dir, command: exec.Command("/bin/sh", "-c", guardScript, "guard", bin, dir)}
	// Nothing of the developer's own settings (PGPORT, LC_ALL) reaches it, nor
	// does what the terminal sends to the tests.
	g.command.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	g.command.Dir = "/"
	g.command.SysProcAttr = who.process()
	if g.in, err = g.command.StdinPipe(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	out, err := g.command.StdoutPipe()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	g.out = bufio.NewReader(out)
	if err := g.command.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := g.run(); err != nil {
		return nil, errors.Join(err, g.end())
	}
	return g, nil
}

// run makes the server and starts it on a free port.
func (g *guard) run() error {
	if err := g.tell("make"); err != nil {
		return err
	}
	// A free port can be taken by somebody else before the server has it.
	var err error
	for range 5 {
		if g.port, err = freePort(); err != nil {
			return err
		}
		if err = g.tell("start " + g.port); err == nil {
			return nil
		}
	}
	return err
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}

// tell has the guard do something, and returns what the log says if it failed.
func (g *guard) tell(order string) error {
	if _, err := io.WriteString(g.in, order+"\n"); err != nil {
		return fmt.Errorf("%s the server: %w", order, err)
	}
	answer, err := g.out.ReadString('\n')
	if err != nil {
		return fmt.Errorf("%s the server: %w", order, err)
	}
	if answer != "done\n" {
		return fmt.Errorf("%s the server: its log ends with\n%s", order, g.log())
	}
	g.stopped = order == "stop"
	return nil
}

// log returns the end of the server's log.
func (g *guard) log() string {
	text, err := os.ReadFile(filepath.Join(g.dir, "log"))
	if err != nil {
		return err.Error()
	}
	const enough = 4000
	return string(text[max(0, len(text)-enough):])
}

// end ends the server and its guard, and waits until both are gone.
func (g *guard) end() error {
	if err := g.in.Close(); err != nil {
		return err
	}
	return g.command.Wait()
}
