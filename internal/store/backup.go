package store

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/ecusson/ecusson/internal/fault"
)

// A backup is text, gzipped: a line that says what it is, then for each table a
// line with its columns and a line for each row, then a line that counts them. It
// knows nothing of the engine that it was made on, so what was saved from SQLite
// comes back on PostgreSQL, and the other way round.

// head is the first line of a backup.
type head struct {
	Format int    `json:"ecusson-backup"`
	Steps  int    `json:"steps"` // of the schema
	Made   string `json:"made"`
}

// tableLine begins a table, and foot ends a backup.
type tableLine struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
}

type foot struct {
	End  bool `json:"end"`
	Rows int  `json:"rows"`
}

const backupFormat = 1

// ErrBackup: a backup that is none, was cut off, or is of a newer schema.
var ErrBackup = errors.New("store: this is not a whole backup that this program can read")

var createTable = regexp.MustCompile(`(?m)^CREATE TABLE ([a-z_]+) \(`)

// tables are all tables, in an order in which rows can be put back: a table comes
// after those that it refers to, as in the steps of the schema.
func tables() (names []string, count int, err error) {
	files, err := fs.Glob(steps, "migration/*.sql")
	if err != nil {
		return nil, 0, err
	}
	for _, file := range files {
		data, err := steps.ReadFile(file)
		if err != nil {
			return nil, 0, err
		}
		up, _, _ := strings.Cut(string(data), "-- +goose Down")
		for _, m := range createTable.FindAllStringSubmatch(up, -1) {
			names = append(names, m[1])
		}
	}
	return names, len(files), nil
}

// Backup writes everything, as it is at one moment, while others go on. It tells
// how many rows that were.
func (s *Store) Backup(ctx context.Context, w io.Writer, made string) (int, error) {
	names, count, err := tables()
	if err != nil {
		return 0, fmt.Errorf("store: %w", err)
	}
	zipped := gzip.NewWriter(w)
	out := bufio.NewWriterSize(zipped, 1<<16)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	if err := lines.Encode(head{backupFormat, count, made}); err != nil {
		return 0, err
	}
	rows := 0
	err = s.view(ctx, func(t *Tx) error {
		for _, name := range names {
			n, err := t.backupTable(ctx, lines, name)
			if err != nil {
				return err
			}
			rows += n
		}
		return nil
	})
	if err != nil {
		return rows, err
	}
	return rows, errors.Join(lines.Encode(foot{true, rows}), out.Flush(), zipped.Close())
}

func (t *Tx) backupTable(ctx context.Context, lines *json.Encoder, name string) (int, error) {
	columns, err := t.columns(ctx, name)
	if err != nil {
		return 0, err
	}
	if err := lines.Encode(tableLine{name, columns}); err != nil {
		return 0, err
	}
	found, err := t.c.query(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM "+name)
	if err != nil {
		return 0, err
	}
	defer found.Close()
	values, targets := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	n := 0
	for found.Next() {
		if err := found.Scan(targets...); err != nil {
			return n, err
		}
		for i, v := range values {
			switch v := v.(type) {
			case []byte:
				values[i] = map[string]string{"b": base64.StdEncoding.EncodeToString(v)}
			case bool:
				values[i] = 0
				if v {
					values[i] = 1
				}
			}
		}
		if err := lines.Encode(values); err != nil {
			return n, err
		}
		n++
	}
	return n, found.Err()
}

// columns are the columns of a table, in their order.
func (t *Tx) columns(ctx context.Context, table string) ([]string, error) {
	types, err := t.c.types(ctx, table)
	if err != nil {
		return nil, err
	}
	if len(types) == 0 {
		return nil, fmt.Errorf("store: there is no table %s", table)
	}
	names := make([]string, len(types))
	for i, c := range types {
		names[i] = c.name
	}
	return names, nil
}

// column is a column and whether it takes true and false.
type column struct {
	name string
	kind string // in small letters, as the engine says it
}

// Restore puts a backup into an empty database, whose schema it brings up to date
// first. It is all or nothing: until it returns nil, the database holds nothing.
func (s *Store) Restore(ctx context.Context, r io.Reader) (int, error) {
	zipped, err := gzip.NewReader(r)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrBackup, err)
	}
	lines := json.NewDecoder(bufio.NewReaderSize(zipped, 1<<16))
	lines.UseNumber()
	var h head
	if err := lines.Decode(&h); err != nil || h.Format != backupFormat {
		return 0, ErrBackup
	}
	names, count, err := tables()
	if err != nil {
		return 0, fmt.Errorf("store: %w", err)
	}
	if h.Steps > count {
		return 0, fmt.Errorf("%w: it is of a newer version", ErrBackup)
	}
	if _, err := s.Migrate(ctx); err != nil {
		return 0, err
	}
	rows := 0
	err = s.engine.update(ctx, func(c conn) error {
		t := &Tx{c: c}
		for _, name := range names {
			found, err := all(ctx, t, scan1[int], "SELECT 1 FROM "+name+" LIMIT 1")
			if err != nil {
				return err
			}
			if len(found) > 0 {
				return fault.New(fault.Conflict, "store.not-empty", "Table", name)
			}
		}
		rows, err = t.restore(ctx, lines, names)
		return err
	})
	return rows, err
}

