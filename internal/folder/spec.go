package folder

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// The codes of a Fault.
const (
	FaultSyntax     = "syntax"      // the file is not YAML; Value says why
	FaultUnknownKey = "unknown-key" // Value is the key
	FaultTwice      = "twice"       // the key stands twice
	FaultMissing    = "missing"     // the key is needed and absent or empty
	FaultNotText    = "not-text"    // something else stands where a text is needed
	FaultNotList    = "not-list"
	FaultNotMap     = "not-map"
	FaultNotYesNo   = "not-yes-no" // neither true nor false
	FaultAlias      = "alias"      // anchors, aliases, tags and merge keys are not read
	FaultTooLong    = "too-long"   // Value is the greatest length
	FaultNotURL     = "not-url"    // not an https address
	FaultNotEmail   = "not-email"
	FaultNotID      = "not-id"     // neither a DID nor an https address that we can prove
	FaultNotSlug    = "not-slug"   // an id has other characters than a-z, 0-9 and -
	FaultNotOneOf   = "not-one-of" // Value lists the choices
	FaultNotTime    = "not-time"   // neither a span nor a date
	FaultNotLang    = "not-language"
	FaultBoth       = "both" // two keys of which one is to be chosen; Value is the other
)

// Fault is one thing wrong in issuer.yaml or badge.yaml.
type Fault struct {
	File         string
	Line, Column int    // from 1; 0 where the whole file is meant
	Key          string // the path of keys, as in skills[2].url
	Code         string // one of the codes above
	Value        string // what the code's sentence needs
}

// SpecError is everything wrong in one file, in the order of the file.
type SpecError struct {
	Faults []Fault
}

func (e *SpecError) Error() string {
	var b strings.Builder
	for i, f := range e.Faults {
		if i > 0 {
			b.WriteString("; ")
		}
		fmt.Fprintf(&b, "folder: %s:%d:%d: %s: %s", f.File, f.Line, f.Column, f.Key, f.Code)
		if f.Value != "" {
			fmt.Fprintf(&b, " (%s)", f.Value)
		}
	}
	return b.String()
}

const (
	maxSpecBytes = 64 << 10
	maxFaults    = 50
	maxSpecDepth = 64
	maxText      = 20000 // characters of a long text
	maxLine      = 300   // characters of a name
)

// spec reads one YAML file strictly and gathers what is wrong with it.
type spec struct {
	file   string
	faults []Fault
}

func (s *spec) fault(n ast.Node, key, code, value string) {
	f := Fault{File: s.file, Line: 1, Column: 1, Key: key, Code: code, Value: value}
	if n != nil {
		if t := n.GetToken(); t != nil && t.Position != nil {
			f.Line, f.Column = t.Position.Line, t.Position.Column
		}
	}
	if len(s.faults) < maxFaults {
		s.faults = append(s.faults, f)
	}
}

func (s *spec) err() error {
	if len(s.faults) == 0 {
		return nil
	}
	return &SpecError{Faults: s.faults}
}

// root parses the file and returns its mapping, nil if there is none.
func (s *spec) root(data []byte) *section {
	if len(data) > maxSpecBytes {
		s.fault(nil, "", FaultTooLong, fmt.Sprint(maxSpecBytes))
		return nil
	}
	if !utf8.Valid(data) {
		s.fault(nil, "", FaultSyntax, "not UTF-8")
		return nil
	}
	data = []byte(strings.TrimPrefix(string(data), "\ufeff"))
	if depth(data) > maxSpecDepth {
		s.fault(nil, "", FaultSyntax, "nested too deep")
		return nil
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		f := Fault{File: s.file, Line: 1, Column: 1, Code: FaultSyntax, Value: err.Error()}
		var syntax yaml.Error
		if errors.As(err, &syntax) {
			f.Value = syntax.GetMessage()
			if t := syntax.GetToken(); t != nil && t.Position != nil {
				f.Line, f.Column = t.Position.Line, t.Position.Column
			}
		}
		s.faults = append(s.faults, f)
		return nil
	}
	var body ast.Node
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if body != nil {
			s.fault(doc.Body, "", FaultSyntax, "a second document")
			return nil
		}
		body = doc.Body
	}
	if body == nil {
		s.fault(nil, "", FaultMissing, "")
		return nil
	}
	return s.mapping(body, "")
}

// depth is how deep collections in brackets, and lists in lists on one line, may
// nest at most in data; what is nested by indentation is bounded by its length.
func depth(data []byte) int {
	open, deepest := 0, 0
	for _, line := range strings.Split(string(data), "\n") {
		dashes := 0
		for _, c := range line {
			if c == '-' || c == '?' {
				dashes++
			} else if c != ' ' {
				break
			}
		}
		for _, c := range line {
			switch c {
			case '[', '{':
				open++
			case ']', '}':
				open = max(0, open-1)
			}
		}
		deepest = max(deepest, open, dashes)
	}
	return deepest
}

// section is one mapping of a file. What is not asked for by done is unknown.
type section struct {
	s     *spec
	node  ast.Node
	path  string
	keys  []string
	nodes map[string]ast.Node
	names map[string]ast.Node
	asked map[string]bool
}

