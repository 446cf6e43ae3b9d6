package proof

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ecusson/ecusson/rdf"
)

// pattern is a dataset with holes, in which the canonical form is found without
// the general algorithm: of its lines all that does not vary is written already,
// and of its blank nodes only those are hashed again whose lines have a hole.
//
// It holds where each blank node is told from the others by what is said of it
// directly (RDFC-1.0 §4.6). Where two are not, render says so and the general
// algorithm takes over.
type pattern struct {
	hash  crypto.Hash
	lines []patternLine
	// named are the lines whose subject is an IRI, in the sample's order.
	named  []int
	blanks []patternBlank
	labels [][]byte
	// size is about how long the canonical form is.
	size int
}

// patternLine is a line in pieces: the text before, then what varies.
type patternLine struct {
	pieces []piece
}

// piece is some text, and what follows it.
type piece struct {
	text []byte
	kind pieceKind
	// of is the index of a blank node or of a slot.
	of int
	// term is the term whose value a slot gives.
	term rdf.Term
}

type pieceKind uint8

const (
	pieceEnd pieceKind = iota
	pieceBlank
	pieceSlot
)

type patternBlank struct {
	// subject are the lines that begin with it, all those that mention it.
	subject, all []int
	// fixed is its first-degree hash if no line of it has a slot.
	fixed [maxHash]byte
	moves bool
}

const maxHash = 48

// errAlike says that two blank nodes are not told apart, or two lines are the
// same, with these values.
var errAlike = errors.New("blank nodes look alike")

// slotUse is where a slot's value goes in the dataset.
type slotUse struct{ iri, literal bool }

// newPattern learns a pattern from a dataset in which markers stand for the
// values of slots.
func newPattern(quads []rdf.Quad, markers []string, hash crypto.Hash) (*pattern, []slotUse, error) {
	canonical, err := rdf.Canonicalize(quads, rdf.Options{Hash: rdfHash(hash)})
	if err != nil {
		return nil, nil, err
	}
	p := &pattern{hash: hash, size: len(canonical.NQuads)}
	uses := make([]slotUse, len(markers))
	index := map[string]int{}
	for label := range canonical.Issued {
		index[label] = 0
	}
	// The order of the sample is as good as any, and most often the final one.
	for label, name := range canonical.Issued {
		n, err := strconv.Atoi(strings.TrimPrefix(name, "c14n"))
		if err != nil || n >= len(index) {
			return nil, nil, fmt.Errorf("canonical label %q", name)
		}
		index[label] = n
	}
	p.blanks = make([]patternBlank, len(index))
	p.labels = make([][]byte, len(index))
	for i := range p.labels {
		p.labels[i] = strconv.AppendInt([]byte("_:c14n"), int64(i), 10)
	}
	slices.SortFunc(quads, func(a, b rdf.Quad) int {
		return bytes.Compare(sampleLine(a, canonical.Issued), sampleLine(b, canonical.Issued))
	})
	for i := range quads {
		if err := p.learn(&quads[i], index, markers, uses); err != nil {
			return nil, nil, err
		}
	}
	var s patternScratch
	for i := range p.blanks {
		if !p.blanks[i].moves {
			p.blanks[i].fixed = p.firstDegree(&s, i, nil)
		}
	}
	return p, uses, nil
}

func rdfHash(hash crypto.Hash) rdf.Hash {
	if hash == crypto.SHA384 {
		return rdf.SHA384
	}
	return rdf.SHA256
}

func sampleLine(q rdf.Quad, issued map[string]string) []byte {
	for _, t := range []*rdf.Term{&q.Subject, &q.Object, &q.Graph} {
		if t.Kind == rdf.Blank {
			t.Value = issued[t.Value]
		}
	}
	return rdf.AppendNQuad(nil, &q)
}

// learn takes in a quad.
func (p *pattern) learn(q *rdf.Quad, blanks map[string]int, markers []string, uses []slotUse) error {
	at := len(p.lines)
	var line patternLine
	var text []byte
	moves := false
	mentioned := map[int]bool{}
	for i, t := range []*rdf.Term{&q.Subject, &q.Predicate, &q.Object, &q.Graph} {
		if t.Kind == 0 {
			continue
		}
		if i > 0 {
			text = append(text, ' ')
		}
		slot, err := slotOf(t, markers)
		switch {
		case err != nil:
			return err
		case slot >= 0 && i == 1, slot >= 0 && i == 2 && q.Predicate.Value == rdf.RDFType:
			return fmt.Errorf("slot %d names a property or a type", slot)
		case slot >= 0:
			uses[slot].iri = uses[slot].iri || t.Kind == rdf.IRI
			uses[slot].literal = uses[slot].literal || t.Kind == rdf.Literal
			line.pieces = append(line.pieces, piece{text: text, kind: pieceSlot, of: slot, term: *t})
			text, moves = nil, true
		case t.Kind == rdf.Blank:
			line.pieces = append(line.pieces, piece{text: text, kind: pieceBlank, of: blanks[t.Value]})
			text = nil
			mentioned[blanks[t.Value]] = true
		default:
			text = rdf.AppendTerm(text, t)
		}
	}
	line.pieces = append(line.pieces, piece{text: append(text, " .\n"...)})
	p.lines = append(p.lines, line)
	for b := range mentioned {
		p.blanks[b].all = append(p.blanks[b].all, at)
		p.blanks[b].moves = p.blanks[b].moves || moves
	}
	if q.Subject.Kind == rdf.Blank {
		b := &p.blanks[blanks[q.Subject.Value]]
		b.subject = append(b.subject, at)
	} else {
		p.named = append(p.named, at)
	}
	return nil
}

