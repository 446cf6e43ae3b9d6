package verify

import (
	"crypto"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsontree"
)

// signer is what is known of the key that a signature names.
type signer struct {
	key did.PublicKey
	// outcome is Passed where there is a key; else code and detail say why not.
	outcome Outcome
	code    string
	detail  string
	// controller is who holds the key, as the document that has the key says.
	controller string
	// where is the URL or DID that the key was read from.
	where string
	// claimed tells that nobody but the signer says whose key it is: it came with
	// the signature, in a header or in a fragment.
	claimed bool
	revoked time.Time
	expires time.Time
}

func noKey(outcome Outcome, code, format string, args ...any) signer {
	return signer{outcome: outcome, code: code, detail: fmt.Sprintf(format, args...)}
}

// longMultikey is from how many characters on a fragment that begins with z is
// taken for a key and not for a key's name.
const longMultikey = 40

// methodKey finds the key of a verification method or of a JOSE kid.
func (r *run) methodKey(method string) signer {
	base, fragment, _ := strings.Cut(method, "#")
	switch {
	case strings.HasPrefix(method, "did:"):
		document, problem := r.didDocument(base)
		if document == nil {
			return problem
		}
		return listedKey(document, method)
	case strings.HasPrefix(method, "https://"):
		if strings.HasPrefix(fragment, "z") && len(fragment) >= longMultikey {
			key, err := did.ParseMultikey(fragment)
			if err != nil {
				return noKey(Failed, "key-malformed", "the key in the fragment of %s: %v", method, err)
			}
			return signer{key: key, outcome: Passed, controller: base, where: method, claimed: true}
		}
		return r.keyByURL(method, base)
	default:
		return noKey(Failed, "verification-method-malformed", "verification method %q is neither a DID URL nor an https URL", clip(method))
	}
}

func listedKey(document *did.Document, method string) signer {
	key, err := document.Find(method, did.AssertionMethod)
	switch {
	case errors.Is(err, did.ErrController), err == nil:
		return signer{
			key: key.Public, outcome: Passed, controller: key.Controller, where: document.ID,
			revoked: key.Revoked, expires: key.Expires,
		}
	case errors.Is(err, did.ErrNotListed):
		return noKey(Failed, "key-not-listed", "%s does not list %s", document.ID, method)
	case errors.Is(err, did.ErrRelationship):
		return noKey(Failed, "key-not-for-assertion", "%s lists %s, but not for signing credentials", document.ID, method)
	default:
		return noKey(Failed, "key-malformed", "%s in %s: %v", method, document.ID, err)
	}
}

// didDocument resolves a DID; without a document the signer says why.
func (r *run) didDocument(id string) (*did.Document, signer) {
	id, _, _ = strings.Cut(id, "?")
	if _, err := did.Parse(id); err != nil {
		return nil, noKey(Failed, "verification-method-malformed", "%q is not a DID: %v", clip(id), err)
	}
	document, err := did.Resolve(id)
	if err == nil {
		return document, signer{}
	}
	if !errors.Is(err, did.ErrMethod) {
		return nil, noKey(Failed, "key-malformed", "%s: %v", clip(id), err)
	}
	if !strings.HasPrefix(id, "did:web:") {
		return nil, noKey(Unknown, "did-method-unsupported", "no way to resolve %s", clip(id))
	}
	address, err := did.WebURL(id)
	if err != nil {
		return nil, noKey(Failed, "verification-method-malformed", "%q: %v", clip(id), err)
	}
	response, err := r.fetch(address, "application/did+json, application/did+ld+json, application/json")
	if err != nil {
		return nil, noKey(Unknown, "key-unresolved", "the DID document of %s is not to be had: %v", id, err)
	}
	if document, err = did.ParseDocument(response.Body, id); err != nil {
		return nil, noKey(Unknown, "key-unresolved", "what stands at %s: %v", address, err)
	}
	return document, signer{}
}

