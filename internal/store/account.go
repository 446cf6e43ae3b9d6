package store

import (
	"context"
	"time"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/id"
)

const personColumns = "person.id, person.name, person.lang, person.operator, person.created"

// person is where to scan personColumns to.
func personFields(p *account.Person, created *int64) []any {
	return []any{&p.ID, &p.Name, &p.Lang, &p.Operator, created}
}

func scanPerson(s scanner) (account.Person, error) {
	var p account.Person
	var created int64
	err := s.Scan(personFields(&p, &created)...)
	p.Created = instant(created)
	return p, err
}

// Person finds a person.
func (t *Tx) Person(ctx context.Context, person id.ID) (account.Person, error) {
	return one(ctx, t, scanPerson, "SELECT "+personColumns+" FROM person WHERE id = $1", person)
}

// PersonOf finds the person who has an address.
func (t *Tx) PersonOf(ctx context.Context, email string) (account.Person, error) {
	return one(ctx, t, scanPerson, "SELECT "+personColumns+" FROM address JOIN person ON person.id = address.person WHERE address.email = $1", email)
}

// AddPerson adds a person.
func (t *Tx) AddPerson(ctx context.Context, p account.Person) error {
	_, err := t.exec(ctx, "INSERT INTO person (id, name, lang, operator, created) VALUES ($1, $2, $3, $4, $5)",
		p.ID, p.Name, p.Lang, p.Operator, micros(p.Created))
	return err
}

// ChangePerson changes a person's name, language and whether they run the site.
func (t *Tx) ChangePerson(ctx context.Context, p account.Person) error {
	return t.change(ctx, "UPDATE person SET name = $1, lang = $2, operator = $3 WHERE id = $4", p.Name, p.Lang, p.Operator, p.ID)
}

// HoldPerson keeps others from doing the same until the transaction ends.
func (t *Tx) HoldPerson(ctx context.Context, person id.ID) error {
	_, err := one(ctx, t, scan1[int], "SELECT 1 FROM person WHERE id = $1"+t.c.lock(), person)
	return err
}

// HasOperator tells whether anybody runs the site.
func (t *Tx) HasOperator(ctx context.Context) (bool, error) {
	found, err := all(ctx, t, scan1[int], "SELECT 1 FROM person WHERE operator LIMIT 1")
	return len(found) > 0, err
}

// Operators are those who run the site, by their address.
func (t *Tx) Operators(ctx context.Context) ([]account.Runner, error) {
	return all(ctx, t, func(s scanner) (account.Runner, error) {
		var r account.Runner
		var created int64
		err := s.Scan(&r.Person.ID, &r.Person.Name, &r.Person.Lang, &r.Person.Operator, &created, &r.Email)
		r.Person.Created = instant(created)
		return r, err
	}, "SELECT p.id, p.name, p.lang, p.operator, p.created, a.email FROM person p JOIN address a ON a.person = p.id AND a.main WHERE p.operator ORDER BY a.email LIMIT 200")
}

// CountSpaces is of how many organisations a person is a member.
func (t *Tx) CountSpaces(ctx context.Context, person id.ID) (int, error) {
	return one(ctx, t, scan1[int], "SELECT count(*) FROM member WHERE person = $1", person)
}

// MovePerson makes two accounts one: addresses, passkeys, sessions and
// memberships become another person's. Of two roles in one organisation the
// higher one stays. The sessions that come over prove nothing lately.
func (t *Tx) MovePerson(ctx context.Context, from, to id.ID) error {
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{"UPDATE address SET person = $1, main = FALSE WHERE person = $2", []any{to, from}},
		{"UPDATE passkey SET person = $1 WHERE person = $2", []any{to, from}},
		{"UPDATE session SET person = $1, fresh = 0 WHERE person = $2", []any{to, from}},
		{"DELETE FROM recovery_code WHERE person = $1", []any{from}},
		{"DELETE FROM mail_link WHERE person = $1", []any{from}},
		{`UPDATE member SET role = (SELECT other.role FROM member AS other WHERE other.org = member.org AND other.person = $1)
			WHERE person = $2 AND EXISTS (SELECT 1 FROM member AS other WHERE other.org = member.org AND other.person = $1 AND other.role > member.role)`, []any{from, to}},
		{"DELETE FROM member WHERE person = $1 AND org IN (SELECT org FROM member WHERE person = $2)", []any{from, to}},
		{"UPDATE member SET person = $1 WHERE person = $2", []any{to, from}},
	} {
		if _, err := t.exec(ctx, step.sql, step.args...); err != nil {
			return err
		}
	}
	return t.change(ctx, "DELETE FROM person WHERE id = $1", from)
}

