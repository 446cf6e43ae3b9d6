package web

import (
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/credential"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/framework"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/picture"
)

// achievementEdit is the data of the page "achievement-edit".
type achievementEdit struct {
	Title    string
	State    look.Chip
	Note     *look.Note
	Action   string // of the form
	Preview  string // what draws while one writes
	Picture  string
	Alt      string
	Seen     string
	Errors   look.Errors
	Kind     look.Field
	Level    look.Field
	Steps    look.Field
	Levels   look.Field
	Assess   look.Field
	Own      look.Field
	Words    []achievementWords
	Address  look.Field // of criteria elsewhere
	Needed   look.Field
	Skills   []achievementSkill
	SkillErr string
	Search   look.Field
	Found    *look.Field
	NoneSeen bool // a search found nothing
	Hand     []look.Field
	HandOpen bool
	Notices  []string // what the frameworks ask to be shown
	Validity achievementValidity
	Source   look.Field // generated or brought
	Brought  string     // address of the picture that was brought
	PNG, SVG string
	File     look.Field
	Vector   look.Field
	Second   look.Field
	IconFind look.Field
	Icon     look.Field
	Division look.Field
	Shade    look.Field
	Piping   look.Field
	Colour   look.Field
	Alts     []look.Field
	Tags     look.Field
	Licence  look.Field
	Other    look.Field // address of another licence
	Back     string
}

// achievementWords are the fields of one language.
type achievementWords struct {
	Lang   string
	Title  string
	Second bool // not the badge's own language
	Open   bool
	Fields []look.Field
	Read   template.HTML // the criteria as they will read
}

// achievementSkill is a skill that the badge has, and what keeps it in the form.
type achievementSkill struct {
	Name, Help, Path, Value, Drop string
}

// achievementValidity are the fields of how long it holds.
type achievementValidity struct {
	How, Years, Months, Days, Until look.Field
}

// edit opens the form.
func (a *achievementPages) edit(w http.ResponseWriter, r *Request) error {
	b, at, err := a.found(r)
	if err != nil {
		return err
	}
	c := b.Content()
	if b.Draft == nil && b.Newest != nil {
		c = b.Newest.Content.Editable()
	}
	f := formOfContent(c, r.Org)
	f.Seen = b.Changed.UnixMicro()
	if r.URL.Query().Get("check") != "" { // from the page that publishes
		wrong, err := Wrong(c.Check(true, a.core.Now()))
		if err != nil {
			return err
		}
		f.wrong(wrong)
	}
	return r.Show(w, "achievement-edit", a.editPage(r, b, at, f))
}

// save keeps what the form says, or does what one of its buttons asks and shows
// it again with all that was typed.
func (a *achievementPages) save(w http.ResponseWriter, r *Request) error {
	b, at, err := a.found(r)
	if err != nil {
		return err
	}
	if err := parse(r); err != nil {
		return err
	}
	f := readForm(r)
	if err := a.takePictures(r, f); err != nil {
		return err
	}
	do := a.act(r, f)
	if do == "" || len(f.Wrong) > 0 {
		return a.showForm(w, r, b, at, f)
	}
	if _, err := a.Badges.Save(r.Context(), r.Actor, b.Number, f.seen(), f.Content); err != nil {
		if fault.Is(err, fault.Conflict) {
			f.Seen = b.Changed.UnixMicro()
			f.wrong(map[string]fault.Field{"seen": {Name: "seen", Key: "achievement.changed-save"}})
			return a.showForm(w, r, b, at, f)
		}
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		f.wrong(wrong)
		return a.showForm(w, r, b, at, f)
	}
	switch do {
	case "look":
		return r.Go(w, at+"/preview", "badge-saved")
	case "publish":
		return r.Go(w, at+"/publish", "")
	}
	return r.Go(w, at+"/edit", "badge-saved")
}

func (a *achievementPages) showForm(w http.ResponseWriter, r *Request, b achievement.Achievement, at string, f *badgeForm) error {
	p := a.editPage(r, b, at, f)
	if len(f.Wrong) > 0 {
		return r.ShowAgain(w, "achievement-edit", p)
	}
	return r.Show(w, "achievement-edit", p)
}

