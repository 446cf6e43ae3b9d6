package bench

import (
	"os"
	"strconv"
	"strings"
)

// memory is the most memory that this process has held so far, in bytes, 0 where
// the system does not tell.
func memory() float64 { return statusValue("/proc/self/status", "VmHWM:") }

// statusValue is a size of Linux's proc(5), in bytes, 0 where there is none.
func statusValue(file, name string) float64 {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	_, rest, found := strings.Cut(string(text), name)
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
