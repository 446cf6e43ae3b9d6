package openbadges

import "github.com/ecusson/ecusson/jsontree"

// The structs below are the classes of Open Badges 3.0 (document 1.2, appendix
// B), fields in its order; the tag is the JSON name. A field that is empty is
// not written. Extra has what no field takes, in the order read.
//
// On reading one value may stand where an array is meant and an array of one
// where a single value is, as JSON-LD compaction does; on writing a list is
// always an array and a single value never.

// AchievementCredential says that somebody achieved something: a badge. Its
// types are VerifiableCredential and AchievementCredential or
// OpenBadgeCredential, which are two names of one class.
type AchievementCredential struct {
	Context           []jsontree.Value        `ob:"@context"`
	ID                string                  `ob:"id"`
	Type              []string                `ob:"type"`
	Name              Text                    `ob:"name"`
	Description       Text                    `ob:"description"`
	Image             *Image                  `ob:"image"`
	AwardedDate       DateTime                `ob:"awardedDate"`
	CredentialSubject *AchievementSubject     `ob:"credentialSubject"`
	Endorsement       []EndorsementCredential `ob:"endorsement"`
	EndorsementJwt    []string                `ob:"endorsementJwt"`
	Evidence          []Evidence              `ob:"evidence"`
	Issuer            *Profile                `ob:"issuer"`
	ValidFrom         DateTime                `ob:"validFrom"`
	ValidUntil        DateTime                `ob:"validUntil"`
	IssuanceDate      DateTime                `ob:"issuanceDate"`   // VC Data Model 1.1
	ExpirationDate    DateTime                `ob:"expirationDate"` // VC Data Model 1.1
	Proof             []jsontree.Value        `ob:"proof"`
	CredentialSchema  []CredentialSchema      `ob:"credentialSchema"`
	CredentialStatus  []CredentialStatus      `ob:"credentialStatus,compact"`
	RefreshService    *RefreshService         `ob:"refreshService"`
	TermsOfUse        []TermsOfUse            `ob:"termsOfUse"`
	Extra             []jsontree.Member
}

// EndorsementCredential is a claim by somebody about a badge, an achievement or
// a profile, which is named by the subject's id.
type EndorsementCredential struct {
	Context           []jsontree.Value    `ob:"@context"`
	ID                string              `ob:"id"`
	Type              []string            `ob:"type"`
	Name              Text                `ob:"name"`
	Description       Text                `ob:"description"`
	CredentialSubject *EndorsementSubject `ob:"credentialSubject"`
	AwardedDate       DateTime            `ob:"awardedDate"`
	Issuer            *Profile            `ob:"issuer"`
	ValidFrom         DateTime            `ob:"validFrom"`
	ValidUntil        DateTime            `ob:"validUntil"`
	IssuanceDate      DateTime            `ob:"issuanceDate"`   // VC Data Model 1.1
	ExpirationDate    DateTime            `ob:"expirationDate"` // VC Data Model 1.1
	Proof             []jsontree.Value    `ob:"proof"`
	CredentialSchema  []CredentialSchema  `ob:"credentialSchema"`
	CredentialStatus  []CredentialStatus  `ob:"credentialStatus,compact"`
	RefreshService    *RefreshService     `ob:"refreshService"`
	TermsOfUse        []TermsOfUse        `ob:"termsOfUse"`
	Extra             []jsontree.Member
}

// EndorsementSubject is what is endorsed.
type EndorsementSubject struct {
	ID                 string   `ob:"id"`
	Type               []string `ob:"type"`
	EndorsementComment string   `ob:"endorsementComment"` // Markdown
	Extra              []jsontree.Member
}

