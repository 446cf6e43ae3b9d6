// Package picture makes a badge picture without a designer: a sewn patch whose
// shape says the kind, whose seam says who examined it, whose knots say the
// level. One drawing is made of a [Badge] and written as SVG or drawn as PNG,
// the same bytes every time. It also cleans pictures that people bring.
//
// It is not for reading or writing what is baked into a picture, nor for any
// state of a badge: a revoked or expired badge keeps its picture.
//
// Begin with [Badge], [Badge.SVG] and [Badge.PNG]; for files that people bring,
// [CleanSVG] and [CheckRaster].
package picture

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Badge says all that a picture shows. It is data only; the zero value of every
// field but Name and Kind draws something sensible.
type Badge struct {
	// Name is the main text, on an arc or on a sewn label.
	Name string
	// Second is the issuer's name or another second text; may be empty.
	Second string
	// Kind gives the shape and the colours.
	Kind Kind
	// Level is 1, 2 or 3 knots of three; 0 shows no level tab.
	Level int
	// Progress shows Of knots, Done of them filled; for the kind Milestone only.
	Progress Progress
	// Assessment gives the seam. Left out, the loosest seam is drawn, so that
	// the picture never says more than is known.
	Assessment Assessment
	// Piping is the issuer's own colour as #RRGGBB; empty draws no piping.
	Piping string
	// Hue turns the kind's colour by -45 to 45 degrees, for a family of badges.
	Hue int
	// Division is the tone-on-tone pattern; left out, the name chooses it.
	Division Division
	// Icon is a name of IconNames; left out, the kind's own.
	Icon string
	// Alt is the text alternative; left out, it is made of the other fields.
	Alt string
	// Lang is the language of the texts, "fr" or "en" (or a tag that begins so);
	// left out, French.
	Lang string
	// AllowRegistered is the proof (a reference to the registered
	// certification) that lets a text say "lié à …" or "linked to …" with a word
	// that is else refused: a badge is no diploma.
	AllowRegistered string
}

// Progress is a number of steps done, of a number of steps: 2 to 6.
type Progress struct{ Done, Of int }

// MaxText is the number of characters past which a text is refused unread.
const MaxText = 400

// check refuses what can't be drawn before anything is measured.
func (b Badge) check() error {
	switch {
	case b.Kind == 0:
		return fault(kindMissing, nil)
	case b.Kind > OpenRecognition:
		return fault(kindUnknown, map[string]any{"Value": strconv.Itoa(int(b.Kind)), "Known": known(OpenRecognition, Kind.name)})
	case b.Assessment > Registered:
		return fault(assessmentUnknown, map[string]any{"Value": strconv.Itoa(int(b.Assessment)), "Known": known(Registered, Assessment.name)})
	case b.Division > Diagonal:
		return fault(divisionUnknown, map[string]any{"Value": strconv.Itoa(int(b.Division)), "Known": known(Diagonal, Division.name)})
	case b.Level < 0 || b.Level > 3:
		return fault(levelOutside, map[string]any{"Level": b.Level})
	case b.Hue < -45 || b.Hue > 45:
		return fault(hueOutside, map[string]any{"Hue": b.Hue})
	}
	if err := b.checkProgress(); err != nil {
		return err
	}
	if b.Piping != "" {
		if _, err := parseColour(b.Piping); err != nil {
			return err
		}
	}
	if _, ok := iconOutline(b.Icon); b.Icon != "" && !ok {
		return fault(iconUnknown, map[string]any{"Icon": clip(b.Icon)})
	}
	return b.checkTexts()
}

func (b Badge) checkProgress() error {
	p := b.Progress
	switch {
	case p == (Progress{}):
		return nil
	case b.Kind != Milestone:
		return fault(progressKind, nil)
	case b.Level != 0:
		return fault(progressAndLevel, nil)
	case p.Of < 2 || p.Of > 6 || p.Done < 0 || p.Done > p.Of:
		return fault(progressOutside, map[string]any{"Done": p.Done, "Of": p.Of})
	}
	return nil
}

func (b Badge) checkTexts() error {
	if tidy(b.Name) == "" {
		return fault(nameMissing, nil)
	}
	if err := b.checkWords(b.Name, nameLong, nameCharacter, nameWord); err != nil {
		return err
	}
	if err := b.checkWords(b.Second, secondLong, secondCharacter, secondWord); err != nil {
		return err
	}
	// Five times a text: the alternative holds two texts and the rest in words.
	if n := utf8.RuneCountInString(b.Alt); n > 5*MaxText {
		return fault(altLong, map[string]any{"Length": n, "Fits": 5 * MaxText})
	}
	if i := strings.IndexFunc(b.Alt, unwritable); i >= 0 {
		r, _ := utf8.DecodeRuneInString(b.Alt[i:])
		return fault(altCharacter, map[string]any{"Character": show(r)})
	}
	return nil
}

// unwritable tells whether XML can't hold a character (or bytes that are none).
func unwritable(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == utf8.RuneError || r == 0xFFFE || r == 0xFFFF
}

// Alternative is the text alternative of the picture: Alt, or a sentence made
// of name, second text, kind, level and assessment in Lang.
func (b Badge) Alternative() string {
	if b.Alt != "" {
		return tidy(b.Alt)
	}
	en := isEnglish(b.Lang)
	var s strings.Builder
	kind := b.Kind.Label(b.Lang)
	if en {
		fmt.Fprintf(&s, "Badge “%s”", tidy(b.Name))
	} else {
		fmt.Fprintf(&s, "Badge «\u00a0%s\u00a0»", tidy(b.Name))
	}
	if b.Second != "" {
		s.WriteString(", " + tidy(b.Second))
	}
	s.WriteString(". " + kind)
	if a := b.Assessment.Label(b.Lang); a != "" {
		s.WriteString(", " + lowerFirst(a))
	}
	switch {
	case b.Level > 0 && en:
		fmt.Fprintf(&s, ", level %d of 3", b.Level)
	case b.Level > 0:
		fmt.Fprintf(&s, ", niveau %d sur 3", b.Level)
	case b.Progress.Of > 0 && en:
		fmt.Fprintf(&s, ", %d of %d steps", b.Progress.Done, b.Progress.Of)
	case b.Progress.Of > 0 && b.Progress.Done < 2:
		fmt.Fprintf(&s, ", %d étape sur %d", b.Progress.Done, b.Progress.Of)
	case b.Progress.Of > 0:
		fmt.Fprintf(&s, ", %d étapes sur %d", b.Progress.Done, b.Progress.Of)
	}
	s.WriteString(".")
	return s.String()
}
