package proof

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
)

// The suites by their names in the specifications. The last two are verified
// and not signed with.
const (
	EdDSARDFC2022        = "eddsa-rdfc-2022"
	EdDSAJCS2022         = "eddsa-jcs-2022"
	ECDSARDFC2019        = "ecdsa-rdfc-2019"
	ECDSAJCS2019         = "ecdsa-jcs-2019"
	ECDSASD2023          = "ecdsa-sd-2023"
	EdDSA2022            = "eddsa-2022"
	Ed25519Signature2020 = "Ed25519Signature2020"
)

// stampLayout is how instants are written: UTC, to the second.
const stampLayout = "2006-01-02T15:04:05Z"

// Signer signs documents with one key.
type Signer struct {
	// Key is the private key, or something that signs with it: Ed25519, or
	// ECDSA on P-256 or P-384.
	Key crypto.Signer
	// VerificationMethod is where others find the public key.
	VerificationMethod string
	// Suite is one of the suites' names; empty is eddsa-rdfc-2022 or
	// ecdsa-rdfc-2019, by the key.
	Suite string
	// Rand is given to the Key, which may need it. The keys of the standard
	// library do not: without it ECDSA signs deterministically (RFC 6979).
	// ecdsa-sd-2023 makes two more keys for each document, from it or, without
	// it, from crypto/rand.
	Rand io.Reader
}

// SignOptions are what a proof says beside the signature.
type SignOptions struct {
	// Created is when the proof is made; it is written in UTC to the second
	// and must not be zero.
	Created time.Time
	// Purpose is the proofPurpose; empty is assertionMethod.
	Purpose string
	// Expires is left out when zero; ID, Challenge and Domain when empty.
	Expires               time.Time
	ID, Challenge, Domain string
	// PreviousProof are the ids of the document's proofs that this one builds
	// on, which makes a chain.
	PreviousProof []string
	// Array writes the first proof of a document as a list of one, as the
	// plain JSON Schema of Open Badges wants it.
	Array bool
	// Mandatory are JSON pointers to what the holder of a document signed with
	// ecdsa-sd-2023 may not leave out; no other suite takes any. Without them he
	// may leave out everything: think of the issuer, of the time of validity and
	// of the status.
	Mandatory []string
}

// Sign returns the document with one more proof, as its last member, or last
// among the proofs that it has (VC Data Integrity 1.0 §4.2). Nothing is signed
// that has not been understood: the document is read in safe mode, whatever the
// suite, and the key must be the one that the verification method names, where
// its name tells.
func (s *Signer) Sign(ld *jsonld.Processor, doc *jsontree.Value, o SignOptions) (jsontree.Value, error) {
	suite, scheme, err := s.resolve()
	if err != nil {
		return jsontree.Value{}, err
	}
	if doc.Is(jsontree.Object) && doc.Get("proof") != nil {
		if _, err := Proofs(doc); err != nil {
			return jsontree.Value{}, fmt.Errorf("proof: sign: the document's proof so far: %w", err)
		}
	}
	tree, err := s.options(suite, doc, o)
	if err != nil {
		return jsontree.Value{}, err
	}
	p, err := read(&tree, "/proof")
	if err != nil {
		return jsontree.Value{}, err
	}
	secured, config, err := p.input(doc, suite)
	if err != nil {
		return jsontree.Value{}, err
	}
	if suite.transform != rdfc {
		if _, err := dataset(ld, secured); err != nil {
			return jsontree.Value{}, &Error{Code: Untransformable, Err: err}
		}
	}
	issue := suite.issue
	if issue == nil {
		if len(o.Mandatory) > 0 {
			return jsontree.Value{}, fmt.Errorf("proof: sign: with %s everything is mandatory", suite.name)
		}
		issue = func(s *Signer, ld *jsonld.Processor, doc, config *jsontree.Value, _ SignOptions) (string, error) {
			return s.value(suite, scheme, ld, doc, config)
		}
	}
	value, err := issue(s, ld, secured, config, o)
	if err != nil {
		return jsontree.Value{}, err
	}
	tree.Members = append(tree.Members, jsontree.Member{Name: "proofValue", Value: jsontree.Of(value)})
	return attach(doc, tree, o.Array), nil
}

// value returns the value of a proof that is one signature of two hashes.
func (s *Signer) value(suite *suite, scheme *scheme, ld *jsonld.Processor, doc, config *jsontree.Value) (string, error) {
	data, err := suite.transform.hashData(ld, doc, config, scheme.hash)
	if err != nil {
		return "", &Error{Code: Untransformable, Err: err}
	}
	signature, err := scheme.sign(s.Key, s.Rand, data)
	if err != nil {
		return "", fmt.Errorf("proof: sign: %w", err)
	}
	if len(signature) != scheme.size {
		return "", fmt.Errorf("proof: sign: the key made %d bytes, not %d", len(signature), scheme.size)
	}
	return string(did.AppendBase58([]byte{'z'}, signature)), nil
}

