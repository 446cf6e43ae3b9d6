package account

import (
	"context"
	"io"
	"net/url"
	"time"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
	"github.com/ecusson/ecusson/internal/seal"
)

// Store runs transactions.
type Store interface {
	Update(ctx context.Context, f func(Tx) error) error
	View(ctx context.Context, f func(Tx) error) error
}

// Tx is what the service asks of a transaction. What is not there is
// fault.ErrNotFound, what is there already fault.ErrExists.
type Tx interface {
	job.Queue
	job.Outbox

	Person(ctx context.Context, person id.ID) (Person, error)
	// PersonOf is the person who has an address, as Normalize writes it.
	PersonOf(ctx context.Context, email string) (Person, error)
	AddPerson(ctx context.Context, p Person) error
	// ChangePerson changes name, language and whether they run the site.
	ChangePerson(ctx context.Context, p Person) error
	// HoldPerson keeps others from doing the same until the transaction ends.
	HoldPerson(ctx context.Context, person id.ID) error
	// HasOperator tells whether anybody runs the site.
	// Operators are those who run the site, by their address.
	Operators(ctx context.Context) ([]Runner, error)
	HasOperator(ctx context.Context) (bool, error)
	// HoldOperators are who runs the site, and makes other writers of them wait.
	HoldOperators(ctx context.Context) ([]id.ID, error)
	// MovePerson gives all that package account keeps of a person, and their
	// memberships, to another; of two roles the higher one stays.
	MovePerson(ctx context.Context, from, to id.ID) error
	// DropPerson deletes the same.
	DropPerson(ctx context.Context, person id.ID) error
	// CountSpaces is of how many organisations a person is a member.
	CountSpaces(ctx context.Context, person id.ID) (int, error)

	// Addresses are a person's, the main one first.
	Addresses(ctx context.Context, person id.ID) ([]Address, error)
	AddAddress(ctx context.Context, a Address) error
	SetMain(ctx context.Context, person id.ID, email string) error
	// DropAddress takes an address from a person, and the links sent to it.
	DropAddress(ctx context.Context, person id.ID, email string) error

	AddSession(ctx context.Context, s Session) error
	// Session is a session with its person.
	Session(ctx context.Context, hash []byte) (Person, Session, error)
	SeeSession(ctx context.Context, hash []byte, at time.Time) error
	// Sessions are a person's, the one seen last first.
	Sessions(ctx context.Context, person id.ID) ([]Session, error)
	DropSession(ctx context.Context, hash []byte) error
	// DropSessions ends all of a person's but one, which may be nil.
	DropSessions(ctx context.Context, person id.ID, but []byte) error

	AddPasskey(ctx context.Context, p Passkey) error
	// Passkey finds a passkey by its credential's id, and holds it.
	Passkey(ctx context.Context, credential []byte) (Passkey, error)
	// Passkeys are a person's, the oldest first.
	Passkeys(ctx context.Context, person id.ID) ([]Passkey, error)
	// ChangePasskey changes name, record and when it was used last.
	ChangePasskey(ctx context.Context, p Passkey) error
	DropPasskey(ctx context.Context, person id.ID, credential []byte) error

	// PutRecoveryCodes replaces a person's codes, by their hashes.
	PutRecoveryCodes(ctx context.Context, person id.ID, hashes [][]byte) error
	// UseRecoveryCode deletes a code and returns whose it was.
	UseRecoveryCode(ctx context.Context, hash []byte) (id.ID, error)
	CountRecoveryCodes(ctx context.Context, person id.ID) (int, error)

	// Spend notes that something was used; fault.ErrExists the second time.
	Spend(ctx context.Context, hash []byte, expires time.Time) error

	AddLink(ctx context.Context, l Link) error
	// Link finds a link by its hash, LinkOf by what the browser that asked has.
	// hold keeps the row from others until the transaction ends.
	Link(ctx context.Context, hash []byte, hold bool) (Link, error)
	LinkOf(ctx context.Context, ask []byte, hold bool) (Link, error)
	// CountTry notes a wrong code.
	CountTry(ctx context.Context, hash []byte) error
	DropLink(ctx context.Context, hash []byte) error

	// Count notes that something is done once more, and returns how often it was
	// in its window, and since when that is.
	Count(ctx context.Context, key string, now time.Time, window time.Duration) (int, time.Time, error)
	// DropExpired forgets what has expired by now, sessions not seen since idle,
	// and counts that began before since.
	DropExpired(ctx context.Context, now, idle, since time.Time) error
}

// Service is what people do with their account.
type Service struct {
	Store  Store
	Now    func() time.Time
	Random io.Reader // cryptographic
	Keeper *seal.Keeper
	Base   *url.URL // the site's public address, without a path
	Site   string   // its name
	// Languages are those that a person can choose, the first one for who chose
	// none; French and English where there are none.
	Languages []string

	// What the other domains do when accounts become one, when a person takes
	// their data along, and when a person goes. Set them before the first use.
	Moved     []Mover
	Exporters []Exporter
	Erasers   []Eraser
	// Journal notes in the same transaction who did what for the site; may be nil.
	Journal func(ctx context.Context, tx Tx, by id.ID, action, target string) error
}

// How long a session lasts: unused, and in all. A sign-in by mail takes a minute,
// and a phone that lies in a drawer for a month should not open the door.
const (
	idleFor = 30 * 24 * time.Hour
	lastFor = 180 * 24 * time.Hour
	seeOnce = 10 * time.Minute
)

// Lasts is how long the cookie of a session is kept.
const Lasts = lastFor

var errSession = fault.New(fault.Unauthenticated, "web.sign-in")

// Who finds the person of a session's token: an Unauthenticated fault where it
// is unknown, or has expired. It notes now and then that the session is in use.
func (s *Service) Who(ctx context.Context, token string) (Person, Session, error) {
	hash, ok := hashOf(token)
	if !ok {
		return Person{}, Session{}, errSession
	}
	var person Person
	var session Session
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		person, session, err = tx.Session(ctx, hash)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return Person{}, Session{}, errSession
	}
	if err != nil {
		return Person{}, Session{}, err
	}
	now := s.Now()
	if !session.holds(now) {
		return Person{}, Session{}, errSession
	}
	if now.Sub(session.Seen) >= seeOnce {
		session.Seen = now
		err = s.Store.Update(ctx, func(tx Tx) error { return tx.SeeSession(ctx, hash, now) })
	}
	return person, session, err
}

// holds tells whether a session has not expired.
func (s Session) holds(now time.Time) bool {
	return now.Before(s.Expires) && now.Sub(s.Seen) < idleFor
}

// tokenSize is the length of an id.Token.
const tokenSize = 32

// hashOf is the hash of what may be a token of ours; false for what cannot be.
// Tokens are found by their hash alone, so that the time which a look-up takes
// tells nothing about them.
func hashOf(token string) ([]byte, bool) {
	if len(token) != tokenSize {
		return nil, false
	}
	return id.Token(token).Hash(), true
}
