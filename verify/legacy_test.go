package verify_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/hostile"
	"github.com/ecusson/ecusson/openbadges"
	"github.com/ecusson/ecusson/verify"
)

// pages are what stands for the network: from address to what is there.
type pages map[string]verify.Document

func page(s string) verify.Document { return verify.Document{Data: []byte(s)} }

// An Open Badge of version 2 whose class and issuer stand on their own.
const (
	olderAt     = "https://river.example/a/1"
	olderBadgeA = "https://river.example/b/roll"
	olderIssuer = "https://river.example/i"
	olderClass  = `{"@context":"https://w3id.org/openbadges/v2","type":"BadgeClass","id":"` + olderBadgeA + `","name":"Roll","description":"Rolls a kayak","image":"https://river.example/roll.png","criteria":{"narrative":"Three rolls"},"issuer":"` + olderIssuer + `"}`
	olderOrg    = `{"@context":"https://w3id.org/openbadges/v2","type":"Issuer","id":"` + olderIssuer + `","name":"River School","url":"https://river.example","email":"badges@river.example"}`
)

var olderWho = `{"type":"email","hashed":true,"salt":"sea","identity":"` + openbadges.HashIdentity("amina@mail.example", "sea") + `"}`

// olderBadge is a hosted badge; more stands in it beside what must be there.
func olderBadge(more string) string {
	return `{"@context":"https://w3id.org/openbadges/v2","type":"Assertion","id":"` + olderAt + `","recipient":` + olderWho + `,"badge":"` + olderBadgeA +
		`","verification":{"type":"HostedBadge"},"issuedOn":"2024-05-04T10:00:00Z"` + more + `}`
}

// olderWeb serves the badge and what it leads to, with changes.
func olderWeb(changes pages) pages {
	w := pages{olderAt: page(olderBadge("")), olderBadgeA: page(olderClass), olderIssuer: page(olderOrg)}
	maps.Copy(w, changes)
	return w
}

func checkOlder(data string, w pages, recipient string) *verify.Report {
	return verify.New(contexts).Verify(context.Background(), []byte(data), verify.Options{At: now, Recipient: recipient, Fetcher: &verify.Documents{Map: w}})
}

