package operate

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// otlpExporter sends spans as JSON over HTTP (OTLP 1.7.0, "JSON Protobuf
// Encoding"): numbers of 64 bits are texts, ids are hexadecimal, enumerations
// are numbers. docs/decisions tells why it is ours.
type otlpExporter struct {
	endpoint string
	client   *http.Client
	failed   func(error)
}

var _ sdk.SpanExporter = (*otlpExporter)(nil)

// ExportSpans sends a batch once. Spans that could not be sent are dropped:
// to keep them would cost the memory of a server whose collector is down.
func (e *otlpExporter) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	if len(spans) == 0 {
		return nil
	}
	err := e.send(ctx, spans)
	if err != nil && e.failed != nil {
		e.failed(err)
		return nil // said once; the library would say it on standard error too
	}
	return err
}

// Shutdown has nothing to do: nothing is kept here.
func (e *otlpExporter) Shutdown(context.Context) error { return nil }

func (e *otlpExporter) send(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	body, err := json.Marshal(otlpRequest(spans))
	if err != nil {
		return fmt.Errorf("operate: write traces: %w", err)
	}
	ctx, stop := context.WithTimeout(ctx, traceTimeout)
	defer stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.endpoint, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("operate: send traces: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := e.client.Do(request)
	if err != nil {
		return fmt.Errorf("operate: send traces: %w", err)
	}
	defer answer.Body.Close()
	defer drain(answer.Body)
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("operate: send traces: the collector answered %s", answer.Status)
	}
	return nil
}

type otlpBody struct {
	ResourceSpans []otlpResourceSpans `json:"resourceSpans"`
}

type otlpResourceSpans struct {
	Resource   otlpResource     `json:"resource"`
	ScopeSpans []otlpScopeSpans `json:"scopeSpans"`
}

type otlpResource struct {
	Attributes []otlpAttribute `json:"attributes"`
}

type otlpScopeSpans struct {
	Scope otlpScope  `json:"scope"`
	Spans []otlpSpan `json:"spans"`
}

type otlpScope struct {
	Name string `json:"name"`
}

type otlpSpan struct {
	TraceID           string          `json:"traceId"`
	SpanID            string          `json:"spanId"`
	ParentSpanID      string          `json:"parentSpanId,omitempty"`
	Name              string          `json:"name"`
	Kind              int             `json:"kind"`
	StartTimeUnixNano string          `json:"startTimeUnixNano"`
	EndTimeUnixNano   string          `json:"endTimeUnixNano"`
	Attributes        []otlpAttribute `json:"attributes,omitempty"`
	Status            *otlpStatus     `json:"status,omitempty"`
}

type otlpStatus struct {
	Code    int    `json:"code"`
	Message string `json:"message,omitempty"`
}

type otlpAttribute struct {
	Key   string         `json:"key"`
	Value map[string]any `json:"value"`
}

// otlpRequest puts spans of one resource under their scopes.
func otlpRequest(spans []sdk.ReadOnlySpan) otlpBody {
	of := otlpResourceSpans{Resource: otlpResource{Attributes: otlpAttributes(spans[0].Resource().Attributes())}}
	places := map[string]int{}
	for _, s := range spans {
		scope := s.InstrumentationScope().Name
		i, known := places[scope]
		if !known {
			i = len(of.ScopeSpans)
			places[scope] = i
			of.ScopeSpans = append(of.ScopeSpans, otlpScopeSpans{Scope: otlpScope{Name: scope}})
		}
		of.ScopeSpans[i].Spans = append(of.ScopeSpans[i].Spans, otlpSpanOf(s))
	}
	return otlpBody{ResourceSpans: []otlpResourceSpans{of}}
}

// kinds are the numbers of SpanKind in OTLP; those of the library are others.
var kinds = map[trace.SpanKind]int{
	trace.SpanKindInternal: 1, trace.SpanKindServer: 2, trace.SpanKindClient: 3, trace.SpanKindProducer: 4, trace.SpanKindConsumer: 5,
}

func otlpSpanOf(s sdk.ReadOnlySpan) otlpSpan {
	span := otlpSpan{
		TraceID:           s.SpanContext().TraceID().String(),
		SpanID:            s.SpanContext().SpanID().String(),
		Name:              s.Name(),
		Kind:              kinds[s.SpanKind()],
		StartTimeUnixNano: strconv.FormatInt(s.StartTime().UnixNano(), 10),
		EndTimeUnixNano:   strconv.FormatInt(s.EndTime().UnixNano(), 10),
		Attributes:        otlpAttributes(s.Attributes()),
	}
	if s.Parent().SpanID().IsValid() {
		span.ParentSpanID = s.Parent().SpanID().String()
	}
	switch s.Status().Code {
	case codes.Ok:
		span.Status = &otlpStatus{Code: 1}
	case codes.Error:
		span.Status = &otlpStatus{Code: 2, Message: MaskEmails(s.Status().Description)}
	}
	return span
}

func otlpAttributes(from []attribute.KeyValue) []otlpAttribute {
	out := make([]otlpAttribute, 0, len(from))
	for _, a := range from {
		out = append(out, otlpAttribute{Key: string(a.Key), Value: otlpValue(a)})
	}
	return out
}

func otlpValue(a attribute.KeyValue) map[string]any {
	switch a.Value.Type() {
	case attribute.BOOL:
		return map[string]any{"boolValue": a.Value.AsBool()}
	case attribute.INT64:
		return map[string]any{"intValue": strconv.FormatInt(a.Value.AsInt64(), 10)}
	case attribute.FLOAT64:
		return map[string]any{"doubleValue": a.Value.AsFloat64()}
	default:
		if private[string(a.Key)] {
			return map[string]any{"stringValue": omitted}
		}
		return map[string]any{"stringValue": MaskEmails(a.Value.String())}
	}
}
