package organization

import (
	"context"
	"io"
	"net/url"
	"time"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
	"github.com/ecusson/ecusson/internal/seal"
	"github.com/ecusson/ecusson/verify"
)

// Policy is who may make an organisation.
type Policy string

// The policies. The operator may always.
const (
	Open     Policy = "open"     // whoever is signed in; it gives badges at once
	Approval Policy = "approval" // whoever is signed in; the operator lets it give badges
	Closed   Policy = "closed"   // the operator alone
)

// Policies are the policies in the order of a form.
func Policies() []Policy { return []Policy{Open, Approval, Closed} }

// Service is what can be done with organisations. Make one with all its fields.
type Service struct {
	Store  Store
	Keeper *seal.Keeper
	Now    func() time.Time
	Random io.Reader
	// Base is the site's public address; Former are those that it had before.
	Base   *url.URL
	Former []*url.URL
	// Policy holds where the operator has set none on the pages.
	Policy Policy
	// Contact is the operator's address where they have set none on the pages.
	Contact string
	// Resolver and Fetcher look for the proofs of domains.
	Resolver Resolver
	Fetcher  verify.Fetcher

	keys keyCache
}

// Store keeps organisations.
type Store interface {
	Update(ctx context.Context, f func(Tx) error) error
	View(ctx context.Context, f func(Tx) error) error
}

// Tx is what the service does within one transaction.
type Tx interface {
	job.Queue
	job.Outbox

	// Count notes that something is done once more, and returns how often it was
	// in its window, and since when that is.
	Count(ctx context.Context, key string, now time.Time, window time.Duration) (int, time.Time, error)

	AddOrganization(ctx context.Context, o Organization) error
	ChangeOrganization(ctx context.Context, o Organization) error
	Organization(ctx context.Context, number id.Number) (Organization, error)
	// LockOrganization is Organization, and makes other writers of it wait.
	LockOrganization(ctx context.Context, number id.Number) (Organization, error)
	OrganizationBySlug(ctx context.Context, slug string) (Organization, error)
	// OrganizationFor also tells the role of a person, NoRole for a stranger.
	OrganizationFor(ctx context.Context, slug string, person id.ID) (Organization, Role, error)
	// OrganizationsOf are those in which a person has a role, by name.
	OrganizationsOf(ctx context.Context, person id.ID) ([]Membership, error)

	// OrganizationNames are the names of all, to compare a new one with.
	OrganizationNames(ctx context.Context) ([]Name, error)

	// SlugsLike are those that are taken and begin as this one does, but for what a
	// number behind it would cut off.
	SlugsLike(ctx context.Context, slug string) ([]string, error)

	// Member is one member with name and main address.
	Member(ctx context.Context, org id.Number, person id.ID) (Member, error)
	// Members are the n that follow one, by role downwards and then by person.
	Members(ctx context.Context, org id.Number, after Member, n int) ([]Member, error)
	SetMember(ctx context.Context, m Member) error
	DropMember(ctx context.Context, org id.Number, person id.ID) error
	CountAdmins(ctx context.Context, org id.Number) (int, error)
	// IsMember tells whether who has an address is a member, HasAddress whether an
	// address is proven to be a person's.
	IsMember(ctx context.Context, org id.Number, email string) (bool, error)
	HasAddress(ctx context.Context, person id.ID, email string) (bool, error)

	// SetInvitation keeps an invitation in place of an older one to that address.
	SetInvitation(ctx context.Context, i Invitation) error
	Invitation(ctx context.Context, hash []byte) (Invitation, error)
	Invitations(ctx context.Context, org id.Number) ([]Invitation, error)
	DropInvitation(ctx context.Context, org id.Number, email string) error

	// AdminAddresses are the main addresses of an organisation's administrators.
	AdminAddresses(ctx context.Context, org id.Number) ([]Recipient, error)
	OperatorAddresses(ctx context.Context) ([]Recipient, error)
	MainAddress(ctx context.Context, person id.ID) (string, error)

	AddKey(ctx context.Context, k Key) error
	ChangeKey(ctx context.Context, k Key) error
	// KeysOf are all keys of an organisation, the newest first.
	KeysOf(ctx context.Context, org id.Number) ([]Key, error)

	AddDomain(ctx context.Context, d Domain) error
	ChangeDomain(ctx context.Context, d Domain) error
	DropDomain(ctx context.Context, org id.Number, name string) error
	Domain(ctx context.Context, org id.Number, name string) (Domain, error)
	DomainsOf(ctx context.Context, org id.Number) ([]Domain, error)
	// DomainsToCheck are those once proven that were checked last before a moment,
	// the longest ago first.
	DomainsToCheck(ctx context.Context, before time.Time, n int) ([]Domain, error)

	Audit(ctx context.Context, e Entry) error
	// Entries are the n of an organisation that precede one, the newest first; the
	// zero ID is the end.
	Entries(ctx context.Context, org id.Number, before id.ID, n int) ([]Entry, error)

	// Settings are the values of those keys that have one.
	Settings(ctx context.Context, keys ...string) (map[string]string, error)
	// SetSetting keeps a value; "" drops it.
	SetSetting(ctx context.Context, key, value string, at time.Time) error

	// OrganizationsIn are the n that follow a place in the list, the newest first.
	OrganizationsIn(ctx context.Context, f Filter, n int) ([]Organization, error)

	AddReport(ctx context.Context, r Report) error
	ChangeReport(ctx context.Context, r Report) error
	Report(ctx context.Context, report id.ID) (Report, error)
	// LockReport is Report, and makes other writers of it wait.
	LockReport(ctx context.Context, report id.ID) (Report, error)
	// Reports are the n in a state that precede one, the newest first.
	Reports(ctx context.Context, state ReportState, before id.ID, n int) ([]Report, error)

	// What waits to be done and sent, and what stands in its way.
	JobQueue(ctx context.Context) (map[string]job.Count, error)
	FailedJobs(ctx context.Context, n int) ([]job.Job, error)
	HastenJob(ctx context.Context, j id.ID, at time.Time) (bool, error)
	MailQueue(ctx context.Context) (job.Count, error)
	MailWaits(ctx context.Context, mail id.ID) (bool, error)
	HastenMail(ctx context.Context, mail id.ID, at time.Time) (bool, error)
	MailFaults(ctx context.Context, n int) ([]job.MailFault, error)
	MailFault(ctx context.Context, mail id.ID) (job.MailFault, error)
	LockMailFault(ctx context.Context, mail id.ID) (job.MailFault, error)
	DropMailFault(ctx context.Context, mail id.ID) error
	DropMailFaults(ctx context.Context, before time.Time) error

	DropExpiredInvitations(ctx context.Context, now time.Time) error
	// ForgetReporters drops the addresses of reports closed before a moment.
	ForgetReporters(ctx context.Context, before time.Time) error
}

