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
		r.report.set(CheckStatus, Skipped, "no-status", "the badge names no status list; its issuer cannot revoke it")
		return
	}
	if r.o.InsecureSkipStatus {
		r.report.set(CheckStatus, Skipped, "not-asked", "the status was not asked for")
		return
	}
	if len(entries) > maxStatusEntries {
		r.report.set(CheckStatus, Unknown, "status-too-many", fmt.Sprintf("the badge names %d status entries; at most %d are asked", len(entries), maxStatusEntries))
		return
	}
	worst := answer{Passed, "ok", "neither revoked nor suspended"}
	if len(entries) == 0 {
		worst = answer{Skipped, "no-status", "the badge names no status list"}
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
		return answer{Unknown, "status-unsupported", fmt.Sprintf("the badge has a status of a type that is not known here: %v", err)}
	case err != nil:
		return answer{Failed, statuslist.CodeMalformed, fmt.Sprintf("credentialStatus: %v", err)}
	}
	if place.NumericIndex {
		r.report.warn(CheckStatus, "status-index-number", "statusListIndex is a number; it must be a string")
	}
	list, problem := r.statusList(place.List)
	if list == nil {
		return problem
	}
	switch {
	case !list.Serves(place.Purpose):
		return answer{Unknown, "status-purpose", fmt.Sprintf("the list at %s is not for %q", place.List, clip(place.Purpose))}
	case !list.ValidUntil.IsZero() && !r.o.At.Before(list.ValidUntil):
		return answer{Unknown, "status-list-expired", fmt.Sprintf("the list at %s was valid until %s", place.List, stamp(list.ValidUntil))}
	case r.o.At.Before(list.ValidFrom):
		return answer{Unknown, "status-list-not-yet-valid", fmt.Sprintf("the list at %s is valid from %s", place.List, stamp(list.ValidFrom))}
	}
	if err := list.List.CheckLength(place.Size); err != nil {
		r.report.warn(CheckStatus, "status-list-short", fmt.Sprintf("the list at %s: %v", place.List, err))
	}
	if issuer := r.issuerID(); list.Issuer != issuer {
		r.report.warn(CheckStatus, "status-list-other-issuer", fmt.Sprintf("the list at %s is signed by %s", place.List, clip(list.Issuer)))
	}
	value, err := list.List.Value(place.Index, place.Size)
	if err != nil {
		return answer{Unknown, "status-range", fmt.Sprintf("the list at %s: %v", place.List, err)}
	}
	return r.readStatus(place, value)
}

func (r *run) readStatus(place statuslist.Entry, value int) answer {
	switch place.Purpose {
	case statuslist.PurposeRevocation:
		if value != 0 {
			return answer{Failed, "revoked", fmt.Sprintf("place %d of the list at %s is set: revoked", place.Index, place.List)}
		}
	case statuslist.PurposeSuspension:
		if value != 0 {
			return answer{Failed, "suspended", fmt.Sprintf("place %d of the list at %s is set: suspended", place.Index, place.List)}
		}
	case statuslist.PurposeRefresh:
		if value != 0 {
			r.report.warn(CheckStatus, "status-refresh", "the issuer has a newer version of this badge")
		}
	case statuslist.PurposeMessage:
		if text := place.Message(value); text != "" {
			r.report.warn(CheckStatus, "status-message", text)
		}
	default:
		return answer{Unknown, "status-unsupported", fmt.Sprintf("a status for the purpose %q is not known here", clip(place.Purpose))}
	}
	return answer{Passed, "ok", "neither revoked nor suspended"}
}

// statusList fetches a list and has its own signature checked like any other
// credential's. Without a list the answer says why.
func (r *run) statusList(address string) (*statuslist.ListCredential, answer) {
	response, err := r.fetch(address, "application/vc, application/vc+jwt, application/json, application/ld+json")
	if err != nil {
		return nil, answer{Unknown, "status-unreachable", fmt.Sprintf("the status list is not to be had: %v", err)}
	}
	child := r.child()
	child.checkSigned(response.Body)
	for _, id := range []string{CheckContainer, CheckContext, CheckJSONLD, CheckProof, CheckIssuer} {
		if c := child.report.Check(id); c.Outcome != Passed {
			return nil, answer{Unknown, "status-list-unverified", fmt.Sprintf("the status list at %s does not verify: %s: %s", address, c.Code, c.Detail)}
		}
	}
	list, err := statuslist.Read(child.doc, statuslist.DecodeOptions{})
	if err != nil {
		return nil, answer{Unknown, "status-list-malformed", fmt.Sprintf("the status list at %s: %v", address, err)}
	}
	return &list, answer{}
}

// askRevocationList reads a 1EdTech revocation list, which is deprecated. It has
// no signature: that it came by https from the issuer is all its authenticity.
func (r *run) askRevocationList(entry *jsontree.Value) answer {
	address := entry.Get("id").Str()
	r.report.warn(CheckStatus, "status-deprecated", "1EdTechRevocationList is deprecated; its list is not signed")
	response, err := r.fetch(address, "application/json")
	if err != nil {
		return answer{Unknown, "status-unreachable", fmt.Sprintf("the revocation list is not to be had: %v", err)}
	}
	list, err := jsontree.Parse(response.Body, jsontree.Limits{})
	if err != nil || !list.Is(jsontree.Object) {
		return answer{Unknown, "status-list-malformed", fmt.Sprintf("what stands at %s is no revocation list", address)}
	}
	if issuer := idOf(list.Get("issuer")); issuer != "" && issuer != r.issuerID() {
		return answer{Unknown, "status-list-unverified", fmt.Sprintf("the revocation list at %s is of %s, not of the badge's issuer", address, clip(issuer))}
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
		return answer{Failed, "revoked", detail}
	}
	return answer{Passed, "ok", "the revocation list does not have it"}
}

// idOf returns the id of a thing that is written as a string or as an object.
func idOf(v *jsontree.Value) string {
	if v.Is(jsontree.String) {
		return v.Text
	}
	return v.Get("id").Str()
}
