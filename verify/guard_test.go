package verify

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// resolving returns a resolver that answers with the addresses that answer
// gives for the n-th question about a name, over a pipe instead of a network.
func resolving(answer func(name string, n int) []netip.Addr) *net.Resolver {
	var mu sync.Mutex
	asked := map[string]int{}
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			defer ours.Close()
			for {
				var size [2]byte
				if _, err := io.ReadFull(ours, size[:]); err != nil {
					return
				}
				query := make([]byte, binary.BigEndian.Uint16(size[:]))
				if _, err := io.ReadFull(ours, query); err != nil {
					return
				}
				name, end := question(query)
				kind := binary.BigEndian.Uint16(query[end-4:])
				mu.Lock()
				key := fmt.Sprint(name, kind)
				addresses := answer(name, asked[key])
				asked[key]++
				mu.Unlock()
				reply := dnsReply(query[:end], kind, addresses)
				if _, err := ours.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...)); err != nil {
					return
				}
			}
		}()
		return theirs, nil
	}}
}

// question returns the name that a DNS query asks about and where the question ends.
func question(query []byte) (string, int) {
	var labels []string
	at := 12
	for query[at] != 0 {
		n := int(query[at])
		labels = append(labels, string(query[at+1:at+1+n]))
		at += 1 + n
	}
	return strings.Join(labels, "."), at + 5
}

func dnsReply(question []byte, kind uint16, addresses []netip.Addr) []byte {
	var records []byte
	n := uint16(0)
	for _, a := range addresses {
		if a.Is4() != (kind == 1) {
			continue
		}
		data := a.AsSlice()
		records = append(records, 0xc0, 12, 0, byte(kind), 0, 1, 0, 0, 0, 0, 0, byte(len(data)))
		records = append(records, data...)
		n++
	}
	reply := append([]byte{}, question...)
	binary.BigEndian.PutUint16(reply[2:], 0x8180)
	binary.BigEndian.PutUint16(reply[6:], n)
	binary.BigEndian.PutUint16(reply[10:], 0)
	return append(reply, records...)
}

// notOpen is an address of each range that is not of the open internet.
var notOpen = []string{
	"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
	"169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1",
	"192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1",
	"239.255.255.255", "240.0.0.1", "255.255.255.255",
	"::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:100.64.0.1", "::ffff:192.0.2.1", "::ffff:0.0.0.0", "::ffff:198.18.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
	"64:ff9b:1::a00:1", "100::1", "2001::1", "2001:2::1", "2001:db8::1", "2001:10::1", "2001:20::1", "2002:7f00:1::", "2002:a00:1::1",
	"3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "ff0e::1",
}

func TestPublicAddress(t *testing.T) {
	t.Parallel()
	for _, text := range notOpen {
		if publicAddress(netip.MustParseAddr(text)) {
			t.Errorf("%s counts as public", text)
		}
	}
	for _, text := range []string{"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0",
		"192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "::ffff:1.1.1.1", "2606:4700::1111", "2a00:1450::1", "2003::1"} {
		if !publicAddress(netip.MustParseAddr(text)) {
			t.Errorf("%s does not count as public", text)
		}
	}
	if publicAddress(netip.MustParseAddr("2606:4700::1%eth0")) {
		t.Error("an address with a zone counts as public")
	}
}

func fetchCode(t *testing.T, g *guarded, url string) (string, error) {
	t.Helper()
	_, err := g.Fetch(context.Background(), url, "application/json")
	var e *FetchError
	if !errors.As(err, &e) {
		t.Errorf("%s: %v is no FetchError", url, err)
		return "", err
	}
	return e.Code, err
}

// A name may lead anywhere: what counts is the address at the moment of
// connecting.
func TestGuardRefusesAddressesWhenConnecting(t *testing.T) {
	t.Parallel()
	for _, text := range notOpen {
		address := netip.MustParseAddr(text)
		g := newGuarded(resolving(func(string, int) []netip.Addr { return []netip.Addr{address} }), nil)
		// A name of digits is no address to us, and may be one to a resolver.
		for _, url := range []string{"https://badges.test./b", "https://0x7f000001./b", "https://badges.test.:8443/b"} {
			code, err := fetchCode(t, g, url)
			var refused *addressError
			if code != FetchRefused || !errors.As(err, &refused) {
				t.Errorf("%s at %s: %v", url, text, err)
			}
		}
		host := text
		if address.Is6() {
			host = "[" + text + "]"
		}
		if code, err := fetchCode(t, g, "https://"+host+"/b"); code != FetchRefused {
			t.Errorf("%s in the URL: %v", text, err)
		}
	}
}