// keyByURL fetches what a URL names: a JWK, a JWK set, one verification method,
// or a document that lists it.
func (r *run) keyByURL(method, base string) signer {
	response, err := r.fetch(base, "application/json, application/jwk+json, application/jwk-set+json")
	if err != nil {
		return noKey(Unknown, "key-unresolved", "the key %s is not to be had: %v", method, err)
	}
	tree, err := jsontree.Parse(response.Body, jsontree.Limits{})
	if err != nil || !tree.Is(jsontree.Object) {
		return noKey(Unknown, "key-unresolved", "what stands at %s is no JSON object", base)
	}
	switch {
	case tree.Get("kty") != nil:
		key, err := did.ParseJWK(&tree)
		if err != nil {
			return noKey(Failed, "key-malformed", "the JWK at %s: %v", base, err)
		}
		return signer{key: key, outcome: Passed, controller: tree.Get("iss").Str(), where: base}
	case tree.Get("keys") != nil:
		for _, item := range tree.Get("keys").Items() {
			if item.Value.Get("kid").Str() != method {
				continue
			}
			key, err := did.ParseJWK(&item.Value)
			if err != nil {
				return noKey(Failed, "key-malformed", "the JWK %s at %s: %v", method, base, err)
			}
			return signer{key: key, outcome: Passed, controller: item.Value.Get("iss").Str(), where: base}
		}
		return noKey(Failed, "key-not-listed", "the key set at %s does not list %s", base, method)
	case tree.Get("id").Str() == method && (tree.Get("publicKeyMultibase") != nil || tree.Get("publicKeyJwk") != nil):
		key, err := did.ParseMethod(&tree, base)
		if err != nil {
			return noKey(Failed, "key-malformed", "the key at %s: %v", base, err)
		}
		return signer{key: key.Public, outcome: Passed, controller: key.Controller, where: base, revoked: key.Revoked, expires: key.Expires}
	}
	document, err := did.ReadDocument(&tree, base)
	if err != nil {
		return noKey(Unknown, "key-unresolved", "what stands at %s: %v", base, err)
	}
	return listedKey(document, method)
}

// bound tells whether a key is the issuer's, by the issuer's own documents
// (standards: the key and the issuer).
func (r *run) bound(s signer, issuer string) (Outcome, string, string) {
	if !s.revoked.IsZero() && !r.o.At.Before(s.revoked) {
		return Failed, "issuer-key-revoked", "the issuer withdrew this key on " + s.revoked.UTC().Format(time.RFC3339)
	}
	if !s.expires.IsZero() && !r.o.At.Before(s.expires) {
		return Failed, "issuer-key-expired", "the issuer's document lets this key end on " + s.expires.UTC().Format(time.RFC3339)
	}
	switch {
	case strings.HasPrefix(issuer, "did:"):
		return r.boundToDID(s, issuer)
	case strings.HasPrefix(issuer, "https://"):
		return r.boundToURL(s, issuer)
	default:
		return Unknown, "issuer-key-unproven", fmt.Sprintf("the signature is intact, but the issuer %q has no document that could show the key is its own", clip(issuer))
	}
}

func (r *run) boundToDID(s signer, issuer string) (Outcome, string, string) {
	if s.where == issuer && !s.claimed {
		if s.controller != "" && s.controller != issuer {
			return Failed, "issuer-key-mismatch", fmt.Sprintf("%s lists the key, but says it is controlled by %s", issuer, clip(s.controller))
		}
		return Passed, "ok", issuer + " lists the key"
	}
	document, problem := r.didDocument(issuer)
	if document == nil {
		// A malformed issuer is told by the data model; here it only proves nothing.
		return Unknown, "issuer-key-unproven", "the signature is intact, but nothing shows that the key is the issuer's: " + problem.detail
	}
	if lists(document, s.key) {
		return Passed, "ok", issuer + " lists the key"
	}
	return Failed, "issuer-key-mismatch", fmt.Sprintf("the signing key is not one that %s lists", clip(issuer))
}

