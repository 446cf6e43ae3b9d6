package openbadges

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/ecusson/ecusson/jsontree"
)

// Kind is what a document is, as far as its types and contexts tell.
type Kind string

// The kinds of document.
const (
	KindUnknown                Kind = "unknown"
	KindAchievementCredential  Kind = "AchievementCredential"
	KindEndorsementCredential  Kind = "EndorsementCredential"
	KindClrCredential          Kind = "ClrCredential"
	KindStatusListCredential   Kind = "BitstringStatusListCredential" // StatusList2021Credential too
	KindVerifiableCredential   Kind = "VerifiableCredential"          // one of no narrower kind
	KindPresentation           Kind = "VerifiablePresentation"
	KindEnvelopedCredential    Kind = "EnvelopedVerifiableCredential"
	KindEnvelopedPresentation  Kind = "EnvelopedVerifiablePresentation"
	KindOpenBadge2             Kind = "OpenBadge2" // an assertion of Open Badges 0.5 to 2.1
	KindEuropeanCredential     Kind = "EuropeanDigitalCredential"
	KindBlockcerts             Kind = "Blockcerts"
	KindLearningEmployerRecord Kind = "LER-RS"
)

// Supported tells whether credentials of the kind can be verified here; the
// others are recognised, so that they can be refused by their name.
func (k Kind) Supported() bool {
	switch k {
	case KindUnknown, KindOpenBadge2, KindEuropeanCredential, KindBlockcerts, KindLearningEmployerRecord:
		return false
	}
	return true
}

// Detected is what a document is and by which versions.
type Detected struct {
	Kind Kind
	// DataModel is the version of the W3C's data model, "2.0" or "1.1", "" where
	// the first context is of neither.
	DataModel string
	// OpenBadges is the version of the Open Badges context, as in "3.0.3"; "3.0"
	// for the one without a number; of an older assertion "0.5", "1.0", "1.1" or
	// "2.0"; "" where there is none.
	OpenBadges string
}

// Detect tells what a document is, by its contexts and types alone.
func Detect(doc *jsontree.Value) Detected {
	var d Detected
	contexts := stringsOf(doc.Get("@context"))
	if len(contexts) > 0 {
		switch contexts[0] {
		case ContextCredentials2:
			d.DataModel = "2.0"
		case ContextCredentials1:
			d.DataModel = "1.1"
		}
	}
	for _, c := range contexts {
		if v, ok := contextVersion(c, prefixContextOB3); ok {
			d.OpenBadges = v
			break
		}
	}
	d.Kind = kindOf(doc, contexts)
	if d.Kind == KindUnknown {
		if version := olderVersion(doc, contexts); version != "" {
			return Detected{Kind: KindOpenBadge2, OpenBadges: version}
		}
	}
	return d
}

func kindOf(doc *jsontree.Value, contexts []string) Kind {
	types := doc.Get("type")
	anyContext := func(prefix string) bool {
		return slices.ContainsFunc(contexts, func(c string) bool { return strings.HasPrefix(c, prefix) })
	}
	switch {
	case sealedEuropean(doc), types.HasString("EuropeanDigitalCredential"), anyContext(prefixContextELM):
		return KindEuropeanCredential
	case types.HasString("BlockcertsCredential"), anyContext(prefixContextBlockCe), hasProof(doc, "MerkleProof2019"):
		return KindBlockcerts
	case types.HasString("LER-RS VC"), anyContext(prefixContextLERRS):
		return KindLearningEmployerRecord
	case types.HasString("EnvelopedVerifiableCredential"):
		return KindEnvelopedCredential
	case types.HasString("EnvelopedVerifiablePresentation"):
		return KindEnvelopedPresentation
	case types.HasString("VerifiablePresentation"):
		return KindPresentation
	case types.HasString("ClrCredential"):
		return KindClrCredential
	case types.HasString("AchievementCredential"), types.HasString("OpenBadgeCredential"):
		return KindAchievementCredential
	case types.HasString("EndorsementCredential"):
		return KindEndorsementCredential
	case types.HasString("BitstringStatusListCredential"), types.HasString("StatusList2021Credential"):
		return KindStatusListCredential
	case types.HasString("VerifiableCredential"):
		return KindVerifiableCredential
	}
	return KindUnknown
}

// sealedEuropean tells a European Digital Credential from the outside: a JWS in
// its JSON form (JAdES) around the credential, which may stand there as it is
// (RFC 7797) or in base64url.
func sealedEuropean(doc *jsontree.Value) bool {
	payload := doc.Get("payload").Str()
	if payload == "" || doc.Get("signatures") == nil && doc.Get("signature") == nil {
		return false
	}
	data := []byte(payload)
	if decoded, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(payload, "=")); err == nil {
		data = decoded
	}
	inner, err := jsontree.Parse(data, jsontree.Limits{})
	if err != nil {
		return false
	}
	if inner.Get("type").HasString("EuropeanDigitalCredential") {
		return true
	}
	return slices.ContainsFunc(stringsOf(inner.Get("@context")), func(c string) bool { return strings.HasPrefix(c, prefixContextELM) })
}

func hasProof(doc *jsontree.Value, kind string) bool {
	for _, p := range doc.Get("proof").Items() {
		if p.Value.Get("type").HasString(kind) {
			return true
		}
	}
	return false
}

// olderVersion tells the version of an assertion of Open Badges 0.5 to 2.1 by
// the marks of each, "" for what is none.
func olderVersion(doc *jsontree.Value, contexts []string) string {
	for _, c := range contexts {
		switch {
		case strings.Contains(c, "openbadges/v2"), strings.Contains(c, "/ob/v2p"):
			return "2.0"
		case strings.Contains(c, "openbadges/v1"):
			return "1.1"
		}
	}
	for _, item := range doc.Get("@context").Items() {
		for i := range item.Value.Members { // one who brings the context along
			if item.Value.Members[i].Value.Str() == vocabularyOB2 {
				return "2.0"
			}
		}
	}
	if doc.Get("@context") != nil || !doc.Is(jsontree.Object) || doc.Get("badge") == nil {
		return ""
	}
	switch {
	case doc.At("badge", "issuer", "origin") != nil, doc.Get("recipient").Is(jsontree.String):
		return "0.5"
	case doc.Get("verify") != nil, doc.Get("uid") != nil:
		return "1.0"
	}
	return ""
}

// vocabularyOB2 is the vocabulary of Open Badges 1.1 to 2.1.
const vocabularyOB2 = "https://w3id.org/openbadges#"

// contextVersion reads the number in PREFIX-3.0.3.json, "3.0" in PREFIX.json.
func contextVersion(url, prefix string) (string, bool) {
	rest, ok := strings.CutPrefix(url, prefix)
	if !ok {
		return "", false
	}
	if rest, ok = strings.CutSuffix(rest, ".json"); !ok {
		return "", false
	}
	if rest == "" {
		return "3.0", true
	}
	version, ok := strings.CutPrefix(rest, "-")
	return version, ok && len(version) == 5 && version[1] == '.' && version[3] == '.'
}

// stringsOf are the strings of a value that has one or more of them.
func stringsOf(v *jsontree.Value) []string {
	var out []string
	for _, item := range v.Items() {
		if item.Value.Kind == jsontree.String {
			out = append(out, item.Value.Text)
		}
	}
	return out
}
