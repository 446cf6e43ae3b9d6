package verify

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/statuslist"
)

// maxStatusEntries bounds how many lists one badge may send the verifier to.
const maxStatusEntries = 16

// answer is what one part of a check came to.
type answer struct {
	outcome Outcome
	code    string
	detail  string
}

// checkStatus asks every entry of credentialStatus. One that says revoked or
// suspended fails the check; one that could not be asked leaves it unknown: a
// list that is not to be had must never read as "not revoked".
func (r *run) checkStatus() {
	status := r.doc.Get("credentialStatus")
	entries := status.Items()
	if status == nil || status.Kind == jsontree.Null {
		r.report.set(CheckStatus, Skipped, CodeNoStatus, "the badge names no status list; its issuer cannot revoke it")
		return
	}
	if r.o.InsecureSkipStatus {
		r.report.set(CheckStatus, Skipped, CodeNotAsked, "the status was not asked for")
		return
	}
	if len(entries) > maxStatusEntries {
		r.report.set(CheckStatus, Unknown, CodeStatusTooMany, fmt.Sprintf("the badge names %d status entries; at most %d are asked", len(entries), maxStatusEntries))
		return
	}
	worst := answer{Passed, CodeOK, "neither revoked nor suspended"}
	if len(entries) == 0 {
		worst = answer{Skipped, CodeNoStatus, "the badge names no status list"}
	}
	for _, entry := range entries {
		a := r.askStatus(&entry.Value)
		if worse(a.outcome, worst.outcome) {
			worst = a
		}
	}
	r.report.set(CheckStatus, worst.outcome, worst.code, worst.detail)
}

func worse(a, b Outcome) bool {
	rank := map[Outcome]int{Skipped: 0, Passed: 1, Unknown: 2, Failed: 3}
	return rank[a] > rank[b]
}

func (r *run) askStatus(entry *jsontree.Value) answer {
	if entry.Get("type").HasString("1EdTechRevocationList") {
		return r.askRevocationList(entry)
	}
	place, err := statuslist.ParseEntry(entry)
	switch {
	case errors.Is(err, statuslist.ErrUnknownType):
		return answer{Unknown, CodeStatusUnknown, fmt.Sprintf("the badge has a status of a type that is not known here: %v", err)}
	case err != nil:
		return answer{Failed, CodeStatusMalformed, fmt.Sprintf("credentialStatus: %v", err)}
	}
	if place.NumericIndex {
		r.report.warn(CheckStatus, WarnStatusIndex, "statusListIndex is a number; it must be a string")
	}
	list, problem := r.statusList(place.List)
	if list == nil {
		return problem
	}
	switch {
	case !list.Serves(place.Purpose):
		return answer{Unknown, CodeStatusPurpose, fmt.Sprintf("the list at %s is not for %q", place.List, clip(place.Purpose))}
	case !list.ValidUntil.IsZero() && !r.o.At.Before(list.ValidUntil):
		return answer{Unknown, CodeListExpired, fmt.Sprintf("the list at %s was valid until %s", place.List, stamp(list.ValidUntil))}
	case r.o.At.Before(list.ValidFrom):
		return answer{Unknown, CodeListNotYet, fmt.Sprintf("the list at %s is valid from %s", place.List, stamp(list.ValidFrom))}
	}
	if err := list.List.CheckLength(place.Size); err != nil {
		r.report.warn(CheckStatus, WarnListShort, fmt.Sprintf("the list at %s: %v", place.List, err))
	}
	if issuer := r.issuerID(); list.Issuer != issuer {
		r.report.warn(CheckStatus, WarnListOtherIssuer, fmt.Sprintf("the list at %s is signed by %s", place.List, clip(list.Issuer)))
	}
	value, err := list.List.Value(place.Index, place.Size)
	if err != nil {
		return answer{Unknown, CodeStatusRange, fmt.Sprintf("the list at %s: %v", place.List, err)}
	}
	return r.readStatus(place, value)
}

