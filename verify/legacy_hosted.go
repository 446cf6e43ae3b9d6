package verify

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/ecusson/ecusson/jsontree"
)

// address is where the badge says that its issuer has it.
func (o *older) address() string {
	id, verify := o.doc.Get("id").Str(), o.verification().Get("url").Str()
	switch {
	case o.version == "0.5":
		return o.from
	case o.version == "1.0" && webAddress(verify) != nil:
		return verify
	case webAddress(id) != nil:
		return id
	case webAddress(verify) != nil:
		return verify
	}
	return o.from
}

// proveHosted asks the badge's own address for it, and goes on with the copy that
// is served there: what a file holds is only the way to it (Open Badges 2.0,
// "Hosted verification").
func (o *older) proveHosted() {
	at := o.address()
	if at == "" {
		o.report.set(CheckProof, Unknown, CodeHostedNowhere, "the badge does not say where its issuer has it")
		return
	}
	if o.from != "" && sameDocument(o.from, at) {
		o.at = at
		o.report.set(CheckProof, Passed, CodeOK, "served by "+clip(o.from))
		return
	}
	served := o.served(at)
	if served == nil {
		return
	}
	// A copy elsewhere may name another address as its own, once: a server that
	// moved. That one has to agree.
	if id := served.Get("id").Str(); webAddress(id) != nil && !sameDocument(id, at) {
		o.report.warn(CheckProof, WarnOtherID, fmt.Sprintf("at %s is a badge with the id %s", clip(at), clip(id)))
		if served = o.served(id); served == nil {
			return
		}
		if again := served.Get("id").Str(); !sameDocument(again, id) {
			o.report.set(CheckProof, Failed, CodeHostedOther, fmt.Sprintf("at %s is the badge %s", clip(id), clip(again)))
			return
		}
		at = id
	}
	if !o.agrees(served) {
		o.report.warn(CheckProof, WarnCopyDiffers, "the copy at hand differs from the one that its issuer serves, which is shown here")
	}
	if served.Get("badge") == nil && served.Get("revoked").True() { // all that a server has kept
		served = withRevoked(o.doc)
	}
	o.doc, o.at = served, at
	o.report.set(CheckProof, Passed, CodeOK, "served by "+clip(at))
}

// served brings the badge that is served at an address. Where there is none the
// check of the proof is answered, and nil returned.
func (o *older) served(at string) *jsontree.Value {
	doc, response, err := o.get(at)
	if response != nil && (response.Status == http.StatusGone || doc.Get("revoked").True()) {
		if doc == nil {
			doc = &jsontree.Value{Kind: jsontree.Object}
		}
		return withRevoked(doc)
	}
	switch e := (*FetchError)(nil); {
	case response == nil && errors.As(err, &e) && e.Code == FetchBadURL:
		o.report.set(CheckProof, Failed, CodeBadURL, "the badge's address "+clip(at)+" is none that can be asked")
	case response == nil:
		o.report.set(CheckProof, Unknown, CodeHostedGone, err.Error())
	case response.Status == http.StatusNotFound:
		o.report.set(CheckProof, Failed, CodeHostedMissing, "the server of "+clip(at)+" has no such badge")
	case response.Status != http.StatusOK:
		o.report.set(CheckProof, Unknown, CodeHostedGone, fmt.Sprintf("%s answers with status %d", clip(at), response.Status))
	case err != nil || doc.Get("type") == nil && doc.Get("badge") == nil:
		// A page of whoever has the name today, or an error with a good status.
		o.report.set(CheckProof, Unknown, CodeHostedGone, "at "+clip(at)+" is no badge")
	case o.classOf(doc) != o.class:
		o.report.set(CheckProof, Failed, CodeHostedOther, "at "+clip(at)+" is something else than "+article(o.class))
	default:
		o.final = response.URL
		return doc
	}
	return nil
}

func article(class string) string {
	switch class {
	case classAssertion:
		return "an Assertion"
	case classBadge:
		return "a BadgeClass"
	case classProfile:
		return "a Profile"
	}
	return "the document"
}

