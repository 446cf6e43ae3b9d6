package folder

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/sheet"
	"github.com/ecusson/ecusson/verify"
)

// noon is the clock of the tests.
var noon = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

const issuerYAML = `name: Maison de quartier
url: https://maison.example.org/badges
languages: [fr, en]
`

const helperYAML = `id: benevole
name: Bénévole
kind: engagement
assessment: organisation
description: A donné de son temps à la maison de quartier.
criteria: Venir au moins dix fois dans l'année.
validity: 2 ans
translations:
  en:
    name: Volunteer
    description: Gave time to the community centre.
`

const cookYAML = `id: cuisine
name: Cuisine partagée
kind: savoir-faire
level: 2
description: Sait cuisiner pour cinquante personnes.
criteria: Préparer un repas de quartier.
`

// desk is an issuer's desk: a folder to award into, and all that it takes.
type desk struct {
	t      *testing.T
	dir    string
	root   string
	key    crypto.Signer
	issuer Issuer
	badges []Badge
	at     time.Time
	disk   *disk
	seed   uint64
	images string
	newKey bool
	size   int // of pictures; small ones are drawn quicker
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	dir := t.TempDir()
	d := &desk{t: t, dir: dir, root: filepath.Join(dir, "out"), key: keyOf(1), at: noon, images: ImagesAll, disk: &disk{lazy: true}, size: 64}
	d.issuer = d.loadIssuer(issuerYAML)
	for i, text := range []string{helperYAML, cookYAML} {
		d.badges = append(d.badges, d.loadBadge(fmt.Sprintf("badge%d.yaml", i), text))
	}
	return d
}

func keyOf(seed byte) crypto.Signer { return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, 32)) }

