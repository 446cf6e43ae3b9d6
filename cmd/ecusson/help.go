package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ecusson/ecusson/internal/message"
)

// help prints what a command does and how it is called, in the language of the
// run: cobra's own help is in English.
func (a *app) help(cmd *cobra.Command, _ []string) {
	w := cmd.OutOrStdout()
	about := cmd.Long
	if about == "" {
		about = cmd.Short
	}
	fmt.Fprintf(w, "%s\n\n%s\n", about, a.t("help.usage"))
	line := cmd.UseLine()
	if cmd.HasSubCommands() {
		line = cmd.CommandPath() + " " + a.t("help.command")
	}
	line = strings.Replace(line, "[flags]", a.t("help.flags"), 1)
	fmt.Fprintf(w, "  %s\n", line)
	if cmd.Example != "" {
		fmt.Fprintf(w, "\n%s\n%s\n", a.t("help.examples"), cmd.Example)
	}
	a.helpCommands(w, cmd)
	helpFlags(w, a.t("help.options"), cmd.LocalFlags())
	if !cmd.HasParent() {
		fmt.Fprintf(w, "\n%s\n", a.t("help.more"))
	}
}

func (a *app) helpCommands(w io.Writer, cmd *cobra.Command) {
	groups := cmd.Groups()
	if len(groups) == 0 && cmd.HasAvailableSubCommands() {
		groups = []*cobra.Group{{Title: a.t("help.commands")}}
	}
	for _, group := range groups {
		fmt.Fprintf(w, "\n%s\n", group.Title)
		for _, sub := range cmd.Commands() {
			if sub.GroupID == group.ID && sub.IsAvailableCommand() {
				fmt.Fprintf(w, "  %-12s %s\n", sub.Name(), sub.Short)
			}
		}
	}
}

// helpFlags prints the flags of a set, one a line, names first.
func helpFlags(w io.Writer, title string, flags *pflag.FlagSet) {
	var names, texts []string
	width := 0
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, text := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if value != "" {
			name += " " + value
		}
		names, texts = append(names, name), append(texts, text)
		width = max(width, len([]rune(name)))
	})
	if len(names) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", title)
	for i, name := range names {
		fmt.Fprintf(w, "  %s%s  %s\n", name, strings.Repeat(" ", width-len([]rune(name))), texts[i])
	}
}

func (a *app) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use: "help [" + a.t("help.command") + "]", Short: a.t("help.short"),
		ValidArgsFunction: func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, sub := range cmd.Root().Commands() {
				names = append(names, sub.Name()+"\t"+sub.Short)
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			of, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return &useError{key: "unknown-command", facts: message.Facts{"Name": strings.Join(args, " ")}, command: "ecusson"}
			}
			return of.Help()
		},
	}
}

// completion writes the script by which a shell completes our commands.
func (a *app) completion() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use: "completion SHELL", Short: a.t("completion.short"), Long: a.t("completion.long"),
		Args: arguments("SHELL"), ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.out, true)
			case "zsh":
				return root.GenZshCompletion(a.out)
			case "fish":
				return root.GenFishCompletion(a.out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.out)
			}
			return &useError{
				key: "flag-one-of", command: cmd.CommandPath(),
				facts: message.Facts{"Name": "SHELL", "Value": args[0], "Values": strings.Join(shells, ", ")},
			}
		},
	}
}

// colour tells whether words may be coloured: for a person at a terminal who
// has not asked for none (no-color.org).
func (a *app) colour() bool {
	return terminal(a.out) && a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb"
}

// plain reports whether a file is one that exists, for arguments that may be a
// file or something else.
func plain(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
