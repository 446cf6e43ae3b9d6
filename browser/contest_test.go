package browser_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	"github.com/ecusson/ecusson/internal/pgtest"
	"github.com/ecusson/ecusson/internal/store"
)

// contestList is what the scenario is told of the list that it brings.
type contestList struct {
	List   []byte `json:"list"` // XLSX
	Rows   int    `json:"rows"`
	Bad    int    `json:"bad"`
	Lines  []int  `json:"lines"`  // of the bad rows, as spreadsheets count
	Winner string `json:"winner"` // the address of somebody who gets a badge
}

// newContestList is the example's list of 146 places as a workbook, with five rows
// spoilt.
func newContestList(t *testing.T) contestList {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "examples", "genies", "participants.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if data, err = charmap.Windows1252.NewDecoder().Bytes(data); err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	const address, badge, link = 3, 4, 7 // columns
	out := contestList{Rows: len(rows) - 1}
	for row, spoil := range map[int]func(cells []string){
		5:   func(c []string) { c[address] = "zoe.martin@" },
		31:  func(c []string) { c[address] = "" },
		62:  func(c []string) { c[badge] = "Finaliste" },
		93:  func(c []string) { c[link] = "photo d'atelier" },
		120: func(c []string) { c[address] = "deux@exemple.fr@exemple.fr" },
	} {
		spoil(rows[row])
		out.Lines = append(out.Lines, row+1)
		out.Bad++
	}
	out.Winner = "amina.benali@mail.example"
	rows[8][1], rows[8][2], rows[8][address], rows[8][badge] = "Benali", "Amina", out.Winner, "Lauréat"

	f := excelize.NewFile()
	for i, row := range rows {
		cells := make([]any, len(row))
		for j, text := range row {
			cells[j] = text
		}
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Sheet1", at, &cells); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	out.List = b.Bytes()
	return out
}

// TestContest walks the way of a badge in few views, each on a site of its own;
// with ECUSSON_LONG=1 in all sixteen, on both databases.
func TestContest(t *testing.T) {
	t.Parallel()
	list := newContestList(t)
	sqlite, postgres := []view{{"fr", 360, "light", true}}, []view{{"en", 1280, "dark", false}}
	if os.Getenv("ECUSSON_LONG") == "1" {
		sqlite, postgres = allViews(), allViews()
	}
	play := func(t *testing.T, v view, o store.Options) {
		_, base := serve(t, o)
		play{Base: base, Scenario: "scenario/contest.mjs", Views: []view{v}, Data: list}.run(t)
	}
	t.Run("sqlite", func(t *testing.T) {
		for _, v := range sqlite {
			play(t, v, inFile(t))
		}
	})
	t.Run("postgres", func(t *testing.T) {
		for _, v := range postgres {
			play(t, v, store.Options{URL: pgtest.DSN(t)})
		}
	})
}
