package credential

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ecusson/ecusson/jsontree"
	ob "github.com/ecusson/ecusson/openbadges"
	"github.com/ecusson/ecusson/statuslist"
)

// Say says the sentence of a key in a language ("fr" or "en") with facts by name.
type Say func(lang, key string, facts map[string]any) string

// Issuer is who gives the badges, as it stands in credentials.
type Issuer struct {
	ID          string // a DID, or an https address
	Name        string
	URL         string
	Email       string
	Description string
	Image       string // URL
}

// Profile is the issuer as a member of a credential.
func (i Issuer) Profile() jsontree.Value {
	p := ob.Profile{
		ID: i.ID, Type: []string{"Profile"}, Name: ob.Plain(i.Name), URL: i.URL, Email: i.Email, Description: ob.Plain(i.Description),
	}
	if i.Image != "" {
		p.Image = &ob.Image{ID: i.Image, Type: "Image"}
	}
	return p.Tree()
}

// Badge is what is recognised, in the words of one language.
type Badge struct {
	ID          string // URL of the achievement in this language
	Lang        string
	Name        string
	Description string
	Kind        string // a code of Kinds
	Level       int    // 0 for none; 1 to 3
	Assessment  string // a code of Assessments, or ""
	Assessor    string // who assesses, in words
	Criteria    string // Markdown
	CriteriaURL string
	Evidence    string // which evidence is asked for, in words
	Skills      []ob.Alignment
	Tags        []string
	Image       string // URL
	Alt         string // what the image shows
	Version     string
	Others      []Other // the achievement in other languages
}

// Other is the same achievement in another language.
type Other struct{ Lang, ID string }

// Achievement is the badge as a member of a credential, and the word of its
// level, "" for none.
func (b Badge) Achievement(say Say) (*ob.Achievement, string) {
	kind, _ := KindOf(b.Kind)
	a := &ob.Achievement{
		ID: b.ID, Type: []string{"Achievement"}, AchievementType: kind.AchievementType,
		Name: ob.Plain(b.Name), Description: ob.Plain(b.Description), InLanguage: b.Lang,
		Criteria:  &ob.Criteria{ID: b.CriteriaURL, Narrative: b.narrative(say)},
		Image:     &ob.Image{ID: b.Image, Type: "Image", Caption: b.Alt},
		Version:   b.Version,
		Tag:       append([]string{say(b.Lang, "site.kind."+b.Kind, nil)}, b.Tags...),
		Alignment: b.Skills,
	}
	for _, other := range b.Others {
		a.Related = append(a.Related, ob.Related{ID: other.ID, Type: []string{"Related"}, InLanguage: other.Lang})
	}
	level := ""
	if b.Kind != "milestone" && b.Level >= 1 && b.Level <= 3 {
		allowed := make([]string, 3)
		for i := range allowed {
			allowed[i] = say(b.Lang, "site.level-"+strconv.Itoa(i+1), nil)
		}
		level = allowed[b.Level-1]
		a.ResultDescription = []ob.ResultDescription{{
			ID: a.ID + "#level", Type: []string{"ResultDescription"}, Name: ob.Plain(say(b.Lang, "site.level", nil)),
			ResultType: "PerformanceLevel", AllowedValue: allowed,
		}}
	}
	return a, level
}

// narrative is the criteria with how it was assessed and which evidence was
// asked for: Open Badges has no member for these two, and a reader of any other
// program is to see them too.
func (b Badge) narrative(say Say) string {
	var parts []string
	if b.Criteria != "" {
		parts = append(parts, b.Criteria)
	}
	how := ""
	switch {
	case b.Assessor != "":
		how = say(b.Lang, "site.assessor", map[string]any{"Who": b.Assessor})
	case b.Assessment != "":
		how = say(b.Lang, "site.assessment."+b.Assessment, nil)
	}
	if how != "" {
		parts = append(parts, say(b.Lang, "credential.narrative-assessment", map[string]any{"How": how}))
	}
	if b.Evidence != "" {
		parts = append(parts, say(b.Lang, "credential.narrative-evidence", map[string]any{"Evidence": b.Evidence}))
	}
	return strings.Join(parts, "\n\n")
}

// Award is one person's badge.
type Award struct {
	ID       string // URL
	Awarded  time.Time
	From     time.Time
	Until    time.Time // zero for ever
	Address  string    // hashed in small letters
	Salt     string
	Name     string // "" leaves it out
	Text     string // Markdown: what the person did
	Links    []string
	Note     string // Markdown: about the evidence
	Index    int    // in both lists
	Revoked  string // URL of the list of what was revoked
	Suspends string // URL of the list of what is suspended
}

// Shape is what the credentials of one template have in common, beside their
// issuer, badge and status lists.
type Shape struct {
	Name, Text, Note, Until bool
	Links                   int
}

