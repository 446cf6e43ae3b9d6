package verify_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
	"github.com/ecusson/ecusson/rdf"
	"github.com/ecusson/ecusson/verify"
)

// richBadge has a value of each kind that a signature covers.
func richBadge(t testing.TB, s *signer) jsontree.Value {
	t.Helper()
	doc := badge(t, s.did)
	for path, value := range map[string]string{
		"description": `"Une saison à la tête d'un orchestre"`, "awardedDate": `"2026-01-02T10:00:00Z"`, "validUntil": `"2030-01-01T00:00:00Z"`,
		"evidence":                                        `[{"id":"https://river.example/e","type":["Evidence"],"narrative":"e"},{"type":["Evidence"],"narrative":"f"}]`,
		"credentialSubject role":                          `"chef"`,
		"credentialSubject identifier":                    `[{"type":"IdentityObject","hashed":false,"identityHash":"Ada","identityType":"name"}]`,
		"credentialSubject creditsEarned":                 `2.5`,
		"credentialSubject achievement resultDescription": `[{"id":"urn:uuid:3","type":["ResultDescription"],"name":"r","resultType":"LetterGrade","allowedValue":["A","B","C"]}]`,
	} {
		doc = member(doc, parse(t, value), strings.Split(path, " ")...)
	}
	return doc
}

// changes calls do with the document after each small change of each value in it.
func changes(doc jsontree.Value, do func(what string, changed jsontree.Value)) {
	var walk func(v jsontree.Value, at string, rebuild func(jsontree.Value) jsontree.Value)
	walk = func(v jsontree.Value, at string, rebuild func(jsontree.Value) jsontree.Value) {
		try := func(what string, v jsontree.Value) { do(at+": "+what, rebuild(v)) }
		members := func(change func([]jsontree.Member) []jsontree.Member) jsontree.Value {
			return jsontree.Value{Kind: v.Kind, Members: change(slices.Clone(v.Members))}
		}
		if at != "" {
			try("null", jsontree.Value{})
			try("in a list", jsontree.OfArray(v))
			try("an empty object", jsontree.OfObject())
		}
		switch v.Kind {
		case jsontree.String:
			try("longer", jsontree.Of(v.Text+"x"))
			try("a space behind", jsontree.Of(v.Text+" "))
			try("in capitals", jsontree.Of(strings.ToUpper(v.Text)))
			try("another first letter", jsontree.Of(string(rune(v.Text[0]^1))+v.Text[1:]))
			try("an identifier", jsontree.OfObject(jsontree.Member{Name: "id", Value: v}))
		case jsontree.Number:
			try("more", jsontree.Value{Kind: jsontree.Number, Text: v.Text + "1"})
			try("as text", jsontree.Of(v.Text))
			try("with an exponent", jsontree.Value{Kind: jsontree.Number, Text: v.Text + "e0"})
		case jsontree.Bool:
			try("the other", jsontree.OfBool(v.Text != "true"))
		case jsontree.Array:
			try("the other way round", members(func(m []jsontree.Member) []jsontree.Member { slices.Reverse(m); return m }))
			for i := range v.Members {
				try(fmt.Sprintf("without %d", i), members(func(m []jsontree.Member) []jsontree.Member { return slices.Delete(m, i, i+1) }))
			}
		case jsontree.Object:
			try("the other way round", members(func(m []jsontree.Member) []jsontree.Member { slices.Reverse(m); return m }))
			for _, name := range []string{"name", "description", "undefinedTerm", "https://example.org/term", "id", "@language"} {
				if v.Get(name) == nil {
					try("with "+name, members(func(m []jsontree.Member) []jsontree.Member {
						return append(m, jsontree.Member{Name: name, Value: jsontree.Of("urn:added")})
					}))
				}
			}
			for i := range v.Members {
				try("without "+v.Members[i].Name, members(func(m []jsontree.Member) []jsontree.Member { return slices.Delete(m, i, i+1) }))
			}
		}
		for i := range v.Members {
			step := v.Members[i].Name
			if v.Kind == jsontree.Array {
				step = fmt.Sprint(i)
			}
			walk(v.Members[i].Value, jsontree.Pointer(at, step), func(child jsontree.Value) jsontree.Value {
				return rebuild(members(func(m []jsontree.Member) []jsontree.Member { m[i].Value = child; return m }))
			})
		}
	}
	walk(doc, "", func(v jsontree.Value) jsontree.Value { return v })
}

