package jsontree_test

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/gowebpki/jcs"

	"github.com/ecusson/ecusson/jsontree"
)

func parse(t *testing.T, text string) jsontree.Value {
	t.Helper()
	v, err := jsontree.Parse([]byte(text), jsontree.Limits{})
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return v
}

func TestParseKeepsOrderAndNumbers(t *testing.T) {
	t.Parallel()
	const text = `{"z":1.50,"a":[true,false,null,"é\n",{}],"":-0,"n":1E+2}`
	v := parse(t, text)
	if got := string(v.AppendJSON(nil)); got != text {
		t.Errorf("written again: %s, want %s", got, text)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for text, problem := range map[string]string{
		``:                   "line 1, column 1: document ends where a value should be",
		`{"a":1,"a":2}`:      `line 1, column 8: member "a" occurs twice`,
		`{"a":1,"\u0061":2}`: `member "a" occurs twice`,
		"{\n  \"a\": tru}":   "line 2, column 8: 't' where a value should be",
		`[1,]`:               "line 1, column 4: ']' where a value should be",
		`[01]`:               "'1' where a comma or ] should be",
		`[1.]`:               "where a digit should be",
		`[+1]`:               "where a value should be",
		`"\ud800"`:           "unpaired surrogate",
		`"\udc00\ud800"`:     "unpaired surrogate",
		`"\x"`:               "unknown escape",
		"\"\x01\"":           "control character 0x01 in a string",
		"\"\xff\"":           "string is not valid UTF-8",
		"\"\\n\xff\"":        "string is not valid UTF-8",
		"\xef\xbb\xbf{}":     "where a value should be",
		`{} {}`:              "after the end of the document",
		`{a:1}`:              "where a member's name should be",
		`["a`:                "document ends inside a string",
		`NaN`:                "where a value should be",
	} {
		_, err := jsontree.Parse([]byte(text), jsontree.Limits{})
		var syntax *jsontree.SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), problem) {
			t.Errorf("Parse(%q) = %v, want %q", text, err, problem)
		}
	}
}

func TestParseBounds(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)
	if _, err := jsontree.Parse([]byte(deep), jsontree.Limits{}); err == nil || !strings.Contains(err.Error(), "column 257: nested too deeply") {
		t.Errorf("nesting of 100,000: %v", err)
	}
	if _, err := jsontree.Parse([]byte(`[[1]]`), jsontree.Limits{Depth: 2}); err != nil {
		t.Errorf("nesting at the limit: %v", err)
	}
	if _, err := jsontree.Parse(make([]byte, 11), jsontree.Limits{Bytes: 10}); err == nil || !strings.Contains(err.Error(), "longer than 10 bytes") {
		t.Errorf("document over the limit: %v", err)
	}
}

func TestParseFindsDuplicateAmongMany(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(`{"inner":{`)
	for i := range 50 {
		b.WriteString(`"n` + strconv.Itoa(i) + `":{"n0":1,"n49":2},`)
	}
	b.WriteString(`"last":1},`)
	for i := range 50 {
		b.WriteString(`"n` + strconv.Itoa(i) + `":1,`)
	}
	fine := b.String() + `"end":1}`
	parse(t, fine)
	if _, err := jsontree.Parse([]byte(b.String()+`"n7":1}`), jsontree.Limits{}); err == nil {
		t.Error("a name that occurs twice among many was not refused")
	}
}

func TestPointer(t *testing.T) {
	t.Parallel()
	v := parse(t, `{"a/b":[{"~":"found"}],"":"empty"}`)
	if got := v.Find("/a~1b/0/~0").Str(); got != "found" {
		t.Errorf("Find = %q", got)
	}
	if got := v.Find("/").Str(); got != "empty" {
		t.Errorf("Find(/) = %q", got)
	}
	for _, pointer := range []string{"/a~1b/1", "/a~1b/00", "/a~1b/-", "/x", "x", "/a~1b/0/~0/y"} {
		if v.Find(pointer) != nil {
			t.Errorf("Find(%q) is not nil", pointer)
		}
	}
	if got := jsontree.Pointer(jsontree.Pointer("", "a/b"), "~"); got != "/a~1b/~0" {
		t.Errorf("Pointer = %q", got)
	}
}

func TestCanonicalAgreesWithOracle(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"b":[1,2.50,1e21,1e-7,0.000001,-0,5e-324],"a":"é\u20ac\u0007/\"\\"}`,
		"{\"\u20ac\":1,\"\\r\":2,\"\ufb33\":3,\"1\":4,\"\U0001f600\":5,\"\u0080\":6,\"\u00f6\":7}",
		`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001]}`,
		`[]`, `"x"`, `null`, `9007199254740992`,
	} {
		v := parse(t, text)
		got, err := v.AppendCanonical(nil)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		// The oracle takes objects and arrays alone.
		want, err := jcs.Transform([]byte("[" + text + "]"))
		if err != nil {
			t.Fatal(err)
		}
		if "["+string(got)+"]" != string(want) {
			t.Errorf("canonical form of %s:\n got %s\nwant %s", text, got, want[1:len(want)-1])
		}
	}
}

func TestCanonicalRefusesWhatItWouldRound(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`9007199254740993`, `[1e400]`, `{"a":-99999999999999999999}`} {
		v := parse(t, text)
		if got, err := v.AppendCanonical(nil); err == nil {
			t.Errorf("canonical form of %s is %s, want an error", text, got)
		}
	}
}

func TestWithAndWithoutCopy(t *testing.T) {
	t.Parallel()
	v := parse(t, `{"a":1,"b":2}`)
	set, added, less := v.With("a", jsontree.Of("x")), v.With("c", jsontree.OfInt(3)), v.Without("a")
	for _, c := range []struct {
		v    jsontree.Value
		want string
	}{
		{set, `{"a":"x","b":2}`}, {added, `{"a":1,"b":2,"c":3}`}, {less, `{"b":2}`}, {v, `{"a":1,"b":2}`},
	} {
		if got := string(c.v.AppendJSON(nil)); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"a":[1,"\u00e9",{"b":null}]}`, `"\ud83d\ude00"`, `[1e5,-0.1]`, `{"a":1,"a":2}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := jsontree.Parse(data, jsontree.Limits{})
		if err != nil {
			return
		}
		if !json.Valid(data) {
			t.Fatalf("accepted what encoding/json refuses: %q", data)
		}
		text := v.AppendJSON(nil)
		again, err := jsontree.Parse(text, jsontree.Limits{})
		if err != nil || string(again.AppendJSON(nil)) != string(text) {
			t.Fatalf("not stable: %q: %v", text, err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	text := []byte(`{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"urn:uuid:1","type":["VerifiableCredential","OpenBadgeCredential"],"credentialSubject":{"type":["AchievementSubject"],"achievement":{"id":"https://example.org/a","type":["Achievement"],"name":"Name","description":"A longer text that describes what the badge is for.","criteria":{"narrative":"Do it."}}}}`)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := jsontree.Parse(text, jsontree.Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
