package operate_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/operate"
)

func TestLogKeepsPeopleOut(t *testing.T) {
	t.Parallel()
	for _, json := range []bool{false, true} {
		var out bytes.Buffer
		log := operate.NewLogger(&out, operate.LogOptions{JSON: json, Level: slog.LevelDebug})
		log.With("email", "zoe@example.org").Warn("mail to zoé.b+x@example.org is late",
			"err", errors.New("550 <zoe@example.org> unknown"),
			"detail", "from zoe@example.org, zoe2@example.org",
			"Token", "s3cret",
			slog.Group("job", "session", "s3cret", "kind", "mail"),
			"list", []string{"zoe@example.org"})
		text := out.String()
		for _, leak := range []string{"zoe", "zoé", "s3cret"} {
			if strings.Contains(text, leak) {
				t.Errorf("json %v: %q stands in %s", json, leak, text)
			}
		}
		for _, want := range []string{"@example.org", "is late", "550", "mail"} {
			if !strings.Contains(text, want) {
				t.Errorf("json %v: %q is missing in %s", json, want, text)
			}
		}
	}
}

func TestMaskEmails(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                        "",
		"nobody":                  "nobody",
		"a@b.fr":                  "…@b.fr",
		"<a.b+c@d.fr>, x@y.fr ok": "<…@d.fr>, …@y.fr ok",
		"@b.fr":                   "@b.fr",
		"postgres://u@host/db":    "postgres:…@host/db",
		"élise@école.fr":          "…@école.fr",
	} {
		if got := operate.MaskEmails(text); got != want {
			t.Errorf("MaskEmails(%q) = %q, want %q", text, got, want)
		}
	}
}
