package proof_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/internal/fixture"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
)

// sdSigner signs with ecdsa-sd-2023 and a key of P-256, whose scalar is one.
func sdSigner(t testing.TB) *proof.Signer {
	t.Helper()
	scalar := make([]byte, 32)
	scalar[31] = 1
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), scalar)
	if err != nil {
		t.Fatal(err)
	}
	name, err := did.Multikey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return &proof.Signer{Key: key, VerificationMethod: "did:key:" + name + "#" + name, Suite: proof.ECDSASD2023}
}

// sdSign signs with pointers to what is mandatory, and checks what was made.
func sdSign(t testing.TB, ld *jsonld.Processor, doc *jsontree.Value, mandatory ...string) (*jsontree.Value, *proof.Proof) {
	t.Helper()
	signer := sdSigner(t)
	signed, err := signer.Sign(ld, doc, proof.SignOptions{Created: at(t, "2026-01-01T00:00:00Z"), Mandatory: mandatory})
	if err != nil {
		t.Fatal(err)
	}
	p, err := proof.Only(&signed)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.VerifyBase(ld, &signed, signer.Key.Public(), proof.VerifyOptions{}); err != nil || !p.IsBase() {
		t.Fatalf("the base proof: %v, base %v", err, p.IsBase())
	}
	if err := p.Verify(ld, &signed, signer.Key.Public(), proof.VerifyOptions{}); proof.CodeOf(err) != proof.NotDerived {
		t.Fatalf("a base proof given to a verifier: %v", err)
	}
	return &signed, p
}

// withoutChance is a key that signs deterministically whatever randomness it is
// handed, as the signer of the specification's vectors did.
type withoutChance struct{ crypto.Signer }

func (k withoutChance) Sign(_ io.Reader, digest []byte, o crypto.SignerOpts) ([]byte, error) {
	return k.Signer.Sign(nil, digest, o)
}

// citizenship is a context that reads the vectors' document as theirs does,
// which is told by the signatures.
const citizenship = `{"@context":{"@vocab":"https://w3id.org/citizenship#","schema":"https://schema.org/","Person":"schema:Person",
"image":{"@id":"schema:image","@type":"@id"},"givenName":"schema:givenName","familyName":"schema:familyName","gender":"schema:gender",
"identifier":"schema:identifier","birthDate":{"@id":"schema:birthDate","@type":"http://www.w3.org/2001/XMLSchema#dateTime"},
"residentSince":{"@type":"http://www.w3.org/2001/XMLSchema#dateTime"}}}`

type loader map[string]*jsontree.Value

func (l loader) Load(iri string) (*jsontree.Value, error) {
	if v := l[iri]; v != nil {
		return v, nil
	}
	return nil, fmt.Errorf("no %s", iri)
}

