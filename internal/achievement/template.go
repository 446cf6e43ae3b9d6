package achievement

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/ecusson/ecusson/internal/framework"
)

//go:embed template.json
var templateFile []byte

// Template is a badge to begin from.
type Template struct {
	Code    string
	Content Content
}

// Templates are the badges that the program brings along, with their skills from
// a catalogue.
func Templates(skills *framework.Catalog) ([]Template, error) {
	var read []struct {
		Code    string   `json:"code"`
		Skills  []string `json:"skills"` // codes of ROME
		Content Content  `json:"content"`
	}
	if err := json.Unmarshal(templateFile, &read); err != nil {
		return nil, fmt.Errorf("achievement: templates: %w", err)
	}
	byCode := map[string]framework.Skill{}
	for _, s := range skills.All(framework.ROME) {
		byCode[s.Code] = s
	}
	out := make([]Template, len(read))
	for i, t := range read {
		for _, code := range t.Skills {
			s, ok := byCode[code]
			if !ok {
				return nil, fmt.Errorf("achievement: template %s: no skill %s", t.Code, code)
			}
			t.Content.Skills = append(t.Content.Skills, SkillOf(s))
		}
		out[i] = Template{Code: t.Code, Content: t.Content}
	}
	return out, nil
}
