package bake_test

import (
	"fmt"

	"github.com/ecusson/ecusson/bake"
)

func Example() {
	picture := []byte(`<svg xmlns="http://www.w3.org/2000/svg"><circle r="9"/></svg>`)
	baked, err := bake.SVG(picture, []byte(`{"type":["VerifiableCredential","OpenBadgeCredential"]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	found, err := bake.Extract(baked)
	if err != nil {
		fmt.Println(err)
		return
	}
	f := bake.Prefer(found)
	fmt.Printf("%v, %v: %s\n", f.Format, f.Standard, f.Data)
	// Output:
	// SVG, Open Badges 3.0: {"type":["VerifiableCredential","OpenBadgeCredential"]}
}

// One picture for many credentials is looked at once.
func ExampleTemplate() {
	picture := []byte(`<svg xmlns="http://www.w3.org/2000/svg"><circle r="9"/></svg>`)
	t, err := bake.Prepare(picture)
	if err != nil {
		fmt.Println(err)
		return
	}
	var buf []byte
	for i := range 3 {
		if buf, err = t.Append(buf[:0], fmt.Appendf(nil, `{"id":"urn:example:%d"}`, i)); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(len(buf), "bytes")
	}
	// Output:
	// 196 bytes
	// 196 bytes
	// 196 bytes
}
