package web

import (
	"net/http"

	"github.com/ecusson/ecusson/internal/organization"
)

// Access is who may call a route. The zero Access is nobody: a route that
// forgets to say is closed, which a test finds.
type Access int

// The accesses. The last four are of spaces: the pattern has {org}, and the
// person a role in it at least.
const (
	Nobody Access = iota
	Anyone
	SignedIn
	Operator
	OrgReader
	OrgIssuer
	OrgCreator
	OrgAdmin
)

// role is the role that an access asks for, NoRole outside of spaces.
func (a Access) role() organization.Role {
	switch a {
	case OrgReader:
		return organization.Reader
	case OrgIssuer:
		return organization.Issuer
	case OrgCreator:
		return organization.Creator
	case OrgAdmin:
		return organization.Admin
	}
	return organization.NoRole
}

// Limit is how often an address of the network may call a route.
type Limit int

// The limits.
const (
	General Limit = iota // pages
	Costly               // what makes us work: verify, upload, PDF
	Guess                // what could be guessed or flooded: sign-in, links, codes
	Telling              // what somebody has to read: reports
)

// Route is a page or a form of the site, and who may call it.
type Route struct {
	Pattern string // of http.ServeMux, with its method
	Who     Access
	Limit   Limit
	// Body is the most bytes that a request may bring; 0 is 1 MiB.
	Body int64
	// Reads says that Do reads the body by itself, and tells what is wrong with it.
	// Else a form is read before, whole, or Do is not asked.
	Reads bool
	// Plain, where it is not nil, is asked first: it answers what is public and
	// the same for everybody, without a look at who asks, and tells whether it did.
	Plain func(w http.ResponseWriter, r *http.Request) bool
	// Do answers. What it returns is shown as a page, so it writes nothing before.
	Do func(w http.ResponseWriter, r *Request) error
}

// Room is a part of the site with its routes.
type Room interface{ Routes() []Route }
