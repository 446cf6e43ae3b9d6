package rdf

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
)

// Hash is the hash function used inside the canonicalisation.
type Hash uint8

// The hash functions of RDFC-1.0. Other hashes give other canonical labels.
const (
	SHA256 Hash = iota
	SHA384
)

func (h Hash) size() int {
	if h == SHA384 {
		return sha512.Size384
	}
	return sha256.Size
}

// Options are the choices of [Canonicalize]. The zero value is RDFC-1.0 with
// SHA-256 and the default bound.
type Options struct {
	Hash Hash
	// MaxSteps bounds the work on blank nodes that look alike; 0 stands for
	// [DefaultMaxSteps] and [StepsPerQuad] more for each quad of the dataset.
	//
	// A step is a blank node put into its place in a permutation, or a block of
	// 64 bytes hashed, in the hash-n-degree-quads algorithm (RDFC-1.0 §4.8).
	// The rest of the work grows with the size of the dataset and no faster
	// than sorting it, and is not counted.
	MaxSteps int
	// OmitIssued leaves Canonical.Issued nil, for callers that have no use for
	// the labels.
	OmitIssued bool
}

// The default of Options.MaxSteps. A dataset whose blank nodes differ in what
// is said of them directly needs no step at all, a list of a hundred equal
// items some 80,000, and the hardest graphs of the W3C's tests that must be
// solved (044 to 046) some 9,000. A step takes about 0.1 µs.
const (
	DefaultMaxSteps = 1 << 18
	StepsPerQuad    = 16
)

// maxDepth bounds the recursion over blank nodes that look alike.
const maxDepth = 1000

// ErrTooComplex is what every [*LimitError] is, for errors.Is.
var ErrTooComplex = errors.New("rdf: dataset too complex to canonicalize")

// LimitError says that a bound was met. Such datasets are built to be hard
// ("poison graphs", RDFC-1.0 §7.1) and say nothing that a simpler one could
// not; refuse them.
type LimitError struct {
	// Steps is the bound on steps, Depth the one on recursion; the one that
	// was met is not zero.
	Steps, Depth int
}

func (e *LimitError) Error() string {
	if e.Depth > 0 {
		return fmt.Sprintf("%v: blank nodes that look alike in a chain of more than %d", ErrTooComplex, e.Depth)
	}
	return fmt.Sprintf("%v: more than %d steps", ErrTooComplex, e.Steps)
}

// Is reports whether target is [ErrTooComplex].
func (e *LimitError) Is(target error) bool { return target == ErrTooComplex }

// TermError names a quad that no dataset may hold: a term of the wrong kind in
// its place, an empty label, a language tag that would break the line.
type TermError struct {
	Quad     int    // index into the quads given
	Position string // "subject", "predicate", "object" or "graph"
	Reason   string
}

func (e *TermError) Error() string {
	return fmt.Sprintf("rdf: quad %d: %s: %s", e.Quad, e.Position, e.Reason)
}

// Canonical is a dataset in its canonical form.
type Canonical struct {
	// NQuads is the dataset in canonical N-Quads with canonical labels: lines
	// in code point order, each once. These are the bytes to hash.
	NQuads []byte
	// Issued maps the labels given to the canonical ones ("c14n0", …), both
	// without "_:".
	Issued map[string]string
}

// Canonicalize puts the dataset into the canonical form of RDFC-1.0: the same
// bytes for all datasets that differ in nothing but the order of their quads,
// repeated quads and the labels of blank nodes, and for no others.
//
// Errors are a [*TermError], or a [*LimitError] (errors.Is [ErrTooComplex])
// when Options.MaxSteps is met. Strings are taken for UTF-8 and not checked.
func Canonicalize(quads []Quad, o Options) (*Canonical, error) {
	c := pool.Get().(*canonicalizer)
	defer c.release()
	if err := c.run(quads, o); err != nil {
		return nil, err
	}
	out := &Canonical{NQuads: c.appendLines(nil)}
	if !o.OmitIssued {
		out.Issued = c.issuedMap()
	}
	return out, nil
}

// AppendCanonical appends the canonical N-Quads of the dataset to dst: what
// [Canonicalize] does for those who bring their own buffer and do not ask for
// the labels. On error it returns dst as it was.
func AppendCanonical(dst []byte, quads []Quad, o Options) ([]byte, error) {
	c := pool.Get().(*canonicalizer)
	defer c.release()
	if err := c.run(quads, o); err != nil {
		return dst, err
	}
	return c.appendLines(dst), nil
}

