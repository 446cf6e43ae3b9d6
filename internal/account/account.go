// Package account is people: their addresses and how these are proven, how they
// sign in, and their sessions. Begin with Service.
package account

import (
	"time"

	"github.com/ecusson/ecusson/internal/id"
)

// Person is somebody with an account. A person who only receives has none.
type Person struct {
	ID       id.ID
	Name     string // may be empty until they say it
	Lang     string // of pages and mails
	Operator bool   // runs the site
	Created  time.Time
}

// Address is an e-mail address that a person has proven to be theirs.
type Address struct {
	Email  string // as Normalize writes it
	Person id.ID
	Main   bool // mail of the site goes there
	Proven time.Time
}

// Session is a person signed in on one device. Its token is in a cookie alone.
type Session struct {
	Hash    []byte
	Person  id.ID
	Created time.Time
	Seen    time.Time
	Expires time.Time
	Agent   string // what the browser calls itself, clipped
	// Fresh is when the person last proved who they are: what cannot be undone
	// asks for a recent proof.
	Fresh time.Time
}
