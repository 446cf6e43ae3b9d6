package proof

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
)

// Template signs documents that differ in a few texts: a list of awards of one
// achievement. What does not vary has been brought into its signed form once, so
// that an issue costs little more than the signature. What it writes is byte for
// byte what [Signer.Sign] would have written; where it cannot be sure of that, it
// takes the general path for that document. It is safe for concurrent use.
type Template struct {
	ld      *jsonld.Processor
	signer  Signer
	scheme  *scheme
	options SignOptions
	doc     *jsontree.Value
	slots   []slot
	// slow is why every document takes the general path, nil for none.
	slow error

	document, config *pattern
	// text is the signed document cut at its holes; holes tells what goes
	// between: a slot, or created or proofValue.
	text  [][]byte
	holes []int

	scratch sync.Pool
}

const (
	holeCreated = -1
	holeValue   = -2
)

// slot is a place of the document whose text varies.
type slot struct {
	pointer string
	path    []string
	use     slotUse
	// schemes are those with which an identifier means itself and no term of
	// the contexts.
	schemes []string
}

// CompileOptions are the choices of [Compile], the same as those of a signature.
type CompileOptions struct {
	// Purpose is the proofPurpose; empty is assertionMethod.
	Purpose string
	// Array writes the proof as a list of one.
	Array bool
}

// scratch is the memory of one issue.
type scratch struct {
	pattern patternScratch
	values  [1]string
	stamp   []byte
	data    []byte
}

// markerPrefix begins the texts that stand for the slots while a template is
// compiled; a document that contains it is refused.
const markerPrefix = "urn:ecusson:slot:"

func marker(n int) string { return fmt.Sprintf("%s%d:end", markerPrefix, n) }

// probeSchemes are the schemes of identifiers that are looked at when a template
// is compiled. An identifier of another scheme takes the general path.
func probeSchemes() []string {
	return []string{"https://", "http://", "urn:", "did:", "mailto:", "tel:", "data:"}
}

// Compile prepares a template from a sample document and the places that vary:
// JSON pointers of texts. A place that decides how the document is read (a
// context, a type, a language, a part of a JSON literal) is refused, and so is
// one that does not reach the dataset. The suite must be one of those that sign
// a dataset (eddsa-rdfc-2022, ecdsa-rdfc-2019).
//
// Compile proves itself: with the sample's own values, and with identifiers of
// several schemes, the template's canonical form must be that of the general
// path. For other values, see [Template.Check].
func Compile(ld *jsonld.Processor, signer *Signer, doc *jsontree.Value, slots []string, o CompileOptions) (*Template, error) {
	suite, scheme, err := signer.resolve()
	if err != nil {
		return nil, err
	}
	fail := func(err error) (*Template, error) { return nil, fmt.Errorf("proof: compile template: %w", err) }
	if suite.issue != nil {
		return fail(fmt.Errorf("%s signs each document by itself", suite.name))
	}
	if suite.transform != rdfc {
		return fail(fmt.Errorf("%s does not sign a dataset", suite.name))
	}
	if !doc.Is(jsontree.Object) || doc.Get("proof") != nil {
		return fail(errors.New("the sample is not an object without a proof"))
	}
	t := &Template{
		ld: ld, signer: *signer, scheme: scheme, doc: doc,
		options: SignOptions{Purpose: o.Purpose, Array: o.Array},
	}
	t.signer.Suite = suite.name
	t.scratch.New = func() any { return new(scratch) }
	sample := make([]string, len(slots))
	for i, pointer := range slots {
		if sample[i], err = t.addSlot(pointer); err != nil {
			return fail(err)
		}
	}
	if text := doc.AppendJSON(nil); bytes.Contains(text, []byte(markerPrefix)) {
		return fail(fmt.Errorf("the sample contains %q, which is reserved", markerPrefix))
	}
	// The sample itself comes first, so that its faults are told as its own.
	if _, err := suite.transform.canonical(new(workspace), ld, doc, scheme.hash); err != nil {
		return nil, &Error{Code: Untransformable, Err: err}
	}
	if err := t.learn(suite); err != nil {
		return fail(err)
	}
	if err := t.prove(sample); err != nil {
		return fail(err)
	}
	return t, nil
}

