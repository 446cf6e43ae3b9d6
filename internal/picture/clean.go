package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// Bounds of an SVG file that somebody brings.
const (
	MaxSVGBytes    = 2 << 20
	maxSVGDepth    = 64
	maxSVGElements = 20_000
	// maxSVGDrawn bounds the elements that are drawn once all references are
	// followed: a few that repeat each other can stand for millions.
	maxSVGDrawn = 100_000
)

const (
	svgSpace   = "http://www.w3.org/2000/svg"
	xlinkSpace = "http://www.w3.org/1999/xlink"
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
	htmlSpace  = "http://www.w3.org/1999/xhtml"
)

// CleanSVG writes a brought SVG file anew from what is allowed in it. What could
// act or reach out of the file is refused, with its place: scripts, events,
// links, foreign content, a DOCTYPE, references to anything but a part of the
// file or a PNG or JPEG held in it, style sheets with addresses. What only
// editors use (their own namespaces, metadata, comments, attributes without an
// effect here) is left out. A clean file comes out as it went in.
func CleanSVG(data []byte) ([]byte, error) {
	if len(data) > MaxSVGBytes {
		return nil, fault(svgBytes, map[string]any{"Bytes": len(data), "Megabytes": MaxSVGBytes >> 20})
	}
	c := cleaner{decoder: xml.NewDecoder(bytes.NewReader(data)), ids: map[string]*node{}}
	if err := c.read(); err != nil {
		return nil, err
	}
	if c.root == nil {
		return nil, fault(svgRoot, nil)
	}
	if err := c.checkRepeats(); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	c.root.write(&out)
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// node is an element that is kept, with its children in order.
type node struct {
	name         string
	attributes   []xml.Attr // their names without a namespace
	children     []any      // *node or string
	refers       []string   // ids
	line, column int
}

// cleaner reads a file into nodes.
type cleaner struct {
	decoder  *xml.Decoder
	root     *node
	open     []*node
	elements int
	ids      map[string]*node
}

// at is an error with the place that has just been read.
func (c *cleaner) at(code code, name string) *Error {
	line, column := c.decoder.InputPos()
	facts := map[string]any{"Line": line, "Column": column}
	if name != "" {
		facts["Name"] = clip(name)
	}
	return fault(code, facts)
}

func (c *cleaner) read() error {
	for {
		token, err := c.decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			e := c.at(svgSyntax, "")
			e.Err = err
			return e
		}
		switch t := token.(type) {
		case xml.StartElement:
			err = c.start(t)
		case xml.EndElement:
			c.open = c.open[:len(c.open)-1]
		case xml.CharData:
			c.text(string(t))
		case xml.Directive:
			err = c.at(svgDoctype, "")
		case xml.ProcInst:
			if t.Target != "xml" {
				err = c.at(svgInstruction, t.Target)
			}
		}
		if err != nil {
			return err
		}
	}
}

func (c *cleaner) start(t xml.StartElement) error {
	if c.elements++; c.elements > maxSVGElements {
		e := c.at(svgElements, "")
		e.Facts["Max"] = maxSVGElements
		return e
	}
	switch {
	case len(c.open) == 0 && c.root != nil,
		len(c.open) == 0 && (t.Name.Space != svgSpace || t.Name.Local != "svg"):
		return c.at(svgRoot, "")
	case t.Name.Space == htmlSpace, t.Name.Space == "",
		t.Name.Space == svgSpace && !allowedElement(t.Name.Local):
		return c.at(svgElement, t.Name.Local)
	case t.Name.Space != svgSpace || t.Name.Local == "metadata":
		if err := c.decoder.Skip(); err != nil {
			e := c.at(svgSyntax, "")
			e.Err = err
			return e
		}
		return nil
	case len(c.open) == maxSVGDepth:
		e := c.at(svgDepth, "")
		e.Facts["Max"] = maxSVGDepth
		return e
	}
	n := &node{name: t.Name.Local}
	n.line, n.column = c.decoder.InputPos()
	for _, a := range t.Attr {
		if err := c.attribute(n, a); err != nil {
			return err
		}
	}
	if len(c.open) == 0 {
		c.root = n
	} else {
		parent := c.open[len(c.open)-1]
		parent.children = append(parent.children, n)
	}
	c.open = append(c.open, n)
	return nil
}

// attribute checks one attribute and keeps it, or leaves it out.
func (c *cleaner) attribute(n *node, a xml.Attr) error {
	name := a.Name.Local
	switch a.Name.Space {
	case "":
	case xlinkSpace:
		if name != "href" {
			return nil
		}
	case xmlSpace:
		if name != "lang" && name != "space" {
			return nil
		}
		name = "xml:" + name
	default:
		return nil
	}
	if strings.HasPrefix(lowerASCII(name), "on") {
		return c.at(svgEvent, name)
	}
	for _, kept := range n.attributes {
		if kept.Name.Local == name {
			if name == "href" {
				return nil // both href and xlink:href, for old programs
			}
			return c.at(svgAttribute, name)
		}
	}
	if name != "href" && !allowedAttribute(name) {
		return nil
	}
	var refers []string
	var ok bool
	switch {
	case name == "id", name == "class", name == "lang", strings.HasPrefix(name, "aria-"), strings.HasPrefix(name, "xml:"):
		ok = true // words, not values
	case name == "href":
		refers, ok = hrefTarget(n.name, a.Value)
	case name == "style":
		if refers, ok = cssTargets(a.Value); !ok {
			return c.at(svgStyle, name)
		}
	default:
		refers, ok = cssTargets(a.Value)
	}
	if !ok {
		return c.at(svgReference, a.Value)
	}
	if name == "id" && c.ids[a.Value] == nil {
		c.ids[a.Value] = n
	}
	n.refers = append(n.refers, refers...)
	n.attributes = append(n.attributes, xml.Attr{Name: xml.Name{Local: name}, Value: a.Value})
	return nil
}

// text keeps text where it means something.
func (c *cleaner) text(s string) {
	if len(c.open) == 0 || s == "" {
		return
	}
	n := c.open[len(c.open)-1]
	switch n.name {
	case "title", "desc", "style", "text", "tspan", "textPath":
		n.children = append(n.children, s)
	}
}
