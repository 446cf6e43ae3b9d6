package proof

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"sync"

	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/rdf"
)

// A suite is five facts: what it is called, how a document becomes bytes, how
// the bytes are hashed, which keys it takes and how they sign. The last three
// come as one, since the key's curve decides them. To add a suite, write a file
// with its facts and name it in suiteNamed.
type suite struct {
	// name is the cryptosuite, or the type of a proof from before there were any.
	name      string
	transform transformation
	// scheme returns the scheme for a key, nil for a key the suite does not take.
	scheme func(crypto.PublicKey) *scheme
	// readOnly suites are verified and not signed with.
	readOnly bool
	// own judges a proof that is more than one signature of two hashes; nil for
	// all others.
	own func(p *Proof, ld *jsonld.Processor, doc, config *jsontree.Value, key crypto.PublicKey) error
	// issue makes the value of such a proof.
	issue func(s *Signer, ld *jsonld.Processor, doc, config *jsontree.Value, o SignOptions) (string, error)
}

// suiteOf returns the suite of a proof, nil for one that is not supported.
func suiteOf(p *Proof) *suite {
	if p.Type == dataIntegrityProof {
		return suiteNamed(p.Cryptosuite)
	}
	if p.Type == Ed25519Signature2020 {
		return ed25519Signature2020()
	}
	return nil
}

// suiteNamed returns a cryptosuite of Data Integrity, nil for one that is not
// supported.
func suiteNamed(name string) *suite {
	switch name {
	case EdDSARDFC2022:
		return eddsaRDFC2022()
	case EdDSA2022:
		return eddsa2022()
	case EdDSAJCS2022:
		return eddsaJCS2022()
	case ECDSARDFC2019:
		return ecdsaRDFC2019()
	case ECDSAJCS2019:
		return ecdsaJCS2019()
	case ECDSASD2023:
		return ecdsaSD2023()
	default:
		return nil
	}
}

// A scheme is how keys of one kind sign.
type scheme struct {
	// hash is the hash of the parts and, in RDFC-1.0, of the blank nodes.
	hash crypto.Hash
	// size is the length of a signature in bytes.
	size   int
	verify func(key crypto.PublicKey, data, signature []byte) bool
	sign   func(key crypto.Signer, random io.Reader, data []byte) ([]byte, error)
}

func ed25519Scheme(key crypto.PublicKey) *scheme {
	if k, ok := key.(ed25519.PublicKey); !ok || len(k) != ed25519.PublicKeySize {
		return nil
	}
	return &scheme{
		hash: crypto.SHA256,
		size: ed25519.SignatureSize,
		verify: func(key crypto.PublicKey, data, signature []byte) bool {
			return ed25519.Verify(key.(ed25519.PublicKey), data, signature)
		},
		sign: func(key crypto.Signer, random io.Reader, data []byte) ([]byte, error) {
			return key.Sign(random, data, crypto.Hash(0))
		},
	}
}

func ecdsaScheme(key crypto.PublicKey) *scheme {
	k, ok := key.(*ecdsa.PublicKey)
	if !ok || k == nil {
		return nil
	}
	s := &scheme{verify: verifyECDSA, sign: signECDSA}
	switch k.Curve {
	case elliptic.P256():
		s.hash, s.size = crypto.SHA256, 64
	case elliptic.P384():
		s.hash, s.size = crypto.SHA384, 96
	default:
		return nil
	}
	return s
}

func curveHash(key *ecdsa.PublicKey) crypto.Hash {
	if key.Curve == elliptic.P384() {
		return crypto.SHA384
	}
	return crypto.SHA256
}

// verifyECDSA takes a signature as r and s side by side, each of the curve's
// size. Both s and its negative verify: the standard asks for neither.
func verifyECDSA(key crypto.PublicKey, data, signature []byte) bool {
	k := key.(*ecdsa.PublicKey)
	half := len(signature) / 2
	r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
	return ecdsa.Verify(k, sum(curveHash(k), data), r, s)
}

