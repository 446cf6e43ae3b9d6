package operate

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// ObserveOptions is what Observe writes to. Log, Random and Now are needed.
type ObserveOptions struct {
	Log     *slog.Logger
	Metrics *Metrics // nil measures nothing
	Traces  *Traces  // nil traces nothing
	Random  io.Reader
	Now     func() time.Time
	// Quiet are patterns that are logged at debug only: /healthz, static files.
	Quiet map[string]bool
}

// Observe logs, measures and traces the requests that next answers, gives each
// a number (X-Request-Id) and turns a panic into status 500. A request is known
// by the pattern that answered it, never by its path, which may hold a token,
// and by no address of whoever asked.
//
// next is a mux, or ends in one that is wrapped in Routed.
func Observe(next http.Handler, o ObserveOptions) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := o.Now()
		found := &route{}
		id := newRequestID(o.Random)
		ctx := context.WithValue(context.WithValue(r.Context(), requestKey, id), routeKey, found)
		var span trace.Span
		if o.Traces != nil && o.Traces.On() {
			ctx, span = o.Traces.Tracer().Start(ctx, r.Method, trace.WithSpanKind(trace.SpanKindServer))
		}
		r = r.WithContext(ctx)
		w.Header().Set("X-Request-Id", id)
		answer := &answerWriter{ResponseWriter: w}
		if o.Metrics != nil {
			o.Metrics.inFlight.Inc()
		}
		// A panic may go on, and is to be told all the same.
		var fell any
		defer func() {
			if o.Metrics != nil {
				o.Metrics.inFlight.Dec()
			}
			pattern := found.pattern
			if pattern == "" {
				pattern = r.Pattern
			}
			o.tell(r, pattern, answer, o.Now().Sub(start), span, fell)
			if fell == http.ErrAbortHandler { //nolint:errorlint // what was panicked with is that very value
				panic(fell)
			}
		}()
		defer func() {
			if fell = recover(); fell != nil && fell != http.ErrAbortHandler { //nolint:errorlint // likewise
				o.Log.ErrorContext(ctx, "panic", "panic", fmt.Sprint(fell), "stack", string(debug.Stack()))
				if answer.status == 0 {
					http.Error(answer, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
				} else {
					fell = http.ErrAbortHandler // half an answer is cut off, not completed
				}
			}
		}()
		next.ServeHTTP(answer, r)
	})
}

// tell logs, measures and traces a request that was answered.
func (o ObserveOptions) tell(r *http.Request, pattern string, answer *answerWriter, took time.Duration, span trace.Span, fell any) {
	status := answer.status
	if status == 0 {
		status = http.StatusOK // net/http answers so for a handler that wrote nothing
	}
	if pattern == "" {
		pattern = "none"
	}
	method := methodWord(r.Method)
	level := slog.LevelInfo
	switch {
	case fell == http.ErrAbortHandler: //nolint:errorlint // likewise
		level = slog.LevelWarn
	case status >= 500:
		level = slog.LevelError
	case o.Quiet[pattern]:
		level = slog.LevelDebug
	}
	o.Log.LogAttrs(r.Context(), level, "request", slog.String("method", method), slog.String("route", pattern), slog.Int("status", status),
		slog.Int64("bytes", answer.bytes), slog.Float64("ms", float64(took.Microseconds())/1000))
	if m := o.Metrics; m != nil {
		m.requests.WithLabelValues(pattern, method, strconv.Itoa(status/100)+"xx").Inc()
		m.seconds.WithLabelValues(pattern).Observe(took.Seconds())
	}
	if span != nil {
		span.SetName(pattern)
		span.SetAttributes(attribute.String("http.request.method", method), attribute.String("http.route", pattern),
			attribute.Int("http.response.status_code", status))
		if status >= 500 {
			span.SetStatus(codes.Error, http.StatusText(status))
		}
		span.End()
	}
}

// methodWord is one of the methods that there are: what a stranger sends is no
// label.
func methodWord(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// answerWriter remembers what was answered.
type answerWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// Unwrap lets http.ResponseController reach the connection.
func (w *answerWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *answerWriter) WriteHeader(status int) {
	if w.status == 0 && status >= 200 { // 1xx come before the answer
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *answerWriter) Write(data []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(data)
	w.bytes += int64(n)
	return n, err
}

// ReadFrom keeps sendfile for files on disk.
func (w *answerWriter) ReadFrom(from io.Reader) (int64, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := io.Copy(w.ResponseWriter, from)
	w.bytes += n
	return n, err
}

// Flush sends what was written so far.
func (w *answerWriter) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }
