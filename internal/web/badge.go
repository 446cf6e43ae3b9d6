package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/ecusson/ecusson/bake"
	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/site"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
)

// Badge is what the pages of a badge need.
type Badge struct {
	Awards  *award.Service
	Badges  *achievement.Service
	Files   *achievement.Files
	Orgs    *organization.Service
	LD      *jsonld.Processor
	Reading *site.Markdown
	// Addresses are the proven addresses of a person.
	Addresses func(ctx context.Context, person id.ID) ([]string, error)
	// Domains are the host names that an organisation has proven to be its own.
	Domains func(ctx context.Context, org id.Number) ([]string, error)
}

// badgePages are the badge of one person: its page, its files, its answer.
type badgePages struct {
	Badge
	core  *Core
	ready *prepared
	lists *prepared
}

// NewBadge returns the pages and documents of badges.
func NewBadge(c *Core, b Badge) Room {
	return &badgePages{
		Badge: b, core: c,
		ready: newPrepared(c.Now, 2*time.Second, 48<<20),
		lists: newPrepared(c.Now, 500*time.Millisecond, 16<<20),
	}
}

// Routes are what is public of a badge.
func (b *badgePages) Routes() []Route {
	return []Route{
		{Pattern: "GET /b/{badge}", Who: Anyone, Plain: b.plain, Do: b.show},
		{Pattern: "GET /b/{badge}/share", Who: Anyone, Do: b.share},
		{Pattern: "GET /b/{badge}/embed", Who: Anyone, Do: b.embed},
		{Pattern: "GET /b/{badge}/card.png", Who: Anyone, Limit: Costly, Do: b.card},
		{Pattern: "GET /b/{badge}/{file}", Who: Anyone, Limit: Costly, Do: b.extra},
		{Pattern: "POST /b/{badge}/answer", Who: Anyone, Do: b.answer},
		{Pattern: "GET /b/{badge}/quiet", Who: Anyone, Do: b.askQuiet},
		{Pattern: "POST /b/{badge}/quiet", Who: Anyone, Do: b.quiet},
		{Pattern: "POST /b/{badge}/visible", Who: Anyone, Do: b.visible},
		{Pattern: "GET /status/{list}/{purpose}", Who: Anyone, Plain: b.statusList, Do: b.core.nothingHere},
	}
}

// The media types in which a badge can be had, by what is behind its name.
var forms = map[string]string{
	".json": "application/json", ".jwt": "application/vc+jwt", ".png": "image/png", ".svg": "image/svg+xml", ".pdf": "application/pdf",
}

// offered are the forms that Accept chooses from. A program that takes anything
// gets the credential.
var offered = []string{"application/vc", "application/ld+json", "application/json", "application/vc+ld+json", "text/html", "application/xhtml+xml", "image/png", "image/svg+xml", "application/vc+jwt"}

// name takes a path apart: the badge and the form that is asked for, "" where
// Accept decides.
func name(path string) (badge, extension string) {
	if i := strings.IndexByte(path, '.'); i >= 0 {
		return path[:i], path[i:]
	}
	return path, ""
}

// formOf is the media type to answer in.
func formOf(r *http.Request) (badge, form string) {
	badge, extension := name(r.PathValue("badge"))
	if extension != "" {
		return badge, forms[extension]
	}
	form = choose(r.Header.Get("Accept"), offered)
	if form == "application/xhtml+xml" {
		form = "text/html"
	}
	return badge, form
}

// plain answers a badge's documents from prepared bytes, and its page to who is
// not signed in and brings no link of their own.
func (b *badgePages) plain(w http.ResponseWriter, r *http.Request) bool {
	badge, form := formOf(r)
	switch form {
	case "":
		return false
	case "text/html":
		return b.plainPage(w, r, badge)
	}
	key := badge + " " + form
	_, extension := name(r.PathValue("badge"))
	a := b.ready.get(key)
	if a == nil {
		made, err := b.document(r.Context(), badge, form)
		if fault.Is(err, fault.NotFound) && extension == "" && form == "image/svg+xml" && likes(r.Header.Get("Accept"), "image/png") > 0 {
			// A browser asks for any picture, and names this one first. It is
			// kept under no key: a file that is asked for by name has its form.
			if made, err = b.document(r.Context(), badge, "image/png"); err == nil {
				made.send(w, r)
				return true
			}
		}
		if err != nil {
			return false // the slow way says why
		}
		a = b.ready.put(key, made)
	}
	if extension != "" {
		w.Header().Set("Content-Disposition", `attachment; filename="badge`+extension+`"`)
	}
	a.send(w, r)
	return true
}

// found is a badge with all that its page tells.
type found struct {
	award   award.Award
	version *achievement.Version
	org     organization.Organization
	doc     []byte // as it was signed; nil for history
}

