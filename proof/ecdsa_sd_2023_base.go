package proof

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/rdf"
)

// baseProof is a base proof value, taken apart (VC Data Integrity ECDSA
// Cryptosuites 1.0 §3.5.2). It is for the holder alone: whoever has it can show
// every statement.
type baseProof struct {
	baseSignature []byte
	// publicKey is the credential's own key as it stands in the value, and
	// statementKey the same, read.
	publicKey    []byte
	statementKey crypto.PublicKey
	// hmacKey is what the labels of blank nodes are made with.
	hmacKey []byte
	// signatures are those of the statements that may be left out, in order.
	signatures [][]byte
	// mandatory are the pointers to what may not be left out.
	mandatory []string
}

// signBase is Create Base Proof (§3.6.1) from the transformation on: it returns
// the proof's value. The credential's own key is used here and forgotten.
func signBase(s *Signer, ld *jsonld.Processor, doc, config *jsontree.Value, o SignOptions) (string, error) {
	fail := func(err error) (string, error) { return "", &Error{Code: Untransformable, Err: err} }
	if len(o.PreviousProof) > 0 {
		return fail(errors.New("what is shown in parts builds on no other proof"))
	}
	random := s.Rand
	if random == nil {
		random = rand.Reader
	}
	base := &baseProof{hmacKey: make([]byte, sdLabel), mandatory: o.Mandatory}
	if _, err := io.ReadFull(random, base.hmacKey); err != nil {
		return "", fmt.Errorf("proof: sign: the labels' key: %w", err)
	}
	own, err := newStatementKey(random)
	if err != nil {
		return "", fmt.Errorf("proof: sign: the credential's own key: %w", err)
	}
	if base.publicKey, err = multikeyBytes(&own.PublicKey); err != nil {
		return "", fmt.Errorf("proof: sign: %w", err)
	}
	options, err := rdfc.canonical(new(workspace), ld, config, crypto.SHA256)
	if err != nil {
		return fail(fmt.Errorf("the proof's options: %w", err))
	}
	all, err := newStatements(ld, doc, base.hmacKey)
	if err != nil {
		return fail(err)
	}
	mandatory, err := all.blame(ld, doc, o.Mandatory)
	if err != nil {
		return fail(err)
	}
	if n := len(all.lines) - len(mandatory); n > maxStatements {
		return fail(fmt.Errorf("%d statements to be signed one by one, of at most %d", n, maxStatements))
	}
	signed, others := all.split(mandatory)
	if base.baseSignature, err = signECDSA(s.Key, s.Rand, baseData(options, base.publicKey, signed)); err != nil {
		return "", fmt.Errorf("proof: sign: %w", err)
	}
	for _, line := range others {
		signature, err := signECDSA(own, nil, line)
		if err != nil {
			return "", fmt.Errorf("proof: sign: %w", err)
		}
		base.signatures = append(base.signatures, signature)
	}
	value := base.append(nil)
	if len(value) > maxProofBytes {
		return fail(fmt.Errorf("a proof of %d bytes, of at most %d", len(value), maxProofBytes))
	}
	return "u" + base64.RawURLEncoding.EncodeToString(value), nil
}

// newStatementKey makes a P-256 key of nothing but what random gives.
func newStatementKey(random io.Reader) (*ecdsa.PrivateKey, error) {
	scalar := make([]byte, 32)
	for range 8 {
		if _, err := io.ReadFull(random, scalar); err != nil {
			return nil, err
		}
		// All but one of four thousand million are below the curve's order.
		if key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), scalar); err == nil {
			return key, nil
		}
	}
	return nil, errors.New("the randomness is none")
}

func multikeyBytes(key *ecdsa.PublicKey) ([]byte, error) {
	text, err := did.Multikey(key)
	if err != nil {
		return nil, err
	}
	return did.DecodeMultibase(text)
}

