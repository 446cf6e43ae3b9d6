package award

import (
	"context"
	"crypto"
	"crypto/subtle"
	"encoding/binary"
	"io"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/credential"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/seal"
	"github.com/ecusson/ecusson/jsonld"
)

// Store keeps what this package makes.
type Store interface {
	Update(ctx context.Context, f func(Tx) error) error
	View(ctx context.Context, f func(Tx) error) error
}

// Tx is what this package asks of a transaction.
type Tx interface {
	job.Queue
	job.Outbox
	listTx
	remindTx

	// Lists of status. NewestStatusList locks its row, as LockStatusList does.
	NewestStatusList(ctx context.Context, org id.Number) (StatusList, error)
	LockStatusList(ctx context.Context, org id.Number, list int) (StatusList, error)
	AddStatusList(ctx context.Context, l StatusList) error
	TakePlaces(ctx context.Context, org id.Number, list, taken int) error
	SetBit(ctx context.Context, org id.Number, list int, p Purpose, place int, on bool) error
	Bits(ctx context.Context, org id.Number, list int, p Purpose) ([]int, error)
	SetStatusDocument(ctx context.Context, d StatusDocument) error
	StatusDocument(ctx context.Context, org id.Number, list int, p Purpose) (StatusDocument, error)
	// StatusDocumentsUntil are those that end before a time, the first to end first.
	StatusDocumentsUntil(ctx context.Context, before time.Time, n int) ([]StatusDocument, error)

	FrameByHash(ctx context.Context, org id.Number, hash []byte) (Frame, error)
	AddFrame(ctx context.Context, f Frame) error
	Frame(ctx context.Context, org, number id.Number) (Frame, error)

	AddAwards(ctx context.Context, awards []Award) error
	Award(ctx context.Context, org id.Number, i id.ID) (Award, error)
	// LockAward is Award for who will change it.
	LockAward(ctx context.Context, org id.Number, i id.ID) (Award, error)
	SetAwardState(ctx context.Context, org id.Number, i id.ID, s State) error
	SetAwardAnswer(ctx context.Context, org id.Number, i id.ID, a Answer) error
	SetAwardVisible(ctx context.Context, org id.Number, i id.ID, v Visible) error
	SetAwardMail(ctx context.Context, org id.Number, i id.ID, m Mail) error
	// EraseAward takes everything out of an award that says whose it was.
	EraseAward(ctx context.Context, org id.Number, i id.ID) error
	// Awards are those of an organisation by a filter, the newest first, before an
	// ID (zero for the first page).
	Awards(ctx context.Context, org id.Number, f Filter, before id.ID, n int) ([]Award, error)
	// AwardsTo are those of mailboxes, in no order.
	AwardsTo(ctx context.Context, mailboxes []int64, n int) ([]Award, error)
	// AwardsWaiting counts those that wait for an answer, up to n.
	AwardsWaiting(ctx context.Context, mailboxes []int64, n int) (int, error)
	// Holders are which of the mailboxes have been given an achievement that still
	// stands, with the address, since a mailbox is a short hash.
	Holders(ctx context.Context, org id.Number, mailboxes []int64) ([]Holder, error)

	AddEvent(ctx context.Context, e Event) error
	Events(ctx context.Context, org id.Number, award id.ID) ([]Event, error)
	// EventsOf are those of some kinds of many awards, the oldest first.
	EventsOf(ctx context.Context, org id.Number, awards []id.ID, kinds []string) ([]Event, error)
	Tally(ctx context.Context, counts []Count) error
	Tallies(ctx context.Context, org, achievement, batch id.Number, from, to int) ([]Count, error)
	// TallySums are those counts, summed over the days; Day is 0.
	TallySums(ctx context.Context, org, achievement, batch id.Number, from, to int) ([]Count, error)
	TallySumsByAchievement(ctx context.Context, org id.Number, from, to int) ([]Count, error)
	TallySumsByBatch(ctx context.Context, org id.Number, from, to int) ([]Count, error)
	CountAwarded(ctx context.Context, org, achievement id.Number, n int) error
}

// Filter says which awards are meant. Zero members are not asked.
type Filter struct {
	Achievement, Batch id.Number
	State              *State
	Mail               *Mail
	Answer             *Answer
	Search             string // in name and address
}

// Holder is somebody who has an achievement.
type Holder struct {
	Mailbox     int64
	Address     string
	Achievement id.Number
	ID          id.ID
}

// Issuers knows who signs; organization.Service is one.
type Issuers interface {
	Get(ctx context.Context, number id.Number) (organization.Organization, error)
	Signer(ctx context.Context, org id.Number) (organization.Key, crypto.Signer, error)
	Issuer(o organization.Organization) credential.Issuer
	IssuerID(base *url.URL, slug string) string
	KeyID(base *url.URL, slug string, k organization.Key) string
}

// signing is who signs for an organisation.
type signing struct {
	org    organization.Organization
	key    organization.Key
	signer crypto.Signer
}

