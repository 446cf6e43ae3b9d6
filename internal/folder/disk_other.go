//go:build !linux

package folder

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
)

func createFile(path string, parts [][]byte, mode os.FileMode) error {
	return os.WriteFile(path, bytes.Join(parts, nil), mode)
}

func syncData(f *os.File) error { return f.Sync() }

// syncTree syncs each file below dir: these systems have no call for a tree
// that returns only when its files are on the disk.
func syncTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		defer f.Close()
		return f.Sync()
	})
}
