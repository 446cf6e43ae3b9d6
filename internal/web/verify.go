package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/site"
	"github.com/ecusson/ecusson/verify"
)

// Verify is what the page of verification needs.
type Verify struct {
	Verifier *verify.Verifier
	// Fetcher brings documents, also those of this site.
	Fetcher verify.Fetcher
	Reading *site.Markdown
}

// Bounds of what anybody may ask for.
const (
	maxVerified  = 8 << 20          // bytes of a file
	verifyTime   = 10 * time.Second // all that is fetched for one badge, and the wait for a turn
	verifiedOnce = 8                // how many badges are verified at once
)

// verifyPages tell anybody whether a badge is true. Nothing of it is kept.
type verifyPages struct {
	Verify
	core  *Core
	turns chan struct{}
}

// NewVerify returns the room of verification.
func NewVerify(c *Core, v Verify) Room {
	return &verifyPages{Verify: v, core: c, turns: make(chan struct{}, verifiedOnce)}
}

func (v *verifyPages) Routes() []Route {
	return []Route{
		{Pattern: "GET /verify", Who: Anyone, Limit: Costly, Do: v.open},
		{Pattern: "POST /verify", Who: Anyone, Limit: Costly, Body: maxVerified + 64<<10, Reads: true, Do: v.post},
	}
}

// question is what somebody wants to know: a badge by its bytes or by its
// address, and whom it should belong to.
type question struct {
	data      []byte
	link      string
	recipient string
}

// open shows the form, or the answer where the address names a badge: one of
// ours (badge), or one anywhere (url).
func (v *verifyPages) open(w http.ResponseWriter, r *Request) error {
	q := r.URL.Query()
	ask := question{link: strings.TrimSpace(q.Get("url")), recipient: strings.TrimSpace(q.Get("recipient"))}
	if badge := q.Get("badge"); badge != "" {
		if _, _, err := id.ParsePublic(badge); err != nil {
			return fault.ErrNotFound
		}
		ask.link = v.core.URL("/b/" + badge)
	}
	if ask.link == "" {
		p := r.Page(r.Say.T("verifypage.title"))
		p.Section, p.Summary, p.Data = "verify", r.Say.T("verifypage.intro"), v.form(r, nil)
		p.URL = r.Core.URL("/verify")
		r.putSiteCard(&p)
		return r.Show(w, "verify-form", p)
	}
	return v.reply(w, r, ask, q.Has("badge"))
}

// post answers a file, a link or a text.
func (v *verifyPages) post(w http.ResponseWriter, r *Request) error {
	ask, err := readQuestion(r)
	if err != nil {
		return v.again(w, r, err)
	}
	return v.reply(w, r, ask, false)
}

// reply verifies and shows what was found.
func (v *verifyPages) reply(w http.ResponseWriter, r *Request, ask question, ours bool) error {
	found, err := v.find(r, ask)
	if err != nil {
		if ours { // no form to put it beside
			return plainly(err)
		}
		return v.again(w, r, err)
	}
	if wantsJSON(r) {
		return sendReport(w, found.report)
	}
	p := r.Page(r.Say.T("verifypage.title"))
	p.Section, p.Hidden, p.Data = "verify", true, v.result(r, ask, found)
	return r.Show(w, "verify-result", p)
}

// plainly turns what is wrong with a field into a fault of its own.
func plainly(err error) error {
	if f := faultOf(err); f != nil && len(f.Fields) > 0 {
		return fault.New(f.Kind, f.Fields[0].Key)
	}
	return err
}

// again shows the form with what is wrong with it.
func (v *verifyPages) again(w http.ResponseWriter, r *Request, err error) error {
	if tooLarge(err) {
		err = wrongField("file", "verifypage.too-large")
	}
	if wantsJSON(r) {
		return sendFault(w, r, err)
	}
	wrong, err := Wrong(err)
	if err != nil {
		return err
	}
	p := r.Page(r.Say.T("verifypage.title"))
	p.Section, p.Hidden, p.Data = "verify", true, v.form(r, wrong)
	return r.ShowAgain(w, "verify-form", p)
}

func wrongField(name, key string) error {
	var f fault.Form
	f.Wrong(name, key)
	return f.Err()
}

// verifyForm is the data of the page "verify-form".
type verifyForm struct {
	Errors                look.Errors
	File, Text, Recipient look.Field
}