func (t *Template) addSlot(pointer string) (sample string, err error) {
	value := t.doc.Find(pointer)
	if !value.Is(jsontree.String) || pointer == "" {
		return "", fmt.Errorf("slot %s is not a text of the sample", quote(pointer))
	}
	var path []string
	for step := range strings.SplitSeq(pointer[1:], "/") {
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		if step == "@context" || step == "@type" {
			return "", fmt.Errorf("slot %s decides how the document is read", quote(pointer))
		}
		path = append(path, step)
	}
	for _, other := range t.slots {
		if other.pointer == pointer {
			return "", fmt.Errorf("slot %s is given twice", quote(pointer))
		}
	}
	t.slots = append(t.slots, slot{pointer: pointer, path: path})
	return value.Text, nil
}

// learn compiles the document and the proof's options with markers in the slots.
func (t *Template) learn(suite *suite) error {
	markers := make([]string, len(t.slots))
	for i := range markers {
		markers[i] = marker(i + 1)
	}
	marked := t.tree(markers)
	quads, err := dataset(t.ld, &marked)
	if err != nil {
		return fmt.Errorf("a slot takes no value of its own: %w", err)
	}
	var uses []slotUse
	if t.document, uses, err = newPattern(quads, markers, t.scheme.hash); err != nil {
		return t.named(err)
	}
	for i, use := range uses {
		if !use.iri && !use.literal {
			return fmt.Errorf("slot %s does not reach the dataset", quote(t.slots[i].pointer))
		}
		t.slots[i].use = use
	}
	t.slow = plain(t.doc, true)
	return t.learnProof(suite, &marked)
}

// named puts a slot's pointer into an error that has its number.
func (t *Template) named(err error) error {
	for i := range t.slots {
		if text := fmt.Sprintf("slot %d ", i); strings.HasPrefix(err.Error(), text) {
			return fmt.Errorf("slot %s %s", quote(t.slots[i].pointer), strings.TrimPrefix(err.Error(), text))
		}
	}
	return err
}

// learnProof compiles the proof's options and the text around the slots.
func (t *Template) learnProof(suite *suite, marked *jsontree.Value) error {
	created, value := marker(0), marker(len(t.slots)+1)
	o := t.options
	o.Created = time.Unix(0, 0)
	options, err := t.signer.options(suite, t.doc, o)
	if err != nil {
		return err
	}
	options = options.With("created", jsontree.Of(created))
	config := options.With("@context", *t.doc.Get("@context"))
	quads, err := dataset(t.ld, &config)
	if err != nil {
		return fmt.Errorf("the proof's options: %w", err)
	}
	var uses []slotUse
	if t.config, uses, err = newPattern(quads, []string{created}, t.scheme.hash); err != nil {
		return fmt.Errorf("the proof's options: %w", err)
	}
	if uses[0] != (slotUse{literal: true}) {
		return errors.New("the proof's options: created is not a literal")
	}
	options.Members = append(options.Members, jsontree.Member{Name: "proofValue", Value: jsontree.Of(value)})
	signed := attach(marked, options, t.options.Array)
	rest := signed.AppendJSON(nil)
	for {
		from := bytes.Index(rest, []byte(`"`+markerPrefix))
		if from < 0 {
			break
		}
		var n int
		if _, err := fmt.Sscanf(string(rest[from+1+len(markerPrefix):]), "%d:end", &n); err != nil {
			return err
		}
		t.text = append(t.text, rest[:from])
		switch n {
		case 0:
			t.holes = append(t.holes, holeCreated)
		case len(t.slots) + 1:
			t.holes = append(t.holes, holeValue)
		default:
			t.holes = append(t.holes, n-1)
		}
		rest = rest[from+2+len(marker(n)):]
	}
	t.text = append(t.text, rest)
	if len(t.holes) != len(t.slots)+2 {
		return errors.New("a slot does not stand once in the text")
	}
	return nil
}

