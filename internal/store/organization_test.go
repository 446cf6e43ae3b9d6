package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/store"
)

func TestOrganization(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		people := store.For[account.Tx](s)
		orgs := store.For[organization.Tx](s)
		amina := account.Person{ID: newID(t), Name: "Amina", Lang: "fr", Operator: true, Created: start}
		brahim := account.Person{ID: newID(t), Name: "Brahim", Lang: "en", Created: start}
		must(t, people.Update(ctx, func(tx account.Tx) error {
			for _, p := range []account.Person{amina, brahim} {
				must(t, tx.AddPerson(ctx, p))
			}
			must(t, tx.AddAddress(ctx, account.Address{Email: "amina@example.org", Person: amina.ID, Main: true, Proven: start}))
			return tx.AddAddress(ctx, account.Address{Email: "brahim@example.org", Person: brahim.ID, Main: true, Proven: start})
		}))
		o := organization.Organization{
			Number: 7, Slug: "caen", Name: "Université de Caen", Kind: "university", Description: "# Nous", Site: "https://caen.example", Email: "a@caen.example",
			Place: organization.Place{Locality: "Caen", Region: "Normandie", Country: "FR", Latitude: 49.18, Longitude: -0.37}, Logo: "x.png", Lang: "fr",
			Colour: "#112233", HideNames: true, Status: organization.Pending, Reason: "",
			Likeness: []organization.Likeness{{Kind: "known", Name: "Université"}}, Created: start, Changed: start,
		}
		must(t, orgs.Update(ctx, func(tx organization.Tx) error {
			must(t, tx.AddOrganization(ctx, o))
			return tx.SetMember(ctx, organization.Member{Org: 7, Person: amina.ID, Role: organization.Admin, Created: start})
		}))
		must(t, orgs.View(ctx, func(tx organization.Tx) error {
			got, role, err := tx.OrganizationFor(ctx, "caen", amina.ID)
			must(t, err)
			if d := cmp.Diff(o, got); d != "" || role != organization.Admin {
				t.Errorf("role %v, %s", role, d)
			}
			if _, role, err = tx.OrganizationFor(ctx, "caen", brahim.ID); role != organization.NoRole || err != nil {
				t.Errorf("a stranger: %v, %v", role, err)
			}
			if _, _, err = tx.OrganizationFor(ctx, "rouen", amina.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("no organisation: %v", err)
			}
			to, err := tx.AdminAddresses(ctx, 7)
			must(t, err)
			if d := cmp.Diff([]organization.Recipient{{Email: "amina@example.org", Lang: "fr"}}, to); d != "" {
				t.Error(d)
			}
			if to, err = tx.OperatorAddresses(ctx); err != nil || len(to) != 1 {
				t.Errorf("operators: %v, %v", to, err)
			}
			return nil
		}))
		twice := o
		twice.Number = 8
		if err := orgs.Update(ctx, func(tx organization.Tx) error { return tx.AddOrganization(ctx, twice) }); !fault.Is(err, fault.Conflict) {
			t.Errorf("a slug twice: %v", err)
		}
		o.Name, o.Likeness, o.Status, o.Reason = "Caen 2", nil, organization.Paused, "why"
		must(t, orgs.Update(ctx, func(tx organization.Tx) error { return tx.ChangeOrganization(ctx, o) }))
		must(t, orgs.View(ctx, func(tx organization.Tx) error {
			got, err := tx.Organization(ctx, 7)
			must(t, err)
			if d := cmp.Diff(o, got); d != "" {
				t.Error(d)
			}
			return nil
		}))
		testMembers(t, orgs, brahim)
	})
}

