package web

import (
	"context"
	"errors"
	"fmt"
	"math"
	"mime"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/organization"
)

// freshFor is how long a proof of who somebody is counts as new.
const freshFor = 30 * time.Minute

// policy is the Content-Security-Policy of pages: everything from here, nothing
// inline, nobody frames us.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// always are the headers of every answer, under their canonical names: set so, they
// cost nothing to make. Nobody adds to them; a handler that wants another value sets
// its own.
var always = map[string][]string{
	"Content-Security-Policy":    {policy},
	"X-Content-Type-Options":     {"nosniff"},
	"Referrer-Policy":            {"same-origin"},
	"Permissions-Policy":         {"camera=(), microphone=(), geolocation=(), interest-cohort=()"},
	"Cross-Origin-Opener-Policy": {"same-origin"},
}

func setHeaders(h http.Header, https bool) {
	for name, value := range always {
		h[name] = value
	}
	if https {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// assets are the files of pages: whoever opens one by itself sees a picture or a
// text, which may do nothing.
func (c *Core) assets() http.Handler {
	files := c.Look.Assets()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setHeaders(w.Header(), c.Base.Scheme == "https")
		w.Header().Set("Content-Security-Policy", picturePolicy)
		files.ServeHTTP(w, r)
	})
}

// handler is a route with what comes before it: headers, limits, who it is, and
// what they may; and after it: the page of an error.
func (c *Core) handler(route Route) http.Handler {
	most := route.Body
	if most == 0 {
		most = 1 << 20
	}
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		setHeaders(w.Header(), c.Base.Scheme == "https")
		if route.Plain != nil && route.Plain(w, hr) {
			return
		}
		hr.Body = http.MaxBytesReader(w, hr.Body, most)
		r := &Request{Request: hr, Core: c}
		err := c.meet(r, route)
		if err == nil && !route.Reads {
			err = readBody(hr)
		}
		if err == nil {
			err = route.Do(w, r)
		}
		if err != nil {
			c.fail(w, r, err)
		}
	})
}

// formMemory is how much of a form with files is kept in memory; the rest waits on
// the disk until the request ends.
const formMemory = 10 << 20

// readBody reads a form. One that is too large, broken off or no form at all must
// not be taken for one whose fields are empty, which would erase what they are for.
func readBody(r *http.Request) error {
	if r.Method != http.MethodPost {
		return nil
	}
	var err error
	switch kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind {
	case "multipart/form-data":
		err = r.ParseMultipartForm(formMemory)
	default:
		err = r.ParseForm()
	}
	if tooLarge(err) {
		return err
	}
	if err != nil {
		return fault.New(fault.Invalid, "web.form-unreadable")
	}
	tidyValues(r.Form)
	tidyValues(r.PostForm)
	if r.MultipartForm != nil {
		tidyValues(r.MultipartForm.Value)
	}
	return nil
}

// tidyAddress cleans what an address asks for. Nothing has a name with signs that
// are none.
func tidyAddress(r *http.Request) error {
	if tidy(r.URL.Path) != r.URL.Path {
		return fault.ErrNotFound
	}
	if r.URL.RawQuery == "" {
		return nil
	}
	if q := r.URL.Query(); tidyValues(q) {
		r.URL.RawQuery = q.Encode()
	}
	return nil
}

// tidyValues cleans the values of a form, and tells whether there was need.
func tidyValues(v url.Values) (changed bool) {
	for name, values := range v {
		for i, value := range values {
			if clean := tidy(value); clean != value {
				v[name][i], changed = clean, true
			}
		}
	}
	return changed
}

// tidy is a text of letters alone: browsers send nothing else, and PostgreSQL takes
// no zero byte and no bytes that are no UTF-8.
func tidy(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", "")
}