func (s *Service) signing(ctx context.Context, org id.Number) (signing, error) {
	o, err := s.Issuers.Get(ctx, org)
	if err != nil {
		return signing{}, err
	}
	key, signer, err := s.Issuers.Signer(ctx, org)
	return signing{o, key, signer}, err
}

// Badges knows what can be given.
type Badges interface {
	Version(ctx context.Context, org, number id.Number, version int) (*achievement.Version, error)
	Badge(v *achievement.Version, org organization.Organization, base, lang string) credential.Badge
	// Published are the achievements that can be given.
	Published(ctx context.Context, org id.Number) ([]achievement.Achievement, error)
}

// Service gives badges and takes them back. Fill the exported fields, then use it
// from any goroutine.
type Service struct {
	Store   Store
	Issuers Issuers
	Badges  Badges
	LD      *jsonld.Processor
	Say     credential.Say
	Base    *url.URL // public address, without a path
	Keeper  *seal.Keeper
	Zone    *time.Location // in which days begin and end
	Now     func() time.Time
	Random  io.Reader
	// ListBytes and ListRows are the most that a list may have; 0 is 256 MiB and
	// a million.
	ListBytes int64
	ListRows  int

	once      sync.Once
	mailbox   *seal.MAC
	receive   *seal.MAC
	bounce    *seal.MAC
	templates cache[templateKey, *maker]
	frames    cache[frameKey, *frame]
	versions  cache[frameKey, int]
}

func (s *Service) init() {
	s.once.Do(func() {
		s.mailbox, s.receive, s.bounce = s.Keeper.MAC("mailbox"), s.Keeper.MAC("receive"), s.Keeper.MAC("bounce")
		s.templates.most, s.frames.most, s.versions.most = 256, 2048, 100_000
	})
}

// Mailbox is the keyed hash by which the awards of an address are found. It is
// short, so who finds one compares the address too.
func (s *Service) Mailbox(address string) int64 {
	s.init()
	sum := s.mailbox.Sum([]byte(strings.ToLower(address)))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}

// ReceiveToken is the secret of the link that was mailed to who got the award:
// with it they answer without an account. It is derived, so that no row is kept.
func (s *Service) ReceiveToken(org id.Number, award id.ID) string {
	s.init()
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], uint32(org))
	sum := s.receive.Sum(b[:], award[:])
	return id.Text(sum[:15])
}

// Received tells whether a token is that of an award.
func (s *Service) Received(org id.Number, award id.ID, token string) bool {
	return subtle.ConstantTimeCompare([]byte(s.ReceiveToken(org, award)), []byte(strings.ToLower(token))) == 1
}

// Document is an award with its credential as it was signed.
func (s *Service) Document(ctx context.Context, org id.Number, i id.ID) (Award, []byte, error) {
	s.init()
	var a Award
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		a, err = tx.Award(ctx, org, i)
		return err
	})
	if err != nil {
		return Award{}, nil, err
	}
	doc, err := s.Unpack(ctx, &a)
	return a, doc, err
}

// Unpack returns the credential of an award as it was signed; nil for history
// and for what was erased.
func (s *Service) Unpack(ctx context.Context, a *Award) ([]byte, error) {
	s.init()
	if a.Frame == 0 || len(a.Document) == 0 {
		return nil, nil
	}
	key := frameKey{a.Org, a.Frame}
	f, known := s.frames.get(key)
	if !known {
		err := s.Store.View(ctx, func(tx Tx) error {
			stored, err := tx.Frame(ctx, a.Org, a.Frame)
			if err != nil {
				return err
			}
			f, err = readFrame(stored.Number, stored.Body)
			return err
		})
		if err != nil {
			return nil, err
		}
		s.frames.put(key, f)
	}
	return f.unpack(nil, self{a.Org, a.ID, a.Name}, a.Document)
}

type frameKey struct{ org, number id.Number }

// cache keeps a bounded number of things; past it, it begins anew. The zero
// cache with most set is ready.
type cache[K comparable, V any] struct {
	mu   sync.RWMutex
	most int
	m    map[K]V
}

func (c *cache[K, V]) get(key K) (V, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	v, ok := c.m[key]
	return v, ok
}

func (c *cache[K, V]) put(key K, v V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil || len(c.m) >= c.most {
		c.m = map[K]V{}
	}
	c.m[key] = v
}

// may refuses an actor without a role.
func may(a organization.Actor, r organization.Role) error {
	if !a.May(r) {
		return fault.New(fault.Forbidden, "award.forbidden")
	}
	return nil
}

// VersionOf is which version of its achievement an award is of; of history, the
// newest.
func (s *Service) VersionOf(ctx context.Context, a *Award) (int, error) {
	s.init()
	if a.Frame == 0 {
		published, err := s.Badges.Published(ctx, a.Org)
		for _, p := range published {
			if p.Number == a.Achievement {
				return p.Version, err
			}
		}
		return 1, err
	}
	key := frameKey{a.Org, a.Frame}
	if version, known := s.versions.get(key); known {
		return version, nil
	}
	var f Frame
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		f, err = tx.Frame(ctx, a.Org, a.Frame)
		return err
	})
	if err == nil {
		s.versions.put(key, f.Version)
	}
	return f.Version, err
}
