package web

import (
	"crypto/sha256"
	"encoding/hex"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/organization"
)

// publicPage is the data of the page "organization-public".
type publicPage struct {
	Name, Kind, Logo, Place, Lang string
	Description                   template.HTML
	Domains                       []string
	Note                          *look.Note
	Badges                        []look.Card
	NoBadges                      look.Empty
	Site, SiteLabel, Email        string
	Report                        string
	Technical                     []look.Term
}

func (o *organizationPages) public(w http.ResponseWriter, r *Request) error {
	org, err := o.orgs.BySlug(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	domains, err := o.orgs.Domains(r.Context(), org.Number)
	if err != nil {
		return err
	}
	data := publicPage{
		Name: org.Name, Kind: "organization.kind." + org.Kind, Logo: logoPath(org), Place: placeText(r.Lang(), org.Place), Lang: org.Lang,
		Description: o.markdown.HTML(org.Description), Site: org.Site, SiteLabel: bareSite(org.Site), Email: org.Email,
		Report:   "/report?page=" + url.QueryEscape("/o/"+org.Slug),
		NoBadges: look.Empty{Icon: "medal", Title: "organization.public-no-badges", Text: "organization.public-no-badges-text"},
		Technical: []look.Term{
			{Label: "organization.identifier", Text: o.orgs.IssuerID(r.Core.Base, org.Slug), Code: true},
			{Label: "organization.document", Text: "did.json", Path: "/o/" + org.Slug + "/did.json"},
		},
	}
	if data.Lang == r.Lang() {
		data.Lang = ""
	}
	for _, d := range domains {
		if d.Holds() {
			data.Domains = append(data.Domains, d.Name)
		}
	}
	data.Note = publicNote(r, org)
	if o.parts.Badges != nil {
		if data.Badges, err = o.parts.Badges(r.Context(), org, r.Lang()); err != nil {
			return err
		}
	}
	p := r.Page(org.Name)
	p.Data = data
	p.Summary = clipped(o.markdown.Text(org.Description), 200)
	if p.Summary == "" {
		p.Summary = r.Say.T("organization.public-summary", message.Facts{"Name": org.Name})
	}
	p.URL = r.Core.URL("/o/" + org.Slug)
	r.putCard(&p, cardPath("/o/"+org.Slug, r.Lang()), org.Name)
	p.Alternate = []look.Alternate{{Type: "application/did+json", URL: r.Core.URL("/o/" + org.Slug + "/did.json")}}
	p.Hidden = org.Status != organization.Active // what nobody looked at is no search result
	return r.Show(w, "organization-public", p)
}

// publicNote says of an organisation that it gives no badges, nil where it may.
func publicNote(r *Request, org organization.Organization) *look.Note {
	switch org.Status {
	case organization.Pending:
		return &look.Note{Kind: "info", Heading: 2, Title: "organization.public-pending", Text: "organization.public-pending-text"}
	case organization.Paused:
		return &look.Note{Kind: "doubt", Heading: 2, Title: "organization.public-paused", Text: r.Say.T("organization.public-paused-text", message.Facts{"Reason": org.Reason})}
	}
	return nil
}

func placeText(lang string, p organization.Place) string {
	var parts []string
	for _, part := range []string{p.Locality, p.Region} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if p.Country != "" && (p.Country != "FR" || len(parts) == 0) {
		parts = append(parts, countryName(lang, p.Country))
	}
	return strings.Join(parts, ", ")
}

// bareSite is an address as people say it.
func bareSite(address string) string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(address, "https://"), "www."), "/")
}

// clipped is a text of at most n characters, cut between words.
func clipped(text string, n int) string {
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	cut := string(runes[:n])
	if i := strings.LastIndexByte(cut, ' '); i > n/2 {
		cut = cut[:i]
	}
	return cut + "…"
}

// documentAge is how long programs may keep a document of an identifier: a key
// that was taken away should not be trusted for long.
const documentAge = 300

// didDocument answers programs, by whatever address of the site they ask: each of
// them is a part of identifiers that were signed.
func (o *organizationPages) didDocument(w http.ResponseWriter, r *Request) error {
	document, err := o.orgs.Document(r.Context(), r.PathValue("slug"), o.orgs.BaseOf(r.Host))
	if err != nil {
		return err
	}
	sum := sha256.Sum256(document)
	etag := `"` + hex.EncodeToString(sum[:12]) + `"`
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", "public, max-age="+strconv.Itoa(documentAge))
	h.Set("ETag", etag)
	if strings.Contains(r.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "application/did+json")
	h.Set("Content-Length", strconv.Itoa(len(document)))
	_, _ = w.Write(document) // who is gone needs no answer
	return nil
}
