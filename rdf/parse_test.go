package rdf_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecusson/ecusson/rdf"
)

func TestParseNQuads(t *testing.T) {
	t.Parallel()
	a, p := rdf.NewIRI("urn:a"), rdf.NewIRI("urn:p")
	object := func(o rdf.Term) []rdf.Quad { return []rdf.Quad{{Subject: a, Predicate: p, Object: o}} }
	subject := func(s rdf.Term) []rdf.Quad { return []rdf.Quad{{Subject: s, Predicate: p, Object: a}} }
	for _, c := range []struct {
		name, in string
		want     []rdf.Quad
	}{
		{"nothing", "", nil},
		{"blank lines and comments", "\n \t\r\n# <urn:a> <urn:p> <urn:b> .\r# é\n\n#", nil},
		{"no line end", `<urn:a> <urn:p> "x" .`, object(rdf.NewString("x"))},
		{"no spaces", `<urn:a><urn:p>"x".#c`, object(rdf.NewString("x"))},
		{"many spaces", "\t <urn:a>\t\t<urn:p>  \"x\"\t.\t # c\r\n", object(rdf.NewString("x"))},
		{"empty string", `<urn:a> <urn:p> "" .`, object(rdf.NewString(""))},
		{"all escapes", `<urn:a> <urn:p> "\t\b\n\r\f\"\'\\\u00e9\U0001F303\u0000" .`, object(rdf.NewString("\t\b\n\r\f\"'\\é\U0001F303\x00"))},
		{"escape of an escape", `<urn:a> <urn:p> "\\u0039\\" .`, object(rdf.NewString(`\u0039\`))},
		{"escape at the start", `<urn:a> <urn:p> "\nx" .`, object(rdf.NewString("\nx"))},
		{"raw characters", "<urn:a> <urn:p> \"\t\x00\x7F\u2028\uFFFF'<>\" .", object(rdf.NewString("\t\x00\x7F\u2028\uFFFF'<>"))},
		{"language", `<urn:a> <urn:p> "x"@de-Latn-CH-1996 .`, object(rdf.NewLangString("x", "de-Latn-CH-1996"))},
		{"language and dot", `<urn:a> <urn:p> "x"@en.`, object(rdf.NewLangString("x", "en"))},
		{"datatype", `<urn:a> <urn:p> "1"^^<urn:d> .`, object(rdf.NewTyped("1", "urn:d"))},
		{"datatype escaped", `<urn:a> <urn:p> "1"^^<urn:\u0064> .`, object(rdf.NewTyped("1", "urn:d"))},
		{"IRI escaped", `<urn:a> <urn:p> <urn:\u00e9\U0001F303/x> .`, object(rdf.NewIRI("urn:é\U0001F303/x"))},
		{"IRI escaped beyond the grammar's characters", `<urn:a> <urn:p> <urn:\u0020\u003e> .`, object(rdf.NewIRI("urn: >"))},
		{"label with dots", `_:a.b..c <urn:p> <urn:a> .`, subject(rdf.NewBlank("a.b..c"))},
		{"label before a dot", `<urn:a> <urn:p> _:b.`, object(rdf.NewBlank("b"))},
		{"label before two dots and more", `<urn:a> <urn:p> _:b.1.`, object(rdf.NewBlank("b.1"))},
		{"label of digits", `_:0-· <urn:p> <urn:a> .`, subject(rdf.NewBlank("0-·"))},
		{"label with colons", `_::a: <urn:p> <urn:a> .`, subject(rdf.NewBlank(":a:"))},
		{"label beyond ASCII", `_:é𐀀 <urn:p> <urn:a> .`, subject(rdf.NewBlank("é𐀀"))},
		{"graphs", "<urn:a> <urn:p> <urn:b> <urn:g> .\n<urn:a> <urn:p> \"x\"@en<urn:g>.\r_:a <urn:p> _:b _:g .", []rdf.Quad{
			{Subject: a, Predicate: p, Object: rdf.NewIRI("urn:b"), Graph: rdf.NewIRI("urn:g")},
			{Subject: a, Predicate: p, Object: rdf.NewLangString("x", "en"), Graph: rdf.NewIRI("urn:g")},
			{Subject: rdf.NewBlank("a"), Predicate: p, Object: rdf.NewBlank("b"), Graph: rdf.NewBlank("g")},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := rdf.ParseNQuads([]byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestParseNQuadsErrors(t *testing.T) {
	t.Parallel()
	const good = "<urn:a> <urn:p> \"é\" .\r\n"
	for _, c := range []struct {
		in     string
		line   int
		column int
	}{
		{`x`, 1, 1},
		{"\uFEFF<urn:a> <urn:p> <urn:b> .", 1, 1},
		{`"x" <urn:p> <urn:b> .`, 1, 1},
		{`<urn:a>`, 1, 8},
		{`<urn:a> _:p <urn:b> .`, 1, 9},
		{`<urn:a> "p" <urn:b> .`, 1, 9},
		{`<urn:a> <urn:p> .`, 1, 17},
		{`<urn:a> <urn:p> <urn:b>`, 1, 24},
		{`<urn:a> <urn:p> <urn:b> "g" .`, 1, 25},
		{`<urn:a> <urn:p> <urn:b> <urn:g> <urn:h> .`, 1, 33},
		{`<urn:a> <urn:p> <urn:b> . <urn:a> <urn:p> <urn:b> .`, 1, 27},
		{`<urn:a> <urn:p> <urn:b> ..`, 1, 26},
		{"<urn:a> <urn:p>\n<urn:b> .", 1, 16},
		{`<urn:a b> <urn:p> <urn:b> .`, 1, 7},
		{"<urn:a\n> <urn:p> <urn:b> .", 1, 7},
		{`<urn:a|> <urn:p> <urn:b> .`, 1, 7},
		{`<urn:a\n> <urn:p> <urn:b> .`, 1, 7},
		{`<urn:a\u00zz> <urn:p> <urn:b> .`, 1, 11},
		{`<urn:a\u12> <urn:p> <urn:b> .`, 1, 11},
		{`<urn:a\uD800> <urn:p> <urn:b> .`, 1, 7},
		{`<urn:a\U00110000> <urn:p> <urn:b> .`, 1, 7},
		{`<urn:a\UFFFFFFFF> <urn:p> <urn:b> .`, 1, 7},
		{`<urn:a`, 1, 7},
		{`_ <urn:p> <urn:b> .`, 1, 1},
		{`_: <urn:p> <urn:b> .`, 1, 3},
		{`_:-a <urn:p> <urn:b> .`, 1, 3},
		{`_:.a <urn:p> <urn:b> .`, 1, 3},
		{`_:a. <urn:p> <urn:b> .`, 1, 4},
		{`_:a× <urn:p> <urn:b> .`, 1, 4},
		{good + `<urn:a> <urn:p> "x .`, 2, 17},
		{good + "<urn:a> <urn:p> \"x\n\" .", 2, 19},
		{good + "<urn:a> <urn:p> \"x\r\" .", 2, 19},
		{good + `<urn:a> <urn:p> "\a" .`, 2, 18},
		{good + `<urn:a> <urn:p> "\`, 2, 18},
		{good + `<urn:a> <urn:p> "\u00e" .`, 2, 23},
		{good + `<urn:a> <urn:p> "\uDC00" .`, 2, 18},
		{good + `<urn:a> <urn:p> 'x' .`, 2, 17},
		{good + `<urn:a> <urn:p> "x"@ .`, 2, 20},
		{good + `<urn:a> <urn:p> "x"@1 .`, 2, 20},
		{good + `<urn:a> <urn:p> "x"@en- .`, 2, 23},
		{good + `<urn:a> <urn:p> "x"@en_GB .`, 2, 23},
		{good + `<urn:a> <urn:p> "x"^^urn:d .`, 2, 20},
		{good + `<urn:a> <urn:p> "x"^<urn:d> .`, 2, 20},
		{good + `<urn:a> <urn:p> "x"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString> .`, 2, 22},
		{good + `<urn:a> <urn:p> "x"^^<> .`, 2, 22},
		{good + `<urn:a> <urn:p> 1 .`, 2, 17},
		{good + good + "\r\n# c\r<urn:a> <urn:p> \"\xFF\" .", 5, 18},
		{good + "# \xC3\n", 2, 3},
		{good + "<urn:a> <urn:p> \"\xED\xA0\x80\" .", 2, 18},
	} {
		_, err := rdf.ParseNQuads([]byte(c.in))
		var se *rdf.SyntaxError
		if !errors.As(err, &se) {
			t.Errorf("%q: error = %v, want a SyntaxError", c.in, err)
			continue
		}
		if se.Line != c.line || se.Column != c.column {
			t.Errorf("%q: %v, want line %d, column %d", c.in, err, c.line, c.column)
		}
	}
}

func TestParseNQuadsBounds(t *testing.T) {
	t.Parallel()
	if _, err := rdf.ParseNQuads(make([]byte, rdf.MaxBytes+1)); !errors.Is(err, rdf.ErrTooLarge) {
		t.Errorf("error = %v, want ErrTooLarge", err)
	}
	if testing.Short() {
		return
	}
	many := strings.Repeat("<a:><a:><a:>.\n", rdf.MaxQuads+1)
	if _, err := rdf.ParseNQuads([]byte(many)); !errors.Is(err, rdf.ErrTooLarge) {
		t.Errorf("error = %v, want ErrTooLarge", err)
	}
}

func TestAppendNQuad(t *testing.T) {
	t.Parallel()
	a, p := rdf.NewIRI("urn:a"), rdf.NewIRI("urn:p")
	for _, c := range []struct {
		object rdf.Term
		want   string
	}{
		{rdf.NewIRI("urn:é"), `<urn:é>`},
		{rdf.NewIRI("urn:<>\"{}|^`\\ \x00"), `<urn:\u003C\u003E\u0022\u007B\u007D\u007C\u005E\u0060\u005C\u0020\u0000>`},
		{rdf.NewIRI("https://example.org/~user!/zebra?x=a|b"), `<https://example.org/~user!/zebra?x=a\u007Cb>`},
		{rdf.NewBlank("b"), `_:b`},
		{rdf.NewString("\b\t\n\f\r\"\\"), `"\b\t\n\f\r\"\\"`},
		{rdf.NewString("\x00\x07\x0B\x0E\x1F\x7F"), `"\u0000\u0007\u000B\u000E\u001F\u007F"`},
		{rdf.NewString("\u0080\u2028 '\U0001F303"), "\"\u0080\u2028 '\U0001F303\""},
		// No characters of XML 1.1, and their neighbours.
		{rdf.NewString("\uFFFD\uFFFE\uFFFF\uFEFF\uF000\U0001FFFE"), "\"\uFFFD\\uFFFE\\uFFFF\uFEFF\uF000\U0001FFFE\""},
		{rdf.NewString("12345678\xEF"), "\"12345678\xEF\""},
		{rdf.NewLangString("x", "en-GB"), `"x"@en-GB`},
		{rdf.NewTyped("1", "urn:d>"), `"1"^^<urn:d\u003E>`},
		{rdf.Term{Kind: rdf.Literal, Value: "x"}, `"x"`},
	} {
		q := rdf.Quad{Subject: a, Predicate: p, Object: c.object, Graph: rdf.NewIRI("urn:g")}
		if got, want := string(rdf.AppendNQuad(nil, &q)), `<urn:a> <urn:p> `+c.want+" <urn:g> .\n"; got != want {
			t.Errorf("got  %swant %s", got, want)
		}
	}
}

// The search for bytes to escape goes by words of eight; here every byte
// stands at every place, and is told from a plain look at each byte.
func TestEscapesAtEveryPlace(t *testing.T) {
	t.Parallel()
	for c := range 256 {
		for place := range 19 {
			s := []byte("xyz~!abcdefghijklmn")
			s[place] = byte(c)
			q := rdf.Quad{Subject: rdf.NewIRI(string(s)), Predicate: rdf.NewIRI("urn:p"), Object: rdf.NewString(string(s))}
			line := rdf.AppendNQuad(nil, &q)
			inIRI := c <= 0x20 || strings.ContainsRune("<>\"{}|^`\\", rune(c))
			if got := bytes.Contains(line[:bytes.IndexByte(line, ' ')], []byte(`\u00`)); got != inIRI {
				t.Errorf("byte %#x at %d of an IRI: escaped is %t", c, place, got)
			}
			inText := c < 0x20 || c == '"' || c == '\\' || c == 0x7F
			if got := bytes.ContainsRune(line[bytes.IndexByte(line, '"'):], '\\'); got != inText {
				t.Errorf("byte %#x at %d of a literal: escaped is %t", c, place, got)
			}
		}
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 8))
	for range 2000 {
		quads := randomQuads(rng, true)
		again, err := rdf.ParseNQuads(rdf.AppendNQuads(nil, quads))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(quads, again); d != "" {
			t.Fatalf("(-written +read)\n%s", d)
		}
	}
}

func FuzzParseNQuads(f *testing.F) {
	for _, s := range []string{
		"", "# c\n", `<urn:a> <urn:p> "x"@en-GB <urn:g> .`, `_:a.b <urn:p> "\u00e9\\"^^<urn:\u0020> _:g.`,
		"<a><a>_:a.\r\n_:b <a> <a> .", `<urn:a> <urn:p> "\`, `<\U0010FFFF> <urn:p> _:·a. .`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		quads, err := rdf.ParseNQuads(data)
		if err != nil {
			var se *rdf.SyntaxError
			if !errors.As(err, &se) || se.Line < 1 || se.Column < 1 {
				t.Fatalf("error without a place: %v", err)
			}
			return
		}
		written := rdf.AppendNQuads(nil, quads)
		again, err := rdf.ParseNQuads(written)
		if err != nil {
			t.Fatalf("%v in\n%s", err, written)
		}
		if d := cmp.Diff(quads, again); d != "" {
			t.Fatalf("(-read +written and read)\n%s", d)
		}
	})
}

func FuzzCanonicalize(f *testing.F) {
	for _, s := range []string{
		"_:a <urn:p> _:b .\n_:b <urn:p> _:a .", "_:a <urn:p> _:a _:a .\n_:b <urn:p> \"x\" _:a .",
		"_:a <p> _:b .\n_:b <p> _:c .\n_:c <p> _:a .\n_:d <p> _:e .\n_:e <p> _:d .",
	} {
		f.Add([]byte(s), uint64(1))
	}
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		quads, err := rdf.ParseNQuads(data)
		if err != nil || len(quads) > 500 {
			return
		}
		o := rdf.Options{MaxSteps: 20000}
		c, err := rdf.Canonicalize(quads, o)
		if err != nil {
			if !errors.Is(err, rdf.ErrTooComplex) {
				t.Fatal(err)
			}
			return
		}
		// Work depends on the labels' order a little, so the others get more.
		o.MaxSteps = 0
		again := canonical(t, parse(t, string(c.NQuads)), o)
		if again != string(c.NQuads) {
			t.Fatalf("the canonical form of the canonical form is another:\n%s\n%s", c.NQuads, again)
		}
		rng := rand.New(rand.NewPCG(seed, 0))
		if got := canonical(t, disguise(rng, quads), o); got != string(c.NQuads) {
			t.Fatalf("one dataset, two forms:\n%s\n%s", c.NQuads, got)
		}
	})
}
