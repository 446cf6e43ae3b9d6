package account

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
)

// Passkey is a key that a person's device or key ring keeps, by which they sign
// in without mail (Web Authentication Level 3).
type Passkey struct {
	ID      []byte // of the credential, chosen by who keeps it
	Person  id.ID
	Handle  []byte // the person's id when it was made, which the device says again
	Name    string // by which the person knows it
	Record  []byte // JSON of the public half, its counter and flags
	Created time.Time
	Used    time.Time // zero for never
}

// Key names a passkey among those of its person, for forms.
func (p Passkey) Key() string { return base64.RawURLEncoding.EncodeToString(p.ID) }

const (
	maxPasskeys    = 20
	maxPasskeyName = 60
	// challengeFor is how long a browser may take. A page of the sign-in that
	// stays open asks anew.
	challengeFor = 10 * time.Minute
)

// The uses of a challenge: one made for one does not do for the other.
const (
	toRegister = "register"
	toSignIn   = "sign in"
)

var errPasskey = fault.New(fault.Invalid, "account.passkey-wrong")

// Challenge is what a page's script hands to the browser, and, as Token, back to
// us with the answer. Nothing is stored until the answer comes.
type Challenge struct {
	Options any    `json:"options"` // of navigator.credentials
	Token   string `json:"token"`
}

// Passkeys tells whether the site can take passkeys: its address must be a name,
// not a number (Web Authentication §5.1.2).
func (s *Service) Passkeys() bool {
	_, err := netip.ParseAddr(s.Base.Hostname())
	return err != nil && s.Base.Hostname() != ""
}

