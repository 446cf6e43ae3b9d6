package web

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/ecusson/ecusson/bake"
	"github.com/ecusson/ecusson/internal/look"
	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/picture"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/verify"
)

// verifyResult is the data of the page "verify-result".
type verifyResult struct {
	Verdict  look.Verdict
	Unproven string       // what is to be said beside a verdict that rests on the badge's own word
	Picture  template.URL // a data URL that we made, or ""
	Name     string
	Terms    []look.Term
	Text     string
	Checks   []look.Check
	Inside   []look.Check // credentials that it holds
	Others   []look.Check // endorsements
	Facts    []look.Term  // for who wants to know
	Fetched  []look.Term
	Source   string // the credential, set out
	Cut      bool
	Again    look.Field
	Link     string // what was verified by address
}

var verdictStates = map[verify.Verdict]string{verify.Valid: "valid", verify.Invalid: "invalid", verify.Undetermined: "unknown"}

// maxSource is how much of a credential's text is shown, in bytes.
const maxSource = 64 << 10

func (v *verifyPages) result(r *Request, ask question, f *finding) *verifyResult {
	report := f.report
	d := &verifyResult{Picture: template.URL(f.picture), Link: ask.link}
	state := verdictStates[report.Verdict]
	reason := report.Reason()
	d.Verdict = look.Verdict{State: state, Title: "verify.verdict." + string(report.Verdict), Heading: 1, Focus: true, Text: r.Say.T("verifypage.all-passed")}
	if reason != nil {
		d.Verdict.Text = checkReason(r, reason)
		switch reason.Code {
		case verify.CodeRevoked:
			d.Verdict.State = "revoked"
		case verify.CodeSuspended:
			d.Verdict.State = "suspended"
		case "expired":
			d.Verdict.State = "expired"
		}
	}
	if f.refused {
		d.Verdict.Text = r.Say.T("verifypage.refused")
	}
	for _, w := range report.Check(verify.CheckIssuer).Warnings {
		if key := "verify.warning." + w.Code; w.Code == verify.CodeIssuerUnproven && r.Say.Has(key) {
			d.Unproven = r.Say.T(key)
		}
	}
	d.badge(r, report.Badge)
	for i := range report.Checks {
		d.Checks = append(d.Checks, shownCheck(r, &report.Checks[i]))
	}
	for i := range report.Contains {
		d.Inside = append(d.Inside, other(r, "verify.inner", &report.Contains[i].Report))
	}
	for i := range report.Endorsements {
		d.Others = append(d.Others, other(r, "verify.endorsement", &report.Endorsements[i].Report))
	}
	for _, t := range []struct{ label, text string }{{"verifypage.version", report.Version}, {"verifypage.format", strings.ToUpper(report.Format)}} {
		if t.text != "" {
			d.Facts = append(d.Facts, look.Term{Label: t.label, Text: t.text})
		}
	}
	d.Facts = append(d.Facts, look.Term{Label: "verifypage.at", Text: report.At.UTC().Format(time.RFC3339), Code: true})
	for _, a := range f.fetched {
		text := fmt.Sprint(a.Status)
		if a.Code != "" {
			text = a.Code
		}
		d.Fetched = append(d.Fetched, look.Term{Label: a.Address, Text: text, Code: true})
	}
	d.Source, d.Cut = setOut(report.Credential)
	return d
}

// other is what a report beside or inside another comes to.
func other(r *Request, key string, report *verify.Report) look.Check {
	var parts []string
	if b := report.Badge; b != nil {
		for _, part := range []string{b.Name, b.IssuerName} {
			if part != "" {
				parts = append(parts, part)
			}
		}
	}
	if reason := report.Reason(); reason != nil {
		parts = append(parts, checkReason(r, reason))
	}
	outcome := map[verify.Verdict]string{verify.Valid: "passed", verify.Invalid: "failed", verify.Undetermined: "unknown"}[report.Verdict]
	return look.Check{Outcome: outcome, Title: r.Say.T(key, message.Facts{"Verdict": r.Say.T("verify.verdict." + string(report.Verdict))}), Text: strings.Join(parts, " · ")}
}