// attach adds a proof to a document.
func attach(doc *jsontree.Value, proof jsontree.Value, array bool) jsontree.Value {
	before := doc.Get("proof")
	if before == nil {
		if array {
			proof = jsontree.OfArray(proof)
		}
		return doc.With("proof", proof)
	}
	set := jsontree.Value{Kind: jsontree.Array}
	set.Members = append(append(set.Members, before.Items()...), jsontree.Member{Value: proof})
	return doc.With("proof", set)
}

// resolve checks the signer and returns what it signs with.
func (s *Signer) resolve() (*suite, *scheme, error) {
	if s.Key == nil {
		return nil, nil, errors.New("proof: sign: no key")
	}
	public := s.Key.Public()
	name := s.Suite
	if name == "" {
		switch public.(type) {
		case ed25519.PublicKey:
			name = EdDSARDFC2022
		case *ecdsa.PublicKey:
			name = ECDSARDFC2019
		}
	}
	found := suiteNamed(name)
	if found == nil || found.readOnly {
		return nil, nil, &Error{Code: SuiteUnsupported, Err: fmt.Errorf("the suite %s does not sign here with a %T", quote(name), public)}
	}
	scheme := found.scheme(public)
	if scheme == nil {
		takes := ""
		if name == ECDSASD2023 {
			takes = ", but P-256 alone"
		}
		return nil, nil, &Error{Code: KeyMismatch, Err: fmt.Errorf("%s does not take a key of type %T%s", name, public, takes)}
	}
	if err := checkMethod(s.VerificationMethod, public); err != nil {
		return nil, nil, fmt.Errorf("proof: sign: %w", err)
	}
	return found, scheme, nil
}

// checkMethod refuses a verification method that cannot be one, or that tells
// by its name that it is another key's.
func checkMethod(method string, public crypto.PublicKey) error {
	id, fragment, found := strings.Cut(method, "#")
	switch {
	case !strings.HasPrefix(id, "did:") && !strings.HasPrefix(id, "https://"):
		return fmt.Errorf("verification method %s is neither a DID URL nor an https URL", quote(method))
	case found && fragment == "":
		return fmt.Errorf("verification method %s has an empty fragment", quote(method))
	}
	// The common case is told by the text, without decoding a point.
	if own, err := did.Multikey(public); err == nil && fragment == own && (id == "did:key:"+own || strings.HasPrefix(id, "did:web:") || strings.HasPrefix(id, "https://")) {
		return nil
	}
	named := did.Key{}
	if doc, err := did.Resolve(id); err == nil {
		if named, err = doc.Find(method, did.AssertionMethod); err != nil {
			return err
		}
	} else if !errors.Is(err, did.ErrMethod) && strings.HasPrefix(id, "did:") {
		return err
	} else if key, err := did.ParseMultikey(fragment); err == nil {
		named.Public = key
	}
	if named.Public == nil {
		return nil
	}
	if key, ok := named.Public.(interface{ Equal(crypto.PublicKey) bool }); !ok || !key.Equal(public) {
		return fmt.Errorf("verification method %s names another key", quote(method))
	}
	return nil
}

// options writes the proof without its value (VC Data Integrity 1.0 §4.2 step 1).
func (s *Signer) options(suite *suite, doc *jsontree.Value, o SignOptions) (jsontree.Value, error) {
	if o.Created.IsZero() {
		return jsontree.Value{}, errors.New("proof: sign: no time of creation")
	}
	if !doc.Is(jsontree.Object) || doc.Get("@context") == nil {
		return jsontree.Value{}, &Error{Code: Untransformable, Err: errors.New("the document is not an object with an @context")}
	}
	if o.Purpose == "" {
		o.Purpose = did.AssertionMethod
	}
	tree := jsontree.Value{Kind: jsontree.Object}
	add := func(name, text string) {
		if text != "" {
			tree.Members = append(tree.Members, jsontree.Member{Name: name, Value: jsontree.Of(text)})
		}
	}
	add("type", dataIntegrityProof)
	add("id", o.ID)
	add("created", stamp(o.Created))
	if !o.Expires.IsZero() {
		add("expires", stamp(o.Expires))
	}
	add("verificationMethod", s.VerificationMethod)
	add("cryptosuite", suite.name)
	add("proofPurpose", o.Purpose)
	add("challenge", o.Challenge)
	add("domain", o.Domain)
	if len(o.PreviousProof) == 1 {
		add("previousProof", o.PreviousProof[0])
	} else if len(o.PreviousProof) > 1 {
		list := jsontree.Value{Kind: jsontree.Array}
		for _, id := range o.PreviousProof {
			list.Members = append(list.Members, jsontree.Member{Value: jsontree.Of(id)})
		}
		tree.Members = append(tree.Members, jsontree.Member{Name: "previousProof", Value: list})
	}
	if suite.transform == jcs {
		// EdDSA Cryptosuites §3.3.1 step 2.
		tree.Members = append(tree.Members, jsontree.Member{Name: "@context", Value: *doc.Get("@context")})
	}
	return tree, nil
}

func stamp(t time.Time) string { return t.UTC().Format(stampLayout) }
