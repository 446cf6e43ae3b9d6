package web

import (
	"net/http"
	"net/url"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/look"
)

// mePage is the data of the page "account-me".
type mePage struct {
	account.Overview
	Name, Lang look.Field
	Errors     look.Errors
	Devices    []deviceRow
	CanPasskey bool
	Last       bool // of the addresses
}

// deviceRow is one of the places where a person is signed in.
type deviceRow struct {
	account.Session
	Name string
	Here bool
}

func (a *accountPages) me(w http.ResponseWriter, r *Request) error {
	p, err := a.mePage(r, r.Person.Name, r.Person.Lang, nil)
	if err != nil {
		return err
	}
	return r.Show(w, "account-me", p)
}

func (a *accountPages) mePage(r *Request, name, lang string, wrong map[string]fault.Field) (look.Page, error) {
	o, err := a.account.Overview(r.Context(), r.Person.ID)
	if err != nil {
		return look.Page{}, err
	}
	d := mePage{Overview: o, CanPasskey: a.account.Passkeys(), Last: len(o.Addresses) == 1}
	d.Name = look.Field{
		Name: "name", Label: "account.name", Help: "account.name-help", Value: name, Error: wrongText(r, wrong, "name"),
		Autocomplete: "name", Optional: true, Limit: 120,
	}
	d.Lang = look.Field{Name: "lang", Type: "select", Label: "account.lang", Help: "account.lang-help", Error: wrongText(r, wrong, "lang")}
	d.Lang.Options = languageOptions(r, lang)
	d.Errors = look.Faults(d.Name, d.Lang)
	for _, s := range o.Sessions {
		d.Devices = append(d.Devices, deviceRow{s, deviceName(r.Say, s.Agent), s.Key() == r.Session.Key()})
	}
	return a.page(r, "account.me", "/me", d), nil
}

func (a *accountPages) rename(w http.ResponseWriter, r *Request) error {
	name, lang := r.Text("name"), r.Text("lang")
	if err := a.account.Rename(r.Context(), r.Person.ID, name, lang); err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		p, err := a.mePage(r, name, lang, wrong)
		if err != nil {
			return err
		}
		return r.ShowAgain(w, "account-me", p)
	}
	r.carry = false // the language that was chosen goes before the one of the address
	return r.Go(w, "/me", "saved")
}

func (a *accountPages) endDevice(w http.ResponseWriter, r *Request) error {
	if r.Text("key") == r.Session.Key() {
		return a.logout(w, r)
	}
	if err := a.account.EndSession(r.Context(), r.Person.ID, r.Text("key")); err != nil {
		return err
	}
	return r.Go(w, "/me#devices", "device-ended")
}

func (a *accountPages) endOthers(w http.ResponseWriter, r *Request) error {
	if err := a.account.EndOtherSessions(r.Context(), r.Session); err != nil {
		return err
	}
	return r.Go(w, "/me#devices", "devices-ended")
}

func (a *accountPages) endAll(w http.ResponseWriter, r *Request) error {
	if err := a.account.EndSessions(r.Context(), r.Person.ID); err != nil {
		return err
	}
	a.core.SetToken(w, "", 0)
	return r.Go(w, "/", "signed-out")
}

// confirmPage shows the page "account-confirm", one question.
func (a *accountPages) confirmPage(w http.ResponseWriter, r *Request, c look.Confirm) error {
	return r.Show(w, "account-confirm", a.page(r, c.Title, "", c))
}

func (a *accountPages) confirmCodes(w http.ResponseWriter, r *Request) error {
	if err := r.Fresh(); err != nil {
		return err
	}
	o, err := a.account.Overview(r.Context(), r.Person.ID)
	if err != nil {
		return err
	}
	c := look.Confirm{Title: "account.codes-new", Text: "account.codes-new-text", Action: "/me/codes", Button: "account.codes-make", Back: "/me#codes"}
	if o.Codes > 0 {
		c.Text = "account.codes-again-text"
	}
	return a.confirmPage(w, r, c)
}

// codesPage is the data of the page "account-codes".
type codesPage struct{ Codes []string }

// newCodes shows the codes, this once: they are nowhere but on this page.
func (a *accountPages) newCodes(w http.ResponseWriter, r *Request) error {
	if err := r.Fresh(); err != nil {
		return err
	}
	codes, err := a.account.NewRecoveryCodes(r.Context(), r.Person.ID)
	if err != nil {
		return err
	}
	return r.Show(w, "account-codes", a.page(r, "account.codes", "/me", codesPage{codes}))
}

func (a *accountPages) makeMain(w http.ResponseWriter, r *Request) error {
	if err := a.account.MakeMain(r.Context(), r.Person.ID, r.Text("email")); err != nil {
		return err
	}
	return r.Go(w, "/me#addresses", "address-main")
}

