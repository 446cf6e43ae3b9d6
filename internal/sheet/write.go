package sheet

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Table is a table of a workbook that Write makes.
type Table struct {
	Name string // of the sheet; a spreadsheet takes 31 characters of it
	Head []string
	Rows [][]any // of string and int
}

// Write makes a workbook of tables, a sheet each, with the head fixed. Texts stay
// texts: what begins like a formula is none.
func Write(tables ...Table) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	for i, t := range tables {
		name := sheetName(t.Name, i)
		if i == 0 {
			if err := f.SetSheetName(f.GetSheetName(0), name); err != nil {
				return nil, fmt.Errorf("sheet: %w", err)
			}
		} else if _, err := f.NewSheet(name); err != nil {
			return nil, fmt.Errorf("sheet: %w", err)
		}
		if err := writeTable(f, name, t); err != nil {
			return nil, fmt.Errorf("sheet: table %q: %w", t.Name, err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	return out.Bytes(), nil
}

func writeTable(f *excelize.File, name string, t Table) error {
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	head := make([]any, len(t.Head))
	for i, text := range t.Head {
		head[i] = excelize.Cell{StyleID: bold, Value: text}
	}
	w, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := w.SetColWidth(1, max(len(t.Head), 1), 18); err != nil {
		return err
	}
	if err := w.SetRow("A1", head); err != nil {
		return err
	}
	for i, row := range t.Rows {
		cell, err := excelize.CoordinatesToCellName(1, i+2)
		if err != nil {
			return err
		}
		if err := w.SetRow(cell, row); err != nil {
			return err
		}
	}
	return w.Flush()
}

// sheetName is a name that spreadsheets take: 1 to 31 characters, none of which
// means something to them.
func sheetName(name string, i int) string {
	name = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) || r < ' ' {
			return ' '
		}
		return r
	}, name), " '")
	if runes := []rune(name); len(runes) > 28 {
		name = string(runes[:28])
	}
	if name == "" {
		return fmt.Sprintf("%d", i+1)
	}
	return name
}