// dataset is the canonical form of what a document says, "" where JSON-LD does
// not keep all of it.
func dataset(doc jsontree.Value) string {
	quads, err := contexts.ToRDF(&doc, jsonld.Options{Safe: true, RDFDirection: jsonld.I18NDatatype})
	if err != nil {
		return ""
	}
	canonical, err := rdf.Canonicalize(quads, rdf.Options{})
	if err != nil {
		return ""
	}
	return string(canonical.NQuads)
}

// Each change that alters what the badge says fails the signature; each that
// does not leaves it as good as it was.
func TestEveryChangeOfABadgeIsNoticed(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	doc := richBadge(t, s)
	signed := s.mustSign(t, doc)
	expect(t, "unchanged", check(signed.AppendJSON(nil), nil), "valid")
	original := dataset(doc)
	v := verify.New(contexts)
	harmless, harmful := 0, 0
	changes(doc, func(what string, changed jsontree.Value) {
		if !changed.Is(jsontree.Object) {
			return
		}
		report := v.Verify(context.Background(), ptr(changed.With("proof", *signed.Get("proof"))).AppendJSON(nil), verify.Options{At: now})
		if dataset(changed) == original {
			harmless++
			if c := report.Check(verify.CheckProof); c.Outcome != verify.Passed {
				t.Errorf("%s says the same, and the proof is %+v", what, c)
			}
			return
		}
		harmful++
		if report.Verdict == verify.Valid {
			t.Errorf("%s is valid", what)
		}
		// A context that is not known here may say what was signed: nobody can tell.
		want := verify.Failed
		if report.Check(verify.CheckJSONLD).Code == "loading-remote-context-failed" && strings.HasPrefix(what, "/@context/") {
			want = verify.Unknown
		}
		if c := report.Check(verify.CheckProof); c.Outcome != want {
			t.Errorf("%s: the proof is %+v", what, c)
		}
	})
	t.Logf("%d changes noticed, %d say the same", harmful, harmless)
	if harmful < 400 || harmless < 30 {
		t.Errorf("%d changes noticed, %d say the same", harmful, harmless)
	}
}

// Each character of a proof's value is looked at, in each suite that signs.
func TestEveryCharacterOfTheSignatureIsLookedAt(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	signed := s.mustSign(t, badge(t, s.did))
	value := signed.At("proof", "proofValue").Str()
	v := verify.New(contexts)
	try := func(what, changed string) {
		doc := member(signed, jsontree.Of(changed), "proof", "proofValue")
		report := v.Verify(context.Background(), doc.AppendJSON(nil), verify.Options{At: now})
		if c := report.Check(verify.CheckProof); c.Outcome != verify.Failed || report.Verdict != verify.Invalid {
			t.Errorf("%s: %s, the proof is %+v", what, report.Verdict, c)
		}
	}
	for i := range value {
		for _, c := range []byte{'1', '2', 'z', 'A', '0', ' ', 0xc3} {
			if value[i] != c {
				try(fmt.Sprintf("character %d as %q", i, c), value[:i]+string(rune(c))+value[i+1:])
			}
		}
		try(fmt.Sprintf("without character %d", i), value[:i]+value[i+1:])
	}
	signature, err := did.DecodeMultibase(value)
	if err != nil {
		t.Fatal(err)
	}
	for i := range signature {
		for bit := range 8 {
			changed := bytes.Clone(signature)
			changed[i] ^= 1 << bit
			try(fmt.Sprintf("byte %d, bit %d", i, bit), "z"+string(did.AppendBase58(nil, changed)))
		}
	}
	for what, changed := range map[string]string{
		"empty": "", "a prefix alone": "z", "longer": value + "1", "a space behind": value + " ", "a line behind": value + "\n",
		"a zero before": "z1" + value[1:], "another prefix": "u" + value[1:], "no prefix": value[1:], "twice": value + value[1:],
		"longer by a byte": "z" + string(did.AppendBase58(nil, append(bytes.Clone(signature), 0))), "shorter by a byte": "z" + string(did.AppendBase58(nil, signature[:63])),
		// S and S + L are the same number modulo L: the second is another signature
		// of the same, which RFC 8032 refuses.
		"S plus L": "z" + string(did.AppendBase58(nil, plusL(signature))),
	} {
		try(what, changed)
	}
}

