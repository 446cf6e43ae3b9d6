package proof

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/rdf"
)

// ecdsaSD2023 is ecdsa-sd-2023 (VC Data Integrity ECDSA Cryptosuites 1.0 §3.5),
// selective disclosure: the issuer signs each statement with a key made for this
// one credential, and the holder shows some of them. Derived proofs are verified;
// a base proof is for the holder's eyes, and no verifier takes it.
func ecdsaSD2023() *suite {
	return &suite{
		name: ECDSASD2023, transform: rdfc, readOnly: true, own: verifyDerived,
		scheme: func(key crypto.PublicKey) *scheme {
			if s := ecdsaScheme(key); s != nil && s.hash == crypto.SHA256 {
				return s
			}
			return nil
		},
	}
}

// maxStatements bounds the statements that are signed one by one.
const maxStatements = 2000

// derivedProof is a derived proof value, taken apart (§3.5.9).
type derivedProof struct {
	baseSignature []byte
	// publicKey is the credential's own key as it stands in the value.
	publicKey  []byte
	signatures [][]byte
	// labels maps the number of a canonical label to the issuer's label.
	labels map[uint64]string
	// mandatory are the positions of the statements that may not be left out.
	mandatory map[uint64]bool
}

// The lengths in a derived proof value: a P-256 signature, a P-256 Multikey and
// an HMAC with SHA-256.
const (
	sdSignature = 64
	sdPublicKey = 35
	sdLabel     = 32
)

func parseDerivedProof(value string) (*derivedProof, error) {
	if value == "" || value[0] != 'u' {
		return nil, errors.New("not in multibase u")
	}
	if len(value) > 1<<20 {
		return nil, errors.New("longer than a megabyte")
	}
	data, err := did.DecodeBase64URL(value[1:])
	if err != nil {
		return nil, err
	}
	r := &cborReader{}
	var isDerived bool
	if r.rest, isDerived = bytes.CutPrefix(data, []byte{0xd9, 0x5d, 0x01}); !isDerived {
		if bytes.HasPrefix(data, []byte{0xd9, 0x5d, 0x00}) {
			return nil, errBaseProof
		}
		return nil, errors.New("not the header of a derived proof")
	}
	p := &derivedProof{labels: map[uint64]string{}, mandatory: map[uint64]bool{}}
	n, err := r.count(cborArray)
	if err != nil {
		return nil, err
	}
	if n != 5 {
		return nil, fmt.Errorf("a list of %d where five should be", n)
	}
	if p.baseSignature, err = r.bytes(sdSignature); err != nil {
		return nil, fmt.Errorf("base signature: %w", err)
	}
	if p.publicKey, err = r.bytes(sdPublicKey); err != nil {
		return nil, fmt.Errorf("public key: %w", err)
	}
	if n, err = r.count(cborArray); err != nil {
		return nil, fmt.Errorf("signatures: %w", err)
	}
	if n > maxStatements {
		return nil, fmt.Errorf("more than %d signatures", maxStatements)
	}
	p.signatures = make([][]byte, n)
	for i := range p.signatures {
		if p.signatures[i], err = r.bytes(sdSignature); err != nil {
			return nil, fmt.Errorf("signature %d: %w", i, err)
		}
	}
	if n, err = r.count(cborMap); err != nil {
		return nil, fmt.Errorf("label map: %w", err)
	}
	seen := map[string]bool{}
	for range n {
		key, err := r.head(cborUint)
		if err != nil {
			return nil, fmt.Errorf("label map: %w", err)
		}
		label, err := r.bytes(sdLabel)
		if err != nil {
			return nil, fmt.Errorf("label map: %w", err)
		}
		text := "u" + base64.RawURLEncoding.EncodeToString(label)
		if _, twice := p.labels[key]; twice || seen[text] {
			return nil, errors.New("label map: a label occurs twice")
		}
		p.labels[key], seen[text] = text, true
	}
	if n, err = r.count(cborArray); err != nil {
		return nil, fmt.Errorf("mandatory indexes: %w", err)
	}
	for range n {
		index, err := r.head(cborUint)
		if err != nil {
			return nil, fmt.Errorf("mandatory indexes: %w", err)
		}
		if p.mandatory[index] {
			return nil, errors.New("mandatory indexes: one occurs twice")
		}
		p.mandatory[index] = true
	}
	if len(r.rest) > 0 {
		return nil, errors.New("more bytes than a proof has")
	}
	return p, nil
}

