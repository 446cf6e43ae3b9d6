// Package pgtest gives tests a real PostgreSQL: a private server made from the
// machine's own binaries, and on it a fresh database for each test that asks.
// It is for tests only. Begin with DSN.
//
// The first test of a process that asks starts the server, as somebody else
// than root where root runs the tests; the cluster that a distribution may
// have made is left alone. The server lives in a temporary folder, and a guard
// beside it (guard.sh) ends it and removes the folder when the process of the
// tests is gone, however it went.
//
// The environment may say otherwise:
//
//	ECUSSON_TEST_POSTGRES     a DSN: databases are made on that server instead
//	ECUSSON_POSTGRES_BIN      the folder of initdb, pg_ctl and postgres
//	ECUSSON_REQUIRE_POSTGRES  1: where PostgreSQL is absent tests fail instead of being skipped
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
)

// DSN returns the address of a new, empty database, postgres://…, which is
// dropped when t ends. Its role owns the database and is nobody's superuser.
// Any number of processes may connect. The server does not wait for the disk:
// see Durable.
//
// Databases sort text by the Unicode collation and not by bytes, and sessions
// begin in the time zone of Paris: a query that needs another order or UTC has
// to say so, as it has to on its users' servers.
func DSN(t testing.TB) string {
	t.Helper()
	return shared(t, fleeting).DSN(t)
}

// TCP is DSN by the loopback network and with a password, as a server on
// another machine is reached.
func TCP(t testing.TB) string {
	t.Helper()
	return shared(t, fleeting).TCP(t)
}

// Durable is DSN on a server that writes through to the disk, for tests that
// kill the program and ask what is left. To kill the server too, see Start.
func Durable(t testing.TB) string {
	t.Helper()
	return shared(t, durable).DSN(t)
}

// Copy returns the address of a new database with the content that fill gave
// to another: fill runs once a process for each name, and each test gets a copy
// of what it left, which is quicker than a migration. fill must have closed
// its connections when it returns.
func Copy(t testing.TB, name string, fill func(ctx context.Context, dsn string) error) string {
	t.Helper()
	return shared(t, fleeting).Copy(t, name, fill)
}

// The two servers that the tests of a process share.
var fleeting = sync.OnceValues(func() (*Server, error) {
	if dsn := os.Getenv("ECUSSON_TEST_POSTGRES"); dsn != "" {
		return given(dsn)
	}
	return start(Options{})
})

var durable = sync.OnceValues(func() (*Server, error) {
	if dsn := os.Getenv("ECUSSON_TEST_POSTGRES"); dsn != "" {
		if s, err := given(dsn); err != nil || s.durable {
			return s, err
		}
	}
	return start(Options{Durable: true})
})

func shared(t testing.TB, server func() (*Server, error)) *Server {
	t.Helper()
	s, err := server()
	if err != nil {
		refuse(t, err)
	}
	return s
}

// errAbsent says that this machine has no PostgreSQL.
var errAbsent = errors.New("PostgreSQL absent: nothing is tested on it (./test installs it)")

// refuse ends a test that gets no server. Only a machine without PostgreSQL is
// a reason to skip: one that does not start is a fault.
func refuse(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, errAbsent) && os.Getenv("ECUSSON_REQUIRE_POSTGRES") != "1" {
		t.Skip(err)
	}
	t.Fatal(fmt.Errorf("pgtest: %w", err))
}