// AchievementSubject is the recipient and what they achieved. It has an id or
// at least one identifier.
type AchievementSubject struct {
	ID                string           `ob:"id"`
	Type              []string         `ob:"type"`
	ActivityEndDate   string           `ob:"activityEndDate"`
	ActivityStartDate string           `ob:"activityStartDate"`
	CreditsEarned     Number           `ob:"creditsEarned"`
	Achievement       *Achievement     `ob:"achievement"`
	Identifier        []IdentityObject `ob:"identifier"`
	Image             *Image           `ob:"image"` // the baked one
	LicenseNumber     string           `ob:"licenseNumber"`
	Narrative         string           `ob:"narrative"` // Markdown
	Result            []Result         `ob:"result"`
	Role              string           `ob:"role"`
	Source            *Profile         `ob:"source"`
	Term              string           `ob:"term"`
	Extra             []jsontree.Member
}

// Achievement is what can be achieved, the same for all who do.
type Achievement struct {
	ID                string                  `ob:"id"`
	Type              []string                `ob:"type"`
	Alignment         []Alignment             `ob:"alignment"`
	AchievementType   string                  `ob:"achievementType"`
	Creator           *Profile                `ob:"creator"`
	CreditsAvailable  Number                  `ob:"creditsAvailable"`
	Criteria          *Criteria               `ob:"criteria"`
	Description       Text                    `ob:"description"`
	Endorsement       []EndorsementCredential `ob:"endorsement"`
	EndorsementJwt    []string                `ob:"endorsementJwt"`
	FieldOfStudy      string                  `ob:"fieldOfStudy"`
	HumanCode         string                  `ob:"humanCode"`
	Image             *Image                  `ob:"image"` // never baked
	InLanguage        string                  `ob:"inLanguage"`
	Name              Text                    `ob:"name"`
	OtherIdentifier   []IdentifierEntry       `ob:"otherIdentifier"`
	Related           []Related               `ob:"related"`
	ResultDescription []ResultDescription     `ob:"resultDescription"`
	Specialization    string                  `ob:"specialization"`
	Tag               []string                `ob:"tag"`
	Version           string                  `ob:"version"`
	Extra             []jsontree.Member
}

// Profile is an issuer or another party, an organisation or a person.
type Profile struct {
	// Reference: the document has only the id, as a string. A profile with no
	// field but ID is written so.
	Reference        bool                    `ob:",reference"`
	ID               string                  `ob:"id"`
	Type             []string                `ob:"type"`
	Name             Text                    `ob:"name"`
	URL              string                  `ob:"url"`
	Phone            string                  `ob:"phone"`
	Description      Text                    `ob:"description"`
	Endorsement      []EndorsementCredential `ob:"endorsement"`
	EndorsementJwt   []string                `ob:"endorsementJwt"`
	Image            *Image                  `ob:"image"`
	Email            string                  `ob:"email"`
	Address          *Address                `ob:"address"`
	OtherIdentifier  []IdentifierEntry       `ob:"otherIdentifier"`
	Official         string                  `ob:"official"`
	ParentOrg        *Profile                `ob:"parentOrg"`
	FamilyName       string                  `ob:"familyName"`
	GivenName        string                  `ob:"givenName"`
	AdditionalName   string                  `ob:"additionalName"`
	PatronymicName   string                  `ob:"patronymicName"`
	HonorificPrefix  string                  `ob:"honorificPrefix"`
	HonorificSuffix  string                  `ob:"honorificSuffix"`
	FamilyNamePrefix string                  `ob:"familyNamePrefix"`
	DateOfBirth      string                  `ob:"dateOfBirth"`
	Extra            []jsontree.Member
}

// Criteria says how to earn an achievement: at a URL, in Markdown, or both.
type Criteria struct {
	Reference bool   `ob:",reference"`
	ID        string `ob:"id"`
	Narrative string `ob:"narrative"`
	Extra     []jsontree.Member
}

// Evidence is the work that earned a badge.
type Evidence struct {
	Reference   bool     `ob:",reference"`
	ID          string   `ob:"id"`
	Type        []string `ob:"type"`
	Narrative   string   `ob:"narrative"` // Markdown
	Name        Text     `ob:"name"`
	Description Text     `ob:"description"`
	Genre       string   `ob:"genre"`
	Audience    string   `ob:"audience"`
	Extra       []jsontree.Member
}

