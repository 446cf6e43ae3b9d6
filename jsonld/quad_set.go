package jsonld

import (
	"hash/maphash"
	"strconv"

	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/rdf"
)

// quadSet is a dataset under construction: quads in the order they were added,
// each once.
type quadSet struct {
	quads []rdf.Quad
	// table holds positions in quads plus one, by hash; its length is a power
	// of two.
	table []uint32
	seed  maphash.Seed
	limit int
}

// newQuadSet returns a set with room for what the document is likely to say: the
// room given, if that is enough.
func newQuadSet(doc *jsontree.Value, room []rdf.Quad, limit int) quadSet {
	left := 4096
	countValues(doc, &left)
	count := 4096 - left
	size := 16
	for 3*size < 4*count {
		size *= 2
	}
	if cap(room) < count {
		room = make([]rdf.Quad, 0, count)
	}
	return quadSet{quads: room[:0], table: make([]uint32, size), seed: maphash.MakeSeed(), limit: limit}
}

// countValues takes one from room for each value that will be the object of a
// quad, until there is none left.
func countValues(v *jsontree.Value, room *int) {
	if v.Kind != jsontree.Array {
		*room--
	}
	for i := range v.Members {
		if m := &v.Members[i]; *room > 0 && m.Name != "@context" {
			countValues(&m.Value, room)
		}
	}
}

func (s *quadSet) hash(q *rdf.Quad) uint64 {
	h := maphash.String(s.seed, q.Subject.Value)
	h = h*31 + maphash.String(s.seed, q.Predicate.Value)
	h = h*31 + maphash.String(s.seed, q.Object.Value)
	// The high bits are the better ones after a product.
	return h ^ h>>32
}

// add adds a quad; it is false where the limit is passed.
func (s *quadSet) add(q rdf.Quad) bool {
	mask := uint64(len(s.table) - 1)
	at := s.hash(&q) & mask
	for s.table[at] != 0 {
		if s.quads[s.table[at]-1] == q {
			return true
		}
		at = (at + 1) & mask
	}
	if len(s.quads) >= s.limit {
		return false
	}
	s.quads = append(s.quads, q)
	s.table[at] = uint32(len(s.quads))
	if 4*len(s.quads) > 3*len(s.table) {
		s.grow()
	}
	return true
}

func (s *quadSet) grow() {
	s.table = make([]uint32, 4*len(s.table))
	mask := uint64(len(s.table) - 1)
	for i := range s.quads {
		at := s.hash(&s.quads[i]) & mask
		for s.table[at] != 0 {
			at = (at + 1) & mask
		}
		s.table[at] = uint32(i + 1)
	}
}

// labels gives blank nodes their labels: b0, b1 and so on.
type labels struct {
	next  int
	given map[string]string
	// places makes labels of the document's own out of its own; see place.go.
	places bool
}

func (l *labels) fresh() rdf.Term {
	n := l.next
	l.next++
	return rdf.Term{Kind: rdf.Blank, Value: label(n)}
}

// of returns the node that the document calls id, which begins with "_:".
func (l *labels) of(id string) rdf.Term {
	if l.places {
		return rdf.Term{Kind: rdf.Blank, Value: "id" + id[len("_:"):]}
	}
	s, ok := l.given[id]
	if !ok {
		s = l.fresh().Value
		if l.given == nil {
			l.given = map[string]string{}
		}
		l.given[id] = s
	}
	return rdf.Term{Kind: rdf.Blank, Value: s}
}

// labelText is b0b1b2…b9, then b10 to b99: most labels are a part of it.
const labelText = "b0b1b2b3b4b5b6b7b8b9" +
	"b10b11b12b13b14b15b16b17b18b19b20b21b22b23b24b25b26b27b28b29b30b31b32b33b34b35b36b37b38b39" +
	"b40b41b42b43b44b45b46b47b48b49b50b51b52b53b54b55b56b57b58b59b60b61b62b63b64b65b66b67b68b69" +
	"b70b71b72b73b74b75b76b77b78b79b80b81b82b83b84b85b86b87b88b89b90b91b92b93b94b95b96b97b98b99"

func label(n int) string {
	switch {
	case n < 10:
		return labelText[2*n : 2*n+2]
	case n < 100:
		at := 20 + 3*(n-10)
		return labelText[at : at+3]
	default:
		return "b" + strconv.Itoa(n)
	}
}
