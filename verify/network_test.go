package verify_test

import (
	"encoding/json"
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
	olderNetwork(t, path, m)
	for _, url := range absent[path] {
		delete(m, url)
	}
	return &verify.Documents{Map: m}
}

// olderNetwork adds what stands for the network of badges of Open Badges 1 and 2: a
// hosted one is served at its own address, what it leads to at example.org.
func olderNetwork(t testing.TB, path string, m map[string]verify.Document) {
	t.Helper()
	if folder, _, _ := strings.Cut(path, "/"); folder != "ob10" && folder != "ob11" && folder != "ob20" {
		return
	}
	if data, err := os.ReadFile(fixtureFile(t, path)); err == nil && ownCopy(path) == "" {
		assets, err := os.ReadDir(fixture.Dir(t, "fixtures", "ob20/official/assets"))
		if err != nil {
			t.Fatal(err)
		}
		for _, asset := range assets {
			name := asset.Name()
			doc := verify.Document{File: fixture.Dir(t, "fixtures", "ob20/official/assets/"+name)}
			for _, base := range []string{"https://example.org/", "http://example.org/", "https://www.example.org/"} {
				m[base+name], m[base+strings.TrimSuffix(name, ".json")] = doc, doc
			}
		}
		for address, file := range olderServed {
			m[address] = verify.Document{File: fixture.Dir(t, "fixtures", file)}
		}
		serveItself(data, fixtureFile(t, path), m)
	} else if err == nil {
		for _, name := range []string{"signed-key.json", "signed-revocation-list.json"} {
			m[map[string]string{"signed-key.json": "https://river.example/ob2/key/1", "signed-revocation-list.json": "https://river.example/ob2/rl"}[name]] = verify.Document{File: fixtureFile(t, "ob20/made/"+name)}
		}
		serveItself(data, fixtureFile(t, path), m)
	}
}

// serveItself puts a document at the address that it gives itself.
func serveItself(data []byte, file string, m map[string]verify.Document) {
	var itself struct {
		ID     string `json:"id"`
		Verify struct {
			URL string `json:"url"`
		} `json:"verify"`
	}
	if json.Unmarshal(data, &itself) != nil {
		return
	}
	for _, address := range []string{itself.ID, itself.Verify.URL} {
		if strings.HasPrefix(address, "http") {
			m[address] = verify.Document{File: file}
		}
	}
}

// olderServed are addresses of badges of Open Badges 1 and 2.
var olderServed = map[string]string{
	"https://river.example/ob2/key/1":     "ob20/made/signed-key.json",
	"https://river.example/ob2/rl":        "ob20/made/signed-revocation-list.json",
	"https://example.org/badge":           "ob10/mozilla/10-badge.json",
	"https://example.org/issuer":          "ob10/mozilla/10-issuer.json",
	"https://example.org/public-key":      "ob10/mozilla/10-public-key.pem.txt",
	"https://example.org/revocation-list": "ob10/mozilla/10-revocation-list.json",
}
