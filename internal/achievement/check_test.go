package achievement_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/framework"
	"github.com/ecusson/ecusson/internal/message"
)

var today = time.Date(2026, 6, 12, 8, 0, 0, 0, time.UTC)

// good is a content that can be published.
func good() achievement.Content {
	return achievement.Content{
		Lang: "fr", Kind: "soft-skill", Level: 2, Assessment: "jury",
		Texts: map[string]achievement.Texts{
			"fr": {Name: "Équipier", Second: "2026", Description: "Fait avancer le groupe.", Criteria: "- écouter\n- aider", Evidence: "Un récit."},
			"en": {Name: "Team player", Description: "Brings the group forward.", Criteria: "- listen\n- help", Evidence: "A story."},
		},
		Skills: []achievement.Skill{{Name: map[string]string{"fr": "Équipe", "en": "Team"}, URL: "https://example.org/team", Type: "ceasn:Competency"}},
		Tags:   []string{"équipe"}, Licence: "https://creativecommons.org/licenses/by/4.0/",
		Validity: achievement.Validity{Years: 2}, Picture: achievement.Picture{Icon: "users-three", Division: "rays", Shade: 10, Piping: "#E2A33A"},
	}
}

// wrongs are the fields that are refused, with the code of why.
func wrongs(t *testing.T, err error) map[string]string {
	t.Helper()
	if err == nil {
		return nil
	}
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid {
		t.Fatalf("not a fault of a form: %v", err)
	}
	out := map[string]string{}
	for _, field := range f.Fields {
		out[field.Name] = field.Key
	}
	return out
}

