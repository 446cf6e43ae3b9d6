package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/pgtest"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/statuslist"
)

// TestTwoServers runs two servers on one PostgreSQL: a session holds on both, one
// finishes what the other had begun when it was killed, what both revoke at once
// stands in the list that both serve, and a sign-out on one is one on both.
func TestTwoServers(t *testing.T) {
	if testing.Short() {
		t.Skip("two servers")
	}
	data, database, mails := t.TempDir(), pgtest.TCP(t), newSink(t)
	portA := freePort(t)
	base := "http://localhost:" + portA
	a := newServing(t, data, database, mails.address, base, portA)
	a.start()
	space := a.settle()
	b := newServing(t, data, database, mails.address, base, freePort(t))
	b.client = a.client // one browser; its cookies know no ports
	b.start()
	if page := b.get(space); !strings.Contains(page, "Les Génies") {
		t.Fatalf("the other server does not know who is signed in:\n%s", page)
	}

	const rows = 6000
	list := a.bring(space, "two", rows, true)
	a.post(list + "/start")
	a.until("the list is given in part", func() bool { value, done := a.progress(list); return done || value > rows/10 })
	a.kill()
	b.until("the other server gives the rest", func() bool { _, done := b.progress(list); return done })
	report := b.report(list)
	if awards, distinct := places(t, data, database); len(report) != rows || awards != rows || distinct != rows {
		t.Fatalf("%d rows in the report, %d awards with %d places, for %d rows", len(report), awards, distinct, rows)
	}
	a.start()

	// Both revoke at the same time, in one list.
	links := b.links(list)[:24]
	var wait sync.WaitGroup
	for i, link := range links {
		s := []*serving{a, b}[i%2]
		wait.Go(func() {
			if err := s.revoke(space, link); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if t.Failed() {
		t.FailNow()
	}
	for _, s := range []*serving{a, b} {
		var missing []string
		end := time.Now().Add(20 * time.Second)
		for missing = links; len(missing) > 0 && time.Now().Before(end); {
			missing = s.notRevoked(links)
		}
		if len(missing) > 0 {
			t.Errorf("%s goes on serving a list in which %d of %d are not revoked", s.base, len(missing), len(links))
		}
	}

	b.post("/logout")
	if page := a.get("/me"); !strings.Contains(page, `name="email"`) {
		t.Error("a sign-out on one server is none on the other")
	}
}

// links are the addresses of the badges of a list, as paths.
func (s *serving) links(list string) []string {
	s.t.Helper()
	var out []string
	for _, part := range strings.Split(s.get(list+"/report.csv"), "/b/")[1:] {
		out = append(out, "/b/"+part[:strings.IndexByte(part, ';')])
	}
	return out
}

// revoke takes a badge back.
func (s *serving) revoke(space, link string) error {
	form := url.Values{"reason": {"erreur"}}
	r, err := http.NewRequest(http.MethodPost, s.base+space+"/awards/"+strings.TrimPrefix(link, "/b/")+"/revoke", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	answer, err := s.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if text, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		return &url.Error{Op: "revoke", URL: link, Err: errorText(answer.Status + string(text))}
	}
	return nil
}

type errorText string

func (e errorText) Error() string { return string(e) }

// notRevoked are those badges whose place in the list of what is revoked is not
// set, by the lists that this server serves now.
func (s *serving) notRevoked(links []string) []string {
	s.t.Helper()
	lists := map[string]*statuslist.List{}
	var out []string
	for _, link := range links {
		var badge struct {
			CredentialStatus []struct {
				StatusPurpose, StatusListIndex, StatusListCredential string
			}
		}
		if err := json.Unmarshal(s.document(link+".json"), &badge); err != nil {
			s.t.Fatal(err)
		}
		for _, status := range badge.CredentialStatus {
			if status.StatusPurpose != statuslist.PurposeRevocation {
				continue
			}
			address, err := url.Parse(status.StatusListCredential)
			if err != nil {
				s.t.Fatal(err)
			}
			if lists[address.Path] == nil {
				doc, err := jsontree.Parse(s.document(address.Path), jsontree.Limits{})
				if err != nil {
					s.t.Fatal(err)
				}
				read, err := statuslist.Read(&doc, statuslist.DecodeOptions{})
				if err != nil {
					s.t.Fatal(err)
				}
				lists[address.Path] = read.List
			}
			index, err := strconv.Atoi(status.StatusListIndex)
			if err != nil {
				s.t.Fatal(err)
			}
			if set, err := lists[address.Path].Get(index); err != nil || !set {
				out = append(out, link)
			}
		}
	}
	return out
}

// document fetches what programs fetch.
func (s *serving) document(path string) []byte {
	s.t.Helper()
	r, err := http.NewRequest(http.MethodGet, s.base+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Accept", "application/vc")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %s %v", path, answer.Status, err)
	}
	return text
}