// withRevoked returns a document that says that it is revoked.
func withRevoked(doc *jsontree.Value) *jsontree.Value {
	if doc.Get("revoked").True() {
		return doc
	}
	out := doc.With("revoked", jsontree.Value{Kind: jsontree.Bool, Text: "true"})
	return &out
}

// agrees tells whether the copy at hand says the same as the served one of what
// a reader goes by: to whom, what and when.
func (o *older) agrees(served *jsontree.Value) bool {
	for _, path := range [][]string{{"recipient", "identity"}, {"badge", "name"}, {"badge", "id"}, {"badge", "issuer", "name"}, {"expires"}} {
		mine, theirs := o.doc.At(path...), served.At(path...)
		if mine != nil && theirs != nil && !strings.EqualFold(mine.Text, theirs.Text) {
			return false
		}
	}
	return true
}

// checkIssuer tells whether what was proven is the issuer's: for a hosted badge,
// whether the issuer lets its badges be where this one is.
func (o *older) checkIssuer() {
	switch {
	case o.report.Check(CheckProof).Outcome != Passed:
	case o.issuer.missing != "":
		o.report.set(CheckIssuer, Unknown, CodeLinkUnreached, "the issuer: "+o.issuer.missing)
	case o.badge.missing != "":
		o.report.set(CheckIssuer, Unknown, CodeLinkUnreached, "the badge class: "+o.badge.missing)
	case o.signed != nil:
		o.checkSigner()
	case o.class == classProfile, o.class == classOther:
		o.report.set(CheckIssuer, Passed, CodeOK, "the document stands at its own address, and speaks for nobody else")
	default:
		o.checkScope()
	}
}

func (o *older) checkScope() {
	issuer := o.issuer.id
	if webAddress(issuer) == nil {
		o.report.set(CheckIssuer, Unknown, CodeIssuerUnproven, "the issuer has no address of its own: "+clip(issuer))
		return
	}
	from := o.issuer.doc
	if !scopeOf(from).holds(o.at, issuer) {
		o.report.set(CheckIssuer, Failed, CodeHostedScope, fmt.Sprintf("%s is not where %s has its badges", clip(o.at), clip(issuer)))
		return
	}
	if !sameHost(o.at, issuer) && !o.issuer.fetched {
		// Only the issuer's own document can let its badges be elsewhere, unless both
		// are under one name.
		if own := o.own(); own != nil {
			from = own
		} else if !sameSite(o.at, issuer) {
			o.report.set(CheckIssuer, Unknown, CodeIssuerUnproven, fmt.Sprintf("the badge is at %s, and nothing shows that %s lets it be there", clip(o.at), clip(issuer)))
			return
		}
	}
	allowed := scopeOf(from)
	places := []string{o.at}
	if webAddress(o.badge.id) != nil {
		places = append(places, o.badge.id)
	}
	for _, place := range places {
		if !allowed.holds(place, issuer) {
			o.report.set(CheckIssuer, Failed, CodeHostedScope, fmt.Sprintf("%s is not where %s has its badges", clip(place), clip(issuer)))
			return
		}
	}
	if o.final != "" && !sameSite(o.final, o.at) && !sameHost(o.final, o.at) && !allowed.holds(o.final, issuer) {
		// A host that leads anybody on to anywhere must not speak for its owner.
		o.report.set(CheckIssuer, Unknown, CodeIssuerUnproven, fmt.Sprintf("%s leads on to %s, which nothing shows to be %s's", clip(o.at), clip(o.final), clip(issuer)))
		return
	}
	o.report.set(CheckIssuer, Passed, CodeOK, clip(o.at)+" is where "+clip(issuer)+" has its badges")
}

// scopeOf reads what an issuer says of where its badges are.
func scopeOf(issuer *jsontree.Value) scope {
	var s scope
	for _, item := range issuer.At("verification", "startsWith").Items() {
		s.begins = append(s.begins, item.Value.Str())
	}
	for _, item := range issuer.At("verification", "allowedOrigins").Items() {
		s.hosts = append(s.hosts, item.Value.Str())
	}
	return s
}
