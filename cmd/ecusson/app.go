package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/ecusson/ecusson/internal/message"
)

// app is one run of the program: what it was given, and its language.
type app struct {
	world
	catalog *message.Catalog
	say     *message.Printer
}

// run runs the program and returns its exit code.
func run(ctx context.Context, w world) int {
	catalog, err := message.Load()
	if err != nil {
		fmt.Fprintln(w.err, err)
		return failed
	}
	a := &app{world: w, catalog: catalog}
	a.say = catalog.For(a.locale())
	root := a.root()
	root.SetArgs(w.args)
	err = root.ExecuteContext(ctx)
	var said exit
	var use *useError
	complain := func() {
		// Errors name files, keys and arguments, which may be foreign.
		lines := strings.Split(a.sentence(err), "\n")
		for i := range lines {
			lines[i] = safe(lines[i])
		}
		fmt.Fprintln(w.err, a.say.T("cli.error", message.Facts{"Error": strings.Join(lines, "\n")}))
	}
	switch {
	case err == nil:
		return done
	case errors.As(err, &said):
		return int(said)
	case errors.As(err, &use):
		complain()
		if use.command != "" {
			fmt.Fprintln(w.err, a.say.T("cli.see-help", message.Facts{"Command": use.command}))
		}
		return wrongUse
	default:
		complain()
		return failed
	}
}

// locale is what --lang says, or else the environment (POSIX.1-2017 §8.2). The
// language is needed before flags are read, since it is that of their help.
func (a *app) locale() string {
	said := ""
	for i, arg := range a.args {
		if arg == "--" {
			break
		}
		if lang, ok := strings.CutPrefix(arg, "--lang="); ok {
			said = lang
		} else if arg == "--lang" && i+1 < len(a.args) {
			said = a.args[i+1]
		}
	}
	if said != "" {
		return said
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := a.getenv(name); value != "" {
			return value
		}
	}
	return ""
}

// t says a sentence of the command line.
func (a *app) t(key string, facts ...message.Facts) string { return a.say.T("cli."+key, facts...) }

// print writes a sentence on standard output, note on standard error.
func (a *app) print(key string, facts ...message.Facts) { fmt.Fprintln(a.out, a.t(key, facts...)) }
func (a *app) note(key string, facts ...message.Facts)  { fmt.Fprintln(a.err, a.t(key, facts...)) }

// exit is an exit code of which all has been said.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// useError is wrong use of the program: a sentence, and the command whose help
// says how it is used.
type useError struct {
	key     string
	facts   message.Facts
	command string
}

func (e *useError) Error() string { return e.key }

// misuse is wrong use that the help of no command would tell more of: a file
// that is not there.
func misuse(key string, facts message.Facts) error { return &useError{key: key, facts: facts} }

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use: "ecusson", Long: a.t("about"), Version: version(),
		SilenceErrors: true, SilenceUsage: true, SuggestionsMinimumDistance: 2,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			key := "unknown-command"
			near := strings.Join(cmd.SuggestionsFor(args[0]), ", ")
			if near != "" {
				key = "unknown-command-near"
			}
			return &useError{key: key, facts: message.Facts{"Name": args[0], "Near": near}, command: "ecusson"}
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("lang") {
				return nil
			}
			return oneOf(cmd, "lang", "fr", "en")
		},
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetHelpFunc(a.help)
	root.SetUsageFunc(func(cmd *cobra.Command) error { a.help(cmd, nil); return nil })
	root.SetFlagErrorFunc(flagError)
	root.SetVersionTemplate("ecusson {{.Version}}\n")
	root.PersistentFlags().String("lang", "", a.t("flag.lang"))
	root.PersistentFlags().BoolP("help", "h", false, a.t("flag.help"))
	root.Flags().Bool("version", false, a.t("flag.version"))
	root.SetHelpCommand(&cobra.Command{Use: "no-help-command", Hidden: true})
	root.AddGroup(
		&cobra.Group{ID: "site", Title: a.t("group.site")},
		&cobra.Group{ID: "award", Title: a.t("group.award")},
		&cobra.Group{ID: "badge", Title: a.t("group.badge")},
		&cobra.Group{ID: "tools", Title: a.t("group.tools")},
	)
	for group, commands := range map[string][]*cobra.Command{
		"site":  {a.serve(), a.demo(), a.migrate(), a.backup(), a.restore(), a.admin(), a.healthcheck()},
		"award": {a.keygen(), a.award(), a.publish(), a.revoke(), a.suspend(), a.unsuspend()},
		"badge": {a.verify(), a.sign(), a.bake(), a.extract()},
		"tools": {a.jsonld(), a.rdf(), a.bench(), a.completion(), a.helpCommand()},
	} {
		for _, cmd := range commands {
			cmd.GroupID = group
			root.AddCommand(cmd)
		}
	}
	return root
}