func signECDSA(key crypto.Signer, random io.Reader, data []byte) ([]byte, error) {
	k, ok := key.Public().(*ecdsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("the signer's public key is a %T", key.Public())
	}
	hash := curveHash(k)
	der, err := key.Sign(random, sum(hash, data), hash)
	if err != nil {
		return nil, err
	}
	var parts struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(der, &parts); err != nil || len(rest) > 0 {
		return nil, errors.New("the signer's signature is not two numbers in DER")
	}
	size := (k.Params().BitSize + 7) / 8
	if parts.R.Sign() <= 0 || parts.S.Sign() <= 0 || parts.R.BitLen() > 8*size || parts.S.BitLen() > 8*size {
		return nil, errors.New("the signer's signature does not fit its curve")
	}
	out := make([]byte, 2*size)
	parts.R.FillBytes(out[:size])
	parts.S.FillBytes(out[size:])
	return out, nil
}

func sum(hash crypto.Hash, data []byte) []byte {
	out := make([]byte, hash.Size())
	sumInto(out, hash, data)
	return out
}

// sumInto writes the hash of data into dst, which has the room.
func sumInto(dst []byte, hash crypto.Hash, data []byte) {
	if hash == crypto.SHA384 {
		digest := sha512.Sum384(data)
		copy(dst, digest[:])
		return
	}
	digest := sha256.Sum256(data)
	copy(dst, digest[:])
}

// A transformation brings a document into the bytes that are hashed.
type transformation uint8

const (
	// rdfc is the canonical N-Quads of the document's dataset (RDFC-1.0).
	rdfc transformation = iota
	// jcs is the JSON Canonicalization Scheme (RFC 8785).
	jcs
)

// dataset reads a document as it is signed. Safe mode: what is not understood is
// not signed, and so must not be there. Base directions are signed in the i18n
// datatype (JSON-LD 1.1 §10.2.1): the cryptosuites leave the choice open, and
// this is what signers choose (@digitalbazaar/eddsa-rdfc-2022-cryptosuite 1.3.0,
// lib/canonize.js; @digitalbazaar/data-integrity 2.5.0 hands nothing else in).
func dataset(ld *jsonld.Processor, doc *jsontree.Value) ([]rdf.Quad, error) {
	return ld.ToRDF(doc, datasetOptions)
}

var datasetOptions = jsonld.Options{Safe: true, RDFDirection: jsonld.I18NDatatype}

// workspace is the memory in which a document is brought into its signed form.
type workspace struct {
	quads []rdf.Quad
	text  []byte
}

var workspaces = sync.Pool{New: func() any { return new(workspace) }}

// What a workspace may hold on to between uses; larger documents are rare.
const (
	keptQuads = 1 << 10
	keptText  = 1 << 18
)

func (w *workspace) release() {
	if cap(w.quads) > keptQuads || cap(w.text) > keptText {
		return
	}
	// The quads point into documents, which must not outlive their use.
	clear(w.quads[:cap(w.quads)])
	w.quads, w.text = w.quads[:0], w.text[:0]
	workspaces.Put(w)
}

// canonical returns the bytes that are hashed, valid until w is used again.
func (t transformation) canonical(w *workspace, ld *jsonld.Processor, doc *jsontree.Value, hash crypto.Hash) (text []byte, err error) {
	if t == jcs {
		w.text, err = doc.AppendCanonical(w.text[:0])
		return w.text, err
	}
	if w.quads, err = ld.AppendRDF(w.quads[:0], doc, datasetOptions); err != nil {
		return nil, err
	}
	w.text, err = rdf.AppendCanonical(w.text[:0], w.quads, rdf.Options{Hash: rdfHash(hash)})
	return w.text, err
}

// hashData returns what is signed: the hash of the proof's options, then the
// hash of the document (VC Data Integrity EdDSA Cryptosuites 1.0 §3.2.4).
func (t transformation) hashData(ld *jsonld.Processor, doc, config *jsontree.Value, hash crypto.Hash) ([]byte, error) {
	w := workspaces.Get().(*workspace)
	defer w.release()
	out := make([]byte, 2*hash.Size())
	options, err := t.canonical(w, ld, config, hash)
	if err != nil {
		return nil, fmt.Errorf("the proof's options: %w", err)
	}
	sumInto(out, hash, options)
	document, err := t.canonical(w, ld, doc, hash)
	if err != nil {
		return nil, fmt.Errorf("the document: %w", err)
	}
	sumInto(out[hash.Size():], hash, document)
	return out, nil
}
