package verify

import (
	"fmt"
	"strings"
	"time"

	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/openbadges"
	"github.com/ecusson/ecusson/proof"
)

// older is the verification of a badge of Open Badges 0.5 to 2.1. An assertion
// proves nothing by itself: either its issuer's server has it at its address
// (hosted), or it is signed with a key that the issuer's own document names.
type older struct {
	*run
	// version is "0.5", "1.0", "1.1" or "2.0", which 2.1 shares.
	version string
	// class is what the document is: an assertion, or a badge class or a profile
	// that stands alone.
	class string
	// doc is the document as it counts: the served copy where there is one.
	doc *jsontree.Value
	// from is where the document came from, at where it is served, final where that
	// led on to; "" is nowhere.
	from, at, final string
	// badge and issuer are what the document leads to.
	badge, issuer linked
	// jws is what the badge came in, signed what its signature has shown.
	jws    *proof.JWS
	signed *signedOlder
}

// Classes of Open Badges 2.0.
const (
	classAssertion  = "Assertion"
	classBadge      = "BadgeClass"
	classProfile    = "Profile"
	classOther      = "" // another of the vocabulary, or a class of somebody else
	legacyDocuments = "application/ld+json, application/json;q=0.9, */*;q=0.1"
)

// verifyOlder makes the checks of Open Badges 2.0 ("Open Badges Verification") on
// the document at hand, which came from an address or from a file.
func (r *run) verifyOlder(from string, jws *proof.JWS) {
	o := &older{run: r, version: r.detected.OpenBadges, doc: r.doc, from: from, jws: jws}
	o.class = o.classOf(o.doc)
	r.report.set(CheckContext, Passed, CodeOK, versionName(r.detected))
	if strings.HasPrefix(from, "http://") {
		r.report.warn(CheckProof, WarnPlainHTTP, clip(from)+" came over http, where anybody on the way can change it")
	}
	o.prove()
	if o.revoked() {
		r.report.set(CheckStatus, Failed, CodeRevoked, orText(o.doc.Get("revocationReason").Str(), "the issuer has revoked the badge"))
	}
	r.doc, r.report.Credential = o.doc, o.doc
	// Of a revoked badge a server may have kept no more than that.
	if o.revoked() && o.doc.Get("badge") == nil {
		o.describe()
		return
	}
	o.lead()
	o.describe()
	o.checkModel()
	o.checkIssuer()
	o.checkRevocation()
	o.checkTime()
	o.checkRecipient()
}

// prove finds the copy of the document that its issuer stands for.
func (o *older) prove() {
	switch {
	case o.jws != nil:
		o.proveSigned()
	case strings.Contains(strings.ToLower(o.verification().Get("type").Str()), "signed"):
		o.report.set(CheckProof, Failed, string(proof.NoProof), "the badge says that it is signed, and this copy of it is not")
	default:
		o.proveHosted()
	}
}

func (o *older) revoked() bool { return o.doc.Get("revoked").True() }

// verification is how the badge says that it is to be verified: "verify" in
// version 1, "verification" in version 2, where many still say "verify".
func (o *older) verification() *jsontree.Value {
	for _, name := range []string{"verification", "verify"} {
		if v := o.doc.Get(name); v.Is(jsontree.Object) {
			return v
		}
	}
	return &jsontree.Value{}
}

// classOf tells what a document is; what says nothing is an assertion, as in
// versions 0.5 and 1.0.
func (o *older) classOf(doc *jsontree.Value) string {
	types := doc.Get("type")
	switch {
	case types == nil || types.HasString("Assertion"):
		return classAssertion
	case types.HasString("BadgeClass"):
		return classBadge
	case types.HasString("Issuer"), types.HasString("Profile"), types.HasString("IssuerOrg"):
		return classProfile
	}
	return classOther
}

// describe puts what the badge says of itself into the report.
func (o *older) describe() {
	badge, issuer := o.badge.doc, o.issuer.doc
	switch o.class {
	case classBadge:
		badge = o.doc
	case classProfile:
		issuer = o.doc
	}
	b := &Badge{
		ID: orText(o.doc.Get("id").Str(), o.at), Name: firstText(badge.Get("name")), Description: firstText(badge.Get("description")),
		IssuerID: o.issuer.id, IssuerName: firstText(issuer.Get("name")),
	}
	if o.class == classProfile {
		b.Name, b.IssuerID = b.IssuerName, b.ID
	}
	if t, ok := o.time("issuedOn", "issued_on"); ok {
		b.Awarded = &t
	}
	if t, ok := o.time("expires"); ok {
		b.Expires = &t
	}
	o.report.Badge = b
}

// time reads the first member that is there as a time.
func (o *older) time(names ...string) (time.Time, bool) {
	for _, name := range names {
		if v := o.doc.Get(name); v != nil {
			return olderTime(v, o.version)
		}
	}
	return time.Time{}, false
}

// checkTime tells whether the badge holds at the time asked for.
func (o *older) checkTime() {
	if o.class != classAssertion {
		return
	}
	issued, _ := o.time("issuedOn", "issued_on")
	until, ends := o.time("expires")
	switch {
	case ends && !o.o.At.Before(until):
		o.report.set(CheckValidity, Failed, CodeExpired, "valid until "+stamp(until))
	case o.o.At.Before(issued):
		o.report.set(CheckValidity, Failed, CodeNotYetValid, "issued on "+stamp(issued))
	case ends:
		o.report.set(CheckValidity, Passed, CodeOK, fmt.Sprintf("valid from %s to %s", stamp(issued), stamp(until)))
	default:
		o.report.set(CheckValidity, Passed, CodeOK, "valid from "+stamp(issued)+", without end")
	}
}

// checkRecipient compares whom the badge names with the person asked for.
func (o *older) checkRecipient() {
	if o.o.Recipient == "" {
		return
	}
	who := o.recipient()
	switch {
	case o.class != classAssertion || who.IdentityHash == "":
		o.report.set(CheckRecipient, Unknown, CodeRecipientUnknown, "the badge names nobody that can be compared with "+clip(o.o.Recipient))
	case who.Matches(o.o.Recipient) || !who.Hashed && strings.EqualFold(who.IdentityHash, o.o.Recipient):
		o.report.set(CheckRecipient, Passed, CodeOK, "the badge names "+clip(o.o.Recipient))
	default:
		o.report.set(CheckRecipient, Failed, CodeNotRecipient, "the badge does not name "+clip(o.o.Recipient))
	}
}

// recipient is whom the badge names. Version 0.5 has a text, hashed or not, with
// the salt beside it.
func (o *older) recipient() openbadges.IdentityObject {
	who := o.doc.Get("recipient")
	if who.Is(jsontree.String) {
		return openbadges.IdentityObject{IdentityHash: who.Text, Hashed: isHash(who.Text), Salt: o.doc.Get("salt").Str()}
	}
	return openbadges.IdentityObject{IdentityHash: who.Get("identity").Str(), Hashed: who.Get("hashed").True(), Salt: who.Get("salt").Str()}
}

func orText(text, other string) string {
	if text != "" {
		return text
	}
	return other
}
