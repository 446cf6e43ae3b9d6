package statuslist_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecusson/ecusson/internal/fixture"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/statuslist"
)

func tree(t testing.TB, text string) *jsontree.Value {
	t.Helper()
	v, err := jsontree.Parse([]byte(text), jsontree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return &v
}

const goodEntry = `{"id":"https://a.example/s#94567","type":"BitstringStatusListEntry","statusPurpose":"revocation",
	"statusListIndex":"94567","statusListCredential":"https://a.example/s"}`

func TestParseEntry(t *testing.T) {
	t.Parallel()
	want := statuslist.Entry{
		ID: "https://a.example/s#94567", Type: statuslist.TypeEntry, Purpose: statuslist.PurposeRevocation,
		Index: 94567, List: "https://a.example/s", Size: 1,
	}
	got, err := statuslist.ParseEntry(tree(t, goodEntry))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	back := got.Tree()
	again, err := statuslist.ParseEntry(&back)
	if err != nil || !cmp.Equal(got, again) {
		t.Errorf("own entry: %v, %v", again, err)
	}

	message := `{"type":["BitstringStatusListEntry"],"statusPurpose":"message","statusListIndex":"3","statusListCredential":"https://a.example/s",
		"statusSize":2,"statusReference":"https://a.example/about","statusMessage":[{"status":"0x0","message":"none"},{"status":"0x1","message":"one"},
		{"status":"0x2","message":"two"},{"status":"0x3","message":"three"}]}`
	got, err = statuslist.ParseEntry(tree(t, message))
	if err != nil {
		t.Fatal(err)
	}
	if got.Size != 2 || got.Message(2) != "two" || got.Message(4) != "" || len(got.References) != 1 {
		t.Errorf("message entry: %+v", got)
	}
	back = got.Tree()
	if again, err = statuslist.ParseEntry(&back); err != nil || !cmp.Equal(got, again) {
		t.Errorf("own message entry: %v, %v", again, err)
	}
}

func TestParseEntryNumericIndex(t *testing.T) {
	t.Parallel()
	got, err := statuslist.ParseEntry(tree(t, strings.Replace(goodEntry, `"94567"`, `94567`, 1)))
	if err != nil || got.Index != 94567 || !got.NumericIndex {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestParseEntryRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ old, new, pointer string }{
		{`"94567"`, `"abc"`, "/statusListIndex"},
		{`"94567"`, `""`, "/statusListIndex"},
		{`"94567"`, `"-1"`, "/statusListIndex"},
		{`"94567"`, `"+1"`, "/statusListIndex"},
		{`"94567"`, `" 1"`, "/statusListIndex"},
		{`"94567"`, `"1 "`, "/statusListIndex"},
		{`"94567"`, `"007"`, "/statusListIndex"},
		{`"94567"`, `"1e3"`, "/statusListIndex"},
		{`"94567"`, `"0x10"`, "/statusListIndex"},
		{`"94567"`, `"99999999999999999999999"`, "/statusListIndex"},
		{`"94567"`, `1.5`, "/statusListIndex"},
		{`"94567"`, `-1`, "/statusListIndex"},
		{`"94567"`, `null`, "/statusListIndex"},
		{`"94567"`, `["1"]`, "/statusListIndex"},
		{`"statusListIndex"`, `"x"`, "/statusListIndex"},
		{`"https://a.example/s"`, `"not a url"`, "/statusListCredential"},
		{`"https://a.example/s"`, `{}`, "/statusListCredential"},
		{`"revocation"`, `""`, "/statusPurpose"},
		{`"revocation"`, `[]`, "/statusPurpose"},
		{`"https://a.example/s#94567"`, `["a","b"]`, "/id"},
		{`"type"`, `"x"`, "/type"},
		{`"statusPurpose"`, `"statusSize":2,"statusPurpose"`, "/statusMessage"},
		{`"statusPurpose"`, `"statusSize":0,"statusPurpose"`, "/statusSize"},
		{`"statusPurpose"`, `"statusSize":9,"statusPurpose"`, "/statusSize"},
		{`"statusPurpose"`, `"statusSize":null,"statusPurpose"`, "/statusSize"},
		{`"statusPurpose"`, `"statusMessage":[{}],"statusPurpose"`, "/statusMessage/0/status"},
	}
	for _, tt := range tests {
		_, err := statuslist.ParseEntry(tree(t, strings.Replace(goodEntry, tt.old, tt.new, 1)))
		var e *statuslist.EntryError
		if !errors.As(err, &e) || !errors.Is(err, statuslist.ErrMalformed) || e.Pointer != tt.pointer {
			t.Errorf("%s for %s: %v; want an EntryError at %s", tt.new, tt.old, err, tt.pointer)
		}
	}
	for _, s := range []string{`"FooStatus2030"`, `["FooStatus2030"]`, `[]`, `{}`} {
		_, err := statuslist.ParseEntry(tree(t, strings.Replace(goodEntry, `"BitstringStatusListEntry"`, s, 1)))
		if !errors.Is(err, statuslist.ErrUnknownType) {
			t.Errorf("type %s: %v", s, err)
		}
	}
	if _, err := statuslist.ParseEntry(nil); !errors.Is(err, statuslist.ErrMalformed) {
		t.Errorf("no entry: %v", err)
	}
}

func publication() statuslist.Publication {
	return statuslist.Publication{
		URL:        "https://a.example/s",
		Issuer:     "did:web:a.example",
		Purpose:    statuslist.PurposeRevocation,
		ValidFrom:  time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		ValidUntil: time.Date(2027, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600)),
		TTL:        5 * time.Minute,
	}
}