// DropPerson deletes a person with addresses, passkeys, codes, sessions, links
// and memberships.
func (t *Tx) DropPerson(ctx context.Context, person id.ID) error {
	for _, sql := range []string{
		"DELETE FROM mail_link WHERE person = $1 OR email IN (SELECT email FROM address WHERE person = $1)",
		"DELETE FROM session WHERE person = $1", "DELETE FROM passkey WHERE person = $1", "DELETE FROM recovery_code WHERE person = $1",
		"DELETE FROM member WHERE person = $1", "DELETE FROM address WHERE person = $1",
	} {
		if _, err := t.exec(ctx, sql, person); err != nil {
			return err
		}
	}
	return t.change(ctx, "DELETE FROM person WHERE id = $1", person)
}

const addressColumns = "email, person, main, proven"

func scanAddress(s scanner) (account.Address, error) {
	var a account.Address
	var proven int64
	err := s.Scan(&a.Email, &a.Person, &a.Main, &proven)
	a.Proven = instant(proven)
	return a, err
}

// Addresses lists a person's addresses, the main one first.
func (t *Tx) Addresses(ctx context.Context, person id.ID) ([]account.Address, error) {
	return all(ctx, t, scanAddress, "SELECT "+addressColumns+" FROM address WHERE person = $1 ORDER BY main DESC, email", person)
}

// AddAddress gives a person an address that nobody has.
func (t *Tx) AddAddress(ctx context.Context, a account.Address) error {
	_, err := t.exec(ctx, "INSERT INTO address ("+addressColumns+") VALUES ($1, $2, $3, $4)", a.Email, a.Person, a.Main, micros(a.Proven))
	return err
}

// SetMain makes one of a person's addresses the main one.
func (t *Tx) SetMain(ctx context.Context, person id.ID, email string) error {
	_, err := t.exec(ctx, "UPDATE address SET main = (email = $1) WHERE person = $2", email, person)
	return err
}

// DropAddress takes an address from a person, and the links sent to it.
func (t *Tx) DropAddress(ctx context.Context, person id.ID, email string) error {
	if _, err := t.exec(ctx, "DELETE FROM mail_link WHERE email = $1", email); err != nil {
		return err
	}
	return t.change(ctx, "DELETE FROM address WHERE person = $1 AND email = $2", person, email)
}

const sessionColumns = "session.hash, session.person, session.created, session.seen, session.expires, session.fresh, session.agent"

// sessionRow is a session as its row has it.
type sessionRow struct {
	account.Session
	created, seen, expires, fresh int64
}

func (r *sessionRow) fields() []any {
	return []any{&r.Hash, &r.Session.Person, &r.created, &r.seen, &r.expires, &r.fresh, &r.Agent}
}

func (r *sessionRow) session() account.Session {
	s := r.Session
	s.Created, s.Seen, s.Expires, s.Fresh = instant(r.created), instant(r.seen), instant(r.expires), instant(r.fresh)
	return s
}

func scanSession(s scanner) (account.Session, error) {
	var r sessionRow
	err := s.Scan(r.fields()...)
	return r.session(), err
}