// version is that of the module, or the commit that the program was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "?"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return "devel"
}

// flagError says what cobra's flags say in English.
func flagError(cmd *cobra.Command, err error) error {
	if errors.Is(err, pflag.ErrHelp) {
		return err
	}
	use := &useError{key: "bad-flag", facts: message.Facts{"Detail": err.Error()}, command: cmd.CommandPath()}
	var (
		absent *pflag.NotExistError
		empty  *pflag.ValueRequiredError
		value  *pflag.InvalidValueError
	)
	switch {
	case errors.As(err, &absent):
		name := "--" + absent.GetSpecifiedName()
		if short := absent.GetSpecifiedShortnames(); short != "" {
			name = "-" + short
		}
		use.key, use.facts = "unknown-flag", message.Facts{"Name": name}
	case errors.As(err, &empty):
		use.key, use.facts = "flag-value", message.Facts{"Name": "--" + empty.GetSpecifiedName()}
	case errors.As(err, &value):
		use.key, use.facts = "flag-bad-value", message.Facts{"Name": "--" + value.GetFlag().Name, "Value": value.GetValue()}
	}
	return use
}

// arguments are the arguments by their names, as in "FILE" or "FOLDER ID".
func arguments(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return &useError{key: "argument-missing", facts: message.Facts{"Name": names[len(args)]}, command: cmd.CommandPath()}
		case len(args) > len(names):
			return &useError{key: "argument-many", facts: message.Facts{"Name": args[len(names)]}, command: cmd.CommandPath()}
		}
		return nil
	}
}

// need refuses a command without a flag that it cannot do without.
func need(cmd *cobra.Command, names ...string) error {
	for _, name := range names {
		if !cmd.Flags().Changed(name) {
			return &useError{key: "flag-missing", facts: message.Facts{"Name": "--" + name}, command: cmd.CommandPath()}
		}
	}
	return nil
}

// oneOf refuses a flag's value that is not one of a few.
func oneOf(cmd *cobra.Command, name string, values ...string) error {
	value := cmd.Flag(name).Value.String()
	for _, v := range values {
		if v == value {
			return nil
		}
	}
	return &useError{
		key: "flag-one-of", command: cmd.CommandPath(),
		facts: message.Facts{"Name": "--" + name, "Value": value, "Values": strings.Join(values, ", ")},
	}
}

// maxInput bounds a file that is read whole; a badge with its picture has some
// hundred kilobytes.
const maxInput = 64 << 20

// read reads a file of at most maxInput bytes, or standard input for "-".
func (a *app) read(path string) ([]byte, error) {
	in := a.in
	if path != "-" {
		// A pipe is not opened: that would wait for its other end.
		switch info, err := os.Stat(path); {
		case err != nil:
			return nil, unreadable(path, err)
		case info.IsDir():
			return nil, misuse("file-is-folder", message.Facts{"File": path})
		case !info.Mode().IsRegular():
			return nil, misuse("file-odd", message.Facts{"File": path})
		}
		file, err := os.Open(path)
		if err != nil {
			return nil, unreadable(path, err)
		}
		defer file.Close()
		in = file
	}
	data, err := io.ReadAll(io.LimitReader(in, maxInput+1))
	switch {
	case err != nil:
		return nil, unreadable(path, err)
	case len(data) > maxInput:
		return nil, misuse("file-too-large", message.Facts{"File": path, "Limit": maxInput >> 20})
	}
	return data, nil
}

func unreadable(path string, err error) error {
	switch {
	case errors.Is(err, os.ErrNotExist):
		return misuse("file-absent", message.Facts{"File": path})
	case errors.Is(err, os.ErrPermission):
		return misuse("file-forbidden", message.Facts{"File": path})
	}
	return misuse("file-unreadable", message.Facts{"File": path, "Detail": err.Error()})
}

// write writes a result to a new or old file, or to standard output for "" and "-".
func (a *app) write(path string, data []byte) error {
	if path == "" || path == "-" {
		_, err := a.out.Write(data)
		return err
	}
	return os.WriteFile(path, data, 0o644)
}

// terminal tells whether what is written there is seen by a person at once.
func terminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