func text(lang string, change func(*achievement.Texts)) func(*achievement.Content) {
	return func(c *achievement.Content) {
		t := c.Texts[lang]
		change(&t)
		c.Texts[lang] = t
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	g := good()
	if err := g.Check(true, today); err != nil {
		t.Fatalf("the good content is refused: %v", err)
	}
	long := func(n int) string { return strings.Repeat("é", n) }
	registered := achievement.Skill{Name: map[string]string{"fr": "RNCP 1"}, URL: "https://www.francecompetences.fr/recherche/rncp/34441/", Type: "ceterms:Credential"}
	for _, test := range []struct {
		name   string
		change func(*achievement.Content)
		field  string // that must be refused, "" where nothing must
		key    string
		draft  bool // a draft is refused too
	}{
		{"no language", func(c *achievement.Content) { c.Lang = "" }, "lang", "achievement.lang", true},
		{"a third language", func(c *achievement.Content) { c.Texts["de"] = achievement.Texts{Name: "x"} }, "lang", "achievement.lang", true},
		{"no kind", func(c *achievement.Content) { c.Kind, c.Level = "", 0 }, "kind", "achievement.kind-missing", false},
		{"unknown kind", func(c *achievement.Content) { c.Kind = "diploma" }, "kind", "achievement.kind-unknown", true},
		{"unknown assessment", func(c *achievement.Content) { c.Assessment = "luck" }, "assessment", "achievement.assessment-unknown", true},
		{"level 4", func(c *achievement.Content) { c.Level = 4 }, "level", "achievement.level", true},
		{"level -1", func(c *achievement.Content) { c.Level = -1 }, "level", "achievement.level", true},
		{"level of a participation", func(c *achievement.Content) { c.Kind = "participation" }, "level", "achievement.level-kind", true},
		{"participation", func(c *achievement.Content) { c.Kind, c.Level = "participation", 0 }, "", "", false},
		{"levels of a soft skill", func(c *achievement.Content) { c.Levels = 3 }, "levels", "achievement.levels-kind", true},
		{"milestone", func(c *achievement.Content) { c.Kind, c.Level, c.Levels = "milestone", 3, 4 }, "", "", false},
		{"milestone of one", func(c *achievement.Content) { c.Kind, c.Level, c.Levels = "milestone", 1, 1 }, "levels", "achievement.levels", true},
		{"milestone of seven", func(c *achievement.Content) { c.Kind, c.Level, c.Levels = "milestone", 3, 7 }, "levels", "achievement.levels", true},
		{"milestone above all", func(c *achievement.Content) { c.Kind, c.Level, c.Levels = "milestone", 5, 4 }, "level", "achievement.level-milestone", true},
		{"milestone of nothing", func(c *achievement.Content) { c.Kind, c.Level, c.Levels = "milestone", 0, 0 }, "levels", "achievement.levels", false},
		{"open recognition by a jury", func(c *achievement.Content) { c.Kind = "open-recognition" }, "assessment", "achievement.assessment-open", true},
		{"open recognition by peers", func(c *achievement.Content) { c.Kind, c.Assessment = "open-recognition", "peers" }, "", "", false},
		{"certification without one", func(c *achievement.Content) { c.Assessment = "certification" }, "assessment", "achievement.assessment-certification", true},
		{"certification", func(c *achievement.Content) {
			c.Assessment, c.Skills = "certification", []achievement.Skill{registered}
		}, "", "", false},
		{"certification elsewhere", func(c *achievement.Content) {
			r := registered
			r.URL = "https://francecompetences.fr.example.org/recherche/rncp/34441/"
			c.Assessment, c.Skills = "certification", []achievement.Skill{r}
		}, "assessment", "achievement.assessment-certification", true},

		{"no name", text("fr", func(x *achievement.Texts) { x.Name = "" }), "name-fr", "achievement.name-missing", false},
		{"no description", text("fr", func(x *achievement.Texts) { x.Description = "" }), "description-fr", "achievement.description-missing", false},
		{"no criteria", text("fr", func(x *achievement.Texts) { x.Criteria = "" }), "criteria-fr", "achievement.criteria-missing", false},
		{"criteria elsewhere", func(c *achievement.Content) {
			delete(c.Texts, "en")
			text("fr", func(x *achievement.Texts) { x.Criteria = "" })(c)
			c.CriteriaURL = "https://example.org/criteria"
		}, "", "", false},
		{"no second language", func(c *achievement.Content) { delete(c.Texts, "en") }, "", "", false},
		{"English as the first", func(c *achievement.Content) { c.Lang = "en"; delete(c.Texts, "fr") }, "", "", false},
		{"the first language missing", func(c *achievement.Content) { delete(c.Texts, "fr") }, "name-fr", "achievement.name-missing", false},
		{"half a second language", text("en", func(x *achievement.Texts) { x.Description = "" }), "description-en", "achievement.description-missing", false},
		{"half a second language: criteria", text("en", func(x *achievement.Texts) { x.Criteria = "" }), "criteria-en", "achievement.criteria-missing", false},
		{"evidence needed and not said", func(c *achievement.Content) {
			c.EvidenceNeeded = true
			text("fr", func(x *achievement.Texts) { x.Evidence = "" })(c)
		}, "evidence-fr", "achievement.evidence-missing", false},

		{"longest description", text("fr", func(x *achievement.Texts) { x.Description = long(achievement.MaxDescription) }), "", "", false},
		{"long description", text("fr", func(x *achievement.Texts) { x.Description = long(achievement.MaxDescription + 1) }), "description-fr", "achievement.too-long", true},
		{"long criteria", text("en", func(x *achievement.Texts) { x.Criteria = long(achievement.MaxCriteria + 1) }), "criteria-en", "achievement.too-long", true},
		{"long evidence", text("fr", func(x *achievement.Texts) { x.Evidence = long(achievement.MaxEvidence + 1) }), "evidence-fr", "achievement.too-long", true},
		{"long assessor", text("fr", func(x *achievement.Texts) { x.Assessor = long(achievement.MaxAssessor + 1) }), "assessor-fr", "achievement.too-long", true},
		{"long alt", text("fr", func(x *achievement.Texts) { x.Alt = long(achievement.MaxAlt + 1) }), "alt-fr", "achievement.too-long", true},
		{"long name", text("en", func(x *achievement.Texts) { x.Name = long(achievement.MaxName + 1) }), "name-en", "achievement.too-long", true},
		{"a name that does not fit the picture", text("fr", func(x *achievement.Texts) { x.Name = strings.Repeat("W", 60) }), "name-fr", "picture.name-long", true},
		{"a second text that does not fit", text("fr", func(x *achievement.Texts) { x.Second = strings.Repeat("Campus ", 8) }), "second-fr", "picture.second-long", true},
		{"a diploma", text("fr", func(x *achievement.Texts) { x.Name = "Diplôme" }), "name-fr", "picture.name-word", true},
		{"a republic", text("fr", func(x *achievement.Texts) { x.Second = "République" }), "second-fr", "picture.second-word", true},
		{"linked to a certification", func(c *achievement.Content) {
			c.Skills = []achievement.Skill{registered}
			text("fr", func(x *achievement.Texts) { x.Second = "lié au RNCP" })(c)
		}, "", "", false},
		{"a control character", text("fr", func(x *achievement.Texts) { x.Description = "a\x00b" }), "description-fr", "achievement.character", true},
		{"a turned direction", text("fr", func(x *achievement.Texts) { x.Criteria = "a\u202eb" }), "criteria-fr", "achievement.character", true},
		{"no UTF-8", text("fr", func(x *achievement.Texts) { x.Criteria = "a\xffb" }), "criteria-fr", "achievement.character", true},

		{"Markdown as people write it", text("fr", func(x *achievement.Texts) {
			x.Criteria = "# Titre\n\n> Il faut :\n>\n> 1. écouter ([voir](https://example.org/a_(b)))\n> 2. aider\n\n- - -\n\n-----------------\n\n- a\n    - b\n        - c"
		}), "", "", false},
		{"deep quotes", text("fr", func(x *achievement.Texts) { x.Criteria = strings.Repeat("> ", 9) + "a" }), "criteria-fr", "achievement.markdown-deep", true},
		{"deep lists", text("fr", func(x *achievement.Texts) { x.Criteria = strings.Repeat("- ", 9) + "a" }), "criteria-fr", "achievement.markdown-deep", true},
		{"deep brackets", text("fr", func(x *achievement.Texts) { x.Criteria = strings.Repeat("[", 9) + "a" }), "criteria-fr", "achievement.markdown-deep", true},
		{"many lines", text("fr", func(x *achievement.Texts) { x.Criteria = strings.Repeat("a\n", 600) }), "criteria-fr", "achievement.markdown-lines", true},

		{"criteria at no address", func(c *achievement.Content) { c.CriteriaURL = "javascript:alert(1)" }, "criteria-url", "achievement.url", true},
		{"criteria at half an address", func(c *achievement.Content) { c.CriteriaURL = "example.org/a" }, "criteria-url", "achievement.url", true},
		{"an address with a password", func(c *achievement.Content) { c.CriteriaURL = "https://a:b@example.org/" }, "criteria-url", "achievement.url", true},
		{"a long address", func(c *achievement.Content) { c.CriteriaURL = "https://example.org/" + long(achievement.MaxURL) }, "criteria-url", "achievement.too-long", true},
		{"licence in words", func(c *achievement.Content) { c.Licence = "CC BY" }, "licence", "achievement.url", true},

		{"many skills", func(c *achievement.Content) { c.Skills = make([]achievement.Skill, achievement.MaxSkills+1) }, "skills", "achievement.skills-many", true},
		{"a skill twice", func(c *achievement.Content) { c.Skills = append(c.Skills, c.Skills[0]) }, "skills", "achievement.skill-twice", true},
		{"a skill without address", func(c *achievement.Content) { c.Skills[0].URL = "" }, "skills", "achievement.skill-wrong", true},
		{"a skill without name", func(c *achievement.Content) { c.Skills[0].Name = nil }, "skills", "achievement.skill-wrong", true},
		{"a skill in German", func(c *achievement.Content) { c.Skills[0].Name["de"] = "Gruppe" }, "skills", "achievement.skill-wrong", true},
		{"a skill of an unknown type", func(c *achievement.Content) { c.Skills[0].Type = "x" }, "skills", "achievement.skill-wrong", true},
		{"many tags", func(c *achievement.Content) { c.Tags = make([]string, achievement.MaxTags+1) }, "tags", "achievement.tags-many", true},
		{"a long tag", func(c *achievement.Content) { c.Tags = []string{long(achievement.MaxTag + 1)} }, "tags", "achievement.tag-long", true},

		{"for ever", func(c *achievement.Content) { c.Validity = achievement.Validity{} }, "", "", false},
		{"until today", func(c *achievement.Content) { c.Validity = achievement.Validity{Until: "2026-06-12"} }, "", "", false},
		{"until last year", func(c *achievement.Content) { c.Validity = achievement.Validity{Until: "2025-06-12"} }, "until", "achievement.until-over", true},
		{"until a day that is none", func(c *achievement.Content) { c.Validity = achievement.Validity{Until: "2026-02-30"} }, "until", "achievement.until", true},
		{"until the end of time", func(c *achievement.Content) { c.Validity = achievement.Validity{Until: "9999-12-31"} }, "until", "achievement.until-far", true},
		{"until and for", func(c *achievement.Content) { c.Validity.Until = "2027-01-01" }, "until", "achievement.until-and-span", true},
		{"for a thousand years", func(c *achievement.Content) { c.Validity = achievement.Validity{Years: 1000} }, "span", "achievement.span", true},
		{"for less than nothing", func(c *achievement.Content) { c.Validity = achievement.Validity{Days: -1} }, "span", "achievement.span", true},

		{"unknown icon", func(c *achievement.Content) { c.Picture.Icon = "crown" }, "icon", "picture.icon-unknown", true},
		{"unknown division", func(c *achievement.Content) { c.Picture.Division = "stars" }, "division", "achievement.division", true},
		{"shade", func(c *achievement.Content) { c.Picture.Shade = 46 }, "shade", "picture.hue-outside", true},
		{"piping", func(c *achievement.Content) { c.Picture.Piping = "red" }, "piping", "picture.piping-colour", true},
		{"a picture by path", func(c *achievement.Content) { c.Picture.PNG = "../etc/passwd" }, "picture", "achievement.picture-unknown", true},
		{"an SVG alone", func(c *achievement.Content) { c.Picture.SVG = strings.Repeat("a", 64) + ".svg" }, "picture", "picture.svg-needs-png", true},
		{"a picture without words", func(c *achievement.Content) { c.Picture.PNG = strings.Repeat("a", 64) + ".png" }, "alt-fr", "achievement.alt-missing", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := good()
			test.change(&c)
			got := wrongs(t, c.Check(true, today))
			if got[test.field] != test.key || test.field == "" && len(got) > 0 {
				t.Errorf("published: %v, want %s at %q", got, test.key, test.field)
			}
			if draft := wrongs(t, c.Check(false, today)); (draft[test.field] == test.key) != (test.draft || test.field == "") {
				t.Errorf("as a draft: %v", draft)
			}
		})
	}
}

