package post

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/job"
	"github.com/ecusson/ecusson/internal/mail"
)

// JobMailbox is the job that reads what came back, over and over.
const JobMailbox = "mailbox"

// looks is how often the mailbox is read.
const looks = 5 * time.Minute

// ReadMailbox notes the reports about undelivered mail that lie in a mailbox, and
// deletes them there. Everything else stays for people to read. It returns a
// *job.Later always: a mailbox that does not answer is told to the log, and asked
// again.
func ReadMailbox(ctx context.Context, box *mail.Mailbox, awards *award.Service, log *slog.Logger) error {
	n, err := box.Read(ctx, func(r io.Reader) error { return takeBack(ctx, r, awards) })
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		log.Warn("the mailbox of undelivered mail cannot be read", "error", err)
	case n > 0:
		log.Info("mail came back", "reports", n)
	}
	return &job.Later{After: looks}
}

// errNotOurs: a report about a mail that is no award's. It stays in the mailbox.
var errNotOurs = errors.New("post: a report about none of our mails")

func takeBack(ctx context.Context, r io.Reader, awards *award.Service) error {
	bounces, err := mail.ReadBounce(r)
	if err != nil {
		return err
	}
	found := false
	for i := range bounces {
		b := &bounces[i]
		ours, err := awards.Return(ctx, award.Returned{MessageID: b.MessageID, Address: b.Recipient, Words: b.Words(), Hard: b.Hard})
		if err != nil {
			return err
		}
		found = found || ours
	}
	if !found {
		return errNotOurs
	}
	return nil
}
