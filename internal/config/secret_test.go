package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ecusson/ecusson/internal/config"
)

const hunter = "hunter2hunter2hunter2"

// TestNoSecretIsShown puts a secret into every setting, by every way that it may
// come, right or wrong, and looks for it in all that may be printed.
func TestNoSecretIsShown(t *testing.T) {
	t.Parallel()
	forms := []string{
		hunter, "x://me:" + hunter + "@host", "postgres://me:" + hunter + "@db/x", "postgres://me@db/x?password=" + hunter,
		"smtps://me:" + hunter + "@host", "pop3s://me:" + hunter + "@host", "https://me:" + hunter + "@host:x", "me:" + hunter + "@host",
		"postgres:// me:" + hunter + "@db", hunter + "\n" + hunter,
	}
	say := sayer(t, "en")
	// What is plain text may hold anything, and is shown.
	plain := []string{"data", "tls_certificate", "tls_key", "site_name", "mail_from_name"}
	for _, s := range config.Settings() {
		for _, form := range forms {
			if slices.Contains(plain, s.Name) || !s.Secret && !strings.Contains(form, "@") {
				continue
			}
			quoted, err := json.Marshal(form)
			if err != nil {
				t.Fatal(err)
			}
			env := func(name string) (string, bool) { return form, name == s.Env() }
			envFile := func(name string) (string, bool) { return "secret", name == s.EnvFile() && name != "" }
			disk := fstest.MapFS{"secret": {Data: []byte(form)}}
			inFile := fstest.MapFS{"ecusson.yaml": {Data: fmt.Appendf(nil, "%s: %s\n", s.Name, quoted), Mode: 0o600}}
			broken := fstest.MapFS{"ecusson.yaml": {Data: fmt.Appendf(nil, "%s: \"%s\n%s: [", s.Name, form, form), Mode: 0o600}}
			for _, from := range []config.Source{
				{Command: config.Serve, Env: env, Open: disk.Open}, {Command: config.Serve, Env: envFile, Open: disk.Open},
				{Command: config.Serve, Open: inFile.Open}, {Command: config.Serve, Open: broken.Open},
			} {
				c, faults := config.Load(from)
				if shown := everything(t, say, c, faults); strings.Contains(shown, hunter) {
					at := strings.Index(shown, hunter)
					t.Errorf("%s = %q: the secret is in …%s", s.Name, form, shown[max(0, at-100):at])
				}
			}
		}
	}
}

// everything is all that a program may print of a Config and its faults.
func everything(t *testing.T, say func(string, map[string]any) string, c config.Config, faults *config.Faults) string {
	t.Helper()
	var out bytes.Buffer
	fmt.Fprintln(&out, config.Describe(c), c.Database, c.SMTP, c.Bounce, c.Metrics, c.MasterKey, c.Warnings)
	fmt.Fprintf(&out, "%+v %#v\n", c.SMTP.Password, c.SMTP.Password)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "password", c.SMTP.Password, "key", c.MasterKey)
	if err := json.NewEncoder(&out).Encode(c); err != nil {
		t.Fatal(err)
	}
	list := c.Warnings
	if faults != nil {
		fmt.Fprintln(&out, faults)
		list = slices.Concat(list, faults.List)
	}
	for _, f := range list {
		out.WriteString(f.Say(say) + "\n")
	}
	return out.String()
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	c, faults := load(t, config.Serve, nil, with(public, "SMTP_URL", "smtps://me@mail.example.org", "SMTP_PASSWORD", hunter,
		"DATABASE", "postgres://me:"+hunter+"@db/x?sslmode=require"))
	if faults != nil {
		t.Fatal(faults)
	}
	values := map[string]string{}
	for _, line := range config.Describe(c) {
		values[line.Setting] = line.Value
	}
	for setting, want := range map[string]string{
		"smtp_password": "••••••", "database": "postgres://me:••••••@db/x?sslmode=require", "bounce_secret": "", "listen": ":8080",
		"workers": "8", "master_key": "data/master.key", "mail_from_name": "Écusson", "database_password": "",
	} {
		if got, there := values[setting]; !there || got != want {
			t.Errorf("%s is shown as %q, want %q", setting, got, want)
		}
	}
	if len(values) != len(config.Settings()) {
		t.Errorf("%d settings are shown, of %d", len(values), len(config.Settings()))
	}
}

func TestSecret(t *testing.T) {
	t.Parallel()
	if s := config.NewSecret(hunter); s.Reveal() != hunter || s.Empty() || s.String() == "" {
		t.Errorf("%v", s)
	}
	if s := (config.Secret{}); !s.Empty() || s.String() != "" {
		t.Errorf("%v", s)
	}
}
