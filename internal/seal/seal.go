// Package seal keeps secrets with one master key: it seals what is stored, such
// as signing keys, and makes tokens that need no row to be checked. Each use has
// a name of its own, from which its key is derived, so that nothing sealed for
// one use opens for another. Begin with New or ReadOrMake.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// Size is the length of a master key in bytes.
const Size = 32

// ErrOpen: what was sealed was changed, or sealed with another key or for
// another use.
var ErrOpen = errors.New("seal: this was not sealed with this key for this use")

// ErrKey: a master key that is none.
var ErrKey = errors.New("seal: a master key is 32 bytes in base64")

// Keeper seals and opens. It is safe for concurrent use.
type Keeper struct{ master [Size]byte }

// New returns the Keeper of a master key.
func New(master []byte) (*Keeper, error) {
	if len(master) != Size {
		return nil, ErrKey
	}
	return &Keeper{master: [Size]byte(master)}, nil
}

// Parse reads a master key from its text: base64, with or without padding.
func Parse(text string) (*Keeper, error) {
	text = strings.TrimRight(strings.TrimSpace(text), "=")
	for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if key, err := e.DecodeString(text); err == nil && len(key) == Size {
			return New(key)
		}
	}
	return nil, ErrKey
}

// ReadOrMake reads the master key of a file, and makes file and key where there
// is none, readable by its owner alone. made tells which.
func ReadOrMake(path string, random io.Reader) (k *Keeper, made bool, err error) {
	text, err := os.ReadFile(path)
	if err == nil {
		k, err := Parse(string(text))
		if err != nil {
			return nil, false, fmt.Errorf("%w: %s", err, path)
		}
		return k, false, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, false, fmt.Errorf("seal: %w", err)
	}
	var key [Size]byte
	if _, err := io.ReadFull(random, key[:]); err != nil {
		return nil, false, fmt.Errorf("seal: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, false, fmt.Errorf("seal: %w", err)
	}
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(key[:]) + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return nil, false, fmt.Errorf("seal: %w", err)
	}
	k, err = New(key[:])
	return k, true, err
}

// key derives the key of a use.
func (k *Keeper) key(use string) []byte {
	key, err := hkdf.Key(sha256.New, k.master[:], nil, "ecusson "+use, Size)
	if err != nil {
		panic(err) // only for lengths that HKDF does not have
	}
	return key
}

// Seal returns a text that Open alone reads, for the same use and context.
func (k *Keeper) Seal(random io.Reader, use string, context, secret []byte) ([]byte, error) {
	aead, err := k.aead(use)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(secret)+aead.Overhead())
	if _, err := io.ReadFull(random, nonce); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return aead.Seal(nonce, nonce, secret, context), nil
}

// Open returns what was sealed, or ErrOpen.
func (k *Keeper) Open(use string, context, sealed []byte) ([]byte, error) {
	aead, err := k.aead(use)
	if err != nil {
		return nil, err
	}
	if len(sealed) < aead.NonceSize() {
		return nil, ErrOpen
	}
	secret, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], context)
	if err != nil {
		return nil, ErrOpen
	}
	return secret, nil
}

func (k *Keeper) aead(use string) (cipher.AEAD, error) {
	block, err := aes.NewCipher(k.key("seal " + use))
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return cipher.NewGCM(block)
}

// MAC makes keyed hashes for one use. It is safe for concurrent use.
type MAC struct{ key []byte }

// MAC returns the hasher of a use.
func (k *Keeper) MAC(use string) *MAC { return &MAC{k.key("mac " + use)} }

// Sum is the keyed hash of parts, whose borders count.
func (m *MAC) Sum(parts ...[]byte) [sha256.Size]byte {
	h := hmac.New(sha256.New, m.key)
	var size [8]byte
	for _, p := range parts {
		n := uint64(len(p))
		for i := range size {
			size[i] = byte(n >> (8 * i))
		}
		h.Write(size[:])
		h.Write(p)
	}
	return [sha256.Size]byte(h.Sum(nil))
}
