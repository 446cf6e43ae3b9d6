package rdf_test

import (
	"fmt"

	"github.com/ecusson/ecusson/rdf"
)

func ExampleCanonicalize() {
	quads, err := rdf.ParseNQuads([]byte(`
		_:who <https://schema.org/name> "Ada" .
		<urn:badge> <https://www.w3.org/2018/credentials#credentialSubject> _:who .
	`))
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := rdf.Canonicalize(quads, rdf.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s%s\n", c.NQuads, c.Issued["who"])
	// Output:
	// <urn:badge> <https://www.w3.org/2018/credentials#credentialSubject> _:c14n0 .
	// _:c14n0 <https://schema.org/name> "Ada" .
	// c14n0
}
