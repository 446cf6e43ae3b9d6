package browser_test

import (
	"bytes"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/ecusson/ecusson/internal/server"
)

// crawl follows the links of a site as one visitor, in one language that its
// addresses ask for and that is not the visitor's own: a page that forgets to
// carry it on is found so. It opens few pages of each shape, which is the route
// and the names in the query.
type crawl struct {
	*visitor
	role, lang string
	routes     *http.ServeMux // that tells an address's route
	most       int            // pages of one shape
	todo       []link
	seen       map[string]bool
	shapes     map[string]int
	reached    map[string]string // an address of each route that was reached
	pages      []opened
}

// link is where a page leads to.
type link struct {
	from, to string
	page     bool // for people: it has to be in their language
}

// opened is a page that the crawl found, for the browser.
type opened struct {
	Name string `json:"name"`
	Path string `json:"path"`
	Lang string `json:"lang"`
}

// routesOf tell the pattern of an address.
func routesOf(s *server.Site) *http.ServeMux {
	mux := http.NewServeMux()
	for _, route := range s.Routes {
		mux.Handle(route.Pattern, http.NotFoundHandler())
	}
	mux.Handle("GET /static/", http.NotFoundHandler())
	return mux
}

func (c *crawl) pattern(method string, at *url.URL) string {
	_, pattern := c.routes.Handler(&http.Request{Method: method, URL: at, Host: at.Host})
	return pattern
}

// all opens what there is.
func (c *crawl) all(from ...string) {
	c.t.Helper()
	for _, path := range from {
		c.todo = append(c.todo, link{"the start", path + "?lang=" + c.lang, true})
	}
	for len(c.todo) > 0 {
		next := c.todo[0]
		c.todo = c.todo[1:]
		c.follow(next)
	}
}

func (c *crawl) wrong(l link, format string, args ...any) {
	c.t.Helper()
	c.t.Errorf("%s, %s: from %s to %s: %s", c.role, c.lang, l.from, l.to, fmt.Sprintf(format, args...))
}

// follow opens a link unless enough pages of its shape are open, and notes those
// of its page.
func (c *crawl) follow(l link) {
	c.t.Helper()
	at, err := c.base.Parse(l.to)
	if err != nil {
		c.wrong(l, "no address: %v", err)
		return
	}
	if at.Scheme != c.base.Scheme || at.Host != c.base.Host {
		return
	}
	fragment := at.Fragment
	at.Fragment, at.RawFragment = "", ""
	pattern := c.pattern(http.MethodGet, at)
	if pattern == "" {
		c.wrong(l, "no route leads there")
		return
	}
	if left, ok := strings.CutPrefix(pattern, "GET "); ok && slices.Contains(unfollowed, left) {
		return
	}
	if other := at.Query().Get("lang"); other != "" && other != c.lang {
		l.page = false // the same page in another language
	}
	query := at.Query()
	query.Del("lang")
	shape := pattern + "?" + strings.Join(slices.Sorted(maps.Keys(query)), "&")
	if c.seen[at.String()] || c.shapes[shape] >= c.most {
		return
	}
	c.seen[at.String()] = true
	c.shapes[shape]++
	c.reached[pattern] = at.RequestURI()
	answer, body := c.do(http.MethodGet, at.RequestURI(), nil)
	if answer.StatusCode != http.StatusOK {
		c.wrong(l, "%s", answer.Status)
		return
	}
	kind, _, err := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if err != nil {
		c.wrong(l, "its kind %q: %v", answer.Header.Get("Content-Type"), err)
	}
	if kind != "text/html" || !l.page {
		return
	}
	at = answer.Request.URL // where redirects led to
	if said := answer.Header.Get("Content-Language"); said != c.lang {
		c.wrong(l, "the language is lost: it is in %q", said)
		return
	}
	c.look(l, at, fragment, body)
	if c.shapes[shape] == 1 {
		c.pages = append(c.pages, opened{nameOfPage(c.role, shape), at.RequestURI(), c.lang})
	}
}

// unfollowed are addresses that pages of the demonstration show and that lead
// nowhere by intent: secrets of mails, used up or to be used once.
var unfollowed = []string{"/login/{token}", "/start/{token}", "/invitation/{token}", "/me/address/{token}", "/dev/mail/{id}/html"}

