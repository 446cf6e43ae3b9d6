package jsonld_test

import (
	"errors"
	"fmt"

	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/rdf"
)

func ExampleProcessor_ToRDF() {
	processor := jsonld.New(nil) // embedded contexts alone
	doc, err := jsontree.Parse([]byte(`{
		"@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
		"id": "https://badges.example.org/a/1",
		"type": "Achievement",
		"name": "Conducting",
		"achivementType": "Course"
	}`), jsontree.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = processor.ToRDF(&doc, jsonld.Options{Safe: true})
	var e *jsonld.Error
	if errors.As(err, &e) {
		fmt.Println(e.Code, "at", e.Pointer)
	}

	doc = doc.Without("achivementType")
	quads, err := processor.ToRDF(&doc, jsonld.Options{Safe: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(rdf.AppendNQuads(nil, quads)))
	// Output:
	// undefined term at /achivementType
	// <https://badges.example.org/a/1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://purl.imsglobal.org/spec/vc/ob/vocab.html#Achievement> .
	// <https://badges.example.org/a/1> <https://schema.org/name> "Conducting" .
}