// plusL adds the order of the group to the second half of an Ed25519 signature.
func plusL(signature []byte) []byte {
	order := []byte{0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 31: 0x10}
	out := bytes.Clone(signature)
	carry := 0
	for i := range 32 {
		sum := int(out[32+i]) + int(order[i]) + carry
		out[32+i], carry = byte(sum), sum>>8
	}
	return out
}

// Zero proofs, and things that are no proofs, are a failed check: never "nothing
// to complain about".
func TestWhatIsNoProofFails(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	doc := badge(t, s.did)
	signed := s.mustSign(t, doc)
	p := text(*signed.Get("proof"))
	for name, value := range map[string]string{
		"null": `null`, "an empty list": `[]`, "an empty object": `{}`, "text": `"proof"`, "empty text": `""`, "a number": `1`, "true": `true`, "false": `false`,
		"a list of null": `[null]`, "a list of an empty object": `[{}]`, "a list of a list": `[[` + p + `]]`, "a list of text": `["proof"]`,
		"doubled": `[` + p + `,` + p + `]`, "one and null": `[` + p + `,null]`, "one and an empty object": `[` + p + `,{}]`, "one and text": `[` + p + `,"x"]`,
		"one and a list": `[` + p + `,[]]`, "null and one": `[null,` + p + `]`, "a wrapped one": `{"proof":` + p + `}`, "an id": `{"id":"urn:proof"}`,
		"a type alone": `{"type":"DataIntegrityProof"}`, "without type": strings.Replace(p, `"type":"DataIntegrityProof",`, "", 1),
		"type in a list": strings.Replace(p, `"type":"DataIntegrityProof"`, `"type":["DataIntegrityProof"]`, 1),
		"without suite":  strings.Replace(p, `"cryptosuite":"eddsa-rdfc-2022",`, "", 1), "without method": withoutMember(t, p, "verificationMethod"),
		"without purpose": withoutMember(t, p, "proofPurpose"), "without value": withoutMember(t, p, "proofValue"), "without date": withoutMember(t, p, "created"),
		"another suite": strings.Replace(p, "eddsa-rdfc-2022", "eddsa-jcs-2022", 1), "another date": strings.Replace(p, "2026-01-02", "2026-01-03", 1),
		"another purpose": strings.Replace(p, "assertionMethod", "authentication", 1), "a member more": strings.Replace(p, `{`, `{"expires":"2099-01-01T00:00:00Z",`, 1),
		"an expired one": strings.Replace(p, `{`, `{"expires":"2020-01-01T00:00:00Z",`, 1), "a domain more": strings.Replace(p, `{`, `{"domain":"river.example",`, 1),
		"a value that is null": strings.Replace(p, `"proofValue":"`+signed.At("proof", "proofValue").Str()+`"`, `"proofValue":null`, 1),
	} {
		changed := doc.With("proof", parse(t, value))
		report := check(changed.AppendJSON(nil), nil)
		if c := report.Check(verify.CheckProof); c.Outcome != verify.Failed || report.Verdict != verify.Invalid {
			t.Errorf("%s: %s, the proof is %+v", name, report.Verdict, c)
		}
	}
	report := check(doc.AppendJSON(nil), nil)
	expect(t, "absent", report, "invalid: proof no-proof")
	expect(t, "in a list", check(ptr(doc.With("proof", jsontree.OfArray(*signed.Get("proof")))).AppendJSON(nil), nil), "valid")
}

func withoutMember(t *testing.T, object, name string) string {
	t.Helper()
	v := parse(t, object)
	return text(v.Without(name))
}