func (s *spec) mapping(n ast.Node, path string) *section {
	var values []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		values = m.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{m}
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		s.fault(n, path, FaultAlias, "")
		return nil
	default:
		s.fault(n, path, FaultNotMap, "")
		return nil
	}
	sec := &section{s: s, node: n, path: path, nodes: map[string]ast.Node{}, names: map[string]ast.Node{}, asked: map[string]bool{}}
	for _, v := range values {
		name, ok := v.Key.(*ast.StringNode)
		if !ok {
			s.fault(v.Key, path, FaultAlias, v.Key.String())
			continue
		}
		if _, twice := sec.nodes[name.Value]; twice {
			s.fault(v.Key, sec.at(name.Value), FaultTwice, name.Value)
			continue
		}
		sec.keys = append(sec.keys, name.Value)
		sec.nodes[name.Value], sec.names[name.Value] = v.Value, v.Key
	}
	return sec
}

func (c *section) at(key string) string {
	if c.path == "" {
		return key
	}
	return c.path + "." + key
}

// has tells whether the key stands there with a value.
func (c *section) has(key string) bool {
	n, ok := c.nodes[key]
	return ok && n != nil && n.Type() != ast.NullType
}

func (c *section) ask(key string) ast.Node {
	c.asked[key] = true
	if !c.has(key) {
		return nil
	}
	return c.nodes[key]
}

// fault reports a fault of a key's value, or of the section if it is absent.
func (c *section) fault(key, code, value string) {
	n := c.node
	if v := c.names[key]; v != nil {
		n = v
	}
	if v := c.nodes[key]; v != nil && v.Type() != ast.NullType {
		n = v
	}
	if n == c.node {
		// An absent key is missed where its mapping begins.
		c.s.fault(first(n), c.at(key), code, value)
		return
	}
	c.s.fault(first(n), c.at(key), code, value)
}

// first is the node whose token begins n: a mapping's own token is its colon.
func first(n ast.Node) ast.Node {
	switch m := n.(type) {
	case *ast.MappingNode:
		if len(m.Values) > 0 {
			return m.Values[0].Key
		}
	case *ast.MappingValueNode:
		return m.Key
	}
	return n
}

// done reports every key that nothing asked for.
func (c *section) done() {
	for _, key := range c.keys {
		if !c.asked[key] {
			c.s.fault(c.names[key], c.at(key), FaultUnknownKey, key)
		}
	}
}

// scalar is the text of a scalar as it was written.
func (s *spec) scalar(n ast.Node, path string, most int) (string, bool) {
	var text string
	switch v := n.(type) {
	case *ast.StringNode:
		text = v.Value
	case *ast.LiteralNode:
		text = v.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		// 2026 and 1.0 are texts for whoever writes them; so is yes.
		text = v.GetToken().Value
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode:
		s.fault(n, path, FaultAlias, "")
		return "", false
	default:
		s.fault(first(n), path, FaultNotText, "")
		return "", false
	}
	text = strings.TrimSpace(text)
	if utf8.RuneCountInString(text) > most {
		s.fault(n, path, FaultTooLong, fmt.Sprint(most))
		return "", false
	}
	for _, r := range text {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r == utf8.RuneError || most <= maxLine && r == '\n' {
			s.fault(n, path, FaultNotText, fmt.Sprintf("U+%04X", r))
			return "", false
		}
	}
	return text, true
}

// line reads a text of one line, text one of many.
func (c *section) line(key string) string { return c.read(key, maxLine, false) }
func (c *section) text(key string) string { return c.read(key, maxText, false) }

func (c *section) need(key string, most int) string { return c.read(key, most, true) }

func (c *section) read(key string, most int, needed bool) string {
	n := c.ask(key)
	if n == nil {
		if needed {
			c.fault(key, FaultMissing, "")
		}
		return ""
	}
	text, ok := c.s.scalar(n, c.at(key), most)
	if ok && text == "" && needed {
		c.fault(key, FaultMissing, "")
	}
	return text
}

func (c *section) yes(key string) bool {
	n := c.ask(key)
	if n == nil {
		return false
	}
	switch text := strings.ToLower(n.GetToken().Value); text {
	case "true", "yes", "oui":
		return true
	case "false", "no", "non":
		return false
	}
	c.fault(key, FaultNotYesNo, "")
	return false
}

// items returns the nodes of a list with their paths; a single scalar counts
// as a list of one where single says so.
func (c *section) items(key string, single bool) ([]ast.Node, []string) {
	n := c.ask(key)
	if n == nil {
		return nil, nil
	}
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		if _, scalar := n.(ast.ScalarNode); single && scalar {
			return []ast.Node{n}, []string{c.at(key)}
		}
		c.fault(key, FaultNotList, "")
		return nil, nil
	}
	if len(list.Values) > 200 {
		c.fault(key, FaultTooLong, "200")
		return nil, nil
	}
	paths := make([]string, len(list.Values))
	for i := range list.Values {
		paths[i] = fmt.Sprintf("%s[%d]", c.at(key), i+1)
	}
	return list.Values, paths
}

// lines reads a list of texts of one line each.
func (c *section) lines(key string) []string {
	nodes, paths := c.items(key, true)
	var out []string
	for i, n := range nodes {
		if text, ok := c.s.scalar(n, paths[i], maxLine); ok && text != "" {
			out = append(out, text)
		}
	}
	return out
}

// sections reads a list of mappings.
func (c *section) sections(key string) []*section {
	nodes, paths := c.items(key, false)
	var out []*section
	for i, n := range nodes {
		if sec := c.s.mapping(n, paths[i]); sec != nil {
			out = append(out, sec)
		}
	}
	return out
}

// section reads a mapping; nil if the key is absent.
func (c *section) section(key string) *section {
	n := c.ask(key)
	if n == nil {
		return nil
	}
	return c.s.mapping(n, c.at(key))
}
