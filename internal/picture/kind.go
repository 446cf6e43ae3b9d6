package picture

import (
	"image/color"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Kind is what a badge recognises. It gives the shape and the colours.
type Kind uint8

// The kinds. The zero Kind is none of them and is refused.
const (
	Participation Kind = iota + 1
	Commitment
	Support
	Interest
	Knowledge
	KnowHow
	SoftSkill
	Skill
	Achievement
	Role
	Membership
	Project
	Milestone
	OpenRecognition
)

// Assessment is who examined what the badge recognises. It gives the seam, the
// tighter the more it weighs. The zero Assessment is "not said".
type Assessment uint8

// The assessments, in order of weight.
const (
	Intended Assessment = iota + 1
	Attended
	SelfDeclared
	ByPeers
	ByOrganisation
	ByEmployer
	ByJury
	Registered
)

// Division is the tone-on-tone pattern of the field. The zero Division lets the
// name choose.
type Division uint8

// The divisions.
const (
	Plain Division = iota + 1
	Rays
	Waves
	Chevrons
	Bars
	Dots
	Lozenges
	Rings
	Halves
	Diagonal
)

// look is what a kind looks like.
type look struct {
	shape         shape
	field, thread colour
	icon          string
}

func (k Kind) look() look {
	switch k {
	case Participation:
		return look{disc, hex(0x0F6A80), hex(0xCDF3F1), "calendar-check"}
	case Commitment:
		return look{pennant, hex(0xA6323C), hex(0xFFDFD2), "hand-fist"}
	case Support:
		return look{leaf, hex(0x4B7420), hex(0xEDF7C4), "plant"}
	case Interest:
		return look{drop, hex(0x7F4BA6), hex(0xF1DFFC), "binoculars"}
	case Knowledge:
		return look{octagon, hex(0x3D55A8), hex(0xDCE6FF), "book-open"}
	case KnowHow:
		return look{hexagon, hex(0xA84D0D), hex(0xFFE6C7), "wrench"}
	case SoftSkill:
		return look{petals, hex(0xAD3A6C), hex(0xFFE0EA), "chats-circle"}
	case Achievement:
		return look{star, hex(0x8A5F00), hex(0xFFF0BD), "shooting-star"}
	case Role:
		return look{arch, hex(0x5F3A78), hex(0xF6E0FF), "identification-badge"}
	case Membership:
		return look{cushion, hex(0x2B6B47), hex(0xD9F7DD), "users-three"}
	case Project:
		return look{trefoil, hex(0x00706B), hex(0xCFF7EC), "path"}
	case Milestone:
		return look{lozenge, hex(0x2C2444), hex(0xF6C04D), "key"}
	case OpenRecognition:
		return look{bubble, hex(0xFFF4E2), hex(0xB23A22), "hand-heart"}
	default:
		return look{escutcheon, hex(0x27468F), hex(0xFFE3A3), "target"}
	}
}

// name is one value in the two languages, with the other words it is read from.
type name struct{ fr, en, other string }

func (k Kind) name() name {
	switch k {
	case Participation:
		return name{"Participation", "Participation", "presence attendance"}
	case Commitment:
		return name{"Engagement", "Commitment", ""}
	case Support:
		return name{"Soutien ou intention", "Support or intention", "soutien intention support"}
	case Interest:
		return name{"Intérêt", "Interest", ""}
	case Knowledge:
		return name{"Savoir", "Knowledge", "savoirs connaissance connaissances"}
	case KnowHow:
		return name{"Savoir-faire", "Know-how", "hard-skill"}
	case SoftSkill:
		return name{"Savoir-être", "Soft skill", "soft-skills"}
	case Skill:
		return name{"Compétence", "Skill", "competences competency competence skills"}
	case Achievement:
		return name{"Réalisation", "Achievement", "realisation realization"}
	case Role:
		return name{"Fonction ou rôle", "Role", "fonction role function"}
	case Membership:
		return name{"Appartenance", "Membership", "membre member"}
	case Project:
		return name{"Projet collectif", "Collective project", "projet project"}
	case Milestone:
		return name{"Badge-clé", "Milestone badge", "cle badge-cle milestone key-badge key"}
	case OpenRecognition:
		return name{"Reconnaissance ouverte", "Open recognition", "ouverte reconnaissance open recognition"}
	}
	return name{}
}

func (a Assessment) name() name {
	switch a {
	case Intended:
		return name{"Intention déclarée", "Declared intention", "intention intended"}
	case Attended:
		return name{"Présence constatée", "Attendance noted", "participation presence attended attendance"}
	case SelfDeclared:
		return name{"Déclaré par la personne", "Declared by the person", "soi auto-declare auto-evaluation self self-declared declare"}
	case ByPeers:
		return name{"Reconnu par des pairs", "Recognised by peers", "pairs pair peers peer by-peers"}
	case ByOrganisation:
		return name{"Évalué par un organisme", "Assessed by an organisation", "organisme organisation organization by-organisation"}
	case ByEmployer:
		return name{"Évalué par un employeur", "Assessed by an employer", "employeur employer entreprise by-employer"}
	case ByJury:
		return name{"Évalué par un jury", "Assessed by a jury", "jury by-jury"}
	case Registered:
		return name{"Lié à une certification enregistrée", "Linked to a registered certification", "certification certif registered enregistre enregistree"}
	}
	return name{}
}

func (d Division) name() name {
	switch d {
	case Plain:
		return name{"Uni", "Plain", ""}
	case Rays:
		return name{"Rayons", "Rays", ""}
	case Waves:
		return name{"Ondes", "Waves", "vagues"}
	case Chevrons:
		return name{"Chevrons", "Chevrons", ""}
	case Bars:
		return name{"Barres", "Bars", ""}
	case Dots:
		return name{"Semis", "Dots", "points"}
	case Lozenges:
		return name{"Losanges", "Lozenges", ""}
	case Rings:
		return name{"Cercles", "Rings", "anneaux"}
	case Halves:
		return name{"Parti", "Halves", "moities"}
	case Diagonal:
		return name{"Tranché", "Diagonal", "diagonale"}
	}
	return name{}
}

// Colour is the colour of the kind's field, before a badge's own shade.
func (k Kind) Colour() color.RGBA {
	f := k.look().field
	return color.RGBA{f.r, f.g, f.b, 0xFF}
}

// Label is the kind in words, in French or English; empty for no kind.
func (k Kind) Label(lang string) string { return k.name().in(lang) }

// Label is the assessment in words, in French or English; empty for "not said".
func (a Assessment) Label(lang string) string { return a.name().in(lang) }

// Label is the division in words, in French or English; empty for "not chosen".
func (d Division) Label(lang string) string { return d.name().in(lang) }

// ParseKind reads a kind from a French or English word, whatever its case,
// accents, spaces and hyphens: "Savoir-être", "soft skill", "compétence".
func ParseKind(s string) (Kind, error) {
	return parse[Kind](kindUnknown, s, OpenRecognition, Kind.name)
}

// ParseAssessment reads an assessment as ParseKind reads a kind.
func ParseAssessment(s string) (Assessment, error) {
	return parse[Assessment](assessmentUnknown, s, Registered, Assessment.name)
}

// ParseDivision reads a division as ParseKind reads a kind.
func ParseDivision(s string) (Division, error) {
	return parse[Division](divisionUnknown, s, Diagonal, Division.name)
}

func parse[T ~uint8](unknown code, s string, last T, words func(T) name) (T, error) {
	key := fold(s)
	for v := T(1); v <= last; v++ {
		n := words(v)
		if key == fold(n.fr) || key == fold(n.en) {
			return v, nil
		}
		for word := range strings.FieldsSeq(n.other) {
			if key == fold(word) {
				return v, nil
			}
		}
	}
	return 0, fault(unknown, map[string]any{"Value": clip(s), "Known": known(last, words)})
}

// known lists all values in both languages.
func known[T ~uint8](last T, words func(T) name) string {
	var all []string
	for v := T(1); v <= last; v++ {
		n := words(v)
		if n.fr == n.en {
			all = append(all, n.fr)
		} else {
			all = append(all, n.fr+" / "+n.en)
		}
	}
	return strings.Join(all, ", ")
}

func (n name) in(lang string) string {
	if isEnglish(lang) {
		return n.en
	}
	return n.fr
}

func isEnglish(lang string) bool {
	return len(lang) >= 2 && strings.EqualFold(lang[:2], "en") && (len(lang) == 2 || lang[2] == '-' || lang[2] == '_')
}

// fold leaves the letters and digits of s in lower case without their accents,
// so that two ways to write the same word compare equal.
func fold(s string) string {
	var out strings.Builder
	for _, r := range norm.NFKD.String(clip(s)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			out.WriteRune(unicode.ToLower(r))
		}
	}
	return out.String()
}

// clip shortens a foreign text for a message or a comparison.
func clip(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	for i := most; ; i-- {
		if utf8.RuneStart(s[i]) {
			return s[:i] + "…"
		}
	}
}

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}