// FirstDegreeHash returns the lower-case hexadecimal hash of one blank node
// from the quads that name it (RDFC-1.0 §4.6); quads that do not are passed
// over. Blank nodes whose hash is theirs alone get their canonical labels in
// the order of these hashes.
func FirstDegreeHash(quads []Quad, label string, h Hash) string {
	var lines [][]byte
	mask := func(t *Term, self *bool) Term {
		if t.Kind != Blank {
			return *t
		}
		if t.Value == label {
			*self = true
			return Term{Kind: Blank, Value: "a"}
		}
		return Term{Kind: Blank, Value: "z"}
	}
	seen := map[Quad]bool{}
	for i := range quads {
		q, self := &quads[i], false
		masked := Quad{mask(&q.Subject, &self), q.Predicate, mask(&q.Object, &self), mask(&q.Graph, &self)}
		if self && !seen[*q] {
			seen[*q] = true
			lines = append(lines, AppendNQuad(nil, &masked))
		}
	}
	slices.SortFunc(lines, bytes.Compare)
	return string(appendHash(nil, bytes.Join(lines, nil), h))
}

// appendHash appends the hexadecimal hash of data.
func appendHash(dst, data []byte, h Hash) []byte {
	if h == SHA384 {
		sum := sha512.Sum384(data)
		return hex.AppendEncode(dst, sum[:])
	}
	sum := sha256.Sum256(data)
	return hex.AppendEncode(dst, sum[:])
}

// digest holds a hash of either function, and compares as its hexadecimal
// form does.
type digest [sha512.Size384]byte

func sum(data []byte, h Hash) (d digest) {
	if h == SHA384 {
		return sha512.Sum384(data)
	}
	s := sha256.Sum256(data)
	copy(d[:], s[:])
	return d
}

func (d *digest) compare(other *digest) int { return bytes.Compare(d[:], other[:]) }

// statement is a quad written into canonicalizer.text with "_:z" for every
// blank node.
type statement struct {
	start, end int
	node       [3]int32 // subject, object, graph: number of the blank node, or -1
	at         [3]int   // where in the text the "z" of that node is
}

// canonicalizer is the state of RDFC-1.0 (§4.2), with blank nodes as numbers
// in the order of their first appearance. Its buffers live on in a pool.
type canonicalizer struct {
	quads []Quad
	hash  Hash

	text       []byte
	statements []statement
	labels     []string         // of node
	byLabel    map[string]int32 // for datasets with many nodes

	refs  []int32 // statements of each node, one node after the other
	first []int32 // node's refs are refs[first[n]:last[n]]
	last  []int32

	hashes []digest // first-degree hash of node
	order  []int32  // nodes by their first-degree hash
	issued []int32  // canonical number of node, or -1
	count  int32    // canonical labels issued
	trail  issuer
	frames []*frame
	steps  int // that are left
	limit  int
	lines  []line
	line   []byte
	buffer []byte
}

type line struct{ start, end int }

var pool = sync.Pool{New: func() any { return &canonicalizer{byLabel: map[string]int32{}} }}

// maxKept is the size of text above which a state is not kept for reuse.
const maxKept = 1 << 20

func (c *canonicalizer) release() {
	if cap(c.text) > maxKept || cap(c.buffer) > maxKept || cap(c.statements) > maxKept/64 || len(c.frames) > 64 {
		return
	}
	c.quads = nil
	clear(c.labels)
	clear(c.byLabel)
	pool.Put(c)
}

func (c *canonicalizer) run(quads []Quad, o Options) error {
	c.quads, c.hash = quads, o.Hash
	if o.Hash > SHA384 {
		return fmt.Errorf("rdf: unknown hash function %d", o.Hash)
	}
	c.limit = o.MaxSteps
	if c.limit <= 0 {
		c.limit = DefaultMaxSteps + StepsPerQuad*len(quads)
	}
	c.steps = c.limit
	if err := c.write(); err != nil {
		return err
	}
	if len(c.labels) > 0 {
		c.index()
		c.hashNodes()
		if err := c.issue(); err != nil {
			return err
		}
	}
	c.label()
	return nil
}

