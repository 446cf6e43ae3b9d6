package verify_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/statuslist"
	"github.com/ecusson/ecusson/verify"
)

const listURL = "https://river.example/status/1"

// list returns a signed status list with the places set.
func list(t testing.TB, s *signer, p statuslist.Publication, set ...int) jsontree.Value {
	t.Helper()
	l := statuslist.New(statuslist.MinEntries)
	for _, i := range set {
		if err := l.Set(i, true); err != nil {
			t.Fatal(err)
		}
	}
	return listOf(t, s, p, l)
}

func listOf(t testing.TB, s *signer, p statuslist.Publication, l *statuslist.List) jsontree.Value {
	t.Helper()
	if p.URL == "" {
		p.URL = listURL
	}
	if p.Issuer == "" {
		p.Issuer = s.did
	}
	if p.ValidFrom.IsZero() {
		p.ValidFrom = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if p.Purpose == "" {
		p.Purpose = statuslist.PurposeRevocation
	}
	doc, err := statuslist.Credential(p, l)
	if err != nil {
		t.Fatal(err)
	}
	return s.mustSign(t, doc)
}

func entry(purpose, index string, extra string) string {
	return `{"type":"BitstringStatusListEntry","statusPurpose":"` + purpose + `","statusListIndex":` + index + `,"statusListCredential":"` + listURL + `"` + extra + `}`
}

func TestStatus(t *testing.T) {
	t.Parallel()
	s, other := newSigner(t, "issuer"), newSigner(t, "somebody else")
	good := text(list(t, s, statuslist.Publication{}, 0, 7, 131071))
	changed := list(t, s, statuslist.Publication{})
	encoded, err := statuslist.New(statuslist.MinEntries).Encode()
	if err != nil {
		t.Fatal(err)
	}
	revoked := ptr(list(t, s, statuslist.Publication{}, 5)).At("credentialSubject", "encodedList").Str()
	if encoded == revoked {
		t.Fatal("the lists are the same")
	}
	swapped := member(list(t, s, statuslist.Publication{}, 5), jsontree.Of(encoded), "credentialSubject", "encodedList")
	unsigned := changed.Without("proof")
	short := `{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"` + listURL + `","type":["VerifiableCredential","BitstringStatusListCredential"],"issuer":"` + s.did + `","validFrom":"2026-01-01T00:00:00Z","credentialSubject":{"id":"` + listURL + `#list","type":"BitstringStatusList","statusPurpose":"revocation","encodedList":"uH4sIAAAAAAAA_2NgGAWjYBSMglEwCkbBKBgFo2AUjIJRMApGwSgYBaNgFIyCUTAKRsEoGAWjYBSMglEwCkbBKBgFo2AUjIJRMApGwSgYBaNgFIyCUTAKRsEoGAWjYBQMEAAA"}}`
	malformed := text(s.mustSign(t, parse(t, strings.ReplaceAll(short, "uH4sI", "uGarb"))))
	const unverified = "unknown: status status-list-unverified"
	for _, c := range []struct {
		name, status, served string
		want, warning        string
	}{
		{"none", "", "", "valid", ""},
		{"clear", entry("revocation", `"1"`, ""), good, "valid", ""},
		{"first place", entry("revocation", `"0"`, ""), good, "invalid: status revoked", ""},
		{"end of a byte", entry("revocation", `"7"`, ""), good, "invalid: status revoked", ""},
		{"next byte", entry("revocation", `"8"`, ""), good, "valid", ""},
		{"last place", entry("revocation", `"131071"`, ""), good, "invalid: status revoked", ""},
		{"beyond the end", entry("revocation", `"131072"`, ""), good, "unknown: status status-range", ""},
		{"far beyond the end", entry("revocation", `"4294967296"`, ""), good, "unknown: status status-range", ""},
		{"of a size", entry("revocation", `"0"`, `,"statusSize":2,"statusMessage":[{"status":"0x0","message":"a"},{"status":"0x1","message":"b"},{"status":"0x2","message":"c"},{"status":"0x3","message":"d"}]`), good, "invalid: status revoked", ""},
		{"index as a number", entry("revocation", `1`, ""), good, "valid", "status-index-number"},
		{"negative", entry("revocation", `"-1"`, ""), good, "invalid: status status-malformed", ""},
		{"no integer", entry("revocation", `"1.0"`, ""), good, "invalid: status status-malformed", ""},
		{"words", entry("revocation", `"first"`, ""), good, "invalid: status status-malformed", ""},
		{"empty", entry("revocation", `""`, ""), good, "invalid: status status-malformed", ""},
		{"null", entry("revocation", `null`, ""), good, "invalid: status status-malformed", ""},
		{"of another purpose", entry("suspension", `"1"`, ""), good, "unknown: status status-purpose", ""},
		{"of a purpose that nobody knows", entry("popularity", `"1"`, ""), text(list(t, s, statuslist.Publication{Purpose: "popularity"})), "unknown: status status-unsupported", ""},
		{"suspended", entry("suspension", `"5"`, ""), text(list(t, s, statuslist.Publication{Purpose: "suspension"}, 5)), "invalid: status suspended", ""},
		{"not suspended", entry("suspension", `"6"`, ""), text(list(t, s, statuslist.Publication{Purpose: "suspension"}, 5)), "valid", ""},
		{"a newer form", entry("refresh", `"5"`, ""), text(list(t, s, statuslist.Publication{Purpose: "refresh"}, 5)), "valid", "status-refresh"},
		{"a message", entry("message", `"5"`, `,"statusSize":1,"statusMessage":[{"status":"0x0","message":"fine"},{"status":"0x1","message":"under review"}]`), text(list(t, s, statuslist.Publication{Purpose: "message"}, 5)), "valid", "status-message"},
		{"two, the second set", "[" + entry("revocation", `"1"`, "") + "," + entry("revocation", `"7"`, "") + "]", good, "invalid: status revoked", ""},
		{"two, the first unknown and the second set", `[{"type":"FooStatus","id":"https://river.example/foo"},` + entry("revocation", `"7"`, "") + "]", good, "invalid: status revoked", ""},
		{"two, the first unknown and the second clear", `[{"type":"FooStatus","id":"https://river.example/foo"},` + entry("revocation", `"1"`, "") + "]", good, "unknown: status status-unsupported", ""},

		{"no list", entry("revocation", `"1"`, ""), "", "unknown: status status-unreachable", ""},
		{"a page", entry("revocation", `"1"`, ""), "<html>gone</html>", unverified, ""},
		{"an empty answer", entry("revocation", `"1"`, ""), " ", unverified, ""},
		{"null", entry("revocation", `"1"`, ""), "null", unverified, ""},
		{"unsigned", entry("revocation", `"1"`, ""), text(unsigned), unverified, ""},
		{"changed", entry("revocation", `"5"`, ""), text(swapped), unverified, ""},
		{"signed by another in the issuer's name", entry("revocation", `"1"`, ""), text(list(t, other, statuslist.Publication{Issuer: s.did})), unverified, ""},
		{"signed by another in their own", entry("revocation", `"1"`, ""), text(list(t, other, statuslist.Publication{})), "valid", "status-list-other-issuer"},
		{"signed by another in their own, set", entry("revocation", `"1"`, ""), text(list(t, other, statuslist.Publication{}, 1)), "invalid: status revoked", "status-list-other-issuer"},
		{"a badge instead", entry("revocation", `"1"`, ""), text(s.mustSign(t, badge(t, s.did))), "unknown: status status-list-malformed", ""},
		{"not gzip", entry("revocation", `"1"`, ""), malformed, "unknown: status status-list-malformed", ""},
		{"expired", entry("revocation", `"1"`, ""), text(list(t, s, statuslist.Publication{ValidUntil: now})), "unknown: status status-list-expired", ""},
		{"about to expire", entry("revocation", `"1"`, ""), text(list(t, s, statuslist.Publication{ValidUntil: now.Add(time.Second)})), "valid", ""},
		{"not yet valid", entry("revocation", `"1"`, ""), text(list(t, s, statuslist.Publication{ValidFrom: now.Add(time.Second)})), "unknown: status status-list-not-yet-valid", ""},

		{"a type of its own", `{"type":"FooStatus2030","id":"https://river.example/foo"}`, "", "unknown: status status-unsupported", ""},
		{"several types", `{"type":["FooStatus","BitstringStatusListEntry"],"statusPurpose":"revocation","statusListIndex":"7","statusListCredential":"` + listURL + `"}`, good, "invalid: status revoked", ""},
	} {
		doc := badge(t, s.did)
		if c.status != "" {
			doc = doc.With("credentialStatus", parse(t, c.status))
		}
		// Words that no context defines are not signed by an honest issuer; the
		// status is looked at for what it says.
		doc = doc.With("@context", jsontree.OfArray(append(items(doc.Get("@context")), parse(t, `{"@vocab":"https://river.example/terms#"}`))...))
		net := network()
		if c.served != "" {
			net = network(listURL, c.served)
		}
		report := check(ptr(s.mustSign(t, doc)).AppendJSON(nil), net)
		expect(t, c.name, report, c.want)
		if c.warning != "" && !warned(report.Check("status"), c.warning) {
			t.Errorf("%s: no warning %s: %+v", c.name, c.warning, report.Check("status"))
		}
	}
}

func items(v *jsontree.Value) []jsontree.Value {
	var out []jsontree.Value
	for _, m := range v.Items() {
		out = append(out, m.Value)
	}
	return out
}

// 1EdTechRevocationList, which is deprecated and in use.
func TestRevocationList(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	const at = "https://river.example/revocations/1"
	doc := ptr(badge(t, s.did)).With("credentialStatus", parse(t, `{"id":"`+at+`","type":"1EdTechRevocationList"}`))
	signed := s.mustSign(t, doc)
	for _, c := range []struct{ name, served, want string }{
		{"not listed", `{"id":"` + at + `","issuer":"` + s.did + `","revokedCredential":[{"id":"urn:other","revoked":true}]}`, "valid"},
		{"an empty list", `{"id":"` + at + `","revokedCredential":[]}`, "valid"},
		{"listed", `{"issuer":"` + s.did + `","revokedCredential":[{"id":"` + badgeID + `","revoked":true,"revocationReason":"by mistake"}]}`, "invalid: status revoked"},
		{"listed without saying so", `{"issuer":{"id":"` + s.did + `"},"revokedCredential":[{"id":"` + badgeID + `"}]}`, "invalid: status revoked"},
		{"listed as a text", `{"revokedCredential":["` + badgeID + `"]}`, "invalid: status revoked"},
		{"listed and alone", `{"revokedCredential":{"id":"` + badgeID + `"}}`, "invalid: status revoked"},
		{"listed as not revoked", `{"revokedCredential":[{"id":"` + badgeID + `","revoked":false}]}`, "valid"},
		{"listed with a word for revoked", `{"revokedCredential":[{"id":"` + badgeID + `","revoked":"no"}]}`, "invalid: status revoked"},
		{"of another issuer", `{"issuer":"did:web:evil.example","revokedCredential":[]}`, "unknown: status status-list-unverified"},
		{"a page", `<html>`, "unknown: status status-list-malformed"},
		{"a list", `[]`, "unknown: status status-list-malformed"},
		{"another object", `{"error":"not found"}`, "unknown: status status-list-malformed"},
		{"null for a list", `{"revokedCredential":null}`, "unknown: status status-list-malformed"},
		{"a number for a list", `{"revokedCredential":0}`, "unknown: status status-list-malformed"},
		{"an object without id for a list", `{"revokedCredential":{}}`, "unknown: status status-list-malformed"},
		{"no list", ``, "unknown: status status-unreachable"},
	} {
		net := network()
		if c.served != "" {
			net = network(at, c.served)
		}
		report := check(signed.AppendJSON(nil), net)
		expect(t, c.name, report, c.want)
		if !warned(report.Check("status"), "status-deprecated") {
			t.Errorf("%s: %+v", c.name, report.Check("status"))
		}
	}
}

// A list is asked for once, and never for a forged badge or where it was not
// wanted.
func TestStatusIsAskedForOnce(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	doc := ptr(badge(t, s.did)).With("credentialStatus", parse(t, "["+entry("revocation", `"1"`, "")+","+entry("revocation", `"2"`, "")+"]"))
	signed := s.mustSign(t, doc)
	served := text(list(t, s, statuslist.Publication{}))
	net := network(listURL, served)
	expect(t, "two entries in one list", check(signed.AppendJSON(nil), net), "valid")
	if len(net.asked) != 1 {
		t.Errorf("asked %v", net.asked)
	}
	net = network(listURL, served)
	forged := signed.With("name", jsontree.Of("Changed"))
	expect(t, "forged", check(forged.AppendJSON(nil), net), "invalid: proof signature-invalid")
	if len(net.asked) != 0 {
		t.Errorf("a forged badge sent us to %v", net.asked)
	}
	net = network()
	report := verify.New(contexts).Verify(t.Context(), signed.AppendJSON(nil), verify.Options{At: now, Fetcher: net, InsecureSkipStatus: true})
	expect(t, "not wanted", report, "valid")
	if c := report.Check("status"); c.Outcome != verify.Skipped || c.Code != "not-asked" || len(net.asked) != 0 {
		t.Errorf("%+v, asked %v", c, net.asked)
	}
}

// A list whose own status stands in a list, perhaps itself, is not followed.
func TestStatusListsDoNotLoop(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	l := ptr(list(t, s, statuslist.Publication{})).Without("proof")
	l = l.With("credentialStatus", parse(t, entry("revocation", `"1"`, "")))
	l = l.With("refreshService", parse(t, `{"id":"`+listURL+`","type":"1EdTechCredentialRefresh"}`))
	l = l.With("@context", jsontree.OfArray(append(items(l.Get("@context")), jsontree.Of("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"))...))
	net := network(listURL, text(s.mustSign(t, l)))
	signed := s.mustSign(t, ptr(badge(t, s.did)).With("credentialStatus", parse(t, entry("revocation", `"1"`, ""))))
	expect(t, "a list that names itself", check(signed.AppendJSON(nil), net), "valid")
	if len(net.asked) != 1 {
		t.Errorf("asked %v", net.asked)
	}
}

// More entries than are asked leave the status open, and send us nowhere.
func TestStatusEntriesAreBounded(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	for n, want := range map[int]string{16: "valid", 17: "unknown: status status-too-many", 2000: "unknown: status status-too-many"} {
		var all []string
		net := network()
		for i := range n {
			url := fmt.Sprintf("%s/%d", listURL, i)
			all = append(all, strings.ReplaceAll(entry("revocation", fmt.Sprintf("%q", fmt.Sprint(i)), ""), listURL, url))
			if n <= 16 {
				net.texts[url] = text(list(t, s, statuslist.Publication{URL: url}))
			}
		}
		signed := s.mustSign(t, ptr(badge(t, s.did)).With("credentialStatus", parse(t, "["+strings.Join(all, ",")+"]")))
		expect(t, fmt.Sprint(n), check(signed.AppendJSON(nil), net), want)
		if len(net.asked) > 16 {
			t.Errorf("%d entries: asked %d times", n, len(net.asked))
		}
	}
}
