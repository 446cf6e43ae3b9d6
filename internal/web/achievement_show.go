package web

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
)

// achievementShow is the data of the page "achievement-show".
type achievementShow struct {
	Name, Lang    string
	Description   string
	State         look.Chip
	Picture, Alt  string
	Marks         look.Marks
	Note          *look.Note
	Actions       []look.Button
	More          look.Menu
	Terms         []look.Term
	Numbers       []look.Number
	Figures       string // path of more of them
	Link          *look.Copy
	Versions      []look.Term
	VersionsMore  string // path of all of them
	RestoreAction string
}

// show is what an organisation knows of one of its badges.
func (a *achievementPages) show(w http.ResponseWriter, r *Request) error {
	b, at, err := a.found(r)
	if err != nil {
		return err
	}
	c := b.Content()
	t := c.In(r.Lang())
	d := achievementShow{
		Name: nameOf(r, b), Lang: ownLang(&c, r.Lang()), Description: t.Description, State: badgeState(b), Picture: pictureOf(r.Org, b),
		Alt: c.Alternative(r.Lang()), Marks: marksIn(&c, r.Lang()),
	}
	d.Marks.Evidence = ""
	if d.Lang == "" {
		d.Lang = r.Lang()
	}
	d.Actions, d.More = a.actions(r, b, at)
	d.Note = a.note(r, b, at)
	if b.State == achievement.Archived && r.Actor.May(organization.Creator) {
		d.RestoreAction = at + "/restore"
	}
	d.Terms = []look.Term{{Label: "achievement.awarded", Text: r.Say.Int(b.Awarded)}, {Label: "achievement.created", At: b.Created}, {Label: "achievement.changed-at", At: b.Changed}}
	if b.Version > 0 {
		d.Link = &look.Copy{Label: "achievement.link", Help: "achievement.link-help", Value: a.core.URL("/a/" + b.Key())}
		versions, err := a.Badges.Versions(r.Context(), b.Org, b.Number, 0, 4)
		if err != nil {
			return err
		}
		for i, v := range versions {
			if i < 3 {
				d.Versions = append(d.Versions, a.versionTerm(r, &v))
			}
		}
		d.VersionsMore = at + "/versions"
	}
	if d.Numbers, d.Figures, err = a.Figures(r, b.Number, 0); err != nil {
		return err
	}
	p := r.Page(d.Name)
	p.Section, p.Data, p.Kind = "badges", d, c.Kind
	p.Trail = []look.Crumb{{Text: "achievement.title", Path: spaceBadges(r.Org)}, {Text: d.Name}}
	return r.Show(w, "achievement-show", p)
}

// actions are what the actor may do with a badge now: one thing filled, the rest
// behind a word.
func (a *achievementPages) actions(r *Request, b achievement.Achievement, at string) ([]look.Button, look.Menu) {
	var out []look.Button
	more := look.Menu{Label: "achievement.more", Icon: "dots-three"}
	creator := r.Actor.May(organization.Creator)
	full := "full"
	add := func(text, icon, path string) {
		out = append(out, look.Button{Kind: full, Text: text, Icon: icon, Path: path})
		full = ""
	}
	if creator && b.Draft != nil && b.State != achievement.Archived {
		add("achievement.publish", "check", at+"/publish")
	}
	if b.State == achievement.Published && r.Actor.May(organization.Issuer) {
		add("achievement.award", "paper-plane-tilt", "/s/"+r.Org.Slug+"/awards/new?badge="+strconv.Itoa(int(b.Number)))
	}
	if creator {
		full = ""
		add("achievement.edit", "pencil-simple", at+"/edit")
	}
	full = ""
	add("achievement.look", "eye", at+"/preview")
	if !creator {
		return out, more
	}
	more.Items = append(more.Items, look.Item{Text: "achievement.copy", Icon: "copy", Path: spaceBadges(r.Org) + "/new?from=" + strconv.Itoa(int(b.Number)) + "#copy"})
	if b.Version > 0 && b.Draft != nil {
		more.Items = append(more.Items, look.Item{Text: "achievement.discard", Icon: "arrow-counter-clockwise", Path: at + "/discard"})
	}
	switch {
	case b.Version == 0:
		more.Items = append(more.Items, look.Item{Text: "achievement.delete", Icon: "trash", Path: at + "/delete", Danger: true})
	case b.State != achievement.Archived:
		more.Items = append(more.Items, look.Item{Text: "achievement.archive", Icon: "archive", Path: at + "/archive"})
	}
	return out, more
}

