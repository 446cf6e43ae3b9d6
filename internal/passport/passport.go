// Package passport is where a person keeps their badges: those that were sent to
// an address of theirs and those that they bring from elsewhere, with notes, an
// order, collections, and a page to show them on. Begin with Service.
package passport

import (
	"slices"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/verify"
)

// Ref names a badge in a passport: the public name of an award of this site, or
// "i-" and the ID of a badge that was brought.
type Ref string

// importPrefix begins the Ref of a badge that was brought.
const importPrefix = "i-"

// RefOf is the Ref of an award.
func RefOf(a *award.Award) Ref { return Ref(a.Public()) }

// Ref names the badge in its passport.
func (i *Import) Ref() Ref { return Ref(importPrefix + i.ID.String()) }

// Import is the ID of a badge that was brought, false where the Ref is an award's.
func (r Ref) Import() (id.ID, bool) {
	text, ok := strings.CutPrefix(string(r), importPrefix)
	if !ok {
		return id.ID{}, false
	}
	i, err := id.Parse(text)
	return i, err == nil
}

// Award is the name of an award, false where the Ref is of a badge that was brought.
func (r Ref) Award() (org id.Number, i id.ID, ok bool) {
	if strings.HasPrefix(string(r), importPrefix) {
		return 0, id.ID{}, false
	}
	org, i, err := id.ParsePublic(string(r))
	return org, i, err == nil
}

// Badge is a badge in a passport: an award of this site or a badge that was
// brought, and what the person noted.
type Badge struct {
	Award  *award.Award // nil for what was brought
	Import *Import      // nil for an award
	Note   string
	Place  int64 // larger comes first; 0 for where its date puts it
}

// Ref names the badge.
func (b *Badge) Ref() Ref {
	if b.Award != nil {
		return RefOf(b.Award)
	}
	return b.Import.Ref()
}

// Issued is the date of award; zero where a badge from elsewhere says none.
func (b *Badge) Issued() time.Time {
	if b.Award != nil {
		return b.Award.Issued
	}
	return b.Import.Issued
}

// Visible is who may see it.
func (b *Badge) Visible() award.Visible {
	if b.Award != nil {
		return b.Award.Visible
	}
	return narrower(b.Import.Visible, b.Import.Widest())
}

// Listed tells whether the person's page, collections and CV may have the badge:
// it is theirs, and seen by those who have its link, or where it is to be public,
// by everybody.
func (b *Badge) Listed(public bool) bool {
	v := b.Visible()
	return b.Accepted() && (b.Import == nil || b.Import.Own) && (v == award.Public || v == award.ByLink && !public)
}

// narrower is the one of two that fewer people see.
func narrower(a, b award.Visible) award.Visible {
	for _, v := range []award.Visible{award.Private, award.ByLink} {
		if a == v || b == v {
			return v
		}
	}
	return award.Public
}

// Accepted tells whether the person keeps the badge as theirs.
func (b *Badge) Accepted() bool { return b.Import != nil || b.Award.Answer == award.Accepted }

// Waiting tells whether the person has not answered yet, and may.
func (b *Badge) Waiting() bool {
	return b.Award != nil && b.Award.Answer == award.NoAnswer && b.Award.State != award.Revoked
}

// Import is a badge that was brought from elsewhere.
type Import struct {
	Person  id.ID
	ID      id.ID
	Digest  []byte // SHA-256 of Data
	Format  string // of package bake and verify: "png", "svg", "json", "jwt"
	Data    []byte // as it was brought; nil in lists
	Source  string // the address that it came from, "" for a file
	Name    string
	About   string
	Issuer  string
	Image   string // name of the stored picture, "" for none
	Address string // of the person, that it names; "" for none
	Names   string // address that can be read in it, "" for none: most badges bear a hash
	Own     bool   // Address is still a proven one of theirs
	Verdict verify.Verdict
	Reason  string         // code of the check that decided, "" for a valid one
	Checks  []verify.Check // nil in lists
	Checked time.Time
	Issued  time.Time // zero where it says none
	Until   time.Time // zero for ever
	Visible award.Visible
}

// claim looks whether the badge names one of the addresses.
func (i *Import) claim(addresses []string) {
	i.Own = i.Address != "" && slices.ContainsFunc(addresses, func(a string) bool { return strings.EqualFold(a, i.Address) })
}

// Widest is the most that others may see of it. What does not verify is shown to
// nobody, so that no page of this site bears a forged badge; what was true and
// has ended may be shown with these words. What does not name the person is no
// badge of theirs to be listed, but has a page that says so.
func (i *Import) Widest() award.Visible {
	ended := i.Reason == verify.CodeRevoked || i.Reason == verify.CodeSuspended || i.Reason == verify.CodeExpired
	switch {
	case i.Verdict != verify.Valid && i.Verdict != verify.Undetermined && !ended:
		return award.Private
	case !i.Own:
		return award.ByLink
	}
	return award.Public
}

// Expired tells whether the badge has ended by a moment.
func (i *Import) Expired(now time.Time) bool { return !i.Until.IsZero() && !now.Before(i.Until) }

// Page is the page of a person. Nobody but them sees it while Open is false.
type Page struct {
	Person  id.ID
	Slug    string // of its address, /p/SLUG
	Name    string
	About   string // Markdown
	Link    string // to a site of theirs, "" for none
	Open    bool
	Found   bool // search engines may show it
	Created time.Time
	Changed time.Time
}

// Collection is badges that a person put together.
type Collection struct {
	Person  id.ID
	Number  id.Number
	Token   string // of its page, /c/TOKEN
	Name    string
	About   string // Markdown
	Visible award.Visible
	Changed time.Time
	Badges  []Ref // in their order
}
