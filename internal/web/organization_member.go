package web

import (
	"net/http"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
)

// membersPage is the data of the page "organization-members".
type membersPage struct {
	Errors      look.Errors
	Members     look.Table
	Pager       look.Pager
	Invitations []organization.Invitation
	Email, Role look.Field
	Action      string
	Withdraw    string
}

func (o *organizationPages) members(w http.ResponseWriter, r *Request) error {
	p, err := o.membersPage(r, "", organization.Issuer, nil)
	if err != nil {
		return err
	}
	return r.Show(w, "organization-members", p)
}

func (o *organizationPages) membersPage(r *Request, email string, role organization.Role, wrong map[string]fault.Field) (look.Page, error) {
	at := "/s/" + r.Org.Slug + "/members"
	var after organization.Member
	if last, err := id.Parse(r.URL.Query().Get("after")); err == nil {
		after.Person, after.Role = last, organization.ParseRole(r.URL.Query().Get("role"))
	}
	list, more, err := o.orgs.Members(r.Context(), r.Actor, after)
	if err != nil {
		return look.Page{}, err
	}
	open, err := o.orgs.Invitations(r.Context(), r.Actor)
	if err != nil {
		return look.Page{}, err
	}
	data := membersPage{
		Members:     look.Table{Caption: "organization.members", Columns: []look.Column{{Label: "organization.person"}, {Label: "organization.role"}, {Label: "organization.since"}, {Label: "organization.change", Hidden: true}}},
		Invitations: open, Action: at, Withdraw: at + "/withdraw",
		Email: look.Field{Name: "email", Type: "email", Label: "organization.invite-email", Value: email, Required: true, Autocomplete: "off", Error: wrongText(r, wrong, "email")},
		Role:  look.Field{Name: "role", Type: "radio", Label: "organization.role", Options: roleOptions(role), Required: true, Error: wrongText(r, wrong, "role")},
	}
	data.Errors = look.Faults(data.Email, data.Role)
	for _, m := range list {
		data.Members.Rows = append(data.Members.Rows, memberRow(r, at, m))
	}
	if more {
		last := list[len(list)-1]
		data.Pager.Next = at + "?after=" + last.Person.String() + "&role=" + last.Role.String()
	}
	p := r.Page(r.Say.T("organization.members"))
	p.Section, p.Data = "members", data
	return p, nil
}

func memberRow(r *Request, at string, m organization.Member) look.Row {
	name, help := m.Name, m.Email
	if name == "" {
		name, help = m.Email, ""
	}
	if m.Person == r.Person.ID {
		help = r.Say.T("organization.you", message.Facts{"Email": m.Email})
	}
	return look.Row{Cells: []look.Cell{
		{Text: name, Help: help}, {Text: "organization.role." + m.Role.String()}, {At: m.Created},
		{Button: &look.Button{Small: true, Text: r.Say.T("organization.change-member", message.Facts{"Name": name}), Path: at + "/" + m.Person.String()}},
	}}
}

// roleOptions are the roles with what each may, in words.
func roleOptions(chosen organization.Role) []look.Option {
	var options []look.Option
	for _, role := range organization.Roles() {
		options = append(options, look.Option{Value: role.String(), Label: "organization.role." + role.String(), Help: "organization.role-help." + role.String(), Selected: role == chosen})
	}
	return options
}

func (o *organizationPages) invite(w http.ResponseWriter, r *Request) error {
	email, role := r.Text("email"), organization.ParseRole(r.Text("role"))
	wrong, err := Wrong(o.orgs.Invite(r.Context(), r.Actor, r.Person, email, role, r.Org.Lang))
	if err != nil {
		return err
	}
	if wrong == nil {
		return r.Go(w, "/s/"+r.Org.Slug+"/members", "organization-invited")
	}
	p, err := o.membersPage(r, email, role, wrong)
	if err != nil {
		return err
	}
	return r.ShowAgain(w, "organization-members", p)
}

func (o *organizationPages) withdraw(w http.ResponseWriter, r *Request) error {
	if err := o.orgs.Withdraw(r.Context(), r.Actor, r.Text("email")); err != nil {
		return err
	}
	return r.Go(w, "/s/"+r.Org.Slug+"/members", "organization-withdrawn")
}

// memberPage is the data of the page "organization-member".
type memberPage struct {
	Name, Email    string
	Role           look.Field
	Action, Remove string
	Own            bool
}

func (o *organizationPages) memberOf(r *Request) (organization.Member, error) {
	person, err := id.Parse(r.PathValue("person"))
	if err != nil {
		return organization.Member{}, fault.ErrNotFound
	}
	return o.orgs.Member(r.Context(), r.Actor, person)
}

func (o *organizationPages) member(w http.ResponseWriter, r *Request) error {
	m, err := o.memberOf(r)
	if err != nil {
		return err
	}
	at := "/s/" + r.Org.Slug + "/members"
	name := memberName(m)
	p := r.Page(name)
	p.Section = "members"
	p.Trail = []look.Crumb{{Text: "organization.members", Path: at}, {Text: name}}
	p.Data = memberPage{
		Name: name, Email: m.Email, Action: at + "/" + m.Person.String(), Remove: at + "/" + m.Person.String() + "/remove", Own: m.Person == r.Person.ID,
		Role: look.Field{Name: "role", Type: "radio", Label: "organization.role", Options: roleOptions(m.Role), Required: true},
	}
	return r.Show(w, "organization-member", p)
}

func memberName(m organization.Member) string {
	if m.Name != "" {
		return m.Name
	}
	return m.Email
}

func (o *organizationPages) setRole(w http.ResponseWriter, r *Request) error {
	m, err := o.memberOf(r)
	if err != nil {
		return err
	}
	if err := o.orgs.SetRole(r.Context(), r.Actor, m.Person, organization.ParseRole(r.Text("role"))); err != nil {
		return err
	}
	return r.Go(w, membersOr(r, m), "organization-role")
}

// membersOr is where an administrator goes on: to the list, or home where they
// gave their own role away.
func membersOr(r *Request, m organization.Member) string {
	if m.Person == r.Person.ID {
		return "/s/" + r.Org.Slug
	}
	return "/s/" + r.Org.Slug + "/members"
}

func (o *organizationPages) removeForm(w http.ResponseWriter, r *Request) error {
	m, err := o.memberOf(r)
	if err != nil {
		return err
	}
	at := "/s/" + r.Org.Slug + "/members"
	name := memberName(m)
	return r.Show(w, "organization-confirm", o.confirm(r, "members", confirmPage{Confirm: look.Confirm{
		Title: r.Say.T("organization.remove-title", message.Facts{"Name": name}), Text: r.Say.T("organization.remove-text"),
		Action: at + "/" + m.Person.String() + "/remove", Button: "organization.remove", Danger: true, Back: at,
	}}, look.Crumb{Text: "organization.members", Path: at}, look.Crumb{Text: name}))
}

func (o *organizationPages) remove(w http.ResponseWriter, r *Request) error {
	m, err := o.memberOf(r)
	if err != nil {
		return err
	}
	if err := o.orgs.Remove(r.Context(), r.Actor, m.Person); err != nil {
		return err
	}
	if m.Person == r.Person.ID {
		return r.Go(w, "/spaces", "organization-left")
	}
	return r.Go(w, "/s/"+r.Org.Slug+"/members", "organization-removed")
}
