package web

import (
	"net/http"
	"slices"
	"time"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
)

// domainsPage is the data of the page "organization-domains".
type domainsPage struct {
	Tabs    look.Tabs
	Errors  look.Errors
	Domains []domainLine
	Name    look.Field
	Action  string
}

// domainLine is a domain in the list.
type domainLine struct {
	Name, Path string
	State      look.Chip
	Proven     time.Time
}

func domainChip(d organization.Domain) look.Chip {
	switch {
	case d.Holds() && d.Missed > 0:
		return look.Chip{Kind: "doubt", Icon: "warning-fill", Text: "organization.domain-is-missed"}
	case d.Holds():
		return look.Chip{Kind: "valid", Icon: "seal-check-fill", Text: "organization.domain-is-proven"}
	case !d.Failed.IsZero():
		return look.Chip{Kind: "invalid", Icon: "warning-circle-fill", Text: "organization.domain-is-lost"}
	}
	return look.Chip{Kind: "doubt", Icon: "hourglass-fill", Text: "organization.domain-is-new"}
}

func (o *organizationPages) domains(w http.ResponseWriter, r *Request) error {
	p, err := o.domainsPage(r, "", nil)
	if err != nil {
		return err
	}
	return r.Show(w, "organization-domains", p)
}

func (o *organizationPages) domainsPage(r *Request, name string, wrong map[string]fault.Field) (look.Page, error) {
	list, err := o.orgs.Domains(r.Context(), r.Org.Number)
	if err != nil {
		return look.Page{}, err
	}
	at := "/s/" + r.Org.Slug + "/settings/domains"
	data := domainsPage{
		Tabs: settingsTabs(r, "domains"), Action: at,
		Name: look.Field{Name: "domain", Type: "url", Label: "organization.domain", Help: "organization.domain-help", Value: name, Required: true, Error: wrongText(r, wrong, "domain")},
	}
	data.Name.Type, data.Name.InputMode = "text", "url"
	data.Errors = look.Faults(data.Name)
	for _, d := range list {
		data.Domains = append(data.Domains, domainLine{Name: d.Name, Path: at + "/" + d.Name, State: domainChip(d), Proven: d.Proven})
	}
	p := r.Page(r.Say.T("organization.domains"))
	p.Section, p.Data = "settings", data
	return p, nil
}

func (o *organizationPages) addDomain(w http.ResponseWriter, r *Request) error {
	name := r.Text("domain")
	d, err := o.orgs.AddDomain(r.Context(), r.Actor, name)
	if err == nil {
		return r.Go(w, "/s/"+r.Org.Slug+"/settings/domains/"+d.Name, "")
	}
	wrong, err := Wrong(err)
	if err != nil {
		return err
	}
	p, err := o.domainsPage(r, name, wrong)
	if err != nil {
		return err
	}
	return r.ShowAgain(w, "organization-domains", p)
}

// domainPage is the data of the page "organization-domain".
type domainPage struct {
	Domain        organization.Domain
	State         look.Chip
	TXT, Token    look.Copy
	Address, File look.Copy
	Check, Remove string
	Found         []look.Check // what the look just now found, where there was one
	Method        string
}

// domainOf is the domain of the address.
func (o *organizationPages) domainOf(r *Request) (organization.Domain, error) {
	list, err := o.orgs.Domains(r.Context(), r.Org.Number)
	if err != nil {
		return organization.Domain{}, err
	}
	name := r.PathValue("domain")
	i := slices.IndexFunc(list, func(d organization.Domain) bool { return d.Name == name })
	if i < 0 {
		return organization.Domain{}, fault.ErrNotFound
	}
	return list[i], nil
}

func (o *organizationPages) domain(w http.ResponseWriter, r *Request) error {
	d, err := o.domainOf(r)
	if err != nil {
		return err
	}
	return r.Show(w, "organization-domain", o.domainPage(r, d, nil))
}

func (o *organizationPages) domainPage(r *Request, d organization.Domain, found []look.Check) look.Page {
	at := "/s/" + r.Org.Slug + "/settings/domains"
	data := domainPage{
		Domain: d, State: domainChip(d), Check: at + "/" + d.Name + "/check", Remove: at + "/" + d.Name + "/remove", Found: found,
		TXT:     look.Copy{ID: "txt-name", Label: "organization.txt-name", Value: organization.TXTName + "." + d.Name},
		Token:   look.Copy{ID: "txt-value", Label: "organization.txt-value", Value: d.Token},
		Address: look.Copy{ID: "file-address", Label: "organization.file-address", Value: "https://" + d.Name + organization.FilePath},
		File:    look.Copy{ID: "file-content", Label: "organization.file-content", Value: d.Token},
	}
	if d.Method != "" {
		data.Method = "organization.method-" + d.Method
	}
	p := r.Page(d.Name)
	p.Section, p.Data = "settings", data
	p.Trail = []look.Crumb{{Text: "organization.domains", Path: at}, {Text: d.Name}}
	return p
}

func (o *organizationPages) checkDomain(w http.ResponseWriter, r *Request) error {
	d, err := o.domainOf(r)
	if err != nil {
		return err
	}
	found, err := o.orgs.CheckDomain(r.Context(), r.Actor, d.Name)
	if err != nil {
		return err
	}
	if found.Proven() {
		return r.Go(w, "/s/"+r.Org.Slug+"/settings/domains/"+d.Name, "organization-domain-proven")
	}
	outcome := func(code string) string {
		if code == "unreachable" {
			return "unknown"
		}
		return "failed"
	}
	return r.ShowAgain(w, "organization-domain", o.domainPage(r, d, []look.Check{
		{Outcome: outcome(found.DNS), Title: "organization.method-dns", Text: r.Say.T("organization.finding-dns-" + found.DNS)},
		{Outcome: outcome(found.File), Title: "organization.method-file", Text: r.Say.T("organization.finding-file-" + found.File)},
	}))
}

func (o *organizationPages) dropDomainForm(w http.ResponseWriter, r *Request) error {
	d, err := o.domainOf(r)
	if err != nil {
		return err
	}
	at := "/s/" + r.Org.Slug + "/settings/domains"
	return r.Show(w, "organization-confirm", o.confirm(r, "settings", confirmPage{Confirm: look.Confirm{
		Title: r.Say.T("organization.domain-remove-title", message.Facts{"Domain": d.Name}), Text: r.Say.T("organization.domain-remove-text"),
		Action: at + "/" + d.Name + "/remove", Button: "organization.domain-remove", Danger: true, Back: at + "/" + d.Name,
	}}, look.Crumb{Text: "organization.domains", Path: at}, look.Crumb{Text: d.Name}))
}

func (o *organizationPages) dropDomain(w http.ResponseWriter, r *Request) error {
	if err := o.orgs.DropDomain(r.Context(), r.Actor, r.PathValue("domain")); err != nil {
		return err
	}
	return r.Go(w, "/s/"+r.Org.Slug+"/settings/domains", "organization-domain-dropped")
}