func (d *desk) file(name, text string) string {
	d.t.Helper()
	path := filepath.Join(d.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	return path
}

func (d *desk) loadIssuer(text string) Issuer {
	d.t.Helper()
	i, err := LoadIssuer(d.file("issuer.yaml", text))
	if err != nil {
		d.t.Fatal(err)
	}
	return i
}

func (d *desk) loadBadge(name, text string) Badge {
	d.t.Helper()
	b, err := LoadBadge(d.file(name, text))
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

// random is a source that gives the same bytes in every run of a test.
type random struct{ *mathrand.ChaCha8 }

func (d *desk) options() Options {
	d.seed++
	var seed [32]byte
	seed[0] = byte(d.seed)
	seed[1] = byte(d.seed >> 8)
	return Options{Key: d.key, Say: say(d.t), Now: func() time.Time { return d.at }, Random: random{mathrand.NewChaCha8(seed)}, disk: d.disk, pictureSize: d.size}
}

func say(t *testing.T) Say {
	t.Helper()
	catalog, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	return func(language, key string, facts map[string]any) string { return catalog.For(language).T(key, facts) }
}

func (d *desk) list(csv string) *sheet.Sheet {
	d.t.Helper()
	list, err := sheet.Open(strings.NewReader(csv), int64(len(csv)), sheet.Options{})
	if err != nil {
		d.t.Fatal(err)
	}
	return list
}

func (d *desk) award(csv string, tune ...func(*AwardOptions)) (Result, error) {
	d.t.Helper()
	o := AwardOptions{Options: d.options(), Issuer: d.issuer, Badges: d.badges, Images: d.images, NewKey: d.newKey}
	for _, f := range tune {
		f(&o)
	}
	return Award(context.Background(), d.root, d.list(csv), o)
}

func (d *desk) mustAward(csv string, want Result) {
	d.t.Helper()
	got, err := d.award(csv)
	if err != nil {
		d.t.Fatal(err)
	}
	got.Sample = ""
	if got != want {
		d.t.Fatalf("%+v, want %+v", got, want)
	}
}

// awards reads the folder's journal.
func (d *desk) awards() []award {
	d.t.Helper()
	file, err := os.Open(filepath.Join(d.root, "private", "journal"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		d.t.Fatal(err)
	}
	defer file.Close()
	var all []award
	if err := eachAward(file, 1<<40, func(a *award) error { all = append(all, *a); return nil }); err != nil {
		d.t.Fatal(err)
	}
	return all
}

// report verifies one of the folder's files as a stranger does who has the
// folder's public files alone.
func (d *desk) report(path string) *verify.Report {
	d.t.Helper()
	documents, err := verify.ReadDocuments(filepath.Join(d.root, "private", "documents.json"))
	if err != nil {
		d.t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		d.t.Fatal(err)
	}
	return verify.New(nil).Verify(context.Background(), data, verify.Options{At: d.at, Fetcher: &verify.Documents{Map: documents}})
}

// check looks at the whole folder: each award once with all its files, all of
// them valid but for those whose state is said, and no file of nobody's.
func (d *desk) check(states map[string]string) {
	d.t.Helper()
	known := map[string]bool{}
	people := map[string]bool{}
	for _, a := range d.awards() {
		person := a.Address + " " + fmt.Sprint(a.Badge) + " " + a.Row
		if people[person] {
			d.t.Errorf("%s has the badge twice", person)
		}
		people[person] = true
		stem := filepath.Join(d.root, "public", "b", a.shard(), a.ID)
		files := []string{".json"}
		if a.Files&hasPNG != 0 {
			files = append(files, ".png")
		}
		if a.Files&hasSVG != 0 {
			files = append(files, ".svg")
		}
		for _, extension := range files {
			known[stem+extension] = true
			report := d.report(stem + extension)
			want, code := verify.Valid, ""
			if state := states[a.Address]; state != "" {
				want, code = verify.Invalid, state
			}
			reason := ""
			if r := report.Reason(); r != nil {
				reason = r.Code
			}
			if report.Verdict != want || reason != code {
				d.t.Errorf("%s%s: %s %s, want %s %s", a.Address, extension, report.Verdict, reason, want, code)
			}
		}
		if a.Files&hasPage != 0 {
			known[stem+".html"], known[stem+".en.html"] = true, true
			page, err := os.ReadFile(stem + ".html")
			if err != nil {
				d.t.Error(err)
			} else if !bytes.HasSuffix(bytes.TrimSpace(page), []byte("</html>")) {
				d.t.Errorf("%s.html is cut short", stem)
			}
		}
	}
	err := filepath.WalkDir(filepath.Join(d.root, "public", "b"), func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && !entry.IsDir() && !known[path] && entry.Name() != "index.html" {
			d.t.Errorf("%s belongs to no award", path)
		}
		return err
	})
	if err != nil {
		d.t.Error(err)
	}
}

const fiveRows = `Nom;E-mail;Badge;Texte;Preuve
Alice Martin;alice@example.org;Bénévole;;
Bilal Haddad;bilal@example.org;Bénévole;A tenu *l'accueil*.;https://example.org/bilal
Chloé Petit;chloe@example.org;Cuisine partagée;;
Dounia Roy;dounia@example.org;volunteer;;
Alice Martin;alice@example.org;cuisine;;
`

const threeRows = `Nom;E-mail;Texte
Alice Martin;alice@example.org;
Bilal Haddad;bilal@example.org;A tenu *l'accueil*.
Chloé Petit;chloe@example.org;
`

func TestAwardTheExample(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.size = 0
	examples := filepath.Join("..", "..", "examples", "genies")
	var err error
	if d.issuer, err = LoadIssuer(filepath.Join(examples, "issuer.yaml")); err != nil {
		t.Fatal(err)
	}
	d.badges = nil
	for _, name := range []string{"participant.yaml", "laureat.yaml"} {
		b, err := LoadBadge(filepath.Join(examples, name))
		if err != nil {
			t.Fatal(err)
		}
		d.badges = append(d.badges, b)
	}
	csv, err := os.ReadFile(filepath.Join(examples, "participants.csv"))
	if err != nil {
		t.Fatal(err)
	}
	d.mustAward(string(csv), Result{Rows: 146, Awarded: 146, Total: 146})
	d.check(nil)
	laureates := 0
	for _, a := range d.awards() {
		if a.Badge == 2 {
			laureates++
		}
	}
	if laureates != 12 {
		t.Errorf("%d laureates, want 12", laureates)
	}
	// The same list from the workbook is the same rows.
	file, err := os.Open(filepath.Join(examples, "participants.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	list, err := sheet.Open(file, info.Size(), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Award(context.Background(), d.root, list, AwardOptions{Options: d.options(), Issuer: d.issuer, Badges: d.badges})
	if err != nil || got.Before != 146 || got.Awarded != 0 {
		t.Errorf("again: %+v, %v", got, err)
	}
	d.private()
}

// private looks for anything of a person in what is published: addresses never,
// names only where issuer.yaml says so.
func (d *desk) private() {
	d.t.Helper()
	var secrets []string
	for _, a := range d.awards() {
		secrets = append(secrets, a.Address)
		if a.Name != "" && !d.issuer.ShowNames {
			secrets = append(secrets, a.Name)
		}
	}
	err := filepath.WalkDir(filepath.Join(d.root, "public"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, secret := range secrets {
			if bytes.Contains(data, []byte(secret)) {
				d.t.Errorf("%s says %s", path, secret)
			}
		}
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(d.root, "private")); err != nil || info.Mode().Perm() != 0o700 {
		d.t.Errorf("private: %v, %v", info.Mode(), err)
	}
	for _, name := range []string{"journal", "report.csv", "documents.json"} {
		if info, err := os.Stat(filepath.Join(d.root, "private", name)); err != nil || info.Mode().Perm() != 0o600 {
			d.t.Errorf("private/%s: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestAwardGoesOn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.mustAward(fiveRows, Result{Rows: 5, Awarded: 5, Total: 5})
	first := d.awards()
	d.mustAward(fiveRows, Result{Rows: 5, Before: 5, Total: 5})
	// A new row is one more badge, a row that changed keeps its badge.
	more := strings.Replace(fiveRows, "A tenu *l'accueil*.", "A tenu la porte.", 1) + "Emma Blanc;emma@example.org;cuisine;;\n"
	var told []Row
	got, err := d.award(more, func(o *AwardOptions) { o.Row = func(r Row) { told = append(told, r) } })
	if err != nil {
		t.Fatal(err)
	}
	if got.Awarded != 1 || got.Before != 4 || got.Changed != 1 || got.Total != 6 {
		t.Errorf("%+v", got)
	}
	if len(told) != 6 || told[1].State != RowChanged || told[1].Problems[0].Args["Columns"] != "text" || told[1].Award != first[1].ID {
		t.Errorf("%+v", told)
	}
	if now := d.awards(); !slices.EqualFunc(first, now[:5], func(a, b award) bool { return a.ID == b.ID && a.Salt == b.Salt && a.Text == b.Text }) {
		t.Error("awards changed")
	}
	d.check(nil)
	d.private()
}

func TestARowIsKnownByItsID(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const head = "N°;Nom;E-mail;Badge\n"
	d.mustAward(head+"7;Alice Martin;alice@example.org;cuisine\n8;Alice Martin;alice@example.org;cuisine\n", Result{Rows: 2, Awarded: 2, Total: 2})
	// The address was mended: still row 7.
	got, err := d.award(head + "7;Alice Martin;alice.martin@example.org;cuisine\n9;Alice Martin;alice@example.org;cuisine\n")
	if err != nil || got.Changed != 1 || got.Awarded != 1 || got.Total != 3 {
		t.Errorf("%+v, %v", got, err)
	}
	// A row without an id is the person's badge.
	got, err = d.award("E-mail;Badge\nALICE@example.org;cuisine\n")
	if err != nil || got.Awarded != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestBadRows(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const rows = "Nom;E-mail;Badge;Texte;Valable jusqu'au\n" +
		"Alice;alice@example.org;Bénévole;;\n" +
		"Bilal;bilal.example.org;Bénévole;;\n" +
		"Chloé;chloe@example.org;Jonglage;;\n" +
		"Dounia;dounia@example.org;;;\n" +
		"Alice;alice@example.org;Bénévole;;\n" +
		"Alice;alice@example.org;Bénévole;autre chose;\n" +
		"Emma;emma@example.org;cuisine;;2026-06-14\n"
	var keys []string
	collect := func(o *AwardOptions) {
		o.Row = func(r Row) {
			for _, p := range r.Problems {
				keys = append(keys, fmt.Sprintf("%d %s", r.Line, p.Key))
			}
		}
	}
	dry := func(o *AwardOptions) { o.DryRun, o.Key = true, nil }
	got, err := d.award(rows, collect, dry)
	if err != nil || got.Awarded != 1 || got.Bad != 5 || got.Duplicate != 1 {
		t.Errorf("dry run: %+v, %v", got, err)
	}
	want := []string{"4 folder.row-badge-unknown", "5 folder.row-badge-missing", "7 folder.row-twice", "8 folder.row-over"}
	if len(keys) != 5 || !strings.HasPrefix(keys[0], "3 sheet.") || !slices.Equal(keys[1:], want) {
		t.Errorf("%q", keys)
	}
	if _, err := os.Stat(d.root); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a dry run made the folder: %v", err)
	}
	if _, err := d.award("E-mail;Badge\n"); !isError(err, ErrorEmptyList) {
		t.Errorf("an empty list: %v", err)
	}
	if _, err := d.award(rows); !isError(err, ErrorBadRows) {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(d.root); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a refused list made the folder: %v", err)
	}
	got, err = d.award(rows, func(o *AwardOptions) { o.SkipBad = true })
	if err != nil || got.Awarded != 1 || got.Bad != 5 || got.Total != 1 {
		t.Errorf("skip: %+v, %v", got, err)
	}
	d.check(nil)
}

func TestImages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		images  string
		noPages bool
		want    []string
	}{
		{ImagesAll, false, []string{".en.html", ".html", ".json", ".png", ".svg"}},
		{ImagesPNG, false, []string{".en.html", ".html", ".json", ".png"}},
		{ImagesNone, false, []string{".en.html", ".html", ".json"}},
		{ImagesNone, true, []string{".json"}},
	} {
		d := newDesk(t)
		if _, err := d.award("E-mail;Badge\nalice@example.org;Bénévole\n", func(o *AwardOptions) { o.Images, o.NoPages = c.images, c.noPages }); err != nil {
			t.Fatal(err)
		}
		a := d.awards()[0]
		entries, err := os.ReadDir(filepath.Join(d.root, "public", "b", a.shard()))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range entries {
			if e.Name() == "index.html" {
				continue
			}
			got = append(got, strings.TrimPrefix(e.Name(), a.ID))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s, no pages %v: %q, want %q", c.images, c.noPages, got, c.want)
		}
		d.check(nil)
	}
}

func TestShowNames(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.issuer.ShowNames = true
	d.mustAward(fiveRows, Result{Rows: 5, Awarded: 5, Total: 5})
	a := d.awards()[0]
	report := d.report(filepath.Join(d.root, "public", "b", a.shard(), a.ID+".json"))
	if report.Badge.Recipient != "Alice Martin" {
		t.Errorf("the badge names %q", report.Badge.Recipient)
	}
	d.check(nil)
	d.private()
}

// TestEveryStepMayFail stops a run at each of its steps on the disk, with and
// without half of the bytes written, and lets another finish it.
func TestEveryStepMayFail(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("some hundred runs")
	}
	stopped := errors.New("stopped")
	// A long run tears at every step, a short one at every other.
	long := os.Getenv("ECUSSON_LONG") != ""
	for turn := range 2 {
		for n := 1; ; n++ {
			torn := (n+turn)%2 == 0
			if turn == 1 && !long {
				break
			}
			d := newDesk(t)
			d.badges = d.badges[:1]
			d.images = ImagesPNG
			steps := 0
			d.disk = &disk{lazy: true, fail: func(_, _ string) (bool, error) {
				if steps++; steps >= n {
					return torn, stopped
				}
				return false, nil
			}}
			_, err := d.award(threeRows)
			if err == nil {
				if n < 20 {
					t.Fatalf("a run of %d steps", n)
				}
				break
			}
			if !errors.Is(err, stopped) {
				t.Fatalf("step %d, torn %v: %v", n, torn, err)
			}
			begun := d.awards()
			d.disk = &disk{lazy: true}
			got, err := d.award(threeRows)
			if err != nil {
				t.Fatalf("after step %d, torn %v: %v", n, torn, err)
			}
			if got.Total != 3 || got.Awarded+got.Before != 3 {
				t.Fatalf("after step %d, torn %v: %+v", n, torn, got)
			}
			for i, a := range d.awards()[:len(begun)] {
				if a.ID != begun[i].ID || a.Index != begun[i].Index {
					t.Errorf("after step %d, torn %v: award %d changed", n, torn, i+1)
				}
			}
			d.check(nil)
			if t.Failed() {
				return
			}
		}
	}
}

func TestResumeWritesTheSameBytes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.mustAward(fiveRows, Result{Rows: 5, Awarded: 5, Total: 5})
	before := tree(t, d.root)
	// As if the run had been stopped when only the journal knew of the awards.
	journal := filepath.Join(d.root, "private", "journal")
	text, err := os.ReadFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	for i, l := range lines {
		if bytes.Contains(l, []byte(`"t":"done"`)) {
			// The batch line before it goes too.
			text = bytes.Join(lines[:i-1], nil)
		}
	}
	if err := os.WriteFile(journal, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(d.root, "public", "b")); err != nil {
		t.Fatal(err)
	}
	got, err := d.award(fiveRows)
	if err != nil || got.Finished != 5 || got.Before != 5 {
		t.Fatalf("%+v, %v", got, err)
	}
	after := tree(t, d.root)
	for path, data := range before {
		if !bytes.Equal(after[path], data) && !strings.HasSuffix(path, "journal") {
			t.Errorf("%s differs", path)
		}
	}
	if len(after) != len(before) {
		t.Errorf("%d files, were %d", len(after), len(before))
	}
}

func tree(t *testing.T, root string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files[path], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestOddTexts awards what people and their spreadsheets put into cells.
func TestOddTexts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.issuer.ShowNames = true
	rows := "Nom;E-mail;Badge;Texte;Preuve\n"
	texts := []string{"<script>alert(1)</script>", "=1+1", "a\u2028b", "\U0001F600 œ", "[x](javascript:alert(1))", "`x` & <b>", "{{.Name}}"}
	links := []string{
		"https://e.example/?q=a|b", "https://e.example/?q=%22{x}", "https://e.example/été?é=è#ç", "https://e.example/a\\b^c", "https://e.example/`x`",
		"https://e.example/%zz", "https://[::1]/x",
	}
	for i, text := range texts {
		rows += fmt.Sprintf("%s;p%d@example.org;cuisine;%s;\n", text, i, text)
	}
	for i, link := range links {
		rows += fmt.Sprintf("L%d;l%d@example.org;cuisine;;%s\n", i, i, link)
	}
	got, err := d.award(rows, func(o *AwardOptions) { o.SkipBad = true })
	if err != nil || got.Awarded < len(texts)+4 {
		t.Fatalf("%+v, %v", got, err)
	}
	d.check(nil)
	for path, data := range tree(t, filepath.Join(d.root, "public", "b")) {
		if strings.HasSuffix(path, ".html") && (bytes.Contains(data, []byte("<script")) || bytes.Contains(data, []byte(`href="javascript`))) {
			t.Errorf("%s has a script in it", path)
		}
	}
	if _, err := Publish(context.Background(), d.root, d.options()); err != nil {
		t.Error(err)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var csv strings.Builder
	csv.WriteString("E-mail;Badge\n")
	for i := range 2*batchRows + 10 {
		fmt.Fprintf(&csv, "p%d@example.org;cuisine\n", i)
	}
	ctx, cancel := context.WithCancel(context.Background())
	o := AwardOptions{Options: d.options(), Issuer: d.issuer, Badges: d.badges, Images: ImagesNone, NoPages: true}
	o.Progress = func(int, int) { cancel() }
	if _, err := Award(ctx, d.root, d.list(csv.String()), o); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if n := len(d.awards()); n != batchRows {
		t.Errorf("%d awards, want a batch", n)
	}
	o.Options = d.options()
	var last, total int
	o.Progress = func(done, of int) { last, total = done, of }
	got, err := Award(context.Background(), d.root, d.list(csv.String()), o)
	if err != nil || got.Total != 2*batchRows+10 || last != batchRows+10 || total != last {
		t.Errorf("%+v, %d of %d, %v", got, last, total, err)
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	elliptic256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	d.key = elliptic256
	if _, err := d.award(fiveRows); !isError(err, ErrorKeyKind) {
		t.Errorf("P-256: %v", err)
	}
	d.key = keyOf(1)
	inPublic := func(o *AwardOptions) { o.KeyFile = filepath.Join(d.root, "public", "key") }
	if _, err := d.award(fiveRows, inPublic); !isError(err, ErrorKeyPublic) {
		t.Errorf("in public: %v", err)
	}
	d.mustAward(fiveRows, Result{Rows: 5, Awarded: 5, Total: 5})
	// Another key of the same issuer: both are published, all badges hold.
	d.key = keyOf(2)
	if _, err := Revoke(context.Background(), d.root, "chloe@example.org", "erreur", d.options()); !isError(err, ErrorKeyUnknown) {
		t.Errorf("a stranger's key: %v", err)
	}
	if _, err := d.award(fiveRows); !isError(err, ErrorKeyUnknown) {
		t.Errorf("another key by mistake: %v", err)
	}
	d.newKey = true
	d.mustAward(fiveRows+"Emma;emma@example.org;cuisine;;\n", Result{Rows: 6, Awarded: 1, Before: 5, Total: 6})
	d.check(nil)
	document, err := os.ReadFile(filepath.Join(d.root, "public", "did.json"))
	if err != nil || bytes.Count(document, []byte(`"publicKeyMultibase"`)) != 2 {
		t.Errorf("%s, %v", document, err)
	}
	// What was begun with one key is not finished with another.
	d.key = keyOf(3)
	d.disk = &disk{lazy: true, fail: func(step, path string) (bool, error) {
		if step == "create" && strings.Contains(path, "public") {
			return false, errors.New("stopped")
		}
		return false, nil
	}}
	if _, err := d.award("E-mail;Badge\nfarid@example.org;cuisine\n"); err == nil {
		t.Fatal("it did not stop")
	}
	d.disk = &disk{lazy: true}
	d.key = keyOf(2)
	if _, err := d.award(fiveRows); !isError(err, ErrorKeyPending) {
		t.Errorf("pending: %v", err)
	}
	d.key = keyOf(3)
	if _, err := d.award("E-mail;Badge\nfarid@example.org;cuisine\n"); err != nil {
		t.Error(err)
	}
	d.check(nil)
}

func TestIdentities(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, file, code string }{
		"a path":      {"name: A\nurl: https://a.example/b/c\n", "public/did.json", ""},
		"a host":      {"name: A\nurl: https://a.example\n", "public/.well-known/did.json", ""},
		"a did:key":   {"name: A\nurl: https://a.example/\nid: " + didKey(1) + "\n", "", ""},
		"another key": {"name: A\nurl: https://a.example/\nid: " + didKey(2) + "\n", "", ErrorKeyID},
		"elsewhere":   {"name: A\nurl: https://a.example/b/\nid: did:web:b.example\n", "private/did.json", ""},
	} {
		d := newDesk(t)
		d.issuer = d.loadIssuer(c.text)
		_, err := d.award(fiveRows)
		if c.code != "" {
			if !isError(err, c.code) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if c.file != "" {
			if _, err := os.Stat(filepath.Join(d.root, filepath.FromSlash(c.file))); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		d.check(nil)
	}
}

func didKey(seed byte) string {
	r := run{public: keyOf(seed).Public().(ed25519.PublicKey)}
	name, err := r.keyName()
	if err != nil {
		panic(err)
	}
	return "did:key:" + name
}

func TestAFolderIsForOneIssuer(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.mustAward(fiveRows, Result{Rows: 5, Awarded: 5, Total: 5})
	d.issuer.URL = "https://elsewhere.example/"
	if _, err := d.award(fiveRows); !isError(err, ErrorOtherURL) {
		t.Errorf("another url: %v", err)
	}
	d.issuer = d.loadIssuer(issuerYAML + "id: did:web:other.example\n")
	if _, err := d.award(fiveRows); !isError(err, ErrorOtherID) {
		t.Errorf("another id: %v", err)
	}
	// A new name is a new version; what was signed keeps the old one.
	d.issuer = d.loadIssuer(strings.Replace(issuerYAML, "Maison de quartier", "Maison du quartier", 1))
	d.mustAward(fiveRows+"Emma;emma@example.org;cuisine;;\n", Result{Rows: 6, Awarded: 1, Before: 5, Total: 6})
	d.check(nil)
	// Who publishes with an older key does not bring the old name back.
	old := d.key
	d.key, d.newKey = keyOf(2), true
	d.issuer.Name = "La Maison"
	d.mustAward(fiveRows+"Farid;farid@example.org;cuisine;;\n", Result{Rows: 6, Awarded: 1, Before: 5, Total: 7})
	d.key = old
	if _, err := Publish(context.Background(), d.root, d.options()); err != nil {
		t.Fatal(err)
	}
	if page, err := os.ReadFile(filepath.Join(d.root, "public", "index.html")); err != nil || !bytes.Contains(page, []byte("La Maison")) {
		t.Errorf("the old name is back: %v", err)
	}
	d.check(nil)

	foreign := newDesk(t)
	if err := os.MkdirAll(foreign.root, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(foreign.root, "thesis.odt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := foreign.award(fiveRows); !isError(err, ErrorForeign) {
		t.Errorf("a foreign folder: %v", err)
	}
	site := newDesk(t)
	if err := os.MkdirAll(filepath.Join(site.root, "public"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(site.root, "public", "index.html"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := site.award(fiveRows); !isError(err, ErrorForeign) {
		t.Errorf("somebody else's site: %v", err)
	}
	if data, err := os.ReadFile(filepath.Join(site.root, "public", "index.html")); err != nil || string(data) != "mine" {
		t.Errorf("somebody else's site was written over: %q, %v", data, err)
	}
}

func TestLock(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.mustAward(fiveRows, Result{Rows: 5, Awarded: 5, Total: 5})
	f, err := openFolder(d.root, &disk{}, false)
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	if _, err := d.award(fiveRows); !isError(err, ErrorLocked) {
		t.Errorf("%v", err)
	}
}

func TestBadgeVersions(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.mustAward(fiveRows, Result{Rows: 5, Awarded: 5, Total: 5})
	d.badges[1] = d.loadBadge("badge1.yaml", strings.Replace(cookYAML, "cinquante", "soixante", 1))
	d.mustAward(fiveRows+"Emma;emma@example.org;cuisine;;\n", Result{Rows: 6, Awarded: 1, Before: 5, Total: 6})
	d.check(nil)
	for _, name := range []string{"cuisine-1", "cuisine-2", "benevole-1"} {
		if _, err := os.Stat(filepath.Join(d.root, "public", "achievements", name, "index.html")); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(d.root, "public", "achievements", "benevole-2")); err == nil {
		t.Error("a badge that did not change has a new version")
	}
	// A picture that was changed in the folder is not baked into new badges.
	picture := filepath.Join(d.root, "public", "achievements", "cuisine-2", "image.png")
	data, err := os.ReadFile(picture)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(picture, data[:len(data)-12], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := d.award("E-mail;Badge\nfarid@example.org;cuisine\n"); err == nil {
		t.Error("a changed picture was baked")
	}
}

func BenchmarkAward(b *testing.B) {
	for _, images := range []string{ImagesNone, ImagesPNG} {
		b.Run(images, func(b *testing.B) {
			t := &testing.T{}
			for b.Loop() {
				b.StopTimer()
				d := &desk{t: t, dir: b.TempDir(), key: keyOf(1), at: noon}
				d.root = filepath.Join(d.dir, "out")
				d.issuer = d.loadIssuer(issuerYAML)
				d.badges = []Badge{d.loadBadge("b.yaml", helperYAML)}
				var csv strings.Builder
				csv.WriteString("E-mail;Badge\n")
				for i := range 2000 {
					fmt.Fprintf(&csv, "p%d@example.org;Bénévole\n", i)
				}
				b.StartTimer()
				if _, err := d.award(csv.String(), func(o *AwardOptions) { o.Images = images }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(2000*float64(b.N)/b.Elapsed().Seconds(), "awards/s")
		})
	}
}
