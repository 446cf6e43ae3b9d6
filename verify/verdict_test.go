package verify_test

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/fixture"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/openbadges"
	"github.com/ecusson/ecusson/verify"
)

// later are the fixtures that are not judged yet, by path or folder, with the
// reason. Their verdict must not be the stated one: whoever adds what they need
// moves them into testdata/verdicts.tsv.
var later = map[string]string{
	"ob20/official/rdf-validation__valid-badge-class-empty-criteria-type.json": "meant for the rules of types alone: a badge class of example.com that names an issuer of example.org",
	"ob30/made/refresh-original.json":                                          "the good answer of the refresh service is not among the fixtures; TestRefresh covers it",
	"ob30/official/credential-status-revoked.json":                             "needs the DID document of did:web:dc.1edtech.org, which is not to be had",
	"ob30/plugfest/plugfest-1-plugfest-1-ex-1.json":                            "needs a context that was withdrawn",
	"vc20/suite/presentation-no-context-fail-or-inject.json":                   "a verifier may do either",
}

// dataModel are the folders of unsigned documents whose verdict is of the data
// model alone.
var dataModel = []string{"vc20/suite/", "vc20/spec/"}

// expectation is a row of testdata/verdicts.tsv, whose head says what it means.
type expectation struct{ path, verdict, check, code, before string }

func expectations(t testing.TB) []expectation {
	t.Helper()
	data, err := os.ReadFile("testdata/verdicts.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var rows []expectation
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' || strings.HasPrefix(line, "path\t") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 5 {
			t.Fatalf("verdicts.tsv: %d fields in %q", len(f), line)
		}
		for i := range f {
			if f[i] == "-" {
				f[i] = ""
			}
		}
		rows = append(rows, expectation{f[0], f[1], f[2], f[3], f[4]})
	}
	return rows
}

// statedVerdicts returns the fixtures' own table: path to verdict.
func statedVerdicts(t testing.TB) map[string]string {
	t.Helper()
	out := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(fixture.Read(t, "fixtures", "verdicts.tsv")))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if f := strings.SplitN(lines.Text(), "\t", 3); len(f) == 3 && f[0] != "path" {
			out[f[0]] = f[1]
		}
	}
	if len(out) == 0 {
		t.Fatal("no verdicts")
	}
	return out
}

func verifyFixture(t testing.TB, v *verify.Verifier, path string) *verify.Report {
	t.Helper()
	data, err := os.ReadFile(fixtureFile(t, path))
	if err != nil {
		t.Fatal(err)
	}
	return v.Verify(context.Background(), data, verify.Options{At: fixtureTime, Fetcher: fixtureNetwork(t, path)})
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	stated := statedVerdicts(t)
	for _, want := range expectations(t) {
		if s, ok := stated[want.path]; !ok || s != want.verdict && s != "n/a" {
			t.Errorf("%s: the fixtures' table says %q, ours %q", want.path, s, want.verdict)
			continue
		}
		judge(t, want)
	}
}

// The fixtures of our own making are here, whether or not the shared ones are.
func TestOwnVerdicts(t *testing.T) {
	t.Parallel()
	n := 0
	for _, want := range expectations(t) {
		if ownCopy(want.path) != "" {
			judge(t, want)
			n++
		}
	}
	if n < 90 {
		t.Errorf("%d fixtures of our own", n)
	}
}

// The copies are those that the fixtures' table speaks of.
func TestOwnFixturesAreCopies(t *testing.T) {
	t.Parallel()
	for path := range statedVerdicts(t) {
		own := ownCopy(path)
		if own == "" {
			continue
		}
		data, err := os.ReadFile(own)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(data, fixture.Read(t, "fixtures", path)) {
			t.Errorf("%s is another than %s", own, path)
		}
	}
}

func judge(t *testing.T, want expectation) {
	t.Helper()
	report := verifyFixture(t, verify.New(contexts), want.path)
	if string(report.Verdict) != want.verdict {
		t.Errorf("%s: %s, want %s: %+v", want.path, report.Verdict, want.verdict, report.Reason())
		return
	}
	holds(t, report, want)
}

// holds tells whether the report gives the reason that the row states.
func holds(t *testing.T, report *verify.Report, want expectation) {
	t.Helper()
	if want.verdict == "valid" {
		if want.check != "" && !warned(report.Check(want.check), want.code) {
			t.Errorf("%s: no warning %s in %s: %+v", want.path, want.code, want.check, report.Check(want.check))
		}
		return
	}
	outcome := verify.Failed
	if want.verdict == "unknown" {
		outcome = verify.Unknown
	}
	c := report.Check(want.check)
	if c == nil || c.Outcome != outcome || c.Code != want.code {
		t.Errorf("%s: check %s is %+v, want %s %s", want.path, want.check, c, outcome, want.code)
	}
	first := want.check + " " + want.code
	if want.before != "" {
		first = want.before
	}
	if reason := report.Reason(); reason.ID+" "+reason.Code != first {
		t.Errorf("%s: decided by %s %s, want %s: %s", want.path, reason.ID, reason.Code, first, reason.Detail)
	}
}

func warned(c *verify.Check, code string) bool {
	for _, w := range c.Warnings {
		if w.Code == code {
			return true
		}
	}
	return false
}