func TestHostedBadge(t *testing.T) {
	t.Parallel()
	revoked := `{"@context":"https://w3id.org/openbadges/v2","id":"` + olderAt + `","revoked":true,"revocationReason":"An error"}`
	with := func(old, new string) string { return strings.Replace(olderBadge(""), old, new, 1) }
	for _, c := range []struct {
		what, data string
		w          pages
		want, warn string
	}{
		{"as it is served", olderBadge(""), olderWeb(nil), "valid", ""},
		{"a copy that somebody changed", with("2024-05-04", "2025-05-04"), olderWeb(nil), "valid", ""},
		{"a copy for somebody else", strings.Replace(olderBadge(""), olderWho, `{"type":"email","hashed":false,"identity":"eve@mail.example"}`, 1), olderWeb(nil), "valid", "copy-differs"},
		{"verify, as many write it", strings.Replace(olderBadge(""), `"verification":{"type":"HostedBadge"}`, `"verify":{"type":"hosted","url":"`+olderAt+`"}`, 1), olderWeb(nil), "valid", ""},
		{"its server is gone", olderBadge(""), pages{olderBadgeA: page(olderClass), olderIssuer: page(olderOrg)}, "unknown: proof hosted-unreachable", ""},
		{"everything is gone", olderBadge(""), pages{}, "unknown: proof hosted-unreachable", ""},
		{"its server does not know it", olderBadge(""), olderWeb(pages{olderAt: {Status: 404}}), "invalid: proof hosted-not-found", ""},
		{"its server is broken", olderBadge(""), olderWeb(pages{olderAt: {Status: 500}}), "unknown: proof hosted-unreachable", ""},
		{"a page of whoever has the name now", olderBadge(""), olderWeb(pages{olderAt: page("<html>Buy this name</html>")}), "unknown: proof hosted-unreachable", ""},
		{"an error with a good status", olderBadge(""), olderWeb(pages{olderAt: page(`{"error":"badges are disabled"}`)}), "unknown: proof hosted-unreachable", ""},
		{"revoked", olderBadge(""), olderWeb(pages{olderAt: page(revoked)}), "invalid: status revoked", ""},
		{"revoked with status 410", olderBadge(""), olderWeb(pages{olderAt: {Data: []byte(revoked), Status: http.StatusGone}}), "invalid: status revoked", ""},
		{"gone without a word", olderBadge(""), olderWeb(pages{olderAt: {Status: http.StatusGone}}), "invalid: status revoked", ""},
		{"another badge at its address", olderBadge(""), olderWeb(pages{olderAt: page(strings.Replace(olderBadge(""), olderAt, olderAt+"2", 1)), olderAt + "2": page(olderBadge(""))}), "invalid: proof hosted-other-badge", ""},
		{"moved within its host", olderBadge(""), olderWeb(pages{olderAt: page(strings.Replace(olderBadge(""), olderAt, olderAt+"2", 1)), olderAt + "2": page(strings.Replace(olderBadge(""), olderAt, olderAt+"2", 1))}), "valid", "other-id"},
		{"a badge class at its address", olderBadge(""), olderWeb(pages{olderAt: page(olderClass)}), "invalid: proof hosted-other-badge", ""},
		{"its class is gone", olderBadge(""), olderWeb(pages{olderBadgeA: {Status: 404}}), "unknown: data-model linked-unreachable", ""},
		{"its issuer is gone", olderBadge(""), olderWeb(pages{olderIssuer: {Status: 404}}), "unknown: data-model linked-unreachable", ""},
		{"expired", olderBadge(""), olderWeb(pages{olderAt: page(olderBadge(`,"expires":"2025-01-01T00:00:00Z"`))}), "invalid: validity expired", ""},
		{"not yet", olderBadge(""), olderWeb(pages{olderAt: page(strings.Replace(olderBadge(""), "2024-05-04", "2094-05-04", 1))}), "invalid: validity not-yet-valid", ""},
		{"says that it is signed, and is not", with("HostedBadge", "SignedBadge"), olderWeb(nil), "invalid: proof no-proof", ""},
		{"without a date", olderBadge(""), olderWeb(pages{olderAt: page(strings.Replace(olderBadge(""), "issuedOn", "issued", 1))}), "invalid: data-model missing", ""},
		{"an issuer that lets it be elsewhere", strings.Replace(olderBadge(""), olderAt, "https://host.example/a", 1),
			olderWeb(pages{"https://host.example/a": page(strings.Replace(olderBadge(""), olderAt, "https://host.example/a", 1)), olderIssuer: page(strings.Replace(olderOrg, `"url"`, `"verification":{"allowedOrigins":["host.example","river.example"]},"url"`, 1))}), "valid", ""},
		{"an issuer that does not", strings.Replace(olderBadge(""), olderAt, "https://evil.example/a", 1),
			olderWeb(pages{"https://evil.example/a": page(strings.Replace(olderBadge(""), olderAt, "https://evil.example/a", 1))}), "invalid: issuer hosted-out-of-scope", ""},
		{"whoever claims to be let", "", olderWeb(pages{"https://evil.example/a": page(claimed(""))}), "invalid: issuer hosted-out-of-scope", ""},
		{"whoever claims to be let, where the issuer is gone", "", pages{"https://evil.example/a": page(claimed(""))}, "unknown: issuer issuer-key-unproven", ""},
		{"a beginning that is not all of the host", strings.ReplaceAll(olderBadge(""), "river.example/a", "river.example.evil.example/a"),
			olderWeb(pages{"https://river.example.evil.example/a/1": page(strings.ReplaceAll(olderBadge(""), "river.example/a", "river.example.evil.example/a")), olderIssuer: page(strings.Replace(olderOrg, `"url"`, `"verification":{"startsWith":"https://river.example"},"url"`, 1))}), "invalid: issuer hosted-out-of-scope", ""},
	} {
		data := c.data
		if data == "" {
			data = claimed("")
		}
		report := checkOlder(data, c.w, "")
		expect(t, c.what, report, c.want)
		if some := warnings(report) != ""; c.warn != "" && !strings.Contains(warnings(report), c.warn) || c.warn == "" && c.want == "valid" && some {
			t.Errorf("%s: warnings %q, want %q", c.what, warnings(report), c.warn)
		}
		if b := report.Badge; c.want == "valid" && (b == nil || b.Name != "Roll" || b.IssuerName != "River School" || b.Awarded == nil || b.Awarded.Year() != 2024) {
			t.Errorf("%s: %+v", c.what, b)
		}
	}
}

// claimed is a badge on a stranger's host which brings along an issuer's document
// that lets it be there.
func claimed(more string) string {
	issuer := strings.Replace(olderOrg, `"url"`, `"verification":{"allowedOrigins":["evil.example","river.example"]},"url"`, 1)
	class := strings.Replace(olderClass, `"`+olderIssuer+`"`, issuer, 1)
	return strings.Replace(strings.Replace(olderBadge(more), olderAt, "https://evil.example/a", 1), `"`+olderBadgeA+`"`, class, 1)
}

