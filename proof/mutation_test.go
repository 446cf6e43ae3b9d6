package proof_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
	"github.com/ecusson/ecusson/rdf"
)

// richCredential has a value of each kind that a signature covers.
const richCredential = `{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json","https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"],
"id":"urn:uuid:0192f3c4-7a1b-7c3d-9e5f-0123456789ab","type":["VerifiableCredential","OpenBadgeCredential"],
"name":"Orchestre","description":"Une saison à la tête d'un orchestre de jeunes","awardedDate":"2025-11-20T10:00:00Z",
"issuer":{"id":"https://example.org/issuer","type":["Profile"],"name":"École","official":"x","otherIdentifier":[{"type":"IdentifierEntry","identifier":"0751234A","identifierType":"identifier"}]},
"validFrom":"2025-11-24T09:00:00Z",
"credentialSubject":{"id":"did:example:learner","type":["AchievementSubject"],"creditsEarned":2.5,"role":"chef","identifier":[{"type":"IdentityObject","hashed":false,"identityHash":"Ada","identityType":"name"}],
"achievement":{"id":"urn:uuid:2","type":["Achievement"],"name":"a","description":"d","creditsAvailable":3,"criteria":{"id":"https://example.org/c","narrative":"c"},"tag":["one","two"],
"resultDescription":[{"id":"urn:uuid:3","type":["ResultDescription"],"name":"r","resultType":"LetterGrade","allowedValue":["A","B","C"]}]},
"result":[{"type":["Result"],"resultDescription":"urn:uuid:3","value":"A"}]},
"evidence":[{"id":"https://example.org/e","type":["Evidence"],"narrative":"e"},{"type":["Evidence"],"narrative":"f"}],
"credentialStatus":{"id":"https://example.org/s#1","type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"1","statusListCredential":"https://example.org/s"}}`

// mutations calls do with each small change of the document.
func mutations(doc *jsontree.Value, do func(what string, changed jsontree.Value)) {
	var walk func(v jsontree.Value, pointer string, rebuild func(jsontree.Value) jsontree.Value)
	walk = func(v jsontree.Value, pointer string, rebuild func(jsontree.Value) jsontree.Value) {
		try := func(what string, v jsontree.Value) { do(pointer+": "+what, rebuild(v)) }
		if pointer != "" {
			try("null", jsontree.Value{})
			try("wrapped in a list", jsontree.OfArray(v))
			try("an empty object", jsontree.OfObject())
			try("an empty list", jsontree.OfArray())
		}
		members := func(change func([]jsontree.Member) []jsontree.Member) jsontree.Value {
			return jsontree.Value{Kind: v.Kind, Members: change(slices.Clone(v.Members))}
		}
		switch v.Kind {
		case jsontree.String:
			try("longer", jsontree.Of(v.Text+"x"))
			try("empty", jsontree.Of(""))
			try("a space behind", jsontree.Of(v.Text+" "))
			try("another letter case", jsontree.Of(strings.ToUpper(v.Text)))
			if v.Text != "" {
				try("shorter", jsontree.Of(v.Text[:len(v.Text)-1]))
				try("first character", jsontree.Of(string(rune(v.Text[0]^1))+v.Text[1:]))
			}
			try("a number", jsontree.OfInt(7))
			try("a boolean", jsontree.OfBool(true))
			try("a value object", jsontree.OfObject(jsontree.Member{Name: "@value", Value: v}))
			try("an identifier", jsontree.OfObject(jsontree.Member{Name: "id", Value: v}))
		case jsontree.Number:
			try("more", jsontree.Value{Kind: jsontree.Number, Text: v.Text + "1"})
			try("negative", jsontree.Value{Kind: jsontree.Number, Text: "-" + v.Text})
			try("as text", jsontree.Of(v.Text))
			try("times one", jsontree.Value{Kind: jsontree.Number, Text: v.Text + "e0"})
		case jsontree.Bool:
			try("the other", jsontree.OfBool(v.Text != "true"))
			try("as text", jsontree.Of(v.Text))
		case jsontree.Array:
			try("reversed", members(func(m []jsontree.Member) []jsontree.Member { slices.Reverse(m); return m }))
			try("one more", members(func(m []jsontree.Member) []jsontree.Member {
				return append(m, jsontree.Member{Value: jsontree.Of("urn:x")})
			}))
			for i := range v.Members {
				try(fmt.Sprintf("item %d removed", i), members(func(m []jsontree.Member) []jsontree.Member { return slices.Delete(m, i, i+1) }))
				try(fmt.Sprintf("item %d doubled", i), members(func(m []jsontree.Member) []jsontree.Member { return append(m, m[i]) }))
			}
		case jsontree.Object:
			try("reversed", members(func(m []jsontree.Member) []jsontree.Member { slices.Reverse(m); return m }))
			for _, name := range []string{"name", "description", "id", "undefinedTerm", "https://example.org/term", "relatedResource", "@id", "@index", "@language", "@context"} {
				if v.Get(name) == nil {
					try("with "+name, members(func(m []jsontree.Member) []jsontree.Member {
						return append(m, jsontree.Member{Name: name, Value: jsontree.Of("urn:added")})
					}))
				}
			}
			for i := range v.Members {
				name := v.Members[i].Name
				try("without "+name, members(func(m []jsontree.Member) []jsontree.Member { return slices.Delete(m, i, i+1) }))
				try("renamed "+name, members(func(m []jsontree.Member) []jsontree.Member { m[i].Name += "x"; return m }))
			}
		}
		for i := range v.Members {
			step := v.Members[i].Name
			if v.Kind == jsontree.Array {
				step = fmt.Sprint(i)
			}
			walk(v.Members[i].Value, jsontree.Pointer(pointer, step), func(child jsontree.Value) jsontree.Value {
				return rebuild(members(func(m []jsontree.Member) []jsontree.Member { m[i].Value = child; return m }))
			})
		}
	}
	walk(*doc, "", func(v jsontree.Value) jsontree.Value { return v })
}

