package folder

import (
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/credential"
)

// Badge is what badge.yaml says: the model of which each award is one.
type Badge struct {
	ID               string // a slug; the list's badge column may say it or the name
	Name             string
	Second           string // the second text on the picture, such as a year
	Description      string
	Kind             string // a code of Kinds
	Level            int    // 0 for none; else up to Levels
	Levels           int    // 3, or what a milestone badge asks for
	Assessment       string // a code of Assessments, or ""
	Assessor         string // who assessed in words, as in "un jury de 5 personnes"
	Criteria         string // Markdown
	CriteriaURL      string
	EvidenceRequired string // which proof was asked for, in words
	Skills           []Skill
	Tags             []string
	Validity         Validity
	Language         string
	Licence          string // URL of the licence of texts and picture
	Picture          Picture
	Translations     []Translation
}

// Skill is something that the badge shows, aligned with a framework.
type Skill struct {
	Name        string
	URL         string
	Code        string
	Framework   string
	Type        string // of Open Badges: ceasn:Competency, CFItem, ext:…
	Description string
}

// Translation is the badge's words in another language.
type Translation struct {
	Language         string
	Name             string
	Description      string
	Criteria         string
	EvidenceRequired string
	Assessor         string
}

// Picture says what the badge looks like: a picture of one's own, or wishes for
// the generated one.
type Picture struct {
	Path     string // as can be opened; "" for a generated one
	Icon     string
	Division string
	Shade    int    // degrees by which the kind's hue is turned, -45 to 45
	Piping   string // colour of the issuer, as #RRGGBB
}

// Validity is how long an award holds.
type Validity struct {
	Years, Months, Days int
	Until               time.Time // a date for all, the day after its last day
}

// IsZero tells whether awards hold for ever.
func (v Validity) IsZero() bool { return v == Validity{} }

