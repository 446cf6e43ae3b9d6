//go:build unix

package pgtest

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is who runs a private server: initdb refuses root.
type account struct {
	temp string              // a folder for temporary ones that it can reach
	as   *syscall.Credential // nil: who we are
}

func owner() (account, error) {
	if os.Geteuid() != 0 {
		return account{temp: os.TempDir()}, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		return account{}, fmt.Errorf("PostgreSQL does not run as root: %w", err)
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(err1, err2); err != nil {
		return account{}, err
	}
	for _, temp := range []string{os.TempDir(), "/tmp", "/var/tmp"} {
		if reachable(temp) {
			return account{temp: temp, as: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
		}
	}
	return account{}, fmt.Errorf("no temporary folder is within reach of the user %s, as whom PostgreSQL runs; TMPDIR names one", u.Username)
}

// reachable tells whether everybody may pass through all folders of a path.
func reachable(path string) bool {
	for {
		info, err := os.Stat(path)
		if err != nil || info.Mode()&0o001 == 0 {
			return false
		}
		if path = filepath.Dir(path); path == "/" || path == "." {
			return true
		}
	}
}

// give hands a folder and its files over.
func (a account) give(dir string) error {
	if a.as == nil {
		return nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := os.Chown(filepath.Join(dir, entry.Name()), int(a.as.Uid), int(a.as.Gid)); err != nil {
			return err
		}
	}
	return os.Chown(dir, int(a.as.Uid), int(a.as.Gid))
}

// process is how its processes start: apart from the terminal, whose signals
// the guard must outlive.
func (a account) process() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Credential: a.as}
}
