package jsonld_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
)

func parse(t testing.TB, text string) *jsontree.Value {
	t.Helper()
	v, err := jsontree.Parse([]byte(text), jsontree.Limits{Depth: 10_000})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return &v
}

// TestSafeModeRefusesEveryLoss: each document loses something, at the place
// named, and has a dataset without safe mode.
func TestSafeModeRefusesEveryLoss(t *testing.T) {
	t.Parallel()
	const context = `"@context":{"ex":"https://example.org/","p":"ex:p","link":{"@id":"ex:link","@type":"@id"},` +
		`"term":{"@id":"ex:term","@type":"@vocab"},"none":null,"lang":{"@id":"ex:lang","@container":"@language"},` +
		`"index":{"@id":"ex:index","@container":"@index"},"ids":{"@id":"ex:ids","@container":"@id"},` +
		`"types":{"@id":"ex:types","@container":"@type"},"list":{"@id":"ex:list","@container":"@list"},` +
		`"keyed":{"@id":"ex:keyed","@container":"@index","@index":"p"},` +
		`"graph":{"@id":"ex:graph","@container":"@graph"},"graphs":{"@id":"ex:graphs","@container":["@graph","@id"]},` +
		`"rtl":{"@id":"ex:rtl","@direction":"rtl"},"odd":{"@id":"ex:odd","@type":"ex:a|b"}},`
	for _, c := range []struct{ doc, code, pointer string }{
		{`"p":"v","undefined":1`, jsonld.LossUndefinedTerm, "/undefined"},
		{`"p":"v","undefined":null`, jsonld.LossUndefinedTerm, "/undefined"},
		{`"p":"v","none":1`, jsonld.LossUndefinedTerm, "/none"},
		{`"p":{"p":[{"a/b":1}]}`, jsonld.LossUndefinedTerm, "/p/p/0/a~1b"},
		{`"p":"v","@vocab":"ex:"`, jsonld.LossUndefinedTerm, "/@vocab"},
		{`"p":"v","":1`, jsonld.LossUndefinedTerm, "/"},
		{`"p":"v","@unknown":1`, jsonld.LossKeywordLike, "/@unknown"},
		{`"p":"v","@id":"relative"`, jsonld.LossRelativeIRI, "/@id"},
		{`"p":"v","@id":""`, jsonld.LossRelativeIRI, "/@id"},
		{`"p":"v","@id":"@unknown"`, jsonld.LossKeywordLike, "/@id"},
		{`"p":"v","@id":"https://example.org/a b"`, jsonld.LossMalformedIRI, "/@id"},
		{`"p":"v","@id":"https://example.org/#a#b"`, jsonld.LossMalformedIRI, "/@id"},
		{`"p":"v","@id":"https://example.org/<"`, jsonld.LossMalformedIRI, "/@id"},
		{`"p":"v","@type":"Relative"`, jsonld.LossRelativeIRI, "/@type"},
		{`"p":"v","@type":["ex:T","Relative"]`, jsonld.LossRelativeIRI, "/@type/1"},
		{`"p":"v","@type":"@unknown"`, jsonld.LossKeywordLike, "/@type"},
		{`"p":"v","@type":["ex:a b"]`, jsonld.LossMalformedIRI, "/@type/0"},
		{`"link":"relative"`, jsonld.LossRelativeIRI, "/link"},
		{`"link":["ex:a","@unknown"]`, jsonld.LossKeywordLike, "/link/1"},
		{`"term":"Relative"`, jsonld.LossRelativeIRI, "/term"},
		{`"p":{"@id":"relative","@graph":[{"p":"v"}]}`, jsonld.LossRelativeIRI, "/p/@id"},
		{`"https://example.org/a b":1,"p":2`, jsonld.LossMalformedIRI, "/https:~1~1example.org~1a b"},
		{`"p":"v","_:blank":1`, jsonld.LossBlankPredicate, "/_:blank"},
		{`"p":{"@value":"v","@language":"not a tag"}`, jsonld.LossLanguageTag, "/p/@language"},
		{`"p":{"@value":"v","@language":"toolongsubtag"}`, jsonld.LossLanguageTag, "/p/@language"},
		{`"lang":{"en":"v","e n":"w"}`, jsonld.LossLanguageTag, "/lang/e n"},
		{`"p":["v",{"@value":null}]`, jsonld.LossNullValue, "/p/1"},
		{`"p":["v",{"@language":"en"}]`, jsonld.LossNullValue, "/p/1"},
		{`"p":{"@value":"v","@direction":"ltr"}`, jsonld.LossDirection, "/p/@direction"},
		{`"rtl":"v"`, jsonld.LossDirection, "/rtl"},
		{`"p":{"@value":"v","@index":"i"}`, jsonld.LossIndex, "/p/@index"},
		{`"index":{"i":"v"}`, jsonld.LossIndex, "/index/i"},
		{`"ids":{"relative":{"p":"v"}}`, jsonld.LossRelativeIRI, "/ids/relative"},
		{`"types":{"Relative":{"p":"v"}}`, jsonld.LossRelativeIRI, "/types/Relative"},
		{`"ids":{"ex:key":[]}`, jsonld.LossMapKey, "/ids/ex:key"},
		{`"types":{"ex:T":null}`, jsonld.LossMapKey, "/types/ex:T"},
		{`"ids":{"ex:key":"v"}`, jsonld.LossMapKey, "/ids/ex:key"},
		{`"ids":{"ex:key":[{"p":"v"},2.5]}`, jsonld.LossMapKey, "/ids/ex:key"},
		{`"ids":{"ex:key":{"@list":["v"]}}`, jsonld.LossMapKey, "/ids/ex:key"},
		{`"ids":{"ex:key":{"@id":"ex:other","p":"v"}}`, jsonld.LossMapKey, "/ids/ex:key"},
		{`"types":{"ex:T":2.5}`, jsonld.LossMapKey, "/types/ex:T"},
		{`"types":{"ex:T":{"@value":"v"}}`, jsonld.LossMapKey, "/types/ex:T"},
		{`"keyed":{"k":{"@list":["v"]}}`, jsonld.LossMapKey, "/keyed/k"},
		{`"graph":"v"`, jsonld.LossFreeFloating, "/graph"},
		{`"graph":["ex:a",{"p":"v"}]`, jsonld.LossFreeFloating, "/graph/0"},
		{`"graph":[{"p":"v"},{"@value":"w"}]`, jsonld.LossFreeFloating, "/graph/1"},
		{`"graph":{"@id":"ex:alone"}`, jsonld.LossFreeFloating, "/graph"},
		{`"graph":{"@id":"ex:alone","p":[]}`, jsonld.LossFreeFloating, "/graph"},
		{`"graphs":{"ex:key":"v"}`, jsonld.LossFreeFloating, "/graphs/ex:key"},
		{`"p":{"p":"v","@included":{"@id":"ex:alone"}}`, jsonld.LossFreeFloating, "/p/@included"},
		{`"p":"v","@graph":[{"@id":"ex:alone","@type":[],"@reverse":{"p":[]}}]`, jsonld.LossFreeFloating, "/@graph/0"},
		{`"@id":"ex:alone","@graph":[]`, jsonld.LossFreeFloating, ""},
		{`"@id":"ex:alone","@graph":[{"p":[]}]`, jsonld.LossFreeFloating, ""},
		{`"@id":"ex:alone","@graph":[{"@id":"ex:a","@graph":[{"p":"v"}]}]`, jsonld.LossFreeFloating, ""},
		{`"p":{"p":"v","@direction":"rtl"}`, jsonld.LossDirection, "/p/@direction"},
		{`"p":{"p":"v","@language":"en"}`, jsonld.LossNullValue, "/p"},
		{`"p":1e-400`, jsonld.LossNumber, "/p"},
		{`"p":9007199254740993.0`, jsonld.LossNumber, "/p"},
		{`"p":"v","@graph":[{"p":"w"},"free"]`, jsonld.LossFreeFloating, "/@graph/1"},
		{`"p":"v","@graph":[{"p":"w"},{"@id":"ex:alone"}]`, jsonld.LossFreeFloating, "/@graph/1"},
		{`"p":"v","@graph":[{"p":"w"},{}]`, jsonld.LossFreeFloating, "/@graph/1"},
		{`"p":"v","@graph":[{"@value":"w"}]`, jsonld.LossFreeFloating, "/@graph/0"},
		{`"p":"v","@graph":[{"@list":["w"]}]`, jsonld.LossFreeFloating, "/@graph/0/@list"},
		{`"@id":"ex:alone"`, jsonld.LossFreeFloating, ""},
		{`"@list":["v"]`, jsonld.LossFreeFloating, "/@list"},
		{`"p":null`, jsonld.LossFreeFloating, ""},
		{`"p":9007199254740993`, jsonld.LossNumber, "/p"},
		{`"p":{"@value":9007199254740993}`, jsonld.LossNumber, "/p"},
		{`"odd":"v"`, jsonld.LossMalformedIRI, "/odd"},
		{`"p":{"@value":"v","@type":"ex:a|b"}`, jsonld.LossMalformedIRI, "/p/@type"},
	} {
		checkLoss(t, "{"+context+c.doc+"}", c.code, c.pointer)
	}
	for _, c := range []struct{ doc, code, pointer string }{
		{`{"@context":{"@vocab":"relative"},"https://example.org/p":"v"}`, jsonld.LossRelativeIRI, "/@context/@vocab"},
		{`{"@context":[{},{"@unknown":"https://example.org/"}],"https://example.org/p":"v"}`, jsonld.LossKeywordLike, "/@context/1/@unknown"},
		{`{"@context":{"t":{"@id":"@unknown"}},"https://example.org/p":"v"}`, jsonld.LossKeywordLike, "/@context/t"},
		{`{"@context":{"@language":"not a tag"},"https://example.org/p":1}`, jsonld.LossLanguageTag, "/@context/@language"},
		{`{"@context":{"@direction":"ltr"},"https://example.org/p":"v"}`, jsonld.LossDirection, "/https:~1~1example.org~1p"},
		{`{"@context":"https://www.w3.org/ns/credentials/v2","name":"N","typo":1}`, jsonld.LossUndefinedTerm, "/typo"},
		{`{"@context":"https://www.w3.org/ns/credentials/v2","name":{"@value":"N","@direction":"ltr"}}`, jsonld.LossDirection, "/name/@direction"},
		{`["free"]`, jsonld.LossFreeFloating, "/0"},
		{`{}`, jsonld.LossFreeFloating, ""},
		{`"free"`, jsonld.LossFreeFloating, ""},
	} {
		checkLoss(t, c.doc, c.code, c.pointer)
	}
}

