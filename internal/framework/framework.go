// Package framework knows the skills that badges point to: the sixteen
// professional soft skills of ROME 4.0 (savoir-être professionnels) and the
// transversal skills of ESCO, in French and English, found by typing. They are
// short files of facts under facts/, with their source and terms beside them.
//
// It is not for skills that an organisation writes itself, nor for the whole of
// ROME or ESCO. Begin with [Load] and [Catalog.Search].
package framework

import (
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

//go:embed facts/*.tsv
var facts embed.FS

// The codes of the frameworks.
const (
	ROME = "rome"
	ESCO = "esco"
)

// The kinds of skill.
const (
	KindSoftSkill = "soft-skill" // savoir-être
	KindSkill     = "skill"      // compétence
	KindKnowledge = "knowledge"  // savoir
)

// romePage is where the address of a ROME skill begins; its code follows.
//
// France Travail has pages for occupations, but none for a skill that can be
// read without an account, and has changed its domain name once already. The
// address is therefore that of ROME in the national portal of open data, which
// is its publication of record, with the skill's code as fragment: it opens a
// page that says what ROME is, and no two skills share one.
const romePage = "https://www.data.gouv.fr/fr/datasets/repertoire-operationnel-des-metiers-et-des-emplois-rome/#"

// escoPlace is where the address of an ESCO skill begins. The Commission writes
// it with http, so that is the skill's name; both open its page.
const escoPlace = "http://data.europa.eu/esco/skill/"

// Text is a text in both languages.
type Text struct {
	FR, EN string
}

// In is the text in a language, "fr" or "en" (or a tag that begins so); any
// other gets English.
func (t Text) In(lang string) string {
	if isFrench(lang) {
		return t.FR
	}
	return t.EN
}

func isFrench(lang string) bool {
	base, _, _ := strings.Cut(lang, "-")
	return strings.EqualFold(base, "fr")
}

// Skill is an entry of a framework.
type Skill struct {
	// Framework is ROME or ESCO.
	Framework string
	// Code is the framework's own: 6D102, or the last part of an ESCO address.
	Code string
	// OGR is the number of a ROME skill in France Travail's files and
	// interfaces; "" elsewhere.
	OGR string
	// URL names the skill in the whole world, and opens a page.
	URL string
	// Kind is one of the kinds above.
	Kind string
	// Name is the framework's own; the English of ROME is ours.
	Name Text
	// Description is the framework's definition, or empty.
	Description Text
}

// Alignment is what a badge says of a skill it points to (Open Badges 3.0,
// Alignment), in one language.
type Alignment struct {
	TargetName        string
	TargetURL         string
	TargetDescription string
	TargetCode        string
	TargetFramework   string
	TargetType        string
}

// Alignment gives the facts for a badge in that language.
func (s Skill) Alignment(lang string) Alignment {
	return Alignment{
		TargetName:        s.Name.In(lang),
		TargetURL:         s.URL,
		TargetDescription: s.Description.In(lang),
		TargetCode:        s.Code,
		TargetFramework:   Name(s.Framework).In(lang),
		TargetType:        "ceasn:Competency",
	}
}

// Name is the name of a framework, as targetFramework says it; empty for one
// that is not known.
func Name(framework string) Text {
	switch framework {
	case ROME:
		return Text{"ROME 4.0 – savoir-être professionnels", "ROME 4.0 – professional soft skills"}
	case ESCO:
		return Text{"ESCO – aptitudes et compétences transversales", "ESCO – transversal skills and competences"}
	}
	return Text{}
}

// Notice is what the terms of a framework ask to be shown where it is used.
func Notice(framework string) Text {
	switch framework {
	case ROME:
		return Text{
			"Source\u00a0: France Travail, ROME 4.0, Licence Ouverte 2.0.",
			"Source: France Travail, ROME 4.0, Licence Ouverte 2.0. English names are ours.",
		}
	case ESCO:
		return Text{
			"Ce service utilise la classification ESCO de la Commission européenne.",
			"This service uses the ESCO classification of the European Commission.",
		}
	}
	return Text{}
}

// Frameworks lists the codes of all frameworks, ours first to last.
func Frameworks() []string { return []string{ROME, ESCO} }

// Catalog holds all skills. It never changes and is safe for concurrent use.
type Catalog struct {
	skills []Skill
	words  []words // of each skill
	byURL  map[string]int
}

// Load reads the facts that the program carries.
func Load() (*Catalog, error) {
	rome, err := rows("facts/rome.tsv", "code", "ogr", "fr", "en", "definition_fr", "definition_en")
	if err != nil {
		return nil, err
	}
	esco, err := rows("facts/esco.tsv", "url", "kind", "fr", "en")
	if err != nil {
		return nil, err
	}
	c := &Catalog{byURL: map[string]int{}}
	for _, r := range rome {
		c.add(Skill{
			Framework: ROME, Code: r[0], OGR: r[1], URL: romePage + r[0], Kind: KindSoftSkill,
			Name: Text{r[2], r[3]}, Description: Text{r[4], r[5]},
		})
	}
	for _, r := range esco {
		code, ok := strings.CutPrefix(r[0], escoPlace)
		if !ok {
			return nil, fmt.Errorf("framework: esco.tsv: %q is no address of a skill", r[0])
		}
		c.add(Skill{Framework: ESCO, Code: code, URL: r[0], Kind: r[1], Name: Text{r[2], r[3]}})
	}
	if len(c.byURL) != len(c.skills) {
		return nil, errors.New("framework: two skills have the same address")
	}
	return c, nil
}

func (c *Catalog) add(s Skill) {
	c.byURL[s.URL] = len(c.skills)
	c.skills = append(c.skills, s)
	c.words = append(c.words, wordsOf(s))
}

// rows reads a file of facts, whose first row must name those columns.
func rows(name string, columns ...string) ([][]string, error) {
	file, err := facts.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.Comma = '\t'
	r.LazyQuotes = true
	all, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("framework: %s: %w", name, err)
	}
	if len(all) < 2 || !slices.Equal(all[0], columns) {
		return nil, fmt.Errorf("framework: %s does not begin with the columns %s", name, strings.Join(columns, ", "))
	}
	return all[1:], nil
}

// All lists the skills of a framework, in the order of their codes; "" lists
// those of all.
func (c *Catalog) All(framework string) []Skill {
	var out []Skill
	for _, s := range c.skills {
		if framework == "" || s.Framework == framework {
			out = append(out, s)
		}
	}
	return out
}

// Find gives the skill at an address, with http or https.
func (c *Catalog) Find(address string) (Skill, bool) {
	i, ok := c.byURL[address]
	if !ok {
		u, err := url.Parse(address)
		if err != nil {
			return Skill{}, false
		}
		switch u.Scheme {
		case "https":
			u.Scheme = "http"
		case "http":
			u.Scheme = "https"
		}
		if i, ok = c.byURL[u.String()]; !ok {
			return Skill{}, false
		}
	}
	return c.skills[i], true
}