// ShapeOf returns an award's shape.
func ShapeOf(a *Award) Shape {
	return Shape{Name: a.Name != "", Text: a.Text != "", Note: a.Note != "", Until: !a.Until.IsZero(), Links: len(a.Links)}
}

// identity is how addresses are hashed: readers try them as given and in small
// letters (Open Badges 3.0, class IdentityObject).
func (a *Award) identity() string { return ob.HashIdentity(strings.ToLower(a.Address), a.Salt) }

// Document is the unsigned credential of an award: its issuer as [Issuer.Profile]
// gives it, its achievement as the tree of what [Badge.Achievement] gives, and the
// word of the level, "" for none.
func Document(a *Award, profile, achievement jsontree.Value, level string) jsontree.Value {
	c := ob.NewCredential()
	c.ID, c.Name = a.ID, ob.Plain(achievement.Get("name").Str())
	c.AwardedDate, c.ValidFrom = ob.DateTimeOf(a.Awarded), ob.DateTimeOf(a.From)
	if !a.Until.IsZero() {
		c.ValidUntil = ob.DateTimeOf(a.Until)
	}
	subject := c.CredentialSubject
	subject.Identifier = []ob.IdentityObject{{
		Type: "IdentityObject", Hashed: true, IdentityHash: a.identity(), IdentityType: "emailAddress", Salt: a.Salt,
	}}
	if a.Name != "" {
		subject.Identifier = append(subject.Identifier, ob.IdentityObject{Type: "IdentityObject", IdentityHash: a.Name, IdentityType: "name"})
	}
	subject.Narrative = a.Text
	if level != "" {
		subject.Result = []ob.Result{{Type: []string{"Result"}, ResultDescription: achievement.Get("id").Str() + "#level", Value: level}}
	}
	for _, link := range a.Links {
		c.Evidence = append(c.Evidence, ob.Evidence{ID: EvidenceURL(link), Type: []string{"Evidence"}})
	}
	if a.Note != "" {
		c.Evidence = append(c.Evidence, ob.Evidence{Type: []string{"Evidence"}, Narrative: a.Note})
	}
	for _, p := range []struct{ purpose, list string }{{statuslist.PurposeRevocation, a.Revoked}, {statuslist.PurposeSuspension, a.Suspends}} {
		c.CredentialStatus = append(c.CredentialStatus, ob.CredentialStatus{
			ID: p.list + "#" + strconv.Itoa(a.Index), Type: statuslist.TypeEntry, StatusPurpose: p.purpose,
			StatusListIndex: strconv.Itoa(a.Index), StatusListCredential: p.list,
		})
	}
	tree := c.Tree()
	whole := tree.Get("credentialSubject").With("achievement", achievement)
	tree = tree.With("issuer", profile)
	return tree.With("credentialSubject", whole)
}

// Slots are the places in which the credentials of a shape differ, as pointers,
// in the order of AppendValues.
func Slots(s Shape) []string {
	slots := []string{
		"/id", "/awardedDate", "/validFrom", "/credentialSubject/identifier/0/identityHash", "/credentialSubject/identifier/0/salt",
		"/credentialStatus/0/id", "/credentialStatus/0/statusListIndex", "/credentialStatus/1/id", "/credentialStatus/1/statusListIndex",
	}
	if s.Until {
		slots = append(slots, "/validUntil")
	}
	if s.Name {
		slots = append(slots, "/credentialSubject/identifier/1/identityHash")
	}
	if s.Text {
		slots = append(slots, "/credentialSubject/narrative")
	}
	for i := range s.Links {
		slots = append(slots, "/evidence/"+strconv.Itoa(i)+"/id")
	}
	if s.Note {
		slots = append(slots, "/evidence/"+strconv.Itoa(s.Links)+"/narrative")
	}
	return slots
}

// AppendValues appends the texts of an award for the slots of its shape.
func AppendValues(dst []string, a *Award) []string {
	index := strconv.Itoa(a.Index)
	dst = append(dst,
		a.ID, string(ob.DateTimeOf(a.Awarded)), string(ob.DateTimeOf(a.From)), a.identity(), a.Salt,
		a.Revoked+"#"+index, index, a.Suspends+"#"+index, index)
	if !a.Until.IsZero() {
		dst = append(dst, string(ob.DateTimeOf(a.Until)))
	}
	if a.Name != "" {
		dst = append(dst, a.Name)
	}
	if a.Text != "" {
		dst = append(dst, a.Text)
	}
	for _, link := range a.Links {
		dst = append(dst, EvidenceURL(link))
	}
	if a.Note != "" {
		dst = append(dst, a.Note)
	}
	return dst
}

// EvidenceURL is a link as an identifier: what may not stand in one is escaped
// (RFC 3987 §2.2), in the query too, which package url leaves as it is.
func EvidenceURL(link string) string {
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