func warnings(r *verify.Report) string {
	var out []string
	for _, c := range r.Checks {
		for _, w := range c.Warnings {
			out = append(out, w.Code)
		}
	}
	return strings.Join(out, " ")
}

// Old badges may be on http, which is said; what is served by a stranger is asked
// for by the guard's rules all the same.
func TestHostedOverHTTP(t *testing.T) {
	t.Parallel()
	plain := func(s string) string { return strings.ReplaceAll(s, "https://river.example", "http://river.example") }
	w := pages{plain(olderAt): page(plain(olderBadge(""))), plain(olderBadgeA): page(plain(olderClass)), plain(olderIssuer): page(plain(olderOrg))}
	report := checkOlder(plain(olderBadge("")), w, "")
	expect(t, "http", report, "valid")
	if !strings.Contains(warnings(report), "plain-http") {
		t.Errorf("http goes without a word: %q", warnings(report))
	}
	v := verify.New(contexts)
	o := verify.Options{At: now, Fetcher: &verify.Documents{Map: w}}
	expect(t, "by its address", v.VerifyURL(context.Background(), plain(olderAt), o), "valid")
	o.Fetcher = verify.Guarded()
	for _, address := range []string{"http://127.0.0.1/a", "http://localhost/a", "http://[::1]:80/a", "http://10.0.0.1:8080/a", "http://169.254.169.254/latest/meta-data", "http://user@river.example/a", "http://2130706433/a"} {
		report := v.Verify(context.Background(), []byte(strings.Replace(olderBadge(""), olderAt, address, 1)), o)
		if report.Check("proof").Outcome == verify.Passed || report.Verdict == verify.Valid {
			t.Errorf("%s: %s", address, decided(report))
		}
	}
}

func TestOlderRecipient(t *testing.T) {
	t.Parallel()
	for who, want := range map[string]string{"amina@mail.example": "valid", "Amina@mail.example": "valid", "eve@mail.example": "invalid: recipient recipient-mismatch", "https://amina.example": "invalid: recipient recipient-mismatch"} {
		expect(t, who, checkOlder(olderBadge(""), olderWeb(nil), who), want)
	}
}

// The forms of versions 0.5, 1.0 and 1.1, and of Moodle.
func TestOlderVersions(t *testing.T) {
	t.Parallel()
	const at = "https://school.example/assertion"
	v05 := `{"recipient":"` + openbadges.HashIdentity("amina@mail.example", "sea") + `","salt":"sea","evidence":"/work","issued_on":"2012-03-04","badge":{"version":"0.5.0","name":"Roll","description":"d","image":"/roll.png","criteria":"/roll","issuer":{"origin":"https://school.example","name":"River School"}}}`
	v10 := `{"uid":"a1","recipient":` + olderWho + `,"badge":"https://school.example/b","verify":{"type":"hosted","url":"` + at + `"},"issuedOn":1398873600}`
	class := `{"name":"Roll","description":"d","image":"https://school.example/roll.png","criteria":"https://school.example/roll","issuer":"https://school.example/i","alignment":[{"name":"Balance","url":"https://skills.example/balance"}]}`
	issuer := `{"name":"River School","url":"https://school.example"}`
	v11 := `{"@context":"https://w3id.org/openbadges/v1","type":"Assertion","id":"` + at + `","uid":"a1","recipient":` + olderWho + `,"badge":"https://school.example/b","verify":{"type":"hosted","url":"` + at + `"},"issuedOn":"2014-04-30"}`
	moodle := `{"recipient":` + olderWho + `,"badge":{"name":"Roll","description":"d","image":"data:image/png;base64,AAAA","criteria":{"id":"https:\/\/moodle.example\/badges\/badgeclass.php?id=2","narrative":"n"},"issuer":{"name":"River School","url":"https:\/\/moodle.example","email":"a@moodle.example","@context":"https:\/\/w3id.org\/openbadges\/v2","id":"https:\/\/moodle.example\/badges\/issuer_json.php?id=2","type":"Issuer"},"@context":"https:\/\/w3id.org\/openbadges\/v2","id":"https:\/\/moodle.example\/badges\/badge_json.php?id=2","type":"BadgeClass","version":"1","@language":"en"},"verify":{"type":"hosted","url":"https:\/\/moodle.example\/badges\/assertion.php?b=5f&obversion=2"},"issuedOn":"2024-11-11T09:00:00+00:00","evidence":"https:\/\/moodle.example\/badges\/badge.php?hash=5f","@context":"https:\/\/w3id.org\/openbadges\/v2","type":"Assertion","id":"https:\/\/moodle.example\/badges\/assertion.php?b=5f&obversion=2"}`
	w := pages{"https://school.example/b": page(class), "https://school.example/i": page(issuer)}
	for _, c := range []struct{ what, at, data, version string }{
		{"0.5", at, v05, "Open Badges 0.5"}, {"1.0", at, v10, "Open Badges 1.0"}, {"1.1", at, v11, "Open Badges 1.1"},
		{"Moodle", "https://moodle.example/badges/assertion.php?b=5f&obversion=2.1", moodle, "Open Badges 2.0"},
	} {
		w := maps.Clone(w)
		w[c.at] = page(c.data)
		v, o := verify.New(contexts), verify.Options{At: now, Recipient: "amina@mail.example", Fetcher: &verify.Documents{Map: w}}
		report := v.VerifyURL(context.Background(), c.at, o)
		expect(t, c.what+" by its address", report, "valid")
		if report.Version != c.version || report.Badge == nil || report.Badge.Name != "Roll" || report.Badge.IssuerName != "River School" || report.Badge.Awarded == nil {
			t.Errorf("%s: %s, %+v", c.what, report.Version, report.Badge)
		}
		// The oldest pictures hold the address alone.
		picture := hostile.PNG(1, 1, hostile.Text("openbadges", false, []byte(c.at)))
		expect(t, c.what+" by a picture with its address", v.Verify(context.Background(), picture, o), "valid")
		if c.what != "0.5" {
			baked := hostile.PNG(1, 1, hostile.Text("openbadges", false, []byte(c.data)))
			w["https://moodle.example/badges/assertion.php?b=5f&obversion=2"] = page(moodle)
			expect(t, c.what+" baked", v.Verify(context.Background(), baked, o), "valid")
		}
	}
	expect(t, "0.5 from a file", checkOlder(v05, w, ""), "unknown: proof hosted-nowhere")
}

