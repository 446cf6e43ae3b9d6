//go:build linux || darwin

package operate

import "golang.org/x/sys/unix"

// freeBytes is how many bytes we may still write where a folder is.
func freeBytes(folder string) (uint64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return 0, err
	}
	return s.Bavail * uint64(s.Bsize), nil
}
