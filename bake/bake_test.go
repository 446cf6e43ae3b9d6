package bake_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecusson/ecusson/bake"
)

const (
	document = `{"@context":["https://www.w3.org/ns/credentials/v2"],"name":"Zürich <&> \"x\""}`
	other    = "{\r\n  \"name\": \"other\"\r\n}"
	jws      = "eyJhbGciOiJFZERTQSJ9.eyJuYW1lIjoieCJ9.c2lnbmF0dXJl-_"
)

// picture returns a PNG of 40 by 30 pixels.
func picture(t testing.TB) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 40, 30))
	for i := range m.Pix {
		m.Pix[i] = byte(i * i)
	}
	m.Set(3, 3, color.NRGBA{1, 2, 3, 4})
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func chunk(kind, data string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// afterHeader puts chunks behind the IHDR chunk, beforeEnd before IEND.
func afterHeader(image []byte, chunks ...[]byte) []byte {
	out := append([]byte{}, image[:33]...)
	return append(append(out, bytes.Join(chunks, nil)...), image[33:]...)
}

func beforeEnd(image []byte, chunks ...[]byte) []byte {
	out := append([]byte{}, image[:len(image)-12]...)
	return append(append(out, bytes.Join(chunks, nil)...), image[len(image)-12:]...)
}

func deflated(text string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write([]byte(text))
	z.Close()
	return b.String()
}

func itxt(keyword, text string) []byte { return chunk("iTXt", keyword+"\x00\x00\x00\x00\x00"+text) }

// brief is what tests look at in what was found.
type brief struct {
	Standard   bake.Standard
	Place      string
	Data       string
	Verify     string
	Compressed bool
	BadCRC     bool
	Err        bool
}

func briefs(found []bake.Found) []brief {
	var out []brief
	for _, f := range found {
		out = append(out, brief{f.Standard, f.Place, string(f.Data), f.Verify, f.Compressed, f.BadCRC, f.Err != nil})
	}
	return out
}

func check(t *testing.T, image []byte, want []brief, wantErr error) {
	t.Helper()
	found, err := bake.Extract(image)
	if !errors.Is(err, wantErr) {
		t.Errorf("error = %v, want %v", err, wantErr)
	}
	if d := cmp.Diff(want, briefs(found)); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestExtractPNG(t *testing.T) {
	t.Parallel()
	plain := picture(t)
	end := len(plain)
	ob3 := bake.OpenBadges3
	for _, c := range []struct {
		name  string
		image []byte
		want  []brief
		err   error
	}{
		{"plain", plain, nil, bake.ErrNoCredential},
		{"JSON", afterHeader(plain, itxt("openbadgecredential", document)), []brief{{ob3, "iTXt", document, "", false, false, false}}, nil},
		{"JWS after the pixels", beforeEnd(plain, itxt("openbadgecredential", jws)), []brief{{ob3, "iTXt", jws, "", false, false, false}}, nil},
		{"language and translated keyword", afterHeader(plain, chunk("iTXt", "openbadgecredential\x00\x00\x00de\x00Nachweis\x00"+document)), []brief{{ob3, "iTXt", document, "", false, false, false}}, nil},
		{"NUL in the text", afterHeader(plain, itxt("openbadgecredential", "a\x00b")), []brief{{ob3, "iTXt", "a\x00b", "", false, false, false}}, nil},
		{"compressed", afterHeader(plain, chunk("iTXt", "openbadgecredential\x00\x01\x00\x00\x00"+deflated(document))), []brief{{ob3, "iTXt", document, "", true, false, false}}, nil},
		{"compressed by an unknown method", afterHeader(plain, chunk("iTXt", "openbadgecredential\x00\x01\x01\x00\x00x")), []brief{{ob3, "iTXt", "", "", false, false, true}}, nil},
		{"no text at all", afterHeader(plain, chunk("iTXt", "openbadgecredential\x00\x00\x00\x00")), []brief{{ob3, "iTXt", "", "", false, false, true}}, nil},
		{"tEXt", afterHeader(plain, chunk("tEXt", "openbadgecredential\x00"+document)), []brief{{ob3, "tEXt", document, "", false, false, false}}, nil},
		{"Latin-1", afterHeader(plain, chunk("tEXt", "openbadges\x00{\"n\":\"Z\xFCrich\"}")), []brief{{bake.OpenBadges2, "tEXt", `{"n":"Zürich"}`, "", false, false, false}}, nil},
		{"zTXt", afterHeader(plain, chunk("zTXt", "openbadges\x00\x00"+deflated("https://example.org/1"))), []brief{{bake.OpenBadges2, "zTXt", "https://example.org/1", "", true, false, false}}, nil},
		{"broken zTXt", afterHeader(plain, chunk("zTXt", "openbadges\x00\x00"+deflated(document)[:20])), []brief{{bake.OpenBadges2, "zTXt", "", "", true, false, true}}, nil},
		{"zTXt that is none", afterHeader(plain, chunk("zTXt", "openbadges\x00\x00xyz")), []brief{{bake.OpenBadges2, "zTXt", "", "", true, false, true}}, nil},
		{"CLR", afterHeader(plain, itxt("clrcredential", document)), []brief{{bake.CLR2, "iTXt", document, "", false, false, false}}, nil},
		{"2 and 3", afterHeader(plain, itxt("openbadges", other), itxt("openbadgecredential", document)), []brief{{bake.OpenBadges2, "iTXt", other, "", false, false, false}, {ob3, "iTXt", document, "", false, false, false}}, nil},
		{"two", afterHeader(plain, itxt("openbadgecredential", document), itxt("openbadgecredential", other)), []brief{{ob3, "iTXt", document, "", false, false, false}, {ob3, "iTXt", other, "", false, false, false}}, nil},
		{"other keywords", afterHeader(plain, itxt("OpenBadgeCredential", document), itxt("openbadge", document), itxt("openbadgecredential ", document), chunk("iTXt", "openbadgecredential")), nil, bake.ErrNoCredential},
		{"wrong checksum", afterHeader(plain, append(itxt("openbadgecredential", document)[:len(itxt("openbadgecredential", document))-1], 'x')), []brief{{ob3, "iTXt", document, "", false, true, false}}, nil},
		{"after IEND", append(plain[:end:end], itxt("openbadgecredential", document)...), nil, bake.ErrNoCredential},
		{"ends in the chunk", afterHeader(plain, itxt("openbadgecredential", document))[:60], nil, bake.ErrMalformed},
		{"ends after the chunk", afterHeader(plain, itxt("openbadgecredential", document))[:end], []brief{{ob3, "iTXt", document, "", false, false, false}}, bake.ErrMalformed},
		{"without IEND", plain[: end-12 : end-12], nil, bake.ErrMalformed},
		{"signature alone", plain[:8:8], nil, bake.ErrMalformed},
		{"huge chunk", afterHeader(plain, []byte("\xFF\xFF\xFF\xFFiTXtopenbadgecredential\x00\x00\x00\x00\x00")), nil, bake.ErrMalformed},
		{"chunk of 2 GiB", afterHeader(plain, []byte("\x7F\xFF\xFF\xFFiTXtopenbadgecredential\x00\x00\x00\x00\x00")), nil, bake.ErrMalformed},
		{"odd chunk type", afterHeader(plain, chunk("i\x00Xt", "")), nil, bake.ErrMalformed},
		{"no header", append([]byte("\x89PNG\r\n\x1A\n"), itxt("openbadgecredential", document)...), nil, bake.ErrMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			check(t, c.image, c.want, c.err)
		})
	}
}

const ns3 = ` xmlns:ob="https://purl.imsglobal.org/ob/v3p0"`

func svg(rootAttributes, inside string) []byte {
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>` + "\n<!-- a > b --><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox='0 0 9 9'" + rootAttributes + ">" + inside + "<path d=\"M0 0\"/></svg>\n")
}

func TestExtractSVG(t *testing.T) {
	t.Parallel()
	ob3, body := bake.OpenBadges3, func(s bake.Standard, data string) []brief {
		return []brief{{s, "body", data, "", false, false, false}}
	}
	verify := func(s bake.Standard, data string) []brief {
		return []brief{{s, "verify", data, "", false, false, false}}
	}
	for _, c := range []struct {
		name  string
		image []byte
		want  []brief
		err   error
	}{
		{"plain", svg("", ""), nil, bake.ErrNoCredential},
		{"JSON", svg(ns3, "<ob:credential><![CDATA["+document+"]]></ob:credential>"), body(ob3, document), nil},
		{"JSON without CDATA", svg(ns3, "<ob:credential>\n "+`{"n":"&lt;&amp;&#38;&#x1F303;"}`+" </ob:credential>"), body(ob3, `{"n":"<&&`+"\U0001F303"+`"}`), nil},
		{"divided CDATA", svg(ns3, "<ob:credential><![CDATA[{\"n\":\"]]]]><!-- x --><![CDATA[>\"}]]></ob:credential>"), body(ob3, `{"n":"]]>"}`), nil},
		{"JWS", svg(ns3, `<ob:credential verify="`+jws+`"/>`), verify(ob3, jws), nil},
		{"JWS, single quotes, end tag", svg(ns3, `<ob:credential verify = '`+jws+`'> </ob:credential >`), verify(ob3, jws), nil},
		{"both", svg(ns3, `<ob:credential verify="`+jws+`">`+other+`</ob:credential>`), []brief{{ob3, "body", other, jws, false, false, false}}, nil},
		{"deep inside", svg(ns3, `<g><g><ob:credential verify="`+jws+`"/></g></g>`), verify(ob3, jws), nil},
		{"default namespace", svg("", `<credential xmlns="https://purl.imsglobal.org/ob/v3p0" verify="`+jws+`"/>`), verify(ob3, jws), nil},
		{"namespace written with references", svg("", `<x:credential xmlns:x="https://purl.imsglobal&#46;org/ob/v3p0" verify="`+jws+`"/>`), verify(ob3, jws), nil},
		{"prefix bound again", svg(ns3, `<g xmlns:ob="urn:x"><ob:credential verify="x"/></g><ob:credential verify="`+jws+`"/>`), verify(ob3, jws), nil},
		{"right prefix, wrong namespace", svg(` xmlns:openbadges="urn:x"`, `<openbadges:credential verify="x"/>`), nil, bake.ErrNoCredential},
		{"right prefix, no namespace", svg("", `<openbadges:credential verify="x"/>`), nil, bake.ErrNoCredential},
		{"in a comment", svg(ns3, `<!-- <ob:credential verify="x"/> -->`), nil, bake.ErrNoCredential},
		{"two", svg(ns3, `<ob:credential verify="`+jws+`"/><ob:credential>`+other+`</ob:credential>`), append(verify(ob3, jws), body(ob3, other)...), nil},
		{"Open Badges 2", svg(` xmlns:o="http://openbadges.org"`, `<o:assertion verify="https://example.org/1"><![CDATA[`+other+`]]></o:assertion>`), []brief{{bake.OpenBadges2, "body", other, "https://example.org/1", false, false, false}}, nil},
		{"Open Badges 2, URL", svg(` xmlns:o="http://openbadges.org"`, `<o:assertion verify="https://example.org/?a=1&amp;b=2"><![CDATA[]]></o:assertion>`), verify(bake.OpenBadges2, "https://example.org/?a=1&b=2"), nil},
		{"CLR", svg(` xmlns:o="https://purl.imsglobal.org/clr/v2p0"`, `<o:credential>`+other+`</o:credential>`), body(bake.CLR2, other), nil},
		{"nothing in it", svg(ns3, `<ob:credential/>`), []brief{{ob3, "body", "", "", false, false, true}}, nil},
		{"elements in it", svg(ns3, `<ob:credential>{<b/>}</ob:credential>`), []brief{{ob3, "body", "", "", false, false, true}}, nil},
		{"byte order mark", append([]byte("\xEF\xBB\xBF"), svg("", "")...), nil, bake.ErrNoCredential},
		{"DOCTYPE", []byte(`<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/[<>.dtd"><svg` + ns3 + `><ob:credential verify="x"/></svg>`), verify(ob3, "x"), nil},
		{"prefixed root", []byte(`<s:svg xmlns:s="http://www.w3.org/2000/svg"/>`), nil, bake.ErrNoCredential},
		{"script", svg(ns3, `<script><![CDATA[if (a < b && c) {}]]></script><ob:credential verify="x"/>`), verify(ob3, "x"), nil},
		{"entity", []byte(`<!DOCTYPE svg [<!ENTITY x "y">]><svg` + ns3 + `><ob:credential>&x;</ob:credential></svg>`), nil, bake.ErrMalformed},
		{"unknown entity", svg(ns3, `<ob:credential>{&nbsp;}</ob:credential>`), nil, bake.ErrMalformed},
		{"unknown entity elsewhere", svg(ns3, `<ob:credential verify="x"/><text>&nbsp;</text>`), verify(ob3, "x"), bake.ErrMalformed},
		{"reference to no character", svg(ns3, `<ob:credential>&#0;</ob:credential>`), nil, bake.ErrMalformed},
		{"reference beyond Unicode", svg(ns3, `<ob:credential>&#x110000;</ob:credential>`), nil, bake.ErrMalformed},
		{"unfinished credential", svg(ns3, `<ob:credential><![CDATA[`+document), nil, bake.ErrMalformed},
		{"wrong end tag", svg(ns3, `<ob:credential>x</ob:other>`), nil, bake.ErrMalformed},
		{"end tag too many", svg("", `</svg></svg>`), nil, bake.ErrMalformed},
		{"text after the root", append(svg("", ""), 'x'), nil, bake.ErrMalformed},
		{"second root", append(svg("", ""), "<svg/>"...), nil, bake.ErrMalformed},
		{"attribute without quotes", svg("", `<g a=b/>`), nil, bake.ErrMalformed},
		{"attribute twice", svg(ns3, `<ob:credential verify="a" verify="b"/>`), nil, bake.ErrMalformed},
		{"namespace twice", svg(ns3+` xmlns:ob="urn:x"`, ``), nil, bake.ErrMalformed},
		{"attributes not apart", svg("", `<g a="1"b="2"/>`), nil, bake.ErrMalformed},
		{"less-than in an attribute", svg("", `<g a="<"/>`), nil, bake.ErrMalformed},
		{"Latin-1", []byte(`<?xml version="1.0" encoding="ISO-8859-1"?><svg/>`), nil, bake.ErrMalformed},
		{"invalid UTF-8", svg("", "\xFF"), nil, bake.ErrMalformed},
		{"ends in a tag", []byte(`<svg`), nil, bake.ErrMalformed},
		{"ends in an attribute", []byte(`<svg a="`), nil, bake.ErrMalformed},
		{"ends in the root", []byte(`<svg>`), nil, bake.ErrMalformed},
		{"nothing but a prologue", []byte(`<?xml version="1.0"?>`), nil, bake.ErrNotImage},
		{"HTML", []byte(`<!DOCTYPE html><html></html>`), nil, bake.ErrNotImage},
		{"text", []byte(`< svg`), nil, bake.ErrMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			check(t, c.image, c.want, c.err)
		})
	}
}

