package web

import (
	"net/http"
	"net/url"

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

// smallForm is the most bytes of a form of a few fields, passkeyForm of one with
// what a passkey says.
const (
	smallForm   = 16 << 10
	passkeyForm = 128 << 10
)

func (a *accountPages) Routes() []Route {
	return []Route{
		{Pattern: "GET /login", Who: Anyone, Do: a.login},
		{Pattern: "POST /login", Who: Anyone, Limit: Guess, Body: smallForm, Do: a.askLink},
		{Pattern: "GET /login/sent", Who: Anyone, Do: a.sent},
		{Pattern: "POST /login/code", Who: Anyone, Limit: Guess, Body: smallForm, Do: a.useCode},
		{Pattern: "GET /login/help", Who: Anyone, Do: a.help},
		{Pattern: "GET /login/recovery", Who: Anyone, Do: a.recovery},
		{Pattern: "POST /login/recovery", Who: Anyone, Limit: Guess, Body: smallForm, Do: a.useRecovery},
		{Pattern: "POST /login/passkey/options", Who: Anyone, Body: smallForm, Do: a.signInOptions},
		{Pattern: "POST /login/passkey", Who: Anyone, Limit: Guess, Body: passkeyForm, Do: a.usePasskey},
		{Pattern: "GET /login/{token}", Who: Anyone, Limit: Guess, Do: a.link},
		{Pattern: "POST /login/{token}", Who: Anyone, Limit: Guess, Body: smallForm, Do: a.useLink},
		{Pattern: "POST /logout", Who: Anyone, Body: smallForm, Do: a.logout},
		{Pattern: "GET /start/{token}", Who: Anyone, Limit: Guess, Do: a.start},
		{Pattern: "POST /start/{token}", Who: Anyone, Limit: Guess, Body: smallForm, Do: a.useStart},

		{Pattern: "GET /me", Who: SignedIn, Do: a.me},
		{Pattern: "POST /me", Who: SignedIn, Body: smallForm, Do: a.rename},
		{Pattern: "POST /me/devices/end", Who: SignedIn, Body: smallForm, Do: a.endDevice},
		{Pattern: "POST /me/devices/end-others", Who: SignedIn, Body: smallForm, Do: a.endOthers},
		{Pattern: "POST /me/devices/end-all", Who: SignedIn, Body: smallForm, Do: a.endAll},

		{Pattern: "GET /me/addresses/new", Who: SignedIn, Do: a.newAddress},
		{Pattern: "POST /me/addresses/new", Who: SignedIn, Limit: Guess, Body: smallForm, Do: a.askAddress},
		{Pattern: "GET /me/addresses/sent", Who: SignedIn, Do: a.addressSent},
		{Pattern: "POST /me/addresses/code", Who: SignedIn, Limit: Guess, Body: smallForm, Do: a.addressCode},
		{Pattern: "POST /me/addresses/main", Who: SignedIn, Body: smallForm, Do: a.makeMain},
		{Pattern: "GET /me/addresses/remove", Who: SignedIn, Do: a.confirmAddress},
		{Pattern: "POST /me/addresses/remove", Who: SignedIn, Body: smallForm, Do: a.removeAddress},
		{Pattern: "GET /me/address/{token}", Who: SignedIn, Limit: Guess, Do: a.proof},
		{Pattern: "POST /me/address/{token}", Who: SignedIn, Limit: Guess, Body: smallForm, Do: a.prove},

		{Pattern: "GET /me/passkeys/new", Who: SignedIn, Do: a.newPasskey},
		{Pattern: "POST /me/passkeys/options", Who: SignedIn, Body: smallForm, Do: a.passkeyOptions},
		{Pattern: "POST /me/passkeys/new", Who: SignedIn, Body: passkeyForm, Do: a.addPasskey},
		{Pattern: "GET /me/passkeys/{key}", Who: SignedIn, Do: a.passkey},
		{Pattern: "POST /me/passkeys/{key}", Who: SignedIn, Body: smallForm, Do: a.renamePasskey},
		{Pattern: "POST /me/passkeys/{key}/remove", Who: SignedIn, Body: smallForm, Do: a.removePasskey},

		{Pattern: "GET /me/codes", Who: SignedIn, Do: a.confirmCodes},
		{Pattern: "POST /me/codes", Who: SignedIn, Body: smallForm, Do: a.newCodes},

		{Pattern: "GET /me/data", Who: SignedIn, Do: a.data},
		{Pattern: "GET /me/data/export", Who: SignedIn, Limit: Costly, Do: a.export},
		{Pattern: "GET /me/erase", Who: SignedIn, Do: a.confirmErase},
		{Pattern: "POST /me/erase", Who: SignedIn, Body: smallForm, Do: a.erase},
	}
}

// page begins a page of the room: nobody's business but the person's. path is
// that of its GET, where the page may be the answer to a form of another path.
func (a *accountPages) page(r *Request, title, path string, data any) look.Page {
	p := r.Page(r.Say.T(title))
	p.Hidden, p.Data = true, data
	if path != "" {
		p.Path = path
	}
	return p
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
	Again    bool // somebody is signed in, and is to prove once more who they are
	Next     string
	Email    look.Field
	Errors   look.Errors
	Passkeys bool
	Recovery string // path
}

func (a *accountPages) login(w http.ResponseWriter, r *Request) error {
	next := Inner(r.URL.Query().Get("next"))
	if r.In() && r.URL.Query().Get("again") == "" {
		return r.Go(w, afterSignIn(next), "")
	}
	email := r.URL.Query().Get("email")
	if len(email) > 254 {
		email = ""
	}
	if r.In() {
		addresses, err := a.account.Addresses(r.Context(), r.Person.ID)
		if err != nil {
			return err
		}
		if len(addresses) > 0 {
			email = addresses[0].Email
		}
	}
	return r.Show(w, "account-login", a.loginPage(r, email, next, "", ""))
}

// afterSignIn is where one goes after a sign-in that had no aim.
func afterSignIn(next string) string {
	if next == "" || next == "/" {
		return "/passport"
	}
	return next
}

// loginPath is the path of the page of the sign-in that leads to another one.
func loginPath(r *Request, next string) string {
	q := url.Values{}
	if next != "" && next != "/" {
		q.Set("next", next)
	}
	if r.In() {
		q.Set("again", "1")
	}
	if len(q) == 0 {
		return "/login"
	}
	return "/login?" + q.Encode()
}

// loginPage makes the page; wrongEmail and wrongPasskey say what is wrong.
func (a *accountPages) loginPage(r *Request, email, next, wrongEmail, wrongPasskey string) look.Page {
	field := look.Field{
		Name: "email", Type: "email", Label: "account.email", Help: "account.email-help", Value: email, Error: wrongEmail,
		Required: true, Autocomplete: "username webauthn", Limit: 254,
	}
	errors := look.Faults(field)
	if wrongPasskey != "" {
		errors.Items = append(errors.Items, look.Fault{Text: wrongPasskey})
	}
	recovery := "/login/recovery"
	if next != "/" {
		recovery += "?next=" + url.QueryEscape(next)
	}
	return a.page(r, "account.login", loginPath(r, next), loginPage{
		Again: r.In(), Next: next, Email: field, Errors: errors, Passkeys: a.account.Passkeys(), Recovery: recovery,
	})
}

func (a *accountPages) askLink(w http.ResponseWriter, r *Request) error {
	next := Inner(r.Text("next"))
	ask, err := a.account.AskSignIn(r.Context(), account.Ask{Email: r.Text("email"), Next: next, Lang: r.Lang(), Client: a.core.Client(r.Request)})
	if err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return r.ShowAgain(w, "account-login", a.loginPage(r, r.Text("email"), next, wrongText(r, wrong, "email"), ""))
	}
	return r.Go(w, "/login/sent?ask="+string(ask), "")
}

