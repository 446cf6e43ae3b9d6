package organization

import (
	"context"
	"time"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
)

// Queues are what waits to be done and sent, and what stands in its way.
type Queues struct {
	Jobs   map[string]job.Count
	Failed []job.Job
	Mails  job.Count
	Faults []job.MailFault
}

// queuePage is how many of each are shown; faultsFor is how long they are kept.
const (
	queuePage = 50
	faultsFor = 30 * 24 * time.Hour
)

// Queues reads them.
func (s *Service) Queues(ctx context.Context) (q Queues, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		if q.Jobs, err = tx.JobQueue(ctx); err != nil {
			return err
		}
		if q.Failed, err = tx.FailedJobs(ctx, queuePage); err != nil {
			return err
		}
		if q.Mails, err = tx.MailQueue(ctx); err != nil {
			return err
		}
		q.Faults, err = tx.MailFaults(ctx, queuePage)
		return err
	})
	return q, err
}

// RetryJob makes a job due now.
func (s *Service) RetryJob(ctx context.Context, operator account.Person, j id.ID) error {
	return s.asOperator(ctx, operator, func(tx Tx) error {
		there, err := tx.HastenJob(ctx, j, s.Now())
		if err != nil || !there {
			return gone(err)
		}
		return s.note(ctx, tx, 0, operator.ID, "job-retried", j.String(), "")
	})
}

// RetryMail makes a mail due now; one that was given up is queued anew.
func (s *Service) RetryMail(ctx context.Context, operator account.Person, mail id.ID) error {
	return s.asOperator(ctx, operator, func(tx Tx) error {
		f, err := tx.LockMailFault(ctx, mail)
		if err != nil {
			return gone(ignoreNotFound(err))
		}
		if !f.Over {
			there, err := tx.HastenMail(ctx, mail, s.Now())
			if err != nil || !there {
				return gone(err)
			}
			return s.note(ctx, tx, 0, operator.ID, "mail-retried", f.Address, "")
		}
		m := f.Mail
		if m.ID, err = id.New(s.Now(), s.Random); err != nil {
			return err
		}
		m.At = s.Now()
		if err := tx.DropMailFault(ctx, mail); err != nil {
			return err
		}
		if err := tx.Post(ctx, m); err != nil {
			return err
		}
		return s.note(ctx, tx, 0, operator.ID, "mail-retried", f.Address, "")
	})
}

// ForgetMail takes a mail that was given up from the operator's list.
func (s *Service) ForgetMail(ctx context.Context, operator account.Person, mail id.ID) error {
	return s.asOperator(ctx, operator, func(tx Tx) error {
		f, err := tx.LockMailFault(ctx, mail)
		if err != nil || !f.Over {
			return gone(ignoreNotFound(err))
		}
		if err := tx.DropMailFault(ctx, mail); err != nil {
			return err
		}
		return s.note(ctx, tx, 0, operator.ID, "mail-forgotten", f.Address, "")
	})
}

// gone is the error of what is not in the queue any more, unless there is another.
func gone(err error) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "organization.queue-changed")
}

func (s *Service) asOperator(ctx context.Context, operator account.Person, do func(Tx) error) error {
	if !operator.Operator {
		return fault.ErrNotFound
	}
	return s.Store.Update(ctx, do)
}

// Note writes an entry of the site's journal for another room, in its transaction.
func (s *Service) Note(ctx context.Context, tx Tx, by id.ID, action, target string) error {
	return s.note(ctx, tx, 0, by, action, target, "")
}
