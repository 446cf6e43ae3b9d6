package verify

import (
	"fmt"
	"time"

	"github.com/ecusson/ecusson/openbadges"
)

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// instant reads an xsd:dateTimeStamp; the data model has told of one that is
// not, so that here it is only absent.
func instant(text string) (time.Time, bool) {
	t, err := openbadges.DateTime(text).Time()
	return t, err == nil
}

// dates returns the bounds of the credential's validity: validFrom and
// validUntil, or issuanceDate and expirationDate in version 1.1, overridden by
// the claims of a JWT (Open Badges 3.0 §8.2.4).
func (r *run) dates() (from, until time.Time) {
	for _, name := range []string{"validFrom", "issuanceDate"} {
		if t, ok := instant(r.doc.Get(name).Str()); ok {
			from = t
			break
		}
	}
	for _, name := range []string{"validUntil", "expirationDate"} {
		if t, ok := instant(r.doc.Get(name).Str()); ok {
			until = t
			break
		}
	}
	if !r.expires.IsZero() {
		until = r.expires
	}
	if from.IsZero() {
		from = r.notBefore
	}
	return from, until
}

func (r *run) checkValidity() {
	from, until := r.dates()
	switch {
	case !until.IsZero() && !r.o.At.Before(until):
		r.report.set(CheckValidity, Failed, CodeExpired, "valid until "+stamp(until))
	case r.o.At.Before(from):
		r.report.set(CheckValidity, Failed, CodeNotYetValid, "valid from "+stamp(from))
	case until.IsZero():
		r.report.set(CheckValidity, Passed, CodeOK, "valid from "+stamp(from)+", without end")
	default:
		r.report.set(CheckValidity, Passed, CodeOK, fmt.Sprintf("valid from %s to %s", stamp(from), stamp(until)))
	}
}
