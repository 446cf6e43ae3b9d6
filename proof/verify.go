package proof

import (
	"crypto"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
)

// VerifyOptions say what a proof has to be, beyond intact.
type VerifyOptions struct {
	// Purpose is what the proof must be for; empty is assertionMethod, which is
	// what a credential needs.
	Purpose string
	// Now is compared with the proof's expires. A proof with expires does not
	// verify without it.
	Now time.Time
	// Challenge and Domain must be those of the proof, if not empty.
	Challenge, Domain string
}

// Verify tells whether the proof is a signature of the document, as it stands,
// by the holder of the key: nil, or an *Error with a code (VC Data Integrity 1.0
// §4.5). It is one proof that is judged. The proofs that this one builds on are
// part of what it signs; whether they verify is asked of each.
//
// The document is read in safe mode: a member that its contexts do not define
// is outside the signature, and makes the proof fail.
func (p *Proof) Verify(ld *jsonld.Processor, doc *jsontree.Value, key crypto.PublicKey, o VerifyOptions) error {
	fail := func(code Code, err error) error { return &Error{Code: code, Pointer: p.Pointer, Err: err} }
	s := suiteOf(p)
	if s == nil {
		if p.Type == dataIntegrityProof && p.Cryptosuite == "" {
			return fail(Malformed, errors.New("a DataIntegrityProof without a cryptosuite"))
		}
		return fail(SuiteUnsupported, fmt.Errorf("proofs of the suite %s are not verified here", quote(p.Suite())))
	}
	if err := p.check(o); err != nil {
		return err
	}
	scheme := s.scheme(key)
	if scheme == nil {
		return fail(KeyMismatch, fmt.Errorf("%s does not take a key of type %T", s.name, key))
	}
	if s.own != nil {
		secured, config, err := p.input(doc, s)
		if err != nil {
			return err
		}
		return s.own(p, ld, secured, config, key)
	}
	signature, err := decodeProofValue(p.ProofValue, scheme.size)
	if err != nil {
		return fail(Malformed, fmt.Errorf("decode proofValue: %w", err))
	}
	secured, config, err := p.input(doc, s)
	if err != nil {
		return err
	}
	data, err := s.transform.hashData(ld, secured, config, scheme.hash)
	if err != nil {
		return fail(Untransformable, err)
	}
	if !scheme.verify(key, data, signature) {
		return fail(SignatureInvalid, errors.New("the signature does not fit the document and the key"))
	}
	return nil
}

// HashData returns what a proof of this document signs with that kind of key:
// two hashes side by side. It is there for tests against vectors and for those
// who sign elsewhere.
func (p *Proof) HashData(ld *jsonld.Processor, doc *jsontree.Value, key crypto.PublicKey) ([]byte, error) {
	s := suiteOf(p)
	if s == nil || s.own != nil {
		return nil, &Error{Code: SuiteUnsupported, Pointer: p.Pointer, Err: fmt.Errorf("the suite %s does not sign two hashes", quote(p.Suite()))}
	}
	scheme := s.scheme(key)
	if scheme == nil {
		return nil, &Error{Code: KeyMismatch, Pointer: p.Pointer, Err: fmt.Errorf("%s does not take a key of type %T", s.name, key)}
	}
	secured, config, err := p.input(doc, s)
	if err != nil {
		return nil, err
	}
	data, err := s.transform.hashData(ld, secured, config, scheme.hash)
	if err != nil {
		return nil, &Error{Code: Untransformable, Pointer: p.Pointer, Err: err}
	}
	return data, nil
}

// proofMembers are those of VC Data Integrity 1.0 §2.1, and jws of suites before it.
var proofMembers = []string{
	"@context", "id", "type", "cryptosuite", "created", "expires", "verificationMethod", "proofPurpose", "proofValue",
	"domain", "challenge", "nonce", "previousProof", "jws",
}

// check judges the members that need neither key nor document.
func (p *Proof) check(o VerifyOptions) error {
	fail := func(code Code, format string, args ...any) error {
		return &Error{Code: code, Pointer: p.Pointer, Err: fmt.Errorf(format, args...)}
	}
	// A member that is spelled in another way than readers look for it would be
	// signed and not seen: an end of validity under its full IRI.
	for i := range p.Tree.Members {
		if name := p.Tree.Members[i].Name; !slices.Contains(proofMembers, name) {
			return fail(Malformed, "a member %s, which no proof has", quote(name))
		}
	}
	if method := p.Tree.Get("verificationMethod"); method != nil && method.Kind != jsontree.String {
		return fail(Malformed, "verificationMethod is a JSON %s, not a text", method.Kind)
	}
	if p.VerificationMethod == "" {
		return fail(Malformed, "the proof has no verificationMethod")
	}
	if err := checkIRI(p.VerificationMethod); err != nil {
		return fail(Malformed, "verificationMethod: %w", err)
	}
	if p.Tree.Get("id") != nil {
		if err := checkIRI(p.ID); err != nil {
			return fail(Malformed, "id: %w", err)
		}
	}
	if p.ProofPurpose == "" {
		return fail(Malformed, "the proof has no proofPurpose")
	}
	purpose := o.Purpose
	if purpose == "" {
		purpose = did.AssertionMethod
	}
	if p.ProofPurpose != purpose {
		return fail(PurposeMismatch, "the proof is for %s, not %s", quote(p.ProofPurpose), purpose)
	}
	if p.Tree.Get("created") != nil {
		if _, err := parseStamp(p.Created); err != nil {
			return fail(Malformed, "created is not a date and time with zone")
		}
	}
	if p.Tree.Get("expires") != nil {
		expires, err := parseStamp(p.Expires)
		switch {
		case err != nil:
			return fail(Malformed, "expires is not a date and time with zone")
		case o.Now.IsZero():
			return fail(Expired, "the proof expires, and no time was given to compare")
		case !o.Now.Before(expires):
			return fail(Expired, "the proof expired at %s", p.Expires)
		}
	}
	if o.Challenge != "" && p.Challenge != o.Challenge {
		return fail(ChallengeMismatch, "the proof answers the challenge %s", quote(p.Challenge))
	}
	if o.Domain != "" && !slices.Equal(p.Domain, []string{o.Domain}) {
		return fail(DomainMismatch, "the proof is for the domain %q", p.Domain)
	}
	return nil
}

