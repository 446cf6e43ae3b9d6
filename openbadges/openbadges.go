// Package openbadges is the data model of Open Badges 3.0 over the W3C's
// Verifiable Credentials Data Model 2.0, and 1.1 on reading: structs to build a
// credential with and to look at one, and the rules that a document must keep.
//
// The structs are views. What was signed is the bytes: verify and keep those,
// and never write a signed document again from its view. A view loses nothing
// all the same: members it has no field for, or whose value does not fit the
// field, stand in Extra and are written back.
//
// The package checks no proof, date, status or JSON-LD term; package verify
// does, and package jsonld says which names mean nothing.
//
// To issue: fill an [AchievementCredential], then [Validate] its Tree with
// Issuing set. To read: [Detect], [Validate], then [FromTree].
package openbadges

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ecusson/ecusson/jsontree"
)

// The contexts of a credential, in their places.
const (
	ContextCredentials2  = "https://www.w3.org/ns/credentials/v2"
	ContextCredentials1  = "https://www.w3.org/2018/credentials/v1"
	ContextOpenBadges    = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
	ContextExtensions    = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
	ContextClr           = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
	contextOpenBadges2   = "https://w3id.org/openbadges/v2"
	prefixContextOB3     = "https://purl.imsglobal.org/spec/ob/v3p0/context"
	prefixContextClr     = "https://purl.imsglobal.org/spec/clr/v2p0/context"
	prefixContextLERRS   = "http://schema.hropenstandards.org/"
	contextJFFPlugfest1  = "https://w3c-ccg.github.io/vc-ed/plugfest-1-2022/jff-vc-edu-plugfest-1-context.json"
	prefixContextELM     = "http://data.europa.eu/snb/model/context/edc-ap"
	prefixContextBlockCe = "https://w3id.org/blockcerts"
)

// Parse reads a credential's JSON into its view. An error is of the JSON, or
// says that the document is no object; whether it is a good credential is
// [Validate]'s to say.
func Parse(data []byte) (*AchievementCredential, error) {
	v, err := jsontree.Parse(data, jsontree.Limits{})
	if err != nil {
		return nil, fmt.Errorf("openbadges: %w", err)
	}
	return FromTree(&v)
}

// FromTree is [Parse] of a tree. The view shares the tree's memory.
func FromTree(v *jsontree.Value) (*AchievementCredential, error) {
	return Read[AchievementCredential](v)
}

// Class is any class of the model that is an object of JSON.
type Class interface {
	AchievementCredential | EndorsementCredential | AchievementSubject | EndorsementSubject | Achievement | Profile |
		Criteria | Evidence | Alignment | Result | ResultDescription | RubricCriterionLevel | IdentityObject |
		IdentifierEntry | Image | Related | Address | GeoCoordinates | CredentialStatus | CredentialSchema |
		RefreshService | TermsOfUse
}

// Read reads an object into the view of a class. Any object can be read; the
// error says that v is none.
func Read[T Class](v *jsontree.Value) (*T, error) {
	x := new(T)
	if !v.Is(jsontree.Object) {
		return nil, fmt.Errorf("openbadges: %T is not an object", *x)
	}
	readObject(x, v)
	return x, nil
}

// Tree returns the object that a view stands for: its members in the order of
// the specification, then those of Extra. Empty fields are left out.
func Tree[T Class](x *T) jsontree.Value { return writeObject(x) }

// DateTime is a moment as it is written: an XML Schema dateTimeStamp.
type DateTime string

// DateTimeOf writes a moment in UTC, to the second.
func DateTimeOf(t time.Time) DateTime { return DateTime(t.UTC().Format("2006-01-02T15:04:05Z")) }

// Time reads the moment. A text without a zone, or that is no dateTimeStamp
// (XML Schema 1.1 part 2 §3.4.28), is an error.
func (d DateTime) Time() (time.Time, error) {
	t, ok := parseDateTime(string(d), true)
	if !ok {
		return time.Time{}, fmt.Errorf("openbadges: %q is not a date and time with a zone", clip(string(d)))
	}
	return t, nil
}

// parseDateTime reads an XML Schema dateTime: YYYY-MM-DDThh:mm:ss, a fraction
// of any length, and a zone, which may be absent unless it is asked for. The
// end of a day may be 24:00:00.
func parseDateTime(s string, zone bool) (time.Time, bool) {
	if len(s) < 19 || len(s) > 64 || strings.Contains(s, ",") {
		return time.Time{}, false
	}
	var endOfDay time.Duration
	if s[10:19] == "T24:00:00" {
		if rest := strings.TrimLeft(s[19:], ".0"); rest != "" && rest[0] >= '0' && rest[0] <= '9' {
			return time.Time{}, false
		}
		s = s[:11] + "00" + s[13:]
		endOfDay = 24 * time.Hour
	}
	t, err := time.Parse("2006-01-02T15:04:05.999999999Z07:00", s)
	if err != nil && !zone {
		t, err = time.Parse("2006-01-02T15:04:05.999999999", s)
	}
	if err != nil {
		return time.Time{}, false
	}
	// XML Schema's zones end at 14:00.
	if _, offset := t.Zone(); offset > 14*3600 || offset < -14*3600 {
		return time.Time{}, false
	}
	return t.Add(endOfDay), true
}

// Number is a JSON number as it is written, "" for none.
type Number string

// NumberOf writes a number in its shortest form.
func NumberOf(f float64) Number { return Number(strconv.FormatFloat(f, 'f', -1, 64)) }

// Float64 reads the number.
func (n Number) Float64() (float64, error) { return strconv.ParseFloat(string(n), 64) }

func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}
