package picture

import (
	"bytes"
	"encoding/base64"
	"errors"
	"testing"

	"github.com/ecusson/ecusson/internal/hostile"
)

const svgHead = hostile.SVGHead

func TestCleanSVGRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range hostile.SVGs() {
		out, err := CleanSVG(c.Data)
		var e *Error
		if !errors.As(err, &e) || e.Key != c.Code || out != nil {
			t.Errorf("%s: %.100s: %v", c.Name, c.Data, err)
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
	for _, c := range hostile.SVGs() {
		if len(c.Data) < 4096 {
			f.Add(c.Data)
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