func (a *achievementPages) note(r *Request, b achievement.Achievement, at string) *look.Note {
	creator := r.Actor.May(organization.Creator)
	switch {
	case b.State == achievement.Archived:
		return &look.Note{Text: "achievement.is-archived"}
	case b.Version == 0:
		return &look.Note{Text: "achievement.is-draft"}
	case b.Draft != nil && creator:
		return &look.Note{Kind: "doubt", Title: "achievement.is-changed", Text: "achievement.is-changed-text", Action: &look.Button{Text: "achievement.discard", Icon: "arrow-counter-clockwise", Path: at + "/discard", Small: true}}
	case b.Draft != nil:
		return &look.Note{Text: "achievement.is-changed-text"}
	}
	return nil
}

func (a *achievementPages) versionTerm(r *Request, v *achievement.Version) look.Term {
	return look.Term{
		Label: r.Say.T("achievement.version", message.Facts{"Version": v.Version}), Path: v.Path(v.Content.Lang),
		Text: r.Say.T("achievement.published-on", message.Facts{"Date": dateIn(r, v.Published.In(a.zone))}),
	}
}

// achievementVersions is the data of the page "achievement-versions".
type achievementVersions struct {
	Name  string
	Table look.Table
	Pager look.Pager
	Empty *look.Empty
}

// versionsPerPage is how many versions a page shows.
const versionsPerPage = 20

func (a *achievementPages) versions(w http.ResponseWriter, r *Request) error {
	b, at, err := a.found(r)
	if err != nil {
		return err
	}
	below := number(r, "below")
	found, err := a.Badges.Versions(r.Context(), b.Org, b.Number, below, versionsPerPage+1)
	if err != nil {
		return err
	}
	d := achievementVersions{Name: nameOf(r, b)}
	if len(found) > versionsPerPage {
		found = found[:versionsPerPage]
		d.Pager.Next = at + "/versions?below=" + strconv.Itoa(found[versionsPerPage-1].Version)
	}
	if below > 0 {
		d.Pager.Previous = at + "/versions"
	}
	d.Table = look.Table{Caption: "achievement.versions", Columns: []look.Column{{Label: "achievement.column-version"}, {Label: "achievement.column-name"}, {Label: "achievement.column-published"}}}
	for _, v := range found {
		d.Table.Rows = append(d.Table.Rows, look.Row{Cells: []look.Cell{
			{Text: r.Say.T("achievement.version", message.Facts{"Version": v.Version}), Path: v.Path(v.Content.Lang), Picture: pictureOfVersion(&v)},
			{Text: v.Content.In(r.Lang()).Name}, {At: v.Published},
		}})
	}
	if len(found) == 0 {
		d.Empty = &look.Empty{Icon: "clock", Title: "achievement.no-versions", Text: "achievement.no-versions-text", Action: &look.Button{Text: "achievement.back", Path: at}}
	}
	p := r.Page(r.Say.T("achievement.versions-title", message.Facts{"Name": d.Name}))
	p.Section, p.Data = "badges", d
	p.Trail = []look.Crumb{{Text: "achievement.title", Path: spaceBadges(r.Org)}, {Text: d.Name, Path: at}, {Text: "achievement.versions"}}
	return r.Show(w, "achievement-versions", p)
}

// achievementConfirm is the data of the page "achievement-confirm", a question
// before what counts.
type achievementConfirm struct {
	Picture, Alt string
	Faults       []look.Fault // what is missing before it can be published
	Fix          string       // where to mend it
	Confirm      look.Confirm
}

func (a *achievementPages) ask(w http.ResponseWriter, r *Request, b achievement.Achievement, at string, d achievementConfirm) error {
	name := nameOf(r, b)
	c := b.Content()
	d.Picture, d.Alt, d.Confirm.Back = pictureOf(r.Org, b), c.Alternative(r.Lang()), at
	p := r.Page(d.Confirm.Title)
	p.Section, p.Data = "badges", d
	p.Trail = []look.Crumb{{Text: "achievement.title", Path: spaceBadges(r.Org)}, {Text: name, Path: at}, {Text: d.Confirm.Button}}
	return r.Show(w, "achievement-confirm", p)
}