// badge shows what the credential says of itself.
func (d *verifyResult) badge(r *Request, b *verify.Badge) {
	if b == nil {
		return
	}
	d.Name, d.Text = b.Name, b.Description
	add := func(key, text string) {
		if text != "" {
			d.Terms = append(d.Terms, look.Term{Label: key, Text: text})
		}
	}
	add("verify.recipient", b.Recipient)
	issuer := b.IssuerName
	if issuer == "" {
		issuer = b.IssuerID
	} else if b.IssuerID != "" {
		issuer += " (" + b.IssuerID + ")"
	}
	add("verify.issuer", issuer)
	for _, at := range []struct {
		key string
		on  *time.Time
	}{{"verify.awarded", b.Awarded}, {"verify.expires", b.Expires}} {
		if at.on != nil {
			d.Terms = append(d.Terms, look.Term{Label: at.key, At: *at.on})
		}
	}
}

// checkReason says why the verdict is not "valid".
func checkReason(r *Request, c *verify.Check) string {
	if key := "verify.reason." + c.Code; r.Say.Has(key) {
		return r.Say.T(key)
	}
	key := "verify.reason.failed"
	if c.Outcome == verify.Unknown {
		key = "verify.reason.unknown"
	}
	return r.Say.T(key, message.Facts{"Check": r.Say.T("verify.check." + c.ID)})
}

func shownCheck(r *Request, c *verify.Check) look.Check {
	out := look.Check{Outcome: string(c.Outcome), Title: "verify.check." + c.ID}
	if c.Code == verify.CodeKeyClaimed {
		// It passes by the standard, and proves less than it seems to.
		out.Outcome, out.Title = "unknown", "verify.check-claimed"
	}
	var texts []string
	if c.Outcome == verify.Failed || c.Outcome == verify.Unknown {
		texts = append(texts, checkReason(r, c))
	}
	for _, w := range c.Warnings {
		if key := "verify.warning." + w.Code; r.Say.Has(key) {
			texts = append(texts, r.Say.T(key))
		} else {
			texts = append(texts, w.Detail)
		}
		out.Codes = append(out.Codes, w.Code)
	}
	out.Text = strings.Join(texts, " ")
	if c.Outcome != verify.Passed && c.Outcome != verify.Skipped {
		out.Codes = append([]string{c.Code}, out.Codes...)
		if c.Detail != "" {
			out.Codes = append(out.Codes, c.Detail)
		}
	}
	return out
}

// setOut writes a credential with line breaks, at most so much of it.
func setOut(v *jsontree.Value) (text string, cut bool) {
	if v == nil {
		return "", false
	}
	var out bytes.Buffer
	indent(&out, v, "")
	if out.Len() > maxSource {
		return strings.ToValidUTF8(out.String()[:maxSource], ""), true
	}
	return out.String(), false
}

func indent(out *bytes.Buffer, v *jsontree.Value, before string) {
	if out.Len() > maxSource || len(v.Members) == 0 || v.Kind != jsontree.Object && v.Kind != jsontree.Array {
		out.Write(v.AppendJSON(nil))
		return
	}
	open, end := byte('{'), byte('}')
	if v.Kind == jsontree.Array {
		open, end = '[', ']'
	}
	out.WriteByte(open)
	for i := range v.Members {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n" + before + "  ")
		if v.Kind == jsontree.Object {
			name := jsontree.Of(v.Members[i].Name)
			out.Write(name.AppendJSON(nil))
			out.WriteString(": ")
		}
		indent(out, &v.Members[i].Value, before+"  ")
	}
	out.WriteString("\n" + before)
	out.WriteByte(end)
}

// shownSize is the size of the picture of a verified badge, in pixels.
const shownSize = 320

// picture is the picture of a badge as it is shown: always pixels that we have
// drawn anew, since a foreign file is shown to nobody as it is. Where the badge
// came without one, that of its achievement is asked for.
func (v *verifyPages) picture(ctx context.Context, asked verify.Fetcher, report *verify.Report, data []byte) string {
	if bake.Sniff(data) != bake.FormatPNG {
		address := ""
		if report.Credential != nil {
			image := report.Credential.At("credentialSubject", "achievement", "image")
			address = image.Str()
			if image.Is(jsontree.Object) {
				address = image.Get("id").Str()
			}
		}
		if !strings.HasPrefix(address, "http") {
			return ""
		}
		answer, err := asked.Fetch(ctx, address, "image/png, image/jpeg;q=0.9, image/webp;q=0.8")
		if err != nil || answer.Status != 200 {
			return ""
		}
		data = answer.Body
	}
	if _, err := picture.CheckRaster(data); err != nil {
		return ""
	}
	drawn, err := picture.Fit(data, shownSize)
	if err != nil {
		return ""
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(drawn)
}