// meaning is what a signature covers: the datasets of document and options, and
// the value itself; false where there is none.
func meaning(ld *jsonld.Processor, doc *jsontree.Value) (string, bool) {
	p := doc.Get("proof")
	if p.Is(jsontree.Array) && len(p.Members) == 1 {
		p = &p.Members[0].Value
	}
	if doc.Kind != jsontree.Object || !p.Is(jsontree.Object) || doc.Get("@context") == nil {
		return "", false
	}
	bare, options := doc.Without("proof"), p.Without("proofValue")
	options = options.With("@context", *doc.Get("@context"))
	out := p.Get("proofValue").Str()
	for _, v := range []*jsontree.Value{&bare, &options} {
		quads, err := ld.ToRDF(v, jsonld.Options{Safe: true, RDFDirection: jsonld.I18NDatatype})
		if err != nil {
			return "", false
		}
		canonical, err := rdf.Canonicalize(quads, rdf.Options{})
		if err != nil {
			return "", false
		}
		out += "\n\n" + string(canonical.NQuads)
	}
	return out, true
}

// Each change that changes what is signed must fail; each that does not must
// verify, since others write the same thing in other ways.
func TestEveryChangeIsNoticed(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	key := benchSigner(t).Key.Public()
	signed, err := benchSigner(t).Sign(ld, parse(t, []byte(richCredential)), proof.SignOptions{Created: at(t, "2025-11-24T09:00:00Z")})
	if err != nil {
		t.Fatal(err)
	}
	for name, doc := range map[string]*jsontree.Value{"rich": &signed, "bench": testdata(t, "signed-digitalbazaar.json")} {
		original, ok := meaning(ld, doc)
		if !ok {
			t.Fatalf("%s: the original has no meaning", name)
		}
		failed, harmless := 0, map[string]bool{}
		codes := map[proof.Code]int{}
		mutations(doc, func(what string, changed jsontree.Value) {
			after, ok := meaning(ld, &changed)
			same := ok && after == original
			err := verifyWith(ld, &changed, key)
			switch {
			case err == nil && !same:
				t.Errorf("%s: %s: not noticed", name, what)
			case err != nil && proof.CodeOf(err) == "":
				t.Errorf("%s: %s: an error without a code: %v", name, what, err)
			case err != nil && !same:
				failed++
				codes[proof.CodeOf(err)]++
			case err != nil && strings.HasPrefix(what, "/proof"):
				// The members of a proof are texts: the form in which others
				// could write the same dataset is not one that a proof has.
				if proof.CodeOf(err) != proof.Malformed {
					t.Errorf("%s: %s: %v", name, what, err)
				}
			case err != nil:
				t.Errorf("%s: %s leaves the dataset alone and fails: %v", name, what, err)
			default:
				harmless[what] = true
			}
		})
		if failed < 500 || len(harmless) < 20 {
			t.Errorf("%s: %d changes failed, %d were harmless", name, failed, len(harmless))
		}
		t.Logf("%s: %d changes fail %v; %d are harmless:\n%s", name, failed, codes, len(harmless), strings.Join(slices.Sorted(maps.Keys(harmless)), "\n"))
	}
}

