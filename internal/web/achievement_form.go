package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/framework"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/picture"
)

// badgeForm is the form of a badge as it was sent: the content, and what stands
// in the form beside it. It can be sent without being saved, to look for a skill
// or an icon: all that was typed comes back.
type badgeForm struct {
	Content achievement.Content
	Seen    int64 // the achievement's Changed in microseconds

	Validity string // "ever", "span" or "until"
	Generate bool   // the picture is to be the generated one
	PNG, SVG string // names of the picture that was brought
	Piping   string // "none", "organisation" or "own"
	Colour   string // of its own
	Licence  string // a licence of the list, or "other"

	SkillQuery string
	SkillFound []framework.Skill
	IconQuery  string
	Hand       achievement.Skill // the alignment by hand
	ReadAloud  bool              // show the criteria as they will read
	Wrong      map[string]fault.Field
}

// formLimits: what is read of a form at all; the rules are the domain's.
const (
	maxFormSkills = 2 * achievement.MaxSkills
	maxFormSkill  = 16 << 10 // bytes of one
)

// licences are those that the form offers.
var licences = []string{
	"https://creativecommons.org/publicdomain/zero/1.0/", "https://creativecommons.org/licenses/by/4.0/",
	"https://creativecommons.org/licenses/by-sa/4.0/", "https://creativecommons.org/licenses/by-nc-sa/4.0/",
}

// formOfContent is the form that shows a content.
func formOfContent(c achievement.Content, org organization.Organization) *badgeForm {
	f := &badgeForm{
		Content: c, Validity: "ever", Generate: !c.Picture.Uploaded(), PNG: c.Picture.PNG, SVG: c.Picture.SVG, Piping: "own", Colour: c.Picture.Piping,
		Licence: c.Licence,
	}
	if f.Content.Lang == "" {
		f.Content.Lang = org.Lang
	}
	switch {
	case c.Validity.Until != "":
		f.Validity = "until"
	case c.Validity != achievement.Validity{}:
		f.Validity = "span"
	}
	switch {
	case c.Picture.Piping == "":
		f.Piping, f.Colour = "none", org.Colour
	case strings.EqualFold(c.Picture.Piping, org.Colour):
		f.Piping = "organisation"
	}
	if c.Licence != "" && !slices.Contains(licences, c.Licence) {
		f.Licence = "other"
	}
	return f
}

// readForm reads what was sent, by GET or POST. It refuses nothing: what cannot be
// read is left out, and what is wrong is for the rules to say.
func readForm(r *Request) *badgeForm {
	own := r.Text("own")
	f := &badgeForm{
		Validity: r.Text("validity"), Generate: r.Text("picture-from") != "brought", PNG: r.Text("picture-png"), SVG: r.Text("picture-svg"),
		Piping: r.Text("piping"), Colour: r.Text("colour"), Licence: r.Text("licence"),
		SkillQuery: r.Text("skill-q"), IconQuery: r.Text("icon-q"), ReadAloud: r.Text("read") != "",
	}
	f.Seen, _ = strconv.ParseInt(r.Text("seen"), 36, 64) // 0 is refused as seen long ago
	c := &f.Content
	c.Lang, c.Kind, c.Assessment = own, r.Text("kind"), r.Text("assessment")
	c.Texts = map[string]achievement.Texts{}
	for _, lang := range achievement.Languages {
		t := achievement.Texts{
			Name: r.Text("name-" + lang), Description: r.Text("description-" + lang), Criteria: r.Text("criteria-" + lang),
			Evidence: r.Text("evidence-" + lang), Assessor: r.Text("assessor-" + lang), Alt: r.Text("alt-" + lang),
		}
		if lang == own {
			t.Second = r.Text("second")
		}
		c.Texts[lang] = t
	}
	if c.Kind == "milestone" {
		c.Level, c.Levels = number(r, "steps"), number(r, "levels")
	} else {
		c.Level = number(r, "level")
	}
	c.CriteriaURL, c.EvidenceNeeded = r.Text("criteria-url"), r.Ticked("evidence-needed")
	c.Tags = strings.FieldsFunc(r.Text("tags"), func(c rune) bool { return c == ',' || c == ';' || c == '\n' })
	c.Licence = f.Licence
	if f.Licence == "other" {
		c.Licence = r.Text("licence-url")
	}
	f.readValidity(r)
	f.readPicture(r)
	f.readSkills(r)
	return f
}