// AddSession adds a session.
func (t *Tx) AddSession(ctx context.Context, s account.Session) error {
	_, err := t.exec(ctx, "INSERT INTO session (hash, person, created, seen, expires, fresh, agent) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		s.Hash, s.Person, micros(s.Created), micros(s.Seen), micros(s.Expires), micros(s.Fresh), s.Agent)
	return err
}

// Session finds a session and its person.
func (t *Tx) Session(ctx context.Context, hash []byte) (account.Person, account.Session, error) {
	type both struct {
		person  account.Person
		session account.Session
	}
	found, err := one(ctx, t, func(s scanner) (both, error) {
		var b both
		var created int64
		var r sessionRow
		err := s.Scan(append(personFields(&b.person, &created), r.fields()...)...)
		b.person.Created, b.session = instant(created), r.session()
		return b, err
	}, "SELECT "+personColumns+", "+sessionColumns+" FROM session JOIN person ON person.id = session.person WHERE session.hash = $1", hash)
	return found.person, found.session, err
}

// SeeSession notes that a session is in use.
func (t *Tx) SeeSession(ctx context.Context, hash []byte, at time.Time) error {
	_, err := t.exec(ctx, "UPDATE session SET seen = $1 WHERE hash = $2", micros(at), hash)
	return err
}

// Sessions lists a person's sessions, the one seen last first.
func (t *Tx) Sessions(ctx context.Context, person id.ID) ([]account.Session, error) {
	return all(ctx, t, scanSession, "SELECT "+sessionColumns+" FROM session WHERE person = $1 ORDER BY seen DESC, hash", person)
}

// DropSession ends a session.
func (t *Tx) DropSession(ctx context.Context, hash []byte) error {
	return t.change(ctx, "DELETE FROM session WHERE hash = $1", hash)
}

// DropSessions ends a person's sessions but one, which may be nil.
func (t *Tx) DropSessions(ctx context.Context, person id.ID, but []byte) error {
	if but == nil {
		but = []byte{}
	}
	_, err := t.exec(ctx, "DELETE FROM session WHERE person = $1 AND hash <> $2", person, but)
	return err
}

const passkeyColumns = "id, person, handle, name, record, created, used"

func scanPasskey(s scanner) (account.Passkey, error) {
	var p account.Passkey
	var record string
	var created, used int64
	err := s.Scan(&p.ID, &p.Person, &p.Handle, &p.Name, &record, &created, &used)
	p.Record, p.Created, p.Used = []byte(record), instant(created), instant(used)
	return p, err
}

// AddPasskey adds a passkey.
func (t *Tx) AddPasskey(ctx context.Context, p account.Passkey) error {
	_, err := t.exec(ctx, "INSERT INTO passkey ("+passkeyColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7)",
		p.ID, p.Person, p.Handle, p.Name, string(p.Record), micros(p.Created), micros(p.Used))
	return err
}

// Passkey finds a passkey by its credential's id, and holds it.
func (t *Tx) Passkey(ctx context.Context, credential []byte) (account.Passkey, error) {
	return one(ctx, t, scanPasskey, "SELECT "+passkeyColumns+" FROM passkey WHERE id = $1"+t.c.lock(), credential)
}

// Passkeys lists a person's passkeys, the oldest first.
func (t *Tx) Passkeys(ctx context.Context, person id.ID) ([]account.Passkey, error) {
	return all(ctx, t, scanPasskey, "SELECT "+passkeyColumns+" FROM passkey WHERE person = $1 ORDER BY created, id", person)
}

// ChangePasskey changes a passkey's name, record and when it was used last.
func (t *Tx) ChangePasskey(ctx context.Context, p account.Passkey) error {
	return t.change(ctx, "UPDATE passkey SET name = $1, record = $2, used = $3 WHERE id = $4", p.Name, string(p.Record), micros(p.Used), p.ID)
}

// DropPasskey deletes a passkey.
func (t *Tx) DropPasskey(ctx context.Context, person id.ID, credential []byte) error {
	return t.change(ctx, "DELETE FROM passkey WHERE person = $1 AND id = $2", person, credential)
}

// PutRecoveryCodes replaces a person's recovery codes, by their hashes.
func (t *Tx) PutRecoveryCodes(ctx context.Context, person id.ID, hashes [][]byte) error {
	if _, err := t.exec(ctx, "DELETE FROM recovery_code WHERE person = $1", person); err != nil {
		return err
	}
	return t.c.insert(ctx, "recovery_code", []string{"hash", "person"}, len(hashes), func(i int, dst []any) []any {
		return append(dst, hashes[i], person[:])
	})
}

// UseRecoveryCode deletes a recovery code and returns whose it was.
func (t *Tx) UseRecoveryCode(ctx context.Context, hash []byte) (id.ID, error) {
	return one(ctx, t, scan1[id.ID], "DELETE FROM recovery_code WHERE hash = $1 RETURNING person", hash)
}