func testMembers(t *testing.T, orgs store.Runner[organization.Tx], brahim account.Person) {
	t.Helper()
	ctx := t.Context()
	must(t, orgs.Update(ctx, func(tx organization.Tx) error {
		must(t, tx.SetMember(ctx, organization.Member{Org: 7, Person: brahim.ID, Role: organization.Reader, Created: start}))
		all, err := tx.Members(ctx, 7, organization.Member{}, 9)
		must(t, err)
		if len(all) != 2 || all[0].Name != "Amina" || all[1].Email != "brahim@example.org" {
			t.Fatalf("members: %+v", all)
		}
		rest, err := tx.Members(ctx, 7, all[0], 9)
		must(t, err)
		if d := cmp.Diff(all[1:], rest); d != "" {
			t.Error(d)
		}
		if is, err := tx.IsMember(ctx, 7, "brahim@example.org"); !is || err != nil {
			t.Errorf("IsMember: %v, %v", is, err)
		}
		must(t, tx.SetInvitation(ctx, organization.Invitation{Org: 7, Email: "c@example.org", Role: organization.Issuer, Hash: []byte("one"), Person: brahim.ID, Created: start, Expires: start.Add(time.Hour)}))
		again := organization.Invitation{Org: 7, Email: "c@example.org", Role: organization.Creator, Hash: []byte("two"), Person: brahim.ID, Created: start, Expires: start.Add(time.Hour), Name: "Brahim"}
		must(t, tx.SetInvitation(ctx, again))
		if _, err := tx.Invitation(ctx, []byte("one")); !fault.Is(err, fault.NotFound) {
			t.Errorf("the first link still works: %v", err)
		}
		got, err := tx.Invitation(ctx, []byte("two"))
		must(t, err)
		if d := cmp.Diff(again, got); d != "" {
			t.Error(d)
		}
		must(t, tx.DropExpiredInvitations(ctx, start.Add(time.Hour)))
		if open, err := tx.Invitations(ctx, 7); len(open) != 0 || err != nil {
			t.Errorf("expired: %v, %v", open, err)
		}
		must(t, tx.DropMember(ctx, 7, brahim.ID))
		if n, err := tx.CountAdmins(ctx, 7); n != 1 || err != nil {
			t.Errorf("admins: %d, %v", n, err)
		}
		return nil
	}))
}

func TestDomainsAndKeys(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		must(t, store.For[organization.Tx](s).Update(ctx, func(tx organization.Tx) error {
			must(t, tx.AddOrganization(ctx, organization.Organization{Number: 7, Slug: "caen", Name: "Caen", Status: organization.Active, Created: start, Changed: start}))
			old := organization.Key{Org: 7, Number: 1, Public: "z1", Sealed: []byte{1}, Created: start}
			must(t, tx.AddKey(ctx, old))
			fresh := organization.Key{Org: 7, Number: 2, Public: "z2", Sealed: []byte{2}, Created: start.Add(time.Second)}
			must(t, tx.AddKey(ctx, fresh))
			old.Retired, old.Compromised = start.Add(time.Hour), start.Add(time.Minute)
			must(t, tx.ChangeKey(ctx, old))
			keys, err := tx.KeysOf(ctx, 7)
			must(t, err)
			if d := cmp.Diff([]organization.Key{fresh, old}, keys); d != "" {
				t.Error(d)
			}
			never := organization.Domain{Org: 7, Name: "a.example", Token: "t"}
			proven := organization.Domain{Org: 7, Name: "b.example", Token: "t", Method: "dns", Proven: start, Checked: start}
			must(t, tx.AddDomain(ctx, never))
			must(t, tx.AddDomain(ctx, proven))
			proven.Missed, proven.Failed, proven.Checked = 3, start.Add(time.Hour), start.Add(time.Hour)
			must(t, tx.ChangeDomain(ctx, proven))
			list, err := tx.DomainsOf(ctx, 7)
			must(t, err)
			if d := cmp.Diff([]organization.Domain{never, proven}, list); d != "" {
				t.Error(d)
			}
			if due, err := tx.DomainsToCheck(ctx, start.Add(time.Hour), 9); len(due) != 1 || err != nil {
				t.Errorf("due: %v, %v", due, err)
			}
			if due, err := tx.DomainsToCheck(ctx, start, 9); len(due) != 0 || err != nil {
				t.Errorf("due too early: %v, %v", due, err)
			}
			return nil
		}))
	})
}

