package organization

import (
	"context"
	"encoding/json"
	"time"

	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
)

// The mails of this room. Their facts are Facts.
const (
	MailInvite   = "member-invite"         // to who is invited
	MailWaiting  = "organization-waiting"  // to the operators: a new one to look at
	MailApproved = "organization-approved" // to the admins, as the following
	MailPaused   = "organization-paused"
	MailResumed  = "organization-resumed"
	MailDomain   = "domain-lost"
	MailReport   = "report-new"    // to the operators
	MailAnswer   = "report-answer" // to who reported
	MailTest     = "mail-test"     // to the operator who asks
)

// Facts are what the mails of this room speak of; each has some of them.
type Facts struct {
	Organization string     `json:"organization,omitempty"`
	Slug         string     `json:"slug,omitempty"`
	Role         string     `json:"role,omitempty"` // a code
	By           string     `json:"by,omitempty"`   // name of who did it
	Link         string     `json:"link,omitempty"` // where to go on
	Until        *time.Time `json:"until,omitempty"`
	Reason       string     `json:"reason,omitempty"`
	Domain       string     `json:"domain,omitempty"`
	Text         string     `json:"text,omitempty"`   // of a report
	Answer       string     `json:"answer,omitempty"` // to it
	Waiting      bool       `json:"waiting,omitempty"`
}

// Recipient is somebody whom the site writes to.
type Recipient struct{ Email, Lang string }

func (s *Service) post(ctx context.Context, tx Tx, kind string, org id.Number, facts Facts, to ...Recipient) error {
	mails, err := s.mails(kind, org, facts, to...)
	if err != nil {
		return err
	}
	return tx.Post(ctx, mails...)
}

func (s *Service) mails(kind string, org id.Number, facts Facts, to ...Recipient) ([]job.Mail, error) {
	text, err := json.Marshal(facts)
	if err != nil {
		return nil, err
	}
	mails := make([]job.Mail, len(to))
	for i, r := range to {
		number, err := id.New(s.Now(), s.Random)
		if err != nil {
			return nil, err
		}
		mails[i] = job.Mail{ID: number, Kind: kind, Org: org, Address: r.Email, Lang: r.Lang, Facts: text, At: s.Now()}
	}
	return mails, nil
}

func (s *Service) tellOperators(ctx context.Context, tx Tx, kind string, facts Facts) error {
	to, err := tx.OperatorAddresses(ctx)
	if err != nil || len(to) == 0 {
		return err
	}
	return s.post(ctx, tx, kind, 0, facts, to...)
}

func (s *Service) tellAdmins(ctx context.Context, tx Tx, kind string, org id.Number, facts Facts) error {
	to, err := tx.AdminAddresses(ctx, org)
	if err != nil || len(to) == 0 {
		return err
	}
	return s.post(ctx, tx, kind, org, facts, to...)
}

// at is the public address of a path.
func (s *Service) at(path string) string { return s.Base.String() + path }
