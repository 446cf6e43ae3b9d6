package jsonld

import (
	"math"
	"strconv"
	"strings"

	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/rdf"
)

const (
	rdfNamespace = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	rdfValue     = rdfNamespace + "value"
	rdfLanguage  = rdfNamespace + "language"
	rdfDirection = rdfNamespace + "direction"
	i18n         = "https://www.w3.org/ns/i18n#"
)

// scalarLiteral is the literal of a scalar with a datatype, which may be empty
// (JSON-LD 1.1 API §8.6 steps 8 to 12). It is false for a number that is no
// double.
func scalarLiteral(v *jsontree.Value, datatype string) (rdf.Term, bool) {
	t := rdf.Term{Kind: rdf.Literal, Value: v.Text, Datatype: datatype}
	switch v.Kind {
	case jsontree.Bool:
		if datatype == "" {
			t.Datatype = rdf.XSDBoolean
		}
	case jsontree.Number:
		f, err := strconv.ParseFloat(v.Text, 64)
		if err != nil {
			return t, false
		}
		if f == 0 {
			f = 0 // not -0
		}
		if f != math.Trunc(f) || math.Abs(f) >= 1e21 || datatype == rdf.XSDDouble {
			t.Value = canonicalDouble(f)
			if datatype == "" {
				t.Datatype = rdf.XSDDouble
			}
			break
		}
		t.Value = strconv.FormatFloat(f, 'f', 0, 64)
		if datatype == "" {
			t.Datatype = rdf.XSDInteger
		}
	default:
		if datatype == "" {
			t.Datatype = rdf.XSDString
		}
	}
	return t, true
}

// canonicalDouble writes a double as XML Schema's canonical form does, with at
// most 15 digits behind the point, as all JSON-LD processors do.
func canonicalDouble(f float64) string {
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'E', 15, 64), "E")
	mantissa = strings.TrimRight(mantissa, "0")
	if strings.HasSuffix(mantissa, ".") {
		mantissa += "0"
	}
	n, _ := strconv.Atoi(exponent)
	return mantissa + "E" + strconv.Itoa(n)
}