// DNS rebinding: whoever asks first is told a public address, and the
// connection would go to a private one, where a server listens.
func TestGuardRefusesRebinding(t *testing.T) {
	t.Parallel()
	var connections atomic.Int32
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ConnState = func(net.Conn, http.ConnState) { connections.Add(1) }
	server.StartTLS()
	defer server.Close()
	public, private := netip.MustParseAddr("93.184.215.14"), netip.MustParseAddr("127.0.0.1")
	resolver := resolving(func(_ string, n int) []netip.Addr {
		if n == 0 {
			return []netip.Addr{public}
		}
		return []netip.Addr{private}
	})
	first, err := resolver.LookupHost(context.Background(), "rebind.test.")
	if err != nil || len(first) != 1 || first[0] != public.String() {
		t.Fatalf("the first answer is %v, %v", first, err)
	}
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	if code, err := fetchCode(t, newGuarded(resolver, nil), "https://rebind.test.:"+port+"/b"); code != FetchRefused {
		t.Errorf("%v", err)
	}
	if n := connections.Load(); n != 0 {
		t.Errorf("%d connections were made", n)
	}
}

// Two addresses of which one is public must not let the other in.
func TestGuardRefusesEachAddressOfAName(t *testing.T) {
	t.Parallel()
	g := newGuarded(resolving(func(string, int) []netip.Addr {
		return []netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("::1")}
	}), nil)
	if code, err := fetchCode(t, g, "https://several.test./b"); code != FetchRefused {
		t.Errorf("%v", err)
	}
}

func TestGuardRefusesURLs(t *testing.T) {
	t.Parallel()
	g := newGuarded(resolving(func(string, int) []netip.Addr { t.Error("a name was resolved"); return nil }), nil)
	for _, url := range []string{
		"http://example.com/b", "HTTP://example.com/b", "ftp://example.com/b", "file:///etc/passwd", "data:application/json,{}", "//example.com/b", "/b", "",
		"https:example.com", "https://", "https:///b", "https://user@example.com/b", "https://user:secret@example.com/b",
		"https://example.com:22/b", "https://example.com:25/b", "https://example.com:80/b", "https://example.com:1023/b", "https://example.com:0/b",
		"https://example.com:70000/b", "https://exa mple.com/b", "https://example.com/\x00", "gopher://example.com:70/b",
	} {
		if code, err := fetchCode(t, g, url); code != FetchBadURL {
			t.Errorf("%q: %v", url, err)
		}
	}
}

// tlsServer starts a server and a guard whose connections all go to it: what is
// tested beside it is everything but the address.
func tlsServer(t *testing.T, handler http.HandlerFunc) *guarded {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	return newGuarded(nil, func(tr *http.Transport) {
		tr.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
		tr.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
		}
	})
}

func TestGuardFetches(t *testing.T) {
	t.Parallel()
	g := tlsServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.Header.Get("Accept") != "application/vc" {
			t.Errorf("%s with Accept %q", r.Method, r.Header.Get("Accept"))
		}
		for _, header := range []string{"Cookie", "Authorization", "Referer", "Accept-Encoding", "From", "X-Forwarded-For"} {
			if value := r.Header.Get(header); value != "" {
				t.Errorf("the request has %s: %s", header, value)
			}
		}
		if r.URL.Path == "/gone" {
			w.WriteHeader(http.StatusGone)
		}
		fmt.Fprint(w, "{}")
	})
	for path, status := range map[string]int{"/b": 200, "/gone": 410} {
		r, err := g.Fetch(context.Background(), "https://example.com"+path, "application/vc")
		if err != nil || r.Status != status || string(r.Body) != "{}" || r.URL != "https://example.com"+path {
			t.Errorf("%s: %+v, %v", path, r, err)
		}
	}
	// The certificate is of example.com.
	if code, err := fetchCode(t, g, "https://other.test/b"); code != FetchUnreachable || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("another host: %v", err)
	}
}

