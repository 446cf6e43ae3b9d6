package main

import (
	"crypto"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/internal/keyfile"
	"github.com/ecusson/ecusson/internal/message"
)

func (a *app) keygen() *cobra.Command {
	var out, kind string
	cmd := &cobra.Command{
		Use: "keygen --out FILE [flags]", Short: a.t("keygen.short"), Long: a.t("keygen.long"),
		Args: arguments(), DisableFlagsInUseLine: true,
	}
	cmd.Flags().StringVar(&out, "out", "", a.t("keygen.out"))
	cmd.Flags().StringVar(&kind, "kind", keyfile.Ed25519, a.t("keygen.kind"))
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := need(cmd, "out"); err != nil {
			return err
		}
		if err := oneOf(cmd, "kind", keyfile.Ed25519, keyfile.P256, keyfile.RSA); err != nil {
			return err
		}
		key, err := keyfile.Generate(kind, a.random)
		if err != nil {
			return err
		}
		if err := keyfile.Write(out, key); errors.Is(err, os.ErrExist) {
			return misuse("keygen.exists", message.Facts{"File": out})
		} else if err != nil {
			return err
		}
		a.print("keygen.done", message.Facts{"File": out})
		if name, err := did.FromKey(key.Public()); err == nil {
			a.print("keygen.public", message.Facts{"DID": name})
		}
		a.print("keygen.keep")
		return nil
	}
	return cmd
}

// key reads a signing key and says so where others can read it too.
func (a *app) key(path string) (crypto.Signer, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, unreadable(path, err)
	}
	key, exposed, err := keyfile.Read(path)
	if err != nil {
		return nil, misuse("key-bad", message.Facts{"File": path, "Detail": err.Error()})
	}
	if exposed {
		a.note("key-exposed", message.Facts{"File": path})
	}
	return key, nil
}