// act does what the button asks within the form. It returns how to go on once it
// is saved, "" where it is to be shown again.
func (a *achievementPages) act(r *Request, f *badgeForm) string {
	do := r.Text("do")
	if index, ok := strings.CutPrefix(do, "drop-"); ok {
		if i, err := strconv.Atoi(index); err == nil && i >= 0 && i < len(f.Content.Skills) {
			f.Content.Skills = slices.Delete(f.Content.Skills, i, i+1)
		}
		return ""
	}
	picked := len(r.Form["skill-pick"]) > 0 || r.Text("skill-q-id") != ""
	switch do {
	case "icons", "read", "draw":
		f.ReadAloud = f.ReadAloud || do == "read"
		return ""
	case "skills":
		f.addSkills(r, a.Skills)
		if !picked && f.SkillQuery != "" {
			f.SkillFound = a.Skills.Search(f.SkillQuery, r.Lang(), 12)
		}
		return ""
	case "unpicture":
		f.PNG, f.SVG, f.Generate = "", "", true
		f.Content.Picture.PNG, f.Content.Picture.SVG = "", ""
		return ""
	case "save", "look", "publish":
	default:
		// Enter in a field: who was looking for a skill goes on looking.
		if f.SkillQuery != "" && !picked {
			f.SkillFound = a.Skills.Search(f.SkillQuery, r.Lang(), 12)
			return ""
		}
		do = "save"
	}
	f.addSkills(r, a.Skills)
	return do
}

// wrongOf is what is wrong with a field, in words.
func (f *badgeForm) wrongOf(r *Request, name string) string { return wrongText(r, f.Wrong, name) }

func (a *achievementPages) editPage(r *Request, b achievement.Achievement, at string, f *badgeForm) look.Page {
	c := &f.Content
	d := achievementEdit{
		Title: nameOf(r, b), State: badgeState(b), Action: at + "/edit", Preview: at + "/picture.svg", Seen: strconv.FormatInt(f.Seen, 36), Back: at,
		Picture: at + "/picture.svg?" + f.query(), PNG: f.PNG, SVG: f.SVG,
	}
	d.Alt = r.Say.T("achievement.preview-alt", message.Facts{"Alt": c.Alternative(r.Lang())})
	if f.PNG != "" && achievement.IsFileName(f.PNG) {
		d.Brought = "/file/" + f.PNG
		if !f.Generate {
			d.Picture = d.Brought
		}
	}
	a.putNote(&d, b, at)
	putKind(r, &d, f)
	a.putWords(r, &d, f)
	a.putSkills(r, &d, f)
	putValidity(r, &d, f)
	putPicture(r, &d, f)
	putRest(r, &d, f)
	d.Errors = d.faults(r, f)
	p := r.Page(r.Say.T("achievement.edit-title", message.Facts{"Name": d.Title}))
	p.Section, p.Data, p.Kind = "badges", d, c.Kind
	p.Trail = []look.Crumb{{Text: "achievement.title", Path: spaceBadges(r.Org)}, {Text: d.Title, Path: at}, {Text: "achievement.edit"}}
	return p
}

func (a *achievementPages) putNote(d *achievementEdit, b achievement.Achievement, at string) {
	switch {
	case b.State == achievement.Archived:
		d.Note = &look.Note{Kind: "doubt", Text: "achievement.note-archived"}
	case b.Version > 0 && b.Draft != nil:
		d.Note = &look.Note{Kind: "doubt", Text: "achievement.note-changed", Action: &look.Button{Text: "achievement.discard", Icon: "arrow-counter-clockwise", Path: at + "/discard", Small: true}}
	case b.Version > 0:
		d.Note = &look.Note{Text: "achievement.note-published"}
	}
}

// faults gathers what is wrong, in the order of the page.
func (d *achievementEdit) faults(r *Request, f *badgeForm) look.Errors {
	fields := []look.Field{d.Kind, d.Level, d.Steps, d.Levels, d.Assess, d.Own}
	for _, words := range d.Words {
		fields = append(fields, words.Fields...)
	}
	fields = append(fields, d.Address)
	e := look.Faults(fields...)
	if d.SkillErr != "" {
		e.Items = append(e.Items, look.Fault{ID: "skills", Text: d.SkillErr})
	}
	fields = append(d.Hand, d.Validity.Years, d.Validity.Until, d.Source, d.File, d.Vector, d.Second, d.Icon, d.Division, d.Shade, d.Piping, d.Colour)
	fields = append(fields, d.Alts...)
	fields = append(fields, d.Tags, d.Licence, d.Other)
	e.Items = append(e.Items, look.Faults(fields...).Items...)
	if text := f.wrongOf(r, "seen"); text != "" {
		e.Items = append(e.Items, look.Fault{Text: text})
	}
	return e
}

