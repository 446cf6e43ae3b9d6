package look_test

import (
	"maps"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sheet is the style sheet as it stands in the repository.
func sheet(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("static/site.css")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var tokenPattern = regexp.MustCompile(`--([a-z0-9-]+):\s*([^;]+);`)

// tokens are the custom properties of the first rule after that selector.
func tokens(t *testing.T, css, selector string) map[string]string {
	t.Helper()
	_, rest, found := strings.Cut(css, selector+" {")
	body, _, closed := strings.Cut(rest, "}")
	if !found || !closed {
		t.Fatalf("no rule %s", selector)
	}
	list := map[string]string{}
	for _, m := range tokenPattern.FindAllStringSubmatch(body, -1) {
		list[m[1]] = m[2]
	}
	return list
}

const (
	lightSelector  = "\n:root"
	systemSelector = `:root:not([data-theme="light"])`
	chosenSelector = `:root[data-theme="dark"]`
)

func TestDarkListsAreEqual(t *testing.T) {
	t.Parallel()
	css := sheet(t)
	system, chosen, light := tokens(t, css, systemSelector), tokens(t, css, chosenSelector), tokens(t, css, lightSelector)
	if len(system) < 20 || !maps.Equal(system, chosen) {
		t.Errorf("the system's dark list and the chosen one differ:\n%v\n%v", system, chosen)
	}
	for name, value := range light {
		if strings.HasPrefix(value, "#") && system[name] == "" && name != "on-kind" {
			t.Errorf("the colour --%s has no dark value", name)
		}
	}
}

// luminance is the relative luminance of #RRGGBB, WCAG 2.2.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 32)
	if err != nil || len(colour) != 7 {
		t.Fatalf("%q is not a colour", colour)
	}
	part := func(shift uint) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// TestContrast recomputes every pair that the pages use: 4.5 for text, 3 for
// the edge of a control and for the focus.
func TestContrast(t *testing.T) {
	t.Parallel()
	css := sheet(t)
	type pair struct {
		front, back string
		least       float64
	}
	pairs := []pair{
		{"ink", "canvas", 7}, {"ink", "paper", 7}, {"ink", "linen", 7}, {"ink", "thread-bg", 7}, {"ink", "action-bg", 7},
		{"ink-2", "canvas", 4.5}, {"ink-2", "paper", 4.5}, {"ink-2", "linen", 4.5}, {"ink-2", "action-bg", 4.5}, {"ink-2", "invalid-bg", 4.5},
		{"link", "canvas", 4.5}, {"link", "paper", 4.5}, {"link", "linen", 4.5}, {"link", "invalid-bg", 4.5}, {"link", "doubt-bg", 4.5}, {"link", "info-bg", 4.5}, {"link", "valid-bg", 4.5},
		{"on-action", "action", 4.5}, {"on-action", "action-hover", 4.5}, {"action", "action-bg", 4.5}, {"action", "paper", 4.5}, {"action", "canvas", 4.5},
		{"canvas", "ink", 7}, {"paper", "valid", 4.5}, {"invalid", "paper", 4.5}, {"invalid", "canvas", 4.5}, {"ink-2", "invalid-bg", 4.5},
		{"edge", "paper", 3}, {"edge", "canvas", 3}, {"edge", "linen", 3}, {"focus", "canvas", 3}, {"focus", "paper", 3}, {"focus", "linen", 3}, {"action", "linen", 3},
		{"on-map-low", "map-1", 4.5}, {"on-map-low", "map-2", 4.5}, {"on-map-high", "map-3", 4.5}, {"on-map-high", "map-4", 4.5},
	}
	for _, state := range []string{"valid", "invalid", "doubt", "revoked", "expired", "info"} {
		pairs = append(pairs, pair{state, state + "-bg", 4.5}, pair{"ink", state + "-bg", 7})
	}
	for theme, selector := range map[string]string{"light": lightSelector, "dark": systemSelector} {
		list := tokens(t, css, selector)
		for _, p := range pairs {
			if got := contrast(t, list[p.front], list[p.back]); got < p.least {
				t.Errorf("%s: %s on %s is %.2f to 1, at least %.1f is needed", theme, p.front, p.back, got, p.least)
			}
		}
	}
	found := regexp.MustCompile(`\.k-([a-z-]+) \{ --k: (#[0-9A-F]{6}); \}`).FindAllStringSubmatch(css, -1)
	var coloured []string
	for _, k := range found {
		coloured = append(coloured, k[1])
		if got := contrast(t, tokens(t, css, lightSelector)["on-kind"], k[2]); got < 4.5 {
			t.Errorf("white on the kind %s is %.2f to 1", k[1], got)
		}
	}
	if !slices.Equal(coloured, kinds) {
		t.Errorf("kinds with a colour: %v, want %v", coloured, kinds)
	}
}

// TestOnlyTokens keeps colours out of the rules: they stand in the tokens.
func TestOnlyTokens(t *testing.T) {
	t.Parallel()
	_, rules, found := strings.Cut(sheet(t), "/* Base */")
	if !found {
		t.Fatal("the rules do not begin with /* Base */")
	}
	screen, _, _ := strings.Cut(rules, "@media print")
	logo := regexp.MustCompile(`\.logo-[a-z]+ \{[^}]*\}`).ReplaceAllString(screen, "")
	if stray := regexp.MustCompile(`#[0-9A-Fa-f]{3,8}\b[^{]*;|rgb\(|hsl\(`).FindAllString(logo, -1); stray != nil {
		t.Errorf("colours outside the tokens: %q", stray)
	}
	defined := map[string]bool{"k": true}
	for _, m := range regexp.MustCompile(`--([a-z0-9-]+):`).FindAllStringSubmatch(sheet(t), -1) {
		defined[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`var\(--([a-z0-9-]+)`).FindAllStringSubmatch(sheet(t), -1) {
		if !defined[m[1]] {
			t.Errorf("var(--%s) is defined nowhere", m[1])
		}
	}
}
