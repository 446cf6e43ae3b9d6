package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/passport"
	"github.com/ecusson/ecusson/verify"
)

// passportBadge is the data of the page "passport-badge".
type passportBadge struct {
	Ref, Name, Issuer, About, Picture string
	Marks                             look.Marks
	State                             *look.Chip
	Date                              string
	Links                             []look.Piece
	Visible, Note                     look.Field
	Into                              *look.Field // collections; nil without any
	Errors                            look.Errors
	Accepted                          bool
	Import                            *importFacts
}

// importFacts are what is known of a badge from elsewhere.
type importFacts struct {
	Verdict look.Verdict
	Note    *look.Note
	Checked string
	Terms   []look.Term
	Checks  []look.Check
}

// found is a badge of the person's that the address names.
func (p *passportPages) found(r *Request) (passport.Holder, passport.Badge, error) {
	h, err := p.holder(r)
	if err != nil {
		return h, passport.Badge{}, err
	}
	b, err := p.Keep.Badge(r.Context(), h, passport.Ref(r.PathValue("ref")))
	return h, b, err
}

func (p *passportPages) badge(w http.ResponseWriter, r *Request) error {
	_, b, err := p.found(r)
	if err != nil {
		return err
	}
	return p.showBadge(w, r, b, nil)
}

func (p *passportPages) showBadge(w http.ResponseWriter, r *Request, b passport.Badge, wrong map[string]fault.Field) error {
	one, err := p.shelf(r).put(b)
	if err != nil {
		return err
	}
	ref := string(b.Ref())
	d := passportBadge{
		Ref: ref, Name: one.Card.Name, Issuer: one.Issuer, About: one.About, Picture: one.Card.Picture, Marks: one.Card.Marks, State: p.stateOf(&b),
		Date: one.Card.Line, Accepted: b.Accepted(),
	}
	if b.Award != nil {
		d.Links = []look.Piece{
			{Text: "passport.open", Help: "passport.open-help", Path: "/b/" + ref, Icon: "eye"},
			{Text: "passport.share", Help: "passport.share-help", Path: "/b/" + ref + "/share", Icon: "share-network"},
			{Text: "passport.download", Help: "passport.download-help", Path: "/b/" + ref + "#files", Icon: "download-simple"},
		}
	} else {
		p.putImport(r, &d, b.Import)
	}
	visible, note := visibleCodes[b.Visible()], b.Note
	if wrong != nil {
		visible, note = r.Text("visible"), r.FormValue("note")
	}
	d.Visible = visibleField(visible)
	if b.Import != nil {
		limitVisible(&d.Visible, b.Import.Widest())
	}
	d.Note = look.Field{Name: "note", Type: "textarea", Label: "passport.note", Help: "passport.note-help", Value: note, Optional: true, Limit: 2000, Spellcheck: true, Error: wrongText(r, wrong, "note")}
	d.Visible.Error = wrongText(r, wrong, "visible")
	d.Errors = look.Faults(d.Visible, d.Note)
	if d.Into, err = p.into(r, b.Ref()); err != nil {
		return err
	}
	page := r.Page(d.Name)
	page.Section, page.Data, page.Kind, page.Hidden = "passport", d, one.Card.Marks.Kind, true
	page.Trail = []look.Crumb{{Text: "passport.title", Path: "/passport"}, {Text: d.Name}}
	if wrong != nil {
		return r.ShowAgain(w, "passport-badge", page)
	}
	return r.Show(w, "passport-badge", page)
}

// visibleField asks who may see something.
func visibleField(chosen string) look.Field {
	f := look.Field{Name: "visible", Type: "radio", Label: "badge.visible"}
	for _, code := range []string{"private", "by-link", "public"} {
		f.Options = append(f.Options, look.Option{Value: code, Label: "badge.visible-" + code, Help: "badge.visible-" + code + "-help", Selected: code == chosen})
	}
	return f
}

