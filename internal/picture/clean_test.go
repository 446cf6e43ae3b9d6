package picture

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
)

const svgHead = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">`

// hostile are files that must be refused, and for what.
var hostile = []struct {
	code code
	svg  string
}{
	{svgElement, svgHead + `<script>alert(1)</script></svg>`},
	{svgElement, svgHead + `<g><s:script xmlns:s="http://www.w3.org/2000/svg" href="data:text/javascript,1"/></g></svg>`},
	{svgElement, svgHead + `<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script></svg>`},
	{svgElement, svgHead + `<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject></svg>`},
	{svgElement, svgHead + `<iframe xmlns="http://www.w3.org/1999/xhtml" src="http://x"/></svg>`},
	{svgElement, svgHead + `<g xmlns=""/></svg>`},
	{svgElement, svgHead + `<SCRIPT/></svg>`},
	{svgElement, svgHead + `<a href="javascript:alert(1)"><path d="M0 0"/></a></svg>`},
	{svgElement, svgHead + `<animate attributeName="href" to="javascript:1"/></svg>`},
	{svgElement, svgHead + `<set attributeName="onload" to="1"/></svg>`},
	{svgElement, svgHead + `<feImage href="http://x"/></svg>`},
	{svgElement, svgHead + `<handler type="text/ecmascript"/></svg>`},
	{svgEvent, strings.Replace(svgHead, "viewBox", "onload=\"x()\" viewBox", 1) + `</svg>`},
	{svgEvent, svgHead + `<path onClick="x()"/></svg>`},
	{svgEvent, svgHead + `<path ONMOUSEOVER='x()'/></svg>`},
	{svgReference, svgHead + `<image xlink:href="http://x/y.png"/></svg>`},
	{svgReference, svgHead + `<image href="file:///etc/passwd"/></svg>`},
	{svgReference, svgHead + `<image href="data:image/svg+xml;base64,PHN2Zy8+"/></svg>`},
	{svgReference, svgHead + `<image href="data:image/png;base64,PHN2Zy8+"/></svg>`},
	{svgReference, svgHead + `<image href="data:image/png;base64,` + base64.StdEncoding.EncodeToString(bomb()) + `"/></svg>`},
	{svgReference, svgHead + `<use xlink:href="other.svg#a"/></svg>`},
	{svgReference, svgHead + `<use href="#"/></svg>`},
	{svgReference, svgHead + `<use href="//x/#a"/></svg>`},
	{svgReference, svgHead + `<path fill="url(http://x#a)"/></svg>`},
	{svgReference, svgHead + `<path fill="URL( 'http://x#a' )"/></svg>`},
	{svgReference, svgHead + `<path fill="url (http://x)"/></svg>`},
	{svgReference, svgHead + `<path fill="&#117;rl(http://x)"/></svg>`},
	{svgReference, svgHead + `<path filter="u\72l(http://x)"/></svg>`},
	{svgReference, svgHead + "<path fill=\"İİİurl(http://x)\"/></svg>"},
	{svgStyle, svgHead + `<path style="fill:url(http://x)"/></svg>`},
	{svgStyle, svgHead + `<path style="background:image-set('http://x' 1x)"/></svg>`},
	{svgStyle, svgHead + `<style>@import "http://x";</style></svg>`},
	{svgStyle, svgHead + `<style>@IMPORT url(x)</style></svg>`},
	{svgStyle, svgHead + `<style>@font-face{src:local(x)}</style></svg>`},
	{svgStyle, svgHead + `<style>p{fill:url(</style></svg>`},
	{svgStyle, svgHead + `<style>p{fill:u<!-- -->rl(http://x)}</style></svg>`},
	{svgStyle, svgHead + `<style><![CDATA[p{fill:url(http://x)}]]></style></svg>`},
	{svgStyle, svgHead + `<style>&lt;/style>&lt;script></style></svg>`},
	{svgDoctype, `<!DOCTYPE svg>` + svgHead + `</svg>`},
	{svgDoctype, `<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>` + svgHead + `<text>&b;</text></svg>`},
	{svgDoctype, `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + svgHead + `<text>&x;</text></svg>`},
	{svgSyntax, svgHead + `<text>&b;</text></svg>`},
	{svgSyntax, svgHead + `<g></svg>`},
	{svgSyntax, svgHead + `<g`},
	{svgSyntax, svgHead + "<text>\x00</text></svg>"},
	{svgSyntax, svgHead + "<text>\xff</text></svg>"},
	{svgSyntax, `<?xml version="1.0" encoding="UTF-7"?>` + svgHead + `</svg>`},
	{svgInstruction, `<?xml-stylesheet href="http://x"?>` + svgHead + `</svg>`},
	{svgRoot, ``},
	{svgRoot, `not a picture`},
	{svgRoot, `<html xmlns="http://www.w3.org/1999/xhtml"/>`},
	{svgRoot, `<svg/>`},
	{svgRoot, svgHead + `</svg>` + svgHead + `</svg>`},
	{svgAttribute, svgHead + `<path d="M0 0" d="M1 1"/></svg>`},
	{svgDepth, svgHead + strings.Repeat("<g>", 100_000)},
	{svgDepth, svgHead + strings.Repeat("<g>", 70) + strings.Repeat("</g>", 70) + `</svg>`},
	{svgElements, svgHead + strings.Repeat("<g/>", 30_000) + `</svg>`},
	{svgBytes, svgHead + strings.Repeat(" ", MaxSVGBytes) + `</svg>`},
	{svgRepeats, svgHead + `<g id="a"><use href="#a"/></g></svg>`},
	{svgRepeats, svgHead + `<g id="a"><use href="#b"/></g><g id="b"><use xlink:href="#a"/></g></svg>`},
	{svgRepeats, laughs()},
	{svgRepeats, svgHead + `<pattern id="p"><path fill="url(#p)"/></pattern></svg>`},
}

// laughs repeats itself 10^9 times.
func laughs() string {
	var s strings.Builder
	s.WriteString(svgHead + `<path id="l0" d="M0 0"/>`)
	for i := range 9 {
		fmt.Fprintf(&s, `<g id="l%d">%s</g>`, i+1, strings.Repeat(fmt.Sprintf(`<use href="#l%d"/>`, i), 10))
	}
	s.WriteString(`</svg>`)
	return s.String()
}

func TestCleanSVGRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range hostile {
		out, err := CleanSVG([]byte(c.svg))
		var e *Error
		if !errors.As(err, &e) || e.Key != "picture."+string(c.code) || out != nil {
			t.Errorf("%s: %.100s: %v", c.code, c.svg, err)
		}
	}
}

func TestCleanSVGSaysWhere(t *testing.T) {
	t.Parallel()
	_, err := CleanSVG([]byte(svgHead + "\n<g>\n  <script/></g></svg>"))
	var e *Error
	if !errors.As(err, &e) || e.Facts["Line"] != 3 || e.Facts["Name"] != "script" {
		t.Errorf("%v", err)
	}
}

func TestCleanSVG(t *testing.T) {
	t.Parallel()
	const open, shut = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">`, "</svg>\n"
	pixel := "data:image/png;base64," + base64.StdEncoding.EncodeToString(pngOf(t, 1, 1))
	for _, c := range []struct{ in, want string }{
		{`<path d="M0 0h1" fill="url(#p)"/>`, `<path d="M0 0h1" fill="url(#p)"/>`},
		{`<!-- Editor --><metadata><x/></metadata> <g data-name="x" inkscape="1"/>`, `<g/>`},
		{`<sodipodi:namedview xmlns:sodipodi="http://sodipodi.example" onload="1"><script/></sodipodi:namedview><g xmlns:i="urn:i" i:onload="x"/>`, `<g/>`},
		{`<use xlink:href="#a" href="#a"/>`, `<use href="#a"/>`},
		{`<title>A &amp; B &lt; "C"</title>`, `<title>A &amp; B &lt; &quot;C&quot;</title>`},
		{`<style><![CDATA[.a{fill:url(#b)}@media (max-width:9px){.a>g{fill:#fff}}]]></style>`, `<style>.a{fill:url(#b)}@media (max-width:9px){.a&gt;g{fill:#fff}}</style>`},
		{`<image href="` + pixel + `" width="9"/>`, `<image href="` + pixel + `" width="9"/>`},
		{`<g id="a">stray</g><use href="#a"/><use href="#a"/>`, `<g id="a"/><use href="#a"/><use href="#a"/>`},
		{`<style><![CDATA[]]></style><desc></desc>`, `<style/><desc/>`},
		{`<path aria-label="data: url(x)" style="fill:red"/>`, `<path aria-label="data: url(x)" style="fill:red"/>`},
		{`<s:g xmlns:s="http://www.w3.org/2000/svg"><s:path d="M0 0"/></s:g>`, `<g><path d="M0 0"/></g>`},
	} {
		got, err := CleanSVG([]byte(svgHead + c.in + `</svg>`))
		if err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		want := open + c.want + shut
		if string(got) != want {
			t.Errorf("%s\n got %s\nwant %s", c.in, got, want)
		}
		again, err := CleanSVG(got)
		if err != nil || !bytes.Equal(again, got) {
			t.Errorf("%s: a clean file is changed to %s (%v)", c.in, again, err)
		}
	}
}

func FuzzCleanSVG(f *testing.F) {
	for _, c := range hostile {
		if len(c.svg) < 4096 {
			f.Add([]byte(c.svg))
		}
	}
	own, err := Badge{Name: "Écoute", Kind: Skill}.SVG()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(own)
	f.Add([]byte(svgHead + `<style>.a{fill:url(#b)}</style><use xlink:href="#a"/></svg>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		clean, err := CleanSVG(data)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("%v is no *Error", err)
			}
			return
		}
		wellFormed(t, clean)
		lower := bytes.ToLower(clean)
		for _, never := range []string{"<script", "<foreignobject", "<!", "<?", "<a ", "<iframe", "<animate", "<set"} {
			if bytes.Contains(lower, []byte(never)) {
				t.Fatalf("%q is left in %s", never, clean)
			}
		}
		again, err := CleanSVG(clean)
		if err != nil || !bytes.Equal(again, clean) {
			t.Fatalf("a clean file is changed\nfrom %s\nto %s (%v)", clean, again, err)
		}
	})
}