var notName = regexp.MustCompile(`[^a-z0-9]+`)

// nameOfPage is a name for a page's picture.
func nameOfPage(role, shape string) string {
	name := strings.Trim(notName.ReplaceAllString(strings.ToLower(strings.TrimPrefix(shape, "GET ")), "-"), "-")
	if name == "" {
		name = "home"
	}
	return role + "-" + name
}

// leftover is what a template shows that was handed the wrong thing.
var leftover = regexp.MustCompile(`<no value>|%!\w?\(|\[object |map\[`)

// look says what is wrong with a page, and notes its links.
func (c *crawl) look(l link, at *url.URL, fragment string, body []byte) {
	c.t.Helper()
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		c.wrong(l, "%v", err)
		return
	}
	ids, heads, mains, title := map[string]int{}, 0, 0, ""
	var within []string // fragments of this page that it leads to
	for n := range root.Descendants() {
		if n.Type == html.TextNode && leftover.MatchString(n.Data) {
			c.wrong(l, "it shows %q", n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		if id, has := attribute(n, "id"); has {
			ids[id]++
		}
		switch n.DataAtom {
		case atom.Html:
			if lang, _ := attribute(n, "lang"); lang != c.lang {
				c.wrong(l, "its language is %q", lang)
			}
		case atom.H1:
			heads++
		case atom.Main:
			mains++
		case atom.Title:
			if n.Parent.DataAtom == atom.Head && n.FirstChild != nil {
				title = strings.TrimSpace(n.FirstChild.Data)
			}
		case atom.Form:
			c.form(l, at, n)
		case atom.A:
			href, has := attribute(n, "href")
			if inside, is := strings.CutPrefix(href, "#"); is {
				within = append(within, inside)
			} else if _, saves := attribute(n, "download"); has {
				// Mails do not know in which language their readers are now.
				c.note(at, href, !saves && !strings.HasPrefix(at.Path, "/dev/mail/"))
			}
		default:
			for _, name := range []string{"src", "href", "poster", "data"} {
				if value, has := attribute(n, name); has && !strings.HasPrefix(value, "data:") && !strings.HasPrefix(value, "#") {
					c.note(at, value, false)
				}
			}
			if property, _ := attribute(n, "property"); property == "og:image" || property == "og:url" {
				value, _ := attribute(n, "content")
				c.note(at, value, false)
			}
		}
	}
	if heads != 1 || mains != 1 || title == "" {
		c.wrong(l, "it has %d first headings, %d main parts and the title %q", heads, mains, title)
	}
	for id, count := range ids {
		if count > 1 {
			c.wrong(l, "%d elements have the id %q", count, id)
		}
	}
	if fragment != "" {
		within = append(within, fragment)
	}
	for _, id := range within {
		if id != "" && ids[id] == 0 {
			c.wrong(l, "no element has the id %q that a link leads to", id)
		}
	}
}

// note remembers a link of a page.
func (c *crawl) note(at *url.URL, href string, page bool) {
	to, err := at.Parse(href)
	if err != nil {
		c.wrong(link{at.String(), href, page}, "no address: %v", err)
		return
	}
	if to.Scheme == "http" || to.Scheme == "https" {
		c.todo = append(c.todo, link{at.RequestURI(), to.String(), page})
	}
}

// form says where a form leads to, which some route has to answer.
func (c *crawl) form(l link, at *url.URL, n *html.Node) {
	c.t.Helper()
	action, _ := attribute(n, "action")
	method, _ := attribute(n, "method")
	to, err := at.Parse(action)
	if err != nil {
		c.wrong(l, "its form leads to %q: %v", action, err)
		return
	}
	method = strings.ToUpper(method)
	if method == "" || method == http.MethodGet {
		q := url.Values{} // a browser forgets the query of the action
		for field := range n.Descendants() {
			if kind, _ := attribute(field, "type"); field.DataAtom == atom.Input && kind == "hidden" {
				name, _ := attribute(field, "name")
				value, _ := attribute(field, "value")
				q.Add(name, value)
			}
		}
		to.RawQuery = q.Encode()
		c.note(at, to.String(), true)
		return
	}
	if to.Host == c.base.Host && !strings.HasPrefix(c.pattern(method, to), method) {
		c.wrong(l, "no route answers its form, %s %s", method, to.Path)
	}
}

func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// unreached are routes to which no page of the territory leads, and why.
var unreached = func() map[string]bool {
	out := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(`
after a form: /login/sent /me/addresses/sent
in a mail or a terminal: /login/{token} /start/{token} /invitation/{token} /me/address/{token} /b/{badge}/quiet /operator/start/mail/{token}
asked by programs: /ping /status/{list}/{purpose} /dev/mail.json
asked by a script: /skills /s/{org}/lists/{list}/progress
in a frame: /dev/mail/{id}/html
nobody has two addresses: /me/addresses/remove
nobody has a passkey: /me/passkeys/{key}
nobody brought a foreign badge: /passport/badge/{ref}/file /passport/badge/{ref}/delete /i/{badge} /i/{badge}/file
nobody reported anything: /operator/reports/{report}
no organisation has a domain: /s/{org}/settings/domains/{domain} /s/{org}/settings/domains/{domain}/remove
no published badge is being changed: /s/{org}/badges/{n}/discard
`), "\n") {
		_, patterns, _ := strings.Cut(line, ": ")
		for _, pattern := range strings.Fields(patterns) {
			out["GET "+pattern] = true
		}
	}
	return out
}()

