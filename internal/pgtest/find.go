package pgtest

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
)

// binaries returns the folder of initdb, pg_ctl and postgres: the one that the
// environment names and no other, or Debian's newest, or that of PATH.
func binaries() (string, error) {
	if dir := os.Getenv("ECUSSON_POSTGRES_BIN"); dir != "" {
		return usable(dir)
	}
	// Debian keeps them out of PATH, a folder for each version.
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Compare(version(b), version(a)) })
	if initdb, err := exec.LookPath("initdb"); err == nil {
		// It may be a link from a folder that has nothing else.
		if initdb, err = filepath.EvalSymlinks(initdb); err == nil {
			found = append(found, filepath.Dir(initdb))
		}
	}
	for _, dir := range found {
		if dir, err := usable(dir); err == nil {
			return dir, nil
		}
	}
	return "", errAbsent
}

// version of /usr/lib/postgresql/VERSION/bin.
func version(bin string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(bin)))
	if err != nil {
		return 0
	}
	return n
}

func usable(dir string) (string, error) {
	for _, name := range []string{"initdb", "pg_ctl", "postgres"} {
		if _, err := exec.LookPath(filepath.Join(dir, name)); err != nil {
			return "", errAbsent
		}
	}
	return filepath.Abs(dir)
}
