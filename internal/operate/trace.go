package operate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// TraceOptions is where traces go, and what they say of the server.
type TraceOptions struct {
	// Endpoint is http(s)://host:port/v1/traces; empty for no traces.
	Endpoint string
	Version  string // of the program
	// Client sends them; nil is one of our own. Its time limit is not heeded.
	Client *http.Client
	// Failed is called with what went wrong when traces could not be sent, nil
	// for nobody. They are then lost: the work they tell of goes on.
	Failed func(error)
}

// Traces makes the spans of a server and sends them.
type Traces struct {
	tracer   trace.Tracer
	provider *sdk.TracerProvider // nil without an endpoint
}

// traceTimeout is how long a collector may take for one batch, and traceBytes
// how much of what it answers is read.
const (
	traceTimeout = 10 * time.Second
	traceBytes   = 64 << 10
)

// NewTraces returns traces that go to the endpoint, or nowhere and at no cost
// where none is given.
func NewTraces(o TraceOptions) (*Traces, error) {
	if o.Endpoint == "" {
		return &Traces{tracer: noop.NewTracerProvider().Tracer("")}, nil
	}
	to, err := url.Parse(o.Endpoint)
	if err != nil || to.Scheme != "http" && to.Scheme != "https" || to.Host == "" {
		return nil, errors.New("operate: the endpoint for traces is not http(s)://host:port/v1/traces")
	}
	if o.Client == nil {
		o.Client = &http.Client{Transport: http.DefaultTransport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	provider := sdk.NewTracerProvider(
		sdk.WithBatcher(&otlpExporter{endpoint: o.Endpoint, client: o.Client, failed: o.Failed}, sdk.WithExportTimeout(traceTimeout)),
		sdk.WithResource(resource.NewSchemaless(
			attribute.String("service.name", "ecusson"),
			attribute.String("service.version", o.Version),
		)),
	)
	return &Traces{tracer: provider.Tracer("ecusson"), provider: provider}, nil
}

// Tracer makes spans. With no endpoint it makes none and returns the context
// that it was given.
func (t *Traces) Tracer() trace.Tracer { return t.tracer }

// On tells whether traces go anywhere.
func (t *Traces) On() bool { return t.provider != nil }

// Close sends what is left.
func (t *Traces) Close(ctx context.Context) error {
	if t.provider == nil {
		return nil
	}
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("operate: send the last traces: %w", err)
	}
	return nil
}

// drain reads what is left of an answer, within a bound, so that its connection
// can be used again.
func drain(body io.Reader) {
	_, _ = io.Copy(io.Discard, io.LimitReader(body, traceBytes))
}
