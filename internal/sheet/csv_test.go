package sheet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/ecusson/ecusson/internal/hostile"
)

func open(t testing.TB, data []byte, o Options) *Sheet {
	t.Helper()
	s, err := Open(bytes.NewReader(data), int64(len(data)), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func all(t testing.TB, s *Sheet) []Row {
	t.Helper()
	var rows []Row
	for r, err := range s.Rows(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	return rows
}

// brief writes a row as "line name <email> …! problems".
func brief(r Row) string {
	if r.Blank {
		return fmt.Sprintf("%d blank", r.Line)
	}
	s := fmt.Sprintf("%d %s <%s>", r.Line, r.Name, r.Email)
	for _, p := range r.Problems {
		s += " !" + p.Code
	}
	return s
}

func briefs(t testing.TB, s *Sheet) []string {
	t.Helper()
	var out []string
	for _, r := range all(t, s) {
		out = append(out, brief(r))
	}
	return out
}

func codeOf(t testing.TB, err error) string {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("not an *Error: %v", err)
	}
	return e.Code
}

func in(t testing.TB, e encoding.Encoding, s string) string {
	t.Helper()
	out, err := e.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCSVHabits(t *testing.T) {
	t.Parallel()
	const semi = "Nom;Prénom;Courriel\nLefèvre;Élise;elise@example.org\nTraoré;Zoé;zoe@example.org\n"
	want := []string{"2 Élise Lefèvre <elise@example.org>", "3 Zoé Traoré <zoe@example.org>"}
	utf16 := func(e unicode.Endianness) string { return in(t, unicode.UTF16(e, unicode.UseBOM), semi) }
	for name, c := range map[string]struct{ data, encoding, delimiter string }{
		"semicolon":            {semi, "utf-8", ";"},
		"comma":                {strings.ReplaceAll(semi, ";", ","), "utf-8", ","},
		"tab":                  {strings.ReplaceAll(semi, ";", "\t"), "utf-8", "\t"},
		"bar":                  {strings.ReplaceAll(semi, ";", "|"), "utf-8", "|"},
		"mark":                 {"\ufeff" + semi, "utf-8", ";"},
		"sep line":             {"sep=^\r\n" + strings.ReplaceAll(semi, ";", "^"), "utf-8", "^"},
		"quoted sep line":      {"\"sep=,\"\n" + strings.ReplaceAll(semi, ";", ","), "utf-8", ","},
		"mark and sep line":    {"\ufeffsep=\t\n" + strings.ReplaceAll(semi, ";", "\t"), "utf-8", "\t"},
		"crlf":                 {strings.ReplaceAll(semi, "\n", "\r\n"), "utf-8", ";"},
		"cr":                   {strings.ReplaceAll(semi, "\n", "\r"), "utf-8", ";"},
		"no last line end":     {strings.TrimSuffix(semi, "\n"), "utf-8", ";"},
		"utf-16 little endian": {utf16(unicode.LittleEndian), "utf-16le", ";"},
		"utf-16 big endian":    {utf16(unicode.BigEndian), "utf-16be", ";"},
		"utf-16 with tabs":     {in(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), strings.ReplaceAll(semi, ";", "\t")), "utf-16le", "\t"},
		"windows-1252":         {in(t, charmap.Windows1252, semi), "windows-1252", ";"},
		"macintosh":            {in(t, charmap.Macintosh, semi), "macintosh", ";"},
		"ms-dos":               {in(t, charmap.CodePage850, semi), "ibm850", ";"},
		"all quoted":           {"\"" + strings.ReplaceAll(strings.ReplaceAll(strings.TrimSuffix(semi, "\n"), ";", "\";\""), "\n", "\"\n\"") + "\"\n", "utf-8", ";"},
		"spaces round quotes":  {"Nom ; Prénom ; Courriel\n \"Lefèvre\" ; \"Élise\" ;elise@example.org \nTraoré; Zoé;\tzoe@example.org\n", "utf-8", ";"},
		"ends with blanks":     {semi + ";;\n\n  ;\u00a0;\n", "utf-8", ";"},
		"decomposed accents":   {"Nom;Pre\u0301nom;Courriel\nLefe\u0300vre;E\u0301lise;elise@example.org\nTraore\u0301;Zoe\u0301;zoe@example.org\n", "utf-8", ";"},
		"invisible characters": {"\u200bNom;Prénom\u00a0;Courriel\n\u00a0Lefèvre;\u200bÉlise;\u200eelise@example.org\ufeff\nTraoré;Zoé\u202f;zoe@\u00adexample.org\n", "utf-8", ";"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, []byte(c.data), Options{})
			if s.Format != "csv" || s.Encoding != c.encoding || s.Delimiter != c.delimiter {
				t.Errorf("%s, %s, %q", s.Format, s.Encoding, s.Delimiter)
			}
			for range 2 { // read twice: the check, then the award
				if d := cmp.Diff(want, briefs(t, s)); d != "" {
					t.Error(d)
				}
			}
		})
	}
}