func TestNotImage(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", " ", "\x89PNG", "\xFF\xD8\xFF\xE0JFIF", "GIF89a", "RIFF\x00\x00\x00\x00WEBP", document, jws, "\x1F\x8B\x08", "\xFF\xFE<\x00"} {
		for name, f := range map[string]func() error{
			"Extract": func() error { _, err := bake.Extract([]byte(s)); return err },
			"PNG":     func() error { _, err := bake.PNG([]byte(s), []byte(document)); return err },
			"SVG":     func() error { _, err := bake.SVG([]byte(s), []byte(document)); return err },
			"Prepare": func() error { _, err := bake.Prepare([]byte(s)); return err },
			"PNGSize": func() error { _, _, err := bake.PNGSize([]byte(s)); return err },
		} {
			if err := f(); !errors.Is(err, bake.ErrNotImage) {
				t.Errorf("%s of %q: error = %v, want ErrNotImage", name, s, err)
			}
		}
	}
	if _, err := bake.PNG(svg("", ""), []byte(document)); !errors.Is(err, bake.ErrNotImage) {
		t.Errorf("PNG of an SVG: error = %v", err)
	}
	if _, err := bake.SVG(picture(t), []byte(document)); !errors.Is(err, bake.ErrNotImage) {
		t.Errorf("SVG of a PNG: error = %v", err)
	}
}

