package config

import (
	"slices"
	"strings"
	"time"
)

// Setting is one row of the table of settings.
type Setting struct {
	Name string // as in the file: smtp_url
	// Secret: it is shown nowhere, may stand in a file of its own that Name_file
	// names, and has no flag that would put it on the command line.
	Secret bool
	// Filed: it may stand in a file of its own though it is no secret throughout.
	Filed bool
	// List: several values, in the environment separated by commas.
	List    bool
	Default string
	// Derived says in the documentation what holds where Default is empty and
	// something follows from other settings.
	Derived string
	// Except is the commands' own defaults where they differ.
	Except map[Command]string
	// Commands are those that read it.
	Commands []Command
	// set reads the value into the Config, and notes its faults.
	set func(r *reader)
}

// Flag is the name of the command line's flag without dashes: smtp-url, or
// smtp-password-file for a secret.
func (s Setting) Flag() string {
	name := strings.ReplaceAll(s.Name, "_", "-")
	if s.Secret {
		name += "-file"
	}
	return name
}

// Env is the name of the variable: ECUSSON_SMTP_URL. EnvFile is that of the
// variable that names a file, "" if there is none.
func (s Setting) Env() string { return envPrefix + strings.ToUpper(s.Name) }

// EnvFile is the name of the variable that names the file of the value.
func (s Setting) EnvFile() string {
	if s.Secret || s.Filed {
		return s.Env() + "_FILE"
	}
	return ""
}

// Key is the key of the sentence that says what the setting is for.
func (s Setting) Key() string { return "config.setting." + s.Name }

// For tells whether a command reads it.
func (s Setting) For(c Command) bool { return slices.Contains(s.Commands, c) }

// DefaultFor is what holds for a command where nothing is set.
func (s Setting) DefaultFor(c Command) string {
	if own, ok := s.Except[c]; ok {
		return own
	}
	return s.Default
}

// Settings returns the table, in the order of the documentation.
func Settings() []Setting { return slices.Clone(settings) }

// envPrefix is before the name of every variable.
const envPrefix = "ECUSSON_"

// The setting that names the settings file is none of the file's.
const (
	fileFlag    = "config"
	fileEnv     = envPrefix + "CONFIG"
	defaultFile = "ecusson.yaml"
)

// The commands that need a setting: all, those that open what is sealed, those
// that answer, those that write to people, those that know where the site is.
var (
	all     = []Command{Serve, Demo, Migrate, Backup, Restore, Admin}
	sealing = []Command{Serve, Demo, Backup, Restore, Admin}
	serving = []Command{Serve, Demo}
	naming  = []Command{Serve, Demo, Admin}
	calling = []Command{Serve, Demo, Admin, Healthcheck}
)

const (
	minSecret  = 16
	maxWorkers = 256
	mebibyte   = 1 << 20
)

var settings = []Setting{
	{Name: "data", Default: "./data", Except: map[Command]string{Demo: "./data-demo"}, Commands: all,
		set: func(r *reader) { r.c.Data = r.text() }},
	{Name: "database", Filed: true, Derived: "SQLite: `ecusson.db` in `data`", Commands: all,
		set: func(r *reader) { r.database() }},
	{Name: "database_password", Secret: true, Commands: all,
		set: func(r *reader) { r.databasePassword() }},
	{Name: "database_connections", Default: "8", Commands: all,
		set: func(r *reader) { r.c.Database.Connections = r.number(1, 1000) }},
	{Name: "master_key", Secret: true, Derived: "the file `master.key` in `data`, made at the first start", Commands: sealing,
		set: func(r *reader) { r.c.MasterKey = r.masterKey() }},

	{Name: "url", Derived: "`http://localhost:8080`, with the port of `listen`", Commands: calling,
		set: func(r *reader) { r.c.URL = r.site() }},
	{Name: "former_urls", List: true, Commands: serving,
		set: func(r *reader) { r.c.FormerURLs = r.formerSites() }},
	{Name: "listen", Derived: "`localhost:8080`; `:8080` once `url` is an address of the world", Commands: calling,
		set: func(r *reader) { r.c.Listen = r.address() }},
	{Name: "tls_certificate", Commands: calling,
		set: func(r *reader) { r.c.TLS.Certificate = r.text() }},
	{Name: "tls_key", Commands: serving,
		set: func(r *reader) { r.c.TLS.Key = r.text() }},
	{Name: "trusted_proxies", List: true, Commands: serving,
		set: func(r *reader) { r.c.TrustedProxies = r.networks() }},

	{Name: "smtp_url", Commands: serving,
		set: func(r *reader) { r.smtp() }},
	{Name: "smtp_password", Secret: true, Commands: serving,
		set: func(r *reader) { r.c.SMTP.Password = r.secret(1) }},
	{Name: "mail_from", Commands: serving,
		set: func(r *reader) { r.c.SMTP.From.Address = r.email() }},
	{Name: "mail_from_name", Derived: "`site_name`", Commands: serving,
		set: func(r *reader) { r.c.SMTP.From.Name = r.text() }},
	{Name: "bounce_url", Commands: serving,
		set: func(r *reader) { r.bounce() }},
	{Name: "bounce_password", Secret: true, Commands: serving,
		set: func(r *reader) { r.c.Bounce.Password = r.secret(1) }},
	{Name: "bounce_secret", Secret: true, Commands: serving,
		set: func(r *reader) { r.c.Bounce.Secret = r.secret(minSecret) }},

	{Name: "site_name", Default: "Écusson", Commands: naming,
		set: func(r *reader) { r.c.SiteName = r.text() }},
	{Name: "contact", Commands: serving,
		set: func(r *reader) { r.c.Contact = r.email() }},
	{Name: "language", Default: "fr", Commands: naming,
		set: func(r *reader) { r.c.Language = r.oneOf("fr", "en") }},
	{Name: "sign_up", Default: string(SignUpApproval), Commands: serving,
		set: func(r *reader) {
			r.c.SignUp = SignUp(r.oneOf(string(SignUpOpen), string(SignUpApproval), string(SignUpClosed)))
		}},

	{Name: "log_level", Default: "info", Commands: all,
		set: func(r *reader) { r.logLevel() }},
	{Name: "log_format", Default: "text", Commands: all,
		set: func(r *reader) { r.c.LogFormat = r.oneOf("text", "json") }},
	{Name: "metrics_listen", Commands: serving,
		set: func(r *reader) { r.c.Metrics.Listen = r.address() }},
	{Name: "metrics_token", Secret: true, Commands: serving,
		set: func(r *reader) { r.c.Metrics.Token = r.secret(minSecret) }},
	{Name: "otlp_endpoint", Commands: serving,
		set: func(r *reader) { r.c.OTLP = r.otlp() }},

	{Name: "upload_limit", Default: "32 MiB", Commands: serving,
		set: func(r *reader) { r.c.UploadLimit = r.size(mebibyte, 1024*mebibyte) }},
	{Name: "row_limit", Default: "100000", Commands: serving,
		set: func(r *reader) { r.c.RowLimit = r.number(1, 1_000_000) }},
	{Name: "workers", Default: "8", Commands: serving,
		set: func(r *reader) { r.c.Workers = r.number(1, maxWorkers) }},
	{Name: "stop_grace", Default: "30s", Commands: serving,
		set: func(r *reader) { r.c.StopGrace = r.duration(time.Second, 10*time.Minute) }},
	{Name: "takeover", Default: "30s", Commands: serving,
		set: func(r *reader) { r.c.Takeover = r.duration(time.Second, 10*time.Minute) }},
}
