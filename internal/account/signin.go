package account

import (
	"context"
	"crypto/hmac"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
)

// linkFor is how long a link that was sent by mail holds.
const linkFor = 30 * time.Minute

// codeTries is how many wrong codes one request bears.
const codeTries = 5

// Purpose is what a link that was sent by mail is for. It is also the kind of
// the mail.
type Purpose string

// The purposes.
const (
	SignIn     Purpose = "sign-in"
	AddAddress Purpose = "add-address"
	First      Purpose = "first-operator" // goes to a terminal, not by mail
)

// Link is a link that was sent by mail: who reads it has the address. It works
// once. Beside it the mail has a code, to be typed in the browser that asked,
// for people who read their mail elsewhere.
type Link struct {
	Hash    []byte
	Email   string
	Purpose Purpose
	Person  id.ID // who asked; zero for a sign-in
	Ask     []byte
	Code    []byte
	Tries   int
	Next    string // where to go then, a path of the site
	Lang    string
	Created time.Time
	Expires time.Time
}

var (
	errLink = fault.New(fault.NotFound, "account.link-gone")
	errCode = fault.New(fault.Invalid, "account.code-wrong")
)

// Ask is a wish for a link by mail.
type Ask struct {
	Email  string // as it was typed
	Next   string // where to go then, a path of the site
	Lang   string // of the pages
	Client netip.Addr
}

// AskSignIn sends a link to an address. It does the same whether somebody has
// an account with that address or not: who reads the mail will have one. The
// token that it returns is for the browser that asked, to type the code in.
func (s *Service) AskSignIn(ctx context.Context, a Ask) (id.Token, error) {
	email, err := Normalize(a.Email)
	if err != nil {
		return "", fieldError("email", err)
	}
	return s.send(ctx, a.Client, Link{Email: email, Purpose: SignIn, Next: a.Next, Lang: a.Lang}, "/login/")
}

// fieldError makes an error of a form of the error of its one field.
func fieldError(name string, err error) error {
	var form fault.Form
	if f := (*fault.Error)(nil); errors.As(err, &f) && f.Kind == fault.Invalid {
		form.Wrong(name, f.Key, flat(f.Facts)...)
		return form.Err()
	}
	return err
}

func flat(facts fault.Facts) []any {
	var out []any
	for k, v := range facts {
		out = append(out, k, v)
	}
	return out
}

// send stores a link and queues its mail. path is what stands before the token.
func (s *Service) send(ctx context.Context, client netip.Addr, l Link, path string) (id.Token, error) {
	token, err := id.NewToken(s.Random)
	if err != nil {
		return "", err
	}
	ask, err := id.NewToken(s.Random)
	if err != nil {
		return "", err
	}
	code, err := newCode(s.Random)
	if err != nil {
		return "", err
	}
	now := s.Now()
	l.Hash, l.Ask, l.Created, l.Expires = token.Hash(), ask.Hash(), now, now.Add(linkFor)
	l.Code = s.codeHash(l.Ask, code)
	facts, err := json.Marshal(map[string]any{
		"link": s.Base.String() + path + string(token), "code": code[:4] + " " + code[4:], "minutes": int(linkFor / time.Minute),
	})
	if err != nil {
		return "", fmt.Errorf("account: %w", err)
	}
	mail, err := id.New(now, s.Random)
	if err != nil {
		return "", err
	}
	err = s.Store.Update(ctx, func(tx Tx) error {
		if err := s.count(ctx, tx, mailsFromNetwork, network(client)); err != nil {
			return err
		}
		if err := s.count(ctx, tx, mailsToAddress, l.Email); err != nil {
			return err
		}
		if err := tx.AddLink(ctx, l); err != nil {
			return err
		}
		return tx.Post(ctx, job.Mail{ID: mail, Kind: string(l.Purpose), Address: l.Email, Lang: l.Lang, Facts: facts, At: now})
	})
	return ask, err
}

// newCode draws eight digits, all equally likely.
func newCode(random io.Reader) (string, error) {
	var b [8]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("account: %w", err)
	}
	return fmt.Sprintf("%08d", binary.BigEndian.Uint64(b[:])%1e8), nil // 2⁶⁴ over 10⁸: the bias is nothing
}

func (s *Service) codeHash(ask []byte, code string) []byte {
	sum := s.Keeper.MAC("mail code").Sum(ask, []byte(code))
	return sum[:]
}

// Read tells what a link for a purpose says, and changes nothing: programs that
// look into mail open links before people do. NotFound where it has expired, was
// used, or is for something else.
func (s *Service) Read(ctx context.Context, token string, purpose Purpose) (Link, error) {
	l, err := s.read(ctx, token, Tx.Link)
	if err == nil && l.Purpose != purpose {
		err = errLink
	}
	return l, err
}

// Asked tells what became of the browser's wish for a link, by the token that
// AskSignIn returned.
func (s *Service) Asked(ctx context.Context, ask string) (Link, error) {
	return s.read(ctx, ask, Tx.LinkOf)
}

func (s *Service) read(ctx context.Context, token string, find func(Tx, context.Context, []byte, bool) (Link, error)) (Link, error) {
	hash, ok := hashOf(token)
	if !ok {
		return Link{}, errLink
	}
	var l Link
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		l, err = find(tx, ctx, hash, false)
		return err
	})
	return l, s.gone(l, err)
}

// gone turns a link that is not there, or no more, into its error.
func (s *Service) gone(l Link, err error) error {
	if fault.Is(err, fault.NotFound) || err == nil && !s.Now().Before(l.Expires) {
		return errLink
	}
	return err
}

// Device is where somebody signs in.
type Device struct {
	Agent  string // what the browser calls itself
	Client netip.Addr
	Old    string // the token of the session that it had, which ends
	Lang   string // of a person who is new
}

