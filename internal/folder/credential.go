package folder

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ecusson/ecusson/jsontree"
	ob "github.com/ecusson/ecusson/openbadges"
	"github.com/ecusson/ecusson/statuslist"
)

// profileOf is the issuer as it stands in credentials.
func profileOf(i Issuer, image string) json.RawMessage {
	p := ob.Profile{
		ID: i.ID, Type: []string{"Profile"}, Name: ob.Plain(i.Name), URL: i.Site, Email: i.Email, Description: ob.Plain(i.Description),
	}
	if p.URL == "" {
		p.URL = i.URL
	}
	if image != "" {
		p.Image = &ob.Image{ID: i.URL + image, Type: "Image"}
	}
	tree := p.Tree()
	return tree.AppendJSON(nil)
}

// achievementOf is a badge as it stands in credentials, and the word of its
// level, "" for none.
func (r *run) achievementOf(v *badgeVersion, language string, issuer Issuer) (*ob.Achievement, string) {
	b := v.Badge
	words := b.in(language)
	say := r.say(language)
	base := issuer.URL + v.Folder + "/"
	file := "achievement.json"
	if language != b.Language {
		file = "achievement." + language + ".json"
	}
	a := &ob.Achievement{
		ID: base + file, Type: []string{"Achievement"}, AchievementType: kindOfBadge(b.Kind).achievementType,
		Name: ob.Plain(words.Name), Description: ob.Plain(words.Description), InLanguage: language,
		Criteria: &ob.Criteria{ID: b.CriteriaURL, Narrative: narrative(say, b, words)},
		Image:    &ob.Image{ID: base + "image.png", Type: "Image", Caption: v.Alt},
		Version:  strconv.Itoa(v.Version),
	}
	a.Tag = append([]string{say("site.kind."+b.Kind, nil)}, b.Tags...)
	for _, k := range b.Skills {
		a.Alignment = append(a.Alignment, ob.Alignment{
			Type: []string{"Alignment"}, TargetCode: k.Code, TargetDescription: k.Description, TargetName: k.Name,
			TargetFramework: k.Framework, TargetType: k.Type, TargetURL: k.URL,
		})
	}
	for _, other := range b.languages() {
		if other == language {
			continue
		}
		id := base + "achievement.json"
		if other != b.Language {
			id = base + "achievement." + other + ".json"
		}
		a.Related = append(a.Related, ob.Related{ID: id, Type: []string{"Related"}, InLanguage: other})
	}
	level := ""
	if b.Kind != "milestone" && b.Level >= 1 && b.Level <= 3 {
		allowed := make([]string, 3)
		for i := range allowed {
			allowed[i] = say("site.level-"+strconv.Itoa(i+1), nil)
		}
		level = allowed[b.Level-1]
		a.ResultDescription = []ob.ResultDescription{{
			ID: a.ID + "#level", Type: []string{"ResultDescription"}, Name: ob.Plain(say("site.level", nil)),
			ResultType: "PerformanceLevel", AllowedValue: allowed,
		}}
	}
	return a, level
}

