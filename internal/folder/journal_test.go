package folder

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestDamagedJournal(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.mustAward(fiveRows, Result{Rows: 5, Awarded: 5, Total: 5})
	path := filepath.Join(d.root, "private", "journal")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write := func(data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// A byte changed before the last batch is damage, and nothing is touched.
	changed := bytes.Clone(whole)
	changed[len(changed)/3] ^= 1
	write(changed)
	if _, err := d.award(fiveRows); !isError(err, ErrorJournal) {
		t.Errorf("%v", err)
	}
	if now, _ := os.ReadFile(path); !bytes.Equal(now, changed) {
		t.Error("a damaged journal was written to")
	}
	// A last batch that is torn was never followed by anything: it is cut off.
	for _, cut := range []int{1, 5, 20} {
		write(whole[:len(whole)-cut])
		got, err := d.award(fiveRows)
		if err != nil || got.Total != 5 {
			t.Errorf("%d bytes short: %+v, %v", cut, got, err)
		}
		d.check(nil)
	}
	write([]byte("not a journal\n"))
	if _, err := d.award(fiveRows); err != nil {
		// A single line that is no line is a batch that never was.
		t.Errorf("%v", err)
	}
	newer := appendSummed(nil, []byte(`{"t":"folder","n":2}`))
	write(newer)
	if _, err := d.award(fiveRows); !isError(err, ErrorNewer) {
		t.Errorf("newer: %v", err)
	}
}

func TestAwardLine(t *testing.T) {
	t.Parallel()
	for _, a := range []award{
		{N: 1, ID: "01", At: 5, Issuer: 1, Badge: 2, List: 3, Index: 4, Salt: "s", Address: "a@b.c", Files: 7},
		{
			N: 9, ID: "x", At: -1, Issuer: 1, Badge: 1, List: 1, Index: 131071, Salt: "ff", Row: "R \"1\"", Address: "é@b.c", Name: "N\u2028",
			Text: "a\nb", Evidence: []string{"https://a.example/?a=1&b=<2>", "https://b.example"}, Note: "\x00", Awarded: "2026-01-02", Expires: "2027-01-02", Until: 7,
		},
	} {
		var back award
		text := a.appendLine(nil)
		if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(a, back) {
			t.Errorf("%s\n%+v\n%+v\n%v", text, a, back, err)
		}
		if kindOf(text) != lineAward {
			t.Errorf("%s", text)
		}
	}
}

func FuzzJournal(f *testing.F) {
	line := func(text string) []byte { return appendSummed(nil, []byte(text)) }
	good := bytes.Join([][]byte{
		line(`{"t":"batch"}`), line(`{"t":"folder","n":1,"at":5}`), line(`{"t":"issuer","n":1,"issuer":{"n":1}}`),
		line(`{"t":"badge","n":1,"badge":{"n":1}}`), line(`{"t":"list","n":1,"size":131072}`),
		line(`{"t":"batch"}`),
		line(`{"t":"award","n":1,"id":"01a213d5-6978-7803-b811-e2ebdbacee38","issuer":1,"badge":1,"list":1,"index":5,"files":0,"salt":"s","address":"a@b.c"}`),
		line(`{"t":"done","n":1}`), line(`{"t":"state","n":1,"state":"revoked"}`), line(`{"t":"applied","n":1}`),
	}, nil)
	f.Add(good)
	f.Add(good[:len(good)-3])
	f.Add(line(`{"t":"list","n":1,"size":-5}`))
	f.Add(line(`{"t":"award","n":1,"list":9}`))
	f.Add(line(`{"t":"state","n":-1}`))
	f.Add([]byte(strings.Repeat("a", 1000)))
	f.Fuzz(func(t *testing.T, data []byte) {
		var b book
		n, err := b.read(bytes.NewReader(data))
		if n > int64(len(data)) {
			t.Fatalf("%d of %d bytes", n, len(data))
		}
		if err != nil {
			return
		}
		// What was read once is read again, cut where it was found to end.
		var again book
		if m, err := again.read(bytes.NewReader(data[:n])); err != nil || m != n || len(again.awards) != len(b.awards) {
			t.Fatalf("%d then %d bytes, %d then %d awards, %v", n, m, len(b.awards), len(again.awards), err)
		}
	})
}

func TestDiskRefusesLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	target := filepath.Join(dir, "target")
	link := filepath.Join(dir, "link")
	if err := os.Symlink(target, link); err != nil {
		t.Skip(err)
	}
	d := &disk{}
	if err := d.create(link, []byte("x")); err == nil {
		t.Error("a file was written through a link")
	}
	if _, err := os.Stat(target); !errors.Is(err, os.ErrNotExist) {
		t.Error("the link's target was made")
	}
}