func samplePath(r *Request, pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return spaceBadges(r.Org) + "/sample.svg?" + v.Encode()
}

func kindChoice(r *Request, chosen string) []look.Option {
	var options []look.Option
	for _, k := range credential.Kinds() {
		options = append(options, look.Option{Value: k.Code, Label: "site.kind." + k.Code, Picture: samplePath(r, "kind", k.Code)})
	}
	return look.Choose(options, chosen)
}

func putKind(r *Request, d *achievementEdit, f *badgeForm) {
	c := &f.Content
	d.Kind = look.Field{Name: "kind", Type: "radio", Label: "achievement.kind", Help: "achievement.kind-help", Options: kindChoice(r, c.Kind), Error: f.wrongOf(r, "kind")}
	level := 0
	if c.Kind == "milestone" {
		d.Steps.Value, d.Levels.Value = positive(c.Level), positive(c.Levels)
	} else {
		level = c.Level
	}
	var options []look.Option
	for i, key := range []string{"site.level-none", "site.level-1", "site.level-2", "site.level-3"} {
		options = append(options, look.Option{Value: strconv.Itoa(i), Label: key, Selected: i == level})
	}
	d.Level = look.Field{Name: "level", Type: "radio", Label: "achievement.level-label", Help: "achievement.level-help", Options: options, Error: f.wrongOf(r, "level")}
	d.Steps = look.Field{Name: "steps", Type: "number", Label: "achievement.steps", Value: d.Steps.Value, Min: "1", Max: strconv.Itoa(achievement.MaxLevels), Error: f.wrongOf(r, "steps")}
	d.Levels = look.Field{Name: "levels", Type: "number", Label: "achievement.levels-label", Value: d.Levels.Value, Min: strconv.Itoa(achievement.MinLevels), Max: strconv.Itoa(achievement.MaxLevels), Error: f.wrongOf(r, "levels")}
	options = []look.Option{{Label: "site.assessment.none"}}
	for _, code := range credential.Assessments() {
		options = append(options, look.Option{Value: code, Label: "site.assessment." + code, Assessment: code})
	}
	d.Assess = look.Field{Name: "assessment", Type: "radio", Label: "achievement.assessment", Help: "achievement.assessment-help",
		Options: look.Choose(options, c.Assessment), Error: f.wrongOf(r, "assessment")}
}

// positive is a number for a field, "" for none.
func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (a *achievementPages) putWords(r *Request, d *achievementEdit, f *badgeForm) {
	c := &f.Content
	d.Own = look.Field{Name: "own", Type: "radio", Label: "achievement.own", Help: "achievement.own-help", Options: look.Choose([]look.Option{
		{Value: "fr", Label: "look.language.fr"}, {Value: "en", Label: "look.language.en"},
	}, c.Lang), Error: f.wrongOf(r, "lang")}
	for _, lang := range achievement.Languages {
		t := c.Texts[lang]
		second := lang != c.Lang
		words := achievementWords{Lang: lang, Second: second, Title: "achievement.words-" + lang, Open: !second || t != achievement.Texts{}}
		field := func(name, kind string, limit, rows int, value string) look.Field {
			return look.Field{
				Name: name + "-" + lang, Type: kind, Label: "achievement.field-" + name, Help: "achievement.field-" + name + "-help", Value: value, Limit: limit, Rows: rows,
				Error: f.wrongOf(r, name+"-"+lang), Lang: lang, Spellcheck: true,
			}
		}
		words.Fields = []look.Field{
			field("name", "text", achievement.MaxName, 0, t.Name),
			field("description", "textarea", achievement.MaxDescription, 3, t.Description),
			field("criteria", "textarea", achievement.MaxCriteria, 8, t.Criteria),
			field("evidence", "textarea", achievement.MaxEvidence, 2, t.Evidence),
			field("assessor", "text", achievement.MaxAssessor, 0, t.Assessor),
		}
		words.Fields[3].Optional, words.Fields[4].Optional = !c.EvidenceNeeded, true
		for _, field := range words.Fields {
			words.Open = words.Open || field.Error != ""
		}
		if f.ReadAloud {
			words.Read = a.Reading.HTML(t.Criteria)
		}
		d.Words = append(d.Words, words)
	}
	if c.Lang == "en" {
		slices.Reverse(d.Words)
	}
	d.Address = look.Field{Name: "criteria-url", Type: "url", Label: "achievement.criteria-url", Help: "achievement.criteria-url-help", Value: c.CriteriaURL, Optional: true, Error: f.wrongOf(r, "criteria-url")}
	d.Needed = look.Field{Name: "evidence-needed", Type: "checkbox", Label: "achievement.evidence-needed", Help: "achievement.evidence-needed-help", Checked: c.EvidenceNeeded}
}

