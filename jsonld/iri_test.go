package jsonld

import "testing"

// TestResolve has the examples of RFC 3986 §5.4 and a few more.
func TestResolve(t *testing.T) {
	t.Parallel()
	const base = "http://a/b/c/d;p?q"
	for ref, want := range map[string]string{
		"g:h": "g:h", "g": "http://a/b/c/g", "./g": "http://a/b/c/g", "g/": "http://a/b/c/g/", "/g": "http://a/g",
		"//g": "http://g", "?y": "http://a/b/c/d;p?y", "g?y": "http://a/b/c/g?y", "#s": "http://a/b/c/d;p?q#s",
		"g#s": "http://a/b/c/g#s", "g?y#s": "http://a/b/c/g?y#s", ";x": "http://a/b/c/;x", "g;x": "http://a/b/c/g;x",
		"g;x?y#s": "http://a/b/c/g;x?y#s", "": base, ".": "http://a/b/c/", "./": "http://a/b/c/", "..": "http://a/b/",
		"../": "http://a/b/", "../g": "http://a/b/g", "../..": "http://a/", "../../": "http://a/", "../../g": "http://a/g",
		"../../../g": "http://a/g", "../../../../g": "http://a/g", "/./g": "http://a/g", "/../g": "http://a/g",
		"g.": "http://a/b/c/g.", ".g": "http://a/b/c/.g", "g..": "http://a/b/c/g..", "..g": "http://a/b/c/..g",
		"./../g": "http://a/b/g", "./g/.": "http://a/b/c/g/", "g/./h": "http://a/b/c/g/h", "g/../h": "http://a/b/c/h",
		"g;x=1/./y": "http://a/b/c/g;x=1/y", "g;x=1/../y": "http://a/b/c/y", "g?y/./x": "http://a/b/c/g?y/./x",
		"g#s/../x": "http://a/b/c/g#s/../x", "http:g": "http:g",
	} {
		if got := resolve(base, ref); got != want {
			t.Errorf("resolve(%q) = %q, want %q", ref, got, want)
		}
	}
	for _, c := range [][3]string{
		{"", "g", "g"}, {"relative", "g", "g"}, {"http://a", "g", "http://a/g"}, {"http://a?q", "g", "http://a/g"},
		{"urn:a:b", "#c", "urn:a:b#c"}, {"urn:a/b", "c", "urn:a/c"}, {"did:example:1", "#k", "did:example:1#k"},
		{"http://a/b?c=/../d", "e", "http://a/e"},
	} {
		if got := resolve(c[0], c[1]); got != c[2] {
			t.Errorf("resolve(%q, %q) = %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"a:": true, "https://é.example/": true, "urn:uuid:1": true, "a+b-c.d:e": true,
		"": false, ":": false, "1a:b": false, "a b:c": false, "_:b": false, "relative": false, "/a:b": false,
		"a:b c": false, "a:\u007f": false, "a:<": false, "a:\\": false, "a:b#c#d": false,
	} {
		if got := isWellFormed(s); got != want {
			t.Errorf("isWellFormed(%q) = %v", s, got)
		}
	}
	for s, want := range map[string]bool{
		"en": true, "de-CH-1901": true, "x": true, "i-klingon": true, "abcdefgh": true,
		"": false, "-": false, "en-": false, "1": false, "e1": false, "abcdefghi": false, "en_US": false, "en--us": false,
	} {
		if got := isLanguageTag(s); got != want {
			t.Errorf("isLanguageTag(%q) = %v", s, got)
		}
	}
}
