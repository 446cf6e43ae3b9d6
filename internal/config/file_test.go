package config_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/ecusson/ecusson/internal/config"
)

// loadFile reads settings from a settings file, and other files beside it.
func loadFile(text string, files ...string) (config.Config, *config.Faults) {
	disk := fstest.MapFS{"ecusson.yaml": {Data: []byte(text), Mode: 0o600}}
	for i := 0; i < len(files); i += 2 {
		disk[files[i]] = &fstest.MapFile{Data: []byte(files[i+1]), Mode: 0o600}
	}
	return config.Load(config.Source{Command: config.Serve, Open: disk.Open})
}

func TestFile(t *testing.T) {
	t.Parallel()
	c, faults := loadFile("\ufeff# a site\nurl: https://badges.example.org\n\nformer_urls:\n  - https://a.example.org\n  - https://b.example.org\n"+
		"smtp_url: smtp://me@mail.example.org\nsmtp_password_file: secret/mail\nmail_from: 'badges@example.org'\ncontact: help@example.org\n"+
		"trusted_proxies: 10.0.0.1, 10.0.0.2\nworkers: 12\nsite_name: 2026\nmetrics_listen:\n", "secret/mail", "hunter2\r\n")
	if faults != nil || c.Warnings != nil {
		t.Fatalf("faults %v, warnings %v", faults, c.Warnings)
	}
	if c.File != "ecusson.yaml" || len(c.FormerURLs) != 2 || c.SMTP.Password.Reveal() != "hunter2" || c.Workers != 12 || c.SiteName != "2026" || len(c.TrustedProxies) != 2 || c.Metrics.Listen != "" {
		t.Errorf("%+v", c)
	}
	for _, empty := range []string{"", "\n", "# nothing\n", "---\n", "null\n"} {
		if _, faults := loadFile(empty); faults != nil {
			t.Errorf("%q: %v", empty, faults)
		}
	}
}

// TestFileFaults: each fault has its line and column.
func TestFileFaults(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"workers: 2\nworkers: 3\n":                 "fault.yaml", // the parser itself refuses it
		"urls: https://a.example.org\n":            "1:1  fault.unknown-near url",
		"site-name: x\n":                           "1:1  fault.unknown-near site_name",
		"workers: 2\nhunter2: x\n":                 "2:1  fault.unknown",
		"workers: 2\n  site_name: x\n":             "fault.yaml",
		"workers: \"2\n":                           "fault.yaml",
		"- workers\n":                              "1:1  fault.yaml-map",
		"workers\n":                                "1:1  fault.yaml-map",
		"workers: [1, 2]\n":                        "1:10 workers fault.one-line",
		"workers: {a: 1}\n":                        "workers fault.one-line",
		"former_urls: [[https://a.example.org]]\n": "1:15 former_urls fault.one-line",
		"workers: &a 2\n":                          "workers fault.yaml-alias",
		"workers: !!int 2\n":                       "workers fault.yaml-alias",
		"site_name: |\n  one\n  two\n":             "1:1 site_name fault.one-line",
		"? [a]\n: x\n":                             "fault.yaml",
		"workers: 2\n---\nworkers: 3\n":            "fault.yaml",
		"workers: 0\n":                             "1:1 workers fault.number",
		"site_name: x\nsmtp_password: x\nsmtp_password_file: y\n": "2:1 smtp_password fault.both",
		"smtp_password_file: y\n":                                 "1:1 smtp_password fault.file-absent",
		"smtp_password_file: empty\n":                             "1:1 smtp_password fault.file-empty",
		"smtp_password_file: long\n":                              "1:1 smtp_password fault.file-long",
		"smtp_password_file: lines\n":                             "1:1 smtp_password fault.one-line",
		"workers: \xff\n":                                         "fault.yaml",
		"former_urls: " + strings.Repeat("[", 10_000):             "fault.yaml",
		strings.Repeat("- ", 20_000):                              "fault.yaml",
		strings.Repeat("# long\n", 20_000):                        "fault.file-long",
	} {
		_, faults := loadFile(text, "empty", "\n", "long", strings.Repeat("x", 70_000), "lines", "a\nb\n")
		if faults == nil || len(faults.List) == 0 {
			t.Errorf("%.40q: no fault", text)
			continue
		}
		f := faults.List[0]
		near, _ := f.Facts["Near"].(string)
		got := strings.TrimSpace(fmt.Sprintf("%d:%d %s %s %s", f.Origin.Line, f.Origin.Column, f.Setting, f.Code, near))
		if !strings.HasSuffix(got, want) {
			t.Errorf("%.40q: %s, want %s", text, got, want)
		}
		if f.Origin.Name != "ecusson.yaml" {
			t.Errorf("%.40q: comes from %q", text, f.Origin.Name)
		}
	}
}

func TestFileThatOthersRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"smtp_password: x\n": true, "database: postgres://me:x@db/x\n": true,
		"smtp_password_file: p\n": false, "database: postgres://me@db/x\n": false, "site_name: x\n": false,
	} {
		disk := fstest.MapFS{"s.yaml": {Data: []byte(text), Mode: 0o644}, "p": {Data: []byte("x")}}
		env := func(name string) (string, bool) { return "s.yaml", name == "ECUSSON_CONFIG" }
		c, _ := config.Load(config.Source{Command: config.Migrate, Env: env, Open: disk.Open})
		if got := strings.Contains(fmt.Sprint(warnings(c)), "warn.file-exposed"); got != want {
			t.Errorf("%q: warned %v", text, got)
		}
		disk["s.yaml"].Mode = fs.FileMode(0o640)
		if c, _ := config.Load(config.Source{Command: config.Migrate, Env: env, Open: disk.Open}); strings.Contains(fmt.Sprint(warnings(c)), "warn.file-exposed") {
			t.Errorf("%q: warned though its group alone may read it", text)
		}
	}
}

func TestUnknownVariables(t *testing.T) {
	t.Parallel()
	c, faults := config.Load(config.Source{Command: config.Migrate, Open: fstest.MapFS{}.Open, Environ: []string{
		"PATH=/bin", "ECUSSON_DATA=./data", "ECUSSON_SMTP_PASSWORD_FILE=x", "ECUSSON_CONFIG=", "ECUSSON_SERVICE_HOST=10.0.0.1",
		"ECUSSON_PORT_8080_TCP=tcp://10.0.0.1:8080", "ECUSSON_SMPT_URL=smtp://x", "ECUSSON_WHATEVER=hunter2",
	}})
	if faults != nil {
		t.Fatal(faults)
	}
	var got []string
	for _, w := range c.Warnings {
		got = append(got, w.String())
	}
	want := []string{" (ECUSSON_SMPT_URL): warn.variable-near: Near=ECUSSON_SMTP_URL", " (ECUSSON_WHATEVER): warn.variable"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestDefaultFileUnreadable: a settings file that is there is read or complained
// of, never passed over.
func TestDefaultFileUnreadable(t *testing.T) {
	t.Parallel()
	open := func(path string) (fs.File, error) {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
	}
	_, faults := config.Load(config.Source{Command: config.Migrate, Open: open})
	if d := cmp.Diff([]string{" fault.file-read"}, codes(faults)); d != "" {
		t.Error(d)
	}
}

func FuzzFile(f *testing.F) {
	f.Add("url: https://badges.example.org\nformer_urls:\n  - https://a.example.org\nworkers: 3\n")
	f.Add("a: &x [1]\nb: *x\n? {}\n: !!t y\n---\n- - -\n")
	f.Add("database: postgres://me:hunter2@a:1,b:2/x?sslmode=disable\nsmtp_url: \"smtps://a@b:1\"\nupload_limit: 1 Mo\n")
	f.Fuzz(func(t *testing.T, text string) {
		disk := fstest.MapFS{"ecusson.yaml": {Data: []byte(text)}}
		c, faults := config.Load(config.Source{Command: config.Serve, Open: disk.Open})
		if faults != nil {
			if len(faults.List) == 0 || faults.Error() == "" {
				t.Error("faults without a fault")
			}
			return
		}
		if c.Base().Host == "" || c.Workers < 1 || c.UploadLimit < 1 || c.StopGrace <= 0 || c.Listen == "" {
			t.Errorf("a Config without a fault lacks something: %+v", c)
		}
		config.Describe(c)
	})
}
