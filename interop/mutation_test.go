package interop

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
)

// mutable is a credential with something for each mutation to take hold of.
const mutable = `{
	"@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json", {"exNote": "https://vocab.example/terms#note"}],
	"id": "urn:uuid:0192f3c4-7a1b-7c3d-9e5f-0123456789ab",
	"type": ["VerifiableCredential", "OpenBadgeCredential"],
	"name": "Les Génies de la Construction",
	"issuer": {"id": "%ISSUER%", "type": ["Profile"], "name": "Académie", "url": "https://example.org/"},
	"validFrom": "2026-10-01T00:00:00Z",
	"credentialSubject": {
		"type": ["AchievementSubject"],
		"identifier": [{"type": "IdentityObject", "hashed": true, "identityHash": "sha256$00", "identityType": "emailAddress", "salt": "sel"}],
		"creditsEarned": 2.5,
		"result": [{"type": ["Result"], "value": "16"}, {"type": ["Result"], "value": "16"}],
		"achievement": {
			"id": "https://example.org/achievements/laureat", "type": ["Achievement"], "name": "Lauréat",
			"description": "Lauréat du concours", "criteria": {"narrative": "Avoir construit *un pont*."},
			"creditsAvailable": 3, "tag": ["pont", "bois"],
			"resultDescription": [{"id": "urn:x:rd", "type": ["ResultDescription"], "name": "Note", "resultType": "RawScore", "allowedValue": ["a", "b"]}]
		}
	},
	"evidence": [{"type": ["Evidence"], "name": "Photo"}],
	"exNote": "mention"
}`

