package main

import (
	"crypto"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/openbadges"
	"github.com/ecusson/ecusson/proof"
)

func (a *app) sign() *cobra.Command {
	var o struct {
		key, method, suite, created, documents, out string
		jwt, embed                                  bool
	}
	cmd := &cobra.Command{
		Use: "sign FILE --key KEY [flags]", Short: a.t("sign.short"), Long: a.t("sign.long"),
		Args: arguments("FILE"), DisableFlagsInUseLine: true,
	}
	f := cmd.Flags()
	f.StringVar(&o.key, "key", "", a.t("flag.key"))
	f.StringVar(&o.method, "method", "", a.t("sign.method"))
	f.StringVar(&o.suite, "suite", "", a.t("sign.suite"))
	f.BoolVar(&o.jwt, "jwt", false, a.t("sign.jwt"))
	f.BoolVar(&o.embed, "embed-key", false, a.t("sign.embed"))
	f.StringVar(&o.created, "created", "", a.t("sign.created"))
	f.StringVar(&o.documents, "documents", "", a.t("flag.documents"))
	f.StringVarP(&o.out, "out", "o", "", a.t("flag.out"))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := need(cmd, "key"); err != nil {
			return err
		}
		if o.jwt && o.suite != "" {
			return &useError{key: "flags-both", facts: message.Facts{"Name": "--jwt", "Other": "--suite"}, command: cmd.CommandPath()}
		}
		created := a.now()
		if o.created != "" {
			var err error
			if created, err = instant(o.created); err != nil {
				return &useError{key: "bad-time", facts: message.Facts{"Name": "--created", "Value": o.created}, command: cmd.CommandPath()}
			}
		}
		fetcher, err := a.fetcher(o.documents, true)
		if err != nil {
			return err
		}
		key, err := a.key(o.key)
		if err != nil {
			return err
		}
		doc, err := a.readCredential(args[0])
		if err != nil {
			return err
		}
		if o.method == "" {
			if o.method, err = methodOf(doc, key.Public()); err != nil {
				return &useError{key: "sign.no-method", facts: message.Facts{"Detail": err.Error()}, command: cmd.CommandPath()}
			}
		}
		ld := processor(fetcher)
		if o.jwt {
			token, err := proof.SignJWT(ld, doc, key, o.method, proof.JWTOptions{EmbedJWK: o.embed})
			if err != nil {
				return err
			}
			return a.write(o.out, []byte(token+"\n"))
		}
		signer := proof.Signer{Key: key, VerificationMethod: o.method, Suite: o.suite}
		signed, err := signer.Sign(ld, doc, proof.SignOptions{Created: created, Array: true})
		if err != nil {
			return err
		}
		return a.write(o.out, append(signed.AppendJSON(nil), '\n'))
	}
	return cmd
}

// readCredential reads an unsigned credential and refuses one that does not
// hold to its data model: what is signed cannot be mended any more.
func (a *app) readCredential(path string) (*jsontree.Value, error) {
	data, err := a.read(path)
	if err != nil {
		return nil, err
	}
	doc, err := jsontree.Parse(data, jsontree.Limits{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if !doc.Is(jsontree.Object) {
		return nil, misuse("sign.not-credential", message.Facts{"File": path})
	}
	problems := openbadges.Validate(&doc, openbadges.ValidateOptions{Issuing: true})
	if !openbadges.HasErrors(problems) {
		return &doc, nil
	}
	a.note("sign.problems", message.Facts{"File": path})
	for _, p := range problems {
		if p.Severity == openbadges.Warning {
			continue
		}
		fmt.Fprintf(a.err, "  %s\n", safe(p.String()))
	}
	return nil, exit(failed)
}

// methodOf is the verification method that a document's issuer and a key give
// by themselves: for a did:key or did:jwk that is made of the key.
func methodOf(doc *jsontree.Value, key crypto.PublicKey) (string, error) {
	issuer := doc.Get("issuer").Str()
	if issuer == "" {
		issuer = doc.At("issuer", "id").Str()
	}
	switch {
	case strings.HasPrefix(issuer, "did:key:"):
		name, err := did.Multikey(key)
		if err != nil {
			return "", err
		}
		if issuer != "did:key:"+name {
			return "", fmt.Errorf("the issuer is %s, and the key is did:key:%s", issuer, name)
		}
		return issuer + "#" + name, nil
	case strings.HasPrefix(issuer, "did:jwk:"):
		name, err := did.FromJWK(key)
		if err != nil {
			return "", err
		}
		if issuer != name {
			return "", fmt.Errorf("the issuer is %s, and the key is %s", issuer, name)
		}
		return issuer + "#0", nil
	}
	return "", fmt.Errorf("the issuer %q does not tell where its key is published", issuer)
}