func TestPNGSize(t *testing.T) {
	t.Parallel()
	plain := picture(t)
	if w, h, err := bake.PNGSize(plain[:33]); w != 40 || h != 30 || err != nil {
		t.Errorf("PNGSize = %d, %d, %v, want 40, 30", w, h, err)
	}
	for name, header := range map[string][]byte{
		"no width":       chunk("IHDR", "\x00\x00\x00\x00\x00\x00\x00\x01\x08\x06\x00\x00\x00"),
		"negative width": chunk("IHDR", "\xFF\xFF\xFF\xFF\x00\x00\x00\x01\x08\x06\x00\x00\x00"),
		"short":          chunk("IHDR", "\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00"),
		"wrong checksum": append(plain[8:32:32], plain[32]+1),
		"cut off":        plain[8:30],
	} {
		if _, _, err := bake.PNGSize(append([]byte("\x89PNG\r\n\x1A\n"), header...)); !errors.Is(err, bake.ErrMalformed) {
			t.Errorf("%s: error = %v, want ErrMalformed", name, err)
		}
	}
}

// Pictures that no decoder takes are not baked.
func TestBadPictures(t *testing.T) {
	t.Parallel()
	plain := picture(t)
	flipped := append([]byte{}, plain...)
	flipped[len(flipped)-14] ^= 1 // in the checksum of the last IDAT
	for name, image := range map[string][]byte{
		"wrong checksum":   flipped,
		"no pixels":        append(plain[:33:33], plain[len(plain)-12:]...),
		"second header":    afterHeader(plain, plain[8:33]),
		"cut off":          plain[:len(plain)-1],
		"IEND with data":   append(plain[:len(plain)-12:len(plain)-12], chunk("IEND", "x")...),
		"SVG with a DTD":   []byte(`<!DOCTYPE svg [<!ENTITY x "y">]><svg/>`),
		"SVG without end":  []byte(`<svg>`),
		"SVG of odd bytes": svg("", "\xFF"),
	} {
		if _, err := bake.Prepare(image); !errors.Is(err, bake.ErrMalformed) {
			t.Errorf("%s: error = %v, want ErrMalformed", name, err)
		}
	}
}