// relying is the site as passkeys see it.
func (s *Service) relying() (*webauthn.WebAuthn, error) {
	if !s.Passkeys() {
		return nil, fault.New(fault.NotFound, "account.passkey-none-here")
	}
	w, err := webauthn.New(&webauthn.Config{
		RPID: s.Base.Hostname(), RPDisplayName: s.Site, RPOrigins: []string{s.Base.Scheme + "://" + s.Base.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationPreferred,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("account: %w", err)
	}
	return w, nil
}

// holder is a person as package webauthn wants to see one.
type holder struct {
	id          []byte
	name, title string
	credentials []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return h.id }
func (h holder) WebAuthnName() string                       { return h.name }
func (h holder) WebAuthnDisplayName() string                { return h.title }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

// credential reads the record.
func (p Passkey) credential() (webauthn.Credential, error) {
	var c webauthn.Credential
	if err := json.Unmarshal(p.Record, &c); err != nil {
		return c, fmt.Errorf("account: the record of a passkey: %w", err)
	}
	return c, nil
}

// holder is who registers a passkey.
func (s *Service) holder(ctx context.Context, tx Tx, person id.ID) (holder, error) {
	o, err := s.overview(ctx, tx, person)
	if err != nil {
		return holder{}, err
	}
	h := holder{id: person[:], title: o.Person.Name}
	if len(o.Addresses) > 0 {
		h.name = o.Addresses[0].Email
	}
	if h.title == "" {
		h.title = h.name
	}
	for _, p := range o.Passkeys {
		c, err := p.credential()
		if err != nil {
			return holder{}, err
		}
		h.credentials = append(h.credentials, c)
	}
	return h, nil
}

// BeginPasskey makes the challenge for a new passkey of a person.
func (s *Service) BeginPasskey(ctx context.Context, person id.ID) (Challenge, error) {
	w, err := s.relying()
	if err != nil {
		return Challenge{}, err
	}
	var h holder
	err = s.Store.View(ctx, func(tx Tx) error {
		h, err = s.holder(ctx, tx, person)
		return err
	})
	if err != nil {
		return Challenge{}, err
	}
	if len(h.credentials) >= maxPasskeys {
		return Challenge{}, fault.New(fault.Conflict, "account.passkey-many", "Limit", maxPasskeys)
	}
	known := webauthn.Credentials(h.credentials).CredentialDescriptors()
	options, session, err := w.BeginRegistration(h, webauthn.WithExclusions(known))
	if err != nil {
		return Challenge{}, fmt.Errorf("account: %w", err)
	}
	challenge, err := s.draw()
	if err != nil {
		return Challenge{}, err
	}
	options.Response.Challenge, session.Challenge = challenge, challenge.String()
	return s.challenge(toRegister, options, session)
}

// draw makes a challenge from the chance that the service was given.
func (s *Service) draw() (protocol.URLEncodedBase64, error) {
	challenge := make([]byte, 32)
	if _, err := io.ReadFull(s.Random, challenge); err != nil {
		return nil, fmt.Errorf("account: %w", err)
	}
	return challenge, nil
}

// sealed is what the token of a challenge says, sealed.
type sealed struct {
	Session webauthn.SessionData `json:"session"`
	Expires time.Time            `json:"expires"`
}

func (s *Service) challenge(use string, options any, session *webauthn.SessionData) (Challenge, error) {
	text, err := json.Marshal(sealed{*session, s.Now().Add(challengeFor)})
	if err != nil {
		return Challenge{}, fmt.Errorf("account: %w", err)
	}
	token, err := s.Keeper.Seal(s.Random, "passkey", []byte(use), text)
	if err != nil {
		return Challenge{}, err
	}
	return Challenge{options, base64.RawURLEncoding.EncodeToString(token)}, nil
}

// ceremony reads the token of a challenge that has not expired.
func (s *Service) ceremony(use, token string) (webauthn.SessionData, error) {
	data, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return webauthn.SessionData{}, errPasskey
	}
	text, err := s.Keeper.Open("passkey", []byte(use), data)
	if err != nil {
		return webauthn.SessionData{}, errPasskey
	}
	var c sealed
	if err := json.Unmarshal(text, &c); err != nil {
		return webauthn.SessionData{}, fmt.Errorf("account: the token of a challenge: %w", err)
	}
	if !s.Now().Before(c.Expires) {
		return webauthn.SessionData{}, fault.New(fault.Invalid, "account.passkey-late")
	}
	return c.Session, nil
}

// spend takes care that a challenge is answered once.
func (s *Service) spend(ctx context.Context, tx Tx, session webauthn.SessionData) error {
	hash := sha256.Sum256([]byte(session.Challenge))
	err := tx.Spend(ctx, hash[:], s.Now().Add(2*challengeFor))
	if fault.Is(err, fault.Conflict) {
		return errPasskey
	}
	return err
}

// AddPasskey takes the browser's answer to BeginPasskey, JSON of a
// PublicKeyCredential.
func (s *Service) AddPasskey(ctx context.Context, person id.ID, name, token string, answer []byte) error {
	name, err := passkeyName(name)
	if err != nil {
		return err
	}
	w, err := s.relying()
	if err != nil {
		return err
	}
	session, err := s.ceremony(toRegister, token)
	if err != nil {
		return fieldError("passkey", err)
	}
	if !bytes.Equal(session.UserID, person[:]) {
		return fieldError("passkey", errPasskey)
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return fieldError("passkey", wrongPasskey(err))
	}
	c, err := w.CreateCredential(holder{id: person[:]}, session, parsed)
	if err != nil {
		return fieldError("passkey", wrongPasskey(err))
	}
	record, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("account: %w", err)
	}
	err = s.Store.Update(ctx, func(tx Tx) error {
		if err := s.spend(ctx, tx, session); err != nil {
			return err
		}
		return tx.AddPasskey(ctx, Passkey{ID: c.ID, Person: person, Handle: person[:], Name: name, Record: record, Created: s.Now()})
	})
	if errors.Is(err, fault.ErrExists) {
		err = fault.New(fault.Invalid, "account.passkey-known") // here or with somebody else: it is not told
	}
	return fieldError("passkey", err)
}

// passkeyName is a name as it is stored.
func passkeyName(name string) (string, error) {
	name = clip(strings.Join(strings.Fields(name), " "), 4*maxPasskeyName)
	var form fault.Form
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		form.Wrong("name", "account.passkey-name-empty")
	case n > maxPasskeyName:
		form.Wrong("name", "account.name-long", "Limit", maxPasskeyName)
	}
	return name, form.Err()
}

// wrongPasskey keeps the reason for us: a person can do nothing about it.
func wrongPasskey(cause error) error {
	e := *errPasskey
	var detail *protocol.Error
	if errors.As(cause, &detail) {
		cause = fmt.Errorf("%w (%s)", cause, detail.DevInfo)
	}
	e.Err = cause
	return &e
}

