package post

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/job"
	"github.com/ecusson/ecusson/internal/mail"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
)

// Letters makes the mails of the platform: what it keeps of each is read when the
// mail goes out.
type Letters struct {
	Writer  *mail.Writer
	Catalog *message.Catalog
	Awards  *award.Service
	Badges  *achievement.Service
	Files   *achievement.Files
	Orgs    *organization.Service
	Base    *url.URL
	Now     func() time.Time
}

// Compose makes a mail; nil where there is nothing to say any more.
func (l *Letters) Compose(ctx context.Context, m *job.Mail) (*mail.Message, error) {
	letter := mail.Letter{ID: m.ID.String(), Kind: m.Kind, Lang: m.Lang, To: mail.Address{Email: m.Address}, Date: l.Now(), Facts: map[string]any{}}
	if m.Award.IsZero() {
		return l.plain(letter, m)
	}
	return l.ofAward(ctx, letter, m)
}

// plain makes a mail of the facts that were queued with it.
func (l *Letters) plain(letter mail.Letter, m *job.Mail) (*mail.Message, error) {
	var facts struct {
		organization.Facts
		Code    string `json:"code"`
		Minutes int    `json:"minutes"`
	}
	if err := json.Unmarshal(m.Facts, &facts); err != nil {
		return nil, fmt.Errorf("post: the facts of a mail: %w", err)
	}
	p := l.Catalog.For(m.Lang)
	letter.Link, letter.Code, letter.Words = facts.Link, facts.Code, first(facts.Answer, facts.Reason, facts.Facts.Text)
	letter.Facts = map[string]any{
		"Organization": facts.Organization, "By": first(facts.By, p.T("mail.somebody")), "Role": p.T("role." + first(facts.Role, "none")),
		"Domain": facts.Domain, "Minutes": facts.Minutes,
	}
	return l.Writer.Write(letter)
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// maxPicture is the most bytes of a picture that a mail carries.
const maxPicture = 1 << 20

// ofAward makes a mail about an award as it is now.
func (l *Letters) ofAward(ctx context.Context, letter mail.Letter, m *job.Mail) (*mail.Message, error) {
	a, _, err := l.Awards.Document(ctx, m.Org, m.Award)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	reminds := m.Kind == award.MailReminder || m.Kind == award.MailEnding
	brings := m.Kind == award.MailBadge || m.Kind == award.MailCorrected || reminds
	if m.Kind == award.MailReminder && a.Answer != award.NoAnswer {
		return nil, nil
	}
	if a.State == award.Erased || brings && a.State != award.Active {
		return nil, nil
	}
	org, err := l.Orgs.Get(ctx, m.Org)
	if err != nil {
		return nil, err
	}
	if letter.Lang == "" {
		letter.Lang = org.Lang
	}
	version, err := l.Awards.VersionOf(ctx, &a)
	if err != nil {
		return nil, err
	}
	v, err := l.Badges.Version(ctx, a.Org, a.Achievement, version)
	if err != nil {
		return nil, err
	}
	words := v.Content.In(letter.Lang)
	letter.To.Name = a.Name
	letter.ID = l.Awards.MailName(m.ID, a.Org, a.ID) // what comes back leads to its award
	letter.Facts = map[string]any{"Issuer": org.Name, "Badge": words.Name, "Description": words.Description}
	letter.Link = l.Base.String() + "/b/" + a.Public() + "?k=" + l.Awards.ReceiveToken(a.Org, a.ID)
	if reminds {
		letter.Unsubscribe = l.Base.String() + "/b/" + a.Public() + "/quiet?k=" + l.Awards.ReceiveToken(a.Org, a.ID)
		if m.Kind == award.MailEnding {
			letter.Facts["Until"] = dateIn(l.Catalog.For(letter.Lang), a.Until.In(l.Awards.Zone).AddDate(0, 0, -1))
		}
	}
	if !brings {
		kind := map[string]string{award.MailRevoked: award.EventRevoked, award.MailSuspended: award.EventSuspended}[m.Kind]
		if kind != "" {
			e, _, err := l.Awards.Last(ctx, &a, kind)
			if err != nil {
				return nil, err
			}
			letter.Words = e.Reason
		}
		return l.Writer.Write(letter)
	}
	picture, err := l.Files.Get(ctx, v.PNG)
	if err != nil {
		return nil, err
	}
	if len(picture.Data) <= maxPicture {
		letter.Picture, letter.PictureAlt = picture.Data, words.Name
	}
	return l.Writer.Write(letter)
}

// dateIn writes a day as people do.
func dateIn(p *message.Printer, t time.Time) string {
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = p.T("site.day-first")
	}
	return p.T("site.date", message.Facts{"Day": day, "Month": p.T("site.month." + strconv.Itoa(int(t.Month()))), "Year": strconv.Itoa(t.Year())})
}