// sentPage is the data of the page "account-sent".
type sentPage struct {
	Email  string
	Ask    string
	Action string // of the form with the code
	Again  string // where to ask anew
	Button string
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
	code := codeField(wrong)
	p := a.page(r, "account.sent", "/login/sent?ask="+url.QueryEscape(ask), sentPage{
		Email: link.Email, Ask: ask, Action: "/login/code", Again: loginPath(r, Inner(link.Next)), Button: "account.code-use",
		Code: code, Errors: look.Faults(code),
	})
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
}

// link shows the button that signs in. Opening the link changes nothing: mail
// scanners open links too.
func (a *accountPages) link(w http.ResponseWriter, r *Request) error {
	token := r.PathValue("token")
	link, err := a.account.Read(r.Context(), token, account.SignIn)
	if err != nil {
		return err
	}
	return r.Show(w, "account-link", a.page(r, "account.link", "", linkPage{Token: token, Email: link.Email}))
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
	return r.Go(w, afterSignIn(Inner(e.Next)), "signed-in")
}

func (a *accountPages) logout(w http.ResponseWriter, r *Request) error {
	if err := a.account.SignOut(r.Context(), a.core.token(r.Request)); err != nil {
		return err
	}
	a.core.SetToken(w, "", 0)
	return r.Go(w, "/", "signed-out")
}