func (a *achievementPages) putSkills(r *Request, d *achievementEdit, f *badgeForm) {
	d.SkillErr = f.wrongOf(r, "skills")
	shown := map[string]bool{}
	for i, s := range f.Content.Skills {
		value, err := json.Marshal(s)
		if err != nil {
			continue
		}
		help := s.FrameworkIn(r.Lang())
		if s.Code != "" && len(s.Code) < 20 {
			help = strings.Trim(help+", "+s.Code, ", ")
		}
		d.Skills = append(d.Skills, achievementSkill{Name: s.In(r.Lang()), Help: help, Path: s.URL, Value: string(value), Drop: "drop-" + strconv.Itoa(i)})
	}
	for _, code := range framework.Frameworks() {
		d.Notices = append(d.Notices, framework.Notice(code).In(r.Lang()))
	}
	d.Search = look.Field{Name: "skill-q", Label: "achievement.skill-find", Help: "achievement.skill-find-help", Value: f.SkillQuery, Search: "/skills"}
	if f.SkillFound != nil || f.SkillQuery != "" && r.Method == http.MethodPost && r.Text("do") == "skills" {
		var options []look.Option
		for _, s := range f.SkillFound {
			if !shown[s.URL] {
				options = append(options, look.Option{Value: s.URL, Label: s.Name.In(r.Lang()), Help: skillDetail(s, r.Lang())})
			}
			shown[s.URL] = true
		}
		d.NoneSeen = len(options) == 0
		if len(options) > 0 {
			d.Found = &look.Field{Name: "skill-pick", Type: "checks", Label: "achievement.skill-found", Options: options}
		}
	}
	d.HandOpen = !f.handEmpty()
	types := []look.Option{{Label: "achievement.type-none"}}
	for _, code := range achievement.TargetTypes {
		types = append(types, look.Option{Value: code, Label: "achievement.type-" + strings.ToLower(strings.ReplaceAll(code, ":", "-"))})
	}
	d.Hand = []look.Field{
		{Name: "skill-name-fr", Label: "achievement.skill-name-fr", Value: f.Hand.Name["fr"], Limit: achievement.MaxSkillName, Lang: "fr", Error: f.wrongOf(r, "skill-name-fr")},
		{Name: "skill-name-en", Label: "achievement.skill-name-en", Value: f.Hand.Name["en"], Limit: achievement.MaxSkillName, Lang: "en", Optional: true, Error: f.wrongOf(r, "skill-name-en")},
		{Name: "skill-url", Type: "url", Label: "achievement.skill-address", Help: "achievement.skill-address-help", Value: f.Hand.URL, Error: f.wrongOf(r, "skill-url")},
		{Name: "skill-code", Label: "achievement.skill-code", Value: f.Hand.Code, Optional: true, Limit: achievement.MaxCode, Error: f.wrongOf(r, "skill-code")},
		{Name: "skill-framework", Label: "achievement.skill-framework", Help: "achievement.skill-framework-help", Value: f.Hand.Framework, Optional: true, Limit: achievement.MaxSkillName, Error: f.wrongOf(r, "skill-framework")},
		{Name: "skill-type", Type: "select", Label: "achievement.skill-type-label", Options: look.Choose(types, f.Hand.Type), Optional: true, Error: f.wrongOf(r, "skill-type")},
	}
}

func skillDetail(s framework.Skill, lang string) string {
	detail := framework.Name(s.Framework).In(lang)
	if text := s.Description.In(lang); text != "" {
		detail += ". " + clipped(text, 140)
	}
	return detail
}