func (t *Tx) restore(ctx context.Context, lines *json.Decoder, names []string) (int, error) {
	var b batch
	rows := 0
	for {
		var line json.RawMessage
		if err := lines.Decode(&line); err != nil {
			return rows, fmt.Errorf("%w: %w", ErrBackup, err)
		}
		if line[0] == '[' {
			if err := b.add(line); err != nil {
				return rows, err
			}
			rows++
			if len(b.rows) == 500 {
				if err := b.flush(ctx, t); err != nil {
					return rows, err
				}
			}
			continue
		}
		if err := b.flush(ctx, t); err != nil {
			return rows, err
		}
		var end foot
		if err := json.Unmarshal(line, &end); err == nil && end.End {
			if end.Rows != rows {
				return rows, ErrBackup
			}
			return rows, nil
		}
		var table tableLine
		if err := json.Unmarshal(line, &table); err != nil || !slices.Contains(names, table.Table) {
			return rows, ErrBackup
		}
		types, err := t.c.types(ctx, table.Table)
		if err != nil {
			return rows, err
		}
		b = batch{table: table, kinds: map[string]string{}}
		for _, c := range types {
			b.kinds[c.name] = c.kind
		}
		for _, name := range table.Columns {
			if b.kinds[name] == "" {
				return rows, fmt.Errorf("%w: table %s has no column %s", ErrBackup, table.Table, name)
			}
		}
	}
}

// batch is rows of one table on their way back.
type batch struct {
	table tableLine
	kinds map[string]string
	rows  [][]any
}

func (b *batch) add(line json.RawMessage) error {
	var cells []json.RawMessage
	if err := json.Unmarshal(line, &cells); err != nil || len(cells) != len(b.table.Columns) {
		return ErrBackup
	}
	row := make([]any, len(cells))
	for i, cell := range cells {
		v, err := readCell(cell, b.kinds[b.table.Columns[i]])
		if err != nil {
			return err
		}
		row[i] = v
	}
	b.rows = append(b.rows, row)
	return nil
}

func readCell(cell json.RawMessage, kind string) (any, error) {
	switch cell[0] {
	case 'n':
		return nil, nil
	case '"':
		var s string
		err := json.Unmarshal(cell, &s)
		return s, err
	case '{':
		var b struct {
			B []byte `json:"b"`
		}
		if err := json.Unmarshal(cell, &b); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrBackup, err)
		}
		return bytesOf(b.B), nil
	}
	if kind == "double precision" || kind == "real" {
		var f float64
		err := json.Unmarshal(cell, &f)
		return f, err
	}
	var n int64
	if err := json.Unmarshal(cell, &n); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBackup, err)
	}
	switch kind {
	case "boolean":
		return n != 0, nil
	case "smallint":
		return int16(n), nil
	}
	return n, nil
}

func (b *batch) flush(ctx context.Context, t *Tx) error {
	if len(b.rows) == 0 {
		return nil
	}
	err := t.c.insert(ctx, b.table.Table, b.table.Columns, len(b.rows), func(i int, dst []any) []any { return append(dst, b.rows[i]...) })
	b.rows = b.rows[:0]
	return err
}
