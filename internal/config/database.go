package config

import (
	"net/url"
	"strings"
)

// postgresURL is a database's address in its parts. It is taken apart by hand:
// several hosts with ports (host1:5432,host2:5432) are right here, and no URL.
type postgresURL struct {
	scheme, user, password, hosts, path, query string
	hasPassword                                bool
}

func parsePostgres(text string) (p postgresURL, ok bool) {
	scheme, rest, ok := strings.Cut(text, "://")
	if p.scheme = scheme; !ok || p.scheme != "postgres" && p.scheme != "postgresql" {
		return p, false
	}
	rest, p.query, _ = strings.Cut(rest, "?")
	// The last @ before the path: a password may hold others.
	end := len(rest)
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		p.user, p.password, p.hasPassword = strings.Cut(rest[:at], ":")
		rest = rest[at+1:]
		end = len(rest)
	}
	if slash := strings.Index(rest, "/"); slash >= 0 {
		end = slash
		p.path = rest[slash:]
	}
	p.hosts = rest[:end]
	_, err := url.ParseQuery(p.query)
	return p, err == nil && !strings.ContainsAny(p.hosts+p.path, " #\\") && (p.hosts != "" || strings.Contains(p.query, "host="))
}

// text is the address with a password, which may be hidden.
func (p postgresURL) text(password string) string {
	t := p.scheme + "://" + p.user
	if password != "" {
		t += ":" + password
	}
	if p.user != "" || password != "" {
		t += "@"
	}
	t += p.hosts + p.path
	if p.query != "" {
		t += "?" + p.query
	}
	return t
}

// queryPassword tells whether a password stands after the question mark.
func (p postgresURL) queryPassword() bool {
	q, err := url.ParseQuery(p.query)
	return err != nil || q.Has("password") || q.Has("sslpassword")
}

// urlPassword tells whether an address of a database has a password in it.
func urlPassword(text string) bool {
	p, _ := parsePostgres(text)
	return p.hasPassword || p.queryPassword()
}

func (r *reader) database() {
	value := r.one()
	if value == "" {
		return
	}
	p, ok := parsePostgres(value)
	switch {
	case !ok:
		r.fault(FaultPostgres, nil)
	case p.queryPassword():
		r.fault(FaultURLPassword, map[string]any{"Other": "database_password"})
	default:
		r.c.Database.URL = Secret{value}
		if p.hasPassword && r.given.origin.Kind == FromFlag {
			r.warn("database", WarnFlagPassword, map[string]any{"Other": "database_password"})
		}
	}
}

// databasePassword puts the password into the address, which was read before.
func (r *reader) databasePassword() {
	password := r.secret(1)
	if password.Empty() || r.faulty["database"] {
		return
	}
	if !r.c.Database.Postgres() {
		r.warn("database_password", WarnUnused, map[string]any{"Other": "database"})
		return
	}
	p, _ := parsePostgres(r.c.Database.URL.text)
	switch {
	case p.hasPassword:
		r.fault(FaultBoth, map[string]any{"Other": "database"})
	case p.user == "":
		r.fault(FaultNoUser, map[string]any{"Other": "database"})
	default:
		// A user's password in a URL (RFC 3986 §3.2.1).
		_, escaped, _ := strings.Cut(url.UserPassword("u", password.text).String(), ":")
		r.c.Database.URL = Secret{p.text(escaped)}
	}
}

// databasePlain tells whether the address asks for a connection to another
// machine that anybody on the way can read.
func databasePlain(text string) bool {
	p, ok := parsePostgres(text)
	q, err := url.ParseQuery(p.query)
	if !ok || err != nil || q.Get("sslmode") != "disable" {
		return false
	}
	for host := range strings.SplitSeq(p.hosts, ",") {
		if name := strings.TrimSuffix(host, ":"+portOf(host)); name != "" && !loopback(strings.Trim(name, "[]")) {
			return true
		}
	}
	return false
}