// write puts every quad into text and numbers the blank nodes (§4.4.3 step 2).
func (c *canonicalizer) write() error {
	c.text, c.statements, c.labels = c.text[:0], c.statements[:0], c.labels[:0]
	var prev Term // quads of one subject come together, as a rule
	var prevNode int32
	for i := range c.quads {
		q := &c.quads[i]
		s := statement{start: len(c.text), node: [3]int32{-1, -1, -1}}
		switch {
		case q.Subject.Kind == IRI:
			c.text = appendIRI(c.text, q.Subject.Value)
		case q.Subject.Kind == Blank && q.Subject.Value != "":
			if q.Subject != prev {
				prev, prevNode = q.Subject, c.number(q.Subject.Value)
			}
			c.blank(&s, 0, prevNode)
		default:
			return &TermError{i, "subject", "want an IRI or a labelled blank node, not " + describe(&q.Subject)}
		}
		if q.Predicate.Kind != IRI {
			return &TermError{i, "predicate", "want an IRI, not " + describe(&q.Predicate)}
		}
		c.text = append(c.text, ' ')
		c.text = appendIRI(c.text, q.Predicate.Value)
		c.text = append(c.text, ' ')
		switch {
		case q.Object.Kind == IRI:
			c.text = appendIRI(c.text, q.Object.Value)
		case q.Object.Kind == Literal:
			if l := q.Object.Language; l != "" && languageLen(l) != len(l) {
				return &TermError{i, "object", fmt.Sprintf("ill-formed language tag %q", l)}
			}
			c.text = appendLiteral(c.text, &q.Object)
		case q.Object.Kind == Blank && q.Object.Value != "":
			c.blank(&s, 1, c.number(q.Object.Value))
		default:
			return &TermError{i, "object", "want an IRI, a literal or a labelled blank node, not " + describe(&q.Object)}
		}
		switch {
		case q.Graph.Kind == 0:
		case q.Graph.Kind == IRI:
			c.text = appendIRI(append(c.text, ' '), q.Graph.Value)
		case q.Graph.Kind == Blank && q.Graph.Value != "":
			c.text = append(c.text, ' ')
			c.blank(&s, 2, c.number(q.Graph.Value))
		default:
			return &TermError{i, "graph", "want an IRI, a labelled blank node or nothing, not " + describe(&q.Graph)}
		}
		c.text = append(c.text, " .\n"...)
		s.end = len(c.text)
		c.statements = append(c.statements, s)
	}
	return nil
}

func describe(t *Term) string {
	if t.Kind == Blank && t.Value == "" {
		return "a blank node without a label"
	}
	return t.Kind.String()
}

func (c *canonicalizer) blank(s *statement, position int, node int32) {
	c.text = append(c.text, "_:z"...)
	s.node[position], s.at[position] = node, len(c.text)-1
}

// fewNodes is up to where looking through the labels beats a map.
const fewNodes = 16

func (c *canonicalizer) number(label string) int32 {
	if len(c.labels) <= fewNodes {
		for n, l := range c.labels {
			if l == label {
				return int32(n)
			}
		}
	} else if n, ok := c.byLabel[label]; ok {
		return n
	}
	n := int32(len(c.labels))
	c.labels = append(c.labels, label)
	if n == fewNodes {
		for n, l := range c.labels {
			c.byLabel[l] = int32(n)
		}
	} else if n > fewNodes {
		c.byLabel[label] = n
	}
	return n
}

// index lists the statements of each node, a statement once for each node.
func (c *canonicalizer) index() {
	nodes := len(c.labels)
	c.first, c.last = sized(c.first, nodes), sized(c.last, nodes)
	clear(c.last)
	total := int32(0)
	for i := range c.statements {
		n := &c.statements[i].node
		for p, node := range n {
			if node >= 0 && !(p > 0 && node == n[0]) && !(p > 1 && node == n[1]) {
				c.last[node]++
				total++
			}
		}
	}
	at := int32(0)
	for n, count := range c.last {
		c.first[n], c.last[n] = at, at
		at += count
	}
	c.refs = sized(c.refs, int(total))
	for i := range c.statements {
		n := &c.statements[i].node
		for p, node := range n {
			if node >= 0 && !(p > 0 && node == n[0]) && !(p > 1 && node == n[1]) {
				c.refs[c.last[node]] = int32(i)
				c.last[node]++
			}
		}
	}
}

func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}

