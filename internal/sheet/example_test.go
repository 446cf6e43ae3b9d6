package sheet_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/ecusson/ecusson/internal/sheet"
)

func ExampleOpen() {
	list := "Nom;Prénom;Courriel;Badge\r\nBenali;Amina;amina@example.org;Lauréat\r\nGirard;Léa;lea@example;Participant\r\n"
	s, err := sheet.Open(strings.NewReader(list), int64(len(list)), sheet.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("addresses in column", s.Columns.Email.Letter())
	for row, err := range s.Rows(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(row.Line, row.Name, row.Email, row.Problems)
	}
	// Output:
	// addresses in column C
	// 2 Amina Benali amina@example.org []
	// 3 Léa Girard  [line 3: address-missing-end in column "Courriel": "lea@example"]
}