// meet finds out who asks, and whether they may.
func (c *Core) meet(r *Request, route Route) error {
	r.Say = c.Catalog.For(c.Lang)
	var err error
	if token := c.token(r.Request); token != "" {
		r.Person, r.Session, err = c.Who.Who(r.Context(), token)
		if err != nil && !fault.Is(err, fault.Unauthenticated) {
			return err
		}
	}
	lang, carry := c.language(r.Request, r.Person)
	r.Say, r.carry = c.Catalog.For(lang), carry
	if c.Limits != nil {
		if wait, ok := c.Limits.Allow(route.Limit, c.Client(r.Request).String()); !ok {
			return &fault.Error{Kind: fault.TooMany, Key: "web.too-many", After: wait}
		}
	}
	if err := tidyAddress(r.Request); err != nil {
		return err
	}
	switch {
	case route.Who == Anyone:
		return nil
	case route.Who == Nobody:
		return fault.ErrNotFound
	case !r.In():
		return fault.New(fault.Unauthenticated, "web.sign-in")
	case route.Who == Operator && !r.Person.Operator:
		return fault.ErrNotFound // who runs the site is nobody's business
	case route.Who.role() != organization.NoRole:
		return c.enter(r, route.Who.role())
	}
	return nil
}

// enter lets a member into the space of the address. To a stranger the space is
// not there.
func (c *Core) enter(r *Request, role organization.Role) error {
	org, actor, err := c.Enter.Enter(r.Context(), r.PathValue("org"), r.Person.ID)
	if err != nil {
		return err
	}
	if actor.Role == organization.NoRole {
		return fault.ErrNotFound
	}
	r.Org, r.Actor = org, actor
	if !actor.May(role) {
		return fault.New(fault.Forbidden, "web.role", "Role", r.Say.T("role."+role.String()))
	}
	return nil
}

// token is what the session's cookie says.
func (c *Core) token(r *http.Request) string {
	name := Cookie
	if c.Base.Scheme != "https" {
		name = CookieNoLock
	}
	cookie, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// SetToken signs the browser in, or out where token is empty.
func (c *Core) SetToken(w http.ResponseWriter, token string, lasts time.Duration) {
	cookie := &http.Cookie{Name: Cookie, Value: token, Path: "/", HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode, MaxAge: int(lasts.Seconds())}
	if c.Base.Scheme != "https" {
		cookie.Name, cookie.Secure = CookieNoLock, false
	}
	if token == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}

var statuses = map[fault.Kind]int{
	fault.Internal: http.StatusInternalServerError, fault.Invalid: http.StatusUnprocessableEntity, fault.NotFound: http.StatusNotFound,
	fault.Conflict: http.StatusConflict, fault.Unauthenticated: http.StatusUnauthorized, fault.Forbidden: http.StatusForbidden,
	fault.TooMany: http.StatusTooManyRequests, fault.Unavailable: http.StatusServiceUnavailable,
}

// goneError says of what was not found that it was here once.
type goneError struct{ error }

func (e goneError) Unwrap() error { return e.error }

// ErrorPage is the data of the page "error".
type ErrorPage struct {
	Status     int
	Title      string // what happened
	Text       string // what to do
	Link       string // where to go on, a path, or ""
	LinkText   string
	Incident   string // to tell us, of an internal error
	Faults     []string
	WaitLength string
}

// fail shows an error, once.
func (c *Core) fail(w http.ResponseWriter, r *Request, err error) {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		err = fault.New(fault.Invalid, "web.too-large", "Limit", tooLarge.Limit>>20)
		if tooLarge.Limit < 1<<20 {
			err = fault.New(fault.Invalid, "web.too-long")
		}
	}
	kind := fault.KindOf(err)
	if kind == fault.Internal && errors.Is(r.Context().Err(), context.Canceled) {
		// Work that is cut short fails in the words of whoever does it. Nobody reads
		// an answer any more.
		c.Log.Info("a request was given up", "method", r.Method, "route", r.Pattern, "error", err)
		return
	}
	if kind == fault.Unauthenticated && r.Method == http.MethodGet {
		next := r.URL.RequestURI()
		key := ""
		if r.In() {
			key = "&again=1"
		}
		http.Redirect(w, r.Request, r.Path("/login?next="+url.QueryEscape(next)+key), http.StatusSeeOther)
		return
	}
	status := statuses[kind]
	page := ErrorPage{Status: status}
	var past goneError
	if errors.As(err, &past) {
		page.Status = http.StatusGone
	}
	page.Title, page.Text = r.Say.T("web.error-"+strconv.Itoa(status)), r.Say.T("web.error-"+strconv.Itoa(status)+"-do")
	var f *fault.Error
	if errors.As(err, &f) && kind != fault.Internal {
		if r.Say.Has(f.Key) && f != fault.ErrNotFound && f != fault.ErrExists {
			page.Title = r.Say.T(f.Key, f.Facts)
			if do := f.Key + "-do"; r.Say.Has(do) {
				page.Text = r.Say.T(do, f.Facts)
			}
		}
		for _, field := range f.Fields {
			page.Faults = append(page.Faults, r.Say.T(field.Key, field.Facts))
		}
		if f.After > 0 {
			seconds := int(math.Ceil(f.After.Seconds()))
			w.Header().Set("Retry-After", strconv.Itoa(seconds))
			page.WaitLength = r.Say.T("web.wait", map[string]any{"Count": (seconds + 59) / 60})
		}
	}
	if kind == fault.Internal {
		page.Incident = strconv.FormatInt(c.Now().UnixMicro(), 36)
		c.Log.Error("a request failed", "incident", page.Incident, "method", r.Method, "route", r.Pattern, "error", err)
	}
	page.Link, page.LinkText = "/", r.Say.T("web.go-home")
	if kind == fault.Unauthenticated {
		page.Link, page.LinkText = "/login", r.Say.T("look.sign-in")
	}
	p := r.Page(page.Title)
	p.Hidden, p.Data = true, page
	if err := r.show(w, page.Status, "error", p); err != nil {
		c.Log.Error("the page of an error cannot be shown", "error", err)
		http.Error(w, page.Title, status)
	}
}

