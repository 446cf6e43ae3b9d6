package rdf

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strconv"
)

// issuer is the temporary identifier issuer of RDFC-1.0 §4.5, prefix "b". The
// specification copies issuers at every turn; since every copy begins as its
// original, one issuer that can be taken back to a mark does the same.
type issuer struct {
	nodes  []int32 // in the order issued: the node at i is "b" + i
	number []int32 // of node, or -1
}

func (t *issuer) reset(nodes int) {
	t.nodes = t.nodes[:0]
	t.number = sized(t.number, nodes)
	for n := range t.number {
		t.number[n] = -1
	}
}

func (t *issuer) issue(node int32) {
	if t.number[node] < 0 {
		t.number[node] = int32(len(t.nodes))
		t.nodes = append(t.nodes, node)
	}
}

func (t *issuer) backTo(mark int) {
	for _, n := range t.nodes[mark:] {
		t.number[n] = -1
	}
	t.nodes = t.nodes[:mark]
}

// frame holds the buffers of one depth of the recursion.
type frame struct {
	related []related // the map Hn of §4.8, as a list sorted by hash
	data    []byte    // to be hashed in the end
	path    []byte
	chosen  []byte
	tail    []int32 // what the chosen path has issued
	order   []int32 // the permutation at hand
	recurse []int32
	hash    digest // the result
}

type related struct {
	hash digest
	node int32
}

// result is an entry of the hash path list of §4.4.3 step 5.
type result struct {
	hash  digest
	nodes []int32
}

// issueGroup is §4.4.3 step 5 for the nodes that share one first-degree hash.
func (c *canonicalizer) issueGroup(group []int32) error {
	var results []result
	for _, node := range group {
		if c.issued[node] >= 0 {
			continue
		}
		c.trail.backTo(0)
		c.trail.issue(node)
		h, err := c.hashNDegree(node, 0)
		if err != nil {
			return err
		}
		results = append(results, result{*h, slices.Clone(c.trail.nodes)})
	}
	c.trail.backTo(0)
	slices.SortStableFunc(results, func(a, b result) int { return a.hash.compare(&b.hash) })
	for _, r := range results {
		for _, node := range r.nodes {
			c.issueTo(node)
		}
	}
	return nil
}

// spend takes n steps off the bound.
func (c *canonicalizer) spend(n int) error {
	c.steps -= n
	if c.steps < 0 {
		return &LimitError{Steps: c.limit}
	}
	return nil
}

// blocks is the number of steps of hashing n bytes.
func blocks(n int) int { return n/64 + 1 }

// hashNDegree is the Hash N-Degree Quads algorithm (§4.8). It leaves in trail
// the issuer that the specification returns. The hash is good until the next
// call at the same depth.
func (c *canonicalizer) hashNDegree(node int32, depth int) (*digest, error) {
	if depth == maxDepth {
		return nil, &LimitError{Depth: maxDepth}
	}
	if depth == len(c.frames) {
		c.frames = append(c.frames, new(frame))
	}
	f := c.frames[depth]
	if err := c.findRelated(f, node); err != nil {
		return nil, err
	}
	f.data = f.data[:0]
	for i := 0; i < len(f.related); {
		f.order = f.order[:0]
		j := i
		for ; j < len(f.related) && f.related[j].hash == f.related[i].hash; j++ {
			f.order = append(f.order, f.related[j].node)
		}
		f.data = hex.AppendEncode(f.data, f.related[i].hash[:c.hash.size()])
		if err := c.choosePath(f, depth); err != nil {
			return nil, err
		}
		f.data = append(f.data, f.chosen...)
		i = j
	}
	if err := c.spend(blocks(len(f.data))); err != nil {
		return nil, err
	}
	f.hash = sum(f.data, c.hash)
	return &f.hash, nil
}