// Every fixture with a verdict is in our table, among the data-model verdicts,
// or listed with a reason, and no listed one has come to be judged as stated.
func TestEveryVerdictIsCoveredOrListed(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	for _, row := range expectations(t) {
		covered[row.path] = true
	}
	v := verify.New(nil)
	count := map[string]int{}
	for path, verdict := range statedVerdicts(t) {
		reason := later[path]
		if reason == "" {
			reason = later[path[:strings.Index(path, "/")+1]]
		}
		switch {
		case covered[path]:
			count["covered"]++
		case verdict == "n/a":
		case isDataModel(path):
			count["data model"]++
		case reason != "":
			count["later"]++
			if report := verifyFixture(t, v, path); string(report.Verdict) == verdict {
				t.Errorf("%s is listed (%s), but is %s as stated: move it into the table", path, reason, verdict)
			}
		default:
			t.Errorf("%s is %s, and neither in the table nor listed", path, verdict)
		}
	}
	t.Logf("%v", count)
}

func isDataModel(path string) bool {
	for _, folder := range dataModel {
		if strings.HasPrefix(path, folder) {
			return true
		}
	}
	return false
}

// The documents of the data model's suite are templates: a client fills in who
// issues and when, and signs. So they are signed here and verified like any
// badge; where the signer refuses one, since JSON-LD loses a word of it, it
// counts as invalid. Presentations are judged by the data model alone. As they
// stand, unsigned, none of them is ever valid.
func TestDataModelVerdicts(t *testing.T) {
	t.Parallel()
	ld := jsonld.New(nil)
	v := verify.New(ld)
	key := newSigner(t, "suite")
	for path, verdict := range statedVerdicts(t) {
		if !isDataModel(path) || verdict == "n/a" {
			continue
		}
		if report := verifyFixture(t, v, path); report.Verdict == verify.Valid {
			t.Errorf("%s is unsigned, and valid", path)
		}
		text := strings.NewReplacer("FUTURE DATE", "2090-01-01T00:00:00Z", "PAST DATE", "2020-01-01T00:00:00Z").Replace(string(fixture.Read(t, "fixtures", path)))
		doc := parse(t, text)
		var got bool
		var why any
		if openbadges.Detect(&doc).Kind == openbadges.KindPresentation || strings.Contains(path, "/presentation-") || strings.Contains(path, "/vp-") {
			got, why = presentationHolds(ld, doc, strings.Contains(path, "self-asserted"))
		} else {
			got, why = signedHolds(v, key, fillIn(doc, key))
		}
		if got != (verdict == "valid") {
			t.Errorf("%s: want %s: %v", path, verdict, why)
		}
	}
}

// fillIn makes the signer the issuer of a template whose issuer is absent or
// well-formed.
func fillIn(doc jsontree.Value, key *signer) jsontree.Value {
	doc = doc.Without("proof")
	switch issuer := doc.Get("issuer"); {
	case issuer == nil, strings.HasPrefix(issuer.Str(), "https://"):
		return doc.With("issuer", jsontree.Of(key.did))
	case issuer.Is(jsontree.Object) && (issuer.Get("id") == nil || strings.HasPrefix(issuer.Get("id").Str(), "https://")):
		return doc.With("issuer", issuer.With("id", jsontree.Of(key.did)))
	}
	return doc
}

func signedHolds(v *verify.Verifier, key *signer, doc jsontree.Value) (bool, any) {
	signed, err := key.sign(doc)
	if err != nil {
		return false, err
	}
	// Some of the suite are valid for a second.
	at := fixtureTime
	if from, err := time.Parse(time.RFC3339Nano, doc.Get("validFrom").Str()); err == nil {
		at = from
	}
	report := v.Verify(context.Background(), signed.AppendJSON(nil), verify.Options{At: at, InsecureSkipStatus: true})
	return report.Verdict == verify.Valid, report.Reason()
}

func presentationHolds(ld *jsonld.Processor, doc jsontree.Value, unsecured bool) (bool, any) {
	if list := doc.Get("verifiableCredential"); list != nil && !unsecured {
		// A client signs what is not there to be the holder's own word.
		var secured []jsontree.Value
		for _, item := range list.Members {
			c := item.Value
			if !strings.HasPrefix(c.Get("id").Str(), "data:") {
				c = c.With("proof", jsontree.OfObject(jsontree.Member{Name: "type", Value: jsontree.Of("DataIntegrityProof")}))
			}
			secured = append(secured, c)
		}
		doc = doc.With("verifiableCredential", jsontree.OfArray(secured...))
	}
	problems := openbadges.ValidatePresentation(&doc, openbadges.ValidateOptions{DataModelOnly: true})
	bare := doc.Without("proof")
	_, err := ld.ToRDF(&bare, jsonld.Options{Safe: true, RDFDirection: jsonld.I18NDatatype})
	return !openbadges.HasErrors(problems) && err == nil, []any{problems, err}
}

// What carries no verdict must all the same be survived, and an unsigned thing
// is never valid.
func TestFixturesWithoutVerdict(t *testing.T) {
	t.Parallel()
	v := verify.New(nil)
	for path, verdict := range statedVerdicts(t) {
		if verdict != "n/a" || !strings.HasPrefix(path, "ob30/") && !strings.HasPrefix(path, "statuslist/") && !strings.HasPrefix(path, "vc20/") {
			continue
		}
		report := verifyFixture(t, v, path)
		if strings.Contains(path, "/unsigned/") && report.Verdict == verify.Valid {
			t.Errorf("%s is unsigned, and valid", path)
		}
	}
}
