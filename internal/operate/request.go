package operate

import (
	"context"
	"encoding/hex"
	"io"
	"net/http"
)

type contextKey int

const (
	requestKey contextKey = iota
	routeKey
)

// RequestID is the number of the request that a context belongs to, "" if to
// none. It says nothing of who asked.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey).(string)
	return id
}

// newRequestID makes a number of 16 hexadecimal digits.
func newRequestID(random io.Reader) string {
	var id [8]byte
	if _, err := io.ReadFull(random, id[:]); err != nil {
		return ""
	}
	return hex.EncodeToString(id[:])
}

// route is the pattern that answered a request, filled in by Routed.
type route struct{ pattern string }

// Routed tells Observe which pattern of the mux a request took. It is needed
// where a handler between the two makes a request of its own (WithContext);
// straight around a mux Observe sees it by itself.
func Routed(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if found, ok := r.Context().Value(routeKey).(*route); ok {
			defer func() { found.pattern = r.Pattern }() // which the mux writes
		}
		mux.ServeHTTP(w, r)
	})
}
