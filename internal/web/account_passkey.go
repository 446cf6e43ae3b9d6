package web

import (
	"encoding/json"
	"net/http"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/look"
)

// sendChallenge answers the script that asks what to hand to the browser.
func sendChallenge(w http.ResponseWriter, c account.Challenge) error {
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(body) // who is gone needs no answer
	return nil
}

// signInOptions changes nothing, yet is no GET: each challenge is another one.
func (a *accountPages) signInOptions(w http.ResponseWriter, _ *Request) error {
	c, err := a.account.BeginSignIn()
	if err != nil {
		return err
	}
	return sendChallenge(w, c)
}

func (a *accountPages) usePasskey(w http.ResponseWriter, r *Request) error {
	next := Inner(r.Text("next"))
	entry, err := a.account.SignInByPasskey(r.Context(), r.Text("token"), []byte(r.Text("answer")), a.device(r))
	if err != nil {
		a.core.Log.Info("a passkey was refused", "error", err)
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return r.ShowAgain(w, "account-login", a.loginPage(r, "", next, "", wrongText(r, wrong, "passkey")))
	}
	entry.Next = next
	return a.enter(w, r, entry)
}

// passkeyPage is the data of the pages "account-passkey-new" and
// "account-passkey".
type passkeyPage struct {
	account.Passkey
	Name   look.Field
	Errors look.Errors
	Can    bool
}

func (a *accountPages) newPasskey(w http.ResponseWriter, r *Request) error {
	if err := r.Fresh(); err != nil {
		return err
	}
	return r.Show(w, "account-passkey-new", a.newPasskeyPage(r, deviceName(r.Say, r.UserAgent()), nil))
}

func (a *accountPages) newPasskeyPage(r *Request, name string, wrong map[string]fault.Field) look.Page {
	d := passkeyPage{Name: passkeyNameField(name, wrongText(r, wrong, "name")), Can: a.account.Passkeys()}
	d.Errors = look.Faults(d.Name)
	if text := wrongText(r, wrong, "passkey"); text != "" {
		d.Errors.Items = append(d.Errors.Items, look.Fault{Text: text})
	}
	return a.page(r, "account.passkey-new", "", d)
}

func passkeyNameField(name, wrong string) look.Field {
	return look.Field{Name: "name", Label: "account.passkey-name", Help: "account.passkey-name-help", Value: name, Error: wrong, Required: true, Limit: 60}
}

func (a *accountPages) passkeyOptions(w http.ResponseWriter, r *Request) error {
	if err := r.Fresh(); err != nil {
		return err
	}
	c, err := a.account.BeginPasskey(r.Context(), r.Person.ID)
	if err != nil {
		return err
	}
	return sendChallenge(w, c)
}

func (a *accountPages) addPasskey(w http.ResponseWriter, r *Request) error {
	if err := r.Fresh(); err != nil {
		return err
	}
	name := r.Text("name")
	err := a.account.AddPasskey(r.Context(), r.Person.ID, name, r.Text("token"), []byte(r.Text("answer")))
	if err != nil {
		a.core.Log.Info("a new passkey was refused", "error", err)
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return r.ShowAgain(w, "account-passkey-new", a.newPasskeyPage(r, name, wrong))
	}
	return r.Go(w, "/me#passkeys", "passkey-added")
}

func (a *accountPages) passkey(w http.ResponseWriter, r *Request) error {
	return a.showPasskey(w, r, nil)
}

func (a *accountPages) showPasskey(w http.ResponseWriter, r *Request, wrong map[string]fault.Field) error {
	if err := r.Fresh(); err != nil {
		return err
	}
	o, err := a.account.Overview(r.Context(), r.Person.ID)
	if err != nil {
		return err
	}
	for _, p := range o.Passkeys {
		if p.Key() != r.PathValue("key") {
			continue
		}
		name := p.Name
		if wrong != nil {
			name = r.Text("name")
		}
		d := passkeyPage{Passkey: p, Name: passkeyNameField(name, wrongText(r, wrong, "name"))}
		d.Errors = look.Faults(d.Name)
		page := a.page(r, "account.passkey", "", d)
		if wrong != nil {
			return r.ShowAgain(w, "account-passkey", page)
		}
		return r.Show(w, "account-passkey", page)
	}
	return fault.ErrNotFound
}

func (a *accountPages) renamePasskey(w http.ResponseWriter, r *Request) error {
	if err := a.account.RenamePasskey(r.Context(), r.Person.ID, r.PathValue("key"), r.Text("name")); err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return a.showPasskey(w, r, wrong)
	}
	return r.Go(w, "/me#passkeys", "saved")
}

func (a *accountPages) removePasskey(w http.ResponseWriter, r *Request) error {
	if err := r.Fresh(); err != nil {
		return err
	}
	if err := a.account.RemovePasskey(r.Context(), r.Session, r.PathValue("key")); err != nil {
		return err
	}
	return r.Go(w, "/me#passkeys", "passkey-removed")
}
