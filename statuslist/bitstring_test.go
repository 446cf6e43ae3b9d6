package statuslist_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/fixture"
	"github.com/ecusson/ecusson/statuslist"
)

type vector struct {
	EncodedList string   `json:"encodedList"`
	Size        int      `json:"size"`
	Checks      [][2]int `json:"checks"`
	OutOfRange  []int    `json:"outOfRange"`
	TooShort    bool     `json:"tooShort"`
}

// vectors are of the project, but for the second, the list of the examples in
// Bitstring Status List 1.0. The third is a list whose maker counted bits from
// the right of each byte and meant index 50000: from the left it is 50007.
var vectors = []vector{
	{
		EncodedList: "uH4sIAAAAAAAAA-3OsQ0AAAQAMD7nczeYJNJe0K4AAAAAAAAAAAAAAOCZvA4AAAAAsJUDrxDDXQBAAAA",
		Size:        1,
		Checks:      [][2]int{{0, 1}, {1, 0}, {7, 1}, {8, 1}, {9, 0}, {94566, 0}, {94567, 1}, {131071, 1}},
		OutOfRange:  []int{131072, -1, 1 << 40},
	},
	{
		EncodedList: "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA",
		Size:        1,
		Checks:      [][2]int{{0, 0}, {94567, 0}, {131071, 0}},
		OutOfRange:  []int{131072},
	},
	{
		EncodedList: "uH4sIAAAAAAAAA-3OMQ0AAAgDsOHfNB72EJJWQRMAAAAAAIDWXAcAAAAAAIDHFrc4zDzUMAAA",
		Size:        1,
		Checks:      [][2]int{{50007, 1}, {50000, 0}, {50006, 0}},
		TooShort:    true,
	},
}

func check(t *testing.T, vs []vector) {
	t.Helper()
	for i, v := range vs {
		l, err := statuslist.Decode(v.EncodedList, statuslist.DecodeOptions{})
		if err != nil {
			t.Fatalf("list %d: %v", i, err)
		}
		for _, c := range v.Checks {
			if got, err := l.Value(c[0], v.Size); err != nil || got != c[1] {
				t.Errorf("list %d, index %d: %d, %v; want %d", i, c[0], got, err, c[1])
			}
		}
		for _, n := range v.OutOfRange {
			if _, err := l.Value(n, v.Size); !errors.Is(err, statuslist.ErrRange) {
				t.Errorf("list %d, index %d: %v; want ErrRange", i, n, err)
			}
		}
		if err := l.CheckLength(v.Size); errors.Is(err, statuslist.ErrLength) != v.TooShort {
			t.Errorf("list %d: CheckLength: %v; want too short %t", i, err, v.TooShort)
		}
	}
}

func TestVectors(t *testing.T) {
	t.Parallel()
	check(t, vectors)
}

func TestSharedVectors(t *testing.T) {
	t.Parallel()
	var table struct{ Lists []vector }
	if err := json.Unmarshal(fixture.Read(t, "fixtures", "statuslist", "made", "vectors.json"), &table); err != nil {
		t.Fatal(err)
	}
	if len(table.Lists) == 0 {
		t.Fatal("no lists in the table")
	}
	check(t, table.Lists)
}

func pack(t testing.TB, bits []byte) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(bits); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(b.Bytes())
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	good := pack(t, make([]byte, 16384))
	tests := []struct {
		name, text string
		kind       error
	}{
		{"empty", "", statuslist.ErrEncoding},
		{"prefix alone", "u", statuslist.ErrEncoding},
		{"no prefix", good, statuslist.ErrEncoding},
		{"base58 prefix", "z" + good, statuslist.ErrEncoding},
		{"padding", "u" + good + "=", statuslist.ErrEncoding},
		{"line break", "u" + good[:10] + "\n" + good[10:], statuslist.ErrEncoding},
		{"standard alphabet", "u" + good[:10] + "+" + good[11:], statuslist.ErrEncoding},
		{"not gzip", "u" + base64.RawURLEncoding.EncodeToString([]byte("not gzip at all")), statuslist.ErrEncoding},
		{"cut short", "u" + good[:len(good)-8], statuslist.ErrEncoding},
		{"second gzip member", "u" + twice(t, good), statuslist.ErrEncoding},
		{"bomb", "u" + pack(t, make([]byte, 8<<20)), statuslist.ErrTooLarge},
	}
	for _, tt := range tests {
		if _, err := statuslist.Decode(tt.text, statuslist.DecodeOptions{}); !errors.Is(err, tt.kind) {
			t.Errorf("%s: %v; want %v", tt.name, err, tt.kind)
		}
	}
	if _, err := statuslist.Decode("u"+good, statuslist.DecodeOptions{MaxBytes: 16383}); !errors.Is(err, statuslist.ErrTooLarge) {
		t.Errorf("one byte over the bound: %v", err)
	}
	if _, err := statuslist.Decode("u"+good, statuslist.DecodeOptions{MaxBytes: 16384}); err != nil {
		t.Errorf("at the bound: %v", err)
	}
}