// parseStatementKey reads the credential's own key.
func parseStatementKey(data []byte) (crypto.PublicKey, error) {
	key, err := did.ParseMultikey(string(did.AppendBase58([]byte{'z'}, data)))
	if k, ok := key.(*ecdsa.PublicKey); err != nil || !ok || k.Curve != elliptic.P256() {
		return nil, errors.New("its public key is not of P-256")
	}
	return key, nil
}

// baseData is what the base signature signs (§3.5.1).
func baseData(options, publicKey []byte, mandatory [][]byte) []byte {
	data := sum(crypto.SHA256, options)
	data = append(data, publicKey...)
	return append(data, sum(crypto.SHA256, bytes.Join(mandatory, nil))...)
}

// baseHeader and derivedHeader begin the two kinds of proof values.
var (
	baseHeader    = []byte{0xd9, 0x5d, 0x00}
	derivedHeader = []byte{0xd9, 0x5d, 0x01}
)

// append writes the proof's value (§3.5.2).
func (b *baseProof) append(dst []byte) []byte {
	dst = append(dst, baseHeader...)
	dst = appendCBOR(dst, cborArray, 5)
	dst = appendCBORBytes(dst, b.baseSignature)
	dst = appendCBORBytes(dst, b.publicKey)
	dst = appendCBORBytes(dst, b.hmacKey)
	dst = appendCBOR(dst, cborArray, len(b.signatures))
	for _, signature := range b.signatures {
		dst = appendCBORBytes(dst, signature)
	}
	dst = appendCBOR(dst, cborArray, len(b.mandatory))
	for _, pointer := range b.mandatory {
		dst = append(appendCBOR(dst, cborText, len(pointer)), pointer...)
	}
	return dst
}

// parseBaseProof reads a proof's value (§3.5.3).
func parseBaseProof(value string) (*baseProof, error) {
	data, err := decodeSDValue(value)
	if err != nil {
		return nil, err
	}
	r := &cborReader{}
	var isBase bool
	if r.rest, isBase = bytes.CutPrefix(data, baseHeader); !isBase {
		if bytes.HasPrefix(data, derivedHeader) {
			return nil, errors.New("a derived proof, not the base proof that its holder has")
		}
		return nil, errors.New("not the header of a base proof")
	}
	b := &baseProof{}
	n, err := r.count(cborArray)
	if err != nil {
		return nil, err
	}
	if n != 5 {
		return nil, fmt.Errorf("a list of %d where five should be", n)
	}
	if b.baseSignature, err = r.bytes(sdSignature); err != nil {
		return nil, fmt.Errorf("base signature: %w", err)
	}
	if b.publicKey, err = r.bytes(sdPublicKey); err != nil {
		return nil, fmt.Errorf("public key: %w", err)
	}
	if b.statementKey, err = parseStatementKey(b.publicKey); err != nil {
		return nil, err
	}
	if b.hmacKey, err = r.bytes(sdLabel); err != nil {
		return nil, fmt.Errorf("HMAC key: %w", err)
	}
	if b.signatures, err = r.signatures(); err != nil {
		return nil, err
	}
	if n, err = r.count(cborArray); err != nil {
		return nil, fmt.Errorf("mandatory pointers: %w", err)
	}
	if n > maxPointers {
		return nil, fmt.Errorf("more than %d mandatory pointers", maxPointers)
	}
	for range n {
		pointer, err := r.text()
		if err != nil {
			return nil, fmt.Errorf("mandatory pointers: %w", err)
		}
		b.mandatory = append(b.mandatory, pointer)
	}
	if len(r.rest) > 0 {
		return nil, errors.New("more bytes than a proof has")
	}
	return b, nil
}

// IsBase tells whether the proof is a base proof of selective disclosure: one
// for [Proof.Derive] and [Proof.VerifyBase], and not for [Proof.Verify].
func (p *Proof) IsBase() bool {
	if p.Suite() != ECDSASD2023 {
		return false
	}
	_, err := parseBaseProof(p.ProofValue)
	return err == nil
}