// Other programs write the same badge in other ways; it stays what it was.
func TestOtherWaysToWriteTheSame(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	doc := richBadge(t, s)
	signed := s.mustSign(t, doc)
	plain := string(signed.AppendJSON(nil))
	reversed := func(v *jsontree.Value) jsontree.Value {
		m := slices.Clone(v.Members)
		slices.Reverse(m)
		return jsontree.Value{Kind: v.Kind, Members: m}
	}
	tags := reversed(signed.At("credentialSubject", "achievement", "tag"))
	evidence := reversed(signed.Get("evidence"))
	for name, text := range map[string]string{
		"space and lines":                 "\n\t " + strings.NewReplacer(`":`, "\" :\r\n\t", `,"`, " ,\n \"").Replace(plain) + "\n",
		"the other way round":             text(reversed(&signed)),
		"letters escaped":                 strings.ReplaceAll(plain, "ê", `\u00ea`),
		"slashes escaped":                 strings.ReplaceAll(plain, "/", `\/`),
		"an order of tags":                text(member(signed, tags, "credentialSubject", "achievement", "tag")),
		"an order of evidence":            text(signed.With("evidence", evidence)),
		"one type without a list":         strings.Replace(plain, `"type":["AchievementSubject"]`, `"type":"AchievementSubject"`, 1),
		"the type by its other name":      strings.Replace(plain, `"OpenBadgeCredential"`, `"AchievementCredential"`, 1),
		"a number with an exponent":       strings.Replace(plain, `"creditsEarned":2.5`, `"creditsEarned":25e-1`, 1),
		"a null more":                     strings.Replace(plain, `"name":"Kayak Roll"`, `"name":"Kayak Roll","image":null`, 1),
		"a byte order mark":               "\xef\xbb\xbf" + plain,
		"an alias written out":            strings.Replace(plain, `"id":"`+achievementID+`"`, `"@id":"`+achievementID+`"`, 1),
		"a vocabulary that is not needed": strings.Replace(plain, `extensions.json"]`, `extensions.json","https://w3id.org/security/data-integrity/v2"]`, 1),
	} {
		report := check([]byte(text), nil)
		if c := report.Check(verify.CheckProof); text == plain || c.Outcome != verify.Passed {
			t.Errorf("%s: the proof is %+v", name, c)
		}
	}
	// An ordered list is another thing than a set.
	grades := parse(t, `[{"id":"urn:uuid:3","type":["ResultDescription"],"name":"r","resultType":"LetterGrade","allowedValue":["C","B","A"]}]`)
	report := check(ptr(member(signed, grades, "credentialSubject", "achievement", "resultDescription")).AppendJSON(nil), nil)
	expect(t, "another order of grades", report, "invalid: proof signature-invalid")
}

// A token has one spelling: what could be read in two ways is refused.
func TestTokensAreStrict(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "issuer")
	token := ""
	for i := 0; !strings.ContainsRune(token, '-') || !strings.ContainsRune(token, '_'); i++ {
		token = s.token(t, ptr(badge(t, s.did)).With("name", jsontree.Of(fmt.Sprintf("Kayak %d", i))), proof.JWTOptions{})
	}
	expect(t, "unchanged", check([]byte(token), nil), "valid")
	expect(t, "a line behind", check([]byte(token+"\n"), nil), "valid")
	parts := strings.Split(token, ".")
	last := parts[2][len(parts[2])-1]
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	at := strings.IndexByte(alphabet, last)
	for name, changed := range map[string]string{
		"bits left over":      token[:len(token)-1] + string(alphabet[at|1]),
		"padding":             token + "=",
		"double padding":      token + "==",
		"padding of a part":   parts[0] + "=." + parts[1] + "." + parts[2],
		"a space inside":      parts[0] + ". " + parts[1] + "." + parts[2],
		"a line inside":       parts[0] + "." + parts[1][:20] + "\n" + parts[1][20:] + "." + parts[2],
		"plus for minus":      strings.NewReplacer("-", "+").Replace(token),
		"slash for underline": strings.NewReplacer("_", "/").Replace(token),
		"no signature":        parts[0] + "." + parts[1] + ".",
		"no payload":          parts[0] + ".." + parts[2],
		"parts exchanged":     parts[1] + "." + parts[0] + "." + parts[2],
		"a dot more":          token + ".",
		"a letter more":       token + "A",
		"a letter less":       token[:len(token)-1],
	} {
		if changed == token {
			t.Errorf("%s: the token is the same", name)
		}
		if report := check([]byte(changed), nil); report.Verdict != verify.Invalid {
			t.Errorf("%s: %s: %+v", name, report.Verdict, report.Reason())
		}
	}
	v := verify.New(contexts)
	for i := range token {
		c := byte('A')
		if token[i] == c {
			c = 'B'
		}
		report := v.Verify(context.Background(), []byte(token[:i]+string(c)+token[i+1:]), verify.Options{At: now})
		// Another kid may be of a kind of DID that is not resolved here.
		if report.Verdict == verify.Valid || report.Verdict == verify.Undetermined && i >= len(parts[0]) {
			t.Errorf("character %d: %s: %+v", i, report.Verdict, report.Reason())
		}
	}
}
