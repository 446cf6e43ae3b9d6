package verify

import (
	"fmt"

	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/openbadges"
	"github.com/ecusson/ecusson/proof"
)

const (
	// maxContents bounds how many credentials inside others are looked at, all in
	// all.
	maxContents = 100
	// maxNesting is how many credentials may hold each other.
	maxNesting = 3
)

// nesting counts the credentials that hold this one as their content.
func (r *run) nesting() int {
	n := 0
	for at := r.within; at != nil; at = at.within {
		n++
	}
	return n
}

// vouches tells whether this is a record whose issuer has signed what it holds.
func (r *run) vouches() bool {
	return r != nil && r.detected.Kind == openbadges.KindClrCredential &&
		r.report.Check(CheckProof).Outcome == Passed && r.report.Check(CheckIssuer).Outcome == Passed
}

// checkContents verifies each credential that this one holds like one of its
// own. What they come to is told beside a record, but for one that somebody has
// changed: a record of that says what nobody said.
func (r *run) checkContents() {
	if r.presents() {
		r.checkPresented()
		return
	}
	if r.detected.Kind != openbadges.KindClrCredential {
		return
	}
	pointer, list := "/credentialSubject/verifiableCredential", firstItem(r.doc.Get("credentialSubject")).Get("verifiableCredential")
	if r.doc.Get("credentialSubject").Is(jsontree.Array) {
		pointer = "/credentialSubject/0/verifiableCredential"
	}
	items := list.Items()
	looked := r.lookInside(pointer, list.Is(jsontree.Array), items)
	r.report.set(CheckContents, Passed, CodeOK, fmt.Sprintf("%d of %d verified", looked, len(items)))
	if looked < len(items) {
		r.report.warn(CheckContents, CodeInnerMany, fmt.Sprintf("the record has %d credentials inside, of which %d were looked at", len(items), looked))
	}
	subject := firstItem(r.doc.Get("credentialSubject")).Get("id").Str()
	for i := range r.report.Contains {
		in := &r.report.Contains[i]
		c := in.Report.Check(CheckProof)
		switch {
		case c.Outcome == Failed && c.Code != string(proof.NoProof):
			if r.report.Check(CheckContents).Outcome != Failed {
				r.report.set(CheckContents, Failed, CodeInnerProof, fmt.Sprintf("%s: %s: %s", in.Pointer, c.Code, c.Detail))
			}
		case in.Report.Verdict == Invalid:
			r.report.warn(CheckContents, CodeInnerInvalid, in.Pointer+": "+because(&in.Report))
		case in.Report.Verdict == Undetermined:
			r.report.warn(CheckContents, CodeInnerUnknown, in.Pointer+": "+because(&in.Report))
		}
		if about := idOf(firstItem(in.Report.Credential.Get("credentialSubject"))); about != "" && subject != "" && about != subject {
			r.report.warn(CheckContents, WarnInnerOther, in.Pointer+" is about "+clip(about)+", the record about "+clip(subject))
		}
	}
}

// checkPresented verifies the credentials that somebody presents. A presentation
// is worth what they are: it is invalid if one is, and unknown if one is.
func (r *run) checkPresented() {
	list := r.doc.Get("verifiableCredential")
	items := list.Items()
	looked := r.lookInside("/verifiableCredential", list.Is(jsontree.Array), items)
	r.report.set(CheckContents, Passed, CodeOK, fmt.Sprintf("%d of %d verified", looked, len(items)))
	if looked < len(items) || len(items) == 0 {
		r.report.set(CheckContents, Unknown, CodeInnerMany, fmt.Sprintf("the presentation has %d credentials, of which %d were looked at", len(items), looked))
	}
	for i := range r.report.Contains {
		in := &r.report.Contains[i]
		reason := in.Report.Reason()
		switch {
		case in.Report.Verdict == Valid:
		case in.Report.Verdict == Invalid && reason.ID == CheckProof:
			r.report.set(CheckContents, Failed, CodeInnerProof, in.Pointer+": "+reason.Code+": "+reason.Detail)
			return
		case in.Report.Verdict == Invalid:
			r.report.set(CheckContents, Failed, CodeInnerInvalid, in.Pointer+": "+because(&in.Report))
			return
		default:
			r.report.set(CheckContents, Unknown, CodeInnerUnknown, in.Pointer+": "+because(&in.Report))
		}
	}
}

// lookInside verifies as many of the items as may be looked at and returns how
// many these are.
func (r *run) lookInside(pointer string, several bool, items []jsontree.Member) int {
	if r.nesting()+1 >= maxNesting {
		return 0
	}
	for i := range items {
		if r.contents >= maxContents || r.ctx.Err() != nil {
			return i
		}
		r.contents++
		at := pointer
		if several {
			at = jsontree.Pointer(pointer, fmt.Sprint(i))
		}
		child := r.child()
		child.within = r
		child.verifyInside(&items[i].Value)
		r.report.Contains = append(r.report.Contains, Inner{Pointer: at, Report: *child.report})
	}
	return len(items)
}

// verifyInside verifies what stands in another document: an object, or a text
// that is a token. Nothing else is a wrapping there.
func (r *run) verifyInside(v *jsontree.Value) {
	data := []byte(v.Str())
	switch {
	case v.Is(jsontree.Object):
		data = v.AppendJSON(nil)
	case !isCompactJWS(data) && !isSDJWT(data):
		r.report.set(CheckContainer, Failed, CodeNoCredential, "a JSON "+v.Kind.String()+" stands where a credential should")
		r.report.conclude()
		return
	}
	r.verify(data)
}

// because is the code of why a report is not valid.
func because(r *Report) string {
	if reason := r.Reason(); reason != nil {
		return reason.Code
	}
	return string(r.Verdict)
}