func TestGuardRedirects(t *testing.T) {
	t.Parallel()
	var asked []string
	var mu sync.Mutex
	g := tlsServer(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.URL.Path)
		mu.Unlock()
		if r.Header.Get("Referer") != "" || r.Header.Get("Cookie") != "" || r.Header.Get("Authorization") != "" {
			t.Errorf("%s is told of more than the URL: %v", r.URL, r.Header)
		}
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1", Path: "/"})
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		var n int
		if _, err := fmt.Sscanf(r.URL.Path, "/hops/%d", &n); err == nil && n > 0 {
			http.Redirect(w, r, fmt.Sprintf("/hops/%d", n-1), http.StatusMovedPermanently)
			return
		}
		fmt.Fprint(w, "{}")
	})
	if r, err := g.Fetch(context.Background(), "https://example.com/hops/3", "*/*"); err != nil || r.URL != "https://example.com/hops/0" {
		t.Errorf("three redirects: %+v, %v", r, err)
	}
	if _, err := fetchCode(t, g, "https://example.com/hops/4"); !strings.Contains(err.Error(), "too many redirects") {
		t.Errorf("four redirects: %v", err)
	}
	mu.Lock()
	asked = nil
	mu.Unlock()
	for _, to := range []string{
		"http://example.com/b", "https://127.0.0.1/b", "https://[::1]/b", "https://[::ffff:10.0.0.1]/b", "https://169.254.169.254/latest",
		"https://user:secret@example.com/b", "https://example.com:22/b", "https://example.com:443@127.0.0.1/b", "file:///etc/passwd", "javascript:alert(1)",
	} {
		if code, err := fetchCode(t, g, "https://example.com/start?to="+strings.ReplaceAll(to, ":", "%3A")); code != FetchRefused {
			t.Errorf("redirect to %s: %v", to, err)
		}
	}
	for _, path := range asked {
		if path != "/start" {
			t.Errorf("%s was asked after a redirect", path)
		}
	}
}

func TestGuardBoundsBody(t *testing.T) {
	t.Parallel()
	var written atomic.Int64
	g := tlsServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/most" {
			w.Write(make([]byte, maxBody))
			return
		}
		block := make([]byte, 64<<10)
		for {
			n, err := w.Write(block)
			written.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	if r, err := g.Fetch(context.Background(), "https://example.com/most", "*/*"); err != nil || len(r.Body) != maxBody {
		t.Errorf("a body of the greatest size: %v", err)
	}
	if code, err := fetchCode(t, g, "https://example.com/endless"); code != FetchTooLarge {
		t.Errorf("an endless body: %v", err)
	}
	// What buffers take on the way is beyond the bound, not a multiple of it.
	if n := written.Load(); n > 4*maxBody {
		t.Errorf("%d bytes were taken", n)
	}
}

func TestGuardEndsWithContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan struct{})
	defer close(over)
	g := tlsServer(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"slow":`)
		w.(http.Flusher).Flush()
		cancel()
		<-over // the rest never comes
	})
	_, err := g.Fetch(ctx, "https://example.com/slow", "*/*")
	var e *FetchError
	if !errors.As(err, &e) || e.Code != FetchUnreachable || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// A compressed body is handed over as it came: a bound on bytes is then a bound
// on what they cost.
func TestGuardDoesNotUnpack(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(make([]byte, 1<<20))
	z.Close()
	g := tlsServer(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(packed.Bytes())
	})
	r, err := g.Fetch(context.Background(), "https://example.com/b", "*/*")
	if err != nil || !bytes.Equal(r.Body, packed.Bytes()) {
		t.Errorf("the body was touched: %v", err)
	}
}

func TestGuardBoundsHeaders(t *testing.T) {
	t.Parallel()
	g := tlsServer(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("a", 100<<10))
	})
	if code, err := fetchCode(t, g, "https://example.com/b"); code != FetchUnreachable {
		t.Errorf("%v", err)
	}
}

// The environment's proxy would connect in our place, to whatever address.
func TestGuardUsesNoProxy(t *testing.T) {
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"} {
		t.Setenv(name, "http://127.0.0.1:1")
	}
	g := tlsServer(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "{}") })
	if _, err := g.Fetch(context.Background(), "https://example.com/b", "*/*"); err != nil {
		t.Error(err)
	}
	if transport := Guarded().(*guarded).client.Transport.(*polite).next.(*http.Transport); transport.Proxy != nil {
		t.Error("the guard has a proxy")
	}
}
