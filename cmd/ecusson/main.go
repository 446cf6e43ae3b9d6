// Command ecusson issues, bakes and verifies open badges.
//
//	ecusson award LIST --badge BADGE.yaml --issuer ISSUER.yaml --key KEY --out FOLDER
//	ecusson verify FILE|URL
//
// "ecusson help" lists all commands, in French or in English by the locale.
package main

import (
	"context"
	"crypto/rand"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"syscall"
	"time"

	"github.com/ecusson/ecusson/internal/bench"
)

// The exit codes. verify tells its verdict by the first three; every other
// command ends with done or failed.
const (
	done     = 0
	failed   = 1
	unknown  = 2
	wrongUse = 3
)

// world is all that the program is given from outside.
type world struct {
	args     []string
	getenv   func(string) string
	in       io.Reader
	out, err io.Writer
	now      func() time.Time
	random   io.Reader
}

func main() {
	// The heap of a command is small, and collecting it at every 4 MB costs more
	// than the memory is worth; that of a site is not. GOGC still has its say.
	if os.Getenv("GOGC") == "" && !slices.ContainsFunc(os.Args, func(arg string) bool {
		return slices.Contains([]string{"serve", "demo", "--platform", bench.BareCommand[1]}, arg)
	}) {
		debug.SetGCPercent(400)
	}
	// A second signal ends the program at once, which loses nothing either.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, world{
		args: os.Args[1:], getenv: os.Getenv, in: os.Stdin, out: os.Stdout, err: os.Stderr, now: time.Now, random: rand.Reader,
	}))
}
