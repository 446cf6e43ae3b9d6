package organization

import (
	"context"
	"slices"
	"strings"
	"unicode"
)

// Likeness is a name that another could be taken for.
type Likeness struct {
	// Kind is "known" for a word that stands for a public body, "near" for the
	// name of another organisation here, "letters" for a name written in letters
	// of several alphabets.
	Kind string `json:"kind"`
	Name string `json:"name,omitempty"`
	Slug string `json:"slug,omitempty"` // of the other organisation
}

// knownNames are names of bodies which many trust unseen. Who bears one need not
// be wrong: the operator is asked to look.
var knownNames = []string{
	"Université", "Ministère", "Région", "Conseil régional", "Conseil départemental", "Département", "Préfecture", "Rectorat", "Académie de",
	"Mairie", "Ville de", "Métropole", "République française", "Gouvernement", "France Travail", "Pôle emploi", "France compétences",
	"Mon Compte Formation", "Caisse des Dépôts", "AFPA", "GRETA", "CNAM", "CNED", "Mission locale", "Chambre de commerce", "Chambre des métiers",
	"Éducation nationale", "URSSAF", "DREETS", "University", "Ministry", "Harvard", "Sorbonne", "Polytechnique", "Croix-Rouge", "Commission européenne",
	"European Commission", "UNESCO", "Mozilla", "Google", "Microsoft",
}

// maxLikeness is how many names are told; who has that many is looked at anyway.
const maxLikeness = 5

// likeness is what a name could be taken for, among known names and those of the
// other organisations.
func (s *Service) likeness(ctx context.Context, tx Tx, o Organization) ([]Likeness, error) {
	others, err := tx.OrganizationNames(ctx)
	if err != nil {
		return nil, err
	}
	return compare(o, others), nil
}

func compare(o Organization, others []Name) []Likeness {
	var out []Likeness
	if mixed(o.Name) {
		out = append(out, Likeness{Kind: "letters"})
	}
	bones := skeleton(o.Name)
	words := strings.Fields(Fold(o.Name))
	for _, name := range knownNames {
		// "University" says no more to who reads "Université" already.
		told := slices.ContainsFunc(out, func(l Likeness) bool { return l.Kind == "known" && near(skeleton(l.Name), skeleton(name)) })
		if !told && holds(bones, words, name) {
			out = append(out, Likeness{Kind: "known", Name: name})
		}
	}
	for _, other := range others {
		if len(out) >= maxLikeness {
			break
		}
		if other.Number != o.Number && near(bones, skeleton(other.Name)) {
			out = append(out, Likeness{Kind: "near", Name: other.Name, Slug: other.Slug})
		}
	}
	return out[:min(len(out), maxLikeness)]
}

// shortName: below it, names are compared word by word: "AFPA" is in no other
// word by chance, "region" in "legion" is near by chance.
const shortName = 6

// holds tells whether a name says a known one, or nearly: within a word's length
// of slips.
func holds(bones string, words []string, name string) bool {
	k := skeleton(name)
	if len(k) >= shortName && strings.Contains(bones, k) {
		return true
	}
	for _, w := range words {
		w = skeleton(w)
		if w == k || len(k) >= shortName && distance(w, k, slips(k)) <= slips(k) {
			return true
		}
	}
	return false
}

// near tells whether two names could be taken for each other: the same, one
// within the other, or a slip or two apart.
func near(a, b string) bool {
	if a == b {
		return true
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) >= 2*shortName && strings.Contains(b, a) {
		return true
	}
	return len(a) >= shortName && distance(a, b, slips(a)) <= slips(a)
}

// slips is how many letters may differ.
func slips(name string) int {
	if len(name) < 10 {
		return 1
	}
	return 2
}

// distance is how many letters are to be added, dropped, changed or swapped with
// their neighbour to make b of a (optimal string alignment); more than most is
// most+1.
func distance(a, b string, most int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > most || len(y)-len(x) > most {
		return most + 1
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > most {
			return most + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(y)], most+1)
}

// mixed tells whether a word has letters of several alphabets, or a name signs
// that nobody sees.
func mixed(name string) bool {
	for _, word := range strings.Fields(name) {
		seen := map[string]bool{}
		for _, r := range word {
			if invisible(r) {
				return true
			}
			for script, table := range map[string]*unicode.RangeTable{"latin": unicode.Latin, "cyrillic": unicode.Cyrillic, "greek": unicode.Greek, "armenian": unicode.Armenian} {
				if unicode.Is(table, r) {
					seen[script] = true
				}
			}
		}
		if len(seen) > 1 {
			return true
		}
	}
	return false
}
