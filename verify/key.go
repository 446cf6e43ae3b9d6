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
		return r.listedKey(document, method)
	case (strings.HasPrefix(method, "https://") || strings.HasPrefix(method, "urn:")) && strings.HasPrefix(fragment, "z") && len(fragment) >= longMultikey:
		key, err := did.ParseMultikey(fragment)
		if err != nil {
			return noKey(Failed, CodeKeyMalformed, "the key in the fragment of %s: %v", clip(method), err)
		}
		return signer{key: key, outcome: Passed, controller: base, where: method, claimed: true}
	case strings.HasPrefix(method, "https://"):
		return r.keyByURL(method, base, fragment)
	default:
		return noKey(Failed, CodeMethodMalformed, "verification method %q is neither a DID URL nor an https URL", clip(method))
	}
}

func (r *run) listedKey(document *did.Document, method string) signer {
	key, err := document.Find(method, r.purpose())
	switch {
	case errors.Is(err, did.ErrController), err == nil:
		return signer{
			key: key.Public, outcome: Passed, controller: key.Controller, where: document.ID,
			revoked: key.Revoked, expires: key.Expires,
		}
	case errors.Is(err, did.ErrNotListed):
		return noKey(Failed, CodeKeyNotListed, "%s does not list %s", document.ID, method)
	case errors.Is(err, did.ErrRelationship):
		return noKey(Failed, CodeKeyPurpose, "%s lists %s, but not for signing credentials", document.ID, method)
	default:
		return noKey(Failed, CodeKeyMalformed, "%s in %s: %v", method, document.ID, err)
	}
}

// didDocument resolves a DID; without a document the signer says why.
func (r *run) didDocument(id string) (*did.Document, signer) {
	id, _, _ = strings.Cut(id, "?")
	if _, err := did.Parse(id); err != nil {
		return nil, noKey(Failed, CodeMethodMalformed, "%q is not a DID: %v", clip(id), err)
	}
	document, err := did.Resolve(id)
	if err == nil {
		return document, signer{}
	}
	if !errors.Is(err, did.ErrMethod) {
		return nil, noKey(Failed, CodeKeyMalformed, "%s: %v", clip(id), err)
	}
	if !strings.HasPrefix(id, "did:web:") {
		return nil, noKey(Unknown, CodeMethodUnknown, "no way to resolve %s", clip(id))
	}
	address, err := did.WebURL(id)
	if err != nil {
		return nil, noKey(Failed, CodeMethodMalformed, "%q: %v", clip(id), err)
	}
	response, err := r.fetch(address, "application/did+json, application/did+ld+json, application/json")
	if err != nil {
		return nil, noKey(Unknown, CodeKeyUnresolved, "the DID document of %s is not to be had: %v", id, err)
	}
	if document, err = did.ParseDocument(response.Body, id); err != nil {
		return nil, noKey(Unknown, CodeKeyUnresolved, "what stands at %s: %v", address, err)
	}
	return document, signer{}
}

// keyByURL fetches what a URL names: a JWK, a JWK set, one verification method,
// or a document that lists it.
func (r *run) keyByURL(method, base, fragment string) signer {
	response, err := r.fetch(base, "application/json, application/jwk+json, application/jwk-set+json")
	if err != nil {
		return noKey(Unknown, CodeKeyUnresolved, "the key %s is not to be had: %v", method, err)
	}
	tree, err := jsontree.Parse(response.Body, treeLimits)
	if err != nil || !tree.Is(jsontree.Object) {
		return noKey(Unknown, CodeKeyUnresolved, "what stands at %s is no JSON object", base)
	}
	switch {
	case tree.Get("kty") != nil:
		key, err := did.ParseJWK(&tree)
		if err != nil {
			return noKey(Failed, CodeKeyMalformed, "the JWK at %s: %v", base, err)
		}
		return signer{key: key, outcome: Passed, controller: tree.Get("iss").Str(), where: base}
	case tree.Get("keys") != nil:
		for _, item := range tree.Get("keys").Items() {
			// A set names its keys by their URL or by what stands behind the #.
			if kid := item.Value.Get("kid").Str(); kid == "" || kid != method && kid != fragment {
				continue
			}
			key, err := did.ParseJWK(&item.Value)
			if err != nil {
				return noKey(Failed, CodeKeyMalformed, "the JWK %s at %s: %v", method, base, err)
			}
			return signer{key: key, outcome: Passed, controller: item.Value.Get("iss").Str(), where: base}
		}
		return noKey(Failed, CodeKeyNotListed, "the key set at %s does not list %s", base, method)
	case tree.Get("id").Str() == method && (tree.Get("publicKeyMultibase") != nil || tree.Get("publicKeyJwk") != nil):
		key, err := did.ParseMethod(&tree, base)
		if err != nil {
			return noKey(Failed, CodeKeyMalformed, "the key at %s: %v", base, err)
		}
		return signer{key: key.Public, outcome: Passed, controller: key.Controller, where: base, revoked: key.Revoked, expires: key.Expires}
	}
	document, err := did.ReadDocument(&tree, base)
	if err != nil {
		return noKey(Unknown, CodeKeyUnresolved, "what stands at %s: %v", base, err)
	}
	return r.listedKey(document, method)
}

