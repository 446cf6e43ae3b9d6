package verify

import (
	"fmt"

	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/rdf"
)

// A signature over RDF covers what a document says and not how it spells it: a
// member renamed to its full IRI, to another alias, or moved into @nest or
// @included of the same thing leaves the signature good. The checks read plain
// members, so what is respelled is hidden from them, and whoever holds a revoked
// badge would hide its status. This check holds the plain members against the
// dataset.

// decisive are the members that the checks read, by the property that they are.
var decisive = func() map[string]string {
	const credentials = "https://www.w3.org/2018/credentials#"
	m := map[string]string{
		"https://purl.imsglobal.org/spec/vc/ob/vocab.html#identifier":            "identifier",
		"https://purl.imsglobal.org/spec/vc/clr/vocab.html#identifier-1":         "identifier",
		"https://purl.imsglobal.org/spec/vc/clr/vocab.html#verifiableCredential": "verifiableCredential",
	}
	for _, name := range []string{
		"credentialStatus", "validUntil", "validFrom", "expirationDate", "issuanceDate", "issuer", "refreshService",
		"credentialSubject", "credentialSchema",
	} {
		m[credentials+name] = name
	}
	return m
}()

// values are what a member says: identifiers and texts, and how many things
// without an identifier.
type values struct {
	texts map[string]bool
	blank int
}

func (v *values) add(member *jsontree.Value) {
	for _, item := range member.Items() {
		text := item.Value.Text
		switch item.Value.Kind {
		case jsontree.Null:
			continue
		case jsontree.Object:
			if text = item.Value.Get("id").Str(); text == "" {
				v.blank++
				continue
			}
		}
		if v.texts == nil {
			v.texts = map[string]bool{}
		}
		v.texts[text] = true
	}
}

// respelled returns the name of a decisive member that the dataset has and the
// document does not spell plainly where it belongs; "" if all are.
func respelled(doc *jsontree.Value, quads []rdf.Quad) string {
	everywhere := map[string]*values{}
	for _, name := range decisive {
		everywhere[name] = &values{}
	}
	gather(doc, everywhere)
	root := rootOf(doc, quads)
	blanks := map[string]map[string]bool{}
	for i := range quads {
		q := &quads[i]
		name, ok := decisive[q.Predicate.Value]
		if !ok {
			continue
		}
		if q.Object.Kind == rdf.Blank {
			if blanks[name] == nil {
				blanks[name] = map[string]bool{}
			}
			blanks[name][q.Object.Value] = true
		} else if !everywhere[name].texts[q.Object.Value] {
			return name
		}
		if q.Subject == root && q.Graph.Kind == 0 && !spelledAt(doc, name, &q.Object) {
			return name
		}
	}
	for name, found := range blanks {
		if len(found) > everywhere[name].blank {
			return name
		}
	}
	return ""
}

// gather collects the values of the decisive members wherever they stand.
func gather(v *jsontree.Value, into map[string]*values) {
	for i := range v.Members {
		m := &v.Members[i]
		if m.Name == "@context" {
			continue
		}
		if known := into[m.Name]; known != nil {
			known.add(&m.Value)
		}
		gather(&m.Value, into)
	}
}

// rootOf is the credential as a node of the dataset: its id, or the one node
// without an id that is of the type of credentials.
func rootOf(doc *jsontree.Value, quads []rdf.Quad) rdf.Term {
	if id := doc.Get("id").Str(); id != "" {
		return rdf.NewIRI(id)
	}
	for i := range quads {
		q := &quads[i]
		if q.Subject.Kind == rdf.Blank && q.Graph.Kind == 0 && q.Predicate.Value == rdf.RDFType &&
			q.Object.Value == "https://www.w3.org/2018/credentials#VerifiableCredential" {
			return q.Subject
		}
	}
	return rdf.Term{}
}

// spelledAt tells whether the document itself has the value in that member.
func spelledAt(doc *jsontree.Value, name string, object *rdf.Term) bool {
	var at values
	if member := doc.Get(name); member != nil {
		at.add(member)
	}
	if object.Kind == rdf.Blank {
		return at.blank > 0
	}
	return at.texts[object.Value]
}

func respelledDetail(name string) string {
	return fmt.Sprintf("the signed data has a %s that the document spells in another way than readers look for it", name)
}