func TestBadCredentials(t *testing.T) {
	t.Parallel()
	for _, image := range [][]byte{picture(t), svg("", "")} {
		tmpl, err := bake.Prepare(image)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []string{"", " ", "{", "[]", `"x"`, "a.b", "a.b.c.d", ".b.c", "a..c", "a.b.", "a.b.c\n", "a.b.c=", "https://example.org/1", "{\x00}", "{\"\xFF\"}", "{\x1B}"} {
			got, err := tmpl.Append([]byte("before"), []byte(c))
			if !errors.Is(err, bake.ErrNotCredential) || string(got) != "before" {
				t.Errorf("%v: %q: %q, %v, want ErrNotCredential", tmpl.Format(), c, got, err)
			}
			if _, err := tmpl.AppendMiddle(nil, []byte(c)); !errors.Is(err, bake.ErrNotCredential) {
				t.Errorf("%v: %q: %v, want ErrNotCredential", tmpl.Format(), c, err)
			}
		}
		_, err = tmpl.Append(nil, []byte("{\"n\":\"\uFFFF\"}"))
		if (tmpl.Format() == bake.FormatSVG) != errors.Is(err, bake.ErrNotCredential) {
			t.Errorf("%v with U+FFFF: %v", tmpl.Format(), err)
		}
	}
}

