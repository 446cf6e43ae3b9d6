package award

import (
	"bytes"
	"crypto/ed25519"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/jsontree"
)

func TestPlaces(t *testing.T) {
	t.Parallel()
	one, err := newOrder(bytes.Repeat([]byte{3}, seedSize))
	if err != nil {
		t.Fatal(err)
	}
	other, err := newOrder(bytes.Repeat([]byte{4}, seedSize))
	if err != nil {
		t.Fatal(err)
	}
	seen := make([]bool, listSize)
	ordered := 0
	last := -1
	for n := range listSize {
		p := one.place(n)
		if seen[p] {
			t.Fatalf("place %d is given out twice", p)
		}
		seen[p] = true
		if p > last {
			ordered++
		}
		last = p
	}
	if share := float64(ordered) / listSize; share < 0.48 || share > 0.52 {
		t.Errorf("%.3f of the places are larger than the one before", share)
	}
	if other.place(1) == one.place(1) && other.place(2) == one.place(2) {
		t.Error("another seed gives the same order")
	}
}

// The slots and codecs of a document with a slot of every form.
var sheetSlots = []string{"/text", "/hex", "/salt", "/signature", "/time", "/number", "/same", "/public", "/name"}

var sheetCodecs = []codec{
	{Form: formText}, {Form: formHex}, {Form: formSalt}, {Form: formBase58, Prefix: "z"}, {Form: formTime}, {Form: formNumber, Prefix: "https://site.example/status#"},
	{Form: formSame, Prefix: "copy of ", Same: 0}, {Form: formPublic, Prefix: "https://site.example/b/"}, {Form: formName},
}

func sheetOf(values []string) []byte {
	doc := jsontree.Value{Kind: jsontree.Object}
	for i, pointer := range sheetSlots {
		doc = doc.With(pointer[1:], jsontree.Of(values[i]))
	}
	doc = doc.With("fixed", jsontree.Of("the same in all, with \"quotes\" and \u2028"))
	return doc.AppendJSON(nil)
}

func someone(t testing.TB) self {
	i, err := id.New(time.Date(2026, 6, 12, 8, 30, 0, 0, time.UTC), bytes.NewReader(bytes.Repeat([]byte{9}, 16)))
	if err != nil {
		t.Fatal(err)
	}
	return self{org: 77, id: i, name: "Amélie Ngo"}
}

// usual are values that all fit their forms.
func usual(me self) []string {
	return []string{
		"A pris part.", "00ff10", "c2FsdA", "z" + string(did.AppendBase58(nil, bytes.Repeat([]byte{5}, ed25519.SignatureSize))), "2026-06-12T09:00:00Z",
		"https://site.example/status#131071", "copy of A pris part.", "https://site.example/b/" + id.Public(me.org, me.id), me.name,
	}
}

