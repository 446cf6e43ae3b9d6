package web

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/organization"
)

// profilePage is the data of the page "organization-profile".
type profilePage struct {
	Tabs                                  look.Tabs
	Errors                                look.Errors
	Name, Kind, Description, Site, Email  look.Field
	Locality, Region, Country             look.Field
	Lang, Colour, Names                   look.Field
	Action                                string
	Logo                                  string // path of the picture, "" for none
	LogoField                             look.Field
	LogoAction, LogoRemove, Slug, Address string
}

func (o *organizationPages) profile(w http.ResponseWriter, r *Request) error {
	return r.Show(w, "organization-profile", o.profilePage(r, organization.ProfileOf(r.Org), nil))
}

func (o *organizationPages) profilePage(r *Request, f organization.Profile, wrong map[string]fault.Field) look.Page {
	at := "/s/" + r.Org.Slug + "/settings"
	data := profilePage{
		Tabs:        settingsTabs(r, "profile"),
		Name:        look.Field{Name: "name", Label: "organization.name", Help: "organization.name-help", Value: f.Name, Required: true, Limit: organization.MaxName},
		Kind:        look.Field{Name: "kind", Type: "select", Label: "organization.kind", Options: kindOptions(f.Kind), Required: true},
		Description: look.Field{Name: "description", Type: "textarea", Label: "organization.description", Help: "organization.description-help", Value: f.Description, Optional: true, Rows: 8, Limit: organization.MaxDescription, Lang: f.Lang},
		Site:        look.Field{Name: "site", Type: "url", Label: "organization.site", Help: "organization.site-help", Value: f.Site, Optional: true, Limit: organization.MaxAddress},
		Email:       look.Field{Name: "email", Type: "email", Label: "organization.email", Help: "organization.email-help", Value: f.Email, Optional: true},
		Locality:    look.Field{Name: "locality", Label: "organization.locality", Value: f.Place.Locality, Optional: true, Limit: organization.MaxPlace},
		Region:      look.Field{Name: "region", Label: "organization.region", Value: f.Place.Region, Optional: true, Limit: organization.MaxPlace},
		Country:     look.Field{Name: "country", Type: "select", Label: "organization.country", Options: countryOptions(r.Lang(), f.Place.Country)},
		Lang:        look.Field{Name: "lang", Type: "radio", Label: "organization.lang", Help: "organization.lang-help", Options: textLanguages(f.Lang), Required: true},
		Colour:      look.Field{Name: "colour", Type: "color", Label: "organization.colour", Help: "organization.colour-help", Value: f.Colour},
		Names:       look.Field{Name: "names", Type: "checkbox", Label: "organization.names", Help: "organization.names-help", Checked: !f.HideNames},
		Action:      at, Logo: logoPath(r.Org),
		LogoField:  look.Field{Name: "logo", Type: "file", Label: "organization.logo", Help: "organization.logo-help", Accept: "image/png,image/jpeg,image/webp,image/svg+xml", Required: true},
		LogoAction: at + "/logo", LogoRemove: at + "/logo/remove",
		Slug: r.Org.Slug, Address: r.Core.URL("/o/" + r.Org.Slug),
	}
	if data.Colour.Value == "" {
		data.Colour.Value = defaultColour
	}
	for _, field := range []*look.Field{&data.Name, &data.Kind, &data.Description, &data.Site, &data.Email, &data.Locality, &data.Region, &data.Country,
		&data.Lang, &data.Colour, &data.LogoField} {
		field.Error = wrongText(r, wrong, field.Name)
	}
	data.Errors = look.Faults(data.LogoField, data.Name, data.Kind, data.Description, data.Site, data.Email, data.Locality, data.Region, data.Country, data.Lang, data.Colour)
	p := r.Page(r.Say.T("organization.settings"))
	p.Section, p.Data = "settings", data
	return p
}

// defaultColour is what the colour control shows where none is set: it has no
// way to show nothing. It is the program's own.
const defaultColour = "#27468F"

func (o *organizationPages) setProfile(w http.ResponseWriter, r *Request) error {
	f := organization.Profile{
		Name: r.Text("name"), Kind: r.Text("kind"), Description: r.Text("description"), Site: r.Text("site"), Email: r.Text("email"), Lang: r.Text("lang"),
		Colour: r.Text("colour"), HideNames: !r.Ticked("names"),
		Place: organization.Place{Locality: r.Text("locality"), Region: r.Text("region"), Country: r.Text("country"), Latitude: r.Org.Place.Latitude, Longitude: r.Org.Place.Longitude},
	}
	if r.Org.Colour == "" && strings.EqualFold(f.Colour, defaultColour) {
		f.Colour = ""
	}
	wrong, err := Wrong(o.orgs.SetProfile(r.Context(), r.Actor, f))
	if err != nil {
		return err
	}
	if wrong != nil {
		return r.ShowAgain(w, "organization-profile", o.profilePage(r, f, wrong))
	}
	return r.Go(w, "/s/"+r.Org.Slug+"/settings", "organization-saved")
}

func (o *organizationPages) setLogo(w http.ResponseWriter, r *Request) error {
	err := o.takeLogo(r)
	if err == nil {
		return r.Go(w, "/s/"+r.Org.Slug+"/settings", "organization-logo")
	}
	wrong, err := Wrong(err)
	if err != nil {
		return err
	}
	return r.ShowAgain(w, "organization-profile", o.profilePage(r, organization.ProfileOf(r.Org), wrong))
}

func (o *organizationPages) takeLogo(r *Request) error {
	var form fault.Form
	file, _, err := r.FormFile("logo")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		form.Wrong("logo", "organization.logo-missing")
		return form.Err()
	}
	if err != nil {
		return err
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, organization.MaxLogo+1))
	if err != nil {
		return err
	}
	mediaType, clean, err := organization.CleanLogo(data)
	if err != nil {
		return err
	}
	name, err := o.parts.Files.Put(r.Context(), mediaType, clean)
	if err != nil {
		return err
	}
	return o.orgs.SetLogo(r.Context(), r.Actor, name)
}

func (o *organizationPages) dropLogo(w http.ResponseWriter, r *Request) error {
	if err := o.orgs.SetLogo(r.Context(), r.Actor, ""); err != nil {
		return err
	}
	return r.Go(w, "/s/"+r.Org.Slug+"/settings", "organization-saved")
}
