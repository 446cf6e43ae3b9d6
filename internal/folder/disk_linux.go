package folder

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// createFile is os.WriteFile by bare calls: a folder of a hundred thousand
// badges is mostly the opening and closing of files.
func createFile(path string, parts [][]byte, mode os.FileMode) error {
	fd, err := retry(func() (int, error) {
		return unix.Open(path, unix.O_WRONLY|unix.O_CREAT|unix.O_TRUNC|unix.O_CLOEXEC|unix.O_NOFOLLOW, uint32(mode.Perm()))
	})
	if err != nil {
		return &os.PathError{Op: "open", Path: path, Err: err}
	}
	for len(parts) > 0 {
		n, err := retry(func() (int, error) {
			if len(parts) == 1 {
				return unix.Write(fd, parts[0])
			}
			return unix.Writev(fd, parts)
		})
		if err != nil {
			_ = unix.Close(fd)
			return &os.PathError{Op: "write", Path: path, Err: err}
		}
		for len(parts) > 0 && n >= len(parts[0]) {
			n -= len(parts[0])
			parts = parts[1:]
		}
		if n > 0 {
			rest := append([][]byte(nil), parts...)
			rest[0] = rest[0][n:]
			parts = rest
		}
	}
	if err := unix.Close(fd); err != nil && !errors.Is(err, unix.EINTR) {
		return &os.PathError{Op: "close", Path: path, Err: err}
	}
	return nil
}

func retry(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if !errors.Is(err, unix.EINTR) {
			return n, err
		}
	}
}

func syncData(f *os.File) error {
	_, err := retry(func() (int, error) { return 0, unix.Fdatasync(int(f.Fd())) })
	return err
}

// syncTree syncs the file system that holds dir: one call in place of one for
// each of a hundred thousand files.
func syncTree(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.Syncfs(int(f.Fd()))
}
