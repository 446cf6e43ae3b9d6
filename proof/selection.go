package proof

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ecusson/ecusson/jsontree"
)

// selection is the part of a document that JSON pointers name (RFC 6901).
type selection struct {
	// whole takes all that stands here; members otherwise says what to take of
	// it, by the step of a pointer that leads there.
	whole   bool
	members map[string]*selection
}

// maxPointers bounds the pointers of one selection.
const maxPointers = 1000

// newSelection puts the pointers into one selection. A pointer that names
// nothing in the document is an error: nobody shall believe that what it was
// meant to name is taken.
func newSelection(doc *jsontree.Value, pointers []string) (*selection, error) {
	if len(pointers) > maxPointers {
		return nil, fmt.Errorf("more than %d pointers", maxPointers)
	}
	root := &selection{}
	for _, pointer := range pointers {
		if doc.Find(pointer) == nil || !unescapes(pointer) {
			return nil, fmt.Errorf("the pointer %s names nothing in the document", quote(pointer))
		}
		at := root
		if pointer != "" {
			for step := range strings.SplitSeq(pointer[1:], "/") {
				step = pointerEscapes.Replace(step)
				next := at.members[step]
				if next == nil {
					next = &selection{}
					if at.members == nil {
						at.members = map[string]*selection{}
					}
					at.members[step] = next
				}
				at = next
			}
		}
		at.whole = true
	}
	return root, nil
}

var pointerEscapes = strings.NewReplacer("~1", "/", "~0", "~")

// unescapes tells whether each tilde of a pointer is an escape (RFC 6901 §3).
func unescapes(pointer string) bool {
	rest := strings.NewReplacer("~0", "", "~1", "").Replace(pointer)
	return !strings.Contains(rest, "~")
}

// always are the members that go along with any part of their object (VC Data
// Integrity ECDSA Cryptosuites 1.0 §3.4.12): who it is, and how it is read.
var always = []string{"@context", "id", "@id", "type", "@type"}

// of returns the part of v. With holes the items of a list stay in their
// places, null where one is not taken, which JSON-LD passes over.
func (s *selection) of(v *jsontree.Value, holes bool) jsontree.Value {
	if s.whole || v.Kind != jsontree.Object && v.Kind != jsontree.Array {
		return *v
	}
	out := jsontree.Value{Kind: v.Kind}
	for i := range v.Members {
		m := &v.Members[i]
		name := m.Name
		if v.Kind == jsontree.Array {
			name = fmt.Sprint(i)
		} else if slices.Contains(always, name) {
			out.Members = append(out.Members, *m)
			continue
		}
		if inner := s.members[name]; inner != nil {
			out.Members = append(out.Members, jsontree.Member{Name: m.Name, Value: inner.of(&m.Value, holes)})
		} else if holes && v.Kind == jsontree.Array {
			out.Members = append(out.Members, jsontree.Member{})
		}
	}
	return out
}

var errNotAPart = errors.New("it says something else than the whole: a list or a value with its language is taken whole or not at all")
