//go:build !linux && !darwin && !windows

package operate

import (
	"errors"
	"math"
	"os"
)

// freeBytes cannot ask here how much room is left; it tells whether there is
// any, by writing a page and taking it away again.
func freeBytes(folder string) (uint64, error) {
	f, err := os.CreateTemp(folder, ".room-*")
	if err != nil {
		return 0, err
	}
	_, err = f.Write(make([]byte, 4096))
	err = errors.Join(err, f.Sync(), f.Close(), os.Remove(f.Name()))
	return math.MaxUint64, err
}
