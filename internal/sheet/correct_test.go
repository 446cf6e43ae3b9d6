package sheet_test

import (
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/sheet"
)

// TestCorrections holds that what a person writes in place of a cell is judged
// like the cell, and touches no other row.
func TestCorrections(t *testing.T) {
	t.Parallel()
	list := "Nom;Courriel;Badge;Lien\nAmina;amina@mail;x;\nYanis;yanis@example.org;y;https://a.example\nZoé;zoe@example.org\n"
	read := func(corrections map[int]map[string]string) []sheet.Row {
		t.Helper()
		s, err := sheet.Open(strings.NewReader(list), int64(len(list)), sheet.Options{Corrections: corrections})
		if err != nil {
			t.Fatal(err)
		}
		var rows []sheet.Row
		for row, err := range s.Rows(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, row)
		}
		return rows
	}
	before := read(nil)
	if len(before) != 3 || len(before[0].Problems) != 1 {
		t.Fatalf("before: %+v", before)
	}
	after := read(map[int]map[string]string{
		2: {sheet.FieldEmail: " Amina <amina@mail.example>"}, 3: {sheet.FieldEmail: "yanis"},
		4: {sheet.FieldBadge: "z", sheet.FieldEvidence: "https://b.example", sheet.FieldGivenName: "no such column"},
	})
	if after[0].Email != "amina@mail.example" || len(after[0].Problems) != 0 {
		t.Errorf("line 2: %+v", after[0])
	}
	if len(after[1].Problems) != 1 || after[1].Problems[0].Code != sheet.CodeAddressMissingAt || after[1].Badge != "y" || len(after[1].Evidence) != 1 {
		t.Errorf("line 3: %+v", after[1])
	}
	if after[2].Badge != "z" || len(after[2].Evidence) != 1 || after[2].Name != "Zoé" {
		t.Errorf("line 4: %+v", after[2])
	}
}
