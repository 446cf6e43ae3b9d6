package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// still is an answer as it went over the wire: its bytes, and what is needed to
// read them.
type still struct {
	Kind     string `json:"kind"`
	Encoding string `json:"encoding,omitempty"`
	Body     []byte `json:"body"`
}

// Bare is the floor of a server: net/http, and answers from memory by their path.
// It reads them from in as JSON, writes the address where it listens to out, and
// serves until in ends, so that it does not outlive who started it.
func Bare(ctx context.Context, in io.Reader, out io.Writer) error {
	decoder := json.NewDecoder(in)
	var stills map[string]still
	if err := decoder.Decode(&stills); err != nil {
		return fmt.Errorf("bench: the answers to serve: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: bareHandler(stills), ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, in)
		close(ended)
	}()
	if _, err := fmt.Fprintln(out, listener.Addr()); err != nil {
		return errors.Join(err, server.Close())
	}
	select {
	case <-ctx.Done():
	case <-ended:
	case err := <-served:
		return err
	}
	return server.Close()
}

func bareHandler(stills map[string]still) http.Handler {
	type ready struct {
		header http.Header
		body   []byte
	}
	answers := map[string]ready{}
	for path, s := range stills {
		h := http.Header{"Content-Type": {s.Kind}, "Content-Length": {strconv.Itoa(len(s.Body))}}
		if s.Encoding != "" {
			h["Content-Encoding"] = []string{s.Encoding}
		}
		answers[path] = ready{h, s.Body}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, known := answers[r.URL.Path]
		if !known {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		for name, value := range a.header {
			h[name] = value
		}
		_, _ = w.Write(a.body) // who is gone needs no answer
	})
}
