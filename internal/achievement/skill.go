package achievement

import "github.com/ecusson/ecusson/internal/framework"

// SkillOf is a skill of a framework as a badge keeps it: with all that it says
// in both languages, so that what was published depends on no later release.
func SkillOf(s framework.Skill) Skill {
	a := s.Alignment("fr")
	out := Skill{
		Name: map[string]string{"fr": s.Name.FR, "en": s.Name.EN}, URL: s.URL, Code: s.Code, Type: a.TargetType,
		Framework: a.TargetFramework, Frameworks: map[string]string{"fr": a.TargetFramework, "en": s.Alignment("en").TargetFramework},
	}
	if s.Description.FR != "" || s.Description.EN != "" {
		out.Description = map[string]string{"fr": s.Description.FR, "en": s.Description.EN}
	}
	return out
}
