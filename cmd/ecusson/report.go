package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/verify"
)

// marks are the signs of the outcomes; their colours are of the terminal's own
// palette, green, red, yellow and faint.
var marks = map[verify.Outcome]struct{ sign, colour string }{
	verify.Passed:  {"✓", "32"},
	verify.Failed:  {"✗", "31"},
	verify.Unknown: {"?", "33"},
	verify.Skipped: {"–", "2"},
}

// paint colours a text where colours are seen.
func (a *app) paint(text, colour string) string {
	if !a.colour() {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// showReport tells a person the verdict, the badge, and each check.
// Details of checks that passed are shown to who asks for them: they are written
// for those who look closer, in English.
func (a *app) showReport(r *verify.Report, details bool) {
	outcome := map[verify.Verdict]verify.Outcome{
		verify.Valid: verify.Passed, verify.Invalid: verify.Failed, verify.Undetermined: verify.Unknown,
	}[r.Verdict]
	mark := marks[outcome]
	fmt.Fprintf(a.out, "%s\n", a.paint(mark.sign+" "+a.say.T("verify.verdict."+string(r.Verdict)), "1;"+mark.colour))
	for _, w := range r.Check(verify.CheckIssuer).Warnings {
		// A badge may be whole and still say by itself alone whose it is.
		if key := "verify.warning." + w.Code; w.Code == verify.CodeIssuerUnproven && a.say.Has(key) {
			fmt.Fprintf(a.out, "  %s\n", a.paint("! "+a.say.T(key), "1;33"))
		}
	}
	if reason := r.Reason(); reason != nil {
		fmt.Fprintf(a.out, "  %s\n", a.reason(reason))
	}
	a.showBadge(r.Badge)
	fmt.Fprintf(a.out, "\n%s\n", a.say.T("verify.checks"))
	for i := range r.Checks {
		a.showCheck(&r.Checks[i], details)
	}
	for i := range r.Contains {
		a.showOther("verify.inner", &r.Contains[i].Report)
	}
	for i := range r.Endorsements {
		a.showOther("verify.endorsement", &r.Endorsements[i].Report)
	}
}

// showOther shows a report beside or inside another.
func (a *app) showOther(key string, r *verify.Report) {
	fmt.Fprintf(a.out, "\n%s\n", a.say.T(key, message.Facts{"Verdict": a.say.T("verify.verdict." + string(r.Verdict))}))
	if reason := r.Reason(); reason != nil {
		fmt.Fprintf(a.out, "  %s\n", a.reason(reason))
	}
	a.showBadge(r.Badge)
}

// reason says why the verdict is not "valid".
func (a *app) reason(c *verify.Check) string {
	if key := "verify.reason." + c.Code; a.say.Has(key) {
		return a.say.T(key)
	}
	key := "verify.reason.failed"
	if c.Outcome == verify.Unknown {
		key = "verify.reason.unknown"
	}
	return a.say.T(key, message.Facts{"Check": a.say.T("verify.check." + c.ID)})
}

func (a *app) showBadge(b *verify.Badge) {
	if b == nil {
		return
	}
	day := func(t *time.Time) string {
		if t == nil {
			return ""
		}
		return a.day(*t)
	}
	issuer := b.IssuerName
	if issuer == "" {
		issuer = b.IssuerID
	} else if b.IssuerID != "" {
		issuer += " (" + b.IssuerID + ")"
	}
	fmt.Fprintln(a.out)
	for _, row := range [...]struct{ key, value string }{
		{"verify.badge", b.Name}, {"verify.recipient", b.Recipient}, {"verify.issuer", issuer},
		{"verify.awarded", day(b.Awarded)}, {"verify.expires", day(b.Expires)},
	} {
		if row.value != "" {
			fmt.Fprintf(a.out, "  %s  %s\n", pad(a.say.T(row.key), 16), safe(row.value))
		}
	}
}

func (a *app) showCheck(c *verify.Check, details bool) {
	if c.Outcome == verify.Skipped && len(c.Warnings) == 0 && !details {
		return
	}
	mark, label := marks[c.Outcome], "verify.check."+c.ID
	if c.Code == verify.CodeKeyClaimed {
		// It passes by the standard, and proves less than it seems to.
		mark, label = marks[verify.Unknown], "verify.check-claimed"
	}
	fmt.Fprintf(a.out, "  %s %s\n", a.paint(mark.sign, mark.colour), a.say.T(label))
	if c.Detail != "" && (details || c.Outcome == verify.Failed || c.Outcome == verify.Unknown) {
		fmt.Fprintf(a.out, "      %s\n", a.paint(safe(c.Detail), "2"))
	}
	for _, w := range c.Warnings {
		text := w.Detail
		if key := "verify.warning." + w.Code; a.say.Has(key) {
			text = a.say.T(key)
		}
		fmt.Fprintf(a.out, "    %s %s\n", a.paint("!", "33"), safe(text))
		if details && text != w.Detail {
			fmt.Fprintf(a.out, "      %s\n", a.paint(safe(w.Detail), "2"))
		}
	}
}

// day writes a date as the language writes it.
func (a *app) day(t time.Time) string {
	t = t.UTC()
	day := fmt.Sprint(t.Day())
	if t.Day() == 1 {
		day = a.t("day-first")
	}
	return a.t("day", message.Facts{
		"Day": day, "Month": a.t("month-" + fmt.Sprint(int(t.Month()))), "Year": fmt.Sprint(t.Year()),
	})
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-len([]rune(text))))
}

// steers tells whether a character could steer a terminal: controls, and marks
// that turn the direction of what follows.
func steers(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x200e && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// safe takes out of foreign text what could steer a terminal.
func safe(text string) string {
	return strings.Map(func(r rune) rune {
		if steers(r) {
			return '·'
		}
		return r
	}, text)
}
