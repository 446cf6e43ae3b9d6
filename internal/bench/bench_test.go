package bench_test

import (
	"context"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/bench"
)

// TestRun measures briefly: that every figure is there, not what it is.
func TestRun(t *testing.T) {
	t.Parallel()
	figures, err := bench.Run(context.Background(), bench.Options{Rounds: 1, Round: time.Millisecond, Rows: 20, Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"issue-template", "issue-general", "verify-known", "verify-general", "award-folder"}
	if len(figures) != len(want) {
		t.Fatalf("%d figures", len(figures))
	}
	for i, f := range figures {
		if f.Name != want[i] || f.Value <= 0 || f.Floor <= 0 || f.FloorName == "" || f.Unit == "" || f.Rounds != 1 {
			t.Errorf("%+v, want %s", f, want[i])
		}
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := bench.Run(ctx, bench.Options{Rounds: 1, Round: time.Millisecond, Folder: t.TempDir()}); err == nil {
		t.Error("a run that was cancelled has figures")
	}
}
