package proof

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/rdf"
)

// Derive returns the part of the document that the pointers name, and what its
// issuer made mandatory, with a derived proof for it (VC Data Integrity ECDSA
// Cryptosuites 1.0 §3.6.6): what a holder shows instead of the whole. The proof
// is a base proof of the document; see [Proofs] and [Only].
//
// Every object on the way to what is shown comes with its id and type. A list
// whose order is signed, and a text with its language, are shown whole or not
// at all. Each statement's signature is checked, and the document is read as a
// verifier will; whether the issuer made it is a question for
// [Proof.VerifyBase], which needs his key. Other proofs of the document are left
// behind: they are of the whole.
func (p *Proof) Derive(ld *jsonld.Processor, doc *jsontree.Value, selective []string) (jsontree.Value, error) {
	none := jsontree.Value{}
	fail := func(code Code, format string, args ...any) (jsontree.Value, error) {
		return none, &Error{Code: code, Pointer: p.Pointer, Err: fmt.Errorf(format, args...)}
	}
	if p.Suite() != ECDSASD2023 {
		return fail(SuiteUnsupported, "from proofs of the suite %s nothing is derived", quote(p.Suite()))
	}
	// Whether it has expired is for those who are shown it.
	if err := p.check(VerifyOptions{Purpose: p.ProofPurpose}); err != nil && CodeOf(err) != Expired {
		return none, err
	}
	base, secured, _, err := p.base(doc)
	if err != nil {
		return none, err
	}
	all, mandatory, err := base.statements(p, ld, secured)
	if err != nil {
		return none, err
	}
	pointers := slices.Concat(base.mandatory, selective)
	if len(pointers) == 0 {
		return fail(Untransformable, "nothing is mandatory and nothing chosen")
	}
	part, err := newSelection(secured, pointers)
	if err != nil {
		return fail(Untransformable, "%w", err)
	}
	shown, quads, err := all.positions(ld, part, secured)
	if err != nil {
		if _, single := all.blame(ld, secured, selective); single != nil {
			err = single
		}
		return fail(Untransformable, "%w", err)
	}
	derived, err := base.derive(all, mandatory, shown)
	if err != nil {
		return fail(SignatureInvalid, "%w", err)
	}
	if derived.labels, err = shownLabels(quads, all.labels); err != nil {
		return fail(Untransformable, "%w", err)
	}
	out := part.of(secured, false)
	// What was taken for the part must be what a verifier reads.
	lines, _, err := derived.relabel(ld, &out)
	if err != nil {
		return fail(Untransformable, "%w", err)
	}
	for i, at := range shown {
		if len(lines) != len(shown) || !bytes.Equal(lines[i], all.lines[at]) {
			return fail(Untransformable, "%w", errNotAPart)
		}
	}
	value := "u" + base64.RawURLEncoding.EncodeToString(derived.append(nil))
	tree := p.Tree.With("proofValue", jsontree.Of(value))
	if doc.Get("proof").Is(jsontree.Array) {
		tree = jsontree.OfArray(tree)
	}
	return out.With("proof", tree), nil
}

// derive takes from the base proof what belongs to the statements shown, which
// are positions among all, as the mandatory ones are.
func (b *baseProof) derive(all *statements, mandatory, shown []int) (*derivedProof, error) {
	d := &derivedProof{baseSignature: b.baseSignature, publicKey: b.publicKey, mandatory: map[uint64]bool{}}
	// before counts the mandatory statements in front of the one looked at.
	before := 0
	for i, at := range shown {
		for before < len(mandatory) && mandatory[before] < at {
			if i == 0 || mandatory[before] > shown[i-1] {
				return nil, errors.New("a mandatory statement is not shown")
			}
			before++
		}
		if before < len(mandatory) && mandatory[before] == at {
			d.mandatory[uint64(i)] = true
			continue
		}
		signature := b.signatures[at-before]
		if !verifyECDSA(b.statementKey, all.lines[at], signature) {
			return nil, fmt.Errorf("the signature of statement %d does not fit", at-before)
		}
		d.signatures = append(d.signatures, signature)
	}
	if len(d.mandatory) != len(mandatory) {
		return nil, errors.New("a mandatory statement is not shown")
	}
	return d, nil
}

// shownLabels maps the canonical labels that a verifier will give the nodes to
// those of the issuer.
func shownLabels(quads []rdf.Quad, labels map[string]string) (map[uint64]string, error) {
	canonical, err := rdf.Canonicalize(quads, rdf.Options{})
	if err != nil {
		return nil, err
	}
	out := make(map[uint64]string, len(canonical.Issued))
	for place, label := range canonical.Issued {
		n, err := strconv.ParseUint(strings.TrimPrefix(label, "c14n"), 10, 64)
		if err != nil {
			return nil, err
		}
		out[n] = labels[place]
	}
	return out, nil
}

// append writes the proof's value (§3.5.7).
func (d *derivedProof) append(dst []byte) []byte {
	dst = append(dst, derivedHeader...)
	dst = appendCBOR(dst, cborArray, 5)
	dst = appendCBORBytes(dst, d.baseSignature)
	dst = appendCBORBytes(dst, d.publicKey)
	dst = appendCBOR(dst, cborArray, len(d.signatures))
	for _, signature := range d.signatures {
		dst = appendCBORBytes(dst, signature)
	}
	dst = appendCBOR(dst, cborMap, len(d.labels))
	for _, n := range slices.Sorted(maps.Keys(d.labels)) {
		dst = appendCBOR(dst, cborUint, int(n))
		// The label is of our own making: it decodes.
		label, _ := base64.RawURLEncoding.DecodeString(d.labels[n][1:])
		dst = appendCBORBytes(dst, label)
	}
	dst = appendCBOR(dst, cborArray, len(d.mandatory))
	for _, at := range slices.Sorted(maps.Keys(d.mandatory)) {
		dst = appendCBOR(dst, cborUint, int(at))
	}
	return dst
}
