package seal_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/ecusson/ecusson/internal/seal"
)

func TestSeal(t *testing.T) {
	t.Parallel()
	k, err := seal.New(bytes.Repeat([]byte{7}, seal.Size))
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := k.Seal(rand.Reader, "key", []byte("org 1"), []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := k.Open("key", []byte("org 1"), sealed); string(got) != "secret" || err != nil {
		t.Errorf("opened: %q, %v", got, err)
	}
	other, err := seal.New(bytes.Repeat([]byte{8}, seal.Size))
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Clone(sealed)
	changed[len(changed)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"another use":     func() ([]byte, error) { return k.Open("token", []byte("org 1"), sealed) },
		"another context": func() ([]byte, error) { return k.Open("key", []byte("org 2"), sealed) },
		"another master":  func() ([]byte, error) { return other.Open("key", []byte("org 1"), sealed) },
		"changed":         func() ([]byte, error) { return k.Open("key", []byte("org 1"), changed) },
		"short":           func() ([]byte, error) { return k.Open("key", []byte("org 1"), sealed[:5]) },
	} {
		if got, err := open(); !errors.Is(err, seal.ErrOpen) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestMAC(t *testing.T) {
	t.Parallel()
	k, err := seal.New(make([]byte, seal.Size))
	if err != nil {
		t.Fatal(err)
	}
	m := k.MAC("a")
	sums := map[[32]byte]string{}
	for name, sum := range map[string][32]byte{
		"ab c": m.Sum([]byte("ab"), []byte("c")), "a bc": m.Sum([]byte("a"), []byte("bc")), "abc": m.Sum([]byte("abc")),
		"another use": k.MAC("b").Sum([]byte("abc")),
	} {
		if other, same := sums[sum]; same {
			t.Errorf("%q and %q have one hash", name, other)
		}
		sums[sum] = name
	}
	if first, second := m.Sum([]byte("x")), m.Sum([]byte("x")); first != second {
		t.Error("one text has two hashes")
	}
}

func TestReadOrMake(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "master.key")
	first, made, err := seal.ReadOrMake(path, rand.Reader)
	if err != nil || !made {
		t.Fatal(made, err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	second, made, err := seal.ReadOrMake(path, rand.Reader)
	if err != nil || made {
		t.Fatal(made, err)
	}
	if first.MAC("x").Sum() != second.MAC("x").Sum() {
		t.Error("the key that was read is another")
	}
	if err := os.WriteFile(path, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := seal.ReadOrMake(path, rand.Reader); !errors.Is(err, seal.ErrKey) {
		t.Errorf("a bad key: %v", err)
	}
}
