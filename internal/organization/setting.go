package organization

import (
	"context"
	"crypto/hmac"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/verify"
)

// Settings are what the operator says of the site on its pages. Files and
// environment say the rest.
type Settings struct {
	Operator string // who runs the site: a person or a body
	Form     string // legal form, number
	Address  string // postal
	Director string // of the publication
	Contact  string // e-mail address for the public
	Officer  string // for data protection: name or address
	Host     string // who hosts it, with address
	Policy   Policy // "" for that of the configuration
}

// The keys under which settings are kept.
const (
	settingPolicy = "policy"
	checkPrefix   = "check."
	textPrefix    = "text."
)

// Bounds of settings, in characters.
const (
	maxSetting = 500
	maxText    = 60000
)

// fields are the texts of the settings by key.
func (t *Settings) fields() map[string]*string {
	return map[string]*string{
		"operator": &t.Operator, "form": &t.Form, "address": &t.Address, "director": &t.Director, "contact": &t.Contact, "officer": &t.Officer,
		"host": &t.Host, settingPolicy: (*string)(&t.Policy),
	}
}

// Complete tells whether the legal notice can say all that it must (French law
// no. 2004-575, article 1-1).
func (t Settings) Complete() bool {
	return t.Operator != "" && t.Address != "" && t.Director != "" && t.Contact != "" && t.Host != ""
}

// Settings reads them; Contact falls back to that of the configuration.
func (s *Service) Settings(ctx context.Context) (t Settings, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		fields := t.fields()
		keys := make([]string, 0, len(fields))
		for key := range fields {
			keys = append(keys, key)
		}
		values, err := tx.Settings(ctx, keys...)
		for key, value := range values {
			*fields[key] = value
		}
		return err
	})
	if t.Contact == "" {
		t.Contact = s.Contact
	}
	return t, err
}

// SetSettings writes them all.
func (s *Service) SetSettings(ctx context.Context, operator account.Person, t Settings) error {
	if !operator.Operator {
		return fault.ErrNotFound
	}
	var form fault.Form
	if t.Policy != "" && !slices.Contains(Policies(), t.Policy) {
		form.Wrong("policy", "organization.policy-missing")
	}
	t.Contact = checkEmail(&form, "contact", t.Contact)
	for key, text := range t.fields() {
		*text = checkText(&form, key, *text, maxSetting)
	}
	if err := form.Err(); err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		for key, text := range t.fields() {
			if err := tx.SetSetting(ctx, key, *text, s.Now()); err != nil {
				return err
			}
		}
		return s.note(ctx, tx, 0, operator.ID, "settings", "", "")
	})
}

// policy is the operator's where set on the pages, else the configuration's.
func (s *Service) policy(ctx context.Context, tx Tx) (Policy, error) {
	values, err := tx.Settings(ctx, settingPolicy)
	if err != nil {
		return "", err
	}
	for _, p := range []Policy{Policy(values[settingPolicy]), s.Policy} {
		if slices.Contains(Policies(), p) {
			return p, nil
		}
	}
	return Approval, nil
}

// Texts are the pages whose words the operator may replace.
func Texts() []string { return []string{"legal", "privacy", "accessibility"} }

func isText(name, lang string) bool {
	return slices.Contains(Texts(), name) && (lang == "fr" || lang == "en")
}

// Text is the operator's own words of a page in Markdown, "" where they wrote
// none.
func (s *Service) Text(ctx context.Context, name, lang string) (text string, err error) {
	if !isText(name, lang) {
		return "", fault.ErrNotFound
	}
	key := textPrefix + name + "." + lang
	err = s.Store.View(ctx, func(tx Tx) error {
		values, err := tx.Settings(ctx, key)
		text = values[key]
		return err
	})
	return text, err
}

// SetText replaces the words of a page; "" brings those of the program back.
func (s *Service) SetText(ctx context.Context, operator account.Person, name, lang, text string) error {
	if !operator.Operator || !isText(name, lang) {
		return fault.ErrNotFound
	}
	var form fault.Form
	text = checkText(&form, "text", text, maxText)
	if err := form.Err(); err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		if err := tx.SetSetting(ctx, textPrefix+name+"."+lang, text, s.Now()); err != nil {
			return err
		}
		return s.note(ctx, tx, 0, operator.ID, "text", name, lang)
	})
}

// Checks are what the first-start list knows of what was tried.
type Checks struct {
	Reached      time.Time // the site answered at its public address
	ReachFault   string    // why it did not, the last time: a code
	MailSent     time.Time // a test mail was queued
	MailReceived time.Time // its link was used
	MailLink     string    // hash of the link's token
	KeyKept      time.Time // the operator says that the master key is kept elsewhere too
	Backup       time.Time // the last one that the program made
	Mail         string    // the test mail, in the queue
	MailWaits    bool      // it is still there
	MailFault    string    // what the mail server said last, where it did not take it
}

func (c *Checks) times() map[string]*time.Time {
	return map[string]*time.Time{"reached": &c.Reached, "mail-sent": &c.MailSent, "mail-received": &c.MailReceived, "key-kept": &c.KeyKept, "backup": &c.Backup}
}

func (c *Checks) texts() map[string]*string {
	return map[string]*string{"reach-fault": &c.ReachFault, "mail-link": &c.MailLink, "mail": &c.Mail}
}

// Checks reads what was tried.
func (s *Service) Checks(ctx context.Context) (c Checks, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		if c, err = readChecks(ctx, tx); err != nil {
			return err
		}
		return c.lookForMail(ctx, tx)
	})
	return c, err
}

