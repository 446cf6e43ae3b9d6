package browser_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite" // reads the mails of a site

	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/seal"
	"github.com/ecusson/ecusson/internal/server"
	"github.com/ecusson/ecusson/internal/store"
)

// serve starts a whole platform with nobody on it, at work until t ends. What
// its log says of errors fails the test.
func serve(t *testing.T) (site *server.Site, base string) {
	t.Helper()
	ctx := t.Context()
	file := filepath.Join(t.TempDir(), "ecusson.db")
	db, err := store.Open(ctx, store.Options{File: file})
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
	site, err = server.New(ctx, server.Options{
		Store: db, Keeper: keeper, Base: address, Name: "Écusson", Lang: "fr", Owner: "test", Policy: organization.Open,
		Now: time.Now, Random: rand.Reader, Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		t.Fatal(err)
	}
	pages.Handle("/", site.Handler)
	pages.HandleFunc("GET /dev/mail.json", func(w http.ResponseWriter, r *http.Request) { showMails(t, w, r, file) })

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

// showMails shows the mails that wait to be sent, as lib/mail.mjs reads them.
// What is looked for is their links; their words are made when they are sent.
func showMails(t *testing.T, w http.ResponseWriter, r *http.Request, file string) {
	mails, err := waitingMails(r.Context(), file)
	if err == nil {
		err = json.NewEncoder(w).Encode(mails)
	}
	if err != nil {
		t.Error(err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

type mail struct {
	ID      string   `json:"id"`
	To      string   `json:"to"`
	Subject string   `json:"subject"`
	Text    string   `json:"text"`
	Links   []string `json:"links"`
}

// waitingMails reads them from the site's database, newest first.
func waitingMails(ctx context.Context, file string) ([]mail, error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?mode=ro")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, "SELECT hex(id), address, kind, facts FROM mail ORDER BY id DESC")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	mails := []mail{}
	for rows.Next() {
		var m mail
		if err := rows.Scan(&m.ID, &m.To, &m.Subject, &m.Text); err != nil {
			return nil, err
		}
		var facts map[string]any
		if err := json.Unmarshal([]byte(m.Text), &facts); err != nil {
			return nil, err
		}
		for _, fact := range facts {
			if link, ok := fact.(string); ok {
				if u, err := url.Parse(link); err == nil && u.IsAbs() {
					m.Links = append(m.Links, link)
				}
			}
		}
		slices.Sort(m.Links)
		mails = append(mails, m)
	}
	return mails, rows.Err()
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

func TestAccount(t *testing.T) {
	t.Parallel()
	_, base := serve(t)
	play{Base: base, Scenario: "scenario/account.mjs"}.run(t)
}