func (c *Core) nothingHere(_ http.ResponseWriter, _ *Request) error { return fault.ErrNotFound }

func foreignForm(_ http.ResponseWriter, _ *Request) error {
	return fault.New(fault.Forbidden, "web.foreign-form")
}

// recovering makes an error of a panic, so that one request does not end all.
func (c *Core) recovering(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler { //nolint:errorlint // what was panicked with is that very value
				panic(p)
			}
			c.fail(w, &Request{Request: r, Core: c, Say: c.Catalog.For(c.Lang)}, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}()
		next.ServeHTTP(w, r)
	})
}

// moved sends people who come by an address that the site had before to the one
// that it has now. What programs verify by (documents of identifiers, status
// lists, badges) is answered in place: its address is part of what was signed.
func (c *Core) moved(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, former := range c.Former {
			if !strings.EqualFold(r.Host, former.Host) {
				continue
			}
			if r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html") {
				http.Redirect(w, r, c.Base.String()+r.URL.RequestURI(), http.StatusMovedPermanently)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// Wrong turns the fields of a fault into what a form shows beside them, by name;
// any other error is returned.
func Wrong(err error) (map[string]fault.Field, error) {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Fields) == 0 {
		return nil, err
	}
	out := map[string]fault.Field{}
	for _, field := range f.Fields {
		if _, known := out[field.Name]; !known {
			out[field.Name] = field
		}
	}
	return out, nil
}

// tooLarge tells whether a request brought more than it may.
func tooLarge(err error) bool {
	var e *http.MaxBytesError
	return errors.As(err, &e)
}

// faultOf is the fault in an error, nil where there is none.
func faultOf(err error) *fault.Error {
	var f *fault.Error
	if errors.As(err, &f) {
		return f
	}
	return nil
}
