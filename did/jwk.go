package did

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"

	"github.com/ecusson/ecusson/jsontree"
)

// RSA keys below minRSABits are too weak, those above maxRSABits are work that
// a stranger could ask of us.
const (
	minRSABits = 2048
	maxRSABits = 8192
)

// ParseJWK reads a public JSON Web Key (RFC 7517, RFC 7518 §6, RFC 8037): OKP
// with Ed25519, EC with P-256 or P-384, RSA of 2048 to 8192 bits. A key with a
// private member, or one whose use or key_ops excludes verifying, is refused.
// Members that it does not know are left aside.
func ParseJWK(jwk *jsontree.Value) (PublicKey, error) {
	key, err := parseJWK(jwk)
	if err != nil {
		return nil, fmt.Errorf("did: decode JWK: %w", err)
	}
	return key, nil
}

func parseJWK(jwk *jsontree.Value) (PublicKey, error) {
	if !jwk.Is(jsontree.Object) {
		return nil, errors.New("not an object")
	}
	for _, name := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
		if jwk.Get(name) != nil {
			return nil, fmt.Errorf("private member %q in a public key", name)
		}
	}
	if use := jwk.Get("use"); use != nil && use.Str() != "sig" {
		return nil, errors.New("its use is not sig")
	}
	if ops := jwk.Get("key_ops"); ops != nil && (ops.Kind != jsontree.Array || !ops.HasString("verify")) {
		return nil, errors.New("its key_ops lack verify")
	}
	switch kty, crv := jwk.Get("kty").Str(), jwk.Get("crv").Str(); kty {
	case "OKP":
		if crv != "Ed25519" {
			return nil, fmt.Errorf("curve %s of an OKP key is not Ed25519", quote(crv))
		}
		x, err := octets(jwk, "x")
		if err != nil {
			return nil, err
		}
		return ed25519Key(x)
	case "EC":
		switch crv {
		case "P-256":
			return pointKey(elliptic.P256(), jwk)
		case "P-384":
			return pointKey(elliptic.P384(), jwk)
		case "P-521":
			return nil, errors.New("curve P-521 is not supported")
		default:
			return nil, fmt.Errorf("curve %s of an EC key is not P-256 or P-384", quote(crv))
		}
	case "RSA":
		return rsaKey(jwk)
	case "":
		return nil, errors.New("no kty")
	default:
		return nil, fmt.Errorf("kty %s is not OKP, EC or RSA", quote(kty))
	}
}

func octets(jwk *jsontree.Value, name string) ([]byte, error) {
	member := jwk.Get(name)
	if !member.Is(jsontree.String) || member.Text == "" {
		return nil, fmt.Errorf("member %q is not a text", name)
	}
	data, err := DecodeBase64URL(member.Text)
	if err != nil {
		return nil, fmt.Errorf("member %q: %w", name, err)
	}
	return data, nil
}

func pointKey(curve elliptic.Curve, jwk *jsontree.Value) (PublicKey, error) {
	size := (curve.Params().BitSize + 7) / 8
	point := make([]byte, 1, 1+2*size)
	point[0] = 4
	for _, name := range []string{"x", "y"} {
		coordinate, err := octets(jwk, name)
		if err != nil {
			return nil, err
		}
		// RFC 7518 §6.2.1.2: the full size of a coordinate.
		if len(coordinate) != size {
			return nil, fmt.Errorf("member %q has %d bytes, not %d", name, len(coordinate), size)
		}
		point = append(point, coordinate...)
	}
	key, err := ecdsa.ParseUncompressedPublicKey(curve, point)
	if err != nil {
		return nil, fmt.Errorf("not a point of %s", curve.Params().Name)
	}
	return key, nil
}

func rsaKey(jwk *jsontree.Value) (PublicKey, error) {
	modulus, err := octets(jwk, "n")
	if err != nil {
		return nil, err
	}
	exponent, err := octets(jwk, "e")
	if err != nil {
		return nil, err
	}
	if len(modulus) > maxRSABits/8+1 {
		return nil, fmt.Errorf("RSA modulus has more than %d bits", maxRSABits)
	}
	n, e := new(big.Int).SetBytes(modulus), new(big.Int).SetBytes(exponent)
	switch {
	case n.BitLen() < minRSABits || n.BitLen() > maxRSABits:
		return nil, fmt.Errorf("RSA modulus has %d bits, not %d to %d", n.BitLen(), minRSABits, maxRSABits)
	case n.Bit(0) == 0:
		return nil, errors.New("RSA modulus is even")
	case e.BitLen() > 31 || e.Cmp(big.NewInt(3)) < 0 || e.Bit(0) == 0:
		return nil, errors.New("RSA exponent is not an odd number from 3 to 2^31-1")
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}, nil
}

// JWK writes a public key as a JSON Web Key with its required members alone, in
// the order of RFC 7638.
func JWK(key PublicKey) (jsontree.Value, error) {
	text := func(data []byte) jsontree.Value {
		return jsontree.Of(base64.RawURLEncoding.EncodeToString(data))
	}
	switch k := key.(type) {
	case ed25519.PublicKey:
		if len(k) != ed25519.PublicKeySize {
			return jsontree.Value{}, errors.New("did: Ed25519 key has a wrong length")
		}
		return jsontree.OfObject(
			jsontree.Member{Name: "crv", Value: jsontree.Of("Ed25519")},
			jsontree.Member{Name: "kty", Value: jsontree.Of("OKP")},
			jsontree.Member{Name: "x", Value: text(k)},
		), nil
	case *ecdsa.PublicKey:
		if k.Curve != elliptic.P256() && k.Curve != elliptic.P384() {
			return jsontree.Value{}, fmt.Errorf("did: curve %s is not P-256 or P-384", k.Curve.Params().Name)
		}
		point, err := k.Bytes()
		if err != nil {
			return jsontree.Value{}, fmt.Errorf("did: encode JWK: %w", err)
		}
		size := (len(point) - 1) / 2
		return jsontree.OfObject(
			jsontree.Member{Name: "crv", Value: jsontree.Of(k.Curve.Params().Name)},
			jsontree.Member{Name: "kty", Value: jsontree.Of("EC")},
			jsontree.Member{Name: "x", Value: text(point[1 : 1+size])},
			jsontree.Member{Name: "y", Value: text(point[1+size:])},
		), nil
	case *rsa.PublicKey:
		return jsontree.OfObject(
			jsontree.Member{Name: "e", Value: text(big.NewInt(int64(k.E)).Bytes())},
			jsontree.Member{Name: "kty", Value: jsontree.Of("RSA")},
			jsontree.Member{Name: "n", Value: text(k.N.Bytes())},
		), nil
	default:
		return jsontree.Value{}, fmt.Errorf("did: no JWK for a key of type %T", key)
	}
}

// Thumbprint returns the SHA-256 thumbprint of a key (RFC 7638), base64url.
func Thumbprint(key PublicKey) (string, error) {
	jwk, err := JWK(key)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(jwk.AppendJSON(nil))
	return base64.RawURLEncoding.EncodeToString(sum[:]), nil
}
