// Package credential makes the unsigned credentials of awards: who gives, what
// is recognised, to whom, by the model of Open Badges 3.0, in a form that a
// template can sign by the thousand. It signs nothing and stores nothing.
// Begin with Issuer, Badge and Award, then Document, Slots and AppendValues.
package credential

// Kind is what a badge recognises, by a code that never changes.
type Kind struct {
	Code string
	// AchievementType is the type of Open Badges 3.0 §B.1.1 where it has the
	// notion, else an extension, so that no reader takes a participation for a
	// competency.
	AchievementType string
}

var kinds = [...]Kind{
	{"participation", "Badge"},
	{"commitment", "ext:Commitment"},
	{"intention", "ext:Intention"},
	{"interest", "ext:Interest"},
	{"knowledge", "Competency"},
	{"know-how", "Competency"},
	{"soft-skill", "Competency"},
	{"competency", "Competency"},
	{"achievement", "Achievement"},
	{"role", "ext:Role"},
	{"membership", "Membership"},
	{"project", "ext:Project"},
	{"milestone", "ext:Milestone"},
	{"open-recognition", "ext:OpenRecognition"},
}

// Kinds are the kinds of badge in the order in which they are shown.
func Kinds() []Kind { return kinds[:] }

// KindOf returns the kind of a code.
func KindOf(code string) (Kind, bool) {
	for _, k := range kinds {
		if k.Code == code {
			return k, true
		}
	}
	return Kind{}, false
}

var assessments = [...]string{
	"intention", "participation", "self-declared", "peers", "organisation", "employer", "jury", "certification",
}

// Assessments are the codes of how a badge was assessed, from the lightest.
func Assessments() []string { return assessments[:] }
