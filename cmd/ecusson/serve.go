package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ecusson/ecusson/internal/config"
	"github.com/ecusson/ecusson/internal/demo"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/mail"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/operate"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/seal"
	"github.com/ecusson/ecusson/internal/server"
	"github.com/ecusson/ecusson/internal/store"
	"github.com/ecusson/ecusson/verify"
)

// siteCommand is a command that reads the settings of a site.
func (a *app) siteCommand(which config.Command, use string, run func(ctx context.Context, c config.Config, args []string) error) *cobra.Command {
	name := string(which)
	cmd := &cobra.Command{Use: use, Short: a.t(name + ".short"), Long: a.t(name + ".long"), Args: cobra.ArbitraryArgs, DisableFlagsInUseLine: true}
	config.AddFlags(cmd.Flags(), which, func(key string) string { return a.say.T(key) })
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, faults := config.Load(config.Source{Command: which, Flags: cmd.Flags(), Env: a.lookup, Environ: a.environ()})
		t := func(key string, facts map[string]any) string { return a.say.T(key, facts) }
		if faults != nil {
			for _, f := range faults.List {
				fmt.Fprintln(a.err, safe(f.Say(t)))
			}
			return exit(wrongUse)
		}
		for _, w := range c.Warnings {
			fmt.Fprintln(a.err, safe(w.Say(t)))
		}
		return run(cmd.Context(), c, args)
	}
	return cmd
}

// lookup finds a variable; one that is empty is not there.
func (a *app) lookup(name string) (string, bool) {
	value := a.getenv(name)
	return value, value != ""
}

// environ lists what the environment says for us, where it is the process's own.
func (a *app) environ() []string {
	var out []string
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if a.getenv(name) != "" {
			out = append(out, pair)
		}
	}
	return out
}

func (a *app) serve() *cobra.Command {
	return a.siteCommand(config.Serve, "serve [flags]", func(ctx context.Context, c config.Config, _ []string) error {
		return a.runSite(ctx, c, nil)
	})
}

// demo serves a site that is full of an invented territory.
func (a *app) demo() *cobra.Command {
	return a.siteCommand(config.Demo, "demo [flags]", func(ctx context.Context, c config.Config, _ []string) error {
		return a.runSite(ctx, c, func(ctx context.Context, s *server.Site) error {
			a.print("demo.filling")
			err := demo.Fill(ctx, demo.Site{People: s.People, Orgs: s.Orgs, Badges: s.Badges, Awards: s.Awards, Keep: s.Keep, Drain: s.Worker.Drain})
			if err != nil {
				return err
			}
			a.print("demo.people", message.Facts{"Operator": demo.Operator, "Contest": demo.Contest, "Holder": demo.Holder, "URL": c.URL + "/login"})
			return nil
		})
	})
}

func (a *app) migrate() *cobra.Command {
	return a.siteCommand(config.Migrate, "migrate [flags]", func(ctx context.Context, c config.Config, _ []string) error {
		db, err := openStore(ctx, c)
		if err != nil {
			return err
		}
		defer db.Close()
		n, err := db.Migrate(ctx)
		if err != nil {
			return err
		}
		a.print("migrate.done", message.Facts{"Count": n})
		return nil
	})
}

// admin makes somebody run the site, from the shell of its machine.
func (a *app) admin() *cobra.Command {
	return a.siteCommand(config.Admin, "admin ADDRESS [flags]", func(ctx context.Context, c config.Config, args []string) error {
		if len(args) != 1 {
			return &useError{key: "argument-missing", facts: message.Facts{"Name": "ADDRESS"}, command: "ecusson admin"}
		}
		db, err := openStore(ctx, c)
		if err != nil {
			return err
		}
		defer db.Close()
		keeper, err := a.keeper(c)
		if err != nil {
			return err
		}
		site, err := server.New(ctx, a.options(c, db, keeper, slog.New(slog.DiscardHandler)))
		if err != nil {
			return err
		}
		if _, err := site.People.MakeOperator(ctx, args[0]); err != nil {
			return a.faultSaid(err)
		}
		a.print("admin.done", message.Facts{"Address": args[0]})
		return nil
	})
}

