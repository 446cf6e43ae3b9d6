package store

import (
	"context"
	"fmt"
)

// AwardBytes is what the tables of awards take on the disk with their indices:
// awards, what they share, their lists and figures. It is for measuring
// alone: it empties the queue of mails, and on SQLite it writes the whole file anew.
func (s *Store) AwardBytes(ctx context.Context) (int64, error) { return s.engine.weigh(ctx) }

const weighed = "'award', 'frame', 'status_list', 'status_bit', 'status_document', 'tally', 'award_event', 'batch'"

func (d *sqliteDB) weigh(ctx context.Context) (int64, error) {
	// Pages that mails and jobs have left are given back first.
	for _, query := range []string{"DELETE FROM mail", "VACUUM"} {
		if _, err := d.write.ExecContext(ctx, query); err != nil {
			return 0, fmt.Errorf("store: %w", err)
		}
	}
	var bytes int64
	err := d.write.QueryRowContext(ctx, `SELECT sum(pgsize) FROM dbstat WHERE name IN (`+weighed+`) OR name IN (SELECT name FROM sqlite_master WHERE tbl_name IN (`+weighed+`))`).Scan(&bytes)
	return bytes, wrap(err, "dbstat", sqliteError)
}

func (d *postgresDB) weigh(ctx context.Context) (int64, error) {
	if _, err := d.pool.Exec(ctx, "DELETE FROM mail"); err != nil {
		return 0, fmt.Errorf("store: %w", err)
	}
	var bytes int64
	err := d.pool.QueryRow(ctx, "SELECT sum(pg_total_relation_size(to_regclass(name)))::bigint FROM unnest(ARRAY["+weighed+"]) AS name").Scan(&bytes)
	return bytes, wrap(err, "pg_total_relation_size", postgresError)
}
