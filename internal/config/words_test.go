package config_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"github.com/ecusson/ecusson/internal/config"
	"github.com/ecusson/ecusson/internal/message"
)

var update = flag.Bool("update", false, "write the table of settings in docs/operate.md anew")

func printer(t *testing.T, lang string) *message.Printer {
	t.Helper()
	catalog, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	return catalog.For(lang)
}

// sayer says the sentence of a key, which must be there and know all its facts.
func sayer(t *testing.T, lang string) func(string, map[string]any) string {
	t.Helper()
	p := printer(t, lang)
	return func(key string, facts map[string]any) string {
		text := p.T(key, message.Facts(facts))
		if text == key || strings.Contains(text, "<no value>") {
			t.Errorf("%s: %s says %q of %v", lang, key, text, facts)
		}
		return text
	}
}

// TestWords: every code has its sentence, in both languages, and every sentence
// a code.
func TestWords(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("fault.go")
	if err != nil {
		t.Fatal(err)
	}
	// FaultFlag = "fault.flag" // what it means [Detail, …]
	found := regexp.MustCompile(`(?m)^\t(?:Fault|Warn)\w+\s*= "((?:fault|warn)\.[a-z-]+)"\s*// .*?(?:\[([A-Za-z, ]+)\])?$`).FindAllStringSubmatch(string(source), -1)
	if len(found) < 50 {
		t.Fatalf("only %d codes were found in fault.go", len(found))
	}
	known := map[string]bool{"config.line": true, "config.line-file": true, "config.setting.config": true}
	for _, from := range []string{config.FromDefault, config.FromFile, config.FromEnv, config.FromFlag} {
		known["config.from."+from] = true
	}
	for _, s := range config.Settings() {
		known[s.Key()] = true
	}
	says := map[string]func(string, map[string]any) string{"fr": sayer(t, "fr"), "en": sayer(t, "en")}
	for _, code := range found {
		known["config."+code[1]] = true
		facts := map[string]any{}
		for name := range strings.SplitSeq(code[2], ", ") {
			facts[name] = "FACT-" + name
		}
		for lang, say := range says {
			text := config.Fault{Setting: "url", Origin: config.Origin{Kind: config.FromEnv, Name: "ECUSSON_URL"}, Code: code[1], Facts: facts}.Say(say)
			if !strings.Contains(text, "url") || !strings.Contains(text, "ECUSSON_URL") {
				t.Errorf("%s does not say which setting, and where it was set", text)
			}
			for name := range facts {
				if name != "" && !strings.Contains(text, "FACT-"+name) {
					t.Errorf("%s: %s does not say its %s", lang, code[1], name)
				}
			}
		}
	}
	for _, lang := range []string{"fr", "en"} {
		p := printer(t, lang)
		for key := range known {
			if !p.Has(key) {
				t.Errorf("%s: %s has no sentence", lang, key)
			}
		}
	}
	locale, err := os.ReadFile("../message/locales/config.en.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range regexp.MustCompile(`(?m)^ *"(config\.[a-z._-]+)":`).FindAllStringSubmatch(string(locale), -1) {
		if !known[key[1]] {
			t.Errorf("the sentence %s belongs to nothing", key[1])
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, s := range config.Settings() {
		for _, name := range []string{s.Name, s.Env(), s.EnvFile(), "--" + s.Flag()} {
			if name != "" && seen[name] {
				t.Errorf("%s is the name of two settings", name)
			}
			seen[name] = true
		}
		if len(s.Commands) == 0 {
			t.Errorf("no command reads %s", s.Name)
		}
	}
}

// TestFlags: each command has the flags of its settings, each with the name of
// its value, and none for a secret itself.
func TestFlags(t *testing.T) {
	t.Parallel()
	for _, command := range []config.Command{config.Serve, config.Demo, config.Migrate, config.Backup, config.Restore, config.Admin, config.Healthcheck} {
		flags := pflag.NewFlagSet("x", pflag.ContinueOnError)
		p := printer(t, "fr")
		config.AddFlags(flags, command, func(key string) string { return p.T(key) })
		if flags.Lookup("config") == nil {
			t.Errorf("%s has no --config", command)
		}
		for _, s := range config.Settings() {
			f := flags.Lookup(s.Flag())
			if (f != nil) != s.For(command) {
				t.Errorf("%s: --%s is there: %v", command, s.Flag(), f != nil)
			}
			if f != nil {
				if name, _ := pflag.UnquoteUsage(f); name == "" || name == "string" {
					t.Errorf("--%s does not name its value", s.Flag())
				}
			}
			if s.Secret && flags.Lookup(strings.TrimSuffix(s.Flag(), "-file")) != nil {
				t.Errorf("%s: the secret %s may be put on the command line", command, s.Name)
			}
		}
	}
}

const (
	tableBegin = "<!-- settings: written by the tests of internal/config -->\n"
	tableEnd   = "<!-- end of settings -->\n"
)

// table is the table of settings of docs/operate.md.
func table(t *testing.T) string {
	t.Helper()
	p := printer(t, "en")
	var b strings.Builder
	b.WriteString("| setting | what for | default |\n|---|---|---|\n")
	for _, s := range config.Settings() {
		what := strings.ReplaceAll(p.T(s.Key()), "`", "")
		what = strings.ToUpper(what[:1]) + what[1:]
		by := ""
		switch {
		case s.Secret:
			by = " *(secret)*"
			what = strings.TrimPrefix(strings.TrimPrefix(what, "FILE of the "), "FILE of ")
			what = strings.ToUpper(what[:1]) + what[1:]
		case s.Filed:
			by = " *(or file)*"
		case s.List:
			by = " *(list)*"
		}
		standard := s.Derived
		if s.Default != "" {
			standard = "`" + s.Default + "`"
		}
		for command, own := range s.Except {
			standard += fmt.Sprintf("; `%s` for `%s`", own, command)
		}
		fmt.Fprintf(&b, "| `%s`%s | %s | %s |\n", s.Name, by, what, standard)
	}
	return b.String()
}

func TestDocumentation(t *testing.T) {
	t.Parallel()
	const path = "../../docs/operate.md"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), tableBegin)
	old, after, ok2 := strings.Cut(rest, tableEnd)
	if !ok || !ok2 {
		t.Fatal("docs/operate.md has no place for the table of settings")
	}
	if *update {
		if err := os.WriteFile(path, []byte(before+tableBegin+table(t)+tableEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(table(t), old); d != "" {
		t.Errorf("the table of docs/operate.md is not that of the program; mend it by: go test ./internal/config -run Documentation -update\n%s", d)
	}
}

// TestNamesElsewhere: every variable and flag that the documentation and the
// files for systemd and containers name is one that there is.
func TestNamesElsewhere(t *testing.T) {
	t.Parallel()
	known := map[string]bool{"ECUSSON_CONFIG": true, "config": true}
	keys := map[string]bool{}
	for _, s := range config.Settings() {
		known[s.Env()], known[s.EnvFile()], known[s.Flag()] = true, true, true
		keys[s.Name], keys[s.Name+"_file"] = true, true
	}
	for _, path := range []string{"docs/operate.md", "Dockerfile", "compose.yaml", "deploy/ecusson.service", "deploy/ecusson.yaml"} {
		data, err := os.ReadFile("../../" + path)
		if err != nil {
			t.Error(err)
			continue
		}
		named := regexp.MustCompile(`ECUSSON_[A-Z_]+`).FindAllString(string(data), -1)
		for _, flag := range regexp.MustCompile(`ecusson(?: serve| demo| migrate| backup| restore| admin)[^\n|]*`).FindAllString(string(data), -1) {
			for _, f := range regexp.MustCompile(`--([a-z-]+)`).FindAllStringSubmatch(flag, -1) {
				named = append(named, f[1])
			}
		}
		if path == "deploy/ecusson.yaml" {
			for _, key := range regexp.MustCompile(`(?m)^#? ?([a-z_]+):`).FindAllStringSubmatch(string(data), -1) {
				if !keys[key[1]] {
					t.Errorf("%s: there is no setting %s", path, key[1])
				}
				named = append(named, "config") // something was found
			}
		}
		if len(named) == 0 {
			t.Errorf("%s names no setting", path)
		}
		for _, name := range named {
			if name == "help" { // every command has it
				continue
			}
			if !known[name] {
				t.Errorf("%s: there is no %s", path, name)
			}
		}
	}
}
