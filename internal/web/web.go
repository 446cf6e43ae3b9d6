// Package web is the pages of the platform: one file a noun, plain forms that
// work without a script, and one place each for who may do what, for errors and
// for headers. It knows no SQL. Begin with New and Route.
package web

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
)

//go:embed page/*.html
var pages embed.FS

// Pages are the page templates, as package look takes them.
func Pages() fs.FS {
	sub, err := fs.Sub(pages, "page")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return sub
}

// Core is what all pages share. Make one, hand it to the rooms, then New.
type Core struct {
	// Base is the site's public address, without a slash at its end.
	Base *url.URL
	// Former are addresses that the site had before, whose links still work.
	Former []*url.URL
	// Name of the site.
	Name string
	// Lang is the language of who says none.
	Lang    string
	Look    *look.Look
	Catalog *message.Catalog
	Log     *slog.Logger
	Now     func() time.Time
	// Trusted are the proxies whose X-Forwarded-For is believed.
	Trusted []netip.Prefix
	// Who finds the person of a session's token; account.Service has it.
	Who interface {
		Who(ctx context.Context, token string) (account.Person, account.Session, error)
	}
	// Enter finds an organisation and what a person may do in it; NotFound where
	// there is none, and NoRole for a stranger.
	Enter interface {
		Enter(ctx context.Context, slug string, person id.ID) (organization.Organization, organization.Actor, error)
	}
	// Waiting counts the badges that wait for a person's answer; may be nil.
	Waiting func(ctx context.Context, person id.ID) (int, error)
	// Mails is the path of the mails that stay here; "" where they are sent.
	Mails string
	// Wake asks for a look at the queue of jobs now; may be nil.
	Wake func()
	// Limits tells whether somebody may do something once more, and else how long
	// to wait.
	Limits interface {
		Allow(limit Limit, who string) (wait time.Duration, ok bool)
	}

	matcher language.Matcher
	cards   *prepared
}

// New returns the site: the rooms' routes behind what every request goes through.
// It refuses routes that say not who may call them.
func New(c *Core, rooms ...Room) (http.Handler, error) {
	var tags []language.Tag
	for _, lang := range c.Catalog.Languages() {
		tags = append(tags, language.Make(lang))
	}
	c.matcher = language.NewMatcher(tags)
	c.cards = newPrepared(c.Now, cardsKept, 32<<20)
	mux := http.NewServeMux()
	for _, room := range rooms {
		for _, route := range room.Routes() {
			if err := check(route); err != nil {
				return nil, err
			}
			mux.Handle(route.Pattern, c.handler(route))
		}
	}
	mux.Handle("GET /static/", c.assets())
	mux.Handle("/", c.handler(Route{Pattern: "/", Who: Anyone, Do: c.nothingHere}))
	protect := http.NewCrossOriginProtection()
	protect.SetDenyHandler(c.handler(Route{Pattern: "/", Who: Anyone, Do: foreignForm}))
	return c.recovering(c.moved(protect.Handler(mux))), nil
}

func check(r Route) error {
	method, path, ok := strings.Cut(r.Pattern, " ")
	switch {
	case !ok || r.Do == nil:
		return fmt.Errorf("web: route %q has no method or does nothing", r.Pattern)
	case r.Who == Nobody:
		return fmt.Errorf("web: route %q says not who may call it", r.Pattern)
	case (r.Who.role() != organization.NoRole) != strings.Contains(path, "{org}") && !strings.HasPrefix(path, "/o/"):
		return fmt.Errorf("web: route %q is of a space and not, at once", r.Pattern)
	case method != http.MethodGet && method != http.MethodPost:
		return fmt.Errorf("web: route %q: forms know GET and POST", r.Pattern)
	}
	return nil
}

// URL is the public address of a path.
func (c *Core) URL(path string) string { return c.Base.String() + path }
