package config_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"maps"
	"math/big"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecusson/ecusson/internal/config"
)

// load reads settings from a command line and an environment alone.
func load(t *testing.T, command config.Command, args []string, env map[string]string) (config.Config, []string) {
	t.Helper()
	c, faults := config.LoadArgs(command, args, func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	return c, codes(faults)
}

// codes is what is wrong, as "setting code".
func codes(faults *config.Faults) []string {
	if faults == nil {
		return nil
	}
	var out []string
	for _, f := range faults.List {
		out = append(out, f.Setting+" "+f.Code)
	}
	return out
}

func warnings(c config.Config) []string {
	return codes(&config.Faults{List: c.Warnings})
}

func TestNothingSet(t *testing.T) {
	t.Parallel()
	c, faults := load(t, config.Serve, nil, nil)
	if faults != nil || c.Warnings != nil {
		t.Fatalf("faults %v, warnings %v", faults, c.Warnings)
	}
	type facts struct {
		Data, File, MasterKey, Listen, URL, Site, Language, SignUp string
		DevMail, Public, Postgres                                  bool
	}
	got := facts{c.Data, c.Database.Path, c.MasterKeyFile, c.Listen, c.URL, c.SiteName, c.Language, string(c.SignUp), c.DevMail, c.Public(), c.Database.Postgres()}
	want := facts{"./data", "data/ecusson.db", "data/master.key", "localhost:8080", "http://localhost:8080", "Écusson", "fr", "approval", true, false, false}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// public is what a public site needs.
var public = map[string]string{
	"ECUSSON_URL": "https://badges.example.org", "ECUSSON_SMTP_URL": "smtps://mail.example.org", "ECUSSON_MAIL_FROM": "badges@example.org",
	"ECUSSON_CONTACT": "help@example.org", "ECUSSON_TRUSTED_PROXIES": "127.0.0.1",
}

// with is an environment with some variables changed; an empty one is taken away.
func with(env map[string]string, pairs ...string) map[string]string {
	out := maps.Clone(env)
	if out == nil {
		out = map[string]string{}
	}
	for i := 0; i < len(pairs); i += 2 {
		out["ECUSSON_"+pairs[i]] = pairs[i+1]
	}
	return out
}

func TestPublic(t *testing.T) {
	t.Parallel()
	c, faults := load(t, config.Serve, nil, public)
	if faults != nil || c.Warnings != nil {
		t.Fatalf("faults %v, warnings %v", faults, c.Warnings)
	}
	if !c.Public() || c.DevMail || c.Listen != ":8080" {
		t.Errorf("public %v, dev mail %v, listen %s", c.Public(), c.DevMail, c.Listen)
	}
	want := config.SMTP{Host: "mail.example.org", Port: 465, Security: config.TLSImplicit, From: mail.Address{Name: "Écusson", Address: "badges@example.org"}}
	if d := cmp.Diff(want, c.SMTP, cmp.AllowUnexported(config.Secret{})); d != "" {
		t.Error(d)
	}
	if got := c.Base(); got.String() != "https://badges.example.org" {
		t.Errorf("Base = %s", got)
	}
}

// TestFaults holds every rule, each with the one thing that breaks it.
func TestFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		command config.Command
		env     map[string]string
		want    []string
	}{
		{"no mail server", config.Serve, with(public, "SMTP_URL", "", "MAIL_FROM", ""), []string{"smtp_url fault.smtp-missing"}},
		{"no sender", config.Serve, with(public, "MAIL_FROM", ""), []string{"mail_from fault.missing"}},
		{"user without password", config.Serve, with(public, "SMTP_URL", "smtps://me@mail.example.org"), []string{"smtp_url fault.no-password"}},
		{"password without user", config.Serve, with(public, "SMTP_PASSWORD", "hunter2"), []string{"smtp_password fault.no-user"}},
		{"password in the address", config.Serve, with(public, "SMTP_URL", "smtps://me:hunter2@mail.example.org"), []string{"smtp_url fault.url-password"}},
		{"not a mail server", config.Serve, with(public, "SMTP_URL", "https://mail.example.org"), []string{"smtp_url fault.smtp"}},
		{"a mail server with a path", config.Serve, with(public, "SMTP_URL", "smtp://mail.example.org/x"), []string{"smtp_url fault.smtp"}},
		{"a mail server with a wrong port", config.Serve, with(public, "SMTP_URL", "smtp://mail.example.org:0"), []string{"smtp_url fault.smtp"}},
		{"http", config.Serve, with(public, "URL", "http://badges.example.org"), []string{"url fault.url-https"}},
		{"a path", config.Serve, with(public, "URL", "https://example.org/badges"), []string{"url fault.url-path"}},
		{"a query", config.Serve, with(public, "URL", "https://example.org?"), []string{"url fault.url-path"}},
		{"a fragment", config.Serve, with(public, "URL", "https://example.org#"), []string{"url fault.url-path"}},
		{"a user", config.Serve, with(public, "URL", "https://me:hunter2@example.org"), []string{"url fault.url-path"}},
		{"no scheme", config.Serve, with(public, "URL", "badges.example.org"), []string{"url fault.url"}},
		{"no host", config.Serve, with(public, "URL", "https://"), []string{"url fault.url"}},
		{"a colon without a port", config.Serve, with(public, "URL", "https://example.org:"), []string{"url fault.url"}},
		{"port 0", config.Serve, with(public, "URL", "https://example.org:0"), []string{"url fault.url"}},
		{"a space", config.Serve, with(public, "URL", "https://exam ple.org"), []string{"url fault.url"}},
		{"two lines", config.Serve, with(public, "URL", "https://example.org\nx"), []string{"url fault.one-line"}},
		{"too long", config.Serve, with(public, "URL", "https://"+strings.Repeat("a", 5000)), []string{"url fault.long"}},
		{"former twice", config.Serve, with(public, "FORMER_URLS", "https://old.example.org,https://OLD.example.org:443/"), []string{"former_urls fault.former"}},
		{"former is today's", config.Serve, with(public, "FORMER_URLS", "https://badges.example.org"), []string{"former_urls fault.former"}},
		{"former by http", config.Serve, with(public, "FORMER_URLS", "http://old.example.org"), []string{"former_urls fault.url-https"}},
		{"too many former", config.Serve, with(public, "FORMER_URLS", strings.Repeat("https://a.example.org,", 101)), []string{"former_urls fault.many"}},
		{"listen without a port", config.Serve, with(public, "LISTEN", "localhost"), []string{"listen fault.address"}},
		{"listen on a name of a port", config.Serve, with(public, "LISTEN", ":http"), []string{"listen fault.address"}},
		{"listen on port 65536", config.Serve, with(public, "LISTEN", ":65536"), []string{"listen fault.address"}},
		{"listen on a URL", config.Serve, with(public, "LISTEN", "http://localhost:80"), []string{"listen fault.address"}},
		{"mail open to others", config.Serve, with(nil, "LISTEN", ":8080"), []string{"listen fault.listen-open"}},
		{"mail open to a network", config.Serve, with(nil, "LISTEN", "192.168.1.2:8080"), []string{"listen fault.listen-open"}},
		{"the world as a proxy", config.Serve, with(public, "TRUSTED_PROXIES", "10.0.0.1, ::/0"), []string{"trusted_proxies fault.proxy-all"}},
		{"a name as a proxy", config.Serve, with(public, "TRUSTED_PROXIES", "proxy"), []string{"trusted_proxies fault.proxy"}},
		{"certificate without key", config.Serve, with(public, "TLS_CERTIFICATE", "c.pem"), []string{"tls_certificate fault.tls-pair"}},
		{"key without certificate", config.Serve, with(public, "TLS_KEY", "k.pem"), []string{"tls_key fault.tls-pair"}},
		{"neither is there", config.Serve, with(public, "TLS_KEY", "no/k.pem", "TLS_CERTIFICATE", "no/c.pem"), []string{"tls_certificate fault.file-absent", "tls_key fault.file-absent"}},
		{"they are something else", config.Serve, with(public, "TLS_KEY", "config.go", "TLS_CERTIFICATE", "config.go"), []string{"tls_certificate fault.tls-bad"}},
		{"not a database", config.Serve, with(public, "DATABASE", "mysql://me:hunter2@db/x"), []string{"database fault.postgres"}},
		{"a database without a host", config.Serve, with(public, "DATABASE", "postgres:///x"), []string{"database fault.postgres"}},
		{"a password in the query", config.Serve, with(public, "DATABASE", "postgres://me@db/x?password=hunter2"), []string{"database fault.url-password"}},
		{"two passwords", config.Serve, with(public, "DATABASE", "postgres://me:hunter2@db/x", "DATABASE_PASSWORD", "hunter2"), []string{"database_password fault.both"}},
		{"a password of nobody", config.Serve, with(public, "DATABASE", "postgres://db/x", "DATABASE_PASSWORD", "hunter2"), []string{"database_password fault.no-user"}},
		{"bounces by http", config.Serve, with(public, "BOUNCE_URL", "imaps://me@mail.example.org", "BOUNCE_PASSWORD", "hunter2"), []string{"bounce_url fault.bounce"}},
		{"bounces of nobody", config.Serve, with(public, "BOUNCE_URL", "pop3s://mail.example.org"), []string{"bounce_url fault.bounce"}},
		{"bounces without a password", config.Serve, with(public, "BOUNCE_URL", "pop3s://me@mail.example.org"), []string{"bounce_url fault.no-password"}},
		{"a short secret", config.Serve, with(public, "BOUNCE_SECRET", "hunter2"), []string{"bounce_secret fault.short"}},
		{"a short token", config.Serve, with(public, "METRICS_TOKEN", "hunter2"), []string{"metrics_token fault.short"}},
		{"metrics on the site's port", config.Serve, with(public, "LISTEN", ":8080", "METRICS_LISTEN", ":8080"), []string{"metrics_listen fault.same-address"}},
		{"no master key", config.Serve, with(public, "MASTER_KEY", "hunter2"), []string{"master_key fault.master-key"}},
		{"traces to nowhere", config.Serve, with(public, "OTLP_ENDPOINT", "localhost:4318"), []string{"otlp_endpoint fault.otlp"}},
		{"traces with a password", config.Serve, with(public, "OTLP_ENDPOINT", "https://me:hunter2@example.org"), []string{"otlp_endpoint fault.otlp"}},
		{"a language", config.Serve, with(public, "LANGUAGE", "de"), []string{"language fault.one-of"}},
		{"sign-up", config.Serve, with(public, "SIGN_UP", "yes"), []string{"sign_up fault.one-of"}},
		{"log", config.Serve, with(public, "LOG_LEVEL", "loud", "LOG_FORMAT", "xml"), []string{"log_level fault.one-of", "log_format fault.one-of"}},
		{"numbers", config.Serve, with(public, "WORKERS", "0", "ROW_LIMIT", "many"), []string{"row_limit fault.number", "workers fault.number"}},
		{"sizes", config.Serve, with(public, "UPLOAD_LIMIT", "1 KiB"), []string{"upload_limit fault.size"}},
		{"sizes too large to count", config.Serve, with(public, "UPLOAD_LIMIT", "9223372036854775807 GiB"), []string{"upload_limit fault.size"}},
		{"sizes without a number", config.Serve, with(public, "UPLOAD_LIMIT", "MiB"), []string{"upload_limit fault.size"}},
		{"times", config.Serve, with(public, "STOP_GRACE", "30"), []string{"stop_grace fault.duration"}},
		{"no address", config.Serve, with(public, "CONTACT", "Help <help@example.org>"), []string{"contact fault.email"}},
		{"a file that is not there", config.Serve, with(public, "SMTP_PASSWORD_FILE", "no/such"), []string{"smtp_password fault.file-absent"}},
		{"a folder for a file", config.Serve, with(public, "SMTP_PASSWORD_FILE", "."), []string{"smtp_password fault.file-read"}},
		{"value and file", config.Serve, with(public, "SMTP_PASSWORD", "x", "SMTP_PASSWORD_FILE", "no/such"), []string{"smtp_password fault.both"}},
		{"a settings file that is not there", config.Serve, with(public, "CONFIG", "no/such.yaml"), []string{" fault.file-absent"}},
		{"all at once", config.Serve, with(public, "URL", "x", "LISTEN", "x", "SMTP_URL", "x", "WORKERS", "x"),
			[]string{"url fault.url", "listen fault.address", "smtp_url fault.smtp", "workers fault.number"}},
		{"a demonstration without a mail server", config.Demo, with(public, "SMTP_URL", "", "MAIL_FROM", ""), nil},
		{"a command that sends nothing", config.Migrate, with(nil, "URL", "https://badges.example.org", "SMTP_URL", "x"), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, got := load(t, c.command, nil, c.env)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		command config.Command
		args    []string
		env     map[string]string
		want    []string
	}{
		{"a proxy of which nothing is said", config.Serve, nil, with(public, "TRUSTED_PROXIES", ""), []string{"trusted_proxies warn.no-proxy"}},
		{"nobody to write to", config.Serve, nil, with(public, "CONTACT", ""), []string{"contact warn.contact"}},
		{"links for this machine", config.Serve, nil, with(public, "URL", "", "LISTEN", ":80"), []string{"url warn.loopback-url"}},
		{"a demonstration for others", config.Demo, []string{"--listen=:80"}, nil, []string{"listen warn.listen-open"}},
		{"a demonstration for the world", config.Demo, nil, public, []string{"url warn.demo-public"}},
		{"a mail password for nothing", config.Serve, nil, with(nil, "SMTP_PASSWORD", "x"), []string{"smtp_password warn.unused"}},
		{"a bounce password for nothing", config.Serve, nil, with(nil, "BOUNCE_PASSWORD", "x"), []string{"bounce_password warn.unused"}},
		{"a database password for nothing", config.Serve, nil, with(nil, "DATABASE_PASSWORD", "x"), []string{"database_password warn.unused"}},
		{"a password on the command line", config.Migrate, []string{"--database=postgres://me:hunter2@db/x"}, nil, []string{"database warn.flag-password"}},
		{"a database without TLS", config.Migrate, nil, with(nil, "DATABASE", "postgres://me@localhost:5432,db:5432/x?sslmode=disable"), []string{"database warn.database-tls"}},
		{"a database here without TLS", config.Migrate, nil, with(nil, "DATABASE", "postgres://me@localhost,[::1]:5432/x?sslmode=disable"), nil},
		{"metrics for others", config.Serve, nil, with(public, "METRICS_LISTEN", ":9090"), []string{"metrics_listen warn.metrics-open"}},
		{"metrics for whoever has the token", config.Serve, nil, with(public, "METRICS_LISTEN", ":9090", "METRICS_TOKEN", "0123456789abcdef"), nil},
		{"traces for all to read", config.Serve, nil, with(public, "OTLP_ENDPOINT", "http://collector:4318"), []string{"otlp_endpoint warn.otlp-plain"}},
		{"traces on this machine", config.Serve, nil, with(public, "OTLP_ENDPOINT", "http://localhost:4318"), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, faults := load(t, c.command, c.args, c.env)
			if faults != nil {
				t.Fatal(faults)
			}
			if d := cmp.Diff(c.want, warnings(got)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestPrecedence(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "s.yaml")
	write(t, file, "site_name: of the file\nworkers: 3\nlog_level: debug\ntrusted_proxies: [10.0.0.1, 10.1.0.0/16]\n")
	env := with(nil, "SITE_NAME", "of the environment", "WORKERS", "4", "TRUSTED_PROXIES", "")
	c, faults := load(t, config.Serve, []string{"--site-name", "of the flag", "--config", file, "--log-level="}, env)
	if faults != nil {
		t.Fatal(faults)
	}
	if c.SiteName != "of the flag" || c.Workers != 4 || c.LogLevel != slog.LevelInfo || len(c.TrustedProxies) != 2 || c.RowLimit != 100_000 {
		t.Errorf("got %q, %d workers, level %s, proxies %v, %d rows", c.SiteName, c.Workers, c.LogLevel, c.TrustedProxies, c.RowLimit)
	}
	origins := map[string]string{}
	for _, line := range config.Describe(c) {
		origins[line.Setting] = line.Origin.String()
	}
	for setting, want := range map[string]string{
		"site_name": "--site-name", "workers": "ECUSSON_WORKERS", "trusted_proxies": file + ":4", "row_limit": "default", "log_level": "default",
	} {
		if origins[setting] != want {
			t.Errorf("%s comes from %s, want %s", setting, origins[setting], want)
		}
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	c, faults := load(t, config.Serve, []string{"--former-urls", "https://a.example.org", "--former-urls", "https://b.example.org, https://c.example.org"},
		with(public, "URL", "HTTPS://Écusson.Example.org:443/", "UPLOAD_LIMIT", "10 Mo", "STOP_GRACE", "1m30s",
			"TRUSTED_PROXIES", "10.1.2.3/8, ::1", "BOUNCE_URL", "pop3s://back%40example.org@mail.example.org:1995", "BOUNCE_PASSWORD", "x",
			"SMTP_URL", "smtp://me%40example.org@mail.example.org", "SMTP_PASSWORD", "p@ss", "OTLP_ENDPOINT", "https://example.org",
			"DATABASE", "postgres://me@db1:5432,db2:5432/badges?target_session_attrs=read-write", "DATABASE_PASSWORD", "p@ss/w?rd:%",
			"MASTER_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"))
	if faults != nil {
		t.Fatal(faults)
	}
	got := []any{
		c.URL, c.FormerURLs, c.UploadLimit, c.StopGrace, c.TrustedProxies[0].String(), c.TrustedProxies[1].String(),
		c.Bounce.User, c.Bounce.Port, c.SMTP.User, c.SMTP.Port, c.SMTP.Security, c.OTLP,
		c.Database.URL.Reveal(), c.Database.Path, c.MasterKeyFile,
	}
	want := []any{
		"https://xn--cusson-9ua.example.org", []string{"https://a.example.org", "https://b.example.org", "https://c.example.org"}, int64(10e6), 90 * time.Second,
		"10.0.0.0/8", "::1/128", "back@example.org", 1995, "me@example.org", 587, config.TLSStart, "https://example.org/v1/traces",
		"postgres://me:p%40ss%2Fw%3Frd%3A%25@db1:5432,db2:5432/badges?target_session_attrs=read-write", "", "",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestLocalMailServer: a server on this machine is spoken to without TLS, and
// with a mail server a loopback site has no /dev/mail.
func TestLocalMailServer(t *testing.T) {
	t.Parallel()
	c, faults := load(t, config.Serve, nil, with(nil, "SMTP_URL", "smtp://localhost:1025", "MAIL_FROM", "badges@example.org"))
	if faults != nil || c.SMTP.Security != config.TLSNone || c.SMTP.Port != 1025 || c.DevMail {
		t.Errorf("faults %v, %+v, dev mail %v", faults, c.SMTP, c.DevMail)
	}
}

func TestCommandLine(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--smtp-password=hunter2"}, {"stray"}, {"--workers"}} {
		_, faults := load(t, config.Serve, args, nil)
		if d := cmp.Diff([]string{" fault.flag"}, faults); d != "" {
			t.Errorf("%v: %s", args, d)
		}
	}
	if _, faults := load(t, config.Migrate, []string{"--smtp-url=x"}, nil); faults == nil {
		t.Error("migrate takes a flag of serve")
	}
}

func TestOwnCertificate(t *testing.T) {
	t.Parallel()
	certificate, key := pair(t)
	c, faults := load(t, config.Serve, nil, with(public, "TRUSTED_PROXIES", "", "TLS_CERTIFICATE", certificate, "TLS_KEY", key))
	if faults != nil || c.Warnings != nil {
		t.Errorf("faults %v, warnings %v", faults, c.Warnings)
	}
	_, other := pair(t)
	if _, faults := load(t, config.Serve, nil, with(public, "TLS_CERTIFICATE", certificate, "TLS_KEY", other)); !slices.Equal(faults, []string{"tls_certificate fault.tls-bad"}) {
		t.Errorf("another's key: %v", faults)
	}
	c, _ = load(t, config.Serve, nil, with(nil, "TLS_CERTIFICATE", certificate, "TLS_KEY", key, "LISTEN", "localhost:8443"))
	if c.URL != "https://localhost:8443" {
		t.Errorf("URL = %s", c.URL)
	}
}

// pair writes a certificate and its key into files of their own.
func pair(t *testing.T) (certificate, key string) {
	t.Helper()
	dir := t.TempDir()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1)}, &x509.Certificate{SerialNumber: big.NewInt(1)}, public, private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	certificate, key = filepath.Join(dir, "c.pem"), filepath.Join(dir, "k.pem")
	write(t, certificate, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	write(t, key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})))
	return certificate, key
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
