package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/verify"
)

func (a *app) verify() *cobra.Command {
	var o struct {
		at, documents, recipient string
		offline, json, details   bool
	}
	cmd := &cobra.Command{
		Use: "verify FILE|URL [flags]", Short: a.t("verify.short"), Long: a.t("verify.long"), Example: a.t("verify.example"),
		Args: arguments("FILE|URL"),
	}
	f := cmd.Flags()
	f.BoolVar(&o.json, "json", false, a.t("verify.json"))
	f.BoolVar(&o.details, "details", false, a.t("verify.details"))
	f.StringVar(&o.at, "at", "", a.t("verify.at"))
	f.StringVar(&o.documents, "documents", "", a.t("flag.documents"))
	f.StringVar(&o.recipient, "recipient", "", a.t("verify.recipient"))
	f.BoolVar(&o.offline, "offline", false, a.t("verify.offline"))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		at := a.now()
		if o.at != "" {
			var err error
			if at, err = instant(o.at); err != nil {
				return &useError{key: "bad-time", facts: message.Facts{"Name": "--at", "Value": o.at}, command: cmd.CommandPath()}
			}
		}
		if cmd.Flags().Changed("recipient") && strings.TrimSpace(o.recipient) == "" {
			return &useError{key: "flag-value", facts: message.Facts{"Name": "--recipient"}, command: cmd.CommandPath()}
		}
		isURL := strings.Contains(args[0], "://") && !plain(args[0])
		if u, err := url.Parse(args[0]); isURL && (err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil) {
			return &useError{key: "verify.bad-url", facts: message.Facts{"URL": args[0]}, command: cmd.CommandPath()}
		}
		fetcher, err := a.fetcher(o.documents, o.offline)
		if err != nil {
			return err
		}
		options := verify.Options{At: at.UTC(), Recipient: o.recipient, Fetcher: fetcher}
		v := verify.New(processor(fetcher))
		var report *verify.Report
		if isURL {
			report = v.VerifyURL(cmd.Context(), args[0], options)
		} else {
			data, err := a.read(args[0])
			if err != nil {
				return err
			}
			report = v.Verify(cmd.Context(), data, options)
		}
		if o.json {
			var text bytes.Buffer
			encoder := json.NewEncoder(&text)
			encoder.SetEscapeHTML(false)
			encoder.SetIndent("", "  ")
			if err := encoder.Encode(report); err != nil {
				return err
			}
			if _, err := a.out.Write(escapeControls(text.Bytes())); err != nil {
				return err
			}
		} else {
			a.showReport(report, o.details)
		}
		switch report.Verdict {
		case verify.Valid:
			return nil
		case verify.Invalid:
			return exit(failed)
		default:
			return exit(unknown)
		}
	}
	return cmd
}

// instant reads a time as RFC 3339 has it, or a day, which stands for its
// beginning in UTC.
func instant(text string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	return time.Parse(time.DateOnly, text)
}

// escapeControls writes the characters of JSON texts that could steer a terminal
// as escapes, which says the same.
func escapeControls(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for _, r := range string(text) {
		if r != '\n' && steers(r) {
			out = fmt.Appendf(out, "\\u%04x", r)
			continue
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}
