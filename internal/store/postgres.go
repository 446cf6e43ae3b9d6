package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ecusson/ecusson/internal/fault"
)

// postgresDB is a pool of connections.
type postgresDB struct {
	pool *pgxpool.Pool
	url  string
}

func openPostgres(ctx context.Context, o Options) (*postgresDB, error) {
	config, err := pgxpool.ParseConfig(o.URL)
	if err != nil {
		return nil, fmt.Errorf("store: the address of PostgreSQL: %w", err)
	}
	config.MaxConns = int32(o.Connections)
	if _, given := config.ConnConfig.RuntimeParams["application_name"]; !given {
		config.ConnConfig.RuntimeParams["application_name"] = "ecusson"
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("store: connect to PostgreSQL: %w", err)
	}
	return &postgresDB{pool: pool, url: o.URL}, nil
}

func (d *postgresDB) update(ctx context.Context, f func(conn) error) error {
	return d.run(ctx, pgx.TxOptions{}, f)
}

func (d *postgresDB) view(ctx context.Context, f func(conn) error) error {
	return d.run(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, f)
}

func (d *postgresDB) run(ctx context.Context, o pgx.TxOptions, f func(conn) error) error {
	tx, err := d.pool.BeginTx(ctx, o)
	if err != nil {
		return wrap(err, "BEGIN", postgresError)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // after a commit it does nothing
	if err := f(postgresConn{tx}); err != nil {
		return err
	}
	return wrap(tx.Commit(ctx), "COMMIT", postgresError)
}

func (d *postgresDB) ping(ctx context.Context) error {
	return wrap(d.pool.Ping(ctx), "SELECT 1", postgresError)
}

func (d *postgresDB) close() error { d.pool.Close(); return nil }

type postgresConn struct{ tx pgx.Tx }

func (c postgresConn) exec(ctx context.Context, query string, args ...any) (int64, error) {
	tag, err := c.tx.Exec(ctx, query, args...)
	return tag.RowsAffected(), wrap(err, query, postgresError)
}

func (c postgresConn) query(ctx context.Context, query string, args ...any) (rows, error) {
	r, err := c.tx.Query(ctx, query, args...)
	if err != nil {
		return nil, wrap(err, query, postgresError)
	}
	return postgresRows{r, query}, nil
}

func (c postgresConn) insert(ctx context.Context, table string, columns []string, n int, row func(int, []any) []any) error {
	var args []any
	_, err := c.tx.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromSlice(n, func(i int) ([]any, error) {
		args = row(i, args[:0])
		return args, nil
	}))
	return wrap(err, "COPY "+table, postgresError)
}

func (c postgresConn) types(ctx context.Context, table string) ([]column, error) {
	return all(ctx, &Tx{c: c}, scanColumn, `SELECT column_name::text, data_type::text FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position`, table)
}

func (postgresConn) lock() string { return " FOR UPDATE" }
func (postgresConn) skip() string { return " FOR UPDATE SKIP LOCKED" }

// postgresRows gives the errors of an answer the store's form.
type postgresRows struct {
	pgx.Rows
	sql string
}

func (r postgresRows) Err() error   { return wrap(r.Rows.Err(), r.sql, postgresError) }
func (r postgresRows) Close() error { r.Rows.Close(); return r.Err() }

func postgresError(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.ErrNotFound
	}
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		var c *pgconn.ConnectError
		if errors.As(err, &c) {
			return &fault.Error{Kind: fault.Unavailable, Key: "fault.storage", Err: err}
		}
		return nil
	}
	switch e.Code {
	case "23505": // unique_violation
		return fault.ErrExists
	case "40001", "40P01": // serialization_failure, deadlock_detected
		return fmt.Errorf("%w: %w", errAgain, err)
	case "53100", "53200", "57P01", "57P02", "57P03": // disk full, out of memory, server going down
		return &fault.Error{Kind: fault.Unavailable, Key: "fault.storage", Err: err}
	}
	return nil
}