// TestMutations changes a signed credential in ways that leave its dataset
// alone, so that the signature still holds, beside ways that seem to and do
// not. What the reference implementation says of each is what we must say.
//
// A replacement is made in the text of the signed document, so that it can be a
// matter of spelling alone.
func TestMutations(t *testing.T) {
	t.Parallel()
	n := startNode(t)
	ld := jsonld.New(nil)
	issuer := newIssuer(t, 3)
	tree, err := jsontree.Parse([]byte(strings.ReplaceAll(mutable, "%ISSUER%", issuer.did)), jsontree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	signed := issuer.sign(t, ld, tree)
	document := signed.AppendJSON(nil)
	proofText := string(signed.Get("proof").AppendJSON(nil))
	proofValue := signed.At("proof", "proofValue").Str()
	backwards := jsontree.OfObject(slices.Clone(signed.Get("proof").Members)...)
	slices.Reverse(backwards.Members)
	shuffled := string(backwards.AppendJSON(nil))

	for name, c := range map[string]struct {
		old, new string
		holds    bool
	}{
		"nothing": {"", "", true},

		"spaces":                         {`"name":`, "\n\t\"name\" : ", true},
		"an escaped letter":              {`Académie`, `Acad\u00e9mie`, true},
		"an escaped slash":               {`https://example.org/"`, `https:\/\/example.org\/"`, true},
		"a number with a zero more":      {`2.5`, `2.50`, true},
		"a number as a power":            {`2.5`, `25e-1`, true},
		"an integer with a point":        {`"creditsAvailable":3`, `"creditsAvailable":3.0`, true},
		"members in another order":       {`"type":["Profile"],"name":"Académie"`, `"name":"Académie","type":["Profile"]`, true},
		"a set in another order":         {`["pont","bois"]`, `["bois","pont"]`, true},
		"a set with one thing twice":     {`["pont","bois"]`, `["pont","bois","pont"]`, true},
		"a set of sets":                  {`["pont","bois"]`, `[["pont"],["bois"]]`, true},
		"types in another order":         {`["VerifiableCredential","OpenBadgeCredential"]`, `["OpenBadgeCredential","VerifiableCredential"]`, true},
		"a type without its array":       {`"type":["Profile"]`, `"type":"Profile"`, true},
		"a type's other name":            {`"OpenBadgeCredential"`, `"AchievementCredential"`, true},
		"a type's IRI":                   {`["Evidence"]`, `["https://purl.imsglobal.org/spec/vc/ob/vocab.html#Evidence"]`, true},
		"an array of one":                {`"name":"Lauréat"`, `"name":["Lauréat"]`, true},
		"a value object":                 {`"name":"Lauréat"`, `"name":{"@value":"Lauréat"}`, true},
		"a set object":                   {`"name":"Lauréat"`, `"name":{"@set":["Lauréat"]}`, true},
		"a list object":                  {`["a","b"]`, `{"@list":["a","b"]}`, true},
		"keywords for their aliases":     {`"id":"urn:x:rd","type":`, `"@id":"urn:x:rd","@type":`, true},
		"an empty array more":            {`"exNote":`, `"alignment":[],"exNote":`, false},
		"an array that adds nothing":     {`"tag":`, `"alignment":[],"tag":`, true},
		"a null that adds nothing":       {`"tag":`, `"version":null,"tag":`, true},
		"a label for a blank node":       {`{"narrative":`, `{"id":"_:criteria","narrative":`, true},
		"a term that nothing uses":       {`{"exNote":`, `{"exUnused":"https://vocab.example/unused","exNote":`, true},
		"a term's name":                  {`"exNote"`, `"exOther"`, true},
		"an IRI as a compact one":        {`{"exNote":"https://vocab.example/terms#note"}`, `{"ex":"https://vocab.example/terms#","exNote":"ex:note"}`, true},
		"a member by its IRI":            {`"exNote":"mention"`, `"https://vocab.example/terms#note":"mention"`, true},
		"a typed text for a native":      {`"creditsAvailable":3`, `"creditsAvailable":"3"`, true},
		"a typed double as text":         {`2.5`, `"2.5E0"`, true},
		"the proof's members shuffled":   {proofText, shuffled, true},
		"the proof in an array":          {proofText, `[` + proofText + `]`, true},
		"the proof's type in an array":   {`"type":"DataIntegrityProof"`, `"type":["DataIntegrityProof"]`, false},
		"the signed context in an array": {`{"exNote":"https://vocab.example/terms#note"}`, `[{"exNote":"https://vocab.example/terms#note"}]`, false},

		"another letter":                    {`Académie`, `Academie`, false},
		"a letter composed otherwise":       {`Académie`, `Acade\u0301mie`, false},
		"a space more":                      {`"Lauréat"`, `"Lauréat "`, false},
		"another number":                    {`2.5`, `2.6`, false},
		"a number as text":                  {`2.5`, `"2.5"`, false},
		"a list in another order":           {`["a","b"]`, `["b","a"]`, false},
		"a list with an item more":          {`["a","b"]`, `["a","b","b"]`, false},
		"one of two equal nodes less":       {`{"type":["Result"],"value":"16"},{"type":["Result"],"value":"16"}`, `{"type":["Result"],"value":"16"}`, false},
		"a third equal node":                {`{"type":["Result"],"value":"16"},`, `{"type":["Result"],"value":"16"},{"type":["Result"],"value":"16"},`, false},
		"a type more":                       {`["VerifiableCredential","OpenBadgeCredential"]`, `["VerifiableCredential","OpenBadgeCredential","EndorsementCredential"]`, false},
		"a language":                        {`"name":"Lauréat"`, `"name":{"@value":"Lauréat","@language":"fr"}`, false},
		"a blank node made one with others": {`{"type":["Evidence"]`, `{"id":"urn:x:photo","type":["Evidence"]`, false},
		"two blank nodes made one":          {`{"type":["Result"],"value":"16"},{"type":["Result"],"value":"16"}`, `{"id":"_:r","type":["Result"],"value":"16"},{"id":"_:r"}`, false},
		"an instant in another zone":        {`2026-10-01T00:00:00Z`, `2026-10-01T02:00:00+02:00`, false},
		"an IRI percent-encoded":            {`achievements/laureat`, `achievements/laur%65at`, false},
		"an IRI in capitals":                {`"url":"https://example.org/"`, `"url":"HTTPS://example.org/"`, false},
		"an IRI without its slash":          {`"url":"https://example.org/"`, `"url":"https://example.org"`, false},
		"an undefined term":                 {`"exNote":"mention"`, `"exNote":"mention","undefined":"x"`, false},
		"a term that means another":         {`terms#note`, `terms#other`, false},
		"the Open Badges context's age":     {`context-3.0.3.json`, `context-3.0.2.json`, false},
		"a context less":                    {`,{"exNote":"https://vocab.example/terms#note"}`, ``, false},
		"another verification method":       {`"verificationMethod":"did:key:`, `"verificationMethod":"did:web:`, false},
		"another instant of signing":        {`2026-11-01T09:30:00Z`, `2026-11-01T09:30:01Z`, false},
		"another purpose":                   {`"assertionMethod"`, `"authentication"`, false},
		"another suite":                     {`"eddsa-rdfc-2022"`, `"eddsa-jcs-2022"`, false},
		"a member more in the proof":        {`"proofPurpose":`, `"nonce":"n","proofPurpose":`, false},
		"an undefined member in the proof":  {`"proofPurpose":`, `"undefined":"x","proofPurpose":`, false},
		"no proof":                          {`,"proof":` + proofText, ``, false},
		"a null for a proof":                {proofText, `null`, false},
		"no proof in an array":              {proofText, `[]`, false},
		"an empty proof":                    {proofText, `{}`, false},
		"a text for a proof":                {proofText, `"proof"`, false},
		"a proof without its value":         {`,"proofValue":"` + proofValue + `"`, ``, false},
		"a proof's value without its mark":  {proofValue, proofValue[1:], false},
		"a proof's value cut short":         {proofValue, proofValue[:len(proofValue)-1], false},
		"a proof's value with one letter":   {proofValue, proofValue[:20] + map[bool]string{true: "2", false: "1"}[proofValue[20] == '1'] + proofValue[21:], false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.old != "" && !bytes.Contains(document, []byte(c.old)) {
				t.Fatalf("the document has no %s:\n%s", c.old, document)
			}
			mutated := document
			if c.old != "" {
				mutated = bytes.ReplaceAll(document, []byte(c.old), []byte(c.new))
			}
			if !json.Valid(mutated) {
				t.Fatalf("not JSON: %s", mutated)
			}
			there, reasons := issuer.verifyThere(t, n, mutated)
			here := issuer.verify(ld, mutated)
			if there != (here == nil) {
				t.Errorf("verifies there: %t (%q), here: %v", there, reasons, here)
			}
			if there != c.holds {
				t.Errorf("verifies there: %t (%q), want %t; here: %v", there, reasons, c.holds, here)
			}
		})
	}
}
