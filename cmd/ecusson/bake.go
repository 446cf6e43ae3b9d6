package main

import (
	"bytes"
	"errors"

	"github.com/spf13/cobra"

	"github.com/ecusson/ecusson/bake"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
)

func (a *app) bake() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use: "bake PICTURE CREDENTIAL --out FILE", Short: a.t("bake.short"), Long: a.t("bake.long"),
		Args: arguments("PICTURE", "CREDENTIAL"), DisableFlagsInUseLine: true,
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", a.t("flag.out"))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if out == "" && terminal(a.out) {
			return need(cmd, "out")
		}
		picture, err := a.read(args[0])
		if err != nil {
			return err
		}
		credential, err := a.read(args[1])
		if err != nil {
			return err
		}
		credential = bytes.TrimSpace(credential)
		if !signed(credential) {
			return misuse("bake.not-signed", message.Facts{"File": args[1]})
		}
		var baked []byte
		switch bake.Sniff(picture) {
		case bake.FormatPNG:
			baked, err = bake.PNG(picture, credential)
		case bake.FormatSVG:
			baked, err = bake.SVG(picture, credential)
		default:
			return misuse("bake.not-picture", message.Facts{"File": args[0]})
		}
		if err != nil {
			return misuse("bake.bad-picture", message.Facts{"File": args[0], "Detail": err.Error()})
		}
		return a.write(out, baked)
	}
	return cmd
}

// signed tells whether data is a credential with a signature, by its form; a
// picture with an unsigned one in it would be a badge that nobody believes.
func signed(data []byte) bool {
	if len(data) > 0 && data[0] == '{' {
		doc, err := jsontree.Parse(data, jsontree.Limits{})
		return err == nil && doc.Get("proof") != nil
	}
	_, err := proof.ParseJWT(string(data))
	return err == nil
}

func (a *app) extract() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use: "extract PICTURE [flags]", Short: a.t("extract.short"), Long: a.t("extract.long"), Args: arguments("PICTURE"),
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", a.t("flag.out"))
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		picture, err := a.read(args[0])
		if err != nil {
			return err
		}
		found, err := bake.Extract(picture)
		switch {
		case errors.Is(err, bake.ErrNotImage):
			return misuse("bake.not-picture", message.Facts{"File": args[0]})
		case errors.Is(err, bake.ErrNoCredential):
			a.note("extract.none", message.Facts{"File": args[0]})
			return exit(failed)
		case err != nil:
			return misuse("bake.bad-picture", message.Facts{"File": args[0], "Detail": err.Error()})
		}
		best := bake.Prefer(found)
		if best.Err != nil {
			return misuse("bake.bad-picture", message.Facts{"File": args[0], "Detail": best.Err.Error()})
		}
		if len(found) > 1 {
			a.note("extract.several", message.Facts{"Count": len(found), "Standard": best.Standard.String()})
		}
		data := best.Data
		if (out == "" || out == "-") && terminal(a.out) {
			data = append(bytes.Clone(data), '\n')
		}
		return a.write(out, data)
	}
	return cmd
}