// hashNodes is §4.4.3 step 3: the first-degree hash of every node. The nodes'
// own places in text become "a" for as long as it takes. Repeated statements,
// which stand side by side once sorted, leave the node's list here.
func (c *canonicalizer) hashNodes() {
	c.hashes = sized(c.hashes, len(c.labels))
	for n := range c.labels {
		node := int32(n)
		refs := c.refs[c.first[n]:c.last[n]]
		c.mark(refs, node, 'a')
		slices.SortFunc(refs, func(a, b int32) int {
			s, t := &c.statements[a], &c.statements[b]
			if d := bytes.Compare(c.text[s.start:s.end], c.text[t.start:t.end]); d != 0 {
				return d
			}
			return slices.Compare(s.node[:], t.node[:])
		})
		c.buffer = c.buffer[:0]
		kept := 0
		for i, r := range refs {
			s := &c.statements[r]
			if i > 0 {
				if t := &c.statements[refs[kept-1]]; s.node == t.node &&
					bytes.Equal(c.text[s.start:s.end], c.text[t.start:t.end]) {
					// This one's own marks must go before it is forgotten.
					c.mark(refs[i:i+1], node, 'z')
					continue
				}
			}
			c.buffer = append(c.buffer, c.text[s.start:s.end]...)
			refs[kept] = r
			kept++
		}
		c.hashes[n] = sum(c.buffer, c.hash)
		c.mark(refs[:kept], node, 'z')
		c.last[n] = c.first[n] + int32(kept)
	}
}

func (c *canonicalizer) mark(refs []int32, node int32, b byte) {
	for _, r := range refs {
		s := &c.statements[r]
		for p, n := range s.node {
			if n == node {
				c.text[s.at[p]] = b
			}
		}
	}
}

// issue is §4.4.3 steps 4 and 5: canonical labels for all nodes.
func (c *canonicalizer) issue() error {
	nodes := len(c.labels)
	c.order, c.issued, c.count = sized(c.order, nodes), sized(c.issued, nodes), 0
	for n := range nodes {
		c.order[n], c.issued[n] = int32(n), -1
	}
	slices.SortFunc(c.order, func(a, b int32) int {
		// The number breaks the tie, for an outcome that depends on the input alone.
		return cmp.Or(c.hashes[a].compare(&c.hashes[b]), cmp.Compare(a, b))
	})
	shared := false
	_ = c.groups(func(group []int32) error {
		if len(group) == 1 {
			c.issueTo(group[0])
		} else {
			shared = true
		}
		return nil
	})
	if !shared {
		return nil
	}
	c.trail.reset(nodes)
	return c.groups(func(group []int32) error {
		if len(group) == 1 {
			return nil
		}
		return c.issueGroup(group)
	})
}

// groups calls do with the nodes of each first-degree hash, in order.
func (c *canonicalizer) groups(do func([]int32) error) error {
	for i := 0; i < len(c.order); {
		j := i + 1
		for j < len(c.order) && c.hashes[c.order[i]] == c.hashes[c.order[j]] {
			j++
		}
		if err := do(c.order[i:j]); err != nil {
			return err
		}
		i = j
	}
	return nil
}

func (c *canonicalizer) issueTo(node int32) {
	if c.issued[node] < 0 {
		c.issued[node] = c.count
		c.count++
	}
}

// label writes the lines with canonical labels into buffer and sorts them.
func (c *canonicalizer) label() {
	c.lines, c.buffer = c.lines[:0], c.buffer[:0]
	for i := range c.statements {
		s := &c.statements[i]
		l := line{start: len(c.buffer)}
		from := s.start
		for p, node := range s.node {
			if node >= 0 {
				c.buffer = append(c.buffer, c.text[from:s.at[p]]...)
				c.buffer = append(c.buffer, "c14n"...)
				c.buffer = strconv.AppendInt(c.buffer, int64(c.issued[node]), 10)
				from = s.at[p] + 1
			}
		}
		c.buffer = append(c.buffer, c.text[from:s.end]...)
		l.end = len(c.buffer)
		c.lines = append(c.lines, l)
	}
	slices.SortFunc(c.lines, func(a, b line) int {
		return bytes.Compare(c.buffer[a.start:a.end], c.buffer[b.start:b.end])
	})
}

func (c *canonicalizer) appendLines(dst []byte) []byte {
	dst = slices.Grow(dst, len(c.buffer))
	var prev []byte
	for _, l := range c.lines {
		b := c.buffer[l.start:l.end]
		if !bytes.Equal(b, prev) {
			dst = append(dst, b...)
		}
		prev = b
	}
	return dst
}

func (c *canonicalizer) issuedMap() map[string]string {
	m := make(map[string]string, len(c.labels))
	for n, label := range c.labels {
		m[label] = "c14n" + strconv.Itoa(int(c.issued[n]))
	}
	return m
}
