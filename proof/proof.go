// Package proof signs credentials and verifies what others have signed: the
// cryptosuites of Data Integrity that secure a JSON-LD document from inside, and
// the JSON Web Tokens that wrap one.
//
// It answers one question: was exactly this signed with that key? Whose key it
// is, and whether a credential is expired or revoked, is for the package verify;
// keys and DID documents are for the package did.
//
// Begin with [Proofs] and [Proof.Verify] for a document with proofs, [ParseJWT]
// for a token, [Signer] for signing one document and [Compile] for signing many
// that differ in a few values.
package proof

import (
	"errors"
	"fmt"

	"github.com/ecusson/ecusson/jsontree"
)

// Code names, for programs, why something did not verify. Codes do not change.
type Code string

// The codes of this package's errors.
const (
	// NoProof: the document has no proof, or an empty one.
	NoProof Code = "no-proof"
	// Malformed: the proof is not what its specification says a proof is.
	Malformed Code = "proof-malformed"
	// SuiteUnsupported: a proof of a kind that is not verified here. It may be
	// good; nothing is known.
	SuiteUnsupported Code = "suite-unsupported"
	// NotDerived: a base proof of selective disclosure, which only its holder
	// has a use for.
	NotDerived Code = "proof-not-derived"
	// KeyMismatch: the key is not of the kind that the suite or algorithm takes.
	KeyMismatch Code = "key-type-mismatch"
	// SignatureInvalid: this was not signed with that key.
	SignatureInvalid Code = "signature-invalid"
	// PurposeMismatch: the proof was made for another purpose.
	PurposeMismatch Code = "proof-purpose-mismatch"
	// Expired: the proof's own expires has passed.
	Expired Code = "proof-expired"
	// ChallengeMismatch and DomainMismatch: the proof answers to someone else.
	ChallengeMismatch Code = "proof-challenge-mismatch"
	DomainMismatch    Code = "proof-domain-mismatch"
	// PreviousMissing: the proof builds on another that is not there.
	PreviousMissing Code = "previous-proof-missing"
	// Untransformable: the document cannot be brought into the form that is
	// signed; the cause says where and why.
	Untransformable Code = "document-untransformable"
	// AlgorithmRefused: the token names an algorithm that is not accepted.
	AlgorithmRefused Code = "jwt-algorithm-refused"
	// JWTMalformed: the token is not a compact JWS with a credential in it.
	JWTMalformed Code = "jwt-malformed"
)

// Error is why a proof or a token did not verify. The cause, such as a
// *jsonld.Error with its own place, is found with errors.As.
type Error struct {
	Code Code
	// Pointer is the place of the proof in the document (RFC 6901), empty for
	// the document and for a token.
	Pointer string
	Err     error
}

