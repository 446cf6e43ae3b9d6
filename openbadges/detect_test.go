package openbadges_test

import (
	"encoding/base64"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/fixture"
	"github.com/ecusson/ecusson/openbadges"
)

func TestDetect(t *testing.T) {
	t.Parallel()
	const v2, v1 = `"https://www.w3.org/ns/credentials/v2"`, `"https://www.w3.org/2018/credentials/v1"`
	elm := `{"@context":[` + v1 + `,"http://data.europa.eu/snb/model/context/edc-ap"],"type":["VerifiableCredential","EuropeanDigitalCredential"]}`
	for _, tt := range []struct {
		doc  string
		want openbadges.Detected
	}{
		{badge, openbadges.Detected{Kind: openbadges.KindAchievementCredential, DataModel: "2.0", OpenBadges: "3.0.3"}},
		{strings.Replace(badge, "context-3.0.3.json", "context.json", 1), openbadges.Detected{Kind: openbadges.KindAchievementCredential, DataModel: "2.0", OpenBadges: "3.0"}},
		{strings.Replace(badge, "OpenBadgeCredential", "AchievementCredential", 1), openbadges.Detected{Kind: openbadges.KindAchievementCredential, DataModel: "2.0", OpenBadges: "3.0.3"}},
		{strings.Replace(badge, "OpenBadgeCredential", "EndorsementCredential", 1), openbadges.Detected{Kind: openbadges.KindEndorsementCredential, DataModel: "2.0", OpenBadges: "3.0.3"}},
		{strings.Replace(badge, "OpenBadgeCredential", "ClrCredential", 1), openbadges.Detected{Kind: openbadges.KindClrCredential, DataModel: "2.0", OpenBadges: "3.0.3"}},
		{plain, openbadges.Detected{Kind: openbadges.KindVerifiableCredential, DataModel: "2.0"}},
		{envelope, openbadges.Detected{Kind: openbadges.KindEnvelopedCredential, DataModel: "2.0"}},
		{`{"@context":` + v2 + `,"type":"EnvelopedVerifiablePresentation"}`, openbadges.Detected{Kind: openbadges.KindEnvelopedPresentation, DataModel: "2.0"}},
		{`{"@context":` + v1 + `,"type":["VerifiablePresentation"]}`, openbadges.Detected{Kind: openbadges.KindPresentation, DataModel: "1.1"}},
		{`{"@context":` + v2 + `,"type":["VerifiableCredential","BitstringStatusListCredential"]}`, openbadges.Detected{Kind: openbadges.KindStatusListCredential, DataModel: "2.0"}},
		{`{"@context":` + v1 + `,"type":["VerifiableCredential","StatusList2021Credential"]}`, openbadges.Detected{Kind: openbadges.KindStatusListCredential, DataModel: "1.1"}},
		{elm, openbadges.Detected{Kind: openbadges.KindEuropeanCredential, DataModel: "1.1"}},
		{`{"payload":"` + base64.RawURLEncoding.EncodeToString([]byte(elm)) + `","signatures":[{}]}`, openbadges.Detected{Kind: openbadges.KindEuropeanCredential}},
		{`{"payload":"x","signatures":[{}]}`, openbadges.Detected{Kind: openbadges.KindUnknown}},
		{`{"@context":[` + v1 + `,"https://w3id.org/blockcerts/v3"],"type":["VerifiableCredential","BlockcertsCredential"]}`, openbadges.Detected{Kind: openbadges.KindBlockcerts, DataModel: "1.1"}},
		{`{"@context":[` + v1 + `],"type":["VerifiableCredential"],"proof":{"type":"MerkleProof2019"}}`, openbadges.Detected{Kind: openbadges.KindBlockcerts, DataModel: "1.1"}},
		{`{"@context":[` + v1 + `],"type":["VerifiableCredential","LER-RS VC"]}`, openbadges.Detected{Kind: openbadges.KindLearningEmployerRecord, DataModel: "1.1"}},
		{`{"@context":"https://w3id.org/openbadges/v2","type":"Assertion"}`, openbadges.Detected{Kind: openbadges.KindOpenBadge2, OpenBadges: "2.0"}},
		{`{"@context":"https://w3id.org/openbadges/v1","type":"Assertion"}`, openbadges.Detected{Kind: openbadges.KindOpenBadge2, OpenBadges: "1.1"}},
		{`{"uid":"1","recipient":{},"badge":"https://a/b","verify":{}}`, openbadges.Detected{Kind: openbadges.KindOpenBadge2, OpenBadges: "1.0"}},
		{`{"recipient":"sha256$00","badge":{"issuer":{"origin":"https://a"}}}`, openbadges.Detected{Kind: openbadges.KindOpenBadge2, OpenBadges: "0.5"}},
		{`{}`, openbadges.Detected{Kind: openbadges.KindUnknown}},
		{`[]`, openbadges.Detected{Kind: openbadges.KindUnknown}},
	} {
		if got := openbadges.Detect(tree(t, tt.doc)); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.doc, got, tt.want)
		}
	}
	if got := openbadges.Detect(nil); got.Kind != openbadges.KindUnknown {
		t.Errorf("nothing is %+v", got)
	}
}

func TestDetectShared(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]openbadges.Kind{
		"other/elm-Sample-CertOfPart-signed.jsonld": openbadges.KindEuropeanCredential,
		"other/elm-Sample-MC-Annex1-signed.jsonld":  openbadges.KindEuropeanCredential,
		"other/ler-rs-vcwrapper.json":               openbadges.KindLearningEmployerRecord,
		"other/vc-ed-models-openBadgeAsVc.json":     openbadges.KindVerifiableCredential,
		"ob11/assertion.json":                       openbadges.KindOpenBadge2,
		"ob10/assertion.json":                       openbadges.KindOpenBadge2,
		"ob30/official/endorsement-valid.json":      openbadges.KindEndorsementCredential,
		"clr20/made/clr-valid.json":                 openbadges.KindClrCredential,
		"statuslist/dcc-list.json":                  openbadges.KindStatusListCredential,
	} {
		got := openbadges.Detect(tree(t, string(fixture.Read(t, "fixtures", filepath.FromSlash(path)))))
		if got.Kind != want {
			t.Errorf("%s is %s, want %s", path, got.Kind, want)
		}
		if got.Kind.Supported() != (want != openbadges.KindEuropeanCredential && want != openbadges.KindLearningEmployerRecord && want != openbadges.KindOpenBadge2) {
			t.Errorf("%s: supported %t", path, got.Kind.Supported())
		}
	}
}
