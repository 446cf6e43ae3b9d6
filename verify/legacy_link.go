package verify

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/ecusson/ecusson/jsontree"
)

// linked is an object that a badge leads to: it stands in the badge, or at an
// address.
type linked struct {
	id  string
	doc *jsontree.Value // an empty object where there is none
	// fetched tells that its own server was asked for it.
	fetched bool
	// missing says why it is not to be had, "" where it is.
	missing string
}

var nothing = &jsontree.Value{Kind: jsontree.Object}

// get brings the JSON object at an address. Old badges may be on http, which is
// said in the report.
func (o *older) get(address string) (*jsontree.Value, *Response, error) {
	u := webAddress(address)
	if u == nil {
		return nil, nil, &FetchError{URL: clip(address), Code: FetchBadURL}
	}
	ctx := o.ctx
	if u.Scheme == "http" {
		ctx = allowPlain(ctx)
	}
	response, err := o.ask(ctx, address, legacyDocuments)
	if err != nil {
		return nil, nil, err
	}
	if u.Scheme == "http" || strings.HasPrefix(response.URL, "http://") {
		o.report.warn(CheckProof, WarnPlainHTTP, clip(address)+" came over http, where anybody on the way can change it")
	}
	tree, err := jsontree.Parse(bytes.TrimSpace(bytes.TrimPrefix(response.Body, []byte("\xef\xbb\xbf"))), treeLimits)
	if err != nil || !tree.Is(jsontree.Object) {
		return nil, response, errNotDocument
	}
	return &tree, response, nil
}

var errNotDocument = errors.New("what is there is no JSON object")

// lead brings the badge class and the issuer that the document leads to.
func (o *older) lead() {
	o.badge, o.issuer = linked{doc: nothing}, linked{doc: nothing}
	switch o.class {
	case classAssertion:
		o.badge = o.link(o.doc.Get("badge"), CheckDataModel)
		o.issuer = o.link(o.badge.doc.Get("issuer"), CheckDataModel)
	case classBadge:
		o.badge = linked{id: o.doc.Get("id").Str(), doc: o.doc}
		o.issuer = o.link(o.doc.Get("issuer"), CheckDataModel)
	case classProfile:
		o.issuer = linked{id: o.doc.Get("id").Str(), doc: o.doc, fetched: o.at != ""}
	}
	if o.version == "0.5" {
		o.issuer.id = o.issuer.doc.Get("origin").Str()
	} else if o.issuer.id == "" {
		o.issuer.id = o.issuer.doc.Get("url").Str()
	}
}

// link follows one link, which is an address or the object itself.
func (o *older) link(v *jsontree.Value, check string) linked {
	switch {
	case v.Is(jsontree.Object):
		return linked{id: v.Get("id").Str(), doc: v}
	case !v.Is(jsontree.String), v.Text == "":
		return linked{doc: nothing}
	}
	out := linked{id: v.Text, doc: nothing}
	doc, response, err := o.get(v.Text)
	switch {
	case err == nil && response.Status != http.StatusOK:
		out.missing = fmt.Sprintf("%s answers with status %d", clip(v.Text), response.Status)
	case err != nil:
		out.missing = fmt.Sprintf("%s: %v", clip(v.Text), err)
	default:
		out.doc, out.fetched = doc, true
		if id := doc.Get("id").Str(); id != "" && !sameDocument(id, v.Text) {
			o.report.warn(check, WarnOtherID, fmt.Sprintf("at %s is a document with the id %s", clip(v.Text), clip(id)))
		}
	}
	return out
}

// own is the issuer's document as its own server has it, nil where it is not to
// be had. What a badge has embedded says of its issuer what whoever made it wants.
func (o *older) own() *jsontree.Value {
	if o.issuer.fetched {
		return o.issuer.doc
	}
	doc, response, err := o.get(o.issuer.id)
	if err != nil || response.Status != http.StatusOK {
		return nil
	}
	if id := doc.Get("id").Str(); id != "" && !sameDocument(id, o.issuer.id) {
		return nil
	}
	return doc
}

// follow brings the badge whose address stands in a picture, as the oldest badges
// have it. Where there is none the report says why.
func (r *run) follow(address string) ([]byte, bool) {
	o := &older{run: r, class: classAssertion}
	r.report.set(CheckContainer, Passed, CodeOK, "the address of a badge in a picture")
	r.report.Version = "Open Badges 1 or 2"
	served := o.served(address)
	switch {
	case served == nil:
		return nil, false
	case served.Get("badge") == nil && served.Get("revoked").True():
		r.report.set(CheckStatus, Failed, CodeRevoked, orText(served.Get("revocationReason").Str(), "the issuer has revoked the badge"))
		return nil, false
	}
	r.from = address
	return served.AppendJSON(nil), true
}