func cutSheet(t testing.TB, values []string) *frame {
	_, body, err := cut(sheetOf(values), sheetSlots, sheetCodecs)
	if err != nil {
		t.Fatal(err)
	}
	f, err := readFrame(1, body)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestFrame keeps documents whose values fit their forms, and whose values do not,
// and gets the same bytes again.
func TestFrame(t *testing.T) {
	t.Parallel()
	me := someone(t)
	f := cutSheet(t, usual(me))
	const small = 130 // bytes: a signature, a salt, a name of a hash, a text
	for _, c := range []struct {
		name  string
		slot  int
		value string
		kind  byte
	}{
		{"usual", 0, "A pris part.", inForm},
		{"empty text", 0, "", inForm},
		{"hostile text", 0, "\ue000\ue001\"\\\u2028</script>\x00", inForm},
		{"capital hex", 1, "00FF", entire}, // decodes, and is written in small letters
		{"odd hex", 1, "00f", mixed},
		{"empty hex", 1, "", inForm},
		{"padded salt", 2, "c2FsdA==", mixed},
		{"loose bits of a salt", 2, "c2FsdB", entire},
		{"short signature", 3, "z2", mixed},
		{"no multibase", 3, "uAAAA", mixed},
		{"another zone", 4, "2026-06-12T11:00:00+02:00", entire},
		{"parts of a second", 4, "2026-06-12T09:00:00.5Z", entire},
		{"long before", 4, "0001-01-01T00:00:00Z", inForm},
		{"no time", 4, "yesterday", mixed},
		{"leading nought", 5, "https://site.example/status#07", entire},
		{"large number", 5, "https://site.example/status#4294967296", mixed},
		{"another list", 5, "https://other.example/status#7", mixed},
		{"no copy", 6, "copy of something else", mixed},
		{"another's name", 7, "https://site.example/b/00000000000000000000000000000000", mixed},
		{"another name", 8, "Benoît", mixed},
	} {
		values := usual(me)
		values[c.slot] = c.value
		if c.slot == 0 {
			values[6] = "copy of " + c.value
		}
		signed := sheetOf(values)
		packed := f.pack(nil, me, values, signed)
		if again, err := f.unpack(nil, me, packed); err != nil || !bytes.Equal(again, signed) {
			t.Errorf("%s: %v\n got %s\nwant %s", c.name, err, again, signed)
		}
		if packed[0] != c.kind {
			t.Errorf("%s: kept as %d, want %d", c.name, packed[0], c.kind)
		}
		if c.name == "usual" && len(packed) > small {
			t.Errorf("%d bytes", len(packed))
		}
		// It goes behind what is there already, and takes nothing from it.
		if behind := f.pack([]byte("before"), me, values, signed); string(behind) != "before"+string(packed) {
			t.Errorf("%s: another result behind other bytes", c.name)
		}
	}

	// A document that does not fit the frame at all is kept as it is.
	foreign := []byte(`{"another":"document"}`)
	if again, err := f.unpack(nil, me, f.pack(nil, me, usual(me), foreign)); err != nil || !bytes.Equal(again, foreign) {
		t.Errorf("%v: %s", err, again)
	}
}

// TestFrameDamaged reads packed bytes and frames that were cut off or changed:
// they are refused, or something else comes out, and nothing breaks.
func TestFrameDamaged(t *testing.T) {
	t.Parallel()
	me := someone(t)
	values := usual(me)
	f, signed := cutSheet(t, values), sheetOf(values)
	packed := f.pack(nil, me, values, signed)
	for n := range len(packed) {
		if again, err := f.unpack(nil, me, packed[:n]); err == nil {
			t.Errorf("%d of %d bytes are read as %s", n, len(packed), again)
		}
	}
	if _, err := f.unpack(nil, me, append(slices.Clone(packed), 0)); err == nil {
		t.Error("a byte too many is not noticed")
	}
	if _, err := f.unpack(nil, me, []byte{7}); err == nil {
		t.Error("an unknown kind is read")
	}
	for _, text := range []string{
		``, `null`, `{}`, `{"parts":["a"],"codecs":[{"form":"text","slot":0}]}`, `{"parts":["a","b"],"codecs":[{"form":"text","slot":1}]}`,
		`{"parts":["a","b"],"codecs":[{"form":"same","slot":0,"same":-1}]}`, `{"parts":["a","b"],"codecs":[{"form":"text","slot":-1}]}`,
	} {
		if _, err := readFrame(1, []byte(text)); err == nil {
			t.Errorf("%s is read", text)
		}
	}
	strange, err := readFrame(1, []byte(`{"parts":["a","b"],"codecs":[{"form":"new","slot":0}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := strange.unpack(nil, me, []byte{inForm}); err == nil {
		t.Error("a form of another version is read")
	}
	for _, slots := range [][]string{{"/absent"}, {"/fixed/deeper"}, {""}} {
		if _, _, err := cut(signed, slots, sheetCodecs[:1]); err == nil {
			t.Errorf("a slot at %q is cut", slots)
		}
	}
	if _, _, err := cut([]byte("{\"text\":\"\ue000\"}"), []string{"/text"}, sheetCodecs[:1]); err == nil {
		t.Error("a document with our mark is cut")
	}
}

func FuzzFrame(f *testing.F) {
	me := someone(f)
	values := usual(me)
	sheet := cutSheet(f, values)
	f.Add(sheet.pack(nil, me, values, sheetOf(values)), "A pris part.", "2026-06-12T09:00:00Z")
	f.Add([]byte{mixed, 0xff, 0xff, 0xff, 0xff, 0x0f}, "\xff", "\x00")
	f.Fuzz(func(t *testing.T, packed []byte, text, at string) {
		_, _ = sheet.unpack(nil, me, packed) // whatever it is, it does not break
		own := slices.Clone(values)
		own[0], own[4] = strings.ToValidUTF8(text, "?"), strings.ToValidUTF8(at, "?")
		signed := sheetOf(own)
		if again, err := sheet.unpack(nil, me, sheet.pack(nil, me, own, signed)); err != nil || !bytes.Equal(again, signed) {
			t.Fatalf("%v\n got %s\nwant %s", err, again, signed)
		}
	})
}