// plain tells why a document is beyond what a template is sure of: contexts of
// its own, in which a text may name a term, and keywords, which have rules of
// their own.
func plain(v *jsontree.Value, root bool) error {
	for i := range v.Members {
		m := &v.Members[i]
		if root && m.Name == "@context" {
			for _, item := range m.Value.Items() {
				if item.Value.Kind != jsontree.String {
					return errors.New("the document has a context of its own")
				}
			}
			continue
		}
		if strings.HasPrefix(m.Name, "@") {
			return fmt.Errorf("the document uses the keyword %s", quote(m.Name))
		}
		if err := plain(&m.Value, false); err != nil {
			return err
		}
	}
	return nil
}

// prove compares the template with the general path.
func (t *Template) prove(sample []string) error {
	if t.slow != nil {
		return nil //nolint:nilerr // such a template takes the general path
	}
	same, err := t.agrees(sample)
	switch {
	case errors.Is(err, errAlike):
		// With values like these there is no gain; with others there may be.
	case err != nil:
		return err
	case !same:
		return errors.New("the template's canonical form of the sample is not that of the general path")
	}
	for i := range t.slots {
		if !t.slots[i].use.iri {
			continue
		}
		for _, scheme := range probeSchemes() {
			probe := append([]string(nil), sample...)
			probe[i] = scheme + "probe.example/1"
			if same, err := t.agrees(probe); err == nil && same {
				t.slots[i].schemes = append(t.slots[i].schemes, scheme)
			}
		}
	}
	return nil
}

func (t *Template) agrees(values []string) (bool, error) {
	var s patternScratch
	fast, err := t.document.canonical(&s, values)
	if err != nil {
		return false, err
	}
	tree := t.tree(values)
	general, err := rdfc.canonical(new(workspace), t.ld, &tree, t.scheme.hash)
	if err != nil {
		return false, err
	}
	return bytes.Equal(fast, general), nil
}

// tree returns the document with the values in its slots.
func (t *Template) tree(values []string) jsontree.Value {
	doc := *t.doc
	for i := range t.slots {
		doc = replace(doc, t.slots[i].path, values[i])
	}
	return doc
}

func replace(v jsontree.Value, path []string, text string) jsontree.Value {
	if len(path) == 0 {
		return jsontree.Of(text)
	}
	members := append([]jsontree.Member(nil), v.Members...)
	for i := range members {
		if v.Kind == jsontree.Object && members[i].Name == path[0] || v.Kind == jsontree.Array && fmt.Sprint(i) == path[0] {
			members[i].Value = replace(members[i].Value, path[1:], text)
		}
	}
	v.Members = members
	return v
}

// General tells why the template takes the general path for every document, nil
// if it does not.
func (t *Template) General() error { return t.slow }

// Issue appends the signed document with the values in its slots, in the order
// of the slots given to [Compile]. A value must be UTF-8, and where an identifier
// stands an absolute IRI.
func (t *Template) Issue(dst []byte, values []string, created time.Time) ([]byte, error) {
	if len(values) != len(t.slots) {
		return nil, fmt.Errorf("proof: issue: %d values for %d slots", len(values), len(t.slots))
	}
	if created.IsZero() {
		return nil, errors.New("proof: issue: no time of creation")
	}
	fast := t.slow == nil
	for i, value := range values {
		ok, err := t.slots[i].admits(value)
		if err != nil {
			return nil, fmt.Errorf("proof: issue: slot %s: %w", quote(t.slots[i].pointer), err)
		}
		fast = fast && ok
	}
	if !fast {
		return t.general(dst, values, created)
	}
	s := t.scratch.Get().(*scratch)
	defer t.scratch.Put(s)
	s.stamp = created.UTC().AppendFormat(s.stamp[:0], stampLayout)
	s.values[0] = string(s.stamp)
	options, err := t.config.render(&s.pattern, s.values[:])
	if err != nil {
		return t.general(dst, values, created)
	}
	document, err := t.document.render(&s.pattern, values)
	if err != nil {
		return t.general(dst, values, created)
	}
	size := t.scheme.hash.Size()
	s.data = append(append(s.data[:0], options[:size]...), document[:size]...)
	signature, err := t.scheme.sign(t.signer.Key, t.signer.Rand, s.data)
	if err != nil {
		return nil, fmt.Errorf("proof: issue: %w", err)
	}
	if len(signature) != t.scheme.size {
		return nil, fmt.Errorf("proof: issue: the key made %d bytes, not %d", len(signature), t.scheme.size)
	}
	for i, text := range t.text {
		dst = append(dst, text...)
		if i == len(t.holes) {
			break
		}
		switch hole := t.holes[i]; hole {
		case holeCreated:
			dst = append(append(append(dst, '"'), s.stamp...), '"')
		case holeValue:
			dst = append(did.AppendBase58(append(dst, `"z`...), signature), '"')
		default:
			dst = jsontree.AppendString(dst, values[hole])
		}
	}
	return dst, nil
}

