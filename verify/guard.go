package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"
)

// The guard's limits.
const (
	maxBody      = 8 << 20          // bytes of one document
	maxRedirects = 3                // hops from the URL asked for
	fetchTime    = 10 * time.Second // for one document, redirects included
)

// Guarded returns the Fetcher for the open network: https alone, public
// addresses alone (looked at after name resolution and at every hop, at the
// moment of connecting, so that a name that changes its address gains nothing),
// no proxy, no cookie, no credentials, few redirects, bounded time and bytes, and
// no host asked more often than is polite.
func Guarded() Fetcher { return newGuarded(net.DefaultResolver, nil) }

// GuardedIn is as [Guarded], and keeps what it fetched in a folder for as long as
// the servers allow, a day at the most, 256 MB in all.
func GuardedIn(folder string) (Fetcher, error) {
	g := newGuarded(net.DefaultResolver, nil)
	kept, err := newCache(folder, cacheBytes, g.client.Transport, time.Now)
	if err != nil {
		return nil, err
	}
	g.client.Transport = kept
	return g, nil
}

// newGuarded takes the resolver, and what to trust in TLS beside the system's
// roots, from tests.
func newGuarded(resolver *net.Resolver, tune func(*http.Transport)) *guarded {
	dialer := &net.Dialer{
		Timeout:  5 * time.Second,
		Resolver: resolver,
		// Control sees the very address that is about to be connected to.
		Control: func(_, address string, _ syscall.RawConn) error {
			addr, err := netip.ParseAddrPort(address)
			if err != nil {
				return fmt.Errorf("address %q: %w", address, err)
			}
			if !publicAddress(addr.Addr()) {
				return &addressError{addr.Addr()}
			}
			return nil
		},
	}
	transport := &http.Transport{
		Proxy:                  nil,
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // a body's bound is then a bound on what was sent
		MaxConnsPerHost:        4,
		TLSHandshakeTimeout:    5 * time.Second,
		ResponseHeaderTimeout:  8 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
	if tune != nil {
		tune(transport)
	}
	g := &guarded{}
	g.client = &http.Client{
		Transport: newPolite(transport, time.Now),
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > maxRedirects {
				return errors.New("too many redirects")
			}
			if err := checkURL(r.URL, plainAllowed(r.Context())); err != nil {
				return err
			}
			r.Header.Del("Referer")
			return nil
		},
	}
	return g
}

type guarded struct{ client *http.Client }

type addressError struct{ addr netip.Addr }

func (e *addressError) Error() string { return e.addr.String() + " is not a public address" }

var errNotAllowed = errors.New("not an absolute https URL to a public host")

// plainKey marks a context under which http may be asked, too.
type plainKey struct{}

// allowPlain is for documents of old badges alone: many were issued before https
// was usual, and say so in what was signed.
func allowPlain(ctx context.Context) context.Context { return context.WithValue(ctx, plainKey{}, true) }

func plainAllowed(ctx context.Context) bool { return ctx.Value(plainKey{}) != nil }

// checkURL refuses before any name is resolved what no honest document needs.
func checkURL(u *url.URL, plain bool) error {
	if u.Scheme != "https" && !(plain && u.Scheme == "http") || u.Host == "" || u.User != nil || u.Opaque != "" {
		return errNotAllowed
	}
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil && !publicAddress(addr) {
		return &addressError{addr}
	}
	if port := u.Port(); port != "" && port != "443" && !(plain && port == "80") {
		// Low ports belong to other protocols than HTTP.
		if n, err := strconv.Atoi(port); err != nil || n < 1024 || n > 65535 {
			return errNotAllowed
		}
	}
	return nil
}

func (g *guarded) Fetch(ctx context.Context, address, accept string) (*Response, error) {
	u, err := url.Parse(address)
	if err == nil {
		err = checkURL(u, plainAllowed(ctx))
	}
	if err != nil {
		code := FetchBadURL
		if refused := (*addressError)(nil); errors.As(err, &refused) {
			code = FetchRefused
		}
		return nil, &FetchError{URL: address, Code: code, Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	asked := time.Now()
	ctx = context.WithValue(ctx, whenAsked{}, &asked)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, &FetchError{URL: address, Code: FetchBadURL, Err: err}
	}
	request.Header.Set("Accept", accept)
	request.Header.Set("User-Agent", "ecusson-verify")
	response, err := g.client.Do(request)
	if err != nil {
		code := FetchUnreachable
		if refused := (*addressError)(nil); errors.As(err, &refused) || errors.Is(err, errNotAllowed) {
			code = FetchRefused
		} else if errors.Is(err, errHostBusy) {
			code = FetchBusy
		}
		return nil, &FetchError{URL: address, Code: code, Err: err}
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err == nil {
		err = ctx.Err() // what was broken off may look as if it had ended
	}
	if err != nil {
		return nil, &FetchError{URL: address, Code: FetchUnreachable, Err: err}
	}
	if len(body) > maxBody {
		return nil, &FetchError{URL: address, Code: FetchTooLarge}
	}
	return &Response{Status: response.StatusCode, Header: response.Header, Body: body, URL: response.Request.URL.String(), At: asked}, nil
}

// notPublic are the ranges of the IANA special-purpose registries that netip has
// no method for, and those that carry an IPv4 address inside.
var notPublic = func() []netip.Prefix {
	var prefixes []netip.Prefix
	for _, text := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
		"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16",
		"3fff::/20", "5f00::/16", "fec0::/10",
	} {
		prefixes = append(prefixes, netip.MustParsePrefix(text))
	}
	return prefixes
}()

// publicAddress tells whether an address is one of the open internet.
func publicAddress(addr netip.Addr) bool {
	if addr.Zone() != "" {
		return false
	}
	addr = addr.Unmap()
	if !addr.IsGlobalUnicast() || addr.IsPrivate() {
		return false
	}
	for _, prefix := range notPublic {
		if prefix.Contains(addr) {
			return false
		}
	}
	return true
}
