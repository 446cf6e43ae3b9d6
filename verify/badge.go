package verify

import (
	"strings"

	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/openbadges"
)

// describe puts what the credential says of itself into the report.
func (r *run) describe() {
	subject := firstItem(r.doc.Get("credentialSubject"))
	achievement := subject.Get("achievement")
	b := &Badge{
		ID:          r.doc.Get("id").Str(),
		Name:        firstText(achievement.Get("name"), r.doc.Get("name")),
		Description: firstText(achievement.Get("description"), r.doc.Get("description")),
		IssuerID:    r.issuerID(),
		IssuerName:  firstText(r.doc.At("issuer", "name")),
		Recipient:   recipientName(subject),
	}
	from, until := r.dates()
	if t, ok := instant(r.doc.Get("awardedDate").Str()); ok {
		from = t
	}
	if !from.IsZero() {
		b.Awarded = &from
	}
	if !until.IsZero() {
		b.Expires = &until
	}
	r.report.Badge = b
}

// firstText returns the first text that is there, in the language that comes
// first where there are several.
func firstText(values ...*jsontree.Value) string {
	for _, v := range values {
		for _, item := range v.Items() {
			if s := item.Value.Str(); s != "" {
				return s
			}
			if s := item.Value.Get("@value").Str(); s != "" {
				return s
			}
		}
	}
	return ""
}

// recipientName is how the credential names the person in the clear, if it does.
func recipientName(subject *jsontree.Value) string {
	for _, item := range subject.Get("identifier").Items() {
		if item.Value.Get("identityType").Str() == "name" && !item.Value.Get("hashed").True() {
			return item.Value.Get("identityHash").Str()
		}
	}
	return firstText(subject.Get("name"))
}

func versionName(d openbadges.Detected) string {
	switch {
	case d.Kind == openbadges.KindOpenBadge2:
		return "Open Badges " + d.OpenBadges
	case d.Kind == openbadges.KindClrCredential:
		return "CLR 2.0, VC " + d.DataModel
	case d.OpenBadges != "":
		version := d.OpenBadges
		if strings.HasPrefix(version, "3.0") {
			version = "3.0"
		}
		return "Open Badges " + version + ", VC " + d.DataModel
	case d.DataModel != "":
		return "VC " + d.DataModel
	}
	return ""
}

func kindName(d openbadges.Detected) string {
	switch d.Kind {
	case openbadges.KindOpenBadge2:
		return "an Open Badge of version " + d.OpenBadges
	case openbadges.KindClrCredential:
		return "a comprehensive learner record (CLR)"
	case openbadges.KindEuropeanCredential:
		return "a European Digital Credential"
	case openbadges.KindBlockcerts:
		return "a Blockcerts credential"
	case openbadges.KindLearningEmployerRecord:
		return "a learning and employment record (LER-RS)"
	case openbadges.KindPresentation, openbadges.KindEnvelopedPresentation:
		return "a presentation"
	case openbadges.KindEnvelopedCredential:
		return "an enveloped credential"
	}
	return "a credential"
}