// admits tells whether a value may stand in a slot, and whether the template is
// sure of it.
func (s *slot) admits(value string) (fast bool, err error) {
	if !utf8.ValidString(value) {
		return false, errors.New("the value is not valid UTF-8")
	}
	if !s.use.iri {
		return true, nil
	}
	if err := checkIRI(value); err != nil {
		return false, err
	}
	for _, scheme := range s.schemes {
		if strings.HasPrefix(value, scheme) {
			return true, nil
		}
	}
	return false, nil
}

// checkIRI refuses what is not an absolute IRI, as far as RDF looks (RFC 3987,
// N-Quads IRIREF).
func checkIRI(iri string) error {
	scheme, _, found := strings.Cut(iri, ":")
	if !found || scheme == "" {
		return fmt.Errorf("%s is not an absolute IRI", quote(iri))
	}
	for i := range len(scheme) {
		c := scheme[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (i == 0 || !('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.')) {
			return fmt.Errorf("%s is not an absolute IRI", quote(iri))
		}
	}
	fragments := 0
	for i := range len(iri) {
		c := iri[i]
		if c <= ' ' || c == 0x7f || strings.IndexByte("<>\"{}|^`\\", c) >= 0 {
			return fmt.Errorf("illegal character %q in the IRI %s", c, quote(iri))
		}
		if c == '#' {
			fragments++
		}
	}
	if fragments > 1 {
		return fmt.Errorf("the IRI %s has two fragments", quote(iri))
	}
	return nil
}

// general issues by the general path.
func (t *Template) general(dst []byte, values []string, created time.Time) ([]byte, error) {
	doc := t.tree(values)
	o := t.options
	o.Created = created
	signed, err := t.signer.Sign(t.ld, &doc, o)
	if err != nil {
		return nil, err
	}
	return signed.AppendJSON(dst), nil
}

// Check issues a document and judges it by the general path: the bytes are
// parsed and compared with what Sign writes, and their proof is verified. It is
// for those who sample what they issue.
func (t *Template) Check(values []string, created time.Time) error {
	issued, err := t.Issue(nil, values, created)
	if err != nil {
		return err
	}
	doc, err := jsontree.Parse(issued, jsontree.Limits{})
	if err != nil {
		return fmt.Errorf("proof: check: %w", err)
	}
	general, err := t.general(nil, values, created)
	if err != nil {
		return err
	}
	want, err := jsontree.Parse(general, jsontree.Limits{})
	if err != nil {
		return fmt.Errorf("proof: check: %w", err)
	}
	proofs, err := Proofs(&doc)
	if err != nil {
		return err
	}
	for i := range proofs {
		if err := proofs[i].Verify(t.ld, &doc, t.signer.Key.Public(), VerifyOptions{Purpose: t.options.Purpose}); err != nil {
			return err
		}
	}
	// A signature may be made with chance; nothing else may differ.
	if a, b := unsigned(&doc), unsigned(&want); string(a) != string(b) {
		return errors.New("proof: check: the template's document is not that of the general path")
	}
	return nil
}

// unsigned is a document's text without its proofs' values.
func unsigned(doc *jsontree.Value) []byte {
	bare := doc.Without("proof")
	for _, item := range doc.Get("proof").Items() {
		options := item.Value.Without("proofValue")
		bare.Members = append(bare.Members, jsontree.Member{Name: "proof", Value: options})
	}
	return bare.AppendJSON(nil)
}
