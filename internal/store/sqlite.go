package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/ecusson/ecusson/internal/fault"
)

// sqliteDB is a file with one writer and several readers. A write that was
// confirmed is on the disk (synchronous=FULL).
type sqliteDB struct {
	write, read *sql.DB
	file        string
}

// pragmas: the cache is large because a random index is three times slower
// without, and the page larger because rows hold documents.
const pragmas = "_pragma=busy_timeout(10000)&_pragma=page_size(8192)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
	"&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)&_pragma=wal_autocheckpoint(2000)&_pragma=trusted_schema(OFF)"

func openSQLite(ctx context.Context, o Options) (*sqliteDB, error) {
	file := o.File
	if file == "" {
		return nil, errors.New("store: neither a URL nor a file of a database")
	}
	// A file name may hold what means something in an address.
	name := "file:" + (&url.URL{Path: file}).EscapedPath() + "?" + pragmas
	write, err := sql.Open("sqlite", name+"&_pragma=cache_size(-40000)&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	write.SetMaxOpenConns(1)
	if err := write.PingContext(ctx); err != nil {
		_ = write.Close()
		return nil, fmt.Errorf("store: open %s: %w", file, err)
	}
	read, err := sql.Open("sqlite", name+"&_pragma=cache_size(-4000)&_pragma=query_only(ON)&_txlock=deferred")
	if err != nil {
		_ = write.Close()
		return nil, fmt.Errorf("store: %w", err)
	}
	read.SetMaxOpenConns(o.Connections)
	read.SetMaxIdleConns(o.Connections)
	return &sqliteDB{write: write, read: read, file: file}, nil
}

func (d *sqliteDB) update(ctx context.Context, f func(conn) error) error {
	return runSQL(ctx, d.write, &sql.TxOptions{}, f)
}

func (d *sqliteDB) view(ctx context.Context, f func(conn) error) error {
	return runSQL(ctx, d.read, &sql.TxOptions{}, f)
}

func runSQL(ctx context.Context, db *sql.DB, o *sql.TxOptions, f func(conn) error) error {
	tx, err := db.BeginTx(ctx, o)
	if err != nil {
		return wrap(err, "BEGIN", sqliteError)
	}
	c := &sqliteConn{tx: tx}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if err := f(c); err != nil {
		return err
	}
	c.closeStatements()
	return wrap(tx.Commit(), "COMMIT", sqliteError)
}

func (d *sqliteDB) ping(ctx context.Context) error {
	var n int
	return wrap(d.read.QueryRowContext(ctx, "SELECT 1").Scan(&n), "SELECT 1", sqliteError)
}

func (d *sqliteDB) close() error { return errors.Join(d.read.Close(), d.write.Close()) }

type sqliteConn struct {
	tx         *sql.Tx
	statements map[string]*sql.Stmt
}

func (c *sqliteConn) exec(ctx context.Context, query string, args ...any) (int64, error) {
	r, err := c.tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, wrap(err, query, sqliteError)
	}
	n, err := r.RowsAffected()
	return n, wrap(err, query, sqliteError)
}

func (c *sqliteConn) query(ctx context.Context, query string, args ...any) (rows, error) {
	r, err := c.tx.QueryContext(ctx, query, args...) //nolint:rowserrcheck // who reads them asks
	if err != nil {
		return nil, wrap(err, query, sqliteError)
	}
	return r, nil
}

// together is how many rows one INSERT of sqlite adds.
const together = 32

func (c *sqliteConn) insert(ctx context.Context, table string, columns []string, n int, row func(int, []any) []any) error {
	args := make([]any, 0, together*len(columns))
	for i := 0; i < n; {
		count := min(together, n-i)
		if count < together {
			count = 1
		}
		args = args[:0]
		for k := range count {
			args = row(i+k, args)
		}
		stmt, err := c.statement(ctx, table, columns, count)
		if err != nil {
			return err
		}
		if _, err := stmt.ExecContext(ctx, args...); err != nil {
			return wrap(err, "INSERT INTO "+table, sqliteError)
		}
		i += count
	}
	return nil
}

func (c *sqliteConn) statement(ctx context.Context, table string, columns []string, count int) (*sql.Stmt, error) {
	key := fmt.Sprint(table, count)
	if s := c.statements[key]; s != nil {
		return s, nil
	}
	group := "(" + strings.TrimSuffix(strings.Repeat("?,", len(columns)), ",") + "),"
	query := "INSERT INTO " + table + " (" + strings.Join(columns, ",") + ") VALUES " + strings.TrimSuffix(strings.Repeat(group, count), ",")
	s, err := c.tx.PrepareContext(ctx, query)
	if err != nil {
		return nil, wrap(err, query, sqliteError)
	}
	if c.statements == nil {
		c.statements = map[string]*sql.Stmt{}
	}
	c.statements[key] = s
	return s, nil
}

func (c *sqliteConn) closeStatements() {
	for _, s := range c.statements {
		_ = s.Close()
	}
}

func (c *sqliteConn) types(ctx context.Context, table string) ([]column, error) {
	return all(ctx, &Tx{c: c}, scanColumn, "SELECT name, lower(type) FROM pragma_table_info($1) ORDER BY cid", table)
}

func scanColumn(s scanner) (column, error) {
	var c column
	return c, s.Scan(&c.name, &c.kind)
}

// One writer at a time: what was read in a transaction that writes is locked.
func (c *sqliteConn) lock() string { return "" }
func (c *sqliteConn) skip() string { return "" }

func sqliteError(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.ErrNotFound
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return nil
	}
	switch e.Code() {
	case lib.SQLITE_CONSTRAINT_PRIMARYKEY, lib.SQLITE_CONSTRAINT_UNIQUE, lib.SQLITE_CONSTRAINT_ROWID:
		return fault.ErrExists
	case lib.SQLITE_BUSY, lib.SQLITE_BUSY_SNAPSHOT, lib.SQLITE_LOCKED:
		return fmt.Errorf("%w: %w", errAgain, err)
	case lib.SQLITE_FULL, lib.SQLITE_IOERR:
		return &fault.Error{Kind: fault.Unavailable, Key: "fault.storage", Err: err}
	}
	return nil
}
