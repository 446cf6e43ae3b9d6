package pgtest

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

// connect opens a connection that is closed when t ends.
func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// Some tests end the server first: then there is nothing to close.
		_ = c.Close(context.Background())
	})
	return c
}

func query(t *testing.T, c *pgx.Conn, sql string, args ...any) string {
	t.Helper()
	var answer string
	if err := c.QueryRow(t.Context(), sql, args...).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return answer
}

func execute(t *testing.T, c *pgx.Conn, sql string) {
	t.Helper()
	if _, err := c.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func TestDSN(t *testing.T) {
	t.Parallel()
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			c := connect(t, DSN(t))
			// Would fail if another test's table were in sight.
			execute(t, c, `CREATE TABLE badge (name text); INSERT INTO badge VALUES ('zèle'), ('Écusson'), ('eau')`)
			for sql, want := range map[string]string{
				`SELECT string_agg(name, ' ' ORDER BY name) FROM badge`:          "eau Écusson zèle",
				`SELECT rolsuper::text FROM pg_roles WHERE rolname=current_user`: "false",
				`SHOW timezone`: "Europe/Paris",
			} {
				if got := query(t, c, sql); got != want {
					t.Errorf("%s: %q, want %q", sql, got, want)
				}
			}
		})
	}
}

func TestDatabaseIsDropped(t *testing.T) {
	t.Parallel()
	var name string
	t.Run("test", func(t *testing.T) {
		c, err := pgx.Connect(t.Context(), DSN(t))
		if err != nil {
			t.Fatal(err)
		}
		name = query(t, c, `SELECT current_database()`)
		// The connection stays open, as a careless test leaves it.
	})
	if n := query(t, connect(t, DSN(t)), `SELECT count(*)::text FROM pg_database WHERE datname=$1`, name); n != "0" {
		t.Errorf("%s is still there after its test", name)
	}
}

func TestTCP(t *testing.T) {
	t.Parallel()
	dsn := TCP(t)
	if host := query(t, connect(t, dsn), `SELECT host(inet_server_addr())`); host != "127.0.0.1" {
		t.Errorf("reached at %s", host)
	}
	if os.Getenv("ECUSSON_TEST_POSTGRES") != "" {
		return // somebody else's server lets in whom it likes
	}
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	config.Password = "guessed"
	if c, err := pgx.ConnectConfig(t.Context(), config); err == nil {
		t.Error("anybody on this machine may connect without the password")
		_ = c.Close(t.Context())
	}
}

func TestCopy(t *testing.T) {
	t.Parallel()
	var fills atomic.Int32
	fill := func(ctx context.Context, dsn string) error {
		fills.Add(1)
		c, err := pgx.Connect(ctx, dsn)
		if err != nil {
			return err
		}
		if _, err := c.Exec(ctx, `CREATE TABLE badge (name text); INSERT INTO badge VALUES ('Écusson')`); err != nil {
			return err
		}
		return c.Close(ctx)
	}
	server := Start(t, Options{})
	for range 3 {
		c := connect(t, server.Copy(t, "one badge", fill))
		execute(t, c, `INSERT INTO badge VALUES ('eau')`)
		if names := query(t, c, `SELECT string_agg(name, ' ' ORDER BY name) FROM badge`); names != "eau Écusson" {
			t.Errorf("the copy holds %s", names)
		}
	}
	if n := fills.Load(); n != 1 {
		t.Errorf("filled %d times", n)
	}
}

func TestDurable(t *testing.T) {
	t.Parallel()
	c := connect(t, Durable(t))
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		if is := query(t, c, `SELECT current_setting($1)`, setting); is != "on" {
			t.Errorf("%s is %s", setting, is)
		}
	}
}

func TestStopIsACrash(t *testing.T) {
	t.Parallel()
	server := Start(t, Options{Durable: true})
	dsn := server.DSN(t)
	c := connect(t, dsn)
	execute(t, c, `CREATE TABLE badge (name text)`)
	execute(t, c, `INSERT INTO badge VALUES ('kept')`)
	execute(t, c, `BEGIN`)
	execute(t, c, `INSERT INTO badge VALUES ('lost')`)

	server.Stop(t)
	if err := c.Ping(t.Context()); err == nil {
		t.Error("the connection outlived its server")
	}
	if c, err := pgx.Connect(t.Context(), dsn); err == nil {
		t.Error("the stopped server lets somebody in")
		_ = c.Close(t.Context())
	}
	server.Start(t)
	if names := query(t, connect(t, dsn), `SELECT string_agg(name, ' ') FROM badge`); names != "kept" {
		t.Errorf("after the crash the table holds %s", names)
	}
}

func TestGivenServer(t *testing.T) {
	t.Parallel()
	server := Start(t, Options{})
	s, err := given(server.admin("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	if s.durable {
		t.Error("a server without fsync counts as durable")
	}
	execute(t, connect(t, s.DSN(t)), `CREATE TABLE badge (name text)`)
	execute(t, connect(t, s.Copy(t, "empty", func(context.Context, string) error { return nil })), `CREATE TABLE badge (name text)`)
	for _, dsn := range []string{"host=/tmp", "mysql://localhost", "postgres://127.0.0.1:1/nowhere"} {
		if _, err := given(dsn); err == nil {
			t.Errorf("%s passes for a server", dsn)
		}
	}
}

// TestWhenAbsent runs itself in processes that find no PostgreSQL.
func TestWhenAbsent(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	for _, test := range []struct{ name, set, want string }{
		{"not required", "ECUSSON_REQUIRE_POSTGRES=", "--- SKIP: TestInChild"},
		{"required", "ECUSSON_REQUIRE_POSTGRES=1", "--- FAIL: TestInChild"},
		{"given and out of reach", "ECUSSON_TEST_POSTGRES=postgres://127.0.0.1:1/nowhere", "--- FAIL: TestInChild"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			child := inChild(t, "ECUSSON_POSTGRES_BIN="+empty, "ECUSSON_TEST_POSTGRES=", "ECUSSON_REQUIRE_POSTGRES=", test.set)
			out, _ := child.CombinedOutput() // its status is that of the test
			if !strings.Contains(string(out), test.want) {
				t.Errorf("want %q in\n%s", test.want, out)
			}
		})
	}
}

// inChild is a process of this test binary that runs TestInChild alone.
func inChild(t *testing.T, env ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self, "-test.run=^TestInChild$", "-test.v")
	child.Env = append(append(os.Environ(), "ECUSSON_PGTEST_CHILD=1"), env...)
	return child
}

func TestInChild(t *testing.T) {
	if os.Getenv("ECUSSON_PGTEST_CHILD") == "" {
		return // what the parent's tests start
	}
	dsn := DSN(t)
	server, err := fleeting()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("\nat", dsn, server.guard.command.Process.Pid, server.guard.dir)
	// Until the parent kills the process, or closes this.
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		t.Fatal(err)
	}
}