func TestBakePNG(t *testing.T) {
	t.Parallel()
	plain := picture(t)
	trailing := append(plain[:len(plain):len(plain)], "more"...)
	for name, image := range map[string][]byte{
		"plain":             plain,
		"with texts":        beforeEnd(afterHeader(plain, chunk("tEXt", "Author\x00x")), chunk("tEXt", "Comment\x00y")),
		"baked before":      afterHeader(plain, itxt("openbadgecredential", other)),
		"baked twice":       beforeEnd(afterHeader(plain, itxt("openbadgecredential", other), chunk("tEXt", "Author\x00x"), itxt("openbadgecredential", document)), itxt("openbadgecredential", other)),
		"baked as no other": beforeEnd(plain, chunk("zTXt", "openbadgecredential\x00\x00"+deflated(other)), chunk("tEXt", "openbadgecredential\x00x")),
		"bytes at the end":  trailing,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := append([]byte{}, image...)
			for _, credential := range []string{document, other, jws} {
				baked, err := bake.PNG(image, []byte(credential))
				if err != nil {
					t.Fatal(err)
				}
				check(t, baked, []brief{{bake.OpenBadges3, "iTXt", credential, "", false, false, false}}, nil)
				if at, pixels := bytes.Index(baked, []byte("iTXtopenbadgecredential\x00\x00\x00\x00\x00")), bytes.Index(baked, []byte("IDAT")); at < 0 || at > pixels {
					t.Errorf("credential at %d, pixels at %d", at, pixels)
				}
				for _, text := range []string{"Author\x00x", "Comment\x00y"} {
					if bytes.Contains(image, []byte(text)) != bytes.Contains(baked, []byte(text)) {
						t.Errorf("the text %q was not kept", text)
					}
				}
				want, err := png.Decode(bytes.NewReader(plain))
				if err != nil {
					t.Fatal(err)
				}
				got, err := png.Decode(bytes.NewReader(baked))
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got.(*nrgba).Pix, want.(*nrgba).Pix) {
					t.Error("other pixels")
				}
				again, err := bake.PNG(baked, []byte(document))
				if err != nil {
					t.Fatal(err)
				}
				once, err := bake.PNG(image, []byte(document))
				if err != nil || !bytes.Equal(again, once) {
					t.Errorf("baking over a credential differs from baking afresh (%v)", err)
				}
			}
			if !bytes.Equal(before, image) {
				t.Error("the picture given was changed")
			}
		})
	}
	baked, err := bake.PNG(afterHeader(plain, itxt("openbadges", other), itxt("clrcredential", other)), []byte(document))
	if err != nil {
		t.Fatal(err)
	}
	check(t, baked, []brief{{bake.OpenBadges2, "iTXt", other, "", false, false, false}, {bake.CLR2, "iTXt", other, "", false, false, false}, {bake.OpenBadges3, "iTXt", document, "", false, false, false}}, nil)
}