// find reads a badge by its public name.
func (b *badgePages) find(ctx context.Context, badge string) (found, error) {
	org, i, err := id.ParsePublic(badge)
	if err != nil {
		return found{}, errUnknown()
	}
	var f found
	f.award, f.doc, err = b.Awards.Document(ctx, org, i)
	if fault.Is(err, fault.NotFound) {
		return found{}, errUnknown()
	}
	if err != nil {
		return found{}, err
	}
	if f.org, err = b.Orgs.Get(ctx, org); err != nil {
		return found{}, err
	}
	version, err := b.Awards.VersionOf(ctx, &f.award)
	if err != nil {
		return found{}, err
	}
	f.version, err = b.Badges.Version(ctx, org, f.award.Achievement, version)
	return f, err
}

// errUnknown: there is no such badge, and never was.
func errUnknown() error { return fault.New(fault.NotFound, "badge.unknown") }

// gone is an error where the holder had the badge erased.
func gone(f *found) error {
	if f.award.State == award.Erased {
		return goneError{fault.New(fault.NotFound, "badge.erased")}
	}
	return nil
}

// errKept: the holder keeps the badge for themselves.
func errKept() error { return fault.New(fault.Forbidden, "badge.kept") }

// document makes a badge in a form for programs. What its holder keeps private or
// had erased is not to be had.
func (b *badgePages) document(ctx context.Context, badge, form string) (*answer, error) {
	org, i, err := id.ParsePublic(badge)
	if err != nil {
		return nil, fault.ErrNotFound
	}
	a, doc, err := b.Awards.Document(ctx, org, i)
	if err != nil {
		return nil, err
	}
	if a.Visible == award.Private || doc == nil {
		return nil, errKept()
	}
	return b.render(ctx, &a, doc, form)
}

const shortly = "public, max-age=60"

// render makes a form of a badge.
func (b *badgePages) render(ctx context.Context, a *award.Award, doc []byte, form string) (*answer, error) {
	out := &answer{kind: form, control: shortly, vary: "Accept", open: true, body: doc}
	switch form {
	case "image/png", "image/svg+xml":
		picture, err := b.picture(ctx, a, form)
		if err != nil {
			return nil, err
		}
		if form == "image/svg+xml" {
			out.policy = svgPolicy
			out.body, err = bake.SVG(picture, doc)
		} else {
			out.body, err = bake.PNG(picture, doc)
		}
		if err != nil {
			return nil, err
		}
	case "application/vc+jwt":
		token, err := b.token(ctx, a, doc)
		if err != nil {
			return nil, err
		}
		out.body = []byte(token)
	case "application/json", "application/ld+json", "application/vc", "application/vc+ld+json":
	default:
		return nil, fault.ErrNotFound
	}
	return out, nil
}

// svgPolicy lets a picture style itself and nothing else.
const svgPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"

func (b *badgePages) picture(ctx context.Context, a *award.Award, form string) ([]byte, error) {
	version, err := b.Awards.VersionOf(ctx, a)
	if err != nil {
		return nil, err
	}
	v, err := b.Badges.Version(ctx, a.Org, a.Achievement, version)
	if err != nil {
		return nil, err
	}
	file := v.PNG
	if form == "image/svg+xml" {
		file = v.SVG
	}
	if file == "" {
		return nil, fault.ErrNotFound
	}
	f, err := b.Files.Get(ctx, file)
	return f.Data, err
}

// token is the badge as a JSON Web Token (Open Badges 3.0 §8.2), signed with the
// organisation's key of today.
func (b *badgePages) token(ctx context.Context, a *award.Award, doc []byte) (string, error) {
	tree, err := jsontree.Parse(doc, jsontree.Limits{})
	if err != nil {
		return "", err
	}
	bare := tree.Without("proof")
	org, err := b.Orgs.Get(ctx, a.Org)
	if err != nil {
		return "", err
	}
	key, signer, err := b.Orgs.Signer(ctx, a.Org)
	if err != nil {
		return "", err
	}
	return proof.SignJWT(b.LD, &bare, signer, b.Orgs.KeyID(b.core.Base, org.Slug, key), proof.JWTOptions{})
}

// statusList answers a status list.
func (b *badgePages) statusList(w http.ResponseWriter, r *http.Request) bool {
	key := r.PathValue("list") + " " + r.PathValue("purpose")
	a := b.lists.get(key)
	if a == nil {
		org, list, err := id.ParseKey(r.PathValue("list"))
		if err != nil {
			return false
		}
		purpose := award.Revocation
		switch r.PathValue("purpose") {
		case award.Revocation.String():
		case award.Suspension.String():
			purpose = award.Suspension
		default:
			return false
		}
		d, err := b.Awards.StatusDocument(r.Context(), org, int(list), purpose)
		if err != nil {
			return false
		}
		a = b.lists.put(key, &answer{kind: "application/vc", body: d.Document, open: true, control: "public, max-age=30"})
	}
	a.send(w, r)
	return true
}