func verifyWith(ld *jsonld.Processor, doc *jsontree.Value, key did.PublicKey) error {
	proofs, err := proof.Proofs(doc)
	if err != nil {
		return err
	}
	for i := range proofs {
		if err := proofs[i].Verify(ld, doc, key, proof.VerifyOptions{}); err != nil {
			return err
		}
	}
	return nil
}

func TestEveryChangeOfTheProofValueIsNoticed(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	doc := testdata(t, "signed-digitalbazaar.json")
	key := benchSigner(t).Key.Public()
	value := doc.At("proof", "proofValue").Str()
	raw, err := did.DecodeMultibase(value)
	if err != nil {
		t.Fatal(err)
	}
	check := func(what, changed string, want ...proof.Code) {
		p := doc.Get("proof").With("proofValue", jsontree.Of(changed))
		v := doc.With("proof", p)
		if err := verifyWith(ld, &v, key); !slices.Contains(want, proof.CodeOf(err)) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for i := range raw {
		for bit := range 8 {
			changed := slices.Clone(raw)
			changed[i] ^= 1 << bit
			check(fmt.Sprintf("byte %d bit %d", i, bit), string(did.AppendBase58([]byte{'z'}, changed)), proof.SignatureInvalid)
		}
	}
	for i := range value {
		for _, c := range []string{"1", "z", "0", "l", " ", "é", ""} {
			if changed := value[:i] + c + value[i+1:]; changed != value {
				check(fmt.Sprintf("character %d is %q", i, c), changed, proof.SignatureInvalid, proof.Malformed)
			}
		}
	}
	check("shorter", string(did.AppendBase58([]byte{'z'}, raw[:63])), proof.Malformed)
	check("longer", string(did.AppendBase58([]byte{'z'}, append(slices.Clone(raw), 0))), proof.Malformed)
	check("a zero in front", string(did.AppendBase58([]byte{'z'}, append([]byte{0}, raw...))), proof.Malformed)
	check("a 1 in front", "z1"+value[1:], proof.Malformed)
	check("without its base", value[1:], proof.Malformed)
	check("empty", "", proof.Malformed)
	check("base alone", "z", proof.Malformed)
	// S + L, the classic second form of an Ed25519 signature.
	order := []byte{0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 31: 0x10}
	shifted, carry := slices.Clone(raw), 0
	for i := range 32 {
		n := int(raw[32+i]) + int(order[i]) + carry
		shifted[32+i], carry = byte(n), n>>8
	}
	check("S + L", string(did.AppendBase58([]byte{'z'}, shifted)), proof.SignatureInvalid)
}

func TestProofsRefuses(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	doc := testdata(t, "signed-digitalbazaar.json")
	good := string(doc.Get("proof").AppendJSON(nil))
	key := benchSigner(t).Key.Public()
	for text, want := range map[string]proof.Code{
		`null`:                                  proof.NoProof,
		`[]`:                                    proof.NoProof,
		`{}`:                                    proof.NoProof,
		`"x"`:                                   proof.Malformed,
		`true`:                                  proof.Malformed,
		`7`:                                     proof.Malformed,
		`[null]`:                                proof.Malformed,
		`[[]]`:                                  proof.Malformed,
		`[[` + good + `]]`:                      proof.Malformed,
		`[{}]`:                                  proof.Malformed,
		`[` + good + `,null]`:                   proof.Malformed,
		`[` + good + `,"x"]`:                    proof.Malformed,
		`[null,` + good + `]`:                   proof.Malformed,
		`[` + good + `,{}]`:                     proof.Malformed,
		`{"type":[]}`:                           proof.Malformed,
		`{"type":["a","b"]}`:                    proof.Malformed,
		`{"type":"x","proofValue":1}`:           proof.Malformed,
		`{"type":"x","domain":[1]}`:             proof.Malformed,
		`{"type":"x","previousProof":{}}`:       proof.Malformed,
		`{"type":"RsaSignature2018","jws":"x"}`: proof.SuiteUnsupported,
		`{"type":"DataIntegrityProof"}`:         proof.Malformed,
		`{"type":"DataIntegrityProof","cryptosuite":"eddsa-rdf-2022"}`:                                                               proof.SuiteUnsupported,
		`{"type":"DataIntegrityProof","cryptosuite":"eddsa-rdfc-2022"}`:                                                              proof.Malformed,
		`{"type":"DataIntegrityProof","cryptosuite":"eddsa-rdfc-2022","verificationMethod":"did:x"}`:                                 proof.Malformed,
		`{"type":"DataIntegrityProof","cryptosuite":"eddsa-rdfc-2022","verificationMethod":"did:x","proofPurpose":"authentication"}`: proof.PurposeMismatch,
	} {
		v := doc.With("proof", *parse(t, []byte(text)))
		if err := verifyWith(ld, &v, key); proof.CodeOf(err) != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	bare := doc.Without("proof")
	if err := verifyWith(ld, &bare, key); proof.CodeOf(err) != proof.NoProof {
		t.Errorf("absent: %v", err)
	}
	if _, err := proof.Proofs(nil); proof.CodeOf(err) != proof.NoProof {
		t.Errorf("nothing: %v", err)
	}
	// Twice the same proof is twice a good proof.
	twice := doc.With("proof", *parse(t, []byte("["+good+","+good+"]")))
	if err := verifyWith(ld, &twice, key); err != nil {
		t.Errorf("doubled: %v", err)
	}
	// Twice the member is not JSON here.
	text := string(doc.AppendJSON(nil))
	if _, err := jsontree.Parse([]byte(text[:len(text)-1]+`,"proof":`+good+"}"), jsontree.Limits{}); err == nil {
		t.Error("a document with two members proof was read")
	}
	many := doc.With("proof", *parse(t, []byte("["+strings.Repeat(good+",", 100)+good+"]")))
	if _, err := proof.Proofs(&many); proof.CodeOf(err) != proof.Malformed {
		t.Errorf("101 proofs: %v", err)
	}
}

// Each member of a proof is a text of its own form, and nothing that another
// reader could take for it (VC Data Integrity 1.0 §2.1). The suite is one that
// signs the JSON, so that the dataset is not what tells.
func TestProofMembersHaveTheirForm(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	signer := benchSigner(t)
	signer.Suite = proof.EdDSAJCS2022
	options := proof.SignOptions{Created: at(t, "2025-11-24T09:00:00Z"), ID: "urn:uuid:7"}
	bare := testdata(t, "credential.json")
	signed, err := signer.Sign(ld, bare, options)
	if err != nil {
		t.Fatal(err)
	}
	key := signer.Key.Public()
	if err := verifyWith(ld, &signed, key); err != nil {
		t.Fatal(err)
	}
	forms := map[string][]string{
		"type": {`""`}, "cryptosuite": {`""`}, "proofPurpose": {`""`}, "challenge": nil, "nonce": nil,
		"id":                 {`""`, `"seven"`, `"urn:a b"`, `"#seven"`},
		"verificationMethod": {`""`, `"key-1"`, `"#key-1"`, `"did:key:z6 Mk"`, `" did:example:1"`, `{"id":"did:example:1"}`},
		"proofValue":         {`""`, `"z"`, `"z0"`, `"uAAAA"`, `"z1"`},
		"created":            {`""`, `"2025-11-24"`, `"2025-11-24T09:00:00"`, `"2025-11-24 09:00:00Z"`, `"2025-11-24T9:00:00Z"`, `"2025-11-24T09:00:00,5Z"`, `"2025-11-24T09:00:00+25:00"`, `"2025-02-30T09:00:00Z"`, `"2025-11-24T09:00:00z"`},
		"expires":            {`""`, `"2035-11-24"`, `"2035-11-24T9:00:00Z"`, `"2035-11-24T09:00:00,5Z"`},
	}
	for name, bad := range forms {
		listed := jsontree.OfArray(jsontree.Of(signed.At("proof", name).Str()))
		bad = append(bad, `null`, `7`, `true`, `[]`, `{}`, string(listed.AppendJSON(nil)), `["a","b"]`)
		for _, value := range bad {
			changed := signed.With("proof", signed.Get("proof").With(name, *parse(t, []byte(value))))
			if err := verifyWith(ld, &changed, key); proof.CodeOf(err) != proof.Malformed {
				t.Errorf("%s %s: %v, want %s", name, value, err, proof.Malformed)
			}
		}
	}
	for _, name := range []string{"type", "cryptosuite", "verificationMethod", "proofPurpose", "proofValue"} {
		changed := signed.With("proof", signed.Get("proof").Without(name))
		if err := verifyWith(ld, &changed, key); proof.CodeOf(err) != proof.Malformed {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

// What is written otherwise and says the same must verify.
func TestOtherWritingsVerify(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	doc := testdata(t, "signed-digitalbazaar.json")
	key := benchSigner(t).Key.Public()
	text := string(doc.AppendJSON(nil))
	spaced := strings.NewReplacer(`","`, "\" ,\n\t\"", `":"`, `" : "`, `{"`, "{\r\n \"").Replace(text)
	escaped := strings.Replace(strings.Replace(text, `"name":"Conducting`, `"na\u006de":"Conducting`, 1), "University", "\\u0055niversity", 1)
	for name, text := range map[string]string{"white space": spaced, "escapes": escaped} {
		v := parse(t, []byte(text))
		if err := verifyWith(ld, v, key); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestVerifyOptions(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	signer := benchSigner(t)
	key := signer.Key.Public()
	doc := testdata(t, "credential.json")
	sign := func(o proof.SignOptions) (*jsontree.Value, *proof.Proof) {
		o.Created = at(t, "2025-01-01T00:00:00Z")
		signed, err := signer.Sign(ld, doc, o)
		if err != nil {
			t.Fatal(err)
		}
		proofs, err := proof.Proofs(&signed)
		if err != nil {
			t.Fatal(err)
		}
		return &signed, &proofs[0]
	}
	expiring := proof.SignOptions{Expires: at(t, "2026-01-01T00:00:00Z")}
	answering := proof.SignOptions{Purpose: "authentication", Challenge: "c", Domain: "d"}
	for name, c := range map[string]struct {
		sign   proof.SignOptions
		verify proof.VerifyOptions
		want   proof.Code
	}{
		"plain":             {},
		"in time":           {expiring, proof.VerifyOptions{Now: at(t, "2025-12-31T23:59:59Z")}, ""},
		"at the end":        {expiring, proof.VerifyOptions{Now: at(t, "2026-01-01T00:00:00Z")}, proof.Expired},
		"no time":           {expiring, proof.VerifyOptions{}, proof.Expired},
		"purpose":           {answering, proof.VerifyOptions{}, proof.PurposeMismatch},
		"answer":            {answering, proof.VerifyOptions{Purpose: "authentication", Challenge: "c", Domain: "d"}, ""},
		"other challenge":   {answering, proof.VerifyOptions{Purpose: "authentication", Challenge: "x", Domain: "d"}, proof.ChallengeMismatch},
		"other domain":      {answering, proof.VerifyOptions{Purpose: "authentication", Challenge: "c", Domain: "x"}, proof.DomainMismatch},
		"challenge missing": {proof.SignOptions{}, proof.VerifyOptions{Challenge: "c"}, proof.ChallengeMismatch},
		"domain missing":    {proof.SignOptions{}, proof.VerifyOptions{Domain: "c"}, proof.DomainMismatch},
	} {
		signed, p := sign(c.sign)
		err := p.Verify(ld, signed, key, c.verify)
		if proof.CodeOf(err) != c.want || c.want == "" && err != nil {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	for _, stamp := range []string{"2025-01-01", "2025-01-01T00:00:00", "yesterday", ""} {
		for _, name := range []string{"created", "expires"} {
			signed, p := sign(proof.SignOptions{})
			tree := p.Tree.With(name, jsontree.Of(stamp))
			changed := signed.With("proof", tree)
			if err := verifyWith(ld, &changed, key); proof.CodeOf(err) != proof.Malformed {
				t.Errorf("%s %q: %v", name, stamp, err)
			}
		}
	}
	signed, p := sign(proof.SignOptions{})
	for _, wrong := range []did.PublicKey{nil, "key", (*int)(nil)} {
		if err := p.Verify(ld, signed, wrong, proof.VerifyOptions{}); proof.CodeOf(err) != proof.KeyMismatch {
			t.Errorf("key %v: %v", wrong, err)
		}
	}
}

func TestSignRefuses(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	created := at(t, "2025-01-01T00:00:00Z")
	doc := testdata(t, "credential.json")
	with := func(name, text string) *jsontree.Value {
		v := doc.With(name, *parse(t, []byte(text)))
		return &v
	}
	noContext := doc.Without("@context")
	for name, c := range map[string]struct {
		change func(*proof.Signer)
		doc    *jsontree.Value
		o      proof.SignOptions
	}{
		"no key":        {func(s *proof.Signer) { s.Key = nil }, doc, proof.SignOptions{Created: created}},
		"no method":     {func(s *proof.Signer) { s.VerificationMethod = "" }, doc, proof.SignOptions{Created: created}},
		"method no URL": {func(s *proof.Signer) { s.VerificationMethod = "key-1" }, doc, proof.SignOptions{Created: created}},
		"other did:key": {func(s *proof.Signer) {
			s.VerificationMethod = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
		}, doc, proof.SignOptions{Created: created}},
		"other fragment": {func(s *proof.Signer) {
			s.VerificationMethod = "did:web:example.org#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
		}, doc, proof.SignOptions{Created: created}},
		"did:jwk, no method": {func(s *proof.Signer) {
			s.VerificationMethod = "did:jwk:eyJjcnYiOiJFZDI1NTE5Iiwia3R5IjoiT0tQIiwieCI6IkE2RUh2X1BPRUw0ZGNOMFk1MHZBbVdmazFqQ2JwUTFmSGR5R1pCSlZNYmcifQ#z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd"
		}, doc, proof.SignOptions{Created: created}},
		"did:key, no key":   {func(s *proof.Signer) { s.VerificationMethod = "did:key:z6Mk#z6Mk" }, doc, proof.SignOptions{Created: created}},
		"suite for others":  {func(s *proof.Signer) { s.Suite = proof.ECDSARDFC2019 }, doc, proof.SignOptions{Created: created}},
		"suite unknown":     {func(s *proof.Signer) { s.Suite = "x" }, doc, proof.SignOptions{Created: created}},
		"suite of old":      {func(s *proof.Signer) { s.Suite = proof.Ed25519Signature2020 }, doc, proof.SignOptions{Created: created}},
		"no time":           {func(*proof.Signer) {}, doc, proof.SignOptions{}},
		"undefined term":    {func(*proof.Signer) {}, with("undefinedTerm", `"x"`), proof.SignOptions{Created: created}},
		"undefined, by JCS": {func(s *proof.Signer) { s.Suite = proof.EdDSAJCS2022 }, with("undefinedTerm", `"x"`), proof.SignOptions{Created: created}},
		"relative type":     {func(*proof.Signer) {}, with("type", `["VerifiableCredential","Unknown"]`), proof.SignOptions{Created: created}},
		"empty proof":       {func(*proof.Signer) {}, with("proof", `[]`), proof.SignOptions{Created: created}},
		"no context":        {func(*proof.Signer) {}, &noContext, proof.SignOptions{Created: created}},
		"no object":         {func(*proof.Signer) {}, parse(t, []byte(`[]`)), proof.SignOptions{Created: created}},
		"chain on nothing":  {func(*proof.Signer) {}, doc, proof.SignOptions{Created: created, PreviousProof: []string{"urn:x"}}},
		"unknown context":   {func(*proof.Signer) {}, with("@context", `["https://www.w3.org/ns/credentials/v2","https://example.org/unknown"]`), proof.SignOptions{Created: created}},
	} {
		signer := benchSigner(t)
		c.change(signer)
		if out, err := signer.Sign(ld, c.doc, c.o); err == nil {
			t.Errorf("%s: signed %s", name, out.AppendJSON(nil))
		}
	}
}

func FuzzProofs(f *testing.F) {
	for _, seed := range []string{`{"proof":{"type":"DataIntegrityProof","cryptosuite":"eddsa-rdfc-2022","verificationMethod":"did:x","proofPurpose":"assertionMethod","proofValue":"z1"},"@context":"https://www.w3.org/ns/credentials/v2"}`,
		`{"proof":[{"type":["x"]},null]}`, `{"@context":[],"proof":{"type":"DataIntegrityProof","cryptosuite":"eddsa-jcs-2022","@context":[],"previousProof":["a"],"id":"a"}}`} {
		f.Add([]byte(seed))
	}
	ld := jsonld.New(nil)
	key := benchSigner(f).Key.Public()
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := jsontree.Parse(data, jsontree.Limits{})
		if err != nil {
			return
		}
		proofs, err := proof.Proofs(&doc)
		if (err == nil) != (len(proofs) > 0) {
			t.Fatalf("%d proofs and %v", len(proofs), err)
		}
		for i := range proofs {
			if err := proofs[i].Verify(ld, &doc, key, proof.VerifyOptions{}); err == nil {
				t.Fatalf("verified %s", data)
			} else if proof.CodeOf(err) == "" {
				t.Fatalf("an error without a code: %v", err)
			}
		}
	})
}
