package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"

	"github.com/ecusson/ecusson/internal/message"
)

// asProgram makes the test binary be the program, for tests that kill it.
const asProgram = "ECUSSON_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	testscript.Main(m, map[string]func(){"ecusson": main})
}

// TestScripts runs the scripts of testdata/script, each in a folder of its own,
// with the program as a program.
func TestScripts(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("LANG", "en_GB.UTF-8")
			env.Setenv("EXAMPLES", filepath.Join(root, "examples"))
			env.Setenv("TESTDATA", filepath.Join(root, "cmd", "ecusson", "testdata"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "issue": issue, "member": member, "replace": replace,
		},
	})
}

// exits runs ecusson and compares its exit code: "exits 3 verify absent.png".
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: exits CODE ARGUMENTS")
	}
	err := ts.Exec("ecusson", args[1:]...)
	code := "0"
	if err != nil {
		code = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if code != args[0] {
		ts.Fatalf("ecusson %s: exit %s, want %s", strings.Join(args[1:], " "), code, args[0])
	}
}

// issue writes the test credential with the issuer that a key file names:
// "issue KEY OUT", where KEY is the standard output of keygen.
func issue(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: issue KEYGEN-OUTPUT FILE")
	}
	_, name, ok := strings.Cut(ts.ReadFile(args[0]), "did:key:")
	if !ok {
		ts.Fatalf("no did:key in %s", args[0])
	}
	name, _, _ = strings.Cut(name, "\n")
	template, err := os.ReadFile(filepath.Join(ts.Getenv("TESTDATA"), "credential.json"))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), bytes.ReplaceAll(template, []byte("ISSUER"), []byte("did:key:"+name)), 0o644))
}

// member compares a member of the JSON in a file: "member FILE verdict valid",
// "member FILE checks.5.code ok".
func member(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: member FILE PATH VALUE")
	}
	var at any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &at))
	for _, step := range strings.Split(args[1], ".") {
		switch node := at.(type) {
		case map[string]any:
			at = node[step]
		case []any:
			found := false
			for i, item := range node {
				object, _ := item.(map[string]any)
				if object["id"] == step || object["name"] == step || step == string(rune('0'+i)) {
					at, found = item, true
					break
				}
			}
			if !found {
				ts.Fatalf("%s has no %s", args[0], args[1])
			}
		default:
			ts.Fatalf("%s has no %s", args[0], args[1])
		}
	}
	text, ok := at.(string)
	if !ok {
		data, err := json.Marshal(at)
		ts.Check(err)
		text = string(data)
	}
	if (text == args[2]) == neg {
		ts.Fatalf("%s: %s is %s", args[0], args[1], text)
	}
}

// replace replaces a text in a file: "replace FILE OLD NEW".
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not contain %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], args[2])), 0o644))
}

// TestHelpIsInBothLanguages looks for a sentence that is its own key: one that
// no file has.
func TestHelpIsInBothLanguages(t *testing.T) {
	t.Parallel()
	catalog, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, lang := range []string{"fr", "en"} {
		var out bytes.Buffer
		a := &app{world: world{getenv: func(string) string { return "" }, out: &out, err: &out}, catalog: catalog, say: catalog.For(lang)}
		root := a.root()
		var visit func(*cobra.Command)
		visit = func(cmd *cobra.Command) {
			if cmd.Hidden {
				return
			}
			if cmd != root && cmd.Short == "" {
				t.Errorf("%s has no short help", cmd.CommandPath())
			}
			if err := cmd.Help(); err != nil {
				t.Error(err)
			}
			for _, sub := range cmd.Commands() {
				visit(sub)
			}
		}
		visit(root)
		for _, word := range strings.Fields(out.String()) {
			if strings.HasPrefix(word, "cli.") {
				t.Errorf("%s: no sentence %s", lang, word)
			}
		}
		texts[lang] = out.String()
	}
	if texts["fr"] == texts["en"] {
		t.Error("the help is the same in both languages")
	}
}

// call runs the program in this process.
func call(t *testing.T, locale string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(context.Background(), world{
		args: args, getenv: func(name string) string {
			if name == "LANG" {
				return locale
			}
			return ""
		},
		in: strings.NewReader(""), out: &o, err: &e,
		now: func() time.Time { return time.Date(2026, 6, 12, 10, 0, 0, 0, time.UTC) }, random: rand.Reader,
	})
	return code, o.String(), e.String()
}

