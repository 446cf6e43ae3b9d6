package achievement

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ecusson/ecusson/internal/credential"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/picture"
)

// Limits of what a badge says, in characters or in number.
const (
	MaxName        = 100
	MaxSecond      = 60
	MaxDescription = 1000
	MaxCriteria    = 10_000
	MaxEvidence    = 500
	MaxAssessor    = 100
	MaxAlt         = 500
	MaxTags        = 20
	MaxTag         = 50
	MaxSkills      = 30
	MaxSkillName   = 200
	MaxSkillText   = 1000
	MaxCode        = 100
	MaxURL         = 2000
	MaxYears       = 50
	MaxMonths      = 600
	MaxDays        = 3650
)

// Limits of Markdown: lines, and how deep quotes and lists may nest.
const (
	maxMarkdownLines = 500
	maxMarkdownDepth = 8
)

// Steps that a milestone brings together.
const (
	MinLevels = 2
	MaxLevels = 6
)

const (
	milestone       = "milestone"
	openRecognition = "open-recognition"
)

// withoutLevel are the kinds that say no level: somebody was there or not, wants
// it or not, belongs or not.
var withoutLevel = []string{"participation", "intention", "interest", "membership"}

// TakesLevel tells whether a badge of a kind may say a level.
func TakesLevel(kind string) bool { return !slices.Contains(withoutLevel, kind) }

// openAssessments are how an open recognition is assessed: by people, not bodies.
var openAssessments = []string{"", "self-declared", "peers"}

// TargetTypes are the types that an alignment may say (Open Badges 3.0, Alignment).
var TargetTypes = []string{"ceasn:Competency", "ceterms:Credential", "CFItem", "CFRubric", "CFRubricCriterion", "CFRubricCriterionLevel", "CTDL"}

// Tidy takes spaces around texts away, empty languages, empty tags and tags that
// come twice, and what the kind makes meaningless. It is done before Check.
func (c *Content) Tidy() {
	texts := map[string]Texts{}
	for lang, t := range c.Texts {
		for _, p := range []*string{&t.Name, &t.Second, &t.Description, &t.Criteria, &t.Evidence, &t.Assessor, &t.Alt} {
			*p = strings.TrimSpace(strings.ReplaceAll(*p, "\r\n", "\n"))
		}
		for _, p := range []*string{&t.Name, &t.Second, &t.Assessor, &t.Alt} {
			*p = oneLine(*p)
		}
		if !t.Empty() {
			texts[lang] = t
		}
	}
	c.Texts = texts
	var tags []string
	for _, tag := range c.Tags {
		tag = oneLine(tag)
		if tag != "" && !slices.ContainsFunc(tags, func(t string) bool { return strings.EqualFold(t, tag) }) {
			tags = append(tags, tag)
		}
	}
	c.Tags = tags
	for _, p := range []*string{&c.CriteriaURL, &c.Licence, &c.Validity.Until} {
		*p = strings.TrimSpace(*p)
	}
	if c.Kind != milestone {
		c.Levels = 0
	}
}

func oneLine(s string) string { return strings.Join(strings.FieldsFunc(s, isBreak), " ") }

