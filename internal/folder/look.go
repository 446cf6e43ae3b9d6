package folder

import (
	"github.com/ecusson/ecusson/internal/site"
	"github.com/ecusson/ecusson/jsontree"
	ob "github.com/ecusson/ecusson/openbadges"
)

// view says to the site who gives the badges, and in which languages.
func (r *run) view(v *issuerVersion) site.View {
	i := v.Issuer
	return site.View{
		Issuer: site.Issuer{
			Name: i.Name, Description: r.markdown.HTML(i.Description), Site: i.Site, Email: i.Email, ID: i.ID, URL: i.URL,
		},
		Home: i.Languages[0], Homes: i.Languages,
	}
}

// shownKey is a version of a badge, by its number, in a language.
type shownKey struct {
	badge    int
	language string
}

// shown is a badge as pages in a language have it. Its Markdown is read once,
// for however many awards.
func (r *run) shown(v *badgeVersion, language string) site.Badge {
	key := shownKey{v.N, language}
	if shown, known := r.badges[key]; known {
		return shown
	}
	b := v.Badge
	words := b.in(language)
	shown := site.Badge{
		Language: language, Name: words.Name, Description: r.markdown.HTML(words.Description), Summary: r.markdown.Text(words.Description),
		Criteria: r.markdown.HTML(words.Criteria), CriteriaURL: b.CriteriaURL, Kind: b.Kind, Level: b.Level, Levels: b.Levels,
		Assessment: b.Assessment, Assessor: words.Assessor, EvidenceRequired: words.EvidenceRequired, Tags: b.Tags,
		Licence: b.Licence, Version: v.Version, Folder: v.Folder, Image: "image.png", Preview: "image.png", Alt: v.Alt,
		Languages: b.languages(),
	}
	if v.SVG {
		shown.Image = "image.svg"
	}
	for _, k := range b.Skills {
		shown.Skills = append(shown.Skills, site.Skill{Name: k.Name, URL: k.URL, Code: k.Code, Framework: k.Framework, Description: k.Description})
	}
	r.badges[key] = shown
	return shown
}

// pagesOf are the files of a badge that say it: its pages and its achievement,
// in each of its languages, by their names in the badge's folder.
func (r *run) pagesOf(v *badgeVersion, issuer *issuerVersion) (map[string][]byte, error) {
	files := map[string][]byte{}
	own := v.Badge.Language
	for _, language := range v.Badge.languages() {
		page, err := r.site.Achievement(r.view(issuer), r.shown(v, language))
		if err != nil {
			return nil, err
		}
		suffix := ""
		if language != own {
			suffix = "." + language
		}
		files["index"+suffix+".html"] = page
		if language == own {
			achievement, err := jsontree.Parse(v.Achievement, jsontree.Limits{})
			if err != nil {
				return nil, err
			}
			files["achievement.json"] = document(achievement)
			continue
		}
		a, _ := r.achievementOf(v, language, issuer.Issuer)
		files["achievement"+suffix+".json"] = document(a.Tree())
	}
	return files, nil
}

// document is an achievement as a document of its own, with the contexts that
// say what it means.
func document(achievement jsontree.Value) []byte {
	contexts := jsontree.OfArray(ob.NewCredential().Context...)
	members := []jsontree.Member{{Name: "@context", Value: contexts}}
	whole := jsontree.OfObject(append(members, achievement.Members...)...)
	return append(whole.AppendJSON(nil), '\n')
}
