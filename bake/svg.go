package bake

import (
	"bytes"
	"fmt"
	"strconv"
)

// drawing is what was learnt about an SVG document.
type drawing struct {
	root     tag
	bindings []binding // those of the root
	elements []element
}

// element is one that holds a credential.
type element struct {
	mark       *mark
	start, end int
	verify     []byte
	hasVerify  bool
	body       []byte
	err        error
}

// binding is a namespace prefix in scope.
type binding struct{ prefix, namespace string }

// maxDepth bounds the nesting of elements, maxBindings the namespaces in scope.
const (
	maxDepth    = 512
	maxBindings = 256
)

// open is an element whose end is still to come.
type open struct {
	name     []byte
	bindings int // in scope outside
}

// readSVG goes through the whole document. With an error it returns what it
// has learnt so far.
func readSVG(image []byte) (*drawing, error) {
	d := &drawing{}
	x, err := newXML(image)
	if err != nil {
		return d, err
	}
	var (
		stack []open
		scope []binding
		inner = -1 // depth of the credential element at hand
	)
	closeElement := func(end int) {
		if inner == len(stack) {
			d.elements[len(d.elements)-1].end = end
			inner = -1
		}
		stack = stack[:len(stack)-1]
	}
	for {
		t, err := x.next()
		if err != nil {
			d.drop(inner)
			return d, err
		}
		switch t.kind {
		case kindEnd:
			if d.root.kind == 0 {
				return d, ErrNotImage
			}
			if len(stack) > 0 {
				d.drop(inner)
				return d, svgError(len(image), "ends inside the element %q", stack[len(stack)-1].name)
			}
			return d, nil
		case kindText, kindCDATA:
			if inner >= 0 {
				e := &d.elements[len(d.elements)-1]
				if t.kind == kindCDATA {
					e.body = append(e.body, t.text...)
				} else if e.body, err = unescape(e.body, t.text); err != nil {
					d.drop(inner)
					return d, svgError(t.start, "%v", err)
				}
			} else if len(stack) == 0 && len(bytes.TrimSpace(t.text)) > 0 {
				if d.root.kind == 0 {
					return d, ErrNotImage
				}
				return d, svgError(t.start, "text after the root element")
			}
		case kindClose:
			if len(stack) == 0 || !bytes.Equal(stack[len(stack)-1].name, t.name) {
				d.drop(inner)
				return d, svgError(t.start, "end tag of %q does not belong here", t.name)
			}
			scope = scope[:stack[len(stack)-1].bindings]
			closeElement(t.end)
		case kindOpen:
			_, local := splitName(t.name)
			if len(stack) == 0 {
				if d.root.kind != 0 {
					return d, svgError(t.start, "second root element %q", t.name)
				}
				if string(local) != "svg" {
					return d, fmt.Errorf("%w: XML with the root element %q", ErrNotImage, clip(t.name))
				}
				d.root = t
			}
			if len(stack) == maxDepth {
				d.drop(inner)
				return d, fmt.Errorf("%w: elements nested deeper than %d", ErrTooLarge, maxDepth)
			}
			outside := len(scope)
			if scope, err = x.declare(scope); err != nil {
				d.drop(inner)
				return d, err
			}
			if len(stack) == 0 {
				d.bindings = append(d.bindings, scope...)
			}
			stack = append(stack, open{t.name, outside})
			if inner >= 0 {
				e := &d.elements[len(d.elements)-1]
				e.err = svgError(t.start, "element %q inside a credential", clip(t.name))
			} else if m := elementMark(scope, t.name); m != nil {
				if len(d.elements) == MaxFound {
					return d, fmt.Errorf("%w: more than %d credentials", ErrTooLarge, MaxFound)
				}
				e := element{mark: m, start: t.start}
				for _, a := range x.attributes {
					if string(a.name) == "verify" {
						if e.hasVerify {
							return d, svgError(a.start, "attribute verify twice")
						}
						if e.verify, err = unescape(nil, a.value); err != nil {
							return d, svgError(a.start, "%v", err)
						}
						e.hasVerify = true
					}
				}
				d.elements = append(d.elements, e)
				inner = len(stack)
			}
			if t.empty {
				scope = scope[:outside]
				closeElement(t.end)
			}
		}
	}
}