type nrgba = image.NRGBA

func TestBakeSVG(t *testing.T) {
	t.Parallel()
	const divided = `{"n":"]]>]]]>>","m":"]]","o":[[[]]]}`
	for _, c := range []struct{ name, image, credential, want string }{
		{"JSON", `<svg a="1"><g/></svg>`, divided,
			`<svg a="1" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"><openbadges:credential><![CDATA[{"n":"]]]]><![CDATA[>]]]]]><![CDATA[>>","m":"]]","o":[[[]]]}]]></openbadges:credential><g/></svg>`},
		{"JWS", `<svg><g/></svg>`, jws,
			`<svg xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"><openbadges:credential verify="` + jws + `"></openbadges:credential><g/></svg>`},
		{"empty root", `<!-- x --><s:svg xmlns:s="http://www.w3.org/2000/svg" /><!-- y -->`, jws,
			`<!-- x --><s:svg xmlns:s="http://www.w3.org/2000/svg"  xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"><openbadges:credential verify="` + jws + `"></openbadges:credential></s:svg><!-- y -->`},
		{"declared already", `<svg xmlns:b="https://purl.imsglobal.org/ob/v3p0"></svg>`, jws,
			`<svg xmlns:b="https://purl.imsglobal.org/ob/v3p0"><b:credential verify="` + jws + `"></b:credential></svg>`},
		{"prefix given away", `<svg xmlns:openbadges="http://openbadges.org"><openbadges:assertion verify="https://example.org/1"/></svg>`, jws,
			`<svg xmlns:openbadges="http://openbadges.org" xmlns:openbadges3="https://purl.imsglobal.org/ob/v3p0"><openbadges3:credential verify="` + jws + `"></openbadges3:credential><openbadges:assertion verify="https://example.org/1"/></svg>`},
		{"replaced", `<svg xmlns:b="https://purl.imsglobal.org/ob/v3p0"> <b:credential verify="x"/><g><c:credential xmlns:c="https://purl.imsglobal.org/ob/v3p0">{}</c:credential> </g></svg>`, jws,
			`<svg xmlns:b="https://purl.imsglobal.org/ob/v3p0"><b:credential verify="` + jws + `"></b:credential> <g> </g></svg>`},
		{"greater-than in an attribute", "<?xml version='1.0'?>\n<svg a='>'\n>x</svg>\n", jws,
			"<?xml version='1.0'?>\n<svg a='>'\n xmlns:openbadges=\"https://purl.imsglobal.org/ob/v3p0\"><openbadges:credential verify=\"" + jws + "\"></openbadges:credential>x</svg>\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			baked, err := bake.SVG([]byte(c.image), []byte(c.credential))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, string(baked)); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			found, err := bake.Extract(baked)
			if err != nil {
				t.Fatal(err)
			}
			if got := bake.Prefer(found); string(got.Data) != c.credential || got.Standard != bake.OpenBadges3 {
				t.Errorf("taken out again: %+v", got)
			}
			again, err := bake.SVG(baked, []byte(c.credential))
			if err != nil || !bytes.Equal(again, baked) {
				t.Errorf("baking again differs: %v\n%s", err, again)
			}
		})
	}
}

