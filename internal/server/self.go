package server

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/web"
	"github.com/ecusson/ecusson/verify"
)

// maxOwn is the largest document of our own that is read, in bytes: as much as of
// anybody's.
const maxOwn = 8 << 20

// selfPeer is who asks when the site asks itself. No connection comes from there.
const selfPeer = "0.0.0.0"

// ownPaths are what badges name in their documents. The site asks itself for
// nothing else, least of all to verify something.
var ownPaths = []string{"/o/", "/b/", "/a/", "/status/", "/file/", "/i/", "/.well-known/"}

// selfFetcher answers addresses of this site by its own handler, without a
// network: behind a proxy a server often cannot reach its public address, and on
// a private network the guard would refuse it. Everything else is for next.
type selfFetcher struct {
	handler func() http.Handler // the site's, which is made after its fetcher
	bases   []*url.URL          // addresses that the site has, or had before
	next    verify.Fetcher
}

var errNotOurs = errors.New("this site has no document there")

// Fetch implements verify.Fetcher.
func (f *selfFetcher) Fetch(ctx context.Context, address, accept string) (*verify.Response, error) {
	u, err := url.Parse(address)
	if err != nil || !f.ours(u) {
		return f.next.Fetch(ctx, address, accept)
	}
	if !ownPath(u.Path) {
		return nil, &verify.FetchError{URL: address, Code: verify.FetchRefused, Err: errNotOurs}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, &verify.FetchError{URL: address, Code: verify.FetchBadURL, Err: err}
	}
	request.Header.Set("Accept", accept)
	request.RequestURI = u.RequestURI()
	request.RemoteAddr = selfPeer + ":0"
	answer := &recorder{header: http.Header{}}
	f.handler().ServeHTTP(answer, request)
	switch {
	case ctx.Err() != nil:
		return nil, &verify.FetchError{URL: address, Code: verify.FetchUnreachable, Err: ctx.Err()}
	case answer.tooLarge:
		return nil, &verify.FetchError{URL: address, Code: verify.FetchTooLarge}
	}
	return &verify.Response{Status: max(answer.status, http.StatusOK), Header: answer.header, Body: answer.body.Bytes(), URL: address}, nil
}

// FetchesPlain tells whether an address of http is this site's own: it is answered
// without a network.
func (f *selfFetcher) FetchesPlain(address string) bool {
	u, err := url.Parse(address)
	return err == nil && f.ours(u)
}

// ours tells whether an address is one of this site's. Identifiers of
// organisations are https by their nature, even where the site itself is not.
func (f *selfFetcher) ours(u *url.URL) bool {
	if u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
		return false
	}
	for _, base := range f.bases {
		if strings.EqualFold(host(u), host(base)) && (u.Scheme == "https" || base.Scheme == "http") {
			return true
		}
	}
	return false
}

// host is a host with its port, unless that is the scheme's own.
func host(u *url.URL) string {
	if port := u.Port(); port == "443" && u.Scheme == "https" || port == "80" && u.Scheme == "http" {
		return u.Hostname()
	}
	return u.Host
}

func ownPath(path string) bool {
	for _, own := range ownPaths {
		if strings.HasPrefix(path, own) {
			return true
		}
	}
	return false
}

// recorder is a response that stays in memory, in bounds.
type recorder struct {
	header   http.Header
	status   int
	body     bytes.Buffer
	tooLarge bool
}

var errTooMuch = errors.New("server: more than is read")

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= http.StatusOK {
		r.status = status
	}
}

func (r *recorder) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	if r.body.Len()+len(p) > maxOwn {
		r.tooLarge = true
		return 0, errTooMuch
	}
	return r.body.Write(p)
}

// outsiders limits all but the site itself: who made it ask was counted.
type outsiders struct {
	limits interface {
		Allow(limit web.Limit, who string) (time.Duration, bool)
	}
}

// Allow tells whether somebody may do something once more.
func (o outsiders) Allow(limit web.Limit, who string) (time.Duration, bool) {
	if who == selfPeer {
		return 0, true
	}
	return o.limits.Allow(limit, who)
}