func checkLoss(t *testing.T, text, code, pointer string) {
	t.Helper()
	p, doc := jsonld.New(nil), parse(t, text)
	_, err := p.ToRDF(doc, jsonld.Options{Safe: true})
	var e *jsonld.Error
	if !errors.As(err, &e) || e.Code != code || e.Pointer != pointer {
		t.Errorf("%s:\n got %v\nwant %s at %q", text, err, code, pointer)
	}
	if _, err := p.ToRDF(doc, jsonld.Options{}); err != nil {
		t.Errorf("%s without safe mode: %v", text, err)
	}
}

func TestSafeModeAccepts(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"@context":"https://www.w3.org/ns/credentials/v2","name":"N","description":null}`,
		`{"@context":{"@vocab":"https://example.org/"},"a":[],"b":[null,"x"],"c":{},"d":{"@list":[]},"e":[["x"]]}`,
		`{"@context":{"@vocab":"https://example.org/"},"a":{"@id":"_:b","b":{"@id":"_:c"}},"@type":"_:t"}`,
		`{"https://example.org/p":{"@value":{"a":1},"@type":"@json"}}`,
		`{"@graph":[]}`,
		`{"@context":{"@vocab":"x:","t":{"@container":"@id"}},"t":{"x:k":{"@id":"x:k","a":1e4},"@none":"v"}}`,
		`{"@context":{"@vocab":"x:","t":{"@container":"@graph"}},"t":[{},{"@id":"x:k","a":"v"},{"a":[]}]}`,
		`{"@context":{"@vocab":"x:"},"a":[1.5,0.000,1e21,1e300,9007199254740992,0.30000000000000004]}`,
	} {
		if _, err := jsonld.New(nil).ToRDF(parse(t, text), jsonld.Options{Safe: true}); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	o := jsonld.Options{Safe: true, Base: "https://example.org/a/b"}
	quads, err := jsonld.New(nil).ToRDF(parse(t, `{"@id":"../c","https://example.org/p":{"@id":"d"}}`), o)
	if err != nil || len(quads) != 1 || quads[0].Subject.Value != "https://example.org/c" || quads[0].Object.Value != "https://example.org/a/d" {
		t.Errorf("with a base: %v, %v", quads, err)
	}
	o = jsonld.Options{Safe: true, RDFDirection: jsonld.I18NDatatype}
	if _, err := jsonld.New(nil).ToRDF(parse(t, `{"https://example.org/p":{"@value":"v","@direction":"ltr"}}`), o); err != nil {
		t.Errorf("with rdfDirection: %v", err)
	}
	// An index is lost in RDF, not in the expanded form.
	if _, err := jsonld.New(nil).Expand(parse(t, `{"https://example.org/p":{"@value":"v","@index":"i"}}`), jsonld.Options{Safe: true}); err != nil {
		t.Errorf("index in expanded form: %v", err)
	}
}

// TestErrorsNameThePlace: the specification's codes come with their places too.
func TestErrorsNameThePlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ doc, code, pointer, detail string }{
		{`{"@context":"https://example.org/unknown"}`, "loading remote context failed", "/@context", "https://example.org/unknown"},
		{`{"@context":["https://www.w3.org/ns/credentials/v2","relative"]}`, "loading document failed", "/@context/1", "relative"},
		{`{"@context":7}`, "invalid local context", "/@context", "number"},
		{`{"@context":{"a":{"@id":"b:c","@container":"@odd"}}}`, "invalid container mapping", "/@context/a/@container", "@odd"},
		{`{"@context":{"a":"b:c","b":"a:d"}}`, "cyclic IRI mapping", "/@context/a/b/a", ""},
		{`{"@context":["https://www.w3.org/ns/credentials/v2",{"name":"https://example.org/"}]}`, "protected term redefinition", "/@context/1/name", ""},
		{`{"@context":["https://www.w3.org/ns/credentials/v2",null]}`, "invalid context nullification", "/@context/1", ""},
		{`{"@context":{"p":{"@id":"https://example.org/p","@context":{"q":7}}}}`, "invalid scoped context", "/@context/p/@context/q", "invalid term definition"},
		{`{"https://example.org/p":[1,{"@id":null}]}`, "invalid @id value", "/https:~1~1example.org~1p/1/@id", "null"},
		{`{"@type":null}`, "invalid type value", "/@type", ""},
		{`{"@id":"a:b","@context":{"id":"@id"},"id":"a:c"}`, "colliding keywords", "/id", "@id"},
	} {
		_, err := jsonld.New(nil).ToRDF(parse(t, c.doc), jsonld.Options{Safe: true})
		var e *jsonld.Error
		if !errors.As(err, &e) || e.Code != c.code || e.Pointer != c.pointer || !strings.Contains(e.Detail, c.detail) {
			t.Errorf("%s:\n got %v\nwant %s at %q with %q", c.doc, err, c.code, c.pointer, c.detail)
		}
	}
	loader := contexts{"https://example.org/c": parse(t, `{"@context":{"a":{"@id":7}}}`)}
	_, err := jsonld.New(loader).ToRDF(parse(t, `{"x":{"@context":["https://example.org/c"]}}`), jsonld.Options{Base: "https://example.org/"})
	if err != nil {
		t.Errorf("a member that is dropped was looked into: %v", err)
	}
	_, err = jsonld.New(loader).ToRDF(parse(t, `{"a:x":{"@context":["https://example.org/c"]}}`), jsonld.Options{})
	const want = "jsonld: /a:x/@context/0: invalid IRI mapping: context https://example.org/c, /a: @id is a string or null"
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

// contexts is a Loader of documents at hand.
type contexts map[string]*jsontree.Value

func (c contexts) Load(iri string) (*jsontree.Value, error) {
	if v := c[iri]; v != nil {
		return v, nil
	}
	return nil, errors.New("not there")
}
