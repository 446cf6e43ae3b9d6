package browser_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/mail"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/seal"
	"github.com/ecusson/ecusson/internal/server"
	"github.com/ecusson/ecusson/internal/store"
)

// serve starts a whole platform with nobody on it, at work until t ends; what
// is to be on it is done first. What its log says of errors fails the test.
func serve(t *testing.T, o store.Options, first ...func(*server.Site)) (site *server.Site, base string) {
	t.Helper()
	ctx := t.Context()
	db, err := store.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	pages := http.NewServeMux()
	answering := httptest.NewServer(pages)
	t.Cleanup(answering.Close)
	_, port, err := net.SplitHostPort(answering.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	base = "http://localhost:" + port
	address, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	keeper, err := seal.New(bytes.Repeat([]byte{7}, seal.Size))
	if err != nil {
		t.Fatal(err)
	}
	log := &complaints{}
	outbox := mail.NewOutbox(1000, 1<<28)
	site, err = server.New(ctx, server.Options{
		Store: db, Keeper: keeper, Base: address, Name: "Écusson", Lang: "fr", Owner: "test", Policy: organization.Open,
		Now: time.Now, Random: rand.Reader, Mail: outbox, Outbox: outbox, From: mail.Address{Name: "Écusson", Email: "badges@site.example"},
		Log:     slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelError})),
		Trusted: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")},
	})
	if err != nil {
		t.Fatal(err)
	}
	pages.Handle("/", site.Handler)
	for _, do := range first {
		do(site)
	}

	ctx, stop := context.WithCancel(context.Background())
	var working sync.WaitGroup
	working.Go(func() { site.Work(ctx) })
	t.Cleanup(func() {
		stop()
		working.Wait()
		if text := log.String(); text != "" {
			t.Errorf("the site's log complains:\n%s", text)
		}
	})
	return site, base
}

// complaints are the lines of a log.
type complaints struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (c *complaints) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.b.Write(p)
}

func (c *complaints) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.b.String()
}

// inFile is SQLite in a file of the test's own.
func inFile(t *testing.T) store.Options {
	t.Helper()
	return store.Options{File: filepath.Join(t.TempDir(), "ecusson.db")}
}

func TestAccount(t *testing.T) {
	t.Parallel()
	_, base := serve(t, inFile(t))
	p := play{Base: base, Scenario: "scenario/account.mjs"}
	if os.Getenv("ECUSSON_LONG") != "1" {
		p.Views = []view{{"fr", 360, "dark", true}, {"en", 1280, "light", false}}
	}
	p.run(t)
}
