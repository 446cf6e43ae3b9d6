package folder

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/ecusson/ecusson/internal/credential"
	"github.com/ecusson/ecusson/jsontree"
	ob "github.com/ecusson/ecusson/openbadges"
	"github.com/ecusson/ecusson/statuslist"
)

// profileOf is the issuer as it stands in credentials.
func profileOf(i Issuer, image string) json.RawMessage {
	c := credential.Issuer{ID: i.ID, Name: i.Name, URL: i.Site, Email: i.Email, Description: i.Description}
	if c.URL == "" {
		c.URL = i.URL
	}
	if image != "" {
		c.Image = i.URL + image
	}
	tree := c.Profile()
	return tree.AppendJSON(nil)
}

// achievementOf is a badge as it stands in credentials, and the word of its
// level, "" for none.
func (r *run) achievementOf(v *badgeVersion, language string, issuer Issuer) (*ob.Achievement, string) {
	b := v.Badge
	words := b.in(language)
	base := issuer.URL + v.Folder + "/"
	address := func(language string) string {
		if language == b.Language {
			return base + "achievement.json"
		}
		return base + "achievement." + language + ".json"
	}
	c := credential.Badge{
		ID: address(language), Lang: language, Name: words.Name, Description: words.Description,
		Kind: b.Kind, Level: b.Level, Assessment: b.Assessment, Assessor: words.Assessor,
		Criteria: words.Criteria, CriteriaURL: b.CriteriaURL, Evidence: words.EvidenceRequired,
		Tags: b.Tags, Image: base + "image.png", Alt: v.Alt, Version: strconv.Itoa(v.Version),
	}
	for _, k := range b.Skills {
		c.Skills = append(c.Skills, ob.Alignment{
			Type: []string{"Alignment"}, TargetCode: k.Code, TargetDescription: k.Description, TargetName: k.Name,
			TargetFramework: k.Framework, TargetType: k.Type, TargetURL: k.URL,
		})
	}
	for _, other := range b.languages() {
		if other != language {
			c.Others = append(c.Others, credential.Other{Lang: other, ID: address(other)})
		}
	}
	return c.Achievement(func(lang, key string, facts map[string]any) string { return r.say(lang)(key, facts) })
}

// in is the badge's words in a language, its own for what has no translation.
func (b *Badge) in(language string) Translation {
	own := Translation{
		Language: b.Language, Name: b.Name, Description: b.Description, Criteria: b.Criteria,
		EvidenceRequired: b.EvidenceRequired, Assessor: b.Assessor,
	}
	for _, t := range b.Translations {
		if t.Language != language {
			continue
		}
		for _, m := range []struct{ to, from *string }{
			{&t.Criteria, &own.Criteria}, {&t.EvidenceRequired, &own.EvidenceRequired}, {&t.Assessor, &own.Assessor},
		} {
			if *m.to == "" {
				*m.to = *m.from
			}
		}
		return t
	}
	return own
}

func (b *Badge) languages() []string {
	out := []string{b.Language}
	for _, t := range b.Translations {
		out = append(out, t.Language)
	}
	return out
}

// shape is what the credentials of one template have in common.
type shape struct {
	issuer, badge, list     int
	name, text, note, until bool
	links                   int
	files                   int
}

func shapeOf(a *award, names bool) shape {
	return shape{
		issuer: a.Issuer, badge: a.Badge, list: a.List, name: names && a.Name != "", text: a.Text != "", note: a.Note != "",
		until: a.Until != 0, links: len(a.Evidence), files: a.Files,
	}
}

// from is when an award begins to hold: when it was made, or on its day if that
// was still to come.
func (a *award) from() time.Time {
	at := unixTime(a.At)
	if day := a.issued(); day.After(at) {
		return day
	}
	return at
}

func listFile(purpose string, n int) string {
	return "status/" + purpose + "-" + strconv.Itoa(n) + ".json"
}

// credentialOf is an award as package credential takes it. Names are left out
// where the issuer shows none.
func credentialOf(a *award, s shape, base string) credential.Award {
	c := credential.Award{
		ID: base + "b/" + a.shard() + "/" + a.ID + ".json", Awarded: a.issued(), From: a.from(), Address: a.Address, Salt: a.Salt,
		Text: a.Text, Links: a.Evidence, Note: a.Note, Index: a.Index,
		Revoked: base + listFile(statuslist.PurposeRevocation, a.List), Suspends: base + listFile(statuslist.PurposeSuspension, a.List),
	}
	if s.name {
		c.Name = a.Name
	}
	if s.until {
		c.Until = unixTime(a.Until)
	}
	return c
}

// unsigned is the credential of an award before it is signed.
func unsigned(c *credential.Award, i *issuerVersion, b *badgeVersion) (jsontree.Value, error) {
	// The two that come from the journal stand as they were written then.
	profile, err := jsontree.Parse(i.Profile, jsontree.Limits{})
	if err != nil {
		return profile, fmt.Errorf("folder: profile: %w", err)
	}
	achievement, err := jsontree.Parse(b.Achievement, jsontree.Limits{})
	if err != nil {
		return achievement, fmt.Errorf("folder: achievement: %w", err)
	}
	return credential.Document(c, profile, achievement, b.Level), nil
}
