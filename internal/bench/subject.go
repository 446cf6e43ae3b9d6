package bench

import (
	"crypto/ed25519"
	_ "embed"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/openbadges"
	"github.com/ecusson/ecusson/proof"
)

// credential is an ordinary badge of 2.8 KB when signed: an achievement with
// criteria, two alignments, and evidence.
//
//go:embed credential.json
var credential []byte

// seed makes the key. It is 00, 01, 02 … and everybody's: nothing that matters
// may be signed with it.
func seed() []byte {
	s := make([]byte, ed25519.SeedSize)
	for i := range s {
		s[i] = byte(i)
	}
	return s
}

// slots are the members in which the badges of one list differ.
var slots = []string{
	"/id", "/validFrom", "/validUntil", "/credentialSubject/identifier/0/identityHash", "/credentialSubject/identifier/0/salt",
	"/credentialStatus/id", "/credentialStatus/statusListIndex",
}

// subject is what is measured, prepared as a long-running program has it.
type subject struct {
	ld       *jsonld.Processor
	signer   proof.Signer
	public   ed25519.PublicKey
	created  time.Time
	template *proof.Template
	// unsigned and signed are of the shape that is known; the general ones have
	// a term defined by a context of their own, which takes every step of JSON-LD.
	unsigned, signed, general, signedGeneral []byte

	values  []string
	buf     []byte
	message [64]byte
	bare    []byte
	count   int
}

func newSubject() (*subject, error) {
	s := &subject{ld: jsonld.New(nil), created: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	private := ed25519.NewKeyFromSeed(seed())
	s.public, _ = private.Public().(ed25519.PublicKey)
	name, err := did.Multikey(s.public)
	if err != nil {
		return nil, err
	}
	s.signer = proof.Signer{Key: private, VerificationMethod: "did:key:" + name + "#" + name}
	s.bare = ed25519.Sign(private, s.message[:])
	doc, err := jsontree.Parse(credential, jsontree.Limits{})
	if err != nil {
		return nil, err
	}
	if problems := openbadges.Validate(&doc, openbadges.ValidateOptions{}); openbadges.HasErrors(problems) {
		return nil, fmt.Errorf("the credential: %v", problems)
	}
	if s.template, err = proof.Compile(s.ld, &s.signer, &doc, slots, proof.CompileOptions{}); err != nil {
		return nil, err
	}
	if err := s.template.General(); err != nil {
		return nil, fmt.Errorf("the template: %w", err)
	}
	for _, slot := range slots {
		s.values = append(s.values, doc.Find(slot).Str())
	}
	own := withOwnTerm(doc)
	s.unsigned, s.general = doc.AppendJSON(nil), own.AppendJSON(nil)
	if s.signed, err = s.sign(s.unsigned); err != nil {
		return nil, err
	}
	if s.signedGeneral, err = s.sign(s.general); err != nil {
		return nil, err
	}
	for _, text := range [][]byte{s.signed, s.signedGeneral} {
		if err := s.verify(text); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// withOwnTerm adds a context written in the document, and a member of it.
func withOwnTerm(doc jsontree.Value) jsontree.Value {
	items := []jsontree.Value{}
	for _, c := range doc.Get("@context").Items() {
		items = append(items, c.Value)
	}
	term := jsontree.OfObject(jsontree.Member{Name: "room", Value: jsontree.Of("https://example.org/terms#room")})
	doc = doc.With("@context", jsontree.OfArray(append(items, term)...))
	return doc.With("room", jsontree.Of("Salle des fêtes"))
}

func (s *subject) measures() []measure {
	private, _ := s.signer.Key.(ed25519.PrivateKey)
	bareSign := func() error { ed25519.Sign(private, s.message[:]); return nil }
	bareVerify := func() error {
		if !ed25519.Verify(s.public, s.message[:], s.bare) {
			return errors.New("a good signature does not verify")
		}
		return nil
	}
	const sign, check = "ed25519-sign", "ed25519-verify"
	return []measure{
		{"issue-template", sign, s.issue, bareSign},
		{"issue-general", sign, func() error { _, err := s.sign(s.general); return err }, bareSign},
		{"verify-known", check, func() error { return s.verify(s.signed) }, bareVerify},
		{"verify-general", check, func() error { return s.verify(s.signedGeneral) }, bareVerify},
	}
}

// issue makes the signed bytes of one more badge of the list.
func (s *subject) issue() error {
	s.count++
	index := strconv.Itoa(s.count)
	s.values[0] = "https://badges.example.org/credentials/" + index
	s.values[5], s.values[6] = "https://badges.example.org/status/3#"+index, index
	out, err := s.template.Issue(s.buf[:0], s.values, s.created)
	s.buf = out
	return err
}

// sign takes the general way, from the bytes of a credential to those of the
// signed one.
func (s *subject) sign(text []byte) ([]byte, error) {
	doc, err := jsontree.Parse(text, jsontree.Limits{})
	if err != nil {
		return nil, err
	}
	signed, err := s.signer.Sign(s.ld, &doc, proof.SignOptions{Created: s.created})
	if err != nil {
		return nil, err
	}
	return signed.AppendJSON(nil), nil
}

// verify goes from the bytes of a signed credential to the answer; the key is
// read from its own name, as for any did:key.
func (s *subject) verify(text []byte) error {
	doc, err := jsontree.Parse(text, jsontree.Limits{})
	if err != nil {
		return err
	}
	p, err := proof.Only(&doc)
	if err != nil {
		return err
	}
	return p.Verify(s.ld, &doc, s.public, proof.VerifyOptions{})
}
