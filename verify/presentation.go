package verify

import (
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/openbadges"
)

// presents tells whether the document is a presentation: somebody shows
// credentials, and the signature, if there is one, is of whoever shows them.
func (r *run) presents() bool { return r.detected.Kind == openbadges.KindPresentation }

// purpose is what proofs of the document must be for (VC Data Model 2.0 §4.13).
func (r *run) purpose() string {
	if r.presents() {
		return did.Authentication
	}
	return did.AssertionMethod
}

// checkPresenter answers the checks of the signature of a presentation. One
// without a signature says nothing of who shows it, which is for whoever asked to
// want; the credentials inside are proven by themselves.
func (r *run) checkPresenter() {
	if r.token == nil && r.doc.Get("proof") == nil {
		r.report.set(CheckProof, Skipped, CodeUnsignedShown, "nobody has signed the presentation; its credentials are signed themselves")
		if r.o.Challenge != "" || r.o.Domain != "" {
			r.report.set(CheckProof, Failed, CodeChallenge, "the presentation was asked for by a challenge, and is not signed")
		}
		return
	}
	r.checkProofs()
	if r.report.Check(CheckProof).Outcome != Passed {
		return
	}
	for _, asked := range []struct{ name, want string }{{"challenge", r.o.Challenge}, {"domain", r.o.Domain}} {
		if asked.want != "" && !r.everyProofHas(asked.name, asked.want) {
			r.report.set(CheckProof, Failed, CodeChallenge, "the presentation was not signed for the "+asked.name+" "+clip(asked.want))
			return
		}
	}
}

// everyProofHas tells whether all proofs have a member with a value: one that was
// made for another question must not stand beside one for this.
func (r *run) everyProofHas(name, want string) bool {
	proofs := r.doc.Get("proof").Items()
	for i := range proofs {
		if !proofs[i].Value.Get(name).HasString(want) {
			return false
		}
	}
	return len(proofs) > 0
}

// enveloped takes the token out of an enveloped credential: a data URL in its id
// (VC Data Model 2.0 §4.13.1).
func enveloped(doc *jsontree.Value) (token []byte, ok bool) {
	rest, ok := strings.CutPrefix(doc.Get("id").Str(), "data:")
	if !ok {
		return nil, false
	}
	kind, data, ok := strings.Cut(rest, ",")
	if !ok {
		return nil, false
	}
	kind, coded := strings.CutSuffix(kind, ";base64")
	switch kind, _, _ = strings.Cut(kind, ";"); strings.ToLower(kind) {
	case "application/vc+jwt", "application/vc-ld+jwt", "application/vc+ld+json+jwt", "application/jwt":
	default:
		return nil, false
	}
	if coded {
		decoded, err := base64.StdEncoding.DecodeString(data)
		return decoded, err == nil
	}
	plain, err := url.PathUnescape(data)
	return []byte(plain), err == nil
}
