package achievement

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/ecusson/ecusson/internal/credential"
)

// icon.tsv names the icons of badge pictures in words, to find them by: those of
// the label, and others that people think of.
//
//go:embed icon.tsv
var iconWords string

// Icon is an icon for badge pictures.
type Icon struct {
	Name   string // as package picture calls it
	FR, EN string // in words
	found  string
}

// Label is the icon in words.
func (i Icon) Label(lang string) string {
	if lang == "fr" {
		return i.FR
	}
	return i.EN
}

var icons = sync.OnceValue(func() []Icon {
	var out []Icon
	for line := range strings.Lines(iconWords) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 4 || f[0] == "icon" {
			continue
		}
		en := strings.ReplaceAll(f[0], "-", " ")
		i := Icon{Name: f[0], FR: f[1], EN: strings.ToUpper(en[:1]) + en[1:]}
		for _, text := range []string{f[1], f[2], en, f[3]} {
			for _, word := range fold(text) {
				i.found += " " + word
			}
		}
		out = append(out, i)
	}
	return out
})

// FindIcons are the icons of which each word of a query begins a word, at most n.
func FindIcons(query string, n int) []Icon {
	var out []Icon
	words := Words(query)
	for _, icon := range icons() {
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(icon.found, " "+w) }) && len(out) < n {
			out = append(out, icon)
		}
	}
	return out
}

// IconNamed returns an icon by its name.
func IconNamed(name string) (Icon, bool) {
	for _, icon := range icons() {
		if icon.Name == name {
			return icon, true
		}
	}
	return Icon{}, false
}

// suggested are icons that go well with a kind, the kind's own first.
var suggested = map[string][]string{
	"participation":    {"ticket", "calendar-check", "users-three", "flag-pennant", "map-pin", "presentation-chart"},
	"commitment":       {"hand-heart", "heart", "hand-fist", "handshake", "megaphone", "leaf", "flag-pennant"},
	"intention":        {"plant", "lightbulb", "signpost", "compass", "heart", "flag-pennant", "sun-horizon"},
	"interest":         {"magnifying-glass", "eye", "binoculars", "question", "book-open", "compass", "sparkle"},
	"knowledge":        {"book-open", "brain", "notebook", "atom", "globe", "microscope", "lightbulb"},
	"know-how":         {"toolbox", "hammer", "wrench", "blueprint", "chef-hat", "laptop", "pencil-ruler"},
	"soft-skill":       {"smiley", "ear", "chats-circle", "handshake", "users-three", "megaphone", "compass"},
	"competency":       {"target", "puzzle-piece", "list-checks", "gear-six", "strategy", "chart-line-up", "brain"},
	"achievement":      {"star", "rocket-launch", "mountains", "bridge", "shooting-star", "target", "hands-clapping"},
	"role":             {"identification-badge", "chalkboard-teacher", "headset", "key", "users", "briefcase", "compass-rose"},
	"membership":       {"users-four", "house", "identification-badge", "network", "tree", "buildings", "anchor"},
	"project":          {"puzzle-piece", "users-three", "rocket-launch", "bridge", "lightbulb", "cube", "crane"},
	"milestone":        {"key", "steps", "path", "stairs", "mountains", "treasure-chest", "road-horizon"},
	"open-recognition": {"hands-clapping", "chat-circle-text", "heart", "smiley", "quotes", "gift", "sparkle"},
}

// SuggestIcons are icons that go well with a kind; some for each where it is none.
func SuggestIcons(kind string) []Icon {
	names := suggested[kind]
	if names == nil {
		for _, k := range credential.Kinds() {
			names = append(names, suggested[k.Code][0])
		}
	}
	var out []Icon
	for _, name := range names {
		if icon, ok := IconNamed(name); ok && !slices.Contains(out, icon) {
			out = append(out, icon)
		}
	}
	return out
}
