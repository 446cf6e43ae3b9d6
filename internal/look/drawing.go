package look

import (
	"fmt"
	"html/template"
	"strings"
)

// seam draws the stitches that stand for a way of assessing, tighter as it
// weighs more; "" for a code that it does not know.
func seam(assessment string) template.HTML {
	inner, ok := seams[assessment]
	if !ok {
		return ""
	}
	return template.HTML(`<svg class="seam" viewBox="0 0 120 14" preserveAspectRatio="xMinYMid slice" aria-hidden="true" focusable="false">` + inner + `</svg>`)
}

var seams = map[string]string{
	"intention":     `<path d="M2 7h116" stroke-width="3" stroke-dasharray="14 12"/>`,
	"participation": `<path d="M2 7h116" stroke-width="3" stroke-dasharray="8 7"/>`,
	"self-declared": `<path d="M3 7h116" stroke-width="4" stroke-dasharray=".1 9"/>`,
	"peers":         `<path d="` + repeat(3, 116, 12, "M%d 3l8 8m0-8l-8 8") + `" stroke-width="2.5"/>`,
	"organisation":  `<path d="M2 7h116" stroke-width="4" stroke-dasharray="7 4.5"/>`,
	"employer":      `<path d="M2 4h116" stroke-width="3.5" stroke-dasharray="7 4.5"/><path d="M2 11h116" stroke-width="2.5" stroke-dasharray="5 7"/>`,
	"jury":          `<path d="M1 4h118" stroke-width="3"/><path d="M3 11h116" stroke-width="4" stroke-dasharray=".1 8.8"/>`,
	"certification": `<path d="M1 2h118M1 12h118` + repeat(4, 118, 8, "M%d 5v4") + `" stroke-width="2.5"/>`,
}

func repeat(from, to, step int, format string) string {
	var b strings.Builder
	for x := from; x < to; x += step {
		fmt.Fprintf(&b, format, x)
	}
	return b.String()
}

// knots draws a level; nothing for no level.
func knots(level, levels int) template.HTML {
	if levels == 0 {
		levels = 3
	}
	if level < 1 || levels < 1 || levels > 12 {
		return ""
	}
	var b strings.Builder
	b.WriteString(`<span class="knots" aria-hidden="true">`)
	for i := range levels {
		if i < level {
			b.WriteString(`<i class="on"></i>`)
		} else {
			b.WriteString(`<i></i>`)
		}
	}
	b.WriteString("</span>")
	return template.HTML(b.String())
}
