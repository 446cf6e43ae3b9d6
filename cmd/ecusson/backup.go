package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/ecusson/ecusson/internal/config"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/store"
)

// backup saves everything that a site keeps into one file, while the site goes on.
func (a *app) backup() *cobra.Command {
	return a.siteCommand(config.Backup, "backup FILE [flags]", func(ctx context.Context, c config.Config, args []string) error {
		if len(args) != 1 {
			return &useError{key: "argument-missing", facts: message.Facts{"Name": "FILE"}, command: "ecusson backup"}
		}
		db, err := openStore(ctx, c)
		if err != nil {
			return err
		}
		defer db.Close()
		rows := 0
		err = writeWhole(args[0], func(w io.Writer) error {
			rows, err = db.Backup(ctx, w, a.now().UTC().Format(time.RFC3339))
			return err
		})
		if errors.Is(err, os.ErrExist) {
			return misuse("backup.exists", message.Facts{"File": args[0]})
		}
		if err != nil {
			return err
		}
		a.print("backup.done", message.Facts{"File": args[0], "Count": rows})
		if err := organization.BackupMade(ctx, store.For[organization.Tx](db), a.now()); err != nil {
			a.note("backup.unnoted", message.Facts{"Detail": err.Error()})
		}
		if c.MasterKey.Empty() {
			a.print("backup.key", message.Facts{"File": c.MasterKeyFile})
		}
		return nil
	})
}

// writeWhole writes a file that is there whole or not at all, for its owner alone,
// and never over another.
func writeWhole(path string, fill func(io.Writer) error) error {
	if _, err := os.Lstat(path); err == nil {
		return os.ErrExist
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".backup-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // after the link it is only a second name
	err = fill(f)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Link(f.Name(), path)
}

// restore brings a backup back into an empty database, of either kind.
func (a *app) restore() *cobra.Command {
	return a.siteCommand(config.Restore, "restore FILE [flags]", func(ctx context.Context, c config.Config, args []string) error {
		if len(args) != 1 {
			return &useError{key: "argument-missing", facts: message.Facts{"Name": "FILE"}, command: "ecusson restore"}
		}
		f, err := os.Open(args[0])
		if err != nil {
			return unreadable(args[0], err)
		}
		defer f.Close()
		db, err := openStore(ctx, c)
		if err != nil {
			return err
		}
		defer db.Close()
		rows, err := db.Restore(ctx, f)
		if errors.Is(err, store.ErrBackup) {
			return misuse("restore.bad", message.Facts{"File": args[0], "Detail": err.Error()})
		}
		if err != nil {
			return a.faultSaid(err)
		}
		a.print("restore.done", message.Facts{"Count": rows})
		return nil
	})
}
