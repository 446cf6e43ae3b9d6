package config

import (
	"bytes"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// readFile reads the settings file: the one that --config or ECUSSON_CONFIG
// names, which must be there, or ecusson.yaml of the working folder if there is
// one.
func (l *loader) readFile() {
	named := l.env(fileEnv)
	if l.from.Flags != nil {
		if f := l.from.Flags.Lookup(fileFlag); f != nil && f.Changed {
			named = given{values: []string{f.Value.String()}, origin: Origin{Kind: FromFlag, Name: "--" + fileFlag}}
		}
	}
	path, origin := defaultFile, Origin{Kind: FromFile, Name: defaultFile}
	if len(named.values) > 0 {
		path, origin = named.values[0], named.origin
	} else if _, _, err := readFile(l.from.Open, path); errors.Is(err, fs.ErrNotExist) {
		return
	}
	data, info, ok := l.open("", origin, path)
	if !ok {
		return
	}
	l.config.File = path
	f := &yamlFile{loader: l, name: path}
	l.file = f.parse(data)
	if info.Mode().Perm()&0o007 != 0 && f.hasSecret() {
		l.warnings = append(l.warnings, Fault{Origin: Origin{Kind: FromFile, Name: path}, Code: WarnFileExposed, Facts: map[string]any{"File": path}})
	}
}

// yamlFile is a settings file while it is read: one mapping of names to texts
// or lists of texts.
type yamlFile struct {
	*loader
	name  string
	found map[string]given
}

// maxYAMLDepth bounds what the parser, which calls itself, is given: a list in
// the mapping needs two.
const maxYAMLDepth = 16

func (f *yamlFile) parse(data []byte) map[string]given {
	f.found = map[string]given{}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) || yamlDepth(data) > maxYAMLDepth {
		f.fault("", Origin{Kind: FromFile, Name: f.name}, FaultYAML, nil)
		return f.found
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		// What the parser says may quote the line, and the line may hold a secret.
		o := Origin{Kind: FromFile, Name: f.name}
		var syntax yaml.Error
		if errors.As(err, &syntax) {
			o = f.at(syntax.GetToken())
		}
		f.fault("", o, FaultYAML, nil)
		return f.found
	}
	read := false
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil || doc.Body.Type() == ast.CommentType || doc.Body.Type() == ast.NullType:
		case read:
			f.fault("", f.at(doc.Body.GetToken()), FaultYAML, nil)
		default:
			read = true
			f.mapping(doc.Body)
		}
	}
	return f.found
}

func (f *yamlFile) at(t *token.Token) Origin {
	o := Origin{Kind: FromFile, Name: f.name}
	if t != nil && t.Position != nil {
		o.Line, o.Column = t.Position.Line, t.Position.Column
	}
	return o
}

func (f *yamlFile) mapping(n ast.Node) {
	var pairs []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		pairs = m.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{m}
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		f.fault("", f.at(n.GetToken()), FaultYAMLAlias, nil)
		return
	default:
		f.fault("", f.at(n.GetToken()), FaultYAMLMap, nil)
		return
	}
	for _, pair := range pairs {
		f.pair(pair)
	}
}

func (f *yamlFile) pair(pair *ast.MappingValueNode) {
	o := f.at(pair.Key.GetToken())
	key, ok := pair.Key.(*ast.StringNode)
	if !ok {
		f.fault("", o, FaultYAMLAlias, nil)
		return
	}
	name := key.Value
	s := fileSetting(name)
	if s == nil {
		f.unknown(name, o)
		return
	}
	if _, twice := f.found[name]; twice {
		f.fault(name, o, FaultTwice, nil)
		return
	}
	f.found[name] = given{origin: o}
	if values, ok := f.values(s, name, pair.Value); ok {
		f.found[name] = given{values: values, origin: o}
	}
}

// fileSetting is the setting that a name of the file belongs to, nil if none.
func fileSetting(name string) *Setting {
	i := slices.IndexFunc(settings, func(s Setting) bool {
		return s.Name == name || s.EnvFile() != "" && s.Name+"_file" == name
	})
	if i < 0 {
		return nil
	}
	return &settings[i]
}

func (f *yamlFile) unknown(name string, o Origin) {
	var names []string
	for _, s := range settings {
		names = append(names, s.Name)
		if s.EnvFile() != "" {
			names = append(names, s.Name+"_file")
		}
	}
	// A name that is none may be a value in the wrong place, and so a secret.
	if near := nearest(name, names); near != "" {
		f.fault("", o, FaultUnknownNear, map[string]any{"Near": near})
		return
	}
	f.fault("", o, FaultUnknown, nil)
}

// values reads a text, a number or, where the setting is a list, a list of them.
func (f *yamlFile) values(s *Setting, name string, n ast.Node) ([]string, bool) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		text, ok := f.scalar(name, n)
		return []string{text}, ok
	}
	if !s.List {
		f.fault(name, f.at(n.GetToken()), FaultOneLine, nil)
		return nil, false
	}
	var values []string
	for _, item := range list.Values {
		text, ok := f.scalar(name, item)
		if !ok {
			return nil, false
		}
		values = append(values, text)
	}
	return values, true
}

func (f *yamlFile) scalar(name string, n ast.Node) (string, bool) {
	switch v := n.(type) {
	case nil, *ast.NullNode:
		return "", true
	case *ast.StringNode:
		return v.Value, true
	case *ast.LiteralNode:
		return strings.TrimRight(v.Value.Value, "\n"), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return v.GetToken().Value, true
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode:
		f.fault(name, f.at(n.GetToken()), FaultYAMLAlias, nil)
	default:
		f.fault(name, f.at(n.GetToken()), FaultOneLine, nil)
	}
	return "", false
}

// hasSecret tells whether a secret stands in the file itself.
func (f *yamlFile) hasSecret() bool {
	for name, g := range f.found {
		if s := fileSetting(name); s.Secret && s.Name == name && !g.empty() {
			return true
		}
	}
	return urlPassword(strings.Join(f.found["database"].values, ""))
}

// yamlDepth is how deep collections in brackets, and lists in lists on one
// line, may nest at most in data.
func yamlDepth(data []byte) int {
	open, deepest := 0, 0
	for line := range bytes.Lines(data) {
		dashes := 0
		for _, c := range line {
			if c == '-' || c == '?' || c == ':' {
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