// limitVisible offers of a badge from elsewhere no more than it may be shown, and
// says why.
func limitVisible(f *look.Field, widest award.Visible) {
	f.Options[0].Help = "" // its issuer is not here
	switch widest {
	case award.Private:
		f.Options, f.Help = f.Options[:1], "passport.not-shown"
	case award.ByLink:
		f.Options, f.Help = f.Options[:2], "passport.not-public"
	}
}

// readVisible reads what visibleField asked for.
func readVisible(r *Request) (award.Visible, error) {
	for v, code := range visibleCodes {
		if code == r.Text("visible") {
			return v, nil
		}
	}
	return 0, fault.New(fault.Invalid, "badge.visible-unknown")
}

// into asks in which collections a badge is, nil where the person has none.
func (p *passportPages) into(r *Request, ref passport.Ref) (*look.Field, error) {
	all, err := p.Keep.Collections(r.Context(), r.Person.ID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	f := &look.Field{Name: "into", Type: "checks", Label: "passport.into"}
	for _, c := range all {
		f.Options = append(f.Options, look.Option{Value: strconv.Itoa(int(c.Number)), Label: c.Name, Selected: slices.Contains(c.Badges, ref)})
	}
	return f, nil
}

// putImport says what was found of a badge from elsewhere.
func (p *passportPages) putImport(r *Request, d *passportBadge, i *passport.Import) {
	f := &importFacts{Checked: r.Say.T("passport.checked", message.Facts{"Date": dateIn(r, i.Checked.In(p.Awards.Zone))})}
	f.Verdict = importVerdict(r, i)
	f.Verdict.Slim = true
	f.Checks = shownChecks(r, i.Checks)
	if !i.Own {
		said := r.Say.T("passport.not-own-text")
		if i.Names != "" {
			said = r.Say.T("passport.not-own-address", message.Facts{"Address": i.Names})
		}
		f.Note = &look.Note{Kind: "doubt", Title: "passport.not-own", Text: said, Action: &look.Button{Text: "account.address-new", Path: "/me/addresses/new", Small: true}}
	}
	if i.Source != "" {
		f.Terms = append(f.Terms, look.Term{Label: "passport.source", Text: i.Source})
	}
	f.Terms = append(f.Terms, look.Term{Label: "verify.issuer", Text: i.Issuer})
	if !i.Issued.IsZero() {
		f.Terms = append(f.Terms, look.Term{Label: "verify.awarded", At: i.Issued})
	}
	if !i.Until.IsZero() {
		f.Terms = append(f.Terms, look.Term{Label: "verify.expires", At: i.Until})
	}
	d.Import = f
	if b := (passport.Badge{Import: i}); b.Visible() != award.Private {
		d.Links = append(d.Links, look.Piece{Text: "passport.open", Help: "passport.open-help", Path: "/i/" + i.ID.String(), Icon: "eye"})
	}
	d.Links = append(d.Links,
		look.Piece{Text: "passport.original", Help: "passport.original-help", Path: "/passport/badge/" + d.Ref + "/file", Icon: "download-simple", Download: true})
}

func shownChecks(r *Request, checks []verify.Check) []look.Check {
	var out []look.Check
	for i := range checks {
		out = append(out, shownCheck(r, &checks[i]))
	}
	return out
}

// importVerdict is what was found when a badge from elsewhere was verified.
func importVerdict(r *Request, i *passport.Import) look.Verdict {
	v := look.Verdict{State: verdictStates[i.Verdict], Title: "verify.verdict." + string(i.Verdict), Text: r.Say.T("verifypage.all-passed")}
	if i.Verdict != verify.Valid {
		if key := "verify.reason." + i.Reason; r.Say.Has(key) {
			v.Text = r.Say.T(key)
		} else {
			v.Text = r.Say.T("passport.see-checks")
		}
	}
	switch i.Reason {
	case verify.CodeRevoked:
		v.State = "revoked"
	case verify.CodeSuspended:
		v.State = "suspended"
	case "expired":
		v.State = "expired"
	}
	return v
}

// describe keeps who may see a badge, what is noted, and its collections.
func (p *passportPages) describe(w http.ResponseWriter, r *Request) error {
	h, b, err := p.found(r)
	if err != nil {
		return err
	}
	visible, err := readVisible(r)
	if err != nil {
		return err
	}
	if err := p.Keep.Describe(r.Context(), h, b.Ref(), r.Text("note"), visible); err != nil {
		wrong, err := Wrong(err)
		if err != nil {
			return err
		}
		return p.showBadge(w, r, b, wrong)
	}
	var into []id.Number
	for _, text := range r.Form["into"] {
		if n, err := strconv.ParseInt(text, 10, 32); err == nil {
			into = append(into, id.Number(n))
		}
	}
	if err := p.Keep.Sort(r.Context(), h, b.Ref(), into); err != nil {
		return err
	}
	return r.Go(w, "/passport/badge/"+string(b.Ref()), "passport-saved")
}

// move moves a badge within the passport.
func (p *passportPages) move(w http.ResponseWriter, r *Request) error {
	h, b, err := p.found(r)
	if err != nil {
		return err
	}
	to := passport.Step(r.Text("to"))
	if to != passport.First && to != passport.Up && to != passport.Down {
		return fault.New(fault.Invalid, "web.form-unreadable")
	}
	if err := p.Keep.Move(r.Context(), h, b.Ref(), to); err != nil {
		return err
	}
	return r.Go(w, "/passport/badge/"+string(b.Ref()), "passport-moved")
}

// check verifies a badge from elsewhere once more.
func (p *passportPages) check(w http.ResponseWriter, r *Request) error {
	h, err := p.holder(r)
	if err != nil {
		return err
	}
	done, err := p.turn(r.Context())
	if err != nil {
		return err
	}
	defer done()
	i, err := p.Keep.CheckAgain(r.Context(), h, passport.Ref(r.PathValue("ref")))
	if err != nil {
		return err
	}
	return r.Go(w, "/passport/badge/"+string(i.Ref()), "passport-checked")
}

// importTypes are the media types and endings of what was brought.
var importTypes = map[string][2]string{
	"png": {"image/png", ".png"}, "svg": {"image/svg+xml", ".svg"}, "json": {"application/json", ".json"}, "jwt": {"application/vc+jwt", ".jwt"},
}

// sendOriginal sends a badge as it was brought: as a download, and locked in,
// since its bytes are a stranger's.
func sendOriginal(w http.ResponseWriter, i *passport.Import) {
	kind, known := importTypes[i.Format]
	if !known {
		kind = [2]string{"application/octet-stream", ".bin"}
	}
	h := w.Header()
	h.Set("Content-Type", kind[0])
	h.Set("Content-Disposition", `attachment; filename="badge`+kind[1]+`"`)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Length", strconv.Itoa(len(i.Data)))
	_, _ = w.Write(i.Data) // who is gone needs no answer
}

func (p *passportPages) file(w http.ResponseWriter, r *Request) error {
	_, b, err := p.found(r)
	if err != nil {
		return err
	}
	if b.Import == nil {
		return fault.ErrNotFound
	}
	sendOriginal(w, b.Import)
	return nil
}

func (p *passportPages) confirmRemove(w http.ResponseWriter, r *Request) error {
	_, b, err := p.found(r)
	if err != nil {
		return err
	}
	if b.Import == nil {
		return fault.ErrNotFound
	}
	at := "/passport/badge/" + string(b.Ref())
	page := r.Page(r.Say.T("passport.remove"))
	page.Section, page.Hidden = "passport", true
	page.Data = look.Confirm{
		Title: r.Say.T("passport.remove-title", message.Facts{"Badge": b.Import.Name}), Text: "passport.remove-text", Action: at + "/delete",
		Button: "passport.remove", Danger: true, Back: at,
	}
	return r.Show(w, "passport-confirm", page)
}

func (p *passportPages) remove(w http.ResponseWriter, r *Request) error {
	h, err := p.holder(r)
	if err != nil {
		return err
	}
	if err := p.Keep.Remove(r.Context(), h, passport.Ref(r.PathValue("ref"))); err != nil {
		return err
	}
	return r.Go(w, "/passport", "passport-removed")
}