// VerifyBase tells whether the base proof of selective disclosure is what the
// holder of the key made of the document, as it stands: that he signed what is
// mandatory, and that each other statement has its signature. It is for the
// holder, who wants to know what he was given, and for the issuer, who wants to
// know his own again; a verifier is shown a derived proof, which is for
// [Proof.Verify]. Errors are those of Verify.
func (p *Proof) VerifyBase(ld *jsonld.Processor, doc *jsontree.Value, key crypto.PublicKey, o VerifyOptions) error {
	fail := func(code Code, format string, args ...any) error {
		return &Error{Code: code, Pointer: p.Pointer, Err: fmt.Errorf(format, args...)}
	}
	if p.Suite() != ECDSASD2023 {
		return fail(SuiteUnsupported, "proofs of the suite %s have no base", quote(p.Suite()))
	}
	if err := p.check(o); err != nil {
		return err
	}
	if ecdsaSD2023().scheme(key) == nil {
		return fail(KeyMismatch, "%s is signed with P-256 alone, not with a key of type %T", ECDSASD2023, key)
	}
	base, secured, config, err := p.base(doc)
	if err != nil {
		return err
	}
	options, err := rdfc.canonical(new(workspace), ld, config, crypto.SHA256)
	if err != nil {
		return fail(Untransformable, "the proof's options: %w", err)
	}
	all, mandatory, err := base.statements(p, ld, secured)
	if err != nil {
		return err
	}
	signed, others := all.split(mandatory)
	if !verifyECDSA(key, baseData(options, base.publicKey, signed), base.baseSignature) {
		return fail(SignatureInvalid, "the base signature does not fit the mandatory statements and the key")
	}
	for i, line := range others {
		if !verifyECDSA(base.statementKey, line, base.signatures[i]) {
			return fail(SignatureInvalid, "the signature of statement %d does not fit", i)
		}
	}
	return nil
}

// base reads the value of a base proof, and what it signs.
func (p *Proof) base(doc *jsontree.Value) (base *baseProof, secured, config *jsontree.Value, err error) {
	if len(p.PreviousProof) > 0 {
		return nil, nil, nil, &Error{Code: Malformed, Pointer: p.Pointer, Err: errors.New("a base proof builds on no other proof")}
	}
	if base, err = parseBaseProof(p.ProofValue); err != nil {
		return nil, nil, nil, &Error{Code: Malformed, Pointer: p.Pointer, Err: fmt.Errorf("decode proofValue: %w", err)}
	}
	secured, config, err = p.input(doc, ecdsaSD2023())
	return base, secured, config, err
}

// statements returns those of the document, and which of them are mandatory,
// where there is one signature for each of the others.
func (b *baseProof) statements(p *Proof, ld *jsonld.Processor, doc *jsontree.Value) (all *statements, mandatory []int, err error) {
	fail := func(code Code, err error) (*statements, []int, error) {
		return nil, nil, &Error{Code: code, Pointer: p.Pointer, Err: err}
	}
	if all, err = newStatements(ld, doc, b.hmacKey); err != nil {
		return fail(Untransformable, err)
	}
	if mandatory, err = all.chosen(ld, doc, b.mandatory); err != nil {
		return fail(SignatureInvalid, fmt.Errorf("what is mandatory: %w", err))
	}
	if n := len(all.lines) - len(mandatory); n != len(b.signatures) {
		return fail(SignatureInvalid, fmt.Errorf("%d signatures for %d statements", len(b.signatures), n))
	}
	return all, mandatory, nil
}

// statements are what a document says, as ecdsa-sd-2023 signs it: in N-Quads,
// with labels of blank nodes that tell nobody how many there are, in order.
type statements struct {
	lines [][]byte
	// labels are the issuer's labels of the nodes, by their places.
	labels map[string]string
}

// placed is datasetOptions with nodes that are known by their places.
var placed = jsonld.Options{Safe: true, RDFDirection: jsonld.I18NDatatype, Places: true}

