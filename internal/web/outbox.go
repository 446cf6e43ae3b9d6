package web

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/mail"
)

// outboxPages show the mails of a site that sends none: a demonstration, or one
// that is tried out on its own machine. Whoever reaches them can sign in as
// anybody, so they are there only where package config found that nobody else can.
type outboxPages struct {
	core   *Core
	outbox *mail.Outbox
}

// NewOutbox returns the pages of the mails that stay here.
func NewOutbox(c *Core, o *mail.Outbox) Room { return &outboxPages{core: c, outbox: o} }

// OutboxPath is where they are.
const OutboxPath = "/dev/mail"

func (o *outboxPages) Routes() []Route {
	return []Route{
		{Pattern: "GET " + OutboxPath, Who: Anyone, Do: o.list},
		{Pattern: "GET " + OutboxPath + ".json", Who: Anyone, Do: o.listForPrograms},
		{Pattern: "GET " + OutboxPath + "/{id}", Who: Anyone, Do: o.show},
		{Pattern: "GET " + OutboxPath + "/{id}/html", Who: Anyone, Do: o.frame},
	}
}

// mailsPage is how many mails a page of the list has.
const mailsPage = 50

// outboxList is the data of the page "outbox-list".
type outboxList struct {
	Search look.Search
	Mails  []outboxRow
	Pager  look.Pager
	Empty  *look.Empty
}

type outboxRow struct {
	Subject, Path, To, Name string
	At                      time.Time
}

func (o *outboxPages) list(w http.ResponseWriter, r *Request) error {
	search := strings.ToLower(r.Text("q"))
	mails := o.outbox.List()
	mails = slices.DeleteFunc(mails, func(m *mail.Message) bool {
		return !strings.Contains(strings.ToLower(m.To.Email+" "+m.To.Name+" "+m.Subject), search)
	})
	page, err := strconv.Atoi(r.FormValue("page"))
	if err != nil || page < 1 || page > 1000 {
		page = 1
	}
	d := outboxList{
		Search: look.Search{Action: OutboxPath, Value: r.Text("q"), Label: "outbox.search"},
	}
	from := min((page-1)*mailsPage, len(mails))
	for _, m := range mails[from:min(from+mailsPage, len(mails))] {
		d.Mails = append(d.Mails, outboxRow{Subject: m.Subject, Path: outboxPath(m), To: m.To.Email, Name: m.To.Name, At: m.Date})
	}
	at := func(page int) string {
		q := url.Values{"page": {strconv.Itoa(page)}}
		if search != "" {
			q.Set("q", r.Text("q"))
		}
		return OutboxPath + "?" + q.Encode()
	}
	if page > 1 {
		d.Pager.Previous = at(page - 1)
	}
	if from+mailsPage < len(mails) {
		d.Pager.Next = at(page + 1)
	}
	switch {
	case len(mails) > 0:
	case search != "":
		d.Empty = &look.Empty{Icon: "magnifying-glass", Title: "outbox.none-found", Text: "outbox.none-found-text"}
	default:
		d.Empty = &look.Empty{Icon: "envelope-simple", Title: "outbox.empty", Text: "outbox.empty-text",
			Action: &look.Button{Kind: "full", Text: "look.sign-in", Path: "/login"}}
	}
	p := r.Page(r.Say.T("outbox.title"))
	p.Section, p.Hidden, p.Data = "mails", true, d
	return r.Show(w, "outbox-list", p)
}

func outboxPath(m *mail.Message) string { return OutboxPath + "/" + url.PathEscape(m.ID) }

// outboxMail is the data of the page "outbox-show".
type outboxMail struct {
	Subject string
	From    string
	To      string
	At      time.Time
	Frame   string // path of the mail's HTML, "" where it has none
	Text    string
	Links   []string
}

func (o *outboxPages) show(w http.ResponseWriter, r *Request) error {
	m, found := o.outbox.Get(r.PathValue("id"))
	if !found {
		return fault.ErrNotFound
	}
	d := outboxMail{Subject: m.Subject, Text: m.Text, Links: linksIn(m.Text), From: written(m.From), To: written(m.To), At: m.Date}
	if m.HTML != "" {
		d.Frame = outboxPath(m) + "/html"
	}
	w.Header().Set("Content-Security-Policy", policy+"; frame-src 'self'")
	p := r.Page(m.Subject)
	p.Section, p.Hidden, p.Data = "mails", true, d
	p.Trail = []look.Crumb{{Text: "outbox.title", Path: OutboxPath}, {Text: m.Subject}}
	return r.Show(w, "outbox-show", p)
}

// written is an address with its name, as people write it.
func written(a mail.Address) string {
	if a.Name == "" {
		return a.Email
	}
	return a.Name + " <" + a.Email + ">"
}

// framePolicy lets a mail look as in a mail program: its own styles, the pictures
// that it brings along, and nothing else.
const framePolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"

// frame is the mail's HTML, for the frame of its page.
func (o *outboxPages) frame(w http.ResponseWriter, r *Request) error {
	m, found := o.outbox.Get(r.PathValue("id"))
	if !found || m.HTML == "" {
		return fault.ErrNotFound
	}
	html := strings.Replace(m.HTML, "<head>", `<head><base target="_blank">`, 1)
	for _, part := range m.Parts {
		html = strings.ReplaceAll(html, `"cid:`+part.CID+`"`, `"data:`+part.Type+";base64,"+base64.StdEncoding.EncodeToString(part.Data)+`"`)
	}
	h := w.Header()
	h.Set("Content-Security-Policy", framePolicy)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "private, no-store")
	_, _ = w.Write([]byte(html)) // who is gone needs no answer
	return nil
}

// outboxEntry is a mail as programs read it; tests follow its links.
type outboxEntry struct {
	ID      string   `json:"id"`
	To      string   `json:"to"`
	Subject string   `json:"subject"`
	Lang    string   `json:"lang"`
	Date    string   `json:"date"`
	Text    string   `json:"text"`
	HTML    string   `json:"html"`
	Links   []string `json:"links"`
}

func (o *outboxPages) listForPrograms(w http.ResponseWriter, r *Request) error {
	entries := []outboxEntry{}
	for _, m := range o.outbox.List() {
		entries = append(entries, outboxEntry{
			ID: m.ID, To: m.To.Email, Subject: m.Subject, Lang: m.Lang, Date: m.Date.UTC().Format("2006-01-02T15:04:05Z"), Text: m.Text, HTML: m.HTML, Links: linksIn(m.Text),
		})
	}
	body, err := json.Marshal(entries)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "private, no-store")
	_, _ = w.Write(body) // who is gone needs no answer
	return nil
}

var linkInText = regexp.MustCompile(`https?://[^\s<>"]+`)

// linksIn are the links of a mail's plain text, in their order.
func linksIn(text string) []string {
	links := linkInText.FindAllString(text, -1)
	for i, link := range links {
		links[i] = strings.TrimRight(link, ".,;:!?)»")
	}
	return slices.Compact(links)
}
