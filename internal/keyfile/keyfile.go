// Package keyfile keeps an issuer's signing key in a file: PKCS #8 in PEM, which
// other software reads too, with mode 0600, and never written over another.
package keyfile

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
)

// The kinds of key.
const (
	Ed25519 = "ed25519" // the default: eddsa-rdfc-2022, EdDSA
	P256    = "p256"    // ES256
	RSA     = "rsa"     // RS256, 2048 bits
)

const pemType = "PRIVATE KEY"

// maxBytes is more than any key of these kinds takes.
const maxBytes = 64 << 10

// ErrKind is the error for a kind of key that is not one of the above.
var ErrKind = errors.New("keyfile: unknown kind of key")

// Generate makes a key of that kind from a cryptographic source.
func Generate(kind string, random io.Reader) (crypto.Signer, error) {
	switch kind {
	case Ed25519:
		_, key, err := ed25519.GenerateKey(random)
		return key, err
	case P256:
		return ecdsa.GenerateKey(elliptic.P256(), random)
	case RSA:
		return rsa.GenerateKey(random, 2048)
	default:
		return nil, fmt.Errorf("%w: %q", ErrKind, kind)
	}
}

// Write puts the key into a new file that its owner alone can read. A file that
// is there already is left alone, and the error wraps fs.ErrExist.
func Write(path string, key crypto.Signer) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("keyfile: %w", err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = errors.Join(pem.Encode(file, &pem.Block{Type: pemType, Bytes: der}), file.Sync(), file.Close())
	if err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// Read reads a key. exposed tells that others than the owner may read the file,
// which is worth a warning.
func Read(path string) (key crypto.Signer, exposed bool, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, false, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxBytes {
		return nil, false, fmt.Errorf("keyfile: %s is not a key file", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, false, err
	}
	block, _ := pem.Decode(data)
	if block == nil || block.Type != pemType {
		return nil, false, fmt.Errorf("keyfile: %s has no PEM block %q", path, pemType)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, false, fmt.Errorf("keyfile: %s: %w", path, err)
	}
	key, ok := parsed.(crypto.Signer)
	if !ok {
		return nil, false, fmt.Errorf("keyfile: %s holds a %T, which cannot sign", path, parsed)
	}
	return key, info.Mode().Perm()&0o077 != 0, nil
}
