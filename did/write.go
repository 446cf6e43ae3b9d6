package did

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"strings"

	"github.com/ecusson/ecusson/jsontree"
)

// Method is a key to be published in a document.
type Method struct {
	// ID is the method's absolute identifier; empty is the document's with the
	// Multikey as its fragment, which an RSA key does not have.
	ID string
	// Key is the key.
	Key PublicKey
	// Withdrawn keeps the key in the document but takes it from
	// assertionMethod: what it has signed no longer verifies. A key that has
	// only been replaced by a newer one is not withdrawn, so that its badges
	// go on.
	Withdrawn bool
}

// NewDocument writes the document of an identifier in the strict form that every
// reader takes: each key in verificationMethod with its controller, and
// assertionMethod a list of absolute names. The keys stand in the order given,
// the newest first by custom.
func NewDocument(id string, methods []Method, alsoKnownAs []string) (jsontree.Value, error) {
	if id == "" {
		return jsontree.Value{}, errors.New("did: document without an id")
	}
	contexts := []jsontree.Value{jsontree.Of("https://www.w3.org/ns/did/v1"), jsontree.Of("https://w3id.org/security/multikey/v1")}
	keys := jsontree.Value{Kind: jsontree.Array}
	names := jsontree.Value{Kind: jsontree.Array}
	seen := map[string]bool{}
	hasJWK := false
	for i, m := range methods {
		entry, name, err := writeMethod(id, m)
		if err != nil {
			return jsontree.Value{}, fmt.Errorf("did: key %d of the document of %s: %w", i, quote(id), err)
		}
		if seen[name] {
			return jsontree.Value{}, fmt.Errorf("did: key %d of the document of %s: %s is taken", i, quote(id), quote(name))
		}
		seen[name] = true
		if entry.Get("publicKeyJwk") != nil && !hasJWK {
			hasJWK = true
			contexts = append(contexts, jsontree.Of("https://w3id.org/security/jwk/v1"))
		}
		keys.Members = append(keys.Members, jsontree.Member{Value: entry})
		if !m.Withdrawn {
			names.Members = append(names.Members, jsontree.Member{Value: jsontree.Of(name)})
		}
	}
	doc := jsontree.OfObject(
		jsontree.Member{Name: "@context", Value: jsontree.OfArray(contexts...)},
		jsontree.Member{Name: "id", Value: jsontree.Of(id)},
	)
	if len(alsoKnownAs) > 0 {
		others := jsontree.Value{Kind: jsontree.Array}
		for _, other := range alsoKnownAs {
			others.Members = append(others.Members, jsontree.Member{Value: jsontree.Of(other)})
		}
		doc.Members = append(doc.Members, jsontree.Member{Name: "alsoKnownAs", Value: others})
	}
	doc.Members = append(doc.Members,
		jsontree.Member{Name: "verificationMethod", Value: keys},
		jsontree.Member{Name: AssertionMethod, Value: names},
	)
	return doc, nil
}

func writeMethod(id string, m Method) (entry jsontree.Value, name string, err error) {
	if name = m.ID; name != "" && (!strings.HasPrefix(name, id+"#") || len(name) == len(id)+1) {
		return entry, "", fmt.Errorf("%s is not a fragment of the document", quote(name))
	}
	if _, isRSA := m.Key.(*rsa.PublicKey); isRSA {
		if name == "" {
			return entry, "", errors.New("an RSA key needs a name")
		}
		jwk, err := JWK(m.Key)
		if err != nil {
			return entry, "", err
		}
		return methodEntry(name, "JsonWebKey", id, "publicKeyJwk", jwk), name, nil
	}
	multikey, err := Multikey(m.Key)
	if err != nil {
		return entry, "", err
	}
	if name == "" {
		name = id + "#" + multikey
	}
	return methodEntry(name, "Multikey", id, "publicKeyMultibase", jsontree.Of(multikey)), name, nil
}

func methodEntry(id, kind, controller, form string, key jsontree.Value) jsontree.Value {
	return jsontree.OfObject(
		jsontree.Member{Name: "id", Value: jsontree.Of(id)},
		jsontree.Member{Name: "type", Value: jsontree.Of(kind)},
		jsontree.Member{Name: "controller", Value: jsontree.Of(controller)},
		jsontree.Member{Name: form, Value: key},
	)
}