func TestCSVRows(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		data string
		want []string
	}{
		"line breaks in quotes keep the spreadsheet's numbers": {
			"Nom;Courriel;Texte\nA;a@example.org;\"un\r\ndeux\"\nB;b@example.org;\n",
			[]string{"2 A <a@example.org>", "3 B <b@example.org>"}},
		"blank rows count": {
			"Nom;Courriel\n\nA;a@example.org\n\n;\nB;b@example.org\n\n",
			[]string{"3 A <a@example.org>", "6 B <b@example.org>"}},
		"a title above": {
			"Concours 2026;;\n\nListe des inscrits au 12 juin;;\nNom;Courriel;Équipe\nA;a@example.org;X\n",
			[]string{"5 A <a@example.org>"}},
		"stray quotes are themselves": {
			"Nom;Courriel\nAnne \"Nina\" B;a@example.org\n\"Cli \"le petit\" C\";c@example.org\nD\"E;d@example.org\n",
			[]string{"2 Anne \"Nina\" B <a@example.org>", "3 Cli \"le petit\" C <c@example.org>", "4 D\"E <d@example.org>"}},
		"doubled quotes": {
			"Nom;Courriel\n\"Anne \"\"Nina\"\" B\";a@example.org\n",
			[]string{"2 Anne \"Nina\" B <a@example.org>"}},
		"a short row": {
			"Nom;Badge;Courriel\nA;x;a@example.org\nB\n",
			[]string{"2 A <a@example.org>", "3 B <> !row-short"}},
		"short behind the address is nothing": {
			"Nom;Courriel;Badge\nA;a@example.org\n",
			[]string{"2 A <a@example.org>"}},
		"a row that has shifted": {
			"Nom;Courriel;Texte\nA;a@example.org;un;deux\nB;b@example.org;un;;\n",
			[]string{"2 A <a@example.org> !row-long", "3 B <b@example.org>"}},
		"numbered but empty, and a total": {
			"N°;Nom;Courriel;Remarque interne\n1;A;a@example.org;\n2;;;\n;;;Total : 1\n",
			[]string{"2 A <a@example.org>", "3 blank", "4 blank"}},
		"one column": {
			"Courriel\na@example.org\nb@example\n",
			[]string{"2  <a@example.org>", "3  <> !address-missing-end"}},
		"undefined bytes of windows-1252": {
			"Nom;Pr\xe9nom;Courriel\nA;\xc9l\x81ise;a@example.org\nB;\xc9ric;b@example.org\n",
			[]string{"2 A <a@example.org> !characters-unreadable", "3 Éric B <b@example.org>"}},
		"damaged utf-8": {
			"Nom;Prénom;Courriel\nÉlise;É;e@example.org\nL\xe9a;;l@example.org\n",
			[]string{"2 É Élise <e@example.org>", "3  <l@example.org> !characters-unreadable"}},
		"spreadsheet errors": {
			"Nom;Courriel\n#N/A;a@example.org\nB;#REF!\nC;#VALEUR!\n",
			[]string{"2  <a@example.org> !cell-error", "3 B <> !cell-error", "4 C <> !cell-error"}},
		"no name": {
			"Nom;Prénom;Courriel\n;;a@example.org\n",
			[]string{"2  <a@example.org> !name-missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(c.want, briefs(t, open(t, []byte(c.data), Options{}))); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestRowInFull(t *testing.T) {
	t.Parallel()
	data := "Matricule;Nom;Prénom;Adresse électronique;Badge obtenu;Récit;Preuve 1;Preuve 2;Délivré le;Valable jusqu'au;Classe\n" +
		"007;BENALI; Amina ;Amina Benali <Amina.B@Example.FR>;Lauréat;\"Un\r\n  deux\";https://a.example/x, https://B.example/y;Soutenance du 3 mai;12 juin 2026;2029-06-12;3B\n"
	s := open(t, []byte(data), Options{})
	want := Row{Line: 2, ID: "007", Name: "Amina BENALI", GivenName: "Amina", FamilyName: "BENALI", Email: "Amina.B@example.fr", Badge: "Lauréat",
		Text: "Un\n  deux", Evidence: []string{"https://a.example/x", "https://b.example/y"}, EvidenceText: "Soutenance du 3 mai",
		Awarded: Date{2026, 6, 12}, Expires: Date{2029, 6, 12}}
	if d := cmp.Diff([]Row{want}, all(t, s)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"Classe"}, s.Columns.Unused); d != "" {
		t.Error(d)
	}
	if got := s.Columns.Email.Letter(); got != "D" {
		t.Error(got)
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://a.example/x":                         "[https://a.example/x]",
		"<https://a.example/x>":                       "[https://a.example/x]",
		"https://a.example/x?a=1,2;b":                 "[https://a.example/x?a=1,2;b]",
		"https://a.example/x;https://a.example/y":     "[https://a.example/x https://a.example/y]",
		"https://a.example/x et https://a.example/y,": "[https://a.example/x https://a.example/y]",
		"https://a.example/x https://a.example/x":     "[https://a.example/x]",
		"https://a.example/été":                       "[https://a.example/%C3%A9t%C3%A9]",
		"www.a.example":                               "[] link-not-http",
		"a.example/x":                                 "[] link-not-http",
		"ftp://a.example/x":                           "[] link-not-http",
		`C:\projets\x.pdf`:                            "[] link-not-http",
		"javascript:alert(1)":                         "[] link-not-http",
		"https://":                                    "[] link-unreadable",
		"https://user:secret@a.example/":              "[] link-unreadable",
		"https://a.example:http/":                     "[] link-unreadable",
		"https://a.example/x (voir https://":          "[https://a.example/x] link-not-http link-unreadable",
		"https://" + strings.Repeat("a", 3000):        "[] link-unreadable",
		strings.Repeat("https://a.example/x ", 3):     "[https://a.example/x]",
		"": "[]",
	} {
		s := open(t, []byte("Courriel,Lien\na@example.org,\""+in+"\"\n"), Options{})
		r := all(t, s)[0]
		got := fmt.Sprint(r.Evidence)
		for _, p := range r.Problems {
			got += " " + p.Code
		}
		if got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestCSVRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		data string
		o    Options
		code string
		args map[string]string
	}{
		"too large":           {data: "Courriel\n", o: Options{Limits: Limits{Bytes: 3}}, code: CodeFileTooLarge},
		"no heading row":      {data: "Benali;Amina;amina@example.org\nB;C;c@example.org\n", code: CodeHeadingsMissing, args: map[string]string{"Guess": "C"}},
		"no address heading":  {data: "Nom;Contact principal\nA;a@example.org\n", code: CodeAddressNoHeading, args: map[string]string{"Guess": "B", "Headings": "Nom, Contact principal"}},
		"no addresses":        {data: "Nom;Prénom\nA;B\n", code: CodeAddressNoColumn, args: map[string]string{"Guess": "", "Headings": "Nom, Prénom"}},
		"a street":            {data: "Nom;Adresse\nA;3 rue du Port\n", code: CodeAddressNoColumn, args: map[string]string{"Guess": "", "Headings": "Nom, Adresse"}},
		"no words we know":    {data: "x;y\n1;2\n", code: CodeAddressNoColumn, args: map[string]string{"Guess": "", "Headings": "x, y"}},
		"two addresses":       {data: "Nom;Courriel;Adresse mail\nA;a@example.org;b@example.org\n", code: CodeHeadingTwice, args: map[string]string{"Field": "email", "Other": "Adresse mail"}},
		"two alike":           {data: "Nom;Courriel;Badge;Badge\nA;a@example.org;x;y\n", code: CodeHeadingTwice, args: map[string]string{"Field": "badge", "Other": "Badge"}},
		"unknown field":       {data: "Courriel\na@example.org\n", o: Options{Columns: map[string]string{"colour": "Nom"}}, code: CodeMappingField, args: map[string]string{"Fields": "awarded, badge, email, evidence, evidence-text, expires, family-name, given-name, id, name, text"}},
		"unknown heading":     {data: "Courriel\na@example.org\n", o: Options{Columns: map[string]string{"name": "Qui"}}, code: CodeMappingHeading, args: map[string]string{"Field": "name", "Headings": "Courriel"}},
		"heading twice there": {data: "Courriel;Qui;qui\na@example.org;A;B\n", o: Options{Columns: map[string]string{"name": "Qui"}}, code: CodeMappingHeadingTwo, args: map[string]string{"Field": "name"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := Open(strings.NewReader(c.data), int64(len(c.data)), c.o)
			if err == nil {
				for _, e := range s.Rows(context.Background()) {
					err = e
				}
			}
			if code := codeOf(t, err); code != c.code {
				t.Fatalf("%s, want %s", code, c.code)
			}
			var e *Error
			errors.As(err, &e)
			if c.args != nil {
				if d := cmp.Diff(c.args, e.Args); d != "" {
					t.Error(d)
				}
			}
			if !strings.HasPrefix(e.Error(), "sheet: ") || e.Key() != "sheet."+c.code {
				t.Error(e.Error(), e.Key())
			}
		})
	}
}

// Hostile and unfit files are refused for what they are.
func TestHostileRefused(t *testing.T) {
	t.Parallel()
	for _, c := range append(hostile.Workbooks(), hostile.Tables()...) {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			s, err := Open(bytes.NewReader(c.Data), int64(len(c.Data)), Options{})
			if err == nil {
				for _, e := range s.Rows(context.Background()) {
					err = e
				}
			}
			if code := codeOf(t, err); "sheet."+code != c.Code {
				t.Errorf("%v, want %s", err, c.Code)
			}
		})
	}
}

