package web

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
)

// Cookie names the session. The prefix makes browsers refuse it from elsewhere.
const (
	Cookie       = "__Host-session"
	CookieNoLock = "session" // over http, on loopback
)

// Request is a request with what is known of who sent it.
type Request struct {
	*http.Request
	Core *Core
	Say  *message.Printer
	// Person and Session are zero for who is not signed in.
	Person  account.Person
	Session account.Session
	// Org and Actor are of routes in a space.
	Org   organization.Organization
	Actor organization.Actor
	carry bool
}

// Lang is the language of the answer.
func (r *Request) Lang() string { return r.Say.Lang }

// In tells whether somebody is signed in.
func (r *Request) In() bool { return !r.Person.ID.IsZero() }

// Path is a path of ours with the language carried on, where it was asked for.
func (r *Request) Path(path string) string {
	if !r.carry {
		return path
	}
	fragment := ""
	if i := strings.IndexByte(path, '#'); i >= 0 {
		path, fragment = path[:i], path[i:]
	}
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	return path + sep + "lang=" + r.Lang() + fragment
}

// language says in which language to answer: that of the address, else the
// person's own, else the browser's, else the site's.
func (c *Core) language(r *http.Request, person account.Person) (lang string, carry bool) {
	if l := r.URL.Query().Get("lang"); slices.Contains(c.Catalog.Languages(), l) {
		return l, true
	}
	if person.Lang != "" {
		return person.Lang, false
	}
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(tags) == 0 {
		return c.Lang, false
	}
	_, i, confidence := c.matcher.Match(tags...)
	if confidence == language.No {
		return c.Lang, false
	}
	return c.Catalog.Languages()[i], false
}

// Page begins a page: what the frame says on every one.
func (r *Request) Page(title string) look.Page {
	here := *r.URL
	q := here.Query()
	q.Del("lang")
	q.Del("done")
	here.RawQuery = q.Encode()
	p := look.Page{
		Lang: r.Lang(), Carry: r.carry, Path: here.RequestURI(), Title: title, SiteName: r.Core.Name,
		Nav: []look.Link{
			{Key: "web.nav-badges", Path: "/badges", Section: "catalogue"},
			{Key: "web.nav-verify", Path: "/verify", Section: "verify"},
			{Key: "web.nav-passport", Path: "/passport", Section: "passport"},
		},
	}
	if r.In() {
		p.Person = r.Person.Name
		if p.Person == "" {
			p.Person = r.Say.T("web.me")
		}
		p.Nav[len(p.Nav)-1].Count = r.waiting()
		p.Nav = append(p.Nav, look.Link{Key: "web.nav-spaces", Path: "/spaces", Section: "spaces"})
		if r.Person.Operator {
			p.Nav = append(p.Nav, look.Link{Key: "web.nav-operator", Path: "/operator", Section: "operator"})
		}
	}
	if r.Core.Mails != "" {
		p.Nav = append(p.Nav, look.Link{Key: "web.nav-mails", Path: r.Core.Mails, Section: "mails"})
	}
	if r.Actor.Role != organization.NoRole {
		p.Hidden = true
		p.Space = r.space()
	}
	if done := r.URL.Query().Get("done"); done != "" && r.Say.Has("done."+done) {
		p.Notice = &look.Notice{Text: r.Say.T("done." + done), Kind: "valid"}
	}
	return p
}

// waiting is how many badges wait for the person's answer. A page that cannot
// count them is a page.
func (r *Request) waiting() int {
	if r.Core.Waiting == nil {
		return 0
	}
	n, err := r.Core.Waiting(r.Context(), r.Person.ID)
	if err != nil {
		r.Core.Log.Warn("waiting badges cannot be counted", "error", err)
	}
	return n
}

// space is the navigation of an organisation's space: what the actor may see.
func (r *Request) space() *look.Space {
	at := "/s/" + r.Org.Slug
	s := &look.Space{Name: r.Org.Name, Slug: r.Org.Slug, Nav: []look.Link{
		{Key: "web.space-home", Path: at, Section: "home"},
		{Key: "web.space-badges", Path: at + "/badges", Section: "badges"},
		{Key: "web.space-awards", Path: at + "/awards", Section: "awards"},
		{Key: "web.space-figures", Path: at + "/figures", Section: "figures"},
	}}
	if r.Actor.May(organization.Admin) {
		s.Nav = append(s.Nav,
			look.Link{Key: "web.space-members", Path: at + "/members", Section: "members"},
			look.Link{Key: "web.space-settings", Path: at + "/settings", Section: "settings"})
	}
	return s
}

// Show renders a page and sends it.
func (r *Request) Show(w http.ResponseWriter, name string, p look.Page) error {
	return r.show(w, http.StatusOK, name, p)
}

// ShowAgain renders a form that was filled in with faults.
func (r *Request) ShowAgain(w http.ResponseWriter, name string, p look.Page) error {
	return r.show(w, http.StatusUnprocessableEntity, name, p)
}

func (r *Request) show(w http.ResponseWriter, status int, name string, p look.Page) error {
	page, err := r.Core.Look.Render(name, p)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", p.Lang)
	h.Add("Vary", "Accept-Language, Cookie")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "private, no-store")
	}
	w.WriteHeader(status)
	_, _ = w.Write(page) // who is gone needs no answer
	return nil
}

// Go sends the browser on, after a form. done is the code of a sentence
// "done.CODE" that the next page tells, "" for none.
func (r *Request) Go(w http.ResponseWriter, path, done string) error {
	if done != "" {
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		if i := strings.IndexByte(path, '#'); i >= 0 {
			path = path[:i] + sep + "done=" + url.QueryEscape(done) + path[i:]
		} else {
			path += sep + "done=" + url.QueryEscape(done)
		}
	}
	http.Redirect(w, r.Request, r.Path(path), http.StatusSeeOther)
	return nil
}

// Inner is a path of ours that a form or an address named, for after a sign-in;
// "/" for anything else, so that nobody is led elsewhere.
func Inner(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(path, "/") ||
		strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
		return "/"
	}
	return path
}

// Text is the value of a form's field, without spaces around it, line ends as \n.
func (r *Request) Text(name string) string {
	return strings.TrimSpace(strings.ReplaceAll(r.FormValue(name), "\r\n", "\n"))
}

// Ticked tells whether a box of a form was ticked.
func (r *Request) Ticked(name string) bool { return r.FormValue(name) != "" }

// Client is the network address of who asks: what a trusted proxy says, else who
// connected.
func (c *Core) Client(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	client := at.Addr().Unmap()
	forwarded := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(forwarded) - 1; i >= 0 && c.trusts(client); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(forwarded[i]))
		if err != nil {
			break
		}
		client = next.Unmap()
	}
	return client
}

func (c *Core) trusts(a netip.Addr) bool {
	return slices.ContainsFunc(c.Trusted, func(p netip.Prefix) bool { return p.Contains(a) })
}

// Fresh asks for a session whose person proved lately who they are: before what
// cannot be undone. Else the error leads to a new proof.
func (r *Request) Fresh() error {
	if r.Core.Now().Sub(r.Session.Fresh) > freshFor {
		return fault.New(fault.Unauthenticated, "web.prove-again")
	}
	return nil
}
