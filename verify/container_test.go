package verify_test

import (
	"strings"
	"testing"

	"github.com/ecusson/ecusson/bake"
	"github.com/ecusson/ecusson/internal/hostile"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/verify"
)

const plainSVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>alert(1)</script><circle r="1"/></svg>`

// A badge is the same in each wrapping, and the report keeps what was signed.
func TestContainers(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	signed := ptr(s.mustSign(t, badge(t, s.did))).AppendJSON(nil)
	token := []byte(s.token(t, badge(t, s.did), jwtOptions))
	baked := func(f func(image, credential []byte) ([]byte, error), image, credential []byte) []byte {
		out, err := f(image, credential)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, c := range []struct {
		name, format string
		data, raw    []byte
	}{
		{"JSON", "json", signed, signed},
		{"JSON with space around", "json", []byte("\r\n\t " + string(signed) + "\n"), signed},
		{"JSON with a byte order mark", "json", []byte("\xef\xbb\xbf\n" + string(signed)), signed},
		{"token", "jwt", token, token},
		{"token with a line behind", "jwt", []byte(string(token) + "\r\n"), token},
		{"PNG", "png", baked(bake.PNG, hostile.PNG(1, 1), signed), signed},
		{"token in a PNG", "png", baked(bake.PNG, hostile.PNG(1, 1), token), token},
		{"SVG", "svg", baked(bake.SVG, []byte(plainSVG), signed), signed},
		{"token in an SVG", "svg", baked(bake.SVG, []byte(plainSVG), token), token},
	} {
		report := check(c.data, nil)
		expect(t, c.name, report, "valid")
		if report.Format != c.format || string(report.Raw) != string(c.raw) {
			t.Errorf("%s: format %s, signed %.60s", c.name, report.Format, report.Raw)
		}
		if b := report.Badge; b == nil || b.ID != badgeID || b.Name != "Kayak Roll" || b.IssuerID != s.did || b.IssuerName != "River School" || b.Awarded == nil || b.Expires != nil {
			t.Errorf("%s: %+v", c.name, b)
		}
		if report.Version != "Open Badges 3.0, VC 2.0" {
			t.Errorf("%s: %s", c.name, report.Version)
		}
	}
}

// What is not verified here is named, and neither good nor bad.
func TestOtherFamiliesAreNamed(t *testing.T) {
	t.Parallel()
	v2 := `"@context":["https://www.w3.org/ns/credentials/v2"],"id":"urn:uuid:1",`
	for _, c := range []struct{ name, data, says string }{
		{"European", `{` + v2 + `"type":["VerifiableCredential","EuropeanDigitalCredential"]}`, "European"},
		{"Blockcerts", `{` + v2 + `"type":["VerifiableCredential","BlockcertsCredential"]}`, "Blockcerts"},
	} {
		report := check([]byte(c.data), network())
		expect(t, c.name, report, "unknown: container unsupported-credential")
		if detail := report.Check("container").Detail; !strings.Contains(detail, c.says) {
			t.Errorf("%s: %s", c.name, detail)
		}
		if e := report.Check("endorsements"); e.Outcome != verify.Skipped {
			t.Errorf("%s: %+v", c.name, e)
		}
	}
}

func TestVerifyURL(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	signed := text(s.mustSign(t, badge(t, s.did)))
	const url = "https://river.example/badges/1"
	v := verify.New(contexts)
	net := &verify.Documents{Map: map[string]verify.Document{
		url:                             {Data: []byte(signed)},
		"https://river.example/gone":    {Status: 410, Data: []byte(signed)},
		"https://river.example/moved":   {Status: 302},
		"https://river.example/page":    {Data: []byte("<html></html>")},
		"http://river.example/badges/1": {Data: []byte(signed)},
	}}
	for address, want := range map[string]string{
		url:                                     "valid",
		"https://river.example/gone":            "unknown: container unreachable",
		"https://river.example/moved":           "unknown: container unreachable",
		"https://river.example/nothing":         "unknown: container unreachable",
		"https://river.example/page":            "invalid: container no-credential",
		"http://river.example/badges/1":         "invalid: container bad-url",
		"river.example/badges/1":                "invalid: container bad-url",
		"file:///etc/passwd":                    "invalid: container bad-url",
		"":                                      "invalid: container bad-url",
		"https://" + strings.Repeat("a", 1<<20): "unknown: container unreachable",
	} {
		expect(t, address[:min(len(address), 60)], v.VerifyURL(t.Context(), address, verify.Options{At: now, Fetcher: net}), want)
	}
	expect(t, "guarded, private", v.VerifyURL(t.Context(), "https://127.0.0.1/b", verify.Options{At: now, Fetcher: verify.Guarded()}), "unknown: container unreachable")
	expect(t, "without a fetcher", v.VerifyURL(t.Context(), url, verify.Options{At: now}), "unknown: container unreachable")
	expect(t, "without a time", v.VerifyURL(t.Context(), url, verify.Options{Fetcher: net}), "unknown: container no-time")
}

// A context that is not known here may be a good one: the badge is then neither
// good nor bad. Contexts are never fetched.
func TestUnknownContext(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	signed := s.mustSign(t, badge(t, s.did))
	const address = "https://river.example/context"
	changed := signed.With("@context", jsontree.OfArray(append(items(signed.Get("@context")), jsontree.Of(address))...))
	net := network(address, `{"@context":{"extra":"https://river.example/extra"}}`)
	report := check(changed.AppendJSON(nil), net)
	expect(t, "unknown context", report, "unknown: json-ld loading-remote-context-failed")
	if c := report.Check("proof"); c.Outcome != verify.Unknown {
		t.Errorf("%+v", c)
	}
	if len(net.asked) != 0 {
		t.Errorf("asked %v", net.asked)
	}
}

// A schema that is not known here is said, and decides nothing.
func TestSchemas(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	const official, other = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json", "https://river.example/schema.json"
	schema := func(id string) string { return `{"id":"` + id + `","type":"1EdTechJsonSchemaValidator2019"}` }
	for _, c := range []struct {
		name, schemas string
		outcome       verify.Outcome
		code          string
	}{
		{"official", `[` + schema(official) + `]`, verify.Passed, "ok"},
		{"another", `[` + schema(other) + `]`, verify.Skipped, "schema-not-checked"},
		{"both", `[` + schema(official) + `,` + schema(other) + `]`, verify.Skipped, "schema-not-checked"},
	} {
		doc := ptr(badge(t, s.did)).With("credentialSchema", parse(t, c.schemas))
		report := check(ptr(s.mustSign(t, doc)).AppendJSON(nil), nil)
		expect(t, c.name, report, "valid")
		got := report.Check("schema")
		if got.Outcome != c.outcome || got.Code != c.code || (c.code != "ok") != warned(got, "schema-not-checked") {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}
