package verify_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/fixture"
	"github.com/ecusson/ecusson/verify"
)

// fixtureTime is a time between those that the fixtures assume.
var fixtureTime = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

const (
	dccList    = "/e5WK8CbZ1GjycuPombrj"
	dccPages   = "https://digitalcredentials.github.io"
	rawContent = "https://raw.githubusercontent.com"
)

// served is what stands for the network, as the index of the fixtures says:
// from URL to a file of theirs, or to one of ours where they have none.
var served = map[string]string{
	"https://river.example/keys/1":                "ob30/made/jwt-support-key-1.json",
	"https://river.example/.well-known/jwks.json": "ob30/made/jwt-support-jwks.json",
	"https://river.example/.well-known/did.json":  "ob30/made/jwt-support-did-river.json",
	"https://river.example/revocations/1":         "statuslist/made/1edtech-list.json",
	"https://river.example/status/1":              "statuslist/made/list-1-revocation.json",
	"https://river.example/status/2":              "statuslist/made/list-2-suspension.json",
	"https://river.example/status/3":              "statuslist/made/list-3-other-issuer.json",
	"https://river.example/status/4":              "statuslist/made/list-4-tampered.json",
	"https://river.example/status/5":              "statuslist/made/list-5-short.json",
	"https://river.example/status/6":              "statuslist/made/list-6-expired.json",
	"https://river.example/status/7":              "statuslist/made/list-7-no-u-prefix.json",
	"https://river.example/status/8":              "statuslist/made/list-8-bomb.json",
	"https://river.example/status/9":              "statuslist/made/list-9-message.json",

	dccPages + "/dcc-did-web/did.json":                       "did/dcc-did-web.json",
	dccPages + "/dcc-did-web/multikey/did.json":              "did/dcc-did-web-multikey.json",
	dccPages + "/vc-test-fixtures/dids/legacy/did.json":      "did/vc-test-fixtures-legacy.json",
	dccPages + "/vc-test-fixtures/dids/oidf/did.json":        "did/vc-test-fixtures-oidf.json",
	dccPages + "/credential-status-jc-test" + dccList:        "statuslist/dcc-list.json",
	dccPages + "/credential-status-playground" + dccList:     "statuslist/dcc-list.json",
	dccPages + dccLists + dccList:                            "statuslist/dcc-list.json",
	dccPages + dccLists + "/expired":                         "statuslist/dcc-fixtures/list-expired.json",
	dccPages + dccLists + "/tampered":                        "statuslist/dcc-fixtures/list-tampered.json",
	dccPages + dccLists + "/notYetValid":                     "statuslist/dcc-fixtures/list-notYetValid.json",
	dccPages + dccLists + "/missingBitStringType":            "statuslist/dcc-fixtures/list-missingBitStringType.json",
	"https://testing.dcconsortium.org/status" + dccList:      "statuslist/dcc-list.json",
	rawContent + dccVerifierCore + dccList:                   "statuslist/dcc-list.json",
	rawContent + officialTests + "/bit-string-list/testlist": "statuslist/official/testlist.json",
}

const (
	dccLists        = "/vc-test-fixtures/statusLists/didkey-ed25519Signature2020"
	dccVerifierCore = "/digitalcredentials/verifier-core/refs/heads/main/src/test-fixtures/status"
	officialTests   = "/1EdTech/digital-credentials-public-validator/refs/heads/main/inspector-vc/src/test/resources/ob30"
)

// absent are the documents that one fixture has to do without: its verdict
// supposes that the issuer's key set is not to be had.
var absent = map[string][]string{
	"ob30/made/jwt-eddsa-valid.jwt": {"https://river.example/.well-known/jwks.json"},
	"ob30/made/jwt-es256-valid.jwt": {"https://river.example/.well-known/jwks.json"},
}

// emptyRevocations are URLs at which fixtures want a list that does not have
// them; the fixtures have none.
var emptyRevocations = []string{
	"https://1edtech.edu/credentials/3732/revocations",
	"https://state.gov/credentials/3732/revocations",
}

// ownCopy returns where the project has a fixture of its own making, "" where it
// has none: the folder of shared fixtures may be absent.
func ownCopy(path string) string {
	folder, rest, _ := strings.Cut(path, "/made/")
	own := filepath.Join("testdata", "made", folder, rest)
	if _, err := os.Stat(own); rest == "" || err != nil {
		return ""
	}
	return own
}

// fixtureFile returns where a fixture stands. It skips the test where that is in
// the shared folder, and the folder is absent.
func fixtureFile(t testing.TB, path string) string {
	t.Helper()
	if own := ownCopy(path); own != "" {
		return own
	}
	return fixture.Dir(t, "fixtures", path)
}

// fixtureNetwork returns what stands for the network while path is verified; for
// one of our own, what is our own.
func fixtureNetwork(t testing.TB, path string) *verify.Documents {
	t.Helper()
	m := map[string]verify.Document{}
	for url, file := range served {
		if ownCopy(path) == "" || ownCopy(file) != "" {
			m[url] = verify.Document{File: fixtureFile(t, file)}
		}
	}
	for _, url := range emptyRevocations {
		m[url] = verify.Document{Data: []byte(`{"revokedCredential":[]}`)}
	}
	for _, url := range absent[path] {
		delete(m, url)
	}
	return &verify.Documents{Map: m}
}
