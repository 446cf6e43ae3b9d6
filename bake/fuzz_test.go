package bake_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/ecusson/ecusson/bake"
)

func FuzzPNG(f *testing.F) {
	plain := picture(f)
	f.Add(plain, []byte(document))
	f.Add(afterHeader(plain, itxt("openbadgecredential", document), chunk("zTXt", "openbadges\x00\x00"+deflated(other))), []byte(jws))
	f.Add(beforeEnd(plain, chunk("iTXt", "clrcredential\x00\x01\x00\x00\x00"+deflated(other))), []byte(other))
	f.Add(afterHeader(plain, []byte("\x7F\xFF\xFF\xFFiTXtopenbadges\x00")), []byte("{}"))
	f.Fuzz(func(t *testing.T, image, credential []byte) {
		if bake.Sniff(image) != bake.FormatPNG {
			return
		}
		fuzz(t, image, credential)
	})
}

func FuzzSVG(f *testing.F) {
	f.Add(svg("", ""), []byte(document))
	f.Add(svg(ns3, `<ob:credential verify="`+jws+`"/><g a='&#x41;'><!-- x --></g>`), []byte(jws))
	f.Add(svg(` xmlns:openbadges="http://openbadges.org"`, `<openbadges:assertion>&lt;<![CDATA[x]]></openbadges:assertion>`), []byte(`{"]]>":"]]"}`))
	f.Add([]byte(`<!DOCTYPE svg PUBLIC "a" "b"><svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>`), []byte("{}"))
	f.Fuzz(func(t *testing.T, image, credential []byte) {
		if bake.Sniff(image) != bake.FormatSVG {
			return
		}
		fuzz(t, image, credential)
	})
}

// fuzz asks: what is baked comes out again, alone of its standard, and the
// rest stays.
func fuzz(t *testing.T, image, credential []byte) {
	before, err := bake.Extract(image)
	if len(before) == 0 && err == nil {
		t.Fatal("nothing found and no error")
	}
	f := bake.PNG
	if bake.Sniff(image) == bake.FormatSVG {
		f = bake.SVG
		credential = bytes.TrimSpace(credential)
	}
	baked, err := f(image, credential)
	if err != nil {
		return
	}
	after, err := bake.Extract(baked)
	if err != nil {
		if errors.Is(err, bake.ErrTooLarge) {
			return
		}
		t.Fatal(err)
	}
	ours, others := 0, 0
	for _, a := range after {
		if a.Standard == bake.OpenBadges3 {
			ours++
			if !bytes.Equal(a.Data, credential) {
				t.Fatalf("baked %q, found %q", credential, a.Data)
			}
		} else {
			others++
		}
	}
	for _, b := range before {
		if b.Standard != bake.OpenBadges3 {
			others--
		}
	}
	if ours != 1 || others != 0 {
		t.Fatalf("%d credentials of ours, %d more of others", ours, others)
	}
	again, err := f(baked, credential)
	if err != nil || !bytes.Equal(again, baked) {
		t.Fatalf("baking again differs: %v", err)
	}
}