func TestOperatorLists(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		must(t, store.For[organization.Tx](s).Update(ctx, func(tx organization.Tx) error {
			for i, name := range []string{"École 100 %", "Ecole 1000", "Lycée", "Région"} {
				o := organization.Organization{Number: id.Number(i + 1), Slug: organization.Slug(name), Name: name, Status: organization.Active, Created: start, Changed: start}
				if name == "Région" {
					o.Likeness, o.Status = []organization.Likeness{{Kind: "known", Name: "Région"}}, organization.Pending
				}
				must(t, tx.AddOrganization(ctx, o))
			}
			names := func(f organization.Filter, n int) []string {
				list, err := tx.OrganizationsIn(ctx, f, n)
				must(t, err)
				out := []string{}
				for _, o := range list {
					out = append(out, o.Name)
				}
				return out
			}
			for _, c := range []struct {
				f    organization.Filter
				want []string
			}{
				{organization.Filter{}, []string{"Région", "Lycée", "Ecole 1000", "École 100 %"}},
				{organization.Filter{Created: start, Number: 3}, []string{"Ecole 1000", "École 100 %"}},
				{organization.Filter{Status: organization.Pending}, []string{"Région"}},
				{organization.Filter{Alike: true}, []string{"Région"}},
				{organization.Filter{Search: "ecole"}, []string{"Ecole 1000", "École 100 %"}},
				{organization.Filter{Search: "%"}, []string{}},
			} {
				if d := cmp.Diff(c.want, names(c.f, 9)); d != "" {
					t.Errorf("%+v: %s", c.f, d)
				}
			}
			must(t, tx.SetSetting(ctx, "k", "one", start))
			must(t, tx.SetSetting(ctx, "k", "two", start))
			must(t, tx.SetSetting(ctx, "l", "x", start))
			must(t, tx.SetSetting(ctx, "l", "", start))
			if got, err := tx.Settings(ctx, "k", "l", "m"); err != nil || len(got) != 1 || got["k"] != "two" {
				t.Errorf("settings: %v, %v", got, err)
			}
			return nil
		}))
		testReports(t, s)
	})
}

func testReports(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	must(t, store.For[organization.Tx](s).Update(ctx, func(tx organization.Tx) error {
		first := organization.Report{ID: newID(t), State: organization.ReportOpen, Text: "a", Page: "/o/caen", Email: "x@example.org", Lang: "fr", Changed: start}
		must(t, tx.AddReport(ctx, first))
		for range 2 {
			must(t, tx.AddReport(ctx, organization.Report{ID: newID(t), State: organization.ReportOpen, Text: "b", Lang: "en", Changed: start}))
		}
		got, err := tx.Report(ctx, first.ID)
		must(t, err)
		if d := cmp.Diff(first, got); d != "" {
			t.Error(d)
		}
		page, err := tx.Reports(ctx, organization.ReportOpen, id.ID{}, 2)
		must(t, err)
		rest, err := tx.Reports(ctx, organization.ReportOpen, page[1].ID, 2)
		must(t, err)
		if len(page) != 2 || len(rest) != 1 || rest[0].ID == page[1].ID {
			t.Errorf("pages of %d and %d", len(page), len(rest))
		}
		first.State, first.Answer, first.Changed = organization.ReportClosed, "done", start
		must(t, tx.ChangeReport(ctx, first))
		must(t, tx.ForgetReporters(ctx, start.Add(time.Second)))
		if got, err = tx.LockReport(ctx, first.ID); err != nil || got.Email != "" || got.Answer != "done" {
			t.Errorf("forgotten: %+v, %v", got, err)
		}
		for _, e := range []string{"one", "two", "three"} {
			must(t, tx.Audit(ctx, organization.Entry{Org: 1, ID: newID(t), Action: e}))
		}
		entries, err := tx.Entries(ctx, 1, id.ID{}, 9)
		must(t, err)
		if len(entries) != 3 {
			t.Fatalf("entries: %+v", entries)
		}
		if rest, err := tx.Entries(ctx, 1, entries[0].ID, 9); err != nil || len(rest) != 2 {
			t.Errorf("the entries before: %+v, %v", rest, err)
		}
		return nil
	}))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