var languages = []string{"fr", "en"}

// TestCrawl follows all links as everybody: none is dead, each page says what it
// is. Then a browser opens the pages that were found, each in one of two views;
// with ECUSSON_LONG=1 as everybody who reached them, in eight views.
func TestCrawl(t *testing.T) {
	t.Parallel()
	site, base := serveTerritory(t)
	routes := routesOf(site)
	long := os.Getenv("ECUSSON_LONG") == "1"
	most := 3
	if long {
		most = 40
	}
	reached, found := map[string]bool{}, map[string][]roleFound{}
	for i, lang := range languages {
		for j, v := range everybody(t, base, languages[1-i], 1+i) {
			c := crawl{
				visitor: v, role: roles[j].name, lang: lang, routes: routes, most: most,
				seen: map[string]bool{}, shapes: map[string]int{}, reached: map[string]string{},
			}
			c.all("/", "/p/amina-benali")
			t.Logf("%s, %s: %d addresses, of them %d kinds of page", c.role, lang, len(c.seen), len(c.pages))
			for pattern := range c.reached {
				reached[pattern] = true
			}
			found[lang] = append(found[lang], roleFound{v.cookies(), c.pages})
		}
	}
	for _, route := range site.Routes {
		if excused := unreached[route.Pattern]; strings.HasPrefix(route.Pattern, "GET ") && reached[route.Pattern] == excused {
			t.Errorf("%s: reached %t, and there is an excuse why not: %t", route.Pattern, reached[route.Pattern], excused)
		}
	}
	views := []view{{"fr", 360, "light", true}, {"en", 1280, "dark", true}}
	if long {
		views = slices.DeleteFunc(allViews(), func(v view) bool { return !v.Script })
	}
	for i, v := range views {
		open := found[v.Lang]
		if !long {
			open = share(open, i, len(views))
		}
		t.Run(fmt.Sprint(v.Lang, v.Width, v.Scheme), func(t *testing.T) {
			t.Parallel()
			play{Base: base, Scenario: "scenario/crawl.mjs", Views: []view{v}, Data: map[string]any{"roles": open, "pictures": long}}.run(t)
		})
	}
}

// roleFound are the pages that somebody found.
type roleFound struct {
	Cookies []cookie `json:"cookies"`
	Pages   []opened `json:"pages"`
}

// share is every n-th page, from the i-th on, each opened only once by whoever
// has the most to do on it.
func share(all []roleFound, i, n int) []roleFound {
	seen, out, count := map[string]bool{}, []roleFound{}, 0
	for _, who := range slices.Backward(all) {
		mine := roleFound{who.Cookies, []opened{}}
		for _, page := range who.Pages {
			if _, shape, _ := strings.Cut(page.Name, "-"); !seen[shape] {
				seen[shape] = true
				if count++; count%n == i {
					mine.Pages = append(mine.Pages, page)
				}
			}
		}
		out = append(out, mine)
	}
	return out
}