func (v *verifyPages) form(r *Request, wrong map[string]fault.Field) *verifyForm {
	said := func(name string) string {
		if f, is := wrong[name]; is {
			return r.Say.T(f.Key, f.Facts)
		}
		return ""
	}
	text := ""
	if wrong != nil && r.MultipartForm != nil || r.PostForm != nil {
		text = r.PostFormValue("text")
	}
	if len(text) > 20_000 {
		text = ""
	}
	if text == "" {
		text = r.URL.Query().Get("url")
	}
	f := &verifyForm{
		File:      look.Field{Name: "file", Type: "file", Label: "verifypage.file", Help: "verifypage.file-help", Accept: ".png,.svg,.json,.jsonld,.jwt,.txt,.pdf", Error: said("file")},
		Text:      look.Field{Name: "text", Type: "textarea", Label: "verifypage.text", Help: "verifypage.text-help", Rows: 3, Value: text, Error: said("text")},
		Recipient: look.Field{Name: "recipient", Type: "email", Label: "verifypage.recipient", Help: "verifypage.recipient-help", Optional: true, Autocomplete: "off", Value: r.FormValue("recipient"), Error: said("recipient")},
	}
	f.Errors = look.Faults(f.File, f.Text)
	return f
}

// readQuestion reads the form, or the same as JSON:
//
//	{"credential": {…} or "a token", "url": "https://…", "text": "…", "recipient": "…"}
func readQuestion(r *Request) (question, error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "application/json" {
		return readJSONQuestion(r)
	}
	err := r.ParseMultipartForm(maxVerified + 64<<10)
	if err != nil && !errors.Is(err, http.ErrNotMultipart) {
		if tooLarge(err) {
			return question{}, err
		}
		return question{}, fault.New(fault.Invalid, "web.form-unreadable")
	}
	if r.MultipartForm != nil {
		defer func() { _ = r.MultipartForm.RemoveAll() }()
	}
	ask := question{recipient: r.Text("recipient")}
	file, _, err := r.FormFile("file")
	if err == nil {
		defer file.Close()
		if ask.data, err = io.ReadAll(io.LimitReader(file, maxVerified+1)); err != nil {
			return question{}, err
		}
		if len(ask.data) > maxVerified {
			return question{}, wrongField("file", "verifypage.too-large")
		}
	}
	if len(ask.data) == 0 {
		ask.say(r.Text("text"))
	}
	if len(ask.data) == 0 && ask.link == "" {
		return question{}, wrongField("file", "verifypage.nothing-given")
	}
	return ask, nil
}

func readJSONQuestion(r *Request) (question, error) {
	var body struct {
		Credential json.RawMessage `json:"credential"`
		URL        string          `json:"url"`
		Text       string          `json:"text"`
		Recipient  string          `json:"recipient"`
	}
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		if tooLarge(err) {
			return question{}, err
		}
		return question{}, fault.New(fault.Invalid, "verifypage.bad-json")
	}
	ask := question{recipient: body.Recipient}
	given := 0
	for _, is := range []bool{len(body.Credential) > 0, body.URL != "", body.Text != ""} {
		if is {
			given++
		}
	}
	if given != 1 {
		return question{}, fault.New(fault.Invalid, "verifypage.bad-json")
	}
	switch {
	case body.URL != "":
		ask.link = body.URL
	case body.Text != "":
		ask.say(body.Text)
	default:
		ask.data = body.Credential
		var token string
		if json.Unmarshal(body.Credential, &token) == nil {
			ask.data = []byte(token)
		}
	}
	return ask, nil
}

// say takes a text that somebody pasted: an address, or the badge itself.
func (q *question) say(text string) {
	text = strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") || strings.HasPrefix(text, "<") || strings.ContainsAny(text, " \n\t"):
		q.data = []byte(text)
	case strings.Contains(text, "://"):
		q.link = text
	case bareAddress(text):
		q.link = "https://" + text
	default:
		q.data = []byte(text)
	}
}

// bareAddress tells whether a text is an address without its beginning.
func bareAddress(text string) bool {
	host, _, ok := strings.Cut(text, "/")
	return ok && strings.Contains(host, ".") && !strings.HasPrefix(text, "ey") && len(host) < 254
}

// fetched is a document that was asked for while verifying.
type fetched struct {
	Address string
	Status  int
	Code    string // why it was not to be had, "" where it was
}

// notes is a Fetcher that remembers what it was asked for. One verification is
// one goroutine.
type notes struct {
	next verify.Fetcher
	list []fetched
}

func (n *notes) Fetch(ctx context.Context, address, accept string) (*verify.Response, error) {
	response, err := n.next.Fetch(ctx, address, accept)
	note := fetched{Address: address}
	if response != nil {
		note.Status = response.Status
	}
	if e := (*verify.FetchError)(nil); errors.As(err, &e) {
		note.Code = e.Code
	} else if err != nil {
		note.Code = verify.FetchUnreachable
	}
	n.list = append(n.list, note)
	return response, err
}