// ended tells whether the document that has a key says that it is not to be used
// any more.
func (r *run) ended(revoked, expires time.Time) answer {
	switch {
	case !revoked.IsZero() && !r.o.At.Before(revoked):
		return answer{Failed, CodeIssuerKeyRevoked, "the issuer withdrew this key on " + stamp(revoked)}
	case !expires.IsZero() && !r.o.At.Before(expires):
		return answer{Failed, CodeIssuerKeyExpired, "the issuer's document lets this key end on " + stamp(expires)}
	}
	return answer{}
}

// bound tells whether a key is the issuer's, by the issuer's own documents
// (standards: the key and the issuer).
func (r *run) bound(s signer, issuer string) answer {
	if a := r.ended(s.revoked, s.expires); a.outcome == Failed {
		return a
	}
	switch {
	case issuer == "" && r.presents():
		return answer{Passed, CodeOK, "whoever signed the presentation names nobody as its holder"}
	case strings.HasPrefix(issuer, "did:"):
		return r.boundToDID(s, issuer)
	case strings.HasPrefix(issuer, "https://"):
		return r.boundToURL(s, issuer)
	case strings.HasPrefix(issuer, "urn:") && s.claimed && s.controller == issuer:
		return r.claimedOnly(issuer)
	default:
		return answer{Unknown, CodeIssuerUnproven, fmt.Sprintf("the signature is intact, but the issuer %q has no document that could show the key is its own", clip(issuer))}
	}
}

func (r *run) boundToDID(s signer, issuer string) answer {
	if s.where == issuer {
		if s.controller != "" && s.controller != issuer {
			return answer{Failed, CodeIssuerMismatch, fmt.Sprintf("%s lists the key, but says it is controlled by %s", issuer, clip(s.controller))}
		}
		return answer{Passed, CodeOK, issuer + " lists the key"}
	}
	document, problem := r.didDocument(issuer)
	if document == nil {
		// A malformed issuer is told by the data model; here it only proves nothing.
		return answer{Unknown, CodeIssuerUnproven, "the signature is intact, but nothing shows that the key is the issuer's: " + problem.detail}
	}
	if listed, ok := find(document, s.key); ok {
		if a := r.ended(listed.Revoked, listed.Expires); a.outcome == Failed {
			return a
		}
		return answer{Passed, CodeOK, issuer + " lists the key"}
	}
	return answer{Failed, CodeIssuerMismatch, fmt.Sprintf("the signing key is not one that %s lists", clip(issuer))}
}

// find returns the document's entry for a key, by whatever name.
func find(document *did.Document, key did.PublicKey) (did.Key, bool) {
	for _, listed := range document.Keys(did.AssertionMethod) {
		if sameKey(listed.Public, key) {
			return listed, true
		}
	}
	return did.Key{}, false
}

func sameKey(a, b did.PublicKey) bool {
	comparable, ok := a.(interface{ Equal(crypto.PublicKey) bool })
	return ok && comparable.Equal(b)
}