func TestWrongUse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args, fr, en string
	}{
		{"verifi x", "il n’y a pas de commande « verifi » ; vouliez-vous dire verify", "no command “verifi”; did you mean verify"},
		{"verify", "il manque FILE|URL", "FILE|URL is missing"},
		{"verify a b", "« b » est en trop", "“b” is one argument too many"},
		{"verify --nope x", "pas d’option --nope", "no option --nope"},
		{"verify -z x", "pas d’option -z", "no option -z"},
		{"verify x --at", "l’option --at attend une valeur", "--at needs a value"},
		{"verify x --offline=perhaps", "« perhaps » ne convient pas", "“perhaps” is not a value"},
		{"verify x --at tomorrow", "« tomorrow » n’est ni un jour", "“tomorrow” is neither a day"},
		{"verify x --recipient=", "l’option --recipient attend une valeur", "--recipient needs a value"},
		{"verify http://example.org/b", "n’est pas une adresse où chercher un badge", "is no address that a badge is fetched from"},
		{"--lang de verify x", "“de” is not", "“de” is not"},
		{"verify absent.png", "le fichier absent.png n’existe pas", "there is no file absent.png"},
		{"verify testdata", "testdata est un dossier", "testdata is a folder"},
		{"verify x --documents absent.json", "le fichier absent.json n’existe pas", "there is no file absent.json"},
		{"sign x", "l’option --key est nécessaire", "the option --key is needed"},
		{"sign x --key absent", "le fichier absent n’existe pas", "there is no file absent"},
		{"sign x --key main.go", "ne contient pas de clé", "holds no signing key"},
		{"sign x --key k --jwt --suite eddsa-jcs-2022", "ne vont pas ensemble", "cannot be used together"},
		{"keygen", "l’option --out est nécessaire", "the option --out is needed"},
		{"keygen --out x --kind dsa", "« dsa » n’en est pas un", "“dsa” is not"},
		{"rdf canonicalise x", "pas de commande « canonicalise »", "no command “canonicalise”"},
		{"rdf canonicalize testdata/absent.nq --hash md5", "« md5 »", "“md5”"},
		{"jsonld expand main.go --options nonsense", "les options sont incorrectes", "the options are not right"},
		{"completion tcsh", "« tcsh »", "“tcsh”"},
		{"help nothing", "pas de commande « nothing »", "no command “nothing”"},
		{"bench --rounds 0", "« 0 » ne convient pas", "“0” is not a value"},
	} {
		for _, l := range []struct{ locale, want string }{{"fr_FR.UTF-8", c.fr}, {"C", c.en}} {
			code, out, errs := call(t, l.locale, strings.Fields(c.args)...)
			// Spaces of French punctuation are not what is tested here.
			plain := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(errs)
			if code != wrongUse || out != "" || !strings.Contains(plain, l.want) {
				t.Errorf("%s, %s: exit %d, %q, %q; want %q", c.args, l.locale, code, out, plain, l.want)
			}
		}
	}
}

// TestEveryKeyHasASentence looks in the source for the keys of sentences that
// are written out there.
func TestEveryKeyHasASentence(t *testing.T) {
	t.Parallel()
	catalog, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	pattern := regexp.MustCompile(`(?:a\.t|a\.print|a\.note|misuse)\("([a-z0-9.-]+)"|(?:say\.T\(|\{)"((?:verify|cli|folder|sheet)\.[a-z0-9.-]+[a-z0-9])"|key: "([a-z0-9.-]+)"`)
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range pattern.FindAllStringSubmatch(string(source), -1) {
			key := m[2]
			if short := m[1] + m[3]; short != "" {
				key = "cli." + short
			}
			if strings.HasSuffix(key, ".") || strings.HasSuffix(key, "-") {
				continue // the rest is added
			}
			count++
			for _, lang := range []string{"fr", "en"} {
				if !catalog.For(lang).Has(key) {
					t.Errorf("%s: no sentence %s in %s", name, key, lang)
				}
			}
		}
	}
	if count < 150 {
		t.Errorf("%d keys found", count)
	}
}

func TestNothingSteersTheTerminal(t *testing.T) {
	t.Parallel()
	const evil = "\x1b[31m\u009b1m\u202e\u2028"
	for _, args := range [][]string{
		{"verify", evil + ".png"}, {evil}, {"verify", "--" + evil}, {"publish", evil, "--key", evil}, {"rdf", evil}, {"verify", "https://u@x/" + evil},
	} {
		_, out, errs := call(t, "C", args...)
		for _, r := range out + errs {
			if r != '\n' && steers(r) {
				t.Errorf("%q: %q", args, out+errs)
				break
			}
		}
	}
	if got := string(escapeControls([]byte("{\"a\": \"" + "\u009b\u202e é\"}\n"))); got != "{\"a\": \"\\u009b\\u202e é\"}\n" {
		t.Errorf("%q", got)
	}
}
