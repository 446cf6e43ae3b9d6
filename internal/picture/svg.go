package picture

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// SVG draws the picture as SVG, on a square of 600: paths only, without font,
// script or reference out of itself, with the text alternative as its title.
// Where it is shown on at most 130 pixels it shows its small form. The same
// badge gives the same bytes.
func (b Badge) SVG() ([]byte, error) {
	d, err := b.draw()
	if err != nil {
		return nil, err
	}
	return d.svg(), nil
}

// Check says what SVG and PNG would refuse.
func (b Badge) Check() error {
	_, err := b.draw()
	return err
}

// svgWriter writes a drawing and names each path that it uses twice.
type svgWriter struct {
	bytes.Buffer
	id    string
	named map[string]string // path data to its id
}

func (d *drawing) svg() []byte {
	w := &svgWriter{id: d.id, named: map[string]string{}}
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600" role="img" aria-labelledby="%st" lang="%s"><title id="%[1]st">%[3]s</title>`, d.id, d.lang, escapeXML(d.title))
	fmt.Fprintf(w, `<style>.%[1]sp{display:none}@media (max-width:130px){.%[1]sg{display:none}.%[1]sp{display:inline}}</style><defs>`, d.id)
	data := make([]string, len(d.marks))
	seen := map[string]int{d.outline.data(): 2}
	for i, m := range d.marks {
		data[i] = m.shape.data()
		seen[data[i]]++
	}
	w.name(d.outline.data())
	for _, path := range data {
		if seen[path] > 1 && len(path) > 120 {
			w.name(path)
		}
	}
	fmt.Fprintf(w, `<clipPath id="%sc">%s</clipPath></defs>`, d.id, w.use(d.outline.data(), ""))
	for i := 0; i < len(d.marks); {
		i = w.group(d.marks, data, i)
	}
	w.WriteString("</svg>\n")
	return w.Bytes()
}

func (w *svgWriter) name(data string) {
	if _, ok := w.named[data]; !ok {
		id := w.id + "d" + strconv.Itoa(len(w.named))
		w.named[data] = id
		fmt.Fprintf(w, `<path id="%s" d="%s"/>`, id, data)
	}
}

// group writes the marks from i on that are seen in the same form and clipped
// alike, and says where the next group begins.
func (w *svgWriter) group(marks []mark, data []string, i int) int {
	first := marks[i]
	w.WriteString("<g")
	switch first.form {
	case large:
		fmt.Fprintf(w, ` class="%sg"`, w.id)
	case small:
		fmt.Fprintf(w, ` class="%sp"`, w.id)
	}
	if first.clipped {
		fmt.Fprintf(w, ` clip-path="url(#%sc)"`, w.id)
	}
	w.WriteString(">")
	for ; i < len(marks) && marks[i].form == first.form && marks[i].clipped == first.clipped; i++ {
		w.WriteString(w.use(data[i], marks[i].attributes()))
	}
	w.WriteString("</g>")
	return i
}

func (w *svgWriter) use(data, attributes string) string {
	if id, ok := w.named[data]; ok {
		return `<use href="#` + id + `"` + attributes + "/>"
	}
	return `<path d="` + data + `"` + attributes + "/>"
}

func (m mark) attributes() string {
	var s strings.Builder
	put := func(name, value string) { s.WriteString(" " + name + `="` + value + `"`) }
	if m.x != 0 || m.y != 0 || m.scale != 1 {
		move := "translate(" + short(m.x, 1) + " " + short(m.y, 1) + ")"
		if m.scale != 1 {
			move += " scale(" + short(m.scale, 4) + ")"
		}
		put("transform", move)
	}
	opacity := "fill-opacity"
	if m.width == 0 {
		put("fill", m.colour.String())
	} else {
		opacity = "stroke-opacity"
		put("fill", "none")
		put("stroke", m.colour.String())
		put("stroke-width", short(m.width, 2))
		put("stroke-linejoin", "round")
		if m.round {
			put("stroke-linecap", "round")
		}
		if m.dash[1] > 0 {
			put("stroke-dasharray", short(m.dash[0], 2)+" "+short(m.dash[1], 2))
		}
	}
	if m.opacity < 1 {
		put(opacity, short(m.opacity, 3))
	}
	return s.String()
}

// short writes a number with at most so many decimals.
func short(v float64, decimals int) string {
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		return "0"
	}
	return s
}

func escapeXML(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\r", "&#xD;").Replace(s)
}