// drop forgets the credential at hand when its element is not whole.
func (d *drawing) drop(inner int) {
	if inner >= 0 {
		d.elements = d.elements[:len(d.elements)-1]
	}
}

func clip(name []byte) []byte { return name[:min(len(name), 40)] }

// elementMark returns whose credential an element holds, nil if it holds none.
// The namespace decides, not the prefix.
func elementMark(scope []binding, name []byte) *mark {
	prefix, local := splitName(name)
	if string(local) != "credential" && string(local) != "assertion" {
		return nil
	}
	namespace := ""
	for i := len(scope) - 1; i >= 0; i-- {
		if scope[i].prefix == string(prefix) {
			namespace = scope[i].namespace
			break
		}
	}
	for i := range marks {
		if marks[i].namespace == namespace && marks[i].element == string(local) {
			return &marks[i]
		}
	}
	return nil
}

func extractSVG(image []byte) ([]Found, error) {
	d, err := readSVG(image)
	var found []Found
	for _, e := range d.elements {
		f := Found{
			Format: FormatSVG, Standard: e.mark.standard, Keyword: e.mark.namespace,
			Place: "body", Offset: e.start, Err: e.err,
		}
		body, verify := bytes.TrimSpace(e.body), bytes.TrimSpace(e.verify)
		switch {
		case e.err != nil:
		case len(body) > 0:
			f.Data, f.Verify = body, string(verify)
		case len(verify) > 0:
			f.Place, f.Data = "verify", verify
		default:
			f.Err = svgError(e.start, "credential without attribute verify and without text")
		}
		found = append(found, f)
	}
	return found, err
}

func prepareSVG(image []byte) (*Template, error) {
	d, err := readSVG(image)
	if err != nil {
		return nil, err
	}
	t := &Template{format: FormatSVG, prefix: "openbadges"}
	namespace := marks[0].namespace
	declared := false
	for _, b := range d.bindings {
		if b.namespace == namespace && b.prefix != "" {
			t.prefix, declared = b.prefix, true
			break
		}
	}
	if !declared {
		// An image of Open Badges 2 has given that prefix away.
		for n := 3; d.isBound(t.prefix); n++ {
			t.prefix = "openbadges" + strconv.Itoa(n)
		}
	}
	root := d.root
	tagEnd := root.end - 1
	if root.empty {
		tagEnd--
	}
	t.head = append(t.head, image[:tagEnd]...)
	if !declared {
		t.head = append(t.head, " xmlns:"+t.prefix+`="`+namespace+`"`...)
	}
	t.head = append(t.head, '>')
	if root.empty {
		t.tail = append(t.tail, "</"+string(root.name)+">"...)
	}
	at := root.end
	for _, e := range d.elements {
		if e.mark.standard == OpenBadges3 {
			t.tail = append(t.tail, image[at:e.start]...)
			at = e.end
		}
	}
	t.tail = append(t.tail, image[at:]...)
	return t, nil
}

func (d *drawing) isBound(prefix string) bool {
	for _, b := range d.bindings {
		if b.prefix == prefix {
			return true
		}
	}
	return false
}

var cdataEnd = []byte("]]>")

func appendElement(dst []byte, prefix string, credential []byte) []byte {
	dst = append(dst, '<')
	dst = append(dst, prefix...)
	dst = append(dst, ":credential"...)
	if isCompactJWS(credential) {
		dst = append(dst, ` verify="`...)
		dst = append(dst, credential...)
		dst = append(dst, `">`...)
	} else {
		dst = append(dst, "><![CDATA["...)
		for {
			i := bytes.Index(credential, cdataEnd)
			if i < 0 {
				break
			}
			// The end of a CDATA section is divided between two of them.
			dst = append(dst, credential[:i+2]...)
			dst = append(dst, "]]><![CDATA["...)
			credential = credential[i+2:]
		}
		dst = append(dst, credential...)
		dst = append(dst, "]]>"...)
	}
	dst = append(dst, "</"...)
	dst = append(dst, prefix...)
	return append(dst, ":credential>"...)
}
