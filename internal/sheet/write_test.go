package sheet_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/ecusson/ecusson/internal/sheet"
)

// TestWrite reads a workbook back: texts stay texts, whatever they begin with.
func TestWrite(t *testing.T) {
	t.Parallel()
	data, err := sheet.Write(
		sheet.Table{Name: "Par badge : [tout]/?*", Head: []string{"Nom", "Nombre"}, Rows: [][]any{{"=1+1", 12}, {"@x", 0}, {"é\x00<&>", -3}}},
		sheet.Table{Name: "", Head: []string{"A"}},
		sheet.Table{Name: "'" + string(bytes.Repeat([]byte("é"), 60)), Head: []string{"B"}},
	)
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	names := f.GetSheetList()
	if len(names) != 3 || names[0] != "Par badge    tout" || names[1] != "2" || len([]rune(names[2])) != 28 {
		t.Errorf("sheets %q", names)
	}
	rows, err := f.GetRows(names[0])
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"Nom", "Nombre"}, {"=1+1", "12"}, {"@x", "0"}}
	if diff := cmp.Diff(want, rows[:3]); diff != "" {
		t.Error(diff)
	}
	for _, cell := range []string{"A2", "A3"} {
		if formula, err := f.GetCellFormula(names[0], cell); formula != "" || err != nil {
			t.Errorf("%s is the formula %q, %v", cell, formula, err)
		}
	}
}