// Alignment ties an achievement or a result to a node of a framework.
type Alignment struct {
	Type              []string `ob:"type"`
	TargetCode        string   `ob:"targetCode"`
	TargetDescription string   `ob:"targetDescription"`
	TargetName        string   `ob:"targetName"`
	TargetFramework   string   `ob:"targetFramework"`
	TargetType        string   `ob:"targetType"`
	TargetURL         string   `ob:"targetUrl"`
	Extra             []jsontree.Member
}

// Result is a result of the recipient; ResultDescription is the id of the one
// in the achievement that it answers.
type Result struct {
	Type              []string    `ob:"type"`
	AchievedLevel     string      `ob:"achievedLevel"`
	Alignment         []Alignment `ob:"alignment"`
	ResultDescription string      `ob:"resultDescription"`
	Status            string      `ob:"status"`
	Value             string      `ob:"value"`
	Extra             []jsontree.Member
}

// ResultDescription is a result that an achievement may have.
type ResultDescription struct {
	ID                   string                 `ob:"id"`
	Type                 []string               `ob:"type"`
	Alignment            []Alignment            `ob:"alignment"`
	AllowedValue         []string               `ob:"allowedValue"` // the worst first
	Name                 Text                   `ob:"name"`
	RequiredLevel        string                 `ob:"requiredLevel"`
	RequiredValue        string                 `ob:"requiredValue"`
	ResultType           string                 `ob:"resultType"`
	RubricCriterionLevel []RubricCriterionLevel `ob:"rubricCriterionLevel"`
	ValueMax             string                 `ob:"valueMax"`
	ValueMin             string                 `ob:"valueMin"`
	Extra                []jsontree.Member
}

// RubricCriterionLevel is one level of a rubric.
type RubricCriterionLevel struct {
	ID          string      `ob:"id"`
	Type        []string    `ob:"type"`
	Alignment   []Alignment `ob:"alignment"`
	Description Text        `ob:"description"`
	Level       string      `ob:"level"`
	Name        Text        `ob:"name"`
	Points      string      `ob:"points"`
	Extra       []jsontree.Member
}

// IdentityObject names the recipient, hashed or plainly. See [HashIdentity].
type IdentityObject struct {
	Type         string `ob:"type"`
	Hashed       bool   `ob:"hashed,always"`
	IdentityHash string `ob:"identityHash"`
	IdentityType string `ob:"identityType"`
	Salt         string `ob:"salt"`
	Extra        []jsontree.Member
}

// IdentifierEntry is one more identifier of an achievement or a profile.
type IdentifierEntry struct {
	Type           string `ob:"type"`
	Identifier     string `ob:"identifier"`
	IdentifierType string `ob:"identifierType"`
	Extra          []jsontree.Member
}

// Image is a picture by its URL or data URL.
type Image struct {
	Reference bool   `ob:",reference"`
	ID        string `ob:"id"`
	Type      string `ob:"type"`
	Caption   string `ob:"caption"`
	Extra     []jsontree.Member
}

// Related is another edition of an achievement: a language or a version.
type Related struct {
	ID         string   `ob:"id"`
	Type       []string `ob:"type"`
	InLanguage string   `ob:"inLanguage"`
	Version    string   `ob:"version"`
	Extra      []jsontree.Member
}

// Address is a postal address.
type Address struct {
	Type                []string        `ob:"type"`
	AddressCountry      string          `ob:"addressCountry"`
	AddressCountryCode  string          `ob:"addressCountryCode"`
	AddressRegion       string          `ob:"addressRegion"`
	AddressLocality     string          `ob:"addressLocality"`
	StreetAddress       string          `ob:"streetAddress"`
	PostOfficeBoxNumber string          `ob:"postOfficeBoxNumber"`
	PostalCode          string          `ob:"postalCode"`
	Geo                 *GeoCoordinates `ob:"geo"`
	Extra               []jsontree.Member
}