func lists(document *did.Document, key did.PublicKey) bool {
	for _, listed := range document.Keys(did.AssertionMethod) {
		if sameKey(listed.Public, key) {
			return true
		}
	}
	return false
}

func sameKey(a, b did.PublicKey) bool {
	comparable, ok := a.(interface{ Equal(crypto.PublicKey) bool })
	return ok && comparable.Equal(b)
}

// boundToURL asks the documents of an issuer that is named by a URL: the
// issuer's profile, and the key set of its host (Open Badges 3.0 §8.2.1).
func (r *run) boundToURL(s signer, issuer string) (Outcome, string, string) {
	host, err := url.Parse(issuer)
	if err != nil || host.Host == "" {
		return Unknown, "issuer-key-unproven", fmt.Sprintf("the issuer %q is no URL", clip(issuer))
	}
	denied := ""
	set := "https://" + host.Host + "/.well-known/jwks.json"
	switch found, answer := r.inKeySet(set, issuer, s.key); {
	case found:
		return Passed, "ok", set + " lists the key"
	case answer:
		denied = set
	}
	switch found, answer := r.inProfile(issuer, s.key); {
	case found:
		return Passed, "ok", issuer + " lists the key"
	case answer:
		denied = issuer
	}
	if denied != "" {
		return Failed, "issuer-key-mismatch", "the signing key is not one that " + denied + " lists"
	}
	if s.claimed && s.controller == issuer {
		// docs/decisions/issuer-key.md says why this passes, and that it is said.
		r.report.warn(CheckIssuer, "issuer-key-unproven", "the signature is intact, but the key came with the badge and no document of "+issuer+" could be had that lists it")
		return Passed, "issuer-key-claimed", "the key names " + issuer + " as its controller"
	}
	if at, err := url.Parse(s.where); err == nil && !s.claimed && at.Scheme == "https" && at.Host == host.Host && (s.controller == "" || s.controller == issuer) {
		r.report.warn(CheckIssuer, "issuer-key-same-host", "the key is served by "+host.Host+", which is the issuer's host; no document says that it is this issuer's alone")
		return Passed, "ok", s.where + " serves the key"
	}
	if s.controller != "" && s.controller != issuer && !strings.HasPrefix(s.controller, "did:") {
		return Failed, "issuer-key-mismatch", fmt.Sprintf("the key is controlled by %s, not by %s", clip(s.controller), clip(issuer))
	}
	return Unknown, "issuer-key-unproven", "the signature is intact, but no document of " + clip(issuer) + " could be had that lists the key"
}

// inKeySet tells whether a JWK set lists the key for the issuer, and whether
// there was a set with keys to look in.
func (r *run) inKeySet(address, issuer string, key did.PublicKey) (found, answer bool) {
	response, err := r.fetch(address, "application/jwk-set+json, application/json")
	if err != nil {
		return false, false
	}
	tree, err := jsontree.Parse(response.Body, jsontree.Limits{})
	if err != nil {
		return false, false
	}
	for _, item := range tree.Get("keys").Items() {
		listed, err := did.ParseJWK(&item.Value)
		if err != nil {
			continue
		}
		answer = true
		// A host with many tenants says whose each key is.
		if owner := item.Value.Get("iss").Str(); owner != "" && owner != issuer {
			continue
		}
		if sameKey(listed, key) {
			return true, true
		}
	}
	return false, answer
}

// inProfile does the same for the document that stands at the issuer's URL.
func (r *run) inProfile(issuer string, key did.PublicKey) (found, answer bool) {
	response, err := r.fetch(issuer, "application/json, application/ld+json")
	if err != nil {
		return false, false
	}
	tree, err := jsontree.Parse(response.Body, jsontree.Limits{})
	if err != nil {
		return false, false
	}
	document, err := did.ReadDocument(&tree, issuer)
	if err != nil || len(document.Keys(did.AssertionMethod)) == 0 {
		return false, false
	}
	return lists(document, key), true
}

// clip shortens foreign text for a sentence.
func clip(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
