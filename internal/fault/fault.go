// Package fault is the errors that a person or a program is told of: a kind, and
// the key of a sentence with its facts. They are made where the fault is known,
// translated once, and shown once. Everything else is Internal.
package fault

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says who can do something about a fault.
type Kind uint8

// The kinds. The zero Kind is Internal: nothing is told but that it happened.
const (
	Internal Kind = iota
	Invalid
	NotFound
	Conflict
	Unauthenticated
	Forbidden
	TooMany
	Unavailable
)

// Facts are what a sentence speaks of, by name.
type Facts = map[string]any

// Error is a fault with its sentence.
type Error struct {
	Kind  Kind
	Key   string // of the sentence
	Facts Facts
	// Fields are the members of a form that are wrong, by name.
	Fields []Field
	// After is how long to wait, of TooMany and Unavailable; may be zero.
	After time.Duration
	Err   error // the cause, or nil
}

// Field is what is wrong with one member of a form.
type Field struct {
	Name  string
	Key   string
	Facts Facts
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Key)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " %s: %s", f.Name, f.Key)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New makes a fault. Facts come as pairs of name and value.
func New(kind Kind, key string, facts ...any) *Error {
	return &Error{Kind: kind, Key: key, Facts: pairs(facts)}
}

func pairs(facts []any) Facts {
	if len(facts) == 0 {
		return nil
	}
	m := Facts{}
	for i := 0; i+1 < len(facts); i += 2 {
		m[facts[i].(string)] = facts[i+1]
	}
	return m
}

// Form gathers what is wrong with a form. The zero Form is a good one.
type Form struct{ fields []Field }

// Wrong notes a member that is wrong. Facts come as pairs.
func (f *Form) Wrong(name, key string, facts ...any) {
	f.fields = append(f.fields, Field{Name: name, Key: key, Facts: pairs(facts)})
}

// Err returns nil for a good form, else an Invalid fault with all that is wrong.
func (f *Form) Err() error {
	if len(f.fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Key: "fault.form", Facts: Facts{"Count": len(f.fields)}, Fields: f.fields}
}

// KindOf is the kind of an error: of the first *Error in its chain, else Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is tells whether an error is of a kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// ErrNotFound is what a store answers for a row that is not there.
var ErrNotFound = New(NotFound, "fault.not-found")

// ErrExists is what a store answers for a row that is there already.
var ErrExists = New(Conflict, "fault.exists")
