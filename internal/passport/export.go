package passport

import (
	"context"
	"encoding/json"
	"io"
	"time"
)

// exported is passport.json in the archive of a person's data.
type exported struct {
	Page        *exportedPage        `json:"page,omitempty"`
	Badges      []exportedBadge      `json:"badges"`
	Collections []exportedCollection `json:"collections"`
}

type exportedPage struct {
	Address string `json:"address"`
	Name    string `json:"name"`
	About   string `json:"about,omitempty"`
	Link    string `json:"link,omitempty"`
	Open    bool   `json:"open"`
	Found   bool   `json:"found"`
}

type exportedBadge struct {
	Ref        string          `json:"ref"`
	Issued     time.Time       `json:"issued,omitzero"`
	Visible    int             `json:"visible"`
	Answer     int             `json:"answer,omitempty"`
	Note       string          `json:"note,omitempty"`
	Issuer     string          `json:"issuer,omitempty"`
	Name       string          `json:"name,omitempty"`
	Source     string          `json:"source,omitempty"`
	Verdict    string          `json:"verdict,omitempty"`
	Credential json.RawMessage `json:"credential,omitempty"` // as it was signed
	File       []byte          `json:"file,omitempty"`       // as it was brought
}

type exportedCollection struct {
	Name    string `json:"name"`
	About   string `json:"about,omitempty"`
	Visible int    `json:"visible"`
	Badges  []Ref  `json:"badges"`
}

// Export writes everything of a person's passport as JSON: the signed badges
// themselves, what was brought from elsewhere, notes, collections and the page.
func (s *Service) Export(ctx context.Context, h Holder, w io.Writer) error {
	badges, err := s.Badges(ctx, h)
	if err != nil {
		return err
	}
	out := exported{Badges: []exportedBadge{}, Collections: []exportedCollection{}}
	for _, b := range badges {
		e := exportedBadge{Ref: string(b.Ref()), Issued: b.Issued(), Visible: int(b.Visible()), Note: b.Note}
		if b.Award != nil {
			e.Answer = int(b.Award.Answer)
			_, e.Credential, err = s.Awards.Document(ctx, b.Award.Org, b.Award.ID)
		} else {
			var whole Badge
			if whole, err = s.Badge(ctx, h, b.Ref()); err == nil {
				i := whole.Import
				e.File, e.Issuer, e.Name, e.Source, e.Verdict = i.Data, i.Issuer, i.Name, i.Source, string(i.Verdict)
			}
		}
		if err != nil {
			return err
		}
		out.Badges = append(out.Badges, e)
	}
	collections, err := s.Collections(ctx, h.Person)
	if err != nil {
		return err
	}
	for _, c := range collections {
		out.Collections = append(out.Collections, exportedCollection{Name: c.Name, About: c.About, Visible: int(c.Visible), Badges: c.Badges})
	}
	if page, err := s.Page(ctx, h.Person); err == nil {
		out.Page = &exportedPage{Address: page.Slug, Name: page.Name, About: page.About, Link: page.Link, Open: page.Open, Found: page.Found}
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(out)
}
