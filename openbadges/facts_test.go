package openbadges

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/fixture"
)

// Every member of the table has a field in the struct of its class, and every
// field of a struct is in the table or in the rules of the data model.
func TestFactsAndStructsAgree(t *testing.T) {
	t.Parallel()
	dataModel := []string{
		"@context", "type", "issuer", "validFrom", "validUntil", "issuanceDate", "expirationDate", "proof", "credentialSchema",
		"credentialStatus", "refreshService", "termsOfUse",
	}
	noStruct := []string{"ClrCredential", "ClrSubject", "Association"}
	seen := 0
	for structType, layout := range layouts() {
		facts, ok := classes[structType.Name()]
		if !ok {
			continue // CredentialStatus and the like
		}
		seen++
		var fields, members []string
		for _, f := range layout.fields {
			if !slices.Contains(dataModel, f.name) {
				fields = append(fields, f.name)
			}
		}
		for _, f := range facts.members {
			members = append(members, f.name)
			if i := slices.IndexFunc(layout.fields, func(c classField) bool { return c.name == f.name }); i >= 0 {
				list := structType.Field(layout.fields[i].index).Type.Kind() == reflect.Slice && f.kind != kText
				if list != f.many {
					t.Errorf("%s.%s: a list in one and none in the other", structType.Name(), f.name)
				}
			}
		}
		slices.Sort(fields)
		slices.Sort(members)
		if !slices.Equal(fields, members) {
			t.Errorf("%s:\nstruct %q\nfacts  %q", structType.Name(), fields, members)
		}
	}
	if seen+len(noStruct) != len(classes) {
		t.Errorf("%d structs for %d classes", seen, len(classes))
	}
}

// The table says of each member what the published model says.
func TestFactsAndModelAgree(t *testing.T) {
	t.Parallel()
	// Where the rules differ, and why.
	otherwise := map[string]string{
		"EndorsementCredential.name": "required there; taken without, with the warning no-name, as for badges",
	}
	byRule := []string{"@context", "type"}
	class, seen := "", 0
	for line := range strings.Lines(string(fixture.Read(t, "fixtures", "schemas", "ob30-model", "common_credentials.lines"))) {
		words := strings.Fields(line)
		switch {
		case len(words) > 1 && (words[0] == "Class" || words[0] == "Include"):
			class = words[1]
		case len(words) > 3 && words[0] == "Property" && classes[class].members != nil && !slices.Contains(byRule, words[1]):
			seen++
			name, cardinality := words[1], words[3]
			i := slices.IndexFunc(classes[class].members, func(f fact) bool { return f.name == name })
			if i < 0 {
				t.Errorf("%s.%s is not in the table", class, name)
				continue
			}
			f := classes[class].members[i]
			required, many := strings.HasPrefix(cardinality, "1"), strings.HasSuffix(cardinality, "*")
			if (required != f.required || many != f.many) && otherwise[class+"."+name] == "" {
				t.Errorf("%s.%s is %s there; here required %t, many %t", class, name, cardinality, f.required, f.many)
			}
		}
	}
	if seen < 80 {
		t.Errorf("%d members were compared", seen)
	}
	for v, enumeration := range map[vocabulary]string{
		achievementTypes: "AchievementType", alignmentTargetTypes: "AlignmentTargetType", resultTypes: "ResultType", resultStatuses: "ResultStatusType",
	} {
		var terms []string
		for line := range strings.Lines(string(fixture.Read(t, "fixtures", "schemas", "ob30-model", "common_credentials.lines"))) {
			words := strings.Fields(line)
			switch {
			case len(words) > 1 && (words[0] == "Class" || words[0] == "Include"):
				class = words[1]
			case len(words) > 2 && words[0] == "Property" && class == enumeration:
				terms = append(terms, words[1])
			}
		}
		if !slices.Equal(terms, vocabularies[v]) {
			t.Errorf("%s:\nthere %q\nhere  %q", enumeration, terms, vocabularies[v])
		}
	}
}