// newStatements is the HMAC label replacement canonicalization (§3.4.2, §3.4.3)
// of the document.
func newStatements(ld *jsonld.Processor, doc *jsontree.Value, hmacKey []byte) (*statements, error) {
	quads, err := ld.ToRDF(doc, placed)
	if err != nil {
		return nil, fmt.Errorf("the document: %w", err)
	}
	canonical, err := rdf.Canonicalize(quads, rdf.Options{})
	if err != nil {
		return nil, fmt.Errorf("the document: %w", err)
	}
	s := &statements{labels: make(map[string]string, len(canonical.Issued))}
	for place, label := range canonical.Issued {
		h := hmac.New(sha256.New, hmacKey)
		io.WriteString(h, label)
		s.labels[place] = "u" + base64.RawURLEncoding.EncodeToString(h.Sum(nil))
	}
	s.lines, err = relabelled(quads, func(place string) string { return s.labels[place] })
	return s, err
}

// chosen returns the positions of the statements that stand where the pointers
// say, ascending; none for no pointers.
func (s *statements) chosen(ld *jsonld.Processor, doc *jsontree.Value, pointers []string) ([]int, error) {
	if len(pointers) == 0 {
		return nil, nil
	}
	part, err := newSelection(doc, pointers)
	if err != nil {
		return nil, err
	}
	at, _, err := s.positions(ld, part, doc)
	return at, err
}

// blame is chosen for pointers of our own caller's: it says which of them is to
// blame, at the price of a reading for each.
func (s *statements) blame(ld *jsonld.Processor, doc *jsontree.Value, pointers []string) ([]int, error) {
	at, err := s.chosen(ld, doc, pointers)
	if err == nil {
		return at, nil
	}
	for _, pointer := range pointers {
		one, only := newSelection(doc, []string{pointer})
		if only != nil {
			return nil, err
		}
		if _, _, only = s.positions(ld, one, doc); only != nil {
			return nil, fmt.Errorf("the pointer %s: %w", quote(pointer), only)
		}
	}
	return nil, err
}

// positions returns those of the statements that a part of the document makes,
// ascending, and its quads.
func (s *statements) positions(ld *jsonld.Processor, part *selection, doc *jsontree.Value) ([]int, []rdf.Quad, error) {
	holed := part.of(doc, true)
	quads, err := ld.ToRDF(&holed, placed)
	if err != nil {
		return nil, nil, err
	}
	lines, err := relabelled(quads, func(place string) string { return s.labels[place] })
	if err != nil {
		return nil, nil, errNotAPart
	}
	at := make([]int, len(lines))
	for i, line := range lines {
		var found bool
		if at[i], found = slices.BinarySearchFunc(s.lines, line, bytes.Compare); !found {
			return nil, nil, errNotAPart
		}
	}
	return at, quads, nil
}

// split returns the statements at the positions, and the others.
func (s *statements) split(at []int) (chosen, others [][]byte) {
	for i, line := range s.lines {
		if len(at) > 0 && at[0] == i {
			chosen, at = append(chosen, line), at[1:]
		} else {
			others = append(others, line)
		}
	}
	return chosen, others
}

// relabelled returns the quads in N-Quads with other labels of blank nodes, in
// order, each once. It is an error if a node has none.
func relabelled(quads []rdf.Quad, label func(string) string) ([][]byte, error) {
	lines := make([][]byte, len(quads))
	for i := range quads {
		q := quads[i]
		for _, t := range []*rdf.Term{&q.Subject, &q.Object, &q.Graph} {
			if t.Kind != rdf.Blank {
				continue
			}
			if t.Value = label(t.Value); t.Value == "" {
				return nil, errors.New("a blank node has no label")
			}
		}
		lines[i] = rdf.AppendNQuad(nil, &q)
	}
	slices.SortFunc(lines, bytes.Compare)
	return slices.CompactFunc(lines, bytes.Equal), nil
}
