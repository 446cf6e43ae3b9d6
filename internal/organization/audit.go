package organization

import (
	"context"
	"io"
	"time"

	"github.com/ecusson/ecusson/internal/id"
)

// Entry is a line of the journal: who did what. It is never changed.
type Entry struct {
	Org    id.Number // 0 for what concerns the site
	ID     id.ID     // with its moment
	Person id.ID     // zero for the program itself
	Action string    // a code; "organization.did.CODE" says it
	Target string    // to what or whom, for people
	Detail string
	// Name is the person's, where entries are read.
	Name string
}

// NewEntry makes an entry. Whoever does something worth knowing writes one in the
// transaction that does it.
func NewEntry(now time.Time, random io.Reader, org id.Number, person id.ID, action, target, detail string) (Entry, error) {
	i, err := id.New(now, random)
	return Entry{Org: org, ID: i, Person: person, Action: action, Target: target, Detail: detail}, err
}

// note writes an entry of this moment.
func (s *Service) note(ctx context.Context, tx Tx, org id.Number, person id.ID, action, target, detail string) error {
	e, err := NewEntry(s.Now(), s.Random, org, person, action, target, detail)
	if err != nil {
		return err
	}
	return tx.Audit(ctx, e)
}
