package sheet

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/fixture"
)

func TestParseAddress(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"amina@example.fr":                         "amina@example.fr",
		"Amina.B@EXAMPLE.FR":                       "Amina.B@example.fr",
		"Amina Benali <amina@example.fr>":          "amina@example.fr",
		`"Benali, Amina" <amina@example.fr>;`:      "amina@example.fr",
		"amina@example.fr;":                        "amina@example.fr",
		" amina@example.fr. ":                      "amina@example.fr",
		"<amina@example.fr>":                       "amina@example.fr",
		"mailto:amina@example.fr?subject=x":        "amina@example.fr",
		"amina＠example．fr":                         "amina@example.fr",
		"ａｍｉｎａ@example.fr":                         "amina@example.fr",
		"\u00a0amina\u200b@example.fr\ufeff":       "amina@example.fr",
		"o'neil+badge@sub.example.co.uk":           "o'neil+badge@sub.example.co.uk",
		"lea@Été.example":                          "lea@été.example",
		"lea@xn--caf-dma.example":                  "lea@xn--caf-dma.example",
		"a@例え.テスト":                                 "a@例え.テスト",
		"":                                         CodeAddressMissing,
		" ; ":                                      CodeAddressMissing,
		"amina":                                    CodeAddressMissingAt,
		"amina.example.fr":                         CodeAddressMissingAt,
		"@example.fr":                              CodeAddressMissingLocal,
		"amina@":                                   CodeAddressMissingDomain,
		"amina@.":                                  CodeAddressMissingDomain,
		"amina@example":                            CodeAddressMissingEnd,
		"amina@@example.fr":                        CodeAddressTwoAts,
		"amina@b@example.fr":                       CodeAddressTwoAts,
		"a@example.fr, b@example.fr":               CodeAddressSeveral,
		"a@example.fr;b@example.fr":                CodeAddressSeveral,
		"a@example.fr b@example.fr":                CodeAddressSeveral,
		"A <a@example.fr>, B <b@example.fr>":       CodeAddressSeveral,
		"amina benali@example.fr":                  CodeAddressSpace,
		"amina@exa mple.fr":                        CodeAddressSpace,
		"amina@example .fr":                        CodeAddressSpace,
		"amina..b@example.fr":                      CodeAddressDots,
		".amina@example.fr":                        CodeAddressDots,
		"amina.@example.fr":                        CodeAddressDots,
		"amina@.example.fr":                        CodeAddressDots,
		"amélie@example.fr":                        CodeAddressCharacter + " é",
		"ami,na@example.fr":                        CodeAddressCharacter + " ,",
		"amina@exa_mple.fr":                        CodeAddressCharacter + " _",
		"amina@-example.fr":                        CodeAddressDomain,
		"amina@example.f":                          CodeAddressDomain,
		"amina@192.168.1.1":                        CodeAddressDomain,
		"amina@" + strings.Repeat("a", 64) + ".fr": CodeAddressDomain,
		strings.Repeat("a", 65) + "@example.fr":    CodeAddressTooLong,
		"a@" + strings.Repeat("abcdefghi.", 26) + "example.fr": CodeAddressTooLong,
	} {
		address, code, detail := parseAddress(in)
		got := address
		if code != "" {
			got = strings.TrimSpace(code + " " + detail)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2026-06-12": "2026-06-12", "2026/6/12": "2026-06-12", "2026.06.12": "2026-06-12", "20260612": "2026-06-12",
		"2026-06-12T23:59:00+02:00": "2026-06-12", "2026-06-12 08:00:00": "2026-06-12", "2026-06-12T00:00:00Z": "2026-06-12",
		"12/06/2026": "2026-06-12", "12/6/26": "2026-06-12", "12.6.26": "2026-06-12", "12-06-2026": "2026-06-12", "12 06 2026": "2026-06-12",
		"1/2/2026": "2026-02-01", "01/01/49": "2049-01-01", "01/01/50": "1950-01-01", "12/06/2026 14:30": "2026-06-12", "12/06/2026 à 14h30": "2026-06-12",
		"12 juin 2026": "2026-06-12", "12 Juin 2026": "2026-06-12", "1er juillet 2026": "2026-07-01", "vendredi 12 juin 2026": "2026-06-12", "ven. 12 juin 2026": "2026-06-12",
		"12 June 2026": "2026-06-12", "June 12, 2026": "2026-06-12", "12th of June 2026": "2026-06-12", "Fri, 12 Jun 2026": "2026-06-12", "12-juin-26": "2026-06-12",
		"5 août 2026": "2026-08-05", "5 AOUT 2026": "2026-08-05", "5 févr. 2026": "2026-02-05", "5 déc. 2026": "2026-12-05", "5 sept. 2026": "2026-09-05",
		"le 12 juin 2026": "2026-06-12", "12 juin 2026 à 9h": "2026-06-12", "mardi 3 mars 2026": "2026-03-03", "3 mar 2026": "2026-03-03",
		"46185": "2026-06-12", "29/02/2028": "2028-02-29",
		"31/06/2026": CodeDateImpossible, "29/02/2026": CodeDateImpossible, "13/13/2026": CodeDateImpossible, "0/5/2026": CodeDateImpossible, "2026-02-30": CodeDateImpossible, "31 juin 2026": CodeDateImpossible,
		"06/13/2026": CodeDateMonthFirst, "6/31/2026": CodeDateImpossible, "12/31/26": CodeDateMonthFirst,
		"12/06/0026": CodeDateYear, "12/06/3026": CodeDateYear, "12 juin 26000": CodeDateUnreadable, "00000": CodeDateYear,
		"mi-juin": CodeDateUnreadable, "juin 2026": CodeDateUnreadable, "2026": CodeDateUnreadable, "12 jui 2026": CodeDateUnreadable, "bientôt": CodeDateUnreadable,
		"12/06": CodeDateUnreadable, "-1/06/2026": CodeDateUnreadable, "99999999999999999999": CodeDateUnreadable, "12 06 2026 07": CodeDateUnreadable, ":": CodeDateUnreadable,
	} {
		d, code := parseDate(in)
		got := d.String()
		if code != "" {
			got = code
		}
		if got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestMonthFirstColumn(t *testing.T) {
	t.Parallel()
	rows := "a@example.org;06/12/2026\nb@example.org;01/01/2026\nc@example.org;12 juin 2026\nd@example.org;25/12/2026\n"
	// The proof stands behind the rows that are sampled.
	rows += strings.Repeat("e@example.org;2026-06-12\n", 200) + "f@example.org;06/13/2026\n"
	got := all(t, open(t, []byte("Courriel;Date\n"+rows), Options{}))
	for i, want := range []string{CodeDateAmbiguous, "2026-01-01", "2026-06-12", "2026-12-25"} {
		r := got[i]
		text := r.Awarded.String()
		if len(r.Problems) > 0 {
			text = r.Problems[0].Code
		}
		if text != want {
			t.Errorf("%d: %s, want %s", r.Line, text, want)
		}
	}
	if p := got[0].Problems[0]; p.Args["ProofLine"] != "206" || p.Column != "Date" || p.Value != "06/12/2026" {
		t.Error(p)
	}
	if p := got[204].Problems[0]; p.Code != CodeDateMonthFirst {
		t.Error(p)
	}
	s := open(t, []byte("Courriel;Date;Expire le\na@example.org;12/06/2026;11/06/2026\n"), Options{})
	if p := all(t, s)[0].Problems; len(p) != 1 || p[0].Code != CodeDateOrder || p[0].Args["Awarded"] != "2026-06-12" {
		t.Error(p)
	}
}

func TestDate(t *testing.T) {
	t.Parallel()
	d := Date{2026, time.June, 12}
	if !(Date{}).IsZero() || (Date{}).String() != "" || !(Date{}).Time(time.UTC).IsZero() || d.IsZero() {
		t.Error("zero date")
	}
	if got := d.Time(time.UTC); got != time.Date(2026, 6, 12, 0, 0, 0, 0, time.UTC) {
		t.Error(got)
	}
	if !d.Before(Date{2026, 6, 13}) || d.Before(d) || d.Before(Date{2026, 5, 30}) || !d.Before(Date{2027, 1, 1}) {
		t.Error("order")
	}
	for n, want := range map[float64]string{1: "1900-01-01", 59: "1900-02-28", 61: "1900-03-01", 46185: "2026-06-12", 46185.999: "2026-06-12"} {
		if d, code := serialDate(n); d.String() != want {
			t.Error(n, d, code)
		}
	}
}

func TestHeadings(t *testing.T) {
	t.Parallel()
	for field, headings := range map[string][]string{
		FieldEmail: {"Adresse mail", "Courriel", "E-mail", "e-mails", "EMAIL", "Adresse électronique", "Mél", "Mél.", "Adresse e-mail *", "Votre adresse mail (obligatoire)",
			"Adresse de messagerie", "Email address", "COURRIELS", "Adresse mél", "E mail", "Adresse de courriel"},
		FieldName:         {"NOM Prénom", "Nom et prénom", "Prénom NOM", "Nom complet", "Full name", "Nom - Prénom", "Participants", "Nom, prénom"},
		FieldGivenName:    {"Prénom", "PRENOM", "prénoms", "First name", "Given Name", "Prénom(s)"},
		FieldFamilyName:   {"Nom de famille", "Nom d'usage", "Nom d’usage", "Last name", "Surname"},
		FieldBadge:        {"Badge", "Badge obtenu", "Modèle de badge", "Badges", "badge name"},
		FieldText:         {"Commentaire", "Commentaires", "Texte", "Récit", "Motif", "Narrative"},
		FieldEvidence:     {"Preuve", "Preuves", "Lien", "Lien 2", "URL", "Evidence", "Lien vers la preuve", "Preuve 2", "Site web"},
		FieldEvidenceText: {"Texte de la preuve", "Description de la preuve", "Complément d'information"},
		FieldAwarded:      {"Date", "Date de délivrance", "Délivré le", "Issued on", "Date d'attribution", "Award date"},
		FieldExpires:      {"Valable jusqu'au", "Valable jusqu’au", "Expire le", "Date d'expiration", "Valid until", "Fin de validité", "Expires"},
		FieldID:           {"N°", "Nº", "№", "#", "Identifiant", "ID", "Matricule", "n", "Numéro", "Num."},
	} {
		for _, h := range headings {
			found := []string{}
			for _, f := range fields {
				if r, _ := match(f, headingKey(h)); r >= 0 {
					found = append(found, f)
				}
			}
			if !slices.Equal(found, []string{field}) {
				t.Errorf("%q (%q) is %v, want %s", h, headingKey(h), found, field)
			}
		}
	}
	for _, h := range []string{"Date de naissance", "Adresse postale", "Téléphone", "Classe", "Équipe", "Horodateur", "Email du parent", "", "***", "Nom de l'établissement"} {
		for _, f := range fields {
			if r, weak := match(f, headingKey(h)); r >= 0 && !weak {
				t.Errorf("%q is %s", h, f)
			}
		}
	}
}

// Every word of the vocabulary is in the form that headings are folded to, and
// stands for one field.
func TestVocabulary(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for f, words := range vocabulary {
		for _, w := range words {
			w = strings.TrimPrefix(w, "(")
			if headingKey(w) != w {
				t.Errorf("%s: %q folds to %q", f, w, headingKey(w))
			}
			if other, ok := seen[w]; ok {
				t.Errorf("%q is %s and %s", w, f, other)
			}
			seen[w] = f
		}
		if !slices.Contains(fields, f) {
			t.Error(f)
		}
	}
}

func TestColumns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		data    string
		mapping map[string]string
		want    string // headings by field
	}{
		"nom beside prénom":           {"Nom;Prénom;Mel\nA;B;a@example.org\n", nil, "family-name=Nom given-name=Prénom email=Mel"},
		"nom alone":                   {"Nom;Mel\nA;a@example.org\n", nil, "name=Nom email=Mel"},
		"adresse by its cells":        {"Nom;Adresse\nA;a@example.org\n", nil, "name=Nom email=Adresse"},
		"plain before weak":           {"Adresse;Mel\na@example.org;b@example.org\n", nil, "email=Mel unused=Adresse"},
		"better word wins":            {"Mel;Motif;Récit\na@example.org;x;y\n", nil, "email=Mel text=Récit unused=Motif"},
		"empty twin":                  {"Mel;Courriel\n;a@example.org\n", nil, "email=Courriel unused=Mel"},
		"several links":               {"Mel;Lien;Preuve 2\na@example.org;;\n", nil, "email=Mel evidence=Lien evidence=Preuve 2"},
		"points are no badge":         {"Mel;Résultat\na@example.org;12/20\n", nil, "email=Mel unused=Résultat"},
		"words are":                   {"Mel;Résultat\na@example.org;Lauréat\n", nil, "email=Mel badge=Résultat"},
		"a choice":                    {"Mel;Courriel;Nom\na@example.org;b@example.org;x\n", map[string]string{"email": "courriel"}, "name=Nom email=Courriel unused=Mel"},
		"a choice of unknown words":   {"Wer;Wo\nA;a@example.org\n", map[string]string{"email": "Wo", "name": "Wer"}, "name=Wer email=Wo"},
		"a choice of several":         {"Mel;X;Y\na@example.org;;\n", map[string]string{"evidence": "Y|X"}, "email=Mel evidence=Y evidence=X"},
		"a choice below a title":      {"Nom Prénom Badge Date;\nWer;Wo\nA;a@example.org\n", map[string]string{"email": "Wo"}, "email=Wo unused=Wer"},
		"a person is no heading":      {"Nom;Mel\nBadge;a@example.org\n", nil, "name=Nom email=Mel"},
		"a title like a heading":      {"Badge;\nNom;Mel\nA;a@example.org\n", nil, "name=Nom email=Mel"},
		"columns without a heading":   {"Nom;;Mel\nA;x;a@example.org\n", nil, "name=Nom email=Mel"},
		"name beside first name":      {"Name,First name,E-mail\nA,B,a@example.org\n", nil, "family-name=Name given-name=First name email=E-mail"},
		"a headings row of few words": {"Liste;;;\nE-mail;Classe;Option;Groupe\na@example.org;3;x;1\n", nil, "email=E-mail unused=Classe unused=Option unused=Groupe"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, []byte(c.data), Options{Columns: c.mapping})
			got := describe(s.Columns)
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func describe(c Columns) string {
	var out []string
	add := func(f string, cs ...Column) {
		for _, c := range cs {
			if c.Found() {
				out = append(out, f+"="+c.Heading)
			}
		}
	}
	add(FieldID, c.ID)
	add(FieldName, c.Name)
	add(FieldFamilyName, c.FamilyName)
	add(FieldGivenName, c.GivenName)
	add(FieldEmail, c.Email)
	add(FieldBadge, c.Badge)
	add(FieldText, c.Text)
	add(FieldEvidence, c.Evidence...)
	add(FieldEvidenceText, c.EvidenceText)
	add(FieldAwarded, c.Awarded)
	add(FieldExpires, c.Expires)
	for _, u := range c.Unused {
		out = append(out, "unused="+u)
	}
	return strings.Join(out, " ")
}

// Every code has its sentence in both languages, with names that a Problem fills.
func TestSentences(t *testing.T) {
	t.Parallel()
	names := regexp.MustCompile(`{{\.([A-Za-z]+)}}`)
	used := map[string]map[string]bool{}
	for _, lang := range []string{"fr", "en"} {
		data, err := os.ReadFile(filepath.Join(fixture.Root(t), "internal", "message", "locales", "sheet."+lang+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var sentences map[string]string
		if err := json.Unmarshal(data, &sentences); err != nil {
			t.Fatal(err)
		}
		for _, code := range Codes() {
			s := sentences["sheet."+code]
			if s == "" {
				t.Errorf("%s: no sentence for %s", lang, code)
			}
			delete(sentences, "sheet."+code)
			here := map[string]bool{}
			for _, m := range names.FindAllStringSubmatch(s, -1) {
				here[m[1]] = true
			}
			if lang == "fr" {
				used[code] = here
			} else if len(here) != len(used[code]) {
				t.Errorf("%s: the languages name different things", code)
			}
		}
		for k := range sentences {
			if strings.HasPrefix(k, "sheet.") && !strings.HasPrefix(k, "sheet.field.") {
				t.Errorf("%s: %s has no code", lang, k)
			}
		}
	}
}

func FuzzAddress(f *testing.F) {
	for _, s := range []string{"a@b.fr", "A <a@b.fr>;", "mailto:a@b.fr?x", "＠", "a@é.fr", "a@@b", "<<@>>", "a@xn--.fr", "a@b.fr\u200b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		address, code, _ := parseAddress(s)
		if (address == "") == (code == "") {
			t.Fatalf("%q: %q, %q", s, address, code)
		}
		if code != "" {
			return
		}
		if again, code, _ := parseAddress(address); again != address || code != "" {
			t.Fatalf("%q: %q becomes %q, %s", s, address, again, code)
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"12/06/2026", "2026-06-12T10:00", "12 juin 2026", "June 12, 2026", "46185", "20260612", "1er h", "à:h", "12/06/2026 à 14h"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, code := parseDate(s)
		if d.IsZero() == (code == "") {
			t.Fatalf("%q: %v, %q", s, d, code)
		}
		if code != "" {
			return
		}
		if again, code := parseDate(d.String()); again != d || code != "" {
			t.Fatalf("%q: %v becomes %v, %s", s, d, again, code)
		}
		_ = eitherOrder(s) || monthFirst(s)
	})
}
