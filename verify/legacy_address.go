package verify

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// presentation are parameters that choose how a server writes a document and not
// which: Moodle's "obversion", Badgr's "v" and "expand".
var presentation = []string{"obversion", "v", "expand", "format", "action"}

// sameDocument tells whether two addresses are of one document: same host and
// path, whatever of http and https, and the same parameters but those of
// presentation. Moodle signs addresses with "&obversion=2.1" and serves the
// document with "&obversion=2" in its id; Badgr adds "?v=2_0".
func sameDocument(a, b string) bool {
	if a == b {
		return true
	}
	u, v := webAddress(a), webAddress(b)
	if u == nil || v == nil || hostOf(u) != hostOf(v) || strings.TrimSuffix(u.Path, "/") != strings.TrimSuffix(v.Path, "/") {
		return false
	}
	p, q := u.Query(), v.Query()
	for _, name := range presentation {
		p.Del(name)
		q.Del(name)
	}
	return p.Encode() == q.Encode()
}

// webAddress reads an address of http or https, nil for what is none.
func webAddress(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.Opaque != "" {
		return nil
	}
	return u
}

// hostOf is the host of an address with its port, unless that is the scheme's own.
func hostOf(u *url.URL) string {
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if port == "" || u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		return host
	}
	return host + ":" + port
}

// sameHost tells whether two addresses are of one host.
func sameHost(a, b string) bool {
	u, v := webAddress(a), webAddress(b)
	return u != nil && v != nil && hostOf(u) == hostOf(v)
}

// sameSite tells whether whoever has the one host has the other, too: both are
// under one name that was registered.
func sameSite(a, b string) bool {
	u, v := webAddress(a), webAddress(b)
	if u == nil || v == nil {
		return false
	}
	site := registered(u.Hostname())
	return site != "" && site == registered(v.Hostname())
}

func registered(host string) string {
	if _, err := netip.ParseAddr(host); err == nil {
		return ""
	}
	name, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(strings.TrimSuffix(host, ".")))
	if err != nil {
		return ""
	}
	return name
}

// scope is where an issuer says that its documents may be (Open Badges 2.0,
// VerificationObject): addresses that begin so, or hosts.
type scope struct {
	begins, hosts []string
}

// holds tells whether an address is within the scope; where the issuer says
// nothing that is its own host.
func (s scope) holds(address, issuer string) bool {
	u := webAddress(address)
	if u == nil {
		return false
	}
	if len(s.begins) > 0 && !slices.ContainsFunc(s.begins, func(start string) bool { return beginsWith(address, start) }) {
		return false
	}
	if len(s.hosts) > 0 {
		return slices.ContainsFunc(s.hosts, func(host string) bool { return strings.EqualFold(host, hostOf(u)) || strings.EqualFold(host, u.Host) })
	}
	return len(s.begins) > 0 || sameHost(address, issuer)
}

// beginsWith tells whether an address begins with another one, whose host has to
// be all of the host: https://school.example must not let https://school.example.evil in.
func beginsWith(address, start string) bool {
	u := webAddress(start)
	return u != nil && strings.HasPrefix(address, start) && sameHost(address, start)
}
