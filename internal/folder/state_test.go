package folder

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/verify"
)

func TestStates(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := context.Background()
	d.mustAward(fiveRows, Result{Rows: 5, Awarded: 5, Total: 5})
	all := d.awards()
	page := func(n int) string {
		data, err := os.ReadFile(filepath.Join(d.root, "public", "b", all[n].shard(), all[n].ID+".html"))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	active := page(1)

	c, err := Revoke(ctx, d.root, "chloe@example.org", "délivré par erreur", d.options())
	if err != nil || c.ID != all[2].ID || c.Badge != "Cuisine partagée" || !strings.HasSuffix(c.URL, all[2].ID+".html") {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := Suspend(ctx, d.root, "https://maison.example.org/badges/b/"+all[1].shard()+"/"+all[1].ID+".json", "à vérifier", d.options()); err != nil {
		t.Error(err)
	}
	d.check(map[string]string{"chloe@example.org": "revoked", "bilal@example.org": "suspended"})
	if text := page(2); !strings.Contains(text, "délivré par erreur") {
		t.Error("the page does not say why")
	}

	for _, c := range []struct {
		what, reason, code string
		do                 func(context.Context, string, string, string, Options) (Changed, error)
	}{
		{"chloe@example.org", "encore", ErrorRevoked, Revoke},
		{"chloe@example.org", "encore", ErrorRevoked, Unsuspend},
		{"bilal@example.org", "encore", ErrorSuspended, Suspend},
		{"dounia@example.org", "encore", ErrorNotState, Unsuspend},
		{"dounia@example.org", "  ", ErrorNoReason, Revoke},
		{"nobody@example.org", "encore", ErrorUnknown, Revoke},
		{"alice@example.org", "encore", ErrorAmbiguous, Revoke},
	} {
		if _, err := c.do(ctx, d.root, c.what, c.reason, d.options()); !isError(err, c.code) {
			t.Errorf("%s: %v, want %s", c.what, err, c.code)
		}
	}
	if _, err := Unsuspend(ctx, d.root, strings.ToUpper(all[1].ID), "vérifié", d.options()); err != nil {
		t.Error(err)
	}
	d.check(map[string]string{"chloe@example.org": "revoked"})
	if page(1) != active {
		t.Error("the page of a badge given back is not what it was")
	}
	// A suspended badge can be revoked.
	if _, err := Suspend(ctx, d.root, all[0].ID, "doute", d.options()); err != nil {
		t.Error(err)
	}
	if _, err := Revoke(ctx, d.root, all[0].ID, "fondé", d.options()); err != nil {
		t.Error(err)
	}
	report := d.report(filepath.Join(d.root, "public", "b", all[0].shard(), all[0].ID+".png"))
	if report.Verdict != verify.Invalid || report.Reason().Code != "revoked" {
		t.Errorf("%s %+v", report.Verdict, report.Reason())
	}
	// The list again: nobody gets back what was revoked.
	got, err := d.award(fiveRows)
	if err != nil || got.Awarded != 0 || got.Before != 5 {
		t.Errorf("%+v, %v", got, err)
	}
	d.private()
	d.reportSays(map[string]string{"chloe@example.org": "révoqué", "bilal@example.org": "délivré"})
}

// reportSays reads report.csv as a spreadsheet does.
func (d *desk) reportSays(states map[string]string) {
	d.t.Helper()
	data, err := os.ReadFile(filepath.Join(d.root, "private", "report.csv"))
	if err != nil {
		d.t.Fatal(err)
	}
	text, ok := bytes.CutPrefix(data, []byte("\ufeff"))
	if !ok {
		d.t.Error("report.csv has no byte order mark")
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		d.t.Fatal(err)
	}
	if len(rows) != len(d.awards())+1 {
		d.t.Errorf("%d rows for %d awards", len(rows)-1, len(d.awards()))
	}
	for _, row := range rows[1:] {
		if want := states[row[2]]; want != "" && row[4] != want {
			d.t.Errorf("%s is %s, want %s", row[2], row[4], want)
		}
	}
}

// TestStateEveryStepMayFail stops a revocation at each of its steps; the next
// command of any kind completes it.
func TestStateEveryStepMayFail(t *testing.T) {
	t.Parallel()
	stopped := errors.New("stopped")
	d := newDesk(t)
	d.badges, d.images = d.badges[:1], ImagesNone
	d.mustAward(threeRows, Result{Rows: 3, Awarded: 3, Total: 3})
	clean := tree(t, d.root)
	for n := 1; ; n++ {
		d.root = filepath.Join(d.dir, "copy")
		if err := os.RemoveAll(d.root); err != nil {
			t.Fatal(err)
		}
		for path, data := range clean {
			to := filepath.Join(d.root, strings.TrimPrefix(path, filepath.Join(d.dir, "out")))
			if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(to, data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		steps := 0
		d.disk = &disk{lazy: true, fail: func(_, _ string) (bool, error) {
			if steps++; steps >= n {
				return n%2 == 0, stopped
			}
			return false, nil
		}}
		_, err := Revoke(context.Background(), d.root, "bilal@example.org", "erreur", d.options())
		if err == nil {
			if n < 5 {
				t.Fatalf("a run of %d steps", n)
			}
			return
		}
		if !errors.Is(err, stopped) {
			t.Fatalf("step %d: %v", n, err)
		}
		d.disk = &disk{lazy: true}
		if _, err := Publish(context.Background(), d.root, d.options()); err != nil {
			t.Fatalf("after step %d: %v", n, err)
		}
		states := map[string]string{}
		if n > 1 {
			// The journal is written first: from there on it is revoked.
			states["bilal@example.org"] = "revoked"
		}
		d.check(states)
		a := d.awards()[1]
		page, err := os.ReadFile(filepath.Join(d.root, "public", "b", a.shard(), a.ID+".html"))
		if err != nil || strings.Contains(string(page), "erreur") != (n > 1) {
			t.Errorf("after step %d the page says otherwise (%v)", n, err)
		}
		if t.Failed() {
			return
		}
	}
}

func TestPublish(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.mustAward(fiveRows, Result{Rows: 5, Awarded: 5, Total: 5})
	stem := func(n int) string {
		a := d.awards()[n]
		return filepath.Join(d.root, "public", "b", a.shard(), a.ID)
	}
	// More than a year later the lists are over, and with them the answer.
	d.at = noon.Add(listValidity)
	if report := d.report(stem(2) + ".json"); report.Verdict != verify.Undetermined || report.Reason().Code != "status-list-expired" {
		t.Errorf("%s, %+v", report.Verdict, report.Reason())
	}
	p, err := Publish(context.Background(), d.root, d.options())
	if err != nil || p.Lists != 2 || p.Ended != 0 || !p.Until.Equal(d.at.Add(listValidity)) {
		t.Errorf("%+v, %v", p, err)
	}
	d.check(nil)
	// Two years on, the volunteers' badges have ended, and their pages say so.
	d.at = noon.AddDate(2, 0, 1)
	if p, err = Publish(context.Background(), d.root, d.options()); err != nil || p.Ended != 3 {
		t.Errorf("%+v, %v", p, err)
	}
	if page, err := os.ReadFile(stem(0) + ".html"); err != nil || !strings.Contains(string(page), "Ce badge a été valable du 15 juin 2026 au 15 juin 2028") {
		t.Errorf("the page does not say that it has ended: %v", err)
	}
	if p, err = Publish(context.Background(), d.root, d.options()); err != nil || p.Ended != 0 {
		t.Errorf("again: %+v, %v", p, err)
	}
	if _, err := Publish(context.Background(), filepath.Join(d.dir, "nothing"), d.options()); !isError(err, ErrorNoFolder) {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(filepath.Join(d.dir, "nothing")); err == nil {
		t.Error("publishing nothing made a folder")
	}
}

func TestValidity(t *testing.T) {
	t.Parallel()
	day := func(text string) time.Time {
		at, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct {
		v          Validity
		from, want string
	}{
		{Validity{Years: 3}, "2026-06-12", "2029-06-13"},
		{Validity{Years: 1}, "2024-02-29", "2025-03-01"},
		{Validity{Months: 1}, "2026-01-31", "2026-03-01"},
		{Validity{Months: 18}, "2026-08-31", "2028-03-01"},
		{Validity{Days: 10}, "2026-12-25", "2027-01-05"},
		{Validity{Until: day("2027-07-01")}, "2026-12-25", "2027-07-01"},
	} {
		if got := c.v.End(day(c.from)); !got.Equal(day(c.want)) {
			t.Errorf("%+v from %s ends %s, want %s", c.v, c.from, got.Format(time.DateOnly), c.want)
		}
	}
	if !(Validity{}).End(noon).IsZero() {
		t.Error("no validity has an end")
	}
}

func TestCellsAreNoFormulas(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const rows = "Nom;E-mail;Badge\n\"=HYPERLINK(\"\"https://evil.example\"\")\";alice@example.org;cuisine\n-Bilal;bilal@example.org;cuisine\n"
	d.mustAward(rows, Result{Rows: 2, Awarded: 2, Total: 2})
	data, err := os.ReadFile(filepath.Join(d.root, "private", "report.csv"))
	if err != nil || !bytes.Contains(data, []byte("'=HYPERLINK")) || !bytes.Contains(data, []byte(";'-Bilal;")) {
		t.Errorf("%s, %v", data, err)
	}
}