// GeoCoordinates is a place on the globe, in degrees.
type GeoCoordinates struct {
	Type      string `ob:"type"`
	Latitude  Number `ob:"latitude"`
	Longitude Number `ob:"longitude"`
	Extra     []jsontree.Member
}

// CredentialStatus tells where to learn whether a credential is revoked. Read
// those of Bitstring Status List with package statuslist.
type CredentialStatus struct {
	ID                   string `ob:"id"`
	Type                 string `ob:"type"`
	StatusPurpose        string `ob:"statusPurpose"`
	StatusListIndex      string `ob:"statusListIndex"`
	StatusListCredential string `ob:"statusListCredential"`
	Extra                []jsontree.Member
}

// CredentialSchema names a schema that the credential keeps.
type CredentialSchema struct {
	ID    string `ob:"id"`
	Type  string `ob:"type"`
	Extra []jsontree.Member
}

// RefreshService is where a newer copy of the credential is to be had.
type RefreshService struct {
	ID    string `ob:"id"`
	Type  string `ob:"type"`
	Extra []jsontree.Member
}

// TermsOfUse is a policy about the credential.
type TermsOfUse struct {
	ID    string `ob:"id"`
	Type  string `ob:"type"`
	Extra []jsontree.Member
}

// NewCredential returns a credential with the contexts, types and classes that
// an Open Badge 3.0 over VC Data Model 2.0 must have, and nothing else.
func NewCredential() *AchievementCredential {
	return &AchievementCredential{
		Context:           []jsontree.Value{jsontree.Of(ContextCredentials2), jsontree.Of(ContextOpenBadges)},
		Type:              []string{"VerifiableCredential", "OpenBadgeCredential"},
		Issuer:            &Profile{Type: []string{"Profile"}},
		CredentialSubject: &AchievementSubject{Type: []string{"AchievementSubject"}, Achievement: &Achievement{Type: []string{"Achievement"}}},
	}
}

// Start is when the credential begins to be valid: validFrom, or issuanceDate
// in VC Data Model 1.1.
func (c *AchievementCredential) Start() DateTime { return first(c.ValidFrom, c.IssuanceDate) }

// End is when the credential ends to be valid, "" for never.
func (c *AchievementCredential) End() DateTime { return first(c.ValidUntil, c.ExpirationDate) }

// Awarded is the date to show people: awardedDate, which stays where a re-issue
// changes validFrom, else the start.
func (c *AchievementCredential) Awarded() DateTime { return first(c.AwardedDate, c.Start()) }

// Start is when the endorsement begins to be valid.
func (c *EndorsementCredential) Start() DateTime { return first(c.ValidFrom, c.IssuanceDate) }

// End is when the endorsement ends to be valid, "" for never.
func (c *EndorsementCredential) End() DateTime { return first(c.ValidUntil, c.ExpirationDate) }

func first(a, b DateTime) DateTime {
	if a != "" {
		return a
	}
	return b
}

// Tree is [Tree] of the credential.
func (c *AchievementCredential) Tree() jsontree.Value { return writeObject(c) }

// AppendJSON appends the credential's JSON: no white space, always the same.
func (c *AchievementCredential) AppendJSON(dst []byte) []byte {
	v := writeObject(c)
	return v.AppendJSON(dst)
}

// MarshalJSON is AppendJSON for encoding/json.
func (c *AchievementCredential) MarshalJSON() ([]byte, error) { return c.AppendJSON(nil), nil }

// UnmarshalJSON is [Parse] for encoding/json.
func (c *AchievementCredential) UnmarshalJSON(data []byte) error {
	parsed, err := Parse(data)
	if err == nil {
		*c = *parsed
	}
	return err
}

// Tree is [Tree] of the endorsement.
func (c *EndorsementCredential) Tree() jsontree.Value { return writeObject(c) }

// Tree is [Tree] of the achievement.
func (a *Achievement) Tree() jsontree.Value { return writeObject(a) }

// Tree is [Tree] of the profile.
func (p *Profile) Tree() jsontree.Value { return writeObject(p) }