// number reads a number; what is none is -1, which the rules refuse.
func number(r *Request, name string) int {
	text := r.Text(name)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

func (f *badgeForm) readValidity(r *Request) {
	v := &f.Content.Validity
	switch f.Validity {
	case "span":
		v.Years, v.Months, v.Days = number(r, "years"), number(r, "months"), number(r, "days")
	case "until":
		v.Until = r.Text("until")
	default:
		f.Validity = "ever"
	}
}

func (f *badgeForm) readPicture(r *Request) {
	p := &f.Content.Picture
	p.Icon, p.Division = r.Text("icon"), r.Text("division")
	shade, err := strconv.Atoi(r.Text("shade"))
	if err != nil && r.Text("shade") != "" {
		shade = 1000 // refused
	}
	p.Shade = shade
	switch f.Piping {
	case "organisation":
		p.Piping = r.Org.Colour
	case "own":
		p.Piping = strings.ToUpper(f.Colour)
	default:
		f.Piping = "none"
	}
	if !f.Generate {
		p.PNG, p.SVG = f.PNG, f.SVG
	}
}

func (f *badgeForm) readSkills(r *Request) {
	for i, text := range r.Form["skill"] {
		var s achievement.Skill
		if i >= maxFormSkills || len(text) > maxFormSkill || json.Unmarshal([]byte(text), &s) != nil {
			continue
		}
		f.Content.Skills = append(f.Content.Skills, s)
	}
	h := &f.Hand
	h.URL, h.Code, h.Framework, h.Type = r.Text("skill-url"), r.Text("skill-code"), r.Text("skill-framework"), r.Text("skill-type")
	for _, lang := range achievement.Languages {
		if name := r.Text("skill-name-" + lang); name != "" {
			if h.Name == nil {
				h.Name = map[string]string{}
			}
			h.Name[lang] = name
		}
	}
}

// handEmpty tells whether nothing was written of an alignment by hand.
func (f *badgeForm) handEmpty() bool {
	return len(f.Hand.Name) == 0 && f.Hand.URL == "" && f.Hand.Code == "" && f.Hand.Framework == ""
}

// addSkills takes what was chosen of suggestions, ticked in a list, or written by
// hand, into the badge.
func (f *badgeForm) addSkills(r *Request, catalog *framework.Catalog) {
	for _, address := range append(r.Form["skill-pick"], r.Text("skill-q-id")) {
		if s, ok := catalog.Find(address); ok {
			f.addSkill(achievement.SkillOf(s))
			f.SkillQuery = ""
		}
	}
	if f.handEmpty() {
		return
	}
	if err := f.Hand.Check(); err != nil {
		wrong, _ := Wrong(err)
		f.wrong(wrong)
		return
	}
	f.addSkill(f.Hand)
	f.Hand = achievement.Skill{}
}

func (f *badgeForm) addSkill(s achievement.Skill) {
	if !slices.ContainsFunc(f.Content.Skills, func(have achievement.Skill) bool { return have.URL == s.URL }) {
		f.Content.Skills = append(f.Content.Skills, s)
	}
}

// wrong notes what is wrong with fields.
func (f *badgeForm) wrong(fields map[string]fault.Field) {
	if f.Wrong == nil {
		f.Wrong = map[string]fault.Field{}
	}
	for name, field := range fields {
		// The form calls two things otherwise than the content does.
		switch {
		case name == "level" && f.Content.Kind == "milestone":
			name = "steps"
		case name == "second-"+f.Content.Lang:
			name = "second"
		case name == "licence" && f.Licence == "other":
			name = "licence-url"
		case name == "piping" && f.Piping == "own":
			name = "colour"
		}
		f.Wrong[name] = field
	}
}

// refuse notes a refusal of a picture beside a field.
func (f *badgeForm) refuse(name string, err error) error {
	var refused *picture.Error
	if !errors.As(err, &refused) {
		return err
	}
	f.wrong(map[string]fault.Field{name: {Name: name, Key: refused.Key, Facts: refused.Facts}})
	return nil
}

// takePictures stores the pictures that the form brought.
func (a *achievementPages) takePictures(r *Request, f *badgeForm) error {
	raster, err := uploaded(r, "picture", picture.MaxRasterBytes)
	if err != nil {
		return err
	}
	vector, err := uploaded(r, "svg", picture.MaxSVGBytes)
	if err != nil {
		return err
	}
	if raster == nil && vector == nil {
		return nil
	}
	f.Generate = false
	if raster != nil {
		f.PNG, f.SVG = "", "" // a new picture takes both places
		if startsMarkup(raster) && vector == nil {
			vector, raster = raster, nil // brought in the wrong field
		}
	}
	if raster != nil {
		if err := a.takeRaster(r, f, raster); err != nil {
			return err
		}
	}
	if vector != nil {
		if err := a.takeVector(r, f, vector); err != nil {
			return err
		}
	}
	f.Content.Picture.PNG, f.Content.Picture.SVG = f.PNG, f.SVG
	return nil
}

func (a *achievementPages) takeRaster(r *Request, f *badgeForm, data []byte) error {
	png, err := picture.Fit(data, achievement.PictureSize)
	if err != nil {
		return f.refuse("picture", err)
	}
	f.PNG, err = a.Files.Put(r.Context(), "image/png", png)
	return err
}

func (a *achievementPages) takeVector(r *Request, f *badgeForm, data []byte) error {
	svg, err := picture.CleanSVG(data)
	if err != nil {
		return f.refuse("svg", err)
	}
	if f.PNG == "" {
		return f.refuse("picture", picture.ErrNeedsPNG)
	}
	f.SVG, err = a.Files.Put(r.Context(), "image/svg+xml", svg)
	return err
}

// startsMarkup tells whether bytes begin as XML does.
func startsMarkup(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n"), []byte("<"))
}

// uploaded reads a file of the form, nil where none was brought. One byte past
// the bound is read, so that it is refused with its reason.
func uploaded(r *Request, name string, most int) ([]byte, error) {
	file, _, err := r.FormFile(name)
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, int64(most)+1))
	if err != nil || len(data) == 0 {
		return nil, err
	}
	return data, nil
}

