package passport

import (
	"slices"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/verify"
)

// TestListed says which badges others see on a page (public) and in a collection.
func TestListed(t *testing.T) {
	t.Parallel()
	given := func(answer award.Answer, v award.Visible) Badge {
		return Badge{Award: &award.Award{Answer: answer, Visible: v}}
	}
	brought := func(own bool, verdict verify.Verdict, reason string, v award.Visible) Badge {
		return Badge{Import: &Import{Own: own, Verdict: verdict, Reason: reason, Visible: v}}
	}
	for name, c := range map[string]struct {
		badge              Badge
		shared, everywhere bool
		visible            award.Visible
	}{
		"accepted and public":     {given(award.Accepted, award.Public), true, true, award.Public},
		"accepted and by link":    {given(award.Accepted, award.ByLink), true, false, award.ByLink},
		"accepted and private":    {given(award.Accepted, award.Private), false, false, award.Private},
		"not answered":            {given(award.NoAnswer, award.Public), false, false, award.Public},
		"declined":                {given(award.Declined, award.Public), false, false, award.Public},
		"brought and public":      {brought(true, verify.Valid, "", award.Public), true, true, award.Public},
		"brought, not theirs":     {brought(false, verify.Valid, "", award.Public), false, false, award.ByLink},
		"forged":                  {brought(true, verify.Invalid, "signature-invalid", award.Public), false, false, award.Private},
		"forged, not theirs":      {brought(false, verify.Invalid, "signature-invalid", award.ByLink), false, false, award.Private},
		"revoked":                 {brought(true, verify.Invalid, verify.CodeRevoked, award.Public), true, true, award.Public},
		"expired":                 {brought(true, verify.Invalid, verify.CodeExpired, award.ByLink), true, false, award.ByLink},
		"could not be verified":   {brought(true, verify.Undetermined, "issuer-unreachable", award.Public), true, true, award.Public},
		"no verdict at all":       {brought(true, "", "", award.Public), false, false, award.Private},
		"brought and kept to one": {brought(true, verify.Valid, "", award.Private), false, false, award.Private},
	} {
		if got := c.badge.Listed(false); got != c.shared {
			t.Errorf("%s: in a collection %v", name, got)
		}
		if got := c.badge.Listed(true); got != c.everywhere {
			t.Errorf("%s: on the page %v", name, got)
		}
		if got := c.badge.Visible(); got != c.visible {
			t.Errorf("%s: visible %v", name, got)
		}
	}
}

func TestClaim(t *testing.T) {
	t.Parallel()
	i := Import{Address: "Amina@Mail.example"}
	if i.claim([]string{"b@mail.example", "amina@mail.example"}); !i.Own {
		t.Error("an address of the person's is not")
	}
	if i.claim([]string{"b@mail.example"}); i.Own {
		t.Error("an address that is gone still counts")
	}
	i.Address = ""
	if i.claim([]string{""}); i.Own {
		t.Error("no address is one")
	}
}

func TestMoveTo(t *testing.T) {
	t.Parallel()
	list := []string{"a", "b", "c"}
	for _, c := range []struct {
		at   int
		to   Step
		want []string
	}{
		{0, Up, []string{"a", "b", "c"}}, {2, Up, []string{"a", "c", "b"}}, {2, Down, []string{"a", "b", "c"}},
		{0, Down, []string{"b", "a", "c"}}, {2, First, []string{"c", "a", "b"}},
	} {
		if got := moveTo(list, c.at, c.to); !slices.Equal(got, c.want) {
			t.Errorf("%d %s: %v", c.at, c.to, got)
		}
	}
}

// TestGather puts what was moved forward first, then the newest.
func TestGather(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	awards := []award.Award{{Org: 1, ID: id.ID{1}, Issued: at}, {Org: 1, ID: id.ID{2}, Issued: at.AddDate(1, 0, 0)}}
	imports := []Import{{ID: id.ID{3}, Issued: at.AddDate(0, 6, 0)}, {ID: id.ID{4}}}
	got := gather(awards, imports, []Note{{Badge: imports[1].Ref(), Text: "note", Place: 2}, {Badge: RefOf(&awards[0]), Place: 1}, {Badge: "gone", Place: 9}})
	want := []Ref{imports[1].Ref(), RefOf(&awards[0]), RefOf(&awards[1]), imports[0].Ref()}
	for i := range want {
		if got[i].Ref() != want[i] {
			t.Errorf("at %d is %s, want %s", i, got[i].Ref(), want[i])
		}
	}
	if len(got) != len(want) || got[0].Note != "note" {
		t.Errorf("%+v", got)
	}
}

func TestNamed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"credentialSubject":{"identifier":[{"hashed":true,"identityHash":"sha256$00"},{"hashed":false,"identityHash":"a@b.example"}]}}`: "a@b.example",
		`{"credentialSubject":{"identifier":{"hashed":false,"identityHash":"Amina","identityType":"name"}}}`:                              "",
		`{"recipient":{"type":"email","hashed":false,"identity":"c@d.example"}}`:                                                          "c@d.example",
		`{"recipient":{"type":"email","hashed":true,"identity":"sha256$00@"}}`:                                                            "",
		`{}`: "", `[]`: "", `"a@b.example"`: "",
	} {
		tree, err := jsontree.Parse([]byte(text), jsontree.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got := named(&tree); got != want {
			t.Errorf("%s names %q, want %q", text, got, want)
		}
	}
}

func TestRef(t *testing.T) {
	t.Parallel()
	i := Import{ID: id.ID{9, 8, 7}}
	a := award.Award{Org: 5, ID: id.ID{1, 2}}
	if got, ok := i.Ref().Import(); !ok || got != i.ID {
		t.Errorf("%s is %v %v", i.Ref(), got, ok)
	}
	if _, _, ok := i.Ref().Award(); ok {
		t.Error("what was brought is an award")
	}
	if org, got, ok := RefOf(&a).Award(); !ok || org != 5 || got != a.ID {
		t.Errorf("%s is %v %v %v", RefOf(&a), org, got, ok)
	}
	for _, text := range []Ref{"", "i-", "i-zzz", "../x", "i", Ref("i-" + a.Public())} {
		if _, ok := text.Import(); ok {
			t.Errorf("%q is a badge that was brought", text)
		}
		if _, _, ok := text.Award(); ok {
			t.Errorf("%q is an award", text)
		}
	}
}

func TestImageOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"credentialSubject":{"achievement":{"image":{"id":"https://a.example/1","type":"Image"}}}}`: "https://a.example/1",
		`{"credentialSubject":{"achievement":{"image":"https://a.example/2"}}}`:                       "https://a.example/2",
		`{"badge":{"image":"https://a.example/3"}}`:                                                   "https://a.example/3",
		`{"badge":{"image":{"id":"https://a.example/4"}}}`:                                            "https://a.example/4",
		`{"badge":"https://a.example/class"}`:                                                         "",
		`[1]`:                                                                                         "",
	} {
		tree, err := jsontree.Parse([]byte(text), jsontree.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got := imageOf(&tree); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{"image/png;base64,aGk=": "hi", "image/png,hi": "", "image/png;base64,%%": "", "": ""} {
		if got := string(inlined(text)); got != want {
			t.Errorf("%q holds %q, want %q", text, got, want)
		}
	}
}
