package pgtest

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestNothingIsLeft ends the process of the tests in every way, and asks
// whether the server and its folder are gone.
func TestNothingIsLeft(t *testing.T) {
	t.Parallel()
	if _, err := binaries(); err != nil {
		refuse(t, err)
	}
	for name, end := range map[string]os.Signal{"killed": syscall.SIGKILL, "told to stop": syscall.SIGTERM, "done": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			child := inChild(t, "ECUSSON_TEST_POSTGRES=")
			in, err := child.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			out, err := child.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			var dsn, dir string
			var guard int
			for lines := bufio.NewScanner(out); lines.Scan(); {
				if rest, ok := strings.CutPrefix(lines.Text(), "at "); ok {
					if _, err := fmt.Sscan(rest, &dsn, &guard, &dir); err != nil {
						t.Fatal(err)
					}
					break
				}
			}
			if dir == "" {
				t.Fatal("the child has no server")
			}
			var server int
			if text, err := os.ReadFile(dir + "/data/postmaster.pid"); err != nil {
				t.Fatal(err)
			} else if _, err := fmt.Sscan(string(text), &server); err != nil {
				t.Fatal(err)
			}
			processes := []int{guard, server}
			var watch []unix.PollFd
			for _, process := range processes {
				fd, err := unix.PidfdOpen(process, 0)
				if err != nil {
					t.Fatal(err)
				}
				defer unix.Close(fd)
				watch = append(watch, unix.PollFd{Fd: int32(fd), Events: unix.POLLIN})
			}

			if end == nil {
				err = in.Close()
			} else {
				err = child.Process.Signal(end)
			}
			if err != nil {
				t.Fatal(err)
			}
			_ = child.Wait() // it was killed: its status says so
			for i := range watch {
				if err := gone(watch[i : i+1]); err != nil {
					t.Errorf("process %d: %v", processes[i], err)
				}
			}
			if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s is still there (%v)", dir, err)
			}
		})
	}
}

// gone waits until a process has ended, but no longer than a slow machine takes.
func gone(watch []unix.PollFd) error {
	for {
		n, err := unix.Poll(watch, int(patience.Milliseconds()))
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return err
		case n == 0:
			return errors.New("is still there")
		}
		return nil
	}
}