// CountRecoveryCodes is how many codes a person has left.
func (t *Tx) CountRecoveryCodes(ctx context.Context, person id.ID) (int, error) {
	return one(ctx, t, scan1[int], "SELECT count(*) FROM recovery_code WHERE person = $1", person)
}

// Spend notes that something was used.
func (t *Tx) Spend(ctx context.Context, hash []byte, expires time.Time) error {
	_, err := t.exec(ctx, "INSERT INTO spent (hash, expires) VALUES ($1, $2)", hash, micros(expires))
	return err
}

// DropExpired forgets what has expired by now, sessions that were not seen since
// idle, and counts that began before since.
func (t *Tx) DropExpired(ctx context.Context, now, idle, since time.Time) error {
	for _, step := range []struct {
		sql string
		at  time.Time
	}{
		{"DELETE FROM session WHERE expires <= $1", now}, {"DELETE FROM session WHERE seen <= $1", idle},
		{"DELETE FROM mail_link WHERE expires <= $1", now}, {"DELETE FROM spent WHERE expires <= $1", now},
		{"DELETE FROM throttle WHERE since < $1", since},
	} {
		if _, err := t.exec(ctx, step.sql, micros(step.at)); err != nil {
			return err
		}
	}
	return nil
}

const linkColumns = "hash, email, purpose, person, ask, code, tries, next, lang, created, expires"

func scanLink(s scanner) (account.Link, error) {
	var l account.Link
	var created, expires int64
	err := s.Scan(&l.Hash, &l.Email, &l.Purpose, &l.Person, &l.Ask, &l.Code, &l.Tries, &l.Next, &l.Lang, &created, &expires)
	l.Created, l.Expires = instant(created), instant(expires)
	return l, err
}

// AddLink adds a link that goes out by mail.
func (t *Tx) AddLink(ctx context.Context, l account.Link) error {
	_, err := t.exec(ctx, "INSERT INTO mail_link ("+linkColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
		l.Hash, l.Email, string(l.Purpose), l.Person, l.Ask, l.Code, l.Tries, l.Next, l.Lang, micros(l.Created), micros(l.Expires))
	return err
}

// Link finds a link by its hash.
func (t *Tx) Link(ctx context.Context, hash []byte, hold bool) (account.Link, error) {
	return one(ctx, t, scanLink, "SELECT "+linkColumns+" FROM mail_link WHERE hash = $1"+t.holding(hold), hash)
}

// LinkOf finds a link by what the browser that asked for it has.
func (t *Tx) LinkOf(ctx context.Context, ask []byte, hold bool) (account.Link, error) {
	return one(ctx, t, scanLink, "SELECT "+linkColumns+" FROM mail_link WHERE ask = $1"+t.holding(hold), ask)
}

func (t *Tx) holding(hold bool) string {
	if hold {
		return t.c.lock()
	}
	return ""
}

// CountTry notes that a wrong code was typed.
func (t *Tx) CountTry(ctx context.Context, hash []byte) error {
	return t.change(ctx, "UPDATE mail_link SET tries = tries + 1 WHERE hash = $1", hash)
}

// DropLink uses a link up.
func (t *Tx) DropLink(ctx context.Context, hash []byte) error {
	return t.change(ctx, "DELETE FROM mail_link WHERE hash = $1", hash)
}

// Count notes that something is done once more within a window of time.
func (t *Tx) Count(ctx context.Context, key string, now time.Time, window time.Duration) (int, time.Time, error) {
	type tally struct {
		count int
		since int64
	}
	c, err := one(ctx, t, func(s scanner) (tally, error) {
		var c tally
		return c, s.Scan(&c.count, &c.since)
	}, `INSERT INTO throttle (key, since, count) VALUES ($1, $2, 1)
		ON CONFLICT (key) DO UPDATE SET
			count = CASE WHEN throttle.since <= $3 THEN 1 ELSE throttle.count + 1 END,
			since = CASE WHEN throttle.since <= $3 THEN $2 ELSE throttle.since END
		RETURNING count, since`, key, micros(now), micros(now.Add(-window)))
	return c.count, instant(c.since), err
}