// The vectors of the specification (VC Data Integrity ECDSA Cryptosuites 1.0
// appendix A.7): with their keys we make their base proof and derive their
// derived proof, byte for byte.
func TestSelectiveDisclosureVectors(t *testing.T) {
	t.Parallel()
	const folder = "ecdsa-vectors/ecdsa-sd-2023"
	vector := func(path ...string) *jsontree.Value {
		return parse(t, fixture.Read(t, append([]string{"fixtures"}, path...)...))
	}
	ld := jsonld.New(loader{"https://w3id.org/citizenship/v4rc1": parse(t, []byte(citizenship))})
	keys := vector(folder, "SDKeyMaterial.json")
	secret := func(name string) *ecdsa.PrivateKey {
		key, err := did.ParseSecretMultikey(keys.At(name, "secretKeyMultibase").Str())
		if err != nil {
			t.Fatal(err)
		}
		return key.(*ecdsa.PrivateKey)
	}
	hmacKey, err := hex.DecodeString(keys.Get("hmacKeyString").Str())
	if err != nil {
		t.Fatal(err)
	}
	own, err := secret("proofKeyPair").Bytes()
	if err != nil {
		t.Fatal(err)
	}
	want := vector(folder, "prc", "addSignedSDBase.json")
	published, err := proof.Only(want)
	if err != nil {
		t.Fatal(err)
	}
	texts := func(v *jsontree.Value) (out []string) {
		for _, item := range v.Items() {
			out = append(out, item.Value.Str())
		}
		return out
	}
	signer := &proof.Signer{
		Key: withoutChance{secret("baseKeyPair")}, VerificationMethod: published.VerificationMethod,
		Suite: proof.ECDSASD2023, Rand: bytes.NewReader(append(hmacKey, own...)),
	}
	bare := want.Without("proof")
	signed, err := signer.Sign(ld, &bare, proof.SignOptions{
		Created: at(t, published.Created), Mandatory: texts(vector("ecdsa-vectors", "prCredMandatory.json")),
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := canonical(t, &signed), canonical(t, want); got != want {
		t.Errorf("signed:\n%s\nwant\n%s", got, want)
	}
	key := signer.Key.Public()
	if err := published.VerifyBase(ld, want, key, proof.VerifyOptions{}); err != nil {
		t.Errorf("the vectors' base proof: %v", err)
	}
	derived, err := published.Derive(ld, want, texts(vector("ecdsa-vectors", "prCredSelective.json")))
	if err != nil {
		t.Fatal(err)
	}
	reveal := vector(folder, "prc", "derivedRevealDocument.json")
	if got, want := canonical(t, &derived), canonical(t, reveal); got != want {
		t.Errorf("derived:\n%s\nwant\n%s", got, want)
	}
	for _, doc := range []*jsontree.Value{&derived, reveal} {
		if err := verifyWith(ld, doc, key); err != nil {
			t.Error(err)
		}
	}
}

// What is derived shows what was asked for, what is mandatory, and nothing
// else; and it verifies.
func TestDerive(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	doc := parse(t, []byte(richCredential))
	key := sdSigner(t).Key.Public()
	head := `"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json","https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"],"id":"urn:uuid:0192f3c4-7a1b-7c3d-9e5f-0123456789ab","type":["VerifiableCredential","OpenBadgeCredential"]`
	subject := `"id":"did:example:learner","type":["AchievementSubject"]`
	for name, c := range map[string]struct {
		mandatory, selective []string
		want                 string
	}{
		"a name": {[]string{"/validFrom"}, []string{"/credentialSubject/achievement/name"},
			`"validFrom":"2025-11-24T09:00:00Z","credentialSubject":{` + subject + `,"achievement":{"id":"urn:uuid:2","type":["Achievement"],"name":"a"}}`},
		"mandatory alone":   {[]string{"/name"}, nil, `"name":"Orchestre"`},
		"nothing mandatory": {nil, []string{"/name"}, `"name":"Orchestre"`},
		"both the same":     {[]string{"/name", "/name"}, []string{"/name"}, `"name":"Orchestre"`},
		"the second of two nodes without id": {nil, []string{"/evidence/1/narrative"},
			`"evidence":[{"type":["Evidence"],"narrative":"f"}]`},
		"a node deep in a list": {nil, []string{"/issuer/otherIdentifier/0/identifier"},
			`"issuer":{"id":"https://example.org/issuer","type":["Profile"],"otherIdentifier":[{"type":"IdentifierEntry","identifier":"0751234A"}]}`},
		"a number and a set": {nil, []string{"/credentialSubject/creditsEarned", "/credentialSubject/achievement/tag/1"},
			`"credentialSubject":{` + subject + `,"creditsEarned":2.5,"achievement":{"id":"urn:uuid:2","type":["Achievement"],"tag":["two"]}}`},
		"an ordered list": {nil, []string{"/credentialSubject/achievement/resultDescription/0/allowedValue"},
			`"credentialSubject":{` + subject + `,"achievement":{"id":"urn:uuid:2","type":["Achievement"],"resultDescription":[{"id":"urn:uuid:3","type":["ResultDescription"],"allowedValue":["A","B","C"]}]}}`},
		"an ordered list, item by item": {
			[]string{"/credentialSubject/achievement/resultDescription/0/allowedValue"},
			[]string{"/credentialSubject/achievement/resultDescription/0/allowedValue/0"},
			`"credentialSubject":{` + subject + `,"achievement":{"id":"urn:uuid:2","type":["Achievement"],"resultDescription":[{"id":"urn:uuid:3","type":["ResultDescription"],"allowedValue":["A","B","C"]}]}}`},
		"what comes along anyway": {[]string{"/name"}, []string{"/id", "/type/1", "/@context/0"}, `"name":"Orchestre"`},
		"in the document's order": {[]string{"/name"}, []string{"/evidence/0/id", "/description"},
			`"name":"Orchestre","description":"Une saison à la tête d'un orchestre de jeunes","evidence":[{"id":"https://example.org/e","type":["Evidence"]}]`},
	} {
		signed, p := sdSign(t, ld, doc, c.mandatory...)
		derived, err := p.Derive(ld, signed, c.selective)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := verifyWith(ld, &derived, key); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		bare := derived.Without("proof")
		if got, want := string(bare.AppendJSON(nil)), "{"+head+","+c.want+"}"; got != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
		if p, err := proof.Only(&derived); err != nil || p.IsBase() {
			t.Errorf("%s: a base proof, or %v", name, err)
		} else if err := p.VerifyBase(ld, &derived, key, proof.VerifyOptions{}); proof.CodeOf(err) != proof.Malformed {
			t.Errorf("%s: taken for a base proof: %v", name, err)
		} else if _, err := p.Derive(ld, &derived, []string{"/id"}); proof.CodeOf(err) != proof.Malformed {
			t.Errorf("%s: derived once more: %v", name, err)
		}
	}
	signed, p := sdSign(t, ld, doc, "/issuer", "/evidence/0")
	whole, err := p.Derive(ld, signed, []string{""})
	if err != nil {
		t.Fatal(err)
	}
	bare := whole.Without("proof")
	if err := verifyWith(ld, &whole, key); err != nil || canonical(t, &bare) != canonical(t, doc) {
		t.Errorf("the whole: %v\n%s", err, bare.AppendJSON(nil))
	}
}

// Graphs, maps, reversed properties, names of nodes and the like: each part of
// each verifies.
func TestDeriveOfOtherForms(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	key := sdSigner(t).Key.Public()
	for name, text := range map[string]string{
		"a presentation":      `"type":"VerifiablePresentation","holder":"urn:h","verifiableCredential":[{"@context":"https://www.w3.org/ns/credentials/v2","type":"VerifiableCredential","issuer":"urn:i","credentialSubject":{"description":"x"}},{"@context":"https://www.w3.org/ns/credentials/v2","type":"VerifiableCredential","issuer":"urn:j"}]`,
		"a graph":             `"@id":"urn:g","@graph":[{"id":"urn:1","name":"x"},{"name":"y","description":"z"}]`,
		"a frame":             `"@graph":[{"id":"urn:1","name":"x"},{"name":"y","description":"z"}]`,
		"named nodes":         `"id":"_:a","name":"x","description":"y","https://example.org/p":[{"id":"_:b","name":"x"},{"id":"_:a"},{"id":"_:b","description":"z"}]`,
		"@included":           `"name":"x","@included":[{"name":"y","description":"z"},{"name":"w"}]`,
		"reversed":            `"name":"x","@reverse":{"https://example.org/p":[{"name":"y"},{"description":"z"}]}`,
		"a set":               `"name":"x","https://example.org/p":{"@set":[{"name":"y"},{"description":"z"}]}`,
		"alike":               `"name":"x","https://example.org/p":[{"name":"y"},{"name":"y"},{"name":"y","description":"z"}]`,
		"nulls":               `"name":"x","description":null,"https://example.org/p":[null,{"name":"y"},null,{"description":"z"}]`,
		"nothing but a blank": `"https://example.org/p":[{},{"name":"y"}]`,
		"maps":                `"@context":["https://www.w3.org/ns/credentials/v2",{"e":"https://example.org/","byid":{"@id":"e:byid","@container":"@id"},"bytype":{"@id":"e:bytype","@container":"@type"},"lang":{"@id":"e:lang","@container":"@language"},"key":{"@id":"e:key","@container":["@graph","@id"]},"nest":"@nest","json":{"@id":"e:json","@type":"@json"}}],"byid":{"urn:1":{"name":"x","description":"y"},"urn:2":{"name":"z"}},"bytype":{"e:T":[{"name":"x"},{"name":"y"}]},"lang":{"fr":["a","b"],"en":"c"},"key":{"urn:5":{"name":"g"}},"nest":{"e:n":{"name":"v","description":"w"}},"json":{"a":1}`,
	} {
		if !strings.HasPrefix(text, `"@context"`) {
			text = `"@context":["https://www.w3.org/ns/credentials/v2"],` + text
		}
		doc := parse(t, []byte("{"+text+"}"))
		var pointers []string
		var walk func(v *jsontree.Value, at string)
		walk = func(v *jsontree.Value, at string) {
			pointers = append(pointers, at)
			for i := range v.Members {
				step := v.Members[i].Name
				if v.Kind == jsontree.Array {
					step = fmt.Sprint(i)
				}
				if step != "@context" && step != "json" {
					walk(&v.Members[i].Value, jsontree.Pointer(at, step))
				}
			}
		}
		walk(doc, "")
		derived := 0
		for i, mandatory := range pointers {
			signed, err := sdSigner(t).Sign(ld, doc, proof.SignOptions{Created: at(t, "2026-01-01T00:00:00Z"), Mandatory: []string{mandatory}})
			if err != nil {
				if !strings.Contains(err.Error(), mandatory) {
					t.Errorf("%s: %s: %v", name, mandatory, err)
				}
				continue
			}
			p, err := proof.Only(&signed)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.VerifyBase(ld, &signed, key, proof.VerifyOptions{}); err != nil {
				t.Errorf("%s: %s: %v", name, mandatory, err)
			}
			selective := pointers[(i*7+3)%len(pointers)]
			part, err := p.Derive(ld, &signed, []string{selective})
			if err != nil {
				if !strings.Contains(err.Error(), selective) {
					t.Errorf("%s: %s and %s: %v", name, mandatory, selective, err)
				}
				continue
			}
			if err := verifyWith(ld, &part, key); err != nil {
				t.Errorf("%s: %s and %s: %v\n%s", name, mandatory, selective, err, part.AppendJSON(nil))
			}
			derived++
		}
		t.Logf("%s: %d of %d parts", name, derived, len(pointers))
		if derived < 3 {
			t.Errorf("%s: only %d of %d parts", name, derived, len(pointers))
		}
	}
}

func TestSelectiveDisclosureRefuses(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	doc := parse(t, []byte(richCredential))
	created := at(t, "2026-01-01T00:00:00Z")
	many := doc.With("credentialSubject", doc.Get("credentialSubject").With("achievement", doc.At("credentialSubject", "achievement").With("tag", func() jsontree.Value {
		list := jsontree.OfArray()
		for i := range 2100 {
			list.Members = append(list.Members, jsontree.Member{Value: jsontree.Of(fmt.Sprint("tag ", i))})
		}
		return list
	}())))
	undefined := doc.With("undefinedTerm", jsontree.Of("x"))
	old := benchSigner(t)
	for name, c := range map[string]struct {
		doc  *jsontree.Value
		o    proof.SignOptions
		says string
	}{
		"a pointer to nothing":       {doc, proof.SignOptions{Mandatory: []string{"/issuer", "/isuer"}}, `"/isuer" names nothing`},
		"a pointer without slash":    {doc, proof.SignOptions{Mandatory: []string{"issuer"}}, `"issuer" names nothing`},
		"a pointer past the end":     {doc, proof.SignOptions{Mandatory: []string{"/evidence/2"}}, `"/evidence/2" names nothing`},
		"a pointer behind the end":   {doc, proof.SignOptions{Mandatory: []string{"/evidence/-"}}, `names nothing`},
		"a pointer with a zero":      {doc, proof.SignOptions{Mandatory: []string{"/evidence/00"}}, `names nothing`},
		"a pointer with half escape": {doc, proof.SignOptions{Mandatory: []string{"/issuer~"}}, `names nothing`},
		"a part of a list":           {doc, proof.SignOptions{Mandatory: []string{"/name", "/credentialSubject/achievement/resultDescription/0/allowedValue/1"}}, `allowedValue/1": it says something else`},
		"too many pointers":          {doc, proof.SignOptions{Mandatory: slices.Repeat([]string{"/name"}, 1001)}, "1000 pointers"},
		"too many statements":        {&many, proof.SignOptions{}, "of at most 2000"},
		"undefined term":             {&undefined, proof.SignOptions{}, "undefinedTerm"},
		"a chain":                    {doc, proof.SignOptions{PreviousProof: []string{"urn:x"}}, "previous proof"},
		"no time":                    {doc, proof.SignOptions{Purpose: "none"}, "no time"},
	} {
		if c.o.Purpose == "" {
			c.o.Created = created
		}
		if out, err := sdSigner(t).Sign(ld, c.doc, c.o); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, %d bytes", name, err, len(out.AppendJSON(nil)))
		}
	}
	// Mandatory, they cost one hash.
	if _, err := sdSigner(t).Sign(ld, &many, proof.SignOptions{Created: created, Mandatory: []string{"/credentialSubject"}}); err != nil {
		t.Error(err)
	}
	if _, err := old.Sign(ld, doc, proof.SignOptions{Created: created, Mandatory: []string{"/name"}}); err == nil {
		t.Error("another suite took mandatory pointers")
	}
	old.Suite = proof.ECDSASD2023
	if _, err := old.Sign(ld, doc, proof.SignOptions{Created: created}); proof.CodeOf(err) != proof.KeyMismatch || !strings.Contains(err.Error(), "P-256 alone") {
		t.Errorf("a key of Ed25519: %v", err)
	}
	if _, err := proof.Compile(ld, sdSigner(t), doc, []string{"/name"}, proof.CompileOptions{}); err == nil {
		t.Error("compiled")
	}
	short := sdSigner(t)
	short.Rand = strings.NewReader("too little chance for two keys")
	if _, err := short.Sign(ld, doc, proof.SignOptions{Created: created}); err == nil {
		t.Error("signed with half a key")
	}

	signed, p := sdSign(t, ld, doc, "/issuer")
	for pointer, says := range map[string]string{
		"/proof":       "names nothing",
		"/nothing":     `"/nothing" names nothing`,
		"/name/0":      "names nothing",
		"/evidence/-1": "names nothing",
		"/credentialSubject/achievement/resultDescription/0/allowedValue/0": "says something else",
	} {
		if _, err := p.Derive(ld, signed, []string{"/name", pointer}); proof.CodeOf(err) != proof.Untransformable || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", pointer, err)
		}
	}
	nothing, q := sdSign(t, ld, doc)
	if _, err := q.Derive(ld, nothing, nil); proof.CodeOf(err) != proof.Untransformable {
		t.Errorf("nothing at all: %v", err)
	}
	changed := signed.With("name", jsontree.Of("Another"))
	if _, err := p.Derive(ld, &changed, []string{"/name"}); proof.CodeOf(err) != proof.SignatureInvalid {
		t.Errorf("a changed statement was shown: %v", err)
	}
	changed = signed.With("description", jsontree.OfArray())
	if _, err := p.Derive(ld, &changed, []string{"/name"}); proof.CodeOf(err) != proof.SignatureInvalid {
		t.Errorf("a statement is missing: %v", err)
	}
	if err := p.VerifyBase(ld, signed, benchSigner(t).Key.Public(), proof.VerifyOptions{}); proof.CodeOf(err) != proof.KeyMismatch {
		t.Errorf("another kind of key: %v", err)
	}
	other := testdata(t, "signed-digitalbazaar.json")
	r, err := proof.Only(other)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Derive(ld, other, []string{"/name"}); proof.CodeOf(err) != proof.SuiteUnsupported {
		t.Errorf("derived from another suite: %v", err)
	}
	if err := r.VerifyBase(ld, other, sdSigner(t).Key.Public(), proof.VerifyOptions{}); proof.CodeOf(err) != proof.SuiteUnsupported || r.IsBase() {
		t.Errorf("another suite has a base: %v", err)
	}
}