func (r *run) readStatus(place statuslist.Entry, value int) answer {
	switch place.Purpose {
	case statuslist.PurposeRevocation:
		if value != 0 {
			return answer{Failed, CodeRevoked, fmt.Sprintf("place %d of the list at %s is set: revoked", place.Index, place.List)}
		}
	case statuslist.PurposeSuspension:
		if value != 0 {
			return answer{Failed, CodeSuspended, fmt.Sprintf("place %d of the list at %s is set: suspended", place.Index, place.List)}
		}
	case statuslist.PurposeRefresh:
		if value != 0 {
			r.report.warn(CheckStatus, WarnStatusRefresh, "the issuer has a newer version of this badge")
		}
	case statuslist.PurposeMessage:
		if text := place.Message(value); text != "" {
			r.report.warn(CheckStatus, WarnStatusMessage, text)
		}
	default:
		return answer{Unknown, CodeStatusUnknown, fmt.Sprintf("a status for the purpose %q is not known here", clip(place.Purpose))}
	}
	return answer{Passed, CodeOK, "neither revoked nor suspended"}
}

// statusList fetches a list and has its own signature checked like any other
// credential's. Without a list the answer says why.
func (r *run) statusList(address string) (*statuslist.ListCredential, answer) {
	response, err := r.fetch(address, "application/vc, application/vc+jwt, application/json, application/ld+json")
	if err != nil {
		return nil, answer{Unknown, CodeStatusUnreached, fmt.Sprintf("the status list is not to be had: %v", err)}
	}
	child := r.child()
	child.checkSigned(response.Body)
	for _, id := range []string{CheckContainer, CheckContext, CheckJSONLD, CheckProof, CheckIssuer} {
		if c := child.report.Check(id); c.Outcome != Passed {
			return nil, answer{Unknown, CodeListUnverified, fmt.Sprintf("the status list at %s does not verify: %s: %s", address, c.Code, c.Detail)}
		}
	}
	list, err := statuslist.Read(child.doc, statuslist.DecodeOptions{})
	if err != nil {
		return nil, answer{Unknown, CodeListMalformed, fmt.Sprintf("the status list at %s: %v", address, err)}
	}
	return &list, answer{}
}

// askRevocationList reads a 1EdTech revocation list, which is deprecated. It has
// no signature: that it came by https from the issuer is all its authenticity.
func (r *run) askRevocationList(entry *jsontree.Value) answer {
	address := entry.Get("id").Str()
	r.report.warn(CheckStatus, WarnStatusDeprecated, "1EdTechRevocationList is deprecated; its list is not signed")
	response, err := r.fetch(address, "application/json")
	if err != nil {
		return answer{Unknown, CodeStatusUnreached, fmt.Sprintf("the revocation list is not to be had: %v", err)}
	}
	list, err := jsontree.Parse(response.Body, treeLimits)
	// Something else at the same place, such as an error in JSON, must not read
	// as a list that does not have the badge.
	if err != nil || !list.Is(jsontree.Object) || !list.Get("revokedCredential").Is(jsontree.Array) && idOf(list.Get("revokedCredential")) == "" {
		return answer{Unknown, CodeListMalformed, fmt.Sprintf("what stands at %s is no revocation list", address)}
	}
	if issuer := idOf(list.Get("issuer")); issuer != "" && issuer != r.issuerID() {
		return answer{Unknown, CodeListUnverified, fmt.Sprintf("the revocation list at %s is of %s, not of the badge's issuer", address, clip(issuer))}
	}
	id := r.doc.Get("id").Str()
	for _, item := range list.Get("revokedCredential").Items() {
		if idOf(&item.Value) != id {
			continue
		}
		if revoked := item.Value.Get("revoked"); revoked.Is(jsontree.Bool) && !revoked.True() {
			continue
		}
		detail := "the issuer's list has it"
		if reason := item.Value.Get("revocationReason").Str(); reason != "" {
			detail += ": " + clip(strings.TrimSpace(reason))
		}
		return answer{Failed, CodeRevoked, detail}
	}
	return answer{Passed, CodeOK, "the revocation list does not have it"}
}

// idOf returns the id of a thing that is written as a string or as an object.
func idOf(v *jsontree.Value) string {
	if v.Is(jsontree.String) {
		return v.Text
	}
	return v.Get("id").Str()
}
