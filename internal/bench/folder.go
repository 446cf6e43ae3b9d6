package bench

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/ecusson/ecusson/internal/folder"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/sheet"
)

const awardFolder = "award-folder"

// measureFolder awards a list into a folder, and beside it writes the same files
// with the same bytes, on as many processors, waiting for the disk once.
func measureFolder(ctx context.Context, o Options) (Figure, error) {
	root, err := os.MkdirTemp(o.Folder, "ecusson-bench-")
	if err != nil {
		return Figure{}, err
	}
	defer func() { _ = os.RemoveAll(root) }()
	l, err := newLot(o.Rows)
	if err != nil {
		return Figure{}, err
	}
	var values, floors []float64
	for range o.Rounds {
		if err := ctx.Err(); err != nil {
			return Figure{}, err
		}
		ours, bare, err := l.round(ctx, root)
		if err != nil {
			return Figure{}, err
		}
		values, floors = append(values, ours), append(floors, bare)
	}
	return Figure{
		Name: awardFolder, Unit: "files/s", Value: median(values), Floor: median(floors), FloorName: "bare-writes", Rounds: o.Rounds,
	}, nil
}

// lot is what is awarded: a list, a badge, an issuer.
type lot struct {
	list  string
	award folder.AwardOptions
}

func newLot(rows int) (*lot, error) {
	catalog, err := message.Load()
	if err != nil {
		return nil, err
	}
	printers := map[string]*message.Printer{"fr": catalog.For("fr"), "en": catalog.For("en")}
	var csv strings.Builder
	csv.WriteString("E-mail\n")
	for i := range rows {
		fmt.Fprintf(&csv, "person%d@example.org\n", i)
	}
	var random [32]byte
	l := &lot{list: csv.String()}
	l.award.Options = folder.Options{
		Key: ed25519.NewKeyFromSeed(seed()), Now: func() time.Time { return time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC) },
		Say:    func(language, key string, facts map[string]any) string { return printers[language].T(key, facts) },
		Random: rand.NewChaCha8(random),
	}
	l.award.Issuer = folder.Issuer{Name: "Example University", URL: "https://badges.example.org/", ID: "did:web:badges.example.org", Languages: []string{"en"}}
	l.award.Badges = []folder.Badge{{
		ID: "orchestra", Name: "Conducting", Description: "Has led the youth orchestra for a season.", Kind: "competency", Levels: 3,
		Criteria: "Lead at least 80 % of the rehearsals.", Language: "en", Assessment: "jury",
	}}
	return l, nil
}

// round returns how many files a second were written by an award, and by bare
// writing.
func (l *lot) round(ctx context.Context, root string) (ours, bare float64, err error) {
	list, err := sheet.Open(strings.NewReader(l.list), int64(len(l.list)), sheet.Options{})
	if err != nil {
		return 0, 0, err
	}
	out, again := filepath.Join(root, "award"), filepath.Join(root, "bare")
	runtime.GC()
	start := time.Now()
	if _, err := folder.Award(ctx, out, list, l.award); err != nil {
		return 0, 0, err
	}
	took := time.Since(start)
	files, err := readTree(out)
	if err != nil {
		return 0, 0, err
	}
	if err := os.RemoveAll(out); err != nil {
		return 0, 0, err
	}
	runtime.GC()
	start = time.Now()
	if err := writeTree(again, files); err != nil {
		return 0, 0, err
	}
	bareTook := time.Since(start)
	n := float64(len(files))
	return n / took.Seconds(), n / bareTook.Seconds(), os.RemoveAll(again)
}

// file is one file of a folder, by its path below it.
type file struct {
	path string
	data []byte
}

func readTree(root string) ([]file, error) {
	var files []file
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		files = append(files, file{rel, data})
		return err
	})
	return files, err
}

// writeTree writes files as quickly as the standard library does: folders first,
// then each file, on all processors, and at last everything to the disk.
func writeTree(root string, files []file) error {
	made := map[string]bool{}
	for _, f := range files {
		dir := filepath.Dir(filepath.Join(root, f.path))
		if made[dir] {
			continue
		}
		made[dir] = true
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	workers := runtime.GOMAXPROCS(0)
	errs := make([]error, workers)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			for i := w; i < len(files) && errs[w] == nil; i += workers {
				errs[w] = os.WriteFile(filepath.Join(root, files[i].path), files[i].data, 0o644)
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return folder.Sync(root)
}