// A long cell full of quotes costs no more than any other. Not parallel: it counts
// memory.
func TestQuotesCostNothing(t *testing.T) {
	data := []byte("Nom;Courriel\n" + strings.Repeat(`{"a":`, 20_000))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s, err := Open(bytes.NewReader(data), int64(len(data)), Options{})
	if err == nil {
		for _, e := range s.Rows(context.Background()) {
			err = e
		}
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 50<<20 {
		t.Errorf("%d MiB to read %d KiB (%v)", used>>20, len(data)>>10, err)
	}
}

func TestRowsStop(t *testing.T) {
	t.Parallel()
	data := "Courriel\n" + strings.Repeat("a@example.org\n", 10)
	s := open(t, []byte(data), Options{Limits: Limits{Rows: 3}})
	n, last := 0, error(nil)
	for _, err := range s.Rows(context.Background()) {
		n, last = n+1, err
	}
	if n != 4 || codeOf(t, last) != CodeRowsTooMany {
		t.Error(n, last)
	}
	for range s.Rows(context.Background()) {
		break
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	n = 0
	for _, err := range s.Rows(ctx) {
		if n++; err != nil {
			last = err
		}
		cancel()
	}
	if n != 2 || !errors.Is(last, context.Canceled) {
		t.Error(n, last)
	}
}

func TestQuoteOpenNamesItsLine(t *testing.T) {
	t.Parallel()
	data := "Nom;Courriel\nA;a@example.org\n\"B;b@example.org\n" + strings.Repeat("C;c@example.org\n", 20)
	s, err := Open(strings.NewReader(data), int64(len(data)), Options{})
	if s != nil {
		t.Fatal("opened")
	}
	var e *Error
	if !errors.As(err, &e) || e.Code != CodeQuoteOpen || e.Line != 3 {
		t.Error(err)
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{
		"Nom;Courriel\nA;a@example.org\n", "sep=,\r\nE-mail,Date\rx@y.fr,06/13/2026\r", "\ufeffMel\tLien\n\"a\"\"@b.fr\"\thttps://x.example\n",
		"\xff\xfeM\x00e\x00l\x00\n\x00a\x00", "Nom;Pr\xe9nom;Courriel\n\"x\ny\" ;\x81;<a@b.fr>;\n", "Mel\n\"", "Mail|Preuve\n@|a b\n#N/A|www.x\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Open(bytes.NewReader(data), int64(len(data)), Options{Limits: Limits{CellBytes: 1000, Columns: 50}})
		if err != nil {
			return
		}
		check(t, s)
	})
}

// check holds what every list keeps to, however odd its bytes.
func check(t *testing.T, s *Sheet) {
	t.Helper()
	if !s.Columns.Email.Found() {
		t.Fatal("a list without addresses")
	}
	var first []string
	for pass := range 2 {
		last, n := s.HeadingLine, 0
		for r, err := range s.Rows(context.Background()) {
			if err != nil {
				codeOf(t, err)
				break
			}
			if r.Line <= last {
				t.Fatalf("row %d behind row %d", r.Line, last)
			}
			last = r.Line
			if !r.Blank && r.Email == "" && len(r.Problems) == 0 {
				t.Fatalf("row %d: no address and no problem", r.Line)
			}
			if r.Email != "" {
				if again, code, _ := parseAddress(r.Email); again != r.Email || code != "" {
					t.Fatalf("%q becomes %q, %s", r.Email, again, code)
				}
			}
			for _, p := range r.Problems {
				if len(p.Value) > 4*80 || p.Line != r.Line {
					t.Fatal(p)
				}
			}
			text := fmt.Sprintf("%+v", r)
			if pass == 0 {
				first = append(first, text)
			} else if first[n] != text {
				t.Fatalf("two readings differ: %s, %s", first[n], text)
			}
			n++
		}
	}
}
