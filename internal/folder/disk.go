package folder

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// disk is the one place where a folder's files are written.
type disk struct {
	// fail, in tests, is asked before each step on the disk; an error makes the
	// step stop there, with half of its bytes written where torn says so.
	fail func(step, path string) (torn bool, err error)
	// lazy leaves out the waiting for the disk, in tests, which outlive no power cut.
	lazy bool
}

func (d *disk) step(step, path string) (bool, error) {
	if d.fail == nil {
		return false, nil
	}
	return d.fail(step, path)
}

// append writes data at the end of a file, which is at size, and returns when
// it is on the disk. What a failed append left behind is cut off again.
func (d *disk) append(f *os.File, size int64, data []byte) error {
	torn, err := d.step("append", f.Name())
	if err != nil {
		if torn {
			_, _ = f.WriteAt(data[:len(data)/2], size)
		}
		return err
	}
	if _, err := f.WriteAt(data, size); err != nil {
		_ = f.Truncate(size)
		return err
	}
	return d.syncFile(f)
}

func (d *disk) syncFile(f *os.File) error {
	if d.lazy {
		return nil
	}
	return syncData(f)
}

// create writes a file that nobody reads yet: one that is torn is found through
// the journal and written again.
//
// The parts stand one after the other in the file.
func (d *disk) create(path string, parts ...[]byte) error {
	torn, err := d.step("create", path)
	if err != nil {
		if torn {
			data := bytes.Join(parts, nil)
			_ = os.MkdirAll(filepath.Dir(path), 0o755)
			_ = os.WriteFile(path, data[:len(data)/2], publicMode)
		}
		return err
	}
	if err := createFile(path, parts, publicMode); !os.IsNotExist(err) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return createFile(path, parts, publicMode)
}

const (
	publicMode  os.FileMode = 0o644
	privateMode os.FileMode = 0o600
)

// replace puts data in a file's place at once: a reader sees the old bytes or
// the new ones, after a crash too.
func (d *disk) replace(path string, data []byte, mode os.FileMode) error {
	torn, err := d.step("replace", path)
	temp := path + ".new"
	if err != nil {
		if torn {
			_ = os.WriteFile(temp, data[:len(data)/2], mode)
		}
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = d.syncFile(f)
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		_ = os.Remove(temp)
		return err
	}
	if _, err := d.step("rename", path); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return fmt.Errorf("put %s in its place: %w", filepath.Base(path), err)
	}
	return nil
}

// sync returns when everything written below the directory is on the disk.
func (d *disk) sync(dir string) error {
	if _, err := d.step("sync", dir); err != nil {
		return err
	}
	if d.lazy {
		return nil
	}
	return syncTree(dir)
}

func appendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }

// Sync returns when everything that was written below a folder is on the disk.
func Sync(root string) error { return syncTree(root) }
