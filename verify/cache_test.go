package verify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// cached is a guard that keeps what it fetches, at a time that the test moves.
type cached struct {
	t     *testing.T
	g     *guarded
	cache *cache
	mu    sync.Mutex
	at    time.Time
	asked []string // what the server was asked, with the conditions
}

func (c *cached) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *cached) wait(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// newCached is a guard whose server answers as told, with room for so many bytes.
func newCached(t *testing.T, most int64, answer func(w http.ResponseWriter, r *http.Request)) *cached {
	t.Helper()
	c := &cached{t: t, at: time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)}
	c.g = tlsServer(t, func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		c.asked = append(c.asked, strings.TrimSpace(r.URL.RequestURI()+" "+r.Header.Get("If-None-Match")+r.Header.Get("If-Modified-Since")))
		c.mu.Unlock()
		answer(w, r)
	})
	var err error
	if c.cache, err = newCache(filepath.Join(t.TempDir(), "kept"), most, c.g.client.Transport, c.now); err != nil {
		t.Fatal(err)
	}
	c.g.client.Transport = c.cache
	return c
}

// get fetches a path and says what the server was asked for it.
func (c *cached) get(path, accept string) (*Response, []string) {
	c.t.Helper()
	c.mu.Lock()
	c.asked = nil
	c.mu.Unlock()
	r, err := c.g.Fetch(context.Background(), "https://example.com"+path, accept)
	if err != nil {
		c.t.Fatalf("%s: %v", path, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return r, c.asked
}

func TestCacheKeepsWhatMayBeKept(t *testing.T) {
	t.Parallel()
	headers := map[string]map[string]string{
		"/long":     {"Cache-Control": "public, max-age=600"},
		"/for-ever": {"Cache-Control": "max-age=31536000, immutable"},
		"/aged":     {"Cache-Control": "max-age=600", "Age": "590"},
		"/expires":  {"Expires": "Mon, 04 May 2026 10:10:00 GMT", "Date": "Mon, 04 May 2026 10:00:00 GMT"},
		"/shared":   {"Cache-Control": "s-maxage=600"},
		"/silent":   {},
		"/no-store": {"Cache-Control": "max-age=600, no-store"},
		"/no-cache": {"Cache-Control": "max-age=600, no-cache"},
		"/twice":    {"Cache-Control": "max-age=600, max-age=0"},
		"/wrong":    {"Cache-Control": "max-age=-600"},
		"/vary":     {"Cache-Control": "max-age=600", "Vary": "*"},
		"/gone":     {"Cache-Control": "max-age=600"},
		"/busy":     {"Cache-Control": "max-age=600"},
	}
	status := map[string]int{"/gone": http.StatusGone, "/busy": http.StatusInternalServerError}
	c := newCached(t, cacheBytes, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		for name, value := range headers[r.URL.Path] {
			w.Header().Set(name, value)
		}
		w.WriteHeader(max(200, status[r.URL.Path]))
		fmt.Fprint(w, r.URL.Path)
	})
	asksAfter := map[string][]time.Duration{ // the waits after which the server is asked again, of at once, 5 min, 6 min, 25 h
		"/long": {6 * time.Minute, 25 * time.Hour}, "/for-ever": {25 * time.Hour}, "/aged": {5 * time.Minute, 6 * time.Minute, 25 * time.Hour},
		"/expires": {6 * time.Minute, 25 * time.Hour}, "/gone": {6 * time.Minute, 25 * time.Hour},
	}
	for path := range headers {
		c.get(path, "a/b")
		for _, wait := range []time.Duration{0, 5 * time.Minute, 6 * time.Minute, 25 * time.Hour} {
			c.wait(wait)
			r, asked := c.get(path, "a/b")
			expected, known := asksAfter[path]
			ask := !known
			for _, w := range expected {
				ask = ask || w == wait
			}
			if (len(asked) == 1) != ask || len(asked) > 1 {
				t.Errorf("%s after %v more: asked %d times", path, wait, len(asked))
			}
			if string(r.Body) != path || r.Status != max(200, status[path]) || r.URL != "https://example.com"+path {
				t.Errorf("%s: %+v", path, r)
			}
			if fresh := r.At.Equal(c.now()); fresh != ask && wait > 0 {
				t.Errorf("%s after %v more: of %v at %v", path, wait, r.At, c.now())
			}
		}
	}
	if _, asked := c.get("/long", "other/kind"); len(asked) != 1 {
		t.Error("what was kept for another Accept was handed out")
	}
}

func TestCacheAsksWithConditions(t *testing.T) {
	t.Parallel()
	version, broken := "1", false
	c := newCached(t, cacheBytes, func(w http.ResponseWriter, r *http.Request) {
		if broken {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		w.Header().Set("ETag", `"`+version+`"`)
		if r.Header.Get("If-None-Match") == `"`+version+`"` {
			w.Header().Set("Cache-Control", "max-age=60")
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, "version "+version)
	})
	step := func(what, body string, ask ...string) {
		t.Helper()
		r, asked := c.get("/b", "")
		if string(r.Body) != body || r.Status != http.StatusOK || fmt.Sprint(asked) != fmt.Sprint(ask) {
			t.Errorf("%s: %d %q, asked %q", what, r.Status, r.Body, asked)
		}
	}
	step("first", "version 1", "/b")
	step("unchanged", "version 1", `/b "1"`)
	step("fresh for a minute", "version 1")
	c.wait(2 * time.Minute)
	version = "2"
	step("changed", "version 2", `/b "1"`)
	broken = true
	if r, _ := c.get("/b", ""); r.Status != http.StatusBadGateway {
		t.Errorf("an old answer stands for one that cannot be had: %+v", r)
	}
	broken = false
	step("after the break", "version 2", "/b")
}

func TestCacheOutlivesTheProgramAndDamage(t *testing.T) {
	t.Parallel()
	c := newCached(t, cacheBytes, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=600")
		fmt.Fprint(w, "body\nof two lines")
	})
	c.get("/b", "")
	again, err := newCache(c.cache.folder, cacheBytes, c.cache.next, c.now)
	if err != nil {
		t.Fatal(err)
	}
	if again.size == 0 || again.size != c.cache.size {
		t.Errorf("begun anew the cache has %d bytes, and had %d", again.size, c.cache.size)
	}
	c.g.client.Transport = again
	if r, asked := c.get("/b", ""); len(asked) != 0 || string(r.Body) != "body\nof two lines" {
		t.Errorf("after a new start: %q, asked %v", r.Body, asked)
	}
	files, err := again.files()
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	for _, damage := range []string{"", "{", "{}\n", "null\nbody", `{"url":"https://other.example/","status":200,"header":{},"fresh":"2099-01-01T00:00:00Z"}` + "\nlie"} {
		if err := os.WriteFile(files[0].path, []byte(damage), 0o600); err != nil {
			t.Fatal(err)
		}
		if r, asked := c.get("/b", ""); len(asked) != 1 || string(r.Body) != "body\nof two lines" {
			t.Errorf("a file of %q: %q, asked %v", damage, r.Body, asked)
		}
	}
	if err := os.RemoveAll(again.folder); err != nil {
		t.Fatal(err)
	}
	if r, asked := c.get("/b", ""); len(asked) != 1 || string(r.Body) != "body\nof two lines" {
		t.Errorf("without its folder: %q, asked %v", r.Body, asked)
	}
}

func TestCacheBoundsItsFolder(t *testing.T) {
	t.Parallel()
	const most, each = 100_000, 3_000
	c := newCached(t, most, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=600")
		w.Write(make([]byte, each))
	})
	for i := range 60 {
		c.wait(time.Minute / 10) // or the host has enough
		c.get(fmt.Sprintf("/%d", i), "")
		files, err := c.cache.files()
		if err != nil {
			t.Fatal(err)
		}
		var size int64
		for _, f := range files {
			size += f.size
		}
		if size > most || i > 40 && size < most/2 {
			t.Fatalf("%d bytes after %d documents", size, i+1)
		}
	}
}

