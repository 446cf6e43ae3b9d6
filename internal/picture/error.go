package picture

import (
	"fmt"
	"slices"
	"strings"
)

// Error is every error of this package that a person can do something about: a
// key that a sentence is kept for, and the facts that the sentence speaks of.
type Error struct {
	Key   string // "picture." and a code
	Facts map[string]any
	Err   error // the cause, or nil
}

func (e *Error) Error() string {
	var s strings.Builder
	s.WriteString("picture: " + strings.TrimPrefix(e.Key, "picture."))
	names := make([]string, 0, len(e.Facts))
	for name := range e.Facts {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, name := range names {
		sep := ", "
		if i == 0 {
			sep = ": "
		}
		if text, ok := e.Facts[name].(string); ok {
			fmt.Fprintf(&s, "%s%s %q", sep, name, text)
		} else {
			fmt.Fprintf(&s, "%s%s %v", sep, name, e.Facts[name])
		}
	}
	if e.Err != nil {
		s.WriteString(": " + e.Err.Error())
	}
	return s.String()
}

func (e *Error) Unwrap() error { return e.Err }

// code names one way to go wrong. A test holds that each has its sentences.
type code string

const (
	kindMissing       code = "kind-missing"
	kindUnknown       code = "kind-unknown"
	assessmentUnknown code = "assessment-unknown"
	divisionUnknown   code = "division-unknown"
	levelOutside      code = "level-outside"
	hueOutside        code = "hue-outside"
	progressKind      code = "progress-kind"
	progressAndLevel  code = "progress-and-level"
	progressOutside   code = "progress-outside"
	pipingColour      code = "piping-colour"
	iconUnknown       code = "icon-unknown"
	altLong           code = "alt-long"
	altCharacter      code = "alt-character"
	nameMissing       code = "name-missing"
	nameLong          code = "name-long"
	nameCharacter     code = "name-character"
	nameWord          code = "name-word"
	secondLong        code = "second-long"
	secondCharacter   code = "second-character"
	secondWord        code = "second-word"
	sizeOutside       code = "size-outside"
	svgBytes          code = "svg-bytes"
	svgSyntax         code = "svg-syntax"
	svgRoot           code = "svg-root"
	svgDoctype        code = "svg-doctype"
	svgInstruction    code = "svg-instruction"
	svgDepth          code = "svg-depth"
	svgElements       code = "svg-elements"
	svgElement        code = "svg-element"
	svgAttribute      code = "svg-attribute"
	svgEvent          code = "svg-event"
	svgReference      code = "svg-reference"
	svgStyle          code = "svg-style"
	svgRepeats        code = "svg-repeats"
	svgNeedsPNG       code = "svg-needs-png"
	rasterBytes       code = "raster-bytes"
	rasterFormat      code = "raster-format"
	rasterBroken      code = "raster-broken"
	rasterSize        code = "raster-size"
)

func fault(c code, facts map[string]any) *Error {
	return &Error{Key: "picture." + string(c), Facts: facts}
}

// ErrNeedsPNG is for who wants a PNG of a brought SVG: none is made here, the
// person is asked for a PNG beside it.
var ErrNeedsPNG = fault(svgNeedsPNG, nil)
