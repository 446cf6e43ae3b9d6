package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Template makes the pages of awards that differ only in their slots: the id,
// the holder's name, the text, the links and the dates. It is safe for
// concurrent use.
type Template struct {
	tongue *tongue
	shape  Shape
	fixed  []string // one more than slots
	slots  []slot
}

// Shape says which slots the awards of a template have.
type Shape struct {
	Name, Text, Until bool
	Links             int
	PNG, SVG          bool
}

// ShapeOf is the shape of an award.
func ShapeOf(a Award) Shape {
	return Shape{Name: a.Name != "", Text: a.Text != "", Until: !a.Until.IsZero(), Links: len(a.Links), PNG: a.PNG, SVG: a.SVG}
}

type slotKind uint8

const (
	slotID slotKind = iota
	slotShard
	slotName
	slotText
	slotURL
	slotLabel
	slotIssued
	slotIssuedISO
	slotUntil
	slotUntilISO
)

type slot struct {
	kind slotKind
	link int
}

// Compile makes the template of active awards of a badge that have that shape.
// It renders the page once, with a mark in each slot, and cuts it at the marks.
func (s *Site) Compile(v View, b Badge, shape Shape) (*Template, error) {
	t := s.tongues[s.Language(b.Language)]
	// A mark is made of what is marked, so that no text can contain it by
	// chance or on purpose.
	sum := sha256.Sum256([]byte(fmt.Sprintf("%#v %#v %#v", v, b, shape)))
	mark := "slot" + hex.EncodeToString(sum[:12])
	var slots []slot
	put := func(kind slotKind, link int) string {
		slots = append(slots, slot{kind, link})
		return mark + "x" + strconv.Itoa(len(slots)-1) + "z"
	}
	shown := shownAward{ID: put(slotID, 0), shard: put(slotShard, 0), State: StateActive, Issued: put(slotIssued, 0), IssuedISO: put(slotIssuedISO, 0)}
	if shape.Name {
		shown.Name = put(slotName, 0)
	}
	if shape.Text {
		shown.Text = template.HTML(put(slotText, 0))
	}
	if shape.Until {
		shown.Until, shown.UntilISO = put(slotUntil, 0), put(slotUntilISO, 0)
	}
	for i := range shape.Links {
		shown.Evidence = append(shown.Evidence, Link{URL: put(slotURL, i), Label: put(slotLabel, i)})
	}
	page, err := s.award(v, b, shown, shape.PNG, shape.SVG)
	if err != nil {
		return nil, err
	}
	out := &Template{tongue: t, shape: shape}
	rest := string(page)
	for {
		before, after, found := strings.Cut(rest, mark)
		out.fixed = append(out.fixed, before)
		if !found {
			return out, nil
		}
		number, after, ok := strings.Cut(strings.TrimPrefix(after, "x"), "z")
		n, err := strconv.Atoi(number)
		if !ok || err != nil || n >= len(slots) {
			return nil, fmt.Errorf("site: a slot of the page was changed by the template")
		}
		out.slots = append(out.slots, slots[n])
		rest = after
	}
}

// Append appends the page of an active award, which has the template's shape.
func (t *Template) Append(dst []byte, a Award) ([]byte, error) {
	if ShapeOf(a) != t.shape {
		return dst, fmt.Errorf("site: award %s has not the shape of its template", a.ID)
	}
	var issued, until string
	for i, s := range t.slots {
		dst = append(dst, t.fixed[i]...)
		switch s.kind {
		case slotID:
			dst = append(dst, a.ID...)
		case slotShard:
			dst = append(dst, a.Shard...)
		case slotName:
			dst = appendEscaped(dst, a.Name)
		case slotText:
			dst = append(dst, a.Text...)
		case slotURL:
			dst = appendEscaped(dst, safeURL(a.Links[s.link].URL))
		case slotLabel:
			dst = appendBreaks(dst, a.Links[s.link].Label)
		case slotIssued:
			if issued == "" {
				issued = t.tongue.date(a.Issued)
			}
			dst = appendEscaped(dst, issued)
		case slotIssuedISO:
			dst = a.Issued.AppendFormat(dst, time.DateOnly)
		case slotUntil:
			if until == "" {
				until = t.tongue.date(a.Until)
			}
			dst = appendEscaped(dst, until)
		case slotUntilISO:
			dst = a.Until.AppendFormat(dst, time.DateOnly)
		}
	}
	return append(dst, t.fixed[len(t.fixed)-1]...), nil
}

// safeURL is the address, or one that leads nowhere where a click would do
// something other than open a page.
func safeURL(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return "#ZgotmplZ"
	}
	return u.String()
}

func appendEscaped(dst []byte, s string) []byte {
	if strings.IndexByte(s, 0) < 0 && !strings.ContainsAny(s, `&<>"'`) {
		return append(dst, s...)
	}
	return append(dst, html.EscapeString(strings.ReplaceAll(s, "\x00", "\ufffd"))...)
}

// Same tells whether two pages are the same but for how characters are escaped;
// tests and careful callers hold templates against [Site.Award] with it.
func Same(a, b []byte) bool {
	return bytes.Equal(a, b) || html.UnescapeString(string(a)) == html.UnescapeString(string(b))
}
