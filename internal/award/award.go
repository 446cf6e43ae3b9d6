// Package award is giving badges: to one person or to a whole list, and taking
// them back. It signs, keeps the exact signed bytes in little room, and keeps the
// status lists by which the world learns what was revoked. Begin with Service.
package award

import (
	"time"

	"github.com/ecusson/ecusson/internal/id"
)

// State is whether an award holds. The numbers are stored.
type State int16

// The states. Expiry is no state: it follows from Until and the clock.
const (
	Active    State = 0
	Suspended State = 1 // until lifted
	Revoked   State = 2 // for ever
	Erased    State = 3 // the holder had their data erased: nothing is left to show
)

// Mail is what became of the mail that brings the award. The numbers are stored.
type Mail int16

// The states of the mail.
const (
	NoMail     Mail = 0 // none was asked for
	Queued     Mail = 1
	HandedOver Mail = 2 // a mail server took it
	Refused    Mail = 3 // a mail server refused it
	Bounced    Mail = 4 // it came back
	Perhaps    Mail = 5 // handed over, and it may be twice: a server died with it in hand
)

// Answer is what the holder said. The numbers are stored.
type Answer int16

// The answers.
const (
	NoAnswer Answer = 0
	Accepted Answer = 1
	Declined Answer = 2
)

// Visible is who may see the page of an award. The numbers are stored.
type Visible int16

// The visibilities. Whoever has the link can verify the badge in any case: its
// credential is in their hands already.
const (
	ByLink  Visible = 0
	Private Visible = 1 // the holder and the issuer alone
	Public  Visible = 2 // in the holder's public passport, and for search engines
)

// Award is a badge that was given.
type Award struct {
	Org         id.Number
	ID          id.ID
	Achievement id.Number
	Frame       id.Number // 0 for history: given elsewhere before, without a signature of ours
	Batch       id.Number // 0 for none
	List, Place int       // of the status lists
	State       State
	Mail        Mail
	Answer      Answer
	Visible     Visible
	Issued      time.Time // the date of award
	Until       time.Time // zero for ever
	Mailbox     int64     // keyed hash of the address
	Address     string
	Name        string
	Document    []byte // packed by its frame
}

// Public is the award's name to the world.
func (a *Award) Public() string { return id.Public(a.Org, a.ID) }

// Expired tells whether the award has ended by a moment.
func (a *Award) Expired(now time.Time) bool { return !a.Until.IsZero() && !now.Before(a.Until) }

// Event is something that happened to an award after it was given.
type Event struct {
	Org    id.Number
	Award  id.ID
	ID     id.ID // its time is the event's
	Kind   string
	Person id.ID  // who did it; zero for the holder without an account, and for the machine
	Reason string // in the words of who did it, or of a mail server
	Other  id.ID  // the award that takes this one's place, or whose place it takes
}

// The kinds of event.
const (
	EventRevoked   = "revoked"
	EventSuspended = "suspended"
	EventLifted    = "lifted"
	EventReplaced  = "replaced" // Other took its place
	EventReplaces  = "replaces" // it took the place of Other
	EventRefused   = "mail-refused"
	EventBounced   = "mail-bounced"
	EventDelayed   = "mail-delayed" // it may still arrive
	EventPerhaps   = "mail-perhaps" // it may have gone out twice
	EventResent    = "mail-resent"
	EventAccepted  = "accepted"
	EventDeclined  = "declined"
)

// Frame is what awards of one badge version, issuer, key, status list and shape
// have in common; with it their signed bytes are put together again.
type Frame struct {
	Org         id.Number
	Number      id.Number
	Achievement id.Number
	Version     int
	Lang        string
	Hash        []byte
	Body        []byte
}