// narrative is the criteria with how it was assessed and which evidence was
// asked for: Open Badges has no member for these two, and a reader of any other
// program is to see them too.
func narrative(say func(string, map[string]any) string, b Badge, t Translation) string {
	parts := []string{}
	if t.Criteria != "" {
		parts = append(parts, t.Criteria)
	}
	how := ""
	switch {
	case t.Assessor != "":
		how = say("site.assessor", map[string]any{"Who": t.Assessor})
	case b.Assessment != "":
		how = say("site.assessment."+b.Assessment, nil)
	}
	if how != "" {
		parts = append(parts, say("folder.narrative-assessment", map[string]any{"How": how}))
	}
	if t.EvidenceRequired != "" {
		parts = append(parts, say("folder.narrative-evidence", map[string]any{"Evidence": t.EvidenceRequired}))
	}
	return strings.Join(parts, "\n\n")
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

// address is how addresses are hashed: readers try them as given and in small
// letters (Open Badges 3.0, class IdentityObject).
func identityOf(a *award) string { return strings.ToLower(a.Address) }

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

// credential is the unsigned credential of an award.
func credential(a *award, s shape, i *issuerVersion, b *badgeVersion) (jsontree.Value, error) {
	c := ob.NewCredential()
	base := i.Issuer.URL
	c.ID = base + "b/" + a.shard() + "/" + a.ID + ".json"
	c.Name = ob.Plain(b.Badge.Name)
	c.AwardedDate = ob.DateTimeOf(a.issued())
	c.ValidFrom = ob.DateTimeOf(a.from())
	if s.until {
		c.ValidUntil = ob.DateTimeOf(unixTime(a.Until))
	}
	subject := c.CredentialSubject
	subject.Identifier = []ob.IdentityObject{{
		Type: "IdentityObject", Hashed: true, IdentityHash: ob.HashIdentity(identityOf(a), a.Salt), IdentityType: "emailAddress", Salt: a.Salt,
	}}
	if s.name {
		subject.Identifier = append(subject.Identifier, ob.IdentityObject{Type: "IdentityObject", IdentityHash: a.Name, IdentityType: "name"})
	}
	subject.Narrative = a.Text
	if b.Level != "" {
		subject.Result = []ob.Result{{Type: []string{"Result"}, ResultDescription: base + b.Folder + "/achievement.json#level", Value: b.Level}}
	}
	for _, link := range a.Evidence {
		c.Evidence = append(c.Evidence, ob.Evidence{ID: evidenceURL(link), Type: []string{"Evidence"}})
	}
	if s.note {
		c.Evidence = append(c.Evidence, ob.Evidence{Type: []string{"Evidence"}, Narrative: a.Note})
	}
	for _, purpose := range []string{statuslist.PurposeRevocation, statuslist.PurposeSuspension} {
		list := base + listFile(purpose, a.List)
		c.CredentialStatus = append(c.CredentialStatus, ob.CredentialStatus{
			ID: list + "#" + strconv.Itoa(a.Index), Type: statuslist.TypeEntry, StatusPurpose: purpose,
			StatusListIndex: strconv.Itoa(a.Index), StatusListCredential: list,
		})
	}
	tree := c.Tree()
	// The two that come from the journal stand as they were written then.
	profile, err := jsontree.Parse(i.Profile, jsontree.Limits{})
	if err != nil {
		return tree, fmt.Errorf("folder: profile: %w", err)
	}
	achievement, err := jsontree.Parse(b.Achievement, jsontree.Limits{})
	if err != nil {
		return tree, fmt.Errorf("folder: achievement: %w", err)
	}
	whole := tree.Get("credentialSubject").With("achievement", achievement)
	tree = tree.With("issuer", profile)
	return tree.With("credentialSubject", whole), nil
}

// slotsOf are the places in which the credentials of a shape differ.
func slotsOf(s shape) []string {
	slots := []string{"/id", "/awardedDate", "/validFrom", "/credentialSubject/identifier/0/identityHash", "/credentialSubject/identifier/0/salt",
		"/credentialStatus/0/id", "/credentialStatus/0/statusListIndex", "/credentialStatus/1/id", "/credentialStatus/1/statusListIndex"}
	if s.until {
		slots = append(slots, "/validUntil")
	}
	if s.name {
		slots = append(slots, "/credentialSubject/identifier/1/identityHash")
	}
	if s.text {
		slots = append(slots, "/credentialSubject/narrative")
	}
	for i := range s.links {
		slots = append(slots, "/evidence/"+strconv.Itoa(i)+"/id")
	}
	if s.note {
		slots = append(slots, "/evidence/"+strconv.Itoa(s.links)+"/narrative")
	}
	return slots
}

// valuesOf appends the texts of an award for the slots of its shape.
func valuesOf(dst []string, a *award, s shape, base string) []string {
	index := strconv.Itoa(a.Index)
	dst = append(dst,
		base+"b/"+a.shard()+"/"+a.ID+".json", string(ob.DateTimeOf(a.issued())), string(ob.DateTimeOf(a.from())),
		ob.HashIdentity(identityOf(a), a.Salt), a.Salt,
		base+listFile(statuslist.PurposeRevocation, a.List)+"#"+index, index,
		base+listFile(statuslist.PurposeSuspension, a.List)+"#"+index, index)
	if s.until {
		dst = append(dst, string(ob.DateTimeOf(unixTime(a.Until))))
	}
	if s.name {
		dst = append(dst, a.Name)
	}
	if s.text {
		dst = append(dst, a.Text)
	}
	for _, link := range a.Evidence {
		dst = append(dst, evidenceURL(link))
	}
	if s.note {
		dst = append(dst, a.Note)
	}
	return dst
}

// evidenceURL is a link as an identifier: what may not stand in one is escaped
// (RFC 3987 §2.2), in the query too, which package url leaves as it is.
func evidenceURL(link string) string {
	if u, err := url.Parse(link); err == nil {
		link = u.String()
	}
	var b strings.Builder
	for _, c := range []byte(link) {
		if c <= ' ' || c == 0x7f || strings.IndexByte("<>\"{}|\\^`", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