// The base proof of another implementation is one here, and what is derived
// from it verifies. Every byte of its value changed, cut or added is noticed,
// but those of what it has for itself alone.
func TestEveryChangeOfABaseProofIsNoticed(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	doc := testdata(t, "ecdsa-sd-2023-base.json")
	p, err := proof.Only(doc)
	if err != nil {
		t.Fatal(err)
	}
	key := keyOf(t, p.VerificationMethod)
	if err := p.VerifyBase(ld, doc, key, proof.VerifyOptions{}); err != nil {
		t.Fatal(err)
	}
	raw, err := did.DecodeMultibase(p.ProofValue)
	if err != nil {
		t.Fatal(err)
	}
	check := func(what string, value string) {
		tree := jsontree.OfArray(p.Tree.With("proofValue", jsontree.Of(value)))
		changed := doc.With("proof", tree)
		q, err := proof.Only(&changed)
		if err != nil {
			t.Fatal(err)
		}
		if err := q.VerifyBase(ld, &changed, key, proof.VerifyOptions{}); proof.CodeOf(err) != proof.Malformed && proof.CodeOf(err) != proof.SignatureInvalid {
			t.Errorf("%s: %v", what, err)
		}
		if part, err := q.Derive(ld, &changed, []string{"/credentialSubject"}); err == nil {
			if bytes.Equal(part.AppendJSON(nil), doc.AppendJSON(nil)) {
				t.Errorf("%s: derived the whole", what)
			}
		} else if proof.CodeOf(err) == "" {
			t.Errorf("%s: an error without a code: %v", what, err)
		}
	}
	encode := func(raw []byte) string { return "u" + base64.RawURLEncoding.EncodeToString(raw) }
	for i := 0; i < len(raw); i += 1 + len(raw)/300 {
		changed := slices.Clone(raw)
		changed[i] ^= 1 << (i % 8)
		check(fmt.Sprintf("byte %d", i), encode(changed))
	}
	for n := 0; n < len(raw); n += 97 {
		check("cut", encode(raw[:n]))
	}
	check("longer", encode(append(slices.Clone(raw), 0)))
	check("padded", p.ProofValue+"=")
	check("empty", "")
}

