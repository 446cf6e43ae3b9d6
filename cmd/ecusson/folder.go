package main

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/ecusson/ecusson/internal/folder"
	"github.com/ecusson/ecusson/internal/message"
)

// folderOptions are what every change of an award folder is given.
func (a *app) folderOptions(key crypto.Signer, file string) folder.Options {
	printers := map[string]*message.Printer{"fr": a.catalog.For("fr"), "en": a.catalog.For("en")}
	return folder.Options{
		Key: key, KeyFile: file, Now: a.now, Random: a.random,
		Say: func(language, key string, facts map[string]any) string { return printers[language].T(key, facts) },
	}
}

func (a *app) publish() *cobra.Command {
	var key string
	cmd := &cobra.Command{
		Use: "publish FOLDER --key KEY", Short: a.t("publish.short"), Long: a.t("publish.long"),
		Args: arguments("FOLDER"), DisableFlagsInUseLine: true,
	}
	cmd.Flags().StringVar(&key, "key", "", a.t("flag.key"))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := need(cmd, "key"); err != nil {
			return err
		}
		signer, err := a.key(key)
		if err != nil {
			return err
		}
		p, err := folder.Publish(cmd.Context(), args[0], a.folderOptions(signer, key))
		if err != nil {
			return err
		}
		if p.Finished > 0 {
			a.print("award.finished", message.Facts{"Count": p.Finished})
		}
		if p.Ended > 0 {
			a.print("publish.ended", message.Facts{"Count": p.Ended})
		}
		a.print("publish.done", message.Facts{"Count": p.Lists, "Until": a.day(p.Until)})
		return nil
	}
	return cmd
}

func (a *app) revoke() *cobra.Command    { return a.change("revoke", folder.Revoke) }
func (a *app) suspend() *cobra.Command   { return a.change("suspend", folder.Suspend) }
func (a *app) unsuspend() *cobra.Command { return a.change("unsuspend", folder.Unsuspend) }

// change is one of the commands that change an award's state.
func (a *app) change(name string, do func(ctx context.Context, root, what, reason string, o folder.Options) (folder.Changed, error)) *cobra.Command {
	var key, reason string
	cmd := &cobra.Command{
		Use: name + " FOLDER ID --key KEY --reason TEXT", Short: a.t(name + ".short"), Long: a.t(name + ".long"),
		Args: arguments("FOLDER", "ID"), DisableFlagsInUseLine: true,
	}
	cmd.Flags().StringVar(&key, "key", "", a.t("flag.key"))
	cmd.Flags().StringVar(&reason, "reason", "", a.t("change.reason"))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := need(cmd, "key", "reason"); err != nil {
			return err
		}
		signer, err := a.key(key)
		if err != nil {
			return err
		}
		c, err := do(cmd.Context(), args[0], args[1], safe(reason), a.folderOptions(signer, key))
		if err != nil {
			return err
		}
		a.print(name+".done", message.Facts{"Badge": c.Badge, "Address": c.Address, "ID": c.ID, "URL": c.URL})
		a.print("change.publish")
		return nil
	}
	return cmd
}

// folderFault says an error of an award folder; ok is false for any other.
func (a *app) folderFault(err error) (text string, ok bool) {
	var spec *folder.SpecError
	if errors.As(err, &spec) {
		var lines []string
		for _, one := range unjoin(err) {
			if errors.As(one, &spec) {
				lines = append(lines, a.faults(spec)...)
			} else {
				lines = append(lines, a.sentence(one))
			}
		}
		return a.t("spec-faults") + "\n  " + strings.Join(lines, "\n  "), true
	}
	var wrong *folder.Error
	if !errors.As(err, &wrong) {
		return "", false
	}
	facts := message.Facts{"Detail": ""}
	for name, value := range wrong.Facts {
		facts[name] = value
	}
	if key, named := wrong.Facts["Key"].(string); named && a.say.Has(key) {
		// The cause has a sentence of its own.
		inner, _ := wrong.Facts["KeyFacts"].(map[string]any)
		facts["Detail"] = a.say.T(key, inner)
	} else if facts["Detail"] == "" && wrong.Err != nil {
		facts["Detail"] = wrong.Err.Error()
	}
	return strings.TrimSpace(a.say.T(wrong.Key, facts)), true
}

func (a *app) faults(spec *folder.SpecError) []string {
	var lines []string
	for _, f := range spec.Faults {
		place := fmt.Sprintf("%s:%d", f.File, f.Line)
		if f.Key != "" {
			place += ": " + f.Key
		}
		lines = append(lines, a.t("spec-fault", message.Facts{
			"Place": place, "Fault": a.say.T("folder.fault-"+f.Code, message.Facts{"Value": f.Value}),
		}))
	}
	return lines
}

// unjoin returns the errors that errors.Join has joined.
func unjoin(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// bar is a progress bar, drawn where a person sees it.
type bar struct {
	a     *app
	pool  *mpb.Progress
	bar   *mpb.Bar
	drawn bool
}

func (a *app) bar() *bar { return &bar{a: a, drawn: terminal(a.err)} }

func (b *bar) show(done, total int) {
	if !b.drawn {
		return
	}
	if b.bar == nil {
		b.pool = mpb.New(mpb.WithOutput(b.a.err), mpb.WithWidth(60), mpb.WithRefreshRate(100*time.Millisecond))
		b.bar = b.pool.AddBar(int64(total),
			mpb.PrependDecorators(decor.Name(b.a.t("award.progress")+" "), decor.CountersNoUnit("%d / %d", decor.WCSyncSpace)),
			mpb.AppendDecorators(decor.Percentage(decor.WCSyncSpace), decor.OnComplete(decor.AverageETA(decor.ET_STYLE_GO, decor.WCSyncSpace), "")),
		)
	}
	b.bar.SetTotal(int64(total), false)
	b.bar.SetCurrent(int64(done))
}

func (b *bar) end(whole bool) {
	if b.bar == nil {
		return
	}
	if whole {
		b.bar.SetTotal(-1, true)
	} else {
		b.bar.Abort(false)
	}
	b.pool.Wait()
}
