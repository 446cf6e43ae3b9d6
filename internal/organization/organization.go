// Package organization is who gives badges: organisations with their profile,
// their members and what these may do, their signing keys, and the domains that
// they have proven to be theirs. Begin with Service.
package organization

import (
	"time"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
)

// Status is whether an organisation may give badges.
type Status string

// The states of an organisation.
const (
	Pending Status = "pending" // waits for the operator
	Active  Status = "active"
	Paused  Status = "paused" // by the operator; what it gave stays
)

// Organization is a body that gives badges: a tenant.
type Organization struct {
	Number      id.Number // names it in keys; drawn at random
	Slug        string    // names it in addresses, for ever: a-z, 0-9, -
	Name        string
	Kind        string // a code of Kinds
	Description string // Markdown
	Site        string // https address of its own site, or ""
	Email       string // for the public, or ""
	Place       Place
	Logo        string // name of a stored picture, or ""
	Lang        string // "fr" or "en": of its texts
	Colour      string // #RRGGBB: the piping of its badges, or ""
	HideNames   bool   // badges do not say their holder's name
	Status      Status
	Reason      string // of the operator, where paused
	// Likeness is which other names the organisation's could be taken for; empty
	// once the operator has seen it.
	Likeness []Likeness
	Created  time.Time
	Changed  time.Time
}

// MayIssue tells whether it may give badges, and else why not: a Forbidden fault.
func (o Organization) MayIssue() error {
	switch o.Status {
	case Active:
		return nil
	case Paused:
		return fault.New(fault.Forbidden, "organization.is-paused", "Reason", o.Reason)
	}
	return fault.New(fault.Forbidden, "organization.is-pending")
}

// Place is where an organisation is at home.
type Place struct {
	Locality, Region, Country string // Country as ISO 3166-1 alpha-2
	Latitude, Longitude       float64
}

// Kinds are the kinds of organisation by code, in the order of a form.
func Kinds() []string {
	return []string{"training", "university", "school", "association", "employer", "consortium", "collective", "authority", "other"}
}

// Role is what a member may do: each role may all that the ones before it may.
type Role int

// The roles. The zero Role is none: nothing is allowed.
const (
	NoRole  Role = iota
	Reader       // sees the organisation's badges, awards and figures
	Issuer       // gives, corrects, revokes
	Creator      // describes badges
	Admin        // members, profile, keys, domains
)

// String is the role's code, as messages and forms name it.
func (r Role) String() string {
	switch r {
	case Reader:
		return "reader"
	case Issuer:
		return "issuer"
	case Creator:
		return "creator"
	case Admin:
		return "admin"
	}
	return "none"
}

// ParseRole reads a code; NoRole for any other text.
func ParseRole(s string) Role {
	for r := Reader; r <= Admin; r++ {
		if r.String() == s {
			return r
		}
	}
	return NoRole
}

// Actor is who does something in an organisation. It is made where a session is
// read, from the member's row, and handed down.
type Actor struct {
	Person id.ID
	Org    id.Number
	Role   Role
}

// May tells whether the actor has a role at least.
func (a Actor) May(r Role) bool {
	return r != NoRole && a.Role >= r && a.Org != 0 && !a.Person.IsZero()
}

// Key is a signing key of an organisation. The private half is sealed.
type Key struct {
	Org     id.Number
	Number  id.Number
	Public  string // Multikey, as in z6Mk…
	Sealed  []byte
	Created time.Time
	// Retired: it signs no more; what it signed stands.
	Retired time.Time
	// Compromised: what it signed from then on is nobody's.
	Compromised time.Time
}

// Domain is a host name that an organisation says is its own.
type Domain struct {
	Org     id.Number
	Name    string // in small letters, ASCII
	Token   string // what the proof must show
	Method  string // "dns" or "file": how it was proven last
	Proven  time.Time
	Checked time.Time
	Missed  int       // how many daily checks in a row found no proof
	Failed  time.Time // since when the proof is gone; zero while it holds
}

// Holds tells whether the domain is proven to be the organisation's.
func (d Domain) Holds() bool { return !d.Proven.IsZero() && d.Failed.IsZero() }
