package account_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/fault"
)

func TestNormalize(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"  Amina.Benali@Example.ORG \n": "amina.benali@example.org",
		"o'neil+badges@example.org":     "o'neil+badges@example.org",
		"a@Université-Caen.fr":          "a@xn--universit-caen-jkb.fr",
		"a@xn--universit-caen-jkb.fr":   "a@xn--universit-caen-jkb.fr",
		"A_B-c.9@mail.example.co.uk":    "a_b-c.9@mail.example.co.uk",
	} {
		if got, err := account.Normalize(in); got != want || err != nil {
			t.Errorf("Normalize(%q) = %q, %v; want %q", in, got, err, want)
		}
		if again, err := account.Normalize(want); again != want || err != nil {
			t.Errorf("Normalize(%q) = %q, %v: what was normalised changes", want, again, err)
		}
	}
	for in, key := range map[string]string{
		"": "account.email-empty", " \t": "account.email-empty",
		"amina": "account.email-at", "@example.org": "account.email-at", "amina@": "account.email-at",
		"a b@example.org": "account.email-space", "a@exam\u00a0ple.org": "account.email-space",
		"émilie@example.org": "account.email-local", "a..b@example.org": "account.email-local", ".a@example.org": "account.email-local",
		`"a b"@example.org`: "account.email-space", `"ab"@example.org`: "account.email-local", "a@b@example.org": "account.email-local",
		"a<b>@example.org": "account.email-local", strings.Repeat("a", 65) + "@example.org": "account.email-local", "a\x00@example.org": "account.email-local",
		"a@example": "account.email-end", "a@127.0.0.1": "account.email-end", "a@example.": "account.email-end", "a@localhost": "account.email-end",
		"a@exa_mple.org": "account.email-domain", "a@[127.0.0.1]": "account.email-domain", "a@-example.org": "account.email-domain", "a@exam\u0000ple.org": "account.email-domain",
		strings.Repeat("a", 60) + "@" + strings.Repeat("example.", 25) + "org": "account.email-long", strings.Repeat("a", 2000): "account.email-long",
	} {
		got, err := account.Normalize(in)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid || f.Key != key || got != "" {
			t.Errorf("Normalize(%q) = %q, %v; want %s", in, got, err, key)
		}
	}
}

func FuzzNormalize(f *testing.F) {
	f.Add("Amina@Université-Caen.fr")
	f.Add("a@b@c.d")
	f.Add("0@\xa9.0A")
	f.Fuzz(func(t *testing.T, in string) {
		once, err := account.Normalize(in)
		if err != nil {
			return
		}
		if twice, err := account.Normalize(once); twice != once || err != nil {
			t.Errorf("%q becomes %q, and that %q, %v", in, once, twice, err)
		}
		if len(once) > 254 || strings.Count(once, "@") != 1 || strings.ToLower(once) != once {
			t.Errorf("%q becomes %q", in, once)
		}
	})
}