// isBreak tells whether a character parts words but for the no-break spaces,
// which French needs where they are.
func isBreak(r rune) bool { return unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f' }

// Check says all that is wrong with a content, by the fields of its form: names
// of fields end in a language where the words of one are meant ("name-fr"). A
// draft may lack much; complete asks for what a published badge needs. today is
// the day on which a last day must not be over.
func (c *Content) Check(complete bool, today time.Time) error {
	var f fault.Form
	c.checkCodes(&f)
	c.checkTexts(&f)
	c.checkSkills(&f)
	c.checkTags(&f)
	c.checkValidity(&f, today)
	checkURL(&f, "criteria-url", c.CriteriaURL)
	checkURL(&f, "licence", c.Licence)
	c.checkPicture(&f, complete)
	if complete {
		c.checkComplete(&f)
	}
	return f.Err()
}

func (c *Content) checkCodes(f *fault.Form) {
	if !slices.Contains(Languages, c.Lang) {
		f.Wrong("lang", "achievement.lang")
	}
	_, known := credential.KindOf(c.Kind)
	if !known && c.Kind != "" {
		f.Wrong("kind", "achievement.kind-unknown")
	}
	if c.Assessment != "" && !slices.Contains(credential.Assessments(), c.Assessment) {
		f.Wrong("assessment", "achievement.assessment-unknown")
	}
	switch {
	case c.Kind == milestone && (c.Levels != 0 || c.Level != 0):
		if c.Levels < MinLevels || c.Levels > MaxLevels {
			f.Wrong("levels", "achievement.levels", "Min", MinLevels, "Max", MaxLevels)
		} else if c.Level < 1 || c.Level > c.Levels {
			f.Wrong("level", "achievement.level-milestone", "Max", c.Levels)
		}
	case c.Kind != milestone && c.Levels != 0:
		f.Wrong("levels", "achievement.levels-kind")
	case c.Kind != milestone && (c.Level < 0 || c.Level > 3):
		f.Wrong("level", "achievement.level")
	case c.Level != 0 && !TakesLevel(c.Kind):
		f.Wrong("level", "achievement.level-kind")
	}
	switch {
	case c.Kind == openRecognition && !slices.Contains(openAssessments, c.Assessment):
		f.Wrong("assessment", "achievement.assessment-open")
	case c.Assessment == "certification" && c.Registered() == "":
		f.Wrong("assessment", "achievement.assessment-certification")
	}
}

func (c *Content) checkTexts(f *fault.Form) {
	for lang := range c.Texts {
		if !slices.Contains(Languages, lang) {
			f.Wrong("lang", "achievement.lang")
		}
	}
	for _, lang := range Languages {
		t := c.Texts[lang]
		for _, x := range []struct {
			name, text string
			most       int
		}{
			{"name-", t.Name, MaxName}, {"second-", t.Second, MaxSecond}, {"description-", t.Description, MaxDescription},
			{"criteria-", t.Criteria, MaxCriteria}, {"evidence-", t.Evidence, MaxEvidence}, {"assessor-", t.Assessor, MaxAssessor}, {"alt-", t.Alt, MaxAlt},
		} {
			checkText(f, x.name+lang, x.text, x.most)
		}
		checkMarkdown(f, "criteria-"+lang, t.Criteria)
	}
}

// checkText bounds a text in characters, and refuses those that cannot be seen.
func checkText(f *fault.Form, name, text string, most int) bool {
	if n := utf8.RuneCountInString(text); n > most {
		f.Wrong(name, "achievement.too-long", "Length", n, "Fits", most)
		return false
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unwritable) {
		f.Wrong(name, "achievement.character")
		return false
	}
	return true
}

// unwritable: control characters, those that turn the direction of writing for
// all that follows, and those that no document may hold.
func unwritable(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 ||
		r >= 0xe000 && r <= 0xf8ff || r == 0xfeff || r >= 0xfff9
}

// checkMarkdown bounds what a reader of Markdown has to do: nesting costs more
// than length.
func checkMarkdown(f *fault.Form, name, text string) {
	lines := strings.Split(text, "\n")
	if len(lines) > maxMarkdownLines {
		f.Wrong(name, "achievement.markdown-lines", "Fits", maxMarkdownLines)
		return
	}
	for i, line := range lines {
		if markdownDepth(line) > maxMarkdownDepth {
			f.Wrong(name, "achievement.markdown-deep", "Line", i+1, "Fits", maxMarkdownDepth)
			return
		}
	}
}

// markdownDepth is how deep a line nests at most: the marks of quotes and lists
// at its beginning, its indentation, and brackets.
func markdownDepth(line string) int {
	marks, spaces, open, deepest := 0, 0, 0, 0
	rest := strings.TrimLeft(line, " \t>-*+0123456789.)")
	for _, r := range line[:len(line)-len(rest)] {
		switch r {
		case ' ':
			spaces++
		case '\t':
			spaces += 4
		case '>', '-', '*', '+', '.', ')':
			marks++
		}
	}
	if strings.Trim(line, " \t") != "" && strings.Trim(line, " \t-*_") == "" {
		marks = 0 // a line of dashes is a rule
	}
	for _, r := range rest {
		switch r {
		case '[', '(':
			open++
			deepest = max(deepest, open)
		case ']', ')':
			open = max(0, open-1)
		}
	}
	return max(marks, spaces/4, deepest)
}

// IsURL tells whether a text is the address of a page.
func IsURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && strings.Contains(u.Hostname(), ".") && u.User == nil &&
		!strings.ContainsAny(s, " \t\n<>\"`{}|\\^") && !strings.ContainsFunc(s, unwritable)
}