// boundToURL asks the documents of an issuer that is named by a URL: the
// issuer's profile, and the key set of its host (Open Badges 3.0 §8.2.1).
func (r *run) boundToURL(s signer, issuer string) answer {
	host, err := url.Parse(issuer)
	if err != nil || host.Host == "" {
		return answer{Unknown, CodeIssuerUnproven, fmt.Sprintf("the issuer %q is no URL", clip(issuer))}
	}
	set := "https://" + host.Host + "/.well-known/jwks.json"
	inSet := r.inKeySet(set, issuer, s.key)
	if inSet.outcome == Passed {
		return inSet
	}
	switch a := r.inProfile(issuer, s.key); {
	case a.outcome == Passed || a.outcome == Failed:
		return a
	case inSet.outcome == Failed:
		return inSet
	}
	if s.claimed && s.controller == issuer {
		return r.claimedOnly(issuer)
	}
	if at, err := url.Parse(s.where); err == nil && !s.claimed && at.Scheme == "https" && at.Host == host.Host && (s.controller == "" || s.controller == issuer) {
		r.report.warn(CheckIssuer, WarnSameHost, "the key is served by "+host.Host+", which is the issuer's host; no document says that it is this issuer's alone")
		return answer{Passed, CodeOK, s.where + " serves the key"}
	}
	if s.controller != "" && s.controller != issuer && !strings.HasPrefix(s.controller, "did:") {
		return answer{Failed, CodeIssuerMismatch, fmt.Sprintf("the key is controlled by %s, not by %s", clip(s.controller), clip(issuer))}
	}
	return answer{Unknown, CodeIssuerUnproven, "the signature is intact, but no document of " + clip(issuer) + " could be had that lists the key"}
}

// claimedOnly is the answer for a key that came with the signature in the
// issuer's name. docs/decisions/0006-issuer-key.md says why this passes, and that
// it is said.
func (r *run) claimedOnly(issuer string) answer {
	r.report.warn(CheckIssuer, CodeIssuerUnproven, "the signature is intact, but the key came with the badge and no document of "+clip(issuer)+" could be had that lists it")
	return answer{Passed, CodeKeyClaimed, "the key names " + clip(issuer) + " as its controller"}
}

// inKeySet asks a JWK set whether it lists the key for the issuer. Where there
// is no set with a key in it, the answer is unknown.
func (r *run) inKeySet(address, issuer string, key did.PublicKey) answer {
	nothing := answer{outcome: Unknown}
	response, err := r.fetch(address, "application/jwk-set+json, application/json")
	if err != nil {
		return nothing
	}
	tree, err := jsontree.Parse(response.Body, treeLimits)
	if err != nil {
		return nothing
	}
	a := nothing
	for _, item := range tree.Get("keys").Items() {
		listed, err := did.ParseJWK(&item.Value)
		if err != nil {
			continue
		}
		a = answer{Failed, CodeIssuerMismatch, "the signing key is not one that " + address + " lists"}
		// A host with many tenants says whose each key is.
		if owner := item.Value.Get("iss").Str(); owner != "" && owner != issuer {
			continue
		}
		if sameKey(listed, key) {
			return answer{Passed, CodeOK, address + " lists the key"}
		}
	}
	return a
}

// inProfile asks the same of the document that stands at the issuer's URL.
func (r *run) inProfile(issuer string, key did.PublicKey) answer {
	nothing := answer{outcome: Unknown}
	response, err := r.fetch(issuer, "application/json, application/ld+json")
	if err != nil {
		return nothing
	}
	tree, err := jsontree.Parse(response.Body, treeLimits)
	if err != nil {
		return nothing
	}
	document, err := did.ReadDocument(&tree, issuer)
	if err != nil || len(document.Keys(did.AssertionMethod)) == 0 {
		return nothing
	}
	listed, ok := find(document, key)
	if !ok {
		return answer{Failed, CodeIssuerMismatch, "the signing key is not one that " + issuer + " lists"}
	}
	if a := r.ended(listed.Revoked, listed.Expires); a.outcome == Failed {
		return a
	}
	return answer{Passed, CodeOK, issuer + " lists the key"}
}

// clip shortens foreign text for a sentence.
func clip(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
