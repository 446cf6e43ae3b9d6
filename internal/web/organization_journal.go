package web

import (
	"net/http"
	"time"

	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
)

// journalPage is the data of the pages "organization-journal" and
// "operator-journal".
type journalPage struct {
	Tabs    look.Tabs
	Entries []journalLine
	Pager   look.Pager
	Empty   look.Empty
}

// journalLine is who did what.
type journalLine struct {
	At   time.Time
	Who  string
	What string
}

func journalLines(r *Request, entries []organization.Entry) []journalLine {
	lines := make([]journalLine, len(entries))
	for i, e := range entries {
		who := e.Name
		switch {
		case e.Person.IsZero():
			who = r.Say.T("organization.by-program")
		case who == "":
			who = r.Say.T("organization.by-gone")
		}
		detail := e.Detail
		if role := organization.ParseRole(detail); role != organization.NoRole {
			detail = r.Say.T("organization.role." + role.String())
		}
		what := e.Action
		if key := "organization.did." + e.Action; r.Say.Has(key) {
			what = r.Say.T(key, message.Facts{"Target": e.Target, "Detail": detail})
		}
		lines[i] = journalLine{At: e.ID.Time(), Who: who, What: what}
	}
	return lines
}

// journalData reads a page of a journal; at is its own path.
func journalData(r *Request, s *organization.Service, org id.Number, at string) (journalPage, error) {
	before, _ := id.Parse(r.URL.Query().Get("before")) // what is none is the first page
	entries, more, err := s.Journal(r.Context(), org, before)
	if err != nil {
		return journalPage{}, err
	}
	data := journalPage{Entries: journalLines(r, entries), Empty: look.Empty{Icon: "list", Title: "organization.journal-empty", Text: "organization.journal-text"}}
	if more {
		data.Pager.Next = at + "?before=" + entries[len(entries)-1].ID.String()
	}
	if !before.IsZero() {
		data.Pager.Previous = at
	}
	return data, nil
}

func (o *organizationPages) journal(w http.ResponseWriter, r *Request) error {
	data, err := journalData(r, o.orgs, r.Org.Number, "/s/"+r.Org.Slug+"/journal")
	if err != nil {
		return err
	}
	data.Tabs = settingsTabs(r, "journal")
	p := r.Page(r.Say.T("organization.journal"))
	p.Section, p.Data = "settings", data
	return r.Show(w, "organization-journal", p)
}
