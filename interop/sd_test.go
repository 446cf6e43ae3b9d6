package interop

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
)

// holder asks the other implementation about selective disclosure.
type holder struct {
	*issuer
	n *node
}

// verifyThere is their verdict on a derived proof, or on a base proof.
func (h *holder) verifyThere(t testing.TB, document []byte, base bool) (bool, []string) {
	t.Helper()
	var verdict struct {
		Verified bool     `json:"verified"`
		Reasons  []string `json:"reasons"`
	}
	h.n.must(t, request{
		"op": "sdVerify", "credential": json.RawMessage(document), "base": base, "documents": h.documents, "now": now.Format(time.RFC3339),
	}, &verdict)
	return verdict.Verified, verdict.Reasons
}

// there asks for a document that they make.
func (h *holder) there(t testing.TB, r request) (*value, *refusal) {
	t.Helper()
	var answer struct {
		Credential json.RawMessage `json:"credential"`
	}
	r["documents"] = h.documents
	if refused := h.n.ask(t, r, &answer); refused != nil {
		return nil, refused
	}
	tree, err := jsontree.Parse(answer.Credential, jsontree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return &tree, nil
}

// pointers returns some of the document's members and theirs, in no list: where
// a list has one item the other implementation takes it for the item.
func pointers(g *generator, doc *value) []string {
	var out []string
	for i := range doc.Members {
		m := &doc.Members[i]
		if m.Name == "@context" {
			continue
		}
		at := jsontree.Pointer("", m.Name)
		switch {
		case g.chance(25):
			out = append(out, at)
		case m.Value.Kind == jsontree.Object && m.Value.Get("@value") == nil && g.chance(60):
			inner := pick(g, m.Value.Members...)
			out = append(out, jsontree.Pointer(at, inner.Name))
		}
	}
	return out
}

// anonymous takes the labels of blank nodes out of a document: the other
// implementation takes them for its own.
func anonymous(v value) value {
	out := value{Kind: v.Kind, Text: v.Text}
	for _, m := range v.Members {
		if (m.Name == "id" || m.Name == "@id") && strings.HasPrefix(m.Value.Text, "_:") {
			continue
		}
		out.Members = append(out.Members, member{Name: m.Name, Value: anonymous(m.Value)})
	}
	return out
}

// TestSelectiveDisclosure signs generated credentials with ecdsa-sd-2023 on both
// sides, derives the same part of each on both sides, and has each side verify
// what the other made. A part is the same dataset, whoever derived it.
//
// The other implementation compacts what it selects from, and refuses what it
// cannot compact: ordered lists, and types that are known in another place
// alone. Such credentials are counted.
func TestSelectiveDisclosure(t *testing.T) {
	t.Parallel()
	count, first := seeds(t, 40, 1000)
	n := startNode(t)
	ld := jsonld.New(nil)
	scalar := make([]byte, 32)
	scalar[0], scalar[31] = 7, 7
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), scalar)
	if err != nil {
		t.Fatal(err)
	}
	h := &holder{newIssuerWith(t, key), n}
	refusals := map[string]int{}
	both, confirmed := 0, 0
	for k := range count {
		seed := first + uint64(k)
		g := newGenerator(seed)
		credential := anonymous(h.credential(g))
		mandatory := append(pointers(g, &credential), "/issuer", "/credentialSubject")
		selective := append(pointers(g, &credential), "/validFrom")
		about := fmt.Sprintf("seed %d: %q, then %q of %s", seed, mandatory, selective, credential.AppendJSON(nil))

		signer := proof.Signer{Key: key, VerificationMethod: h.method, Suite: proof.ECDSASD2023}
		signed, err := signer.Sign(ld, &credential, proof.SignOptions{Created: created, Mandatory: mandatory})
		if err != nil {
			refusals["sign here: "+fmt.Sprint(err)]++
			continue
		}
		theirs, refused := h.there(t, request{
			"op": "sdSign", "credential": json.RawMessage(credential.AppendJSON(nil)), "key": h.theirs,
			"created": created.Format(time.RFC3339), "mandatory": mandatory,
		})
		if refused != nil {
			refusals["sign there: "+refused.Error]++
			theirs = nil
		}
		for from, base := range map[string]*value{"ours": &signed, "theirs": theirs} {
			if base == nil {
				continue
			}
			p, err := proof.Only(base)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.VerifyBase(ld, base, key.Public(), proof.VerifyOptions{Now: now}); err != nil {
				t.Errorf("%s: the base is %s, and not good here: %v", about, from, err)
				continue
			}
			// They do not know again what is mandatory in nodes without an
			// identifier, not even in their own.
			ok, reasons := h.verifyThere(t, base.AppendJSON(nil), true)
			switch {
			case ok:
				confirmed++
			case !strings.Contains(strings.Join(reasons, " "), "Signature count"):
				t.Errorf("%s: the base is %s, and not good there: %q", about, from, reasons)
			}
			here, err := p.Derive(ld, base, selective)
			if err != nil {
				t.Errorf("%s: derive here from %s: %v", about, from, err)
				continue
			}
			there, refused := h.there(t, request{"op": "sdDerive", "credential": json.RawMessage(base.AppendJSON(nil)), "selective": selective})
			if refused != nil {
				refusals["derive there: "+refused.Error]++
				continue
			}
			for by, part := range map[string]*value{"us": &here, "them": there} {
				document := part.AppendJSON(nil)
				if err := h.verify(ld, document); err != nil {
					t.Errorf("%s: derived by %s from %s, and not good here: %v", about, by, from, err)
				}
				if ok, reasons := h.verifyThere(t, document, false); !ok {
					t.Errorf("%s: derived by %s from %s, and not good there: %q\n%s", about, by, from, reasons, document)
				}
				changed := part.With("validFrom", of("2026-10-01T00:00:01Z"))
				document = changed.AppendJSON(nil)
				if err := h.verify(ld, document); proof.CodeOf(err) != proof.SignatureInvalid {
					t.Errorf("%s: changed, it ends here with %v", about, err)
				}
				if ok, _ := h.verifyThere(t, document, false); ok {
					t.Errorf("%s: changed, it verifies there", about)
				}
			}
			bare, other := here.Without("proof"), there.Without("proof")
			a, errA := canonize(ld, bare.AppendJSON(nil))
			b, errB := canonize(ld, other.AppendJSON(nil))
			if errA != nil || errB != nil || a != b {
				t.Errorf("%s: we derive\n%s(%v)\nand they\n%s(%v)", about, a, errA, b, errB)
			}
			both++
		}
	}
	var why []string
	for text, n := range refusals {
		why = append(why, fmt.Sprintf("%d times %s", n, text))
	}
	t.Logf("%d parts of %d credentials on both sides, %d bases confirmed there; refused: %s", both, count, confirmed, strings.Join(why, "; "))
	if both < count/3 || confirmed < count/2 {
		t.Errorf("only %d parts of %d credentials, %d bases confirmed: too few to show anything", both, count, confirmed)
	}
}
