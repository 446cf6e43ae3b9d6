package did

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"errors"
	"fmt"
	"math/big"
	"sync"
)

// PublicKey is an ed25519.PublicKey, a *ecdsa.PublicKey on P-256 or P-384, or,
// from a JWK alone, an *rsa.PublicKey.
type PublicKey = crypto.PublicKey

// Multicodec prefixes as they stand in a Multikey: the code as a varint
// (Controlled Identifiers 1.0 §2.2.2).
var (
	codecEd25519       = [2]byte{0xed, 0x01}
	codecP256          = [2]byte{0x80, 0x24}
	codecP384          = [2]byte{0x81, 0x24}
	codecEd25519Secret = [2]byte{0x80, 0x26}
	codecP256Secret    = [2]byte{0x86, 0x26}
	codecP384Secret    = [2]byte{0x87, 0x26}
)

// ParseMultikey reads a publicKeyMultibase: multibase z or u, the multicodec of
// an Ed25519, P-256 or P-384 public key, and exactly the bytes of a key whose
// point is on its curve. An Ed25519 point of small order is refused: with it,
// one signature fits every message.
func ParseMultikey(s string) (PublicKey, error) {
	data, err := DecodeMultibase(s)
	if err != nil {
		return nil, fmt.Errorf("did: decode multikey: %w", err)
	}
	if len(data) < 2 {
		return nil, errors.New("did: decode multikey: no multicodec")
	}
	codec, raw := [2]byte(data), data[2:]
	switch codec {
	case codecEd25519:
		return ed25519Key(raw)
	case codecP256:
		return compressedKey(elliptic.P256(), raw)
	case codecP384:
		return compressedKey(elliptic.P384(), raw)
	case codecEd25519Secret, codecP256Secret, codecP384Secret:
		return nil, errors.New("did: decode multikey: this is a secret key, not a public one")
	default:
		return nil, fmt.Errorf("did: decode multikey: multicodec %#04x is not of an Ed25519, P-256 or P-384 public key", codec)
	}
}

// Multikey writes a key as publicKeyMultibase, multibase z.
func Multikey(key PublicKey) (string, error) {
	var codec [2]byte
	var raw []byte
	switch k := key.(type) {
	case ed25519.PublicKey:
		codec, raw = codecEd25519, k
		if len(k) != ed25519.PublicKeySize {
			return "", fmt.Errorf("did: Ed25519 key has %d bytes, not %d", len(k), ed25519.PublicKeySize)
		}
	case *ecdsa.PublicKey:
		switch k.Curve {
		case elliptic.P256():
			codec = codecP256
		case elliptic.P384():
			codec = codecP384
		default:
			return "", fmt.Errorf("did: no multikey for curve %s", k.Curve.Params().Name)
		}
		point, err := k.Bytes()
		if err != nil {
			return "", fmt.Errorf("did: encode multikey: %w", err)
		}
		// Uncompressed is 04 x y; compressed is 02 or 03 by y's last bit, then x.
		size := (len(point) - 1) / 2
		raw = append([]byte{2 | point[len(point)-1]&1}, point[1:1+size]...)
	default:
		return "", fmt.Errorf("did: no multikey for a key of type %T", key)
	}
	return string(AppendBase58([]byte{'z'}, append(codec[:], raw...))), nil
}

// ParseSecretMultikey reads a secretKeyMultibase of an Ed25519, P-256 or P-384
// key: an ed25519.PrivateKey or an *ecdsa.PrivateKey.
func ParseSecretMultikey(s string) (crypto.Signer, error) {
	data, err := DecodeMultibase(s)
	if err != nil {
		// The text is a secret: its characters do not belong into a message.
		return nil, errors.New("did: decode secret multikey: not a multibase text")
	}
	if len(data) < 2 {
		return nil, errors.New("did: decode secret multikey: no multicodec")
	}
	codec, raw := [2]byte(data), data[2:]
	curve := elliptic.P256()
	switch codec {
	case codecEd25519Secret:
		if len(raw) != ed25519.SeedSize {
			return nil, fmt.Errorf("did: decode secret multikey: Ed25519 secret has %d bytes, not %d", len(raw), ed25519.SeedSize)
		}
		return ed25519.NewKeyFromSeed(raw), nil
	case codecP256Secret:
	case codecP384Secret:
		curve = elliptic.P384()
	default:
		return nil, errors.New("did: decode secret multikey: multicodec is not of an Ed25519, P-256 or P-384 secret key")
	}
	key, err := ecdsa.ParseRawPrivateKey(curve, raw)
	if err != nil {
		return nil, errors.New("did: decode secret multikey: not a scalar of its curve")
	}
	return key, nil
}

