package account

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
)

// Exporter makes a file of what another domain keeps of a person: its name
// within the archive, and what writes it. A nil write is no file.
type Exporter func(ctx context.Context, person id.ID) (name string, write func(io.Writer) error)

// Eraser erases what another domain keeps of a person, in the transaction that
// erases the account, before that. tx is the store's transaction, which has the
// methods of every domain: assert it to the domain's own Tx. An error keeps
// everything as it is, and is told to the person.
type Eraser func(ctx context.Context, tx Tx, l Leaving) error

// Leaving is a person who goes.
type Leaving struct {
	Person id.ID
	// KeepBadges lets the badges that others gave them stand, under their name, so
	// that links and files that they have shown stay good. Else what names them
	// there is erased too.
	KeepBadges bool
}

// Mover gives what another domain keeps of one person to another one, when two
// accounts become one. tx is as in Eraser.
type Mover func(ctx context.Context, tx Tx, from, to id.ID) error

// exported is account.json in the archive.
type exported struct {
	Name      string            `json:"name"`
	Lang      string            `json:"language"`
	Operator  bool              `json:"operator,omitempty"`
	Created   time.Time         `json:"created"`
	Exported  time.Time         `json:"exported"`
	Addresses []exportedAddress `json:"addresses"`
	Passkeys  []exportedPasskey `json:"passkeys"`
	Devices   []exportedDevice  `json:"devices"`
	Codes     int               `json:"recoveryCodesLeft"`
}

type exportedAddress struct {
	Email  string    `json:"email"`
	Main   bool      `json:"main"`
	Proven time.Time `json:"proven"`
}

type exportedPasskey struct {
	Name    string    `json:"name"`
	Created time.Time `json:"created"`
	Used    time.Time `json:"lastUsed,omitzero"`
}

type exportedDevice struct {
	Agent   string    `json:"browser"`
	Created time.Time `json:"signedIn"`
	Seen    time.Time `json:"lastSeen"`
	Expires time.Time `json:"expires"`
}

// Export writes a ZIP of everything that is kept of a person, as it is made: the
// account, then what the other domains have. Secrets are not in it: keys and
// codes are stored as hashes or public halves, which are of no use.
func (s *Service) Export(ctx context.Context, person id.ID, w io.Writer) error {
	o, err := s.Overview(ctx, person)
	if err != nil {
		return err
	}
	archive := zip.NewWriter(w)
	if err := s.exportAccount(archive, o); err != nil {
		return err
	}
	for _, export := range s.Exporters {
		name, write := export(ctx, person)
		if write == nil {
			continue
		}
		file, err := s.newFile(archive, name)
		if err != nil {
			return err
		}
		if err := write(file); err != nil {
			return fmt.Errorf("account: export %s: %w", name, err)
		}
	}
	return archive.Close()
}

func (s *Service) newFile(archive *zip.Writer, name string) (io.Writer, error) {
	file, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: s.Now()})
	if err != nil {
		return nil, fmt.Errorf("account: export %s: %w", name, err)
	}
	return file, nil
}

func (s *Service) exportAccount(archive *zip.Writer, o Overview) error {
	e := exported{
		Name: o.Person.Name, Lang: o.Person.Lang, Operator: o.Person.Operator, Created: o.Person.Created, Exported: s.Now().UTC(), Codes: o.Codes,
		Addresses: []exportedAddress{}, Passkeys: []exportedPasskey{}, Devices: []exportedDevice{},
	}
	for _, a := range o.Addresses {
		e.Addresses = append(e.Addresses, exportedAddress{a.Email, a.Main, a.Proven})
	}
	for _, p := range o.Passkeys {
		e.Passkeys = append(e.Passkeys, exportedPasskey{p.Name, p.Created, p.Used})
	}
	for _, d := range o.Sessions {
		e.Devices = append(e.Devices, exportedDevice{d.Agent, d.Created, d.Seen, d.Expires})
	}
	file, err := s.newFile(archive, "account.json")
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(file)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(e)
}

// Erase erases a person: what the other domains keep of them, then the account
// with its addresses, passkeys, codes, memberships and sessions. Whoever was
// signed in as this person is no more.
func (s *Service) Erase(ctx context.Context, l Leaving) error {
	return s.Store.Update(ctx, func(tx Tx) error {
		if err := tx.HoldPerson(ctx, l.Person); err != nil {
			return err
		}
		for _, erase := range s.Erasers {
			if err := erase(ctx, tx, l); err != nil {
				return err
			}
		}
		return tx.DropPerson(ctx, l.Person)
	})
}

// SweepJob is the kind of the job that does Sweep.
const SweepJob = "account.sweep"

// Begin queues the job that does Sweep, where it does not wait already.
func (s *Service) Begin(ctx context.Context) error {
	now := s.Now()
	i, err := id.New(now, s.Random)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		return tx.Enqueue(ctx, job.Job{ID: i, Kind: SweepJob, Key: SweepJob, At: now.Add(time.Hour)})
	})
}

// Sweep forgets what has expired: sessions, links, counts. It is a job that
// comes back every hour.
func (s *Service) Sweep(ctx context.Context, _ job.Job) error {
	now := s.Now()
	err := s.Store.Update(ctx, func(tx Tx) error {
		return tx.DropExpired(ctx, now, now.Add(-idleFor), now.Add(-longestWindow))
	})
	if err != nil {
		return err
	}
	return &job.Later{After: time.Hour}
}