func (a *accountPages) help(w http.ResponseWriter, r *Request) error {
	return r.Show(w, "account-help", a.page(r, "account.lost", "", nil))
}

// startPage is the data of the page "account-start".
type startPage struct {
	Token  string
	Email  look.Field
	Errors look.Errors
}

func (a *accountPages) start(w http.ResponseWriter, r *Request) error {
	token := r.PathValue("token")
	if _, err := a.account.Read(r.Context(), token, account.First); err != nil {
		return err
	}
	return r.Show(w, "account-start", a.startPage(r, token, "", ""))
}

func (a *accountPages) startPage(r *Request, token, email, wrong string) look.Page {
	field := look.Field{Name: "email", Type: "email", Label: "account.email", Value: email, Error: wrong, Required: true, Autocomplete: "email", Limit: 254}
	return a.page(r, "account.start", "", startPage{Token: token, Email: field, Errors: look.Faults(field)})
}

func (a *accountPages) useStart(w http.ResponseWriter, r *Request) error {
	token := r.PathValue("token")
	entry, err := a.account.Start(r.Context(), token, r.Text("email"), a.device(r))
	if err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return r.ShowAgain(w, "account-start", a.startPage(r, token, r.Text("email"), wrongText(r, wrong, "email")))
	}
	return a.enter(w, r, entry)
}

// recoveryPage is the data of the page "account-recovery".
type recoveryPage struct {
	Next   string
	Code   look.Field
	Errors look.Errors
}

func (a *accountPages) recovery(w http.ResponseWriter, r *Request) error {
	return r.Show(w, "account-recovery", a.recoveryPage(r, Inner(r.URL.Query().Get("next")), ""))
}

func (a *accountPages) recoveryPage(r *Request, next, wrong string) look.Page {
	field := look.Field{Name: "code", Label: "account.recovery-code", Help: "account.recovery-help", Error: wrong, Required: true, Autocomplete: "off", Limit: 40}
	path := "/login/recovery"
	if next != "/" {
		path += "?next=" + url.QueryEscape(next)
	}
	return a.page(r, "account.recovery", path, recoveryPage{Next: next, Code: field, Errors: look.Faults(field)})
}

func (a *accountPages) useRecovery(w http.ResponseWriter, r *Request) error {
	next := Inner(r.Text("next"))
	entry, err := a.account.SignInByRecoveryCode(r.Context(), r.Text("code"), a.device(r))
	if err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return r.ShowAgain(w, "account-recovery", a.recoveryPage(r, next, wrongText(r, wrong, "code")))
	}
	a.core.SetToken(w, string(entry.Token), account.Lasts)
	return r.Go(w, afterSignIn(next), "signed-in-by-code")
}