func (a *accountPages) confirmAddress(w http.ResponseWriter, r *Request) error {
	if err := r.Fresh(); err != nil {
		return err
	}
	email := r.URL.Query().Get("email")
	own, err := a.account.Addresses(r.Context(), r.Person.ID)
	if err != nil {
		return err
	}
	for _, o := range own {
		if o.Email == email {
			return a.confirmPage(w, r, look.Confirm{
				Title: r.Say.T("account.address-remove-title", map[string]any{"Email": email}), Text: "account.address-remove-text",
				Action: "/me/addresses/remove", Hidden: []look.Hidden{{Name: "email", Value: email}},
				Button: "account.address-remove", Danger: true, Back: "/me#addresses",
			})
		}
	}
	return fault.ErrNotFound
}

func (a *accountPages) removeAddress(w http.ResponseWriter, r *Request) error {
	if err := r.Fresh(); err != nil {
		return err
	}
	if err := a.account.RemoveAddress(r.Context(), r.Session, r.Text("email")); err != nil {
		return err
	}
	return r.Go(w, "/me#addresses", "address-removed")
}

// newAddressPage is the data of the page "account-address".
type newAddressPage struct {
	Email  look.Field
	Errors look.Errors
}

func (a *accountPages) newAddress(w http.ResponseWriter, r *Request) error {
	if err := r.Fresh(); err != nil {
		return err
	}
	return r.Show(w, "account-address", a.newAddressPage(r, "", ""))
}

func (a *accountPages) newAddressPage(r *Request, email, wrong string) look.Page {
	field := look.Field{
		Name: "email", Type: "email", Label: "account.email", Help: "account.address-help", Value: email, Error: wrong,
		Required: true, Autocomplete: "email", Limit: 254,
	}
	return a.page(r, "account.address-new", "", newAddressPage{Email: field, Errors: look.Faults(field)})
}

func (a *accountPages) askAddress(w http.ResponseWriter, r *Request) error {
	if err := r.Fresh(); err != nil {
		return err
	}
	email := r.Text("email")
	ask, err := a.account.AskAddress(r.Context(), r.Person.ID, account.Ask{Email: email, Lang: r.Lang(), Client: a.core.Client(r.Request)})
	if err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return r.ShowAgain(w, "account-address", a.newAddressPage(r, email, wrongText(r, wrong, "email")))
	}
	return r.Go(w, "/me/addresses/sent?ask="+string(ask), "")
}

func (a *accountPages) addressSent(w http.ResponseWriter, r *Request) error {
	return a.showAddressSent(w, r, r.URL.Query().Get("ask"), "")
}

func (a *accountPages) showAddressSent(w http.ResponseWriter, r *Request, ask, wrong string) error {
	link, err := a.account.Asked(r.Context(), ask)
	if err != nil {
		return err
	}
	if link.Person != r.Person.ID {
		return fault.ErrNotFound
	}
	code := codeField(wrong)
	p := a.page(r, "account.sent", "/me/addresses/sent?ask="+url.QueryEscape(ask), sentPage{
		Email: link.Email, Ask: ask, Action: "/me/addresses/code", Again: "/me/addresses/new", Button: "account.code-check",
		Code: code, Errors: look.Faults(code),
	})
	if wrong != "" {
		return r.ShowAgain(w, "account-sent", p)
	}
	return r.Show(w, "account-sent", p)
}

func (a *accountPages) addressCode(w http.ResponseWriter, r *Request) error {
	ask := r.Text("ask")
	token, err := a.account.ProveByCode(r.Context(), r.Person.ID, ask, r.Text("code"), a.core.Client(r.Request))
	if err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return a.showAddressSent(w, r, ask, wrongText(r, wrong, "code"))
	}
	return r.Go(w, "/me/address/"+string(token), "")
}

// proofPage is the data of the page "account-proof".
type proofPage struct {
	account.Proof
	Token string
	Mine  string // by which the person knows the account that they are in
	From  string // of the account that would be merged, for the form
}

func (a *accountPages) proof(w http.ResponseWriter, r *Request) error {
	if err := r.Fresh(); err != nil {
		return err
	}
	token := r.PathValue("token")
	proof, err := a.account.ReadProof(r.Context(), r.Person.ID, token)
	if err != nil {
		return err
	}
	own, err := a.account.Addresses(r.Context(), r.Person.ID)
	if err != nil {
		return err
	}
	d := proofPage{Proof: proof, Token: token}
	if len(own) > 0 {
		d.Mine = own[0].Email
	}
	title := "account.prove"
	if proof.Merge != nil {
		title, d.From = "account.merge", proof.Merge.From.ID.String()
	}
	return r.Show(w, "account-proof", a.page(r, title, "", d))
}

func (a *accountPages) prove(w http.ResponseWriter, r *Request) error {
	if err := r.Fresh(); err != nil {
		return err
	}
	var from id.ID
	done := "address-added"
	if text := r.Text("from"); text != "" {
		var err error
		if from, err = id.Parse(text); err != nil {
			return fault.ErrNotFound
		}
		done = "merged"
	}
	if err := a.account.Prove(r.Context(), r.Person.ID, r.PathValue("token"), from); err != nil {
		return err
	}
	return r.Go(w, "/me#addresses", done)
}
