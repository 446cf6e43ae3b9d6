package achievement

import (
	"slices"
	"strconv"

	"github.com/ecusson/ecusson/internal/credential"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/organization"
	ob "github.com/ecusson/ecusson/openbadges"
)

// Key names the version's achievement in addresses.
func (v *Version) Key() string { return id.Key(v.Org, v.Achievement) }

// Path is where the version is described in a language: that of another than the
// content's own has the language behind.
func (v *Version) Path(lang string) string {
	path := "/a/" + v.Key() + "/" + strconv.Itoa(v.Version)
	if lang == v.Content.Lang || !slices.Contains(v.Content.Languages(), lang) {
		return path
	}
	return path + "/" + lang
}

// Badge is a version as it is signed, in a language of its content; a language
// that it lacks gets its own. base is the site's address without a slash at its
// end. What comes out depends on nothing that may change but base.
func (s *Service) Badge(v *Version, _ organization.Organization, base string, lang string) credential.Badge {
	c := &v.Content
	if !slices.Contains(c.Languages(), lang) {
		lang = c.Lang
	}
	t := c.In(lang)
	b := credential.Badge{
		ID: base + v.Path(lang), Lang: lang, Name: t.Name, Description: t.Description,
		Kind: c.Kind, Level: c.Level, Assessment: c.Assessment, Assessor: t.Assessor,
		Criteria: t.Criteria, CriteriaURL: c.CriteriaURL, Evidence: t.Evidence,
		Tags: c.Tags, Image: base + "/file/" + v.PNG, Alt: t.Alt, Version: strconv.Itoa(v.Version),
	}
	if b.Alt == "" {
		b.Alt = v.Alt
	}
	for _, s := range c.Skills {
		b.Skills = append(b.Skills, ob.Alignment{
			Type: []string{"Alignment"}, TargetName: s.In(lang), TargetDescription: s.Described(lang), TargetURL: s.URL,
			TargetCode: s.Code, TargetFramework: s.FrameworkIn(lang), TargetType: s.Type,
		})
	}
	for _, other := range c.Languages() {
		if other != lang {
			b.Others = append(b.Others, credential.Other{Lang: other, ID: base + v.Path(other)})
		}
	}
	return b
}