var errBaseProof = errors.New("a base proof, from which its holder has to derive one")

// verifyDerived is Verify Derived Proof (§3.5.7).
func verifyDerived(p *Proof, ld *jsonld.Processor, doc, config *jsontree.Value, key crypto.PublicKey) error {
	fail := func(code Code, format string, args ...any) error {
		return &Error{Code: code, Pointer: p.Pointer, Err: fmt.Errorf(format, args...)}
	}
	value, err := parseDerivedProof(p.ProofValue)
	switch {
	case errors.Is(err, errBaseProof):
		return fail(NotDerived, "%w", err)
	case err != nil:
		return fail(Malformed, "decode proofValue: %w", err)
	}
	statementKey, err := did.ParseMultikey(string(did.AppendBase58([]byte{'z'}, value.publicKey)))
	if k, ok := statementKey.(*ecdsa.PublicKey); err != nil || !ok || k.Curve != elliptic.P256() {
		return fail(Malformed, "decode proofValue: its public key is not of P-256")
	}
	options, err := rdfc.canonical(new(workspace), ld, config, crypto.SHA256)
	if err != nil {
		return fail(Untransformable, "the proof's options: %w", err)
	}
	lines, code, err := value.relabel(ld, doc)
	if err != nil {
		return fail(code, "the document: %w", err)
	}
	var mandatory []byte
	var others [][]byte
	for i, line := range lines {
		if value.mandatory[uint64(i)] {
			mandatory = append(mandatory, line...)
		} else {
			others = append(others, line)
		}
	}
	if len(lines)-len(others) != len(value.mandatory) {
		return fail(Malformed, "decode proofValue: a mandatory index is beyond the statements")
	}
	if len(others) != len(value.signatures) {
		return fail(SignatureInvalid, "%d signatures for %d statements", len(value.signatures), len(others))
	}
	signed := sum(crypto.SHA256, options)
	signed = append(signed, value.publicKey...)
	signed = append(signed, sum(crypto.SHA256, mandatory)...)
	if !verifyECDSA(key, signed, value.baseSignature) {
		return fail(SignatureInvalid, "the base signature does not fit the mandatory statements and the key")
	}
	for i, line := range others {
		if !verifyECDSA(statementKey, line, value.signatures[i]) {
			return fail(SignatureInvalid, "the signature of statement %d does not fit", i)
		}
	}
	return nil
}

// relabel returns the document's statements with the issuer's labels of blank
// nodes, in their order (§3.4.2, label replacement canonicalization).
func (d *derivedProof) relabel(ld *jsonld.Processor, doc *jsontree.Value) (lines [][]byte, code Code, err error) {
	quads, err := dataset(ld, doc)
	if err != nil {
		return nil, Untransformable, err
	}
	canonical, err := rdf.Canonicalize(quads, rdf.Options{})
	if err != nil {
		return nil, Untransformable, err
	}
	if len(canonical.Issued) != len(d.labels) {
		return nil, SignatureInvalid, fmt.Errorf("%d labels for %d blank nodes", len(d.labels), len(canonical.Issued))
	}
	byName := make(map[string]string, len(d.labels))
	for n, label := range d.labels {
		byName[fmt.Sprintf("c14n%d", n)] = label
	}
	lines = make([][]byte, len(quads))
	for i := range quads {
		q := quads[i]
		for _, t := range []*rdf.Term{&q.Subject, &q.Object, &q.Graph} {
			if t.Kind != rdf.Blank {
				continue
			}
			label, ok := byName[canonical.Issued[t.Value]]
			if !ok {
				return nil, SignatureInvalid, errors.New("a blank node has no label")
			}
			t.Value = label
		}
		lines[i] = rdf.AppendNQuad(nil, &q)
	}
	slices.SortFunc(lines, bytes.Compare)
	return slices.CompactFunc(lines, bytes.Equal), "", nil
}
