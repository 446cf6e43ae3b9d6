package config

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// site is where the site is: https://host[:port], as it stands in badges.
func (r *reader) site() string {
	value := r.one()
	if value == "" {
		return ""
	}
	return r.siteOf(value)
}

func (r *reader) siteOf(value string) string {
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Opaque != "" {
		r.bad(FaultURL, value)
		return ""
	}
	if u.User != nil || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.ForceQuery || strings.Contains(value, "#") {
		r.fault(FaultURLPath, nil)
		return ""
	}
	host, ok := hostOf(u)
	if !ok || u.Port() == "" && strings.HasSuffix(u.Host, ":") || u.Port() != "" && (!isPort(u.Port()) || u.Port() == "0") {
		r.bad(FaultURL, value)
		return ""
	}
	if u.Scheme == "http" && !loopback(host) {
		r.bad(FaultURLHTTPS, value)
		return ""
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port := u.Port(); port != "" && (u.Scheme != "https" || port != "443") && (u.Scheme != "http" || port != "80") {
		host += ":" + port
	}
	return u.Scheme + "://" + host
}

// hostOf is the host as the network writes it: an address, or a name in small
// ASCII letters (écusson.fr becomes xn--cusson-9ua.fr).
func hostOf(u *url.URL) (string, bool) {
	host := u.Hostname()
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.String(), addr.Zone() == ""
	}
	ascii, err := idna.Lookup.ToASCII(host)
	if err != nil || ascii == "" || len(ascii) > 253 || strings.Contains(ascii, ":") {
		return "", false
	}
	return strings.ToLower(ascii), true
}

func (r *reader) formerSites() []string {
	var out []string
	for _, item := range r.items() {
		site := r.siteOf(item)
		if site == "" {
			continue
		}
		if slices.Contains(out, site) || site == r.c.URL {
			r.bad(FaultFormer, item)
			continue
		}
		out = append(out, site)
	}
	return out
}

// loopback tells whether a host is this machine.
func loopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// loopbackURL is loopback for an address that site has read.
func loopbackURL(site string) bool {
	u, err := url.Parse(site)
	return err == nil && loopback(u.Hostname())
}

// loopbackListen tells whether an address to listen on is of this machine alone.
func loopbackListen(address string) bool {
	return loopback(strings.Trim(strings.TrimSuffix(address, ":"+portOf(address)), "[]"))
}

// server is a URL with a user and no password, as those of mail servers.
type server struct {
	scheme, host, user, path string
	port                     int
}

// server reads scheme://[user@]host[:port][/path]; ports are the schemes and
// their ports. passwordIn is the setting that the password belongs to.
func (r *reader) server(ports map[string]int, code, passwordIn string) (server, bool) {
	value := r.one()
	if value == "" {
		return server{}, false
	}
	u, err := url.Parse(value)
	if err != nil || u.Opaque != "" || u.RawQuery != "" || u.Fragment != "" {
		r.fault(code, nil)
		return server{}, false
	}
	port, known := ports[u.Scheme]
	host, ok := hostOf(u)
	if p := u.Port(); p != "" {
		ok = ok && isPort(p) && p != "0"
		port, _ = strconv.Atoi(p)
	}
	if !known || !ok {
		r.fault(code, nil)
		return server{}, false
	}
	if _, has := u.User.Password(); has {
		r.fault(FaultURLPassword, map[string]any{"Other": passwordIn})
		return server{}, false
	}
	return server{scheme: u.Scheme, host: host, user: u.User.Username(), path: strings.Trim(u.Path, "/"), port: port}, true
}

// smtp reads the address of the mail server: smtp:// asks for TLS once
// connected, save on this machine, and smtps:// begins with it.
func (r *reader) smtp() {
	s, ok := r.server(map[string]int{"smtp": 587, "smtps": 465}, FaultSMTP, "smtp_password")
	if !ok {
		return
	}
	if s.path != "" {
		r.fault(FaultSMTP, nil)
		return
	}
	to := &r.c.SMTP
	to.Host, to.Port, to.User, to.Security = s.host, s.port, s.user, TLSStart
	switch {
	case s.scheme == "smtps":
		to.Security = TLSImplicit
	case loopback(s.host):
		to.Security = TLSNone
	}
}

// bounce reads the mailbox that undeliverable mail comes back to, of POP3 with TLS.
func (r *reader) bounce() {
	s, ok := r.server(map[string]int{"pop3s": 995}, FaultBounce, "bounce_password")
	if !ok {
		return
	}
	if s.user == "" || s.path != "" {
		r.fault(FaultBounce, nil)
		return
	}
	b := &r.c.Bounce
	b.Host, b.Port, b.User = s.host, s.port, s.user
}

// otlp is where traces go: OTLP over HTTP 1.1.0, whose path is /v1/traces
// unless another is given.
func (r *reader) otlp() string {
	value := r.one()
	if value == "" {
		return ""
	}
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Opaque != "" {
		r.fault(FaultOTLP, nil)
		return ""
	}
	if _, ok := hostOf(u); !ok {
		r.fault(FaultOTLP, nil)
		return ""
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/v1/traces"
	}
	return u.String()
}

// plainURL tells whether what goes there can be read on the way.
func plainURL(text string) bool {
	return strings.HasPrefix(text, "http://") && !loopbackURL(text)
}
