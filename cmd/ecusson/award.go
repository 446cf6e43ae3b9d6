package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ecusson/ecusson/internal/folder"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/sheet"
)

// awardFlags are the flags of award.
type awardFlags struct {
	badges, columns         []string
	issuer, key, out        string
	images, sheet           string
	dryRun, skipBad, noPage bool
	newKey                  bool
}

func (a *app) award() *cobra.Command {
	var o awardFlags
	cmd := &cobra.Command{
		Use:   "award LIST --badge BADGE.yaml… --issuer ISSUER.yaml --key KEY --out FOLDER [flags]",
		Short: a.t("award.short"), Long: a.t("award.long"), Example: a.t("award.example"),
		Args: arguments("LIST"), DisableFlagsInUseLine: true,
	}
	f := cmd.Flags()
	f.StringArrayVarP(&o.badges, "badge", "b", nil, a.t("award.badge"))
	f.StringVar(&o.issuer, "issuer", "", a.t("award.issuer"))
	f.StringVar(&o.key, "key", "", a.t("flag.key"))
	f.StringVarP(&o.out, "out", "o", "", a.t("award.out"))
	f.BoolVar(&o.dryRun, "dry-run", false, a.t("award.dry-run"))
	f.BoolVar(&o.skipBad, "skip-bad", false, a.t("award.skip-bad"))
	f.StringVar(&o.images, "images", folder.ImagesAll, a.t("award.images"))
	f.BoolVar(&o.noPage, "no-pages", false, a.t("award.no-pages"))
	f.BoolVar(&o.newKey, "new-key", false, a.t("award.new-key"))
	f.StringVar(&o.sheet, "sheet", "", a.t("award.sheet"))
	f.StringArrayVar(&o.columns, "column", nil, a.t("award.column"))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		needed := []string{"badge", "issuer", "key", "out"}
		if o.dryRun {
			needed = []string{"badge", "issuer", "out"}
		}
		if err := need(cmd, needed...); err != nil {
			return err
		}
		if err := oneOf(cmd, "images", folder.ImagesAll, folder.ImagesPNG, folder.ImagesNone); err != nil {
			return err
		}
		columns, err := columnsOf(cmd, o.columns)
		if err != nil {
			return err
		}
		options, err := a.awardOptions(o)
		if err != nil {
			return err
		}
		list, closeList, err := openList(args[0], sheet.Options{Sheet: o.sheet, Columns: columns})
		if err != nil {
			return err
		}
		defer closeList()
		return a.awardList(cmd.Context(), list, o, options)
	}
	return cmd
}

// columnsOf reads "email=Courriel" as package sheet takes it.
func columnsOf(cmd *cobra.Command, flags []string) (map[string]string, error) {
	columns := map[string]string{}
	for _, flag := range flags {
		field, heading, ok := strings.Cut(flag, "=")
		if !ok || field == "" || heading == "" {
			return nil, &useError{key: "flag-bad-value", facts: message.Facts{"Name": "--column", "Value": flag}, command: cmd.CommandPath()}
		}
		if columns[field] != "" {
			heading = columns[field] + "|" + heading
		}
		columns[field] = heading
	}
	return columns, nil
}

// awardOptions reads the files that say who gives what.
func (a *app) awardOptions(o awardFlags) (folder.AwardOptions, error) {
	out := folder.AwardOptions{DryRun: o.dryRun, SkipBad: o.skipBad, Images: o.images, NoPages: o.noPage, NewKey: o.newKey}
	var faults []error
	var err error
	if out.Issuer, err = folder.LoadIssuer(o.issuer); err != nil {
		faults = append(faults, err)
	}
	for _, path := range o.badges {
		badge, err := folder.LoadBadge(path)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		out.Badges = append(out.Badges, badge)
	}
	if len(faults) > 0 {
		return out, errors.Join(faults...)
	}
	if o.dryRun && o.key == "" {
		out.Options = a.folderOptions(nil, "")
		return out, nil
	}
	key, err := a.key(o.key)
	out.Options = a.folderOptions(key, o.key)
	return out, err
}

// openList opens the list and finds its columns.
func openList(path string, o sheet.Options) (*sheet.Sheet, func(), error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, unreadable(path, err)
	}
	closeFile := func() { _ = file.Close() }
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = misuse("file-is-folder", message.Facts{"File": path})
	}
	var list *sheet.Sheet
	if err == nil {
		list, err = sheet.Open(file, info.Size(), o)
	}
	if err != nil {
		closeFile()
		return nil, nil, err
	}
	return list, closeFile, nil
}

func (a *app) awardList(ctx context.Context, list *sheet.Sheet, o awardFlags, options folder.AwardOptions) error {
	shown := 0
	options.Row = func(row folder.Row) {
		for _, p := range row.Problems {
			if shown == 0 {
				fmt.Fprintln(a.err, a.t("award.problems"))
			}
			shown++
			fmt.Fprintf(a.err, "  %s\n", safe(a.problem(p)))
		}
	}
	bar := a.bar()
	options.Progress = bar.show
	result, err := folder.Award(ctx, o.out, list, options)
	bar.end(err == nil)
	if unused := list.Columns.Unused; len(unused) > 0 && (o.dryRun || result.Bad > 0) {
		a.note("award.unused", message.Facts{"Columns": strings.Join(unused, ", ")})
	}
	switch {
	case errors.Is(err, context.Canceled):
		a.note("award.stopped")
		return exit(failed)
	case err != nil:
		return err
	case o.dryRun:
		a.dryRun(result)
		if result.Bad > 0 {
			return exit(failed)
		}
		return nil
	}
	a.awarded(result, o, options.Issuer.URL)
	return nil
}

// problem says what is wrong with a row, and where.
func (a *app) problem(p folder.Problem) string {
	facts := message.Facts{}
	for name, value := range p.Values() {
		facts[name] = value
	}
	text := a.say.T(p.Key, facts)
	place := message.Facts{"Line": fmt.Sprint(p.Line), "Column": p.Column, "Problem": text}
	if p.Column == "" {
		return a.t("award.problem-row", place)
	}
	return a.t("award.problem-cell", place)
}

func (a *app) dryRun(r folder.Result) {
	a.print("award.would", message.Facts{"Count": r.Awarded})
	a.others(r)
	if r.Bad > 0 {
		a.print("award.bad", message.Facts{"Count": r.Bad})
	}
}

func (a *app) others(r folder.Result) {
	for _, c := range []struct {
		key   string
		count int
	}{{"award.before", r.Before}, {"award.duplicate", r.Duplicate}, {"award.changed", r.Changed}} {
		if c.count > 0 {
			a.print(c.key, message.Facts{"Count": c.count})
		}
	}
}

func (a *app) awarded(r folder.Result, o awardFlags, site string) {
	a.print("award.done", message.Facts{"Count": r.Awarded})
	if r.Finished > 0 {
		a.print("award.finished", message.Facts{"Count": r.Finished})
	}
	a.others(r)
	if r.Bad > 0 {
		a.print("award.skipped", message.Facts{"Count": r.Bad})
	}
	a.print("award.total", message.Facts{"Count": r.Total})
	a.print("award.report", message.Facts{"File": filepath.Join(o.out, "private", "report.csv")})
	a.print("award.publish", message.Facts{"Folder": filepath.Join(o.out, "public"), "URL": site})
	if r.Sample != "" {
		a.print("award.verify", message.Facts{"Sample": r.Sample, "Documents": filepath.Join(o.out, "private", "documents.json")})
	}
}