// findRelated is step 3 of §4.8: the nodes that stand in a quad with node, by
// their hash (§4.7). A node comes as often as it stands there.
func (c *canonicalizer) findRelated(f *frame, node int32) error {
	f.related = f.related[:0]
	for _, r := range c.refs[c.first[node]:c.last[node]] {
		s := &c.statements[r]
		for p, other := range s.node {
			if other < 0 || other == node {
				continue
			}
			b := append(c.line[:0], "sog"[p])
			if p < 2 {
				b = append(b, '<')
				b = append(b, c.quads[r].Predicate.Value...)
				b = append(b, '>')
			}
			switch {
			case c.issued[other] >= 0:
				b = strconv.AppendInt(append(b, "_:c14n"...), int64(c.issued[other]), 10)
			case c.trail.number[other] >= 0:
				b = strconv.AppendInt(append(b, "_:b"...), int64(c.trail.number[other]), 10)
			default:
				b = hex.AppendEncode(b, c.hashes[other][:c.hash.size()])
			}
			c.line = b
			if err := c.spend(blocks(len(b))); err != nil {
				return err
			}
			f.related = append(f.related, related{sum(b, c.hash), other})
		}
	}
	// Sorted by node as well, each group is its own first permutation.
	slices.SortFunc(f.related, func(a, b related) int {
		if d := a.hash.compare(&b.hash); d != 0 {
			return d
		}
		return int(a.node) - int(b.node)
	})
	return nil
}

// choosePath is steps 5.2 to 5.6 of §4.8 for the nodes in f.order: it leaves
// the least path of all permutations in f.chosen, and its issuer in trail.
//
// A permutation is left as soon as its path is greater than the chosen one on
// the bytes both have: it can only stay greater. Permutations that differ in
// the places of one node with itself have one path, and are walked once.
func (c *canonicalizer) choosePath(f *frame, depth int) error {
	mark := len(c.trail.nodes)
	f.chosen = f.chosen[:0]
	for {
		ok, err := c.walk(f, depth)
		if err != nil {
			return err
		}
		if ok {
			f.chosen, f.path = f.path, f.chosen
			f.tail = append(f.tail[:0], c.trail.nodes[mark:]...)
		}
		c.trail.backTo(mark)
		if !nextPermutation(f.order) {
			break
		}
	}
	for _, n := range f.tail {
		c.trail.issue(n)
	}
	return nil
}

// walk builds the path of one permutation (steps 5.4.1 to 5.4.6) and says
// whether it is to be the chosen one.
func (c *canonicalizer) walk(f *frame, depth int) (bool, error) {
	f.path, f.recurse = f.path[:0], f.recurse[:0]
	better := len(f.chosen) == 0
	checked := 0
	// worse compares what the path has grown by with the chosen path.
	worse := func() bool {
		if better {
			return false
		}
		n := min(len(f.path), len(f.chosen))
		d := bytes.Compare(f.path[min(checked, n):n], f.chosen[min(checked, n):n])
		checked = n
		better = d < 0
		return d > 0
	}
	for _, node := range f.order {
		if err := c.spend(1); err != nil {
			return false, err
		}
		if c.issued[node] >= 0 {
			f.path = strconv.AppendInt(append(f.path, "_:c14n"...), int64(c.issued[node]), 10)
		} else {
			if c.trail.number[node] < 0 {
				f.recurse = append(f.recurse, node)
				c.trail.issue(node)
			}
			f.path = strconv.AppendInt(append(f.path, "_:b"...), int64(c.trail.number[node]), 10)
		}
		if worse() {
			return false, nil
		}
	}
	for _, node := range f.recurse {
		h, err := c.hashNDegree(node, depth+1)
		if err != nil {
			return false, err
		}
		f.path = strconv.AppendInt(append(f.path, "_:b"...), int64(c.trail.number[node]), 10)
		f.path = append(f.path, '<')
		f.path = hex.AppendEncode(f.path, h[:c.hash.size()])
		f.path = append(f.path, '>')
		if worse() {
			return false, nil
		}
	}
	return better || len(f.path) < len(f.chosen), nil
}

// nextPermutation puts the next permutation in lexicographic order in place,
// and says whether there was one.
func nextPermutation(p []int32) bool {
	i := len(p) - 2
	for i >= 0 && p[i] >= p[i+1] {
		i--
	}
	if i < 0 {
		return false
	}
	j := len(p) - 1
	for p[j] <= p[i] {
		j--
	}
	p[i], p[j] = p[j], p[i]
	slices.Reverse(p[i+1:])
	return true
}