// parse reads the body of a request, and says where it is too large.
func parse(r *Request) error {
	err := r.ParseMultipartForm(maxForm)
	if errors.Is(err, http.ErrNotMultipart) {
		return nil
	}
	var tooLarge *http.MaxBytesError
	if err != nil && !errors.As(err, &tooLarge) {
		return fault.New(fault.Invalid, "web.error-422")
	}
	return err
}

// seen is when the person had the badge before them.
func (f *badgeForm) seen() time.Time { return time.UnixMicro(f.Seen).UTC() }

// query is what the picture depends on, as the query of an address.
func (f *badgeForm) query() string {
	c := &f.Content
	own := c.Own()
	v := url.Values{}
	for name, value := range map[string]string{
		"own": c.Lang, "kind": c.Kind, "name-" + c.Lang: own.Name, "second": own.Second, "assessment": c.Assessment, "icon": c.Picture.Icon,
		"division": c.Picture.Division, "piping": f.Piping, "colour": f.Colour,
	} {
		if value != "" {
			v.Set(name, value)
		}
	}
	for name, n := range map[string]int{"shade": c.Picture.Shade, "level": c.Level, "levels": c.Levels} {
		if n != 0 {
			v.Set(name, strconv.Itoa(n))
		}
	}
	if c.Kind == "milestone" {
		v.Del("level")
		v.Set("steps", strconv.Itoa(c.Level))
	}
	if registered := c.Registered(); registered != "" {
		if text, err := json.Marshal(achievement.Skill{URL: registered}); err == nil {
			v.Set("skill", string(text))
		}
	}
	return v.Encode()
}
