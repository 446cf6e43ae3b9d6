package proof

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/ecusson/ecusson/jsontree"
)

// ClaimCode names, for programs, what is wrong between a token's claims and the
// credential in it. Codes do not change.
type ClaimCode string

// The codes of claim problems.
const (
	// ClaimAbsent: a claim that should repeat a value is not there. The value
	// is signed all the same: a warning.
	ClaimAbsent ClaimCode = "jwt-claim-absent"
	// ClaimDiffers: a claim contradicts the credential.
	ClaimDiffers ClaimCode = "jwt-claim-differs"
	// ClaimMalformed: a claim is not of its type.
	ClaimMalformed ClaimCode = "jwt-claim-malformed"
	// ClaimUnmatched: a claim says what the credential does not: a warning.
	ClaimUnmatched ClaimCode = "jwt-claim-unmatched"
	// ClaimMisplaced: the credential is not where its version puts it.
	ClaimMisplaced ClaimCode = "jwt-credential-misplaced"
)

// ClaimProblem is one disagreement.
type ClaimProblem struct {
	Code ClaimCode
	// Claim is the claim's name.
	Claim string
	// Warning tells that the badge is not invalid for it.
	Warning bool
	// Problem says it in a few words.
	Problem string
}

func (p ClaimProblem) String() string {
	return fmt.Sprintf("%s: %s: %s", p.Code, p.Claim, p.Problem)
}

// ClaimProblems compares the claims iss, sub, jti, nbf and exp with the
// credential (Open Badges 3.0 §8.2.4.1), instants to the second, which is what a
// claim can hold. An exp that differs is a warning, since it takes the place of
// the credential's end: see [JWT.ValidUntil]. A credential of VCDM 1.1 belongs
// into the claim vc, one of 2.0 at the root.
func (t *JWT) ClaimProblems() []ClaimProblem {
	var problems []ClaimProblem
	report := func(code ClaimCode, claim string, warning bool, format string, args ...any) {
		problems = append(problems, ClaimProblem{code, claim, warning, fmt.Sprintf(format, args...)})
	}
	vc := &t.Credential
	if t.InVC {
		// The claims are compared with what stood there, not with what they
		// have completed.
		vc = t.Payload.Get("vc")
	}
	version := contextVersion(vc)
	switch {
	case version == 0:
		report(ClaimMisplaced, "vc", true, "the version of the credential is unknown")
	case t.InVC != (version == 1):
		where := "in the claim vc"
		if !t.InVC {
			where = "at the root"
		}
		report(ClaimMisplaced, "vc", false, "a credential of version %d does not belong %s", version, where)
	}
	for _, c := range []struct{ claim, name, value string }{
		{"iss", "issuer", issuerID(vc)}, {"sub", "subject's id", subjectID(vc)}, {"jti", "id", vc.Get("id").Str()},
	} {
		switch claim := t.Payload.Get(c.claim); {
		case claim == nil && c.value != "":
			report(ClaimAbsent, c.claim, true, "the credential's %s is not repeated", c.name)
		case claim == nil:
		case claim.Kind != jsontree.String:
			report(ClaimMalformed, c.claim, false, "a JSON %s, not a text", claim.Kind)
		case c.value == "":
			report(ClaimUnmatched, c.claim, true, "the credential has no %s", c.name)
		case claim.Text != c.value:
			report(ClaimDiffers, c.claim, false, "%s, but the credential's %s is %s", quote(claim.Text), c.name, quote(c.value))
		}
	}
	from, until := periodNames(version)
	for _, c := range []struct {
		claim, name string
		overrides   bool
	}{{"nbf", from, false}, {"exp", until, true}} {
		claim, at := t.Payload.Get(c.claim), vc.Get(c.name)
		instant, readable := numericDate(claim)
		switch {
		case claim == nil && at != nil:
			report(ClaimAbsent, c.claim, true, "the credential's %s is not repeated", c.name)
		case claim == nil:
		case !readable:
			report(ClaimMalformed, c.claim, false, "not a number of seconds")
		case at == nil && c.overrides:
		case at == nil:
			report(ClaimUnmatched, c.claim, true, "the credential has no %s", c.name)
		default:
			stated, err := parseStamp(at.Str())
			switch {
			case err != nil:
				report(ClaimDiffers, c.claim, false, "the credential's %s is not a date and time with zone", c.name)
			case stated.Unix() != instant.Unix():
				report(ClaimDiffers, c.claim, c.overrides, "%s, but the credential's %s is %s", stamp(instant), c.name, stamp(stated))
			}
		}
	}
	return problems
}

// ValidUntil returns the end of the credential: the claim exp, or, without it,
// the credential's own; false where neither says. It errs where the one that
// counts cannot be read.
func (t *JWT) ValidUntil() (time.Time, bool, error) {
	if exp := t.Payload.Get("exp"); exp != nil {
		at, ok := numericDate(exp)
		if !ok {
			return time.Time{}, false, &Error{Code: JWTMalformed, Err: fmt.Errorf("the claim exp is not a number of seconds")}
		}
		return at, true, nil
	}
	_, name := periodNames(contextVersion(&t.Credential))
	until := t.Credential.Get(name)
	if until == nil {
		return time.Time{}, false, nil
	}
	at, err := parseStamp(until.Str())
	if err != nil {
		return time.Time{}, false, &Error{Code: JWTMalformed, Err: fmt.Errorf("%s is not a date and time with zone", name)}
	}
	return at, true, nil
}

// maxNumericDate is the last second of the year 9999.
const maxNumericDate = 253402300799

// numericDate reads seconds since 1970 (RFC 7519 §2), fractions cut off.
func numericDate(v *jsontree.Value) (time.Time, bool) {
	if !v.Is(jsontree.Number) {
		return time.Time{}, false
	}
	seconds, err := strconv.ParseFloat(v.Text, 64)
	if err != nil || math.Abs(seconds) > maxNumericDate {
		return time.Time{}, false
	}
	return time.Unix(int64(math.Floor(seconds)), 0).UTC(), true
}