// faultSaid makes a sentence of an error that has one.
func (a *app) faultSaid(err error) error {
	var f *fault.Error
	if errors.As(err, &f) && a.say.Has(f.Key) {
		return errors.New(a.say.T(f.Key, f.Facts))
	}
	return err
}

func openStore(ctx context.Context, c config.Config) (*store.Store, error) {
	if !c.Database.Postgres() {
		if err := os.MkdirAll(filepath.Dir(c.Database.Path), 0o700); err != nil {
			return nil, err
		}
	}
	return store.Open(ctx, store.Options{URL: c.Database.URL.Reveal(), File: c.Database.Path, Connections: c.Database.Connections})
}

// keeper reads the master key, and makes it at the first start.
func (a *app) keeper(c config.Config) (*seal.Keeper, error) {
	if !c.MasterKey.Empty() {
		return seal.Parse(c.MasterKey.Reveal())
	}
	if err := os.MkdirAll(filepath.Dir(c.MasterKeyFile), 0o700); err != nil {
		return nil, err
	}
	k, made, err := seal.ReadOrMake(c.MasterKeyFile, a.random)
	if made {
		a.note("serve.key-made", message.Facts{"File": c.MasterKeyFile})
	}
	return k, err
}

// options are what a site is made from, by the settings.
func (a *app) options(c config.Config, db *store.Store, keeper *seal.Keeper, log *slog.Logger) server.Options {
	var name [6]byte
	_, _ = rand.Read(name[:]) // never fails
	return server.Options{
		Store: db, Keeper: keeper, Base: c.Base(), Former: c.Former(), Trusted: c.TrustedProxies, Name: c.SiteName, Lang: c.Language, Log: log,
		Now: a.now, Random: a.random, Owner: base64.RawURLEncoding.EncodeToString(name[:]),
		Policy: organization.Policy(c.SignUp), Contact: c.Contact, From: mail.Address{Name: c.SMTP.From.Name, Email: c.SMTP.From.Address}, Workers: c.Workers, BounceSecret: c.Bounce.Secret.Reveal(), Takeover: c.Takeover, UploadLimit: c.UploadLimit, RowLimit: c.RowLimit,
	}
}

// sender is what hands mails over: a server, or the outbox of a demonstration.
func sender(c config.Config, o *server.Options) error {
	if c.DevMail {
		o.Outbox = mail.NewOutbox(1000, 64<<20)
		o.Mail = o.Outbox
		if o.From.Email == "" {
			o.From = mail.Address{Name: c.SiteName, Email: "ecusson@localhost.example"}
		}
		return nil
	}
	smtp, err := mail.NewSMTP(mail.Config{
		Host: c.SMTP.Host, Port: c.SMTP.Port, User: c.SMTP.User, Password: c.SMTP.Password.Reveal(), From: o.From, Connections: 4,
		TLS: map[string]mail.TLSMode{config.TLSImplicit: mail.ImplicitTLS, config.TLSStart: mail.StartTLS, config.TLSNone: mail.NoTLS}[c.SMTP.Security],
	})
	o.Mail = smtp
	if b := c.Bounce; b.Host != "" {
		o.Mailbox = &mail.Mailbox{Host: b.Host, Port: b.Port, User: b.User, Password: b.Password.Reveal()}
	}
	return err
}

