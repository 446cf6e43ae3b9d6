package verify

import (
	"crypto"
	"crypto/ed25519"
	"errors"
	"fmt"
	"strings"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/proof"
)

// maxProofs bounds how many signatures of one document are looked at, since each
// has the whole document brought into its signed form.
const maxProofs = 8

// candidate is one signature on the badge and what became of it.
type candidate struct {
	signed answer
	bound  answer // Skipped where the signature did not hold
}

// checkProofs looks at every signature on the document: the JWT that wraps it
// and the proofs inside. One that does not hold makes the check fail, whatever
// the others are; one of an unknown kind says nothing; one that holds and is
// shown to be the issuer's is enough (Open Badges 3.0 §9.1 step 6).
func (r *run) checkProofs() {
	var candidates []candidate
	if r.token != nil {
		candidates = append(candidates, r.tokenCandidate())
	}
	proofs, err := proof.Proofs(r.doc)
	switch {
	case err == nil && len(proofs) > maxProofs:
		r.report.set(CheckProof, Unknown, CodeTooManyProofs, fmt.Sprintf("the badge has %d signatures; at most %d are looked at", len(proofs), maxProofs))
		return
	case err == nil:
		if twice := r.doubled(proofs); twice != "" {
			r.report.set(CheckProof, Failed, string(proof.Malformed), "the same proof stands twice: "+twice)
			return
		}
		for i := range proofs {
			candidates = append(candidates, r.proofCandidate(&proofs[i]))
		}
	case r.token == nil && proof.CodeOf(err) == proof.NoProof && r.doc.Get("proof") == nil && r.within.vouches():
		r.report.set(CheckProof, Unknown, CodeInnerUnsigned, "the credential has no signature of its own; only "+clip(r.within.issuerID())+", who signed the record around it, vouches for it")
		return
	case r.token == nil, proof.CodeOf(err) != proof.NoProof, r.doc.Get("proof") != nil:
		r.report.set(CheckProof, Failed, string(proof.CodeOf(err)), err.Error())
		return
	}
	var best *candidate
	for i := range candidates {
		c := &candidates[i]
		switch {
		case c.signed.outcome == Failed:
			r.report.set(CheckProof, Failed, c.signed.code, c.signed.detail)
			r.report.set(CheckIssuer, Skipped, CodeNotAsked, "")
			return
		case best == nil, better(c, best):
			best = c
		}
	}
	for i := range candidates {
		if c := &candidates[i]; c != best {
			if c.signed.outcome != Passed {
				r.report.warn(CheckProof, c.signed.code, c.signed.detail)
			} else if c.bound.outcome != Passed {
				r.report.warn(CheckIssuer, c.bound.code, c.bound.detail)
			}
		}
	}
	r.report.set(CheckProof, best.signed.outcome, best.signed.code, best.signed.detail)
	if best.bound.outcome != "" {
		r.report.set(CheckIssuer, best.bound.outcome, best.bound.code, best.bound.detail)
	}
}

// better tells whether a says more for the badge than b: a signature that holds
// before one that is not known, one shown to be the issuer's before one that
// is not shown, and that before one shown to be another's.
func better(a, b *candidate) bool {
	if a.signed.outcome != b.signed.outcome {
		return worse(b.signed.outcome, a.signed.outcome)
	}
	return worse(b.bound.outcome, a.bound.outcome)
}

// doubled names a proof that stands twice, "" for none: a set says who signed,
// and nobody signs twice by being copied.
func (r *run) doubled(proofs []proof.Proof) string {
	seen := map[string]bool{}
	for i := range proofs {
		text, err := proofs[i].Tree.AppendCanonical(nil)
		if err != nil {
			continue // a number that no proof has; the suite refuses it
		}
		if seen[string(text)] {
			return proofs[i].Pointer
		}
		seen[string(text)] = true
	}
	return ""
}

// deprecated suites verify, and are worth a word.
var deprecated = map[string]string{
	"Ed25519Signature2020": "Ed25519Signature2020 has been replaced by eddsa-rdfc-2022",
	"eddsa-2022":           "eddsa-2022 was a draft of eddsa-rdfc-2022",
}

