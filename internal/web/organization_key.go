package web

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
)

// keysPage is the data of the page "organization-keys".
type keysPage struct {
	Tabs       look.Tabs
	Keys       []keyLine
	Rotate     string
	Identifier []look.Term
}

// keyLine is a key in the list.
type keyLine struct {
	Short, Public                 string
	State                         look.Chip
	Created, Retired, Compromised time.Time
	Compromise                    string // path of the form, "" where it was said already
}

func (o *organizationPages) keys(w http.ResponseWriter, r *Request) error {
	keys, err := o.orgs.Keys(r.Context(), r.Org.Number)
	if err != nil {
		return err
	}
	at := "/s/" + r.Org.Slug + "/settings/keys"
	data := keysPage{Tabs: settingsTabs(r, "keys"), Rotate: at + "/new", Identifier: []look.Term{
		{Label: "organization.identifier", Text: o.orgs.IssuerID(r.Core.Base, r.Org.Slug), Code: true},
		{Label: "organization.document", Text: r.Core.URL("/o/" + r.Org.Slug + "/did.json"), Path: "/o/" + r.Org.Slug + "/did.json"},
	}}
	for _, k := range keys {
		line := keyLine{Short: shortKey(k), Public: k.Public, Created: k.Created, Retired: k.Retired, Compromised: k.Compromised}
		switch {
		case !k.Compromised.IsZero():
			line.State = look.Chip{Kind: "invalid", Icon: "x-circle-fill", Text: "organization.key-is-compromised"}
		case !k.Retired.IsZero():
			line.State = look.Chip{Kind: "plain", Icon: "archive", Text: "organization.key-is-retired"}
		default:
			line.State = look.Chip{Kind: "valid", Icon: "check-circle-fill", Text: "organization.key-is-current"}
		}
		if k.Compromised.IsZero() {
			line.Compromise = at + "/" + keyNumber(k) + "/compromised"
		}
		data.Keys = append(data.Keys, line)
	}
	p := r.Page(r.Say.T("organization.keys"))
	p.Section, p.Data = "settings", data
	return r.Show(w, "organization-keys", p)
}

// shortKey is how people tell keys apart: the end of the public half.
func shortKey(k organization.Key) string { return "…" + k.Public[max(0, len(k.Public)-8):] }

func keyNumber(k organization.Key) string { return strconv.Itoa(int(k.Number)) }

func keysTrail(r *Request, last string) []look.Crumb {
	return []look.Crumb{{Text: "organization.keys", Path: "/s/" + r.Org.Slug + "/settings/keys"}, {Text: last}}
}

func (o *organizationPages) rotateForm(w http.ResponseWriter, r *Request) error {
	at := "/s/" + r.Org.Slug + "/settings/keys"
	return r.Show(w, "organization-confirm", o.confirm(r, "settings", confirmPage{Confirm: look.Confirm{
		Title: r.Say.T("organization.rotate-title"), Text: r.Say.T("organization.rotate-text"), Action: at + "/new", Button: "organization.rotate", Back: at,
	}}, keysTrail(r, "organization.rotate")...))
}

func (o *organizationPages) rotate(w http.ResponseWriter, r *Request) error {
	if _, err := o.orgs.Rotate(r.Context(), r.Actor); err != nil {
		return err
	}
	return r.Go(w, "/s/"+r.Org.Slug+"/settings/keys", "organization-key-made")
}

// keyOf is the key of the address.
func (o *organizationPages) keyOf(r *Request) (organization.Key, error) {
	n, err := strconv.ParseInt(r.PathValue("key"), 10, 32)
	if err != nil {
		return organization.Key{}, fault.ErrNotFound
	}
	keys, err := o.orgs.Keys(r.Context(), r.Org.Number)
	if err != nil {
		return organization.Key{}, err
	}
	i := slices.IndexFunc(keys, func(k organization.Key) bool { return k.Number == id.Number(n) })
	if i < 0 {
		return organization.Key{}, fault.ErrNotFound
	}
	return keys[i], nil
}

func (o *organizationPages) compromiseForm(w http.ResponseWriter, r *Request) error {
	if err := r.Fresh(); err != nil {
		return err
	}
	k, err := o.keyOf(r)
	if err != nil {
		return err
	}
	return r.Show(w, "organization-confirm", o.compromisePage(r, k, r.Core.Now().Format(time.DateOnly), nil))
}

func (o *organizationPages) compromisePage(r *Request, k organization.Key, since string, wrong map[string]fault.Field) look.Page {
	at := "/s/" + r.Org.Slug + "/settings/keys"
	return o.confirm(r, "settings", confirmPage{Confirm: look.Confirm{
		Title: r.Say.T("organization.compromise-title", message.Facts{"Key": shortKey(k)}), Text: r.Say.T("organization.compromise-text"),
		Action: at + "/" + keyNumber(k) + "/compromised", Button: "organization.compromise", Danger: true, Back: at,
		Fields: []look.Field{
			{Name: "since", Type: "date", Label: "organization.since-when", Help: "organization.since-help", Value: since, Max: r.Core.Now().Format(time.DateOnly), Required: true, Error: wrongText(r, wrong, "since")},
			{Name: "sure", Type: "checkbox", Label: "organization.compromise-sure", Required: true, Error: wrongText(r, wrong, "sure")},
		},
	}}, keysTrail(r, "organization.compromise")...)
}

func (o *organizationPages) compromise(w http.ResponseWriter, r *Request) error {
	if err := r.Fresh(); err != nil {
		return err
	}
	k, err := o.keyOf(r)
	if err != nil {
		return err
	}
	err = func() error {
		var form fault.Form
		since, err := time.Parse(time.DateOnly, r.Text("since"))
		if err != nil {
			form.Wrong("since", "organization.since-missing")
		}
		if !r.Ticked("sure") {
			form.Wrong("sure", "organization.compromise-not-sure")
		}
		if err := form.Err(); err != nil {
			return err
		}
		return o.orgs.Compromise(r.Context(), r.Actor, k.Number, since)
	}()
	wrong, err := Wrong(err)
	if err != nil {
		return err
	}
	if wrong != nil {
		return r.ShowAgain(w, "organization-confirm", o.compromisePage(r, k, r.Text("since"), wrong))
	}
	return r.Go(w, "/s/"+r.Org.Slug+"/settings/keys", "organization-key-compromised")
}
