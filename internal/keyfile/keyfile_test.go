package keyfile_test

import (
	"crypto"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/ecusson/ecusson/internal/keyfile"
)

func TestWriteAndRead(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{keyfile.Ed25519, keyfile.P256, keyfile.RSA} {
		path := filepath.Join(t.TempDir(), "key.pem")
		key, err := keyfile.Generate(kind, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if err := keyfile.Write(path, key); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v", kind, info.Mode(), err)
		}
		again, exposed, err := keyfile.Read(path)
		if err != nil || exposed {
			t.Fatalf("%s: Read: %v, exposed %v", kind, err, exposed)
		}
		if !again.Public().(interface{ Equal(crypto.PublicKey) bool }).Equal(key.Public()) {
			t.Errorf("%s: another key came back", kind)
		}
		if err := keyfile.Write(path, key); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: a key was written over: %v", kind, err)
		}
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, exposed, err := keyfile.Read(path); err != nil || !exposed {
			t.Errorf("%s: a key that everybody can read is not told: %v, %v", kind, exposed, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	if _, err := keyfile.Generate("dsa", rand.Reader); !errors.Is(err, keyfile.ErrKind) {
		t.Errorf("Generate(dsa): %v", err)
	}
	path := filepath.Join(t.TempDir(), "not-a-key")
	for _, content := range []string{"", "hello", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := keyfile.Read(path); err == nil {
			t.Errorf("%q was read as a key", content)
		}
	}
	if _, _, err := keyfile.Read(t.TempDir()); err == nil {
		t.Error("a folder was read as a key")
	}
}
