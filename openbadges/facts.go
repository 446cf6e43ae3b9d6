package openbadges

// The classes of Open Badges 3.0 (document 1.2, appendix B) and CLR 2.0 as far
// as a credential's shape needs them: for each its type, and for each member
// the kind of value, how many there may be, and whether it must be there. This
// is the project's own list of the facts, and the only one.

type kind uint8

const (
	kString  kind = iota // text, Markdown too
	kText                // name or description: a string; in other forms of Text worth a warning
	kURL                 // an IRI that JSON-LD reads as one: must be absolute
	kURLText             // a URL that JSON-LD reads as text
	kMoment              // date and time with a zone
	kDay                 // a date, or a date and time
	kNumber
	kBool
	kLanguage    // a language tag
	kJWT         // a compact JWS
	kObject      // of a class
	kReference   // of a class, or its id as a string, which is tolerated
	kAside       // of a class, and the document stands without it
	kEndorsement // an endorsement credential
	kCredential  // any credential, which is looked at by itself
)

type fact struct {
	name     string
	kind     kind
	required bool
	many     bool
	class    string // of kObject, kReference and kAside
	terms    vocabulary
}

type classFacts struct {
	// types are names of which the member "type" must have one; none for a class
	// that needs no type.
	types   []string
	members []fact
}

type vocabulary uint8

const (
	anyTerm vocabulary = iota
	achievementTypes
	alignmentTargetTypes
	identifierTypes
	resultTypes
	resultStatuses
	associationTypes
)

// vocabularies are the closed lists; all but the last two take further terms
// with the prefix "ext:".
var vocabularies = map[vocabulary][]string{
	achievementTypes: {
		"Achievement", "ApprenticeshipCertificate", "Assessment", "Assignment", "AssociateDegree", "Award", "Badge",
		"BachelorDegree", "Certificate", "CertificateOfCompletion", "Certification", "CommunityService", "Competency",
		"Course", "CoCurricular", "Degree", "Diploma", "DoctoralDegree", "Fieldwork", "GeneralEducationDevelopment",
		"JourneymanCertificate", "LearningProgram", "License", "Membership", "ProfessionalDoctorate",
		"QualityAssuranceCredential", "MasterCertificate", "MasterDegree", "MicroCredential", "ResearchDoctorate",
		"SecondarySchoolDiploma",
	},
	alignmentTargetTypes: {
		"ceasn:Competency", "ceterms:Credential", "CFItem", "CFRubric", "CFRubricCriterion", "CFRubricCriterionLevel", "CTDL",
	},
	identifierTypes: {
		"name", "sourcedId", "systemId", "productId", "userName", "accountId", "emailAddress", "nationalIdentityNumber",
		"isbn", "issn", "lisSourcedId", "oneRosterSourcedId", "sisSourcedId", "ltiContextId", "ltiDeploymentId",
		"ltiToolId", "ltiPlatformId", "ltiUserId", "identifier",
	},
	resultTypes: {
		"GradePointAverage", "LetterGrade", "Percent", "PerformanceLevel", "PredictedScore", "RawScore", "Result",
		"RubricCriterion", "RubricCriterionLevel", "RubricScore", "ScaledScore", "Status",
	},
	resultStatuses:   {"Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"},
	associationTypes: {"exactMatchOf", "isChildOf", "isParentOf", "isPartOf", "isPeerOf", "isRelatedTo", "precedes", "replacedBy"},
}

const (
	must = true
	list = true
)

// one and its kin keep the table below narrow.
func one(name string, k kind) fact     { return fact{name: name, kind: k} }
func need(name string, k kind) fact    { return fact{name: name, kind: k, required: must} }
func several(name string, k kind) fact { return fact{name: name, kind: k, many: list} }
func object(name, class string) fact   { return fact{name: name, kind: kObject, class: class} }
func needObject(name, class string) fact {
	return fact{name: name, kind: kObject, class: class, required: must}
}
func objects(name, class string) fact {
	return fact{name: name, kind: kObject, class: class, many: list}
}
func reference(name, class string) fact       { return fact{name: name, kind: kReference, class: class} }
func term(name string, terms vocabulary) fact { return fact{name: name, kind: kString, terms: terms} }
func needTerm(name string, terms vocabulary) fact {
	return fact{name: name, kind: kString, terms: terms, required: must}
}

// endorsements may stand on a credential, an achievement and a profile.
var endorsements = []fact{several("endorsement", kEndorsement), several("endorsementJwt", kJWT)}

