package job

import (
	"context"
	"time"

	"github.com/ecusson/ecusson/internal/id"
)

// Mail is a mail that is to be sent: what it is about, not its words, which are
// made when it goes out, in the language of who gets it.
type Mail struct {
	ID      id.ID
	Kind    string // a code of the room that makes the words
	Org     id.Number
	Award   id.ID // zero where it concerns none
	Address string
	Lang    string
	Facts   []byte // JSON of the kind's own making; may be empty
	At      time.Time

	// What the queue knows.
	Attempts int
	// Doubtful: it was on its way to a mail server when its sender died, or the
	// answer was lost, so it may have gone out.
	Doubtful bool
}

// Outbox is what domain packages put mails into, inside their transactions.
type Outbox interface {
	Post(ctx context.Context, mails ...Mail) error
}

// MailFault is why a mail is not out yet, or never went out.
type MailFault struct {
	Mail
	Text string // what the mail server said
	Over bool   // it is not tried any more
}