func FuzzDerive(f *testing.F) {
	ld := jsonld.New(nil)
	doc := testdata(f, "ecdsa-sd-2023-base.json")
	p, err := proof.Only(doc)
	if err != nil {
		f.Fatal(err)
	}
	key := keyOf(f, p.VerificationMethod)
	raw, err := did.DecodeMultibase(p.ProofValue)
	if err != nil {
		f.Fatal(err)
	}
	bare := doc.Without("proof")
	text := bare.AppendJSON(nil)
	f.Add(raw, text, "/credentialSubject")
	f.Add(raw, text, "/credentialSubject/achievement/name")
	f.Add(raw, []byte(`{"@context":[],"a~/b":[null]}`), "/a~0~1b/0")
	f.Add([]byte{0xd9, 0x5d, 0x00, 0x85, 0x58, 0x40}, text, "")
	f.Add([]byte{0xd9, 0x5d, 0x00, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, text, "/x")
	f.Fuzz(func(t *testing.T, value, document []byte, pointer string) {
		bare, err := jsontree.Parse(document, jsontree.Limits{})
		if err != nil || bare.Kind != jsontree.Object {
			return
		}
		tree := p.Tree.With("proofValue", jsontree.Of("u"+base64.RawURLEncoding.EncodeToString(value)))
		changed := bare.With("proof", tree)
		q, err := proof.Only(&changed)
		if err != nil {
			return
		}
		sound := q.VerifyBase(ld, &changed, key, proof.VerifyOptions{}) == nil
		part, err := q.Derive(ld, &changed, []string{pointer})
		if err != nil {
			if proof.CodeOf(err) == "" {
				t.Fatalf("an error without a code: %v", err)
			}
			return
		}
		if err := verifyWith(ld, &part, key); sound && err != nil {
			t.Fatalf("derived from a sound base proof: %v\n%s", err, part.AppendJSON(nil))
		}
	})
}
