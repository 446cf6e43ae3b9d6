// Package did goes from the name of a key to the key: Multikey and JWK, the
// methods did:key, did:jwk and did:web, DID documents read tolerantly and
// written strictly, and the question that every verifier has to put to them:
// does this document list this key for this use?
//
// It fetches nothing. A did:web document is brought by the caller, who asks
// [WebURL] where it stands and hands its bytes to [ParseDocument]; did:key and
// did:jwk need no network and are answered by [Resolve]. It does not decide
// whether a DID is the issuer that a credential names; that is for the package
// verify.
//
// Begin with [Resolve] and [Document.Find].
package did

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/ecusson/ecusson/jsontree"
)

// maxDID bounds the length of a DID or DID URL: a did:jwk of an RSA key of 8192
// bits has 1,500 characters.
const maxDID = 4096

// DID is a decentralised identifier taken apart (DID Core 1.0 §3.1).
type DID struct {
	// Method is the method's name: key, web, jwk.
	Method string
	// ID is what stands behind the method, percent-encoding kept.
	ID string
}

// String writes the DID.
func (d DID) String() string { return "did:" + d.Method + ":" + d.ID }

// Parse reads a DID without path, query and fragment.
func Parse(s string) (DID, error) {
	if len(s) > maxDID {
		return DID{}, fmt.Errorf("did: longer than %d characters", maxDID)
	}
	rest, ok := strings.CutPrefix(s, "did:")
	if !ok {
		return DID{}, fmt.Errorf("did: %s lacks the scheme did", quote(s))
	}
	method, id, ok := strings.Cut(rest, ":")
	if !ok || method == "" || id == "" {
		return DID{}, fmt.Errorf("did: %s lacks a method or an identifier", quote(s))
	}
	for _, c := range []byte(method) {
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9') {
			return DID{}, fmt.Errorf("did: illegal character %q in the method of %s", c, quote(s))
		}
	}
	for i := 0; i < len(id); i++ {
		switch c := id[i]; {
		case isIDChar(c), c == ':':
		case c == '%' && i+2 < len(id) && isHex(id[i+1]) && isHex(id[i+2]):
			i += 2
		default:
			return DID{}, fmt.Errorf("did: illegal character %q in %s", c, quote(s))
		}
	}
	if id[len(id)-1] == ':' {
		return DID{}, fmt.Errorf("did: %s ends with a colon", quote(s))
	}
	return DID{Method: method, ID: id}, nil
}

func isIDChar(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '.' || c == '-' || c == '_'
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func quote(s string) string {
	if len(s) > 100 {
		s = s[:100] + "…"
	}
	return strconv.Quote(s)
}

// Resolve answers with the document of a did:key or did:jwk, which need no
// network. For any other method it fails with [ErrMethod].
func Resolve(did string) (*Document, error) {
	d, err := Parse(did)
	if err != nil {
		return nil, err
	}
	switch d.Method {
	case "key":
		key, err := ParseMultikey(d.ID)
		if err != nil {
			return nil, fmt.Errorf("did: resolve %s: %w", quote(did), err)
		}
		return single(did, did+"#"+d.ID, key), nil
	case "jwk":
		// did:jwk method specification, "Read"
		key, err := parseDIDJWK(d.ID)
		if err != nil {
			return nil, fmt.Errorf("did: resolve %s: %w", quote(did), err)
		}
		return single(did, did+"#0", key), nil
	default:
		return nil, fmt.Errorf("did: resolve %s: %w", quote(did), ErrMethod)
	}
}

func parseDIDJWK(id string) (key PublicKey, err error) {
	data, err := DecodeBase64URL(id)
	if err != nil {
		return nil, err
	}
	tree, err := jsontree.Parse(data, jsontree.Limits{Depth: 8, Bytes: maxDID})
	if err != nil {
		return nil, err
	}
	return ParseJWK(&tree)
}

// FromKey returns the did:key of an Ed25519, P-256 or P-384 key (did:key method
// v0.9 §3.1).
func FromKey(key PublicKey) (string, error) {
	multikey, err := Multikey(key)
	if err != nil {
		return "", err
	}
	return "did:key:" + multikey, nil
}

// FromJWK returns the did:jwk of a key.
func FromJWK(key PublicKey) (string, error) {
	jwk, err := JWK(key)
	if err != nil {
		return "", err
	}
	return "did:jwk:" + base64.RawURLEncoding.EncodeToString(jwk.AppendJSON(nil)), nil
}