func putValidity(r *Request, d *achievementEdit, f *badgeForm) {
	v := f.Content.Validity
	options := []look.Option{{Value: "ever", Label: "achievement.validity-ever"}, {Value: "span", Label: "achievement.validity-span"}, {Value: "until", Label: "achievement.validity-until"}}
	count := func(name string, n, most int) look.Field {
		return look.Field{Name: name, Type: "number", Label: "achievement." + name, Value: positive(n), Min: "0", Max: strconv.Itoa(most), InputMode: "numeric"}
	}
	d.Validity = achievementValidity{
		How:   look.Field{Name: "validity", Type: "radio", Label: "achievement.validity", Help: "achievement.validity-help", Options: look.Choose(options, f.Validity)},
		Years: count("years", v.Years, achievement.MaxYears), Months: count("months", v.Months, achievement.MaxMonths), Days: count("days", v.Days, achievement.MaxDays),
		Until: look.Field{Name: "until", Type: "date", Label: "achievement.until-label", Value: v.Until, Error: f.wrongOf(r, "until")},
	}
	d.Validity.Years.Error = f.wrongOf(r, "span")
}

func putPicture(r *Request, d *achievementEdit, f *badgeForm) {
	c := &f.Content
	source := "drawn"
	if !f.Generate {
		source = "brought"
	}
	d.Source = look.Field{Name: "picture-from", Type: "radio", Label: "achievement.picture-from", Options: look.Choose([]look.Option{
		{Value: "drawn", Label: "achievement.picture-drawn", Help: "achievement.picture-drawn-help"},
		{Value: "brought", Label: "achievement.picture-brought", Help: "achievement.picture-brought-help"},
	}, source)}
	d.File = look.Field{Name: "picture", Type: "file", Label: "achievement.picture-file", Help: "achievement.picture-file-help", Accept: "image/png,image/jpeg,image/webp,image/svg+xml", Error: f.wrongOf(r, "picture")}
	d.Vector = look.Field{Name: "svg", Type: "file", Label: "achievement.picture-svg", Help: "achievement.picture-svg-help", Accept: "image/svg+xml", Optional: true, Error: f.wrongOf(r, "svg")}
	d.Second = look.Field{Name: "second", Label: "achievement.second", Help: "achievement.second-help", Value: c.Own().Second, Limit: achievement.MaxSecond, Optional: true, Error: f.wrongOf(r, "second"), Lang: c.Lang}
	d.IconFind = look.Field{Name: "icon-q", Label: "achievement.icon-find", Help: "achievement.icon-find-help", Value: f.IconQuery, Type: "search"}
	d.Icon = iconField(r, f)
	options := []look.Option{{Label: "achievement.division-any"}}
	for division := picture.Plain; division <= picture.Diagonal; division++ {
		code := strings.ToLower(division.Label("en"))
		options = append(options, look.Option{Value: code, Label: division.Label(r.Lang()), Picture: samplePath(r, "kind", orKind(c.Kind), "division", code)})
	}
	d.Division = look.Field{Name: "division", Type: "radio", Label: "achievement.division-label", Options: look.Choose(options, c.Picture.Division), Error: f.wrongOf(r, "division")}
	d.Shade = shadeField(r, f)
	d.Piping = pipingField(r, f)
	d.Colour = look.Field{Name: "colour", Type: "color", Label: "achievement.colour", Value: f.Colour, Error: f.wrongOf(r, "colour")}
	if d.Colour.Value == "" {
		d.Colour.Value = "#E2A33A"
	}
	for _, lang := range achievement.Languages {
		d.Alts = append(d.Alts, look.Field{Name: "alt-" + lang, Type: "textarea", Rows: 2, Label: "achievement.alt-" + lang, Help: "achievement.alt-help", Value: c.Texts[lang].Alt,
			Limit: achievement.MaxAlt, Optional: f.Generate || c.Texts[lang].Empty(), Lang: lang, Error: f.wrongOf(r, "alt-"+lang)})
	}
}

// orKind is a kind to draw a sample with, where none is chosen yet.
func orKind(kind string) string {
	if _, ok := credential.KindOf(kind); !ok {
		return "participation"
	}
	return kind
}

// maxIcons is how many icons a search shows.
const maxIcons = 36

