package openbadges

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// HashIdentity returns the IdentityHash of an identifier: "sha256$" and the hex
// of SHA-256 over the identifier with the salt behind it (Open Badges 3.0,
// class IdentityHash). The hash of an e-mail address can be guessed all the
// same: a salt only makes lists of ready hashes useless.
func HashIdentity(identifier, salt string) string {
	sum := sha256.Sum256([]byte(identifier + salt))
	return "sha256$" + hex.EncodeToString(sum[:])
}

// Matches tells whether the identity is that of the identifier, as it is given
// or, for an e-mail address, in small letters. Hashes of SHA-256 and MD5 are
// taken, in hex of either case; MD5 is still allowed and never written here.
func (o IdentityObject) Matches(identifier string) bool {
	if identifier == "" || o.IdentityHash == "" {
		return false
	}
	if o.matches(identifier) {
		return true
	}
	small := strings.ToLower(identifier)
	return strings.Contains(identifier, "@") && small != identifier && o.matches(small)
}

func (o IdentityObject) matches(identifier string) bool {
	if !o.Hashed {
		return o.IdentityHash == identifier
	}
	algorithm, digest, ok := strings.Cut(o.IdentityHash, "$")
	if !ok {
		return false
	}
	var sum string
	switch strings.ToLower(algorithm) {
	case "sha256":
		b := sha256.Sum256([]byte(identifier + o.Salt))
		sum = hex.EncodeToString(b[:])
	case "md5":
		b := md5.Sum([]byte(identifier + o.Salt))
		sum = hex.EncodeToString(b[:])
	default:
		return false
	}
	return strings.EqualFold(sum, digest)
}

// Match is what comparing a recipient came to.
type Match int

// The answers of [AchievementSubject.MatchRecipient].
const (
	// NothingToCompare: the subject has no identifier of that kind.
	NothingToCompare Match = iota
	Matched
	NotMatched
)

// String says the answer in words.
func (m Match) String() string {
	switch m {
	case Matched:
		return "matched"
	case NotMatched:
		return "not matched"
	default:
		return "nothing to compare"
	}
}

// MatchRecipient compares somebody known by an e-mail address, a DID, a URL or
// another identifier with the subject (Open Badges 3.0 §9, step on the
// recipient): with its id, and with each identifier of the same type. An
// identityType of "" goes by the value: an address is compared with
// identifiers of type emailAddress and a mailto: id, a URI with the id and all
// identifiers but addresses, anything else with all of them. One that fits is
// enough.
func (s *AchievementSubject) MatchRecipient(value, identityType string) Match {
	if value == "" {
		return NothingToCompare
	}
	address := strings.Contains(value, "@") && !isURL(value)
	if identityType == "" && address {
		identityType = "emailAddress"
	}
	answer := NothingToCompare
	compare := func(same bool) {
		if same {
			answer = Matched
		} else if answer == NothingToCompare {
			answer = NotMatched
		}
	}
	switch mailto, ok := cutFold(s.ID, "mailto:"); {
	case ok && address:
		compare(strings.EqualFold(mailto, value))
	case s.ID != "" && isURL(value):
		compare(s.ID == value)
	}
	for _, o := range s.Identifier {
		if identityType == "" && isURL(value) && o.IdentityType == "emailAddress" ||
			identityType != "" && identityType != o.IdentityType {
			continue
		}
		compare(o.Matches(value))
	}
	return answer
}

func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return "", false
	}
	return s[len(prefix):], true
}

// isURL tells whether s is an absolute URL in the wide sense of the data model:
// a scheme, a colon, something behind it, no character that no IRI may have.
func isURL(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || scheme == "" || rest == "" {
		return false
	}
	for i, c := range []byte(scheme) {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (i == 0 || !('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.')) {
			return false
		}
	}
	for _, c := range []byte(rest) {
		if c <= ' ' || c == 0x7f || c == '<' || c == '>' || c == '"' || c == '{' || c == '}' || c == '|' || c == '\\' || c == '^' || c == '`' {
			return false
		}
	}
	if s := strings.ToLower(scheme); s == "http" || s == "https" {
		host, ok := strings.CutPrefix(rest, "//")
		return ok && host != "" && host[0] != '/' && host[0] != '?' && host[0] != '#'
	}
	return true
}