func TestPrefer(t *testing.T) {
	t.Parallel()
	bad := errors.New("unreadable")
	ob3 := func(place, data string) bake.Found {
		return bake.Found{Standard: bake.OpenBadges3, Place: place, Data: []byte(data)}
	}
	for name, c := range map[string]struct {
		found []bake.Found
		want  int
	}{
		"none":             {nil, -1},
		"first":            {[]bake.Found{ob3("iTXt", "a"), ob3("iTXt", "b")}, 0},
		"newest":           {[]bake.Found{{Standard: bake.OpenBadges2}, {Standard: bake.CLR2}, ob3("iTXt", "a")}, 2},
		"right chunk":      {[]bake.Found{ob3("tEXt", "a"), ob3("iTXt", "b")}, 1},
		"readable":         {[]bake.Found{{Standard: bake.OpenBadges3, Err: bad}, ob3("zTXt", "b")}, 1},
		"3 though 2 works": {[]bake.Found{{Standard: bake.OpenBadges2}, {Standard: bake.OpenBadges3, Err: bad}}, 1},
	} {
		got := bake.Prefer(c.found)
		if c.want < 0 && got != nil || c.want >= 0 && got != &c.found[c.want] {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

// A Template gives what PNG and SVG give, from many goroutines, and in parts.
func TestTemplate(t *testing.T) {
	t.Parallel()
	for _, image := range [][]byte{picture(t), svg("", ""), afterHeader(picture(t), itxt("openbadgecredential", other))} {
		tmpl, err := bake.Prepare(image)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for g := range 4 {
			wg.Go(func() {
				for i := range 50 {
					credential := fmt.Appendf(nil, `{"n":%d,"m":"%s"}`, g, strings.Repeat("]]>", i))
					got, err := tmpl.Append([]byte("before"), credential)
					if err != nil {
						t.Error(err)
						return
					}
					f := bake.PNG
					if tmpl.Format() == bake.FormatSVG {
						f = bake.SVG
					}
					want, err := f(image, credential)
					if err != nil || string(got) != "before"+string(want) {
						t.Errorf("Append differs: %v\n%q\n%q", err, got, want)
						return
					}
					parts, err := tmpl.AppendMiddle(bytes.Clone(tmpl.Head()), credential)
					if parts = append(parts, tmpl.Tail()...); err != nil || !bytes.Equal(parts, want) {
						t.Errorf("parts differ: %v", err)
						return
					}
				}
			})
		}
		wg.Wait()
	}
}
