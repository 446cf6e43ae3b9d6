package server_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
)

// Whoever leaves a page before it has come is no fault of the site.
func TestGone(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		ctx, leave := context.WithCancel(t.Context())
		leave()
		w := httptest.NewRecorder()
		s.Handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", s.server.URL+"/badges", nil))
		log := s.log.String()
		if strings.Contains(log, "level=ERROR") || !strings.Contains(log, "given up") {
			t.Errorf("the log: %s", log)
		}
		if w.Body.Len() > 0 {
			t.Errorf("an answer to nobody: %s", w.Body)
		}
	})
}