func checkURL(f *fault.Form, name, address string) {
	if address == "" || !checkText(f, name, address, MaxURL) {
		return
	}
	if !IsURL(address) {
		f.Wrong(name, "achievement.url")
	}
}

func (c *Content) checkSkills(f *fault.Form) {
	if len(c.Skills) > MaxSkills {
		f.Wrong("skills", "achievement.skills-many", "Fits", MaxSkills)
		return
	}
	seen := map[string]bool{}
	for _, s := range c.Skills {
		if seen[s.URL] && s.URL != "" {
			f.Wrong("skills", "achievement.skill-twice", "Skill", s.In(c.Lang))
			return
		}
		seen[s.URL] = true
		if err := s.Check(); err != nil {
			f.Wrong("skills", "achievement.skill-wrong", "Skill", s.In(c.Lang))
			return
		}
	}
}

// Check says what is wrong with a skill, by the fields of its own form.
func (s Skill) Check() error {
	var f fault.Form
	if s.In("fr") == "" {
		f.Wrong("skill-name-fr", "achievement.skill-name")
	}
	for _, m := range []struct {
		name  string
		texts map[string]string
		most  int
	}{
		{"skill-name-", s.Name, MaxSkillName}, {"skill-description-", s.Description, MaxSkillText}, {"skill-framework", s.Frameworks, MaxSkillName},
	} {
		for lang, text := range m.texts {
			name := m.name
			if strings.HasSuffix(name, "-") {
				name += lang
			}
			if !slices.Contains(Languages, lang) {
				f.Wrong("skills", "achievement.lang")
				continue
			}
			checkText(&f, name, text, m.most)
		}
	}
	if s.URL == "" {
		f.Wrong("skill-url", "achievement.skill-url")
	}
	checkURL(&f, "skill-url", s.URL)
	checkText(&f, "skill-code", s.Code, MaxCode)
	checkText(&f, "skill-framework", s.Framework, MaxSkillName)
	if s.Type != "" && !slices.Contains(TargetTypes, s.Type) {
		f.Wrong("skill-type", "achievement.skill-type")
	}
	return f.Err()
}

func (c *Content) checkTags(f *fault.Form) {
	if len(c.Tags) > MaxTags {
		f.Wrong("tags", "achievement.tags-many", "Fits", MaxTags)
		return
	}
	for _, tag := range c.Tags {
		if n := utf8.RuneCountInString(tag); n > MaxTag {
			f.Wrong("tags", "achievement.tag-long", "Tag", clip(tag, 30), "Length", n, "Fits", MaxTag)
			return
		}
		if !checkText(f, "tags", tag, MaxTag) {
			return
		}
	}
}

// clip keeps the beginning of a text.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