// FetchesPlain asks the one that it notes for.
func (n *notes) FetchesPlain(address string) bool {
	plain, ok := n.next.(verify.PlainFetcher)
	return ok && plain.FetchesPlain(address)
}

// refused tells whether the guard kept us from an address.
func (n *notes) refused(address string) bool {
	for _, f := range n.list {
		if f.Address == address && f.Code == verify.FetchRefused {
			return true
		}
	}
	return false
}

// finding is a report with what else is shown.
type finding struct {
	report  *verify.Report
	fetched []fetched
	refused bool   // the address is none that is asked
	picture string // a data URL of a PNG, "" for none
}

// find verifies, in its turn and in its time.
func (v *verifyPages) find(r *Request, ask question) (*finding, error) {
	ctx, cancel := context.WithTimeout(r.Context(), verifyTime)
	defer cancel()
	select {
	case v.turns <- struct{}{}:
		defer func() { <-v.turns }()
	case <-ctx.Done():
		return nil, fault.New(fault.Unavailable, "verifypage.busy")
	}
	asked := &notes{next: v.Fetcher}
	o := verify.Options{At: v.core.Now(), Recipient: ask.recipient, Fetcher: asked}
	out := &finding{}
	data := ask.data
	switch {
	case ask.link == "":
		out.report = v.Verifier.Verify(ctx, attached(data), o)
	case v.ours(ask.link):
		var err error
		if data, err = v.own(ctx, ask.link); err != nil {
			return nil, err
		}
		out.report = v.Verifier.Verify(ctx, attached(data), o)
	default:
		out.report = v.Verifier.VerifyURL(ctx, ask.link, o)
		out.refused = asked.refused(ask.link)
	}
	out.picture = v.picture(ctx, asked, out.report, data)
	out.fetched = asked.list
	return out, nil
}

// ours tells whether an address is one of this site's.
func (v *verifyPages) ours(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return false
	}
	for _, base := range append([]*url.URL{v.core.Base}, v.core.Former...) {
		if strings.EqualFold(u.Host, base.Host) {
			return true
		}
	}
	return false
}

// forBadges is what is asked for where a badge should be.
const forBadges = "application/vc, application/vc+jwt, application/ld+json;q=0.9, application/json;q=0.8, image/png;q=0.7, image/svg+xml;q=0.6"

// own reads a badge of this site.
func (v *verifyPages) own(ctx context.Context, address string) ([]byte, error) {
	response, err := v.Fetcher.Fetch(ctx, address, forBadges)
	switch {
	case err != nil:
		return nil, wrongField("text", "verifypage.not-a-badge")
	case response.Status == http.StatusForbidden:
		return nil, ownFault(fault.Forbidden, "verifypage.kept")
	case response.Status != http.StatusOK:
		return nil, ownFault(fault.NotFound, "verifypage.no-such")
	}
	return response.Body, nil
}

// ownFault is a fault of the field with the address, of another kind than Invalid
// for who came by a link.
func ownFault(kind fault.Kind, key string) error {
	return &fault.Error{Kind: kind, Key: key, Fields: []fault.Field{{Name: "text", Key: key}}}
}

// wantsJSON tells whether a program asks.
func wantsJSON(r *Request) bool {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "application/json" {
		return true
	}
	return choose(r.Header.Get("Accept"), []string{"text/html", "application/json"}) == "application/json"
}

func sendReport(w http.ResponseWriter, report *verify.Report) error {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(report); err != nil {
		return err
	}
	sendJSON(w, http.StatusOK, body.Bytes())
	return nil
}

// sendFault tells a program what is wrong with its question.
func sendFault(w http.ResponseWriter, r *Request, err error) error {
	f := faultOf(err)
	if f == nil || f.Kind == fault.Internal {
		return err
	}
	key, facts := f.Key, f.Facts
	if len(f.Fields) > 0 {
		key, facts = f.Fields[0].Key, f.Fields[0].Facts
	}
	body, err := json.Marshal(map[string]string{"code": key, "error": r.Say.T(key, facts)})
	if err != nil {
		return err
	}
	sendJSON(w, statuses[f.Kind], append(body, '\n'))
	return nil
}

func sendJSON(w http.ResponseWriter, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "private, no-store")
	h.Add("Vary", "Accept")
	w.WriteHeader(status)
	_, _ = w.Write(body) // who is gone needs no answer
}
