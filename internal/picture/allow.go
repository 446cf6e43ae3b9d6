package picture

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// allowedElement tells whether an element of SVG can only draw.
func allowedElement(name string) bool {
	switch name {
	case "svg", "g", "defs", "symbol", "use", "title", "desc", "metadata", "style",
		"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "image", "switch",
		"text", "tspan", "textPath",
		"linearGradient", "radialGradient", "stop", "pattern", "clipPath", "mask", "marker",
		"filter", "feGaussianBlur", "feOffset", "feMerge", "feMergeNode", "feColorMatrix", "feFlood",
		"feComposite", "feBlend", "feDropShadow", "feMorphology", "feComponentTransfer",
		"feFuncR", "feFuncG", "feFuncB", "feFuncA":
		return true
	}
	return false
}

// attributeNames are the attributes that are kept, href aside; all others have
// no effect on a still picture, or none that is wanted.
const attributeNames = ` id class style transform lang xml:lang xml:space role aria-label aria-labelledby aria-describedby aria-hidden
 viewBox preserveAspectRatio width height x y x1 y1 x2 y2 cx cy r rx ry fx fy fr d points pathLength
 fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit
 stroke-dasharray stroke-dashoffset paint-order opacity color display visibility overflow vector-effect
 clip-path clip-rule clipPathUnits mask mask-type maskUnits maskContentUnits
 offset stop-color stop-opacity gradientUnits gradientTransform spreadMethod
 patternUnits patternContentUnits patternTransform
 marker-start marker-mid marker-end markerUnits markerWidth markerHeight refX refY orient
 font-family font-size font-weight font-style font-stretch font-variant letter-spacing word-spacing
 text-anchor text-decoration dominant-baseline alignment-baseline baseline-shift dx dy rotate textLength lengthAdjust
 startOffset method spacing
 filter filterUnits primitiveUnits in in2 result stdDeviation edgeMode mode operator k1 k2 k3 k4 type values
 tableValues slope intercept amplitude exponent radius flood-color flood-opacity color-interpolation-filters
 mix-blend-mode isolation shape-rendering text-rendering image-rendering color-rendering color-interpolation `

func allowedAttribute(name string) bool {
	return !strings.ContainsAny(name, " \n") && strings.Contains(strings.ReplaceAll(attributeNames, "\n", " "), " "+name+" ")
}

// hrefTarget checks a reference: to a part of the file, or of an image to the
// picture that it holds.
func hrefTarget(element, value string) (refers []string, ok bool) {
	value = strings.TrimSpace(value)
	if id, found := strings.CutPrefix(value, "#"); found {
		return []string{id}, id != ""
	}
	return nil, element == "image" && heldPicture(value)
}

// heldPicture tells whether a data URL is a PNG or JPEG that CheckRaster takes.
func heldPicture(value string) bool {
	head, data, found := strings.Cut(value, ",")
	if !found || head != "data:image/png;base64" && head != "data:image/jpeg;base64" && head != "data:image/jpg;base64" {
		return false
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(data), ""))
	if err != nil {
		return false
	}
	r, err := CheckRaster(raw)
	return err == nil && (r.Format == "png") == (head == "data:image/png;base64") && r.Format != "webp"
}

// cssTargets finds the parts of the file that a value or a style sheet refers
// to. It takes no reference to anything else, no rule that loads, and nothing
// that hides such a thing: escapes, comments, a start of markup.
func cssTargets(value string) (refers []string, ok bool) {
	lower := lowerASCII(value)
	for _, refused := range [...]string{"\\", "<", "/*", "javascript:", "vbscript:", "data:", "expression(", "image(", "image-set(", "src(", "-moz-binding", "behavior:"} {
		if strings.Contains(lower, refused) {
			return nil, false
		}
	}
	for rest := lower; ; {
		_, after, found := strings.Cut(rest, "@")
		if !found {
			break
		}
		if !strings.HasPrefix(after, "media") {
			return nil, false
		}
		rest = after
	}
	for i := 0; ; {
		at := strings.Index(lower[i:], "url")
		if at < 0 {
			return refers, true
		}
		i += at + len("url")
		rest := strings.TrimLeft(value[i:], " \t\r\n")
		if !strings.HasPrefix(rest, "(") {
			continue // a word that holds these letters
		}
		target, _, found := strings.Cut(rest[1:], ")")
		id, local := strings.CutPrefix(strings.Trim(target, " \t\r\n'\""), "#")
		if !found || !local || id == "" || strings.ContainsAny(id, " '\"(") {
			return nil, false
		}
		refers = append(refers, id)
	}
}

// checkRepeats bounds what is drawn once every reference has been followed, and
// refuses what refers to itself. It checks the style sheets as well.
func (c *cleaner) checkRepeats() error {
	w := weigher{ids: c.ids, known: map[*node]int{}}
	return w.weigh(c.root, &weight{})
}

// weigher counts what is drawn of each node.
type weigher struct {
	ids   map[string]*node
	known map[*node]int // elements drawn; -1 while it is being counted
}

type weight struct{ drawn int }

func (w *weigher) weigh(n *node, into *weight) error {
	refused := func(c code) *Error {
		return fault(c, map[string]any{"Line": n.line, "Column": n.column, "Name": n.name})
	}
	if known, ok := w.known[n]; ok {
		if known < 0 {
			return refused(svgRepeats)
		}
		return into.add(known, refused)
	}
	w.known[n] = -1
	own := weight{drawn: 1}
	var sheet strings.Builder
	for _, child := range n.children {
		switch child := child.(type) {
		case *node:
			if err := w.weigh(child, &own); err != nil {
				return err
			}
		case string:
			sheet.WriteString(child)
		}
	}
	if n.name == "style" {
		// What a style sheet refers to is drawn by who knows whom: it may name
		// parts of the file, but they are not followed.
		if _, ok := cssTargets(sheet.String()); !ok {
			return refused(svgStyle)
		}
	}
	for _, id := range n.refers {
		if target := w.ids[id]; target != nil {
			if err := w.weigh(target, &own); err != nil {
				return err
			}
		}
	}
	w.known[n] = own.drawn
	return into.add(own.drawn, refused)
}

func (s *weight) add(n int, refused func(code) *Error) error {
	if s.drawn += n; s.drawn > maxSVGDrawn {
		return refused(svgRepeats)
	}
	return nil
}

func (n *node) write(out *bytes.Buffer) {
	out.WriteString("<" + n.name)
	if n.name == "svg" {
		out.WriteString(` xmlns="` + svgSpace + `"`)
	}
	for _, a := range n.attributes {
		out.WriteString(" " + a.Name.Local + `="`)
		out.WriteString(escapeXML(a.Value))
		out.WriteString(`"`)
	}
	if len(n.children) == 0 {
		out.WriteString("/>")
		return
	}
	out.WriteString(">")
	for _, child := range n.children {
		switch child := child.(type) {
		case *node:
			child.write(out)
		case string:
			out.WriteString(escapeXML(child))
		}
	}
	out.WriteString("</" + n.name + ">")
}

// lowerASCII lowers as CSS does: no byte moves.
func lowerASCII(s string) string {
	out := []byte(s)
	for i, c := range out {
		if c >= 'A' && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return string(out)
}
