package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/ecusson/ecusson/internal/bench"
	"github.com/ecusson/ecusson/internal/message"
)

func (a *app) bench() *cobra.Command {
	var o struct {
		json   bool
		rounds int
		folder string
		// The platform: a list on one database or both.
		platform bool
		rows     int
		postgres string
	}
	cmd := &cobra.Command{Use: "bench [flags]", Short: a.t("bench.short"), Long: a.t("bench.long"), Args: arguments()}
	cmd.Flags().BoolVar(&o.json, "json", false, a.t("bench.json"))
	cmd.Flags().IntVar(&o.rounds, "rounds", 7, a.t("bench.rounds"))
	cmd.Flags().StringVar(&o.folder, "folder", "", a.t("bench.folder"))
	cmd.Flags().BoolVar(&o.platform, "platform", false, a.t("bench.platform"))
	cmd.Flags().IntVar(&o.rows, "rows", 100_000, a.t("bench.rows"))
	cmd.Flags().StringVar(&o.postgres, "postgres", "", a.t("bench.postgres"))
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if o.rounds < 1 || o.rounds > 1000 {
			return &useError{key: "flag-bad-value", facts: message.Facts{"Name": "--rounds", "Value": fmt.Sprint(o.rounds)}, command: cmd.CommandPath()}
		}
		var figures []bench.Figure
		var err error
		if o.platform {
			figures, err = bench.Platform(cmd.Context(), bench.PlatformOptions{
				Rows: o.rows, Postgres: o.postgres, Folder: o.folder, Rounds: o.rounds, Program: again,
				Stage: func(name string) {
					if terminal(a.err) {
						a.note("bench.now", message.Facts{"Name": name})
					}
				},
				Progress: func(engine string, done, total int) {
					if terminal(a.err) {
						fmt.Fprintf(a.err, "\r%s %d/%d ", engine, done, total)
					}
				},
			})
		} else {
			figures, err = bench.Run(cmd.Context(), bench.Options{
				Rounds: o.rounds, Folder: o.folder,
				Progress: func(name string) {
					if terminal(a.err) {
						a.note("bench.now", message.Facts{"Name": name})
					}
				},
			})
		}
		if err != nil {
			return err
		}
		if o.json {
			encoder := json.NewEncoder(a.out)
			encoder.SetIndent("", "  ")
			return encoder.Encode(figures)
		}
		a.print("bench.machine", message.Facts{"Machine": fmt.Sprintf("%s/%s, %d CPU, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())})
		fmt.Fprintf(a.out, "%s %16s %16s %8s  %s\n", pad(a.t("bench.name"), 28), a.t("bench.value"), a.t("bench.floor"), "×", a.t("bench.floor-name"))
		for _, f := range figures {
			fmt.Fprintf(a.out, "%s %16s %16s %8.2f  %s\n", pad(f.Name, 28), amount(f.Value, f.Unit), amount(f.Floor, f.Unit), f.Value/f.Floor, f.FloorName)
		}
		return nil
	}
	cmd.AddCommand(a.bareServer())
	return cmd
}

// bareServer is the floor of a server over HTTP, which the bench starts.
func (a *app) bareServer() *cobra.Command {
	cmd := &cobra.Command{Use: bench.BareCommand[1], Hidden: true, Args: arguments()}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return bench.Bare(cmd.Context(), a.in, a.out) }
	return cmd
}

// again is this program as another process.
func again(args ...string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		self = os.Args[0]
	}
	return exec.Command(self, args...)
}

func amount(value float64, unit string) string {
	if value < 1000 {
		return fmt.Sprintf("%.1f %s", value, unit)
	}
	return fmt.Sprintf("%.0f %s", value, unit)
}