func (c *Content) checkValidity(f *fault.Form, today time.Time) {
	v := c.Validity
	if v.Years < 0 || v.Months < 0 || v.Days < 0 || v.Years > MaxYears || v.Months > MaxMonths || v.Days > MaxDays {
		f.Wrong("span", "achievement.span", "Years", MaxYears, "Months", MaxMonths, "Days", MaxDays)
	}
	if v.Until == "" {
		return
	}
	day, err := time.Parse(time.DateOnly, v.Until)
	switch {
	case err != nil:
		f.Wrong("until", "achievement.until")
	case v.Years != 0 || v.Months != 0 || v.Days != 0:
		f.Wrong("until", "achievement.until-and-span")
	case day.AddDate(0, 0, 1).Before(today):
		f.Wrong("until", "achievement.until-over")
	case day.After(today.AddDate(100, 0, 0)):
		f.Wrong("until", "achievement.until-far")
	}
}

var colour = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)

// checkPicture asks the generator, once there is enough to draw.
func (c *Content) checkPicture(f *fault.Form, complete bool) {
	p := c.Picture
	if p.SVG != "" && p.PNG == "" {
		f.Wrong("picture", "picture.svg-needs-png")
	}
	if p.PNG != "" && (!IsFileName(p.PNG) || !strings.HasSuffix(p.PNG, ".png")) || p.SVG != "" && (!IsFileName(p.SVG) || !strings.HasSuffix(p.SVG, ".svg")) {
		f.Wrong("picture", "achievement.picture-unknown")
	}
	if p.Division != "" {
		if _, err := picture.ParseDivision(p.Division); err != nil || p.Division != strings.ToLower(p.Division) {
			f.Wrong("division", "achievement.division")
		}
	}
	if p.Piping != "" && !colour.MatchString(p.Piping) {
		f.Wrong("piping", "picture.piping-colour", "Value", clip(p.Piping, 30))
		return
	}
	if p.Icon != "" && !slices.Contains(picture.IconNames(), p.Icon) {
		f.Wrong("icon", "picture.icon-unknown", "Icon", clip(p.Icon, 30))
		return
	}
	_, known := credential.KindOf(c.Kind)
	if p.Uploaded() || !complete && (c.Kind == "" || c.Own().Name == "") || !known {
		return
	}
	// What was refused above is not said twice in other words.
	if f.Err() != nil && (utf8.RuneCountInString(c.Own().Name) > MaxName || c.Own().Name == "") {
		return
	}
	_, refusals := c.Sketch()
	said := map[string]bool{}
	for _, refused := range refusals {
		field := refusal(refused, c.Lang)
		if field.Name == "level" || said[field.Name] {
			continue // a level is refused above; a text that was cut is told of once
		}
		said[field.Name] = true
		f.Wrong(field.Name, field.Key, pairs(field.Facts)...)
	}
	if alt := c.Own().Alt; alt != "" && len(refusals) == 0 {
		if err := c.Drawing().Check(); errors.As(err, new(*picture.Error)) {
			f.Wrong("alt-"+c.Lang, "achievement.character")
		}
	}
}

// checkComplete asks for what a published badge must say: it must be understood
// in one language at least, and whoever reads another must not find holes.
func (c *Content) checkComplete(f *fault.Form) {
	if c.Kind == "" {
		f.Wrong("kind", "achievement.kind-missing")
	}
	if c.Kind == milestone && c.Levels == 0 {
		f.Wrong("levels", "achievement.levels", "Min", MinLevels, "Max", MaxLevels)
	}
	own := c.Own()
	for _, lang := range Languages {
		t := c.Texts[lang]
		if lang != c.Lang && t.Empty() {
			continue
		}
		if t.Name == "" {
			f.Wrong("name-"+lang, "achievement.name-missing")
		}
		if t.Description == "" {
			f.Wrong("description-"+lang, "achievement.description-missing")
		}
		if t.Criteria == "" && (c.CriteriaURL == "" || own.Criteria != "") {
			f.Wrong("criteria-"+lang, "achievement.criteria-missing")
		}
		if c.EvidenceNeeded && t.Evidence == "" {
			f.Wrong("evidence-"+lang, "achievement.evidence-missing")
		}
		if c.Picture.Uploaded() && t.Alt == "" {
			f.Wrong("alt-"+lang, "achievement.alt-missing")
		}
	}
}