func (e *Error) Error() string {
	if e.Pointer == "" {
		return fmt.Sprintf("proof: %v", e.Err)
	}
	return fmt.Sprintf("proof: %s: %v", e.Pointer, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of an error of this package, "" for any other.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// maxProofs bounds a proof set: each proof is a signature to check.
const maxProofs = 100

// Proof is one proof of a document, its members read and not yet judged.
type Proof struct {
	// Pointer is its place in the document: /proof, or /proof/0 in a set.
	Pointer string
	// Tree is the proof as it stands.
	Tree *jsontree.Value

	// The members of the same names (VC Data Integrity 1.0 §2.1), "" where
	// absent. Created and Expires are as written.
	ID, Type, Cryptosuite, VerificationMethod, ProofPurpose string
	Created, Expires, Challenge, ProofValue                 string
	// Domain and PreviousProof may have one value or several.
	Domain, PreviousProof []string
}

// Suite returns the name of the proof's suite: its cryptosuite, or the type of
// a proof from before there were any.
func (p *Proof) Suite() string {
	if p.Type == dataIntegrityProof {
		return p.Cryptosuite
	}
	return p.Type
}

// Supported tells whether proofs of this suite are verified here.
func (p *Proof) Supported() bool { return suiteOf(p) != nil }

// Deprecated tells whether the suite is one that standards have left behind: its
// signatures are as good as ever, and new ones should not be made.
func (p *Proof) Deprecated() bool {
	return p.Suite() == Ed25519Signature2020 || p.Suite() == EdDSA2022
}

const dataIntegrityProof = "DataIntegrityProof"

// Proofs returns the proofs of a document: at least one, or an error. The
// member proof absent, null, [] or {} is [NoProof]; anything else that is not a
// proof, or a set in which one thing is not, is [Malformed]: whoever looks for
// one good proof among them shall not have to wonder what the others are.
func Proofs(doc *jsontree.Value) ([]Proof, error) {
	fail := func(code Code, pointer, format string, args ...any) ([]Proof, error) {
		return nil, &Error{Code: code, Pointer: pointer, Err: fmt.Errorf(format, args...)}
	}
	if !doc.Is(jsontree.Object) {
		return fail(NoProof, "", "the document is a JSON %s, not an object", kindOf(doc))
	}
	member := doc.Get("proof")
	switch {
	case member == nil:
		return fail(NoProof, "", "the document has no proof")
	case member.Kind == jsontree.Null, len(member.Members) == 0 && (member.Kind == jsontree.Array || member.Kind == jsontree.Object):
		return fail(NoProof, "/proof", "the proof is empty")
	case member.Kind == jsontree.Object:
		p, err := read(member, "/proof")
		if err != nil {
			return nil, err
		}
		return []Proof{p}, nil
	case member.Kind != jsontree.Array:
		return fail(Malformed, "/proof", "the proof is a JSON %s, not an object", member.Kind)
	case len(member.Members) > maxProofs:
		return fail(Malformed, "/proof", "more than %d proofs", maxProofs)
	}
	proofs := make([]Proof, len(member.Members))
	for i := range member.Members {
		var err error
		if proofs[i], err = read(&member.Members[i].Value, fmt.Sprintf("/proof/%d", i)); err != nil {
			return nil, err
		}
	}
	return proofs, nil
}

// Only returns the proof of a document that has exactly one, as one just signed
// has; no proof and several are errors.
func Only(doc *jsontree.Value) (*Proof, error) {
	proofs, err := Proofs(doc)
	if err != nil {
		return nil, err
	}
	if len(proofs) != 1 {
		return nil, &Error{Code: Malformed, Pointer: "/proof", Err: fmt.Errorf("%d proofs where one should be", len(proofs))}
	}
	return &proofs[0], nil
}

func kindOf(v *jsontree.Value) string {
	if v == nil {
		return "nothing"
	}
	return v.Kind.String()
}

func read(tree *jsontree.Value, pointer string) (Proof, error) {
	fail := func(at, format string, args ...any) (Proof, error) {
		return Proof{}, &Error{Code: Malformed, Pointer: at, Err: fmt.Errorf(format, args...)}
	}
	if tree.Kind != jsontree.Object {
		return fail(pointer, "the proof is a JSON %s, not an object", tree.Kind)
	}
	p := Proof{Pointer: pointer, Tree: tree}
	for i := range tree.Members {
		m := &tree.Members[i]
		var to *string
		switch m.Name {
		case "type":
			// A list of one would be the same in JSON-LD, but a proof's type is a
			// text (VC Data Integrity 1.0 §2.1).
			to = &p.Type
		case "domain", "previousProof":
			list := []string{}
			for _, item := range m.Value.Items() {
				if item.Value.Kind != jsontree.String {
					return fail(jsontree.Pointer(pointer, m.Name), "not a text or a list of texts")
				}
				list = append(list, item.Value.Text)
			}
			if m.Name == "domain" {
				p.Domain = list
			} else {
				p.PreviousProof = list
			}
			continue
		case "id":
			to = &p.ID
		case "cryptosuite":
			to = &p.Cryptosuite
		case "verificationMethod":
			// An embedded method is a member of kinds of proof that are not
			// verified here; those that are refuse its absence.
			if m.Value.Kind != jsontree.String {
				continue
			}
			to = &p.VerificationMethod
		case "proofPurpose":
			to = &p.ProofPurpose
		case "created":
			to = &p.Created
		case "expires":
			to = &p.Expires
		case "challenge":
			to = &p.Challenge
		case "nonce":
			to = new(string)
		case "proofValue":
			to = &p.ProofValue
		default:
			continue
		}
		if m.Value.Kind != jsontree.String {
			return fail(jsontree.Pointer(pointer, m.Name), "a JSON %s, not a text", m.Value.Kind)
		}
		*to = m.Value.Text
	}
	if p.Type == "" {
		return fail(pointer, "the proof has no type")
	}
	return p, nil
}