func twice(t *testing.T, text string) string {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(append(b, b...))
}

func TestDecodeLegacy(t *testing.T) {
	t.Parallel()
	text := pack(t, bytes.Repeat([]byte{0x80}, 16384))
	pad := strings.Repeat("=", (4-len(text)%4)%4)
	for _, s := range []string{text, text + pad, "u" + text} {
		l, err := statuslist.Decode(s, statuslist.DecodeOptions{Legacy: true})
		if err != nil {
			t.Fatal(err)
		}
		if on, err := l.Get(8); err != nil || !on {
			t.Errorf("bit 8: %t, %v", on, err)
		}
	}
}

// A bomb must cost memory by the bound, not by what it would be.
func TestDecodeBombMemory(t *testing.T) {
	bomb := "u" + pack(t, make([]byte, 64<<20))
	r := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := statuslist.Decode(bomb, statuslist.DecodeOptions{}); !errors.Is(err, statuslist.ErrTooLarge) {
				b.Fatal(err)
			}
		}
	})
	if got := r.AllocedBytesPerOp(); got > 24<<20 {
		t.Errorf("%d bytes allocated", got)
	}
}

func TestSetEncodeDecode(t *testing.T) {
	t.Parallel()
	l := statuslist.New(1)
	if l.Len() != statuslist.MinEntries {
		t.Fatalf("length %d", l.Len())
	}
	for _, i := range []int{0, 7, 8, 94567, 131071, 5} {
		if err := l.Set(i, true); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Set(5, false); err != nil {
		t.Fatal(err)
	}
	if err := l.Set(131072, true); !errors.Is(err, statuslist.ErrRange) {
		t.Errorf("set beyond the end: %v", err)
	}
	text, err := l.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := l.Encode(); again != text {
		t.Error("two encodings differ")
	}
	check(t, []vector{{EncodedList: text, Size: 1, Checks: vectors[0].Checks, OutOfRange: vectors[0].OutOfRange}})
	if n := statuslist.New(131073).Len(); n != 131080 {
		t.Errorf("131073 entries have %d bits", n)
	}
}

func TestValueOfSeveralBits(t *testing.T) {
	t.Parallel()
	l, err := statuslist.Decode("u"+pack(t, []byte{0b00011011, 0b11100100}), statuslist.DecodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{0, 1, 2, 3, 3, 2, 1, 0} {
		if got, err := l.Value(i, 2); err != nil || got != want {
			t.Errorf("2 bits at %d: %d, %v; want %d", i, got, err, want)
		}
	}
	for i, want := range []int{0b000, 0b110, 0b111, 0b110, 0b010} {
		if got, err := l.Value(i, 3); err != nil || got != want {
			t.Errorf("3 bits at %d: %d, %v; want %d", i, got, err, want)
		}
	}
	if _, err := l.Value(5, 3); !errors.Is(err, statuslist.ErrRange) {
		t.Errorf("a status that the end cuts: %v", err)
	}
	if got, err := l.Value(1, 8); err != nil || got != 0b11100100 {
		t.Errorf("8 bits: %d, %v", got, err)
	}
	for _, size := range []int{0, -1, 9} {
		if _, err := l.Value(0, size); !errors.Is(err, statuslist.ErrMalformed) {
			t.Errorf("size %d: %v", size, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, v := range vectors {
		f.Add(v.EncodedList, false)
		f.Add(v.EncodedList[1:], true)
	}
	f.Add("uH4sIAAAAAAAA_", true)
	f.Fuzz(func(t *testing.T, text string, legacy bool) {
		const bound = 1 << 16
		l, err := statuslist.Decode(text, statuslist.DecodeOptions{MaxBytes: bound, Legacy: legacy})
		if err != nil {
			if !errors.Is(err, statuslist.ErrEncoding) && !errors.Is(err, statuslist.ErrTooLarge) {
				t.Fatalf("error of no kind: %v", err)
			}
			return
		}
		if l.Len() > 8*bound {
			t.Fatalf("%d bits", l.Len())
		}
		again, err := l.Encode()
		if err != nil {
			t.Fatal(err)
		}
		l2, err := statuslist.Decode(again, statuslist.DecodeOptions{MaxBytes: bound})
		if err != nil || l2.Len() != l.Len() {
			t.Fatalf("own encoding: %v", err)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	l := onePercent()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := l.Encode(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	text, _ := onePercent().Encode()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := statuslist.Decode(text, statuslist.DecodeOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

// onePercent is a list with 1 in 100 set, scattered by a fixed rule.
func onePercent() *statuslist.List {
	l := statuslist.New(statuslist.MinEntries)
	x := uint32(1)
	for range statuslist.MinEntries / 100 {
		x = x*1664525 + 1013904223
		_ = l.Set(int(x>>15), true)
	}
	return l
}
