package main

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/bench"
	"github.com/ecusson/ecusson/internal/pgtest"
)

// TestBenchPlatform measures the platform briefly: that every figure is there for
// both databases, not what it is.
func TestBenchPlatform(t *testing.T) {
	if testing.Short() {
		t.Skip("starts servers")
	}
	figures, err := bench.Platform(t.Context(), bench.PlatformOptions{
		Rows: 300, Postgres: pgtest.TCP(t), Folder: t.TempDir(), Rounds: 1, Round: 20 * time.Millisecond,
		Program: func(args ...string) *exec.Cmd { return program(t, args...) },
	})
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]bool{}
	for _, f := range figures {
		if f.Value <= 0 || f.Floor <= 0 || f.FloorName == "" || f.Unit == "" || of[f.Name] {
			t.Errorf("%+v", f)
		}
		of[f.Name] = true
	}
	for _, name := range []string{
		"award-list", "award-bytes", "start-new", "start-empty", "start-full", "http-document", "http-document-p99", "http-document-any", "http-status",
		"http-page", "http-page-any",
	} {
		for _, engine := range []string{"sqlite", "postgres"} {
			if full := name + "/" + engine; !of[full] {
				t.Errorf("%s is not measured", full)
			}
		}
	}
}

// TestBenchBare starts the floor by itself: it ends with what it reads.
func TestBenchBare(t *testing.T) {
	t.Parallel()
	cmd := program(t, bench.BareCommand...)
	cmd.Stdin = strings.NewReader(`{"/0":{"kind":"text/plain","body":"aGVyZQ=="}}`)
	out, err := cmd.Output()
	if err != nil || !strings.HasPrefix(string(out), "127.0.0.1:") {
		t.Errorf("it says %q: %v", out, err)
	}
	cmd = program(t, bench.BareCommand...)
	cmd.Stdin = strings.NewReader(`{"/0":`)
	if out, err := cmd.CombinedOutput(); err == nil {
		t.Errorf("half an answer is served: %q", out)
	}
}
