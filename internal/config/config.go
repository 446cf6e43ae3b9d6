// Package config holds the settings of the server and its commands: what there
// is to set, where it may be set (a flag, the environment, a file), and what is
// wrong with what was set. It opens nothing but the files that settings name,
// makes no folder and no key. Begin with [AddFlags] and [Load]; the table of
// all settings is in setting.go.
package config

import (
	"log/slog"
	"net/mail"
	"net/netip"
	"net/url"
	"path/filepath"
	"time"
)

// Command is a command that reads settings.
type Command string

// The commands. Each reads the settings that it needs and leaves the others
// unread, so that "migrate" works while the mail settings are being mended.
const (
	Serve       Command = "serve"
	Demo        Command = "demo"
	Migrate     Command = "migrate"
	Backup      Command = "backup"
	Restore     Command = "restore"
	Admin       Command = "admin"
	Healthcheck Command = "healthcheck"
)

// Config is the settings of one run, checked. What a command does not read has
// its zero value.
type Config struct {
	Command Command
	File    string // the settings file that was read, "" if none

	Data     string // folder of all that is kept
	Database Database

	Listen         string         // host:port
	URL            string         // https://host[:port], without a slash at the end
	FormerURLs     []string       // of the same form: old domains that keep answering
	TLS            TLS            // empty: plain HTTP, behind a proxy
	TrustedProxies []netip.Prefix // whose X-Forwarded-For and -Proto are believed

	SMTP    SMTP   // Host is empty if no mail server is set
	DevMail bool   // mail stays here and /dev/mail shows it: a demonstration, or loopback without SMTP
	Bounce  Bounce // where undeliverable mail is told

	// MasterKey is the text of the key that seals the others, if a setting gave
	// it. Otherwise it is read from MasterKeyFile, which the first start makes.
	MasterKey     Secret
	MasterKeyFile string

	SiteName string
	Contact  string // an e-mail address, "" if none
	Language string // fr or en
	SignUp   SignUp

	LogLevel  slog.Level
	LogFormat string // text or json
	Metrics   Metrics
	OTLP      string // http(s)://host:port/v1/traces, "" for no traces

	UploadLimit int64 // bytes of one upload
	RowLimit    int   // rows of one list
	Workers     int   // jobs at a time
	// Takeover is how long a server is silent before others do what it had begun.
	Takeover  time.Duration
	StopGrace time.Duration

	// Warnings are what may be meant, and is worth a line at the start.
	Warnings []Fault

	given map[string]given // for Describe
}

// Database is where the data is: a file of SQLite or a server of PostgreSQL.
type Database struct {
	Path string // of the SQLite file, "" on PostgreSQL
	URL  Secret // postgres://…, with its password; empty on SQLite
	// Connections is the most that are open at once.
	Connections int
}

// Postgres tells whether the data is on a PostgreSQL server.
func (d Database) Postgres() bool { return !d.URL.Empty() }

// TLS is the files of the certificate that the server itself shows, in PEM.
type TLS struct {
	Certificate, Key string
}

// The ways to keep mail from being read on its way to the server.
const (
	TLSImplicit = "implicit" // TLS from the first byte
	TLSStart    = "starttls" // asked for, and without it nothing is sent
	TLSNone     = "none"     // the server is on this machine
)

// SMTP is the server that takes our mail.
type SMTP struct {
	Host     string
	Port     int
	Security string // one of the TLS… words
	User     string // "" for no sign-in
	Password Secret
	From     mail.Address
}

// Bounce is where we learn of mail that did not arrive: a mailbox, and calls
// of the mail provider signed with a secret.
type Bounce struct {
	Host     string // of the mailbox, "" for none
	Port     int
	User     string
	Password Secret
	Secret   Secret // of the provider's calls; empty: they are refused
}

// Metrics is who may read the measurements: whoever reaches Listen, or whoever
// has the token. With neither there are none to read.
type Metrics struct {
	Listen string
	Token  Secret
}

// SignUp is who may open an organisation.
type SignUp string

// Everyone, everyone whom an administrator then approves, or administrators.
const (
	SignUpOpen     SignUp = "open"
	SignUpApproval SignUp = "approval"
	SignUpClosed   SignUp = "closed"
)

// Public tells whether people elsewhere use the site: its address is not of
// this machine alone.
func (c Config) Public() bool { return c.URL != "" && !loopbackURL(c.URL) }

// Base is URL, taken apart.
func (c Config) Base() *url.URL { return parsed(c.URL) }

// Former is FormerURLs, taken apart.
func (c Config) Former() []*url.URL {
	var out []*url.URL
	for _, former := range c.FormerURLs {
		out = append(out, parsed(former))
	}
	return out
}

// parsed takes apart a URL that Load has checked.
func parsed(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil {
		panic("config: " + text + " was not checked")
	}
	return u
}

// Load reads the settings of a command: flag before environment before file
// before default. The error holds every fault, not the first; a Config that
// comes with one is not to be used.
func Load(from Source) (Config, *Faults) {
	l := &loader{from: from, faulty: map[string]bool{}}
	l.config.Command = from.Command
	l.config.given = map[string]given{}
	l.readFile()
	for i := range settings {
		if s := &settings[i]; s.For(from.Command) {
			l.read(s)
		}
	}
	l.derive()
	l.rules()
	l.unknownVariables()
	l.config.Warnings = l.warnings
	if len(l.faults) > 0 {
		return l.config, &Faults{List: l.faults}
	}
	return l.config, nil
}

// derive fills in what follows from other settings.
func (l *loader) derive() {
	c := &l.config
	if c.Database.URL.Empty() {
		c.Database.Path = filepath.Join(c.Data, "ecusson.db")
	}
	if c.MasterKey.Empty() {
		c.MasterKeyFile = filepath.Join(c.Data, "master.key")
	}
	if c.Listen == "" {
		// /dev/mail lets whoever reaches it sign in as anybody: as long as the
		// site has no address of its own, only this machine reaches it.
		c.Listen = "localhost:8080"
		if c.Public() {
			c.Listen = ":8080"
		}
	}
	if c.URL == "" {
		c.URL = "http://localhost:" + portOf(c.Listen)
		if c.TLS.Certificate != "" {
			c.URL = "https://localhost:" + portOf(c.Listen)
		}
	}
	if c.SMTP.From.Name == "" {
		c.SMTP.From.Name = c.SiteName
	}
	c.DevMail = c.SMTP.Host == "" && (c.Command == Demo || c.Command == Serve && !c.Public())
}
