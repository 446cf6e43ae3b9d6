package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ecusson/ecusson/rdf"
)

func (a *app) rdf() *cobra.Command {
	cmd := &cobra.Command{Use: "rdf", Short: a.t("rdf.short"), Long: a.t("rdf.long"), Args: unknownSub, RunE: subHelp}
	cmd.AddCommand(a.canonicalize())
	return cmd
}

func (a *app) canonicalize() *cobra.Command {
	var f struct {
		hash string
		json bool
	}
	cmd := &cobra.Command{
		Use: "canonicalize FILE.nq [flags]", Short: a.t("rdf.canonicalize.short"), Long: a.t("rdf.canonicalize.long"),
		Args: arguments("FILE.nq"),
	}
	cmd.Flags().StringVar(&f.hash, "hash", "sha256", a.t("rdf.canonicalize.hash"))
	cmd.Flags().BoolVar(&f.json, "json", false, a.t("rdf.canonicalize.json"))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := oneOf(cmd, "hash", "sha256", "sha384"); err != nil {
			return err
		}
		data, err := a.read(args[0])
		if err != nil {
			return err
		}
		quads, err := rdf.ParseNQuads(data)
		if err != nil {
			return fmt.Errorf("%s: %w", args[0], err)
		}
		o := rdf.Options{Hash: rdf.SHA256, OmitIssued: !f.json}
		if f.hash == "sha384" {
			o.Hash = rdf.SHA384
		}
		canonical, err := rdf.Canonicalize(quads, o)
		if err != nil {
			return err
		}
		if !f.json {
			return a.write("", canonical.NQuads)
		}
		encoder := json.NewEncoder(a.out)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(struct {
			NQuads string            `json:"nquads"`
			Issued map[string]string `json:"issued"`
		}{string(canonical.NQuads), canonical.Issued})
	}
	return cmd
}
