package proof

import (
	"bytes"
	"crypto"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/rdf"
)

// ecdsaSD2023 is ecdsa-sd-2023 (VC Data Integrity ECDSA Cryptosuites 1.0 §3.5),
// selective disclosure: the issuer signs each statement with a key made for this
// one credential, and the holder shows some of them. A signer makes a base proof,
// which is for the holder's eyes; what a verifier takes is derived from it.
func ecdsaSD2023() *suite {
	return &suite{
		name: ECDSASD2023, transform: rdfc, own: verifyDerived, issue: signBase,
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

// maxProofBytes bounds a proof value, decoded.
const maxProofBytes = 3 << 18

// decodeSDValue reads the multibase of a base or derived proof.
func decodeSDValue(value string) ([]byte, error) {
	if value == "" || value[0] != 'u' {
		return nil, errors.New("not in multibase u")
	}
	if base64.RawURLEncoding.DecodedLen(len(value)-1) > maxProofBytes {
		return nil, errors.New("longer than a megabyte")
	}
	return did.DecodeBase64URL(value[1:])
}

func parseDerivedProof(value string) (*derivedProof, error) {
	data, err := decodeSDValue(value)
	if err != nil {
		return nil, err
	}
	r := &cborReader{}
	var isDerived bool
	if r.rest, isDerived = bytes.CutPrefix(data, derivedHeader); !isDerived {
		if bytes.HasPrefix(data, baseHeader) {
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
	if p.signatures, err = r.signatures(); err != nil {
		return nil, err
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
	statementKey, err := parseStatementKey(value.publicKey)
	if err != nil {
		return fail(Malformed, "decode proofValue: %w", err)
	}
	options, err := rdfc.canonical(new(workspace), ld, config, crypto.SHA256)
	if err != nil {
		return fail(Untransformable, "the proof's options: %w", err)
	}
	lines, code, err := value.relabel(ld, doc)
	if err != nil {
		return fail(code, "the document: %w", err)
	}
	var mandatory, others [][]byte
	for i, line := range lines {
		if value.mandatory[uint64(i)] {
			mandatory = append(mandatory, line)
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
	if !verifyECDSA(key, baseData(options, value.publicKey, mandatory), value.baseSignature) {
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
	if lines, err = relabelled(quads, func(own string) string { return byName[canonical.Issued[own]] }); err != nil {
		return nil, SignatureInvalid, err
	}
	return lines, "", nil
}
