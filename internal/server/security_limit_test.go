package server_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/server"
	"github.com/ecusson/ecusson/internal/store"
)

// askFrom asks for a link by mail as the network address that a proxy names.
func (s *site) askFrom(t *testing.T, forwarded, email string) int {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, s.server.URL+"/login", strings.NewReader("email="+email))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Forwarded-For", forwarded)
	return s.browser().still().do(r).StatusCode
}

// mailsOfNetwork is how many links by mail one network gets in a while.
const mailsOfNetwork = 100

// TestNetworkThrottle holds that nobody sends our mail to everybody: a network is
// counted, whoever in it asks, by the address that connects and not by what it
// says of itself.
func TestNetworkThrottle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		trusted string
		from    func(n int) string // what X-Forwarded-For says the n-th time
		other   string             // another network, "" where there can be none
	}{
		{"nobody is believed", "", func(n int) string { return fmt.Sprintf("198.51.100.%d", n) }, ""},
		{"a proxy is believed, what came before it is not", "127.0.0.1/32", func(n int) string { return fmt.Sprintf("198.51.100.%d, 203.0.113.7", n) }, "203.0.113.8"},
		{"a household of IPv6 is one", "127.0.0.1/32", func(n int) string { return fmt.Sprintf("2001:db8:1:2::%x", n) }, "2001:db8:1:3::1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "ecusson.db")
			if err := os.WriteFile(file, migrated(t), 0o600); err != nil {
				t.Fatal(err)
			}
			s := newSite(t, store.Options{File: file}, func(o *server.Options) {
				if c.trusted != "" {
					o.Trusted = []netip.Prefix{netip.MustParsePrefix(c.trusted)}
				}
			})
			s.server.URL = strings.Replace(s.server.URL, "localhost", "127.0.0.1", 1)
			for n := range mailsOfNetwork {
				if got := s.askFrom(t, c.from(n), fmt.Sprintf("a%d@mail.example", n)); got != http.StatusSeeOther {
					t.Fatalf("the %dth mail: %d", n+1, got)
				}
			}
			if got := s.askFrom(t, c.from(mailsOfNetwork), "last@mail.example"); got != http.StatusTooManyRequests {
				t.Errorf("one mail more: %d", got)
			}
			if c.other != "" {
				if got := s.askFrom(t, c.other, "last@mail.example"); got != http.StatusSeeOther {
					t.Errorf("another network: %d", got)
				}
			}
			if n := len(s.mails()); n > mailsOfNetwork+1 {
				t.Errorf("%d mails", n)
			}
		})
	}
}

// TestInvitationThrottle holds that an organisation is no cannon of mail.
func TestInvitationThrottle(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		invite := func(email string) answer {
			t.Helper()
			s.clock.move(time.Second)
			return c.admin.post("/s/genies/members", "email", email, "role", "reader")
		}
		for range 5 {
			invite("victim@mail.example").want(t, http.StatusOK)
			c.admin.post("/s/genies/members/withdraw", "email", "victim@mail.example").want(t, http.StatusOK)
		}
		if got := invite("Victim@mail.example").want(t, http.StatusTooManyRequests, "trop d’invitations"); got.Header.Get("Retry-After") == "" {
			t.Error("nothing says how long to wait")
		}
		invite("other@mail.example").want(t, http.StatusOK)
		s.clock.move(24 * time.Hour)
		c.admin.signIn("helene@contest.example")
		invite("victim@mail.example").want(t, http.StatusOK)
	})
}

// shapes are those of the forms that nobody should take.
var shapes = []string{"a long field", "many fields", "a file", "a bad escape", "no boundary", "a torn file"}

// wrongForm is a form of more than n bytes, or one that cannot be read.
func wrongForm(t *testing.T, shape string, n int) (kind string, body io.Reader) {
	t.Helper()
	switch shape {
	case "a bad escape":
		return "application/x-www-form-urlencoded", strings.NewReader("name=%zz")
	case "no boundary":
		return "multipart/form-data", strings.NewReader("name=a")
	case "a torn file":
		return "multipart/form-data; boundary=x", strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n\x89PNG")
	case "a long field":
		return "application/x-www-form-urlencoded", strings.NewReader("name=" + strings.Repeat("a", n))
	case "many fields":
		return "application/x-www-form-urlencoded", strings.NewReader(strings.Repeat("a&b=c&", n/6+1))
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, name := range []string{"file", "picture", "svg", "logo", "text"} {
		part, err := w.CreateFormFile(name, "a.png")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write(bytes.Repeat([]byte("a"), n/5+1))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), &b
}

// TestBodyLimits sends to every form more than it takes, and what is no form, as
// who may send it: each refuses it with a plain sentence, and does nothing. What
// was not read whole must not count as fields that are empty.
func TestBodyLimits(t *testing.T) {
	t.Parallel()
	s, actors, rows := everyRow(t, func(o *server.Options) { o.UploadLimit = 100_000 })
	limits := map[string]int{}
	for _, route := range s.Routes {
		limits[route.Pattern] = int(route.Body)
		if route.Body == 0 {
			limits[route.Pattern] = 1 << 20
		}
	}
	who := map[string]string{"anyone": "stranger", "signed": "admin", "operator": "operator", "amina": "amina", "holder": "amina"}
	wrote := s.writes()
	n := 0
	for i := range rows {
		row := &rows[i]
		if !strings.HasPrefix(row.pattern, "POST ") {
			continue
		}
		name := who[row.who]
		if name == "" {
			name = "admin"
		}
		for _, shape := range shapes {
			n++
			r := row.request(t, actors[name].browser.address(row.path), n)
			kind, body := wrongForm(t, shape, limits[row.pattern])
			r.Header.Set("Content-Type", kind)
			r.Body, r.ContentLength = io.NopCloser(body), -1
			got := actors[name].browser.do(r)
			if got.StatusCode < 400 || got.StatusCode >= 500 {
				t.Errorf("%s with %s of %d bytes: %d\n%.200s", row.pattern, shape, limits[row.pattern], got.StatusCode, title(got.text))
			}
			if strings.Contains(got.Header.Get("Content-Type"), "html") && !strings.Contains(got.text, "<h1") {
				t.Errorf("%s with %s: no page says why", row.pattern, shape)
			}
			if strings.Contains(got.text, "dépasse 0") {
				t.Errorf("%s with %s: more than nothing?", row.pattern, shape)
			}
			if wrote() {
				t.Errorf("%s with %s of %d bytes stores something", row.pattern, shape, limits[row.pattern])
			}
		}
	}
	if log := s.log.String(); strings.Contains(log, "level=ERROR") {
		t.Errorf("the log: %s", log)
	}
}