func TestCacheChecksRedirectsAgain(t *testing.T) {
	t.Parallel()
	c := newCached(t, cacheBytes, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=600")
		http.Redirect(w, r, "https://127.0.0.1/b", http.StatusMovedPermanently)
	})
	for range 2 {
		if code, err := fetchCode(t, c.g, "https://example.com/b"); code != FetchRefused {
			t.Error(err)
		}
	}
	if len(c.asked) != 1 {
		t.Errorf("asked %d times", len(c.asked))
	}
}

func TestHostsAreAskedPolitely(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)
	rest := ""
	p := newPolite(roundTrip(func(r *http.Request) (*http.Response, error) {
		if rest != "" {
			return &http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {rest}}, Body: http.NoBody}, nil
		}
		return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
	}), func() time.Time { return now })
	ask := func(host string) error {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second/20)
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+host+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.RoundTrip(r)
		return err
	}
	for i := range hostBurst {
		if err := ask("a.example"); err != nil {
			t.Fatalf("request %d: %v", i+1, err)
		}
	}
	if err := ask("a.example"); !errors.Is(err, errHostBusy) {
		t.Errorf("one too many: %v", err)
	}
	if err := ask("b.example"); err != nil {
		t.Errorf("another host: %v", err)
	}
	now = now.Add(time.Second)
	for i := range hostRate {
		if err := ask("a.example"); err != nil {
			t.Errorf("request %d a second later: %v", i+1, err)
		}
	}
	begun := now
	for asks, lasts := range map[string]time.Duration{
		"120": 2 * time.Minute, "99999999999": time.Hour, now.Add(5 * time.Minute).Format(http.TimeFormat): 5 * time.Minute, "-5": 0, "soon": 0, "9223372036854775807": time.Hour,
	} {
		host := fmt.Sprintf("%x.example", asks)
		now, rest = begun, asks
		if err := ask(host); err != nil {
			t.Fatal(err)
		}
		rest = ""
		now = begun.Add(lasts - time.Second)
		if lasts > 0 {
			if err := ask(host); !errors.Is(err, errHostBusy) {
				t.Errorf("Retry-After %s: asked again too early: %v", asks, err)
			}
		}
		now = begun.Add(lasts + time.Second)
		if err := ask(host); err != nil {
			t.Errorf("Retry-After %s: not asked again: %v", asks, err)
		}
	}
	for i := range 2 * hostsKnown {
		if err := ask(fmt.Sprintf("h%d.example", i)); err != nil {
			t.Fatal(err)
		}
	}
	if len(p.hosts) > hostsKnown {
		t.Errorf("%d hosts are remembered", len(p.hosts))
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