// slotOf returns the slot whose marker is the term's value, -1 for none, and
// an error where a marker is but a part of the term.
func slotOf(t *rdf.Term, markers []string) (int, error) {
	for slot, marker := range markers {
		if t.Kind != rdf.Blank && t.Value == marker && t.Datatype != rdf.RDFJSON {
			return slot, nil
		}
		if strings.Contains(t.Value, marker) || strings.Contains(t.Datatype, marker) || strings.Contains(t.Language, marker) {
			return 0, fmt.Errorf("slot %d is a part of a larger value", slot)
		}
	}
	return -1, nil
}

// patternScratch is the memory of one rendering.
type patternScratch struct {
	text   []byte
	sorted []byte
	spans  []span
	hashes [][maxHash]byte
	order  []int
	rank   []int
}

type span struct{ from, to int }

// render returns the hash of the canonical form with the values, or errAlike.
func (p *pattern) render(s *patternScratch, values []string) ([maxHash]byte, error) {
	canonical, err := p.canonical(s, values)
	if err != nil {
		return [maxHash]byte{}, err
	}
	return p.digest(canonical), nil
}

// canonical returns the canonical form, valid until s is used again.
func (p *pattern) canonical(s *patternScratch, values []string) ([]byte, error) {
	n := len(p.blanks)
	s.hashes, s.order, s.rank = s.hashes[:0], s.order[:0], s.rank[:0]
	for i := range n {
		b := &p.blanks[i]
		if b.moves {
			s.hashes = append(s.hashes, p.firstDegree(s, i, values))
		} else {
			s.hashes = append(s.hashes, b.fixed)
		}
		s.order, s.rank = append(s.order, i), append(s.rank, 0)
	}
	// Insertion: there are few, and most stand where they stood in the sample.
	for i := 1; i < n; i++ {
		for j := i; j > 0 && bytes.Compare(s.hashes[s.order[j]][:], s.hashes[s.order[j-1]][:]) < 0; j-- {
			s.order[j], s.order[j-1] = s.order[j-1], s.order[j]
		}
	}
	for i, b := range s.order {
		if i > 0 && s.hashes[b] == s.hashes[s.order[i-1]] {
			return nil, errAlike
		}
		s.rank[b] = i
	}
	s.text, s.spans = s.text[:0], s.spans[:0]
	for _, line := range p.named {
		p.appendLine(s, line, values, -1)
	}
	for _, b := range s.order {
		for _, line := range p.blanks[b].subject {
			p.appendLine(s, line, values, -1)
		}
	}
	s.sort()
	s.sorted = s.sorted[:0]
	for i, at := range s.spans {
		if i > 0 {
			before := s.spans[i-1]
			if bytes.Equal(s.text[before.from:before.to], s.text[at.from:at.to]) {
				// Two quads have become one, and the hashes above have
				// counted both.
				return nil, errAlike
			}
		}
		s.sorted = append(s.sorted, s.text[at.from:at.to]...)
	}
	return s.sorted, nil
}

// firstDegree hashes what is said of a blank node (RDFC-1.0 §4.6.3).
func (p *pattern) firstDegree(s *patternScratch, blank int, values []string) [maxHash]byte {
	s.text, s.spans = s.text[:0], s.spans[:0]
	for _, line := range p.blanks[blank].all {
		p.appendLine(s, line, values, blank)
	}
	s.sort()
	s.sorted = s.sorted[:0]
	for _, at := range s.spans {
		s.sorted = append(s.sorted, s.text[at.from:at.to]...)
	}
	return p.digest(s.sorted)
}

func (p *pattern) digest(data []byte) (out [maxHash]byte) {
	sumInto(out[:], p.hash, data)
	return out
}

// appendLine writes a line with its blank nodes' canonical labels, or, where
// self is not negative, as that node's hash sees them.
func (p *pattern) appendLine(s *patternScratch, line int, values []string, self int) {
	from := len(s.text)
	pieces := p.lines[line].pieces
	for i := range pieces {
		piece := &pieces[i]
		s.text = append(s.text, piece.text...)
		switch {
		case piece.kind == pieceSlot:
			term := piece.term
			term.Value = values[piece.of]
			s.text = rdf.AppendTerm(s.text, &term)
		case piece.kind == pieceEnd:
		case self < 0:
			s.text = append(s.text, p.labels[s.rank[piece.of]]...)
		case piece.of == self:
			s.text = append(s.text, "_:a"...)
		default:
			s.text = append(s.text, "_:z"...)
		}
	}
	s.spans = append(s.spans, span{from, len(s.text)})
}

func (s *patternScratch) sort() {
	slices.SortFunc(s.spans, func(a, b span) int { return bytes.Compare(s.text[a.from:a.to], s.text[b.from:b.to]) })
}
