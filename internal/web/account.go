package web

import (
	"net/http"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/look"
)

// accountPages are a person's own: signing in, addresses, passkeys, devices,
// data.
type accountPages struct {
	core    *Core
	account *account.Service
}

// NewAccount returns the room of people.
func NewAccount(c *Core, s *account.Service) Room { return &accountPages{c, s} }

func (a *accountPages) Routes() []Route {
	return []Route{
		{Pattern: "GET /login", Who: Anyone, Do: a.login},
		{Pattern: "POST /login", Who: Anyone, Limit: Guess, Body: 16 << 10, Do: a.askLink},
		{Pattern: "GET /login/sent", Who: Anyone, Do: a.sent},
		{Pattern: "POST /login/code", Who: Anyone, Limit: Guess, Body: 16 << 10, Do: a.useCode},
		{Pattern: "GET /login/{token}", Who: Anyone, Limit: Guess, Do: a.link},
		{Pattern: "POST /login/{token}", Who: Anyone, Limit: Guess, Body: 16 << 10, Do: a.useLink},
		{Pattern: "GET /me", Who: SignedIn, Do: a.me},
		{Pattern: "POST /logout", Who: Anyone, Body: 16 << 10, Do: a.logout},
	}
}

// device is where a request comes from.
func (a *accountPages) device(r *Request) account.Device {
	return account.Device{Agent: r.UserAgent(), Client: a.core.Client(r.Request), Old: a.core.token(r.Request), Lang: r.Lang()}
}

// wrongText is what is wrong with a field, in words; "" for nothing.
func wrongText(r *Request, wrong map[string]fault.Field, name string) string {
	f, ok := wrong[name]
	if !ok {
		return ""
	}
	return r.Say.T(f.Key, f.Facts)
}

// loginPage is the data of the page "account-login".
type loginPage struct {
	Again  bool // somebody is signed in, and is to prove once more who they are
	Next   string
	Email  look.Field
	Errors look.Errors
}

func (a *accountPages) login(w http.ResponseWriter, r *Request) error {
	next := Inner(r.URL.Query().Get("next"))
	again := r.URL.Query().Get("again") != ""
	if r.In() && !again {
		return r.Go(w, home(next), "")
	}
	email := ""
	if r.In() {
		addresses, err := a.account.Addresses(r.Context(), r.Person.ID)
		if err != nil {
			return err
		}
		if len(addresses) > 0 {
			email = addresses[0].Email
		}
	}
	return r.Show(w, "account-login", a.loginPage(r, email, "", next))
}

// home is where one goes after a sign-in that had no aim.
func home(next string) string {
	if next == "" || next == "/" {
		return "/me"
	}
	return next
}

func (a *accountPages) loginPage(r *Request, email, wrong, next string) look.Page {
	p := r.Page(r.Say.T("account.login"))
	p.Hidden = true
	field := look.Field{
		Name: "email", Type: "email", Label: "account.email", Help: "account.email-help", Value: email, Error: wrong,
		Required: true, Autocomplete: "username webauthn", Limit: 254,
	}
	p.Data = loginPage{Again: r.In(), Next: next, Email: field, Errors: look.Faults(field)}
	return p
}

func (a *accountPages) askLink(w http.ResponseWriter, r *Request) error {
	next := Inner(r.Text("next"))
	ask, err := a.account.AskSignIn(r.Context(), account.Ask{Email: r.Text("email"), Next: next, Lang: r.Lang(), Client: a.core.Client(r.Request)})
	if err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return r.ShowAgain(w, "account-login", a.loginPage(r, r.Text("email"), wrongText(r, wrong, "email"), next))
	}
	return r.Go(w, "/login/sent?ask="+string(ask), "")
}

// sentPage is the data of the page "account-sent".
type sentPage struct {
	Email  string
	Ask    string
	Action string // of the form with the code
	Again  string // where to ask anew
	Code   look.Field
	Errors look.Errors
}

func (a *accountPages) sent(w http.ResponseWriter, r *Request) error {
	return a.showSent(w, r, r.URL.Query().Get("ask"), "")
}

func (a *accountPages) showSent(w http.ResponseWriter, r *Request, ask, wrong string) error {
	link, err := a.account.Asked(r.Context(), ask)
	if err != nil {
		return err
	}
	p := r.Page(r.Say.T("account.sent"))
	p.Hidden = true
	code := codeField(wrong)
	p.Data = sentPage{Email: link.Email, Ask: ask, Action: "/login/code", Again: "/login", Code: code, Errors: look.Faults(code)}
	if wrong != "" {
		return r.ShowAgain(w, "account-sent", p)
	}
	return r.Show(w, "account-sent", p)
}

func codeField(wrong string) look.Field {
	return look.Field{
		Name: "code", Label: "account.code", Help: "account.code-help", Error: wrong, Required: true,
		Autocomplete: "one-time-code", InputMode: "numeric", Limit: 20,
	}
}

func (a *accountPages) useCode(w http.ResponseWriter, r *Request) error {
	ask := r.Text("ask")
	entry, err := a.account.SignInByCode(r.Context(), ask, r.Text("code"), a.device(r))
	if err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return a.showSent(w, r, ask, wrongText(r, wrong, "code"))
	}
	return a.enter(w, r, entry)
}

// linkPage is the data of the page "account-link".
type linkPage struct {
	Token string
	Email string
	Other string // who is signed in on this device and will be no more
}

// link shows the button that signs in. Opening the link changes nothing: mail
// scanners open links too.
func (a *accountPages) link(w http.ResponseWriter, r *Request) error {
	token := r.PathValue("token")
	link, err := a.account.Read(r.Context(), token)
	if err != nil {
		return err
	}
	if link.Purpose != account.SignIn {
		return fault.ErrNotFound
	}
	p := r.Page(r.Say.T("account.link"))
	p.Hidden = true
	p.Data = linkPage{Token: token, Email: link.Email}
	return r.Show(w, "account-link", p)
}

func (a *accountPages) useLink(w http.ResponseWriter, r *Request) error {
	entry, err := a.account.SignInByLink(r.Context(), r.PathValue("token"), a.device(r))
	if err != nil {
		return err
	}
	return a.enter(w, r, entry)
}

// enter gives the browser its session and leads it on.
func (a *accountPages) enter(w http.ResponseWriter, r *Request, e account.Entry) error {
	a.core.SetToken(w, string(e.Token), account.Lasts)
	return r.Go(w, home(Inner(e.Next)), "signed-in")
}

func (a *accountPages) logout(w http.ResponseWriter, r *Request) error {
	if err := a.account.SignOut(r.Context(), a.core.token(r.Request)); err != nil {
		return err
	}
	a.core.SetToken(w, "", 0)
	return r.Go(w, "/", "signed-out")
}