// SecretMultikey writes a private key as secretKeyMultibase, multibase z.
func SecretMultikey(key crypto.Signer) (string, error) {
	var codec [2]byte
	var raw []byte
	switch k := key.(type) {
	case ed25519.PrivateKey:
		if len(k) != ed25519.PrivateKeySize {
			return "", errors.New("did: Ed25519 private key has a wrong length")
		}
		codec, raw = codecEd25519Secret, k.Seed()
	case *ecdsa.PrivateKey:
		switch k.Curve {
		case elliptic.P256():
			codec = codecP256Secret
		case elliptic.P384():
			codec = codecP384Secret
		default:
			return "", fmt.Errorf("did: no multikey for curve %s", k.Curve.Params().Name)
		}
		var err error
		if raw, err = k.Bytes(); err != nil {
			return "", errors.New("did: encode secret multikey: invalid key")
		}
	default:
		return "", fmt.Errorf("did: no secret multikey for a key of type %T", key)
	}
	return string(AppendBase58([]byte{'z'}, append(codec[:], raw...))), nil
}

func compressedKey(curve elliptic.Curve, raw []byte) (PublicKey, error) {
	// UnmarshalCompressed refuses what is not on the curve and wrong lengths.
	x, y := elliptic.UnmarshalCompressed(curve, raw)
	if x == nil {
		return nil, fmt.Errorf("did: decode multikey: not a compressed point of %s", curve.Params().Name)
	}
	size := (curve.Params().BitSize + 7) / 8
	point := make([]byte, 1+2*size)
	point[0] = 4
	x.FillBytes(point[1 : 1+size])
	y.FillBytes(point[1+size:])
	return ecdsa.ParseUncompressedPublicKey(curve, point)
}

// ed25519Key checks that raw is a point, by RFC 8032 §5.1.3, and not one of the
// eight whose order divides 8.
func ed25519Key(raw []byte) (PublicKey, error) {
	if len(raw) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("did: Ed25519 key has %d bytes, not %d", len(raw), ed25519.PublicKeySize)
	}
	y := bytes.Clone(raw)
	y[31] &= 0x7f
	for _, small := range ed25519SmallOrder {
		if [32]byte(y) == small {
			return nil, errors.New("did: Ed25519 key is a point of small order")
		}
	}
	if points.has([32]byte(raw)) {
		return ed25519.PublicKey(raw), nil
	}
	// x² = (y²-1) / (dy²+1) has a root when the product of the two has one.
	for i, j := 0, 31; i < j; i, j = i+1, j-1 {
		y[i], y[j] = y[j], y[i]
	}
	p := ed25519Prime()
	v := new(big.Int).SetBytes(y)
	if v.Cmp(p) >= 0 {
		return nil, errors.New("did: Ed25519 key is not canonically encoded")
	}
	v.Mul(v, v)
	u := new(big.Int).Sub(v, big.NewInt(1))
	// d = -121665/121666: times 121666² (a square) the product keeps its quality.
	v.Mul(v, big.NewInt(-121665))
	v.Add(v, big.NewInt(121666))
	v.Mul(v, big.NewInt(121666))
	v.Mul(v, u)
	v.Mod(v, p)
	if big.Jacobi(v, p) != 1 {
		return nil, errors.New("did: Ed25519 key is not a point of the curve")
	}
	points.add([32]byte(raw))
	return ed25519.PublicKey(raw), nil
}

// points are the Ed25519 keys last seen to be points: the same few issuers come
// again and again, and the proof costs a quarter of a signature's verification.
// It remembers a fact of mathematics, so who asks, and when, makes no difference.
var points pointSet

// maxPoints bounds what is remembered; then it begins anew.
const maxPoints = 1024

type pointSet struct {
	mu   sync.Mutex
	seen map[[32]byte]struct{}
}

func (s *pointSet) has(p [32]byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.seen[p]
	return ok
}

func (s *pointSet) add(p [32]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil || len(s.seen) >= maxPoints {
		s.seen = make(map[[32]byte]struct{})
	}
	s.seen[p] = struct{}{}
}

func ed25519Prime() *big.Int {
	p := big.NewInt(1)
	return p.Sub(p.Lsh(p, 255), big.NewInt(19))
}

// ed25519SmallOrder are the y coordinates of the points of small order, little
// endian: 0, 1, -1 and the two of order eight.
var ed25519SmallOrder = [5][32]byte{
	{},
	{0: 1},
	{0: 0xec, 1: 0xff, 2: 0xff, 3: 0xff, 4: 0xff, 5: 0xff, 6: 0xff, 7: 0xff, 8: 0xff, 9: 0xff, 10: 0xff, 11: 0xff, 12: 0xff, 13: 0xff, 14: 0xff, 15: 0xff,
		16: 0xff, 17: 0xff, 18: 0xff, 19: 0xff, 20: 0xff, 21: 0xff, 22: 0xff, 23: 0xff, 24: 0xff, 25: 0xff, 26: 0xff, 27: 0xff, 28: 0xff, 29: 0xff, 30: 0xff, 31: 0x7f},
	{0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
		0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
	{0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
		0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
}