// lookForMail finds out what became of the test mail.
func (c *Checks) lookForMail(ctx context.Context, tx Tx) error {
	mail, err := id.Parse(c.Mail)
	if err != nil {
		return nil // none was sent
	}
	if c.MailWaits, err = tx.MailWaits(ctx, mail); err != nil {
		return err
	}
	f, err := tx.MailFault(ctx, mail)
	c.MailFault = f.Text
	return ignoreNotFound(err)
}

// BackupMade notes when the program made a backup.
func BackupMade(ctx context.Context, store Store, at time.Time) error {
	return store.Update(ctx, func(tx Tx) error {
		return tx.SetSetting(ctx, checkPrefix+"backup", at.Format(time.RFC3339), at)
	})
}

func readChecks(ctx context.Context, tx Tx) (Checks, error) {
	var c Checks
	var keys []string
	for key := range c.times() {
		keys = append(keys, checkPrefix+key)
	}
	for key := range c.texts() {
		keys = append(keys, checkPrefix+key)
	}
	values, err := tx.Settings(ctx, keys...)
	if err != nil {
		return c, err
	}
	for key, at := range c.times() {
		*at, _ = time.Parse(time.RFC3339, values[checkPrefix+key])
	}
	for key, text := range c.texts() {
		*text = values[checkPrefix+key]
	}
	return c, nil
}

func (s *Service) setCheck(ctx context.Context, tx Tx, key, value string) error {
	return tx.SetSetting(ctx, checkPrefix+key, value, s.Now())
}

// PingPath is where the site says who it is, for Reach.
const PingPath = "/ping"

// Ping is what the site says at PingPath: only a server with our master key can.
func (s *Service) Ping() string {
	sum := s.Keeper.MAC("ping").Sum([]byte(s.Base.String()))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Reach asks the site at its public address, from outside as far as the network
// allows, and notes whether it is us who answers.
func (s *Service) Reach(ctx context.Context) error {
	code := s.reach(ctx)
	return s.Store.Update(ctx, func(tx Tx) error {
		if err := s.setCheck(ctx, tx, "reach-fault", code); err != nil {
			return err
		}
		reached := ""
		if code == "" {
			reached = s.Now().Format(time.RFC3339)
		}
		return s.setCheck(ctx, tx, "reached", reached)
	})
}

func (s *Service) reach(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	switch {
	case s.local():
		return "local"
	case s.Base.Scheme != "https":
		return "plain"
	}
	answer, err := s.Fetcher.Fetch(ctx, s.at(PingPath), "text/plain")
	var f *verify.FetchError
	switch {
	case errors.As(err, &f) && (f.Code == verify.FetchBadURL || f.Code == verify.FetchRefused):
		return "private"
	case errors.As(err, new(*net.DNSError)):
		return "dns"
	case errors.As(err, new(*tls.CertificateVerificationError)):
		return "tls"
	case err != nil:
		return "unreachable"
	case answer.Status != 200:
		return "status"
	case !hmac.Equal([]byte(strings.TrimSpace(string(answer.Body))), []byte(s.Ping())):
		return "other"
	}
	return ""
}

// local tells whether the public address is of this machine alone.
func (s *Service) local() bool {
	host := s.Base.Hostname()
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.IsLoopback()
}

// TestMail sends the operator a mail, whose link tells that it arrived.
func (s *Service) TestMail(ctx context.Context, operator account.Person) error {
	if !operator.Operator {
		return fault.ErrNotFound
	}
	token, err := id.NewToken(s.Random)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		email, err := tx.MainAddress(ctx, operator.ID)
		if err != nil {
			return err
		}
		facts := Facts{Link: s.at("/operator/start/mail/" + string(token)), By: operator.Name}
		mails, err := s.mails(MailTest, 0, facts, Recipient{Email: email, Lang: operator.Lang})
		if err != nil {
			return err
		}
		for key, value := range map[string]string{
			"mail": mails[0].ID.String(), "mail-link": base64.RawURLEncoding.EncodeToString(token.Hash()), "mail-sent": s.Now().Format(time.RFC3339), "mail-received": "",
		} {
			if err := s.setCheck(ctx, tx, key, value); err != nil {
				return err
			}
		}
		return tx.Post(ctx, mails...)
	})
}

// KeyKept notes that the operator has a copy of the master key elsewhere.
func (s *Service) KeyKept(ctx context.Context, operator account.Person) error {
	if !operator.Operator {
		return fault.ErrNotFound
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		if err := s.setCheck(ctx, tx, "key-kept", s.Now().Format(time.RFC3339)); err != nil {
			return err
		}
		return s.note(ctx, tx, 0, operator.ID, "key-kept", "", "")
	})
}

// MailArrived notes that the link of the test mail was used.
func (s *Service) MailArrived(ctx context.Context, token string) error {
	return s.Store.Update(ctx, func(tx Tx) error {
		c, err := readChecks(ctx, tx)
		if err != nil {
			return err
		}
		hash := base64.RawURLEncoding.EncodeToString(id.Token(token).Hash())
		if !utf8.ValidString(token) || c.MailLink == "" || !hmac.Equal([]byte(hash), []byte(c.MailLink)) {
			return fault.ErrNotFound
		}
		return s.setCheck(ctx, tx, "mail-received", s.Now().Format(time.RFC3339))
	})
}