var classes = map[string]classFacts{
	// The members of a credential that the W3C's data model knows are checked by
	// its rules; these are what Open Badges adds.
	"AchievementCredential": {
		types: []string{"AchievementCredential", "OpenBadgeCredential"},
		members: append([]fact{
			need("id", kURL), one("name", kText), one("description", kText), reference("image", "Image"),
			one("awardedDate", kMoment), needObject("credentialSubject", "AchievementSubject"), objects("evidence", "Evidence"),
		}, endorsements...),
	},
	"EndorsementCredential": {
		types: []string{"EndorsementCredential"},
		members: []fact{
			need("id", kURL), one("name", kText), one("description", kText), one("awardedDate", kMoment),
			needObject("credentialSubject", "EndorsementSubject"),
		},
	},
	"ClrCredential": {
		types: []string{"ClrCredential"},
		members: append([]fact{
			need("id", kURL), one("name", kText), one("description", kText), reference("image", "Image"), one("partial", kBool),
			one("awardedDate", kMoment), needObject("credentialSubject", "ClrSubject"), objects("evidence", "Evidence"),
		}, endorsements...),
	},
	"AchievementSubject": {
		types: []string{"AchievementSubject"},
		members: []fact{
			one("id", kURL), one("activityEndDate", kDay), one("activityStartDate", kDay), one("creditsEarned", kNumber),
			needObject("achievement", "Achievement"), objects("identifier", "IdentityObject"), reference("image", "Image"),
			one("licenseNumber", kString), one("narrative", kString), objects("result", "Result"), one("role", kString),
			reference("source", "Profile"), one("term", kString),
		},
	},
	"EndorsementSubject": {
		types:   []string{"EndorsementSubject"},
		members: []fact{need("id", kURL), one("endorsementComment", kString)},
	},
	"ClrSubject": {
		types: []string{"ClrSubject"},
		members: []fact{
			one("id", kURL), objects("identifier", "IdentityObject"),
			{name: "achievement", kind: kAside, class: "Achievement", many: list}, several("verifiableCredential", kCredential),
			objects("association", "Association"),
		},
	},
	"Association": {
		types:   []string{"Association"},
		members: []fact{needTerm("associationType", associationTypes), need("sourceId", kURLText), need("targetId", kURLText)},
	},
	"Achievement": {
		types: []string{"Achievement"},
		members: append([]fact{
			need("id", kURL), objects("alignment", "Alignment"), term("achievementType", achievementTypes),
			reference("creator", "Profile"), one("creditsAvailable", kNumber),
			{name: "criteria", kind: kReference, class: "Criteria", required: must}, need("description", kText),
			one("fieldOfStudy", kString), one("humanCode", kString), reference("image", "Image"), one("inLanguage", kLanguage),
			need("name", kText), objects("otherIdentifier", "IdentifierEntry"), objects("related", "Related"),
			objects("resultDescription", "ResultDescription"), one("specialization", kString), several("tag", kString),
			one("version", kString),
		}, endorsements...),
	},
	"Profile": {
		types: []string{"Profile"},
		members: append([]fact{
			need("id", kURL), one("name", kText), one("url", kURLText), one("phone", kString), one("description", kText),
			reference("image", "Image"), one("email", kString), object("address", "Address"),
			objects("otherIdentifier", "IdentifierEntry"), one("official", kString), reference("parentOrg", "Profile"),
			one("familyName", kString), one("givenName", kString), one("additionalName", kString),
			one("patronymicName", kString), one("honorificPrefix", kString), one("honorificSuffix", kString),
			one("familyNamePrefix", kString), one("dateOfBirth", kDay),
		}, endorsements...),
	},
	"Criteria": {members: []fact{one("id", kURL), one("narrative", kString)}},
	"Evidence": {
		types: []string{"Evidence"},
		members: []fact{
			one("id", kURL), one("narrative", kString), one("name", kText), one("description", kText), one("genre", kString),
			one("audience", kString),
		},
	},
	"Alignment": {
		types: []string{"Alignment"},
		members: []fact{
			one("targetCode", kString), one("targetDescription", kString), need("targetName", kString),
			one("targetFramework", kString), term("targetType", alignmentTargetTypes), need("targetUrl", kURLText),
		},
	},
	"Result": {
		types: []string{"Result"},
		members: []fact{
			one("achievedLevel", kURLText), objects("alignment", "Alignment"), one("resultDescription", kURLText),
			term("status", resultStatuses), one("value", kString),
		},
	},
	"ResultDescription": {
		types: []string{"ResultDescription"},
		members: []fact{
			need("id", kURL), objects("alignment", "Alignment"), several("allowedValue", kString), need("name", kText),
			one("requiredLevel", kURLText), one("requiredValue", kString), needTerm("resultType", resultTypes),
			objects("rubricCriterionLevel", "RubricCriterionLevel"), one("valueMax", kString), one("valueMin", kString),
		},
	},
	"RubricCriterionLevel": {
		types: []string{"RubricCriterionLevel"},
		members: []fact{
			need("id", kURL), objects("alignment", "Alignment"), one("description", kText), one("level", kString),
			need("name", kText), one("points", kString),
		},
	},
	"IdentityObject": {
		types: []string{"IdentityObject"},
		members: []fact{
			need("hashed", kBool), need("identityHash", kString), needTerm("identityType", identifierTypes), one("salt", kString),
		},
	},
	"IdentifierEntry": {
		types:   []string{"IdentifierEntry"},
		members: []fact{need("identifier", kString), needTerm("identifierType", identifierTypes)},
	},
	"Image":   {types: []string{"Image"}, members: []fact{need("id", kURL), one("caption", kString)}},
	"Related": {types: []string{"Related"}, members: []fact{need("id", kURL), one("inLanguage", kLanguage), one("version", kString)}},
	"Address": {
		types: []string{"Address"},
		members: []fact{
			one("addressCountry", kString), one("addressCountryCode", kString), one("addressRegion", kString),
			one("addressLocality", kString), one("streetAddress", kString), one("postOfficeBoxNumber", kString),
			one("postalCode", kString), object("geo", "GeoCoordinates"),
		},
	},
	"GeoCoordinates": {types: []string{"GeoCoordinates"}, members: []fact{need("latitude", kNumber), need("longitude", kNumber)}},
}
