package bench

import (
	"os"
	"strconv"
	"strings"
)

// memory is the most memory that this process has held so far, in bytes, 0 where
// the system does not tell (Linux, proc(5): VmHWM).
func memory() float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, found := strings.Cut(string(text), "VmHWM:")
	fields := strings.Fields(rest)
	if !found || len(fields) == 0 {
		return 0
	}
	kilobytes, err := strconv.ParseFloat(fields[0], 64)
	if err != nil {
		return 0
	}
	return kilobytes * 1024
}