// Entry is somebody who has signed in.
type Entry struct {
	Token  id.Token // for the cookie
	Person Person
	New    bool // had no account before
	Next   string
}

// SignInByLink uses a link up: its reader is who has the address, and a new
// person where nobody has it.
func (s *Service) SignInByLink(ctx context.Context, token string, d Device) (Entry, error) {
	hash, ok := hashOf(token)
	if !ok {
		return Entry{}, errLink
	}
	return s.enter(ctx, d, func(tx Tx) (Link, error) {
		l, err := tx.Link(ctx, hash, true)
		return l, s.gone(l, err)
	})
}

// SignInByCode does the same with the code, in the browser that asked.
func (s *Service) SignInByCode(ctx context.Context, ask, code string, d Device) (Entry, error) {
	l, err := s.tryCode(ctx, ask, code, d.Client)
	if err != nil {
		return Entry{}, err
	}
	return s.enter(ctx, d, func(tx Tx) (Link, error) {
		l, err := tx.Link(ctx, l.Hash, true)
		return l, s.gone(l, err)
	})
}

// tryCode holds a code to the one of the mail. Each try is counted, for the
// address and the network before the code is looked at, so that who has tried
// too often learns nothing more; wrong ones for the request too.
func (s *Service) tryCode(ctx context.Context, ask, code string, client netip.Addr) (Link, error) {
	hash, ok := hashOf(ask)
	if !ok {
		return Link{}, errLink
	}
	code = digits(code)
	var l Link
	var wrong error
	err := s.Store.Update(ctx, func(tx Tx) error {
		wrong = nil
		var err error
		if l, err = tx.LinkOf(ctx, hash, true); s.gone(l, err) != nil {
			return s.gone(l, err)
		}
		if err := s.count(ctx, tx, codesFromNetwork, network(client)); err != nil {
			return err
		}
		if err := s.count(ctx, tx, codesForAddress, l.Email); err != nil {
			return err
		}
		switch {
		case l.Tries >= codeTries:
			wrong = fault.New(fault.Invalid, "account.code-tries")
			return nil
		case hmac.Equal(s.codeHash(l.Ask, code), l.Code):
			return nil
		}
		wrong = errCode
		return tx.CountTry(ctx, l.Hash)
	})
	if err == nil && wrong != nil {
		err = fieldError("code", wrong)
	}
	return l, err
}

// digits drops what people write between digits.
func digits(code string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' || r == '.' {
			return -1
		}
		return r
	}, code)
}

// enter signs in who has the address of a link, in one transaction with the end
// of the link and of the session that the browser had.
func (s *Service) enter(ctx context.Context, d Device, find func(Tx) (Link, error)) (Entry, error) {
	var e Entry
	try := func() error {
		return s.Store.Update(ctx, func(tx Tx) error {
			l, err := find(tx)
			if err != nil {
				return err
			}
			if l.Purpose != SignIn {
				return errLink
			}
			if err := tx.DropLink(ctx, l.Hash); err != nil {
				return err
			}
			e = Entry{Next: l.Next}
			if e.Person, e.New, err = s.personOf(ctx, tx, l.Email, d.Lang); err != nil {
				return err
			}
			e.Token, err = s.begin(ctx, tx, e.Person.ID, d)
			return err
		})
	}
	err := try()
	if fault.Is(err, fault.Conflict) {
		err = try() // the same person came in by two links at once
	}
	return e, err
}

// personOf is the person who has just proven an address; one is made for an
// address that nobody has.
func (s *Service) personOf(ctx context.Context, tx Tx, email, lang string) (p Person, isNew bool, err error) {
	p, err = tx.PersonOf(ctx, email)
	if !fault.Is(err, fault.NotFound) {
		return p, false, err
	}
	p, err = s.newPerson(ctx, tx, email, lang)
	return p, true, err
}

func (s *Service) newPerson(ctx context.Context, tx Tx, email, lang string) (Person, error) {
	now := s.Now()
	i, err := id.New(now, s.Random)
	if err != nil {
		return Person{}, err
	}
	if !slices.Contains(s.languages(), lang) {
		lang = s.languages()[0]
	}
	p := Person{ID: i, Lang: lang, Created: now}
	if err := tx.AddPerson(ctx, p); err != nil {
		return Person{}, err
	}
	return p, tx.AddAddress(ctx, Address{Email: email, Person: i, Main: true, Proven: now})
}

// begin makes a session. Its token is always new, and the session that the
// browser had before ends, so that nobody can hand somebody a session.
func (s *Service) begin(ctx context.Context, tx Tx, person id.ID, d Device) (id.Token, error) {
	if old, ok := hashOf(d.Old); ok {
		if err := tx.DropSession(ctx, old); err != nil && !fault.Is(err, fault.NotFound) {
			return "", err
		}
	}
	token, err := id.NewToken(s.Random)
	if err != nil {
		return "", err
	}
	now := s.Now()
	return token, tx.AddSession(ctx, Session{
		Hash: token.Hash(), Person: person, Created: now, Seen: now, Expires: now.Add(lastFor), Fresh: now, Agent: clip(d.Agent, 200),
	})
}

// clip keeps what can be shown of a text, up to n bytes.
func clip(text string, n int) string {
	text = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
	if len(text) <= n {
		return text
	}
	for n > 0 && text[n]&0xC0 == 0x80 {
		n--
	}
	return text[:n]
}

// SignOut ends a session.
func (s *Service) SignOut(ctx context.Context, token string) error {
	hash, ok := hashOf(token)
	if !ok {
		return nil
	}
	err := s.Store.Update(ctx, func(tx Tx) error { return tx.DropSession(ctx, hash) })
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
