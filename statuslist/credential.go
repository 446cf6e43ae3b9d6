package statuslist

import (
	"fmt"
	"strings"
	"time"

	"github.com/ecusson/ecusson/jsontree"
)

// Publication is what a list credential says besides its bits.
type Publication struct {
	// URL is where the list is published; it is the credential's id.
	URL string
	// Issuer is the id of who signs the list.
	Issuer string
	// Purpose is one of the Purpose constants.
	Purpose string
	// ValidFrom and ValidUntil bound the list's validity; zero ones are left out.
	ValidFrom, ValidUntil time.Time
	// TTL is how long a reader may keep the list, in whole milliseconds; 0 says nothing.
	TTL time.Duration
}

// Credential returns the unsigned BitstringStatusListCredential of a list
// (§2.2), with members in the order of the specification's examples.
func Credential(p Publication, l *List) (jsontree.Value, error) {
	if p.URL == "" || p.Issuer == "" || p.Purpose == "" {
		return jsontree.Value{}, fmt.Errorf("statuslist: credential: %w: it needs a URL, an issuer and a purpose", ErrMalformed)
	}
	if err := l.CheckLength(1); err != nil {
		return jsontree.Value{}, err
	}
	encoded, err := l.Encode()
	if err != nil {
		return jsontree.Value{}, err
	}
	member := func(name string, v jsontree.Value) jsontree.Member { return jsontree.Member{Name: name, Value: v} }
	subject := []jsontree.Member{
		member("id", jsontree.Of(p.URL+"#list")),
		member("type", jsontree.Of(typeList)),
		member("statusPurpose", jsontree.Of(p.Purpose)),
		member("encodedList", jsontree.Of(encoded)),
	}
	if ms := p.TTL.Milliseconds(); ms > 0 {
		subject = append(subject, member("ttl", jsontree.OfInt(int(ms))))
	}
	doc := []jsontree.Member{
		member("@context", jsontree.OfArray(jsontree.Of(contextCredentials2))),
		member("id", jsontree.Of(p.URL)),
		member("type", jsontree.OfArray(jsontree.Of("VerifiableCredential"), jsontree.Of(typeListCredential))),
		member("issuer", jsontree.Of(p.Issuer)),
	}
	if !p.ValidFrom.IsZero() {
		doc = append(doc, member("validFrom", jsontree.Of(p.ValidFrom.UTC().Format(time.RFC3339))))
	}
	if !p.ValidUntil.IsZero() {
		doc = append(doc, member("validUntil", jsontree.Of(p.ValidUntil.UTC().Format(time.RFC3339))))
	}
	doc = append(doc, member("credentialSubject", jsontree.OfObject(subject...)))
	return jsontree.OfObject(doc...), nil
}

// ListCredential is what a list credential says. Nothing of it holds before
// the credential's proof does.
type ListCredential struct {
	// ID is the credential's id; published lists whose id is not their URL exist.
	ID string
	// Issuer is the issuer's id.
	Issuer string
	// Purposes are the statusPurposes of the list, at least one.
	Purposes []string
	// List has the bits.
	List *List
	// ValidFrom and ValidUntil are zero where the credential does not say.
	ValidFrom, ValidUntil time.Time
	// TTL is how long the list may be kept; 0 where the list does not say.
	TTL time.Duration
	// Legacy tells that it is a StatusList2021Credential.
	Legacy bool
}

// Serves tells whether an entry of the purpose may point to this list.
func (c ListCredential) Serves(purpose string) bool {
	for _, p := range c.Purposes {
		if p == purpose {
			return true
		}
	}
	return false
}

// Read reads a list credential, of Bitstring Status List 1.0 or StatusList2021.
// Where the document's types are of neither, the error is of the kind
// ErrUnknownType; where the list has no subject, purpose or date as it must
// have, ErrMalformed; else those of [Decode], whose options o is: Legacy is on
// for StatusList2021 lists whatever o says.
func Read(doc *jsontree.Value, o DecodeOptions) (ListCredential, error) {
	bad := func(pointer, detail string) (ListCredential, error) {
		return ListCredential{}, fmt.Errorf("statuslist: list credential%s: %w: %s", pointer, ErrMalformed, detail)
	}
	var c ListCredential
	subjectType, from, until := typeList, "validFrom", "validUntil"
	switch types := doc.Get("type"); {
	case types.HasString(typeListCredential):
	case types.HasString(typeListCred2021):
		c.Legacy, o.Legacy = true, true
		subjectType = typeList2021
	default:
		return ListCredential{}, fmt.Errorf("statuslist: list credential: %w: its type has no %s", ErrUnknownType, typeListCredential)
	}
	if doc.Get("issuanceDate") != nil || doc.Get("expirationDate") != nil {
		from, until = "issuanceDate", "expirationDate"
	}
	c.ID = doc.Get("id").Str()
	if c.Issuer = doc.Get("issuer").Str(); c.Issuer == "" {
		c.Issuer = doc.Get("issuer").Get("id").Str()
	}
	if c.Issuer == "" {
		return bad("/issuer", "it is neither an id nor an object with one")
	}
	var ok bool
	if c.ValidFrom, ok = moment(doc.Get(from)); !ok {
		return bad("/"+from, "it is not a date and time with a zone")
	}
	if c.ValidUntil, ok = moment(doc.Get(until)); !ok {
		return bad("/"+until, "it is not a date and time with a zone")
	}
	subjects := doc.Get("credentialSubject").Items()
	if len(subjects) != 1 {
		return bad("/credentialSubject", "it is not one subject")
	}
	subject := &subjects[0].Value
	if !subject.Get("type").HasString(subjectType) {
		return bad("/credentialSubject/type", "it is not "+subjectType)
	}
	for _, item := range subject.Get("statusPurpose").Items() {
		if item.Value.Str() == "" {
			return bad("/credentialSubject/statusPurpose", "it is not a string with a purpose")
		}
		c.Purposes = append(c.Purposes, item.Value.Text)
	}
	if len(c.Purposes) == 0 {
		return bad("/credentialSubject/statusPurpose", "it is missing")
	}
	if ttl := subject.Get("ttl"); ttl != nil {
		ms, ok := natural(ttl.Text)
		if !ok || ttl.Kind != jsontree.Number && ttl.Kind != jsontree.String {
			return bad("/credentialSubject/ttl", "it is not a number of milliseconds")
		}
		// A reader keeps no list for longer than a year; no overflow either.
		c.TTL = time.Duration(min(ms, int(365*24*time.Hour/time.Millisecond))) * time.Millisecond
	}
	encoded := subject.Get("encodedList")
	if !encoded.Is(jsontree.String) {
		return bad("/credentialSubject/encodedList", "it is not a string")
	}
	var err error
	c.List, err = Decode(encoded.Text, o)
	return c, err
}

// moment reads an XML Schema dateTimeStamp; an absent one is the zero time.
func moment(v *jsontree.Value) (time.Time, bool) {
	if v == nil {
		return time.Time{}, true
	}
	// time.Parse takes a comma before the fraction, XML Schema does not.
	s := v.Str()
	t, err := time.Parse(time.RFC3339Nano, s)
	return t, err == nil && !strings.Contains(s, ",")
}