// BeginSignIn makes the challenge for a sign-in with any passkey of the site.
func (s *Service) BeginSignIn() (Challenge, error) {
	w, err := s.relying()
	if err != nil {
		return Challenge{}, err
	}
	challenge, err := s.draw()
	if err != nil {
		return Challenge{}, err
	}
	options, session, err := w.BeginDiscoverableLogin(webauthn.WithChallenge(challenge))
	if err != nil {
		return Challenge{}, fmt.Errorf("account: %w", err)
	}
	return s.challenge(toSignIn, options, session)
}

// SignInByPasskey takes the browser's answer to BeginSignIn. Whatever is wrong
// with it, the error is the same.
func (s *Service) SignInByPasskey(ctx context.Context, token string, answer []byte, d Device) (Entry, error) {
	w, err := s.relying()
	if err != nil {
		return Entry{}, err
	}
	session, err := s.ceremony(toSignIn, token)
	if err != nil {
		return Entry{}, fieldError("passkey", err)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Entry{}, fieldError("passkey", wrongPasskey(err))
	}
	var e Entry
	err = s.Store.Update(ctx, func(tx Tx) error {
		if err := s.spend(ctx, tx, session); err != nil {
			return err
		}
		p, err := s.usePasskey(ctx, tx, w, session, parsed)
		if err != nil {
			return err
		}
		if e.Person, err = tx.Person(ctx, p.Person); err != nil {
			return err
		}
		e.Token, err = s.begin(ctx, tx, p.Person, d)
		return err
	})
	return e, fieldError("passkey", err)
}

// usePasskey verifies an answer and notes the use.
func (s *Service) usePasskey(ctx context.Context, tx Tx, w *webauthn.WebAuthn, session webauthn.SessionData, answer *protocol.ParsedCredentialAssertionData) (Passkey, error) {
	p, err := tx.Passkey(ctx, answer.RawID)
	if fault.Is(err, fault.NotFound) {
		return p, errPasskey
	}
	if err != nil {
		return p, err
	}
	c, err := p.credential()
	if err != nil {
		return p, err
	}
	// The handle that the device says must be the one of this very credential.
	whose := func([]byte, []byte) (webauthn.User, error) {
		return holder{id: p.Handle, credentials: []webauthn.Credential{c}}, nil
	}
	_, used, err := w.ValidatePasskeyLogin(whose, session, answer)
	if err != nil {
		return p, wrongPasskey(err)
	}
	if used.Authenticator.CloneWarning { // §6.1.1: two devices count apart
		return p, wrongPasskey(errors.New("the counter went back"))
	}
	if p.Record, err = json.Marshal(used); err != nil {
		return p, fmt.Errorf("account: %w", err)
	}
	p.Used = s.Now()
	return p, tx.ChangePasskey(ctx, p)
}

// passkeyOf finds a passkey of a person by its key in forms.
func (s *Service) passkeyOf(ctx context.Context, tx Tx, person id.ID, key string) (Passkey, error) {
	credential, err := base64.RawURLEncoding.DecodeString(key)
	if err != nil || len(credential) == 0 || len(credential) > 1023 {
		return Passkey{}, fault.ErrNotFound
	}
	p, err := tx.Passkey(ctx, credential)
	if err == nil && p.Person != person {
		err = fault.ErrNotFound
	}
	return p, err
}

// RenamePasskey gives a passkey another name.
func (s *Service) RenamePasskey(ctx context.Context, person id.ID, key, name string) error {
	name, err := passkeyName(name)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		p, err := s.passkeyOf(ctx, tx, person, key)
		if err != nil {
			return err
		}
		p.Name = name
		return tx.ChangePasskey(ctx, p)
	})
}

// RemovePasskey forgets a passkey of the person of a session: it signs nobody in
// any more, and whoever came in by it is out: all sessions but this one end.
func (s *Service) RemovePasskey(ctx context.Context, here Session, key string) error {
	return s.Store.Update(ctx, func(tx Tx) error {
		p, err := s.passkeyOf(ctx, tx, here.Person, key)
		if err != nil {
			return err
		}
		if err := tx.DropPasskey(ctx, here.Person, p.ID); err != nil {
			return err
		}
		return tx.DropSessions(ctx, here.Person, here.Hash)
	})
}
