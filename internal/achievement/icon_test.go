package achievement_test

import (
	"slices"
	"testing"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/credential"
	"github.com/ecusson/ecusson/internal/picture"
)

func TestIcons(t *testing.T) {
	t.Parallel()
	var names []string
	for _, icon := range achievement.FindIcons("", 1000) {
		names = append(names, icon.Name)
		if icon.FR == "" || icon.EN == "" {
			t.Errorf("%s has no label", icon.Name)
		}
	}
	if known := picture.IconNames(); !slices.Equal(names, known) {
		t.Errorf("the words are not those of the icons:\n%v\n%v", names, known)
	}
	for query, want := range map[string]string{"parler": "megaphone", "ÉCOUTE": "ear", "speak": "megaphone", "benevol": "hand-heart", "chantier sécu": "hard-hat"} {
		if !slices.ContainsFunc(achievement.FindIcons(query, 20), func(i achievement.Icon) bool { return i.Name == want }) {
			t.Errorf("%q does not find %s", query, want)
		}
	}
	if got := achievement.FindIcons("zzz", 20); len(got) != 0 {
		t.Errorf("zzz finds %v", got)
	}
	if got := achievement.FindIcons("", 5); len(got) != 5 {
		t.Errorf("not bounded: %d", len(got))
	}
	for _, k := range credential.Kinds() {
		if got := achievement.SuggestIcons(k.Code); len(got) < 6 {
			t.Errorf("%s: %d icons suggested", k.Code, len(got))
		}
	}
	if len(achievement.SuggestIcons("")) < 10 {
		t.Error("nothing is suggested without a kind")
	}
}