// publishForm asks before a version is made, or says what is missing.
func (a *achievementPages) publishForm(w http.ResponseWriter, r *Request) error {
	b, at, err := a.found(r)
	if err != nil {
		return err
	}
	if b.Draft == nil {
		return r.Go(w, at, "badge-nothing-new")
	}
	title := r.Say.T("achievement.publish-title", message.Facts{"Name": nameOf(r, b)})
	if b.Version > 0 {
		title = r.Say.T("achievement.publish-again-title", message.Facts{"Name": nameOf(r, b), "Version": b.Version + 1})
	}
	text := "achievement.publish-text"
	if b.Version > 0 {
		text = "achievement.publish-again-text"
	}
	d := achievementConfirm{Confirm: look.Confirm{
		Title: title, Text: text, Action: at + "/publish", Button: "achievement.publish",
		Hidden: []look.Hidden{{Name: "seen", Value: strconv.FormatInt(b.Changed.UnixMicro(), 36)}},
	}}
	if err := b.Draft.Check(true, a.core.Now()); err != nil {
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid {
			return err
		}
		for _, field := range f.Fields {
			d.Faults = append(d.Faults, look.Fault{Text: r.Say.T(field.Key, field.Facts)})
		}
		d.Fix = at + "/edit?check=1"
	}
	return a.ask(w, r, b, at, d)
}

func (a *achievementPages) publish(w http.ResponseWriter, r *Request) error {
	b, at, err := a.found(r)
	if err != nil {
		return err
	}
	us, err := strconv.ParseInt(r.Text("seen"), 36, 64)
	if err != nil || us <= 0 {
		return fault.New(fault.Conflict, "achievement.changed-meanwhile")
	}
	_, err = a.Badges.Publish(r.Context(), r.Actor, r.Org, b.Number, time.UnixMicro(us).UTC())
	if fault.Is(err, fault.Invalid) {
		return r.Go(w, at+"/edit?check=1", "")
	}
	if err != nil {
		return err
	}
	a.public.forget("/a/" + b.Key())
	return r.Go(w, at, "badge-published")
}

func (a *achievementPages) discardForm(w http.ResponseWriter, r *Request) error {
	b, at, err := a.found(r)
	if err != nil {
		return err
	}
	if b.Version == 0 || b.Draft == nil {
		return r.Go(w, at, "badge-nothing-new")
	}
	return a.ask(w, r, b, at, achievementConfirm{Confirm: look.Confirm{
		Title: r.Say.T("achievement.discard-title", message.Facts{"Version": b.Version}), Text: "achievement.discard-text", Action: at + "/discard", Button: "achievement.discard", Danger: true,
	}})
}

func (a *achievementPages) discard(w http.ResponseWriter, r *Request) error {
	return a.do(w, r, "badge-discarded", func(b achievement.Achievement) error {
		_, err := a.Badges.Discard(r.Context(), r.Actor, b.Number)
		return err
	})
}

func (a *achievementPages) archiveForm(w http.ResponseWriter, r *Request) error {
	b, at, err := a.found(r)
	if err != nil {
		return err
	}
	return a.ask(w, r, b, at, achievementConfirm{Confirm: look.Confirm{
		Title: r.Say.T("achievement.archive-title", message.Facts{"Name": nameOf(r, b)}), Text: "achievement.archive-text", Action: at + "/archive", Button: "achievement.archive",
	}})
}

func (a *achievementPages) archive(w http.ResponseWriter, r *Request) error {
	return a.do(w, r, "badge-archived", func(b achievement.Achievement) error {
		_, err := a.Badges.Archive(r.Context(), r.Actor, b.Number)
		return err
	})
}

func (a *achievementPages) restore(w http.ResponseWriter, r *Request) error {
	return a.do(w, r, "badge-restored", func(b achievement.Achievement) error {
		_, err := a.Badges.Restore(r.Context(), r.Actor, b.Number)
		return err
	})
}

// do does something with the badge of the address, and goes back to its page.
func (a *achievementPages) do(w http.ResponseWriter, r *Request, done string, f func(achievement.Achievement) error) error {
	b, at, err := a.found(r)
	if err != nil {
		return err
	}
	if err := f(b); err != nil {
		return err
	}
	a.public.forget("/a/" + b.Key())
	return r.Go(w, at, done)
}

func (a *achievementPages) deleteForm(w http.ResponseWriter, r *Request) error {
	b, at, err := a.found(r)
	if err != nil {
		return err
	}
	return a.ask(w, r, b, at, achievementConfirm{Confirm: look.Confirm{
		Title: r.Say.T("achievement.delete-title", message.Facts{"Name": nameOf(r, b)}), Text: "achievement.delete-text", Action: at + "/delete", Button: "achievement.delete", Danger: true,
	}})
}

func (a *achievementPages) delete(w http.ResponseWriter, r *Request) error {
	b, _, err := a.found(r)
	if err != nil {
		return err
	}
	if err := a.Badges.Delete(r.Context(), r.Actor, b.Number); err != nil {
		return err
	}
	return r.Go(w, spaceBadges(r.Org), "badge-deleted")
}