// TestSentences holds that every refusal has its sentence, in both languages.
func TestSentences(t *testing.T) {
	t.Parallel()
	catalog, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	bad := good()
	bad.Kind, bad.Assessment, bad.Level, bad.Lang = "x", "x", 9, "xx"
	bad.CriteriaURL, bad.Licence, bad.Validity.Until = "x", "x", "x"
	bad.Picture = achievement.Picture{Icon: "x", Division: "x", Shade: 99, Piping: "x", SVG: "x"}
	bad.Tags = []string{strings.Repeat("x", 99)}
	for name, key := range wrongs(t, bad.Check(true, today)) {
		for _, lang := range achievement.Languages {
			if !catalog.For(lang).Has(key) {
				t.Errorf("%s: %s has no sentence in %s", name, key, lang)
			}
		}
	}
}

func TestTidy(t *testing.T) {
	t.Parallel()
	c := good()
	c.Texts["fr"] = achievement.Texts{Name: "  Équipier \n solide ", Description: "a\r\n\r\nb "}
	c.Texts["en"] = achievement.Texts{Name: "  "}
	c.Tags = []string{" a ", "", "A", "b\u00a0: c"}
	c.Tidy()
	if got := c.Texts["fr"]; got.Name != "Équipier solide" || got.Description != "a\n\nb" {
		t.Errorf("texts: %+v", got)
	}
	if _, there := c.Texts["en"]; there {
		t.Error("an empty language stays")
	}
	if strings.Join(c.Tags, "|") != "a|b\u00a0: c" {
		t.Errorf("tags: %q", c.Tags)
	}
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	catalog, err := framework.Load()
	if err != nil {
		t.Fatal(err)
	}
	templates, err := achievement.Templates(catalog)
	if err != nil {
		t.Fatal(err)
	}
	if len(templates) < 8 {
		t.Errorf("only %d templates", len(templates))
	}
	for _, template := range templates {
		for _, lang := range achievement.Languages {
			c := template.Content.Clone()
			c.Lang = lang // each can be published in either language, as it is
			before := c.Clone()
			c.Tidy()
			if err := c.Check(true, today); err != nil {
				t.Errorf("%s in %s: %v", template.Code, lang, err)
			}
			if before.Own() != c.Own() {
				t.Errorf("%s in %s is not tidy", template.Code, lang)
			}
			if err := c.Drawing().Check(); err != nil {
				t.Errorf("%s in %s: %v", template.Code, lang, err)
			}
		}
		for _, text := range []string{template.Content.Texts["fr"].Criteria, template.Content.Texts["fr"].Description} {
			for _, wrong := range []string{" ;", " !", " ?", " :", " »", "« ", "'"} {
				if strings.Contains(text, wrong) {
					t.Errorf("%s: %q stands in French: %s", template.Code, wrong, text)
				}
			}
		}
	}
}
