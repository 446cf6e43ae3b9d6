package statuslist

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/ecusson/ecusson/jsontree"
)

// The types of status entry that are read.
const (
	TypeEntry           = "BitstringStatusListEntry"
	TypeEntry2021       = "StatusList2021Entry"
	typeListCredential  = "BitstringStatusListCredential"
	typeList            = "BitstringStatusList"
	typeListCred2021    = "StatusList2021Credential"
	typeList2021        = "StatusList2021"
	contextCredentials2 = "https://www.w3.org/ns/credentials/v2"
)

// The purposes of a list (§2.2).
const (
	PurposeRevocation = "revocation" // for ever
	PurposeSuspension = "suspension" // until lifted
	PurposeRefresh    = "refresh"
	PurposeMessage    = "message" // the message of the status tells
)

// Entry is a credential's place in a list: one value of its credentialStatus.
type Entry struct {
	// ID names the entry, if anything does; it is never the list's URL.
	ID string
	// Type is TypeEntry or TypeEntry2021.
	Type string
	// Purpose is the statusPurpose, which must be one of the list's.
	Purpose string
	// Index counts from 0.
	Index int
	// List is the URL of the list credential.
	List string
	// Size is the number of bits of the status, 1 if the entry says nothing.
	Size int
	// Messages tell what each status means; there are 2 to the power of Size of
	// them, or none.
	Messages []Message
	// References are URLs with more about the status.
	References []string
	// NumericIndex tells that the index was written as a JSON number. It must be
	// a string (§2.1), yet published credentials have a number: worth a warning.
	NumericIndex bool
}

// Message is what one status value means.
type Message struct {
	// Status is the value in hexadecimal, as in "0x1".
	Status string
	// Text is for people.
	Text string
}

// Message returns the message of a status value, "" if the entry has none.
func (e Entry) Message(value int) string {
	for _, m := range e.Messages {
		if n, err := strconv.ParseUint(m.Status, 0, 16); err == nil && int(n) == value {
			return m.Text
		}
	}
	return ""
}

// CodeMalformed is the problem code for an entry that is not as it must be.
const CodeMalformed = "status-malformed"

// EntryError says which member of a status entry is wrong. It is of the kind
// ErrMalformed.
type EntryError struct {
	// Pointer is the member within the entry, as a JSON pointer.
	Pointer string
	// Detail is what is wrong with it.
	Detail string
}

func (e *EntryError) Error() string { return "statuslist: entry" + e.Pointer + ": " + e.Detail }

// Unwrap makes errors.Is(err, ErrMalformed) true.
func (e *EntryError) Unwrap() error { return ErrMalformed }

// ParseEntry reads one value of credentialStatus. A type other than the two that
// are read is an error of the kind ErrUnknownType: there is a status, and it was
// not looked at. Anything else wrong is an *EntryError.
func ParseEntry(v *jsontree.Value) (Entry, error) {
	bad := func(pointer, format string, args ...any) (Entry, error) {
		return Entry{}, &EntryError{pointer, fmt.Sprintf(format, args...)}
	}
	if !v.Is(jsontree.Object) {
		return bad("", "it is not an object")
	}
	e := Entry{Size: 1}
	kind := v.Get("type")
	switch {
	case kind.HasString(TypeEntry):
		e.Type = TypeEntry
	case kind.HasString(TypeEntry2021):
		e.Type = TypeEntry2021
	case kind == nil:
		return bad("/type", "it is missing")
	default:
		name := kind.Str()
		if name == "" && len(kind.Items()) > 0 {
			name = kind.Items()[0].Value.Str()
		}
		return Entry{}, fmt.Errorf("statuslist: entry: %w %q", ErrUnknownType, name)
	}
	if id := v.Get("id"); id != nil {
		if e.ID = id.Str(); e.ID == "" {
			return bad("/id", "it is not a URL")
		}
	}
	if e.Purpose = v.Get("statusPurpose").Str(); e.Purpose == "" {
		return bad("/statusPurpose", "it is not a string with a purpose")
	}
	var ok bool
	switch index := v.Get("statusListIndex"); {
	case index == nil:
		return bad("/statusListIndex", "it is missing")
	case index.Kind != jsontree.String && index.Kind != jsontree.Number:
		return bad("/statusListIndex", "it is not a string of digits but %s", index.Kind)
	default:
		if e.Index, ok = natural(index.Text); !ok {
			return bad("/statusListIndex", "%q is not an integer of 0 or more", clip(index.Text))
		}
		e.NumericIndex = index.Kind == jsontree.Number
	}
	e.List = v.Get("statusListCredential").Str()
	if u, err := url.Parse(e.List); err != nil || u.Scheme == "" {
		return bad("/statusListCredential", "it is not a URL")
	}
	if size := v.Get("statusSize"); size != nil {
		// §2.1 has it an integer; a string of digits says the same.
		if e.Size, ok = natural(size.Text); !ok || e.Size < 1 || e.Size > maxSize {
			return bad("/statusSize", "it is not an integer of 1 to %d", maxSize)
		}
	}
	for i, item := range v.Get("statusMessage").Items() {
		m := Message{Status: item.Value.Get("status").Str(), Text: item.Value.Get("message").Str()}
		if m.Status == "" {
			return bad("/statusMessage/"+strconv.Itoa(i)+"/status", "it is not a string with a status")
		}
		e.Messages = append(e.Messages, m)
	}
	if n := len(e.Messages); n != 1<<e.Size && (n > 0 || e.Size > 1) {
		return bad("/statusMessage", "%d messages for a status of %d bits, not %d", n, e.Size, 1<<e.Size)
	}
	for _, item := range v.Get("statusReference").Items() {
		if s := item.Value.Str(); s != "" {
			e.References = append(e.References, s)
		}
	}
	return e, nil
}

// Tree returns the entry as a value of credentialStatus, with the index as a
// string. Size and messages are left out where the size is 1 or 0.
func (e Entry) Tree() jsontree.Value {
	kind := e.Type
	if kind == "" {
		kind = TypeEntry
	}
	members := make([]jsontree.Member, 0, 8)
	add := func(name string, v jsontree.Value) { members = append(members, jsontree.Member{Name: name, Value: v}) }
	if e.ID != "" {
		add("id", jsontree.Of(e.ID))
	}
	add("type", jsontree.Of(kind))
	add("statusPurpose", jsontree.Of(e.Purpose))
	add("statusListIndex", jsontree.Of(strconv.Itoa(e.Index)))
	add("statusListCredential", jsontree.Of(e.List))
	if e.Size > 1 {
		add("statusSize", jsontree.OfInt(e.Size))
	}
	if len(e.Messages) > 0 {
		items := make([]jsontree.Value, len(e.Messages))
		for i, m := range e.Messages {
			items[i] = jsontree.OfObject(
				jsontree.Member{Name: "status", Value: jsontree.Of(m.Status)},
				jsontree.Member{Name: "message", Value: jsontree.Of(m.Text)})
		}
		add("statusMessage", jsontree.OfArray(items...))
	}
	if len(e.References) > 0 {
		items := make([]jsontree.Value, len(e.References))
		for i, r := range e.References {
			items[i] = jsontree.Of(r)
		}
		add("statusReference", jsontree.OfArray(items...))
	}
	return jsontree.OfObject(members...)
}

// natural reads a decimal integer of 0 or more: digits and nothing else, no
// sign, no leading zero, within what a list can have.
func natural(s string) (int, bool) {
	if s == "" || len(s) > 15 || len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