// parseStamp reads an XML Schema dateTimeStamp, as far as it is an instant in
// RFC 3339, to the letter: time.Parse takes a comma for the point and an hour of
// one digit too.
func parseStamp(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err == nil && (s[len("2006-01-02T15")] != ':' || strings.Contains(s, ",")) {
		err = errors.New("not a date and time of RFC 3339")
	}
	return t, err
}

// decodeProofValue reads a signature of the given size in multibase base58btc,
// the only base of the suites here. A text has one reading and a reading one
// text, so nobody can write the same proof twice.
func decodeProofValue(value string, size int) ([]byte, error) {
	switch {
	case value == "":
		return nil, errors.New("absent or empty")
	case value[0] != 'z':
		return nil, fmt.Errorf("multibase prefix %q is not z", value[0])
	}
	signature, err := did.DecodeBase58(value[1:])
	if err != nil {
		return nil, err
	}
	if len(signature) != size {
		return nil, fmt.Errorf("%d bytes, not %d", len(signature), size)
	}
	return signature, nil
}

// input returns the document and the options as this proof signs them.
func (p *Proof) input(doc *jsontree.Value, s *suite) (secured, config *jsontree.Value, err error) {
	fail := func(code Code, format string, args ...any) (*jsontree.Value, *jsontree.Value, error) {
		return nil, nil, &Error{Code: code, Pointer: p.Pointer, Err: fmt.Errorf(format, args...)}
	}
	context := doc.Get("@context")
	if context == nil {
		return fail(Untransformable, "the document has no @context")
	}
	bare := doc.Without("proof")
	options := p.Tree.Without("proofValue")
	own := options.Get("@context")
	// EdDSA Cryptosuites §3.3.2 step 4: later parties may have added contexts for
	// their own proofs; those that this one knew must come first.
	if own != nil && !beginsWith(context, own) {
		return fail(Malformed, "the document's @context does not begin with that of the proof")
	}
	if s.transform == rdfc {
		// The options are read by the document's contexts (§3.2.5 step 5).
		options = options.With("@context", *context)
	} else if own != nil {
		bare = bare.With("@context", *own)
	}
	if len(p.PreviousProof) > 0 {
		previous, err := p.previous(doc)
		if err != nil {
			return nil, nil, err
		}
		bare = bare.With("proof", previous)
	}
	return &bare, &options, nil
}

func beginsWith(context, start *jsontree.Value) bool {
	have, want := context.Items(), start.Items()
	if len(want) > len(have) {
		return false
	}
	for i := range want {
		a, errA := have[i].Value.AppendCanonical(nil)
		b, errB := want[i].Value.AppendCanonical(nil)
		if errA != nil || errB != nil || string(a) != string(b) {
			return false
		}
	}
	return true
}

// previous returns the proofs that this one names in previousProof, as they
// stand in the document (VC Data Integrity 1.0 §4.3 and §4.5: they are signed
// along with it).
func (p *Proof) previous(doc *jsontree.Value) (jsontree.Value, error) {
	out := jsontree.Value{Kind: jsontree.Array}
	for _, id := range p.PreviousProof {
		var found *jsontree.Value
		for _, item := range doc.Get("proof").Items() {
			if item.Value.Get("id").Str() != id || id == "" {
				continue
			}
			if found != nil {
				return out, &Error{Code: Malformed, Pointer: p.Pointer, Err: fmt.Errorf("two proofs have the id %s", quote(id))}
			}
			found = &item.Value
		}
		if found == nil {
			return out, &Error{Code: PreviousMissing, Pointer: p.Pointer, Err: fmt.Errorf("the previous proof %s is not there", quote(id))}
		}
		out.Members = append(out.Members, jsontree.Member{Value: *found})
	}
	return out, nil
}

func quote(s string) string {
	if len(s) > 100 {
		s = s[:100] + "…"
	}
	return fmt.Sprintf("%q", s)
}