// signedOlderBadge signs a badge with a key of its own.
func signedOlderBadge(t *testing.T, payload string) (token string, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	e := base64.RawURLEncoding
	input := e.EncodeToString([]byte(`{"alg":"ES256"}`)) + "." + e.EncodeToString([]byte(payload))
	hash := sha256.Sum256([]byte(input))
	r, s, err := ecdsa.Sign(rand.Reader, private, hash[:])
	if err != nil {
		t.Fatal(err)
	}
	signature := append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	return input + "." + e.EncodeToString(signature), string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func TestSignedOlderBadge(t *testing.T) {
	t.Parallel()
	const keyAt, listAt = "https://river.example/key", "https://river.example/revoked"
	payload := strings.Replace(strings.Replace(olderBadge(""), `{"type":"HostedBadge"}`, `{"type":"SignedBadge","creator":"`+keyAt+`"}`, 1), olderAt, "urn:uuid:1", 1)
	token, key := signedOlderBadge(t, payload)
	other, _ := signedOlderBadge(t, payload)
	keyDoc := func(owner string) string {
		return fmt.Sprintf(`{"@context":"https://w3id.org/openbadges/v2","type":"CryptographicKey","id":%q,"owner":%q,"publicKeyPem":%q}`, keyAt, owner, key)
	}
	org := strings.Replace(olderOrg, `"url"`, `"publicKey":"`+keyAt+`","revocationList":"`+listAt+`","url"`, 1)
	list := `{"type":"RevocationList","issuer":"` + olderIssuer + `","revokedAssertions":["urn:uuid:2",{"id":"urn:uuid:3"}]}`
	good := pages{olderBadgeA: page(olderClass), olderIssuer: page(org), keyAt: page(keyDoc(olderIssuer)), listAt: page(list)}
	change := func(changes pages) pages {
		w := maps.Clone(good)
		maps.Copy(w, changes)
		return w
	}
	for _, c := range []struct {
		what, token string
		w           pages
		want        string
	}{
		{"signed", token, good, "valid"},
		{"by another key", other, good, "invalid: proof signature-invalid"},
		{"the key is gone", token, change(pages{keyAt: {Status: 404}}), "unknown: proof key-unresolved"},
		{"the key is none", token, change(pages{keyAt: page(`{"type":"CryptographicKey","publicKeyPem":"none"}`)}), "invalid: proof key-malformed"},
		{"the key is somebody else's", token, change(pages{keyAt: page(keyDoc("https://evil.example/i"))}), "invalid: issuer issuer-key-mismatch"},
		{"the issuer lists another key", token, change(pages{olderIssuer: page(strings.Replace(org, keyAt, keyAt+"2", 1))}), "invalid: issuer issuer-key-mismatch"},
		{"the issuer lists no key", token, change(pages{olderIssuer: page(olderOrg)}), "invalid: issuer issuer-key-mismatch"},
		{"revoked", token, change(pages{listAt: page(strings.Replace(list, "uuid:2", "uuid:1", 1))}), "invalid: status revoked"},
		{"revoked by an object", token, change(pages{listAt: page(strings.Replace(list, "uuid:3", "uuid:1", 1))}), "invalid: status revoked"},
		{"the list is gone", token, change(pages{listAt: {Status: 503}}), "unknown: status status-unreachable"},
		{"the list is none", token, change(pages{listAt: page("<html>")}), "unknown: status status-list-malformed"},
		{"the list is another's", token, change(pages{listAt: page(strings.Replace(list, olderIssuer, "https://evil.example/i", 1))}), "unknown: status status-list-unverified"},
		{"unsigned", jws(`{"alg":"none"}`, payload, ""), good, "invalid: proof jwt-algorithm-refused"},
		{"with a shared secret", jws(`{"alg":"HS256"}`, payload, "AAAA"), good, "invalid: proof jwt-algorithm-refused"},
	} {
		expect(t, c.what, checkOlder(c.token, c.w, ""), c.want)
	}
	// Whoever signs with a key of their own, and brings the issuer along.
	issuer := strings.Replace(olderOrg, `"url"`, `"publicKey":"https://evil.example/key","url"`, 1)
	forged := strings.Replace(strings.Replace(payload, keyAt, "https://evil.example/key", 1), `"`+olderBadgeA+`"`, strings.Replace(olderClass, `"`+olderIssuer+`"`, issuer, 1), 1)
	token, key = signedOlderBadge(t, forged)
	evil := pages{"https://evil.example/key": page(keyDoc(olderIssuer))}
	expect(t, "a stranger's key, the issuer gone", checkOlder(token, evil, ""), "unknown: issuer issuer-key-unproven")
	evil[olderIssuer] = page(org)
	expect(t, "a stranger's key", checkOlder(token, evil, ""), "invalid: issuer issuer-key-mismatch")
	evil[olderIssuer] = page(olderOrg)
	expect(t, "a stranger's key, the issuer has none", checkOlder(token, evil, ""), "invalid: issuer issuer-key-mismatch")
}

// No byte of what was signed can be changed.
func TestEveryChangeOfASignedOlderBadgeIsNoticed(t *testing.T) {
	t.Parallel()
	const keyAt = "https://river.example/key"
	payload := strings.Replace(olderBadge(""), `{"type":"HostedBadge"}`, `{"type":"SignedBadge","creator":"`+keyAt+`"}`, 1)
	token, key := signedOlderBadge(t, payload)
	w := pages{
		olderBadgeA: page(olderClass), olderIssuer: page(strings.Replace(olderOrg, `"url"`, `"publicKey":"`+keyAt+`","url"`, 1)),
		keyAt: page(fmt.Sprintf(`{"type":"CryptographicKey","id":%q,"owner":%q,"publicKeyPem":%q}`, keyAt, olderIssuer, key)),
	}
	expect(t, "as it was signed", checkOlder(token, w, ""), "valid")
	for i := range len(token) {
		for _, c := range []byte{token[i] ^ 1, token[i] ^ 2, 'A', '.'} {
			if c == token[i] {
				continue
			}
			changed := token[:i] + string(c) + token[i+1:]
			if report := checkOlder(changed, w, ""); report.Verdict == verify.Valid {
				t.Fatalf("byte %d changed from %q to %q, and valid", i, token[i], c)
			}
		}
	}
}

func FuzzOlderBadge(f *testing.F) {
	f.Add([]byte(olderBadge("")))
	f.Add([]byte(claimed(`,"expires":"2025-01-01"`)))
	f.Add([]byte(`{"recipient":"a@b.example","badge":{"issuer":{"origin":"https://river.example"}}}`))
	f.Add([]byte(`{"uid":"1","badge":"https://river.example/b/roll","verify":{"type":"hosted","url":"https://river.example/a/1"}}`))
	w := olderWeb(nil)
	served := string(w[olderAt].Data)
	f.Fuzz(func(t *testing.T, data []byte) {
		report := checkOlder(string(data), w, "")
		if report.Verdict == verify.Valid && report.Version == "Open Badges 2.0" && report.Badge.ID != olderAt && !strings.Contains(served, report.Badge.ID) {
			t.Errorf("valid, and not of the web: %+v", report.Badge)
		}
	})
}
