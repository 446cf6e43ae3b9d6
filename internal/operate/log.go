// Package operate is what a running server needs to be looked after: a log, the
// measurements, traces, answers to "does it live" and "is it ready", limits, and
// an orderly stop. It knows nothing of badges. Begin with [NewLogger],
// [NewMetrics], [Observe] and [Run].
package operate

import (
	"context"
	"io"
	"log/slog"
	"strings"

	"go.opentelemetry.io/otel/trace"
)

// LogOptions is how a log is written.
type LogOptions struct {
	JSON  bool // one JSON object a line; otherwise key=value
	Level slog.Level
}

// NewLogger returns a logger that adds the number of the request, and of its
// trace, to what is logged with a request's context, and that writes no
// person's data: values under a name that tells of a person or of a secret are
// left out, and e-mail addresses are masked wherever they stand.
func NewLogger(w io.Writer, o LogOptions) *slog.Logger {
	options := &slog.HandlerOptions{Level: o.Level}
	var h slog.Handler = slog.NewTextHandler(w, options)
	if o.JSON {
		h = slog.NewJSONHandler(w, options)
	}
	return slog.New(logHandler{h})
}

// logHandler adds what the context knows, and leaves out what is private: here and
// not by slog's ReplaceAttr, which makes every line several times as dear.
type logHandler struct{ slog.Handler }

func (h logHandler) Handle(ctx context.Context, record slog.Record) error {
	clean := slog.NewRecord(record.Time, record.Level, MaskEmails(record.Message), record.PC)
	record.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(cleanAttr(a))
		return true
	})
	if id := RequestID(ctx); id != "" {
		clean.AddAttrs(slog.String("request", id))
	}
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		clean.AddAttrs(slog.String("trace", span.TraceID().String()))
	}
	return h.Handler.Handle(ctx, clean)
}

func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return logHandler{h.Handler.WithAttrs(cleanAttrs(attrs))}
}

func (h logHandler) WithGroup(name string) slog.Handler {
	return logHandler{h.Handler.WithGroup(name)}
}

// private are the names of values that are not logged, whatever they are.
var private = map[string]bool{
	"address": true, "authorization": true, "cookie": true, "dsn": true, "email": true, "ip": true, "mail": true,
	"name": true, "password": true, "query": true, "recipient": true, "remote": true, "secret": true, "session": true,
	"token": true, "url": true, "user": true,
}

// omitted stands where a value was left out.
const omitted = "[omitted]"

func cleanAttrs(attrs []slog.Attr) []slog.Attr {
	out := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		out[i] = cleanAttr(a)
	}
	return out
}

func cleanAttr(a slog.Attr) slog.Attr {
	a.Value = a.Value.Resolve()
	if private[strings.ToLower(a.Key)] {
		return slog.String(a.Key, omitted)
	}
	switch a.Value.Kind() {
	case slog.KindGroup:
		a.Value = slog.GroupValue(cleanAttrs(a.Value.Group())...)
	case slog.KindString:
		a.Value = slog.StringValue(MaskEmails(a.Value.String()))
	case slog.KindAny:
		switch v := a.Value.Any().(type) {
		case error:
			a.Value = slog.StringValue(MaskEmails(v.Error()))
		case *slog.Source:
		default:
			// Whatever else it is: as text, which can be masked.
			a.Value = slog.StringValue(MaskEmails(a.Value.String()))
		}
	}
	return a
}

// MaskEmails puts dots in the place of what stands before an @: alice@example.org
// becomes …@example.org.
func MaskEmails(text string) string {
	if !strings.Contains(text, "@") {
		return text
	}
	var b strings.Builder
	for {
		at := strings.IndexByte(text, '@')
		if at < 0 {
			b.WriteString(text)
			return b.String()
		}
		start := at
		for start > 0 && isLocal(text[start-1]) {
			start--
		}
		b.WriteString(text[:start])
		if start < at {
			b.WriteString("…")
		}
		b.WriteByte('@')
		text = text[at+1:]
	}
}

// isLocal tells whether a byte belongs to what stands before an @ (RFC 5322
// §3.2.3 atext and the dot, and bytes of other scripts, RFC 6531).
func isLocal(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= 0x80 ||
		strings.IndexByte(".!#$%&'*+-/=?^_`{|}~", c) >= 0
}
