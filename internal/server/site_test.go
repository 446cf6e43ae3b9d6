package server_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/mail"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/pgtest"
	"github.com/ecusson/ecusson/internal/seal"
	"github.com/ecusson/ecusson/internal/server"
	"github.com/ecusson/ecusson/internal/store"
	"github.com/ecusson/ecusson/internal/web"
)

// clock is a clock that stands still until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Microsecond) // two things never happen at once
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// site is a whole platform for a test, on a real database.
type site struct {
	*server.Site
	t      *testing.T
	clock  *clock
	store  *store.Store
	server *httptest.Server
	log    *lockedBuffer
	at     store.Options // of the database
}

// onBoth runs a test on a site with SQLite and on one with PostgreSQL.
func onBoth(t *testing.T, f func(*testing.T, *site)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		file := filepath.Join(t.TempDir(), "ecusson.db")
		if err := os.WriteFile(file, migrated(t), 0o600); err != nil {
			t.Fatal(err)
		}
		f(t, newSite(t, store.Options{File: file}))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		f(t, newSite(t, store.Options{URL: pgtest.Copy(t, "migrated", func(ctx context.Context, dsn string) error {
			return migrate(ctx, store.Options{URL: dsn})
		})}))
	})
}

// onOne runs a test on a site with SQLite: for pages whose work is not the
// database's.
func onOne(t *testing.T, f func(*testing.T, *site)) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ecusson.db")
	if err := os.WriteFile(file, migrated(t), 0o600); err != nil {
		t.Fatal(err)
	}
	f(t, newSite(t, store.Options{File: file}))
}

// What all sites of the tests begin with is made once: pages, and a database with
// its schema.
var (
	words = sync.OnceValues(message.Load)
	pages = sync.OnceValues(func() (*look.Look, error) {
		catalog, err := words()
		if err != nil {
			return nil, err
		}
		return look.New(catalog, web.Pages())
	})
	migratedFile = sync.OnceValues(func() ([]byte, error) {
		folder, err := os.MkdirTemp("", "ecusson")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(folder)
		file := filepath.Join(folder, "ecusson.db")
		if err := migrate(context.Background(), store.Options{File: file}); err != nil {
			return nil, err
		}
		return os.ReadFile(file)
	})
)

func migrated(t *testing.T) []byte {
	t.Helper()
	data, err := migratedFile()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func migrate(ctx context.Context, o store.Options) error {
	db, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	_, err = db.Migrate(ctx)
	return errors.Join(err, db.Close())
}

func newSite(t *testing.T, o store.Options, change ...func(*server.Options)) *site {
	t.Helper()
	ctx := context.Background()
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
	s := &site{t: t, clock: &clock{at: time.Date(2026, 6, 12, 8, 0, 0, 0, time.UTC)}, store: db, log: &lockedBuffer{}, at: o}
	var handler http.Handler
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(s.server.Close)
	// A name and not a number: passkeys want one.
	s.server.URL = strings.Replace(s.server.URL, "127.0.0.1", "localhost", 1)
	base, err := url.Parse(s.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	keeper, err := seal.New(bytes.Repeat([]byte{7}, seal.Size))
	if err != nil {
		t.Fatal(err)
	}
	outbox := mail.NewOutbox(100, 1<<24)
	catalog, err := words()
	if err != nil {
		t.Fatal(err)
	}
	shown, err := pages()
	if err != nil {
		t.Fatal(err)
	}
	options := server.Options{
		Store: db, Keeper: keeper, Base: base, Name: "Écusson", Lang: "fr", Now: s.clock.now, Random: rand.Reader, Owner: "test", Policy: organization.Open,
		Mail: outbox, Outbox: outbox, From: mail.Address{Name: "Écusson", Email: "badges@site.example"},
		Log: slog.New(slog.NewTextHandler(s.log, nil)),
	}
	for _, f := range change {
		f(&options)
	}
	if options.Words == nil {
		options.Words, options.Look = catalog, shown
	}
	s.Site, err = server.New(ctx, options)
	if err != nil {
		t.Fatal(err)
	}
	handler = s.Handler
	return s
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// browser is somebody's browser: it keeps cookies and follows redirects.
type browser struct {
	s      *site
	client *http.Client
	lang   string
}

func (s *site) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &browser{s: s, client: &http.Client{Jar: jar}, lang: "fr"}
}

// answer is a response that was read.
type answer struct {
	*http.Response
	text string
}

func (b *browser) do(r *http.Request) answer {
	b.s.t.Helper()
	r.Header.Set("Accept-Language", b.lang)
	if r.Header.Get("Accept") == "" {
		r.Header.Set("Accept", "text/html,*/*;q=0.8")
	}
	if r.Method == http.MethodPost {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	response, err := b.client.Do(r)
	if err != nil {
		b.s.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		b.s.t.Fatal(err)
	}
	if response.StatusCode == http.StatusInternalServerError {
		b.s.t.Logf("the site's log: %s", b.s.log.String())
	}
	return answer{response, string(text)}
}

func (b *browser) address(path string) string {
	if strings.HasPrefix(path, "http") {
		return path
	}
	return b.s.server.URL + path
}

// get opens a page.
func (b *browser) get(path string) answer {
	b.s.t.Helper()
	r, err := http.NewRequest(http.MethodGet, b.address(path), nil)
	if err != nil {
		b.s.t.Fatal(err)
	}
	return b.do(r)
}

// post sends a form, of pairs of name and value.
func (b *browser) post(path string, pairs ...string) answer {
	b.s.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r, err := http.NewRequest(http.MethodPost, b.address(path), strings.NewReader(form.Encode()))
	if err != nil {
		b.s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

// upload sends a form with a file.
func (b *browser) upload(path, field, name string, data []byte, pairs ...string) answer {
	b.s.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := w.WriteField(pairs[i], pairs[i+1]); err != nil {
			b.s.t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile(field, name)
	if err != nil {
		b.s.t.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		b.s.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.s.t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, b.address(path), &body)
	if err != nil {
		b.s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.do(r)
}

// want holds an answer to a status and to words in it.
func (a answer) want(t *testing.T, status int, words ...string) answer {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("%s %s: status %d, want %d\n%s", a.Request.Method, a.Request.URL, a.StatusCode, status, a.text)
	}
	for _, w := range words {
		if !strings.Contains(a.text, w) {
			t.Fatalf("%s %s lacks %q:\n%s", a.Request.Method, a.Request.URL, w, a.text)
		}
	}
	return a
}

func TestNothingHere(t *testing.T) {
	t.Parallel()
	onOne(t, func(t *testing.T, s *site) {
		s.browser().get("/nothing").want(t, http.StatusNotFound, "Il n’y a rien ici")
		b := s.browser()
		b.lang = "en"
		b.get("/nothing").want(t, http.StatusNotFound, "There is nothing here")
		b.get("/nothing?lang=fr").want(t, http.StatusNotFound, "Il n’y a rien ici")
	})
}