func TestCredentialReadBack(t *testing.T) {
	t.Parallel()
	l := statuslist.New(0)
	if err := l.Set(9, true); err != nil {
		t.Fatal(err)
	}
	p := publication()
	doc, err := statuslist.Credential(p, l)
	if err != nil {
		t.Fatal(err)
	}
	got, err := statuslist.Read(&doc, statuslist.DecodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got.ID != p.URL || got.Issuer != p.Issuer || !got.Serves("revocation") || got.Serves("suspension") ||
		!got.ValidFrom.Equal(p.ValidFrom) || !got.ValidUntil.Equal(p.ValidUntil) || got.TTL != p.TTL || got.Legacy {
		t.Errorf("%+v", got)
	}
	if on, err := got.List.Get(9); err != nil || !on {
		t.Errorf("bit 9: %t, %v", on, err)
	}
	if doc.At("credentialSubject", "id").Str() != "https://a.example/s#list" || doc.At("validUntil").Str() != "2027-01-02T02:04:05Z" {
		t.Errorf("%s", doc.AppendJSON(nil))
	}
	if _, err := statuslist.Credential(statuslist.Publication{}, l); !errors.Is(err, statuslist.ErrMalformed) {
		t.Errorf("empty publication: %v", err)
	}
	short, err := statuslist.Decode("u"+pack(t, make([]byte, 12500)), statuslist.DecodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := statuslist.Credential(p, short); !errors.Is(err, statuslist.ErrLength) {
		t.Errorf("a short list was published: %v", err)
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	doc, err := statuslist.Credential(publication(), statuslist.New(0))
	if err != nil {
		t.Fatal(err)
	}
	text := string(doc.AppendJSON(nil))
	tests := []struct {
		old, new string
		kind     error
	}{
		{`"BitstringStatusListCredential"`, `"Other"`, statuslist.ErrUnknownType},
		{`"did:web:a.example"`, `{}`, statuslist.ErrMalformed},
		{`"2026-01-02T03:04:05Z"`, `"2026-01-02T03:04:05"`, statuslist.ErrMalformed},
		{`"2026-01-02T03:04:05Z"`, `"2026-01-02T03:04:05,5Z"`, statuslist.ErrMalformed},
		{`"2026-01-02T03:04:05Z"`, `null`, statuslist.ErrMalformed},
		{`"BitstringStatusList"`, `"Thing"`, statuslist.ErrMalformed},
		{`"statusPurpose":"revocation",`, ``, statuslist.ErrMalformed},
		{`"statusPurpose":"revocation"`, `"statusPurpose":[1]`, statuslist.ErrMalformed},
		{`"ttl":300000`, `"ttl":-1`, statuslist.ErrMalformed},
		{`"encodedList":"u`, `"encodedList":"`, statuslist.ErrEncoding},
		{`"encodedList":`, `"list":`, statuslist.ErrMalformed},
		{`"credentialSubject":`, `"subject":`, statuslist.ErrMalformed},
	}
	for _, tt := range tests {
		if !strings.Contains(text, tt.old) {
			t.Fatalf("%s is not in %s", tt.old, text)
		}
		if _, err := statuslist.Read(tree(t, strings.Replace(text, tt.old, tt.new, 1)), statuslist.DecodeOptions{}); !errors.Is(err, tt.kind) {
			t.Errorf("%s for %s: %v; want %v", tt.new, tt.old, err, tt.kind)
		}
	}
	if got, err := statuslist.Read(tree(t, strings.Replace(text, `"statusPurpose":"revocation"`, `"statusPurpose":["suspension","revocation"]`, 1)),
		statuslist.DecodeOptions{}); err != nil || !got.Serves("revocation") || !got.Serves("suspension") {
		t.Errorf("two purposes: %v, %v", got.Purposes, err)
	}
	if got, err := statuslist.Read(tree(t, strings.Replace(text, `"did:web:a.example"`, `{"id":"did:web:a.example"}`, 1)),
		statuslist.DecodeOptions{}); err != nil || got.Issuer != "did:web:a.example" {
		t.Errorf("issuer object: %v, %v", got.Issuer, err)
	}
}

func TestReadStatusList2021(t *testing.T) {
	t.Parallel()
	bits := make([]byte, 16384)
	bits[0] = 0x40
	doc := `{"@context":["https://www.w3.org/2018/credentials/v1","https://w3id.org/vc/status-list/2021/v1"],"id":"https://a.example/s",
		"type":["VerifiableCredential","StatusList2021Credential"],"issuer":"did:example:1","issuanceDate":"2021-04-05T14:27:40Z",
		"credentialSubject":{"id":"https://a.example/s#list","type":"StatusList2021","statusPurpose":"suspension","encodedList":"` + pack(t, bits) + `"}}`
	got, err := statuslist.Read(tree(t, doc), statuslist.DecodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if on, err := got.List.Get(1); err != nil || !on || !got.Legacy || got.ValidFrom.Year() != 2021 {
		t.Errorf("%+v, %t, %v", got, on, err)
	}
}

func TestSharedLists(t *testing.T) {
	t.Parallel()
	tests := []struct {
		path  string
		kind  error
		short bool
		on    []int
		off   []int
	}{
		{"made/list-1-revocation.json", nil, false, []int{0, 7, 8, 94567}, []int{1}},
		{"made/list-2-suspension.json", nil, false, nil, nil},
		{"made/list-3-other-issuer.json", nil, false, nil, nil},
		{"made/list-4-tampered.json", nil, false, nil, nil},
		{"made/list-5-short.json", nil, true, nil, nil},
		{"made/list-6-expired.json", nil, false, nil, nil},
		{"made/list-7-no-u-prefix.json", statuslist.ErrEncoding, false, nil, nil},
		{"made/list-8-bomb.json", statuslist.ErrTooLarge, false, nil, nil},
		{"made/list-9-message.json", nil, false, nil, nil},
		{"dcc-list.json", nil, true, []int{2, 6, 8}, []int{0, 7, 9}},
		{"dcc-fixtures/list-expired.json", nil, true, nil, nil},
		{"dcc-fixtures/list-notYetValid.json", nil, true, nil, nil},
		{"dcc-fixtures/list-tampered.json", statuslist.ErrEncoding, false, nil, nil},
		{"dcc-fixtures/list-missingBitStringType.json", statuslist.ErrUnknownType, false, nil, nil},
		{"official/testlist.json", nil, false, []int{23}, []int{22, 24}},
		{"spec/a-status-list-verifiable-credential.json", nil, false, nil, []int{94567}},
		{"spec/example-bitstringstatuslistcredential.json", nil, false, nil, nil},
	}
	for _, tt := range tests {
		data := fixture.Read(t, append([]string{"fixtures", "statuslist"}, strings.Split(tt.path, "/")...)...)
		got, err := statuslist.Read(tree(t, string(data)), statuslist.DecodeOptions{})
		if !errors.Is(err, tt.kind) || (err == nil) != (tt.kind == nil) {
			t.Errorf("%s: %v; want %v", tt.path, err, tt.kind)
			continue
		}
		if err != nil {
			continue
		}
		if short := errors.Is(got.List.CheckLength(1), statuslist.ErrLength); short != tt.short {
			t.Errorf("%s: short %t", tt.path, short)
		}
		for _, i := range tt.on {
			if on, err := got.List.Get(i); err != nil || !on {
				t.Errorf("%s: bit %d: %t, %v", tt.path, i, on, err)
			}
		}
		for _, i := range tt.off {
			if on, err := got.List.Get(i); err != nil || on {
				t.Errorf("%s: bit %d: %t, %v", tt.path, i, on, err)
			}
		}
	}
}

func TestSharedEntries(t *testing.T) {
	t.Parallel()
	list, err := statuslist.Decode(vectors[0].EncodedList, statuslist.DecodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		path string
		want []int // the bits, in the order of the entries; -1 is out of range, -2 malformed, -3 of unknown type
	}{
		{"made/entry-idx0-revoked.json", []int{1}},
		{"made/entry-idx1-ok.json", []int{0}},
		{"made/entry-idx7-revoked.json", []int{1}},
		{"made/entry-idx94567-revoked.json", []int{1}},
		{"made/entry-idx131072-range.json", []int{-1}},
		{"made/entry-idx-not-number.json", []int{-2}},
		{"made/entry-array-second-revoked.json", []int{0, 1}},
		{"made/unknown-status-type.json", []int{-3}},
		{"made/1edtech-r2.json", []int{-3}},
	}
	for _, tt := range tests {
		data := fixture.Read(t, append([]string{"fixtures", "statuslist"}, strings.Split(tt.path, "/")...)...)
		var got []int
		for _, item := range tree(t, string(data)).Get("credentialStatus").Items() {
			e, err := statuslist.ParseEntry(&item.Value)
			switch {
			case errors.Is(err, statuslist.ErrMalformed):
				got = append(got, -2)
			case errors.Is(err, statuslist.ErrUnknownType):
				got = append(got, -3)
			case err != nil:
				t.Errorf("%s: %v", tt.path, err)
			default:
				v, err := list.Value(e.Index, e.Size)
				if errors.Is(err, statuslist.ErrRange) {
					v = -1
				}
				got = append(got, v)
			}
		}
		if !cmp.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.path, got, tt.want)
		}
	}
}

func FuzzParseEntry(f *testing.F) {
	f.Add([]byte(goodEntry))
	f.Add([]byte(`{"type":"StatusList2021Entry","statusPurpose":"x","statusListIndex":0,"statusListCredential":"a:b","statusSize":"1","statusMessage":[{"status":"0","message":1},{"status":"1"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := jsontree.Parse(data, jsontree.Limits{})
		if err != nil {
			return
		}
		e, err := statuslist.ParseEntry(&v)
		if err != nil {
			return
		}
		back := e.Tree()
		again, err := statuslist.ParseEntry(&back)
		if err != nil {
			t.Fatalf("own entry %s: %v", back.AppendJSON(nil), err)
		}
		e.NumericIndex = false
		if d := cmp.Diff(e, again); d != "" {
			t.Fatal(d)
		}
	})
}

func FuzzRead(f *testing.F) {
	doc, err := statuslist.Credential(publication(), statuslist.New(0))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(doc.AppendJSON(nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := jsontree.Parse(data, jsontree.Limits{})
		if err != nil {
			return
		}
		if c, err := statuslist.Read(&v, statuslist.DecodeOptions{MaxBytes: 1 << 16}); err == nil && (c.List == nil || len(c.Purposes) == 0) {
			t.Fatal("read a list without bits or purpose")
		}
	})
}

func Example() {
	list := statuslist.New(statuslist.MinEntries)
	entry := statuslist.Entry{Purpose: statuslist.PurposeRevocation, Index: 94567, List: "https://school.example/status/1"}
	if err := list.Set(entry.Index, true); err != nil { // revoked
		panic(err)
	}
	doc, err := statuslist.Credential(statuslist.Publication{
		URL:       entry.List,
		Issuer:    "did:web:school.example",
		Purpose:   statuslist.PurposeRevocation,
		ValidFrom: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC),
	}, list)
	if err != nil {
		panic(err)
	}

	published, err := statuslist.Read(&doc, statuslist.DecodeOptions{})
	if err != nil {
		panic(err)
	}
	revoked, err := published.List.Get(entry.Index)
	fmt.Println(published.Serves(entry.Purpose), revoked, err)
	// Output: true true <nil>
}
