package main

import (
	"bytes"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestHealthcheck asks a server that lives, one that is ill, and none.
func TestHealthcheck(t *testing.T) {
	t.Parallel()
	status := http.StatusOK
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/healthz" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.WriteHeader(status)
	}))
	defer site.Close()
	listen := strings.TrimPrefix(site.URL, "http://")
	ask := func() (int, string) {
		var out, err bytes.Buffer
		code := run(t.Context(), world{
			args: []string{"healthcheck"}, in: strings.NewReader(""), out: &out, err: &err, now: time.Now, random: rand.Reader,
			getenv: func(name string) string {
				return map[string]string{"ECUSSON_LISTEN": listen, "LANG": "en_GB.UTF-8"}[name]
			},
		})
		return code, out.String() + err.String()
	}
	if code, said := ask(); code != done || said != "" {
		t.Errorf("alive: %d, %q", code, said)
	}
	status = http.StatusServiceUnavailable
	if code, said := ask(); code != failed || !strings.Contains(said, "503") {
		t.Errorf("ill: %d, %q", code, said)
	}
	site.Close()
	if code, said := ask(); code != failed || !strings.Contains(said, "does not answer at "+site.URL+"/healthz") {
		t.Errorf("gone: %d, %q", code, said)
	}
}
