package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"testing/fstest"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// The steps of the schema are written once, in the words of PostgreSQL. For
// SQLite the types are replaced by its few, and what stands in /*sqlite: … */ is
// let in: STRICT, and WITHOUT ROWID for tables that are read by their key.
//
//go:embed migration/*.sql
var steps embed.FS

var (
	bigTypes   = regexp.MustCompile(`\b(BIGINT|SMALLINT|BOOLEAN)\b`)
	bytesType  = regexp.MustCompile(`\bBYTEA\b`)
	realType   = regexp.MustCompile(`\bDOUBLE PRECISION\b`)
	sqliteOnly = regexp.MustCompile(`/\*sqlite:(.*?)\*/`)
)

func stepsFor(sqlite bool) (fs.FS, error) {
	out := fstest.MapFS{}
	files, err := fs.Glob(steps, "migration/*.sql")
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		data, err := steps.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if sqlite {
			data = bigTypes.ReplaceAll(data, []byte("INTEGER"))
			data = bytesType.ReplaceAll(data, []byte("BLOB"))
			data = realType.ReplaceAll(data, []byte("REAL"))
			data = sqliteOnly.ReplaceAll(data, []byte("$1"))
		}
		out[name[len("migration/"):]] = &fstest.MapFile{Data: data}
	}
	return out, nil
}

func provider(sqlite bool, db *sql.DB) (*goose.Provider, error) {
	from, err := stepsFor(sqlite)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	var options []goose.ProviderOption
	dialect := goose.DialectSQLite3
	if !sqlite {
		dialect = goose.DialectPostgres
		// Servers that start together wait for the one that is first.
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, fmt.Errorf("store: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(dialect, db, from, options...)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	return p, nil
}

func (d *sqliteDB) migrate(ctx context.Context) (int, error) {
	p, err := provider(true, d.write)
	if err != nil {
		return 0, err
	}
	return up(ctx, p)
}

func (d *sqliteDB) pending(ctx context.Context) (int, error) {
	p, err := provider(true, d.write)
	if err != nil {
		return 0, err
	}
	return countPending(ctx, p)
}

func (d *postgresDB) migrate(ctx context.Context) (int, error) {
	db := stdlib.OpenDBFromPool(d.pool)
	defer db.Close()
	p, err := provider(false, db)
	if err != nil {
		return 0, err
	}
	return up(ctx, p)
}

func (d *postgresDB) pending(ctx context.Context) (int, error) {
	db := stdlib.OpenDBFromPool(d.pool)
	defer db.Close()
	p, err := provider(false, db)
	if err != nil {
		return 0, err
	}
	return countPending(ctx, p)
}

func up(ctx context.Context, p *goose.Provider) (int, error) {
	done, err := p.Up(ctx)
	if err != nil {
		return len(done), fmt.Errorf("store: the schema could not be brought up to date: %w", err)
	}
	return len(done), nil
}

func countPending(ctx context.Context, p *goose.Provider) (int, error) {
	all, err := p.Status(ctx)
	if err != nil {
		return 0, fmt.Errorf("store: %w", err)
	}
	n := 0
	for _, s := range all {
		if s.State == goose.StatePending {
			n++
		}
	}
	return n, nil
}
