package picture_test

import (
	"errors"
	"fmt"

	"github.com/ecusson/ecusson/internal/picture"
)

func ExampleBadge_SVG() {
	badge := picture.Badge{
		Name:       "Coopérer",
		Second:     "Région Normandie",
		Kind:       picture.Skill,
		Assessment: picture.ByOrganisation,
		Level:      2,
		Piping:     "#E2A33A",
		Icon:       "hands-clapping",
		Lang:       "en",
	}
	svg, err := badge.SVG()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(svg[:63]))
	fmt.Println(badge.Alternative())
	// Output:
	// <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600" r
	// Badge “Coopérer”, Région Normandie. Skill, assessed by an organisation, level 2 of 3.
}

func ExampleBadge_Check() {
	err := picture.Badge{Name: "Diplôme de cuisine", Kind: picture.KnowHow}.Check()
	var refused *picture.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Key, refused.Facts["Word"])
	}
	// Output: picture.name-word Diplôme
}

func ExampleCleanSVG() {
	_, err := picture.CleanSVG([]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`))
	fmt.Println(err)
	// Output: picture: svg-element: Column 50, Line 1, Name "script"
}