func iconField(r *Request, f *badgeForm) look.Field {
	c := &f.Content
	shown := achievement.SuggestIcons(c.Kind)
	if f.IconQuery != "" {
		shown = achievement.FindIcons(f.IconQuery, maxIcons)
	}
	if chosen, ok := achievement.IconNamed(c.Picture.Icon); ok && !slices.Contains(shown, chosen) {
		shown = append([]achievement.Icon{chosen}, shown...)
	}
	options := []look.Option{{Label: "achievement.icon-any", Picture: samplePath(r, "kind", orKind(c.Kind))}}
	for _, icon := range shown {
		options = append(options, look.Option{Value: icon.Name, Label: icon.Label(r.Lang()), Picture: samplePath(r, "kind", orKind(c.Kind), "icon", icon.Name)})
	}
	field := look.Field{Name: "icon", Type: "radio", Label: "achievement.icon-label", Options: look.Choose(options, c.Picture.Icon), Error: f.wrongOf(r, "icon")}
	if f.IconQuery != "" && len(options) == 1 {
		field.Help = "achievement.icon-none"
	}
	return field
}

// shades are the turns of the hue that the form offers.
var shades = []int{-45, -30, -15, 0, 15, 30, 45}

func shadeField(r *Request, f *badgeForm) look.Field {
	shade := f.Content.Picture.Shade
	offered := shades
	if shade >= -45 && shade <= 45 && !slices.Contains(offered, shade) {
		offered = append(slices.Clone(offered), shade)
		slices.Sort(offered)
	}
	var options []look.Option
	for _, n := range offered {
		o := look.Option{Value: strconv.Itoa(n), Label: r.Say.T("achievement.shade-0"), Selected: n == shade}
		turn := "shade"
		if n < 0 {
			turn = "darker"
		}
		o.Picture = samplePath(r, "kind", orKind(f.Content.Kind), turn, strconv.Itoa(max(n, -n)))
		if n != 0 {
			o.Label = strings.Replace(strconv.Itoa(n), "-", "−", 1) + "°"
			if n > 0 {
				o.Label = "+" + o.Label
			}
		}
		options = append(options, o)
	}
	return look.Field{Name: "shade", Type: "radio", Label: "achievement.shade", Help: "achievement.shade-help", Options: options, Error: f.wrongOf(r, "shade")}
}

func pipingField(r *Request, f *badgeForm) look.Field {
	options := []look.Option{{Value: "none", Label: "achievement.piping-none"}}
	if r.Org.Colour != "" {
		options = append(options, look.Option{Value: "organisation", Label: "achievement.piping-organisation"})
	}
	options = append(options, look.Option{Value: "own", Label: "achievement.piping-own"})
	return look.Field{Name: "piping", Type: "radio", Label: "achievement.piping", Help: "achievement.piping-help", Options: look.Choose(options, f.Piping), Error: f.wrongOf(r, "piping")}
}

func putRest(r *Request, d *achievementEdit, f *badgeForm) {
	c := &f.Content
	d.Tags = look.Field{Name: "tags", Label: "achievement.tags", Help: "achievement.tags-help", Value: strings.Join(trimmed(c.Tags), ", "), Optional: true, Error: f.wrongOf(r, "tags"), Spellcheck: true}
	options := []look.Option{{Label: "achievement.licence-none"}}
	for i, address := range licences {
		options = append(options, look.Option{Value: address, Label: "achievement.licence-" + strconv.Itoa(i)})
	}
	options = append(options, look.Option{Value: "other", Label: "achievement.licence-other"})
	d.Licence = look.Field{Name: "licence", Type: "select", Label: "achievement.licence", Help: "achievement.licence-help", Options: look.Choose(options, f.Licence), Optional: true, Error: f.wrongOf(r, "licence")}
	d.Other = look.Field{Name: "licence-url", Type: "url", Label: "achievement.licence-url", Optional: true, Error: f.wrongOf(r, "licence-url")}
	if f.Licence == "other" {
		d.Other.Value = c.Licence
	}
}

func trimmed(list []string) []string {
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// suggestion is a skill as the script of a field with suggestions takes it.
type suggestion struct {
	ID     string `json:"id"`
	Label  string `json:"label"`
	Detail string `json:"detail"`
}

// skills answers what begins with what was typed.
func (a *achievementPages) skills(w http.ResponseWriter, r *Request) error {
	found := []suggestion{}
	if q := r.URL.Query().Get("q"); strings.TrimSpace(q) != "" {
		for _, s := range a.Skills.Search(q, r.Lang(), 12) {
			found = append(found, suggestion{s.URL, s.Name.In(r.Lang()), skillDetail(s, r.Lang())})
		}
	}
	body, err := json.Marshal(found)
	if err != nil {
		return err
	}
	out := &answer{kind: "application/json", body: body, control: "private, max-age=600", vary: "Accept-Language, Cookie"}
	out.send(w, r.Request)
	return nil
}
