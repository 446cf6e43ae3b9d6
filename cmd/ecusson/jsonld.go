package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/rdf"
	"github.com/ecusson/ecusson/verify"
)

func (a *app) jsonld() *cobra.Command {
	cmd := &cobra.Command{Use: "jsonld", Short: a.t("jsonld.short"), Long: a.t("jsonld.long"), Args: unknownSub, RunE: subHelp}
	cmd.AddCommand(
		a.jsonldCommand("expand", func(ld *jsonld.Processor, doc *jsontree.Value, o jsonld.Options) ([]byte, error) {
			expanded, err := ld.Expand(doc, o)
			if err != nil {
				return nil, err
			}
			return append(expanded.AppendJSON(nil), '\n'), nil
		}),
		a.jsonldCommand("to-rdf", func(ld *jsonld.Processor, doc *jsontree.Value, o jsonld.Options) ([]byte, error) {
			quads, err := ld.ToRDF(doc, o)
			if err != nil {
				return nil, err
			}
			return rdf.AppendNQuads(nil, quads), nil
		}),
	)
	return cmd
}

// unknownSub refuses what is no command of a command.
func unknownSub(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return &useError{key: "unknown-command", facts: message.Facts{"Name": args[0]}, command: cmd.CommandPath()}
}

func subHelp(cmd *cobra.Command, _ []string) error { return cmd.Help() }

func (a *app) jsonldCommand(name string, do func(*jsonld.Processor, *jsontree.Value, jsonld.Options) ([]byte, error)) *cobra.Command {
	var f struct {
		safe                     bool
		base, documents, options string
	}
	cmd := &cobra.Command{
		Use: name + " FILE [flags]", Short: a.t("jsonld." + name + ".short"), Long: a.t("jsonld." + name + ".long"),
		Args: arguments("FILE"),
	}
	cmd.Flags().BoolVar(&f.safe, "safe", false, a.t("jsonld.safe"))
	cmd.Flags().StringVar(&f.base, "base", "", a.t("jsonld.base"))
	cmd.Flags().StringVar(&f.documents, "documents", "", a.t("flag.documents"))
	cmd.Flags().StringVar(&f.options, "options", "", a.t("jsonld.options"))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		fetcher, err := a.fetcher(f.documents, true)
		if err != nil {
			return err
		}
		o := jsonld.Options{Safe: f.safe}
		if f.options != "" {
			if err := a.readOptions(f.options, fetcher, &o); err != nil {
				return &useError{key: "jsonld.bad-options", facts: message.Facts{"Detail": err.Error()}, command: cmd.CommandPath()}
			}
		}
		if f.base != "" {
			o.Base = f.base
		}
		data, err := a.read(args[0])
		if err != nil {
			return err
		}
		doc, err := jsontree.Parse(data, jsontree.Limits{})
		if err != nil {
			// JSON-LD 1.1 API §9.6: a document that is not JSON could not be loaded.
			return a.jsonldFailed("loading document failed")
		}
		out, err := do(processor(fetcher), &doc, o)
		var wrong *jsonld.Error
		if errors.As(err, &wrong) {
			return a.jsonldFailed(wrong.Code)
		}
		if err != nil {
			return &useError{key: "jsonld.bad-options", facts: message.Facts{"Detail": err.Error()}, command: cmd.CommandPath()}
		}
		return a.write("", out)
	}
	return cmd
}

// jsonldFailed says the code and no more: it is what test suites compare.
func (a *app) jsonldFailed(code string) error {
	fmt.Fprintln(a.err, code)
	return exit(failed)
}

// passive are options of the test manifests that say nothing of expansion or
// of RDF: they choose how other algorithms work, or how a test is run.
var passive = []string{
	"compactArrays", "compactToRelative", "specVersion", "normative", "useNativeTypes", "useRdfType", "useJCS",
	"extractAllScripts", "contentType", "httpStatus", "httpLink", "redirectTo", "requireAll", "omitDefault", "omitGraph",
	"explicit", "embed", "pruneBlankNodeIdentifiers", "frameExpansion", "requiresOptional",
}

// readOptions reads the options of JSON-LD 1.1 API §9.3 under the names that
// the W3C's test manifests use.
func (a *app) readOptions(text string, fetcher verify.Fetcher, o *jsonld.Options) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &members); err != nil {
		return err
	}
	for name, value := range members {
		var target any
		switch name {
		case "base":
			target = &o.Base
		case "processingMode":
			target = &o.ProcessingMode
		case "rdfDirection":
			target = &o.RDFDirection
		case "produceGeneralizedRdf":
			target = &o.ProduceGeneralizedRDF
		case "ordered":
			target = &o.Ordered
		case "safe":
			target = &o.Safe
		case "expandContext":
			context, err := a.expandContext(value, fetcher)
			if err != nil {
				return fmt.Errorf("expandContext: %w", err)
			}
			o.ExpandContext = context
			continue
		default:
			if !slices.Contains(passive, name) {
				return fmt.Errorf("unknown option %q", name)
			}
			continue
		}
		if err := json.Unmarshal(value, target); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// expandContext is a context itself, or the URL of one in the documents map or
// among the embedded ones, or a file.
func (a *app) expandContext(value json.RawMessage, fetcher verify.Fetcher) (*jsontree.Value, error) {
	tree, err := jsontree.Parse(value, jsontree.Limits{})
	if err != nil || !tree.Is(jsontree.String) {
		return &tree, err
	}
	name := tree.Text
	if strings.Contains(name, "://") {
		if data, ok := jsonld.Embedded(name); ok {
			context, err := jsontree.Parse(data, jsontree.Limits{})
			return &context, err
		}
		if d, ok := fetcher.(*verify.Documents); ok {
			return contexts{d.Map}.Load(name)
		}
	}
	data, err := a.read(name)
	if err != nil {
		return nil, errors.New(a.sentence(err))
	}
	context, err := jsontree.Parse(data, jsontree.Limits{})
	return &context, err
}