// runSite serves a site until ctx ends. fill, where it is not nil, puts something
// into it first.
func (a *app) runSite(ctx context.Context, c config.Config, fill func(ctx context.Context, s *server.Site) error) error {
	log := operate.NewLogger(a.err, operate.LogOptions{JSON: c.LogFormat == "json", Level: c.LogLevel})
	db, err := openStore(ctx, c)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.Migrate(ctx); err != nil {
		return err
	}
	keeper, err := a.keeper(c)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return misuse("serve.listen", message.Facts{"Listen": c.Listen, "Detail": err.Error()})
	}
	o := a.options(c, db, keeper, log)
	if err := sender(c, &o); err != nil {
		return err
	}
	if o.Fetcher, err = verify.GuardedIn(filepath.Join(c.Data, "fetched")); err != nil {
		log.Warn("fetched documents are not kept", "error", err)
		o.Fetcher = verify.Guarded()
	}
	site, err := server.New(ctx, o)
	if err != nil {
		return err
	}
	if fill != nil {
		if err := fill(ctx, site); err != nil {
			return err
		}
	}
	if err := a.welcome(ctx, c, site); err != nil {
		return err
	}
	parts, health, err := a.parts(c, db, site, listener, log)
	if err != nil {
		return err
	}
	return operate.Run(ctx, operate.RunOptions{Grace: c.StopGrace, Log: log, Health: health, Notify: operate.NewNotifier(a.lookup)}, parts...)
}

// parts are the pieces of a running site, in the order in which they start.
func (a *app) parts(c config.Config, db *store.Store, site *server.Site, listener net.Listener, log *slog.Logger) ([]operate.Part, *operate.Health, error) {
	metrics := operate.NewMetrics(version())
	traces, err := operate.NewTraces(operate.TraceOptions{Endpoint: c.OTLP, Version: version(), Failed: func(err error) { log.Warn("traces could not be sent", "error", err) }})
	if err != nil {
		return nil, nil, err
	}
	checks := []operate.Check{{Name: "database", Func: db.Ping}, {Name: "migrations", Func: func(ctx context.Context) error {
		n, err := db.Pending(ctx)
		if err == nil && n > 0 {
			err = fmt.Errorf("%d steps are to be taken", n)
		}
		return err
	}}}
	if !c.Database.Postgres() {
		checks = append(checks, operate.DiskSpace(c.Data, 100<<20))
	}
	health := operate.NewHealth(operate.HealthOptions{Checks: checks, Log: log, Now: a.now})
	site.Worker.Seen = func(kind string, took time.Duration, err error) {
		outcome := operate.JobDone
		if err != nil {
			outcome = operate.JobLater
		}
		metrics.Job(kind, outcome, 0, took)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /healthz", health.Live())
	mux.Handle("GET /readyz", health.Ready())
	if !c.Metrics.Token.Empty() {
		mux.Handle("GET /metrics", metrics.Handler(c.Metrics.Token.Reveal()))
	}
	mux.Handle("/", site.Handler)
	observed := operate.Observe(mux, operate.ObserveOptions{
		Log: log, Metrics: metrics, Traces: traces, Random: a.random, Now: a.now, Quiet: map[string]bool{"GET /healthz": true, "GET /readyz": true, "GET /static/": true},
	})
	web := &http.Server{Handler: observed, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 5 * time.Minute, WriteTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	if c.TLS.Certificate != "" {
		if web.TLSConfig, err = tlsConfig(c.TLS); err != nil {
			return nil, nil, err
		}
	}
	parts := []operate.Part{operate.Work("background", site.Work)}
	if c.Metrics.Listen != "" {
		l, err := net.Listen("tcp", c.Metrics.Listen)
		if err != nil {
			return nil, nil, misuse("serve.listen", message.Facts{"Listen": c.Metrics.Listen, "Detail": err.Error()})
		}
		parts = append(parts, operate.Serve("metrics", l, &http.Server{Handler: metrics.Handler(""), ReadHeaderTimeout: 10 * time.Second}))
	}
	return append(parts, operate.Serve("web", listener, web)), health, nil
}

// welcome says where the site is, and how its first administrator signs in.
func (a *app) welcome(ctx context.Context, c config.Config, site *server.Site) error {
	a.print("serve.open", message.Facts{"URL": c.URL})
	if c.DevMail {
		a.print("serve.dev-mail", message.Facts{"URL": c.URL + "/dev/mail"})
	}
	token, err := site.People.FirstOperator(ctx)
	if err != nil {
		return err
	}
	if token != id.Token("") {
		a.print("serve.first", message.Facts{"URL": c.URL + "/start/" + string(token)})
	}
	return nil
}