// End is the instant from which an award of that moment holds no more; zero for
// never. A span ends on the day of the same number, or on the month's last.
func (v Validity) End(from time.Time) time.Time {
	switch {
	case !v.Until.IsZero():
		return v.Until
	case v.IsZero():
		return time.Time{}
	}
	y, m, d := from.Date()
	first := time.Date(y+v.Years, m+time.Month(v.Months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return time.Date(first.Year(), first.Month(), min(d, last)+v.Days+1, 0, 0, 0, 0, time.UTC)
}

// Kinds are the kinds of badge by code, in the order in which they are shown.
func Kinds() []string {
	var codes []string
	for _, k := range credential.Kinds() {
		codes = append(codes, k.Code)
	}
	return codes
}

// Assessments are the ways of assessing by code, from the lightest.
func Assessments() []string { return credential.Assessments() }

// The words, in any language, that mean a code in a file.
var (
	kindsInFiles = map[string][]string{
		"commitment":       {"engagement"},
		"intention":        {"soutien", "support", "soutien/intention"},
		"interest":         {"intérêt"},
		"knowledge":        {"savoir"},
		"know-how":         {"savoir-faire"},
		"soft-skill":       {"savoir-être"},
		"competency":       {"compétence", "skill", "competence"},
		"achievement":      {"réalisation"},
		"role":             {"fonction", "rôle", "fonction/rôle"},
		"membership":       {"appartenance"},
		"project":          {"projet", "collectif", "projet/collectif"},
		"milestone":        {"badge-clé", "clé", "méta-badge", "badge-chapeau", "meta-badge"},
		"open-recognition": {"reconnaissance ouverte", "ouverte", "reconnaissance"},
	}
	assessmentsInFiles = map[string][]string{
		"participation": {"présence", "attendance"},
		"self-declared": {"auto-déclaré", "autodéclaré", "auto-évaluation", "self-assessment"},
		"peers":         {"pairs", "par les pairs"},
		"organisation":  {"organization", "organisme"},
		"employer":      {"employeur"},
		"certification": {"certification enregistrée", "registered certification"},
	}
)

// findCode returns the code that a text means.
func findCode(codes []string, inFiles map[string][]string, text string) (string, bool) {
	text = fold(text)
	for _, code := range codes {
		if fold(code) == text || slices.ContainsFunc(inFiles[code], func(s string) bool { return fold(s) == text }) {
			return code, true
		}
	}
	return "", false
}

var slugPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
var languagePattern = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
var colourPattern = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)
var targetTypes = []string{"ceasn:Competency", "ceterms:Credential", "CFItem", "CFRubric", "CFRubricCriterion", "CFRubricCriterionLevel", "CTDL"}

// LoadBadge reads badge.yaml strictly: a key that it does not know is an error.
// Everything wrong comes at once, in a *SpecError.
func LoadBadge(path string) (Badge, error) {
	data, err := readSpec(path)
	if err != nil {
		return Badge{}, err
	}
	return parseBadge(path, data)
}

func parseBadge(path string, data []byte) (Badge, error) {
	s := &spec{file: path}
	c := s.root(data)
	if c == nil {
		return Badge{}, s.err()
	}
	b := Badge{
		ID:               c.line("id"),
		Name:             c.need("name", maxLine),
		Second:           c.line("second"),
		Description:      c.need("description", maxText),
		Kind:             c.need("kind", maxLine),
		Assessment:       c.line("assessment"),
		Assessor:         c.line("assessor"),
		Criteria:         c.text("criteria"),
		CriteriaURL:      c.line("criteria_url"),
		EvidenceRequired: c.line("evidence_required"),
		Tags:             c.lines("tags"),
		Language:         c.line("language"),
		Licence:          c.line("licence"),
		Levels:           3,
	}
	if b.ID == "" {
		b.ID = slug(b.Name)
	}
	if b.Name != "" && (!slugPattern.MatchString(b.ID) || len(b.ID) > 60) {
		c.fault("id", FaultNotSlug, b.ID)
	}
	if b.Kind != "" {
		if code, ok := findCode(Kinds(), kindsInFiles, b.Kind); ok {
			b.Kind = code
		} else {
			c.fault("kind", FaultNotOneOf, strings.Join(Kinds(), ", "))
		}
	}
	if b.Assessment != "" {
		if code, ok := findCode(Assessments(), assessmentsInFiles, b.Assessment); ok {
			b.Assessment = code
		} else {
			c.fault("assessment", FaultNotOneOf, strings.Join(Assessments(), ", "))
		}
	}
	switch {
	case b.Criteria == "" && b.CriteriaURL == "":
		c.fault("criteria", FaultMissing, "")
	case b.CriteriaURL != "" && !isWebURL(b.CriteriaURL):
		c.fault("criteria_url", FaultNotURL, "")
	}
	if b.Licence != "" && !isWebURL(b.Licence) {
		c.fault("licence", FaultNotURL, "")
	}
	if b.Language == "" {
		b.Language = "fr"
	}
	if !languagePattern.MatchString(b.Language) {
		c.fault("language", FaultNotLang, "")
	}
	b.readLevel(c)
	b.readValidity(c)
	b.readSkills(c)
	b.readPicture(c, path)
	b.readTranslations(c)
	c.done()
	return b, s.err()
}

// readLevel reads "2", or "3/4" for a milestone that asks for four badges.
func (b *Badge) readLevel(c *section) {
	text := c.line("level")
	if text == "" {
		return
	}
	filled, of, both := strings.Cut(text, "/")
	level, err := strconv.Atoi(strings.TrimSpace(filled))
	levels := 3
	if both && err == nil {
		levels, err = strconv.Atoi(strings.TrimSpace(of))
	}
	if err != nil || level < 0 || levels < 1 || levels > 9 || level > levels || both && b.Kind != "milestone" && levels != 3 {
		c.fault("level", FaultNotOneOf, "0, 1, 2, 3")
		return
	}
	b.Level, b.Levels = level, levels
}

var spanPattern = regexp.MustCompile(`^(\d{1,3})\s*(years?|ans?|années?|months?|mois|days?|jours?)$`)

// readValidity reads "3 years", "18 mois" or a last day.
func (b *Badge) readValidity(c *section) {
	text := strings.ToLower(c.line("validity"))
	if text == "" {
		return
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		b.Validity.Until = day.AddDate(0, 0, 1)
		return
	}
	m := spanPattern.FindStringSubmatch(text)
	if m == nil || m[1] == "0" {
		c.fault("validity", FaultNotTime, "")
		return
	}
	n, _ := strconv.Atoi(m[1])
	switch m[2][0] {
	case 'y', 'a':
		b.Validity.Years = n
	case 'm':
		b.Validity.Months = n
	default:
		b.Validity.Days = n
	}
}

func (b *Badge) readSkills(c *section) {
	for _, key := range []string{"skills", "alignments"} {
		for _, sec := range c.sections(key) {
			k := Skill{
				Name:        sec.need("name", maxLine),
				URL:         sec.need("url", 2000),
				Code:        sec.line("code"),
				Framework:   sec.line("framework"),
				Type:        sec.line("type"),
				Description: sec.text("description"),
			}
			if k.URL != "" && !isWebURL(k.URL) {
				sec.fault("url", FaultNotURL, "")
			}
			if k.Type != "" && !strings.HasPrefix(k.Type, "ext:") && !slices.Contains(targetTypes, k.Type) {
				sec.fault("type", FaultNotOneOf, strings.Join(targetTypes, ", ")+", ext:…")
			}
			sec.done()
			b.Skills = append(b.Skills, k)
		}
	}
}

func (b *Badge) readPicture(c *section, path string) {
	b.Picture.Path = c.line("image")
	if b.Picture.Path != "" && !filepath.IsAbs(b.Picture.Path) {
		b.Picture.Path = filepath.Join(filepath.Dir(path), filepath.FromSlash(b.Picture.Path))
	}
	sec := c.section("picture")
	if sec == nil {
		return
	}
	if b.Picture.Path != "" {
		c.fault("picture", FaultBoth, "image")
	}
	b.Picture.Icon = sec.line("icon")
	b.Picture.Division = sec.line("division")
	b.Picture.Piping = sec.line("piping")
	if text := sec.line("shade"); text != "" {
		shade, err := strconv.Atoi(text)
		if err != nil || shade < -45 || shade > 45 {
			sec.fault("shade", FaultNotOneOf, "-45…45")
		}
		b.Picture.Shade = shade
	}
	if p := b.Picture.Piping; p != "" && !colourPattern.MatchString(p) {
		sec.fault("piping", FaultNotOneOf, "#RRGGBB")
	}
	sec.done()
}

func (b *Badge) readTranslations(c *section) {
	sec := c.section("translations")
	if sec == nil {
		return
	}
	for _, language := range sec.keys {
		t := sec.section(language)
		if !languagePattern.MatchString(language) || language == b.Language {
			sec.fault(language, FaultNotLang, language)
		}
		if t == nil {
			continue
		}
		b.Translations = append(b.Translations, Translation{
			Language:         language,
			Name:             t.need("name", maxLine),
			Description:      t.need("description", maxText),
			Criteria:         t.text("criteria"),
			EvidenceRequired: t.line("evidence_required"),
			Assessor:         t.line("assessor"),
		})
		t.done()
	}
}

// slug makes an id of a name: "Lauréat 2026" gives laureat-2026.
func slug(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range fold(name) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		} else {
			gap = true
		}
	}
	text := b.String()
	if len(text) > 60 {
		text = strings.TrimRight(text[:60], "-")
	}
	return text
}
