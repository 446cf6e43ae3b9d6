package verify

import (
	"strconv"

	"github.com/ecusson/ecusson/jsontree"
)

const (
	// maxEndorsements bounds how many of a badge's endorsements are looked at.
	maxEndorsements = 20
	// maxDepth is how many credentials may stand in each other: a badge, its
	// endorsement, and the endorsement of that one's issuer.
	maxDepth = 3
)

// found is an endorsement and where it stands.
type found struct {
	pointer string
	data    []byte
}

// checkEndorsements verifies each endorsement like a badge of its own, and tells
// it beside this one.
func (r *run) checkEndorsements() {
	var all []found
	findEndorsements(r.doc, "", &all)
	if len(all) == 0 {
		r.report.set(CheckEndorsement, Skipped, CodeNoEndorsement, "nobody has endorsed this badge in it")
		return
	}
	if r.depth-r.nesting()+1 >= maxDepth {
		return
	}
	if len(all) > maxEndorsements {
		r.report.warn(CheckEndorsement, WarnEndorsementsMany, "the badge has "+strconv.Itoa(len(all))+" endorsements; the first "+strconv.Itoa(maxEndorsements)+" are verified")
		all = all[:maxEndorsements]
	}
	r.report.set(CheckEndorsement, Passed, CodeOK, strconv.Itoa(len(all))+" verified")
	about := r.endorsable()
	for _, f := range all {
		child := r.child()
		child.verify(f.data)
		e := Endorsement{Pointer: f.pointer, Report: *child.report}
		if child.doc != nil {
			e.About = about[idOf(firstItem(child.doc.Get("credentialSubject")))]
		}
		r.report.Endorsements = append(r.report.Endorsements, e)
		switch {
		case e.Report.Verdict == Invalid:
			r.report.warn(CheckEndorsement, WarnEndorsementInvalid, f.pointer+": "+e.Report.Reason().Code)
		case e.Report.Verdict == Undetermined:
			r.report.warn(CheckEndorsement, WarnEndorsementUnknown, f.pointer+" could not be verified")
		case !e.About:
			r.report.warn(CheckEndorsement, WarnEndorsementOther, f.pointer+" speaks of something that is not this badge, its achievement or its issuer")
		}
	}
}

// endorsable are the ids of what an endorsement in this badge may speak of.
func (r *run) endorsable() map[string]bool {
	ids := map[string]bool{}
	subject := firstItem(r.doc.Get("credentialSubject"))
	for _, id := range []string{
		r.doc.Get("id").Str(), r.issuerID(), subject.Get("id").Str(),
		idOf(subject.Get("achievement")), idOf(subject.At("achievement", "creator")), idOf(subject.Get("source")),
	} {
		if id != "" {
			ids[id] = true
		}
	}
	return ids
}

// findEndorsements collects the endorsements of a document, but not those inside
// an endorsement or inside a credential that it holds, which are their own.
func findEndorsements(v *jsontree.Value, pointer string, all *[]found) {
	for i := range v.Members {
		m := &v.Members[i]
		step := m.Name
		if v.Kind == jsontree.Array {
			step = strconv.Itoa(i)
		}
		at := jsontree.Pointer(pointer, step)
		if v.Kind == jsontree.Object && m.Name == "verifiableCredential" {
			continue
		}
		if v.Kind == jsontree.Object && (m.Name == "endorsement" || m.Name == "endorsementJwt") {
			for j, item := range m.Value.Items() {
				place := at
				if m.Value.Kind == jsontree.Array {
					place = jsontree.Pointer(at, strconv.Itoa(j))
				}
				switch {
				case m.Name == "endorsementJwt" && item.Value.Kind == jsontree.String:
					*all = append(*all, found{place, []byte(item.Value.Text)})
				case m.Name == "endorsement" && item.Value.Kind == jsontree.Object:
					*all = append(*all, found{place, item.Value.AppendJSON(nil)})
				}
			}
			continue
		}
		findEndorsements(&m.Value, at, all)
	}
}
