package openbadges_test

import (
	"testing"

	"github.com/ecusson/ecusson/openbadges"
)

// The first is the vector of the Open Badges specification.
func TestHashIdentity(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ identifier, salt, want string }{
		{"a@example.com", "Kosher", "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"},
		{"mayze", "", "sha256$7a1a1b3f"},
	} {
		got := openbadges.HashIdentity(tt.identifier, tt.salt)
		if len(got) != len("sha256$")+64 || got[:len(tt.want)] != tt.want {
			t.Errorf("%s with %q: %s, want %s", tt.identifier, tt.salt, got, tt.want)
		}
	}
}

func TestIdentityMatches(t *testing.T) {
	t.Parallel()
	const hash = "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
	for _, tt := range []struct {
		o          openbadges.IdentityObject
		identifier string
		want       bool
	}{
		{openbadges.IdentityObject{Hashed: true, IdentityHash: hash, Salt: "Kosher"}, "a@example.com", true},
		{openbadges.IdentityObject{Hashed: true, IdentityHash: hash, Salt: "Kosher"}, "A@Example.com", true}, // in small letters
		{openbadges.IdentityObject{Hashed: true, IdentityHash: hash, Salt: "Kosher"}, "b@example.com", false},
		{openbadges.IdentityObject{Hashed: true, IdentityHash: hash}, "a@example.com", false},
		{openbadges.IdentityObject{Hashed: true, IdentityHash: "SHA256$B5809D8A92F8858436D7E6B87C12EBC0AE1EAC4BAECC2C0B913AEE2C922EF399", Salt: "Kosher"}, "a@example.com", true},
		{openbadges.IdentityObject{Hashed: true, IdentityHash: "md5$5d41402abc4b2a76b9719d911017c592"}, "hello", true},
		{openbadges.IdentityObject{Hashed: true, IdentityHash: "md5$5D41402ABC4B2A76B9719D911017C592"}, "hello", true},
		{openbadges.IdentityObject{Hashed: true, IdentityHash: "sha1$aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"}, "hello", false},
		{openbadges.IdentityObject{Hashed: true, IdentityHash: "5d41402abc4b2a76b9719d911017c592"}, "hello", false},
		{openbadges.IdentityObject{Hashed: true, IdentityHash: "hello"}, "hello", false},
		{openbadges.IdentityObject{IdentityHash: "hello"}, "hello", true},
		{openbadges.IdentityObject{IdentityHash: "hello"}, "Hello", false},
		{openbadges.IdentityObject{}, "", false},
		{openbadges.IdentityObject{Hashed: true, IdentityHash: "sha256$e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}, "", false},
	} {
		if got := tt.o.Matches(tt.identifier); got != tt.want {
			t.Errorf("%+v, %q: %t", tt.o, tt.identifier, got)
		}
	}
}

func TestMatchRecipient(t *testing.T) {
	t.Parallel()
	address := openbadges.IdentityObject{IdentityType: "emailAddress", Hashed: true, Salt: "s", IdentityHash: openbadges.HashIdentity("a@example.com", "s")}
	name := openbadges.IdentityObject{IdentityType: "name", IdentityHash: "Ann"}
	for _, tt := range []struct {
		name       string
		subject    openbadges.AchievementSubject
		value, typ string
		want       openbadges.Match
	}{
		{"nobody", openbadges.AchievementSubject{}, "a@example.com", "", openbadges.NothingToCompare},
		{"nothing known", openbadges.AchievementSubject{ID: "did:a:1"}, "", "", openbadges.NothingToCompare},
		{"did", openbadges.AchievementSubject{ID: "did:a:1"}, "did:a:1", "", openbadges.Matched},
		{"other did", openbadges.AchievementSubject{ID: "did:a:1"}, "did:a:2", "", openbadges.NotMatched},
		{"address and a did", openbadges.AchievementSubject{ID: "did:a:1"}, "a@example.com", "", openbadges.NothingToCompare},
		{"did and an address", openbadges.AchievementSubject{Identifier: []openbadges.IdentityObject{address}}, "did:a:1", "", openbadges.NothingToCompare},
		{"address", openbadges.AchievementSubject{Identifier: []openbadges.IdentityObject{name, address}}, "a@example.com", "", openbadges.Matched},
		{"other address", openbadges.AchievementSubject{Identifier: []openbadges.IdentityObject{name, address}}, "b@example.com", "", openbadges.NotMatched},
		{"address and a name", openbadges.AchievementSubject{Identifier: []openbadges.IdentityObject{name}}, "a@example.com", "", openbadges.NothingToCompare},
		{"name", openbadges.AchievementSubject{Identifier: []openbadges.IdentityObject{address, name}}, "Ann", "", openbadges.Matched},
		{"name by type", openbadges.AchievementSubject{Identifier: []openbadges.IdentityObject{address, name}}, "Bob", "name", openbadges.NotMatched},
		{"type not there", openbadges.AchievementSubject{Identifier: []openbadges.IdentityObject{name}}, "Ann", "userName", openbadges.NothingToCompare},
		{"mailto", openbadges.AchievementSubject{ID: "mailto:A@example.com"}, "a@example.com", "", openbadges.Matched},
		{"other mailto", openbadges.AchievementSubject{ID: "mailto:a@example.com"}, "b@example.com", "", openbadges.NotMatched},
	} {
		if got := tt.subject.MatchRecipient(tt.value, tt.typ); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}