// Membership is an organisation with what a person may do in it.
type Membership struct {
	Organization
	Role Role
}

// Name is what an organisation is called.
type Name struct {
	Number     id.Number
	Name, Slug string
}

// Member is somebody with a role in an organisation.
type Member struct {
	Org     id.Number
	Person  id.ID
	Role    Role
	Created time.Time
	// Name and Email are the person's, where members are read.
	Name, Email string
}

// Enter finds an organisation and what a person may do in it: the zero Actor for
// a stranger, NotFound where there is no such organisation.
func (s *Service) Enter(ctx context.Context, slug string, person id.ID) (Organization, Actor, error) {
	var o Organization
	var role Role
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		o, role, err = tx.OrganizationFor(ctx, slug, person)
		return err
	})
	if err != nil || role == NoRole {
		return o, Actor{}, err
	}
	return o, Actor{Person: person, Org: o.Number, Role: role}, nil
}

// BySlug finds an organisation.
func (s *Service) BySlug(ctx context.Context, slug string) (o Organization, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		o, err = tx.OrganizationBySlug(ctx, slug)
		return err
	})
	return o, err
}

// Get finds an organisation.
func (s *Service) Get(ctx context.Context, number id.Number) (o Organization, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		o, err = tx.Organization(ctx, number)
		return err
	})
	return o, err
}

// Of are the organisations in which a person has a role, by name.
func (s *Service) Of(ctx context.Context, person id.ID) (list []Membership, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		list, err = tx.OrganizationsOf(ctx, person)
		return err
	})
	return list, err
}

// demand is what a use case begins with: the role that it asks for.
func demand(a Actor, r Role) error {
	if !a.May(r) {
		return fault.New(fault.Forbidden, "organization.role")
	}
	return nil
}
