// Package store keeps everything in a database: SQLite in a file, or PostgreSQL,
// by one schema and one set of queries. It implements the store interfaces that
// the packages of the domain declare, and knows no rule of theirs.
// Begin with Open, Migrate and For.
package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ecusson/ecusson/internal/fault"
)

// Store is a database. It is safe for concurrent use.
type Store struct{ engine engine }

// engine is what the two databases do differently.
type engine interface {
	update(ctx context.Context, f func(conn) error) error
	view(ctx context.Context, f func(conn) error) error
	migrate(ctx context.Context) (int, error)
	pending(ctx context.Context) (int, error)
	ping(ctx context.Context) error
	weigh(ctx context.Context) (int64, error)
	close() error
}

// conn is a transaction of either database.
type conn interface {
	exec(ctx context.Context, query string, args ...any) (int64, error)
	query(ctx context.Context, query string, args ...any) (rows, error)
	// insert adds n rows by the quickest way there is.
	insert(ctx context.Context, table string, columns []string, n int, row func(i int, dst []any) []any) error
	// types are the columns of a table, in their order.
	types(ctx context.Context, table string) ([]column, error)
	// lock is what stands behind a SELECT whose rows will be changed.
	lock() string
	// skip is the same, passing over rows that others hold.
	skip() string
}

type rows interface {
	Next() bool
	Scan(dst ...any) error
	Err() error
	Close() error
}

// Options of Open. The zero value is SQLite in memory of the process alone.
type Options struct {
	// URL of PostgreSQL, as in postgres://user:password@host/database; or empty.
	URL string
	// File of SQLite, where URL is empty.
	File string
	// Connections is the most that are open at once; 0 is 8.
	Connections int
}

// Open opens a database, and makes the file of SQLite where there is none. The
// schema is Migrate's.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Connections <= 0 {
		o.Connections = 8
	}
	var e engine
	var err error
	if o.URL != "" {
		e, err = openPostgres(ctx, o)
	} else {
		e, err = openSQLite(ctx, o)
	}
	if err != nil {
		return nil, err
	}
	return &Store{engine: e}, nil
}

// Migrate brings the schema to the state that this program needs, and tells how
// many steps that took. Several servers may ask at once.
func (s *Store) Migrate(ctx context.Context) (int, error) { return s.engine.migrate(ctx) }

// Pending is the number of steps that Migrate would take.
func (s *Store) Pending(ctx context.Context) (int, error) { return s.engine.pending(ctx) }

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.engine.ping(ctx) }

// Close gives the connections back.
func (s *Store) Close() error { return s.engine.close() }

// Tx is a transaction. It has the methods of every store interface.
type Tx struct{ c conn }

// Runner runs transactions in which T, an interface of a domain package, is what
// the database can do. It implements that package's Store.
type Runner[T any] struct{ store *Store }

// For returns the Runner of an interface that *Tx implements. It panics where it
// does not, which a test of the package finds.
func For[T any](s *Store) Runner[T] {
	_ = any(&Tx{}).(T)
	return Runner[T]{store: s}
}

// Update runs f in a transaction: everything that it did holds once Update
// returns nil, and nothing of it otherwise. f may be run again where the
// database asks for it, so it must have no effect elsewhere.
func (r Runner[T]) Update(ctx context.Context, f func(T) error) error {
	return r.store.update(ctx, func(tx *Tx) error { return f(any(tx).(T)) })
}

// View runs f over a state of the database that does not change under it.
func (r Runner[T]) View(ctx context.Context, f func(T) error) error {
	return r.store.view(ctx, func(tx *Tx) error { return f(any(tx).(T)) })
}

// tries is how often a transaction that the database gave up is run.
const tries = 10

func (s *Store) update(ctx context.Context, f func(*Tx) error) error {
	var err error
	for i := range tries {
		err = s.engine.update(ctx, func(c conn) error { return f(&Tx{c: c}) })
		if !errors.Is(err, errAgain) {
			return err
		}
		wait := time.NewTimer(time.Duration(1<<i) * time.Millisecond)
		select {
		case <-ctx.Done():
			wait.Stop()
			return ctx.Err()
		case <-wait.C:
		}
	}
	return err
}

func (s *Store) view(ctx context.Context, f func(*Tx) error) error {
	return s.engine.view(ctx, func(c conn) error { return f(&Tx{c: c}) })
}

// errAgain is wrapped by what a database says when two transactions met and one
// of them has to begin anew.
var errAgain = errors.New("store: begin again")

// wrap translates the errors of drivers, in one place.
func wrap(err error, query string, translate func(error) error) error {
	if err == nil {
		return nil
	}
	if t := translate(err); t != nil {
		return t
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if len(query) > 80 {
		query = query[:80] + "…"
	}
	return fmt.Errorf("store: %w (%s)", err, query)
}

// exec runs a statement and returns how many rows it touched.
func (t *Tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	return t.c.exec(ctx, query, args...)
}

// change runs a statement that must touch a row: ErrNotFound where it does not.
func (t *Tx) change(ctx context.Context, query string, args ...any) error {
	n, err := t.c.exec(ctx, query, args...)
	if err == nil && n == 0 {
		return fault.ErrNotFound
	}
	return err
}

// scanner is a row of an answer.
type scanner interface{ Scan(dst ...any) error }

// one reads the row of a query, with the noun's one scan function; ErrNotFound
// where there is none.
func one[T any](ctx context.Context, t *Tx, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	var zero T
	rows, err := t.c.query(ctx, query, args...)
	if err != nil {
		return zero, err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return zero, err
		}
		return zero, fault.ErrNotFound
	}
	v, err := scan(rows)
	if err != nil {
		return zero, err
	}
	return v, rows.Close()
}

// all reads the rows of a query.
func all[T any](ctx context.Context, t *Tx, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := t.c.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// scan1 reads a row of one column.
func scan1[T any](s scanner) (T, error) {
	var v T
	return v, s.Scan(&v)
}

// micros is how instants are stored: microseconds since 1970 in UTC, 0 for none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// instant reads what micros stored.
func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
