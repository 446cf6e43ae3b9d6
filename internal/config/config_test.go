package config_test

import (
	"testing"

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