func (r *run) proofCandidate(p *proof.Proof) candidate {
	if p.Type == "" || p.VerificationMethod == "" && p.Supported() {
		return candidate{signed: answer{Failed, string(proof.Malformed), p.Pointer + ": the proof lacks its type or its verificationMethod"}}
	}
	if !p.Supported() {
		// Verify tells a proof that is malformed from one that is not known here.
		err := p.Verify(r.v.ld, r.doc, nil, proof.VerifyOptions{Now: r.o.At, Purpose: r.purpose()})
		if proof.CodeOf(err) != proof.SuiteUnsupported {
			return candidate{signed: answer{Failed, string(proof.CodeOf(err)), err.Error()}}
		}
		return candidate{signed: answer{Unknown, string(proof.SuiteUnsupported), fmt.Sprintf("%s: proofs of the kind %q are not verified here", p.Pointer, clip(p.Suite()))}}
	}
	s := r.methodKey(p.VerificationMethod)
	if s.outcome != Passed {
		return candidate{signed: answer{s.outcome, s.code, s.detail}}
	}
	r.warnOfKey(s.key)
	if err := p.Verify(r.v.ld, r.doc, s.key, proof.VerifyOptions{Now: r.o.At, Purpose: r.purpose()}); err != nil {
		a := answer{Failed, string(proof.CodeOf(err)), err.Error()}
		if unanswered(err) {
			a.outcome = Unknown
		}
		var ld *jsonld.Error
		if errors.As(err, &ld) {
			a.detail = ldDetail(ld)
		}
		return candidate{signed: a}
	}
	if note, ok := deprecated[p.Suite()]; ok {
		r.report.warn(CheckProof, WarnSuiteDeprecated, note)
	}
	return candidate{
		signed: answer{Passed, CodeOK, fmt.Sprintf("%s with %s", p.Suite(), p.VerificationMethod)},
		bound:  r.bound(s, r.issuerID()),
	}
}

// tokenCandidate judges the JWT around the credential.
func (r *run) tokenCandidate() candidate {
	t := r.token
	var s signer
	switch {
	case t.JWK != nil:
		s = signer{key: t.JWK, outcome: Passed, controller: r.issuerID(), where: "the header", claimed: true}
		if t.Kid != "" {
			// A kid says where the key is published, which is better than being
			// brought along; it must be the same key.
			switch published := r.methodKey(t.Kid); {
			case published.outcome == Failed:
				return candidate{signed: answer{Failed, published.code, published.detail}}
			case published.outcome == Passed && !sameKey(published.key, t.JWK):
				return candidate{signed: answer{Failed, CodeKeyNotListed, "the header's jwk is not the key that its kid names"}}
			case published.outcome == Passed:
				s = published
			}
		}
	default:
		s = r.methodKey(t.Kid)
	}
	if s.outcome != Passed {
		return candidate{signed: answer{s.outcome, s.code, s.detail}}
	}
	r.warnOfKey(s.key)
	if err := t.Verify(s.key); err != nil {
		return candidate{signed: answer{Failed, string(proof.CodeOf(err)), err.Error()}}
	}
	for _, p := range t.ClaimProblems() {
		if !p.Warning {
			return candidate{signed: answer{Failed, string(p.Code), p.Claim + ": " + p.Problem}}
		}
		r.report.warn(CheckProof, string(p.Code), p.Claim+": "+p.Problem)
	}
	if t.Alg != "RS256" {
		r.report.warn(CheckProof, WarnAlgorithmUncommon, "the algorithm "+t.Alg+" is allowed; not every verifier of Open Badges takes it")
	}
	if typ := strings.ToLower(t.Typ); typ != "" && typ != "jwt" {
		r.report.warn(CheckProof, WarnTokenType, "Open Badges 3.0 wants the type JWT, not "+clip(t.Typ))
	}
	return candidate{signed: answer{Passed, CodeOK, t.Alg + " with " + clip(s.where)}, bound: r.bound(s, r.issuerID())}
}

// publishedKeys are keys whose private half everybody knows: those of samples
// and test suites. What they sign, anybody can have signed.
var publishedKeys = []string{
	"z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi",
	"z6MknNQD1WHLGGraFi6zcbGevuAgkVfdyCdtZnQTGWVVvR5Q",
	"z6MkjoriXdbyWD25YXTed114F8hdJrLXQ567xxPHAUKxpKkS",
	"z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd",
}

func (r *run) warnOfKey(key crypto.PublicKey) {
	if _, ok := key.(ed25519.PublicKey); !ok {
		return
	}
	name, err := did.Multikey(key)
	if err != nil {
		return
	}
	for _, known := range publishedKeys {
		if name == known {
			r.report.warn(CheckIssuer, WarnKeyPublished, "the private half of this key has been published: anybody can sign with it")
		}
	}
}

func ldDetail(err *jsonld.Error) string {
	return fmt.Sprintf("at %q: %s: %s", err.Pointer, err.Code, err.Detail)
}
